//! Routes added, changed and deleted.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Family, Route, Verb,
    route::{Nexthop, RouteProtocol, RouteScope, RouteType, RouterPreference, encap::Encap},
};

use super::{encap, list, metrics};
use crate::{
    context::Context,
    help,
    names::{Table, route_type},
    words::{
        Done, InetPrefix, Stop, Words, address, family, garbage, invalid, matches, matches_any,
        number, prefix,
    },
};

/// Where a packet goes next.
#[derive(Debug, Default)]
struct Hop {
    gateway: Option<IpAddr>,
    device: Option<u32>,
    weight: u16,
    onlink: bool,
    realms: Option<u32>,
    encap: Option<encap::Encap>,
}

#[derive(Default)]
struct Asked<'a> {
    family: Option<Family>,
    destination: Option<InetPrefix>,
    from: Option<InetPrefix>,
    source: Option<IpAddr>,
    kind: Option<u8>,
    tos: u8,
    metric: Option<u32>,
    scope: Option<u8>,
    protocol: Option<u8>,
    table: Option<u32>,
    expires: Option<u32>,
    pref: Option<u8>,
    nexthop: Option<u32>,
    ttl_propagate: Option<bool>,
    device: Option<&'a str>,
    hop: Hop,
    hops: Vec<Hop>,
    metrics: metrics::Asked<'a>,
}

impl<'a> Asked<'a> {
    fn family(&self) -> Family {
        self.family.unwrap_or(Family::Unspec)
    }

    fn settle(&mut self, family: Family) {
        if self.family() == Family::Unspec {
            self.family = Some(family);
        }
    }

    /// An address, which settles the family if nothing has yet.
    fn address(&mut self, words: &mut Words<'a>) -> Done<IpAddr> {
        let address = words.address(self.family())?;
        self.settle(Family::of(address));
        Ok(address)
    }

    /// An address that may be of another family, if that is named.
    fn gateway(&mut self, words: &mut Words<'a>) -> Done<IpAddr> {
        let word = words.value()?;
        let address = match family(word) {
            Family::Unspec => address(word, self.family())?,
            family => words.address(family)?,
        };
        self.settle(Family::of(address));
        Ok(address)
    }

    /// The first half of the words.
    fn word(&mut self, context: &mut Context, words: &mut Words<'a>, word: &'a str) -> Done {
        match word {
            "src" => self.source = Some(self.address(words)?),
            "via" => {
                if self.hop.gateway.is_some() {
                    return invalid("use nexthop syntax to specify multiple via\n", word);
                }
                self.hop.gateway = Some(self.gateway(words)?);
            }
            "from" => {
                let from = words.prefix(self.family())?;
                self.settle(from.family);
                self.from = Some(from);
            }
            _ if word == "tos" || matches(word, "dsfield") => {
                let value = words.value()?;
                match context.names.number(Table::DsField, value) {
                    Some(tos) => self.tos = tos as u8,
                    None => return invalid("\"tos\" value is invalid\n", value),
                }
            }
            "expires" => {
                self.expires = Some(words.number("\"expires\" value is invalid\n")?);
            }
            _ if matches_any(word, &["metric", "priority"]) || word == "preference" => {
                self.metric = Some(words.number("\"metric\" value is invalid\n")?);
            }
            "scope" => {
                let value = words.value()?;
                match context.names.number(Table::Scope, value) {
                    Some(scope) => self.scope = Some(scope as u8),
                    None => return invalid("invalid \"scope\" value\n", value),
                }
            }
            _ if self.metrics.word(words, word)? => {}
            _ => return self.later_word(context, words, word),
        }
        Ok(())
    }

    fn later_word(&mut self, context: &mut Context, words: &mut Words<'a>, word: &'a str) -> Done {
        match word {
            _ if matches(word, "realms") => {
                let value = words.value()?;
                self.hop.realms = context.names.realms(value);
                if self.hop.realms.is_none() {
                    return invalid("\"realm\" value is invalid\n", value);
                }
            }
            "onlink" => self.hop.onlink = true,
            "nexthop" => {
                self.hops(context, words)?;
            }
            "nhid" => self.nexthop = Some(words.number("\"id\" value is invalid\n")?),
            _ if matches(word, "protocol") => {
                let value = words.value()?;
                match context.names.number(Table::Protocol, value) {
                    Some(protocol) => self.protocol = Some(protocol as u8),
                    None => return invalid("\"protocol\" value is invalid\n", value),
                }
            }
            _ if matches(word, "table") => self.table = Some(list::table(context, words)?),
            "dev" | "oif" => self.device = Some(words.value()?),
            _ if matches(word, "pref") => {
                self.pref = Some(words.parsed(
                    "\"pref\" value is invalid\n",
                    |word| match word {
                        "low" => Some(3),
                        "medium" => Some(0),
                        "high" => Some(1),
                        word => number(word),
                    },
                )?);
            }
            "encap" => self.hop.encap = Some(encap::parse(context, words)?),
            "ttl-propagate" => {
                let why = "\"ttl-propagate\" value is invalid\n";
                self.ttl_propagate = Some(words.parsed(why, |word| match word {
                    _ if matches(word, "enabled") => Some(true),
                    _ if matches(word, "disabled") => Some(false),
                    _ => None,
                })?);
            }
            _ => return self.destination(words, word),
        }
        Ok(())
    }

    fn destination(&mut self, words: &mut Words<'a>, word: &'a str) -> Done {
        let mut word = if word == "to" { words.value()? } else { word };
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if let Some(kind) = route_type(word).filter(|_| !is_number) {
            self.kind = Some(kind);
            word = words.value()?;
        }
        if matches(word, "help") {
            return help::route();
        } else if self.destination.is_some() {
            return garbage("to", word);
        }
        let destination = prefix(word, self.family())?;
        self.settle(destination.family);
        self.destination = Some(destination);
        Ok(())
    }

    /// Takes all that is left: each next hop begins with `nexthop`, of which the first is taken.
    fn hops(&mut self, context: &mut Context, words: &mut Words<'a>) -> Done {
        loop {
            if words.peek().is_none() {
                return Stop::SENSELESS.say("Error: unexpected end of line after \"nexthop\"");
            }
            let hop = self.one_hop(context, words)?;
            self.hops.push(hop);
            match words.next() {
                None => return Ok(()),
                Some("nexthop") => {}
                Some(word) => {
                    return Stop::SENSELESS.say(format_args!(
                        "Error: \"nexthop\" or end of line is expected instead of \"{word}\""
                    ));
                }
            }
        }
    }

    fn one_hop(&mut self, context: &mut Context, words: &mut Words<'a>) -> Done<Hop> {
        let mut hop = Hop {
            weight: 1,
            ..Hop::default()
        };
        while let Some(word) = words.peek() {
            let mut after = words.clone();
            after.next();
            match word {
                "via" => hop.gateway = Some(self.gateway(&mut after)?),
                "dev" => {
                    let name = after.value()?;
                    hop.device = context.find(name);
                    if hop.device.is_none() {
                        eprintln!("Cannot find device \"{name}\"");
                        return Stop::SENSELESS.say("Error: cannot parse nexthop");
                    }
                }
                "weight" => {
                    hop.weight = after.parsed("\"weight\" is invalid\n", |word| {
                        number(word).filter(|weight| (1..=256).contains(weight))
                    })?;
                }
                "onlink" => hop.onlink = true,
                "encap" => hop.encap = Some(encap::parse(context, &mut after)?),
                _ if matches(word, "realms") => {
                    let value = after.value()?;
                    hop.realms = context.names.realms(value);
                    if hop.realms.is_none() {
                        return invalid("\"realm\" value is invalid\n", value);
                    }
                }
                _ => break,
            }
            *words = after;
        }
        Ok(hop)
    }
}

impl Hop {
    fn request(&self, family: Family) -> Nexthop<'_> {
        let mut request = Nexthop::new().weight(self.weight);
        request = match self.gateway {
            Some(gateway) if Family::of(gateway) == family => request.gateway(gateway),
            Some(gateway) => request.via(gateway),
            None => request,
        };
        if let Some(index) = self.device {
            request = request.link(index);
        }
        if self.onlink {
            request = request.onlink();
        }
        if let Some(realms) = self.realms {
            request = request.realms(realms);
        }
        if let Some((kind, bytes)) = &self.encap {
            request = request.encap(Encap::Raw(*kind, bytes));
        }
        request
    }
}

pub fn run(context: &mut Context, words: &mut Words<'_>, verb: Verb) -> Done {
    let mut asked = Asked {
        family: Some(context.options.family),
        ..Asked::default()
    };
    while let Some(word) = words.next() {
        asked.word(context, words, word)?;
    }
    let Some(destination) = asked.destination else {
        return help::route();
    };
    if let Some(device) = asked.device {
        asked.hop.device = Some(context.device(device)?);
    }
    let family = match asked.family() {
        Family::Unspec => Family::Inet,
        family => family,
    };
    let hops: Vec<_> = asked.hops.iter().map(|hop| hop.request(family)).collect();
    let mut route = Route::new(destination.as_prefix(family)).tos(asked.tos);
    route = match asked.hop.gateway {
        Some(gateway) if Family::of(gateway) == family => route.gateway(gateway),
        Some(gateway) => route.via(gateway),
        None => route,
    };
    if asked.hop.onlink {
        route = route.onlink();
    }
    if let Some((kind, bytes)) = &asked.hop.encap {
        route = route.encap(Encap::Raw(*kind, bytes));
    }
    macro_rules! set {
        ($($setter:ident: $value:expr;)*) => {$(
            if let Some(value) = $value {
                route = route.$setter(value);
            }
        )*};
    }
    set! {
        oif: asked.hop.device;
        realms: asked.hop.realms;
        from: asked.from.map(|from| from.as_prefix(family));
        source: asked.source;
        kind: asked.kind.map(RouteType::from);
        metric: asked.metric;
        scope: asked.scope.map(RouteScope::from);
        protocol: asked.protocol.map(RouteProtocol::from);
        table: asked.table;
        expires: asked.expires.map(|seconds| Duration::from_secs(seconds.into()));
        pref: asked.pref.map(RouterPreference::from);
        nexthop_id: asked.nexthop;
        ttl_propagate: asked.ttl_propagate;
        metrics: asked.metrics.request();
        nexthops: (!hops.is_empty()).then_some(&hops[..]);
    }
    let done = match verb {
        Verb::Add => context.host.add(route),
        Verb::Replace => context.host.replace(route),
        Verb::Change => context.host.change(route),
        Verb::Append => context.host.append(route),
        Verb::Prepend => context.host.prepend(route),
        _ => context.host.delete(route),
    };
    context.talk(done)
}
