//! The bulk jobs by iproute2: `ip -batch` of a file that is written beforehand, `ip route` to
//! nowhere. What it reports is the time from spawn to wait and the peak memory of `ip`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::process::{Command, Stdio, exit};
use std::time::Instant;

use nlroute_benches::bulk::{self, Job, Report};

fn batch(job: Job, number: u32) -> String {
    let (gateway, link, metric) = (bulk::GATEWAY, bulk::LINK_NAME, bulk::METRIC);
    let mut text = String::new();
    for n in 0..number {
        let to = bulk::destination(n);
        let _ = match job {
            Job::Veth => writeln!(
                text,
                "link add v{n} up type veth peer name p{n} netns {}",
                bulk::netns(n)
            ),
            _ => writeln!(
                text,
                "route {job} {to} via {gateway} dev {link} metric {metric}"
            ),
        };
    }
    text
}

/// The peak of the children that have ended, in KiB.
fn peak_kib() -> u64 {
    // SAFETY: all zeroes is a valid rusage, and the call fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    usage.ru_maxrss as u64
}

fn main() -> io::Result<()> {
    let (job, number) = bulk::from_env();
    let mut command = Command::new("ip");
    let mut file = None;
    match job {
        Job::Count => {
            command.args(["-4", "route", "show", "table", "all"]);
        }
        Job::Fields | Job::List | Job::Failing => bulk::cannot(job),
        Job::Add | Job::Delete | Job::Veth => {
            let path = std::env::temp_dir().join(format!("bulk-{}", std::process::id()));
            fs::write(&path, batch(job, number))?;
            command.arg("-batch").arg("-").stdin(File::open(&path)?);
            file = Some(path);
        }
    }
    command.stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let ns = started.elapsed().as_nanos() as f64;
    if let Some(path) = file {
        fs::remove_file(path)?;
    }
    if !status.success() {
        exit(1);
    }
    let report = Report {
        ns,
        count: number.into(),
        peak_kib: peak_kib(),
        ..Default::default()
    };
    writeln!(io::stdout(), "{}", report.to_line())
}
