//! `ip rule`.
mod show;

use nlroute::{
    Family, Listing, Prefix, Rule, Rules, Verb,
    route::{RouteProtocol, RouteTable},
    rule::{RuleAction, RulePortRange, RuleTable, RuleUidRange, RuleView},
};

use crate::{
    context::Context,
    flush::Told,
    help,
    names::{self, Table},
    words::{self, Done, InetPrefix, Stop, Words, invalid, matches, matches_any, number},
};

pub use show::rule as shown;

/// All bits of a port, of a code point, of a flow label.
const PORT: u16 = u16::MAX;
const DSCP: u32 = 0x3f;
const LABEL: u32 = 0xf_ffff;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return list(context, words, false);
    };
    match word {
        _ if matches_any(word, &["list", "lst", "show"]) => list(context, words, false),
        _ if matches_any(word, &["save", "restore"]) => {
            Stop::FAILED.say(format_args!("\"ip rule {word}\" isn't done here."))
        }
        _ if matches(word, "add") => modify(context, words, Verb::Add),
        _ if matches(word, "delete") => modify(context, words, Verb::Delete),
        _ if matches(word, "flush") => list(context, words, true),
        _ if matches(word, "help") => help::rule(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip rule help\"."
        )),
    }
}

/// A number, and perhaps what follows a stroke.
fn masked<'a>(words: &mut Words<'a>) -> Done<(&'a str, Option<&'a str>)> {
    let word = words.value()?;
    Ok(match word.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (word, None),
    })
}

fn a_number<T: TryFrom<u64>>(word: &str, why: &str) -> Done<T> {
    number(word).map_or_else(|| invalid(why, word), Ok)
}

fn ports(words: &mut Words<'_>) -> Done<(RulePortRange, u16)> {
    let word = words.value()?;
    if let Some((start, end)) = word.split_once('-') {
        let start = a_number(start, "invalid port range start")?;
        let end = a_number(end, "invalid port range end")?;
        return Ok((RulePortRange { start, end }, PORT));
    }
    let (port, mask) = match word.split_once('/') {
        Some((port, mask)) => (port, a_number(mask, "invalid mask")?),
        None => (word, PORT),
    };
    Ok((
        RulePortRange::from(a_number::<u16>(port, "invalid port")?),
        mask,
    ))
}

fn dscp(context: &mut Context, words: &mut Words<'_>) -> Done<(u8, u32)> {
    let (word, mask) = masked(words)?;
    let named = |context: &mut Context| {
        let field = context.names.number(Table::DsField, word)?;
        Some(field as u8 >> 2)
    };
    let Some(value) = number(word).or_else(|| named(context)) else {
        return invalid("invalid dscp", word);
    };
    let mask = match mask {
        Some(mask) => a_number(mask, "invalid dscp mask")?,
        None => DSCP,
    };
    Ok((value, mask))
}

fn flow_label(words: &mut Words<'_>) -> Done<(u32, u32)> {
    let (word, mask) = masked(words)?;
    let value = a_number(word, "invalid flowlabel")?;
    let mask = match mask {
        Some(mask) => a_number(mask, "invalid flowlabel mask")?,
        None => LABEL,
    };
    Ok((value, mask))
}

fn users(words: &mut Words<'_>) -> Done<RuleUidRange> {
    words.parsed("invalid UID range\n", |word| {
        let (start, end) = word.split_once('-')?;
        let end = end.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(RuleUidRange {
            start: start.parse().ok()?,
            end: end.parse().ok()?,
        })
    })
}

fn ds_field(context: &mut Context, words: &mut Words<'_>) -> Done<u8> {
    let word = words.value()?;
    match context.names.number(Table::DsField, word) {
        Some(n) => Ok(n as u8),
        None => invalid("TOS value is invalid\n", word),
    }
}

fn table(context: &mut Context, words: &mut Words<'_>, why: &str) -> Done<u32> {
    let word = words.value()?;
    match context.names.number(Table::Route, word) {
        Some(n) => Ok(n),
        None => invalid(why, word),
    }
}

fn link_name<'a>(words: &mut Words<'a>, why: &str) -> Done<&'a str> {
    words.parsed(why, |word| words::is_name(word).then_some(word))
}

const IIF: &str = "\"iif\"/\"dev\" not a valid ifname";
const OIF: &str = "\"oif\" not a valid ifname";
const IPPROTO: &str = "Invalid \"ipproto\" value\n";

/// Which rules are shown.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    family: Option<Family>,
    priority: Option<u32>,
    inverted: bool,
    from: Option<InetPrefix>,
    to: Option<InetPrefix>,
    tos: Option<u8>,
    mark: u32,
    mask: u32,
    iif: Option<&'a str>,
    oif: Option<&'a str>,
    by_vrf: bool,
    users: Option<RuleUidRange>,
    ip_proto: u8,
    sport: Option<(RulePortRange, u16)>,
    dport: Option<(RulePortRange, u16)>,
    tun_id: u64,
    dscp: Option<(u8, u32)>,
    label: Option<(u32, u32)>,
    table: u32,
    protocol: Option<u8>,
}

impl<'a> Filter<'a> {
    /// Those of a family, if it is one.
    pub fn of(family: Family) -> Self {
        Self {
            family: Some(family).filter(|family| *family != Family::Unspec),
            ..Self::default()
        }
    }

    pub fn keeps(&self, rule: &RuleView<'_>) -> bool {
        use nlroute::rule::RuleFlags;
        let header = rule.header();
        let within = |wanted: Option<InetPrefix>, own: Option<_>, len: u8| {
            wanted.is_none_or(|wanted| {
                wanted.family == rule.family()
                    && wanted.len <= len
                    && own.is_none_or(|own| wanted.as_prefix(wanted.family).contains(own))
            })
        };
        let at = |wanted: Option<(RulePortRange, u16)>, own, mask: Option<u16>| {
            wanted.is_none_or(|(ports, of)| own == Some(ports) && mask.unwrap_or(PORT) == of)
        };
        let named = |wanted: Option<&str>, own: Option<String>| {
            wanted.is_none_or(|wanted| own.as_deref() == Some(wanted))
        };
        self.family.is_none_or(|family| family == rule.family())
            && self
                .priority
                .is_none_or(|n| n == rule.priority().unwrap_or(0))
            && (!self.inverted || rule.flags().contains(RuleFlags::INVERT))
            && within(self.from, rule.source_address(), header.src_len)
            && within(self.to, rule.destination_address(), header.dst_len)
            && self.tos.is_none_or(|tos| tos == header.tos)
            && (self.mark == 0 || rule.fwmark() == Some(self.mark))
            && (self.mask == 0 || rule.fwmask() == Some(self.mask))
            && named(self.iif, rule.iif().map(|name| name.to_string()))
            && named(self.oif, rule.oif().map(|name| name.to_string()))
            && (!self.by_vrf || rule.l3mdev() == Some(true))
            && self
                .users
                .is_none_or(|range| rule.uid_range() == Some(range))
            && (self.ip_proto == 0 || rule.ip_proto() == Some(self.ip_proto))
            && at(self.sport, rule.sport(), rule.sport_mask())
            && at(self.dport, rule.dport(), rule.dport_mask())
            && (self.tun_id == 0 || rule.tun_id() == Some(self.tun_id))
            && self.dscp.is_none_or(|(value, mask)| {
                let of = rule.dscp_mask().map_or(DSCP, u32::from);
                rule.dscp() == Some(value) && of == mask
            })
            && self.label.is_none_or(|(value, mask)| {
                rule.flowlabel() == Some(value) && rule.flowlabel_mask() == Some(mask)
            })
            && (self.table == 0 || rule.table() == RouteTable(self.table))
    }

    fn parse(context: &mut Context, words: &mut Words<'a>, family: Family) -> Done<Self> {
        let mut filter = Self::of(context.options.family);
        while let Some(word) = words.next() {
            match word {
                _ if matches_any(word, &["preference", "order", "priority"]) => {
                    filter.priority = Some(words.number("preference value is invalid\n")?);
                }
                "not" => filter.inverted = true,
                "tos" | "dsfield" => filter.tos = Some(ds_field(context, words)?),
                "fwmark" => {
                    let (mark, mask) = masked(words)?;
                    filter.mark = a_number(mark, "fwmark value is invalid\n")?;
                    if let Some(mask) = mask {
                        filter.mask = a_number(mask, "fwmask value is invalid\n")?;
                    }
                }
                "dev" | "iif" => filter.iif = Some(link_name(words, IIF)?),
                "oif" => filter.oif = Some(link_name(words, OIF)?),
                "l3mdev" => filter.by_vrf = true,
                "uidrange" => filter.users = Some(users(words)?),
                _ if matches(word, "tun_id") => {
                    filter.tun_id = words.number("\"tun_id\" value is invalid\n")?;
                }
                _ if matches_any(word, &["lookup", "table"]) => {
                    filter.table = table(context, words, "table id value is invalid\n")?;
                }
                _ if matches_any(word, &["from", "src"]) => {
                    filter.from = Some(words.prefix(family)?);
                }
                _ if matches(word, "protocol") => {
                    let value = words.value()?;
                    filter.protocol = match (context.names.number(Table::Protocol, value), value) {
                        (Some(n), _) => Some(n as u8),
                        (None, "all") => None,
                        _ => return invalid("invalid \"protocol\"\n", value),
                    };
                }
                "ipproto" => filter.ip_proto = words.parsed(IPPROTO, names::ip_protocol)?,
                "sport" => filter.sport = Some(ports(words)?),
                "dport" => filter.dport = Some(ports(words)?),
                "dscp" => filter.dscp = Some(dscp(context, words)?),
                "flowlabel" => filter.label = Some(flow_label(words)?),
                _ => {
                    let is_to = matches_any(word, &["dst", "to"]);
                    let word = if is_to { words.value()? } else { word };
                    filter.to = Some(words::prefix(word, family)?);
                }
            }
        }
        Ok(filter)
    }
}

fn list(context: &mut Context, words: &mut Words<'_>, flushes: bool) -> Done {
    let family = match context.options.family {
        Family::Unspec => Family::Inet,
        family => family,
    };
    let filter = Filter::parse(context, words, family)?;
    let listed = context
        .host
        .list(Rules::all().family(family))
        .or_else(Listing::interrupted);
    context.out.begin();
    let listed = context.list(listed, Stop::FAILED)?;
    let mut done = Ok(());
    for message in listed.messages() {
        let Ok(rule) = RuleView::parse(message.body()) else {
            continue;
        };
        if !flushes {
            shown(context, &rule, &filter, false);
            continue;
        }
        let own = rule.protocol().map(u8::from);
        let is_meant = filter.protocol.is_none_or(|protocol| own == Some(protocol));
        if filter.keeps(&rule) && is_meant && rule.priority().is_some() {
            let told: Told<RuleTable> = Told::new(libc::RTM_DELRULE, message.body());
            if let Err(error) = context.host.delete(told) {
                eprintln!("{}", crate::context::says(&error));
                done = Stop::FAILED.say("Dump terminated");
                break;
            }
        }
    }
    context.out.end();
    done
}

fn modify(context: &mut Context, words: &mut Words<'_>, verb: Verb) -> Done {
    if words.peek().is_none() {
        let name = if verb == Verb::Add { "add" } else { "del" };
        return Stop::FAILED.say(format_args!("\"ip rule {name}\" requires arguments."));
    }
    let family = context.options.family;
    let of = match family {
        Family::Unspec => Family::Inet,
        family => family,
    };
    let prefix = |words: &mut Words<'_>| -> Done<Option<Prefix>> {
        let prefix = words.prefix(family)?;
        Ok(prefix.address.map(|_| prefix.as_prefix(of)))
    };
    let mut rule = Rule::new().family(of);
    let (mut by_vrf, mut in_table) = (false, 0);
    while let Some(word) = words.next() {
        rule = match word {
            "not" => rule.invert(),
            "from" => match prefix(words)? {
                Some(prefix) => rule.from(prefix),
                None => rule,
            },
            "to" => match prefix(words)? {
                Some(prefix) => rule.to(prefix),
                None => rule,
            },
            _ if matches_any(word, &["preference", "order", "priority"]) => {
                rule.priority(words.number("preference value is invalid\n")?)
            }
            _ if word == "tos" || matches(word, "dsfield") => rule.tos(ds_field(context, words)?),
            "fwmark" => {
                let (mark, mask) = masked(words)?;
                let rule = rule.fwmark(a_number(mark, "fwmark value is invalid\n")?);
                match mask {
                    Some(mask) => rule.fwmask(a_number(mask, "fwmask value is invalid\n")?),
                    None => rule,
                }
            }
            _ if matches(word, "realms") => {
                let value = words.value()?;
                match context.names.realms(value) {
                    Some(realms) => rule.realms(realms),
                    None => return invalid("invalid realms\n", value),
                }
            }
            _ if matches(word, "protocol") => {
                let value = words.value()?;
                match context.names.number(Table::Protocol, value) {
                    Some(n) => rule.protocol(RouteProtocol::from(n as u8)),
                    None => return invalid("\"protocol\" value is invalid\n", value),
                }
            }
            _ if matches(word, "tun_id") => {
                rule.tun_id(words.number("\"tun_id\" value is invalid\n")?)
            }
            _ if matches(word, "table") || word == "lookup" => {
                in_table = table(context, words, "invalid table ID\n")?;
                rule.table(in_table)
            }
            _ if matches(word, "suppress_prefixlength") || word == "sup_pl" => {
                let why = "suppress_prefixlength value is invalid\n";
                let len = words.parsed(why, |word| {
                    number::<u32>(word).and_then(|len| i32::try_from(len).ok())
                })?;
                rule.suppress_prefixlength(len)
            }
            _ if matches(word, "suppress_ifgroup") || word == "sup_group" => {
                let value = words.value()?;
                match context.names.number(Table::Group, value) {
                    Some(n) => rule.suppress_ifgroup(n as i32),
                    None => return invalid("Invalid \"suppress_ifgroup\" value\n", value),
                }
            }
            "dev" | "iif" => rule.iif(link_name(words, IIF)?),
            "oif" => rule.oif(link_name(words, OIF)?),
            "l3mdev" => {
                by_vrf = true;
                rule.l3mdev(true)
            }
            "uidrange" => rule.uid_range(users(words)?),
            "ipproto" => rule.ip_proto(words.parsed(IPPROTO, names::ip_protocol)?),
            "sport" => match ports(words)? {
                (ports, PORT) => rule.sport(ports),
                (ports, mask) => rule.sport(ports).sport_mask(mask),
            },
            "dport" => match ports(words)? {
                (ports, PORT) => rule.dport(ports),
                (ports, mask) => rule.dport(ports).dport_mask(mask),
            },
            "dscp" => match dscp(context, words)? {
                (value, DSCP) => rule.dscp(value),
                (value, mask) => rule.dscp(value).dscp_mask(mask as u8),
            },
            "flowlabel" => {
                let (value, mask) = flow_label(words)?;
                rule.flowlabel(value).flowlabel_mask(mask)
            }
            _ => {
                let word = if word == "type" { words.value()? } else { word };
                match word {
                    _ if matches(word, "help") => return help::rule(),
                    _ if matches(word, "goto") => rule.goto(words.number("invalid target\n")?),
                    _ if matches(word, "nop") => rule.action(RuleAction::Nop),
                    _ => match names::route_type(word) {
                        Some(n) => rule.action(RuleAction::from(n)),
                        None => return invalid("Failed to parse rule type", word),
                    },
                }
            }
        };
    }
    if by_vrf && in_table != 0 {
        let stop = Stop {
            code: libc::EINVAL as u8,
            exits: false,
        };
        return stop.say("table can not be specified for l3mdev rules");
    }
    let done = match verb {
        Verb::Add => context.host.add(rule),
        _ => context.host.delete(rule),
    };
    context.talk(done)
}
