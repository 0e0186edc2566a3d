//! Connectivity fault management of a bridge (IEEE 802.1Q, clauses 18 to 22): end points that tell
//! each other that they are there (`IFLA_BRIDGE_CFM_*` of `linux/if_bridge.h`). Since Linux 5.11.
use super::{BridgeCfm, af::nests};
use crate::wire::{Index, LinkAddress, LinkRef, Nest, OnOff32};

crate::open_enum! {
    /// What an end point is of (`BR_CFM_PORT` and `BR_CFM_VLAN` of `linux/cfm_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::CfmDomain::from(1).to_string(), "vlan");
    /// ```
    pub enum CfmDomain: u32 {
        /// Of a port.
        Port = 0 "port",
        /// Of a VLAN; the kernel has none yet.
        Vlan = 1 "vlan",
    }
}

crate::open_enum! {
    /// Which way an end point looks (`BR_CFM_MEP_DIRECTION_*` of `linux/cfm_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::CfmDirection::from(0).to_string(), "down");
    /// ```
    pub enum CfmDirection: u32 {
        /// Out of the port.
        Down = 0 "down",
        /// Into the bridge; the kernel has none yet.
        Up = 1 "up",
    }
}

crate::open_enum! {
    /// How often end points tell that they are there (`BR_CFM_CCM_INTERVAL_*` of
    /// `linux/cfm_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::CfmInterval::from(4).to_string(), "1 s");
    /// ```
    pub enum CfmInterval: u32 {
        /// Never.
        None = 0 "none",
        /// Each 3.3 ms.
        Millis3_3 = 1 "3.3 ms",
        /// Each 10 ms.
        Millis10 = 2 "10 ms",
        /// Each 100 ms.
        Millis100 = 3 "100 ms",
        /// Each second.
        Second1 = 4 "1 s",
        /// Each 10 seconds.
        Seconds10 = 5 "10 s",
        /// Each minute.
        Minute1 = 6 "1 min",
        /// Each 10 minutes.
        Minutes10 = 7 "10 min",
    }
}

crate::table! {
    /// An end point.
    table CfmMepCreateTable "mep_create";
    /// An end point.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmMepCreateView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmMepCreateView;
    /// An end point, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmMepCreate::new().is_empty());
    /// ```
    request CfmMepCreate;
    rw 1 IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_MEP_CREATE_DOMAIN domain: CfmDomain = "What it is of.";
    rw 3 IFLA_BRIDGE_CFM_MEP_CREATE_DIRECTION direction: CfmDirection = "Which way it looks.";
    rw 4 IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX port: u32 | impl Into<LinkRef<'a>> as Index = "Its port.";
}

crate::table! {
    /// Which end point goes.
    table CfmMepDeleteTable "mep_delete";
    /// Which end point goes.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmMepDeleteView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmMepDeleteView;
    /// Which end point goes, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmMepDelete::new().is_empty());
    /// ```
    request CfmMepDelete;
    rw 1 IFLA_BRIDGE_CFM_MEP_DELETE_INSTANCE instance: u32 = "Number of the end point.";
}

crate::table! {
    /// What an end point is set to.
    table CfmMepConfigTable "mep_config";
    /// What an end point is set to.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmMepConfigView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmMepConfigView;
    /// What an end point is set to, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmMepConfig::new().is_empty());
    /// ```
    request CfmMepConfig;
    rw 1 IFLA_BRIDGE_CFM_MEP_CONFIG_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC unicast_mac: LinkAddress | impl Into<LinkAddress> = "Its address.";
    rw 3 IFLA_BRIDGE_CFM_MEP_CONFIG_MDLEVEL mdlevel: u32 = "Its level, 0 to 7.";
    rw 4 IFLA_BRIDGE_CFM_MEP_CONFIG_MEPID mepid: u32 = "Its name at that level, 0 to 8191.";
}

crate::table! {
    /// What an end point expects of its peers.
    table CfmCcConfigTable "cc_config";
    /// What an end point expects of its peers.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmCcConfigView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmCcConfigView;
    /// What an end point expects of its peers, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmCcConfig::new().is_empty());
    /// ```
    request CfmCcConfig;
    rw 1 IFLA_BRIDGE_CFM_CC_CONFIG_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_CC_CONFIG_ENABLE enable: bool as OnOff32 = "Whether it looks for them.";
    rw 3 IFLA_BRIDGE_CFM_CC_CONFIG_EXP_INTERVAL exp_interval: CfmInterval = "How often they are to tell that they are there.";
    rw 4 IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID exp_maid: [u8; 48] = "Name of the association that they are to tell.";
}

crate::table! {
    /// A peer of an end point.
    table CfmCcPeerMepTable "cc_peer_mep";
    /// A peer of an end point.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmCcPeerMepView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmCcPeerMepView;
    /// A peer of an end point, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmCcPeerMep::new().is_empty());
    /// ```
    request CfmCcPeerMep;
    rw 1 IFLA_BRIDGE_CFM_CC_PEER_MEP_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_CC_PEER_MEPID mepid: u32 = "Name of the peer, 0 to 8191.";
}

crate::table! {
    /// Whether an end point tells its peers of a fault.
    table CfmCcRdiTable "cc_rdi";
    /// Whether an end point tells its peers of a fault.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmCcRdiView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmCcRdiView;
    /// Whether an end point tells its peers of a fault, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmCcRdi::new().is_empty());
    /// ```
    request CfmCcRdi;
    rw 1 IFLA_BRIDGE_CFM_CC_RDI_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_CC_RDI_RDI rdi: bool as OnOff32 = "Whether it does.";
}

crate::table! {
    /// What an end point sends.
    table CfmCcCcmTxTable "cc_ccm_tx";
    /// What an end point sends.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmCcCcmTxView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmCcCcmTxView;
    /// What an end point sends, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmCcCcmTx::new().is_empty());
    /// ```
    request CfmCcCcmTx;
    rw 1 IFLA_BRIDGE_CFM_CC_CCM_TX_INSTANCE instance: u32 = "Number of the end point.";
    rw 2 IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC dmac: LinkAddress | impl Into<LinkAddress> = "To which address.";
    rw 3 IFLA_BRIDGE_CFM_CC_CCM_TX_SEQ_NO_UPDATE seq_no_update: bool as OnOff32 = "Whether they are counted.";
    rw 4 IFLA_BRIDGE_CFM_CC_CCM_TX_PERIOD period: u32 = "For how long, in seconds; 0 ends it.";
    rw 5 IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV if_tlv: bool as OnOff32 = "Whether it tells the status of the link.";
    rw 6 IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV_VALUE if_tlv_value: u8 = "The status of the link.";
    rw 7 IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV port_tlv: bool as OnOff32 = "Whether it tells the status of the port.";
    rw 8 IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV_VALUE port_tlv_value: u8 = "The status of the port.";
}

crate::table! {
    /// What an end point has seen since it was asked last.
    table CfmMepStatusTable "mep_status";
    /// What an end point has seen since it was asked last.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmMepStatusView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmMepStatusView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmMepStatus::new().is_empty());
    /// ```
    request CfmMepStatus;
    ro 1 IFLA_BRIDGE_CFM_MEP_STATUS_INSTANCE instance: u32 = "Number of the end point.";
    ro 2 IFLA_BRIDGE_CFM_MEP_STATUS_OPCODE_UNEXP_SEEN opcode_unexp_seen: bool as OnOff32 = "Whether there was a packet of an unknown kind.";
    ro 3 IFLA_BRIDGE_CFM_MEP_STATUS_VERSION_UNEXP_SEEN version_unexp_seen: bool as OnOff32 = "Whether there was a packet of another version.";
    ro 4 IFLA_BRIDGE_CFM_MEP_STATUS_RX_LEVEL_LOW_SEEN rx_level_low_seen: bool as OnOff32 = "Whether there was a packet of a lower level.";
}

crate::table! {
    /// What an end point knows of a peer.
    table CfmCcPeerStatusTable "cc_peer_status";
    /// What an end point knows of a peer.
    ///
    /// ```
    /// let view = nlroute::bridge::CfmCcPeerStatusView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmCcPeerStatusView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::CfmCcPeerStatus::new().is_empty());
    /// ```
    request CfmCcPeerStatus;
    ro 1 IFLA_BRIDGE_CFM_CC_PEER_STATUS_INSTANCE instance: u32 = "Number of the end point.";
    ro 2 IFLA_BRIDGE_CFM_CC_PEER_STATUS_PEER_MEPID peer_mepid: u32 = "Name of the peer.";
    ro 3 IFLA_BRIDGE_CFM_CC_PEER_STATUS_CCM_DEFECT ccm_defect: bool as OnOff32 = "Whether it wasn't heard of for three and a quarter intervals.";
    ro 4 IFLA_BRIDGE_CFM_CC_PEER_STATUS_RDI rdi: bool as OnOff32 = "Whether it tells of a fault.";
    ro 5 IFLA_BRIDGE_CFM_CC_PEER_STATUS_PORT_TLV_VALUE port_tlv_value: u8 = "Status of its port.";
    ro 6 IFLA_BRIDGE_CFM_CC_PEER_STATUS_IF_TLV_VALUE if_tlv_value: u8 = "Status of its link.";
    ro 7 IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEEN seen: bool as OnOff32 = "Whether it was heard of since it was asked last.";
    ro 8 IFLA_BRIDGE_CFM_CC_PEER_STATUS_TLV_SEEN tlv_seen: bool as OnOff32 = "Whether a status was, too.";
    ro 9 IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEQ_UNEXP_SEEN seq_unexp_seen: bool as OnOff32 = "Whether there was a packet out of order.";
}

crate::table! {
    /// Fault management of a bridge.
    table CfmTable "cfm";
    /// Fault management of a bridge. What it has comes once for each end point or peer: see
    /// [`meps`](Self::meps), [`mep_statuses`](Self::mep_statuses) and
    /// [`peer_statuses`](Self::peer_statuses).
    ///
    /// ```
    /// let view = nlroute::bridge::CfmView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CfmView;
    /// Fault management of a bridge, to be set: what a [`BridgeCfm`] holds, whose setters they are.
    ///
    /// ```
    /// assert!(nlroute::bridge::Cfm::new().is_empty());
    /// ```
    request Cfm set by [impl<'a> BridgeCfm<'a>] [.attributes];
    rw 1 IFLA_BRIDGE_CFM_MEP_CREATE mep_create: CfmMepCreateView<'_> | CfmMepCreate<'a> as Nest<CfmMepCreateTable> = "An end point is made.";
    rw 2 IFLA_BRIDGE_CFM_MEP_DELETE mep_delete: CfmMepDeleteView<'_> | CfmMepDelete<'a> as Nest<CfmMepDeleteTable> = "An end point goes.";
    rw 3 IFLA_BRIDGE_CFM_MEP_CONFIG mep_config: CfmMepConfigView<'_> | CfmMepConfig<'a> as Nest<CfmMepConfigTable> = "An end point is set.";
    rw 4 IFLA_BRIDGE_CFM_CC_CONFIG cc_config: CfmCcConfigView<'_> | CfmCcConfig<'a> as Nest<CfmCcConfigTable> = "What an end point expects is set.";
    rw 5 IFLA_BRIDGE_CFM_CC_PEER_MEP_ADD cc_peer_mep_add: CfmCcPeerMepView<'_> | CfmCcPeerMep<'a> as Nest<CfmCcPeerMepTable> = "An end point gets a peer.";
    rw 6 IFLA_BRIDGE_CFM_CC_PEER_MEP_REMOVE cc_peer_mep_remove: CfmCcPeerMepView<'_> | CfmCcPeerMep<'a> as Nest<CfmCcPeerMepTable> = "An end point loses a peer.";
    rw 7 IFLA_BRIDGE_CFM_CC_RDI cc_rdi: CfmCcRdiView<'_> | CfmCcRdi<'a> as Nest<CfmCcRdiTable> = "An end point tells of a fault, or no longer.";
    rw 8 IFLA_BRIDGE_CFM_CC_CCM_TX cc_ccm_tx: CfmCcCcmTxView<'_> | CfmCcCcmTx<'a> as Nest<CfmCcCcmTxTable> = "An end point sends, or no longer.";
    ro 9 IFLA_BRIDGE_CFM_MEP_CREATE_INFO mep_create_info: CfmMepCreateView<'_> as Nest<CfmMepCreateTable> = "An end point; the last where there are many.";
    ro 10 IFLA_BRIDGE_CFM_MEP_CONFIG_INFO mep_config_info: CfmMepConfigView<'_> as Nest<CfmMepConfigTable> = "What an end point is set to; the last where there are many.";
    ro 11 IFLA_BRIDGE_CFM_CC_CONFIG_INFO cc_config_info: CfmCcConfigView<'_> as Nest<CfmCcConfigTable> = "What an end point expects; the last where there are many.";
    ro 12 IFLA_BRIDGE_CFM_CC_RDI_INFO cc_rdi_info: CfmCcRdiView<'_> as Nest<CfmCcRdiTable> = "Whether an end point tells of a fault; the last where there are many.";
    ro 13 IFLA_BRIDGE_CFM_CC_CCM_TX_INFO cc_ccm_tx_info: CfmCcCcmTxView<'_> as Nest<CfmCcCcmTxTable> = "What an end point sends; the last where there are many.";
    ro 14 IFLA_BRIDGE_CFM_CC_PEER_MEP_INFO cc_peer_mep_info: CfmCcPeerMepView<'_> as Nest<CfmCcPeerMepTable> = "A peer of an end point; the last where there are many.";
    ro 15 IFLA_BRIDGE_CFM_MEP_STATUS_INFO mep_status_info: CfmMepStatusView<'_> as Nest<CfmMepStatusTable> = "What an end point has seen; the last where there are many.";
    ro 16 IFLA_BRIDGE_CFM_CC_PEER_STATUS_INFO cc_peer_status_info: CfmCcPeerStatusView<'_> as Nest<CfmCcPeerStatusTable> = "What an end point knows of a peer; the last where there are many.";
}

impl CfmView<'_> {
    /// All end points that are told of.
    pub fn meps(&self) -> impl Iterator<Item = CfmMepCreateView<'_>> {
        nests(self.attributes(), 9).filter_map(|payload| CfmMepCreateView::parse(payload).ok())
    }

    /// What each end point has seen.
    pub fn mep_statuses(&self) -> impl Iterator<Item = CfmMepStatusView<'_>> {
        nests(self.attributes(), 15).filter_map(|payload| CfmMepStatusView::parse(payload).ok())
    }

    /// What each end point knows of each of its peers.
    pub fn peer_statuses(&self) -> impl Iterator<Item = CfmCcPeerStatusView<'_>> {
        nests(self.attributes(), 16).filter_map(|payload| CfmCcPeerStatusView::parse(payload).ok())
    }
}
