//! IPv6 or IPv4 over IPv6 (`IFLA_IPTUN_*` of `linux/if_tunnel.h`, RFC 2473).
use std::net::Ipv6Addr;

use super::{FlowInfo, TunnelEncap, TunnelEncapFlags};
use crate::{
    link::{Kind, LinkRequest},
    wire::{Be16, Index, LinkRef, Present},
};

/// A tunnel of IPv6, IPv4 or MPLS over IPv6.
///
/// A change sets all that isn't said to zero, as for an [`Ipip`](super::Ipip).
///
/// ```
/// use nlroute::link::{Ip6TunnelFlags, Ip6tnl};
/// let tunnel = Ip6tnl::new("tun6").remote("2001:db8::2".parse::<std::net::Ipv6Addr>()?)
///     .ttl(64).encap_limit(4).tunnel_flags(Ip6TunnelFlags::USE_ORIG_TCLASS);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub type Ip6tnl<'a> = LinkRequest<'a, Ip6tnlTable>;

crate::open_flags! {
    /// What a tunnel over IPv6 takes from the packet inside, and more (`IP6_TNL_F_*` of
    /// `linux/ip6_tunnel.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::Ip6TunnelFlags::RCV_DSCP_COPY.bits(), 0x10);
    /// ```
    pub struct Ip6TunnelFlags: u32 {
        /// No limit of encapsulation is added (`encaplimit none`).
        const IGN_ENCAP_LIMIT = 1;
        /// The traffic class is that of the packet inside.
        const USE_ORIG_TCLASS = 1 << 1;
        /// The flow label is that of the packet inside.
        const USE_ORIG_FLOWLABEL = 1 << 2;
        /// It is of Mobile IPv6.
        const MIP6_DEV = 1 << 3;
        /// The packet inside gets the DSCP of the one around it.
        const RCV_DSCP_COPY = 1 << 4;
        /// The mark is that of the packet inside.
        const USE_ORIG_FWMARK = 1 << 5;
        /// The other end may be on this host.
        const ALLOW_LOCAL_REMOTE = 1 << 6;
        /// It can send; the kernel finds out.
        const CAP_XMIT = 1 << 16;
        /// It can receive; the kernel finds out.
        const CAP_RCV = 1 << 17;
        /// It can only be known packet by packet; the kernel finds out.
        const CAP_PER_PACKET = 1 << 18;
    }
}

crate::table! {
    /// Settings of a tunnel over IPv6.
    table Ip6tnlTable "ip6tnl";
    /// Settings of a tunnel over IPv6, read.
    ///
    /// ```
    /// let view = nlroute::link::Ip6tnlView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Ip6tnlView;
    /// Settings of a tunnel over IPv6, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Ip6tnl`] too.
    ///
    /// ```
    /// assert!(nlroute::link::Ip6tnlData::new().is_empty());
    /// ```
    request Ip6tnlData set by [impl<'a> LinkRequest<'a, Ip6tnlTable>] [.data];

    rw 1 IFLA_IPTUN_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_IPTUN_LOCAL local: Ipv6Addr | impl Into<Ipv6Addr> = "Source address; :: is any.";
    rw 3 IFLA_IPTUN_REMOTE remote: Ipv6Addr | impl Into<Ipv6Addr> = "The other end; :: is any.";
    rw 4 IFLA_IPTUN_TTL ttl: u8
        = "Hop limit of its packets; 0 is the route's, and what it is at first (iproute2 says 64).";
    rw 6 IFLA_IPTUN_ENCAP_LIMIT encap_limit: u8
        = "How many more tunnels its packets may go through; 0, none, at first (iproute2 says 4).";
    rw 7 IFLA_IPTUN_FLOWINFO flowinfo: FlowInfo = "Traffic class and flow label of its packets.";
    rw 8 IFLA_IPTUN_FLAGS tunnel_flags: Ip6TunnelFlags = "What is taken from the packet inside, and more.";
    rw 9 IFLA_IPTUN_PROTO proto: u8
        = "What it carries, as the header's protocol: 41 is IPv6, 4 is IPv4, 137 is MPLS, 0 is all of them.";
    rw 15 IFLA_IPTUN_ENCAP_TYPE encap_type: TunnelEncap = "What its packets are wrapped in besides.";
    rw 16 IFLA_IPTUN_ENCAP_FLAGS encap_flags: TunnelEncapFlags = "How they are wrapped.";
    rw 17 IFLA_IPTUN_ENCAP_SPORT encap_sport: u16 as Be16
        = "Source port of what they are wrapped in; 0 is one for each flow.";
    rw 18 IFLA_IPTUN_ENCAP_DPORT encap_dport: u16 as Be16
        = "Destination port of what they are wrapped in.";
    rw 19 IFLA_IPTUN_COLLECT_METADATA collect_metadata: bool as Present
        = "Whether routes and filters say where each packet goes, instead of this link. The kernel knows only on.";
    rw 20 IFLA_IPTUN_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
}

impl Kind for Ip6tnlTable {
    const NAME: &'static str = "ip6tnl";
}
