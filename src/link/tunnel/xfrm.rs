//! Interfaces of IPsec (`IFLA_XFRM_*` of `linux/if_link.h`).
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{EncodeError, Index, LinkRef, Present},
};

/// An interface of IPsec: states and policies with the same [`if_id`](Self::if_id) are its own.
///
/// ```
/// use nlroute::link::Xfrm;
/// let ipsec = Xfrm::new("ipsec0").if_id(42).dev("eth0").up();
/// ```
pub type Xfrm<'a> = LinkRequest<'a, XfrmTable>;

crate::table! {
    /// Settings of an interface of IPsec.
    table XfrmTable "xfrm";
    /// Settings of an interface of IPsec, read.
    ///
    /// ```
    /// let view = nlroute::link::XfrmView::parse(&[][..])?;
    /// assert!(view.if_id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view XfrmView;
    /// Settings of an interface of IPsec, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Xfrm`] too.
    ///
    /// ```
    /// assert!(nlroute::link::XfrmData::new().is_empty());
    /// ```
    request XfrmData set by [impl<'a> LinkRequest<'a, XfrmTable>] [.data];

    rw 1 IFLA_XFRM_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by.";
    rw 2 IFLA_XFRM_IF_ID if_id: u32 = "What its states and policies bear, 1 or more.";
    rw 3 IFLA_XFRM_COLLECT_METADATA collect_metadata: bool as Present
        = "Whether routes say which states a packet is for, instead of this link; without `dev` and `if_id`. The kernel knows only on. Since Linux 6.1.";
}

impl Kind for XfrmTable {
    const NAME: &'static str = "xfrm";

    /// Older kernels take 0, by which no policy is found.
    #[inline]
    fn check(settings: &XfrmData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        let external = has(3) && settings.collect_metadata;
        let named = has(2) && settings.if_id > 0;
        if !external && !named {
            let why = "an interface that doesn't collect metadata has one of 1 or more";
            return Err(invalid("if_id", "none", why));
        }
        Ok(())
    }

    #[inline]
    fn check_change(settings: &XfrmData<'_>) -> Result<(), EncodeError> {
        Self::check(settings, 0)
    }
}
