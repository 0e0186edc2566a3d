//! Other families of netlink, over the same socket and the same exchange.
use std::{
    fmt, io,
    ops::Range,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use crate::{
    Deadline, Error, ErrorKind, Group, Partial, Result,
    exchange::{Exchange, Step, Verdict, malformed, refused, stamp},
    netns::in_netns,
    socket::Socket,
    wire::{EncodeError, Fault, Message, Messages, Schema, Writer},
};

/// A socket of any netlink family (`NETLINK_*` of `linux/netlink.h`; `netlink(7)`), in one network
/// namespace.
///
/// It keeps the promises of a [`Connection`](crate::Connection) for families whose messages the
/// crate doesn't know: an answer counts only if it comes from the kernel and bears our sequence,
/// none is truncated, and an error says what was asked, and the attribute by its name. What is
/// asked, and in which words, is the caller's: a message made with [`Writer`], and the
/// [`Schema`] of its attributes, mostly of a [`table!`](crate::table) of one's own.
///
/// ```
/// use nlroute::{Netlink, wire::{Writer, table::Table}};
///
/// nlroute::record! {
///     /// What stands before the attributes of a generic message.
///     pub struct Generic "genlmsghdr" 4 from 4;
///     0 cmd command: u8 = "What is asked.";
///     1 version version: u8 = "Version of the family.";
///     2 reserved reserved: u16 = "Zero.";
/// }
/// nlroute::table! {
///     /// Attributes of a family (`CTRL_ATTR_*` of `linux/genetlink.h`).
///     table FamilyTable "family" after Generic;
///     /// A family as the kernel tells it.
///     view FamilyView;
///     /// Which family is asked for.
///     request FamilyData;
///     ro 1 CTRL_ATTR_FAMILY_ID id: u16 = "Its number.";
///     rw 2 CTRL_ATTR_FAMILY_NAME name: nlroute::wire::Text<'_> | &'a str as nlroute::wire::Str
///         = "Its name.";
/// }
/// const NETLINK_GENERIC: i32 = 16;
/// const GENL_ID_CTRL: u16 = 16;
/// const CTRL_CMD_GETFAMILY: u8 = 3;
///
/// let mut socket = Netlink::open(NETLINK_GENERIC)?;
/// let ask = |out: &mut Writer<'_>| {
///     let message = out.begin(GENL_ID_CTRL, 0);
///     out.bytes(&Generic { command: CTRL_CMD_GETFAMILY, version: 1, reserved: 0 }.to_bytes());
///     FamilyTable::encode(&FamilyData::new().name("nlctrl"), out)?;
///     out.end(message)
/// };
/// let id = socket.get("get family nlctrl", FamilyTable::SCHEMA, ask, |message| {
///     Ok(FamilyView::parse(message.body())?.id())
/// })?;
/// assert_eq!(id, GENL_ID_CTRL);
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Debug)]
pub struct Netlink {
    exchange: Exchange,
    /// What is being sent. It is kept until it is answered, because an error points into it.
    out: Vec<u8>,
}

impl Netlink {
    /// A socket of this family in the network namespace of the calling thread.
    ///
    /// # Errors
    /// `EPROTONOSUPPORT` if the kernel doesn't have the family; see `socket(2)`.
    #[inline]
    pub fn open(protocol: i32) -> Result<Self> {
        let operation = format_args!("open a netlink socket of family {protocol}");
        let socket = Socket::open_protocol(protocol);
        let socket = socket.map_err(|error| Error::system(operation, error))?;
        Ok(Self {
            exchange: Exchange::new(socket),
            out: Vec::new(),
        })
    }

    /// A socket of this family in `netns`. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`open`](Self::open), and as [`Netns::run`](crate::Netns::run).
    pub fn open_in(netns: impl AsFd, protocol: i32) -> Result<Self> {
        in_netns(netns.as_fd(), || Self::open(protocol))?
    }

    /// How long a call may take in all, from then on; `None`, as at first, is for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.exchange.timeout = timeout;
    }

    /// Sends one message and waits until it is acknowledged. `NLM_F_REQUEST` and `NLM_F_ACK` are
    /// set beside the flags that it has.
    ///
    /// `what` says in an error what was asked, by whose attributes `schema` is.
    ///
    /// # Errors
    /// What the kernel refuses, or can't be written.
    pub fn execute(
        &mut self,
        what: &str,
        schema: &Schema,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<()> {
        let sequence = self.write(what, libc::NLM_F_ACK, write)?;
        let exchange = &mut self.exchange;
        exchange.ask(
            &self.out,
            sequence,
            schema,
            schema.named,
            &what,
            &mut Vec::new(),
        )
    }

    /// Sends one message, and hands what the kernel answers to `read` until that gives something.
    ///
    /// # Errors
    /// What the kernel refuses, or can't be written or read; [`ErrorKind::NoAnswer`] if the kernel
    /// said no more than that it was carried out.
    pub fn get<T>(
        &mut self,
        what: &str,
        schema: &Schema,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
        mut read: impl FnMut(&Message<'_>) -> Result<Option<T>, Fault>,
    ) -> Result<T> {
        // Where there is no answer the acknowledgement ends the wait for it.
        let sequence = self.write(what, libc::NLM_F_ACK, write)?;
        let exchange = &mut self.exchange;
        exchange.question(&self.out, sequence, schema, &what, |message| {
            read(message).map_err(|fault| malformed(&what, fault))
        })
    }

    /// Asks for all of something (`NLM_F_DUMP`), and hands each message to `each`.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::Interrupted`] after the last message if something
    /// changed meanwhile.
    pub fn dump(
        &mut self,
        what: &str,
        schema: &Schema,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
        mut each: impl FnMut(&Message<'_>) -> Result<(), Fault>,
    ) -> Result<()> {
        let sequence = self.write(what, libc::NLM_F_DUMP, write)?;
        let (exchange, out) = (&mut self.exchange, &self.out);
        let deadline = exchange.deadline();
        exchange.begin_dump(out, sequence, deadline, &what)?;
        let mut interrupted = false;
        exchange.answers(sequence, 1, deadline, &what, |message| {
            interrupted |= message.header().flags & libc::NLM_F_DUMP_INTR as u16 != 0;
            match Verdict::of(message) {
                None => each(message).map_err(|fault| malformed(&what, fault))?,
                Some(Verdict { errno: 0, .. }) => return Ok(Step::Done),
                Some(verdict) => return Err(refused(&what, verdict, out, schema)),
            }
            Ok(Step::Go)
        })?;
        if interrupted {
            return Err(ErrorKind::Interrupted {
                operation: what.to_owned(),
                attempts: 1,
                read: Partial::default(),
            }
            .into());
        }
        Ok(())
    }

    /// Begins a batch: many messages in one datagram.
    pub fn batch(&mut self) -> NetlinkBatch<'_> {
        self.out.clear();
        NetlinkBatch {
            socket: self,
            entries: Vec::new(),
        }
    }

    /// Listens to a multicast group of the family, by its number.
    ///
    /// # Errors
    /// When there is no such group, or it takes a right that the process hasn't.
    #[inline]
    pub fn join(&mut self, group: u32) -> Result<()> {
        let joined = self.exchange.member(Group::from(group), true);
        joined.map_err(|error| Error::system(format_args!("join group {group}"), error))
    }

    /// Hands what the kernel tells by itself to `each`, message by message, until that answers
    /// `true`. What came while something was asked is lost: listen on a socket of its own.
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`] if it didn't until the deadline; [`ErrorKind::Overrun`] if
    /// something was lost.
    pub fn listen(
        &mut self,
        deadline: impl Into<Deadline>,
        mut each: impl FnMut(&Message<'_>) -> bool,
    ) -> Result<()> {
        let (what, deadline) = ("listen", deadline.into());
        let before = self.exchange.timeout.replace(deadline.given());
        let mut ended = Ok(false);
        while matches!(ended, Ok(false)) {
            ended = self.exchange.receive(deadline.at(), &what).and_then(|()| {
                for message in Messages::new(self.exchange.socket.datagram()) {
                    if each(&message.map_err(|fault| malformed(&what, fault))?) {
                        return Ok(true);
                    }
                }
                Ok(false)
            });
        }
        self.exchange.timeout = before;
        ended.map(drop)
    }

    /// Writes one message into the buffer; answers the sequence that it bears.
    fn write(
        &mut self,
        what: &str,
        flags: i32,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<u32> {
        self.out.clear();
        append(&mut self.out, what, write)?;
        let sequence = self.exchange.sequences(1);
        stamp(&mut self.out, libc::NLM_F_REQUEST | flags, sequence);
        Ok(sequence)
    }
}

impl AsFd for Netlink {
    /// The socket, to wait on in an event loop.
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.exchange.socket.as_fd()
    }
}

/// Appends what `write` writes, which must be one message; nothing if it isn't or that fails.
fn append(
    out: &mut Vec<u8>,
    what: &str,
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<Range<usize>> {
    let start = out.len();
    let written = write(&mut Writer::new(out)).map_err(|error| Error::encode(what, error));
    let written = written.and_then(|()| {
        let mut messages = Messages::new(out.get(start..).unwrap_or_default());
        match (messages.next(), messages.next()) {
            (Some(Ok(_)), None) => Ok(()),
            _ => Err(Error::invalid(
                what,
                "message",
                "what was written",
                "is not one whole message",
            )),
        }
    });
    if let Err(error) = written {
        out.truncate(start);
        return Err(error);
    }
    Ok(start..out.len())
}

/// Many messages in one datagram: see [`Netlink::batch`].
///
/// A family takes them as it does: most carry them out one by one, nfnetlink as a transaction
/// where they stand between a beginning and an end, which are no requests themselves
/// ([`mark`](Self::mark)).
///
/// Each refusal takes room in the socket's receive buffer. By default it has room for some 160; if
/// more than that are refused the error is [`ErrorKind::Overrun`].
///
/// ```no_run
/// # use nlroute::{Netlink, wire::{Schema, Writer}};
/// # fn all(socket: &mut Netlink, schema: &'static Schema, begin: &[u8], end: &[u8], table: &[u8])
/// # -> nlroute::Result<()> {
/// # fn raw(bytes: &[u8]) -> impl FnOnce(&mut Writer<'_>) -> Result<(), nlroute::wire::EncodeError> {
/// #     |out| { out.bytes(bytes); Ok(()) }
/// # }
/// let mut batch = socket.batch();
/// batch.mark(raw(begin))?;
/// batch.push("add table ip nat", schema, raw(table))?;
/// batch.mark(raw(end))?;
/// batch.commit()
/// # }
/// ```
#[must_use = "nothing is sent until `commit` or `results` is called"]
#[derive(Debug)]
pub struct NetlinkBatch<'n> {
    socket: &'n mut Netlink,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Where its message is in the socket's buffer.
    range: Range<usize>,
    /// In words, and by which table; `None` of what is no request.
    request: Option<(String, &'static Schema)>,
}

impl NetlinkBatch<'_> {
    /// Adds a message.
    ///
    /// # Errors
    /// When it can't be written; the batch is then as it was before.
    pub fn push(
        &mut self,
        what: impl fmt::Display,
        schema: &'static Schema,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<&mut Self> {
        let what = what.to_string();
        let range = append(&mut self.socket.out, &what, write)?;
        let request = Some((what, schema));
        self.entries.push(Entry { range, request });
        Ok(self)
    }

    /// Adds a message that is no request and isn't acknowledged: where a transaction begins or
    /// ends.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn mark(
        &mut self,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
    ) -> Result<&mut Self> {
        let range = append(&mut self.socket.out, "mark a batch", write)?;
        let request = None;
        self.entries.push(Entry { range, request });
        Ok(self)
    }

    /// How many messages are in it, marks too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sends all; the first refusal, if there was one, is the error. Whether the others were
    /// carried out is the family's affair: of a transaction none was.
    ///
    /// # Errors
    /// The first refusal, or why it could not be sent or its answers not received.
    #[inline]
    pub fn commit(self) -> Result<()> {
        let mut first = None;
        self.run(|_, error| {
            first.get_or_insert(error);
        })?;
        first.map_or(Ok(()), Err)
    }

    /// Sends all, and answers with a result for each that was [pushed](Self::push), in order.
    ///
    /// # Errors
    /// Why it could not be sent or its answers not received, or all of it was refused.
    #[inline]
    pub fn results(self) -> Result<Vec<Result<()>>> {
        let mut results: Vec<_> = self.entries.iter().map(|_| Ok(())).collect();
        let marks: Vec<_> = self.entries.iter().map(|e| e.request.is_none()).collect();
        self.run(|place, error| {
            if let Some(result) = results.get_mut(place) {
                *result = Err(error);
            }
        })?;
        let all = results.into_iter().zip(marks);
        Ok(all
            .filter_map(|(result, mark)| (!mark).then_some(result))
            .collect())
    }

    fn run(self, mut failed: impl FnMut(usize, Error)) -> Result<()> {
        let Self { socket, entries } = self;
        let Some(last) = entries.iter().rposition(|entry| entry.request.is_some()) else {
            return Ok(());
        };
        let what = format!("send {} messages", entries.len());
        let count = u32::try_from(entries.len()).map_err(|_| {
            let too_many = io::Error::from_raw_os_error(libc::EMSGSIZE);
            Error::system(&what, too_many)
        })?;
        let Netlink { exchange, out } = socket;
        let first = exchange.sequences(count);
        for (place, entry) in entries.iter().enumerate() {
            let sequence = first.wrapping_add(place as u32);
            // Refusals come anyway, all before this.
            let ack = if place == last { libc::NLM_F_ACK } else { 0 };
            if let Some(message) = out.get_mut(entry.range.clone()) {
                stamp(message, libc::NLM_F_REQUEST | ack, sequence);
            }
        }
        let deadline = exchange.deadline();
        exchange.finish_dump(deadline, &what)?;
        exchange.send(out, &what)?;
        exchange.answers(first, count, deadline, &what, |message| {
            let Some(verdict) = Verdict::of(message) else {
                return Ok(Step::Go);
            };
            let place = message.header().sequence.wrapping_sub(first) as usize;
            let Some(entry) = entries.get(place) else {
                return Ok(Step::Go);
            };
            let sent = out.get(entry.range.clone()).unwrap_or_default();
            match &entry.request {
                _ if verdict.errno == 0 => {}
                Some((what, schema)) => failed(place, refused(what, verdict, sent, schema)),
                // What marks it is refused in the place of all.
                None => return Err(refused(&what, verdict, sent, &NOTHING)),
            }
            Ok(if place == last { Step::Done } else { Step::Go })
        })
    }
}

/// The table of a message of which nothing is known.
static NOTHING: Schema = Schema {
    name: "message",
    header: 0,
    head: None,
    kinds: &[],
    words: "",
    named: crate::wire::table::nameless,
    value: |_| None,
};
