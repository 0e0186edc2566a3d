//! Addresses.
use std::time::Duration;

use nlroute::{Address, Addresses, Family, route::RouteScope};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "ip addr";
        "ip addr add 192.168.56.10/16 dev v0" => host.add(Address::new("v0", "192.168.56.10/16".parse()?))?;
        "ip addr add 10.1.0.1/24 brd + dev v0 label v0:x"
            => host.add(Address::new("v0", "10.1.0.1/24".parse()?).broadcast_of_prefix().label("v0:x"))?;
        "ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link"
            => host.add(Address::new("v0", "10.2.0.1".parse()?).peer("10.2.0.2".parse()?).scope(RouteScope::Link))?;
        "ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute"
            => host.add(Address::new("v0", "10.3.0.1/24".parse()?).valid(Duration::from_secs(100))
                .preferred(Duration::from_secs(50)).metric(7).no_prefix_route())?;
        "ip addr add 2001:db8::1/64 dev v0" => host.add(Address::new("v0", "2001:db8::1/64".parse()?))?;
        "ip addr add 2001:db8::2/64 dev v0 nodad" => host.add(Address::new("v0", "2001:db8::2/64".parse()?).nodad())?;
        "ip addr replace 10.3.0.1/24 dev v0 valid_lft 60 preferred_lft 60"
            => host.replace(Address::new("v0", "10.3.0.1/24".parse()?).valid(Duration::from_secs(60)))?;
        "ip addr change 10.3.0.1/24 dev v0 preferred_lft 0"
            => host.change(Address::new("v0", "10.3.0.1/24".parse()?).preferred(Duration::ZERO))?;
        "ip addr del 10.1.0.1/24 dev v0" => host.delete(Address::new("v0", "10.1.0.1/24".parse()?))?;
        "ip addr show dev v0" => host.list(Addresses::all().link("v0"))?;
        "ip -6 addr show" => host.list(Addresses::all().family(Family::Inet6))?;
    }
}
