//! OpenVPN in the kernel (`IFLA_OVPN_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};

/// OpenVPN in the kernel, whose peers and keys are a generic netlink family's. Since Linux 6.16.
///
/// ```
/// use nlroute::link::{Ovpn, OvpnMode};
/// let ovpn = Ovpn::new("ovpn0").mode(OvpnMode::Mp);
/// ```
pub type Ovpn<'a> = LinkRequest<'a, OvpnTable>;

impl Kind for OvpnTable {
    const NAME: &'static str = "ovpn";
}

crate::open_enum! {
    /// How many peers there are (`OVPN_MODE_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::OvpnMode::Mp.to_string(), "MP");
    /// ```
    pub enum OvpnMode: u8 {
        /// One: what it is at first.
        P2p = 0 "P2P",
        /// Many, each found by its address.
        Mp = 1 "MP",
    }
}

crate::table! {
    /// Settings of OpenVPN.
    table OvpnTable "ovpn";
    /// Settings of OpenVPN, read.
    ///
    /// ```
    /// let view = nlroute::link::OvpnView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view OvpnView;
    /// Settings of OpenVPN, as [`LinkRequest::data`] takes them; each is a method of [`Ovpn`]
    /// too.
    ///
    /// ```
    /// assert!(nlroute::link::OvpnData::new().is_empty());
    /// ```
    request OvpnData set by [impl<'a> LinkRequest<'a, OvpnTable>] [.data];
    rw 1 IFLA_OVPN_MODE mode: OvpnMode = "How many peers there are; given when it is created.";
}

getters! {
    /// What it is set to as OpenVPN, if it is one.
    ovpn of OvpnTable => OvpnView;
}
