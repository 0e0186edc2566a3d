//! The bridge job by iproute2: one `ip -batch` for the host, one `ip -n NAME -batch` a
//! container.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::{Command, Stdio, exit};
use std::time::Instant;

use nlroute_benches::job;

fn batch(netns: Option<&str>, lines: &str) {
    let mut command = Command::new("ip");
    if let Some(name) = netns {
        command.args(["-n", name]);
    }
    let child = command.args(["-batch", "-"]).stdin(Stdio::piped()).spawn();
    let status = child.and_then(|mut child| {
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(lines.as_bytes())?;
        child.wait()
    });
    match status {
        Ok(status) if status.success() => {}
        other => {
            eprintln!("ip -batch: {other:?}");
            exit(1)
        }
    }
}

fn main() {
    let args = job::Args::from_env();
    let started = Instant::now();
    let gateway = Ipv4Addr::from(job::GATEWAY);
    let (bridge, prefix) = (job::BRIDGE, job::PREFIX);
    let mut host =
        format!("link add {bridge} up type bridge\naddress add {gateway}/{prefix} dev {bridge}\n");
    for i in 0..args.containers {
        let _ = writeln!(host, "netns add netns{i}");
        let _ = writeln!(
            host,
            "link add veth{i} master {bridge} up type veth peer name ceth{i} netns netns{i}"
        );
    }
    batch(None, &host);
    for i in 0..args.containers {
        let lines = format!(
            "link set lo up\nlink set ceth{i} up\naddress add {}/{prefix} dev ceth{i}\n\
             route add default via {gateway}\n",
            Ipv4Addr::from(job::ip(i))
        );
        batch(Some(&format!("netns{i}")), &lines);
    }
    job::report(args, started);
    if !args.keep {
        let mut host = String::new();
        for i in 0..args.containers {
            let _ = writeln!(host, "netns delete netns{i}");
        }
        let _ = writeln!(host, "link delete {bridge}");
        batch(None, &host);
    }
}
