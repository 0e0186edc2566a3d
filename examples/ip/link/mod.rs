//! `ip link`.
mod kinds;
mod macvlan;
mod modify;
pub mod of_family;
mod settings;
pub mod show;
pub mod show_bridge;
mod show_kinds;
mod stats;
mod vlan;
mod vxlan;

pub use stats::show as show_stats;

use nlroute::link::AltNames;

use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, garbage, invalid, is_alt_name, matches, matches_any},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return crate::addr::show::links(context, words);
    };
    match word {
        _ if matches(word, "add") => modify::add(context, words, false),
        _ if matches_any(word, &["set", "change"]) => modify::set(context, words),
        _ if matches(word, "replace") => modify::add(context, words, true),
        _ if matches(word, "delete") => modify::delete(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => {
            crate::addr::show::links(context, words)
        }
        _ if matches(word, "property") => property(context, words),
        _ if matches(word, "help") => match words.next() {
            Some(kind) => kinds::help(kind),
            None => help::link(),
        },
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip link help\"."
        )),
    }
}

/// `ip link property { add | del } dev DEVICE altname NAME...`.
fn property(context: &mut Context, words: &mut Words<'_>) -> Done {
    let adds = match words.next() {
        Some(word) if matches(word, "add") => true,
        Some(word) if matches(word, "del") => false,
        Some(word) if !matches(word, "help") => {
            return Stop::SENSELESS.say("Operator required");
        }
        _ => return help::link(),
    };
    let (mut device, mut names) = (None, Vec::new());
    while let Some(mut word) = words.next() {
        if matches(word, "altname") {
            let name = words.value()?;
            if !is_alt_name(name) {
                return invalid("not a valid altname", name);
            }
            names.push(name);
            continue;
        } else if matches(word, "help") {
            return help::link();
        }
        if word == "dev" {
            word = words.value()?;
        }
        if device.is_some() {
            return garbage("dev", word);
        }
        device = Some(word);
    }
    let Some(device) = device else {
        return Stop::SENSELESS.say("Not enough of information: \"dev\" argument is required.");
    };
    let index = context.device(device)?;
    let mut request = AltNames::of(index);
    for name in names {
        request = request.name(name);
    }
    let done = if adds {
        context.host.add(request)
    } else {
        context.host.delete(request)
    };
    context.forget(index);
    context.talk(done)
}
