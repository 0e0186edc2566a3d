//! What a bridge or a port has in messages of the bridge's own family (`IFLA_BRIDGE_*` of
//! `linux/if_bridge.h`).
use super::{
    BridgeLink, CfmTable, CfmView, MrpTable, MrpView, TunnelRange, VlanRange,
    vids::{tunnels, vlans},
};
use crate::{
    link::PortState,
    wire::{Attributes, Nest},
};

crate::open_flags! {
    /// Whom a message of the bridge's family is for (`BRIDGE_FLAGS_*` of `linux/if_bridge.h`).
    /// Nothing set is the bridge that the link is a port of.
    ///
    /// ```
    /// use nlroute::bridge::BridgeFlags;
    /// assert_eq!(BridgeFlags::SELF.bits(), 2);
    /// ```
    pub struct BridgeFlags: u16 {
        /// For the bridge that the link is a port of.
        const MASTER = 1;
        /// For the link itself: a bridge, or a network card that bridges.
        const SELF = 1 << 1;
    }
}

crate::open_enum! {
    /// How a network card bridges between its functions (`BRIDGE_MODE_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::BridgeMode::Vepa.to_string(), "vepa");
    /// ```
    pub enum BridgeMode: u16 {
        /// By itself, as a bridge does.
        Veb = 0 "veb",
        /// By the switch outside, which sends the frames back.
        Vepa = 1 "vepa",
        /// It doesn't say.
        Undef = 65535 "undef",
    }
}

crate::open_flags! {
    /// What is true of a VLAN on a port (`BRIDGE_VLAN_INFO_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// use nlroute::bridge::BridgeVlanFlags;
    /// assert_eq!((BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED).bits(), 6);
    /// ```
    pub struct BridgeVlanFlags: u16 {
        /// For the bridge as well as for the port.
        const MASTER = 1;
        /// What a frame without a tag gets when it comes in.
        const PVID = 1 << 1;
        /// Frames leave without the tag.
        const UNTAGGED = 1 << 2;
        /// The first of a range.
        const RANGE_BEGIN = 1 << 3;
        /// The last of a range.
        const RANGE_END = 1 << 4;
        /// The bridge itself takes part in it.
        const BRENTRY = 1 << 5;
        /// Only its options are altered. Since Linux 5.6.
        const ONLY_OPTS = 1 << 6;
    }
}

crate::record! {
    /// A VLAN of a bridge or of a port.
    ///
    /// ```
    /// use nlroute::bridge::{BridgeVlanFlags, BridgeVlanInfo};
    /// let info = BridgeVlanInfo { flags: 4, vid: 10 };
    /// assert_eq!(info.flags(), BridgeVlanFlags::UNTAGGED);
    /// ```
    pub struct BridgeVlanInfo "bridge_vlan_info" 4 from 4;
    0 flags flags: u16 = "What is true of it, [`BridgeVlanFlags`].";
    2 vid vid: u16 = "The VLAN, 1 to 4094.";
}

impl BridgeVlanInfo {
    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> BridgeVlanFlags {
        BridgeVlanFlags::from_bits_retain(self.flags)
    }
}

crate::table! {
    /// The tunnel of a VLAN.
    table VlanTunnelTable "vlan_tunnel_info";
    /// The tunnel of a VLAN, read. Where there is a range, its first and its last are told.
    ///
    /// ```
    /// let view = nlroute::bridge::VlanTunnelView::parse(&[][..])?;
    /// assert!(view.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanTunnelView;
    /// The tunnel of a VLAN, to be set; [`BridgeVlan::tunnel`](super::BridgeVlan::tunnel) does it
    /// for a range.
    ///
    /// ```
    /// let tunnel = nlroute::bridge::VlanTunnel::new().vid(10).id(10_010);
    /// assert!(!tunnel.is_empty());
    /// ```
    request VlanTunnel;
    rw 1 IFLA_BRIDGE_VLAN_TUNNEL_ID id: u32 = "The tunnel's network identifier.";
    rw 2 IFLA_BRIDGE_VLAN_TUNNEL_VID vid: u16 = "The VLAN.";
    rw 3 IFLA_BRIDGE_VLAN_TUNNEL_FLAGS flags: BridgeVlanFlags = "Whether it begins or ends a range.";
}

crate::table! {
    /// The state of a port in one of the multiple spanning trees.
    table MstEntryTable "mst_entry";
    /// The state of a port in one of the multiple spanning trees, read.
    ///
    /// ```
    /// let view = nlroute::bridge::MstEntryView::parse(&[][..])?;
    /// assert!(view.msti().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MstEntryView;
    /// The state of a port in one of the multiple spanning trees, to be set.
    ///
    /// ```
    /// use nlroute::{bridge::MstEntry, link::PortState};
    /// let entry = MstEntry::new().msti(2).state(PortState::Blocking);
    /// ```
    request MstEntry;
    rw 1 IFLA_BRIDGE_MST_ENTRY_MSTI msti: u16 = "The tree, 1 to 4094; 0 is the common one, of all VLANs without another.";
    rw 2 IFLA_BRIDGE_MST_ENTRY_STATE state: PortState = "The state.";
}

crate::table! {
    /// Multiple spanning trees of a port.
    table MstTable "mst";
    /// Multiple spanning trees of a port, read. There is one `entry` a tree: see
    /// [`entries`](Self::entries).
    ///
    /// ```
    /// let view = nlroute::bridge::MstView::parse(&[][..])?;
    /// assert!(view.entries().next().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MstView;
    /// Multiple spanning trees of a port, to be set: one of them.
    ///
    /// ```
    /// use nlroute::bridge::{Mst, MstEntry};
    /// assert!(!Mst::new().entry(MstEntry::new().msti(2)).is_empty());
    /// ```
    request Mst;
    rw 1 IFLA_BRIDGE_MST_ENTRY entry: MstEntryView<'_> | MstEntry<'a> as Nest<MstEntryTable>
        = "A tree; the last where there are many.";
}

impl MstView<'_> {
    /// All trees.
    pub fn entries(&self) -> impl Iterator<Item = MstEntryView<'_>> {
        nests(self.attributes(), 1).filter_map(|payload| MstEntryView::parse(payload).ok())
    }
}

crate::table! {
    /// What a bridge or a port has, in messages of family `AF_BRIDGE`.
    table BridgeAfTable "bridge_af";
    /// What a bridge or a port has, in messages of family `AF_BRIDGE`, read. There is one
    /// `vlan_info` a VLAN, or two a range: see [`vlans`](Self::vlans).
    ///
    /// ```
    /// let view = nlroute::bridge::BridgeAfView::parse(&[][..])?;
    /// assert!(view.vlan_info().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BridgeAfView;
    /// What to set on a bridge or a port, in messages of family `AF_BRIDGE`: what a
    /// [`BridgeLink`] holds, whose setters they are.
    ///
    /// ```
    /// assert!(nlroute::bridge::BridgeAf::new().is_empty());
    /// ```
    request BridgeAf set by [impl<'a> BridgeLink<'a>] [.attributes];
    rw 0 IFLA_BRIDGE_FLAGS flags: BridgeFlags = "Whom it is for.";
    rw 1 IFLA_BRIDGE_MODE mode: BridgeMode = "How a network card bridges.";
    rw 2 IFLA_BRIDGE_VLAN_INFO vlan_info: BridgeVlanInfo = "A VLAN; the last where there are many.";
    rw 3 IFLA_BRIDGE_VLAN_TUNNEL_INFO vlan_tunnel_info: VlanTunnelView<'_> | VlanTunnel<'a>
        as Nest<VlanTunnelTable> = "A VLAN's tunnel; the last where there are many. Since Linux 4.11.";
    ro 4 IFLA_BRIDGE_MRP mrp: MrpView<'_> as Nest<MrpTable>
        = "Media redundancy; set by [`BridgeMrp`](super::BridgeMrp). Since Linux 5.8.";
    ro 5 IFLA_BRIDGE_CFM cfm: CfmView<'_> as Nest<CfmTable>
        = "Connectivity faults; set by [`BridgeCfm`](super::BridgeCfm). Since Linux 5.11.";
    rw 6 IFLA_BRIDGE_MST mst: MstView<'_> | Mst<'a> as Nest<MstTable>
        = "Multiple spanning trees. Since Linux 5.18.";
}

impl BridgeAf<'_> {
    pub(super) fn whose(&self) -> BridgeFlags {
        self.flags
    }
}

impl BridgeAfView<'_> {
    /// The VLANs, by the ranges that the kernel tells: with
    /// [`ExtMask::BRVLAN`](crate::link::ExtMask::BRVLAN) one by one.
    pub fn vlans(&self) -> impl Iterator<Item = VlanRange> + '_ {
        vlans(self.attributes())
    }

    /// The VLANs that go through tunnels.
    pub fn tunnels(&self) -> impl Iterator<Item = TunnelRange> + '_ {
        tunnels(self.attributes())
    }
}

/// The payloads of every attribute of this number.
pub(crate) fn nests(attributes: Attributes<'_>, kind: u16) -> impl Iterator<Item = &[u8]> {
    let of_kind = attributes.flatten().filter(move |a| a.kind() == kind);
    of_kind.map(|attribute| attribute.payload())
}
