//! What a request refers to: a link, by index or name, or a network namespace.
use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    os::fd::{AsFd, AsRawFd, BorrowedFd},
};

use super::{EncodeError, Fault, Format, IfName, Shape, Text, ValueInfo, Writer};

/// Which link: by index or by name. Made from either; wherever the kernel wants an index, both
/// are taken.
///
/// A name longer than 15 bytes can only be an alternative name. A name that can't be one at all
/// is an error when the request is sent.
///
/// A request that alters or deletes a link goes to the kernel with the name, and the kernel finds
/// the link. Elsewhere a message has room for an index only, and the name is looked up just
/// before: by the call that sends it, in a batch when the request is given. Nothing is remembered
/// longer. If the link goes in between, the answer is `ENODEV`, also if another has its name by
/// then: the kernel counts its indexes up, and gives none again. One that was chosen
/// ([`ifindex`](crate::link::LinkRequest::ifindex)), or that a link brings along from another
/// namespace, may be that of a link that has just gone; the kernel can't be asked to look at the
/// name too. Who chooses indexes should therefore choose none twice.
///
/// ```
/// use nlroute::wire::LinkRef;
/// assert_eq!(LinkRef::from(3).to_string(), "#3");
/// assert_eq!(LinkRef::from("eth0").to_string(), "eth0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkRef<'a> {
    /// By `ifindex`, which is 1 or more.
    Index(u32),
    /// By name.
    Name(IfName),
    /// By what is no [`IfName`]: an alternative name, or none at all.
    Other(&'a [u8]),
}

impl LinkRef<'_> {
    /// The name, for where only a name will do.
    #[inline]
    pub(crate) fn name(&self) -> Result<&IfName, EncodeError> {
        match self {
            Self::Name(name) => Ok(name),
            _ => Err(no_name(*self)),
        }
    }

    /// The bytes of the name, whatever kind of name it is.
    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Index(_) => None,
            Self::Name(name) => Some(name.as_bytes()),
            Self::Other(name) => Some(name),
        }
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

impl Default for LinkRef<'_> {
    fn default() -> Self {
        Self::Index(0)
    }
}

impl From<u32> for LinkRef<'_> {
    #[inline]
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<IfName> for LinkRef<'_> {
    #[inline]
    fn from(name: IfName) -> Self {
        Self::Name(name)
    }
}

impl<'a> From<&'a [u8]> for LinkRef<'a> {
    #[inline]
    fn from(name: &'a [u8]) -> Self {
        IfName::new(name).map_or(Self::Other(name), Self::Name)
    }
}

impl<'a> From<&'a str> for LinkRef<'a> {
    #[inline]
    fn from(name: &'a str) -> Self {
        name.as_bytes().into()
    }
}

impl<'a> From<&'a String> for LinkRef<'a> {
    fn from(name: &'a String) -> Self {
        name.as_bytes().into()
    }
}

impl<'a> From<&LinkRef<'a>> for LinkRef<'a> {
    fn from(link: &LinkRef<'a>) -> Self {
        *link
    }
}

impl fmt::Display for LinkRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "#{index}"),
            Self::Name(name) => name.fmt(f),
            Self::Other(name) => Text::new(name).fmt(f),
        }
    }
}

// By value: a reference to it would keep the whole of a request in memory.
#[cold]
#[inline(never)]
fn no_name(link: LinkRef<'_>) -> EncodeError {
    let why = match link {
        LinkRef::Other(name) => IfName::new(name).err().map(Cow::from),
        _ => Some("is an index where a name is needed".into()),
    };
    let why = why.unwrap_or("is no interface name".into());
    EncodeError::new(format!("\"{link}\""), why)
}

#[inline(never)]
fn put_found(kind: u16, name: LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let index = name.index(out)?;
    out.fixed(kind, index.to_ne_bytes());
    Ok(())
}

/// The index of a link; a request may give its name instead.
#[derive(Clone, Copy, Debug)]
pub enum Index {}

impl Format for Index {
    type Read<'a> = u32;
    type Write<'a> = LinkRef<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>("ifindex", Shape::Number { len: 4 });

    #[inline]
    fn read(payload: &[u8]) -> Result<u32, Fault> {
        u32::read(payload)
    }

    #[inline]
    fn write(value: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let index = value.index(out)?;
        out.payload(&index.to_ne_bytes());
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match value {
            LinkRef::Index(index) => out.fixed(kind, index.to_ne_bytes()),
            name => return put_found(kind, *name, out),
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> LinkRef<'_> {
        LinkRef::default()
    }

    fn again(payload: &[u8]) -> Option<LinkRef<'_>> {
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

#[inline(never)]
fn put_opened(kind: u16, name: &str, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let fd = out.netns(name)?;
    out.fixed(kind, fd.to_ne_bytes());
    Ok(())
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
        match value {
            NetnsRef::Fd(fd) => out.fixed(kind, fd.as_raw_fd().to_ne_bytes()),
            NetnsRef::Name(name) => return put_opened(kind, name, out),
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> NetnsRef<'_> {
        NetnsRef::Name("")
    }

    fn again(_: &[u8]) -> Option<NetnsRef<'static>> {
        None
    }

    /// What is read is a number, with nothing open behind it: it is written as one.
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        i32::rewrite(payload, out)
    }
}
