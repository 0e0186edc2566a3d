//! Counts the instructions of each codec operation by callgrind: `count [--write FILE]`.
//!
//! The program that runs an operation is counted with few and with many repetitions; the
//! difference, divided, is what one costs, free of start-up. A turn of the loop itself, with
//! its two calls through pointers, is a handful of instructions and is left in for all.

use std::path::PathBuf;
use std::process::{Command, Stdio, exit};

use nlroute_benches::codec::{CONTENDERS, OPERATIONS, ready};
use nlroute_benches::table::{self, Table};

const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

fn instructions(contender: &str, operation: &str, times: u64) -> Option<u64> {
    let exe = std::env::current_exe().ok()?.with_file_name("codec_count");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(exe)
        .args([contender, operation, &times.to_string()])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let file = match words.as_slice() {
        [] => None,
        [flag, file] if flag == "--write" => Some(PathBuf::from(file)),
        _ => {
            eprintln!("usage: count [--write FILE]");
            exit(2)
        }
    };
    let mut text = String::from("## Instructions of the codec\n\n");
    if Command::new("valgrind").arg("--version").output().is_err() {
        text.push_str("Not counted: valgrind is not installed.");
    } else {
        let names: Vec<&str> = CONTENDERS.iter().map(|contender| contender.name).collect();
        let mut table = Table::new(&[&["operation"], names.as_slice()].concat());
        for (operation, what) in OPERATIONS {
            let mut cells = vec![(*what).to_owned()];
            for contender in CONTENDERS {
                let each = ready(contender, operation).map(|_| {
                    let few = instructions(contender.name, operation, FEW)?;
                    let many = instructions(contender.name, operation, MANY)?;
                    Some((many - few) as f64 / (MANY - FEW) as f64)
                });
                cells.push(match each {
                    Some(Some(each)) => format!("{each:.0}"),
                    Some(None) => return Err(format!("{} {operation}", contender.name).into()),
                    None => "–".into(),
                });
            }
            table.row(&cells);
        }
        text.push_str(&table.finish());
        text.push_str(&format!(
            "\nInstructions an operation, by callgrind: {MANY} repetitions less {FEW}, divided; \
             the loop's own are left in for all. Encoding begins with plain values and ends with \
             the finished message; decoding begins with the whole message, as the kernel sent \
             it, and ends with the fields. All encode the same attributes and read the same fields, which \
             the package's tests check; nlink's peer namespace goes by process id, since by \
             descriptor each message would cost it a `dup` and a `close`.\n\n"
        ));
        text.push_str(&table::machine());
    }
    println!("{text}");
    if let Some(file) = file {
        table::write_section(&file, "instructions", &text)?;
    }
    Ok(())
}
