//! Statistics on the real kernel.
mod golden;
#[path = "common/ip.rs"]
mod ip;

use std::net::UdpSocket;

use nlroute::{
    Address, Connection, Group, Monitor,
    link::{Bridge, Link, Peer, Veth},
    monitor::{Change, Event, Noun},
    sandbox::{isolated, skip},
    stats::{AllStats, OffloadGroups, Stats, StatsGroups, StatsTable, StatsView},
    wire::table::Table,
};

/// A bridge `br0` with `v0` as its port, and `v1`, the port's other end.
fn network() -> nlroute::Result<Connection> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    host.add(Bridge::new("br0").mcast_stats_enabled(true).up())?;
    host.add(Veth::new("v0").master("br0").up().peer(Peer::new("v1")))?;
    host.change(Link::named("v1").up())?;
    Ok(host)
}

fn known(told: &StatsView<'_>) {
    golden::assert_known(StatsTable::SCHEMA, told.as_bytes());
}

#[test]
fn what_went_through_a_link_is_counted() {
    isolated(|| {
        let mut host = network()?;
        host.add(Address::new("lo", "127.0.0.1/8".parse().unwrap()))
            .ok();
        let lo = host.ifindex("lo")?;
        let before = host.get(Stats::new("lo"))?;
        known(&before);
        assert_eq!(
            (before.index(), before.groups()),
            (lo, StatsGroups::LINK_64)
        );
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..10 {
            socket
                .send_to(&[7; 1000], socket.local_addr().unwrap())
                .unwrap();
        }
        let after = host.get(Stats::new("lo"))?;
        let (before, after) = (before.link_64().unwrap(), after.link_64().unwrap());
        assert_eq!(after.tx_packets - before.tx_packets, 10);
        assert!(after.tx_bytes - before.tx_bytes >= 10 * 1028);
        let all = host.list(AllStats::new())?;
        assert_eq!(all.iter().count(), 4);
        let of_lo = all.iter().find(|told| told.index() == lo).unwrap();
        assert_eq!(of_lo.link_64(), Some(after));
        if let Some(told) = ip::json("stats show dev lo group link") {
            assert_eq!(
                told[0]["stats64"]["rx"]["bytes"].as_u64(),
                Some(after.rx_bytes)
            );
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_a_bridge_counts_is_read_of_itself_and_of_its_port() {
    isolated(|| {
        let mut host = network()?;
        let groups = StatsGroups::LINK_XSTATS | StatsGroups::LINK_XSTATS_SLAVE;
        let of_bridge = host.get(Stats::new("br0").groups(groups))?;
        known(&of_bridge);
        let kinds = of_bridge.link_xstats().unwrap();
        assert!(kinds.bridge().unwrap().mcast().is_some());
        assert!(of_bridge.link_xstats_slave().is_none());
        let of_port = host.get(Stats::new("v0").groups(groups))?;
        known(&of_port);
        let kinds = of_port.link_xstats_slave().unwrap();
        let port = kinds.bridge().unwrap();
        assert!(port.mcast().is_some());
        let Some(stp) = port.stp() else {
            skip(format_args!("this kernel counts no spanning tree"));
            return Ok(());
        };
        let words = "stats show dev v0 group xstats_slave subgroup bridge suite stp";
        if let Some(told) = ip::json(words) {
            let theirs = &told[0]["transition_fwd"];
            assert_eq!(theirs.as_u64().unwrap_or(0), stp.transition_fwd);
        }
        let all = host.list(AllStats::new().groups(StatsGroups::KNOWN))?;
        assert_eq!(all.iter().count(), 4);
        all.iter().for_each(|told| known(&told));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_hardware_counts_is_asked_for_by_its_parts() {
    isolated(|| {
        let mut host = network()?;
        let asked = Stats::new("v0").offload(OffloadGroups::HW_S_INFO);
        let Ok(told) = host.get(asked) else {
            skip(format_args!("this kernel knows no filters of statistics"));
            return Ok(());
        };
        known(&told);
        let offload = told.link_offload_xstats().unwrap();
        let l3 = offload.hw_s_info().unwrap();
        let l3 = l3.l3_stats().unwrap();
        assert_eq!((l3.request(), l3.used()), (Some(false), Some(false)));
        assert_eq!((offload.cpu_hit(), offload.l3_stats()), (None, None));
        let all = host.list(AllStats::new().offload(OffloadGroups::HW_S_INFO))?;
        assert_eq!(all.iter().count(), 4);
        // To be counted; no driver here does, where the kernel takes the request at all.
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Stats])?;
        match host.change(Stats::new("v0").l3_stats(true)) {
            Ok(()) => {
                let told = host.get(Stats::new("v0").offload(OffloadGroups::HW_S_INFO))?;
                let offload = told.link_offload_xstats().unwrap();
                let l3 = offload.hw_s_info().unwrap();
                let l3 = l3.l3_stats().unwrap();
                assert_eq!((l3.request(), l3.used()), (Some(true), Some(false)));
                let Some(Event::Notification(event)) = monitor.try_next()? else {
                    panic!("what is to be counted has changed");
                };
                let Change::New(Noun::Stats(stats)) = event.change() else {
                    panic!("{event:?}");
                };
                known(&stats);
                assert_eq!(stats.index(), told.index());
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.starts_with("change statistics of v0"), "{text}");
            }
        }
        host.change(Stats::new("v0").l3_stats(false))?;
        assert!(host.get(Stats::new(999)).unwrap_err().is_not_found());
        Ok::<(), nlroute::Error>(())
    });
}
