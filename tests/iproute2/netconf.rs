//! `ip netconf`, `ip addrlabel`, `ip ntable` and the numbers of `ip netns`.
use std::time::Duration;

use nlroute::{
    AddressLabel, AddressLabels, Family, Netconf, Netconfs, NetnsId, NetnsIds, Ntable, Ntables,
    ntable::NtableParms,
};

use super::compare::{Row, add, ask, change, delete};

pub fn netconf() -> Vec<Row> {
    vec![
        ask("ip netconf show", Netconfs::all()),
        ask("ip netconf show dev v0", Netconfs::all().link("v0")),
        ask("ip -4 netconf show", Netconfs::all().family(Family::Inet)),
        ask("ip -6 netconf show", Netconfs::all().family(Family::Inet6)),
        ask(
            "ip -4 netconf show dev v0",
            Netconf::new(Family::Inet, "v0"),
        ),
        ask(
            "ip -6 netconf show dev v0",
            Netconf::new(Family::Inet6, "v0"),
        ),
    ]
}

pub fn addrlabel() -> Vec<Row> {
    let label = || AddressLabel::new("2001:db8::/32".parse().unwrap(), 99);
    vec![
        add("ip addrlabel add prefix 2001:db8::/32 label 99", &label()),
        add(
            "ip addrlabel add prefix 2001:db8::/32 dev v0 label 99",
            &label().link("v0"),
        ),
        add(
            "ip addrlabel add prefix ::ffff:0:0/96 label 4",
            &AddressLabel::new("::ffff:0:0/96".parse().unwrap(), 4),
        ),
        delete("ip addrlabel del prefix 2001:db8::/32 label 99", &label()),
        delete(
            "ip addrlabel del prefix 2001:db8::/32 dev v0 label 99",
            &label().link("v0"),
        ),
        ask("ip addrlabel list", AddressLabels::all()),
    ]
}

pub fn ntable() -> Vec<Row> {
    let of = |parms| Ntable::new(Family::Unspec, "arp_cache").parms(parms);
    let v0 = || NtableParms::new().index("v0");
    let ms = Duration::from_millis;
    vec![
        change(
            "ip ntable change name arp_cache dev v0 base_reachable 12345",
            &of(v0().base_reachable_time(ms(12_345))),
        ),
        change(
            "ip ntable change name arp_cache dev v0 retrans 2000",
            &of(v0().retrans_time(ms(2_000))),
        ),
        change(
            "ip ntable change name arp_cache dev v0 gc_stale 90000",
            &of(v0().gc_staletime(ms(90_000))),
        ),
        change(
            "ip ntable change name arp_cache dev v0 delay_probe 7000",
            &of(v0().delay_probe_time(ms(7_000))),
        ),
        change(
            "ip ntable change name arp_cache dev v0 queue 50",
            &of(v0().queue_len(50)),
        ),
        change(
            "ip ntable change name arp_cache dev v0 app_probes 1 ucast_probes 4 mcast_probes 5",
            &of(v0().app_probes(1).ucast_probes(4).mcast_probes(5)),
        ),
        change(
            "ip ntable change name arp_cache dev v0 anycast_delay 500 proxy_delay 600",
            &of(v0().anycast_delay(ms(500)).proxy_delay(ms(600))),
        ),
        change(
            "ip ntable change name arp_cache dev v0 proxy_queue 70 locktime 1500",
            &of(v0().proxy_qlen(70).locktime(ms(1_500))),
        ),
        change(
            "ip ntable change name arp_cache thresh1 1 thresh2 2 thresh3 3 gc_int 30000",
            &Ntable::new(Family::Unspec, "arp_cache")
                .thresh1(1)
                .thresh2(2)
                .thresh3(3)
                .gc_interval(ms(30_000)),
        ),
        change(
            "ip ntable change name ndisc_cache ucast_probes 4",
            &Ntable::new(Family::Unspec, "ndisc_cache").parms(NtableParms::new().ucast_probes(4)),
        ),
        change(
            "ip -6 ntable change name ndisc_cache dev v0 retrans 2000",
            &Ntable::new(Family::Inet6, "ndisc_cache").parms(v0().retrans_time(ms(2_000))),
        ),
        ask("ip ntable show", Ntables::all()),
        ask("ip -6 ntable show", Ntables::all().family(Family::Inet6)),
        ask("ip ntable show dev v0", Ntables::all().link("v0")),
    ]
}

pub fn nsid() -> Vec<Row> {
    vec![
        ask("ip netns list-id", NetnsIds::all()),
        ask(
            "ip netns list-id target-nsid 7",
            NetnsIds::all().target_nsid(7),
        ),
        ask(
            "ip netns list-id target-nsid 7 nsid 3",
            NetnsId::new().target_nsid(7).nsid(3),
        ),
    ]
}
