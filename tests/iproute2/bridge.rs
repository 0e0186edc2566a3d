//! `ip link ... type bridge`, `type bridge_slave`, and `bridge`.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Fdb, FdbEntry,
    link::{Bridge, BridgeOption, BridgeOptions, BridgePort, MulticastRouter, PortState, StpState},
    neighbour::NeighbourFlags,
};

use super::{
    compare::{Row, add, append, ask, change, delete, replace},
    differences::{ECHO, PORT_KIND, Why},
};

fn mac(last: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, last]
}

/// iproute2 takes hundredths of a second.
fn centis(hundredths: u64) -> Duration {
    Duration::from_millis(hundredths * 10)
}

fn br0<'a>() -> Bridge<'a> {
    Bridge::index(12)
}

fn v2<'a>() -> BridgePort<'a> {
    BridgePort::index(14)
}

fn port(command: &'static str, port: &BridgePort<'_>) -> Row {
    change(command, port).but(&PORT_KIND)
}

pub fn rows() -> Vec<Row> {
    let mut rows = bridges();
    rows.extend(multicast());
    rows.extend(ports());
    rows.extend(entries());
    rows
}

fn bridges() -> Vec<Row> {
    let option = |option, on| br0().multi_boolopt(BridgeOptions::new(option, on));
    vec![
        add("ip link add br1 type bridge", &Bridge::new("br1")).but(&ECHO),
        add(
            "ip link add br1 up mtu 9000 address 02:00:00:00:00:0b type bridge forward_delay 400 stp_state 1",
            &Bridge::new("br1")
                .up()
                .mtu(9000)
                .address(mac(11))
                .forward_delay(centis(400))
                .stp_state(StpState::Kernel),
        )
        .but(&ECHO),
        add(
            "ip link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0",
            &Bridge::new("br1")
                .vlan_filtering(true)
                .vlan_default_pvid(0)
                .mcast_snooping(false),
        )
        .but(&ECHO),
        change(
            "ip link set br0 type bridge forward_delay 400",
            &br0().forward_delay(centis(400)),
        ),
        change(
            "ip link set br0 type bridge hello_time 100",
            &br0().hello_time(centis(100)),
        ),
        change(
            "ip link set br0 type bridge max_age 1000",
            &br0().max_age(centis(1000)),
        ),
        change(
            "ip link set br0 type bridge ageing_time 30000",
            &br0().ageing_time(centis(30_000)),
        ),
        change(
            "ip link set br0 type bridge stp_state 1",
            &br0().stp_state(StpState::Kernel),
        ),
        change(
            "ip link set br0 type bridge stp_state 0",
            &br0().stp_state(StpState::Off),
        ),
        change(
            "ip link set br0 type bridge priority 4096",
            &br0().priority(4096),
        ),
        change(
            "ip link set br0 type bridge vlan_filtering 1",
            &br0().vlan_filtering(true),
        ),
        change(
            "ip link set br0 type bridge vlan_protocol 802.1ad",
            &br0().vlan_protocol(0x88a8),
        ),
        change(
            "ip link set br0 type bridge group_fwd_mask 0x4008",
            &br0().group_fwd_mask(0x4008),
        ),
        change(
            "ip link set br0 type bridge group_address 01:80:c2:00:00:05",
            &br0().group_addr([1, 0x80, 0xc2, 0, 0, 5]),
        ),
        change(
            "ip link set br0 type bridge fdb_flush",
            &br0().fdb_flush(true),
        ),
        change(
            "ip link set br0 type bridge no_linklocal_learn 1",
            &option(BridgeOption::NO_LL_LEARN, true),
        ),
        change(
            "ip link set br0 type bridge mcast_vlan_snooping 1",
            &option(BridgeOption::MCAST_VLAN_SNOOPING, true),
        ),
        change(
            "ip link set br0 type bridge mst_enabled 1",
            &option(BridgeOption::MST_ENABLE, true),
        ),
        change(
            "ip link set br0 type bridge fdb_max_learned 100",
            &br0().fdb_max_learned(100),
        ),
        change(
            "ip link set br0 type bridge nf_call_iptables 1",
            &br0().nf_call_iptables(true),
        ),
        change(
            "ip link set br0 type bridge nf_call_ip6tables 1",
            &br0().nf_call_ip6tables(true),
        ),
        change(
            "ip link set br0 type bridge nf_call_arptables 1",
            &br0().nf_call_arptables(true),
        ),
        change(
            "ip link set br0 type bridge vlan_default_pvid 5",
            &br0().vlan_default_pvid(5),
        ),
        change(
            "ip link set br0 type bridge vlan_stats_enabled 1",
            &br0().vlan_stats_enabled(true),
        ),
        change(
            "ip link set br0 type bridge vlan_stats_per_port 1",
            &br0().vlan_stats_per_port(true),
        ),
        change(
            "ip link set br0 up type bridge stp_state 1 priority 100 forward_delay 200 no_linklocal_learn 0 mcast_vlan_snooping 1",
            &br0()
                .up()
                .stp_state(StpState::Kernel)
                .priority(100)
                .forward_delay(centis(200))
                .multi_boolopt(
                    BridgeOptions::new(BridgeOption::NO_LL_LEARN, false)
                        .and(BridgeOption::MCAST_VLAN_SNOOPING, true),
                ),
        ),
    ]
}

fn multicast() -> Vec<Row> {
    vec![
        change(
            "ip link set br0 type bridge mcast_router 2",
            &br0().mcast_router(MulticastRouter::Permanent),
        ),
        change(
            "ip link set br0 type bridge mcast_snooping 0",
            &br0().mcast_snooping(false),
        ),
        change(
            "ip link set br0 type bridge mcast_query_use_ifaddr 1",
            &br0().mcast_query_use_ifaddr(true),
        ),
        change(
            "ip link set br0 type bridge mcast_querier 1",
            &br0().mcast_querier(true),
        ),
        change(
            "ip link set br0 type bridge mcast_hash_elasticity 16",
            &br0().mcast_hash_elasticity(16),
        ),
        change(
            "ip link set br0 type bridge mcast_hash_max 512",
            &br0().mcast_hash_max(512),
        ),
        change(
            "ip link set br0 type bridge mcast_last_member_count 3",
            &br0().mcast_last_member_cnt(3),
        ),
        change(
            "ip link set br0 type bridge mcast_startup_query_count 4",
            &br0().mcast_startup_query_cnt(4),
        ),
        change(
            "ip link set br0 type bridge mcast_last_member_interval 200",
            &br0().mcast_last_member_intvl(centis(200)),
        ),
        change(
            "ip link set br0 type bridge mcast_membership_interval 20000",
            &br0().mcast_membership_intvl(centis(20_000)),
        ),
        change(
            "ip link set br0 type bridge mcast_querier_interval 10000",
            &br0().mcast_querier_intvl(centis(10_000)),
        ),
        change(
            "ip link set br0 type bridge mcast_query_interval 5000",
            &br0().mcast_query_intvl(centis(5000)),
        ),
        change(
            "ip link set br0 type bridge mcast_query_response_interval 500",
            &br0().mcast_query_response_intvl(centis(500)),
        ),
        change(
            "ip link set br0 type bridge mcast_startup_query_interval 1000",
            &br0().mcast_startup_query_intvl(centis(1000)),
        ),
        change(
            "ip link set br0 type bridge mcast_stats_enabled 1",
            &br0().mcast_stats_enabled(true),
        ),
        change(
            "ip link set br0 type bridge mcast_igmp_version 3",
            &br0().mcast_igmp_version(3),
        ),
        change(
            "ip link set br0 type bridge mcast_mld_version 2",
            &br0().mcast_mld_version(2),
        ),
    ]
}

fn ports() -> Vec<Row> {
    vec![
        port(
            "ip link set v2 type bridge_slave fdb_flush",
            &v2().flush(true),
        ),
        port(
            "ip link set v2 type bridge_slave state 0",
            &v2().state(PortState::Disabled),
        ),
        port(
            "ip link set v2 type bridge_slave priority 5",
            &v2().port_priority(5),
        ),
        port(
            "ip link set v2 type bridge_slave cost 77",
            &v2().port_cost(77),
        ),
        port(
            "ip link set v2 type bridge_slave hairpin on",
            &v2().hairpin(true),
        ),
        port(
            "ip link set v2 type bridge_slave guard on",
            &v2().guard(true),
        ),
        port(
            "ip link set v2 type bridge_slave root_block on",
            &v2().protect(true),
        ),
        port(
            "ip link set v2 type bridge_slave fastleave on",
            &v2().fast_leave(true),
        ),
        port(
            "ip link set v2 type bridge_slave learning off",
            &v2().learning(false),
        ),
        port(
            "ip link set v2 type bridge_slave flood off",
            &v2().unicast_flood(false),
        ),
        port(
            "ip link set v2 type bridge_slave proxy_arp on",
            &v2().proxyarp(true),
        ),
        port(
            "ip link set v2 type bridge_slave proxy_arp_wifi on",
            &v2().proxyarp_wifi(true),
        ),
        port(
            "ip link set v2 type bridge_slave mcast_router 1",
            &v2().multicast_router(MulticastRouter::Query),
        ),
        port(
            "ip link set v2 type bridge_slave mcast_fast_leave on",
            &v2().fast_leave(true),
        ),
        port(
            "ip link set v2 type bridge_slave mcast_flood off",
            &v2().mcast_flood(false),
        ),
        port(
            "ip link set v2 type bridge_slave bcast_flood off",
            &v2().bcast_flood(false),
        ),
        port(
            "ip link set v2 type bridge_slave mcast_to_unicast on",
            &v2().mcast_to_ucast(true),
        ),
        port(
            "ip link set v2 type bridge_slave group_fwd_mask 8",
            &v2().group_fwd_mask(8),
        ),
        port(
            "ip link set v2 type bridge_slave neigh_suppress on",
            &v2().neigh_suppress(true),
        ),
        port(
            "ip link set v2 type bridge_slave vlan_tunnel on",
            &v2().vlan_tunnel(true),
        ),
        port(
            "ip link set v2 type bridge_slave isolated on",
            &v2().isolated(true),
        ),
        port(
            "ip link set v2 type bridge_slave locked on",
            &v2().locked(true),
        ),
        port(
            "ip link set v2 type bridge_slave locked on learning on mab on",
            &v2().locked(true).learning(true).mab(true),
        ),
        port(
            "ip link set v2 type bridge_slave neigh_vlan_suppress on",
            &v2().neigh_vlan_suppress(true),
        ),
        port(
            "ip link set v2 type bridge_slave backup_nhid 7",
            &v2().backup_nhid(7),
        ),
        port(
            "ip link set v2 type bridge_slave backup_port v3",
            &v2().backup_port("v3"),
        ),
        port(
            "ip link set v2 type bridge_slave nobackup_port",
            &v2().backup_port(0),
        ),
        port(
            "ip link set v2 type bridge_slave hairpin on learning off flood off isolated on cost 9",
            &v2()
                .hairpin(true)
                .learning(false)
                .unicast_flood(false)
                .isolated(true)
                .port_cost(9),
        ),
        port(
            "ip link set v2 up type bridge_slave hairpin on",
            &v2().up().hairpin(true),
        ),
        change(
            "bridge link set dev v2 hairpin on learning off cost 9",
            &v2().hairpin(true).learning(false).port_cost(9),
        )
        .but(&Why {
            why: "A port's settings are told to the port's link, not to the bridge's own family: \
                  they can then stand beside the link's others.",
            lines: &[
                "type: 19 | 16",
                "header.ifi_family: 7 | 0",
                "linkinfo.slave_kind: - | \"bridge\"",
                "linkinfo.slave_data.hairpin: - | 01",
                "linkinfo.slave_data.learning: - | 00",
                "linkinfo.slave_data.port_cost: - | 09000000",
                "protinfo.hairpin: 01 | -",
                "protinfo.learning: 00 | -",
                "protinfo.port_cost: 09000000 | -",
            ],
        }),
    ]
}

fn entries() -> Vec<Row> {
    let of_v2 = |last| FdbEntry::new("v2", mac(last));
    let of_vx0 = || FdbEntry::new("vx0", mac(12));
    let other: IpAddr = [192, 0, 2, 9].into();
    vec![
        add(
            "bridge fdb add 02:00:00:00:00:09 dev v2 master static vlan 5",
            &of_v2(9).master().r#static().vlan(5),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0a dev v2 master dynamic",
            &of_v2(10).master().dynamic(),
        ),
        add("bridge fdb add 02:00:00:00:00:0b dev v2", &of_v2(11)),
        add(
            "bridge fdb add 02:00:00:00:00:0d dev v2 self permanent",
            &of_v2(13).own().permanent(),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0e dev v2 master static extern_learn",
            &of_v2(14).master().r#static().ext_learned(),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0f dev v2 self master",
            &of_v2(15).own().master(),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:10 dev br0 vlan 7 local",
            &FdbEntry::new("br0", mac(16)).vlan(7).permanent(),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:11 dev v2 master use static",
            &of_v2(17).master().r#static().flags(NeighbourFlags::USE),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 vni 7 port 4790",
            &of_vx0().destination(other).vni(7).port(4790),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0c dev vx0 dst 2001:db8::9",
            &of_vx0().destination("2001:db8::9".parse().unwrap()),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 via v0 src_vni 6",
            &of_vx0().destination(other).via("v0").source_vni(6),
        ),
        add(
            "bridge fdb add 02:00:00:00:00:0c dev vx0 nhid 7",
            &of_vx0().nexthop_id(7),
        ),
        append(
            "bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10 self permanent",
            &FdbEntry::new("vx0", [0; 6])
                .destination([192, 0, 2, 10].into())
                .own()
                .permanent(),
        ),
        replace(
            "bridge fdb replace 02:00:00:00:00:0a dev v2 master static sticky",
            &of_v2(10).master().r#static().sticky(),
        ),
        replace(
            "bridge fdb replace 02:00:00:00:00:0a dev v2 master dynamic",
            &of_v2(10).master().dynamic(),
        ),
        delete(
            "bridge fdb del 02:00:00:00:00:0a dev v2 master",
            &of_v2(10).master(),
        ),
        delete(
            "bridge fdb del 02:00:00:00:00:0a dev v2 vlan 5 master",
            &of_v2(10).master().vlan(5),
        ),
        delete(
            "bridge fdb del 02:00:00:00:00:0c dev vx0 dst 192.0.2.9",
            &of_vx0().destination(other),
        ),
        ask(
            "bridge fdb get 02:00:00:00:00:0b br br0",
            FdbEntry::new("br0", mac(11)),
        )
        .but(&Why {
            why: "A bridge is asked as the device that it is, which finds the entries of its \
                  ports too.",
            lines: &[
                "header.ndm_flags: 0 | 2",
                "header.ndm_ifindex: 0 | 12",
                "master: 0c000000 | -",
            ],
        }),
        ask(
            "bridge fdb get 02:00:00:00:00:0b dev v2 master",
            of_v2(11).master(),
        ),
        ask(
            "bridge fdb get 02:00:00:00:00:0b dev v2 self",
            of_v2(11).own(),
        ),
        ask(
            "bridge fdb get 02:00:00:00:00:0b dev v2 master vlan 5",
            of_v2(11).master().vlan(5),
        ),
        ask("bridge fdb show", Fdb::all()),
        ask("bridge fdb show br br0", Fdb::all().bridge("br0")),
        ask("bridge fdb show dev v2", Fdb::all().port("v2")),
        ask(
            "bridge fdb show br br0 brport v2",
            Fdb::all().bridge("br0").port("v2"),
        ),
    ]
}
