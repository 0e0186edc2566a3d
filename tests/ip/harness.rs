//! Either program, run in a namespace, for a bounded time.
use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

use nlroute::Netns;

/// What a program did.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

/// Whose program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whose {
    Theirs,
    Ours,
}

/// iproute2's version, if it is here.
pub fn version() -> Option<&'static str> {
    static VERSION: OnceLock<Option<String>> = OnceLock::new();
    let found = VERSION.get_or_init(|| {
        let output = Command::new("ip").arg("-V").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let version = text.split("iproute2-").nth(1)?;
        Some(version.split(',').next()?.trim().to_owned())
    });
    found.as_deref()
}

/// Whether it is the version whose text this is meant to be, byte for byte.
pub fn exact() -> bool {
    version().is_some_and(|version| version.starts_with("6.15"))
}

/// Our program under the name of one of theirs.
pub fn ours(name: &str) -> PathBuf {
    let link = folder().join(name);
    if !link.exists() {
        // Another test may have made it meanwhile.
        let _ = std::os::unix::fs::symlink(crate::programs::program("ip"), &link);
    }
    link
}

/// A folder that has our program under the names of theirs, and nothing else.
pub fn folder() -> PathBuf {
    let name = format!("nlroute-ip-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Removes the folder.
pub struct Tidy;

impl Drop for Tidy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(folder());
    }
}

/// Either program.
pub fn path(whose: Whose, program: &str) -> PathBuf {
    match whose {
        Whose::Theirs => in_path(program),
        Whose::Ours => ours(program),
    }
}

/// Where a program is: there is a `timeout` that would run an `ip` of its own.
fn in_path(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = std::env::split_paths(&path).map(|folder| folder.join(program));
    all.find(|path| path.is_file())
        .unwrap_or_else(|| program.into())
}

/// Runs `program` with these words in a namespace.
pub fn run_in(netns: Option<&Netns>, whose: Whose, words: &[&str], input: &str) -> Output {
    let (program, words) = words.split_first().unwrap();
    let path = path(whose, program);
    let start = || {
        Command::new("timeout")
            .args(["-s", "KILL", "60"])
            .arg(&path)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    };
    let child = match netns {
        Some(netns) => netns.run(start).unwrap(),
        None => start(),
    };
    let mut child = child.unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Output {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

pub fn does(netns: &Netns, whose: Whose, line: &str) -> Output {
    let words: Vec<_> = line.split(' ').collect();
    run_in(Some(netns), whose, &words, "")
}

/// Runs commands that must succeed.
pub fn set_up(netns: &Netns, whose: Whose, lines: &str) {
    for line in commands(lines) {
        let output = does(netns, whose, line);
        assert_eq!(output.code, Some(0), "{whose:?} {line}: {output:?}");
    }
}

/// The lines of a block that are commands.
pub fn commands(lines: &str) -> impl Iterator<Item = &str> {
    let lines = lines.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}
