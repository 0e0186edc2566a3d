//! How long it takes to build a program that depends on this crate, or on a peer, from nothing.
//!
//! building [--write FILE] [--rounds N]
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

use nlroute_benches::{
    sandbox::processor_of_children,
    table::{self, Table, median, pairwise},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const MANIFEST: &str = include_str!("../../Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// What the sources of the peers take from this package.
const BARE: (&str, &str) = (
    "use nlroute_benches::bare;",
    "mod bare { pub const SKIP_STATS: u32 = 1 << 3; }",
);

/// Each with what its program of the links job depends on, and that program.
const CONTENDERS: [(&[&str], &str); 5] = [
    (
        &["nlroute"],
        include_str!("../../../examples/list_links.rs"),
    ),
    (&["neli"], include_str!("peer_links_neli.rs")),
    (
        &["netlink-bindings", "netlink-socket2"],
        include_str!("peer_links_netlink_bindings.rs"),
    ),
    (
        &["rtnetlink", "netlink-packet-route", "tokio", "futures"],
        include_str!("peer_links_rtnetlink.rs"),
    ),
    (&["nlink", "tokio"], include_str!("peer_links_nlink.rs")),
];

/// What the names of variables begin with that change a build.
const OF_BUILDS: [&str; 7] = [
    "CARGO_BUILD_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "RUSTC_",
    "RUSTFLAGS",
];

struct Options {
    write: Option<PathBuf>,
    rounds: usize,
}

fn usage() -> ! {
    eprintln!("usage: building [--write FILE] [--rounds N]");
    std::process::exit(2)
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
            ("--rounds", Some(n)) => match n.parse::<NonZeroUsize>() {
                Ok(n) => options.rounds = n.get(),
                Err(_) => usage(),
            },
            _ => usage(),
        }
    }
    options
}

/// What a build cost, in seconds.
#[derive(Clone, Copy)]
struct Cost {
    /// Of the dependencies and of a program that does nothing.
    empty: f64,
    /// Of the program of the links job, when they are there.
    links: f64,
    processor: f64,
}

impl Cost {
    fn whole(self) -> f64 {
        self.empty + self.links
    }
}

/// A package of its own, with one program.
struct Package {
    directory: PathBuf,
    links: String,
}

impl Package {
    fn new(crates: &[&str], source: &str) -> Result<Self> {
        let name = format!(
            "nlroute-bench-building-{}-{}",
            std::process::id(),
            crates[0]
        );
        let package = Self {
            directory: env::temp_dir().join(name),
            links: source.replace(BARE.0, BARE.1),
        };
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
        fs::create_dir_all(package.directory.join("src"))?;
        fs::write(package.directory.join("Cargo.toml"), manifest)?;
        fs::write(package.directory.join("Cargo.lock"), LOCK)?;
        package.program("fn main() {}\n")?;
        // It leaves the others out of the lock, so that from here on it is as it is.
        package.cargo(&["metadata", "--quiet", "--format-version", "1"])?;
        Ok(package)
    }

    fn program(&self, source: &str) -> io::Result<()> {
        fs::write(self.directory.join("src/main.rs"), source)
    }

    /// Runs Cargo without what the environment says of how to build: where it fetches from is its
    /// own affair.
    fn cargo(&self, words: &[&str]) -> Result<f64> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if OF_BUILDS.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .args(words)
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", self.directory.join("target"));
        let begun = Instant::now();
        let output = command.output()?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {told}", self.directory.display()).into());
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    fn build(&self) -> Result<Cost> {
        match fs::remove_dir_all(self.directory.join("target")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        const BUILD: [&str; 4] = ["build", "--release", "--quiet", "--locked"];
        let before = processor_of_children();
        self.program("fn main() {}\n")?;
        let empty = self.cargo(&BUILD)?;
        self.program(&self.links)?;
        let links = self.cargo(&BUILD)?;
        Ok(Cost {
            empty,
            links,
            processor: (processor_of_children() - before).as_secs_f64(),
        })
    }

    /// How many packages its lock has beside itself.
    fn packages(&self) -> io::Result<usize> {
        let lock = fs::read_to_string(self.directory.join("Cargo.lock"))?;
        Ok(lock.matches("[[package]]").count().saturating_sub(1))
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn run(options: &Options) -> Result<String> {
    let packages = CONTENDERS.iter().map(|(crates, source)| {
        let package = Package::new(crates, source)?;
        Ok((crates.join(", "), package, Vec::new()))
    });
    let mut packages = packages.collect::<Result<Vec<_>>>()?;
    // One more, which is thrown away: what isn't there yet is fetched, and files are read from
    // the disk.
    for round in 0..=options.rounds {
        let count = packages.len();
        for n in 0..count {
            let (_, package, costs) = &mut packages[(round + n) % count];
            let cost = package.build()?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    let all = |costs: &[Cost], of: fn(Cost) -> f64| -> Vec<f64> {
        costs.iter().map(|cost| of(*cost)).collect()
    };
    let own = packages[0].2.clone();
    let mut table = Table::new(&[
        "depends on",
        "packages",
        "does nothing, s",
        "× nlroute",
        "the links job, s more",
        "both, s",
        "× nlroute",
        "processor, s",
    ]);
    for (name, package, costs) in &packages {
        let times = |of| format!("{:.2}", pairwise(&all(costs, of), &all(&own, of)));
        let seconds = |of| format!("{:.1}", median(&all(costs, of)));
        table.row(&[
            name.clone(),
            package.packages()?.to_string(),
            seconds(|cost| cost.empty),
            times(|cost| cost.empty),
            seconds(|cost| cost.links),
            seconds(Cost::whole),
            times(Cost::whole),
            seconds(|cost| cost.processor),
        ]);
    }
    Ok(format!(
        "## Building\n\nA program that depends on the crate, built from nothing by `cargo build \
         --release` with Cargo's own profile: one that does nothing, and then, with the \
         dependencies there, the one that does the links job. What only some programs use of \
         nlroute is compiled with the program.\n\n{}\n{} rounds, by turns, each beginning with \
         another one, after one that is thrown away; medians, and the medians of the ratios of the \
         same round. Versions and features are those of this package. Packages are those of the \
         program's lock, among them some that are for other systems.\n\n{}\n",
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
