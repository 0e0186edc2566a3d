//! Next hop objects added, replaced and deleted.
use std::time::Duration;

use nlroute::{
    Family, Nexthop, Verb,
    nexthop::{NexthopGroupType, NexthopMember, ResilientGroup},
    route::{RouteProtocol, encap::Encap},
};

use super::{ID, NO_DEVICE};
use crate::{
    context::Context,
    help,
    names::Table,
    route::encap,
    words::{self, Done, Words, invalid, matches, number},
};

/// `ID[,WEIGHT]/…`
fn members(words: &mut Words<'_>) -> Done<Vec<NexthopMember>> {
    let word = words.value()?;
    let mut members = Vec::new();
    for part in word.split('/') {
        let (id, weight) = match part.split_once(',') {
            Some((id, weight)) => (id, Some(weight)),
            None => (part, None),
        };
        let Some(id) = number(id) else {
            return invalid("\"group\" value is invalid\n", id);
        };
        let mut member = NexthopMember::new(id);
        if let Some(weight) = weight {
            let Some(1..=65536) = number::<u32>(weight) else {
                return invalid("\"weight\" is invalid\n", weight);
            };
            member = member.share(number::<u32>(weight).unwrap_or(1) as u16);
        }
        members.push(member);
    }
    Ok(members)
}

/// The settings of a resilient group, up to another word.
fn resilient<'r>(words: &mut Words<'_>) -> Done<Option<ResilientGroup<'r>>> {
    if words.peek().is_none() {
        return Ok(None);
    }
    let seconds = |words: &mut Words<'_>, why: &str| {
        words.parsed(why, |word| {
            let most = u32::MAX / 100;
            let seconds = number::<u32>(word).filter(|seconds| *seconds < most)?;
            Some(Duration::from_secs(seconds.into()))
        })
    };
    let mut group = ResilientGroup::new();
    loop {
        group = if words.take("buckets") {
            group.buckets(words.number("invalid buckets value")?)
        } else if words.take("idle_timer") {
            group.idle_timer(seconds(words, "invalid idle timer value")?)
        } else if words.take("unbalanced_timer") {
            group.unbalanced_timer(seconds(words, "invalid unbalanced timer value")?)
        } else {
            return Ok(Some(group));
        };
    }
}

pub fn run(context: &mut Context, words: &mut Words<'_>, verb: Verb) -> Done {
    let mut family = context.options.family;
    let (mut id, mut device, mut gateway, mut wrapped) = (0, None, None, None);
    let (mut blackhole, mut fdb, mut onlink) = (false, false, false);
    let (mut group, mut kind, mut settings, mut counts) = (None, None, None, None);
    let mut protocol = None;
    while let Some(word) = words.next() {
        match word {
            "id" => id = words.number(ID)?,
            "dev" => {
                device = Some(context.device_of(words, NO_DEVICE)?);
                if family == Family::Unspec {
                    family = Family::Inet;
                }
            }
            "via" => {
                let mut word = words.value()?;
                let mut of = words::family(word);
                if of == Family::Unspec {
                    of = family;
                } else {
                    word = words.value()?;
                }
                let address = words::address(word, of)?;
                if family == Family::Unspec {
                    family = Family::of(address);
                } else if family != Family::of(address) {
                    return invalid("address family mismatch\n", word);
                }
                gateway = Some(address);
            }
            "encap" => wrapped = Some(encap::parse(context, words)?),
            "blackhole" => {
                blackhole = true;
                if family == Family::Unspec {
                    family = Family::Inet;
                }
            }
            "fdb" => fdb = true,
            "onlink" => onlink = true,
            "group" => group = Some(members(words)?),
            "type" => {
                kind = Some(
                    words.parsed("\"type\" value is invalid\n", |word| match word {
                        "mpath" => Some(NexthopGroupType::Multipath),
                        "resilient" => Some(NexthopGroupType::Resilient),
                        _ => None,
                    })?,
                );
                if kind == Some(NexthopGroupType::Resilient) {
                    settings = resilient(words)?;
                }
            }
            _ if matches(word, "protocol") => {
                let value = words.value()?;
                match context.names.number(Table::Protocol, value) {
                    Some(n) => protocol = Some(RouteProtocol::from(n as u8)),
                    None => return invalid("\"protocol\" value is invalid\n", value),
                }
            }
            "hw_stats" => counts = Some(words.on_off("hw_stats", libc::EINVAL as u8)?),
            "help" => return help::nexthop(),
            _ => return invalid("", word),
        }
    }
    let mut nexthop = Nexthop::new(id);
    if family != Family::Unspec {
        nexthop = nexthop.family(family);
    }
    if let Some(index) = device {
        nexthop = nexthop.oif(index);
    }
    if let Some(gateway) = gateway {
        nexthop = nexthop.gateway(gateway);
    }
    if let Some((kind, bytes)) = &wrapped {
        nexthop = nexthop.encap(Encap::Raw(*kind, bytes));
    }
    if blackhole {
        nexthop = nexthop.blackhole(true);
    }
    if fdb {
        nexthop = nexthop.fdb(true);
    }
    if onlink {
        nexthop = nexthop.onlink();
    }
    if let Some(members) = &group {
        nexthop = nexthop.group(members);
    }
    if let Some(kind) = kind {
        nexthop = nexthop.group_type(kind);
    }
    if let Some(settings) = settings {
        nexthop = nexthop.res_group(settings);
    }
    if let Some(counts) = counts {
        nexthop = nexthop.hw_stats_enable(counts);
    }
    if let Some(protocol) = protocol {
        nexthop = nexthop.protocol(protocol);
    }
    let done = match verb {
        Verb::Add => context.host.add(nexthop).map(|_| ()),
        Verb::Replace => context.host.replace(nexthop),
        _ => context.host.delete(nexthop),
    };
    context.talk(done)
}
