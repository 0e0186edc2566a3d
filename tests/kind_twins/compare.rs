//! Runs a row: the command by iproute2 on one side, the request by this crate on the other.
use std::{cell::RefCell, process::Command, sync::OnceLock};

use nlroute::{
    Add, Append, Change, Connection, Delete, Query, Replace, Request, Result, Verb, sandbox::skip,
};
use serde_json::Value;

use crate::{
    alike::alike,
    count::Count,
    differences::Why,
    normal,
    setup::{ELSEWHERE, is_first, setup},
    side::Side,
    told::{Told, told},
};

/// The two sides, after the same set-up.
struct World {
    setup: &'static [&'static str],
    theirs: Side,
    ours: Side,
}

struct Twins {
    world: Option<World>,
    count: Count,
}

thread_local! {
    // A row of the tables has no more than its two halves, and is run by what makes it.
    static TWINS: RefCell<Option<Twins>> = const { RefCell::new(None) };
}

/// A row that was run.
pub struct Row;

impl Row {
    /// The bytes may differ; what they do may not.
    pub fn but(self, _: &Why) -> Self {
        self
    }
}

pub fn add<R: Add>(command: &'static str, what: &R) -> Row {
    twin(command, Verb::Add, what, |c| c.add(what).map(drop))
}

pub fn replace<R: Replace>(command: &'static str, what: &R) -> Row {
    twin(command, Verb::Replace, what, |c| c.replace(what))
}

pub fn change<R: Change>(command: &'static str, what: &R) -> Row {
    twin(command, Verb::Change, what, |c| c.change(what))
}

pub fn append<R: Append>(command: &'static str, what: &R) -> Row {
    twin(command, Verb::Append, what, |c| c.append(what))
}

pub fn delete<R: Delete>(command: &'static str, what: &R) -> Row {
    twin(command, Verb::Delete, what, |c| c.delete(what))
}

/// A question changes nothing.
pub fn ask<Q: Query>(_: &'static str, _: Q) -> Row {
    Row
}

fn twin<R: Request>(
    command: &'static str,
    verb: Verb,
    what: &R,
    ours: impl FnOnce(&mut Connection) -> Result<()>,
) -> Row {
    TWINS.with_borrow_mut(|twins| {
        let twins = twins.as_mut().unwrap();
        let outcome = twins.run(command, ours, |host| told(host, verb, what));
        if let Err(why) = outcome {
            twins.count.wrong(command, &why);
            twins.world = None;
        }
    });
    Row
}

/// Runs the rows of a table, and panics with all that aren't equal.
pub fn run(group: &'static str, rows: fn() -> Vec<Row>) {
    for program in ["ip", "bridge"] {
        if Command::new(program).arg("-V").output().is_err() {
            return skip(format_args!("there is no `{program}` (iproute2)"));
        }
    }
    let twins = Twins {
        world: None,
        count: Count::new(group),
    };
    TWINS.set(Some(twins));
    rows();
    let twins = TWINS.take().unwrap();
    twins.count.tell();
}

/// What iproute2 is asked for after a row.
fn questions(command: &str) -> &'static [&'static str] {
    match command.split(' ').take(2).collect::<Vec<_>>()[..] {
        ["bridge", "fdb"] => &["bridge fdb show"],
        ["bridge", "mdb"] => &["bridge mdb show"],
        ["bridge", "vni"] => &["bridge vni show"],
        ["bridge", "vlan"] => &[
            "bridge vlan show",
            "bridge vlan tunnelshow",
            "bridge vlan global show",
        ],
        ["bridge", "mst"] => &["bridge mst show"],
        ["bridge", _] => &["bridge link show"],
        _ => &["ip link show"],
    }
}

/// What the kernel says of a kind that it doesn't have.
const LACKS: &str = "Unknown device type";

impl World {
    fn new(setup: &'static [&'static str]) -> std::result::Result<Self, String> {
        Ok(Self {
            setup,
            theirs: Side::new("theirs", setup)?,
            ours: Side::new("ours", setup)?,
        })
    }
}

/// The namespace that a row puts the other end of a link into, if it does.
struct Elsewhere(Option<Side>);

impl Elsewhere {
    fn new(command: &str) -> Self {
        Self(command.contains(ELSEWHERE).then(|| Side::bare(ELSEWHERE)))
    }

    /// Adds what is in there.
    fn show(&mut self, state: &mut Value) {
        if let Some(side) = &mut self.0 {
            state[ELSEWHERE] = side.state(&["ip link show"]);
        }
    }
}

impl Twins {
    fn run(
        &mut self,
        command: &'static str,
        ours: impl FnOnce(&mut Connection) -> Result<()>,
        told: impl FnOnce(&mut Connection) -> Told,
    ) -> std::result::Result<(), String> {
        let setup = setup(command);
        let other = |world: &World| world.setup != setup;
        if is_first(command) || self.world.as_ref().is_none_or(other) {
            // The old one first: the names are the same.
            self.world = None;
            match World::new(setup) {
                Ok(world) => self.world = Some(world),
                Err(why) if why.contains(LACKS) => {
                    self.count.lacks(command);
                    return Ok(());
                }
                Err(why) => panic!("{why}"),
            }
        }
        let world = self.world.as_mut().unwrap();
        let questions = questions(command);
        let before = world.theirs.state(questions);
        if let Some(Value::String(_)) = before.get(questions[0]) {
            self.count.not_shown(command, questions[0]);
            return Ok(());
        }
        let mut elsewhere = Elsewhere::new(command);
        let (done, mut their_state) = world.theirs.command(command, questions);
        elsewhere.show(&mut their_state);
        world.theirs.clean();
        drop(elsewhere);

        // What is in there goes with it, and what is told of this end with that.
        let mut elsewhere = Elsewhere::new(command);
        let error = ours(&mut world.ours.connection).err();
        let mut our_state = world.ours.state(questions);
        elsewhere.show(&mut our_state);
        let told = match error {
            None => told(&mut world.ours.connection),
            Some(_) => Told::default(),
        };
        world.ours.clean();
        if !world.ours.is_whole() {
            self.world = None;
        }

        match (done, &error) {
            (Ok(()), None) => {}
            // Some of iproute2's errors have no words.
            (Err(says), Some(error)) if says.is_empty() || alike(&says, error) => {}
            (Err(says), _) if is_unknown(&says) => {
                self.count.unknown(command, &says);
                // What only one side did must not be there for the next row.
                self.world = None;
                return Ok(());
            }
            (done, _) => return Err(format!("\n  ip:  {done:?}\n  own: {error:?}")),
        }
        if their_state != our_state {
            let mut differences = Vec::new();
            normal::difference("", &their_state, &our_state, &mut differences);
            if version() < KNOWN {
                // It passes over words that it doesn't know.
                self.count.unknown(command, &differences[0]);
                self.world = None;
                return Ok(());
            }
            return Err(format!(
                "the states differ, ip's first\n  {}",
                differences.join("\n  ")
            ));
        }
        match error {
            Some(error) if error.to_string().contains(LACKS) => self.count.lacks(command),
            Some(error) => self.count.refused(command, &error),
            None => self.count.equal(command, before != our_state, told),
        }
        Ok(())
    }
}

/// The version of iproute2 that the rows were written with.
pub const KNOWN: (u32, u32) = (6, 15);

/// The version of iproute2.
pub fn version() -> (u32, u32) {
    static VERSION: OnceLock<(u32, u32)> = OnceLock::new();
    *VERSION.get_or_init(|| {
        let output = Command::new("ip").arg("-V").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut parts = text
            .split("iproute2-")
            .nth(1)
            .unwrap_or_default()
            .split('.');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        (number(), number())
    })
}

/// Whether it is this iproute2 that doesn't do it: because it doesn't know a word, or because it
/// is older than what the rows were written with.
fn is_unknown(says: &str) -> bool {
    let words = [
        "is a garbage",
        "What is \"",
        "unknown command",
        "is unknown",
    ];
    words.iter().any(|words| says.contains(words)) || version() < KNOWN
}
