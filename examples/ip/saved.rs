//! What is listed, written to a file as the kernel's own messages, and read from one again
//! (`save`, `restore` and `showdump`).
use std::{
    io::{IsTerminal, Read, Write},
    marker::PhantomData,
};

use nlroute::{
    Add, Describe, Request, Result, Verb,
    wire::{EncodeError, Lookup, Message, Messages, Schema, Writer, table::Table},
};

use crate::{
    context::Context,
    words::{Done, Stop},
};

/// What stands before the messages.
#[derive(Clone, Copy, Debug)]
pub struct Magic {
    pub number: u32,
    pub what: &'static str,
}

/// Writes these messages to the standard output.
pub fn save<'m>(magic: Magic, messages: impl Iterator<Item = Message<'m>>) -> Done {
    let mut out = std::io::stdout().lock();
    let mut bytes = magic.number.to_ne_bytes().to_vec();
    for message in messages {
        bytes.extend_from_slice(message.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    match out.write_all(&bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(_) => Stop::FAILED.say("Can't write magic to dump file"),
    }
}

/// Whether there is somebody who can read it.
pub fn may_save() -> Done {
    match std::io::stdout().is_terminal() {
        true => Stop::FAILED.say("Not sending a binary stream to stdout"),
        false => Ok(()),
    }
}

/// The bytes of the messages on the standard input.
pub fn read(magic: Magic, stop: Stop) -> Done<Vec<u8>> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return stop.say(format_args!(
            "Can't restore {} dump from a terminal",
            magic.what
        ));
    }
    let mut bytes = Vec::new();
    // What can't be read is as what isn't there.
    let _ = input.read_to_end(&mut bytes);
    let first = bytes.first_chunk().map(|first| u32::from_ne_bytes(*first));
    if first != Some(magic.number) {
        let (count, found) = (u8::from(first.is_some()), first.unwrap_or(0));
        return stop.say(format_args!(
            "Magic mismatch ({count} elems, {found:x} magic)"
        ));
    }
    Ok(bytes.split_off(4))
}

/// Each message, until one isn't whole.
pub fn each(bytes: &[u8], stop: Stop, mut with: impl FnMut(Message<'_>) -> Done) -> Done {
    for message in Messages::new(bytes) {
        match message {
            Ok(message) => with(message)?,
            Err(_) => return stop.say("rtnl-from_file: truncated message"),
        }
    }
    Ok(())
}

/// A message that told of something, which is to be there again.
struct Again<'m, T> {
    message: Message<'m>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Request for Again<'_, T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
    const DESCRIBE: Describe = |_, _, f| f.write_str("what was saved");

    fn encode(&self, _: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let header = self.message.header();
        let message = out.begin(header.kind, libc::NLM_F_CREATE as u16 | header.flags);
        out.bytes(self.message.body());
        out.end(message)
    }
}

impl<T: Table> Add for Again<'_, T> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}

/// Makes what a message told of; that it is there already is none.
pub fn again<T: Table>(context: &mut Context, message: Message<'_>) -> Done {
    let table = PhantomData;
    let done = context.host.add(Again::<T> { message, table });
    match done {
        Err(error) if error.is_exists() => {
            eprintln!("{}", crate::context::says(&error));
            Ok(())
        }
        done => context.talk(done),
    }
}
