//! Names and subnets that nobody uses: found without a race, because the kernel decides.
use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{
    Address, Addresses, Connection, Error, Family, Prefix, Result, Routes,
    route::RouteView,
    wire::{IfName, LinkRef},
};

/// How often another is tried when the kernel says that what was chosen is taken. With four hex
/// digits or more to choose from it is hardly ever a second time: who is told so this often has
/// another reason for it.
const ATTEMPTS: u32 = 32;

/// Names something by a name that nobody uses: `prefix` and up to eight hex digits by chance.
///
/// `make` is to make the link, or the namespace, of the name that it is given. If it answers
/// `EEXIST` another name is tried. So nobody has to look first whether a name is free, which tells
/// nothing about the moment afterwards.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, link::{Peer, Veth}, with_unused_name};
///
/// let mut host = Connection::open()?;
/// let name = with_unused_name("veth", |name| {
///     host.add(Veth::new(name).peer(Peer::new("eth0")))?;
///     Ok(name)
/// })?;
/// assert!(name.to_string().starts_with("veth"));
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
///
/// # Errors
/// The error of `make`: any but `EEXIST` at once, that one when 32 names were tried. When `prefix`
/// can't begin an interface's name, or leaves less than four of its 15 bytes.
pub fn with_unused_name<T>(prefix: &str, mut make: impl FnMut(IfName) -> Result<T>) -> Result<T> {
    const DIGITS: usize = 8;
    const FEWEST: usize = 4;
    let invalid = |why: &str| Error::invalid("find an unused name", "prefix", prefix, why);
    let digits = IfName::MAX.saturating_sub(prefix.len()).min(DIGITS);
    if digits < FEWEST {
        return Err(invalid("leaves less than four bytes of fifteen"));
    }
    let mut attempt = 1;
    loop {
        let mut name = format!("{prefix}{:0DIGITS$x}", chance() as u32);
        name.truncate(prefix.len() + digits);
        let name = IfName::new(&name).map_err(|why| invalid(&why.to_string()))?;
        match make(name) {
            Err(error) if error.is_exists() && attempt < ATTEMPTS => attempt += 1,
            made => return made,
        }
    }
}

/// A number by chance: the standard library keys its hash tables by such.
#[inline]
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl Connection {
    /// The first subnet of this length in `pool` that overlaps no address and no route of the
    /// namespace; `None` if there is none left.
    ///
    /// What is used is each address's network, where the address has another end that end's too,
    /// and each route's destination, in whatever table and of whatever type. Default routes don't
    /// count, nor do those of one bit, which VPNs put in a default route's place.
    ///
    /// Nothing keeps it unused: see [`claim_subnet`](Self::claim_subnet).
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Address, Connection};
    /// let mut host = Connection::open()?;
    /// host.add(Address::new("lo", "172.16.3.1/23".parse()?))?;
    /// let subnet = host.unused_subnet("172.16.2.0/20".parse()?, 24)?.unwrap();
    /// assert_eq!(subnet.to_string(), "172.16.0.0/24");
    /// let subnet = host.unused_subnet("172.16.2.0/23".parse()?, 24)?;
    /// assert_eq!(subnet, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// When `len` is less than the pool's own or more than an address has bits; what the kernel
    /// refuses.
    #[inline]
    pub fn unused_subnet(&mut self, pool: Prefix, len: u8) -> Result<Option<Prefix>> {
        let pool = Pool::new(pool, len)?;
        let used = self.used(&pool, None)?;
        Ok(pool.first_unused(&used, 0))
    }

    /// Gives a link the first address of a subnet of this length in `pool` that nobody uses;
    /// `None` if there is none left. For an IPv4 subnet of 30 bits or less, and an IPv6 one of 126
    /// or less, that is the one after the subnet's own.
    ///
    /// Two who do so at the same time don't get subnets that overlap: after the address is there
    /// the others are looked at again, and if one has come that overlaps, the address is taken
    /// away and another subnet tried. Of two adds in the kernel one is the later, and who made it
    /// sees the other. Where the pool is all but used up, what another is about to take away again
    /// may be seen as used.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::Bridge};
    /// let mut host = Connection::open()?;
    /// let bridge = host.add(Bridge::new("br0").up())?;
    /// let address = host.claim_subnet(bridge, "172.16.0.0/12".parse()?, 16)?.unwrap();
    /// assert_eq!(address.to_string(), "172.16.0.1/16");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`unused_subnet`](Self::unused_subnet), and of adding the address.
    pub fn claim_subnet<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        pool: Prefix,
        len: u8,
    ) -> Result<Option<Prefix>> {
        let pool = Pool::new(pool, len)?;
        let link = self.ifindex(link)?;
        let mut from = 0;
        loop {
            let used = self.used(&pool, None)?;
            // From anywhere in the pool on, what is left may still be before that.
            let found = pool.first_unused(&used, from);
            let Some(subnet) = found.or_else(|| pool.first_unused(&used, 0)) else {
                return Ok(None);
            };
            let address = pool.gateway(subnet);
            match self.add(Address::new(link, address)) {
                Ok(()) => {}
                // It came in between.
                Err(error) if error.is_exists() => continue,
                Err(error) => return Err(error),
            }
            let ours = Span::of(subnet);
            let others = self.used(&pool, Some((link, address)));
            let unshared = others.as_ref().is_ok_and(|others| {
                let overlaps = |other: &Span| other.overlaps(&ours);
                !others.iter().any(overlaps)
            });
            if unshared {
                return Ok(Some(address));
            }
            match self.delete(Address::new(link, address)) {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
            others?;
            // Two who have met choose by chance, or they would meet again.
            from = pool.random_start();
        }
    }

    /// What is in use of the pool, in order; all but an address and the routes of its link, some
    /// of which go with it.
    #[inline]
    fn used(&mut self, pool: &Pool, but: Option<(u32, Prefix)>) -> Result<Vec<Span>> {
        let family = Family::of(pool.whole.address());
        let mut used = Vec::new();
        for address in &self.list(Addresses::all().family(family))? {
            let whose = (address.index(), address.prefix());
            if but.is_some_and(|(link, prefix)| whose == (link, Some(prefix))) {
                continue;
            }
            let len = address.header().prefix_len;
            let ends = [address.address(), address.other_end()];
            let prefixes = ends.into_iter().flatten();
            used.extend(prefixes.flat_map(|end| Prefix::new(end, len)).map(Span::of));
        }
        for route in &self.list(Routes::all().family(family))? {
            if but.is_some_and(|(link, _)| route.oif() == Some(link)) {
                continue;
            }
            used.extend(counted(&route).map(Span::of));
        }
        used.sort_unstable_by_key(|span| span.first);
        Ok(used)
    }
}

/// The destination of a route that leads somewhere in particular.
#[inline]
fn counted(route: &RouteView<'_>) -> Option<Prefix> {
    route.destination().filter(|to| to.len() > 1)
}

/// A prefix as the numbers of its first and last address.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u128,
    last: u128,
}

impl Span {
    #[inline]
    fn of(prefix: Prefix) -> Self {
        Self {
            first: number(prefix.network().address()),
            last: number(prefix.last()),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_bits().into(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Where subnets of one length are taken from.
struct Pool {
    whole: Prefix,
    len: u8,
    /// How many addresses a subnet has, less one.
    mask: u128,
}

impl Pool {
    #[inline]
    fn new(whole: Prefix, len: u8) -> Result<Self> {
        let most = Prefix::host(whole.address()).len();
        let why = if len > most {
            "is more than an address has bits"
        } else if len < whole.len() {
            "is a subnet that is larger than the pool"
        } else {
            let mask = match most.saturating_sub(len) {
                128 => u128::MAX,
                bits => (1 << bits) - 1,
            };
            let whole = whole.network();
            return Ok(Self { whole, len, mask });
        };
        let operation = format!("find an unused subnet in {whole}");
        Err(Error::invalid(operation, "prefix length", len, why))
    }

    fn address(&self, number: u128) -> IpAddr {
        match self.whole.address() {
            IpAddr::V4(_) => Ipv4Addr::from_bits(number as u32).into(),
            IpAddr::V6(_) => Ipv6Addr::from_bits(number).into(),
        }
    }

    /// The first subnet, from this number of an address on, that overlaps none of `used`, which
    /// are in order.
    #[inline]
    fn first_unused(&self, used: &[Span], from: u128) -> Option<Prefix> {
        let all = Span::of(self.whole);
        let mut first = all.first.max(from & !self.mask);
        for span in used {
            let last = first | self.mask;
            if span.first > last {
                break;
            } else if span.last >= first {
                first = (span.last | self.mask).checked_add(1)?;
            }
        }
        if first | self.mask > all.last {
            return None;
        }
        Prefix::new(self.address(first), self.len).ok()
    }

    /// Somewhere in the pool.
    #[inline]
    fn random_start(&self) -> u128 {
        let all = Span::of(self.whole);
        let chance = u128::from(chance()) << 64 | u128::from(chance());
        all.first + (chance & (all.last - all.first))
    }

    /// The subnet's first address that a host can have.
    fn gateway(&self, subnet: Prefix) -> Prefix {
        let first = number(subnet.address());
        // A network of two addresses has none to spare (RFC 3021, RFC 6164).
        let host = if self.mask > 1 { first | 1 } else { first };
        Prefix::new(self.address(host), self.len).unwrap_or(subnet)
    }
}
