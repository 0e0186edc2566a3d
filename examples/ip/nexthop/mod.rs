//! `ip nexthop`.
mod modify;
pub mod show;

use nlroute::{
    Family, Listing, Nexthop, Nexthops, Verb,
    link::Link,
    nexthop::{NexthopBucket, NexthopBuckets, NexthopOpFlags},
};

use crate::{
    context::{Context, says},
    help,
    words::{Done, Stop, Words, invalid, matches, matches_any},
};

const SHOW: &[&str] = &["list", "show", "lst"];
const NO_DEVICE: &str = "Device does not exist\n";
const ID: &str = "invalid id value";

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return list(context, words, false);
    };
    match word {
        _ if matches(word, "add") => modify::run(context, words, Verb::Add),
        _ if matches(word, "replace") => modify::run(context, words, Verb::Replace),
        _ if matches(word, "delete") => modify::run(context, words, Verb::Delete),
        _ if matches_any(word, SHOW) => list(context, words, false),
        _ if matches(word, "get") => get(context, words),
        _ if matches(word, "flush") => list(context, words, true),
        _ if matches(word, "bucket") => bucket(context, words),
        _ if matches(word, "help") => help::nexthop(),
        _ => unknown(word),
    }
}

fn unknown(word: &str) -> Done {
    Stop::SENSELESS.say(format_args!(
        "Command \"{word}\" is unknown, try \"ip nexthop help\"."
    ))
}

/// What is asked beside the objects themselves.
fn asked(context: &Context) -> NexthopOpFlags {
    match context.options.stats {
        0 => NexthopOpFlags::empty(),
        1 => NexthopOpFlags::DUMP_STATS,
        _ => NexthopOpFlags::DUMP_STATS | NexthopOpFlags::DUMP_HW_STATS,
    }
}

/// The index of the VRF that the next word names.
fn vrf(context: &mut Context, words: &mut Words<'_>) -> Done<u32> {
    const WHY: &str = "Invalid VRF\n";
    let name = words.value()?;
    let Some(index) = context.find(name) else {
        return invalid(WHY, name);
    };
    let found = context.host.get(Link::index(index));
    let is_vrf = found.is_ok_and(|link| link.kind().is_some_and(|kind| kind == "vrf"));
    if is_vrf {
        Ok(index)
    } else {
        invalid(WHY, name)
    }
}

fn list(context: &mut Context, words: &mut Words<'_>, flushes: bool) -> Done {
    let all = words.peek().is_none();
    let mut query = Nexthops::all();
    let mut protocol = 0;
    while let Some(word) = words.next() {
        query = match word {
            _ if matches(word, "dev") => query.link(context.device_of(words, NO_DEVICE)?),
            _ if matches(word, "groups") => query.groups(),
            _ if matches(word, "master") => query.master(context.device_of(words, NO_DEVICE)?),
            _ if matches(word, "vrf") => query.master(vrf(context, words)?),
            "id" => {
                let id: u32 = words.number(ID)?;
                if !flushes {
                    return one(context, id);
                }
                let done = context.host.delete(Nexthop::new(id));
                let stop = Stop::FAILED;
                return done.or_else(|error| stop.say(says(&error)));
            }
            _ if matches(word, "protocol") => {
                protocol = words.number::<u32>("invalid protocol value")?;
                query
            }
            _ if matches(word, "fdb") => query.fdb(),
            _ if matches(word, "help") => return help::nexthop(),
            _ => return invalid("", word),
        };
    }
    let family = context.options.family;
    if family != Family::Unspec {
        query = query.family(family);
    }
    query = query.op_flags(asked(context));
    let is_meant = |own: u8| protocol == 0 || protocol == u32::from(own);
    if flushes {
        return flush(context, query, all, is_meant);
    }
    context.out.begin();
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::REFUSED);
    for nexthop in listed.iter().flat_map(|listed| listed.iter()) {
        if is_meant(nexthop.header().protocol) {
            show::line(context, &nexthop, false);
        }
    }
    context.out.end();
    listed.map(|_| ())
}

/// Deletes them; of all, the groups first.
fn flush(
    context: &mut Context,
    query: Nexthops<'_>,
    all: bool,
    is_meant: impl Fn(u8) -> bool,
) -> Done {
    let mut count = 0;
    let rounds = if all {
        vec![query.clone().groups(), query]
    } else {
        vec![query]
    };
    let mut done = Ok(());
    for query in rounds {
        let listed = context.host.list(query).or_else(Listing::interrupted);
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => {
                eprintln!("{}", says(&error));
                done = Stop::REFUSED.say("Dump terminated. Failed to flush nexthops");
                break;
            }
        };
        for nexthop in &listed {
            if !is_meant(nexthop.header().protocol) {
                continue;
            }
            match context.host.delete(Nexthop::new(nexthop.id().unwrap_or(0))) {
                Ok(()) => count += 1,
                Err(error) => eprintln!("{}", says(&error)),
            }
        }
    }
    match count {
        0 => println!("Nothing to flush"),
        count => println!("Flushed {count} nexthops"),
    }
    done
}

fn one(context: &mut Context, id: u32) -> Done {
    let asked = asked(context);
    let found = context.host.get(Nexthop::new(id).op_flags(asked));
    let found = context.talk(found)?;
    context.out.begin();
    show::line(context, &found, false);
    context.out.end();
    Ok(())
}

fn get(context: &mut Context, words: &mut Words<'_>) -> Done {
    let mut id = 0;
    while let Some(word) = words.next() {
        match word {
            "id" => id = words.number(ID)?,
            _ => return help::nexthop(),
        }
    }
    match id {
        0 => help::nexthop(),
        id => one(context, id),
    }
}

fn bucket(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        None => buckets(context, words),
        Some(word) if matches_any(word, SHOW) => buckets(context, words),
        Some(word) if matches(word, "get") => one_bucket(context, words),
        Some(word) if matches(word, "help") => help::nexthop(),
        Some(word) => unknown(word),
    }
}

fn buckets(context: &mut Context, words: &mut Words<'_>) -> Done {
    let mut query = NexthopBuckets::all();
    while let Some(word) = words.next() {
        query = match word {
            _ if matches(word, "dev") => query.link(context.device_of(words, NO_DEVICE)?),
            _ if matches(word, "master") => query.master(context.device_of(words, NO_DEVICE)?),
            _ if matches(word, "vrf") => query.master(vrf(context, words)?),
            "id" => query.group(words.number(ID)?),
            "nhid" => query.nexthop(words.number(ID)?),
            _ if matches(word, "help") => return help::nexthop(),
            _ => return invalid("", word),
        };
    }
    context.out.begin();
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::REFUSED);
    for bucket in listed.iter().flat_map(|listed| listed.iter()) {
        show::bucket(context, &bucket);
    }
    context.out.end();
    listed.map(|_| ())
}

fn one_bucket(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut id, mut index) = (0, None);
    while let Some(word) = words.next() {
        match word {
            "id" => id = words.number(ID)?,
            "index" => index = Some(words.number("invalid bucket index value")?),
            _ => return help::nexthop(),
        }
    }
    let (1.., Some(index)) = (id, index) else {
        return help::nexthop();
    };
    let found = context.host.get(NexthopBucket::new(id, index));
    let found = context.talk(found)?;
    context.out.begin();
    show::bucket(context, &found);
    context.out.end();
    Ok(())
}
