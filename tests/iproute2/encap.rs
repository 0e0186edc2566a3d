//! `ip route ... encap`.
use std::net::{IpAddr, Ipv6Addr};

use nlroute::{
    Route,
    route::{
        Nexthop,
        encap::{
            Encap, ErspanOpts, IlaCsumMode, IlaEncap, IlaHookType, IlaIdentType, Ioam6Encap,
            Ioam6Mode, Ioam6Trace, Ip6Encap, IpEncap, IpOpts, MplsEncap, RplEncap, Seg6Action,
            Seg6Encap, Seg6Flavor, Seg6Flavors, Seg6LocalEncap, Seg6Mode, Srh, TunnelFlags,
            VxlanOpts, XfrmEncap,
        },
    },
};

use super::compare::{Row, add, delete, replace};

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

const A: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 10);
const B: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 11);
const C: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 12);

fn four<'a>(encap: impl Into<Encap<'a>>) -> Route<'a> {
    Route::new("10.1.0.0/16".parse().unwrap()).encap(encap)
}

fn six<'a>(encap: impl Into<Encap<'a>>) -> Route<'a> {
    Route::new("2001:db8:1::/48".parse().unwrap()).encap(encap)
}

fn end<'a>(encap: impl Into<Encap<'a>>) -> Route<'a> {
    let route = Route::new("2001:db8:1::1/128".parse().unwrap());
    route.encap(encap).oif("v0")
}

pub fn rows() -> Vec<Row> {
    let mut rows = labels();
    rows.extend(tunnels());
    rows.extend(segments());
    rows.extend(ends());
    rows.extend(others());
    rows
}

fn labels() -> Vec<Row> {
    let new = MplsEncap::new;
    let gateway = ip("192.168.0.1");
    let hops = [
        Nexthop::new().gateway(gateway).link("v0").weight(2),
        Nexthop::new().link("v2"),
    ];
    let one = new().labels(&[100]);
    let two = IpEncap::new().id(5).dst([192, 0, 2, 7].into());
    let [first, second] = hops;
    vec![
        add(
            "ip route add 10.1.0.0/16 encap mpls 100 via 192.168.0.1",
            &four(&new().labels(&[100])).gateway(gateway),
        ),
        add(
            "ip route add 10.1.0.0/16 encap mpls 100/200/300 ttl 64 via 192.168.0.1 dev v0",
            &four(&new().labels(&[100, 200, 300]).ttl(64))
                .gateway(gateway)
                .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap mpls 16 via 2001:db8::1",
            &six(&new().labels(&[16])).gateway(ip("2001:db8::1")),
        ),
        add(
            "ip route add 10.1.0.0/16 nexthop encap mpls 100 via 192.168.0.1 dev v0 weight 2 nexthop encap ip id 5 dst 192.0.2.7 dev v2",
            &Route::new("10.1.0.0/16".parse().unwrap())
                .nexthops(&[first.encap(&one), second.encap(&two)]),
        ),
        replace(
            "ip route replace 10.1.0.0/16 encap mpls 100 via 192.168.0.1",
            &four(&one).gateway(gateway),
        ),
        delete(
            "ip route del 10.1.0.0/16 encap mpls 100 via 192.168.0.1",
            &four(&one).gateway(gateway),
        ),
    ]
}

fn tunnels() -> Vec<Row> {
    let v4 = || IpEncap::new().dst([192, 0, 2, 7].into());
    let v6 = || Ip6Encap::new().dst("2001:db8::7".parse().unwrap());
    let erspan = ErspanOpts::new;
    vec![
        add(
            "ip route add 10.1.0.0/16 encap ip id 100 dst 192.0.2.7 src 192.0.2.1 ttl 64 tos 0x10 dev v0",
            &four(&v4().id(100).src([192, 0, 2, 1].into()).ttl(64).tos(16)).oif("v0"),
        ),
        add(
            "ip route add 10.1.0.0/16 encap ip id 0x100000002 dst 192.0.2.7 key csum seq dev v0",
            &four(
                &v4()
                    .id(1 << 32 | 2)
                    .flags(TunnelFlags::KEY | TunnelFlags::CSUM | TunnelFlags::SEQ),
            )
            .oif("v0"),
        ),
        add(
            "ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 vxlan_opts 456 dev v0",
            &four(
                &v4()
                    .id(5)
                    .opts(IpOpts::new().vxlan(VxlanOpts::new().gbp(456))),
            )
            .oif("v0"),
        ),
        add(
            "ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 erspan_opts 1:123:: dev v0",
            &four(
                &v4()
                    .id(5)
                    .opts(IpOpts::new().erspan(erspan().ver(1).index(123))),
            )
            .oif("v0"),
        ),
        add(
            "ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 erspan_opts 2::1:22 dev v0",
            &four(
                &v4()
                    .id(5)
                    .opts(IpOpts::new().erspan(erspan().ver(2).dir(1).hwid(22))),
            )
            .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ip6 id 100 dst 2001:db8::7 src 2001:db8::1 hoplimit 64 tc 0x10 dev v0",
            &six(&v6()
                .id(100)
                .src("2001:db8::1".parse().unwrap())
                .hoplimit(64)
                .tc(16))
            .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 key dev v0",
            &six(&v6().id(5).flags(TunnelFlags::KEY)).oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 vxlan_opts 0x1ff dev v0",
            &six(&v6()
                .id(5)
                .opts(IpOpts::new().vxlan(VxlanOpts::new().gbp(0x1ff))))
            .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 erspan_opts 2::0:7 dev v0",
            &six(&v6()
                .id(5)
                .opts(IpOpts::new().erspan(erspan().ver(2).dir(0).hwid(7))))
            .oif("v0"),
        ),
    ]
}

fn segments() -> Vec<Row> {
    let over = |mode, srh| Seg6Encap::new().srh((mode, srh));
    let (one, two) = (Srh::new(&[A]), Srh::new(&[A, B]));
    let six_rows = [
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a dev v0",
            over(Seg6Mode::Encap, one),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b,2001:db8::c dev v0",
            over(Seg6Mode::Encap, Srh::new(&[A, B, C])),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode inline segs 2001:db8::a,2001:db8::b dev v0",
            over(Seg6Mode::Inline, two),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b hmac 0x5a dev v0",
            over(Seg6Mode::Encap, two.hmac(0x5a)),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode l2encap segs 2001:db8::a dev v0",
            over(Seg6Mode::L2encap, one),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode encap.red segs 2001:db8::a,2001:db8::b dev v0",
            over(Seg6Mode::EncapRed, two),
        ),
        (
            "ip -6 route add 2001:db8:1::/48 encap seg6 mode l2encap.red segs 2001:db8::a,2001:db8::b dev v0",
            over(Seg6Mode::L2encapRed, two),
        ),
    ];
    let mut rows: Vec<_> = six_rows
        .iter()
        .map(|(command, encap)| add(command, &six(encap).oif("v0")))
        .collect();
    rows.push(add(
        "ip route add 10.1.0.0/16 encap seg6 mode encap segs 2001:db8::a dev v0",
        &four(&over(Seg6Mode::Encap, one)).oif("v0"),
    ));
    rows
}

fn ends() -> Vec<Row> {
    use Seg6Action::{
        End, EndB6, EndB6Encap, EndDt4, EndDt6, EndDt46, EndDx2, EndDx4, EndDx6, EndT, EndX,
    };
    let new = |action| Seg6LocalEncap::new().action(action);
    let flavors = |flavor| Seg6Flavors::new().operation(flavor);
    let some = Seg6Flavor::PSP | Seg6Flavor::USP | Seg6Flavor::USD;
    [
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End dev v0",
            new(End),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End count dev v0",
            new(End).count(),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors psp dev v0",
            new(End).flavors(flavors(Seg6Flavor::PSP)),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors psp,usp,usd dev v0",
            new(End).flavors(flavors(some)),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors next-csid lblen 48 nflen 16 dev v0",
            new(End).flavors(
                flavors(Seg6Flavor::NEXT_CSID)
                    .lcblock_bits(48)
                    .lcnode_fn_bits(16),
            ),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.X nh6 2001:db8::a dev v0",
            new(EndX).nh6(A),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.T table 100 dev v0",
            new(EndT).table(100),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX2 oif v2 dev v0",
            new(EndDx2).oif("v2"),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX6 nh6 2001:db8::a count dev v0",
            new(EndDx6).nh6(A).count(),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX4 nh4 192.0.2.7 dev v0",
            new(EndDx4).nh4([192, 0, 2, 7].into()),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT6 table main dev v0",
            new(EndDt6).table(254),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT4 vrftable 100 dev v0",
            new(EndDt4).vrftable(100),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT46 vrftable 1000 dev v0",
            new(EndDt46).vrftable(1000),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.B6 srh segs 2001:db8::a,2001:db8::b dev v0",
            new(EndB6).srh(Srh::new(&[A, B])),
        ),
        (
            "ip -6 route add 2001:db8:1::1/128 encap seg6local action End.B6.Encaps srh segs 2001:db8::a,2001:db8::b hmac 7 dev v0",
            new(EndB6Encap).srh(Srh::new(&[A, B]).hmac(7)),
        ),
    ]
    .iter()
    .map(|(command, encap)| add(command, &end(encap)))
    .collect()
}

fn others() -> Vec<Row> {
    let trace = |namespace, kinds, size| Ioam6Trace {
        namespace,
        kinds,
        size,
        ..Default::default()
    };
    let usual = || Ioam6Encap::new().trace(trace(1, 0x80_0000, 12));
    let dst = "2001:db8::7".parse().unwrap();
    let ila = || IlaEncap::new().locator(0x2001_0db8_0000_0001);
    vec![
        add(
            "ip -6 route add 2001:db8:1::/48 encap rpl segs 2001:db8::a dev v0",
            &six(&RplEncap::new().segments(&[A])).oif("v0"),
        ),
        // Here the next node stands first, there the last.
        add(
            "ip -6 route add 2001:db8:1::/48 encap rpl segs 2001:db8::a,2001:db8::b dev v0",
            &six(&RplEncap::new().segments(&[B, A])).oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ioam6 trace prealloc type 0x800000 ns 1 size 12 dev v0",
            &six(&usual().freq(1, 1).mode(Ioam6Mode::Inline)).oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ioam6 freq 2/5 mode inline trace prealloc type 0xc00000 ns 123 size 244 dev v0",
            &six(&Ioam6Encap::new()
                .freq(2, 5)
                .mode(Ioam6Mode::Inline)
                .trace(trace(123, 0xc0_0000, 244)))
            .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ioam6 mode encap tundst 2001:db8::7 trace prealloc type 0x1 ns 0xffff size 4 dev v0",
            &six(&Ioam6Encap::new()
                .freq(1, 1)
                .mode(Ioam6Mode::Encap)
                .dst(dst)
                .trace(trace(0xffff, 1, 4)))
            .oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ioam6 freq 1/100 mode auto tunsrc 2001:db8::1 tundst 2001:db8::7 trace prealloc type 0x800000 ns 1 size 12 dev v0",
            &six(&usual()
                .freq(1, 100)
                .mode(Ioam6Mode::Auto)
                .src("2001:db8::1".parse().unwrap())
                .dst(dst))
            .oif("v0"),
        ),
        // `ip` takes what stands behind the settings of this type for one of them, and forgets it.
        add(
            "ip route add 10.1.0.0/16 encap xfrm if_id 7 dev v0",
            &four(&XfrmEncap::new().if_id(7)).scope(nlroute::route::RouteScope::Link),
        ),
        add(
            "ip route add 10.1.0.0/16 encap xfrm if_id 7 link_dev v2 dev v0",
            &four(&XfrmEncap::new().if_id(7).link("v2")),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ila 2001:db8:0:1 via fe80::1 dev v0",
            &six(&ila()).gateway(ip("fe80::1")).oif("v0"),
        ),
        add(
            "ip -6 route add 2001:db8:1::/48 encap ila 2001:db8:0:1 csum-mode neutral-map-auto ident-type luid hook-type input via fe80::1 dev v0",
            &six(&ila()
                .csum_mode(IlaCsumMode::NeutralMapAuto)
                .ident_type(IlaIdentType::Luid)
                .hook_type(IlaHookType::RouteInput))
            .gateway(ip("fe80::1"))
            .oif("v0"),
        ),
    ]
}
