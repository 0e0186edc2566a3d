//! Slide 10, "the outside": an address for the bridge, and default routes by way of it.
//!
//! The talk prints `ping 182.168.56.10` where it means 192.168.56.10, and gives br0
//! 198.19.249.100/24, which makes nobody 192.168.56.1: br0 gets 192.168.56.1/16 here.
mod talk;

use std::process::ExitCode;

use nlroute::{
    Address, Route,
    link::{Bridge, Link, PortState},
};
use talk::{PATIENCE, ip, joined_by_bridge, show};

fn main() -> ExitCode {
    talk::run("10. The outside", |talk| {
        let containers = joined_by_bridge(talk)?;
        let [netns0, netns1] = &containers;
        talk.link("br0");
        talk.host.add(Bridge::new("br0").up())?;
        for veth in ["veth0", "veth1"] {
            talk.host.change(Link::named(veth).master("br0"))?;
            talk.host.wait_until(veth, PATIENCE, |link| {
                link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
            })?;
        }
        let eth0 = talk.eth0()?;

        talk.step(&format!("nsenter --net=/run/netns/netns0 ping -c 2 {eth0}"));
        let ping = talk.ping(Some(netns0), eth0, false)?;
        talk.see("Network is unreachable", ping.unreachable());
        talk.slip("it prints `ping 182.168.56.10`; 192.168.56.10 is meant.");
        talk.step("ping -c 2 192.168.56.10");
        let ping = talk.ping(None, ip("192.168.56.10"), false)?;
        talk.see("no answer", !ping.answered());

        talk.slip("it gives br0 198.19.249.100/24; what the routes need is 192.168.56.1.");
        talk.step("ip addr add 192.168.56.1/16 dev br0");
        talk.host
            .add(Address::new("br0", "192.168.56.1/16".parse()?))?;
        talk.step("ping -c 2 192.168.56.10");
        let ping = talk.ping(None, ip("192.168.56.10"), true)?;
        talk.see("2 sent, 2 received", ping.answered());

        for (n, netns) in [netns0, netns1].into_iter().enumerate() {
            let enter = format!("nsenter --net=/run/netns/netns{n}");
            talk.step(&format!("{enter} ip route add default via 192.168.56.1"));
            let mut inside = netns.connect()?;
            inside.add(Route::default_via(ip("192.168.56.1")))?;
            let routes = show::routes(&mut inside)?;
            let wanted = format!("default via 192.168.56.1 dev ceth{n}");
            talk.see(&wanted, routes.contains(&wanted));
            talk.step(&format!("{enter} ping -c 2 {eth0}"));
            let ping = talk.ping(Some(netns), eth0, true)?;
            talk.see("2 sent, 2 received", ping.answered());
        }
        Ok(())
    })
}
