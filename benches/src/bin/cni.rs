//! ADD and DEL of `examples/cni_bridge` beside the distribution's plugin of type bridge.
//!
//! cni [--write FILE] [--rounds N] [--reference PATH] [--quick]
//!
//! The reference is that of Debian's containernetworking-plugins. Both ask the same IPAM plugin,
//! the example's, which is run anew for each and counted along.
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use nlroute_benches::{
    sandbox,
    table::{self, Table, median, pairwise},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Options {
    write: Option<PathBuf>,
    rounds: usize,
    reference: PathBuf,
}

fn options() -> Options {
    let mut options = Options {
        write: None,
        rounds: 101,
        reference: "/usr/lib/cni/bridge".into(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--write", Some(file)) => options.write = Some(file.into()),
            ("--rounds", Some(n)) => options.rounds = n.parse().unwrap_or(101),
            ("--reference", Some(path)) => options.reference = path.into(),
            _ => {
                eprintln!("usage: cni [--write FILE] [--rounds N] [--reference PATH]");
                std::process::exit(2);
            }
        }
    }
    options
}

/// What one call cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    wall: f64,
    processor: f64,
}

/// Waits for a child, and tells what it and its own children took of the processor, in ms. The
/// kernel counts the sum exactly and only guesses how it divides.
fn wait(pid: u32) -> io::Result<(ExitStatus, f64)> {
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: both places are written to, and the child is waited for by nobody else.
    if unsafe { libc::wait4(pid as i32, &mut status, 0, usage.as_mut_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all zeros is a value, and the kernel has filled it in.
    let usage = unsafe { usage.assume_init() };
    let ms = |time: libc::timeval| time.tv_sec as f64 * 1e3 + time.tv_usec as f64 / 1e3;
    let status = ExitStatus::from_raw(status);
    Ok((status, ms(usage.ru_utime) + ms(usage.ru_stime)))
}

struct Engine {
    directory: PathBuf,
}

impl Engine {
    fn new(ipam: &Path) -> Result<Self> {
        let name = format!("nlroute-bench-cni-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory)?;
        symlink(ipam, directory.join("nlroute-ipam"))?;
        Ok(Self { directory })
    }

    fn config(&self) -> String {
        format!(
            r#"{{"cniVersion":"1.0.0","name":"net","type":"bridge","bridge":"br0",
            "isDefaultGateway":true,"ipam":{{"type":"nlroute-ipam",
            "ranges":[[{{"subnet":"10.88.0.0/16"}}]],"dataDir":"{}"}}}}"#,
            self.directory.join("addresses").display()
        )
    }

    /// Calls a plugin, by `wrapper` if there is one.
    fn call(&self, plugin: &Path, verb: &str, container: &str, wrapper: &[&str]) -> Result<Cost> {
        let mut command = match wrapper {
            [] => Command::new(plugin),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(plugin);
                command
            }
        };
        command
            .env("CNI_COMMAND", verb)
            .env("CNI_CONTAINERID", container)
            .env("CNI_NETNS", format!("/run/netns/{container}"))
            .env("CNI_IFNAME", "eth0")
            .env("CNI_PATH", &self.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(self.config().as_bytes())?;
        }
        let (status, processor) = wait(child.id())?;
        if !status.success() {
            return Err(format!("{} {verb}: {status}", plugin.display()).into());
        }
        Ok(Cost {
            wall: begun.elapsed().as_secs_f64() * 1e3,
            processor,
        })
    }

    /// System calls of one ADD, of every thread and child.
    fn calls(&self, plugin: &Path, container: &str) -> Result<u64> {
        let file = self.directory.join("calls");
        let path = file.to_string_lossy().into_owned();
        let strace = ["strace", "-f", "-c", "-o", path.as_str()];
        self.call(plugin, "ADD", container, &strace)?;
        let text = fs::read_to_string(&file)?;
        let total = text
            .lines()
            .find(|line| line.trim_end().ends_with(" total"));
        let count = total.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
        Ok(count.ok_or("strace said no total")?)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn ip(words: &[&str]) -> Result<()> {
    match Command::new("ip").args(words).status()?.success() {
        true => Ok(()),
        false => Err(format!("ip {words:?} fails").into()),
    }
}

fn run(options: &Options) -> Result<String> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/examples/cni_bridge");
    let ours = ours.canonicalize().map_err(|error| {
        format!("cargo build --release --example cni_bridge comes first: {error}")
    })?;
    let plugins = [
        ("the distribution's", options.reference.as_path()),
        ("nlroute", ours.as_path()),
    ];
    sandbox::enter()?;
    let engine = Engine::new(&ours)?;
    let mut costs = [const { (Vec::new(), Vec::new()) }; 2];
    for round in 0..=options.rounds {
        for turn in 0..plugins.len() {
            let place = (round + turn) % plugins.len();
            let container = format!("c{place}");
            ip(&["netns", "add", &container])?;
            let add = engine.call(plugins[place].1, "ADD", &container, &[])?;
            let delete = engine.call(plugins[place].1, "DEL", &container, &[])?;
            ip(&["netns", "del", &container])?;
            // The first makes the bridge.
            if round > 0 {
                costs[place].0.push(add);
                costs[place].1.push(delete);
            }
        }
    }
    let mut table = Table::new(&[
        "plugin",
        "ADD, ms",
        "×",
        "processor, ms",
        "system calls",
        "DEL, ms",
        "×",
        "size of the program, KiB",
    ]);
    let wall = |costs: &[Cost]| costs.iter().map(|cost| cost.wall).collect::<Vec<_>>();
    let base = (wall(&costs[0].0), wall(&costs[0].1));
    for (place, (name, plugin)) in plugins.into_iter().enumerate() {
        let (add, delete) = &costs[place];
        let processor: Vec<_> = add.iter().map(|cost| cost.processor).collect();
        ip(&["netns", "add", "counted"])?;
        let calls = engine.calls(plugin, "counted");
        engine.call(plugin, "DEL", "counted", &[])?;
        ip(&["netns", "del", "counted"])?;
        table.row(&[
            name.into(),
            format!("{:.2}", median(&wall(add))),
            format!("{:.2}", pairwise(&wall(add), &base.0)),
            format!("{:.2}", median(&processor)),
            calls?.to_string(),
            format!("{:.2}", median(&wall(delete))),
            format!("{:.2}", pairwise(&wall(delete), &base.1)),
            (fs::metadata(plugin)?.len() / 1024).to_string(),
        ]);
    }
    Ok(format!(
        "## A CNI plugin\n\n`examples/cni_bridge` beside the plugin of type bridge that the \
         distribution has (`{}`): ADD and DEL of a container with an IPv4 address and a default \
         route, on a bridge that is there.\n\n{}\n{} rounds, by turns; medians, and the medians of \
         the ratios of the same round. Times are from spawn to wait; that of the processor is with \
         the IPAM plugin's, which is the same for both. System calls are counted by `strace -f \
         -c` in one ADD, of every thread and child.\n\n{}\n",
        options.reference.display(),
        table.finish(),
        options.rounds,
        table::machine()
    ))
}

fn main() -> Result<()> {
    if let Some(code) = sandbox::inside_main().or_else(sandbox::settle_main) {
        std::process::exit(code)
    }
    let options = options();
    if !options.reference.exists() {
        println!("SKIPPED cni: there is no {}", options.reference.display());
        return Ok(());
    }
    let text = run(&options)?;
    println!("{}", text.trim_end());
    if let Some(file) = &options.write {
        table::write_section(file, "cni", &text)?;
    }
    Ok(())
}
