//! What `ip` does by more than one message, or by none.
use std::process::Command;

use nlroute::{Group, Monitor, Netns, Route, link::Link};

use super::{Call, compiled};

pub fn calls() -> Vec<Call> {
    compiled! { host;
        # "ip netns, -n, -batch, monitor, -s";
        "ip netns add blue" => Netns::create("blue")?;
        "ip netns del blue" => Netns::delete("blue")?;
        "ip netns list" => Netns::list()?;
        "ip netns attach blue 4711" => Netns::of_pid(4711)?.give_name("blue")?;
        "ip netns identify 4711" => Netns::of_pid(4711)?.names()?;
        "ip netns exec blue ls" => Netns::open("blue")?.apply(&mut Command::new("ls"))?.status()?;
        "ip -n blue link set lo up" => Netns::open("blue")?.connect()?.change(Link::named("lo").up())?;
        "ip link set v0 netns /proc/1/ns/net" => host.change(Link::named("v0").netns(&Netns::open_path("/proc/1/ns/net")?))?;
        "ip -batch file" => host.batch().change(Link::named("lo").up())?.add(Route::default_via("192.0.2.1".parse()?))?;
        "ip monitor link route" => Monitor::open()?.join([Group::Link, Group::Ipv4Route, Group::Ipv6Route])?;
        "ip monitor all-nsid" => Monitor::open()?.listen_all_nsid(true)?;
        "ip -s link show v0" => host.get(Link::named("v0"))?.stats();
    }
}
