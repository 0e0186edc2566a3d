//! The examples' own ping: ICMP echo over a raw socket, no external command.
use std::{
    fmt,
    io::{self, ErrorKind, Read},
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use socket2::{Domain, Protocol, Socket, Type};

/// How long an answer is waited for that is expected, and one that isn't.
const PATIENCE: Duration = Duration::from_secs(3);
const IMPATIENCE: Duration = Duration::from_millis(400);

/// What came of a ping.
pub struct Ping {
    pub to: IpAddr,
    pub sent: u32,
    pub received: u32,
    /// Why nothing could be sent.
    pub error: Option<io::Error>,
}

impl Ping {
    pub fn answered(&self) -> bool {
        self.sent > 0 && self.sent == self.received
    }

    pub fn lost(&self) -> bool {
        self.sent > 0 && self.received == 0
    }

    pub fn unreachable(&self) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| error.kind() == ErrorKind::NetworkUnreachable)
    }
}

impl fmt::Display for Ping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.error {
            let text = error.to_string();
            return write!(
                f,
                "ping {}: {}",
                self.to,
                text.split(" (os").next().unwrap_or_default()
            );
        }
        let lost = (self.sent - self.received) * 100 / self.sent.max(1);
        write!(
            f,
            "ping {}: {} sent, {} received, {lost}% lost",
            self.to, self.sent, self.received
        )
    }
}

/// Sends `count` echo requests, each after the answer to the one before. `hopeful` says whether
/// answers are expected: those are waited for longer.
pub fn ping(to: IpAddr, count: u32, hopeful: bool) -> io::Result<Ping> {
    let (domain, protocol, request, reply) = match to {
        IpAddr::V4(_) => (Domain::IPV4, Protocol::ICMPV4, 8, 0),
        IpAddr::V6(_) => (Domain::IPV6, Protocol::ICMPV6, 128, 129),
    };
    let mut socket = Socket::new(domain, Type::RAW, Some(protocol))?;
    let id = (std::process::id() as u16).to_be_bytes();
    let mut ping = Ping {
        to,
        sent: 0,
        received: 0,
        error: None,
    };
    for n in 1..=count as u16 {
        let sequence = n.to_be_bytes();
        let mut packet = [
            request,
            0,
            0,
            0,
            id[0],
            id[1],
            sequence[0],
            sequence[1],
            1,
            2,
            3,
            4,
        ];
        if to.is_ipv4() {
            let sum = checksum(&packet);
            packet[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        if let Err(error) = socket.send_to(&packet, &SocketAddr::new(to, 0).into()) {
            ping.error = Some(error);
            return Ok(ping);
        }
        ping.sent += 1;
        let deadline = Instant::now() + if hopeful { PATIENCE } else { IMPATIENCE };
        if answered(
            &mut socket,
            to,
            reply,
            [id, sequence].as_flattened(),
            deadline,
        )? {
            ping.received += 1;
        }
    }
    Ok(ping)
}

/// Sends an echo request a second until one is answered, for some time. Right after a thousand
/// links came up their own announcements fill the bridge, and packets are dropped as on any busy
/// network.
pub fn reach(to: IpAddr) -> io::Result<Ping> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let tried = ping(to, 1, true)?;
        if tried.answered() || tried.error.is_some() || Instant::now() >= deadline {
            return Ok(tried);
        }
    }
}

/// Whether the answer comes before the deadline.
fn answered(
    socket: &mut Socket,
    to: IpAddr,
    reply: u8,
    mark: &[u8],
    deadline: Instant,
) -> io::Result<bool> {
    let mut packet = [0; 1500];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        socket.set_read_timeout(Some(left))?;
        let len = match socket.read(&mut packet) {
            Ok(len) => len,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            // What ICMP said of an earlier packet.
            Err(error) if error.kind() == ErrorKind::HostUnreachable => continue,
            Err(error) => return Err(error),
        };
        // A raw IPv4 socket gives the IP header too.
        let (source, icmp) = match to {
            IpAddr::V4(_) => {
                let start = usize::from(packet[0] & 15) * 4;
                let source: [u8; 4] = packet[12..16].try_into().unwrap_or_default();
                (
                    Some(IpAddr::from(source)),
                    packet[..len].get(start..).unwrap_or_default(),
                )
            }
            IpAddr::V6(_) => (None, &packet[..len]),
        };
        if source.is_none_or(|source| source == to)
            && icmp.first() == Some(&reply)
            && icmp.get(4..8) == Some(mark)
        {
            return Ok(true);
        }
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !((folded + (folded >> 16)) as u16)
}
