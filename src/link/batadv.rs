//! B.A.T.M.A.N. advanced: a mesh of links (`IFLA_BATADV_*` of `linux/batman_adv.h`).
use super::{Kind, LinkRequest};
use crate::wire::Str;

/// A mesh (B.A.T.M.A.N. advanced), whose settings are a generic netlink family's. A link takes
/// part in it by [`master`](LinkRequest::master).
///
/// ```
/// let mesh = nlroute::link::Batadv::new("bat0").algo_name("BATMAN_V").up();
/// ```
pub type Batadv<'a> = LinkRequest<'a, BatadvTable>;

impl Kind for BatadvTable {
    const NAME: &'static str = "batadv";
}

crate::table! {
    /// Settings of a mesh.
    table BatadvTable "batadv";
    /// Settings of a mesh: the kernel tells none.
    ///
    /// ```
    /// assert!(nlroute::link::BatadvView::parse(&[][..]).is_ok());
    /// ```
    view BatadvView;
    /// Settings of a mesh, as [`LinkRequest::data`] takes them; each is a method of [`Batadv`]
    /// too.
    ///
    /// ```
    /// assert!(nlroute::link::BatadvData::new().is_empty());
    /// ```
    request BatadvData set by [impl<'a> LinkRequest<'a, BatadvTable>] [.data];
    wo 1 IFLA_BATADV_ALGO_NAME algo_name: &'a str as Str
        = "How ways are found: `BATMAN_IV`, as at first, or `BATMAN_V`; given when it is created.";
}
