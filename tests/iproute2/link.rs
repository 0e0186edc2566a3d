//! `ip link` and `ip netns`.
use nlroute::{
    NetnsId,
    link::{
        AddrGenMode, AltNames, ExtMask, Kind, Link, LinkFlags, LinkMode, LinkRequest, Links,
        OperState, Peer, ProtoDownReason, Veth, Vf, VfGuid, VfLinkState, VfMac, VfRate,
        VfRssQueryEn, VfSpoofchk, VfTrust, VfTxRate, VfVlan, VfVlanInfo, Xdp, XdpFlags,
    },
    wire::{Format, Writer},
};

use super::{
    compare::{Row, add, ask, change, delete},
    differences::{ECHO, LIST, NAMED, SETLINK, UP_LATER},
};

fn mac(last: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, last]
}

/// `ip` knows the index by now.
fn v0<'a>() -> Link<'a> {
    Link::index(10)
}

fn set<K: Kind>(command: &'static str, link: &LinkRequest<'_, K>) -> Row {
    change(command, link).but(&SETLINK)
}

fn new<K: Kind>(command: &'static str, link: &LinkRequest<'_, K>) -> Row {
    add(command, link).but(&ECHO)
}

fn pair<'a>() -> Veth<'a> {
    Veth::new("v8").peer(Peer::new("v9"))
}

pub fn rows() -> Vec<Row> {
    let mut rows = created();
    rows.extend(altered());
    rows.extend(virtual_functions());
    rows.extend(named_deleted_and_shown());
    rows
}

fn created() -> Vec<Row> {
    vec![
        new("ip link add v8 type veth peer name v9", &pair()),
        new(
            "ip link add v8 type veth peer name v9 netns ns0",
            &Veth::new("v8").peer(Peer::new("v9").netns("ns0")),
        ),
        new(
            "ip link add v8 netns ns0 type veth peer name v9",
            &pair().netns("ns0"),
        ),
        new(
            "ip link add v8 address 02:00:00:00:00:08 mtu 1400 up type veth peer name v9 address 02:00:00:00:00:09 mtu 1300",
            &Veth::new("v8")
                .address(mac(8))
                .mtu(1400)
                .up()
                .peer(Peer::new("v9").address(mac(9)).mtu(1300)),
        ),
        // The index is known: nothing is to be told.
        add(
            "ip link add name v8 index 20 type veth peer name v9 index 21",
            &Veth::new("v8")
                .ifindex(20)
                .peer(Peer::new("v9").ifindex(21)),
        ),
        new(
            "ip link add v8 txqueuelen 500 numtxqueues 4 numrxqueues 2 type veth peer name v9 numtxqueues 3 numrxqueues 5",
            &Veth::new("v8")
                .txqlen(500)
                .num_tx_queues(4)
                .num_rx_queues(2)
                .peer(Peer::new("v9").num_tx_queues(3).num_rx_queues(5)),
        ),
        new(
            "ip link add v8 group 5 type veth peer name v9 group 6",
            &Veth::new("v8").group(5).peer(Peer::new("v9").group(6)),
        ),
        new(
            "ip link add v8 type veth peer name v9 up",
            &Veth::new("v8").peer(Peer::new("v9").up()),
        )
        .but(&UP_LATER),
        new(
            "ip link add v8 master br0 type veth peer name v9",
            &pair().master("br0"),
        ),
        new(
            "ip link add v8 arp off multicast off promisc on type veth peer name v9",
            &pair().arp(false).multicast(false).promisc(true),
        ),
        new("ip link add type veth", &Veth::unnamed()),
        new("ip link add i0 type ifb", &Link::new("i0").kind("ifb")),
        new("ip link add d0 type dummy", &Link::new("d0").kind("dummy")),
        new(
            "ip link add nlmon0 type nlmon",
            &Link::new("nlmon0").kind("nlmon"),
        ),
        new(
            "ip link add vcan0 type vcan",
            &Link::new("vcan0").kind("vcan"),
        ),
        new(
            "ip link add d0 broadcast ff:ff:ff:ff:ff:fe gso_max_size 30000 gso_max_segs 64 gro_max_size 30000 type dummy",
            &Link::new("d0")
                .kind("dummy")
                .broadcast([0xff, 0xff, 0xff, 0xff, 0xff, 0xfe])
                .gso_max_size(30_000)
                .gso_max_segs(64)
                .gro_max_size(30_000),
        ),
        new(
            "ip link add link v0 name mv0 type macvlan",
            &Link::new("mv0").kind("macvlan").link("v0"),
        ),
        new(
            "ip link add link v0 name eth0 netns ns0 type macvlan",
            &Link::new("eth0").kind("macvlan").link("v0").netns("ns0"),
        ),
    ]
}

fn altered() -> Vec<Row> {
    let reason = ProtoDownReason::new().mask(8);
    let xdp = |flags| Xdp::detach().flags(XdpFlags::UPDATE_IF_NOEXIST | flags);
    vec![
        set("ip link set v0 up", &v0().up()),
        set("ip link set v0 down", &v0().down()),
        set("ip link set v0 mtu 1400", &v0().mtu(1400)),
        set("ip link set v0 txqueuelen 100", &v0().txqlen(100)),
        set(
            "ip link set v0 alias 'to the host'",
            &v0().alias("to the host"),
        ),
        set("ip link set v0 alias ''", &v0().alias("")),
        set(
            "ip link set v0 address 02:00:00:00:00:01",
            &v0().address(mac(1)),
        ),
        set(
            "ip link set v0 broadcast ff:ff:ff:ff:ff:fe",
            &v0().broadcast([0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]),
        ),
        set("ip link set v0 name v7", &v0().rename("v7")),
        set("ip link set v0 group 5", &v0().group(5)),
        set("ip link set v0 group default", &v0().group(0)),
        set("ip link set v0 master br0", &v0().master("br0")),
        set("ip link set v2 nomaster", &Link::index(14).no_master()),
        set("ip link set v4 netns ns0", &Link::index(16).netns("ns0")),
        set("ip link set v4 netns 1", &Link::index(16).netns_pid(1)),
        set(
            "ip link set v4 netns ns0 name eth0",
            &Link::index(16).netns("ns0").rename("eth0"),
        ),
        set("ip link set v0 arp off", &v0().arp(false)),
        set("ip link set v0 arp on", &v0().arp(true)),
        set("ip link set v0 promisc on", &v0().promisc(true)),
        set("ip link set v0 promisc off", &v0().promisc(false)),
        set("ip link set v0 allmulticast on", &v0().allmulticast(true)),
        set("ip link set v0 allmulticast off", &v0().allmulticast(false)),
        set("ip link set v0 multicast off", &v0().multicast(false)),
        set("ip link set v0 multicast on", &v0().multicast(true)),
        set("ip link set v0 dynamic on", &v0().dynamic(true)),
        set("ip link set v0 dynamic off", &v0().dynamic(false)),
        set(
            "ip link set v0 trailers off",
            &v0().flag(LinkFlags::NOTRAILERS, true),
        ),
        set("ip link set v0 carrier off", &v0().carrier(false)),
        set("ip link set v0 carrier on", &v0().carrier(true)),
        set(
            "ip link set v0 mode dormant",
            &v0().linkmode(LinkMode::Dormant),
        ),
        set(
            "ip link set v0 mode default",
            &v0().linkmode(LinkMode::Default),
        ),
        set(
            "ip link set v0 state dormant",
            &v0().operstate(OperState::Dormant),
        ),
        set(
            "ip link set v0 addrgenmode none",
            &v0().addr_gen_mode(AddrGenMode::None),
        ),
        set(
            "ip link set v0 addrgenmode eui64",
            &v0().addr_gen_mode(AddrGenMode::Eui64),
        ),
        set(
            "ip link set v0 addrgenmode stable_secret",
            &v0().addr_gen_mode(AddrGenMode::StablePrivacy),
        ),
        set(
            "ip link set v0 addrgenmode random",
            &v0().addr_gen_mode(AddrGenMode::Random),
        ),
        set("ip link set v0 protodown on", &v0().proto_down(true)),
        set("ip link set v0 protodown off", &v0().proto_down(false)),
        set(
            "ip link set v0 protodown_reason 3 on",
            &v0().proto_down_reason(reason.clone().value(8)),
        ),
        set(
            "ip link set v0 protodown_reason 3 off",
            &v0().proto_down_reason(reason.value(0)),
        ),
        set(
            "ip link set v0 gso_max_size 30000 gso_max_segs 10",
            &v0().gso_max_size(30_000).gso_max_segs(10),
        ),
        set(
            "ip link set v0 gro_max_size 30000",
            &v0().gro_max_size(30_000),
        ),
        set("ip link set v0 xdp off", &v0().xdp(xdp(XdpFlags::empty()))),
        set(
            "ip link set v0 xdpgeneric off",
            &v0().xdp(xdp(XdpFlags::SKB_MODE)),
        ),
        set(
            "ip link set v0 xdpdrv off",
            &v0().xdp(xdp(XdpFlags::DRV_MODE)),
        ),
        set(
            "ip link set v0 xdpoffload off",
            &v0().xdp(xdp(XdpFlags::HW_MODE)),
        ),
        set(
            "ip link set v0 up mtu 1300 txqueuelen 10 address 02:00:00:00:00:01 multicast off",
            &v0()
                .up()
                .mtu(1300)
                .txqlen(10)
                .address(mac(1))
                .multicast(false),
        ),
    ]
}

/// `ip link set v0 vf ...`: one function, as the command has it.
fn vf<'a>(command: &'static str, vf: &'a [Vf<'a>; 1]) -> Row {
    set(command, &v0().vfinfo_list(vf))
}

fn virtual_functions() -> Vec<Row> {
    let mut address = [0; 32];
    address[..6].copy_from_slice(&mac(15));
    let state = |link_state| Vf::new().link_state(VfLinkState { vf: 4, link_state });
    let guid = |guid| VfGuid { vf: 6, guid };
    let mut vlans = Vec::new();
    VfVlanInfo::put(
        1,
        &VfVlanInfo {
            vf: 1,
            vlan: 100,
            qos: 5,
            vlan_proto: [0x88, 0xa8],
        },
        &mut Writer::new(&mut vlans),
    )
    .unwrap();
    vec![
        vf(
            "ip link set v0 vf 0 mac 02:00:00:00:00:0f",
            &[Vf::new().mac(VfMac {
                vf: 0,
                mac: address,
            })],
        ),
        vf(
            "ip link set v0 vf 1 vlan 100",
            &[Vf::new().vlan(VfVlan {
                vf: 1,
                vlan: 100,
                qos: 0,
            })],
        ),
        vf(
            "ip link set v0 vf 1 vlan 100 qos 5 proto 802.1ad",
            &[Vf::new().vlan_list(&vlans)],
        ),
        vf(
            "ip link set v0 vf 2 rate 100",
            &[Vf::new().tx_rate(VfTxRate { vf: 2, rate: 100 })],
        ),
        vf(
            "ip link set v0 vf 2 max_tx_rate 200 min_tx_rate 100",
            &[Vf::new().rate(VfRate {
                vf: 2,
                min_tx_rate: 100,
                max_tx_rate: 200,
            })],
        ),
        vf(
            "ip link set v0 vf 3 spoofchk on",
            &[Vf::new().spoofchk(VfSpoofchk { vf: 3, setting: 1 })],
        ),
        vf(
            "ip link set v0 vf 3 query_rss on",
            &[Vf::new().rss_query_en(VfRssQueryEn { vf: 3, setting: 1 })],
        ),
        vf("ip link set v0 vf 4 state auto", &[state(0)]),
        vf("ip link set v0 vf 4 state enable", &[state(1)]),
        vf("ip link set v0 vf 4 state disable", &[state(2)]),
        vf(
            "ip link set v0 vf 5 trust on",
            &[Vf::new().trust(VfTrust { vf: 5, setting: 1 })],
        ),
        vf(
            "ip link set v0 vf 6 node_guid 02:00:00:00:00:00:00:01",
            &[Vf::new().ib_node_guid(guid(0x0200_0000_0000_0001))],
        ),
        vf(
            "ip link set v0 vf 6 port_guid 02:00:00:00:00:00:00:02",
            &[Vf::new().ib_port_guid(guid(0x0200_0000_0000_0002))],
        ),
        vf(
            "ip link set v0 vf 7 mac 02:00:00:00:00:0f trust off spoofchk off",
            &[Vf::new()
                .mac(VfMac {
                    vf: 7,
                    mac: address,
                })
                .trust(VfTrust { vf: 7, setting: 0 })
                .spoofchk(VfSpoofchk { vf: 7, setting: 0 })],
        ),
    ]
}

fn named_deleted_and_shown() -> Vec<Row> {
    vec![
        add(
            "ip link property add dev v0 altname a-longer-name-than-fifteen",
            &AltNames::of(10).name("a-longer-name-than-fifteen"),
        ),
        add(
            "ip link property add dev v0 altname alt0 altname alt1",
            &AltNames::of(10).name("alt0").name("alt1"),
        ),
        delete(
            "ip link property del dev v0 altname alt0",
            &AltNames::of(10).name("alt0"),
        ),
        delete("ip link del v0", &Link::named("v0")).but(&NAMED),
        delete("ip link del dev v0 type veth", &Veth::index(10)).but(&super::differences::Why {
            why: "The kernel looks at no kind here.",
            lines: &["linkinfo.kind: \"veth\" | -"],
        }),
        ask(
            "ip link show dev v0",
            Link::named("v0").ext_mask(ExtMask::VF | ExtMask::SKIP_STATS),
        ),
        ask("ip link show", Links::all().ext_mask(ExtMask::VF)).but(&LIST),
        ask(
            "ip link show master br0",
            Links::all().ext_mask(ExtMask::VF).master("br0"),
        )
        .but(&LIST),
        ask(
            "ip link show type veth",
            Links::all().ext_mask(ExtMask::VF).kind("veth"),
        )
        .but(&LIST),
        ask(
            "ip link show master br0 type veth",
            Links::all()
                .ext_mask(ExtMask::VF)
                .master("br0")
                .kind("veth"),
        )
        .but(&LIST),
        add("ip netns set ns0 7", &NetnsId::new().fd("ns0").nsid(7)),
        ask("ip netns list-id nsid 7", NetnsId::new().nsid(7)),
    ]
}
