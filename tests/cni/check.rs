//! `CHECK` finds each thing that isn't as it was made.
use nlroute::{
    Address, Connection, Netns, Result, Route,
    link::{BridgePort, Link},
    sandbox::isolated,
};
use serde_json::Value;

use crate::{engine::Engine, wanted::has_nf_tables};

/// Both sides, and the name of the host's end.
struct Sides {
    host: Connection,
    inside: Connection,
    port: String,
}

/// A change, and what is said of it.
type Fault = (&'static str, fn(&mut Sides) -> Result<()>);

const FAULTS: &[Fault] = &[
    ("br0 is down", |s| s.host.change(Link::named("br0").down())),
    ("the host has no link br0", |s| {
        // Before Linux 6.2 a link that is up keeps its name.
        s.host.change(Link::named("br0").down())?;
        s.host.change(Link::named("br0").rename("br9"))
    }),
    ("eth0 is down", |s| {
        s.inside.change(Link::named("eth0").down())
    }),
    ("the container has no link eth0", |s| {
        s.inside.change(Link::named("eth0").down())?;
        s.inside.change(Link::named("eth0").rename("eth9"))
    }),
    ("has the MAC 02:00:00:00:00:01", |s| {
        s.inside
            .change(Link::named("eth0").address([2, 0, 0, 0, 0, 1]))
    }),
    ("has the MTU 1300, not 1400", |s| {
        s.inside.change(Link::named("eth0").mtu(1300))
    }),
    ("the host has no link veth", |s| {
        let port = s.port.clone();
        s.host.change(Link::named(&port).down())?;
        s.host.change(Link::named(&port).rename("other0"))
    }),
    ("is no port of br0", |s| {
        let port = s.port.clone();
        s.host.change(Link::named(&port).no_master())
    }),
    ("is not in hairpin mode", |s| {
        let port = s.port.clone();
        s.host.change(BridgePort::named(&port).hairpin(false))
    }),
    ("eth0 has not the address 10.88.0.2/24", |s| {
        s.inside
            .delete(Address::new("eth0", "10.88.0.2/24".parse().unwrap()))
    }),
    ("eth0 has not the address fd00:88::2/64", |s| {
        s.inside
            .delete(Address::new("eth0", "fd00:88::2/64".parse().unwrap()))
    }),
    ("br0 has not the address 10.88.0.1/24", |s| {
        s.host
            .delete(Address::new("br0", "10.88.0.1/24".parse().unwrap()))
    }),
    ("no route 0.0.0.0/0 via 10.88.0.1", |s| {
        s.inside.delete(Route::new("0.0.0.0/0".parse().unwrap()))
    }),
    ("no route 0.0.0.0/0 via 10.88.0.1", |s| {
        let other = Route::default_via("10.88.0.9".parse().unwrap());
        s.inside.replace(other)
    }),
    ("no route ::/0 via fd00:88::1", |s| {
        s.inside.delete(Route::new("::/0".parse().unwrap()))
    }),
];

#[test]
fn each_difference_is_told() {
    isolated(|| {
        let engine = Engine::new("check");
        let masq = has_nf_tables();
        for (said, fault) in FAULTS {
            let c1 = Netns::create("c1")?;
            let mut config = engine.config();
            config["mtu"] = 1400.into();
            config["hairpinMode"] = true.into();
            config["ipMasq"] = masq.into();
            let told = engine.add("c1", &config);
            let port = told["interfaces"][1]["name"].as_str().unwrap().to_owned();
            config["prevResult"] = told;
            engine.succeeds("CHECK", "c1", &config);
            let (host, inside) = (Connection::open()?, c1.connect()?);
            let mut sides = Sides { host, inside, port };
            fault(&mut sides)?;
            let (code, message) = engine.fails("CHECK", "c1", &config);
            assert_eq!(code, 101, "{said}: {message}");
            assert!(message.contains(said), "{said}: {message}");
            let Sides {
                mut host,
                mut inside,
                ..
            } = sides;
            for name in ["eth0", "eth9"] {
                let _ = inside.delete(Link::named(name));
            }
            engine.succeeds("DEL", "c1", &config);
            for name in ["br0", "br9"] {
                let _ = host.delete(Link::named(name));
            }
            drop(c1);
            Netns::delete("c1")?;
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_check_needs_is_asked_for() {
    isolated(|| {
        let engine = Engine::new("needs");
        let _c1 = Netns::create("c1")?;
        let mut config = engine.config();
        let (code, message) = engine.fails("CHECK", "c1", &config);
        assert_eq!(code, 7, "{message}");
        assert!(message.contains("prevResult"), "{message}");
        let told = engine.add("c1", &config);
        // Of another one.
        let mut other = told.clone();
        other["interfaces"] = Value::Array(Vec::new());
        config["prevResult"] = other;
        assert_eq!(engine.fails("CHECK", "c1", &config).0, 7);
        config["prevResult"] = told;
        engine.succeeds("CHECK", "c1", &config);
        // The address was given back: the IPAM plugin says so.
        std::fs::remove_file(engine.directory.join("addresses/net/10.88.0.2")).unwrap();
        std::fs::remove_file(engine.directory.join("addresses/net/fd00:88::2")).unwrap();
        let (_, message) = engine.fails("CHECK", "c1", &config);
        assert!(message.contains("c1 eth0 has no address"), "{message}");
        if has_nf_tables() {
            config["ipMasq"] = true.into();
            engine.succeeds("DEL", "c1", &config);
            config["prevResult"] = engine.add("c1", &config);
            let mut rules = crate::rules::Rules::open(crate::engine::TABLE)?;
            rules.delete(nlroute::Family::Inet6, |_| true)?;
            let (code, message) = engine.fails("CHECK", "c1", &config);
            assert_eq!(code, 101, "{message}");
            assert!(message.contains("masquerades cni net c1 eth0"), "{message}");
        }
        Ok::<(), nlroute::Error>(())
    });
}
