//! Errors of other types that become ours, and ours that becomes another.
use std::{fmt, io};

use super::{Error, ErrorKind};
use crate::{
    PrefixError,
    wire::{LinkAddressError, NameError},
};

/// For functions that answer [`io::Result`]. The kind is that of the error number, or says that a
/// deadline passed, that nothing is there yet, that a list was interrupted, that a value can't be
/// sent or that an answer can't be read; the error itself is what [`get_ref`](io::Error::get_ref)
/// gives.
///
/// ```
/// fn names() -> std::io::Result<Vec<std::ffi::OsString>> {
///     Ok(nlroute::Netns::list()?)
/// }
/// # names().unwrap();
/// ```
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match (error.errno(), error.kind()) {
            (Some(errno), _) => Self::from_raw_os_error(errno).kind(),
            (None, ErrorKind::TimedOut { .. }) => io::ErrorKind::TimedOut,
            (None, ErrorKind::WouldBlock { .. }) => io::ErrorKind::WouldBlock,
            (None, ErrorKind::Interrupted { .. }) => io::ErrorKind::Interrupted,
            (None, ErrorKind::Invalid { .. }) => io::ErrorKind::InvalidInput,
            (None, ErrorKind::Malformed { .. }) => io::ErrorKind::InvalidData,
            (None, _) => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

impl From<PrefixError> for Error {
    /// [`ErrorKind::Invalid`], so that a function which parses prefixes and sends them has one type
    /// of error.
    fn from(error: PrefixError) -> Self {
        let invalid = |what, value: &dyn fmt::Display, why: &dyn fmt::Display| {
            Self::invalid("make a prefix", what, value, &why.to_string())
        };
        match error {
            PrefixError::Address => invalid("address", &"given", &"is no IP address"),
            PrefixError::NotANumber => invalid("length", &"given", &"is no number"),
            PrefixError::Length { len, most } => {
                invalid("length", &len, &format_args!("is more than {most}"))
            }
        }
    }
}

impl From<NameError> for Error {
    /// [`ErrorKind::Invalid`], so that a function which checks names and sends them has one type of
    /// error.
    fn from(error: NameError) -> Self {
        Self::invalid("make a name", "interface name", "given", &error.to_string())
    }
}

impl From<LinkAddressError> for Error {
    /// [`ErrorKind::Invalid`], as of a name.
    fn from(error: LinkAddressError) -> Self {
        Self::invalid(
            "make a link-layer address",
            "text",
            "given",
            &error.to_string(),
        )
    }
}
