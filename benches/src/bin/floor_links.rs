//! The floor of the links job: dumps the links and prints index and name a line.

use std::io::Write;

use nlroute_benches::bare;

fn fail(what: &str) -> ! {
    eprintln!("{what}: {}", std::io::Error::last_os_error());
    std::process::exit(1)
}

fn main() {
    let mut out = Vec::with_capacity(4096);
    // The kernel never fills more than this in one datagram of a dump unless one link asks
    // for more, and then MSG_TRUNC tells.
    let mut datagram = vec![0u8; 32 * 1024];
    // SAFETY: no memory involved.
    let fd = unsafe {
        libc::socket(
            libc::AF_NETLINK,
            libc::SOCK_RAW | libc::SOCK_CLOEXEC,
            libc::NETLINK_ROUTE,
        )
    };
    // SAFETY: the request is valid for its length.
    if fd < 0 || unsafe { libc::send(fd, bare::LINKS.as_ptr().cast(), bare::LINKS_LEN, 0) } < 0 {
        fail("request");
    }
    'dump: loop {
        // SAFETY: the buffer is valid for its length.
        let got = unsafe {
            libc::recv(
                fd,
                datagram.as_mut_ptr().cast(),
                datagram.len(),
                libc::MSG_TRUNC,
            )
        };
        if got < 0 || got as usize > datagram.len() {
            fail("receive");
        }
        let mut rest = &datagram[..got as usize];
        while let Some(len) = bare::u32_at(rest, 0).map(|len| len as usize) {
            let (Some(message), true) = (rest.get(..len), len >= 20) else {
                fail("malformed")
            };
            match u16::from_ne_bytes([message[4], message[5]]) {
                libc::RTM_NEWLINK => {
                    let Some(index) = bare::u32_at(message, 20) else {
                        fail("malformed")
                    };
                    let attributes = message.get(32..).unwrap_or_default();
                    let name = bare::Attributes::new(attributes)
                        .find(|(kind, _)| *kind == libc::IFLA_IFNAME)
                        .map_or(&b""[..], |(_, value)| bare::until_nul(value));
                    let _ = write!(out, "{index} ");
                    out.extend_from_slice(name);
                    out.push(b'\n');
                }
                kind if i32::from(kind) == libc::NLMSG_DONE
                    || i32::from(kind) == libc::NLMSG_ERROR =>
                {
                    if bare::u32_at(message, 16) != Some(0) {
                        fail("dump");
                    }
                    break 'dump;
                }
                _ => {}
            }
            rest = rest.get((len + 3) & !3..).unwrap_or_default();
        }
    }
    let _ = std::io::stdout().write_all(&out);
}
