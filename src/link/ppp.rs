//! PPP (`IFLA_PPP_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest};

/// A PPP link, made of an open `/dev/ppp`.
///
/// ```
/// let ppp = nlroute::link::Ppp::new("ppp0").dev_fd(3);
/// ```
pub type Ppp<'a> = LinkRequest<'a, PppTable>;

impl Kind for PppTable {
    const NAME: &'static str = "ppp";
}

crate::table! {
    /// Settings of a PPP link.
    table PppTable "ppp";
    /// Settings of a PPP link: the kernel tells none.
    ///
    /// ```
    /// assert!(nlroute::link::PppView::parse(&[][..]).is_ok());
    /// ```
    view PppView;
    /// Settings of a PPP link, as [`LinkRequest::data`] takes them; each is a method of [`Ppp`]
    /// too.
    ///
    /// ```
    /// assert!(nlroute::link::PppData::new().is_empty());
    /// ```
    request PppData set by [impl<'a> LinkRequest<'a, PppTable>] [.data];
    wo 1 IFLA_PPP_DEV_FD dev_fd: i32
        = "File descriptor of `/dev/ppp`, open in this process; given when it is created.";
}
