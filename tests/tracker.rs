//! The tracker: each thing that the kernel changes without a word, or tells in another form than
//! it lists it, one by one; and the order of things, with a peer that plays the kernel.
mod common;
#[path = "common/normal.rs"]
mod normal;
#[path = "common/peer.rs"]
mod peer;

use std::{
    os::fd::OwnedFd,
    os::unix::net::UnixDatagram,
    time::{Duration, Instant},
};

use common::message;
use nlroute::{
    Add, Address, Connection, Describe, ErrorKind, Monitor, Neighbour, Netns, Request, Result,
    Route, Tracker, Verb,
    address::AddressFlags,
    link::{Bridge, BridgePort, Link, Peer, Veth},
    monitor::Noun,
    neighbour::NeighbourState,
    route::Nexthop,
    sandbox::isolated,
    tracker::{Changes, Difference},
    wire::{EncodeError, Lookup, Schema, Writer, table::Table},
};
use peer::{Peer as Kernel, done, link, played};

/// The tracker is what the kernel lists, at once or when the kernel has told of the rest.
#[track_caller]
fn is_true(tracker: &mut Tracker, host: &mut Connection) {
    loop {
        tracker.update().unwrap();
        let (tracked, listed) = (normal::tracked(tracker), normal::listed(host).unwrap());
        if tracked == listed {
            assert!(!tracker.is_stale());
            return;
        }
        let deadline = Instant::now() + Duration::from_secs(20);
        let told = tracker.wait(Some(deadline)).unwrap();
        assert!(told, "{}", normal::differences(&tracked, &listed));
    }
}

fn route<'a>(to: &str) -> Route<'a> {
    Route::new(to.parse().unwrap())
}

fn address<'a>(link: &'a str, prefix: &str) -> Address<'a> {
    let address = Address::new(link, prefix.parse().unwrap());
    if prefix.contains(':') {
        address.nodad()
    } else {
        address
    }
}

/// Two veth pairs that are up, with addresses, and a tracker.
fn world(host: &mut Connection) -> Result<Tracker> {
    for (near, far) in [("a0", "a1"), ("b0", "b1")] {
        host.add(Veth::new(near).up().peer(Peer::new(far).up()))?;
    }
    host.add(address("a0", "10.0.0.1/24"))?;
    host.add(address("a0", "fd00::1/64"))?;
    host.add(address("b0", "10.0.1.1/24"))?;
    host.add(address("b0", "fd01::1/64"))?;
    let mut tracker = Tracker::open()?;
    is_true(&mut tracker, host);
    Ok(tracker)
}

#[test]
fn routes_that_go_with_a_link_or_an_address_are_gone() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let t = &mut tracker;
        let has = |t: &Tracker, to: &str| {
            let to = to.parse().ok();
            t.routes().any(|route| route.destination() == to)
        };
        for to in ["198.51.100.0/24", "2001:db8::/48"] {
            host.add(route(to).oif("a0"))?;
        }
        is_true(t, &mut host);
        assert!(has(t, "198.51.100.0/24") && has(t, "2001:db8::/48"));
        // Of IPv4 no word is said.
        host.change(Link::named("a0").down())?;
        is_true(t, &mut host);
        assert!(!has(t, "198.51.100.0/24") && !has(t, "2001:db8::/48"));
        host.change(Link::named("a0").up())?;
        is_true(t, &mut host);

        // The address that is sent from.
        host.add(address("a0", "10.0.0.2/24"))?;
        host.add(address("a0", "fd00::2/64"))?;
        host.add(
            route("198.51.100.0/24")
                .oif("b0")
                .source("10.0.0.2".parse().unwrap()),
        )?;
        host.add(
            route("2001:db8::/48")
                .oif("b0")
                .source("fd00::2".parse().unwrap()),
        )?;
        is_true(t, &mut host);
        host.delete(address("a0", "10.0.0.2/24"))?;
        host.delete(address("a0", "fd00::2/64"))?;
        is_true(t, &mut host);
        assert!(!has(t, "198.51.100.0/24"));
        // Of IPv6 it only forgets the address.
        assert!(has(t, "2001:db8::/48"));

        // The last address of a link takes all its routes with it.
        host.add(route("198.51.100.0/24").oif("b0"))?;
        is_true(t, &mut host);
        host.delete(address("b0", "10.0.1.1/24"))?;
        is_true(t, &mut host);
        assert!(!has(t, "198.51.100.0/24"));
        host.add(route("198.51.100.0/24").oif("b0"))?;
        host.delete(Link::named("b0"))?;
        is_true(t, &mut host);
        assert!(!has(t, "198.51.100.0/24"));
        assert_eq!(t.resyncs(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn next_hops_that_die_and_live_again_are_known() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let v4 = ["10.0.0.9", "10.0.1.9"]
            .map(|gateway| Nexthop::new().gateway(gateway.parse().unwrap()));
        let v6 =
            ["fd00::9", "fd01::9"].map(|gateway| Nexthop::new().gateway(gateway.parse().unwrap()));
        host.add(route("198.51.100.0/24").nexthops(&v4))?;
        host.add(route("2001:db8::/48").nexthops(&v6))?;
        is_true(&mut tracker, &mut host);
        // The carrier goes, and comes back.
        host.change(Link::named("a1").down())?;
        is_true(&mut tracker, &mut host);
        host.change(Link::named("a1").up())?;
        is_true(&mut tracker, &mut host);
        // The link itself.
        host.change(Link::named("a0").down())?;
        is_true(&mut tracker, &mut host);
        host.change(Link::named("a0").up())?;
        is_true(&mut tracker, &mut host);
        // The last address, and a new one.
        host.delete(address("b0", "10.0.1.1/24"))?;
        is_true(&mut tracker, &mut host);
        host.add(address("b0", "10.0.1.1/24"))?;
        is_true(&mut tracker, &mut host);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn routes_that_are_alike_keep_their_order() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let by = |n: u8| route("198.51.100.0/24").gateway([10, 0, 0, n].into());
        let gateways = |tracker: &Tracker| {
            let to = "198.51.100.0/24".parse().ok();
            let routes = tracker.routes().filter(|route| route.destination() == to);
            let last = routes.map(|route| route.next_hop().unwrap().to_string());
            last.map(|gateway| gateway[7..].parse().unwrap())
                .collect::<Vec<u8>>()
        };
        host.add(by(2))?;
        host.append(by(3))?;
        host.append(by(4))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(gateways(&tracker), [2, 3, 4]);
        host.replace(by(5))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(gateways(&tracker), [5, 3, 4]);
        host.delete(by(3))?;
        host.append(by(6))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(gateways(&tracker), [5, 4, 6]);
        host.delete(route("198.51.100.0/24"))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(gateways(&tracker), [4, 6]);
        // None of it had to be listed again: what is the first of its kind says so, too.
        assert_eq!(tracker.resyncs(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn next_hops_of_ipv6_come_and_go_one_by_one() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let by = |n: u16| route("2001:db8::/48").gateway([0xfd00, 0, 0, 0, 0, 0, 0, n].into());
        let hops = |tracker: &Tracker| {
            let to = "2001:db8::/48".parse().ok();
            let routes = tracker.routes().filter(|route| route.destination() == to);
            routes
                .map(|route| route.nexthops().map_or(1, |hops| hops.iter().count()))
                .collect::<Vec<_>>()
        };
        host.add(by(2))?;
        is_true(&mut tracker, &mut host);
        host.append(by(3))?;
        host.append(by(4))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(hops(&tracker), [3]);
        host.delete(by(2))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(hops(&tracker), [2]);
        // One that has no gateway stands beside them.
        host.append(route("2001:db8::/48").oif("b0"))?;
        is_true(&mut tracker, &mut host);
        let mut both = hops(&tracker);
        both.sort_unstable();
        assert_eq!(both, [1, 2]);
        host.replace(by(9))?;
        is_true(&mut tracker, &mut host);
        host.delete(by(9))?;
        is_true(&mut tracker, &mut host);
        // All at once.
        let two = [2, 3].map(|n: u16| Nexthop::new().gateway([0xfd00, 0, 0, 0, 0, 0, 0, n].into()));
        host.delete(route("2001:db8::/48"))?;
        host.add(route("2001:db8::/48").nexthops(&two))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(hops(&tracker), [2]);
        host.delete(route("2001:db8::/48").nexthops(&two))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(hops(&tracker), [0; 0]);
        Ok::<(), nlroute::Error>(())
    });
}

/// The kernel's list leaves a route out that stands between two next hops of another.
#[test]
fn an_ipv6_route_that_was_hidden_is_seen_again() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let by = |n: u16| route("2001:db8::/48").gateway([0xfd00, 0, 0, 0, 0, 0, 0, n].into());
        let direct = || route("2001:db8::/48").oif("b0");
        for (last, change) in [("deleted", None), ("replaced", Some(5))] {
            host.add(by(2))?;
            host.append(direct())?;
            is_true(&mut tracker, &mut host);
            host.append(by(3))?;
            is_true(&mut tracker, &mut host);
            host.replace(direct().protocol(nlroute::route::RouteProtocol::Static))?;
            is_true(&mut tracker, &mut host);
            match change {
                None => {
                    host.delete(by(2))?;
                    is_true(&mut tracker, &mut host);
                    host.delete(by(3))?;
                }
                Some(other) => host.replace(by(other))?,
            }
            is_true(&mut tracker, &mut host);
            let to = "2001:db8::/48".parse().ok();
            let seen = tracker
                .routes()
                .filter(|route| route.destination() == to)
                .any(|route| route.next_hop().is_none());
            assert!(seen, "{last}");
            while host.delete(route("2001:db8::/48")).is_ok() {}
            is_true(&mut tracker, &mut host);
        }
        Ok::<(), nlroute::Error>(())
    });
}

/// A next hop object, which the crate has no noun for: its number, and a gateway.
struct Object(u32, [u8; 4], u32);

impl Request for Object {
    const SCHEMA: &'static Schema = nlroute::route::RouteAttributeTable::SCHEMA;
    const DESCRIBE: Describe = |_, _, f| f.write_str("next hop object");

    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let (kind, flags) = match verb {
            Verb::Delete => (105, 0),
            Verb::Replace => (104, libc::NLM_F_CREATE | libc::NLM_F_REPLACE),
            _ => (104, libc::NLM_F_CREATE | libc::NLM_F_EXCL),
        };
        let message = out.begin(kind, flags as u16);
        let family = if verb == Verb::Delete {
            0
        } else {
            libc::AF_INET as u8
        };
        out.bytes(&[family, 0, 0, 0, 0, 0, 0, 0]);
        out.attribute(1, &self.0.to_ne_bytes())?;
        if verb != Verb::Delete {
            out.attribute(5, &self.2.to_ne_bytes())?;
            out.attribute(6, &self.1)?;
        }
        out.end(message)
    }
}

impl Add for Object {
    type Answer = ();
    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl nlroute::Replace for Object {}
impl nlroute::Delete for Object {}

#[test]
fn routes_go_and_change_with_their_next_hop_object() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let a0 = host.ifindex("a0")?;
        if let Err(error) = host.add(Object(7, [10, 0, 0, 9], a0)) {
            nlroute::sandbox::skip(error);
            return Ok(());
        }
        host.add(Object(8, [10, 0, 0, 8], a0))?;
        host.add(route("198.51.100.0/24").nexthop_id(7))?;
        host.add(route("203.0.113.0/24").nexthop_id(8))?;
        host.append(route("203.0.113.0/24").nexthop_id(7))?;
        is_true(&mut tracker, &mut host);
        host.replace(Object(7, [10, 0, 0, 7], a0))?;
        is_true(&mut tracker, &mut host);
        host.delete(Object(7, [0; 4], 0))?;
        is_true(&mut tracker, &mut host);
        let gone = "198.51.100.0/24".parse().ok();
        assert!(tracker.routes().all(|route| route.destination() != gone));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_port_that_leaves_its_bridge_is_still_a_link() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        host.add(Bridge::new("br0").up())?;
        host.change(Link::named("b0").master("br0"))?;
        is_true(&mut tracker, &mut host);
        let b0 = host.ifindex("b0")?;
        // What it is as a port is told in the bridge's own form only.
        host.change(BridgePort::named("b0").port_cost(55))?;
        is_true(&mut tracker, &mut host);
        let cost = |tracker: &Tracker| tracker.link(b0)?.bridge_port()?.port_cost();
        assert_eq!(cost(&tracker), Some(55));
        host.change(Link::named("b0").no_master())?;
        is_true(&mut tracker, &mut host);
        assert!(tracker.link(b0).is_some() && cost(&tracker).is_none());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_link_that_is_renamed_or_moved_and_an_index_used_again() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let _ = tracker.changes();
        let (a0, b0) = (host.ifindex("a0")?, host.ifindex("b0")?);
        // Before Linux 6.2 only a link that is down takes a name.
        host.change(Link::named("a0").down())?;
        host.change(Link::named("a0").rename("c0"))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(tracker.link(a0).unwrap().name(), "c0");

        // The other end of a veth that went leads elsewhere now.
        let other = Netns::create("other")?;
        host.change(Link::named("b1").netns(&other))?;
        is_true(&mut tracker, &mut host);
        assert!(tracker.link(b0).unwrap().link_netnsid().is_some());

        host.delete(Link::named("c0"))?;
        host.add(Veth::new("d0").ifindex(a0).up().peer(Peer::new("d1").up()))?;
        host.add(address("d0", "10.0.9.1/24"))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(tracker.link(a0).unwrap().name(), "d0");
        let of_link = tracker.addresses().filter(|address| address.index() == a0);
        let own: Vec<_> = of_link.filter_map(|address| address.prefix()).collect();
        assert!(own.contains(&"10.0.9.1/24".parse().unwrap()));
        assert!(!own.contains(&"10.0.0.1/24".parse().unwrap()));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn neighbours_are_those_whose_address_is_known() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let neighbour = |state| {
            Neighbour::new("a0", "10.0.0.9".parse().unwrap())
                .lladdr([2, 0, 0, 0, 0, 9])
                .state(state)
        };
        let states = |tracker: &Tracker| {
            let nine = "10.0.0.9".parse().ok();
            let found = tracker.neighbours().find(|one| one.destination() == nine);
            found.map(|found| found.state())
        };
        for state in [NeighbourState::PERMANENT, NeighbourState::STALE] {
            host.replace(neighbour(state))?;
            is_true(&mut tracker, &mut host);
            assert_eq!(states(&tracker), Some(state));
        }
        for state in [NeighbourState::FAILED, NeighbourState::NOARP] {
            host.replace(neighbour(NeighbourState::PERMANENT))?;
            host.replace(neighbour(state))?;
            is_true(&mut tracker, &mut host);
            assert_eq!(states(&tracker), None);
        }
        host.replace(neighbour(NeighbourState::PERMANENT))?;
        is_true(&mut tracker, &mut host);
        host.delete(Link::named("a0"))?;
        is_true(&mut tracker, &mut host);
        assert_eq!(states(&tracker), None);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn an_overrun_is_mended() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        // The kernel checks addresses of its own for duplicates, and tells of each when it is
        // through, which may overrun a buffer once more that holds next to nothing.
        let checks = |tracker: &Tracker| {
            let mut flags = tracker.addresses().map(|address| address.flags());
            flags.any(|flags| flags.contains(AddressFlags::TENTATIVE))
        };
        while checks(&tracker) {
            tracker.wait(None)?;
        }
        is_true(&mut tracker, &mut host);
        let _ = tracker.changes();
        assert!(tracker.set_receive_buffer(0)? > 0);
        for n in 0..=255 {
            host.add(route(&format!("198.18.{n}.0/24")).oif("a0"))?;
        }
        is_true(&mut tracker, &mut host);
        assert_eq!(tracker.resyncs(), 2);
        let all: nlroute::Prefix = "198.18.0.0/16".parse().unwrap();
        let changes = tracker.changes();
        let new = changes.iter().filter(|one| match one {
            Difference::New(Noun::Route(route)) => route
                .destination()
                .is_some_and(|to| all.contains(to.address())),
            _ => false,
        });
        assert_eq!(new.count(), 256);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn changes_are_between_what_was_asked_for_and_now() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut tracker = world(&mut host)?;
        let all = tracker.links().count()
            + tracker.addresses().count()
            + tracker.routes().count()
            + tracker.neighbours().count();
        assert_eq!(tracker.changes().iter().count(), all);
        assert_eq!(tracker.changes().iter().count(), 0);

        let by = |n: u8| route("198.51.100.0/24").gateway([10, 0, 0, n].into());
        host.add(by(2))?;
        host.replace(by(3))?;
        host.add(route("203.0.113.0/24").oif("a0"))?;
        host.delete(route("203.0.113.0/24"))?;
        host.change(Link::named("b0").mtu(1400))?;
        host.change(Link::named("b0").mtu(1300))?;
        host.add(address("b0", "10.0.1.2/24"))?;
        tracker.update()?;
        let told = in_words(&tracker.changes());
        assert_eq!(
            told,
            [
                "~ b0 Some(1500) Some(1300)",
                "+ 10.0.1.2/24",
                "+ 10.0.1.2/32 None",
                "+ 198.51.100.0/24 Some(10.0.0.3)",
            ]
        );
        // Back to what it was is no change, nor are counters.
        host.change(Link::named("b0").mtu(1400))?;
        host.change(Link::named("b0").mtu(1300))?;
        host.replace(by(4))?;
        host.delete(address("b0", "10.0.1.2/24"))?;
        tracker.update()?;
        let told = in_words(&tracker.changes());
        assert_eq!(
            told,
            [
                "- 10.0.1.2/24",
                "- 10.0.1.2/32 None",
                "~ 198.51.100.0/24 Some(10.0.0.3) Some(10.0.0.4)",
            ]
        );
        tracker.resync()?;
        assert_eq!(in_words(&tracker.changes()), [""; 0]);
        Ok::<(), nlroute::Error>(())
    });
}

/// What was changed here; the kernel goes on with addresses of its own meanwhile.
fn in_words(changes: &Changes<'_>) -> Vec<String> {
    let ours = ["b0 ", "10.0.1.2/", "198.51.100.", "203.0.113."];
    let words = changes.iter().map(word);
    words
        .filter(|word| ours.iter().any(|one| word.contains(one)))
        .collect()
}

fn word(difference: Difference<'_>) -> String {
    match difference {
        Difference::New(Noun::Address(address)) => format!("+ {}", address.prefix().unwrap()),
        Difference::Deleted(Noun::Address(address)) => format!("- {}", address.prefix().unwrap()),
        Difference::New(Noun::Route(route)) => {
            format!("+ {} {:?}", route.destination().unwrap(), route.next_hop())
        }
        Difference::Deleted(Noun::Route(route)) => {
            format!("- {} {:?}", route.destination().unwrap(), route.next_hop())
        }
        Difference::Changed {
            before: Noun::Link(before),
            now: Noun::Link(now),
        } => {
            format!("~ {} {:?} {:?}", now.name(), before.mtu(), now.mtu())
        }
        Difference::Changed {
            before: Noun::Route(before),
            now: Noun::Route(now),
        } => format!(
            "~ {} {:?} {:?}",
            now.destination().unwrap(),
            before.next_hop(),
            now.next_hop()
        ),
        other => format!("{other:?}"),
    }
}

#[test]
fn it_follows_another_namespace_and_waits() {
    isolated(|| {
        let other = Netns::create("other")?;
        let mut tracker = Tracker::open_in(&other)?;
        let _ = tracker.changes();
        let soon = Instant::now() + Duration::from_millis(20);
        assert!(!tracker.wait(Some(soon))?);
        Connection::open()?.add(Bridge::new("here"))?;
        other.connect()?.add(Bridge::new("there"))?;
        assert!(tracker.wait(None)?);
        let changes = tracker.changes();
        assert_eq!(changes.iter().count(), 1, "{changes:?}");
        Ok::<(), nlroute::Error>(())
    });
}

/// What plays the kernel answers to each question of a tracker: links as given, nothing else.
fn answer(peer: &Kernel, links: impl FnOnce(u32) -> Vec<Vec<u8>>) {
    // Whether it is through with what it told.
    let sequence = peer.sequence();
    peer.send(&[common::error(sequence, libc::ENODEV, &[])]);
    let sequence = peer.sequence();
    peer.send(&links(sequence));
}

fn nothing_else(peer: &Kernel) {
    // Addresses, neighbours, and routes of two families.
    for _ in 0..4 {
        let sequence = peer.sequence();
        peer.send(&[done(sequence, 0, 0)]);
    }
}

fn names(tracker: &Tracker) -> Vec<String> {
    tracker
        .links()
        .map(|link| link.name().to_string())
        .collect()
}

#[test]
fn what_is_told_while_it_lists_counts() {
    let (ours, events) = UnixDatagram::pair().unwrap();
    let monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let interrupted = libc::NLM_F_DUMP_INTR as u16;
    let (connection, peer) = played(move |peer| {
        answer(peer, |sequence| {
            // Interrupted: thrown away.
            vec![
                link(sequence, 2, 9, "ghost"),
                done(sequence, interrupted, 0),
            ]
        });
        answer(peer, |sequence| {
            // It came and went before it was listed; it is told late.
            events.send(&link(0, 0, 5, "late")).unwrap();
            let mut gone = link(0, 0, 5, "late");
            gone[4..6].copy_from_slice(&libc::RTM_DELLINK.to_ne_bytes());
            events.send(&gone).unwrap();
            // Renamed after it was listed; and one made since.
            events.send(&link(0, 0, 2, "new-name")).unwrap();
            events.send(&link(0, 0, 7, "made")).unwrap();
            vec![
                link(sequence, 2, 1, "lo"),
                link(sequence, 2, 2, "old-name"),
                done(sequence, 0, 0),
            ]
        });
        nothing_else(peer);
        // What was told of them may be older than what was listed: their addresses once more.
        let sequence = peer.sequence();
        peer.send(&[common::error(sequence, libc::ENODEV, &[])]);
        for _ in [2, 5, 7] {
            let sequence = peer.sequence();
            peer.send(&[done(sequence, 0, 0)]);
        }
        events
    });
    let tracker = Tracker::with(connection, monitor).unwrap();
    let events = peer.join().unwrap();
    assert_eq!(names(&tracker), ["lo", "new-name", "made"]);
    assert!(!tracker.is_stale());
    drop(events);
}

#[test]
fn what_never_holds_still_is_an_error_and_stale() {
    let (ours, events) = UnixDatagram::pair().unwrap();
    let monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let interrupted = libc::NLM_F_DUMP_INTR as u16;
    let (connection, peer) = played(move |peer| {
        for _ in 0..16 {
            answer(peer, |sequence| vec![done(sequence, interrupted, 0)]);
        }
    });
    let error = Tracker::with(connection, monitor).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Interrupted { attempts: 16, .. }),
        "{error}"
    );
    peer.join().unwrap();
    drop(events);
}

#[test]
fn what_cannot_be_read_is_listed_again() {
    let (ours, events) = UnixDatagram::pair().unwrap();
    let monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let (connection, peer) = played(move |peer| {
        for name in ["before", "after"] {
            answer(peer, |sequence| {
                vec![link(sequence, 2, 1, name), done(sequence, 0, 0)]
            });
            nothing_else(peer);
        }
    });
    let mut tracker = Tracker::with(connection, monitor).unwrap();
    assert_eq!(names(&tracker), ["before"]);
    let whole = message(libc::RTM_NEWLINK, 0, 0, &[0; 16]);
    events.send(&whole[..20]).unwrap();
    tracker.update().unwrap();
    assert_eq!(names(&tracker), ["after"]);
    assert_eq!(tracker.resyncs(), 2);
    peer.join().unwrap();
}

/// A route of IPv4 in a list, to 10.0.n.0/24.
fn listed_route(sequence: u32, n: u8) -> Vec<u8> {
    let mut body = vec![2, 24, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0];
    let mut out = Writer::new(&mut body);
    out.attribute(1, &[10, 0, n, 0]).unwrap();
    message(libc::RTM_NEWROUTE, 2, sequence, &body)
}

#[test]
fn a_list_of_routes_that_goes_astray_is_read_again() {
    let (ours, events) = UnixDatagram::pair().unwrap();
    let monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let (connection, peer) = played(|peer| {
        answer(peer, |sequence| vec![done(sequence, 0, 0)]);
        for _ in ["addresses", "neighbours"] {
            let sequence = peer.sequence();
            peer.send(&[done(sequence, 0, 0)]);
        }
        // The kernel flags no list of routes. It goes on where it has been, and has left some out.
        let sequence = peer.sequence();
        let twice = [1, 2, 1, 4].map(|n| listed_route(sequence, n));
        peer.send(&twice);
        peer.send(&[done(sequence, 0, 0)]);
        let sequence = peer.sequence();
        peer.send(&[common::error(sequence, libc::ENODEV, &[])]);
        let sequence = peer.sequence();
        // Two that look alike, one after the other, are two.
        let all = [1, 2, 3, 3, 4].map(|n| listed_route(sequence, n));
        peer.send(&all);
        peer.send(&[done(sequence, 0, 0)]);
        let sequence = peer.sequence();
        peer.send(&[done(sequence, 0, 0)]);
    });
    let tracker = Tracker::with(connection, monitor).unwrap();
    let to: Vec<_> = tracker
        .routes()
        .map(|route| route.destination().unwrap().to_string())
        .collect();
    let all = [1, 2, 3, 3, 4].map(|n| format!("10.0.{n}.0/24"));
    assert_eq!(to, all);
    peer.join().unwrap();
    drop(events);
}
