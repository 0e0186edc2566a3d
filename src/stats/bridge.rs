//! What a bridge counts (`BRIDGE_XSTATS_*` of `linux/if_bridge.h`).
use crate::wire::{Fixed, Format};

/// A number of what came in, and one of what went out.
///
/// ```
/// let count = nlroute::stats::Directions { rx: 2, tx: 1 };
/// assert_eq!(count.rx + count.tx, 3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Directions {
    /// Received.
    pub rx: u64,
    /// Sent.
    pub tx: u64,
}

impl Fixed for Directions {
    const LEN: usize = 16;

    #[inline]
    fn get(bytes: &[u8], offset: usize) -> Self {
        Self {
            rx: u64::get(bytes, offset),
            tx: u64::get(bytes, offset.saturating_add(8)),
        }
    }

    #[inline]
    fn put(self, bytes: &mut [u8], offset: usize) {
        self.rx.put(bytes, offset);
        self.tx.put(bytes, offset.saturating_add(8));
    }
}

crate::record! {
    /// What a bridge counts of a VLAN.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::BridgeVlanStats::LEN, 40);
    /// ```
    #[non_exhaustive]
    pub struct BridgeVlanStats "bridge_vlan_xstats" 40 from 36;
    0 rx_bytes rx_bytes: u64 = "Bytes received.";
    8 rx_packets rx_packets: u64 = "Packets received.";
    16 tx_bytes tx_bytes: u64 = "Bytes sent.";
    24 tx_packets tx_packets: u64 = "Packets sent.";
    32 vid vid: u16 = "The VLAN.";
    34 flags flags: u16 = "What is true of it, `BRIDGE_VLAN_INFO_*`.";
}

crate::record! {
    /// What a bridge counts of multicast.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::BridgeMcastStats::LEN, 240);
    /// ```
    #[non_exhaustive]
    pub struct BridgeMcastStats "br_mcast_stats" 240 from 240;
    0 igmp_v1queries igmp_v1queries: Directions = "Queries of IGMP 1.";
    16 igmp_v2queries igmp_v2queries: Directions = "Queries of IGMP 2.";
    32 igmp_v3queries igmp_v3queries: Directions = "Queries of IGMP 3.";
    48 igmp_leaves igmp_leaves: Directions = "Who leaves a group by IGMP.";
    64 igmp_v1reports igmp_v1reports: Directions = "Reports of IGMP 1.";
    80 igmp_v2reports igmp_v2reports: Directions = "Reports of IGMP 2.";
    96 igmp_v3reports igmp_v3reports: Directions = "Reports of IGMP 3.";
    112 igmp_parse_errors igmp_parse_errors: u64 = "IGMP that couldn't be read.";
    120 mld_v1queries mld_v1queries: Directions = "Queries of MLD 1.";
    136 mld_v2queries mld_v2queries: Directions = "Queries of MLD 2.";
    152 mld_leaves mld_leaves: Directions = "Who leaves a group by MLD.";
    168 mld_v1reports mld_v1reports: Directions = "Reports of MLD 1.";
    184 mld_v2reports mld_v2reports: Directions = "Reports of MLD 2.";
    200 mld_parse_errors mld_parse_errors: u64 = "MLD that couldn't be read.";
    208 mcast_bytes mcast_bytes: Directions = "Bytes.";
    224 mcast_packets mcast_packets: Directions = "Packets.";
}

crate::record! {
    /// What a bridge counts of its spanning tree.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::BridgeStpStats::LEN, 48);
    /// ```
    #[non_exhaustive]
    pub struct BridgeStpStats "bridge_stp_xstats" 48 from 48;
    0 transition_blk transition_blk: u64 = "Times that the port began to block.";
    8 transition_fwd transition_fwd: u64 = "Times that the port began to forward.";
    16 rx_bpdu rx_bpdu: u64 = "Messages received.";
    24 tx_bpdu tx_bpdu: u64 = "Messages sent.";
    32 rx_tcn rx_tcn: u64 = "Changes of topology received.";
    40 tx_tcn tx_tcn: u64 = "Changes of topology sent.";
}

crate::table! {
    /// What a bridge counts (`BRIDGE_XSTATS_*` of `linux/if_bridge.h`).
    table BridgeXstatsTable "bridge_xstats";
    /// What a bridge counts, of itself or of a port.
    ///
    /// ```
    /// assert_eq!(nlroute::stats::BridgeXstatsView::parse(&[][..])?.stp(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BridgeXstatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::stats::BridgeXstats::new().is_empty());
    /// ```
    request BridgeXstats;

    ro 1 BRIDGE_XSTATS_VLAN vlan: BridgeVlanStats =
        "One VLAN: there are as many of these as VLANs, see [`vlans`](Self::vlans).";
    ro 2 BRIDGE_XSTATS_MCAST mcast: BridgeMcastStats =
        "Multicast, if it is snooped and counted (`mcast_stats_enabled`). Since Linux 4.8.";
    ro 4 BRIDGE_XSTATS_STP stp: BridgeStpStats = "The spanning tree, of a port. Since Linux 5.6.";
}

impl BridgeXstatsView<'_> {
    /// Each VLAN, if they are counted (`vlan_stats_enabled`).
    ///
    /// `BRIDGE_XSTATS_VLAN`.
    pub fn vlans(&self) -> impl Iterator<Item = BridgeVlanStats> + use<'_> {
        let all = self.attributes().flatten();
        let vlans = all.filter(|attribute| attribute.kind() == BRIDGE_XSTATS_VLAN);
        vlans.filter_map(|vlan| <BridgeVlanStats as Format>::read(vlan.payload()).ok())
    }
}

const BRIDGE_XSTATS_VLAN: u16 = 1;
