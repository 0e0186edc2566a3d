//! Rules.
use nlroute::{Family, Rule, Rules, rule::RuleAction};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "ip rule";
        "ip rule add from 10.1.0.0/16 table 100" => host.add(Rule::new().from("10.1.0.0/16".parse()?).table(100))?;
        "ip rule add from 10.1.0.0/16 to 192.0.2.7 lookup main priority 1000"
            => host.add(Rule::new().from("10.1.0.0/16".parse()?).to("192.0.2.7".parse()?).priority(1000))?;
        "ip -6 rule add table 100 pref 7" => host.add(Rule::new().family(Family::Inet6).table(100).priority(7))?;
        "ip rule add not from 10.0.0.0/8 table 100"
            => host.add(Rule::new().from("10.0.0.0/8".parse()?).invert().table(100))?;
        "ip rule add fwmark 5 table 100" => host.add(Rule::new().fwmark(5).table(100))?;
        "ip rule add fwmark 0x10/0xf0 table 100" => host.add(Rule::new().fwmark(0x10).fwmask(0xf0).table(100))?;
        "ip rule add ipproto tcp sport 1000 dport 80-90 table 100"
            => host.add(Rule::new().ip_proto(6).sport(1000).dport(80..=90).table(100))?;
        "ip rule add uidrange 1000-1999 table 100" => host.add(Rule::new().uid_range(1000..=1999).table(100))?;
        "ip rule add l3mdev" => host.add(Rule::new().l3mdev(true))?;
        "ip rule add table main suppress_prefixlength 0" => host.add(Rule::new().suppress_prefixlength(0))?;
        "ip rule add pref 30 iif v0 blackhole"
            => host.add(Rule::new().priority(30).iif("v0").action(RuleAction::Blackhole))?;
        "ip rule del pref 1000" => host.delete(Rule::new().priority(1000))?;
        "ip rule del table 100" => host.delete(Rule::new().table(100))?;
        "ip rule show" => host.list(Rules::all().family(Family::Inet))?;
    }
}
