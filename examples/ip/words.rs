//! A command's words: abbreviations, numbers, addresses, and the sentences for those that are
//! wrong.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlroute::{Family, Prefix, wire::LinkAddress};

/// Why a command ends early. What there is to say has been said.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// What `ip` answers.
    pub code: u8,
    /// Not only the command ends, but a batch too.
    pub exits: bool,
}

pub type Done<T = ()> = Result<T, Stop>;

impl Stop {
    /// The command failed here, before the kernel was asked.
    pub const FAILED: Self = Self {
        code: 1,
        exits: false,
    };
    /// The kernel refused it.
    pub const REFUSED: Self = Self {
        code: 2,
        exits: false,
    };
    /// The words make no sense.
    pub const SENSELESS: Self = Self {
        code: 255,
        exits: true,
    };
    /// An address makes no sense.
    const NO_ADDRESS: Self = Self {
        code: 1,
        exits: true,
    };

    /// Says it, and fails.
    pub fn say<T>(self, says: impl std::fmt::Display) -> Done<T> {
        eprintln!("{says}");
        Err(self)
    }
}

/// Whether `word` abbreviates `whole`.
pub fn matches(word: &str, whole: &str) -> bool {
    !word.is_empty() && whole.starts_with(word)
}

/// Whether it abbreviates one of them.
pub fn matches_any(word: &str, wholes: &[&str]) -> bool {
    wholes.iter().any(|whole| matches(word, whole))
}

/// The words of a command that are left.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    words: &'a [String],
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
    }
}

impl<'a> Words<'a> {
    pub fn new(words: &'a [String]) -> Self {
        Self { words, at: 0 }
    }

    pub fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).map(String::as_str)
    }

    pub fn rest(&self) -> &'a [String] {
        self.words.get(self.at..).unwrap_or(&[])
    }

    /// Takes the next word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        let is = self.peek() == Some(word);
        self.at += usize::from(is);
        is
    }

    /// What must follow a word.
    pub fn value(&mut self) -> Done<&'a str> {
        match self.next() {
            Some(word) => Ok(word),
            None => Stop::SENSELESS.say("Command line is not complete. Try option \"help\""),
        }
    }

    /// What follows a word, as `parse` has it; `why` says why it isn't.
    pub fn parsed<T>(&mut self, why: &str, parse: impl FnOnce(&'a str) -> Option<T>) -> Done<T> {
        let word = self.value()?;
        parse(word).map_or_else(|| invalid(why, word), Ok)
    }

    pub fn number<T: TryFrom<u64>>(&mut self, why: &str) -> Done<T> {
        self.parsed(why, number)
    }

    /// `on` or `off` after `name`.
    pub fn on_off(&mut self, name: &str, code: u8) -> Done<bool> {
        match self.value()? {
            "on" => Ok(true),
            "off" => Ok(false),
            word => Stop { code, exits: false }.say(format_args!(
                "Error: argument of \"{name}\" must be one of \"off\", \"on\", not \"{word}\""
            )),
        }
    }

    /// The same, in the words of the flags of a link.
    pub fn switch(&mut self, name: &str) -> Done<bool> {
        match self.value()? {
            "on" => Ok(true),
            "off" => Ok(false),
            word => Stop::FAILED.say(format_args!(
                "Error: argument of \"{name}\" must be \"on\" or \"off\", not \"{word}\""
            )),
        }
    }

    pub fn address(&mut self, family: Family) -> Done<IpAddr> {
        address(self.value()?, family)
    }

    pub fn prefix(&mut self, family: Family) -> Done<InetPrefix> {
        prefix(self.value()?, family)
    }

    pub fn lladdr(&mut self) -> Done<LinkAddress> {
        lladdr(self.value()?)
    }
}

pub fn invalid<T>(why: &str, word: &str) -> Done<T> {
    Stop::SENSELESS.say(format_args!("Error: argument \"{word}\" is wrong: {why}"))
}

pub fn missing<T>(what: &str) -> Done<T> {
    Stop::SENSELESS.say(format_args!("Error: argument \"{what}\" is required"))
}

pub fn duplicate<T>(what: &str, word: &str) -> Done<T> {
    Stop::SENSELESS.say(format_args!(
        "Error: duplicate \"{what}\": \"{word}\" is the second value."
    ))
}

pub fn garbage<T>(what: &str, word: &str) -> Done<T> {
    Stop::SENSELESS.say(format_args!(
        "Error: either \"{what}\" is duplicate, or \"{word}\" is garbage."
    ))
}

pub fn no_device<T>(name: &str) -> Done<T> {
    Stop::FAILED.say(format_args!("Cannot find device \"{name}\""))
}

/// The number at the start of `text`, as C writes them, and what follows it.
fn leading(text: &str, base: u32) -> Option<(u64, &str)> {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let hex = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()));
    let (digits, base) = match (hex, base) {
        (Some(rest), 0 | 16) => (rest, 16),
        (_, 0) if text.starts_with('0') => (text, 8),
        (_, 0) => (text, 10),
        (_, base) => (text, base),
    };
    let end = digits
        .find(|c: char| !c.is_digit(base))
        .unwrap_or(digits.len());
    let value = u64::from_str_radix(&digits[..end], base).ok()?;
    Some((value, &digits[end..]))
}

pub fn number<T: TryFrom<u64>>(text: &str) -> Option<T> {
    number_of_base(text, 0)
}

pub fn number_of_base<T: TryFrom<u64>>(text: &str, base: u32) -> Option<T> {
    match leading(text, base)? {
        (value, "") => T::try_from(value).ok(),
        _ => None,
    }
}

/// As `atoi`: what isn't a number is 0.
pub fn loose(text: &str) -> i64 {
    let negative = text.trim_start().strip_prefix('-');
    let value = leading(negative.unwrap_or(text), 10).map_or(0, |(value, _)| value as i64);
    if negative.is_some() { -value } else { value }
}

/// A time of a route's metrics: in the unit of the kernel (`None`) or in milliseconds.
pub fn rtt(text: &str) -> Option<(u32, bool)> {
    let (value, unit) = if text.contains('.') {
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        (text[..end].parse().ok()?, &text[end..])
    } else {
        let (value, unit) = leading(text, 0)?;
        (value as f64, unit)
    };
    let (value, raw) = match unit.to_ascii_lowercase().as_str() {
        "" => (value, true),
        "s" | "sec" | "secs" => (value * 1000.0, false),
        "ms" | "msec" | "msecs" => (value, false),
        _ => return None,
    };
    (value <= f64::from(u32::MAX)).then_some((value.ceil() as u32, raw))
}

/// An address with or without a length, or a word for any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InetPrefix {
    pub family: Family,
    /// `None` is `any` or `default`.
    pub address: Option<IpAddr>,
    pub len: u8,
    /// A length stood there, or it was `default`.
    pub specified: bool,
}

impl InetPrefix {
    /// It as the crate has it, of `family` where nothing else says.
    pub fn as_prefix(&self, family: Family) -> Prefix {
        let zero = match family {
            Family::Inet6 => Ipv6Addr::UNSPECIFIED.into(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        };
        let address = self.address.unwrap_or(zero);
        Prefix::new(address, self.len).unwrap_or(Prefix::host(address))
    }
}

/// As `inet_aton` of iproute2: what is left out is 0.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let Some(part) = parts.next() else {
            break;
        };
        *byte = number(part)?;
    }
    parts.next().is_none().then(|| bytes.into())
}

fn any_address(text: &str, family: Family) -> Option<InetPrefix> {
    let (family, address) = match text {
        "default" | "any" | "all" => {
            return Some(InetPrefix {
                family,
                address: None,
                len: 0,
                specified: text == "default",
            });
        }
        _ if text.contains(':') => (Family::Inet6, text.parse::<Ipv6Addr>().ok()?.into()),
        _ => (Family::Inet, IpAddr::from(ipv4(text)?)),
    };
    Some(InetPrefix {
        family,
        address: Some(address),
        len: Prefix::host(address).len(),
        specified: false,
    })
}

fn try_address(text: &str, family: Family) -> Option<InetPrefix> {
    let found = any_address(text, family)?;
    (family == Family::Unspec || family == found.family).then_some(found)
}

pub fn try_prefix(text: &str, family: Family) -> Option<InetPrefix> {
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, Some(len)),
        None => (text, None),
    };
    let found = try_address(address, family)?;
    let Some(len) = len else {
        return Some(found);
    };
    let mask = || ipv4(len).map(|mask| mask.to_bits());
    let bits = number::<u8>(len).or_else(|| {
        let mask = mask()?;
        (mask.leading_ones() + mask.trailing_zeros() >= 32).then(|| mask.leading_ones() as u8)
    })?;
    (found.address.is_some() && bits <= found.len).then_some(InetPrefix {
        len: bits,
        specified: true,
        ..found
    })
}

fn expected(family: Family) -> &'static str {
    match family {
        Family::Unspec => "any valid",
        family => family_name(family),
    }
}

pub fn family_name(family: Family) -> &'static str {
    match u8::from(family) {
        2 => "inet",
        10 => "inet6",
        17 => "link",
        28 => "mpls",
        7 => "bridge",
        _ => "???",
    }
}

/// The family of this name; none is unspecified.
pub fn family(name: &str) -> Family {
    match name {
        "inet" => Family::Inet,
        "inet6" => Family::Inet6,
        "link" => Family::Other(17),
        "mpls" => Family::Mpls,
        "bridge" => Family::Bridge,
        _ => Family::Unspec,
    }
}

pub fn address(word: &str, family: Family) -> Done<IpAddr> {
    let found = try_address(word, family).map(|found| {
        found.address.unwrap_or(match family {
            Family::Inet6 => Ipv6Addr::UNSPECIFIED.into(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        })
    });
    match found {
        Some(address) => Ok(address),
        None => Stop::NO_ADDRESS.say(format_args!(
            "Error: {} address is expected rather than \"{word}\".",
            expected(family)
        )),
    }
}

pub fn prefix(word: &str, family: Family) -> Done<InetPrefix> {
    match try_prefix(word, family) {
        Some(prefix) => Ok(prefix),
        None => Stop::NO_ADDRESS.say(format_args!(
            "Error: {} prefix is expected rather than \"{word}\".",
            expected(family)
        )),
    }
}

pub fn lladdr(word: &str) -> Done<LinkAddress> {
    let parsed = if word.contains('.') {
        ipv4(word).and_then(|address| LinkAddress::new(&address.octets()))
    } else {
        let bytes = word.split(':').map(|byte| number_of_base::<u8>(byte, 16));
        let bytes: Option<Vec<u8>> = bytes.collect();
        bytes.and_then(|bytes| LinkAddress::new(&bytes))
    };
    match parsed {
        Some(address) => Ok(address),
        None => Stop::FAILED.say(format_args!("\"{word}\" is invalid lladdr.")),
    }
}

/// Whether it can be a link's name.
pub fn is_name(word: &str) -> bool {
    word.len() < 16 && is_alt_name(word)
}

pub fn is_alt_name(word: &str) -> bool {
    let odd = |c: u8| c == b'/' || c.is_ascii_whitespace() || c == 0x0b;
    !word.is_empty() && word.len() < 128 && !word.bytes().any(odd)
}
