//! Draws the network of the machine that it runs on: the namespace that it is in and every other
//! that it may look into, with their links, addresses, veth pairs, bridges and default routes.
//!
//! ```text
//! topology [--picture FILE] [--format svg|mermaid|dot|tree] [--names]
//! ```
//!
//! Without options it is SVG on standard output, and the tree of text where that is a terminal. A
//! FILE's end says the format (`.svg`, `.mmd`, `.dot`, `.txt`). `--names` leaves out the
//! namespaces of processes and looks at those with a name only.
//!
//! It needs no rights, and changes nothing. An ordinary user may look into no namespace but the one
//! it is in; what is there and could not be seen is named, in the picture and on standard error.
//!
//! Root's picture has a namespace too that has neither a name nor a process, if a veth pair leads
//! there: the kernel tells its links and addresses by the number that it has here, and for its
//! answer gives this namespace such a number too, as it does whenever a link leads somewhere.
#[path = "mod.rs"]
mod topology;

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use topology::{Format, Reach};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

struct Options {
    picture: Option<PathBuf>,
    format: Option<Format>,
    reach: Reach,
}

fn options() -> Result<Options> {
    let mut options = Options {
        picture: None,
        format: None,
        reach: Reach::All,
    };
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--picture") => {
                options.picture = Some(words.next().ok_or("--picture wants a file")?.into())
            }
            Some("--format") => {
                let name = words.next().and_then(|name| Format::named(name.to_str()?));
                options.format = Some(name.ok_or("--format wants svg, mermaid, dot or tree")?);
            }
            Some("--names") => options.reach = Reach::Names,
            _ => {
                return Err(
                    format!("{}: no such option", std::path::Path::new(&word).display()).into(),
                );
            }
        }
    }
    Ok(options)
}

fn run() -> Result<()> {
    let options = options()?;
    let network = topology::read(options.reach, "this namespace")?;
    for unseen in &network.unseen {
        eprintln!("not to be seen from here: {}: {}", unseen.what, unseen.why);
    }
    let terminal = options.picture.is_none() && io::stdout().is_terminal();
    let format = options.format.unwrap_or_else(|| match &options.picture {
        Some(path) => Format::of(path),
        None if terminal => Format::Tree,
        None => Format::Svg,
    });
    let drawn = format.draw(&network);
    match &options.picture {
        Some(path) => {
            std::fs::write(path, drawn).map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => io::stdout().write_all(drawn.as_bytes())?,
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
