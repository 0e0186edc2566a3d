//! Routing rules: which table a packet's route is looked for in (`RTM_NEWRULE` and its like;
//! `linux/fib_rules.h`, `ip-rule(8)`).
//!
//! ```no_run
//! use nlroute::{Connection, Rule, Rules, rule::RuleAction};
//!
//! let mut host = Connection::open()?;
//! host.add(Rule::new().from("10.1.0.0/16".parse()?).table(100).priority(1000))?;
//! host.add(Rule::new().fwmark(5).fwmask(0xff).action(RuleAction::Prohibit))?;
//! for rule in &host.list(Rules::all())? {
//!     println!("{:?}", rule.from());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::fmt;

use crate::{
    Add, Delete, Describe, Family, Prefix, Request, Result, Verb,
    noun::{self, invalid, put},
    route::RouteTable,
    wire::{
        Be32, EncodeError, IpBytes, Lookup, Schema, Writer,
        table::{Bits, Table, aside},
    },
};

mod list;
mod table;
mod types;

pub use list::Rules;
pub use table::{RuleAttributes, RuleHeader, RuleTable, RuleView};
pub use types::{RuleAction, RuleFlags, RulePortRange, RuleUidRange};

/// A request about one rule.
///
/// What isn't set is as `ip rule` has it:
///
/// - It is for every packet of its family, which is that of the prefixes, or IPv4.
/// - It looks in the main table. With [`goto`](Self::goto) it goes on with another rule instead,
///   with [`l3mdev`](Self::l3mdev) it looks in the table of the packet's VRF.
/// - Its priority the kernel finds: before all that are there but the first.
/// - To delete, what isn't set matches any.
///
/// `add` fails if there is the same rule; what a rule is can't be changed. `delete` takes the
/// first rule that matches all that is set.
///
/// ```
/// use nlroute::{Family, Rule, rule::RuleAction};
/// let by_source = Rule::new().from("10.1.0.0/16".parse()?).table(100);
/// let web = Rule::new().family(Family::Inet6).ip_proto(6).dport(80..=90).table(101);
/// let jump = Rule::new().iif("eth0").goto(2000).priority(1000);
/// let none = Rule::new().to("192.0.2.0/24".parse()?).action(RuleAction::Unreachable);
/// # Ok::<(), nlroute::PrefixError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule<'a> {
    family: Option<Family>,
    from: Option<Prefix>,
    to: Option<Prefix>,
    tos: u8,
    table: Option<RouteTable>,
    action: Option<RuleAction>,
    flags: RuleFlags,
    attributes: RuleAttributes<'a>,
}

impl Rule<'_> {
    /// A rule for every packet.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Its family: [`Family::Inet`], [`Family::Inet6`], or that of multicast forwarding,
    /// [`Family::Ipmr`] or [`Family::Ip6mr`].
    ///
    /// `family` of `fib_rule_hdr`.
    #[inline]
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only for packets whose source has this prefix.
    ///
    /// `FRA_SRC`.
    #[inline]
    #[must_use]
    pub fn from(mut self, source: Prefix) -> Self {
        self.from = Some(source);
        self
    }

    /// Only for packets whose destination has this prefix.
    ///
    /// `FRA_DST`.
    #[inline]
    #[must_use]
    pub fn to(mut self, destination: Prefix) -> Self {
        self.to = Some(destination);
        self
    }

    /// Only for packets of this type of service, without the two bits of congestion
    /// notification; 0 is any. [`dscp`](Self::dscp) also tells 0 from any.
    ///
    /// `tos` of `fib_rule_hdr`.
    #[inline]
    #[must_use]
    pub fn tos(mut self, tos: u8) -> Self {
        self.tos = tos;
        self
    }

    /// Looks in this table. Of IPv4, [`RouteTable::UNSPEC`] is an empty one that the kernel finds.
    ///
    /// `table` of `fib_rule_hdr`, from 256 on `FRA_TABLE`.
    #[inline]
    #[must_use]
    pub fn table(mut self, table: impl Into<RouteTable>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// What it does.
    ///
    /// `action` of `fib_rule_hdr`.
    #[inline]
    #[must_use]
    pub fn action(mut self, action: RuleAction) -> Self {
        self.action = Some(action);
        self
    }

    /// For the packets that it doesn't describe, and no others.
    ///
    /// `FIB_RULE_INVERT`.
    #[inline]
    #[must_use]
    pub fn invert(mut self) -> Self {
        self.flags |= RuleFlags::INVERT;
        self
    }

    /// The family, if all that is given is of the same.
    #[inline]
    fn family_or_default(&self) -> Result<Family, EncodeError> {
        let prefix = self.from.or(self.to).map(|prefix| prefix.family());
        let family = self.family.or(prefix).unwrap_or(Family::Inet);
        let of_addresses = match family {
            Family::Ipmr => Family::Inet,
            Family::Ip6mr => Family::Inet6,
            family => family,
        };
        for (name, prefix) in [("from", self.from), ("to", self.to)] {
            if let Some(prefix) = prefix.filter(|prefix| prefix.family() != of_addresses) {
                let why = "is of another family than the rule";
                return Err(invalid(name, prefix, why));
            }
        }
        Ok(family)
    }

    #[inline]
    fn check(&self, verb: Verb, family: Family) -> Result<(), EncodeError> {
        let set = &self.attributes;
        let action = self.action_or_default(verb);
        match (set.has(FRA_GOTO), action) {
            (true, RuleAction::Goto) | (false, _) => {}
            (true, action) => return Err(invalid("action", action, "has nowhere to go to")),
        }
        if verb == Verb::Add {
            if action == RuleAction::Goto && !set.has(FRA_GOTO) {
                return Err(invalid("goto", "none", "the priority to go to is needed"));
            }
            if let Some(table) = self.table.filter(|_| action != RuleAction::Lookup) {
                let why = "only the action lookup looks in a table";
                return Err(invalid("table", table, why));
            }
        }
        if let Some(table) = self
            .table
            .filter(|table| table.0 != 0 && self.attributes.by_vrf())
        {
            let why = "with l3mdev it is the VRF that tells the table";
            return Err(invalid("table", table, why));
        }
        if self.attributes.has_none_of(FITTING) {
            return Ok(());
        }
        aside(self, family, Self::check_values)
    }

    #[inline]
    fn check_values(&self, family: Family) -> Result<(), EncodeError> {
        let set = self.attributes.values();
        if let Some(realms) = set.realms.filter(|_| family != Family::Inet) {
            return Err(invalid("realms", realms, "only a rule of IPv4 has them"));
        }
        if let Some(users) = set.uid_range.filter(|users| users.start > users.end) {
            return Err(invalid("uid_range", users, "ends before it starts"));
        }
        for (name, mask_name, ports, mask) in [
            ("sport", "sport_mask", set.sport, set.sport_mask),
            ("dport", "dport_mask", set.dport, set.dport_mask),
        ] {
            if let Some(ports) = ports {
                let why = match ports {
                    RulePortRange { start, end } if start > end => "ends before it starts",
                    RulePortRange { start: 0, .. } => "there is no port 0",
                    RulePortRange { end: u16::MAX, .. } => "the last port is 65534",
                    _ => "",
                };
                if !why.is_empty() {
                    return Err(invalid(name, ports, why));
                }
            }
            let Some(mask) = mask else { continue };
            let why = match ports {
                None => "is the mask of no port",
                Some(ports) if ports.start != ports.end => "is for one port, not for a range",
                Some(ports) if ports.start & !mask != 0 => "the port has other bits",
                Some(_) => continue,
            };
            return Err(invalid(mask_name, format_args!("{mask:#x}"), why));
        }
        if let Some(dscp) = set.dscp {
            let why = "the type of service is given already";
            match dscp {
                _ if self.tos != 0 => return Err(invalid("dscp", dscp, why)),
                0..64 => {}
                _ => return Err(invalid("dscp", dscp, "is not 0 to 63")),
            }
        }
        masked("dscp_mask", set.dscp, set.dscp_mask, 63)?;
        if family != Family::Inet6 {
            let why = "only a rule of IPv6 has one";
            if let Some(label) = set.flowlabel.or(set.flowlabel_mask) {
                return Err(invalid("flowlabel", format_args!("{label:#x}"), why));
            }
        }
        if let Some(label) = set.flowlabel.filter(|label| *label > FLOWLABEL) {
            let why = "has more than 20 bits";
            return Err(invalid("flowlabel", format_args!("{label:#x}"), why));
        }
        masked(
            "flowlabel_mask",
            set.flowlabel,
            set.flowlabel_mask,
            FLOWLABEL,
        )
    }

    fn action_or_default(&self, verb: Verb) -> RuleAction {
        self.action.unwrap_or(match verb {
            _ if self.attributes.has(FRA_GOTO) => RuleAction::Goto,
            Verb::Delete => RuleAction::Unspec,
            _ => RuleAction::Lookup,
        })
    }

    fn table_or_default(&self, verb: Verb) -> RouteTable {
        self.table.unwrap_or(match verb {
            Verb::Add
                if self.action_or_default(verb) == RuleAction::Lookup
                    && !self.attributes.by_vrf() =>
            {
                RouteTable::MAIN
            }
            _ => RouteTable::UNSPEC,
        })
    }

    #[inline]
    fn header(&self, verb: Verb, family: Family) -> RuleHeader {
        RuleHeader {
            family: family.into(),
            dst_len: self.to.map_or(0, |to| to.len()),
            src_len: self.from.map_or(0, |from| from.len()),
            tos: self.tos,
            table: u8::try_from(self.table_or_default(verb).0).unwrap_or(0),
            action: self.action_or_default(verb).into(),
            flags: self.flags.bits(),
            ..Default::default()
        }
    }
}

/// Whether a mask has a value, and no bits but its own.
fn masked<T: Copy + Into<u32>>(
    name: &'static str,
    value: Option<T>,
    mask: Option<T>,
    most: u32,
) -> Result<(), EncodeError> {
    let Some(mask) = mask.map(T::into) else {
        return Ok(());
    };
    let why = match value.map(T::into) {
        _ if mask > most => "has bits that there are none of",
        None => "is the mask of nothing",
        Some(value) if value & !mask != 0 => "the value has other bits",
        Some(_) => return Ok(()),
    };
    Err(invalid(name, format_args!("{mask:#x}"), why))
}

const FRA_DST: u16 = 1;
const FRA_SRC: u16 = 2;
const FRA_GOTO: u16 = 4;
const FRA_TABLE: u16 = 15;
const FRA_FLOWLABEL: u16 = 26;
const FRA_FLOWLABEL_MASK: u16 = 27;

/// All bits of a flow label.
const FLOWLABEL: u32 = (1 << 20) - 1;

/// Attributes whose values have to fit.
const FITTING: Bits = Bits::of(&[11, 20, 23, 24, 25, 26, 27, 28, 29, 30]);

impl Request for Rule<'_> {
    const SCHEMA: &'static Schema = RuleTable::SENT;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let (kind, flags) = match verb {
            Verb::Add | Verb::Delete => noun::message(verb, libc::RTM_NEWRULE, libc::RTM_DELRULE)?,
            verb => return Err(noun::never(verb, "a rule is only added and deleted")),
        };
        let family = self.family_or_default()?;
        self.check(verb, family)?;
        let message = out.begin_with(kind, flags, self.header(verb, family).to_bytes());
        if let Some(to) = self.to.filter(|to| to.len() > 0) {
            put::<IpBytes>(FRA_DST, "to", &to.address(), out)?;
        }
        if let Some(from) = self.from.filter(|from| from.len() > 0) {
            put::<IpBytes>(FRA_SRC, "from", &from.address(), out)?;
        }
        if let Some(table) = self.table.filter(|table| table.0 > 255) {
            put::<RouteTable>(FRA_TABLE, "table", &table, out)?;
        }
        self.attributes.encode(out)?;
        if self.attributes.has(FRA_FLOWLABEL) && !self.attributes.has(FRA_FLOWLABEL_MASK) {
            // The kernel takes the one only with the other.
            put::<Be32>(FRA_FLOWLABEL_MASK, "flowlabel_mask", &FLOWLABEL, out)?;
        }
        out.end(message)
    }
}

impl Add for Rule<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Delete for Rule<'_> {}

#[inline]
fn describe(body: &[u8], _: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("rule")?;
    let Ok(view) = RuleView::parse(body) else {
        return Ok(());
    };
    if let Some(priority) = view.priority() {
        write!(f, " {priority}")?;
    }
    if view.flags().contains(RuleFlags::INVERT) {
        f.write_str(" not")?;
    }
    if let Some(from) = view.from() {
        write!(f, " from {from}")?;
    }
    if let Some(to) = view.to() {
        write!(f, " to {to}")?;
    }
    if let Some(iif) = view.iif() {
        write!(f, " iif {iif}")?;
    }
    if let Some(oif) = view.oif() {
        write!(f, " oif {oif}")?;
    }
    if let Some(mark) = view.fwmark() {
        write!(f, " fwmark {mark:#x}")?;
    }
    match view.action() {
        RuleAction::Unspec => match view.table() {
            RouteTable::UNSPEC => Ok(()),
            table => write!(f, " lookup {table}"),
        },
        RuleAction::Lookup if view.l3mdev() == Some(true) => f.write_str(" lookup l3mdev"),
        RuleAction::Lookup => write!(f, " lookup {}", view.table()),
        RuleAction::Goto => write!(f, " goto {}", view.goto().unwrap_or(0)),
        action => write!(f, " {action}"),
    }
}
