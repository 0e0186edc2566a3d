//! Which way packets go: by which link, of which MTU, past which gateway, from which address.
use std::{cmp::Reverse, io, net::IpAddr};

use crate::{
    Connection, Error, Family, Result, Route, Routes,
    link::Link,
    route::{
        NexthopFlags, RouteFlags, RouteMetricsView, RouteTable, RouteType, RouteView,
        RouterPreference,
    },
    wire::IfName,
};

/// The way that packets take out of the host, as [`Connection::path_to`] and
/// [`Connection::default_path`] find it.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// let path = host.path_to("198.51.100.7".parse()?)?;
/// println!("by {} (#{}), {} bytes at a time", path.name, path.link, path.mtu);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Path {
    /// Index of the link that they go out by; the loopback's for an address of the host itself.
    pub link: u32,
    /// The link's name.
    pub name: IfName,
    /// The gateway that they go to first; `None` where the destination is on the link.
    pub gateway: Option<IpAddr>,
    /// The address that the host sends from where a program chooses none; `None` where the route
    /// doesn't say, as most default routes don't.
    pub source: Option<IpAddr>,
    /// How long a packet may be, in bytes: the link's MTU, or that of the route or learnt of the
    /// path where it is less.
    pub mtu: u32,
}

impl Connection {
    /// The way that a packet of the host to this address takes (`RTM_GETROUTE`; `ip route get`).
    ///
    /// # Errors
    /// `ENETUNREACH` or `EHOSTUNREACH` where there is no way, or the error of the route that
    /// forbids it (`EACCES`, `EINVAL`).
    #[inline]
    pub fn path_to(&mut self, destination: IpAddr) -> Result<Path> {
        let route = self.get(Route::to(destination))?;
        let hop = Hop::of(&route);
        self.path(&route, hop, &format!("path to {destination}"))
    }

    /// The address of the host that reaches this one: what a packet to it bears as its source
    /// where the program that sends it chooses none.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Address, Connection, link::{Link, Peer, Veth}};
    /// let mut host = Connection::open()?;
    /// host.add(Veth::new("veth0").up().peer(Peer::new("ceth0").up()))?;
    /// host.add(Address::new("veth0", "192.0.2.1/24".parse()?))?;
    /// let source = host.source_for("192.0.2.7".parse()?)?;
    /// assert_eq!(source.to_string(), "192.0.2.1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`path_to`](Self::path_to); [`Error::is_not_found`] (`EADDRNOTAVAIL`) if the host has
    /// no address to reach it from.
    #[inline]
    pub fn source_for(&mut self, destination: IpAddr) -> Result<IpAddr> {
        let route = self.get(Route::to(destination))?;
        // Of IPv4 the kernel says 0.0.0.0 where the links have no address.
        let source = route.source().filter(|source| !source.is_unspecified());
        source.ok_or_else(|| {
            let operation = format!("source of packets to {destination}");
            Error::system(operation, io::Error::from_raw_os_error(libc::EADDRNOTAVAIL))
        })
    }

    /// The way of the default route of a family, [`Family::Inet`] or [`Family::Inet6`]; `None` if
    /// there is none.
    ///
    /// Of several it is the one that the kernel prefers: the least metric, of IPv6 the better
    /// router of those. What counts is the main table; where rules lead packets to others,
    /// [`path_to`](Self::path_to) an address tells more. Of a route with several next hops it is
    /// the one with the greatest weight.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// # use nlroute::{Address, Connection, Family, Route, link::{Link, Peer, Veth}};
    /// # let mut host = Connection::open()?;
    /// # host.add(Veth::new("veth0").mtu(1400).up().peer(Peer::new("ceth0").up()))?;
    /// # host.add(Address::new("veth0", "192.0.2.1/24".parse()?))?;
    /// host.add(Route::default_via("192.0.2.254".parse()?))?;
    /// let path = host.default_path(Family::Inet)?.expect("just made");
    /// assert_eq!((path.name.to_string(), path.mtu), ("veth0".to_owned(), 1400));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// What the kernel refuses.
    #[inline]
    pub fn default_path(&mut self, family: Family) -> Result<Option<Path>> {
        let operation = format!("default path of {family}");
        let routes = Routes::all().family(family).table(RouteTable::MAIN);
        loop {
            let listed = self.list(routes.clone().kind(RouteType::Unicast))?;
            let best = listed
                .iter()
                .filter(|route| route.destination().is_some_and(|to| to.is_default()))
                .filter(|route| route.from().is_none() && route.tos() == 0)
                .filter(|route| !route.flags().contains(RouteFlags::DEAD))
                .filter(|route| Hop::of(route).link > 0)
                // The first of those that are alike, as it is the first in the kernel's list.
                .min_by_key(|route| {
                    let metric = route.metric().unwrap_or(0);
                    (metric, Reverse(route.pref().map_or(0, preference)))
                });
            let Some(route) = best else { return Ok(None) };
            match self.path(&route, Hop::of(&route), &operation) {
                // The link went in between, and its routes with it.
                Err(error) if error.is_not_found() => {}
                path => return path.map(Some),
            }
        }
    }

    #[inline]
    fn path(&mut self, route: &RouteView<'_>, hop: Hop, operation: &str) -> Result<Path> {
        if hop.link == 0 {
            let none = io::Error::from_raw_os_error(libc::ENETUNREACH);
            return Err(Error::system(operation, none));
        }
        let link = self.get(Link::index(hop.link))?;
        let link_mtu = link.mtu().unwrap_or(u32::MAX);
        let route_mtu = route.metrics().and_then(|m: RouteMetricsView<'_>| m.mtu());
        Ok(Path {
            link: hop.link,
            name: link.name(),
            gateway: hop.gateway,
            source: route.source().filter(|source| !source.is_unspecified()),
            mtu: route_mtu
                .filter(|mtu| *mtu > 0)
                .map_or(link_mtu, |mtu| mtu.min(link_mtu)),
        })
    }
}

/// As the kernel compares them: RFC 4191 has low below medium below high.
fn preference(pref: RouterPreference) -> i8 {
    match pref {
        RouterPreference::High => 1,
        RouterPreference::Low => -1,
        _ => 0,
    }
}

/// Where a route sends packets first; link 0 is nowhere.
struct Hop {
    link: u32,
    gateway: Option<IpAddr>,
}

impl Hop {
    #[inline]
    fn of(route: &RouteView<'_>) -> Self {
        if let Some(link) = route.oif() {
            let gateway = route.next_hop();
            return Self { link, gateway };
        }
        let alive = |flags: NexthopFlags| !flags.contains(NexthopFlags::DEAD);
        let hops = route.nexthops();
        let hops = hops.iter().flat_map(|hops| hops.iter());
        let best = hops
            .filter(|hop| alive(hop.flags()))
            // The first of the heaviest.
            .min_by_key(|hop| Reverse(hop.weight()));
        best.map_or(
            Self {
                link: 0,
                gateway: None,
            },
            |hop| Self {
                link: hop.index(),
                gateway: hop.next_hop(),
            },
        )
    }
}
