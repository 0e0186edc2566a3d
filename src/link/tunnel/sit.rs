//! IPv6, IPv4 or MPLS over IPv4 (`IFLA_IPTUN_*` of `linux/if_tunnel.h`, RFC 4213), and rapid
//! deployment of IPv6 by it (6rd, RFC 5969).
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{TunnelEncap, TunnelEncapFlags, check_pmtudisc};
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{Be16, EncodeError, Index, LinkRef, OnOff},
};

/// A tunnel of IPv6 over IPv4.
///
/// A change sets all that isn't said to what it is at first, as for an [`Ipip`](super::Ipip); but
/// the prefixes of 6rd stay.
///
/// ```
/// use nlroute::link::Sit;
/// let prefix = "2001:db8::".parse()?;
/// let sixrd = Sit::new("sit1").local([192, 0, 2, 1]).sixrd(prefix, 32).up();
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub type Sit<'a> = LinkRequest<'a, SitTable>;

crate::open_flags! {
    /// What a tunnel of IPv6 over IPv4 is besides (`SIT_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::SitFlags::ISATAP.bits(), 1);
    /// ```
    pub struct SitFlags: u16 {
        /// One of a site's (ISATAP, RFC 5214).
        const ISATAP = 1;
    }
}

crate::table! {
    /// Settings of a tunnel of IPv6 over IPv4.
    table SitTable "sit";
    /// Settings of a tunnel of IPv6 over IPv4, read.
    ///
    /// ```
    /// let view = nlroute::link::SitView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view SitView;
    /// Settings of a tunnel of IPv6 over IPv4, as [`LinkRequest::data`] takes them; each is a
    /// method of [`Sit`] too.
    ///
    /// ```
    /// assert!(nlroute::link::SitData::new().is_empty());
    /// ```
    request SitData set by [impl<'a> LinkRequest<'a, SitTable>] [.data];

    rw 1 IFLA_IPTUN_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_IPTUN_LOCAL local: Ipv4Addr | impl Into<Ipv4Addr> = "Source address; 0.0.0.0 is any.";
    rw 3 IFLA_IPTUN_REMOTE remote: Ipv4Addr | impl Into<Ipv4Addr>
        = "The other end; 0.0.0.0 is the one in the packet's destination (6to4).";
    rw 4 IFLA_IPTUN_TTL ttl: u8
        = "Lifetime of its packets in hops; 0 is that of the packet inside, 64 at first. With one the MTU is discovered.";
    rw 5 IFLA_IPTUN_TOS tos: u8 = "Type of service; 1 is that of the packet inside.";
    rw 8 IFLA_IPTUN_FLAGS tunnel_flags: SitFlags = "What it is besides, in host byte order. Later it stays, whatever is said.";
    rw 9 IFLA_IPTUN_PROTO proto: u8
        = "What it carries, as the header's protocol: 41 is IPv6, as at first, 4 is IPv4, 137 is MPLS, 0 is all of them. Later it stays, whatever is said.";
    rw 10 IFLA_IPTUN_PMTUDISC pmtudisc: bool as OnOff
        = "Whether the MTU of the path is discovered, by the DF bit. On at first.";
    rw 11 IFLA_IPTUN_6RD_PREFIX sixrd_prefix: Ipv6Addr | impl Into<Ipv6Addr>
        = "Prefix in which addresses of IPv4 are, of 6rd; 2002:: at first (6to4).";
    rw 12 IFLA_IPTUN_6RD_RELAY_PREFIX sixrd_relay_prefix: Ipv4Addr | impl Into<Ipv4Addr>
        = "What the addresses of IPv4 have in common, which isn't repeated in those of IPv6.";
    rw 13 IFLA_IPTUN_6RD_PREFIXLEN sixrd_prefixlen: u16
        = "Length of the prefix in bits; with what follows it at most 64. 16 at first.";
    rw 14 IFLA_IPTUN_6RD_RELAY_PREFIXLEN sixrd_relay_prefixlen: u16
        = "How many bits the addresses of IPv4 have in common, 0 to 32.";
    rw 15 IFLA_IPTUN_ENCAP_TYPE encap_type: TunnelEncap = "What its packets are wrapped in besides.";
    rw 16 IFLA_IPTUN_ENCAP_FLAGS encap_flags: TunnelEncapFlags = "How they are wrapped.";
    rw 17 IFLA_IPTUN_ENCAP_SPORT encap_sport: u16 as Be16
        = "Source port of what they are wrapped in; 0 is one for each flow.";
    rw 18 IFLA_IPTUN_ENCAP_DPORT encap_dport: u16 as Be16
        = "Destination port of what they are wrapped in.";
    rw 20 IFLA_IPTUN_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
}

impl LinkRequest<'_, SitTable> {
    /// The prefix of 6rd: addresses in it name their other end, by all 32 bits of its address.
    ///
    /// `IFLA_IPTUN_6RD_PREFIX`, `IFLA_IPTUN_6RD_PREFIXLEN`.
    #[must_use]
    pub fn sixrd(self, prefix: Ipv6Addr, len: u16) -> Self {
        self.sixrd_prefix(prefix).sixrd_prefixlen(len)
    }

    /// The prefix that addresses of IPv4 have in common, so that fewer bits of them are in those
    /// of IPv6.
    ///
    /// `IFLA_IPTUN_6RD_RELAY_PREFIX`, `IFLA_IPTUN_6RD_RELAY_PREFIXLEN`.
    #[must_use]
    pub fn sixrd_relay(self, prefix: impl Into<Ipv4Addr>, len: u16) -> Self {
        self.sixrd_relay_prefix(prefix).sixrd_relay_prefixlen(len)
    }
}

impl Kind for SitTable {
    const NAME: &'static str = "sit";

    /// Of 6rd the kernel takes what isn't said for zero, and gives no reason for what it refuses.
    #[inline]
    fn check(settings: &SitData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        let pmtudisc = has(10).then_some(settings.pmtudisc);
        check_pmtudisc(pmtudisc, has(4).then_some(settings.ttl))?;
        if ![11, 12, 13, 14].into_iter().any(has) {
            return Ok(());
        }
        if !has(11) || !has(13) {
            let (name, why) = (
                "sixrd_prefix",
                "6rd has a prefix and its length, by `sixrd`",
            );
            return Err(invalid(name, "none", why));
        }
        let (len, relay) = (settings.sixrd_prefixlen, settings.sixrd_relay_prefixlen);
        if relay > 32 {
            let why = "is longer than an address: 32 bits";
            return Err(invalid("sixrd_relay_prefixlen", relay, why));
        }
        if u32::from(len) + 32 - u32::from(relay) > 64 {
            let why = "leaves no room for the rest of the address of IPv4 within 64 bits";
            return Err(invalid("sixrd_prefixlen", len, why));
        }
        let bits = settings.sixrd_prefix.to_bits().checked_shl(len.into());
        if bits.is_some_and(|bits| bits > 0) {
            let why = "has bits behind its length";
            return Err(invalid("sixrd_prefix", settings.sixrd_prefix, why));
        }
        let bits = settings
            .sixrd_relay_prefix
            .to_bits()
            .checked_shl(relay.into());
        if bits.is_some_and(|bits| bits > 0) {
            let (name, why) = ("sixrd_relay_prefix", "has bits behind its length");
            return Err(invalid(name, settings.sixrd_relay_prefix, why));
        }
        Ok(())
    }

    #[inline]
    fn check_change(settings: &SitData<'_>) -> Result<(), EncodeError> {
        Self::check(settings, 0)
    }
}
