//! Reading bridges and their ports in messages of the bridge's own family (`bridge link`,
//! `bridge vlan`, `bridge mst`).
use std::{borrow::Cow, fmt};

use super::{CfmView, MrpView, MstEntryView, TunnelRange, VlanRange, vids};
use crate::{
    Family, List, Query,
    link::{ExtMask, IFLA_EXT_MASK, LinkHeader, LinkTable, LinkView},
    noun,
    wire::{Attributes, EncodeError, Fault, LinkRef, Schema, Writer, table::Table},
};

/// All bridges, their ports, and network cards that bridge; or those that a filter keeps.
///
/// Ports are told with their [settings](LinkView::protinfo_bridge_port), as `bridge link` shows them.
/// What more is to be told has to be asked for, by [`vlans`](Self::vlans) or another: then bridges
/// are told too, as themselves.
///
/// The kernel doesn't filter; it is done here.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::bridge::BridgeLinks;
/// for port in &host.list(BridgeLinks::all().link("veth0").vlans())? {
///     for vlans in port.vlans().filter(|vlans| vlans.is_untagged()) {
///         println!("{} leave untagged", vlans.vids());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BridgeLinks<'a> {
    link: Option<LinkRef<'a>>,
    bridge: Option<LinkRef<'a>>,
    ext_mask: ExtMask,
}

impl<'a> BridgeLinks<'a> {
    /// Every one.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only this link.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Only this bridge and its ports.
    #[must_use]
    pub fn bridge(mut self, bridge: impl Into<LinkRef<'a>>) -> Self {
        self.bridge = Some(bridge.into());
        self
    }

    /// With their VLANs, by ranges: [`LinkView::vlans`].
    #[must_use]
    pub fn vlans(self) -> Self {
        self.ext_mask(ExtMask::BRVLAN_COMPRESSED)
    }

    /// With their VLANs, one by one.
    #[must_use]
    pub fn each_vlan(self) -> Self {
        self.ext_mask(ExtMask::BRVLAN)
    }

    /// With their states in multiple spanning trees: [`LinkView::mst_states`]. Since Linux 5.18.
    #[must_use]
    pub fn mst(self) -> Self {
        self.ext_mask(ExtMask::MST)
    }

    /// With media redundancy: [`LinkView::mrp`]. Since Linux 5.8.
    #[must_use]
    pub fn mrp(self) -> Self {
        self.ext_mask(ExtMask::MRP)
    }

    /// With fault management, what it is set to and what it has seen: [`LinkView::cfm`]. Since
    /// Linux 5.11.
    #[must_use]
    pub fn cfm(self) -> Self {
        self.ext_mask(ExtMask::CFM_CONFIG | ExtMask::CFM_STATUS)
    }

    /// What more is to be told of each, beside what was asked for already.
    ///
    /// `IFLA_EXT_MASK`.
    #[must_use]
    pub fn ext_mask(mut self, mask: ExtMask) -> Self {
        self.ext_mask |= mask;
        self
    }
}

impl Query for BridgeLinks<'_> {
    const SCHEMA: &'static Schema = LinkTable::SCHEMA;
    type View<'a> = LinkView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bridge links")?;
        if let Some(bridge) = &self.bridge {
            write!(f, " of bridge {bridge}")?;
        }
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        noun::resolve(&mut self.link, "link", out)?;
        noun::resolve(&mut self.bridge, "bridge", out)?;
        let message = out.begin(libc::RTM_GETLINK, 0);
        let header = LinkHeader {
            family: Family::Bridge.into(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        if !self.ext_mask.is_empty() {
            out.fixed(IFLA_EXT_MASK, self.ext_mask.bits().to_ne_bytes());
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWLINK
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<LinkView<'a>, Fault> {
        LinkView::parse(body)
    }
}

impl List for BridgeLinks<'_> {
    fn filters(&self, _: bool) -> bool {
        self.link.is_some() || self.bridge.is_some()
    }

    #[inline]
    fn keeps(&self, view: &LinkView<'_>) -> bool {
        noun::is_link(self.link.as_ref(), view.index())
            && (noun::is_link(self.bridge.as_ref(), view.index())
                || noun::is_link(self.bridge.as_ref(), view.master().unwrap_or(0)))
    }
}

impl LinkView<'_> {
    /// The VLANs of a bridge or of its port, where they were asked for by
    /// [`BridgeLinks::vlans`]; none in any other message.
    #[inline]
    pub fn vlans(&self) -> impl Iterator<Item = VlanRange> + '_ {
        vids::vlans(Attributes::new(self.bridge_family_bytes()))
    }

    /// The VLANs of a port that go through tunnels, told beside [`vlans`](Self::vlans).
    #[inline]
    pub fn vlan_tunnels(&self) -> impl Iterator<Item = TunnelRange> + '_ {
        vids::tunnels(Attributes::new(self.bridge_family_bytes()))
    }

    /// The media redundancy of a bridge, where it was asked for by [`BridgeLinks::mrp`].
    #[inline]
    #[must_use]
    pub fn mrp(&self) -> Option<MrpView<'_>> {
        let families = Attributes::new(self.bridge_family_bytes());
        MrpView::parse(families.find(4)?).ok()
    }

    /// The fault management of a bridge, where it was asked for by [`BridgeLinks::cfm`].
    #[inline]
    #[must_use]
    pub fn cfm(&self) -> Option<CfmView<'_>> {
        let families = Attributes::new(self.bridge_family_bytes());
        CfmView::parse(families.find(5)?).ok()
    }

    /// The port's state in each of the multiple spanning trees, where they were asked for by
    /// [`BridgeLinks::mst`].
    #[inline]
    pub fn mst_states(&self) -> impl Iterator<Item = MstEntryView<'_>> {
        const IFLA_BRIDGE_MST: u16 = 6;
        const IFLA_BRIDGE_MST_ENTRY: u16 = 1;
        super::af::nests(Attributes::new(self.bridge_family_bytes()), IFLA_BRIDGE_MST)
            .flat_map(|mst| super::af::nests(Attributes::new(mst), IFLA_BRIDGE_MST_ENTRY))
            .filter_map(|entry| MstEntryView::parse(entry).ok())
    }
}
