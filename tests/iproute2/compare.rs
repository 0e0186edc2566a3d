//! Compares messages as trees: the order of attributes counts for nothing, nor does a NUL at the
//! end of a text; where an attribute is there twice the last counts.
use std::{collections::BTreeMap, fmt::Write};

use nlroute::{
    Query, Request, Verb,
    link::{BridgePortTable, LinkInfoView},
    messages,
    route::{NexthopTable, Nexthops},
    wire::{Attributes, Messages, Nesting, Schema, Shape, Writer, table::Table},
};

use super::{differences::Why, golden::Links};

/// The table of a noun as what is read of it is told: a request's own knows as much of it as
/// refusals tell.
fn whole(schema: &'static Schema) -> &'static Schema {
    let mut all = (16..128).filter_map(|kind| messages::Noun::of(kind)?.schema);
    all.find(|whole| whole.name == schema.name)
        .unwrap_or(schema)
}

/// A command and what is the same here.
pub struct Row {
    command: &'static str,
    schema: &'static Schema,
    ours: Vec<u8>,
    differs: Vec<String>,
}

impl Row {
    fn new(
        command: &'static str,
        schema: &'static Schema,
        encode: impl FnOnce(&mut Writer<'_>),
    ) -> Self {
        let mut ours = Vec::new();
        encode(&mut Writer::with_lookup(&mut ours, &mut Links));
        Self {
            command,
            schema: whole(schema),
            ours,
            differs: Vec::new(),
        }
    }

    pub fn command(&self) -> &'static str {
        self.command
    }

    /// In what another request for the same differs, beyond what needn't be said: the ends of
    /// paths and their values. It may go by a link's name where this one has the index.
    pub fn differs_from(&self, other: &Self, said: &[(&str, &str)]) -> Vec<String> {
        assert_eq!(self.schema.name, other.schema.name, "{}", self.command);
        let of = |row: &Self| {
            let message = Messages::new(&row.ours).next().unwrap().unwrap();
            let header = message.header();
            leaves(row.schema, header.kind, header.flags, message.body())
        };
        let (mut ours, mut others) = (of(self), of(other));
        const INDEX: &str = "header.ifi_index";
        if others.get(INDEX).is_some_and(|index| index == "0") && ours[INDEX] != "0" {
            others.remove("name");
            others.remove(INDEX);
            ours.remove(INDEX);
        }
        // How much is to be told of each link isn't what the question is.
        ours.remove("ext_mask");
        others.remove("ext_mask");
        ours.retain(|path, value| {
            let needless = |(end, same): &(&str, &str)| path.ends_with(end) && value == same;
            others.contains_key(path) || !said.iter().any(needless)
        });
        let differs = differences(&ours, &others);
        let tell = |line: &String| format!("{}: {line}", self.command);
        differs.iter().map(tell).collect()
    }

    /// That the two differ in this, and that it is meant.
    pub fn but(mut self, why: &Why) -> Self {
        assert!(why.why.ends_with('.'));
        self.differs
            .extend(why.lines.iter().map(|line| (*line).to_owned()));
        self
    }
}

pub fn request<R: Request>(command: &'static str, verb: Verb, request: &R) -> Row {
    Row::new(command, R::SCHEMA, |out| request.encode(verb, out).unwrap())
}

pub fn add<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Add, what)
}

pub fn replace<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Replace, what)
}

pub fn change<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Change, what)
}

pub fn append<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Append, what)
}

pub fn prepend<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Prepend, what)
}

pub fn delete<R: Request>(command: &'static str, what: &R) -> Row {
    request(command, Verb::Delete, what)
}

/// A question: a look-up, or a list.
pub fn ask<Q: Query>(command: &'static str, mut query: Q) -> Row {
    Row::new(command, Q::SCHEMA, |out| query.encode(out).unwrap())
}

/// Tables of which an attribute may be there more than once, each time as another.
const REPEATED: &[&str] = &["bridge_af"];

/// What is at each path of a message.
type Leaves = BTreeMap<String, String>;

/// A message without its length, sequence and port.
fn leaves(schema: &Schema, kind: u16, flags: u16, body: &[u8]) -> Leaves {
    const REQUEST_ACK: u16 = 5;
    const DUMP: u16 = 0x300;
    // NLM_F_DUMP's bits are those of REPLACE and EXCL, and are the connection's.
    let get = kind % 4 == 2;
    let shown = flags & !(REQUEST_ACK | if get { DUMP } else { 0 });
    let mut all = Leaves::new();
    all.insert("type".into(), kind.to_string());
    all.insert("flags".into(), format!("{shown:#x}"));
    add_body(schema, body, "", &mut all);
    all
}

fn add_body(schema: &Schema, body: &[u8], above: &str, all: &mut Leaves) {
    for (member, offset, size) in members(schema) {
        let mut number = [0; 8];
        number[..*size].copy_from_slice(&body[*offset..offset + size]);
        let path = format!("{above}header.{member}");
        all.insert(path, u64::from_le_bytes(number).to_string());
    }
    for attribute in schema.attributes(body) {
        let attribute = attribute.unwrap();
        let (kind, payload) = (attribute.kind(), attribute.payload());
        let mut path = format!("{above}{}", schema.name_of(kind));
        if REPEATED.contains(&schema.name) {
            let same = |other: &&String| {
                let rest = other.strip_prefix(&path);
                rest.is_some_and(|rest| rest.starts_with('#'))
            };
            let before = all.keys().filter(same).count();
            write!(path, "#{before}").unwrap();
        }
        // Where there is one already it counts no more.
        all.retain(|other, _| other != &path && !other.starts_with(&format!("{path}.")));
        if let Some(inner) = inner(schema, kind, body) {
            add_nest(&inner, payload, path, all);
            continue;
        }
        let Some(line) = schema.line(kind) else {
            all.insert(path, hex(payload));
            continue;
        };
        match (line.value.nesting, line.value.shape) {
            (Nesting::Each(each), _) => {
                for (n, element) in Attributes::new(payload).flatten().enumerate() {
                    let path = format!("{path}.{n}");
                    if let Nesting::Table(inner) = each.nesting {
                        add_nest(inner, element.payload(), path, all);
                    } else {
                        all.insert(path, leaf(each.shape, element.payload()));
                    }
                }
            }
            _ if line.value.name == "nexthops" => {
                for (n, hop) in Nexthops::new(payload).iter().enumerate() {
                    let path = format!("{path}.{n}.");
                    add_body(NexthopTable::SCHEMA, hop.as_bytes(), &path, all);
                }
            }
            // Open, and of no other meaning.
            _ if line.value.name == "netns" => {
                all.insert(path, "a descriptor".into());
            }
            (_, shape) => {
                all.insert(path, leaf(shape, payload));
            }
        }
    }
}

/// The table inside of an attribute, also where iproute2 has the kind of a link's master not in
/// its place: a port's link it calls a "bridge_slave".
fn inner(schema: &Schema, kind: u16, body: &[u8]) -> Option<Schema> {
    let is_port = || {
        let kind = LinkInfoView::parse(body).ok()?;
        Some(kind.kind()? == "bridge_slave")
    };
    schema.inner(kind, body).or_else(|| {
        (schema.name == "linkinfo" && schema.name_of(kind) == "slave_data" && is_port()?)
            .then_some(*BridgePortTable::SCHEMA)
    })
}

fn add_nest(inner: &Schema, body: &[u8], path: String, all: &mut Leaves) {
    if body.is_empty() {
        all.insert(path, "{}".into());
    } else {
        add_body(inner, body, &format!("{path}."), all);
    }
}

fn leaf(shape: Shape, payload: &[u8]) -> String {
    match shape {
        Shape::Text { .. } => {
            let text = payload.strip_suffix(b"\0").unwrap_or(payload);
            format!("{:?}", String::from_utf8_lossy(text))
        }
        _ => hex(payload),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// The members of a table's header.
fn members(schema: &Schema) -> &'static [(&'static str, usize, usize)] {
    use nlroute::{GenHeader, address, bridge, link, neighbour, nexthop, route, rule};
    match (schema.name, schema.header) {
        (_, 0) => &[],
        ("mdb_get" | "mdb_set" | "mdb", _) => bridge::MdbHeader::LAYOUT.members,
        ("vlan" | "vlan_dump", _) => bridge::VlanHeader::LAYOUT.members,
        ("tunnel", _) => bridge::TunnelHeader::LAYOUT.members,
        ("link", _) => link::LinkHeader::LAYOUT.members,
        ("address", _) => address::AddressHeader::LAYOUT.members,
        ("route", _) => route::RouteHeader::LAYOUT.members,
        ("rule", _) => rule::RuleHeader::LAYOUT.members,
        ("nexthop_object", _) => nexthop::NexthopHeader::LAYOUT.members,
        ("nexthop", _) => route::NexthopHeader::LAYOUT.members,
        ("neighbour", _) => neighbour::NeighbourHeader::LAYOUT.members,
        ("addrlabel", _) => nlroute::addrlabel::AddressLabelHeader::LAYOUT.members,
        ("netconf", _) => nlroute::netconf::NetconfHeader::LAYOUT.members,
        ("ntable", _) => nlroute::ntable::NtableHeader::LAYOUT.members,
        ("stats_getset", _) => nlroute::stats::StatsHeader::LAYOUT.members,
        ("nsid", _) => GenHeader::LAYOUT.members,
        (other, _) => panic!("which header has {other}?"),
    }
}

/// What differs, a line each: the path, what `ip` sends, what is sent here.
fn differences(theirs: &Leaves, ours: &Leaves) -> Vec<String> {
    let mut paths: Vec<_> = theirs.keys().chain(ours.keys()).collect();
    paths.sort();
    paths.dedup();
    let told = |leaves: &Leaves, path| leaves.get(path).cloned().unwrap_or_else(|| "-".into());
    paths
        .into_iter()
        .map(|path| (path, told(theirs, path), told(ours, path)))
        .filter(|(_, theirs, ours)| theirs != ours)
        .map(|(path, theirs, ours)| format!("{path}: {theirs} | {ours}"))
        .collect()
}

/// Compares every command of a file with its row, of which each must have the other.
pub fn check(file: &str, rows: Vec<Row>) {
    if cfg!(target_endian = "big") {
        return nlroute::sandbox::skip(format_args!("the captures are of a little-endian machine"));
    }
    let mut captured = BTreeMap::new();
    for line in file.lines() {
        let (command, hex) = line.split_once('\t').unwrap();
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        let before = captured.insert(command, bytes);
        assert_eq!(before, None, "{command}, twice");
    }
    let mut wrong = String::new();
    for mut row in rows {
        let Some(theirs) = captured.remove(row.command) else {
            writeln!(wrong, "{}: not captured", row.command).unwrap();
            continue;
        };
        let number = |at: usize| u16::from_le_bytes([theirs[at], theirs[at + 1]]);
        let theirs = leaves(row.schema, number(0), number(2), &theirs[4..]);
        let mut messages = Messages::new(&row.ours);
        let ours = messages.next().unwrap().unwrap();
        assert!(messages.next().is_none(), "{}: two messages", row.command);
        let header = ours.header();
        let ours = leaves(row.schema, header.kind, header.flags, ours.body());
        row.differs.sort();
        let mut differs = differences(&theirs, &ours);
        differs.sort();
        if differs != row.differs {
            writeln!(wrong, "{}: {differs:#?}", row.command).unwrap();
            if !row.differs.is_empty() {
                writeln!(wrong, "  instead of {:#?}", row.differs).unwrap();
            }
        }
    }
    for command in captured.keys() {
        writeln!(wrong, "{command}: no row").unwrap();
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
