//! The words of iproute2, in its order.
use nlroute::{link::LinkFlags, route::NexthopFlags};
use serde_json::Value;

const LINK: &[(LinkFlags, &str)] = &[
    (LinkFlags::LOOPBACK, "LOOPBACK"),
    (LinkFlags::BROADCAST, "BROADCAST"),
    (LinkFlags::POINTOPOINT, "POINTOPOINT"),
    (LinkFlags::MULTICAST, "MULTICAST"),
    (LinkFlags::NOARP, "NOARP"),
    (LinkFlags::ALLMULTI, "ALLMULTI"),
    (LinkFlags::PROMISC, "PROMISC"),
    (LinkFlags::MASTER, "MASTER"),
    (LinkFlags::SLAVE, "SLAVE"),
    (LinkFlags::DEBUG, "DEBUG"),
    (LinkFlags::DYNAMIC, "DYNAMIC"),
    (LinkFlags::AUTOMEDIA, "AUTOMEDIA"),
    (LinkFlags::PORTSEL, "PORTSEL"),
    (LinkFlags::NOTRAILERS, "NOTRAILERS"),
    (LinkFlags::UP, "UP"),
    (LinkFlags::LOWER_UP, "LOWER_UP"),
    (LinkFlags::DORMANT, "DORMANT"),
    (LinkFlags::ECHO, "ECHO"),
];

const ROUTE: &[(NexthopFlags, &str)] = &[
    (NexthopFlags::DEAD, "dead"),
    (NexthopFlags::ONLINK, "onlink"),
    (NexthopFlags::PERVASIVE, "pervasive"),
    (NexthopFlags::OFFLOAD, "offload"),
    (NexthopFlags::TRAP, "trap"),
    (NexthopFlags::LINKDOWN, "linkdown"),
    (NexthopFlags::UNRESOLVED, "unresolved"),
];

pub fn link_flags(flags: LinkFlags) -> Vec<&'static str> {
    let set = LINK.iter().filter(|(flag, _)| flags.contains(*flag));
    set.map(|(_, name)| *name).collect()
}

/// The flags that a route and its next hops have in common.
pub fn route_flags(bits: u32) -> Value {
    let flags = NexthopFlags::from_bits_retain(bits as u8);
    let set = ROUTE.iter().filter(|(flag, _)| flags.contains(*flag));
    set.map(|(_, name)| *name).collect()
}

/// A link's group.
pub fn group(number: u32) -> String {
    match number {
        0 => "default".to_owned(),
        number => number.to_string(),
    }
}
