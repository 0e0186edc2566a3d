//! One thing asked for, by iproute2 and by this crate: the same answer.
use std::{net::IpAddr, process::Command};

use nlroute::{
    Connection, FdbEntry, Neighbour, Netns, Result, Route,
    link::{Link, Links},
    route::RouteLookup,
};
use serde_json::Value;

use crate::{
    alike::alike,
    harness::{self, Side, settle},
    normal, readback,
};

/// A question: `ip`'s words and this crate's answer, as `ip` would show it.
type Get = (&'static str, fn(&mut Connection) -> Result<Value>);

const SETUP: &[&str] = &[
    "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02",
    "ip link add br0 address 02:00:00:00:00:10 type bridge priority 9",
    "ip link property add dev v0 altname an-alternative-name",
    "ip link set br0 addrgenmode none up",
    "ip link set v0 addrgenmode none",
    "ip link set p0 addrgenmode none master br0 up",
    "ip link set v0 up",
    "ip addr add 10.0.0.1/24 dev v0",
    "ip route add 10.8.0.0/16 via 10.0.0.2 mtu 1400",
    "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0",
    "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:99 dev v0 nud stale router",
    "ip neigh add proxy 10.0.0.10 dev v0",
    "bridge fdb add 02:00:00:00:00:09 dev p0 master static",
];

/// What is there.
pub const GETS: &[Get] = &[
    ("ip link show v0", |c| link(c, Link::named("v0"))),
    ("ip link show br0", |c| link(c, Link::named("br0"))),
    ("ip link show p0", |c| link(c, Link::named("p0"))),
    ("ip link show lo", |c| link(c, Link::index(1))),
    ("ip link show an-alternative-name", |c| {
        link(c, Link::named("an-alternative-name"))
    }),
    ("ip route get 10.8.0.1", |c| route(c, to("10.8.0.1"))),
    ("ip route get 10.0.0.7", |c| route(c, to("10.0.0.7"))),
    ("ip route get fibmatch 10.8.0.1", |c| {
        route(c, to("10.8.0.1").fib_match())
    }),
    ("ip route get 10.8.0.1 mark 5 uid 7", |c| {
        route(c, to("10.8.0.1").mark(5).uid(7))
    }),
    ("ip route get 10.8.0.1 oif v0", |c| {
        route(c, to("10.8.0.1").oif("v0"))
    }),
    ("ip route get 10.8.0.1 from 10.0.0.1", |c| {
        route(c, to("10.8.0.1").from(ip("10.0.0.1")))
    }),
    ("ip route get 10.8.0.1 ipproto tcp sport 7 dport 80", |c| {
        route(c, to("10.8.0.1").ip_proto(6).sport(7).dport(80))
    }),
    ("ip neigh show 10.0.0.9", |c| neighbour(c, of("10.0.0.9"))),
    ("ip neigh show 2001:db8::9", |c| {
        neighbour(c, of("2001:db8::9"))
    }),
    ("bridge fdb get 02:00:00:00:00:09 dev p0 master", |c| {
        entry(c, FdbEntry::new("p0", [2, 0, 0, 0, 0, 9]).master())
    }),
    ("ip neigh show proxy 10.0.0.10", |c| {
        neighbour(c, of("10.0.0.10").proxy())
    }),
];

/// What isn't there: both are refused alike.
pub const NOT_THERE: &[Get] = &[
    ("ip link show v9", |c| link(c, Link::named("v9"))),
    ("ip route get 192.0.2.1", |c| route(c, to("192.0.2.1"))),
    ("ip neigh get 10.0.0.77 dev v0", |c| {
        neighbour(c, of("10.0.0.77"))
    }),
    ("bridge fdb get 02:00:00:00:00:77 dev p0 master", |c| {
        entry(c, FdbEntry::new("p0", [2, 0, 0, 0, 0, 0x77]).master())
    }),
];

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn to(address: &str) -> RouteLookup<'_> {
    Route::to(ip(address))
}

fn of(address: &str) -> Neighbour<'_> {
    Neighbour::new("v0", ip(address))
}

fn link(c: &mut Connection, link: Link<'_>) -> Result<Value> {
    let view = c.get(link)?;
    Ok(readback::link(
        &view,
        &readback::names(&c.list(Links::all())?),
    ))
}

fn route(c: &mut Connection, query: RouteLookup) -> Result<Value> {
    let view = c.get(query)?;
    Ok(readback::nouns::route(
        &view,
        &readback::names(&c.list(Links::all())?),
    ))
}

fn neighbour(c: &mut Connection, query: Neighbour) -> Result<Value> {
    let view = c.get(query)?;
    Ok(readback::nouns::neighbour(
        &view,
        &readback::names(&c.list(Links::all())?),
    ))
}

fn entry(c: &mut Connection, query: FdbEntry<'_>) -> Result<Value> {
    let view = c.get(query)?;
    Ok(readback::nouns::entry(
        &view,
        &readback::names(&c.list(Links::all())?),
    ))
}

/// Asks all questions of one namespace.
pub fn run() {
    let side = Side::new(SETUP);
    let netns = Netns::open("here").unwrap();
    let mut connection = netns.connect().unwrap();
    settle(&mut connection);
    let mut failures = Vec::new();
    let ask = |words: &str| {
        let words: Vec<_> = words.split(' ').collect();
        let run = || {
            Command::new(words[0])
                .args(["-j", "-d"])
                .args(&words[1..])
                .output()
        };
        netns.run(run).unwrap().unwrap()
    };
    for (words, get) in GETS {
        let output = ask(words);
        let shown = serde_json::from_slice::<Vec<Value>>(&output.stdout);
        let mut shown = match shown.map(|mut list| list.pop()) {
            Ok(Some(shown)) => shown,
            _ => panic!("{words}: {output:?}"),
        };
        match get(&mut connection) {
            Err(error) => failures.push(format!("{words}: {error}")),
            Ok(mut view) => {
                normal::normalise(&mut shown);
                normal::normalise(&mut view);
                let mut found = Vec::new();
                readback::compare(&shown, &view, harness::exact(), &mut found);
                failures.extend(found.iter().map(|found| format!("{words}: {found}")));
            }
        }
    }
    for (words, get) in NOT_THERE {
        let output = ask(words);
        let says = String::from_utf8_lossy(&output.stderr);
        match get(&mut connection) {
            Err(error) if alike(&says, &error) => {}
            answer => failures.push(format!("{words}: ip says {says:?}, but {answer:?}")),
        }
    }
    drop(side);
    println!("get: {} questions", GETS.len() + NOT_THERE.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
