//! Packets of IP or MPLS in UDP without a header between (`IFLA_BAREUDP_*` of `linux/if_link.h`).
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{Be16, EncodeError, Present},
};

/// A bare UDP tunnel: routes say where each packet goes. It has a [`port`](Self::port) and an
/// [`ethertype`](Self::ethertype), and can't be altered.
///
/// ```
/// use nlroute::link::Bareudp;
/// let mpls = Bareudp::new("bareudp0").port(6635).ethertype(0x8847);
/// ```
pub type Bareudp<'a> = LinkRequest<'a, BareudpTable>;

crate::table! {
    /// Settings of a bare UDP tunnel.
    table BareudpTable "bareudp";
    /// Settings of a bare UDP tunnel, read.
    ///
    /// ```
    /// let view = nlroute::link::BareudpView::parse(&[][..])?;
    /// assert!(view.port().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BareudpView;
    /// Settings of a bare UDP tunnel, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Bareudp`] too.
    ///
    /// ```
    /// assert!(nlroute::link::BareudpData::new().is_empty());
    /// ```
    request BareudpData set by [impl<'a> LinkRequest<'a, BareudpTable>] [.data];

    rw 1 IFLA_BAREUDP_PORT port: u16 as Be16 = "Port of UDP of all ends.";
    rw 2 IFLA_BAREUDP_ETHERTYPE ethertype: u16 as Be16
        = "EtherType of the packets inside: 0x0800 (IPv4), 0x86dd (IPv6), 0x8847 or 0x8848 (MPLS).";
    rw 3 IFLA_BAREUDP_SRCPORT_MIN srcport_min: u16
        = "First port of UDP that packets are sent from.";
    rw 4 IFLA_BAREUDP_MULTIPROTO_MODE multiproto_mode: bool as Present
        = "Whether the sibling of the EtherType is carried too: IPv6 beside IPv4, multicast beside unicast of MPLS. The kernel knows only on.";
}

impl Kind for BareudpTable {
    const NAME: &'static str = "bareudp";

    /// The kernel gives no reason when a type has no sibling.
    #[inline]
    fn check(settings: &BareudpData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        for (kind, name) in [(1, "port"), (2, "ethertype")] {
            if !has(kind) {
                return Err(invalid(name, "none", "a bare UDP tunnel has one"));
            }
        }
        let multiproto = has(4) && settings.multiproto_mode;
        if multiproto && !matches!(settings.ethertype, 0x0800 | 0x8847) {
            let why = "is only for the EtherTypes 0x0800 and 0x8847";
            return Err(invalid("multiproto_mode", "true", why));
        }
        Ok(())
    }
}
