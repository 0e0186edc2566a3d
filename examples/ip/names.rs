//! Names of numbers: those that iproute2 has in itself, and those of `/etc/iproute2`.
use std::{collections::BTreeMap, fs, path::Path};

use crate::words::{matches, number, number_of_base};

/// A table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Protocol,
    AddressProtocol,
    Scope,
    Realm,
    Route,
    DsField,
    Group,
    ProtoDown,
}

impl Table {
    fn file(self) -> &'static str {
        match self {
            Self::Protocol => "rt_protos",
            Self::AddressProtocol => "rt_addrprotos",
            Self::Scope => "rt_scopes",
            Self::Realm => "rt_realms",
            Self::Route => "rt_tables",
            Self::DsField => "rt_dsfield",
            Self::Group => "group",
            Self::ProtoDown => "protodown_reasons",
        }
    }

    fn known(self) -> &'static [(u32, &'static str)] {
        match self {
            Self::Protocol => &[
                (0, "unspec"),
                (1, "redirect"),
                (2, "kernel"),
                (3, "boot"),
                (4, "static"),
                (8, "gated"),
                (9, "ra"),
                (10, "mrt"),
                (11, "zebra"),
                (12, "bird"),
                (13, "dnrouted"),
                (14, "xorp"),
                (15, "ntk"),
                (16, "dhcp"),
                (18, "keepalived"),
                (42, "babel"),
                (99, "openr"),
                (186, "bgp"),
                (187, "isis"),
                (188, "ospf"),
                (189, "rip"),
                (192, "eigrp"),
            ],
            Self::AddressProtocol => &[
                (0, "unspec"),
                (1, "kernel_lo"),
                (2, "kernel_ra"),
                (3, "kernel_ll"),
            ],
            Self::Scope => &[
                (0, "global"),
                (255, "nowhere"),
                (254, "host"),
                (253, "link"),
                (200, "site"),
            ],
            Self::Realm => &[(0, "unknown")],
            Self::Route => &[(253, "default"), (254, "main"), (255, "local")],
            Self::DsField => &[(0, "0")],
            Self::Group => &[(0, "default")],
            Self::ProtoDown => &[],
        }
    }

    fn read(self) -> BTreeMap<u32, String> {
        const FOLDERS: [&str; 2] = ["/etc/iproute2", "/usr/share/iproute2"];
        let known = self.known().iter();
        let mut names: BTreeMap<_, _> = known.map(|(n, name)| (*n, (*name).to_owned())).collect();
        for folder in FOLDERS {
            if add(&mut names, &Path::new(folder).join(self.file())) {
                break;
            }
        }
        for folder in FOLDERS.iter().rev() {
            let folder = Path::new(folder).join(format!("{}.d", self.file()));
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|ext| ext == "conf") {
                    add(&mut names, &path);
                }
            }
        }
        names
    }
}

/// Adds a file's lines: a number, a name, perhaps a comment. Whether there is the file.
fn add(names: &mut BTreeMap<u32, String>, path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(n), Some(name)) = (words.next().and_then(number), words.next()) {
            names.insert(n, name.to_owned());
        }
    }
    true
}

/// All tables, each read when it is first asked for.
#[derive(Debug, Default)]
pub struct Names {
    read: BTreeMap<Table, BTreeMap<u32, String>>,
    numeric: bool,
}

impl Names {
    pub fn new(numeric: bool) -> Self {
        Self {
            numeric,
            ..Self::default()
        }
    }

    fn table(&mut self, table: Table) -> &BTreeMap<u32, String> {
        self.read.entry(table).or_insert_with(|| table.read())
    }

    pub fn name(&mut self, table: Table, n: u32) -> String {
        let numeric = self.numeric;
        let found = self.table(table).get(&n).filter(|_| !numeric);
        match (found, table) {
            (Some(name), _) => name.clone(),
            (None, Table::DsField) => format!("0x{n:02x}"),
            (None, Table::AddressProtocol) if n > 0 => format!("{n:#x}"),
            _ => n.to_string(),
        }
    }

    pub fn number(&mut self, table: Table, word: &str) -> Option<u32> {
        let most = match table {
            Table::Route | Table::Group => u32::MAX,
            Table::ProtoDown => 31,
            _ => 255,
        };
        let found = self.table(table).iter().find(|(_, name)| *name == word);
        let base = if table == Table::DsField { 16 } else { 0 };
        found
            .map(|(n, _)| *n)
            .or_else(|| number_of_base(word, base).filter(|n| *n <= most))
    }

    /// Realms: `FROM/TO`, `TO`, or a number for both.
    pub fn realms(&mut self, word: &str) -> Option<u32> {
        let (from, to) = word.split_once('/').unwrap_or(("", word));
        let mut realm = |word: &str| match word {
            "" => Some(0),
            word => self.number(Table::Realm, word),
        };
        let both = realm(from).and_then(|from| Some(from << 16 | realm(to)?));
        both.or_else(|| number(word))
    }
}

/// What a route does.
pub fn route_type(word: &str) -> Option<u8> {
    Some(match word {
        "local" => 2,
        "nat" => 10,
        "brd" => 3,
        "throw" => 9,
        _ => {
            const ABBREVIATED: [(&str, u8); 8] = [
                ("broadcast", 3),
                ("anycast", 4),
                ("multicast", 5),
                ("prohibit", 8),
                ("unreachable", 7),
                ("blackhole", 6),
                ("xresolve", 11),
                ("unicast", 1),
            ];
            let found = ABBREVIATED.iter().find(|(whole, _)| matches(word, whole));
            return found.map(|(_, n)| *n).or_else(|| number(word));
        }
    })
}

/// A protocol above IP.
pub fn ip_protocol(word: &str) -> Option<u8> {
    let listed = || {
        let text = fs::read_to_string("/etc/protocols").ok()?;
        text.lines().find_map(|line| {
            let line = line.split('#').next()?;
            let mut words = line.split_whitespace();
            let (name, n) = (words.next()?, words.next()?.parse().ok()?);
            (name == word || words.any(|other| other == word)).then_some(n)
        })
    };
    number(word)
        .or(match word {
            "icmp" => Some(1),
            "tcp" => Some(6),
            "udp" => Some(17),
            "ipv6-icmp" => Some(58),
            "sctp" => Some(132),
            _ => None,
        })
        .or_else(listed)
}

/// What a link-layer is.
pub fn link_type(n: u16, numeric: bool) -> String {
    use nlroute::link::DeviceType;
    match DeviceType::from(n) {
        DeviceType::Other(n) => match n {
            _ if numeric => format!("[{n}]"),
            256 => "slip".to_owned(),
            257 => "cslip".to_owned(),
            271 => "x25".to_owned(),
            513 => "hdlc".to_owned(),
            779 => "pimreg".to_owned(),
            820 => "phonet".to_owned(),
            821 => "phonet_pipe".to_owned(),
            825 => "6lowpan".to_owned(),
            65535 => "void".to_owned(),
            n => format!("[{n}]"),
        },
        known if !numeric => known.to_string(),
        known => format!("[{}]", u16::from(known)),
    }
}

/// An EtherType.
pub fn ether_type(n: u16) -> String {
    match n {
        0x0800 => "ip".to_owned(),
        0x86dd => "ipv6".to_owned(),
        0x0806 => "arp".to_owned(),
        0x8100 => "802.1Q".to_owned(),
        0x88a8 => "802.1ad".to_owned(),
        n => format!("[{n}]"),
    }
}

/// The EtherType of this name.
pub fn ether_type_of(word: &str) -> Option<u16> {
    match word.to_ascii_lowercase().as_str() {
        "802.1q" => Some(0x8100),
        "802.1ad" => Some(0x88a8),
        "ip" | "ipv4" => Some(0x0800),
        "ipv6" => Some(0x86dd),
        "arp" => Some(0x0806),
        word => number(word),
    }
}

/// A protocol above IP by its number, as `/etc/protocols` has it.
pub fn ip_protocol_name(n: u8, numeric: bool) -> String {
    let listed = || {
        let text = fs::read_to_string("/etc/protocols").ok()?;
        text.lines().find_map(|line| {
            let line = line.split('#').next()?;
            let mut words = line.split_whitespace();
            let (name, number) = (words.next()?, words.next()?);
            (number.parse() == Ok(n)).then(|| name.to_owned())
        })
    };
    let found = if numeric { None } else { listed() };
    found.unwrap_or_else(|| format!("ipproto-{n}"))
}

/// A code point: the name of its byte, or its number.
pub fn dscp_name(names: &mut Names, dscp: u8) -> String {
    let field = names.name(Table::DsField, u32::from(dscp) << 2);
    if field.starts_with("0x") {
        dscp.to_string()
    } else {
        field
    }
}
