//! How long it takes to build a program that depends on this crate, or on a peer, from nothing.
//!
//! building [--write FILE] [--rounds N]
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

use nlroute_benches::{
    sandbox::processor_of_children,
    table::{self, Table, median, pairwise, quantile},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const MANIFEST: &str = include_str!("../../Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// Whoever does the bridge job, with what its program names beside it.
const CONTENDERS: [&[&str]; 5] = [
    &["nlroute"],
    &["neli"],
    &["netlink-bindings", "netlink-socket2"],
    &["rtnetlink", "tokio", "futures"],
    &["nlink", "tokio"],
];

struct Options {
    write: Option<PathBuf>,
    rounds: usize,
}

fn options() -> Options {
    let mut options = Options {
        write: None,
        rounds: 5,
    };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--write", Some(file)) => options.write = Some(file.into()),
            ("--rounds", Some(n)) => options.rounds = n.parse().unwrap_or(5),
            _ => {
                eprintln!("usage: building [--write FILE] [--rounds N]");
                std::process::exit(2);
            }
        }
    }
    options
}

/// What a build cost.
struct Cost {
    seconds: f64,
    processor: f64,
}

/// A program that does nothing, and depends on what is measured.
struct Program(PathBuf);

impl Program {
    /// With the versions that are measured everywhere else.
    fn new(crates: &[&str]) -> Result<Self> {
        let name = format!("nlroute-bench-build-{}-{}", std::process::id(), crates[0]);
        let program = Self(env::temp_dir().join(name));
        let mut manifest = String::from(
            "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [workspace]\n[dependencies]\n",
        );
        for name in crates {
            let line = match *name {
                "nlroute" => format!("nlroute = {{ path = {OWN:?} }}"),
                name => MANIFEST
                    .lines()
                    .find(|line| line.split(' ').next() == Some(name))
                    .ok_or("it isn't among the peers")?
                    .to_owned(),
            };
            manifest += &line;
            manifest.push('\n');
        }
        fs::create_dir_all(program.0.join("src"))?;
        fs::write(program.0.join("Cargo.toml"), manifest)?;
        fs::write(program.0.join("Cargo.lock"), LOCK)?;
        fs::write(program.0.join("src/main.rs"), "fn main() {}\n")?;
        Ok(program)
    }

    fn build(&self) -> Result<Cost> {
        match fs::remove_dir_all(self.0.join("target")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let (begun, before) = (Instant::now(), processor_of_children());
        let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(["build", "--release", "--quiet"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .status()?;
        if !status.success() {
            return Err(format!("{}: {status}", self.0.display()).into());
        }
        Ok(Cost {
            seconds: begun.elapsed().as_secs_f64(),
            processor: (processor_of_children() - before).as_secs_f64(),
        })
    }

    /// How many packages there are to compile.
    fn packages(&self) -> io::Result<usize> {
        let lock = fs::read_to_string(self.0.join("Cargo.lock"))?;
        Ok(lock.matches("[[package]]").count() - 1)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(options: &Options) -> Result<String> {
    let programs = CONTENDERS
        .iter()
        .map(|crates| Ok((crates.join(", "), Program::new(crates)?, Vec::new())));
    let mut programs = programs.collect::<Result<Vec<_>>>()?;
    // One more, which is thrown away: what isn't there yet is fetched, and files are read from
    // the disk.
    for round in 0..=options.rounds {
        let count = programs.len();
        for n in 0..count {
            let (_, program, costs) = &mut programs[(round + n) % count];
            let cost = program.build()?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    let seconds = |costs: &[Cost]| costs.iter().map(|cost| cost.seconds).collect::<Vec<_>>();
    let own = seconds(&programs[0].2);
    let mut table = Table::new(&[
        "depends on",
        "packages",
        "s",
        "quickest, s",
        "× nlroute",
        "processor, s",
    ]);
    for (name, program, costs) in &programs {
        let took = seconds(costs);
        let processor: Vec<_> = costs.iter().map(|cost| cost.processor).collect();
        table.row(&[
            name.clone(),
            program.packages()?.to_string(),
            format!("{:.1}", median(&took)),
            format!("{:.1}", quantile(&took, 0.0)),
            format!("{:.2}", pairwise(&took, &own)),
            format!("{:.1}", median(&processor)),
        ]);
    }
    Ok(format!(
        "## Building\n\nA program that does nothing and depends on the crate, built from nothing \
         by `cargo build --release` with Cargo's own profile. What a program uses of nlroute is \
         compiled with the program, and isn't in this; nor is what it uses of the others that is \
         generic.\n\n{}\n{} rounds, by turns, each beginning with another one, after one that is \
         thrown away; medians, and the medians of the ratios of the same round. Versions are those \
         of this package's lock, features those that the bridge job wants. Packages are those of \
         the program's lock, among them some that are for other systems.\n\n{}\n",
        table.finish(),
        options.rounds,
        table::machine()
    ))
}

fn main() -> Result<()> {
    let options = options();
    let text = run(&options)?;
    println!("{}", text.trim_end());
    if let Some(file) = &options.write {
        table::write_section(Path::new(file), "build", &text)?;
    }
    Ok(())
}
