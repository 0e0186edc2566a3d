//! Reading a link: what is made of its header and of more than one attribute.
use super::{
    AfSpecView, BridgePortTable, BridgePortView, DeviceType, Inet6View, InetView, Kind, LinkFlags,
    LinkHeader, LinkView, kind::Halves,
};
use crate::bridge::BridgeAfView;
use crate::wire::{Attributes, Format, IfName, Text, table::Table};

impl LinkView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> LinkHeader {
        LinkHeader::at(self.as_bytes())
    }

    /// Its index, 1 or more: the name that never changes, unless it moves to another namespace.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// Its flags.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> LinkFlags {
        LinkFlags::from_bits_retain(self.header().flags)
    }

    /// What its link-layer is.
    #[inline]
    #[must_use]
    pub fn device_type(&self) -> DeviceType {
        self.header().device_type.into()
    }

    /// Whether it is to carry packets: [`LinkFlags::UP`]. Whether it does is
    /// [`is_running`](Self::is_running).
    #[inline]
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.flags().contains(LinkFlags::UP)
    }

    /// Whether it carries packets: it is up and has a carrier, and its operational state is up, or
    /// unknown because its driver doesn't tell. [`LinkFlags::RUNNING`] and
    /// [`LinkFlags::LOWER_UP`].
    #[inline]
    #[must_use]
    pub fn is_running(&self) -> bool {
        let both = LinkFlags::RUNNING.union(LinkFlags::LOWER_UP);
        self.flags().contains(both)
    }

    /// Its name; empty where the message has none, which no kernel sends.
    ///
    /// `IFLA_IFNAME`.
    #[inline]
    #[must_use]
    pub fn name(&self) -> IfName {
        self.payload(3)
            .and_then(|name| IfName::read(name).ok())
            .unwrap_or_else(|| IfName::cut(&[]))
    }

    /// Its kind, for instance `veth`; a network card has none.
    ///
    /// `IFLA_LINKINFO`, `IFLA_INFO_KIND`.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Option<Text<'_>> {
        info_kind(self.payload(18)?)
    }

    /// The kind of its master.
    ///
    /// `IFLA_LINKINFO`, `IFLA_INFO_SLAVE_KIND`.
    #[inline]
    #[must_use]
    pub fn slave_kind(&self) -> Option<Text<'_>> {
        self.halves().slave_kind
    }

    /// The settings of kind `K`; `None` if it is of another kind or tells none.
    #[inline]
    #[must_use]
    pub fn data<K: Kind>(&self) -> Option<K::View<'_>> {
        K::view(self.halves().of::<K>()?).ok()
    }

    /// The other end of a veth, if it is one: its index, in the namespace of
    /// [`link_netnsid`](Self::link_netnsid) or, without that, in this.
    #[inline]
    #[must_use]
    pub fn veth_peer(&self) -> Option<u32> {
        self.kind().filter(|kind| *kind == "veth")?;
        self.link()
    }

    /// What it has for each address family, except in the bridge's own messages.
    #[inline]
    #[must_use]
    pub fn families(&self) -> Option<AfSpecView<'_>> {
        AfSpecView::parse(self.families_bytes(libc::AF_UNSPEC)?).ok()
    }

    /// What it has for IPv4.
    #[inline]
    #[must_use]
    pub fn inet(&self) -> Option<InetView<'_>> {
        let families = self.families_bytes(libc::AF_UNSPEC)?;
        InetView::parse(Attributes::new(families).find(libc::AF_INET as u16)?).ok()
    }

    /// What it has for IPv6.
    #[inline]
    #[must_use]
    pub fn inet6(&self) -> Option<Inet6View<'_>> {
        let families = self.families_bytes(libc::AF_UNSPEC)?;
        Inet6View::parse(Attributes::new(families).find(libc::AF_INET6 as u16)?).ok()
    }

    /// What a message of the bridge's own family tells of it.
    #[inline]
    #[must_use]
    pub fn bridge_family(&self) -> Option<BridgeAfView<'_>> {
        BridgeAfView::parse(self.families_bytes(libc::AF_BRIDGE)?).ok()
    }

    /// The port of a bridge, in a message of the bridge's own family.
    #[inline]
    #[must_use]
    pub fn protinfo_bridge_port(&self) -> Option<BridgePortView<'_>> {
        if i32::from(self.header().family) != libc::AF_BRIDGE {
            return None;
        }
        BridgePortTable::view(self.protinfo()?).ok()
    }

    /// The attributes of the bridge's own family; nothing in a message of another.
    #[inline]
    pub(crate) fn bridge_family_bytes(&self) -> &[u8] {
        self.families_bytes(libc::AF_BRIDGE).unwrap_or(&[])
    }

    #[inline]
    fn families_bytes(&self, family: i32) -> Option<&[u8]> {
        if i32::from(self.header().family) != family {
            return None;
        }
        self.af_spec()
    }

    #[inline]
    fn halves(&self) -> Halves<'_> {
        self.payload(18).map(Halves::at).unwrap_or_default()
    }
}

/// The kind in `IFLA_LINKINFO`, without a look at the rest.
#[inline]
fn info_kind(linkinfo: &[u8]) -> Option<Text<'_>> {
    Attributes::new(linkinfo).find(1).map(Text::new)
}
