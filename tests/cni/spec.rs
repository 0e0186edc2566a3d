//! What the specification says of commands, versions and errors.
use std::{fs, process::Command, thread};

use nlroute::{
    Addresses, Connection, Netns, Result,
    link::{Link, Links},
    sandbox::isolated,
};
use serde_json::{Value, json};

use crate::{
    engine::{Engine, IPAM, answer, netns, plugin, run},
    programs::succeeds,
};

#[test]
fn it_shows_itself() {
    plugin();
    let text = succeeds("cni_bridge", &[]);
    assert!(text.contains("left: lo cni0"), "{text}");
}

#[test]
fn versions_are_told() {
    let mut command = Command::new(plugin());
    command.env("CNI_COMMAND", "VERSION");
    let told = answer(run(command, r#"{"cniVersion": "1.0.0"}"#.to_owned())).unwrap();
    let known = json!(["0.3.1", "0.4.0", "1.0.0", "1.1.0"]);
    assert_eq!(
        told,
        json!({ "cniVersion": "1.0.0", "supportedVersions": known })
    );
}

#[test]
fn a_result_is_written_as_its_version_says() {
    isolated(|| {
        let engine = Engine::new("versions");
        let _c1 = Netns::create("c1")?;
        for version in ["0.3.1", "0.4.0", "1.0.0", "1.1.0"] {
            let mut config = engine.config();
            config["cniVersion"] = version.into();
            config["mtu"] = 1400.into();
            let told = engine.add("c1", &config);
            assert_eq!(told["cniVersion"], version);
            let ips = told["ips"].as_array().unwrap();
            let old = matches!(version, "0.3.1" | "0.4.0");
            let of_ips: Vec<_> = ips.iter().map(|ip| ip.get("version")).collect();
            if old {
                assert_eq!(of_ips, [Some(&json!("4")), Some(&json!("6"))]);
            } else {
                assert_eq!(of_ips, [None, None]);
            }
            assert_eq!(ips[0]["address"], "10.88.0.2/24");
            assert_eq!(ips[0]["gateway"], "10.88.0.1");
            assert_eq!(ips[1]["address"], "fd00:88::2/64");
            assert!(ips.iter().all(|ip| ip["interface"] == 2));
            let links = told["interfaces"].as_array().unwrap();
            assert_eq!(links.len(), 3);
            assert_eq!(links[0]["name"], "br0");
            assert!(links[1]["name"].as_str().unwrap().starts_with("veth"));
            assert_eq!(links[2]["name"], "eth0");
            assert_eq!(links[2]["sandbox"], netns("c1").to_str().unwrap());
            assert!(links[0].get("sandbox").is_none() && links[1].get("sandbox").is_none());
            let mtu = (version == "1.1.0").then_some(&json!(1400)).cloned();
            assert_eq!(links[2].get("mtu").cloned(), mtu);
            let routes = json!([
                { "dst": "0.0.0.0/0", "gw": "10.88.0.1" },
                { "dst": "::/0", "gw": "fd00:88::1" },
            ]);
            assert_eq!(told["routes"], routes);
            // It understands itself.
            config["prevResult"] = told;
            match version {
                "0.3.1" => assert_eq!(engine.fails("CHECK", "c1", &config).0, 7),
                _ => engine.succeeds("CHECK", "c1", &config),
            }
            engine.succeeds("DEL", "c1", &config);
        }
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_cannot_be_is_refused_with_its_code() {
    isolated(|| {
        let engine = Engine::new("codes");
        let _c1 = Netns::create("c1")?;
        let cases: &[(&str, Value, u64, &str)] = &[
            ("/cniVersion", json!("0.2.0"), 1, "0.3.1"),
            ("/cniVersion", json!("9.9.9"), 1, "9.9.9"),
            ("/name", json!(""), 7, "name"),
            ("/name", json!("a net"), 7, "name"),
            ("/bridge", json!("a/b"), 7, "a/b"),
            ("/bridge", json!("0123456789abcdef"), 7, "bridge"),
            ("/bridge", json!(5), 6, "bridge"),
            ("/mtu", json!("large"), 6, "mtu"),
            ("/mtu", json!(-1), 6, "mtu"),
            ("/hairpinMode", json!("yes"), 6, "hairpinMode"),
            ("/macspoofchk", json!(true), 2, "macspoofchk"),
            ("/vlanTrunk", json!([{ "id": 5 }]), 2, "vlanTrunk"),
            ("/vlan", json!(4095), 7, "vlan"),
            (
                "/disableContainerInterface",
                json!(true),
                2,
                "disableContainerInterface",
            ),
            ("/runtimeConfig", json!({ "mac": "here" }), 7, "mac"),
            (
                "/runtimeConfig",
                json!({ "mac": "01:00:00:00:00:01" }),
                7,
                "mac",
            ),
            ("/ipam", json!({}), 7, "ipam"),
            ("/ipam", json!({ "type": "none" }), 7, "none"),
            ("/ipam", json!({ "type": "../ipam" }), 7, "../ipam"),
            (
                "/cni.dev~1valid-attachments",
                json!(5),
                7,
                "valid-attachments",
            ),
        ];
        for (place, value, code, said) in cases {
            let mut config = engine.config();
            let name = place.trim_start_matches('/').replace("~1", "/");
            config[name] = value.clone();
            let (is, message) = engine.fails("ADD", "c1", &config);
            assert_eq!(is, *code, "{place} {value}: {message}");
            assert!(message.contains(said), "{place} {value}: {message}");
        }
        // What asks for nothing is none.
        let mut config = engine.config();
        config["macspoofchk"] = false.into();
        config["vlan"] = 0.into();
        config["mtu"] = 0.into();
        config["hairpinMode"] = true.into();
        config["promiscMode"] = true.into();
        assert_eq!(engine.fails("ADD", "c1", &config).0, 7);
        config["promiscMode"] = false.into();
        engine.add("c1", &config);
        engine.succeeds("DEL", "c1", &config);
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));

        let environment: &[(&str, Option<&str>, &str)] = &[
            ("CNI_COMMAND", Some("MOVE"), "MOVE"),
            ("CNI_CONTAINERID", None, "CNI_CONTAINERID"),
            ("CNI_CONTAINERID", Some("a b"), "CNI_CONTAINERID"),
            ("CNI_IFNAME", None, "CNI_IFNAME"),
            ("CNI_IFNAME", Some("a/b"), "CNI_IFNAME"),
            ("CNI_IFNAME", Some("0123456789abcdef"), "CNI_IFNAME"),
            ("CNI_IFNAME", Some("eth%d"), "CNI_IFNAME"),
            ("CNI_NETNS", None, "CNI_NETNS"),
            ("CNI_NETNS", Some("/nowhere"), "CNI_NETNS"),
            ("CNI_NETNS", Some("/dev/null"), "CNI_NETNS"),
        ];
        for (name, value, said) in environment {
            let mut command = engine.command("ADD", "c1");
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
            let error = answer(run(command, engine.config().to_string())).unwrap_err();
            assert_eq!(error["code"], 4, "{error}");
            assert!(error["msg"].as_str().unwrap().contains(said), "{error}");
        }
        let error = answer(run(engine.command("ADD", "c1"), "{".to_owned())).unwrap_err();
        assert_eq!(
            (&error["code"], &error["cniVersion"]),
            (&json!(6), &json!("1.1.0"))
        );
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_link_without_addresses() {
    isolated(|| {
        let engine = Engine::new("l2");
        let c1 = Netns::create("c1")?;
        let mut config = engine.config();
        config["ipam"] = json!({});
        config["isDefaultGateway"] = false.into();
        let told = engine.add("c1", &config);
        assert!(told.get("ips").is_none(), "{told}");
        assert!(c1.connect()?.get(Link::named("eth0"))?.is_running());
        config["prevResult"] = told;
        engine.succeeds("CHECK", "c1", &config);
        engine.succeeds("STATUS", "c1", &config);
        engine.succeeds("GC", "c1", &config);
        assert!(
            engine.left("br0").is_empty(),
            "what isn't valid is collected"
        );
        engine.succeeds("DEL", "c1", &config);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn deleting_is_done_as_often_as_it_is_asked_for() {
    isolated(|| {
        let engine = Engine::new("del");
        let config = engine.config();
        // Before anything was there.
        engine.succeeds("DEL", "c1", &config);
        let c1 = Netns::create("c1")?;
        engine.succeeds("DEL", "c1", &config);
        engine.add("c1", &config);
        // A second one of the same name is refused, and the first one stays.
        let (code, message) = engine.fails("ADD", "c1", &config);
        assert_eq!(code, 4, "{message}");
        assert_eq!(engine.left("br0").len(), 4, "{:?}", engine.left("br0"));
        engine.succeeds("DEL", "c1", &config);
        engine.succeeds("DEL", "c1", &config);
        assert!(engine.left("br0").is_empty());
        // The namespace lives on, but its name is gone.
        engine.add("c1", &config);
        Netns::delete("c1")?;
        engine.succeeds("DEL", "c1", &config);
        assert_eq!(c1.connect()?.list(Links::all())?.len(), 1);
        assert!(engine.left("br0").is_empty());
        // The same without a word of it.
        let c2 = Netns::create("c2")?;
        engine.add("c2", &config);
        let mut command = engine.command("DEL", "c2");
        command.env_remove("CNI_NETNS");
        answer(run(command, config.to_string())).unwrap();
        assert!(engine.left("br0").is_empty());
        drop(c2);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_hundred_at_once_leave_the_bridge() {
    isolated(|| {
        let engine = Engine::new("hundred");
        let config = engine.config();
        let names: Vec<_> = (0..100).map(|n| format!("c{n}")).collect();
        let all: Result<Vec<_>> = names.iter().map(Netns::create).collect();
        let all = all?;
        thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| engine.add(name, &config));
            }
        });
        let mut host = Connection::open()?;
        let bridge = host.ifindex("br0")?;
        assert_eq!(host.list(Links::all().master(bridge))?.len(), 100);
        let mut addresses = Vec::new();
        for netns in &all {
            let listed = netns.connect()?.list(Addresses::all().link("eth0"))?;
            let v4 = listed.iter().filter_map(|address| address.address());
            addresses.extend(v4.filter(|address| address.is_ipv4()));
        }
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), 100);
        thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| engine.succeeds("DEL", name, &config));
            }
        });
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_is_no_longer_valid_is_collected() {
    isolated(|| {
        let engine = Engine::new("gc");
        let mut config = engine.config();
        let mut kept = Vec::new();
        for name in ["c1", "c2", "c3"] {
            kept.push(Netns::create(name)?);
            engine.add(name, &config);
        }
        // Of another network nothing is touched.
        let mut other = engine.config();
        other["name"] = "other".into();
        other["isDefaultGateway"] = false.into();
        let mut command = engine.command("ADD", "c1");
        command.env("CNI_IFNAME", "eth1");
        other["ipam"]["ranges"] = json!([[{ "subnet": "10.89.0.0/24" }]]);
        other["bridge"] = "br1".into();
        answer(run(command, other.to_string())).unwrap();

        config["cni.dev/valid-attachments"] = json!([{ "containerID": "c2", "ifname": "eth0" }]);
        for _ in 0..2 {
            engine.succeeds("GC", "c2", &config);
            for (netns, has) in kept.iter().zip([1, 1, 0]) {
                let links = netns.connect()?.list(Links::all())?;
                assert_eq!(links.len(), 1 + has);
            }
            let addresses = fs::read_dir(engine.directory.join("addresses/net")).unwrap();
            assert_eq!(addresses.count(), 2);
        }
        config["cni.dev/valid-attachments"] = json!([]);
        engine.succeeds("GC", "c2", &config);
        let addresses = fs::read_dir(engine.directory.join("addresses/net")).unwrap();
        assert_eq!(addresses.count(), 0);
        assert_eq!(kept[0].connect()?.list(Links::all())?.len(), 2);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_status_is_the_ipam_plugins_too() {
    isolated(|| {
        let engine = Engine::new("status");
        let mut config = engine.config();
        engine.succeeds("STATUS", "c1", &config);
        assert_eq!(config["ipam"]["type"], IPAM);
        engine.script(
            "full",
            r#"echo '{"code": 50, "msg": "no address left"}'; exit 1"#,
        );
        config["ipam"]["type"] = "full".into();
        let (code, message) = engine.fails("STATUS", "c1", &config);
        assert_eq!(code, 50);
        assert!(message.contains("no address left"), "{message}");
        Ok::<(), nlroute::Error>(())
    });
}
