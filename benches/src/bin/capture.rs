//! Captures the messages that the decode benches read, from this kernel, in a sandbox:
//! `capture DIRECTORY` writes link.bin, address.bin and route.bin there.

use std::path::Path;
use std::process::{Command, exit};
use std::{fs, io};

use nlroute_benches::{bare, sandbox};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn ip(line: &str) -> Result<()> {
    match Command::new("ip").args(line.split(' ')).status()?.success() {
        true => Ok(()),
        false => Err(format!("ip {line}").into()),
    }
}

/// The request for a dump of the IPv4 part of a table.
fn request(kind: u16) -> [u8; 20] {
    let mut request = [0u8; 20];
    request[0] = 20;
    request[4..6].copy_from_slice(&kind.to_ne_bytes());
    let flags = (libc::NLM_F_REQUEST | libc::NLM_F_DUMP) as u16;
    request[6..8].copy_from_slice(&flags.to_ne_bytes());
    request[16] = libc::AF_INET as u8;
    request
}

/// The first message of a dump for which `wanted` answers yes.
fn dump(request: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>> {
    // SAFETY: takes no memory.
    let fd = unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_ROUTE) };
    // SAFETY: the request is valid for its length.
    if fd < 0 || unsafe { libc::send(fd, request.as_ptr().cast(), request.len(), 0) } < 0 {
        return Err(io::Error::last_os_error().into());
    }
    let mut datagram = vec![0u8; 64 * 1024];
    loop {
        // SAFETY: the buffer is valid for its length.
        let got = unsafe { libc::recv(fd, datagram.as_mut_ptr().cast(), datagram.len(), 0) };
        let mut rest = datagram.get(..usize::try_from(got)?).unwrap_or_default();
        while let Some(len) = bare::u32_at(rest, 0).map(|len| len as usize) {
            let message = rest.get(..len).ok_or("malformed")?;
            if i32::from(u16::from_ne_bytes([message[4], message[5]])) <= libc::NLMSG_DONE {
                return Err("the dump ends without it".into());
            }
            if wanted(message) {
                return Ok(message.to_vec());
            }
            rest = rest.get((len + 3) & !3..).unwrap_or_default();
        }
    }
}

fn main() -> Result<()> {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: capture DIRECTORY");
        exit(2)
    };
    let directory = Path::new(&directory).canonicalize()?;
    sandbox::enter()?;
    for line in [
        "link add br0 up type bridge",
        "netns add netns0",
        "link add veth0 master br0 up type veth peer name ceth0 netns netns0",
        "-n netns0 link set ceth0 up",
        "-n netns0 address add 192.168.56.10/16 dev ceth0",
        "address add 192.168.56.1/16 dev br0",
        "route add 10.20.0.0/16 via 192.168.56.10 metric 100",
    ] {
        ip(line)?;
    }
    let link = |message: &[u8]| {
        let mut link = bare::LinkFields::default();
        bare::link(message, &mut link) && link.name == b"veth0"
    };
    let address = |message: &[u8]| {
        let mut address = bare::AddressFields::default();
        bare::read_address(message, &mut address) && address.label == b"br0"
    };
    let route = |message: &[u8]| {
        let mut route = bare::RouteFields::default();
        bare::read_route(message, &mut route) && route.dst == [10, 20, 0, 0]
    };
    let captured = [
        ("link.bin", dump(&bare::LINKS, link)?),
        ("address.bin", dump(&request(libc::RTM_GETADDR), address)?),
        ("route.bin", dump(&request(libc::RTM_GETROUTE), route)?),
    ];
    for (name, bytes) in captured {
        fs::write(directory.join(name), &bytes)?;
        println!("{name}: {} bytes", bytes.len());
    }
    Ok(())
}
