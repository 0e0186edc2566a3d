//! Messages as text and as JSON.
use std::io::{self, Write};

use nlroute::{Family, messages, wire::MessageHeader};
use serde_json::{Value, json};

use super::{
    message::{Decoded, NLM_F_REQUEST},
    tree::{Node, Sort, State},
};

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

/// A message to be printed.
pub struct Told<'a> {
    pub number: usize,
    pub source: &'a str,
    pub decoded: &'a Decoded,
    pub differences: &'a [String],
}

impl Told<'_> {
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Decoded {
            header, name, len, ..
        } = self.decoded;
        write!(out, "message {} ({}): ", self.number, self.source)?;
        match header {
            Some(header) => {
                let request = header.flags & NLM_F_REQUEST != 0;
                let word = if request { "request " } else { "" };
                write!(
                    out,
                    "{word}{name}, {len} bytes, flags {}, sequence {}, port {}",
                    flag_names(header).join("|"),
                    header.sequence,
                    header.port,
                )?;
            }
            None => write!(out, "body of {name}, {len} bytes")?,
        }
        if self.decoded.family != 0 {
            write!(out, ", family {}", Family::from(self.decoded.family))?;
        }
        writeln!(out)?;
        for remark in &self.decoded.remarks {
            writeln!(out, "  -- {remark}")?;
        }
        for node in &self.decoded.nodes {
            text(node, 1, out)?;
        }
        for difference in self.differences {
            writeln!(out, "  DIFFERS at {difference}")?;
        }
        Ok(())
    }

    pub fn json(&self) -> Value {
        let decoded = self.decoded;
        let mut all = json!({
            "message": self.number,
            "source": self.source,
            "name": decoded.name,
            "len": decoded.len,
            "family": decoded.family,
            "body": list(&decoded.nodes),
        });
        if let Some(header) = &decoded.header {
            all["type"] = header.kind.into();
            all["flags"] = header.flags.into();
            all["flag_names"] = flag_names(header).into();
            all["sequence"] = header.sequence.into();
            all["port"] = header.port.into();
            all["request"] = (header.flags & NLM_F_REQUEST != 0).into();
        }
        if !decoded.remarks.is_empty() {
            all["remarks"] = decoded.remarks.clone().into();
        }
        if !self.differences.is_empty() {
            all["differences"] = self.differences.into();
        }
        all
    }
}

/// The names of a header's flags, of which some mean one thing in a question and another in an
/// order or an answer. What has no name is told by its bits.
fn flag_names(header: &MessageHeader) -> Vec<String> {
    const ANY: &[(u16, &str)] = &[
        (1, "NLM_F_REQUEST"),
        (2, "NLM_F_MULTI"),
        (4, "NLM_F_ACK"),
        (8, "NLM_F_ECHO"),
        (0x10, "NLM_F_DUMP_INTR"),
        (0x20, "NLM_F_DUMP_FILTERED"),
    ];
    const GET: &[(u16, &str)] = &[
        (0x100, "NLM_F_ROOT"),
        (0x200, "NLM_F_MATCH"),
        (0x400, "NLM_F_ATOMIC"),
    ];
    const NEW: &[(u16, &str)] = &[
        (0x100, "NLM_F_REPLACE"),
        (0x200, "NLM_F_EXCL"),
        (0x400, "NLM_F_CREATE"),
        (0x800, "NLM_F_APPEND"),
    ];
    const DELETE: &[(u16, &str)] = &[(0x100, "NLM_F_NONREC"), (0x200, "NLM_F_BULK")];
    const CONTROL: &[(u16, &str)] = &[(0x100, "NLM_F_CAPPED"), (0x200, "NLM_F_ACK_TLVS")];
    let special = match header.kind {
        0..16 => CONTROL,
        kind => match messages::name(kind)
            .as_deref()
            .and_then(|name| name.get(4..7))
        {
            Some("GET") => GET,
            Some("DEL") => DELETE,
            _ => NEW,
        },
    };
    let mut left = header.flags;
    let mut names = Vec::new();
    for (bit, name) in ANY.iter().chain(special) {
        if header.flags & bit != 0 {
            names.push((*name).to_owned());
            left &= !bit;
        }
    }
    if left != 0 || names.is_empty() {
        names.push(format!("{left:#x}"));
    }
    names
}

fn text(node: &Node, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{:1$}{2}", "", depth * 2, node.name)?;
    if let (Some(kind), None) = (node.kind, &node.inner) {
        write!(out, " ({kind})")?;
    }
    match &node.state {
        State::Fine => {}
        State::Unknown => write!(out, " UNKNOWN")?,
        State::Malformed(why) => write!(out, " MALFORMED, {why}")?,
    }
    match (&node.value, &node.inner) {
        (Some(value), _) => writeln!(out, ": {}", unnamed(value))?,
        (None, Some(_)) => writeln!(out, ":")?,
        (None, None) => writeln!(out, ": {}", hex(&node.bytes))?,
    }
    for inner in node.inner.iter().flatten() {
        text(inner, depth + 1, out)?;
    }
    Ok(())
}

/// A struct's value without the struct's name.
fn unnamed(value: &str) -> &str {
    match value.split_once(" {") {
        Some((name, _)) if name.chars().all(char::is_alphanumeric) => {
            value.get(name.len() + 1..).unwrap_or(value)
        }
        _ => value,
    }
}

fn list(nodes: &[Node]) -> Value {
    nodes.iter().map(object).collect()
}

fn object(node: &Node) -> Value {
    let mut object = match node.sort {
        Sort::Header => json!({ "header": node.name }),
        Sort::Attribute(kind) => json!({ "attribute": node.name, "kind": kind }),
        Sort::Bytes => json!({ "bytes": node.name }),
    };
    object["offset"] = node.offset.into();
    if let Some(field) = node.field {
        object["name"] = field.into();
    }
    if let Some(kind) = node.kind {
        object["type"] = kind.into();
    }
    match &node.state {
        State::Fine => {}
        State::Unknown => object["unknown"] = true.into(),
        State::Malformed(why) => object["malformed"] = why.as_str().into(),
    }
    if let Some(value) = &node.value {
        object["value"] = if node.is_text {
            let text = node.bytes.split(|byte| *byte == 0).next().unwrap_or(&[]);
            String::from_utf8_lossy(text).into()
        } else {
            value_of(value)
        };
    }
    match &node.inner {
        Some(inner) => object["attributes"] = list(inner),
        None => object["hex"] = hex(&node.bytes).replace(' ', "").into(),
    }
    object
}

/// A value in JSON, out of what `Debug` wrote: numbers, lists and structs as they are, all else
/// as a string.
fn value_of(shown: &str) -> Value {
    let shown = unnamed(shown);
    if let Ok(value) = serde_json::from_str(shown) {
        return value;
    }
    let mut quoted = String::new();
    let mut word = String::new();
    if shown.starts_with('{') {
        for c in shown.chars() {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            let name = std::mem::take(&mut word);
            if c == ':' {
                quoted.push_str(&format!("\"{name}\""));
            } else {
                quoted.push_str(&name);
            }
            quoted.push(c);
        }
        quoted.push_str(&word);
    }
    serde_json::from_str(&quoted).unwrap_or_else(|_| shown.into())
}
