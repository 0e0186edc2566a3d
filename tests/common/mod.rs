//! What several tests share.
#![allow(dead_code)] // Each test binary uses a part.
use std::{
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    thread::JoinHandle,
};

use nlroute::{Connection, wire::Messages};

/// A message: header and body.
pub fn message(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&(16 + body.len() as u32).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&flags.to_ne_bytes());
    bytes.extend_from_slice(&sequence.to_ne_bytes());
    bytes.extend_from_slice(&0u32.to_ne_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// `NLMSG_ERROR`, capped, with this error number (0 is an acknowledgement) and attributes.
pub fn error(sequence: u32, errno: i32, attributes: &[u8]) -> Vec<u8> {
    let mut body = (-errno).to_ne_bytes().to_vec();
    body.extend_from_slice(&message(0, 0, sequence, &[]));
    body.extend_from_slice(attributes);
    let flags = libc::NLM_F_CAPPED
        | if attributes.is_empty() {
            0
        } else {
            libc::NLM_F_ACK_TLVS
        };
    message(libc::NLMSG_ERROR as u16, flags as u16, sequence, &body)
}

/// `NLMSG_DONE` with this error number.
pub fn done(sequence: u32, flags: u16, errno: i32) -> Vec<u8> {
    message(
        libc::NLMSG_DONE as u16,
        flags | 2,
        sequence,
        &(-errno).to_ne_bytes(),
    )
}

/// A link's message with index and name.
pub fn link(sequence: u32, flags: u16, index: u32, name: &str) -> Vec<u8> {
    let mut body = vec![0; 16];
    body[4..8].copy_from_slice(&index.to_ne_bytes());
    let mut out = nlroute::wire::Writer::new(&mut body);
    out.attribute(3, &[name.as_bytes(), &[0]].concat()).unwrap();
    message(libc::RTM_NEWLINK, flags, sequence, &body)
}

/// A connection whose other end is played by `script`, which is given the other end, and returns
/// when it has played to the end.
pub fn scripted<T: Send + 'static>(
    script: impl FnOnce(&Peer) -> T + Send + 'static,
) -> (Connection, JoinHandle<T>) {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let peer = Peer(theirs);
    let connection = Connection::from_fd(OwnedFd::from(ours)).unwrap();
    (connection, std::thread::spawn(move || script(&peer)))
}

/// The end that plays the kernel.
pub struct Peer(UnixDatagram);

impl Peer {
    /// The next datagram of the connection.
    pub fn receive(&self) -> Vec<u8> {
        let mut bytes = vec![0; 1 << 20];
        let len = self.0.recv(&mut bytes).unwrap();
        bytes.truncate(len);
        bytes
    }

    /// The sequence of the first message in the next datagram.
    pub fn sequence(&self) -> u32 {
        let bytes = self.receive();
        Messages::new(&bytes)
            .next()
            .unwrap()
            .unwrap()
            .header()
            .sequence
    }

    /// Sends a datagram.
    pub fn send(&self, datagram: &[u8]) {
        assert_eq!(self.0.send(datagram).unwrap(), datagram.len());
    }

    /// Sends a datagram, unless the other end is closed.
    pub fn try_send(&self, datagram: &[u8]) -> bool {
        self.0.send(datagram).is_ok()
    }

    /// Sends messages as one datagram.
    pub fn send_all(&self, messages: &[Vec<u8>]) {
        self.send(&messages.concat());
    }
}
