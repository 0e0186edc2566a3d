//! What is wrong with bytes, and what can't be put into bytes.
use std::{borrow::Cow, fmt};

use super::BoxError;

/// Why bytes don't mean what they should.
///
/// ```
/// use nlroute::wire::{Fault, Format};
/// assert_eq!(<u32 as Format>::read(&[1, 2]), Err(Fault::Length { has: 2 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The header of a message or of an attribute gives a length that is too short for the
    /// header itself, or longer than what is there.
    Frame {
        /// The length in the header.
        says: usize,
        /// The bytes from the header on.
        has: usize,
    },
    /// Bytes are left over, too few for a header.
    Leftover {
        /// How many.
        len: usize,
    },
    /// The payload has a length that no value of its type has.
    Length {
        /// Its length.
        has: usize,
    },
    /// The message is longer than any that can be indexed.
    TooLong {
        /// Its length.
        len: usize,
        /// The most there may be.
        most: usize,
    },
    /// The payload has the right length and a value that its type does not have.
    Value(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame { says, has } => write!(f, "says {says} bytes where {has} are left"),
            Self::Leftover { len } => write!(f, "{len} bytes left over"),
            Self::Length { has } => write!(f, "a payload of {has} bytes"),
            Self::TooLong { len, most } => write!(f, "{len} bytes, more than {most}"),
            Self::Value(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

/// Why a request can't be put into bytes: which attribute, which value, why.
///
/// ```
/// use nlroute::wire::Writer;
/// let mut bytes = Vec::new();
/// let error = Writer::new(&mut bytes).attribute(1, &[0; 65_532]).unwrap_err();
/// assert_eq!(error.to_string(), "65532 bytes: an attribute holds at most 65531");
/// ```
pub struct EncodeError(Box<Inner>);

struct Inner {
    /// Outermost last: it is added to on the way out.
    path: Vec<Cow<'static, str>>,
    cause: Cause,
}

enum Cause {
    Value {
        value: String,
        why: Cow<'static, str>,
    },
    Lookup(BoxError),
}

impl EncodeError {
    /// `value` can't be sent because of `why`.
    #[cold]
    #[must_use]
    pub fn new(value: impl fmt::Display, why: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&value, why.into())
    }

    // Once, whatever the types.
    #[cold]
    fn of(value: &dyn fmt::Display, why: Cow<'static, str>) -> Self {
        let value = value.to_string();
        Self(Box::new(Inner {
            path: Vec::new(),
            cause: Cause::Value { value, why },
        }))
    }

    /// A name could not be resolved.
    #[cold]
    #[must_use]
    pub fn lookup(source: BoxError) -> Self {
        Self(Box::new(Inner {
            path: Vec::new(),
            cause: Cause::Lookup(source),
        }))
    }

    /// The same, told one level further out.
    #[cold]
    #[must_use]
    pub fn inside(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.path.push(name.into());
        self
    }

    /// The attribute by its path of names, for instance `linkinfo.data.forward_delay`.
    #[must_use]
    pub fn attribute(&self) -> String {
        let names: Vec<&str> = self.0.path.iter().rev().map(AsRef::as_ref).collect();
        names.join(".")
    }

    /// The value that can't be sent.
    #[must_use]
    pub fn value(&self) -> &str {
        match &self.0.cause {
            Cause::Value { value, .. } => value,
            Cause::Lookup(_) => "",
        }
    }

    /// Why it can't be sent.
    #[must_use]
    pub fn why(&self) -> &str {
        match &self.0.cause {
            Cause::Value { why, .. } => why,
            Cause::Lookup(_) => "",
        }
    }

    /// The look-up's own error, where a name could not be resolved.
    pub fn into_lookup(self) -> Result<BoxError, Self> {
        match self.0.cause {
            Cause::Lookup(source) => Ok(source),
            cause @ Cause::Value { .. } => Err(Self(Box::new(Inner {
                path: self.0.path,
                cause,
            }))),
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{} ", self.attribute())?;
        }
        match &self.0.cause {
            Cause::Value { value, why } => write!(f, "{value}: {why}"),
            Cause::Lookup(source) => source.fmt(f),
        }
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncodeError({self})")
    }
}

impl std::error::Error for EncodeError {}
