//! Next hop objects on the real kernel.
mod golden;
#[path = "common/ip.rs"]
mod ip;

use std::time::{Duration, Instant};

use nlroute::{
    Address, Connection, FdbEntry, Group, Monitor, Nexthop, Nexthops, Route, Routes,
    link::{Link, Peer, Veth},
    monitor::{Change, Event, Noun},
    nexthop::{
        NexthopBucket, NexthopBuckets, NexthopGroupType, NexthopMember, NexthopObjectTable,
        NexthopOpFlags, ResilientGroup,
    },
    route::RouteProtocol,
    sandbox::{isolated, skip},
    wire::table::Table,
};
use serde_json::json;

/// `v0` and `v1`, the two ends of a pair, and `lo`, all up; 192.168.0.2/16 on `v0`.
fn network() -> nlroute::Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Veth::new("v0").up().peer(Peer::new("v1")))?;
    host.change(Link::named("v1").up())?;
    host.add(Address::new("v0", "192.168.0.2/16".parse().unwrap()))?;
    host.add(Address::new("v0", "2001:db8::1/64".parse().unwrap()).nodad())?;
    Ok(host)
}

fn by(id: u32, gateway: &str) -> Nexthop<'static> {
    Nexthop::new(id).gateway(gateway.parse().unwrap()).oif("v0")
}

fn ids(host: &mut Connection, wanted: Nexthops<'_>) -> nlroute::Result<Vec<u32>> {
    let all = host.list(wanted)?;
    for object in &all {
        golden::assert_known(NexthopObjectTable::SCHEMA, object.as_bytes());
    }
    Ok(all.iter().filter_map(|object| object.id()).collect())
}

#[test]
fn objects_come_change_and_go() {
    isolated(|| {
        let mut host = network()?;
        let v0 = host.ifindex("v0")?;
        assert_eq!(
            host.add(by(1, "192.168.0.1").protocol(RouteProtocol::Static))?,
            1
        );
        assert!(host.add(by(1, "192.168.0.9")).unwrap_err().is_exists());
        host.add(by(2, "2001:db8::9"))?;
        host.add(by(3, "192.168.0.3").onlink())?;
        host.add(Nexthop::new(4).oif("v1"))?;
        host.add(Nexthop::new(5).blackhole(true))?;
        host.add(
            Nexthop::new(6)
                .fdb(true)
                .gateway("192.0.2.9".parse().unwrap()),
        )?;
        let members = [
            NexthopMember::new(1).share(3),
            NexthopMember::new(3).share(255),
        ];
        host.add(Nexthop::new(10).group(&members))?;
        let chosen = host.add(by(0, "192.168.0.7"))?;
        assert!(chosen > 0);
        let found = host.get(Nexthop::new(chosen))?;
        assert_eq!(found.gateway(), Some("192.168.0.7".parse().unwrap()));
        host.delete(Nexthop::new(chosen))?;

        let first = host.get(Nexthop::new(1))?;
        assert_eq!(
            (first.oif(), first.protocol()),
            (Some(v0), RouteProtocol::Static)
        );
        let group = host.get(Nexthop::new(10))?;
        let read: Vec<_> = group.group().unwrap().iter().collect();
        assert_eq!(read, members);

        assert_eq!(ids(&mut host, Nexthops::all())?, [1, 2, 3, 4, 5, 6, 10]);
        assert_eq!(ids(&mut host, Nexthops::all().link("v1"))?, [4]);
        assert_eq!(ids(&mut host, Nexthops::all().groups())?, [10]);
        assert_eq!(ids(&mut host, Nexthops::all().fdb())?, [6]);
        assert_eq!(
            ids(&mut host, Nexthops::all().protocol(RouteProtocol::Static))?,
            [1]
        );
        let of_ipv6 = Nexthops::all().family(nlroute::Family::Inet6);
        assert_eq!(ids(&mut host, of_ipv6)?, [2]);
        if let Some(told) = ip::json("nexthop") {
            let of: Vec<_> = told.as_array().unwrap().iter().map(|o| &o["id"]).collect();
            assert_eq!(json!(of), json!([1, 2, 3, 4, 5, 6, 10]));
            assert_eq!(told[0]["protocol"], "static");
            assert_eq!(told[2]["flags"], json!(["onlink"]));
            let group = json!([{"id": 1, "weight": 3}, {"id": 3, "weight": 255}]);
            assert_eq!(told[6]["group"], group);
        }

        host.replace(by(1, "192.168.0.8"))?;
        host.change(by(3, "192.168.0.4"))?;
        assert!(
            host.change(by(77, "192.168.0.4"))
                .unwrap_err()
                .is_not_found()
        );
        let first = host.get(Nexthop::new(1))?;
        assert_eq!(first.gateway(), Some("192.168.0.8".parse().unwrap()));
        // A group stays one.
        let error = host.replace(by(10, "192.168.0.8")).unwrap_err();
        assert!(
            error.to_string().contains("nexthop 10 via 192.168.0.8"),
            "{error}"
        );
        host.delete(Nexthop::new(1))?;
        assert!(host.get(Nexthop::new(1)).unwrap_err().is_not_found());
        // With its member gone the group is of the other.
        let group = host.get(Nexthop::new(10))?;
        assert_eq!(group.group().unwrap().to_string(), "3,255");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn heavy_members_are_told_as_they_were_given() {
    isolated(|| {
        let mut host = network()?;
        host.add(by(1, "192.168.0.1"))?;
        host.add(by(2, "192.168.0.3"))?;
        let members = [
            NexthopMember::new(1).share(65_535),
            NexthopMember::new(2).share(257),
        ];
        if host.add(Nexthop::new(10).group(&members)).is_err() {
            skip(format_args!("this kernel knows no weight above 255"));
            return Ok(());
        }
        let group = host.get(Nexthop::new(10))?;
        let weights: Vec<_> = group.group().unwrap().iter().map(|m| m.weight()).collect();
        assert_eq!(weights, [65_535, 257]);
        let flags = group.op_flags().unwrap_or_default();
        assert!(flags.contains(NexthopOpFlags::RESP_GRP_RESVD_0));

        let counted = Nexthop::new(10).op_flags(NexthopOpFlags::DUMP_STATS);
        let counted = host.get(counted)?;
        let stats = counted.group_stats().unwrap();
        let read: Vec<_> = stats.iter().map(|s| (s.id(), s.packets())).collect();
        assert_eq!(read, [(Some(1), Some(0)), (Some(2), Some(0))]);
        golden::assert_known(NexthopObjectTable::SCHEMA, counted.as_bytes());
        let all = Nexthops::all().op_flags(NexthopOpFlags::DUMP_STATS);
        let listed = host.list(all.groups())?;
        assert!(listed.iter().all(|group| group.group_stats().is_some()));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn buckets_of_resilient_groups_are_read_one_by_one_and_all() {
    isolated(|| {
        let mut host = network()?;
        host.add(by(1, "192.168.0.1"))?;
        host.add(Nexthop::new(2).oif("v1"))?;
        let members = [NexthopMember::new(1), NexthopMember::new(2)];
        let settings = ResilientGroup::new()
            .buckets(8)
            .idle_timer(Duration::from_secs(60))
            .unbalanced_timer(Duration::from_millis(1_500));
        let group = Nexthop::new(10)
            .group(&members)
            .group_type(NexthopGroupType::Resilient)
            .res_group(settings);
        host.add(group)?;
        let told = host.get(Nexthop::new(10))?;
        golden::assert_known(NexthopObjectTable::SCHEMA, told.as_bytes());
        assert_eq!(told.group_type(), Some(NexthopGroupType::Resilient));
        let settings = told.res_group().unwrap();
        assert_eq!(settings.buckets(), Some(8));
        assert_eq!(settings.idle_timer(), Some(Duration::from_secs(60)));
        assert_eq!(
            settings.unbalanced_timer(),
            Some(Duration::from_millis(1_500))
        );
        assert_eq!(settings.unbalanced_time(), Some(Duration::ZERO));

        let places = |host: &mut Connection, wanted: NexthopBuckets<'_>| {
            let all = host.list(wanted)?;
            let mut found = Vec::new();
            for bucket in &all {
                golden::assert_known(NexthopObjectTable::SCHEMA, bucket.as_bytes());
                assert_eq!(bucket.id(), Some(10));
                let bucket = bucket.res_bucket().unwrap();
                assert!(bucket.idle_time().is_some());
                found.push((bucket.index().unwrap(), bucket.nexthop_id().unwrap()));
            }
            Ok::<_, nlroute::Error>(found)
        };
        let all = places(&mut host, NexthopBuckets::all().group(10))?;
        assert_eq!(all.len(), 8);
        assert_eq!(places(&mut host, NexthopBuckets::all())?, all);
        let of_first: Vec<_> = all.iter().filter(|b| b.1 == 1).copied().collect();
        assert_eq!(of_first.len(), 4);
        assert_eq!(
            places(&mut host, NexthopBuckets::all().nexthop(1))?,
            of_first
        );
        assert_eq!(
            places(&mut host, NexthopBuckets::all().link("v0"))?,
            of_first
        );
        let one = host.get(NexthopBucket::new(10, 3))?;
        let one = one.res_bucket().unwrap();
        assert_eq!((one.index(), one.nexthop_id()), (Some(3), Some(all[3].1)));
        assert!(host.get(NexthopBucket::new(10, 8)).is_err());
        if let Some(told) = ip::json("nexthop bucket") {
            let of: Vec<_> = told
                .as_array()
                .unwrap()
                .iter()
                .map(|b| &b["bucket"])
                .collect();
            for (theirs, ours) in of.iter().zip(&all) {
                assert_eq!(
                    (&theirs["index"], &theirs["nhid"]),
                    (&json!(ours.0), &json!(ours.1))
                );
            }
            assert_eq!(of.len(), all.len());
        }
        if let Some(told) = ip::json("nexthop get id 10") {
            let args = json!({
                "buckets": 8, "idle_timer": 60, "unbalanced_timer": 1.5, "unbalanced_time": 0,
            });
            let theirs = &told[0]["resilient_args"];
            for name in [
                "buckets",
                "idle_timer",
                "unbalanced_timer",
                "unbalanced_time",
            ] {
                assert_eq!(theirs[name].as_f64(), args[name].as_f64(), "{name}");
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn routes_and_entries_go_by_an_object() {
    isolated(|| {
        let mut host = network()?;
        host.add(by(1, "192.168.0.1"))?;
        host.add(Route::new("10.9.0.0/16".parse().unwrap()).nexthop_id(1))?;
        let routes = host.list(Routes::all())?;
        let route = routes.iter().find(|route| route.nexthop_id() == Some(1));
        assert_eq!(route.unwrap().destination(), "10.9.0.0/16".parse().ok());
        drop(routes);
        host.delete(Nexthop::new(1))?;
        let routes = host.list(Routes::all())?;
        assert!(routes.iter().all(|route| route.nexthop_id().is_none()));
        drop(routes);

        // A VXLAN's entry by a group; which link that is is `ip`'s affair here.
        let made = std::process::Command::new("ip")
            .args("link add vx0 type vxlan id 5 dstport 4789".split(' '))
            .status();
        if !made.is_ok_and(|status| status.success()) {
            skip(format_args!("no VXLAN can be made"));
            return Ok(());
        }
        host.add(
            Nexthop::new(6)
                .fdb(true)
                .gateway("192.0.2.9".parse().unwrap()),
        )?;
        let members = [NexthopMember::new(6)];
        host.add(Nexthop::new(20).fdb(true).group(&members))?;
        let mac = [2, 0, 0, 0, 0, 9];
        host.add(FdbEntry::new("vx0", mac).nexthop_id(20))?;
        let entries = host.list(nlroute::Fdb::all().port("vx0"))?;
        let entry = entries
            .iter()
            .find(|entry| entry.lladdr() == Some(mac.into()));
        assert_eq!(entry.unwrap().nexthop_id(), Some(20));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn the_monitor_tells_of_objects() {
    isolated(|| {
        let mut host = network()?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Nexthop])?;
        host.add(by(1, "192.168.0.1"))?;
        host.add(Nexthop::new(10).group(&[NexthopMember::new(1)]))?;
        host.delete(Nexthop::new(10))?;
        let deadline = Instant::now() + Duration::from_secs(600);
        let mut new = Vec::new();
        loop {
            let Some(Event::Notification(told)) = monitor.next_until(deadline)? else {
                panic!("it never came");
            };
            match told.change() {
                Change::New(Noun::Nexthop(object)) => new.push(object.id().unwrap()),
                Change::Deleted(Noun::Nexthop(object)) => {
                    assert_eq!(object.id(), Some(10));
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(new, [1, 10]);
        Ok::<(), nlroute::Error>(())
    });
}
