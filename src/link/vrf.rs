//! VRF: links with a routing table of their own (`IFLA_VRF_*` of `linux/if_link.h`).
use super::{Half, Kind, LinkRequest, kind::getters};

/// A VRF: its ports are routed by a table of their own. A link becomes one by
/// [`master`](LinkRequest::master).
///
/// ```
/// let red = nlroute::link::Vrf::new("red").table(1000).up();
/// ```
pub type Vrf<'a> = LinkRequest<'a, VrfTable>;

impl Kind for VrfTable {
    const NAME: &'static str = "vrf";
}

impl Kind for VrfPortTable {
    const NAME: &'static str = "vrf";
    const HALF: Half = Half::Port;
}

crate::table! {
    /// Settings of a VRF.
    table VrfTable "vrf";
    /// Settings of a VRF, read.
    ///
    /// ```
    /// let view = nlroute::link::VrfView::parse(&[][..])?;
    /// assert!(view.table().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VrfView;
    /// Settings of a VRF, as [`LinkRequest::data`] takes them; each is a method of [`Vrf`] too.
    ///
    /// ```
    /// assert!(nlroute::link::VrfData::new().is_empty());
    /// ```
    request VrfData set by [impl<'a> LinkRequest<'a, VrfTable>] [.data];
    rw 1 IFLA_VRF_TABLE table: u32
        = "The routing table, 1 or more; given when it is created, and doesn't change.";
}

crate::table! {
    /// What a link has as a port of a VRF.
    table VrfPortTable "vrf_port";
    /// What a link has as a port of a VRF, read.
    ///
    /// ```
    /// let view = nlroute::link::VrfPortView::parse(&[][..])?;
    /// assert!(view.table().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VrfPortView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::VrfPortData::new().is_empty());
    /// ```
    request VrfPortData;
    ro 1 IFLA_VRF_PORT_TABLE table: u32 = "The routing table of its VRF.";
}

getters! {
    /// What it is set to as a VRF, if it is one.
    vrf of VrfTable => VrfView;
    /// What it has as a port of a VRF, if it is one.
    vrf_port of VrfPortTable => VrfPortView;
}
