//! The talk's shell blocks, typed into a shell that finds our program first.
//!
//! The words are the talk's, but for its slips, each of which is one line here. `sudo` is ours:
//! the sandbox is root already. What stands on the slides as pictures only (pings, a look around)
//! and `exit` of the shells inside are typed beside the blocks.
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    time::Duration,
};

use nlroute::{
    Address, Connection, Netns, Route,
    link::{Link, Peer, Veth},
    sandbox::skip,
};

use crate::harness::{Tidy, folder, ours};

#[path = "../../examples/talk/ping.rs"]
#[allow(dead_code)]
mod ping;

const BLOCKS: &str = include_str!("../data/talk/blocks.md");
/// What the talk gets wrong: the block, its words, and the right ones.
const SLIPS: &[(usize, &str, &str)] = &[
    // It prints what the route list answers as if it were typed too.
    (
        14,
        "192.168.56.0/24 dev ceth1 proto kernel scope link src 192.168.56.20\n",
        "",
    ),
    (15, "172.18.0.20", "192.168.56.20"),
    (24, "182.168.56.10", "192.168.56.10"),
    // The bridge gets the address that is routed by afterwards.
    (25, "198.19.249.100/24", "192.168.56.1/16"),
];
/// The second namespace is made as the first; the talk shows only that.
const SECOND: &[(&str, &str)] = &[
    ("netns0", "netns1"),
    ("veth0", "veth1"),
    ("ceth0", "ceth1"),
    ("192.168.56.10", "192.168.56.20"),
];

fn block(n: usize) -> String {
    let mut blocks = BLOCKS.split("```shell\n").skip(1);
    let block = blocks.nth(n).unwrap().split("```").next().unwrap();
    let mut block = block.to_owned();
    for (_, wrong, right) in SLIPS.iter().filter(|(slip, ..)| *slip == n) {
        assert!(block.contains(wrong), "block {n} has no {wrong}");
        block = block.replace(wrong, right);
    }
    block
}

fn second(n: usize) -> String {
    let mut block = block(n);
    for (first, second) in SECOND {
        block = block.replace(first, second);
    }
    block
}

/// A program in our folder.
fn script(name: &str, text: &str) {
    let path = folder().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}

/// Types these words into a shell; all that it says.
fn types(words: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("timeout");
    shell
        .args(["-s", "KILL", "120", "bash"])
        .env("PATH", format!("{}:{path}", folder().display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut shell = shell.spawn().unwrap();
    let mut input = shell.stdin.take().unwrap();
    // Errors belong where they happen.
    writeln!(input, "exec 2>&1\n{words}").unwrap();
    drop(input);
    let output = shell.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{words}\n{said}");
    said
}

#[track_caller]
fn sees(said: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(said.contains(wanted), "{wanted:?} isn't in\n{said}");
    }
}

#[track_caller]
fn sees_nothing_of(said: &str, unwanted: &[&str]) {
    for unwanted in unwanted {
        assert!(!said.contains(unwanted), "{unwanted:?} is in\n{said}");
    }
}

/// The host as the talk has it: `lo` up, and `eth0`, behind which is `world`.
fn make_host() {
    let world = Netns::create("world").unwrap();
    let mut host = Connection::open().unwrap();
    host.change(Link::named("lo").up()).unwrap();
    let peer = Peer::new("eth0").netns(&world).up();
    let eth0 = host.add(Veth::new("eth0").up().peer(peer)).unwrap();
    let address = "198.19.249.243/24".parse().unwrap();
    host.add(Address::new(eth0, address)).unwrap();
    let gateway = "198.19.249.1".parse().unwrap();
    host.add(Route::default_via(gateway)).unwrap();
}

pub fn run() {
    let _tidy = Tidy;
    for program in ["bash", "nsenter", "timeout"] {
        if !is_installed(program) {
            skip(format_args!("there is no `{program}`"));
            return;
        }
    }
    ours("ip");
    script("sudo", "#!/bin/sh\nexec \"$@\"\n");
    if !is_installed("iptables") {
        skip(format_args!(
            "the packet filter's rules: there is no `iptables`"
        ));
        script("iptables", "#!/bin/sh\necho none of iptables\n");
    }
    // The same on every machine, with or without a `ping` of its own.
    let test = std::env::current_exe().unwrap();
    let text = format!(
        "#!/bin/sh\nfor to; do :; done\nNLROUTE_PING=$to exec {} --exact {PING} --nocapture\n",
        test.display()
    );
    script("ping", &text);
    make_host();
    one_namespace();
    two_namespaces();
    a_bridge();
    the_outside();
}

/// Slides 2 to 5.
fn one_namespace() {
    let said = types(&block(0));
    sees(&said, &["# Network devices", "lo: <LOOPBACK,UP,LOWER_UP>"]);
    sees(&said, &["default via 198.19.249.1 dev eth0"]);
    let said = types(&[block(1), block(2)].concat());
    sees(&said, &["netns0\n"]);
    let look = "ip link list\nip route list\nexit\n";
    let said = types(&[block(3), look.to_owned()].concat());
    sees(&said, &["1: lo: <LOOPBACK>", "state DOWN"]);
    sees_nothing_of(&said, &["2: ", "default via"]);

    let said = types(&[block(4), block(5)].concat());
    sees(&said, &["veth0@ceth0: ", "ceth0@veth0: "]);
    let said = types(&[block(6), block(5)].concat());
    sees(&said, &["veth0@if", "link-netns netns0"]);
    sees_nothing_of(&said, &["ceth0"]);
    let pings = "ping -c 2 192.168.56.11\nexit\nping -c 2 192.168.56.10\n";
    let inside = [block(7), block(8), block(9), block(8), pings.to_owned()];
    let said = types(&inside.concat());
    sees(&said, &["ceth0@if", "<BROADCAST,MULTICAST,UP,LOWER_UP>"]);
    assert_eq!(said.matches("2 sent, 2 received").count(), 2, "{said}");
}

/// Slide 7.
fn two_namespaces() {
    let said = types(&block(10));
    sees(&said, &["inet 198.19.249.243/24 scope global eth0"]);
    let said = types(&[block(11), "exit\n".to_owned()].concat());
    sees(&said, &["Network is unreachable"]);
    let lost = "ping -c 2 192.168.56.21\nexit\nip route list\nip route get 192.168.56.20\n";
    let inside = [block(12), block(13), block(14), lost.to_owned(), block(15)];
    let said = types(&inside.concat());
    let (_, printed, _) = SLIPS[0];
    sees(&said, &[printed.trim_end()]);
    assert_eq!(said.matches("2 sent, 0 received").count(), 2, "{said}");
    let both = ["dev veth0 proto kernel", "dev veth1 proto kernel"];
    let places = both.map(|route| said.find(route).unwrap_or_else(|| panic!("{said}")));
    assert!(places[0] < places[1], "{said}");
    sees(&said, &["192.168.56.20 dev veth0"]);
}

/// Slide 8.
fn a_bridge() {
    const LONG: Duration = Duration::from_secs(120);
    let said = types(&block(16));
    assert_eq!(said, "");
    let mut host = Connection::open().unwrap();
    for name in ["veth0", "veth1"] {
        host.wait_until_gone(name, LONG).unwrap();
    }
    let exit = || "exit\n".to_owned();
    let made = [block(17), block(18), exit(), second(17), second(18), exit()];
    let said = types(&[made.concat(), block(19)].concat());
    sees_nothing_of(&said, &["192.168.56", "Error", "RTNETLINK"]);
    let ports = "bridge link\n".to_owned();
    ours("bridge");
    let said = types(&[block(20), block(21), ports].concat());
    assert_eq!(
        said.matches("master br0 state forwarding").count(),
        2,
        "{said}"
    );
    let said = types(&[block(22), block(22)].concat());
    assert_eq!(said.matches("2 sent, 2 received").count(), 4, "{said}");
    sees(&said, &["192.168.56.20 dev ceth0 lladdr "]);
}

/// Slide 10.
fn the_outside() {
    let said = types(&block(23));
    sees(&said, &["Network is unreachable"]);
    let said = types(&block(24));
    sees_nothing_of(&said, &["2 received"]);
    let said = types(&[block(25), block(26)].concat());
    sees(&said, &["2 sent, 2 received"]);
    let outside = "nsenter --net=/run/netns/netns0 ip route list\n\
                   nsenter --net=/run/netns/netns0 ping -c 2 198.19.249.243\n\
                   nsenter --net=/run/netns/netns1 ping -c 2 198.19.249.243\n";
    let said = types(&[block(27), outside.to_owned()].concat());
    sees(&said, &["default via 192.168.56.1 dev ceth0"]);
    assert_eq!(said.matches("2 sent, 2 received").count(), 2, "{said}");
}

const PING: &str = "talk::a_ping_for_the_talk";

/// No test but the program `ping` of the others, when it is told whom.
#[test]
fn a_ping_for_the_talk() {
    let Ok(to) = std::env::var("NLROUTE_PING") else {
        return;
    };
    let done = ping::ping(to.parse().unwrap(), 2, true).unwrap();
    println!("{done}");
}
