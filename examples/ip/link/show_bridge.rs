//! Bridges and their ports.
use std::time::Duration;

use nlroute::link::{BridgeId, BridgeOption, BridgePortView, BridgeView, LinkView, QuerierView};

use crate::{context::Context, names::ether_type, print::Print, print::Value};

fn centis(time: Option<Duration>) -> Option<u64> {
    time.map(|time| time.as_millis() as u64 / 10)
}

fn number(yes: Option<bool>) -> Option<u8> {
    yes.map(u8::from)
}

/// The address without the zeroes before each byte.
fn id(id: BridgeId) -> String {
    let bytes: Vec<_> = id.addr.iter().map(|byte| format!("{byte:x}")).collect();
    format!("{:04x}.{}", id.priority(), bytes.join(":"))
}

fn timer(out: &mut dyn Print, key: &str, time: Option<Duration>) {
    let Some(centis) = centis(time) else {
        return;
    };
    let (seconds, rest) = (centis / 100, centis % 100);
    out.json(key, Value::Raw(&format!("{seconds}.{rest:02}")));
    out.text(format_args!("{key} {seconds:4}.{rest:02} "));
}

pub fn bridge(context: &mut Context, link: &LinkView<'_>) {
    let Some(bridge) = link.bridge() else {
        return;
    };
    let out = &mut *context.out;
    out.named("forward_delay", centis(bridge.forward_delay()));
    out.named("hello_time", centis(bridge.hello_time()));
    out.named("max_age", centis(bridge.max_age()));
    out.named("ageing_time", centis(bridge.ageing_time()));
    out.named("stp_state", bridge.stp_state().map(u32::from));
    out.named("priority", bridge.priority());
    out.named("vlan_filtering", number(bridge.vlan_filtering()));
    let protocol = bridge.vlan_protocol().map(ether_type);
    out.named("vlan_protocol", protocol.as_deref());
    out.named("bridge_id", bridge.bridge_id().map(id).as_deref());
    let root = bridge.root_id().map(id);
    out.opt("root_id", "designated_root {} ", root.as_deref());
    out.named("root_port", bridge.root_port());
    out.named("root_path_cost", bridge.root_path_cost());
    out.named("topology_change", number(bridge.topology_change()));
    out.named(
        "topology_change_detected",
        number(bridge.topology_change_detected()),
    );
    timer(out, "hello_timer", bridge.hello_timer());
    timer(out, "tcn_timer", bridge.tcn_timer());
    timer(out, "topology_change_timer", bridge.topology_change_timer());
    timer(out, "gc_timer", bridge.gc_timer());
    out.named("fdb_n_learned", bridge.fdb_n_learned());
    out.named("fdb_max_learned", bridge.fdb_max_learned());
    out.named("vlan_default_pvid", bridge.vlan_default_pvid());
    out.named("vlan_stats_enabled", number(bridge.vlan_stats_enabled()));
    out.named("vlan_stats_per_port", number(bridge.vlan_stats_per_port()));
    out.named(
        "group_fwd_mask",
        bridge.group_fwd_mask().map(|mask| Value::Hex(mask.into())),
    );
    let group = bridge.group_addr().map(|address| address.to_string());
    out.opt("group_addr", "group_address {} ", group.as_deref());
    out.named("mcast_snooping", number(bridge.mcast_snooping()));
    multicast(out, &bridge);
    out.named("nf_call_iptables", number(bridge.nf_call_iptables()));
    out.named("nf_call_ip6tables", number(bridge.nf_call_ip6tables()));
    out.named("nf_call_arptables", number(bridge.nf_call_arptables()));
}

fn multicast(out: &mut dyn Print, bridge: &BridgeView<'_>) {
    if let Some(options) = bridge.multi_boolopt() {
        let get = |option| number(options.get(option));
        out.named("no_linklocal_learn", get(BridgeOption::NO_LL_LEARN));
        out.named(
            "mcast_vlan_snooping",
            get(BridgeOption::MCAST_VLAN_SNOOPING),
        );
        out.named("mst_enabled", get(BridgeOption::MST_ENABLE));
    }
    out.named("mcast_router", bridge.mcast_router().map(u8::from));
    out.named(
        "mcast_query_use_ifaddr",
        number(bridge.mcast_query_use_ifaddr()),
    );
    out.named("mcast_querier", number(bridge.mcast_querier()));
    if let Some(state) = bridge.mcast_querier_state() {
        querier(out, &state);
    }
    out.named("mcast_hash_elasticity", bridge.mcast_hash_elasticity());
    out.named("mcast_hash_max", bridge.mcast_hash_max());
    out.opt(
        "mcast_last_member_cnt",
        "mcast_last_member_count {} ",
        bridge.mcast_last_member_cnt(),
    );
    out.opt(
        "mcast_startup_query_cnt",
        "mcast_startup_query_count {} ",
        bridge.mcast_startup_query_cnt(),
    );
    let intervals = [
        ("mcast_last_member_int", bridge.mcast_last_member_intvl()),
        ("mcast_membership_int", bridge.mcast_membership_intvl()),
        ("mcast_querier_int", bridge.mcast_querier_intvl()),
        ("mcast_query_int", bridge.mcast_query_intvl()),
        (
            "mcast_query_response_int",
            bridge.mcast_query_response_intvl(),
        ),
        (
            "mcast_startup_query_int",
            bridge.mcast_startup_query_intvl(),
        ),
    ];
    for (name, time) in intervals {
        let (key, text) = (format!("{name}vl"), format!("{name}erval {{}} "));
        out.opt(&key, &text, centis(time));
    }
    out.named("mcast_stats_enabled", number(bridge.mcast_stats_enabled()));
    out.named("mcast_igmp_version", bridge.mcast_igmp_version());
    out.named("mcast_mld_version", bridge.mcast_mld_version());
}

fn querier(out: &mut dyn Print, state: &QuerierView<'_>) {
    let families = [
        (
            "ipv4",
            state.ip_address().map(|address| address.to_string()),
            state.ip_port(),
            state.ip_other_timer(),
        ),
        (
            "ipv6",
            state.ipv6_address().map(|address| address.to_string()),
            state.ipv6_port(),
            state.ipv6_other_timer(),
        ),
    ];
    for (family, address, port, timer) in families {
        out.open(Some(&format!("mcast_querier_state_{family}")));
        out.named(&format!("mcast_querier_{family}_addr"), address.as_deref());
        out.named(&format!("mcast_querier_{family}_port"), port);
        // iproute2 prints hundredths of a second as if they were nanoseconds.
        let time = centis(timer).map(nanoseconds);
        out.named(
            &format!("mcast_querier_{family}_other_timer"),
            time.as_deref(),
        );
        out.close();
    }
}

fn nanoseconds(n: u64) -> String {
    let (value, unit) = match n {
        1_000_000_000.. => (n as f64 / 1e9, "s"),
        1_000_000.. => (n as f64 / 1e6, "ms"),
        1000.. => (n as f64 / 1e3, "us"),
        _ => return format!("{n}ns"),
    };
    format!("{}{unit}", crate::route::show::short(value))
}

pub fn port(context: &mut Context, link: &LinkView<'_>) {
    let Some(port) = link.bridge_port() else {
        return;
    };
    state(&mut *context.out, &port);
    let out = &mut *context.out;
    out.named("priority", port.port_priority());
    out.named("cost", port.port_cost());
    out.on_off("hairpin", port.hairpin());
    out.on_off("guard", port.guard());
    out.on_off("root_block", port.protect());
    out.on_off("fastleave", port.fast_leave());
    out.on_off("learning", port.learning());
    out.on_off("flood", port.unicast_flood());
    let hex = |n: Option<u16>| n.map(|n| Value::Hex(n.into()));
    out.opt("id", "port_id {} ", hex(port.id()));
    out.opt("no", "port_no {} ", hex(port.no()));
    out.named("designated_port", port.designated_port());
    out.named("designated_cost", port.designated_cost());
    let bridge = port.bridge_id().map(id);
    out.opt("bridge_id", "designated_bridge {} ", bridge.as_deref());
    let root = port.root_id().map(id);
    out.opt("root_id", "designated_root {} ", root.as_deref());
    timer(out, "hold_timer", port.hold_timer());
    timer(out, "message_age_timer", port.message_age_timer());
    timer(out, "forward_delay_timer", port.forward_delay_timer());
    out.named("topology_change_ack", number(port.topology_change_ack()));
    out.named("config_pending", number(port.config_pending()));
    out.on_off("proxy_arp", port.proxyarp());
    out.on_off("proxy_arp_wifi", port.proxyarp_wifi());
    let router = port.multicast_router().map(u8::from);
    out.opt("multicast_router", "mcast_router {} ", router);
    if let Some(leave) = port.fast_leave() {
        // JSON has it above.
        out.text(format_args!("mcast_fast_leave {} ", Value::OnOff(leave)));
    }
    out.on_off("mcast_flood", port.mcast_flood());
    out.on_off("bcast_flood", port.bcast_flood());
    out.on_off("mcast_to_unicast", port.mcast_to_ucast());
    out.on_off("neigh_suppress", port.neigh_suppress());
    out.on_off("neigh_vlan_suppress", port.neigh_vlan_suppress());
    if let Some(mask) = port.group_fwd_mask() {
        out.field(
            "group_fwd_mask",
            "group_fwd_mask {} ",
            Value::Hex(mask.into()),
        );
        let names = groups(mask);
        out.field("group_fwd_mask_str", "group_fwd_mask_str {} ", &names);
    }
    out.on_off("vlan_tunnel", port.vlan_tunnel());
    out.on_off("isolated", port.isolated());
    out.on_off("locked", port.locked());
    out.on_off("mab", port.mab());
    backup(context, &port);
}

pub fn state(out: &mut dyn Print, port: &BridgePortView<'_>) {
    if let Some(state) = port.state() {
        match u8::from(state) {
            0..=4 => out.field("state", "state {} ", &state.to_string()),
            n => out.field("state_index", "state ({}) ", n),
        }
    }
}

pub fn backup(context: &mut Context, port: &BridgePortView<'_>) {
    if let Some(index) = port.backup_port() {
        let name = context.name_of(index);
        context.out.field("backup_port", "backup_port {} ", &name);
    }
    context.out.named("backup_nhid", port.backup_nhid());
}

/// Link-local groups by name, where they have one.
fn groups(mask: u16) -> String {
    let bits = (0..16).filter(|bit| mask >> bit & 1 == 1);
    let names: Vec<_> = bits
        .map(|bit| match bit {
            0 => "stp".to_owned(),
            2 => "lacp".to_owned(),
            14 => "lldp".to_owned(),
            bit => format!("{:#x}", 1_u32 << bit),
        })
        .collect();
    if names.is_empty() {
        return "0x0".to_owned();
    }
    names.join(",")
}
