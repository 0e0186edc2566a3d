//! A test's body in a process and a sandbox of its own.
//!
//! The process that runs the test starts its own binary once more, for this test only, with a
//! sandbox before exec. The child comes to the same call, sees by the environment that it's the
//! child, and runs the body. Both share a file in memory, the report: into it the child writes that
//! the body was entered and that it finished. A child that found no such test, or another one, ends
//! well too, but its report is empty: so the test can't pass without having run.
use std::{
    any::type_name,
    env,
    fmt::Display,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::{
        fd::AsRawFd,
        unix::process::{CommandExt, parent_id},
    },
    process::{self, Command, ExitCode, ExitStatus, Stdio, Termination},
    thread,
};

use super::Sandbox;
use crate::{
    error::{Error, ErrorKind, Result},
    sys,
};

/// Set for the child: `PARENT DESCRIPTOR TEST`.
const CHILD: &str = "NLROUTE_SANDBOX_CHILD";
/// Set by who prefers no test to a failed one where sandboxes are forbidden.
const MAY_SKIP: &str = "NLROUTE_SANDBOX_MAY_SKIP";

const ENTERED: &str = "entered";
const FINISHED: &str = "finished";
const SKIPPED: &str = "skipped ";

/// Whether an [`isolated`] test ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It ran to its end.
    Ran,
    /// It said by [`skip`] that it can't run here, or no sandbox can be made.
    Skipped,
}

/// Runs the body of a test in a process and a [sandbox](Sandbox) of its own.
///
/// To be called once, from a `#[test]` function or a documentation example, under `cargo test` or
/// `cargo nextest`, by root or by an ordinary user. In the body's process there is only the test
/// runner's main thread besides, which waits. Any number of such tests run beside each other.
///
/// Like a test function, the body returns nothing or a `Result`, so that `?` can be used in it.
///
/// ```
/// use nlroute::{Netns, sandbox};
///
/// // The body of a `#[test]` function:
/// fn a_namespace_is_listed() {
///     sandbox::isolated(|| {
///         Netns::create("blue")?;
///         assert_eq!(Netns::list()?, ["blue"]);
///         Ok::<(), nlroute::Error>(())
///     });
/// }
/// # a_namespace_is_listed();
/// ```
///
/// The test function runs twice, outside and inside; what stands outside of the body should be
/// little. What the child prints comes out where the test's own output does.
///
/// # Panics
///
/// When the body panicked or returned an error, or the child ended in any other way than by running
/// the body to its end. When no sandbox can be made: the message says which setting of the system
/// forbids it. With `NLROUTE_SANDBOX_MAY_SKIP=1` in the environment the latter is a [`skip`]
/// instead.
pub fn isolated<F: FnOnce() -> T, T: Termination>(body: F) -> Outcome {
    if let Some(child) = Child::this() {
        return child.run(body);
    }
    let test = test_name::<F>();
    let run = match spawn(&test) {
        Ok(run) => run,
        Err(error) => {
            let forbidden = matches!(error.kind(), ErrorKind::Forbidden { .. });
            if forbidden && env::var_os(MAY_SKIP).is_some_and(|value| value == "1") {
                announce(&test, &error.to_string());
                return Outcome::Skipped;
            }
            panic!("{test}: {error}");
        }
    };
    let mut lines = run.report.lines();
    let entered = lines.next() == Some(ENTERED);
    let rest: Vec<&str> = lines.collect();
    let skipped: Vec<&str> = rest
        .iter()
        .filter_map(|line| line.strip_prefix(SKIPPED))
        .collect();
    let finished = rest.last() == Some(&FINISHED) && rest.len() == skipped.len() + 1;
    for reason in &skipped {
        announce(&test, reason);
    }
    let Run { status, output, .. } = run;
    if !entered {
        panic!("{test}: its process never came to the test's body ({status})\n{output}");
    }
    if !status.success() || !finished {
        panic!("{test}: failed in its sandbox ({status})\n{output}");
    }
    // By this macro, so that the test runner shows it or not, as with any other output.
    print!("{output}");
    if skipped.is_empty() {
        Outcome::Ran
    } else {
        Outcome::Skipped
    }
}

/// Says, loudly, that the calling test can't run on this machine.
///
/// It prints the line `SKIPPED <test>: <reason>` to stderr, past the test runner's capture, so that
/// skipped tests can be counted. It doesn't end the test: return after it.
pub fn skip(reason: impl Display) {
    // The report is one line an entry.
    let reason = reason.to_string().replace('\n', " ");
    match Child::this() {
        // The parent announces it, since our own output is held back.
        Some(mut child) => {
            if child.write(&format!("{SKIPPED}{reason}")).is_err() {
                announce(&child.test, &reason);
            }
        }
        None => announce(thread::current().name().unwrap_or("?"), &reason),
    }
}

#[inline]
fn announce(test: &str, reason: &str) {
    // Not `eprintln!`, which the test runner captures. In one write, since others print too.
    let _ = io::stderr()
        .lock()
        .write_all(format!("SKIPPED {test}: {reason}\n").as_bytes());
}

/// How the child ended.
struct Run {
    status: ExitStatus,
    /// What it printed, on stdout and stderr.
    output: String,
    report: String,
}

/// Runs the test binary once more, for one test, and waits for its end.
#[inline]
fn spawn(test: &str) -> Result<Run> {
    let failed = |error| Error::system("run the test's process", error);
    // Files rather than pipes: a process that the test left behind would hold a pipe open.
    let report = memory_file(c"report").map_err(failed)?;
    let output = memory_file(c"output").map_err(failed)?;
    let twin = |file: &File| file.try_clone().map_err(failed);
    // Not by its path, which may lead to another file by now, or be closed to this user.
    let mut command = Command::new("/proc/self/exe");
    command
        .arg0(env::args_os().next().unwrap_or_else(|| "test".into()))
        .args([
            test,
            "--exact",
            "--include-ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(
            CHILD,
            format!("{} {} {test}", process::id(), report.as_raw_fd()),
        )
        .stdin(Stdio::null())
        .stdout(twin(&output)?)
        .stderr(twin(&output)?);
    let sandbox = Sandbox::new();
    sandbox.apply(&mut command);
    sys::bequeath(&mut command, report.as_raw_fd());
    let status = command.status().map_err(|error| sandbox.explain(error))?;
    Ok(Run {
        status,
        output: content(output).map_err(failed)?,
        report: content(report).map_err(failed)?,
    })
}

#[inline]
fn memory_file(name: &std::ffi::CStr) -> io::Result<File> {
    sys::memory_file(name).map(File::from)
}

#[inline]
fn content(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The name by which the test runner knows the calling test.
fn test_name<F>() -> String {
    match thread::current().name() {
        // The runner names a test's thread after the test, but runs it on the main thread if
        // there is to be one only. Then the type of the body tells: `crate::path::{{closure}}`.
        None | Some("main") => {
            let path = type_name::<F>();
            let path = path.split_once("::").map_or(path, |(_, path)| path);
            path.split_once("::{{closure}}")
                .map_or(path, |(path, _)| path)
                .to_owned()
        }
        Some(name) => name.to_owned(),
    }
}

/// This process, if it was started by [`spawn`].
struct Child {
    test: String,
    report: File,
}

impl Child {
    #[inline]
    fn this() -> Option<Self> {
        let value = env::var(CHILD).ok()?;
        let mut fields = value.splitn(3, ' ');
        let parent: u32 = fields.next()?.parse().ok()?;
        let descriptor: i32 = fields.next()?.parse().ok()?;
        let test = fields.next()?.to_owned();
        // A process that the child starts inherits the variable, but isn't the child.
        if parent != parent_id() {
            return None;
        }
        // Processes that the body starts shall not inherit it in turn.
        sys::set_close_on_exec(descriptor, true).ok()?;
        // Opened anew, which needs no right to a descriptor that this code didn't make.
        let path = format!("/proc/self/fd/{descriptor}");
        let report = OpenOptions::new().read(true).append(true).open(path).ok()?;
        Some(Self { test, report })
    }

    #[inline]
    fn write(&mut self, line: &str) -> io::Result<()> {
        self.report.write_all(format!("{line}\n").as_bytes())
    }

    fn run<T: Termination>(mut self, body: impl FnOnce() -> T) -> Outcome {
        let written = |result: io::Result<()>| {
            if let Err(error) = result {
                panic!("can't write the sandbox's report: {error}");
            }
        };
        // A second body would run in the first one's sandbox.
        if self.report.metadata().is_ok_and(|report| report.len() > 0) {
            panic!("sandbox::isolated can be called once in a test only");
        }
        written(self.write(ENTERED));
        // Looked up again afterwards rather than held open: bodies may count their descriptors.
        drop(self);
        // This also prints the error, as it's done for a test function that returns one.
        if body().report() != ExitCode::SUCCESS {
            panic!("the test's body returned a failure");
        }
        match Self::this() {
            Some(mut child) => {
                let mut report = String::new();
                written(child.report.read_to_string(&mut report).map(drop));
                written(child.write(FINISHED));
                match report.lines().any(|line| line.starts_with(SKIPPED)) {
                    true => Outcome::Skipped,
                    false => Outcome::Ran,
                }
            }
            None => panic!("the sandbox's report is gone"),
        }
    }
}
