//! IPv4 or MPLS over IPv4 (`IFLA_IPTUN_*` of `linux/if_tunnel.h`, RFC 2003).
use std::net::Ipv4Addr;

use super::{TunnelEncap, TunnelEncapFlags, check_pmtudisc};
use crate::{
    link::{Kind, LinkRequest},
    wire::{Be16, EncodeError, Index, LinkRef, OnOff, Present},
};

/// A tunnel of IPv4, or MPLS, over IPv4.
///
/// A change sets all that isn't said to zero. To alter one setting, take over the others:
///
/// ```
/// use nlroute::{link::{Ipip, IpipTable, Link}, wire::table::Table};
/// # fn sandboxed(host: &mut nlroute::Connection) -> nlroute::Result<()> {
/// host.add(Ipip::new("tun0").local([192, 0, 2, 1]).remote([192, 0, 2, 2]).ttl(64))?;
/// let link = host.get(Link::named("tun0"))?;
/// if let Some(tunnel) = link.ipip() {
///     host.change(Ipip::named("tun0").data(IpipTable::again(tunnel.as_bytes())).ttl(9))?;
/// }
/// # Ok(())
/// # }
/// ```
pub type Ipip<'a> = LinkRequest<'a, IpipTable>;

crate::table! {
    /// Settings of a tunnel of IPv4 over IPv4.
    table IpipTable "ipip";
    /// Settings of a tunnel of IPv4 over IPv4, read.
    ///
    /// ```
    /// let view = nlroute::link::IpipView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IpipView;
    /// Settings of a tunnel of IPv4 over IPv4, as [`LinkRequest::data`] takes them; each is a
    /// method of [`Ipip`] too.
    ///
    /// ```
    /// assert!(nlroute::link::IpipData::new().is_empty());
    /// ```
    request IpipData set by [impl<'a> LinkRequest<'a, IpipTable>] [.data];

    rw 1 IFLA_IPTUN_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_IPTUN_LOCAL local: Ipv4Addr | impl Into<Ipv4Addr> = "Source address; 0.0.0.0 is any.";
    rw 3 IFLA_IPTUN_REMOTE remote: Ipv4Addr | impl Into<Ipv4Addr> = "The other end; 0.0.0.0 is any.";
    rw 4 IFLA_IPTUN_TTL ttl: u8
        = "Lifetime of its packets in hops; 0 is that of the packet inside. With one the MTU is discovered.";
    rw 5 IFLA_IPTUN_TOS tos: u8 = "Type of service; 1 is that of the packet inside.";
    rw 9 IFLA_IPTUN_PROTO proto: u8
        = "What it carries, as the header's protocol: 4 is IPv4, as at first, 137 is MPLS, 0 is both. Later it stays, whatever is said.";
    rw 10 IFLA_IPTUN_PMTUDISC pmtudisc: bool as OnOff
        = "Whether the MTU of the path is discovered, by the DF bit. On at first.";
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

impl Kind for IpipTable {
    const NAME: &'static str = "ipip";

    #[inline]
    fn check(settings: &IpipData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        let pmtudisc = has(10).then_some(settings.pmtudisc);
        check_pmtudisc(pmtudisc, has(4).then_some(settings.ttl))
    }

    #[inline]
    fn check_change(settings: &IpipData<'_>) -> Result<(), EncodeError> {
        Self::check(settings, 0)
    }
}
