//! Geneve: anything in UDP, with options (`IFLA_GENEVE_*` of `linux/if_link.h`, RFC 8926).
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{MOST_ID, MOST_LABEL, OF_20_BITS, OF_24_BITS, ONE_FAMILY, PortRange, at_most};
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{Be16, Be32, EncodeError, OnOff, Present},
};

/// A Geneve tunnel. It has an [`id`](Self::id) and a [`remote`](Self::remote), or
/// [`collect_metadata`](Self::collect_metadata).
///
/// ```
/// use nlroute::link::Geneve;
/// let geneve = Geneve::new("geneve0").id(42).remote([192, 0, 2, 2]).ttl(64).up();
/// ```
pub type Geneve<'a> = LinkRequest<'a, GeneveTable>;

crate::open_enum! {
    /// The DF bit of a Geneve tunnel's packets (`GENEVE_DF_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::GeneveDf::from(1), nlroute::link::GeneveDf::Set);
    /// ```
    pub enum GeneveDf: u8 {
        /// Not set.
        Unset = 0 "unset",
        /// Set.
        Set = 1 "set",
        /// As in the packet inside.
        Inherit = 2 "inherit",
    }
}

crate::table! {
    /// Settings of a Geneve tunnel.
    table GeneveTable "geneve";
    /// Settings of a Geneve tunnel, read.
    ///
    /// ```
    /// let view = nlroute::link::GeneveView::parse(&[][..])?;
    /// assert!(view.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view GeneveView;
    /// Settings of a Geneve tunnel, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Geneve`] too.
    ///
    /// ```
    /// assert!(nlroute::link::GeneveData::new().is_empty());
    /// ```
    request GeneveData set by [impl<'a> LinkRequest<'a, GeneveTable>] [.data];

    rw 1 IFLA_GENEVE_ID id: u32 = "Virtual network identifier, of 24 bits.";
    rw 2 IFLA_GENEVE_REMOTE remote4: Ipv4Addr | impl Into<Ipv4Addr>
        = "The other end, of IPv4: `remote` is for both families.";
    rw 3 IFLA_GENEVE_TTL ttl: u8
        = "Lifetime of its packets in hops; 0 is the system's. Not beside `ttl_inherit`.";
    rw 4 IFLA_GENEVE_TOS tos: u8
        = "Type of service or traffic class; 1 is that of the packet inside.";
    rw 5 IFLA_GENEVE_PORT port: u16 as Be16 = "Port of UDP of both ends; 6081 at first.";
    rw 6 IFLA_GENEVE_COLLECT_METADATA collect_metadata: bool as Present
        = "Whether routes and filters say where each packet goes, instead of this link. The kernel knows only on.";
    rw 7 IFLA_GENEVE_REMOTE6 remote6: Ipv6Addr | impl Into<Ipv6Addr>
        = "The other end, of IPv6: `remote` is for both families.";
    rw 8 IFLA_GENEVE_UDP_CSUM udp_csum: bool as OnOff
        = "Whether packets over IPv4 have a checksum.";
    rw 9 IFLA_GENEVE_UDP_ZERO_CSUM6_TX udp_zero_csum6_tx: bool as OnOff
        = "Whether packets over IPv6 go without a checksum.";
    rw 10 IFLA_GENEVE_UDP_ZERO_CSUM6_RX udp_zero_csum6_rx: bool as OnOff
        = "Whether packets over IPv6 without a checksum are taken.";
    rw 11 IFLA_GENEVE_LABEL label: u32 as Be32 = "Flow label, of 20 bits, over IPv6.";
    rw 12 IFLA_GENEVE_TTL_INHERIT ttl_inherit: bool as OnOff
        = "Whether the lifetime is that of the packet inside. Since Linux 4.20.";
    rw 13 IFLA_GENEVE_DF df: GeneveDf = "The DF bit, over IPv4. Since Linux 5.0.";
    rw 14 IFLA_GENEVE_INNER_PROTO_INHERIT inner_proto_inherit: bool as Present
        = "Whether packets are carried without an Ethernet header. The kernel knows only on. Since Linux 5.18.";
    rw 15 IFLA_GENEVE_PORT_RANGE port_range: PortRange | impl Into<PortRange>
        = "Ports of UDP that packets are sent from; 1 to 65535 at first. Since Linux 6.15.";
    rw 16 IFLA_GENEVE_GRO_HINT gro_hint: bool as Present
        = "Whether packets say how they can be merged. The kernel knows only on. Newer than Linux 6.18.";
    rw 17 IFLA_GENEVE_LOCAL local4: Ipv4Addr | impl Into<Ipv4Addr>
        = "Source address, of IPv4: `local` is for both families. Newer than Linux 6.18.";
    rw 18 IFLA_GENEVE_LOCAL6 local6: Ipv6Addr | impl Into<Ipv6Addr>
        = "Source address, of IPv6: `local` is for both families. Newer than Linux 6.18.";
}

impl LinkRequest<'_, GeneveTable> {
    /// The other end.
    ///
    /// `IFLA_GENEVE_REMOTE`, `IFLA_GENEVE_REMOTE6`.
    #[must_use]
    pub fn remote(mut self, remote: impl Into<IpAddr>) -> Self {
        self.data.is_set.remove(2);
        self.data.is_set.remove(7);
        match remote.into() {
            IpAddr::V4(v4) => self.remote4(v4),
            IpAddr::V6(v6) => self.remote6(v6),
        }
    }

    /// Source address. Newer than Linux 6.18.
    ///
    /// `IFLA_GENEVE_LOCAL`, `IFLA_GENEVE_LOCAL6`.
    #[must_use]
    pub fn local(mut self, local: impl Into<IpAddr>) -> Self {
        self.data.is_set.remove(17);
        self.data.is_set.remove(18);
        match local.into() {
            IpAddr::V4(v4) => self.local4(v4),
            IpAddr::V6(v6) => self.local6(v6),
        }
    }
}

impl GeneveView<'_> {
    /// The other end.
    ///
    /// `IFLA_GENEVE_REMOTE`, `IFLA_GENEVE_REMOTE6`.
    #[inline]
    #[must_use]
    pub fn remote(&self) -> Option<IpAddr> {
        let v4 = self.remote4().map(IpAddr::V4);
        v4.or_else(|| self.remote6().map(IpAddr::V6))
    }

    /// Source address.
    ///
    /// `IFLA_GENEVE_LOCAL`, `IFLA_GENEVE_LOCAL6`.
    #[inline]
    #[must_use]
    pub fn local(&self) -> Option<IpAddr> {
        let v4 = self.local4().map(IpAddr::V4);
        v4.or_else(|| self.local6().map(IpAddr::V6))
    }
}

impl GeneveData<'_> {
    /// Of two addresses the kernel would take one, and of a label the lower bits; and it looks at
    /// no lifetime where inheriting it is switched on or off.
    #[inline]
    fn fits(&self) -> Result<(), EncodeError> {
        let has = |kind| self.is_set.contains(kind);
        if has(1) {
            at_most("id", self.id, MOST_ID, OF_24_BITS)?;
        }
        if has(11) {
            at_most("label", self.label, MOST_LABEL, OF_20_BITS)?;
        }
        if has(15) {
            self.port_range.check()?;
        }
        if has(3) && has(12) && self.ttl > 0 {
            let why = "counts only where ttl_inherit is neither switched on nor off";
            return Err(invalid("ttl", self.ttl, why));
        }
        match (has(2) || has(17), has(7), has(18)) {
            (true, true, _) => Err(invalid("remote6", self.remote6, ONE_FAMILY)),
            (true, _, true) => Err(invalid("local6", self.local6, ONE_FAMILY)),
            _ => Ok(()),
        }
    }
}

impl Kind for GeneveTable {
    const NAME: &'static str = "geneve";

    /// Without an identifier or another end the kernel would take 0.
    #[inline]
    fn check(settings: &GeneveData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        if !(has(6) && settings.collect_metadata) {
            let why = "a Geneve tunnel that doesn't collect metadata has one";
            if !has(1) {
                return Err(invalid("id", "none", why));
            }
            if !has(2) && !has(7) {
                return Err(invalid("remote", "none", why));
            }
        }
        settings.fits()
    }

    #[inline]
    fn check_change(settings: &GeneveData<'_>) -> Result<(), EncodeError> {
        settings.fits()
    }
}
