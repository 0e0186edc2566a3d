//! Options of VLANs: set, and listed (`bridge vlan set`, `bridge vlan global set`,
//! `bridge -d vlan show`).
use std::{borrow::Cow, fmt};

use super::{
    BridgeVlanFlags, BridgeVlanInfo, GlobalVlan, Vids, VlanDumpFlags, VlanDumpTable, VlanEntry,
    VlanHeader, VlanTable, VlanView,
};
use crate::{
    Add, Change, Delete, Describe, Family, List, Query, Request, Result, Verb,
    noun::{self, never},
    wire::{EncodeError, Fault, LinkRef, Lookup, Mark, Schema, Writer, table::Table},
};

const RTM_NEWVLAN: u16 = 112;
const RTM_DELVLAN: u16 = 113;
const RTM_GETVLAN: u16 = 114;
const BRIDGE_VLANDB_ENTRY: u16 = 1;
const BRIDGE_VLANDB_GLOBAL_OPTIONS: u16 = 2;

/// VLANs of a port, or of a bridge itself, with their options.
///
/// `change` sets options of VLANs that are there; `add` makes them, as
/// [`BridgeVlan`](super::BridgeVlan) does, and sets their options in the same message; `delete`
/// takes them away. Since Linux 5.6.
///
/// ```
/// use nlroute::{bridge::VlanOptions, link::PortState};
/// let blocked = VlanOptions::new("veth0", 20..=29).state(PortState::Blocking);
/// let few_groups = VlanOptions::new("veth0", 10).mcast_max_groups(100);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VlanOptions<'a> {
    link: LinkRef<'a>,
    vids: Vids,
    flags: BridgeVlanFlags,
    pub(super) attributes: VlanEntry<'a>,
}

impl<'a> VlanOptions<'a> {
    /// These VLANs of this port, or of this bridge itself.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, vids: impl Into<Vids>) -> Self {
        Self {
            link: link.into(),
            vids: vids.into(),
            flags: BridgeVlanFlags::empty(),
            attributes: VlanEntry::new(),
        }
    }

    /// Frames that come in without a tag get it; one VLAN only, and only if it is added.
    ///
    /// `BRIDGE_VLAN_INFO_PVID`.
    #[must_use]
    pub fn pvid(mut self) -> Self {
        self.flags |= BridgeVlanFlags::PVID;
        self
    }

    /// Frames leave without the tag; only if it is added.
    ///
    /// `BRIDGE_VLAN_INFO_UNTAGGED`.
    #[must_use]
    pub fn untagged(mut self) -> Self {
        self.flags |= BridgeVlanFlags::UNTAGGED;
        self
    }

    #[inline]
    fn flags_for(&self, verb: Verb) -> Result<(u16, BridgeVlanFlags), EncodeError> {
        if self.flags.contains(BridgeVlanFlags::PVID) && !self.vids.is_one() {
            return Err(noun::invalid("pvid", self.vids, "is more than one VLAN"));
        }
        match verb {
            Verb::Change if !self.flags.is_empty() => {
                let why = "is set only where the VLAN is added; BridgeVlan alters it";
                Err(noun::invalid("flags", self.flags.bits(), why))
            }
            Verb::Change => Ok((RTM_NEWVLAN, BridgeVlanFlags::ONLY_OPTS)),
            Verb::Add => Ok((RTM_NEWVLAN, self.flags)),
            Verb::Delete => Ok((RTM_DELVLAN, BridgeVlanFlags::empty())),
            verb => Err(never(verb, "isn't done to options of a VLAN")),
        }
    }
}

#[inline]
fn begin(kind: u16, link: Option<&LinkRef<'_>>, out: &mut Writer<'_>) -> Result<Mark, EncodeError> {
    let message = out.begin(kind, 0);
    let index = match link {
        Some(link) => noun::index(link, out)?,
        None => 0,
    };
    let header = VlanHeader {
        family: Family::Bridge.into(),
        index,
        ..Default::default()
    };
    out.bytes(&header.to_bytes());
    Ok(message)
}

impl Request for VlanOptions<'_> {
    const SCHEMA: &'static Schema = VlanTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.vids.check("vids")?;
        let (kind, flags) = self.flags_for(verb)?;
        let message = begin(kind, Some(&self.link), out)?;
        let nest = out.begin_nest(BRIDGE_VLANDB_ENTRY);
        let (vid, flags) = (self.vids.first(), flags.bits());
        out.fixed(1, BridgeVlanInfo { flags, vid }.to_bytes());
        if !self.vids.is_one() {
            out.fixed(2, self.vids.last().to_ne_bytes());
        }
        self.attributes
            .encode(out)
            .map_err(|error| error.inside("entry"))?;
        out.end_attribute(nest)?;
        out.end(message)
    }
}

impl Add for VlanOptions<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Change for VlanOptions<'_> {}
impl Delete for VlanOptions<'_> {}

/// What VLANs of a bridge have on all its ports: for `change`. Since Linux 5.15.
///
/// Multicast is looked at VLAN by VLAN only if the bridge is told so
/// ([`BridgeOption::MCAST_VLAN_SNOOPING`](crate::link::BridgeOption::MCAST_VLAN_SNOOPING)).
///
/// ```
/// use nlroute::bridge::GlobalVlanOptions;
/// let querier = GlobalVlanOptions::new("br0", 10).mcast_querier(true);
/// let tree = GlobalVlanOptions::new("br0", 20..=29).msti(2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalVlanOptions<'a> {
    bridge: LinkRef<'a>,
    vids: Vids,
    pub(super) attributes: GlobalVlan<'a>,
}

impl<'a> GlobalVlanOptions<'a> {
    /// These VLANs of this bridge.
    #[must_use]
    pub fn new(bridge: impl Into<LinkRef<'a>>, vids: impl Into<Vids>) -> Self {
        Self {
            bridge: bridge.into(),
            vids: vids.into(),
            attributes: GlobalVlan::new(),
        }
    }
}

impl Request for GlobalVlanOptions<'_> {
    const SCHEMA: &'static Schema = VlanTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.vids.check("vids")?;
        if verb != Verb::Change {
            return Err(never(verb, "isn't done to what VLANs have on all ports"));
        }
        let message = begin(RTM_NEWVLAN, Some(&self.bridge), out)?;
        let nest = out.begin_nest(BRIDGE_VLANDB_GLOBAL_OPTIONS);
        out.fixed(1, self.vids.first().to_ne_bytes());
        if !self.vids.is_one() {
            out.fixed(2, self.vids.last().to_ne_bytes());
        }
        self.attributes
            .encode(out)
            .map_err(|error| error.inside("global_options"))?;
        out.end_attribute(nest)?;
        out.end(message)
    }
}

impl Change for GlobalVlanOptions<'_> {}

/// `options of vlan 2-9 on veth0`.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Ok(view) = VlanView::parse(body) else {
        return f.write_str("vlan");
    };
    let global = view.all_global_options().find_map(|all| all.vids());
    let of_port = view.entries().find_map(|entry| entry.vids());
    match (of_port, global) {
        (Some(vids), _) => write!(f, "options of vlan {vids}")?,
        (None, Some(vids)) => write!(f, "global options of vlan {vids}")?,
        (None, None) => f.write_str("vlan")?,
    }
    match view.index() {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}

/// All VLANs of bridges and their ports, with their options; or those that a filter keeps. Since
/// Linux 5.6.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::bridge::Vlans;
/// for told in &host.list(Vlans::all().link("veth0").stats())? {
///     for vlan in told.entries() {
///         println!("{:?} {:?}", vlan.vids(), vlan.stats());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vlans<'a> {
    link: Option<LinkRef<'a>>,
    flags: VlanDumpFlags,
}

impl<'a> Vlans<'a> {
    /// Those of every bridge and of every port.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this link. One that is neither a bridge nor a port is the kernel's `EINVAL`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// With counters. VLANs are then told one by one.
    ///
    /// `BRIDGE_VLANDB_DUMPF_STATS`.
    #[must_use]
    pub fn stats(mut self) -> Self {
        self.flags |= VlanDumpFlags::STATS;
        self
    }

    /// What they have on all ports ([`VlanView::all_global_options`]) instead. Since Linux 5.15.
    ///
    /// `BRIDGE_VLANDB_DUMPF_GLOBAL`.
    #[must_use]
    pub fn global(mut self) -> Self {
        self.flags |= VlanDumpFlags::GLOBAL;
        self
    }
}

impl Query for Vlans<'_> {
    const SCHEMA: &'static Schema = VlanDumpTable::SCHEMA;
    type View<'a> = VlanView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.flags.contains(VlanDumpFlags::GLOBAL) {
            "global options of vlans"
        } else {
            "vlans"
        })?;
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = begin(RTM_GETVLAN, self.link.as_ref(), out)?;
        noun::put::<VlanDumpFlags>(1, "flags", &self.flags, out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWVLAN
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<VlanView<'a>, Fault> {
        VlanView::parse(body)
    }
}

impl List for Vlans<'_> {
    fn filters(&self, _: bool) -> bool {
        false
    }
}
