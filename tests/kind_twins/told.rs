//! What the kernel tells of a link, beside what it was asked for.
use nlroute::{
    Connection, Request, Verb,
    link::{Link, LinkInfoTable, LinkView},
    wire::{Attributes, Messages, Schema, Writer, table::Table},
};

use crate::golden::Links;
use crate::kernel::{is_new, shown};

/// Settings that the kernel tells in another way than it is told them.
const OTHERWISE: &[&str] = &[
    // All of them, whichever were set.
    "bridge.multi_boolopt",
    // What is done with the list isn't told, nor is the list's order.
    "macvlan.macaddr_mode",
    "macvlan.macaddr",
    "macvlan.macaddr_data",
    "macvtap.macaddr_mode",
    "macvtap.macaddr",
    "macvtap.macaddr_data",
    // All of them, and only what maps to something.
    "vlan.flags",
    "vlan.egress_qos",
    // Of ports that it has.
    "bond.primary",
    "bond.active_slave",
    // As the default that it is.
    "macsec.cipher_suite",
    // As the carrier has it.
    "bridge_port.state",
    // Told of the other end itself.
    "vxcan.peer",
    "netkit.peer",
    // Not at all.
    "hsr.interlink",
    // ERSPAN's own.
    "ip6gre.erspan_ver",
    "ip6gretap.erspan_ver",
];

const INFO_DATA: u16 = 2;
const INFO_SLAVE_DATA: u16 = 5;

/// How the settings of a request came back.
#[derive(Default)]
pub struct Told {
    /// As they were asked for.
    pub equal: Vec<String>,
    /// Not at all, on a kernel that may be too old for them.
    pub new: Vec<String>,
    /// Otherwise.
    pub wrong: Vec<String>,
}

impl Told {
    fn compare(&mut self, schema: &Schema, asked: &[u8], now: &[u8]) {
        for attribute in schema.attributes(asked).flatten() {
            let Some(line) = schema.line(attribute.kind()) else {
                self.wrong
                    .push(format!("{}.{}", schema.name, attribute.kind()));
                continue;
            };
            let what = format!("{}.{}", schema.name, line.name);
            let wanted = shown(&line, attribute.payload());
            match Attributes::new(now).find(line.kind) {
                _ if !line.readable || OTHERWISE.contains(&&*what) => {}
                Some(payload) if shown(&line, payload) == wanted => self.equal.push(what),
                // The kernel adds what it found out itself.
                Some(payload)
                    if line.name == "tunnel_flags" && holds(payload, attribute.payload()) =>
                {
                    self.equal.push(what);
                }
                Some(payload) => {
                    let told = shown(&line, payload);
                    self.wrong
                        .push(format!("{what}: {wanted} was asked for, {told} is told"));
                }
                // A kernel whose bridges don't filter by VLAN takes these without a word.
                None if is_new(&line) || what.starts_with("bridge.vlan_") => self.new.push(what),
                // What is off or nothing needs no telling.
                None if ["false", "Off", "0", "", "::", "0.0.0.0"].contains(&&*wanted) => {}
                None => self
                    .wrong
                    .push(format!("{what}: {wanted} was asked for, and isn't told")),
            }
        }
    }
}

/// Whether all bits of the one are in the other.
fn holds(all: &[u8], bits: &[u8]) -> bool {
    all.len() == bits.len() && all.iter().zip(bits).all(|(all, bits)| all & bits == *bits)
}

/// Asks the kernel of the link that a request was about.
pub fn told<R: Request>(host: &mut Connection, verb: Verb, request: &R) -> Told {
    let mut told = Told::default();
    if R::SCHEMA.name != "link" {
        return told;
    }
    let mut bytes = Vec::new();
    request
        .encode(verb, &mut Writer::with_lookup(&mut bytes, &mut Links))
        .unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let asked = LinkView::parse(message.body()).unwrap();
    let link = match asked.header().index {
        0 => host.get(Link::named(asked.name())),
        index => host.get(Link::named(index)),
    };
    let link = link.unwrap();
    for fault in link.malformed() {
        told.wrong.push(format!("{fault:?}"));
    }
    let Some(info) = asked.linkinfo() else {
        return told;
    };
    let Some(now) = link.linkinfo() else {
        told.wrong.push("no linkinfo".into());
        return told;
    };
    for (kind, asked, now) in [
        (INFO_DATA, info.data(), now.data()),
        (INFO_SLAVE_DATA, info.slave_data(), now.slave_data()),
    ] {
        let inner = LinkInfoTable::SCHEMA.inner(kind, info.as_bytes());
        if let (Some(schema), Some(asked)) = (inner, asked) {
            told.compare(&schema, asked, now.unwrap_or_default());
        }
    }
    told
}
