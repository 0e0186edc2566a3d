//! `bridge vlan`: VLANs as links tell them.
use nlroute::{
    Listing,
    bridge::{BridgeLinks, BridgeVlanFlags, TunnelRange, VlanRange},
    link::LinkView,
    stats::{AllStats, BridgeVlanStats, BridgeXstatsView, StatsGroups},
};

use super::{Filter, close_port, indent, open_port, range, vlan_modify, vlan_options};
use crate::{
    context::Context,
    help,
    print::Print,
    words::{Done, Stop, Words, matches, matches_any},
};

/// Columns of a VLAN's number.
const ID: usize = 9;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words, false);
    };
    match word {
        _ if matches(word, "add") => vlan_modify::modify(context, words, true),
        _ if matches(word, "delete") => vlan_modify::modify(context, words, false),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words, false),
        _ if matches(word, "tunnelshow") => show(context, words, true),
        _ if matches(word, "set") => vlan_modify::set(context, words),
        "global" => global(context, words),
        _ if matches(word, "help") => help::bridge_vlan(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge vlan help\"."
        )),
    }
}

fn global(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        None | Some("show" | "lst" | "list") => vlan_options::show(context, words, true),
        Some("set") => vlan_modify::set_global(context, words),
        Some(_) => help::bridge_vlan(),
    }
}

/// The line above the columns.
pub fn heading(context: &mut Context, more: &str) {
    context
        .out
        .text(format_args!("{:16}  {:ID$}{more}\n", "port", "vlan-id"));
}

fn show(context: &mut Context, words: &mut Words<'_>, tunnels: bool) -> Done {
    if context.options.details && !tunnels {
        return vlan_options::show(context, words, false);
    }
    let filter = Filter::parse(context, words)?;
    context.out.begin();
    let done = if context.options.stats > 0 {
        context.out.text(format_args!("{:16}  vlan-id\n", "port"));
        show_stats(context, &filter)
    } else {
        heading(context, if tunnels { "  tunnel-id" } else { "" });
        show_links(context, &filter, tunnels)
    };
    context.out.end();
    done
}

fn show_links(context: &mut Context, filter: &Filter, tunnels: bool) -> Done {
    let query = if context.options.compress {
        BridgeLinks::all().vlans()
    } else {
        BridgeLinks::all().each_vlan()
    };
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    for link in listed.iter().filter(|link| filter.is_link(link.index())) {
        if tunnels {
            show_tunnels(context, &link, filter);
        } else {
            show_vlans(context, &link, filter);
        }
    }
    Ok(())
}

fn show_vlans(context: &mut Context, link: &LinkView<'_>, filter: &Filter) {
    let meant = |range: &VlanRange| filter.is_vlan(range.vids().first(), range.vids().last());
    for (n, vlans) in link.vlans().filter(meant).enumerate() {
        match n {
            0 => open_port(context, link.index(), "vlans"),
            _ => indent(&mut *context.out, 18),
        }
        let out = &mut *context.out;
        let (first, last) = (vlans.vids().first(), vlans.vids().last());
        out.open(None);
        range(out, "vlan", first.into(), last.into());
        // A range has a flag that marks it.
        flags(out, vlans.flags(), first != last);
        out.close();
        out.line();
        if n + 1 == link.vlans().filter(meant).count() {
            close_port(context);
        }
    }
}

fn show_tunnels(context: &mut Context, link: &LinkView<'_>, filter: &Filter) {
    let meant = |range: &TunnelRange| filter.is_vlan(range.vids().first(), range.vids().last());
    let mut opened = false;
    for tunnels in link.vlan_tunnels().filter(meant) {
        if opened {
            indent(&mut *context.out, 18);
        } else {
            open_port(context, link.index(), "tunnels");
            opened = true;
        }
        let out = &mut *context.out;
        out.open(None);
        let (first, last) = (tunnels.vids().first(), tunnels.vids().last());
        let width = range(out, "vlan", first.into(), last.into());
        indent(out, ID.saturating_sub(width) + 2);
        range(out, "tunid", tunnels.id(), tunnels.last_id());
        out.close();
        out.line();
    }
    if opened {
        close_port(context);
    }
}

/// What is true of VLANs; an empty array where there are only marks.
pub fn flags(out: &mut dyn Print, flags: BridgeVlanFlags, marked: bool) {
    if flags.is_empty() && !marked {
        return;
    }
    out.open_array_json("flags");
    if flags.contains(BridgeVlanFlags::PVID) {
        out.item(" {}", "PVID".into());
    }
    if flags.contains(BridgeVlanFlags::UNTAGGED) {
        out.item(" {}", "Egress Untagged".into());
    }
    out.close_array_json();
}

/// The two lines of counters: bytes and packets received, and sent.
pub fn counters(out: &mut dyn Print, [rx_bytes, rx_packets, tx_bytes, tx_packets]: [u64; 4]) {
    indent(out, 20);
    out.field("rx_bytes", "RX: {} bytes", rx_bytes);
    out.field("rx_packets", " {} packets\n", rx_packets);
    indent(out, 20);
    out.field("tx_bytes", "TX: {} bytes", tx_bytes);
    out.field("tx_packets", " {} packets\n", tx_packets);
}

/// Bridges first, then their ports.
fn show_stats(context: &mut Context, filter: &Filter) -> Done {
    for of_ports in [false, true] {
        let groups = if of_ports {
            StatsGroups::LINK_XSTATS_SLAVE
        } else {
            StatsGroups::LINK_XSTATS
        };
        let query = AllStats::new().groups(groups);
        let listed = context.host.list(query).or_else(Listing::interrupted);
        let listed = context.list(listed, Stop::FAILED)?;
        for stats in listed.iter().filter(|one| filter.is_link(one.index())) {
            let all = if of_ports {
                stats.link_xstats_slave()
            } else {
                stats.link_xstats()
            };
            if let Some(bridge) = all.as_ref().and_then(|all| all.bridge()) {
                show_counted(context, stats.index(), &bridge, filter);
            }
        }
    }
    Ok(())
}

fn show_counted(context: &mut Context, index: u32, bridge: &BridgeXstatsView<'_>, filter: &Filter) {
    // The bridge counts what is only its ports' too.
    let of_ports = |flags: BridgeVlanFlags| {
        flags.contains(BridgeVlanFlags::MASTER) && !flags.contains(BridgeVlanFlags::BRENTRY)
    };
    let mut opened = false;
    for vlan in bridge.vlans() {
        let known = BridgeVlanFlags::from_bits_retain(vlan.flags);
        if !filter.is_vlan(vlan.vid, vlan.vid) || of_ports(known) {
            continue;
        }
        if opened {
            indent(&mut *context.out, 18);
        } else {
            open_port(context, index, "vlans");
            opened = true;
        }
        show_one(&mut *context.out, &vlan, known);
    }
    if opened {
        close_port(context);
    }
}

fn show_one(out: &mut dyn Print, vlan: &BridgeVlanStats, known: BridgeVlanFlags) {
    out.open(None);
    out.field("vid", "{}", vlan.vid);
    flags(out, known, false);
    out.line();
    let count = [
        vlan.rx_bytes,
        vlan.rx_packets,
        vlan.tx_bytes,
        vlan.tx_packets,
    ];
    counters(out, count);
    out.close();
}
