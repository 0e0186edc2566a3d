//! Reading all of them: streamed, or into memory.
use std::{borrow::Cow, fmt, marker::PhantomData};

use crate::{
    Connection, ErrorKind, List, Result, Verb,
    connection::Asked,
    exchange::{Verdict, malformed, refused},
    wire::{Message, Messages},
};

/// How often a list is begun again when it was interrupted. A list of a busy router may well be
/// interrupted some times in a row; one that is interrupted this often isn't going to end.
const ATTEMPTS: u32 = 16;

/// A list that comes one by one, in constant memory: see [`Connection::dump`].
///
/// Each view lends the connection's buffer, so it isn't an `Iterator`. It may be dropped before
/// its end.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// # let mut connection = nlroute::Connection::open()?;
/// let mut links = connection.dump(nlroute::link::Links::all())?;
/// while let Some(link) = links.next()? {
///     println!("{}", link.name());
/// }
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[must_use = "nothing is read until `next` is called"]
pub struct Dump<'c, Q> {
    connection: &'c mut Connection,
    query: Q,
    sequence: u32,
    deadline: Option<std::time::Instant>,
    /// Where the next message starts in the datagram that was received last.
    at: usize,
    interrupted: bool,
    ended: bool,
}

impl<'c, Q: List> Dump<'c, Q> {
    pub(crate) fn begin(connection: &'c mut Connection, mut query: Q) -> Result<Self> {
        let sequence = connection.encode_query(Verb::List, &mut query, libc::NLM_F_DUMP)?;
        let deadline = connection.exchange.deadline();
        let operation = Asked {
            verb: Verb::List,
            query: &query,
        };
        connection
            .exchange
            .begin_dump(&connection.out, sequence, deadline, &operation)?;
        Ok(Self {
            connection,
            query,
            sequence,
            deadline,
            at: usize::MAX,
            interrupted: false,
            ended: false,
        })
    }

    /// The next one, or `None` after the last.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] in the place of the end when something changed meanwhile; what
    /// the kernel refuses; a timeout. After an error the dump is at its end.
    #[allow(clippy::should_implement_trait)] // It lends.
    pub fn next(&mut self) -> Result<Option<Q::View<'_>>> {
        let range = match self.find() {
            Ok(Some(range)) => range,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.ended = true;
                return Err(error);
            }
        };
        let body = self
            .connection
            .exchange
            .socket
            .datagram()
            .get(range)
            .unwrap_or(&[]);
        match Q::view(Cow::Borrowed(body)) {
            Ok(view) => Ok(Some(view)),
            Err(fault) => {
                self.ended = true;
                Err(malformed(
                    &Asked {
                        verb: Verb::List,
                        query: &self.query,
                    },
                    fault,
                ))
            }
        }
    }

    /// Where in the datagram the body of the next one is that was asked for.
    fn find(&mut self) -> Result<Option<std::ops::Range<usize>>> {
        let Self {
            connection, query, ..
        } = self;
        let operation = Asked {
            verb: Verb::List,
            query: &*query,
        };
        while !self.ended {
            let datagram = connection.exchange.socket.datagram();
            let Some(rest) = datagram.get(self.at..).filter(|rest| !rest.is_empty()) else {
                connection.exchange.receive(self.deadline, &operation)?;
                self.at = 0;
                continue;
            };
            let message = match Messages::new(rest).next() {
                Some(Ok(message)) => message,
                Some(Err(fault)) => return Err(malformed(&operation, fault)),
                None => continue,
            };
            let start = self.at;
            self.at = start + crate::wire::align(message.as_bytes().len());
            let (kind, flags) = (message.header().kind, message.header().flags);
            let verdict = Verdict::of(&message);
            let end = start + message.as_bytes().len();
            let range = end - message.body().len()..end;
            let filters = query.filters(connection.exchange.socket.strict);
            let keeps = verdict.is_none()
                && Q::answers(kind)
                && (!filters
                    || Q::view(Cow::Borrowed(message.body()))
                        .map_or(true, |view| query.keeps(&view)));
            let refusal = verdict
                .filter(|verdict| verdict.errno != 0 && !query.means_none(verdict.errno))
                .map(|verdict| refused(&operation, verdict, &connection.out, Q::SCHEMA));
            let ends = verdict.is_some();
            let (sequence, header) = (self.sequence, *message.header());
            if !connection.exchange.is_answer(&header, ends, sequence) {
                continue;
            }
            self.interrupted |= flags & libc::NLM_F_DUMP_INTR as u16 != 0;
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            if ends {
                self.ended = true;
                if self.interrupted {
                    let operation = operation.to_string();
                    return Err(ErrorKind::Interrupted {
                        operation,
                        attempts: 1,
                    }
                    .into());
                }
            } else if keeps {
                return Ok(Some(range));
            }
        }
        Ok(None)
    }
}

impl<Q: fmt::Debug> fmt::Debug for Dump<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump")
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

/// A list in memory: the messages themselves, one after the other in one piece, which are viewed
/// as they are gone through.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// # let mut connection = nlroute::Connection::open()?;
/// let links = connection.list(nlroute::link::Links::all())?;
/// assert_eq!(links.len(), links.iter().count());
/// assert!(links.iter().any(|link| link.name() == "lo"));
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
pub struct Listing<Q> {
    messages: Vec<u8>,
    len: usize,
    query: PhantomData<fn() -> Q>,
}

impl<Q: List> Listing<Q> {
    pub(crate) fn read(connection: &mut Connection, mut query: Q) -> Result<Self> {
        let deadline = connection.exchange.deadline();
        let mut list = Self {
            messages: Vec::new(),
            len: 0,
            query: PhantomData,
        };
        for attempt in 1.. {
            list.messages.clear();
            list.len = 0;
            let mut dump = Dump::begin(connection, query)?;
            dump.deadline = deadline;
            let ended = list.collect(&mut dump);
            query = dump.query;
            match ended {
                Ok(()) => break,
                Err(error) if !matches!(error.kind(), ErrorKind::Interrupted { .. }) => {
                    return Err(error);
                }
                Err(_) if attempt < ATTEMPTS => {}
                Err(_) => {
                    let operation = Asked {
                        verb: Verb::List,
                        query: &query,
                    }
                    .to_string();
                    return Err(ErrorKind::Interrupted {
                        operation,
                        attempts: attempt,
                    }
                    .into());
                }
            }
        }
        list.messages.shrink_to_fit();
        Ok(list)
    }

    fn collect(&mut self, dump: &mut Dump<'_, Q>) -> Result<()> {
        while let Some(range) = dump.find()? {
            let datagram = dump.connection.exchange.socket.datagram();
            let whole = range.start.saturating_sub(crate::wire::HEADER_LEN)..range.end;
            self.messages
                .extend_from_slice(datagram.get(whole).unwrap_or(&[]));
            self.messages
                .resize(crate::wire::align(self.messages.len()), 0);
            self.len += 1;
        }
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Goes through them.
    #[must_use]
    pub fn iter(&self) -> ListingIter<'_, Q> {
        ListingIter {
            messages: Messages::new(&self.messages),
            query: PhantomData,
        }
    }

    /// The whole messages, for instance to write them to a file.
    pub fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        Messages::new(&self.messages).flatten()
    }
}

/// Goes through a [`Listing`].
pub struct ListingIter<'a, Q> {
    messages: Messages<'a>,
    query: PhantomData<fn() -> Q>,
}

impl<'a, Q: List> Iterator for ListingIter<'a, Q> {
    type Item = Q::View<'a>;

    fn next(&mut self) -> Option<Q::View<'a>> {
        // Each could be viewed when it was put there.
        self.messages
            .by_ref()
            .flatten()
            .find_map(|m| Q::view(Cow::Borrowed(m.body())).ok())
    }
}

impl<'a, Q: List> IntoIterator for &'a Listing<Q> {
    type Item = Q::View<'a>;
    type IntoIter = ListingIter<'a, Q>;

    fn into_iter(self) -> ListingIter<'a, Q> {
        self.iter()
    }
}

impl<Q: List> fmt::Debug for Listing<Q>
where
    for<'a> Q::View<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}
