//! What goes over a connection, written down as a script.
use std::{
    fmt,
    io::{self, Write},
    mem,
    os::fd::BorrowedFd,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{
    step::{Entry, Sequence, What, header_bytes, quoted, whole},
    text::{write_step, write_title},
};
use crate::{
    messages::Nouns,
    socket::{Direct, Transport},
    sys::{self, ReceiveBuffer, Received},
    wire::HEADER_LEN,
};

/// Stands between a connection and its socket, and writes down what it sees.
pub(super) struct Recorder {
    inner: Box<dyn Transport>,
    /// Locked by nobody: it makes a connection `Sync`, whatever is written to.
    out: Mutex<Out>,
    /// The socket's own port, once it is known.
    port: u32,
    /// The sequences that were sent, as ranges: they follow each other.
    sequences: Vec<(u32, u32)>,
    /// The headers of the last datagram.
    headers: Vec<[u8; HEADER_LEN]>,
    text: String,
    nouns: Nouns,
}

/// Where it is written to, until that fails.
struct Out {
    to: Box<dyn Write + Send>,
    failed: Option<io::Error>,
}

impl fmt::Debug for Recorder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    #[inline]
    pub(super) fn new(
        inner: Option<Box<dyn Transport>>,
        to: Box<dyn Write + Send>,
        strict: bool,
        capped: bool,
        nouns: Nouns,
    ) -> Self {
        let mut recorder = Self {
            inner: inner.unwrap_or_else(|| Box::new(Direct)),
            out: Mutex::new(Out { to, failed: None }),
            port: 0,
            sequences: Vec::new(),
            headers: Vec::new(),
            text: String::new(),
            nouns,
        };
        // Writing to a string doesn't fail.
        let _ = write_title(&mut recorder.text, strict, capped);
        recorder.write();
        recorder
    }

    /// Writes the text that is there. A failure is told at the end: it isn't the session's.
    #[inline]
    fn write(&mut self) {
        let out = self.out.get_mut().unwrap_or_else(PoisonError::into_inner);
        if out.failed.is_none() {
            out.failed = out.to.write_all(self.text.as_bytes()).err();
        }
        self.text.clear();
    }

    #[inline]
    fn note(&mut self, what: &What) {
        // As above.
        let _ = write_step(&mut self.text, self.nouns, what);
        self.write();
    }

    #[inline]
    fn is_sent(&self, sequence: u32) -> bool {
        let mut ranges = self.sequences.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&sequence))
    }

    #[inline]
    fn sent(&mut self, datagram: &[u8]) -> What {
        self.headers.clear();
        let Some(messages) = whole(datagram) else {
            return What::AnyRequest(None);
        };
        let mut entries = Vec::with_capacity(messages.len());
        for message in &messages {
            let sequence = message.header().sequence;
            match self.sequences.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(sequence) => *last = sequence,
                _ => self.sequences.push((sequence, sequence)),
            }
            let header = header_bytes(message.header(), message.as_bytes().len());
            self.headers.push(header);
            entries.push(Entry::of(message, Sequence::Of(sequence), 0, false));
        }
        What::Request(entries)
    }

    #[inline]
    fn received(&self, datagram: &[u8]) -> What {
        let Some(messages) = whole(datagram) else {
            return What::Raw(datagram.to_vec());
        };
        let entries = messages.iter().map(|message| {
            let header = message.header();
            let sequence = if self.is_sent(header.sequence) {
                Sequence::Of(header.sequence)
            } else {
                Sequence::Is(header.sequence)
            };
            let port = if header.port == self.port {
                0
            } else {
                header.port
            };
            let quote = quoted(header.kind, message.body());
            let quotes = matches!(sequence, Sequence::Of(_))
                && quote.is_some_and(|quote| self.headers.iter().any(|header| header == quote));
            Entry::of(message, sequence, port, quotes)
        });
        What::Answer(entries.collect())
    }
}

impl Transport for Recorder {
    #[inline]
    fn send(&mut self, fd: BorrowedFd<'_>, datagram: &[u8]) -> io::Result<usize> {
        let result = self.inner.send(fd, datagram);
        let what = match &result {
            Ok(_) => self.sent(datagram),
            Err(error) => match error.raw_os_error() {
                Some(errno) => What::FailedRequest(errno),
                None => return result,
            },
        };
        self.note(&what);
        result
    }

    #[inline]
    fn wait(&mut self, fd: BorrowedFd<'_>, left: Option<Duration>) -> io::Result<bool> {
        let ready = self.inner.wait(fd, left)?;
        if !ready {
            self.note(&What::Silence);
        }
        Ok(ready)
    }

    #[inline]
    fn receive(
        &mut self,
        fd: BorrowedFd<'_>,
        buffer: &mut ReceiveBuffer,
        nonblocking: bool,
    ) -> io::Result<Received> {
        let result = self.inner.receive(fd, buffer, nonblocking);
        match &result {
            Ok(Received {
                len,
                truncated: false,
                sender: None | Some(0),
                ..
            }) => {
                if self.port == 0 {
                    // It has one since it has sent something; a script's socket has none.
                    self.port = sys::local_port(fd).unwrap_or(0);
                }
                let what = self.received(buffer.filled(*len));
                self.note(&what);
            }
            // Somebody else's.
            Ok(_) => {}
            Err(error) => match error.raw_os_error() {
                None | Some(libc::EAGAIN) => {}
                Some(errno) => self.note(&What::FailedAnswer(errno)),
            },
        }
        result
    }

    #[inline]
    fn set(&mut self, fd: BorrowedFd<'_>, option: libc::c_int, value: u32) -> io::Result<()> {
        self.inner.set(fd, option, value)
    }

    #[inline]
    fn finish(&mut self) -> io::Result<()> {
        let out = self.out.get_mut().unwrap_or_else(PoisonError::into_inner);
        let written = match out.failed.take() {
            Some(error) => Err(error),
            None => out.to.flush(),
        };
        let inner = mem::replace(&mut self.inner, Box::new(Direct)).finish();
        written.and(inner)
    }
}
