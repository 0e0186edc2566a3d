//! What the kernel does with packets of links, by family (`RTM_GETNETCONF`, `linux/netconf.h`; `ip
//! netconf`). It is read here; it is set by `/proc/sys/net`.
//!
//! ```no_run
//! use nlroute::{Connection, Family, Netconf, Netconfs};
//!
//! let mut host = Connection::open()?;
//! let of_eth0 = host.get(Netconf::new(Family::Inet, "eth0"))?;
//! println!("{:?} {:?}", of_eth0.forwarding(), of_eth0.rp_filter());
//! for told in &host.list(Netconfs::all().family(Family::Inet6))? {
//!     println!("{:?} {:?}", told.target(), told.forwarding());
//! }
//! # Ok::<(), nlroute::Error>(())
//! ```
use std::{borrow::Cow, fmt};

use crate::{
    Family, Get, List, Query,
    noun::{self, invalid, put},
    wire::{EncodeError, Fault, LinkRef, OnOff32, Schema, Writer, table::Table},
};

crate::record! {
    /// What stands before the attributes of a link's settings.
    ///
    /// ```
    /// assert_eq!(nlroute::netconf::NetconfHeader::LEN, 1);
    /// ```
    pub struct NetconfHeader "netconfmsg" 1 from 1;
    0 ncm_family family: u8 = "Address family, a [`Family`].";
}

crate::open_enum! {
    /// Whether packets are dropped whose source isn't where they came from (RFC 3704; `rp_filter`
    /// of the kernel's `ip-sysctl`).
    ///
    /// ```
    /// assert_eq!(nlroute::netconf::ReversePath::Loose.to_string(), "loose");
    /// ```
    pub enum ReversePath: u32 {
        /// No.
        Off = 0 "off",
        /// Those that an answer to would leave by another link.
        Strict = 1 "strict",
        /// Those that an answer to would leave by no link.
        Loose = 2 "loose",
    }
}

/// What settings are of. There are no others.
///
/// ```
/// use nlroute::netconf::NetconfTarget;
/// assert_eq!(NetconfTarget::from(-1), NetconfTarget::All);
/// assert_eq!(i32::from(NetconfTarget::Link(7)), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetconfTarget {
    /// All links: what counts beside each one's own.
    ///
    /// `NETCONFA_IFINDEX_ALL`.
    All,
    /// Links that come: what they begin with.
    ///
    /// `NETCONFA_IFINDEX_DEFAULT`.
    Default,
    /// The link of this index.
    Link(u32),
}

impl From<i32> for NetconfTarget {
    fn from(index: i32) -> Self {
        match index {
            -1 => Self::All,
            -2 => Self::Default,
            index => Self::Link(index.cast_unsigned()),
        }
    }
}

impl From<NetconfTarget> for i32 {
    fn from(target: NetconfTarget) -> Self {
        match target {
            NetconfTarget::All => -1,
            NetconfTarget::Default => -2,
            NetconfTarget::Link(index) => index.cast_signed(),
        }
    }
}

crate::as_number!(NetconfTarget: i32, |v| NetconfTarget::from(v), |v| i32::from(*v));

crate::table! {
    /// What the kernel does with packets of a link (`NETCONFA_*` of `linux/netconf.h`).
    table NetconfTable "netconf" after NetconfHeader;
    /// What the kernel does with packets of a link. What a family doesn't have isn't there.
    ///
    /// ```
    /// use nlroute::netconf::NetconfView;
    /// assert_eq!(NetconfView::parse(&[2, 0, 0, 0][..])?.family(), nlroute::Family::Inet);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NetconfView;
    /// What is asked; nothing of it can be set here.
    ///
    /// ```
    /// assert!(nlroute::netconf::NetconfAttributes::new().is_empty());
    /// ```
    request NetconfAttributes;

    rw 1 NETCONFA_IFINDEX target: NetconfTarget = "What it is of.";
    ro 2 NETCONFA_FORWARDING forwarding: bool as OnOff32 = "Whether packets for others are sent on.";
    ro 3 NETCONFA_RP_FILTER rp_filter: ReversePath =
        "Whether packets are dropped whose source isn't where they came from; IPv4.";
    ro 4 NETCONFA_MC_FORWARDING mc_forwarding: bool as OnOff32 =
        "Whether multicast packets are sent on, for which a daemon is needed.";
    ro 5 NETCONFA_PROXY_NEIGH proxy_neigh: bool as OnOff32 =
        "Whether it is answered for addresses that are reached by other links. Since Linux 3.14.";
    ro 6 NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN ignore_routes_with_linkdown: bool as OnOff32 =
        "Whether routes by a link without carrier are passed over. Since Linux 4.3.";
    ro 7 NETCONFA_INPUT input: bool as OnOff32 = "Whether packets with labels are taken; MPLS. Since Linux 4.11.";
    ro 8 NETCONFA_BC_FORWARDING bc_forwarding: bool as OnOff32 =
        "Whether broadcast packets for a subnet are sent on; IPv4. Since Linux 5.0.";
    ro 9 NETCONFA_FORCE_FORWARDING force_forwarding: bool as OnOff32 =
        "Whether packets for others are sent on although `forwarding` of all is off; IPv6. Since \
         Linux 6.17.";
}

impl NetconfView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> NetconfHeader {
        NetconfHeader::at(self.as_bytes())
    }

    /// Its address family: [`Family::Inet`], [`Family::Inet6`] or [`Family::Mpls`].
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of the link; `None` where it is of all or of those that come.
    #[inline]
    #[must_use]
    pub fn index(&self) -> Option<u32> {
        match self.target()? {
            NetconfTarget::Link(index) => Some(index),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted<'a> {
    All,
    Default,
    Link(LinkRef<'a>),
}

/// The question for the settings of one link, of all, or of those that come.
///
/// ```
/// use nlroute::{Family, Netconf};
/// let of_link = Netconf::new(Family::Inet, "eth0");
/// let of_all = Netconf::of_all(Family::Inet6);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Netconf<'a> {
    family: Family,
    wanted: Wanted<'a>,
}

impl<'a> Netconf<'a> {
    /// Of this family and link.
    #[must_use]
    pub fn new(family: Family, link: impl Into<LinkRef<'a>>) -> Self {
        Self {
            family,
            wanted: Wanted::Link(link.into()),
        }
    }

    /// Of all links: what counts beside each one's own.
    ///
    /// `NETCONFA_IFINDEX_ALL`.
    #[must_use]
    pub fn of_all(family: Family) -> Self {
        Self {
            family,
            wanted: Wanted::All,
        }
    }

    /// Of links that come: what they begin with.
    ///
    /// `NETCONFA_IFINDEX_DEFAULT`.
    #[must_use]
    pub fn of_default(family: Family) -> Self {
        Self {
            family,
            wanted: Wanted::Default,
        }
    }
}

const RTM_NEWNETCONF: u16 = 80;
const RTM_GETNETCONF: u16 = 82;
const NETCONFA_IFINDEX: u16 = 1;

#[inline]
fn header(family: Family) -> [u8; NetconfHeader::LEN] {
    let family = family.into();
    NetconfHeader { family }.to_bytes()
}

impl Query for Netconf<'_> {
    const SCHEMA: &'static Schema = NetconfTable::SCHEMA;
    type View<'a> = NetconfView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} netconf of ", self.family)?;
        match &self.wanted {
            Wanted::All => f.write_str("all"),
            Wanted::Default => f.write_str("default"),
            Wanted::Link(link) => write!(f, "{link}"),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.family == Family::Unspec {
            return Err(invalid("family", self.family, "is needed to get one"));
        }
        let message = out.begin(RTM_GETNETCONF, 0);
        out.bytes(&header(self.family));
        let target = match &self.wanted {
            Wanted::All => NetconfTarget::All,
            Wanted::Default => NetconfTarget::Default,
            Wanted::Link(link) => NetconfTarget::Link(noun::index(link, out)?),
        };
        put::<NetconfTarget>(NETCONFA_IFINDEX, "target", &target, out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNETCONF
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NetconfView<'a>, Fault> {
        NetconfView::parse(body)
    }
}

impl Get for Netconf<'_> {}

/// The settings of all links, those of all and of those that come too, or those that a filter
/// keeps.
///
/// By default those of all families that have any. The kernel filters by family, the rest is
/// filtered here.
///
/// ```
/// use nlroute::{Family, Netconfs};
/// let of_ipv4 = Netconfs::all().family(Family::Inet);
/// let of_link = Netconfs::all().link("eth0");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Netconfs<'a> {
    family: Option<Family>,
    link: Option<LinkRef<'a>>,
}

impl<'a> Netconfs<'a> {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this family: [`Family::Inet`], [`Family::Inet6`] or [`Family::Mpls`].
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only those of this link.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }
}

impl Query for Netconfs<'_> {
    const SCHEMA: &'static Schema = NetconfTable::SCHEMA;
    type View<'a> = NetconfView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("netconf")?;
        match &self.link {
            Some(link) => write!(f, " of {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETNETCONF, 0);
        noun::resolve(&mut self.link, "link", out)?;
        out.bytes(&header(self.family.unwrap_or(Family::Unspec)));
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNETCONF
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NetconfView<'a>, Fault> {
        NetconfView::parse(body)
    }
}

impl List for Netconfs<'_> {
    fn filters(&self, _: bool) -> bool {
        self.link.is_some()
    }

    #[inline]
    fn keeps(&self, view: &NetconfView<'_>) -> bool {
        noun::is_link(self.link.as_ref(), view.index().unwrap_or(0))
    }
}
