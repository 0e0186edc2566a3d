//! A VXLAN.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Family,
    link::{LinkRequest, LinkView, PortRange, VxlanDf, VxlanTable},
};

use super::{
    modify::{Action, send, start},
    settings::Settings,
};
use crate::{
    context::Context,
    names::Table,
    print::Value,
    words::{self, Done, Stop, Words, garbage, invalid, matches, matches_any, number},
};

type Vxlan<'r> = LinkRequest<'r, VxlanTable>;
type Switch = for<'r> fn(Vxlan<'r>, bool) -> Vxlan<'r>;

/// What is on, or with `no` before it off; the last may not be abbreviated.
const SWITCHES: &[(&str, &str, Switch)] = &[
    ("nolearning", "learning", |v, on| v.learning(on)),
    ("noproxy", "proxy", |v, on| v.proxy(on)),
    ("norsc", "rsc", |v, on| v.rsc(on)),
    ("nol2miss", "l2miss", |v, on| v.l2miss(on)),
    ("nol3miss", "l3miss", |v, on| v.l3miss(on)),
    ("noudpcsum", "udpcsum", |v, on| v.udp_csum(on)),
    ("noudp6zerocsumtx", "udp6zerocsumtx", |v, on| {
        v.udp_zero_csum6_tx(on)
    }),
    ("noudp6zerocsumrx", "udp6zerocsumrx", |v, on| {
        v.udp_zero_csum6_rx(on)
    }),
    ("noremcsumtx", "remcsumtx", |v, on| v.remcsum_tx(on)),
    ("noremcsumrx", "remcsumrx", |v, on| v.remcsum_rx(on)),
    ("nolocalbypass", "localbypass", |v, on| v.localbypass(on)),
    ("noexternal", "external", |v, on| v.collect_metadata(on)),
    ("novnifilter", "vnifilter", |v, on| v.vnifilter(on)),
];

/// What has been given already.
#[derive(Default)]
struct Given(Vec<&'static str>);

impl Given {
    fn once(&mut self, name: &'static str, word: &str) -> Done {
        if self.has(name) {
            return garbage(name, word);
        }
        self.0.push(name);
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    /// The word that follows, which stands there once.
    fn value<'a>(&mut self, name: &'static str, words: &mut Words<'a>) -> Done<&'a str> {
        let word = words.value()?;
        self.once(name, word)?;
        Ok(word)
    }
}

fn or_invalid<T>(value: Option<T>, why: &str, word: &str) -> Done<T> {
    value.map_or_else(|| invalid(why, word), Ok)
}

/// The other end or a group, given as one of them.
fn other_end(
    given: &mut Given,
    words: &mut Words<'_>,
    before: Option<IpAddr>,
    family: Family,
    is_group: bool,
) -> Done<IpAddr> {
    if before.is_some_and(|before| before.is_multicast() != is_group) {
        return Stop::FAILED.say("vxlan: both group and remote cannot be specified");
    }
    let word = words.value()?;
    if given.has("group") {
        return garbage(if is_group { "group" } else { "remote" }, word);
    }
    given.once("group", word)?;
    let address = words::address(word, family)?;
    match (address.is_multicast(), is_group) {
        (true, true) | (false, false) => Ok(address),
        (_, true) => invalid("invalid group address", word),
        (_, false) => invalid("invalid remote address", word),
    }
}

fn switch<'r>(
    given: &mut Given,
    vxlan: Vxlan<'r>,
    word: &str,
) -> Done<Result<Vxlan<'r>, Vxlan<'r>>> {
    for (off, on, set) in SWITCHES {
        let short = !matches!(*on, "localbypass" | "vnifilter");
        for (name, is_on) in [(*off, false), (*on, true)] {
            if word == name || short && matches(word, name) {
                given.once(on, word)?;
                if is_on {
                    given.0.push("on");
                    given.0.push(on);
                }
                return Ok(Ok(set(vxlan, is_on)));
            }
        }
    }
    Ok(Err(vxlan))
}

fn help() -> Done {
    eprintln!("Usage: ... vxlan id VNI [ {{ group | remote }} ADDR ] [ local ADDR ] [ dev DEV ]");
    eprintln!(
        "           [ ttl TTL ] [ tos TOS ] [ df DF ] [ flowlabel LABEL ] [ ageing SECONDS ]"
    );
    eprintln!("           [ maxaddress N ] [ srcport MIN MAX ] [ dstport PORT ]");
    eprintln!("           [ reserved_bits N ] [ gbp ] [ gpe ]");
    for (_, name, _) in SWITCHES {
        eprintln!("           [ [no]{name} ]");
    }
    Err(Stop::FAILED)
}

pub fn run<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let mut vxlan = start::<VxlanTable>(action, settings);
    if words.peek().is_none() {
        return send(context, action, settings, vxlan);
    }
    let mut given = Given::default();
    let family = |address: Option<IpAddr>| address.map_or(Family::Unspec, Family::of);
    let (mut remote, mut local, mut port) = (None, None, None);
    while let Some(word) = words.next() {
        vxlan = match word {
            _ if matches_any(word, &["id", "vni"]) => {
                let word = given.value("id", words)?;
                let id = number::<u32>(word).filter(|id| *id < 1 << 24);
                vxlan.id(or_invalid(id, "invalid id", word)?)
            }
            _ if matches(word, "group") => {
                remote = Some(other_end(&mut given, words, remote, family(local), true)?);
                vxlan
            }
            _ if matches(word, "remote") => {
                remote = Some(other_end(&mut given, words, remote, family(local), false)?);
                vxlan
            }
            _ if matches(word, "local") => {
                let word = given.value("local", words)?;
                let address = words::address(word, family(remote))?;
                if address.is_multicast() {
                    return invalid("invalid local address", word);
                }
                local = Some(address);
                vxlan
            }
            _ if matches(word, "dev") => {
                let word = given.value("dev", words)?;
                match context.find(word) {
                    Some(index) => vxlan.dev(index),
                    None => {
                        let stop = Stop::SENSELESS;
                        return stop.say(format_args!("Cannot find device \"{word}\""));
                    }
                }
            }
            _ if matches_any(word, &["ttl", "hoplimit"]) => match given.value("ttl", words)? {
                "inherit" => vxlan.ttl_inherit(true),
                "auto" => vxlan.ttl(0),
                word => {
                    let ttl = or_invalid(number::<u32>(word), "invalid TTL", word)?;
                    vxlan.ttl(or_invalid(
                        u8::try_from(ttl).ok(),
                        "TTL must be <= 255",
                        word,
                    )?)
                }
            },
            _ if matches_any(word, &["tos", "dsfield"]) => match given.value("tos", words)? {
                "inherit" => vxlan.tos(1),
                word => {
                    let tos = context.names.number(Table::DsField, word);
                    vxlan.tos(or_invalid(tos, "bad TOS value", word)? as u8)
                }
            },
            _ if matches(word, "df") => vxlan.df(match given.value("df", words)? {
                "unset" => VxlanDf::Unset,
                "set" => VxlanDf::Set,
                "inherit" => VxlanDf::Inherit,
                word => return invalid("DF must be 'unset', 'set' or 'inherit'", word),
            }),
            _ if matches_any(word, &["label", "flowlabel"]) => {
                let word = given.value("flowlabel", words)?;
                let label = number::<u32>(word).filter(|label| *label < 1 << 20);
                vxlan.label(or_invalid(label, "invalid flowlabel", word)?)
            }
            _ if matches(word, "ageing") => {
                let seconds: u32 = match given.value("ageing", words)? {
                    "none" => 0,
                    word => or_invalid(number(word), "ageing timer", word)?,
                };
                vxlan.ageing(Duration::from_secs(seconds.into()))
            }
            _ if matches(word, "maxaddress") => match given.value("maxaddress", words)? {
                "unlimited" => vxlan.limit(0),
                word => vxlan.limit(or_invalid(number(word), "max addresses", word)?),
            },
            _ if matches_any(word, &["port", "srcport"]) => {
                let low = given.value("srcport", words)?;
                let low: u16 = or_invalid(number(low), "min port", low)?;
                let high: u16 = words.number("max port")?;
                match (low, high) {
                    (0, 0) => vxlan,
                    _ => vxlan.port_range(PortRange {
                        low: low.to_be_bytes(),
                        high: high.to_be_bytes(),
                    }),
                }
            }
            _ if matches(word, "dstport") => {
                let word = given.value("dstport", words)?;
                port = Some(or_invalid(number::<u16>(word), "dst port", word)?);
                vxlan
            }
            "reserved_bits" => {
                let bits = words.number("reserved_bits")?;
                given.once("reserved_bits", word)?;
                vxlan.reserved_bits(bits)
            }
            _ if matches(word, "gbp") => {
                given.once("gbp", word)?;
                vxlan.gbp(true)
            }
            _ if matches(word, "gpe") => {
                given.once("gpe", word)?;
                vxlan.gpe(true)
            }
            _ => match switch(&mut given, vxlan, word)? {
                Ok(vxlan) => vxlan,
                Err(_) => {
                    if !matches(word, "help") {
                        eprintln!("vxlan: unknown command \"{word}\"?");
                    }
                    return help();
                }
            },
        };
    }
    let on = |name: &str| given.0.windows(2).any(|two| *two == ["on", name]);
    let (external, creates) = (on("external"), action.creates());
    let wrong = match () {
        () if !external && on("vnifilter") => "vnifilter is valid only when 'external' is set",
        () if external && given.has("id") => "both 'external' and vni cannot be specified",
        () if !external && !given.has("id") && creates => "missing virtual network identifier",
        () if remote.is_some_and(|remote| remote.is_multicast()) && !given.has("dev") => {
            "'group' requires 'dev' to be specified"
        }
        () => "",
    };
    if !wrong.is_empty() {
        return Stop::FAILED.say(format_args!("vxlan: {wrong}"));
    }
    if port.is_none() && given.has("gpe") {
        port = Some(4790);
    } else if port.is_none() && creates {
        eprintln!("vxlan: destination port not specified");
        eprintln!("Will use Linux kernel default (non-standard value)");
        eprintln!("Use 'dstport 4789' to get the IANA assigned value");
        eprintln!("Use 'dstport 0' to get default and quiet this message");
    }
    if let Some(local) = local {
        vxlan = vxlan.local(local);
    }
    if let Some(remote) = remote {
        vxlan = vxlan.remote(remote);
    }
    if creates && !given.has("learning") || external {
        vxlan = vxlan.learning(!external);
    }
    if let Some(port) = port.filter(|port| *port > 0) {
        vxlan = vxlan.port(port);
    }
    send(context, action, settings, vxlan)
}

pub fn show(context: &mut Context, link: &LinkView<'_>) {
    let Some(vxlan) = link.data::<VxlanTable>() else {
        return;
    };
    let dev = vxlan.dev().filter(|index| *index > 0);
    let dev = dev.map(|index| context.name_of(index));
    let out = &mut *context.out;
    out.named("id", vxlan.id());
    let meant = |address: Option<IpAddr>| address.filter(|address| !address.is_unspecified());
    if let Some(remote) = meant(vxlan.remote()) {
        let name = if remote.is_multicast() {
            "group"
        } else {
            "remote"
        };
        let six = if remote.is_ipv6() { "6" } else { "" };
        let text = remote.to_string();
        out.field(&format!("{name}{six}"), &format!("{name} {{}} "), &text);
    }
    if let Some(local) = meant(vxlan.local()) {
        let key = if local.is_ipv6() { "local6" } else { "local" };
        out.field(key, "local {} ", &local.to_string());
    }
    out.opt("link", "dev {} ", dev.as_deref());
    if let Some(range) = vxlan.port_range() {
        let (low, high) = (
            u16::from_be_bytes(range.low),
            u16::from_be_bytes(range.high),
        );
        out.open(Some("port_range"));
        out.field("low", "srcport {} ", low);
        out.field("high", "{} ", high);
        out.close();
    }
    out.opt("port", "dstport {} ", vxlan.port());
    match vxlan.tos().unwrap_or(0) {
        0 => {}
        1 if !out.is_json() => out.str("tos inherit "),
        tos => out.field("tos", "tos {} ", Value::Hex(tos.into())),
    }
    match vxlan.ttl() {
        _ if vxlan.ttl_inherit() == Some(true) => out.str("ttl inherit "),
        Some(0) if !out.is_json() => out.str("ttl auto "),
        ttl => out.named("ttl", ttl),
    }
    match vxlan.df() {
        Some(VxlanDf::Unset) => out.json("df", "unset".into()),
        Some(VxlanDf::Set) => out.field("df", "df {} ", "set"),
        Some(VxlanDf::Inherit) => out.field("df", "df {} ", "inherit"),
        _ => {}
    }
    if let Some(label) = vxlan.label().filter(|label| *label > 0) {
        out.field("label", "flowlabel {} ", Value::Hex(label.into()));
    }
    match vxlan.ageing().map(|age| age.as_secs()) {
        None => {}
        Some(0) => out.field("ageing", "ageing none ", 0u32),
        Some(age) => out.field("ageing", "ageing {} ", age),
    }
    out.opt(
        "limit",
        "maxaddr {} ",
        vxlan.limit().filter(|most| *most > 0),
    );
    if let Some(bits) = vxlan.reserved_bits() {
        out.field("reserved_bits", "reserved_bits {} ", Value::Hex(bits));
    }
    for (name, is) in [("gbp", vxlan.gbp()), ("gpe", vxlan.gpe())] {
        if is == Some(true) {
            out.field(name, "{} ", Value::Null(name));
        }
    }
    let switches = [
        ("external", vxlan.collect_metadata(), false),
        ("vnifilter", vxlan.vnifilter(), false),
        ("learning", vxlan.learning(), true),
        ("proxy", vxlan.proxy(), false),
        ("rsc", vxlan.rsc(), false),
        ("l2miss", vxlan.l2miss(), false),
        ("l3miss", vxlan.l3miss(), false),
        ("udp_csum", vxlan.udp_csum(), true),
        ("udp_zero_csum6_tx", vxlan.udp_zero_csum6_tx(), false),
        ("udp_zero_csum6_rx", vxlan.udp_zero_csum6_rx(), false),
        ("remcsum_tx", vxlan.remcsum_tx(), false),
        ("remcsum_rx", vxlan.remcsum_rx(), false),
        ("localbypass", vxlan.localbypass(), true),
    ];
    for (name, is, at_first) in switches {
        let Some(is) = is else { continue };
        out.json(name, is.into());
        if is != at_first {
            out.text(format_args!("{}{name} ", if is { "" } else { "no" }));
        }
    }
}
