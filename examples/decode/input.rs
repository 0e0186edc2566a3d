//! Lines: bytes in hexadecimal, and what `strace` prints of a call.
use nlroute::{messages, wire::Messages};

/// What a line gave.
#[derive(Debug)]
pub enum Item {
    /// Bytes, and where they are from.
    Datagram { bytes: Vec<u8>, source: String },
    /// Something that is left out on purpose.
    Remark(String),
    /// Something that can't be read.
    Trouble(String),
}

/// Reads line by line. A call's bytes may stand in the lines after it (`-e write=all`).
#[derive(Debug, Default)]
pub struct Lines {
    number: usize,
    /// Whether this is strace's output: then lines that say nothing are no trouble.
    strace: bool,
    call: Option<Call>,
    dumped: Vec<u8>,
}

/// A call of which strace told.
#[derive(Debug)]
struct Call {
    line: usize,
    name: &'static str,
    /// `None` if the line doesn't say.
    netlink: Option<bool>,
    bytes: Vec<u8>,
    /// Whether the string was cut.
    cut: bool,
    /// Whether strace took the bytes apart itself.
    decoded: bool,
    peeked: bool,
    /// What it returned.
    returned: Option<i64>,
}

impl Lines {
    /// One more line, as bytes: it may hold anything.
    pub fn line(&mut self, line: &[u8]) -> Vec<Item> {
        self.number += 1;
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\n', '\r']);
        let mut items = Vec::new();
        if let Some(bytes) = dump_line(line) {
            self.dumped.extend(bytes);
            return items;
        }
        if line.trim_start().starts_with("* ") && line.contains(" bytes in buffer ") {
            return items;
        }
        items.extend(self.flush());
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            return items;
        }
        if let Some(call) = Call::parse(text, self.number) {
            self.strace = true;
            self.call = Some(call);
            return items;
        }
        if is_of_strace(text) {
            self.strace = true;
            return items;
        }
        let (label, text) = match text.rsplit_once('\t') {
            Some((label, text)) => (format!(", {label}"), text),
            None => (String::new(), text),
        };
        match from_hex(text) {
            Ok(bytes) => items.push(Item::Datagram {
                bytes,
                source: format!("line {}{label}", self.number),
            }),
            // A program's own output, between what strace says of it.
            Err(_) if self.strace => {}
            Err(why) => items.push(Item::Trouble(format!("line {}: {why}", self.number))),
        }
        items
    }

    /// What is left when there are no more lines.
    pub fn end(&mut self) -> Vec<Item> {
        self.flush().into_iter().collect()
    }

    /// The call before, now that all its lines were seen.
    fn flush(&mut self) -> Option<Item> {
        let dumped = std::mem::take(&mut self.dumped);
        let Some(call) = self.call.take() else {
            let source = format!("dump before line {}", self.number);
            return (!dumped.is_empty()).then_some(Item::Datagram {
                bytes: dumped,
                source,
            });
        };
        call.item(dumped)
    }
}

impl Call {
    fn parse(text: &str, line: usize) -> Option<Self> {
        const CALLS: [&str; 4] = ["sendmsg", "sendto", "recvmsg", "recvfrom"];
        let (name, arguments) = CALLS.into_iter().find_map(|name| {
            let (before, after) = text.split_once(name)?;
            let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let begins = after.starts_with('(') || after.starts_with(" resumed>");
            (is_word && begins).then_some((name, after))
        })?;
        let netlink = if arguments.contains("<NETLINK:[") {
            Some(arguments.contains("<NETLINK:[ROUTE"))
        } else if arguments.contains("nlmsg_len=") || arguments.contains("sa_family=AF_NETLINK") {
            Some(true)
        } else if arguments.contains("sa_family=") {
            Some(false)
        } else {
            None
        };
        let mut call = Self {
            line,
            name,
            netlink,
            bytes: Vec::new(),
            cut: false,
            decoded: arguments.contains("nlmsg_len="),
            peeked: arguments.contains("MSG_PEEK"),
            returned: returned(arguments),
        };
        match arguments.split_once("msg_iov=[") {
            Some((_, vectors)) => {
                let mut rest = vectors;
                while let Some((_, after)) = rest.split_once("iov_base=\"") {
                    rest = call.string(after);
                }
            }
            None => {
                // The second argument of those that take one buffer.
                let buffer = arguments.split_once(", ").map(|(_, rest)| rest);
                if let Some(string) = buffer.and_then(|rest| rest.strip_prefix('"')) {
                    call.string(string);
                }
            }
        }
        Some(call)
    }

    /// Takes an escaped string up to its quote; gives what follows.
    fn string<'a>(&mut self, text: &'a str) -> &'a str {
        let (bytes, rest) = unescaped(text);
        self.bytes.extend(bytes);
        self.cut |= rest.starts_with("...");
        rest
    }

    fn item(self, dumped: Vec<u8>) -> Option<Item> {
        let source = format!("line {}, {}", self.line, self.name);
        let is_dumped = !dumped.is_empty();
        let mut bytes = if is_dumped { dumped } else { self.bytes };
        if let (true, Some(len)) = (self.name.starts_with("recv"), self.returned) {
            bytes.truncate(usize::try_from(len).unwrap_or(0));
        }
        if self.peeked || self.netlink == Some(false) {
            return None;
        }
        if bytes.is_empty() {
            let failed = self.returned.is_some_and(|len| len <= 0);
            return (self.decoded && !failed).then(|| {
                Item::Trouble(format!(
                    "{source}: strace took the message apart itself, its bytes aren't there; \
                     add -e write=all -e read=all"
                ))
            });
        }
        if self.netlink.is_none() && !is_message(&bytes) {
            return Some(Item::Remark(format!("{source}: not of netlink")));
        }
        let cut = self.cut && !is_dumped;
        if cut && !whole(&bytes) {
            return Some(Item::Trouble(format!(
                "{source}: strace cut the bytes short; add -s 65535"
            )));
        }
        Some(Item::Datagram { bytes, source })
    }
}

/// What a call returned, where it says.
fn returned(arguments: &str) -> Option<i64> {
    let (_, after) = arguments.rsplit_once(") = ")?;
    let number = after
        .split(|c: char| c != '-' && !c.is_ascii_digit())
        .next()?;
    number.parse().ok()
}

/// Whether a datagram begins with a message of a type that has a name.
fn is_message(bytes: &[u8]) -> bool {
    let first = Messages::new(bytes).next();
    matches!(first, Some(Ok(message)) if messages::name(message.header().kind).is_some())
}

fn whole(bytes: &[u8]) -> bool {
    Messages::new(bytes).all(|message| message.is_ok())
}

/// Whether a line is strace's, of a call that isn't looked at.
fn is_of_strace(text: &str) -> bool {
    let text = text.trim_start_matches("strace: ");
    let call = text.split_once('(').is_some_and(|(before, _)| {
        let name = before.rsplit(' ').next().unwrap_or("");
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    });
    text.starts_with("+++ ")
        || text.contains(" +++ exited")
        || text.starts_with("--- ")
        || text.contains("<unfinished")
        || text.contains(" resumed>")
        || (call && text.contains(" = "))
}

/// The bytes of a line of strace's dumps: ` | 00010  08 00 1d 00 ...  text |`.
fn dump_line(line: &str) -> Option<Vec<u8>> {
    let rest = line.trim_start().strip_prefix("| ")?;
    let (offset, rest) = rest.split_once("  ")?;
    if offset.len() < 5 || !offset.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    // Twice eight bytes, two blanks between; then the text.
    let columns = rest.get(..48).unwrap_or(rest);
    columns
        .split_ascii_whitespace()
        .take(16)
        .map(|byte| {
            u8::from_str_radix(byte, 16)
                .ok()
                .filter(|_| byte.len() == 2)
        })
        .collect()
}

/// Bytes in hexadecimal, with or without blanks, colons, or `0x` and `\x` before them.
fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let text = text.trim().trim_matches('"');
    let text = text.replace("\\x", "").replace("0x", "");
    let mut digits = Vec::new();
    for c in text.chars() {
        match c.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if c.is_whitespace() || c == ':' || c == ',' => {}
            None => return Err(format!("neither hexadecimal nor a call of strace: {c:?}")),
        }
    }
    if digits.len() % 2 != 0 {
        return Err("an odd number of hexadecimal digits".to_owned());
    }
    Ok(digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect())
}

/// The bytes of a C string up to its quote, and what follows the quote.
fn unescaped(text: &str) -> (Vec<u8>, &str) {
    let mut bytes = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '"' {
            return (bytes, text.get(at + 1..).unwrap_or(""));
        }
        if c != '\\' {
            bytes.extend(c.to_string().bytes());
            continue;
        }
        let Some((_, escaped)) = chars.next() else {
            break;
        };
        let (radix, most, mut number) = match escaped {
            'x' => (16, 2, 0),
            '0'..='7' => (8, 2, escaped.to_digit(8).unwrap_or(0)),
            other => {
                bytes.push(match other {
                    'n' => b'\n',
                    't' => b'\t',
                    'r' => b'\r',
                    'v' => 0x0b,
                    'f' => 0x0c,
                    'a' => 0x07,
                    'b' => 0x08,
                    other => u8::try_from(other).unwrap_or(b'?'),
                });
                continue;
            }
        };
        for _ in 0..most {
            let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(radix)) else {
                break;
            };
            number = number * radix + digit;
            chars.next();
        }
        bytes.push((number & 0xff) as u8);
    }
    (bytes, "")
}
