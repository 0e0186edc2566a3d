//! What can go wrong, and what the kernel said about it.
use std::{fmt, io, time::Duration};

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
///
/// It is one pointer wide, so a `Result` costs nothing on the good path.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// The kinds of failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A system call failed, outside of what the kernel answers by netlink.
    #[error("{operation}: {source}")]
    System {
        /// What was being done, for instance `open namespace netns0`.
        operation: String,
        /// The system's error.
        source: io::Error,
    },
    /// A value that the caller gave can't be sent.
    #[error("{operation}: {what} {value}: {why}")]
    Invalid {
        /// What was being done.
        operation: String,
        /// Which value, for instance `interface name`.
        what: String,
        /// The value as it was given.
        value: String,
        /// Why it can't be used.
        why: String,
    },
    /// The system forbids namespaces to this process, so no sandbox can be made.
    #[error("{operation}: {source}: {reason}")]
    Forbidden {
        /// What was being done.
        operation: String,
        /// The setting that forbids it, with its value, as far as that can be found out.
        reason: String,
        /// The system's error.
        source: io::Error,
    },
    /// No answer came before the deadline.
    #[error("{operation}: no answer within {timeout:?}")]
    TimedOut {
        /// What was being done.
        operation: String,
        /// How long was waited.
        timeout: Duration,
    },
}

impl Error {
    /// A system call's error with what was being done.
    pub(crate) fn system(operation: impl fmt::Display, source: io::Error) -> Self {
        ErrorKind::System {
            operation: operation.to_string(),
            source,
        }
        .into()
    }

    /// A value of the caller that can't be used.
    pub(crate) fn invalid(
        operation: impl fmt::Display,
        what: &str,
        value: impl fmt::Display,
        why: &str,
    ) -> Self {
        ErrorKind::Invalid {
            operation: operation.to_string(),
            what: what.to_owned(),
            value: value.to_string(),
            why: why.to_owned(),
        }
        .into()
    }

    /// What went wrong, in its parts.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}
