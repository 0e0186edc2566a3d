//! Takes netlink messages apart: prints every attribute by the name that the kernel's headers
//! give it, with its value.
//!
//! ```text
//! decode [--check] [--json] [--body NOUN] [FILE ...]
//! ```
//!
//! It reads lines: a message or a whole datagram in hexadecimal each, or what `strace` printed
//! (`sendmsg`, `sendto`, `recvmsg`, `recvfrom`; the bytes come from `-e write=all -e read=all`,
//! or from strings escaped by `-xx -s 65535` where strace didn't take them apart itself). A text
//! before a tab is a label. A file, or standard input, may also be a capture of an `nlmon` link:
//! pcap or pcapng.
//!
//! `--check` makes every message anew out of its values, and exits with 1 if a byte is another
//! then. `--json` prints one object a message. `--body` takes bodies without their `nlmsghdr`, of
//! a noun such as `link`, `addr`, `route`, `neigh`, `rule`, `nexthop`. What the crate has no table
//! for is walked by its lengths alone, and is told as unknown. The last line counts.
//!
//! It exits with 2 if something could not be read at all.
#[path = "decode/mod.rs"]
mod decode;

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, IsTerminal, Write},
    process::ExitCode,
};

use decode::{Options, Run};
use nlroute::messages::NOUNS;

const USAGE: &str = "usage: decode [--check] [--json] [--body NOUN] [FILE ...]
Reads messages in hexadecimal, or what strace printed, one a line, or a pcap file of nlmon.";

fn main() -> ExitCode {
    let (options, files) = match arguments(std::env::args().skip(1)) {
        Ok(Some(given)) => given,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("decode: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if files.is_empty() && io::stdin().is_terminal() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match run(options, &files, &mut out).and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // Who reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("decode: {error}");
            ExitCode::from(2)
        }
    }
}

/// `None` if only help was asked for.
fn arguments(
    given: impl Iterator<Item = String>,
) -> Result<Option<(Options, Vec<String>)>, String> {
    let (mut options, mut files) = (Options::default(), Vec::new());
    let mut given = given.peekable();
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--check" => options.check = true,
            "--json" => options.json = true,
            "--body" => {
                let name = given.next().ok_or("--body wants a noun")?;
                let noun = Options::noun(&name).ok_or_else(|| {
                    let all: Vec<_> = NOUNS.iter().map(|noun| noun.name).collect();
                    format!("no noun is called {name}; there are {}", all.join(", "))
                })?;
                options.body = Some(noun);
            }
            "-h" | "--help" => return Ok(None),
            "-" => files.push(argument),
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            _ => files.push(argument),
        }
    }
    Ok(Some((options, files)))
}

fn run(options: Options, files: &[String], out: &mut dyn Write) -> io::Result<u8> {
    let mut stderr = io::stderr();
    let mut run = Run::new(options, out, &mut stderr);
    if files.is_empty() {
        run.read(&mut io::stdin().lock())?;
    }
    for name in files {
        if name == "-" {
            run.read(&mut io::stdin().lock())?;
            continue;
        }
        match File::open(name) {
            Ok(file) => run.read(&mut BufReader::new(file))?,
            Err(error) => run.trouble(&format!("{name}: {error}"))?,
        }
    }
    run.finish()
}
