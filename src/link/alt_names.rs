//! Alternative names of links (`RTM_NEWLINKPROP`, `RTM_DELLINKPROP`). Since Linux 5.5.
use super::{IFLA_ALT_IFNAME, LinkHeader, LinkTable, describe, encode_selected, put_name};
use crate::{
    Add, Delete, Describe, Request, Result, Verb,
    wire::{
        EncodeError, LinkRef, Lookup, Schema, Writer,
        constants::{RTM_DELLINKPROP, RTM_NEWLINKPROP},
        table::Table,
    },
};

/// Alternative names of a link, to be added or deleted: up to 127 bytes each, any number.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, link::{AltNames, Link}};
/// let mut host = Connection::open()?;
/// host.add(AltNames::of("lo").name("the-loopback-of-this-host"))?;
/// host.change(Link::named("the-loopback-of-this-host").up())?;
/// host.delete(AltNames::of("lo").name("the-loopback-of-this-host"))?;
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AltNames<'a> {
    link: LinkRef<'a>,
    names: Vec<LinkRef<'a>>,
}

impl<'a> AltNames<'a> {
    /// Of this link: by name, by another alternative name, or by index.
    #[must_use]
    pub fn of(link: impl Into<LinkRef<'a>>) -> Self {
        Self {
            link: link.into(),
            names: Vec::new(),
        }
    }

    /// One more name.
    #[must_use]
    pub fn name(mut self, name: impl Into<LinkRef<'a>>) -> Self {
        self.names.push(name.into());
        self
    }
}

impl Request for AltNames<'_> {
    const SCHEMA: &'static Schema = LinkTable::SENT;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const IFLA_PROP_LIST: u16 = 52;
        let (kind, flags) = match verb {
            Verb::Add => (
                RTM_NEWLINKPROP,
                libc::NLM_F_CREATE | libc::NLM_F_EXCL | libc::NLM_F_APPEND,
            ),
            Verb::Delete => (RTM_DELLINKPROP, 0),
            verb => return Err(EncodeError::new(verb, "isn't done to alternative names")),
        };
        let message = out.begin(kind, flags as u16);
        encode_selected(Some(self.link), LinkHeader::default(), out)?;
        let list = out.begin_nest(IFLA_PROP_LIST);
        for name in &self.names {
            put_alt_name(name, out).map_err(|error| error.inside("alt_names"))?;
        }
        out.end_attribute(list)?;
        out.end(message)
    }
}

#[inline]
fn put_alt_name(name: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    match name {
        LinkRef::Index(_) => name.name().map(drop),
        LinkRef::Name(short) => put_name(IFLA_ALT_IFNAME, short.as_bytes(), out),
        LinkRef::Other(long) => {
            name.check_altname()?;
            put_name(IFLA_ALT_IFNAME, long, out)
        }
    }
}

impl Add for AltNames<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}

impl Delete for AltNames<'_> {}
