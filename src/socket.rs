//! The file descriptor and its options; exact receive.
use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use crate::sys;

/// Longer than any datagram of the kernel: what it sends it allocates in one piece, and no piece
/// is longer than 4 MiB (`KMALLOC_MAX_SIZE`). Only the pages that are used cost memory.
const LONGEST_DATAGRAM: usize = 4 << 20;

/// A `NETLINK_ROUTE` socket, or a socket to something that plays the kernel.
#[derive(Debug)]
pub(crate) struct Socket {
    fd: OwnedFd,
    buffer: sys::ReceiveBuffer,
    /// Length of the datagram in the buffer.
    filled: usize,
    /// Senders have ports, and 0 is the kernel's.
    netlink: bool,
    /// Whether the kernel checks requests strictly, and filters dumps.
    pub(crate) strict: bool,
}

impl Socket {
    /// A socket in the network namespace of the calling thread.
    ///
    /// It isn't bound: the kernel gives it a port with the first message that is sent.
    pub(crate) fn open() -> io::Result<Self> {
        Self::with(sys::netlink_socket(libc::NETLINK_ROUTE)?, true)
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
            strict: false,
        };
        if netlink {
            // Linux before 4.12 and 4.3 doesn't know these two: then there is only the error
            // number, and errors quote the whole request, which is skipped.
            let _ = socket.set(libc::NETLINK_EXT_ACK, 1);
            let _ = socket.set(libc::NETLINK_CAP_ACK, 1);
            // Before 4.20 dumps aren't filtered: the queries filter again.
            socket.strict = socket.set(libc::NETLINK_GET_STRICT_CHK, 1).is_ok();
        }
        Ok(socket)
    }

    pub(crate) fn set(&self, option: libc::c_int, value: u32) -> io::Result<()> {
        sys::set_option_u32(self.fd.as_fd(), libc::SOL_NETLINK, option, value)
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

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<()> {
        let sent = sys::send(self.fd.as_fd(), datagram)?;
        if sent == datagram.len() {
            Ok(())
        } else {
            Err(io::ErrorKind::WriteZero.into())
        }
    }

    /// Receives the next datagram of the kernel; others are skipped.
    pub(crate) fn receive(&mut self, nonblocking: bool) -> io::Result<()> {
        loop {
            self.filled = 0;
            let received = sys::receive(self.fd.as_fd(), &mut self.buffer, nonblocking)?;
            if received.truncated {
                // Can't be from the kernel; and half a datagram is worse than none.
                return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
            }
            if received.len == 0 && !self.netlink {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if received.sender == Some(0) || !self.netlink {
                self.filled = received.len;
                return Ok(());
            }
        }
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
