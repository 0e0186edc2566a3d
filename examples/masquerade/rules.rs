//! Rules of nf_tables that translate addresses: a subnet goes out behind the host's own address,
//! and a port of the host leads in.
//!
//! All of it stands in one table of a family, by which it is found and undone.
#![allow(dead_code)] // Each user needs a part.
use std::{fmt, io, net::IpAddr};

use nlroute::{
    Error, Family, Netlink, Prefix, Result,
    wire::{EncodeError, Fault, Message, Schema, Writer, table::Table},
};

use super::tables::{
    Bitwise, BitwiseTable, ChainData, ChainTable, Compare, CompareTable, Fib, FibTable, Hook,
    Immediate, ImmediateTable, Masquerade, MasqueradeTable, Meta, MetaTable, Nat, NatTable, NfGen,
    Payload, PayloadTable, RuleData, RuleTable, RuleView, StepData, StepTable, TableData,
    TableTable, TableView, Value,
};

const NETLINK_NETFILTER: i32 = 12;
const NFNL_SUBSYS_NFTABLES: u16 = 10;
const NFNL_MSG_BATCH_BEGIN: u16 = 16;
const NFNL_MSG_BATCH_END: u16 = 17;
const NFT_MSG_NEWTABLE: u16 = 0;
const NFT_MSG_GETTABLE: u16 = 1;
const NFT_MSG_DELTABLE: u16 = 2;
const NFT_MSG_NEWCHAIN: u16 = 3;
const NFT_MSG_NEWRULE: u16 = 6;
const NFT_MSG_GETRULE: u16 = 7;
const NFT_MSG_DELRULE: u16 = 8;

const NF_INET_PRE_ROUTING: u32 = 0;
const NF_INET_LOCAL_OUT: u32 = 3;
const NF_INET_POST_ROUTING: u32 = 4;
const DESTINATION_PRIORITY: i32 = -100;
const SOURCE_PRIORITY: i32 = 100;

const NFTA_LIST_ELEM: u16 = 1;
const NFTA_EXPR_DATA: u16 = 2;
const NETWORK_HEADER: u32 = 1;
const TRANSPORT_HEADER: u32 = 2;
const NFT_META_OIFNAME: u32 = 7;
const NFT_META_L4PROTO: u32 = 16;
const NFT_CMP_EQ: u32 = 0;
const NFT_CMP_NEQ: u32 = 1;
const NFT_FIB_RESULT_ADDRTYPE: u32 = 3;
const NFTA_FIB_F_DADDR: u32 = 2;
const RTN_LOCAL: u32 = 2;
const NFT_NAT_DNAT: u32 = 1;
/// Registers of 16 bytes.
const FIRST: u32 = 1;
const SECOND: u32 = 2;

/// The chains that packets go through.
pub const OUT: &str = "postrouting";
pub const IN: &str = "prerouting";
pub const LOCAL: &str = "output";

/// A protocol with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Tcp = 6,
    Udp = 17,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// What a rule is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule<'a> {
    /// What comes from `from` and leaves by another link than `but` bears that link's address.
    Masquerade { from: Prefix, but: &'a str },
    /// What goes to a port of the host itself goes to `to`.
    Publish {
        protocol: Protocol,
        port: u16,
        to: (IpAddr, u16),
    },
}

impl Rule<'_> {
    pub fn family(&self) -> Family {
        match self {
            Self::Masquerade { from, .. } => from.family(),
            Self::Publish { to, .. } => Family::of(to.0),
        }
    }

    /// Where it has to stand: a published port is one for the host's own packets too.
    pub fn chains(&self) -> &'static [&'static str] {
        match self {
            Self::Masquerade { .. } => &[OUT],
            Self::Publish { .. } => &[IN, LOCAL],
        }
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Masquerade { from, but } => write!(f, "masquerade {from} but on {but}"),
            Self::Publish { protocol, port, to } => {
                write!(f, "publish {protocol} {port} to {}:{}", to.0, to.1)
            }
        }
    }
}

/// Rules of nf_tables, all in one table of this name for each family.
pub struct Rules {
    socket: Netlink,
    table: &'static str,
}

impl Rules {
    pub fn open(table: &'static str) -> Result<Self> {
        Ok(Self {
            socket: Netlink::open(NETLINK_NETFILTER)?,
            table,
        })
    }

    /// Makes the table and its chains where they aren't there, and adds rules, each with what is
    /// written down beside it. All of it or nothing.
    pub fn add(&mut self, family: Family, rules: &[(Rule<'_>, &str)]) -> Result<()> {
        let (table, ip) = (self.table, word(family));
        let mut batch = self.socket.batch();
        batch.mark(|out| bound(NFNL_MSG_BATCH_BEGIN, out))?;
        let data = TableData::new().name(table);
        batch.push(
            format_args!("add table {ip} {table}"),
            TableTable::SCHEMA,
            |out| message::<TableTable>(NFT_MSG_NEWTABLE, CREATE, family, &data, out),
        )?;
        for (name, number, priority) in [
            (OUT, NF_INET_POST_ROUTING, SOURCE_PRIORITY),
            (IN, NF_INET_PRE_ROUTING, DESTINATION_PRIORITY),
            (LOCAL, NF_INET_LOCAL_OUT, DESTINATION_PRIORITY),
        ] {
            let hook = Hook::new().number(number).priority(priority as u32);
            let data = ChainData::new().table(table).name(name);
            let data = data.kind("nat").hook(hook);
            batch.push(
                format_args!("add chain {ip} {table} {name}"),
                ChainTable::SCHEMA,
                |out| message::<ChainTable>(NFT_MSG_NEWCHAIN, CREATE, family, &data, out),
            )?;
        }
        for (rule, note) in rules.iter().filter(|(rule, _)| rule.family() == family) {
            for chain in rule.chains() {
                batch.push(
                    format_args!("add rule {ip} {table} {chain}: {rule}"),
                    RuleTable::SCHEMA,
                    |out| {
                        let mut steps = Vec::new();
                        write(rule, &mut Writer::new(&mut steps))?;
                        let data = RuleData::new().table(table).chain(chain);
                        let data = data.expressions(&steps).userdata(note.as_bytes());
                        message::<RuleTable>(NFT_MSG_NEWRULE, APPEND, family, &data, out)
                    },
                )?;
            }
        }
        batch.mark(|out| bound(NFNL_MSG_BATCH_END, out))?;
        batch.commit()
    }

    /// What is written down beside each rule of a chain, and its number.
    pub fn list(&mut self, family: Family, chain: &str) -> Result<Vec<(String, u64)>> {
        let data = RuleData::new().table(self.table).chain(chain);
        let mut found = Vec::new();
        let what = format!("list rules of {} {} {chain}", word(family), self.table);
        let listed = self.socket.dump(
            &what,
            RuleTable::SCHEMA,
            |out| message::<RuleTable>(NFT_MSG_GETRULE, 0, family, &data, out),
            |told| {
                if told.header().kind == subsystem(NFT_MSG_NEWRULE) {
                    let rule = RuleView::parse(told.body())?;
                    // The kernel doesn't go by the filter where there is no such table.
                    let ours = rule.table().is_some_and(|name| name == self.table)
                        && rule.chain().is_some_and(|name| name == chain);
                    if let (true, Some(handle)) = (ours, rule.handle()) {
                        let note = rule.userdata().unwrap_or_default();
                        found.push((String::from_utf8_lossy(note).into_owned(), handle));
                    }
                }
                Ok(())
            },
        );
        match listed {
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            listed => listed.map(|()| found),
        }
    }

    /// Deletes the rules beside which something is written that `gone` says of.
    pub fn delete(&mut self, family: Family, gone: impl Fn(&str) -> bool) -> Result<()> {
        for chain in [OUT, IN, LOCAL] {
            for (note, handle) in self.list(family, chain)? {
                if !gone(&note) {
                    continue;
                }
                let data = RuleData::new()
                    .table(self.table)
                    .chain(chain)
                    .handle(handle);
                let ip = word(family);
                let what = format!("delete rule {ip} {} {chain} {note}", self.table);
                let deleted = self.transaction(&what, RuleTable::SCHEMA, |out| {
                    message::<RuleTable>(NFT_MSG_DELRULE, 0, family, &data, out)
                });
                match deleted {
                    // Somebody else was faster.
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Deletes the table of a family with all that is in it.
    pub fn clear(&mut self, family: Family) -> Result<()> {
        let data = TableData::new().name(self.table);
        let what = format!("delete table {} {}", word(family), self.table);
        self.transaction(&what, TableTable::SCHEMA, |out| {
            message::<TableTable>(NFT_MSG_DELTABLE, 0, family, &data, out)
        })
    }

    /// The names of all tables of a family, whoever made them.
    pub fn tables(&mut self, family: Family) -> Result<Vec<String>> {
        let mut names = Vec::new();
        self.socket.dump(
            "list tables",
            TableTable::SCHEMA,
            |out| {
                let nothing = TableData::new();
                message::<TableTable>(NFT_MSG_GETTABLE, 0, family, &nothing, out)
            },
            |told: &Message<'_>| -> Result<(), Fault> {
                let table = TableView::parse(told.body())?;
                names.extend(table.name().map(|name| name.to_string()));
                Ok(())
            },
        )?;
        Ok(names)
    }

    fn transaction(
        &mut self,
        what: &str,
        schema: &'static Schema,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<()> {
        let mut batch = self.socket.batch();
        batch.mark(|out| bound(NFNL_MSG_BATCH_BEGIN, out))?;
        batch.push(what, schema, write)?;
        batch.mark(|out| bound(NFNL_MSG_BATCH_END, out))?;
        batch.commit()
    }
}

/// As netfilter calls it: its `inet` is both.
fn word(family: Family) -> &'static str {
    match family {
        Family::Inet => "ip",
        _ => "ip6",
    }
}

/// Whether this kernel has no nf_tables, or no module for a step of a rule, which is `ENOENT`.
pub fn is_missing(error: &Error) -> bool {
    let of_rule = error.operation().starts_with("add rule ");
    error.is_unsupported() || of_rule && error.is_not_found()
}

const CREATE: i32 = libc::NLM_F_CREATE;
const APPEND: i32 = libc::NLM_F_CREATE | libc::NLM_F_APPEND;

fn subsystem(kind: u16) -> u16 {
    NFNL_SUBSYS_NFTABLES << 8 | kind
}

/// Where a transaction begins or ends.
fn bound(kind: u16, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let message = out.begin(kind, 0);
    let head = NfGen {
        res_id: NFNL_SUBSYS_NFTABLES.to_be(),
        ..NfGen::default()
    };
    out.bytes(&head.to_bytes());
    out.end(message)
}

fn message<T: Table>(
    kind: u16,
    flags: i32,
    family: Family,
    data: &T::Request<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let message = out.begin(subsystem(kind), flags as u16);
    let head = NfGen {
        family: family.into(),
        ..NfGen::default()
    };
    out.bytes(&head.to_bytes());
    T::encode(data, out)?;
    out.end(message)
}

/// The steps of a rule.
fn write(rule: &Rule<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    match rule {
        Rule::Masquerade { from, but } => {
            of_subnet(*from, out)?;
            let mut name = [0; 16];
            let len = but.len().min(15);
            if let (Some(place), Some(bytes)) = (name.get_mut(..len), but.as_bytes().get(..len)) {
                place.copy_from_slice(bytes);
            }
            let load = Meta::new().dreg(FIRST).key(NFT_META_OIFNAME);
            step::<MetaTable>("meta", &load, out)?;
            compare(NFT_CMP_NEQ, &name, out)?;
            step::<MasqueradeTable>("masq", &Masquerade::new(), out)
        }
        Rule::Publish { protocol, port, to } => {
            let load = Fib::new().dreg(FIRST).result(NFT_FIB_RESULT_ADDRTYPE);
            step::<FibTable>("fib", &load.flags(NFTA_FIB_F_DADDR), out)?;
            compare(NFT_CMP_EQ, &RTN_LOCAL.to_ne_bytes(), out)?;
            let load = Meta::new().dreg(FIRST).key(NFT_META_L4PROTO);
            step::<MetaTable>("meta", &load, out)?;
            compare(NFT_CMP_EQ, &[*protocol as u8], out)?;
            let load = Payload::new().dreg(FIRST).base(TRANSPORT_HEADER);
            step::<PayloadTable>("payload", &load.offset(2).length(2), out)?;
            compare(NFT_CMP_EQ, &port.to_be_bytes(), out)?;
            immediate(FIRST, &octets(to.0), out)?;
            immediate(SECOND, &to.1.to_be_bytes(), out)?;
            let family = u8::from(Family::of(to.0));
            let nat = Nat::new().kind(NFT_NAT_DNAT).family(family.into());
            step::<NatTable>("nat", &nat.address(FIRST).port(SECOND), out)
        }
    }
}

/// Goes on if a packet's source is of the subnet.
fn of_subnet(subnet: Prefix, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let network = octets(subnet.network().address());
    let (offset, length) = match subnet.family() {
        Family::Inet => (12, 4),
        _ => (8, 16),
    };
    let load = Payload::new().dreg(FIRST).base(NETWORK_HEADER);
    step::<PayloadTable>("payload", &load.offset(offset).length(length), out)?;
    let mask: Vec<u8> = (0..length as u8)
        .map(|byte| subnet.len().saturating_sub(8 * byte).min(8))
        .map(|bits| !(0xff_u8.checked_shr(bits.into()).unwrap_or(0)))
        .collect();
    let zeros = vec![0; mask.len()];
    let masked = Bitwise::new().sreg(FIRST).dreg(FIRST).length(length);
    let masked = masked.mask(Value::new().value(&mask));
    step::<BitwiseTable>("bitwise", &masked.xor(Value::new().value(&zeros)), out)?;
    compare(NFT_CMP_EQ, &network, out)
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn compare(operation: u32, with: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let data = Compare::new().sreg(FIRST).operation(operation);
    step::<CompareTable>("cmp", &data.data(Value::new().value(with)), out)
}

fn immediate(register: u32, value: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let data = Immediate::new().dreg(register);
    step::<ImmediateTable>("immediate", &data.data(Value::new().value(value)), out)
}

/// One step: its name and what it is given.
fn step<T: Table>(
    name: &str,
    data: &T::Request<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let element = out.begin_nest(NFTA_LIST_ELEM);
    StepTable::encode(&StepData::new().name(name), out)?;
    let nest = out.begin_nest(NFTA_EXPR_DATA);
    T::encode(data, out)?;
    out.end_attribute(nest)?;
    out.end_attribute(element)
}

/// Lets the calling thread's namespace forward packets, or no longer; answers how it was.
pub fn forward(family: Family, on: bool) -> io::Result<bool> {
    let path = match family {
        Family::Inet => "/proc/sys/net/ipv4/ip_forward",
        _ => "/proc/sys/net/ipv6/conf/all/forwarding",
    };
    let was = std::fs::read_to_string(path)?.trim() == "1";
    if was != on {
        std::fs::write(path, if on { "1" } else { "0" })?;
    }
    Ok(was)
}
