//! What happens to links, addresses, routes and neighbours, a line each, as `ip monitor` has it.
//!
//! By default it makes a sandbox, changes some things in it, and ends when it has been told of the
//! last of them. With `--follow` it watches the network it is started in, until it is stopped.
use std::process::ExitCode;

use nlroute::{
    Address, Connection, Group, Monitor, Neighbour, Result, Route,
    link::{Bridge, Link, Peer, Veth},
    monitor::{Change, Event, Notification, Noun},
    sandbox::Sandbox,
};

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None => Sandbox::new().enter().and_then(|()| show()),
        Some("--follow") => follow(),
        Some(_) => {
            eprintln!("usage: monitor [--follow]");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn listen() -> Result<Monitor> {
    let mut monitor = Monitor::open()?;
    monitor.set_receive_buffer(1 << 20)?;
    monitor.join([
        Group::Link,
        Group::Ipv4Ifaddr,
        Group::Ipv6Ifaddr,
        Group::Ipv4Route,
        Group::Ipv6Route,
        Group::Neigh,
        Group::Nsid,
    ])?;
    Ok(monitor)
}

fn follow() -> Result<()> {
    let mut monitor = listen()?;
    loop {
        tell(&monitor.next()?);
    }
}

fn show() -> Result<()> {
    let mut monitor = listen()?;
    let mut host = Connection::open()?;
    let gateway = "192.0.2.9".parse().expect("an address");
    let network = "192.0.2.1/24".parse().expect("a prefix");
    host.add(Bridge::new("br0").up())?;
    host.add(
        Veth::new("veth0")
            .master("br0")
            .up()
            .peer(Peer::new("ceth0").up()),
    )?;
    host.add(Address::new("br0", network))?;
    host.add(Route::default_via(gateway))?;
    host.add(Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 9]))?;
    host.change(Link::named("veth0").no_master())?;
    host.delete(Route::default_via(gateway))?;
    host.delete(Link::named("br0"))?;
    loop {
        let event = monitor.next()?;
        tell(&event);
        let Event::Notification(told) = event else {
            continue;
        };
        if let Change::Deleted(Noun::Link(link)) = told.change() {
            assert_eq!(link.name(), "br0");
            return Ok(());
        }
    }
}

fn tell(event: &Event<'_>) {
    match event {
        Event::Overrun => println!("(something was lost: more came than was received)"),
        Event::Notification(told) => {
            if let Some(nsid) = told.nsid() {
                print!("[nsid {nsid}] ");
            }
            match told.change() {
                Change::New(noun) => println!("{}", words(&noun)),
                Change::Deleted(noun) => println!("deleted {}", words(&noun)),
                Change::Other(_) => println!("{}", other(told)),
            }
        }
    }
}

fn words(noun: &Noun<'_>) -> String {
    let text = |value: Option<&dyn std::fmt::Display>| value.map_or("?".into(), |v| v.to_string());
    match noun {
        Noun::Link(link) => {
            let mut words = format!("link {}: {}", link.index(), link.name());
            if let Some(kind) = link.kind() {
                words += &format!(" {kind}");
            }
            if let Some(master) = link.master() {
                words += &format!(" master #{master}");
            }
            if let Some(mtu) = link.mtu() {
                words += &format!(" mtu {mtu}");
            }
            words + if link.is_up() { " up" } else { " down" }
        }
        Noun::BridgePort(link) => {
            let state = link.protinfo_bridge_port().and_then(|port| port.state());
            let state = state.map_or(String::new(), |state| format!(" {state}"));
            format!("bridge port {}: {}{state}", link.index(), link.name())
        }
        Noun::Address(address) => {
            let prefix = address.prefix();
            let prefix = text(prefix.as_ref().map(|prefix| prefix as _));
            format!("address {prefix} on #{}", address.index())
        }
        Noun::Route(route) => {
            let to = route.destination();
            let mut words = format!("route {}", text(to.as_ref().map(|to| to as _)));
            if let Some(gateway) = route.next_hop() {
                words += &format!(" via {gateway}");
            }
            if let Some(index) = route.oif() {
                words += &format!(" dev #{index}");
            }
            words + &format!(" table {} proto {}", route.table(), route.protocol())
        }
        Noun::Neighbour(neighbour) => {
            let (to, mac) = (neighbour.destination(), neighbour.lladdr());
            format!(
                "neighbour {} at {} on #{} {:?}",
                text(to.as_ref().map(|to| to as _)),
                text(mac.as_ref().map(|mac| mac as _)),
                neighbour.index(),
                neighbour.state()
            )
        }
        Noun::Fdb(entry) => {
            let mac = entry.lladdr();
            let mac = text(mac.as_ref().map(|mac| mac as _));
            format!("fdb entry {mac} on #{}", entry.index())
        }
        noun => format!("{noun:?}"),
    }
}

fn other(told: &Notification<'_>) -> String {
    format!(
        "{} of {} bytes",
        told.kind(),
        told.message().as_bytes().len()
    )
}
