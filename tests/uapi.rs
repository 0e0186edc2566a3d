//! The tables, records, enumerations and flags against the kernel's headers, as data: every
//! constant and every struct of them is in `tests/data/`, and what `linux-raw-sys` has of them
//! must be the same. `NLROUTE_BLESS=1` writes `docs/coverage.md` anew.
#[path = "uapi/coverage.rs"]
mod coverage;
#[path = "uapi/raw_sys.rs"]
mod raw_sys;
#[path = "uapi/sources.rs"]
mod sources;
#[path = "common/tables.rs"]
mod tables;
#[path = "uapi/values.rs"]
mod values;

use std::collections::{BTreeMap, BTreeSet};

use nlroute::{
    Family, address, bridge, link, neighbour, nexthop, route, rule,
    sandbox::skip,
    wire::{
        Schema,
        table::{Layout, Table},
    },
};

/// Every table of the crate.
fn tables() -> impl Iterator<Item = &'static Schema> {
    tables::ALL.iter().map(|table| table.schema)
}

/// Every record of the crate.
const RECORDS: &[Layout] = &[
    address::AddressCacheInfo::LAYOUT,
    address::AddressHeader::LAYOUT,
    bridge::BridgeVlanInfo::LAYOUT,
    bridge::MdbEntryInfo::LAYOUT,
    bridge::MdbHeader::LAYOUT,
    bridge::TunnelHeader::LAYOUT,
    bridge::VlanHeader::LAYOUT,
    link::BridgeId::LAYOUT,
    link::BridgeOptions::LAYOUT,
    link::CanBerrCounter::LAYOUT,
    link::CanBitTiming::LAYOUT,
    link::CanBitTimingConst::LAYOUT,
    link::CanClock::LAYOUT,
    link::CanCtrlModes::LAYOUT,
    link::CanDeviceStats::LAYOUT,
    link::IfMap::LAYOUT,
    link::Inet6CacheInfo::LAYOUT,
    link::LinkHeader::LAYOUT,
    link::LinkStats32::LAYOUT,
    link::LinkStats::LAYOUT,
    link::PortRange::LAYOUT,
    link::PortVsi::LAYOUT,
    link::RmnetFlags::LAYOUT,
    link::VfBroadcast::LAYOUT,
    link::VfGuid::LAYOUT,
    link::VfLinkState::LAYOUT,
    link::VfMac::LAYOUT,
    link::VfRate::LAYOUT,
    link::VfRssQueryEn::LAYOUT,
    link::VfSpoofchk::LAYOUT,
    link::VfTrust::LAYOUT,
    link::VfTxRate::LAYOUT,
    link::VfVlan::LAYOUT,
    link::VfVlanInfo::LAYOUT,
    link::VlanFlags::LAYOUT,
    link::VlanQos::LAYOUT,
    nlroute::GenHeader::LAYOUT,
    neighbour::NeighbourCacheInfo::LAYOUT,
    neighbour::NeighbourHeader::LAYOUT,
    nlroute::addrlabel::AddressLabelHeader::LAYOUT,
    nlroute::ndisc::RouterPrefixCacheInfo::LAYOUT,
    nlroute::ndisc::RouterPrefixHeader::LAYOUT,
    nlroute::ndisc::UserOptionHeader::LAYOUT,
    nlroute::netconf::NetconfHeader::LAYOUT,
    nlroute::ntable::NtableConfig::LAYOUT,
    nlroute::ntable::NtableHeader::LAYOUT,
    nlroute::ntable::NtableStats::LAYOUT,
    nlroute::stats::BridgeMcastStats::LAYOUT,
    nlroute::stats::BridgeStpStats::LAYOUT,
    nlroute::stats::BridgeVlanStats::LAYOUT,
    nlroute::stats::HwStats::LAYOUT,
    nlroute::stats::MplsLinkStats::LAYOUT,
    nlroute::stats::StatsHeader::LAYOUT,
    nexthop::NexthopHeader::LAYOUT,
    nexthop::NexthopMember::LAYOUT,
    route::MulticastStats::LAYOUT,
    route::NexthopHeader::LAYOUT,
    route::RouteCacheInfo::LAYOUT,
    route::RouteHeader::LAYOUT,
    rule::RuleHeader::LAYOUT,
    rule::RulePortRange::LAYOUT,
    rule::RuleUidRange::LAYOUT,
];

/// Tables that have every number of an enumeration of the headers, and the name of its last.
const WHOLE: &[(&Schema, &str)] = &[
    (address::AddressTable::SCHEMA, "IFA_MAX"),
    (bridge::BridgeAfTable::SCHEMA, "IFLA_BRIDGE_MAX"),
    (bridge::MstEntryTable::SCHEMA, "IFLA_BRIDGE_MST_ENTRY_MAX"),
    (bridge::MstTable::SCHEMA, "IFLA_BRIDGE_MST_MAX"),
    (
        bridge::VlanTunnelTable::SCHEMA,
        "IFLA_BRIDGE_VLAN_TUNNEL_MAX",
    ),
    (
        bridge::CfmCcCcmTxTable::SCHEMA,
        "IFLA_BRIDGE_CFM_CC_CCM_TX_MAX",
    ),
    (
        bridge::CfmCcConfigTable::SCHEMA,
        "IFLA_BRIDGE_CFM_CC_CONFIG_MAX",
    ),
    (
        bridge::CfmCcPeerMepTable::SCHEMA,
        "IFLA_BRIDGE_CFM_CC_PEER_MEP_MAX",
    ),
    (
        bridge::CfmCcPeerStatusTable::SCHEMA,
        "IFLA_BRIDGE_CFM_CC_PEER_STATUS_MAX",
    ),
    (bridge::CfmCcRdiTable::SCHEMA, "IFLA_BRIDGE_CFM_CC_RDI_MAX"),
    (
        bridge::CfmMepConfigTable::SCHEMA,
        "IFLA_BRIDGE_CFM_MEP_CONFIG_MAX",
    ),
    (
        bridge::CfmMepCreateTable::SCHEMA,
        "IFLA_BRIDGE_CFM_MEP_CREATE_MAX",
    ),
    (
        bridge::CfmMepDeleteTable::SCHEMA,
        "IFLA_BRIDGE_CFM_MEP_DELETE_MAX",
    ),
    (
        bridge::CfmMepStatusTable::SCHEMA,
        "IFLA_BRIDGE_CFM_MEP_STATUS_MAX",
    ),
    (bridge::CfmTable::SCHEMA, "IFLA_BRIDGE_CFM_MAX"),
    (
        bridge::MrpInRoleOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_IN_ROLE_MAX",
    ),
    (
        bridge::MrpInStateOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_IN_STATE_MAX",
    ),
    (bridge::MrpInfoTable::SCHEMA, "IFLA_BRIDGE_MRP_INFO_MAX"),
    (
        bridge::MrpInstanceTable::SCHEMA,
        "IFLA_BRIDGE_MRP_INSTANCE_MAX",
    ),
    (
        bridge::MrpPortRoleOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_PORT_ROLE_MAX",
    ),
    (
        bridge::MrpPortStateOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_PORT_STATE_MAX",
    ),
    (
        bridge::MrpRingRoleOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_RING_ROLE_MAX",
    ),
    (
        bridge::MrpRingStateOfTable::SCHEMA,
        "IFLA_BRIDGE_MRP_RING_STATE_MAX",
    ),
    (
        bridge::MrpStartInTestTable::SCHEMA,
        "IFLA_BRIDGE_MRP_START_IN_TEST_MAX",
    ),
    (
        bridge::MrpStartTestTable::SCHEMA,
        "IFLA_BRIDGE_MRP_START_TEST_MAX",
    ),
    (bridge::MrpTable::SCHEMA, "IFLA_BRIDGE_MRP_MAX"),
    (bridge::GlobalVlanTable::SCHEMA, "BRIDGE_VLANDB_GOPTS_MAX"),
    (bridge::MdbEntryTable::SCHEMA, "MDBA_MDB_EATTR_MAX"),
    (bridge::MdbGetTable::SCHEMA, "MDBA_GET_ENTRY_MAX"),
    (bridge::MdbRouterTable::SCHEMA, "MDBA_ROUTER_PATTR_MAX"),
    (bridge::MdbSetTable::SCHEMA, "MDBA_SET_ENTRY_MAX"),
    (bridge::MdbSourceTable::SCHEMA, "MDBA_MDB_SRCATTR_MAX"),
    (bridge::MdbTable::SCHEMA, "MDBA_MAX"),
    (bridge::MdbeTable::SCHEMA, "MDBE_ATTR_MAX"),
    (bridge::VlanEntryTable::SCHEMA, "BRIDGE_VLANDB_ENTRY_MAX"),
    (bridge::VlanStatsTable::SCHEMA, "BRIDGE_VLANDB_STATS_MAX"),
    (bridge::VlanTable::SCHEMA, "BRIDGE_VLANDB_MAX"),
    (bridge::VlanTinfoTable::SCHEMA, "BRIDGE_VLANDB_TINFO_MAX"),
    (bridge::VniEntryTable::SCHEMA, "VXLAN_VNIFILTER_ENTRY_MAX"),
    (bridge::VniStatsTable::SCHEMA, "VNIFILTER_ENTRY_STATS_MAX"),
    (bridge::VniTable::SCHEMA, "VXLAN_VNIFILTER_MAX"),
    (link::BareudpTable::SCHEMA, "IFLA_BAREUDP_MAX"),
    (link::BatadvTable::SCHEMA, "IFLA_BATADV_MAX"),
    (link::BondAdInfoTable::SCHEMA, "IFLA_BOND_AD_INFO_MAX"),
    (link::BondPortTable::SCHEMA, "IFLA_BOND_SLAVE_MAX"),
    (link::BondTable::SCHEMA, "IFLA_BOND_MAX"),
    (link::BridgePortTable::SCHEMA, "IFLA_BRPORT_MAX"),
    (link::BridgeTable::SCHEMA, "IFLA_BR_MAX"),
    (link::CanCtrlModeExtTable::SCHEMA, "IFLA_CAN_CTRLMODE_MAX"),
    (link::CanPwmTable::SCHEMA, "IFLA_CAN_PWM_MAX"),
    (link::CanTable::SCHEMA, "IFLA_CAN_MAX"),
    (link::CanTdcTable::SCHEMA, "IFLA_CAN_TDC_MAX"),
    (link::DsaTable::SCHEMA, "IFLA_DSA_MAX"),
    (link::GeneveTable::SCHEMA, "IFLA_GENEVE_MAX"),
    (link::GtpTable::SCHEMA, "IFLA_GTP_MAX"),
    (link::HsrTable::SCHEMA, "IFLA_HSR_MAX"),
    (link::Inet6Table::SCHEMA, "IFLA_INET6_MAX"),
    (link::InetTable::SCHEMA, "IFLA_INET_MAX"),
    (link::IpoibTable::SCHEMA, "IFLA_IPOIB_MAX"),
    (link::IpvlanTable::SCHEMA, "IFLA_IPVLAN_MAX"),
    (link::LinkInfoTable::SCHEMA, "IFLA_INFO_MAX"),
    (link::LinkTable::SCHEMA, "IFLA_MAX"),
    (link::MacsecTable::SCHEMA, "IFLA_MACSEC_MAX"),
    (link::MacvlanTable::SCHEMA, "IFLA_MACVLAN_MAX"),
    (link::MctpTable::SCHEMA, "IFLA_MCTP_MAX"),
    (link::NetkitTable::SCHEMA, "IFLA_NETKIT_MAX"),
    (link::OvpnTable::SCHEMA, "IFLA_OVPN_MAX"),
    (link::PortTable::SCHEMA, "IFLA_PORT_MAX"),
    (link::PppTable::SCHEMA, "IFLA_PPP_MAX"),
    (link::QuerierTable::SCHEMA, "BRIDGE_QUERIER_MAX"),
    (link::RmnetTable::SCHEMA, "IFLA_RMNET_MAX"),
    (link::TunTable::SCHEMA, "IFLA_TUN_MAX"),
    (link::VethTable::SCHEMA, "VETH_INFO_MAX"),
    (link::VfTable::SCHEMA, "IFLA_VF_MAX"),
    (link::VlanTable::SCHEMA, "IFLA_VLAN_MAX"),
    (link::VrfPortTable::SCHEMA, "IFLA_VRF_PORT_MAX"),
    (link::VrfTable::SCHEMA, "IFLA_VRF_MAX"),
    (link::Vti6Table::SCHEMA, "IFLA_VTI_MAX"),
    (link::VtiTable::SCHEMA, "IFLA_VTI_MAX"),
    (link::VxcanTable::SCHEMA, "VXCAN_INFO_MAX"),
    (link::VxlanTable::SCHEMA, "IFLA_VXLAN_MAX"),
    (link::WwanTable::SCHEMA, "IFLA_WWAN_MAX"),
    (link::XdpTable::SCHEMA, "IFLA_XDP_MAX"),
    (link::XfrmTable::SCHEMA, "IFLA_XFRM_MAX"),
    (neighbour::FdbExtTable::SCHEMA, "NFEA_MAX"),
    (neighbour::NeighbourTable::SCHEMA, "NDA_MAX"),
    (nlroute::addrlabel::AddressLabelTable::SCHEMA, "IFAL_MAX"),
    (nlroute::ndisc::RouterPrefixTable::SCHEMA, "PREFIX_MAX"),
    (nlroute::ndisc::UserOptionTable::SCHEMA, "NDUSEROPT_MAX"),
    (nlroute::netconf::NetconfTable::SCHEMA, "NETCONFA_MAX"),
    (nlroute::stats::BondXstatsTable::SCHEMA, "BOND_XSTATS_MAX"),
    (
        nlroute::stats::HwStatsUseTable::SCHEMA,
        "IFLA_OFFLOAD_XSTATS_HW_S_INFO_MAX",
    ),
    (nlroute::stats::MplsStatsTable::SCHEMA, "MPLS_STATS_MAX"),
    (
        nlroute::stats::OffloadXstatsTable::SCHEMA,
        "IFLA_OFFLOAD_XSTATS_MAX",
    ),
    (
        nlroute::stats::StatsGetSetTable::SCHEMA,
        "IFLA_STATS_GETSET_MAX",
    ),
    (nlroute::stats::StatsTable::SCHEMA, "IFLA_STATS_MAX"),
    (nlroute::stats::XstatsTable::SCHEMA, "LINK_XSTATS_TYPE_MAX"),
    (nexthop::NexthopObjectTable::SCHEMA, "NHA_MAX"),
    (
        nexthop::NexthopStatsTable::SCHEMA,
        "NHA_GROUP_STATS_ENTRY_MAX",
    ),
    (nexthop::ResilientBucketTable::SCHEMA, "NHA_RES_BUCKET_MAX"),
    (nexthop::ResilientGroupTable::SCHEMA, "NHA_RES_GROUP_MAX"),
    (route::RouteMetricsTable::SCHEMA, "RTAX_MAX"),
];

/// Names that are in headers outside of `tests/data/`, with their numbers in them.
const ELSEWHERE: &[(&str, u16)] = &[
    ("AF_INET", libc::AF_INET as u16),
    ("AF_INET6", libc::AF_INET6 as u16),
    ("AF_MPLS", libc::AF_MPLS as u16),
    ("AF_MCTP", 45),                // linux/socket.h
    ("IPMRA_CREPORT_MSGTYPE", 1),   // linux/mroute.h
    ("IPMRA_CREPORT_VIF_ID", 2),    // linux/mroute.h
    ("IPMRA_CREPORT_SRC_ADDR", 3),  // linux/mroute.h
    ("IPMRA_CREPORT_DST_ADDR", 4),  // linux/mroute.h
    ("IPMRA_CREPORT_PKT", 5),       // linux/mroute.h
    ("IPMRA_CREPORT_TABLE", 6),     // linux/mroute.h
    ("DEVLINK_ATTR_BUS_NAME", 1),   // linux/devlink.h
    ("DEVLINK_ATTR_DEV_NAME", 2),   // linux/devlink.h
    ("DEVLINK_ATTR_PORT_INDEX", 3), // linux/devlink.h
    ("DPLL_A_PIN_ID", 1),           // linux/dpll.h
    ("IFLA_AMT_MODE", 1),           // linux/amt.h
    ("IFLA_AMT_RELAY_PORT", 2),     // linux/amt.h
    ("IFLA_AMT_GATEWAY_PORT", 3),   // linux/amt.h
    ("IFLA_AMT_LINK", 4),           // linux/amt.h
    ("IFLA_AMT_LOCAL_IP", 5),       // linux/amt.h
    ("IFLA_AMT_REMOTE_IP", 6),      // linux/amt.h
    ("IFLA_AMT_DISCOVERY_IP", 7),   // linux/amt.h
    ("IFLA_AMT_MAX_TUNNELS", 8),    // linux/amt.h
];

/// A constant's name, number and header, in the headers' order.
fn facts() -> impl Iterator<Item = (&'static str, i64, &'static str)> {
    let lines = include_str!("data/constants.tsv").lines().skip(1);
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?.parse().ok()?, fields.next()?))
    })
}

fn constants() -> BTreeMap<&'static str, i64> {
    facts().map(|(name, number, _)| (name, number)).collect()
}

/// Those, and what only `linux-raw-sys` has.
fn all_constants() -> BTreeMap<&'static str, i64> {
    let mut all: BTreeMap<_, _> = raw_constants().collect();
    all.extend(constants());
    all
}

/// The constants of `linux-raw-sys`.
fn raw_constants() -> impl Iterator<Item = (&'static str, i64)> {
    let modules = [
        raw_sys::netlink::NAMES,
        raw_sys::if_arp::NAMES,
        raw_sys::net::NAMES,
    ];
    modules.into_iter().flatten().copied()
}

/// A struct of `linux-raw-sys`: size, and each member's name, offset and size.
type RawLayout = (&'static str, usize, &'static [(&'static str, usize, usize)]);

fn raw_layouts() -> impl Iterator<Item = RawLayout> {
    let modules = [
        raw_sys::netlink::LAYOUTS,
        raw_sys::if_arp::LAYOUTS,
        raw_sys::net::LAYOUTS,
    ];
    modules.into_iter().flatten().copied()
}

/// Names of constants with their numbers.
macro_rules! names {
    ($($name:ident)*) => {
        pub const NAMES: &[(&str, i64)] = &[$((stringify!($name), $name as i64)),*];
    };
}
use names;

/// Names of structs and of their members, with sizes and offsets.
macro_rules! layouts {
    ($($name:ident { $($member:ident)* })*) => {
        pub const LAYOUTS: &[crate::RawLayout] = &[$((
            stringify!($name),
            size_of::<$name>(),
            &[$((
                stringify!($member),
                std::mem::offset_of!($name, $member),
                crate::size_of_member(|all: &$name| &all.$member as *const _),
            )),*],
        )),*];
    };
}
use layouts;

/// The size of the member that a function gives.
const fn size_of_member<S, M>(_: fn(&S) -> *const M) -> usize {
    size_of::<M>()
}

#[test]
fn every_attribute_has_the_number_of_the_headers() {
    let constants = constants();
    assert!(constants.len() > 2000);
    for schema in tables() {
        for line in schema.lines() {
            let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == line.uapi);
            let number = match elsewhere {
                Some((_, number)) => Some(i64::from(*number)),
                None => constants.get(line.uapi).copied(),
            };
            assert_eq!(
                Some(i64::from(line.kind)),
                number,
                "{}.{}",
                schema.name,
                line.uapi
            );
        }
    }
}

#[test]
fn no_attribute_is_left_out() {
    let constants = constants();
    for (schema, most) in WHOLE {
        let most = u16::try_from(constants[most]).unwrap();
        for kind in 1..=most {
            assert!(schema.line(kind).is_some(), "{}: {kind}", schema.name);
        }
    }
}

#[test]
fn no_line_is_there_twice() {
    for schema in tables() {
        for (n, line) in schema.lines().enumerate() {
            let mut before = schema.lines().take(n);
            assert!(
                before.all(|l| l.kind != line.kind && l.name != line.name),
                "{}.{}",
                schema.name,
                line.name
            );
            assert!(
                line.doc.ends_with('.'),
                "{}.{}: {}",
                schema.name,
                line.name,
                line.doc
            );
        }
    }
}

/// The rows of a struct: name, size, member (or nothing), its offset and size.
type Row = (&'static str, usize, &'static str, usize, usize);

fn structs() -> BTreeMap<&'static str, Vec<Row>> {
    let mut structs = BTreeMap::<_, Vec<Row>>::new();
    for line in include_str!("data/structs.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| fields[at].parse().unwrap_or(0);
        let row = (fields[0], number(1), fields[2], number(3), number(4));
        structs.entry(fields[0]).or_default().push(row);
    }
    structs
}

#[test]
fn every_record_has_the_layout_of_the_headers() {
    let structs = structs();
    for record in RECORDS {
        let rows = &structs[record.name];
        assert!(
            rows.iter()
                .any(|row| row.1 == record.size && row.2.is_empty()),
            "{}: size {}",
            record.name,
            record.size
        );
        for (member, offset, size) in record.members {
            assert!(
                rows.iter()
                    .any(|row| (row.2, row.3, row.4) == (*member, *offset, *size)),
                "{}.{member} at {offset}, {size} bytes",
                record.name
            );
        }
        // No member is left out but padding.
        for row in rows.iter().filter(|row| !row.2.is_empty()) {
            let known = record.members.iter().any(|(member, ..)| *member == row.2);
            assert!(known || row.2.contains("pad"), "{}.{}", row.0, row.2);
        }
    }
}

#[test]
fn every_constant_is_what_linux_raw_sys_has() {
    let constants = constants();
    let mut compared = 0;
    for (name, number) in raw_constants() {
        // An enumeration's end moves with every kernel.
        let is_end = name.ends_with("_MAX") || name == "RTM_NR_MSGTYPES";
        if let Some(ours) = constants.get(name).filter(|_| !is_end) {
            // Numbers of 32 bits with and without a sign.
            assert_eq!(*ours as u32, number as u32, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn every_layout_is_what_linux_raw_sys_has() {
    let structs = structs();
    let mut compared = 0;
    for (name, size, members) in raw_layouts() {
        let rows = &structs[name];
        let told = |member: &str| rows.iter().find(|row| row.2 == member).unwrap();
        if name.starts_with("arpreq") {
            continue; // There a `sockaddr` is as long as any of its kind.
        }
        // A newer kernel's may be longer.
        assert!(size <= told("").1, "{name}: {size}");
        for (member, offset, size) in members {
            let row = told(member);
            assert_eq!((row.3, row.4), (*offset, *size), "{name}.{member}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn every_value_has_the_number_of_the_headers() {
    let constants = all_constants();
    for values in values::ALL {
        assert!(!values.names(&constants).is_empty(), "{}", values.name);
        if values.whole {
            let missing = values.missing(&constants);
            assert!(missing.is_empty(), "{}: {missing:?}", values.name);
        }
    }
    for (name, table) in [
        ("RT_TABLE_UNSPEC", route::RouteTable::UNSPEC),
        ("RT_TABLE_COMPAT", route::RouteTable::COMPAT),
        ("RT_TABLE_DEFAULT", route::RouteTable::DEFAULT),
        ("RT_TABLE_MAIN", route::RouteTable::MAIN),
        ("RT_TABLE_LOCAL", route::RouteTable::LOCAL),
    ] {
        assert_eq!(constants[name], i64::from(table.0), "{name}");
    }
    for (number, family) in [
        (libc::AF_UNSPEC, Family::Unspec),
        (libc::AF_INET, Family::Inet),
        (libc::AF_BRIDGE, Family::Bridge),
        (libc::AF_INET6, Family::Inet6),
        (libc::AF_MPLS, Family::Mpls),
        (constants["RTNL_FAMILY_IPMR"] as i32, Family::Ipmr),
        (constants["RTNL_FAMILY_IP6MR"] as i32, Family::Ip6mr),
    ] {
        assert_eq!(Family::from(number as u8), family);
    }
}

/// Lists of this test and of others are written by hand, and what isn't in them isn't tested.
#[test]
fn nothing_that_the_sources_declare_is_forgotten() {
    let Some(declared) = sources::declared() else {
        return skip(format_args!("the sources can't be read"));
    };
    let same = |kind: &str, declared: Vec<String>, listed: BTreeSet<String>| {
        assert!(declared.len() > 20, "{kind}: {declared:?}");
        let declared: BTreeSet<String> = declared.into_iter().collect();
        assert_eq!(declared, listed, "{kind}, declared and listed");
    };
    let last = |path: &str| path.rsplit("::").next().unwrap().trim().to_owned();
    let listed = tables::ALL.iter().map(|table| last(table.name)).collect();
    same("tables", declared.tables, listed);
    let listed = values::ALL.iter().map(|values| last(values.name));
    let elsewhere = values::ELSEWHERE.iter().map(|(name, _)| (*name).to_owned());
    same("values", declared.values, listed.chain(elsewhere).collect());
    assert_eq!(
        declared.records.len(),
        RECORDS.len(),
        "{:?}",
        declared.records
    );
    let constants = constants();
    assert!(declared.constants.len() > 20);
    for (name, number) in declared.constants {
        assert_eq!(constants.get(name.as_str()), Some(&number), "{name}");
    }
}

#[test]
fn the_coverage_is_what_the_docs_say() {
    coverage::check(&facts().collect::<Vec<_>>(), &all_constants());
}
