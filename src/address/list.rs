//! Reading addresses: all that a filter keeps (`RTM_GETADDR`).
use std::{borrow::Cow, fmt};

use super::{AddressHeader, AddressTable, AddressView};
use crate::{
    Family, List, Query,
    noun::{self, invalid},
    wire::{EncodeError, Fault, Format, LinkRef, Schema, Writer, table::Table},
};

const IFA_TARGET_NETNSID: u16 = 10;

/// All addresses, or those that a filter keeps.
///
/// By default those of both families, on every link. The kernel filters, or since before it
/// could (Linux 4.20, for the link) the answer is filtered here.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Addresses, Family};
/// for address in &host.list(Addresses::all().family(Family::Inet6).link("eth0"))? {
///     println!("{:?}", address.prefix());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addresses<'a> {
    family: Option<Family>,
    link: Option<LinkRef<'a>>,
    target_netnsid: Option<i32>,
}

impl<'a> Addresses<'a> {
    /// Every address.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this family.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only those on this link. One that doesn't exist is the kernel's `ENODEV`, or for a name
    /// the look-up's error.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Those in the namespace that has this number in the connection's namespace. Since Linux
    /// 4.20. A link must then be given by its index there.
    #[must_use]
    pub fn target_netnsid(mut self, netnsid: i32) -> Self {
        self.target_netnsid = Some(netnsid);
        self
    }
}

impl Query for Addresses<'_> {
    const SCHEMA: &'static Schema = AddressTable::SENT;
    type View<'a> = AddressView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("addresses")?;
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let (Some(_), Some(link @ (LinkRef::Name(_) | LinkRef::Other(_)))) =
            (self.target_netnsid, &self.link)
        {
            let why = "is a name in another namespace: give the index there";
            return Err(invalid("link", link, why));
        }
        let message = out.begin(libc::RTM_GETADDR, 0);
        let header = AddressHeader {
            family: self.family.unwrap_or(Family::Unspec).into(),
            index: noun::resolve(&mut self.link, "link", out)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        if let Some(netnsid) = self.target_netnsid {
            i32::put(IFA_TARGET_NETNSID, &netnsid, out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWADDR
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<AddressView<'a>, Fault> {
        AddressView::parse(body)
    }
}

impl List for Addresses<'_> {
    /// With any family the link is each family's own affair.
    fn filters(&self, strict: bool) -> bool {
        !strict || (self.family.is_none() && self.link.is_some())
    }

    #[inline]
    fn keeps(&self, view: &AddressView<'_>) -> bool {
        noun::is_link(self.link.as_ref(), view.index())
            && self
                .family
                .is_none_or(|f| f == Family::Unspec || f == view.family())
    }
}
