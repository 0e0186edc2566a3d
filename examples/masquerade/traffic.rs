//! Packets of TCP and UDP between namespaces. No wait is without a bound.
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    time::Duration,
};

use nlroute::Netns;

use super::Result;

/// Longer than a packet takes on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

const QUESTION: &[u8] = b"who is there?";
const ANSWER: &[u8] = b"it is me";

/// A UDP socket in a namespace, of either end.
pub struct UdpServer(UdpSocket);

impl UdpServer {
    pub fn bind(netns: &Netns, address: SocketAddr) -> Result<Self> {
        let socket = netns.try_run(|| UdpSocket::bind(address))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(socket))
    }

    pub fn send(&self, to: SocketAddr) -> io::Result<()> {
        self.0.send_to(QUESTION, to).map(drop)
    }

    /// Who sent what comes next.
    pub fn receive(&self) -> Result<SocketAddr> {
        let mut bytes = [0; 64];
        let (len, from) = self.0.recv_from(&mut bytes)?;
        match bytes.get(..len) {
            Some(QUESTION | ANSWER) => Ok(from),
            other => Err(format!("{other:?} from {from}").into()),
        }
    }

    /// Answers what comes next: who sent it, and whether it could be answered.
    pub fn answer(&self) -> Result<(SocketAddr, io::Result<()>)> {
        let from = self.receive()?;
        Ok((from, self.0.send_to(ANSWER, from).map(drop)))
    }
}

/// Connects from a namespace.
pub fn connect(netns: &Netns, to: SocketAddr) -> Result<TcpStream> {
    let stream = netns.try_run(|| TcpStream::connect_timeout(&to, PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// A TCP server in a namespace.
pub struct TcpServer(TcpListener);

impl TcpServer {
    pub fn bind(netns: &Netns, address: SocketAddr) -> Result<Self> {
        let listener = netns.try_run(|| TcpListener::bind(address))?;
        // Who is connected stands in the queue: there is nothing to wait for.
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    /// Has a client in a namespace ask and be answered; whom the server sees.
    pub fn talk_with(&self, client: &Netns, to: SocketAddr) -> Result<SocketAddr> {
        let mut client = connect(client, to)?;
        client.write_all(QUESTION)?;
        let (mut server, from) = self.accept()?;
        server.set_nonblocking(false)?;
        server.set_read_timeout(Some(PATIENCE))?;
        server.set_write_timeout(Some(PATIENCE))?;
        let mut asked = [0; QUESTION.len()];
        server.read_exact(&mut asked)?;
        server.write_all(ANSWER)?;
        let mut answered = [0; ANSWER.len()];
        client.read_exact(&mut answered)?;
        match (&asked[..], &answered[..]) {
            (QUESTION, ANSWER) => Ok(from),
            other => Err(format!("{other:?}").into()),
        }
    }

    /// The client has its connection one packet before the server has: that one is on its way.
    fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            match self.0.accept() {
                Err(error)
                    if error.kind() == io::ErrorKind::WouldBlock
                        && std::time::Instant::now() < deadline =>
                {
                    std::thread::yield_now();
                }
                accepted => return accepted,
            }
        }
    }
}
