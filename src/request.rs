//! What the connection knows of the nouns: a request writes itself, a query also reads.
//!
//! A noun implements these traits; nobody else has to, but may: a family of messages that the
//! crate doesn't know can be sent and listed through the same [`Connection`](crate::Connection).
use std::{borrow::Cow, fmt};

use crate::{
    Result,
    wire::{ByName, EncodeError, Fault, Lookup, NetnsRef, Schema, Writer},
};

/// What a request asks for. Each noun knows which message and which flags that means.
///
/// ```
/// assert_eq!(nlroute::Verb::Add.to_string(), "add");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// Make what doesn't exist.
    Add,
    /// Make it, or put it in the place of what exists.
    Replace,
    /// Alter what exists.
    Change,
    /// Add one more beside what exists.
    Append,
    /// Add one more that counts before what exists.
    Prepend,
    /// Take away what exists.
    Delete,
    /// Read one.
    Get,
    /// Read all.
    List,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Change => "change",
            Self::Append => "append",
            Self::Prepend => "prepend",
            Self::Delete => "delete",
            Self::Get => "get",
            Self::List => "list",
        })
    }
}

/// How a message of a noun is told in words, from its bytes: also after the request itself is
/// gone, as in a batch.
///
/// `name` gives the name of a link where only its index is in the bytes.
pub type Describe =
    fn(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result;

/// Something that can be asked of the kernel.
pub trait Request {
    /// The table of the message's attributes, by which errors name them.
    const SCHEMA: &'static Schema;
    /// What the message is about, in the field's words and without the verb:
    /// `address 192.168.56.10/16 to ceth0`.
    const DESCRIBE: Describe;

    /// Appends the whole message, from [`Writer::begin`] to [`Writer::end`], with the type and
    /// the flags that the verb means for this noun. `NLM_F_REQUEST` and `NLM_F_ACK` are set by
    /// the connection.
    ///
    /// # Errors
    /// When a value can't be sent, or a name can't be resolved.
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Appends the message that must follow a successful `add`, and says where to send it;
    /// nothing to follow is `None`. If it fails, what was added is deleted again.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    fn follow_up(&self, _out: &mut Writer<'_>) -> Result<Option<Place<'_>>, EncodeError> {
        Ok(None)
    }

    /// Where errors look up the tables that go by a name.
    #[doc(hidden)]
    fn names(&self) -> ByName {
        Self::SCHEMA.named
    }
}

/// Where a message is to be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Place<'a> {
    /// To the connection's own namespace.
    Here,
    /// To this namespace.
    Netns(NetnsRef<'a>),
    /// To the namespace of this process.
    Pid(u32),
}

/// What can be added.
pub trait Add: Request {
    /// What the caller is told of the new thing.
    type Answer;

    /// Makes the answer of the body of the kernel's notification, if it sent one (for a link:
    /// since Linux 6.2).
    ///
    /// # Errors
    /// When there was none and asking for it failed.
    fn answer(&self, echo: Option<&[u8]>, lookup: &mut dyn Lookup) -> Result<Self::Answer>;
}

/// What can be added, or put in the place of what exists.
pub trait Replace: Request {}
/// What can be altered.
pub trait Change: Request {}
/// What can be added beside its like.
pub trait Append: Request {}
/// What can be added before its like.
pub trait Prepend: Request {}
/// What can be deleted.
pub trait Delete: Request {}

/// What can be read: the part that one and all have in common.
pub trait Query {
    /// The table of the message's attributes, by which errors name them.
    const SCHEMA: &'static Schema;
    /// The view of an answer.
    type View<'a>;

    /// In the field's words and without the verb: `link eth0`, `routes of table 254`.
    ///
    /// # Errors
    /// As any formatting.
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Appends the whole message. `NLM_F_REQUEST`, and for a list `NLM_F_DUMP`, are set by the
    /// connection. Names are replaced by what they were resolved to, for [`List::keeps`].
    ///
    /// # Errors
    /// When a value can't be sent, or a name can't be resolved.
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Whether a message of this type is an answer.
    fn answers(kind: u16) -> bool;

    /// The view of an answer's body.
    ///
    /// # Errors
    /// When its header isn't whole. In a list no other is looked for: what is refused for another
    /// reason is counted by [`Listing::len`](crate::Listing::len), and left out of its iteration.
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<Self::View<'a>, Fault>;
}

/// What can be read one by one.
pub trait Get: Query {}

/// What can be listed.
pub trait List: Query {
    /// Whether [`keeps`](Self::keeps) has to be asked. A kernel that checks requests strictly
    /// (since Linux 4.20, `NETLINK_GET_STRICT_CHK`) has filtered already.
    fn filters(&self, strict: bool) -> bool {
        !strict
    }

    /// Whether this refusal only says that there is none of what was asked for.
    fn means_none(&self, _errno: i32) -> bool {
        false
    }

    /// Whether this one was asked for, where the kernel doesn't know the filter.
    fn keeps(&self, _view: &Self::View<'_>) -> bool {
        true
    }
}

/// A request can be lent, to be sent more than once.
macro_rules! lent {
    ($($verb:ident)*) => {$(
        impl<R: $verb> $verb for &R {}
    )*};
}
lent! { Replace Change Append Prepend Delete }

impl<R: Request> Request for &R {
    const SCHEMA: &'static Schema = R::SCHEMA;
    const DESCRIBE: Describe = R::DESCRIBE;

    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        R::encode(self, verb, out)
    }

    fn follow_up(&self, out: &mut Writer<'_>) -> Result<Option<Place<'_>>, EncodeError> {
        R::follow_up(self, out)
    }

    fn names(&self) -> ByName {
        R::names(self)
    }
}

impl<R: Add> Add for &R {
    type Answer = R::Answer;

    fn answer(&self, echo: Option<&[u8]>, lookup: &mut dyn Lookup) -> Result<Self::Answer> {
        R::answer(self, echo, lookup)
    }
}
