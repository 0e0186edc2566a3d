//! Bridges from the inside, as `bridge(8)` has them: the VLANs of their ports, who wants which
//! multicast group, and which networks a VXLAN takes (`linux/if_bridge.h`, `linux/if_link.h`).
//!
//! A bridge itself is a [link](crate::link::Bridge), and so are its ports
//! ([`BridgePort`](crate::link::BridgePort)); where frames go is in its
//! [forwarding database](crate::neighbour::FdbEntry).
//!
//! ```no_run
//! use nlroute::{Connection, bridge::{BridgeLinks, BridgeVlan}};
//!
//! let mut host = Connection::open()?;
//! host.add(BridgeVlan::new("veth0", 10).pvid().untagged())?;
//! host.add(BridgeVlan::new("veth0", 20..=29))?;
//! for port in &host.list(BridgeLinks::all().vlans())? {
//!     for vlans in port.vlans() {
//!         println!("{}: {}", port.name(), vlans.vids());
//!     }
//! }
//! # Ok::<(), nlroute::Error>(())
//! ```
mod af;
mod cfm;
mod link;
mod links;
mod mdb;
mod mdb_entry;
mod mdbe;
mod mrp;
mod port_vlan;
mod redundancy;
mod vids;
mod vlan;
mod vlan_options;
mod vni;

pub use af::{
    BridgeAf, BridgeAfTable, BridgeAfView, BridgeFlags, BridgeMode, BridgeVlanFlags,
    BridgeVlanInfo, Mst, MstEntry, MstEntryTable, MstEntryView, MstTable, MstView, VlanTunnel,
    VlanTunnelTable, VlanTunnelView,
};
pub use cfm::{
    Cfm, CfmCcCcmTx, CfmCcCcmTxTable, CfmCcCcmTxView, CfmCcConfig, CfmCcConfigTable,
    CfmCcConfigView, CfmCcPeerMep, CfmCcPeerMepTable, CfmCcPeerMepView, CfmCcPeerStatus,
    CfmCcPeerStatusTable, CfmCcPeerStatusView, CfmCcRdi, CfmCcRdiTable, CfmCcRdiView, CfmDirection,
    CfmDomain, CfmInterval, CfmMepConfig, CfmMepConfigTable, CfmMepConfigView, CfmMepCreate,
    CfmMepCreateTable, CfmMepCreateView, CfmMepDelete, CfmMepDeleteTable, CfmMepDeleteView,
    CfmMepStatus, CfmMepStatusTable, CfmMepStatusView, CfmTable, CfmView,
};
pub use link::BridgeLink;
pub use links::BridgeLinks;
pub use mdb::{
    FilterMode, MdbData, MdbEntryData, MdbEntryInfo, MdbEntryTable, MdbEntryView, MdbFlags,
    MdbGroup, MdbGroupData, MdbGroupTable, MdbGroupView, MdbGroupsData, MdbGroupsTable,
    MdbGroupsView, MdbHeader, MdbRouterData, MdbRouterTable, MdbRouterView, MdbRoutersData,
    MdbRoutersTable, MdbRoutersView, MdbSource, MdbSourceTable, MdbSourceView, MdbState, MdbTable,
    MdbView, RouterPort,
};
pub use mdb_entry::{Mdb, MdbEntry, MdbFlush};
pub use mdbe::{
    MdbGet, MdbGetTable, MdbGetView, MdbSet, MdbSetTable, MdbSetView, Mdbe, MdbeSource,
    MdbeSourceTable, MdbeSourceView, MdbeTable, MdbeView, SourceList,
};
pub use mrp::{
    Mrp, MrpInRole, MrpInRoleOf, MrpInRoleOfTable, MrpInRoleOfView, MrpInStateOf,
    MrpInStateOfTable, MrpInStateOfView, MrpInfo, MrpInfoTable, MrpInfoView, MrpInstance,
    MrpInstanceTable, MrpInstanceView, MrpPortRole, MrpPortRoleOf, MrpPortRoleOfTable,
    MrpPortRoleOfView, MrpPortState, MrpPortStateOf, MrpPortStateOfTable, MrpPortStateOfView,
    MrpRingRole, MrpRingRoleOf, MrpRingRoleOfTable, MrpRingRoleOfView, MrpRingState,
    MrpRingStateOf, MrpRingStateOfTable, MrpRingStateOfView, MrpStartInTest, MrpStartInTestTable,
    MrpStartInTestView, MrpStartTest, MrpStartTestTable, MrpStartTestView, MrpTable, MrpView,
};
pub use port_vlan::BridgeVlan;
pub use redundancy::{BridgeCfm, BridgeMrp};
pub use vids::{TunnelRange, Vids, VlanRange};
pub use vlan::{
    GlobalVlan, GlobalVlanTable, GlobalVlanView, VlanAttributes, VlanDump, VlanDumpFlags,
    VlanDumpTable, VlanDumpView, VlanEntry, VlanEntryTable, VlanEntryView, VlanHeader,
    VlanRouterPorts, VlanRouterPortsTable, VlanRouterPortsView, VlanStats, VlanStatsTable,
    VlanStatsView, VlanTable, VlanTinfo, VlanTinfoTable, VlanTinfoView, VlanView,
};
pub use vlan_options::{GlobalVlanOptions, VlanOptions, Vlans};
pub use vni::{
    TunnelHeader, Vni, VniAttributes, VniEntry, VniEntryTable, VniEntryView, VniStats,
    VniStatsTable, VniStatsView, VniTable, VniView, Vnis,
};
