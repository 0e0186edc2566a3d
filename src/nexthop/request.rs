//! One next hop object: added, replaced, deleted, looked up.
use std::{borrow::Cow, fmt, net::IpAddr};

use super::{
    NHA_BLACKHOLE, NHA_FDB, NHA_GATEWAY, NHA_GROUP, NHA_GROUP_TYPE, NHA_HW_STATS_ENABLE, NHA_ID,
    NHA_OIF, NHA_OP_FLAGS, NHA_RES_GROUP, NexthopAttributes, NexthopGroupType, NexthopHeader,
    NexthopObjectTable, NexthopOpFlags, NexthopView, RTM_DELNEXTHOP, RTM_GETNEXTHOP,
    RTM_NEWNEXTHOP, describe,
};
use crate::{
    Add, Change, Delete, Describe, Family, Get, Query, Replace, Request, Result, Verb,
    noun::{self, invalid, never, put},
    route::{NexthopFlags, RouteProtocol},
    wire::{EncodeError, Fault, Lookup, Schema, Writer, table::Table},
};

/// A request about one next hop object, which is also the question for it.
///
/// It is one of these:
///
/// - a gateway and the link that it is on, or a link alone ([`oif`](Self::oif));
/// - a hole ([`blackhole`](Self::blackhole)), for which `lo` must be up;
/// - the other end of a VXLAN's tunnel ([`fdb`](Self::fdb));
/// - a [`group`](Self::group) of others.
///
/// `add` fails if there is one of the number, and answers the number; `replace` puts it in the
/// place of that one, for all routes that have it, or makes it; `change` only does the former.
/// What is a group stays one, and what isn't doesn't become one. `delete` takes it away, and with
/// it the routes by it and its place in groups; only the number counts then, as it does to
/// [`get`](crate::Connection::get) one, with [`op_flags`](Self::op_flags).
///
/// ```
/// use nlroute::{Nexthop, nexthop::{NexthopGroupType, NexthopMember, ResilientGroup}};
/// let hop = Nexthop::new(1).gateway("192.0.2.1".parse()?).oif("eth0");
/// let hole = Nexthop::new(2).blackhole(true);
/// let members = [NexthopMember::new(1).share(3), NexthopMember::new(3)];
/// let group = Nexthop::new(10)
///     .group(&members)
///     .group_type(NexthopGroupType::Resilient)
///     .res_group(ResilientGroup::new().buckets(64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Nexthop<'a> {
    id: u32,
    family: Option<Family>,
    protocol: RouteProtocol,
    flags: NexthopFlags,
    op_flags: NexthopOpFlags,
    pub(super) attributes: NexthopAttributes<'a>,
}

impl<'a> Nexthop<'a> {
    /// The next hop object of this number. 0 is for `add` only: the kernel chooses one that is
    /// free, and the answer tells it.
    #[inline]
    #[must_use]
    pub fn new(id: u32) -> Self {
        Self {
            id,
            family: None,
            protocol: RouteProtocol::Unspec,
            flags: NexthopFlags::empty(),
            op_flags: NexthopOpFlags::empty(),
            attributes: NexthopAttributes::new(),
        }
    }

    /// Of which family the routes by it are, [`Family::Inet`] or [`Family::Inet6`]. Unset it is
    /// the gateway's, and IPv4 where there is no gateway. A group has none.
    ///
    /// `nh_family` of `nhmsg`.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Who makes it.
    ///
    /// `nh_protocol` of `nhmsg`.
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The gateway is on the link, whatever the routes say.
    ///
    /// `RTNH_F_ONLINK`.
    #[must_use]
    pub fn onlink(mut self) -> Self {
        self.flags |= NexthopFlags::ONLINK;
        self
    }

    /// To [`get`](crate::Connection::get) it: what more is asked. Since Linux 6.9.
    ///
    /// `NHA_OP_FLAGS`.
    #[must_use]
    pub fn op_flags(mut self, flags: NexthopOpFlags) -> Self {
        self.op_flags = flags;
        self
    }

    fn gateway_address(&self) -> Option<IpAddr> {
        let set = &self.attributes;
        set.has(NHA_GATEWAY).then_some(set.gateway)
    }

    fn is_group(&self) -> bool {
        self.attributes.has(NHA_GROUP)
    }

    fn family_or_default(&self) -> Family {
        match (self.family, self.gateway_address()) {
            (Some(family), _) => family,
            (None, Some(gateway)) => Family::of(gateway),
            _ if self.is_group() => Family::Unspec,
            _ => Family::Inet,
        }
    }

    /// What the kernel would pass over without a word, or refuse by its mere length.
    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        let set = &self.attributes;
        let group_only = [
            (NHA_GROUP_TYPE, "group_type"),
            (NHA_RES_GROUP, "res_group"),
            (NHA_HW_STATS_ENABLE, "hw_stats_enable"),
        ];
        if !self.is_group() {
            for (kind, name) in group_only {
                if set.has(kind) {
                    return Err(invalid(name, "", "is of a group: there are no members"));
                }
            }
        } else if set.has(NHA_RES_GROUP)
            && !(set.has(NHA_GROUP_TYPE) && set.group_type == NexthopGroupType::Resilient)
        {
            return Err(invalid("res_group", "", "is of a group of type resilient"));
        }
        let others = [
            (NHA_OIF, "oif"),
            (NHA_GATEWAY, "gateway"),
            (NHA_BLACKHOLE, "blackhole"),
        ];
        let alone = if self.is_group() {
            Some(("is not of a group: its members have it", 3))
        } else if set.has(NHA_BLACKHOLE) && set.blackhole {
            Some(("is not of a hole", 2))
        } else if set.has(NHA_FDB) && set.fdb {
            Some(("is not of the other end of a tunnel", 1))
        } else {
            None
        };
        if let Some((why, count)) = alone {
            let found = others.iter().take(count).find(|(kind, _)| set.has(*kind));
            if let Some((_, name)) = found {
                return Err(invalid(name, "", why));
            }
        }
        match (self.family, self.gateway_address()) {
            (Some(family), _) if self.is_group() && family != Family::Unspec => {
                Err(invalid("family", family, "a group has none"))
            }
            (Some(family), Some(gateway)) if Family::of(gateway) != family => {
                Err(invalid("gateway", gateway, "is of another family"))
            }
            _ => Ok(()),
        }
    }

    #[inline]
    fn header(&self) -> NexthopHeader {
        NexthopHeader {
            family: self.family_or_default().into(),
            protocol: self.protocol.into(),
            flags: self.flags.bits().into(),
            ..Default::default()
        }
    }

    #[inline]
    fn chosen_id(&self) -> Result<u32, EncodeError> {
        match self.id {
            0 => Err(invalid("id", 0, "no next hop object has this number")),
            id => Ok(id),
        }
    }
}

impl Request for Nexthop<'_> {
    const SCHEMA: &'static Schema = NexthopObjectTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if verb == Verb::Append {
            return Err(never(verb, "isn't done to a next hop object"));
        }
        let (kind, mut flags) = noun::message(verb, RTM_NEWNEXTHOP, RTM_DELNEXTHOP)?;
        if verb == Verb::Delete {
            let message = out.begin(kind, flags);
            out.bytes(&NexthopHeader::default().to_bytes());
            put::<u32>(NHA_ID, "id", &self.chosen_id()?, out)?;
            return out.end(message);
        }
        self.check()?;
        let chosen = self.id != 0;
        if !chosen && verb == Verb::Add {
            // The notification tells the number.
            flags |= libc::NLM_F_ECHO as u16;
        } else {
            self.chosen_id()?;
        }
        let message = out.begin(kind, flags);
        out.bytes(&self.header().to_bytes());
        if chosen {
            put::<u32>(NHA_ID, "id", &self.id, out)?;
        }
        self.attributes.encode(out)?;
        out.end(message)
    }
}

impl Add for Nexthop<'_> {
    /// The object's number.
    type Answer = u32;

    #[inline]
    fn answer(&self, echo: Option<&[u8]>, _: &mut dyn Lookup) -> Result<u32> {
        let told = || NexthopView::parse(echo?).ok()?.id();
        Ok(match self.id {
            0 => told().unwrap_or(0),
            id => id,
        })
    }
}
impl Replace for Nexthop<'_> {}
impl Change for Nexthop<'_> {}
impl Delete for Nexthop<'_> {}

impl Query for Nexthop<'_> {
    const SCHEMA: &'static Schema = NexthopObjectTable::SCHEMA;
    type View<'a> = NexthopView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nexthop {}", self.id)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETNEXTHOP, 0);
        out.bytes(&NexthopHeader::default().to_bytes());
        put::<u32>(NHA_ID, "id", &self.chosen_id()?, out)?;
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

impl Get for Nexthop<'_> {}
