//! Reading next hop objects: all that a filter keeps (`RTM_GETNEXTHOP`).
use std::{borrow::Cow, fmt};

use super::{
    NHA_FDB, NHA_GROUPS, NHA_MASTER, NHA_OIF, NHA_OP_FLAGS, NexthopHeader, NexthopObjectTable,
    NexthopOpFlags, NexthopView, RTM_GETNEXTHOP, RTM_NEWNEXTHOP,
};
use crate::{
    Family, List, Query,
    noun::{self, put},
    route::RouteProtocol,
    wire::{EncodeError, Fault, LinkRef, Present, Schema, Writer, table::Table},
};

/// All next hop objects, or those that a filter keeps.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Nexthops, nexthop::NexthopOpFlags};
/// let groups = Nexthops::all().groups().op_flags(NexthopOpFlags::DUMP_STATS);
/// for group in &host.list(groups)? {
///     for member in group.group_stats().iter().flat_map(|stats| stats.iter()) {
///         println!("{:?} {:?}", member.id(), member.packets());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nexthops<'a> {
    family: Option<Family>,
    link: Option<LinkRef<'a>>,
    master: Option<LinkRef<'a>>,
    groups: bool,
    fdb: bool,
    protocol: Option<RouteProtocol>,
    op_flags: NexthopOpFlags,
}

impl<'a> Nexthops<'a> {
    /// Every next hop object.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this family, [`Family::Inet`] or [`Family::Inet6`]; no groups, which have
    /// none.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only those on this link.
    ///
    /// `NHA_OIF`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Only those on ports of this master, a bridge or VRF.
    ///
    /// `NHA_MASTER`.
    #[must_use]
    pub fn master(mut self, master: impl Into<LinkRef<'a>>) -> Self {
        self.master = Some(master.into());
        self
    }

    /// Only groups.
    ///
    /// `NHA_GROUPS`.
    #[must_use]
    pub fn groups(mut self) -> Self {
        self.groups = true;
        self
    }

    /// Only those for entries of a forwarding database, groups of them too. Since Linux 5.8.
    ///
    /// `NHA_FDB`.
    #[must_use]
    pub fn fdb(mut self) -> Self {
        self.fdb = true;
        self
    }

    /// Only those that this one made. The kernel tells all, and they are filtered here.
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// What more is asked. Since Linux 6.9.
    ///
    /// `NHA_OP_FLAGS`.
    #[must_use]
    pub fn op_flags(mut self, flags: NexthopOpFlags) -> Self {
        self.op_flags = flags;
        self
    }
}

impl Query for Nexthops<'_> {
    const SCHEMA: &'static Schema = NexthopObjectTable::SCHEMA;
    type View<'a> = NexthopView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        if self.fdb {
            f.write_str("fdb ")?;
        }
        f.write_str(if self.groups {
            "nexthop groups"
        } else {
            "nexthops"
        })?;
        on(self.link.as_ref(), self.master.as_ref(), f)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETNEXTHOP, 0);
        begin(self.family, &mut self.link, &mut self.master, out)?;
        if self.groups {
            put::<Present>(NHA_GROUPS, "groups", &true, out)?;
        }
        if self.fdb {
            put::<Present>(NHA_FDB, "fdb", &true, out)?;
        }
        if !self.op_flags.is_empty() {
            put::<NexthopOpFlags>(NHA_OP_FLAGS, "op_flags", &self.op_flags, out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNEXTHOP
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NexthopView<'a>, Fault> {
        NexthopView::parse(body)
    }
}

impl List for Nexthops<'_> {
    /// A kernel that has next hop objects filters, but not by who made them, and by what they are
    /// for it only says so.
    fn filters(&self, _: bool) -> bool {
        self.protocol.is_some() || self.fdb
    }

    #[inline]
    fn keeps(&self, view: &NexthopView<'_>) -> bool {
        self.protocol.is_none_or(|wanted| wanted == view.protocol())
            && (!self.fdb || view.fdb() == Some(true))
    }
}

/// What is in the question for either list.
#[inline]
pub(super) fn begin(
    family: Option<Family>,
    link: &mut Option<LinkRef<'_>>,
    master: &mut Option<LinkRef<'_>>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let header = NexthopHeader {
        family: family.unwrap_or(Family::Unspec).into(),
        ..Default::default()
    };
    out.bytes(&header.to_bytes());
    match noun::resolve(link, "link", out)? {
        0 => {}
        index => put::<u32>(NHA_OIF, "link", &index, out)?,
    }
    match noun::resolve(master, "master", out)? {
        0 => Ok(()),
        index => put::<u32>(NHA_MASTER, "master", &index, out),
    }
}

/// Describes the filters by links.
#[inline]
pub(super) fn on(
    link: Option<&LinkRef<'_>>,
    master: Option<&LinkRef<'_>>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if let Some(link) = link {
        write!(f, " on {link}")?;
    }
    match master {
        Some(master) => write!(f, " of master {master}"),
        None => Ok(()),
    }
}
