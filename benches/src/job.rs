//! The bridge job: what is built, and the arguments that every program of it takes.
//!
//! A bridge `br0` with 192.168.56.1/16, up; for each container I a namespace `netnsI` and a
//! veth pair, `vethI` on the bridge and up, `cethI` in the namespace, up, with an address of
//! its own, `lo` up and a default route via the bridge.

pub const BRIDGE: &str = "br0";
pub const GATEWAY: [u8; 4] = [192, 168, 56, 1];
pub const PREFIX: u8 = 16;
pub const NETNS_DIR: &str = "/run/netns";

/// The address of container `i`: 192.168.56.10 and up, on through the /16.
pub const fn ip(i: u32) -> [u8; 4] {
    let n = (56 * 256 + 10 + i) % 65_535;
    [192, 168, (n / 256) as u8, (n % 256) as u8]
}

/// `--containers N [--time] [--keep]`.
#[derive(Debug, Clone, Copy)]
pub struct Args {
    pub containers: u32,
    /// Print the nanoseconds of the build phase on standard output.
    pub time: bool,
    /// Leave the network standing.
    pub keep: bool,
}

impl Args {
    /// Reads the command line; prints what is wrong and exits with 2.
    pub fn from_env() -> Args {
        let mut args = Args {
            containers: 1,
            time: false,
            keep: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--containers" => match words.next().and_then(|n| n.parse().ok()) {
                    Some(n) => args.containers = n,
                    None => usage("--containers wants a number"),
                },
                "--time" => args.time = true,
                "--keep" => args.keep = true,
                "--no-ping" | "--here" | "--quiet" => {}
                other => usage(other),
            }
        }
        args
    }
}

fn usage(what: &str) -> ! {
    eprintln!("{what}\nusage: --containers N [--time] [--keep] [--no-ping]");
    std::process::exit(2)
}

/// Runs the job's two halves and reports the first one's time when asked.
pub fn report(args: Args, started: std::time::Instant) {
    if args.time {
        println!("build_ns {}", started.elapsed().as_nanos());
    }
}
