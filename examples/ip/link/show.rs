//! A link, as `ip link` and `ip address` print it.
use nlroute::{
    Family,
    link::{Link, LinkFlags, LinkView, OperState},
};

use super::{show_kinds, stats};
use crate::{context::Context, names, names::Table, print::Value};

/// Which links and addresses are shown.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    pub index: u32,
    pub family: Option<Family>,
    pub up: bool,
    pub down: bool,
    pub label: Option<&'a str>,
    pub group: Option<u32>,
    pub master: Option<u32>,
    pub no_master: bool,
    pub kind: Option<&'a str>,
    pub slave_kind: Option<&'a str>,
    /// The queue's length is shown.
    pub queue: bool,
    /// It is `ip link` that shows.
    pub links_only: bool,
    pub virtual_functions: bool,
}

/// `AF_PACKET`: links without addresses.
pub const LINK: Family = Family::Other(17);

/// What was made of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// Nothing: it isn't meant.
    Hidden,
    /// In brief, or not at all, but its addresses are shown.
    Brief,
    Whole,
}

/// The flags by their names, in iproute2's order.
const FLAGS: &[(LinkFlags, &str)] = &[
    (LinkFlags::LOOPBACK, "LOOPBACK"),
    (LinkFlags::BROADCAST, "BROADCAST"),
    (LinkFlags::POINTOPOINT, "POINTOPOINT"),
    (LinkFlags::MULTICAST, "MULTICAST"),
    (LinkFlags::NOARP, "NOARP"),
    (LinkFlags::ALLMULTI, "ALLMULTI"),
    (LinkFlags::PROMISC, "PROMISC"),
    (LinkFlags::MASTER, "MASTER"),
    (LinkFlags::SLAVE, "SLAVE"),
    (LinkFlags::DEBUG, "DEBUG"),
    (LinkFlags::DYNAMIC, "DYNAMIC"),
    (LinkFlags::AUTOMEDIA, "AUTOMEDIA"),
    (LinkFlags::PORTSEL, "PORTSEL"),
    (LinkFlags::NOTRAILERS, "NOTRAILERS"),
    (LinkFlags::UP, "UP"),
    (LinkFlags::LOWER_UP, "LOWER_UP"),
    (LinkFlags::DORMANT, "DORMANT"),
    (LinkFlags::ECHO, "ECHO"),
];

pub fn flags(context: &mut Context, mut flags: LinkFlags, other_end_down: bool) {
    let out = &mut *context.out;
    out.open_array("flags", "<");
    if flags.contains(LinkFlags::UP) && !flags.contains(LinkFlags::RUNNING) {
        out.item("{},", "NO-CARRIER".into());
    }
    flags.remove(LinkFlags::RUNNING);
    for (flag, name) in FLAGS {
        if flags.contains(*flag) {
            flags.remove(*flag);
            let text = if flags.is_empty() { "{}" } else { "{}," };
            out.item(text, (*name).into());
        }
    }
    if !flags.is_empty() {
        out.item("{}", format!("{:x}", flags.bits()).as_str().into());
    }
    if other_end_down {
        out.item(",{}", "M-DOWN".into());
    }
    out.close_array("> ");
}

/// Name and link below; whether that is down.
pub fn name_and_link(context: &mut Context, text: &str, link: &LinkView<'_>) -> bool {
    let mut name = link.name().to_string();
    let mut down = false;
    match (link.link(), link.link_netnsid()) {
        (None, _) => {}
        (Some(0), _) => {
            context.out.json("link", Value::Null(""));
            name += "@NONE";
        }
        (Some(index), Some(_)) => {
            context.out.json("link_index", index.into());
            name += &format!("@if{index}");
        }
        (Some(index), None) => {
            let below = context.name_of(index);
            context.out.json("link", below.as_str().into());
            name = format!("{name}@{below}");
            down = context.is_down(index);
        }
    }
    let name = if context.out.is_json() {
        link.name().to_string()
    } else {
        name
    };
    context.out.field("ifname", text, &name);
    down
}

fn oper_state(context: &mut Context, state: OperState) {
    let out = &mut *context.out;
    if let OperState::Other(n) = state {
        out.json("operstate_index", n.into());
        out.text(format_args!("state {n:#x}"));
        return;
    }
    let name = state.to_string().to_uppercase();
    let text = if context.options.brief {
        "{14} "
    } else {
        "state {} "
    };
    out.field("operstate", text, &name);
}

fn is_meant(link: &LinkView<'_>, filter: &Filter<'_>) -> bool {
    let of_kind = |wanted: Option<&str>, kind: Option<nlroute::wire::Text<'_>>| {
        wanted.is_none_or(|wanted| kind.is_some_and(|kind| kind == wanted))
    };
    (filter.index == 0 || filter.index == link.index())
        && (!filter.up || link.is_up())
        && !(filter.down && link.is_up())
        && (filter.group.is_none() || link.group().is_none() || link.group() == filter.group)
        && (filter.master.is_none() || link.master() == filter.master)
        && !(filter.no_master && link.master().is_some())
        && of_kind(filter.kind, link.kind())
        && of_kind(filter.slave_kind, link.slave_kind())
}

pub fn shown(
    context: &mut Context,
    link: &LinkView<'_>,
    filter: &Filter<'_>,
    deleted: bool,
) -> Shown {
    if filter.label.is_some() {
        return Shown::Brief;
    } else if !is_meant(link, filter) {
        return Shown::Hidden;
    }
    context.headers("[LINK]");
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    if context.options.brief {
        brief(context, link, filter);
        return Shown::Brief;
    }
    context.out.field("ifindex", "{}: ", link.index());
    let down = name_and_link(context, "{}: ", link);
    flags(context, link.flags(), down);
    context.out.named("mtu", link.mtu());
    let qdisc = link.qdisc().map(|qdisc| qdisc.to_string());
    context.out.named("qdisc", qdisc.as_deref());
    if let Some(master) = link.master() {
        let name = context.name_of(master);
        context.out.field("master", "master {} ", &name);
    }
    if let Some(state) = link.operstate() {
        oper_state(context, state);
    }
    if let Some(mode) = link.linkmode().filter(|_| filter.links_only) {
        match u8::from(mode) {
            0 => context.out.field("linkmode", "mode {} ", "DEFAULT"),
            1 => context.out.field("linkmode", "mode {} ", "DORMANT"),
            n => context.out.field("linkmode_index", "mode {} ", n),
        }
    }
    if let Some(group) = link.group() {
        let name = context.named(Table::Group, group);
        context.out.field("group", "group {} ", &name);
    }
    let length = match link.txqlen() {
        // What a family tells of a link has none.
        None if filter.queue => {
            let whole = context.host.get(Link::index(link.index()));
            whole.ok().and_then(|whole| whole.txqlen())
        }
        length => length.filter(|_| filter.queue),
    };
    if let Some(length) = length.filter(|length| *length > 0) {
        context.out.field("txqlen", "qlen {}", length);
    }
    if let Some(event) = link.event() {
        show_event(context, u32::from(event));
    }
    let details = context.options.details;
    if matches!(filter.family, None | Some(LINK)) || details {
        addresses(context, link);
    }
    other_netns(context, link);
    if link.proto_down() == Some(true) {
        context.out.field("proto_down", " protodown on ", true);
    }
    proto_down_reason(context, link);
    if details {
        show_details(context, link, filter);
    }
    if let Some(alias) = link.alias().filter(|_| filter.links_only || details) {
        line(context, "    ");
        context.out.field("ifalias", "alias {}", &alias.to_string());
    }
    if filter.links_only && context.options.stats > 0 {
        context.out.line();
        stats::show(context, link);
    }
    if let Some(names) = link.alt_names() {
        context.out.open_array_json("altnames");
        for name in names.iter() {
            line(context, "    altname ");
            context.out.item("{}", (&name.to_string()).into());
        }
        context.out.close_array_json();
    }
    context.out.str("\n");
    Shown::Whole
}

fn line(context: &mut Context, text: &str) {
    context.out.line();
    context.out.str(text);
}

fn brief(context: &mut Context, link: &LinkView<'_>, filter: &Filter<'_>) {
    let down = name_and_link(context, "{16} ", link);
    if let Some(state) = link.operstate() {
        oper_state(context, state);
    }
    if filter.family == Some(LINK) {
        if let Some(address) = link.address() {
            let address = crate::context::lladdr(link.device_type().into(), &address);
            context.out.field("address", "{} ", &address);
        }
        flags(context, link.flags(), down);
        context.out.str("\n");
    }
}

fn show_event(context: &mut Context, event: u32) {
    const EVENTS: [&str; 7] = [
        "NONE",
        "REBOOT",
        "FEATURE CHANGE",
        "BONDING FAILOVER",
        "NOTIFY PEERS",
        "RESEND IGMP",
        "BONDING OPTION",
    ];
    match EVENTS.get(event as usize) {
        Some(_) if event == 0 => {}
        Some(name) => context.out.field("event", "event {} ", *name),
        None => context.out.field("event", "event {} ", event),
    }
}

/// The line of link-layer addresses.
fn addresses(context: &mut Context, link: &LinkView<'_>) {
    let device_type = u16::from(link.device_type());
    let numeric = context.options.numeric;
    let shown = |address| crate::context::lladdr(device_type, &address);
    let out = &mut *context.out;
    out.line();
    let name = names::link_type(device_type, numeric);
    out.field("link_type", "    link/{} ", &name);
    if let Some(address) = link.address() {
        out.field("address", "{}", &shown(address));
    }
    if let Some(address) = link.broadcast() {
        if link.flags().contains(LinkFlags::POINTOPOINT) {
            out.str(" peer ");
            out.json("link_pointtopoint", true.into());
        } else {
            out.str(" brd ");
        }
        out.field("broadcast", "{}", &shown(address));
    }
    let permanent = link.perm_address();
    if let Some(address) = permanent.filter(|_| permanent != link.address()) {
        out.str(" permaddr ");
        out.field("permaddr", "{}", &shown(address));
    }
}

/// The namespace of the other end, and the one that it moved to.
fn other_netns(context: &mut Context, link: &LinkView<'_>) {
    if let Some(id) = link.link_netnsid() {
        context.out.json("link_netnsid", id.into());
        match crate::netns::name_of(context, id) {
            Some(name) => context.out.text(format_args!(" link-netns {name}")),
            None if id >= 0 => context.out.text(format_args!(" link-netnsid {id}")),
            None => context.out.str(" link-netnsid unknown"),
        }
    }
    if let Some(id) = link.new_netnsid() {
        match crate::netns::name_of(context, id) {
            Some(name) => context.out.text(format_args!(" new-netns {name}")),
            None => context.out.text(format_args!(" new-netnsid {id}")),
        }
    }
    if let Some(index) = link.new_ifindex() {
        context.out.text(format_args!(" new-ifindex {index}"));
    }
}

fn proto_down_reason(context: &mut Context, link: &LinkView<'_>) {
    let reason = link.proto_down_reason().and_then(|reason| reason.value());
    let Some(reason) = reason.filter(|reason| *reason != 0) else {
        return;
    };
    context
        .out
        .open_array("proto_down_reason", "protodown_reason <");
    let bits = (0..32).filter(|bit| reason >> bit & 1 == 1);
    for (place, bit) in bits.enumerate() {
        let name = context.named(Table::ProtoDown, bit as u32);
        let text = if place == 0 { "{}" } else { ",{}" };
        context.out.item(text, (&name).into());
    }
    context.out.close_array(">");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn show_details(context: &mut Context, link: &LinkView<'_>, filter: &Filter<'_>) {
    let out = &mut *context.out;
    out.opt("promiscuity", " promiscuity {} ", link.promiscuity());
    out.named("allmulti", link.allmulti());
    out.opt("min_mtu", "minmtu {} ", link.min_mtu());
    out.opt("max_mtu", "maxmtu {} ", link.max_mtu());
    if link.linkinfo().is_some() {
        show_kinds::show(context, link);
    }
    let out = &mut *context.out;
    let mode = link.inet6().and_then(|inet6| inet6.addr_gen_mode());
    if let Some(mode) = mode.filter(|_| filter.links_only) {
        let name = match u8::from(mode) {
            n @ 4.. => format!("{n:#04x}"),
            _ => mode.to_string(),
        };
        out.field("inet6_addr_gen_mode", "addrgenmode {} ", &name);
    }
    out.opt("num_tx_queues", "numtxqueues {} ", link.num_tx_queues());
    out.opt("num_rx_queues", "numrxqueues {} ", link.num_rx_queues());
    out.named("gso_max_size", link.gso_max_size());
    out.named("gso_max_segs", link.gso_max_segs());
    out.named("tso_max_size", link.tso_max_size());
    out.named("tso_max_segs", link.tso_max_segs());
    out.named("gro_max_size", link.gro_max_size());
    out.named("gso_ipv4_max_size", link.gso_ipv4_max_size());
    out.named("gro_ipv4_max_size", link.gro_ipv4_max_size());
    let texts = [
        (
            "phys_port_name",
            "portname {} ",
            link.phys_port_name().map(|t| t.to_string()),
        ),
        ("phys_port_id", "portid {} ", link.phys_port_id().map(hex)),
        (
            "phys_switch_id",
            "switchid {} ",
            link.phys_switch_id().map(hex),
        ),
        (
            "parentbus",
            "parentbus {} ",
            link.parent_dev_bus_name().map(|t| t.to_string()),
        ),
        (
            "parentdev",
            "parentdev {} ",
            link.parent_dev_name().map(|t| t.to_string()),
        ),
    ];
    for (key, text, value) in &texts {
        out.opt(key, text, value.as_deref());
    }
}
