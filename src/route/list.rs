//! Reading routes: all that a filter keeps, or the one that a packet would take
//! (`RTM_GETROUTE`).
use std::{borrow::Cow, fmt, net::IpAddr};

use super::{
    table::{RouteAttributeTable, RouteHeader, RouteView},
    types::{RouteFlags, RouteProtocol, RouteTable, RouteType},
};
use crate::{
    Family, Get, List, Prefix, Query,
    noun::{self, invalid, put},
    wire::{Be16, Be32, EncodeError, Fault, Index, IpBytes, LinkRef, Schema, Writer, table::Table},
};

/// All routes, or those that a filter keeps.
///
/// By default those of every table and every family: `ip route` shows the main table of IPv4
/// only, which is `Routes::all().family(Family::Inet).table(RouteTable::MAIN)`. Since Linux 4.20
/// the kernel filters; what an older one sends is filtered here.
///
/// A table that doesn't exist has no routes: that is no error.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Routes, route::{RouteProtocol, RouteTable}};
/// let routes = Routes::all().table(RouteTable::MAIN).protocol(RouteProtocol::Static);
/// for route in &host.list(routes)? {
///     println!("{:?} via {:?}", route.destination(), route.next_hop());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routes<'a> {
    family: Option<Family>,
    table: Option<RouteTable>,
    oif: Option<LinkRef<'a>>,
    protocol: Option<RouteProtocol>,
    kind: Option<RouteType>,
    cached: bool,
}

impl<'a> Routes<'a> {
    /// Every route of every table.
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

    /// Only those of this table.
    #[must_use]
    pub fn table(mut self, table: impl Into<RouteTable>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Only those by which packets go out by this link.
    #[must_use]
    pub fn oif(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.oif = Some(link.into());
        self
    }

    /// Only those that this one made.
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// Only those of this type.
    #[must_use]
    pub fn kind(mut self, kind: RouteType) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Those that the kernel learnt for one destination each (redirects, MTUs of paths) instead
    /// of those in the tables.
    ///
    /// `RTM_F_CLONED`.
    #[must_use]
    pub fn cached(mut self) -> Self {
        self.cached = true;
        self
    }
}

impl Query for Routes<'_> {
    const SCHEMA: &'static Schema = RouteAttributeTable::SENT;
    type View<'a> = RouteView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.cached {
            f.write_str("cached ")?;
        }
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        if let Some(kind) = self.kind {
            write!(f, "{kind} ")?;
        }
        f.write_str("routes")?;
        if let Some(table) = self.table {
            write!(f, " of table {table}")?;
        }
        if let Some(protocol) = self.protocol {
            write!(f, " of protocol {protocol}")?;
        }
        match &self.oif {
            Some(link) => write!(f, " dev {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETROUTE, 0);
        let flags = if self.cached {
            RouteFlags::CLONED
        } else {
            RouteFlags::empty()
        };
        let header = RouteHeader {
            family: self.family.unwrap_or(Family::Unspec).into(),
            protocol: self.protocol.map_or(0, u8::from),
            kind: self.kind.map_or(0, u8::from),
            flags: flags.bits(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        if let Some(table) = &self.table {
            put::<RouteTable>(libc::RTA_TABLE, "table", table, out)?;
        }
        match noun::resolve(&mut self.oif, "oif", out)? {
            0 => {}
            index => put::<u32>(libc::RTA_OIF, "oif", &index, out)?,
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWROUTE
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<RouteView<'a>, Fault> {
        RouteView::parse(body)
    }
}

impl List for Routes<'_> {
    /// A table comes to be with its first route: one that doesn't exist has none.
    fn means_none(&self, errno: i32) -> bool {
        errno == libc::ENOENT && self.table.is_some()
    }

    /// With any family come those of MPLS and of multicast too, which don't go by every filter.
    fn filters(&self, strict: bool) -> bool {
        !strict || matches!(self.family, None | Some(Family::Unspec))
    }

    #[inline]
    fn keeps(&self, view: &RouteView<'_>) -> bool {
        let of_link = match &self.oif {
            Some(LinkRef::Index(index)) => view.goes_out_by(*index),
            _ => true,
        };
        // The unspecified filters nothing, in the kernel either.
        of_link
            && self.cached == view.flags().contains(RouteFlags::CLONED)
            && self
                .family
                .is_none_or(|f| f == Family::Unspec || f == view.family())
            && self
                .table
                .is_none_or(|t| t == RouteTable::UNSPEC || t == view.table())
            && self
                .protocol
                .is_none_or(|p| p == RouteProtocol::Unspec || p == view.protocol())
            && self
                .kind
                .is_none_or(|k| k == RouteType::Unspec || k == view.kind())
    }
}

/// The question which route a packet would take; made by [`Route::to`](super::Route::to).
///
/// A destination that can't be reached is the kernel's `ENETUNREACH`, one that a route forbids
/// the error of the route's type.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::Route;
/// let route = host.get(Route::to("198.51.100.7".parse().unwrap()).mark(5))?;
/// println!("by link {:?}, from {:?}", route.oif(), route.source());
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RouteLookup<'a> {
    to: IpAddr,
    from: Option<IpAddr>,
    oif: Option<LinkRef<'a>>,
    iif: Option<LinkRef<'a>>,
    tos: u8,
    mark: Option<u32>,
    uid: Option<u32>,
    ip_proto: Option<u8>,
    sport: Option<u16>,
    dport: Option<u16>,
    flowlabel: Option<u32>,
    fib_match: bool,
}

impl<'a> RouteLookup<'a> {
    pub(super) fn new(to: IpAddr) -> Self {
        Self {
            to,
            from: None,
            oif: None,
            iif: None,
            tos: 0,
            mark: None,
            uid: None,
            ip_proto: None,
            sport: None,
            dport: None,
            flowlabel: None,
            fib_match: false,
        }
    }

    /// The packet's source. Where the packet comes in by a link it must be given.
    ///
    /// `RTA_SRC`.
    #[must_use]
    pub fn from(mut self, source: IpAddr) -> Self {
        self.from = Some(source);
        self
    }

    /// It is to go out by this link.
    ///
    /// `RTA_OIF`.
    #[must_use]
    pub fn oif(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.oif = Some(link.into());
        self
    }

    /// It came in by this link, and isn't the host's own.
    ///
    /// `RTA_IIF`.
    #[must_use]
    pub fn iif(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.iif = Some(link.into());
        self
    }

    /// Its type of service.
    ///
    /// `rtm_tos` of `rtmsg`.
    #[must_use]
    pub fn tos(mut self, tos: u8) -> Self {
        self.tos = tos;
        self
    }

    /// Its mark.
    ///
    /// `RTA_MARK`.
    #[must_use]
    pub fn mark(mut self, mark: u32) -> Self {
        self.mark = Some(mark);
        self
    }

    /// The user that sends it; without, the one that asks. Since Linux 4.10.
    ///
    /// `RTA_UID`.
    #[must_use]
    pub fn uid(mut self, uid: u32) -> Self {
        self.uid = Some(uid);
        self
    }

    /// Its protocol above IP, for instance 6 for TCP. Since Linux 4.18.
    ///
    /// `RTA_IP_PROTO`.
    #[must_use]
    pub fn ip_proto(mut self, protocol: u8) -> Self {
        self.ip_proto = Some(protocol);
        self
    }

    /// Its source port. Since Linux 4.18.
    ///
    /// `RTA_SPORT`.
    #[must_use]
    pub fn sport(mut self, port: u16) -> Self {
        self.sport = Some(port);
        self
    }

    /// Its destination port. Since Linux 4.18.
    ///
    /// `RTA_DPORT`.
    #[must_use]
    pub fn dport(mut self, port: u16) -> Self {
        self.dport = Some(port);
        self
    }

    /// Its flow label, 20 bits; IPv6. Since Linux 6.14; an older kernel refuses it.
    ///
    /// `RTA_FLOWLABEL`.
    #[must_use]
    pub fn flowlabel(mut self, label: u32) -> Self {
        self.flowlabel = Some(label);
        self
    }

    /// Answer with the route as it stands in the table, not with the one made of it for this
    /// packet. Since Linux 4.13.
    ///
    /// `RTM_F_FIB_MATCH`.
    #[must_use]
    pub fn fib_match(mut self) -> Self {
        self.fib_match = true;
        self
    }
}

impl Query for RouteLookup<'_> {
    const SCHEMA: &'static Schema = RouteAttributeTable::SENT;
    type View<'a> = RouteView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "route to {}", self.to)?;
        if let Some(from) = self.from {
            write!(f, " from {from}")?;
        }
        if let Some(iif) = &self.iif {
            write!(f, " iif {iif}")?;
        }
        match &self.oif {
            Some(oif) => write!(f, " dev {oif}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let family = Family::of(self.to);
        if let Some(from) = self.from.filter(|from| Family::of(*from) != family) {
            let why = "is of another family than the destination";
            return Err(invalid("from", from, why));
        }
        if let Some(label) = self.flowlabel {
            let why = match family {
                Family::Inet6 if label < 1 << 20 => None,
                Family::Inet6 => Some("has more than 20 bits"),
                _ => Some("only an IPv6 packet has one"),
            };
            if let Some(why) = why {
                return Err(invalid("flowlabel", label, why));
            }
        }
        let message = out.begin(libc::RTM_GETROUTE, 0);
        let mut flags = RouteFlags::empty();
        // IPv6 tells the table anyway.
        flags.set(RouteFlags::LOOKUP_TABLE, family == Family::Inet);
        flags.set(RouteFlags::FIB_MATCH, self.fib_match);
        let header = RouteHeader {
            family: family.into(),
            dst_len: Prefix::host(self.to).len(),
            src_len: self.from.map_or(0, |from| Prefix::host(from).len()),
            tos: self.tos,
            flags: flags.bits(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        fn given<F>(
            kind: u16,
            name: &'static str,
            value: &Option<F::Write<'_>>,
            out: &mut Writer<'_>,
        ) -> Result<(), EncodeError>
        where
            F: crate::wire::Format,
        {
            value
                .as_ref()
                .map_or(Ok(()), |v| put::<F>(kind, name, v, out))
        }
        given::<IpBytes>(libc::RTA_DST, "to", &Some(self.to), out)?;
        given::<IpBytes>(libc::RTA_SRC, "from", &self.from, out)?;
        given::<Index>(libc::RTA_IIF, "iif", &self.iif, out)?;
        given::<Index>(libc::RTA_OIF, "oif", &self.oif, out)?;
        given::<u32>(libc::RTA_MARK, "mark", &self.mark, out)?;
        given::<u32>(RTA_UID, "uid", &self.uid, out)?;
        given::<u8>(RTA_IP_PROTO, "ip_proto", &self.ip_proto, out)?;
        given::<Be16>(RTA_SPORT, "sport", &self.sport, out)?;
        given::<Be16>(RTA_DPORT, "dport", &self.dport, out)?;
        given::<Be32>(RTA_FLOWLABEL, "flowlabel", &self.flowlabel, out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWROUTE
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<RouteView<'a>, Fault> {
        RouteView::parse(body)
    }
}

impl Get for RouteLookup<'_> {}

const RTA_UID: u16 = 25;
const RTA_IP_PROTO: u16 = 27;
const RTA_SPORT: u16 = 28;
const RTA_DPORT: u16 = 29;
const RTA_FLOWLABEL: u16 = 31;
