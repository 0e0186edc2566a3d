//! Bridges (`IFLA_BR_*` of `linux/if_link.h`).
use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::{Kind, LinkRequest, kind::getters};
use crate::wire::{Be16, Bytes, Centis, LinkAddress, Nest, OnOff, Present};

/// A bridge.
///
/// ```
/// use std::time::Duration;
/// use nlroute::link::{Bridge, StpState};
/// let bridge = Bridge::new("br0")
///     .stp_state(StpState::Kernel)
///     .forward_delay(Duration::from_secs(4))
///     .vlan_filtering(true)
///     .up();
/// ```
pub type Bridge<'a> = LinkRequest<'a, BridgeTable>;

impl Kind for BridgeTable {
    const NAME: &'static str = "bridge";
}

crate::open_enum! {
    /// Who runs a bridge's spanning tree.
    ///
    /// ```
    /// assert_eq!(nlroute::link::StpState::from(1), nlroute::link::StpState::Kernel);
    /// ```
    pub enum StpState: u32 {
        /// Nobody.
        Off = 0 "off",
        /// The kernel; when it is set, whoever [`StpMode`] says.
        Kernel = 1 "kernel",
        /// A program.
        User = 2 "user",
    }
}

crate::open_enum! {
    /// Who is to run a bridge's spanning tree when it is switched on (`BR_STP_MODE_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::StpMode::Kernel.to_string(), "kernel");
    /// ```
    pub enum StpMode: u32 {
        /// The program `/sbin/bridge-stp` if it is there and agrees, else the kernel.
        Auto = 0 "auto",
        /// A program, without asking `/sbin/bridge-stp`.
        User = 1 "user",
        /// The kernel.
        Kernel = 2 "kernel",
    }
}

crate::open_enum! {
    /// Whether multicast routers are behind a bridge or a port (`MDB_RTR_TYPE_*` of
    /// `linux/if_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MulticastRouter::Permanent.to_string(), "permanent");
    /// ```
    pub enum MulticastRouter: u8 {
        /// None.
        Disabled = 0 "disabled",
        /// Found out by queries: what it is at first.
        Query = 1 "temp_query",
        /// Always.
        Permanent = 2 "permanent",
        /// For a while; only of a port.
        Temporary = 3 "temp",
    }
}

crate::open_flags! {
    /// Switches of a bridge, each the bit of its number (`BR_BOOLOPT_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::BridgeOption::MST_ENABLE.bits(), 4);
    /// ```
    pub struct BridgeOption: u32 {
        /// Nothing is learned from link-local packets.
        const NO_LL_LEARN = 1;
        /// Multicast groups are followed VLAN by VLAN. Since Linux 5.15.
        const MCAST_VLAN_SNOOPING = 1 << 1;
        /// Multiple spanning trees; while there are no VLANs yet. Since Linux 5.18.
        const MST_ENABLE = 1 << 2;
        /// Failures to offload multicast groups are told. Since Linux 6.16.
        const MDB_OFFLOAD_FAIL_NOTIFICATION = 1 << 3;
        /// Local addresses are kept for VLAN 0 only. Since Linux 6.18.
        const FDB_LOCAL_VLAN_0 = 1 << 4;
    }
}

crate::record! {
    /// Switches of a bridge, and which of them are meant.
    ///
    /// ```
    /// use nlroute::link::{Bridge, BridgeOption, BridgeOptions};
    /// let options = BridgeOptions::new(BridgeOption::NO_LL_LEARN, true);
    /// assert_eq!(options.get(BridgeOption::NO_LL_LEARN), Some(true));
    /// let bridge = Bridge::new("br0").multi_boolopt(options);
    /// ```
    pub struct BridgeOptions "br_boolopt_multi" 8 from 8;
    0 optval optval: u32 = "Those that are on.";
    4 optmask optmask: u32 = "Those that are meant, or that the kernel knows.";
}

super::masked::masked! { BridgeOptions of BridgeOption: optval under optmask }

crate::record! {
    /// The identifier of a bridge in the spanning tree: priority, then address. The lowest is
    /// the root.
    ///
    /// ```
    /// let id = nlroute::link::BridgeId { prio: [0x80, 0], addr: [2, 0, 0, 0, 0, 1] };
    /// assert_eq!(id.priority(), 0x8000);
    /// assert_eq!(id.to_string(), "8000.02:00:00:00:00:01");
    /// ```
    pub struct BridgeId "ifla_bridge_id" 8 from 8;
    0 prio prio: [u8; 2] = "The priority, in network byte order.";
    2 addr addr: [u8; 6] = "The address.";
}

impl BridgeId {
    /// The priority, 0 to 65535.
    #[must_use]
    pub const fn priority(&self) -> u16 {
        u16::from_be_bytes(self.prio)
    }

    /// The address.
    #[inline]
    #[must_use]
    pub fn address(&self) -> LinkAddress {
        self.addr.into()
    }
}

impl fmt::Display for BridgeId {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}.{}", self.priority(), self.address())
    }
}

crate::table! {
    /// Who queries multicast groups.
    table QuerierTable "mcast_querier_state";
    /// Who queries multicast groups (`BRIDGE_QUERIER_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// let view = nlroute::link::QuerierView::parse(&[][..])?;
    /// assert!(view.ip_address().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view QuerierView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::Querier::new().is_empty());
    /// ```
    request Querier;
    ro 1 BRIDGE_QUERIER_IP_ADDRESS ip_address: Ipv4Addr = "Address of the querier of IGMP.";
    ro 2 BRIDGE_QUERIER_IP_PORT ip_port: u32 = "Index of the port that it is behind; none if it is the bridge itself.";
    ro 3 BRIDGE_QUERIER_IP_OTHER_TIMER ip_other_timer: Duration as Centis<u64>
        = "How long it is still waited for.";
    ro 4 BRIDGE_QUERIER_PAD pad: &[u8] as Bytes = "Padding.";
    ro 5 BRIDGE_QUERIER_IPV6_ADDRESS ipv6_address: Ipv6Addr = "Address of the querier of MLD.";
    ro 6 BRIDGE_QUERIER_IPV6_PORT ipv6_port: u32 = "Index of the port that it is behind; none if it is the bridge itself.";
    ro 7 BRIDGE_QUERIER_IPV6_OTHER_TIMER ipv6_other_timer: Duration as Centis<u64>
        = "How long it is still waited for.";
}

crate::table! {
    /// Settings and state of a bridge.
    table BridgeTable "bridge";
    /// Settings and state of a bridge, read.
    ///
    /// ```
    /// let view = nlroute::link::BridgeView::parse(&[][..])?;
    /// assert!(view.forward_delay().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BridgeView;
    /// Settings of a bridge, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Bridge`] too.
    ///
    /// ```
    /// assert!(nlroute::link::BridgeData::new().is_empty());
    /// ```
    request BridgeData set by [impl<'a> LinkRequest<'a, BridgeTable>] [.data];

    rw 1 IFLA_BR_FORWARD_DELAY forward_delay: Duration as Centis<u32>
        = "Time spent listening, and again learning, before a port forwards: 2 to 30 s while the spanning tree is on. Kept in hundredths of a second.";
    rw 2 IFLA_BR_HELLO_TIME hello_time: Duration as Centis<u32>
        = "Time between two hellos of the root: 1 to 10 s. Kept in hundredths of a second.";
    rw 3 IFLA_BR_MAX_AGE max_age: Duration as Centis<u32>
        = "Time without a hello after which the root counts as gone: 6 to 40 s. Kept in hundredths of a second.";
    rw 4 IFLA_BR_AGEING_TIME ageing_time: Duration as Centis<u32>
        = "Time after which a learned address is forgotten. Kept in hundredths of a second.";
    rw 5 IFLA_BR_STP_STATE stp_state: StpState
        = "Who runs the spanning tree; `Kernel` and `User` both switch it on. Off at first.";
    rw 6 IFLA_BR_PRIORITY priority: u16 = "Priority in the spanning tree; the lowest becomes the root. 32768 at first.";
    rw 7 IFLA_BR_VLAN_FILTERING vlan_filtering: bool as OnOff = "Whether VLANs are kept apart.";
    rw 8 IFLA_BR_VLAN_PROTOCOL vlan_protocol: u16 as Be16
        = "EtherType of VLANs: 0x8100 (802.1Q) or 0x88a8 (802.1ad).";
    rw 9 IFLA_BR_GROUP_FWD_MASK group_fwd_mask: u16
        = "Which link-local groups 01:80:c2:00:00:0X are forwarded, a bit each; 0, 1 and 2 never are.";
    ro 10 IFLA_BR_ROOT_ID root_id: BridgeId = "The root of the spanning tree.";
    ro 11 IFLA_BR_BRIDGE_ID bridge_id: BridgeId = "This bridge in the spanning tree.";
    ro 12 IFLA_BR_ROOT_PORT root_port: u16 = "Number of the port towards the root; 0 is none.";
    ro 13 IFLA_BR_ROOT_PATH_COST root_path_cost: u32 = "Cost of the way to the root.";
    ro 14 IFLA_BR_TOPOLOGY_CHANGE topology_change: bool as OnOff = "Whether the tree is changing.";
    ro 15 IFLA_BR_TOPOLOGY_CHANGE_DETECTED topology_change_detected: bool as OnOff
        = "Whether this bridge found that it changes.";
    ro 16 IFLA_BR_HELLO_TIMER hello_timer: Duration as Centis<u64> = "Until the next hello.";
    ro 17 IFLA_BR_TCN_TIMER tcn_timer: Duration as Centis<u64>
        = "Until the change is told the root again.";
    ro 18 IFLA_BR_TOPOLOGY_CHANGE_TIMER topology_change_timer: Duration as Centis<u64>
        = "Until the change counts as over.";
    ro 19 IFLA_BR_GC_TIMER gc_timer: Duration as Centis<u64> = "Until old addresses are looked for.";
    rw 20 IFLA_BR_GROUP_ADDR group_addr: LinkAddress | impl Into<LinkAddress>
        = "Group of the spanning tree: 01:80:c2:00:00:0X, X not 1, 2 or 3.";
    wo 21 IFLA_BR_FDB_FLUSH fdb_flush: bool as Present = "Forgets all learned addresses.";
    rw 22 IFLA_BR_MCAST_ROUTER mcast_router: MulticastRouter
        = "Whether multicast routers are behind the bridge; not `Temporary`.";
    rw 23 IFLA_BR_MCAST_SNOOPING mcast_snooping: bool as OnOff
        = "Whether multicast packets go only to ports that want them.";
    rw 24 IFLA_BR_MCAST_QUERY_USE_IFADDR mcast_query_use_ifaddr: bool as OnOff
        = "Whether queries bear the bridge's address instead of 0.0.0.0.";
    rw 25 IFLA_BR_MCAST_QUERIER mcast_querier: bool as OnOff = "Whether the bridge queries groups.";
    rw 26 IFLA_BR_MCAST_HASH_ELASTICITY mcast_hash_elasticity: u32
        = "Longest chain of the table of groups; without a meaning since Linux 5.0, where it reads 16.";
    rw 27 IFLA_BR_MCAST_HASH_MAX mcast_hash_max: u32 = "Most groups; a power of two.";
    rw 28 IFLA_BR_MCAST_LAST_MEMBER_CNT mcast_last_member_cnt: u32
        = "Queries after somebody left a group before it counts as empty.";
    rw 29 IFLA_BR_MCAST_STARTUP_QUERY_CNT mcast_startup_query_cnt: u32
        = "Queries at the start.";
    rw 30 IFLA_BR_MCAST_LAST_MEMBER_INTVL mcast_last_member_intvl: Duration as Centis<u64>
        = "Time between queries after somebody left a group. Kept in hundredths of a second.";
    rw 31 IFLA_BR_MCAST_MEMBERSHIP_INTVL mcast_membership_intvl: Duration as Centis<u64>
        = "Time without a report after which a group counts as empty. Kept in hundredths of a second.";
    rw 32 IFLA_BR_MCAST_QUERIER_INTVL mcast_querier_intvl: Duration as Centis<u64>
        = "Time without a query of another querier after which the bridge queries itself. Kept in hundredths of a second.";
    rw 33 IFLA_BR_MCAST_QUERY_INTVL mcast_query_intvl: Duration as Centis<u64>
        = "Time between queries. Kept in hundredths of a second.";
    rw 34 IFLA_BR_MCAST_QUERY_RESPONSE_INTVL mcast_query_response_intvl: Duration as Centis<u64>
        = "Time in which a query is to be answered. Kept in hundredths of a second.";
    rw 35 IFLA_BR_MCAST_STARTUP_QUERY_INTVL mcast_startup_query_intvl: Duration as Centis<u64>
        = "Time between queries at the start. Kept in hundredths of a second.";
    rw 36 IFLA_BR_NF_CALL_IPTABLES nf_call_iptables: bool as OnOff
        = "Whether bridged IPv4 packets pass iptables.";
    rw 37 IFLA_BR_NF_CALL_IP6TABLES nf_call_ip6tables: bool as OnOff
        = "Whether bridged IPv6 packets pass ip6tables.";
    rw 38 IFLA_BR_NF_CALL_ARPTABLES nf_call_arptables: bool as OnOff
        = "Whether bridged ARP packets pass arptables.";
    rw 39 IFLA_BR_VLAN_DEFAULT_PVID vlan_default_pvid: u16
        = "VLAN of untagged packets on new ports, 1 to 4094; 0 is none. While VLANs aren't kept apart.";
    ro 40 IFLA_BR_PAD pad: &[u8] as Bytes = "Padding.";
    rw 41 IFLA_BR_VLAN_STATS_ENABLED vlan_stats_enabled: bool as OnOff
        = "Whether each VLAN is counted.";
    rw 42 IFLA_BR_MCAST_STATS_ENABLED mcast_stats_enabled: bool as OnOff
        = "Whether messages of IGMP and MLD are counted.";
    rw 43 IFLA_BR_MCAST_IGMP_VERSION mcast_igmp_version: u8 = "Version of IGMP: 2 or 3.";
    rw 44 IFLA_BR_MCAST_MLD_VERSION mcast_mld_version: u8 = "Version of MLD: 1 or 2.";
    rw 45 IFLA_BR_VLAN_STATS_PER_PORT vlan_stats_per_port: bool as OnOff
        = "Whether each VLAN is counted port by port; while no port has a VLAN. Since Linux 4.20.";
    rw 46 IFLA_BR_MULTI_BOOLOPT multi_boolopt: BridgeOptions = "Switches. Since Linux 5.0.";
    ro 47 IFLA_BR_MCAST_QUERIER_STATE mcast_querier_state: QuerierView<'_> as Nest<QuerierTable>
        = "Who queries multicast groups. Since Linux 5.15.";
    ro 48 IFLA_BR_FDB_N_LEARNED fdb_n_learned: u32 = "How many addresses are learned. Since Linux 6.7.";
    rw 49 IFLA_BR_FDB_MAX_LEARNED fdb_max_learned: u32
        = "Most addresses that are learned; 0 is without bound. Since Linux 6.7.";
    rw 50 IFLA_BR_STP_MODE stp_mode: StpMode
        = "Who is to run the spanning tree when it is switched on; while it is off. Newer than Linux 6.18.";
}

getters! {
    /// What it is set to as a bridge, if it is one.
    bridge of BridgeTable => BridgeView;
}
