//! Every example as its reader runs it: each checks itself what must be seen.
#[path = "common/programs.rs"]
mod programs;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use nlroute::{Connection, link::Links, sandbox::isolated};
use programs::{program, run, succeeds};

macro_rules! slides {
    ($($name:ident seen $seen:literal;)*) => {$(
        #[test]
        fn $name() {
            let text = succeeds(stringify!($name), &[]);
            assert_eq!(text.matches("[seen]").count(), $seen, "{text}");
        }
    )*};
}
slides! {
    slide05_veth seen 8;
    slide07_other_device seen 8;
    slide07_two_namespaces seen 18;
    slide08_bridge seen 24;
    slide10_outside seen 9;
}

#[test]
fn slide02_network_stack() {
    assert!(succeeds("slide02_network_stack", &[]).contains("packet filter rules, by"));
}

#[test]
fn slide03_namespace() {
    // One fewer where there is no `ip` to ask too.
    assert!(succeeds("slide03_namespace", &[]).matches("[seen]").count() >= 5);
}

#[test]
fn own_kind() {
    succeeds("own_kind", &[]);
}

#[test]
fn monitor() {
    let text = succeeds("monitor", &[]);
    for line in [
        "address 192.0.2.1/24 on #",
        "route 0.0.0.0/0 via 192.0.2.9 dev #",
        "deleted link ",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!run("monitor", &["--unknown"]).status.success());
}

#[test]
fn masquerade() {
    let text = succeeds("masquerade", &[]);
    let skipped = text.contains("SKIPPED masquerade");
    if skipped {
        eprintln!("{text}");
    }
    assert!(skipped || text.matches("[seen]").count() == 15, "{text}");
}

#[test]
fn list_links() {
    assert!(succeeds("list_links", &[]).contains("1 lo\n"));
}

#[test]
fn docker_bridge() {
    for containers in ["1", "2", "30"] {
        let text = succeeds("docker_bridge", &["--containers", containers]);
        assert!(text.contains("All that must be seen was seen."), "{text}");
    }
}

#[test]
fn docker_bridge_refuses_what_a_bridge_cannot_hold() {
    for containers in ["0", "1024", "many"] {
        assert!(
            !run("docker_bridge", &["--containers", containers])
                .status
                .success()
        );
    }
}

#[test]
fn docker_bridge_here_leaves_nothing() {
    isolated(|| {
        let mut host = Connection::open()?;
        let before = host.list(Links::all())?.len();
        // No address of the world outside here, so nothing to ping it by.
        succeeds(
            "docker_bridge",
            &["--here", "--no-ping", "--containers", "5"],
        );
        for n in 0..5 {
            host.wait_until_gone(&format!("veth{n}"), std::time::Duration::from_secs(120))?;
        }
        assert_eq!(host.list(Links::all())?.len(), before);
        assert!(nlroute::Netns::list()?.is_empty());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn docker_bridge_killed_half_way_leaves_nothing() {
    let names = || fs::read_dir("/run/netns").map_or(0, Iterator::count);
    let before = (names(), fs::read_to_string("/proc/self/mountinfo").unwrap());
    let mut child: Child = Command::new(program("docker_bridge"))
        .args(["--containers", "1000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // It says that it begins, and then has a second of work before it.
    out.read_line(&mut line).unwrap();
    // SAFETY: the child hasn't been waited for, so the number is still its own.
    assert_eq!(unsafe { libc::kill(child.id() as i32, libc::SIGINT) }, 0);
    let status = child.wait().unwrap();
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(libc::SIGINT)
    );
    // Nobody else holds its output: no process is left of it.
    assert_eq!(out.read_to_end(&mut Vec::new()).unwrap(), 0);
    assert_eq!(
        before,
        (names(), fs::read_to_string("/proc/self/mountinfo").unwrap())
    );
}
