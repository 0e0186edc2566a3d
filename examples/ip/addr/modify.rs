//! Addresses added, changed and deleted.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Address, Family, Prefix, Verb,
    address::{AddressFlags, AddressProtocol},
    route::RouteScope,
};

use super::flag_named;
use crate::{
    context::Context,
    help,
    names::Table,
    words::{
        Done, InetPrefix, Stop, Words, duplicate, garbage, invalid, matches, matches_any,
        no_device, number, prefix,
    },
};

/// A broadcast address: given, or made of the prefix by setting or clearing the rest.
enum Broadcast {
    Given(IpAddr),
    Set,
    Cleared,
}

/// `None` is forever.
type Lifetime = Option<u32>;

fn lifetime(word: &str) -> Option<Lifetime> {
    match word {
        "forever" => Some(None),
        word => number(word).map(Some),
    }
}

#[derive(Default)]
struct Asked<'a> {
    family: Option<Family>,
    local: Option<(InetPrefix, &'a str)>,
    peer: Option<InetPrefix>,
    broadcast: Option<Broadcast>,
    scope: Option<u8>,
    device: Option<&'a str>,
    label: Option<&'a str>,
    metric: Option<u32>,
    valid: Option<Lifetime>,
    preferred: Option<Lifetime>,
    flags: u32,
    protocol: Option<u8>,
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

    fn word(&mut self, context: &mut Context, words: &mut Words<'a>, word: &'a str) -> Done {
        match word {
            "peer" | "remote" => {
                let value = words.value()?;
                if self.peer.is_some() {
                    return duplicate("peer", value);
                }
                let peer = prefix(value, self.family())?;
                self.settle(peer.family);
                self.peer = Some(peer);
            }
            _ if matches(word, "broadcast") || word == "brd" => {
                let value = words.value()?;
                if self.broadcast.is_some() {
                    return duplicate("broadcast", value);
                }
                self.broadcast = Some(match value {
                    "+" => Broadcast::Set,
                    "-" => Broadcast::Cleared,
                    value => {
                        let address = crate::words::address(value, self.family())?;
                        self.settle(Family::of(address));
                        Broadcast::Given(address)
                    }
                });
            }
            "scope" => {
                let value = words.value()?;
                match context.names.number(Table::Scope, value) {
                    Some(scope) => self.scope = Some(scope as u8),
                    None => return invalid("invalid scope value.", value),
                }
            }
            "dev" => self.device = Some(words.value()?),
            "label" => self.label = Some(words.value()?),
            _ if matches_any(word, &["metric", "priority", "preference"]) => {
                self.metric = Some(words.number("\"metric\" value is invalid\n")?);
            }
            _ if matches(word, "valid_lft") => {
                if self.valid.is_some() {
                    return duplicate("valid_lft", word);
                }
                self.valid = Some(words.parsed("valid_lft value", lifetime)?);
            }
            _ if matches(word, "preferred_lft") => {
                if self.preferred.is_some() {
                    return duplicate("preferred_lft", word);
                }
                self.preferred = Some(words.parsed("preferred_lft value", lifetime)?);
            }
            "proto" => {
                let value = words.value()?;
                match context.names.number(Table::AddressProtocol, value) {
                    Some(protocol) => self.protocol = Some(protocol as u8),
                    None => return invalid("\"proto\" value is invalid\n", value),
                }
            }
            _ => return self.flag_or_address(words, word),
        }
        Ok(())
    }

    fn flag_or_address(&mut self, words: &mut Words<'a>, word: &'a str) -> Done {
        if let Some(flag) = flag_named(word) {
            let name = flag.name;
            if flag.read_only {
                eprintln!("Warning: {name} option is not mutable from userspace");
            } else if flag.v6_only && self.family() != Family::Inet6 {
                eprintln!("Warning: {name} option can be set only for IPv6 addresses");
            } else {
                self.flags |= flag.mask;
            }
            return Ok(());
        }
        let word = if word == "local" {
            words.value()?
        } else {
            word
        };
        if matches(word, "help") {
            return help::address();
        } else if self.local.is_some() {
            return garbage("local", word);
        }
        let local = prefix(word, self.family())?;
        self.settle(local.family);
        self.local = Some((local, word));
        Ok(())
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
    let Some(device) = asked.device else {
        return Stop::FAILED.say("Not enough information: \"dev\" argument is required.");
    };
    let family = asked.family();
    // Without an address it is the other end's that is meant.
    let (local, given) = match (asked.local, asked.peer) {
        (Some((local, word)), _) => (local, word),
        (None, Some(peer)) => (peer, ""),
        (None, None) => {
            return Stop::REFUSED.say("RTNETLINK answers: Operation not supported");
        }
    };
    let wildcard =
        verb == Verb::Delete && asked.peer.is_none() && family == Family::Inet && !local.specified;
    if wildcard {
        eprintln!(
            "Warning: Executing wildcard deletion to stay compatible with old scripts.\n         \
             Explicitly specify the prefix length ({given}/{}) to avoid this warning.\n         \
             This special behaviour is likely to disappear in further releases,\n         \
             fix your scripts!",
            local.len
        );
    }
    let len = match asked.peer {
        Some(peer) if peer.len > 0 => peer.len,
        _ => local.len,
    };
    let address = local.as_prefix(family).address();
    let own = Prefix::new(address, len).unwrap_or(Prefix::host(address));
    let Some(index) = context.find(device) else {
        return no_device(device);
    };
    let mut request = Address::new(index, own);
    if let Some(peer) = asked.peer.filter(|_| asked.local.is_some()) {
        request = request.peer(peer.as_prefix(family).address());
    } else if wildcard {
        request = request.of_any_prefix();
    }
    request = match asked.broadcast {
        Some(Broadcast::Given(address)) => request.broadcast(address),
        Some(_) if verb == Verb::Delete => request,
        Some(_) if family != Family::Inet => {
            return Stop::FAILED.say("Broadcast can be set only for IPv4 addresses");
        }
        Some(Broadcast::Set) => request.broadcast_of_prefix(),
        Some(Broadcast::Cleared) if len <= 30 => request.broadcast(own.network().address()),
        _ => request,
    };
    macro_rules! set {
        ($($setter:ident: $value:expr;)*) => {$(
            if let Some(value) = $value {
                request = request.$setter(value);
            }
        )*};
    }
    set! {
        scope: asked.scope.map(RouteScope::from);
        label: asked.label;
        metric: asked.metric;
        protocol: asked.protocol.map(AddressProtocol::from);
    }
    request = request.flags(AddressFlags::from_bits_retain(asked.flags));
    if asked.valid.is_some() || asked.preferred.is_some() {
        let valid = asked.valid.flatten();
        let preferred = asked.preferred.flatten();
        if valid == Some(0) {
            return Stop::FAILED.say("valid_lft is zero");
        } else if valid.unwrap_or(u32::MAX) < preferred.unwrap_or(u32::MAX) {
            return Stop::FAILED.say("preferred_lft is greater than valid_lft");
        }
        let seconds = |n: u32| Duration::from_secs(n.into());
        request = request.forever();
        set! {
            valid: valid.map(seconds);
            preferred: preferred.map(seconds);
        }
    }
    if asked.flags & 0x400 != 0 && !address.is_multicast() {
        return Stop::FAILED.say("autojoin needs multicast address");
    }
    let done = match verb {
        Verb::Add => context.host.add(request),
        Verb::Replace => context.host.replace(request),
        Verb::Change => context.host.change(request),
        _ => context.host.delete(request),
    };
    context.talk(done)
}
