//! The floor of the bulk jobs: finished bytes over libc. 256 messages a datagram, an
//! acknowledgement asked for by the last; every answer is checked.

use std::ffi::c_int;
use std::fs::File;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;

use nlroute_benches::bulk::{self, Job, RouteAt};
use nlroute_benches::{bare, job};

/// Messages a datagram.
const MOST: u32 = 256;

fn die(what: &str) -> ! {
    eprintln!("{what}: {}", io::Error::last_os_error());
    std::process::exit(1)
}

fn socket() -> c_int {
    // SAFETY: no memory involved.
    let fd = unsafe {
        libc::socket(
            libc::AF_NETLINK,
            libc::SOCK_RAW | libc::SOCK_CLOEXEC,
            libc::NETLINK_ROUTE,
        )
    };
    if fd < 0 {
        die("socket");
    }
    fd
}

fn send(fd: c_int, bytes: &[u8]) {
    // SAFETY: `bytes` is valid for its length.
    let sent = unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), 0) };
    if sent != bytes.len() as isize {
        die("send");
    }
}

fn receive(fd: c_int, buffer: &mut [u8]) -> usize {
    // SAFETY: `buffer` is valid for its length.
    let got = unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), 0) };
    match usize::try_from(got) {
        Ok(got) => got,
        Err(_) => die("recv"),
    }
}

/// Sends a datagram and reads answers until that of `last`; counts refusals.
fn settle(fd: c_int, datagram: &[u8], last: u32, answer: &mut [u8]) -> u32 {
    send(fd, datagram);
    let mut refused = 0;
    loop {
        let got = receive(fd, answer);
        if got < 20 {
            die("a short answer");
        }
        refused += u32::from(bare::u32_at(answer, 16) != Some(0));
        if bare::u32_at(answer, 8) == Some(last) {
            return refused;
        }
    }
}

/// Asks for an acknowledgement.
fn ack(message: &mut [u8]) {
    message[6] |= libc::NLM_F_ACK as u8;
}

fn routes(template: &RouteAt, number: u32) -> u32 {
    let fd = socket();
    let mut answer = [0; 4096];
    let mut datagram = [0; bulk::ROUTE_LEN * MOST as usize];
    let mut refused = 0;
    let mut at = 0;
    while at < number {
        let count = MOST.min(number - at);
        let mut chunks = datagram.chunks_exact_mut(bulk::ROUTE_LEN);
        for (n, message) in (at..at + count).zip(&mut chunks) {
            message.copy_from_slice(&template.0);
            bare::patch_u32(message, 8, n + 1);
            message[template.1..template.1 + 4].copy_from_slice(&bulk::destination(n).octets());
        }
        let len = count as usize * bulk::ROUTE_LEN;
        ack(&mut datagram[len - bulk::ROUTE_LEN..]);
        at += count;
        refused += settle(fd, &datagram[..len], at, &mut answer);
    }
    refused
}

/// Receives the whole dump and calls `each` with every route.
fn dump(mut each: impl FnMut(&[u8])) {
    let fd = socket();
    send(fd, &bulk::DUMP);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let got = receive(fd, &mut buffer);
        let mut rest = &buffer[..got];
        while let Some(len) = bare::u32_at(rest, 0) {
            let len = len as usize;
            if len < 16 || len > rest.len() {
                die("a short datagram");
            }
            let message = &rest[..len];
            let kind = u16::from_ne_bytes([message[4], message[5]]);
            if kind == libc::RTM_NEWROUTE {
                each(message);
            } else if bare::u32_at(message, 16) == Some(0) {
                return;
            } else {
                die("dump");
            }
            rest = rest.get((len + 3) & !3..).unwrap_or_default();
        }
    }
}

fn veths(number: u32) -> io::Result<u32> {
    let spaces: io::Result<Vec<File>> = (0..number)
        .map(|n| File::open(format!("{}/{}", job::NETNS_DIR, bulk::netns(n))))
        .collect();
    let (spaces, fd) = (spaces?, socket());
    let mut answer = [0; 4096];
    let mut datagram = Vec::new();
    let mut refused = 0;
    for (chunk, spaces) in spaces.chunks(MOST as usize).enumerate() {
        datagram.clear();
        let mut n = chunk as u32 * MOST;
        for space in spaces {
            let mut message = [0; bare::VETH_LEN];
            let names = (bare::numbered(b"v", n), bare::numbered(b"p", n));
            let (Some(name), Some(peer_name)) = names else {
                unreachable!("short names")
            };
            let veth = bare::Veth {
                name,
                master: 0,
                peer_name,
                peer_index: 0,
                netns_fd: space.as_raw_fd(),
            };
            n += 1;
            bare::veth(&mut message, n, &veth);
            message[6] &= !(libc::NLM_F_ACK as u8);
            datagram.extend_from_slice(&message);
        }
        let len = datagram.len();
        ack(&mut datagram[len - bare::VETH_LEN..]);
        refused += settle(fd, &datagram, n, &mut answer);
    }
    Ok(refused)
}

fn main() -> io::Result<()> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let done = |refused: u32| u64::from(number - refused);
    match job {
        Job::Add => begun.end(done(routes(&bulk::ADD, number)), 0),
        Job::Delete => begun.end(done(routes(&bulk::DELETE, number)), 0),
        Job::Failing => bulk::cannot(job),
        Job::Veth => begun.end(done(veths(number)?), 0),
        Job::Count => {
            let mut count = 0;
            dump(|_| count += 1);
            begun.end(count, 0)
        }
        Job::Fields => {
            let (mut count, mut sum) = (0, 0);
            let mut f = bare::RouteFields::default();
            dump(|message| {
                count += 1;
                bare::read_route(message, &mut f);
                if bulk::is_ours(Ipv4Addr::from(f.dst)) {
                    sum += bulk::sum(f.dst.into(), f.gateway.into(), f.oif, f.metric);
                }
            });
            begun.end(count, sum)
        }
        Job::List => {
            let (mut count, mut all) = (0, Vec::new());
            dump(|message| {
                count += 1;
                all.extend_from_slice(message);
            });
            let ended = begun.end(count, 0);
            drop(all);
            ended
        }
    }
}
