//! The same configuration by the distribution's plugin leaves the same state, as `ip` shows it.
//! Where that plugin is, `NLROUTE_CNI_BRIDGE` says.
use std::{path::PathBuf, process::Command};

use nlroute::{
    Connection, Netns,
    link::{Link, OperState},
    sandbox::{isolated, skip},
};
use serde_json::{Map, Value, json};

use crate::engine::{Engine, LONG, run};

/// What `ip -j` prints of a namespace.
fn ip(netns: Option<&str>, words: &[&str]) -> Vec<Value> {
    let mut command = Command::new("ip");
    if let Some(netns) = netns {
        command.args(["-n", netns]);
    }
    command.args(["-j", "-d"]).args(words);
    let output = run(command, String::new());
    assert!(output.status.success(), "{words:?}: {output:?}");
    match String::from_utf8(output.stdout).unwrap().trim() {
        "" => Vec::new(),
        said => serde_json::from_str(said).unwrap(),
    }
}

/// These members, and names that are made by chance made alike.
fn of(value: &Value, members: &[&str]) -> Value {
    let mut kept = Map::new();
    for member in members {
        let found = value.pointer(&format!("/{member}"));
        if let Some(found) = found.filter(|found| !found.is_null()) {
            let alike = match found.as_str() {
                Some(name) if name.starts_with("veth") => json!("veth"),
                Some(address) if address.starts_with("fe80:") => json!("fe80::"),
                _ => found.clone(),
            };
            kept.insert((*member).to_owned(), alike);
        }
    }
    kept.into()
}

/// All but two things: the length of a queue, which the distribution's sets to 0 on links that have
/// none, and the table of the host's own addresses, which fills once they are checked: it doesn't
/// wait for that on the bridge.
fn state(netns: Option<&str>) -> Vec<String> {
    let mut state = Vec::new();
    for link in ip(netns, &["addr"]) {
        let members = [
            "ifname",
            "flags",
            "mtu",
            "operstate",
            "master",
            "link_type",
            "promiscuity",
            "linkinfo/info_kind",
            "linkinfo/info_data/vlan_filtering",
            "linkinfo/info_slave_kind",
            "linkinfo/info_slave_data/state",
            "linkinfo/info_slave_data/hairpin",
            "linkinfo/info_slave_data/isolated",
        ];
        let name = of(&link, &["ifname"]);
        state.push(format!("link {}", of(&link, &members)));
        for address in link["addr_info"].as_array().into_iter().flatten() {
            let members = ["family", "local", "prefixlen", "broadcast", "scope"];
            state.push(format!("address {name} {}", of(address, &members)));
        }
    }
    for family in ["-4", "-6"] {
        for route in ip(netns, &[family, "route"]) {
            let members = [
                "type", "dst", "gateway", "dev", "table", "protocol", "scope", "prefsrc", "metric",
                "pref",
            ];
            state.push(format!("route {}", of(&route, &members)));
        }
    }
    state.sort();
    state
}

#[test]
fn the_distributions_plugin_leaves_the_same() {
    isolated(|| {
        let Some(reference) = std::env::var_os("NLROUTE_CNI_BRIDGE") else {
            skip("NLROUTE_CNI_BRIDGE names no plugin of the distribution");
            return Ok(());
        };
        if Command::new("ip").arg("-V").output().is_err() {
            skip("there is no ip to look with");
            return Ok(());
        }
        let ours = Engine::new("twin");
        let theirs = Engine {
            directory: ours.directory.clone(),
            plugin: PathBuf::from(reference),
        };
        let mut host = Connection::open()?;
        let configs = [
            json!({}),
            json!({ "isDefaultGateway": false, "isGateway": true }),
            json!({ "isDefaultGateway": false }),
            json!({ "mtu": 1400, "hairpinMode": true }),
            json!({ "promiscMode": true }),
        ];
        for change in configs {
            let mut config = ours.config();
            config["cniVersion"] = "1.0.0".into();
            // As the distribution's does.
            config["nodad"] = false.into();
            for (name, value) in change.as_object().unwrap() {
                config[name] = value.clone();
            }
            let mut seen = Vec::new();
            for engine in [&theirs, &ours] {
                Netns::create("c1")?;
                let mut told = engine.add("c1", &config);
                let mut settled = |state| {
                    // The kernel says it in its own time.
                    host.wait_until("br0", LONG, |link| link.operstate() == Some(state))
                };
                settled(OperState::Up)?;
                let added = [state(None), state(Some("c1"))];
                config["prevResult"] = told.clone();
                engine.succeeds("CHECK", "c1", &config);
                engine.succeeds("DEL", "c1", &config);
                settled(OperState::Down)?;
                let deleted = [state(None), state(Some("c1"))];
                config.as_object_mut().unwrap().remove("prevResult");
                for link in told["interfaces"].as_array_mut().unwrap() {
                    link["mac"] = Value::Null;
                    let name = link["name"].as_str().unwrap();
                    if name.starts_with("veth") {
                        link["name"] = "veth".into();
                    }
                }
                seen.push((told, added, deleted));
                Netns::delete("c1")?;
                host.delete(Link::named("br0"))?;
            }
            let (ours, theirs) = (seen.pop().unwrap(), seen.pop().unwrap());
            println!("{change}: the same {} lines", ours.1.concat().len());
            assert_eq!(ours.0, theirs.0, "{change}: what is answered");
            for (ours, theirs) in ours
                .1
                .iter()
                .chain(&ours.2)
                .zip(theirs.1.iter().chain(&theirs.2))
            {
                let only = |these: &[String], those: &[String]| {
                    let only = these.iter().filter(|line| !those.contains(line));
                    only.cloned().collect::<Vec<_>>().join("\n")
                };
                assert!(
                    ours == theirs,
                    "{change}: only here:\n{}\nonly there:\n{}",
                    only(ours, theirs),
                    only(theirs, ours),
                );
            }
        }
        std::mem::forget(theirs);
        Ok::<(), nlroute::Error>(())
    });
}
