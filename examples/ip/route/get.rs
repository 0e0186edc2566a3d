//! `ip route get`.
use std::net::IpAddr;

use nlroute::{Family, Route, route::RouteLookup};

use super::{Filter, show};
use crate::{
    context::Context,
    help,
    names::{Table, ip_protocol},
    words::{Done, InetPrefix, Stop, Words, invalid, matches, prefix},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let mut family = context.options.family;
    let (mut to, mut from): (Option<InetPrefix>, Option<InetPrefix>) = (None, None);
    let (mut iif, mut oif) = (None, None);
    let (mut tos, mut mark, mut uid, mut fib_match) = (0, 0, None, false);
    let (mut sport, mut dport, mut protocol, mut flowlabel) = (None, None, None, None);
    while let Some(word) = words.next() {
        match word {
            _ if word == "tos" || matches(word, "dsfield") => {
                let value = words.value()?;
                match context.names.number(Table::DsField, value) {
                    Some(value) => tos = value as u8,
                    None => return invalid("TOS value is invalid\n", value),
                }
            }
            _ if matches(word, "from") => {
                let word = words.value()?;
                if matches(word, "help") {
                    return help::route();
                }
                let address = prefix(word, family)?;
                if family == Family::Unspec {
                    family = address.family;
                }
                from = Some(address);
            }
            _ if matches(word, "iif") => iif = Some(words.value()?),
            _ if matches(word, "mark") => mark = words.number("invalid mark value")?,
            _ if matches(word, "oif") || word == "dev" => oif = Some(words.value()?),
            // Neither changes what is printed.
            _ if matches(word, "notify") || matches(word, "connected") => {}
            _ if matches(word, "vrf") => oif = Some(words.value()?),
            _ if matches(word, "uid") => uid = Some(words.number("invalid UID\n")?),
            _ if matches(word, "fibmatch") => fib_match = true,
            _ if matches(word, "sport") => sport = Some(words.number("invalid sport\n")?),
            _ if matches(word, "dport") => dport = Some(words.number("invalid dport\n")?),
            _ if matches(word, "ipproto") => {
                let why = "Invalid \"ipproto\" value\n";
                protocol = Some(words.parsed(why, ip_protocol)?);
            }
            "flowlabel" => flowlabel = Some(words.number("invalid flowlabel")?),
            _ => {
                let word = if word == "to" { words.value()? } else { word };
                if matches(word, "help") {
                    return help::route();
                }
                let address = prefix(word, family)?;
                if family == Family::Unspec {
                    family = address.family;
                }
                let whole = if family == Family::Inet6 { 128 } else { 32 };
                if address.len != whole {
                    eprintln!(
                        "Warning: /{} as prefix is invalid, only /{whole} (or none) is supported.",
                        address.len
                    );
                }
                to = Some(address);
            }
        }
    }
    let Some(to) = to else {
        return Stop::FAILED.say("need at least a destination address");
    };
    let address = |given: InetPrefix| -> IpAddr { given.as_prefix(family).address() };
    let mut lookup: RouteLookup<'_> = Route::to(address(to)).tos(tos);
    macro_rules! set {
        ($($setter:ident: $value:expr;)*) => {$(
            if let Some(value) = $value {
                lookup = lookup.$setter(value);
            }
        )*};
    }
    let iif = iif.map(|name| context.device(name)).transpose()?;
    let oif = oif.map(|name| context.device(name)).transpose()?;
    set! {
        from: from.map(address);
        iif: iif;
        oif: oif;
        mark: Some(mark).filter(|mark| *mark > 0);
        uid: uid;
        ip_proto: protocol;
        sport: sport;
        dport: dport;
        flowlabel: flowlabel;
    }
    if fib_match {
        lookup = lookup.fib_match();
    }
    let found = context.host.get(lookup);
    let found = context.talk(found)?;
    context.out.begin();
    let filter = Filter::default();
    if context.options.family == Family::Unspec || context.options.family == found.family() {
        show::route(context, &found, &filter, false);
    }
    context.out.end();
    Ok(())
}
