//! A script in the kernel's place: for tests of programs, without privilege and without a network.
//!
//! What a program says to the kernel and what it is answered is [recorded](Connection::record)
//! once, on a machine where the program may do what it does. The text of it, a script, is then the
//! other end of a [`Connection`] in a test, by [`Script::connect`]: what the program sends is
//! compared with the script, and is answered from it. It takes no thread; a connection that is
//! neither recorded nor scripted pays for none of this.
//!
//! ```
//! use nlroute::{Connection, link::Link, script::Script};
//!
//! // What is to be tested.
//! fn raise(host: &mut Connection, name: &str) -> nlroute::Result<()> {
//!     host.change(Link::named(name).up())
//! }
//!
//! let script: Script = "
//!     nlroute-script 1 strict
//!     > RTM_SETLINK REQUEST|ACK @1 00000000 00000000 01000000 01000000 09000300 65746830 00000000
//!     < NLMSG_ERROR CAPPED @1 EPERM quote
//! ".parse()?;
//! let mut host = script.connect()?;
//! let error = raise(&mut host, "eth0").unwrap_err();
//! assert_eq!(error.to_string(), "change link eth0: Operation not permitted (EPERM)");
//! // All of the script was asked for.
//! host.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The text
//!
//! ```text
//! nlroute-script 1 little-endian strict capped
//! > RTM_GETLINK REQUEST @1 00000000 ...   # link lo: { ifname: "lo" }
//! < RTM_NEWLINK - @1 00000403 01000000 ...
//! ```
//!
//! The first line says the version, in which byte order the bytes are (a script of the other one
//! is refused), whether the kernel checks strictly (`NETLINK_GET_STRICT_CHK`): if it doesn't,
//! queries filter what they are answered; and whether a refusal quotes only the header of its
//! request (`NETLINK_CAP_ACK`): where it quotes all, batches are sent in shorter datagrams. `#` and what stands after it is for the reader; a
//! recording says there what the message means.
//!
//! Then there is a line for each message. `>` begins a datagram that the program sends, `<` one
//! that it receives, `+` goes on with the datagram of the line before. What is received before a
//! request is sent, as events are, stands before it.
//!
//! A message is its type and flags by name or number (`-` is no flag), its sequence, and its body
//! in hexadecimal; its length isn't written, so lines can be edited. In place of a sequence, a
//! request has a number of its own in the script (`@1`), and an answer the number of its request:
//! both bear whatever sequence the connection has by then, and the connection's port. `=7` is the
//! sequence 7, `=7:1234` that and the port 1234: somebody else's event.
//!
//! | | |
//! |---|---|
//! | `..` in a request | any byte: a descriptor's number, for one |
//! | `> *`, `> * @1` | any datagram; the sequence of its first message is known as `@1` |
//! | `> !ENOBUFS` | sending fails, whatever it is |
//! | `< NLMSG_ERROR CAPPED @1 EEXIST quote` | an error by its name, and the header of its request |
//! | `< NLMSG_ERROR CAPPED @1 OK quote` | an acknowledgement |
//! | `< NLMSG_DONE MULTI @1 OK` | the end of a list |
//! | `< !ENOBUFS` | receiving fails: here the receive buffer overran |
//! | `< timeout` | nothing comes: the deadline passes at once, or the call would block |
//! | `< raw 00112233` | a datagram of these bytes |
//!
//! A call that waits for an answer which the script doesn't have is an error and doesn't wait.
//!
//! # What isn't in it
//!
//! Only what goes over the connection itself is. A namespace that is made, opened or entered is a
//! real one, and so are other connections: that of a [`Peer`](crate::link::Peer) which is born up
//! in another namespace is opened there.
mod decode;
mod names;
mod record;
mod replay;
mod step;
mod text;

use std::{fmt, io::Write, str::FromStr};

use record::Recorder;
use replay::Replay;
use step::{Step, What};

pub use replay::Mismatch;

use crate::{Connection, Error, Result, exchange::Exchange, messages::Nouns, socket::Socket};

/// What is expected of a program, and what it is answered: see the [module](self).
///
/// Its text is read by `parse` and written by `Display`.
///
/// ```
/// use nlroute::script::Script;
/// let script: Script = "nlroute-script 1\n> * @1\n< NLMSG_DONE MULTI @1 OK".parse()?;
/// let mut connection = script.connect()?;
/// assert!(connection.list(nlroute::link::Links::all())?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    steps: Vec<Step>,
    strict: bool,
    capped: bool,
}

impl Script {
    /// An empty script, of a kernel that knows no options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And then some datagram is sent, whatever it is: `> *`.
    ///
    /// ```
    /// use nlroute::script::Script;
    /// let script = Script::new().expect_any().answer(&[]);
    /// assert!(script.to_string().ends_with("\n> *\n< raw\n"));
    /// ```
    #[inline]
    #[must_use]
    pub fn expect_any(self) -> Self {
        self.step(What::AnyRequest(None))
    }

    /// And then a datagram of these bytes is received: `< raw`.
    #[inline]
    #[must_use]
    pub fn answer(self, datagram: &[u8]) -> Self {
        self.step(What::Raw(datagram.to_vec()))
    }

    #[inline]
    fn step(mut self, what: What) -> Self {
        // Where it will stand in the text.
        let line = self.steps.len() + 2;
        self.steps.push(Step { line, what });
        self
    }

    /// A connection whose other end is played by this script.
    ///
    /// Whether all of it happened is told by [`Connection::finish`].
    ///
    /// # Errors
    /// When the process can't have two more file descriptors, or no memory.
    #[inline]
    pub fn connect(&self) -> Result<Connection> {
        self.connect_by(Nouns::ALL)
    }

    #[inline]
    fn connect_by(&self, nouns: Nouns) -> Result<Connection> {
        let failed = |error| Error::system("play a script", error);
        let (replay, fd) = Replay::new(self.steps.clone(), nouns).map_err(failed)?;
        let socket =
            Socket::over(fd, Box::new(replay), self.strict, self.capped).map_err(failed)?;
        Ok(Connection::over(Exchange::new(socket)))
    }

    #[inline]
    fn write(&self, f: &mut fmt::Formatter<'_>, nouns: Nouns) -> fmt::Result {
        text::write_title(f, self.strict, self.capped)?;
        self.steps
            .iter()
            .try_for_each(|step| text::write_step(f, nouns, &step.what))
    }
}

impl FromStr for Script {
    type Err = ScriptError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, ScriptError> {
        text::parse(text, Nouns::ALL)
    }
}

/// The text, with comments for the reader.
impl fmt::Display for Script {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Nouns::ALL)
    }
}

/// Why a text is no script.
///
/// ```
/// use nlroute::script::Script;
/// let error = "nlroute-script 1\n< RTM_NEWLINK MULTI @3".parse::<Script>().unwrap_err();
/// assert_eq!(error.to_string(), "line 2: @3 is the number of no request before it");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptError {
    /// The line, from 1 on.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for ScriptError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for ScriptError {}

impl Connection {
    /// Writes down what goes over this connection from now on, as a [script].
    ///
    /// Each datagram is written when it has been sent or received, in one call. If writing fails
    /// the connection goes on, and [`finish`](Self::finish) tells. A program that wants a switch
    /// for it asks its own settings: there is no environment variable, and nothing to pay for
    /// where it isn't called.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::Link};
    /// # std::env::set_current_dir(std::env::temp_dir())?;
    /// # let path = format!("nlroute-{}.script", std::process::id());
    /// # struct Gone(String);
    /// # impl Drop for Gone { fn drop(&mut self) { let _ = std::fs::remove_file(&self.0); } }
    /// # let path = Gone(path);
    /// # let path = &path.0;
    ///
    /// let mut host = Connection::open()?;
    /// host.record(std::fs::File::create(path)?);
    /// host.change(Link::named("lo").up())?;
    /// host.finish()?;
    ///
    /// let script: nlroute::script::Script = std::fs::read_to_string(path)?.parse()?;
    /// let mut scripted = script.connect()?;
    /// scripted.change(Link::named("lo").up())?;
    /// scripted.finish()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// [script]: crate::script
    pub fn record(&mut self, to: impl Write + Send + 'static) {
        let socket = &mut self.exchange.socket;
        // Its shorter way to receive goes past who stands in between.
        socket.be_among_others();
        let inner = socket.transport.take();
        let recorder = Recorder::new(
            inner,
            Box::new(to),
            socket.strict,
            socket.capped,
            Nouns::ALL,
        );
        socket.transport = Some(Box::new(recorder));
    }

    /// Ends what is recorded, or what a script has for this connection, and says whether all
    /// went well. Of a connection that is neither it says nothing.
    ///
    /// # Errors
    /// When the recording couldn't be written; [`Mismatch`](crate::script::Mismatch), as the
    /// source, when something differed from the script or a request in it was never sent.
    #[inline]
    pub fn finish(&mut self) -> Result<()> {
        let failed = |error| Error::system("end a session", error);
        match &mut self.exchange.socket.transport {
            Some(transport) => transport.finish().map_err(failed),
            None => Ok(()),
        }
    }
}
