//! The VLANs of bridges with their options (`BRIDGE_VLANDB_*` of `linux/if_bridge.h`): what a
//! message holds.
use std::time::Duration;

use super::{
    BridgeVlanFlags, BridgeVlanInfo, GlobalVlanOptions, MdbRoutersTable, MdbRoutersView, Vids,
    VlanOptions, af::nests,
};
use crate::{
    link::{MulticastRouter, PortState, QuerierTable, QuerierView},
    wire::{Bytes, Centis, Nest, OnOff},
};

crate::record! {
    /// What stands before the attributes of VLANs.
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::VlanHeader::LEN, 8);
    /// ```
    pub struct VlanHeader "br_vlan_msg" 8 from 8;
    0 family family: u8 = "`AF_BRIDGE`.";
    1 reserved1 reserved1: u8 = "Zero.";
    2 reserved2 reserved2: u16 = "Zero.";
    4 ifindex index: u32 = "Index of the bridge or of the port.";
}

crate::open_flags! {
    /// What a list of VLANs tells (`BRIDGE_VLANDB_DUMPF_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// use nlroute::bridge::VlanDumpFlags;
    /// assert_eq!(VlanDumpFlags::GLOBAL.bits(), 2);
    /// ```
    pub struct VlanDumpFlags: u32 {
        /// Counters too.
        const STATS = 1;
        /// What a bridge's VLANs have in common on all ports, instead of what ports have.
        const GLOBAL = 1 << 1;
    }
}

crate::table! {
    /// What a list of VLANs is asked by.
    table VlanDumpTable "vlan_dump" after VlanHeader;
    /// What a list of VLANs is asked by, read.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanDumpView::parse(&[0; 8][..])?;
    /// assert!(view.flags().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanDumpView;
    /// What a list of VLANs is asked by, as attributes.
    ///
    /// ```
    /// assert!(nlroute::bridge::VlanDump::new().is_empty());
    /// ```
    request VlanDump;
    rw 1 BRIDGE_VLANDB_DUMP_FLAGS flags: VlanDumpFlags = "What it is to tell.";
}

crate::table! {
    /// The tunnel of a VLAN.
    table VlanTinfoTable "tunnel_info";
    /// The tunnel of a VLAN, read.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanTinfoView::parse(&[][..])?;
    /// assert!(view.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanTinfoView;
    /// The tunnel of a VLAN, to be set.
    ///
    /// ```
    /// let set = nlroute::bridge::VlanTinfo::new().id(100).cmd(19 /* RTM_SETLINK */);
    /// ```
    request VlanTinfo;
    rw 1 BRIDGE_VLANDB_TINFO_ID id: u32 = "The tunnel's network identifier, of the first VLAN of a range.";
    rw 2 BRIDGE_VLANDB_TINFO_CMD cmd: u32 = "Whether it is set (`RTM_SETLINK`) or taken away (`RTM_DELLINK`).";
}

crate::table! {
    /// Counters of a VLAN.
    table VlanStatsTable "stats";
    /// Counters of a VLAN; where there is a range, of all its VLANs together.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanStatsView::parse(&[][..])?;
    /// assert!(view.rx_bytes().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::VlanStats::new().is_empty());
    /// ```
    request VlanStats;
    ro 1 BRIDGE_VLANDB_STATS_RX_BYTES rx_bytes: u64 = "Bytes received.";
    ro 2 BRIDGE_VLANDB_STATS_RX_PACKETS rx_packets: u64 = "Packets received.";
    ro 3 BRIDGE_VLANDB_STATS_TX_BYTES tx_bytes: u64 = "Bytes sent.";
    ro 4 BRIDGE_VLANDB_STATS_TX_PACKETS tx_packets: u64 = "Packets sent.";
    ro 5 BRIDGE_VLANDB_STATS_PAD pad: &[u8] as Bytes = "Padding.";
}

crate::table! {
    /// A VLAN of a bridge or of a port, or a range of which the same is true.
    table VlanEntryTable "entry";
    /// A VLAN of a bridge or of a port, or a range of which the same is true.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanEntryView::parse(&[][..])?;
    /// assert!(view.vids().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanEntryView;
    /// Options of a VLAN: what a [`VlanOptions`] holds, whose setters they are.
    ///
    /// ```
    /// assert!(nlroute::bridge::VlanEntry::new().is_empty());
    /// ```
    request VlanEntry set by [impl<'a> VlanOptions<'a>] [.attributes];
    ro 1 BRIDGE_VLANDB_ENTRY_INFO info: BridgeVlanInfo = "The VLAN, or the first of the range.";
    ro 2 BRIDGE_VLANDB_ENTRY_RANGE range: u16 = "The last of the range.";
    rw 3 BRIDGE_VLANDB_ENTRY_STATE state: PortState
        = "State in the spanning tree, while the kernel runs none for the bridge.";
    rw 4 BRIDGE_VLANDB_ENTRY_TUNNEL_INFO tunnel_info: VlanTinfoView<'_> | VlanTinfo<'a>
        as Nest<VlanTinfoTable> = "The tunnel that it goes through; of a port.";
    ro 5 BRIDGE_VLANDB_ENTRY_STATS stats: VlanStatsView<'_> as Nest<VlanStatsTable>
        = "Counters; told if asked for.";
    rw 6 BRIDGE_VLANDB_ENTRY_MCAST_ROUTER mcast_router: MulticastRouter
        = "Whether multicast routers are behind it. Since Linux 5.15.";
    ro 7 BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS mcast_n_groups: u32
        = "How many groups it has. Since Linux 6.3.";
    rw 8 BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS mcast_max_groups: u32
        = "Most groups that it may have; 0 is without bound. Since Linux 6.3.";
    rw 9 BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS neigh_suppress: bool as OnOff
        = "Whether ARP and neighbour discovery are answered for others. Since Linux 6.4.";
    rw 10 BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT neigh_forward_grat: bool as OnOff
        = "Whether unasked ARP and neighbour advertisements pass in spite of `neigh_suppress`. Newer than Linux 6.18.";
}

impl VlanEntryView<'_> {
    /// Which VLANs.
    #[inline]
    #[must_use]
    pub fn vids(&self) -> Option<Vids> {
        let first = self.info()?.vid;
        Some(Vids::from(first..=self.range().unwrap_or(first)))
    }

    /// What is true of them.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> BridgeVlanFlags {
        self.info().unwrap_or_default().flags()
    }
}

crate::table! {
    /// The ports behind which there are multicast routers.
    table VlanRouterPortsTable "mcast_router_ports";
    /// The ports behind which there are multicast routers.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanRouterPortsView::parse(&[][..])?;
    /// assert!(view.routers().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanRouterPortsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::VlanRouterPorts::new().is_empty());
    /// ```
    request VlanRouterPorts;
    ro 2 MDBA_ROUTER routers: MdbRoutersView<'_> as Nest<MdbRoutersTable> = "The ports.";
}

crate::table! {
    /// What a VLAN of a bridge has on all its ports.
    table GlobalVlanTable "global_options";
    /// What a VLAN of a bridge has on all its ports, or a range of which the same is true.
    ///
    /// ```
    /// let view = nlroute::bridge::GlobalVlanView::parse(&[][..])?;
    /// assert!(view.vids().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view GlobalVlanView;
    /// What a VLAN of a bridge has on all its ports, to be set: what a [`GlobalVlanOptions`]
    /// holds, whose setters they are.
    ///
    /// ```
    /// assert!(nlroute::bridge::GlobalVlan::new().is_empty());
    /// ```
    request GlobalVlan set by [impl<'a> GlobalVlanOptions<'a>] [.attributes];
    ro 1 BRIDGE_VLANDB_GOPTS_ID id: u16 = "The VLAN, or the first of the range.";
    ro 2 BRIDGE_VLANDB_GOPTS_RANGE range: u16 = "The last of the range.";
    rw 3 BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING mcast_snooping: bool as OnOff
        = "Whether multicast goes only to its members.";
    rw 4 BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION mcast_igmp_version: u8 = "IGMP version to query with, 2 or 3.";
    rw 5 BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION mcast_mld_version: u8 = "MLD version to query with, 1 or 2.";
    rw 6 BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT mcast_last_member_count: u32
        = "How many queries after a member left.";
    rw 7 BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT mcast_startup_query_count: u32
        = "How many queries at the start.";
    rw 8 BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL mcast_last_member_interval: Duration
        as Centis<u64> = "Between two queries after a member left.";
    ro 9 BRIDGE_VLANDB_GOPTS_PAD pad: &[u8] as Bytes = "Padding.";
    rw 10 BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL mcast_membership_interval: Duration
        as Centis<u64> = "Until a member is forgotten.";
    rw 11 BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL mcast_querier_interval: Duration
        as Centis<u64> = "Until another querier is taken for gone.";
    rw 12 BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL mcast_query_interval: Duration
        as Centis<u64> = "Between two queries.";
    rw 13 BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL mcast_query_response_interval: Duration
        as Centis<u64> = "How long an answer may take.";
    rw 14 BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL mcast_startup_query_interval: Duration
        as Centis<u64> = "Between two queries at the start.";
    rw 15 BRIDGE_VLANDB_GOPTS_MCAST_QUERIER mcast_querier: bool as OnOff = "Whether the bridge queries.";
    ro 16 BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS mcast_router_ports: VlanRouterPortsView<'_>
        as Nest<VlanRouterPortsTable> = "The ports behind which there are multicast routers.";
    ro 17 BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE mcast_querier_state: QuerierView<'_>
        as Nest<QuerierTable> = "Who queries.";
    rw 18 BRIDGE_VLANDB_GOPTS_MSTI msti: u16
        = "Its spanning tree, 0 to 4094; of a bridge that has many. Since Linux 5.18.";
}

impl GlobalVlanView<'_> {
    /// Which VLANs.
    #[inline]
    #[must_use]
    pub fn vids(&self) -> Option<Vids> {
        let first = self.id()?;
        Some(Vids::from(first..=self.range().unwrap_or(first)))
    }
}

crate::table! {
    /// VLANs of a bridge or of a port.
    table VlanTable "vlan" after VlanHeader;
    /// VLANs of a bridge or of a port. There is one `entry`, or one `global_options`, a VLAN or a
    /// range: see [`entries`](Self::entries) and [`all_global_options`](Self::all_global_options).
    ///
    /// ```
    /// use nlroute::bridge::{VlanHeader, VlanView};
    /// let header = VlanHeader { family: 7, index: 3, ..Default::default() };
    /// let view = VlanView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!((view.index(), view.entries().count()), (3, 0));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanView;
    /// VLANs of a bridge or of a port, to be set: [`VlanOptions`] and [`GlobalVlanOptions`] do it.
    ///
    /// ```
    /// assert!(nlroute::bridge::VlanAttributes::new().is_empty());
    /// ```
    request VlanAttributes;
    rw 1 BRIDGE_VLANDB_ENTRY entry: VlanEntryView<'_> | VlanEntry<'a> as Nest<VlanEntryTable>
        = "A VLAN or a range; the last where there are many.";
    rw 2 BRIDGE_VLANDB_GLOBAL_OPTIONS global_options: GlobalVlanView<'_> | GlobalVlan<'a>
        as Nest<GlobalVlanTable>
        = "What a VLAN or a range has on all ports; the last where there are many. Since Linux 5.15.";
}

impl VlanView<'_> {
    /// Index of the bridge or of the port.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        VlanHeader::at(self.as_bytes()).index
    }

    /// Every VLAN or range that is told of.
    pub fn entries(&self) -> impl Iterator<Item = VlanEntryView<'_>> {
        nests(self.attributes(), 1).filter_map(|payload| VlanEntryView::parse(payload).ok())
    }

    /// What each VLAN or range that is told of has on all ports.
    pub fn all_global_options(&self) -> impl Iterator<Item = GlobalVlanView<'_>> {
        nests(self.attributes(), 2).filter_map(|payload| GlobalVlanView::parse(payload).ok())
    }
}
