//! Link-layer addresses.
use std::{fmt, str::FromStr};

/// A link-layer address: 6 bytes for Ethernet, 4 for an IPv4 tunnel, 16 for an IPv6 one, 20 for
/// InfiniBand, 0 to 32 in all (`MAX_ADDR_LEN`).
///
/// ```
/// use nlroute::wire::LinkAddress;
/// let mac: LinkAddress = "02:42:c0:a8:38:0a".parse().unwrap();
/// assert_eq!(mac.to_string(), "02:42:c0:a8:38:0a");
/// assert_eq!(mac, [2, 0x42, 0xc0, 0xa8, 0x38, 0x0a].into());
/// assert!("02:42:zz".parse::<LinkAddress>().is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkAddress {
    len: u8,
    bytes: [u8; Self::MAX],
}

impl LinkAddress {
    /// The most bytes that an address has.
    pub const MAX: usize = 32;

    /// An address of these bytes; `None` if they are more than 32.
    #[inline]
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        /// Not inlined: it would be made one with the copy for Ethernet, which is no call because
        /// its length is constant.
        #[inline(never)]
        fn copy(bytes: &[u8], to: &mut [u8; LinkAddress::MAX]) -> Option<()> {
            to.get_mut(..bytes.len())?.copy_from_slice(bytes);
            Some(())
        }
        let mut address = Self::default();
        match (bytes.try_into(), address.bytes.first_chunk_mut::<6>()) {
            (Ok(mac), Some(front)) => *front = mac,
            _ => copy(bytes, &mut address.bytes)?,
        }
        address.len = bytes.len() as u8;
        Some(address)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.len))
            .unwrap_or(&self.bytes)
    }
}

impl From<[u8; 6]> for LinkAddress {
    fn from(mac: [u8; 6]) -> Self {
        Self::new(&mac).unwrap_or_default()
    }
}

/// Why a text is no [`LinkAddress`].
///
/// ```
/// use nlroute::wire::LinkAddress;
/// let error = "02:42:zz".parse::<LinkAddress>().unwrap_err();
/// assert_eq!(error.to_string(), "isn't bytes in hexadecimal with colons between");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkAddressError(&'static str);

impl fmt::Display for LinkAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for LinkAddressError {}

impl FromStr for LinkAddress {
    type Err = LinkAddressError;

    fn from_str(text: &str) -> Result<Self, LinkAddressError> {
        const WHY: LinkAddressError =
            LinkAddressError("isn't bytes in hexadecimal with colons between");
        let mut address = Self::default();
        for part in text.split(':') {
            let place = address
                .bytes
                .get_mut(usize::from(address.len))
                .ok_or(LinkAddressError("is longer than 32 bytes"))?;
            // `from_str_radix` would take a sign.
            if !(1..=2).contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_hexdigit())
            {
                return Err(WHY);
            }
            *place = u8::from_str_radix(part, 16).map_err(|_| WHY)?;
            address.len += 1;
        }
        Ok(address)
    }
}

impl fmt::Display for LinkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, byte) in self.as_bytes().iter().enumerate() {
            write!(f, "{}{byte:02x}", if n == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for LinkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
