//! Names as they stand in bytes. The kernel takes any byte but NUL, `/`, `:` and white space in
//! an interface's name, so none of these is a `str`; each can be viewed as one where it is one.
use std::{borrow::Cow, fmt};

/// The bytes up to the first NUL.
#[inline]
fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&b| b == 0);
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes)
}

/// Writes bytes as text, what isn't printable escaped.
fn escaped(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => f.pad(text),
        _ => f.pad(&bytes.escape_ascii().to_string()),
    }
}

/// Text of the kernel: bytes without NUL, most often but not always UTF-8.
///
/// Prints as text, bytes that aren't UTF-8 as `\xff`, and compares with `str`.
///
/// ```
/// use nlroute::wire::Text;
/// let kind = Text::new(b"bridge\0");
/// assert_eq!(kind, "bridge");
/// assert_eq!(Text::new(b"v\xff0").to_str(), None);
/// assert_eq!(Text::new(b"v\xff0").to_string(), "v\\xff0");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    /// The bytes up to the first NUL, or all.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(until_nul(bytes))
    }

    /// The bytes, without NUL.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The text, if it is UTF-8.
    #[must_use]
    pub const fn to_str(&self) -> Option<&'a str> {
        match std::str::from_utf8(self.0) {
            Ok(text) => Some(text),
            Err(_) => None,
        }
    }
}

/// Two to seven bytes as a number, the first one lowest.
#[inline]
fn short_number(bytes: &[u8]) -> Option<u64> {
    // Two pieces of constant length, the last of which may begin within the first.
    match bytes.len() {
        2..4 => {
            let first = u64::from(u16::from_le_bytes(*bytes.first_chunk()?));
            let last = u64::from(*bytes.last()?);
            Some(first | last << (8 * bytes.len() - 8))
        }
        4..8 => {
            let first = u64::from(u32::from_le_bytes(*bytes.first_chunk()?));
            let last = u64::from(u32::from_le_bytes(*bytes.last_chunk()?));
            Some(first | last << (8 * bytes.len() - 32))
        }
        _ => None,
    }
}

/// Four to fifteen bytes as a number, the first one lowest.
#[inline]
fn number(bytes: &[u8]) -> Option<u128> {
    match bytes.len() {
        4..8 => short_number(bytes).map(u128::from),
        8..16 => {
            let first = u64::from_le_bytes(*bytes.first_chunk()?);
            let last = u64::from_le_bytes(*bytes.last_chunk()?);
            let rest = last >> 1 >> (127 - 8 * bytes.len());
            Some(u128::from(rest) << 64 | u128::from(first))
        }
        _ => None,
    }
}

/// Why this byte can't stand in a name, if it can't.
const fn why_not(byte: u8) -> Option<&'static str> {
    match byte {
        b'/' | b':' => Some("holds a slash or a colon"),
        0 => Some("holds a NUL"),
        b'\t'..=b'\r' | b' ' | 0xa0 => Some("holds white space"),
        _ => None,
    }
}

/// Why something is no [`IfName`].
///
/// ```
/// use nlroute::wire::IfName;
/// assert_eq!(IfName::new("eth/0").unwrap_err().to_string(), "holds a slash or a colon");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError(&'static str);

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NameError {}

impl From<NameError> for Cow<'static, str> {
    fn from(error: NameError) -> Self {
        error.0.into()
    }
}

/// The name of an interface: 1 to 15 bytes, no NUL, `/`, `:` or white space, not `.` or `..`
/// (`dev_valid_name` in the kernel).
///
/// ```
/// use nlroute::wire::IfName;
/// let name = IfName::new("veth0").unwrap();
/// assert_eq!(name, "veth0");
/// assert!("a-name-of-16-byt".parse::<IfName>().is_err());
/// assert!(IfName::new(b"v\xff0").unwrap().to_str().is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IfName {
    /// As `IFLA_IFNAME` has it, filled with NUL.
    bytes: Words,
    len: u8,
}

/// Bytes that are moved by words, also as part of one of several in an enumeration: else they
/// would be stored in pieces and read in others, for which the processor has to wait.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(align(8))]
struct Words([u8; IfName::MAX + 1]);

impl IfName {
    /// The most bytes that a name has (`IFNAMSIZ` less the NUL).
    pub const MAX: usize = 15;

    /// Checks a name.
    ///
    /// # Errors
    /// Why it can't be one.
    #[inline]
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, NameError> {
        let name = name.as_ref();
        // Both ways meet in numbers: in memory, what is stored in one way is read in another.
        let all = match Self::plain(name) {
            Some(all) => all,
            None => u128::from_le_bytes(Self::checked(name)?.bytes.0),
        };
        Ok(Self {
            bytes: Words(all.to_le_bytes()),
            len: name.len() as u8,
        })
    }

    /// The name as a number, if it is of four bytes or more, all ASCII that can stand in one: most
    /// are, and eight bytes are looked at at once.
    #[inline]
    fn plain(name: &[u8]) -> Option<u128> {
        /// This byte eight times.
        const fn all(byte: u8) -> u64 {
            u64::from_ne_bytes([byte; 8])
        }
        /// Whether each byte is above the space, below 0x80, and no slash or colon. The highest
        /// bit of each difference tells; a borrow comes only from a byte that is told itself.
        #[inline]
        fn is_plain(word: u64) -> bool {
            let too_low = word.wrapping_sub(all(b' ' + 1));
            let slash = (word ^ all(b'/')).wrapping_sub(all(1));
            let colon = (word ^ all(b':')).wrapping_sub(all(1));
            (word | too_low | slash | colon) & all(0x80) == 0
        }
        let all = number(name)?;
        // What the number doesn't fill is taken from the name again: NUL isn't plain.
        let plain = match name.len() {
            4..8 => {
                let first = u64::from(u32::from_le_bytes(*name.first_chunk()?));
                let last = u64::from(u32::from_le_bytes(*name.last_chunk()?));
                is_plain(first | last << 32)
            }
            _ => is_plain(all as u64) && is_plain(u64::from_le_bytes(*name.last_chunk()?)),
        };
        plain.then_some(all)
    }

    /// The name, whatever bytes it has.
    #[inline(never)]
    fn checked(name: &[u8]) -> Result<Self, NameError> {
        let mut bytes = Words([0; Self::MAX + 1]);
        let mut bad = name.is_empty() || name.len() > Self::MAX;
        for (place, &byte) in bytes.0.iter_mut().zip(name) {
            *place = byte;
            bad |= why_not(byte).is_some();
        }
        if bad || matches!(name, b"." | b"..") {
            return Err(NameError(Self::why_not(name)));
        }
        let len = name.len() as u8;
        Ok(Self { bytes, len })
    }

    /// Why these bytes can't be a name.
    #[cold]
    fn why_not(name: &[u8]) -> &'static str {
        if name.is_empty() {
            return "is empty";
        } else if name.len() > Self::MAX {
            return "is longer than 15 bytes";
        }
        let byte = name.iter().find_map(|byte| why_not(*byte));
        byte.unwrap_or("is a directory's name")
    }

    /// The name that the kernel sent: taken as it is, up to the first NUL.
    #[inline]
    pub(crate) fn cut(name: &[u8]) -> Self {
        let name = name.get(..Self::MAX).unwrap_or(name);
        // The lowest byte that a one can't be taken from is the first NUL: those above it may
        // be told wrongly. There is one, for there are more bytes in the number than in the name.
        if let Some(all) = short_number(name) {
            const ONES: u64 = u64::from_ne_bytes([1; 8]);
            let nuls = all.wrapping_sub(ONES) & !all & (ONES << 7);
            let len = nuls.trailing_zeros() / 8;
            let bytes = Words(u128::from(all & !(u64::MAX << (8 * len))).to_le_bytes());
            let len = len as u8;
            return Self { bytes, len };
        }
        let Some(all) = number(name) else {
            return Self::cut_short(name);
        };
        const ONES: u128 = u128::from_ne_bytes([1; 16]);
        let nuls = all.wrapping_sub(ONES) & !all & (ONES << 7);
        let len = nuls.trailing_zeros() / 8;
        let bytes = Words((all & !(u128::MAX << (8 * len))).to_le_bytes());
        let len = len as u8;
        Self { bytes, len }
    }

    #[inline(never)]
    fn cut_short(name: &[u8]) -> Self {
        let name = until_nul(name);
        let mut bytes = Words([0; Self::MAX + 1]);
        for (place, &byte) in bytes.0.iter_mut().zip(name) {
            *place = byte;
        }
        let len = name.len() as u8;
        Self { bytes, len }
    }

    /// The bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        let Words(bytes) = &self.bytes;
        bytes.get(..usize::from(self.len)).unwrap_or(bytes)
    }

    /// All 16 bytes of it, NUL after the name, and how long that is.
    #[inline]
    pub(super) fn padded(&self) -> ([u8; Self::MAX + 1], usize) {
        (self.bytes.0, usize::from(self.len))
    }

    /// The name as text, if it is UTF-8.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
}

impl std::str::FromStr for IfName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::new(name)
    }
}

/// What both kinds of name share: they are bytes that print as text and compare with `str`.
macro_rules! like_text {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)*> AsRef<[u8]> for $type {
            fn as_ref(&self) -> &[u8] {
                self.as_bytes()
            }
        }
        impl<$($generics)*> fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                escaped(self.as_bytes(), f)
            }
        }
        impl<$($generics)*> fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"{}\"", self.as_bytes().escape_ascii())
            }
        }
        impl<$($generics)*> PartialEq<str> for $type {
            fn eq(&self, other: &str) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }
        impl<$($generics)*> PartialEq<&str> for $type {
            fn eq(&self, other: &&str) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }
        impl<$($generics)*> PartialEq<String> for $type {
            fn eq(&self, other: &String) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }
    )*};
}
like_text!([] IfName, ['a] Text<'a>);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes that are looked at: at the edges of what may stand in a name, and any.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            8 => b'a'..=b'z',
            1 => prop::sample::select(&[0, 9, 13, 14, 31, 32, 33, 46, 47, 48, 57, 58, 59, 127, 128, 160, 255]),
            1 => any::<u8>(),
        ]
    }

    #[test]
    fn every_byte_at_every_place_is_as_one_at_a_time() {
        for len in 1..=IfName::MAX {
            for place in 0..len {
                for byte in 0..=255 {
                    let mut name = [b'x'; IfName::MAX];
                    name[place] = byte;
                    let name = &name[..len];
                    assert_eq!(IfName::new(name), IfName::checked(name), "{name:?}");
                    assert_eq!(IfName::cut(name), IfName::cut_short(name), "{name:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_are_as_one_at_a_time(
            bytes in prop::collection::vec(byte(), 0..20),
        ) {
            prop_assert_eq!(IfName::new(&bytes), IfName::checked(&bytes));
            if let Ok(name) = IfName::new(&bytes) {
                prop_assert_eq!(name.as_bytes(), &bytes[..]);
            }
            let first = bytes.get(..IfName::MAX).unwrap_or(&bytes);
            let cut = IfName::cut(&bytes);
            prop_assert_eq!(cut, IfName::cut_short(first));
            prop_assert_eq!(cut.as_bytes(), until_nul(first));
        }
    }
}
