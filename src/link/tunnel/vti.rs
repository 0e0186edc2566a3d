//! Virtual tunnel interfaces: IPsec by mark, over IPv4 and over IPv6 (`IFLA_VTI_*` of
//! `linux/if_tunnel.h`).
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{
    link::{Kind, LinkRequest},
    wire::{Be32, Index, LinkRef},
};

/// A virtual tunnel interface of IPv4: states and policies whose mark is its key are its own.
///
/// A change sets all that isn't said to zero, as for an [`Ipip`](super::Ipip).
///
/// ```
/// use nlroute::link::Vti;
/// let ipsec = Vti::new("vti1").local([192, 0, 2, 1]).remote([192, 0, 2, 2]).key(42);
/// ```
pub type Vti<'a> = LinkRequest<'a, VtiTable>;

/// A virtual tunnel interface of IPv6: as [`Vti`].
///
/// ```
/// use nlroute::link::Vti6;
/// let ipsec = Vti6::new("vti6").remote("2001:db8::2".parse::<std::net::Ipv6Addr>()?).key(42);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub type Vti6<'a> = LinkRequest<'a, Vti6Table>;

crate::table! {
    /// Settings of a virtual tunnel interface of IPv4.
    table VtiTable "vti";
    /// Settings of a virtual tunnel interface of IPv4, read.
    ///
    /// ```
    /// let view = nlroute::link::VtiView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VtiView;
    /// Settings of a virtual tunnel interface of IPv4, as [`LinkRequest::data`] takes them; each
    /// is a method of [`Vti`] too.
    ///
    /// ```
    /// assert!(nlroute::link::VtiData::new().is_empty());
    /// ```
    request VtiData set by [impl<'a> LinkRequest<'a, VtiTable>] [.data];

    rw 1 IFLA_VTI_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_VTI_IKEY ikey: u32 as Be32 = "Mark of packets that come.";
    rw 3 IFLA_VTI_OKEY okey: u32 as Be32 = "Mark of packets that go.";
    rw 4 IFLA_VTI_LOCAL local: Ipv4Addr | impl Into<Ipv4Addr> = "Source address; 0.0.0.0 is any.";
    rw 5 IFLA_VTI_REMOTE remote: Ipv4Addr | impl Into<Ipv4Addr> = "The other end; 0.0.0.0 is any.";
    rw 6 IFLA_VTI_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
}

crate::table! {
    /// Settings of a virtual tunnel interface of IPv6.
    table Vti6Table "vti6";
    /// Settings of a virtual tunnel interface of IPv6, read.
    ///
    /// ```
    /// let view = nlroute::link::Vti6View::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Vti6View;
    /// Settings of a virtual tunnel interface of IPv6, as [`LinkRequest::data`] takes them; each
    /// is a method of [`Vti6`] too.
    ///
    /// ```
    /// assert!(nlroute::link::Vti6Data::new().is_empty());
    /// ```
    request Vti6Data set by [impl<'a> LinkRequest<'a, Vti6Table>] [.data];

    rw 1 IFLA_VTI_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_VTI_IKEY ikey: u32 as Be32 = "Mark of packets that come.";
    rw 3 IFLA_VTI_OKEY okey: u32 as Be32 = "Mark of packets that go.";
    rw 4 IFLA_VTI_LOCAL local: Ipv6Addr | impl Into<Ipv6Addr> = "Source address; :: is any.";
    rw 5 IFLA_VTI_REMOTE remote: Ipv6Addr | impl Into<Ipv6Addr> = "The other end; :: is any.";
    rw 6 IFLA_VTI_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
}

impl LinkRequest<'_, VtiTable> {
    /// Mark of packets that come and that go.
    ///
    /// `IFLA_VTI_IKEY`, `IFLA_VTI_OKEY`.
    #[must_use]
    pub fn key(self, key: u32) -> Self {
        self.ikey(key).okey(key)
    }
}

impl LinkRequest<'_, Vti6Table> {
    /// Mark of packets that come and that go.
    ///
    /// `IFLA_VTI_IKEY`, `IFLA_VTI_OKEY`.
    #[must_use]
    pub fn key(self, key: u32) -> Self {
        self.ikey(key).okey(key)
    }
}

impl Kind for VtiTable {
    const NAME: &'static str = "vti";
}

impl Kind for Vti6Table {
    const NAME: &'static str = "vti6";
}
