//! A script in the kernel's place.
use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    io,
    os::{
        fd::{BorrowedFd, OwnedFd},
        unix::net::UnixDatagram,
    },
    time::Duration,
};

use super::{
    decode,
    step::{Entry, Sent, Sequence, Step, What, header_bytes, whole},
    text::{Head, write_hex},
};
use crate::{
    messages::Nouns,
    socket::Transport,
    sys::{self, ReceiveBuffer, Received},
    wire::{Message, MessageHeader},
};

/// How a program and its script differ. It is the source of the error that the program gets.
///
/// ```
/// use nlroute::{link::Link, script::Script};
/// let script: Script = "nlroute-script 1\n> RTM_GETLINK REQUEST @1".parse()?;
/// let mut connection = script.connect()?;
/// let error = connection.delete(Link::named("eth0")).unwrap_err();
/// assert!(error.to_string().starts_with(
///     "delete link eth0: not as in the script, line 2:\n"
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

/// What plays a script.
#[derive(Debug)]
pub(super) struct Replay {
    steps: Vec<Step>,
    /// The next step, a request or the end; what comes before it has happened or is in `due`.
    next: usize,
    /// Answers that aren't in the socket yet, by their place in `steps`.
    due: VecDeque<usize>,
    /// What is in the socket: datagrams, and for each what receiving it fails with.
    there: VecDeque<Option<i32>>,
    peer: UnixDatagram,
    sent: Sent,
    /// The first difference: nothing goes on after it.
    mismatch: Option<Mismatch>,
    nouns: Nouns,
}

impl Replay {
    /// The script's player, and the program's end of the socket.
    #[inline]
    pub(super) fn new(steps: Vec<Step>, nouns: Nouns) -> io::Result<(Self, OwnedFd)> {
        let (peer, ours) = UnixDatagram::pair()?;
        peer.set_nonblocking(true)?;
        let mut replay = Self {
            steps,
            next: 0,
            due: VecDeque::new(),
            there: VecDeque::new(),
            peer,
            sent: Sent::default(),
            mismatch: None,
            nouns,
        };
        // What comes before the first request is there from the start.
        replay.go_on();
        replay.fill()?;
        Ok((replay, ours.into()))
    }

    /// Goes to the next request, and lets what comes before it be received.
    #[inline]
    fn go_on(&mut self) {
        while let Some(step) = self.steps.get(self.next) {
            if step.what.is_request() {
                return;
            }
            self.due.push_back(self.next);
            self.next += 1;
        }
    }

    /// Puts as many answers into the socket as it takes: so it can be waited for like any other.
    #[inline]
    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        while let Some(step) = self.due.front().and_then(|at| self.steps.get(*at)) {
            bytes.clear();
            let mut fault = None;
            match &step.what {
                What::Answer(entries) => {
                    for entry in entries {
                        entry.encode(&self.sent, &mut bytes);
                    }
                }
                What::Raw(raw) => bytes.extend_from_slice(raw),
                What::FailedAnswer(errno) => fault = Some(*errno),
                // It has to be waited for before anything goes on.
                _ => break,
            }
            match self.peer.send(&bytes) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    let line = step.line;
                    let text = format!("the answer in line {line} can't be sent: {error}");
                    return Err(io::Error::other(Mismatch(text)));
                }
            }
            self.there.push_back(fault);
            self.due.pop_front();
        }
        Ok(())
    }

    /// Takes the word that nothing comes, if that is next.
    #[inline]
    fn silence(&mut self) -> bool {
        let next = self.due.front().and_then(|at| self.steps.get(*at));
        let silent = next.is_some_and(|step| step.what == What::Silence);
        if silent {
            self.due.pop_front();
        }
        silent
    }

    /// Nothing will ever come.
    #[inline]
    fn forever(&mut self) -> io::Error {
        let text = match self.steps.get(self.next) {
            Some(step) => format!(
                "an answer is waited for, and the script has none before the request in line {}",
                step.line
            ),
            None => "an answer is waited for, and the script is at its end".to_owned(),
        };
        self.differs(text)
    }

    #[inline]
    fn differs(&mut self, text: String) -> io::Error {
        let mismatch = Mismatch(text);
        self.mismatch.get_or_insert_with(|| mismatch.clone());
        io::Error::other(mismatch)
    }

    /// What is sent, against what the script expects: the headers of both by number, or how they
    /// differ.
    #[inline]
    fn compare(nouns: Nouns, step: &Step, datagram: &[u8]) -> Result<Vec<(u32, [u8; 16])>, String> {
        let sent = whole(datagram).unwrap_or_default();
        let header = |message: &Message<'_>| {
            let header: &MessageHeader = message.header();
            header_bytes(header, message.as_bytes().len())
        };
        let entries = match &step.what {
            What::Request(entries) => entries,
            What::AnyRequest(number) => {
                return Ok(number
                    .iter()
                    .copied()
                    .zip(sent.iter().map(header))
                    .collect());
            }
            _ => return Ok(Vec::new()),
        };
        let mut numbers = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let Some(message) = sent.get(place) else {
                break;
            };
            let (kind, flags) = (message.header().kind, message.header().flags);
            let at = entry.differs_at(message.body());
            if (kind, flags) == (entry.kind, entry.flags) && at.is_none() {
                if let Sequence::Of(number) = entry.sequence {
                    numbers.push((number, header(message)));
                }
                continue;
            }
            return Err(difference(nouns, step.line + place, entry, message, at)
                .unwrap_or_else(|_| "and it can't be said how".into()));
        }
        if entries.len() == sent.len() {
            return Ok(numbers);
        }
        Err(format!(
            "not as in the script, line {}: expected are {} messages in a datagram, sent were {}",
            step.line,
            entries.len(),
            sent.len(),
        ))
    }
}

/// How a message that was sent differs from that of the script.
#[inline]
fn difference(
    nouns: Nouns,
    line: usize,
    expected: &Entry,
    message: &Message<'_>,
    at: Option<usize>,
) -> Result<String, fmt::Error> {
    let sent = Entry::of(message, expected.sequence, expected.port, false);
    let mut text = format!("not as in the script, line {line}:");
    for (what, entry) in [("expected", expected), ("sent", &sent)] {
        write!(text, "\n  {what:<8}  {}", Head(entry, nouns))?;
        write_hex(&mut text, entry.body.iter().copied())?;
        write!(text, "{}", decode::Comment(entry, nouns))?;
    }
    if expected.kind != sent.kind {
        write!(text, "\n  the message types differ")?;
    } else if expected.flags != sent.flags {
        write!(text, "\n  the flags differ")?;
    } else if let Some(at) = at {
        write!(text, "\n  byte {at} of the body")?;
        let place = decode::place(nouns, sent.kind, message.body(), at);
        if let Some(path) = place.or_else(|| decode::place(nouns, sent.kind, &expected.bytes(), at))
        {
            write!(text, " ({path})")?;
        }
        let byte = |entry: &Entry| match entry.body.get(at) {
            Some(Some(byte)) => format!("{byte:02x}"),
            Some(None) => "any".to_owned(),
            None => "the end".to_owned(),
        };
        let (expected, sent) = (byte(expected), byte(&sent));
        write!(text, ": expected is {expected}, sent was {sent}")?;
    }
    Ok(text)
}

impl Transport for Replay {
    #[inline]
    fn send(&mut self, _: BorrowedFd<'_>, datagram: &[u8]) -> io::Result<usize> {
        if let Some(mismatch) = &self.mismatch {
            return Err(io::Error::other(mismatch.clone()));
        }
        let Some(step) = self.steps.get(self.next) else {
            return Err(self.differs("the script is at its end".to_owned()));
        };
        let numbers = match Self::compare(self.nouns, step, datagram) {
            Ok(numbers) => numbers,
            Err(text) => return Err(self.differs(text)),
        };
        let failed = match step.what {
            What::FailedRequest(errno) => Some(errno),
            _ => None,
        };
        for (number, header) in numbers {
            self.sent.add(number, header);
        }
        self.next += 1;
        self.go_on();
        self.fill()?;
        match failed {
            Some(errno) => Err(io::Error::from_raw_os_error(errno)),
            None => Ok(datagram.len()),
        }
    }

    #[inline]
    fn wait(&mut self, _: BorrowedFd<'_>, _: Option<Duration>) -> io::Result<bool> {
        self.fill()?;
        if !self.there.is_empty() {
            Ok(true)
        } else if self.silence() {
            Ok(false)
        } else {
            Err(self.forever())
        }
    }

    #[inline]
    fn receive(
        &mut self,
        fd: BorrowedFd<'_>,
        buffer: &mut ReceiveBuffer,
        nonblocking: bool,
    ) -> io::Result<Received> {
        self.fill()?;
        match self.there.pop_front() {
            Some(fault) => {
                let received = sys::receive(fd, buffer, true)?;
                match fault {
                    Some(errno) => Err(io::Error::from_raw_os_error(errno)),
                    None => Ok(received),
                }
            }
            None if nonblocking => {
                self.silence();
                Err(io::Error::from_raw_os_error(libc::EAGAIN))
            }
            None => Err(self.forever()),
        }
    }

    fn set(&mut self, _: BorrowedFd<'_>, _: libc::c_int, _: u32) -> io::Result<()> {
        Ok(())
    }

    #[inline]
    fn finish(&mut self) -> io::Result<()> {
        if let Some(mismatch) = &self.mismatch {
            return Err(io::Error::other(mismatch.clone()));
        }
        match self.steps.get(self.next) {
            None => Ok(()),
            Some(step) => {
                let text = format!("what is in line {} of the script was never sent", step.line);
                Err(io::Error::other(Mismatch(text)))
            }
        }
    }
}
