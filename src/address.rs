//! IP addresses of links (`RTM_NEWADDR` and its like; `rtnetlink(7)`, `linux/if_addr.h`).
//!
//! ```no_run
//! use nlroute::{Address, Addresses, Connection};
//!
//! let mut host = Connection::open()?;
//! host.add(Address::new("eth0", "192.168.56.10/16".parse()?))?;
//! for address in &host.list(Addresses::all().link("eth0"))? {
//!     println!("{:?}", address.prefix());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There is no look-up of one address: the kernel has one for IPv6 only. List those of the link
//! instead, which the kernel filters.
use std::{borrow::Cow, fmt, net::IpAddr, time::Duration};

use crate::{
    Add, Change, Delete, Describe, Family, List, Prefix, Query, Replace, Request, Result, Verb,
    noun::{self, invalid},
    route::RouteScope,
    wire::{
        EncodeError, Fault, Format, IpBytes, LinkRef, Lookup, Schema, Str, Text, Writer,
        table::Table,
    },
};

crate::record! {
    /// What stands before the attributes of an address.
    ///
    /// ```
    /// assert_eq!(nlroute::address::AddressHeader::LEN, 8);
    /// ```
    pub struct AddressHeader "ifaddrmsg" 8 from 8;
    0 ifa_family family: u8 = "Address family, a [`Family`](crate::Family).";
    1 ifa_prefixlen prefix_len: u8 = "Length of the prefix in bits.";
    2 ifa_flags flags: u8 = "The lower eight of the [`AddressFlags`].";
    3 ifa_scope scope: u8 = "Where the address is valid, a [`RouteScope`](crate::route::RouteScope).";
    4 ifa_index index: u32 = "Index of its link.";
}

crate::record! {
    /// How long an address is valid, and since when it is there.
    ///
    /// ```
    /// use nlroute::address::AddressCacheInfo;
    /// let info = AddressCacheInfo { valid: 60, preferred: u32::MAX, ..Default::default() };
    /// assert_eq!(info.valid_lifetime(), Some(std::time::Duration::from_secs(60)));
    /// assert_eq!(info.preferred_lifetime(), None);
    /// ```
    pub struct AddressCacheInfo "ifa_cacheinfo" 16 from 16;
    0 ifa_prefered preferred: u32 = "For how long new connections may use it, in seconds; all ones is forever.";
    4 ifa_valid valid: u32 = "For how long it stays, in seconds; all ones is forever.";
    8 cstamp created: u32 = "When it was made, in hundredths of a second since boot.";
    12 tstamp updated: u32 = "When it was last changed, in hundredths of a second since boot.";
}

impl AddressCacheInfo {
    /// For how long new connections may use the address; `None` is forever, zero is "deprecated".
    #[must_use]
    pub fn preferred_lifetime(&self) -> Option<Duration> {
        lifetime(self.preferred)
    }

    /// For how long the address stays; `None` is forever.
    #[must_use]
    pub fn valid_lifetime(&self) -> Option<Duration> {
        lifetime(self.valid)
    }
}

/// Seconds, all ones being "forever" (`INFINITY_LIFE_TIME`).
fn lifetime(seconds: u32) -> Option<Duration> {
    (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()))
}

crate::open_flags! {
    /// What is true of an address (`IFA_F_*` of `linux/if_addr.h`).
    ///
    /// ```
    /// use nlroute::address::AddressFlags;
    /// assert_eq!(AddressFlags::NOPREFIXROUTE.bits(), 0x200);
    /// ```
    pub struct AddressFlags: u32 {
        /// Of IPv4: another address of the same network came before. Of IPv6: temporary, made
        /// for privacy (`IFA_F_TEMPORARY` has the same number).
        const SECONDARY = 1;
        /// Not to be checked for duplicates; IPv6.
        const NODAD = 1 << 1;
        /// Used before the check for duplicates has ended; IPv6.
        const OPTIMISTIC = 1 << 2;
        /// Somebody else has it; IPv6.
        const DADFAILED = 1 << 3;
        /// A mobile node's home address; IPv6.
        const HOMEADDRESS = 1 << 4;
        /// Not for new connections: its preferred lifetime has ended.
        const DEPRECATED = 1 << 5;
        /// Not usable until the check for duplicates has ended; IPv6.
        const TENTATIVE = 1 << 6;
        /// Valid forever.
        const PERMANENT = 1 << 7;
        /// The kernel makes temporary addresses beside it, for privacy; IPv6.
        const MANAGETEMPADDR = 1 << 8;
        /// No route to its network is made for it.
        const NOPREFIXROUTE = 1 << 9;
        /// The kernel joins this multicast group, so that switches between forward it.
        const MCAUTOJOIN = 1 << 10;
        /// Made by the kernel from a secret; IPv6.
        const STABLE_PRIVACY = 1 << 11;
    }
}

impl AddressFlags {
    /// Those that mean nothing for IPv4.
    const IPV6_ONLY: Self = Self::NODAD
        .union(Self::OPTIMISTIC)
        .union(Self::HOMEADDRESS)
        .union(Self::MANAGETEMPADDR);
}

crate::open_enum! {
    /// Who made an address (`IFAPROT_*` of `linux/if_addr.h`). Numbers that have no name here
    /// are free for programs to use. Since Linux 5.18.
    ///
    /// ```
    /// use nlroute::address::AddressProtocol;
    /// assert_eq!(AddressProtocol::from(2).to_string(), "kernel_ra");
    /// ```
    pub enum AddressProtocol: u8 {
        /// Nobody said.
        Unspec = 0 "unspec",
        /// The kernel: the loopback's.
        KernelLo = 1 "kernel_lo",
        /// The kernel, told by a router.
        KernelRa = 2 "kernel_ra",
        /// The kernel: link-local.
        KernelLl = 3 "kernel_ll",
    }
}

crate::table! {
    /// Attributes of an address (`IFA_*` of `linux/if_addr.h`).
    table AddressTable "address" after AddressHeader;
    /// An address as the kernel tells it.
    ///
    /// ```
    /// use nlroute::address::{AddressHeader, AddressView};
    /// let header = AddressHeader { family: 2, prefix_len: 16, index: 3, ..Default::default() };
    /// let local = [8, 0, 2, 0, 192, 168, 56, 10]; // IFA_LOCAL
    /// # let local = [&8u16.to_ne_bytes()[..], &2u16.to_ne_bytes(), &local[4..]].concat();
    /// let body = [&header.to_bytes()[..], &local].concat();
    /// let address = AddressView::parse(body)?;
    /// assert_eq!(address.prefix(), Some("192.168.56.10/16".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    view AddressView;
    /// What an address is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::address::AddressAttributes::new().is_empty());
    /// ```
    request AddressAttributes set by [impl<'a> Address<'a>] [.attributes];

    rw 1 IFA_ADDRESS peer: IpAddr as IpBytes =
        "The other end's address on a point-to-point link; the prefix is then its. Where there \
         is no other end it is told too: it is the address itself.";
    ro 2 IFA_LOCAL local: IpAddr as IpBytes =
        "The address itself; of IPv6 only where there is another end.";
    rw 3 IFA_LABEL label: Text<'_> | &'a str as Str =
        "Label, 1 to 15 bytes, by custom the link's name and perhaps a colon and more; IPv4.";
    rw 4 IFA_BROADCAST broadcast: IpAddr as IpBytes = "The broadcast address; IPv4.";
    ro 5 IFA_ANYCAST anycast: IpAddr as IpBytes = "An anycast address; IPv6.";
    ro 6 IFA_CACHEINFO cacheinfo: AddressCacheInfo = "Lifetimes.";
    ro 7 IFA_MULTICAST multicast: IpAddr as IpBytes = "A multicast address that the link listens to.";
    ro 8 IFA_FLAGS all_flags: AddressFlags =
        "All flags, where the header has room for eight. Since Linux 3.14.";
    rw 9 IFA_RT_PRIORITY metric: u32 =
        "Metric of the route to its network. Since Linux 4.18.";
    ro 10 IFA_TARGET_NETNSID target_netnsid: i32 =
        "Number of the namespace that it is in, where it was asked for. Since Linux 4.20.";
    rw 11 IFA_PROTO protocol: AddressProtocol = "Who made it. Since Linux 5.18.";
}

impl AddressView<'_> {
    /// The header.
    #[must_use]
    pub fn header(&self) -> AddressHeader {
        AddressHeader::at(self.as_bytes())
    }

    /// Its address family.
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of the link that it is on.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// The address itself, whichever attribute it is in.
    ///
    /// `IFA_LOCAL`, else `IFA_ADDRESS`, `IFA_MULTICAST` or `IFA_ANYCAST`.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.local()
            .or_else(|| self.peer())
            .or_else(|| self.multicast())
            .or_else(|| self.anycast())
    }

    /// The address itself with the length of its prefix; `None` where the message has no
    /// address, or a length that can't be.
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        Prefix::new(self.address()?, self.header().prefix_len).ok()
    }

    /// The other end's address, if there is another end.
    #[must_use]
    pub fn other_end(&self) -> Option<IpAddr> {
        self.peer()
            .filter(|peer| self.local().is_some_and(|local| local != *peer))
    }

    /// What is true of it.
    ///
    /// `IFA_FLAGS`, else what the header says.
    #[must_use]
    pub fn flags(&self) -> AddressFlags {
        self.all_flags()
            .unwrap_or_else(|| AddressFlags::from_bits_retain(self.header().flags.into()))
    }

    /// Where it is valid.
    #[must_use]
    pub fn scope(&self) -> RouteScope {
        self.header().scope.into()
    }
}

/// A request about one address of a link.
///
/// What isn't set is as `ip address` has it:
///
/// - There is no broadcast address. [`broadcast_of_prefix`](Self::broadcast_of_prefix) sets the
///   one of the network (`ip address add ... broadcast +`), [`broadcast`](Self::broadcast) any.
/// - The scope is `host` for 127.0.0.0/8, else `global`. The kernel finds the scope of an IPv6
///   address itself.
/// - It is valid and preferred forever.
///
/// `add` fails if the link has the address, `replace` then sets it anew. `change` does too, but
/// the kernel doesn't check whether the address is there before it changes it: if it isn't, it
/// is made. What an existing address can be set to is its lifetimes, flags, metric and protocol.
/// `delete` goes by address and prefix length, and by label and peer where they are given.
///
/// ```
/// use std::time::Duration;
/// use nlroute::Address;
/// let address = Address::new("eth0", "192.168.56.10/16".parse()?)
///     .broadcast_of_prefix()
///     .valid(Duration::from_secs(3600));
/// let point_to_point = Address::new("tun0", "10.0.0.1/32".parse()?).peer("10.0.0.2".parse()?);
/// let quick = Address::new(3, "2001:db8::1/64".parse()?).nodad();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Address<'a> {
    link: LinkRef,
    prefix: Prefix,
    scope: Option<RouteScope>,
    flags: AddressFlags,
    lifetimes: Option<Lifetimes>,
    attributes: AddressAttributes<'a>,
}

/// `None` is forever.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Lifetimes {
    valid: Option<Duration>,
    preferred: Option<Duration>,
}

impl Address<'_> {
    /// This address on this link, with the length of its prefix.
    #[must_use]
    pub fn new(link: impl Into<LinkRef>, prefix: Prefix) -> Self {
        Self {
            link: link.into(),
            prefix,
            scope: None,
            flags: AddressFlags::empty(),
            lifetimes: None,
            attributes: AddressAttributes::new(),
        }
    }

    /// Takes the last address of its network as broadcast address; of a prefix of 31 or 32 bits,
    /// which has none, nothing is set. IPv4.
    ///
    /// `IFA_BROADCAST`.
    #[must_use]
    pub fn broadcast_of_prefix(self) -> Self {
        // As iproute2 does: a network of two addresses has none to spare (RFC 3021).
        if self.prefix.family() == Family::Inet && self.prefix.len() >= 31 {
            return self;
        }
        let last = self.prefix.last();
        self.broadcast(last)
    }

    /// Where it is valid.
    ///
    /// `ifa_scope` of `ifaddrmsg`.
    #[must_use]
    pub fn scope(mut self, scope: RouteScope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets flags beside those already set.
    ///
    /// `IFA_FLAGS`.
    #[must_use]
    pub fn flags(mut self, flags: AddressFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// No check for duplicates: it can be used at once. IPv6.
    ///
    /// `IFA_F_NODAD`.
    #[must_use]
    pub fn nodad(self) -> Self {
        self.flags(AddressFlags::NODAD)
    }

    /// Can be used while the check for duplicates goes on. IPv6.
    ///
    /// `IFA_F_OPTIMISTIC`.
    #[must_use]
    pub fn optimistic(self) -> Self {
        self.flags(AddressFlags::OPTIMISTIC)
    }

    /// Is a mobile node's home address. IPv6.
    ///
    /// `IFA_F_HOMEADDRESS`.
    #[must_use]
    pub fn home_address(self) -> Self {
        self.flags(AddressFlags::HOMEADDRESS)
    }

    /// The kernel is to make temporary addresses beside it. IPv6, with a prefix of 64 bits.
    ///
    /// `IFA_F_MANAGETEMPADDR`.
    #[must_use]
    pub fn manage_temp(self) -> Self {
        self.flags(AddressFlags::MANAGETEMPADDR)
    }

    /// No route to its network is to be made.
    ///
    /// `IFA_F_NOPREFIXROUTE`.
    #[must_use]
    pub fn no_prefix_route(self) -> Self {
        self.flags(AddressFlags::NOPREFIXROUTE)
    }

    /// The kernel is to join this multicast group.
    ///
    /// `IFA_F_MCAUTOJOIN`.
    #[must_use]
    pub fn auto_join(self) -> Self {
        self.flags(AddressFlags::MCAUTOJOIN)
    }

    /// For how long it stays, in whole seconds, at least one. Without
    /// [`preferred`](Self::preferred) it is preferred for as long.
    ///
    /// `IFA_CACHEINFO`.
    #[must_use]
    pub fn valid(mut self, lifetime: Duration) -> Self {
        self.lifetimes.get_or_insert_default().valid = Some(lifetime);
        self
    }

    /// For how long new connections may use it, in whole seconds, no longer than it is valid.
    /// Zero makes it deprecated at once.
    ///
    /// `IFA_CACHEINFO`.
    #[must_use]
    pub fn preferred(mut self, lifetime: Duration) -> Self {
        self.lifetimes.get_or_insert_default().preferred = Some(lifetime);
        self
    }

    /// Valid and preferred forever: said to an address that wasn't.
    ///
    /// `IFA_CACHEINFO`.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.lifetimes = Some(Lifetimes::default());
        self
    }

    fn check(&self) -> Result<(), EncodeError> {
        let set = &self.attributes;
        let own = self.prefix.family();
        if set.is_set.contains(libc::IFA_ADDRESS) && Family::of(set.peer) != own {
            return Err(invalid(
                "peer",
                set.peer,
                "is of another family than the address",
            ));
        }
        if set.is_set.contains(libc::IFA_BROADCAST) {
            if own == Family::Inet6 {
                return Err(invalid("broadcast", set.broadcast, "IPv6 has no broadcast"));
            } else if Family::of(set.broadcast) != own {
                let why = "is of another family than the address";
                return Err(invalid("broadcast", set.broadcast, why));
            }
        }
        if set.is_set.contains(libc::IFA_LABEL) {
            let why = match (own, set.label.len()) {
                (Family::Inet6, _) => "an IPv6 address has no label",
                (_, 0) => "is empty",
                (_, 1..=15) => return self.check_flags(),
                _ => "is longer than 15 bytes",
            };
            return Err(invalid("label", format_args!("{:?}", set.label), why));
        }
        self.check_flags()
    }

    fn check_flags(&self) -> Result<(), EncodeError> {
        let wrong = self.flags & AddressFlags::IPV6_ONLY;
        if self.prefix.family() == Family::Inet && !wrong.is_empty() {
            let why = "means nothing for an IPv4 address";
            return Err(invalid("flags", format_args!("{wrong:?}"), why));
        }
        Ok(())
    }

    fn header(&self, verb: Verb, index: u32) -> AddressHeader {
        let loopback = matches!(self.prefix.address(), IpAddr::V4(v4) if v4.is_loopback());
        let scope = match self.scope {
            Some(scope) => scope,
            None if loopback && verb != Verb::Delete => RouteScope::Host,
            None => RouteScope::Universe,
        };
        AddressHeader {
            family: self.prefix.family().into(),
            prefix_len: self.prefix.len(),
            flags: self.flags.bits() as u8,
            scope: scope.into(),
            index,
        }
    }
}

impl Lifetimes {
    fn record(self) -> Result<AddressCacheInfo, EncodeError> {
        let seconds = |name, lifetime: Option<Duration>| match lifetime.map(|l| l.as_secs()) {
            None => Ok(u32::MAX),
            Some(secs) => match u32::try_from(secs) {
                Ok(secs) if secs < u32::MAX => Ok(secs),
                _ => Err(invalid(
                    name,
                    format_args!("{secs} s"),
                    "is longer than 2^32-2 seconds",
                )),
            },
        };
        let valid = seconds("valid", self.valid)?;
        let preferred = match self.preferred {
            None => valid,
            some => seconds("preferred", some)?,
        };
        if valid == 0 {
            return Err(invalid("valid", "0 s", "is at least one second"));
        } else if preferred > valid {
            let why = "is longer than the address is valid";
            return Err(invalid("preferred", format_args!("{preferred} s"), why));
        }
        Ok(AddressCacheInfo {
            preferred,
            valid,
            ..Default::default()
        })
    }
}

impl Request for Address<'_> {
    const SCHEMA: &'static Schema = AddressTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if verb == Verb::Append {
            return Err(EncodeError::new(verb, "isn't done to an address"));
        }
        self.check()?;
        let (kind, flags) = noun::message(verb, libc::RTM_NEWADDR, libc::RTM_DELADDR)?;
        let message = out.begin(kind, flags);
        let index = self.link.index(out).map_err(|error| error.inside("link"))?;
        if index == 0 {
            return Err(invalid("link", "#0", "no link has this index"));
        }
        out.bytes(&self.header(verb, index).to_bytes());
        let address = self.prefix.address();
        if !self.attributes.is_set.contains(libc::IFA_ADDRESS) {
            IpBytes::put(libc::IFA_ADDRESS, &address, out)?;
        }
        IpBytes::put(libc::IFA_LOCAL, &address, out)?;
        if let Some(lifetimes) = self.lifetimes.filter(|_| verb != Verb::Delete) {
            AddressCacheInfo::put(libc::IFA_CACHEINFO, &lifetimes.record()?, out)?;
        }
        if self.flags.bits() > 0xff {
            AddressFlags::put(IFA_FLAGS, &self.flags, out)?;
        }
        self.attributes.encode(out)?;
        out.end(message)
    }
}

const IFA_FLAGS: u16 = 8;
const IFA_TARGET_NETNSID: u16 = 10;

impl Add for Address<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for Address<'_> {}
/// The kernel makes the address if it isn't there: see [`Address`].
impl Change for Address<'_> {}
impl Delete for Address<'_> {}

fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("address")?;
    let Ok(view) = AddressView::parse(body) else {
        return Ok(());
    };
    if let Some(prefix) = view.prefix() {
        write!(f, " {prefix}")?;
    }
    match view.index() {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}

/// All addresses, or those that a filter keeps.
///
/// By default those of both families, on every link. The kernel filters, or since before it
/// could (Linux 4.20, for the link) the answer is filtered here.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Addresses, Family};
/// for address in &host.list(Addresses::all().family(Family::Inet6).link("eth0"))? {
///     println!("{:?}", address.prefix());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addresses {
    family: Option<Family>,
    link: Option<LinkRef>,
    target_netnsid: Option<i32>,
}

impl Addresses {
    /// Every address.
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

    /// Only those on this link. One that doesn't exist is the kernel's `ENODEV`, or for a name
    /// the look-up's error.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Those in the namespace that has this number in the connection's namespace. Since Linux
    /// 4.20. A link must then be given by its index there.
    #[must_use]
    pub fn target_netnsid(mut self, netnsid: i32) -> Self {
        self.target_netnsid = Some(netnsid);
        self
    }
}

impl Query for Addresses {
    const SCHEMA: &'static Schema = AddressTable::SCHEMA;
    type View<'a> = AddressView<'a>;

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("addresses")?;
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETADDR, 0);
        let header = AddressHeader {
            family: self.family.unwrap_or(Family::Unspec).into(),
            index: noun::resolve(&mut self.link, "link", out)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        if let Some(netnsid) = self.target_netnsid {
            i32::put(IFA_TARGET_NETNSID, &netnsid, out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWADDR
    }

    fn view<'a>(body: Cow<'a, [u8]>) -> Result<AddressView<'a>, Fault> {
        AddressView::parse(body)
    }
}

impl List for Addresses {
    fn keeps(&self, view: &AddressView<'_>) -> bool {
        noun::is_link(self.link.as_ref(), view.index())
            && self
                .family
                .is_none_or(|f| f == Family::Unspec || f == view.family())
    }
}
