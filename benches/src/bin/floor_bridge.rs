//! The floor of the bridge job: finished bytes over libc, no look-up, no allocation and
//! every message's error checked. Two sends a container.

use std::ffi::{CStr, c_int};
use std::time::Instant;

use nlroute_benches::{bare, job};

/// Indices are the caller's choice, which saves every look-up.
const BRIDGE_INDEX: u32 = 1_000_000;
const PEER_INDEX: u32 = 2;

const INSIDE: ([u8; bare::INSIDE_LEN], usize, usize) =
    bare::inside(PEER_INDEX, job::PREFIX, job::GATEWAY);

fn die(what: &str, errno: c_int) -> ! {
    eprintln!("{what}: {}", std::io::Error::from_raw_os_error(errno));
    std::process::exit(1)
}

fn errno() -> c_int {
    // SAFETY: always valid on the calling thread.
    unsafe { *libc::__errno_location() }
}

fn check(what: &str, result: c_int) -> c_int {
    if result < 0 {
        die(what, errno());
    }
    result
}

/// A path below /run/netns, NUL-terminated, rewritten in place.
struct Path([u8; 32]);

impl Path {
    const PREFIX: &'static [u8] = b"/run/netns/";

    fn of(i: u32) -> Path {
        let name = bare::numbered(b"netns", i).expect("a short name");
        let mut path = [0; 32];
        path[..Self::PREFIX.len()].copy_from_slice(Self::PREFIX);
        path[Self::PREFIX.len()..Self::PREFIX.len() + 16].copy_from_slice(&name);
        Path(path)
    }

    fn as_ptr(&self) -> *const libc::c_char {
        self.0.as_ptr().cast()
    }
}

/// Opened in the namespace that the thread is in. Not bound: the first send does that.
fn socket() -> c_int {
    // SAFETY: no memory involved.
    let fd = unsafe {
        libc::socket(
            libc::AF_NETLINK,
            libc::SOCK_RAW | libc::SOCK_CLOEXEC,
            libc::NETLINK_ROUTE,
        )
    };
    check("socket", fd)
}

/// Sends one datagram and reads answers until that of `last`; any error is the end.
fn request(fd: c_int, bytes: &[u8], last: u32, what: &str) {
    // SAFETY: `bytes` is valid for its length.
    let sent = unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), 0) };
    if sent != bytes.len() as isize {
        die(what, errno());
    }
    let mut answer = [0u8; 4096];
    loop {
        // SAFETY: `answer` is valid for its length.
        let got = unsafe { libc::recv(fd, answer.as_mut_ptr().cast(), answer.len(), 0) };
        if got < 20 {
            die(what, errno());
        }
        let code = bare::u32_at(&answer, 16).unwrap_or(1) as i32;
        if code != 0 {
            die(what, -code);
        }
        if bare::u32_at(&answer, 8) == Some(last) {
            return;
        }
    }
}

fn mount(source: &CStr, target: *const libc::c_char, flags: libc::c_ulong) -> c_int {
    // SAFETY: both strings are NUL-terminated.
    unsafe {
        libc::mount(
            source.as_ptr(),
            target,
            c"none".as_ptr(),
            flags,
            std::ptr::null(),
        )
    }
}

/// /run/netns as `ip netns` wants it: a shared mount.
fn share_directory() {
    let dir = c"/run/netns";
    let shared = libc::MS_SHARED | libc::MS_REC;
    if mount(c"", dir.as_ptr(), shared) == 0 {
        return;
    }
    // SAFETY: the string is NUL-terminated.
    if unsafe { libc::mkdir(dir.as_ptr(), 0o755) } < 0 && errno() != libc::EEXIST {
        die("mkdir /run/netns", errno());
    }
    check(
        "bind /run/netns",
        mount(dir, dir.as_ptr(), libc::MS_BIND | libc::MS_REC),
    );
    check("share /run/netns", mount(c"", dir.as_ptr(), shared));
}

fn build(containers: u32) -> c_int {
    share_directory();
    let host = socket();
    let mut first = [0; bare::HOST_LEN];
    let br0 = *b"br0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    bare::host(&mut first, &br0, BRIDGE_INDEX, job::GATEWAY, job::PREFIX);
    request(host, &first, 2, "br0");

    let mut veth = [0; bare::VETH_LEN];
    let (mut inside, local, address) = INSIDE;
    for i in 0..containers {
        let path = Path::of(i);
        let own = c"/proc/thread-self/ns/net";
        // SAFETY: both strings are NUL-terminated; the rest takes no memory.
        let netns = unsafe {
            check("mknod", libc::mknod(path.as_ptr(), libc::S_IFREG, 0));
            check("unshare", libc::unshare(libc::CLONE_NEWNET));
            check(
                "bind the namespace",
                mount(own, path.as_ptr(), libc::MS_BIND),
            );
            check(
                "open the namespace",
                libc::open(own.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC),
            )
        };
        bare::veth(
            &mut veth,
            1,
            &bare::Veth {
                name: bare::numbered(b"veth", i).expect("a short name"),
                master: BRIDGE_INDEX,
                peer_name: bare::numbered(b"ceth", i).expect("a short name"),
                peer_index: PEER_INDEX,
                netns_fd: netns,
            },
        );
        request(host, &veth, 1, "veth");

        // The thread is inside still, and the next unshare does not mind where it was.
        let socket = socket();
        let ip = job::ip(i);
        inside[local..local + 4].copy_from_slice(&ip);
        inside[address..address + 4].copy_from_slice(&ip);
        request(socket, &inside, bare::INSIDE_LAST, "inside");
        // SAFETY: both are ours and used no more.
        unsafe {
            libc::close(socket);
            libc::close(netns);
        }
    }
    host
}

fn tear_down(containers: u32, host: c_int) {
    for i in 0..containers {
        let path = Path::of(i);
        // SAFETY: the string is NUL-terminated.
        unsafe {
            check("umount", libc::umount2(path.as_ptr(), libc::MNT_DETACH));
            check("unlink", libc::unlink(path.as_ptr()));
        }
    }
    request(host, &bare::delete_link(BRIDGE_INDEX, 1), 1, "delete br0");
}

fn main() {
    let args = job::Args::from_env();
    let started = Instant::now();
    let host = build(args.containers);
    job::report(args, started);
    if !args.keep {
        tear_down(args.containers, host);
    }
}
