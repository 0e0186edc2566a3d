//! The way into a sandbox, made of what is allowed between fork and exec: no allocation, no lock,
//! no formatting.
use std::{
    ffi::{CStr, CString},
    io,
    os::fd::{AsRawFd, BorrowedFd},
};

use super::{call, check_length, effective_ids, mount, own, retry, setns, umount_detach, unshare};

/// How to enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entrance {
    /// Make a user namespace: always, or only if the namespaces can't be had without one.
    pub(crate) always_user_namespace: bool,
}

const NETNS: &CStr = c"/run/netns";
const RUN: &CStr = c"/run";

impl Entrance {
    /// Moves the calling thread, and with a user namespace the process, into the sandbox.
    ///
    /// The first failure ends it. Until `unshare` has succeeded nothing is changed.
    pub(crate) fn enter(self) -> io::Result<()> {
        const NAMESPACES: libc::c_int = libc::CLONE_NEWNET | libc::CLONE_NEWNS;
        let (user, group) = effective_ids();
        // Trying tells more than counting capabilities: it also asks seccomp and the security
        // modules.
        let privileged = !self.always_user_namespace
            && match unshare(NAMESPACES) {
                Ok(()) => true,
                Err(error) if error.raw_os_error() == Some(libc::EPERM) => false,
                Err(error) => return Err(error),
            };
        if !privileged {
            unshare(libc::CLONE_NEWUSER | NAMESPACES)?;
            // An ordinary user may map its group only after giving up `setgroups`: otherwise it
            // could leave a group that a file's mode shuts out. Before Linux 3.19 there is no such
            // file.
            match write_file(c"/proc/thread-self/setgroups", b"deny") {
                Err(error) if error.raw_os_error() != Some(libc::ENOENT) => return Err(error),
                _ => {}
            }
            write_file(c"/proc/thread-self/uid_map", IdMap::new(user).as_bytes())?;
            write_file(c"/proc/thread-self/gid_map", IdMap::new(group).as_bytes())?;
        }
        // As slaves, our mounts never show outside, while what is unmounted outside goes away in
        // here too and isn't kept busy.
        mount(c"none", c"/", None, libc::MS_REC | libc::MS_SLAVE, None)?;
        match private_directory(NETNS) {
            // A directory made here would stay behind, so /run itself is covered instead.
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {
                private_directory(RUN)?;
                make_directory(NETNS)
            }
            result => result,
        }
    }
}

/// Moves the calling thread into a network namespace, with mounts of its own that show it.
pub(super) fn netns(netns: BorrowedFd<'_>, binds: &[(CString, CString)]) -> io::Result<()> {
    setns(netns, libc::CLONE_NEWNET)?;
    unshare(libc::CLONE_NEWNS)?;
    mount(c"none", c"/", None, libc::MS_REC | libc::MS_SLAVE, None)?;
    // Where it can't be taken off, it is covered, which must not give more rights than it has.
    let uncovered = umount_detach(c"/sys").is_ok();
    let sysfs = |flags| mount(c"sysfs", c"/sys", Some(c"sysfs"), flags, None);
    match sysfs(0) {
        Err(_) if !uncovered => sysfs(libc::MS_RDONLY)?,
        result => result?,
    }
    for (source, target) in binds {
        match mount(source, target, None, libc::MS_BIND, None) {
            // In the place of nothing it can't be put: an editor's leftover, for one.
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {}
            result => result?,
        }
    }
    Ok(())
}

/// Covers a directory with an empty one.
fn private_directory(path: &CStr) -> io::Result<()> {
    let flags = libc::MS_NOSUID | libc::MS_NODEV;
    mount(c"tmpfs", path, Some(c"tmpfs"), flags, Some(c"mode=0755"))
}

fn make_directory(path: &CStr) -> io::Result<()> {
    // SAFETY: the path is a C string that outlives the call.
    call(|| unsafe { libc::mkdir(path.as_ptr(), 0o755) }).map(drop)
}

/// Writes to a file of `/proc`, which takes its whole value in one write.
fn write_file(path: &CStr, value: &[u8]) -> io::Result<()> {
    let flags = libc::O_WRONLY | libc::O_CLOEXEC;
    // SAFETY: the path is a C string that outlives the call. Without `O_CREAT` there is no mode.
    let file = own(call(|| unsafe { libc::open(path.as_ptr(), flags) })?);
    let written = retry(|| {
        // SAFETY: the pointer and the length are those of `value`.
        check_length(unsafe { libc::write(file.as_raw_fd(), value.as_ptr().cast(), value.len()) })
    })?;
    if written == value.len() {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(libc::EIO))
    }
}

/// The line `0 ID 1`: this id, and no other, is 0 inside. See `user_namespaces(7)`.
struct IdMap {
    bytes: [u8; 14],
    start: usize,
}

impl IdMap {
    fn new(id: u32) -> Self {
        let mut map = Self {
            bytes: [0; 14],
            start: 14,
        };
        map.prepend(b'1');
        map.prepend(b' ');
        let mut rest = id;
        loop {
            // A decimal digit, so it fits.
            map.prepend(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        map.prepend(b' ');
        map.prepend(b'0');
        map
    }

    fn prepend(&mut self, byte: u8) {
        // Two bytes on either side of at most ten digits: there is always room.
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::IdMap;

    #[test]
    fn an_id_map_is_one_line_of_the_id_alone() {
        for id in [0, 7, 10, 1000, 65534, u32::MAX] {
            assert_eq!(IdMap::new(id).as_bytes(), format!("0 {id} 1").as_bytes());
        }
    }
}
