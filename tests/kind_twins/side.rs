//! One side of the twins: a network namespace, and programs of iproute2 that stay in it.
use std::{collections::BTreeSet, time::Duration};

use nlroute::{
    Connection, Netns,
    link::{Link, LinkView, Links},
};
use serde_json::{Map, Value};

use crate::{iproute2::Programs, normal};

/// The links of the captures, with their numbers there.
const SETUP: &[&str] = &[
    "ip link set lo up",
    "ip link add v0 address 02:00:00:00:00:a0 index 10 type veth peer name v1 address 02:00:00:00:00:a1 index 11",
    "ip link add br0 address 02:00:00:00:00:ab index 12 type bridge",
    "ip link add vx0 address 02:00:00:00:00:ac index 13 type vxlan id 5 dstport 4789",
    "ip link add v2 address 02:00:00:00:00:a2 index 14 type veth peer name v3 address 02:00:00:00:00:a3 index 15",
    "ip link add v4 address 02:00:00:00:00:a4 index 16 type veth peer name v5 address 02:00:00:00:00:a5 index 17",
];

const LONG: Duration = Duration::from_secs(120);

pub struct Side {
    pub connection: Connection,
    name: String,
    programs: Programs,
    /// The links that are there before each row.
    base: BTreeSet<u32>,
}

impl Side {
    /// A namespace with nothing in it.
    pub fn bare(name: &str) -> Self {
        let netns = Netns::create(name).unwrap();
        let mut side = Self {
            connection: netns.connect().unwrap(),
            name: name.to_owned(),
            programs: Programs::new(netns),
            base: BTreeSet::new(),
        };
        side.base = side.links();
        side
    }

    /// A namespace with the links of the captures, after these commands too; what failed.
    pub fn new(name: &str, setup: &[&str]) -> Result<Self, String> {
        let mut side = Self::bare(name);
        for command in SETUP.iter().chain(setup) {
            let (command, may_fail) = match command.strip_prefix("? ") {
                Some(command) => (command, true),
                None => (*command, false),
            };
            if let ["await", port, state] = command.split(' ').collect::<Vec<_>>()[..] {
                side.wait(port, state);
                continue;
            }
            let question = match command.starts_with("ip ") {
                true => "ip link show dev lo",
                false => "bridge fdb show",
            };
            let (done, _) = side.command(command, &[question]);
            if !may_fail {
                done.map_err(|says| format!("the set-up's {command:?} failed: {says}"))?;
            }
        }
        side.base = side.links();
        Ok(side)
    }

    /// Waits until a port of a bridge is in this state.
    fn wait(&mut self, port: &str, state: &str) {
        let is = |link: &LinkView<'_>| link.bridge_port()?.state().map(|is| is.to_string());
        let reached = |link: &LinkView<'_>| is(link).is_some_and(|is| is == state);
        self.connection.wait_until(port, LONG, reached).unwrap();
    }

    fn links(&mut self) -> BTreeSet<u32> {
        let list = self.connection.list(Links::all()).unwrap();
        list.iter().map(|link| link.index()).collect()
    }

    /// Runs a command of `ip` or `bridge`; what it says when it fails, and the answers to the
    /// questions after it.
    pub fn command(&mut self, command: &str, questions: &[&str]) -> (Result<(), String>, Value) {
        let (done, answer) = self.programs.command(command, questions[0]);
        (done, self.rest(answer, questions))
    }

    /// What iproute2 shows, without what can't be equal.
    pub fn state(&mut self, questions: &[&str]) -> Value {
        self.rest(None, questions)
    }

    /// The answers to all of these; the first may be here already.
    fn rest(&mut self, mut first: Option<Value>, questions: &[&str]) -> Value {
        let mut all = Map::new();
        for question in questions {
            let answer = first.take().unwrap_or_else(|| self.programs.show(question));
            all.insert((*question).into(), answer);
        }
        let mut all = Value::Object(all);
        normal::normalise(&mut all);
        all
    }

    /// Deletes the links that a row made.
    pub fn clean(&mut self) {
        for index in self.links().difference(&self.base) {
            // One may go with another.
            let gone = self.connection.delete(Link::named(*index));
            assert!(
                gone.as_ref().err().is_none_or(|e| e.is_not_found()),
                "{gone:?}"
            );
        }
    }

    /// Whether a row took a link away that was there before.
    pub fn is_whole(&mut self) -> bool {
        self.links() == self.base
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        let _ = Netns::delete(&self.name);
    }
}
