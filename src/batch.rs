//! The same verbs, many requests in one datagram, one result each.
use std::ops::Range;

use crate::{
    Add, Append, Change, Connection, Delete, Error, Replace, Request, Result, Verb,
    connection::Sent,
    exchange::{Step, Verdict, refused, stamp, unflag},
    request::Describe,
    wire::Schema,
};

/// The most requests in a datagram. Every one that fails is answered by a message of its own,
/// which waits in the socket's receive buffer (212,992 bytes by default) until all are done; one
/// answer takes up to 1,280 bytes of it.
const MOST: usize = 128;
/// The most bytes in a datagram, before the last request in it. The send buffer takes three
/// times as many.
const LONGEST: usize = 64 << 10;

/// Many requests that go to the kernel in as few datagrams as can be: see [`Connection::batch`].
///
/// Each is written when it is given, and sent with the others by [`commit`](Self::commit) or
/// [`results`](Self::results). The kernel carries them out in order, one by one: there is no
/// transaction, and one that fails doesn't keep the next from being tried in the same datagram.
///
/// A link's name is resolved when the request is given: a link that is only made by the batch
/// itself has to be referred to by the index that it was given with `ifindex`.
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
}

#[derive(Debug)]
struct Entry {
    /// Where its message is in the connection's buffer.
    range: Range<usize>,
    verb: Verb,
    describe: Describe,
    schema: &'static Schema,
}

impl<'c> Batch<'c> {
    pub(crate) fn new(connection: &'c mut Connection) -> Self {
        connection.out.clear();
        connection.names.clear();
        Self {
            connection,
            entries: Vec::new(),
        }
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
        self.entries.push(Entry {
            range,
            verb,
            describe: R::DESCRIBE,
            schema: R::SCHEMA,
        });
        Ok(self)
    }

    /// Sends all; the first refusal, if there was one, is the error. Those after it in the same
    /// datagram were carried out all the same; later datagrams (after 128 requests) weren't sent.
    ///
    /// # Errors
    /// The first refusal, or why no more could be sent or received.
    pub fn commit(self) -> Result<()> {
        let mut first = None;
        self.run(true, |_, error| {
            first.get_or_insert(error);
        })?;
        first.map_or(Ok(()), Err)
    }

    /// Sends all, and answers with a result for each, in order.
    ///
    /// # Errors
    /// Why no more could be sent or received.
    pub fn results(self) -> Result<Vec<Result<()>>> {
        let mut results = Vec::new();
        results.resize_with(self.entries.len(), || Ok(()));
        self.run(false, |place, error| {
            if let Some(result) = results.get_mut(place) {
                *result = Err(error);
            }
        })?;
        Ok(results)
    }

    fn run(self, stop: bool, mut failed: impl FnMut(usize, Error)) -> Result<()> {
        let Self {
            connection,
            entries,
        } = self;
        let mut place = 0;
        while let Some(rest) = entries.get(place..).filter(|rest| !rest.is_empty()) {
            let start = rest.first().map_or(0, |entry| entry.range.start);
            let fits = |entry: &&Entry| entry.range.start - start < LONGEST;
            let count = rest.iter().take(MOST).take_while(fits).count().max(1);
            let (chunk, _) = rest.split_at(count.min(rest.len()));
            let mut any = false;
            send(connection, chunk, |at, error| {
                any = true;
                failed(place + at, error);
            })?;
            if any && stop {
                break;
            }
            place += count;
        }
        Ok(())
    }
}

/// Sends some requests in one datagram. Only the last one is to be acknowledged: refusals come
/// anyway, and before it.
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
    let operation = format_args!("send {count} requests").to_string();
    let deadline = exchange.deadline();
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
            failed(place, refused(&sent, verdict, request, entry.schema));
        }
        Ok(if message.header().sequence == last {
            Step::Done
        } else {
            Step::Go
        })
    })
}
