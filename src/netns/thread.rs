//! The calling thread's way into another namespace, and back.
use std::{
    fmt,
    fs::File,
    io::{self, Write},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    process,
};

use crate::{
    error::{Error, Result},
    sys,
};

/// The calling thread's namespace. `/proc/self` would be that of the process's first thread.
const OWN: &str = "/proc/thread-self/ns/net";

/// Runs a closure on the calling thread in another network namespace.
///
/// This is the one place where a thread changes its namespace for somebody else's code.
pub(crate) fn in_netns<T>(netns: BorrowedFd<'_>, inside: impl FnOnce() -> T) -> Result<T> {
    let home = Home::remember("enter network namespace")?;
    sys::setns(netns, libc::CLONE_NEWNET)
        .map_err(|error| Error::system("enter network namespace", error))?;
    let guard = Return(home);
    let result = inside();
    drop(guard);
    Ok(result)
}

/// The namespace to come back to.
pub(super) struct Home(OwnedFd);

impl Home {
    /// Remembers where the thread is, and makes sure that it may come back.
    pub(super) fn remember(asked: impl fmt::Display + Copy) -> Result<Self> {
        let home = own_namespace(asked)?;
        // Leaving takes rights over the namespace that one goes to, coming back over the one that
        // one leaves now. A process that has its own user namespace but the host's network could
        // go and would then have to abort. Entering where one is changes nothing and asks for the
        // same rights.
        sys::setns(home.as_fd(), libc::CLONE_NEWNET)
            .map_err(|error| Error::system(asked, error))?;
        Ok(Self(home))
    }
}

/// Puts the thread back when dropped, also while a panic unwinds.
struct Return(Home);

impl Drop for Return {
    #[inline]
    fn drop(&mut self) {
        let Home(home) = &self.0;
        if let Err(error) = sys::setns(home.as_fd(), libc::CLONE_NEWNET) {
            // Not `eprintln!`: it panics when nobody listens, and a panic could be caught.
            let _ = writeln!(
                io::stderr(),
                "nlroute: can't return to the thread's network namespace: {error}; aborting"
            );
            process::abort();
        }
    }
}

/// A new namespace, and what a closure made in it. The calling thread is back in its own when
/// this returns.
pub(super) fn new_namespace<T>(
    home: Home,
    asked: impl fmt::Display + Copy,
    inside: impl FnOnce() -> T,
) -> Result<(OwnedFd, T)> {
    sys::unshare(libc::CLONE_NEWNET).map_err(|error| Error::system(asked, error))?;
    let guard = Return(home);
    let made = own_namespace(asked).map(|netns| (netns, inside()));
    drop(guard);
    made
}

pub(super) fn own_namespace(asked: impl fmt::Display) -> Result<OwnedFd> {
    let file = File::open(OWN).map_err(|error| Error::system(asked, error))?;
    Ok(file.into())
}
