//! How each type of value stands in bytes.
//!
//! A [`Format`] is a codec: it names what a getter gives and what a setter takes. Numbers, enums,
//! flags and records are their own format; where the bytes say more than the Rust type (byte
//! order, unit), a marker such as [`Be16`] or [`Centis`] is.
use std::{
    fmt,
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::fd::{AsFd, AsRawFd, BorrowedFd},
    time::Duration,
};

use super::{
    Attributes, EncodeError, Fault, Fixed, IfName, LinkAddress, Nesting, Schema, Shape, Text,
    ValueInfo, Writer, table::Table,
};

/// How a value stands in an attribute's payload.
///
/// Implement it for a type of your own to use it in a [`table!`](crate::table).
///
/// ```
/// use nlroute::wire::{Be16, Format};
/// assert_eq!(Be16::read(&[0x88, 0xa8]), Ok(0x88a8));
/// ```
pub trait Format {
    /// What a getter gives.
    type Read<'a>: fmt::Debug;
    /// What a request holds until it is written.
    type Write<'a>: Clone + PartialEq + fmt::Debug;
    /// The type as data.
    const INFO: ValueInfo;

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

    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
}

/// Text with a NUL at its end (`NLA_NUL_STRING`).
#[derive(Clone, Copy, Debug)]
pub enum Str {}

impl Format for Str {
    type Read<'a> = Text<'a>;
    type Write<'a> = &'a str;
    const INFO: ValueInfo = ValueInfo::new::<Self>("text", Shape::Text { most: 65_530 });

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

    fn unset(_: PhantomData<&()>) -> &str {
        ""
    }

    fn again(payload: &[u8]) -> Option<&str> {
        Text::new(payload).to_str()
    }
}

impl Format for IfName {
    type Read<'a> = IfName;
    type Write<'a> = LinkRef;
    const INFO: ValueInfo = ValueInfo::new::<Self>("ifname", Shape::Text { most: IfName::MAX });

    #[inline]
    fn read(payload: &[u8]) -> Result<IfName, Fault> {
        if payload.len() > IfName::MAX + 1 {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(IfName::cut(payload))
    }

    fn write(value: &LinkRef, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let name = value.name()?;
        out.payload(name.as_bytes());
        out.payload(&[0]);
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &LinkRef, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let name = value.name()?;
        out.front(kind, name.padded(), name.as_bytes().len() + 1);
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> LinkRef {
        LinkRef::default()
    }

    fn again(payload: &[u8]) -> Option<LinkRef> {
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

    fn unset(_: PhantomData<&()>) -> LinkAddress {
        LinkAddress::default()
    }

    fn again(payload: &[u8]) -> Option<LinkAddress> {
        Self::new(payload)
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

    fn unset(_: PhantomData<&()>) -> IpAddr {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    }

    fn again(payload: &[u8]) -> Option<IpAddr> {
        Self::read(payload).ok()
    }
}

/// Which link: by index or by name. Made from either; wherever the kernel wants an index, both
/// are taken.
///
/// A name longer than 15 bytes can only be an alternative name. A name that can't be one at all
/// is an error when the request is sent.
///
/// ```
/// use nlroute::wire::LinkRef;
/// assert_eq!(LinkRef::from(3).to_string(), "#3");
/// assert_eq!(LinkRef::from("eth0").to_string(), "eth0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkRef {
    /// By `ifindex`, which is 1 or more.
    Index(u32),
    /// By name.
    Name(IfName),
    /// By what is no [`IfName`]: an alternative name, or none at all.
    Other(Box<[u8]>),
}

impl LinkRef {
    /// The name, for where only a name will do.
    #[inline]
    pub(crate) fn name(&self) -> Result<&IfName, EncodeError> {
        match self {
            Self::Name(name) => Ok(name),
            _ => Err(self.no_name()),
        }
    }

    #[cold]
    fn no_name(&self) -> EncodeError {
        let why = match self {
            Self::Other(name) => IfName::new(name).err().unwrap_or("is no interface name"),
            _ => "is an index where a name is needed",
        };
        EncodeError::new(format!("\"{self}\""), why)
    }

    /// The index, looked up where a name was given.
    #[inline]
    pub(crate) fn index(&self, out: &mut Writer<'_>) -> Result<u32, EncodeError> {
        match self {
            Self::Index(index) => Ok(*index),
            Self::Name(name) => out.ifindex(name.as_bytes()),
            Self::Other(name) => {
                self.check_altname()?;
                out.ifindex(name)
            }
        }
    }

    /// Whether what is no interface name can at least be an alternative one.
    pub(crate) fn check_altname(&self) -> Result<(), EncodeError> {
        let Self::Other(name) = self else {
            return Ok(());
        };
        match IfName::new(name.get(..IfName::MAX).unwrap_or(name)) {
            Err(why) => Err(EncodeError::new(format!("\"{self}\""), why)),
            Ok(_) if name.len() > 127 => Err(EncodeError::new(
                format!("\"{self}\""),
                "is longer than 127 bytes",
            )),
            Ok(_) => Ok(()),
        }
    }
}

impl Default for LinkRef {
    fn default() -> Self {
        Self::Index(0)
    }
}

impl From<u32> for LinkRef {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<IfName> for LinkRef {
    fn from(name: IfName) -> Self {
        Self::Name(name)
    }
}

impl From<&[u8]> for LinkRef {
    fn from(name: &[u8]) -> Self {
        IfName::new(name).map_or_else(|_| Self::Other(name.into()), Self::Name)
    }
}

impl From<&str> for LinkRef {
    fn from(name: &str) -> Self {
        name.as_bytes().into()
    }
}

impl From<&String> for LinkRef {
    fn from(name: &String) -> Self {
        name.as_bytes().into()
    }
}

impl From<String> for LinkRef {
    fn from(name: String) -> Self {
        name.as_bytes().into()
    }
}

impl From<&Self> for LinkRef {
    fn from(link: &Self) -> Self {
        link.clone()
    }
}

impl fmt::Display for LinkRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "#{index}"),
            Self::Name(name) => name.fmt(f),
            Self::Other(name) => Text::new(name).fmt(f),
        }
    }
}

/// The index of a link; a request may give its name instead.
#[derive(Clone, Copy, Debug)]
pub enum Index {}

impl Format for Index {
    type Read<'a> = u32;
    type Write<'a> = LinkRef;
    const INFO: ValueInfo = ValueInfo::new::<Self>("ifindex", Shape::Number { len: 4 });

    #[inline]
    fn read(payload: &[u8]) -> Result<u32, Fault> {
        u32::read(payload)
    }

    #[inline]
    fn write(value: &LinkRef, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let index = value.index(out)?;
        out.payload(&index.to_ne_bytes());
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &LinkRef, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let index = value.index(out)?;
        out.fixed(kind, index.to_ne_bytes());
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> LinkRef {
        LinkRef::default()
    }

    fn again(payload: &[u8]) -> Option<LinkRef> {
        Self::read(payload).ok().map(LinkRef::Index)
    }
}

/// Which network namespace: by open file descriptor, or by the name that it has in `/run/netns`.
///
/// ```
/// use nlroute::wire::NetnsRef;
/// let by_name = NetnsRef::from("netns0");
/// assert_eq!(by_name, NetnsRef::Name("netns0"));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum NetnsRef<'a> {
    /// By file descriptor, open for as long as the request lives.
    Fd(BorrowedFd<'a>),
    /// By name.
    Name(&'a str),
}

impl PartialEq for NetnsRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fd(a), Self::Fd(b)) => a.as_raw_fd() == b.as_raw_fd(),
            (Self::Name(a), Self::Name(b)) => a == b,
            _ => false,
        }
    }
}

impl<'a> From<&'a str> for NetnsRef<'a> {
    fn from(name: &'a str) -> Self {
        Self::Name(name)
    }
}

impl<'a, T: AsFd> From<&'a T> for NetnsRef<'a> {
    fn from(netns: &'a T) -> Self {
        Self::Fd(netns.as_fd())
    }
}

/// A namespace that a link is moved to or born in; it can be set, not read.
#[derive(Clone, Copy, Debug)]
pub enum Netns4 {}

impl Format for Netns4 {
    type Read<'a> = i32;
    type Write<'a> = NetnsRef<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>("netns", Shape::Number { len: 4 });

    fn read(payload: &[u8]) -> Result<i32, Fault> {
        i32::read(payload)
    }

    #[inline]
    fn write(value: &NetnsRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let fd = match value {
            NetnsRef::Fd(fd) => fd.as_raw_fd(),
            NetnsRef::Name(name) => out.netns(name)?,
        };
        out.payload(&fd.to_ne_bytes());
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &NetnsRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let fd = match value {
            NetnsRef::Fd(fd) => fd.as_raw_fd(),
            NetnsRef::Name(name) => out.netns(name)?,
        };
        out.fixed(kind, fd.to_ne_bytes());
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> NetnsRef<'_> {
        NetnsRef::Name("")
    }

    fn again(_: &[u8]) -> Option<NetnsRef<'static>> {
        None
    }
}

/// The attributes of table `T`.
#[derive(Clone, Copy, Debug)]
pub struct Nest<T>(PhantomData<T>);

impl<T: Table> Format for Nest<T> {
    type Read<'a> = T::View<'a>;
    type Write<'a> = T::Request<'a>;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>(T::SCHEMA.name, Shape::Nest).nesting(Nesting::Table(T::SCHEMA));

    fn read(payload: &[u8]) -> Result<T::View<'_>, Fault> {
        T::view(payload)
    }

    fn write(value: &T::Request<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        T::encode(value, out)
    }

    #[inline(never)]
    fn put(kind: u16, value: &T::Request<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        T::encode(value, out)?;
        out.end_attribute(nest)
    }

    fn unset(_: PhantomData<&()>) -> T::Request<'_> {
        T::Request::default()
    }

    fn again(payload: &[u8]) -> Option<T::Request<'_>> {
        Some(T::again(payload))
    }
}

/// Which table an attribute holds, where that depends on what it stands in.
///
/// ```
/// use nlroute::wire::{Choose, Schema, table::Table};
/// struct Data;
/// impl Choose for Data {
///     const NAME: &'static str = "data";
///     fn choose(_body: &[u8]) -> Option<&'static Schema> {
///         Some(nlroute::link::LinkTable::SCHEMA)
///     }
/// }
/// assert!(Data::choose(&[]).is_some());
/// ```
pub trait Choose {
    /// The name of the value's type.
    const NAME: &'static str;
    /// The table, given the body that the attribute stands in: header first, then the attributes
    /// beside it. `None` if it can't be told.
    fn choose(body: &[u8]) -> Option<&'static Schema>;
}

/// The attributes of the table that `C` chooses, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<C>(PhantomData<C>);

impl<C: Choose> Format for Chosen<C> {
    type Read<'a> = &'a [u8];
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo =
        ValueInfo::new::<Self>(C::NAME, Shape::Nest).nesting(Nesting::Beside(C::choose));

    #[inline]
    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    fn put(kind: u16, value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        out.payload(value);
        out.end_attribute(nest)
    }

    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
}

/// Any number of attributes, each of them a value of `F` whatever its number.
#[derive(Clone)]
pub struct Each<'a, F>(&'a [u8], PhantomData<F>);

impl<'a, F: Format> Each<'a, F> {
    /// The values; one that is none is left out (and told by the view's `malformed`).
    pub fn iter(&self) -> impl Iterator<Item = F::Read<'a>> + use<'a, F> {
        Attributes::new(self.0)
            .flatten()
            .filter_map(|a| F::read(a.payload()).ok())
    }

    /// The attributes, with their numbers.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.0)
    }
}

impl<F: Format> fmt::Debug for Each<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<F: Format> Format for Each<'static, F> {
    type Read<'a> = Each<'a, F>;
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("list", Shape::Nest).nesting(Nesting::Each(&const { F::INFO }));

    fn read(payload: &[u8]) -> Result<Each<'_, F>, Fault> {
        Ok(Each(payload, PhantomData))
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
}

/// Any number of numbers, one after the other.
#[derive(Clone)]
pub struct Packed<'a, T>(&'a [u8], PhantomData<T>);

impl<'a, T: Fixed> Packed<'a, T> {
    /// The numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        self.0.chunks_exact(T::LEN).map(|chunk| T::get(chunk, 0))
    }

    /// The number at this place, counted from 0.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<T> {
        self.iter().nth(place)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() / T::LEN
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Fixed + fmt::Debug> fmt::Debug for Packed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Fixed + fmt::Debug> Format for Packed<'static, T> {
    type Read<'a> = Packed<'a, T>;
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo = ValueInfo::new::<Self>("numbers", Shape::Many { len: T::LEN });

    fn read(payload: &[u8]) -> Result<Packed<'_, T>, Fault> {
        if payload.len() % T::LEN != 0 {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(Packed(payload, PhantomData))
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
}

/// Declares an enumeration that keeps what it doesn't know.
///
/// ```
/// nlroute::open_enum! {
///     /// A colour.
///     pub enum Colour: u8 {
///         /// Red.
///         Red = 1 "red",
///     }
/// }
/// assert_eq!(Colour::from(1), Colour::Red);
/// assert_eq!(u8::from(Colour::from(9)), 9);
/// assert_eq!(Colour::Red.to_string(), "red");
/// assert_eq!(Colour::Other(9).to_string(), "9");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $number:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that this crate has no name for.
            Other($number),
        }

        impl From<$number> for $name {
            fn from(number: $number) -> Self {
                match number {
                    $($value => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for $number {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $value,)*
                    $name::Other(other) => other,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant => f.pad($word),)*
                    Self::Other(other) => ::std::fmt::Display::fmt(other, f),
                }
            }
        }

        $crate::as_number!($name: $number, |v| $name::from(v), |v| $number::from(*v));
    };
}

/// Makes a type a [`Format`] by way of a number.
#[doc(hidden)]
#[macro_export]
macro_rules! as_number {
    ($name:ident: $number:ident, |$read:ident| $from:expr, |$write:ident| $to:expr) => {
        impl $crate::wire::Format for $name {
            type Read<'a> = Self;
            type Write<'a> = Self;
            const INFO: $crate::wire::ValueInfo = $crate::wire::ValueInfo::new::<Self>(
                stringify!($name),
                $crate::wire::Shape::Number {
                    len: <$number as $crate::wire::Fixed>::LEN,
                },
            );

            #[inline]
            fn read(payload: &[u8]) -> Result<Self, $crate::wire::Fault> {
                let $read = <$number as $crate::wire::Format>::read(payload)?;
                Ok($from)
            }

            #[inline]
            fn write(
                $write: &Self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$number as $crate::wire::Format>::write(&$to, out)
            }

            #[inline]
            fn put(
                kind: u16,
                $write: &Self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$number as $crate::wire::Format>::put(kind, &$to, out)
            }

            fn unset(_: ::std::marker::PhantomData<&()>) -> Self {
                let $read: $number = 0;
                $from
            }

            fn again(payload: &[u8]) -> Option<Self> {
                <Self as $crate::wire::Format>::read(payload).ok()
            }
        }
    };
}

/// Declares flags that keep bits that they don't know: `bitflags`, readable in a table.
#[macro_export]
macro_rules! open_flags {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $number:ident {
            $($(#[$($flag_meta:tt)*])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $crate::wire::table::bitflags! {
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct $name: $number {
                $($(#[$($flag_meta)*])* const $flag = $value;)*
                const _ = !0;
            }
        }

        $crate::as_number!($name: $number, |v| $name::from_bits_retain(v), |v| v.bits());
    };
}
