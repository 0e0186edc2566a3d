//! What must be true of any table and any body, whatever is in it: shared with what fuzzes.
#![allow(dead_code)] // Each user uses a part.
use std::{collections::BTreeMap, fmt};

use nlroute::wire::{EncodeError, Line, Nesting, Schema, Shape};

use super::tables::{AnyTable, Seen, again};

/// Whether links of this kind have another end, whose request refuses what the kernel doesn't
/// take there.
pub fn has_a_peer(kind: &str) -> bool {
    matches!(kind, "netkit" | "veth" | "vxcan")
}

/// A payload as the line's type shows it; `None` if it is no value.
fn shown(line: Line, payload: &[u8]) -> Option<String> {
    struct Shown<'a>(Line, &'a [u8]);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.value.show(self.1, f).map_err(|_| fmt::Error)
        }
    }
    let mut text = String::new();
    fmt::write(&mut text, format_args!("{}", Shown(line, payload))).ok()?;
    Some(text)
}

/// What a request can set of a body: path and value of each attribute, the last where one is
/// there twice.
fn settings(schema: &Schema, body: &[u8], above: &str, all: &mut BTreeMap<String, String>) {
    for line in schema.lines().filter(|line| line.settable) {
        let Some(payload) = schema.attributes(body).find(line.kind) else {
            continue;
        };
        let path = format!("{above}{}", line.name);
        if matches!(line.value.name, "encap" | "geneve_opts") {
            // Borrowed by requests, and there is nobody to borrow them from.
            continue;
        }
        if line.value.shape == Shape::Nest {
            if let Some(inner) = nest(schema, line, body) {
                settings(&inner, payload, &format!("{path}."), all);
                all.insert(path, "nest".to_owned());
            }
            continue;
        }
        let told = match (line.value.name, line.value.shape) {
            // Borrowed by requests, and there is nobody to borrow them from.
            ("fd" | "netns" | "settings" | "nexthops" | "nexthop_group" | "labels", _) => None,
            ("srh" | "seg6_iptunnel_encap" | "rpl_srh", _) => None,
            // Requests take a `str`.
            ("text", _) => shown(line, payload).filter(|_| {
                let text = payload.split(|byte| *byte == 0).next();
                text.is_none_or(|text| std::str::from_utf8(text).is_ok())
            }),
            // One that is off is not there.
            ("flag or u8", _) => shown(line, payload).filter(|told| told == "true"),
            // Several payloads are the same value.
            ("bool", _) | (_, Shape::Empty | Shape::Text { .. } | Shape::Bytes { .. }) => {
                shown(line, payload)
            }
            _ => line
                .value
                .check(payload)
                .is_ok()
                .then(|| format!("{payload:02x?}")),
        };
        if let Some(told) = told {
            all.insert(path, told);
        }
    }
}

/// The table that a request has inside of this line.
fn nest(schema: &Schema, line: Line, body: &[u8]) -> Option<Schema> {
    // A message of another family than a link's own has other things here than a request.
    let inner = schema.inner(line.kind, body)?;
    (line.name != "af_spec" || inner.name == "af_spec").then_some(inner)
}

/// That a request wrote these bytes: only what can be set, each once, in order.
fn written_by_a_request(schema: &Schema, body: &[u8]) {
    let mut before = None;
    for attribute in schema.attributes(body) {
        let attribute = attribute.unwrap();
        let kind = attribute.kind();
        let line = schema.line(kind).unwrap();
        assert!(line.settable, "{}", line.name);
        assert!(before < Some(kind), "{kind} after {before:?}");
        before = Some(kind);
        if let Some(inner) = nest(schema, line, body) {
            assert!(attribute.is_nested());
            written_by_a_request(&inner, attribute.payload());
        }
    }
}

/// That what can be set of a body is in what a request made of it writes, with the same values,
/// and nothing else is; and that a request made of that is the same.
///
/// # Errors
/// When the request can't be written.
pub fn round_trip(table: &AnyTable, body: &[u8]) -> Result<(), EncodeError> {
    let once = again(table, body)?;
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    settings(table.schema, body, "", &mut before);
    settings(table.schema, &once, "", &mut after);
    assert_eq!(before, after);
    written_by_a_request(table.schema, &once);
    assert_eq!(again(table, &once)?, once);
    Ok(())
}

/// What `Debug` writes of a nest behind its name.
fn content(text: &str) -> &str {
    text.find(['{', ')']).map_or(text, |at| &text[at..])
}

/// That a view tells its bytes as they are, that each getter tells what a walk finds, and
/// `malformed` what no getter can. `None` where not even the header is there.
pub fn read(table: &AnyTable, body: &[u8]) -> Option<Seen> {
    let Ok(seen) = (table.read)(body) else {
        assert!(body.len() < table.schema.header || body.len() > 262_140);
        return None;
    };
    assert_eq!(seen.bytes, body);
    let getters: BTreeMap<_, _> = seen.getters.iter().cloned().collect();
    let lines: BTreeMap<u16, Line> = table.schema.lines().map(|line| (line.kind, line)).collect();
    for line in lines.values().filter(|line| line.readable).copied() {
        let payload = table.schema.attributes(body).find(line.kind);
        let told = match payload.and_then(|payload| shown(line, payload)) {
            Some(value) => format!("Some({value})"),
            None => "None".to_owned(),
        };
        let getter = getters.get(line.name).map(String::as_str);
        let same = match line.value.nesting {
            // These views look kinds up by name, which the type by itself doesn't: what is in them
            // is told when their own table's turn comes.
            Nesting::Table(inner) if matches!(inner.name, "link" | "linkinfo") => {
                getter.map(|text| text == "None") == Some(told == "None")
            }
            // A view is called otherwise than its table.
            Nesting::Table(_) => getter.map(content) == Some(content(&told)),
            _ => getter == Some(told.as_str()),
        };
        assert!(same, "{}: {told} and {getter:?}", line.name);
    }
    let faults = seen.attributes.iter().filter(|walked| walked.is_err());
    let bad = seen.attributes.iter().flatten().filter(|(kind, payload)| {
        let line = lines.get(kind);
        line.is_some_and(|line| line.value.check(payload).is_err())
    });
    let outermost = seen.malformed.iter().filter(|bad| !bad.path.contains('.'));
    assert_eq!(outermost.count(), faults.count() + bad.count());
    Some(seen)
}
