//! The public API of nlroute, an item a line, as `docs/api.txt` has it.
//!
//! ```text
//! cargo +nightly rustdoc --lib -- -Zunstable-options --output-format json
//! api target/doc/nlroute.json docs/api.txt            fails where they differ, and says where
//! api target/doc/nlroute.json docs/api.txt --write    writes it
//! ```
//!
//! Of a trait that is implemented only that is listed: its members are the trait's affair. Left out
//! are implementations that are derived, automatic or for all types.
use std::{collections::BTreeSet, error::Error, fs, process::ExitCode};

use public_api::Builder;

const CRATE: &str = "nlroute::";
/// How many differences are printed.
const MOST: usize = 100;

/// Without what stands between angle brackets.
fn plain(path: &str) -> String {
    let mut depth = 0_usize;
    path.chars()
        .filter(|c| match c {
            '<' => {
                depth += 1;
                false
            }
            '>' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// The type of an implementation of a trait.
fn implementor(line: &str) -> Option<String> {
    let (_, of) = line.strip_prefix("impl")?.split_once(" for ")?;
    let of = of.split(" where ").next().unwrap_or(of);
    Some(format!("{}::", plain(of.trim_start_matches('&'))))
}

/// The path of a member: of a function, a type or a constant.
fn member(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub ")?;
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    if rest.starts_with(CRATE) {
        return Some(rest);
    }
    rest.strip_prefix("fn ")
        .or_else(|| rest.strip_prefix("type "))
}

fn listing(json: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    let mut of = None;
    let mut lines = Vec::new();
    for item in api.items() {
        let line = item.to_string();
        if line.starts_with("impl") {
            of = implementor(&line);
        } else if let (Some(of), Some(path)) = (&of, member(&line)) {
            if plain(path).starts_with(of.as_str()) {
                continue;
            }
        } else {
            of = None;
        }
        lines.push(line.replace(CRATE, ""));
    }
    Ok(lines)
}

fn run() -> Result<bool, Box<dyn Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let (json, file, write) = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [json, file] => (json, file, false),
        [json, file, "--write"] => (json, file, true),
        _ => return Err("usage: api nlroute.json api.txt [--write]".into()),
    };
    let now = listing(json)?;
    if write {
        fs::write(file, now.join("\n") + "\n")?;
        println!("{} items", now.len());
        return Ok(true);
    }
    let before = fs::read_to_string(file)?;
    let before: Vec<_> = before.lines().map(str::to_owned).collect();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), now.iter().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let come = new.difference(&old).map(|line| format!("+ {line}"));
    let differences: Vec<_> = gone.chain(come).collect();
    for line in differences.iter().take(MOST) {
        println!("{line}");
    }
    if differences.len() > MOST {
        println!("and {} more", differences.len() - MOST);
    }
    println!("{} items, {} differences", now.len(), differences.len());
    Ok(differences.is_empty() && before == now)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("The public API isn't what docs/api.txt says: see .ci/api.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("api: {error}");
            ExitCode::from(2)
        }
    }
}
