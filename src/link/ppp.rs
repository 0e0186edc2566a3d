//! PPP (`IFLA_PPP_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest};
use crate::wire::{Fd, FdRef};

/// A PPP link, made of an open `/dev/ppp`.
///
/// ```
/// # let device = std::fs::File::open("/dev/null").unwrap();
/// // The file that is open on `/dev/ppp`.
/// let ppp = nlroute::link::Ppp::new("ppp0").dev_fd(&device);
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
    wo 1 IFLA_PPP_DEV_FD dev_fd: FdRef<'a> | impl Into<FdRef<'a>> as Fd
        = "File descriptor of `/dev/ppp`, open in this process; given when it is created.";
}
