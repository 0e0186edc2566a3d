use std::{
    fs::File,
    io::{ErrorKind, Write},
    os::{fd::AsFd, unix::net::UnixDatagram},
    time::{Duration, Instant},
};

use super::*;

/// An RTM_GETLINK dump request of the smallest kind.
fn link_dump() -> Vec<u8> {
    let mut request = Vec::new();
    request.extend_from_slice(&32_u32.to_ne_bytes());
    request.extend_from_slice(&18_u16.to_ne_bytes());
    request.extend_from_slice(&0x301_u16.to_ne_bytes());
    request.extend_from_slice(&[0; 24]);
    request
}

#[test]
fn a_netlink_socket_asks_and_the_kernel_answers_as_port_0() {
    let socket = netlink_socket(libc::NETLINK_ROUTE).unwrap();
    let fd = socket.as_fd();
    assert_eq!(socket_domain(fd).unwrap(), libc::AF_NETLINK as u32);
    assert_eq!(socket_protocol(fd).unwrap(), libc::NETLINK_ROUTE as u32);
    assert_eq!(local_port(fd).unwrap(), 0);
    bind_netlink(fd, 0, 0).unwrap();
    assert_ne!(local_port(fd).unwrap(), 0);

    let mut buffer = ReceiveBuffer::new(4 << 20).unwrap();
    let empty = receive(fd, &mut buffer, true).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::WouldBlock);
    assert!(!poll_readable(fd, Some(Duration::ZERO)).unwrap());

    assert_eq!(send(fd, &link_dump()).unwrap(), 32);
    assert!(poll_readable(fd, Some(Duration::from_secs(10))).unwrap());
    let received = receive(fd, &mut buffer, false).unwrap();
    assert_eq!((received.sender, received.truncated), (Some(0), false));
    assert_eq!(i32::from(received.family), libc::AF_NETLINK);
    let first = buffer.filled(received.len);
    assert_eq!(
        first.get(4..6),
        Some(16_u16.to_ne_bytes().as_slice()),
        "an RTM_NEWLINK"
    );
}

#[test]
fn a_datagram_longer_than_the_buffer_says_so() {
    let socket = netlink_socket(libc::NETLINK_ROUTE).unwrap();
    send(socket.as_fd(), &link_dump()).unwrap();
    let mut buffer = ReceiveBuffer::new(64).unwrap();
    let received = receive(socket.as_fd(), &mut buffer, false).unwrap();
    assert!(received.truncated);
    assert_eq!(received.len, 64);
}

#[test]
fn another_family_is_not_taken_for_a_netlink_sender() {
    let (here, there) = UnixDatagram::pair().unwrap();
    there.send(b"hello").unwrap();
    let mut buffer = ReceiveBuffer::new(4096).unwrap();
    let received = receive(here.as_fd(), &mut buffer, false).unwrap();
    assert_eq!(received.sender, None);
    assert_eq!(buffer.filled(received.len), b"hello");
    assert_eq!(
        local_port(here.as_fd()).unwrap_err().raw_os_error(),
        Some(libc::EAFNOSUPPORT)
    );
}

#[test]
fn a_buffer_never_shows_more_than_it_has() {
    let buffer = ReceiveBuffer::new(10).unwrap();
    assert_eq!(buffer.capacity(), 10);
    assert_eq!(buffer.filled(0), b"");
    assert_eq!(buffer.filled(usize::MAX), [0; 10]);
    assert!(ReceiveBuffer::new(0).is_err());
    assert!(ReceiveBuffer::new(usize::MAX).is_err());
}

#[test]
fn options_are_read_as_they_were_set() {
    let socket = netlink_socket(libc::NETLINK_ROUTE).unwrap();
    let fd = socket.as_fd();
    set_option_u32(fd, libc::SOL_NETLINK, libc::NETLINK_EXT_ACK, 1).unwrap();
    assert_eq!(
        get_option_u32(fd, libc::SOL_NETLINK, libc::NETLINK_EXT_ACK).unwrap(),
        1
    );
    let file = File::open("/proc/self/status").unwrap();
    assert_eq!(
        socket_domain(file.as_fd()).unwrap_err().raw_os_error(),
        Some(libc::ENOTSOCK)
    );
}

#[test]
fn waiting_ends_with_the_time_or_the_data() {
    let (reader, mut writer) = io::pipe_pair();
    let start = Instant::now();
    assert!(!poll_readable(reader.as_fd(), Some(Duration::from_millis(20))).unwrap());
    assert!(start.elapsed() >= Duration::from_millis(20));
    writer.write_all(b"x").unwrap();
    assert!(poll_readable(reader.as_fd(), None).unwrap());
    assert!(poll_readable(reader.as_fd(), Some(Duration::MAX)).unwrap());
}

/// `std::io::pipe` is younger than this crate's oldest compiler.
mod io {
    use std::{io::Read, os::unix::net::UnixStream};

    pub(super) fn pipe_pair() -> (impl Read + super::AsFd, UnixStream) {
        UnixStream::pair().unwrap()
    }
}

#[test]
fn kinds_of_namespaces_are_told_apart() {
    let kind = |path| namespace_kind(File::open(path).unwrap().as_fd());
    assert_eq!(
        kind("/proc/thread-self/ns/net").unwrap(),
        libc::CLONE_NEWNET
    );
    assert_eq!(kind("/proc/thread-self/ns/mnt").unwrap(), libc::CLONE_NEWNS);
    assert_eq!(
        kind("/proc/thread-self/status").unwrap_err().raw_os_error(),
        Some(libc::ENOTTY)
    );
}
