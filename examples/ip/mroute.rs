//! `ip mroute`: the routes of multicast forwarding, which a daemon makes.
use nlroute::{
    Family, Listing, Prefix, Routes,
    route::{RouteFlags, RouteTable, RouteView},
};

use crate::{
    context::Context,
    help,
    names::Table,
    print::Value,
    words::{Done, InetPrefix, Stop, Words, invalid, matches, matches_any},
};

/// Which are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// 0 is every table.
    pub table: u32,
    pub iif: u32,
    pub family: Option<Family>,
    pub to: Option<InetPrefix>,
    pub from: Option<InetPrefix>,
}

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        None => list(context, words),
        Some(word) if matches_any(word, &["list", "show", "lst"]) => list(context, words),
        Some(word) if matches(word, "help") => help::mroute(),
        Some(word) => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip mroute help\"."
        )),
    }
}

fn list(context: &mut Context, words: &mut Words<'_>) -> Done {
    let preferred = context.options.family;
    let mut filter = Filter::default();
    let family = match preferred {
        Family::Inet | Family::Unspec => {
            filter.table = RouteTable::DEFAULT.0;
            Family::Ipmr
        }
        Family::Inet6 => Family::Ip6mr,
        // It has none.
        _ => return Ok(()),
    };
    filter.family = Some(family);
    let mut iif = None;
    while let Some(mut word) = words.next() {
        match word {
            _ if matches(word, "table") => {
                let value = words.value()?;
                match (context.names.number(Table::Route, value), value) {
                    (Some(table), _) => filter.table = table,
                    (None, "all") => filter.table = 0,
                    (None, "help") => return help::mroute(),
                    _ => return invalid("table id value is invalid\n", value),
                }
            }
            "iif" => iif = Some(words.value()?),
            _ if matches(word, "from") => filter.from = Some(words.prefix(preferred)?),
            _ => {
                if word == "to" {
                    word = words.value()?;
                }
                if matches(word, "help") {
                    return help::mroute();
                }
                filter.to = Some(crate::words::prefix(word, preferred)?);
            }
        }
    }
    if let Some(name) = iif {
        filter.iif = context.device(name)?;
    }
    let mut query = Routes::all().family(family);
    if filter.table > 0 {
        query = query.table(RouteTable(filter.table));
    }
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    context.out.begin();
    for route in &listed {
        shown(context, &route, &filter, false);
    }
    context.out.end();
    Ok(())
}

fn is_under(own: Option<Prefix>, wanted: Option<&InetPrefix>) -> bool {
    match (own, wanted) {
        (_, None) => true,
        (None, Some(wanted)) => wanted.len == 0,
        (Some(own), Some(wanted)) => {
            let family = Family::of(own.address());
            wanted.as_prefix(family).contains(own.address())
        }
    }
}

fn keeps(route: &RouteView<'_>, filter: &Filter) -> bool {
    (filter.table == 0 || filter.table == route.table().0)
        && (filter.iif == 0 || route.iif() == Some(filter.iif))
        && filter.family.is_none_or(|family| family == route.family())
        && is_under(route.destination(), filter.to.as_ref())
        && is_under(route.from(), filter.from.as_ref())
}

/// Prints a route.
pub fn shown(context: &mut Context, route: &RouteView<'_>, filter: &Filter, deleted: bool) {
    if !keeps(route, filter) {
        return;
    }
    context.headers("[MROUTE]");
    let address = |prefix: Option<Prefix>| match prefix {
        Some(prefix) => prefix.address().to_string(),
        None => "unknown".to_owned(),
    };
    let (src, dst) = (address(route.from()), address(route.destination()));
    let iif = match route.iif() {
        Some(index) => context.name_of(index),
        None => "unresolved".to_owned(),
    };
    let out = &mut *context.out;
    out.open(None);
    if deleted {
        out.field("deleted", "Deleted ", true);
    }
    out.json("src", (&src).into());
    out.json("dst", (&dst).into());
    out.text(format_args!("{:<32} Iif: ", format!("({src},{dst})")));
    let width = if route.iif().is_some() {
        "{10} "
    } else {
        "{} "
    };
    out.field("iif", width, &iif);
    hops(context, route);
    let flags = route.flags();
    let unresolved = flags.contains(RouteFlags::UNRESOLVED);
    let state = if unresolved { "unresolved" } else { "resolved" };
    context.out.field("state", " State: {}", state);
    if flags.contains(RouteFlags::OFFLOAD) {
        context.out.field("offload", " offload", Value::Null(""));
    }
    if context.options.stats > 0 {
        counted(context, route);
    }
    let table = route.table();
    let told = table != RouteTable::MAIN || context.options.details;
    if told && table.0 > 0 && filter.table == 0 {
        let name = context.named(Table::Route, table.0);
        context.out.field("table", " Table: {}", &name);
    }
    context.out.str("\n");
    context.out.close();
}

fn hops(context: &mut Context, route: &RouteView<'_>) {
    let Some(hops) = route.nexthops() else {
        return;
    };
    context.out.open_array_json("multipath");
    for (n, hop) in hops.iter().enumerate() {
        let name = context.name_of(hop.index());
        let out = &mut *context.out;
        out.open(None);
        if n == 0 {
            out.str("Oifs: ");
        }
        out.field("oif", "{}", &name);
        match hop.ttl() {
            ttl @ 2.. => out.field("ttl", "(ttl {}) ", ttl),
            _ => out.str(" "),
        }
        out.close();
    }
    context.out.close_array_json();
}

fn counted(context: &mut Context, route: &RouteView<'_>) {
    let out = &mut *context.out;
    if let Some(stats) = route.multicast_stats() {
        out.line();
        out.field("packets", "  {} packets,", stats.packets);
        out.field("bytes", " {} bytes", stats.bytes);
        if stats.wrong_if > 0 {
            let text = ", {} arrived on wrong iif.";
            out.field("wrong_if", text, stats.wrong_if);
        }
    }
    if let Some(age) = route.expires() {
        let age = age.as_secs_f64();
        out.json("expires", Value::Raw(&format!("{age}")));
        out.text(format_args!(", Age {age:.2}"));
    }
}
