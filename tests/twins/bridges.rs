//! Twins of bridges and of their ports: every option that iproute2 has.
use std::time::Duration;

use nlroute::link::{
    Bridge, BridgeOption, BridgeOptions, BridgePort, Link, MulticastRouter, PortState, StpState,
};

use crate::harness::{Twin, twin, twins};

const BRIDGE: &str = "ip link add br0 address 02:00:00:00:00:10 type bridge";
const PAIR: &str =
    "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02";
const MAC: [u8; 6] = [2, 0, 0, 0, 0, 0x10];

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn option(option: BridgeOption, on: bool) -> BridgeOptions {
    BridgeOptions::new(option, on)
}

/// The kernel makes no addresses of IPv6 by itself.
const QUIET: &str = "ip link set br0 addrgenmode none; ip link set v0 addrgenmode none; \
    ip link set p0 addrgenmode none";
/// `v0` is a port that forwards.
const FORWARDS: &str = "ip link set v0 master br0; ip link set br0 up; ip link set p0 up; ip link set v0 up; \
    await v0 forwarding";
const LEARNT: &str = "bridge fdb add 02:00:00:00:00:77 dev v0 master dynamic";
const UP: &str = "ip link set br0 up";

/// Two twins an option: `"words" => setter(value);`
macro_rules! bridge_options {
    ($($words:literal $expect:tt $setter:ident($value:expr);)+) => {
        /// Each option of a bridge that is created.
        pub const NEW: &[Twin] = &[$(twin!(
            $words,
            [],
            concat!("ip link add br0 address 02:00:00:00:00:10 type bridge ", $words),
            $expect,
            |c| c.add(Bridge::new("br0").address(MAC).$setter($value))
        )),+];
        /// Each option of a bridge that exists.
        pub const OPTIONS: &[Twin] = &[$(twin!(
            $words,
            [BRIDGE],
            concat!("ip link set br0 type bridge ", $words),
            $expect,
            |c| c.change(Bridge::named("br0").$setter($value))
        )),+];
    };
}

bridge_options! {
    "forward_delay 400" => forward_delay(secs(4));
    "hello_time 100" => hello_time(secs(1));
    "max_age 3000" => max_age(secs(30));
    "ageing_time 6000" => ageing_time(secs(60));
    "ageing_time 0" => ageing_time(secs(0));
    "stp_state 1" => stp_state(StpState::Kernel);
    "priority 4096" => priority(4096);
    "group_fwd_mask 8" => group_fwd_mask(8);
    "group_fwd_mask 1" refused group_fwd_mask(1);
    "group_address 01:80:c2:00:00:05" => group_addr([1, 0x80, 0xc2, 0, 0, 5]);
    "group_address 01:80:c2:00:00:01" refused group_addr([1, 0x80, 0xc2, 0, 0, 1]);
    "no_linklocal_learn 1" => multi_boolopt(option(BridgeOption::NO_LL_LEARN, true));
    "vlan_filtering 1" optional vlan_filtering(true);
    "vlan_protocol 802.1ad" optional vlan_protocol(0x88a8);
    "vlan_default_pvid 5" optional vlan_default_pvid(5);
    "vlan_default_pvid 0" optional vlan_default_pvid(0);
    "vlan_stats_enabled 1" optional vlan_stats_enabled(true);
    "vlan_stats_per_port 1" optional vlan_stats_per_port(true);
    "mcast_vlan_snooping 1" optional multi_boolopt(option(BridgeOption::MCAST_VLAN_SNOOPING, true));
    "mcast_snooping 0" => mcast_snooping(false);
    "mcast_router 0" => mcast_router(MulticastRouter::Disabled);
    "mcast_router 2" => mcast_router(MulticastRouter::Permanent);
    "mcast_router 3" refused mcast_router(MulticastRouter::Temporary);
    "mcast_query_use_ifaddr 1" => mcast_query_use_ifaddr(true);
    "mcast_querier 1" => mcast_querier(true);
    "mcast_hash_max 1024" => mcast_hash_max(1024);
    "mcast_last_member_count 5" => mcast_last_member_cnt(5);
    "mcast_startup_query_count 6" => mcast_startup_query_cnt(6);
    "mcast_last_member_interval 200" => mcast_last_member_intvl(secs(2));
    "mcast_membership_interval 20000" => mcast_membership_intvl(secs(200));
    "mcast_querier_interval 20100" => mcast_querier_intvl(secs(201));
    "mcast_query_interval 20200" => mcast_query_intvl(secs(202));
    "mcast_query_response_interval 1100" => mcast_query_response_intvl(secs(11));
    "mcast_startup_query_interval 2100" => mcast_startup_query_intvl(secs(21));
    "mcast_stats_enabled 1" => mcast_stats_enabled(true);
    "mcast_igmp_version 3" => mcast_igmp_version(3);
    "mcast_igmp_version 4" refused mcast_igmp_version(4);
    "mcast_mld_version 2" => mcast_mld_version(2);
    "nf_call_iptables 1" optional nf_call_iptables(true);
    "nf_call_ip6tables 1" optional nf_call_ip6tables(true);
    "nf_call_arptables 1" optional nf_call_arptables(true);
}

twins! {
    /// Bridges as a whole.
    BRIDGES {
        "add" [] "ip link add br0 type bridge" => |c| c.add(Bridge::new("br0"));
        "add up" []
            "ip link add br0 address 02:00:00:00:00:10 up type bridge" =>
            |c| c.add(Bridge::new("br0").address(MAC).up());
        "add with many options" []
            "ip link add br0 mtu 1400 address 02:00:00:00:00:10 type bridge forward_delay 200 stp_state 1 priority 100 mcast_snooping 0 ageing_time 100" =>
            |c| c.add(Bridge::new("br0").mtu(1400).address(MAC).forward_delay(secs(2)).stp_state(StpState::Kernel).priority(100).mcast_snooping(false).ageing_time(secs(1)));
        "add in a namespace" ["ip netns add there"]
            "ip link add br0 netns there type bridge" =>
            |c| c.add(Bridge::new("br0").netns("there"));
        "add twice" [BRIDGE] "ip link add br0 type bridge" refused |c| c.add(Bridge::new("br0"));
        "change what isn't there" []
            "ip link set br0 type bridge stp_state 1" refused
            |c| c.change(Bridge::named("br0").stp_state(StpState::Kernel));
        "change many options" [BRIDGE]
            "ip link set br0 mtu 1300 type bridge priority 7 mcast_querier 1" =>
            |c| c.change(Bridge::named("br0").mtu(1300).priority(7).mcast_querier(true));
        "spanning tree off" [BRIDGE, "ip link set br0 type bridge stp_state 1"]
            "ip link set br0 type bridge stp_state 0" =>
            |c| c.change(Bridge::named("br0").stp_state(StpState::Off));
        "forward_delay out of its bounds" [BRIDGE, "ip link set br0 type bridge stp_state 1"]
            "ip link set br0 type bridge forward_delay 100" refused
            |c| c.change(Bridge::named("br0").forward_delay(secs(1)));
        "fdb_flush" [BRIDGE, PAIR, QUIET, FORWARDS, LEARNT]
            "ip link set br0 type bridge fdb_flush" =>
            |c| c.change(Bridge::named("br0").fdb_flush(true));
        // Here an option is refused that the kernel takes for a new bridge and forgets.
        "replace alters" [BRIDGE]
            "ip link set br0 type bridge priority 9" =>
            |c| c.replace(Bridge::new("br0").priority(9));
        "up" [BRIDGE] "ip link set br0 up" => |c| c.change(Bridge::named("br0").up());
        "delete" [BRIDGE, PAIR, "ip link set v0 master br0"]
            "ip link delete br0" =>
            |c| c.delete(Bridge::named("br0"));
        "delete by kind" [BRIDGE]
            "ip link delete br0 type bridge" =>
            |c| c.delete(Link::named("br0"));
    }
}

/// A twin an option of a port: `"name" [SET-UP] "words" => setter(value);`
macro_rules! port_options {
    ($($name:literal [$($setup:expr),*] $words:literal $expect:tt $setter:ident($value:expr);)+) => {
        /// Each option of a bridge's port.
        pub const PORTS: &[Twin] = &[$(twin!(
            $name,
            [BRIDGE, PAIR, "ip link set v0 master br0", "ip link set p0 master br0" $(, $setup)*],
            concat!("ip link set v0 type bridge_slave ", $words),
            $expect,
            |c| c.change(BridgePort::named("v0").$setter($value))
        )),+];
    };
}

port_options! {
    "state of a bridge that is down" [] "state 1" refused state(PortState::Listening);
    "priority" [] "priority 8" => port_priority(8);
    "priority too large" [] "priority 64" refused port_priority(64);
    "cost" [] "cost 77" => port_cost(77);
    "cost too large" [] "cost 65536" refused port_cost(65_536);
    "guard on" [] "guard on" => guard(true);
    "hairpin on" [] "hairpin on" => hairpin(true);
    "fastleave on" [] "fastleave on" => fast_leave(true);
    "root_block on" [] "root_block on" => protect(true);
    "learning off" [] "learning off" => learning(false);
    "flood off" [] "flood off" => unicast_flood(false);
    "proxy_arp on" [] "proxy_arp on" => proxyarp(true);
    "proxy_arp_wifi on" [] "proxy_arp_wifi on" => proxyarp_wifi(true);
    "mcast_router off" [] "mcast_router 0" => multicast_router(MulticastRouter::Disabled);
    "mcast_router permanent" [] "mcast_router 2" => multicast_router(MulticastRouter::Permanent);
    "mcast_router for a while" [] "mcast_router 3" => multicast_router(MulticastRouter::Temporary);
    "mcast_fast_leave on" [] "mcast_fast_leave on" => fast_leave(true);
    "mcast_flood off" [] "mcast_flood off" => mcast_flood(false);
    "bcast_flood off" [] "bcast_flood off" => bcast_flood(false);
    "mcast_to_unicast on" [] "mcast_to_unicast on" => mcast_to_ucast(true);
    "group_fwd_mask" [] "group_fwd_mask 8" => group_fwd_mask(8);
    "group_fwd_mask of LACP" [] "group_fwd_mask 4" => group_fwd_mask(4);
    "group_fwd_mask of STP" [] "group_fwd_mask 1" => group_fwd_mask(1);
    "group_fwd_mask that can't be" [] "group_fwd_mask 2" refused group_fwd_mask(2);
    "neigh_suppress on" [] "neigh_suppress on" => neigh_suppress(true);
    "vlan_tunnel on" [] "vlan_tunnel on" optional vlan_tunnel(true);
    "isolated on" [] "isolated on" => isolated(true);
    "locked on" [] "locked on" => locked(true);
    "backup_port" [] "backup_port p0" => backup_port("p0");
    "nobackup_port" ["ip link set v0 type bridge_slave backup_port p0"] "nobackup_port" => backup_port(0);
    "backup_port that is no port" [UP] "backup_port lo" refused backup_port("lo");
    "hairpin off" ["ip link set v0 type bridge_slave hairpin on"] "hairpin off" => hairpin(false);
    "isolated off" ["ip link set v0 type bridge_slave isolated on"] "isolated off" => isolated(false);
}

twins! {
    /// Ports as a whole.
    PORTS_ALL {
        "a port's options by bridge link" [BRIDGE, PAIR, "ip link set v0 master br0"]
            "bridge link set dev v0 cost 9 priority 5 hairpin on learning off" =>
            |c| c.change(BridgePort::named("v0").port_cost(9).port_priority(5).hairpin(true).learning(false));
        "fdb_flush" [BRIDGE, PAIR, QUIET, FORWARDS, LEARNT]
            "ip link set v0 type bridge_slave fdb_flush" =>
            |c| c.change(BridgePort::named("v0").flush(true));
        "state listening" [BRIDGE, PAIR, QUIET, FORWARDS]
            "ip link set v0 type bridge_slave state 1" =>
            |c| c.change(BridgePort::named("v0").state(PortState::Listening));
        "state learning" [BRIDGE, PAIR, QUIET, FORWARDS]
            "ip link set v0 type bridge_slave state 2" =>
            |c| c.change(BridgePort::named("v0").state(PortState::Learning));
        "no port of a bridge" [PAIR]
            "ip link set v0 type bridge_slave hairpin on" refused
            |c| c.change(BridgePort::named("v0").hairpin(true));
        "a port leaves" [
            BRIDGE,
            PAIR,
            "ip link set v0 master br0",
            "ip link set v0 type bridge_slave hairpin on"
        ]
            "ip link set v0 nomaster" =>
            |c| c.change(Link::named("v0").no_master());
        "a bridge's MAC follows its port" ["ip link add br0 type bridge", PAIR]
            "ip link set v0 master br0" =>
            |c| c.change(Link::named("v0").master("br0"));
    }
}
