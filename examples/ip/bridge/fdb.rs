//! `bridge fdb`.
use nlroute::{
    Fdb, FdbEntry, Listing, Verb,
    neighbour::{NeighbourExtFlags, NeighbourFlags, NeighbourState, NeighbourView},
    wire::LinkAddress,
};

use crate::{
    context::Context,
    help,
    words::{
        Done, Stop, Words, duplicate, garbage, invalid, loose, matches, matches_any, no_device,
        number,
    },
};

const PERMANENT: u16 = 0x80;
const NOARP: u16 = 0x40;
const STALE: u16 = 4;
const REACHABLE: u16 = 2;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words);
    };
    match word {
        _ if matches(word, "add") => modify(context, words, Verb::Add),
        _ if matches(word, "append") => modify(context, words, Verb::Append),
        _ if matches(word, "replace") => modify(context, words, Verb::Replace),
        _ if matches(word, "delete") => modify(context, words, Verb::Delete),
        _ if matches(word, "get") => get(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        "flush" => super::fdb_flush::run(context, words),
        _ if matches(word, "help") => help::fdb(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"bridge fdb help\"."
        )),
    }
}

fn mac(word: &str) -> Done<LinkAddress> {
    let parsed = word.parse::<LinkAddress>().ok();
    match parsed.filter(|address| address.as_bytes().len() == 6) {
        Some(address) => Ok(address),
        None => Stop::FAILED.say(format_args!("Invalid mac address {word}")),
    }
}

pub fn vni(words: &mut Words<'_>, why: &str) -> Done<u32> {
    words.parsed(why, |word| number::<u32>(word).filter(|vni| vni >> 24 == 0))
}

fn modify(context: &mut Context, words: &mut Words<'_>, verb: Verb) -> Done {
    let (mut device, mut address, mut destination) = (None, None, None);
    let (mut nhid, mut port, mut vni_to, mut vni_from) = (None, None, None, None);
    let (mut via, mut vlan) = (None, None);
    let mut flags = NeighbourFlags::empty();
    let mut state = NOARP;
    while let Some(word) = words.next() {
        match word {
            "dev" => device = Some(words.value()?),
            "dst" => {
                if destination.is_some() {
                    return garbage("dst", word);
                }
                destination = Some(words.address(context.options.family)?);
            }
            "nhid" => nhid = Some(words.number::<u32>("\"id\" value is invalid\n")?),
            "port" => port = Some(words.number("invalid port\n")?),
            "vni" => vni_to = Some(vni(words, "invalid VNI\n")?),
            "src_vni" => vni_from = Some(vni(words, "invalid src VNI\n")?),
            "via" => via = Some(context.device(words.value()?)?),
            "self" => flags |= NeighbourFlags::SELF,
            _ if matches(word, "master") => flags |= NeighbourFlags::MASTER,
            _ if matches(word, "router") => flags |= NeighbourFlags::ROUTER,
            _ if matches_any(word, &["local", "permanent"]) => state |= PERMANENT,
            _ if matches_any(word, &["temp", "static"]) => state |= REACHABLE,
            _ if matches(word, "dynamic") => state = (state | REACHABLE) & !NOARP,
            _ if matches(word, "vlan") => {
                if vlan.is_some() {
                    return garbage("vlan", word);
                }
                vlan = Some(loose(words.value()?) as u16);
            }
            _ if matches(word, "use") => flags |= NeighbourFlags::USE,
            _ if matches(word, "extern_learn") => flags |= NeighbourFlags::EXT_LEARNED,
            _ if matches(word, "sticky") => flags |= NeighbourFlags::STICKY,
            _ => {
                let word = if word == "to" { words.value()? } else { word };
                if matches(word, "help") {
                    return help::fdb();
                } else if address.is_some() {
                    return garbage("to", word);
                }
                address = Some(word);
            }
        }
    }
    let (Some(device), Some(address)) = (device, address) else {
        return Stop::FAILED.say("Device and address are required arguments.");
    };
    if nhid.is_some() && (destination.is_some() || port.is_some() || vni_to.is_some()) {
        return Stop::FAILED.say("dst, port, vni are mutually exclusive with nhid");
    }
    if state & (PERMANENT | REACHABLE) == 0 {
        state |= PERMANENT;
    }
    let address = mac(address)?;
    let Some(index) = context.find(device) else {
        return no_device(device);
    };
    let state = NeighbourState::from_bits_retain(state);
    let mut entry = FdbEntry::new(index, address).flags(flags).state(state);
    macro_rules! set {
        ($($setter:ident: $value:expr;)*) => {$(
            if let Some(value) = $value {
                entry = entry.$setter(value);
            }
        )*};
    }
    set! {
        destination: destination;
        vlan: vlan;
        nexthop_id: nhid;
        port: port;
        vni: vni_to;
        source_vni: vni_from;
        via: via;
    }
    let done = match verb {
        Verb::Add => context.host.add(entry),
        Verb::Append => context.host.append(entry),
        Verb::Replace => context.host.replace(entry),
        _ => context.host.delete(entry),
    };
    context.talk(done).map_err(|_| Stop::FAILED)
}

/// Which entries are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    index: u32,
    state: u16,
    vlan: u16,
    dynamic: bool,
}

impl Filter {
    fn keeps(&self, entry: &NeighbourView<'_>) -> bool {
        let state = entry.header().state;
        (self.index == 0 || self.index == entry.index())
            && (self.state == 0 || state & self.state != 0)
            && (self.vlan == 0 || entry.vlan() == Some(self.vlan))
            && !(self.dynamic && state & PERMANENT != 0)
    }
}

fn state(word: &str) -> Option<u16> {
    Some(match word {
        _ if matches(word, "permanent") => PERMANENT,
        _ if matches_any(word, &["static", "temp"]) => NOARP,
        _ if matches(word, "stale") => STALE,
        _ if matches_any(word, &["reachable", "dynamic"]) => REACHABLE,
        "all" => u16::MAX,
        word => return number(word),
    })
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let mut filter = Filter::default();
    let (mut device, mut bridge) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "brport" | "dev" => device = Some(words.value()?),
            "br" => bridge = Some(words.value()?),
            "vlan" => {
                let value = words.value()?;
                if filter.vlan > 0 {
                    return duplicate("vlan", value);
                }
                filter.vlan = loose(value) as u16;
            }
            "state" => {
                let value = words.value()?;
                match state(value) {
                    Some(state) => filter.state |= state,
                    None => return invalid("invalid state", value),
                }
            }
            "dynamic" => filter.dynamic = true,
            _ if matches(word, "help") => return help::fdb(),
            _ => {}
        }
    }
    let mut query = Fdb::all();
    if let Some(name) = bridge {
        query = query.bridge(bridge_named(context, name)?);
    }
    if let Some(name) = device {
        filter.index = context.device(name)?;
        query = query.port(filter.index);
    }
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    context.out.begin();
    for entry in &listed {
        if filter.keeps(&entry) {
            shown(context, &entry, &filter, false);
        }
    }
    context.out.end();
    Ok(())
}

fn bridge_named(context: &mut Context, name: &str) -> Done<u32> {
    match context.find(name) {
        Some(index) => Ok(index),
        None => Stop::FAILED.say(format_args!("Cannot find bridge device \"{name}\"")),
    }
}

fn get(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut device, mut bridge, mut address, mut vlan) = (None, None, None, None);
    let mut flags = NeighbourFlags::empty();
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        match word {
            "brport" | "dev" => device = Some(words.value()?),
            "br" => bridge = Some(words.value()?),
            "vni" => {
                vni(words, "invalid VNI\n")?;
            }
            "self" => flags |= NeighbourFlags::SELF,
            _ if matches(word, "master") => flags |= NeighbourFlags::MASTER,
            _ if matches(word, "vlan") => vlan = Some(loose(words.value()?) as u16),
            _ if matches(word, "dynamic") => filter.dynamic = true,
            _ => {
                let word = if word == "to" { words.value()? } else { word };
                if matches(word, "help") {
                    return help::fdb();
                } else if address.is_some() {
                    return garbage("to", word);
                }
                address = Some(word);
            }
        }
    }
    let (Some(name), Some(address)) = (device.or(bridge), address) else {
        return Stop::FAILED.say("Device or master and address are required arguments.");
    };
    let address = mac(address)?;
    let index = match device {
        Some(name) => context.device(name)?,
        None => bridge_named(context, name)?,
    };
    if flags.is_empty() && device.is_some() {
        // The kernel asks the bridge of the port.
        flags = NeighbourFlags::MASTER;
    }
    let mut question = FdbEntry::new(index, address).flags(flags);
    if let Some(vlan) = vlan {
        question = question.vlan(vlan);
    }
    let found = context.host.get(question);
    let found = context.talk(found)?;
    context.out.begin();
    shown(context, &found, &filter, false);
    context.out.end();
    Ok(())
}

/// Prints an entry.
pub fn shown(context: &mut Context, entry: &NeighbourView<'_>, filter: &Filter, deleted: bool) {
    context.headers("[NEIGH]");
    context.out.open(None);
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    let index = entry.index();
    let name = context.name_of(index);
    if let Some(address) = entry.lladdr() {
        let address = context.lladdr_on(index, &address);
        context.out.field("mac", "{} ", &address);
    }
    if filter.index == 0 && index > 0 {
        context.out.field("ifname", "dev {} ", &name);
    }
    let destination = entry.destination().map(|address| address.to_string());
    let out = &mut *context.out;
    out.named("dst", destination.as_deref());
    out.named("vlan", entry.vlan().filter(|vlan| *vlan > 0));
    out.named("port", entry.port());
    out.named("vni", entry.vni());
    out.named("src_vni", entry.source_vni());
    if let Some(via) = entry.via() {
        if entry.link_netnsid().is_some() {
            context.out.field("viaIfIndex", "via ifindex {} ", via);
        } else {
            let via = context.name_of(via);
            context.out.field("viaIf", "via {} ", &via);
        }
    }
    context.out.named("nhid", entry.nexthop_id());
    let netnsid = entry.link_netnsid();
    context.out.opt("linkNetNsId", "link-netnsid {} ", netnsid);
    if let Some(info) = entry.cacheinfo().filter(|_| context.options.stats > 0) {
        let (used, updated) = (info.used / 100, info.updated / 100);
        context.out.field("used", "used {}", used);
        context.out.field("updated", "/{} ", updated);
    }
    flags(context, entry);
    if let Some(master) = entry.master() {
        let name = context.name_of(master);
        context.out.field("master", "master {} ", &name);
    }
    let state = entry.header().state;
    let name = match state {
        _ if state & PERMANENT != 0 => "permanent".to_owned(),
        _ if state & NOARP != 0 => "static".to_owned(),
        _ if state & STALE != 0 => "stale".to_owned(),
        _ if state & REACHABLE != 0 => String::new(),
        _ if context.out.is_json() => hex(state),
        _ => format!("state={}", hex(state)),
    };
    context.out.field("state", "{}\n", &name);
    context.out.close();
}

fn hex(n: u16) -> String {
    crate::print::Value::Hex(n.into()).to_string()
}

fn flags(context: &mut Context, entry: &NeighbourView<'_>) {
    let flags = entry.flags();
    let locked = entry
        .ext_flags()
        .is_some_and(|flags| flags.contains(NeighbourExtFlags::LOCKED));
    let words = [
        ("self", flags.contains(NeighbourFlags::SELF)),
        ("router", flags.contains(NeighbourFlags::ROUTER)),
        ("extern_learn", flags.contains(NeighbourFlags::EXT_LEARNED)),
        ("offload", flags.contains(NeighbourFlags::OFFLOADED)),
        ("master", flags.contains(NeighbourFlags::MASTER)),
        ("sticky", flags.contains(NeighbourFlags::STICKY)),
        ("locked", locked),
    ];
    context.out.open_array_json("flags");
    for (word, _) in words.iter().filter(|(_, is)| *is) {
        context.out.item("{} ", (*word).into());
    }
    context.out.close_array_json();
}
