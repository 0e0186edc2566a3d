//! A route's header and attributes, and what is read out of more than one of them.
use std::{marker::PhantomData, net::IpAddr, time::Duration};

use super::{
    Route,
    encap::{self, Encap, EncapData, EncapView, LabelStack, Labels},
    metrics::{RouteMetrics, RouteMetricsTable, RouteMetricsView},
    nexthop::{Nexthop, NexthopList, Nexthops, Via, ViaBytes},
    types::{
        EncapType, RouteFlags, RouteProtocol, RouteScope, RouteTable, RouteType, RouterPreference,
    },
};
use crate::{
    Family, Prefix,
    wire::{
        Be16, Be32, ByName, Bytes, Centis, EncodeError, Fault, Format, Index, IpBytes, LinkRef,
        Nest, OnOff, Seconds, Shape, ValueInfo, Writer, constants,
        table::{Bits, aside},
    },
};

crate::record! {
    /// What stands before the attributes of a route.
    ///
    /// ```
    /// assert_eq!(nlroute::route::RouteHeader::LEN, 12);
    /// ```
    pub struct RouteHeader "rtmsg" 12 from 12;
    0 rtm_family family: u8 = "Address family, a [`Family`].";
    1 rtm_dst_len dst_len: u8 = "Prefix length of the destination in bits.";
    2 rtm_src_len src_len: u8 = "Prefix length of the source in bits.";
    3 rtm_tos tos: u8 = "Type of service that a packet must have; 0 is any.";
    4 rtm_table table: u8 = "A [`RouteTable`] below 256.";
    5 rtm_protocol protocol: u8 = "Who made it, a [`RouteProtocol`].";
    6 rtm_scope scope: u8 = "How far away the destination is, a [`RouteScope`].";
    7 rtm_type kind: u8 = "What it does, a [`RouteType`].";
    8 rtm_flags flags: u32 = "What is true of it, [`RouteFlags`].";
}

crate::record! {
    /// How a route is used.
    ///
    /// ```
    /// assert_eq!(nlroute::route::RouteCacheInfo::LEN, 32);
    /// ```
    #[non_exhaustive]
    pub struct RouteCacheInfo "rta_cacheinfo" 32 from 32;
    0 rta_clntref references: u32 = "How many hold it.";
    4 rta_lastuse last_use: u32 = "Since it was last used, in hundredths of a second.";
    8 rta_expires expires: i32 = "Until it ends, in hundredths of a second; 0 is never.";
    12 rta_error error: i32 = "What a packet to it is answered, an errno, negative or 0.";
    16 rta_used used: u32 = "How often it was used.";
    20 rta_id id: u32 = "Unused since Linux 3.6.";
    24 rta_ts ts: u32 = "Unused since Linux 3.6.";
    28 rta_tsage ts_age: u32 = "Unused since Linux 3.6.";
}

crate::record! {
    /// What went by a multicast route.
    ///
    /// ```
    /// assert_eq!(nlroute::route::MulticastStats::LEN, 24);
    /// ```
    #[non_exhaustive]
    pub struct MulticastStats "rta_mfc_stats" 24 from 24;
    0 mfcs_packets packets: u64 = "Packets.";
    8 mfcs_bytes bytes: u64 = "Bytes.";
    16 mfcs_wrong_if wrong_if: u64 = "Packets that came in by another link than they should.";
}

crate::table! {
    /// Attributes of a route (`RTA_*` of `linux/rtnetlink.h`).
    table RouteAttributeTable "route" after RouteHeader;
    /// A route as the kernel tells it.
    ///
    /// ```
    /// use nlroute::route::{RouteHeader, RouteView};
    /// let header = RouteHeader { family: 2, table: 254, ..Default::default() };
    /// let route = RouteView::parse(header.to_bytes().to_vec())?;
    /// assert!(route.destination().unwrap().is_default());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RouteView;
    /// What a route is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::route::RouteAttributes::new().is_empty());
    /// ```
    request RouteAttributes set by [impl<'a> Route<'a>] [.attributes]
        usual [4 5 6];

    ro 1 RTA_DST destination_address: IpAddr as IpBytes =
        "The destination's address; not there for the default route.";
    ro 2 RTA_SRC source_address: IpAddr as IpBytes =
        "Address of the source prefix that packets must have; IPv6.";
    ro 3 RTA_IIF iif: u32 as Index = "Index of the link that packets come in by.";
    rw 4 RTA_OIF oif: u32 | impl Into<LinkRef<'a>> as Index = "The link that packets go out by; read, its index.";
    rw 5 RTA_GATEWAY gateway: IpAddr as IpBytes =
        "The gateway, of the route's family. One of the other family is `via`.";
    rw 6 RTA_PRIORITY metric: u32 =
        "Metric: of several routes to the same destination the least counts. Unset it is 0 for \
         IPv4, 1024 for IPv6.";
    rw 7 RTA_PREFSRC source: IpAddr as IpBytes =
        "The address that the host itself sends from, which must be its own.";
    rw 8 RTA_METRICS metrics: RouteMetricsView<'_> | RouteMetrics<'a> as Nest<RouteMetricsTable> =
        "What the path is like.";
    rw 9 RTA_MULTIPATH nexthops: Nexthops<'_> | &'a [Nexthop<'a>] as NexthopList =
        "Several next hops, instead of one gateway and link.";
    ro 10 RTA_PROTOINFO protoinfo: &[u8] as Bytes = "No longer used.";
    rw 11 RTA_FLOW realms: u32 =
        "Realms: that of the source times 65536, plus that of the destination; IPv4.";
    ro 12 RTA_CACHEINFO cacheinfo: RouteCacheInfo = "How it is used.";
    ro 13 RTA_SESSION session: &[u8] as Bytes = "No longer used.";
    ro 14 RTA_MP_ALGO mp_algo: &[u8] as Bytes = "No longer used.";
    ro 15 RTA_TABLE full_table: RouteTable = "Its table, which the header has no room for from 256 on.";
    ro 16 RTA_MARK mark: u32 = "Mark that packets have.";
    ro 17 RTA_MFC_STATS multicast_stats: MulticastStats = "What went by it; multicast.";
    rw 18 RTA_VIA via: Via | impl Into<Via> as ViaBytes =
        "The gateway of an IPv4 route, of either family, or of an MPLS route. Since Linux 5.2.";
    rw 19 RTA_NEWDST newdst: Labels<'_> | &'a [u32] as LabelStack =
        "Labels to send with, the outermost first; MPLS.";
    rw 20 RTA_PREF pref: RouterPreference = "How good its router says that it is; IPv6. Since Linux 4.1.";
    ro 21 RTA_ENCAP_TYPE encap_type: EncapType = "What packets are wrapped in. Since Linux 4.3.";
    wo 22 RTA_ENCAP encap: &[u8] | impl Into<Encap<'a>> as EncapData<12, 21> =
        "What packets are wrapped in, and how. Since Linux 4.3.";
    rw 23 RTA_EXPIRES expires: Duration as Expires =
        "When it ends, in whole seconds from now; IPv6. Read it in `cacheinfo`: what is read here is \
         since when a multicast route was last used. Since Linux 4.1.";
    ro 25 RTA_UID uid: u32 = "User whose packets are meant.";
    rw 26 RTA_TTL_PROPAGATE ttl_propagate: bool as OnOff =
        "Whether the time to live goes from the labels to the packet; MPLS. Since Linux 4.12.";
    ro 27 RTA_IP_PROTO ip_proto: u8 = "Protocol above IP that packets have.";
    ro 28 RTA_SPORT sport: u16 as Be16 = "Source port that packets have.";
    ro 29 RTA_DPORT dport: u16 as Be16 = "Destination port that packets have.";
    rw 30 RTA_NH_ID nexthop_id: u32 =
        "Number of a next hop object, instead of gateway and link. Since Linux 5.3.";
    ro 31 RTA_FLOWLABEL flowlabel: u32 as Be32 = "Flow label that packets have; IPv6. Since Linux 6.14.";
}

/// Whole seconds; of a multicast route, hundredths of a second in 64 bits.
#[derive(Clone, Copy, Debug)]
pub enum Expires {}

impl Format for Expires {
    type Read<'a> = Duration;
    type Write<'a> = Duration;
    const INFO: ValueInfo = ValueInfo::new::<Self>("seconds", Shape::Number { len: 4 });

    #[inline]
    fn read(payload: &[u8]) -> Result<Duration, Fault> {
        match payload.len() {
            8 => Centis::<u64>::read(payload),
            _ => Seconds::<u32>::read(payload),
        }
    }

    #[inline]
    fn write(value: &Duration, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Seconds::<u32>::write(value, out)
    }

    #[inline]
    fn put(kind: u16, value: &Duration, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Seconds::<u32>::put(kind, value, out)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Duration {
        Duration::ZERO
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Duration> {
        Seconds::<u32>::again(payload)
    }
}

impl<'a> RouteAttributes<'a> {
    #[inline]
    pub(super) fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }

    #[inline]
    pub(super) fn has_none_of(&self, kinds: Bits) -> bool {
        self.is_set.has_none_of(kinds)
    }

    /// Where the table of the tunnel's settings is found, if it has some.
    #[inline]
    pub(super) fn names(&self) -> Option<ByName> {
        self.encap.names()
    }

    /// Whether nothing is set but what most routes have.
    #[inline]
    pub(super) fn is_usual(&self) -> bool {
        self.is_set.is_within(Self::USUAL)
    }

    /// An address, if it is set.
    #[inline]
    pub(super) fn ip(&self, kind: u16) -> Option<IpAddr> {
        let address = match kind {
            libc::RTA_GATEWAY => self.gateway,
            libc::RTA_PREFSRC => self.source,
            _ => return None,
        };
        self.has(kind).then_some(address)
    }

    /// The gateway of any family, if it is set.
    pub(super) fn via_address(&self) -> Option<Via> {
        self.has(constants::RTA_VIA).then_some(self.via)
    }

    pub(super) fn hops(&self) -> &'a [Nexthop<'a>] {
        self.nexthops
    }
}

impl RouteView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> RouteHeader {
        RouteHeader::at(self.as_bytes())
    }

    /// Its address family. A list of all has [`Family::Mpls`], [`Family::Ipmr`] and
    /// [`Family::Ip6mr`] too.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// The destination; the default route's is `0.0.0.0/0` or `::/0`. `None` where it is no IP
    /// prefix, as of MPLS.
    #[inline]
    #[must_use]
    pub fn destination(&self) -> Option<Prefix> {
        self.prefix(self.destination_address(), self.header().dst_len)
    }

    /// The label that packets have, of an MPLS route.
    ///
    /// `RTA_DST`.
    #[inline]
    #[must_use]
    pub fn label(&self) -> Option<u32> {
        if self.family() != Family::Mpls {
            return None;
        }
        Labels::new(self.body.get::<Bytes>(libc::RTA_DST)?)
            .iter()
            .next()
    }

    /// The prefix that a packet's source must have; `None` if any will do.
    #[inline]
    #[must_use]
    pub fn from(&self) -> Option<Prefix> {
        let address = self.source_address()?;
        self.prefix(Some(address), self.header().src_len)
    }

    #[inline]
    fn prefix(&self, address: Option<IpAddr>, len: u8) -> Option<Prefix> {
        const INET: u8 = libc::AF_INET as u8;
        const INET6: u8 = libc::AF_INET6 as u8;
        const IPMR: u8 = 128;
        const IP6MR: u8 = 129;
        match (address, self.header().family) {
            (Some(IpAddr::V4(address)), INET | IPMR) => Prefix::new(address.into(), len).ok(),
            (Some(IpAddr::V6(address)), INET6 | IP6MR) => Prefix::new(address.into(), len).ok(),
            (Some(_), _) => None,
            // Without a reference to the view: it would have to be moved to be referred to.
            (None, family) => aside(&family, len, |family, len| {
                Prefix::new(Family::from(*family).unspecified()?, len).ok()
            }),
        }
    }

    /// What it does.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> RouteType {
        self.header().kind.into()
    }

    /// Who made it.
    #[inline]
    #[must_use]
    pub fn protocol(&self) -> RouteProtocol {
        self.header().protocol.into()
    }

    /// How far away the destination is.
    #[inline]
    #[must_use]
    pub fn scope(&self) -> RouteScope {
        self.header().scope.into()
    }

    /// Its table.
    ///
    /// `RTA_TABLE`, else what the header says.
    #[inline]
    #[must_use]
    pub fn table(&self) -> RouteTable {
        self.full_table()
            .unwrap_or_else(|| RouteTable(self.header().table.into()))
    }

    /// Type of service that a packet must have; 0 is any.
    #[inline]
    #[must_use]
    pub fn tos(&self) -> u8 {
        self.header().tos
    }

    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> RouteFlags {
        RouteFlags::from_bits_retain(self.header().flags)
    }

    /// What packets are wrapped in, if they are.
    ///
    /// `RTA_ENCAP_TYPE` and `RTA_ENCAP`.
    #[inline]
    #[must_use]
    pub fn encap(&self) -> Option<EncapView<'_>> {
        encap::told(self.encap_type(), self.body.get::<Bytes>(22))
    }

    /// The gateway, whichever attribute it is in. Of several next hops none is told here.
    #[inline]
    #[must_use]
    pub fn next_hop(&self) -> Option<IpAddr> {
        self.gateway().or_else(|| self.via()?.ip())
    }

    /// Whether packets go out by the link of this index, by one next hop at least.
    #[inline]
    #[must_use]
    pub fn goes_out_by(&self, index: u32) -> bool {
        self.oif() == Some(index)
            || self
                .nexthops()
                .is_some_and(|hops| hops.iter().any(|hop| hop.index() == index))
    }
}
