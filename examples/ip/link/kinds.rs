//! The settings of each kind: a word, and what it sets.
use std::time::Duration;

use nlroute::link::{
    BridgeOption, BridgeOptions, BridgePortTable, BridgeTable, Kind, Link, LinkRequest,
    MulticastRouter, NoKind, Peer, PortState, StpState, VethTable,
};

use super::{
    macvlan,
    modify::{Action, send, start},
    settings::Settings,
    vlan, vxlan,
};
use crate::{
    context::Context,
    help,
    names::ether_type_of,
    words::{Done, Stop, Words, matches},
};

/// What the words of a kind do.
type RunKind = for<'a> fn(&mut Context, &Action, &Settings<'a>, &mut Words<'a>) -> Done;

/// The kinds that have words of their own.
const KINDS: &[(&str, RunKind)] = &[
    ("bridge", bridge),
    ("bridge_slave", bridge_port),
    ("macvlan", macvlan::run),
    ("macvtap", macvlan::run_tap),
    ("veth", veth),
    ("vlan", vlan::run),
    ("vrf", vlan::run_vrf),
    ("vxlan", vxlan::run),
];

/// What a word of a kind sets, with the words that follow it.
pub type Set<K> =
    for<'r> fn(LinkRequest<'r, K>, &mut Context, &mut Words<'_>) -> Done<LinkRequest<'r, K>>;

/// A word of a kind: its name, whether it may be abbreviated, and what it sets.
pub type Word<K> = (&'static str, bool, Set<K>);

/// Does `action` to a link of this kind.
pub fn run<'a>(
    context: &mut Context,
    action: &Action,
    kind: &'a str,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    if let Some((_, run)) = KINDS.iter().find(|(name, _)| *name == kind) {
        return run(context, action, settings, words);
    }
    if let Some(word) = words.peek() {
        if matches(word, "help") {
            return help::link();
        }
        return Stop::FAILED.say(format_args!(
            "Garbage instead of arguments \"{word} ...\". Try \"ip link help\"."
        ));
    }
    let mut link = start::<NoKind>(action, settings);
    if action.creates() {
        link = link.kind(kind);
    }
    send(context, action, settings, link)
}

/// The words of a kind, one line each.
pub fn help(kind: &str) -> Done {
    match kind {
        "bridge" => {
            help_of("bridge", BRIDGE);
        }
        "bridge_slave" => {
            help_of("bridge_slave", PORT);
        }
        "vxlan" => println!(
            "Usage: ... vxlan id VNI [ {{ group | remote }} ADDR ] [ local ADDR ] [ ttl TTL ] [ tos TOS ]
                 [ df DF ] [ flowlabel LABEL ] [ dev DEV ] [ dstport PORT ] [ srcport MIN MAX ]
                 [ ageing SECONDS ] [ maxaddress NUMBER ] [ gbp ] [ gpe ]
                 [ [no]learning ] [ [no]proxy ] [ [no]rsc ] [ [no]l2miss ] [ [no]l3miss ]
                 [ [no]udpcsum ] [ [no]udp6zerocsumtx ] [ [no]udp6zerocsumrx ] [ [no]remcsumtx ]
                 [ [no]remcsumrx ] [ [no]localbypass ] [ [no]external ] [ [no]vnifilter ]"
        ),
        "veth" => println!("Usage: ip link <options> type veth [peer <options>]"),
        _ => return help::link(),
    }
    Ok(())
}

fn help_of<K: Kind>(kind: &str, table: &[Word<K>]) {
    eprintln!("Usage: ... {kind}");
    for (word, ..) in table {
        eprintln!("           [ {word} VALUE ]");
    }
}

/// Takes the words of a kind by its table; `other` tries those that aren't in it.
pub fn take<'r, K: Kind>(
    (kind, what): (&str, &str),
    table: &[Word<K>],
    mut request: LinkRequest<'r, K>,
    context: &mut Context,
    words: &mut Words<'_>,
    mut other: impl FnMut(&str, &mut Words<'_>) -> Done<bool>,
) -> Done<LinkRequest<'r, K>> {
    while let Some(word) = words.next() {
        let fits = |(name, short, _): &&Word<K>| word == *name || *short && matches(word, name);
        if let Some((_, _, set)) = table.iter().find(fits) {
            request = set(request, context, words)?;
        } else if !other(word, words)? {
            if !matches(word, "help") {
                eprintln!("{kind}: unknown {what} \"{word}\"?");
            }
            help_of(kind, table);
            return Err(Stop::FAILED);
        }
    }
    Ok(request)
}

fn veth<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let Some(word) = words.next() else {
        let veth = start::<VethTable>(action, settings);
        return send(context, action, settings, veth);
    };
    if word != "peer" {
        println!("Usage: ip link <options> type veth [peer <options>]");
        return Err(Stop::FAILED);
    }
    let mut peer = Settings::parse(context, words, true)?;
    if let Some(kind) = peer.kind {
        return crate::words::duplicate("type", kind);
    }
    let other = match peer.name {
        Some(name) => Peer::new(name),
        None => Peer::unnamed(),
    };
    // The kernel takes neither for this end.
    (peer.master, peer.link_index) = (None, None);
    let other = peer.apply(other, true);
    let veth = start::<VethTable>(action, settings).peer(other);
    send(context, action, settings, veth)
}

fn bridge<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let mut options = BridgeOptions::default();
    let switches = |word: &str, words: &mut Words<'_>| {
        let Some((name, option)) = BRIDGE_OPTIONS.iter().find(|(name, _)| *name == word) else {
            return Ok(false);
        };
        options = options.and(*option, octet(words, name)? != 0);
        Ok(true)
    };
    let bridge = start::<BridgeTable>(action, settings);
    let kind = ("bridge", "command");
    let mut bridge = take(kind, BRIDGE, bridge, context, words, switches)?;
    if options.optmask != 0 {
        bridge = bridge.multi_boolopt(options);
    }
    send(context, action, settings, bridge)
}

fn bridge_port<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let port = start::<BridgePortTable>(action, settings);
    let kind = ("bridge_slave", "option");
    let port = take(kind, PORT, port, context, words, |_, _| Ok(false))?;
    if let (Action::Set(index), Some(_)) = (action, settings.master) {
        // Settings of a port count once it has its master.
        send(context, action, settings, Link::index(*index))?;
        let done = context.host.change(port);
        return context.talk(done);
    }
    send(context, action, settings, port)
}

fn centis(words: &mut Words<'_>, name: &str) -> Done<Duration> {
    let value: u64 = words.number(&format!("invalid {name}"))?;
    Ok(Duration::from_millis(value.saturating_mul(10)))
}

fn octet(words: &mut Words<'_>, name: &str) -> Done<u8> {
    words.number(&format!("invalid {name}"))
}

/// A line of a table: a word, the setter, and how its value is read.
macro_rules! words {
    ($($word:literal $short:literal |$data:ident, $c:ident, $w:ident| $set:expr;)*) => {
        &[$(($word, $short, |$data, $c, $w| { let _ = &$c; Ok($set) })),*]
    };
}

/// Switches that are a bit each.
const BRIDGE_OPTIONS: &[(&str, BridgeOption)] = &[
    ("no_linklocal_learn", BridgeOption::NO_LL_LEARN),
    ("mst_enabled", BridgeOption::MST_ENABLE),
    ("mcast_vlan_snooping", BridgeOption::MCAST_VLAN_SNOOPING),
];

/// A setting of a bridge that is a time, a switch, or a number.
macro_rules! bridge_words {
    ($($word:literal $kind:ident $setter:ident;)*) => {
        &[$(($word, true, |bridge, _, words| {
            let value = bridge_words!(@$kind words $word);
            Ok(bridge.$setter(value))
        })),*]
    };
    (@time $words:ident $word:literal) => { centis($words, $word)? };
    (@switch $words:ident $word:literal) => { octet($words, $word)? != 0 };
    (@number $words:ident $word:literal) => { $words.number(concat!("invalid ", $word))? };
    (@state $words:ident $word:literal) => {
        StpState::from($words.number::<u32>(concat!("invalid ", $word))?)
    };
    (@router $words:ident $word:literal) => { MulticastRouter::from(octet($words, $word)?) };
    (@protocol $words:ident $word:literal) => {
        $words.parsed(concat!("invalid ", $word), ether_type_of)?
    };
    (@lladdr $words:ident $word:literal) => { $words.lladdr()? };
    (@nothing $words:ident $word:literal) => {{ let _ = &$words; true }};
}

const BRIDGE: &[Word<BridgeTable>] = bridge_words! {
    "forward_delay" time forward_delay;
    "hello_time" time hello_time;
    "max_age" time max_age;
    "ageing_time" time ageing_time;
    "stp_state" state stp_state;
    "priority" number priority;
    "vlan_filtering" switch vlan_filtering;
    "vlan_protocol" protocol vlan_protocol;
    "group_fwd_mask" number group_fwd_mask;
    "group_address" lladdr group_addr;
    "fdb_max_learned" number fdb_max_learned;
    "vlan_default_pvid" number vlan_default_pvid;
    "vlan_stats_enabled" switch vlan_stats_enabled;
    "vlan_stats_per_port" switch vlan_stats_per_port;
    "mcast_router" router mcast_router;
    "mcast_snooping" switch mcast_snooping;
    "mcast_query_use_ifaddr" switch mcast_query_use_ifaddr;
    "mcast_querier" switch mcast_querier;
    "mcast_hash_elasticity" number mcast_hash_elasticity;
    "mcast_hash_max" number mcast_hash_max;
    "mcast_last_member_count" number mcast_last_member_cnt;
    "mcast_startup_query_count" number mcast_startup_query_cnt;
    "mcast_last_member_interval" time mcast_last_member_intvl;
    "mcast_membership_interval" time mcast_membership_intvl;
    "mcast_querier_interval" time mcast_querier_intvl;
    "mcast_query_interval" time mcast_query_intvl;
    "mcast_query_response_interval" time mcast_query_response_intvl;
    "mcast_startup_query_interval" time mcast_startup_query_intvl;
    "mcast_stats_enabled" switch mcast_stats_enabled;
    "mcast_igmp_version" number mcast_igmp_version;
    "mcast_mld_version" number mcast_mld_version;
    "nf_call_iptables" switch nf_call_iptables;
    "nf_call_ip6tables" switch nf_call_ip6tables;
    "nf_call_arptables" switch nf_call_arptables;
    "fdb_flush" nothing fdb_flush;
};

/// A port's switch.
fn port_switch(words: &mut Words<'_>, name: &str) -> Done<bool> {
    words.on_off(name, 1).map_err(|stop| Stop {
        exits: true,
        ..stop
    })
}

const PORT: &[Word<BridgePortTable>] = words! {
    "fdb_flush" true |data, _c, _w| data.flush(true);
    "state" true |data, _c, w| data.state(PortState::from(w.number::<u8>("state is invalid")?));
    "priority" true |data, _c, w| data.port_priority(w.number("priority is invalid")?);
    "cost" true |data, _c, w| data.port_cost(w.number("cost is invalid")?);
    "hairpin" true |data, _c, w| data.hairpin(port_switch(w, "hairpin")?);
    "guard" true |data, _c, w| data.guard(port_switch(w, "guard")?);
    "root_block" true |data, _c, w| data.protect(port_switch(w, "root_block")?);
    "fastleave" true |data, _c, w| data.fast_leave(port_switch(w, "fastleave")?);
    "learning" true |data, _c, w| data.learning(port_switch(w, "learning")?);
    "flood" true |data, _c, w| data.unicast_flood(port_switch(w, "flood")?);
    "mcast_flood" true |data, _c, w| data.mcast_flood(port_switch(w, "mcast_flood")?);
    "bcast_flood" true |data, _c, w| data.bcast_flood(port_switch(w, "bcast_flood")?);
    "mcast_to_unicast" true |data, _c, w| data.mcast_to_ucast(port_switch(w, "mcast_to_unicast")?);
    "proxy_arp" true |data, _c, w| data.proxyarp(port_switch(w, "proxy_arp")?);
    "proxy_arp_wifi" true |data, _c, w| data.proxyarp_wifi(port_switch(w, "proxy_arp_wifi")?);
    "mcast_router" true |data, _c, w| {
        data.multicast_router(MulticastRouter::from(octet(w, "mcast_router")?))
    };
    "mcast_fast_leave" true |data, _c, w| data.fast_leave(port_switch(w, "mcast_fast_leave")?);
    "neigh_suppress" true |data, _c, w| data.neigh_suppress(port_switch(w, "neigh_suppress")?);
    "neigh_vlan_suppress" false |data, _c, w| {
        data.neigh_vlan_suppress(port_switch(w, "neigh_vlan_suppress")?)
    };
    "group_fwd_mask" true |data, _c, w| data.group_fwd_mask(w.number("invalid group_fwd_mask")?);
    "vlan_tunnel" true |data, _c, w| data.vlan_tunnel(port_switch(w, "vlan_tunnel")?);
    "isolated" true |data, _c, w| data.isolated(port_switch(w, "isolated")?);
    "locked" true |data, _c, w| data.locked(port_switch(w, "locked")?);
    "mab" false |data, _c, w| data.mab(port_switch(w, "mab")?);
    "backup_port" true |data, c, w| data.backup_port(c.device_of(w, "Device does not exist\n")?);
    "nobackup_port" true |data, _c, _w| data.backup_port(0);
    "backup_nhid" false |data, _c, w| data.backup_nhid(w.number("backup_nhid is invalid")?);
};
