//! What packets are wrapped in: labels, a tunnel's metadata, segments.
//!
//! Geneve options are not taken: there are kernels that a wrong one brings down.
use std::net::{IpAddr, Ipv6Addr};

use nlroute::{
    Family,
    route::{
        EncapType,
        encap::{
            EncapSettings, EncapView, Ip6Encap, IpEncap, MplsEncap, Seg6Encap, Seg6Mode, Srh,
            TunnelFlags,
        },
    },
    wire::Writer,
};

use super::seg6local;
use crate::{
    context::Context,
    names::Table,
    print::Print,
    words::{Done, Stop, Words, garbage, invalid, missing, number},
};

const MODES: [&str; 5] = ["inline", "encap", "l2encap", "encap.red", "l2encap.red"];

fn kind_name(kind: EncapType) -> String {
    match kind {
        EncapType::Other(_) => "unknown".to_owned(),
        kind => kind.to_string(),
    }
}

pub fn show(context: &mut Context, encap: &EncapView<'_>) {
    let out = &mut *context.out;
    out.open(Some("encap"));
    out.field("encap_type", " encap {} ", &kind_name(encap.kind()));
    match encap {
        EncapView::Mpls(mpls) => {
            let labels = mpls.labels().map(|labels| labels.to_string());
            out.opt("dst", " {} ", labels.as_deref());
            out.named("ttl", mpls.ttl());
        }
        EncapView::Ip(ip) => {
            out.named("id", ip.id());
            out.named("src", ip.src().map(|a| a.to_string()).as_deref());
            out.named("dst", ip.dst().map(|a| a.to_string()).as_deref());
            out.named("ttl", ip.ttl());
            out.named("tos", ip.tos());
            flags(out, ip.flags());
        }
        EncapView::Ip6(ip) => {
            out.named("id", ip.id());
            out.named("src", ip.src().map(|a| a.to_string()).as_deref());
            out.named("dst", ip.dst().map(|a| a.to_string()).as_deref());
            out.named("hoplimit", ip.hoplimit());
            out.named("tc", ip.tc());
            flags(out, ip.flags());
        }
        EncapView::Seg6(seg6) => {
            if let Some(tunnel) = seg6.srh() {
                let mode = MODES.get(i32::from(tunnel.mode) as usize);
                out.field("mode", "mode {} ", *mode.unwrap_or(&"<unknown>"));
                show_segments(out, tunnel.srh.segments());
            }
        }
        EncapView::Seg6Local(local) => seg6local::show(context, local),
        EncapView::Xfrm(xfrm) => {
            let hex = |n: Option<u32>| n.map(|n| crate::print::Value::Hex(n.into()));
            out.named("if_id", hex(xfrm.if_id()));
            out.named("link_dev", xfrm.link().map(|n| n.to_string()).as_deref());
        }
        _ => {}
    }
    context.out.close();
}

pub fn show_segments(out: &mut dyn Print, segments: impl Iterator<Item = Ipv6Addr>) {
    let segments: Vec<_> = segments.collect();
    out.open_array("segs", &format!("segs {} [ ", segments.len()));
    for segment in segments {
        out.item("{} ", (&segment.to_string()).into());
    }
    out.close_array("] ");
}

fn flags(out: &mut dyn Print, flags: Option<TunnelFlags>) {
    let flags = flags.unwrap_or_default();
    let names = [
        (TunnelFlags::KEY, "key"),
        (TunnelFlags::CSUM, "csum"),
        (TunnelFlags::SEQ, "seq"),
    ];
    for (flag, name) in names {
        if flags.contains(flag) {
            out.field(name, &format!("{name} "), true);
        }
    }
}

/// How packets are to be wrapped: the type, and its attributes.
pub type Encap = (EncapType, Vec<u8>);

/// The settings as they are sent.
pub fn written(settings: &dyn EncapSettings) -> Done<Encap> {
    let mut bytes = Vec::new();
    match settings.write(&mut Writer::new(&mut bytes)) {
        Ok(()) => Ok((settings.kind(), bytes)),
        Err(error) => Stop::REFUSED.say(format_args!("Error: {error}.")),
    }
}

/// Takes the words after `encap`.
pub fn parse(context: &mut Context, words: &mut Words<'_>) -> Done<Encap> {
    let name = words.value()?;
    let kinds = [
        EncapType::Mpls,
        EncapType::Ip,
        EncapType::Ip6,
        EncapType::Seg6,
        EncapType::Seg6Local,
    ];
    let Some(kind) = kinds.into_iter().find(|kind| kind.to_string() == name) else {
        return invalid("\"encap type\" value is invalid\n", name);
    };
    if words.peek().is_none() {
        return missing("encap type");
    }
    match kind {
        EncapType::Mpls => mpls(words),
        EncapType::Seg6 => seg6(words),
        EncapType::Seg6Local => seg6local::parse(context, words),
        kind => ip_tunnel(context, words, kind == EncapType::Ip6),
    }
}

fn mpls(words: &mut Words<'_>) -> Done<Encap> {
    let word = words.value()?;
    let labels: Option<Vec<u32>> = word.split('/').map(number).collect();
    let Some(labels) = labels else {
        let stop = Stop {
            code: 1,
            exits: true,
        };
        return stop.say(format_args!(
            "Error: mpls address is expected rather than \"{word}\"."
        ));
    };
    let mut mpls = MplsEncap::new().labels(&labels);
    while words.take("ttl") {
        mpls = mpls.ttl(words.number("\"ttl\" value is invalid\n")?);
    }
    written(&mpls)
}

fn ip_tunnel(context: &mut Context, words: &mut Words<'_>, is_v6: bool) -> Done<Encap> {
    let (family, ttl, tos) = if is_v6 {
        (Family::Inet6, "hoplimit", "tc")
    } else {
        (Family::Inet, "ttl", "tos")
    };
    let (mut v4, mut v6) = (IpEncap::new(), Ip6Encap::new());
    let (mut flags, mut seen) = (TunnelFlags::empty(), Vec::new());
    while let Some(word) = words.peek() {
        let flag = match word {
            "key" => TunnelFlags::KEY,
            "csum" => TunnelFlags::CSUM,
            "seq" => TunnelFlags::SEQ,
            _ => TunnelFlags::empty(),
        };
        let known = ["id", "dst", "src", ttl, tos];
        if flag.is_empty() && !known.contains(&word) {
            break;
        }
        words.next();
        if seen.contains(&word) {
            return garbage(word, word);
        }
        seen.push(word);
        flags |= flag;
        let why = format!("\"{word}\" value is invalid\n");
        match word {
            "id" => {
                let id = words.number(&why)?;
                (v4, v6) = (v4.id(id), v6.id(id));
            }
            "dst" => match words.address(family)? {
                IpAddr::V4(address) => v4 = v4.dst(address),
                IpAddr::V6(address) => v6 = v6.dst(address),
            },
            "src" => match words.address(family)? {
                IpAddr::V4(address) => v4 = v4.src(address),
                IpAddr::V6(address) => v6 = v6.src(address),
            },
            _ if word == ttl => {
                let value = words.number(&why)?;
                (v4, v6) = (v4.ttl(value), v6.hoplimit(value));
            }
            _ if word == tos => {
                let value = words.value()?;
                match context.names.number(Table::DsField, value) {
                    Some(tos) => (v4, v6) = (v4.tos(tos as u8), v6.tc(tos as u8)),
                    None => return invalid(&why, value),
                }
            }
            _ => {}
        }
    }
    if !flags.is_empty() {
        (v4, v6) = (v4.flags(flags), v6.flags(flags));
    }
    if is_v6 { written(&v6) } else { written(&v4) }
}

/// Segments, with a comma between two.
pub fn segments(words: &mut Words<'_>) -> Done<Vec<Ipv6Addr>> {
    words.parsed("\"segs\" value is invalid\n", |value| {
        let segments = value.split(',').map(|segment| segment.parse::<Ipv6Addr>());
        segments.collect::<Result<Vec<_>, _>>().ok()
    })
}

fn seg6(words: &mut Words<'_>) -> Done<Encap> {
    let (mut mode, mut list, mut hmac) = (1, Vec::new(), 0);
    loop {
        if words.take("mode") {
            let why = "\"mode\" value is invalid\n";
            mode = words.parsed(why, |name| MODES.iter().position(|mode| *mode == name))?;
        } else if words.take("segs") {
            list = segments(words)?;
        } else if words.take("hmac") {
            hmac = words.number("\"hmac\" value is invalid\n")?;
        } else {
            break;
        }
    }
    let mut srh = Srh::new(&list);
    if hmac > 0 {
        srh = srh.hmac(hmac);
    }
    written(&Seg6Encap::new().srh((Seg6Mode::from(mode as i32), srh)))
}
