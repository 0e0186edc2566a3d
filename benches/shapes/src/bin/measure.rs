//! Counts every shape and writes `RESULTS.md` beside the manifest: instructions by callgrind,
//! sizes, lines, the time to compile the tables, and the signature that rustdoc shows.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nlroute_shapes::operations::{OPERATIONS, SHAPES, Shape};

const FEW: u32 = 1_000;
const MANY: u32 = 3_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn instructions(shape: &str, operation: &str, times: u32) -> Outcome<u64> {
    let exe = std::env::current_exe()?.with_file_name("run");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(exe)
        .args([shape, operation, &times.to_string()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"));
    let count = line.and_then(|line| line.rsplit(' ').next());
    Ok(count.ok_or("callgrind says no count")?.parse()?)
}

fn each(shape: &Shape, operation: &str) -> Outcome<String> {
    if !shape.operations.iter().any(|(name, _)| *name == operation) {
        return Ok("–".into());
    }
    let few = instructions(shape.name, operation, FEW)?;
    let many = instructions(shape.name, operation, MANY)?;
    Ok(((many - few) / u64::from(MANY - FEW)).to_string())
}

/// Lines that are neither empty nor a comment.
fn lines(text: &str) -> usize {
    let counts = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    text.lines().filter(counts).count()
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> Outcome<&'t str> {
    let start = text.find(begin).ok_or("no such place")?;
    let len = text[start..].find(end).ok_or("no such end")?;
    Ok(&text[start..start + len])
}

/// The processor time of all children so far, in hundredths of a second (`proc_pid_stat(5)`).
fn children() -> Outcome<u64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit(')').next().unwrap_or_default();
    let times = after.split_whitespace().skip(13).take(2);
    Ok(times.map(str::parse::<u64>).sum::<Result<_, _>>()?)
}

/// The processor seconds that it takes to compile this package with these shapes: the least of
/// three.
fn compile(dir: &Path, target: &Path, features: &str) -> Outcome<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let lib = dir.join("src/lib.rs");
        let now = fs::File::options().append(true).open(&lib)?;
        now.set_modified(std::time::SystemTime::now())?;
        let before = children()?;
        let status = Command::new("cargo")
            .args([
                "build",
                "--release",
                "--lib",
                "--no-default-features",
                "--features",
                features,
            ])
            .current_dir(dir)
            .env("CARGO_TARGET_DIR", target)
            .stderr(Stdio::null())
            .status()?;
        if !status.success() {
            return Err("cargo build".into());
        }
        best = best.min((children()? - before) as f64 / 100.0);
    }
    Ok(best)
}

/// What rustdoc shows of a method, tags taken out.
fn signature(doc: &Path, shape: &str, item: &str, method: &str) -> Outcome<String> {
    let page = doc.join(format!("nlroute_shapes/{shape}/struct.{item}.html"));
    let page = fs::read_to_string(page)?;
    let begin = format!("<section id=\"method.{method}\"");
    let code = between(between(&page, &begin, "</section>")?, "<h4", "</h4>")?;
    let mut text = String::new();
    let mut inside = false;
    for c in code.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    Ok(text
        .replace("&#39;", "'")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" "))
}

fn row(out: &mut String, first: &str, cells: impl Iterator<Item = String>) {
    let _ = writeln!(
        out,
        "| {first} | {} |",
        cells.collect::<Vec<_>>().join(" | ")
    );
}

fn main() -> Outcome<()> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::temp_dir().join("nlroute-shapes-timed");
    let head = || {
        let names = SHAPES.iter().map(|shape| format!("`{}`", shape.name));
        let mut text = String::new();
        row(&mut text, "", names);
        let _ = writeln!(text, "|---|{}", "--:|".repeat(SHAPES.len()));
        text
    };
    let mut out = String::from(
        "# Shapes of the attribute table\n\nWritten by the program `measure`, never by hand. The \
         shapes are told in `src/lib.rs`; each is made of the crate's own tables of a link, of a \
         bridge's settings and of an address. `crate` is what a caller of nlroute pays: whole \
         requests, checks included.\n\n## Instructions\n\n",
    );
    out += &head();
    for (operation, words) in OPERATIONS {
        let cells: Vec<String> = SHAPES
            .iter()
            .map(|shape| each(shape, operation))
            .collect::<Outcome<_>>()?;
        row(&mut out, words, cells.into_iter());
    }
    let _ = writeln!(
        out,
        "\nBy callgrind: {MANY} repetitions less {FEW}, divided. Names and values come through \
         `black_box`, the messages and fields go through it.\n\n## Sizes in bytes\n"
    );
    out += &head();
    for what in [
        "link request",
        "bridge request",
        "address request",
        "peer",
        "link view",
        "bridge view",
        "address view",
    ] {
        let size = |shape: &Shape| shape.sizes.iter().find(|(name, _)| *name == what);
        let cells = SHAPES
            .iter()
            .map(|s| size(s).map_or("–".into(), |(_, n)| n.to_string()));
        row(&mut out, what, cells);
    }

    let tables = fs::read_to_string(Path::new(env!("OUT_DIR")).join("tables.rs"))?;
    let scanned = fs::read_to_string(dir.join("src/scanned.rs"))?;
    let crates = fs::read_to_string(dir.join("../../src/wire/table/macros.rs"))?;
    let own = crates.find("macro_rules! table").ok_or("no macro")?;
    let _ = write!(
        out,
        "\n## Lines, without comments\n\n| | |\n|---|--:|\n| the three tables, in every shape | {} \
         |\n| macro of `scan_walk` and `scan_index`, without `Table`, `again` and `malformed`, with the getters of `set_index` | {} \
         |\n| macro of `set_index`, with them | {} |\n",
        lines(&tables),
        lines(between(&scanned, "// begin macro", "// end macro")?),
        lines(&crates[own..]),
    );

    out += "\n## Processor seconds to compile the three tables, release\n\n| | |\n|---|--:|\n";
    let _ = compile(&dir, &target, "")?;
    for shape in SHAPES.iter().filter(|shape| shape.name != "crate") {
        let none = compile(&dir, &target, "")?;
        let with = compile(&dir, &target, shape.name)?;
        let _ = writeln!(out, "| `{}` | {:.1} |", shape.name, with - none);
    }
    out +=
        "\nThe least of three, less the package without any; what is counted with it included.\n";

    let status = Command::new("cargo")
        .args(["doc", "--no-deps", "--lib"])
        .current_dir(&dir)
        .env("CARGO_TARGET_DIR", &target)
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("cargo doc".into());
    }
    out += "\n## What rustdoc shows\n\n";
    for shape in SHAPES.iter().filter(|shape| shape.name != "crate") {
        let of = |item, method| signature(&target.join("doc"), shape.name, item, method);
        let _ = writeln!(
            out,
            "- `{}`: `{}`, `{}`, `{}`",
            shape.name,
            of("LinkView", "mtu")?,
            of("BridgeView", "vlan_protocol")?,
            of("LinkAttributes", "master")?,
        );
    }
    fs::write(dir.join("RESULTS.md"), &out)?;
    print!("{out}");
    Ok(())
}
