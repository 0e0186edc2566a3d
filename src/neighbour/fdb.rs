//! One entry of a forwarding database: set, deleted, looked up.
use std::{borrow::Cow, fmt};

use super::{
    NeighbourAttributes, NeighbourFlags, NeighbourHeader, NeighbourState, NeighbourTable,
    NeighbourView, describe,
};
use crate::{
    Add, Append, Change, Delete, Describe, Family, Get, Query, Replace, Request, Result, Verb,
    noun::{self, invalid, put},
    wire::{EncodeError, Fault, LinkAddress, LinkRef, Lookup, Schema, Writer, table::Table},
};

/// A request about one entry of a forwarding database: by which port of a bridge, or to which
/// other end of a VXLAN, frames to a MAC address go. It is also the question for it.
///
/// What isn't set is as `bridge fdb` has it: the entry is the device's own
/// ([`NeighbourFlags::SELF`]) unless [`master`](Self::master) makes it the bridge's, and its state
/// is permanent.
///
/// `add` fails if there is the entry, `replace` sets it, `append` gives it one more destination
/// (VXLAN only), `change` sets it only if it is there, `delete` takes it away. To
/// [`get`](crate::Connection::get) one, since Linux 5.0, only the link, the MAC address, the VLAN
/// and whose it is count.
///
/// ```
/// use nlroute::{FdbEntry, neighbour::NeighbourState};
/// let mac = [2, 0, 0, 0, 0, 9];
/// let of_bridge = FdbEntry::new("veth0", mac).master().r#static().vlan(5);
/// let of_vxlan = FdbEntry::new("vxlan0", mac).destination("192.0.2.9".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FdbEntry<'a> {
    pub(super) link: LinkRef<'a>,
    mac: LinkAddress,
    state: Option<NeighbourState>,
    flags: NeighbourFlags,
    pub(super) attributes: NeighbourAttributes<'a>,
}

impl<'a> FdbEntry<'a> {
    /// The entry of this MAC address, of 6 bytes, on this link: a bridge's port, a VXLAN, or a
    /// bridge itself.
    #[inline]
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, mac: impl Into<LinkAddress>) -> Self {
        Self {
            link: link.into(),
            mac: mac.into(),
            state: None,
            flags: NeighbourFlags::empty(),
            attributes: NeighbourAttributes::new(),
        }
    }

    /// What is to be taken for known of it; see [`permanent`](Self::permanent),
    /// [`r#static`](Self::static) and [`dynamic`](Self::dynamic).
    ///
    /// `ndm_state` of `ndmsg`.
    #[inline]
    #[must_use]
    pub fn state(mut self, state: NeighbourState) -> Self {
        self.state = Some(state);
        self
    }

    /// The host's own address: frames to it are taken in. The default.
    #[inline]
    #[must_use]
    pub fn permanent(self) -> Self {
        self.state(NeighbourState::PERMANENT | NeighbourState::NOARP)
    }

    /// Doesn't age.
    #[inline]
    #[must_use]
    pub fn r#static(self) -> Self {
        self.state(NeighbourState::REACHABLE | NeighbourState::NOARP)
    }

    /// Ages, as if it were learnt. The kernel answers `EPERM` while the bridge's port may not
    /// learn, as when its link has no carrier.
    #[inline]
    #[must_use]
    pub fn dynamic(self) -> Self {
        self.state(NeighbourState::REACHABLE)
    }

    /// Sets flags beside those already set.
    ///
    /// `ndm_flags` of `ndmsg`.
    #[inline]
    #[must_use]
    pub fn flags(mut self, flags: NeighbourFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// It is the device's own entry: the default. Beside [`master`](Self::master) it is both's.
    ///
    /// `NTF_SELF`.
    #[inline]
    #[must_use]
    pub fn own(self) -> Self {
        self.flags(NeighbourFlags::SELF)
    }

    /// It is an entry of the bridge that the link is a port of.
    ///
    /// `NTF_MASTER`.
    #[inline]
    #[must_use]
    pub fn master(self) -> Self {
        self.flags(NeighbourFlags::MASTER)
    }

    /// Never moves to another port. Since Linux 4.20.
    ///
    /// `NTF_STICKY`.
    #[inline]
    #[must_use]
    pub fn sticky(self) -> Self {
        self.flags(NeighbourFlags::STICKY)
    }

    /// Learnt by a program.
    ///
    /// `NTF_EXT_LEARNED`.
    #[inline]
    #[must_use]
    pub fn ext_learned(self) -> Self {
        self.flags(NeighbourFlags::EXT_LEARNED)
    }

    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        const VNI_BITS: u32 = 24;
        let set = &self.attributes;
        if self.mac.as_bytes().len() != 6 {
            return Err(invalid("lladdr", self.mac, "is not of 6 bytes"));
        } else if set.has(libc::NDA_VLAN) && !(1..=4094).contains(&set.vlan) {
            return Err(invalid("vlan", set.vlan, "is not 1 to 4094"));
        } else if set.has(libc::NDA_VNI) && set.vni >> VNI_BITS != 0 {
            return Err(invalid("vni", set.vni, "has more than 24 bits"));
        } else if set.has(NDA_SRC_VNI) && set.source_vni >> VNI_BITS != 0 {
            return Err(invalid(
                "source_vni",
                set.source_vni,
                "has more than 24 bits",
            ));
        }
        Ok(())
    }

    fn flags_or_default(&self) -> NeighbourFlags {
        if self
            .flags
            .intersects(NeighbourFlags::SELF | NeighbourFlags::MASTER)
        {
            self.flags
        } else {
            self.flags | NeighbourFlags::SELF
        }
    }

    pub(super) fn header(&self, index: u32) -> NeighbourHeader {
        let permanent = NeighbourState::PERMANENT | NeighbourState::NOARP;
        NeighbourHeader {
            family: Family::Bridge.into(),
            index,
            state: self.state.unwrap_or(permanent).bits(),
            flags: self.flags_or_default().bits(),
            kind: 0,
        }
    }
}

impl Request for FdbEntry<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let (kind, flags) = noun::message(verb, libc::RTM_NEWNEIGH, libc::RTM_DELNEIGH)?;
        let message = out.begin(kind, flags);
        let index = noun::index(&self.link, out)?;
        out.bytes(&self.header(index).to_bytes());
        put::<LinkAddress>(libc::NDA_LLADDR, "lladdr", &self.mac, out)?;
        self.attributes.encode(out)?;
        out.end(message)
    }
}

const NDA_SRC_VNI: u16 = 11;

impl Add for FdbEntry<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for FdbEntry<'_> {}
impl Change for FdbEntry<'_> {}
impl Append for FdbEntry<'_> {}
impl Delete for FdbEntry<'_> {}

impl Query for FdbEntry<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    type View<'a> = NeighbourView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fdb entry {} on {}", self.mac, self.link)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let message = out.begin(libc::RTM_GETNEIGH, 0);
        let whose = NeighbourFlags::SELF | NeighbourFlags::MASTER;
        let header = NeighbourHeader {
            family: Family::Bridge.into(),
            index: noun::index(&self.link, out)?,
            flags: (self.flags_or_default() & whose).bits(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        put::<LinkAddress>(libc::NDA_LLADDR, "lladdr", &self.mac, out)?;
        if self.attributes.has(libc::NDA_VLAN) {
            put::<u16>(libc::NDA_VLAN, "vlan", &self.attributes.vlan, out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWNEIGH
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NeighbourView<'a>, Fault> {
        NeighbourView::parse(body)
    }
}

impl Get for FdbEntry<'_> {}
