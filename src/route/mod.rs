//! Routes (`RTM_NEWROUTE` and its like; `rtnetlink(7)`, `linux/rtnetlink.h`).
//!
//! ```no_run
//! use nlroute::{Connection, Route, Routes, route::RouteTable};
//!
//! let mut host = Connection::open()?;
//! host.add(Route::default_via("192.168.56.1".parse()?))?;
//! host.replace(Route::new("10.0.0.0/8".parse()?).oif("eth1").metric(50))?;
//! for route in &host.list(Routes::all().table(RouteTable::MAIN))? {
//!     println!("{:?}", route.destination());
//! }
//! let taken = host.get(Route::to("10.1.2.3".parse()?))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Routes of IPv4, IPv6 and MPLS are written and read; those of multicast forwarding are read: what
//! makes them is a daemon's socket. [`CacheReport`](CacheReportView) is what such a daemon is told.
use std::{fmt, net::IpAddr};

use crate::{
    Add, Append, Change, Delete, Describe, Family, Prefix, Prepend, Replace, Request, Result, Verb,
    noun::{self, invalid, put},
    wire::{
        ByName, EncodeError, IpBytes, Lookup, Schema, Writer, constants,
        table::{Bits, Maybe, Table, aside},
    },
};

pub mod encap;
mod list;
mod metrics;
mod nexthop;
mod report;
mod table;
mod types;

pub use list::{RouteLookup, Routes};
pub use metrics::{MetricsLock, RouteFeatures, RouteMetrics, RouteMetricsTable, RouteMetricsView};
pub use nexthop::{
    Nexthop, NexthopAttributes, NexthopHeader, NexthopList, NexthopTable, NexthopView, Nexthops,
    Via, ViaBytes,
};
pub use report::{CacheReport, CacheReportKind, CacheReportTable, CacheReportView};
pub use table::{
    Expires, MulticastStats, RouteAttributeTable, RouteAttributes, RouteCacheInfo, RouteHeader,
    RouteView,
};
pub use types::{
    EncapType, NexthopFlags, RouteFlags, RouteProtocol, RouteScope, RouteTable, RouteType,
    RouterPreference,
};

/// A request about one route.
///
/// What isn't set is as `ip route` has it:
///
/// - The table is the main one; the local one for the types local, broadcast, anycast and nat.
/// - The type is unicast.
/// - The protocol is [`RouteProtocol::Boot`].
/// - The scope of an IPv4 route is `link` for a unicast route without gateway, next hops and next
///   hop object, and for broadcast, multicast and anycast; `host` for local and nat; else
///   `global`. IPv6 has no scopes: it is `global`.
/// - To delete, type, protocol and scope that aren't set match any.
///
/// `add` fails if there is a route of the same destination, table, type of service and metric.
/// `replace` puts the route in its place, or makes it; `change` only does the former. `append`
/// makes one more: of IPv4 a route that counts after the others, of IPv6 one more next hop of the
/// route that is there. `prepend` is, of IPv4, the same before the others. `delete` takes the first
/// route that matches all that is set.
///
/// The kernel takes no IPv4 destination with bits after the prefix, as in 10.0.0.1/8
/// ([`Prefix::network`] clears them); of IPv6 it ignores them.
///
/// ```
/// use nlroute::{Route, route::{RouteTable, RouteType}};
/// let default = Route::default_via("192.168.56.1".parse()?).oif("eth0");
/// let hole = Route::new("10.0.0.0/8".parse()?).kind(RouteType::Blackhole);
/// let other = Route::new("2001:db8::/32".parse()?)
///     .gateway("fe80::1".parse()?)
///     .oif("eth0")
///     .table(1000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Route<'a> {
    destination: Prefix,
    label: Maybe<u32>,
    from: Option<Prefix>,
    tos: u8,
    table: Option<RouteTable>,
    protocol: Option<RouteProtocol>,
    scope: Option<RouteScope>,
    kind: Option<RouteType>,
    flags: RouteFlags,
    attributes: RouteAttributes<'a>,
}

impl<'a> Route<'a> {
    /// A route to this destination.
    #[inline]
    #[must_use]
    pub fn new(destination: Prefix) -> Self {
        Self {
            destination,
            label: Maybe::Unset,
            from: None,
            tos: 0,
            table: None,
            protocol: None,
            scope: None,
            kind: None,
            flags: RouteFlags::empty(),
            attributes: RouteAttributes::new(),
        }
    }

    /// A route of the packets with this label (MPLS), 16 to 1048575; 0 and 2 too where the kernel
    /// knows what to do with them. Its gateway is given as [`via`](Self::via), the labels that its
    /// packets get instead as [`newdst`](Self::newdst); without those the label is taken away.
    ///
    /// ```
    /// use nlroute::Route;
    /// let swap = Route::mpls(100).newdst(&[200]).via([192, 0, 2, 1]).oif("eth0");
    /// let pop = Route::mpls(101).oif("lo");
    /// ```
    #[inline]
    #[must_use]
    pub fn mpls(label: u32) -> Self {
        let mut route = Self::new(Prefix::ALL_IPV4);
        route.label = label.into();
        route
    }

    #[inline]
    fn family(&self) -> Family {
        match self.label {
            Maybe::Unset => self.destination.family(),
            Maybe::Set(_) => Family::Mpls,
        }
    }

    /// The default route of the gateway's family, by this gateway.
    #[inline]
    #[must_use]
    pub fn default_via(gateway: IpAddr) -> Self {
        let all = match gateway {
            IpAddr::V4(_) => Prefix::ALL_IPV4,
            IpAddr::V6(_) => Prefix::ALL_IPV6,
        };
        Self::new(all).gateway(gateway)
    }

    /// The question which route a packet to this address would take, for
    /// [`Connection::get`](crate::Connection::get).
    #[must_use]
    pub fn to(destination: IpAddr) -> RouteLookup<'a> {
        RouteLookup::new(destination)
    }

    /// Only for packets whose source has this prefix. IPv6, of a kernel built for it.
    ///
    /// `RTA_SRC`.
    #[inline]
    #[must_use]
    pub fn from(mut self, source: Prefix) -> Self {
        self.from = Some(source);
        self
    }

    /// Only for packets of this type of service; IPv4.
    ///
    /// `rtm_tos` of `rtmsg`.
    #[inline]
    #[must_use]
    pub fn tos(mut self, tos: u8) -> Self {
        self.tos = tos;
        self
    }

    /// Its table.
    ///
    /// `rtm_table` of `rtmsg`, from 256 on `RTA_TABLE`.
    #[inline]
    #[must_use]
    pub fn table(mut self, table: impl Into<RouteTable>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Who makes it.
    ///
    /// `rtm_protocol` of `rtmsg`.
    #[inline]
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// How far away the destination is.
    ///
    /// `rtm_scope` of `rtmsg`.
    #[inline]
    #[must_use]
    pub fn scope(mut self, scope: RouteScope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// What it does.
    ///
    /// `rtm_type` of `rtmsg`.
    #[inline]
    #[must_use]
    pub fn kind(mut self, kind: RouteType) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The gateway is on the link, whatever the routes say. The link must be given.
    ///
    /// `RTNH_F_ONLINK`.
    #[inline]
    #[must_use]
    pub fn onlink(mut self) -> Self {
        self.flags |= RouteFlags::ONLINK;
        self
    }

    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        /// What there is to look at beside the gateway.
        const MORE: Bits = Bits::of(&[
            libc::RTA_PREFSRC,
            libc::RTA_MULTIPATH,
            constants::RTA_VIA,
            constants::RTA_NEWDST,
            RTA_PREF,
            RTA_EXPIRES,
            RTA_TTL_PROPAGATE,
        ]);
        if self.from.is_none() && self.attributes.has_none_of(MORE) && self.gateway_fits() {
            return Ok(());
        }
        aside(self, (), |route, ()| route.check_all())
    }

    #[inline]
    fn gateway_fits(&self) -> bool {
        let gateway = self.attributes.ip(libc::RTA_GATEWAY);
        gateway.is_none_or(|gateway| Family::of(gateway) == self.family())
    }

    #[inline]
    fn check_all(&self) -> Result<(), EncodeError> {
        let family = self.family();
        let set = &self.attributes;
        let gateway = set.ip(libc::RTA_GATEWAY);
        let via = set.via_address();
        nexthop::check_gateway(family, gateway, via)?;
        let why = "is of another family than the destination";
        if let Some(source) = set
            .ip(libc::RTA_PREFSRC)
            .filter(|s| Family::of(*s) != family)
        {
            return Err(invalid("source", source, why));
        }
        if let Some(from) = self.from.filter(|from| from.family() != family) {
            return Err(invalid("from", from, why));
        }
        for (kind, name) in [(RTA_PREF, "pref"), (RTA_EXPIRES, "expires")] {
            if family == Family::Inet && set.has(kind) {
                return Err(invalid(name, self.destination, "an IPv4 route has none"));
            }
        }
        for (kind, name) in [
            (constants::RTA_NEWDST, "newdst"),
            (RTA_TTL_PROPAGATE, "ttl_propagate"),
        ] {
            if family != Family::Mpls && set.has(kind) {
                return Err(nexthop::only_mpls(name));
            }
        }
        if set.has(libc::RTA_MULTIPATH) {
            if set.hops().is_empty() {
                return Err(invalid("nexthops", "none", "at least one is needed"));
            }
            let why = "stands in each next hop where there are several";
            if let Some(gateway) = gateway {
                return Err(invalid("gateway", gateway, why));
            } else if let Some(via) = via {
                return Err(invalid("via", via, why));
            }
        }
        for (n, hop) in set.hops().iter().enumerate() {
            hop.check(family)
                .map_err(|error| error.inside(n.to_string()).inside("nexthops"))?;
        }
        Ok(())
    }

    #[inline]
    fn table_or_default(&self) -> RouteTable {
        use RouteType::{Anycast, Broadcast, Local, Nat};
        self.table.unwrap_or(match self.kind {
            Some(Local | Broadcast | Anycast | Nat) => RouteTable::LOCAL,
            _ => RouteTable::MAIN,
        })
    }

    /// The scope where none is set.
    #[inline]
    fn default_scope(&self, verb: Verb) -> RouteScope {
        use RouteType::{Anycast, Broadcast, Local, Multicast, Nat, Unicast, Unspec};
        const ELSEWHERE: Bits = Bits::of(&[
            libc::RTA_GATEWAY,
            constants::RTA_VIA,
            libc::RTA_MULTIPATH,
            constants::RTA_NH_ID,
        ]);
        match self.kind {
            _ if self.family() != Family::Inet => RouteScope::Universe,
            Some(Local | Nat) => RouteScope::Host,
            Some(Broadcast | Multicast | Anycast) => RouteScope::Link,
            _ if verb == Verb::Delete => RouteScope::Nowhere,
            None | Some(Unicast | Unspec) if self.attributes.has_none_of(ELSEWHERE) => {
                RouteScope::Link
            }
            _ => RouteScope::Universe,
        }
    }

    #[inline(always)]
    fn header(&self, verb: Verb) -> RouteHeader {
        // To delete, what isn't set matches any.
        let (protocol, kind) = match verb {
            // Of MPLS there is one type only, and the kernel wants it.
            Verb::Delete if self.family() == Family::Mpls => {
                (RouteProtocol::Unspec, RouteType::Unicast)
            }
            Verb::Delete => (RouteProtocol::Unspec, RouteType::Unspec),
            _ => (RouteProtocol::Boot, RouteType::Unicast),
        };
        // Each made a number where it is chosen: chosen first, it would have to be looked at again.
        RouteHeader {
            family: self.family().into(),
            dst_len: match self.label {
                Maybe::Unset => self.destination.len(),
                Maybe::Set(_) => LABEL_BITS,
            },
            src_len: self.from.map_or(0, |from| from.len()),
            tos: self.tos,
            table: u8::try_from(self.table_or_default().0).unwrap_or(0),
            protocol: self.protocol.map_or_else(|| protocol.into(), u8::from),
            scope: self
                .scope
                .map_or_else(|| self.default_scope(verb).into(), u8::from),
            kind: self.kind.map_or_else(|| kind.into(), u8::from),
            flags: self.flags.bits(),
        }
    }
}

impl Request for Route<'_> {
    const SCHEMA: &'static Schema = RouteAttributeTable::SENT;
    const DESCRIBE: Describe = describe;

    // Inlined where the request is made, as long as it is a usual one: of what isn't set nothing
    // is left then.
    #[inline(always)]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.is_usual() {
            return self.encode_as(verb, out);
        }
        aside(self, out, move |route, out| route.encode_as(verb, out))
    }

    #[inline]
    fn names(&self) -> ByName {
        self.attributes.names().unwrap_or(Self::SCHEMA.named)
    }
}

impl Route<'_> {
    /// Whether nothing is set but what most routes have.
    #[inline]
    fn is_usual(&self) -> bool {
        self.from.is_none()
            && self.kind.is_none()
            && self.table.is_none()
            && self.protocol.is_none()
            && self.scope.is_none()
            && self.attributes.is_usual()
    }

    #[inline(always)]
    fn encode_as(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let (kind, flags) = noun::message(verb, libc::RTM_NEWROUTE, libc::RTM_DELROUTE)?;
        let message = out.begin_with(kind, flags, self.header(verb).to_bytes());
        let destination = self.destination.address();
        if let Maybe::Set(label) = self.label {
            let label = encap::label_entry(label, true).map_err(|error| error.inside("label"))?;
            out.fixed(libc::RTA_DST, label);
        } else if self.destination.len() > 0 || !destination.is_unspecified() {
            put::<IpBytes>(libc::RTA_DST, "destination", &destination, out)?;
        }
        if let Some(from) = self.from {
            put::<IpBytes>(libc::RTA_SRC, "from", &from.address(), out)?;
        }
        if let Some(table) = self.table.filter(|table| table.0 > 255) {
            put::<RouteTable>(libc::RTA_TABLE, "table", &table, out)?;
        }
        self.attributes.encode(out)?;
        out.end(message)
    }
}

const RTA_PREF: u16 = 20;
const RTA_EXPIRES: u16 = 23;
const RTA_TTL_PROPAGATE: u16 = 26;
/// Bits of a label.
const LABEL_BITS: u8 = 20;

impl Add for Route<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for Route<'_> {}
impl Change for Route<'_> {}
impl Append for Route<'_> {}
impl Prepend for Route<'_> {}
impl Delete for Route<'_> {}

#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("route")?;
    let Ok(view) = RouteView::parse(body) else {
        return Ok(());
    };
    match view.kind() {
        RouteType::Unspec | RouteType::Unicast => {}
        kind => write!(f, " {kind}")?,
    }
    match view.destination() {
        Some(all) if all.is_default() => f.write_str(" default")?,
        Some(prefix) => write!(f, " {prefix}")?,
        None => {
            if let Some(label) = view.label() {
                write!(f, " mpls {label}")?;
            }
        }
    }
    if let Some(from) = view.from() {
        write!(f, " from {from}")?;
    }
    if let Some(labels) = view.newdst() {
        write!(f, " as {labels}")?;
    }
    if let Some(kind) = view.encap_type() {
        write!(f, " encap {kind}")?;
    }
    if let Some(gateway) = view.next_hop() {
        write!(f, " via {gateway}")?;
    }
    if let Some(index) = view.oif() {
        write!(f, " dev {}", name(index))?;
    }
    for hop in view.nexthops().iter().flat_map(Nexthops::iter) {
        f.write_str(" nexthop")?;
        if let Some(kind) = hop.encap_type() {
            write!(f, " encap {kind}")?;
        }
        if let Some(gateway) = hop.next_hop() {
            write!(f, " via {gateway}")?;
        }
        if hop.index() > 0 {
            write!(f, " dev {}", name(hop.index()))?;
        }
    }
    match view.table() {
        RouteTable::UNSPEC | RouteTable::MAIN => Ok(()),
        table => write!(f, " table {table}"),
    }
}
