//! Why no sandbox can be made here, in terms of what somebody can change.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::error::{Error, ErrorKind};

/// An error of the calling process's own entering, with its cause.
#[inline]
pub(super) fn explain_own(error: io::Error) -> Error {
    const OPERATION: &str = "enter sandbox";
    let threads = threads();
    if error.raw_os_error() == Some(libc::EINVAL) && threads > 1 {
        let why = "a process that enters a user namespace may have one thread only";
        return Error::invalid(OPERATION, "thread count", threads, why);
    }
    explain(OPERATION, error)
}

/// An error of starting a process in a sandbox, with its cause.
#[inline]
pub(super) fn explain_start(error: io::Error) -> Error {
    explain("start process in sandbox", error)
}

#[inline]
fn explain(operation: &str, error: io::Error) -> Error {
    let reason = match error.raw_os_error() {
        Some(libc::EINVAL) => match chrooted() {
            true => Some(CHROOT.to_owned()),
            false => Some(
                "the kernel lacks a kind of namespace: it needs CONFIG_USER_NS and CONFIG_NET_NS"
                    .to_owned(),
            ),
        },
        Some(libc::ENOSPC | libc::EUSERS) => Some(limits()),
        Some(libc::EPERM | libc::EACCES) => Some(denied()),
        _ => None,
    };
    match reason {
        Some(reason) => ErrorKind::Forbidden {
            operation: operation.to_owned(),
            reason,
            source: error,
        }
        .into(),
        None => Error::system(operation, error),
    }
}

const CHROOT: &str = "the process is in a chroot, where no sandbox can be made";

/// How many threads the process has.
#[inline]
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

/// The number in a setting's file, if there is such a setting.
#[inline]
fn setting(path: &Path) -> Option<i64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[inline]
fn stated(path: &Path, value: i64) -> String {
    format!("{} is {value}", path.display())
}

/// Why the kernel said that there are enough namespaces.
#[inline]
fn limits() -> String {
    let settings = [
        "max_user_namespaces",
        "max_net_namespaces",
        "max_mnt_namespaces",
    ]
    .map(|name| Path::new("/proc/sys/user").join(name));
    let found: Vec<(PathBuf, i64)> = settings
        .into_iter()
        .filter_map(|path| setting(&path).map(|value| (path, value)))
        .collect();
    if let Some((path, value)) = found.iter().find(|(_, value)| *value == 0) {
        return stated(path, *value);
    }
    let all: Vec<String> = found
        .iter()
        .map(|(path, value)| stated(path, *value))
        .collect();
    format!(
        "a limit is reached: {}, in an outer user namespace it may be lower, and user namespaces \
         nest 32 deep only",
        all.join(", ")
    )
}

/// Why the kernel said no.
#[inline]
fn denied() -> String {
    for (name, forbidding) in [
        ("apparmor_restrict_unprivileged_userns", 1),
        ("unprivileged_userns_clone", 0),
    ] {
        let path = Path::new("/proc/sys/kernel").join(name);
        if setting(&path) == Some(forbidding) {
            return stated(&path, forbidding);
        }
    }
    if chrooted() {
        return CHROOT.to_owned();
    }
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let seccomp = status
        .lines()
        .find_map(|line| line.strip_prefix("Seccomp:"));
    match seccomp.map(str::trim) {
        Some(mode @ ("1" | "2")) => format!(
            "Seccomp in /proc/self/status is {mode}: a seccomp filter, as container runtimes set \
             it, forbids namespaces"
        ),
        _ => "no setting forbids it, so a security module (SELinux, AppArmor, a BPF program) does"
            .to_owned(),
    }
}

/// Whether the process's root isn't the root of a mount: then no mount is at `/` for it.
#[inline]
fn chrooted() -> bool {
    fs::read_to_string("/proc/thread-self/mountinfo").is_ok_and(|mounts| {
        // The fifth field is the mount point, as seen from the process's root.
        !mounts
            .lines()
            .any(|line| line.split(' ').nth(4) == Some("/"))
    })
}
