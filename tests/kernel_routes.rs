//! Routes with tunnels, of labels, of multicast, before others, on the real kernel.
mod golden;

use std::{
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

use nlroute::{
    Address, Connection, Family, Group, Monitor, Prefix, Route, Routes,
    link::{Link, Peer, Veth},
    monitor::{Change, Event, Noun},
    route::{
        CacheReportKind, CacheReportTable, Nexthop, RouteAttributeTable, RouteTable, RouteType,
        RouteView,
        encap::{
            Encap, EncapView, IlaCsumMode, IlaEncap, IlaHookType, IlaIdentType, Ioam6Encap,
            Ioam6Trace, Ip6Encap, IpEncap, IpOpts, MplsEncap, RplEncap, Seg6Action, Seg6Encap,
            Seg6Flavor, Seg6Flavors, Seg6LocalEncap, Seg6Mode, Srh, TunnelFlags, VxlanOpts,
            XfrmEncap,
        },
    },
    sandbox::{isolated, skip},
    wire::table::Table,
};

const A: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 10);
const B: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 11);

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// `v0` and `v1`, the two ends of a pair, and `lo`, all up; addresses of both families on `v0`.
fn network() -> nlroute::Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Veth::new("v0").up().peer(Peer::new("v1")))?;
    host.change(Link::named("v1").up())?;
    host.add(Address::new("v0", prefix("192.168.0.2/16")))?;
    host.add(Address::new("v0", prefix("2001:db8::1/64")).nodad())?;
    Ok(host)
}

/// The one route of the main table to this destination.
fn read(host: &mut Connection, to: Prefix) -> nlroute::Result<RouteView<'static>> {
    let all = host.list(Routes::all().table(RouteTable::MAIN))?;
    let mut found = all.iter().filter(|route| route.destination() == Some(to));
    let route = found.next().expect("no such route").clone().into_owned();
    assert!(found.next().is_none());
    golden::assert_known(RouteAttributeTable::SCHEMA, route.as_bytes());
    Ok(route)
}

/// Makes a route with a tunnel, lets it be looked at as the kernel tells it, and deletes it.
fn with<'a>(
    host: &mut Connection,
    to: &str,
    encap: impl Into<Encap<'a>>,
    check: impl FnOnce(EncapView<'_>),
) -> nlroute::Result<()> {
    let encap = encap.into();
    let route = Route::new(prefix(to)).oif("v0").encap(encap);
    match host.add(&route) {
        Ok(()) => {}
        Err(error) if error.is_unsupported() => {
            skip(format_args!("this kernel has no encap {}", encap.kind()));
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    let view = read(host, prefix(to))?;
    assert_eq!(view.encap_type(), Some(encap.kind()));
    check(view.encap().unwrap());
    host.delete(&route)
}

macro_rules! is {
    ($variant:ident of $view:ident) => {
        match $view {
            EncapView::$variant(ref view) => view,
            ref other => panic!("{other:?}"),
        }
    };
}

#[test]
fn metadata_of_tunnels() {
    isolated(|| {
        let mut host = network()?;
        let v4 = IpEncap::new()
            .id(1 << 33 | 5)
            .dst([192, 0, 2, 7].into())
            .src([192, 0, 2, 1].into())
            .ttl(64)
            .tos(0x10)
            .flags(TunnelFlags::KEY | TunnelFlags::CSUM)
            .opts(IpOpts::new().vxlan(VxlanOpts::new().gbp(456)));
        with(&mut host, "10.1.0.0/16", &v4, |view| {
            let told = is!(Ip of view);
            assert_eq!(told.id(), Some(1 << 33 | 5));
            assert_eq!(told.dst(), Some([192, 0, 2, 7].into()));
            assert_eq!(told.src(), Some([192, 0, 2, 1].into()));
            assert_eq!((told.ttl(), told.tos()), (Some(64), Some(0x10)));
            let flags = told.flags().unwrap();
            assert!(
                flags.contains(TunnelFlags::KEY | TunnelFlags::CSUM),
                "{flags:?}"
            );
            assert_eq!(told.opts().unwrap().vxlan().unwrap().gbp(), Some(456));
        })?;
        let v6 = Ip6Encap::new()
            .id(5)
            .dst(A)
            .src(B)
            .hoplimit(64)
            .tc(0x10)
            .flags(TunnelFlags::SEQ);
        with(&mut host, "2001:db8:1::/48", &v6, |view| {
            let told = is!(Ip6 of view);
            assert_eq!(
                (told.id(), told.dst(), told.src()),
                (Some(5), Some(A), Some(B))
            );
            assert_eq!((told.hoplimit(), told.tc()), (Some(64), Some(0x10)));
            assert!(told.flags().unwrap().contains(TunnelFlags::SEQ));
        })
    });
}

#[test]
fn segments() {
    isolated(|| {
        let mut host = network()?;
        for (mode, last) in [
            (Seg6Mode::Encap, None),
            (Seg6Mode::Inline, Some(Ipv6Addr::UNSPECIFIED)),
            (Seg6Mode::L2encap, None),
            (Seg6Mode::EncapRed, None),
            (Seg6Mode::L2encapRed, None),
        ] {
            let seg6 = Seg6Encap::new().srh((mode, Srh::new(&[A, B])));
            with(&mut host, "2001:db8:1::/48", &seg6, |view| {
                let told = is!(Seg6 of view).srh().unwrap();
                assert_eq!(told.mode, mode);
                let mut wanted = vec![A, B];
                wanted.extend(last);
                assert_eq!(told.srh.segments().collect::<Vec<_>>(), wanted, "{mode}");
            })?;
        }
        // As long as the header can say.
        let many = [B; 127];
        let seg6 = Seg6Encap::new().srh((Seg6Mode::Encap, Srh::new(&many)));
        with(&mut host, "2001:db8:1::/48", &seg6, |view| {
            let told = is!(Seg6 of view).srh().unwrap();
            assert_eq!(told.srh.segments().count(), 127);
        })?;
        let local = Seg6LocalEncap::new;
        let ends = [
            local().action(Seg6Action::End).count(),
            local().action(Seg6Action::EndX).nh6(A),
            local().action(Seg6Action::EndT).table(100),
            local().action(Seg6Action::EndDx2).oif("v0"),
            local().action(Seg6Action::EndDx6).nh6(A).count(),
            local()
                .action(Seg6Action::EndDx4)
                .nh4([192, 0, 2, 7].into()),
            local().action(Seg6Action::EndDt6).table(100),
            local().action(Seg6Action::EndB6).srh(Srh::new(&[A, B])),
            local()
                .action(Seg6Action::EndB6Encap)
                .srh(Srh::new(&[A, B])),
            local().action(Seg6Action::End).flavors(
                Seg6Flavors::new()
                    .operation(Seg6Flavor::NEXT_CSID)
                    .lcblock_bits(48),
            ),
        ];
        for end in &ends {
            with(&mut host, "2001:db8:2::1/128", end, |view| {
                let told = is!(Seg6Local of view);
                let again = format!("{told:?}");
                assert!(again.contains("action"), "{again}");
                if let Some(srh) = told.srh() {
                    assert_eq!(srh.segments().take(2).collect::<Vec<_>>(), [A, B]);
                }
                if let Some(counters) = told.counters() {
                    assert_eq!(counters.packets(), Some(0));
                }
                if let Some(flavors) = told.flavors() {
                    assert_eq!(flavors.operation(), Some(Seg6Flavor::NEXT_CSID));
                    assert_eq!(flavors.lcblock_bits(), Some(48));
                }
            })?;
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_other_types() {
    isolated(|| {
        let mut host = network()?;
        let mpls = MplsEncap::new().labels(&[100, 200]).ttl(9);
        with(&mut host, "10.1.0.0/16", &mpls, |view| {
            let told = is!(Mpls of view);
            assert_eq!(told.labels().unwrap().to_string(), "100/200");
            assert_eq!(told.ttl(), Some(9));
        })?;
        let rpl = RplEncap::new().segments(&[A, B]);
        with(&mut host, "2001:db8:1::/48", &rpl, |view| {
            let told = is!(Rpl of view).segments().unwrap();
            assert_eq!(told.iter().collect::<Vec<_>>(), [A, B]);
        })?;
        let trace = Ioam6Trace {
            namespace: 1,
            kinds: 0x80_0000,
            size: 12,
            ..Default::default()
        };
        let ioam6 = Ioam6Encap::new().trace(trace).freq(1, 3);
        with(&mut host, "2001:db8:1::/48", &ioam6, |view| {
            let told = is!(Ioam6 of view);
            assert_eq!(told.trace().unwrap().size, 12);
            assert_eq!((told.freq_k(), told.freq_n()), (Some(1), Some(3)));
        })?;
        let xfrm = XfrmEncap::new().if_id(7);
        with(&mut host, "10.1.0.0/16", &xfrm, |view| {
            assert_eq!(is!(Xfrm of view).if_id(), Some(7));
        })?;
        // Any other identifier would have to be in the destination.
        let ila = IlaEncap::new()
            .locator(0x2001_0db8_0000_0001)
            .ident_type(IlaIdentType::Luid)
            .csum_mode(IlaCsumMode::NoAction)
            .hook_type(IlaHookType::RouteInput);
        with(&mut host, "2001:db8:1::/48", &ila, |view| {
            let told = is!(Ila of view);
            assert_eq!(told.locator(), Some(0x2001_0db8_0000_0001));
            assert_eq!(told.ident_type(), Some(IlaIdentType::Luid));
            assert_eq!(told.csum_mode(), Some(IlaCsumMode::NoAction));
            assert_eq!(told.hook_type(), Some(IlaHookType::RouteInput));
        })
    });
}

#[test]
fn a_route_comes_before_its_like() {
    isolated(|| {
        let mut host = network()?;
        let to = || Route::new(prefix("10.0.0.0/8"));
        let gateways = ["192.168.0.3", "192.168.0.4", "192.168.0.5"].map(ip);
        let [last, middle, first] = gateways.map(|gateway| to().gateway(gateway));
        host.add(&middle)?;
        host.append(&last)?;
        host.prepend(&first)?;
        let mut batch = host.batch();
        batch.prepend(to().oif("v0"))?;
        batch.commit()?;
        let all = host.list(Routes::all().table(RouteTable::MAIN))?;
        let order: Vec<_> = all
            .iter()
            .filter(|route| route.destination() == Some(prefix("10.0.0.0/8")))
            .map(|route| route.gateway())
            .collect();
        let [last, middle, first] = gateways;
        assert_eq!(order, [None, Some(first), Some(middle), Some(last)]);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn labels_are_routed() {
    isolated(|| {
        let mut host = network()?;
        let route = Route::mpls(100)
            .newdst(&[200])
            .via([192, 168, 0, 1])
            .oif("v0");
        match host.add(&route) {
            Ok(()) => {}
            Err(error) if error.is_unsupported() => {
                skip(format_args!("this kernel routes no labels"));
                return Ok(());
            }
            // Labels below the limit of `net.mpls.platform_labels` only, which is 0 at first.
            Err(error) => {
                skip(format_args!("this kernel takes no label: {error}"));
                return Ok(());
            }
        }
        let all = host.list(Routes::all().family(Family::Mpls))?;
        let found = all.iter().find(|route| route.label() == Some(100)).unwrap();
        assert_eq!(found.newdst().unwrap().to_string(), "200");
        assert_eq!(found.next_hop(), Some(ip("192.168.0.1")));
        host.delete(Route::mpls(100))
    });
}

/// The part of a multicast routing daemon that makes the kernel tell what it does.
mod daemon {
    use std::{io, net::Ipv4Addr, os::fd::AsRawFd};

    use socket2::{Domain, Protocol, Socket, Type};

    // linux/mroute.h
    const MRT_INIT: i32 = 200;
    const MRT_ADD_VIF: i32 = 202;
    const MRT_ADD_MFC: i32 = 204;
    const VIFF_USE_IFINDEX: u8 = 8;

    fn set(socket: &Socket, option: i32, value: &[u8]) -> io::Result<()> {
        // SAFETY: the kernel reads as many bytes as the value has.
        let done = unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_IP,
                option,
                value.as_ptr().cast(),
                value.len() as libc::socklen_t,
            )
        };
        match done {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Begins to route multicast between two links.
    pub fn start(links: [u32; 2]) -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(2)))?;
        set(&socket, MRT_INIT, &1_i32.to_ne_bytes())?;
        for (n, link) in links.iter().enumerate() {
            // vifctl: number, flags, threshold, rate, link, remote address.
            let mut vif = Vec::from((n as u16).to_ne_bytes());
            vif.extend([VIFF_USE_IFINDEX, 1, 0, 0, 0, 0]);
            vif.extend(link.to_ne_bytes());
            vif.extend([0; 4]);
            set(&socket, MRT_ADD_VIF, &vif)?;
        }
        Ok(socket)
    }

    /// From the first link to the second.
    pub fn route(socket: &Socket, source: Ipv4Addr, group: Ipv4Addr) -> io::Result<()> {
        // mfcctl: source, group, the number it comes in by, thresholds, three counters, expiry.
        let mut mfc = Vec::from(source.octets());
        mfc.extend(group.octets());
        mfc.extend(0_u16.to_ne_bytes());
        let mut ttls = [0; 32];
        ttls[1] = 3;
        mfc.extend(ttls);
        mfc.extend([0; 2 + 16]);
        set(socket, MRT_ADD_MFC, &mfc)
    }
}

#[test]
fn multicast_routes_are_listed_and_told() {
    isolated(|| {
        let mut host = network()?;
        host.add(Veth::new("w0").up().peer(Peer::new("w1").up()))?;
        host.add(Address::new("w0", prefix("192.0.2.2/24")))?;
        let links = [host.ifindex("v0")?, host.ifindex("w0")?];
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Ipv4Mroute, Group::Ipv4MrouteR])?;
        let daemon = match daemon::start(links) {
            Ok(daemon) => daemon,
            Err(error) => {
                skip(format_args!("this kernel routes no multicast: {error}"));
                return Ok(());
            }
        };
        let (source, group) = ([192, 168, 0, 9].into(), [239, 0, 0, 1].into());
        daemon::route(&daemon, source, group).unwrap();

        let check = |route: &RouteView<'_>| {
            golden::assert_known(RouteAttributeTable::SCHEMA, route.as_bytes());
            assert_eq!(route.family(), Family::Ipmr);
            assert_eq!(route.destination(), Some(prefix("239.0.0.1")));
            assert_eq!(route.from(), Some(prefix("192.168.0.9")));
            assert_eq!(
                (route.iif(), route.kind()),
                (Some(links[0]), RouteType::Multicast)
            );
            let hops: Vec<_> = route.nexthops().unwrap().iter().collect();
            assert_eq!(hops.len(), 1);
            assert_eq!((hops[0].index(), hops[0].ttl()), (links[1], 3));
            let stats = route.multicast_stats().unwrap();
            assert_eq!((stats.packets, stats.wrong_if), (0, 0));
            assert!(route.expires().is_some());
        };
        let all = host.list(Routes::all().family(Family::Ipmr))?;
        let found: Vec<_> = all.iter().collect();
        assert_eq!(found.len(), 1);
        check(&found[0]);

        // A packet of the host's own that no route is known for.
        let sender = std::net::UdpSocket::bind("192.168.0.2:0").unwrap();
        sender.set_multicast_loop_v4(true).unwrap();
        let mut seen = (false, false);
        let deadline = Instant::now() + Duration::from_secs(60);
        while seen != (true, true) {
            let _ = sender.send_to(b"x", "239.0.0.2:9");
            let until = deadline.min(Instant::now() + Duration::from_millis(100));
            let Some(Event::Notification(told)) = monitor.next_until(until)? else {
                assert!(Instant::now() < deadline, "{seen:?}");
                continue;
            };
            match told.change() {
                Change::New(Noun::Route(route)) => {
                    if route.destination() == Some(prefix("239.0.0.1")) {
                        check(&route);
                        seen.0 = true;
                    }
                }
                Change::New(Noun::CacheReport(report)) => {
                    golden::assert_known(CacheReportTable::SCHEMA, report.as_bytes());
                    assert_eq!(report.family(), Family::Ipmr);
                    assert_eq!(report.kind(), Some(CacheReportKind::NoCache));
                    assert_eq!(report.group(), Some(ip("239.0.0.2")));
                    assert_eq!(report.source(), Some(ip("192.168.0.2")));
                    seen.1 = true;
                }
                other => panic!("{other:?}"),
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn each_next_hop_has_its_own() {
    isolated(|| {
        let mut host = network()?;
        let one = IpEncap::new().id(1).dst([192, 0, 2, 7].into());
        let two = IpEncap::new().id(2).dst([192, 0, 2, 8].into());
        let hops = [
            Nexthop::new()
                .gateway(ip("192.168.0.1"))
                .link("v0")
                .encap(&one),
            Nexthop::new()
                .gateway(ip("192.168.0.3"))
                .link("v0")
                .encap(&two),
        ];
        let route = Route::new(prefix("10.1.0.0/16")).nexthops(&hops);
        match host.add(&route) {
            Err(error) if error.is_unsupported() => {
                skip(format_args!("this kernel has no encap ip"));
                return Ok(());
            }
            added => added?,
        }
        let view = read(&mut host, prefix("10.1.0.0/16"))?;
        let ids: Vec<_> = view
            .nexthops()
            .unwrap()
            .iter()
            .map(|hop| match hop.encap() {
                Some(EncapView::Ip(told)) => told.id(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(ids, [Some(1), Some(2)]);
        Ok::<(), nlroute::Error>(())
    });
}
