//! Open file descriptors that a request lends to the kernel.
use std::{
    marker::PhantomData,
    os::fd::{AsFd, AsRawFd, BorrowedFd},
};

use super::{EncodeError, Fault, Format, Shape, ValueInfo, Writer};

/// An open file descriptor of this process, lent for as long as the request lives; or none, which
/// is sent as -1.
///
/// ```
/// use std::os::fd::AsFd;
///
/// use nlroute::wire::FdRef;
///
/// let program = std::fs::File::open("/dev/null")?;
/// assert_eq!(FdRef::from(&program), FdRef::from(program.as_fd()));
/// assert_eq!(FdRef::from(None), FdRef::NONE);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FdRef<'a>(Option<BorrowedFd<'a>>);

impl FdRef<'_> {
    /// No descriptor: -1.
    pub const NONE: Self = Self(None);

    fn number(self) -> i32 {
        self.0.map_or(-1, |fd| fd.as_raw_fd())
    }
}

impl PartialEq for FdRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl<'a, T: AsFd> From<&'a T> for FdRef<'a> {
    fn from(open: &'a T) -> Self {
        Self(Some(open.as_fd()))
    }
}

impl<'a> From<BorrowedFd<'a>> for FdRef<'a> {
    fn from(fd: BorrowedFd<'a>) -> Self {
        Self(Some(fd))
    }
}

impl<'a> From<Option<BorrowedFd<'a>>> for FdRef<'a> {
    fn from(fd: Option<BorrowedFd<'a>>) -> Self {
        Self(fd)
    }
}

/// An open file descriptor; it can be set, not read.
#[derive(Clone, Copy, Debug)]
pub enum Fd {}

impl Format for Fd {
    type Read<'a> = i32;
    type Write<'a> = FdRef<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>("fd", Shape::Number { len: 4 });

    fn read(payload: &[u8]) -> Result<i32, Fault> {
        i32::read(payload)
    }

    fn write(value: &FdRef<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        i32::write(&value.number(), out)
    }

    fn unset(_: PhantomData<&()>) -> FdRef<'_> {
        FdRef::NONE
    }

    fn again(_: &[u8]) -> Option<FdRef<'static>> {
        None
    }

    /// What is read is a number, with nothing open behind it: it is written as one.
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        i32::rewrite(payload, out)
    }
}
