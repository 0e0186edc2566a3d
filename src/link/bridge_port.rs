//! Ports of bridges (`IFLA_BRPORT_*` of `linux/if_link.h`).
use std::time::Duration;

use super::{BridgeId, Half, Kind, LinkRequest, MulticastRouter, kind::getters};
use crate::wire::{Bytes, Centis, Index, LinkRef, OnOff, Present};

/// A link as a port of a bridge: for `change`, once its [`master`](LinkRequest::master) is one.
///
/// The settings of a port can't be given together with the master: the kernel would refuse them,
/// forget them, or set them for the old master. That is an error here.
///
/// ```
/// use nlroute::link::{BridgePort, Link};
/// # fn sandboxed(host: &mut nlroute::Connection) -> nlroute::Result<()> {
/// host.change(Link::named("veth0").master("br0"))?;
/// host.change(BridgePort::named("veth0").hairpin(true).isolated(true))?;
/// # Ok(())
/// # }
/// ```
pub type BridgePort<'a> = LinkRequest<'a, BridgePortTable>;

impl Kind for BridgePortTable {
    const NAME: &'static str = "bridge";
    const HALF: Half = Half::Port;
}

crate::open_enum! {
    /// State of a port in the spanning tree (`BR_STATE_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::PortState::from(3), nlroute::link::PortState::Forwarding);
    /// ```
    pub enum PortState: u8 {
        /// It takes no part.
        Disabled = 0 "disabled",
        /// It finds out about the tree.
        Listening = 1 "listening",
        /// It learns addresses.
        Learning = 2 "learning",
        /// It carries packets.
        Forwarding = 3 "forwarding",
        /// It carries none, for there would be a loop.
        Blocking = 4 "blocking",
    }
}

crate::table! {
    /// Settings and state of a bridge's port.
    table BridgePortTable "bridge_port";
    /// Settings and state of a bridge's port, read.
    ///
    /// ```
    /// let view = nlroute::link::BridgePortView::parse(&[][..])?;
    /// assert!(view.state().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BridgePortView;
    /// Settings of a bridge's port, as [`LinkRequest::data`] takes them; each is a method of
    /// [`BridgePort`] too.
    ///
    /// ```
    /// assert!(nlroute::link::BridgePortData::new().is_empty());
    /// ```
    request BridgePortData set by [impl<'a> LinkRequest<'a, BridgePortTable>] [.data];

    rw 1 IFLA_BRPORT_STATE state: PortState
        = "State in the spanning tree; can be set while the kernel doesn't run one. Of a port with a carrier `Disabled` doesn't last: the kernel enables it again before it answers.";
    rw 2 IFLA_BRPORT_PRIORITY port_priority: u16 = "Priority in the spanning tree, 0 to 63; 32 at first.";
    rw 3 IFLA_BRPORT_COST port_cost: u32 = "Cost in the spanning tree, 1 to 65535.";
    rw 4 IFLA_BRPORT_MODE hairpin: bool as OnOff
        = "Whether a packet may leave by the port that it came in by.";
    rw 5 IFLA_BRPORT_GUARD guard: bool as OnOff
        = "Whether a message of the spanning tree switches the port off (BPDU guard).";
    rw 6 IFLA_BRPORT_PROTECT protect: bool as OnOff
        = "Whether the root can't be behind the port (root block).";
    rw 7 IFLA_BRPORT_FAST_LEAVE fast_leave: bool as OnOff
        = "Whether the port leaves a multicast group at the first word.";
    rw 8 IFLA_BRPORT_LEARNING learning: bool as OnOff = "Whether addresses are learned from it.";
    rw 9 IFLA_BRPORT_UNICAST_FLOOD unicast_flood: bool as OnOff
        = "Whether packets for unknown addresses leave by it.";
    rw 10 IFLA_BRPORT_PROXYARP proxyarp: bool as OnOff = "Whether the bridge answers ARP for it.";
    ro 11 IFLA_BRPORT_LEARNING_SYNC learning_sync: bool as OnOff
        = "Whether the device's own learned addresses are taken over.";
    rw 12 IFLA_BRPORT_PROXYARP_WIFI proxyarp_wifi: bool as OnOff
        = "As `proxyarp`, for wireless access points.";
    ro 13 IFLA_BRPORT_ROOT_ID root_id: BridgeId = "The root that it hears of.";
    ro 14 IFLA_BRPORT_BRIDGE_ID bridge_id: BridgeId = "The bridge that it hears of the root by.";
    ro 15 IFLA_BRPORT_DESIGNATED_PORT designated_port: u16 = "That bridge's port.";
    ro 16 IFLA_BRPORT_DESIGNATED_COST designated_cost: u16 = "That bridge's cost to the root.";
    ro 17 IFLA_BRPORT_ID id: u16 = "Identifier in the spanning tree: priority and number.";
    ro 18 IFLA_BRPORT_NO no: u16 = "Number of the port, 1 to 1023.";
    ro 19 IFLA_BRPORT_TOPOLOGY_CHANGE_ACK topology_change_ack: bool as OnOff
        = "Whether a change is to be acknowledged.";
    ro 20 IFLA_BRPORT_CONFIG_PENDING config_pending: bool as OnOff
        = "Whether a hello waits to be sent.";
    ro 21 IFLA_BRPORT_MESSAGE_AGE_TIMER message_age_timer: Duration as Centis<u64>
        = "Until what it heard is too old.";
    ro 22 IFLA_BRPORT_FORWARD_DELAY_TIMER forward_delay_timer: Duration as Centis<u64>
        = "Until its next state.";
    ro 23 IFLA_BRPORT_HOLD_TIMER hold_timer: Duration as Centis<u64>
        = "Until it may send a hello again.";
    wo 24 IFLA_BRPORT_FLUSH flush: bool as Present = "Forgets the addresses learned from it.";
    rw 25 IFLA_BRPORT_MULTICAST_ROUTER multicast_router: MulticastRouter
        = "Whether multicast routers are behind it.";
    ro 26 IFLA_BRPORT_PAD pad: &[u8] as Bytes = "Padding.";
    rw 27 IFLA_BRPORT_MCAST_FLOOD mcast_flood: bool as OnOff
        = "Whether packets for unknown groups leave by it.";
    rw 28 IFLA_BRPORT_MCAST_TO_UCAST mcast_to_ucast: bool as OnOff
        = "Whether multicast packets are sent to each member by itself. Since Linux 4.11.";
    rw 29 IFLA_BRPORT_VLAN_TUNNEL vlan_tunnel: bool as OnOff
        = "Whether VLANs become tunnels. Since Linux 4.11.";
    rw 30 IFLA_BRPORT_BCAST_FLOOD bcast_flood: bool as OnOff
        = "Whether broadcast packets leave by it. Since Linux 4.12.";
    rw 31 IFLA_BRPORT_GROUP_FWD_MASK group_fwd_mask: u16
        = "Which link-local groups 01:80:c2:00:00:0X are forwarded, a bit each; 1 never is. Since Linux 4.15.";
    rw 32 IFLA_BRPORT_NEIGH_SUPPRESS neigh_suppress: bool as OnOff
        = "Whether ARP and neighbour discovery are answered for others. Since Linux 4.15.";
    rw 33 IFLA_BRPORT_ISOLATED isolated: bool as OnOff
        = "Whether it can't reach other isolated ports. Since Linux 4.18.";
    rw 34 IFLA_BRPORT_BACKUP_PORT backup_port: u32 | impl Into<LinkRef<'a>> as Index
        = "The port that stands in when it has no carrier; 0 is none. Since Linux 4.19.";
    ro 35 IFLA_BRPORT_MRP_RING_OPEN mrp_ring_open: bool as OnOff
        = "Whether the ring of media redundancy is open. Since Linux 5.8.";
    ro 36 IFLA_BRPORT_MRP_IN_OPEN mrp_in_open: bool as OnOff
        = "Whether the ring between rings is open. Since Linux 5.9.";
    rw 37 IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT mcast_eht_hosts_limit: u32
        = "Most hosts whose groups are followed, 1 or more. Since Linux 5.12.";
    ro 38 IFLA_BRPORT_MCAST_EHT_HOSTS_CNT mcast_eht_hosts_cnt: u32
        = "How many hosts' groups are followed. Since Linux 5.12.";
    rw 39 IFLA_BRPORT_LOCKED locked: bool as OnOff
        = "Whether only known addresses may send by it. Since Linux 5.18.";
    rw 40 IFLA_BRPORT_MAB mab: bool as OnOff
        = "Whether unknown addresses are told, to be let in; only while locked and learning. Since Linux 6.2.";
    ro 41 IFLA_BRPORT_MCAST_N_GROUPS mcast_n_groups: u32 = "How many groups it has. Since Linux 6.3.";
    rw 42 IFLA_BRPORT_MCAST_MAX_GROUPS mcast_max_groups: u32
        = "Most groups that it may have; 0 is without bound. Since Linux 6.3.";
    rw 43 IFLA_BRPORT_NEIGH_VLAN_SUPPRESS neigh_vlan_suppress: bool as OnOff
        = "As `neigh_suppress`, VLAN by VLAN. Since Linux 6.4.";
    rw 44 IFLA_BRPORT_BACKUP_NHID backup_nhid: u32
        = "Next hop of packets that go to the backup port; 0 is none. Since Linux 6.6.";
    rw 45 IFLA_BRPORT_NEIGH_FORWARD_GRAT neigh_forward_grat: bool as OnOff
        = "Whether unasked ARP and neighbour advertisements pass in spite of `neigh_suppress`. Newer than Linux 6.18.";
}

getters! {
    /// What it is set to as a port of a bridge, if it is one.
    bridge_port of BridgePortTable => BridgePortView;
}
