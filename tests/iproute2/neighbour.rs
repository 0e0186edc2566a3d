//! `ip neighbour`.
use nlroute::{
    Family, Neighbour, Neighbours,
    neighbour::{NeighbourFlags, NeighbourState},
    route::RouteProtocol,
};

use super::compare::{Row, add, ask, change, delete, replace};

fn mac(last: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, last]
}

fn on_v0(address: &str) -> Neighbour<'_> {
    Neighbour::new("v0", address.parse().unwrap())
}

pub fn rows() -> Vec<Row> {
    let known = || on_v0("192.168.0.9").lladdr(mac(9));
    vec![
        add(
            "ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0",
            &known(),
        ),
        add(
            "ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 nud noarp dev v0",
            &known().state(NeighbourState::NOARP),
        ),
        add(
            "ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 nud delay dev v0",
            &known().state(NeighbourState::DELAY),
        ),
        add(
            "ip neigh add 192.168.0.9 nud none dev v0 use",
            &on_v0("192.168.0.9")
                .state(NeighbourState::empty())
                .flags(NeighbourFlags::USE),
        ),
        replace(
            "ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a nud reachable dev v0 router",
            &on_v0("192.168.0.9")
                .lladdr(mac(10))
                .state(NeighbourState::REACHABLE)
                .router(),
        ),
        replace(
            "ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a dev v0",
            &on_v0("192.168.0.9").lladdr(mac(10)),
        ),
        change(
            "ip neigh change 192.168.0.9 lladdr 02:00:00:00:00:0a nud stale dev v0",
            &on_v0("192.168.0.9")
                .lladdr(mac(10))
                .state(NeighbourState::STALE),
        ),
        change(
            "ip neigh change 192.168.0.9 nud probe dev v0",
            &on_v0("192.168.0.9").state(NeighbourState::PROBE),
        ),
        add(
            "ip neigh add proxy 192.168.0.10 dev v0",
            &on_v0("192.168.0.10").proxy(),
        ),
        add(
            "ip neigh add proxy 2001:db8::10 dev v0 router",
            &on_v0("2001:db8::10").proxy().router(),
        ),
        add(
            "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 extern_learn protocol static",
            &on_v0("2001:db8::9")
                .lladdr(mac(9))
                .ext_learned()
                .protocol(RouteProtocol::Static),
        ),
        add(
            "ip neigh add 192.168.0.11 dev v0 managed",
            &on_v0("192.168.0.11").managed(),
        ),
        add(
            "ip neigh add 192.168.0.12 dev v0 managed extern_learn",
            &on_v0("192.168.0.12").managed().ext_learned(),
        ),
        delete("ip neigh del 192.168.0.9 dev v0", &on_v0("192.168.0.9")),
        delete(
            "ip neigh del proxy 192.168.0.10 dev v0",
            &on_v0("192.168.0.10").proxy(),
        ),
        delete("ip neigh del 2001:db8::9 dev v0", &on_v0("2001:db8::9")),
        ask("ip neigh get 192.168.0.9 dev v0", on_v0("192.168.0.9")),
        ask("ip neigh get 2001:db8::9 dev v0", on_v0("2001:db8::9")),
        ask(
            "ip neigh get proxy 192.168.0.10 dev v0",
            on_v0("192.168.0.10").proxy(),
        ),
        ask("ip neigh show", Neighbours::all()),
        ask("ip neigh show dev v0", Neighbours::all().link("v0")),
        ask("ip neigh show proxy", Neighbours::all().proxy()),
        ask("ip -6 neigh show", Neighbours::all().family(Family::Inet6)),
    ]
}
