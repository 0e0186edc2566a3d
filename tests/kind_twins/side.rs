//! One side of the twins: a network namespace, and programs of iproute2 that stay in it.
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, PipeReader, Write, pipe},
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use nlroute::{
    Connection, Netns,
    link::{Link, LinkView, Links},
};
use serde_json::{Map, Value};

use crate::normal;

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

/// A program of iproute2 that reads its commands one by one: starting one for each takes longer
/// than all else.
struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<PipeReader>,
}

impl Program {
    fn start(netns: &Netns, name: &str) -> Self {
        let (reader, writer) = pipe().unwrap();
        // What it says of errors comes in the same order.
        let spawn = || {
            Command::new(name)
                .args(["-force", "-j", "-d", "-b", "-"])
                .stdin(Stdio::piped())
                .stdout(writer.try_clone()?)
                .stderr(writer)
                .spawn()
        };
        let mut child = netns.run(spawn).unwrap().unwrap();
        Self {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(reader),
            child,
        }
    }

    /// Gives it a line, and the question after it; what it says before the answer, and the
    /// answer. No answer if it gave up, as it does where it doesn't know a word.
    fn ask(&mut self, line: &str, question: &str) -> (String, Option<Value>) {
        let (mut says, mut answer) = (String::new(), String::new());
        let asked = format!("{line}\n{question}\n");
        if let Err(error) = self.input.write_all(asked.as_bytes()) {
            return (error.to_string(), None);
        }
        loop {
            let mut text = String::new();
            if self.output.read_line(&mut text).unwrap() == 0 {
                return (says + &answer, None);
            }
            if answer.is_empty() && !text.starts_with('[') {
                says += &text;
                continue;
            }
            answer += &text;
            match serde_json::from_str(&answer) {
                Ok(answer) => return (says, Some(answer)),
                // Some are printed in more than one line.
                Err(error) if error.is_eof() => {}
                Err(error) => panic!("{error}: {answer}"),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Side {
    pub connection: Connection,
    netns: Netns,
    name: String,
    ip: Option<Program>,
    bridge: Option<Program>,
    /// The links that are there before each row.
    base: BTreeSet<u32>,
}

impl Side {
    /// A namespace with nothing in it.
    pub fn bare(name: &str) -> Self {
        let netns = Netns::create(name).unwrap();
        let mut side = Self {
            connection: netns.connect().unwrap(),
            netns,
            name: name.to_owned(),
            ip: None,
            bridge: None,
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
        let (program, words) = command.split_once(' ').unwrap();
        let (with, question) = questions[0].split_once(' ').unwrap();
        assert_eq!(program, with);
        if words.contains("type netkit") {
            // It takes the words of an earlier line for words of this one.
            self.ip = None;
        }
        let (says, answer) = self.ask(program, words, question);
        // The rest tells the line of the input.
        let says = match (says.split_once("Command failed"), &answer) {
            (Some((says, _)), _) => Err(says.trim().to_owned()),
            (None, None) => Err(says.trim().to_owned()),
            (None, Some(_)) => Ok(()),
        };
        (says, self.rest(answer, questions))
    }

    /// What iproute2 shows, without what can't be equal.
    pub fn state(&mut self, questions: &[&str]) -> Value {
        self.rest(None, questions)
    }

    /// The answers to all of these; the first may be here already.
    fn rest(&mut self, mut first: Option<Value>, questions: &[&str]) -> Value {
        let mut all = Map::new();
        for question in questions {
            let answer = first.take().unwrap_or_else(|| self.show(question));
            all.insert((*question).into(), answer);
        }
        let mut all = Value::Object(all);
        normal::normalise(&mut all);
        all
    }

    /// What iproute2 answers to a question.
    fn show(&mut self, question: &str) -> Value {
        let (program, words) = question.split_once(' ').unwrap();
        // Nothing, which it passes over.
        let (says, answer) = self.ask(program, "", words);
        if words.contains("global") || words.contains("mst") {
            // It can't print any JSON after these.
            self.bridge = None;
        }
        // On a kernel without what is asked for.
        answer.unwrap_or(Value::String(says))
    }

    fn ask(&mut self, program: &str, line: &str, question: &str) -> (String, Option<Value>) {
        let running = match program {
            "ip" => &mut self.ip,
            "bridge" => &mut self.bridge,
            other => panic!("{other} is no program of iproute2"),
        };
        let this = running.get_or_insert_with(|| Program::start(&self.netns, program));
        let answer = this.ask(line, question);
        if answer.1.is_none() {
            *running = None;
        }
        answer
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
