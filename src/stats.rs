//! Statistics of links: what went through them, and what bridges, bonds, MPLS and hardware count
//! besides (`RTM_GETSTATS`, `RTM_SETSTATS`, `linux/if_link.h`; `ip stats`). Since Linux 4.7.
//!
//! A link's own counters also come with the [link](crate::link) itself; here they come alone.
//!
//! ```no_run
//! use nlroute::{Connection, stats::{AllStats, Stats, StatsGroups}};
//!
//! let mut host = Connection::open()?;
//! let of_eth0 = host.get(Stats::new("eth0"))?;
//! println!("{:?}", of_eth0.link_64().map(|counted| counted.rx_packets));
//! for told in &host.list(AllStats::new().groups(StatsGroups::LINK_XSTATS))? {
//!     let bridge = told.link_xstats().and_then(|kinds| kinds.bridge()?.mcast());
//!     println!("{}: {bridge:?}", told.index());
//! }
//! # Ok::<(), nlroute::Error>(())
//! ```
use crate::{
    link::LinkStats,
    wire::{Nest, OnOff},
};

mod bond;
mod bridge;
mod request;

pub use bond::{
    Bond3adStats, Bond3adStatsTable, Bond3adStatsView, BondXstats, BondXstatsTable, BondXstatsView,
};
pub use bridge::{
    BridgeMcastStats, BridgeStpStats, BridgeVlanStats, BridgeXstats, BridgeXstatsTable,
    BridgeXstatsView, Directions,
};
pub use request::{AllStats, Stats};

crate::record! {
    /// What stands before the attributes of statistics.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::StatsHeader::LEN, 12);
    /// ```
    pub struct StatsHeader "if_stats_msg" 12 from 12;
    0 family family: u8 = "Address family, 0.";
    4 ifindex index: u32 = "Index of the link.";
    8 filter_mask filter_mask: u32 = "Groups that are asked for, [`StatsGroups`]; of an answer those there.";
}

crate::open_flags! {
    /// Groups of statistics: the bits of `IFLA_STATS_*` (`IFLA_STATS_FILTER_BIT` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::stats::StatsGroups::AF_SPEC.bits(), 16);
    /// ```
    pub struct StatsGroups: u32 {
        /// What went through the link.
        const LINK_64 = 1;
        /// What a bridge or a bond counts besides. Since Linux 4.8.
        const LINK_XSTATS = 1 << 1;
        /// What a bridge or a bond counts of its port. Since Linux 4.8.
        const LINK_XSTATS_SLAVE = 1 << 2;
        /// What hardware counts. Since Linux 4.9.
        const LINK_OFFLOAD_XSTATS = 1 << 3;
        /// What address families count: MPLS. Since Linux 4.11.
        const AF_SPEC = 1 << 4;
    }
}

impl StatsGroups {
    /// Every group that there is until Linux 6.18.
    pub const KNOWN: Self = Self::from_bits_retain(0x1f);
}

crate::open_flags! {
    /// Which of what hardware counts is asked for: the bits of `IFLA_OFFLOAD_XSTATS_*`
    /// (`IFLA_STATS_FILTER_BIT` of `linux/if_link.h`). Since Linux 5.19.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::OffloadGroups::L3_STATS.bits(), 4);
    /// ```
    pub struct OffloadGroups: u32 {
        /// What reached the processor.
        const CPU_HIT = 1;
        /// What hardware was asked to count, and counts.
        const HW_S_INFO = 1 << 1;
        /// What was routed by hardware.
        const L3_STATS = 1 << 2;
    }
}

crate::record! {
    /// What hardware counts.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::HwStats::LEN, 72);
    /// ```
    #[non_exhaustive]
    pub struct HwStats "rtnl_hw_stats64" 72 from 72;
    0 rx_packets rx_packets: u64 = "Packets received.";
    8 tx_packets tx_packets: u64 = "Packets sent.";
    16 rx_bytes rx_bytes: u64 = "Bytes received.";
    24 tx_bytes tx_bytes: u64 = "Bytes sent.";
    32 rx_errors rx_errors: u64 = "Bad packets received.";
    40 tx_errors tx_errors: u64 = "Packets that couldn't be sent.";
    48 rx_dropped rx_dropped: u64 = "Good packets received and dropped.";
    56 tx_dropped tx_dropped: u64 = "Packets dropped instead of sent.";
    64 multicast multicast: u64 = "Multicast packets received.";
}

crate::record! {
    /// What a link counts of packets with labels.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::MplsLinkStats::LEN, 72);
    /// ```
    #[non_exhaustive]
    pub struct MplsLinkStats "mpls_link_stats" 72 from 72;
    0 rx_packets rx_packets: u64 = "Packets received.";
    8 tx_packets tx_packets: u64 = "Packets sent.";
    16 rx_bytes rx_bytes: u64 = "Bytes received.";
    24 tx_bytes tx_bytes: u64 = "Bytes sent.";
    32 rx_errors rx_errors: u64 = "Bad packets received.";
    40 tx_errors tx_errors: u64 = "Packets that couldn't be sent.";
    48 rx_dropped rx_dropped: u64 = "Packets received and dropped.";
    56 tx_dropped tx_dropped: u64 = "Packets dropped instead of sent.";
    64 rx_noroute rx_noroute: u64 = "Packets whose label no route had.";
}

crate::table! {
    /// What MPLS counts (`MPLS_STATS_*` of `linux/mpls.h`).
    table MplsStatsTable "mpls_stats";
    /// What MPLS counts.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::MplsStatsView::parse(&[][..])?.link(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MplsStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::MplsStats::new().is_empty());
    /// ```
    request MplsStats;

    ro 1 MPLS_STATS_LINK link: MplsLinkStats = "What the link counts.";
}

crate::table! {
    /// What address families count, by their number.
    table StatsAfTable "af_stats";
    /// What address families count.
    ///
    /// ```
    /// assert!(nlroute::stats::StatsAfView::parse(&[][..])?.mpls().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view StatsAfView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::StatsAf::new().is_empty());
    /// ```
    request StatsAf;

    ro 28 AF_MPLS mpls: MplsStatsView<'_> as Nest<MplsStatsTable> = "MPLS.";
}

crate::table! {
    /// What is counted besides, by who counts (`LINK_XSTATS_TYPE_*` of `linux/if_link.h`).
    table XstatsTable "xstats";
    /// What is counted besides.
    ///
    /// ```
    /// assert!(nlroute::stats::XstatsView::parse(&[][..])?.bridge().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view XstatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::Xstats::new().is_empty());
    /// ```
    request Xstats;

    ro 1 LINK_XSTATS_TYPE_BRIDGE bridge: BridgeXstatsView<'_> as Nest<BridgeXstatsTable> =
        "What a bridge counts.";
    ro 2 LINK_XSTATS_TYPE_BOND bond: BondXstatsView<'_> as Nest<BondXstatsTable> =
        "What a bond counts. Since Linux 5.1.";
}

crate::table! {
    /// Whether hardware counts (`IFLA_OFFLOAD_XSTATS_HW_S_INFO_*` of `linux/if_link.h`).
    table HwStatsUseTable "hw_stats_use";
    /// Whether hardware counts.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::HwStatsUseView::parse(&[][..])?.used(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view HwStatsUseView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::HwStatsUse::new().is_empty());
    /// ```
    request HwStatsUse;

    ro 1 IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST request: bool as OnOff = "Whether it is to.";
    ro 2 IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED used: bool as OnOff = "Whether it does.";
}

crate::table! {
    /// What hardware is to count and counts, by what it counts.
    table HwStatsInfoTable "hw_stats_info";
    /// What hardware is to count and counts.
    ///
    /// ```
    /// assert!(nlroute::stats::HwStatsInfoView::parse(&[][..])?.l3_stats().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view HwStatsInfoView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::HwStatsInfo::new().is_empty());
    /// ```
    request HwStatsInfo;

    ro 3 IFLA_OFFLOAD_XSTATS_L3_STATS l3_stats: HwStatsUseView<'_> as Nest<HwStatsUseTable> =
        "What is routed by hardware.";
}

crate::table! {
    /// What hardware counts (`IFLA_OFFLOAD_XSTATS_*` of `linux/if_link.h`).
    table OffloadXstatsTable "offload_xstats";
    /// What hardware counts.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::OffloadXstatsView::parse(&[][..])?.cpu_hit(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view OffloadXstatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::OffloadXstats::new().is_empty());
    /// ```
    request OffloadXstats;

    ro 1 IFLA_OFFLOAD_XSTATS_CPU_HIT cpu_hit: LinkStats = "What reached the processor.";
    ro 2 IFLA_OFFLOAD_XSTATS_HW_S_INFO hw_s_info: HwStatsInfoView<'_> as Nest<HwStatsInfoTable> =
        "What hardware is to count and counts. Since Linux 5.19.";
    ro 3 IFLA_OFFLOAD_XSTATS_L3_STATS l3_stats: HwStats =
        "What was routed by hardware. Since Linux 5.19.";
}

crate::table! {
    /// Statistics of a link (`IFLA_STATS_*` of `linux/if_link.h`).
    table StatsTable "stats" after StatsHeader;
    /// Statistics of a link, as the kernel tells them.
    ///
    /// ```
    /// use nlroute::stats::{StatsGroups, StatsHeader, StatsView};
    /// let header = StatsHeader { index: 3, filter_mask: 1, ..Default::default() };
    /// let told = StatsView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!((told.index(), told.groups()), (3, StatsGroups::LINK_64));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view StatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::StatsAttributes::new().is_empty());
    /// ```
    request StatsAttributes;

    ro 1 IFLA_STATS_LINK_64 link_64: LinkStats = "What went through the link.";
    ro 2 IFLA_STATS_LINK_XSTATS link_xstats: XstatsView<'_> as Nest<XstatsTable> =
        "What a bridge or a bond counts besides. Since Linux 4.8.";
    ro 3 IFLA_STATS_LINK_XSTATS_SLAVE link_xstats_slave: XstatsView<'_> as Nest<XstatsTable> =
        "What a bridge or a bond counts of its port. Since Linux 4.8.";
    ro 4 IFLA_STATS_LINK_OFFLOAD_XSTATS link_offload_xstats: OffloadXstatsView<'_>
        as Nest<OffloadXstatsTable> = "What hardware counts. Since Linux 4.9.";
    ro 5 IFLA_STATS_AF_SPEC af_spec: StatsAfView<'_> as Nest<StatsAfTable> =
        "What address families count. Since Linux 4.11.";
}

impl StatsView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> StatsHeader {
        StatsHeader::at(self.as_bytes())
    }

    /// Index of the link.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// The groups that are told.
    #[inline]
    #[must_use]
    pub fn groups(&self) -> StatsGroups {
        StatsGroups::from_bits_retain(self.header().filter_mask)
    }
}

crate::table! {
    /// What is asked for of each group: the bits of its own attributes.
    table StatsFilterTable "stats_filters";
    /// What is asked for of each group.
    ///
    /// ```
    /// use nlroute::stats::StatsFilterView;
    /// assert_eq!(StatsFilterView::parse(&[][..])?.link_offload_xstats(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view StatsFilterView;
    /// What to ask for of each group. The kernel knows such a filter only of what hardware counts.
    ///
    /// ```
    /// use nlroute::stats::{OffloadGroups, StatsFilter};
    /// let filter = StatsFilter::new().link_offload_xstats(OffloadGroups::L3_STATS);
    /// ```
    request StatsFilter;

    rw 4 IFLA_STATS_LINK_OFFLOAD_XSTATS link_offload_xstats: OffloadGroups =
        "Of what hardware counts.";
}

crate::table! {
    /// Attributes of the question for statistics, and of what sets what is counted
    /// (`IFLA_STATS_GET_*` and `IFLA_STATS_SET_*` of `linux/if_link.h`).
    table StatsGetSetTable "stats_getset" after StatsHeader;
    /// What a message asks for or sets.
    ///
    /// ```
    /// use nlroute::stats::{StatsGetSetView, StatsHeader};
    /// let view = StatsGetSetView::parse(StatsHeader::default().to_bytes().to_vec())?;
    /// assert_eq!(view.l3_stats(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view StatsGetSetView;
    /// What to ask for or to set, as attributes.
    ///
    /// ```
    /// assert!(nlroute::stats::StatsGetSet::new().is_empty());
    /// ```
    request StatsGetSet set by [impl<'a> Stats<'a>] [.attributes];

    rw 1 IFLA_STATS_GET_FILTERS filters: StatsFilterView<'_> | StatsFilter<'a>
        as Nest<StatsFilterTable> = "What is asked for of each group. Since Linux 5.19.";
    rw 2 IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS l3_stats: bool as OnOff =
        "Whether hardware is to count what it routes. Since Linux 5.19.";
}
