//! Many entries of a forwarding database at once: deleted.
use std::net::IpAddr;

use super::{FdbEntry, NeighbourFlags, NeighbourState, NeighbourTable, describe};
use crate::{
    Delete, Describe, Request, Verb,
    noun::{self, never, put},
    wire::{EncodeError, Index, LinkRef, Schema, Writer, table::Table},
};

/// Many entries of one forwarding database, to be deleted at once: all that the filters keep.
/// Bridges since Linux 6.0, VXLANs since 6.7; an older kernel refuses it.
///
/// Of a bridge's filters count `bridge_port`, `vlan`, states and flags; of a VXLAN's `destination`,
/// `port`, `vni`, `source_vni`, `nexthop_id`, states and flags. The kernel refuses the others'.
/// Without a filter a bridge forgets all, its own addresses too; a VXLAN keeps its default entries.
///
/// ```
/// use nlroute::neighbour::FdbFlush;
/// let learnt = FdbFlush::new("br0").bridge_port("veth0").dynamic();
/// let of_vxlan = FdbFlush::new("vxlan0").destination([192, 0, 2, 9]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FdbFlush<'a> {
    filter: FdbEntry<'a>,
    bridge_port: Option<LinkRef<'a>>,
    state_mask: NeighbourState,
    flags_mask: NeighbourFlags,
}

impl<'a> FdbFlush<'a> {
    /// All of this bridge or VXLAN; with [`master`](Self::master) all of this port in its bridge's.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>) -> Self {
        let filter = FdbEntry::new(link, [0; 6]);
        Self {
            filter: filter.state(NeighbourState::empty()),
            bridge_port: None,
            state_mask: NeighbourState::empty(),
            flags_mask: NeighbourFlags::empty(),
        }
    }

    /// Only those of this port of the bridge.
    ///
    /// `NDA_IFINDEX`.
    #[must_use]
    pub fn bridge_port(mut self, port: impl Into<LinkRef<'a>>) -> Self {
        self.bridge_port = Some(port.into());
        self
    }

    /// Only those of this VLAN.
    ///
    /// `NDA_VLAN`.
    #[must_use]
    pub fn vlan(mut self, vlan: u16) -> Self {
        self.filter = self.filter.vlan(vlan);
        self
    }

    /// Only those to this other end of the tunnel; VXLAN.
    ///
    /// `NDA_DST`.
    #[must_use]
    pub fn destination(mut self, address: impl Into<IpAddr>) -> Self {
        self.filter = self.filter.destination(address.into());
        self
    }

    /// Only those to this UDP port; VXLAN.
    ///
    /// `NDA_PORT`.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.filter = self.filter.port(port);
        self
    }

    /// Only those that send with this network identifier; VXLAN.
    ///
    /// `NDA_VNI`.
    #[must_use]
    pub fn vni(mut self, vni: u32) -> Self {
        self.filter = self.filter.vni(vni);
        self
    }

    /// Only those for packets that came with this network identifier; VXLAN.
    ///
    /// `NDA_SRC_VNI`.
    #[must_use]
    pub fn source_vni(mut self, vni: u32) -> Self {
        self.filter = self.filter.source_vni(vni);
        self
    }

    /// Only those to this next hop group; VXLAN.
    ///
    /// `NDA_NH_ID`.
    #[must_use]
    pub fn nexthop_id(mut self, id: u32) -> Self {
        self.filter = self.filter.nexthop_id(id);
        self
    }

    /// Only those of which these states are true, of all that are looked at: those in `mask`.
    ///
    /// `ndm_state` of `ndmsg`, `NDA_NDM_STATE_MASK`.
    #[must_use]
    pub fn state(mut self, state: NeighbourState, mask: NeighbourState) -> Self {
        self.filter = self.filter.state(state & mask);
        self.state_mask = mask;
        self
    }

    /// Only the host's own addresses, or only others.
    #[must_use]
    pub fn permanent(self, on: bool) -> Self {
        let permanent = NeighbourState::PERMANENT;
        self.state(
            if on {
                permanent
            } else {
                NeighbourState::empty()
            },
            permanent,
        )
    }

    /// Only those that don't age and aren't the host's own.
    #[must_use]
    pub fn r#static(self) -> Self {
        let all = NeighbourState::PERMANENT | NeighbourState::NOARP;
        self.state(NeighbourState::NOARP, all)
    }

    /// Only those that age.
    #[must_use]
    pub fn dynamic(self) -> Self {
        let all = NeighbourState::PERMANENT | NeighbourState::NOARP;
        self.state(NeighbourState::empty(), all)
    }

    /// Only those of which these flags are true, of all that are looked at: those in `mask`. A
    /// bridge looks at `USE` (by hand), `EXT_LEARNED`, `STICKY` and `OFFLOADED`, a VXLAN at
    /// `EXT_LEARNED`, `OFFLOADED` and `ROUTER`.
    ///
    /// `ndm_flags` of `ndmsg`, `NDA_NDM_FLAGS_MASK`.
    #[must_use]
    pub fn flags(mut self, flags: NeighbourFlags, mask: NeighbourFlags) -> Self {
        self.filter = self.filter.flags(flags & mask);
        self.flags_mask |= mask;
        self
    }

    /// Of the link itself: the default. Beside [`master`](Self::master) it is both's.
    ///
    /// `NTF_SELF`.
    #[must_use]
    pub fn own(mut self) -> Self {
        self.filter = self.filter.own();
        self
    }

    /// Of the link as a port, in its bridge's database.
    ///
    /// `NTF_MASTER`.
    #[must_use]
    pub fn master(mut self) -> Self {
        self.filter = self.filter.master();
        self
    }
}

impl Request for FdbFlush<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    const DESCRIBE: Describe = |body, name, f| {
        f.write_str("all of ")?;
        describe(body, name, f)
    };

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const NLM_F_BULK: u16 = 0x200;
        const NDA_NDM_STATE_MASK: u16 = 16;
        const NDA_NDM_FLAGS_MASK: u16 = 17;
        if verb != Verb::Delete {
            return Err(never(verb, "isn't done to many entries at once"));
        }
        self.filter.check()?;
        let message = out.begin(libc::RTM_DELNEIGH, NLM_F_BULK);
        let index = noun::index(&self.filter.link, out)?;
        out.bytes(&self.filter.header(index).to_bytes());
        self.filter.attributes.encode(out)?;
        if let Some(port) = &self.bridge_port {
            put::<Index>(libc::NDA_IFINDEX, "bridge_port", port, out)?;
        }
        if !self.state_mask.is_empty() {
            out.fixed(NDA_NDM_STATE_MASK, self.state_mask.bits().to_ne_bytes());
        }
        if !self.flags_mask.is_empty() {
            out.fixed(NDA_NDM_FLAGS_MASK, [self.flags_mask.bits()]);
        }
        out.end(message)
    }
}

impl Delete for FdbFlush<'_> {}
