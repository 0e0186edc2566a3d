//! Statistics of one link or of all are asked for, and what is counted is set.
use std::{borrow::Cow, fmt};

use super::{
    OffloadGroups, StatsFilter, StatsFilterTable, StatsGetSet, StatsGetSetTable, StatsGetSetView,
    StatsGroups, StatsHeader, StatsView,
};
use crate::{
    Change, Describe, Get, List, Query, Request, Verb,
    noun::{self, invalid, never, put},
    wire::{EncodeError, Fault, LinkRef, Nest, Schema, Writer, table::Table},
};

const RTM_NEWSTATS: u16 = 92;
const RTM_GETSTATS: u16 = 94;
const RTM_SETSTATS: u16 = 95;
const IFLA_STATS_GET_FILTERS: u16 = 1;
const IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS: u16 = 2;

/// The question for the statistics of one link, and a request to change what is counted.
///
/// ```
/// use nlroute::stats::{OffloadGroups, Stats, StatsGroups};
/// let counted = Stats::new("eth0");
/// let more = Stats::new("eth0").groups(StatsGroups::LINK_64 | StatsGroups::LINK_XSTATS);
/// let routed = Stats::new("eth0").offload(OffloadGroups::L3_STATS);
/// let to_be_changed = Stats::new("eth0").l3_stats(true);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stats<'a> {
    link: LinkRef<'a>,
    groups: Option<StatsGroups>,
    pub(super) attributes: StatsGetSet<'a>,
}

impl<'a> Stats<'a> {
    /// Those of this link.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>) -> Self {
        Self {
            link: link.into(),
            groups: None,
            attributes: StatsGetSet::new(),
        }
    }

    /// Which groups are asked for; unset it is [`StatsGroups::LINK_64`].
    ///
    /// `filter_mask` of `if_stats_msg`.
    #[must_use]
    pub fn groups(mut self, groups: StatsGroups) -> Self {
        self.groups = Some(groups);
        self
    }

    /// Asks for this of what hardware counts, and of the groups for
    /// [`StatsGroups::LINK_OFFLOAD_XSTATS`]. Since Linux 5.19.
    ///
    /// `IFLA_STATS_GET_FILTERS`.
    #[inline]
    #[must_use]
    pub fn offload(mut self, groups: OffloadGroups) -> Self {
        let with = self.groups.unwrap_or(StatsGroups::empty());
        self.groups = Some(with | StatsGroups::LINK_OFFLOAD_XSTATS);
        self.filters(StatsFilter::new().link_offload_xstats(groups))
    }

    fn has(&self, kind: u16) -> bool {
        self.attributes.is_set.contains(kind)
    }
}

impl Request for Stats<'_> {
    const SCHEMA: &'static Schema = StatsGetSetTable::SCHEMA;
    const DESCRIBE: Describe = |body, name, f| {
        f.write_str("statistics")?;
        match StatsGetSetView::parse(body) {
            Ok(view) => write!(f, " of {}", name(StatsHeader::at(view.as_bytes()).index)),
            Err(_) => Ok(()),
        }
    };

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if verb != Verb::Change {
            return Err(never(verb, "isn't done to statistics"));
        }
        if self.has(IFLA_STATS_GET_FILTERS) || self.groups.is_some() {
            return Err(invalid("filters", "", "is of a question, not of a change"));
        } else if !self.has(IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS) {
            return Err(invalid("l3_stats", "none", "nothing is to be changed"));
        }
        let message = out.begin(RTM_SETSTATS, 0);
        let header = StatsHeader {
            index: noun::index(&self.link, out)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        self.attributes.encode(out)?;
        out.end(message)
    }
}

impl Change for Stats<'_> {}

/// The groups that are asked for, of which there must be one.
#[inline]
fn wanted(groups: Option<StatsGroups>) -> Result<u32, EncodeError> {
    match groups {
        None => Ok(StatsGroups::LINK_64.bits()),
        Some(groups) if groups.is_empty() => {
            Err(invalid("groups", "none", "at least one is needed"))
        }
        Some(groups) => Ok(groups.bits()),
    }
}

impl Query for Stats<'_> {
    const SCHEMA: &'static Schema = StatsGetSetTable::SCHEMA;
    type View<'a> = StatsView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statistics of {}", self.link)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.has(IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS) {
            return Err(invalid("l3_stats", "", "is of a change, not of a question"));
        }
        let message = out.begin(RTM_GETSTATS, 0);
        let header = StatsHeader {
            index: noun::index(&self.link, out)?,
            filter_mask: wanted(self.groups)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        self.attributes.encode(out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWSTATS
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<StatsView<'a>, Fault> {
        StatsView::parse(body)
    }
}

impl Get for Stats<'_> {}

/// The statistics of all links.
///
/// A link that has nothing in any of the groups is left out.
///
/// ```
/// use nlroute::stats::{AllStats, StatsGroups};
/// let of_ports = AllStats::new().groups(StatsGroups::LINK_XSTATS_SLAVE);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllStats {
    groups: Option<StatsGroups>,
    offload: Option<OffloadGroups>,
}

impl AllStats {
    /// Those of every link; the kernel knows no filter by link.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which groups are asked for; unset it is [`StatsGroups::LINK_64`].
    ///
    /// `filter_mask` of `if_stats_msg`.
    #[must_use]
    pub fn groups(mut self, groups: StatsGroups) -> Self {
        self.groups = Some(groups);
        self
    }

    /// Asks for this of what hardware counts, and of the groups for
    /// [`StatsGroups::LINK_OFFLOAD_XSTATS`]. Since Linux 5.19.
    ///
    /// `IFLA_STATS_GET_FILTERS`.
    #[must_use]
    pub fn offload(mut self, groups: OffloadGroups) -> Self {
        let with = self.groups.unwrap_or(StatsGroups::empty());
        self.groups = Some(with | StatsGroups::LINK_OFFLOAD_XSTATS);
        self.offload = Some(groups);
        self
    }
}

impl Query for AllStats {
    const SCHEMA: &'static Schema = StatsGetSetTable::SCHEMA;
    type View<'a> = StatsView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("statistics")
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETSTATS, 0);
        let header = StatsHeader {
            filter_mask: wanted(self.groups)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        if let Some(groups) = self.offload {
            let filter = StatsFilter::new().link_offload_xstats(groups);
            let filter = filter.into();
            put::<Nest<StatsFilterTable>>(IFLA_STATS_GET_FILTERS, "filters", &filter, out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWSTATS
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<StatsView<'a>, Fault> {
        StatsView::parse(body)
    }
}

impl List for AllStats {
    fn filters(&self, _: bool) -> bool {
        false
    }
}
