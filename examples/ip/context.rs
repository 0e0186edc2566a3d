//! What every command has at hand: its options, the kernel, the links' names, and the output.
use std::{collections::HashMap, net::IpAddr};

use nlroute::{
    Connection, Error, ErrorKind, Family, Netns,
    link::{ExtMask, Link, LinkFlags, LinkView},
    wire::LinkAddress,
};

use crate::{
    names::{Names, Table},
    print::{Json, Print, Text},
    words::{Done, Stop, Words, invalid},
};

/// What stands before the object.
#[derive(Clone, Debug)]
pub struct Options {
    pub family: Family,
    pub stats: u32,
    pub details: bool,
    pub oneline: bool,
    pub brief: bool,
    pub json: bool,
    pub pretty: bool,
    pub numeric: bool,
    pub human: bool,
    pub iec: bool,
    pub timestamp: bool,
    pub timestamp_short: bool,
    pub force: bool,
    pub all: bool,
    /// VLANs are shown by ranges.
    pub compress: bool,
    pub batch: Option<String>,
    pub netns: Option<String>,
    /// How often a flush looks again; 0 is as often as it takes.
    pub loops: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            family: Family::Unspec,
            stats: 0,
            details: false,
            oneline: false,
            brief: false,
            json: false,
            pretty: false,
            numeric: false,
            human: false,
            iec: false,
            timestamp: false,
            timestamp_short: false,
            force: false,
            all: false,
            compress: false,
            batch: None,
            netns: None,
            loops: 10,
        }
    }
}

/// What is remembered of a link.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    alt_names: Vec<String>,
    device_type: u16,
    flags: LinkFlags,
}

pub struct Context {
    pub options: Options,
    pub host: Connection,
    /// Where the commands are done, if not here.
    pub netns: Option<Netns>,
    pub names: Names,
    pub out: Box<dyn Print>,
    /// The command is one of a batch.
    pub in_batch: bool,
    /// It is `bridge` that is played.
    pub is_bridge: bool,
    links: HashMap<u32, Known>,
    pub nsids: Option<Vec<(i32, String)>>,
    /// What stands before each thing that a monitor tells.
    pub monitor: Option<Label>,
}

/// What a monitor puts before each thing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Label {
    pub banner: bool,
    pub all_nsid: bool,
    pub nsid: Option<i32>,
}

impl Context {
    pub fn new(options: Options, is_bridge: bool) -> Done<Self> {
        let netns = match &options.netns {
            None => None,
            Some(name) => match Netns::open(name) {
                Ok(netns) => Some(netns),
                Err(error) => {
                    let why = errno_text(error.errno().unwrap_or(libc::EINVAL));
                    return Stop::SENSELESS.say(format_args!(
                        "Cannot open network namespace \"{name}\": {why}"
                    ));
                }
            },
        };
        let host = match &netns {
            None => Connection::open(),
            Some(netns) => netns.connect(),
        };
        let host = match host {
            Ok(host) => host,
            Err(error) => {
                let why = errno_text(error.errno().unwrap_or(libc::EINVAL));
                let stop = Stop {
                    code: 1,
                    exits: true,
                };
                return stop.say(format_args!("Cannot open netlink socket: {why}"));
            }
        };
        let out: Box<dyn Print> = if options.json {
            Box::new(Json::new(options.pretty))
        } else {
            Box::new(Text::new(options.oneline))
        };
        let names = Names::new(options.numeric);
        Ok(Self {
            options,
            host,
            netns,
            names,
            out,
            in_batch: false,
            is_bridge,
            links: HashMap::new(),
            nsids: None,
            monitor: None,
        })
    }

    /// Says why the kernel didn't do it.
    pub fn talk<T>(&self, result: nlroute::Result<T>) -> Done<T> {
        result.or_else(|error| Stop::REFUSED.say(says(&error)))
    }

    /// The same of a list.
    pub fn list<T>(&self, result: nlroute::Result<T>, stop: Stop) -> Done<T> {
        result.or_else(|error| {
            eprintln!("{}", says(&error));
            stop.say("Dump terminated")
        })
    }

    pub fn remember(&mut self, link: &LinkView<'_>) {
        let alt_names = link.alt_names().map(|names| {
            let names = names.iter().map(|name| name.to_string());
            names.collect()
        });
        self.links.insert(
            link.index(),
            Known {
                name: link.name().to_string(),
                alt_names: alt_names.unwrap_or_default(),
                device_type: u16::from(link.device_type()),
                flags: link.flags(),
            },
        );
    }

    pub fn forget(&mut self, index: u32) {
        self.links.remove(&index);
    }

    fn look_up<'l>(&mut self, link: impl Into<nlroute::wire::LinkRef<'l>>) -> Option<u32> {
        let found = self
            .host
            .get(Link::named(link).ext_mask(ExtMask::VF | ExtMask::SKIP_STATS));
        let found = found.ok()?;
        self.remember(&found);
        Some(found.index())
    }

    /// The index of the link of this name, or of `ifN`.
    pub fn find(&mut self, name: &str) -> Option<u32> {
        let known = self.links.iter().find(|(_, link)| {
            link.name == name || link.alt_names.iter().any(|other| other == name)
        });
        known
            .map(|(index, _)| *index)
            .or_else(|| self.look_up(name))
            .or_else(|| name.strip_prefix("if")?.parse().ok().filter(|n| *n > 0))
    }

    /// The index of the link that a word names.
    pub fn device(&mut self, name: &str) -> Done<u32> {
        match self.find(name) {
            Some(index) => Ok(index),
            None => crate::words::no_device(name),
        }
    }

    /// The index of the link that the next word names.
    pub fn device_of(&mut self, words: &mut Words<'_>, why: &str) -> Done<u32> {
        let name = words.value()?;
        match self.find(name) {
            Some(index) => Ok(index),
            None => invalid(why, name),
        }
    }

    fn known(&mut self, index: u32) -> Option<&Known> {
        if index > 0 && !self.links.contains_key(&index) {
            self.look_up(index);
        }
        self.links.get(&index)
    }

    pub fn name_of(&mut self, index: u32) -> String {
        match self.known(index) {
            _ if index == 0 => "*".to_owned(),
            Some(link) => link.name.clone(),
            None => format!("if{index}"),
        }
    }

    /// Whether a link that is known is down.
    pub fn is_down(&self, index: u32) -> bool {
        let link = self.links.get(&index);
        link.is_some_and(|link| !link.flags.contains(LinkFlags::UP))
    }

    fn device_type(&self, index: u32) -> u16 {
        self.links.get(&index).map_or(0, |link| link.device_type)
    }

    /// A link-layer address of a link of this index.
    pub fn lladdr_on(&self, index: u32, address: &LinkAddress) -> String {
        lladdr(self.device_type(index), address)
    }

    pub fn named(&mut self, table: Table, n: impl Into<u32>) -> String {
        self.names.name(table, n.into())
    }

    /// Begins what a monitor tells of one thing.
    pub fn headers(&mut self, label: &str) {
        let Some(monitor) = self.monitor else {
            return;
        };
        if self.options.timestamp {
            let now = crate::time::stamp(self.options.timestamp_short);
            self.out.text(format_args!("{now}"));
        }
        if monitor.all_nsid {
            match monitor.nsid {
                None => self.out.str("[nsid current]"),
                Some(nsid) => self.out.text(format_args!("[nsid {nsid}]")),
            }
        }
        if monitor.banner {
            self.out.str(label);
        }
    }
}

/// A link-layer address in words: a tunnel's is an IP address.
pub fn lladdr(device_type: u16, address: &LinkAddress) -> String {
    let bytes = address.as_bytes();
    if let (768 | 776 | 778, Ok(v4)) = (device_type, <[u8; 4]>::try_from(bytes)) {
        return IpAddr::from(v4).to_string();
    }
    if let (769 | 823, Ok(v6)) = (device_type, <[u8; 16]>::try_from(bytes)) {
        return IpAddr::from(v6).to_string();
    }
    address.to_string()
}

pub fn errno_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// Why the kernel didn't, in iproute2's sentences.
pub fn says(error: &Error) -> String {
    let sentence = |message: &str| {
        let dot = if message.ends_with('.') { "" } else { "." };
        format!("Error: {message}{dot}")
    };
    match (error.refusal(), error.kind()) {
        (Some(refusal), _) => match refusal.message.as_deref() {
            Some(message) if !message.is_empty() => sentence(message),
            _ => format!("RTNETLINK answers: {}", errno_text(refusal.errno)),
        },
        (None, ErrorKind::Invalid { .. }) => sentence(&error.to_string()),
        (None, _) => match error.errno() {
            Some(errno) => format!("RTNETLINK answers: {}", errno_text(errno)),
            None => sentence(&error.to_string()),
        },
    }
}
