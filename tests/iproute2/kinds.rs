//! `ip link` of every kind that is no tunnel, with every option that `ip link help` lists.
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use nlroute::{
    link::{
        AdSelect, ArpAllTargets, ArpValidate, Batadv, Bond, BondMode, BondPort, Can, CanBitTiming,
        CanCtrlMode, CanCtrlModes, CanTdc, Dsa, Dummy, FailOverMac, Hsr, HsrProtocol, Ifb, Ipoib,
        IpoibMode, Ipvlan, IpvlanFlags, IpvlanMode, Ipvtap, Kind, LacpRate, LinkRequest,
        MacaddrMode, Macsec, MacsecCipher, MacsecOffload, MacsecValidation, Macvlan, MacvlanFlags,
        MacvlanMode, Macvtap, Netkit, NetkitMode, NetkitPolicy, NetkitScrub, Nlmon, Ovpn, Peer,
        PrimaryReselect, Rmnet, RmnetFlag, RmnetFlags, Sci, Team, Vcan, VirtWifi, Vlan, VlanFlag,
        VlanFlags, VlanQos, Vrf, Vsockmon, Vxcan, Wireguard, Wwan, XmitHashPolicy,
    },
    wire::{LinkAddress, Writer},
};

use super::{
    compare::{Row, add, change},
    differences::{ECHO, Why},
};

const BOND_PORT_KIND: Why = Why {
    why: "The settings are those of the master's kind; see what is told of bridges' ports.",
    lines: &[
        "linkinfo.kind: \"bond_slave\" | -",
        "linkinfo.slave_kind: - | \"bond\"",
    ],
};

fn mac(last: u8) -> LinkAddress {
    [2, 0, 0, 0, 0, last].into()
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

fn new<K: Kind>(command: &'static str, link: &LinkRequest<'_, K>) -> Row {
    add(command, link).but(&ECHO)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vlans();
    rows.extend(macvlans());
    rows.extend(ipvlans());
    rows.extend(bonds());
    rows.extend(watched_bonds());
    rows.extend(plain());
    rows.extend(cans());
    rows.extend(netkits());
    rows.extend(macsecs());
    rows.extend(others());
    rows
}

fn vlans() -> Vec<Row> {
    let vlan = || Vlan::new("v0.5").link("v0").id(5);
    let on = VlanFlag::GVRP | VlanFlag::MVRP | VlanFlag::LOOSE_BINDING | VlanFlag::BRIDGE_BINDING;
    vec![
        new("ip link add link v0 name v0.5 type vlan id 5", &vlan()),
        new(
            "ip link add link v0 name v0.5 type vlan protocol 802.1ad id 4094 reorder_hdr off gvrp on mvrp on loose_binding on bridge_binding on",
            &vlan()
                .protocol(0x88a8)
                .id(4094)
                .flags(VlanFlags::new(on, true).and(VlanFlag::REORDER_HDR, false)),
        ),
        new(
            "ip link add link v0 name v0.5 type vlan id 5 ingress-qos-map 1:2 3:4 egress-qos-map 5:6 7:0",
            &vlan()
                .ingress_qos(&[VlanQos { from: 1, to: 2 }, VlanQos { from: 3, to: 4 }])
                .egress_qos(&[VlanQos { from: 5, to: 6 }, VlanQos { from: 7, to: 0 }]),
        ),
        change(
            "ip link set v0 type vlan gvrp off mvrp off",
            &Vlan::index(10).flags(VlanFlags::new(VlanFlag::GVRP | VlanFlag::MVRP, false)),
        ),
        change(
            "ip link set v0 type vlan egress-qos-map 1:7",
            &Vlan::index(10).egress_qos(&[VlanQos { from: 1, to: 7 }]),
        ),
    ]
}

fn macvlans() -> Vec<Row> {
    let macvlan = |mode| Macvlan::new("mv1").link("v0").mode(mode);
    let macvtap = |mode| Macvtap::new("mvt1").link("v0").mode(mode);
    vec![
        new(
            "ip link add link v0 name mv1 type macvlan mode private",
            &macvlan(MacvlanMode::Private),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode vepa bcqueuelen 500",
            &macvlan(MacvlanMode::Vepa).bc_queue_len(500),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode bridge bclim 3",
            &macvlan(MacvlanMode::Bridge).bc_cutoff(3),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode bridge bclim -1",
            &macvlan(MacvlanMode::Bridge).bc_cutoff(-1),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode passthru nopromisc",
            &macvlan(MacvlanMode::Passthru).flags(MacvlanFlags::NOPROMISC),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode source nodst",
            &macvlan(MacvlanMode::Source).flags(MacvlanFlags::NODST),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode source macaddr add 02:00:00:00:00:01",
            &macvlan(MacvlanMode::Source)
                .macaddr_mode(MacaddrMode::Add)
                .macaddr(mac(1)),
        ),
        new(
            "ip link add link v0 name mv1 type macvlan mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02",
            &macvlan(MacvlanMode::Source)
                .macaddr_mode(MacaddrMode::Set)
                .macaddr_data(&[mac(1), mac(2)]),
        ),
        change(
            "ip link set v0 type macvlan macaddr del 02:00:00:00:00:01",
            &Macvlan::index(10)
                .macaddr_mode(MacaddrMode::Del)
                .macaddr(mac(1)),
        ),
        change(
            "ip link set v0 type macvlan macaddr flush",
            &Macvlan::index(10).macaddr_mode(MacaddrMode::Flush),
        ),
        change(
            "ip link set v0 type macvlan macaddr set",
            &Macvlan::index(10)
                .macaddr_mode(MacaddrMode::Set)
                .macaddr_data(&[]),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode bridge",
            &macvtap(MacvlanMode::Bridge),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode passthru bcqueuelen 2000",
            &macvtap(MacvlanMode::Passthru).bc_queue_len(2000),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode private bclim 3",
            &macvtap(MacvlanMode::Private).bc_cutoff(3),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode vepa",
            &macvtap(MacvlanMode::Vepa),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode passthru nopromisc",
            &macvtap(MacvlanMode::Passthru).flags(MacvlanFlags::NOPROMISC),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode source nodst macaddr add 02:00:00:00:00:01",
            &macvtap(MacvlanMode::Source)
                .flags(MacvlanFlags::NODST)
                .macaddr_mode(MacaddrMode::Add)
                .macaddr(mac(1)),
        ),
        new(
            "ip link add link v0 name mvt1 type macvtap mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02",
            &macvtap(MacvlanMode::Source)
                .macaddr_mode(MacaddrMode::Set)
                .macaddr_data(&[mac(1), mac(2)]),
        ),
        change(
            "ip link set v0 type macvtap macaddr del 02:00:00:00:00:01",
            &Macvtap::index(10)
                .macaddr_mode(MacaddrMode::Del)
                .macaddr(mac(1)),
        ),
        change(
            "ip link set v0 type macvtap macaddr flush",
            &Macvtap::index(10).macaddr_mode(MacaddrMode::Flush),
        ),
    ]
}

fn ipvlans() -> Vec<Row> {
    // With any option `ip` sends them.
    let ipvlan = |flags| Ipvlan::new("ipv1").link("v0").flags(flags);
    vec![
        new(
            "ip link add link v0 name ipv1 type ipvlan",
            &Ipvlan::new("ipv1").link("v0"),
        ),
        new(
            "ip link add link v0 name ipv1 type ipvlan mode l2 bridge",
            &ipvlan(IpvlanFlags::empty()).mode(IpvlanMode::L2),
        ),
        new(
            "ip link add link v0 name ipv1 type ipvlan mode l3 private",
            &ipvlan(IpvlanFlags::PRIVATE).mode(IpvlanMode::L3),
        ),
        new(
            "ip link add link v0 name ipv1 type ipvlan mode l3s vepa",
            &ipvlan(IpvlanFlags::VEPA).mode(IpvlanMode::L3s),
        ),
        new(
            "ip link add link v0 name ipvt1 type ipvtap mode l2 vepa",
            &Ipvtap::new("ipvt1")
                .link("v0")
                .mode(IpvlanMode::L2)
                .flags(IpvlanFlags::VEPA),
        ),
        new(
            "ip link add link v0 name ipvt1 type ipvtap mode l3 private",
            &Ipvtap::new("ipvt1")
                .link("v0")
                .mode(IpvlanMode::L3)
                .flags(IpvlanFlags::PRIVATE),
        ),
        new(
            "ip link add link v0 name ipvt1 type ipvtap mode l3s bridge",
            &Ipvtap::new("ipvt1")
                .link("v0")
                .mode(IpvlanMode::L3s)
                .flags(IpvlanFlags::empty()),
        ),
        new(
            "ip link add vrf1 type vrf table 10",
            &Vrf::new("vrf1").table(10),
        ),
    ]
}

fn bonds() -> Vec<Row> {
    let bond = |mode| Bond::new("bond1").mode(mode);
    vec![
        new("ip link add bond1 type bond", &Bond::new("bond1")),
        new(
            "ip link add bond1 type bond mode balance-rr packets_per_slave 3",
            &bond(BondMode::RoundRobin).packets_per_slave(3),
        ),
        new(
            "ip link add bond1 type bond mode active-backup primary v2 primary_reselect better fail_over_mac active",
            &bond(BondMode::ActiveBackup)
                .primary("v2")
                .primary_reselect(PrimaryReselect::Better)
                .fail_over_mac(FailOverMac::Active),
        ),
        new(
            "ip link add bond1 type bond mode balance-xor xmit_hash_policy layer3+4",
            &bond(BondMode::Xor).xmit_hash_policy(XmitHashPolicy::Layer34),
        ),
        new(
            "ip link add bond1 type bond mode broadcast all_slaves_active 1",
            &bond(BondMode::Broadcast).all_slaves_active(true),
        ),
        new(
            "ip link add bond1 type bond mode 802.3ad lacp_rate fast lacp_active off ad_select count min_links 2 coupled_control off",
            &bond(BondMode::Ieee8023ad)
                .ad_lacp_rate(LacpRate::Fast)
                .ad_lacp_active(false)
                .ad_select(AdSelect::Count)
                .min_links(2)
                .coupled_control(false),
        ),
        new(
            "ip link add bond1 type bond mode 802.3ad ad_user_port_key 5 ad_actor_sys_prio 100 ad_actor_system 02:00:00:00:00:01",
            &bond(BondMode::Ieee8023ad)
                .ad_user_port_key(5)
                .ad_actor_sys_prio(100)
                .ad_actor_system(mac(1)),
        ),
        new(
            "ip link add bond1 type bond mode balance-tlb tlb_dynamic_lb 0",
            &bond(BondMode::Tlb).tlb_dynamic_lb(false),
        ),
        new(
            "ip link add bond1 type bond mode balance-alb lp_interval 5 resend_igmp 3 num_grat_arp 4",
            &bond(BondMode::Alb)
                .lp_interval(Duration::from_secs(5))
                .resend_igmp(3)
                .num_peer_notif(4),
        ),
        new(
            "ip link add bond1 type bond fail_over_mac follow xmit_hash_policy vlan+srcmac",
            &Bond::new("bond1")
                .fail_over_mac(FailOverMac::Follow)
                .xmit_hash_policy(XmitHashPolicy::VlanSrcmac),
        ),
        new(
            "ip link add bond1 type bond mode active-backup num_unsol_na 4 primary_reselect failure fail_over_mac none",
            &bond(BondMode::ActiveBackup)
                .num_peer_notif(4)
                .primary_reselect(PrimaryReselect::Failure)
                .fail_over_mac(FailOverMac::None),
        ),
        change(
            "ip link set v0 type bond active_slave v2",
            &Bond::index(10).active_slave("v2"),
        ),
        change(
            "ip link set v0 type bond clear_active_slave",
            &Bond::index(10).active_slave(0),
        ),
        change(
            "ip link set v2 type bond_slave queue_id 2 prio -3",
            &BondPort::index(14).queue_id(2).prio(-3),
        )
        .but(&BOND_PORT_KIND),
    ]
}

fn watched_bonds() -> Vec<Row> {
    let v4 = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];
    let v6 = ["2001:db8::1", "2001:db8::2"].map(|text| text.parse::<Ipv6Addr>().unwrap());
    vec![
        new(
            "ip link add bond1 type bond miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 1",
            &Bond::new("bond1")
                .miimon(millis(100))
                .updelay(millis(200))
                .downdelay(millis(300))
                .peer_notif_delay(millis(400))
                .use_carrier(true),
        ),
        new(
            "ip link add bond1 type bond arp_interval 100 arp_ip_target 192.0.2.1,192.0.2.2 arp_validate filter_active arp_all_targets all arp_missed_max 3",
            &Bond::new("bond1")
                .arp_interval(millis(100))
                .arp_ip_target(&v4)
                .arp_validate(ArpValidate::FilterActive)
                .arp_all_targets(ArpAllTargets::All)
                .missed_max(3),
        ),
        new(
            "ip link add bond1 type bond mode active-backup arp_interval 100 ns_ip6_target 2001:db8::1,2001:db8::2",
            &Bond::new("bond1")
                .mode(BondMode::ActiveBackup)
                .arp_interval(millis(100))
                .ns_ip6_target(&v6),
        ),
    ]
}

fn plain() -> Vec<Row> {
    vec![
        new("ip link add team1 type team", &Team::new("team1")),
        new("ip link add ifb1 type ifb", &Ifb::new("ifb1")),
        new("ip link add wg1 type wireguard", &Wireguard::new("wg1")),
        new("ip link add nlmon1 type nlmon", &Nlmon::new("nlmon1")),
        new("ip link add vcan1 type vcan", &Vcan::new("vcan1")),
        new(
            "ip link add vsockmon1 type vsockmon",
            &Vsockmon::new("vsockmon1"),
        ),
        new("ip link add ovpn1 type ovpn", &Ovpn::new("ovpn1")),
        new("ip link add dummy1 type dummy", &Dummy::new("dummy1")),
        new(
            "ip link add link v0 name wifi1 type virt_wifi",
            &VirtWifi::new("wifi1").link("v0"),
        ),
    ]
}

fn cans() -> Vec<Row> {
    let can = || Can::index(10);
    let modes = CanCtrlMode::LOOPBACK
        | CanCtrlMode::TRIPLE_SAMPLING
        | CanCtrlMode::ONE_SHOT
        | CanCtrlMode::BERR_REPORTING
        | CanCtrlMode::FD_NON_ISO
        | CanCtrlMode::PRESUME_ACK
        | CanCtrlMode::CC_LEN8_DLC;
    let measured = CanCtrlMode::TDC_AUTO | CanCtrlMode::TDC_MANUAL;
    vec![
        new(
            "ip link add vxcan1 type vxcan peer name vxcan2",
            &Vxcan::new("vxcan1").peer(Peer::new("vxcan2")),
        ),
        new(
            "ip link add vxcan1 type vxcan peer name vxcan2 netns ns0",
            &Vxcan::new("vxcan1").peer(Peer::new("vxcan2").netns("ns0")),
        ),
        change(
            "ip link set v0 type can bitrate 500000 sample-point 0.875 sjw 2",
            &can().bittiming(CanBitTiming {
                sjw: 2,
                ..CanBitTiming::bitrate(500_000).sample_point(875)
            }),
        ),
        change(
            "ip link set v0 type can tq 125 prop-seg 6 phase-seg1 7 phase-seg2 2 sjw 1",
            &can().bittiming(CanBitTiming {
                sjw: 1,
                ..CanBitTiming::quanta(125, 6, 7, 2)
            }),
        ),
        change(
            "ip link set v0 type can tq 125 prop-seg 6 phase-seg1 7 phase-seg2 2 dtq 25 dprop-seg 3 dphase-seg1 4 dphase-seg2 2 dsjw 1 fd on tdc-mode auto",
            &can()
                .bittiming(CanBitTiming::quanta(125, 6, 7, 2))
                .data_bittiming(CanBitTiming {
                    sjw: 1,
                    ..CanBitTiming::quanta(25, 3, 4, 2)
                })
                .ctrlmode(CanCtrlModes::new(
                    CanCtrlMode::FD | CanCtrlMode::TDC_AUTO,
                    true,
                )),
        ),
        change(
            "ip link set v0 type can bitrate 500000 dbitrate 2000000 dsample-point 0.75 fd on",
            &can()
                .bittiming(CanBitTiming::bitrate(500_000))
                .data_bittiming(CanBitTiming::bitrate(2_000_000).sample_point(750))
                .ctrlmode(CanCtrlModes::new(CanCtrlMode::FD, true)),
        ),
        change(
            "ip link set v0 type can loopback on listen-only off triple-sampling on one-shot on berr-reporting on fd-non-iso on presume-ack on cc-len8-dlc on",
            &can().ctrlmode(CanCtrlModes::new(modes, true).and(CanCtrlMode::LISTENONLY, false)),
        ),
        change(
            "ip link set v0 type can tdc-mode manual tdcv 33 tdco 16 tdcf 4",
            &can()
                .ctrlmode(CanCtrlModes::new(CanCtrlMode::TDC_MANUAL, true))
                .tdc(CanTdc::new().tdcv(33).tdco(16).tdcf(4)),
        ),
        change(
            "ip link set v0 type can tdc-mode off",
            &can().ctrlmode(CanCtrlModes::new(measured, false)),
        ),
        change(
            "ip link set v0 type can restart-ms 100",
            &can().restart_ms(millis(100)),
        ),
        change("ip link set v0 type can restart", &can().restart(1)),
        change(
            "ip link set v0 type can termination 120",
            &can().termination(120),
        ),
    ]
}

fn netkits() -> Vec<Row> {
    vec![
        new("ip link add nk1 type netkit", &Netkit::new("nk1")),
        new(
            "ip link add nk1 type netkit mode l2 peer name nk2",
            &Netkit::new("nk1")
                .mode(NetkitMode::L2)
                .peer(Peer::new("nk2")),
        ),
        new(
            "ip link add nk1 type netkit mode l3 blackhole scrub none peer forward scrub default",
            &Netkit::new("nk1")
                .mode(NetkitMode::L3)
                .policy(NetkitPolicy::Drop)
                .scrub(NetkitScrub::None)
                .peer_policy(NetkitPolicy::Pass)
                .peer_scrub(NetkitScrub::Default),
        ),
        new(
            "ip link add nk1 type netkit peer blackhole name nk2 netns ns0",
            &Netkit::new("nk1")
                .peer_policy(NetkitPolicy::Drop)
                .peer(Peer::new("nk2").netns("ns0")),
        ),
    ]
}

fn macsecs() -> Vec<Row> {
    let macsec = || Macsec::new("macsec1").link("v0");
    vec![
        new("ip link add link v0 macsec1 type macsec", &macsec()),
        new(
            "ip link add link v0 macsec1 type macsec sci 0200000000010001",
            &macsec().sci(Sci::new([2, 0, 0, 0, 0, 1], 1)),
        ),
        new(
            "ip link add link v0 macsec1 type macsec port 11 encrypt on cipher gcm-aes-256 icvlen 16",
            &macsec()
                .port(11)
                .encrypt(true)
                .cipher_suite(MacsecCipher::GcmAes256)
                .icv_len(16),
        ),
        new(
            "ip link add link v0 macsec1 type macsec cipher default send_sci off end_station on scb off protect on replay on window 7 validate check encodingsa 2",
            &macsec()
                .cipher_suite(MacsecCipher::Default)
                .inc_sci(false)
                .es(true)
                .scb(false)
                .protect(true)
                .replay_protect(true)
                .window(7)
                .validation(MacsecValidation::Check)
                .encoding_sa(2),
        ),
        new(
            "ip link add link v0 macsec1 type macsec cipher gcm-aes-xpn-128 offload mac",
            &macsec()
                .cipher_suite(MacsecCipher::GcmAesXpn128)
                .offload(MacsecOffload::Mac),
        ),
        new(
            "ip link add link v0 macsec1 type macsec address 02:00:00:00:00:09 port 7 cipher gcm-aes-128 validate disabled",
            &macsec()
                .sci(Sci::new([2, 0, 0, 0, 0, 9], 7))
                .cipher_suite(MacsecCipher::GcmAes128)
                .validation(MacsecValidation::Disabled),
        ),
        new(
            "ip link add link v0 macsec1 type macsec cipher gcm-aes-xpn-256 offload off",
            &macsec()
                .cipher_suite(MacsecCipher::GcmAesXpn256)
                .offload(MacsecOffload::Off),
        ),
        new(
            "ip link add link v0 macsec1 type macsec offload phy",
            &macsec().offload(MacsecOffload::Phy),
        ),
        change(
            "ip link set v0 type macsec encrypt off validate strict replay off",
            &Macsec::index(10)
                .encrypt(false)
                .validation(MacsecValidation::Strict)
                .replay_protect(false),
        ),
    ]
}

fn others() -> Vec<Row> {
    let hsr = || Hsr::new("hsr1").slave1("v0").slave2("v2");
    let ipoib = || Ipoib::new("ib1").link("v0");
    let rmnet = || Rmnet::new("rmnet1").link("v0");
    let on = RmnetFlag::INGRESS_DEAGGREGATION
        | RmnetFlag::INGRESS_MAP_CKSUMV4
        | RmnetFlag::EGRESS_MAP_CKSUMV4
        | RmnetFlag::EGRESS_MAP_CKSUMV5;
    let mut modem = Vec::new();
    Writer::new(&mut modem).attribute(56, b"wwan0\0").unwrap(); // IFLA_PARENT_DEV_NAME
    vec![
        new(
            "ip link add hsr1 type hsr slave1 v0 slave2 v2 supervision 45 version 1",
            &hsr().multicast_spec(45).version(1),
        ),
        new(
            "ip link add hsr1 type hsr slave1 v0 slave2 v2 proto 1",
            &hsr().protocol(HsrProtocol::Prp),
        ),
        new(
            "ip link add hsr1 type hsr slave1 v0 slave2 v2 interlink v4",
            &hsr().interlink("v4"),
        ),
        new(
            "ip link add bat1 type batadv ra BATMAN_V",
            &Batadv::new("bat1").algo_name("BATMAN_V"),
        ),
        new(
            "ip link add link v0 name ib1 type ipoib pkey 0x8001 mode connected umcast 1",
            &ipoib().pkey(0x8001).mode(IpoibMode::Connected).umcast(1),
        ),
        change(
            "ip link set v0 type ipoib mode datagram",
            &Ipoib::index(10).mode(IpoibMode::Datagram),
        ),
        new(
            "ip link add link v0 name rmnet1 type rmnet mux_id 1",
            &rmnet().mux_id(1),
        ),
        new(
            "ip link add link v0 name rmnet1 type rmnet mux_id 254 ingress-deaggregation on ingress-commands off ingress-mapv4-checksum on egress-mapv4-checksum on ingress-mapv5-checksum off egress-mapv5-checksum on",
            &rmnet().mux_id(254).flags(RmnetFlags::new(on, true).and(
                RmnetFlag::INGRESS_MAP_COMMANDS | RmnetFlag::INGRESS_MAP_CKSUMV5,
                false,
            )),
        ),
        change(
            "ip link set v0 type dsa conduit v2",
            &Dsa::index(10).conduit("v2"),
        ),
        new(
            "ip link add dev wwan0-2 parentdev wwan0 type wwan linkid 2",
            &Wwan::new("wwan0-2").raw_attributes(&modem).link_id(2),
        ),
    ]
}
