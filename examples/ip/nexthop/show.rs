//! A next hop object, printed.
use nlroute::{
    Nexthop,
    nexthop::{NexthopGroup, NexthopGroupType, NexthopOpFlags, NexthopView, ResilientGroupView},
};

use super::asked;
use crate::{
    context::Context,
    names::Table,
    print::{Print, Value},
    route::{encap, show as route},
};

/// Prints one, on a line of its own.
pub fn line(context: &mut Context, nexthop: &NexthopView<'_>, deleted: bool) {
    context.headers("[NEXTHOP]");
    entry(context, nexthop, None, deleted);
    context.out.str("\n");
}

/// Prints the one of this number, within what refers to it.
pub fn of_id(context: &mut Context, id: u32) {
    let question = Nexthop::new(id).op_flags(asked(context));
    if let Ok(found) = context.host.get(question) {
        context.out.str("\n\tnh_info ");
        entry(context, &found, Some("nh_info"), false);
    }
}

fn entry(context: &mut Context, nexthop: &NexthopView<'_>, key: Option<&str>, deleted: bool) {
    let details = context.options.details;
    let out = &mut *context.out;
    out.open(key);
    if deleted {
        out.field("deleted", "Deleted ", true);
    }
    out.field("id", "id {} ", nexthop.id().unwrap_or(0));
    let group = nexthop.group();
    if let Some(group) = group {
        let flags = nexthop.op_flags().unwrap_or_default();
        members(out, group, flags.contains(NexthopOpFlags::RESP_GRP_RESVD_0));
    }
    match nexthop.group_type() {
        None | Some(NexthopGroupType::Multipath) => {}
        Some(NexthopGroupType::Resilient) => out.field("type", "type {} ", "resilient"),
        Some(_) => out.field("type", "type {} ", "<unknown type>"),
    }
    if let Some(settings) = nexthop.res_group() {
        resilient(out, &settings);
    }
    if let Some(encap) = nexthop.encap() {
        encap::show(context, &encap);
    }
    if let Some(gateway) = nexthop.gateway() {
        route::gateway(context, gateway);
    }
    if let Some(index) = nexthop.oif().filter(|index| *index > 0) {
        route::device(context, "dev", index);
    }
    let header = nexthop.header();
    if header.scope != 0 || details {
        let name = context.named(Table::Scope, header.scope);
        context.out.field("scope", "scope {} ", &name);
    }
    if nexthop.blackhole() == Some(true) {
        context
            .out
            .field("blackhole", "{}", Value::Null("blackhole "));
    }
    if header.protocol != 0 || details {
        let name = context.named(Table::Protocol, header.protocol);
        context.out.field("protocol", "proto {} ", &name);
    }
    route::flags(context, header.flags);
    let stats = context.options.stats;
    let out = &mut *context.out;
    if nexthop.fdb() == Some(true) {
        out.field("fdb", "{}", Value::Null("fdb"));
    }
    if let Some(enabled) = nexthop.hw_stats_enable().filter(|_| details || stats > 0) {
        out.open(Some("hw_stats"));
        out.on_off_as("enabled", "hw_stats", Some(enabled));
        out.on_off("used", Some(nexthop.hw_stats_used() == Some(true)));
        out.close();
    }
    if let Some(counted) = nexthop.group_stats().filter(|_| stats > 0) {
        out.open_array_json("group_stats");
        out.line();
        out.str("  stats:");
        out.line();
        for (n, one) in counted.iter().enumerate() {
            if n > 0 {
                out.line();
            }
            out.open(None);
            out.field("id", "    id {}", one.id().unwrap_or(0));
            out.field("packets", " packets {}", one.packets().unwrap_or(0));
            if stats > 1 {
                out.field(
                    "packets_hw",
                    " packets_hw {}",
                    one.packets_hw().unwrap_or(0),
                );
            }
            out.close();
        }
        out.close_array_json();
    }
    out.close();
}

fn members(out: &mut dyn Print, group: NexthopGroup<'_>, wide: bool) {
    out.open_array("group", "group ");
    for (n, member) in group.iter().enumerate() {
        out.open(None);
        if n > 0 {
            out.str("/");
        }
        out.field("id", "{}", member.id);
        let weight = match wide {
            true => member.weight(),
            false => u32::from(member.weight_low) + 1,
        };
        out.opt("weight", ",{}", Some(weight).filter(|weight| *weight > 1));
        out.close();
    }
    out.close_array(" ");
}

fn time(out: &mut dyn Print, key: &str, time: Option<std::time::Duration>) {
    let seconds = time.map_or(0.0, |time| time.as_secs_f64());
    let text = route::short(seconds);
    out.field(key, &format!("{key} {{}} "), Value::Raw(&text));
}

fn resilient(out: &mut dyn Print, settings: &ResilientGroupView<'_>) {
    out.open(Some("resilient_args"));
    out.field("buckets", "buckets {} ", settings.buckets().unwrap_or(0));
    time(out, "idle_timer", settings.idle_timer());
    time(out, "unbalanced_timer", settings.unbalanced_timer());
    time(out, "unbalanced_time", settings.unbalanced_time());
    out.close();
}

/// Prints a bucket.
pub fn bucket(context: &mut Context, told: &NexthopView<'_>) {
    context.headers("[NEXTHOPBUCKET]");
    let out = &mut *context.out;
    out.open(None);
    out.opt("id", "id {} ", told.id());
    if let Some(bucket) = told.res_bucket() {
        out.open(Some("bucket"));
        out.named("index", bucket.index());
        if let Some(idle) = bucket.idle_time() {
            time(out, "idle_time", Some(idle));
        }
        out.named("nhid", bucket.nexthop_id());
        out.close();
    }
    route::flags(context, told.header().flags);
    context.out.str("\n");
    context.out.close();
}
