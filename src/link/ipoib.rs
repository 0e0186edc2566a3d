//! IP over InfiniBand (`IFLA_IPOIB_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};
use crate::wire::{EncodeError, table::Bits};

/// A partition of an InfiniBand link, which is [`link`](LinkRequest::link).
///
/// ```
/// use nlroute::link::{Ipoib, IpoibMode};
/// let partition = Ipoib::new("ib0.8001").link("ib0").pkey(0x8001).mode(IpoibMode::Connected);
/// ```
pub type Ipoib<'a> = LinkRequest<'a, IpoibTable>;

impl Kind for IpoibTable {
    const NAME: &'static str = "ipoib";

    /// The kernel doesn't look at the partition of one that exists.
    #[inline]
    fn check_change(settings: &IpoibData<'_>) -> Result<(), EncodeError> {
        super::kind::refuse_change::<Self>(settings.is_set, const { Bits::of(&[1]) })
    }
}

crate::open_enum! {
    /// How packets are carried (`IPOIB_MODE_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::IpoibMode::Connected.to_string(), "connected");
    /// ```
    pub enum IpoibMode: u16 {
        /// Each by itself.
        Datagram = 0 "datagram",
        /// Over connections, with longer packets.
        Connected = 1 "connected",
    }
}

crate::table! {
    /// Settings of IP over InfiniBand.
    table IpoibTable "ipoib";
    /// Settings of IP over InfiniBand, read.
    ///
    /// ```
    /// let view = nlroute::link::IpoibView::parse(&[][..])?;
    /// assert!(view.pkey().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IpoibView;
    /// Settings of IP over InfiniBand, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Ipoib`] too.
    ///
    /// ```
    /// assert!(nlroute::link::IpoibData::new().is_empty());
    /// ```
    request IpoibData set by [impl<'a> LinkRequest<'a, IpoibTable>] [.data];
    rw 1 IFLA_IPOIB_PKEY pkey: u16
        = "The partition's key, not 0 nor 0x8000; that of the link below at first, given only when it is created.";
    rw 2 IFLA_IPOIB_MODE mode: IpoibMode = "How packets are carried.";
    rw 3 IFLA_IPOIB_UMCAST umcast: u16 = "Whether multicast groups that nobody here joined are joined to send to them: 0 or 1.";
}

getters! {
    /// What it is set to as IP over InfiniBand, if it is one.
    ipoib of IpoibTable => IpoibView;
}
