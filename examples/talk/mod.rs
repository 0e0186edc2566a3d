//! What the slides share: a host of their own, what is printed, and what must be seen.
#![allow(dead_code)] // Each example uses a part.
pub mod ping;
pub mod show;
#[path = "../topology/mod.rs"]
pub mod topology;

use std::{
    ffi::OsString,
    net::IpAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use nlroute::{
    Address, Connection, Netns, Route,
    link::{Link, Peer, Veth},
    sandbox::Sandbox,
};
pub use ping::Ping;

pub type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Longer than the kernel ever takes to clear a namespace away on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The host's address on eth0, as in the talk, and what is behind it.
pub const HOST: &str = "198.19.249.243/24";
pub const WORLD: &str = "198.19.249.1/24";

/// One run of an example.
pub struct Talk {
    pub host: Connection,
    /// Nobody's machine is touched unless it was asked for.
    here: bool,
    picture: Option<PathBuf>,
    missed: u32,
    seen: u32,
    /// What to clear away on the caller's own machine.
    namespaces: Vec<String>,
    links: Vec<String>,
}

/// Runs a slide: makes the host, goes through the steps, clears away, and tells by the exit code
/// whether all was seen that must be.
pub fn run(title: &str, steps: impl FnOnce(&mut Talk) -> Result) -> ExitCode {
    match start(title).and_then(|mut talk| {
        let done = steps(&mut talk).and_then(|()| match &talk.picture {
            Some(path) => picture(path),
            None => Ok(()),
        });
        let cleared = talk.clear_away();
        done.and(cleared).map(|()| talk)
    }) {
        Ok(talk) if talk.missed == 0 => {
            println!("\nAll {} expectations were seen.", talk.seen);
            ExitCode::SUCCESS
        }
        Ok(talk) => {
            println!(
                "\n{} of {} expectations were NOT seen.",
                talk.missed,
                talk.seen + talk.missed
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(title: &str) -> Result<Talk> {
    println!("{title}");
    let (mut here, mut picture) = (false, None);
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--here") => here = true,
            Some("--picture") => picture = Some(picture_path(words.next())?),
            _ => {
                let word = Path::new(&word).display();
                return Err(format!("{word}: the options are --here and --picture FILE").into());
            }
        }
    }
    if here {
        println!("The host is this machine, as --here says; all is undone at the end.");
    } else {
        make_host()?;
        println!("The host is a namespace made for this run; nothing here is touched.");
    }
    let host = Connection::open()?;
    Ok(Talk {
        host,
        here,
        picture,
        missed: 0,
        seen: 0,
        namespaces: Vec::new(),
        links: Vec::new(),
    })
}

/// The file of `--picture`, SVG unless its name ends in `.mmd`, `.dot` or `.txt`.
pub fn picture_path(word: Option<OsString>) -> Result<PathBuf> {
    Ok(word.ok_or("--picture wants a file")?.into())
}

/// Draws the network as it is now: the host, and the namespaces that have a name.
pub fn picture(path: &Path) -> Result {
    let network = topology::read(topology::Reach::Names, "host")?;
    topology::picture(&network, path).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("\nThe network as it is now is drawn in {}.", path.display());
    Ok(())
}

/// A host in a sandbox: `lo` up, and `eth0` with the talk's address, behind which is `world`.
pub fn make_host() -> Result {
    Sandbox::new().enter()?;
    let world = Netns::create("world")?;
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    let eth0 = host.add(
        Veth::new("eth0")
            .up()
            .peer(Peer::new("eth0").netns(&world).up()),
    )?;
    host.add(Address::new(eth0, HOST.parse()?))?;
    host.add(Route::default_via(ip(WORLD)))?;
    let mut inside = world.connect()?;
    inside.change(Link::named("lo").up())?;
    inside.add(Address::new("eth0", WORLD.parse()?))?;
    Ok(())
}

/// The address in `address/len`.
pub fn ip(prefix: &str) -> IpAddr {
    let address = prefix.split('/').next().unwrap_or(prefix);
    address
        .parse()
        .expect("the examples' own addresses are addresses")
}

impl Talk {
    /// A step, in the shell's words.
    pub fn step(&self, words: &str) {
        println!("\n$ {words}");
    }

    /// Something the talk gets wrong, and what is done about it.
    pub fn slip(&self, words: &str) {
        println!("\n  The talk slips here: {words}");
    }

    /// Something that must be seen, and whether it is.
    pub fn see(&mut self, what: &str, seen: bool) {
        println!("  {} {what}", if seen { "[seen]" } else { "[NOT SEEN]" });
        *(if seen {
            &mut self.seen
        } else {
            &mut self.missed
        }) += 1;
    }

    /// A namespace that is cleared away at the end.
    pub fn netns(&mut self, name: &str) -> Result<Netns> {
        let netns = Netns::create(name)?;
        self.namespaces.push(name.to_owned());
        Ok(netns)
    }

    /// A link of the host that is cleared away at the end.
    pub fn link(&mut self, name: &str) {
        self.links.push(name.to_owned());
    }

    /// The address of the host's eth0.
    pub fn eth0(&mut self) -> Result<IpAddr> {
        let list = self.host.list(nlroute::Addresses::all().link("eth0"))?;
        let v4 = list
            .iter()
            .filter_map(|a| a.prefix())
            .find(|p| p.address().is_ipv4());
        Ok(v4.ok_or("eth0 has no IPv4 address")?.address())
    }

    /// Pings from a namespace, or from the host, and prints what came of it.
    pub fn ping(&self, from: Option<&Netns>, to: IpAddr, hopeful: bool) -> Result<Ping> {
        let ping = match from {
            Some(netns) => netns.run(|| ping::ping(to, 2, hopeful))??,
            None => ping::ping(to, 2, hopeful)?,
        };
        println!("  {ping}");
        Ok(ping)
    }

    /// Deletes a namespace and waits until the host's end of its veth is gone with it. The
    /// kernel takes it down in its own time, and says when.
    pub fn delete(&mut self, netns: &str, link: &str) -> Result {
        Netns::delete(netns)?;
        self.namespaces.retain(|name| name != netns);
        self.host.wait_until_gone(link, PATIENCE)?;
        self.links.retain(|name| name != link);
        Ok(())
    }

    /// On the caller's own machine, what the example made. A sandbox goes with the process.
    fn clear_away(&mut self) -> Result {
        if !self.here {
            return Ok(());
        }
        for link in std::mem::take(&mut self.links) {
            match self.host.delete(Link::named(link.as_str())) {
                Err(error) if !error.is_not_found() => return Err(error.into()),
                _ => {}
            }
        }
        for name in std::mem::take(&mut self.namespaces) {
            Netns::delete(&name)?;
        }
        Ok(())
    }
}

/// Slide 5's steps, in the shell's order: a pair, one end moved into the namespace, both up and
/// with an address.
pub fn wire_up(talk: &mut Talk, netns: &Netns, n: u32, host: &str, inside: &str) -> Result {
    let (veth, ceth) = (format!("veth{n}"), format!("ceth{n}"));
    talk.step(&format!(
        "ip link add {veth} type veth peer name {ceth}; ip link list"
    ));
    talk.link(&veth);
    let index = talk.host.add(Veth::new(&veth).peer(Peer::new(&ceth)))?;
    let (outer, inner) = (
        talk.host.get(Link::index(index))?,
        talk.host.get(Link::named(&ceth))?,
    );
    println!("  {}\n  {}", show::title(&outer), show::title(&inner));
    let pair = outer.veth_peer() == Some(inner.index()) && inner.veth_peer() == Some(index);
    talk.see(&format!("{veth}@{ceth} and {ceth}@{veth}"), pair);

    talk.step(&format!(
        "ip link set {ceth} netns netns{n}; ip link set {veth} up; ip link list"
    ));
    talk.host.change(Link::named(&ceth).netns(netns))?;
    talk.host.change(Link::named(&veth).up())?;
    let outer = talk.host.get(Link::index(index))?;
    println!("  {}", show::title(&outer));
    let moved = talk
        .host
        .get(Link::named(&ceth))
        .is_err_and(|error| error.is_not_found());
    talk.see(&format!("{ceth} has left the host"), moved);
    let there = outer
        .link_netnsid()
        .map(|id| talk.host.netnsid_of(netns).map(|of| of == Some(id)));
    talk.see(
        &format!("{veth} says link-netns netns{n}"),
        there.transpose()?.unwrap_or(false),
    );
    talk.step(&format!("ip addr add {host} dev {veth}"));
    talk.host.add(Address::new(index, host.parse()?))?;

    talk.step(&format!("nsenter --net=/run/netns/netns{n} ip link list"));
    let mut connection = netns.connect()?;
    show::links(&mut connection)?;
    let inner = connection.get(Link::named(&ceth))?;
    talk.see(&format!("{ceth}@if{index}"), inner.link() == Some(index));
    talk.step(&format!(
        "ip link set lo up; ip link set {ceth} up; ip addr add {inside} dev {ceth}"
    ));
    connection.change(Link::named("lo").up())?;
    connection.change(Link::named(&ceth).up())?;
    connection.add(Address::new(ceth.as_str(), inside.parse()?))?;
    connection.wait_until(ceth.as_str(), PATIENCE, |link| {
        link.operstate() == Some(nlroute::link::OperState::Up)
    })?;
    show::links(&mut connection)?;
    let addresses = connection.list(nlroute::Addresses::all().link(ceth.as_str()))?;
    let wanted = inside.parse()?;
    talk.see(
        &format!("{ceth} is UP"),
        connection.get(Link::named(&ceth))?.is_up(),
    );
    talk.see(
        inside,
        addresses
            .iter()
            .any(|address| address.prefix() == Some(wanted)),
    );
    Ok(())
}

/// Slide 8's namespaces, for a bridge to join: the hosts' ends up and without an address. The talk
/// shows only the first of the two.
pub fn joined_by_bridge(talk: &mut Talk) -> Result<[Netns; 2]> {
    let mut made = Vec::new();
    for (n, address) in [(0, "192.168.56.10/16"), (1, "192.168.56.20/16")] {
        let (veth, ceth) = (format!("veth{n}"), format!("ceth{n}"));
        talk.step(&format!(
            "ip netns add netns{n}; ip link add {veth} type veth peer name {ceth}"
        ));
        let netns = talk.netns(&format!("netns{n}"))?;
        talk.link(&veth);
        // What takes the shell three commands: both ends born in their places, both up.
        talk.host.add(
            Veth::new(&veth)
                .up()
                .peer(Peer::new(&ceth).netns(&netns).up()),
        )?;
        let mut inside = netns.connect()?;
        inside.change(Link::named("lo").up())?;
        inside.add(Address::new(ceth.as_str(), address.parse()?))?;
        let host = talk
            .host
            .list(nlroute::Addresses::all().link(veth.as_str()))?;
        let v4 = host
            .iter()
            .any(|a| a.prefix().is_some_and(|p| p.address().is_ipv4()));
        talk.see(&format!("{veth} is up and has no IPv4 address"), !v4);
        made.push(netns);
    }
    <[Netns; 2]>::try_from(made).map_err(|_| "two were made".into())
}
