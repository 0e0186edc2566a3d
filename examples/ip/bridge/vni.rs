//! `bridge vni`: which networks a VXLAN takes.
use std::net::IpAddr;

use nlroute::{
    Family, Listing,
    bridge::{Vni, VniEntryView, VniStatsView, VniView, Vnis},
};

use super::{Filter, close_port, indent, open_port, range};
use crate::{
    context::Context,
    help,
    print::Print,
    words::{self, Done, Stop, Words, duplicate, invalid, loose},
};

/// Columns of a range.
const ID: usize = 17;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        Some("add") => modify(context, words, true),
        Some("delete" | "del") => modify(context, words, false),
        None | Some("show" | "lst" | "list") => show(context, words),
        Some("help") => help::bridge_vni(),
        Some(word) => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge vni help\"."
        )),
    }
}

fn modify(context: &mut Context, words: &mut Words<'_>, adds: bool) -> Done {
    let (mut device, mut vnis, mut remote) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            "dev" => device = Some(words.value()?),
            "vni" => {
                let value = words.value()?;
                if vnis.replace(value).is_some() {
                    return duplicate("vni", value);
                }
            }
            "group" | "remote" => {
                let value = words.value()?;
                if remote.is_some() {
                    return duplicate("destination", value);
                }
                let address = words::address(value, Family::Unspec)?;
                if word == "group" && !address.is_multicast() {
                    return invalid("invalid group address", value);
                }
                remote = Some(address);
            }
            "help" => return help::bridge_vni(),
            _ => {}
        }
    }
    let (Some(device), Some(vnis)) = (device, vnis) else {
        return Stop::FAILED.say("Device and VNI ID are required arguments.");
    };
    let Some(index) = context.find(device) else {
        return Stop::FAILED.say(format_args!("Cannot find vxlan device \"{device}\""));
    };
    // Each range is a request of its own; what the first that fails leaves stays.
    for word in vnis.split(',').filter(|word| !word.is_empty()) {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let (first, last) = (loose(first) as u32, loose(last) as u32);
        let mut request = Vni::range(index, first..=last.max(first));
        if let Some(remote) = remote {
            request = request.remote(remote);
        }
        let done = if adds {
            context.host.add(request)
        } else {
            context.host.delete(request)
        };
        context.talk(done).map_err(|_| Stop::FAILED)?;
    }
    Ok(())
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let filter = Filter::parse(context, words)?;
    let mut query = Vnis::all();
    if filter.index > 0 {
        query = query.link(filter.index);
    }
    if context.options.stats > 0 {
        query = query.stats();
    }
    context.out.begin();
    context
        .out
        .text(format_args!("{:16}  {:ID$}  group/remote\n", "dev", "vni"));
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = listed.or_else(|error| {
        eprintln!("{}", crate::context::says(&error));
        Stop::FAILED.say("Dump ternminated")
    })?;
    for told in &listed {
        shown(context, &told);
    }
    context.out.end();
    Ok(())
}

/// Prints the networks of a VXLAN.
pub fn shown(context: &mut Context, told: &VniView<'_>) {
    let mut opened = false;
    for entry in told.entries() {
        if opened {
            indent(&mut *context.out, 18);
        } else {
            open_port(context, told.index(), "vnis");
            opened = true;
        }
        show_entry(&mut *context.out, &entry);
    }
    if opened {
        close_port(context);
    }
}

fn show_entry(out: &mut dyn Print, entry: &VniEntryView<'_>) {
    out.open(None);
    let (first, last) = entry.range().unwrap_or_default();
    let width = range(out, "vni", first, last);
    indent(out, ID.saturating_sub(width) + 2);
    if let Some(remote) = entry
        .remote()
        .filter(|remote| !IpAddr::is_unspecified(remote))
    {
        let key = if remote.is_multicast() {
            "group"
        } else {
            "remote"
        };
        out.field(key, "{}", &remote.to_string());
    }
    if let Some(stats) = entry.stats() {
        show_stats(out, &stats);
    }
    out.close();
    out.line();
}

fn show_stats(out: &mut dyn Print, stats: &VniStatsView<'_>) {
    let received = [
        ("rx_bytes", stats.rx_bytes()),
        ("rx_pkts", stats.rx_packets()),
        ("rx_drops", stats.rx_drops()),
        ("rx_errors", stats.rx_errors()),
    ];
    let sent = [
        ("tx_bytes", stats.tx_bytes()),
        ("tx_pkts", stats.tx_packets()),
        ("tx_drops", stats.tx_drops()),
        ("tx_errors", stats.tx_errors()),
    ];
    out.open(Some("stats"));
    for (title, counts) in [("RX: ", received), ("TX: ", sent)] {
        out.line();
        indent(out, 20);
        out.str(title);
        for (key, count) in counts {
            let name = key.split_once('_').map_or(key, |(_, name)| name);
            out.opt(key, &format!("{name} {{}} "), count);
        }
    }
    out.close();
}
