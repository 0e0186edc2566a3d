//! What a monitor makes of each type of message, told by a peer that plays the kernel.
mod common;

use std::{
    fmt::Debug,
    os::{fd::OwnedFd, unix::net::UnixDatagram},
};

use common::message;
use nlroute::{
    Monitor,
    messages::{self, NOUNS},
    monitor::{Change, Event, Noun},
};

/// The kernel's side, and a monitor that listens to it.
fn monitor() -> (UnixDatagram, Monitor) {
    let (theirs, ours) = UnixDatagram::pair().unwrap();
    (theirs, Monitor::from_fd(OwnedFd::from(ours)).unwrap())
}

/// What is told of a message: `+` and the noun, `-` and the noun, or `?`; and the noun in full.
fn told(of: &UnixDatagram, monitor: &mut Monitor, kind: u16, body: &[u8]) -> (String, String) {
    of.send(&message(kind, 0, 0, body)).unwrap();
    let Some(Event::Notification(told)) = monitor.try_next().unwrap() else {
        panic!("{kind} isn't told");
    };
    assert_eq!(u16::from(told.kind()), kind);
    assert_eq!((told.message().body(), told.nsid()), (body, None));
    match told.change() {
        Change::New(noun) => (format!("+{}", name(&noun)), format!("{noun:?}")),
        Change::Deleted(noun) => (format!("-{}", name(&noun)), format!("{noun:?}")),
        Change::Other(message) => {
            assert_eq!(message.body(), body);
            ("?".to_owned(), String::new())
        }
    }
}

/// Which noun it is, and that it shows as its view does.
fn name(noun: &Noun<'_>) -> &'static str {
    let (name, view): (_, &dyn Debug) = match noun {
        Noun::Link(view) => ("link", view),
        Noun::BridgePort(view) => ("port", view),
        Noun::Address(view) => ("addr", view),
        Noun::Route(view) => ("route", view),
        Noun::CacheReport(view) => ("cachereport", view),
        Noun::Rule(view) => ("rule", view),
        Noun::Neighbour(view) => ("neigh", view),
        Noun::Fdb(view) => ("fdb", view),
        Noun::Nexthop(view) => ("nexthop", view),
        Noun::NexthopBucket(view) => ("nexthopbucket", view),
        Noun::Netconf(view) => ("netconf", view),
        Noun::RouterPrefix(view) => ("prefix", view),
        Noun::UserOption(view) => ("nduseropt", view),
        Noun::Stats(view) => ("stats", view),
        Noun::NetnsId(view) => ("nsid", view),
        Noun::Mdb(view) => ("mdb", view),
        Noun::Vlan(view) => ("vlan", view),
        Noun::Vni(view) => ("tunnel", view),
        other => panic!("{other:?}"),
    };
    assert_eq!(format!("{noun:?}"), format!("{view:?}"));
    name
}

/// Nouns that a monitor types, by their names in the headers, in small letters.
const TYPED: [&str; 16] = [
    "link",
    "addr",
    "route",
    "neigh",
    "rule",
    "prefix",
    "nduseropt",
    "netconf",
    "mdb",
    "nsid",
    "stats",
    "cachereport",
    "nexthop",
    "vlan",
    "nexthopbucket",
    "tunnel",
];

#[test]
fn each_type_of_message_is_told_as_its_noun() {
    let (kernel, mut monitor) = monitor();
    let mut typed = 0;
    for noun in NOUNS {
        let body = vec![0; noun.header_len];
        let short = noun.uapi.to_lowercase();
        for kind in noun.kinds() {
            let (is, shown) = told(&kernel, &mut monitor, kind, &body);
            let which = messages::name(kind).unwrap();
            // What only asks or sets is no news of a noun.
            let expected = match kind & 3 {
                _ if !TYPED.contains(&&*short) => "?".to_owned(),
                0 => format!("+{short}"),
                1 => format!("-{short}"),
                _ => "?".to_owned(),
            };
            assert_eq!(is, expected, "{which}");
            if is != "?" {
                typed += 1;
                assert!(shown.contains("View"), "{which} {shown}");
                // A header that isn't whole is a message that nothing is known of.
                let (is, _) = told(&kernel, &mut monitor, kind, &body[1..]);
                assert_eq!(is, "?", "{which}");
            }
        }
    }
    assert!(typed > 2 * TYPED.len() - 6, "{typed}");
}

#[test]
fn what_a_bridge_tells_of_its_ports_is_told_apart() {
    const BRIDGE: u8 = 7;
    let (kernel, mut monitor) = monitor();
    for (kind, len, family, expected) in [
        (16, 16, BRIDGE, "+port"),
        (17, 16, BRIDGE, "-port"),
        (16, 16, 0, "+link"),
        // Of no family that tells of links.
        (16, 16, 2, "?"),
        (28, 12, BRIDGE, "+fdb"),
        (29, 12, BRIDGE, "-fdb"),
        (28, 12, 2, "+neigh"),
        (29, 12, 10, "-neigh"),
    ] {
        let mut body = vec![0; len];
        body[0] = family;
        let (is, _) = told(&kernel, &mut monitor, kind, &body);
        assert_eq!(is, expected, "{kind} of family {family}");
    }
}
