//! What is printed: each field is written once, and comes out as text or as JSON.
use std::{
    fmt::{self, Write as _},
    io::Write as _,
};

/// A field's value.
pub enum Value<'v> {
    Number(i128),
    Text(&'v str),
    Bool(bool),
    /// In JSON true or false, in text `on` or `off`.
    OnOff(bool),
    /// In both `0x` and hexadecimal, in JSON as a string; 0 is `0`.
    Hex(u64),
    /// In JSON null, in text this.
    Null(&'v str),
    /// In JSON as it is.
    Raw(&'v str),
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                Self::Number(value.into())
            }
        }
    )*};
}
numbers! { u8 u16 u32 u64 i32 }

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(value: &'v str) -> Self {
        Self::Text(value)
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(value: &'v String) -> Self {
        Self::Text(value)
    }
}

/// As the text has it.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) | Self::Null(value) | Self::Raw(value) => f.write_str(value),
            Self::Bool(value) => write!(f, "{value}"),
            Self::OnOff(value) => f.write_str(if *value { "on" } else { "off" }),
            Self::Hex(0) => f.write_str("0"),
            Self::Hex(value) => write!(f, "{value:#x}"),
        }
    }
}

/// Where fields go to.
pub trait Print {
    fn is_json(&self) -> bool;
    /// A field: `key` with the value, or `text` with the value in the place of `{}` (`{16}` fills
    /// it up to so many characters).
    fn any<'v>(&mut self, key: &str, text: &str, value: Value<'v>);
    /// One of an array of values.
    fn item<'v>(&mut self, text: &str, value: Value<'v>);
    /// In text only.
    fn text(&mut self, text: fmt::Arguments<'_>);
    /// In JSON only.
    fn json<'v>(&mut self, key: &str, value: Value<'v>);
    /// Begins an object; `None` is one of an array.
    fn open(&mut self, key: Option<&str>);
    fn close(&mut self);
    /// Begins an array, in text with this.
    fn open_array(&mut self, key: &str, text: &str);
    fn close_array(&mut self, text: &str);
    /// Begins what a command prints.
    fn begin(&mut self);
    fn end(&mut self);
    /// The end of a line that is only one in text.
    fn line(&mut self);
    fn flush(&mut self);
}

/// What every field goes through.
impl dyn Print + '_ {
    pub fn field<'v>(&mut self, key: &str, text: &str, value: impl Into<Value<'v>>) {
        self.any(key, text, value.into());
    }

    /// The field, if there is one.
    pub fn opt<'v>(&mut self, key: &str, text: &str, value: Option<impl Into<Value<'v>>>) {
        if let Some(value) = value {
            self.any(key, text, value.into());
        }
    }

    pub fn on_off(&mut self, key: &str, value: Option<bool>) {
        self.on_off_as(key, key, value);
    }

    /// The same, where the text has another name.
    pub fn on_off_as(&mut self, key: &str, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.any(key, &format!("{name} {{}} "), Value::OnOff(value));
        }
    }

    /// A field whose name is the same in the text, if there is one.
    pub fn named<'v>(&mut self, key: &str, value: Option<impl Into<Value<'v>>>) {
        if let Some(value) = value {
            self.any(key, &format!("{key} {{}} "), value.into());
        }
    }

    /// Begins an array that is none in text.
    pub fn open_array_json(&mut self, key: &str) {
        self.open_array(key, "");
    }

    pub fn close_array_json(&mut self) {
        self.close_array("");
    }

    pub fn str(&mut self, text: &str) {
        self.text(format_args!("{text}"));
    }
}

fn write_out(bytes: &mut String) {
    // Who doesn't read it any more needs no answer.
    let _ = std::io::stdout().write_all(bytes.as_bytes());
    let _ = std::io::stdout().flush();
    bytes.clear();
}

/// As people read it.
#[derive(Default)]
pub struct Text {
    out: String,
    oneline: bool,
}

impl Text {
    pub fn new(oneline: bool) -> Self {
        Self {
            oneline,
            ..Self::default()
        }
    }
}

impl Print for Text {
    fn is_json(&self) -> bool {
        false
    }

    fn any<'v>(&mut self, _: &str, text: &str, value: Value<'v>) {
        self.item(text, value);
    }

    fn item<'v>(&mut self, text: &str, value: Value<'v>) {
        let Some((before, rest)) = text.split_once('{') else {
            self.out.push_str(text);
            return;
        };
        let (width, after) = rest.split_once('}').unwrap_or(("", rest));
        let width = width.parse().unwrap_or(0);
        let _ = write!(self.out, "{before}{:<width$}{after}", value.to_string());
    }

    fn text(&mut self, text: fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(text);
    }

    fn json<'v>(&mut self, _: &str, _: Value<'v>) {}
    fn open(&mut self, _: Option<&str>) {}
    fn close(&mut self) {}

    fn open_array(&mut self, _: &str, text: &str) {
        self.out.push_str(text);
    }

    fn close_array(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn begin(&mut self) {}

    fn end(&mut self) {
        self.flush();
    }

    fn line(&mut self) {
        self.out.push(if self.oneline { '\\' } else { '\n' });
    }

    fn flush(&mut self) {
        write_out(&mut self.out);
    }
}

/// As programs read it; what isn't within [`begin`](Print::begin) and [`end`](Print::end) is text.
pub struct Json {
    out: String,
    pretty: bool,
    depth: usize,
    /// What stands before the next value.
    separator: Option<char>,
}

impl Json {
    pub fn new(pretty: bool) -> Self {
        Self {
            out: String::new(),
            pretty,
            depth: 0,
            separator: None,
        }
    }

    fn new_line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            for _ in 0..self.depth {
                self.out.push_str("    ");
            }
        }
    }

    fn separate(&mut self) {
        self.out.extend(self.separator);
        self.separator = Some(',');
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '\t' => self.out.push_str("\\t"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\x0c' => self.out.push_str("\\f"),
                '\x08' => self.out.push_str("\\b"),
                '\\' => self.out.push_str("\\\\"),
                '"' => self.out.push_str("\\\""),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn name(&mut self, name: &str) {
        self.separate();
        self.new_line();
        self.separator = None;
        self.string(name);
        self.out.push_str(if self.pretty { ": " } else { ":" });
    }

    fn value(&mut self, value: &Value<'_>) {
        self.separate();
        match value {
            Value::Number(value) => {
                let _ = write!(self.out, "{value}");
            }
            Value::Text(text) => self.string(text),
            Value::Bool(value) | Value::OnOff(value) => {
                let _ = write!(self.out, "{value}");
            }
            Value::Hex(_) => self.string(&value.to_string()),
            Value::Null(_) => self.out.push_str("null"),
            Value::Raw(text) => self.out.push_str(text),
        }
    }

    fn begin_with(&mut self, brace: char) {
        self.separate();
        self.out.push(brace);
        self.depth += 1;
        self.separator = None;
    }

    fn end_with(&mut self, brace: char) {
        self.depth = self.depth.saturating_sub(1);
        if self.separator.is_some() {
            self.new_line();
        }
        self.out.push(brace);
        self.separator = Some(',');
    }
}

impl Print for Json {
    fn is_json(&self) -> bool {
        true
    }

    fn any<'v>(&mut self, key: &str, _: &str, value: Value<'v>) {
        self.json(key, value);
    }

    fn item<'v>(&mut self, _: &str, value: Value<'v>) {
        self.value(&value);
    }

    fn text(&mut self, _: fmt::Arguments<'_>) {}

    fn json<'v>(&mut self, key: &str, value: Value<'v>) {
        self.name(key);
        self.value(&value);
    }

    fn open(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.name(key);
        }
        self.begin_with('{');
    }

    fn close(&mut self) {
        self.end_with('}');
    }

    fn open_array(&mut self, key: &str, _: &str) {
        if !key.is_empty() {
            self.name(key);
        }
        self.begin_with('[');
        if self.pretty {
            self.out.push(' ');
        }
    }

    fn close_array(&mut self, _: &str) {
        if self.pretty && self.separator.is_some() {
            self.out.push(' ');
        }
        self.separator = None;
        self.end_with(']');
    }

    fn begin(&mut self) {
        self.separator = None;
        self.open_array("", "");
    }

    fn end(&mut self) {
        self.close_array("");
        self.out.push('\n');
        self.flush();
    }

    fn line(&mut self) {}

    fn flush(&mut self) {
        write_out(&mut self.out);
    }
}
