//! The file descriptor and its options; exact receive.
use std::{
    fmt, io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    panic::{RefUnwindSafe, UnwindSafe},
    time::Duration,
};

use crate::{
    Group,
    sys::{self, ReceiveBuffer, Received},
};

/// Longer than any datagram of the kernel: what it sends it allocates in one piece, and no piece
/// is longer than 4 MiB (`KMALLOC_MAX_SIZE`). Only the pages that are used cost memory.
const LONGEST_DATAGRAM: usize = 4 << 20;

/// After so many requests there are likely to be many more.
const OFTEN: u32 = 8;
/// What stands between a socket and who uses it, in the place of the system calls: what records
/// them, or what plays the kernel.
pub(crate) trait Transport: fmt::Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    fn send(&mut self, fd: BorrowedFd<'_>, datagram: &[u8]) -> io::Result<usize>;

    /// Waits until there is something to receive; `false` when there was nothing all the time.
    fn wait(&mut self, fd: BorrowedFd<'_>, left: Option<Duration>) -> io::Result<bool>;

    fn receive(
        &mut self,
        fd: BorrowedFd<'_>,
        buffer: &mut ReceiveBuffer,
        nonblocking: bool,
    ) -> io::Result<Received>;

    fn set(&mut self, fd: BorrowedFd<'_>, option: libc::c_int, value: u32) -> io::Result<()>;

    /// The session is over: whether all went well.
    fn finish(&mut self) -> io::Result<()>;
}

/// The system calls themselves.
#[derive(Debug)]
pub(crate) struct Direct;

impl Transport for Direct {
    #[inline]
    fn send(&mut self, fd: BorrowedFd<'_>, datagram: &[u8]) -> io::Result<usize> {
        sys::send(fd, datagram)
    }

    #[inline]
    fn wait(&mut self, fd: BorrowedFd<'_>, left: Option<Duration>) -> io::Result<bool> {
        sys::poll_readable(fd, left)
    }

    #[inline]
    fn receive(
        &mut self,
        fd: BorrowedFd<'_>,
        buffer: &mut ReceiveBuffer,
        nonblocking: bool,
    ) -> io::Result<Received> {
        sys::receive(fd, buffer, nonblocking)
    }

    #[inline]
    fn set(&mut self, fd: BorrowedFd<'_>, option: libc::c_int, value: u32) -> io::Result<()> {
        sys::set_option_u32(fd, libc::SOL_NETLINK, option, value)
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A netlink socket, mostly of `NETLINK_ROUTE`, or a socket to something that plays the kernel.
#[derive(Debug)]
pub(crate) struct Socket {
    fd: OwnedFd,
    buffer: sys::ReceiveBuffer,
    /// Length of the datagram in the buffer.
    filled: usize,
    /// Senders have ports, and 0 is the kernel's.
    netlink: bool,
    /// The namespace that the datagram is about; see [`sys::Received::nsid`].
    pub(crate) nsid: Option<i32>,
    /// Whether the kernel checks requests strictly, and filters dumps.
    pub(crate) strict: bool,
    /// Whether a refusal quotes the request's header only.
    pub(crate) capped: bool,
    /// Whether it was opened here, and so has the buffers that every socket has.
    own: bool,
    /// How often something was sent.
    sent: u32,
    /// Whether nobody but the kernel can have sent what is received.
    alone: bool,
    /// Once it was asked for.
    room: Option<Room>,
    /// Who stands in between; mostly nobody.
    pub(crate) transport: Option<Box<dyn Transport>>,
}

/// How far a request came that was sent without more ado. Errors are told by their number: there
/// is nothing to drop on the way on which there is none.
#[derive(Clone, Copy)]
pub(crate) enum Turn {
    /// A datagram was received.
    Received,
    NotSent(i32),
    NotReceived(i32),
}

/// The number of a system call's error; `otherwise` if it did less than it should.
#[cold]
fn number(error: Option<io::Error>, otherwise: i32) -> i32 {
    let number = error.and_then(|error| error.raw_os_error());
    number.unwrap_or(otherwise)
}

/// What the socket's buffers take, as the kernel counts it: memory, not bytes of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// Of all answers that wait to be received (`SO_RCVBUF`).
    pub(crate) receive: usize,
    /// Of one datagram that is sent (`SO_SNDBUF`).
    pub(crate) send: usize,
}

impl Socket {
    /// A socket in the network namespace of the calling thread.
    ///
    /// It isn't bound: the kernel gives it a port with the first message that is sent.
    pub(crate) fn open() -> io::Result<Self> {
        Self::open_protocol(libc::NETLINK_ROUTE)
    }

    /// The same of another family of netlink (`NETLINK_*` of `linux/netlink.h`).
    pub(crate) fn open_protocol(protocol: libc::c_int) -> io::Result<Self> {
        let mut socket = Self::with(sys::netlink_socket(protocol)?, true)?;
        socket.own = true;
        Ok(socket)
    }

    /// A socket that somebody else opened: `NETLINK_ROUTE`, or of the family `AF_UNIX` with
    /// datagrams, whose other end plays the kernel.
    pub(crate) fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        let domain = sys::socket_domain(fd.as_fd())?;
        let netlink = domain == libc::AF_NETLINK as u32;
        let fits = if netlink {
            sys::socket_protocol(fd.as_fd())? == libc::NETLINK_ROUTE as u32
        } else {
            let kind = sys::get_option_u32(fd.as_fd(), libc::SOL_SOCKET, libc::SO_TYPE)?;
            domain == libc::AF_UNIX as u32 && kind != libc::SOCK_STREAM as u32
        };
        if !fits {
            return Err(io::Error::from_raw_os_error(libc::EPROTOTYPE));
        }
        Self::with(fd, netlink)
    }

    fn with(fd: OwnedFd, netlink: bool) -> io::Result<Self> {
        let buffer = sys::ReceiveBuffer::new(LONGEST_DATAGRAM)?;
        let mut socket = Self {
            fd,
            buffer,
            filled: 0,
            netlink,
            nsid: None,
            strict: false,
            capped: false,
            own: false,
            sent: 0,
            alone: false,
            room: None,
            transport: None,
        };
        if netlink {
            // Linux before 4.12 and 4.3 doesn't know these two: then there is only the error
            // number, and errors quote the whole request, which is skipped.
            let _ = socket.set(libc::NETLINK_EXT_ACK, 1);
            socket.capped = socket.set(libc::NETLINK_CAP_ACK, 1).is_ok();
            // Before 4.20 dumps aren't filtered: the queries filter again.
            socket.strict = socket.set(libc::NETLINK_GET_STRICT_CHK, 1).is_ok();
        }
        Ok(socket)
    }

    /// A socket of family `AF_UNIX` whose other end is played by `transport`.
    pub(crate) fn over(
        fd: OwnedFd,
        transport: Box<dyn Transport>,
        strict: bool,
        capped: bool,
    ) -> io::Result<Self> {
        let socket = Self::with(fd, false)?;
        Ok(Self {
            strict,
            capped,
            transport: Some(transport),
            ..socket
        })
    }

    pub(crate) fn set(&mut self, option: libc::c_int, value: u32) -> io::Result<()> {
        match &mut self.transport {
            None => Direct.set(self.fd.as_fd(), option, value),
            Some(transport) => transport.set(self.fd.as_fd(), option, value),
        }
    }

    /// Waits until there is something to receive; `false` when the time is over.
    pub(crate) fn wait(&mut self, left: Option<Duration>) -> io::Result<bool> {
        match &mut self.transport {
            None => Direct.wait(self.fd.as_fd(), left),
            Some(transport) => transport.wait(self.fd.as_fd(), left),
        }
    }

    /// The socket's own port. One that has sent nothing yet is bound to get one.
    pub(crate) fn port(&self) -> io::Result<u32> {
        if !self.netlink {
            return Ok(0);
        }
        match sys::local_port(self.fd.as_fd())? {
            0 => {
                sys::bind_netlink(self.fd.as_fd(), 0, 0)?;
                sys::local_port(self.fd.as_fd())
            }
            port => Ok(port),
        }
    }

    /// Whether its buffers are as large as every socket's.
    pub(crate) fn is_own(&self) -> bool {
        self.own
    }

    /// Whether it is used so much that [`be_alone`](Self::be_alone) is worth its two calls.
    #[inline]
    pub(crate) fn wants_to_be_alone(&self) -> bool {
        self.sent >= OFTEN && self.own && !self.alone
    }

    /// Has the kernel take nothing for this socket but what it sends itself, so that from here on
    /// nobody has to ask who sent what is received. Whatever waits already may be anybody's, and
    /// is no answer any more: it is thrown away.
    #[cold]
    pub(crate) fn be_alone(&mut self) {
        if sys::connect_to_kernel(self.fd.as_fd()).is_err() {
            // Then it goes on as before, and isn't tried again.
            self.own = false;
            return;
        }
        self.filled = 0;
        loop {
            match sys::receive(self.fd.as_fd(), &mut self.buffer, true) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // That something was lost, of what is thrown away.
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {}
                Err(_) => {
                    self.own = false;
                    return;
                }
                Ok(_) => {}
            }
        }
        self.alone = true;
    }

    /// Messages to a group come from anybody.
    pub(crate) fn be_among_others(&mut self) {
        self.alone = false;
        self.own = false;
    }

    /// What the socket's buffers take. It is asked for once.
    pub(crate) fn room(&mut self) -> io::Result<Room> {
        if let Some(room) = self.room {
            return Ok(room);
        }
        let option = |name| sys::get_option_u32(self.fd.as_fd(), libc::SOL_SOCKET, name);
        let room = Room {
            receive: option(libc::SO_RCVBUF)? as usize,
            send: option(libc::SO_SNDBUF)? as usize,
        };
        self.room = Some(room);
        Ok(room)
    }

    /// Joins a multicast group, or leaves it. A peer that plays the kernel has none.
    pub(crate) fn member(&mut self, group: Group, join: bool) -> io::Result<()> {
        let option = if join {
            libc::NETLINK_ADD_MEMBERSHIP
        } else {
            libc::NETLINK_DROP_MEMBERSHIP
        };
        if self.netlink || self.transport.is_some() {
            self.set(option, group.into())
        } else {
            Ok(())
        }
    }

    /// Asks for a receive buffer of so many bytes, beyond the system's limit if the process may;
    /// answers how many it is, which the kernel counts with its own overhead: twice what was
    /// asked for.
    pub(crate) fn set_receive_buffer(&mut self, bytes: u32) -> io::Result<u32> {
        let (fd, level) = (self.fd.as_fd(), libc::SOL_SOCKET);
        // The kernel takes it for signed.
        let bytes = bytes.min(i32::MAX as u32);
        if sys::set_option_u32(fd, level, libc::SO_RCVBUFFORCE, bytes).is_err() {
            sys::set_option_u32(fd, level, libc::SO_RCVBUF, bytes)?;
        }
        self.room = None;
        sys::get_option_u32(fd, level, libc::SO_RCVBUF)
    }

    pub(crate) fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.sent = self.sent.saturating_add(1);
        let sent = match &mut self.transport {
            None => Direct.send(self.fd.as_fd(), datagram)?,
            Some(transport) => transport.send(self.fd.as_fd(), datagram)?,
        };
        if sent == datagram.len() {
            Ok(())
        } else {
            Err(io::ErrorKind::WriteZero.into())
        }
    }

    /// Whether nobody but the kernel can have sent what is received.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        self.alone
    }

    /// Sends one request and receives the next datagram, where nobody [is](Self::is_alone) beside
    /// the kernel.
    #[inline]
    pub(crate) fn turn(&mut self, request: &[u8]) -> Turn {
        self.filled = 0;
        match sys::send(self.fd.as_fd(), request) {
            Ok(sent) if sent == request.len() => {}
            result => return Turn::NotSent(number(result.err(), libc::EIO)),
        }
        match sys::receive_unnamed(self.fd.as_fd(), &mut self.buffer, false) {
            Ok((len, false)) => self.filled = len,
            result => return Turn::NotReceived(number(result.err(), libc::EMSGSIZE)),
        }
        Turn::Received
    }

    /// Receives the next datagram of the kernel; others are skipped.
    pub(crate) fn receive(&mut self, nonblocking: bool) -> io::Result<()> {
        self.filled = 0;
        if self.alone {
            let fd = self.fd.as_fd();
            let (len, truncated) = sys::receive_unnamed(fd, &mut self.buffer, nonblocking)?;
            if truncated {
                return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
            }
            self.filled = len;
            return Ok(());
        }
        loop {
            let (fd, buffer) = (self.fd.as_fd(), &mut self.buffer);
            let received = match &mut self.transport {
                None => Direct.receive(fd, buffer, nonblocking)?,
                Some(transport) => transport.receive(fd, buffer, nonblocking)?,
            };
            if received.truncated {
                // Can't be from the kernel; and half a datagram is worse than none.
                return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
            }
            if received.len == 0 && !self.netlink {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if received.sender == Some(0) || !self.netlink {
                self.filled = received.len;
                self.nsid = received.nsid;
                return Ok(());
            }
        }
    }

    /// Whether the socket was another process's, which forked: both would read each other's
    /// answers.
    #[inline]
    pub(crate) fn inherited(&self) -> bool {
        self.buffer.inherited()
    }

    pub(crate) fn is_netlink(&self) -> bool {
        self.netlink
    }

    pub(crate) fn into_fd(self) -> OwnedFd {
        self.fd
    }

    /// The datagram that was received last.
    #[inline]
    pub(crate) fn datagram(&self) -> &[u8] {
        self.buffer.filled(self.filled)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

#[cfg(test)]
mod tests;
