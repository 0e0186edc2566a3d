//! Medians, ratios and the Markdown that the programs write.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// The value at `part` (0 to 1) of the sorted values, between two when need be.
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        len => {
            let at = part * (len - 1) as f64;
            let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
            low + (high - low) * at.fract()
        }
    }
}

pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The median of value by value ratios: what is slow in one round is slow for both.
pub fn pairwise(values: &[f64], base: &[f64]) -> f64 {
    let ratios: Vec<f64> = values.iter().zip(base).map(|(v, b)| v / b).collect();
    median(&ratios)
}

/// A Markdown table.
pub struct Table {
    columns: usize,
    text: String,
}

impl Table {
    pub fn new(columns: &[&str]) -> Table {
        let mut text = format!("| {} |\n|", columns.join(" | "));
        for i in 0..columns.len() {
            text.push_str(if i == 0 { "---|" } else { "--:|" });
        }
        text.push('\n');
        Table {
            columns: columns.len(),
            text,
        }
    }

    pub fn row(&mut self, cells: &[String]) {
        assert_eq!(cells.len(), self.columns);
        let _ = writeln!(self.text, "| {} |", cells.join(" | "));
    }

    pub fn finish(self) -> String {
        self.text
    }
}

fn first_line(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Processor, cores, kernel and compiler.
pub fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = first_line(&cpuinfo, "model name").unwrap_or_else(|| "unknown processor".into());
    let cores = std::thread::available_parallelism().map_or(0, |n| n.get());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    format!(
        "Machine: {cpu}, {cores} cores, Linux {}, {}.",
        kernel.trim().split('-').next().unwrap_or_default(),
        rustc.unwrap_or_else(|_| "rustc unknown".into())
    )
}

/// Puts `text` into the section `name` of a Markdown file, which is made when it is absent.
/// Everything outside that section stays.
pub fn write_section(file: &Path, name: &str, text: &str) -> io::Result<()> {
    let (begin, end) = (
        format!("<!-- begin {name} -->"),
        format!("<!-- end {name} -->"),
    );
    let old = match fs::read_to_string(file) {
        Ok(old) => old,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            "# Results\n\nWritten by the programs of this package, never by hand.\n".into()
        }
        Err(e) => return Err(e),
    };
    let section = format!("{begin}\n{}\n{end}\n", text.trim_end());
    let new = match (old.find(&begin), old.find(&end)) {
        (Some(from), Some(to)) if from < to => {
            let rest = &old[to + end.len()..];
            format!(
                "{}{section}{}",
                &old[..from],
                rest.strip_prefix('\n').unwrap_or(rest)
            )
        }
        _ => format!("{old}\n{section}"),
    };
    fs::write(file, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(pairwise(&[2.0, 30.0, 4.0], &[1.0, 10.0, 4.0]), 2.0);
    }

    #[test]
    fn sections_are_replaced_in_place() {
        let dir = std::env::temp_dir().join(format!("sections-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let file = dir.join("R.md");
        write_section(&file, "a", "one").unwrap();
        write_section(&file, "b", "two").unwrap();
        write_section(&file, "a", "three").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.contains("<!-- begin a -->\nthree\n<!-- end a -->"),
            "{text}"
        );
        assert!(text.contains("two") && !text.contains("one\n"), "{text}");
        fs::remove_dir_all(&dir).unwrap();
    }
}
