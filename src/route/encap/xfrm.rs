//! A transform of IPsec: `encap xfrm` (`linux/lwtunnel.h`).
use crate::{
    noun::invalid,
    wire::{EncodeError, Index, LinkRef},
};

crate::table! {
    /// A transform of IPsec, by an interface's number (`LWT_XFRM_*` of `linux/lwtunnel.h`, since
    /// Linux 6.1).
    table XfrmEncapTable "xfrm";
    /// A transform of IPsec, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::XfrmEncapView::parse(&[][..])?.if_id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view XfrmEncapView;
    /// A transform of IPsec, for an xfrm link that takes it from the route (`external`).
    ///
    /// ```
    /// let xfrm = nlroute::route::encap::XfrmEncap::new().if_id(7).link("eth0");
    /// ```
    request XfrmEncap;

    rw 1 LWT_XFRM_IF_ID if_id: u32 = "Number of the policies' and states' interface, 1 or more.";
    rw 2 LWT_XFRM_LINK link: u32 | impl Into<LinkRef<'a>> as Index =
        "The link that packets leave by; read, its index.";
}

impl XfrmEncap<'_> {
    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        match self.if_id {
            0 => Err(invalid("if_id", "0", "is needed, 1 or more")),
            _ => Ok(()),
        }
    }
}
