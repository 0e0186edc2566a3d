//! Routes, listed and flushed.
use std::{borrow::Cow, fmt};

use nlroute::{
    Family, List, Listing, Query, Routes,
    route::{RouteAttributeTable, RouteProtocol, RouteTable, RouteView},
    wire::{EncodeError, Fault, Schema, Writer},
};

use super::{Filter, show};
use crate::{
    context::Context,
    flush::{self, Rounds, Told},
    help,
    names::{Table, route_type},
    words::{Done, Stop, Words, family, invalid, matches, matches_any, number, prefix},
};

/// Routes of a table; that there is no such table is an error here.
pub struct Strict<'a>(Routes<'a>, bool);

impl Query for Strict<'_> {
    const SCHEMA: &'static Schema = <Routes<'static> as Query>::SCHEMA;
    type View<'a> = RouteView<'a>;

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe(f)
    }

    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.0.encode(out)
    }

    fn answers(kind: u16) -> bool {
        <Routes<'static> as Query>::answers(kind)
    }

    fn view<'a>(body: Cow<'a, [u8]>) -> Result<RouteView<'a>, Fault> {
        <Routes<'static> as Query>::view(body)
    }
}

impl List for Strict<'_> {
    fn filters(&self, strict: bool) -> bool {
        self.0.filters(strict)
    }

    fn means_none(&self, errno: i32) -> bool {
        !self.1 && self.0.means_none(errno)
    }

    fn keeps(&self, view: &RouteView<'_>) -> bool {
        self.0.keeps(view)
    }
}

/// Takes all words; the family that is asked for.
pub fn parse(context: &mut Context, words: &mut Words<'_>) -> Done<(Filter, Family)> {
    let dump = context.options.family;
    let mut filter = Filter {
        family: Some(dump).filter(|family| *family != Family::Unspec),
        table: RouteTable::MAIN.0,
        cloned: Some(false),
        ..Filter::default()
    };
    let (mut iif, mut oif) = (None, None);
    while let Some(word) = words.next() {
        match word {
            _ if matches(word, "table") => {
                let value = words.value()?;
                match (context.names.number(Table::Route, value), value) {
                    (Some(table), _) => filter.table = table,
                    (None, "all") => filter.table = 0,
                    (None, "cache") => filter.cloned = Some(true),
                    (None, "help") => help::route()?,
                    _ => return invalid("table id value is invalid\n", value),
                }
            }
            _ if matches_any(word, &["cached", "cloned"]) => filter.cloned = Some(true),
            _ if word == "tos" || matches(word, "dsfield") => {
                let value = words.value()?;
                filter.tos = context.names.number(Table::DsField, value).map(|n| n as u8);
                if filter.tos.is_none() {
                    return invalid("TOS value is invalid\n", value);
                }
            }
            _ if matches(word, "protocol") => {
                let value = words.value()?;
                filter.protocol = context
                    .names
                    .number(Table::Protocol, value)
                    .map(|n| n as u8);
                if filter.protocol.is_none() && value != "all" {
                    return invalid("invalid \"protocol\"\n", value);
                }
            }
            _ if matches(word, "scope") => {
                let value = words.value()?;
                filter.scope = context.names.number(Table::Scope, value).map(|n| n as u8);
                if filter.scope.is_none() && value != "all" {
                    return invalid("invalid \"scope\"\n", value);
                }
            }
            _ if matches(word, "type") => {
                let kind = words.parsed("node type value is invalid\n", route_type)?;
                filter.types = 1 << (kind % 64);
            }
            "dev" | "oif" => oif = Some(words.value()?),
            "iif" => iif = Some(words.value()?),
            "mark" => filter.mark = Some(words.number("invalid mark value")?),
            _ if matches_any(word, &["metric", "priority"]) || word == "preference" => {
                filter.metric = Some(words.number("\"metric\" value is invalid\n")?);
            }
            "via" => {
                let value = words.value()?;
                filter.via = Some(match family(value) {
                    Family::Unspec => prefix(value, dump)?,
                    family => words.prefix(family)?,
                });
            }
            "src" => filter.source = Some(words.prefix(dump)?),
            _ if matches(word, "realms") => {
                let value = words.value()?;
                let Some(realms) = context.names.realms(value) else {
                    return invalid("invalid realms\n", value);
                };
                let mut mask = u32::MAX;
                if realms & 0xffff == 0 && value.ends_with('/') {
                    mask &= !0xffff;
                }
                if realms >> 16 == 0 && (!value.contains('/') || value.starts_with('/')) {
                    mask &= 0xffff;
                }
                filter.realms = Some((realms, mask));
            }
            _ if matches(word, "from") => {
                let (root, matched) = selected(words, words.clone().next(), dump, true)?;
                filter.from_root = root.or(filter.from_root);
                filter.from_matched = matched.or(filter.from_matched);
            }
            _ => {
                let given = if matches(word, "to") {
                    None
                } else {
                    Some(word)
                };
                let (root, matched) = selected(words, given, dump, given.is_none())?;
                filter.root = root.or(filter.root);
                filter.matched = matched.or(filter.matched);
            }
        }
    }
    let family = match dump {
        Family::Unspec if filter.table > 0 => Family::Inet,
        family => family,
    };
    filter.iif = match iif {
        Some(name) => Some(context.device(name)?),
        None => None,
    };
    filter.oif = match oif {
        Some(name) => Some(context.device(name)?),
        None => None,
    };
    Ok((filter, family))
}

type Selected = (
    Option<crate::words::InetPrefix>,
    Option<crate::words::InetPrefix>,
);

/// `root`, `match` or `exact` with a prefix, of which `exact` may be left out. `next`: the word
/// is still to be taken.
fn selected(
    words: &mut Words<'_>,
    given: Option<&str>,
    family: Family,
    next: bool,
) -> Done<Selected> {
    let word = match given {
        Some(word) if !next => word,
        _ => words.value()?,
    };
    match word {
        _ if matches(word, "root") => Ok((Some(words.prefix(family)?), None)),
        _ if matches(word, "match") => Ok((None, Some(words.prefix(family)?))),
        _ => {
            let exact = if matches(word, "exact") {
                words.prefix(family)?
            } else {
                prefix(word, family)?
            };
            Ok((Some(exact), Some(exact)))
        }
    }
}

pub fn query(filter: &Filter, family: Family) -> Strict<'static> {
    let mut routes = Routes::all().family(family);
    if filter.table > 0 {
        routes = routes.table(filter.table);
    }
    if let Some(protocol) = filter.protocol {
        routes = routes.protocol(RouteProtocol::from(protocol));
    }
    if let Some(oif) = filter.oif {
        routes = routes.oif(oif);
    }
    if filter.cloned == Some(true) {
        routes = routes.cached();
    }
    Strict(routes, filter.table != RouteTable::MAIN.0)
}

pub fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (filter, family) = parse(context, words)?;
    let listed = context.host.list(query(&filter, family));
    let listed = listed.or_else(Listing::interrupted);
    context.out.begin();
    let listed = match context.list(listed, Stop::REFUSED) {
        Ok(listed) => listed,
        Err(stop) => {
            context.out.end();
            return Err(stop);
        }
    };
    for route in &listed {
        if filter.keeps(&route) {
            show::route(context, &route, &filter, false);
        }
    }
    context.out.end();
    Ok(())
}

pub fn flush(context: &mut Context, words: &mut Words<'_>) -> Done {
    if words.peek().is_none() {
        return Stop::FAILED.say("\"ip route flush\" requires arguments.");
    }
    let (mut filter, family) = parse(context, words)?;
    filter.flushes = true;
    if filter.cloned == Some(true) {
        if family != Family::Inet6 {
            const PATH: &str = "/proc/sys/net/ipv4/route/flush";
            let write = || std::fs::write(PATH, "-1");
            let written = match &context.netns {
                Some(netns) => netns.run(write).unwrap_or_else(|_| write()),
                None => write(),
            };
            if let Err(error) = written {
                let why = crate::context::errno_text(error.raw_os_error().unwrap_or(0));
                return Stop::FAILED.say(format_args!("Cannot open \"{PATH}\": {why}"));
            }
            if context.options.stats > 0 {
                println!("*** IPv4 routing cache is flushed.");
            }
        }
        if family == Family::Inet {
            return Ok(());
        }
    }
    let mut rounds = Rounds {
        round: 0,
        stats: context.options.stats > 0,
    };
    const MOST: u32 = 1000;
    while rounds.round < MOST {
        let listed = context.host.list(query(&filter, family));
        let listed = listed.or_else(Listing::interrupted);
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => {
                eprintln!("{}", crate::context::says(&error));
                return Stop::REFUSED.say("Flush terminated");
            }
        };
        let mut told: Vec<Told<RouteAttributeTable>> = Vec::new();
        for message in listed.messages() {
            let view = RouteView::parse(message.body());
            if view.is_ok_and(|route| filter.keeps(&route)) {
                told.push(Told::new(libc::RTM_DELROUTE, message.body()));
            }
        }
        if told.is_empty() {
            rounds.nothing_left();
            return Ok(());
        }
        rounds.one_more(told.len(), "entries");
        flush::delete(context, &told, 0, Stop::REFUSED)?;
    }
    Err(Stop::FAILED)
}

/// A number that the words of a route's table can be.
pub fn table(context: &mut Context, words: &mut Words<'_>) -> Done<u32> {
    let value = words.value()?;
    match context.names.number(Table::Route, value).or(number(value)) {
        Some(table) => Ok(table),
        None => invalid("\"table\" value is invalid\n", value),
    }
}
