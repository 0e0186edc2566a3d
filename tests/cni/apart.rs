//! Two networks on one host: within one all reach each other, from one to the other nobody does,
//! unless the host sends packets on.
use std::{fs, io};

use nlroute::{Netns, sandbox::isolated};
use serde_json::{Value, json};

use crate::{
    engine::Engine,
    ping::{Ping, ping, reach},
};

fn try_ping(from: &Netns, to: &str) -> io::Result<Ping> {
    let to = to.parse().unwrap();
    from.run(|| ping(to, 1, false)).map_err(io::Error::other)?
}

/// Each of these answers: what is sent just after links came up may be lost.
#[track_caller]
fn reaches(from: &Netns, all: &[&str]) {
    for to in all {
        let ping = from.run(|| reach(to.parse().unwrap())).unwrap().unwrap();
        assert!(ping.answered(), "{ping}");
    }
}

/// None of these answers.
#[track_caller]
fn does_not_reach(from: &Netns, all: &[&str]) {
    for to in all {
        let ping = try_ping(from, to).unwrap();
        assert!(!ping.answered(), "{ping}");
    }
}

/// Another network than the engine's, of a bridge and addresses of its own.
fn network(engine: &Engine, n: u32, is_gateway: bool) -> Value {
    let mut config = engine.config();
    config["name"] = format!("net{n}").into();
    config["bridge"] = format!("br{n}").into();
    config["isDefaultGateway"] = is_gateway.into();
    config["ipam"]["ranges"] = json!([
        [{ "subnet": format!("10.{n}.0.0/24") }],
        [{ "subnet": format!("fd00:{n}::/64") }],
    ]);
    config
}

fn forward(on: bool) {
    for path in [
        "/proc/sys/net/ipv4/ip_forward",
        "/proc/sys/net/ipv6/conf/all/forwarding",
    ] {
        fs::write(path, u8::from(on).to_string()).unwrap();
    }
}

#[test]
fn two_containers_reach_each_other_and_a_third_on_another_network_does_not() {
    isolated(|| {
        let engine = Engine::new("apart");
        let (first, second) = (engine.config(), network(&engine, 89, false));
        let names = ["c1", "c2", "c3", "c4"];
        let [c1, c2, c3, c4] = names.map(|name| Netns::create(name).unwrap());
        for (name, config) in names.iter().zip([&first, &first, &second, &second]) {
            engine.add(name, config);
        }
        // The first network has a gateway; it is the host.
        reaches(&c1, &["10.88.0.3", "fd00:88::3", "10.88.0.1", "fd00:88::1"]);
        reaches(&c2, &["10.88.0.2", "fd00:88::2", "10.88.0.1", "fd00:88::1"]);
        // The second has none, and is as much of a network.
        reaches(&c3, &["10.89.0.3", "fd00:89::3"]);
        reaches(&c4, &["10.89.0.2", "fd00:89::2"]);
        does_not_reach(&c3, &["10.88.0.2", "fd00:88::2", "10.88.0.1", "fd00:88::1"]);
        does_not_reach(&c1, &["10.89.0.2", "fd00:89::2"]);
        for (name, config) in names.iter().zip([&first, &first, &second, &second]) {
            engine.succeeds("DEL", name, config);
        }
        Ok::<(), nlroute::Error>(())
    });
}

/// A gateway sends packets on, by this plugin as by the distribution's: it is the host, or what the
/// host's packet filter says, that keeps two of its networks apart. Without forwarding, as a
/// namespace begins, they are.
#[test]
fn networks_of_two_gateways_are_apart_unless_the_host_forwards() {
    isolated(|| {
        let engine = Engine::new("gateways");
        let (first, second) = (engine.config(), network(&engine, 90, true));
        let [c1, c5] = ["c1", "c5"].map(|name| Netns::create(name).unwrap());
        engine.add("c1", &first);
        engine.add("c5", &second);
        reaches(&c5, &["10.88.0.2", "fd00:88::2"]);
        forward(false);
        reaches(&c5, &["10.90.0.1", "fd00:90::1"]);
        does_not_reach(&c5, &["10.88.0.2", "fd00:88::2"]);
        does_not_reach(&c1, &["10.90.0.2", "fd00:90::2"]);
        engine.succeeds("DEL", "c1", &first);
        engine.succeeds("DEL", "c5", &second);
        Ok::<(), nlroute::Error>(())
    });
}
