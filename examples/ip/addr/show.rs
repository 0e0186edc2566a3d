//! Addresses and links, listed and flushed.
use nlroute::{
    Addresses, Family, Listing, Query,
    address::{AddressTable, AddressView},
    link::{ExtMask, Link, LinkView, Links},
    wire::IfName,
};

use super::{FLAGS, PERMANENT, SECONDARY, flag_named};
use crate::{
    context::Context,
    flush::{self, Rounds, Told},
    help,
    link::{
        of_family::OfFamily,
        show::{self as link_show, Filter, LINK, Shown},
    },
    names::Table,
    print::Value,
    words::{
        Done, InetPrefix, Stop, Words, family_name, garbage, invalid, matches, number, prefix,
    },
};

/// Which addresses are shown, beside those of links.
#[derive(Clone, Debug, Default)]
pub struct AddressFilter<'a> {
    pub link: Filter<'a>,
    pub prefix: Option<InetPrefix>,
    pub scope: Option<u8>,
    pub flags: u32,
    pub flags_mask: u32,
    pub protocol: Option<u8>,
}

/// `ip link show`.
pub fn links(context: &mut Context, words: &mut Words<'_>) -> Done {
    context.options.family = LINK;
    list(context, words, true)
}

/// `ip address show`.
pub fn addresses(context: &mut Context, words: &mut Words<'_>) -> Done {
    list(context, words, false)
}

impl<'a> AddressFilter<'a> {
    fn flag(&mut self, word: &str) -> bool {
        let (mut name, mut inverted) = match word.strip_prefix('-') {
            Some(name) => (name, true),
            None => (word, false),
        };
        for (other, own) in [("dynamic", "permanent"), ("primary", "secondary")] {
            if name == other {
                (name, inverted) = (own, !inverted);
            }
        }
        let Some(flag) = flag_named(name) else {
            return false;
        };
        if inverted {
            self.flags &= !flag.mask;
        } else {
            self.flags |= flag.mask;
        }
        self.flags_mask |= flag.mask;
        true
    }

    /// What all words say.
    pub fn of(context: &mut Context, words: &mut Words<'a>) -> Done<Self> {
        let mut filter = Self::default();
        let family = context.options.family;
        filter.link.family = Some(family).filter(|family| *family != Family::Unspec);
        filter.parse(context, words, false)?;
        Ok(filter)
    }

    /// The addresses of the family and the link, which the kernel filters by.
    pub fn listed(&self, context: &mut Context) -> Done<Listing<Addresses<'static>>> {
        let mut query = Addresses::all();
        if let Some(family) = self.link.family {
            query = query.family(family);
        }
        if self.link.index > 0 {
            query = query.link(self.link.index);
        }
        let listed = context.host.list(query).or_else(Listing::interrupted);
        context.list(listed, Stop::FAILED)
    }

    /// Takes all words; the name of the link that is meant.
    fn parse(
        &mut self,
        context: &mut Context,
        words: &mut Words<'a>,
        links_only: bool,
    ) -> Done<Option<&'a str>> {
        let mut device = None;
        while let Some(mut word) = words.next() {
            match word {
                "to" => {
                    let family = self.link.family.unwrap_or(Family::Unspec);
                    let to = prefix(words.value()?, family)?;
                    if family == Family::Unspec && to.family != Family::Unspec {
                        self.link.family = Some(to.family);
                    }
                    self.prefix = Some(to);
                }
                "scope" => {
                    let value = words.value()?;
                    self.scope = match (context.names.number(Table::Scope, value), value) {
                        (Some(scope), _) => Some(scope as u8),
                        (None, "all") => None,
                        _ => return invalid("invalid \"scope\"\n", value),
                    };
                }
                "up" => self.link.up = true,
                "down" => self.link.down = true,
                _ if self.flag(word) => {}
                "label" => self.link.label = Some(words.value()?),
                "group" => {
                    let value = words.value()?;
                    self.link.group = context.names.number(Table::Group, value);
                    if self.link.group.is_none() {
                        return invalid("Invalid \"group\" value\n", value);
                    }
                }
                "master" => {
                    let index = context.device_of(words, "Device does not exist\n")?;
                    self.link.master = Some(index);
                }
                "vrf" => {
                    let index = context.device_of(words, "Not a valid VRF name\n")?;
                    self.link.master = Some(index);
                }
                "nomaster" => self.link.no_master = true,
                "type" => {
                    let kind = words.value()?;
                    match kind.strip_suffix("_slave") {
                        Some(kind) => self.link.slave_kind = Some(kind),
                        None => self.link.kind = Some(kind),
                    }
                }
                "proto" => {
                    let why = "\"proto\" value is invalid\n";
                    self.protocol = Some(words.parsed(why, number)?);
                }
                "novf" => self.link.virtual_functions = false,
                _ => {
                    if word == "dev" {
                        word = words.value()?;
                    } else if matches(word, "help") {
                        if links_only {
                            help::link()?;
                        }
                        help::address()?;
                    }
                    if device.is_some() {
                        return garbage("dev", word);
                    }
                    device = Some(word);
                }
            }
        }
        if let Some(device) = device {
            match context.find(device) {
                Some(index) => self.link.index = index,
                None => {
                    return Stop::FAILED.say(format_args!("Device \"{device}\" does not exist."));
                }
            }
        }
        Ok(device)
    }

    /// Whether an address of a link is one that is meant.
    fn keeps(&self, context: &mut Context, address: &AddressView<'_>) -> bool {
        let of_family = |family: Family| family == Family::Unspec || family == address.family();
        self.link.family.is_none_or(of_family)
            && self
                .scope
                .is_none_or(|scope| scope == address.header().scope)
            && (self.flags ^ address.flags().bits()) & self.flags_mask == 0
            && self.prefix.is_none_or(|wanted| within(&wanted, address))
            && self.has_label(context, address)
    }

    fn has_label(&self, context: &mut Context, address: &AddressView<'_>) -> bool {
        let Some(wanted) = self.link.label else {
            return true;
        };
        let label = address.label().map(|label| label.to_string());
        let label = label.unwrap_or_else(|| context.name_of(address.index()));
        fits(wanted.as_bytes(), label.as_bytes())
    }
}

/// Whether an address has a prefix; every one has that of no length.
fn within(wanted: &InetPrefix, address: &AddressView<'_>) -> bool {
    if wanted.family == Family::Unspec || wanted.len == 0 {
        return true;
    }
    let own = address.local().or_else(|| address.peer());
    own.is_none_or(|own| wanted.as_prefix(wanted.family).contains(own))
}

/// Whether a name fits a pattern of the shell: `*` is any, `?` is one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|n| fits(rest, &name[n..])),
        ([b'?', rest @ ..], [_, name @ ..]) => fits(rest, name),
        ([p, rest @ ..], [c, name @ ..]) => p == c && fits(rest, name),
        _ => false,
    }
}

fn list(context: &mut Context, words: &mut Words<'_>, links_only: bool) -> Done {
    let mut filter = AddressFilter {
        link: Filter {
            family: Some(context.options.family).filter(|family| *family != Family::Unspec),
            queue: true,
            links_only,
            virtual_functions: true,
            ..Filter::default()
        },
        ..AddressFilter::default()
    };
    let device = filter.parse(context, words, links_only)?;
    context.out.begin();
    let done = shown(context, &mut filter, device);
    context.out.end();
    done
}

fn mask(context: &Context, filter: &Filter<'_>) -> ExtMask {
    let mut mask = ExtMask::BRVLAN_COMPRESSED;
    mask.set(ExtMask::VF, filter.virtual_functions);
    mask.set(ExtMask::SKIP_STATS, context.options.stats == 0);
    mask
}

fn shown(context: &mut Context, filter: &mut AddressFilter<'_>, device: Option<&str>) -> Done {
    let mask = mask(context, &filter.link);
    let alone = filter.link.links_only && filter.link.group.is_none();
    if let Some(name) = device {
        let one = match IfName::new(name) {
            Ok(_) if alone => Link::named(name),
            _ => Link::index(filter.link.index),
        };
        let found = context.host.get(one.ext_mask(mask));
        let found = context.talk(found)?;
        context.remember(&found);
        return links_shown(context, filter, [found].into_iter());
    }
    if let Some(family @ Family::Inet6) = filter.link.family {
        let found = context.host.list(OfFamily(family));
        let found = context.list(found.or_else(Listing::interrupted), Stop::FAILED)?;
        for link in &found {
            context.remember(&link);
        }
        return links_shown(context, filter, found.iter());
    }
    let mut query = Links::all().ext_mask(mask);
    if let Some(master) = filter.link.master.filter(|master| *master > 0) {
        query = query.master(master);
    }
    if let Some(kind) = filter.link.kind {
        query = query.kind(kind);
    }
    let found = context.host.list(query).or_else(Listing::interrupted);
    let found = context.list(found, Stop::FAILED)?;
    for link in &found {
        context.remember(&link);
    }
    links_shown(context, filter, found.iter())
}

fn links_shown<'l>(
    context: &mut Context,
    filter: &mut AddressFilter<'_>,
    links: impl Iterator<Item = LinkView<'l>>,
) -> Done {
    let with_addresses = filter.link.family != Some(LINK);
    let addresses = if with_addresses {
        Some(filter.listed(context)?)
    } else {
        None
    };
    let of = |index: u32| {
        let all = addresses.iter().flat_map(|all| all.iter());
        all.filter(move |address| address.index() == index)
    };
    for one in links {
        if with_addresses {
            let mut own = of(one.index()).peekable();
            let none = own.peek().is_none();
            let any = own.any(|address| filter.keeps(context, &address));
            let bare = none && filter.link.family.is_none();
            if !any && !bare {
                continue;
            }
        }
        context.out.open(None);
        let mut result = Shown::Brief;
        if context.options.brief || !(with_addresses && context.options.oneline) {
            result = link_show::shown(context, &one, &filter.link, false);
        }
        let is_up = one.is_up();
        if result != Shown::Hidden && with_addresses {
            context.out.open_array_json("addr_info");
            let hidden = filter.link.up && !is_up || filter.link.down && is_up;
            for address in of(one.index()).filter(|_| !hidden) {
                let family = filter.link.family;
                if family.is_some_and(|family| family != address.family()) {
                    continue;
                }
                context.out.open(None);
                show(context, &address, filter, false);
                context.out.close();
            }
            context.out.close_array_json();
            if context.options.brief {
                context.out.str("\n");
            }
        }
        if result == Shown::Whole && !filter.link.links_only && context.options.stats > 0 {
            crate::link::show_stats(context, &one);
            context.out.line();
        }
        context.out.close();
    }
    Ok(())
}

/// Prints an address, if it is meant.
pub fn show(
    context: &mut Context,
    address: &AddressView<'_>,
    filter: &AddressFilter<'_>,
    deleted: bool,
) {
    let other_protocol = filter.protocol.is_some_and(|wanted| {
        let own = address.protocol().map(u8::from);
        own.is_some_and(|own| own != wanted)
    });
    let other_link = filter.link.index > 0 && filter.link.index != address.index();
    if other_link || other_protocol || !filter.keeps(context, address) {
        return;
    }
    context.headers("[ADDR]");
    if deleted {
        context.out.field("deleted", "Deleted ", true);
    }
    let brief = context.options.brief;
    if !brief {
        if context.options.oneline || context.monitor.is_some() {
            let name = context.name_of(address.index());
            context.out.json("index", address.index().into());
            context.out.json("dev", (&name).into());
            context
                .out
                .text(format_args!("{}: {name}", address.index()));
        }
        match family_name(address.family()) {
            "???" => {
                let n = u8::from(address.family());
                context.out.field("family_index", "    family {} ", n);
            }
            name => context.out.field("family", "    {} ", name),
        }
    }
    let own = address.local().or_else(|| address.peer());
    if let Some(own) = own {
        context.out.field("local", "{}", &own.to_string());
        if let Some(peer) = address.peer().filter(|peer| *peer != own) {
            context.out.str(" peer ");
            context.out.field("address", "{}", &peer.to_string());
        }
        let len = address.header().prefix_len;
        context.out.field("prefixlen", "/{} ", len);
        context.out.named("metric", address.metric());
    }
    if !brief {
        rest(context, address);
    }
}

fn rest(context: &mut Context, address: &AddressView<'_>) {
    let more = [
        ("broadcast", "brd", address.broadcast()),
        ("anycast", "any", address.anycast()),
        ("multicast", "mcast", address.multicast()),
    ];
    for (key, name, value) in more {
        if let Some(value) = value {
            context.out.text(format_args!("{name} "));
            context.out.field(key, "{} ", &value.to_string());
        }
    }
    let scope = context.named(Table::Scope, address.header().scope);
    context.out.field("scope", "scope {} ", &scope);
    flags(context, address);
    if let Some(protocol) = address.protocol().map(u8::from) {
        let name = context.named(Table::AddressProtocol, protocol);
        if protocol > 0 || context.out.is_json() {
            context.out.field("protocol", "proto {} ", &name);
        }
    }
    if let Some(label) = address.label() {
        context.out.field("label", "{}", &label.to_string());
    }
    if let Some(info) = address.cacheinfo() {
        let out = &mut *context.out;
        out.line();
        let times = [
            ("valid_life_time", "       valid_lft ", info.valid),
            ("preferred_life_time", " preferred_lft ", info.preferred),
        ];
        for (key, text, seconds) in times {
            out.str(text);
            out.json(key, seconds.into());
            match seconds {
                u32::MAX => out.str("forever"),
                // What is past is told as a negative number.
                n if key.starts_with('p') && address.flags().bits() & 0x20 != 0 => {
                    out.text(format_args!("{}sec", n as i32));
                }
                n => out.text(format_args!("{n}sec")),
            }
        }
    }
    context.out.str("\n");
}

fn flags(context: &mut Context, address: &AddressView<'_>) {
    let mut flags = address.flags().bits();
    for flag in FLAGS {
        let is_set = flags & flag.mask != 0;
        if flag.mask == PERMANENT {
            if !is_set {
                context.out.field("dynamic", "dynamic ", true);
            }
        } else if is_set {
            let name = match (flag.mask, address.family()) {
                (SECONDARY, Family::Inet6) => "temporary",
                _ => flag.name,
            };
            context.out.json(name, true.into());
            context.out.text(format_args!("{name} "));
        }
        flags &= !flag.mask;
    }
    if flags != 0 {
        let text = format!("{flags:02x}");
        context
            .out
            .any("ifa_flags", "flags {} ", Value::Text(&text));
    }
}

/// `ip address flush`.
pub fn flush(context: &mut Context, words: &mut Words<'_>) -> Done {
    let family = context.options.family;
    if words.peek().is_none() {
        return Stop::FAILED.say("Flush requires arguments.");
    } else if family == LINK {
        return Stop::FAILED.say("Cannot flush link addresses.");
    }
    let filter = AddressFilter::of(context, words)?;
    let mut rounds = Rounds {
        round: 0,
        stats: context.options.stats > 0,
    };
    let loops = context.options.loops;
    while loops == 0 || rounds.round < loops {
        let listed = filter.listed(context)?;
        let mut told: Vec<Told<AddressTable>> = Vec::new();
        for message in listed.messages() {
            let Ok(address) = Addresses::view(message.body().into()) else {
                continue;
            };
            if filter.keeps(context, &address) {
                told.push(Told::new(libc::RTM_DELADDR, message.body()));
            }
        }
        if told.is_empty() {
            rounds.nothing_left();
            return Ok(());
        }
        rounds.one_more(told.len(), "addresses");
        flush::delete(context, &told, libc::EADDRNOTAVAIL, Stop::FAILED)?;
        // What was secondary becomes primary meanwhile.
        if filter.flags & SECONDARY == 0 && filter.flags_mask & SECONDARY != 0 {
            rounds.nothing_left();
            return Ok(());
        }
    }
    Stop::FAILED.say(format_args!(
        "*** Flush remains incomplete after {loops} rounds. ***"
    ))
}
