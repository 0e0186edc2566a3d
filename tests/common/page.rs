//! Pages of what is called elsewhere and what is called here: the right side of each row is the
//! source of code that was compiled, as it stands in the test.
#![allow(dead_code)] // each test binary uses a part
use std::{fmt::Write, fs, path::Path};

/// Heads and rows of a source: what stands in a macro that begins with `{ host;`.
///
/// A head is `# "text";`, a row is `"left" => code;`, on as many lines as it takes.
pub fn entries(source: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut code: Option<(String, String)> = None;
    let mut inside = false;
    for line in source.lines() {
        let line = line.trim();
        match line {
            "}" => inside = false,
            _ if line.ends_with("! { host;") => inside = true,
            _ if !inside || line.is_empty() || line.starts_with("//") => {}
            _ => {
                if let Some(head) = line.strip_prefix("# ") {
                    entries.push(Entry::Head(text(head.strip_suffix(';').unwrap())));
                    continue;
                }
                let (left, mut right) = match code.take() {
                    Some((left, right)) => (left, join(right, line)),
                    None => match line.split_once("\" =>") {
                        Some((left, right)) => {
                            (text(&format!("{left}\"")), right.trim().to_owned())
                        }
                        None => (text(line), String::new()),
                    },
                };
                if let Some(rest) = right.strip_prefix("=> ") {
                    right = rest.to_owned();
                }
                match right.strip_suffix(';') {
                    Some(right) => entries.push(Entry::Row(left, right.to_owned())),
                    None => code = Some((left, right)),
                }
            }
        }
    }
    assert!(code.is_none(), "a row without an end: {code:?}");
    entries
}

/// A part of a page.
pub enum Entry {
    Head(String),
    Row(String, String),
}

/// What a literal says.
fn text(literal: &str) -> String {
    let inner = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner
        .unwrap_or_else(|| panic!("no literal: {literal}"))
        .replace("\\\"", "\"")
}

/// One line of two.
fn join(mut before: String, line: &str) -> String {
    let close = line.starts_with(['.', ')', ']', '}', '?']) || before.ends_with(['(', '[']);
    if !close && !before.is_empty() {
        before.push(' ');
    }
    if line.starts_with([')', ']']) && before.ends_with(',') {
        before.pop();
    }
    before + line
}

/// The tables, a heading of `level` before each.
pub fn tables(entries: &[Entry], level: &str, left: &str) -> String {
    let mut page = String::new();
    for entry in entries {
        match entry {
            Entry::Head(head) => {
                write!(
                    page,
                    "\n{level} {head}\n\n| {left} | nlroute |\n|---|---|\n"
                )
                .unwrap();
            }
            Entry::Row(left, right) => {
                let cell = |text: &str| text.replace('|', "\\|");
                writeln!(page, "| `{}` | `{}` |", cell(left), cell(right)).unwrap();
            }
        }
    }
    page
}

/// Compares what stands between the marks of a page with `tables`; writes it there with
/// `NLROUTE_BLESS` in the environment.
pub fn check(name: &str, kept: &str, tables: &str, bless: &str) {
    const BEGIN: &str = "<!-- begin calls -->\n";
    const END: &str = "<!-- end calls -->\n";
    let (before, rest) = kept
        .split_once(BEGIN)
        .expect("a page has a place for its tables");
    let (between, after) = rest.split_once(END).expect("and an end of it");
    let now = format!("{tables}\n");
    if std::env::var_os("NLROUTE_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        fs::write(path, format!("{before}{BEGIN}{now}{END}{after}")).unwrap();
        return;
    }
    let mut lines = between.lines().zip(now.lines());
    let differs = lines.find(|(kept, now)| kept != now);
    assert!(
        between == now,
        "{name} is another, from here on: {differs:?}; NLROUTE_BLESS=1 {bless} writes it"
    );
}
