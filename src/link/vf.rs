//! Virtual functions of a network card (SR-IOV) and port profiles (802.1Qbg), as far as a link
//! tells of them. Asked for by [`ExtMask::VF`](super::ExtMask::VF).
use std::marker::PhantomData;

use crate::wire::{
    Bytes, Each, EncodeError, Fault, Format, Nest, Text, ValueInfo, Writer, put_nest,
};

crate::record! {
    /// A virtual function's address.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfMac::LEN, 36);
    /// ```
    pub struct VfMac "ifla_vf_mac" 36 from 36;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 mac mac: [u8; 32] = "The address, at its start.";
}
crate::record! {
    /// A virtual function's broadcast address.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfBroadcast::LEN, 32);
    /// ```
    pub struct VfBroadcast "ifla_vf_broadcast" 32 from 32;
    0 broadcast broadcast: [u8; 32] = "The address, at its start.";
}
crate::record! {
    /// A virtual function's VLAN.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfVlan::LEN, 12);
    /// ```
    pub struct VfVlan "ifla_vf_vlan" 12 from 12;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 vlan vlan: u32 = "The VLAN, 0 to 4095; 0 is none.";
    8 qos qos: u32 = "The priority, 0 to 7.";
}
crate::record! {
    /// A virtual function's VLAN with its protocol.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfVlanInfo::LEN, 16);
    /// ```
    pub struct VfVlanInfo "ifla_vf_vlan_info" 16 from 14;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 vlan vlan: u32 = "The VLAN, 0 to 4095; 0 is none.";
    8 qos qos: u32 = "The priority, 0 to 7.";
    12 vlan_proto vlan_proto: [u8; 2] = "802.1Q or 802.1ad, in network byte order.";
}
crate::record! {
    /// A virtual function's highest rate.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfTxRate::LEN, 8);
    /// ```
    pub struct VfTxRate "ifla_vf_tx_rate" 8 from 8;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 rate rate: u32 = "In megabits a second; 0 is without bound.";
}
crate::record! {
    /// A virtual function's rates.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfRate::LEN, 12);
    /// ```
    pub struct VfRate "ifla_vf_rate" 12 from 12;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 min_tx_rate min_tx_rate: u32 = "What it has at least, in megabits a second.";
    8 max_tx_rate max_tx_rate: u32 = "What it has at most, in megabits a second; 0 is without bound.";
}
crate::record! {
    /// Whether a virtual function may send from any address.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfSpoofchk::LEN, 8);
    /// ```
    pub struct VfSpoofchk "ifla_vf_spoofchk" 8 from 8;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 setting setting: u32 = "1: only from its own; 0: from any; `u32::MAX`: the card doesn't know.";
}
crate::open_enum! {
    /// How a virtual function's link follows the card's (`IFLA_VF_LINK_STATE_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfState::Enable.to_string(), "enable");
    /// ```
    pub enum VfState: u32 {
        /// It is as the card's.
        Auto = 0 "auto",
        /// It is always up.
        Enable = 1 "enable",
        /// It is always down.
        Disable = 2 "disable",
    }
}

crate::record! {
    /// How a virtual function's link follows the card's.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfLinkState::LEN, 8);
    /// ```
    pub struct VfLinkState "ifla_vf_link_state" 8 from 8;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 link_state link_state: u32 = "A [`VfState`].";
}

impl VfLinkState {
    /// The virtual function's link is to follow the card's so.
    #[must_use]
    pub fn new(vf: u32, state: VfState) -> Self {
        Self {
            vf,
            link_state: state.into(),
        }
    }

    /// How it follows.
    #[must_use]
    pub fn state(&self) -> VfState {
        self.link_state.into()
    }
}
crate::record! {
    /// Whether a virtual function may read the card's receive hash.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfRssQueryEn::LEN, 8);
    /// ```
    pub struct VfRssQueryEn "ifla_vf_rss_query_en" 8 from 8;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 setting setting: u32 = "1: it may.";
}
crate::record! {
    /// Whether a virtual function is trusted.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfTrust::LEN, 8);
    /// ```
    pub struct VfTrust "ifla_vf_trust" 8 from 8;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    4 setting setting: u32 = "1: it is.";
}
crate::record! {
    /// An InfiniBand identifier of a virtual function.
    ///
    /// ```
    /// assert_eq!(nlroute::link::VfGuid::LEN, 16);
    /// ```
    pub struct VfGuid "ifla_vf_guid" 16 from 16;
    0 vf vf: u32 = "The virtual function, counted from 0.";
    8 guid guid: u64 = "The identifier.";
}

crate::table! {
    /// Counters of a virtual function.
    table VfStatsTable "stats";
    /// Counters of a virtual function, read.
    ///
    /// ```
    /// let view = nlroute::link::VfStatsView::parse(&[][..])?;
    /// assert!(view.rx_packets().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VfStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::VfStats::new().is_empty());
    /// ```
    request VfStats;
    ro 0 IFLA_VF_STATS_RX_PACKETS rx_packets: u64 = "Packets received.";
    ro 1 IFLA_VF_STATS_TX_PACKETS tx_packets: u64 = "Packets sent.";
    ro 2 IFLA_VF_STATS_RX_BYTES rx_bytes: u64 = "Bytes received.";
    ro 3 IFLA_VF_STATS_TX_BYTES tx_bytes: u64 = "Bytes sent.";
    ro 4 IFLA_VF_STATS_BROADCAST broadcast: u64 = "Broadcast packets received.";
    ro 5 IFLA_VF_STATS_MULTICAST multicast: u64 = "Multicast packets received.";
    ro 6 IFLA_VF_STATS_PAD pad: &[u8] as Bytes = "Padding.";
    ro 7 IFLA_VF_STATS_RX_DROPPED rx_dropped: u64 = "Packets received and dropped.";
    ro 8 IFLA_VF_STATS_TX_DROPPED tx_dropped: u64 = "Packets dropped on their way out.";
}

crate::table! {
    /// A virtual function.
    table VfTable "vf";
    /// A virtual function, read.
    ///
    /// ```
    /// let view = nlroute::link::VfView::parse(&[][..])?;
    /// assert!(view.mac().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VfView;
    /// What to set of a virtual function: an element of
    /// [`vfinfo_list`](super::LinkRequest::vfinfo_list). Each record says which function it is
    /// about.
    ///
    /// ```
    /// use nlroute::link::{Link, Vf, VfTrust};
    /// let trusted = [Vf::new().trust(VfTrust { vf: 0, setting: 1 })];
    /// let card = Link::named("eth0").vfinfo_list(&trusted);
    /// ```
    request Vf;
    rw 1 IFLA_VF_MAC mac: VfMac = "Its address.";
    rw 2 IFLA_VF_VLAN vlan: VfVlan = "Its VLAN.";
    rw 3 IFLA_VF_TX_RATE tx_rate: VfTxRate = "Its highest rate.";
    rw 4 IFLA_VF_SPOOFCHK spoofchk: VfSpoofchk = "Whether it may send from any address.";
    rw 5 IFLA_VF_LINK_STATE link_state: VfLinkState = "How its link follows the card's.";
    rw 6 IFLA_VF_RATE rate: VfRate = "Its rates.";
    rw 7 IFLA_VF_RSS_QUERY_EN rss_query_en: VfRssQueryEn = "Whether it may read the receive hash.";
    ro 8 IFLA_VF_STATS stats: VfStatsView<'_> as Nest<VfStatsTable> = "Its counters.";
    rw 9 IFLA_VF_TRUST trust: VfTrust = "Whether it is trusted.";
    rw 10 IFLA_VF_IB_NODE_GUID ib_node_guid: VfGuid = "Its InfiniBand node.";
    rw 11 IFLA_VF_IB_PORT_GUID ib_port_guid: VfGuid = "Its InfiniBand port.";
    rw 12 IFLA_VF_VLAN_LIST vlan_list: Each<'_, VfVlanInfo> | &'a [u8] as Each<'static, VfVlanInfo>
        = "Its VLANs with their protocols.";
    ro 13 IFLA_VF_BROADCAST broadcast: VfBroadcast = "Its broadcast address. Since Linux 5.3.";
}

/// `IFLA_VFINFO_LIST`: an `IFLA_VF_INFO` for each virtual function.
#[derive(Clone, Copy, Debug)]
pub enum VfList {}

const IFLA_VF_INFO: u16 = 1;

impl Format for VfList {
    type Read<'a> = Each<'a, Nest<VfTable>>;
    type Write<'a> = &'a [Vf<'a>];
    const INFO: ValueInfo = <Each<'static, Nest<VfTable>> as Format>::INFO;
    const SENT: ValueInfo = <Each<'static, Nest<VfTable>> as Format>::SENT;

    fn read(payload: &[u8]) -> Result<Each<'_, Nest<VfTable>>, Fault> {
        <Each<'static, Nest<VfTable>> as Format>::read(payload)
    }

    #[inline]
    fn write(value: &&[Vf<'_>], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        for (n, vf) in value.iter().enumerate() {
            put_nest::<VfTable>(IFLA_VF_INFO, vf, out)
                .map_err(|error| error.inside(n.to_string()))?;
        }
        Ok(())
    }

    #[inline]
    fn put<'a>(kind: u16, value: &&'a [Vf<'a>], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        Self::write(value, out)?;
        out.end_attribute(nest)
    }

    #[inline]
    fn unset<'a>(_: PhantomData<&'a ()>) -> &'a [Vf<'a>] {
        &[]
    }

    /// They are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[Vf<'_>]> {
        None
    }
}

crate::open_enum! {
    /// What is asked of the switch for a port profile (`PORT_REQUEST_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::PortRequest::Associate.to_string(), "associate");
    /// ```
    pub enum PortRequest: u8 {
        /// To know of it.
        Preassociate = 0 "preassociate",
        /// To know of it, and to keep what it needs.
        PreassociateRr = 1 "preassociate with reservation",
        /// To use it.
        Associate = 2 "associate",
        /// To forget it.
        Disassociate = 3 "disassociate",
    }
}

crate::open_enum! {
    /// What the switch answered (`PORT_VDP_RESPONSE_*`, `PORT_PROFILE_RESPONSE_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::PortResponse::ProfileBadstate.to_string(), "bad state");
    /// ```
    pub enum PortResponse: u16 {
        /// 802.1Qbg: done.
        VdpSuccess = 0 "success",
        /// 802.1Qbg: it doesn't understand.
        VdpInvalidFormat = 1 "invalid format",
        /// 802.1Qbg: it has no room.
        VdpInsufficientResources = 2 "insufficient resources",
        /// 802.1Qbg: it knows no such type of station.
        VdpUnusedVtid = 3 "unused VTID",
        /// 802.1Qbg: the type isn't allowed.
        VdpVtidViolation = 4 "VTID violation",
        /// 802.1Qbg: the type is of another version.
        VdpVtidVersionViolation = 5 "VTID version violation",
        /// 802.1Qbg: the two disagree on what is.
        VdpOutOfSync = 6 "out of sync",
        /// 802.1Qbh: done.
        ProfileSuccess = 256 "success",
        /// 802.1Qbh: not yet done.
        ProfileInprogress = 257 "in progress",
        /// 802.1Qbh: there is no such profile.
        ProfileInvalid = 258 "invalid",
        /// 802.1Qbh: it can't be now.
        ProfileBadstate = 259 "bad state",
        /// 802.1Qbh: it has no room.
        ProfileInsufficientResources = 260 "insufficient resources",
        /// 802.1Qbh: it failed.
        ProfileError = 261 "error",
    }
}

crate::record! {
    /// Type of a virtual station (802.1Qbg).
    ///
    /// ```
    /// assert_eq!(nlroute::link::PortVsi::LEN, 8);
    /// ```
    pub struct PortVsi "ifla_port_vsi" 8 from 8;
    0 vsi_mgr_id vsi_mgr_id: u8 = "Who gives the types out.";
    1 vsi_type_id vsi_type_id: [u8; 3] = "The type.";
    4 vsi_type_version vsi_type_version: u8 = "Its version.";
}

crate::table! {
    /// A port profile.
    table PortTable "port";
    /// A port profile, read.
    ///
    /// ```
    /// let view = nlroute::link::PortView::parse(&[][..])?;
    /// assert!(view.vf().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view PortView;
    /// What to set of a port profile; made by hand into
    /// [`raw_attributes`](super::LinkRequest::raw_attributes).
    ///
    /// ```
    /// assert!(!nlroute::link::Port::new().profile("gold").is_empty());
    /// ```
    request Port;
    rw 1 IFLA_PORT_VF vf: u32 = "The virtual function, counted from 0; `u32::MAX` is the card itself.";
    rw 2 IFLA_PORT_PROFILE profile: Text<'_> | &'a str as crate::wire::Str = "Its name, up to 40 bytes.";
    ro 3 IFLA_PORT_VSI_TYPE vsi_type: PortVsi = "Type of the virtual station (802.1Qbg); not used.";
    rw 4 IFLA_PORT_INSTANCE_UUID instance_uuid: [u8; 16] = "Identifier of the station.";
    rw 5 IFLA_PORT_HOST_UUID host_uuid: [u8; 16] = "Identifier of the host.";
    rw 6 IFLA_PORT_REQUEST request: PortRequest = "What is asked of the switch.";
    ro 7 IFLA_PORT_RESPONSE response: PortResponse = "What the switch answered.";
}
