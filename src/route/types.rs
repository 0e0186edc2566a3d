//! The enumerations of a route: its type, scope, protocol, table, flags.
use std::fmt;

crate::open_enum! {
    /// What a route does with a packet (`RTN_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::route::RouteType;
    /// assert_eq!(RouteType::from(6).to_string(), "blackhole");
    /// ```
    pub enum RouteType: u8 {
        /// Not said.
        Unspec = 0 "none",
        /// Sends it on, to a gateway or to a neighbour.
        Unicast = 1 "unicast",
        /// Takes it in: the address is the host's own.
        Local = 2 "local",
        /// Takes it in, sends it as broadcast.
        Broadcast = 3 "broadcast",
        /// Takes it in, sends it as unicast.
        Anycast = 4 "anycast",
        /// Multicast.
        Multicast = 5 "multicast",
        /// Drops it without a word.
        Blackhole = 6 "blackhole",
        /// Drops it and answers that the destination is unreachable.
        Unreachable = 7 "unreachable",
        /// Drops it and answers that it is forbidden.
        Prohibit = 8 "prohibit",
        /// Ends the search in this table; the next rule goes on.
        Throw = 9 "throw",
        /// Translates its address; no kernel since 2.6 does it.
        Nat = 10 "nat",
        /// Asks a program.
        Xresolve = 11 "xresolve",
    }
}

crate::open_enum! {
    /// How far away a destination is, or how far an address is valid (`RT_SCOPE_*` of
    /// `linux/rtnetlink.h`). The larger the number the nearer; the numbers between are free.
    ///
    /// ```
    /// use nlroute::route::RouteScope;
    /// assert_eq!(RouteScope::Universe.to_string(), "global");
    /// ```
    pub enum RouteScope: u8 {
        /// Anywhere.
        Universe = 0 "global",
        /// In this site.
        Site = 200 "site",
        /// On this link.
        Link = 253 "link",
        /// In this host.
        Host = 254 "host",
        /// Nowhere; in a request to delete, any.
        Nowhere = 255 "nowhere",
    }
}

crate::open_enum! {
    /// Who made a route (`RTPROT_*` of `linux/rtnetlink.h`). The kernel only keeps the number.
    ///
    /// ```
    /// use nlroute::route::RouteProtocol;
    /// assert_eq!(RouteProtocol::from(186), RouteProtocol::Bgp);
    /// ```
    pub enum RouteProtocol: u8 {
        /// Nobody said.
        Unspec = 0 "unspec",
        /// A redirect by ICMP.
        Redirect = 1 "redirect",
        /// The kernel.
        Kernel = 2 "kernel",
        /// Somebody while the system came up; `ip route` unless told otherwise.
        Boot = 3 "boot",
        /// The administrator.
        Static = 4 "static",
        /// Gated.
        Gated = 8 "gated",
        /// A router's advertisement.
        Ra = 9 "ra",
        /// Merit MRT.
        Mrt = 10 "mrt",
        /// Zebra.
        Zebra = 11 "zebra",
        /// BIRD.
        Bird = 12 "bird",
        /// DECnet's routing daemon.
        Dnrouted = 13 "dnrouted",
        /// XORP.
        Xorp = 14 "xorp",
        /// Netsukuku.
        Ntk = 15 "ntk",
        /// A DHCP client.
        Dhcp = 16 "dhcp",
        /// A multicast daemon.
        Mrouted = 17 "mrouted",
        /// Keepalived.
        Keepalived = 18 "keepalived",
        /// Babel.
        Babel = 42 "babel",
        /// Open Virtual Network.
        Ovn = 84 "ovn",
        /// Open/R.
        Openr = 99 "openr",
        /// BGP.
        Bgp = 186 "bgp",
        /// IS-IS.
        Isis = 187 "isis",
        /// OSPF.
        Ospf = 188 "ospf",
        /// RIP.
        Rip = 189 "rip",
        /// EIGRP.
        Eigrp = 192 "eigrp",
    }
}

crate::open_enum! {
    /// How good a router says that it is (RFC 4191; `ICMPV6_ROUTER_PREF_*` of
    /// `linux/icmpv6.h`).
    ///
    /// ```
    /// use nlroute::route::RouterPreference;
    /// assert_eq!(RouterPreference::from(1), RouterPreference::High);
    /// ```
    pub enum RouterPreference: u8 {
        /// Neither.
        Medium = 0 "medium",
        /// Better than others.
        High = 1 "high",
        /// Not to be used; the kernel takes it for medium.
        Invalid = 2 "invalid",
        /// Worse than others.
        Low = 3 "low",
    }
}

crate::open_enum! {
    /// What a route wraps packets in (`LWTUNNEL_ENCAP_*` of `linux/lwtunnel.h`).
    ///
    /// ```
    /// use nlroute::route::EncapType;
    /// assert_eq!(EncapType::from(1), EncapType::Mpls);
    /// ```
    pub enum EncapType: u16 {
        /// Nothing.
        None = 0 "none",
        /// Labels.
        Mpls = 1 "mpls",
        /// A tunnel's metadata for IPv4.
        Ip = 2 "ip",
        /// Identifier-locator addressing.
        Ila = 3 "ila",
        /// A tunnel's metadata for IPv6.
        Ip6 = 4 "ip6",
        /// Segment routing.
        Seg6 = 5 "seg6",
        /// A BPF program.
        Bpf = 6 "bpf",
        /// What a segment's end does.
        Seg6Local = 7 "seg6local",
        /// RPL source routing.
        Rpl = 8 "rpl",
        /// In-situ measurement.
        Ioam6 = 9 "ioam6",
        /// A transform of IPsec.
        Xfrm = 10 "xfrm",
    }
}

crate::open_flags! {
    /// What is true of a route, and in a request what is asked: the flags of its one next hop
    /// and those of the route itself (`RTNH_F_*`, `RTM_F_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::route::RouteFlags;
    /// assert_eq!(RouteFlags::CLONED.bits(), 0x200);
    /// ```
    pub struct RouteFlags: u32 {
        /// Its link is down.
        const DEAD = 1;
        /// The gateway is looked up again, in this host's routes.
        const PERVASIVE = 1 << 1;
        /// The gateway is on the link, whatever the routes say.
        const ONLINK = 1 << 2;
        /// A switch's hardware sends by the next hop.
        const NEXTHOP_OFFLOAD = 1 << 3;
        /// The link has no carrier.
        const LINKDOWN = 1 << 4;
        /// A multicast route that waits for its daemon.
        const UNRESOLVED = 1 << 5;
        /// Hardware gives packets for the next hop to the kernel.
        const NEXTHOP_TRAP = 1 << 6;
        /// Tell when it changes.
        const NOTIFY = 0x100;
        /// Learnt for one destination: a redirect, a path's MTU.
        const CLONED = 0x200;
        /// Spread over several paths, packet by packet; unused.
        const EQUALIZE = 0x400;
        /// Made for an address' prefix; IPv6.
        const PREFIX = 0x800;
        /// Answer with the table that the route was found in.
        const LOOKUP_TABLE = 0x1000;
        /// Answer with the route as it stands in the table.
        const FIB_MATCH = 0x2000;
        /// Hardware has the route.
        const OFFLOAD = 0x4000;
        /// Hardware gives packets for the route to the kernel.
        const TRAP = 0x8000;
        /// Hardware could not take the route.
        const OFFLOAD_FAILED = 0x2000_0000;
    }
}

crate::open_flags! {
    /// What is true of one next hop (`RTNH_F_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::route::NexthopFlags;
    /// assert_eq!(NexthopFlags::ONLINK.bits(), 4);
    /// ```
    pub struct NexthopFlags: u8 {
        /// Its link is down.
        const DEAD = 1;
        /// The gateway is looked up again, in this host's routes.
        const PERVASIVE = 1 << 1;
        /// The gateway is on the link, whatever the routes say.
        const ONLINK = 1 << 2;
        /// A switch's hardware sends by it.
        const OFFLOAD = 1 << 3;
        /// The link has no carrier.
        const LINKDOWN = 1 << 4;
        /// A multicast route that waits for its daemon.
        const UNRESOLVED = 1 << 5;
        /// Hardware gives packets for it to the kernel.
        const TRAP = 1 << 6;
    }
}

/// A routing table, by its number (`RT_TABLE_*` of `linux/rtnetlink.h`).
///
/// ```
/// use nlroute::route::RouteTable;
/// assert_eq!(RouteTable::MAIN.to_string(), "main");
/// assert_eq!(RouteTable::from(1000).to_string(), "1000");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RouteTable(pub u32);

impl RouteTable {
    /// Not said; in a question, any.
    pub const UNSPEC: Self = Self(0);
    /// What a header says of a table whose number it has no room for.
    pub const COMPAT: Self = Self(252);
    /// Searched last; empty unless somebody fills it.
    pub const DEFAULT: Self = Self(253);
    /// Where routes are unless somebody says otherwise.
    pub const MAIN: Self = Self(254);
    /// The host's own addresses; the kernel's.
    pub const LOCAL: Self = Self(255);
}

impl From<u32> for RouteTable {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<RouteTable> for u32 {
    fn from(table: RouteTable) -> Self {
        table.0
    }
}

impl fmt::Display for RouteTable {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UNSPEC => f.pad("unspec"),
            Self::DEFAULT => f.pad("default"),
            Self::MAIN => f.pad("main"),
            Self::LOCAL => f.pad("local"),
            Self(number) => fmt::Display::fmt(&number, f),
        }
    }
}

crate::as_number!(RouteTable: u32, |v| RouteTable(v), |v| v.0);
