//! DSA: ports of a switch on the board (`IFLA_DSA_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};
use crate::wire::{Index, LinkRef};

/// A port of a switch on the board, for `change`: it is there because the switch is.
///
/// ```
/// let port = nlroute::link::Dsa::named("lan1").conduit("eth1");
/// ```
pub type Dsa<'a> = LinkRequest<'a, DsaTable>;

impl Kind for DsaTable {
    const NAME: &'static str = "dsa";
}

crate::table! {
    /// Settings of a switch's port.
    table DsaTable "dsa";
    /// Settings of a switch's port, read.
    ///
    /// ```
    /// let view = nlroute::link::DsaView::parse(&[][..])?;
    /// assert!(view.conduit().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view DsaView;
    /// Settings of a switch's port, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Dsa`] too.
    ///
    /// ```
    /// assert!(nlroute::link::DsaData::new().is_empty());
    /// ```
    request DsaData set by [impl<'a> LinkRequest<'a, DsaTable>] [.data];
    rw 1 IFLA_DSA_CONDUIT conduit: u32 | impl Into<LinkRef<'a>> as Index
        = "The link by which its packets go to the host. Since Linux 6.1.";
}

getters! {
    /// What it is set to as a switch's port, if it is one.
    dsa of DsaTable => DsaView;
}
