//! The tables and records against the kernel's headers, as data: every constant and every
//! struct of them is in `tests/data/`.
#[path = "common/tables.rs"]
mod tables;

use std::collections::HashMap;

use nlroute::{
    address, link, neighbour, route,
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
    link::BridgeId::LAYOUT,
    link::BridgeOptions::LAYOUT,
    link::BridgeVlanInfo::LAYOUT,
    link::IfMap::LAYOUT,
    link::Inet6CacheInfo::LAYOUT,
    link::LinkHeader::LAYOUT,
    link::LinkStats32::LAYOUT,
    link::LinkStats::LAYOUT,
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
    neighbour::NeighbourCacheInfo::LAYOUT,
    neighbour::NeighbourHeader::LAYOUT,
    route::MulticastStats::LAYOUT,
    route::NexthopHeader::LAYOUT,
    route::RouteCacheInfo::LAYOUT,
    route::RouteHeader::LAYOUT,
];

/// Tables that have every number of an enumeration of the headers, and the name of its last.
const WHOLE: &[(&Schema, &str)] = &[
    (address::AddressTable::SCHEMA, "IFA_MAX"),
    (link::BridgePortTable::SCHEMA, "IFLA_BRPORT_MAX"),
    (link::BridgeTable::SCHEMA, "IFLA_BR_MAX"),
    (link::Inet6Table::SCHEMA, "IFLA_INET6_MAX"),
    (link::InetTable::SCHEMA, "IFLA_INET_MAX"),
    (link::LinkInfoTable::SCHEMA, "IFLA_INFO_MAX"),
    (link::LinkTable::SCHEMA, "IFLA_MAX"),
    (link::MctpTable::SCHEMA, "IFLA_MCTP_MAX"),
    (link::PortTable::SCHEMA, "IFLA_PORT_MAX"),
    (link::QuerierTable::SCHEMA, "BRIDGE_QUERIER_MAX"),
    (link::VethTable::SCHEMA, "VETH_INFO_MAX"),
    (link::VfTable::SCHEMA, "IFLA_VF_MAX"),
    (link::XdpTable::SCHEMA, "IFLA_XDP_MAX"),
    (neighbour::FdbExtTable::SCHEMA, "NFEA_MAX"),
    (neighbour::NeighbourTable::SCHEMA, "NDA_MAX"),
    (route::RouteMetricsTable::SCHEMA, "RTAX_MAX"),
];

/// Names that are in headers outside of `tests/data/`, with their numbers in them.
const ELSEWHERE: &[(&str, u16)] = &[
    ("AF_INET", libc::AF_INET as u16),
    ("AF_INET6", libc::AF_INET6 as u16),
    ("AF_MCTP", 45),                // linux/socket.h
    ("DEVLINK_ATTR_BUS_NAME", 1),   // linux/devlink.h
    ("DEVLINK_ATTR_DEV_NAME", 2),   // linux/devlink.h
    ("DEVLINK_ATTR_PORT_INDEX", 3), // linux/devlink.h
    ("DPLL_A_PIN_ID", 1),           // linux/dpll.h
];

fn constants() -> HashMap<&'static str, i64> {
    include_str!("data/constants.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.next()?.parse().ok()?))
        })
        .collect()
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

#[test]
fn every_record_has_the_layout_of_the_headers() {
    let structs: Vec<Vec<&str>> = include_str!("data/structs.tsv")
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    for record in RECORDS {
        let rows: Vec<&Vec<&str>> = structs.iter().filter(|row| row[0] == record.name).collect();
        assert!(!rows.is_empty(), "{}", record.name);
        assert!(
            rows.iter()
                .any(|row| row[1] == record.size.to_string() && row[2].is_empty()),
            "{}: size {}",
            record.name,
            record.size
        );
        for (member, offset, size) in record.members {
            let (offset, size) = (offset.to_string(), size.to_string());
            assert!(
                rows.iter()
                    .any(|row| row[2..] == [*member, offset.as_str(), size.as_str()]),
                "{}.{member} at {offset}, {size} bytes",
                record.name
            );
        }
        // No member is left out but padding.
        for row in rows.iter().filter(|row| !row[2].is_empty()) {
            let known = record.members.iter().any(|(member, ..)| *member == row[2]);
            assert!(known || row[2].contains("pad"), "{}.{}", row[0], row[2]);
        }
    }
}
