//! Slide 8, "a bridge joins the two namespaces": a bridge works on layer 2, by MAC, so there is no
//! route to clash.
//!
//! The talk deletes the old namespaces and makes their links again at once, which is a race: the
//! kernel takes the old ones down in its own time. Here that is waited for, by the kernel's word.
mod talk;

use std::process::ExitCode;

use nlroute::{
    Fdb,
    link::{Bridge, Link, PortState},
};
use talk::{PATIENCE, ip, joined_by_bridge, show, wire_up};

fn main() -> ExitCode {
    talk::run("8. A bridge joins the two namespaces", |talk| {
        // As slide 7 left it.
        for (n, host, inside) in [
            (0, "192.168.56.11/24", "192.168.56.10/26"),
            (1, "192.168.56.21/24", "192.168.56.20/24"),
        ] {
            let netns = talk.netns(&format!("netns{n}"))?;
            wire_up(talk, &netns, n, host, inside)?;
        }

        talk.step("ip netns delete netns0; ip netns delete netns1");
        talk.delete("netns0", "veth0")?;
        talk.delete("netns1", "veth1")?;
        for veth in ["veth0", "veth1"] {
            let gone = talk
                .host
                .get(Link::named(veth))
                .is_err_and(|error| error.is_not_found());
            talk.see(&format!("{veth} went with its namespace"), gone);
        }
        talk.step("ip route list");
        let routes = show::routes(&mut talk.host)?;
        let left = routes.iter().any(|route| route.starts_with("192.168.56."));
        talk.see("no route is left from before", !left);

        let [netns0, netns1] = joined_by_bridge(talk)?;

        talk.step("ip link add br0 type bridge; ip link set br0 up");
        talk.link("br0");
        talk.host.add(Bridge::new("br0").up())?;
        talk.step("ip link set veth0 master br0; ip link set veth1 master br0");
        for veth in ["veth0", "veth1"] {
            talk.host.change(Link::named(veth).master("br0"))?;
            talk.host.wait_until(veth, PATIENCE, |link| {
                link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
            })?;
            talk.see(&format!("{veth} is a port of br0, state FORWARDING"), true);
        }

        for (n, netns, to) in [(0, &netns0, "192.168.56.20"), (1, &netns1, "192.168.56.10")] {
            talk.step(&format!("nsenter --net=/run/netns/netns{n} ping -c 2 {to}"));
            let ping = talk.ping(Some(netns), ip(to), true)?;
            talk.see("2 sent, 2 received", ping.answered());
        }
        talk.step("nsenter --net=/run/netns/netns0 ip neigh");
        let known = show::neighbours(&mut netns0.connect()?)?;
        talk.see(
            "the other's MAC is known",
            known.contains(&ip("192.168.56.20")),
        );

        talk.step("bridge fdb show br br0");
        let fdb = talk.host.list(Fdb::all().bridge("br0"))?;
        for (netns, name) in [(&netns0, "ceth0"), (&netns1, "ceth1")] {
            let link = netns.connect()?.get(Link::named(name))?;
            let mac = link.address();
            let known = fdb
                .iter()
                .any(|entry| mac.is_some() && entry.lladdr() == mac);
            talk.see(&format!("br0 knows {name}'s MAC"), known);
        }
        Ok(())
    })
}
