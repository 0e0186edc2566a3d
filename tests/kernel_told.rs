//! What was listed is deleted as it was told.
use nlroute::{
    Address, Addresses, Connection, Family, Fdb, FdbEntry, Neighbour, Neighbours, Nexthop, Route,
    Routes, Rule, Rules,
    link::{Bridge, Link, Peer, Veth},
    neighbour::NeighbourView,
    route::{self, RouteTable, RouteType},
    sandbox::isolated,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A pair of links, up, of which one is a bridge's port.
fn host() -> Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Bridge::new("br0").up())?;
    host.add(Veth::new("v0").up().peer(Peer::new("v1").up()))?;
    host.add(
        Veth::new("v2")
            .master("br0")
            .up()
            .peer(Peer::new("v3").up()),
    )?;
    host.add(Address::new("v0", "192.0.2.1/24".parse()?))?;
    host.add(Address::new("v0", "2001:db8::1/64".parse()?).nodad())?;
    Ok(host)
}

/// Deletes each that is listed, and says how many there were. One that goes with another is gone.
macro_rules! flush {
    ($host:expr, $query:expr) => {{
        let listed = $host.list($query)?;
        for one in &listed {
            match $host.delete(&one) {
                Err(error) if error.is_not_found() => {}
                deleted => deleted?,
            }
        }
        listed.len()
    }};
}

#[test]
fn addresses() {
    isolated(|| {
        let mut host = host()?;
        let of_v0 = || Addresses::all().link("v0");
        host.add(Address::new("v0", "192.0.2.2/24".parse()?).label("v0:x"))?;
        host.add(Address::new("v0", "10.0.0.1".parse()?).peer("10.0.0.2".parse()?))?;
        host.add(Address::new("v0", "10.0.0.1".parse()?).peer("10.0.0.3".parse()?))?;
        host.add(Address::new("v0", "2001:db8::2".parse()?).peer("2001:db8::3".parse()?))?;
        assert!(flush!(host, of_v0()) >= 6);
        assert!(host.list(of_v0())?.is_empty());
        Ok::<(), Box<dyn std::error::Error>>(())
    });
}

#[test]
fn routes() {
    isolated(|| {
        let mut host = host()?;
        let hops = [
            route::Nexthop::new()
                .gateway("192.0.2.8".parse()?)
                .weight(3),
            route::Nexthop::new().gateway("192.0.2.9".parse()?),
        ];
        let to = |to: &str| Ok::<_, nlroute::PrefixError>(Route::new(to.parse()?).table(1000));
        host.add(to("10.0.0.0/8")?.oif("v0"))?;
        host.add(to("10.0.0.0/8")?.oif("v0").metric(7))?;
        host.append(to("10.0.0.0/8")?.gateway("192.0.2.7".parse()?))?;
        host.add(to("10.1.0.0/16")?.nexthops(&hops))?;
        host.add(to("10.2.0.0/16")?.kind(RouteType::Blackhole))?;
        host.add(to("0.0.0.0/0")?.kind(RouteType::Throw))?;
        host.add(to("2001:db8:1::/48")?.oif("v0"))?;
        host.add(
            to("2001:db8:1::/48")?
                .gateway("2001:db8::9".parse()?)
                .metric(7),
        )?;
        host.add(to("2001:db8:2::/48")?.kind(RouteType::Unreachable))?;
        let mut there = 9;
        match host.add(Nexthop::new(7).gateway("192.0.2.7".parse()?).oif("v0")) {
            Err(error) if error.is_unsupported() => {}
            added => {
                added?;
                host.add(to("10.3.0.0/16")?.nexthop_id(7))?;
                there += 1;
            }
        }
        assert_eq!(flush!(host, Routes::all().table(1000)), there);
        assert!(host.list(Routes::all().table(1000))?.is_empty());
        assert!(!host.list(Routes::all().table(RouteTable::MAIN))?.is_empty());
        Ok::<(), Box<dyn std::error::Error>>(())
    });
}

#[test]
fn rules() {
    isolated(|| {
        let mut host = host()?;
        let before = host.list(Rules::all())?.len();
        host.add(
            Rule::new()
                .from("10.0.0.0/8".parse()?)
                .table(100)
                .priority(7),
        )?;
        host.add(
            Rule::new()
                .fwmark(5)
                .fwmask(0xf)
                .iif("v0")
                .table(1000)
                .priority(7),
        )?;
        host.add(
            Rule::new()
                .uid_range(0..=0)
                .dport(80..=90)
                .table(100)
                .priority(7),
        )?;
        host.add(
            Rule::new()
                .family(Family::Inet6)
                .suppress_prefixlength(0)
                .priority(7),
        )?;
        host.add(Rule::new().priority(7).goto(100))?;
        let mut deleted = 0;
        for rule in &host.list(Rules::all())? {
            if rule.priority() == Some(7) {
                host.delete(&rule)?;
                deleted += 1;
            }
        }
        assert_eq!(deleted, 5);
        assert_eq!(host.list(Rules::all())?.len(), before);
        Ok::<(), Box<dyn std::error::Error>>(())
    });
}

#[test]
fn neighbours_and_entries() {
    isolated(|| {
        let mut host = host()?;
        let mac = [2, 0, 0, 0, 0, 9];
        host.add(Neighbour::new("v0", "192.0.2.9".parse()?).lladdr(mac))?;
        host.add(Neighbour::new("v0", "2001:db8::9".parse()?).lladdr(mac))?;
        host.add(Neighbour::new("v0", "192.0.2.10".parse()?).proxy())?;
        host.add(Neighbour::new("v0", "2001:db8::10".parse()?).proxy())?;
        let proxies = || Neighbours::all().proxy();
        assert_eq!(flush!(host, proxies()), 2);
        assert!(host.list(proxies())?.is_empty());
        let ours = |host: &mut Connection| -> Result<usize> {
            let listed = host.list(Neighbours::all().link("v0"))?;
            let ours = |n: &NeighbourView<'_>| n.lladdr() == Some(mac.into());
            Ok(listed.iter().filter(ours).count())
        };
        assert_eq!(ours(&mut host)?, 2);
        assert!(flush!(host, Neighbours::all().link("v0")) >= 2);
        assert_eq!(ours(&mut host)?, 0);

        let macs = [mac, [2, 0, 0, 0, 0, 10]].map(Some);
        host.add(FdbEntry::new("v2", mac).master().r#static())?;
        host.add(FdbEntry::new("v2", [2, 0, 0, 0, 0, 10]))?;
        let is_ours = |entry: &NeighbourView<'_>| {
            macs.iter().any(|mac| entry.lladdr() == mac.map(Into::into))
        };
        // A bridge that knows VLANs has one for each.
        assert!(
            host.list(Fdb::all().port("v2"))?
                .iter()
                .filter(is_ours)
                .count()
                >= 2
        );
        for entry in host.list(Fdb::all().port("v2"))?.iter().filter(is_ours) {
            host.delete(&entry)?;
        }
        assert!(
            !host
                .list(Fdb::all().port("v2"))?
                .iter()
                .any(|entry| is_ours(&entry))
        );
        Ok::<(), Box<dyn std::error::Error>>(())
    });
}

#[test]
fn what_is_refused_is_told_as_for_a_request() {
    isolated(|| {
        let mut host = host()?;
        let listed = host.list(Addresses::all().link("v0").family(Family::Inet))?;
        let mut batch = host.batch();
        for address in &listed {
            batch.delete(&address)?.delete(&address)?;
        }
        let results = batch.results()?;
        let error = results
            .into_iter()
            .find_map(std::result::Result::err)
            .ok_or("twice is once too often")?;
        assert!(error.is_not_found());
        assert!(
            error
                .to_string()
                .starts_with("delete address 192.0.2.1/24 on #"),
            "{error}"
        );
        Ok::<(), Box<dyn std::error::Error>>(())
    });
}
