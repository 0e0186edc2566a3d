//! What the crate's sources declare, so that nothing of it is left out of the lists of the tests.
use std::{fs, path::Path};

/// Names that the sources give to what the headers have.
#[derive(Debug, Default)]
pub struct Declared {
    pub tables: Vec<String>,
    pub records: Vec<String>,
    /// Enumerations and flags.
    pub values: Vec<String>,
    /// Constants that are named as in the headers, and their numbers.
    pub constants: Vec<(String, i64)>,
}

/// All of them; `None` where the sources can't be read, as by another user than the builder.
pub fn declared() -> Option<Declared> {
    let mut declared = Declared::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    walk(&root, &mut declared).ok()?;
    Some(declared)
}

fn walk(folder: &Path, declared: &mut Declared) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_stem().is_some_and(|name| name == "tests") {
            // What tests declare for themselves.
            continue;
        }
        if path.is_dir() {
            walk(&path, declared)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            scan(&fs::read_to_string(&path)?, declared);
        }
    }
    Ok(())
}

fn scan(source: &str, declared: &mut Declared) {
    let mut within = "";
    for line in source.lines().map(str::trim) {
        if line.starts_with("//") {
            continue;
        }
        for made_by in [
            "open_enum! {",
            "open_flags! {",
            "record! {",
            "same_table! {",
            "table! {",
        ] {
            if line.contains(&format!("crate::{made_by}")) {
                within = made_by;
            }
        }
        let words: Vec<&str> = line.split([' ', ':', '(', ';']).collect();
        match words[..] {
            ["table", name, ..] if within.ends_with("table! {") && line.contains('"') => {
                declared.tables.push(name.to_owned());
            }
            ["pub", "struct", name, ..] if within == "record! {" && line.contains('"') => {
                declared.records.push(name.to_owned());
            }
            ["pub", "enum", name, ..]
                if within == "open_enum! {" && line.contains(&format!("{name}: ")) =>
            {
                declared.values.push(name.to_owned());
            }
            ["pub", "struct", name, ..]
                if within == "open_flags! {" && line.contains(&format!("{name}: ")) =>
            {
                declared.values.push(name.to_owned());
            }
            _ => constant(line, declared),
        }
    }
}

/// `const RTA_UID: u16 = 25;`
fn constant(line: &str, declared: &mut Declared) {
    const OF_HEADERS: &[&str] = &[
        "BRIDGE", "IFA", "IFLA", "MDBA", "NDA", "NETCONFA", "NETNSA", "NHA", "NLA", "NLM", "NTF",
        "RTA", "RTAX", "RTM", "RTNLGRP", "FRA", "TCA",
    ];
    let Some((before, value)) = line.split_once(" = ") else {
        return;
    };
    let Some(name) = before.split(" const ").last() else {
        return;
    };
    let name = name.trim_start_matches("const ");
    let Some((name, _)) = name.split_once(':') else {
        return;
    };
    let of_headers = name
        .split_once('_')
        .is_some_and(|(first, _)| OF_HEADERS.contains(&first));
    let value = value.trim_end_matches(';');
    let number = match value.split_once(" << ") {
        Some((one, by)) => one
            .parse()
            .ok()
            .zip(by.parse::<u32>().ok())
            .map(|(one, by): (i64, _)| one << by),
        None => value.parse().ok(),
    };
    if let (true, Some(number)) = (of_headers, number) {
        declared.constants.push((name.to_owned(), number));
    }
}
