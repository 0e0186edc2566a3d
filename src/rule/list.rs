//! Reading rules: all that a filter keeps (`RTM_GETRULE`).
use std::{borrow::Cow, fmt};

use super::table::{RuleHeader, RuleTable, RuleView};
use crate::{
    Family, List, Query,
    route::{RouteProtocol, RouteTable},
    wire::{EncodeError, Fault, Schema, Writer, table::Table},
};

/// All rules, or those that a filter keeps.
///
/// By default those of every family, multicast forwarding's too; `ip rule` shows those of IPv4
/// only. Of each family they come in the order in which they are asked. The kernel filters by
/// family, the rest is filtered here.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Family, Rules};
/// for rule in &host.list(Rules::all().family(Family::Inet))? {
///     println!("{}: {} {}", rule.priority().unwrap_or(0), rule.action(), rule.table());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    family: Option<Family>,
    table: Option<RouteTable>,
    priority: Option<u32>,
    protocol: Option<RouteProtocol>,
}

impl Rules {
    /// Every rule.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this family.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only those that look in this table.
    #[must_use]
    pub fn table(mut self, table: impl Into<RouteTable>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Only those of this priority.
    #[must_use]
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Only those that this one made.
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }
}

impl Query for Rules {
    const SCHEMA: &'static Schema = RuleTable::SENT;
    type View<'a> = RuleView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("rules")?;
        if let Some(table) = self.table {
            write!(f, " of table {table}")?;
        }
        if let Some(priority) = self.priority {
            write!(f, " of priority {priority}")?;
        }
        match self.protocol {
            Some(protocol) => write!(f, " of protocol {protocol}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETRULE, 0);
        let header = RuleHeader {
            family: self.family.unwrap_or(Family::Unspec).into(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWRULE
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<RuleView<'a>, Fault> {
        RuleView::parse(body)
    }
}

impl List for Rules {
    fn filters(&self, _: bool) -> bool {
        self.table.is_some() || self.priority.is_some() || self.protocol.is_some()
    }

    #[inline]
    fn keeps(&self, view: &RuleView<'_>) -> bool {
        self.table.is_none_or(|t| t == view.table())
            && self
                .priority
                .is_none_or(|p| p == view.priority().unwrap_or(0))
            && self.protocol.is_none_or(|p| Some(p) == view.protocol())
    }
}
