//! Which namespaces there are: this one, those with a name, those that processes are in.
use std::{collections::HashMap, fs};

use nlroute::{Connection, Netns, Result};

use super::{network::Unseen, words::printable};

/// How to come to a namespace again. A descriptor of each would be too many.
pub enum Handle {
    Current,
    Name(std::ffi::OsString),
    Process(u32),
}

pub struct Found {
    /// Device and inode, which tell namespaces apart.
    pub id: (u64, u64),
    pub handle: Handle,
    pub names: Vec<String>,
    pub processes: Vec<u32>,
}

/// How many processes of a namespace are called by their names.
const MOST_NAMED: usize = 5;

impl Handle {
    pub fn open(&self) -> Result<Netns> {
        match self {
            Self::Current => Netns::current(),
            Self::Name(name) => Netns::open(name),
            Self::Process(pid) => Netns::of_pid(*pid),
        }
    }

    pub fn connect(&self) -> Result<Connection> {
        match self {
            // Takes no rights at all.
            Self::Current => Connection::open(),
            _ => self.open()?.connect(),
        }
    }
}

impl Found {
    /// What to call it by.
    pub fn label(&self, current: &str) -> String {
        match (&self.handle, self.names.is_empty(), self.processes.first()) {
            (Handle::Current, true, _) => current.to_owned(),
            (_, true, Some(pid)) => format!("pid {pid}{}", name_of(*pid)),
            _ => self.names.join(", "),
        }
    }

    pub fn facts(&self) -> Vec<String> {
        let mut facts = vec![format!("net:[{}]", self.id.1)];
        if !self.names.is_empty() {
            facts.push(format!("named {}", self.names.join(", ")));
        }
        if !self.processes.is_empty() {
            let some = self.processes.iter().take(MOST_NAMED);
            let mut words: Vec<_> = some.map(|pid| format!("{pid}{}", name_of(*pid))).collect();
            if let Some(more @ 1..) = self.processes.len().checked_sub(MOST_NAMED) {
                words.push(format!("{more} more"));
            }
            facts.push(format!("processes {}", words.join(", ")));
        }
        facts
    }
}

/// ` (nginx)`.
fn name_of(pid: u32) -> String {
    let name = fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
    let name = String::from_utf8_lossy(&name);
    match name.trim_end() {
        "" => String::new(),
        name => format!(" ({})", printable(name)),
    }
}

/// The namespaces, this one first, then by name, then by number; and which could not be looked at.
pub fn find(processes: bool) -> Result<(Vec<Found>, Vec<Unseen>)> {
    let mut found = Vec::new();
    let mut places = HashMap::new();
    let mut unseen = Vec::new();
    let mut add = |netns: Netns, handle: Handle| -> Result<()> {
        let id = netns.id()?;
        let place = *places.entry(id).or_insert_with(|| {
            found.push(Found {
                id,
                handle: Handle::Current,
                names: Vec::new(),
                processes: Vec::new(),
            });
            found.len() - 1
        });
        let entry = &mut found[place];
        match &handle {
            Handle::Current => {}
            Handle::Name(name) => entry.names.push(printable(&name.to_string_lossy())),
            Handle::Process(pid) => entry.processes.push(*pid),
        }
        // The first way that leads there is as good as another.
        if place > 0 && entry.names.len() + entry.processes.len() == 1 {
            entry.handle = handle;
        }
        Ok(())
    };
    add(Netns::current()?, Handle::Current)?;
    for name in Netns::list()? {
        let handle = Handle::Name(name);
        match handle.open() {
            Ok(netns) => add(netns, handle)?,
            Err(error) => unseen.push(Unseen {
                what: "a namespace with a name".to_owned(),
                why: printable(&error.to_string()),
                details: Vec::new(),
            }),
        }
    }
    let mut forbidden = Vec::new();
    for pid in if processes { pids() } else { Vec::new() } {
        let handle = Handle::Process(pid);
        match handle.open() {
            Ok(netns) => add(netns, handle)?,
            // It has ended.
            Err(error) if error.is_not_found() => {}
            Err(error) => forbidden.push((pid, error)),
        }
    }
    if let Some((_, error)) = forbidden.first() {
        let what = match forbidden.len() {
            1 => "the namespace of a process".to_owned(),
            n => format!("the namespaces of {n} processes"),
        };
        unseen.push(Unseen {
            what,
            // All for the same want of rights.
            why: printable(&error.to_string()),
            details: forbidden
                .iter()
                .map(|(pid, _)| format!("{pid}{}", name_of(*pid)))
                .collect(),
        });
    }
    found[1..].sort_by_cached_key(|f| (f.names.is_empty(), natural(&f.names.concat()), f.id));
    Ok((found, unseen))
}

/// Processes, in order, without this one, which is another each time. Threads may be elsewhere than
/// their process; they are not looked at.
fn pids() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<u32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| *pid != std::process::id())
        .collect();
    pids.sort_unstable();
    pids
}

/// So that `netns2` comes before `netns10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let end = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (text, after) = after.split_at(end);
        parts.push((number.parse().unwrap_or(u64::MAX), text.to_owned()));
        rest = after;
    }
    parts
}
