//! VLANs of one port or of a bridge: set and deleted (`bridge vlan add`, `del`).
use std::fmt;

use super::{
    BridgeFlags, BridgeVlanFlags, BridgeVlanInfo, Vids, VlanTunnel, VlanTunnelTable,
    af::nests,
    link::{IFLA_AF_SPEC, begin, describe_link},
    vids::{tunnels, vlans},
};
use crate::{
    Add, Delete, Describe, Replace, Request, Result, Verb,
    link::LinkTable,
    noun::{invalid, never, put},
    wire::{Attributes, EncodeError, LinkRef, Lookup, Nest, Schema, Writer, table::Table},
};

/// VLANs that a bridge's port, or the bridge itself, takes part in.
///
/// `add` and `replace` are the same to the kernel: what is there already is set anew. A VLAN that
/// the bridge doesn't know yet it gets to know. `delete` takes them away; with a tunnel it takes
/// the tunnel away and leaves the VLANs.
///
/// The kernel takes them whether the bridge filters by VLAN or not, and minds them only if it does
/// ([`vlan_filtering`](crate::link::LinkRequest::vlan_filtering)). A kernel that was built without
/// filtering answers `EOPNOTSUPP`.
///
/// ```
/// use nlroute::bridge::BridgeVlan;
/// let access = BridgeVlan::new("veth0", 10).pvid().untagged();
/// let trunk = BridgeVlan::new("veth1", 20..=29);
/// let of_the_host = BridgeVlan::new("br0", 10).own();
/// let tunnels = BridgeVlan::new("vxlan0", 20..=29).tunnel(10_020);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BridgeVlan<'a> {
    link: LinkRef<'a>,
    vids: Vids,
    flags: BridgeVlanFlags,
    whose: BridgeFlags,
    tunnel: Option<u32>,
}

impl<'a> BridgeVlan<'a> {
    /// These VLANs of this port.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, vids: impl Into<Vids>) -> Self {
        Self {
            link: link.into(),
            vids: vids.into(),
            flags: BridgeVlanFlags::empty(),
            whose: BridgeFlags::empty(),
            tunnel: None,
        }
    }

    /// Frames that come in without a tag get it; one VLAN only. It takes the place of another.
    ///
    /// `BRIDGE_VLAN_INFO_PVID`.
    #[must_use]
    pub fn pvid(mut self) -> Self {
        self.flags |= BridgeVlanFlags::PVID;
        self
    }

    /// Frames leave without the tag.
    ///
    /// `BRIDGE_VLAN_INFO_UNTAGGED`.
    #[must_use]
    pub fn untagged(mut self) -> Self {
        self.flags |= BridgeVlanFlags::UNTAGGED;
        self
    }

    /// These flags too, as [`VlanRange::flags`](super::VlanRange::flags) tells them of another port.
    /// What marks the ends of a range is set where it has to be.
    ///
    /// `BRIDGE_VLAN_INFO_*`.
    #[must_use]
    pub fn flags(mut self, flags: BridgeVlanFlags) -> Self {
        let marks = BridgeVlanFlags::RANGE_BEGIN | BridgeVlanFlags::RANGE_END;
        self.flags |= flags.difference(marks);
        self
    }

    /// Through tunnels: the first VLAN through the one of this network identifier, each further
    /// one through the next. The port's
    /// [`vlan_tunnel`](crate::link::LinkRequest::vlan_tunnel) must be on. Since Linux 4.11.
    ///
    /// `IFLA_BRIDGE_VLAN_TUNNEL_INFO`.
    #[must_use]
    pub fn tunnel(mut self, id: u32) -> Self {
        self.tunnel = Some(id);
        self
    }

    /// Of the link itself: a bridge, which then takes such frames in, or a network card that
    /// bridges.
    ///
    /// `BRIDGE_FLAGS_SELF`.
    #[must_use]
    pub fn own(mut self) -> Self {
        self.whose |= BridgeFlags::SELF;
        self
    }

    /// Of the link as a port, which is meant anyway where nothing is said; beside
    /// [`own`](Self::own) it is both.
    ///
    /// `BRIDGE_FLAGS_MASTER`.
    #[must_use]
    pub fn master(mut self) -> Self {
        self.whose |= BridgeFlags::MASTER;
        self
    }

    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        const VNI_BITS: u32 = 24;
        self.vids.check("vids")?;
        if self.flags.contains(BridgeVlanFlags::PVID) && !self.vids.is_one() {
            return Err(invalid("pvid", self.vids, "is more than one VLAN"));
        }
        let Some(id) = self.tunnel else { return Ok(()) };
        let last = self.last_tunnel(id);
        if last >> VNI_BITS != 0 {
            return Err(invalid("tunnel", last, "has more than 24 bits"));
        } else if !self.flags.is_empty() {
            let why = "is set beside a tunnel, with which the kernel wouldn't look at it";
            return Err(invalid("flags", self.flags.bits(), why));
        }
        Ok(())
    }

    fn last_tunnel(&self, first: u32) -> u32 {
        let more = self.vids.last().saturating_sub(self.vids.first());
        first.saturating_add(more.into())
    }

    /// The ends of the range: its first VLAN and its last, or the one, with what marks them.
    #[inline]
    fn edges(&self) -> impl Iterator<Item = (u16, BridgeVlanFlags)> + use<> {
        let (first, last) = (self.vids.first(), self.vids.last());
        let (begin, end) = match self.vids.is_one() {
            true => ((first, BridgeVlanFlags::empty()), None),
            false => (
                (first, BridgeVlanFlags::RANGE_BEGIN),
                Some((last, BridgeVlanFlags::RANGE_END)),
            ),
        };
        std::iter::once(begin).chain(end)
    }

    #[inline]
    fn encode_vlans(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if !self.whose.is_empty() {
            put::<BridgeFlags>(0, "flags", &self.whose, out)?;
        }
        for (vid, mark) in self.edges() {
            match self.tunnel {
                None => {
                    let flags = (self.flags | mark).bits();
                    out.fixed(2, BridgeVlanInfo { flags, vid }.to_bytes());
                }
                Some(first) => {
                    let more = vid.saturating_sub(self.vids.first());
                    let id = first.saturating_add(more.into());
                    let tunnel = VlanTunnel::new().id(id).vid(vid).flags(mark);
                    put::<Nest<VlanTunnelTable>>(3, "vlan_tunnel_info", &tunnel.into(), out)?;
                }
            }
        }
        Ok(())
    }
}

impl Request for BridgeVlan<'_> {
    const SCHEMA: &'static Schema = LinkTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let kind = match verb {
            Verb::Add | Verb::Replace => libc::RTM_SETLINK,
            Verb::Delete => libc::RTM_DELLINK,
            verb => return Err(never(verb, "isn't done to the VLANs of a port")),
        };
        let message = begin(kind, &self.link, out)?;
        let nest = out.begin_nest(IFLA_AF_SPEC);
        self.encode_vlans(out)?;
        out.end_attribute(nest)?;
        out.end(message)
    }
}

/// `vlan 2-9 on veth0`, `tunnel 100-107 of vlan 2-9 on vxlan0`.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let all = LinkTable::SENT.attributes(body);
    let families = nests(all, IFLA_AF_SPEC).next().unwrap_or(&[]);
    let attributes = || Attributes::new(families);
    if let Some(range) = tunnels(attributes()).next() {
        match range.id() == range.last_id() {
            true => write!(f, "tunnel {} of ", range.id())?,
            false => write!(f, "tunnel {}-{} of ", range.id(), range.last_id())?,
        }
        write!(f, "vlan {}", range.vids())?;
    } else if let Some(range) = vlans(attributes()).next() {
        write!(f, "vlan {}", range.vids())?;
    } else {
        f.write_str("vlan")?;
    }
    describe_link(body, name, f)
}

impl Add for BridgeVlan<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for BridgeVlan<'_> {}
impl Delete for BridgeVlan<'_> {}
