//! Reading all of them: streamed, or into memory.
use std::{borrow::Cow, fmt, marker::PhantomData, ops::Range};

use crate::{
    Connection, Error, ErrorKind, List, Partial, Result, Verb,
    connection::Asked,
    exchange::{Verdict, malformed, refused},
    wire::{Fault, HEADER_LEN, Message, MessageHeader, Messages, align, indexable},
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
    /// Whether what was received has to be looked at before it is kept.
    filters: bool,
    /// How many datagrams were received.
    datagrams: usize,
    interrupted: bool,
    ended: bool,
}

/// The number of a datagram, and the bytes and the view of a message in it.
type Numbered<'d, V> = (usize, &'d [u8], V);

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
        let filters = query.filters(connection.exchange.socket.strict);
        Ok(Self {
            connection,
            query,
            sequence,
            deadline,
            at: usize::MAX,
            filters,
            datagrams: 0,
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
    // Inlined, so that the view is made in its last place.
    #[inline]
    pub fn next(&mut self) -> Result<Option<Q::View<'_>>> {
        let Some(place) = self.find()? else {
            return Ok(None);
        };
        let datagram = self.connection.exchange.socket.datagram();
        match Q::view(Cow::Borrowed(body(datagram, place))) {
            Ok(view) => Ok(Some(view)),
            Err(fault) => Err(no_message(&mut self.ended, &self.query, fault)),
        }
    }

    /// How many are left; none of them is looked into.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// # let mut connection = nlroute::Connection::open()?;
    /// use nlroute::Routes;
    /// assert_eq!(connection.dump(Routes::all().table(7777))?.count()?, 0);
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// As those of [`next`](Self::next).
    pub fn count(mut self) -> Result<usize> {
        let mut count = 0;
        while self.find()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// The next one, with the message that it is the view of, and the number of the datagram that
    /// it came in: while the kernel writes one, it doesn't let go of what it goes through.
    pub(crate) fn next_message(&mut self) -> Result<Option<Numbered<'_, Q::View<'_>>>> {
        let Some(place) = self.find()? else {
            return Ok(None);
        };
        let datagram = self.connection.exchange.socket.datagram();
        let message = datagram.get(place.clone()).unwrap_or(&[]);
        match Q::view(Cow::Borrowed(body(datagram, place))) {
            Ok(view) => Ok(Some((self.datagrams, message, view))),
            Err(fault) => Err(no_message(&mut self.ended, &self.query, fault)),
        }
    }

    #[inline]
    fn datagram(&self) -> &[u8] {
        self.connection.exchange.socket.datagram()
    }

    /// Where the next message is that was asked for, and whose body a view can stand on.
    #[inline]
    fn find(&mut self) -> Result<Option<Range<usize>>> {
        loop {
            match self.answer() {
                Some(place) if !self.filters || self.keeps(place.clone()) => {
                    return Ok(Some(place));
                }
                Some(_) => {}
                None if self.ended => return Ok(None),
                None => self.pass()?,
            }
        }
    }

    /// Takes the next message, if it is one of the list.
    #[inline]
    fn answer(&mut self) -> Option<Range<usize>> {
        let message = Messages::new(self.datagram().get(self.at..)?)
            .next()?
            .ok()?;
        let (header, len) = (*message.header(), message.as_bytes().len());
        let fits = indexable(message.body(), Q::SCHEMA.header).is_ok();
        let exchange = &mut self.connection.exchange;
        if self.ended
            || !fits
            || !Q::answers(header.kind)
            || !exchange.is_answer(&header, false, self.sequence)
        {
            return None;
        }
        let place = self.at..self.at + len;
        self.at += align(len);
        self.note(&header);
        Some(place)
    }

    /// Whether the kernel says that what it lists changed meanwhile.
    #[inline]
    fn note(&mut self, header: &MessageHeader) {
        self.interrupted |= header.flags & libc::NLM_F_DUMP_INTR as u16 != 0;
    }

    /// Receives what comes next where nothing is left; else passes a message that is none of the
    /// list's.
    #[cold]
    fn pass(&mut self) -> Result<()> {
        let rest = self.datagram().get(self.at..).unwrap_or(&[]);
        let message = match Messages::new(rest).next() {
            Some(Ok(message)) => message,
            Some(Err(fault)) => return Err(no_message(&mut self.ended, &self.query, fault)),
            None => return self.receive(),
        };
        let (header, len) = (*message.header(), message.as_bytes().len());
        let ends = Verdict::of(&message).is_some();
        let fit = indexable(message.body(), Q::SCHEMA.header);
        let place = self.at..self.at + len;
        self.at += align(len);
        if ends {
            return self.end(place);
        }
        let exchange = &mut self.connection.exchange;
        if !exchange.is_answer(&header, false, self.sequence) {
            exchange.skipped = true;
            return Ok(());
        }
        self.note(&header);
        match fit {
            Err(fault) if Q::answers(header.kind) => {
                Err(no_message(&mut self.ended, &self.query, fault))
            }
            _ => Ok(()),
        }
    }

    /// Whether the message in this place was asked for, where the kernel doesn't filter.
    fn keeps(&self, place: Range<usize>) -> bool {
        let view = Q::view(Cow::Borrowed(body(self.datagram(), place)));
        view.map_or(true, |view| self.query.keeps(&view))
    }

    fn asked(&self) -> Asked<'_, Q> {
        Asked {
            verb: Verb::List,
            query: &self.query,
        }
    }

    fn receive(&mut self) -> Result<()> {
        let operation = Asked {
            verb: Verb::List,
            query: &self.query,
        };
        let exchange = &mut self.connection.exchange;
        let received = exchange.receive(self.deadline, &operation);
        self.ended = received.is_err();
        self.at = 0;
        self.datagrams += 1;
        received
    }

    /// Takes in a verdict, whose place in the datagram is given: the end, if it is ours.
    fn end(&mut self, place: Range<usize>) -> Result<()> {
        let datagram = self.connection.exchange.socket.datagram();
        let Some(Ok(message)) = Messages::new(datagram.get(place).unwrap_or(&[])).next() else {
            return Ok(());
        };
        let refusal = Verdict::of(&message)
            .filter(|verdict| verdict.errno != 0 && !self.query.means_none(verdict.errno))
            .map(|verdict| refused(&self.asked(), verdict, &self.connection.out, Q::SCHEMA));
        let header = *message.header();
        let exchange = &mut self.connection.exchange;
        if !exchange.is_answer(&header, true, self.sequence) {
            exchange.skipped = true;
            return Ok(());
        }
        self.ended = true;
        self.note(&header);
        match refusal {
            Some(refusal) => Err(refusal),
            None if self.interrupted => Err(interrupted(&self.query, 1, Partial::default())),
            None => Ok(()),
        }
    }
}

/// The body of the message in this place of a datagram.
#[inline]
fn body(datagram: &[u8], place: Range<usize>) -> &[u8] {
    let body = place.start + HEADER_LEN..place.end;
    datagram.get(body).unwrap_or(&[])
}

/// A message that is none ends a dump.
#[cold]
fn no_message<Q: List>(ended: &mut bool, query: &Q, fault: Fault) -> Error {
    *ended = true;
    let verb = Verb::List;
    malformed(&Asked { verb, query }, fault)
}

/// What was listed changed meanwhile, as often as it was tried.
#[cold]
fn interrupted<Q: List>(query: &Q, attempts: u32, read: Partial) -> Error {
    let verb = Verb::List;
    ErrorKind::Interrupted {
        operation: Asked { verb, query }.to_string(),
        attempts,
        read,
    }
    .into()
}

impl<Q: fmt::Debug> fmt::Debug for Dump<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump")
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

/// A list in memory: the messages themselves, one after the other in one piece, which are viewed
/// as they are gone through. So it takes what the kernel sent and no more: of an IPv4 route with a
/// gateway and a metric 68 bytes.
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
    read: Partial,
    query: PhantomData<fn() -> Q>,
}

/// Reads all of a dump.
fn collect<Q: List>(read: &mut Partial, dump: &mut Dump<'_, Q>) -> Result<()> {
    while let Some(place) = dump.find()? {
        read.push(dump.datagram().get(place).unwrap_or(&[]));
    }
    Ok(())
}

impl<Q: List> Listing<Q> {
    pub(crate) fn read(connection: &mut Connection, mut query: Q) -> Result<Self> {
        let deadline = connection.exchange.deadline();
        let mut read = Partial::default();
        for attempt in 1.. {
            read.clear();
            let mut dump = Dump::begin(connection, query)?;
            dump.deadline = deadline;
            let ended = collect(&mut read, &mut dump);
            query = dump.query;
            match ended {
                Ok(()) => break,
                Err(error) if !matches!(error.kind(), ErrorKind::Interrupted { .. }) => {
                    return Err(error);
                }
                Err(_) if attempt < ATTEMPTS => {}
                Err(_) => return Err(interrupted(&query, attempt, read)),
            }
        }
        Ok(Self::of(read))
    }

    fn of(mut read: Partial) -> Self {
        read.shrink();
        Self {
            read,
            query: PhantomData,
        }
    }

    /// What was read of a list that was interrupted every time it was tried
    /// ([`ErrorKind::Interrupted`]): what the last attempt brought, in which things may be missing
    /// or be there twice. Better than nothing where a list is only shown to somebody.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// # let mut connection = nlroute::Connection::open()?;
    /// use nlroute::{Listing, Routes};
    /// let routes = connection.list(Routes::all()).or_else(Listing::interrupted)?;
    /// # let _: Listing<Routes> = routes;
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// Any other error, as it is; also that of a list of something else.
    pub fn interrupted(mut error: Error) -> Result<Self> {
        let Some(read) = error.partial_mut() else {
            return Err(error);
        };
        let ours = |message: Message<'_>| {
            Q::answers(message.header().kind) && Q::view(Cow::Borrowed(message.body())).is_ok()
        };
        if !read.messages().all(ours) {
            return Err(error);
        }
        Ok(Self::of(std::mem::take(read)))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read.is_empty()
    }

    /// Goes through them.
    #[must_use]
    pub fn iter(&self) -> ListingIter<'_, Q> {
        ListingIter {
            messages: self.read.walk(),
            query: PhantomData,
        }
    }

    /// The whole messages, for instance to write them to a file.
    pub fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        self.read.messages()
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

impl<Q> fmt::Debug for ListingIter<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListingIter").finish_non_exhaustive()
    }
}

impl<'a, Q: List> IntoIterator for &'a Listing<Q> {
    type Item = Q::View<'a>;
    type IntoIter = ListingIter<'a, Q>;

    fn into_iter(self) -> ListingIter<'a, Q> {
        self.iter()
    }
}

impl<Q: List> IntoIterator for Listing<Q> {
    type Item = Q::View<'static>;
    type IntoIter = ListingIntoIter<Q>;

    /// Each view has bytes of its own, to be kept: an allocation each. Those of `&listing` lend
    /// the list's.
    fn into_iter(self) -> ListingIntoIter<Q> {
        ListingIntoIter {
            read: self.read,
            at: 0,
            query: PhantomData,
        }
    }
}

/// Goes through a [`Listing`] and uses it up: `for link in connection.list(Links::all())?`.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// # let mut connection = nlroute::Connection::open()?;
/// use nlroute::link::{LinkView, Links};
/// let links: Vec<LinkView<'static>> = connection.list(Links::all())?.into_iter().collect();
/// assert!(links.iter().any(|link| link.name() == "lo"));
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
pub struct ListingIntoIter<Q> {
    read: Partial,
    /// Where the next message starts.
    at: usize,
    query: PhantomData<fn() -> Q>,
}

impl<Q: List> Iterator for ListingIntoIter<Q> {
    type Item = Q::View<'static>;

    fn next(&mut self) -> Option<Q::View<'static>> {
        loop {
            let message = self.read.walk_from(self.at).next()?.ok()?;
            self.at += align(message.as_bytes().len());
            // Each could be viewed when it was put there.
            if let Ok(view) = Q::view(Cow::Owned(message.body().to_vec())) {
                return Some(view);
            }
        }
    }
}

impl<Q> fmt::Debug for ListingIntoIter<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListingIntoIter").finish_non_exhaustive()
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

#[cfg(test)]
mod tests;
