//! Address labels: which of several IPv6 addresses the host takes as its own and as the other
//! side's (RFC 6724; `RTM_NEWADDRLABEL` and its like, `linux/if_addrlabel.h`; `ip addrlabel`).
//!
//! ```no_run
//! use nlroute::{AddressLabel, AddressLabels, Connection};
//!
//! let mut host = Connection::open()?;
//! host.add(AddressLabel::new("2001:db8::/32".parse()?, 99))?;
//! for label in &host.list(AddressLabels::all())? {
//!     println!("{:?} {:?}", label.prefix(), label.label());
//! }
//! let taken = host.get(AddressLabel::of("2001:db8::1".parse()?))?;
//! assert_eq!(taken.label(), Some(99));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use crate::{
    Add, Delete, Describe, Family, Get, List, Prefix, Query, Replace, Request, Result, Verb,
    noun::{self, invalid, never, put},
    wire::{EncodeError, Fault, LinkRef, Lookup, Schema, Writer, table::Table},
};

crate::record! {
    /// What stands before the attributes of an address label.
    ///
    /// ```
    /// assert_eq!(nlroute::addrlabel::AddressLabelHeader::LEN, 12);
    /// ```
    pub struct AddressLabelHeader "ifaddrlblmsg" 12 from 12;
    0 ifal_family family: u8 = "Address family, [`Family::Inet6`].";
    1 __ifal_reserved reserved: u8 = "0.";
    2 ifal_prefixlen prefix_len: u8 = "Prefix length in bits.";
    3 ifal_flags flags: u8 = "0.";
    4 ifal_index index: u32 = "Index of the link; 0 is any.";
    8 ifal_seq sequence: u32 = "Goes up by every change.";
}

crate::table! {
    /// Attributes of an address label (`IFAL_*` of `linux/if_addrlabel.h`).
    table AddressLabelTable "addrlabel" after AddressLabelHeader;
    /// An address label as the kernel tells it.
    ///
    /// ```
    /// use nlroute::addrlabel::{AddressLabelHeader, AddressLabelView};
    /// let header = AddressLabelHeader { family: 10, index: 3, ..Default::default() };
    /// let label = AddressLabelView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!((label.index(), label.label()), (Some(3), None));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view AddressLabelView;
    /// What an address label is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::addrlabel::AddressLabelAttributes::new().is_empty());
    /// ```
    request AddressLabelAttributes;

    rw 1 IFAL_ADDRESS address: Ipv6Addr = "The prefix's address.";
    rw 2 IFAL_LABEL label: u32 = "The label: of two addresses with the same one each suits the other.";
}

impl AddressLabelView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> AddressLabelHeader {
        AddressLabelHeader::at(self.as_bytes())
    }

    /// The addresses that have it.
    #[inline]
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        let address = self.address()?;
        Prefix::new(address.into(), self.header().prefix_len).ok()
    }

    /// Index of the link on which they have it; `None` is any.
    #[inline]
    #[must_use]
    pub fn index(&self) -> Option<u32> {
        Some(self.header().index).filter(|index| *index > 0)
    }
}

const RTM_NEWADDRLABEL: u16 = 72;
const RTM_DELADDRLABEL: u16 = 73;
const RTM_GETADDRLABEL: u16 = 74;
const IFAL_ADDRESS: u16 = 1;
const IFAL_LABEL: u16 = 2;

/// A request about one address label.
///
/// `add` fails if the prefix has one on the link, `replace` sets it, `delete` takes it away. The
/// kernel has some from the start (RFC 6724), which can be deleted too.
///
/// ```
/// use nlroute::AddressLabel;
/// let label = AddressLabel::new("2001:db8::/32".parse()?, 99).link("eth0");
/// # Ok::<(), nlroute::PrefixError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AddressLabel<'a> {
    prefix: Prefix,
    label: u32,
    link: Option<LinkRef<'a>>,
}

impl<'a> AddressLabel<'a> {
    /// The label of the addresses of this IPv6 prefix. An IPv4 address counts as
    /// `::ffff:192.0.2.1`. 4294967295 is none.
    #[must_use]
    pub fn new(prefix: Prefix, label: u32) -> Self {
        Self {
            prefix,
            label,
            link: None,
        }
    }

    /// Only on this link.
    ///
    /// `ifal_index` of `ifaddrlblmsg`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// The question which label this address has, for [`Connection::get`](crate::Connection::get).
    #[must_use]
    pub fn of(address: Ipv6Addr) -> AddressLabelLookup<'a> {
        AddressLabelLookup {
            address,
            link: None,
        }
    }
}

impl Request for AddressLabel<'_> {
    const SCHEMA: &'static Schema = AddressLabelTable::SCHEMA;
    const DESCRIBE: Describe = |body, name, f| {
        f.write_str("address label")?;
        let Ok(view) = AddressLabelView::parse(body) else {
            return Ok(());
        };
        if let Some(label) = view.label() {
            write!(f, " {label}")?;
        }
        if let Some(prefix) = view.prefix() {
            write!(f, " of {prefix}")?;
        }
        match view.index() {
            Some(index) => write!(f, " on {}", name(index)),
            None => Ok(()),
        }
    };

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if matches!(verb, Verb::Change | Verb::Append) {
            return Err(never(verb, "isn't done to an address label"));
        }
        let IpAddr::V6(address) = self.prefix.address() else {
            return Err(invalid("address", self.prefix, "is no IPv6 prefix"));
        };
        let (kind, flags) = noun::message(verb, RTM_NEWADDRLABEL, RTM_DELADDRLABEL)?;
        let message = out.begin(kind, flags);
        let index = match &self.link {
            Some(link) => noun::index(link, out)?,
            None => 0,
        };
        let header = AddressLabelHeader {
            family: Family::Inet6.into(),
            prefix_len: self.prefix.len(),
            index,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        put::<Ipv6Addr>(IFAL_ADDRESS, "address", &address, out)?;
        put::<u32>(IFAL_LABEL, "label", &self.label, out)?;
        out.end(message)
    }
}

impl Add for AddressLabel<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for AddressLabel<'_> {}
impl Delete for AddressLabel<'_> {}

/// The question which label an address has: that of the longest prefix.
///
/// ```
/// let question = nlroute::AddressLabel::of("2001:db8::1".parse()?).link("eth0");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AddressLabelLookup<'a> {
    address: Ipv6Addr,
    link: Option<LinkRef<'a>>,
}

impl<'a> AddressLabelLookup<'a> {
    /// As it is on this link.
    ///
    /// `ifal_index` of `ifaddrlblmsg`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }
}

impl Query for AddressLabelLookup<'_> {
    const SCHEMA: &'static Schema = AddressLabelTable::SCHEMA;
    type View<'a> = AddressLabelView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "address label of {}", self.address)?;
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETADDRLABEL, 0);
        let header = AddressLabelHeader {
            family: Family::Inet6.into(),
            prefix_len: 128,
            index: noun::resolve(&mut self.link, "link", out)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        put::<Ipv6Addr>(IFAL_ADDRESS, "address", &self.address, out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWADDRLABEL
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<AddressLabelView<'a>, Fault> {
        AddressLabelView::parse(body)
    }
}

impl Get for AddressLabelLookup<'_> {}

/// All address labels.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// for label in &host.list(nlroute::AddressLabels::all())? {
///     println!("{:?} {:?}", label.prefix(), label.label());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressLabels(());

impl AddressLabels {
    /// Every one; the kernel knows no filter.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }
}

impl Query for AddressLabels {
    const SCHEMA: &'static Schema = AddressLabelTable::SCHEMA;
    type View<'a> = AddressLabelView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("address labels")
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETADDRLABEL, 0);
        let header = AddressLabelHeader {
            family: Family::Inet6.into(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWADDRLABEL
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<AddressLabelView<'a>, Fault> {
        AddressLabelView::parse(body)
    }
}

impl List for AddressLabels {
    fn filters(&self, _: bool) -> bool {
        false
    }
}
