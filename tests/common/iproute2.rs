//! Programs of iproute2 that stay in a network namespace and are given their commands one by one:
//! starting one for each would take longer than all else.
use std::{
    io::{BufRead, BufReader, PipeReader, Write, pipe},
    process::{Child, ChildStdin, Command, Stdio},
};

use nlroute::Netns;
use serde_json::Value;

struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<PipeReader>,
    /// How many lines it was given.
    lines: usize,
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
            lines: 0,
        }
    }

    fn ask(&mut self, line: &str, question: &str) -> (String, Option<Value>) {
        let (mut says, mut answer) = (String::new(), String::new());
        self.lines += 2;
        let unanswered = format!("Command failed -:{}", self.lines);
        let asked = format!("{line}\n{question}\n");
        if let Err(error) = self.input.write_all(asked.as_bytes()) {
            return (error.to_string(), None);
        }
        loop {
            let mut text = String::new();
            if self.output.read_line(&mut text).unwrap() == 0 {
                return (says + &answer, None);
            }
            if text.trim() == unanswered {
                return (says + &answer, None);
            }
            if answer.is_empty() && !text.starts_with('[') {
                says += &text;
                continue;
            }
            // What a kernel says to what `ip` looks up while it prints.
            if let Some((printed, "Unknown attribute type.\n")) = text.split_once("Error: ") {
                answer += printed;
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

/// `ip` and `bridge` in a namespace, started when they are needed.
pub struct Programs {
    netns: Netns,
    ip: Option<Program>,
    bridge: Option<Program>,
}

impl Programs {
    pub fn new(netns: Netns) -> Self {
        Self {
            netns,
            ip: None,
            bridge: None,
        }
    }

    /// Runs a command of `ip` or `bridge`, and asks the same program a question; what it says
    /// when the command fails, and the answer, which isn't there if the program gave up, as it
    /// does where it doesn't know a word.
    pub fn command(
        &mut self,
        command: &str,
        question: &str,
    ) -> (Result<(), String>, Option<Value>) {
        let (program, words) = command.split_once(' ').unwrap();
        let (with, question) = question.split_once(' ').unwrap();
        assert_eq!(program, with);
        if words.contains("type netkit") {
            // It takes the words of an earlier line for words of this one.
            self.ip = None;
        }
        // No word is one as well.
        let words = words.split(' ').map(|word| match word {
            "" => "\"\"",
            word => word,
        });
        let line = words.collect::<Vec<_>>().join(" ");
        let (says, answer) = self.ask(program, &line, question);
        // The rest tells the line of the input.
        let done = match (says.split_once("Command failed"), &answer) {
            (None, Some(_)) => Ok(()),
            (Some((says, _)), _) => Err(says.trim().to_owned()),
            (None, None) => Err(says.trim().to_owned()),
        };
        (done, answer)
    }

    /// What iproute2 answers to a question; what it says, on a kernel without what is asked for.
    pub fn show(&mut self, question: &str) -> Value {
        let (program, words) = question.split_once(' ').unwrap();
        // An empty line is passed over.
        let (says, answer) = self.ask(program, "", words);
        if words.contains("global") || words.contains("mst") {
            // It can't print any JSON after these.
            self.bridge = None;
        }
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
}
