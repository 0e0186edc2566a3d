//! From the name of a link to its index, by one `RTM_GETLINK`.
use crate::wire::{EncodeError, IfName, LinkRef, Schema, Writer, table::Table};

use crate::link::LinkTable;

const IFLA_IFNAME: u16 = 3;
const IFLA_EXT_MASK: u16 = 29;
const IFLA_ALT_IFNAME: u16 = 53;
const RTEXT_FILTER_SKIP_STATS: u32 = 8;

pub(crate) const SCHEMA: &Schema = LinkTable::SCHEMA;

/// Appends the question for one link, without its statistics.
pub(crate) fn encode(link: &LinkRef, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let message = out.begin(libc::RTM_GETLINK, 0);
    let index = if let LinkRef::Index(index) = link {
        *index
    } else {
        0
    };
    let mut header = [0; 16];
    if let Some(place) = header.get_mut(4..8) {
        place.copy_from_slice(&index.to_ne_bytes());
    }
    out.bytes(&header);
    match link {
        LinkRef::Index(_) => {}
        LinkRef::Name(name) => name_attribute(IFLA_IFNAME, name.as_bytes(), out)?,
        LinkRef::Other(name) => {
            link.check_altname()?;
            name_attribute(IFLA_ALT_IFNAME, name, out)?;
        }
    }
    out.fixed(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS.to_ne_bytes());
    out.end(message)
}

fn name_attribute(kind: u16, name: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let attribute = out.begin_attribute(kind);
    out.payload(name);
    out.payload(&[0]);
    out.end_attribute(attribute)
}

/// The index in the body of an answer.
pub(crate) fn index(body: &[u8]) -> Option<u32> {
    body.get(4..)?
        .first_chunk()
        .map(|index| u32::from_ne_bytes(*index))
}

/// The link that these bytes name.
pub(crate) fn named(name: &[u8]) -> LinkRef {
    IfName::new(name).map_or_else(|_| LinkRef::Other(name.into()), LinkRef::Name)
}
