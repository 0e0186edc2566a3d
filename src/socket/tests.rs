//! What a socket is used for, and by whom.
use std::os::{fd::OwnedFd, unix::net::UnixDatagram, unix::net::UnixStream};

use super::*;
use crate::script::Script;

/// A request that the kernel only acknowledges.
fn nothing() -> [u8; 16] {
    let mut message = [0; 16];
    let flags = (libc::NLM_F_REQUEST | libc::NLM_F_ACK) as u16;
    message[..4].copy_from_slice(&16_u32.to_ne_bytes());
    message[4..6].copy_from_slice(&(libc::NLMSG_NOOP as u16).to_ne_bytes());
    message[6..8].copy_from_slice(&flags.to_ne_bytes());
    message
}

fn often(socket: &mut Socket) {
    for _ in 0..OFTEN {
        assert!(!socket.wants_to_be_alone());
        socket.send(&nothing()).unwrap();
    }
}

#[test]
fn a_socket_that_is_used_often_can_be_the_kernels_alone() {
    let mut socket = Socket::open().unwrap();
    often(&mut socket);
    assert!(socket.wants_to_be_alone() && !socket.is_alone() && socket.is_own());
    socket.be_alone();
    assert!(socket.is_alone() && !socket.wants_to_be_alone());
    // What had come before is nobody's answer.
    let error = socket.receive(true).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(matches!(socket.turn(&nothing()), Turn::Received));
    assert!(socket.datagram().len() >= 20);
    socket.be_among_others();
    assert!(!socket.is_alone() && !socket.wants_to_be_alone() && !socket.is_own());
}

#[test]
fn who_is_alone_has_nothing_of_before_even_where_some_was_lost() {
    let mut socket = Socket::open().unwrap();
    socket.set_receive_buffer(1).unwrap();
    // Nobody reads the answers, which don't all fit.
    often(&mut socket);
    socket.be_alone();
    assert!(socket.is_alone());
    let error = socket.receive(true).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn it_is_waited_for_what_is_there() {
    let mut socket = Socket::open().unwrap();
    let at_once = Some(Duration::ZERO);
    assert!(!socket.wait(at_once).unwrap());
    socket.send(&nothing()).unwrap();
    assert!(socket.wait(at_once).unwrap());
    assert!(socket.wait(None).unwrap());
    socket.receive(true).unwrap();
    assert!(socket.datagram().len() >= 20);
}

#[test]
fn an_empty_datagram_is_the_end_of_what_plays_the_kernel() {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut socket = Socket::from_fd(ours.into()).unwrap();
    theirs.send(&[1, 2, 3]).unwrap();
    theirs.send(&[]).unwrap();
    socket.receive(true).unwrap();
    assert_eq!(socket.datagram(), [1, 2, 3]);
    let error = socket.receive(true).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    assert!(socket.datagram().is_empty());
}

#[test]
fn a_socket_that_was_handed_over_never_is() {
    let fd = sys::netlink_socket(libc::NETLINK_ROUTE).unwrap();
    let mut socket = Socket::from_fd(fd).unwrap();
    often(&mut socket);
    assert!(!socket.wants_to_be_alone() && socket.is_netlink());
}

#[test]
fn only_what_can_bear_messages_is_taken_over() {
    let refused = |fd: OwnedFd| Socket::from_fd(fd).unwrap_err().raw_os_error();
    let (datagrams, _peer) = UnixDatagram::pair().unwrap();
    assert!(!Socket::from_fd(datagrams.into()).unwrap().is_netlink());
    let (stream, _peer) = UnixStream::pair().unwrap();
    assert_eq!(refused(stream.into()), Some(libc::EPROTOTYPE));
    let udp = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    assert_eq!(refused(udp.into()), Some(libc::EPROTOTYPE));
    let other = sys::netlink_socket(libc::NETLINK_GENERIC).unwrap();
    assert_eq!(refused(other), Some(libc::EPROTOTYPE));
}

#[test]
fn the_receive_buffer_is_as_large_as_was_asked_for() {
    let mut socket = Socket::open().unwrap();
    let before = socket.room().unwrap();
    assert_eq!(socket.set_receive_buffer(20_000).unwrap(), 40_000);
    let room = socket.room().unwrap();
    assert_eq!((room.receive, room.send), (40_000, before.send));
}

#[test]
fn errors_of_system_calls_are_told_by_their_number() {
    let error = io::Error::from_raw_os_error(libc::EPERM);
    assert_eq!(number(Some(error), libc::EIO), libc::EPERM);
    assert_eq!(number(None, libc::EIO), libc::EIO);
    assert_eq!(number(Some(io::Error::other("else")), libc::EIO), libc::EIO);
}

#[test]
fn what_plays_the_kernel_knows_what_its_script_says() {
    for (title, knows) in [
        ("", (false, false)),
        (" strict", (true, false)),
        (" capped", (false, true)),
    ] {
        let script: Script = format!("nlroute-script 1{title}").parse().unwrap();
        let socket = script.connect().unwrap().exchange.socket;
        assert_eq!((socket.strict, socket.capped), knows, "{title}");
    }
}
