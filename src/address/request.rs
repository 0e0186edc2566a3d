//! One address of a link: set and deleted.
use std::{fmt, net::IpAddr, time::Duration};

use super::{
    AddressAttributes, AddressCacheInfo, AddressFlags, AddressHeader, AddressTable, AddressView,
};
use crate::{
    Add, Change, Delete, Describe, Family, Prefix, Replace, Request, Result, Verb,
    noun::{self, invalid},
    route::RouteScope,
    wire::{
        EncodeError, Format, IpBytes, LinkRef, Lookup, Schema, Writer,
        table::{Bits, Table, aside},
    },
};

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
/// `delete` goes by address and prefix length, and by label and peer where they are given; of any
/// prefix by [`of_any_prefix`](Self::of_any_prefix).
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
    link: LinkRef<'a>,
    prefix: Prefix,
    scope: Option<RouteScope>,
    flags: AddressFlags,
    lifetimes: Option<Lifetimes>,
    any_prefix: bool,
    pub(super) attributes: AddressAttributes<'a>,
}

/// `None` is forever.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Lifetimes {
    valid: Option<Duration>,
    preferred: Option<Duration>,
}

impl<'a> Address<'a> {
    /// This address on this link, with the length of its prefix.
    #[inline]
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, prefix: Prefix) -> Self {
        Self {
            link: link.into(),
            prefix,
            scope: None,
            flags: AddressFlags::empty(),
            lifetimes: None,
            any_prefix: false,
            attributes: AddressAttributes::new(),
        }
    }

    /// Takes the last address of its network as broadcast address. Where there is none nothing is
    /// set: of IPv6, and of a prefix of 31 or 32 bits.
    ///
    /// `IFA_BROADCAST`.
    #[inline]
    #[must_use]
    pub fn broadcast_of_prefix(self) -> Self {
        // As iproute2 does: a network of two addresses has none to spare (RFC 3021).
        if self.prefix.family() != Family::Inet || self.prefix.len() >= 31 {
            return self;
        }
        let last = self.prefix.last();
        self.broadcast(last)
    }

    /// To delete it whatever its prefix is: the first that has this address. IPv4.
    #[inline]
    #[must_use]
    pub fn of_any_prefix(mut self) -> Self {
        self.any_prefix = true;
        self
    }

    /// Where it is valid.
    ///
    /// `ifa_scope` of `ifaddrmsg`.
    #[inline]
    #[must_use]
    pub fn scope(mut self, scope: RouteScope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets flags beside those already set.
    ///
    /// `IFA_FLAGS`.
    #[inline]
    #[must_use]
    pub fn flags(mut self, flags: AddressFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// No check for duplicates: it can be used at once. IPv6.
    ///
    /// `IFA_F_NODAD`.
    #[inline]
    #[must_use]
    pub fn nodad(self) -> Self {
        self.flags(AddressFlags::NODAD)
    }

    /// Can be used while the check for duplicates goes on. IPv6.
    ///
    /// `IFA_F_OPTIMISTIC`.
    #[inline]
    #[must_use]
    pub fn optimistic(self) -> Self {
        self.flags(AddressFlags::OPTIMISTIC)
    }

    /// Is a mobile node's home address. IPv6.
    ///
    /// `IFA_F_HOMEADDRESS`.
    #[inline]
    #[must_use]
    pub fn home_address(self) -> Self {
        self.flags(AddressFlags::HOMEADDRESS)
    }

    /// The kernel is to make temporary addresses beside it. IPv6, with a prefix of 64 bits.
    ///
    /// `IFA_F_MANAGETEMPADDR`.
    #[inline]
    #[must_use]
    pub fn manage_temp(self) -> Self {
        self.flags(AddressFlags::MANAGETEMPADDR)
    }

    /// No route to its network is to be made.
    ///
    /// `IFA_F_NOPREFIXROUTE`.
    #[inline]
    #[must_use]
    pub fn no_prefix_route(self) -> Self {
        self.flags(AddressFlags::NOPREFIXROUTE)
    }

    /// The kernel is to join this multicast group.
    ///
    /// `IFA_F_MCAUTOJOIN`.
    #[inline]
    #[must_use]
    pub fn auto_join(self) -> Self {
        self.flags(AddressFlags::MCAUTOJOIN)
    }

    /// For how long it stays, in whole seconds, at least one. Without
    /// [`preferred`](Self::preferred) it is preferred for as long.
    ///
    /// `IFA_CACHEINFO`.
    #[inline]
    #[must_use]
    pub fn valid(mut self, lifetime: Duration) -> Self {
        self.lifetimes.get_or_insert_default().valid = Some(lifetime);
        self
    }

    /// For how long new connections may use it, in whole seconds, no longer than it is valid.
    /// Zero makes it deprecated at once.
    ///
    /// `IFA_CACHEINFO`.
    #[inline]
    #[must_use]
    pub fn preferred(mut self, lifetime: Duration) -> Self {
        self.lifetimes.get_or_insert_default().preferred = Some(lifetime);
        self
    }

    /// Valid and preferred forever: said to an address that wasn't.
    ///
    /// `IFA_CACHEINFO`.
    #[inline]
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.lifetimes = Some(Lifetimes::default());
        self
    }

    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        const LOOKED_AT: Bits =
            Bits::of(&[libc::IFA_ADDRESS, libc::IFA_BROADCAST, libc::IFA_LABEL]);
        if self.attributes.is_set.has_none_of(LOOKED_AT) {
            return self.check_flags();
        }
        aside(self, (), |address, ()| address.check_attributes())
    }

    #[inline]
    fn check_attributes(&self) -> Result<(), EncodeError> {
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

    #[inline]
    fn check_flags(&self) -> Result<(), EncodeError> {
        let wrong = self.flags & AddressFlags::IPV6_ONLY;
        if !wrong.is_empty() && self.prefix.family() == Family::Inet {
            return Err(ipv6_only(wrong));
        }
        Ok(())
    }

    #[inline]
    fn header(&self, verb: Verb, index: u32) -> AddressHeader {
        let loopback = matches!(self.prefix.address(), IpAddr::V4(v4) if v4.is_loopback());
        let scope = match self.scope {
            Some(scope) => u8::from(scope),
            None if loopback && verb != Verb::Delete => RouteScope::Host.into(),
            None => RouteScope::Universe.into(),
        };
        AddressHeader {
            family: self.prefix.family().into(),
            prefix_len: self.prefix.len(),
            flags: self.flags.bits() as u8,
            scope,
            index,
        }
    }
}

impl Lifetimes {
    #[inline]
    fn put(self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        AddressCacheInfo::put(libc::IFA_CACHEINFO, &self.record()?, out)
    }

    #[inline]
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
    const SCHEMA: &'static Schema = AddressTable::SENT;
    const DESCRIBE: Describe = describe;

    // Inlined where the request is made, as long as it is a usual one: of what isn't set nothing
    // is left then.
    #[inline(always)]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.is_usual(verb) {
            return self.encode_as(verb, true, out);
        }
        aside(self, out, move |address, out| {
            address.encode_as(verb, false, out)
        })
    }
}

impl Address<'_> {
    /// Whether nothing is set but the link and the address.
    #[inline]
    fn is_usual(&self, verb: Verb) -> bool {
        verb == Verb::Add
            && matches!(self.link, LinkRef::Index(_))
            && self.prefix.family() == Family::Inet
            && self.flags.is_empty()
            && self.lifetimes.is_none()
            && self.attributes.is_empty()
    }

    /// `usual` says that there are no attributes to look at.
    #[inline(always)]
    fn encode_as(&self, verb: Verb, usual: bool, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if matches!(verb, Verb::Append | Verb::Prepend) {
            return Err(noun::never(verb, "isn't done to an address"));
        }
        if !usual {
            self.check()?;
        }
        if self.any_prefix && verb != Verb::Delete {
            let why = "is for deleting: an address that is set has a prefix";
            return Err(invalid("prefix", "any", why));
        }
        let (kind, flags) = noun::message(verb, libc::RTM_NEWADDR, libc::RTM_DELADDR)?;
        let index = noun::index(&self.link, out)?;
        let header = self.header(verb, index).to_bytes();
        let other_end = self.attributes.is_set.contains(libc::IFA_ADDRESS);
        let only_local = other_end || self.any_prefix;
        let message = match self.prefix.address() {
            // The most common in one piece.
            IpAddr::V4(v4) if !only_local => {
                out.begin_with(kind, flags, with_address(header, v4.octets()))
            }
            address => {
                let message = out.begin_with(kind, flags, header);
                if !only_local {
                    IpBytes::put(libc::IFA_ADDRESS, &address, out)?;
                }
                IpBytes::put(libc::IFA_LOCAL, &address, out)?;
                message
            }
        };
        if let Some(lifetimes) = self.lifetimes.filter(|_| verb != Verb::Delete) {
            aside(&lifetimes, &mut *out, |lifetimes, out| lifetimes.put(out))?;
        }
        if self.flags.bits() > 0xff {
            AddressFlags::put(IFA_FLAGS, &self.flags, out)?;
        }
        if !usual {
            self.attributes.encode(out)?;
        }
        out.end(message)
    }
}

const IFA_FLAGS: u16 = 8;

/// The header with the address after it, which stands in the place of another end too.
#[inline]
fn with_address(header: [u8; AddressHeader::LEN], address: [u8; 4]) -> [u8; 24] {
    let [h0, h1, h2, h3, h4, h5, h6, h7] = header;
    let [a, b, c, d] = address;
    let [l0, l1] = 8u16.to_ne_bytes();
    let [p0, p1] = libc::IFA_ADDRESS.to_ne_bytes();
    let [o0, o1] = libc::IFA_LOCAL.to_ne_bytes();
    [
        h0, h1, h2, h3, h4, h5, h6, h7, l0, l1, p0, p1, a, b, c, d, l0, l1, o0, o1, a, b, c, d,
    ]
}

#[cold]
#[inline]
fn ipv6_only(flags: AddressFlags) -> EncodeError {
    let why = "means nothing for an IPv4 address";
    invalid("flags", format_args!("{flags:?}"), why)
}

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

#[inline]
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
