//! The system calls: every `unsafe` block and every libc call of the crate.
//!
//! What is here is thin and safe. It takes and gives `OwnedFd` and `BorrowedFd`, answers
//! `io::Result`, and says nothing about what the call was for: callers add that. A call that a
//! signal interrupted is made again wherever that is right, so `EINTR` never gets out of here.
#![allow(unsafe_code)]

pub(crate) mod enter;

use std::{
    ffi::{CStr, CString},
    io,
    mem::size_of,
    os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd},
    process::Command,
    ptr::{self, NonNull},
    time::{Duration, Instant},
};

/// The result of a call that answers -1 for failure.
fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// The result of a call that answers -1 for failure, made again for as long as signals interrupt
/// it. Few calls say that they can be; but what is interrupted on the way into a namespace must
/// not fail, and on the way out of it must not end the process.
fn call(mut call: impl FnMut() -> libc::c_int) -> io::Result<libc::c_int> {
    retry(|| check(call()))
}

/// The result of a call that answers a length, or -1 for failure.
fn check_length(result: libc::ssize_t) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// Makes a call again for as long as signals interrupt it.
pub(crate) fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if is_interrupted(&error) => {}
            result => return result,
        }
    }
}

// Apart, because each call has a loop of its own.
#[cold]
#[inline(never)]
fn is_interrupted(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINTR)
}

/// Owns a descriptor that the kernel has just given to us.
fn own(fd: RawFd) -> OwnedFd {
    // SAFETY: every caller passes the checked answer of a call that makes a new descriptor, so it
    // is open and nobody else owns it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

// Sockets.

/// A netlink socket of the given protocol, closed on exec. See `netlink(7)`.
pub(crate) fn netlink_socket(protocol: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: the call takes no pointers.
    let socket = || unsafe {
        libc::socket(
            libc::AF_NETLINK,
            libc::SOCK_RAW | libc::SOCK_CLOEXEC,
            protocol,
        )
    };
    call(socket).map(own)
}

/// Sets a socket option of 32 bits.
pub(crate) fn set_option_u32(
    fd: BorrowedFd<'_>,
    level: libc::c_int,
    name: libc::c_int,
    value: u32,
) -> io::Result<()> {
    // SAFETY: the pointer and the length are those of `value`, which outlives the call.
    let set = || unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            level,
            name,
            (&raw const value).cast(),
            size_of::<u32>() as libc::socklen_t,
        )
    };
    call(set).map(drop)
}

/// Reads a socket option of 32 bits.
pub(crate) fn get_option_u32(
    fd: BorrowedFd<'_>,
    level: libc::c_int,
    name: libc::c_int,
) -> io::Result<u32> {
    let mut value = 0_u32;
    let mut length = size_of::<u32>() as libc::socklen_t;
    // SAFETY: `length` says how much room `value` has, and both outlive the call.
    let get = || unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            level,
            name,
            (&raw mut value).cast(),
            &raw mut length,
        )
    };
    call(get)?;
    Ok(value)
}

/// The address family that the socket was made with (`SO_DOMAIN`). `ENOTSOCK` if it is none.
pub(crate) fn socket_domain(fd: BorrowedFd<'_>) -> io::Result<u32> {
    get_option_u32(fd, libc::SOL_SOCKET, libc::SO_DOMAIN)
}

/// The protocol that the socket was made with (`SO_PROTOCOL`), for instance `NETLINK_ROUTE`.
pub(crate) fn socket_protocol(fd: BorrowedFd<'_>) -> io::Result<u32> {
    get_option_u32(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)
}

/// A netlink address with nothing in it.
fn netlink_address() -> libc::sockaddr_nl {
    // SAFETY: `sockaddr_nl` is integers only, for which zero bytes are a value. It has a private
    // padding field, so it can't be written as a literal.
    unsafe { std::mem::zeroed() }
}

/// The socket's own port: the number that the kernel answers to. 0 when it is not bound yet.
pub(crate) fn local_port(fd: BorrowedFd<'_>) -> io::Result<u32> {
    let mut address = netlink_address();
    let mut length = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
    // SAFETY: `length` says how much room `address` has, and both outlive the call.
    let get =
        || unsafe { libc::getsockname(fd.as_raw_fd(), (&raw mut address).cast(), &raw mut length) };
    call(get)?;
    if i32::from(address.nl_family) == libc::AF_NETLINK {
        Ok(address.nl_pid)
    } else {
        Err(io::Error::from_raw_os_error(libc::EAFNOSUPPORT))
    }
}

/// Binds a netlink socket. With port 0 the kernel chooses one.
pub(crate) fn bind_netlink(fd: BorrowedFd<'_>, port: u32, groups: u32) -> io::Result<()> {
    let mut address = netlink_address();
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    address.nl_pid = port;
    address.nl_groups = groups;
    // SAFETY: the pointer and the length are those of `address`, which outlives the call.
    let bind = || unsafe {
        libc::bind(
            fd.as_raw_fd(),
            (&raw const address).cast(),
            size_of::<libc::sockaddr_nl>() as libc::socklen_t,
        )
    };
    call(bind).map(drop)
}

/// Connects a netlink socket to the kernel. From then on only the kernel can send to its port:
/// anybody else gets `ECONNREFUSED`. What waits already stays, and groups are another matter.
pub(crate) fn connect_to_kernel(fd: BorrowedFd<'_>) -> io::Result<()> {
    let mut address = netlink_address();
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    // SAFETY: the pointer and the length are those of `address`, which outlives the call.
    let connect = || unsafe {
        libc::connect(
            fd.as_raw_fd(),
            (&raw const address).cast(),
            size_of::<libc::sockaddr_nl>() as libc::socklen_t,
        )
    };
    call(connect).map(drop)
}

/// Sends one datagram to the kernel. Waits for room if the socket is blocking.
pub(crate) fn send(fd: BorrowedFd<'_>, datagram: &[u8]) -> io::Result<usize> {
    retry(|| {
        // SAFETY: the pointer and the length are those of `datagram`.
        check_length(unsafe {
            libc::send(
                fd.as_raw_fd(),
                datagram.as_ptr().cast(),
                datagram.len(),
                libc::MSG_NOSIGNAL,
            )
        })
    })
}

/// What one receive brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// How many bytes of the buffer the datagram filled.
    pub(crate) len: usize,
    /// The datagram was longer than the buffer and its end is lost.
    pub(crate) truncated: bool,
    /// The netlink port of the sender, 0 for the kernel. `None` if the sender's address isn't a
    /// netlink one.
    pub(crate) sender: Option<u32>,
    /// The address family of the sender. 0 if it gave no address.
    pub(crate) family: u16,
    /// The number of the namespace that it is about, where the socket listens to all of them
    /// (`NETLINK_LISTEN_ALL_NSID`) and it isn't the socket's own.
    pub(crate) nsid: Option<i32>,
}

/// Room for the one control message of a netlink socket that is asked for, aligned as it must be.
/// A security module or another option may add some; what has no room is left out.
type Control = [u64; 8];

/// Receives one datagram into the buffer, in one system call.
///
/// With `nonblocking`, answers `WouldBlock` when nothing waits. A netlink socket answers
/// `ENOBUFS` when its own buffer overran.
pub(crate) fn receive(
    fd: BorrowedFd<'_>,
    buffer: &mut ReceiveBuffer,
    nonblocking: bool,
) -> io::Result<Received> {
    let flags = if nonblocking { libc::MSG_DONTWAIT } else { 0 };
    let mut address = netlink_address();
    let mut parts = buffer.parts();
    // SAFETY: `msghdr` is integers and pointers, for which zero bytes are a value. On some C
    // libraries it has private padding, so it can't be written as a literal.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    let mut control: Control = [0; 8];
    let len = retry(|| {
        header.msg_name = (&raw mut address).cast();
        header.msg_namelen = size_of::<libc::sockaddr_nl>() as libc::socklen_t;
        header.msg_iov = parts.as_mut_ptr();
        header.msg_iovlen = 2;
        header.msg_control = (&raw mut control).cast();
        header.msg_controllen = size_of::<Control>() as _;
        // SAFETY: the header points to `address`, `control` and both of `parts` with their sizes,
        // and they to the buffer's own memory with its whole length; all outlive the call, and
        // `buffer` is borrowed mutably, so that nobody reads it meanwhile.
        check_length(unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut header, flags) })
    })?;
    buffer.settle(len);
    let named = header.msg_namelen as usize;
    let family = if named >= size_of::<libc::sa_family_t>() {
        address.nl_family
    } else {
        0
    };
    let netlink = i32::from(family) == libc::AF_NETLINK && named >= size_of::<libc::sockaddr_nl>();
    Ok(Received {
        len,
        truncated: header.msg_flags & libc::MSG_TRUNC != 0,
        sender: netlink.then_some(address.nl_pid),
        family,
        nsid: nsid_of(&header),
    })
}

/// As [`receive`], without asking who sent it, into the mapping: the call is a tenth of a whole
/// request cheaper.
#[inline]
pub(crate) fn receive_unnamed(
    fd: BorrowedFd<'_>,
    buffer: &mut ReceiveBuffer,
    nonblocking: bool,
) -> io::Result<(usize, bool)> {
    // The answer is then the datagram's length, also if the buffer is shorter.
    let flags = libc::MSG_TRUNC | if nonblocking { libc::MSG_DONTWAIT } else { 0 };
    let len = retry(|| {
        // SAFETY: these are the bounds of the buffer's own mapping, which outlives the call, and
        // `buffer` is borrowed mutably, so that nobody reads it meanwhile.
        check_length(unsafe {
            libc::recv(
                fd.as_raw_fd(),
                buffer.start.as_ptr().cast(),
                buffer.capacity,
                flags,
            )
        })
    })?;
    buffer.long = true;
    Ok((len, len > buffer.capacity))
}

/// The namespace's number in the control messages that were received.
fn nsid_of(header: &libc::msghdr) -> Option<i32> {
    // SAFETY: the header is as `recvmsg` left it, its control buffer is still there, and its
    // length says how much of that was filled. The macros stay within it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    while let Some(message) = NonNull::new(next) {
        // SAFETY: the macros answer null or a whole header inside of the aligned buffer.
        let found = unsafe { message.as_ref() };
        // SAFETY: this computes a length from a length.
        let whole = unsafe { libc::CMSG_LEN(size_of::<i32>() as _) };
        let is_nsid = found.cmsg_level == libc::SOL_NETLINK
            && found.cmsg_type == libc::NETLINK_LISTEN_ALL_NSID
            && found.cmsg_len as u64 >= u64::from(whole);
        if is_nsid {
            // SAFETY: the length says that an `i32` follows; it may stand unaligned.
            return Some(unsafe { libc::CMSG_DATA(next).cast::<i32>().read_unaligned() });
        }
        // SAFETY: as for the first; `next` is one of its headers.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    None
}

/// Sets the classic filter through which what comes in goes from now on (`SO_ATTACH_FILTER`).
/// See `socket(7)`.
pub(crate) fn attach_filter(fd: BorrowedFd<'_>, program: &[libc::sock_filter]) -> io::Result<()> {
    let len = u16::try_from(program.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let program = libc::sock_fprog {
        len,
        // The kernel only reads it.
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the pointer and the length are those of `program`, which says where the instructions
    // are and how many. All outlive the call, which copies them.
    let attach = || unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size_of::<libc::sock_fprog>() as libc::socklen_t,
        )
    };
    call(attach).map(drop)
}

/// Waits until the descriptor can be read, has an error to read, or the time is over.
///
/// Answers `false` when the time is over. Without a timeout it waits for ever.
pub(crate) fn poll_readable(fd: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<bool> {
    // A time so far away that it can't be told is for ever.
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut entry = libc::pollfd {
        fd: fd.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let ready = retry(|| {
        let left = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            // SAFETY: `timespec` is integers only, for which zero bytes are a value. On some
            // targets it has private padding, so it can't be written as a literal.
            let mut time: libc::timespec = unsafe { std::mem::zeroed() };
            // At most 68 years, and less than 10^9 nanoseconds: they fit in every C `long`.
            time.tv_sec = left.as_secs().min(i32::MAX as u64) as _;
            time.tv_nsec = left.subsec_nanos() as _;
            time
        });
        let time = left.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: one entry, as the count says; the time is null or points to `left`; no signal
        // mask. All outlive the call.
        check(unsafe { libc::ppoll(&raw mut entry, 1, time, ptr::null()) })
    })?;
    if entry.revents & libc::POLLNVAL != 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    Ok(ready > 0)
}

/// Memory to receive into, of which only the touched pages cost anything.
///
/// It can therefore be as large as the largest datagram the kernel can send. Most are short, and a
/// page that is mapped, touched and unmapped again costs more than a whole request: so the first
/// bytes of a datagram go to memory of the heap, and only what is longer goes to the mapping.
#[derive(Debug)]
pub(crate) struct ReceiveBuffer {
    near: Vec<u8>,
    /// A mapping of `capacity` bytes. Its first ones are for a long datagram's first, so that it
    /// can be read in one piece.
    start: NonNull<u8>,
    capacity: usize,
    /// Whether the last datagram is in the mapping: a long one was put there.
    long: bool,
}

// SAFETY: the mapping is private to this value, which owns it like a `Box<[u8]>` does: it is
// written only through `&mut self` and not tied to the thread that made it.
unsafe impl Send for ReceiveBuffer {}
// SAFETY: as above; through `&self` it can only be read.
unsafe impl Sync for ReceiveBuffer {}

impl ReceiveBuffer {
    /// The longest datagram that needs no page of the mapping.
    const NEAR: usize = 4096;

    /// A buffer of `capacity` bytes. See `mmap(2)`.
    pub(crate) fn new(capacity: usize) -> io::Result<Self> {
        let Some(whole) = capacity.checked_add(Self::MARK).filter(|_| capacity > 0) else {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        };
        let mut near = Vec::new();
        near.try_reserve_exact(Self::NEAR.min(capacity))
            .map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
        near.resize(Self::NEAR.min(capacity), 0);
        // SAFETY: a new anonymous mapping at an address that the kernel chooses touches no memory
        // that exists.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                whole,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let Some(start) = NonNull::new(start.cast::<u8>()) else {
            return Err(io::Error::from_raw_os_error(libc::ENOMEM));
        };
        let mut buffer = Self {
            near,
            start,
            capacity,
            long: false,
        };
        buffer.mark();
        Ok(buffer)
    }

    /// How much of the mapping is for the mark: a page, on every machine.
    const MARK: usize = 64 << 10;

    /// Has the kernel empty the mapping's last part in the child of a fork (`MADV_WIPEONFORK`), and
    /// writes into it. Before Linux 4.14 it can't, and then nothing tells a fork.
    fn mark(&mut self) {
        // SAFETY: the mark is inside of the mapping, `capacity` bytes from its start; nothing else
        // is there.
        unsafe {
            let mark = self.start.as_ptr().add(self.capacity);
            libc::madvise(mark.cast(), Self::MARK, libc::MADV_WIPEONFORK);
            mark.write(1);
        }
    }

    /// Whether this memory was another process's, which is this one's parent or further up. It
    /// takes no system call.
    #[inline]
    pub(crate) fn inherited(&self) -> bool {
        // SAFETY: as for `mark`. The kernel clears it in a process that doesn't run yet.
        unsafe { self.start.as_ptr().add(self.capacity).read_volatile() == 0 }
    }

    /// Where a datagram goes: its first bytes, and the rest.
    fn parts(&mut self) -> [libc::iovec; 2] {
        let near = self.near.len();
        // SAFETY: `near` is at most `capacity`, so this is inside of the mapping or at its end.
        let rest = unsafe { self.start.as_ptr().add(near) };
        [
            libc::iovec {
                iov_base: self.near.as_mut_ptr().cast(),
                iov_len: near,
            },
            libc::iovec {
                iov_base: rest.cast(),
                iov_len: self.capacity - near,
            },
        ]
    }

    /// Puts a datagram of `len` bytes that was received into one piece.
    fn settle(&mut self, len: usize) {
        self.long = len > self.near.len();
        if self.long {
            // SAFETY: the mapping has at least as many bytes as `near`, and is no part of it.
            unsafe {
                self.start
                    .as_ptr()
                    .copy_from_nonoverlapping(self.near.as_ptr(), self.near.len())
            };
        }
    }

    /// How many bytes it takes.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The first `len` bytes of the datagram received last, or all if it has fewer.
    pub(crate) fn filled(&self, len: usize) -> &[u8] {
        if !self.long {
            return self.near.get(..len).unwrap_or(&self.near);
        }
        // SAFETY: the mapping is readable, `capacity` bytes long, and starts out as zeros, so each
        // of its bytes is initialised. It is written only through `&mut self`.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), len.min(self.capacity)) }
    }
}

impl Drop for ReceiveBuffer {
    fn drop(&mut self) {
        // SAFETY: these are the bounds of the mapping made in `new`, to which no borrow is left.
        // It can only fail for bounds that are none, and there is nobody to tell.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.capacity + Self::MARK) };
    }
}

// Namespaces and mounts.

/// Moves the calling thread into a namespace. See `setns(2)`.
pub(crate) fn setns(namespace: BorrowedFd<'_>, kind: libc::c_int) -> io::Result<()> {
    // SAFETY: the call takes no pointers.
    call(|| unsafe { libc::setns(namespace.as_raw_fd(), kind) }).map(drop)
}

/// Gives the calling thread namespaces of its own. See `unshare(2)`.
pub(crate) fn unshare(flags: libc::c_int) -> io::Result<()> {
    // SAFETY: the call takes no pointers. Nothing here asks for `CLONE_FILES` or `CLONE_VM`, so
    // descriptors and memory stay shared with the other threads as Rust expects.
    call(|| unsafe { libc::unshare(flags) }).map(drop)
}

/// `_IO(0xb7, 3)` of `linux/nsfs.h`, which not every libc version of ours has. These processors
/// number the directions of a request in their own way.
const NS_GET_NSTYPE: u32 = if cfg!(any(
    target_arch = "mips",
    target_arch = "mips64",
    target_arch = "powerpc",
    target_arch = "powerpc64",
    target_arch = "sparc",
    target_arch = "sparc64",
)) {
    0x2000_b703
} else {
    0xb703
};

/// Which kind of namespace the descriptor refers to (a `CLONE_NEW…` flag). `ENOTTY` if it is no
/// namespace. See `ioctl_ns(2)`; since Linux 4.11.
pub(crate) fn namespace_kind(fd: BorrowedFd<'_>) -> io::Result<libc::c_int> {
    // SAFETY: this request takes no argument.
    call(|| unsafe { libc::ioctl(fd.as_raw_fd(), NS_GET_NSTYPE as _) })
}

/// Mounts, binds, or changes a mount's propagation. See `mount(2)`.
pub(crate) fn mount(
    source: &CStr,
    target: &CStr,
    kind: Option<&CStr>,
    flags: libc::c_ulong,
    data: Option<&CStr>,
) -> io::Result<()> {
    let kind = kind.map_or(ptr::null(), CStr::as_ptr);
    let data = data.map_or(ptr::null(), CStr::as_ptr);
    // SAFETY: each pointer is null, where the call allows it, or a C string that outlives it.
    call(|| unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, flags, data.cast()) })
        .map(drop)
}

/// Takes the topmost mount off the path, now for new users and later for those who still use it.
///
/// A symbolic link is not followed: `EINVAL`, as for everything that is no mount point.
pub(crate) fn umount_detach(path: &CStr) -> io::Result<()> {
    let flags = libc::MNT_DETACH | libc::UMOUNT_NOFOLLOW;
    // SAFETY: the path is a C string that outlives the call.
    call(|| unsafe { libc::umount2(path.as_ptr(), flags) }).map(drop)
}

/// Waits for the advisory lock on an open file and takes it, until the descriptor is closed. See
/// `flock(2)`.
pub(crate) fn lock_exclusively(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the call takes no pointers.
    call(|| unsafe { libc::flock(fd.as_raw_fd(), libc::LOCK_EX) }).map(drop)
}

// Files and processes.

/// The device and inode number of what a descriptor refers to.
pub(crate) fn device_and_inode(fd: BorrowedFd<'_>) -> io::Result<(u64, u64)> {
    // SAFETY: `stat` is integers only, for which zero bytes are a value. It has private padding,
    // so it can't be written as a literal.
    let mut found: libc::stat64 = unsafe { std::mem::zeroed() };
    // SAFETY: `found` is of the type that the call fills, and outlives it.
    call(|| unsafe { libc::fstat64(fd.as_raw_fd(), &raw mut found) })?;
    Ok((found.st_dev, found.st_ino))
}

/// A file without a name, in memory, closed on exec. See `memfd_create(2)`.
pub(crate) fn memory_file(name: &CStr) -> io::Result<OwnedFd> {
    // SAFETY: the name is a C string that outlives the call.
    call(|| unsafe { libc::memfd_create(name.as_ptr(), libc::MFD_CLOEXEC) }).map(own)
}

/// Whether the descriptor is closed on exec. See `F_SETFD` in `fcntl(2)`.
pub(crate) fn set_close_on_exec(fd: RawFd, close: bool) -> io::Result<()> {
    let flag = if close { libc::FD_CLOEXEC } else { 0 };
    // SAFETY: the call takes no pointers, and this flag changes nothing for who owns the
    // descriptor now. A number that is not open answers `EBADF`.
    check(unsafe { libc::fcntl(fd, libc::F_SETFD, flag) }).map(drop)
}

/// Has the child that `command` spawns enter a sandbox before it becomes the new program.
pub(crate) fn enter_before_exec(command: &mut Command, entrance: enter::Entrance) {
    use std::os::unix::process::CommandExt;
    // SAFETY: between fork and exec only async-signal-safe calls are allowed. `enter` makes bare
    // system calls on constants and on its own stack and makes errors from numbers: it neither
    // allocates nor takes a lock.
    unsafe { command.pre_exec(move || entrance.enter()) };
}

/// Has the program that `command` starts be in a network namespace, with these files bound over
/// those.
pub(crate) fn enter_netns_before_exec(
    command: &mut Command,
    netns: OwnedFd,
    binds: Vec<(CString, CString)>,
) {
    use std::os::unix::process::CommandExt;
    // SAFETY: as in `enter_before_exec`: bare system calls on what was made before the fork.
    unsafe { command.pre_exec(move || enter::netns(netns.as_fd(), &binds)) };
}

/// Has the child that `command` spawns inherit `fd`, under the same number, and has it killed when
/// the thread that spawns it is gone.
///
/// The descriptor is made inheritable in the child only, so a child that another thread spawns
/// meanwhile does not get it.
pub(crate) fn bequeath(command: &mut Command, fd: RawFd) {
    use std::os::unix::process::CommandExt;
    // SAFETY: as in `enter_before_exec`: two bare system calls, and no pointers.
    unsafe {
        command.pre_exec(move || {
            check(libc::prctl(
                libc::PR_SET_PDEATHSIG,
                libc::SIGKILL as libc::c_ulong,
            ))?;
            set_close_on_exec(fd, false)
        })
    };
}

/// The effective user and group id of the calling thread.
pub(crate) fn effective_ids() -> (u32, u32) {
    // SAFETY: these calls take nothing and can't fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

#[cfg(test)]
mod tests;
