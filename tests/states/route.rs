//! `ip route`.
use nlroute::{
    Family,
    route::{
        NexthopTable, NexthopView, RouteAttributeTable, RouteCacheInfo, RouteMetricsTable,
        RouteMetricsView, RouteView,
    },
    wire::table::Table,
};
use serde_json::{Map, Value};

use super::{
    compare::{Row, Rows, blocks, name, text},
    words,
};

type Route = RouteView<'static>;
type Hop = NexthopView<'static>;
type Metrics = RouteMetricsView<'static>;

/// Printed from other messages: the next hop object that a route refers to.
const ELSEWHERE: &[&str] = &["nh_info"];

pub fn routes() -> (usize, usize) {
    let rows = Rows::new(RouteAttributeTable::SCHEMA, ROUTE);
    let hop_rows = Rows::new(NexthopTable::SCHEMA, HOP);
    let metric_rows = Rows::new(RouteMetricsTable::SCHEMA, METRICS);
    let mut states = 0;
    for block in blocks(include_str!("../data/states/route.txt")) {
        let what = &block.command;
        assert_eq!(block.objects.len(), block.bodies.len(), "{what}");
        for (object, body) in block.objects.iter().zip(&block.bodies) {
            let route = RouteView::parse(body.clone()).unwrap();
            let mut object = object.clone();
            object.retain(|key, _| !ELSEWHERE.contains(&key.as_str()));
            for (told, metrics) in array(&mut object, "metrics").iter().zip(route.metrics()) {
                let metrics = metrics.into_owned();
                metric_rows.compare(what, told, metrics.as_bytes(), &metrics);
            }
            let told = array(&mut object, "nexthops");
            let hops: Vec<_> = route
                .nexthops()
                .iter()
                .flat_map(|hops| hops.iter())
                .collect();
            assert_eq!(told.len(), hops.len(), "{what}: next hops");
            for (told, hop) in told.iter().zip(hops) {
                let hop = hop.into_owned();
                hop_rows.compare(what, told, hop.as_bytes(), &hop);
            }
            rows.compare(what, &object, body, &route);
            states += 1;
        }
    }
    let fields = rows.finish() + hop_rows.finish() + metric_rows.finish();
    (states, fields)
}

/// The objects under a key, which is taken away.
fn array(object: &mut Map<String, Value>, key: &str) -> Vec<Map<String, Value>> {
    object
        .remove(key)
        .map(|value| serde_json::from_value(value).unwrap())
        .unwrap_or_default()
}

fn destination(route: &Route) -> Value {
    let Some(address) = route.destination_address() else {
        return "default".into();
    };
    let prefix = route.destination().unwrap();
    if prefix.len() == if address.is_ipv4() { 32 } else { 128 } {
        return address.to_string().into();
    }
    prefix.to_string().into()
}

fn family(address: Option<std::net::IpAddr>) -> Value {
    match address.map(Family::of) {
        Some(Family::Inet) => "inet".into(),
        Some(Family::Inet6) => "inet6".into(),
        other => panic!("{other:?}"),
    }
}

/// What the kernel says of a route that it made for one packet (`RTCF_*`), which no header of
/// its interface has.
fn cache(route: &Route) -> Value {
    const NAMES: &[(u32, &str)] = &[(0x8000_0000, "local"), (0x1000_0000, "brd")];
    let bits = route.flags().bits();
    let named = NAMES.iter().filter(|(bit, _)| bits & bit != 0);
    named.map(|(_, name)| *name).collect()
}

fn cacheinfo(route: &Route) -> RouteCacheInfo {
    route.cacheinfo().unwrap()
}

const ROUTE: &[Row<Route>] = &[
    ("type", |r| r.kind().to_string().into()),
    ("dst", destination),
    ("table", |r| r.table().to_string().into()),
    ("protocol", |r| r.protocol().to_string().into()),
    ("scope", |r| r.scope().to_string().into()),
    ("tos", |r| format!("{:#04x}", r.tos()).into()),
    ("flags", |r| words::route_flags(r.flags().bits())),
    ("gateway", |r| text(r.gateway())),
    ("via.family", |r| family(r.via().and_then(|via| via.ip()))),
    ("via.host", |r| text(r.via())),
    ("dev", |r| text(r.oif().map(name))),
    ("metric", |r| r.metric().into()),
    ("nhid", |r| r.nexthop_id().into()),
    ("prefsrc", |r| text(r.source())),
    ("from", |r| text(r.source_address())),
    ("pref", |r| text(r.pref())),
    ("expires", |r| (cacheinfo(r).expires / 100).into()),
    ("uid", |r| r.uid().into()),
    ("mark", |r| r.mark().into()),
    ("cache", cache),
];

const HOP: &[Row<Hop>] = &[
    ("gateway", |h| text(h.gateway())),
    ("via.family", |h| family(h.via().and_then(|via| via.ip()))),
    ("via.host", |h| text(h.via())),
    ("dev", |h| name(h.index()).into()),
    ("weight", |h| h.weight().into()),
    ("flags", |h| words::route_flags(h.flags().bits().into())),
];

const METRICS: &[Row<Metrics>] = &[
    ("mtu", |m| m.mtu().into()),
    ("window", |m| m.window().into()),
    ("rtt", |m| millis(m.rtt())),
    ("rttvar", |m| millis(m.rttvar())),
    ("ssthresh", |m| m.ssthresh().into()),
    ("cwnd", |m| m.cwnd().into()),
    ("advmss", |m| m.advmss().into()),
    ("reordering", |m| m.reordering().into()),
    ("hoplimit", |m| m.hoplimit().into()),
    ("initcwnd", |m| m.initcwnd().into()),
    ("initrwnd", |m| m.initrwnd().into()),
    ("rto_min", |m| millis(m.rto_min())),
    ("quickack", |m| m.quickack().into()),
    ("congestion", |m| text(m.cc_algo())),
    ("fastopen_no_cookie", |m| m.fastopen_no_cookie().into()),
    // Its being there is the value.
    ("ecn", |m| {
        assert_eq!(m.features(), Some(nlroute::route::RouteFeatures::ECN));
        Value::Null
    }),
];

fn millis(time: Option<std::time::Duration>) -> Value {
    time.map(|time| time.as_millis() as u64).into()
}
