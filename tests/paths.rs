//! Which way packets go, beside what is made of it by hand.
use std::net::IpAddr;

use nlroute::{
    Address, Connection, Family, Netns, Result, Route,
    link::{Link, Peer, Veth},
    route::{Nexthop, RouteMetrics, RouteType},
    sandbox::isolated,
};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Two links with addresses, their other ends elsewhere.
fn world(host: &mut Connection) -> Result<Netns> {
    let outside = Netns::create("outside")?;
    host.change(Link::named("lo").up())?;
    for (n, name) in ["eth0", "eth1"].iter().enumerate() {
        let peer = format!("p{n}");
        let peer = Peer::new(&peer).netns(&outside).up();
        host.add(Veth::new(*name).mtu(1400 + n as u32).up().peer(peer))?;
        for prefix in [format!("192.0.{n}.1/24"), format!("2001:db8:{n}::1/64")] {
            let address = Address::new(*name, prefix.parse().unwrap());
            host.add(if prefix.contains(':') {
                address.nodad()
            } else {
                address
            })?;
        }
    }
    Ok(outside)
}

#[test]
fn the_way_to_an_address() {
    isolated(|| {
        let mut host = Connection::open()?;
        let _outside = world(&mut host)?;
        let eth0 = host.ifindex("eth0")?;
        for (to, source) in [
            ("192.0.0.9", "192.0.0.1"),
            ("2001:db8:0::9", "2001:db8:0::1"),
        ] {
            let path = host.path_to(ip(to))?;
            assert_eq!((path.link, path.mtu), (eth0, 1400), "{path:?}");
            assert_eq!((path.name.to_string(), path.gateway), ("eth0".into(), None));
            assert_eq!(path.source, Some(ip(source)));
            assert_eq!(host.source_for(ip(to))?, ip(source));
        }
        // Itself, by the loopback.
        let path = host.path_to(ip("192.0.0.1"))?;
        assert_eq!((path.link, path.source), (1, Some(ip("192.0.0.1"))));
        // Past a gateway, with an MTU of the route's own that is less, or more.
        let small = RouteMetrics::new().mtu(1300);
        let large = RouteMetrics::new().mtu(9000);
        let gateway = ip("192.0.1.254");
        for (to, metrics, mtu) in [("10.0.0.0/8", small, 1300), ("11.0.0.0/8", large, 1401)] {
            let route = Route::new(to.parse().unwrap()).gateway(gateway);
            host.add(route.metrics(metrics))?;
            let first = to.split('/').next().unwrap().replace(".0.0.0", ".0.0.1");
            let path = host.path_to(ip(&first))?;
            assert_eq!((path.gateway, path.mtu), (Some(gateway), mtu), "{path:?}");
            assert_eq!(host.source_for(ip(&first))?, ip("192.0.1.1"));
        }
        // No way.
        for to in ["198.51.100.7", "2001:db8:ffff::1"] {
            let error = host.path_to(ip(to)).unwrap_err();
            assert_eq!(error.errno(), Some(libc::ENETUNREACH), "{error}");
            assert_eq!(error.operation(), format!("get route to {to}"));
            assert!(host.source_for(ip(to)).is_err());
        }
        let wall = Route::new("12.0.0.0/8".parse().unwrap()).kind(RouteType::Prohibit);
        host.add(wall)?;
        let error = host.path_to(ip("12.0.0.1")).unwrap_err();
        assert_eq!(error.errno(), Some(libc::EACCES), "{error}");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_host_without_an_address_says_so() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Veth::new("veth0").up().peer(Peer::new("ceth0").up()))?;
        host.add(Route::new("10.0.0.0/8".parse().unwrap()).oif("veth0"))?;
        let error = host.source_for(ip("10.0.0.1")).unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(host.path_to(ip("10.0.0.1"))?.source, None);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_default_route_that_counts() {
    isolated(|| {
        let mut host = Connection::open()?;
        let _outside = world(&mut host)?;
        for family in [Family::Inet, Family::Inet6] {
            assert_eq!(host.default_path(family)?, None, "{family}");
        }
        // Routes to everything that aren't it: of another table, and a wall.
        host.add(Route::default_via(ip("192.0.0.254")).table(1000))?;
        let wall = Route::new("0.0.0.0/0".parse().unwrap()).kind(RouteType::Unreachable);
        host.add(wall.metric(5))?;
        assert_eq!(host.default_path(Family::Inet)?, None);

        for (family, far, near) in [
            (Family::Inet, "192.0.0.254", "192.0.1.254"),
            (Family::Inet6, "2001:db8:0::fe", "2001:db8:1::fe"),
        ] {
            host.add(Route::default_via(ip(far)).metric(200))?;
            let path = host.default_path(family)?.unwrap();
            assert_eq!((path.name.to_string(), path.mtu), ("eth0".into(), 1400));
            host.add(Route::default_via(ip(near)).metric(100))?;
            let path = host.default_path(family)?.unwrap();
            assert_eq!((path.name.to_string(), path.mtu), ("eth1".into(), 1401));
            assert_eq!(path.gateway, Some(ip(near)));
        }
        // Of several next hops the heaviest.
        let hops = [("192.0.0.254", 1), ("192.0.1.254", 3)]
            .map(|(gateway, weight)| Nexthop::new().gateway(ip(gateway)).weight(weight));
        let all = "0.0.0.0/0".parse().unwrap();
        host.add(Route::new(all).nexthops(&hops).metric(10))?;
        let path = host.default_path(Family::Inet)?.unwrap();
        assert_eq!(path.gateway, Some(ip("192.0.1.254")));
        // What the route says of it.
        let route = Route::default_via(ip("192.0.0.254")).source(ip("192.0.0.1"));
        host.add(route.metrics(RouteMetrics::new().mtu(1280)).metric(1))?;
        let path = host.default_path(Family::Inet)?.unwrap();
        assert_eq!((path.mtu, path.source), (1280, Some(ip("192.0.0.1"))));
        // The link goes down, and its routes with it.
        host.change(Link::named("eth0").down())?;
        let path = host.default_path(Family::Inet)?.unwrap();
        assert_eq!(path.name.to_string(), "eth1");
        Ok::<(), nlroute::Error>(())
    });
}
