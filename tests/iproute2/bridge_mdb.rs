//! `bridge mdb`, `bridge fdb flush`, `bridge vni`.
use std::net::IpAddr;

use nlroute::{
    bridge::{FilterMode, Mdb, MdbEntry, MdbFlush, Vni, Vnis},
    neighbour::{FdbFlush, NeighbourFlags},
    route::RouteProtocol,
};

use super::compare::{Row, add, ask, delete, replace};

/// An address.
fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn br0(group: &str) -> MdbEntry<'_> {
    MdbEntry::new("br0", ip(group))
}

fn v2(group: &str) -> MdbEntry<'_> {
    br0(group).port("v2")
}

fn vx0<'a>() -> MdbEntry<'a> {
    MdbEntry::new("vx0", ip("239.1.1.1"))
        .port("vx0")
        .permanent()
        .dst(ip("192.0.2.9"))
}

pub fn rows() -> Vec<Row> {
    let sources = [ip("192.0.2.1"), ip("192.0.2.2")];
    let mut rows = groups(&sources);
    rows.extend(questions());
    rows.extend(entries());
    rows.extend(networks());
    rows
}

fn groups(sources: &[IpAddr; 2]) -> Vec<Row> {
    let [first, _] = sources;
    vec![
        add(
            "bridge mdb add dev br0 port v2 grp 239.1.1.1",
            &v2("239.1.1.1"),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp 239.1.1.1 permanent vid 5",
            &v2("239.1.1.1").permanent().vid(5),
        ),
        add(
            "bridge mdb add dev br0 port br0 grp ff02::5",
            &br0("ff02::5"),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp ff0e::5 permanent",
            &v2("ff0e::5").permanent(),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp 01:00:5e:00:00:05 permanent",
            &MdbEntry::new("br0", [1, 0, 0x5e, 0, 0, 5])
                .port("v2")
                .permanent(),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp 239.1.1.1 src 192.0.2.1",
            &v2("239.1.1.1").source(*first),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp ff0e::5 src 2001:db8::1 proto bgp",
            &v2("ff0e::5")
                .source(ip("2001:db8::1"))
                .protocol(RouteProtocol::Bgp),
        ),
        add(
            "bridge mdb add dev br0 port v2 grp 239.1.1.1 filter_mode include source_list 192.0.2.1,192.0.2.2 proto zebra",
            &v2("239.1.1.1")
                .filter_mode(FilterMode::Include)
                .sources(sources)
                .protocol(RouteProtocol::Zebra),
        ),
        replace(
            "bridge mdb replace dev br0 port v2 grp 239.1.1.1 filter_mode exclude",
            &v2("239.1.1.1").filter_mode(FilterMode::Exclude),
        ),
        replace(
            "bridge mdb replace dev br0 port v2 grp 239.1.1.1 permanent filter_mode exclude source_list 192.0.2.1",
            &v2("239.1.1.1")
                .permanent()
                .filter_mode(FilterMode::Exclude)
                .sources(std::slice::from_ref(first)),
        ),
        add(
            "bridge mdb add dev vx0 port vx0 grp 239.1.1.1 permanent dst 192.0.2.9",
            &vx0(),
        ),
        add(
            "bridge mdb add dev vx0 port vx0 grp 239.1.1.1 permanent dst 192.0.2.9 dst_port 4790 vni 7 src_vni 8 via v0",
            &vx0().dst_port(4790).vni(7).source_vni(8).via("v0"),
        ),
        delete(
            "bridge mdb del dev br0 port v2 grp 239.1.1.1",
            &v2("239.1.1.1"),
        ),
        delete(
            "bridge mdb del dev br0 port v2 grp 239.1.1.1 vid 5",
            &v2("239.1.1.1").vid(5),
        ),
        delete(
            "bridge mdb del dev br0 port v2 grp 239.1.1.1 src 192.0.2.1",
            &v2("239.1.1.1").source(*first),
        ),
        delete(
            "bridge mdb del dev br0 port br0 grp ff02::5",
            &br0("ff02::5"),
        ),
        delete("bridge mdb flush dev br0", &MdbFlush::new("br0")),
        delete(
            "bridge mdb flush dev br0 port v2 vid 5 permanent proto static",
            &MdbFlush::new("br0")
                .port("v2")
                .vid(5)
                .permanent(true)
                .protocol(RouteProtocol::Static),
        ),
        delete(
            "bridge mdb flush dev br0 nopermanent",
            &MdbFlush::new("br0").permanent(false),
        ),
        delete(
            "bridge mdb flush dev vx0 dst 192.0.2.9 dst_port 4790 vni 7 src_vni 8",
            &MdbFlush::new("vx0")
                .dst(ip("192.0.2.9"))
                .dst_port(4790)
                .vni(7)
                .source_vni(8),
        ),
    ]
}

fn questions() -> Vec<Row> {
    vec![
        ask("bridge mdb show", Mdb::all()),
        ask("bridge mdb show dev br0", Mdb::all().bridge("br0")),
        ask("bridge mdb get dev br0 grp 239.1.1.1", br0("239.1.1.1")),
        ask(
            "bridge mdb get dev br0 grp 239.1.1.1 src 192.0.2.1 vid 5",
            br0("239.1.1.1").source(ip("192.0.2.1")).vid(5),
        ),
        ask(
            "bridge mdb get dev vx0 grp 239.1.1.1 src_vni 8",
            vx0().source_vni(8),
        ),
    ]
}

fn entries() -> Vec<Row> {
    use NeighbourFlags as Flags;
    let br0 = || FdbFlush::new("br0");
    let vx0 = || FdbFlush::new("vx0");
    vec![
        delete("bridge fdb flush dev br0", &br0()),
        delete(
            "bridge fdb flush dev v2 master",
            &FdbFlush::new("v2").master(),
        ),
        delete(
            "bridge fdb flush dev br0 brport v2 vlan 5 nopermanent",
            &br0().bridge_port("v2").vlan(5).permanent(false),
        ),
        delete("bridge fdb flush dev br0 permanent", &br0().permanent(true)),
        delete("bridge fdb flush dev br0 static", &br0().r#static()),
        delete("bridge fdb flush dev br0 dynamic", &br0().dynamic()),
        delete(
            "bridge fdb flush dev br0 extern_learn nosticky noadded_by_user",
            &br0().flags(
                Flags::EXT_LEARNED,
                Flags::EXT_LEARNED | Flags::STICKY | Flags::USE,
            ),
        ),
        delete(
            "bridge fdb flush dev br0 offloaded self",
            &br0().flags(Flags::OFFLOADED, Flags::OFFLOADED).own(),
        ),
        delete(
            "bridge fdb flush dev vx0 vni 7 dst 192.0.2.9 port 4790 self",
            &vx0().vni(7).destination(ip("192.0.2.9")).port(4790).own(),
        ),
        delete(
            "bridge fdb flush dev vx0 nhid 5 src_vni 7 norouter",
            &vx0()
                .nexthop_id(5)
                .source_vni(7)
                .flags(Flags::empty(), Flags::ROUTER),
        ),
    ]
}

fn networks() -> Vec<Row> {
    let one = || Vni::new("vx0", 100);
    let many = || Vni::range("vx0", 100..=110);
    vec![
        add("bridge vni add dev vx0 vni 100", &one()),
        add(
            "bridge vni add dev vx0 vni 100-110 group 239.1.1.1",
            &many().remote(ip("239.1.1.1")),
        ),
        add(
            "bridge vni add dev vx0 vni 100 remote 192.0.2.1",
            &one().remote(ip("192.0.2.1")),
        ),
        add(
            "bridge vni add dev vx0 vni 100 group ff02::5",
            &one().remote(ip("ff02::5")),
        ),
        delete("bridge vni del dev vx0 vni 100", &one()),
        delete("bridge vni del dev vx0 vni 100-110", &many()),
        ask("bridge vni show", Vnis::all()),
        ask("bridge vni show dev vx0", Vnis::all().link("vx0")),
        ask("bridge -s vni show", Vnis::all().stats()),
    ]
}
