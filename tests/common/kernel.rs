//! What the running kernel has, by what the settings' documentation says of kernels.
#![allow(dead_code)] // each test binary uses a part
use std::{fmt, fs};

use nlroute::wire::Line;

/// Version of the running kernel.
pub fn running() -> (u32, u32) {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    version(&release).unwrap()
}

/// The first two numbers: of `6.12.3-amd64`, of the end of a sentence.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Whether the running kernel may be too old for this setting, by its documentation.
pub fn is_new(line: &Line) -> bool {
    let after = |words| line.doc.split(words).nth(1).and_then(version);
    let since = after("Since Linux ").is_some_and(|since| running() < since);
    since || line.doc.contains("Newer than Linux ")
}

/// A payload as its type shows it.
pub fn shown(line: &Line, payload: &[u8]) -> String {
    struct Shown<'a>(&'a Line, &'a [u8]);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.value.show(self.1, f).map_err(|_| fmt::Error)
        }
    }
    Shown(line, payload).to_string()
}
