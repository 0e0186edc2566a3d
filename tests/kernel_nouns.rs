//! Addresses, routes and neighbours on the real kernel.
mod golden;

use std::{net::IpAddr, time::Duration};

use nlroute::{
    Address, Addresses, Connection, Family, Fdb, FdbEntry, List, Neighbour, Neighbours, Prefix,
    Route, Routes,
    address::{AddressFlags, AddressTable},
    link::{AddrGenMode, Bridge, Link, Peer, Veth},
    neighbour::{NeighbourFlags, NeighbourState, NeighbourTable},
    route::{
        MetricsLock, Nexthop, RouteAttributeTable, RouteMetrics, RouteProtocol, RouteScope,
        RouteTable, RouteType,
    },
    sandbox::isolated,
    wire::table::Table,
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// `v0` and `v1`, the two ends of a pair, and `lo`, all up; 192.168.0.2/16 on `v0`. No address
/// comes of itself, which it would do at any time.
fn network() -> nlroute::Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Veth::new("v0").peer(Peer::new("v1")))?;
    for end in ["v0", "v1"] {
        host.change(Link::named(end).addr_gen_mode(AddrGenMode::None))?;
        host.change(Link::named(end).up())?;
    }
    host.add(Address::new("v0", prefix("192.168.0.2/16")))?;
    host.add(Address::new("v0", prefix("2001:db8::1/64")).nodad())?;
    Ok(host)
}

/// The destinations of the routes that a filter keeps.
fn destinations(host: &mut Connection, routes: Routes) -> nlroute::Result<Vec<String>> {
    let mut found: Vec<_> = host
        .list(routes)?
        .iter()
        .map(|route| route.destination().unwrap().to_string())
        .collect();
    found.sort();
    Ok(found)
}

/// Whether there is what a list would show.
fn count<Q: List>(host: &mut Connection, query: Q) -> nlroute::Result<usize> {
    Ok(host.list(query)?.iter().count())
}

#[test]
fn addresses_come_change_and_go() {
    isolated(|| {
        let mut host = network()?;
        let on_v0 = || Addresses::all().link("v0");
        let v0 = host.ifindex("v0")?;
        let address = Address::new("v0", prefix("10.1.0.1/24"))
            .broadcast_of_prefix()
            .label("v0:x")
            .valid(Duration::from_secs(1000))
            .metric(7)
            .no_prefix_route();
        host.add(address.clone())?;
        assert!(host.add(address.clone()).unwrap_err().is_exists());
        {
            let all = host.list(on_v0().family(Family::Inet))?;
            let found = all
                .iter()
                .find(|a| a.prefix() == Some(prefix("10.1.0.1/24")))
                .unwrap();
            assert_eq!((found.index(), found.scope()), (v0, RouteScope::Universe));
            assert_eq!(found.broadcast(), Some(ip("10.1.0.255")));
            assert_eq!(found.label().unwrap(), "v0:x");
            assert!(found.flags().contains(AddressFlags::NOPREFIXROUTE));
            let lifetime = found.cacheinfo().unwrap().valid_lifetime().unwrap();
            assert!((990..=1000).contains(&lifetime.as_secs()));
            assert_eq!(found.metric(), Some(7));
        }
        host.replace(address.clone().forever())?;
        let forever = address.clone().forever();
        host.change(forever.preferred(Duration::ZERO))?;
        {
            let all = host.list(on_v0())?;
            let found = all
                .iter()
                .find(|a| a.prefix() == Some(prefix("10.1.0.1/24")))
                .unwrap();
            let info = found.cacheinfo().unwrap();
            assert_eq!(info.valid_lifetime(), None);
            assert!(found.flags().contains(AddressFlags::DEPRECATED));
        }
        host.delete(address.clone())?;
        host.delete(address).unwrap_err();

        let peer = Address::new(v0, prefix("2001:db8:1::1/128")).peer(ip("2001:db8:1::2"));
        host.add(peer.clone().nodad())?;
        {
            let all = host.list(on_v0().family(Family::Inet6))?;
            let found = all.iter().find(|a| a.other_end().is_some()).unwrap();
            assert_eq!(found.prefix(), Some(prefix("2001:db8:1::1/128")));
            assert_eq!(found.other_end(), Some(ip("2001:db8:1::2")));
        }
        host.delete(peer)?;

        // `change` makes what isn't there, as documented.
        host.change(Address::new("v0", prefix("10.2.0.1/24")))?;
        host.delete(Address::new("v0", prefix("10.2.0.1/24")))?;

        let every = count(&mut host, Addresses::all())?;
        let of_lo = count(&mut host, Addresses::all().link("lo"))?;
        let of_v0 = count(&mut host, on_v0())?;
        let of_v1 = count(&mut host, Addresses::all().link("v1"))?;
        assert_eq!(every, of_lo + of_v0 + of_v1);
        assert!(count(&mut host, Addresses::all().link("absent")).is_err());
        for address in &host.list(Addresses::all())? {
            golden::assert_known(AddressTable::SCHEMA, address.as_bytes());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn an_error_names_the_address() {
    isolated(|| {
        let mut host = network()?;
        let again = Address::new("v0", prefix("192.168.0.2/16"));
        let error = host.add(again).unwrap_err().to_string();
        assert!(
            error.contains("add address 192.168.0.2/16 on v0"),
            "{error}"
        );
        let error = host
            .add(Route::default_via(ip("172.16.0.1")))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("add route default via 172.16.0.1"),
            "{error}"
        );
        let error = host
            .add(Route::new(prefix("10.0.0.1/8")).oif("v0"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("add route 10.0.0.1/8 dev v0"), "{error}");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn routes_come_change_and_go() {
    isolated(|| {
        let mut host = network()?;
        host.add(Route::default_via(ip("192.168.0.1")))?;
        let net = || Route::new(prefix("10.0.0.0/8"));
        host.add(net().gateway(ip("192.168.0.1")))?;
        assert!(host.add(net().oif("v0")).unwrap_err().is_exists());
        host.replace(net().oif("v0").source(ip("192.168.0.2")))?;
        host.change(
            net().gateway(ip("192.168.0.3")).oif("v0").metrics(
                RouteMetrics::new()
                    .mtu(1300)
                    .lock(MetricsLock::MTU)
                    .rtt(Duration::from_millis(40))
                    .cc_algo("cubic"),
            ),
        )?;
        assert!(
            host.change(Route::new(prefix("11.0.0.0/8")).oif("v0"))
                .unwrap_err()
                .is_not_found()
        );
        {
            let found = host.get(Route::to(ip("10.1.2.3")).fib_match())?;
            assert_eq!(found.destination(), Some(prefix("10.0.0.0/8")));
            assert_eq!(found.next_hop(), Some(ip("192.168.0.3")));
            assert_eq!(found.protocol(), RouteProtocol::Boot);
            assert_eq!(
                (found.table(), found.kind()),
                (RouteTable::MAIN, RouteType::Unicast)
            );
            let metrics = found.metrics().unwrap();
            assert_eq!(
                (metrics.mtu(), metrics.lock()),
                (Some(1300), Some(MetricsLock::MTU))
            );
            assert_eq!(metrics.rtt(), Some(Duration::from_millis(40)));
            assert_eq!(metrics.cc_algo().unwrap(), "cubic");
        }
        // One more of the same destination; the first counts.
        host.append(net().gateway(ip("192.168.0.4")))?;
        let all = destinations(&mut host, Routes::all().table(RouteTable::MAIN))?;
        assert_eq!(all.iter().filter(|d| *d == "10.0.0.0/8").count(), 2);
        host.delete(net().gateway(ip("192.168.0.4")))?;
        host.delete(net())?;
        assert!(host.delete(net()).unwrap_err().is_not_found());

        for kind in [
            RouteType::Blackhole,
            RouteType::Unreachable,
            RouteType::Prohibit,
            RouteType::Throw,
        ] {
            for text in ["10.0.0.0/8", "2001:db8:5::/48"] {
                let route = Route::new(prefix(text)).kind(kind).table(1000);
                host.add(route.clone())?;
                let query = Routes::all().table(1000).kind(kind);
                assert_eq!(destinations(&mut host, query)?, [text], "{kind}");
                host.delete(route)?;
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn routes_have_several_next_hops() {
    isolated(|| {
        let mut host = network()?;
        for (destination, first, second) in [
            ("10.0.0.0/8", "192.168.0.1", "192.168.0.3"),
            ("2001:db8:5::/48", "fe80::1", "fe80::2"),
        ] {
            let hops = [
                Nexthop::new().gateway(ip(first)).link("v0").weight(3),
                Nexthop::new().gateway(ip(second)).link("v0"),
            ];
            host.add(Route::new(prefix(destination)).nexthops(&hops))?;
            let all = host.list(Routes::all().oif("v0").table(RouteTable::MAIN))?;
            let found = all
                .iter()
                .find(|route| route.destination() == Some(prefix(destination)))
                .unwrap();
            let mut seen: Vec<_> = found
                .nexthops()
                .unwrap()
                .iter()
                .map(|hop| (hop.weight(), hop.next_hop().unwrap()))
                .collect();
            seen.sort();
            assert_eq!(seen, [(1, ip(second)), (3, ip(first))]);
        }
        // An IPv4 route by an IPv6 gateway, and by one that no route leads to.
        host.add(
            Route::new(prefix("11.0.0.0/8"))
                .via(ip("fe80::1"))
                .oif("v0"),
        )?;
        host.add(
            Route::new(prefix("12.0.0.0/8"))
                .gateway(ip("172.16.0.1"))
                .oif("v0")
                .onlink(),
        )?;
        let found = host.get(Route::to(ip("11.0.0.1")).fib_match())?;
        assert_eq!(
            (found.via(), found.gateway()),
            (Some(ip("fe80::1").into()), None)
        );
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn routes_are_filtered() {
    isolated(|| {
        let mut host = network()?;
        host.add(Address::new("v1", prefix("172.16.0.1/16")))?;
        let add = |host: &mut Connection, text: &str, link: &str, table: u32, protocol| {
            host.add(
                Route::new(prefix(text))
                    .oif(link)
                    .table(table)
                    .protocol(protocol),
            )
        };
        add(&mut host, "10.1.0.0/16", "v0", 254, RouteProtocol::Static)?;
        add(&mut host, "10.2.0.0/16", "v1", 254, RouteProtocol::Bgp)?;
        add(&mut host, "10.3.0.0/16", "v0", 77, RouteProtocol::Static)?;
        add(&mut host, "10.4.0.0/16", "v1", 70_000, RouteProtocol::Bgp)?;
        add(
            &mut host,
            "2001:db8:4::/48",
            "v1",
            70_000,
            RouteProtocol::Bgp,
        )?;

        let all = Routes::all;
        assert_eq!(destinations(&mut host, all().table(77))?, ["10.3.0.0/16"]);
        assert_eq!(
            destinations(&mut host, all().table(70_000))?,
            ["10.4.0.0/16", "2001:db8:4::/48"]
        );
        assert_eq!(
            destinations(&mut host, all().table(70_000).family(Family::Inet6))?,
            ["2001:db8:4::/48"]
        );
        assert_eq!(
            destinations(&mut host, all().protocol(RouteProtocol::Static))?,
            ["10.1.0.0/16", "10.3.0.0/16"]
        );
        assert_eq!(
            destinations(&mut host, all().protocol(RouteProtocol::Bgp).oif("v1"))?,
            ["10.2.0.0/16", "10.4.0.0/16", "2001:db8:4::/48"]
        );
        assert!(
            destinations(&mut host, all().kind(RouteType::Local))?
                .contains(&"192.168.0.2/32".into())
        );
        assert_eq!(destinations(&mut host, all().cached())?, [""; 0]);
        // A table that isn't there has no routes.
        assert_eq!(destinations(&mut host, all().table(5))?, [""; 0]);
        assert_eq!(
            destinations(&mut host, all().table(5).family(Family::Inet))?,
            [""; 0]
        );
        for route in &host.list(all())? {
            golden::assert_known(RouteAttributeTable::SCHEMA, route.as_bytes());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_destination_is_looked_up() {
    isolated(|| {
        let mut host = network()?;
        let v0 = host.ifindex("v0")?;
        let found = host.get(Route::to(ip("192.168.0.9")))?;
        assert_eq!(
            (found.oif(), found.source()),
            (Some(v0), Some(ip("192.168.0.2")))
        );
        assert_eq!(found.table(), RouteTable::MAIN);
        let question = Route::to(ip("192.168.0.9"))
            .from(ip("192.168.0.2"))
            .oif("v0")
            .tos(0x10)
            .mark(5)
            .uid(0)
            .ip_proto(17)
            .sport(1000)
            .dport(53);
        assert_eq!(host.get(question)?.oif(), Some(v0));
        let found = host.get(Route::to(ip("2001:db8::9")).fib_match())?;
        assert_eq!(found.destination(), Some(prefix("2001:db8::/64")));
        let found = host.get(Route::to(ip("127.0.0.1")))?;
        assert_eq!(found.kind(), RouteType::Local);
        host.get(Route::to(ip("198.51.100.1"))).unwrap_err();
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn neighbours_come_change_and_go() {
    isolated(|| {
        let mut host = network()?;
        let v0 = host.ifindex("v0")?;
        for address in ["192.168.0.9", "2001:db8::9"] {
            let neighbour = || Neighbour::new("v0", ip(address));
            let first = [2, 0, 0, 0, 0, 1];
            let second = [2, 0, 0, 0, 0, 2];
            host.change(neighbour().lladdr(first)).unwrap_err();
            host.add(neighbour().lladdr(first))?;
            assert!(
                host.add(neighbour().lladdr(second))
                    .unwrap_err()
                    .is_exists()
            );
            {
                let found = host.get(neighbour())?;
                assert_eq!(
                    (found.index(), found.destination()),
                    (v0, Some(ip(address)))
                );
                assert_eq!(found.lladdr(), Some(first.into()));
                assert_eq!(found.state(), NeighbourState::PERMANENT);
            }
            host.replace(
                neighbour()
                    .lladdr(second)
                    .state(NeighbourState::NOARP)
                    .ext_learned(),
            )?;
            let found = host.get(neighbour())?;
            assert_eq!(found.lladdr(), Some(second.into()));
            assert_eq!(found.state(), NeighbourState::NOARP);
            assert!(found.flags().contains(NeighbourFlags::EXT_LEARNED));
            host.change(neighbour().lladdr(first).protocol(RouteProtocol::Static))?;
            assert_eq!(
                host.get(neighbour())?.protocol(),
                Some(RouteProtocol::Static)
            );
            host.delete(neighbour())?;

            host.add(neighbour().proxy())?;
            let proxies = host.list(Neighbours::all().proxy().link("v0"))?;
            let seen: Vec<_> = proxies.iter().map(|n| n.destination()).collect();
            assert_eq!(seen, [Some(ip(address))]);
            assert!(
                host.get(neighbour().proxy())?
                    .flags()
                    .contains(NeighbourFlags::PROXY)
            );
            host.delete(neighbour().proxy())?;
        }
        host.add(Neighbour::new("v0", ip("192.168.0.8")).lladdr([2, 0, 0, 0, 0, 8]))?;
        host.add(Neighbour::new("v0", ip("192.168.0.7")).managed())?;
        host.add(Neighbour::new("v1", ip("2001:db8::8")).lladdr([2, 0, 0, 0, 0, 8]))?;
        let all = host.list(Neighbours::all().family(Family::Inet).link("v0"))?;
        assert!(
            all.iter()
                .all(|n| n.index() == v0 && n.family() == Family::Inet)
        );
        assert_eq!(
            all.iter()
                .filter(|n| n.state() == NeighbourState::PERMANENT)
                .count(),
            1
        );
        for neighbour in &host.list(Neighbours::all())? {
            golden::assert_known(NeighbourTable::SCHEMA, neighbour.as_bytes());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_bridge_forwards_by_its_entries() {
    isolated(|| {
        let mut host = network()?;
        host.add(Bridge::new("br0").up())?;
        host.add(Veth::new("v2").master("br0").up().peer(Peer::new("v3")))?;
        host.change(Link::named("v3").up())?;
        let v2 = host.ifindex("v2")?;
        let mac = [2, 0, 0, 0, 0, 9];
        let entry = || FdbEntry::new("v2", mac).master().r#static();
        host.add(entry())?;
        assert!(host.add(entry()).unwrap_err().is_exists());
        {
            let found = host.get(entry())?;
            assert!(found.is_fdb());
            assert_eq!((found.index(), found.lladdr()), (v2, Some(mac.into())));
            assert_eq!(found.master(), Some(host.ifindex("br0")?));
        }
        // The bridge itself is asked as its own device.
        assert_eq!(host.get(FdbEntry::new("br0", mac))?.index(), v2);
        host.replace(entry().sticky())?;
        assert!(host.get(entry())?.flags().contains(NeighbourFlags::STICKY));
        host.change(entry().dynamic())?;
        host.change(FdbEntry::new("v2", [2, 0, 0, 0, 0, 7]).master())
            .unwrap_err();

        let mac = Some(mac.into());
        let of_bridge = host.list(Fdb::all().bridge("br0"))?;
        assert!(of_bridge.iter().any(|e| e.lladdr() == mac));
        let of_port = host.list(Fdb::all().port("v2"))?;
        assert!(of_port.iter().any(|e| e.lladdr() == mac));
        assert!(of_port.iter().all(|e| e.index() == v2));
        let of_other = host.list(Fdb::all().port("v0"))?;
        assert!(of_other.iter().all(|e| e.lladdr() != mac));
        for entry in &host.list(Fdb::all())? {
            golden::assert_known(NeighbourTable::SCHEMA, entry.as_bytes());
        }
        host.delete(entry())?;
        assert!(host.get(entry()).unwrap_err().is_not_found());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_vxlan_has_several_other_ends() {
    isolated(|| {
        let mut host = network()?;
        let status = std::process::Command::new("ip")
            .args("link add vx0 type vxlan id 5 dstport 4789".split(' '))
            .status();
        if !status.is_ok_and(|status| status.success()) {
            nlroute::sandbox::skip("no iproute2, or no VXLAN");
        }
        let all_zero = || FdbEntry::new("vx0", [0; 6]);
        for end in ["192.0.2.1", "192.0.2.2"] {
            host.append(all_zero().destination(ip(end)))?;
        }
        host.add(
            FdbEntry::new("vx0", [2, 0, 0, 0, 0, 9])
                .destination(ip("192.0.2.3"))
                .port(4790)
                .vni(7)
                .via("v0"),
        )?;
        let v0 = host.ifindex("v0")?;
        let entries = host.list(Fdb::all().port("vx0"))?;
        let ends = entries.iter().filter(|e| e.lladdr() == Some([0; 6].into()));
        assert_eq!(ends.count(), 2);
        let one = entries.iter().find(|e| e.vni() == Some(7)).unwrap();
        assert_eq!((one.port(), one.via()), (Some(4790), Some(v0)));
        host.delete(all_zero().destination(ip("192.0.2.1")))?;
        Ok::<(), nlroute::Error>(())
    });
}
