//! Settings, labels and statistics.
use std::time::Duration;

use nlroute::{
    AddressLabel, AddressLabels, Family, Netconf, Netconfs, NetnsIds, Ntable, Ntables,
    ntable::NtableParms,
    stats::{AllStats, Stats},
};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "ip netconf, ntable, addrlabel, stats";
        "ip netconf show" => host.list(Netconfs::all())?;
        "ip -4 netconf show dev v0" => host.get(Netconf::new(Family::Inet, "v0"))?;
        "ip ntable change name arp_cache dev v0 base_reachable 12345"
            => host.change(Ntable::new(Family::Unspec, "arp_cache")
                .parms(NtableParms::new().index("v0").base_reachable_time(Duration::from_millis(12_345))))?;
        "ip ntable show" => host.list(Ntables::all())?;
        "ip addrlabel add prefix 2001:db8::/32 label 99" => host.add(AddressLabel::new("2001:db8::/32".parse()?, 99))?;
        "ip addrlabel list" => host.list(AddressLabels::all())?;
        "ip netns list-id" => host.list(NetnsIds::all())?;
        "ip stats show dev v0 group link" => host.get(Stats::new("v0"))?;
        "ip stats show group link" => host.list(AllStats::new())?;
        "ip stats set dev v0 l3_stats on" => host.change(Stats::new("v0").l3_stats(true))?;
    }
}
