//! What both monitors tell of the same changes.
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use nlroute::Netns;

use crate::{
    compare::still_text,
    harness::{Tidy, Whose, does, path, set_up},
};

/// A monitor that runs, and the lines that it prints.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(netns: &Netns, whose: Whose, words: &[&str]) -> Self {
        let (program, words) = words.split_first().unwrap();
        let program = path(whose, program);
        let start = || {
            Command::new(&program)
                .args(words)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
        };
        let mut child = netns.run(start).unwrap().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Lines up to one that tells of this link.
    fn until(&self, name: &str, wait: Duration) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            let line = self.lines.recv_timeout(wait).ok()?;
            let last = line.contains(&format!(" {name}: "));
            lines.push(line);
            if last {
                return Some(lines);
            }
        }
    }
}

/// What happens; the last is a link of its own, `end0`.
const CHANGES: &str = "
    ip link add veth0 address 02:00:00:00:00:02 type veth peer name ceth0 address 02:00:00:00:00:03
    ip link set veth0 addrgenmode none
    ip link set ceth0 addrgenmode none
    ip link set veth0 alias uplink
    ip link set ceth0 up
    ip link set veth0 up
    ip addr add 192.0.2.1/24 dev veth0
    ip addr add 2001:db8::1/64 dev veth0 nodad
    ip route add 198.51.100.0/24 via 192.0.2.9 metric 7
    ip -6 route add 2001:db8:9::/48 via 2001:db8::9
    ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev veth0
    ip neigh del 192.0.2.9 dev veth0
    ip nexthop add id 7 via 192.0.2.9 dev veth0
    ip nexthop del id 7
    ip rule add from 10.0.0.0/8 table 100
    ip rule del from 10.0.0.0/8 table 100
    ip route del 198.51.100.0/24 via 192.0.2.9 metric 7
    ip addr del 192.0.2.1/24 dev veth0
    ip netns add other
    ip netns set other 77
    ip link add br0 address 02:00:00:00:00:01 type bridge
    ip link set br0 addrgenmode none
    ip link set veth0 master br0
    bridge fdb add 02:00:00:00:00:55 dev veth0 master static
    bridge fdb del 02:00:00:00:00:55 dev veth0 master
    ip link set br0 up
    bridge mdb add dev br0 port veth0 grp 239.1.1.1 permanent
    bridge mdb del dev br0 port veth0 grp 239.1.1.1
    bridge link set dev veth0 cost 9
    ip link set veth0 nomaster
    ip link del br0
    ip link del veth0
    ip link add end0 type ifb
";

/// What there is before a line that is told: a time.
fn without_time(line: &str) -> String {
    match line.split_once("] ") {
        Some((time, rest)) if time.starts_with("[20") => format!("[T] {rest}"),
        _ if line.starts_with("Timestamp: ") => "Timestamp".to_owned(),
        _ => line.to_owned(),
    }
}

/// What two monitors tell that isn't the same.
fn difference(netns: &Netns, words: &str) -> Option<String> {
    let words: Vec<_> = words.split(' ').collect();
    let theirs = Running::start(netns, Whose::Theirs, &words);
    let ours = Running::start(netns, Whose::Ours, &words);
    // Both listen once they have told of a link that came.
    for running in [&theirs, &ours] {
        let mut tries = 0;
        while {
            set_up(netns, Whose::Theirs, "ip link add try0 type ifb");
            set_up(netns, Whose::Theirs, "ip link del try0");
            running.until("try0", Duration::from_millis(500)).is_none()
        } {
            tries += 1;
            assert!(tries < 60, "{words:?} tells nothing");
        }
    }
    set_up(netns, Whose::Theirs, "ip link add begin0 type ifb");
    set_up(netns, Whose::Theirs, CHANGES);
    let told = [&theirs, &ours].map(|running| {
        let wait = Duration::from_secs(60);
        running.until("begin0", wait).expect("the beginning");
        let lines = running.until("end0", wait).expect("the end");
        let lines = lines.iter().map(|line| without_time(line) + "\n");
        still_text(&lines.collect::<String>())
    });
    let lines = |n: usize| told[n].lines().collect::<Vec<_>>();
    println!("{words:?}: {} lines", lines(0).len());
    assert!(lines(0).len() > 5, "{words:?}: {}", told[0]);
    for line in [
        "ip link del begin0",
        "ip link del end0",
        "ip netns del other",
    ] {
        does(netns, Whose::Theirs, line);
    }
    let mut pairs = lines(0).into_iter().zip(lines(1));
    let first = pairs.find(|(theirs, ours)| theirs != ours);
    let other_length = lines(0).len() != lines(1).len();
    let both = || format!("theirs:\n{}\nours:\n{}", told[0], told[1]);
    first
        .map(|(theirs, ours)| format!("theirs {theirs}\nours   {ours}"))
        .or_else(|| other_length.then(both))
}

/// A name is looked up when it is told, and by then its link may be gone: not in both alike.
fn alike(netns: &Netns, words: &str) {
    let mut last = None;
    for _ in 0..5 {
        last = difference(netns, words);
        if last.is_none() {
            return;
        }
    }
    panic!("{words}: {}", last.unwrap_or_default());
}

pub fn run() {
    let _tidy = Tidy;
    let netns = Netns::create("here").unwrap();
    set_up(&netns, Whose::Theirs, "ip link set lo up");
    for words in [
        "ip -ts monitor all",
        "ip monitor",
        "ip -t -o monitor link address label",
        "ip -d monitor link route netconf nexthop rule neigh nsid maddress",
        "ip -6 monitor link address route netconf acaddress",
        "bridge monitor",
        "bridge -t monitor all",
        "bridge -d monitor link fdb mdb",
    ] {
        alike(&netns, words);
    }
}
