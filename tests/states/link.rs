//! `ip link` and `bridge link`.
use std::time::Duration;

use nlroute::{
    link::{
        BridgeId, BridgeOption, BridgePortView, BridgeView, LinkFlags, LinkStats, LinkTable,
        LinkView,
    },
    wire::table::Table,
};
use serde_json::{Map, Value};

use super::{
    compare::{Row, Rows, blocks, name, text},
    words,
};

type Link = LinkView<'static>;

/// Keys that are of another link: the other end's being down is told with this end's flags.
pub fn own(object: &Map<String, Value>) -> Map<String, Value> {
    let mut own = object.clone();
    if let Some(Value::Array(flags)) = own.get_mut("flags") {
        flags.retain(|flag| flag != "M-DOWN");
    }
    own
}

pub fn view(body: &[u8]) -> Link {
    LinkView::parse(body.to_vec()).unwrap()
}

/// The rows of links, for what prints them beside others.
pub fn rows() -> Rows<Link> {
    Rows::new(LinkTable::SCHEMA, LINK)
}

pub fn links() -> (usize, usize) {
    compared(include_str!("../data/states/link.txt"), rows())
}

pub fn bridge_links() -> (usize, usize) {
    let rows = Rows::new(LinkTable::SCHEMA, BRIDGE_LINK);
    compared(include_str!("../data/states/bridge_link.txt"), rows)
}

fn compared(file: &str, rows: Rows<Link>) -> (usize, usize) {
    let blocks = blocks(file);
    for block in &blocks {
        let ([object], [body]) = (&block.objects[..], &block.bodies[..]) else {
            panic!("{}: not one link", block.command);
        };
        rows.compare(&block.command, &own(object), body, &view(body));
    }
    (blocks.len(), rows.finish())
}

fn stats(link: &Link) -> LinkStats {
    link.stats().unwrap()
}

fn bridge(link: &Link) -> BridgeView<'static> {
    link.bridge().unwrap().into_owned()
}

fn port(link: &Link) -> BridgePortView<'static> {
    link.bridge_port()
        .or_else(|| link.protinfo_bridge_port())
        .unwrap()
        .into_owned()
}

fn flags(link: &Link) -> Value {
    let flags = link.flags();
    let no_carrier = link.is_up() && !flags.contains(LinkFlags::RUNNING);
    let mut names: Vec<_> = no_carrier.then_some("NO-CARRIER").into_iter().collect();
    names.extend(words::link_flags(flags));
    names.into()
}

fn upper(word: Option<impl ToString>) -> Value {
    text(word.map(|word| word.to_string().to_uppercase()))
}

fn group(link: &Link) -> Value {
    text(link.group().map(words::group))
}

fn addr_gen_mode(link: &Link) -> Value {
    text(link.inet6().and_then(|inet6| inet6.addr_gen_mode()))
}

/// Hundredths of a second, as a number of them.
fn centis(time: Option<Duration>) -> Value {
    time.map(|time| time.as_millis() as u64 / 10).into()
}

/// A time in seconds, exact to the hundredth.
fn seconds(time: Option<Duration>) -> Value {
    time.map(|time| (time.as_millis() / 10) as f64 / 100.0)
        .into()
}

/// A yes or no that iproute2 prints as a number.
fn number(yes: Option<bool>) -> Value {
    yes.map(u8::from).into()
}

/// iproute2 doesn't write the zeroes.
fn id(id: Option<BridgeId>) -> Value {
    text(id.map(|id| {
        let bytes: Vec<_> = id.addr.iter().map(|byte| format!("{byte:x}")).collect();
        format!("{:04x}.{}", id.priority(), bytes.join(":"))
    }))
}

fn hex(mask: Option<u16>) -> Value {
    text(mask.map(|mask| match mask {
        0 => "0".to_owned(),
        mask => format!("{mask:#x}"),
    }))
}

fn option(link: &Link, option: BridgeOption) -> Value {
    number(bridge(link).multi_boolopt().unwrap().get(option))
}

fn state(link: &Link) -> Value {
    text(port(link).state())
}

const LINK: &[Row<Link>] = &[
    ("ifindex", |l| l.index().into()),
    ("ifname", |l| l.name().to_string().into()),
    ("link", |l| text(l.link().map(name))),
    ("link_index", |l| l.link().into()),
    ("link_netnsid", |l| l.link_netnsid().into()),
    ("flags", flags),
    ("mtu", |l| l.mtu().into()),
    ("qdisc", |l| text(l.qdisc())),
    ("master", |l| text(l.master().map(name))),
    ("operstate", |l| upper(l.operstate())),
    ("linkmode", |l| upper(l.linkmode())),
    ("group", group),
    ("txqlen", |l| l.txqlen().into()),
    ("link_type", |l| l.device_type().to_string().into()),
    ("address", |l| text(l.address())),
    ("broadcast", |l| text(l.broadcast())),
    ("promiscuity", |l| l.promiscuity().into()),
    ("allmulti", |l| l.allmulti().into()),
    ("min_mtu", |l| l.min_mtu().into()),
    ("max_mtu", |l| l.max_mtu().into()),
    ("inet6_addr_gen_mode", addr_gen_mode),
    ("num_tx_queues", |l| l.num_tx_queues().into()),
    ("num_rx_queues", |l| l.num_rx_queues().into()),
    ("gso_max_size", |l| l.gso_max_size().into()),
    ("gso_max_segs", |l| l.gso_max_segs().into()),
    ("tso_max_size", |l| l.tso_max_size().into()),
    ("tso_max_segs", |l| l.tso_max_segs().into()),
    ("gro_max_size", |l| l.gro_max_size().into()),
    ("ifalias", |l| text(l.alias())),
    ("altnames", |l| {
        let names = l.alt_names().unwrap();
        names.iter().map(|name| name.to_string()).collect()
    }),
    ("stats64.rx.bytes", |l| stats(l).rx_bytes.into()),
    ("stats64.rx.packets", |l| stats(l).rx_packets.into()),
    ("stats64.rx.errors", |l| stats(l).rx_errors.into()),
    ("stats64.rx.dropped", |l| stats(l).rx_dropped.into()),
    ("stats64.rx.over_errors", |l| stats(l).rx_over_errors.into()),
    ("stats64.rx.multicast", |l| stats(l).multicast.into()),
    ("stats64.rx.length_errors", |l| {
        stats(l).rx_length_errors.into()
    }),
    ("stats64.rx.crc_errors", |l| stats(l).rx_crc_errors.into()),
    ("stats64.rx.frame_errors", |l| {
        stats(l).rx_frame_errors.into()
    }),
    ("stats64.rx.fifo_errors", |l| stats(l).rx_fifo_errors.into()),
    ("stats64.rx.missed_errors", |l| {
        stats(l).rx_missed_errors.into()
    }),
    ("stats64.tx.bytes", |l| stats(l).tx_bytes.into()),
    ("stats64.tx.packets", |l| stats(l).tx_packets.into()),
    ("stats64.tx.errors", |l| stats(l).tx_errors.into()),
    ("stats64.tx.dropped", |l| stats(l).tx_dropped.into()),
    ("stats64.tx.carrier_errors", |l| {
        stats(l).tx_carrier_errors.into()
    }),
    ("stats64.tx.collisions", |l| stats(l).collisions.into()),
    ("stats64.tx.aborted_errors", |l| {
        stats(l).tx_aborted_errors.into()
    }),
    ("stats64.tx.fifo_errors", |l| stats(l).tx_fifo_errors.into()),
    ("stats64.tx.window_errors", |l| {
        stats(l).tx_window_errors.into()
    }),
    ("stats64.tx.heartbeat_errors", |l| {
        stats(l).tx_heartbeat_errors.into()
    }),
    ("stats64.tx.carrier_changes", |l| l.carrier_changes().into()),
    ("linkinfo.info_kind", |l| text(l.kind())),
    ("linkinfo.info_slave_kind", |l| text(l.slave_kind())),
    ("linkinfo.info_data.forward_delay", |l| {
        centis(bridge(l).forward_delay())
    }),
    ("linkinfo.info_data.hello_time", |l| {
        centis(bridge(l).hello_time())
    }),
    ("linkinfo.info_data.max_age", |l| {
        centis(bridge(l).max_age())
    }),
    ("linkinfo.info_data.ageing_time", |l| {
        centis(bridge(l).ageing_time())
    }),
    ("linkinfo.info_data.stp_state", |l| {
        bridge(l).stp_state().map(u32::from).into()
    }),
    ("linkinfo.info_data.priority", |l| {
        bridge(l).priority().into()
    }),
    ("linkinfo.info_data.vlan_filtering", |l| {
        number(bridge(l).vlan_filtering())
    }),
    (
        "linkinfo.info_data.bridge_id",
        |l| id(bridge(l).bridge_id()),
    ),
    ("linkinfo.info_data.root_id", |l| id(bridge(l).root_id())),
    ("linkinfo.info_data.root_port", |l| {
        bridge(l).root_port().into()
    }),
    ("linkinfo.info_data.root_path_cost", |l| {
        bridge(l).root_path_cost().into()
    }),
    ("linkinfo.info_data.topology_change", |l| {
        number(bridge(l).topology_change())
    }),
    ("linkinfo.info_data.topology_change_detected", |l| {
        number(bridge(l).topology_change_detected())
    }),
    ("linkinfo.info_data.hello_timer", |l| {
        seconds(bridge(l).hello_timer())
    }),
    ("linkinfo.info_data.tcn_timer", |l| {
        seconds(bridge(l).tcn_timer())
    }),
    ("linkinfo.info_data.topology_change_timer", |l| {
        seconds(bridge(l).topology_change_timer())
    }),
    ("linkinfo.info_data.gc_timer", |l| {
        seconds(bridge(l).gc_timer())
    }),
    ("linkinfo.info_data.group_fwd_mask", |l| {
        hex(bridge(l).group_fwd_mask())
    }),
    ("linkinfo.info_data.group_addr", |l| {
        text(bridge(l).group_addr())
    }),
    ("linkinfo.info_data.mcast_snooping", |l| {
        number(bridge(l).mcast_snooping())
    }),
    ("linkinfo.info_data.no_linklocal_learn", |l| {
        option(l, BridgeOption::NO_LL_LEARN)
    }),
    ("linkinfo.info_data.mcast_vlan_snooping", |l| {
        option(l, BridgeOption::MCAST_VLAN_SNOOPING)
    }),
    ("linkinfo.info_data.mcast_router", |l| {
        bridge(l).mcast_router().map(u8::from).into()
    }),
    ("linkinfo.info_data.mcast_query_use_ifaddr", |l| {
        number(bridge(l).mcast_query_use_ifaddr())
    }),
    ("linkinfo.info_data.mcast_querier", |l| {
        number(bridge(l).mcast_querier())
    }),
    ("linkinfo.info_data.mcast_hash_elasticity", |l| {
        bridge(l).mcast_hash_elasticity().into()
    }),
    ("linkinfo.info_data.mcast_hash_max", |l| {
        bridge(l).mcast_hash_max().into()
    }),
    ("linkinfo.info_data.mcast_last_member_cnt", |l| {
        bridge(l).mcast_last_member_cnt().into()
    }),
    ("linkinfo.info_data.mcast_startup_query_cnt", |l| {
        bridge(l).mcast_startup_query_cnt().into()
    }),
    ("linkinfo.info_data.mcast_last_member_intvl", |l| {
        centis(bridge(l).mcast_last_member_intvl())
    }),
    ("linkinfo.info_data.mcast_membership_intvl", |l| {
        centis(bridge(l).mcast_membership_intvl())
    }),
    ("linkinfo.info_data.mcast_querier_intvl", |l| {
        centis(bridge(l).mcast_querier_intvl())
    }),
    ("linkinfo.info_data.mcast_query_intvl", |l| {
        centis(bridge(l).mcast_query_intvl())
    }),
    ("linkinfo.info_data.mcast_query_response_intvl", |l| {
        centis(bridge(l).mcast_query_response_intvl())
    }),
    ("linkinfo.info_data.mcast_startup_query_intvl", |l| {
        centis(bridge(l).mcast_startup_query_intvl())
    }),
    ("linkinfo.info_data.mcast_stats_enabled", |l| {
        number(bridge(l).mcast_stats_enabled())
    }),
    ("linkinfo.info_data.mcast_igmp_version", |l| {
        bridge(l).mcast_igmp_version().into()
    }),
    ("linkinfo.info_data.mcast_mld_version", |l| {
        bridge(l).mcast_mld_version().into()
    }),
    ("linkinfo.info_data.nf_call_iptables", |l| {
        number(bridge(l).nf_call_iptables())
    }),
    ("linkinfo.info_data.nf_call_ip6tables", |l| {
        number(bridge(l).nf_call_ip6tables())
    }),
    ("linkinfo.info_data.nf_call_arptables", |l| {
        number(bridge(l).nf_call_arptables())
    }),
    ("linkinfo.info_slave_data.state", state),
    ("linkinfo.info_slave_data.priority", |l| {
        port(l).port_priority().into()
    }),
    ("linkinfo.info_slave_data.cost", |l| {
        port(l).port_cost().into()
    }),
    ("linkinfo.info_slave_data.hairpin", |l| {
        port(l).hairpin().into()
    }),
    ("linkinfo.info_slave_data.guard", |l| port(l).guard().into()),
    ("linkinfo.info_slave_data.root_block", |l| {
        port(l).protect().into()
    }),
    ("linkinfo.info_slave_data.fastleave", |l| {
        port(l).fast_leave().into()
    }),
    ("linkinfo.info_slave_data.learning", |l| {
        port(l).learning().into()
    }),
    ("linkinfo.info_slave_data.flood", |l| {
        port(l).unicast_flood().into()
    }),
    ("linkinfo.info_slave_data.id", |l| hex(port(l).id())),
    ("linkinfo.info_slave_data.no", |l| hex(port(l).no())),
    ("linkinfo.info_slave_data.designated_port", |l| {
        port(l).designated_port().into()
    }),
    ("linkinfo.info_slave_data.designated_cost", |l| {
        port(l).designated_cost().into()
    }),
    ("linkinfo.info_slave_data.bridge_id", |l| {
        id(port(l).bridge_id())
    }),
    (
        "linkinfo.info_slave_data.root_id",
        |l| id(port(l).root_id()),
    ),
    ("linkinfo.info_slave_data.hold_timer", |l| {
        seconds(port(l).hold_timer())
    }),
    ("linkinfo.info_slave_data.message_age_timer", |l| {
        seconds(port(l).message_age_timer())
    }),
    ("linkinfo.info_slave_data.forward_delay_timer", |l| {
        seconds(port(l).forward_delay_timer())
    }),
    ("linkinfo.info_slave_data.topology_change_ack", |l| {
        number(port(l).topology_change_ack())
    }),
    ("linkinfo.info_slave_data.config_pending", |l| {
        number(port(l).config_pending())
    }),
    ("linkinfo.info_slave_data.proxy_arp", |l| {
        port(l).proxyarp().into()
    }),
    ("linkinfo.info_slave_data.proxy_arp_wifi", |l| {
        port(l).proxyarp_wifi().into()
    }),
    ("linkinfo.info_slave_data.multicast_router", |l| {
        port(l).multicast_router().map(u8::from).into()
    }),
    ("linkinfo.info_slave_data.mcast_flood", |l| {
        port(l).mcast_flood().into()
    }),
    ("linkinfo.info_slave_data.bcast_flood", |l| {
        port(l).bcast_flood().into()
    }),
    ("linkinfo.info_slave_data.mcast_to_unicast", |l| {
        port(l).mcast_to_ucast().into()
    }),
    ("linkinfo.info_slave_data.neigh_suppress", |l| {
        port(l).neigh_suppress().into()
    }),
    ("linkinfo.info_slave_data.group_fwd_mask", |l| {
        hex(port(l).group_fwd_mask())
    }),
    ("linkinfo.info_slave_data.group_fwd_mask_str", |l| {
        text(port(l).group_fwd_mask().map(|mask| format!("{mask:#x}")))
    }),
    ("linkinfo.info_slave_data.vlan_tunnel", |l| {
        port(l).vlan_tunnel().into()
    }),
    ("linkinfo.info_slave_data.isolated", |l| {
        port(l).isolated().into()
    }),
    ("linkinfo.info_slave_data.locked", |l| {
        port(l).locked().into()
    }),
    ("linkinfo.info_slave_data.backup_port", |l| {
        text(port(l).backup_port().map(name))
    }),
];

const BRIDGE_LINK: &[Row<Link>] = &[
    ("ifindex", |l| l.index().into()),
    ("link", |l| text(l.link().map(name))),
    ("ifname", |l| l.name().to_string().into()),
    ("flags", flags),
    ("mtu", |l| l.mtu().into()),
    ("master", |l| text(l.master().map(name))),
    ("state", state),
    ("priority", |l| port(l).port_priority().into()),
    ("cost", |l| port(l).port_cost().into()),
    ("hairpin", |l| port(l).hairpin().into()),
    ("guard", |l| port(l).guard().into()),
    ("root_block", |l| port(l).protect().into()),
    ("fastleave", |l| port(l).fast_leave().into()),
    ("learning", |l| port(l).learning().into()),
    ("flood", |l| port(l).unicast_flood().into()),
    ("mcast_flood", |l| port(l).mcast_flood().into()),
    ("bcast_flood", |l| port(l).bcast_flood().into()),
    ("mcast_router", |l| {
        port(l).multicast_router().map(u8::from).into()
    }),
    ("mcast_to_unicast", |l| port(l).mcast_to_ucast().into()),
    ("neigh_suppress", |l| port(l).neigh_suppress().into()),
    ("vlan_tunnel", |l| port(l).vlan_tunnel().into()),
    ("isolated", |l| port(l).isolated().into()),
    ("locked", |l| port(l).locked().into()),
    ("backup_port", |l| text(port(l).backup_port().map(name))),
];
