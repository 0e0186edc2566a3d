//! A VLAN, and a VRF.
use nlroute::link::{LinkView, VlanFlag, VlanFlags, VlanQos, VlanTable, VrfPortTable, VrfTable};

use super::{
    modify::{Action, send, start},
    settings::Settings,
};
use crate::{
    context::Context,
    names::{Table, ether_type, ether_type_of},
    words::{Done, Stop, Words, invalid, matches, number},
};

/// Switches, in the order in which they are shown.
const FLAGS: [(&str, &str, VlanFlag); 5] = [
    ("reorder_hdr", "REORDER_HDR", VlanFlag::REORDER_HDR),
    ("gvrp", "GVRP", VlanFlag::GVRP),
    ("mvrp", "MVRP", VlanFlag::MVRP),
    ("loose_binding", "LOOSE_BINDING", VlanFlag::LOOSE_BINDING),
    ("bridge_binding", "BRIDGE_BINDING", VlanFlag::BRIDGE_BINDING),
];

/// Pairs `FROM:TO`, as many as follow.
fn map(words: &mut Words<'_>, why: &str) -> Done<Vec<VlanQos>> {
    let mut map = Vec::new();
    while let Some((from, to)) = words.peek().and_then(|word| word.split_once(':')) {
        words.next();
        match (number(from), number(to)) {
            (Some(from), Some(to)) => map.push(VlanQos { from, to }),
            _ => return invalid(why, from),
        }
    }
    Ok(map)
}

pub fn run<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let (mut ingress, mut egress) = (None, None);
    let mut flags = VlanFlags::default();
    let (mut protocol, mut id) = (None, None);
    while let Some(word) = words.next() {
        let flag = FLAGS.iter().find(|(name, ..)| matches(word, name));
        match word {
            _ if matches(word, "protocol") => {
                protocol = Some(words.parsed("protocol is invalid", ether_type_of)?);
            }
            _ if matches(word, "id") => id = Some(words.number("id is invalid")?),
            _ if flag.is_some() => {
                if let Some((name, _, flag)) = flag {
                    flags = flags.and(*flag, words.switch(name)?);
                }
            }
            _ if matches(word, "ingress-qos-map") => {
                words.clone().value()?;
                ingress = Some(map(words, "invalid ingress-qos-map")?);
            }
            _ if matches(word, "egress-qos-map") => {
                words.clone().value()?;
                egress = Some(map(words, "invalid egress-qos-map")?);
            }
            _ => {
                if !matches(word, "help") {
                    eprintln!("vlan: unknown command \"{word}\"?");
                }
                eprintln!(
                    "Usage: ... vlan id VLANID
		[ protocol VLANPROTO ]
		[ reorder_hdr {{ on | off }} ]
		[ gvrp {{ on | off }} ]
		[ mvrp {{ on | off }} ]
		[ loose_binding {{ on | off }} ]
		[ bridge_binding {{ on | off }} ]
		[ ingress-qos-map QOS-MAP ]
		[ egress-qos-map QOS-MAP ]

VLANID := 0-4095
VLANPROTO: [ 802.1Q | 802.1ad ]
QOS-MAP := [ QOS-MAP ] QOS-MAPPING
QOS-MAPPING := FROM:TO"
                );
                return Err(Stop::FAILED);
            }
        }
    }
    let mut vlan = start::<VlanTable>(action, settings);
    if let Some(protocol) = protocol {
        vlan = vlan.protocol(protocol);
    }
    if let Some(id) = id {
        vlan = vlan.id(id);
    }
    if flags.mask != 0 {
        vlan = vlan.flags(flags);
    }
    if let Some(map) = &ingress {
        vlan = vlan.ingress_qos(map);
    }
    if let Some(map) = &egress {
        vlan = vlan.egress_qos(map);
    }
    send(context, action, settings, vlan)
}

pub fn show(context: &mut Context, link: &LinkView<'_>) {
    let Some(vlan) = link.data::<VlanTable>() else {
        return;
    };
    let Some(id) = vlan.id() else {
        return;
    };
    let out = &mut *context.out;
    let protocol = vlan
        .protocol()
        .map_or_else(|| "802.1q".to_owned(), ether_type);
    out.field("protocol", "protocol {} ", &protocol);
    out.field("id", "id {} ", id);
    if let Some(flags) = vlan.flags() {
        let mut left = flags.flags;
        out.open_array("flags", "<");
        for (_, name, flag) in FLAGS {
            if left & flag.bits() != 0 {
                left &= !flag.bits();
                out.item(if left == 0 { "{}" } else { "{}," }, name.into());
            }
        }
        if left != 0 {
            out.item("{}", (&format!("{left:x}")).into());
        }
        out.close_array("> ");
    }
    let maps = [
        ("ingress_qos", "ingress-qos-map", vlan.ingress_qos()),
        ("egress_qos", "egress-qos-map", vlan.egress_qos()),
    ];
    for (key, name, map) in maps {
        let Some(map) = map else { continue };
        out.open_array_json(key);
        out.line();
        out.text(format_args!("      {name} {{ "));
        for one in map.iter() {
            out.open(None);
            out.field("from", "{}:", one.from);
            out.field("to", "{} ", one.to);
            out.close();
        }
        out.close_array("} ");
    }
}

pub fn run_vrf<'a>(
    context: &mut Context,
    action: &Action,
    settings: &Settings<'a>,
    words: &mut Words<'a>,
) -> Done {
    let mut vrf = start::<VrfTable>(action, settings);
    while let Some(word) = words.next() {
        if !matches(word, "table") {
            if !matches(word, "help") {
                eprintln!("vrf: unknown option \"{word}\"?");
            }
            return Stop::FAILED.say("Usage: ... vrf table TABLEID");
        }
        let value = words.value()?;
        vrf = match context.names.number(Table::Route, value) {
            Some(table) => vrf.table(table),
            None => return invalid("invalid table ID\n", value),
        };
    }
    send(context, action, settings, vrf)
}

pub fn show_vrf(context: &mut Context, link: &LinkView<'_>) {
    let table = link.data::<VrfTable>().and_then(|vrf| vrf.table());
    context.out.named("table", table);
}

pub fn show_vrf_port(context: &mut Context, link: &LinkView<'_>) {
    let table = link.data::<VrfPortTable>().and_then(|port| port.table());
    context.out.named("table", table);
}
