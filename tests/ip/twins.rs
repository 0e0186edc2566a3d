//! The same commands by both, each in a namespace of its own.
use std::time::Duration;

use nlroute::{
    Connection, Netns,
    link::{LinkFlags, LinkView, Links, OperState},
};

use crate::{
    compare::{json, still_text},
    harness::{Output, Tidy, Whose, commands, does, exact, run_in},
};

/// Sequences; what one leaves the next begins with.
const SEQUENCES: &[&str] = &[
    "
    ip link set lo up
    ip link add br0 address 02:00:00:00:00:01 type bridge stp_state 1 forward_delay 400 priority 7
    ip link add veth0 address 02:00:00:00:00:02 txqueuelen 77 mtu 1400 type veth peer name ceth0 address 02:00:00:00:00:03 mtu 1300
    ip link set dev veth0 addrgenmode none
    ip link set dev ceth0 addrgenmode none
    ip link set dev br0 addrgenmode none
    ip link set veth0 master br0
    ip link set veth0 type bridge_slave cost 9 hairpin on isolated on
    ip link set br0 type bridge stp_state 0 mcast_snooping 0 ageing_time 1000 no_linklocal_learn 1
    ip link set ceth0 name eth9
    ip link set eth9 alias uplink group 7 promisc on
    ip link property add dev eth9 altname alpha altname beta
    ip link property del dev eth9 altname beta
    ip link add ifb7 address 02:00:00:00:00:77 index 77 numtxqueues 2 numrxqueues 2 type ifb
    ip link set group 7 up
    ip link set ifb7 arp off multicast off
    ",
    "
    ip link set br0 up
    ip link set eth9 up
    ip link set veth0 up
    ",
    "
    ip addr add 192.0.2.1/24 brd + dev br0
    ip a a 192.0.2.2/24 broadcast 192.0.2.200 dev br0 metric 9
    ip addr add 192.0.2.3/24 dev br0 noprefixroute
    ip addr add 10.9.9.1 peer 10.9.9.2/32 dev eth9 scope link
    ip addr add 2001:db8::1/64 dev br0 nodad
    ip addr add 2001:db8:77::1/64 dev eth9 nodad
    ip -6 addr change 2001:db8:77::1/64 dev eth9 valid_lft 1000 preferred_lft 500
    ip addr add 10.1.0.1/8 dev eth9 label eth9:x
    ip addr add 10.3.0.1/8 dev eth9
    ip addr replace 10.3.0.1/8 dev eth9 valid_lft forever preferred_lft 0
    ip addr del 10.1.0.1 dev eth9
    ",
    "
    ip route add 198.51.100.0/24 via 192.0.2.9 dev br0 mtu lock 1400 rtt 10ms rttvar 5 rto_min 200ms
    ip route append 198.51.100.0/24 via 192.0.2.8 dev br0
    ip route prepend 198.51.100.0/24 via 192.0.2.7 dev br0
    ip route add 10.7.0.0/16 nexthop via 192.0.2.7 dev br0 weight 3 nexthop via 192.0.2.8 dev br0 onlink
    ip route add blackhole 10.8.0.0/16 metric 7
    ip route add prohibit 10.8.1.0/24
    ip route add throw 10.8.2.0/24 table 99
    ip route add default via 192.0.2.77 dev eth9 onlink metric 50 proto bgp
    ip route replace default via 192.0.2.4 dev br0 metric 50 src 192.0.2.1
    ip route add 203.0.113.0/24 via inet6 2001:db8::9 dev br0
    ip route change 203.0.113.0/24 via 192.0.2.5 advmss 1000 quickack 1 features ecn congctl reno
    ip -6 route add 2001:db8:9::/48 via 2001:db8::9 dev br0 metric 5 pref low hoplimit 9
    ip -6 route add unreachable 2001:db8:a::/48
    ip route add 10.99.0.0/16 dev br0 table 1000 scope link proto static
    ip route del 10.8.1.0/24
    ",
    "
    ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev br0
    ip neigh add 192.0.2.10 lladdr 02:00:00:00:00:0a dev br0 nud noarp router
    ip neigh replace 192.0.2.9 lladdr 02:00:00:00:00:19 dev br0
    ip neigh change 192.0.2.10 lladdr 02:00:00:00:00:1a dev br0 nud permanent proto static
    ip neigh add proxy 192.0.2.20 dev br0
    ip neigh add 192.0.2.11 lladdr 02:00:00:00:00:0b dev br0
    ip neigh del 192.0.2.11 dev br0
    bridge fdb add 02:00:00:00:00:55 dev veth0 master static
    bridge fdb add 02:00:00:00:00:56 dev br0 self permanent
    bridge fdb del 02:00:00:00:00:56 dev br0 self
    bridge link set dev veth0 cost 20 priority 9 learning off mcast_flood off
    ",
    "
    ip rule add from 10.1.0.0/16 table 100 pref 900
    ip rule add to 10.2.0.0/16 fwmark 3/0xff prohibit pref 901
    ip rule add iif br0 goto 910 pref 902
    ip rule add nop pref 910
    ip -6 rule add from 2001:db8::/32 suppress_prefixlength 0 table main pref 903
    ip rule del pref 901
    ip nexthop add id 1 via 192.0.2.9 dev br0
    ip nexthop add id 2 via 192.0.2.8 dev br0 onlink proto static
    ip nexthop add id 3 group 1/2,4
    ip nexthop replace id 2 via 192.0.2.7 dev br0
    ip nexthop add id 4 blackhole
    ip nexthop del id 4
    ip route add 10.88.0.0/16 nhid 3
    ",
    "
    ip rule flush proto static
    ip nexthop flush groups
    ip route flush table 1000
    ip route flush 10.8.0.0/16
    ip addr flush dev eth9 scope link
    ip neigh flush nud permanent dev br0 to 192.0.2.10
    ip addr del 192.0.2.2/24 dev br0
    ip link set veth0 nomaster
    ip link del ifb7
    ip link set eth9 down
    ip route del default
    ",
];

/// What is compared of both.
const STATE: &[&str] = &[
    "ip OPT link",
    "ip OPT addr",
    "ip OPT route show table all",
    "ip OPT -6 route show table all",
    "ip OPT neigh show nud permanent",
    "ip OPT neigh show proxy",
    "ip OPT rule",
    "ip OPT -6 rule",
    "ip OPT nexthop",
    "bridge OPT link",
    "bridge OPT fdb",
];

/// Waits until what the kernel does by itself after a carrier came is done.
pub fn settle(netns: &Netns) {
    const LONG: Duration = Duration::from_secs(120);
    let mut connection: Connection = netns.connect().unwrap();
    let settled = |link: &LinkView<'_>| {
        let tells = link
            .kind()
            .is_some_and(|kind| kind == "veth" || kind == "bridge");
        let carrier = link.flags().contains(LinkFlags::LOWER_UP);
        let is_up = link.operstate() == Some(OperState::Up);
        !tells || !link.is_up() || carrier == is_up
    };
    for link in &connection.list(Links::all()).unwrap() {
        if !settled(&link) {
            connection.wait_until(link.index(), LONG, settled).unwrap();
        }
    }
    for link in &connection.list(Links::all()).unwrap() {
        let forwards = |link: &LinkView<'_>| {
            let port = link.bridge_port().and_then(|port| port.state());
            port.is_none_or(|state| state.to_string() == "forwarding" || !link.is_up())
        };
        if !forwards(&link) {
            connection.wait_until(link.index(), LONG, forwards).unwrap();
        }
    }
}

/// The lines, or what is in an array, sorted.
fn in_order(text: &str) -> String {
    if let Ok(serde_json::Value::Array(mut all)) = serde_json::from_str(text) {
        all.sort_by_key(ToString::to_string);
        return serde_json::Value::Array(all).to_string();
    }
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// The first difference of two namespaces, if there is one.
fn difference(state: &[&str], here: &Netns, there: &Netns) -> Option<String> {
    for question in state {
        for option in ["-j -d", "-d", ""] {
            let line = match option {
                "" => question.replace(" OPT", ""),
                option => question.replace("OPT", option),
            };
            // Hash tables of two namespaces have an order each.
            let sorted = |whose, netns| {
                let mut output = does(netns, whose, &line);
                if question.contains("neigh") || question.contains("fdb") {
                    output.out = in_order(&output.out);
                }
                output
            };
            let theirs = sorted(Whose::Theirs, here);
            for (whose, found) in [
                (Whose::Theirs, sorted(Whose::Theirs, there)),
                (Whose::Ours, sorted(Whose::Ours, there)),
            ] {
                let same_program = whose == Whose::Theirs;
                let differ = if option.contains("-j") {
                    json(&theirs.out, &found.out)
                } else if same_program || exact() {
                    let (a, b) = (still_text(&theirs.out), still_text(&found.out));
                    if a == b {
                        vec![]
                    } else {
                        vec![format!("theirs:\n{a}\nours:\n{b}")]
                    }
                } else {
                    vec![]
                };
                if !differ.is_empty() {
                    let differ = differ.join("\n");
                    return Some(format!("{line}, read by {whose:?}:\n{differ}"));
                }
            }
        }
    }
    None
}

fn code_and_words(output: &Output) -> (Option<i32>, String) {
    let words = if exact() {
        output.err.clone()
    } else {
        String::new()
    };
    (output.code, words)
}

pub fn run() {
    alike(SEQUENCES, STATE);
}

/// The same by both, each in a namespace of its own; after each sequence what is compared is the
/// same.
pub fn alike(sequences: &[&str], state: &[&str]) {
    let _tidy = Tidy;
    let here = Netns::create("here").unwrap();
    let there = Netns::create("there").unwrap();
    let mut count = 0;
    for sequence in sequences {
        for line in commands(sequence) {
            let theirs = does(&here, Whose::Theirs, line);
            let ours = does(&there, Whose::Ours, line);
            assert_eq!(code_and_words(&theirs), code_and_words(&ours), "{line}");
            assert_eq!(theirs.code, Some(0), "{line}: {theirs:?}");
            count += 1;
            if line.ends_with(" up") {
                // What comes of it by itself comes in the same order in both.
                settle(&here);
                settle(&there);
            }
        }
        settle(&here);
        settle(&there);
        let mut last = None;
        for _ in 0..200 {
            last = difference(state, &here, &there);
            if last.is_none() {
                break;
            }
            // The kernel may still be at it.
            settle(&here);
            settle(&there);
        }
        assert!(
            last.is_none(),
            "after {sequence}\n{}",
            last.unwrap_or_default()
        );
    }
    println!("{count} commands, {} states alike", sequences.len());
    Netns::delete("here").unwrap();
    Netns::delete("there").unwrap();
}

/// Batches: the lines, and whether they go on after a failure.
const BATCHES: &[&str] = &[
    "link add b0 type bridge\nlink set b0 up # a comment\n\n# nothing\naddr add 10.0.0.1/8 dev b0\n",
    "link add b0 type bridge\nlink add b0 type bridge\nlink add b1 type bridge\n",
    "link set \\\nlo up\naddr add '10.0.0.1/8' dev lo\nfoo\naddr add 10.0.0.2/8 dev lo\n",
    "link foo\nlink add b0 type bridge\n",
];

pub fn batches() {
    let _tidy = Tidy;
    for (n, lines) in BATCHES.iter().enumerate() {
        for force in [&["ip", "-b", "-"][..], &["ip", "-force", "-batch", "-"]] {
            let mut outputs = Vec::new();
            for whose in [Whose::Theirs, Whose::Ours] {
                let netns = Netns::create("one").unwrap();
                let output = run_in(Some(&netns), whose, force, lines);
                let links = does(&netns, Whose::Theirs, "ip -br link").out;
                let names: Vec<_> = links
                    .lines()
                    .filter_map(|line| line.split(' ').next().map(str::to_owned))
                    .collect();
                let addresses = does(&netns, Whose::Theirs, "ip -br addr show dev lo").out;
                outputs.push((code_and_words(&output), names, addresses));
                Netns::delete("one").unwrap();
            }
            assert_eq!(outputs[0], outputs[1], "batch {n} {force:?}: {lines}");
        }
    }
}
