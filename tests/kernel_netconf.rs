//! Settings of links, address labels, neighbour tables, and what routers tell, on the real kernel.
mod golden;
#[path = "common/ip.rs"]
mod ip;

use std::{
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

use nlroute::{
    Address, AddressLabel, AddressLabels, Connection, Family, Group, Monitor, Netconf, Netconfs,
    Ntable, Ntables,
    addrlabel::AddressLabelTable,
    link::{Link, Peer, Veth},
    monitor::{Change, Event, Noun},
    ndisc::RouterPrefixFlags,
    netconf::{NetconfTable, NetconfTarget},
    ntable::{NtableParms, NtableTable},
    sandbox::isolated,
    wire::table::Table,
};
use serde_json::{Value, json};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// `v0` and `v1`, the two ends of a pair, both up.
fn network() -> nlroute::Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Veth::new("v0").up().peer(Peer::new("v1")))?;
    host.change(Link::named("v1").up())?;
    Ok(host)
}

fn set(path: &str, value: &str) {
    std::fs::write(format!("/proc/sys/net/{path}"), value).unwrap();
}

/// Receives until one is as wanted; one that never comes is a test that doesn't end well.
fn until<T>(monitor: &mut Monitor, mut wanted: impl FnMut(&Change<'_>) -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(600);
    loop {
        match monitor.next_until(deadline).unwrap() {
            Some(Event::Notification(told)) => {
                if let Some(found) = wanted(&told.change()) {
                    return found;
                }
            }
            Some(Event::Overrun) => panic!("an overrun"),
            None => panic!("it never came"),
        }
    }
}

#[test]
fn settings_of_links_are_read_and_told() {
    isolated(|| {
        let mut host = network()?;
        let v0 = host.ifindex("v0")?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Ipv4Netconf, Group::Ipv6Netconf])?;
        assert_eq!(
            host.get(Netconf::new(Family::Inet, "v0"))?.forwarding(),
            Some(false)
        );
        set("ipv4/conf/v0/forwarding", "1");
        set("ipv4/conf/v0/rp_filter", "2");
        set("ipv6/conf/v0/forwarding", "1");
        for family in [Family::Inet, Family::Inet6] {
            until(&mut monitor, |change| match change {
                Change::New(Noun::Netconf(told)) => {
                    let is = told.family() == family && told.index() == Some(v0);
                    (is && told.forwarding()?).then_some(())
                }
                other => panic!("{other:?}"),
            });
        }
        let of_v0 = host.get(Netconf::new(Family::Inet, "v0"))?;
        assert_eq!(of_v0.forwarding(), Some(true));
        assert_eq!(of_v0.rp_filter().unwrap().to_string(), "loose");
        let of_default = host.get(Netconf::of_default(Family::Inet6))?;
        assert_eq!(of_default.target(), Some(NetconfTarget::Default));
        let of_all = host.get(Netconf::of_all(Family::Inet))?;
        assert_eq!(
            (of_all.target(), of_all.index()),
            (Some(NetconfTarget::All), None)
        );

        let all = host.list(Netconfs::all())?;
        for told in &all {
            golden::assert_known(NetconfTable::SCHEMA, told.as_bytes());
        }
        // `lo`, `v0`, `v1`, all and default, of each family that there is.
        let of = |family| all.iter().filter(|told| told.family() == family).count();
        assert_eq!((of(Family::Inet), of(Family::Inet6)), (5, 5));
        let ours: Vec<_> = host
            .list(Netconfs::all().link("v0"))?
            .iter()
            .filter(|told| told.family() != Family::Mpls)
            .map(|told| {
                (
                    told.family().to_string(),
                    told.forwarding(),
                    told.proxy_neigh(),
                )
            })
            .collect();
        assert_eq!(ours.len(), 2);
        if let Some(told) = ip::json("netconf show dev v0") {
            let theirs: Vec<_> = told
                .as_array()
                .unwrap()
                .iter()
                .filter(|told| told["family"] != "mpls")
                .map(|told| {
                    let word =
                        |name: &str| told[name].as_bool().or_else(|| Some(told[name] == "on"));
                    let family = told["family"].as_str().unwrap().to_owned();
                    (family, word("forwarding"), word("proxy_neigh"))
                })
                .collect();
            assert_eq!(theirs, ours);
        }
        host.delete(Link::named("v0"))?;
        until(&mut monitor, |change| match change {
            Change::Deleted(Noun::Netconf(told)) => (told.index() == Some(v0)).then_some(()),
            _ => None,
        });
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn address_labels_come_and_go() {
    isolated(|| {
        let mut host = network()?;
        let prefix = || "2001:db8::/32".parse().unwrap();
        let count = |host: &mut Connection| {
            Ok::<_, nlroute::Error>(host.list(AddressLabels::all())?.iter().count())
        };
        let before = count(&mut host)?;
        host.add(AddressLabel::new(prefix(), 99))?;
        assert!(
            host.add(AddressLabel::new(prefix(), 98))
                .unwrap_err()
                .is_exists()
        );
        host.add(AddressLabel::new(prefix(), 97).link("v0"))?;
        assert_eq!(count(&mut host)?, before + 2);
        let address: Ipv6Addr = "2001:db8::1".parse().unwrap();
        let label = |host: &mut Connection, link| {
            let mut question = AddressLabel::of(address);
            if let Some(link) = link {
                question = question.link(link);
            }
            let found = host.get(question)?;
            assert_eq!(found.prefix(), prefix().into());
            Ok::<_, nlroute::Error>(found.label())
        };
        assert_eq!(label(&mut host, None)?, Some(99));
        assert_eq!(label(&mut host, Some("v0"))?, Some(97));
        host.replace(AddressLabel::new(prefix(), 96))?;
        assert_eq!(label(&mut host, None)?, Some(96));
        let v0 = host.ifindex("v0")?;
        let ours: Vec<_> = host
            .list(AddressLabels::all())?
            .iter()
            .map(|told| {
                golden::assert_known(AddressLabelTable::SCHEMA, told.as_bytes());
                assert!(told.index().is_none_or(|index| index == v0));
                (told.prefix().unwrap().to_string(), told.label().unwrap())
            })
            .collect();
        if let Some(told) = ip::json("addrlabel") {
            let theirs: Vec<_> = told
                .as_array()
                .unwrap()
                .iter()
                .map(|told| {
                    let address: IpAddr = told["address"].as_str().unwrap().parse().unwrap();
                    let len = &told["prefixlen"];
                    (
                        format!("{address}/{len}"),
                        told["label"].as_u64().unwrap() as u32,
                    )
                })
                .collect();
            assert_eq!(theirs, ours);
        }
        host.delete(AddressLabel::new(prefix(), 96))?;
        host.delete(AddressLabel::new(prefix(), 97).link("v0"))?;
        assert_eq!(count(&mut host)?, before);
        assert!(host.delete(AddressLabel::new(prefix(), 96)).is_err());
        let none = host.add(AddressLabel::new(prefix(), u32::MAX)).unwrap_err();
        assert_eq!(none.errno(), Some(libc::EINVAL));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn neighbour_tables_are_changed_and_read() {
    isolated(|| {
        let mut host = network()?;
        let parms = NtableParms::new()
            .index("v0")
            .base_reachable_time(Duration::from_millis(12_300))
            .retrans_time(Duration::from_secs(2))
            .gc_staletime(Duration::from_secs(90))
            .delay_probe_time(Duration::from_secs(7))
            .app_probes(1)
            .ucast_probes(4)
            .mcast_probes(5)
            .mcast_reprobes(2)
            .anycast_delay(Duration::from_millis(500))
            .proxy_delay(Duration::from_millis(600))
            .proxy_qlen(70)
            .locktime(Duration::from_millis(1_500))
            .queue_lenbytes(100_000)
            .interval_probe_time(Duration::from_secs(6));
        host.change(Ntable::new(Family::Inet, "arp_cache").parms(parms))?;
        let v0 = host.ifindex("v0")?;
        let of_v0 = Ntables::all().family(Family::Inet).link("v0");
        let listed = host.list(of_v0)?;
        let [told] = &listed.iter().collect::<Vec<_>>()[..] else {
            panic!("one table of one family");
        };
        golden::assert_known(NtableTable::SCHEMA, told.as_bytes());
        assert_eq!(told.name().unwrap(), "arp_cache");
        let read = told.parms().unwrap();
        assert_eq!(read.index(), Some(v0));
        assert_eq!(
            read.base_reachable_time(),
            Some(Duration::from_millis(12_300))
        );
        assert_eq!(read.retrans_time(), Some(Duration::from_secs(2)));
        assert_eq!(read.gc_staletime(), Some(Duration::from_secs(90)));
        assert_eq!(read.delay_probe_time(), Some(Duration::from_secs(7)));
        assert_eq!((read.app_probes(), read.ucast_probes()), (Some(1), Some(4)));
        assert_eq!(
            (read.mcast_probes(), read.mcast_reprobes()),
            (Some(5), Some(2))
        );
        assert_eq!(read.anycast_delay(), Some(Duration::from_millis(500)));
        assert_eq!(read.proxy_delay(), Some(Duration::from_millis(600)));
        assert_eq!(
            (read.proxy_qlen(), read.queue_lenbytes()),
            (Some(70), Some(100_000))
        );
        assert_eq!(read.locktime(), Some(Duration::from_millis(1_500)));
        assert_eq!(read.interval_probe_time(), Some(Duration::from_secs(6)));
        let reachable = read.reachable_time().unwrap();
        assert!(reachable > Duration::from_secs(6) && reachable < Duration::from_secs(19));
        if let Some(theirs) = ip::json("ntable show dev v0 name arp_cache") {
            for (name, number) in [
                ("base_reachable", 12_300),
                ("retrans", 2_000),
                ("gc_stale", 90_000),
                ("delay_probe", 7_000),
                ("ucast_probes", 4),
                ("mcast_probes", 5),
                ("anycast_delay", 500),
                ("proxy_delay", 600),
                ("proxy_queue", 70),
                ("locktime", 1_500),
            ] {
                assert_eq!(theirs[0][name], json!(number), "{name}");
            }
        }
        let whole = host.list(Ntables::all().whole())?;
        let mut names: Vec<_> = whole
            .iter()
            .map(|told| told.name().unwrap().to_string())
            .collect();
        names.sort();
        assert_eq!(names, ["arp_cache", "ndisc_cache"]);
        for table in &whole {
            assert!(table.stats().is_some() && table.config().is_some());
            assert!(table.thresh3() > table.thresh2() && table.gc_interval().is_some());
        }
        let named = host.list(Ntables::all().name("ndisc_cache"))?;
        assert!(named.iter().all(|told| told.family() == Family::Inet6));
        assert_eq!(named.iter().count(), 4); // the table, `lo`, `v0`, `v1`
        // Of the whole host, and not of this namespace.
        let error = host.change(Ntable::new(Family::Inet, "arp_cache").thresh3(4096));
        assert!(error.unwrap_err().is_not_found());
        let error = host
            .change(Ntable::new(Family::Inet, "no_cache").parms(NtableParms::new().app_probes(1)));
        let error = error.unwrap_err();
        assert!(
            error.to_string().contains("neighbour table no_cache"),
            "{error}"
        );
        Ok::<(), nlroute::Error>(())
    });
}

/// A router's advertisement: a prefix and a name server (RFC 4861, RFC 8106).
fn advertisement() -> Vec<u8> {
    let mut bytes = vec![134, 0, 0, 0, 64, 0, 0, 0];
    bytes.extend([0; 8]);
    let prefix: Ipv6Addr = "2001:db8:7::".parse().unwrap();
    bytes.extend([3, 4, 64, 0xc0]);
    bytes.extend(u32::MAX.to_be_bytes());
    bytes.extend(3600u32.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(prefix.octets());
    let server: Ipv6Addr = "2001:db8:7::53".parse().unwrap();
    bytes.extend([25, 3, 0, 0]);
    bytes.extend(600u32.to_be_bytes());
    bytes.extend(server.octets());
    bytes
}

#[test]
fn what_routers_tell_is_passed_on() {
    isolated(|| {
        let mut host = network()?;
        let (v0, v1) = (host.ifindex("v0")?, host.ifindex("v1")?);
        let router: Ipv6Addr = "fe80::9".parse().unwrap();
        host.add(Address::new("v1", "fe80::9/64".parse().unwrap()).nodad())?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Ipv6Prefix, Group::NdUseropt])?;

        let socket = Socket::new(Domain::IPV6, Type::RAW, Some(Protocol::ICMPV6)).unwrap();
        socket.set_multicast_if_v6(v1).unwrap();
        socket.set_multicast_hops_v6(255).unwrap();
        let at = |address: Ipv6Addr| SockAddr::from(std::net::SocketAddrV6::new(address, 0, 0, v1));
        socket.bind(&at(router)).unwrap();
        socket
            .send_to(&advertisement(), &at("ff02::1".parse().unwrap()))
            .unwrap();

        until(&mut monitor, |change| {
            // The sender hears itself too.
            let told = match change {
                Change::New(Noun::RouterPrefix(told)) if told.index() == v0 => told,
                _ => return None,
            };
            assert_eq!(told.prefix(), "2001:db8:7::/64".parse().ok());
            let both = RouterPrefixFlags::ONLINK | RouterPrefixFlags::AUTOCONF;
            assert_eq!(told.flags() & both, both);
            let info = told.cacheinfo().unwrap();
            assert_eq!(info.valid(), None);
            assert_eq!(info.preferred(), Some(Duration::from_secs(3600)));
            assert_eq!(told.malformed(), []);
            Some(())
        });
        socket
            .send_to(&advertisement(), &at("ff02::1".parse().unwrap()))
            .unwrap();
        until(&mut monitor, |change| {
            let told = match change {
                Change::New(Noun::UserOption(told)) if told.index() == v0 => told,
                _ => return None,
            };
            assert_eq!(told.family(), Family::Inet6);
            assert_eq!(told.source(), Some(router));
            assert_eq!(told.header().icmp_type, 134);
            // Newer kernels pass the prefix on here too.
            let server = told.options().find(|option| option.kind == 25)?;
            assert_eq!(server.data.len(), 22);
            Some(())
        });
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn numbers_of_namespaces_are_listed_and_lists_are_of_another() {
    use nlroute::{Addresses, Netns, NetnsId, NetnsIds, link::Links};
    isolated(|| {
        let mut host = network()?;
        let (one, two) = (Netns::create("one")?, Netns::create("two")?);
        host.add(NetnsId::new().fd(&one).nsid(7))?;
        host.add(NetnsId::new().fd(&two).nsid(9))?;
        let mut numbers: Vec<_> = host
            .list(NetnsIds::all())?
            .iter()
            .filter_map(|told| told.nsid())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [7, 9]);
        // From one's point of view there are none.
        let seen = host.list(NetnsIds::all().target_nsid(7))?;
        assert_eq!(seen.iter().count(), 0);
        one.connect()?.add(NetnsId::new().fd(&two).nsid(3))?;
        let seen = host.list(NetnsIds::all().target_nsid(7))?;
        let seen: Vec<_> = seen
            .iter()
            .map(|told| (told.nsid(), told.current_nsid()))
            .collect();
        assert_eq!(seen, [(Some(3), Some(9))]);
        // The number that `two` has, as seen by `one`.
        let asked = host.get(NetnsId::new().target_nsid(7).fd(&two))?;
        assert_eq!((asked.nsid(), asked.current_nsid()), (Some(3), Some(9)));

        // Lists of another namespace, without a step inside.
        let mut inside = two.connect()?;
        inside.change(Link::named("lo").up())?;
        inside.add(Veth::new("inner").peer(Peer::new("other")))?;
        inside.add(Address::new("inner", "10.9.0.1/24".parse().unwrap()))?;
        let index = inside.ifindex("inner")?;
        let links = host.list(Links::all().target_netnsid(9))?;
        let names: Vec<_> = links.iter().map(|link| link.name().to_string()).collect();
        assert_eq!(names.len(), 3);
        assert!(names.contains(&"inner".to_owned()));
        let all = Addresses::all().target_netnsid(9);
        let found = host.list(all.clone().family(Family::Inet).link(index))?;
        let prefixes: Vec<_> = found.iter().map(|address| address.prefix()).collect();
        assert_eq!(prefixes, ["10.9.0.1/24".parse().ok()]);
        assert_eq!(found.iter().next().unwrap().target_netnsid(), Some(9));
        assert!(host.list(all)?.iter().count() >= 3);
        if let Some(told) = ip::json("netns list-id") {
            let theirs = told.as_array().unwrap();
            let mut theirs: Vec<_> = theirs.iter().map(|told| told["nsid"].clone()).collect();
            theirs.sort_by_key(Value::as_i64);
            assert_eq!(json!(theirs), json!([7, 9]));
        }
        Ok::<(), nlroute::Error>(())
    });
}
