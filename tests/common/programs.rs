//! The examples' programs.
use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// The program of an example, which `cargo test` builds beside the tests.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    profile.join("examples").join(name)
}

pub fn run(name: &str, arguments: &[&str]) -> Output {
    Command::new(program(name))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub fn succeeds(name: &str, arguments: &[&str]) -> String {
    let output = run(name, arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name} {arguments:?}:\n{text}\n{errors}"
    );
    assert!(!text.contains("NOT SEEN"), "{name} {arguments:?}:\n{text}");
    text
}
