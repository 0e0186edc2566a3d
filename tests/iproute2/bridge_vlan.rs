//! `bridge vlan`, `bridge mst`, `bridge link`.
use nlroute::{
    bridge::{BridgeLink, BridgeLinks, BridgeMode, BridgeVlan},
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

fn v2<'a>(vids: impl Into<nlroute::bridge::Vids>) -> BridgeVlan<'a> {
    BridgeVlan::new("v2", vids)
}

fn port(port: BridgePort<'_>) -> BridgeLink<'_> {
    BridgeLink::port(port)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vlans();
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
