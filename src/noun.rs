//! What addresses, routes and neighbours have in common when they are written.
use std::fmt;

use crate::{
    Verb,
    wire::{EncodeError, Format, LinkRef, Writer},
};

/// The message type and the flags of a verb, for a noun whose messages go by the usual rule.
#[inline]
pub(crate) fn message(verb: Verb, new: u16, delete: u16) -> Result<(u16, u16), EncodeError> {
    let flags = match verb {
        Verb::Add => libc::NLM_F_CREATE | libc::NLM_F_EXCL,
        Verb::Replace => libc::NLM_F_CREATE | libc::NLM_F_REPLACE,
        Verb::Change => libc::NLM_F_REPLACE,
        Verb::Append => libc::NLM_F_CREATE | libc::NLM_F_APPEND,
        Verb::Prepend => libc::NLM_F_CREATE,
        Verb::Delete => return Ok((delete, 0)),
        Verb::Get | Verb::List => return Err(never(verb, "is not a request's verb")),
    };
    Ok((new, flags as u16))
}

/// Appends an attribute of a number and a name that stand in a table.
#[inline]
pub(crate) fn put<F: Format>(
    kind: u16,
    name: &'static str,
    value: &F::Write<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    F::put(kind, value, out).map_err(|error| error.inside(name))
}

/// Looks a link up and puts its index in the place of its name.
#[inline]
pub(crate) fn resolve(
    link: &mut Option<LinkRef<'_>>,
    name: &'static str,
    out: &mut Writer<'_>,
) -> Result<u32, EncodeError> {
    let Some(link) = link else { return Ok(0) };
    let index = link.index(out).map_err(|error| error.inside(name))?;
    *link = LinkRef::Index(index);
    Ok(index)
}

/// Whether a filter by link, resolved, lets this index pass.
pub(crate) fn is_link(filter: Option<&LinkRef<'_>>, index: u32) -> bool {
    match filter {
        Some(LinkRef::Index(wanted)) => *wanted == index,
        _ => true,
    }
}

/// `value` of attribute `name` can't be sent.
#[cold]
#[inline(never)]
pub(crate) fn invalid(
    name: &'static str,
    value: impl fmt::Display,
    why: &'static str,
) -> EncodeError {
    EncodeError::new(value, why).inside(name)
}

/// An error that refuses a verb.
#[cold]
#[inline(never)]
pub(crate) fn never(verb: Verb, why: &'static str) -> EncodeError {
    EncodeError::new(verb, why)
}

/// The index of a link that a request is about, which must be given.
#[inline]
pub(crate) fn index(link: &LinkRef<'_>, out: &mut Writer<'_>) -> Result<u32, EncodeError> {
    match link {
        LinkRef::Index(index) if *index > 0 => Ok(*index),
        link => look_up(*link, out),
    }
}

// Given a copy, so that no reference to a request's own goes into a function.
#[inline(never)]
fn look_up(link: LinkRef<'_>, out: &mut Writer<'_>) -> Result<u32, EncodeError> {
    match link.index(out).map_err(|error| error.inside("link"))? {
        0 => Err(invalid("link", "#0", "no link has this index")),
        index => Ok(index),
    }
}
