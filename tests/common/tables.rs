//! The one list of the crate's tables, and what can be done with any of them.
#![allow(dead_code)] // Each user uses a part.
use nlroute::wire::{EncodeError, Fault, Malformed, Schema, Writer, table::Table};

/// Calls a macro with every table of the crate. A new table is one line here.
macro_rules! for_each_table {
    ($do:ident) => {
        $do! {
            nlroute::address::AddressTable,
            nlroute::bridge::BridgeAfTable,
            nlroute::bridge::CfmMepCreateTable,
            nlroute::bridge::CfmMepDeleteTable,
            nlroute::bridge::CfmMepConfigTable,
            nlroute::bridge::CfmCcConfigTable,
            nlroute::bridge::CfmCcPeerMepTable,
            nlroute::bridge::CfmCcRdiTable,
            nlroute::bridge::CfmCcCcmTxTable,
            nlroute::bridge::CfmMepStatusTable,
            nlroute::bridge::CfmCcPeerStatusTable,
            nlroute::bridge::CfmTable,
            nlroute::bridge::MrpInstanceTable,
            nlroute::bridge::MrpPortStateOfTable,
            nlroute::bridge::MrpPortRoleOfTable,
            nlroute::bridge::MrpRingStateOfTable,
            nlroute::bridge::MrpRingRoleOfTable,
            nlroute::bridge::MrpStartTestTable,
            nlroute::bridge::MrpInRoleOfTable,
            nlroute::bridge::MrpInStateOfTable,
            nlroute::bridge::MrpStartInTestTable,
            nlroute::bridge::MrpInfoTable,
            nlroute::bridge::MrpTable,
            nlroute::bridge::GlobalVlanTable,
            nlroute::bridge::MdbEntryTable,
            nlroute::bridge::MdbGetTable,
            nlroute::bridge::MdbGroupTable,
            nlroute::bridge::MdbGroupsTable,
            nlroute::bridge::MdbRouterTable,
            nlroute::bridge::MdbRoutersTable,
            nlroute::bridge::MdbSetTable,
            nlroute::bridge::MdbSourceTable,
            nlroute::bridge::MdbTable,
            nlroute::bridge::MdbeSourceTable,
            nlroute::bridge::MdbeTable,
            nlroute::bridge::MstEntryTable,
            nlroute::bridge::MstTable,
            nlroute::bridge::VlanDumpTable,
            nlroute::bridge::VlanEntryTable,
            nlroute::bridge::VlanRouterPortsTable,
            nlroute::bridge::VlanStatsTable,
            nlroute::bridge::VlanTable,
            nlroute::bridge::VlanTinfoTable,
            nlroute::bridge::VlanTunnelTable,
            nlroute::bridge::VniEntryTable,
            nlroute::bridge::VniStatsTable,
            nlroute::bridge::VniTable,
            nlroute::extack::ExtAckTable,
            nlroute::extack::PolicyTable,
            nlroute::link::AfSpecTable,
            nlroute::link::AmtTable,
            nlroute::link::BareudpTable,
            nlroute::link::BatadvTable,
            nlroute::link::BondAdInfoTable,
            nlroute::link::BondPortTable,
            nlroute::link::BondTable,
            nlroute::link::BridgePortTable,
            nlroute::link::BridgeTable,
            nlroute::link::CanCtrlModeExtTable,
            nlroute::link::CanPwmTable,
            nlroute::link::CanTable,
            nlroute::link::CanTdcTable,
            nlroute::link::DevlinkPortTable,
            nlroute::link::DpllPinTable,
            nlroute::link::DsaTable,
            nlroute::link::DummyTable,
            nlroute::link::ErspanTable,
            nlroute::link::GeneveTable,
            nlroute::link::GreTable,
            nlroute::link::GretapTable,
            nlroute::link::GtpTable,
            nlroute::link::HsrTable,
            nlroute::link::IfbTable,
            nlroute::link::Inet6Table,
            nlroute::link::InetTable,
            nlroute::link::Ip6erspanTable,
            nlroute::link::Ip6greTable,
            nlroute::link::Ip6gretapTable,
            nlroute::link::Ip6tnlTable,
            nlroute::link::IpipTable,
            nlroute::link::IpoibTable,
            nlroute::link::IpvlanTable,
            nlroute::link::IpvtapTable,
            nlroute::link::LinkInfoTable,
            nlroute::link::LinkTable,
            nlroute::link::LowpanTable,
            nlroute::link::MacsecTable,
            nlroute::link::MacvlanTable,
            nlroute::link::MacvtapTable,
            nlroute::link::MctpTable,
            nlroute::link::NetdevsimTable,
            nlroute::link::NetkitTable,
            nlroute::link::NlmonTable,
            nlroute::link::NoKind,
            nlroute::link::OvpnTable,
            nlroute::link::PfcpTable,
            nlroute::link::PortTable,
            nlroute::link::PppTable,
            nlroute::link::ProtoDownReasonTable,
            nlroute::link::QuerierTable,
            nlroute::link::RmnetTable,
            nlroute::link::SitTable,
            nlroute::link::TeamTable,
            nlroute::link::TunTable,
            nlroute::link::VcanTable,
            nlroute::link::VethTable,
            nlroute::link::VfStatsTable,
            nlroute::link::VfTable,
            nlroute::link::VirtWifiTable,
            nlroute::link::VlanTable,
            nlroute::link::VrfPortTable,
            nlroute::link::VrfTable,
            nlroute::link::VsockmonTable,
            nlroute::link::Vti6Table,
            nlroute::link::VtiTable,
            nlroute::link::VxcanTable,
            nlroute::link::VxlanTable,
            nlroute::link::WireguardTable,
            nlroute::link::WwanTable,
            nlroute::link::XdpTable,
            nlroute::link::XfrmTable,
            nlroute::neighbour::FdbExtTable,
            nlroute::neighbour::NeighbourTable,
            nlroute::NetnsIdTable,
            nlroute::addrlabel::AddressLabelTable,
            nlroute::ndisc::RouterPrefixTable,
            nlroute::ndisc::UserOptionTable,
            nlroute::netconf::NetconfTable,
            nlroute::ntable::NtableParmsTable,
            nlroute::ntable::NtableTable,
            nlroute::stats::Bond3adStatsTable,
            nlroute::stats::BondXstatsTable,
            nlroute::stats::BridgeXstatsTable,
            nlroute::stats::HwStatsInfoTable,
            nlroute::stats::HwStatsUseTable,
            nlroute::stats::MplsStatsTable,
            nlroute::stats::OffloadXstatsTable,
            nlroute::stats::StatsAfTable,
            nlroute::stats::StatsFilterTable,
            nlroute::stats::StatsGetSetTable,
            nlroute::stats::StatsTable,
            nlroute::stats::XstatsTable,
            nlroute::nexthop::NexthopObjectTable,
            nlroute::nexthop::NexthopStatsTable,
            nlroute::nexthop::ResilientBucketTable,
            nlroute::nexthop::ResilientGroupTable,
            nlroute::route::encap::BpfEncapTable,
            nlroute::route::encap::BpfProgTable,
            nlroute::route::encap::ErspanOptsTable,
            nlroute::route::encap::GeneveOptTable,
            nlroute::route::encap::IlaEncapTable,
            nlroute::route::encap::Ioam6EncapTable,
            nlroute::route::encap::Ip6EncapTable,
            nlroute::route::encap::IpEncapTable,
            nlroute::route::encap::IpOptsTable,
            nlroute::route::encap::MplsEncapTable,
            nlroute::route::encap::RplEncapTable,
            nlroute::route::encap::Seg6CountersTable,
            nlroute::route::encap::Seg6EncapTable,
            nlroute::route::encap::Seg6FlavorsTable,
            nlroute::route::encap::Seg6LocalBpfTable,
            nlroute::route::encap::Seg6LocalEncapTable,
            nlroute::route::encap::VxlanOptsTable,
            nlroute::route::encap::XfrmEncapTable,
            nlroute::route::NexthopTable,
            nlroute::route::CacheReportTable,
            nlroute::route::RouteAttributeTable,
            nlroute::route::RouteMetricsTable,
            nlroute::rule::RuleTable,
        }
    };
}

/// A table without its types.
pub struct AnyTable {
    /// Its type's name.
    pub name: &'static str,
    pub schema: &'static Schema,
    /// How many bytes a view and a request take in memory.
    pub sizes: (usize, usize),
    /// Reads all that a view of this body can tell.
    pub read: fn(&[u8]) -> Result<Seen, Fault>,
    /// Makes a request of a body, and appends what it writes.
    pub again: fn(&[u8], &mut Vec<u8>) -> Result<(), EncodeError>,
}

/// All that a view tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// `as_bytes`.
    pub bytes: Vec<u8>,
    /// The view's `Debug`.
    pub debug: String,
    /// Every getter's value in `Debug`: an `Option`, unless a getter beside the table has its
    /// name.
    pub getters: Vec<(&'static str, String)>,
    pub malformed: Vec<Malformed>,
    /// Number and payload of every attribute, and the fault that the walk ends with.
    pub attributes: Vec<Result<(u16, Vec<u8>), Fault>>,
}

macro_rules! list {
    ($($table:path,)*) => {
        /// Every table of the crate.
        pub const ALL: &[AnyTable] = &[$({
            type This = $table;
            AnyTable {
                name: stringify!($table),
                schema: This::SCHEMA,
                sizes: (
                    size_of::<<This as Table>::View<'_>>(),
                    size_of::<<This as Table>::Request<'_>>(),
                ),
                read: |body| {
                    // Owned, and then again as it stands in a receive buffer: the same.
                    let kept = <This as Table>::view(body)?.into_owned();
                    let view = <This as Table>::view(kept.as_bytes())?;
                    assert!(view == kept);
                    let mut getters = Vec::new();
                    This::getters(&view, &mut |name, value| {
                        getters.push((name, format!("{value:?}")));
                    });
                    Ok(Seen {
                        bytes: view.as_bytes().to_vec(),
                        debug: format!("{view:?}"),
                        getters,
                        malformed: view.malformed(),
                        attributes: view
                            .attributes()
                            .map(|walked| walked.map(|a| (a.kind(), a.payload().to_vec())))
                            .collect(),
                    })
                },
                again: |body, out| {
                    let request = <This as Table>::again(body);
                    let start = out.len();
                    let written = <This as Table>::encode(&request, &mut Writer::new(out));
                    let shown = format!("{request:?}");
                    assert!(request == request.clone() && !shown.is_empty());
                    if <This as Table>::is_empty(&request) {
                        assert!(written.is_ok() && out.len() == start);
                    }
                    written
                },
            }
        }),*];
    };
}
for_each_table!(list);

/// A request's attributes behind the header that `body` has.
pub fn again(table: &AnyTable, body: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let header = nlroute::wire::align(table.schema.header);
    let mut bytes = body.get(..header).unwrap_or(body).to_vec();
    bytes.resize(header, 0);
    (table.again)(body, &mut bytes)?;
    Ok(bytes)
}
