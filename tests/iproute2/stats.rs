//! `ip stats`.
use nlroute::stats::{AllStats, OffloadGroups, Stats, StatsGroups};

use super::compare::{Row, ask, change};

pub fn rows() -> Vec<Row> {
    let all = StatsGroups::KNOWN;
    let of = |groups| AllStats::new().groups(groups);
    let v0 = || Stats::new("v0");
    vec![
        ask("ip stats show", of(all)),
        ask("ip stats show dev v0", v0().groups(all)),
        ask("ip stats show group link", AllStats::new()),
        ask("ip stats show dev v0 group link", v0()),
        ask("ip stats show group xstats", of(StatsGroups::LINK_XSTATS)),
        ask(
            "ip stats show group xstats_slave",
            of(StatsGroups::LINK_XSTATS_SLAVE),
        ),
        ask(
            "ip stats show group offload",
            of(StatsGroups::LINK_OFFLOAD_XSTATS),
        ),
        ask(
            "ip stats show dev v0 group offload subgroup l3_stats",
            v0().offload(OffloadGroups::L3_STATS | OffloadGroups::HW_S_INFO),
        ),
        ask(
            "ip stats show dev v0 group offload subgroup cpu_hit",
            v0().offload(OffloadGroups::CPU_HIT),
        ),
        ask(
            "ip stats show group offload subgroup hw_stats_info",
            AllStats::new().offload(OffloadGroups::HW_S_INFO),
        ),
        ask("ip stats show group afstats", of(StatsGroups::AF_SPEC)),
        change("ip stats set dev v0 l3_stats on", &v0().l3_stats(true)),
        change("ip stats set dev v0 l3_stats off", &v0().l3_stats(false)),
    ]
}
