//! Lines of Rust that are code: neither blank nor comment, and of no `#[cfg(test)]` item.

/// What is counted of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines of code.
    pub code: usize,
    /// How often `unsafe` stands in them.
    pub unsafes: usize,
}

pub fn count(text: &str) -> Lines {
    let bare = without_comments(text);
    let mut lines = bare.lines().map(str::trim);
    let mut counted = Lines::default();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            skip_item(&mut lines);
            continue;
        }
        counted.code += usize::from(!line.is_empty());
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        counted.unsafes += words.filter(|word| *word == "unsafe").count();
    }
    counted
}

/// Past the end of an item: the brace that closes its first, or a semicolon before any.
fn skip_item<'a>(lines: &mut impl Iterator<Item = &'a str>) {
    let mut depth = 0;
    for line in lines {
        for c in line.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';') {
                return;
            }
        }
    }
}

/// The same lines, with nothing in comments and in literals.
fn without_comments(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (len, keep) = match c {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), ""),
            '/' if rest.starts_with("/*") => (block(rest), ""),
            '"' => (quoted(rest), "\"\""),
            'r' if raw(rest).is_some() && !bare.ends_with(is_name) => {
                (raw(rest).unwrap_or(1), "\"\"")
            }
            '\'' if quoted_char(rest).is_some() => (quoted_char(rest).unwrap_or(1), "' '"),
            _ => (c.len_utf8(), ""),
        };
        let (taken, left) = rest.split_at(len);
        if len == c.len_utf8() && keep.is_empty() {
            bare.push_str(taken);
        } else {
            bare.push_str(keep);
            bare.extend(taken.chars().filter(|c| *c == '\n'));
        }
        rest = left;
    }
    bare
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest {
            _ if rest.starts_with("/*") => (depth, at) = (depth + 1, at + 2),
            _ if rest.starts_with("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += rest.chars().next().map_or(1, char::len_utf8),
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"..."`, `r#"..."#`.
fn raw(text: &str) -> Option<usize> {
    let hashes = text.get(1..)?.chars().take_while(|c| *c == '#').count();
    let inside = text.get(1 + hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(1 + hashes + 1 + inside.find(&end)? + end.len())
}

/// A character, and no lifetime.
fn quoted_char(text: &str) -> Option<usize> {
    let inside = text.get(1..)?;
    let end = match inside.strip_prefix('\\') {
        Some(escape) => 2 + escape.get(1..)?.find('\'')? + 1,
        None => 1 + inside.chars().next()?.len_utf8(),
    };
    text.get(end..)?.starts_with('\'').then_some(end + 1)
}

#[test]
fn lines_of_code_are_counted() {
    let text = r##"
//! Of the file.
use std::fmt; // After code.

/* a
   comment /* in it */ of three
   lines */
#[cfg(test)]
use std::io;
fn f<'a>(x: &'a str) -> char {
    let s = "// no comment
        but a second line";
    let r = r#"/* " */"#;
    match s { _ => unsafe { '\'' } } /* and */ // this
}
#[cfg(test)]
mod tests {
    const BRACES: &str = "}";
    const BRACE: char = '}';
    fn g(a: [u8; 3]) {}
}
const LAST: char = '"';
"##;
    assert_eq!(
        count(text),
        Lines {
            code: 8,
            unsafes: 1
        }
    );
}
