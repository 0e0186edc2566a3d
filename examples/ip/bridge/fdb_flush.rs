//! `bridge fdb flush`.
use nlroute::neighbour::{FdbFlush, NeighbourFlags, NeighbourState};

use super::fdb::vni;
use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, garbage, loose, number},
};

/// The bits that a word sets, those that it clears, and which of them count.
fn state(word: &str) -> Option<[NeighbourState; 3]> {
    let (permanent, no_arp) = (NeighbourState::PERMANENT, NeighbourState::NOARP);
    let none = NeighbourState::empty();
    Some(match word {
        "permanent" => [permanent, none, permanent],
        "nopermanent" => [none, permanent, permanent],
        "static" => [no_arp, none, no_arp | permanent],
        "nostatic" => [none, no_arp, no_arp],
        "dynamic" => [none, no_arp, no_arp | permanent],
        "nodynamic" => [no_arp, none, no_arp],
        _ => return None,
    })
}

/// The flag of a word, and whether it is to be there.
fn flag(word: &str) -> Option<(NeighbourFlags, bool)> {
    const FLAGS: [(&str, NeighbourFlags); 5] = [
        ("added_by_user", NeighbourFlags::USE),
        ("extern_learn", NeighbourFlags::EXT_LEARNED),
        ("sticky", NeighbourFlags::STICKY),
        ("offloaded", NeighbourFlags::OFFLOADED),
        ("router", NeighbourFlags::ROUTER),
    ];
    FLAGS.iter().find_map(|(name, flag)| match word {
        _ if word == *name => Some((*flag, true)),
        _ if word.strip_prefix("no") == Some(name) => Some((*flag, false)),
        _ => None,
    })
}

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut device, mut brport, mut vlan) = (None, None, None);
    let (mut source_vni, mut to_vni, mut nhid, mut port) = (None, None, None, None);
    let mut dst = None;
    let (mut own, mut master) = (false, false);
    let (mut states, mut states_mask) = (NeighbourState::empty(), NeighbourState::empty());
    let (mut flags, mut flags_mask) = (NeighbourFlags::empty(), NeighbourFlags::empty());
    while let Some(word) = words.next() {
        if let Some([sets, clears, mask]) = state(word) {
            states = (states | sets) - clears;
            states_mask |= mask;
            continue;
        } else if let Some((bit, on)) = flag(word) {
            flags.set(bit, on);
            flags_mask |= bit;
            continue;
        }
        match word {
            "dev" => device = Some(words.value()?),
            "master" => master = true,
            "self" => own = true,
            "brport" if brport.is_some() => return garbage("brport", word),
            "brport" => brport = Some(words.value()?),
            "vlan" if vlan.is_some() => return garbage("vlan", word),
            "vlan" => vlan = Some(loose(words.value()?)),
            "src_vni" => source_vni = Some(vni(words, "invalid src VNI\n")?),
            "nhid" => nhid = Some(words.number::<u32>("\"nid\" value is invalid\n")?),
            "vni" => to_vni = Some(vni(words, "invalid VNI\n")?),
            "port" => port = Some(words.parsed("invalid port\n", number::<u16>)?),
            "dst" if dst.is_some() => return garbage("dst", word),
            "dst" => dst = Some(words.address(context.options.family)?),
            "help" => {
                words.value()?;
            }
            _ => {
                eprintln!("bridge fdb: unknown command \"{word}\"?");
                return help::fdb();
            }
        }
    }
    let Some(device) = device else {
        return Stop::FAILED.say("Device is a required argument.");
    };
    let Some(index) = context.find(device) else {
        return Stop::FAILED.say(format_args!("Cannot find bridge device \"{device}\""));
    };
    let mut flush = FdbFlush::new(index);
    if let Some(name) = brport {
        let Some(port) = context.find(name) else {
            return Stop::FAILED.say(format_args!("Cannot find bridge port device \"{name}\""));
        };
        flush = flush.bridge_port(port);
    }
    if let Some(vid) = vlan.filter(|vid| *vid >= 4096) {
        return Stop::FAILED.say(format_args!("Invalid VLAN ID \"{vid}\""));
    }
    macro_rules! set {
        ($($setter:ident: $value:expr;)*) => {$(
            if let Some(value) = $value {
                flush = flush.$setter(value);
            }
        )*};
    }
    set! {
        vlan: vlan.and_then(|vid| u16::try_from(vid).ok());
        source_vni: source_vni;
        nexthop_id: nhid.filter(|id| *id > 0);
        vni: to_vni;
        port: port.filter(|port| *port > 0);
        destination: dst;
    }
    flush = flush.state(states, states_mask).flags(flags, flags_mask);
    if own {
        flush = flush.own();
    }
    if master {
        flush = flush.master();
    }
    let done = context.host.delete(flush);
    context.talk(done).map_err(|_| Stop::FAILED)
}
