//! The same question to both, about the same namespace.
use nlroute::{Netns, sandbox::skip};

use crate::{
    compare::{json, still_text},
    harness::{Output, Tidy, Whose, commands, does, exact, set_up, version},
};

/// What there is to be seen. Link-local addresses would be tentative for a while.
const STATE: &str = "
    ip link set lo up
    ip link add br0 address 02:00:00:00:00:01 type bridge
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link set br0 addrgenmode none
    ip link set veth0 addrgenmode none
    ip link set ceth0 addrgenmode none
    ip link set veth0 master br0 up
    ip link set br0 up
    ip link set ceth0 alias uplink group 7 up
    ip link property add dev ceth0 altname a-rather-long-alternative-name
    ip netns add other
    ip link add veth1 type veth peer name ceth1 netns other
    ip addr add 192.0.2.1/24 brd + dev br0
    ip addr add 192.0.2.2/24 dev br0
    ip addr add 10.9.9.1 peer 10.9.9.2/32 dev ceth0
    ip addr add 2001:db8::1/64 dev br0 nodad valid_lft 1000 preferred_lft 500
    ip addr add 10.8.0.1/8 dev veth1 label veth1:x metric 77
    ip link set veth1 up
    ip route add 198.51.100.0/24 via 192.0.2.9 mtu lock 1400 rtt 10ms initcwnd 20 congctl cubic
    ip route add default nexthop via 192.0.2.7 weight 3 nexthop dev br0
    ip route add 203.0.113.0/24 via inet6 2001:db8::9 dev br0
    ip route add blackhole 10.1.0.0/16 metric 7
    ip route add 10.2.0.0/16 dev br0 tos 0x10 proto static scope link table 1000 src 192.0.2.1
    ip -6 route add 2001:db8:9::/48 via 2001:db8::9 expires 1000 pref high
    ip -6 route add default via 2001:db8::9 metric 5
    ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev br0
    ip neigh add 192.0.2.10 lladdr 02:00:00:00:00:0a dev br0 nud stale router proto static
    ip neigh add proxy 192.0.2.20 dev br0
    ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev br0 nud permanent extern_learn
    bridge fdb add 02:00:00:00:00:55 dev veth0 master static
    ip link add ifb0 type ifb
";

/// What is asked, with each of the options.
const OPTIONS: &[&str] = &[
    "", "-o", "-br", "-d", "-s", "-s -s", "-N", "-4", "-6", "-d -o", "-s -h",
];
const JSON: &[&str] = &["-j", "-j -p", "-j -d", "-j -s -s", "-j -br", "-j -6"];
const QUESTIONS: &str = "
    ip OPT link
    ip OPT addr
    ip OPT link show br0
    ip OPT link show a-rather-long-alternative-name
    ip OPT addr show dev ceth0
    ip OPT addr show up
    ip OPT link show type veth
    ip OPT link show master br0
    ip OPT link show group 7
    ip OPT route
    ip OPT route show table all
    ip OPT route get 198.51.100.4
    ip OPT route get 203.0.113.1
    ip OPT neigh
    ip OPT neigh show proxy
    ip OPT netns
";
const BRIDGE_QUESTIONS: &str = "
    bridge OPT link
    bridge OPT fdb
    bridge OPT fdb show br br0
    bridge OPT link show dev veth0
";
/// What is asked once.
const MORE: &str = "
    ip -6 route get 2001:db8:9::4
    ip route get 10.2.3.4 fibmatch
    ip route show proto static
    ip route show table 1000
    ip route show root 10.0.0.0/8
    ip route show match 198.51.100.7
    ip route show exact 10.1.0.0/16
    ip route show type blackhole
    ip route show via 192.0.2.9
    ip route show metric 7
    ip route show scope link
    ip route show default
    ip route show table all dev br0
    ip -f inet6 addr
    ip addr show to 192.0.2.0/24
    ip addr show scope link
    ip addr show label veth*
    ip addr show permanent
    ip addr show dynamic
    ip neigh show dev br0
    ip neigh show 192.0.2.9
    ip neigh show nud permanent
    ip neigh get 192.0.2.9 dev br0
    ip -n other link
    ip -n other -d addr
    ip netns identify 1
    ip netns pids other
    ip netns exec other ip link
    ip l sh lo
    ip a
    ip r
    ip n
    ip ro sh
    ip addr sh lo
";

/// What is different in two answers.
fn differences(line: &str, theirs: &Output, ours: &Output) -> Vec<String> {
    let mut found = Vec::new();
    if line.contains(" -j") {
        found = json(&theirs.out, &ours.out);
        if exact() && line.contains("-p") && found.is_empty() {
            let lines = |output: &Output| still_text(&output.out).lines().count();
            if lines(theirs) != lines(ours) {
                found.push("laid out in another way".to_owned());
            }
        }
    } else if exact() {
        let (theirs, ours) = (still_text(&theirs.out), still_text(&ours.out));
        let pairs = theirs.lines().zip(ours.lines());
        found.extend(
            pairs
                .filter(|(theirs, ours)| theirs != ours)
                .map(|(theirs, ours)| format!("theirs {theirs:?}\n  ours   {ours:?}")),
        );
        if theirs.lines().count() != ours.lines().count() {
            found.push(format!("theirs:\n{theirs}\nours:\n{ours}"));
        }
    }
    if theirs.code != ours.code || exact() && theirs.err != ours.err {
        found.push(format!("theirs {theirs:?}\n  ours   {ours:?}"));
    }
    found
}

/// One question to both; what differs.
fn ask(netns: &Netns, line: &str, differ: &mut Vec<String>) {
    let mut theirs = does(netns, Whose::Theirs, line);
    for _ in 0..10 {
        let ours = does(netns, Whose::Ours, line);
        let found = differences(line, &theirs, &ours);
        if found.is_empty() {
            return;
        }
        // The kernel may have done something by itself meanwhile.
        let again = does(netns, Whose::Theirs, line);
        if differences(line, &theirs, &again).is_empty() {
            differ.push(format!("{line}:\n  {}", found.join("\n  ")));
            return;
        }
        theirs = again;
    }
    differ.push(format!("{line}: the answer never stays the same"));
}

pub fn with_options(lines: &str, options: &[&str]) -> Vec<String> {
    let one = |line: &str, option: &str| match option {
        "" => line.replace(" OPT", ""),
        option => line.replace("OPT", option),
    };
    let all = options
        .iter()
        .flat_map(|option| commands(lines).map(move |line| one(line, option)));
    all.collect()
}

pub fn run_all(netns: &Netns, lines: impl Iterator<Item = String>) {
    let (mut asked, mut differ) = (0, Vec::new());
    for line in lines {
        asked += 1;
        ask(netns, &line, &mut differ);
    }
    println!("{asked} questions, {} answered alike", asked - differ.len());
    assert!(
        differ.is_empty(),
        "{} of {asked} differ\n{}",
        differ.len(),
        differ.join("\n")
    );
}

pub fn run() {
    let _tidy = Tidy;
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, STATE);
    crate::twins::settle(&netns);
    if !exact() {
        skip(format_args!(
            "text of iproute2 {}: it is 6.15's that is compared byte for byte",
            version().unwrap_or("?")
        ));
    }
    let mut lines = with_options(QUESTIONS, OPTIONS);
    lines.extend(with_options(QUESTIONS, JSON));
    lines.extend(with_options(
        BRIDGE_QUESTIONS,
        &["", "-d", "-s", "-j", "-j -p", "-j -d"],
    ));
    lines.extend(commands(MORE).map(str::to_owned));
    if exact() {
        // An older one leaves out routes of several next hops.
        lines.extend(with_options("ip OPT route show dev br0", OPTIONS));
        lines.extend(with_options("ip OPT route show dev br0", JSON));
    }
    run_all(&netns, lines.into_iter());
}

/// Rules, next hop objects and kinds: what is there is made by ours.
const RULES: &str = "
    ip link set lo up
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link set veth0 addrgenmode none up
    ip link set ceth0 addrgenmode none up
    ip addr add 192.0.2.1/24 dev veth0
    ip addr add 2001:db8::1/64 dev veth0 nodad
    ip nexthop add id 1 via 192.0.2.9 dev veth0
    ip nexthop add id 2 via 192.0.2.10 dev veth0 proto static onlink
    ip nexthop add id 3 dev veth0
    ip nexthop add id 4 blackhole
    ip nexthop add id 5 via 2001:db8::9 dev veth0
    ip nexthop add id 10 group 1/2,3
    ip nexthop replace id 3 via 192.0.2.11 dev veth0
    ip route add 10.50.0.0/16 nhid 10
    ip route add 10.51.0.0/16 nhid 1
    ip rule add from 10.0.0.0/8 table 100
    ip rule add to 10.1.0.0/16 pref 500 tos 0x10 lookup 1000
    ip rule add fwmark 5/0xff iif veth0 oif lo goto 600 pref 550
    ip rule add fwmark 7 prohibit pref 560
    ip rule add not from 10.2.0.0/16 blackhole pref 561
    ip rule add ipproto tcp sport 80 dport 90-100 uidrange 0-0 table 7 pref 562 proto static
    ip rule add sup_pl 0 suppress_ifgroup default table main pref 563
    ip rule add iif nosuch realms 3/4 table 9 pref 564
    ip rule add nop pref 600
    ip rule add tun_id 77 table 9 pref 601
    ip -6 rule add from all to 2001:db8:1::5 table 100 pref 9
";
/// What not every kernel has.
const KINDS: &str = "
    ip link add vx7 type vxlan id 7 dstport 4789 remote 192.0.2.50 local 192.0.2.1 dev veth0
    ip link add vx8 type vxlan id 8 dstport 0 group 239.1.1.1 dev veth0 ttl 5 tos 0x10 nolearning proxy
    ip link add mv0 link veth0 type macvlan mode private nodst
    ip link add mv1 link veth0 type macvlan mode source macaddr add 02:00:00:00:00:09
    ip link add vl5 link veth0 type vlan id 5 protocol 802.1ad gvrp on ingress-qos-map 1:2 3:4
    ip link add vrf9 type vrf table 9
    ip nexthop add id 11 group 1,5/2 type resilient buckets 8 idle_timer 60
";
const RULE_QUESTIONS: &str = "
    ip OPT rule
    ip OPT nexthop
    ip OPT nexthop show groups
    ip OPT nexthop get id 10
    ip OPT route
    ip OPT link
";
const RULES_ONCE: &str = "
    ip rule show from 10.0.0.0/8
    ip rule show pref 500
    ip rule show table 100
    ip rule show fwmark 5/0xff
    ip rule show not
    ip rule show iif veth0
    ip rule add
    ip rule add from 10.0.0.0/8 table 100
    ip rule add frob
    ip rule add fwmark x
    ip rule add table nosuch
    ip rule del pref 4242
    ip rule del
    ip nexthop show dev veth0
    ip nexthop show proto 4
    ip nexthop add id 1 via 192.0.2.9 dev veth0
    ip nexthop add id 99 via 192.0.2.9 dev nosuch
    ip nexthop add id 99 via 192.0.9.9 dev veth0
    ip nexthop add id 99 group 77
    ip nexthop add id x
    ip nexthop get id 77
    ip nexthop del id 77
    ip ru
    ip next
";

pub fn rules() {
    let _tidy = Tidy;
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Ours, RULES);
    crate::twins::settle(&netns);
    for line in commands(KINDS) {
        let output = does(&netns, Whose::Ours, line);
        if output.code != Some(0) {
            skip(format_args!("{line}: {}", output.err.trim()));
        }
    }
    let options = ["", "-d", "-o", "-N", "-4", "-6"];
    let mut lines = with_options(RULE_QUESTIONS, &options);
    lines.extend(with_options(RULE_QUESTIONS, &["-j", "-j -p", "-j -d"]));
    lines.extend(commands(RULES_ONCE).map(str::to_owned));
    run_all(&netns, lines.into_iter());
}

/// What is wrong in each.
const WRONG: &str = "
    ip link show dev nope
    ip addr show dev nope
    ip link set nope up
    ip link del nope
    ip link add br0 type bridge
    ip link add x type nosuchkind
    ip link add type
    ip link add foo
    ip link foo
    ip foo
    ip link set br0 mtu 99999999
    ip link set br0 carrier maybe
    ip link set br0 arp maybe
    ip link set veth0 master nope
    ip link set br0 name toolongname0123456
    ip link set br0 mtu
    ip link set veth0 type bridge_slave hairpin maybe
    ip link add name v3 dev v4 type bridge
    ip link set dev br0 dev veth0
    ip route add 1.2.3.0/24 via 99.9.9.9
    ip route add 1.2.3.0/24 dev nope
    ip route add 1.2.3.4/24 dev br0
    ip route add 1.2.3.0/44 dev br0
    ip route add 198.51.100.0/24 via 192.0.2.9 mtu 5
    ip route add default via 192.0.2.7 via 192.0.2.8
    ip route del 9.9.9.0/24
    ip route get
    ip route get 99.1.1.1 from 1.1.1.1
    ip route show table 4242
    ip addr add 192.0.2.1/24 dev br0
    ip addr add 192.0.2.1/24
    ip addr add 300.1.1.1/24 dev br0
    ip addr del 1.1.1.1/32 dev br0
    ip addr add 1.1.1.1/24 dev br0 valid_lft 0
    ip addr add 1.1.1.1/24 dev br0 valid_lft 5 preferred_lft 9
    ip addr flush
    ip route flush
    ip neigh flush
    ip neigh add 1.1.1.1
    ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev br0
    ip neigh add 192.0.2.19 lladdr zz dev br0
    ip neigh del 192.0.2.99 dev br0
    ip neigh get 192.0.2.99 dev br0
    ip neigh show nud bogus
    ip netns add other
    ip netns del nope
    ip netns exec nope true
    ip netns exec other false
    ip netns exec other nosuchprogram
    ip netns foo
    ip -n nope link
    ip -z
    ip -f foo link
    ip -batch /nonexistent
    bridge fdb add 02:00:00:00:00:55 dev nope
    bridge fdb add zz dev br0
    bridge link set dev nope cost 3
";

pub fn errors() {
    let _tidy = Tidy;
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, STATE);
    crate::twins::settle(&netns);
    run_all(&netns, commands(WRONG).map(str::to_owned));
}
