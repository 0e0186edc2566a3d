//! `bridge link`.
use nlroute::{
    Listing,
    bridge::BridgeLinks,
    link::{BridgePort, BridgePortView, LinkView, MulticastRouter},
};

use crate::{
    context::Context,
    help,
    link::show::{flags, name_and_link},
    link::show_bridge,
    print::Value,
    words::{Done, Stop, Words, duplicate, loose, matches, matches_any, number},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words);
    };
    match word {
        _ if matches_any(word, &["set", "change"]) => set(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        _ if matches(word, "help") => help::bridge_link(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge link help\"."
        )),
    }
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut device, mut master) = (None, None);
    while let Some(word) = words.next() {
        let slot = match word {
            "dev" => &mut device,
            "master" => &mut master,
            _ => continue,
        };
        let value = words.value()?;
        if slot.is_some() {
            return duplicate(word, value);
        }
        *slot = Some(value);
    }
    let device = device.map(|name| context.device(name)).transpose()?;
    let master = master.map(|name| context.device(name)).transpose()?;
    let listed = context
        .host
        .list(BridgeLinks::all())
        .or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    context.out.begin();
    for link in &listed {
        let other = master.is_some_and(|wanted| link.master().is_some_and(|own| own != wanted));
        if device.is_none_or(|wanted| wanted == link.index()) && !other {
            shown(context, &link, false);
        }
    }
    context.out.end();
    Ok(())
}

/// Prints a link of a bridge.
pub fn shown(context: &mut Context, link: &LinkView<'_>, deleted: bool) {
    context.headers("[LINK]");
    context.out.open(None);
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    context.out.field("ifindex", "{}: ", link.index());
    let down = name_and_link(context, "{}: ", link);
    flags(context, link.flags(), down);
    context.out.named("mtu", link.mtu());
    if let Some(master) = link.master() {
        let name = context.name_of(master);
        context.out.field("master", "master {} ", &name);
    }
    if let Some(port) = link.protinfo_bridge_port() {
        show_port(context, &port);
    }
    let mode = link
        .bridge_family()
        .and_then(|family| family.mode())
        .map(u16::from);
    match mode {
        None => {}
        Some(0) => context.out.field("hwmode", "hwmode {} ", "VEB"),
        Some(1) => context.out.field("hwmode", "hwmode {} ", "VEPA"),
        Some(n) => context
            .out
            .field("hwmode", "hwmode {} ", Value::Hex(n.into())),
    }
    context.out.str("\n");
    context.out.close();
}

fn show_port(context: &mut Context, port: &BridgePortView<'_>) {
    show_bridge::state(&mut *context.out, port);
    let details = context.options.details;
    let out = &mut *context.out;
    out.named("priority", port.port_priority());
    out.named("cost", port.port_cost());
    if !details {
        return;
    }
    out.line();
    out.str("    ");
    out.on_off("hairpin", port.hairpin());
    out.on_off("guard", port.guard());
    out.on_off("root_block", port.protect());
    out.on_off("fastleave", port.fast_leave());
    out.on_off("learning", port.learning());
    out.on_off("learning_sync", port.learning_sync());
    out.on_off("flood", port.unicast_flood());
    out.on_off("mcast_flood", port.mcast_flood());
    out.on_off("bcast_flood", port.bcast_flood());
    out.named("mcast_router", port.multicast_router().map(u8::from));
    out.on_off("mcast_to_unicast", port.mcast_to_ucast());
    out.on_off("neigh_suppress", port.neigh_suppress());
    out.on_off("neigh_vlan_suppress", port.neigh_vlan_suppress());
    out.on_off("vlan_tunnel", port.vlan_tunnel());
    show_bridge::backup(context, port);
    let out = &mut *context.out;
    out.on_off("isolated", port.isolated());
    out.on_off("locked", port.locked());
    out.on_off("mab", port.mab());
    out.named("mcast_n_groups", port.mcast_n_groups());
    out.named("mcast_max_groups", port.mcast_max_groups());
}

fn set(context: &mut Context, words: &mut Words<'_>) -> Done {
    // A request begins with its link.
    let mut ahead = words.clone().skip_while(|word| *word != "dev").skip(1);
    let index = ahead.next().and_then(|name| context.find(name));
    let (mut device, mut data) = (None, BridgePort::index(index.unwrap_or(0)));
    while let Some(word) = words.next() {
        let mut switch = || words.on_off(word, 22);
        data = match word {
            "dev" => {
                device = Some(words.value()?);
                data
            }
            "guard" => data.guard(switch()?),
            "hairpin" => data.hairpin(switch()?),
            "fastleave" => data.fast_leave(switch()?),
            "root_block" => data.protect(switch()?),
            "learning" => data.learning(switch()?),
            "flood" => data.unicast_flood(switch()?),
            "mcast_flood" => data.mcast_flood(switch()?),
            "bcast_flood" => data.bcast_flood(switch()?),
            "mcast_to_unicast" => data.mcast_to_ucast(switch()?),
            "neigh_suppress" => data.neigh_suppress(switch()?),
            "neigh_vlan_suppress" => data.neigh_vlan_suppress(switch()?),
            "vlan_tunnel" => data.vlan_tunnel(switch()?),
            "isolated" => data.isolated(switch()?),
            "locked" => data.locked(switch()?),
            "mab" => data.mab(switch()?),
            "mcast_router" => {
                let value = loose(words.value()?) as u8;
                data.multicast_router(MulticastRouter::from(value))
            }
            "mcast_max_groups" => data.mcast_max_groups(words.number("invalid mcast_max_groups")?),
            "cost" => data.port_cost(loose(words.value()?) as u32),
            "priority" => data.port_priority(loose(words.value()?) as u16),
            "state" => match super::state_of(words.value()?) {
                Some(state) => data.state(state),
                None => return Stop::FAILED.say("Error: invalid STP port state"),
            },
            // It is the bridge that is meant.
            "self" | "master" => data,
            "backup_port" => {
                let name = words.value()?;
                match context.find(name) {
                    Some(index) => data.backup_port(index),
                    None => {
                        return Stop::FAILED
                            .say(format_args!("Error: device {name} does not exist"));
                    }
                }
            }
            "nobackup_port" => data.backup_port(0),
            "backup_nhid" => data.backup_nhid(words.parsed("invalid backup_nhid", number)?),
            _ => return help::bridge_link(),
        };
    }
    let Some(device) = device else {
        return Stop::FAILED.say("Device is a required argument.");
    };
    if context.find(device).is_none() {
        return Stop::FAILED.say(format_args!("Cannot find bridge device \"{device}\""));
    }
    let done = context.host.change(data);
    context.talk(done).map_err(|_| Stop::FAILED)
}
