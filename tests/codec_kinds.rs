//! Kinds of links in bytes: what is tricky of them, written out, and what is refused before it is
//! sent.
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use nlroute::{
    Place, Request, Verb,
    link::{
        Bond, BondAdInfoView, BondPort, BondPortState, BondTable, BondView, Can, CanBitTiming,
        CanCtrlMode, CanCtrlModes, CanPwm, CanTdc, ChurnState, Dummy, Hsr, HsrView, Ipoib,
        LacpState, LinkAttributes, LinkFlags, LinkHeader, LinkTable, LinkView, MacaddrMode, Macsec,
        MacsecCipher, MacsecView, Macvlan, MacvlanMode, MacvlanView, Macvtap, Netkit, NetkitPolicy,
        Peer, Sci, TunType, VfLinkState, VfState, Vlan, VlanFlag, VlanFlags, VlanQos, VlanView,
        VrfPortData, Vxcan, Wireguard,
    },
    wire::{LinkAddress, LinkRef, Messages, Writer, table::Table},
};

/// A number in the host's order.
fn n16(number: u16) -> [u8; 2] {
    number.to_ne_bytes()
}

fn n32(number: u32) -> [u8; 4] {
    number.to_ne_bytes()
}

/// An attribute: length, number, payload, padding.
fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [n16(4 + payload.len() as u16), n16(kind)].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

const NESTED: u16 = 0x8000;

fn mac(last: u8) -> LinkAddress {
    [2, 0, 0, 0, 0, last].into()
}

/// What a request's settings are in bytes.
fn encoded(request: &impl Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    request.encode(Verb::Change, &mut out).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let link = LinkView::parse(message.body()).unwrap();
    link.linkinfo().unwrap().data().unwrap().to_vec()
}

/// The same of a link that is to be created.
fn created(request: &impl Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    request
        .encode(Verb::Add, &mut Writer::new(&mut bytes))
        .unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let link = LinkView::parse(message.body()).unwrap();
    link.linkinfo().unwrap().data().unwrap().to_vec()
}

fn refused(request: &impl Request, verb: Verb) -> String {
    let mut bytes = Vec::new();
    let error = request.encode(verb, &mut Writer::new(&mut bytes));
    error.unwrap_err().to_string()
}

/// A link's message with this in `IFLA_LINKINFO`.
fn link(linkinfo: &[u8]) -> Vec<u8> {
    [vec![0; LinkHeader::LEN], attribute(18 | NESTED, linkinfo)].concat()
}

#[test]
fn qos_maps_are_a_list_of_records() {
    let map = [VlanQos { from: 1, to: 2 }, VlanQos { from: 3, to: 4 }];
    let bytes = created(
        &Vlan::new("v")
            .id(5)
            .flags(VlanFlags::new(VlanFlag::GVRP, true).and(VlanFlag::REORDER_HDR, false))
            .egress_qos(&map)
            .protocol(0x88a8),
    );
    let record = |from, to| attribute(1, &[n32(from), n32(to)].concat());
    let expected = [
        attribute(1, &n16(5)),
        attribute(2, &[n32(2), n32(3)].concat()),
        attribute(3 | NESTED, &[record(1, 2), record(3, 4)].concat()),
        attribute(5, &[0x88, 0xa8]),
    ];
    assert_eq!(bytes, expected.concat());

    let view = VlanView::parse(&bytes).unwrap();
    let read: Vec<_> = view.egress_qos().unwrap().iter().collect();
    assert_eq!(read, map);
    assert!(view.ingress_qos().is_none());
    let flags = view.flags().unwrap();
    assert_eq!(flags.get(VlanFlag::GVRP), Some(true));
    assert_eq!(flags.get(VlanFlag::REORDER_HDR), Some(false));
    assert_eq!(flags.get(VlanFlag::MVRP), None);
    assert_eq!(flags.get(VlanFlag::MVRP | VlanFlag::GVRP), None);
}

#[test]
fn targets_of_a_bond_are_numbered_from_0() {
    let v4 = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];
    let v6 = [Ipv6Addr::LOCALHOST];
    let bytes = created(
        &Bond::new("b")
            .miimon(Duration::from_millis(100))
            .arp_ip_target(&v4)
            .lp_interval(Duration::from_secs(3))
            .ad_actor_system(mac(1))
            .ns_ip6_target(&v6),
    );
    let expected = [
        attribute(3, &n32(100)),
        attribute(
            8 | NESTED,
            &[attribute(0, &[192, 0, 2, 1]), attribute(1, &[192, 0, 2, 2])].concat(),
        ),
        attribute(19, &n32(3)),
        attribute(26, &[2, 0, 0, 0, 0, 1]),
        attribute(31 | NESTED, &attribute(0, &v6[0].octets())),
    ];
    assert_eq!(bytes, expected.concat());
    let view = BondView::parse(&bytes).unwrap();
    assert!(view.arp_ip_target().unwrap().iter().eq(v4));
    assert!(view.ns_ip6_target().unwrap().iter().eq(v6));
    // A list that was read is written as it was, and none at all takes all away.
    let again = Bond::new("b").data(BondTable::again(&bytes));
    assert_eq!(created(&again), bytes);
    let none = encoded(&Bond::named("b").arp_ip_target(&[]));
    assert_eq!(none, attribute(8 | NESTED, &[]));
}

#[test]
fn what_a_bond_tells_of_its_switch_is_read() {
    let info = [
        attribute(1, &n16(2)),
        attribute(2, &n16(1)),
        attribute(3, &n16(15)),
        attribute(4, &n16(7)),
        attribute(5, &[2, 0, 0, 0, 0, 9]),
    ]
    .concat();
    let view = BondAdInfoView::parse(&info).unwrap();
    assert_eq!((view.aggregator(), view.num_ports()), (Some(2), Some(1)));
    assert_eq!((view.actor_key(), view.partner_key()), (Some(15), Some(7)));
    assert_eq!(view.partner_mac(), Some(mac(9)));

    let port = [
        attribute(1, &[1]),
        attribute(7, &[0x3d]),
        attribute(8, &n16(0x45)),
        attribute(9, &(-3_i32).to_ne_bytes()),
        attribute(11, &[2]),
    ]
    .concat();
    let linkinfo = [attribute(4, b"bond\0"), attribute(5, &port)].concat();
    let bytes = link(&linkinfo);
    let view = LinkView::parse(&bytes).unwrap();
    assert!(view.bond().is_none());
    let port = view.bond_port().unwrap();
    assert_eq!(port.state(), Some(BondPortState::Backup));
    assert_eq!(port.prio(), Some(-3));
    assert_eq!(port.ad_churn_actor_state(), Some(ChurnState::None));
    let here = port.ad_actor_oper_port_state().unwrap();
    assert!(here.contains(LacpState::SYNCHRONIZATION | LacpState::DISTRIBUTING));
    assert!(!here.contains(LacpState::LACP_TIMEOUT));
    assert!(port.lacp_partner().unwrap().contains(LacpState::DEFAULTED));
}

#[test]
fn source_addresses_of_a_macvlan_are_a_list() {
    let bytes = created(
        &Macvlan::new("m")
            .mode(MacvlanMode::Source)
            .macaddr_mode(MacaddrMode::Set)
            .macaddr_data(&[mac(1), mac(2)])
            .bc_cutoff(-1),
    );
    let address = |last| attribute(4, &[2, 0, 0, 0, 0, last]);
    let expected = [
        attribute(1, &n32(16)),
        attribute(3, &n32(3)),
        attribute(5 | NESTED, &[address(1), address(2)].concat()),
        attribute(9, &[0xff; 4]),
    ];
    assert_eq!(bytes, expected.concat());
    let view = MacvlanView::parse(&bytes).unwrap();
    let read: Vec<_> = view.macaddr_data().unwrap().iter().collect();
    assert_eq!(read, [mac(1), mac(2)]);
    // An address of another length is none, here and in what is sent.
    let long: LinkAddress = "02:00:00:00:00:00:00:01".parse().unwrap();
    let list = [mac(1), long];
    let macvlan = Macvlan::new("mv0")
        .link(3)
        .macaddr_mode(MacaddrMode::Set)
        .macaddr_data(&list);
    assert_eq!(
        refused(&macvlan, Verb::Add),
        "linkinfo.data.macaddr_data.1 02:00:00:00:00:00:00:01: is no address of 6 bytes"
    );
    let bytes = attribute(4, &[2; 8]);
    assert_eq!(MacvlanView::parse(&bytes).unwrap().malformed().len(), 1);
}

#[test]
fn a_macvtap_is_a_macvlan_of_another_name() {
    let tap = Macvtap::new("mt0").link(3).mode(MacvlanMode::Bridge);
    let mut bytes = Vec::new();
    tap.encode(Verb::Add, &mut Writer::new(&mut bytes)).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let view = LinkView::parse(message.body()).unwrap();
    assert_eq!(view.kind().unwrap(), "macvtap");
    assert_eq!(view.macvlan().unwrap().mode(), Some(MacvlanMode::Bridge));
    let shown = format!("{view:?}");
    assert!(shown.contains("data: macvtap { mode: Bridge }"), "{shown}");
    assert!(view.ipvlan().is_none() && view.vlan().is_none());
}

#[test]
fn bit_timing_of_can_stands_in_eight_numbers() {
    let timing = CanBitTiming {
        sjw: 2,
        ..CanBitTiming::bitrate(500_000).sample_point(875)
    };
    let modes = CanCtrlModes::new(CanCtrlMode::FD | CanCtrlMode::TDC_MANUAL, true);
    let bytes = encoded(
        &Can::named("c")
            .bittiming(timing)
            .ctrlmode(modes.and(CanCtrlMode::ONE_SHOT, false))
            .restart_ms(Duration::from_millis(100))
            .data_bittiming(CanBitTiming::quanta(25, 6, 7, 6))
            .termination(120)
            .tdc(CanTdc::new().tdcv(33).tdco(16))
            .xl_pwm(CanPwm::new().pwms(8).pwml(24)),
    );
    let eight = |numbers: [u32; 8]| numbers.map(n32).concat();
    let expected = [
        attribute(1, &eight([500_000, 875, 0, 0, 0, 0, 2, 0])),
        attribute(5, &[n32(0x428), n32(0x420)].concat()),
        attribute(6, &n32(100)),
        attribute(9, &eight([0, 0, 25, 6, 7, 6, 0, 0])),
        attribute(11, &n16(120)),
        attribute(
            16 | NESTED,
            &[attribute(7, &n32(33)), attribute(8, &n32(16))].concat(),
        ),
        attribute(
            22 | NESTED,
            &[attribute(7, &n32(8)), attribute(8, &n32(24))].concat(),
        ),
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn what_a_can_controller_tells_is_read() {
    let name = *b"c_can\0\0\0\0\0\0\0\0\0\0\0";
    let limits = [2, 16, 1, 8, 4, 1, 1024, 1].map(n32).concat();
    let data = [
        attribute(2, &[&name[..], &limits].concat()),
        attribute(3, &n32(24_000_000)),
        attribute(4, &n32(3)),
        attribute(8, &[n16(255), n16(7)].concat()),
        attribute(12, &[n16(0), n16(120)].concat()),
        attribute(13, &[n32(125_000), n32(250_000)].concat()),
        attribute(17, &attribute(1, &n32(0x33))),
    ]
    .concat();
    let linkinfo = [
        attribute(1, b"can\0"),
        attribute(2, &data),
        attribute(3, &[1, 2, 3, 4, 5, 6].map(n32).concat()),
    ]
    .concat();
    let bytes = link(&linkinfo);
    let link = LinkView::parse(&bytes).unwrap();
    assert_eq!(link.malformed(), []);
    let can = link.can().unwrap();
    let limits = can.bittiming_const().unwrap();
    assert_eq!(
        (limits.name().to_str(), limits.brp_max),
        (Some("c_can"), 1024)
    );
    assert_eq!(can.clock().unwrap().freq, 24_000_000);
    assert_eq!(can.state().unwrap().to_string(), "BUS-OFF");
    assert_eq!(can.berr_counter().unwrap().rxerr, 7);
    assert!(can.termination_const().unwrap().iter().eq([0, 120]));
    assert_eq!(can.bitrate_const().unwrap().get(1), Some(250_000));
    let supported = can.ctrlmode_ext().unwrap().supported().unwrap();
    assert!(supported.contains(CanCtrlMode::FD));
    let stats = link.can_stats().unwrap();
    assert_eq!(stats.bus_error, 1);
    assert_eq!(stats.error_warning, 2);
    assert_eq!(stats.error_passive, 3);
    assert_eq!(stats.bus_off, 4);
    assert_eq!(stats.arbitration_lost, 5);
    assert_eq!(stats.restarts, 6);
    // Of another kind the same bytes are something else.
    let other = [attribute(1, b"vcan\0"), attribute(3, &[0; 24])].concat();
    let bytes = self::link(&other);
    assert_eq!(LinkView::parse(&bytes).unwrap().can_stats(), None);
}

#[test]
fn a_channel_of_macsec_stands_in_network_order() {
    let sci = Sci::new([2, 0, 0, 0, 0, 1], 0x102);
    let bytes = created(
        &Macsec::new("s")
            .sci(sci)
            .cipher_suite(MacsecCipher::GcmAesXpn256),
    );
    let expected = [
        attribute(1, &[2, 0, 0, 0, 0, 1, 1, 2]),
        attribute(4, &0x0080_c200_0100_0004_u64.to_ne_bytes()),
    ];
    assert_eq!(bytes, expected.concat());
    let view = MacsecView::parse(&bytes).unwrap();
    assert_eq!(view.sci(), Some(sci));
    assert_eq!((sci.address(), sci.port()), ([2, 0, 0, 0, 0, 1], 0x102));
    let port = created(&Macsec::new("s").port(0x102));
    assert_eq!(port, attribute(2, &[1, 2]));
    // As linux/if_macsec.h has them.
    let numbers = [
        (MacsecCipher::Default, 36_030_996_058_996_737),
        (MacsecCipher::GcmAes128, 36_242_102_291_529_729),
        (MacsecCipher::GcmAes256, 36_242_102_291_529_730),
        (MacsecCipher::GcmAesXpn128, 36_242_102_291_529_731),
        (MacsecCipher::GcmAesXpn256, 36_242_102_291_529_732),
    ];
    for (cipher, number) in numbers {
        assert_eq!(u64::from(cipher), number);
        assert_eq!(MacsecCipher::from(number), cipher);
    }
}

#[test]
fn what_the_kernel_would_forget_or_misread_is_an_error() {
    let vlan = || Vlan::new("v").link(3).id(5);
    let low = [VlanQos { from: 1, to: 7 }, VlanQos { from: 8, to: 1 }];
    let high = [VlanQos { from: 9, to: 8 }];
    let many = [Ipv4Addr::LOCALHOST; 17];
    let many6 = [Ipv6Addr::LOCALHOST; 17];
    let two = [mac(1), mac(2)];
    let macvlan = || Macvlan::new("m").link(3);
    let cases = [
        (
            refused(&vlan().id(4095), Verb::Add),
            "linkinfo.data.id 4095: is no VLAN: they are 0 to 4094",
        ),
        (
            refused(&vlan().ingress_qos(&low), Verb::Add),
            "linkinfo.data.ingress_qos.1 8: is no priority of a VLAN: they are 0 to 7",
        ),
        (
            refused(&Vlan::named("v").egress_qos(&high), Verb::Change),
            "linkinfo.data.egress_qos.0 8: is no priority of a VLAN: they are 0 to 7",
        ),
        (
            refused(&Vlan::named("v").id(6), Verb::Change),
            "linkinfo.data.id given: can only be given when the link is created",
        ),
        (
            refused(&Vlan::named("v").protocol(0x8100), Verb::Change),
            "linkinfo.data.protocol given: can only be given when the link is created",
        ),
        (
            refused(&macvlan().macaddr(mac(1)), Verb::Add),
            "linkinfo.data.macaddr 02:00:00:00:00:01: counts only with `macaddr_mode` `Add` or `Del`",
        ),
        (
            refused(
                &Macvtap::named("m")
                    .macaddr_mode(MacaddrMode::Add)
                    .macaddr_data(&two),
                Verb::Change,
            ),
            "linkinfo.data.macaddr_data given: counts only with `macaddr_mode` `Set`",
        ),
        (
            refused(&Bond::new("b").arp_ip_target(&many), Verb::Add),
            "linkinfo.data.arp_ip_target 17: are more targets than the 16 that there can be",
        ),
        (
            refused(&Bond::named("b").ns_ip6_target(&many6), Verb::Change),
            "linkinfo.data.ns_ip6_target 17: are more targets than the 16 that there can be",
        ),
        (
            refused(&BondPort::named("a").master(3).prio(1), Verb::Change),
            "master given: a port's settings count once the link has this master: change it twice",
        ),
        (
            refused(&Macsec::new("s").link(3).sci(Sci(1)).port(1), Verb::Add),
            "linkinfo.data.port 1: counts only without `sci`, which has a port of its own",
        ),
        (
            refused(&Ipoib::named("i").pkey(1), Verb::Change),
            "linkinfo.data.pkey given: can only be given when the link is created",
        ),
        (
            refused(&Vxcan::new("v").peer(Peer::new("w").ifindex(9)), Verb::Add),
            "linkinfo.data.peer.ifindex 9: counts only if an index is chosen for this end too",
        ),
        (
            refused(&Netkit::new("n").peer(Peer::new("p").ifindex(9)), Verb::Add),
            "linkinfo.data.peer.ifindex 9: counts only if an index is chosen for this end too",
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(error, expected);
    }
    // The priority in the kernel may be any, and 16 targets are not too many.
    let any = [VlanQos {
        from: 0,
        to: u32::MAX,
    }];
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    vlan()
        .ingress_qos(&any)
        .encode(Verb::Add, &mut out)
        .unwrap();
    let bond = Bond::new("b").arp_ip_target(&many[..16]);
    bond.encode(Verb::Add, &mut out).unwrap();
}

/// The message that follows when a link was created, and where it goes.
fn follows(request: &impl nlroute::Add) -> Option<(LinkHeader, Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let place = request.follow_up(&mut Writer::new(&mut bytes)).unwrap()?;
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let header = LinkHeader::at(message.body());
    let here = matches!(place, Place::Here);
    Some((header, message.body()[LinkHeader::LEN..].to_vec(), here))
}

#[test]
fn all_flags_of_the_other_end_of_a_netkit_follow() {
    let peer = || Peer::new("eth0").arp(true).multicast(false);
    let (header, rest, here) = follows(&Netkit::new("nk0").peer(peer())).unwrap();
    assert_eq!(header.flags, 0);
    assert_eq!(
        header.change,
        (LinkFlags::NOARP | LinkFlags::MULTICAST).bits()
    );
    assert_eq!(rest, attribute(3, b"eth0\0"));
    assert!(here);
    let there = Netkit::new("nk0").peer(peer().up().netns_pid(7));
    let (header, _, here) = follows(&there).unwrap();
    assert_eq!(header.flags, LinkFlags::UP.bits());
    assert!(!here);
    // The kernel takes the others of a vxcan's at once.
    assert!(follows(&Vxcan::new("a").peer(peer())).is_none());
    let (header, ..) = follows(&Vxcan::new("a").peer(peer().up())).unwrap();
    assert_eq!(header.change, LinkFlags::UP.bits());
    assert!(follows(&Netkit::new("nk0").policy(NetkitPolicy::Drop)).is_none());
}

#[test]
fn kinds_without_settings_are_names() {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    Wireguard::new("wg0").encode(Verb::Add, &mut out).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let expected = [
        attribute(3, b"wg0\0"),
        attribute(18 | NESTED, &attribute(1, b"wireguard")),
    ];
    assert_eq!(message.body()[16..], expected.concat());
    assert!(VrfPortData::new().is_empty());
    // A name is looked up where an index is meant.
    let error = refused(&Dummy::new("d").master("no"), Verb::Add);
    assert!(error.starts_with("master"), "{error}");
}

#[test]
fn small_things_have_their_types() {
    assert_eq!(TunType::from(2), TunType::Tap);
    let state = VfLinkState::new(3, VfState::Disable);
    assert_eq!((state.vf, state.link_state), (3, 2));
    assert_eq!(state.state(), VfState::Disable);
    let hsr = Hsr::new("h").slave1(LinkRef::Index(4)).multicast_spec(45);
    let bytes = created(&hsr);
    let expected = [attribute(1, &n32(4)), attribute(3, &[45])];
    assert_eq!(bytes, expected.concat());
    assert_eq!(HsrView::parse(&bytes).unwrap().slave1(), Some(4));
    let _: LinkAttributes<'_> = LinkTable::again(&link(&[]));
}
