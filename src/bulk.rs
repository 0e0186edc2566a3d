//! Requests without end, in datagrams of many, in constant memory.
use std::{collections::VecDeque, fmt, iter::FusedIterator, mem};

use crate::{
    Batch, Connection, Error, Result,
    batch::{Entry, MOST},
};

/// As many requests as there are items, sent in datagrams of many: see [`Connection::bulk`].
///
/// It is an iterator of one result for each item, in order. As it is asked for results it takes
/// items, so many as one datagram holds, sends their requests and receives all answers. So it
/// needs the memory of one datagram, however many items there are; and nothing is sent that no
/// result was asked for.
///
/// # Going on and stopping
///
/// Go through all results to go on whatever fails. To stop, leave the loop: no more is sent. But
/// the kernel has carried out all of the datagram that the failed request was in, also what comes
/// after it: up to 127 requests, of which the results say what became of them. [`stop`](Self::stop)
/// leaves those and no others. Where nothing may be carried out after a failure,
/// [`datagrams_of(1)`](Self::datagrams_of) sends one by one, at the price of a system call or two
/// for each.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, Prefix, Route};
///
/// let mut host = Connection::open()?;
/// host.change(nlroute::link::Link::named("lo").up())?;
/// let address = |n: u32| (0x0a00_0000 + n).to_be_bytes().into();
/// let prefixes: Vec<_> = (0..1000).map(|n| Prefix::host(address(n))).collect();
///
/// for added in host.bulk(&prefixes, |batch, prefix| batch.add(Route::new(*prefix).oif(1))) {
///     added?; // stops at the first that fails
/// }
/// let there = host.bulk(&prefixes, |batch, prefix| batch.add(Route::new(*prefix).oif(1)));
/// assert_eq!(there.filter(|added| added.is_err()).count(), 1000); // goes on
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # });
/// ```
#[must_use = "nothing is sent until results are asked for"]
pub struct Bulk<'c, I, F> {
    connection: &'c mut Connection,
    items: I,
    write: F,
    most: usize,
    /// Of the items whose requests have been sent.
    results: VecDeque<Result<()>>,
    /// Kept for its memory, as the next one is.
    entries: Vec<Entry>,
    /// For each item of a datagram, how many requests there are up to its last one.
    ends: Vec<usize>,
    ended: bool,
}

impl Connection {
    /// Sends requests for as many items as there are, in datagrams of many and in constant
    /// memory. `write` gives each item's requests to a batch: usually one, but as many as it
    /// takes, of any noun and verb, or none.
    ///
    /// The answer is an iterator of a result for each item. It has to be gone through: that is
    /// what sends.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Address, Connection, Prefix, Route, link::Link};
    ///
    /// enum Step {
    ///     Up(&'static str),
    ///     Assign(&'static str, Prefix),
    ///     Via(&'static str, Prefix),
    /// }
    /// let steps = [
    ///     Step::Up("lo"),
    ///     Step::Assign("lo", "10.1.2.3/24".parse()?),
    ///     Step::Via("lo", "10.7.0.0/16".parse()?),
    /// ];
    ///
    /// let mut host = Connection::open()?;
    /// let results = host.bulk(steps, |batch, step| match step {
    ///     Step::Up(link) => batch.change(Link::named(link).up()),
    ///     Step::Assign(link, prefix) => batch.add(Address::new(link, prefix)),
    ///     Step::Via(link, prefix) => batch.add(Route::new(prefix).oif(link)),
    /// });
    /// results.collect::<Result<(), _>>()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// An item's result is an error when
    /// - `write` answers with one: then nothing of the item is sent;
    /// - the kernel refuses one of its requests: the first refusal, which names the request. The
    ///   item's other requests are carried out all the same;
    /// - no more could be sent or received, as with [`ErrorKind::TimedOut`](crate::ErrorKind).
    ///   This is the result of the first item that isn't known to be carried out, and the last
    ///   result that there is.
    pub fn bulk<I, F>(&mut self, items: I, write: F) -> Bulk<'_, I::IntoIter, F>
    where
        I: IntoIterator,
        F: for<'b, 'c> FnMut(&'b mut Batch<'c>, I::Item) -> Result<&'b mut Batch<'c>>,
    {
        Bulk {
            connection: self,
            items: items.into_iter(),
            write,
            most: usize::MAX,
            results: VecDeque::new(),
            entries: Vec::new(),
            ends: Vec::new(),
            ended: false,
        }
    }
}

impl<I, F> Bulk<'_, I, F> {
    /// Sends at most so many requests in a datagram; 0 is as 1. Without it a datagram holds what
    /// the socket's buffers take, 128 at most. An item's requests aren't parted for it.
    pub fn datagrams_of(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Sends no more. The results that are left are those of the requests that the kernel has
    /// already carried out or refused.
    pub fn stop(&mut self) {
        self.ended = true;
    }
}

impl<I, F> Bulk<'_, I, F>
where
    I: Iterator,
    F: for<'b, 'c> FnMut(&'b mut Batch<'c>, I::Item) -> Result<&'b mut Batch<'c>>,
{
    /// Sends one datagram.
    fn advance(&mut self) {
        let Self {
            connection,
            items,
            write,
            results,
            ends,
            ..
        } = self;
        let room = match connection.exchange.room() {
            Ok(room) => room,
            Err(error) => return self.fail(0, error),
        };
        let mut batch = Batch::with(connection, mem::take(&mut self.entries));
        ends.clear();
        // Items without a request have results, too.
        while !batch.is_full(room) && batch.len() < self.most.max(1) && results.len() < MOST {
            let Some(item) = items.next() else {
                self.ended = true;
                break;
            };
            let before = batch.len();
            let written = write(&mut batch, item).map(drop);
            if written.is_err() {
                batch.truncate(before);
            }
            ends.push(batch.len());
            results.push_back(written);
        }
        let item_of = |place| ends.partition_point(|end| *end <= place);
        let (entries, sent) = batch.run(false, |place, error| {
            if let Some(result @ Ok(())) = results.get_mut(item_of(place)) {
                *result = Err(error);
            }
        });
        self.entries = entries;
        let failed = sent.map_err(|(place, error)| (item_of(place), error));
        if let Err((first, error)) = failed {
            self.fail(first, error);
        }
    }

    /// From this item on it isn't known what became of those that weren't refused.
    #[cold]
    fn fail(&mut self, first: usize, error: Error) {
        self.ended = true;
        let unknown = self.results.iter().skip(first).position(Result::is_ok);
        self.results
            .truncate(unknown.map_or(self.results.len(), |n| first + n));
        self.results.push_back(Err(error));
    }
}

impl<I, F> Iterator for Bulk<'_, I, F>
where
    I: Iterator,
    F: for<'b, 'c> FnMut(&'b mut Batch<'c>, I::Item) -> Result<&'b mut Batch<'c>>,
{
    type Item = Result<()>;

    #[inline]
    fn next(&mut self) -> Option<Result<()>> {
        if self.results.is_empty() && !self.ended {
            self.advance();
        }
        self.results.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let sent = self.results.len();
        if self.ended {
            return (sent, Some(sent));
        }
        // A connection that fails makes it shorter.
        let (_, most) = self.items.size_hint();
        (sent, most.and_then(|most| most.checked_add(sent)))
    }
}

impl<I, F> FusedIterator for Bulk<'_, I, F>
where
    I: Iterator,
    F: for<'b, 'c> FnMut(&'b mut Batch<'c>, I::Item) -> Result<&'b mut Batch<'c>>,
{
}

impl<I, F> fmt::Debug for Bulk<'_, I, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("results", &self.results)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
