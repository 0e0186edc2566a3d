//! Which networks a VXLAN takes, of those that take many (`bridge vni`; `VXLAN_VNIFILTER_*` of
//! `linux/if_link.h`).
use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::af::nests;
use crate::{
    Add, Delete, Describe, Family, List, Query, Request, Result, Verb,
    noun::{self, invalid, never},
    wire::{
        Bytes, EncodeError, Fault, LinkRef, Lookup, Mark, Nest, Schema, Writer, put_nest,
        table::Table,
    },
};

const RTM_NEWTUNNEL: u16 = 120;
const RTM_DELTUNNEL: u16 = 121;
const RTM_GETTUNNEL: u16 = 122;
const VXLAN_VNIFILTER_ENTRY: u16 = 1;

crate::record! {
    /// What stands before the attributes of a tunnel.
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::TunnelHeader::LEN, 8);
    /// ```
    pub struct TunnelHeader "tunnel_msg" 8 from 8;
    0 family family: u8 = "`AF_BRIDGE`.";
    1 flags flags: u8 = "1 (`TUNNEL_MSG_FLAG_STATS`) asks for counters.";
    2 reserved2 reserved2: u16 = "Zero.";
    4 ifindex index: u32 = "Index of the link.";
}

crate::table! {
    /// Counters of a network.
    table VniStatsTable "stats";
    /// Counters of a network.
    ///
    /// ```
    /// let view = nlroute::bridge::VniStatsView::parse(&[][..])?;
    /// assert!(view.rx_bytes().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VniStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::VniStats::new().is_empty());
    /// ```
    request VniStats;
    ro 1 VNIFILTER_ENTRY_STATS_RX_BYTES rx_bytes: u64 = "Bytes received.";
    ro 2 VNIFILTER_ENTRY_STATS_RX_PKTS rx_packets: u64 = "Packets received.";
    ro 3 VNIFILTER_ENTRY_STATS_RX_DROPS rx_drops: u64 = "Packets received and dropped.";
    ro 4 VNIFILTER_ENTRY_STATS_RX_ERRORS rx_errors: u64 = "Packets received with an error.";
    ro 5 VNIFILTER_ENTRY_STATS_TX_BYTES tx_bytes: u64 = "Bytes sent.";
    ro 6 VNIFILTER_ENTRY_STATS_TX_PKTS tx_packets: u64 = "Packets sent.";
    ro 7 VNIFILTER_ENTRY_STATS_TX_DROPS tx_drops: u64 = "Packets dropped on their way out.";
    ro 8 VNIFILTER_ENTRY_STATS_TX_ERRORS tx_errors: u64 = "Packets that couldn't be sent.";
    ro 9 VNIFILTER_ENTRY_STATS_PAD pad: &[u8] as Bytes = "Padding.";
}

crate::table! {
    /// A network that a VXLAN takes, or a range.
    table VniEntryTable "entry";
    /// A network that a VXLAN takes, or a range.
    ///
    /// ```
    /// let view = nlroute::bridge::VniEntryView::parse(&[][..])?;
    /// assert!(view.start().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VniEntryView;
    /// A network that a VXLAN takes, or a range, to be set; [`Vni`] does it.
    ///
    /// ```
    /// assert!(!nlroute::bridge::VniEntry::new().start(100).is_empty());
    /// ```
    request VniEntry;
    rw 1 VXLAN_VNIFILTER_ENTRY_START start: u32 = "The network identifier, or the first of the range; 24 bits.";
    rw 2 VXLAN_VNIFILTER_ENTRY_END end: u32 = "The last of the range.";
    rw 3 VXLAN_VNIFILTER_ENTRY_GROUP group: Ipv4Addr
        = "Where packets go that are for no known other end: a multicast group or one address; IPv4.";
    rw 4 VXLAN_VNIFILTER_ENTRY_GROUP6 group6: Ipv6Addr = "The same, IPv6.";
    ro 5 VXLAN_VNIFILTER_ENTRY_STATS stats: VniStatsView<'_> as Nest<VniStatsTable>
        = "Counters; told if asked for.";
}

impl VniEntryView<'_> {
    /// The first and the last network identifier.
    #[inline]
    #[must_use]
    pub fn range(&self) -> Option<(u32, u32)> {
        let start = self.start()?;
        Some((start, self.end().unwrap_or(start)))
    }

    /// Where packets go that are for no known other end, of either family.
    #[inline]
    #[must_use]
    pub fn remote(&self) -> Option<IpAddr> {
        let v4 = self.group().map(IpAddr::from);
        v4.or_else(|| self.group6().map(IpAddr::from))
    }
}

crate::table! {
    /// Which networks a VXLAN takes.
    table VniTable "tunnel" after TunnelHeader;
    /// Which networks a VXLAN takes. There is one `entry` a network or range: see
    /// [`entries`](Self::entries).
    ///
    /// ```
    /// use nlroute::bridge::{TunnelHeader, VniView};
    /// let header = TunnelHeader { family: 7, index: 3, ..Default::default() };
    /// let view = VniView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!((view.index(), view.entries().count()), (3, 0));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VniView;
    /// Which networks a VXLAN takes, to be set; [`Vni`] does it.
    ///
    /// ```
    /// assert!(nlroute::bridge::VniAttributes::new().is_empty());
    /// ```
    request VniAttributes;
    rw 1 VXLAN_VNIFILTER_ENTRY entry: VniEntryView<'_> | VniEntry<'a> as Nest<VniEntryTable>
        = "A network or a range; the last where there are many.";
}

impl VniView<'_> {
    /// Index of the VXLAN.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        TunnelHeader::at(self.as_bytes()).index
    }

    /// Every network or range that is told of.
    pub fn entries(&self) -> impl Iterator<Item = VniEntryView<'_>> {
        nests(self.attributes(), VXLAN_VNIFILTER_ENTRY)
            .filter_map(|payload| VniEntryView::parse(payload).ok())
    }
}

/// Networks that a VXLAN takes, one that takes many
/// ([`vnifilter`](crate::link::LinkRequest::vnifilter)). Since Linux 5.18.
///
/// `add` and `replace` are the same to the kernel: what is there already gets the address that is
/// given. `delete` takes them away; of a range that isn't there it deletes what is.
///
/// ```
/// use nlroute::bridge::Vni;
/// let one = Vni::new("vxlan0", 100);
/// let many = Vni::range("vxlan0", 100..=199).remote([239, 1, 1, 1]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Vni<'a> {
    link: LinkRef<'a>,
    first: u32,
    last: u32,
    remote: Option<IpAddr>,
}

impl<'a> Vni<'a> {
    /// The network of this identifier, of 24 bits.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, vni: u32) -> Self {
        Self::range(link, vni..=vni)
    }

    /// The networks of these identifiers.
    #[must_use]
    pub fn range(link: impl Into<LinkRef<'a>>, vnis: std::ops::RangeInclusive<u32>) -> Self {
        let (first, last) = vnis.into_inner();
        Self {
            link: link.into(),
            first,
            last,
            remote: None,
        }
    }

    /// Where packets go that are for no known other end: a multicast group, or one address.
    ///
    /// `VXLAN_VNIFILTER_ENTRY_GROUP` or `VXLAN_VNIFILTER_ENTRY_GROUP6`.
    #[must_use]
    pub fn remote(mut self, address: impl Into<IpAddr>) -> Self {
        self.remote = Some(address.into());
        self
    }

    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        if let Some(vni) = [self.first, self.last]
            .into_iter()
            .find(|vni| vni >> 24 != 0)
        {
            return Err(invalid("vni", vni, "has more than 24 bits"));
        } else if self.last < self.first {
            return Err(invalid("vni", self.last, "ends before it begins"));
        }
        Ok(())
    }
}

#[inline]
fn begin(kind: u16, flags: u8, index: u32, out: &mut Writer<'_>) -> Mark {
    let message = out.begin(kind, 0);
    let header = TunnelHeader {
        family: Family::Bridge.into(),
        flags,
        index,
        ..Default::default()
    };
    out.bytes(&header.to_bytes());
    message
}

impl Request for Vni<'_> {
    const SCHEMA: &'static Schema = VniTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let kind = match verb {
            Verb::Add | Verb::Replace => RTM_NEWTUNNEL,
            Verb::Delete => RTM_DELTUNNEL,
            verb => return Err(never(verb, "isn't done to the networks of a VXLAN")),
        };
        let message = begin(kind, 0, noun::index(&self.link, out)?, out);
        let mut entry = VniEntry::new();
        entry = entry.start(self.first);
        if self.first != self.last {
            entry = entry.end(self.last);
        }
        match self.remote {
            Some(IpAddr::V4(v4)) => entry = entry.group(v4),
            Some(IpAddr::V6(v6)) => entry = entry.group6(v6),
            None => {}
        }
        put_nest::<VniEntryTable>(VXLAN_VNIFILTER_ENTRY, &entry, out)
            .map_err(|error| error.inside("entry"))?;
        out.end(message)
    }
}

/// `vni 100-110 on vxlan0`.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Ok(view) = VniView::parse(body) else {
        return f.write_str("vni");
    };
    f.write_str("vni")?;
    match view.entries().find_map(|entry| entry.range()) {
        Some((first, last)) if first == last => write!(f, " {first}")?,
        Some((first, last)) => write!(f, " {first}-{last}")?,
        None => {}
    }
    match view.index() {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}

impl Add for Vni<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl crate::Replace for Vni<'_> {}
impl Delete for Vni<'_> {}

/// Which networks the VXLANs take that take many; all, or of one. Since Linux 5.18.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::bridge::Vnis;
/// for vxlan in &host.list(Vnis::all().link("vxlan0").stats())? {
///     for vnis in vxlan.entries() {
///         println!("{:?}", vnis.range());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vnis<'a> {
    link: Option<LinkRef<'a>>,
    stats: bool,
}

impl<'a> Vnis<'a> {
    /// Of every VXLAN.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only of this one. A link that is none, or that takes one network, is the kernel's `EINVAL`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// With counters. Networks are then told one by one.
    ///
    /// `TUNNEL_MSG_FLAG_STATS`.
    #[must_use]
    pub fn stats(mut self) -> Self {
        self.stats = true;
        self
    }
}

impl Query for Vnis<'_> {
    const SCHEMA: &'static Schema = VniTable::SCHEMA;
    type View<'a> = VniView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("vnis")?;
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const TUNNEL_MSG_FLAG_STATS: u8 = 1;
        let flags = if self.stats { TUNNEL_MSG_FLAG_STATS } else { 0 };
        let index = noun::resolve(&mut self.link, "link", out)?;
        let message = begin(RTM_GETTUNNEL, flags, index, out);
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWTUNNEL
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<VniView<'a>, Fault> {
        VniView::parse(body)
    }
}

impl List for Vnis<'_> {
    fn filters(&self, _: bool) -> bool {
        false
    }
}
