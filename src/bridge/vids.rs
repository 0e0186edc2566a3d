//! VLANs by ranges: given as one, and read out of a message that has a beginning and an end of it.
use std::{fmt, ops::RangeInclusive};

use super::{BridgeVlanFlags, BridgeVlanInfo, VlanTunnelView};
use crate::{
    noun::invalid,
    wire::{Attribute, Attributes, EncodeError, Format},
};

/// A VLAN, or all from one to another: each 1 to 4094.
///
/// ```
/// use nlroute::bridge::Vids;
/// assert_eq!(Vids::from(2..=9).to_string(), "2-9");
/// assert_eq!(Vids::from(7), Vids::from(7..=7));
/// assert!(Vids::from(2..=9).contains(9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vids {
    first: u16,
    last: u16,
}

impl Vids {
    /// The first.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.first
    }

    /// The last.
    #[must_use]
    pub const fn last(self) -> u16 {
        self.last
    }

    /// Whether this VLAN is one of them.
    #[must_use]
    pub const fn contains(self, vid: u16) -> bool {
        self.first <= vid && vid <= self.last
    }

    /// Each of them.
    #[must_use]
    pub const fn iter(self) -> RangeInclusive<u16> {
        self.first..=self.last
    }

    /// Whether it is one.
    pub(crate) const fn is_one(self) -> bool {
        self.first == self.last
    }

    /// Whether they can be sent, as the attribute of this name.
    #[inline]
    pub(crate) fn check(self, name: &'static str) -> Result<(), EncodeError> {
        let Self { first, last } = self;
        if !(1..=4094).contains(&first) {
            return Err(invalid(name, first, "is not 1 to 4094"));
        } else if !(1..=4094).contains(&last) {
            return Err(invalid(name, last, "is not 1 to 4094"));
        } else if last < first {
            return Err(invalid(name, self, "ends before it begins"));
        }
        Ok(())
    }
}

impl From<u16> for Vids {
    fn from(vid: u16) -> Self {
        Self {
            first: vid,
            last: vid,
        }
    }
}

impl From<RangeInclusive<u16>> for Vids {
    fn from(vids: RangeInclusive<u16>) -> Self {
        let (first, last) = vids.into_inner();
        Self { first, last }
    }
}

impl fmt::Display for Vids {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_one() {
            true => self.first.fmt(f),
            false => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

/// VLANs of a bridge or of a port, as it is told: a range of which the same is true.
///
/// ```
/// use nlroute::{bridge::BridgeAfView, wire::Writer};
/// let mut bytes = Vec::new();
/// let mut out = Writer::new(&mut bytes);
/// for [flags, vid] in [[8_u16, 20], [16, 29]] {
///     out.attribute(2, &[flags.to_ne_bytes(), vid.to_ne_bytes()].concat())?;
/// }
/// let view = BridgeAfView::parse(bytes)?;
/// assert_eq!(view.vlans().next().unwrap().vids().to_string(), "20-29");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VlanRange {
    vids: Vids,
    flags: BridgeVlanFlags,
}

impl VlanRange {
    /// Which they are.
    #[must_use]
    pub fn vids(&self) -> Vids {
        self.vids
    }

    /// What is true of them, without the marks of where a range begins and ends.
    #[must_use]
    pub fn flags(&self) -> BridgeVlanFlags {
        self.flags
    }

    /// Whether it is what a frame without a tag gets.
    #[must_use]
    pub fn is_pvid(&self) -> bool {
        self.flags.contains(BridgeVlanFlags::PVID)
    }

    /// Whether frames leave without the tag.
    #[must_use]
    pub fn is_untagged(&self) -> bool {
        self.flags.contains(BridgeVlanFlags::UNTAGGED)
    }
}

/// VLANs of a port and the tunnels that they go through, one for each in the same order.
///
/// ```
/// let view = nlroute::bridge::BridgeAfView::parse(&[][..])?;
/// assert!(view.tunnels().next().is_none());
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TunnelRange {
    vids: Vids,
    id: u32,
}

impl TunnelRange {
    /// The VLANs.
    #[must_use]
    pub fn vids(&self) -> Vids {
        self.vids
    }

    /// The tunnel of the first VLAN: its network identifier.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The tunnel of the last VLAN.
    #[must_use]
    pub fn last_id(&self) -> u32 {
        let more = u32::from(self.vids.last.saturating_sub(self.vids.first));
        self.id.saturating_add(more)
    }
}

/// A VLAN that may be where a range begins or ends.
struct Edge<T> {
    vid: u16,
    flags: BridgeVlanFlags,
    more: T,
}

/// Puts the ranges of the attributes of this number together. A beginning without an end, or an
/// end without a beginning, is a VLAN by itself.
fn ranges<'a, T: Copy + 'a>(
    attributes: Attributes<'a>,
    kind: u16,
    read: impl Fn(&[u8]) -> Option<Edge<T>> + 'a,
) -> impl Iterator<Item = (Vids, BridgeVlanFlags, T)> + 'a {
    let of_kind = move |attribute: Attribute<'a>| {
        let payload = (attribute.kind() == kind).then(|| attribute.payload())?;
        read(payload)
    };
    let mut edges = attributes.flatten().filter_map(of_kind).peekable();
    let marks = BridgeVlanFlags::RANGE_BEGIN | BridgeVlanFlags::RANGE_END;
    std::iter::from_fn(move || {
        let first = edges.next()?;
        let begins = first.flags.contains(BridgeVlanFlags::RANGE_BEGIN);
        let last = edges.next_if(|next| {
            begins && next.flags.contains(BridgeVlanFlags::RANGE_END) && next.vid >= first.vid
        });
        let vids = Vids {
            first: first.vid,
            last: last.map_or(first.vid, |last| last.vid),
        };
        Some((vids, first.flags - marks, first.more))
    })
}

/// The ranges of VLANs in the attributes of a bridge's or a port's messages.
pub(crate) fn vlans(attributes: Attributes<'_>) -> impl Iterator<Item = VlanRange> + '_ {
    const IFLA_BRIDGE_VLAN_INFO: u16 = 2;
    let read = |payload: &[u8]| {
        let info = BridgeVlanInfo::read(payload).ok()?;
        Some(Edge {
            vid: info.vid,
            flags: info.flags(),
            more: (),
        })
    };
    ranges(attributes, IFLA_BRIDGE_VLAN_INFO, read)
        .map(|(vids, flags, ())| VlanRange { vids, flags })
}

/// The ranges of VLANs with their tunnels.
pub(crate) fn tunnels(attributes: Attributes<'_>) -> impl Iterator<Item = TunnelRange> + '_ {
    const IFLA_BRIDGE_VLAN_TUNNEL_INFO: u16 = 3;
    let read = |payload: &[u8]| {
        let tunnel = VlanTunnelView::parse(payload).ok()?;
        Some(Edge {
            vid: tunnel.vid()?,
            flags: tunnel.flags().unwrap_or_default(),
            more: tunnel.id()?,
        })
    };
    ranges(attributes, IFLA_BRIDGE_VLAN_TUNNEL_INFO, read)
        .map(|(vids, _, id)| TunnelRange { vids, id })
}
