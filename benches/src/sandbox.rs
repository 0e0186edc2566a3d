//! A fresh sandbox for each run, and the wait for the kernel to have taken the last one down.

use std::ffi::CStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

fn mount(source: &CStr, target: &CStr, kind: &CStr, flags: libc::c_ulong) -> io::Result<()> {
    // SAFETY: every string is NUL-terminated.
    let result = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            c"mode=0755".as_ptr().cast(),
        )
    };
    check(result).map(drop)
}

/// Moves this single-threaded process into a sandbox of its own: network and mount
/// namespaces (a user namespace too when not root), a private /run/netns, `lo` up.
pub fn enter() -> io::Result<()> {
    // SAFETY: takes no memory.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    let own = if uid == 0 { 0 } else { libc::CLONE_NEWUSER };
    // SAFETY: takes no memory.
    check(unsafe { libc::unshare(own | libc::CLONE_NEWNET | libc::CLONE_NEWNS) })?;
    if own != 0 {
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("0 {uid} 1"))?;
        fs::write("/proc/self/gid_map", format!("0 {gid} 1"))?;
    }
    mount(c"none", c"/", c"none", libc::MS_REC | libc::MS_PRIVATE)?;
    if !fs::exists("/run/netns")? {
        mount(c"none", c"/run", c"tmpfs", 0)?;
        fs::create_dir("/run/netns")?;
    }
    mount(c"none", c"/run/netns", c"tmpfs", 0)?;
    // `ip` opens /sys/class/net only for names of its own; lo is all that must be there.
    let status = Command::new("ip")
        .args(["link", "set", "lo", "up"])
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("lo does not come up"))
    }
}

/// What one run of a program cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Spawn to wait.
    pub wall_ns: f64,
    /// What the program says of its own build phase; 0 when it says nothing.
    pub build_ns: f64,
    /// User and system time together: the kernel divides the sum by its ticks, which says
    /// nothing of so short a run.
    pub processor_us: f64,
}

impl Cost {
    fn to_line(self) -> String {
        format!("{} {} {}", self.wall_ns, self.build_ns, self.processor_us)
    }

    fn from_line(line: &str) -> Option<Cost> {
        let mut numbers = line.split_whitespace().map_while(|word| word.parse().ok());
        Some(Cost {
            wall_ns: numbers.next()?,
            build_ns: numbers.next()?,
            processor_us: numbers.next()?,
        })
    }
}

/// Processor time of the children that have ended.
pub fn processor_of_children() -> Duration {
    // SAFETY: all zeroes is a valid rusage, and the call fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    let of = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    of(usage.ru_utime) + of(usage.ru_stime)
}

fn spawn(words: &[String]) -> io::Result<Child> {
    Command::new(&words[0])
        .args(&words[1..])
        .stdout(Stdio::piped())
        .spawn()
}

fn wait(mut child: Child, words: &[String]) -> io::Result<(String, Instant)> {
    // The output is shorter than a pipe, so the program never waits for us.
    let status = child.wait()?;
    let ended = Instant::now();
    let mut output = String::new();
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_to_string(&mut output)?;
    if status.success() {
        Ok((output, ended))
    } else {
        Err(io::Error::other(format!("{words:?}: {status}")))
    }
}

/// Runs a program in this sandbox and measures it.
fn measure(words: &[String]) -> io::Result<Cost> {
    let before = processor_of_children();
    let started = Instant::now();
    let (output, ended) = wait(spawn(words)?, words)?;
    let after = processor_of_children();
    let build = output
        .lines()
        .find_map(|line| line.strip_prefix("build_ns "));
    Ok(Cost {
        wall_ns: (ended - started).as_nanos() as f64,
        build_ns: build.and_then(|ns| ns.parse().ok()).unwrap_or(0.0),
        processor_us: (after - before).as_secs_f64() * 1e6,
    })
}

/// Runs a program in this sandbox, stops it at its exit and reads its peak of resident
/// memory in KiB. What `wait4` says would include the parent's memory before `exec`.
fn peak(words: &[String]) -> io::Result<u64> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdout(Stdio::null());
    // SAFETY: ptrace is async-signal-safe and takes no memory here.
    unsafe {
        command.pre_exec(|| {
            check(libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) as libc::c_int).map(drop)
        });
    }
    let pid = command.spawn()?.id() as libc::pid_t;
    let mut peak = 0;
    let mut first = true;
    loop {
        let mut status = 0;
        // SAFETY: `status` is valid; `pid` is our child.
        check(unsafe { libc::waitpid(pid, &mut status, 0) })?;
        if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
            return match status {
                0 => Ok(peak),
                other => Err(io::Error::other(format!("{words:?}: status {other}"))),
            };
        }
        if first {
            let options = libc::PTRACE_O_TRACEEXIT;
            // SAFETY: the child is stopped.
            check(unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, pid, 0, options) } as _)?;
            first = false;
        } else if status >> 16 == libc::PTRACE_EVENT_EXIT {
            let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
            peak = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))
                .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
                .unwrap_or(0);
        }
        let signal = match libc::WSTOPSIG(status) {
            libc::SIGTRAP => 0,
            other => other,
        };
        // SAFETY: the child is stopped.
        check(unsafe { libc::ptrace(libc::PTRACE_CONT, pid, 0, signal) } as _)?;
    }
}

/// The first word of a command line that asks this program to be a sandbox.
pub const INSIDE: &str = "--inside";

/// When the command line says `--inside WHAT PROGRAM ...`, does that and answers what
/// `main` must exit with.
pub fn inside_main() -> Option<i32> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [first, what, links, program @ ..] = words.as_slice() else {
        return None;
    };
    if first != INSIDE {
        return None;
    }
    let done = enter()
        .and_then(|()| add_links(links.parse().unwrap_or(0)))
        .and_then(|()| {
            Ok(match what.as_str() {
                "measure" => measure(program)?.to_line(),
                "peak" => peak(program)?.to_string(),
                _ => wait(spawn(program)?, program)?.0,
            })
        });
    match done {
        Ok(line) => {
            println!("{line}");
            Some(0)
        }
        Err(e) => {
            eprintln!("{e}");
            Some(1)
        }
    }
}

/// Veth pairs for the links job to list.
fn add_links(count: u32) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    let pair = |i| format!("link add v{i} type veth peer name p{i}\n");
    let batch: String = (0..count / 2).map(pair).collect();
    let mut child = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()?;
    io::Write::write_all(&mut child.stdin.take().expect("a pipe"), batch.as_bytes())?;
    if child.wait()?.success() {
        Ok(())
    } else {
        Err(io::Error::other("no links to list"))
    }
}

fn inside(what: &str, links: u32, program: &[String]) -> io::Result<String> {
    let output = Command::new(std::env::current_exe()?)
        .args([INSIDE, what, &links.to_string()])
        .args(program)
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Measures one run in a fresh sandbox that has so many links beside `lo`.
pub fn cost(links: u32, program: &[String]) -> io::Result<Cost> {
    let line = inside("measure", links, program)?;
    Cost::from_line(&line).ok_or_else(|| io::Error::other(line))
}

/// The peak of resident memory of one run in a fresh sandbox, in KiB.
pub fn peak_kib(links: u32, program: &[String]) -> io::Result<u64> {
    let line = inside("peak", links, program)?;
    line.trim().parse().map_err(|_| io::Error::other(line))
}

/// The output of one run in a fresh sandbox.
pub fn output(links: u32, program: &[String]) -> io::Result<String> {
    inside("plain", links, program)
}

/// Waits until the kernel has taken down every network namespace that was given up before.
///
/// One work queue of the kernel does that, batch by batch. A canary namespace is given up
/// now; when the host end of its veth pair has gone, its batch has come to that point. The
/// second canary is in a later batch, so the first one's is done then.
pub fn settle() -> io::Result<Duration> {
    let started = Instant::now();
    let exe = std::env::current_exe()?;
    let status = Command::new(exe).args([SETTLE]).status()?;
    if !status.success() {
        return Err(io::Error::other("the kernel does not come to rest"));
    }
    Ok(started.elapsed())
}

/// The command line that asks this program to wait for the kernel.
pub const SETTLE: &str = "--settle";

/// The child of [`settle`].
pub fn settle_main() -> Option<i32> {
    if std::env::args().nth(1).as_deref() != Some(SETTLE) {
        return None;
    }
    let done = enter().and_then(|()| {
        let own = File::open("/proc/thread-self/ns/net")?;
        canary(&own)?;
        canary(&own)
    });
    match done {
        Ok(()) => Some(0),
        Err(e) => {
            eprintln!("settle: {e}");
            Some(1)
        }
    }
}

fn canary(own: &File) -> io::Result<()> {
    // SAFETY: takes no memory.
    check(unsafe { libc::unshare(libc::CLONE_NEWNET) })?;
    let other = File::open("/proc/thread-self/ns/net")?;
    // SAFETY: the descriptor is open.
    check(unsafe { libc::setns(own.as_raw_fd(), libc::CLONE_NEWNET) })?;
    // The descriptor is named through this process, since `ip` does not inherit it.
    let path = format!("/proc/{}/fd/{}", std::process::id(), other.as_raw_fd());
    let status = Command::new("ip")
        .args([
            "link", "add", "canary", "type", "veth", "peer", "name", "c", "netns", &path,
        ])
        .status()?;
    if !status.success() {
        return Err(io::Error::other("no canary"));
    }
    drop(other);
    let deadline = Instant::now() + Duration::from_secs(120);
    while fs::read_to_string("/proc/thread-self/net/dev")?.contains("canary") {
        if Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
