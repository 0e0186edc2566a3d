//! `ip link add ... type` of every kind of tunnel.
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use nlroute::link::{
    Amt, AmtMode, Bareudp, Erspan, ErspanDirection, FlowInfo, Geneve, GeneveDf, Gre, GreFlags,
    Gretap, Gtp, GtpRole, Ip6TunnelFlags, Ip6erspan, Ip6gre, Ip6gretap, Ip6tnl, Ipip, Kind,
    LinkRequest, Pfcp, Sit, SitFlags, TunnelEncap, TunnelEncapFlags, Vti, Vti6, Vxlan, VxlanDf,
    Xfrm,
};

use super::{
    compare::{Row, add, change},
    differences::ECHO,
};

const HERE: [u8; 4] = [192, 0, 2, 1];
const THERE: [u8; 4] = [192, 0, 2, 2];

fn v6(last: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)
}

fn new<K: Kind>(command: &'static str, link: &LinkRequest<'_, K>) -> Row {
    add(command, link).but(&ECHO)
}

pub fn rows() -> Vec<Row> {
    let mut rows = vxlans();
    rows.extend(in_udp());
    rows.extend(gre());
    rows.extend(gre_words());
    rows.extend(gre6());
    rows.extend(gre6_words());
    rows.extend(over_ipv4());
    rows.extend(over_ipv6());
    rows.extend(others());
    rows
}

/// A VXLAN as `ip` makes it where nothing is said of learning.
fn vx<'a>() -> Vxlan<'a> {
    Vxlan::new("vx1").id(42).port(4789).learning(true)
}

fn vxlans() -> Vec<Row> {
    vec![
        new("ip link add vx1 type vxlan id 42 dstport 4789", &vx()),
        new(
            "ip link add vx1 type vxlan id 42 remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 df set dev v0 dstport 4789",
            &vx()
                .remote(THERE)
                .local(HERE)
                .ttl(64)
                .tos(0x10)
                .df(VxlanDf::Set)
                .dev("v0"),
        ),
        new(
            "ip link add vx1 type vxlan id 42 group 239.1.1.1 dev v0 dstport 8472",
            &vx().remote([239, 1, 1, 1]).dev("v0").port(8472),
        ),
        new(
            "ip link add vx1 type vxlan id 42 group ff05::100 local 2001:db8::1 dev v0 flowlabel 0x12345 dstport 4789",
            &vx()
                .remote(Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0x100))
                .local(v6(1))
                .dev("v0")
                .label(0x12345),
        ),
        new(
            "ip link add vx1 type vxlan id 42 srcport 49152 65535 ttl inherit tos inherit df inherit dstport 4789",
            &vx()
                .port_range(49152..=65535)
                .ttl_inherit(true)
                .tos(1)
                .df(VxlanDf::Inherit),
        ),
        new(
            "ip link add vx1 type vxlan id 42 flowlabel 7 remote 2001:db8::2 dstport 4789",
            &vx().label(7).remote(v6(2)),
        ),
        new(
            "ip link add vx1 type vxlan id 16777215 nolearning proxy rsc l2miss l3miss ageing 300 maxaddress 100 dstport 4789",
            &vx()
                .id(16_777_215)
                .learning(false)
                .proxy(true)
                .rsc(true)
                .l2miss(true)
                .l3miss(true)
                .ageing(Duration::from_secs(300))
                .limit(100),
        ),
        new(
            "ip link add vx1 type vxlan id 42 noudpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx nolocalbypass dstport 4789",
            &vx()
                .udp_csum(false)
                .udp_zero_csum6_tx(true)
                .udp_zero_csum6_rx(true)
                .remcsum_tx(true)
                .remcsum_rx(true)
                .localbypass(false),
        ),
        new(
            "ip link add vx1 type vxlan id 42 learning noproxy norsc nol2miss nol3miss udpcsum noudp6zerocsumtx noudp6zerocsumrx noremcsumtx noremcsumrx localbypass dstport 4789",
            &vx()
                .proxy(false)
                .rsc(false)
                .l2miss(false)
                .l3miss(false)
                .udp_csum(true)
                .udp_zero_csum6_tx(false)
                .udp_zero_csum6_rx(false)
                .remcsum_tx(false)
                .remcsum_rx(false)
                .localbypass(true),
        ),
        new(
            "ip link add vx1 type vxlan external vnifilter dstport 4789",
            &Vxlan::new("vx1")
                .collect_metadata(true)
                .vnifilter(true)
                .learning(false)
                .port(4789),
        ),
        new(
            "ip link add vx1 type vxlan external gpe dstport 4790",
            &Vxlan::new("vx1")
                .collect_metadata(true)
                .gpe(true)
                .learning(false)
                .port(4790),
        ),
        new(
            "ip link add vx1 type vxlan id 42 gbp dstport 4789",
            &vx().gbp(true),
        ),
        new(
            "ip link add vx1 type vxlan id 42 ttl auto df unset noexternal novnifilter dstport 4789",
            &vx()
                .ttl(0)
                .df(VxlanDf::Unset)
                .collect_metadata(false)
                .vnifilter(false),
        ),
        new(
            "ip link add vx1 type vxlan id 42 reserved_bits 0xff dstport 4789",
            &vx().reserved_bits(0xff),
        ),
        new(
            "ip link add vx1 mtu 1400 up type vxlan id 42 dstport 4789",
            &vx().mtu(1400).up(),
        ),
        // Settings of the kind go by the same message here.
        change(
            "ip link set vx0 type vxlan nolearning ageing 60",
            &Vxlan::index(13)
                .learning(false)
                .ageing(Duration::from_secs(60)),
        ),
        change(
            "ip link set vx0 type vxlan remote 192.0.2.3",
            &Vxlan::index(13).remote([192, 0, 2, 3]),
        ),
        change(
            "ip link set vx0 type vxlan dev v2 ttl 9",
            &Vxlan::index(13).dev("v2").ttl(9),
        ),
    ]
}

/// A Geneve tunnel as `ip` makes it where no more is said.
fn gn<'a>() -> Geneve<'a> {
    Geneve::new("gn1").id(42).label(0).ttl(0).tos(0)
}

fn in_udp() -> Vec<Row> {
    vec![
        new(
            "ip link add gn1 type geneve id 42 remote 192.0.2.2",
            &gn().remote(THERE),
        ),
        new(
            "ip link add gn1 type geneve id 42 remote 192.0.2.2 ttl 64 tos 0x10 df set dstport 6082 udpcsum",
            &gn()
                .remote(THERE)
                .ttl(64)
                .tos(0x10)
                .df(GeneveDf::Set)
                .port(6082)
                .udp_csum(true),
        ),
        new(
            "ip link add gn1 type geneve id 42 remote 2001:db8::2 ttl inherit tos inherit flowlabel 0x12345 udp6zerocsumtx noudp6zerocsumrx",
            &gn()
                .remote(v6(2))
                .ttl_inherit(true)
                .tos(1)
                .label(0x12345)
                .udp_zero_csum6_tx(true)
                .udp_zero_csum6_rx(false),
        ),
        new(
            "ip link add gn1 type geneve external innerprotoinherit",
            &gn().id(0).collect_metadata(true).inner_proto_inherit(true),
        ),
        new(
            "ip link add gn1 type geneve id 42 remote 192.0.2.2 ttl auto df unset noexternal noudpcsum noudp6zerocsumtx udp6zerocsumrx",
            &gn()
                .remote(THERE)
                .df(GeneveDf::Unset)
                .udp_csum(false)
                .udp_zero_csum6_tx(false)
                .udp_zero_csum6_rx(true),
        ),
        new(
            "ip link add bu1 type bareudp dstport 7777 ethertype ipv4 nomultiproto",
            &Bareudp::new("bu1").port(7777).ethertype(0x0800),
        ),
        new(
            "ip link add bu1 type bareudp dstport 6635 ethertype mpls_uc srcportmin 49152 multiproto",
            &Bareudp::new("bu1")
                .port(6635)
                .ethertype(0x8847)
                .srcport_min(49152)
                .multiproto_mode(true),
        ),
        new(
            "ip link add bu1 type bareudp dstport 7777 ethertype ipv4",
            &Bareudp::new("bu1").port(7777).ethertype(0x0800),
        ),
    ]
}

/// What `ip` says of GRE over IPv4 where it isn't told.
macro_rules! said {
    ($tunnel:expr) => {
        $tunnel
            .iflags(GreFlags::empty())
            .oflags(GreFlags::empty())
            .ikey(0)
            .okey(0)
            .remote(THERE)
            .pmtudisc(true)
            .ttl(0)
            .tos(0)
            .fwmark(0)
            .encap_type(TunnelEncap::None)
            .encap_flags(TunnelEncapFlags::empty())
            .encap_sport(0)
            .encap_dport(0)
    };
}

fn gre() -> Vec<Row> {
    let gre = || said!(Gre::new("g1"));
    let tap = || said!(Gretap::new("g1"));
    let erspan = || said!(Erspan::new("g1")).local(HERE).key(100).seq();
    vec![
        new(
            "ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1",
            &gre().local(HERE),
        ),
        new(
            "ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 key 7 seq csum dev v0 fwmark 0x20",
            &gre()
                .local(HERE)
                .ttl(64)
                .tos(0x10)
                .key(7)
                .seq()
                .csum()
                .dev("v0")
                .fwmark(0x20),
        ),
        new(
            "ip link add g1 type gre remote 192.0.2.2 ikey 1.2.3.4 okey 8 iseq ocsum tos inherit",
            &gre()
                .iflags(GreFlags::KEY | GreFlags::SEQ)
                .ikey(0x0102_0304)
                .oflags(GreFlags::KEY | GreFlags::CSUM)
                .okey(8)
                .tos(1),
        ),
        new(
            "ip link add g1 type gre remote 192.0.2.2 nopmtudisc ignore-df",
            &gre().pmtudisc(false).ignore_df(true),
        ),
        new(
            "ip link add g1 type gre external",
            &Gre::new("g1").collect_metadata(true),
        ),
        new(
            "ip link add g1 type gre remote 192.0.2.2 encap fou encap-sport auto encap-dport 5555 encap-csum",
            &gre()
                .encap_type(TunnelEncap::Fou)
                .encap_dport(5555)
                .encap_flags(TunnelEncapFlags::CSUM),
        ),
        new(
            "ip link add g1 type gretap remote 192.0.2.2 local 192.0.2.1 ttl 64 key 7",
            &tap().local(HERE).ttl(64).key(7),
        ),
        new(
            "ip link add g1 type gretap remote 192.0.2.2 encap gue encap-sport 1000 encap-dport 6080 encap-udp6-csum encap-remcsum",
            &tap()
                .encap_type(TunnelEncap::Gue)
                .encap_sport(1000)
                .encap_dport(6080)
                .encap_flags(TunnelEncapFlags::CSUM6 | TunnelEncapFlags::REMCSUM),
        ),
        new(
            "ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 seq key 100 erspan_ver 1 erspan 123",
            &erspan().erspan_ver(1).erspan_index(123),
        ),
        new(
            "ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 seq key 100 erspan_ver 2 erspan_dir egress erspan_hwid 17",
            &erspan()
                .erspan_ver(2)
                .erspan_dir(ErspanDirection::Egress)
                .erspan_hwid(17),
        ),
        new(
            "ip link add g1 type erspan external",
            &Erspan::new("g1").collect_metadata(true),
        ),
    ]
}

/// What `ip` says of GRE over IPv6 where it isn't told.
macro_rules! said6 {
    ($tunnel:expr) => {
        $tunnel
            .iflags(GreFlags::empty())
            .oflags(GreFlags::empty())
            .ikey(0)
            .okey(0)
            .remote(v6(2))
            .ttl(64)
            .encap_limit(4)
            .flowinfo(FlowInfo::default())
            .tunnel_flags(Ip6TunnelFlags::empty())
            .fwmark(0)
            .erspan_ver(1)
            .encap_type(TunnelEncap::None)
            .encap_flags(TunnelEncapFlags::CSUM6)
            .encap_sport(0)
            .encap_dport(0)
    };
}

/// `encaplimit none`, `tclass`, `flowlabel`, `dscp` and `fwmark inherit`, `allow-localremote`.
fn all_flags() -> Ip6TunnelFlags {
    Ip6TunnelFlags::IGN_ENCAP_LIMIT
        | Ip6TunnelFlags::USE_ORIG_TCLASS
        | Ip6TunnelFlags::USE_ORIG_FLOWLABEL
        | Ip6TunnelFlags::RCV_DSCP_COPY
        | Ip6TunnelFlags::USE_ORIG_FWMARK
        | Ip6TunnelFlags::ALLOW_LOCAL_REMOTE
}

fn gre6() -> Vec<Row> {
    let gre = || said6!(Ip6gre::new("g1"));
    let erspan = || said6!(Ip6erspan::new("g1")).key(100).seq();
    vec![
        new(
            "ip link add g1 type ip6gre remote 2001:db8::2 local 2001:db8::1",
            &gre().local(v6(1)),
        ),
        new(
            "ip link add g1 type ip6gre remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 key 7 dev v0 fwmark 5",
            &gre()
                .ttl(9)
                .encap_limit(5)
                .flowinfo(FlowInfo::new(0x20, 0x12345))
                .key(7)
                .dev("v0")
                .fwmark(5),
        ),
        new(
            "ip link add g1 type ip6gre remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote",
            &gre().tunnel_flags(all_flags()),
        ),
        new(
            "ip link add g1 type ip6gre external",
            &Ip6gre::new("g1").collect_metadata(true),
        ),
        new(
            "ip link add g1 type ip6gretap remote 2001:db8::2 hoplimit 64 csum",
            &said6!(Ip6gretap::new("g1")).csum(),
        ),
        new(
            "ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 1 erspan 123",
            &erspan().erspan_index(123),
        ),
        new(
            "ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 2 erspan_dir ingress erspan_hwid 3",
            &erspan()
                .erspan_ver(2)
                .erspan_dir(ErspanDirection::Ingress)
                .erspan_hwid(3),
        ),
    ]
}

/// All that GRE over IPv4 has, of one kind: each word of `ip link help`.
macro_rules! each_word {
    ($kind:literal, $new:expr, [$icsum:literal $ocsum:literal $csum:literal], $sum:expr) => {{
        let tunnel = || said!($new);
        vec![
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 192.0.2.2 local 192.0.2.1 ttl inherit tos inherit dev v0 fwmark 0x20 iseq ikey 5 ", $icsum, "oseq okey 6 ", $ocsum, "encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum"
                ),
                &tunnel()
                    .local(HERE)
                    .ttl(0)
                    .tos(1)
                    .dev("v0")
                    .fwmark(0x20)
                    .iflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .ikey(5)
                    .oflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .okey(6)
                    .encap_type(TunnelEncap::Gue)
                    .encap_sport(1000)
                    .encap_dport(6080)
                    .encap_flags(ALL_OF_UDP),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 192.0.2.2 nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum pmtudisc noignore-df noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq"
                ),
                &tunnel().ignore_df(false).key(9).seq(),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 192.0.2.2 ttl 7 ", $csum,
                    "key 7 seq nopmtudisc ignore-df encap fou encap-sport auto encap-dport 5555 encap-csum"
                ),
                &tunnel()
                    .ttl(7)
                    .ikey(7)
                    .okey(7)
                    .iflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .oflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .pmtudisc(false)
                    .ignore_df(true)
                    .encap_type(TunnelEncap::Fou)
                    .encap_dport(5555)
                    .encap_flags(TunnelEncapFlags::CSUM),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 192.0.2.2 local 192.0.2.1 encap none key 9 seq"
                ),
                &tunnel().local(HERE).key(9).seq(),
            ),
        ]
    }};
}

const ALL_OF_UDP: TunnelEncapFlags = TunnelEncapFlags::CSUM
    .union(TunnelEncapFlags::CSUM6)
    .union(TunnelEncapFlags::REMCSUM);

fn gre_words() -> Vec<Row> {
    let mut rows = each_word!("gre", Gre::new("g1"), ["icsum " "ocsum " "csum "], GreFlags::CSUM);
    rows.extend(
        each_word!("gretap", Gretap::new("g1"), ["icsum " "ocsum " "csum "], GreFlags::CSUM),
    );
    rows.extend(
        each_word!("erspan", Erspan::new("g1").erspan_ver(1), ["" "" ""], GreFlags::empty()),
    );
    rows.extend([
        new(
            "ip link add g1 type gretap external",
            &Gretap::new("g1").collect_metadata(true),
        ),
        new(
            "ip link add g1 type erspan remote 192.0.2.2 seq key 100 erspan_ver 2 erspan_dir ingress erspan_hwid 3",
            &said!(Erspan::new("g1"))
                .key(100)
                .seq()
                .erspan_ver(2)
                .erspan_dir(ErspanDirection::Ingress)
                .erspan_hwid(3),
        ),
    ]);
    rows
}

/// All that GRE over IPv6 has, of one kind.
macro_rules! each_word6 {
    ($kind:literal, $new:expr, [$icsum:literal $ocsum:literal $csum:literal], $sum:expr) => {{
        let tunnel = || said6!($new);
        vec![
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 2001:db8::2 local 2001:db8::1 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 dev v0 fwmark 5 iseq ikey 5 ", $icsum, "oseq okey 6 ", $ocsum, "encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum"
                ),
                &tunnel()
                    .local(v6(1))
                    .ttl(9)
                    .encap_limit(5)
                    .flowinfo(FlowInfo::new(0x20, 0x12345))
                    .dev("v0")
                    .fwmark(5)
                    .iflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .ikey(5)
                    .oflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .okey(6)
                    .encap_type(TunnelEncap::Gue)
                    .encap_sport(1000)
                    .encap_dport(6080)
                    .encap_flags(ALL_OF_UDP),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote key 7 seq ", $csum, "encap fou encap-sport auto encap-dport 5555"
                ),
                &tunnel()
                    .tunnel_flags(all_flags())
                    .ikey(7)
                    .okey(7)
                    .iflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .oflags(GreFlags::KEY | GreFlags::SEQ | $sum)
                    .encap_type(TunnelEncap::Fou)
                    .encap_dport(5555),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 2001:db8::2 noallow-localremote nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq"
                ),
                &tunnel().encap_flags(TunnelEncapFlags::empty()).key(9).seq(),
            ),
            new(
                concat!(
                    "ip link add g1 type ",
                    $kind,
                    " remote 2001:db8::2 encap none key 9 seq"
                ),
                &tunnel().key(9).seq(),
            ),
        ]
    }};
}

fn gre6_words() -> Vec<Row> {
    let mut rows =
        each_word6!("ip6gre", Ip6gre::new("g1"), ["icsum " "ocsum " "csum "], GreFlags::CSUM);
    rows.extend(
        each_word6!("ip6gretap", Ip6gretap::new("g1"), ["icsum " "ocsum " "csum "], GreFlags::CSUM),
    );
    rows.extend(each_word6!("ip6erspan", Ip6erspan::new("g1"), ["" "" ""], GreFlags::empty()));
    rows.extend([
        new(
            "ip link add g1 type ip6gretap external",
            &Ip6gretap::new("g1").collect_metadata(true),
        ),
        new(
            "ip link add g1 type ip6erspan external",
            &Ip6erspan::new("g1").collect_metadata(true),
        ),
        new(
            "ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 2 erspan_dir egress erspan_hwid 4",
            &said6!(Ip6erspan::new("g1"))
                .key(100)
                .seq()
                .erspan_ver(2)
                .erspan_dir(ErspanDirection::Egress)
                .erspan_hwid(4),
        ),
    ]);
    rows
}

/// A tunnel of IPv4 as `ip` makes it where no more is said.
fn ipip<'a>() -> Ipip<'a> {
    Ipip::new("t1")
        .proto(0)
        .remote(THERE)
        .pmtudisc(true)
        .tos(0)
        .ttl(0)
        .dev(0)
        .fwmark(0)
        .encap_type(TunnelEncap::None)
        .encap_flags(TunnelEncapFlags::empty())
        .encap_sport(0)
        .encap_dport(0)
}

/// A tunnel of IPv6 as `ip` makes it where no more is said.
fn sit<'a>() -> Sit<'a> {
    Sit::new("t1")
        .proto(0)
        .pmtudisc(true)
        .tos(0)
        .ttl(0)
        .dev(0)
        .fwmark(0)
        .tunnel_flags(SitFlags::empty())
        .encap_type(TunnelEncap::None)
        .encap_flags(TunnelEncapFlags::empty())
        .encap_sport(0)
        .encap_dport(0)
}

fn over_ipv4() -> Vec<Row> {
    vec![
        new(
            "ip link add t1 type ipip remote 192.0.2.2 local 192.0.2.1",
            &ipip().local(HERE),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 ttl 64 tos 0x10 dev v0 fwmark 7 mode any",
            &ipip().ttl(64).tos(0x10).dev("v0").fwmark(7),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 nopmtudisc mode mplsip",
            &ipip().pmtudisc(false).proto(137),
        ),
        new(
            "ip link add t1 type ipip external",
            &Ipip::new("t1").proto(0).collect_metadata(true),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 encap fou encap-sport auto encap-dport 5555 encap-csum",
            &ipip()
                .encap_type(TunnelEncap::Fou)
                .encap_dport(5555)
                .encap_flags(TunnelEncapFlags::CSUM),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 local 192.0.2.1 ttl 64",
            &sit().remote(THERE).local(HERE).ttl(64),
        ),
        new(
            "ip link add t1 type sit local 192.0.2.1 isatap",
            &sit().local(HERE).tunnel_flags(SitFlags::ISATAP),
        ),
        new(
            "ip link add t1 type sit local 192.0.2.1 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.0.0/16",
            &sit()
                .local(HERE)
                .sixrd(v6(0), 32)
                .sixrd_relay(Ipv4Addr::new(192, 0, 0, 0), 16),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 mode ipip tos inherit dev v0 fwmark 7",
            &sit().remote(THERE).proto(4).tos(1).dev("v0").fwmark(7),
        ),
        new(
            "ip link add t1 type vti remote 192.0.2.2 local 192.0.2.1 key 42 dev v0",
            &Vti::new("t1")
                .remote(THERE)
                .local(HERE)
                .key(42)
                .dev("v0")
                .fwmark(0),
        ),
        new(
            "ip link add t1 type vti remote 192.0.2.2 ikey 1 okey 2 fwmark 3",
            &Vti::new("t1").remote(THERE).ikey(1).okey(2).fwmark(3),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 mode ipip ttl inherit tos inherit pmtudisc encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum",
            &ipip()
                .proto(4)
                .ttl(0)
                .tos(1)
                .encap_type(TunnelEncap::Gue)
                .encap_sport(1000)
                .encap_dport(6080)
                .encap_flags(ALL_OF_UDP),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 noencap noencap-csum noencap-udp6-csum noencap-remcsum",
            &ipip(),
        ),
        new(
            "ip link add t1 type ipip remote 192.0.2.2 local 192.0.2.1 encap none",
            &ipip().local(HERE),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 mode ip6ip ttl inherit pmtudisc encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum",
            &sit()
                .remote(THERE)
                .proto(41)
                .encap_type(TunnelEncap::Gue)
                .encap_sport(1000)
                .encap_dport(6080)
                .encap_flags(ALL_OF_UDP),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 local 192.0.2.1 mode any noencap noencap-csum noencap-udp6-csum noencap-remcsum",
            &sit().remote(THERE).local(HERE),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 mode mplsip nopmtudisc encap fou encap-sport auto encap-dport 5555",
            &sit()
                .remote(THERE)
                .proto(137)
                .pmtudisc(false)
                .encap_type(TunnelEncap::Fou)
                .encap_dport(5555),
        ),
        new(
            "ip link add t1 type sit remote 192.0.2.2 encap none",
            &sit().remote(THERE),
        ),
    ]
}

/// A tunnel over IPv6 as `ip` makes it where no more is said.
fn ip6tnl<'a>() -> Ip6tnl<'a> {
    Ip6tnl::new("t1")
        .proto(0)
        .remote(v6(2))
        .ttl(64)
        .encap_limit(4)
        .flowinfo(FlowInfo::default())
        .tunnel_flags(Ip6TunnelFlags::empty())
        .dev(0)
        .fwmark(0)
        .encap_type(TunnelEncap::None)
        .encap_flags(TunnelEncapFlags::CSUM6)
        .encap_sport(0)
        .encap_dport(0)
}

fn over_ipv6() -> Vec<Row> {
    vec![
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 local 2001:db8::1",
            &ip6tnl().local(v6(1)),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 mode ipip6 dev v0 fwmark 5",
            &ip6tnl()
                .ttl(9)
                .encap_limit(5)
                .flowinfo(FlowInfo::new(0x20, 0x12345))
                .proto(4)
                .dev("v0")
                .fwmark(5),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote mode any",
            &ip6tnl().tunnel_flags(all_flags()),
        ),
        new(
            "ip link add t1 type ip6tnl external",
            &Ip6tnl::new("t1").proto(0).collect_metadata(true),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 encap gue encap-sport auto encap-dport 6080",
            &ip6tnl().encap_type(TunnelEncap::Gue).encap_dport(6080),
        ),
        new(
            "ip link add t1 type vti6 remote 2001:db8::2 local 2001:db8::1 key 42 fwmark 3",
            &Vti6::new("t1").remote(v6(2)).local(v6(1)).key(42).fwmark(3),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 mode ip6ip6 noallow-localremote noencap noencap-csum noencap-udp6-csum noencap-remcsum",
            &ip6tnl().proto(41).encap_flags(TunnelEncapFlags::empty()),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum",
            &ip6tnl()
                .encap_type(TunnelEncap::Gue)
                .encap_sport(1000)
                .encap_dport(6080)
                .encap_flags(ALL_OF_UDP),
        ),
        new(
            "ip link add t1 type ip6tnl remote 2001:db8::2 encap fou encap-sport auto encap-dport 5555",
            &ip6tnl().encap_type(TunnelEncap::Fou).encap_dport(5555),
        ),
        new(
            "ip link add t1 type vti6 remote 2001:db8::2 ikey 1 okey 2 dev v0",
            &Vti6::new("t1")
                .remote(v6(2))
                .ikey(1)
                .okey(2)
                .dev("v0")
                .fwmark(0),
        ),
    ]
}

fn others() -> Vec<Row> {
    vec![
        new(
            "ip link add x1 type xfrm dev v0 if_id 42",
            &Xfrm::new("x1").dev("v0").if_id(42),
        ),
        new(
            "ip link add x1 type xfrm external",
            &Xfrm::new("x1").collect_metadata(true),
        ),
        new(
            "ip link add p1 type gtp role sgsn hsize 131071 restart_count 3",
            &Gtp::new("p1")
                .role(GtpRole::Sgsn)
                .pdp_hashsize(131_071)
                .restart_count(3)
                .create_sockets(true),
        ),
        new(
            "ip link add p1 type gtp role ggsn",
            &Gtp::new("p1")
                .role(GtpRole::Ggsn)
                .pdp_hashsize(1024)
                .create_sockets(true),
        ),
        new(
            "ip link add a1 type amt mode gateway local 192.0.2.1 discovery 192.0.2.9 dev v0",
            &Amt::new("a1")
                .mode(AmtMode::Gateway)
                .local(HERE)
                .discovery([192, 0, 2, 9])
                .dev("v0"),
        ),
        new(
            "ip link add a1 type amt mode relay local 192.0.2.1 dev v0 relay_port 2269 gateway_port 2270 max_tunnels 10",
            &Amt::new("a1")
                .mode(AmtMode::Relay)
                .local(HERE)
                .dev("v0")
                .relay_port(2269)
                .gateway_port(2270)
                .max_tunnels(10),
        ),
        new("ip link add p1 type pfcp", &Pfcp::new("p1")),
    ]
}
