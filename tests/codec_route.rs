//! Routes without the kernel: what is written, what is read, what is refused.
mod golden;

use std::{net::IpAddr, time::Duration};

use golden::{body, described, refused};
use nlroute::{
    Family, Prefix, Query, Request, Route, Verb,
    route::{
        CacheReportKind, CacheReportView, MetricsLock, Nexthop, NexthopFlags, NexthopHeader,
        NexthopView, Nexthops, RouteAttributeTable, RouteFeatures, RouteFlags, RouteHeader,
        RouteMetrics, RouteProtocol, RouteScope, RouteTable, RouteType, RouteView,
        RouterPreference, Via,
    },
    wire::{Fault, LinkAddress, Writer, table::Table},
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn to<'a>(text: &str) -> Route<'a> {
    Route::new(prefix(text))
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn reads_what_it_writes() {
    let metrics = RouteMetrics::new()
        .lock(MetricsLock::MTU | MetricsLock::RTT)
        .mtu(1400)
        .rtt(Duration::from_micros(1125))
        .rttvar(Duration::from_micros(750))
        .rto_min(Duration::from_millis(20))
        .features(RouteFeatures::ECN)
        .cc_algo("cubic");
    let route = to("2001:db8:8::/48")
        .from(prefix("2001:db8::/32"))
        .gateway(ip("fe80::1"))
        .oif(10)
        .source(ip("2001:db8::1"))
        .metric(7)
        .table(300)
        .protocol(RouteProtocol::Other(200))
        .pref(RouterPreference::Low)
        .onlink()
        .metrics(metrics);
    let view = RouteView::parse(body(Verb::Add, &route)).unwrap();
    assert_eq!(view.destination(), Some(prefix("2001:db8:8::/48")));
    assert_eq!(view.from(), Some(prefix("2001:db8::/32")));
    assert_eq!(
        (view.next_hop(), view.oif()),
        (Some(ip("fe80::1")), Some(10))
    );
    assert_eq!(view.source(), Some(ip("2001:db8::1")));
    assert_eq!((view.metric(), view.table()), (Some(7), RouteTable(300)));
    assert_eq!(view.header().table, 0);
    assert_eq!(view.protocol(), RouteProtocol::Other(200));
    assert_eq!(view.pref(), Some(RouterPreference::Low));
    assert_eq!(view.flags(), RouteFlags::ONLINK);
    let metrics = view.metrics().unwrap();
    assert_eq!(metrics.lock(), Some(MetricsLock::MTU | MetricsLock::RTT));
    assert_eq!(metrics.rtt(), Some(Duration::from_micros(1125)));
    assert_eq!(metrics.rttvar(), Some(Duration::from_micros(750)));
    assert_eq!(metrics.rto_min(), Some(Duration::from_millis(20)));
    assert_eq!(metrics.features(), Some(RouteFeatures::ECN));
    assert_eq!(metrics.cc_algo().unwrap(), "cubic");
    assert_eq!(view.malformed(), []);

    let hops = [
        Nexthop::new()
            .via(ip("fe80::1"))
            .link("v0")
            .weight(256)
            .onlink(),
        Nexthop::new().gateway(ip("10.0.0.1")).realms(0x1_0002),
        Nexthop::new().link(14),
    ];
    let route = to("0.0.0.0/0").nexthops(&hops);
    let view = RouteView::parse(body(Verb::Add, &route)).unwrap();
    assert_eq!(view.destination(), Some(Prefix::ALL_IPV4));
    let hops: Vec<_> = view.nexthops().unwrap().iter().collect();
    assert_eq!(hops.len(), 3);
    assert_eq!(
        (hops[0].next_hop(), hops[0].index()),
        (Some(ip("fe80::1")), 10)
    );
    assert_eq!(
        (hops[0].weight(), hops[0].flags()),
        (256, NexthopFlags::ONLINK)
    );
    assert_eq!(
        (hops[1].gateway(), hops[1].realms()),
        (Some(ip("10.0.0.1")), Some(0x1_0002))
    );
    assert_eq!((hops[2].next_hop(), hops[2].weight()), (None, 1));
    assert!(view.goes_out_by(14) && view.goes_out_by(10) && !view.goes_out_by(11));
}

#[test]
fn defaults_go_by_type_and_family() {
    use RouteScope::{Host, Link, Nowhere, Universe};
    let header = |verb, route: &Route<'_>| {
        let view = RouteView::parse(body(verb, route)).unwrap();
        (view.table(), view.scope(), view.protocol(), view.kind())
    };
    for (kind, table, scope) in [
        (RouteType::Unicast, RouteTable::MAIN, Link),
        (RouteType::Local, RouteTable::LOCAL, Host),
        (RouteType::Broadcast, RouteTable::LOCAL, Link),
        (RouteType::Anycast, RouteTable::LOCAL, Link),
        (RouteType::Multicast, RouteTable::MAIN, Link),
        (RouteType::Blackhole, RouteTable::MAIN, Universe),
        (RouteType::Throw, RouteTable::MAIN, Universe),
    ] {
        let route = to("10.0.0.0/8").kind(kind);
        let wanted = (table, scope, RouteProtocol::Boot, kind);
        assert_eq!(header(Verb::Add, &route), wanted);
    }
    assert_eq!(header(Verb::Add, &to("::/0").oif("v0")).1, Universe);
    let any = (
        RouteTable::MAIN,
        Nowhere,
        RouteProtocol::Unspec,
        RouteType::Unspec,
    );
    assert_eq!(header(Verb::Delete, &to("10.0.0.0/8")), any);
}

#[test]
fn what_cannot_be_sent_is_named() {
    let refused = |route: Route<'_>| refused(&route);
    assert_eq!(
        refused(to("10.0.0.0/8").gateway(ip("fe80::1"))),
        "gateway fe80::1: is of another family than the route: give it as via"
    );
    assert_eq!(
        refused(to("::/0").gateway(ip("10.0.0.1"))),
        "gateway 10.0.0.1: is of another family than the route"
    );
    assert!(refused(to("::/0").via(ip("10.0.0.1"))).starts_with("via 10.0.0.1: "));
    assert_eq!(
        refused(to("10.0.0.0/8").gateway(ip("10.0.0.1")).via(ip("fe80::1"))),
        "via fe80::1: there is a gateway already"
    );
    assert_eq!(
        refused(to("10.0.0.0/8").source(ip("::1"))),
        "source ::1: is of another family than the destination"
    );
    assert_eq!(
        refused(to("10.0.0.0/8").from(prefix("::/0"))),
        "from ::/0: is of another family than the destination"
    );
    assert!(refused(to("10.0.0.0/8").pref(RouterPreference::Low)).starts_with("pref "));
    assert!(refused(to("10.0.0.0/8").expires(Duration::ZERO)).starts_with("expires "));
    assert!(refused(to("::/0").expires(Duration::MAX)).starts_with("expires "));
    assert_eq!(
        refused(to("10.0.0.0/8").nexthops(&[])),
        "nexthops none: at least one is needed"
    );
    let hops = [Nexthop::new(), Nexthop::new().gateway(ip("::1"))];
    assert_eq!(
        refused(to("10.0.0.0/8").nexthops(&hops)),
        "nexthops.1.gateway ::1: is of another family than the route: give it as via"
    );
    for weight in [0, 257, u16::MAX] {
        let hops = [Nexthop::new().weight(weight)];
        let why = format!("nexthops.0.weight {weight}: is not 1 to 256");
        assert_eq!(refused(to("10.0.0.0/8").nexthops(&hops)), why);
    }
    let hops = [Nexthop::new().link("absent")];
    assert_eq!(
        refused(to("10.0.0.0/8").nexthops(&hops)),
        "nexthops.0.link no such device"
    );
    let hops = [Nexthop::new()];
    assert!(refused(Route::default_via(ip("::1")).nexthops(&hops)).starts_with("gateway ::1: "));

    let mut bytes = Vec::new();
    let mut lookup = Route::to(ip("10.0.0.1")).from(ip("::1"));
    let error = lookup.encode(&mut Writer::new(&mut bytes)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "from ::1: is of another family than the destination"
    );
    let mut lookup = Route::to(ip("::1")).flowlabel(1 << 20);
    assert!(lookup.encode(&mut Writer::new(&mut bytes)).is_err());
    assert!(bytes.is_empty());
}

#[test]
fn labels_are_routed() {
    let link: LinkAddress = "02:00:00:00:00:09".parse().unwrap();
    let route = Route::mpls(100)
        .newdst(&[200, 300])
        .via(link)
        .oif("v0")
        .ttl_propagate(false);
    let view = RouteView::parse(body(Verb::Add, &route)).unwrap();
    assert_eq!((view.family(), view.label()), (Family::Mpls, Some(100)));
    assert_eq!((view.destination(), view.header().dst_len), (None, 20));
    assert_eq!(view.newdst().unwrap().to_string(), "200/300");
    assert_eq!((view.via(), view.next_hop()), (Some(Via::Link(link)), None));
    assert_eq!(view.ttl_propagate(), Some(false));
    assert_eq!(view.malformed(), []);
    assert_eq!(
        described(Verb::Add, &route),
        "add route mpls 100 as 200/300 dev v0"
    );
    assert_eq!(
        described(Verb::Prepend, &to("10.0.0.0/8").oif("v0")),
        "prepend route 10.0.0.0/8 dev v0"
    );
    let hops = [Nexthop::new().newdst(&[7]).via(ip("fe80::1"))];
    let route = Route::mpls(16).nexthops(&hops);
    let view = RouteView::parse(body(Verb::Add, &route)).unwrap();
    let hop = view.nexthops().unwrap().iter().next().unwrap();
    assert_eq!(hop.newdst().unwrap().to_string(), "7");
    assert_eq!(hop.next_hop(), Some(ip("fe80::1")));

    for (route, why) in [
        (Route::mpls(1 << 20), "label 1048576: a label has 20 bits"),
        (
            Route::mpls(16).gateway(ip("10.0.0.1")),
            "gateway 10.0.0.1: an MPLS route has none: give it as via",
        ),
        (
            Route::mpls(16).newdst(&[3]),
            "newdst 3: no packet has this label",
        ),
        (
            to("10.0.0.0/8").newdst(&[16]),
            "newdst set: only an MPLS route has it",
        ),
        (
            to("10.0.0.0/8").ttl_propagate(true),
            "ttl_propagate set: only an MPLS route has it",
        ),
        (
            to("10.0.0.0/8").via(link),
            "via 02:00:00:00:00:09: only an MPLS route goes by a link-layer address",
        ),
        (
            to("10.0.0.0/8").nexthops(&hops),
            "nexthops.0.newdst set: only an MPLS route has it",
        ),
    ] {
        assert_eq!(refused(&route), why);
    }
}

#[test]
fn multicast_routes_and_reports_are_read() {
    let header = RouteHeader {
        family: Family::Ipmr.into(),
        dst_len: 32,
        src_len: 32,
        kind: RouteType::Multicast.into(),
        ..Default::default()
    };
    let hop = NexthopHeader {
        len: 8,
        hops: 5,
        index: 4,
        ..Default::default()
    };
    let mut body = header.to_bytes().to_vec();
    let mut out = Writer::new(&mut body);
    out.attribute(2, &[192, 0, 2, 1]).unwrap();
    out.attribute(3, &3_u32.to_ne_bytes()).unwrap();
    out.attribute(1, &[239, 0, 0, 1]).unwrap();
    out.attribute(9, &hop.to_bytes()).unwrap();
    let stats = [7_u64, 700, 1].map(u64::to_ne_bytes).concat();
    out.attribute(17, &stats).unwrap();
    out.attribute(23, &1250_u64.to_ne_bytes()).unwrap();
    let view = RouteView::parse(body).unwrap();
    assert_eq!(view.malformed(), []);
    assert_eq!(view.destination(), Some(prefix("239.0.0.1")));
    assert_eq!(
        (view.from(), view.iif()),
        (Some(prefix("192.0.2.1")), Some(3))
    );
    let stats = view.multicast_stats().unwrap();
    assert_eq!((stats.packets, stats.bytes, stats.wrong_if), (7, 700, 1));
    assert_eq!(view.expires(), Some(Duration::from_millis(12_500)));
    let hop = view.nexthops().unwrap().iter().next().unwrap();
    assert_eq!((hop.index(), hop.ttl()), (4, 5));

    let mut body = vec![Family::Ip6mr.into(), 0, 0, 0];
    let mut out = Writer::new(&mut body);
    out.attribute(1, &[2]).unwrap();
    out.attribute(2, &9_u32.to_ne_bytes()).unwrap();
    out.attribute(3, &[0xfe; 16]).unwrap();
    out.attribute(4, &[0xff; 16]).unwrap();
    out.attribute(5, &[0x60, 0]).unwrap();
    let told = CacheReportView::parse(body).unwrap();
    assert_eq!(
        (told.family(), told.kind()),
        (Family::Ip6mr, Some(CacheReportKind::WrongVif))
    );
    assert_eq!(
        (told.vif_id(), told.packet()),
        (Some(9), Some(&[0x60, 0][..]))
    );
    assert!(told.source().unwrap().is_ipv6() && told.group().unwrap().is_multicast());
    assert_eq!((told.table(), told.malformed()), (None, vec![]));
}

#[test]
fn a_broken_next_hop_hides_no_other() {
    let header = RouteHeader {
        family: 2,
        ..Default::default()
    };
    let good = NexthopHeader {
        len: 8,
        index: 4,
        ..Default::default()
    };
    for (bad, fault) in [
        (vec![1, 2, 3], Fault::Leftover { len: 3 }),
        (vec![0; 8], Fault::Frame { says: 0, has: 8 }),
        (
            NexthopHeader { len: 99, ..good }.to_bytes().to_vec(),
            Fault::Frame { says: 99, has: 8 },
        ),
    ] {
        let hops = [&good.to_bytes()[..], &bad].concat();
        let mut body = header.to_bytes().to_vec();
        Writer::new(&mut body).attribute(9, &hops).unwrap();
        let view = RouteView::parse(&body).unwrap();
        let seen: Vec<_> = view.nexthops().unwrap().iter().map(|h| h.index()).collect();
        assert_eq!(seen, [4]);
        assert_eq!(view.malformed()[0].fault, fault);
        assert_eq!(view.malformed()[0].path, "nexthops");
        let _ = format!("{view:?}");
    }
    assert_eq!(Nexthops::new(&[]).iter().count(), 0);
    assert!(NexthopView::parse(&[0; 7][..]).is_err());
}

#[test]
fn a_view_takes_any_family_and_any_length() {
    let view = |family, dst_len, dst: &[u8]| {
        let header = RouteHeader {
            family,
            dst_len,
            ..Default::default()
        };
        let mut body = header.to_bytes().to_vec();
        Writer::new(&mut body).attribute(1, dst).unwrap();
        RouteView::parse(body).unwrap().destination()
    };
    assert_eq!(view(2, 33, &[10, 0, 0, 0]), None);
    assert_eq!(view(2, 8, &[0; 16]), None);
    assert_eq!(view(2, 8, &[10, 0, 0, 0]), Some(prefix("10.0.0.0/8")));
    assert_eq!(view(28, 20, &[0; 4]), None);
    assert_eq!(view(128, 32, &[1; 4]), Some(prefix("1.1.1.1/32")));
}

#[test]
fn says_what_it_is_about() {
    let said = |route: Route<'_>| described(Verb::Add, &route);
    assert_eq!(
        said(to("10.0.0.0/8").gateway(ip("192.168.56.1")).oif("v0")),
        "add route 10.0.0.0/8 via 192.168.56.1 dev v0"
    );
    assert_eq!(
        said(Route::default_via(ip("fe80::1"))),
        "add route default via fe80::1"
    );
    assert_eq!(
        said(to("10.0.0.0/8").kind(RouteType::Blackhole).table(1000)),
        "add route blackhole 10.0.0.0/8 table 1000"
    );
    let hops = [
        Nexthop::new().gateway(ip("10.0.0.1")),
        Nexthop::new().link("v0"),
    ];
    assert_eq!(
        said(to("10.0.0.0/8").nexthops(&hops)),
        "add route 10.0.0.0/8 nexthop via 10.0.0.1 nexthop dev v0"
    );
    assert_eq!(
        described(Verb::Delete, &to("::/0").from(prefix("fd00::/8"))),
        "delete route default from fd00::/8"
    );
}

#[test]
fn what_this_kernel_told_is_all_known() {
    let bodies = golden::all_known(RouteAttributeTable::SCHEMA, "route");
    let views: Vec<_> = bodies
        .iter()
        .map(|b| RouteView::parse(b).unwrap())
        .collect();
    assert!(views.iter().all(|view| view.destination().is_some()));
    let find = |text| {
        views
            .iter()
            .find(|v| v.destination() == Some(prefix(text)))
            .unwrap()
    };
    assert_eq!(find("10.8.0.0/16").table(), RouteTable(1000));
    assert_eq!(find("10.1.0.0/16").via(), Some(ip("fe80::1").into()));
    assert_eq!(find("10.0.0.0/16").nexthop_id(), Some(7));
    let metrics = find("10.6.0.0/16").metrics().unwrap();
    assert_eq!(metrics.rtt(), Some(Duration::from_millis(100)));
    assert_eq!(metrics.rttvar(), Some(Duration::from_millis(50)));
    assert_eq!(metrics.rto_min(), Some(Duration::from_millis(20)));
    for (text, weights) in [("10.4.0.0/16", [3, 1]), ("2001:db8:6::/48", [1, 2])] {
        let hops = find(text).nexthops().unwrap();
        let mut seen: Vec<_> = hops.iter().map(|h| h.weight()).collect();
        seen.sort_unstable();
        let mut wanted = weights;
        wanted.sort_unstable();
        assert_eq!(seen, wanted, "{text}");
    }
    assert!(find("2001:db8:8::/48").cacheinfo().unwrap().expires > 0);
}

#[test]
fn no_bytes_make_a_view_panic() {
    golden::mutate("route", |body| {
        let Ok(view) = RouteView::parse(body) else {
            return;
        };
        let _ = (
            view.destination(),
            view.from(),
            view.table(),
            view.next_hop(),
        );
        let _ = (view.goes_out_by(3), view.malformed(), format!("{view:?}"));
        let _ = golden::told(body, <Route<'_> as Request>::DESCRIBE);
    });
}
