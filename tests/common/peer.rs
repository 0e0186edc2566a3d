//! A peer that plays the kernel by a program, where a script isn't enough: it does something else
//! at a certain moment.
use std::{
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    thread::JoinHandle,
};

use nlroute::{
    Connection,
    wire::{Messages, Writer},
};

use crate::common::message;

/// `NLMSG_DONE` with this error number.
pub fn done(sequence: u32, flags: u16, errno: i32) -> Vec<u8> {
    let kind = libc::NLMSG_DONE as u16;
    message(kind, flags | 2, sequence, &(-errno).to_ne_bytes())
}

/// A link's message with index and name.
pub fn link(sequence: u32, flags: u16, index: u32, name: &str) -> Vec<u8> {
    let mut body = vec![0; 16];
    body[4..8].copy_from_slice(&index.to_ne_bytes());
    let mut out = Writer::new(&mut body);
    out.attribute(3, &[name.as_bytes(), &[0]].concat()).unwrap();
    message(libc::RTM_NEWLINK, flags, sequence, &body)
}

/// A connection whose other end is played by `play`, which is given the other end.
pub fn played<T: Send + 'static>(
    play: impl FnOnce(&Peer) -> T + Send + 'static,
) -> (Connection, JoinHandle<T>) {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let connection = Connection::from_fd(OwnedFd::from(ours)).unwrap();
    let peer = Peer(theirs);
    (connection, std::thread::spawn(move || play(&peer)))
}

/// The end that plays the kernel.
pub struct Peer(UnixDatagram);

impl Peer {
    /// The sequence of the first message in the next datagram.
    pub fn sequence(&self) -> u32 {
        let mut bytes = [0; 4096];
        let len = self.0.recv(&mut bytes).unwrap();
        let message = Messages::new(&bytes[..len]).next().unwrap().unwrap();
        message.header().sequence
    }

    /// Sends messages as one datagram.
    pub fn send(&self, messages: &[Vec<u8>]) {
        let datagram = messages.concat();
        assert_eq!(self.0.send(&datagram).unwrap(), datagram.len());
    }
}
