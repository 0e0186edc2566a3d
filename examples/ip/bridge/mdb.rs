//! `bridge mdb`.
use std::time::Duration;

use nlroute::{
    Listing,
    bridge::{FilterMode, Mdb, MdbEntryView, MdbFlags, MdbGroup, MdbRouterView, MdbView},
    link::MulticastRouter,
};

use super::{Filter, mdb_modify};
use crate::{
    context::Context,
    help,
    names::Table,
    print::Print,
    words::{Done, Stop, Words, matches, matches_any},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words);
    };
    match word {
        _ if matches(word, "add") => mdb_modify::add(context, words),
        "replace" => mdb_modify::replace(context, words),
        _ if matches(word, "delete") => mdb_modify::delete(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        "get" => mdb_modify::get(context, words),
        "flush" => mdb_modify::flush(context, words),
        _ if matches(word, "help") => help::bridge_mdb(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge mdb help\"."
        )),
    }
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let filter = Filter::parse(context, words)?;
    let listed = context.host.list(Mdb::all()).or_else(Listing::interrupted);
    context.out.begin();
    let listed = context.list(listed, Stop::FAILED)?;
    let meant = || listed.iter().filter(|part| filter.is_link(part.index()));
    context.out.open(None);
    context.out.open_array_json("mdb");
    for part in meant() {
        entries(context, &part, &filter);
    }
    context.out.close_array_json();
    context.out.open(Some("router"));
    let with_routers = meant().filter(|part| part.router_ports().is_some());
    if context.options.details {
        for part in with_routers {
            routers(context, &part);
        }
    }
    context.out.close();
    context.out.close();
    context.out.end();
    Ok(())
}

/// Seconds, to the hundredth.
fn time(time: Duration) -> String {
    format!("{}.{:02}", time.as_secs(), time.subsec_millis() / 10)
}

/// Prints the entries of a database, or of a part of one.
pub fn entries(context: &mut Context, part: &MdbView<'_>, filter: &Filter) {
    for entry in part.entries() {
        if filter.vlan == 0 || entry.vid() == Some(filter.vlan) {
            show_entry(context, part.index(), &entry);
        }
    }
}

fn show_entry(context: &mut Context, index: u32, entry: &MdbEntryView<'_>) {
    let name = context.name_of(index);
    let port = context.name_of(entry.port());
    let (details, stats) = (context.options.details, context.options.stats > 0);
    let out = &mut *context.out;
    out.open(None);
    out.json("index", index.into());
    out.field("dev", "dev {}", &name);
    out.field("port", " port {}", &port);
    let group = entry.group().unwrap_or(MdbGroup::Mac([0; 6]));
    out.field("grp", " grp {}", &group.to_string());
    let source = entry.source().map(|source| source.to_string());
    out.opt("src", " src {}", source.as_deref());
    let state = if entry.is_permanent() {
        "permanent"
    } else {
        "temp"
    };
    out.field("state", " {}", state);
    if details {
        show_details(context, entry);
    }
    let flags = entry.flags();
    let out = &mut *context.out;
    out.open_array_json("flags");
    let names = [
        (MdbFlags::OFFLOAD, "offload"),
        (MdbFlags::FAST_LEAVE, "fast_leave"),
        (MdbFlags::STAR_EXCL, "added_by_star_ex"),
        (MdbFlags::BLOCKED, "blocked"),
    ];
    for (_, name) in names.iter().filter(|(flag, _)| flags.contains(*flag)) {
        out.item(" {}", (*name).into());
    }
    out.close_array_json();
    out.opt("vid", " vid {}", entry.vid());
    let dst = entry.dst().map(|dst| dst.to_string());
    out.opt("dst", " dst {}", dst.as_deref());
    out.opt("dst_port", " dst_port {}", entry.dst_port());
    out.opt("vni", " vni {}", entry.vni());
    out.opt("src_vni", " src_vni {}", entry.source_vni());
    if let Some(via) = entry.via() {
        let via = context.name_of(via);
        context.out.field("via", " via {}", &via);
    }
    let timer = entry.timer().filter(|_| stats);
    let timer = timer.map(|timer| format!("{:>7}", time(timer)));
    context.out.opt("timer", " {}", timer.as_deref());
    context.out.line();
    context.out.close();
}

fn show_details(context: &mut Context, entry: &MdbEntryView<'_>) {
    let out = &mut *context.out;
    let mode = entry.filter_mode().map(|mode| match mode {
        FilterMode::Include => "include",
        _ => "exclude",
    });
    out.opt("filter_mode", " filter_mode {}", mode);
    if let Some(sources) = entry.sources() {
        let key = "source_list";
        out.open_array(key, " source_list");
        let mut separator = " ";
        for source in sources.iter() {
            if let (Some(address), Some(timer)) = (source.address(), source.timer()) {
                out.open(None);
                out.str(separator);
                out.field("address", "{}", &address.to_string());
                out.field("timer", "/{}", &time(timer));
                out.close();
            }
            separator = ",";
        }
        out.close_array_json();
    }
    if let Some(protocol) = entry.protocol() {
        let name = context.named(Table::Protocol, u8::from(protocol));
        context.out.field("protocol", " proto {}", &name);
    }
}

/// What is counted of a port behind which there is a multicast router.
pub fn router(out: &mut dyn Print, router: &MdbRouterView<'_>) {
    let timer = router.timer().map(|timer| format!("{:>7}", time(timer)));
    out.opt("timer", " {}", timer.as_deref());
    let temporary = |kind| {
        use MulticastRouter::{Query, Temporary};
        matches!(kind, Query | Temporary)
    };
    let kind = router.kind().map(|kind| match temporary(kind) {
        true => "temp",
        false => "permanent",
    });
    out.opt("type", " {}", kind);
}

fn routers(context: &mut Context, part: &MdbView<'_>) {
    let bridge = context.name_of(part.index());
    let stats = context.options.stats > 0;
    context.out.open_array_json(&bridge);
    if !stats {
        context.out.text(format_args!("router ports on {bridge}: "));
    }
    for one in part.routers() {
        let port = context.name_of(one.port());
        let out = &mut *context.out;
        out.open(None);
        if stats {
            out.text(format_args!("router ports on {bridge}: {port}"));
            out.json("port", (&port).into());
            router(out, &one);
            out.str("\n");
        } else {
            out.field("port", "{} ", &port);
        }
        out.close();
    }
    if !stats {
        context.out.line();
    }
    context.out.close_array_json();
}

/// What a monitor tells of a port behind which a router was found, or is no more.
pub fn router_told(context: &mut Context, part: &MdbView<'_>) {
    if let Some(one) = part.routers().next() {
        let (bridge, port) = (context.name_of(part.index()), context.name_of(one.port()));
        let words = format_args!("router port dev {port} master {bridge}\n");
        context.out.text(words);
    }
}
