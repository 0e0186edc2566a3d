//! A table for each noun: a key of iproute2's JSON, and what makes the same of a view. A key
//! without a row fails, and so does a row without a key.
use std::{cell::RefCell, collections::BTreeSet};

use nlroute::wire::Schema;
use serde_json::{Map, Value};

use super::golden::assert_known;

/// A key of the JSON, objects within objects joined by points, and its value.
pub type Row<V> = (&'static str, fn(&V) -> Value);

/// A command and what it showed: objects, and the bodies of the messages that it made them of.
pub struct Block {
    pub command: String,
    pub objects: Vec<Map<String, Value>>,
    pub bodies: Vec<Vec<u8>>,
}

/// The blocks of a file of states.
pub fn blocks(file: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for block in file.split("$ ").skip(1) {
        let mut lines = block.lines();
        let command = lines.next().unwrap().to_owned();
        let objects = serde_json::from_str(lines.next().unwrap()).unwrap();
        let byte = |hex: &str, at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let body = |hex: &str| (0..hex.len()).step_by(2).map(|at| byte(hex, at)).collect();
        blocks.push(Block {
            command,
            objects,
            bodies: lines.map(body).collect(),
        });
    }
    blocks
}

/// A table, and which of its rows were needed so far.
pub struct Rows<V: 'static> {
    schema: &'static Schema,
    rows: &'static [Row<V>],
    used: RefCell<BTreeSet<&'static str>>,
    fields: RefCell<usize>,
}

impl<V> Rows<V> {
    pub fn new(schema: &'static Schema, rows: &'static [Row<V>]) -> Self {
        Self {
            schema,
            rows,
            used: RefCell::default(),
            fields: RefCell::default(),
        }
    }

    /// Compares an object with a view, and that the view's body holds nothing that isn't known.
    pub fn compare(&self, what: &str, object: &Map<String, Value>, body: &[u8], view: &V) {
        assert_known(self.schema, body);
        self.compare_below(what, "", object, view);
    }

    fn compare_below(&self, what: &str, above: &str, object: &Map<String, Value>, view: &V) {
        for (key, value) in object {
            let key = format!("{above}{key}");
            if let Value::Object(inner) = value {
                self.compare_below(what, &format!("{key}."), inner, view);
                continue;
            }
            let Some((name, told)) = self.rows.iter().find(|(name, _)| *name == key) else {
                panic!("{what}: no row for {key}: {value}");
            };
            assert_eq!(told(view), *value, "{what}: {key}");
            self.used.borrow_mut().insert(name);
            *self.fields.borrow_mut() += 1;
        }
    }

    /// How many fields were compared, once every row was needed.
    pub fn finish(self) -> usize {
        let used = self.used.into_inner();
        for (name, _) in self.rows {
            assert!(used.contains(name), "nothing printed has {name}");
        }
        self.fields.into_inner()
    }
}

/// The link of this index in the captures.
pub fn name(index: u32) -> String {
    let name = match index {
        0 => "none",
        1 => "lo",
        2 => "v9",
        10 => "v0",
        11 => "v1",
        12 => "br0",
        13 => "vx0",
        14 => "v2",
        15 => "v3",
        16 => "v4",
        17 => "v5",
        other => panic!("which link has {other}?"),
    };
    name.to_owned()
}

/// What there is, as text; null for nothing.
pub fn text(value: Option<impl ToString>) -> Value {
    value.map(|value| value.to_string()).into()
}
