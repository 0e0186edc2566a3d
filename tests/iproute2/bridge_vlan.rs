//! `bridge vlan`, `bridge mst`, `bridge link`.
use std::time::Duration;

use nlroute::{
    bridge::{
        BridgeLink, BridgeLinks, BridgeMode, BridgeVlan, GlobalVlanOptions, Vids, VlanOptions,
        Vlans,
    },
    link::{BridgePort, MulticastRouter, PortState},
};

use super::{
    compare::{Row, add, ask, change, delete},
    differences::Why,
};

const EMPTY: Why = Why {
    why: "iproute2 sends a port's settings when there are none.",
    lines: &["protinfo: {} | -"],
};

fn v2<'a>(vids: impl Into<Vids>) -> BridgeVlan<'a> {
    BridgeVlan::new("v2", vids)
}

/// iproute2 takes hundredths of a second.
fn centis(hundredths: u64) -> Duration {
    Duration::from_millis(hundredths * 10)
}

fn port(port: BridgePort<'_>) -> BridgeLink<'_> {
    BridgeLink::port(port)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vlans();
    rows.extend(options());
    rows.extend(links());
    rows
}

fn vlans() -> Vec<Row> {
    let br0 = || BridgeVlan::new("br0", 10).own();
    let each = || BridgeLinks::all().each_vlan();
    vec![
        add("bridge vlan add dev v2 vid 10", &v2(10)),
        add(
            "bridge vlan add dev v2 vid 10 pvid untagged",
            &v2(10).pvid().untagged(),
        ),
        add("bridge vlan add dev v2 vid 2-9", &v2(2..=9)),
        add(
            "bridge vlan add dev v2 vid 2-9 untagged",
            &v2(2..=9).untagged(),
        ),
        add("bridge vlan add dev br0 vid 10 self", &br0()),
        add(
            "bridge vlan add dev br0 vid 10 pvid untagged self",
            &br0().pvid().untagged(),
        ),
        add("bridge vlan add dev v2 vid 10 master", &v2(10).master()),
        add(
            "bridge vlan add dev v2 vid 10 self master",
            &v2(10).master().own(),
        ),
        add(
            "bridge vlan add dev v2 vid 10 tunnel_info id 100",
            &v2(10).tunnel(100),
        ),
        add(
            "bridge vlan add dev v2 vid 10-12 tunnel_info id 100-102",
            &v2(10..=12).tunnel(100),
        ),
        delete("bridge vlan del dev v2 vid 10", &v2(10)),
        delete("bridge vlan del dev v2 vid 2-9", &v2(2..=9)),
        delete("bridge vlan del dev br0 vid 10 self", &br0()),
        delete(
            "bridge vlan del dev v2 vid 10 tunnel_info id 100",
            &v2(10).tunnel(100),
        ),
        delete(
            "bridge vlan del dev v2 vid 10-12 tunnel_info id 100-102",
            &v2(10..=12).tunnel(100),
        ),
        ask("bridge vlan show", each()),
        ask("bridge vlan show dev v2", each().link("v2")),
        ask("bridge vlan show vid 5", each()),
        ask("bridge vlan tunnelshow", each()),
    ]
}

fn options() -> Vec<Row> {
    let v2 = |vids: Vids| VlanOptions::new("v2", vids);
    let br0 = |vids: Vids| GlobalVlanOptions::new("br0", vids);
    let (one, many) = (|| Vids::from(10), || Vids::from(10..=20));
    vec![
        change(
            "bridge vlan set dev v2 vid 10 state blocking",
            &v2(one()).state(PortState::Blocking),
        ),
        change(
            "bridge vlan set dev v2 vid 10-20 state forwarding",
            &v2(many()).state(PortState::Forwarding),
        ),
        change(
            "bridge vlan set dev v2 vid 10-20 mcast_router 2",
            &v2(many()).mcast_router(MulticastRouter::Permanent),
        ),
        change(
            "bridge vlan set dev v2 vid 10 mcast_max_groups 5",
            &v2(one()).mcast_max_groups(5),
        ),
        change(
            "bridge vlan set dev v2 vid 10 neigh_suppress on",
            &v2(one()).neigh_suppress(true),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_snooping 1",
            &br0(one()).mcast_snooping(true),
        ),
        change(
            "bridge vlan global set dev br0 vid 10-20 mcast_querier 1 msti 5",
            &br0(many()).mcast_querier(true).msti(5),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_igmp_version 3 mcast_mld_version 2",
            &br0(one()).mcast_igmp_version(3).mcast_mld_version(2),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_last_member_count 3 mcast_last_member_interval 200",
            &br0(one())
                .mcast_last_member_count(3)
                .mcast_last_member_interval(centis(200)),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_startup_query_count 4 mcast_startup_query_interval 1000",
            &br0(one())
                .mcast_startup_query_count(4)
                .mcast_startup_query_interval(centis(1000)),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_membership_interval 20000 mcast_querier_interval 10000",
            &br0(one())
                .mcast_membership_interval(centis(20_000))
                .mcast_querier_interval(centis(10_000)),
        ),
        change(
            "bridge vlan global set dev br0 vid 10 mcast_query_interval 5000 mcast_query_response_interval 500",
            &br0(one())
                .mcast_query_interval(centis(5000))
                .mcast_query_response_interval(centis(500)),
        ),
        ask("bridge vlan global show", Vlans::all().global()),
        ask(
            "bridge vlan global show dev br0",
            Vlans::all().global().link("br0"),
        )
        .but(&Why {
            why: "The kernel sends those of the link only.",
            lines: &["header.ifindex: 0 | 12"],
        }),
        ask("bridge -d vlan show", Vlans::all()),
    ]
}

fn links() -> Vec<Row> {
    let data = || BridgePort::named("v2");
    let card = |mode| BridgeLink::new("v2").mode(mode).own();
    let mst = |msti, state| BridgeLink::new("v2").mst_state(msti, state);
    vec![
        change(
            "bridge mst set dev v2 msti 2 state blocking",
            &mst(2, PortState::Blocking),
        ),
        change(
            "bridge mst set dev v2 msti 0 state forwarding",
            &mst(0, PortState::Forwarding),
        ),
        ask("bridge mst show", BridgeLinks::all().mst()),
        ask(
            "bridge mst show dev v2",
            BridgeLinks::all().mst().link("v2"),
        ),
        change("bridge link set dev v2 hwmode veb", &card(BridgeMode::Veb)).but(&EMPTY),
        change(
            "bridge link set dev v2 hwmode vepa",
            &card(BridgeMode::Vepa),
        )
        .but(&EMPTY),
        change(
            "bridge link set dev v2 state 3",
            &port(data().state(PortState::Forwarding)),
        ),
        change(
            "bridge link set dev v2 priority 5",
            &port(data().port_priority(5)),
        ),
        change(
            "bridge link set dev v2 hairpin on master",
            &port(data().hairpin(true)).master(),
        ),
        change(
            "bridge link set dev v2 learning off self",
            &port(data().learning(false)).own(),
        ),
        change(
            "bridge link set dev v2 mcast_router 2 mcast_max_groups 100",
            &port(
                data()
                    .multicast_router(MulticastRouter::Permanent)
                    .mcast_max_groups(100),
            ),
        ),
        change(
            "bridge link set dev v2 neigh_vlan_suppress on",
            &port(data().neigh_vlan_suppress(true)),
        ),
        change(
            "bridge link set dev v2 backup_port v3 backup_nhid 7",
            &port(data().backup_port("v3").backup_nhid(7)),
        ),
        change(
            "bridge link set dev v2 isolated on locked on mab on",
            &port(data().isolated(true).locked(true).mab(true)),
        ),
        ask("bridge link show", BridgeLinks::all()),
        ask("bridge link show dev v2", BridgeLinks::all().link("v2")),
        ask("bridge -d link show", BridgeLinks::all()),
    ]
}
