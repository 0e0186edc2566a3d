//! Multicast groups of `NETLINK_ROUTE`: what a socket can listen to.

crate::open_enum! {
    /// A multicast group (`RTNLGRP_*` of `linux/rtnetlink.h`), by which the kernel tells of what
    /// happens.
    ///
    /// A kernel that is too old for a group answers `EINVAL` to who joins it.
    ///
    /// ```
    /// use nlroute::Group;
    /// assert_eq!(Group::Ipv6Route.to_string(), "ipv6-route");
    /// assert_eq!(u32::from(Group::Nexthop), 32);
    /// ```
    pub enum Group: u32 {
        /// Links that come, change and go; the ports of bridges, in messages of the bridges' own family.
        ///
        /// `RTNLGRP_LINK`.
        Link = 1 "link",
        /// Not used by the kernel.
        ///
        /// `RTNLGRP_NOTIFY`.
        Notify = 2 "notify",
        /// Neighbours, and the entries of forwarding databases.
        ///
        /// `RTNLGRP_NEIGH`.
        Neigh = 3 "neigh",
        /// Queueing disciplines, classes, filters and actions.
        ///
        /// `RTNLGRP_TC`.
        Tc = 4 "tc",
        /// IPv4 addresses.
        ///
        /// `RTNLGRP_IPV4_IFADDR`.
        Ipv4Ifaddr = 5 "ipv4-ifaddr",
        /// IPv4 multicast routes.
        ///
        /// `RTNLGRP_IPV4_MROUTE`.
        Ipv4Mroute = 6 "ipv4-mroute",
        /// IPv4 routes.
        ///
        /// `RTNLGRP_IPV4_ROUTE`.
        Ipv4Route = 7 "ipv4-route",
        /// IPv4 routing rules.
        ///
        /// `RTNLGRP_IPV4_RULE`.
        Ipv4Rule = 8 "ipv4-rule",
        /// IPv6 addresses.
        ///
        /// `RTNLGRP_IPV6_IFADDR`.
        Ipv6Ifaddr = 9 "ipv6-ifaddr",
        /// IPv6 multicast routes.
        ///
        /// `RTNLGRP_IPV6_MROUTE`.
        Ipv6Mroute = 10 "ipv6-mroute",
        /// IPv6 routes.
        ///
        /// `RTNLGRP_IPV6_ROUTE`.
        Ipv6Route = 11 "ipv6-route",
        /// What links have for IPv6, in messages of its own family.
        ///
        /// `RTNLGRP_IPV6_IFINFO`.
        Ipv6Ifinfo = 12 "ipv6-ifinfo",
        /// Prefixes that routers tell.
        ///
        /// `RTNLGRP_IPV6_PREFIX`.
        Ipv6Prefix = 18 "ipv6-prefix",
        /// IPv6 routing rules.
        ///
        /// `RTNLGRP_IPV6_RULE`.
        Ipv6Rule = 19 "ipv6-rule",
        /// Options in router advertisements that a program is to handle.
        ///
        /// `RTNLGRP_ND_USEROPT`.
        NdUseropt = 20 "nd-useropt",
        /// Phonet addresses.
        ///
        /// `RTNLGRP_PHONET_IFADDR`.
        PhonetIfaddr = 21 "phonet-ifaddr",
        /// Phonet routes.
        ///
        /// `RTNLGRP_PHONET_ROUTE`.
        PhonetRoute = 22 "phonet-route",
        /// Data centre bridging.
        ///
        /// `RTNLGRP_DCB`.
        Dcb = 23 "dcb",
        /// IPv4 settings of links.
        ///
        /// `RTNLGRP_IPV4_NETCONF`.
        Ipv4Netconf = 24 "ipv4-netconf",
        /// IPv6 settings of links.
        ///
        /// `RTNLGRP_IPV6_NETCONF`.
        Ipv6Netconf = 25 "ipv6-netconf",
        /// Multicast databases of bridges.
        ///
        /// `RTNLGRP_MDB`.
        Mdb = 26 "mdb",
        /// MPLS routes.
        ///
        /// `RTNLGRP_MPLS_ROUTE`.
        MplsRoute = 27 "mpls-route",
        /// Numbers of namespaces.
        ///
        /// `RTNLGRP_NSID`.
        Nsid = 28 "nsid",
        /// MPLS settings of links.
        ///
        /// `RTNLGRP_MPLS_NETCONF`.
        MplsNetconf = 29 "mpls-netconf",
        /// Packets that no IPv4 multicast route is known for; takes `CAP_NET_ADMIN`.
        ///
        /// `RTNLGRP_IPV4_MROUTE_R`.
        Ipv4MrouteR = 30 "ipv4-mroute-r",
        /// Packets that no IPv6 multicast route is known for; takes `CAP_NET_ADMIN`.
        ///
        /// `RTNLGRP_IPV6_MROUTE_R`.
        Ipv6MrouteR = 31 "ipv6-mroute-r",
        /// Next hop objects. Since Linux 5.3.
        ///
        /// `RTNLGRP_NEXTHOP`.
        Nexthop = 32 "nexthop",
        /// VLANs of bridges. Since Linux 5.6.
        ///
        /// `RTNLGRP_BRVLAN`.
        Brvlan = 33 "brvlan",
        /// MCTP addresses. Since Linux 5.15.
        ///
        /// `RTNLGRP_MCTP_IFADDR`.
        MctpIfaddr = 34 "mctp-ifaddr",
        /// Filters of tunnels' network identifiers. Since Linux 5.18.
        ///
        /// `RTNLGRP_TUNNEL`.
        Tunnel = 35 "tunnel",
        /// Statistics of links. Since Linux 5.18.
        ///
        /// `RTNLGRP_STATS`.
        Stats = 36 "stats",
        /// IPv4 multicast addresses that links listen to. Since Linux 6.14.
        ///
        /// `RTNLGRP_IPV4_MCADDR`.
        Ipv4Mcaddr = 37 "ipv4-mcaddr",
        /// IPv6 multicast addresses that links listen to. Since Linux 6.14.
        ///
        /// `RTNLGRP_IPV6_MCADDR`.
        Ipv6Mcaddr = 38 "ipv6-mcaddr",
        /// IPv6 anycast addresses. Since Linux 6.15.
        ///
        /// `RTNLGRP_IPV6_ACADDR`.
        Ipv6Acaddr = 39 "ipv6-acaddr",
    }
}
