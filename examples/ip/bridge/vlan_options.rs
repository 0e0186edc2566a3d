//! `bridge -d vlan` and `bridge vlan global`: VLANs with their options.
use std::time::Duration;

use nlroute::{
    Listing,
    bridge::{GlobalVlanView, MdbRoutersView, VlanEntryView, VlanView, Vlans},
    link::PortState,
};

use super::{
    Filter, close_port, indent, mdb, open_port, range, state,
    vlan::{counters, flags, heading},
};
use crate::{
    context::Context,
    words::{Done, Stop, Words},
};

pub fn show(context: &mut Context, words: &mut Words<'_>, global: bool) -> Done {
    let filter = Filter::parse(context, words)?;
    let mut query = Vlans::all();
    if global {
        query = query.global();
    } else if context.options.stats > 0 {
        query = query.stats();
    }
    let listed = context.host.list(query).or_else(Listing::interrupted);
    context.out.begin();
    heading(context, "");
    let listed = context.list(listed, Stop::FAILED)?;
    let mut last = None;
    for told in listed.iter().filter(|told| filter.is_link(told.index())) {
        if last.is_some_and(|last| last != told.index()) {
            close_port(context);
            last = None;
        }
        shown(context, &told, &filter, global, &mut last);
    }
    if last.is_some() {
        close_port(context);
    }
    context.out.end();
    Ok(())
}

/// Shows VLANs of a link; `last` is the link whose VLANs were shown before, if it is still open.
pub fn shown(
    context: &mut Context,
    told: &VlanView<'_>,
    filter: &Filter,
    global: bool,
    last: &mut Option<u32>,
) {
    let index = told.index();
    let mut begin = |context: &mut Context| {
        if last.replace(index) == Some(index) {
            context.out.open(None);
            indent(&mut *context.out, 18);
        } else {
            open_port(context, index, "vlans");
            context.out.open(None);
        }
    };
    for entry in told.entries().filter(|_| !global) {
        let vids = entry.vids().map(|vids| (vids.first(), vids.last()));
        let vids = vids.unwrap_or_default();
        if filter.is_vlan(vids.0, vids.1) {
            begin(context);
            show_entry(context, &entry, vids);
        }
    }
    for options in told.all_global_options() {
        let vids = options.vids().map(|vids| (vids.first(), vids.last()));
        let vids = vids.unwrap_or_default();
        if filter.is_vlan(vids.0, vids.1) {
            begin(context);
            show_global(context, &options, vids);
        }
    }
}

fn show_entry(context: &mut Context, entry: &VlanEntryView<'_>, (first, last): (u16, u16)) {
    let out = &mut *context.out;
    range(out, "vlan", first.into(), last.into());
    let marked = entry.info().is_some_and(|info| info.flags != 0);
    flags(out, entry.flags(), marked);
    out.line();
    indent(out, 20);
    state(out, entry.state().unwrap_or(PortState::Disabled));
    out.named("mcast_router", entry.mcast_router().map(u8::from));
    out.named("mcast_n_groups", entry.mcast_n_groups());
    out.named("mcast_max_groups", entry.mcast_max_groups());
    out.on_off("neigh_suppress", entry.neigh_suppress());
    out.line();
    if context.options.stats > 0 {
        let stats = entry.stats();
        let count = stats.map(|stats| {
            [
                stats.rx_bytes(),
                stats.rx_packets(),
                stats.tx_bytes(),
                stats.tx_packets(),
            ]
        });
        let count = count.unwrap_or_default().map(Option::unwrap_or_default);
        counters(&mut *context.out, count);
    }
    context.out.close();
}

fn show_global(context: &mut Context, options: &GlobalVlanView<'_>, (first, last): (u16, u16)) {
    let out = &mut *context.out;
    range(out, "vlan", first.into(), last.into());
    out.line();
    indent(out, 20);
    let centis = |time: Option<Duration>| time.map(|time| time.as_millis() as u64 / 10);
    out.named("mcast_snooping", options.mcast_snooping().map(u8::from));
    out.named("mcast_querier", options.mcast_querier().map(u8::from));
    out.named("mcast_igmp_version", options.mcast_igmp_version());
    out.named("mcast_mld_version", options.mcast_mld_version());
    out.named("mcast_last_member_count", options.mcast_last_member_count());
    let last_member = centis(options.mcast_last_member_interval());
    out.named("mcast_last_member_interval", last_member);
    let startup = options.mcast_startup_query_count();
    out.named("mcast_startup_query_count", startup);
    let startup = centis(options.mcast_startup_query_interval());
    out.named("mcast_startup_query_interval", startup);
    let membership = centis(options.mcast_membership_interval());
    out.named("mcast_membership_interval", membership);
    let querier = centis(options.mcast_querier_interval());
    out.named("mcast_querier_interval", querier);
    out.named(
        "mcast_query_interval",
        centis(options.mcast_query_interval()),
    );
    let response = centis(options.mcast_query_response_interval());
    out.named("mcast_query_response_interval", response);
    out.named("msti", options.msti());
    out.line();
    let ports = options.mcast_router_ports();
    if let Some(routers) = ports.as_ref().and_then(|ports| ports.routers()) {
        show_routers(context, &routers);
    }
    context.out.close();
}

fn show_routers(context: &mut Context, routers: &MdbRoutersView<'_>) {
    indent(&mut *context.out, 20);
    context.out.open_array("router_ports", "router ports: ");
    let stats = context.options.stats > 0;
    for (n, router) in routers.ports().enumerate() {
        let name = context.name_of(router.port());
        context.out.open(None);
        if stats && n > 0 {
            context.out.line();
            indent(&mut *context.out, 34);
        }
        context.out.field("port", "{} ", &name);
        if stats {
            mdb::router(&mut *context.out, &router);
        }
        context.out.close();
    }
    context.out.close_array_json();
    context.out.line();
}
