//! Processes, their limits, and system calls that fail.
#![allow(dead_code)] // Each test binary uses a part.
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io, mem,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::{fs::MetadataExt, process::ExitStatusExt},
    },
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitStatus,
};

use nlroute::Netns;

/// Runs a closure in a forked process, which has one thread.
pub fn forked(inside: impl FnOnce()) -> ExitStatus {
    // SAFETY: the only other thread of a test's own process is the test runner's. It waits for the
    // test and holds no lock that the child could need.
    let pid = unsafe { libc::fork() };
    assert_ne!(pid, -1, "{}", io::Error::last_os_error());
    if pid == 0 {
        let code = if catch_unwind(AssertUnwindSafe(inside)).is_ok() {
            0
        } else {
            99
        };
        // SAFETY: ends the child at once, without the parent's exit handlers.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: `status` outlives the call.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid);
    ExitStatus::from_raw(status)
}

/// As [`forked`], for what ends well.
#[track_caller]
pub fn forked_well(inside: impl FnOnce()) {
    let status = forked(inside);
    assert_eq!(status.code(), Some(0), "{status}");
}

/// Gives up all capabilities of the calling thread.
pub fn drop_capabilities() {
    // _LINUX_CAPABILITY_VERSION_3, this thread; then effective, permitted, inheritable, twice.
    let header = [0x2008_0522_u32, 0];
    let nothing = [0_u32; 6];
    // SAFETY: both arrays have the layout that the call reads, and outlive it.
    let result = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), nothing.as_ptr()) };
    assert_eq!(result, 0, "{}", io::Error::last_os_error());
}

/// Sets a limit of the process, which can be raised again.
pub fn limit(resource: libc::__rlimit_resource_t, soft: libc::rlim_t) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the limit outlives the calls.
    let results = unsafe {
        let read = libc::getrlimit(resource, &raw mut limit);
        limit.rlim_cur = soft.min(limit.rlim_max);
        [read, libc::setrlimit(resource, &raw const limit)]
    };
    assert_eq!(results, [0, 0], "{}", io::Error::last_os_error());
}

/// The inode of the calling thread's network namespace, told without the crate.
pub fn here() -> u64 {
    fs::metadata("/proc/thread-self/ns/net").unwrap().ino()
}

/// All that a call could leak: descriptors, threads, mounts, names.
#[derive(Debug, PartialEq)]
pub struct State {
    descriptors: BTreeSet<(OsString, OsString)>,
    threads: usize,
    mounts: String,
    names: Vec<OsString>,
    pub namespace: u64,
}

impl State {
    pub fn now() -> Self {
        let descriptors = fs::read_dir("/proc/self/fd")
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read_link(&path)))
            .map(|(number, target)| (number, target.unwrap().into_os_string()))
            .collect();
        Self {
            descriptors,
            threads: fs::read_dir("/proc/self/task").unwrap().count(),
            mounts: fs::read_to_string("/proc/self/mountinfo").unwrap(),
            names: Netns::list().unwrap(),
            namespace: here(),
        }
    }
}

/// One system call, with these low words as arguments.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub number: libc::c_long,
    pub arguments: &'a [(u32, u32)],
}

/// Any such call.
pub fn every(number: libc::c_long) -> Call<'static> {
    Call {
        number,
        arguments: &[],
    }
}

/// Answers this error to each such call of the calling thread, from now on.
pub fn refuse(call: Call<'_>, errno: i32) {
    filter(&[call], libc::SECCOMP_RET_ERRNO | errno as u32, 0);
}

/// Asks the descriptor that it gives about each such call of the calling thread, from now on.
pub fn supervise(calls: &[Call<'_>]) -> OwnedFd {
    let flag = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    let fd = filter(calls, libc::SECCOMP_RET_USER_NOTIF, flag);
    // SAFETY: the call has just made it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Answers each call that is asked about, until the thread is gone; how many there were. Given
/// the call and how many there were before, `fail` gives the error in the place of the call.
pub fn answer(
    listener: &OwnedFd,
    mut fail: impl FnMut(libc::c_long, usize) -> Option<i32>,
) -> usize {
    const CONTINUE: u32 = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
    for asked in 0.. {
        let mut ready = libc::pollfd {
            fd: listener.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: both are integers only, and what the call reads must be zero; the rest are
        // pointers to them and to one entry, which outlive the calls.
        unsafe {
            assert_eq!(libc::poll(&raw mut ready, 1, -1), 1);
            if ready.revents & libc::POLLIN == 0 {
                return asked;
            }
            let mut call: libc::seccomp_notif = mem::zeroed();
            // _IOWR('!', 0, struct seccomp_notif) and _IOWR('!', 1, struct seccomp_notif_resp).
            let request = |number: u64, len: usize| 0xc000_2100 | (len as u64) << 16 | number;
            let receive = request(0, size_of::<libc::seccomp_notif>());
            let fd = listener.as_raw_fd();
            assert_eq!(libc::ioctl(fd, receive as _, &raw mut call), 0);
            let mut answer: libc::seccomp_notif_resp = mem::zeroed();
            answer.id = call.id;
            match fail(call.data.nr.into(), asked) {
                Some(errno) => answer.error = -errno,
                None => answer.flags = CONTINUE,
            }
            let send = request(1, size_of::<libc::seccomp_notif_resp>());
            assert_eq!(libc::ioctl(fd, send as _, &raw mut answer), 0);
        }
    }
    unreachable!()
}

fn filter(calls: &[Call<'_>], action: u32, flags: libc::c_ulong) -> i32 {
    let step = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let load = |at| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, at);
    let unless = |value, skip| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, skip, value);
    let end = |what| step(libc::BPF_RET | libc::BPF_K, 0, 0, what);
    let mut program = Vec::new();
    for call in calls {
        // In `seccomp_data` the number comes first, and arguments of 8 bytes begin at 16.
        let low = 16 + if cfg!(target_endian = "big") { 4 } else { 0 };
        let mut left = 2 * call.arguments.len() as u8 + 1;
        program.push(load(0));
        program.push(unless(call.number as u32, left));
        for (place, value) in call.arguments {
            left -= 2;
            program.push(load(low + place * 8));
            program.push(unless(*value, left));
        }
        program.push(end(action));
    }
    program.push(end(libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog {
        len: program.len() as u16,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: the program and its length belong together, and both outlive the calls.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let mode = libc::SECCOMP_SET_MODE_FILTER;
        let result = libc::syscall(libc::SYS_seccomp, mode, flags, &raw const program);
        assert_ne!(result, -1, "{}", io::Error::last_os_error());
        result as i32
    }
}
