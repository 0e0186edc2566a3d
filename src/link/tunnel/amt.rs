//! Automatic multicast tunnelling (`IFLA_AMT_*` of `linux/amt.h`, RFC 7450).
use std::net::Ipv4Addr;

use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{Be16, EncodeError, Index, LinkRef},
};

/// An AMT tunnel: either end. It can't be altered. Since Linux 5.16.
///
/// ```
/// use nlroute::link::{Amt, AmtMode};
/// let gateway = Amt::new("amt0").mode(AmtMode::Gateway).dev("eth0")
///     .local([192, 0, 2, 1]).discovery([192, 0, 2, 9]);
/// ```
pub type Amt<'a> = LinkRequest<'a, AmtTable>;

crate::open_enum! {
    /// Which end an AMT tunnel is (`AMT_MODE_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::AmtMode::Relay.to_string(), "relay");
    /// ```
    pub enum AmtMode: u32 {
        /// The one that asks for multicast packets.
        Gateway = 0 "gateway",
        /// The one that has them.
        Relay = 1 "relay",
    }
}

crate::table! {
    /// Settings of an AMT tunnel.
    table AmtTable "amt";
    /// Settings of an AMT tunnel, read.
    ///
    /// ```
    /// let view = nlroute::link::AmtView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view AmtView;
    /// Settings of an AMT tunnel, as [`LinkRequest::data`] takes them; each is a method of [`Amt`]
    /// too.
    ///
    /// ```
    /// assert!(nlroute::link::AmtData::new().is_empty());
    /// ```
    request AmtData set by [impl<'a> LinkRequest<'a, AmtTable>] [.data];

    rw 1 IFLA_AMT_MODE mode: AmtMode = "Which end it is.";
    rw 2 IFLA_AMT_RELAY_PORT relay_port: u16 as Be16 = "Port of UDP of the relay; 2268 at first.";
    rw 3 IFLA_AMT_GATEWAY_PORT gateway_port: u16 as Be16
        = "Port of UDP of the gateway; 2268 at first.";
    rw 4 IFLA_AMT_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by.";
    rw 5 IFLA_AMT_LOCAL_IP local: Ipv4Addr | impl Into<Ipv4Addr> = "Source address.";
    ro 6 IFLA_AMT_REMOTE_IP remote: Ipv4Addr = "The relay that the gateway found.";
    rw 7 IFLA_AMT_DISCOVERY_IP discovery: Ipv4Addr | impl Into<Ipv4Addr>
        = "Where a gateway looks for its relay.";
    rw 8 IFLA_AMT_MAX_TUNNELS max_tunnels: u32
        = "Most gateways of a relay; 0 is 128, as at first.";
}

impl Kind for AmtTable {
    const NAME: &'static str = "amt";

    /// The kernel's sentences name attributes of the link, not of the tunnel.
    #[inline]
    fn check(settings: &AmtData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        for (kind, name) in [(1, "mode"), (4, "dev"), (5, "local")] {
            if !has(kind) {
                return Err(invalid(name, "none", "an AMT tunnel has one"));
            }
        }
        if settings.mode == AmtMode::Gateway && !has(7) {
            return Err(invalid("discovery", "none", "a gateway of AMT has one"));
        }
        Ok(())
    }
}
