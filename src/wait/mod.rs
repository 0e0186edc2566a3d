//! Waiting for what the kernel does in its own time, by its events and not by the clock.
//!
//! Every wait goes the same way: join the group, look, and look again after each event that could
//! have changed what was seen. What happens between the look and the wait is told, so nothing is
//! missed.
//!
//! Nor is what is told during the look. The kernel makes some answers without a lock: an event that
//! comes before the answer may be of what happened after it.
use std::{
    io,
    time::{Duration, Instant},
};

use crate::{Connection, Error, ErrorKind, Group, Result, monitor::Change, wire::Messages};

mod address;
mod link;

/// When a wait is given up: a time from now on (`Duration`), or a moment (`Instant`), or never
/// (`None`).
///
/// It is for the whole wait, however many looks and events that takes. What is so already is found
/// also when it is over.
///
/// ```
/// use std::time::{Duration, Instant};
/// use nlroute::Deadline;
/// let soon = Deadline::from(Duration::from_secs(5));
/// // One deadline for several waits, one after the other.
/// let all = Deadline::from(Instant::now() + Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// `None` where it is farther away than the clock can say.
    at: Option<Instant>,
    given: Duration,
}

impl From<Duration> for Deadline {
    #[inline]
    fn from(given: Duration) -> Self {
        let at = Instant::now().checked_add(given);
        Self { at, given }
    }
}

impl From<Instant> for Deadline {
    #[inline]
    fn from(at: Instant) -> Self {
        Self {
            at: Some(at),
            given: at.saturating_duration_since(Instant::now()),
        }
    }
}

impl From<Option<Instant>> for Deadline {
    #[inline]
    fn from(at: Option<Instant>) -> Self {
        at.map_or_else(|| Duration::MAX.into(), Self::from)
    }
}

impl Deadline {
    /// The moment; `None` is never.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// How long it was from when it was given.
    pub(crate) fn given(&self) -> Duration {
        self.given
    }

    /// What is left of it; `None` is for ever.
    #[inline]
    fn left(&self) -> Option<Duration> {
        self.at
            .map(|at| at.saturating_duration_since(Instant::now()))
    }
}

/// What an event says to who waits.
enum Told {
    /// It is about something else.
    Else,
    /// Look again.
    Look,
    /// What was waited for is gone.
    Gone,
}

/// What was waited for has gone.
#[inline]
fn is_gone(operation: &str, errno: i32) -> Error {
    Error::system(operation, io::Error::from_raw_os_error(errno))
}

#[inline]
fn timed_out(operation: &str, deadline: Deadline) -> Error {
    ErrorKind::TimedOut {
        operation: operation.to_owned(),
        timeout: deadline.given,
    }
    .into()
}

impl Connection {
    /// Calls `look`, now and after each event that concerns it, until it gives something. `look`
    /// gets what the last event told.
    fn watch<T>(
        &mut self,
        groups: &[Group],
        deadline: Deadline,
        operation: &str,
        look: impl FnMut(&mut Self, &mut Concern, bool) -> Result<Option<T>>,
    ) -> Result<T> {
        let failed = |error| Error::system(operation, error);
        let before = (self.exchange.timeout, self.exchange.nonblocking);
        let mut joined = Ok(());
        for group in groups {
            joined = joined.and_then(|()| self.exchange.member(*group, true).map_err(failed));
        }
        let watched = joined.and_then(|()| self.watch_joined(deadline, operation, look));
        let mut left = Ok(());
        for group in groups {
            left = left.and(self.exchange.member(*group, false).map_err(failed));
        }
        (self.exchange.timeout, self.exchange.nonblocking) = before;
        let watched = watched.and_then(|found| left.map(|()| found));
        watched.map_err(|error| match error.kind() {
            // Of a look that was the last: what was waited for is told, and how long.
            ErrorKind::TimedOut { .. } => timed_out(operation, deadline),
            _ => error,
        })
    }

    fn watch_joined<T>(
        &mut self,
        deadline: Deadline,
        operation: &str,
        mut look: impl FnMut(&mut Self, &mut Concern, bool) -> Result<Option<T>>,
    ) -> Result<T> {
        let (mut concern, mut gone) = (Concern::default(), false);
        loop {
            self.exchange.timeout = deadline.left();
            self.exchange.skipped = false;
            let over = self.exchange.timeout == Some(Duration::ZERO);
            if over {
                // What is so already takes no time: the kernel's answer is there at once.
                self.exchange.timeout = None;
                self.exchange.nonblocking = true;
            }
            let again = match look(self, &mut concern, gone) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => self.exchange.skipped,
                // The next question is asked when all is received that was before it.
                Err(error) if error.is_overrun() || over && error.is_would_block() => true,
                Err(error) => return Err(error),
            };
            if over {
                // What is told from now on comes too late.
                return Err(timed_out(operation, deadline));
            } else if again {
                continue;
            }
            match self.event(deadline, &concern, operation) {
                Ok(is_gone) => gone |= is_gone,
                // The event may be among what was lost.
                Err(error) if error.is_overrun() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Receives events until there is one of concern; answers whether that is the end of it.
    #[inline]
    fn event(&mut self, deadline: Deadline, concern: &Concern, operation: &str) -> Result<bool> {
        loop {
            self.exchange.timeout = deadline.left();
            self.exchange.receive(deadline.at, &operation)?;
            // The end of a dump that was left comes here, if nobody waited for it.
            self.exchange.note_ends();
            let mut seen = None;
            for message in Messages::new(self.exchange.socket.datagram()).flatten() {
                match concern.told(&Change::of(message)) {
                    Told::Else => {}
                    Told::Look => seen = seen.or(Some(false)),
                    Told::Gone => seen = Some(true),
                }
            }
            if let Some(gone) = seen {
                return Ok(gone);
            }
        }
    }
}

/// Which events could have changed what was seen.
#[derive(Default)]
enum Concern {
    /// Those of any link.
    #[default]
    Links,
    /// Those of the link of this index.
    Link(u32),
    /// Those of the addresses of this link, and its end.
    Addresses(u32),
}

impl Concern {
    #[inline]
    fn told(&self, change: &Change<'_>) -> Told {
        use crate::monitor::Noun::{Address, BridgePort, Link};
        match (self, change) {
            (Self::Links, Change::New(Link(_)) | Change::Deleted(Link(_))) => Told::Look,
            // As a port it only comes to a bridge or leaves it.
            (
                Self::Link(index),
                Change::New(Link(link) | BridgePort(link)) | Change::Deleted(BridgePort(link)),
            ) if link.index() == *index => Told::Look,
            (Self::Link(index) | Self::Addresses(index), Change::Deleted(Link(link)))
                if link.index() == *index =>
            {
                Told::Gone
            }
            (
                Self::Addresses(index),
                Change::New(Address(address)) | Change::Deleted(Address(address)),
            ) if address.index() == *index => Told::Look,
            _ => Told::Else,
        }
    }
}
