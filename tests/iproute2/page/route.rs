//! Routes and next hop objects.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Family, Route, Routes,
    nexthop::{NexthopBuckets, NexthopGroupType, NexthopMember, ResilientGroup},
    route::{
        MetricsLock, Nexthop, RouteMetrics, RouteProtocol, RouteTable, RouteType, RouterPreference,
        encap::{IpEncap, MplsEncap, Seg6Encap, Seg6Mode, Srh},
    },
};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    let mut calls = added();
    calls.extend(altered_and_asked());
    calls.extend(objects());
    calls
}

fn added() -> Vec<Call> {
    rows! { host;
        # "ip route add";
        "ip route add 10.9.0.0/16 dev v0" => host.add(Route::new("10.9.0.0/16".parse()?).oif("v0"))?;
        "ip route add default via 192.168.0.1" => host.add(Route::default_via("192.168.0.1".parse()?))?;
        "ip route add default dev v0" => host.add(Route::new("0.0.0.0/0".parse()?).oif("v0"))?;
        "ip route add default via 192.168.0.1 dev v0 metric 100 proto dhcp src 192.168.0.2"
            => host.add(Route::default_via("192.168.0.1".parse()?).oif("v0").metric(100)
                .protocol(RouteProtocol::Dhcp).source("192.168.0.2".parse()?))?;
        "ip route add 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static"
            => host.add(Route::new("10.8.0.0/16".parse()?).gateway("192.168.0.1".parse()?).oif("v0").metric(9)
                .table(1000).protocol(RouteProtocol::Static))?;
        "ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 initcwnd 20"
            => host.add(Route::new("10.7.0.0/16".parse()?).gateway("192.168.0.1".parse()?).source("192.168.0.2".parse()?)
                .metrics(RouteMetrics::new().mtu(1400).lock(MetricsLock::MTU).advmss(1300).initcwnd(20)))?;
        "ip route add blackhole 10.6.0.0/16" => host.add(Route::new("10.6.0.0/16".parse()?).kind(RouteType::Blackhole))?;
        "ip route add throw 10.11.0.0/16 table 77"
            => host.add(Route::new("10.11.0.0/16".parse()?).kind(RouteType::Throw).table(77))?;
        "ip route add local 10.5.0.1 dev lo"
            => host.add(Route::new("10.5.0.1".parse()?).kind(RouteType::Local).oif("lo"))?;
        "ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.2 dev v0 onlink"
            => host.add(Route::new("10.4.0.0/16".parse()?).nexthops(&[
                Nexthop::new().gateway("192.168.0.1".parse()?).weight(3),
                Nexthop::new().gateway("192.168.0.2".parse()?).link("v0").onlink(),
            ]))?;
        "ip route add 10.3.0.0/16 via inet6 fe80::1 dev v0"
            => host.add(Route::new("10.3.0.0/16".parse()?).via("fe80::1".parse::<IpAddr>()?).oif("v0"))?;
        "ip route add 10.2.0.0/16 via 172.16.0.1 dev v0 onlink"
            => host.add(Route::new("10.2.0.0/16".parse()?).gateway("172.16.0.1".parse()?).oif("v0").onlink())?;
        "ip route add 10.0.0.0/16 nhid 7" => host.add(Route::new("10.0.0.0/16".parse()?).nexthop_id(7))?;
        "ip route add 2001:db8:9::/48 via fe80::1 dev v0"
            => host.add(Route::new("2001:db8:9::/48".parse()?).gateway("fe80::1".parse()?).oif("v0"))?;
        "ip route add 2001:db8:8::/48 dev v0 pref high expires 60"
            => host.add(Route::new("2001:db8:8::/48".parse()?).oif("v0").pref(RouterPreference::High)
                .expires(Duration::from_secs(60)))?;
        "ip route add 10.1.0.0/16 encap mpls 100 via 192.168.0.1"
            => host.add(Route::new("10.1.0.0/16".parse()?).encap(&MplsEncap::new().labels(&[100])).gateway("192.168.0.1".parse()?))?;
        "ip route add 10.1.0.0/16 encap ip id 100 dst 192.0.2.7 src 192.0.2.1 ttl 64 tos 0x10 dev v0"
            => host.add(Route::new("10.1.0.0/16".parse()?).encap(&IpEncap::new().id(100).dst([192, 0, 2, 7].into())
                .src([192, 0, 2, 1].into()).ttl(64).tos(0x10)).oif("v0"))?;
        "ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a dev v0"
            => host.add(Route::new("2001:db8:1::/48".parse()?).oif("v0")
                .encap(&Seg6Encap::new().srh((Seg6Mode::Encap, Srh::new(&["2001:db8::a".parse()?])))))?;
        "ip -f mpls route add 100 as 200 via inet 192.168.0.1 dev v0 proto static"
            => host.add(Route::mpls(100).newdst(&[200]).via([192, 168, 0, 1]).oif("v0").protocol(RouteProtocol::Static))?;
    }
}

fn altered_and_asked() -> Vec<Call> {
    rows! { host;
        # "ip route replace, change, append, prepend, del";
        "ip route replace default via 192.168.0.1" => host.replace(Route::default_via("192.168.0.1".parse()?))?;
        "ip route change 10.9.0.0/16 dev v0 mtu 1300"
            => host.change(Route::new("10.9.0.0/16".parse()?).oif("v0").metrics(RouteMetrics::new().mtu(1300)))?;
        "ip route append 10.9.0.0/16 via 192.168.0.1"
            => host.append(Route::new("10.9.0.0/16".parse()?).gateway("192.168.0.1".parse()?))?;
        "ip route prepend 10.9.0.0/16 via 192.168.0.1"
            => host.prepend(Route::new("10.9.0.0/16".parse()?).gateway("192.168.0.1".parse()?))?;
        "ip route del 10.9.0.0/16" => host.delete(Route::new("10.9.0.0/16".parse()?))?;
        "ip route del default" => host.delete(Route::new("0.0.0.0/0".parse()?))?;
        "ip route del blackhole 10.6.0.0/16" => host.delete(Route::new("10.6.0.0/16".parse()?).kind(RouteType::Blackhole))?;

        # "ip route get, show";
        "ip route get 10.9.0.1" => host.get(Route::to("10.9.0.1".parse()?))?;
        "ip route get fibmatch 10.9.0.1 oif v0 mark 5"
            => host.get(Route::to("10.9.0.1".parse()?).fib_match().oif("v0").mark(5))?;
        "ip route get 10.9.0.1 from 192.168.0.2 iif v0"
            => host.get(Route::to("10.9.0.1".parse()?).from("192.168.0.2".parse()?).iif("v0"))?;
        "ip -4 route show" => host.list(Routes::all().family(Family::Inet).table(RouteTable::MAIN))?;
        "ip route show table all" => host.list(Routes::all())?;
        "ip route show table main proto static dev v0"
            => host.list(Routes::all().family(Family::Inet).table(RouteTable::MAIN).protocol(RouteProtocol::Static).oif("v0"))?;
    }
}

fn objects() -> Vec<Call> {
    rows! { host;
        # "ip nexthop";
        "ip nexthop add id 7 via 192.168.0.1 dev v0"
            => host.add(nlroute::Nexthop::new(7).gateway("192.168.0.1".parse()?).oif("v0"))?;
        "ip nexthop add id 7 blackhole" => host.add(nlroute::Nexthop::new(7).blackhole(true))?;
        "ip nexthop add id 10 group 1,3/2"
            => host.add(nlroute::Nexthop::new(10).group(&[NexthopMember::new(1).share(3), NexthopMember::new(2)]))?;
        "ip nexthop add id 10 group 1/2 type resilient buckets 64 idle_timer 60 unbalanced_timer 300"
            => host.add(nlroute::Nexthop::new(10).group(&[NexthopMember::new(1), NexthopMember::new(2)])
                .group_type(NexthopGroupType::Resilient).res_group(ResilientGroup::new().buckets(64)
                .idle_timer(Duration::from_secs(60)).unbalanced_timer(Duration::from_secs(300))))?;
        "ip nexthop replace id 7 via 192.168.0.2 dev v0"
            => host.replace(nlroute::Nexthop::new(7).gateway("192.168.0.2".parse()?).oif("v0"))?;
        "ip nexthop del id 7" => host.delete(nlroute::Nexthop::new(7))?;
        "ip nexthop get id 7" => host.get(nlroute::Nexthop::new(7))?;
        "ip nexthop show" => host.list(nlroute::Nexthops::all())?;
        "ip nexthop bucket show id 10" => host.list(NexthopBuckets::all().group(10))?;
    }
}
