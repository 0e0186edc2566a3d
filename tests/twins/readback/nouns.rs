//! Addresses, routes, neighbours and entries of forwarding databases as iproute2 shows them.
use std::net::IpAddr;

use nlroute::{
    Addresses, Connection, Family, Fdb, Neighbours, Prefix, Result, Routes,
    address::{AddressFlags, AddressView},
    neighbour::{NeighbourFlags, NeighbourState, NeighbourView},
    route::{NexthopView, RouteFeatures, RouteFlags, RouteMetricsView, RouteView},
};
use serde_json::{Value, json};

use super::{Names, name, object, some, text};
use crate::words;

/// The addresses of each link.
pub fn addresses(connection: &mut Connection, names: &Names) -> Result<Value> {
    let list = connection.list(Addresses::all())?;
    let mut links: Vec<_> = names.iter().collect();
    links.sort();
    let of = |(index, name): (&u32, &String)| {
        // Those of IPv4 come first in iproute2's list too: it takes them as they are sent.
        let own = list.iter().filter(|view| view.index() == *index);
        let infos: Vec<_> = own.map(|view| address(&view)).collect();
        json!({ "ifname": name, "addr_info": infos })
    };
    Ok(links.into_iter().map(of).collect())
}

fn address(view: &AddressView<'_>) -> Value {
    let flag = |flag| view.flags().contains(flag).then_some(true);
    let first = match view.family() {
        Family::Inet6 => "temporary",
        _ => "secondary",
    };
    let dynamic = (!view.flags().contains(AddressFlags::PERMANENT)).then_some(true);
    let lifetime = |lifetime: fn(&nlroute::address::AddressCacheInfo) -> u32| {
        some(view.cacheinfo().map(|info| lifetime(&info)))
    };
    object([
        ("family", text(view.family())),
        ("local", view.address().and_then(text)),
        ("address", view.other_end().and_then(text)),
        ("prefixlen", some(Some(view.header().prefix_len))),
        ("metric", some(view.metric())),
        ("broadcast", view.broadcast().and_then(text)),
        ("scope", text(view.scope())),
        (first, some(flag(AddressFlags::SECONDARY))),
        ("tentative", some(flag(AddressFlags::TENTATIVE))),
        ("deprecated", some(flag(AddressFlags::DEPRECATED))),
        ("home", some(flag(AddressFlags::HOMEADDRESS))),
        ("nodad", some(flag(AddressFlags::NODAD))),
        ("optimistic", some(flag(AddressFlags::OPTIMISTIC))),
        ("dadfailed", some(flag(AddressFlags::DADFAILED))),
        ("mngtmpaddr", some(flag(AddressFlags::MANAGETEMPADDR))),
        ("noprefixroute", some(flag(AddressFlags::NOPREFIXROUTE))),
        ("autojoin", some(flag(AddressFlags::MCAUTOJOIN))),
        ("stable-privacy", some(flag(AddressFlags::STABLE_PRIVACY))),
        ("dynamic", some(dynamic)),
        ("label", view.label().and_then(text)),
        ("valid_life_time", lifetime(|info| info.valid)),
        ("preferred_life_time", lifetime(|info| info.preferred)),
    ])
}

/// All routes.
pub fn routes(connection: &mut Connection, names: &Names) -> Result<Value> {
    let list = connection.list(Routes::all())?;
    Ok(list.iter().map(|view| route(&view, names)).collect())
}

/// The metrics that are locked, which iproute2 doesn't tell in JSON.
pub fn locks(connection: &mut Connection) -> Result<Value> {
    let list = connection.list(Routes::all())?;
    let lock = |view: RouteView<'_>| {
        let lock = view.metrics()?.lock()?;
        Some(json!([view.destination()?.to_string(), lock.bits()]))
    };
    Ok(list.iter().filter_map(lock).collect())
}

pub fn route(view: &RouteView<'_>, names: &Names) -> Value {
    let short = |prefix: Prefix| match prefix {
        prefix if prefix.is_default() => "default".to_owned(),
        prefix if prefix.is_host() => prefix.address().to_string(),
        prefix => prefix.to_string(),
    };
    let tos = Some(view.tos()).filter(|tos| *tos > 0);
    let expires = view.cacheinfo().map(|info| info.expires / 100);
    let hops = view.nexthops().map(|hops| {
        let hops: Vec<_> = hops.iter().map(|hop| next_hop(&hop, names)).collect();
        Value::from(hops)
    });
    // The answer to which way a packet goes is no route of a table.
    let looked_up = view.flags().contains(RouteFlags::CLONED);
    object([
        ("type", text(view.kind())),
        ("dst", some(view.destination().map(short))),
        ("from", some(view.from().map(short))),
        ("tos", tos.and_then(|tos| text(format!("{tos:#x}")))),
        ("nhid", some(view.nexthop_id())),
        ("gateway", view.gateway().and_then(text)),
        ("via", view.via().and_then(|to| to.ip()).map(via)),
        ("dev", view.oif().map(|index| name(names, index))),
        ("table", text(view.table())),
        ("protocol", text(view.protocol()).filter(|_| !looked_up)),
        ("scope", text(view.scope()).filter(|_| !looked_up)),
        ("prefsrc", view.source().and_then(text)),
        ("metric", some(view.metric())),
        ("mark", some(view.mark())),
        ("uid", some(view.uid())),
        ("flow", view.realms().map(flow)),
        ("flags", Some(words::route_flags(view.flags().bits()))),
        (
            "metrics",
            view.metrics()
                .map(|metrics| json!([route_metrics(&metrics)])),
        ),
        ("expires", some(expires.filter(|expires| *expires > 0))),
        ("nexthops", hops),
        ("pref", view.pref().and_then(text)),
    ])
}

fn flow(realms: u32) -> Value {
    let (from, to) = (realms >> 16, realms & 0xffff);
    object([
        ("from", (from > 0).then(|| from.to_string().into())),
        ("to", text(to)),
    ])
}

fn via(address: IpAddr) -> Value {
    json!({ "family": Family::of(address).to_string(), "host": address.to_string() })
}

fn next_hop(view: &NexthopView<'_>, names: &Names) -> Value {
    object([
        ("gateway", view.gateway().and_then(text)),
        ("via", view.via().and_then(|to| to.ip()).map(via)),
        ("dev", Some(name(names, view.index()))),
        ("flow", view.realms().map(flow)),
        ("weight", some(Some(view.weight()))),
        (
            "flags",
            Some(words::route_flags(view.flags().bits().into())),
        ),
    ])
}

fn route_metrics(view: &RouteMetricsView<'_>) -> Value {
    let features = view.features().unwrap_or(RouteFeatures::empty());
    let millis = |time: Option<std::time::Duration>| some(time.map(|time| time.as_millis() as u64));
    object([
        ("mtu", some(view.mtu())),
        ("window", some(view.window())),
        ("rtt", millis(view.rtt())),
        ("rttvar", millis(view.rttvar())),
        ("ssthresh", some(view.ssthresh())),
        ("cwnd", some(view.cwnd())),
        ("advmss", some(view.advmss())),
        ("reordering", some(view.reordering())),
        ("hoplimit", some(view.hoplimit())),
        ("initcwnd", some(view.initcwnd())),
        (
            "ecn",
            features.contains(RouteFeatures::ECN).then_some(Value::Null),
        ),
        ("rto_min", millis(view.rto_min())),
        ("initrwnd", some(view.initrwnd())),
        ("quickack", some(view.quickack())),
        ("congestion", view.cc_algo().and_then(text)),
        ("fastopen_no_cookie", some(view.fastopen_no_cookie())),
    ])
}

/// All neighbours, or those that the host answers for.
pub fn neighbours(connection: &mut Connection, names: &Names, proxy: bool) -> Result<Value> {
    let query = Neighbours::all();
    let list = connection.list(if proxy { query.proxy() } else { query })?;
    Ok(list.iter().map(|view| neighbour(&view, names)).collect())
}

pub fn neighbour(view: &NeighbourView<'_>, names: &Names) -> Value {
    let flag = |flag| view.flags().contains(flag).then_some(Value::Null);
    let proxy = view.flags().contains(NeighbourFlags::PROXY);
    let shown = !proxy && !view.state().is_empty();
    object([
        ("dst", view.destination().and_then(text)),
        ("dev", Some(name(names, view.index()))),
        ("lladdr", view.lladdr().and_then(text)),
        ("router", flag(NeighbourFlags::ROUTER)),
        ("proxy", flag(NeighbourFlags::PROXY)),
        ("extern_learn", flag(NeighbourFlags::EXT_LEARNED)),
        ("state", Some(states(view.state())).filter(|_| shown)),
        ("protocol", view.protocol().and_then(text)),
    ])
}

fn states(state: NeighbourState) -> Value {
    const ORDER: [(NeighbourState, &str); 8] = [
        (NeighbourState::INCOMPLETE, "INCOMPLETE"),
        (NeighbourState::REACHABLE, "REACHABLE"),
        (NeighbourState::STALE, "STALE"),
        (NeighbourState::DELAY, "DELAY"),
        (NeighbourState::PROBE, "PROBE"),
        (NeighbourState::FAILED, "FAILED"),
        (NeighbourState::NOARP, "NOARP"),
        (NeighbourState::PERMANENT, "PERMANENT"),
    ];
    let set = ORDER.iter().filter(|(flag, _)| state.contains(*flag));
    set.map(|(_, name)| Value::from(*name)).collect()
}

/// All entries of forwarding databases.
pub fn fdb(connection: &mut Connection, names: &Names) -> Result<Value> {
    let list = connection.list(Fdb::all())?;
    Ok(list.iter().map(|view| entry(&view, names)).collect())
}

pub fn entry(view: &NeighbourView<'_>, names: &Names) -> Value {
    const ORDER: [(NeighbourFlags, &str); 6] = [
        (NeighbourFlags::SELF, "self"),
        (NeighbourFlags::ROUTER, "router"),
        (NeighbourFlags::EXT_LEARNED, "extern_learn"),
        (NeighbourFlags::OFFLOADED, "offload"),
        (NeighbourFlags::MASTER, "master"),
        (NeighbourFlags::STICKY, "sticky"),
    ];
    let flags = ORDER
        .iter()
        .filter(|(flag, _)| view.flags().contains(*flag));
    let state = match view.state() {
        state if state.contains(NeighbourState::PERMANENT) => "permanent",
        state if state.contains(NeighbourState::NOARP) => "static",
        state if state.contains(NeighbourState::STALE) => "stale",
        _ => "",
    };
    object([
        ("mac", view.lladdr().and_then(text)),
        ("dst", view.destination().and_then(text)),
        ("viaIf", view.via().map(|via| name(names, via))),
        ("ifname", Some(name(names, view.index()))),
        ("vlan", some(view.vlan())),
        (
            "flags",
            Some(flags.map(|(_, name)| Value::from(*name)).collect()),
        ),
        ("master", view.master().map(|master| name(names, master))),
        ("state", text(state)),
    ])
}
