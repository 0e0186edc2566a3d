//! The words of a link of any kind.
use nlroute::{
    Netns,
    link::{AddrGenMode, Kind, LinkFlags, LinkMode, LinkRequest, OperState, ProtoDownReason},
    wire::LinkAddress,
};

use crate::{
    context::Context,
    help,
    names::Table,
    words::{
        self, Done, Stop, Words, duplicate, garbage, invalid, is_alt_name, is_name, matches,
        matches_any,
    },
};

/// What a link is to be set to, apart from its kind.
#[derive(Debug, Default)]
pub struct Settings<'a> {
    pub name: Option<&'a str>,
    pub device: Option<&'a str>,
    pub index: u32,
    /// The name of the link below.
    link: Option<&'a str>,
    pub link_index: Option<u32>,
    flags: LinkFlags,
    change: LinkFlags,
    address: Option<LinkAddress>,
    broadcast: Option<LinkAddress>,
    txqlen: Option<u32>,
    mtu: Option<u32>,
    pub netns: Option<Netns>,
    carrier: Option<bool>,
    pub master: Option<u32>,
    alias: Option<&'a str>,
    pub group: Option<u32>,
    mode: Option<LinkMode>,
    state: Option<OperState>,
    queues: [Option<u32>; 2],
    addr_gen_mode: Option<AddrGenMode>,
    link_netns: Option<&'a str>,
    link_netnsid: Option<i32>,
    proto_down: Option<bool>,
    proto_down_reason: Option<(u32, u32)>,
    gso_max_size: Option<u32>,
    gso_max_segs: Option<u32>,
    gro_max_size: Option<u32>,
    gso_ipv4_max_size: Option<u32>,
    gro_ipv4_max_size: Option<u32>,
    pub kind: Option<&'a str>,
}

/// The value of a word that may stand there once.
fn once<T>(slot: &mut Option<T>, name: &str, word: &str, value: T) -> Done {
    if slot.is_some() {
        return duplicate(name, word);
    }
    *slot = Some(value);
    Ok(())
}

fn number_once(words: &mut Words<'_>, slot: &mut Option<u32>, name: &str) -> Done {
    let word = words.value()?;
    match words::number(word) {
        Some(value) => once(slot, name, word, value),
        None => invalid(&format!("Invalid \"{name}\" value\n"), word),
    }
}

/// The namespace of a name, a path, or a process.
pub fn netns(word: &str) -> Done<Netns> {
    let opened = if word.contains('/') {
        Netns::open_path(word)
    } else {
        Netns::open(word)
    };
    let of_process = |_| match words::number(word) {
        Some(pid) => Netns::of_pid(pid),
        None => Netns::open(word),
    };
    match opened.or_else(of_process) {
        Ok(netns) => Ok(netns),
        Err(_) => invalid("Invalid \"netns\" value\n", word),
    }
}

impl<'a> Settings<'a> {
    /// Takes words until there are none, or until `type` and the kind's name.
    pub fn parse(context: &mut Context, words: &mut Words<'a>, creates: bool) -> Done<Self> {
        let mut set = Self::default();
        while set.kind.is_none() {
            let Some(word) = words.next() else {
                break;
            };
            set.word(context, words, word)?;
        }
        // `add dev X` and `add name X` are the same.
        match (set.name, set.device) {
            (None, device) => set.name = device,
            (name, None) => set.device = name,
            (Some(name), Some(device)) if name == device => set.name = set.device,
            _ => {}
        }
        if set.index > 0 && !creates && set.netns.is_none() {
            return Stop::SENSELESS.say(
                "index can be used only when creating devices or when moving device to another netns.",
            );
        }
        set.find_link(context, creates)?;
        Ok(set)
    }

    fn word(&mut self, context: &mut Context, words: &mut Words<'a>, word: &'a str) -> Done {
        match word {
            "up" => self.flag(LinkFlags::UP, true),
            "down" => self.flag(LinkFlags::UP, false),
            "name" => {
                let name = words.value()?;
                if self.name.is_some() {
                    return duplicate("name", name);
                } else if !is_name(name) {
                    return invalid("\"name\" not a valid ifname", name);
                }
                self.name = Some(name);
                self.device = self.device.or(Some(name));
            }
            "index" => {
                let value = words.value()?;
                if self.index > 0 {
                    return duplicate("index", value);
                }
                let index = u32::try_from(words::loose(value)).ok().filter(|n| *n > 0);
                self.index = match index {
                    Some(index) => index,
                    None => return invalid("Invalid \"index\" value", value),
                };
            }
            _ if matches(word, "link") => self.link = Some(words.value()?),
            _ if matches(word, "address") => self.address = Some(words.lladdr()?),
            _ if matches(word, "broadcast") || word == "brd" => {
                self.broadcast = Some(words.lladdr()?);
            }
            _ if matches_any(word, &["txqueuelen", "txqlen"]) || word == "qlen" => {
                number_once(words, &mut self.txqlen, "txqueuelen")?;
            }
            "mtu" => number_once(words, &mut self.mtu, "mtu")?,
            "netns" => {
                let value = words.value()?;
                once(&mut self.netns, "netns", value, netns(value)?)?;
            }
            "multicast" | "allmulticast" | "promisc" | "trailers" | "arp" => {
                self.switch(words, word)?;
            }
            "carrier" => self.carrier = Some(words.on_off("carrier", 22)?),
            _ if matches(word, "master") => {
                self.master = Some(context.device_of(words, "Device does not exist\n")?);
            }
            _ if matches(word, "nomaster") => self.master = Some(0),
            _ if matches(word, "dynamic") => self.switch(words, "dynamic")?,
            _ if matches(word, "type") => self.kind = Some(words.value()?),
            _ if matches(word, "alias") => {
                let alias = words.value()?;
                if alias.len() >= 256 {
                    return invalid("alias too long\n", alias);
                }
                self.alias = Some(alias);
            }
            "group" => {
                let value = words.value()?;
                match context.names.number(Table::Group, value) {
                    Some(group) => once(&mut self.group, "group", value, group)?,
                    None => return invalid("Invalid \"group\" value\n", value),
                }
            }
            "vrf" => self.master = Some(context.device_of(words, "Not a valid VRF name\n")?),
            "mode" => self.mode = Some(words.parsed("Invalid link mode\n", link_mode)?),
            "state" => self.state = Some(words.parsed("Invalid operstate\n", oper_state)?),
            _ => return self.rare_word(context, words, word),
        }
        Ok(())
    }

    fn rare_word(&mut self, context: &mut Context, words: &mut Words<'a>, word: &'a str) -> Done {
        let [tx, rx] = &mut self.queues;
        match word {
            _ if matches(word, "numtxqueues") => number_once(words, tx, "numtxqueues")?,
            _ if matches(word, "numrxqueues") => number_once(words, rx, "numrxqueues")?,
            _ if matches(word, "addrgenmode") => {
                let why = "Invalid address generation mode\n";
                self.addr_gen_mode = Some(words.parsed(why, addr_gen_mode)?);
            }
            _ if matches(word, "link-netns") => {
                let value = words.value()?;
                if self.link_netnsid.is_some() {
                    return duplicate("link-netns/link-netnsid", value);
                }
                once(
                    &mut self.link_netns,
                    "link-netns/link-netnsid",
                    value,
                    value,
                )?;
            }
            _ if matches(word, "link-netnsid") => {
                let id = words.number("Invalid \"link-netnsid\" value\n")?;
                once(&mut self.link_netnsid, "link-netns/link-netnsid", word, id)?;
            }
            "protodown" => self.proto_down = Some(words.on_off("protodown", 22)?),
            "protodown_reason" => {
                let word = words.value()?;
                let Some(bit) = context.names.number(Table::ProtoDown, word) else {
                    return invalid("invalid protodown reason\n", word);
                };
                let on = words.switch("protodown_reason")?;
                self.proto_down_reason = Some((1 << bit, u32::from(on) << bit));
            }
            "gso_max_size" => self.gso_max_size = size(words, word)?,
            "gso_max_segs" => self.gso_max_segs = size(words, word)?,
            "gro_max_size" => self.gro_max_size = size(words, word)?,
            "gso_ipv4_max_size" => self.gso_ipv4_max_size = size(words, word)?,
            "gro_ipv4_max_size" => self.gro_ipv4_max_size = size(words, word)?,
            _ => {
                let mut device = word;
                if matches(word, "help") {
                    return help::link();
                } else if word == "dev" {
                    device = words.value()?;
                }
                if self.device != self.name {
                    return garbage("dev", device);
                } else if !is_alt_name(device) {
                    return invalid("\"dev\" not a valid ifname", device);
                }
                self.device = Some(device);
            }
        }
        Ok(())
    }

    fn flag(&mut self, flag: LinkFlags, on: bool) {
        self.change |= flag;
        self.flags.set(flag, on);
    }

    fn switch(&mut self, words: &mut Words<'a>, name: &str) -> Done {
        let on = words.switch(name)?;
        match name {
            "multicast" => self.flag(LinkFlags::MULTICAST, on),
            "allmulticast" => self.flag(LinkFlags::ALLMULTI, on),
            "promisc" => self.flag(LinkFlags::PROMISC, on),
            "trailers" => self.flag(LinkFlags::NOTRAILERS, !on),
            "arp" => self.flag(LinkFlags::NOARP, !on),
            _ => self.flag(LinkFlags::DYNAMIC, on),
        }
        Ok(())
    }

    /// Looks up the link below, in the namespace that it is in.
    fn find_link(&mut self, context: &mut Context, creates: bool) -> Done {
        if let Some(name) = self.link_netns {
            let wrong = || invalid("Invalid \"link-netns\" value\n", name);
            // Numbers are those of the namespace that the link is born in.
            let mut there = match &self.netns {
                Some(netns) => match netns.connect() {
                    Ok(there) => Some(there),
                    Err(_) => return wrong(),
                },
                None => None,
            };
            let host = there.as_mut().unwrap_or(&mut context.host);
            let Ok(netns) = Netns::open(name) else {
                return wrong();
            };
            let mut known = host.netnsid_of(&netns).ok().flatten();
            if known.is_none() {
                let any = nlroute::NetnsId::new().fd(&netns).nsid(-1);
                let _ = host.add(any);
                known = host.netnsid_of(&netns).ok().flatten();
            }
            match known {
                Some(id) => self.link_netnsid = Some(id),
                None => return wrong(),
            }
        }
        let Some(name) = self.link.filter(|_| creates) else {
            return Ok(());
        };
        let index = match self.link_netnsid {
            None => context.find(name),
            Some(id) => {
                let link = nlroute::link::Link::named(name).target_netnsid(id);
                context.host.get(link).ok().map(|link| link.index())
            }
        };
        match index {
            Some(index) => self.link_index = Some(index),
            None => return words::no_device(name),
        }
        Ok(())
    }

    /// Sets all of it. What the kernel takes without a word for a new link and forgets is not
    /// sent for one.
    pub fn apply<'r, K: Kind>(
        &'r self,
        mut request: LinkRequest<'r, K>,
        creates: bool,
    ) -> LinkRequest<'r, K> {
        macro_rules! set {
            ($($setter:ident: $value:expr;)*) => {$(
                if let Some(value) = $value {
                    request = request.$setter(value);
                }
            )*};
        }
        let on = self.change & self.flags;
        request = request.flag(on, true).flag(self.change - on, false);
        set! {
            address: self.address;
            broadcast: self.broadcast;
            txqlen: self.txqlen;
            mtu: self.mtu;
            netns: self.netns.as_ref();
            master: self.master;
            group: self.group;
            linkmode: self.mode;
            operstate: self.state;
            gso_max_size: self.gso_max_size;
            gso_max_segs: self.gso_max_segs;
            gro_max_size: self.gro_max_size;
            gso_ipv4_max_size: self.gso_ipv4_max_size;
            gro_ipv4_max_size: self.gro_ipv4_max_size;
        }
        if creates {
            let [tx, rx] = self.queues;
            set! {
                link: self.link_index;
                link_netnsid: self.link_netnsid;
                num_tx_queues: tx;
                num_rx_queues: rx;
            }
            return request.ifindex(self.index);
        }
        let reason = self.proto_down_reason;
        set! {
            carrier: self.carrier;
            alias: self.alias;
            addr_gen_mode: self.addr_gen_mode;
            proto_down: self.proto_down;
            proto_down_reason: reason.map(|(mask, value)| {
                ProtoDownReason::new().mask(mask).value(value)
            });
            new_ifindex: (self.index > 0).then_some(self.index);
        }
        request
    }
}

fn size(words: &mut Words<'_>, name: &str) -> Done<Option<u32>> {
    words
        .number(&format!("Invalid \"{name}\" value\n"))
        .map(Some)
}

fn link_mode(word: &str) -> Option<LinkMode> {
    match word.to_ascii_lowercase().as_str() {
        "default" => Some(LinkMode::Default),
        "dormant" => Some(LinkMode::Dormant),
        _ => None,
    }
}

fn oper_state(word: &str) -> Option<OperState> {
    let word = word.to_ascii_lowercase();
    let mut states = (0..=6).map(OperState::from);
    states.find(|state| state.to_string() == word)
}

fn addr_gen_mode(word: &str) -> Option<AddrGenMode> {
    let word = word.to_ascii_lowercase();
    let mut modes = (0..=3).map(AddrGenMode::from);
    modes.find(|mode| mode.to_string() == word)
}
