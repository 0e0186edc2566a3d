//! Questions and answers over one socket: sequence numbers, deadlines, acknowledgements.
use std::{
    fmt::Display,
    io,
    time::{Duration, Instant, UNIX_EPOCH},
};

use crate::{
    Error, ErrorKind, Group, Result, extack,
    socket::{Room, Socket, Turn},
    wire::{ByName, Fixed, HEADER_LEN, Message, MessageHeader, Messages, Schema},
};

mod names;

pub(crate) use names::{Names, Resolver};

/// How an exchange ends that has one answer.
pub(crate) enum Step {
    /// The answer isn't there yet.
    Go,
    /// This was it.
    Done,
}

/// The kernel's word on a request: `NLMSG_ERROR`, or `NLMSG_DONE` at the end of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict<'a> {
    /// 0, or a positive error number.
    pub(crate) errno: i32,
    /// The attributes of the extended acknowledgement.
    pub(crate) attributes: &'a [u8],
}

impl<'a> Verdict<'a> {
    /// The verdict in a message, if it is one.
    pub(crate) fn of(message: &Message<'a>) -> Option<Self> {
        let (header, body) = (message.header(), message.body());
        let done = header.kind == libc::NLMSG_DONE as u16;
        if !done && header.kind != libc::NLMSG_ERROR as u16 {
            return None;
        }
        let Some((error, rest)) = body.split_first_chunk::<4>() else {
            // A DONE may be empty; an ERROR without a number is one all the same.
            let errno = if done { 0 } else { libc::EBADMSG };
            return Some(Self {
                errno,
                attributes: &[],
            });
        };
        let errno = i32::from_ne_bytes(*error).checked_neg().unwrap_or(i32::MAX);
        let quoted = if done {
            0
        } else if header.flags & libc::NLM_F_CAPPED as u16 != 0 {
            HEADER_LEN
        } else {
            // The request as a whole, whose header says how long it was.
            let len = rest
                .first_chunk()
                .map_or(0, |len| u32::from_ne_bytes(*len) as usize);
            crate::wire::align(len.max(HEADER_LEN))
        };
        let told = header.flags & libc::NLM_F_ACK_TLVS as u16 != 0;
        let attributes = if told {
            rest.get(quoted..).unwrap_or(&[])
        } else {
            &[]
        };
        Some(Self { errno, attributes })
    }
}

/// One socket and what is under way on it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) socket: Socket,
    sequence: u32,
    pub(crate) timeout: Option<Duration>,
    pub(crate) nonblocking: bool,
    /// Sequence of a dump that was left before its end: the kernel refuses another one until all
    /// of it has been received.
    unfinished: Option<u32>,
    /// The socket's own port, once it must be told from other sockets': events of a group bear
    /// the sequence of whoever caused them.
    port: Option<u32>,
    /// The receive buffer overran, or is another's, and hasn't been emptied since.
    overrun: bool,
    /// Something was received that is no answer, and was skipped: for who waits for events too.
    pub(crate) skipped: bool,
}

impl Exchange {
    pub(crate) fn new(socket: Socket) -> Self {
        Self {
            socket,
            sequence: 0,
            timeout: None,
            nonblocking: false,
            unfinished: None,
            port: None,
            overrun: false,
            skipped: false,
        }
    }

    /// For a socket that was used before: answers to what was asked then, with low sequences, may
    /// still be in it, and the rest of a list, as long as which the kernel refuses another. What
    /// there is goes before the first request.
    pub(crate) fn begin_anywhere(&mut self) {
        let now = UNIX_EPOCH.elapsed().unwrap_or_default();
        self.sequence = now.as_nanos() as u32;
        self.overrun = true;
    }

    /// The first of `count` sequence numbers that nothing else bears. 0 is never one: the kernel
    /// uses it for events.
    pub(crate) fn sequences(&mut self, count: u32) -> u32 {
        let first = self.sequence.wrapping_add(1);
        let last = first.wrapping_add(count.saturating_sub(1));
        let first = if first == 0 || last < first { 1 } else { first };
        self.sequence = first.wrapping_add(count.saturating_sub(1));
        first
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.timeout
            .and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// Joins a multicast group, or leaves it.
    pub(crate) fn member(&mut self, group: Group, join: bool) -> io::Result<()> {
        if join && self.port.is_none() {
            self.socket.be_among_others();
            self.port = Some(self.socket.port()?);
        }
        self.socket.member(group, join)?;
        if !join {
            // Events that nobody waits for any more would take room from answers, and that some
            // were lost would be told to whoever asks next. What fails here is tried again then.
            self.overrun = true;
            let _ = self.drain(&"leave a multicast group");
        }
        Ok(())
    }

    /// What the socket's buffers take.
    pub(crate) fn room(&mut self) -> Result<Room> {
        let room = self.socket.room();
        room.map_err(|error| Error::system("read the size of a socket's buffers", error))
    }

    pub(crate) fn send(&mut self, datagram: &[u8], operation: &dyn Display) -> Result<()> {
        if self.socket.inherited() {
            return Err(inherited(operation));
        }
        if self.overrun {
            self.drain(operation)?;
        }
        // The rest of a dump that was left is still to come.
        if self.socket.wants_to_be_alone() && self.unfinished.is_none() {
            self.socket.be_alone();
        }
        let sent = self.socket.send(datagram);
        sent.map_err(|error| self.not_sent(error, operation))
    }

    #[cold]
    fn not_sent(&self, error: io::Error, operation: &dyn Display) -> Error {
        match error.raw_os_error() {
            // No memory for the datagram: nothing that was to be received is lost.
            Some(libc::ENOBUFS) => Error::system(operation, error),
            _ => self.failed(error, operation),
        }
    }

    /// Receives and forgets all that is there.
    ///
    /// From an overrun until the buffer is empty the kernel drops what doesn't fit without another
    /// word (`NETLINK_S_CONGESTED`): an answer would be waited for in vain.
    #[cold]
    fn drain(&mut self, operation: &dyn Display) -> Result<()> {
        let deadline = self.deadline();
        loop {
            match self.socket.receive(true) {
                Ok(()) => self.note_ends(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {}
                Err(error) => return Err(self.failed(error, operation)),
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Err(self.timed_out(operation));
            }
        }
        self.overrun = false;
        Ok(())
    }

    #[cold]
    fn timed_out(&self, operation: &dyn Display) -> Error {
        let timeout = self.timeout.unwrap_or_default();
        let operation = operation.to_string();
        ErrorKind::TimedOut { operation, timeout }.into()
    }

    /// Waits for the kernel's next datagram, until the deadline if there is one.
    pub(crate) fn receive(
        &mut self,
        deadline: Option<Instant>,
        operation: &dyn Display,
    ) -> Result<()> {
        if self.socket.inherited() {
            return Err(inherited(operation));
        }
        loop {
            if let Some(deadline) = deadline.filter(|_| !self.nonblocking) {
                self.wait(deadline, operation)?;
            }
            match self.socket.receive(self.nonblocking || deadline.is_some()) {
                Ok(()) => return Ok(()),
                Err(error) => self.not_received(error, deadline, operation)?,
            }
        }
    }

    /// Waits until there is something to receive.
    #[inline(never)] // Whoever has no deadline shall not save registers for it.
    fn wait(&mut self, deadline: Instant, operation: &dyn Display) -> Result<()> {
        let left = deadline.saturating_duration_since(Instant::now());
        // What keeps coming and is no answer must not put the end off.
        let ready = match left {
            Duration::ZERO => Ok(false),
            left => self.socket.wait(Some(left)),
        };
        match ready {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.timed_out(operation)),
            Err(error) => Err(self.failed(error, operation)),
        }
    }

    /// Why nothing was received; or that it is to be tried again.
    #[cold]
    fn not_received(
        &mut self,
        error: io::Error,
        deadline: Option<Instant>,
        operation: &dyn Display,
    ) -> Result<()> {
        if error.kind() != io::ErrorKind::WouldBlock || self.nonblocking {
            self.overrun |= error.raw_os_error() == Some(libc::ENOBUFS);
            return Err(self.failed(error, operation));
        }
        // What could be read was somebody else's; or the descriptor itself doesn't block, which
        // whoever handed it over has set.
        if deadline.is_none() {
            let ready = self.socket.wait(None);
            ready.map_err(|error| self.failed(error, operation))?;
        }
        Ok(())
    }

    #[cold]
    fn failed(&self, error: io::Error, operation: &dyn Display) -> Error {
        let operation = operation.to_string();
        match error.raw_os_error() {
            Some(libc::ENOBUFS) => ErrorKind::Overrun { operation }.into(),
            Some(libc::EAGAIN) => ErrorKind::WouldBlock { operation }.into(),
            _ => Error::system(operation, error),
        }
    }

    /// Whether a message is part of the answer to `sequence`. `ends` says that it ends a dump.
    #[inline]
    pub(crate) fn is_answer(&mut self, header: &MessageHeader, ends: bool, sequence: u32) -> bool {
        is_ours(self.port, &mut self.unfinished, header, ends, sequence, 1)
    }

    /// Takes note of the end of a dump that was left, if the last datagram has it. For whoever
    /// receives what is no answer.
    pub(crate) fn note_ends(&mut self) {
        if self.unfinished.is_none() {
            return;
        }
        for message in Messages::new(self.socket.datagram()).flatten() {
            if is_end(&message) && self.unfinished == Some(message.header().sequence) {
                self.unfinished = None;
            }
        }
    }

    /// Hands every message of the answer to `each`, until it says that it is done.
    ///
    /// `each` is given the connection's own error for what it can't read.
    pub(crate) fn answers(
        &mut self,
        first: u32,
        count: u32,
        deadline: Option<Instant>,
        operation: &dyn Display,
        each: impl FnMut(&Message<'_>) -> Result<Step>,
    ) -> Result<()> {
        self.receive(deadline, operation)?;
        self.answers_from_here(first, count, deadline, operation, each)
    }

    /// The same, whose first datagram has been received.
    fn answers_from_here(
        &mut self,
        first: u32,
        count: u32,
        deadline: Option<Instant>,
        operation: &dyn Display,
        mut each: impl FnMut(&Message<'_>) -> Result<Step>,
    ) -> Result<()> {
        loop {
            // Taken apart, because telling whose a message is needs the whole exchange.
            let (port, unfinished) = (self.port, &mut self.unfinished);
            let skipped = &mut self.skipped;
            for message in Messages::new(self.socket.datagram()) {
                let message = message.map_err(|fault| malformed(operation, fault))?;
                let ends = is_end(&message);
                let ours = is_ours(port, unfinished, message.header(), ends, first, count);
                if !ours {
                    *skipped = true;
                } else if matches!(each(&message)?, Step::Done) {
                    return Ok(());
                }
            }
            self.receive(deadline, operation)?;
        }
    }

    /// Sends one request, which bears `sequence` already, and waits until it is acknowledged. A
    /// refusal is told by the table `schema`, whose names are looked up by `names`.
    /// The last message that the kernel sends beside the acknowledgement goes to `beside`.
    #[inline]
    pub(crate) fn ask(
        &mut self,
        request: &[u8],
        sequence: u32,
        schema: &Schema,
        names: ByName,
        operation: &dyn Display,
        beside: &mut Vec<u8>,
    ) -> Result<()> {
        // Most often nothing is to be looked after, and the answer is the one word that all is
        // well: the rest costs as much as the way into the kernel and back.
        let turn = self.turn(request);
        if matches!(turn, Some(Turn::Received)) && is_done(self.socket.datagram(), sequence) {
            return Ok(());
        }
        self.settle(turn, request, sequence, (schema, names), operation, beside)
    }

    /// Sends a request and receives the next datagram, where there is nothing to look after.
    #[inline]
    fn turn(&mut self, request: &[u8]) -> Option<Turn> {
        let plain = self.is_plain() && !self.socket.inherited();
        plain.then(|| self.socket.turn(request))
    }

    /// What is left to do after a [`turn`](Self::turn), or in its place, until a datagram has been
    /// received.
    fn complete(
        &mut self,
        turn: Option<Turn>,
        request: &[u8],
        deadline: Option<Instant>,
        operation: &dyn Display,
    ) -> Result<()> {
        let error = io::Error::from_raw_os_error;
        match turn {
            Some(Turn::Received) => return Ok(()),
            Some(Turn::NotSent(number)) => return Err(self.not_sent(error(number), operation)),
            Some(Turn::NotReceived(number)) => {
                self.not_received(error(number), deadline, operation)?;
            }
            None => self.send(request, operation)?,
        }
        self.receive(deadline, operation)
    }

    /// Whether there is nothing to look after: no deadline, and nothing in the socket that is none
    /// of the next answer.
    #[inline]
    fn is_plain(&self) -> bool {
        self.socket.is_alone()
            && self.timeout.is_none()
            && self.unfinished.is_none()
            && !(self.nonblocking || self.overrun)
    }

    /// The whole of [`ask`](Self::ask), or what is left of it after a `turn`.
    #[inline(never)]
    fn settle(
        &mut self,
        turn: Option<Turn>,
        request: &[u8],
        sequence: u32,
        (schema, names): (&Schema, ByName),
        operation: &dyn Display,
        beside: &mut Vec<u8>,
    ) -> Result<()> {
        let deadline = self.deadline();
        self.complete(turn, request, deadline, operation)?;
        self.answers_from_here(sequence, 1, deadline, operation, |message| {
            match Verdict::of(message) {
                None => {
                    beside.clear();
                    beside.extend_from_slice(message.as_bytes());
                }
                Some(Verdict { errno: 0, .. }) => return Ok(Step::Done),
                Some(verdict) => {
                    let schema = schema.with_names(names);
                    return Err(refused(operation, verdict, request, &schema));
                }
            }
            Ok(Step::Go)
        })
    }

    /// Sends one question, and hands its answer to `each` until that gives something.
    pub(crate) fn question<T>(
        &mut self,
        request: &[u8],
        sequence: u32,
        schema: &Schema,
        operation: &dyn Display,
        mut each: impl FnMut(&Message<'_>) -> Result<Option<T>>,
    ) -> Result<T> {
        let deadline = self.deadline();
        let mut answer = None;
        let turn = self.turn(request);
        self.complete(turn, request, deadline, operation)?;
        self.answers_from_here(sequence, 1, deadline, operation, |message| {
            match Verdict::of(message) {
                None => answer = each(message)?,
                Some(Verdict { errno: 0, .. }) => {
                    return Err(ErrorKind::NoAnswer {
                        operation: operation.to_string(),
                    }
                    .into());
                }
                Some(verdict) => return Err(refused(operation, verdict, request, schema)),
            }
            Ok(if answer.is_some() {
                Step::Done
            } else {
                Step::Go
            })
        })?;
        answer.ok_or_else(|| {
            ErrorKind::NoAnswer {
                operation: operation.to_string(),
            }
            .into()
        })
    }

    /// Reads the rest of a dump that was left, which takes room from other answers.
    pub(crate) fn finish_dump(
        &mut self,
        deadline: Option<Instant>,
        operation: &dyn Display,
    ) -> Result<()> {
        while let Some(old) = self.unfinished {
            self.answers(old, 1, deadline, operation, |message| {
                Ok(if is_end(message) {
                    Step::Done
                } else {
                    Step::Go
                })
            })?;
        }
        Ok(())
    }

    /// Begins a dump: after what may be left of the last one, because the kernel refuses two.
    pub(crate) fn begin_dump(
        &mut self,
        request: &[u8],
        sequence: u32,
        deadline: Option<Instant>,
        operation: &dyn Display,
    ) -> Result<()> {
        self.finish_dump(deadline, operation)?;
        self.send(request, operation)?;
        self.unfinished = Some(sequence);
        Ok(())
    }
}

/// Whether a message is part of the answer to one of `count` requests from `first` on, sent from
/// `port` if that is known. An end may also be that of the dump that was left `unfinished`.
#[inline]
fn is_ours(
    port: Option<u32>,
    unfinished: &mut Option<u32>,
    header: &MessageHeader,
    ends: bool,
    first: u32,
    count: u32,
) -> bool {
    if ends && *unfinished == Some(header.sequence) {
        *unfinished = None;
    }
    header.sequence.wrapping_sub(first) < count && port.is_none_or(|port| port == header.port)
}

#[cold]
fn inherited(operation: &dyn Display) -> Error {
    let operation = operation.to_string();
    ErrorKind::Inherited { operation }.into()
}

/// Whether a message ends a dump.
fn is_end(message: &Message<'_>) -> bool {
    Verdict::of(message).is_some()
}

pub(crate) fn malformed(operation: &dyn Display, fault: crate::wire::Fault) -> Error {
    ErrorKind::Malformed {
        operation: operation.to_string(),
        fault,
    }
    .into()
}

#[cold]
pub(crate) fn refused(
    operation: &dyn Display,
    verdict: Verdict<'_>,
    request: &[u8],
    schema: &Schema,
) -> Error {
    let operation = operation.to_string();
    let Verdict { errno, attributes } = verdict;
    ErrorKind::Refused(extack::refusal(
        operation, errno, attributes, request, schema,
    ))
    .into()
}

/// Whether a datagram of the kernel's begins with the word that the request of this sequence was
/// carried out.
#[inline]
fn is_done(datagram: &[u8], sequence: u32) -> bool {
    let Some(message) = datagram.first_chunk::<{ HEADER_LEN + 4 }>() else {
        return false;
    };
    let word = |at| <u32 as Fixed>::get(message, at);
    let len = word(0) as usize;
    len >= message.len()
        && len <= datagram.len()
        && <u16 as Fixed>::get(message, 4) == libc::NLMSG_ERROR as u16
        && word(8) == sequence
        && word(16) == 0
}

/// Sets what the connection sets in a message: flags beside those that are there, and sequence.
#[inline]
pub(crate) fn stamp(message: &mut [u8], flags: i32, sequence: u32) {
    let Some(header) = message.first_chunk_mut::<HEADER_LEN>() else {
        return;
    };
    let [_, _, _, _, _, _, f0, f1, s0, s1, s2, s3, ..] = header;
    let [set0, set1] = (flags as u16).to_ne_bytes();
    *f0 |= set0;
    *f1 |= set1;
    [*s0, *s1, *s2, *s3] = sequence.to_ne_bytes();
}

/// Takes flags out of a message.
pub(crate) fn unflag(message: &mut [u8], flags: i32) {
    let Some(header) = message.first_chunk_mut::<HEADER_LEN>() else {
        return;
    };
    let [_, _, _, _, _, _, f0, f1, ..] = header;
    let [clear0, clear1] = (flags as u16).to_ne_bytes();
    *f0 &= !clear0;
    *f1 &= !clear1;
}

#[cfg(test)]
mod tests;
