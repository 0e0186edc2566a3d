//! RMNET: channels over a modem's link (`IFLA_RMNET_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};

/// A channel over a modem's link, which is [`link`](LinkRequest::link).
///
/// ```
/// use nlroute::link::{Rmnet, RmnetFlag, RmnetFlags};
/// let channel = Rmnet::new("rmnet0")
///     .link("wwan0")
///     .mux_id(1)
///     .flags(RmnetFlags::new(RmnetFlag::INGRESS_DEAGGREGATION, true));
/// ```
pub type Rmnet<'a> = LinkRequest<'a, RmnetTable>;

impl Kind for RmnetTable {
    const NAME: &'static str = "rmnet";
}

crate::open_flags! {
    /// What is done with packets of the modem (`RMNET_FLAGS_*` of `linux/if_link.h`), on all
    /// channels of the link.
    ///
    /// ```
    /// assert_eq!(nlroute::link::RmnetFlag::INGRESS_MAP_COMMANDS.bits(), 2);
    /// ```
    pub struct RmnetFlag: u32 {
        /// Several that come in one are taken apart.
        const INGRESS_DEAGGREGATION = 1;
        /// The modem's commands are obeyed.
        const INGRESS_MAP_COMMANDS = 1 << 1;
        /// Received ones have a check sum behind them.
        const INGRESS_MAP_CKSUMV4 = 1 << 2;
        /// Sent ones have a header for their check sum.
        const EGRESS_MAP_CKSUMV4 = 1 << 3;
        /// Received ones have a check sum before them. Since Linux 5.14.
        const INGRESS_MAP_CKSUMV5 = 1 << 4;
        /// Sent ones have the newer header for their check sum. Since Linux 5.14.
        const EGRESS_MAP_CKSUMV5 = 1 << 5;
    }
}

crate::record! {
    /// What is done with packets of the modem, and what of it is meant.
    ///
    /// ```
    /// use nlroute::link::{RmnetFlag, RmnetFlags};
    /// let flags = RmnetFlags::new(RmnetFlag::INGRESS_MAP_CKSUMV4, true);
    /// assert_eq!((flags.flags, flags.mask), (4, 4));
    /// ```
    pub struct RmnetFlags "ifla_rmnet_flags" 8 from 8;
    0 flags flags: u32 = "Those that are on.";
    4 mask mask: u32 = "Those that are meant; all where the kernel tells them.";
}

super::masked::masked! { RmnetFlags of RmnetFlag: flags under mask }

crate::table! {
    /// Settings of an RMNET channel.
    table RmnetTable "rmnet";
    /// Settings of an RMNET channel, read.
    ///
    /// ```
    /// let view = nlroute::link::RmnetView::parse(&[][..])?;
    /// assert!(view.mux_id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RmnetView;
    /// Settings of an RMNET channel, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Rmnet`] too.
    ///
    /// ```
    /// assert!(nlroute::link::RmnetData::new().is_empty());
    /// ```
    request RmnetData set by [impl<'a> LinkRequest<'a, RmnetTable>] [.data];
    rw 1 IFLA_RMNET_MUX_ID mux_id: u16 = "Number of the channel, 0 to 254.";
    rw 2 IFLA_RMNET_FLAGS flags: RmnetFlags = "What is done with packets of the modem.";
}

getters! {
    /// What it is set to as an RMNET channel, if it is one.
    rmnet of RmnetTable => RmnetView;
}
