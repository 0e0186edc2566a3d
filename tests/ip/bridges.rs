//! Bridges from the inside, by `bridge` of both.
use nlroute::{Netns, sandbox::skip};

use crate::{
    harness::{Tidy, Whose, commands, does, set_up},
    shows::{run_all, with_options},
    twins,
};

const LINKS: &str = "
    ip link add br0 address 02:00:00:00:00:01 type bridge mcast_igmp_version 3
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link set br0 addrgenmode none
    ip link set veth0 addrgenmode none
    ip link set ceth0 addrgenmode none
    ip link set veth0 master br0
    ip link set br0 up
    ip link set ceth0 up
    ip link set veth0 up
";

/// Who wants which group.
const GROUPS: &str = "
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 permanent
    bridge mdb add dev br0 port veth0 grp 239.1.1.2 permanent src 192.0.2.3
    bridge mdb add dev br0 port veth0 grp 239.1.1.3 permanent filter_mode exclude source_list 192.0.2.3,192.0.2.4 proto zebra
    bridge mdb add dev br0 port veth0 grp ff0e::1 permanent
    bridge mdb add dev br0 port br0 grp 239.1.1.9
    bridge mdb replace dev br0 port veth0 grp 239.1.1.1 temp
    bridge mdb add dev br0 port veth0 grp 01:00:5e:7f:00:05 permanent
    bridge mdb add dev br0 port veth0 grp 239.1.1.7 permanent
    bridge mdb del dev br0 port veth0 grp 239.1.1.7
    bridge link set dev veth0 mcast_router 2
";
const VXLANS: &str = "
    ip link add vx0 address 02:00:00:00:00:04 type vxlan external vnifilter dstport 4789
    ip link add vx1 address 02:00:00:00:00:05 type vxlan id 9 dstport 4790
    ip link set vx1 addrgenmode none up
    bridge vni add vni 5,10-20 remote 192.0.2.5 dev vx0
    bridge vni add vni 30 remote 2001:db8::5 dev vx0
    bridge vni del vni 11-12 dev vx0
    bridge mdb add dev vx1 port vx1 grp 239.1.1.1 permanent dst 192.0.2.4 vni 8 dst_port 77 src_vni 9
    bridge mdb add dev vx1 port vx1 grp ff0e::5 permanent dst 2001:db8::4 via veth0
";
const GROUP_QUESTIONS: &str = "
    bridge OPT mdb
    bridge OPT mdb show dev br0
    bridge OPT mdb show dev br0 vid 5
    bridge OPT mdb get dev br0 grp 239.1.1.3
    bridge OPT mdb get dev br0 grp 239.1.1.2 src 192.0.2.3
    bridge OPT vni
    bridge OPT link
    bridge OPT fdb
    bridge OPT fdb show dynamic
    bridge OPT fdb show dev veth0
    bridge OPT mst
";
/// What is wrong in each.
const WRONG: &str = "
    bridge mdb add dev br0 port veth0 grp 239.1.1.3 permanent
    bridge mdb add dev br0 port veth0
    bridge mdb add dev nope port veth0 grp 239.1.1.1
    bridge mdb add dev br0 port nope grp 239.1.1.1
    bridge mdb add dev br0 port veth0 grp 239.1.1
    bridge mdb add dev br0 port veth0 grp 10.1.1.1
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 filter_mode maybe
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 source_list 1.2.3.4,x
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 proto nosuch
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 src x
    bridge mdb del dev br0 port veth0 grp 239.7.7.7
    bridge mdb get dev br0
    bridge mdb get dev br0 grp 239.7.7.7
    bridge mdb flush
    bridge mdb frob
    bridge mdb show dev nope
    bridge mdb show dev br0 dev br0
    bridge fdb flush
    bridge fdb flush dev nope
    bridge fdb flush dev br0 brport nope
    bridge fdb flush dev br0 vlan 4096
    bridge fdb flush dev br0 vni x
    bridge fdb flush dev br0 dst 1.2.3.4
    bridge vni add vni 5
    bridge vni add vni 5 dev nope
    bridge vni add vni 5 dev br0
    bridge vni show dev nope
    bridge vni frob
    bridge mst set dev veth0 msti 1
    bridge mst set dev veth0 msti x state 1
    bridge mst set dev veth0 msti 1 state frob
    bridge mst set dev veth0 msti 1 state 1
    bridge mst frob
    bridge vlan add vid 5
    bridge vlan add dev veth0
    bridge vlan add vid 4096 dev veth0
    bridge vlan add vid 9-5 dev veth0
    bridge vlan add vid 5-9 pvid dev veth0
    bridge vlan add vid 5 dev nope
    bridge vlan add vid 5 dev veth0 tunnel_info frob
    bridge vlan add vid 5 dev veth0 tunnel_info id x
    bridge vlan set vid 5 dev nope
    bridge vlan set dev veth0
    bridge vlan set vid 5 dev veth0 state frob
    bridge vlan set vid 5 dev veth0 mcast_router x
    bridge vlan global set dev br0
    bridge vlan global set vid 5 dev nope
    bridge vlan show dev nope
    bridge vlan frob
    bridge frob
";

/// Options; the text of `-s` has timers.
const TEXT: &[&str] = &["", "-d", "-o"];
const JSON: &[&str] = &["-j", "-j -p", "-j -d", "-j -s", "-j -s -d -p"];

/// Multicast databases and networks of a VXLAN: what both print, and what both refuse.
pub fn groups() {
    let _tidy = Tidy;
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, LINKS);
    twins::settle(&netns);
    for line in commands(GROUPS).chain(commands(VXLANS)) {
        optional(&netns, line);
    }
    let mut lines = with_options(GROUP_QUESTIONS, TEXT);
    lines.extend(with_options(GROUP_QUESTIONS, JSON));
    lines.extend(with_options("bridge OPT vni", &["-s", "-s -d"]));
    run_all(&netns, lines.into_iter());
    run_all(&netns, commands(WRONG).map(str::to_owned));
}

/// What not every kernel has.
fn optional(netns: &Netns, line: &str) {
    let output = does(netns, Whose::Theirs, line);
    if output.code != Some(0) {
        skip(format_args!("{line}: {}", output.err.trim()));
    }
}

const STATE: &[&str] = &[
    "ip OPT link",
    "bridge OPT link",
    "bridge OPT mdb",
    "bridge OPT vni",
    "bridge OPT fdb",
];

/// The same groups set by both.
pub fn group_twins() {
    let flushes = "
        bridge mdb flush dev br0 nopermanent
        bridge mdb flush dev br0 port veth0 proto zebra
        bridge fdb add 02:00:00:00:00:55 dev veth0 master static sticky
        bridge fdb replace 02:00:00:00:00:55 dev veth0 master static
        bridge fdb append 02:00:00:00:00:56 dev vx1 dst 192.0.2.7 vni 4 port 99 self
        bridge fdb append 02:00:00:00:00:56 dev vx1 dst 192.0.2.8 self
        bridge fdb add 02:00:00:00:00:57 dev veth0 master dynamic extern_learn
        bridge fdb add 02:00:00:00:00:58 dev veth0 master static sticky
    ";
    let more = "
        bridge fdb flush dev vx1 dst 192.0.2.7 port 99
        bridge fdb flush dev br0 brport veth0 extern_learn nopermanent
        bridge fdb flush dev veth0 master sticky
    ";
    twins::alike(&[LINKS, GROUPS, VXLANS, flushes, more], STATE);
}

const VLAN_LINKS: &str = "
    ip link add br0 address 02:00:00:00:00:01 type bridge vlan_filtering 1 vlan_stats_enabled 1 vlan_stats_per_port 1
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link add veth1 address 02:00:00:00:00:04 type veth peer name ceth1 address 02:00:00:00:00:05
    ip link set br0 addrgenmode none
    ip link set veth0 addrgenmode none
    ip link set ceth0 addrgenmode none
    ip link set veth1 addrgenmode none
    ip link set ceth1 addrgenmode none
    ip link set veth0 master br0
    ip link set veth1 master br0
    ip link set br0 up
    ip link set ceth0 up
    ip link set ceth1 up
    ip link set veth0 up
    ip link set veth1 up
";
const VLANS: &str = "
    bridge vlan add vid 10 dev veth0 pvid untagged
    bridge vlan add vid 20-29 dev veth0
    bridge vlan add vid 31 dev veth0 untagged
    bridge vlan add vid 10-12 dev br0 self
    bridge vlan del vid 1 dev veth0
    bridge vlan del vid 24-25 dev veth0 master
    bridge link set dev veth1 vlan_tunnel on
    bridge vlan add vid 40-49 dev veth1
    bridge vlan add vid 50 dev veth1
    bridge vlan add vid 40-49 dev veth1 tunnel_info id 1040-1049
    bridge vlan add vid 50 dev veth1 tunnel_info id 77
    bridge vlan del vid 44 dev veth1 tunnel_info id 1044
    bridge vlan set vid 20-23 dev veth0 state blocking
    bridge vlan set vid 31 dev veth0 neigh_suppress on
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 permanent vid 10
    bridge fdb add 02:00:00:00:00:55 dev veth0 master static vlan 10
";
const VLAN_MULTICAST: &str = "
    ip link set br0 type bridge mcast_vlan_snooping 1
    bridge vlan global set vid 10-12 dev br0 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2
    bridge vlan global set vid 12 dev br0 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_query_interval 3000 mcast_membership_interval 40000 mcast_querier_interval 20000 mcast_query_response_interval 500 mcast_startup_query_interval 600 mcast_last_member_interval 70
    bridge vlan set vid 10 dev veth0 mcast_router 2 mcast_max_groups 9
";
const TREES: &str = "
    ip link add br9 address 02:00:00:00:00:09 type bridge vlan_filtering 1 mst_enabled 1
    ip link add veth9 address 02:00:00:00:00:19 type veth peer name ceth9 address 02:00:00:00:00:29
    ip link set br9 addrgenmode none
    ip link set veth9 addrgenmode none
    ip link set ceth9 addrgenmode none
    ip link set veth9 master br9
    bridge vlan add vid 7 dev br9 self
    bridge vlan add vid 7 dev veth9
    bridge vlan global set vid 7 dev br9 msti 2
    bridge mst set dev veth9 msti 2 state blocking
";
const VLAN_QUESTIONS: &str = "
    bridge OPT vlan
    bridge OPT vlan show dev veth0
    bridge OPT vlan show vid 22
    bridge OPT vlan show dev veth0 vid 10
    bridge OPT vlan tunnelshow
    bridge OPT vlan tunnelshow dev veth1 vid 45
    bridge OPT vlan global show
    bridge OPT vlan global show dev br0
    bridge OPT vlan global show vid 12
    bridge OPT mst
    bridge OPT mst show dev veth9
    bridge OPT mdb show vid 10
    bridge OPT fdb show vlan 10
    bridge OPT link show dev veth1
";
const VLAN_STATE: &[&str] = &[
    "ip OPT link",
    "bridge OPT link",
    "bridge OPT vlan",
    "bridge OPT vlan tunnelshow",
    "bridge OPT vlan global",
    "bridge OPT mst",
    "bridge OPT mdb",
    "bridge OPT fdb",
];

/// Whether bridges of this kernel filter by VLAN.
fn are_vlans_here(netns: &Netns) -> bool {
    set_up(netns, Whose::Theirs, "ip link add try0 type bridge");
    let line = "ip link set try0 type bridge vlan_filtering 1";
    let output = does(netns, Whose::Theirs, line);
    set_up(netns, Whose::Theirs, "ip link del try0");
    if output.code != Some(0) {
        skip(format_args!("{line}: {}", output.err.trim()));
    }
    output.code == Some(0)
}

/// VLANs: what both print.
pub fn vlans() {
    let _tidy = Tidy;
    let netns = Netns::create("vlans").unwrap();
    if !are_vlans_here(&netns) {
        return;
    }
    set_up(&netns, Whose::Theirs, VLAN_LINKS);
    twins::settle(&netns);
    for part in [VLANS, VLAN_MULTICAST, TREES] {
        for line in commands(part) {
            optional(&netns, line);
        }
    }
    let text = ["", "-d", "-c=never -com", "-o", "-com -s"];
    let json = ["-j", "-j -p", "-j -d", "-j -com", "-j -com -p -d"];
    let mut lines = with_options(VLAN_QUESTIONS, &text);
    lines.extend(with_options(VLAN_QUESTIONS, &json));
    lines.extend(with_options("bridge OPT vlan", &["-s", "-s -d", "-s -j"]));
    run_all(&netns, lines.into_iter());
}

/// The same VLANs set by both.
pub fn vlan_twins() {
    let netns = Netns::create("try").unwrap();
    if are_vlans_here(&netns) {
        twins::alike(&[VLAN_LINKS, VLANS, VLAN_MULTICAST, TREES], VLAN_STATE);
    }
    Netns::delete("try").unwrap();
}
