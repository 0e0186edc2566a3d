//! What the kernel tells by itself: links, addresses, routes and neighbours that come, change and
//! go (`rtnetlink(7)`, the groups `RTNLGRP_*` of `linux/rtnetlink.h`).
//!
//! A [`Monitor`] gives out each notification as it comes. To know what is there now, and not only
//! what happens, take a [`Tracker`](crate::Tracker), which does the hard part: it lists, follows,
//! and lists again what was lost or what the kernel changed without a word.
use std::{
    ops::Range,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Instant,
};

use crate::{
    Deadline, Error, ErrorKind, Group, Netns, Result,
    exchange::{Exchange, malformed},
    netns::in_netns,
    socket::Socket,
    wire::{HEADER_LEN, Messages, align},
};

mod event;
mod filter;

pub use event::{Change, Event, MessageType, Notification, Noun};
pub use filter::Filter;

/// A socket that listens to the kernel's notifications, in one network namespace.
///
/// It is `Send`, has [`AsFd`] to be waited on by any event loop, and no thread of its own. To
/// follow without a gap join first and list afterwards: what happens in between is then told.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, Group, Monitor, link::Bridge};
/// use nlroute::monitor::{Change, Event, Noun};
///
/// let mut monitor = Monitor::open()?;
/// monitor.join([Group::Link])?;
/// Connection::open()?.add(Bridge::new("br0"))?;
/// let Event::Notification(told) = monitor.next()? else {
///     panic!("one link doesn't overrun a buffer");
/// };
/// let Change::New(Noun::Link(link)) = told.change() else {
///     panic!("{told:?}");
/// };
/// assert_eq!(link.name(), "br0");
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
///
/// # An event loop
///
/// Wait until [`AsFd::as_fd`] can be read, then take all that is there by
/// [`try_next`](Self::try_next) until it answers `None`.
///
/// # Overruns
///
/// What isn't received in time is dropped by the kernel and told as [`Event::Overrun`]. A larger
/// buffer ([`set_receive_buffer`](Self::set_receive_buffer)) and a [`Filter`] put that off.
#[derive(Debug)]
pub struct Monitor {
    exchange: Exchange,
    /// Where the next message starts in the datagram that was received last.
    at: usize,
    filter: Filter,
}

impl Monitor {
    /// A monitor in the network namespace of the calling thread. It listens to nothing until it
    /// has [joined](Self::join) a group.
    ///
    /// # Errors
    /// When the process can't have another file descriptor or no memory; see `socket(2)`.
    #[inline]
    pub fn open() -> Result<Self> {
        Self::with(Socket::open(), "open a netlink socket")
    }

    /// A monitor in `netns`. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`open`](Self::open), and as [`Netns::run`].
    pub fn open_in(netns: impl AsFd) -> Result<Self> {
        in_netns(netns.as_fd(), Self::open)?
    }

    /// A monitor over a socket that was opened elsewhere; see
    /// [`Connection::from_fd`](crate::Connection::from_fd). One of family `AF_UNIX` is told by
    /// its other end, whatever group is joined.
    ///
    /// # Errors
    /// `EPROTOTYPE` for any other socket, `ENOTSOCK` for what is none.
    #[inline]
    pub fn from_fd(fd: OwnedFd) -> Result<Self> {
        Self::with(Socket::from_fd(fd), "use a netlink socket")
    }

    #[inline]
    fn with(socket: std::io::Result<Socket>, operation: &str) -> Result<Self> {
        // A socket without a port of its own isn't told what the kernel does unasked.
        let socket = socket.and_then(|socket| socket.port().map(|_| socket));
        Ok(Self {
            exchange: socket
                .map(Exchange::new)
                .map_err(|error| Error::system(operation, error))?,
            at: usize::MAX,
            filter: Filter::all(),
        })
    }

    /// Listens to these groups too.
    ///
    /// # Errors
    /// `EINVAL` for a group that the kernel doesn't know; `EPERM` for one that takes a
    /// capability. The groups before it have been joined.
    pub fn join(&mut self, groups: impl IntoIterator<Item = Group>) -> Result<()> {
        self.member(groups, true)
    }

    /// Listens to these groups no longer. What was told before can still be received.
    ///
    /// # Errors
    /// `EINVAL` for a group that the kernel doesn't know.
    pub fn leave(&mut self, groups: impl IntoIterator<Item = Group>) -> Result<()> {
        self.member(groups, false)
    }

    fn member(&mut self, groups: impl IntoIterator<Item = Group>, join: bool) -> Result<()> {
        let verb = if join { "join" } else { "leave" };
        groups.into_iter().try_for_each(|group| {
            let result = self.exchange.socket.member(group, join);
            result.map_err(|error| Error::system(format_args!("{verb} group {group}"), error))
        })
    }

    /// Lets only through what is wanted, from now on; [`Filter::all`] everything again.
    ///
    /// The kernel filters before it queues (`SO_ATTACH_FILTER`, `socket(7)`). What was queued
    /// before is filtered when it is received. An overrun is told in any case.
    ///
    /// # Errors
    /// `EINVAL` or `ENOMEM` where the kernel doesn't take a filter of so many values (4096
    /// instructions, two a value, within `net.core.optmem_max`): the one before then stays.
    #[inline]
    pub fn set_filter(&mut self, filter: Filter) -> Result<()> {
        let program = filter.program();
        let attached = crate::sys::attach_filter(self.exchange.socket.as_fd(), &program);
        attached.map_err(|error| Error::system("attach a filter", error))?;
        self.filter = filter;
        Ok(())
    }

    /// Asks for a receive buffer of so many bytes; answers how many it is. With `CAP_NET_ADMIN`
    /// over the *first* user namespace it may be as large as one wants (`SO_RCVBUFFORCE`), without
    /// at most `net.core.rmem_max` (`SO_RCVBUF`), which cuts it without an error. The kernel counts
    /// twice what was asked for, and for each notification the memory that it takes, some times its
    /// length; see `socket(7)`.
    ///
    /// # Errors
    /// When the socket has no such option.
    #[inline]
    pub fn set_receive_buffer(&mut self, bytes: u32) -> Result<u32> {
        let set = self.exchange.socket.set_receive_buffer(bytes);
        set.map_err(|error| Error::system(format_args!("set a receive buffer of {bytes}"), error))
    }

    /// Listens to all namespaces that have a number in the monitor's own, or to that one only, as
    /// at first (`NETLINK_LISTEN_ALL_NSID`). [`Notification::nsid`] tells them apart.
    ///
    /// It takes `CAP_NET_BROADCAST` over the monitor's namespace; and of another namespace is
    /// told only what who opened the socket has that capability for, too: in a user namespace,
    /// those that were made inside of it. A namespace without a number is silent, and what was
    /// told before it got one is not told again. Numbers are given when a link first leads there,
    /// or by [`NetnsId`](crate::NetnsId); join [`Group::Nsid`] to hear of them. Since Linux 4.2.
    ///
    /// # Errors
    /// `EPERM` without the capability.
    #[inline]
    pub fn listen_all_nsid(&mut self, on: bool) -> Result<()> {
        let set = self
            .exchange
            .socket
            .set(libc::NETLINK_LISTEN_ALL_NSID, on.into());
        set.map_err(|error| Error::system("listen to all namespaces", error))
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a message that can't be read; the
    /// rest of its datagram is lost with it. When receiving fails.
    #[inline]
    #[allow(clippy::should_implement_trait)] // It lends.
    pub fn next(&mut self) -> Result<Event<'_>> {
        let found = self.find(None, false)?;
        Ok(self.event(found))
    }

    /// The next event if it is there already; it doesn't wait.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    #[inline]
    pub fn try_next(&mut self) -> Result<Option<Event<'_>>> {
        match self.find(None, true)? {
            Found::Nothing => Ok(None),
            found => Ok(Some(self.event(found))),
        }
    }

    /// Waits for the next event until `deadline`; `None` if there was none.
    ///
    /// Once the deadline is over nothing more is received, also if something is there, and only
    /// what is left of the last datagram is told: so a loop that waits for one certain event ends,
    /// whatever else keeps coming. What is there already is [`try_next`](Self::try_next)'s.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn next_until(&mut self, deadline: impl Into<Deadline>) -> Result<Option<Event<'_>>> {
        match self.find(deadline.into().at(), false)? {
            Found::Nothing => Ok(None),
            found => Ok(Some(self.event(found))),
        }
    }

    #[inline]
    fn event(&self, found: Found) -> Event<'_> {
        let Found::Message(range) = found else {
            return Event::Overrun;
        };
        let bytes = self.exchange.socket.datagram().get(range).unwrap_or(&[]);
        match Messages::new(bytes).next() {
            Some(Ok(message)) => {
                Event::Notification(Notification::new(message, self.exchange.socket.nsid))
            }
            // It was one when it was found.
            _ => Event::Overrun,
        }
    }

    /// Where in the datagram the next message is that is wanted.
    #[inline]
    fn find(&mut self, deadline: Option<Instant>, nonblocking: bool) -> Result<Found> {
        const OPERATION: &str = "receive a notification";
        loop {
            let datagram = self.exchange.socket.datagram();
            let rest = datagram.get(self.at..).unwrap_or(&[]);
            match Messages::new(rest).next() {
                Some(Ok(message)) => {
                    let range = self.at..self.at + message.as_bytes().len();
                    self.at += align(message.as_bytes().len().max(HEADER_LEN));
                    if self.filter.is_all() || self.filter.keeps(&message) {
                        return Ok(Found::Message(range));
                    }
                    continue;
                }
                Some(Err(fault)) => {
                    self.at = usize::MAX;
                    return Err(malformed(&OPERATION, fault));
                }
                None => {}
            }
            self.at = usize::MAX;
            self.exchange.nonblocking = nonblocking;
            let Err(error) = self.exchange.receive(deadline, &OPERATION) else {
                self.at = 0;
                continue;
            };
            return match error.kind() {
                ErrorKind::Overrun { .. } => Ok(Found::Overrun),
                ErrorKind::WouldBlock { .. } | ErrorKind::TimedOut { .. } => Ok(Found::Nothing),
                _ => Err(error),
            };
        }
    }
}

/// What there was to receive.
enum Found {
    Message(Range<usize>),
    Overrun,
    Nothing,
}

impl AsFd for Monitor {
    /// The socket, to wait on in an event loop. Reading from it or changing it breaks the
    /// monitor's promises.
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.exchange.socket.as_fd()
    }
}

impl Netns {
    /// A monitor in this namespace. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`Monitor::open_in`].
    #[inline]
    pub fn monitor(&self) -> Result<Monitor> {
        Monitor::open_in(self)
    }
}
