//! The same verbs, many requests in one datagram, one result each.
//!
//! # How long a datagram may be
//!
//! The kernel carries a datagram's requests out while it is sent, and puts an answer for each one
//! that it refuses into the socket's receive buffer. Nobody can read them meanwhile. What finds no
//! room there is dropped, and `ENOBUFS` is all that is left of it: a refusal that looks like a
//! success. So a datagram is bounded by what its answers can take, if every one of its requests is
//! refused:
//!
//! - The buffer is counted in memory, not in bytes of messages: a refusal that quotes the header
//!   only (`NETLINK_CAP_ACK`, since Linux 4.3) takes 832 bytes of it, with all that the kernel may
//!   say beside it at most 1,280; on an older kernel it quotes the whole request.
//! - By default the buffer has 212,992 (`net.core.rmem_default`), room for 166 of these. A
//!   datagram has 128 requests at most, more are no faster: of the 6.4 µs that a route costs in a
//!   datagram of its own, 16 in one save 2.8 and 1,000 save 3.0.
//! - A socket with a smaller buffer gets shorter datagrams, down to a request each. The crate
//!   leaves the buffers' sizes as they are: a larger one would make nothing faster.
//! - An acknowledgement is asked for by the last request only. Refusals come anyway, all before
//!   it; who isn't refused by then has succeeded.
//! - The datagram itself must fit into the send buffer (`SO_SNDBUF`).
//!
//! All answers to a datagram are received before the next one is sent, and the rest of a dump that
//! was left is read before the first. So there is always the whole buffer, and neither side ever
//! waits for the other to read.
use std::{fmt, ops::Range};

use crate::{
    Add, Append, Change, Connection, Delete, Error, Prepend, Replace, Request, Result, Verb,
    connection::Sent,
    exchange::{Exchange, Step, Verdict, refused, stamp, unflag},
    request::Describe,
    socket::Room,
    wire::{ByName, Schema},
};

/// The most requests in a datagram.
pub(crate) const MOST: usize = 128;
/// The most bytes in a datagram of more than one request.
const LONGEST: usize = 64 << 10;
/// So many answers fit into any receive buffer that a network can be used with, so that its size
/// needn't be asked for; the smallest there is (2,304 bytes) only takes one.
const FEW: usize = 16;
/// What the kernel says of a refusal beside what it quotes, with what it keeps of each datagram
/// at its end (`struct skb_shared_info`), in bytes.
const SAID: usize = 700;
/// What the kernel keeps of each datagram elsewhere (`struct sk_buff`), in bytes.
const KEPT: usize = 256;

/// How much of the receive buffer a refusal of a request of `len` bytes may take. The kernel
/// allocates in powers of two.
fn answer_takes(len: usize, capped: bool) -> usize {
    let quoted = if capped { 0 } else { len };
    let allocated = quoted.saturating_add(SAID).checked_next_power_of_two();
    allocated.unwrap_or(usize::MAX).saturating_add(KEPT)
}

/// Many requests that go to the kernel in as few datagrams as can be: see [`Connection::batch`].
///
/// Each is written when it is given, and sent with the others by [`commit`](Self::commit) or
/// [`results`](Self::results). The kernel carries them out in order, one by one: there is no
/// transaction, and one that fails doesn't keep the next from being tried in the same datagram.
///
/// A link's name is resolved when the request is given: a link that is only made by the batch
/// itself has to be referred to by the index that it was given with `ifindex`.
///
/// All of it is kept until it is sent. For more requests than that is worth, or as many as there
/// may be, see [`Connection::bulk`].
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, link::{Bridge, Link}};
/// let mut host = Connection::open()?;
/// let mut batch = host.batch();
/// batch.change(Link::named("lo").up())?;
/// batch.add(Bridge::new("br0").ifindex(7).up())?;
/// batch.change(Link::named(7).mtu(1400))?;
/// batch.commit()?;
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[must_use = "nothing is sent until `commit` or `results` is called"]
#[derive(Debug)]
pub struct Batch<'c> {
    connection: &'c mut Connection,
    entries: Vec<Entry>,
    /// The length of the longest request in it.
    longest: usize,
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// Where its message is in the connection's buffer.
    range: Range<usize>,
    verb: Verb,
    describe: Describe,
    schema: &'static Schema,
    named: ByName,
}

impl<'c> Batch<'c> {
    /// An empty one. `entries` is what another one's [`run`](Self::run) left, or nothing.
    #[inline]
    pub(crate) fn with(connection: &'c mut Connection, mut entries: Vec<Entry>) -> Self {
        connection.begin();
        entries.clear();
        Self {
            connection,
            entries,
            longest: 0,
        }
    }

    /// As it was before it had more than `len` requests.
    pub(crate) fn truncate(&mut self, len: usize) {
        if let Some(first) = self.entries.get(len) {
            self.connection.out.truncate(first.range.start);
            self.entries.truncate(len);
        }
    }

    /// Whether one more request, not longer than those that are in it, might need a second
    /// datagram.
    #[inline]
    pub(crate) fn is_full(&self, room: Room) -> bool {
        let next = self.entries.len() + 1;
        let takes = answer_takes(self.longest, self.connection.exchange.socket.capped);
        let bytes = self.connection.out.len() + self.longest;
        let full = bytes > datagram_of(room) || next.saturating_mul(takes) > room.receive;
        // One is sent whatever its size.
        next > MOST || next > 1 && full
    }

    /// As [`Connection::add`], without an answer.
    ///
    /// # Errors
    /// When the request can't be written; the batch is then as it was before.
    pub fn add<R: Add>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Add, &request)
    }

    /// As [`Connection::replace`].
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn replace<R: Replace>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Replace, &request)
    }

    /// As [`Connection::change`].
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn change<R: Change>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Change, &request)
    }

    /// As [`Connection::append`].
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn append<R: Append>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Append, &request)
    }

    /// As [`Connection::prepend`].
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn prepend<R: Prepend>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Prepend, &request)
    }

    /// As [`Connection::delete`].
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn delete<R: Delete>(&mut self, request: R) -> Result<&mut Self> {
        self.push(Verb::Delete, &request)
    }

    /// How many requests are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn push<R: Request>(&mut self, verb: Verb, request: &R) -> Result<&mut Self> {
        let start = self.connection.out.len();
        self.connection.encode::<R>(verb, |out| {
            request.encode(verb, out)?;
            let end = out.len();
            let follows = verb == Verb::Add && request.follow_up(out)?.is_some();
            out.truncate(end);
            if follows {
                let why = "needs a second step, which a batch can't make";
                return Err(crate::wire::EncodeError::new("", why));
            }
            Ok(())
        })?;
        let range = start..self.connection.out.len();
        // Notifications for each would overrun the receive buffer.
        unflag(
            self.connection.out.get_mut(start..).unwrap_or_default(),
            libc::NLM_F_ECHO,
        );
        self.longest = self.longest.max(range.len());
        self.entries.push(Entry {
            range,
            verb,
            describe: R::DESCRIBE,
            schema: R::SCHEMA,
            named: request.names(),
        });
        Ok(self)
    }

    /// Sends all; the first refusal, if there was one, is the error. Those after it in the same
    /// datagram were carried out all the same; what was to go in later datagrams (after 128
    /// requests, or fewer where the socket's buffers are small) wasn't sent.
    ///
    /// # Errors
    /// The first refusal, or why no more could be sent or received.
    #[inline]
    pub fn commit(self) -> Result<()> {
        let mut first = None;
        let (_, sent) = self.run(true, |_, error| {
            first.get_or_insert(error);
        });
        sent.map_err(|(_, error)| error)?;
        first.map_or(Ok(()), Err)
    }

    /// Sends all, and answers with a result for each, in order.
    ///
    /// # Errors
    /// Why no more could be sent or received.
    #[inline]
    pub fn results(self) -> Result<Vec<Result<()>>> {
        let mut results = Vec::new();
        results.resize_with(self.entries.len(), || Ok(()));
        let (_, sent) = self.run(false, |place, error| {
            if let Some(result) = results.get_mut(place) {
                *result = Err(error);
            }
        });
        sent.map_err(|(_, error)| error)?;
        Ok(results)
    }

    /// Sends all in as many datagrams as it takes, or only until one had a refusal in it. Gives
    /// the entries' memory back. An error comes with the place of the first request that isn't
    /// known to have been carried out, unless `failed` was told that it was refused.
    pub(crate) fn run(
        self,
        stop: bool,
        mut failed: impl FnMut(usize, Error),
    ) -> (Vec<Entry>, Result<(), (usize, Error)>) {
        let Self {
            connection,
            entries,
            ..
        } = self;
        let mut place = 0;
        while let Some(rest) = entries.get(place..).filter(|rest| !rest.is_empty()) {
            let mut any = false;
            let sent = fitting(&mut connection.exchange, rest).and_then(|count| {
                let (chunk, _) = rest.split_at(count.min(rest.len()));
                send(connection, chunk, |at, error| {
                    any = true;
                    failed(place + at, error);
                })?;
                Ok(count)
            });
            match sent {
                Ok(_) if any && stop => break,
                Ok(count) => place += count,
                Err(error) => return (entries, Err((place, error))),
            }
        }
        (entries, Ok(()))
    }
}

/// The most bytes of a datagram of more than one request. Half of the buffer, because a socket
/// that is none of netlink counts memory there too.
#[inline]
fn datagram_of(room: Room) -> usize {
    LONGEST.min(room.send / 2)
}

/// How many of these fit into one datagram: one at least.
#[inline]
fn fitting(exchange: &mut Exchange, entries: &[Entry]) -> Result<usize> {
    let len = |entries: &[Entry]| match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => last.range.end - first.range.start,
        _ => 0,
    };
    if entries.len() <= FEW && len(entries) <= LONGEST / 4 && exchange.socket.is_own() {
        return Ok(entries.len());
    }
    let room = exchange.room()?;
    let (most, capped) = (datagram_of(room), exchange.socket.capped);
    let start = entries.first().map_or(0, |entry| entry.range.start);
    let mut left = room.receive;
    let fits = |entry: &&Entry| {
        let takes = answer_takes(entry.range.len(), capped);
        let fits = takes <= left && entry.range.end - start <= most;
        left = left.saturating_sub(takes);
        fits
    };
    Ok(entries.iter().take(MOST).take_while(fits).count().max(1))
}

/// What a datagram of so many requests is called, if it can't be sent or answered.
struct Requests(u32);

impl fmt::Display for Requests {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "send {} requests", self.0)
    }
}

/// Sends some requests in one datagram, and receives all answers to it.
fn send(
    connection: &mut Connection,
    chunk: &[Entry],
    mut failed: impl FnMut(usize, Error),
) -> Result<()> {
    let Connection {
        exchange,
        names,
        out,
        ..
    } = connection;
    let count = chunk.len() as u32;
    let first = exchange.sequences(count);
    let last = first.wrapping_add(count.wrapping_sub(1));
    for (place, entry) in (0..count).zip(chunk) {
        let sequence = first.wrapping_add(place);
        let ack = if sequence == last { libc::NLM_F_ACK } else { 0 };
        if let Some(message) = out.get_mut(entry.range.clone()) {
            stamp(message, libc::NLM_F_REQUEST | ack, sequence);
        }
    }
    let (Some(head), Some(tail)) = (chunk.first(), chunk.last()) else {
        return Ok(());
    };
    let datagram = out.get(head.range.start..tail.range.end).unwrap_or(&[]);
    let operation = Requests(count);
    let deadline = exchange.deadline();
    if count > 1 {
        exchange.finish_dump(deadline, &operation)?;
    }
    exchange.send(datagram, &operation)?;
    exchange.answers(first, count, deadline, &operation, |message| {
        let Some(verdict) = Verdict::of(message) else {
            return Ok(Step::Go);
        };
        let place = message.header().sequence.wrapping_sub(first) as usize;
        if let Some(entry) = chunk.get(place).filter(|_| verdict.errno != 0) {
            let request = out.get(entry.range.clone()).unwrap_or(&[]);
            let (verb, describe) = (entry.verb, entry.describe);
            let sent = Sent {
                verb,
                describe,
                message: request,
                names,
            };
            let schema = entry.schema.with_names(entry.named);
            failed(place, refused(&sent, verdict, request, &schema));
        }
        Ok(if message.header().sequence == last {
            Step::Done
        } else {
            Step::Go
        })
    })
}

#[cfg(test)]
mod tests;
