//! The messages of rtnetlink as data: which table a message of a type has, and what it is called.
//!
//! The kernel numbers its messages in fours: for each thing that it keeps, one to tell or make it
//! (`RTM_NEW...`), one to tell or make that it is gone (`RTM_DEL...`), one to ask for it
//! (`RTM_GET...`) and one to alter it (`RTM_SET...`), with the same header and the same attributes
//! (`RTM_FAM` of the kernel's `net/core/rtnetlink.c`). All of them stand in one list,
//! [`NOUNS`]; those that the crate has no table for stand there too, with what is before their
//! attributes.
//!
//! ```
//! use nlroute::{messages::{self, Noun}, wire::{Messages, Step, Writer}};
//!
//! let mut bytes = Vec::new();
//! let mut out = Writer::new(&mut bytes);
//! let message = out.begin(16, 0);
//! out.bytes(&[0; 16]);
//! out.attribute(4, &1500_u32.to_ne_bytes())?;
//! out.end(message)?;
//!
//! // Any datagram: from a message's type to its table, and to every attribute.
//! for message in Messages::new(&bytes) {
//!     let message = message?;
//!     let kind = message.header().kind;
//!     assert_eq!(messages::name(kind).unwrap(), "RTM_NEWLINK");
//!     let schema = Noun::of(kind).and_then(|noun| noun.schema).unwrap();
//!     schema.visit(message.body(), &mut |step| {
//!         if let Step::Attribute(found) = step {
//!             assert_eq!(found.line.unwrap().uapi, "IFLA_MTU");
//!         }
//!     });
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::fmt;

use crate::{
    NetnsIdTable,
    address::AddressTable,
    addrlabel::AddressLabelTable,
    bridge::{MdbTable, VlanTable, VniTable},
    link::LinkTable,
    ndisc::RouterPrefixTable,
    neighbour::NeighbourTable,
    netconf::NetconfTable,
    nexthop::NexthopObjectTable,
    ntable::NtableTable,
    route::{CacheReportTable, RouteAttributeTable},
    rule::RuleTable,
    stats::StatsTable,
    wire::{Schema, table::Table},
};

/// A thing that the kernel keeps, and the messages about it.
///
/// ```
/// use nlroute::messages::Noun;
/// let route = Noun::of(26).unwrap(); // RTM_GETROUTE
/// assert_eq!((route.name, route.first), ("route", 24));
/// assert_eq!((route.header, route.header_len), ("rtmsg", 12));
/// assert_eq!(Noun::named("route").unwrap().first, 24);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Noun {
    /// The first of its four message types: `RTM_NEW...`.
    pub first: u16,
    /// Its name, as iproute2 has it where it does.
    pub name: &'static str,
    /// Its name in the types of its messages: `LINK` of `RTM_NEWLINK`.
    pub uapi: &'static str,
    /// The struct that stands before the attributes, by its name in the kernel's headers.
    pub header: &'static str,
    /// The struct's length in bytes.
    pub header_len: usize,
    /// The table of its attributes; `None` if the crate has none.
    pub schema: Option<&'static Schema>,
    verbs: &'static str,
}

/// Which of the four messages there are, a letter each: new, del, get, set.
const NDG: &str = "NDG";

impl Noun {
    /// One that the crate has a table for, whose header says the rest.
    const fn typed(
        first: u16,
        name: &'static str,
        uapi: &'static str,
        verbs: &'static str,
        schema: &'static Schema,
    ) -> Self {
        let header = match schema.head {
            Some(head) => head.name,
            None => "",
        };
        Self {
            first,
            name,
            uapi,
            header,
            header_len: schema.header,
            schema: Some(schema),
            verbs,
        }
    }

    /// One that the crate has no table for.
    const fn untyped(
        first: u16,
        name: &'static str,
        uapi: &'static str,
        verbs: &'static str,
        header: &'static str,
        header_len: usize,
    ) -> Self {
        Self {
            first,
            name,
            uapi,
            header,
            header_len,
            schema: None,
            verbs,
        }
    }

    /// The noun of a message of this type.
    #[inline]
    #[must_use]
    pub fn of(kind: u16) -> Option<&'static Self> {
        Nouns::ALL.of(kind)
    }

    /// The noun of this name: iproute2's, the message types' in small letters, or the table's.
    #[inline]
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Nouns::ALL.named(name)
    }

    /// Its message types, lowest first.
    pub fn kinds(&self) -> impl Iterator<Item = u16> + use<> {
        let noun = *self;
        (noun.first..noun.first.saturating_add(4)).filter(move |kind| noun.verb(*kind).is_some())
    }

    /// What a message of this type does.
    #[inline]
    fn verb(&self, kind: u16) -> Option<&'static str> {
        let (letter, verb) = match kind & 3 {
            0 => ('N', "NEW"),
            1 => ('D', "DEL"),
            2 => ('G', "GET"),
            _ => ('S', "SET"),
        };
        self.verbs.contains(letter).then_some(verb)
    }
}

/// The name of a message type: `RTM_NEWLINK`, `NLMSG_DONE`.
///
/// ```
/// use nlroute::messages::name;
/// assert_eq!(name(18).as_deref(), Some("RTM_GETLINK"));
/// assert_eq!(name(3).as_deref(), Some("NLMSG_DONE"));
/// assert_eq!(name(93), None); // statistics aren't deleted
/// ```
#[inline]
#[must_use]
pub fn name(kind: u16) -> Option<String> {
    Nouns::ALL.name(kind)
}

/// The message type of this name: the other way round than [`name`].
///
/// ```
/// use nlroute::messages::kind;
/// assert_eq!(kind("RTM_GETLINK"), Some(18));
/// assert_eq!(kind("RTM_OLDLINK"), None);
/// ```
#[inline]
#[must_use]
pub fn kind(name: &str) -> Option<u16> {
    Nouns::ALL.kind(name)
}

/// The list, for whoever is given it by its caller and doesn't name it.
///
/// Behind it are all tables, and all that can be asked of each of their values. Only functions
/// that are compiled where they are used name it, so that this crate isn't compiled with all of
/// that for nobody, and a program isn't linked with it.
#[derive(Clone, Copy)]
pub(crate) struct Nouns(&'static [Noun]);

impl Nouns {
    pub(crate) const ALL: Self = Self(NOUNS);

    #[inline]
    pub(crate) fn of(self, kind: u16) -> Option<&'static Noun> {
        let noun = self.0.iter().find(|noun| noun.first == kind & !3)?;
        noun.verb(kind).map(|_| noun)
    }

    #[inline]
    pub(crate) fn named(self, name: &str) -> Option<&'static Noun> {
        self.0.iter().find(|noun| {
            let table = noun.schema.map(|schema| schema.name);
            noun.name == name || noun.uapi.eq_ignore_ascii_case(name) || table == Some(name)
        })
    }

    #[inline]
    pub(crate) fn name(self, kind: u16) -> Option<String> {
        let control = match kind {
            1 => "NLMSG_NOOP",
            2 => "NLMSG_ERROR",
            3 => "NLMSG_DONE",
            4 => "NLMSG_OVERRUN",
            _ => {
                let noun = self.of(kind)?;
                return Some(format!("RTM_{}{}", noun.verb(kind)?, noun.uapi));
            }
        };
        Some(control.to_owned())
    }

    #[inline]
    pub(crate) fn kind(self, name: &str) -> Option<u16> {
        let nouns = self.0.iter().flat_map(Noun::kinds);
        (1..5)
            .chain(nouns)
            .find(|kind| self.name(*kind).as_deref() == Some(name))
    }
}

impl fmt::Debug for Nouns {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|noun| noun.name))
            .finish()
    }
}

/// Every noun of rtnetlink, by the numbers of their messages. A table that the crate gets is told
/// here, in its line.
pub const NOUNS: &[Noun] = &[
    Noun::typed(16, "link", "LINK", "NDGS", LinkTable::SCHEMA),
    Noun::typed(20, "addr", "ADDR", NDG, AddressTable::SCHEMA),
    Noun::typed(24, "route", "ROUTE", NDG, RouteAttributeTable::SCHEMA),
    Noun::typed(28, "neigh", "NEIGH", NDG, NeighbourTable::SCHEMA),
    Noun::typed(32, "rule", "RULE", NDG, RuleTable::SCHEMA),
    Noun::untyped(36, "qdisc", "QDISC", NDG, "tcmsg", 20),
    Noun::untyped(40, "class", "TCLASS", NDG, "tcmsg", 20),
    Noun::untyped(44, "filter", "TFILTER", NDG, "tcmsg", 20),
    Noun::untyped(48, "action", "ACTION", NDG, "tcamsg", 4),
    Noun::typed(52, "prefix", "PREFIX", "N", RouterPrefixTable::SCHEMA),
    Noun::typed(56, "maddr", "MULTICAST", NDG, AddressTable::SCHEMA),
    Noun::typed(60, "anycast", "ANYCAST", NDG, AddressTable::SCHEMA),
    Noun::typed(64, "ntable", "NEIGHTBL", "NGS", NtableTable::SCHEMA),
    Noun::untyped(68, "nduseropt", "NDUSEROPT", "N", "nduseroptmsg", 16),
    Noun::typed(72, "addrlabel", "ADDRLABEL", NDG, AddressLabelTable::SCHEMA),
    Noun::untyped(76, "dcb", "DCB", "GS", "dcbmsg", 4),
    Noun::typed(80, "netconf", "NETCONF", NDG, NetconfTable::SCHEMA),
    Noun::typed(84, "mdb", "MDB", NDG, MdbTable::SCHEMA),
    Noun::typed(88, "nsid", "NSID", NDG, NetnsIdTable::SCHEMA),
    Noun::typed(92, "stats", "STATS", "NGS", StatsTable::SCHEMA),
    Noun::typed(
        96,
        "cachereport",
        "CACHEREPORT",
        "N",
        CacheReportTable::SCHEMA,
    ),
    Noun::untyped(100, "chain", "CHAIN", NDG, "tcmsg", 20),
    Noun::typed(104, "nexthop", "NEXTHOP", NDG, NexthopObjectTable::SCHEMA),
    Noun::typed(108, "linkprop", "LINKPROP", NDG, LinkTable::SCHEMA),
    Noun::typed(112, "vlan", "VLAN", NDG, VlanTable::SCHEMA),
    Noun::typed(
        116,
        "bucket",
        "NEXTHOPBUCKET",
        NDG,
        NexthopObjectTable::SCHEMA,
    ),
    Noun::typed(120, "tunnel", "TUNNEL", NDG, VniTable::SCHEMA),
];
