//! GRE over IPv6 (`IFLA_GRE_*` of `linux/if_tunnel.h`): some numbers mean other types than over
//! IPv4, and some settings are only here.
use std::net::Ipv6Addr;

use super::{
    ErspanDirection, FlowInfo, GreFlags, Ip6TunnelFlags, TunnelEncap, TunnelEncapFlags,
    gre::{GreHeader, both_ways, common, kinds},
};
use crate::{
    link::{Kind, LinkRequest},
    wire::{Be16, Be32, EncodeError, Index, LinkRef, Present},
};

/// A tunnel of packets in GRE over IPv6.
///
/// A change sets all that isn't said to zero, as for a [`Gre`](super::Gre).
///
/// ```
/// use nlroute::link::Ip6gre;
/// let tunnel = Ip6gre::new("gre6").remote("2001:db8::2".parse::<std::net::Ipv6Addr>()?)
///     .ttl(64).encap_limit(4).key(7).up();
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub type Ip6gre<'a> = LinkRequest<'a, Ip6greTable>;

/// A tunnel of Ethernet frames in GRE over IPv6: as [`Ip6gre`].
///
/// ```
/// let tunnel = nlroute::link::Ip6gretap::new("tap6").csum();
/// ```
pub type Ip6gretap<'a> = LinkRequest<'a, Ip6gretapTable>;

/// What a switch mirrors, in GRE over IPv6: as [`Erspan`](super::Erspan).
///
/// ```
/// let mirror = nlroute::link::Ip6erspan::new("erspan6").key(100).seq().erspan_ver(2);
/// ```
pub type Ip6erspan<'a> = LinkRequest<'a, Ip6erspanTable>;

crate::table! {
    /// Settings of a tunnel of GRE over IPv6: of kind `ip6gre`, `ip6gretap` or `ip6erspan`.
    table Ip6greTable "ip6gre";
    /// Settings of a tunnel of GRE over IPv6, read.
    ///
    /// ```
    /// let view = nlroute::link::Ip6greView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Ip6greView;
    /// Settings of a tunnel of GRE over IPv6, as [`LinkRequest::data`] takes them; each is a
    /// method of [`Ip6gre`], [`Ip6gretap`] and [`Ip6erspan`] too.
    ///
    /// ```
    /// assert!(nlroute::link::Ip6greData::new().is_empty());
    /// ```
    request Ip6greData
        set by [impl<'a> LinkRequest<'a, Ip6greTable>]
            also [impl<'a> LinkRequest<'a, Ip6gretapTable>]
            also [impl<'a> LinkRequest<'a, Ip6erspanTable>]
        in [.data];

    rw 1 IFLA_GRE_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_GRE_IFLAGS iflags: GreFlags as GreHeader = "What packets that come must have.";
    rw 3 IFLA_GRE_OFLAGS oflags: GreFlags as GreHeader = "What packets that go have.";
    rw 4 IFLA_GRE_IKEY ikey: u32 as Be32 = "Key of packets that come; with `KEY` in `iflags`.";
    rw 5 IFLA_GRE_OKEY okey: u32 as Be32 = "Key of packets that go; with `KEY` in `oflags`.";
    rw 6 IFLA_GRE_LOCAL local: Ipv6Addr | impl Into<Ipv6Addr> = "Source address; :: is any.";
    rw 7 IFLA_GRE_REMOTE remote: Ipv6Addr | impl Into<Ipv6Addr>
        = "The other end; :: is whatever the neighbours say.";
    rw 8 IFLA_GRE_TTL ttl: u8
        = "Hop limit of its packets; 0 is the route's, and what it is at first (iproute2 says 64).";
    rw 11 IFLA_GRE_ENCAP_LIMIT encap_limit: u8
        = "How many more tunnels its packets may go through; 0, none, at first (iproute2 says 4).";
    rw 12 IFLA_GRE_FLOWINFO flowinfo: FlowInfo = "Traffic class and flow label of its packets.";
    rw 13 IFLA_GRE_FLAGS tunnel_flags: Ip6TunnelFlags = "What is taken from the packet inside, and more.";
    rw 14 IFLA_GRE_ENCAP_TYPE encap_type: TunnelEncap = "What its packets are wrapped in besides.";
    rw 15 IFLA_GRE_ENCAP_FLAGS encap_flags: TunnelEncapFlags = "How they are wrapped.";
    rw 16 IFLA_GRE_ENCAP_SPORT encap_sport: u16 as Be16
        = "Source port of what they are wrapped in; 0 is one for each flow.";
    rw 17 IFLA_GRE_ENCAP_DPORT encap_dport: u16 as Be16
        = "Destination port of what they are wrapped in.";
    rw 18 IFLA_GRE_COLLECT_METADATA collect_metadata: bool as Present
        = "Whether routes and filters say where each packet goes, instead of this link. The kernel knows only on.";
    rw 20 IFLA_GRE_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
    rw 21 IFLA_GRE_ERSPAN_INDEX erspan_index: u32
        = "Which port of the mirrored switch, of 20 bits; in version 1.";
    rw 22 IFLA_GRE_ERSPAN_VER erspan_ver: u8 = "Version of ERSPAN: 1, as at first, or 2.";
    rw 23 IFLA_GRE_ERSPAN_DIR erspan_dir: ErspanDirection
        = "Which way what is mirrored went; in version 2.";
    rw 24 IFLA_GRE_ERSPAN_HWID erspan_hwid: u16
        = "Which engine of the switch mirrors, of 6 bits; in version 2.";
}

crate::same_table! {
    /// Settings of a tunnel of Ethernet frames in GRE over IPv6, which are those of GRE.
    table Ip6gretapTable "ip6gretap" as Ip6greTable;
    /// Settings of a tunnel of ERSPAN over IPv6, which are those of GRE.
    table Ip6erspanTable "ip6erspan" as Ip6greTable;
}

both_ways! { Ip6greTable Ip6gretapTable Ip6erspanTable }

impl Ip6greData<'_> {
    #[inline]
    fn check(&self, is_erspan: bool) -> Result<(), EncodeError> {
        common!(self).check(is_erspan)
    }
}

kinds! {
    Ip6greTable Ip6greData "ip6gre" false;
    Ip6gretapTable Ip6greData "ip6gretap" false;
    Ip6erspanTable Ip6greData "ip6erspan" true;
}
