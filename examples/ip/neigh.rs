//! `ip neighbour`.
use nlroute::{
    Family, Listing, Neighbour, Neighbours, Verb,
    neighbour::{NeighbourExtFlags, NeighbourFlags, NeighbourState, NeighbourTable, NeighbourView},
    route::RouteProtocol,
};

use crate::{
    context::Context,
    flush::{self, Rounds, Told},
    help,
    names::Table,
    print::Value,
    words::{
        self, Done, InetPrefix, Stop, Words, duplicate, garbage, invalid, matches, matches_any,
        no_device, number, prefix,
    },
};

const NONE: u16 = 0x100;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show(context, words);
    };
    match word {
        _ if matches(word, "add") => modify(context, words, Verb::Add),
        _ if matches(word, "change") || word == "chg" => modify(context, words, Verb::Change),
        _ if matches(word, "replace") => modify(context, words, Verb::Replace),
        _ if matches(word, "delete") => modify(context, words, Verb::Delete),
        _ if matches(word, "get") => get(context, words),
        _ if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        _ if matches(word, "flush") => flush(context, words),
        _ if matches(word, "help") => help::neigh(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip neigh help\"."
        )),
    }
}

fn state(word: &str) -> Option<u16> {
    Some(match word {
        _ if matches(word, "permanent") => 0x80,
        _ if matches(word, "reachable") => 2,
        "noarp" => 0x40,
        "none" => 0,
        "stale" => 4,
        "incomplete" => 1,
        "delay" => 8,
        "probe" => 0x10,
        _ if matches(word, "failed") => 0x20,
        _ => {
            let one = |n: &u16| *n < 0x100 && n.count_ones() <= 1;
            return number(word).filter(one);
        }
    })
}

fn modify(context: &mut Context, words: &mut Words<'_>, verb: Verb) -> Done {
    let family = context.options.family;
    let (mut address, mut device, mut lladdr) = (None, None, None);
    let mut asked_state = None;
    let mut flags = NeighbourFlags::empty();
    let mut ext_flags = NeighbourExtFlags::empty();
    let mut protocol = None;
    while let Some(word) = words.next() {
        match word {
            _ if matches(word, "lladdr") => {
                let value = words.value()?;
                if lladdr.is_some() {
                    return duplicate("lladdr", value);
                }
                lladdr = Some(value);
            }
            "nud" => asked_state = Some(words.parsed("nud state is bad", state)?),
            _ if matches(word, "proxy") => {
                let value = words.value()?;
                if matches(value, "help") {
                    return help::neigh();
                } else if address.is_some() {
                    return duplicate("address", value);
                }
                address = Some(words::address(value, family)?);
                flags |= NeighbourFlags::PROXY;
            }
            "router" => flags |= NeighbourFlags::ROUTER,
            "use" => flags |= NeighbourFlags::USE,
            "managed" => ext_flags |= NeighbourExtFlags::MANAGED,
            _ if matches(word, "extern_learn") => flags |= NeighbourFlags::EXT_LEARNED,
            "dev" => device = Some(words.value()?),
            _ if matches(word, "protocol") => {
                let value = words.value()?;
                match context.names.number(Table::Protocol, value) {
                    Some(n) => protocol = Some(n as u8),
                    None => return invalid("\"protocol\" value is invalid\n", value),
                }
            }
            _ => {
                let word = if word == "to" { words.value()? } else { word };
                if matches(word, "help") {
                    words.value()?;
                } else if address.is_some() {
                    return garbage("to", word);
                }
                address = Some(words::address(word, family)?);
            }
        }
    }
    let is_proxy = flags.contains(NeighbourFlags::PROXY);
    let (Some(address), true) = (address, device.is_some() || is_proxy) else {
        return Stop::SENSELESS.say("Device and destination are required arguments.");
    };
    let lladdr = match lladdr.filter(|word| *word != "null") {
        Some(word) => Some(words::lladdr(word)?),
        None => None,
    };
    let index = match device {
        Some(name) => context.device(name)?,
        None => 0,
    };
    let mut request = Neighbour::new(index, address)
        .flags(flags)
        .ext_flags(ext_flags);
    if let Some(lladdr) = lladdr {
        request = request.lladdr(lladdr);
    }
    if let Some(state) = asked_state {
        request = request.state(NeighbourState::from_bits_retain(state));
    }
    if let Some(protocol) = protocol {
        request = request.protocol(RouteProtocol::from(protocol));
    }
    let done = match verb {
        Verb::Add => context.host.add(request),
        Verb::Replace => context.host.replace(request),
        Verb::Change => context.host.change(request),
        _ => context.host.delete(request),
    };
    context.talk(done).map_err(|stop| Stop {
        exits: true,
        ..stop
    })
}

/// Which neighbours are shown.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub family: Option<Family>,
    pub index: u32,
    /// A bit each; those of no state are [`NONE`].
    pub states: u16,
    prefix: Option<InetPrefix>,
    master: Option<u32>,
    protocol: u8,
    proxy: bool,
    unused: bool,
}

impl Filter {
    /// All of them.
    pub fn all() -> Self {
        Self {
            states: u16::MAX,
            ..Self::default()
        }
    }

    pub fn keeps(&self, neighbour: &NeighbourView<'_>) -> bool {
        let header = neighbour.header();
        let learned = NeighbourFlags::PROXY | NeighbourFlags::EXT_LEARNED;
        let of_state = self.states & header.state != 0
            || neighbour.flags().intersects(learned)
            || header.state == 0 && self.states & NONE != 0;
        let within = |wanted: InetPrefix| {
            let address = neighbour.destination();
            wanted.len == 0
                || wanted.family == Family::Unspec
                || address.is_none_or(|own| wanted.as_prefix(wanted.family).contains(own))
        };
        let used = neighbour
            .cacheinfo()
            .is_some_and(|info| info.references > 0);
        self.family
            .is_none_or(|family| family == neighbour.family())
            && (self.index == 0 || self.index == neighbour.index())
            && of_state
            && self.prefix.is_none_or(within)
            && (self.protocol == 0 || neighbour.protocol().map(u8::from) == Some(self.protocol))
            && !(self.unused && used)
    }

    fn parse(context: &mut Context, words: &mut Words<'_>, flushes: bool) -> Done<Self> {
        let family = context.options.family;
        let mut filter = Self {
            family: Some(family).filter(|family| *family != Family::Unspec),
            states: if flushes { !0xc0 } else { 0xbf },
            ..Self::default()
        };
        let (mut device, mut state_given) = (None, false);
        while let Some(word) = words.next() {
            match word {
                "dev" => {
                    let name = words.value()?;
                    if device.is_some() {
                        return duplicate("dev", name);
                    }
                    device = Some(name);
                }
                "master" => {
                    let why = "Device does not exist\n";
                    filter.master = Some(context.device_of(words, why)?);
                }
                "vrf" => {
                    let why = "Not a valid VRF name\n";
                    filter.master = Some(context.device_of(words, why)?);
                }
                "nomaster" => {}
                "unused" => filter.unused = true,
                "nud" => {
                    let value = words.value()?;
                    if !state_given {
                        filter.states = 0;
                    }
                    state_given = true;
                    filter.states |= match (state(value), value) {
                        (Some(0), _) => NONE,
                        (Some(state), _) => state,
                        (None, "all") if flushes => !0x40,
                        (None, "all") => u16::MAX,
                        _ => return invalid("nud state is bad", value),
                    };
                }
                "proxy" => filter.proxy = true,
                _ if matches(word, "protocol") => {
                    let value = words.value()?;
                    filter.protocol = match (context.names.number(Table::Protocol, value), value) {
                        (Some(n), _) => n as u8,
                        (None, "all") => 0,
                        _ => return invalid("invalid \"protocol\"\n", value),
                    };
                }
                _ => {
                    let word = if word == "to" { words.value()? } else { word };
                    if matches(word, "help") {
                        help::neigh()?;
                    }
                    let to = prefix(word, filter.family.unwrap_or(Family::Unspec))?;
                    if to.family != Family::Unspec {
                        filter.family = Some(to.family);
                    }
                    filter.prefix = Some(to);
                }
            }
        }
        if let Some(name) = device {
            filter.index = match context.find(name) {
                Some(index) => index,
                None => return no_device(name),
            };
        }
        Ok(filter)
    }

    fn query(&self) -> Neighbours<'static> {
        let mut query = Neighbours::all();
        if let Some(family) = self.family {
            query = query.family(family);
        }
        if self.index > 0 {
            query = query.link(self.index);
        }
        if let Some(master) = self.master {
            query = query.master(master);
        }
        if self.proxy {
            query = query.proxy();
        }
        query
    }
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let filter = Filter::parse(context, words, false)?;
    let listed = context
        .host
        .list(filter.query())
        .or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    context.out.begin();
    for neighbour in &listed {
        if filter.keeps(&neighbour) {
            neighbour_shown(context, &neighbour, &filter, false);
        }
    }
    context.out.end();
    Ok(())
}

fn flush(context: &mut Context, words: &mut Words<'_>) -> Done {
    const MOST: u32 = 10;
    if words.peek().is_none() {
        return Stop::FAILED.say("Flush requires arguments.");
    }
    let mut filter = Filter::parse(context, words, true)?;
    let mut rounds = Rounds {
        round: 0,
        stats: context.options.stats > 0,
    };
    while rounds.round < MOST {
        let listed = context
            .host
            .list(filter.query())
            .or_else(Listing::interrupted);
        let listed = context.list(listed, Stop::FAILED)?;
        let mut told: Vec<Told<NeighbourTable>> = Vec::new();
        for message in listed.messages() {
            let view = NeighbourView::parse(message.body());
            if view.is_ok_and(|neighbour| filter.keeps(&neighbour)) {
                told.push(Told::new(libc::RTM_DELNEIGH, message.body()));
            }
        }
        if told.is_empty() {
            rounds.nothing_left();
            return Ok(());
        }
        rounds.one_more(told.len(), "entries");
        flush::delete(context, &told, 0, Stop::FAILED)?;
        filter.states &= !0x20;
    }
    println!("*** Flush not complete bailing out after {MOST} rounds");
    Err(Stop::FAILED)
}

fn get(context: &mut Context, words: &mut Words<'_>) -> Done {
    let family = context.options.family;
    let (mut address, mut device, mut is_proxy) = (None, None, false);
    while let Some(word) = words.next() {
        let mut word = word;
        if word == "dev" {
            device = Some(words.value()?);
            continue;
        }
        let proxied = matches(word, "proxy");
        if proxied || word == "to" {
            word = words.value()?;
        }
        is_proxy |= proxied;
        if matches(word, "help") {
            return help::neigh();
        } else if address.is_some() && proxied {
            return duplicate("address", word);
        } else if address.is_some() {
            return garbage("to", word);
        }
        address = Some(words::address(word, family)?);
    }
    let (Some(address), true) = (address, device.is_some() || is_proxy) else {
        return Stop::FAILED.say("Device and address are required arguments.");
    };
    let index = match device {
        Some(name) => context.device(name)?,
        None => 0,
    };
    let mut question = Neighbour::new(index, address);
    if is_proxy {
        question = question.proxy();
    }
    let found = context.host.get(question);
    let found = context.talk(found)?;
    context.out.begin();
    neighbour_shown(context, &found, &Filter::all(), false);
    context.out.end();
    Ok(())
}

/// Prints a neighbour.
pub fn neighbour_shown(
    context: &mut Context,
    neighbour: &NeighbourView<'_>,
    filter: &Filter,
    deleted: bool,
) {
    context.headers("[NEIGH]");
    context.out.open(None);
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    let index = neighbour.index();
    let device = (filter.index == 0 && index > 0).then(|| context.name_of(index));
    let address = neighbour.destination().map(|address| address.to_string());
    let lladdr = neighbour.lladdr().map(|address| {
        // Its link's type says how it is written.
        context.name_of(index);
        context.lladdr_on(index, &address)
    });
    if context.options.brief {
        let out = &mut *context.out;
        out.opt("dst", "{39} ", address.as_deref());
        out.opt("dev", "{16} ", device.as_deref());
        out.opt("lladdr", "{}", lladdr.as_deref());
        out.str("\n");
        out.close();
        return;
    }
    let out = &mut *context.out;
    out.opt("dst", "{} ", address.as_deref());
    out.opt("dev", "dev {} ", device.as_deref());
    out.opt("lladdr", "lladdr {} ", lladdr.as_deref());
    let flags = neighbour.flags();
    let managed = neighbour
        .ext_flags()
        .is_some_and(|flags| flags.contains(NeighbourExtFlags::MANAGED));
    let words = [
        ("router", flags.contains(NeighbourFlags::ROUTER)),
        ("proxy", flags.contains(NeighbourFlags::PROXY)),
        ("managed", managed),
        ("extern_learn", flags.contains(NeighbourFlags::EXT_LEARNED)),
        ("offload", flags.contains(NeighbourFlags::OFFLOADED)),
    ];
    for (word, _) in words.iter().filter(|(_, is)| *is) {
        out.field(word, "{} ", Value::Null(word));
    }
    if context.options.stats > 0 {
        if let Some(info) = neighbour.cacheinfo() {
            let references = Some(info.references).filter(|n| *n > 0);
            out.opt("refcnt", " ref {}", references);
            out.field("used", " used {}", info.used / 100);
            out.field("confirmed", "/{}", info.confirmed / 100);
            out.field("updated", "/{}", info.updated / 100);
        }
        out.named("probes", neighbour.probes());
    }
    states(context, neighbour.header().state);
    let protocol = neighbour.protocol().map_or(0, u8::from);
    if protocol > 0 {
        let name = context.named(Table::Protocol, protocol);
        context.out.field("protocol", "proto {} ", &name);
    }
    context.out.str("\n");
    context.out.close();
}

fn states(context: &mut Context, state: u16) {
    const STATES: [&str; 8] = [
        "INCOMPLETE",
        "REACHABLE",
        "STALE",
        "DELAY",
        "PROBE",
        "FAILED",
        "NOARP",
        "PERMANENT",
    ];
    if state == 0 {
        return;
    }
    context.out.open_array_json("state");
    for (bit, name) in STATES.iter().enumerate() {
        if state >> bit & 1 == 1 {
            context.out.item("{} ", (*name).into());
        }
    }
    context.out.close_array_json();
}
