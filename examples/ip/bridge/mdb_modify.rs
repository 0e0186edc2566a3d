//! Entries of multicast databases: added, replaced, deleted, looked up, flushed.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlroute::bridge::{FilterMode, MdbEntry, MdbFlush, MdbGroup};

use super::{Filter, mdb};
use crate::{
    context::Context,
    help,
    names::Table,
    words::{Done, Stop, Words, loose, matches, number},
};

/// The words of an entry, as they stand there.
#[derive(Clone, Debug, Default)]
struct Said<'a> {
    device: Option<&'a str>,
    port: Option<&'a str>,
    group: Option<&'a str>,
    permanent: Option<bool>,
    vid: u16,
    source: Option<&'a str>,
    mode: Option<&'a str>,
    sources: Option<&'a str>,
    protocol: Option<&'a str>,
    dst: Option<&'a str>,
    dst_port: Option<&'a str>,
    vni: Option<&'a str>,
    source_vni: Option<&'a str>,
    via: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Words that it doesn't know are none, as iproute2 has it.
    fn parse(words: &mut Words<'a>, abbreviated: bool) -> Done<Self> {
        let mut said = Self::default();
        while let Some(word) = words.next() {
            let slot = match word {
                "dev" => &mut said.device,
                "grp" => &mut said.group,
                "port" => &mut said.port,
                "src" => &mut said.source,
                "filter_mode" => &mut said.mode,
                "source_list" => &mut said.sources,
                "proto" => &mut said.protocol,
                "dst" => &mut said.dst,
                "dst_port" => &mut said.dst_port,
                "vni" => &mut said.vni,
                "src_vni" => &mut said.source_vni,
                "via" => &mut said.via,
                "permanent" | "nopermanent" => {
                    said.permanent = Some(word == "permanent");
                    continue;
                }
                "vid" => {
                    said.vid = loose(words.value()?) as u16;
                    continue;
                }
                _ if word == "help" || abbreviated && matches(word, "help") => {
                    help::bridge_mdb()?;
                    continue;
                }
                _ => continue,
            };
            *slot = Some(words.value()?);
        }
        Ok(said)
    }
}

/// An address as it is written in full.
fn address(what: &str, word: &str) -> Done<IpAddr> {
    let v4 = word.parse::<Ipv4Addr>().map(IpAddr::from);
    match v4.or_else(|_| word.parse::<Ipv6Addr>().map(IpAddr::from)) {
        Ok(address) => Ok(address),
        Err(_) => wrong(what, word),
    }
}

fn wrong<T>(what: &str, word: &str) -> Done<T> {
    Stop::FAILED.say(format_args!("Invalid {what} \"{word}\""))
}

fn value<T: TryFrom<u64>>(what: &str, word: &str) -> Done<T> {
    match number(word) {
        Some(value) => Ok(value),
        None => wrong(what, word),
    }
}

fn group(word: &str) -> Done<MdbGroup> {
    let mac = || {
        let bytes = word.parse::<nlroute::wire::LinkAddress>().ok()?;
        <[u8; 6]>::try_from(bytes.as_bytes()).ok()
    };
    let v4 = word.parse::<Ipv4Addr>().map(MdbGroup::from);
    match v4.or_else(|_| word.parse::<Ipv6Addr>().map(MdbGroup::from)) {
        Ok(group) => Ok(group),
        Err(_) => match mac() {
            Some(mac) => Ok(mac.into()),
            None => wrong("address", word),
        },
    }
}

fn sources(list: &str) -> Done<Vec<IpAddr>> {
    let one = |word: &str| match word.parse() {
        Ok(address) => Ok(address),
        Err(_) => Stop::FAILED.say(format_args!(
            "Invalid source entry \"{word}\" in source list"
        )),
    };
    list.split(',').map(one).collect()
}

fn mode(word: &str) -> Done<FilterMode> {
    match word {
        "include" => Ok(FilterMode::Include),
        "exclude" => Ok(FilterMode::Exclude),
        word => wrong("filter mode", word),
    }
}

fn protocol(context: &mut Context, word: &str) -> Done<u8> {
    match context.names.number(Table::Protocol, word) {
        Some(n) => Ok(n as u8),
        None => wrong("protocol value", word),
    }
}

/// Makes the entry of the words, and does `with` it.
fn modify(
    context: &mut Context,
    words: &mut Words<'_>,
    stays: bool,
    with: impl FnOnce(&mut Context, MdbEntry<'_>) -> nlroute::Result<()>,
) -> Done {
    let said = Said::parse(words, true)?;
    let (Some(device), Some(to), Some(port)) = (said.device, said.group, said.port) else {
        return Stop::FAILED.say("Device, group address and port name are required arguments.");
    };
    let (index, port) = (context.device(device)?, context.device(port)?);
    let mut entry = MdbEntry::new(index, group(to)?).port(port);
    if said.permanent == Some(true) && stays {
        entry = entry.permanent();
    }
    if said.vid > 0 {
        entry = entry.vid(said.vid);
    }
    if let Some(word) = said.source {
        entry = entry.source(address("source address", word)?);
    }
    if let Some(word) = said.mode {
        entry = entry.filter_mode(mode(word)?);
    }
    let list = said.sources.map(sources).transpose()?;
    if let Some(list) = &list {
        entry = entry.sources(list);
    }
    if let Some(word) = said.protocol {
        entry = entry.protocol(protocol(context, word)?.into());
    }
    if let Some(word) = said.dst {
        entry = entry.dst(address("underlay destination address", word)?);
    }
    if let Some(word) = said.dst_port {
        entry = entry.dst_port(value("destination port", word)?);
    }
    if let Some(word) = said.vni {
        entry = entry.vni(value("destination VNI", word)?);
    }
    if let Some(word) = said.source_vni {
        entry = entry.source_vni(value("source VNI", word)?);
    }
    if let Some(word) = said.via {
        entry = entry.via(context.device(word)?);
    }
    let done = with(context, entry);
    context.talk(done).map_err(|_| Stop::FAILED)
}

pub fn add(context: &mut Context, words: &mut Words<'_>) -> Done {
    modify(context, words, true, |context, entry| {
        context.host.add(entry)
    })
}

pub fn replace(context: &mut Context, words: &mut Words<'_>) -> Done {
    modify(context, words, true, |context, entry| {
        context.host.replace(entry)
    })
}

pub fn delete(context: &mut Context, words: &mut Words<'_>) -> Done {
    modify(context, words, false, |context, entry| {
        context.host.delete(entry)
    })
}

pub fn get(context: &mut Context, words: &mut Words<'_>) -> Done {
    let said = Said::parse(words, false)?;
    let (Some(device), Some(to)) = (said.device, said.group) else {
        return Stop::FAILED.say("Device and group address are required arguments.");
    };
    let mut question = MdbEntry::new(context.device(device)?, group(to)?);
    if said.vid > 0 {
        question = question.vid(said.vid);
    }
    if let Some(word) = said.source {
        question = question.source(address("source address", word)?);
    }
    if let Some(word) = said.source_vni {
        question = question.source_vni(value("source VNI", word)?);
    }
    let found = context.host.get(question);
    let found = context.talk(found)?;
    context.out.begin();
    mdb::entries(context, &found, &Filter::default());
    context.out.end();
    Ok(())
}

pub fn flush(context: &mut Context, words: &mut Words<'_>) -> Done {
    let said = Said::parse(words, false)?;
    let Some(device) = said.device else {
        return Stop::FAILED.say("Device is a required argument.");
    };
    let mut flush = MdbFlush::new(context.device(device)?);
    if let Some(port) = said.port {
        flush = flush.port(context.device(port)?);
    }
    if said.vid > 0 {
        flush = flush.vid(said.vid);
    }
    if let Some(word) = said.protocol {
        flush = flush.protocol(protocol(context, word)?.into());
    }
    if let Some(word) = said.dst {
        flush = flush.dst(address("underlay destination address", word)?);
    }
    if let Some(word) = said.dst_port {
        flush = flush.dst_port(value("destination port", word)?);
    }
    if let Some(word) = said.vni {
        flush = flush.vni(value("destination VNI", word)?);
    }
    if let Some(word) = said.source_vni {
        flush = flush.source_vni(value("source VNI", word)?);
    }
    if let Some(permanent) = said.permanent {
        flush = flush.permanent(permanent);
    }
    let done = context.host.delete(flush);
    context.talk(done).map_err(|_| Stop::FAILED)
}
