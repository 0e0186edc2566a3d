//! Links on the real kernel: what is lost elsewhere, and what the connection promises.
mod common;

use std::{
    os::{fd::AsFd, unix::net::UnixDatagram},
    sync::mpsc,
    time::Duration,
};

use nlroute::{
    Connection, ErrorKind, Netns, Result,
    link::{AltNames, Bridge, BridgePort, ExtMask, Link, Links, Peer, PortState, Veth},
    sandbox::{isolated, skip},
};

const LONG: Duration = Duration::from_secs(120);

#[test]
fn links_with_long_messages_are_listed() {
    isolated(|| {
        let mut host = Connection::open()?;
        for (name, count) in [("few0", 1_usize), ("many0", 80), ("most0", 300)] {
            host.add(Veth::new(name).peer(Peer::new(&format!("p{name}"))))?;
            let long: Vec<_> = (0..count).map(|n| format!("{name}-{n:0>115}")).collect();
            host.add(long.iter().fold(AltNames::of(name), AltNames::name))?;
        }
        for ext_mask in [None, Some(ExtMask::SKIP_STATS), Some(ExtMask::empty())] {
            let all = ext_mask.map_or(Links::all(), |mask| Links::all().ext_mask(mask));
            let links = host.list(all)?;
            let names: Vec<_> = links.iter().map(|link| link.name().to_string()).collect();
            for name in ["lo", "few0", "many0", "most0", "pfew0", "pmany0", "pmost0"] {
                assert!(
                    names.iter().any(|n| n == name),
                    "{name} of {names:?}, {ext_mask:?}"
                );
            }
            assert_eq!(names.len(), 7);
        }
        let most = host.get(Link::named("most0"))?;
        assert_eq!(
            most.alt_names().map_or(0, |names| names.iter().count()),
            300
        );
        assert!(most.as_bytes().len() > 37_000);
        // And by such a name.
        let by_alt = host.get(Link::named(&format!("most0-{:0>115}", 299)))?;
        assert_eq!(by_alt.name(), "most0");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_name_that_is_not_utf8_is_listed() {
    isolated(|| {
        let mut host = Connection::open()?;
        let name = b"v\xff0";
        host.add(Veth::new(&name[..]).peer(Peer::new("plain0")))?;
        let links = host.list(Links::all())?;
        let link = links
            .iter()
            .find(|link| link.name().as_bytes() == name)
            .unwrap();
        assert_eq!(link.name().to_str(), None);
        assert_eq!(link.name().to_string(), "v\\xff0");
        assert_eq!(host.get(Link::named(&name[..]))?.index(), link.index());
        assert_eq!(host.ifindex(&name[..])?, link.index());
        host.delete(Link::named(&name[..]))?;
        assert_eq!(host.list(Links::all())?.len(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn add_answers_with_the_index() {
    isolated(|| {
        let mut host = Connection::open()?;
        let bridge = host.add(Bridge::new("br0"))?;
        assert_eq!(bridge, host.ifindex("br0")?);
        assert_eq!(host.add(Bridge::new("br1").ifindex(77))?, 77);
        // A name that the kernel chooses.
        let veth = host.add(Veth::new("v%d").peer(Peer::new("p%d")))?;
        if veth == 0 {
            skip("before Linux 6.2 the kernel doesn't tell the index of a link that it names");
            assert_eq!(host.get(Link::named("v0"))?.name(), "v0");
        } else {
            assert_eq!(host.get(Link::index(veth))?.name(), "v0");
        }
        // In another namespace, whose indices are its own.
        let other = Netns::create("other")?;
        let there = host.add(Bridge::new("br9").netns(&other).ifindex(99))?;
        assert_eq!(there, 99);
        assert_eq!(other.connect()?.get(Link::index(99))?.name(), "br9");
        assert!(
            host.get(Link::index(99))
                .is_err_and(|error| error.is_not_found())
        );
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn lists_are_filtered_by_the_kernel() {
    isolated(|| {
        let mut host = Connection::open()?;
        let bridge = host.add(Bridge::new("br0"))?;
        for n in 0..3 {
            host.add(Veth::new(&format!("v{n}")).peer(Peer::new(&format!("p{n}"))))?;
        }
        host.change(Link::named("v1").master("br0"))?;
        let names = |list: nlroute::Listing<Links<'_>>| -> Vec<String> {
            list.iter().map(|link| link.name().to_string()).collect()
        };
        assert_eq!(names(host.list(Links::all().master(bridge))?), ["v1"]);
        assert_eq!(
            names(host.list(Links::all().master("br0").kind("veth"))?),
            ["v1"]
        );
        assert_eq!(names(host.list(Links::all().kind("bridge"))?), ["br0"]);
        assert!(host.list(Links::all().kind("no-such-kind"))?.is_empty());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_link_is_moved_and_renamed_in_one_message() {
    isolated(|| {
        let mut host = Connection::open()?;
        let other = Netns::create("other")?;
        host.add(Veth::new("v0").peer(Peer::new("p0")))?;
        host.change(Link::named("p0").netns(&other).rename("eth0").mtu(1400))?;
        let mut inside = other.connect()?;
        assert_eq!(inside.get(Link::named("eth0"))?.mtu(), Some(1400));
        // By name, and by the process that is in it.
        inside.change(
            Link::named("eth0")
                .netns_pid(std::process::id())
                .rename("back0"),
        )?;
        host.change(Link::named("back0").netns("other"))?;
        assert!(inside.get(Link::named("back0")).is_ok());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_peer_is_brought_up_in_its_own_namespace() {
    isolated(|| {
        let mut host = Connection::open()?;
        let other = Netns::create("other")?;
        host.add(
            Veth::new("v0")
                .up()
                .peer(Peer::new("p0").netns(&other).mtu(1300).up()),
        )?;
        host.add(Veth::new("v1").peer(Peer::new("p1").netns("other").up()))?;
        host.add(Veth::new("v2").peer(Peer::new("p2").up()))?;
        let mut inside = other.connect()?;
        for name in ["p0", "p1"] {
            assert!(inside.get(Link::named(name))?.is_up(), "{name}");
        }
        assert_eq!(inside.get(Link::named("p0"))?.mtu(), Some(1300));
        assert!(host.get(Link::named("p2"))?.is_up());
        // A batch has no second step.
        let mut batch = host.batch();
        let error = batch
            .add(Veth::new("v3").peer(Peer::new("p3").up()))
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
        assert!(batch.is_empty());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_settings_of_a_port() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up().ageing_time(Duration::from_secs(20)))?;
        host.add(Veth::new("v0").up().peer(Peer::new("p0").up()))?;
        host.change(Link::named("v0").master("br0"))?;
        host.change(BridgePort::named("v0").hairpin(true).port_cost(7))?;
        host.wait_until("v0", LONG, |link| {
            link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
        })?;
        let link = host.get(Link::named("v0"))?;
        let port = link.bridge_port().unwrap();
        assert_eq!((port.hairpin(), port.port_cost()), (Some(true), Some(7)));
        let bridge = host.get(Link::named("br0"))?;
        let ageing = bridge.bridge().and_then(|bridge| bridge.ageing_time());
        assert_eq!(ageing, Some(Duration::from_secs(20)));
        assert!(link.malformed().is_empty() && bridge.malformed().is_empty());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_forged_answer_is_skipped() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.ifindex("lo")?;
        let port = socket_port(&host);
        // Another socket sends to ours what looks like the answer to its next requests.
        let forger = socket2::Socket::new(
            socket2::Domain::from(libc::AF_NETLINK),
            socket2::Type::from(libc::SOCK_RAW),
            Some(socket2::Protocol::from(libc::NETLINK_ROUTE)),
        )
        .unwrap();
        // Before each of these the next ones are forged. After some requests the connection has
        // the kernel refuse what anybody else sends to it.
        let mut taken = Vec::new();
        for n in 0..30 {
            let forged = (0..10).map(|more| common::error(2 * n + more, libc::EUSERS, &[]));
            let sent = forged.filter(|forged| send_to(&forger, port, forged).is_ok());
            taken.push(sent.count());
            host.change(Link::named("lo").up())?;
        }
        assert_eq!((taken[0], taken[29]), (10, 0), "{taken:?}");
        // Who waits for events hears others again.
        assert!(host.wait_until("lo", LONG, |link| link.is_up()).is_ok());
        for n in 0..30 {
            for more in 0..10 {
                let _ = send_to(
                    &forger,
                    port,
                    &common::error(60 + 2 * n + more, libc::EUSERS, &[]),
                );
            }
            host.change(Link::named("lo").up())?;
        }
        Ok::<(), nlroute::Error>(())
    });
}

/// The netlink port of a connection's socket.
fn socket_port(connection: &Connection) -> u32 {
    let socket = socket2::SockRef::from(connection);
    let address = socket.local_addr().unwrap();
    // SAFETY: a netlink socket's address is a sockaddr_nl.
    unsafe { (*address.as_ptr().cast::<libc::sockaddr_nl>()).nl_pid }
}

fn send_to(socket: &socket2::Socket, port: u32, bytes: &[u8]) -> std::io::Result<usize> {
    // SAFETY: the storage is as large as any address, and is filled as a sockaddr_nl.
    let ((), address) = unsafe {
        socket2::SockAddr::try_init(|storage, len| {
            let address = storage.cast::<libc::sockaddr_nl>();
            (*address).nl_family = libc::AF_NETLINK as u16;
            (*address).nl_pid = port;
            *len = size_of::<libc::sockaddr_nl>() as u32;
            Ok(())
        })
    }
    .unwrap();
    socket.send_to(bytes, &address)
}

#[test]
fn waiting_for_a_link_that_goes() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.wait_until_gone("nobody0", LONG)?;
        for round in 0..5 {
            let netns = Netns::create("other")?;
            host.add(Veth::new("v0").peer(Peer::new("p0").netns(&netns)))?;
            drop(netns);
            Netns::delete("other")?;
            host.wait_until_gone("v0", LONG)?;
            assert!(
                host.ifindex("v0").is_err_and(|error| error.is_not_found()),
                "{round}"
            );
        }
        // One that stays.
        let error = host
            .wait_until_gone("lo", Duration::from_millis(1))
            .unwrap_err();
        assert!(error.is_timed_out(), "{error}");
        // The connection is as good as before.
        assert_eq!(host.list(Links::all())?.len(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn waiting_for_a_link_that_another_thread_changes() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        let (waiting, waits) = mpsc::channel();
        let other = std::thread::spawn(move || {
            let mut host = Connection::open().unwrap();
            waits.recv().unwrap();
            host.change(Link::named("br0").mtu(1400)).unwrap();
        });
        let mut first = true;
        host.wait_until("br0", LONG, |link| {
            if std::mem::take(&mut first) {
                waiting.send(()).unwrap();
            }
            link.mtu() == Some(1400)
        })?;
        other.join().unwrap();
        assert!(!first);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_dump_may_be_left_at_any_point() {
    isolated(|| {
        let mut host = Connection::open()?;
        for n in 0..60 {
            host.add(Veth::new(&format!("v{n}")).peer(Peer::new(&format!("p{n}"))))?;
        }
        for left_after in [0, 1, 20, 60, 119] {
            let mut dump = host.dump(Links::all())?;
            for _ in 0..left_after {
                assert!(dump.next()?.is_some());
            }
            drop(dump);
            host.change(Link::named("v0").mtu(1500 - left_after))?;
            assert_eq!(host.list(Links::all())?.len(), 121);
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn nothing_is_left_open() {
    isolated(|| {
        let count = |what: &str| {
            std::fs::read_dir(format!("/proc/self/{what}"))
                .unwrap()
                .count()
        };
        let mounts = || {
            std::fs::read_to_string("/proc/self/mountinfo")
                .unwrap()
                .lines()
                .count()
        };
        let mut host = Connection::open()?;
        let once = |host: &mut Connection| -> Result<()> {
            let netns = Netns::create("other")?;
            host.add(Veth::new("v0").peer(Peer::new("p0").netns("other").up()))?;
            let mut inside = netns.connect()?;
            inside.change(Link::named("p0").up())?;
            // Failures too: what was half done is undone.
            assert!(
                host.add(Veth::new("v0").peer(Peer::new("p1")))
                    .unwrap_err()
                    .is_exists()
            );
            assert!(
                host.add(Veth::new("v1").peer(Peer::new("p9").netns("nowhere")))
                    .is_err()
            );
            assert!(
                netns
                    .run(|| Netns::create("other"))
                    .and_then(|made| made)
                    .is_err()
            );
            assert!(host.change(Link::named("v0").netns("nowhere")).is_err());
            // As long as one of these is open, the namespace lives without a name.
            drop((netns, inside));
            Netns::delete("other")?;
            host.wait_until_gone("v0", LONG)
        };
        once(&mut host)?;
        let before = (
            count("fd"),
            count("task"),
            mounts(),
            host.list(Links::all())?.len(),
        );
        for _ in 0..10 {
            once(&mut host)?;
        }
        let after = (
            count("fd"),
            count("task"),
            mounts(),
            host.list(Links::all())?.len(),
        );
        assert_eq!(before, after);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_connection_is_send_and_stays_in_its_namespace() {
    isolated(|| {
        let other = Netns::create("other")?;
        let mut inside = other.connect()?;
        std::thread::spawn(move || {
            inside.add(Bridge::new("br0")).unwrap();
            assert!(inside.as_fd().try_clone_to_owned().is_ok());
        })
        .join()
        .unwrap();
        assert!(Connection::open()?.ifindex("br0").is_err());
        assert!(other.connect()?.ifindex("br0").is_ok());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_socket_of_another_kind_is_refused() {
    let (stream, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    assert!(Connection::from_fd(stream.into()).is_err());
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(
        Connection::from_fd(udp.into()).unwrap_err().errno(),
        Some(libc::EPROTOTYPE)
    );
    let file = std::fs::File::open("/dev/null").unwrap();
    assert_eq!(
        Connection::from_fd(file.into()).unwrap_err().errno(),
        Some(libc::ENOTSOCK)
    );
}

#[test]
fn a_deadline_is_for_the_whole_call() {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut connection = Connection::from_fd(ours.into()).unwrap();
    // Answers that are no answer, without end, faster than any deadline for each.
    let peer = std::thread::spawn(move || {
        let answer = common::error(0, 0, &[]);
        while theirs.send(&answer).is_ok() {}
    });
    connection.set_timeout(Some(Duration::from_millis(20)));
    let error = connection.change(Link::named(1).up()).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    drop(connection);
    peer.join().unwrap();
}
