//! Each step fails in turn, and nothing but the bridge is left.
use std::{sync::mpsc, thread};

use nlroute::{
    Address, Connection, Netns,
    link::{Bridge, Link, Peer, Veth},
    sandbox::isolated,
};
use serde_json::{Value, json};

use crate::{
    engine::Engine,
    process::{Call, answer, every, supervise},
    wanted::has_nf_tables,
};

#[test]
fn each_step_that_can_fail_by_what_is_there() {
    isolated(|| {
        let engine = Engine::new("steps");
        let mut host = Connection::open()?;
        let c1 = Netns::create("c1")?;
        let mut inside = c1.connect()?;
        let fails = |config: &Value, said: &str| {
            let (_, message) = engine.fails("ADD", "c1", config);
            assert!(message.contains(said), "{said}: {message}");
        };

        // The bridge's name is another link's.
        host.add(Veth::new("br0").peer(Peer::new("far0")))?;
        fails(&engine.config(), "br0 is there and is no bridge");
        host.delete(Link::named("br0"))?;
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));

        // The container has such a link, which stays.
        inside.add(Veth::new("eth0").peer(Peer::new("far0")))?;
        fails(&engine.config(), "eth0 already");
        inside.delete(Link::named("eth0"))?;
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));

        // The IPAM plugin.
        for (name, text, said) in [
            (
                "fails",
                r#"echo '{"code": 117, "msg": "no", "details": "why"}'; exit 1"#,
                "no why",
            ),
            ("dies", "kill -9 $$", "signal: 9"),
            ("silent", "exit 3", "exit status: 3"),
            ("nothing", "", "IPAM plugin nothing"),
            ("garbage", "echo '{'", "IPAM plugin garbage"),
            ("list", "echo '[]'", "no object"),
            ("none", r#"echo '{"ips": []}'"#, "gave no address"),
            (
                "wrong",
                r#"echo '{"ips": [{"address": "10.0.0.300/8"}]}'"#,
                "10.0.0.300/8",
            ),
            ("bare", r#"echo '{"ips": [{}]}'"#, "address is missing"),
        ] {
            engine.script(name, text);
            let mut config = engine.config();
            config["ipam"]["type"] = name.into();
            fails(&config, said);
            assert!(
                engine.left("br0").is_empty(),
                "{name}: {:?}",
                engine.left("br0")
            );
        }

        // What it gives can't be set: the same twice, a route by nothing, a gateway elsewhere.
        for (name, text, said) in [
            (
                "twice",
                r#"{"ips": [{"address": "10.88.0.2/24"}, {"address": "10.88.0.2/24"}]}"#,
                "add address 10.88.0.2/24",
            ),
            (
                "nowhere",
                r#"{"ips": [{"address": "10.88.0.2/24"}],
                    "routes": [{"dst": "10.0.0.0/8", "gw": "192.0.2.1"}]}"#,
                "add route 10.0.0.0/8 via 192.0.2.1",
            ),
            (
                "elsewhere",
                r#"{"ips": [{"address": "10.88.0.2/24", "gateway": "192.0.2.1"}]}"#,
                "gateway 192.0.2.1 is not beside 10.88.0.2/24",
            ),
            (
                "broken",
                r#"{"ips": [{"address": "10.88.0.2/24", "gateway": "x"}]}"#,
                "gateway x",
            ),
        ] {
            engine.script(name, &format!("echo '{text}'"));
            let mut config = engine.config();
            config["ipam"]["type"] = name.into();
            fails(&config, said);
            assert!(
                engine.left("br0").is_empty(),
                "{name}: {:?}",
                engine.left("br0")
            );
        }

        // The bridge has another address already.
        host.delete(Link::named("br0"))?;
        host.add(Bridge::new("br0").up())?;
        host.add(Address::new("br0", "10.99.0.1/24".parse().unwrap()))?;
        let mut config = engine.config();
        fails(&config, "10.99.0.1/24 already");
        assert!(engine.left("br0").is_empty(), "{:?}", engine.left("br0"));
        config["forceAddress"] = true.into();
        engine.add("c1", &config);
        engine.succeeds("DEL", "c1", &config);
        let listed = host.list(nlroute::Addresses::all().link("br0"))?;
        let old = "10.99.0.1/24".parse().ok();
        assert!(listed.iter().all(|address| address.prefix() != old));

        // An MTU that no link has.
        let mut config = engine.config();
        config["bridge"] = "br1".into();
        config["mtu"] = 20.into();
        config["ipam"]["ranges"] = json!([[{ "subnet": "10.90.0.0/24" }]]);
        fails(&config, "mtu");
        assert_eq!(engine.left("br1"), ["br0"]);
        Ok::<(), nlroute::Error>(())
    });
}

/// Runs `ADD` with one system call of these that fails; whether it did, and how many there were.
fn add_without(
    engine: &Engine,
    config: &Value,
    calls: &[libc::c_long],
    nth: usize,
) -> (bool, usize) {
    let (sender, listener) = mpsc::channel();
    thread::scope(|scope| {
        // The filter is the calling thread's, and its child's; both end.
        let adds = scope.spawn(move || {
            let calls: Vec<Call<'_>> = calls.iter().map(|call| every(*call)).collect();
            sender.send(supervise(&calls)).unwrap();
            engine.call("ADD", "c1", config).is_ok()
        });
        let listener = listener.recv().unwrap();
        let count = answer(&listener, |_, asked| (asked == nth).then_some(libc::ENOMEM));
        (adds.join().unwrap(), count)
    })
}

/// Every message that can't be sent, every answer that can't be received, every socket that can't
/// be had.
#[test]
fn each_system_call_that_can_fail() {
    isolated(|| {
        let engine = Engine::new("calls");
        let c1 = Netns::create("c1")?;
        let mut config = engine.config();
        config["ipMasq"] = has_nf_tables().into();
        config["hairpinMode"] = true.into();
        let calls = [
            libc::SYS_sendto,
            libc::SYS_recvfrom,
            libc::SYS_recvmsg,
            libc::SYS_socket,
        ];
        let (mut nth, mut failed) = (0, 0);
        loop {
            let (added, count) = add_without(&engine, &config, &calls, nth);
            if added {
                engine.succeeds("DEL", "c1", &config);
            } else {
                failed += 1;
            }
            let left = engine.left("br0");
            assert!(left.is_empty(), "call {nth} of {count}: {left:?}");
            if config["ipMasq"] == true {
                let rules = crate::wanted::notes();
                assert!(rules.is_empty(), "call {nth} of {count}: {rules:?}");
            }
            if nth >= count {
                assert!(added, "the one without a failure");
                break;
            }
            nth += 1;
        }
        println!("{failed} of {nth} system calls that fail make ADD fail");
        assert!(failed > 10, "{failed} of {nth}");
        drop(c1);
        Ok::<(), nlroute::Error>(())
    });
}
