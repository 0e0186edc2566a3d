//! Address families and prefixes: an address with the number of bits that all its neighbours
//! share.
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

crate::open_enum! {
    /// An address family of rtnetlink's headers (`AF_*` of `linux/socket.h`, `RTNL_FAMILY_*` of
    /// `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::Family;
    /// assert_eq!(Family::from(10), Family::Inet6);
    /// assert_eq!(Family::of("192.0.2.1".parse().unwrap()), Family::Inet);
    /// ```
    pub enum Family: u8 {
        /// Any (`AF_UNSPEC`).
        Unspec = 0 "any",
        /// IPv4.
        Inet = 2 "inet",
        /// A bridge's forwarding database.
        Bridge = 7 "bridge",
        /// IPv6.
        Inet6 = 10 "inet6",
        /// Label switching.
        Mpls = 28 "mpls",
        /// Forwarding of IPv4 multicast.
        Ipmr = 128 "ipmr",
        /// Forwarding of IPv6 multicast.
        Ip6mr = 129 "ip6mr",
    }
}

impl Family {
    /// The family of an address.
    #[inline]
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Inet,
            IpAddr::V6(_) => Self::Inet6,
        }
    }

    /// The address of zeros of a family whose addresses are IP addresses.
    pub(crate) const fn unspecified(self) -> Option<IpAddr> {
        match self {
            Self::Inet | Self::Ipmr => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            Self::Inet6 | Self::Ip6mr => Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
            _ => None,
        }
    }
}

/// An IP address and a prefix length: a network, or a host's address with its network.
///
/// The bits after the prefix are kept as given; [`network`](Self::network) clears them.
///
/// ```
/// use nlroute::Prefix;
/// let prefix: Prefix = "192.168.56.10/16".parse()?;
/// assert_eq!((prefix.address().to_string(), prefix.len()), ("192.168.56.10".into(), 16));
/// assert_eq!(prefix.network().to_string(), "192.168.0.0/16");
/// assert!(prefix.contains("192.168.1.1".parse().unwrap()));
/// assert_eq!("::1".parse::<Prefix>()?.len(), 128);
/// assert!("10.0.0.0/33".parse::<Prefix>().is_err());
/// # Ok::<(), nlroute::PrefixError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix {
    address: IpAddr,
    len: u8,
}

/// Why something is no [`Prefix`].
///
/// ```
/// use nlroute::{Prefix, PrefixError};
/// assert_eq!("10.0.0.0/33".parse::<Prefix>(), Err(PrefixError::Length { len: 33, most: 32 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrefixError {
    /// What stands before the slash is no IPv4 or IPv6 address.
    Address,
    /// What stands after the slash is no number from 0 to 255.
    NotANumber,
    /// The length is more than the address has bits.
    Length {
        /// The length given.
        len: u8,
        /// Bits of an address of the family: 32 or 128.
        most: u8,
    },
}

impl fmt::Display for PrefixError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("not an IP address"),
            Self::NotANumber => f.write_str("not a prefix length"),
            Self::Length { len, most } => write!(f, "a prefix length of {len}, more than {most}"),
        }
    }
}

impl std::error::Error for PrefixError {}

impl Prefix {
    /// Everything of IPv4: `0.0.0.0/0`.
    pub const ALL_IPV4: Self = Self {
        address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        len: 0,
    };
    /// Everything of IPv6: `::/0`.
    pub const ALL_IPV6: Self = Self {
        address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        len: 0,
    };

    /// An address with the length of its prefix, in bits.
    ///
    /// # Errors
    /// When the length is more than 32 for IPv4, 128 for IPv6.
    #[inline]
    pub const fn new(address: IpAddr, len: u8) -> Result<Self, PrefixError> {
        let most = bits(address);
        if len > most {
            return Err(PrefixError::Length { len, most });
        }
        Ok(Self { address, len })
    }

    /// One address, all of its bits.
    #[inline]
    #[must_use]
    pub const fn host(address: IpAddr) -> Self {
        Self {
            address,
            len: bits(address),
        }
    }

    /// The address as it was given.
    #[inline]
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The prefix's length in bits.
    #[inline]
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a prefix is not a collection
    pub const fn len(&self) -> u8 {
        self.len
    }

    /// The address family.
    #[inline]
    #[must_use]
    pub const fn family(&self) -> Family {
        Family::of(self.address)
    }

    /// The same with all bits after the prefix cleared.
    #[inline]
    #[must_use]
    pub fn network(&self) -> Self {
        let address = match self.address {
            IpAddr::V4(v4) => IpAddr::from(Ipv4Addr::from_bits(v4.to_bits() & self.mask_v4())),
            IpAddr::V6(v6) => IpAddr::from(Ipv6Addr::from_bits(v6.to_bits() & self.mask_v6())),
        };
        Self {
            address,
            len: self.len,
        }
    }

    /// The address with all bits after the prefix set: for IPv4 the network's broadcast address.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() | !self.mask_v4()).into(),
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() | !self.mask_v6()).into(),
        }
    }

    /// Whether an address has this prefix; one of the other family has not.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()) & self.mask_v4() == 0,
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()) & self.mask_v6() == 0,
            _ => false,
        }
    }

    /// Whether the prefix is the whole address.
    #[must_use]
    pub const fn is_host(&self) -> bool {
        self.len == bits(self.address)
    }

    /// Whether the prefix is empty: every address of the family.
    #[must_use]
    pub const fn is_default(&self) -> bool {
        self.len == 0
    }

    fn mask_v4(&self) -> u32 {
        !u32::MAX.checked_shr(self.len.into()).unwrap_or(0)
    }

    fn mask_v6(&self) -> u128 {
        !u128::MAX.checked_shr(self.len.into()).unwrap_or(0)
    }
}

/// Bits of an address of this family.
const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

impl TryFrom<(IpAddr, u8)> for Prefix {
    type Error = PrefixError;

    fn try_from((address, len): (IpAddr, u8)) -> Result<Self, PrefixError> {
        Self::new(address, len)
    }
}

impl From<IpAddr> for Prefix {
    fn from(address: IpAddr) -> Self {
        Self::host(address)
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let address = |text: &str| text.parse().map_err(|_| PrefixError::Address);
        match text.split_once('/') {
            None => address(text).map(Self::host),
            Some((before, after)) => {
                let address = address(before)?;
                // `parse` would take a sign.
                if !after.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(PrefixError::NotANumber);
                }
                let len = after.parse().map_err(|_| PrefixError::NotANumber)?;
                Self::new(address, len)
            }
        }
    }
}

impl fmt::Display for Prefix {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.len)
    }
}

impl fmt::Debug for Prefix {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_has_its_mask() {
        let v4: IpAddr = "255.255.255.255".parse().unwrap();
        for len in 0..=32u8 {
            let prefix = Prefix::new(v4, len).unwrap();
            let IpAddr::V4(network) = prefix.network().address() else {
                panic!("family")
            };
            assert_eq!(network.to_bits().leading_ones(), u32::from(len));
            assert_eq!(network.to_bits().count_ones(), u32::from(len));
            assert_eq!(prefix.to_string().parse(), Ok(prefix));
        }
        for len in 0..=128u8 {
            let prefix = Prefix::new(Ipv6Addr::from_bits(u128::MAX).into(), len).unwrap();
            let IpAddr::V6(network) = prefix.network().address() else {
                panic!("family")
            };
            assert_eq!(network.to_bits().leading_ones(), u32::from(len));
            assert_eq!(prefix.last(), prefix.address());
            assert_eq!(prefix.to_string().parse(), Ok(prefix));
        }
    }

    #[test]
    fn what_is_no_prefix_says_why() {
        for (text, why) in [
            ("", PrefixError::Address),
            ("eth0/8", PrefixError::Address),
            ("10.0.0/8", PrefixError::Address),
            ("10.0.0.0/", PrefixError::NotANumber),
            ("10.0.0.0/+8", PrefixError::NotANumber),
            ("10.0.0.0/8/8", PrefixError::NotANumber),
            ("10.0.0.0/256", PrefixError::NotANumber),
            (
                "::/129",
                PrefixError::Length {
                    len: 129,
                    most: 128,
                },
            ),
        ] {
            assert_eq!(text.parse::<Prefix>(), Err(why), "{text}");
        }
    }

    #[test]
    fn contains_goes_by_the_prefix_alone() {
        let net: Prefix = "10.1.2.3/8".parse().unwrap();
        assert!(net.contains("10.255.0.0".parse().unwrap()));
        assert!(!net.contains("11.0.0.0".parse().unwrap()));
        assert!(!net.contains("::1".parse().unwrap()));
        assert!(Prefix::ALL_IPV6.contains("::1".parse().unwrap()));
        assert_eq!(net.last(), "10.255.255.255".parse::<IpAddr>().unwrap());
    }
}
