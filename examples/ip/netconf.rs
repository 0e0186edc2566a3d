//! `ip netconf`.
use nlroute::{
    Family, Listing, Netconf, Netconfs,
    netconf::{NetconfTarget, NetconfView, ReversePath},
};

use crate::{
    context::{Context, says},
    help,
    print::Text,
    words::{Done, Stop, Words, family_name, matches, matches_any},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        None => show(context, words),
        Some(word) if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        Some(word) if matches(word, "help") => help::netconf(),
        Some(word) => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip netconf help\"."
        )),
    }
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let family = context.options.family;
    let mut index = 0;
    while let Some(word) = words.next() {
        if word == "dev" {
            let name = words.value()?;
            match context.find(name) {
                Some(found) => index = found,
                None => {
                    return Stop::FAILED.say(format_args!("Device \"{name}\" does not exist."));
                }
            }
        }
    }
    if index > 0 && family != Family::Unspec {
        let found = context.host.get(Netconf::new(family, index));
        let found = context.talk(found)?;
        // Of one it is always text.
        context.out = Box::new(Text::new(context.options.oneline));
        shown(context, &found, 0, false);
        return Ok(());
    }
    let mut query = Netconfs::all();
    if family != Family::Unspec {
        query = query.family(family);
    }
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = listed.or_else(|error| {
        eprintln!("{}", says(&error));
        let stop = Stop {
            exits: true,
            ..Stop::FAILED
        };
        stop.say("Dump terminated")
    })?;
    context.out.begin();
    for one in &listed {
        shown(context, &one, index, false);
    }
    context.out.end();
    Ok(())
}

/// Prints what a link is set to, if it is this one or any.
pub fn shown(context: &mut Context, one: &NetconfView<'_>, index: u32, deleted: bool) {
    if index > 0 && one.index() != Some(index) {
        return;
    }
    let name = one.target().map(|target| match target {
        NetconfTarget::All => "all".to_owned(),
        NetconfTarget::Default => "default".to_owned(),
        NetconfTarget::Link(index) => context.name_of(index),
    });
    context.headers("[NETCONF]");
    let out = &mut *context.out;
    out.open(None);
    if deleted {
        out.field("deleted", "Deleted ", true);
    }
    out.field("family", "{} ", family_name(one.family()));
    out.opt("interface", "{} ", name.as_deref());
    out.on_off("forwarding", one.forwarding());
    match one.rp_filter() {
        Some(ReversePath::Other(n)) => out.field("rp_filter", "rp_filter {} ", n),
        filter => out.named(
            "rp_filter",
            filter.map(|filter| filter.to_string()).as_deref(),
        ),
    }
    out.on_off("mc_forwarding", one.mc_forwarding());
    out.on_off("proxy_neigh", one.proxy_neigh());
    let ignores = one.ignore_routes_with_linkdown();
    out.on_off("ignore_routes_with_linkdown", ignores);
    out.on_off("input", one.input());
    out.close();
    out.str("\n");
}
