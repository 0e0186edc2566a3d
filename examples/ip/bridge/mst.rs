//! `bridge mst`: the states of ports in multiple spanning trees.
use nlroute::{
    Listing,
    bridge::{BridgeLink, BridgeLinks},
};

use super::{Filter, close_port, indent, open_port, state, state_of};
use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, matches, matches_any},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words);
    };
    match word {
        _ if matches(word, "set") => set(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        _ if matches(word, "help") => help::bridge_mst(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge mst help\"."
        )),
    }
}

fn set(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut device, mut msti, mut to) = (None, None, None);
    while let Some(word) = words.next() {
        let slot = match word {
            "dev" => &mut device,
            "msti" => &mut msti,
            "state" => &mut to,
            _ if matches(word, "help") => return help::bridge_mst(),
            _ => continue,
        };
        *slot = Some(words.value()?);
    }
    let (Some(device), Some(msti), Some(to)) = (device, msti, to) else {
        return Stop::FAILED.say("Device, MSTI and state are required arguments.");
    };
    let index = context.device(device)?;
    let Ok(msti) = msti.parse::<u16>() else {
        return Stop::FAILED.say("Error: invalid MSTI");
    };
    let Some(to) = state_of(to) else {
        return Stop::FAILED.say("Error: invalid STP port state");
    };
    let done = context
        .host
        .change(BridgeLink::new(index).mst_state(msti, to));
    context.talk(done).map_err(|_| Stop::FAILED)
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let filter = Filter::parse(context, words)?;
    let listed = context.host.list(BridgeLinks::all().mst());
    let listed = context.list(listed.or_else(Listing::interrupted), Stop::FAILED)?;
    context.out.begin();
    context
        .out
        .text(format_args!("{:16}  {:9}\n", "port", "msti"));
    for link in &listed {
        if link.bridge_family().is_none() {
            // A kernel that knows no such trees.
            context.out.end();
            return Stop::FAILED.say("Dump terminated");
        } else if !filter.is_link(link.index()) {
            continue;
        }
        let mut opened = false;
        for entry in link.mst_states() {
            let (Some(msti), Some(is)) = (entry.msti(), entry.state()) else {
                continue;
            };
            if opened {
                indent(&mut *context.out, 18);
            } else {
                open_port(context, link.index(), "mst");
                opened = true;
            }
            let out = &mut *context.out;
            out.open(None);
            out.field("msti", "{}", msti);
            out.line();
            indent(out, 20);
            state(out, is);
            out.line();
            out.close();
        }
        if opened {
            close_port(context);
        }
    }
    context.out.end();
    Ok(())
}
