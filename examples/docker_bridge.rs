//! The talk's "Docker bridge network from scratch", finished: a bridge on the host, and for each
//! container a namespace, a veth pair whose ends are born in their places, an address and a
//! default route.
//!
//! ```text
//! docker_bridge [--containers N] [--picture FILE] [--keep] [--here] [--no-ping] [--quiet] [--time]
//! ```
//!
//! Without root: everything happens in a sandbox, which goes with the process, however that ends.
//! `--keep` leaves a shell in it at the end. `--here` builds in the caller's own namespace, and
//! takes everything down again unless `--keep` is given. `--no-ping` leaves out the pings,
//! `--quiet` all that is printed and checked, `--time` prints how long building took, in
//! nanoseconds. `--picture` draws the finished network: SVG unless the file's name ends in `.mmd`
//! (Mermaid), `.dot` or `.txt`.
mod talk;

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use nlroute::{
    Address, Addresses, Connection, Netns, Prefix, Route, Routes,
    link::{Bridge, Link, Links, Peer, PortState, Veth},
};
use talk::{PATIENCE, Result, ping::reach, show};

const GATEWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 56, 1));
const LENGTH: u8 = 16;
/// As many ports as a bridge has (`BR_MAX_PORTS`).
const MOST: u32 = 1023;
/// Every namespace's neighbours are counted in one table, of 1,024 entries by default: so not
/// every one of many containers is pinged.
const PINGED: u32 = 50;

struct Options {
    containers: u32,
    picture: Option<PathBuf>,
    keep: bool,
    here: bool,
    ping: bool,
    quiet: bool,
    time: bool,
}

fn options() -> Result<Options> {
    let mut options = Options {
        containers: 2,
        picture: None,
        keep: false,
        here: false,
        ping: true,
        quiet: false,
        time: false,
    };
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--containers") => {
                let number = words.next().and_then(|n| n.to_str()?.parse().ok());
                let fits = number.filter(|n| (1..=MOST).contains(n));
                options.containers = fits.ok_or(format!("--containers wants 1 to {MOST}"))?;
            }
            Some("--picture") => options.picture = Some(talk::picture_path(words.next())?),
            Some("--keep") => options.keep = true,
            Some("--here") => options.here = true,
            Some("--no-ping") => options.ping = false,
            Some("--quiet") => options.quiet = true,
            Some("--time") => options.time = true,
            _ => {
                let word = Path::new(&word).display();
                return Err(format!("{word}: no such option").into());
            }
        }
    }
    Ok(options)
}

/// 192.168.56.10, .20, as in the talk, and so on; then on from 192.168.57.0.
fn address(n: u32) -> IpAddr {
    let first = u32::from(Ipv4Addr::new(192, 168, 56, 0));
    Ipv4Addr::from(first + if n < 25 { 10 * (n + 1) } else { 256 + n }).into()
}

/// The network. Two datagrams a container: the indices are chosen here, which saves asking for
/// them. A kernel that takes the peer's takes it only if the host's end has one as well.
fn build(host: &mut Connection, containers: u32) -> Result<Vec<Netns>> {
    let bridge = host.add(Bridge::new("br0").up())?;
    host.add(Address::new(bridge, Prefix::new(GATEWAY, LENGTH)?))?;
    let mut all = Vec::with_capacity(containers as usize);
    for n in 0..containers {
        let index = bridge + 1 + n;
        let (netns, inside) = Netns::create_with(format!("netns{n}"), Connection::open)?;
        let (outer, inner) = (format!("veth{n}"), format!("ceth{n}"));
        let peer = Peer::new(&inner).netns(&netns).ifindex(index);
        let veth = Veth::new(&outer).ifindex(index);
        host.add(veth.master(bridge).up().peer(peer))?;
        let mut inside = inside?;
        let mut batch = inside.batch();
        batch.change(Link::named("lo").up())?;
        batch.change(Link::index(index).up())?;
        batch.add(Address::new(index, Prefix::new(address(n), LENGTH)?))?;
        batch.add(Route::default_via(GATEWAY))?;
        batch.commit()?;
        all.push(netns);
    }
    Ok(all)
}

/// Reads it all back, and prints it in the words of `ip`. Answers what was not seen.
fn check(host: &mut Connection, netns: &[Netns], ping: bool) -> Result<u32> {
    let mut missed = 0;
    let mut see = |what: &str, seen: bool| {
        println!("  {} {what}", if seen { "[seen]" } else { "[NOT SEEN]" });
        missed += u32::from(!seen);
    };
    let few = netns.len() <= 4;

    println!("\nOn the host:");
    if few {
        show::links(host)?;
        show::routes(host)?;
    }
    let ports: Vec<_> = host
        .list(Links::all().master("br0"))?
        .iter()
        .map(|l| l.name())
        .collect();
    for port in &ports {
        host.wait_until(*port, PATIENCE, |link| {
            link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
        })?;
    }
    see(
        &format!("{} ports of br0, all forwarding", ports.len()),
        ports.len() == netns.len(),
    );

    for (n, netns) in (0u32..).zip(netns) {
        let name = format!("ceth{n}");
        let mut inside = netns.connect()?;
        if few {
            println!("\nIn netns{n}:");
            show::links(&mut inside)?;
            show::routes(&mut inside)?;
        }
        let link = inside.get(Link::named(name.as_str()))?;
        let list = inside.list(Addresses::all().link(link.index()))?;
        let wanted = Prefix::new(address(n), LENGTH)?;
        let addressed = list.iter().any(|a| a.prefix() == Some(wanted));
        let routes = inside.list(Routes::all().oif(link.index()))?;
        let routed = routes.iter().any(|route| route.gateway() == Some(GATEWAY));
        if few || !(link.is_up() && addressed && routed) {
            see(&format!("{name} is up"), link.is_up());
            see(&format!("{name} has {wanted}"), addressed);
            see(&format!("default via {GATEWAY} dev {name}"), routed);
        }
    }
    see(&format!("{} containers read back", netns.len()), true);
    if !ping {
        return Ok(missed);
    }

    println!("\nPings:");
    let eth0 = talk::ip(talk::HOST);
    let few = netns.len() <= 10;
    let step = (netns.len() as u32 / PINGED).max(1);
    let (mut answered, mut sent) = (0, 0);
    for (n, from) in (0u32..).zip(netns).step_by(step as usize) {
        let other = address(if n == 0 {
            netns.len() as u32 - 1
        } else {
            n - 1
        });
        let pings = [
            (format!("netns{n} -> {other}"), from.run(|| reach(other))??),
            (
                format!("netns{n} -> the host's eth0 {eth0}"),
                from.run(|| reach(eth0))??,
            ),
            (format!("the host -> {}", address(n)), reach(address(n))?),
        ];
        for (what, ping) in pings {
            sent += 1;
            answered += u32::from(ping.answered());
            if few || !ping.answered() {
                see(&what, ping.answered());
            }
        }
    }
    see(&format!("{answered} of {sent} answered"), answered == sent);
    Ok(missed)
}

/// Takes it down again, and waits until it is gone.
fn take_down(host: &mut Connection, containers: u32) -> Result {
    for n in 0..containers {
        match host.delete(Link::named(&format!("veth{n}"))) {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
        match Netns::delete(format!("netns{n}")) {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    match host.delete(Link::named("br0")) {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(()),
    }
}

fn run() -> Result<bool> {
    let options = options()?;
    if !options.here {
        talk::make_host()?;
    }
    if !options.quiet {
        println!("Building br0 and {} containers.", options.containers);
    }
    let mut host = Connection::open()?;
    let start = Instant::now();
    let built = build(&mut host, options.containers);
    let took = start.elapsed();
    let missed = built.and_then(|netns| match options.quiet {
        true => Ok(0),
        false => {
            println!("Built br0 and {} containers in {took:.2?}.", netns.len());
            check(&mut host, &netns, options.ping)
        }
    });
    let missed = missed.and_then(|missed| match &options.picture {
        Some(path) => talk::picture(path).map(|()| missed),
        None => Ok(missed),
    });
    if options.time {
        println!("build_ns {}", took.as_nanos());
    }
    if options.here && (!options.keep || missed.is_err()) {
        take_down(&mut host, options.containers)?;
    }
    let missed = missed?;
    if options.keep && !options.here {
        println!("\nA shell in the sandbox: br0 and the namespaces are yours; `exit` ends it all.");
        std::io::stdout().flush()?;
        let shell = std::env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into());
        std::process::Command::new(shell).status()?;
    }
    if missed > 0 {
        println!("\n{missed} expectations were NOT seen.");
    } else if !options.quiet {
        println!("\nAll that must be seen was seen.");
    }
    Ok(missed == 0)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
