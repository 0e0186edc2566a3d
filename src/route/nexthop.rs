//! The next hops of a route that has several (`RTA_MULTIPATH`), and a gateway of the other
//! family (`RTA_VIA`).
use std::{fmt, marker::PhantomData, net::IpAddr};

use super::{
    encap::{self, Encap, EncapData, EncapView, LabelStack, Labels},
    types::{EncapType, NexthopFlags},
};
use crate::{
    Family,
    noun::invalid,
    wire::{
        Ask, ByData, Bytes, EncodeError, Fault, Fixed, Format, IpBytes, LinkAddress, LinkRef,
        Nesting, Shape, ShowError, ValueInfo, Writer, align, constants, table::Table,
    },
};

crate::record! {
    /// What stands before the attributes of a next hop.
    ///
    /// ```
    /// assert_eq!(nlroute::route::NexthopHeader::LEN, 8);
    /// ```
    pub struct NexthopHeader "rtnexthop" 8 from 8;
    0 rtnh_len len: u16 = "Length in bytes, attributes included.";
    2 rtnh_flags flags: u8 = "What is true of it, [`NexthopFlags`].";
    3 rtnh_hops hops: u8 = "Its weight less one.";
    4 rtnh_ifindex index: u32 = "Index of the link; 0 if not said.";
}

crate::table! {
    /// Attributes of a next hop: those of `RTA_*` that one may have.
    table NexthopTable "nexthop" after NexthopHeader;
    /// One next hop as the kernel tells it.
    ///
    /// ```
    /// use nlroute::route::{NexthopHeader, NexthopView};
    /// let bytes = NexthopHeader { len: 8, hops: 2, index: 4, ..Default::default() }.to_bytes();
    /// let hop = NexthopView::parse(&bytes[..])?;
    /// assert_eq!((hop.index(), hop.weight(), hop.gateway()), (4, 3, None));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NexthopView;
    /// What a next hop is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::route::NexthopAttributes::new().is_empty());
    /// ```
    request NexthopAttributes set by [impl<'a> Nexthop<'a>] [.attributes];

    rw 5 RTA_GATEWAY gateway: IpAddr as IpBytes = "The gateway, of the route's family.";
    rw 11 RTA_FLOW realms: u32 = "Realms: that of the source times 65536, plus that of the destination.";
    rw 18 RTA_VIA via: Via | impl Into<Via> as ViaBytes =
        "The gateway of an IPv4 route, of either family, or of an MPLS route. Since Linux 5.2.";
    rw 19 RTA_NEWDST newdst: Labels<'_> | &'a [u32] as LabelStack =
        "Labels to send with, the outermost first; MPLS.";
    ro 21 RTA_ENCAP_TYPE encap_type: EncapType = "What packets are wrapped in.";
    wo 22 RTA_ENCAP encap: &[u8] | impl Into<Encap<'a>> as EncapData<8, 21> =
        "What packets are wrapped in, and how.";
}

impl NexthopView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> NexthopHeader {
        NexthopHeader::at(self.as_bytes())
    }

    /// Index of its link.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// Its share among all, 1 to 256.
    #[inline]
    #[must_use]
    pub fn weight(&self) -> u16 {
        u16::from(self.header().hops) + 1
    }

    /// Of a multicast route, the time to live that a packet must have more of to go out here.
    ///
    /// `rtnh_hops` of `rtnexthop`.
    #[inline]
    #[must_use]
    pub fn ttl(&self) -> u8 {
        self.header().hops
    }

    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> NexthopFlags {
        NexthopFlags::from_bits_retain(self.header().flags)
    }

    /// What packets are wrapped in, if they are.
    ///
    /// `RTA_ENCAP_TYPE` and `RTA_ENCAP`.
    #[inline]
    #[must_use]
    pub fn encap(&self) -> Option<EncapView<'_>> {
        encap::told(self.encap_type(), self.body.get::<Bytes>(22))
    }

    /// The gateway, whichever attribute it is in.
    #[inline]
    #[must_use]
    pub fn next_hop(&self) -> Option<IpAddr> {
        self.gateway().or_else(|| self.via()?.ip())
    }
}

/// One next hop of a route that has several.
///
/// ```
/// use nlroute::{Route, route::Nexthop};
/// let hops = [
///     Nexthop::new().gateway("192.0.2.1".parse()?).weight(3),
///     Nexthop::new().gateway("192.0.2.2".parse()?).link("eth1"),
/// ];
/// let route = Route::new("10.0.0.0/8".parse()?).nexthops(&hops);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Nexthop<'a> {
    link: Option<LinkRef<'a>>,
    weight: u16,
    flags: NexthopFlags,
    attributes: NexthopAttributes<'a>,
}

impl Default for Nexthop<'_> {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Nexthop<'a> {
    /// A next hop of weight 1.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self {
            link: None,
            weight: 1,
            flags: NexthopFlags::empty(),
            attributes: NexthopAttributes::new(),
        }
    }

    /// The link it goes out by.
    ///
    /// `rtnh_ifindex` of `rtnexthop`.
    #[inline]
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Its share among all, 1 to 256.
    ///
    /// `rtnh_hops` of `rtnexthop`.
    #[inline]
    #[must_use]
    pub fn weight(mut self, weight: u16) -> Self {
        self.weight = weight;
        self
    }

    /// The gateway is on the link, whatever the routes say.
    ///
    /// `RTNH_F_ONLINK`.
    #[inline]
    #[must_use]
    pub fn onlink(mut self) -> Self {
        self.flags |= NexthopFlags::ONLINK;
        self
    }

    /// Whether it can be a next hop of a route of this family.
    #[inline]
    pub(super) fn check(&self, family: Family) -> Result<(), EncodeError> {
        let set = &self.attributes;
        let gateway = set
            .is_set
            .contains(libc::RTA_GATEWAY)
            .then_some(set.gateway);
        let via = set.is_set.contains(constants::RTA_VIA).then_some(set.via);
        check_gateway(family, gateway, via)?;
        if self.attributes.is_set.contains(constants::RTA_NEWDST) && family != Family::Mpls {
            return Err(only_mpls("newdst"));
        }
        match self.weight {
            1..=256 => Ok(()),
            weight => Err(invalid("weight", weight, "is not 1 to 256")),
        }
    }

    #[inline]
    fn encode(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let hops = self.weight.saturating_sub(1).min(255) as u8;
        // `rtnexthop` starts as an attribute does: a length, then two bytes.
        let mark = out.begin_attribute(u16::from_ne_bytes([self.flags.bits(), hops]));
        let index = match &self.link {
            Some(link) => link.index(out).map_err(|error| error.inside("link"))?,
            None => 0,
        };
        out.payload(&index.to_ne_bytes());
        self.attributes.encode(out)?;
        out.end_attribute(mark)
    }
}

/// Whether a route of this family can have this gateway.
#[inline]
pub(super) fn check_gateway(
    family: Family,
    gateway: Option<IpAddr>,
    via: Option<Via>,
) -> Result<(), EncodeError> {
    match (gateway, via) {
        (Some(_), Some(via)) => Err(invalid("via", via, "there is a gateway already")),
        (Some(gateway), None) if family == Family::Mpls => {
            let why = "an MPLS route has none: give it as via";
            Err(invalid("gateway", gateway, why))
        }
        (None, Some(_)) if family == Family::Mpls => Ok(()),
        (None, Some(via @ Via::Link(_))) => Err(invalid(
            "via",
            via,
            "only an MPLS route goes by a link-layer address",
        )),
        (Some(gateway), None) if Family::of(gateway) != family => {
            let why = if family == Family::Inet {
                "is of another family than the route: give it as via"
            } else {
                "is of another family than the route"
            };
            Err(invalid("gateway", gateway, why))
        }
        (None, Some(via)) if family != Family::Inet => {
            let why = "only an IPv4 route takes it: give it as gateway";
            Err(invalid("via", via, why))
        }
        _ => Ok(()),
    }
}

/// What only an MPLS route has is given to another, where the kernel would forget it.
#[cold]
#[inline]
pub(super) fn only_mpls(name: &'static str) -> EncodeError {
    invalid(name, "set", "only an MPLS route has it")
}

/// The next hops of a route.
///
/// ```
/// use nlroute::route::Nexthops;
/// assert_eq!(Nexthops::new(&[]).iter().count(), 0);
/// ```
#[derive(Clone, Copy)]
pub struct Nexthops<'a>(&'a [u8]);

impl<'a> Nexthops<'a> {
    /// The next hops in these bytes: the payload of `RTA_MULTIPATH`.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next hops, as far as their lengths are true; where they aren't the view's `malformed`
    /// says so.
    pub fn iter(&self) -> impl Iterator<Item = NexthopView<'a>> + use<'a> {
        self.walk()
            .map_while(Result::ok)
            .filter_map(|record| NexthopView::parse(record).ok())
    }

    fn walk(&self) -> impl Iterator<Item = Result<&'a [u8], Fault>> + use<'a> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let all = std::mem::take(&mut rest);
            if all.is_empty() {
                return None;
            } else if all.len() < NexthopHeader::LEN {
                return Some(Err(Fault::Leftover { len: all.len() }));
            }
            let says = usize::from(<u16 as Fixed>::get(all, 0));
            match all.get(..says) {
                Some(record) if says >= NexthopHeader::LEN => {
                    rest = all.get(align(says)..).unwrap_or(&[]);
                    Some(Ok(record))
                }
                _ => Some(Err(Fault::Frame {
                    says,
                    has: all.len(),
                })),
            }
        })
    }
}

impl fmt::Debug for Nexthops<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Answers for the next hops of a request.
#[inline]
fn ask(payload: &[u8], ask: Ask<'_, '_, '_>) -> Result<(), ShowError> {
    let Ask::Show(f) = ask else { return Ok(()) };
    let records = Nexthops(payload).walk().map_while(Result::ok);
    let shown = records.map(|record| ByData::Table(NexthopTable::SENT, record));
    let list = f.debug_list().entries(shown).finish();
    list.map_err(ShowError::Format)
}

/// Next hops, one after the other (`rtnexthop`).
#[derive(Clone, Copy, Debug)]
pub enum NexthopList {}

impl Format for NexthopList {
    type Read<'a> = Nexthops<'a>;
    type Write<'a> = &'a [Nexthop<'a>];
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "nexthops",
        Shape::Bytes {
            least: 0,
            most: 65_531,
        },
    )
    .nesting(Nesting::Records(NexthopTable::SCHEMA));
    const SENT: ValueInfo = ValueInfo::shown(Self::INFO.name, Self::INFO.shape, ask)
        .nesting(Nesting::Records(NexthopTable::SENT));

    fn read(payload: &[u8]) -> Result<Nexthops<'_>, Fault> {
        Ok(Nexthops(payload))
    }

    #[inline]
    fn write(value: &&[Nexthop<'_>], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        for (n, hop) in value.iter().enumerate() {
            hop.encode(out)
                .map_err(|error| error.inside(n.to_string()))?;
        }
        Ok(())
    }

    #[inline]
    fn unset<'a>(_: PhantomData<&'a ()>) -> &'a [Nexthop<'a>] {
        &[]
    }

    /// Next hops are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[Nexthop<'_>]> {
        None
    }

    /// Whether the lengths of all next hops are true, and all their attributes values of their
    /// type. What isn't hides only itself, so reading doesn't fail by it.
    #[inline]
    fn check(payload: &[u8]) -> Result<(), Fault> {
        Nexthops(payload).walk().try_for_each(|record| {
            let hop = NexthopView::parse(record?)?;
            hop.malformed().first().map_or(Ok(()), |bad| Err(bad.fault))
        })
    }
}

/// Where packets are sent next, of any family (`rtvia` of `linux/rtnetlink.h`).
///
/// ```
/// use nlroute::route::Via;
/// let via = Via::from([192, 0, 2, 1]);
/// assert_eq!((via.ip(), via.to_string()), ("192.0.2.1".parse().ok(), "192.0.2.1".into()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Via {
    /// A gateway.
    Ip(IpAddr),
    /// A neighbour by its link-layer address; only of MPLS.
    Link(LinkAddress),
}

impl Via {
    /// The address, if it is one of IP.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(*address),
            Self::Link(_) => None,
        }
    }
}

impl<A: Into<IpAddr>> From<A> for Via {
    #[inline]
    fn from(address: A) -> Self {
        Self::Ip(address.into())
    }
}

impl From<LinkAddress> for Via {
    fn from(address: LinkAddress) -> Self {
        Self::Link(address)
    }
}

impl fmt::Display for Via {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Link(address) => address.fmt(f),
        }
    }
}

/// An address after its family (`rtvia`).
#[derive(Clone, Copy, Debug)]
pub enum ViaBytes {}

/// The family of link-layer addresses.
const AF_PACKET: u16 = libc::AF_PACKET as u16;

impl Format for ViaBytes {
    type Read<'a> = Via;
    type Write<'a> = Via;
    const INFO: ValueInfo = ValueInfo::new::<Self>("via", Shape::Bytes { least: 2, most: 34 });

    #[inline]
    fn read(payload: &[u8]) -> Result<Via, Fault> {
        let wrong = Fault::Length { has: payload.len() };
        let (&family, address) = payload.split_first_chunk::<2>().ok_or(wrong)?;
        let family = u16::from_ne_bytes(family);
        if family == AF_PACKET {
            return LinkAddress::new(address).map(Via::Link).ok_or(wrong);
        }
        let address = IpBytes::read(address).map_err(|_| wrong)?;
        if family != u16::from(u8::from(Family::of(address))) {
            return Err(Fault::Value("an address of another family than it says"));
        }
        Ok(Via::Ip(address))
    }

    #[inline]
    fn write(value: &Via, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match value {
            Via::Ip(address) => {
                let family = u16::from(u8::from(Family::of(*address)));
                out.payload(&family.to_ne_bytes());
                IpBytes::write(address, out)
            }
            Via::Link(address) => {
                out.payload(&AF_PACKET.to_ne_bytes());
                LinkAddress::write(address, out)
            }
        }
    }

    #[inline]
    fn unset(a: PhantomData<&()>) -> Via {
        Via::Ip(IpBytes::unset(a))
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Via> {
        Self::read(payload).ok()
    }
}
