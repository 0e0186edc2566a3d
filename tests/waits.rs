//! Waiting by events: every wait races with what it waits for, and each must end.
mod common;
#[path = "common/peer.rs"]
mod peer;

use std::{
    fs,
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

use common::message;
use nlroute::{
    Address, Connection, ErrorKind, Result,
    address::{AddressFlags, AddressHeader},
    link::{Bridge, Link, Peer, Veth},
    sandbox::isolated,
    wire::Writer,
};
use peer::{done, link, played};

const LONG: Duration = Duration::from_secs(120);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn address<'a>(link: &'a str, prefix: &str) -> Address<'a> {
    Address::new(link, prefix.parse().unwrap())
}

/// A veth pair, each end up or not.
fn pair(host: &mut Connection, near: bool, far: bool) -> Result<()> {
    let veth = Veth::new("veth0");
    let peer = if far {
        Peer::new("ceth0").up()
    } else {
        Peer::new("ceth0")
    };
    let veth = veth.peer(peer);
    host.add(if near { veth.up() } else { veth }).map(drop)
}

/// `false` and why if nobody checks for duplicates here.
fn has_ipv6() -> bool {
    let there = fs::exists("/proc/sys/net/ipv6/conf/default/dad_transmits").unwrap();
    if !there {
        nlroute::sandbox::skip("no IPv6 here");
    }
    there
}

#[test]
fn a_link_that_appears_is_never_missed() {
    isolated(|| {
        let mut host = Connection::open()?;
        for n in 0..50 {
            let name = format!("br{n}");
            let waiter = {
                let (mut other, name) = (Connection::open()?, name.clone());
                thread::spawn(move || other.wait_for_link(&name, LONG))
            };
            let index = host.add(Bridge::new(&name))?;
            assert_eq!(waiter.join().unwrap()?, index);
        }
        // A name that it gets later counts too.
        let mut other = Connection::open()?;
        let waiter = thread::spawn(move || other.wait_for_link("renamed0", LONG));
        host.change(Link::named("br0").rename("renamed0"))?;
        waiter.join().unwrap()?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_link_runs_once_its_other_end_is_up() {
    isolated(|| {
        let mut host = Connection::open()?;
        pair(&mut host, true, false)?;
        assert!(!host.get(Link::named("veth0"))?.is_running());
        let mut other = Connection::open()?;
        let waiter = thread::spawn(move || other.wait_until_running("veth0", LONG));
        host.change(Link::named("ceth0").up())?;
        waiter.join().unwrap()?;
        assert!(host.get(Link::named("veth0"))?.is_running());

        host.add(Bridge::new("br0").up())?;
        let mut other = Connection::open()?;
        let waiter = thread::spawn(move || other.wait_until_forwarding("veth0", LONG));
        host.change(Link::named("veth0").master("br0"))?;
        waiter.join().unwrap()?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_does_not_come_ends_at_the_deadline() {
    isolated(|| {
        let mut host = Connection::open()?;
        pair(&mut host, true, false)?;
        let soon = Duration::from_millis(20);
        let timed_out = |result: Result<()>, said: &str| {
            let error = result.unwrap_err();
            let ErrorKind::TimedOut {
                operation, timeout, ..
            } = error.kind()
            else {
                panic!("{error}");
            };
            assert_eq!((operation.as_str(), *timeout), (said, soon));
        };
        timed_out(
            host.wait_until_running("veth0", soon),
            "wait until link veth0 is running",
        );
        timed_out(
            host.wait_for_link("none0", soon).map(drop),
            "wait for link none0 to appear",
        );
        timed_out(
            host.wait_until_usable("veth0", ip("192.0.2.1"), soon),
            "wait until 192.0.2.1 on veth0 can be used",
        );
        // One deadline for all that is waited for; it is over for the second.
        let both = Instant::now() + soon;
        for _ in 0..2 {
            let error = host.wait_until_running("veth0", both).unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::TimedOut { .. }),
                "{error}"
            );
        }
        // What keeps happening doesn't put it off, and nothing of it is left behind.
        let mut other = Connection::open()?;
        let (sender, stop) = std::sync::mpsc::channel::<()>();
        let busy = thread::spawn(move || {
            let mut mtu = 1300;
            while stop.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                mtu = 2700 - mtu;
                other.change(Link::named("veth0").mtu(mtu))?;
            }
            Ok::<(), nlroute::Error>(())
        });
        timed_out(
            host.wait_until_running("veth0", soon),
            "wait until link veth0 is running",
        );
        drop(sender);
        busy.join().unwrap()?;
        assert_eq!(host.get(Link::named("lo"))?.index(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_is_so_already_is_found_when_the_time_is_over() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.wait_until_gone("br0", Duration::ZERO)?;
        let br0 = host.add(Bridge::new("br0").up())?;
        assert_eq!(host.wait_for_link("br0", Instant::now())?, br0);
        host.wait_until("br0", Duration::ZERO, |link| link.is_up())?;
        host.add(address("br0", "192.0.2.1/24"))?;
        host.wait_until_usable("br0", ip("192.0.2.1"), Duration::ZERO)?;
        for _ in 0..2 {
            let error = host.wait_until_gone("br0", Duration::ZERO).unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::TimedOut { .. }),
                "{error}"
            );
        }
        let gone = host.wait_until("br1", Duration::ZERO, |_| true);
        assert!(gone.unwrap_err().is_not_found());
        // A call waits again as before.
        host.delete(Link::named("br0"))?;
        host.wait_until_gone("br0", LONG)
    });
}

#[test]
fn an_address_can_be_used_when_the_check_for_duplicates_has_ended() {
    isolated(|| {
        if !has_ipv6() {
            return Ok(());
        }
        let mut host = Connection::open()?;
        pair(&mut host, true, true)?;
        host.add(address("veth0", "2001:db8::1/64"))?;
        host.wait_until_usable("veth0", ip("2001:db8::1"), LONG)?;
        host.wait_until_all_usable("veth0", LONG)?;
        for address in &host.list(nlroute::Addresses::all().link("veth0"))? {
            assert!(address.is_usable(), "{address:?}");
            assert!(!address.flags().contains(AddressFlags::TENTATIVE));
        }
        // One that is there at once, and one that isn't there yet.
        host.add(address("veth0", "2001:db8::2/64").nodad())?;
        host.wait_until_usable("veth0", ip("2001:db8::2"), LONG)?;
        let mut other = Connection::open()?;
        let waiter = thread::spawn(move || other.wait_until_usable("veth0", ip("192.0.2.1"), LONG));
        host.add(address("veth0", "192.0.2.1/24"))?;
        waiter.join().unwrap()?;
        host.wait_until_all_usable("lo", LONG)?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn an_address_that_somebody_else_has_is_an_error() {
    isolated(|| {
        if !has_ipv6() {
            return Ok(());
        }
        let mut host = Connection::open()?;
        pair(&mut host, true, true)?;
        host.wait_until_running("ceth0", LONG)?;
        host.add(address("ceth0", "2001:db8::1/64").nodad())?;
        host.add(address("veth0", "2001:db8::1/64"))?;
        for error in [
            host.wait_until_usable("veth0", ip("2001:db8::1"), LONG)
                .unwrap_err(),
            host.wait_until_all_usable("veth0", LONG).unwrap_err(),
        ] {
            let ErrorKind::Duplicate { address, .. } = error.kind() else {
                panic!("{error}");
            };
            assert_eq!(*address, ip("2001:db8::1"));
            assert!(error.to_string().ends_with("another host has 2001:db8::1"));
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_goes_while_it_is_waited_for_is_an_error() {
    isolated(|| {
        if !has_ipv6() {
            return Ok(());
        }
        let mut host = Connection::open()?;
        // Without a carrier the check doesn't end.
        pair(&mut host, true, false)?;
        host.add(address("veth0", "2001:db8::1/64"))?;
        let mut other = Connection::open()?;
        let waiter =
            thread::spawn(move || other.wait_until_usable("veth0", ip("2001:db8::1"), LONG));
        // Until the waiter has seen it there and then not there.
        while !waiter.is_finished() {
            host.delete(address("veth0", "2001:db8::1/64"))?;
            host.add(address("veth0", "2001:db8::1/64"))?;
            thread::yield_now();
        }
        let error = waiter.join().unwrap().unwrap_err();
        assert!(error.is_not_found(), "{error}");

        let mut waiters = Vec::new();
        let mut other = Connection::open()?;
        waiters.push(thread::spawn(move || {
            other.wait_until_running("veth0", LONG)
        }));
        let mut other = Connection::open()?;
        let waits = move || other.wait_until_usable("veth0", ip("2001:db8::1"), LONG);
        waiters.push(thread::spawn(waits));
        host.delete(Link::named("veth0"))?;
        for waiter in waiters {
            let error = waiter.join().unwrap().unwrap_err();
            assert!(error.is_not_found(), "{error}");
        }
        Ok::<(), nlroute::Error>(())
    });
}

/// An address's message with these flags.
fn told(sequence: u32, flags: u16, address: AddressFlags) -> Vec<u8> {
    let header = AddressHeader {
        family: 10,
        prefix_len: 64,
        flags: address.bits() as u8,
        index: 5,
        ..Default::default()
    };
    let mut body = header.to_bytes().to_vec();
    let octets = "2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap();
    let mut out = Writer::new(&mut body);
    out.attribute(1, &octets.octets()).unwrap();
    message(libc::RTM_NEWADDR, flags, sequence, &body)
}

/// The kernel lists addresses without a lock: the list may be older than the event before it.
#[test]
fn an_event_that_comes_before_an_older_answer_counts() {
    let multi = libc::NLM_F_MULTI as u16;
    let (mut host, peer) = played(move |peer| {
        let sequence = peer.sequence();
        peer.send(&[link(sequence, 0, 5, "veth0")]);
        let sequence = peer.sequence();
        peer.send(&[told(0, 0, AddressFlags::PERMANENT)]);
        peer.send(&[told(sequence, multi, AddressFlags::TENTATIVE)]);
        peer.send(&[done(sequence, 0, 0)]);
        // No event any more.
        let sequence = peer.sequence();
        peer.send(&[told(sequence, multi, AddressFlags::PERMANENT)]);
        peer.send(&[done(sequence, 0, 0)]);
    });
    host.wait_until_usable("veth0", ip("2001:db8::1"), LONG)
        .unwrap();
    peer.join().unwrap();
}
