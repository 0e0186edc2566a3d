//! One step done twice, and the two states that it leaves.
use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use nlroute::{
    Connection, Netns, Result,
    link::{LinkFlags, LinkView, Links, OperState},
};
use serde_json::{Map, Value, json};

use crate::{alike::alike, iproute2::Programs, normal, readback};

/// The namespace that every step is done in.
const HERE: &str = "here";
/// The one to which processes belong whose number stands in a step.
const THERE: &str = "there";
const LONG: Duration = Duration::from_secs(120);

/// What both sides are expected to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expect {
    /// The same, and something.
    Done,
    /// Nothing, for the same reason.
    Refused,
    /// The same; perhaps nothing, where the kernel was built without it.
    Optional,
}

/// A step in two languages.
pub struct Twin {
    pub name: &'static str,
    /// Commands, in full, that both sides do beforehand; `await PORT STATE` waits for a port of a
    /// bridge.
    pub setup: &'static [&'static str],
    /// The step in iproute2's words: commands with `; ` between. `PID` is the number of a process
    /// in the namespace `there`.
    pub ip: &'static str,
    /// The step in this crate's words.
    pub ours: fn(&mut Side) -> Result<()>,
    pub expect: Expect,
}

/// One twin.
macro_rules! twin {
    ($name:expr, [$($setup:expr),*], $ip:expr, $expect:tt, |$c:ident| $ours:expr) => {{
        fn ours($c: &mut $crate::harness::Side) -> nlroute::Result<()> {
            ($ours).map(drop)
        }
        $crate::harness::Twin {
            name: $name,
            setup: &[$($setup),*],
            ip: $ip,
            ours,
            expect: $crate::harness::twin!($expect),
        }
    }};
    (=>) => {
        $crate::harness::Expect::Done
    };
    (refused) => {
        $crate::harness::Expect::Refused
    };
    (optional) => {
        $crate::harness::Expect::Optional
    };
}
/// Tables of twins: `"name" [SET-UP...] "ip ..." => |c| request;`
macro_rules! twins {
    ($($(#[$meta:meta])* $table:ident { $(
        $name:literal [$($setup:expr),*] $ip:literal $expect:tt |$c:ident| $ours:expr;
    )+ })+) => {$(
        $(#[$meta])*
        pub const $table: &[$crate::harness::Twin] = &[$(
            $crate::harness::twin!($name, [$($setup),*], $ip, $expect, |$c| $ours)
        ),+];
    )+};
}
pub(crate) use {twin, twins};

/// One side of a twin: the namespaces that the step is done in, which are gone with it.
pub struct Side {
    connection: Connection,
    here: Netns,
    programs: Programs,
    process: Option<Child>,
}

impl Deref for Side {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Side {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
        for name in Netns::list().unwrap_or_default() {
            let _ = Netns::delete(name);
        }
    }
}

impl Side {
    /// A fresh namespace, and whatever others the set-up makes.
    pub fn new(setup: &[&str]) -> Self {
        let here = Netns::create(HERE).unwrap();
        let mut side = Self {
            connection: here.connect().unwrap(),
            programs: Programs::new(Netns::open(HERE).unwrap()),
            here,
            process: None,
        };
        for command in setup.iter().flat_map(|commands| commands.split("; ")) {
            if let Err(says) = side.command(command) {
                panic!("the set-up's {command:?} failed: {says}");
            }
        }
        side
    }

    /// The number of a process in the other namespace, for as long as this side lives.
    pub fn pid(&mut self) -> u32 {
        let start = || {
            let there = Netns::open(THERE).unwrap();
            // It waits for an end of its input that doesn't come.
            let spawn = || Command::new("cat").stdin(Stdio::piped()).spawn();
            there.run(spawn).unwrap().unwrap()
        };
        self.process.get_or_insert_with(start).id()
    }

    /// Runs a command here; what it says when it fails.
    fn command(&mut self, words: &str) -> std::result::Result<(), String> {
        let pid = words.contains("PID").then(|| self.pid().to_string());
        let words = words.split(' ').map(|word| match (word, &pid) {
            ("PID", Some(pid)) => pid,
            (word, _) => word,
        });
        let words: Vec<_> = words.collect();
        if let ["await", port, state] = words[..] {
            let is = |link: &LinkView<'_>| link.bridge_port()?.state().map(|is| is.to_string());
            let reached = |link: &LinkView<'_>| is(link).is_some_and(|is| is == state);
            let waited = self.connection.wait_until(port, LONG, reached);
            return waited.map_err(|error| error.to_string());
        }
        // Whatever it answers, it has come so far.
        let question = match words[..] {
            [_, option, ..] if option.starts_with('-') => None,
            ["ip", ..] => Some("ip link show dev lo"),
            ["bridge", ..] => Some("bridge fdb show"),
            _ => None,
        };
        if let Some(question) = question {
            return self.programs.command(&words.join(" "), question).0;
        }
        let run = || Command::new(words[0]).args(&words[1..]).output();
        let output = self.here.run(run).unwrap().unwrap();
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    /// What iproute2 shows of all namespaces, each the same for both sides; and by how much that
    /// differs from what this crate's views say.
    fn state(&mut self) -> (Value, Vec<String>) {
        let (mut state, mut differences) = (Map::new(), Vec::new());
        for name in Netns::list().unwrap() {
            let netns = Netns::open(&name).unwrap();
            let name = name.into_string().unwrap();
            let mut connection = netns.connect().unwrap();
            settle(&mut connection);
            let mut shown = if name == HERE {
                show(&mut self.programs)
            } else {
                show(&mut Programs::new(Netns::open(&name).unwrap()))
            };
            let mut ours = readback::state(&mut connection).unwrap();
            shown["lock"] = ours["lock"].clone();
            normal::normalise(&mut shown);
            normal::normalise(&mut ours);
            let mut found = Vec::new();
            readback::compare(&shown, &ours, exact(), &mut found);
            differences.extend(found.into_iter().map(|text| format!("{name}{text}")));
            state.insert(name, shown);
        }
        (Value::Object(state), differences)
    }
}

/// Waits until what the kernel does by itself, after the carrier came, is done.
pub fn settle(connection: &mut Connection) {
    let settled = |link: &LinkView<'_>| {
        let tells = link
            .kind()
            .is_some_and(|kind| kind == "veth" || kind == "bridge");
        let carrier = link.flags().contains(LinkFlags::UP | LinkFlags::LOWER_UP);
        !tells || !carrier || link.operstate() == Some(OperState::Up)
    };
    for link in &connection.list(Links::all()).unwrap() {
        if !settled(&link) {
            connection.wait_until(link.index(), LONG, settled).unwrap();
        }
    }
}

/// Whether this is the version of iproute2 whose every field is known here.
pub fn exact() -> bool {
    static EXACT: OnceLock<bool> = OnceLock::new();
    *EXACT.get_or_init(|| {
        let version = Command::new("ip").arg("-V").output().unwrap();
        String::from_utf8_lossy(&version.stdout).contains("iproute2-6.1.")
    })
}

/// What iproute2 shows of a namespace.
fn show(programs: &mut Programs) -> Value {
    let link = programs.show("ip link show");
    let mut addr = programs.show("ip addr show");
    for link in addr.as_array_mut().into_iter().flatten() {
        // The rest is in the list of links.
        *link = json!({ "ifname": link["ifname"], "addr_info": link["addr_info"] });
    }
    json!({
        "link": link,
        "addr": addr,
        "route": programs.show("ip route show table all"),
        "neigh": programs.show("ip neigh show nud all"),
        "proxy": programs.show("ip neigh show proxy"),
        "fdb": programs.show("bridge fdb show"),
    })
}

/// What there is after each set-up.
type Before = HashMap<&'static [&'static str], Value>;

/// How a group of twins went.
#[derive(Default)]
struct Count {
    done: usize,
    /// Steps that this kernel, or this iproute2, doesn't do.
    unsupported: Vec<&'static str>,
    failures: Vec<String>,
}

/// Does each twin of a table, and panics with all that aren't equal.
pub fn run(group: &str, rows: &[Twin]) {
    let mut count = Count::default();
    let mut before = HashMap::new();
    for row in rows {
        match row.run(&mut before) {
            Ok(true) => count.done += 1,
            Ok(false) => count.unsupported.push(row.name),
            Err(why) => count
                .failures
                .push(format!("-- {group}: {}: {why}", row.name)),
        }
    }
    println!("{group}: {} twins of {} equal", count.done, rows.len());
    if !count.unsupported.is_empty() {
        println!(
            "{group}: not in this kernel or iproute2, alike on both sides: {:?}",
            count.unsupported
        );
    }
    assert!(
        count.failures.is_empty(),
        "{} of {} twins differ\n{}",
        count.failures.len(),
        rows.len(),
        count.failures.join("\n")
    );
}

impl Twin {
    /// Whether the kernel did the step; what differs is the error.
    fn run(&self, before: &mut Before) -> std::result::Result<bool, String> {
        let mut side = Side::new(self.setup);
        let before = before.entry(self.setup).or_insert_with(|| side.state().0);
        let mut says = None;
        for command in self.ip.split("; ") {
            if let Err(stderr) = side.command(command) {
                says = Some(stderr);
                break;
            }
        }
        let (theirs, their_views) = side.state();
        drop(side);

        let mut side = Side::new(self.setup);
        let error = (self.ours)(&mut side).err();
        let (ours, our_views) = side.state();
        drop(side);

        match (&says, &error) {
            // Words that this iproute2 doesn't know yet.
            (Some(says), _) if self.expect == Expect::Optional && says.contains("is a garbage") => {
                return Ok(false);
            }
            (None, None) => {}
            (Some(says), Some(error)) if alike(says, error) => {}
            _ => return Err(format!("\n  ip:  {says:?}\n  own: {error:?}")),
        }
        if ours != theirs {
            let mut differences = Vec::new();
            normal::difference("", &theirs, &ours, &mut differences);
            return Err(format!(
                "the states differ, ip's first\n  {}\nip's:\n{theirs:#}\nown:\n{ours:#}",
                differences.join("\n  ")
            ));
        }
        for views in [their_views, our_views] {
            if !views.is_empty() {
                return Err(format!(
                    "what ip shows isn't what the views say\n  {}",
                    views.join("\n  ")
                ));
            }
        }
        let changed = theirs != *before;
        match self.expect {
            Expect::Done if says.is_some() => Err(format!("refused: {says:?}")),
            Expect::Done if !changed => Err("changes nothing, so it shows nothing".to_owned()),
            Expect::Refused if says.is_none() => Err("wasn't refused".to_owned()),
            Expect::Optional => Ok(changed),
            _ => Ok(true),
        }
    }
}
