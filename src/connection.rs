//! The connection: few verbs, which take every noun.
use std::{
    borrow::Cow,
    fmt,
    ops::Range,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

use crate::{
    Add, Append, Batch, Change, Delete, Dump, Error, ErrorKind, Get, List, Listing, Netns, Place,
    Prepend, Query, Replace, Request, Result, Verb,
    exchange::{Exchange, Names, Resolver, malformed, stamp},
    lookup,
    netns::in_netns,
    request::Describe,
    socket::Socket,
    wire::{ByName, EncodeError, Fault, HEADER_LEN, LinkRef, Messages, NetnsRef, NoLookup, Writer},
};

/// A connection to the kernel's routing family (`NETLINK_ROUTE`, `rtnetlink(7)`), in one network
/// namespace.
///
/// Every call sends what it is asked to and waits for the kernel's answer, without a thread or
/// any global state. A connection belongs to the network namespace that it was opened in for as
/// long as it lives, whatever its thread does. It is `Send`; for more than one thread at a time
/// give each its own.
///
/// A process that was forked can't use the connections that it inherits
/// ([`ErrorKind::Inherited`], since Linux 4.14): parent and child would read each other's answers.
/// It opens its own; or, where the parent is done with one, takes it over by
/// `Connection::from_fd(connection.into())`.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, link::{Link, Links}};
///
/// let mut host = Connection::open()?;
/// host.change(Link::named("lo").up())?;
/// for link in &host.list(Links::all())? {
///     println!("{}: {}", link.index(), link.name());
/// }
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[derive(Debug)]
pub struct Connection {
    pub(crate) exchange: Exchange,
    pub(crate) names: Names,
    /// The request being sent. It is kept until it is answered, because an error points into it.
    pub(crate) out: Vec<u8>,
    /// The question for a name inside of a request, then what came beside its answer.
    pub(crate) aside: Vec<u8>,
}

impl Connection {
    /// A connection in the network namespace of the calling thread.
    ///
    /// # Errors
    /// When the process can't have another file descriptor or no memory; see `socket(2)`.
    pub fn open() -> Result<Self> {
        let socket = Socket::open();
        socket
            .map(Self::with)
            .map_err(|error| Error::system("open a netlink socket", error))
    }

    /// A connection in `netns`. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`open`](Self::open), and as [`Netns::run`].
    pub fn open_in(netns: impl AsFd) -> Result<Self> {
        in_netns(netns.as_fd(), Self::open)?
    }

    /// A connection over a socket that was opened elsewhere: a `NETLINK_ROUTE` socket, for
    /// instance one handed over by another process, or one of family `AF_UNIX` that keeps
    /// datagrams apart (`SOCK_SEQPACKET`, `SOCK_DGRAM`) whose other end plays the kernel, for
    /// tests.
    ///
    /// What waits in it to be received was asked for by somebody else, and is thrown away before
    /// the first request.
    ///
    /// # Errors
    /// `EPROTOTYPE` for any other socket, `ENOTSOCK` for what is none.
    pub fn from_fd(fd: OwnedFd) -> Result<Self> {
        let socket = Socket::from_fd(fd);
        let socket = socket.map_err(|error| Error::system("use a netlink socket", error))?;
        let used = socket.is_netlink();
        let mut connection = Self::with(socket);
        if used {
            connection.exchange.begin_anywhere();
        }
        Ok(connection)
    }

    fn with(socket: Socket) -> Self {
        Self::over(Exchange::new(socket))
    }

    pub(crate) fn over(exchange: Exchange) -> Self {
        Self {
            exchange,
            names: Names::default(),
            out: Vec::new(),
            aside: Vec::new(),
        }
    }

    /// How long a call may take in all, from then on; `None`, as at first, is for ever. After
    /// [`ErrorKind::TimedOut`] the connection can be used on: a late answer is skipped.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.exchange.timeout = timeout;
    }

    /// Whether a call whose answer isn't there yet ends in [`ErrorKind::WouldBlock`] instead of
    /// waiting. The kernel carries a request out while it is sent, so its answer is there when
    /// the call looks for it; only events, and what plays the kernel in a test, come later.
    pub fn set_nonblocking(&mut self, nonblocking: bool) {
        self.exchange.nonblocking = nonblocking;
    }

    /// Makes something that doesn't exist. The answer depends on the noun: of a link its index.
    ///
    /// # Errors
    /// `EEXIST` ([`Error::is_exists`]) if it exists; what the kernel refuses or the request can't
    /// say.
    pub fn add<R: Add>(&mut self, request: R) -> Result<R::Answer> {
        self.begin();
        self.encode::<R>(Verb::Add, |out| request.encode(Verb::Add, out))?;
        let end = self.out.len();
        let mut follows = None;
        self.encode::<R>(Verb::Add, |out| {
            follows = request.follow_up(out)?;
            Ok(())
        })?;
        self.send_one::<R>(Verb::Add, request.names(), 0..end)?;
        let echo = Messages::new(&self.aside).flatten().next();
        let made = echo.as_ref().and_then(lookup::new_link);
        let answer = echo.map(|echo| request.answer(Some(echo.body()), &mut NoLookup));
        if let Some(place) = follows {
            self.follow_up(&request, place, end, made)?;
        }
        match answer {
            Some(Ok(answer)) => Ok(answer),
            _ => request.answer(None, &mut self.resolver()),
        }
    }

    /// Makes something, or puts it in the place of what exists.
    ///
    /// # Errors
    /// What the kernel refuses or the request can't say.
    pub fn replace<R: Replace>(&mut self, request: R) -> Result<()> {
        self.execute(Verb::Replace, &request)
    }

    /// Alters something that exists.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if it doesn't; what the kernel refuses or the request can't say.
    pub fn change<R: Change>(&mut self, request: R) -> Result<()> {
        self.execute(Verb::Change, &request)
    }

    /// Adds something beside its like, for instance one more route to the same prefix.
    ///
    /// # Errors
    /// What the kernel refuses or the request can't say.
    pub fn append<R: Append>(&mut self, request: R) -> Result<()> {
        self.execute(Verb::Append, &request)
    }

    /// Adds something before its like: of IPv4 one more route to the same prefix, which counts
    /// before those that are there.
    ///
    /// # Errors
    /// What the kernel refuses or the request can't say.
    pub fn prepend<R: Prepend>(&mut self, request: R) -> Result<()> {
        self.execute(Verb::Prepend, &request)
    }

    /// Deletes something. Of addresses, routes, rules and neighbours what was listed is a request,
    /// too.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if it doesn't exist; what the kernel refuses.
    pub fn delete<R: Delete>(&mut self, request: R) -> Result<()> {
        self.execute(Verb::Delete, &request)
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if it doesn't exist.
    pub fn get<Q: Get>(&mut self, query: Q) -> Result<Q::View<'static>> {
        self.answer_to(query, |body| Q::view(Cow::Owned(body.to_vec())))
    }

    /// Reads one thing and hands it to `read` where it was received, without a copy: for who asks
    /// often and wants few of its fields.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// # let mut connection = nlroute::Connection::open()?;
    /// use nlroute::link::Link;
    /// let mtu = connection.get_with(Link::named("lo"), |link| link.mtu())?;
    /// assert_eq!(mtu, Some(65_536));
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_with<Q: Get, T>(
        &mut self,
        query: Q,
        read: impl for<'a> FnOnce(Q::View<'a>) -> T,
    ) -> Result<T> {
        self.answer_to(query, |body| Q::view(Cow::Borrowed(body)).map(read))
    }

    /// What `read` makes of the body of the answer to a question.
    #[inline]
    fn answer_to<Q: Get, T>(
        &mut self,
        mut query: Q,
        read: impl FnOnce(&[u8]) -> Result<T, Fault>,
    ) -> Result<T> {
        let sequence = self.encode_query(Verb::Get, &mut query, 0)?;
        let operation = Asked {
            verb: Verb::Get,
            query: &query,
        };
        let mut read = Some(read);
        self.exchange
            .question(&self.out, sequence, Q::SCHEMA, &operation, |message| {
                let answers = Q::answers(message.header().kind);
                let Some(read) = read.take_if(|_| answers) else {
                    return Ok(None);
                };
                let answer = read(message.body());
                answer
                    .map(Some)
                    .map_err(|fault| malformed(&operation, fault))
            })
    }

    /// Reads all of them into memory. When they changed meanwhile (`NLM_F_DUMP_INTR`) it starts
    /// over, up to 16 times in all.
    ///
    /// What the kernel tells of is what can be relied on. Of links and of addresses it tells every
    /// change, and a list of them is of one moment. Of routes it doesn't (Linux 6.18): each one
    /// that is there all the time is in the list, once, but of those that come and go meanwhile
    /// it may have some that were never there together.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] if they changed every time, with what was read
    /// ([`Listing::interrupted`]); what the kernel refuses.
    pub fn list<Q: List>(&mut self, query: Q) -> Result<Listing<Q>> {
        Listing::read(self, query)
    }

    /// Reads all of them, one after the other, in constant memory. Whether they changed
    /// meanwhile is told at the end.
    ///
    /// A dump may be left before its end. A [timeout](Self::set_timeout) is for all of it from here
    /// on, with what is done between its items.
    ///
    /// # Errors
    /// What the kernel refuses is told by the first [`Dump::next`].
    pub fn dump<Q: List>(&mut self, query: Q) -> Result<Dump<'_, Q>> {
        Dump::begin(self, query)
    }

    /// Begins a batch: many requests in one datagram. See [`bulk`](Self::bulk) for as many
    /// requests as there may be.
    pub fn batch(&mut self) -> Batch<'_> {
        Batch::with(self, Vec::new())
    }

    /// The index of a link: of this name, of this alternative name, or this index if there is
    /// such a link.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if there is none.
    pub fn ifindex<'a>(&mut self, link: impl Into<LinkRef<'a>>) -> Result<u32> {
        self.names.clear();
        self.resolver().find(&link.into())
    }

    fn resolver(&mut self) -> Resolver<'_> {
        Resolver {
            exchange: &mut self.exchange,
            names: &mut self.names,
            buffer: &mut self.aside,
        }
    }

    /// Forgets the last request.
    pub(crate) fn begin(&mut self) {
        self.out.clear();
        self.names.clear();
    }

    /// Appends what `write` writes to the buffer, its names resolved; nothing if that fails.
    // Inlined, as all on the way of a request is that is made of it: a reference that goes into a
    // function would have every slot of it written to memory before.
    #[inline(always)]
    pub(crate) fn encode<R: Request>(
        &mut self,
        verb: Verb,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<()> {
        let start = self.out.len();
        let mut resolver = Resolver {
            exchange: &mut self.exchange,
            names: &mut self.names,
            buffer: &mut self.aside,
        };
        let written = write(&mut Writer::with_lookup(&mut self.out, &mut resolver));
        written.map_err(|error| self.not_written(verb, R::DESCRIBE, start, error))
    }

    /// Takes back what was written of a request from `start` on.
    #[cold]
    fn not_written(
        &mut self,
        verb: Verb,
        describe: Describe,
        start: usize,
        error: EncodeError,
    ) -> Error {
        let message = self.out.split_off(start);
        let operation = Sent {
            verb,
            describe,
            message: &message,
            names: &self.names,
        };
        Error::encode(operation, error)
    }

    #[inline]
    fn execute<R: Request>(&mut self, verb: Verb, request: &R) -> Result<()> {
        self.begin();
        self.encode::<R>(verb, |out| request.encode(verb, out))?;
        self.send_one::<R>(verb, request.names(), 0..self.out.len())
    }

    /// Sends one message of the buffer and waits for its acknowledgement. A message that the kernel
    /// sends beside it, of what the request made, is in `aside` then.
    #[inline]
    fn send_one<R: Request>(
        &mut self,
        verb: Verb,
        named: ByName,
        range: Range<usize>,
    ) -> Result<()> {
        let sequence = self.exchange.sequences(1);
        let message = self.out.get_mut(range).unwrap_or_default();
        stamp(message, libc::NLM_F_REQUEST | libc::NLM_F_ACK, sequence);
        let operation = Sent {
            verb,
            describe: R::DESCRIBE,
            message,
            names: &self.names,
        };
        self.aside.clear();
        let beside = &mut self.aside;
        self.exchange
            .ask(message, sequence, R::SCHEMA, named, &operation, beside)
    }

    /// Sends what a request that has been carried out leaves to do, which is in the buffer from
    /// `start` on, or undoes the request. If it has made a link and the kernel has told which, it
    /// is that one, whoever bears its name by now.
    #[inline(never)]
    fn follow_up<R: Request>(
        &mut self,
        request: &R,
        place: Place<'_>,
        start: usize,
        made: Option<u32>,
    ) -> Result<()> {
        let there = match place {
            Place::Here => None,
            Place::Netns(NetnsRef::Fd(fd)) => Some(Self::open_in(fd)),
            Place::Netns(NetnsRef::Name(name)) => Some(Netns::open(name).and_then(|n| n.connect())),
            Place::Pid(pid) => Some(Netns::of_pid(pid).and_then(|netns| netns.connect())),
        };
        let named = request.names();
        let done = match there {
            None => self.send_one::<R>(Verb::Change, named, start..self.out.len()),
            Some(there) => there.and_then(|mut there| {
                there.exchange.timeout = self.exchange.timeout;
                there
                    .out
                    .extend_from_slice(self.out.get(start..).unwrap_or_default());
                there.send_one::<R>(Verb::Change, named, 0..there.out.len())
            }),
        };
        let Err(source) = done else { return Ok(()) };
        let operation = Sent::new::<R>(Verb::Add, &self.out, &self.names).to_string();
        // The caller may have chosen the index.
        let request_itself = self.out.get(..start).unwrap_or_default();
        let mut sent = Messages::new(request_itself).flatten();
        match made.or_else(|| sent.next().and_then(|message| lookup::new_link(&message))) {
            None => self.execute(Verb::Delete, request)?,
            Some(index) => {
                self.begin();
                self.encode::<R>(Verb::Delete, |out| lookup::encode_delete(index, out))?;
                self.send_one::<R>(Verb::Delete, named, 0..self.out.len())?;
            }
        }
        Err(ErrorKind::Undone { operation, source }.into())
    }

    /// Writes a question into the buffer; answers the sequence that it bears.
    pub(crate) fn encode_query<Q: Query>(
        &mut self,
        verb: Verb,
        query: &mut Q,
        flags: i32,
    ) -> Result<u32> {
        self.begin();
        let mut resolver = Resolver {
            exchange: &mut self.exchange,
            names: &mut self.names,
            buffer: &mut self.aside,
        };
        let written = query.encode(&mut Writer::with_lookup(&mut self.out, &mut resolver));
        written.map_err(|error| Error::encode(Asked { verb, query }, error))?;
        let sequence = self.exchange.sequences(1);
        stamp(&mut self.out, libc::NLM_F_REQUEST | flags, sequence);
        Ok(sequence)
    }
}

impl AsFd for Connection {
    /// The socket, to wait on in an event loop. Reading from it or changing it breaks the
    /// connection's promises.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.exchange.socket.as_fd()
    }
}

impl From<Connection> for OwnedFd {
    /// The socket, for instance to hand it over to another process.
    fn from(connection: Connection) -> Self {
        connection.exchange.socket.into_fd()
    }
}

impl Netns {
    /// A connection in this namespace. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`Connection::open_in`].
    pub fn connect(&self) -> Result<Connection> {
        Connection::open_in(self)
    }
}

/// A question in words.
pub(crate) struct Asked<'a, Q> {
    pub(crate) verb: Verb,
    pub(crate) query: &'a Q,
}

impl<Q: Query> fmt::Display for Asked<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.verb)?;
        self.query.describe(f)
    }
}

/// A request in words, from its bytes.
pub(crate) struct Sent<'a> {
    pub(crate) verb: Verb,
    pub(crate) describe: Describe,
    pub(crate) message: &'a [u8],
    pub(crate) names: &'a Names,
}

impl<'a> Sent<'a> {
    pub(crate) fn new<R: Request>(verb: Verb, message: &'a [u8], names: &'a Names) -> Self {
        Self {
            verb,
            describe: R::DESCRIBE,
            message,
            names,
        }
    }
}

impl fmt::Display for Sent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.verb)?;
        let body = self.message.get(HEADER_LEN..).unwrap_or(&[]);
        (self.describe)(body, &|index| self.names.name(index), f)
    }
}
