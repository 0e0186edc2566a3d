//! Deleting what a list showed, by its own bytes.
use std::marker::PhantomData;

use nlroute::{
    Delete, Describe, Request, Verb,
    wire::{EncodeError, Schema, Writer, table::Table},
};

use crate::{
    context::{Context, errno_text},
    words::{Done, Stop},
};

/// A message of the kernel, sent back to it to delete what it tells of.
pub struct Told<T> {
    kind: u16,
    body: Vec<u8>,
    table: PhantomData<fn() -> T>,
}

impl<T> Told<T> {
    /// `kind` is that of the message to delete it.
    pub fn new(kind: u16, body: &[u8]) -> Self {
        Self {
            kind,
            body: body.to_vec(),
            table: PhantomData,
        }
    }
}

impl<T: Table> Request for Told<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
    const DESCRIBE: Describe = |_, _, f| f.write_str("what was listed");

    fn encode(&self, _: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(self.kind, 0);
        out.bytes(&self.body);
        out.end(message)
    }
}

impl<T: Table> Delete for Told<T> {}

/// Deletes them; an error of this number is none.
pub fn delete<T: Table>(context: &mut Context, told: &[Told<T>], ignored: i32, stop: Stop) -> Done {
    let mut batch = context.host.batch();
    let mut failed = None;
    for one in told {
        if let Err(error) = batch.delete(one) {
            failed.get_or_insert(error);
        }
    }
    match batch.results() {
        Ok(results) => {
            for result in results {
                let wrong = result.err().filter(|error| error.errno() != Some(ignored));
                if let Some(error) = wrong {
                    failed.get_or_insert(error);
                }
            }
        }
        Err(error) => {
            failed.get_or_insert(error);
        }
    }
    match failed {
        None => Ok(()),
        Some(error) => {
            let why = errno_text(error.errno().unwrap_or(libc::EINVAL));
            eprintln!("{}", crate::context::says(&error));
            stop.say(format_args!("Failed to send flush request: {why}"))
        }
    }
}

/// What `-s` says of a flush.
pub struct Rounds {
    pub round: u32,
    pub stats: bool,
}

impl Rounds {
    pub fn nothing_left(&self) {
        match self.round {
            _ if !self.stats => {}
            0 => println!("Nothing to flush."),
            1 => println!("*** Flush is complete after 1 round ***"),
            n => println!("*** Flush is complete after {n} rounds ***"),
        }
    }

    pub fn one_more(&mut self, count: usize, what: &str) {
        self.round += 1;
        if self.stats {
            println!("\n*** Round {}, deleting {count} {what} ***", self.round);
        }
    }
}
