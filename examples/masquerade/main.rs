//! Beyond the talk's last slide: a container reaches the world behind its host's address, and a
//! port of the host leads into the container.
//!
//! ```text
//!   netns0                 host                          world
//!   ceth0 .10 --- veth0 | br0 192.168.56.1
//!                         eth0 203.0.113.2 ---------- eth0 203.0.113.1
//! ```
//!
//! The world has no route to 192.168.56.0/24. What makes it work are rules of nf_tables, a family
//! of netlink that the crate doesn't know: they are written with its public `Netlink`, `wire` and
//! `table!` alone, in `rules.rs` and `tables.rs`. That it works is shown by packets, TCP and UDP,
//! and that without the rules it doesn't too.
mod rules;
mod tables;
mod traffic;

use std::{net::SocketAddr, process::ExitCode};

use nlroute::{
    Address, Connection, Family, Netns, Route,
    link::{Bridge, Link, Peer, Veth},
    sandbox::Sandbox,
};
use rules::{IN, LOCAL, OUT, Protocol, Rule, Rules, forward, is_missing};
use traffic::{PATIENCE, TcpServer, UdpServer};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const TABLE: &str = "nlroute_masquerade";

/// Prints what was seen, which must be what is expected.
fn seen<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result {
    if found == expected {
        println!("[seen] {what}");
        return Ok(());
    }
    Err(format!("NOT SEEN: {what}: {found:?} in the place of {expected:?}").into())
}

/// The three namespaces; the host's is the calling thread's.
struct Net {
    host: Connection,
    netns0: Netns,
    world: Netns,
}

fn build() -> Result<Net> {
    let mut host = Connection::open()?;
    let (netns0, world) = (Netns::create("netns0")?, Netns::create("world")?);
    host.change(Link::named("lo").up())?;
    host.add(
        Veth::new("eth0")
            .up()
            .peer(Peer::new("eth0").netns(&world).up()),
    )?;
    host.add(Address::new("eth0", "203.0.113.2/24".parse()?))?;
    let mut there = world.connect()?;
    there.add(Address::new("eth0", "203.0.113.1/24".parse()?))?;
    there.change(Link::named("lo").up())?;

    let bridge = host.add(Bridge::new("br0").up())?;
    host.add(Address::new(bridge, "192.168.56.1/24".parse()?))?;
    let peer = Peer::new("ceth0").netns(&netns0).up();
    host.add(Veth::new("veth0").master(bridge).up().peer(peer))?;
    let mut inside = netns0.connect()?;
    inside.change(Link::named("lo").up())?;
    inside.add(Address::new("ceth0", "192.168.56.10/24".parse()?))?;
    inside.add(Route::default_via("192.168.56.1".parse()?))?;
    // No packet is sent before it can arrive.
    host.wait_until_running("eth0", PATIENCE)?;
    host.wait_until_forwarding("veth0", PATIENCE)?;
    inside.wait_until_running("ceth0", PATIENCE)?;
    there.wait_until_running("eth0", PATIENCE)?;
    Ok(Net {
        host,
        netns0,
        world,
    })
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("written down here")
}

/// The container's packets arrive in the world as they are, and no answer finds back.
fn before(net: &Net) -> Result {
    let server = UdpServer::bind(&net.world, address("203.0.113.1:53"))?;
    let client = UdpServer::bind(&net.netns0, address("192.168.56.10:0"))?;
    client.send(address("203.0.113.1:53"))?;
    let (from, answered) = server.answer()?;
    seen(
        "the world sees the container's own address",
        from.ip(),
        "192.168.56.10".parse()?,
    )?;
    let error = answered.err().and_then(|error| error.raw_os_error());
    seen(
        "and has no route to answer it",
        error,
        Some(libc::ENETUNREACH),
    )?;
    let refused = traffic::connect(&net.world, address("203.0.113.2:8080"));
    seen(
        "nothing is behind the host's port 8080",
        refused.is_err(),
        true,
    )
}

/// Out by masquerade.
fn out(net: &Net) -> Result {
    let server = UdpServer::bind(&net.world, address("203.0.113.1:53"))?;
    let client = UdpServer::bind(&net.netns0, address("192.168.56.10:0"))?;
    client.send(address("203.0.113.1:53"))?;
    let (from, answered) = server.answer()?;
    answered?;
    let host = "203.0.113.2".parse()?;
    seen("UDP: the world sees the host's address", from.ip(), host)?;
    let from = client.receive()?;
    seen(
        "UDP: its answer reaches the container",
        from,
        address("203.0.113.1:53"),
    )?;

    let server = TcpServer::bind(&net.world, address("203.0.113.1:80"))?;
    let from = server.talk_with(&net.netns0, address("203.0.113.1:80"))?;
    seen(
        "TCP: both ways, and the world sees the host's address",
        from.ip(),
        host,
    )
}

/// In by a published port.
fn inwards(net: &Net) -> Result {
    let world = "203.0.113.1".parse()?;
    let server = TcpServer::bind(&net.netns0, address("192.168.56.10:80"))?;
    let from = server.talk_with(&net.world, address("203.0.113.2:8080"))?;
    seen(
        "TCP: port 8080 of the host leads to port 80 of the container",
        from.ip(),
        world,
    )?;

    let server = UdpServer::bind(&net.netns0, address("192.168.56.10:53"))?;
    let client = UdpServer::bind(&net.world, address("203.0.113.1:0"))?;
    client.send(address("203.0.113.2:5353"))?;
    let (from, answered) = server.answer()?;
    answered?;
    seen("UDP: port 5353 leads to port 53", from.ip(), world)?;
    let from = client.receive()?;
    seen(
        "and the answer bears the host's address",
        from,
        address("203.0.113.2:5353"),
    )
}

/// From the host itself, whose packets don't come in by a link.
fn from_itself(net: &Net) -> Result {
    let server = TcpServer::bind(&net.netns0, address("192.168.56.10:80"))?;
    let here = Netns::current()?;
    server.talk_with(&here, address("203.0.113.2:8080"))?;
    println!("[seen] the host reaches its own published port");
    Ok(())
}

fn run() -> Result {
    Sandbox::new().enter()?;
    let mut net = build()?;
    let was = forward(Family::Inet, true)?;
    before(&net)?;

    let container = "192.168.56.10".parse()?;
    let mut rules = Rules::open(TABLE)?;
    let wanted = [
        Rule::Masquerade {
            from: "192.168.56.0/24".parse()?,
            but: "br0",
        },
        Rule::Publish {
            protocol: Protocol::Tcp,
            port: 8080,
            to: (container, 80),
        },
        Rule::Publish {
            protocol: Protocol::Udp,
            port: 5353,
            to: (container, 53),
        },
    ];
    let noted = wanted.clone().map(|rule| (rule, "netns0"));
    match rules.add(Family::Inet, &noted) {
        Err(error) if is_missing(&error) => {
            println!("SKIPPED masquerade: this kernel lacks part of nf_tables: {error}");
            return Ok(());
        }
        added => added?,
    }
    for rule in &wanted {
        println!("{rule}");
    }
    out(&net)?;
    inwards(&net)?;
    from_itself(&net)?;

    // One rule that can't be: none of the transaction is carried out.
    let count = |rules: &mut Rules| -> Result<usize> {
        let mut count = 0;
        for chain in [OUT, IN, LOCAL] {
            count += rules.list(Family::Inet, chain)?.len();
        }
        Ok(count)
    };
    seen("five rules are there", count(&mut rules)?, 5)?;
    let note = "x".repeat(300);
    let refused = rules.add(
        Family::Inet,
        &[(wanted[0].clone(), "again"), (wanted[1].clone(), &note)],
    );
    let error = refused.err().ok_or("a note of 300 bytes was taken")?;
    let refusal = error.refusal().cloned().unwrap_or_default();
    let (attribute, accepts) = (refusal.attribute, refusal.accepts);
    println!(
        "{}: {}, accepted is {}",
        refusal.operation,
        attribute.unwrap_or_default(),
        accepts.unwrap_or_default()
    );
    seen(
        "a refusal names the rule",
        error.operation().contains("publish tcp 8080"),
        true,
    )?;
    seen("and five rules are there still", count(&mut rules)?, 5)?;

    rules.clear(Family::Inet)?;
    seen("no table is left", rules.tables(Family::Inet)?, Vec::new())?;
    forward(Family::Inet, was)?;
    seen(
        "nothing is behind port 8080 again",
        traffic::connect(&net.world, address("203.0.113.2:8080")).is_err(),
        true,
    )?;
    for link in ["eth0", "veth0", "br0"] {
        net.host.delete(Link::named(link))?;
    }
    drop((net.netns0, net.world));
    for name in Netns::list()? {
        Netns::delete(&name)?;
    }
    println!("All that must be seen was seen.");
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
