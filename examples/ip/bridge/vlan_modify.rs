//! VLANs of links added, deleted, and set.
use std::time::Duration;

use nlroute::{
    bridge::{BridgeVlan, GlobalVlanOptions, VlanOptions},
    link::{MulticastRouter, PortState},
};

use super::state_of;
use crate::{
    context::Context,
    words::{Done, Stop, Words, invalid, loose, matches, number},
};

const REQUIRED: &str = "Device and VLAN ID are required arguments.";

/// The VLANs of a word: one, or the first and the last of a range.
fn vids(word: &str) -> (i64, Option<i64>) {
    match word.split_once('-') {
        Some((first, last)) => (loose(first), Some(loose(last))),
        None => (loose(word), None),
    }
}

fn bad_range<T>(first: i64, last: i64) -> Done<T> {
    Stop::FAILED.say(format_args!("Invalid VLAN range \"{first}-{last}\""))
}

fn bad_id<T>(vid: i64) -> Done<T> {
    Stop::FAILED.say(format_args!("Invalid VLAN ID \"{vid}\""))
}

/// The first network of a tunnel, and the last.
fn tunnel(words: &mut Words<'_>) -> Done<(u32, Option<u32>)> {
    let word = words.value()?;
    if !matches(word, "id") {
        return invalid("tunnel id expected", word);
    }
    let word = words.value()?;
    let (first, last) = match word.split_once('-') {
        Some((first, last)) => (first, Some(last)),
        None => (word, None),
    };
    let id = |word: &str| match number::<u32>(word).filter(|id| id >> 24 == 0) {
        Some(id) => Ok(id),
        None => invalid("invalid tun id", word),
    };
    Ok((id(first)?, last.map(id).transpose()?))
}

pub fn modify(context: &mut Context, words: &mut Words<'_>, adds: bool) -> Done {
    let (mut device, mut vlans, mut through) = (None, None, None);
    let (mut own, mut master, mut pvid, mut untagged) = (false, false, false, false);
    while let Some(word) = words.next() {
        match word {
            "dev" => device = Some(words.value()?),
            "vid" => vlans = Some(vids(words.value()?)),
            "self" => own = true,
            "master" => master = true,
            "pvid" => pvid = true,
            "untagged" => untagged = true,
            "tunnel_info" => through = Some(tunnel(words)?),
            _ if matches(word, "help") => {
                words.value()?;
            }
            _ => {}
        }
    }
    let (Some(device), Some((first, last))) = (device, vlans) else {
        return Stop::FAILED.say(REQUIRED);
    };
    let Some(index) = context.find(device) else {
        return Stop::FAILED.say(format_args!("Cannot find bridge device \"{device}\""));
    };
    if first >= 4096 {
        return bad_id(first);
    }
    if let Some(last) = last {
        if last >= 4096 || first >= last {
            return bad_range(first, last);
        } else if pvid {
            return Stop::FAILED.say("pvid cannot be configured for a vlan range");
        }
    }
    let last = last.unwrap_or(first) as u16;
    let mut request = BridgeVlan::new(index, first as u16..=last);
    if own {
        request = request.own();
    }
    if master {
        request = request.master();
    }
    match through {
        Some((id, end)) => {
            let more = u32::from(last - first as u16);
            if end.is_some_and(|end| end != id + more) || end.is_none() && more > 0 {
                // What the kernel says to two ranges of different lengths.
                return Stop::FAILED.say("RTNETLINK answers: Invalid argument");
            }
            request = request.tunnel(id);
        }
        None => {
            if pvid {
                request = request.pvid();
            }
            if untagged {
                request = request.untagged();
            }
        }
    }
    let done = if adds {
        context.host.add(request)
    } else {
        context.host.delete(request)
    };
    context.talk(done).map_err(|_| Stop::FAILED)
}

/// Link and VLANs, which may stand anywhere among the words, but with which a request begins.
fn target(context: &mut Context, words: &Words<'_>) -> Done<(u32, u16, u16)> {
    let mut ahead = words.clone();
    let (mut device, mut vlans) = (None, None);
    while let Some(word) = ahead.next() {
        match word {
            "dev" => {
                let name = ahead.value()?;
                let Some(index) = context.find(name) else {
                    return Stop::FAILED.say(format_args!("Cannot find network device \"{name}\""));
                };
                device = Some(index);
            }
            "vid" => {
                let (first, last) = vids(ahead.value()?);
                if let Some(last) = last.filter(|last| *last >= 4096 || first >= *last) {
                    return bad_range(first, last);
                } else if first >= 4096 {
                    return bad_id(first);
                }
                vlans = Some((first as u16, last.unwrap_or(first) as u16));
            }
            _ => {}
        }
    }
    match (device, vlans) {
        (Some(index), Some((first, last))) => Ok((index, first, last)),
        _ => Stop::FAILED.say(REQUIRED),
    }
}

fn state(word: &str) -> Done<PortState> {
    match state_of(word) {
        Some(state) => Ok(state),
        None => Stop::FAILED.say("Error: invalid STP state"),
    }
}

/// `bridge vlan set`.
pub fn set(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (index, first, last) = target(context, words)?;
    let mut options = VlanOptions::new(index, first..=last);
    while let Some(word) = words.next() {
        options = match word {
            "dev" | "vid" => {
                words.value()?;
                options
            }
            "state" => options.state(state(words.value()?)?),
            "mcast_router" => {
                let router = words.number::<u8>("invalid mcast_router")?;
                options.mcast_router(MulticastRouter::from(router))
            }
            "mcast_max_groups" => {
                options.mcast_max_groups(words.number("invalid mcast_max_groups")?)
            }
            "neigh_suppress" => options.neigh_suppress(words.on_off(word, 22)?),
            _ if matches(word, "help") => {
                words.value()?;
                options
            }
            _ => options,
        };
    }
    let done = context.host.change(options);
    context.talk(done).map_err(|_| Stop::FAILED)
}

/// `bridge vlan global set`.
pub fn set_global(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (index, first, last) = target(context, words)?;
    let mut options = GlobalVlanOptions::new(index, first..=last);
    while let Some(word) = words.next() {
        let why = format!("invalid {word}");
        let mut byte = || words.number::<u8>(&why);
        options = match word {
            "dev" | "vid" | "help" => {
                words.value()?;
                options
            }
            "mcast_snooping" => options.mcast_snooping(byte()? != 0),
            "mcast_querier" => options.mcast_querier(byte()? != 0),
            "mcast_igmp_version" => options.mcast_igmp_version(byte()?),
            "mcast_mld_version" => options.mcast_mld_version(byte()?),
            "mcast_last_member_count" => options.mcast_last_member_count(words.number(&why)?),
            "mcast_startup_query_count" => options.mcast_startup_query_count(words.number(&why)?),
            "mcast_last_member_interval" => options.mcast_last_member_interval(time(words, &why)?),
            "mcast_membership_interval" => options.mcast_membership_interval(time(words, &why)?),
            "mcast_querier_interval" => options.mcast_querier_interval(time(words, &why)?),
            "mcast_query_interval" => options.mcast_query_interval(time(words, &why)?),
            "mcast_query_response_interval" => {
                options.mcast_query_response_interval(time(words, &why)?)
            }
            "mcast_startup_query_interval" => {
                options.mcast_startup_query_interval(time(words, &why)?)
            }
            "msti" => options.msti(words.number(&why)?),
            _ => options,
        };
    }
    let done = context.host.change(options);
    context.talk(done).map_err(|_| Stop::FAILED)
}

/// Hundredths of a second.
fn time(words: &mut Words<'_>, why: &str) -> Done<Duration> {
    let centis = words.number::<u64>(why)?;
    Ok(Duration::from_millis(centis.saturating_mul(10)))
}
