//! How each type of value stands in bytes.
//!
//! A [`Format`] is a codec: it names what a getter gives and what a setter takes. Numbers, enums,
//! flags and records are their own format; where the bytes say more than the Rust type (byte
//! order, unit), a marker such as [`Be16`] or [`Centis`] is.
use std::{
    fmt,
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::{
    EncodeError, Fault, Fixed, IfName, LinkAddress, LinkRef, Shape, Text, ValueInfo, Writer,
    schema::{ShowError, show_value},
};

/// How a value stands in an attribute's payload.
///
/// Implement it for a type of your own to use it in a [`table!`](crate::table).
///
/// ```
/// use nlroute::wire::{Be16, Format};
/// assert_eq!(Be16::read(&[0x88, 0xa8]), Ok(0x88a8));
/// ```
pub trait Format: Sized {
    /// What a getter gives.
    type Read<'a>: fmt::Debug;
    /// What a request holds until it is written.
    type Write<'a>: Clone + PartialEq + fmt::Debug;
    /// The type as data.
    const INFO: ValueInfo;
    /// The same of a value in a request: what it holds, and how to show it.
    #[doc(hidden)]
    const SENT: ValueInfo = Self::INFO.only_shown::<Self>();

    /// The value in a payload.
    ///
    /// # Errors
    /// When the payload is no value of this type.
    fn read(payload: &[u8]) -> Result<Self::Read<'_>, Fault>;

    /// Appends the payload of a value.
    ///
    /// # Errors
    /// When the value can't be sent, or a name in it can't be resolved.
    fn write(value: &Self::Write<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Appends the whole attribute.
    ///
    /// # Errors
    /// As [`write`](Self::write), and when the payload is longer than an attribute can hold.
    #[inline(never)]
    fn put(kind: u16, value: &Self::Write<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let mark = out.begin_attribute(kind);
        Self::write(value, out)?;
        out.end_attribute(mark)
    }

    /// What stands in a request where nothing has been set.
    fn unset(_: PhantomData<&()>) -> Self::Write<'_>;

    /// The value in a payload, to be written again; `None` if it can't be.
    fn again(payload: &[u8]) -> Option<Self::Write<'_>>;

    /// Whether a payload is a value, for who wants to know no more.
    ///
    /// # Errors
    /// Why it is none.
    fn check(payload: &[u8]) -> Result<(), Fault> {
        // No method: it would be another function for each type.
        match Self::read(payload) {
            Ok(_) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    /// Writes a payload as its value.
    ///
    /// # Errors
    /// When it is none, or the formatter fails.
    #[doc(hidden)]
    fn show(payload: &[u8], f: &mut fmt::Formatter<'_>) -> Result<(), ShowError> {
        match Self::read(payload) {
            Ok(value) => show_value(Ok(&value), f),
            Err(fault) => show_value(Err(fault), f),
        }
    }

    /// Appends a payload made anew from the value that is in this one. Appends nothing and is
    /// `false` where there is no value to make it from: the payload is malformed, or is bytes
    /// without a further meaning, or holds attributes, each of which is made anew by itself.
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        let start = out.len();
        if let Some(value) = Self::again(payload)
            && let Ok(()) = Self::write(&value, out)
        {
            return true;
        }
        out.truncate(start);
        false
    }
}

/// The one payload of `N` bytes.
#[inline]
fn exact<const N: usize>(payload: &[u8]) -> Result<[u8; N], Fault> {
    payload
        .try_into()
        .map_err(|_| Fault::Length { has: payload.len() })
}

/// A format whose payload is always the same number of bytes.
macro_rules! sized {
    ($([$($generics:tt)*] $format:ty => $rust:ty, $name:expr, $len:expr,
        |$bytes:ident| $read:expr, |$value:ident| $write:expr, $unset:expr;)*) => {$(
        impl<$($generics)*> Format for $format {
            type Read<'a> = $rust;
            type Write<'a> = $rust;
            const INFO: ValueInfo = ValueInfo::new::<Self>($name, Shape::Number { len: $len });

            #[inline]
            fn read(payload: &[u8]) -> Result<$rust, Fault> {
                let $bytes = exact(payload)?;
                Ok($read)
            }

            #[inline]
            fn write($value: &$rust, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                out.payload(&$write);
                Ok(())
            }

            #[inline]
            fn put(kind: u16, $value: &$rust, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                out.fixed(kind, $write);
                Ok(())
            }

            #[inline]
            fn unset(_: PhantomData<&()>) -> $rust {
                $unset
            }

            fn again(payload: &[u8]) -> Option<$rust> {
                Self::read(payload).ok()
            }
        }
    )*};
}

/// A `u16` in network byte order.
#[derive(Clone, Copy, Debug)]
pub enum Be16 {}
/// A `u32` in network byte order.
#[derive(Clone, Copy, Debug)]
pub enum Be32 {}
/// A `u64` in network byte order.
#[derive(Clone, Copy, Debug)]
pub enum Be64 {}
/// A `u8` that is zero or not.
#[derive(Clone, Copy, Debug)]
pub enum OnOff {}
/// A `u32` that is zero or not.
#[derive(Clone, Copy, Debug)]
pub enum OnOff32 {}

sized! {
    [] u8 => u8, "u8", 1, |b| u8::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] u16 => u16, "u16", 2, |b| u16::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] u32 => u32, "u32", 4, |b| u32::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] u64 => u64, "u64", 8, |b| u64::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] i8 => i8, "i8", 1, |b| i8::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] i32 => i32, "i32", 4, |b| i32::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] i64 => i64, "i64", 8, |b| i64::from_ne_bytes(b), |v| v.to_ne_bytes(), 0;
    [] Be16 => u16, "be16", 2, |b| u16::from_be_bytes(b), |v| v.to_be_bytes(), 0;
    [] Be32 => u32, "be32", 4, |b| u32::from_be_bytes(b), |v| v.to_be_bytes(), 0;
    [] Be64 => u64, "be64", 8, |b| u64::from_be_bytes(b), |v| v.to_be_bytes(), 0;
    [] OnOff => bool, "bool", 1, |b| b != [0], |v| [u8::from(*v)], false;
    [] OnOff32 => bool, "bool", 4, |b| b != [0; 4], |v| u32::from(*v).to_ne_bytes(), false;
    [] Ipv4Addr => Ipv4Addr, "ipv4", 4, |b| Ipv4Addr::from(b), |v| v.octets(), Ipv4Addr::UNSPECIFIED;
    [] Ipv6Addr => Ipv6Addr, "ipv6", 16, |b| Ipv6Addr::from(b), |v| v.octets(),
        Ipv6Addr::UNSPECIFIED;
}

/// A `u8` after which nothing is lost: bytes of a fixed length.
impl<const N: usize> Format for [u8; N] {
    type Read<'a> = [u8; N];
    type Write<'a> = [u8; N];
    const INFO: ValueInfo = ValueInfo::new::<Self>("bytes", Shape::Bytes { least: N, most: N });

    fn read(payload: &[u8]) -> Result<[u8; N], Fault> {
        exact(payload)
    }

    fn write(value: &[u8; N], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> [u8; N] {
        [0; N]
    }

    fn again(payload: &[u8]) -> Option<[u8; N]> {
        exact(payload).ok()
    }
}

/// Its being there is `true` (`NLA_FLAG`).
#[derive(Clone, Copy, Debug)]
pub enum Present {}

impl Format for Present {
    type Read<'a> = bool;
    type Write<'a> = bool;
    const INFO: ValueInfo = ValueInfo::new::<Self>("flag", Shape::Empty);

    fn read(_: &[u8]) -> Result<bool, Fault> {
        Ok(true)
    }

    fn write(_: &bool, _: &mut Writer<'_>) -> Result<(), EncodeError> {
        Ok(())
    }

    fn put(kind: u16, value: &bool, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if *value {
            out.fixed(kind, []);
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> bool {
        false
    }

    fn again(_: &[u8]) -> Option<bool> {
        Some(true)
    }
}

/// A number that the kernel sends in 4 bytes where they suffice, else in 8 (`NLA_UINT`).
///
/// ```
/// use nlroute::wire::{Format, Uint};
/// assert_eq!(Uint::read(&7u32.to_ne_bytes()), Ok(7));
/// assert_eq!(Uint::read(&(1u64 << 40).to_ne_bytes()), Ok(1 << 40));
/// assert!(Uint::read(&[0; 6]).is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Uint {}

impl Format for Uint {
    type Read<'a> = u64;
    type Write<'a> = u64;
    const INFO: ValueInfo = ValueInfo::new::<Self>("uint", Shape::Bytes { least: 4, most: 8 });

    fn read(payload: &[u8]) -> Result<u64, Fault> {
        u32::read(payload)
            .map(u64::from)
            .or_else(|_| u64::read(payload))
    }

    fn write(value: &u64, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match u32::try_from(*value) {
            Ok(short) => out.payload(&short.to_ne_bytes()),
            Err(_) => out.payload(&value.to_ne_bytes()),
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> u64 {
        0
    }

    fn again(payload: &[u8]) -> Option<u64> {
        Self::read(payload).ok()
    }
}

/// The unit of a number that is a time.
macro_rules! times {
    ($($(#[$meta:meta])* $unit:ident $name:literal $per_second:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $unit<T>(PhantomData<T>);

        impl<T: Fixed + TryFrom<u64>> $unit<T> {
            /// The payload, and zero behind it.
            #[inline]
            fn bytes(value: &Duration) -> Result<[u8; 8], EncodeError> {
                let rest = u64::from(value.subsec_nanos()) / (1_000_000_000 / $per_second);
                let units = value.as_secs().checked_mul($per_second);
                let units = units.and_then(|units| units.checked_add(rest));
                let Some(units) = units.and_then(|units| T::try_from(units).ok()) else {
                    return Err(too_long(value));
                };
                let mut bytes = [0; 8];
                units.put(&mut bytes, 0);
                Ok(bytes)
            }
        }

        impl<T: Fixed + Format + TryFrom<u64> + Into<u64>> Format for $unit<T> {
            type Read<'a> = Duration;
            type Write<'a> = Duration;
            const INFO: ValueInfo = ValueInfo::new::<Self>($name, Shape::Number { len: T::LEN });

            #[allow(clippy::modulo_one)] // of seconds
            fn read(payload: &[u8]) -> Result<Duration, Fault> {
                if payload.len() != T::LEN {
                    return Err(Fault::Length { has: payload.len() });
                }
                let units: u64 = T::get(payload, 0).into();
                let rest = units % $per_second * (1_000_000_000 / $per_second);
                Ok(Duration::new(units / $per_second, rest as u32))
            }

            fn write(value: &Duration, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                let bytes = Self::bytes(value)?;
                out.payload(bytes.get(..T::LEN).unwrap_or(&bytes));
                Ok(())
            }

            #[inline]
            fn put(
                kind: u16,
                value: &Duration,
                out: &mut Writer<'_>,
            ) -> Result<(), EncodeError> {
                out.front(kind, Self::bytes(value)?, T::LEN);
                Ok(())
            }

            #[inline]
            fn unset(_: PhantomData<&()>) -> Duration {
                Duration::ZERO
            }

            fn again(payload: &[u8]) -> Option<Duration> {
                Self::read(payload).ok()
            }
        }
    )*};
}

#[cold]
fn too_long(value: &Duration) -> EncodeError {
    EncodeError::new(
        format_args!("{value:?}"),
        "longer than the attribute can say",
    )
}

times! {
    /// A time in hundredths of a second (`clock_t`, `USER_HZ`).
    Centis "centiseconds" 100;
    /// A time in milliseconds.
    Millis "milliseconds" 1000;
    /// A time in microseconds.
    Micros "microseconds" 1_000_000;
    /// A time in seconds.
    Seconds "seconds" 1;
    /// A time in quarters of a millisecond.
    Quarters "quarters of a millisecond" 4000;
    /// A time in eighths of a millisecond.
    Eighths "eighths of a millisecond" 8000;
}

/// Bytes of no further meaning here.
#[derive(Clone, Copy, Debug)]
pub enum Bytes {}

impl Format for Bytes {
    type Read<'a> = &'a [u8];
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "bytes",
        Shape::Bytes {
            least: 0,
            most: 65_531,
        },
    );

    #[inline]
    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// Text with a NUL at its end (`NLA_NUL_STRING`).
#[derive(Clone, Copy, Debug)]
pub enum Str {}

impl Format for Str {
    type Read<'a> = Text<'a>;
    type Write<'a> = &'a str;
    const INFO: ValueInfo = ValueInfo::new::<Self>("text", Shape::Text { most: 65_530 });

    #[inline]
    fn read(payload: &[u8]) -> Result<Text<'_>, Fault> {
        Ok(Text::new(payload))
    }

    fn write(value: &&str, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if value.contains('\0') {
            return Err(EncodeError::new(format!("{value:?}"), "holds a NUL"));
        }
        out.payload(value.as_bytes());
        out.payload(&[0]);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &str {
        ""
    }

    fn again(payload: &[u8]) -> Option<&str> {
        Text::new(payload).to_str()
    }
}

impl Format for IfName {
    type Read<'a> = IfName;
    type Write<'a> = LinkRef<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>("ifname", Shape::Text { most: IfName::MAX });

    #[inline]
    fn read(payload: &[u8]) -> Result<IfName, Fault> {
        if payload.len() > IfName::MAX + 1 {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(IfName::cut(payload))
    }

    fn write(value: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let name = value.name()?;
        out.payload(name.as_bytes());
        out.payload(&[0]);
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let (bytes, len) = value.name()?.padded();
        out.front(kind, bytes, len + 1);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> LinkRef<'_> {
        LinkRef::default()
    }

    fn again(payload: &[u8]) -> Option<LinkRef<'_>> {
        Self::read(payload).ok().map(LinkRef::from)
    }
}

impl Format for LinkAddress {
    type Read<'a> = LinkAddress;
    type Write<'a> = LinkAddress;
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "lladdr",
        Shape::Bytes {
            least: 0,
            most: LinkAddress::MAX,
        },
    );

    #[inline]
    fn read(payload: &[u8]) -> Result<LinkAddress, Fault> {
        LinkAddress::new(payload).ok_or(Fault::Length { has: payload.len() })
    }

    fn write(value: &LinkAddress, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value.as_bytes());
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> LinkAddress {
        LinkAddress::default()
    }

    fn again(payload: &[u8]) -> Option<LinkAddress> {
        Self::new(payload)
    }
}

/// An Ethernet address: exactly 6 bytes.
///
/// ```
/// use nlroute::wire::{Format, Mac, Writer};
/// assert_eq!(Mac::read(&[2, 0, 0, 0, 0, 1]), Ok([2, 0, 0, 0, 0, 1].into()));
/// let long = "02:00:00:00:00:00:00:01".parse().unwrap();
/// assert!(Mac::write(&long, &mut Writer::new(&mut Vec::new())).is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Mac {}

impl Format for Mac {
    type Read<'a> = LinkAddress;
    type Write<'a> = LinkAddress;
    const INFO: ValueInfo = ValueInfo::new::<Self>("mac", Shape::Bytes { least: 6, most: 6 });

    fn read(payload: &[u8]) -> Result<LinkAddress, Fault> {
        exact::<6>(payload).map(LinkAddress::from)
    }

    fn write(value: &LinkAddress, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if value.as_bytes().len() != 6 {
            return Err(EncodeError::new(value, "is no address of 6 bytes"));
        }
        out.payload(value.as_bytes());
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> LinkAddress {
        LinkAddress::default()
    }

    fn again(payload: &[u8]) -> Option<LinkAddress> {
        Self::read(payload).ok()
    }
}

/// An address of either family, told by its length.
#[derive(Clone, Copy, Debug)]
pub enum IpBytes {}

impl Format for IpBytes {
    type Read<'a> = IpAddr;
    type Write<'a> = IpAddr;
    const INFO: ValueInfo = ValueInfo::new::<Self>("ip", Shape::Ip);

    #[inline]
    fn read(payload: &[u8]) -> Result<IpAddr, Fault> {
        if let Ok(v4) = exact::<4>(payload) {
            return Ok(IpAddr::from(v4));
        }
        exact::<16>(payload).map(IpAddr::from)
    }

    #[inline]
    fn write(value: &IpAddr, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match value {
            IpAddr::V4(v4) => out.payload(&v4.octets()),
            IpAddr::V6(v6) => out.payload(&v6.octets()),
        }
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &IpAddr, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match value {
            IpAddr::V4(v4) => out.fixed(kind, v4.octets()),
            IpAddr::V6(v6) => out.fixed(kind, v6.octets()),
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> IpAddr {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    }

    fn again(payload: &[u8]) -> Option<IpAddr> {
        Self::read(payload).ok()
    }
}
