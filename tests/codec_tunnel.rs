//! Tunnels in bytes, without a kernel: what stands in an order or a form of its own, which of two
//! attributes an address goes into, and what isn't sent because the kernel would understand
//! something else.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlroute::{
    Request, Verb,
    link::{
        Amt, AmtMode, Bareudp, Erspan, ErspanDirection, FlowInfo, Geneve, Gre, GreFlags, GreTable,
        GreView, Gretap, Gtp, Ip6TunnelFlags, Ip6erspan, Ip6gre, Ip6greTable, Ip6greView, Ip6tnl,
        Ipip, Kind, LinkRequest, LinkView, PortRange, Sit, SitFlags, TunnelEncap, TunnelEncapFlags,
        Vti, Vti6, Vxlan, VxlanTable, VxlanView, Xfrm,
    },
    wire::{EncodeError, Messages, Writer, table::Table},
};

const HERE: [u8; 4] = [192, 0, 2, 1];
const THERE: [u8; 4] = [192, 0, 2, 2];
const V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);

fn encoded<K: Kind>(request: &LinkRequest<'_, K>, verb: Verb) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    request.encode(verb, &mut Writer::new(&mut bytes))?;
    Ok(Messages::new(&bytes)
        .next()
        .unwrap()
        .unwrap()
        .body()
        .to_vec())
}

/// Number and payload of each attribute of the tunnel's own, in the message's order.
fn settings<K: Kind>(request: LinkRequest<'_, K>) -> Vec<(u16, Vec<u8>)> {
    let body = encoded(&request, Verb::Add).unwrap();
    let link = LinkView::parse(&body).unwrap();
    assert!(link.malformed().is_empty());
    assert_eq!(link.kind().unwrap(), K::NAME);
    let info = link.linkinfo().unwrap();
    let data = info.data().unwrap_or(&[]).to_vec();
    // Written again it is the same.
    let mut again = Vec::new();
    K::encode(&K::again(&data), &mut Writer::new(&mut again)).unwrap();
    assert_eq!(again, data);
    let all = K::SCHEMA.attributes(&data);
    all.map(|attribute| attribute.map(|a| (a.kind(), a.payload().to_vec())).unwrap())
        .collect()
}

/// The attribute that an error names and why it can't be sent.
#[track_caller]
fn refused<K: Kind>(request: LinkRequest<'_, K>, attribute: &str, why: &str) {
    let error = encoded(&request, Verb::Add).unwrap_err();
    assert_eq!(error.attribute(), format!("linkinfo.data.{attribute}"));
    assert!(error.why().contains(why), "{error}");
}

fn body(attributes: &[(u16, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut out = Writer::new(&mut body);
    for (kind, payload) in attributes {
        out.attribute(*kind, payload).unwrap();
    }
    body
}

#[test]
fn a_vxlan_in_bytes() {
    let vxlan = Vxlan::new("vxlan0")
        .id(0x12_3456)
        .port(4789)
        .port_range(1..=0x1234)
        .label(0x12345)
        .reserved_bits(0x0102_0304_0506_0708)
        .remote(THERE)
        .local(HERE)
        .gbp(true)
        .ttl_inherit(true)
        .learning(false);
    assert_eq!(
        settings(vxlan),
        [
            (1, 0x12_3456_u32.to_ne_bytes().to_vec()),
            (2, THERE.to_vec()),
            (4, HERE.to_vec()),
            (7, vec![0]),
            (10, vec![0, 1, 0x12, 0x34]),
            (15, vec![0x12, 0xb5]),
            (23, vec![]),
            (26, vec![0, 1, 0x23, 0x45]),
            (28, vec![]),
            (33, vec![1, 2, 3, 4, 5, 6, 7, 8]),
        ]
    );
}

#[test]
fn an_address_goes_where_its_family_belongs() {
    let kinds = |vxlan: Vxlan<'_>| -> Vec<u16> {
        settings(vxlan.id(1))
            .into_iter()
            .map(|(kind, _)| kind)
            .collect()
    };
    let vxlan = || Vxlan::new("v");
    assert_eq!(kinds(vxlan().remote(THERE).local(HERE)), [1, 2, 4]);
    assert_eq!(kinds(vxlan().remote(V6).local(V6)), [1, 16, 17]);
    // The last counts.
    assert_eq!(
        kinds(vxlan().remote(V6).remote(THERE).local(HERE)),
        [1, 2, 4]
    );
    assert_eq!(
        kinds(vxlan().remote(THERE).local(HERE).remote(V6).local(V6)),
        [1, 16, 17]
    );
    let geneve = |remote: IpAddr, local: IpAddr| -> Vec<u16> {
        let geneve = Geneve::new("g").id(1).remote(remote).local(local);
        settings(geneve).into_iter().map(|(kind, _)| kind).collect()
    };
    assert_eq!(geneve(THERE.into(), HERE.into()), [1, 2, 17]);
    assert_eq!(geneve(V6.into(), V6.into()), [1, 7, 18]);
    let gtp = |local: IpAddr| settings(Gtp::new("g").create_sockets(true).local(local)).pop();
    assert_eq!(gtp(HERE.into()), Some((7, HERE.to_vec())));
    assert_eq!(gtp(V6.into()), Some((8, V6.octets().to_vec())));

    let both = body(&[(2, &THERE), (17, &V6.octets())]);
    let view = VxlanView::parse(&both).unwrap();
    assert_eq!(
        (view.remote(), view.local()),
        (Some(THERE.into()), Some(V6.into()))
    );
}

/// The kernel takes a flag and tells a number.
#[test]
fn a_switch_that_is_told_otherwise_than_it_is_set() {
    let read = |payload: &[u8]| {
        let bytes = body(&[(28, payload)]);
        VxlanView::parse(&bytes).unwrap().ttl_inherit()
    };
    assert_eq!(read(&[]), Some(true));
    assert_eq!(read(&[1]), Some(true));
    assert_eq!(read(&[0]), Some(false));
    assert_eq!(read(&[0, 0]), None);
    assert_eq!(settings(Vxlan::new("v").id(1).ttl_inherit(false)).len(), 1);
}

#[test]
fn gre_in_bytes() {
    let gre = Gre::new("gre1")
        .remote(THERE)
        .key(0x0102_0304)
        .csum()
        .ttl(64)
        .fwmark(7)
        .encap_type(TunnelEncap::Gue)
        .encap_flags(TunnelEncapFlags::CSUM | TunnelEncapFlags::REMCSUM)
        .encap_dport(6080);
    assert_eq!(
        settings(gre),
        [
            (2, vec![0xa0, 0]),
            (3, vec![0xa0, 0]),
            (4, vec![1, 2, 3, 4]),
            (5, vec![1, 2, 3, 4]),
            (7, THERE.to_vec()),
            (8, vec![64]),
            (14, 2_u16.to_ne_bytes().to_vec()),
            (15, 5_u16.to_ne_bytes().to_vec()),
            (17, vec![0x17, 0xc0]),
            (20, 7_u32.to_ne_bytes().to_vec()),
        ]
    );
    let read = body(&[(2, &[0x30, 0]), (3, &[0x80, 0]), (4, &[0, 0, 0, 9])]);
    let view = GreView::parse(&read).unwrap();
    assert_eq!(view.iflags(), Some(GreFlags::KEY | GreFlags::SEQ));
    assert_eq!(view.oflags(), Some(GreFlags::CSUM));
    assert_eq!(view.ikey(), Some(9));
}

/// The same numbers over IPv6: other addresses, and settings that IPv4 hasn't.
#[test]
fn gre_over_ipv6_in_bytes() {
    let gre = Ip6gre::new("gre6")
        .remote(V6)
        .ttl(64)
        .encap_limit(4)
        .flowinfo(FlowInfo::new(0x20, 0x12345))
        .tunnel_flags(Ip6TunnelFlags::USE_ORIG_TCLASS | Ip6TunnelFlags::RCV_DSCP_COPY);
    assert_eq!(
        settings(gre),
        [
            (7, V6.octets().to_vec()),
            (8, vec![64]),
            (11, vec![4]),
            (12, vec![2, 1, 0x23, 0x45]),
            (13, 0x12_u32.to_ne_bytes().to_vec()),
        ]
    );
    let flow = body(&[(12, &[0xf2, 0xf1, 0x23, 0x45])]);
    let flow = Ip6greView::parse(&flow).unwrap().flowinfo().unwrap();
    assert_eq!((flow.tclass(), flow.label()), (0x2f, 0x12345));
    assert_eq!(FlowInfo::new(0xff, u32::MAX), FlowInfo(0x0fff_ffff));
}

#[test]
fn tunnels_of_ip_in_bytes() {
    let sit = Sit::new("sit1")
        .local(HERE)
        .tunnel_flags(SitFlags::ISATAP)
        .sixrd(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32)
        .sixrd_relay(Ipv4Addr::new(192, 0, 0, 0), 16);
    assert_eq!(
        settings(sit),
        [
            (2, HERE.to_vec()),
            (8, 1_u16.to_ne_bytes().to_vec()),
            (11, [&[0x20, 1, 0x0d, 0xb8][..], &[0; 12]].concat()),
            (12, vec![192, 0, 0, 0]),
            (13, 32_u16.to_ne_bytes().to_vec()),
            (14, 16_u16.to_ne_bytes().to_vec()),
        ]
    );
    let ip6tnl = Ip6tnl::new("t")
        .proto(4)
        .tunnel_flags(Ip6TunnelFlags::IGN_ENCAP_LIMIT)
        .flowinfo(FlowInfo(1));
    assert_eq!(
        settings(ip6tnl),
        [
            (7, vec![0, 0, 0, 1]),
            (8, 1_u32.to_ne_bytes().to_vec()),
            (9, vec![4]),
        ]
    );
    let ipip = Ipip::new("t")
        .remote(THERE)
        .collect_metadata(true)
        .proto(137);
    assert_eq!(
        settings(ipip),
        [(3, THERE.to_vec()), (9, vec![137]), (19, vec![])]
    );
    let vti = settings(Vti::new("t").key(0x0a00_0001).dev(3).fwmark(2));
    assert_eq!(
        vti,
        [
            (1, 3_u32.to_ne_bytes().to_vec()),
            (2, vec![10, 0, 0, 1]),
            (3, vec![10, 0, 0, 1]),
            (6, 2_u32.to_ne_bytes().to_vec()),
        ]
    );
    let vti6 = settings(Vti6::new("t").ikey(1).okey(2).local(V6));
    assert_eq!(vti6.last(), Some(&(4, V6.octets().to_vec())));
}

#[test]
fn other_tunnels_in_bytes() {
    let bareudp = Bareudp::new("b")
        .port(6635)
        .ethertype(0x8847)
        .srcport_min(0x1234);
    assert_eq!(
        settings(bareudp.multiproto_mode(true)),
        [
            (1, vec![0x19, 0xeb]),
            (2, vec![0x88, 0x47]),
            (3, 0x1234_u16.to_ne_bytes().to_vec()),
            (4, vec![]),
        ]
    );
    let amt = Amt::new("a")
        .mode(AmtMode::Relay)
        .relay_port(2269)
        .dev(3)
        .local(HERE);
    assert_eq!(
        settings(amt),
        [
            (1, 1_u32.to_ne_bytes().to_vec()),
            (2, vec![8, 0xdd]),
            (4, 3_u32.to_ne_bytes().to_vec()),
            (5, HERE.to_vec()),
        ]
    );
    assert_eq!(
        settings(Gtp::new("g").fd1(5)),
        [(2, 5_i32.to_ne_bytes().to_vec())]
    );
    let xfrm = settings(Xfrm::new("x").if_id(9));
    assert_eq!(xfrm, [(2, 9_u32.to_ne_bytes().to_vec())]);
}

/// Kinds that share a table are told apart by their names.
#[test]
fn a_view_is_of_its_kinds() {
    let gretap = encoded(&Gretap::new("g").remote(THERE), Verb::Add).unwrap();
    let link = LinkView::parse(&gretap).unwrap();
    assert_eq!(link.gre().unwrap().remote(), Some(THERE.into()));
    assert!(link.ip6gre().is_none() && link.data::<GreTable>().is_none());
    let erspan = encoded(&Ip6erspan::new("g").key(1).seq(), Verb::Add).unwrap();
    let link = LinkView::parse(&erspan).unwrap();
    assert_eq!(link.ip6gre().unwrap().okey(), Some(1));
    assert!(link.gre().is_none() && link.data::<Ip6greTable>().is_none());
    // `Debug` finds the table by the name as well.
    assert!(format!("{link:?}").contains("ikey: 1"), "{link:?}");
}

#[test]
fn what_a_tunnel_cannot_do_without_is_missed() {
    refused(Vxlan::new("v"), "id", "has one");
    refused(Vxlan::new("v").collect_metadata(false), "id", "has one");
    assert!(encoded(&Vxlan::new("v").collect_metadata(true), Verb::Add).is_ok());
    refused(Geneve::new("g"), "id", "has one");
    refused(Geneve::new("g").id(1), "remote", "has one");
    refused(Bareudp::new("b").ethertype(0x800), "port", "has one");
    refused(Bareudp::new("b").port(1), "ethertype", "has one");
    refused(Xfrm::new("x"), "if_id", "1 or more");
    refused(Xfrm::new("x").if_id(0), "if_id", "1 or more");
    refused(Amt::new("a").dev(1).local(HERE), "mode", "has one");
    let gateway = Amt::new("a").mode(AmtMode::Gateway).dev(1).local(HERE);
    refused(gateway, "discovery", "has one");
    refused(Gtp::new("g"), "create_sockets", "makes its sockets");
    // Of one that exists nothing is missed.
    assert!(
        encoded(
            &Vxlan::named("v").ageing(std::time::Duration::ZERO),
            Verb::Change
        )
        .is_ok()
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let vxlan = || Vxlan::new("v").id(1);
    let most = vxlan().id(0xff_ffff).label(0xf_ffff);
    assert!(encoded(&most, Verb::Add).is_ok());
    refused(vxlan().id(0x100_0000), "id", "24 bits");
    refused(vxlan().label(0x10_0000), "label", "20 bits");
    let backwards = PortRange {
        low: 2_u16.to_be_bytes(),
        high: 1_u16.to_be_bytes(),
    };
    refused(
        vxlan().port_range(backwards),
        "port_range",
        "before it begins",
    );
    refused(vxlan().remote(THERE).local(V6), "local6", "another family");
    refused(vxlan().group4(THERE).group6(V6), "group6", "another family");
    let geneve = || Geneve::new("g").id(1).remote(THERE);
    refused(geneve().id(0x100_0000), "id", "24 bits");
    refused(geneve().label(0x10_0000), "label", "20 bits");
    refused(geneve().local(V6), "local6", "another family");
    refused(geneve().remote6(V6), "remote6", "another family");
    refused(
        geneve().port_range(backwards),
        "port_range",
        "before it begins",
    );
}

#[test]
fn what_the_kernel_would_forget_is_refused() {
    refused(Gre::new("g").ikey(5), "ikey", "the flag KEY");
    refused(
        Gre::new("g").okey(5).iflags(GreFlags::KEY),
        "okey",
        "the flag KEY",
    );
    refused(
        Gre::new("g").iflags(GreFlags::ROUTING),
        "iflags",
        "source routes",
    );
    refused(
        Gre::new("g").ignore_df(true),
        "ignore_df",
        "pmtudisc is off",
    );
    assert!(encoded(&Gre::new("g").ignore_df(true).pmtudisc(false), Verb::Add).is_ok());
    refused(
        Gre::new("g").erspan_index(5),
        "erspan_index",
        "only of ERSPAN",
    );
    refused(Ip6gre::new("g").ikey(5), "ikey", "the flag KEY");
    refused(
        Ipip::new("t").ttl(9).pmtudisc(false),
        "pmtudisc",
        "without a ttl",
    );
    refused(
        Sit::new("t").ttl(9).pmtudisc(false),
        "pmtudisc",
        "without a ttl",
    );
    let geneve = Geneve::new("g").id(1).remote(THERE);
    refused(geneve.ttl(9).ttl_inherit(false), "ttl", "ttl_inherit");
    let bareudp = Bareudp::new("b").port(1).ethertype(0x86dd);
    refused(bareudp.multiproto_mode(true), "multiproto_mode", "only for");
    let gtp = || Gtp::new("g");
    refused(
        gtp().create_sockets(false),
        "create_sockets",
        "leave it out",
    );
    refused(
        gtp().create_sockets(true).fd0(3),
        "fd0",
        "no sockets by itself",
    );
    refused(
        gtp().create_sockets(true).fd1(3),
        "fd1",
        "no sockets by itself",
    );
    refused(gtp().fd0(3).local(HERE), "local", "its sockets by itself");
    refused(gtp().fd0(3).local(V6), "local", "its sockets by itself");
    let two = gtp().create_sockets(true).local4(HERE).local6(V6);
    refused(two, "local6", "a second one");
}

#[test]
fn erspan_has_a_session_and_numbers() {
    let erspan = || Erspan::new("e").key(1023).seq();
    assert!(encoded(&erspan().erspan_index(0xf_ffff), Verb::Add).is_ok());
    refused(Erspan::new("e"), "iflags", "KEY and SEQ");
    refused(erspan().csum(), "iflags", "no others");
    assert!(encoded(&Erspan::new("e").collect_metadata(true), Verb::Add).is_ok());
    refused(erspan().key(1024), "ikey", "10 bits");
    refused(erspan().erspan_ver(3), "erspan_ver", "no version");
    refused(erspan().erspan_index(0x10_0000), "erspan_index", "20 bits");
    refused(
        erspan().erspan_ver(2).erspan_index(1),
        "erspan_index",
        "version 1",
    );
    refused(erspan().erspan_hwid(1), "erspan_hwid", "version 2");
    let second = || erspan().erspan_ver(2);
    refused(second().erspan_hwid(64), "erspan_hwid", "6 bits");
    let nowhere = ErspanDirection::Other(2);
    refused(second().erspan_dir(nowhere), "erspan_dir", "no direction");
    let whole = second().erspan_dir(ErspanDirection::Egress).erspan_hwid(63);
    assert!(encoded(&whole, Verb::Add).is_ok());
    refused(
        erspan().erspan_dir(ErspanDirection::Egress),
        "erspan_dir",
        "version 2",
    );
}

#[test]
fn prefixes_of_6rd_are_whole() {
    let sit = || Sit::new("s").local(HERE);
    let prefix = |text: &str| text.parse::<Ipv6Addr>().unwrap();
    assert!(encoded(&sit().sixrd(prefix("2001:db8::"), 32), Verb::Add).is_ok());
    refused(sit().sixrd_prefixlen(32), "sixrd_prefix", "and its length");
    refused(
        sit().sixrd_relay([10, 0, 0, 0], 8),
        "sixrd_prefix",
        "and its length",
    );
    refused(
        sit().sixrd(prefix("2001:db8::"), 33),
        "sixrd_prefixlen",
        "no room",
    );
    refused(
        sit().sixrd(prefix("2001:db8::1"), 32),
        "sixrd_prefix",
        "behind its length",
    );
    let relayed = |relay: [u8; 4], len| {
        sit()
            .sixrd(prefix("2001:db8::"), 32)
            .sixrd_relay(relay, len)
    };
    assert!(encoded(&relayed([10, 0, 0, 0], 8), Verb::Add).is_ok());
    assert!(encoded(&relayed(HERE, 32), Verb::Add).is_ok());
    refused(
        relayed([10, 0, 0, 1], 8),
        "sixrd_relay_prefix",
        "behind its length",
    );
    refused(relayed(HERE, 33), "sixrd_relay_prefixlen", "32 bits");
    refused(relayed(HERE, u16::MAX), "sixrd_relay_prefixlen", "32 bits");
    refused(
        sit().sixrd(prefix("2001:db8::"), u16::MAX),
        "sixrd_prefixlen",
        "no room",
    );
}

#[test]
fn a_table_says_whether_a_request_sets_anything() {
    assert!(VxlanTable::is_empty(&Default::default()));
    let id = [
        &8_u16.to_ne_bytes()[..],
        &1_u16.to_ne_bytes(),
        &7_u32.to_ne_bytes(),
    ]
    .concat();
    assert!(!VxlanTable::is_empty(&VxlanTable::again(&id)));
}
