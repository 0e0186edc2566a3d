//! VXLAN: Ethernet in UDP (`IFLA_VXLAN_*` of `linux/if_link.h`, RFC 7348).
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::{
    FlagOrU8, MOST_ID, MOST_LABEL, OF_20_BITS, OF_24_BITS, ONE_FAMILY, PortRange, at_most,
};
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{Be16, Be32, Be64, EncodeError, Index, LinkRef, OnOff, Present, Seconds},
};

/// A VXLAN. It has an [`id`](Self::id), or [`collect_metadata`](Self::collect_metadata).
///
/// Its port is 8472 unless one is given, and not the 4789 that is assigned to the protocol. Most
/// settings can't be altered later, which the kernel tells.
///
/// ```
/// use nlroute::link::Vxlan;
/// let overlay = Vxlan::new("vxlan0").id(42).port(4789)
///     .local([192, 0, 2, 1]).remote([239, 1, 1, 1]).dev("eth0").up();
/// ```
pub type Vxlan<'a> = LinkRequest<'a, VxlanTable>;

crate::open_enum! {
    /// The DF bit of a VXLAN's packets (`VXLAN_DF_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::VxlanDf::Inherit.to_string(), "inherit");
    /// ```
    pub enum VxlanDf: u8 {
        /// Not set.
        Unset = 0 "unset",
        /// Set.
        Set = 1 "set",
        /// As in the packet inside.
        Inherit = 2 "inherit",
    }
}

crate::open_enum! {
    /// Where a VXLAN's flow label comes from (`VXLAN_LABEL_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::VxlanLabelPolicy::Fixed.to_string(), "fixed");
    /// ```
    pub enum VxlanLabelPolicy: u32 {
        /// It is the one that is set.
        Fixed = 0 "fixed",
        /// It is that of the packet inside.
        Inherit = 1 "inherit",
    }
}

crate::table! {
    /// Settings of a VXLAN.
    table VxlanTable "vxlan";
    /// Settings of a VXLAN, read.
    ///
    /// ```
    /// let view = nlroute::link::VxlanView::parse(&[][..])?;
    /// assert!(view.id().is_none() && view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VxlanView;
    /// Settings of a VXLAN, as [`LinkRequest::data`] takes them; each is a method of [`Vxlan`]
    /// too.
    ///
    /// ```
    /// assert!(nlroute::link::VxlanData::new().is_empty());
    /// ```
    request VxlanData set by [impl<'a> LinkRequest<'a, VxlanTable>] [.data];

    rw 1 IFLA_VXLAN_ID id: u32 = "Virtual network identifier, of 24 bits.";
    rw 2 IFLA_VXLAN_GROUP group4: Ipv4Addr | impl Into<Ipv4Addr>
        = "The other end, or the group of all ends, of IPv4: `remote` is for both families.";
    rw 3 IFLA_VXLAN_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; a group needs one.";
    rw 4 IFLA_VXLAN_LOCAL local4: Ipv4Addr | impl Into<Ipv4Addr>
        = "Source address, of IPv4: `local` is for both families.";
    rw 5 IFLA_VXLAN_TTL ttl: u8 = "Lifetime of its packets in hops; 0 is the system's, for a group 1.";
    rw 6 IFLA_VXLAN_TOS tos: u8 = "Type of service or traffic class; 1 is that of the packet inside.";
    rw 7 IFLA_VXLAN_LEARNING learning: bool as OnOff
        = "Whether addresses are learned from packets. On at first.";
    rw 8 IFLA_VXLAN_AGEING ageing: Duration as Seconds<u32>
        = "Time after which a learned address is forgotten, in seconds. 300 s at first.";
    rw 9 IFLA_VXLAN_LIMIT limit: u32 = "Most addresses that are learned; 0 is without bound.";
    rw 10 IFLA_VXLAN_PORT_RANGE port_range: PortRange | impl Into<PortRange>
        = "Ports of UDP that packets are sent from; 0 to 0 is the system's.";
    rw 11 IFLA_VXLAN_PROXY proxy: bool as OnOff = "Whether ARP is answered for others.";
    rw 12 IFLA_VXLAN_RSC rsc: bool as OnOff
        = "Whether packets for the router go directly to the destination.";
    rw 13 IFLA_VXLAN_L2MISS l2miss: bool as OnOff
        = "Whether an unknown link-layer address is told.";
    rw 14 IFLA_VXLAN_L3MISS l3miss: bool as OnOff = "Whether an unknown IP address is told.";
    rw 15 IFLA_VXLAN_PORT port: u16 as Be16 = "Port of UDP of all ends; 8472 at first, 4790 with `gpe`.";
    rw 16 IFLA_VXLAN_GROUP6 group6: Ipv6Addr | impl Into<Ipv6Addr>
        = "The other end, or the group of all ends, of IPv6: `remote` is for both families.";
    rw 17 IFLA_VXLAN_LOCAL6 local6: Ipv6Addr | impl Into<Ipv6Addr>
        = "Source address, of IPv6: `local` is for both families.";
    rw 18 IFLA_VXLAN_UDP_CSUM udp_csum: bool as OnOff
        = "Whether packets over IPv4 have a checksum. On at first.";
    rw 19 IFLA_VXLAN_UDP_ZERO_CSUM6_TX udp_zero_csum6_tx: bool as OnOff
        = "Whether packets over IPv6 go without a checksum.";
    rw 20 IFLA_VXLAN_UDP_ZERO_CSUM6_RX udp_zero_csum6_rx: bool as OnOff
        = "Whether packets over IPv6 without a checksum are taken.";
    rw 21 IFLA_VXLAN_REMCSUM_TX remcsum_tx: bool as OnOff
        = "Whether the inner checksum is left to the receiver.";
    rw 22 IFLA_VXLAN_REMCSUM_RX remcsum_rx: bool as OnOff
        = "Whether an inner checksum that is left to this end is made.";
    rw 23 IFLA_VXLAN_GBP gbp: bool as Present
        = "Whether packets carry a group policy. The kernel knows only on.";
    rw 24 IFLA_VXLAN_REMCSUM_NOPARTIAL remcsum_nopartial: bool as Present
        = "Whether a checksum that was left to this end is made at once. The kernel knows only on.";
    rw 25 IFLA_VXLAN_COLLECT_METADATA collect_metadata: bool as OnOff
        = "Whether routes and filters say where each packet goes, instead of this link.";
    rw 26 IFLA_VXLAN_LABEL label: u32 as Be32 = "Flow label, of 20 bits, over IPv6.";
    rw 27 IFLA_VXLAN_GPE gpe: bool as Present
        = "Whether packets are of the generic protocol extension; with `collect_metadata` and without `learning`. The kernel knows only on.";
    rw 28 IFLA_VXLAN_TTL_INHERIT ttl_inherit: bool as FlagOrU8
        = "Whether the lifetime is that of the packet inside. Can be switched on only. Since Linux 4.18.";
    rw 29 IFLA_VXLAN_DF df: VxlanDf = "The DF bit. Since Linux 5.0.";
    rw 30 IFLA_VXLAN_VNIFILTER vnifilter: bool as OnOff
        = "Whether only identifiers that are added to it are taken; with `collect_metadata`. Since Linux 5.18.";
    rw 31 IFLA_VXLAN_LOCALBYPASS localbypass: bool as OnOff
        = "Whether packets for another VXLAN of this host go there at once. On at first. Since Linux 6.5.";
    rw 32 IFLA_VXLAN_LABEL_POLICY label_policy: VxlanLabelPolicy
        = "Where the flow label comes from. Since Linux 6.7.";
    rw 33 IFLA_VXLAN_RESERVED_BITS reserved_bits: u64 as Be64
        = "Bits of the header that no packet may have: one that has is dropped. Since Linux 6.14.";
    rw 34 IFLA_VXLAN_MC_ROUTE mc_route: bool as OnOff
        = "Whether packets for a group are routed as multicast. Since Linux 6.17; 6.18 doesn't tell it yet.";
}

impl LinkRequest<'_, VxlanTable> {
    /// The other end, or the group of all ends, for which there must be a [`dev`](Self::dev).
    ///
    /// `IFLA_VXLAN_GROUP`, `IFLA_VXLAN_GROUP6`.
    #[must_use]
    pub fn remote(mut self, remote: impl Into<IpAddr>) -> Self {
        self.data.is_set.remove(2);
        self.data.is_set.remove(16);
        match remote.into() {
            IpAddr::V4(v4) => self.group4(v4),
            IpAddr::V6(v6) => self.group6(v6),
        }
    }

    /// Source address.
    ///
    /// `IFLA_VXLAN_LOCAL`, `IFLA_VXLAN_LOCAL6`.
    #[must_use]
    pub fn local(mut self, local: impl Into<IpAddr>) -> Self {
        self.data.is_set.remove(4);
        self.data.is_set.remove(17);
        match local.into() {
            IpAddr::V4(v4) => self.local4(v4),
            IpAddr::V6(v6) => self.local6(v6),
        }
    }
}

impl VxlanView<'_> {
    /// The other end, or the group of all ends.
    ///
    /// `IFLA_VXLAN_GROUP`, `IFLA_VXLAN_GROUP6`.
    #[inline]
    #[must_use]
    pub fn remote(&self) -> Option<IpAddr> {
        let v4 = self.group4().map(IpAddr::V4);
        v4.or_else(|| self.group6().map(IpAddr::V6))
    }

    /// Source address.
    ///
    /// `IFLA_VXLAN_LOCAL`, `IFLA_VXLAN_LOCAL6`.
    #[inline]
    #[must_use]
    pub fn local(&self) -> Option<IpAddr> {
        let v4 = self.local4().map(IpAddr::V4);
        v4.or_else(|| self.local6().map(IpAddr::V6))
    }
}

impl VxlanData<'_> {
    /// Of two addresses the kernel would take one, and of a label the lower bits.
    #[inline]
    fn fits(&self) -> Result<(), EncodeError> {
        let has = |kind| self.is_set.contains(kind);
        if has(1) {
            at_most("id", self.id, MOST_ID, OF_24_BITS)?;
        }
        if has(26) {
            at_most("label", self.label, MOST_LABEL, OF_20_BITS)?;
        }
        if has(10) {
            self.port_range.check()?;
        }
        match (has(2) || has(4), has(16), has(17)) {
            (true, true, _) => Err(invalid("group6", self.group6, ONE_FAMILY)),
            (true, _, true) => Err(invalid("local6", self.local6, ONE_FAMILY)),
            _ => Ok(()),
        }
    }
}

impl Kind for VxlanTable {
    const NAME: &'static str = "vxlan";

    /// Without an identifier the kernel would take 0.
    #[inline]
    fn check(settings: &VxlanData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        let external = has(25) && settings.collect_metadata;
        if !has(1) && !external {
            let why = "a VXLAN that doesn't collect metadata has one";
            return Err(invalid("id", "none", why));
        }
        settings.fits()
    }

    #[inline]
    fn check_change(settings: &VxlanData<'_>) -> Result<(), EncodeError> {
        settings.fits()
    }
}
