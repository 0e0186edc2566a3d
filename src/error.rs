//! What can go wrong, and what the kernel said about it.
use std::{fmt, io, net::IpAddr, time::Duration};

use crate::{
    Partial,
    wire::{EncodeError, Fault},
};

mod convert;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
///
/// It is one pointer wide, so a `Result` costs nothing on the good path. [`kind`](Self::kind)
/// gives the parts, the methods answer what a program most often asks.
///
/// ```
/// # fn main() -> nlroute::Result<()> {
/// let error = nlroute::Netns::open("no/name").unwrap_err();
/// assert!(!error.is_not_found());
/// assert!(matches!(error.kind(), nlroute::ErrorKind::Invalid { .. }));
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<ErrorKind>);

/// The kinds of failure.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The kernel refused a request.
    Refused(Refusal),
    /// A system call failed, outside of what the kernel answers by netlink.
    #[non_exhaustive]
    System {
        /// What was being done, for instance `open namespace netns0`.
        operation: String,
        /// The system's error.
        source: io::Error,
    },
    /// A value that the caller gave can't be sent. Nothing was sent.
    #[non_exhaustive]
    Invalid {
        /// What was being done.
        operation: String,
        /// Which value, for instance `interface name`, or the attribute by its path of names.
        what: String,
        /// The value as it was given.
        value: String,
        /// Why it can't be used.
        why: String,
    },
    /// The system forbids namespaces to this process, so no sandbox can be made.
    #[non_exhaustive]
    Forbidden {
        /// What was being done.
        operation: String,
        /// The setting that forbids it, with its value, as far as that can be found out.
        reason: String,
        /// The system's error.
        source: io::Error,
    },
    /// No answer came before the deadline. The request may or may not have been carried out; a
    /// late answer is skipped and the connection can be used on.
    #[non_exhaustive]
    TimedOut {
        /// What was being done.
        operation: String,
        /// How long was waited.
        timeout: Duration,
    },
    /// The connection is in non-blocking mode and no answer is there yet. The answer to this
    /// request is skipped when it comes.
    #[non_exhaustive]
    WouldBlock {
        /// What was being done.
        operation: String,
    },
    /// What was listed changed while the kernel went through it (`NLM_F_DUMP_INTR`), every time
    /// it was tried: things may be missing or be there twice.
    #[non_exhaustive]
    Interrupted {
        /// What was being done.
        operation: String,
        /// How often it was tried.
        attempts: u32,
        /// What the last attempt read, see
        /// [`Listing::interrupted`](crate::Listing::interrupted); nothing of a
        /// [`Dump`](crate::Dump), which has handed it out.
        read: Partial,
    },
    /// The socket's receive buffer overran (`ENOBUFS`) and the kernel dropped messages.
    #[non_exhaustive]
    Overrun {
        /// What was being done.
        operation: String,
    },
    /// The connection was opened by the process that this one was forked from. Either would read
    /// the other's answers, so this one can't use it: open another, or see
    /// [`Connection::from_fd`](crate::Connection::from_fd).
    #[non_exhaustive]
    Inherited {
        /// What was being done.
        operation: String,
    },
    /// An answer of the kernel can't be read.
    #[non_exhaustive]
    Malformed {
        /// What was being done.
        operation: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The kernel said that the request was carried out, without the answer that it asks for.
    #[non_exhaustive]
    NoAnswer {
        /// What was being done.
        operation: String,
    },
    /// An address can't be used, because the check for duplicates has found that somebody else has
    /// it (`IFA_F_DADFAILED`).
    #[non_exhaustive]
    Duplicate {
        /// What was being done.
        operation: String,
        /// The address.
        address: IpAddr,
    },
    /// What follows a request failed, after the request itself had been carried out; it was
    /// undone.
    #[non_exhaustive]
    Undone {
        /// What was being done.
        operation: String,
        /// Why.
        source: Error,
    },
}

/// The kernel's refusal of a request, in its parts.
///
/// ```
/// fn says(refusal: &nlroute::Refusal) -> (&str, i32) {
///     (&refusal.operation, refusal.errno)
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// What was asked, in the field's words: `add address 192.168.56.10/16 to ceth0`.
    pub operation: String,
    /// The error number, positive: `EEXIST` is 17.
    pub errno: i32,
    /// The kernel's own sentence (`NLMSGERR_ATTR_MSG`, since Linux 4.12).
    pub message: Option<String>,
    /// The attribute that it means, by its path of names: `linkinfo.data.forward_delay`.
    pub attribute: Option<String>,
    /// The value that was sent in it.
    pub value: Option<String>,
    /// What the kernel accepts there, in words: `0..=15` (`NLMSGERR_ATTR_POLICY`, since Linux
    /// 5.10).
    pub accepts: Option<String>,
    /// The attribute that is missing, by its path of names (`NLMSGERR_ATTR_MISS_TYPE`, since
    /// Linux 6.1).
    pub missing: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, Errno(self.errno))?;
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        if let Some(attribute) = &self.attribute {
            write!(f, "; {attribute}")?;
        }
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        if let Some(accepts) = &self.accepts {
            write!(f, ", accepted is {accepts}")?;
        }
        if let Some(missing) = &self.missing {
            write!(f, "; {missing} is missing")?;
        }
        Ok(())
    }
}

/// An error number in words: `File exists (EEXIST)`.
struct Errno(i32);

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = io::Error::from_raw_os_error(self.0).to_string();
        f.write_str(text.split(" (os error").next().unwrap_or_default())?;
        match errno_name(self.0) {
            Some(name) => write!(f, " ({name})"),
            None => write!(f, " (errno {})", self.0),
        }
    }
}

/// A system's error in the same words, whether the kernel gave it by netlink or by a system call.
struct Reason<'a>(&'a io::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.raw_os_error() {
            Some(errno) => fmt::Display::fmt(&Errno(errno), f),
            None => fmt::Display::fmt(self.0, f),
        }
    }
}

/// The names of the error numbers that `NETLINK_ROUTE` and the namespaces' system calls answer with.
const ERRNOS: &[(i32, &str)] = {
    macro_rules! names {
        ($($name:ident)*) => {
            &[$((libc::$name, stringify!($name))),*]
        };
    }
    names! {
        EPERM ENOENT EINTR EIO ENXIO E2BIG EBADF EAGAIN ENOMEM EACCES EFAULT EBUSY EEXIST EXDEV
        ENODEV EINVAL ENFILE EMFILE ENOSPC ERANGE EDOM ENOBUFS ENOPROTOOPT EPROTONOSUPPORT
        EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH
        ENOTCONN ETIMEDOUT EHOSTUNREACH EALREADY EINPROGRESS ESRCH ELOOP EOVERFLOW ENODATA
        EMSGSIZE ENAMETOOLONG ENOSYS ESTALE ENOTUNIQ EPROTO EHOSTDOWN EBADMSG
    }
};

pub(crate) fn errno_name(errno: i32) -> Option<&'static str> {
    let found = ERRNOS.iter().find(|(known, _)| *known == errno);
    found.map(|(_, name)| *name)
}

pub(crate) fn errno_of(name: &str) -> Option<i32> {
    let found = ERRNOS.iter().find(|(_, known)| *known == name);
    found.map(|(errno, _)| *errno)
}

impl Error {
    /// What went wrong, in its parts.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// What was being done, in the field's words.
    #[must_use]
    pub fn operation(&self) -> &str {
        match self.kind() {
            ErrorKind::Refused(refusal) => &refusal.operation,
            ErrorKind::System { operation, .. }
            | ErrorKind::Invalid { operation, .. }
            | ErrorKind::Forbidden { operation, .. }
            | ErrorKind::TimedOut { operation, .. }
            | ErrorKind::WouldBlock { operation }
            | ErrorKind::Interrupted { operation, .. }
            | ErrorKind::Overrun { operation }
            | ErrorKind::Inherited { operation }
            | ErrorKind::Malformed { operation, .. }
            | ErrorKind::NoAnswer { operation }
            | ErrorKind::Duplicate { operation, .. }
            | ErrorKind::Undone { operation, .. } => operation,
        }
    }

    /// The kernel's refusal, if that is what it is.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.kind() {
            ErrorKind::Refused(refusal) => Some(refusal),
            ErrorKind::Undone { source, .. } => source.refusal(),
            _ => None,
        }
    }

    /// The error number, of the kernel's refusal or of a system call.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        match self.kind() {
            ErrorKind::Refused(refusal) => Some(refusal.errno),
            ErrorKind::System { source, .. } | ErrorKind::Forbidden { source, .. } => {
                source.raw_os_error()
            }
            ErrorKind::Undone { source, .. } => source.errno(),
            _ => None,
        }
    }

    /// It is there already (`EEXIST`).
    #[must_use]
    pub fn is_exists(&self) -> bool {
        self.errno() == Some(libc::EEXIST)
    }

    /// It isn't there: no such link (`ENODEV`), file or namespace (`ENOENT`), route (`ESRCH`),
    /// or address (`EADDRNOTAVAIL`).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        let errnos = [libc::ENODEV, libc::ENOENT, libc::ESRCH, libc::EADDRNOTAVAIL];
        self.errno().is_some_and(|errno| errnos.contains(&errno))
    }

    /// The process may not (`EPERM`, `EACCES`).
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        matches!(self.errno(), Some(libc::EPERM | libc::EACCES))
    }

    /// It is in use (`EBUSY`).
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.errno() == Some(libc::EBUSY)
    }

    /// The kernel can't do that, or not here (`EOPNOTSUPP`, `EAFNOSUPPORT`, `EPROTONOSUPPORT`).
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        let errnos = [libc::EOPNOTSUPP, libc::EAFNOSUPPORT, libc::EPROTONOSUPPORT];
        self.errno().is_some_and(|errno| errnos.contains(&errno))
    }

    /// There is no route to it, or not from here (`ENETUNREACH`, `EHOSTUNREACH`).
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        matches!(self.errno(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH))
    }

    /// No answer came before the deadline.
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        matches!(self.kind(), ErrorKind::TimedOut { .. })
    }

    /// No answer is there yet, on a non-blocking connection.
    #[must_use]
    pub fn is_would_block(&self) -> bool {
        matches!(self.kind(), ErrorKind::WouldBlock { .. })
    }

    /// The receive buffer overran: what was known of the kernel's state is stale.
    #[must_use]
    pub fn is_overrun(&self) -> bool {
        matches!(self.kind(), ErrorKind::Overrun { .. })
    }

    /// What was listed changed while it was read.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.kind(), ErrorKind::Interrupted { .. })
    }

    /// Another host has the address.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self.kind(), ErrorKind::Duplicate { .. })
    }

    /// What was read of a list that was interrupted.
    pub(crate) fn partial_mut(&mut self) -> Option<&mut Partial> {
        match &mut *self.0 {
            ErrorKind::Interrupted { read, .. } => Some(read),
            _ => None,
        }
    }

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
        Self::invalid_by(&operation, what, &value, why)
    }

    // Once, whatever the types.
    #[cold]
    fn invalid_by(
        operation: &dyn fmt::Display,
        what: &str,
        value: &dyn fmt::Display,
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

    /// What could not be written, with what it was for. A failed look-up is its own error.
    pub(crate) fn encode(operation: impl fmt::Display, error: EncodeError) -> Self {
        Self::encode_by(&operation, error)
    }

    #[cold]
    fn encode_by(operation: &dyn fmt::Display, error: EncodeError) -> Self {
        match error.into_lookup() {
            Ok(source) => match source.downcast::<Self>() {
                Ok(error) => *error,
                Err(other) => Self::system(operation, io::Error::other(other)),
            },
            Err(error) => Self::invalid(operation, &error.attribute(), error.value(), error.why()),
        }
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => fmt::Display::fmt(refusal, f),
            Self::System { operation, source } => write!(f, "{operation}: {}", Reason(source)),
            Self::Invalid {
                operation,
                what,
                value,
                why,
            } => {
                write!(f, "{operation}: {what} {value}: {why}")
            }
            Self::Forbidden {
                operation,
                reason,
                source,
            } => {
                write!(f, "{operation}: {}: {reason}", Reason(source))
            }
            Self::TimedOut { operation, timeout } => {
                write!(f, "{operation}: no answer within {timeout:?}")
            }
            Self::WouldBlock { operation } => {
                write!(f, "{operation}: no answer yet on a non-blocking connection")
            }
            Self::Interrupted {
                operation,
                attempts,
                ..
            } => {
                write!(
                    f,
                    "{operation}: changed while it was read, {attempts} times"
                )
            }
            Self::Overrun { operation } => {
                write!(
                    f,
                    "{operation}: the receive buffer overran and messages are lost"
                )
            }
            Self::Inherited { operation } => {
                write!(
                    f,
                    "{operation}: the connection is of the process that this one was forked from"
                )
            }
            Self::Malformed { operation, fault } => {
                write!(f, "{operation}: malformed answer: {fault}")
            }
            Self::NoAnswer { operation } => write!(f, "{operation}: done, but without an answer"),
            Self::Duplicate { operation, address } => {
                write!(f, "{operation}: another host has {address}")
            }
            Self::Undone { operation, source } => {
                write!(f, "{operation}: undone, because afterwards: {source}")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::System { source, .. } | ErrorKind::Forbidden { source, .. } => Some(source),
            ErrorKind::Malformed { fault, .. } => Some(fault),
            ErrorKind::Undone { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// As `main` prints it when it returns one: in words, like `Display`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
