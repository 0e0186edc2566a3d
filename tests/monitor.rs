//! The monitor: what is told, by the kernel and by a peer that plays it.
mod common;

use std::{
    os::{
        fd::{AsFd, AsRawFd, OwnedFd},
        unix::net::UnixDatagram,
    },
    time::{Duration, Instant},
};

use common::message;
use nlroute::{
    Address, Connection, ErrorKind, FdbEntry, Group, Monitor, Neighbour, Netns, NetnsId, Route,
    link::{Bridge, Link, Peer, Veth},
    monitor::{Change, Event, Filter, MessageType, Notification, Noun},
    neighbour::NeighbourView,
    route::{Nexthop, RouteTable},
    sandbox::isolated,
    wire::{Messages, Writer},
};
use proptest::prelude::*;

const LONG: Duration = Duration::from_secs(120);

/// Receives until one is as wanted; one that never comes is a test that doesn't end well.
fn until<T>(
    monitor: &mut Monitor,
    mut wanted: impl FnMut(&Notification<'_>, &Change<'_>) -> Option<T>,
) -> T {
    let deadline = Instant::now() + LONG;
    loop {
        match monitor.next_until(deadline).unwrap() {
            Some(Event::Notification(told)) => {
                if let Some(found) = wanted(&told, &told.change()) {
                    return found;
                }
            }
            Some(Event::Overrun) => panic!("an overrun"),
            None => panic!("it never came"),
        }
    }
}

fn is<'a>(change: &'a Change<'a>, deleted: bool) -> Option<&'a Noun<'a>> {
    match change {
        Change::New(noun) if !deleted => Some(noun),
        Change::Deleted(noun) if deleted => Some(noun),
        _ => None,
    }
}

/// Everything that is there already, and nothing after it.
fn drain(monitor: &mut Monitor) -> usize {
    let mut count = 0;
    while monitor.try_next().unwrap().is_some() {
        count += 1;
    }
    count
}

#[test]
fn every_noun_is_told_when_it_comes_and_when_it_goes() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        monitor.join([
            Group::Link,
            Group::Neigh,
            Group::Ipv4Ifaddr,
            Group::Ipv6Ifaddr,
            Group::Ipv4Route,
            Group::Ipv6Route,
            Group::Nsid,
            Group::Ipv4Netconf,
        ])?;
        let m = &mut monitor;
        host.add(Bridge::new("br0").up())?;
        host.add(Veth::new("veth0").up().peer(Peer::new("veth1").up()))?;
        let veth0 = host.ifindex("veth0")?;
        until(m, |_, change| match is(change, false)? {
            Noun::Link(link) => (link.index() == veth0).then_some(()),
            _ => None,
        });
        host.change(Link::named("veth0").master("br0"))?;
        until(m, |_, change| match is(change, false)? {
            Noun::BridgePort(link) if link.index() == veth0 => {
                assert!(link.protinfo_bridge_port().is_some());
                Some(())
            }
            _ => None,
        });

        let gateway = "192.0.2.9".parse().unwrap();
        for deleted in [false, true] {
            let address = Address::new("br0", "192.0.2.1/24".parse().unwrap());
            let address6 = Address::new("br0", "2001:db8::1/64".parse().unwrap());
            let route = Route::new("198.51.100.0/24".parse().unwrap()).gateway(gateway);
            let neighbour = Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 9]);
            let entry = FdbEntry::new("veth0", [2, 0, 0, 0, 0, 8])
                .master()
                .r#static();
            if deleted {
                host.delete(entry)?;
                host.delete(neighbour)?;
                host.delete(route)?;
                host.delete(address6)?;
                host.delete(address)?;
            } else {
                host.add(address)?;
                host.add(address6)?;
                host.add(route)?;
                host.add(neighbour)?;
                host.add(entry)?;
            }
            let mut seen = [false; 5];
            until(m, |_, change| {
                match is(change, deleted)? {
                    Noun::Address(a) if a.prefix() == "192.0.2.1/24".parse().ok() => seen[0] = true,
                    Noun::Address(a) if a.prefix() == "2001:db8::1/64".parse().ok() => {
                        seen[1] = true;
                    }
                    Noun::Route(r) if r.next_hop() == Some(gateway) => seen[2] = true,
                    Noun::Neighbour(n) if n.destination() == Some(gateway) => seen[3] = true,
                    Noun::Fdb(f) if f.lladdr() == Some([2, 0, 0, 0, 0, 8].into()) => seen[4] = true,
                    _ => {}
                }
                seen.iter().all(|seen| *seen).then_some(())
            });
        }

        // A port that leaves its bridge isn't gone.
        host.change(Link::named("veth0").no_master())?;
        until(m, |_, change| match is(change, true)? {
            Noun::BridgePort(link) => (link.index() == veth0).then_some(()),
            Noun::Link(_) => panic!("no link is gone"),
            _ => None,
        });
        host.delete(Link::named("veth0"))?;
        until(m, |_, change| match is(change, true)? {
            Noun::Link(link) => (link.index() == veth0).then_some(()),
            _ => None,
        });

        let netns0 = Netns::create("netns0")?;
        host.add(NetnsId::new().fd(&netns0).nsid(7))?;
        until(m, |_, change| match is(change, false)? {
            Noun::NetnsId(id) => (id.nsid() == Some(7)).then_some(()),
            _ => None,
        });
        drop(netns0);
        Netns::delete("netns0")?;
        until(m, |_, change| match is(change, true)? {
            Noun::NetnsId(id) => (id.nsid() == Some(7)).then_some(()),
            _ => None,
        });

        let br1 = host.add(Bridge::new("br1"))?;
        until(m, |_, change| match is(change, false)? {
            Noun::Netconf(settings) => (settings.index() == Some(br1)).then_some(()),
            _ => None,
        });
        Ok::<(), nlroute::Error>(())
    });
}

/// A socket without a port would not hear of it: the kernel takes it for its own.
#[test]
fn what_the_kernel_does_unasked_is_told() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Link])?;
        host.add(Veth::new("veth0").up().peer(Peer::new("veth1").up()))?;
        // The carrier comes a moment later, by the kernel's own clock.
        until(&mut monitor, |told, _| {
            let header = told.message().header();
            (header.port == 0 && header.sequence == 0).then_some(())
        });
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn an_overrun_is_an_event_and_what_follows_is_told() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        // As little as the kernel gives.
        let bytes = monitor.set_receive_buffer(0)?;
        assert!((1..10_000).contains(&bytes), "{bytes}");
        monitor.join([Group::Ipv4Route])?;
        host.change(Link::named("lo").up())?;
        let route = |n: u8| Route::new(format!("10.0.{n}.0/24").parse().unwrap()).oif("lo");
        for n in 0..=255 {
            host.add(route(n))?;
        }
        let (mut told, mut lost) = (0, 0);
        while let Some(event) = monitor.try_next()? {
            match event {
                Event::Overrun => lost += 1,
                Event::Notification(_) => told += 1,
            }
        }
        assert!(told > 0 && told < 256 && lost == 1, "{told} {lost}");
        host.delete(route(0))?;
        until(&mut monitor, |_, change| match is(change, true)? {
            Noun::Route(_) => Some(()),
            _ => None,
        });
        // With room enough nothing is lost.
        assert!(monitor.set_receive_buffer(1 << 20)? >= 200_000);
        for n in 1..=255 {
            host.delete(route(n))?;
        }
        for _ in 1..=255 {
            until(&mut monitor, |_, _| Some(()));
        }
        assert_eq!(drain(&mut monitor), 0);
        Ok::<(), nlroute::Error>(())
    });
}

/// Why one must receive all before listing again.
#[test]
fn after_an_overrun_the_kernel_drops_in_silence_until_all_is_received() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        monitor.set_receive_buffer(0)?;
        monitor.join([Group::Ipv4Route])?;
        host.change(Link::named("lo").up())?;
        let route = |n: u8| Route::new(format!("10.0.{n}.0/24").parse().unwrap()).oif("lo");
        for n in 0..=20 {
            host.add(route(n))?;
        }
        assert!(matches!(monitor.try_next()?, Some(Event::Overrun)));
        // It has been told; there is something to receive, and room for more once one is.
        assert!(matches!(monitor.try_next()?, Some(Event::Notification(_))));
        host.add(route(21))?;
        while let Some(event) = monitor.try_next()? {
            let Event::Notification(told) = event else {
                panic!("it is told once");
            };
            if let Change::New(Noun::Route(route)) = told.change() {
                assert_ne!(route.destination(), "10.0.21.0/24".parse().ok());
            }
        }
        host.add(route(22))?;
        assert_eq!(drain(&mut monitor), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_kernel_filters_before_it_queues() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.change(Link::named("lo").up())?;
        host.add(Veth::new("veth0").up().peer(Peer::new("veth1").up()))?;
        let (lo, veth0) = (host.ifindex("lo")?, host.ifindex("veth0")?);
        let mut monitor = Monitor::open()?;
        monitor.set_receive_buffer(0)?;
        let filter = Filter::all()
            .kinds([MessageType::DelRoute, MessageType::NewRoute])
            .table(1000)
            .table(7)
            .link(veth0);
        monitor.set_filter(filter)?;
        monitor.join([Group::Ipv4Route, Group::Ipv4Ifaddr])?;
        let route = |n: u8, table: u32, link: u32| {
            Route::new(format!("10.0.{n}.0/24").parse().unwrap())
                .oif(link)
                .table(table)
        };
        // The same that overran it without a filter.
        for n in 0..=255 {
            host.add(route(n, 254, veth0))?;
            host.add(route(n, 1000, lo))?;
        }
        host.add(Address::new("veth0", "192.0.2.1/24".parse().unwrap()))?;
        assert!(monitor.try_next()?.is_none());
        monitor.set_receive_buffer(1 << 20)?;
        host.add(route(1, 7, veth0))?;
        host.delete(route(1, 7, veth0))?;
        let hops = [Nexthop::new().link(lo), Nexthop::new().link(veth0)];
        host.add(
            Route::new("10.1.0.0/16".parse().unwrap())
                .nexthops(&hops)
                .table(1000),
        )?;
        let hops = [Nexthop::new().link(lo), Nexthop::new().link(lo)];
        // By the kernel's filter this one passes, which doesn't look into next hops.
        host.add(
            Route::new("10.2.0.0/16".parse().unwrap())
                .nexthops(&hops)
                .table(1000),
        )?;
        let mut told = Vec::new();
        while let Some(Event::Notification(one)) = monitor.try_next()? {
            let (Change::New(Noun::Route(route)) | Change::Deleted(Noun::Route(route))) =
                one.change()
            else {
                panic!("{one:?}");
            };
            told.push((
                one.kind(),
                route.table(),
                route.destination().unwrap().to_string(),
            ));
        }
        assert_eq!(
            told,
            [
                (
                    MessageType::NewRoute,
                    RouteTable(7),
                    "10.0.1.0/24".to_owned()
                ),
                (
                    MessageType::DelRoute,
                    RouteTable(7),
                    "10.0.1.0/24".to_owned()
                ),
                (
                    MessageType::NewRoute,
                    RouteTable(1000),
                    "10.1.0.0/16".to_owned()
                ),
            ]
        );
        monitor.set_filter(Filter::all())?;
        host.delete(route(0, 254, veth0))?;
        assert_eq!(drain(&mut monitor), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_filter_of_too_many_values_is_refused_and_the_one_before_stays() {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let few = Filter::all().kinds([MessageType::NewRoute]);
    monitor.set_filter(few).unwrap();
    let many = (0..10_000).fold(Filter::all(), Filter::link);
    let error = monitor.set_filter(many).unwrap_err();
    assert!(
        [Some(libc::EINVAL), Some(libc::ENOMEM)].contains(&error.errno()),
        "{error}"
    );
    theirs
        .send(&message(libc::RTM_NEWLINK, 0, 0, &[0; 16]))
        .unwrap();
    theirs
        .send(&message(libc::RTM_NEWROUTE, 0, 0, &[0; 12]))
        .unwrap();
    assert_eq!(drain(&mut monitor), 1);
}

#[test]
fn another_namespace_is_told_with_its_number() {
    isolated(|| {
        let mut host = Connection::open()?;
        let (known, unknown) = (Netns::create("known")?, Netns::create("unknown")?);
        host.add(NetnsId::new().fd(&known).nsid(7))?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Link])?;
        monitor.listen_all_nsid(true)?;
        unknown.connect()?.add(Bridge::new("br0"))?;
        known.connect()?.add(Bridge::new("br1"))?;
        host.add(Bridge::new("br2"))?;
        let names = |monitor: &mut Monitor| {
            let mut names = Vec::new();
            while let Some(Event::Notification(told)) = monitor.try_next().unwrap() {
                if let Change::New(Noun::Link(link)) = told.change() {
                    names.push((told.nsid(), link.name().to_string()));
                }
            }
            names
        };
        let told = names(&mut monitor);
        assert_eq!(
            told,
            [(Some(7), "br1".to_owned()), (None, "br2".to_owned())]
        );
        monitor.listen_all_nsid(false)?;
        known.connect()?.add(Bridge::new("br3"))?;
        host.add(Bridge::new("br4"))?;
        assert_eq!(names(&mut monitor), [(None, "br4".to_owned())]);

        // Opened in another namespace, that one is its own.
        let mut inside = known.monitor()?;
        inside.join([Group::Link])?;
        known.connect()?.add(Bridge::new("br5"))?;
        assert_eq!(names(&mut inside), [(None, "br5".to_owned())]);
        assert_eq!(drain(&mut monitor), 0);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn all_namespaces_take_a_capability() {
    isolated(|| {
        let mut monitor = Monitor::open()?;
        // SAFETY: a bare system call without pointers. It changes this thread only, and the
        // process ends with the test. An id that isn't mapped leaves the thread as it is.
        let changed = unsafe { libc::syscall(libc::SYS_setresuid, 65534, 65534, 65534) };
        if changed == -1 {
            // In a user namespace of one id: give up the capabilities alone.
            let header = [0x2008_0522_u32, 0];
            // SAFETY: version 3 of the header, and two records of three numbers each, all zero.
            let set =
                unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), [0u32; 6].as_ptr()) };
            assert_eq!(set, 0);
        }
        let error = monitor.listen_all_nsid(true).unwrap_err();
        assert!(error.is_permission_denied(), "{error}");
        // Its own is still told without any.
        monitor.join([Group::Link])?;
        let error = monitor.join([Group::Ipv4MrouteR]).unwrap_err();
        let known = error.is_permission_denied() || error.errno() == Some(libc::EINVAL);
        assert!(known, "{error}");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn groups_are_joined_and_left() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        host.add(Bridge::new("br0"))?;
        assert_eq!(drain(&mut monitor), 0);
        monitor.join([Group::Link])?;
        host.add(Bridge::new("br1"))?;
        assert!(drain(&mut monitor) > 0);
        monitor.leave([Group::Link])?;
        host.add(Bridge::new("br2"))?;
        assert_eq!(drain(&mut monitor), 0);
        let error = monitor.join([Group::Other(4000)]).unwrap_err();
        assert_eq!(error.errno(), Some(libc::EINVAL));
        assert_eq!(error.operation(), "join group 4000");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn waiting_for_a_link_outlives_an_overrun() {
    isolated(|| {
        let (mut host, mut other) = (Connection::open()?, Connection::open()?);
        host.add(Bridge::new("br0"))?;
        let mut looks = 0;
        host.wait_until("br0", LONG, |link| {
            looks += 1;
            // More than the receive buffer of the one that waits can hold.
            for n in 0..if looks == 1 { 2000 } else { 0 } {
                other.change(Link::named("br0").mtu(1000 + n)).unwrap();
            }
            link.mtu() == Some(2999)
        })?;
        assert_eq!(looks, 2);
        Ok::<(), nlroute::Error>(())
    });
}

/// A monitor, and who plays the kernel for it.
fn played() -> (Monitor, UnixDatagram) {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    monitor.join([Group::Link]).unwrap();
    (monitor, theirs)
}

#[test]
fn waiting_ends_with_the_time_or_the_event() {
    let (mut monitor, peer) = played();
    assert!(monitor.try_next().unwrap().is_none());
    let start = Instant::now();
    let deadline = start + Duration::from_millis(20);
    assert!(monitor.next_until(deadline).unwrap().is_none());
    assert!(start.elapsed() >= Duration::from_millis(20));
    peer.send(&message(libc::RTM_NEWLINK, 0, 0, &[0; 16]))
        .unwrap();
    // Any event loop sees it.
    let mut entry = libc::pollfd {
        fd: monitor.as_fd().as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one entry, as the count says, which outlives the call.
    assert_eq!(unsafe { libc::poll(&raw mut entry, 1, -1) }, 1);
    let told = monitor.try_next().unwrap();
    assert!(matches!(told, Some(Event::Notification(_))), "{told:?}");
    let writer = std::thread::spawn(move || {
        peer.send(&message(libc::RTM_NEWADDR, 0, 0, &[0; 8]))
            .unwrap();
        peer
    });
    let Event::Notification(told) = monitor.next().unwrap() else {
        panic!("nothing overran");
    };
    assert_eq!(told.kind(), MessageType::NewAddr);
    writer.join().unwrap();
}

#[test]
fn every_message_of_a_datagram_is_told() {
    let (mut monitor, peer) = played();
    let filter = Filter::all().kinds([MessageType::NewLink, MessageType::DelNeigh]);
    monitor.set_filter(filter).unwrap();
    let datagram = [
        message(libc::RTM_NEWADDR, 0, 0, &[0; 8]),
        message(libc::RTM_NEWLINK, 0, 1, &[0; 16]),
        // A body that isn't padded, and one whose header isn't whole.
        message(libc::RTM_DELNEIGH, 0, 2, &[0; 13]),
        message(libc::RTM_NEWLINK, 0, 3, &[0; 3]),
    ];
    peer.send(&datagram.concat()).unwrap();
    let mut told = Vec::new();
    while let Some(Event::Notification(one)) = monitor.try_next().unwrap() {
        let typed = !matches!(one.change(), Change::Other(_));
        told.push((one.message().header().sequence, typed));
    }
    assert_eq!(told, [(1, true), (2, true), (3, false)]);
}

#[test]
fn what_has_no_type_is_told_as_it_is() {
    let (mut monitor, peer) = played();
    let bytes = message(libc::RTM_NEWQDISC, 0, 1, &[7; 20]);
    peer.send(&bytes).unwrap();
    let Some(Event::Notification(told)) = monitor.try_next().unwrap() else {
        panic!("nothing was told");
    };
    assert_eq!(told.kind(), MessageType::NewQdisc);
    let Change::Other(message) = told.change() else {
        panic!("it has a type");
    };
    assert_eq!(message.as_bytes(), bytes);
}

#[test]
fn a_message_that_is_not_whole_is_an_error_and_the_next_datagram_is_told() {
    for cut in 1..20 {
        let (mut monitor, peer) = played();
        let whole = message(libc::RTM_NEWLINK, 0, 1, &[0; 16]);
        let cut = &whole[..whole.len() - cut];
        peer.send(&[&whole, cut].concat()).unwrap();
        peer.send(&whole).unwrap();
        assert!(monitor.try_next().unwrap().is_some());
        let error = monitor.try_next().unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Malformed { .. }),
            "{error}"
        );
        assert_eq!(drain(&mut monitor), 1);
    }
}

/// A message of any type, with whatever attributes.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![
        prop::sample::select(vec![16, 17, 20, 21, 24, 25, 28, 29, 30, 80, 88]),
        any::<u16>(),
    ];
    let attribute = (
        prop::sample::select(vec![1u16, 4, 5, 7, 9, 15, 30]),
        prop_oneof![0u32..4, Just(254), Just(1000), any::<u32>()],
        0usize..3,
    );
    let header = prop::collection::vec(prop_oneof![0u8..4, Just(7), Just(254), any::<u8>()], 0..20);
    (kind, header, prop::collection::vec(attribute, 0..6)).prop_map(|(kind, mut body, list)| {
        // Whole words: padding can't be told from a body.
        body.truncate(body.len() & !3);
        if kind == 24 || kind == 25 {
            body.resize(12, 0);
        }
        let mut out = Writer::new(&mut body);
        let mut before = Vec::new();
        for (attribute, value, more) in list {
            // Each once, as the kernel has them: of two the kernel's filter sees the first.
            if before.contains(&attribute) || body_is_short(kind) {
                continue;
            }
            before.push(attribute);
            let mut payload = value.to_ne_bytes().to_vec();
            if attribute == 9 {
                payload = next_hop(value, more);
            }
            out.attribute(attribute, &payload).unwrap();
        }
        message(kind, 0, 0, &body)
    })
}

/// Attributes are only asked for in routes.
fn body_is_short(kind: u16) -> bool {
    kind != 24 && kind != 25
}

fn next_hop(index: u32, more: usize) -> Vec<u8> {
    let mut hop = [0; 8];
    hop[..2].copy_from_slice(&8u16.to_ne_bytes());
    hop[4..].copy_from_slice(&index.to_ne_bytes());
    hop.repeat(more + 1)
}

fn filters() -> impl Strategy<Value = Filter> {
    let kinds = prop::collection::vec(
        prop_oneof![
            prop::sample::select(vec![16u16, 17, 20, 24, 25, 28, 29, 88]),
            any::<u16>()
        ],
        0..4,
    );
    let links = prop::collection::vec(prop_oneof![0u32..4, any::<u32>()], 0..4);
    let tables = prop::collection::vec(prop_oneof![0u32..4, Just(254), Just(1000)], 0..4);
    (kinds, links, tables, any::<bool>()).prop_map(|(kinds, links, tables, fdb)| {
        let filter = Filter::all().kinds(kinds.into_iter().map(MessageType::from));
        let filter = if fdb { filter } else { filter.without_fdb() };
        let filter = links.into_iter().fold(filter, Filter::link);
        tables.into_iter().fold(filter, Filter::table)
    })
}

/// What the kernel lets through of these datagrams.
fn passed(filter: &Filter, datagrams: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let raw = ours.try_clone().unwrap();
    raw.set_nonblocking(true).unwrap();
    let mut monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    monitor.set_filter(filter.clone()).unwrap();
    let mut passed = Vec::new();
    for datagram in datagrams {
        theirs.send(datagram).unwrap();
        let mut bytes = vec![0; 4096];
        if let Ok(len) = raw.recv(&mut bytes) {
            bytes.truncate(len);
            passed.push(bytes);
        }
    }
    passed
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The program and the same in Rust agree on every single message, and the program lets
    /// through whatever it can't judge, whole.
    #[test]
    fn the_kernels_filter_is_the_same(
        filter in filters(),
        datagrams in prop::collection::vec(messages(), 1..12),
        cut in 1usize..16,
    ) {
        let kept = |datagram: &&Vec<u8>| {
            let message = Messages::new(datagram).next().unwrap().unwrap();
            let hops = matches!(message.header().kind, 24 | 25)
                && nlroute::route::RouteView::parse(message.body())
                    .is_ok_and(|route| route.nexthops().is_some());
            (filter.keeps(&message), hops)
        };
        for datagram in &datagrams {
            let passes = !passed(&filter, std::slice::from_ref(datagram)).is_empty();
            let (keeps, hops) = kept(&datagram);
            if hops || keeps {
                prop_assert!(passes || !keeps, "{filter:?} {datagram:?}");
            } else {
                prop_assert_eq!(passes, keeps, "{:?} {:?}", filter, datagram);
            }
        }
        let several = datagrams.concat();
        if datagrams.len() > 1 {
            prop_assert_eq!(passed(&filter, std::slice::from_ref(&several)), [several]);
        }
        let short = datagrams[0][..cut].to_vec();
        prop_assert_eq!(passed(&filter, std::slice::from_ref(&short)), [short]);
    }
}

#[test]
fn a_filter_reads_the_index_where_every_header_has_it() {
    let mut body = vec![0; 12];
    body[4..8].copy_from_slice(&5u32.to_ne_bytes());
    assert_eq!(NeighbourView::parse(&body).unwrap().index(), 5);
    for kind in [16, 17, 20, 21, 28, 29] {
        let bytes = message(kind, 0, 0, &body);
        let message = Messages::new(&bytes).next().unwrap().unwrap();
        assert!(Filter::all().link(5).keeps(&message));
        assert!(!Filter::all().link(6).keeps(&message));
    }
}
