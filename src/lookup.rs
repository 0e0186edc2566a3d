//! From the name of a link to its index, by one `RTM_GETLINK`.
use crate::{
    link::{ExtMask, IFLA_EXT_MASK, LinkHeader, LinkTable, encode_selected},
    wire::{EncodeError, LinkRef, Message, Schema, Writer, table::Table},
};

pub(crate) const SCHEMA: &Schema = LinkTable::SENT;

/// Appends the question for one link, without its statistics.
pub(crate) fn encode(link: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let message = out.begin(libc::RTM_GETLINK, 0);
    encode_selected(Some(*link), LinkHeader::default(), out)?;
    out.fixed(IFLA_EXT_MASK, ExtMask::SKIP_STATS.bits().to_ne_bytes());
    out.end(message)
}

/// The index in the body of an answer.
pub(crate) fn index(body: &[u8]) -> Option<u32> {
    body.get(4..)?
        .first_chunk()
        .map(|index| u32::from_ne_bytes(*index))
}

/// Appends the deletion of the link of this index.
#[inline]
pub(crate) fn encode_delete(index: u32, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let message = out.begin(libc::RTM_DELLINK, 0);
    encode_selected(Some(LinkRef::Index(index)), LinkHeader::default(), out)?;
    out.end(message)
}

/// The index of a link that this message makes, or tells that it is made; `None` if it says none.
#[inline]
pub(crate) fn new_link(message: &Message<'_>) -> Option<u32> {
    let about = message.header().kind == libc::RTM_NEWLINK;
    index(message.body()).filter(|index| about && *index > 0)
}
