//! What the configuration asks for is so afterwards.
use nlroute::{
    Address, Addresses, Connection, Family, Group, Monitor, Neighbour, Neighbours, Netns, Routes,
    link::{Link, PortState},
    neighbour::NeighbourState,
    route::RouteTable,
    sandbox::{isolated, skip},
    wire::LinkAddress,
};
use serde_json::json;

use crate::{
    engine::{Engine, LONG, TABLE},
    rules::{OUT, Rules, is_missing},
};

/// Whether this kernel has nf_tables.
pub fn has_nf_tables() -> bool {
    match Rules::open(TABLE).and_then(|mut rules| rules.tables(Family::Inet)) {
        Err(error) if is_missing(&error) => {
            skip(format_args!("ipMasq: no nf_tables here: {error}"));
            false
        }
        listed => listed.map(|_| true).unwrap(),
    }
}

/// What is written beside all rules.
pub fn notes() -> Vec<String> {
    let mut rules = Rules::open(TABLE).unwrap();
    let mut notes = Vec::new();
    for family in [Family::Inet, Family::Inet6] {
        let listed = rules.list(family, OUT).unwrap();
        notes.extend(listed.into_iter().map(|(note, _)| note));
    }
    notes
}

#[test]
fn addresses_routes_and_gateway() {
    isolated(|| {
        let engine = Engine::new("l3");
        let c1 = Netns::create("c1")?;
        let mut config = engine.config();
        config["ipam"]["routes"] = json!([
            { "dst": "192.0.2.0/24" },
            { "dst": "198.51.100.0/24", "gw": "10.88.0.9", "mtu": 1300, "advmss": 1200,
              "priority": 7, "table": 77 },
        ]);
        engine.add("c1", &config);
        let (mut host, mut inside) = (Connection::open()?, c1.connect()?);
        let has = |connection: &mut Connection, link: &str, prefix: &str| {
            let wanted = prefix.parse().ok();
            let listed = connection.list(Addresses::all().link(link)).unwrap();
            listed
                .iter()
                .any(|address| address.prefix() == wanted && address.is_usable())
        };
        for prefix in ["10.88.0.2/24", "fd00:88::2/64"] {
            assert!(has(&mut inside, "eth0", prefix), "{prefix}");
        }
        for prefix in ["10.88.0.1/24", "fd00:88::1/64"] {
            assert!(has(&mut host, "br0", prefix), "{prefix}");
        }
        let listed = inside.list(Routes::all().oif("eth0"))?;
        let via = |to: &str, table: RouteTable| {
            let to = to.parse().ok();
            let found = listed
                .iter()
                .find(|r| r.destination() == to && r.table() == table);
            found.map(|route| {
                route
                    .next_hop()
                    .map(|via| via.to_string())
                    .unwrap_or_default()
            })
        };
        for (to, table, gateway) in [
            ("0.0.0.0/0", RouteTable::MAIN, "10.88.0.1"),
            ("::/0", RouteTable::MAIN, "fd00:88::1"),
            ("192.0.2.0/24", RouteTable::MAIN, "10.88.0.1"),
            ("198.51.100.0/24", RouteTable(77), "10.88.0.9"),
        ] {
            assert_eq!(via(to, table).as_deref(), Some(gateway), "{to}");
        }
        let odd = listed
            .iter()
            .find(|route| route.table() == RouteTable(77))
            .unwrap();
        let metrics = odd.metrics().unwrap();
        assert_eq!(
            (metrics.mtu(), metrics.advmss(), odd.metric()),
            (Some(1300), Some(1200), Some(7))
        );
        for path in [
            "/proc/sys/net/ipv4/ip_forward",
            "/proc/sys/net/ipv6/conf/all/forwarding",
        ] {
            assert_eq!(std::fs::read_to_string(path).unwrap().trim(), "1", "{path}");
        }
        // Both ends work, and the port forwards already.
        assert!(inside.get(Link::named("eth0"))?.is_running());
        let bridge = host.ifindex("br0")?;
        let ports = host.list(nlroute::link::Links::all().master(bridge))?;
        let port = ports.iter().next().unwrap();
        assert_eq!(
            port.bridge_port().and_then(|p| p.state()),
            Some(PortState::Forwarding)
        );
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_check_for_duplicates_is_waited_for() {
    isolated(|| {
        let engine = Engine::new("dad");
        let (c1, _c2) = (Netns::create("c1")?, Netns::create("c2")?);
        let mut config = engine.config();
        config["nodad"] = false.into();
        config["ipam"]["ranges"] = json!([[{ "subnet": "fd00:88::/64" }]]);
        engine.add("c1", &config);
        let listed = c1.connect()?.list(Addresses::all().link("eth0"))?;
        let ours = "fd00:88::2/64".parse().ok();
        let address = listed
            .iter()
            .find(|address| address.prefix() == ours)
            .unwrap();
        assert!(address.is_usable(), "{address:?}");
        // Another has what the second is given.
        c1.connect()?
            .add(Address::new("eth0", "fd00:88::3/64".parse().unwrap()).nodad())?;
        let (_, message) = engine.fails("ADD", "c2", &config);
        assert!(message.contains("another host has fd00:88::3"), "{message}");
        engine.succeeds("DEL", "c1", &config);
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_links_are_as_the_configuration_says() {
    isolated(|| {
        let engine = Engine::new("links");
        let (c1, _c2) = (Netns::create("c1")?, Netns::create("c2")?);
        let mut config = engine.config();
        config["mtu"] = 1400.into();
        config["hairpinMode"] = true.into();
        config["portIsolation"] = true.into();
        config["runtimeConfig"] = json!({ "mac": "02:11:22:33:44:55" });
        let told = engine.add("c1", &config);
        let mut host = Connection::open()?;
        let inner = c1.connect()?.get(Link::named("eth0"))?;
        let mac: LinkAddress = "02:11:22:33:44:55".parse().unwrap();
        assert_eq!((inner.mtu(), inner.address()), (Some(1400), Some(mac)));
        assert_eq!(told["interfaces"][2]["mac"], "02:11:22:33:44:55");
        let port = told["interfaces"][1]["name"].as_str().unwrap();
        let port = host.get(Link::named(port))?;
        assert_eq!(port.mtu(), Some(1400));
        let settings = port.bridge_port().unwrap();
        assert_eq!(
            (settings.hairpin(), settings.isolated()),
            (Some(true), Some(true))
        );
        let bridge = host.get(Link::named("br0"))?;
        assert_eq!(bridge.mtu(), Some(1400));
        assert_eq!(bridge.promiscuity(), Some(0));
        let before = bridge.address();
        assert_eq!(told["interfaces"][0]["mac"], before.unwrap().to_string());

        // The second one's MAC is lower: the bridge's doesn't follow.
        let mut config = engine.config();
        config["promiscMode"] = true.into();
        let told = engine.add("c2", &config);
        let low: LinkAddress = "00:00:00:00:00:01".parse().unwrap();
        let port = told["interfaces"][1]["name"].as_str().unwrap();
        host.change(Link::named(port).address(low))?;
        let bridge = host.get(Link::named("br0"))?;
        assert_eq!(bridge.address(), before);
        assert_eq!(bridge.promiscuity(), Some(1));
        engine.succeeds("DEL", "c1", &config);
        assert_eq!(host.get(Link::named("br0"))?.address(), before);
        Ok::<(), nlroute::Error>(())
    });
}

/// A bridge that somebody else made follows its ports, until the first container.
#[test]
fn the_mac_of_a_bridge_that_was_there_stays() {
    isolated(|| {
        let engine = Engine::new("mac");
        let _c1 = Netns::create("c1")?;
        let mut host = Connection::open()?;
        host.add(nlroute::link::Bridge::new("br0").up())?;
        let before = host.get(Link::named("br0"))?.address();
        engine.add("c1", &engine.config());
        assert_eq!(host.get(Link::named("br0"))?.address(), before);
        engine.succeeds("DEL", "c1", &engine.config());
        assert_eq!(host.get(Link::named("br0"))?.address(), before);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_vlan_of_the_bridge() {
    isolated(|| {
        let engine = Engine::new("vlan");
        let _c1 = Netns::create("c1")?;
        let mut config = engine.config();
        config["vlan"] = 100.into();
        match engine.call("ADD", "c1", &config) {
            Err(error) if error["msg"].as_str().unwrap().contains("EOPNOTSUPP") => {
                assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));
                skip("a bridge's VLANs: this kernel has no filtering by VLAN");
                return Ok(());
            }
            answer => {
                let told = answer.unwrap();
                let mut host = Connection::open()?;
                let filters = host.get(Link::named("br0"))?;
                assert_eq!(
                    filters.bridge().and_then(|b| b.vlan_filtering()),
                    Some(true)
                );
                let port = told["interfaces"][1]["name"].as_str().unwrap().to_owned();
                let listed = host.list(nlroute::bridge::BridgeLinks::all().link(&port).vlans())?;
                let pvid = listed.iter().any(|link| {
                    link.bridge_family().is_some_and(|family| {
                        family
                            .vlans()
                            .any(|v| v.is_pvid() && v.is_untagged() && v.vids() == 100.into())
                    })
                });
                assert!(pvid);
                let gateway = "10.88.0.1/24".parse().ok();
                let listed = host.list(Addresses::all().link("br0.100"))?;
                assert!(listed.iter().any(|address| address.prefix() == gateway));
                config["prevResult"] = told;
                engine.succeeds("CHECK", "c1", &config);
                engine.succeeds("DEL", "c1", &config);
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn rules_come_and_go_with_the_container() {
    isolated(|| {
        if !has_nf_tables() {
            return Ok(());
        }
        let engine = Engine::new("masq");
        let (_c1, _c2) = (Netns::create("c1")?, Netns::create("c2")?);
        let mut config = engine.config();
        config["ipMasq"] = true.into();
        let told = engine.add("c1", &config);
        engine.add("c2", &config);
        let both = ["cni net c1 eth0", "cni net c2 eth0"];
        assert_eq!(notes(), [both, both].concat());
        engine.succeeds("STATUS", "c1", &config);
        config["prevResult"] = told;
        engine.succeeds("CHECK", "c1", &config);
        engine.succeeds("DEL", "c1", &config);
        assert_eq!(notes(), ["cni net c2 eth0", "cni net c2 eth0"]);
        config["cni.dev/valid-attachments"] = json!([]);
        engine.succeeds("GC", "c1", &config);
        assert!(notes().is_empty(), "{:?}", notes());
        Ok::<(), nlroute::Error>(())
    });
}

/// Who remembers another MAC for the address is told.
#[test]
fn neighbours_are_told_of_the_new_address() {
    isolated(|| {
        let engine = Engine::new("announce");
        let (c1, _c2) = (Netns::create("c1")?, Netns::create("c2")?);
        let config = engine.config();
        engine.add("c1", &config);
        let mut inside = c1.connect()?;
        let old: LinkAddress = "02:00:00:00:00:99".parse().unwrap();
        let addresses = ["10.88.0.3".parse().unwrap(), "fd00:88::3".parse().unwrap()];
        for address in addresses {
            let neighbour = Neighbour::new("eth0", address).lladdr(old);
            inside.add(neighbour.state(NeighbourState::STALE))?;
        }
        let mut monitor = Monitor::open_in(&c1)?;
        monitor.join([Group::Neigh])?;
        let told = engine.add("c2", &config);
        let new: LinkAddress = told["interfaces"][2]["mac"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let knows = |inside: &mut Connection| {
            let listed = inside.list(Neighbours::all().link("eth0")).unwrap();
            let known = |address| {
                let is = |n: &nlroute::neighbour::NeighbourView<'_>| {
                    n.destination() == Some(address) && n.lladdr() == Some(new)
                };
                listed.iter().any(|neighbour| is(&neighbour))
            };
            addresses.into_iter().all(known)
        };
        let deadline = std::time::Instant::now() + LONG;
        while !knows(&mut inside) {
            let event = monitor.next_until(deadline)?;
            assert!(event.is_some(), "nobody told");
        }
        Ok::<(), nlroute::Error>(())
    });
}
