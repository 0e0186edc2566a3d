//! WWAN: channels of a modem (`IFLA_WWAN_*` of `linux/wwan.h`).
use super::{Kind, LinkRequest, kind::getters};

/// A channel of a modem. The modem is named by `IFLA_PARENT_DEV_NAME`, which goes into
/// [`raw_attributes`](LinkRequest::raw_attributes).
///
/// ```
/// use nlroute::{link::Wwan, wire::Writer};
/// let mut modem = Vec::new();
/// Writer::new(&mut modem).attribute(56, b"wwan0\0")?;
/// let channel = Wwan::new("wwan0-2").raw_attributes(&modem).link_id(2);
/// # Ok::<(), nlroute::wire::EncodeError>(())
/// ```
pub type Wwan<'a> = LinkRequest<'a, WwanTable>;

impl Kind for WwanTable {
    const NAME: &'static str = "wwan";
}

crate::table! {
    /// Settings of a modem's channel.
    table WwanTable "wwan";
    /// Settings of a modem's channel, read.
    ///
    /// ```
    /// let view = nlroute::link::WwanView::parse(&[][..])?;
    /// assert!(view.link_id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view WwanView;
    /// Settings of a modem's channel, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Wwan`] too.
    ///
    /// ```
    /// assert!(nlroute::link::WwanData::new().is_empty());
    /// ```
    request WwanData set by [impl<'a> LinkRequest<'a, WwanTable>] [.data];
    rw 1 IFLA_WWAN_LINK_ID link_id: u32 = "Number of the channel; given when it is created.";
}

getters! {
    /// What it is set to as a modem's channel, if it is one.
    wwan of WwanTable => WwanView;
}
