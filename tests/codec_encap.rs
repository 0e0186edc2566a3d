//! Lightweight tunnels without the kernel: what is written, what is read, what is refused.
mod golden;

use std::net::{IpAddr, Ipv6Addr};

use golden::{body, described, refused};
use nlroute::{
    Request, Route, Verb,
    route::{
        EncapType, Nexthop, RouteView,
        encap::{
            BpfEncap, BpfProg, Encap, EncapView, ErspanOpts, GeneveOpt, IlaCsumMode, IlaEncap,
            Ioam6Encap, Ioam6Mode, Ioam6Trace, Ip6Encap, IpEncap, IpOpts, MplsEncap, RplEncap,
            Seg6Action, Seg6Counters, Seg6Encap, Seg6Flavor, Seg6Flavors, Seg6LocalBpf,
            Seg6LocalEncap, Seg6Mode, Srh, TunnelFlags, VxlanOpts, XfrmEncap,
        },
    },
    wire::{Step, Writer},
};

const A: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 10);
const B: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 11);

fn route<'a>(encap: impl Into<Encap<'a>>) -> Route<'a> {
    Route::new("2001:db8:1::/48".parse().unwrap()).encap(encap)
}

/// What is read of a route that is written.
fn told<'a>(encap: impl Into<Encap<'a>>) -> RouteView<'static> {
    let view = RouteView::parse(body(Verb::Add, &route(encap))).unwrap();
    assert_eq!(view.malformed(), []);
    view
}

/// The attributes of the tunnel, as bytes.
fn bytes<'a>(encap: impl Into<Encap<'a>>) -> Vec<u8> {
    let view = told(encap);
    view.attributes().find(22).unwrap().to_vec()
}

macro_rules! view {
    ($variant:ident of $route:ident) => {
        match $route.encap() {
            Some(EncapView::$variant(view)) => view,
            other => panic!("{other:?}"),
        }
    };
}

#[test]
fn labels_are_read_as_they_are_written() {
    let route = told(&MplsEncap::new().labels(&[100, 1_048_575, 16]).ttl(9));
    assert_eq!(route.encap_type(), Some(EncapType::Mpls));
    let mpls = view!(Mpls of route);
    let labels = mpls.labels().unwrap();
    assert_eq!(labels.iter().collect::<Vec<_>>(), [100, 1_048_575, 16]);
    assert_eq!(
        (labels.to_string(), mpls.ttl()),
        ("100/1048575/16".into(), Some(9))
    );
    let marks = labels.entries().map(|entry| entry >> 8 & 1);
    assert_eq!(marks.collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn metadata_of_tunnels_is_read_as_it_is_written() {
    let flags = TunnelFlags::CSUM | TunnelFlags::DONT_FRAGMENT;
    let v4 = IpEncap::new()
        .id(1 << 40)
        .dst([192, 0, 2, 7].into())
        .src([192, 0, 2, 1].into())
        .ttl(64)
        .tos(4)
        .flags(flags)
        .opts(IpOpts::new().vxlan(VxlanOpts::new().gbp(7)));
    let route = told(&v4);
    let ip = view!(Ip of route);
    assert_eq!(
        (ip.id(), ip.dst()),
        (Some(1 << 40), Some([192, 0, 2, 7].into()))
    );
    assert_eq!(
        (ip.src(), ip.ttl()),
        (Some([192, 0, 2, 1].into()), Some(64))
    );
    assert_eq!((ip.tos(), ip.flags()), (Some(4), Some(flags)));
    assert_eq!(ip.opts().unwrap().vxlan().unwrap().gbp(), Some(7));

    let erspan = ErspanOpts::new().ver(2).dir(1).hwid(9).index(5);
    let v6 = Ip6Encap::new()
        .id(5)
        .dst(A)
        .src(B)
        .hoplimit(64)
        .tc(4)
        .flags(TunnelFlags::SEQ)
        .opts(IpOpts::new().erspan(erspan));
    let route = told(&v6);
    let ip6 = view!(Ip6 of route);
    assert_eq!((ip6.dst(), ip6.src()), (Some(A), Some(B)));
    assert_eq!((ip6.hoplimit(), ip6.tc()), (Some(64), Some(4)));
    let opts = ip6.opts().unwrap();
    let erspan = opts.erspan().unwrap();
    assert_eq!((erspan.ver(), erspan.dir()), (Some(2), Some(1)));
    assert_eq!((erspan.hwid(), erspan.index()), (Some(9), Some(5)));
}

/// What `ip route add ... encap ip id 5 geneve_opts 0x102:0x80:01020304,1:2:0506070809101112`
/// would send, by hand: see the script that captures what it sends.
#[test]
fn options_of_geneve_are_an_attribute_each() {
    let options = [
        GeneveOpt::new().class(0x102).kind(0x80).data(&[1, 2, 3, 4]),
        GeneveOpt::new()
            .class(1)
            .kind(2)
            .data(&[5, 6, 7, 8, 9, 0x10, 0x11, 0x12]),
    ];
    let ip = IpEncap::new().id(5).opts(IpOpts::new().geneve(&options));
    if cfg!(target_endian = "little") {
        let wanted = [
            &[12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 5][..],
            &[64, 0, 8, 0x80],
            &[28, 0, 1, 0x80],
            &[6, 0, 1, 0, 1, 2, 0, 0],
            &[5, 0, 2, 0, 0x80, 0, 0, 0],
            &[8, 0, 3, 0, 1, 2, 3, 4],
            &[32, 0, 1, 0x80],
            &[6, 0, 1, 0, 0, 1, 0, 0],
            &[5, 0, 2, 0, 2, 0, 0, 0],
            &[12, 0, 3, 0, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12],
        ];
        assert_eq!(bytes(&ip), wanted.concat());
    }
    let route = told(&ip);
    let ip = view!(Ip of route);
    let opts = ip.opts().unwrap();
    let all: Vec<_> = opts
        .geneve_opts()
        .map(|opt| (opt.class(), opt.kind()))
        .collect();
    assert_eq!(all, [(Some(0x102), Some(0x80)), (Some(1), Some(2))]);
    assert_eq!(opts.geneve().unwrap().data().unwrap().len(), 8);
}

#[test]
fn segments_are_read_in_the_order_in_which_they_are_passed() {
    let route = told(
        &Seg6Encap::new()
            .srh((Seg6Mode::Encap, Srh::new(&[A, B]).hmac(7)))
            .src(B),
    );
    let seg6 = view!(Seg6 of route);
    let tunnel = seg6.srh().unwrap();
    assert_eq!((tunnel.mode, tunnel.srh.hmac()), (Seg6Mode::Encap, Some(7)));
    assert_eq!(tunnel.srh.segments().collect::<Vec<_>>(), [A, B]);
    assert_eq!(
        format!("{:?}", tunnel.srh),
        "[2001:db8::a, 2001:db8::b] hmac 7"
    );
    assert_eq!(seg6.src(), Some(B));
    // The packet's own destination has its room.
    let route = told(&Seg6Encap::new().srh((Seg6Mode::Inline, Srh::new(&[A]))));
    let seg6 = view!(Seg6 of route);
    let srh = seg6.srh().unwrap().srh;
    assert_eq!(
        srh.segments().collect::<Vec<_>>(),
        [A, Ipv6Addr::UNSPECIFIED]
    );
    assert_eq!(srh.as_bytes().len(), 40);
}

#[test]
fn what_an_end_does_is_read_as_it_is_written() {
    let local = Seg6LocalEncap::new()
        .action(Seg6Action::EndBpf)
        .table(1000)
        .vrftable(254)
        .nh4([192, 0, 2, 7].into())
        .nh6(A)
        .iif("v0")
        .oif(14)
        .bpf(Seg6LocalBpf::new().prog(9).name("end"))
        .count()
        .flavors(
            Seg6Flavors::new()
                .operation(Seg6Flavor::PSP)
                .lcblock_bits(40),
        );
    let route = told(&local);
    let local = view!(Seg6Local of route);
    assert_eq!(local.action(), Some(Seg6Action::EndBpf));
    assert_eq!(
        (local.table().unwrap().0, local.vrftable().unwrap().0),
        (1000, 254)
    );
    assert_eq!(
        (local.nh4(), local.nh6()),
        (Some([192, 0, 2, 7].into()), Some(A))
    );
    assert_eq!((local.iif(), local.oif()), (Some(10), Some(14)));
    let bpf = local.bpf().unwrap();
    assert_eq!(
        (bpf.prog(), bpf.name().unwrap().to_str()),
        (Some(9), Some("end"))
    );
    let counters = local.counters().unwrap();
    assert_eq!((counters.packets(), counters.errors()), (Some(0), Some(0)));
    assert_eq!(local.flavors().unwrap().operation(), Some(Seg6Flavor::PSP));
    let some = Seg6Counters::new().packets(1);
    let route = told(&Seg6LocalEncap::new().action(Seg6Action::End).counters(some));
    assert_eq!(
        view!(Seg6Local of route).counters().unwrap().packets(),
        Some(1)
    );

    // Only where they go into the packet itself is there room at the end.
    for (action, room) in [(Seg6Action::EndB6, true), (Seg6Action::EndB6Encap, false)] {
        let route = told(&Seg6LocalEncap::new().action(action).srh(Srh::new(&[A])));
        let local = view!(Seg6Local of route);
        let segments: Vec<_> = local.srh().unwrap().segments().collect();
        assert_eq!(segments.len(), 1 + usize::from(room), "{action}");
        assert_eq!(segments[0], A);
    }
}

#[test]
fn the_other_types_are_read_as_they_are_written() {
    let program = std::io::stdin();
    let prog = BpfProg::new().fd(&program).name("p");
    let bpf = BpfEncap::new()
        .r#in(prog.clone())
        .out(prog.clone())
        .xmit(prog)
        .headroom(256);
    let route = told(&bpf);
    let bpf = view!(Bpf of route);
    assert_eq!(bpf.r#in().unwrap().name().unwrap(), "p");
    assert_eq!(bpf.out().unwrap().name().unwrap(), "p");
    assert_eq!(bpf.xmit().unwrap().name().unwrap(), "p");
    assert_eq!(bpf.headroom(), Some(256));

    let route = told(&RplEncap::new().segments(&[B, A]));
    let rpl = view!(Rpl of route);
    assert_eq!(rpl.segments().unwrap().iter().collect::<Vec<_>>(), [B, A]);

    let trace = Ioam6Trace {
        namespace: 0x102,
        kinds: 0xc0_0001,
        size: 244,
        node_size: 12,
        overflow: true,
    };
    let ioam6 = Ioam6Encap::new()
        .mode(Ioam6Mode::Auto)
        .dst(A)
        .src(B)
        .freq(2, 5)
        .trace(trace);
    let route = told(&ioam6);
    let ioam6 = view!(Ioam6 of route);
    assert_eq!(
        (ioam6.mode(), ioam6.trace()),
        (Some(Ioam6Mode::Auto), Some(trace))
    );
    assert_eq!((ioam6.dst(), ioam6.src()), (Some(A), Some(B)));
    assert_eq!((ioam6.freq_k(), ioam6.freq_n()), (Some(2), Some(5)));

    let route = told(&XfrmEncap::new().if_id(7).link("v0"));
    let xfrm = view!(Xfrm of route);
    assert_eq!((xfrm.if_id(), xfrm.link()), (Some(7), Some(10)));

    let route = told(
        &IlaEncap::new()
            .locator(1 << 60)
            .csum_mode(IlaCsumMode::NoAction),
    );
    let ila = view!(Ila of route);
    assert_eq!(
        (ila.locator(), ila.csum_mode()),
        (Some(1 << 60), Some(IlaCsumMode::NoAction))
    );

    let raw = Encap::Raw(EncapType::Other(77), &[1, 2, 3, 4]);
    assert_eq!(
        told(raw).encap(),
        Some(EncapView::Raw(EncapType::Other(77), &[1, 2, 3, 4]))
    );
    let plain = Route::new("10.0.0.0/8".parse().unwrap());
    let plain = RouteView::parse(body(Verb::Add, &plain)).unwrap();
    assert_eq!((plain.encap_type(), plain.encap()), (None, None));
}

#[test]
fn each_next_hop_has_its_own() {
    let gateway: IpAddr = "192.0.2.1".parse().unwrap();
    let (mpls, xfrm) = (MplsEncap::new().labels(&[100]), XfrmEncap::new().if_id(7));
    let hops = [
        Nexthop::new().gateway(gateway).encap(&mpls),
        Nexthop::new().link("v0").encap(&xfrm),
        Nexthop::new().link("v0"),
    ];
    let route = Route::new("10.0.0.0/8".parse().unwrap()).nexthops(&hops);
    let view = RouteView::parse(body(Verb::Add, &route)).unwrap();
    let kinds: Vec<_> = view
        .nexthops()
        .unwrap()
        .iter()
        .map(|hop| hop.encap().map(|encap| encap.kind()))
        .collect();
    assert_eq!(kinds, [Some(EncapType::Mpls), Some(EncapType::Xfrm), None]);
    assert_eq!(
        described(Verb::Add, &route),
        "add route 10.0.0.0/8 nexthop encap mpls via 192.0.2.1 nexthop encap xfrm dev v0 nexthop \
         dev v0"
    );
}

#[test]
fn what_is_refused_in_a_tunnel_is_named() {
    /// The paths to all attributes that the kernel may point at, with their values.
    fn paths(route: &Route<'_>) -> Vec<String> {
        let (body, mut paths) = (body(Verb::Add, route), Vec::new());
        let schema = Route::SCHEMA.with_names(route.names());
        schema.visit(&body, &mut |step| {
            if let Step::Attribute(found) | Step::Enter(found) = step {
                let path = schema.path(&body, found.offset).unwrap();
                paths.push(format!("{path} = {}", path.value()));
            }
        });
        paths
    }
    let options = VxlanOpts::new().gbp(9);
    let ip = IpEncap::new().ttl(64).opts(IpOpts::new().vxlan(options));
    let of_ip = paths(&route(&ip));
    assert_eq!(
        of_ip[..2],
        ["destination_address = 2001:db8:1::", "encap_type = Ip"]
    );
    for told in ["encap.ttl = 64", "encap.opts.vxlan.gbp = 9"] {
        assert!(of_ip.contains(&told.into()), "{of_ip:?}");
    }
    let of_xfrm = paths(&route(&XfrmEncap::new().if_id(7)));
    assert_eq!(of_xfrm.last().unwrap(), "encap.if_id = 7");

    // Of next hops the kernel means all: they are told by their attributes, tunnels by theirs as
    // bytes.
    let hops = [Nexthop::new().link("v0").encap(&ip)];
    let several = Route::new("2001:db8:1::/48".parse().unwrap()).nexthops(&hops);
    let of_several = paths(&several);
    let told = of_several.iter().find(|path| path.starts_with("nexthops"));
    assert!(told.unwrap().contains("encap_type: Ip"), "{of_several:?}");
}

#[test]
fn what_cannot_be_sent_is_named() {
    fn no<'a>(encap: impl Into<Encap<'a>>) -> String {
        refused(&route(encap))
    }
    assert_eq!(
        no(&MplsEncap::new()),
        "encap.labels none: at least one is needed"
    );
    assert_eq!(
        no(&MplsEncap::new().labels(&[1 << 20])),
        "encap.labels 1048576: a label has 20 bits"
    );
    assert_eq!(
        no(&MplsEncap::new().labels(&[5, 3])),
        "encap.labels 3: no packet has this label"
    );

    let many = [A; 128];
    let over = |mode, srh| no(&Seg6Encap::new().srh((mode, srh)));
    assert_eq!(
        over(Seg6Mode::Encap, Srh::new(&[])),
        "encap.srh.segments none: at least one is needed"
    );
    assert_eq!(
        no(&Seg6Encap::new()),
        "encap.srh.segments none: at least one is needed"
    );
    for (mode, srh, most) in [
        (Seg6Mode::Encap, Srh::new(&many), 127),
        (Seg6Mode::Inline, Srh::new(&many[..127]), 126),
        (Seg6Mode::Encap, Srh::new(&many[..126]).hmac(1), 125),
        (Seg6Mode::Inline, Srh::new(&many[..125]).hmac(1), 124),
    ] {
        let why = over(mode, srh);
        assert!(
            why.starts_with(&format!("encap.srh.segments {}: there is room", most + 1)),
            "{why}"
        );
        let mut fits = Srh::new(&many[..most]);
        if most < 126 {
            fits = fits.hmac(1);
        }
        let route = told(&Seg6Encap::new().srh((mode, fits)));
        let seg6 = view!(Seg6 of route);
        let srh = seg6.srh().unwrap().srh;
        let len = srh.as_bytes().len();
        assert_eq!(usize::from(srh.as_bytes()[1]) * 8 + 8, len);
        assert!(len <= 2048);
    }
    let inline = Seg6Encap::new()
        .srh((Seg6Mode::Inline, Srh::new(&[A])))
        .src(B);
    assert_eq!(
        no(&inline),
        "encap.src 2001:db8::b: only an outer header has one"
    );

    assert_eq!(
        no(&Seg6LocalEncap::new().table(5)),
        "encap.action none: is needed"
    );
    let empty = Seg6LocalEncap::new()
        .action(Seg6Action::EndB6)
        .srh(Srh::new(&[]));
    assert_eq!(
        no(&empty),
        "encap.srh.segments none: at least one is needed"
    );
    let full = Seg6LocalEncap::new()
        .action(Seg6Action::EndB6)
        .srh(Srh::new(&many[..127]));
    assert!(no(&full).starts_with("encap.srh.segments 127: there is room"));
    assert_eq!(
        no(&Seg6LocalEncap::new()
            .action(Seg6Action::EndDx2)
            .oif("absent")),
        "encap.oif no such device"
    );

    assert_eq!(
        no(&RplEncap::new()),
        "encap.segments none: at least one is needed"
    );
    assert_eq!(
        no(&RplEncap::new().segments(&many)),
        "encap.segments 128: there is room for 127"
    );
    assert_eq!(no(&XfrmEncap::new()), "encap.if_id 0: is needed, 1 or more");
    assert_eq!(
        no(&BpfEncap::new().headroom(257)),
        "encap.headroom 257: is more than 256"
    );

    assert_eq!(
        no(&Ioam6Encap::new().freq(2, 1)),
        "encap.freq 2/1: is not k of n packets, k at most n"
    );
    assert!(no(&Ioam6Encap::new().freq_n(9)).starts_with("encap.freq 0/9: "));
    assert_eq!(
        no(&Ioam6Encap::new().dst(A)),
        "encap.dst 2001:db8::a: only an outer header has one"
    );
    assert_eq!(
        no(&Ioam6Encap::new().src(A)),
        "encap.src 2001:db8::a: only an outer header has one"
    );
    assert_eq!(
        no(&Ioam6Encap::new().mode(Ioam6Mode::Encap)),
        "encap.dst none: an outer header needs one"
    );
    let trace = |size, kinds| {
        no(&Ioam6Encap::new().trace(Ioam6Trace {
            size,
            kinds,
            ..Default::default()
        }))
    };
    assert_eq!(
        trace(6, 1),
        "encap.trace.size 6: is not 4 to 244, a multiple of four"
    );
    assert_eq!(
        trace(248, 1),
        "encap.trace.size 248: is not 4 to 244, a multiple of four"
    );
    assert_eq!(
        trace(4, 1 << 24),
        "encap.trace.kinds 16777216: has more than 24 bits"
    );

    let hops = [Nexthop::new(), Nexthop::new().encap(&*BAD)];
    let route = Route::new("10.0.0.0/8".parse().unwrap()).nexthops(&hops);
    assert_eq!(
        refused(&route),
        "nexthops.1.encap.labels 3: no packet has this label"
    );
}

static BAD: std::sync::LazyLock<MplsEncap<'static>> =
    std::sync::LazyLock::new(|| MplsEncap::new().labels(&[3]));

#[test]
fn no_bytes_make_a_view_panic() {
    for kind in 0..=12_u16 {
        for first in 0..=12_u8 {
            for len in 0..48_usize {
                let mut inner = vec![0xff; len];
                inner
                    .iter_mut()
                    .zip([len as u8, 0, first, 0])
                    .for_each(|(at, byte)| *at = byte);
                let mut body = vec![0; 12];
                let mut out = Writer::new(&mut body);
                out.attribute(21, &kind.to_ne_bytes()).unwrap();
                out.attribute(22, &inner).unwrap();
                let view = RouteView::parse(&body).unwrap();
                let _ = (format!("{:?} {view:?}", view.encap()), view.malformed());
                if let Some(EncapView::Seg6(seg6)) = view.encap() {
                    let _ = seg6.srh().map(|t| (t.srh.segments().count(), t.srh.hmac()));
                }
                let _ = golden::told(&body, <Route<'_> as Request>::DESCRIBE);
            }
        }
    }
}
