//! A route, as iproute2 prints it.
use std::net::IpAddr;

use nlroute::{
    Family,
    route::{Nexthops, RouteFlags, RouteType, RouteView, Via, encap::Labels},
};

use super::{Filter, encap, metrics};
use crate::{context::Context, names::Table, print::Value, words::family_name};

/// The flags of a route, of its one next hop, or of one of several.
const FLAGS: &[(u32, &str)] = &[
    (1, "dead"),
    (4, "onlink"),
    (2, "pervasive"),
    (8, "offload"),
    (0x40, "trap"),
    (0x100, "notify"),
    (0x10, "linkdown"),
    (0x20, "unresolved"),
    (0x4000, "rt_offload"),
    (0x8000, "rt_trap"),
    (0x2000_0000, "rt_offload_failed"),
];

/// What the IPv4 cache says of a route.
const CACHE_FLAGS: &[(u32, &str)] = &[
    (0x8000_0000, "local"),
    (0x0100_0000, "reject"),
    (0x2000_0000, "mc"),
    (0x1000_0000, "brd"),
    (0x0800_0000, "dst-nat"),
    (0x0080_0000, "src-nat"),
    (0x0040_0000, "masq"),
    (0x0200_0000, "dst-direct"),
    (0x0400_0000, "src-direct"),
    (0x0004_0000, "redirected"),
    (0x0002_0000, "redirect"),
    (0x0020_0000, "fastroute"),
    (0x0001_0000, "notify"),
    (0x0010_0000, "proxy"),
];

pub fn flags(context: &mut Context, bits: u32) {
    context.out.open_array_json("flags");
    for (flag, name) in FLAGS {
        if bits & flag != 0 {
            context.out.item("{} ", (*name).into());
        }
    }
    context.out.close_array_json();
}

pub fn device(context: &mut Context, key: &str, index: u32) {
    let name = context.name_of(index);
    context.out.field(key, &format!("{key} {{}} "), &name);
}

/// A prefix; of a host's own address only that.
fn prefix(address: Option<IpAddr>, len: u8, family: Family, zero: &str) -> String {
    let bits = match family {
        Family::Inet | Family::Ipmr => 32,
        Family::Inet6 | Family::Ip6mr => 128,
        _ => 0,
    };
    match address {
        Some(address) if len == bits => address.to_string(),
        Some(address) => format!("{address}/{len}"),
        None if len > 0 => format!("0/{len}{zero}"),
        None => "default".to_owned(),
    }
}

pub fn gateway(context: &mut Context, address: IpAddr) {
    context
        .out
        .field("gateway", "via {} ", &address.to_string());
}

pub fn via(context: &mut Context, via: Via) {
    let family = match via.ip() {
        Some(address) => family_name(Family::of(address)),
        None => "link",
    };
    let host = via.to_string();
    let out = &mut *context.out;
    out.open(Some("via"));
    out.field("family", "via {} ", family);
    out.field("host", "{} ", &host);
    out.close();
}

fn realms(context: &mut Context, realms: u32) {
    let (from, to) = (realms >> 16, realms & 0xffff);
    let to = context.named(Table::Realm, to);
    context.out.open(Some("flow"));
    if from > 0 {
        let from = context.named(Table::Realm, from);
        context.out.str("realms ");
        context.out.field("from", "{}/", &from);
    } else {
        context.out.str("realm ");
    }
    context.out.field("to", "{} ", &to);
    context.out.close();
}

/// Prints a route.
pub fn route(context: &mut Context, route: &RouteView<'_>, filter: &Filter, deleted: bool) {
    let header = route.header();
    let family = route.family();
    let details = context.options.details;
    context.headers("[ROUTE]");
    context.out.open(None);
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    if route.kind() != RouteType::Unicast || details {
        let kind = match context.options.numeric {
            true => header.kind.to_string(),
            false => route.kind().to_string(),
        };
        context.out.field("type", "{} ", &kind);
    }
    let destination = match route.destination_address() {
        None if family == Family::Mpls => {
            let found = route.attributes().flatten().find(|a| a.kind() == 1);
            Labels::new(found.map_or(&[], |found| found.payload())).to_string()
        }
        address => prefix(address, header.dst_len, family, " "),
    };
    context.out.field("dst", "{} ", &destination);
    match route.source_address() {
        Some(source) => {
            let from = prefix(Some(source), header.src_len, family, "");
            context.out.field("from", "from {} ", &from);
        }
        None if header.src_len > 0 => {
            let from = format!("0/{}", header.src_len);
            context.out.field("src", "from {} ", &from);
        }
        None => {}
    }
    context.out.opt("nhid", "nhid {} ", route.nexthop_id());
    if let Some(labels) = route.newdst() {
        context.out.field("to", "as to {} ", &labels.to_string());
    }
    if let Some(view) = route.encap() {
        encap::show(context, &view);
    }
    if header.tos > 0 && filter.tos.is_none() {
        let tos = context.named(Table::DsField, header.tos);
        context.out.field("tos", "tos {} ", &tos);
    }
    let one = |wanted: &Option<crate::words::InetPrefix>| {
        wanted.is_some_and(|wanted| matches!(wanted.len, 32 | 128))
    };
    if let Some(address) = route.gateway().filter(|_| !one(&filter.via)) {
        gateway(context, address);
    }
    if let Some(address) = route.via() {
        via(context, address);
    }
    if let Some(index) = route.oif().filter(|_| filter.oif.is_none()) {
        device(context, "dev", index);
    }
    where_from(context, route, filter);
    if let Some(source) = route.source().filter(|_| !one(&filter.source)) {
        context.out.field("prefsrc", "src {} ", &source.to_string());
    }
    if filter.metric.is_none() {
        context.out.named("metric", route.metric());
    }
    flags(context, header.flags);
    if let Some(mark) = route.mark().filter(|mark| *mark > 0) {
        context.out.json("mark", mark.into());
        match mark {
            16.. => context.out.text(format_args!("mark {mark:#x} ")),
            _ => context.out.text(format_args!("mark {mark} ")),
        }
    }
    if let Some(both) = route.realms().filter(|_| filter.realms.is_none()) {
        realms(context, both);
    }
    context.out.named("uid", route.uid());
    rest(context, route, filter);
    context.out.str("\n");
    context.out.close();
}

fn where_from(context: &mut Context, route: &RouteView<'_>, filter: &Filter) {
    let header = route.header();
    let details = context.options.details;
    let table = route.table().0;
    if table > 0 && (table != 254 || details) && filter.table == 0 {
        let table = context.named(Table::Route, table);
        context.out.field("table", "table {} ", &table);
    }
    if route.flags().contains(RouteFlags::CLONED) {
        return;
    }
    if (header.protocol != 3 || details) && filter.protocol.is_none() {
        let protocol = context.named(Table::Protocol, header.protocol);
        context.out.field("protocol", "proto {} ", &protocol);
    }
    if (header.scope != 0 || details) && filter.scope.is_none() {
        let scope = context.named(Table::Scope, header.scope);
        context.out.field("scope", "scope {} ", &scope);
    }
}

fn rest(context: &mut Context, route: &RouteView<'_>, filter: &Filter) {
    let family = route.family();
    if family == Family::Inet && route.flags().contains(RouteFlags::CLONED) {
        cache(context, route.header().flags);
    }
    let info = route
        .cacheinfo()
        .filter(|_| matches!(family, Family::Inet | Family::Inet6));
    if let Some(info) = info {
        let stats = context.options.stats > 0;
        let out = &mut *context.out;
        let positive = |n: u32, shown: bool| Some(n).filter(|n| *n > 0 && shown);
        let expires = Some(info.expires / 100).filter(|_| info.expires != 0);
        out.opt("expires", "expires {}sec ", expires);
        out.named("error", positive(info.error as u32, true));
        out.opt("users", "users {} ", positive(info.references, stats));
        out.opt("used", "used {} ", positive(info.used, stats));
        let age = positive(info.last_use, stats).map(|age| age / 100);
        out.opt("age", "age {}sec ", age);
    }
    if let Some(set) = route.metrics() {
        metrics::show(context, &set);
    }
    if let Some(index) = route.iif().filter(|_| filter.iif.is_none()) {
        device(context, "iif", index);
    }
    if let Some(pref) = route.pref() {
        match u8::from(pref) {
            0 | 1 | 3 => context.out.field("pref", "pref {}", &pref.to_string()),
            n => context.out.field("pref", "{}", n),
        }
    }
    if let Some(propagates) = route.ttl_propagate() {
        context.out.json("ttl-propogate", propagates.into());
        let word = if propagates { "enabled" } else { "disabled" };
        context.out.text(format_args!("ttl-propogate {word}"));
    }
    if let Some(id) = route.nexthop_id().filter(|_| context.options.details) {
        crate::nexthop::show::of_id(context, id);
    }
    if let Some(hops) = route.nexthops() {
        nexthops(context, route, hops);
    }
}

fn cache(context: &mut Context, bits: u32) {
    let mut left = bits & !0xffff;
    context.out.line();
    context.out.str("    cache ");
    context
        .out
        .open_array("cache", if left == 0 { "" } else { "<" });
    for (flag, name) in CACHE_FLAGS {
        if left & flag != 0 {
            left &= !flag;
            let text = if left == 0 { "{}> " } else { "{}," };
            context.out.item(text, (*name).into());
        }
    }
    if left != 0 {
        context
            .out
            .any("flags", "{}>", Value::Text(&format!("{left:x}")));
    }
    context.out.close_array("");
}

fn nexthops(context: &mut Context, route: &RouteView<'_>, hops: Nexthops<'_>) {
    context.out.open_array_json("nexthops");
    for hop in hops.iter() {
        context.out.open(None);
        context.out.line();
        context.out.str("\tnexthop ");
        if let Some(view) = hop.encap() {
            encap::show(context, &view);
        }
        if let Some(labels) = hop.newdst() {
            context.out.field("to", "as to {} ", &labels.to_string());
        }
        if let Some(address) = hop.gateway() {
            gateway(context, address);
        }
        if let Some(address) = hop.via() {
            via(context, address);
        }
        if let Some(both) = hop.realms() {
            realms(context, both);
        }
        device(context, "dev", hop.index());
        if route.family() != Family::Mpls {
            context.out.field("weight", "weight {} ", hop.weight());
        }
        flags(context, hop.header().flags.into());
        context.out.close();
    }
    context.out.close_array_json();
}

/// A number with at most six digits that count, as `%g` has it.
pub fn short(value: f64) -> String {
    let whole = (value.abs().log10().floor() as i32 + 1).clamp(1, 6);
    let text = format!("{value:.*}", (6 - whole) as usize);
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}
