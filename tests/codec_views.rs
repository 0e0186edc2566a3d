//! What views and values tell beside their attributes: parts of headers, numbers with a unit,
//! values in words.
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use nlroute::{
    Family, Prefix, PrefixError, Verb,
    bridge::{
        BridgeAfView, BridgeVlanFlags, MdbEntryInfo, MdbEntryView, MdbFlags, MdbGroup, MdbHeader,
        MdbState, MdbView, MstView, VlanTunnel,
    },
    extack::refusal,
    link::{
        BridgeId, FlowInfo, GeneveView, GtpView, Inet6CacheInfo, InetView, Ipv4Conf, Link,
        LinkTable, LinkView, MacsecCipher, PortState, Sci, Vf, VfLinkState, VfList, VfState, Vti6,
    },
    ndisc::{UserOptionHeader, UserOptionView},
    neighbour::NeighbourCacheInfo,
    nexthop::{NexthopHeader, NexthopMembers, NexthopView},
    route::{
        CacheReportView, RouteHeader, RouteProtocol, RouteScope, RouteTable, RouteType, RouteView,
        encap::{GeneveOpt, GeneveOpts, Ioam6Trace, LabelStack, RplSegments, SrhView},
    },
    rule::{RuleHeader, RuleView},
    stats::BridgeXstatsView,
    wire::{Attributes, FdRef, Format, LinkAddress, Writer, table::Table},
};

/// Attributes one after the other.
fn attributes(all: &[(u16, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    for (kind, payload) in all {
        out.attribute(*kind, payload).unwrap();
    }
    bytes
}

#[test]
fn values_are_told_in_the_words_of_the_field() {
    let id = BridgeId {
        prio: [0x80, 0x01],
        addr: [2, 0x42, 0, 0, 0, 9],
    };
    assert_eq!(id.to_string(), "8001.02:42:00:00:00:09");
    assert_eq!(id.priority(), 0x8001);
    assert_eq!(id.address(), LinkAddress::from([2, 0x42, 0, 0, 0, 9]));
    // As `ip macsec show` has it: an address and a port, 16 digits.
    let sci = Sci::new([2, 0x42, 0, 0, 0, 9], 1);
    assert_eq!(sci.to_string(), "0242000000090001");
    let flow = FlowInfo::new(0x12, 0x3_4567);
    assert_eq!(flow.to_string(), "tclass 0x12 flowlabel 0x34567");
    assert_eq!((flow.tclass(), flow.label()), (0x12, 0x3_4567));
    let groups = [
        (MdbGroup::from([1, 0, 0x5e, 0, 0, 5]), "01:00:5e:00:00:05"),
        (MdbGroup::from([239, 1, 1, 1]), "239.1.1.1"),
        (MdbGroup::from(Ipv6Addr::LOCALHOST), "::1"),
        (MdbGroup::from(IpAddr::from([224, 0, 0, 1])), "224.0.0.1"),
    ];
    for (group, told) in groups {
        assert_eq!(group.to_string(), told);
    }
    let either = [0x0080_0200_0100_0001, 0x0080_c200_0100_0001];
    assert!(
        either
            .map(MacsecCipher::from)
            .iter()
            .all(|cipher| cipher.is_gcm_aes_128())
    );
    assert!(!MacsecCipher::GcmAes256.is_gcm_aes_128());
    let main = RouteTable::MAIN;
    assert_eq!((u32::from(main), RouteTable::from(254)), (254, main));
}

#[test]
fn times_have_their_units() {
    let bytes = [150, 1, u32::MAX, 0].map(u32::to_ne_bytes).concat();
    let cacheinfo = NeighbourCacheInfo::at(&bytes);
    assert_eq!(cacheinfo.since_confirmed(), Duration::from_millis(1500));
    assert_eq!(cacheinfo.since_used(), Duration::from_millis(10));
    let longest = Duration::from_millis(u64::from(u32::MAX) * 10);
    assert_eq!(cacheinfo.since_updated(), longest);
    let bytes = [0, 0, 1500, 0].map(u32::to_ne_bytes).concat();
    let inet6 = Inet6CacheInfo::at(&bytes);
    assert_eq!(inet6.reachable(), Duration::from_millis(1500));
}

#[test]
fn prefixes_of_other_types_and_why_one_is_none() {
    let v4 = IpAddr::from([192, 0, 2, 9]);
    let whole = Prefix::from(v4);
    assert_eq!((whole, whole.len()), (Prefix::host(v4), 32));
    assert!(whole.is_host() && !whole.is_default());
    let prefix = Prefix::try_from((v4, 24)).unwrap();
    assert_eq!(prefix.to_string(), "192.0.2.9/24");
    assert!(!prefix.is_host() && !prefix.is_default());
    assert!(Prefix::ALL_IPV4.is_default() && !Prefix::ALL_IPV6.is_host());
    let long = Prefix::try_from((v4, 33)).unwrap_err();
    assert_eq!(long, PrefixError::Length { len: 33, most: 32 });
    for (error, told) in [
        (long, "a prefix length of 33, more than 32"),
        (PrefixError::Address, "not an IP address"),
        (PrefixError::NotANumber, "not a prefix length"),
    ] {
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn headers_are_told_part_by_part() {
    let header = RouteHeader {
        family: 2,
        tos: 0x10,
        table: 100,
        protocol: 4,
        scope: 253,
        kind: 7,
        ..Default::default()
    };
    let route = RouteView::parse(header.to_bytes().to_vec()).unwrap();
    assert_eq!((route.tos(), route.table()), (0x10, RouteTable(100)));
    assert_eq!(
        (route.protocol(), route.scope()),
        (RouteProtocol::Static, RouteScope::Link)
    );
    assert_eq!(route.kind(), RouteType::Unreachable);
    // Of a table whose number has no room there, the attribute tells.
    let table = attributes(&[(15, &1000_u32.to_ne_bytes())]);
    let body = [&header.to_bytes()[..], &table].concat();
    assert_eq!(RouteView::parse(body).unwrap().table(), RouteTable(1000));

    let header = RuleHeader {
        tos: 8,
        table: 7,
        ..Default::default()
    };
    let rule = RuleView::parse(header.to_bytes().to_vec()).unwrap();
    assert_eq!((rule.tos(), rule.table()), (8, RouteTable(7)));

    let header = NexthopHeader {
        scope: 253,
        ..Default::default()
    };
    let hop = NexthopView::parse(header.to_bytes().to_vec()).unwrap();
    assert_eq!(hop.scope(), RouteScope::Link);

    for (family, told) in [(128, Family::Ipmr), (129, Family::Ip6mr)] {
        let report = CacheReportView::parse(vec![family, 0, 0, 0]).unwrap();
        assert_eq!(report.family(), told);
    }
    let header = UserOptionHeader {
        index: 3,
        ..Default::default()
    };
    let bytes = header.to_bytes();
    let options = UserOptionView::parse(&bytes).unwrap();
    assert_eq!((options.as_bytes(), options.index()), (&bytes[..], 3));
}

#[test]
fn an_entry_of_a_multicast_database_is_told() {
    let info = MdbEntryInfo {
        index: 4,
        vid: 10,
        flags: 0b10,
        ..MdbEntryInfo::of([239, 1, 1, 1].into())
    };
    let read = |info: MdbEntryInfo| MdbEntryView::parse(info.to_bytes().to_vec()).unwrap();
    let entry = read(info);
    assert_eq!((entry.port(), entry.vid()), (4, Some(10)));
    assert_eq!(entry.group(), Some([239, 1, 1, 1].into()));
    assert_eq!(entry.flags(), MdbFlags::from_bits_retain(2));
    assert_eq!(
        (entry.state(), entry.is_permanent()),
        (MdbState::Temporary, false)
    );
    let stays = read(MdbEntryInfo {
        state: 1,
        vid: 0,
        ..info
    });
    assert_eq!((stays.vid(), stays.state()), (None, MdbState::Permanent));
    assert!(stays.is_permanent());
    let header = MdbHeader {
        index: 7,
        ..Default::default()
    };
    let view = MdbView::parse(header.to_bytes().to_vec()).unwrap();
    assert_eq!((view.index(), view.entries().count()), (7, 0));
}

#[test]
fn lists_are_told_one_by_one() {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    for (tree, state) in [(1_u16, 3_u8), (2, 4)] {
        let entry = out.begin_nest(1);
        out.attribute(1, &tree.to_ne_bytes()).unwrap();
        out.attribute(2, &[state]).unwrap();
        out.end_attribute(entry).unwrap();
    }
    // Something else between them is none.
    out.attribute(9, &[1]).unwrap();
    let trees = MstView::parse(&bytes).unwrap();
    let told: Vec<_> = trees
        .entries()
        .map(|one| (one.msti(), one.state()))
        .collect();
    let expected = [(1, PortState::Forwarding), (2, PortState::Blocking)];
    assert_eq!(
        told,
        expected.map(|(tree, state)| (Some(tree), Some(state)))
    );
    assert_eq!(trees.entry().unwrap().msti(), Some(2));

    let vlan = |vid: u16| {
        let mut payload = [0; 40];
        payload[32..34].copy_from_slice(&vid.to_ne_bytes());
        payload
    };
    let bytes = attributes(&[(1, &vlan(5)), (4, &[0; 48]), (1, &vlan(6)), (1, &[0; 3])]);
    let stats = BridgeXstatsView::parse(&bytes).unwrap();
    let vids: Vec<_> = stats.vlans().map(|vlan| vlan.vid).collect();
    assert_eq!(vids, [5, 6]);
}

#[test]
fn an_address_of_either_family_is_told() {
    let (v4, v6) = (Ipv4Addr::new(192, 0, 2, 1), Ipv6Addr::LOCALHOST);
    let both = |number4, number6| {
        [
            attributes(&[(number4, &v4.octets())]),
            attributes(&[(number6, &v6.octets())]),
            Vec::new(),
        ]
    };
    let expected = [Some(IpAddr::V4(v4)), Some(IpAddr::V6(v6)), None];
    for (bytes, address) in both(2, 7).iter().zip(expected) {
        assert_eq!(GeneveView::parse(bytes).unwrap().remote(), address);
    }
    for (bytes, address) in both(17, 18).iter().zip(expected) {
        assert_eq!(GeneveView::parse(bytes).unwrap().local(), address);
    }
    for (bytes, address) in both(7, 8).iter().zip(expected) {
        assert_eq!(GtpView::parse(bytes).unwrap().local(), address);
    }
}

#[test]
fn both_keys_of_a_tunnel_are_set_by_one() {
    let mut bytes = Vec::new();
    let vti = Vti6::new("v").key(7);
    nlroute::Request::encode(&vti, Verb::Add, &mut Writer::new(&mut bytes)).unwrap();
    let link = LinkView::parse(&bytes[16..]).unwrap();
    let vti6 = link.vti6().unwrap();
    assert_eq!((vti6.ikey(), vti6.okey()), (Some(7), Some(7)));
}

#[test]
fn a_list_of_virtual_functions_is_the_same_alone_and_in_its_attribute() {
    let functions = [(0, VfState::Auto), (1, VfState::Disable)]
        .map(|(vf, state)| Vf::new().link_state(VfLinkState::new(vf, state)));
    let (mut alone, mut within) = (Vec::new(), Vec::new());
    VfList::write(&&functions[..], &mut Writer::new(&mut alone)).unwrap();
    VfList::put(22, &&functions[..], &mut Writer::new(&mut within)).unwrap();
    assert_eq!(Attributes::new(&within).find(22), Some(&alone[..]));
    assert_eq!(VfList::read(&alone).unwrap().iter().count(), 2);
    assert!(VfList::again(&alone).is_none());
}

#[test]
fn descriptors_are_the_same_by_number() {
    use std::os::fd::AsFd;
    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let borrowed = FdRef::from(one.as_fd());
    assert_eq!(borrowed, FdRef::from(&one));
    assert_eq!(borrowed, FdRef::from(Some(one.as_fd())));
    assert_ne!(borrowed, FdRef::from(&other));
    assert_ne!(borrowed, FdRef::from(None));
}

#[test]
fn parts_of_a_message_are_read_by_themselves() {
    let segments = [Ipv6Addr::LOCALHOST, "2001:db8::1".parse().unwrap()];
    let octets = segments.map(|one| one.octets()).concat();
    let rpl = [&[0; 8][..], &octets].concat();
    assert!(RplSegments::new(&rpl).iter().eq(segments));
    assert_eq!(RplSegments::new(&rpl[..20]).iter().count(), 0);
    // In a header of segment routing the first that is passed stands last.
    let srh = [&[0, 4, 4, 1, 1, 0, 0, 0][..], &octets].concat();
    let header = SrhView::new(&srh);
    assert!(header.segments().eq(segments.into_iter().rev()));
    assert_eq!((header.hmac(), header.as_bytes()), (None, &srh[..]));

    let numbers = [0_i32, 1, -1].map(i32::to_ne_bytes).concat();
    let bytes = attributes(&[(1, &numbers)]);
    let inet = InetView::parse(&bytes).unwrap();
    let conf = inet.conf().unwrap();
    let told: Vec<_> = conf.iter().collect();
    assert_eq!(told.len(), 3);
    for (setting, value) in told {
        assert_eq!(conf.get(setting), Some(value));
    }
    assert_eq!(conf.get(Ipv4Conf::McForwarding), Some(1));
    assert_eq!(conf.get(Ipv4Conf::RpFilter), None);
    // There is none of number 0.
    assert_eq!(conf.get(Ipv4Conf::from(0)), None);

    let tunnel = |vid: u16, id: u32, flags: u16| {
        let tunnel = VlanTunnel::new().vid(vid).id(id);
        let mut bytes = Vec::new();
        let flags = BridgeVlanFlags::from_bits_retain(flags);
        let tunnel = tunnel.flags(flags);
        tunnel.encode(&mut Writer::new(&mut bytes)).unwrap();
        bytes
    };
    let (begin, end) = (1 << 3, 1 << 4);
    let bytes = attributes(&[
        (3, &tunnel(5, 105, 0)),
        (3, &tunnel(10, 110, begin)),
        (3, &tunnel(20, 120, end)),
    ]);
    let af = BridgeAfView::parse(&bytes).unwrap();
    let told: Vec<_> = af
        .tunnels()
        .map(|one| (one.vids().to_string(), one.id()))
        .collect();
    assert_eq!(told, [("5".to_owned(), 105), ("10-20".to_owned(), 110)]);
}

#[test]
fn a_value_that_has_no_room_is_refused() {
    let why = |trace: Ioam6Trace| {
        let error = Ioam6Trace::write(&trace, &mut Writer::new(&mut Vec::new()));
        error.unwrap_err().to_string()
    };
    let trace = Ioam6Trace::default();
    for size in [6, 512] {
        let told = format!("size {size}: is not 0 to 508, a multiple of four");
        assert_eq!(why(Ioam6Trace { size, ..trace }), told);
    }
    let kinds = 1 << 24;
    let told = "kinds 16777216: has more than 24 bits";
    assert_eq!(why(Ioam6Trace { kinds, ..trace }), told);
    for node_size in [6, 128] {
        let told = format!("node_size {node_size}: is not 0 to 124, a multiple of four");
        assert_eq!(why(Ioam6Trace { node_size, ..trace }), told);
    }
}

#[test]
fn options_of_geneve_are_the_same_alone_and_in_their_attributes() {
    let data = [1, 2, 3, 4];
    let options = [
        GeneveOpt::new().class(0x102).kind(0x80).data(&data),
        GeneveOpt::new().class(0x103).kind(1).data(&data),
    ];
    let (mut alone, mut within) = (Vec::new(), Vec::new());
    GeneveOpts::write(&&options[..], &mut Writer::new(&mut alone)).unwrap();
    GeneveOpts::put(1, &&options[..], &mut Writer::new(&mut within)).unwrap();
    let each: Vec<_> = Attributes::new(&within)
        .flatten()
        .flat_map(|option| option.payload().to_vec())
        .collect();
    assert_eq!(each, alone);
    assert!(GeneveOpts::again(&alone).is_none());
}

/// What is said of a refusal that came with these attributes, of a request that sets an MTU and
/// the name of a kind.
fn said(of: &[(u16, &[u8])]) -> nlroute::Refusal {
    let mut request = Vec::new();
    let link = Link::named(7).mtu(9);
    nlroute::Request::encode(&link, Verb::Change, &mut Writer::new(&mut request)).unwrap();
    let mut out = Writer::new(&mut request);
    let linkinfo = out.begin_nest(18);
    out.attribute(1, b"bridge\0").unwrap();
    let data = out.begin_nest(2);
    out.end_attribute(data).unwrap();
    out.end_attribute(linkinfo).unwrap();
    let unknown = out.begin_nest(99);
    out.end_attribute(unknown).unwrap();
    refusal(
        "change link".into(),
        22,
        &attributes(of),
        &request,
        LinkTable::SCHEMA,
    )
}

#[test]
fn what_the_kernel_accepts_is_told_in_words() {
    let accepts = |policy: &[(u16, &[u8])]| said(&[(4, &attributes(policy))]).accepts;
    let (four, eight) = (4_u32.to_ne_bytes(), 8_u32.to_ne_bytes());
    let (low, high) = ((-3_i64).to_ne_bytes(), 9_i64.to_ne_bytes());
    let mask = 0x30_u64.to_ne_bytes();
    for (policy, told) in [
        (&[(4, &mask[..]), (5, &high)][..], Some("48..=9")),
        (&[(2, &low), (3, &high)], Some("-3..=9")),
        (&[(12, &mask)], Some("the bits 0x30")),
        (&[(10, &eight)], Some("the bits 0x8")),
        (&[(6, &four)], Some("4 bytes or more")),
        (&[(7, &eight)], Some("at most 8 bytes")),
        (&[(6, &four), (7, &four)], Some("4 bytes")),
        (&[(6, &four), (7, &eight)], Some("4 to 8 bytes")),
        (&[(2, &low)], None),
        (&[], None),
    ] {
        assert_eq!(accepts(policy).as_deref(), told);
    }
}

#[test]
fn what_is_missing_is_told_by_its_path() {
    // The first attribute after the header of the message and that of the link is the MTU.
    let place = |attribute: u32| (16 + 16 + attribute).to_ne_bytes();
    let number = |kind: u32| kind.to_ne_bytes();
    let missing = |of: &[(u16, &[u8])]| said(of).missing;
    assert_eq!(missing(&[(5, &number(4))]).as_deref(), Some("mtu"));
    let data = place(8 + 4 + 12);
    let told = missing(&[(5, &number(1)), (6, &data)]);
    assert_eq!(told.as_deref(), Some("linkinfo.data.forward_delay"));
    let linkinfo = place(8);
    let told = missing(&[(5, &number(1)), (6, &linkinfo)]);
    assert_eq!(told.as_deref(), Some("linkinfo.kind"));
    let unknown = place(8 + 4 + 12 + 4);
    let told = missing(&[(5, &number(1)), (6, &unknown)]);
    assert_eq!(told.as_deref(), Some("99.1"));
    // No number of an attribute, and a place that isn't in the request.
    assert_eq!(missing(&[(5, &number(1 << 16))]), None);
    let told = missing(&[(5, &number(4)), (6, &number(3))]);
    assert_eq!(told.as_deref(), Some("mtu"));
    let broken = refusal("x".into(), 22, &[], &[], LinkTable::SCHEMA);
    assert_eq!(
        (broken.errno, broken.message, broken.missing),
        (22, None, None)
    );
}

#[test]
fn a_message_of_which_nothing_is_known_is_told_by_its_noun() {
    fn told<R: nlroute::Request>(body: &[u8]) -> String {
        struct Words<'a, R>(&'a [u8], std::marker::PhantomData<R>);
        impl<R: nlroute::Request> std::fmt::Display for Words<'_, R> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                R::DESCRIBE(self.0, &|index| format!("#{index}"), f)
            }
        }
        Words::<R>(body, std::marker::PhantomData).to_string()
    }
    assert_eq!(told::<nlroute::Nexthop<'_>>(&[]), "nexthop");
    assert_eq!(told::<nlroute::Nexthop<'_>>(&[0; 8]), "nexthop");
    let mut fdb = [0; 12];
    assert_eq!(told::<nlroute::Neighbour<'_>>(&fdb), "neighbour");
    fdb[0] = 7;
    assert_eq!(told::<nlroute::Neighbour<'_>>(&fdb), "fdb entry");
    assert_eq!(told::<nlroute::Neighbour<'_>>(&fdb[1..]), "neighbour");
    assert_eq!(
        nlroute::route::Nexthop::default(),
        nlroute::route::Nexthop::new()
    );
    // What is no whole label, or member, isn't written again.
    let mut bytes = Vec::new();
    assert!(!LabelStack::rewrite(
        &[1, 2, 3],
        &mut Writer::new(&mut bytes)
    ));
    assert!(!NexthopMembers::rewrite(
        &[1, 2, 3],
        &mut Writer::new(&mut bytes)
    ));
    assert!(bytes.is_empty());
}
