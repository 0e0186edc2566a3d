//! What iproute2 shows, made of this crate's views: every field that it prints.
pub mod nouns;
mod tunnels;

use std::{collections::HashMap, time::Duration};

use nlroute::{
    Connection, Listing, Result,
    link::{BridgeOption, BridgePortView, BridgeView, LinkFlags, LinkView, Links, MulticastRouter},
};
use serde_json::{Map, Value, json};

use crate::words;

/// The names of links by their indices.
pub type Names = HashMap<u32, String>;

/// The names of these links.
pub fn names(links: &Listing<Links<'_>>) -> Names {
    links
        .iter()
        .map(|link| (link.index(), link.name().to_string()))
        .collect()
}

/// A namespace.
pub fn state(connection: &mut Connection) -> Result<Value> {
    let list = connection.list(Links::all())?;
    let names = names(&list);
    let links: Vec<_> = list.iter().map(|view| link(&view, &names)).collect();
    Ok(json!({
        "link": links,
        "addr": nouns::addresses(connection, &names)?,
        "route": nouns::routes(connection, &names)?,
        "neigh": nouns::neighbours(connection, &names, false)?,
        "proxy": nouns::neighbours(connection, &names, true)?,
        "fdb": nouns::fdb(connection, &names)?,
        "lock": nouns::locks(connection)?,
    }))
}

/// Appends each place where iproute2 shows other than the views. Versions of it differ in what
/// they show at all: what only one side has is told of the version that this was written with.
pub fn compare(shown: &Value, views: &Value, exact: bool, out: &mut Vec<String>) {
    crate::normal::difference("", shown, views, out);
    if !exact {
        out.retain(|line| !line.contains(": null but ") && !line.ends_with(" but null"));
    }
}

/// An object of the fields that are there.
fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let there = |(key, value): (&str, Option<Value>)| Some((key.to_owned(), value?));
    Value::Object(fields.into_iter().filter_map(there).collect::<Map<_, _>>())
}

fn text(value: impl ToString) -> Option<Value> {
    Some(value.to_string().into())
}

fn some<T: Into<Value>>(value: Option<T>) -> Option<Value> {
    value.map(Into::into)
}

fn number(value: Option<bool>) -> Option<Value> {
    value.map(|value| u8::from(value).into())
}

fn centis(value: Option<Duration>) -> Option<Value> {
    value.map(|value| (value.as_millis() as u64 / 10).into())
}

fn name(names: &Names, index: u32) -> Value {
    names
        .get(&index)
        .cloned()
        .unwrap_or_else(|| format!("if{index}"))
        .into()
}

pub fn link(view: &LinkView<'_>, names: &Names) -> Value {
    let elsewhere = view.link_netnsid();
    let below = view
        .link()
        .filter(|below| elsewhere.is_some() || *below != view.index());
    let here = below.filter(|_| elsewhere.is_none());
    let there = below.filter(|_| elsewhere.is_some());
    let queue = view
        .qdisc()
        .filter(|_| view.flags().contains(LinkFlags::LOWER_UP));
    let group = view.group().map(words::group);
    let different = |address| Some(address) != view.address();
    let alt_names = view
        .alt_names()
        .map(|names| names.iter().map(|n| n.to_string()).collect::<Vec<_>>());
    let kind = view.linkinfo().map(|_| {
        object([
            ("info_kind", view.kind().and_then(text)),
            (
                "info_data",
                view.bridge()
                    .map(|bridge| bridge_data(&bridge))
                    .or_else(|| Some(tunnels::vxlan(&view.vxlan()?, names))),
            ),
            ("info_slave_kind", view.slave_kind().and_then(text)),
            (
                "info_slave_data",
                view.bridge_port().map(|port| port_data(&port, names)),
            ),
        ])
    });
    object([
        ("ifindex", some(Some(view.index()))),
        ("link", here.map(|below| name(names, below))),
        ("link_index", some(there)),
        ("link_netnsid", some(elsewhere)),
        ("ifname", text(view.name())),
        ("flags", Some(words::link_flags(view.flags()).into())),
        ("mtu", some(view.mtu())),
        ("qdisc", queue.and_then(text)),
        ("master", view.master().map(|master| name(names, master))),
        (
            "linkmode",
            view.linkmode()
                .and_then(|mode| text(mode.to_string().to_uppercase())),
        ),
        ("group", some(group)),
        ("txqlen", some(view.txqlen())),
        ("link_type", text(view.device_type())),
        ("address", view.address().and_then(text)),
        ("broadcast", view.broadcast().and_then(text)),
        (
            "permaddr",
            view.perm_address().filter(|a| different(*a)).and_then(text),
        ),
        ("promiscuity", some(view.promiscuity())),
        ("allmulti", some(view.allmulti())),
        ("min_mtu", some(view.min_mtu())),
        ("max_mtu", some(view.max_mtu())),
        ("linkinfo", kind),
        (
            "inet6_addr_gen_mode",
            view.inet6().and_then(|inet6| text(inet6.addr_gen_mode()?)),
        ),
        ("num_tx_queues", some(view.num_tx_queues())),
        ("num_rx_queues", some(view.num_rx_queues())),
        ("gso_max_size", some(view.gso_max_size())),
        ("gso_max_segs", some(view.gso_max_segs())),
        ("tso_max_size", some(view.tso_max_size())),
        ("tso_max_segs", some(view.tso_max_segs())),
        ("gro_max_size", some(view.gro_max_size())),
        ("ifalias", view.alias().and_then(text)),
        ("altnames", some(alt_names)),
    ])
}

fn bridge_data(view: &BridgeView<'_>) -> Value {
    let option = |option| {
        let options = view.multi_boolopt()?;
        number(options.get(option))
    };
    let protocol = view.vlan_protocol().map(|protocol| match protocol {
        0x8100 => "802.1Q".to_owned(),
        0x88a8 => "802.1ad".to_owned(),
        other => format!("[{other}]"),
    });
    object([
        ("forward_delay", centis(view.forward_delay())),
        ("hello_time", centis(view.hello_time())),
        ("max_age", centis(view.max_age())),
        ("ageing_time", centis(view.ageing_time())),
        (
            "stp_state",
            view.stp_state().map(|state| u32::from(state).into()),
        ),
        ("priority", some(view.priority())),
        ("vlan_filtering", number(view.vlan_filtering())),
        ("vlan_protocol", some(protocol)),
        ("bridge_id", view.bridge_id().and_then(text)),
        ("root_id", view.root_id().and_then(text)),
        ("root_port", some(view.root_port())),
        ("root_path_cost", some(view.root_path_cost())),
        ("vlan_default_pvid", some(view.vlan_default_pvid())),
        ("vlan_stats_enabled", number(view.vlan_stats_enabled())),
        ("vlan_stats_per_port", number(view.vlan_stats_per_port())),
        (
            "group_fwd_mask",
            view.group_fwd_mask()
                .and_then(|mask| text(format!("{mask:#x}").replace("0x0", "0"))),
        ),
        ("group_addr", view.group_addr().and_then(text)),
        ("mcast_snooping", number(view.mcast_snooping())),
        ("no_linklocal_learn", option(BridgeOption::NO_LL_LEARN)),
        (
            "mcast_vlan_snooping",
            option(BridgeOption::MCAST_VLAN_SNOOPING),
        ),
        (
            "mcast_router",
            view.mcast_router().map(|router| u8::from(router).into()),
        ),
        (
            "mcast_query_use_ifaddr",
            number(view.mcast_query_use_ifaddr()),
        ),
        ("mcast_querier", number(view.mcast_querier())),
        ("mcast_hash_elasticity", some(view.mcast_hash_elasticity())),
        ("mcast_hash_max", some(view.mcast_hash_max())),
        ("mcast_last_member_cnt", some(view.mcast_last_member_cnt())),
        (
            "mcast_startup_query_cnt",
            some(view.mcast_startup_query_cnt()),
        ),
        (
            "mcast_last_member_intvl",
            centis(view.mcast_last_member_intvl()),
        ),
        (
            "mcast_membership_intvl",
            centis(view.mcast_membership_intvl()),
        ),
        ("mcast_querier_intvl", centis(view.mcast_querier_intvl())),
        ("mcast_query_intvl", centis(view.mcast_query_intvl())),
        (
            "mcast_query_response_intvl",
            centis(view.mcast_query_response_intvl()),
        ),
        (
            "mcast_startup_query_intvl",
            centis(view.mcast_startup_query_intvl()),
        ),
        ("mcast_stats_enabled", number(view.mcast_stats_enabled())),
        ("mcast_igmp_version", some(view.mcast_igmp_version())),
        ("mcast_mld_version", some(view.mcast_mld_version())),
        ("nf_call_iptables", number(view.nf_call_iptables())),
        ("nf_call_ip6tables", number(view.nf_call_ip6tables())),
        ("nf_call_arptables", number(view.nf_call_arptables())),
    ])
}

fn port_data(view: &BridgePortView<'_>, names: &Names) -> Value {
    let mask = view.group_fwd_mask();
    let router = view
        .multicast_router()
        .map(|router: MulticastRouter| u8::from(router));
    object([
        ("state", view.state().and_then(text)),
        ("priority", some(view.port_priority())),
        ("cost", some(view.port_cost())),
        ("hairpin", some(view.hairpin())),
        ("guard", some(view.guard())),
        ("root_block", some(view.protect())),
        ("fastleave", some(view.fast_leave())),
        ("learning", some(view.learning())),
        ("flood", some(view.unicast_flood())),
        ("id", view.id().and_then(|id| text(format!("{id:#x}")))),
        ("no", view.no().and_then(|no| text(format!("{no:#x}")))),
        ("designated_port", some(view.designated_port())),
        ("designated_cost", some(view.designated_cost())),
        ("bridge_id", view.bridge_id().and_then(text)),
        ("root_id", view.root_id().and_then(text)),
        ("topology_change_ack", number(view.topology_change_ack())),
        ("config_pending", number(view.config_pending())),
        ("proxy_arp", some(view.proxyarp())),
        ("proxy_arp_wifi", some(view.proxyarp_wifi())),
        ("multicast_router", some(router)),
        ("mcast_flood", some(view.mcast_flood())),
        ("bcast_flood", some(view.bcast_flood())),
        ("mcast_to_unicast", some(view.mcast_to_ucast())),
        ("neigh_suppress", some(view.neigh_suppress())),
        (
            "group_fwd_mask",
            mask.and_then(|mask| text(format!("{mask:#x}").replace("0x0", "0"))),
        ),
        (
            "group_fwd_mask_str",
            mask.and_then(|mask| text(group_mask(mask))),
        ),
        ("vlan_tunnel", some(view.vlan_tunnel())),
        ("isolated", some(view.isolated())),
        ("locked", some(view.locked())),
        (
            "backup_port",
            view.backup_port().map(|port| name(names, port)),
        ),
    ])
}

/// The groups of a mask that have names, the others as a number.
fn group_mask(mask: u16) -> String {
    match mask {
        1 => "stp".to_owned(),
        4 => "lacp".to_owned(),
        0x4000 => "lldp".to_owned(),
        mask => format!("{mask:#x}"),
    }
}
