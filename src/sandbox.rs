//! Networks to try things out in: for tests and examples, without root and without traces.
//!
//! A sandbox is a fresh network namespace, with a private `/run/netns`, in a mount namespace of its
//! own. An ordinary user gets a user namespace around it, in which it is root. What happens in there
//! isn't seen outside, and is gone with the last process inside.
//!
//! Three ways lead in:
//!
//! - [`isolated()`] for a test: the test's body runs in a process and a sandbox of its own;
//! - [`Sandbox::apply`] for a command that is about to be spawned;
//! - [`Sandbox::enter`] for the calling process.
//!
//! Only what belongs to the network and its names is fresh. The file system is the usual one, and
//! `/sys/class/net` shows the links of the namespace in which `/sys` was mounted.
//!
//! See [`user_namespaces(7)`], [`network_namespaces(7)`] and [`mount_namespaces(7)`].
//!
//! [`user_namespaces(7)`]: https://man7.org/linux/man-pages/man7/user_namespaces.7.html
//! [`network_namespaces(7)`]: https://man7.org/linux/man-pages/man7/network_namespaces.7.html
//! [`mount_namespaces(7)`]: https://man7.org/linux/man-pages/man7/mount_namespaces.7.html
mod forbidden;
mod isolated;

use std::process::Command;

pub use isolated::{Outcome, isolated, skip};

use crate::{
    error::Result,
    sys::{self, enter::Entrance},
};

/// How to make a sandbox.
///
/// ```no_run
/// use std::process::Command;
///
/// use nlroute::sandbox::Sandbox;
///
/// let mut shell = Command::new("sh");
/// Sandbox::new().apply(&mut shell);
/// // A shell that is root over an empty network, for an ordinary user too.
/// shell.status()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sandbox {
    user_namespace: bool,
}

impl Sandbox {
    /// A sandbox that makes a user namespace only if the caller lacks `CAP_SYS_ADMIN`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to make a user namespace in any case, so that root too has no rights outside.
    #[must_use]
    pub fn user_namespace(mut self, always: bool) -> Self {
        self.user_namespace = always;
        self
    }

    /// Moves the caller into the sandbox, for good.
    ///
    /// With `CAP_SYS_ADMIN` and without a user namespace only the calling thread moves. With one
    /// the whole process does, which therefore may have one thread only: do it first thing in
    /// `main`. A `#[test]` function has the test runner's thread beside it: there, use
    /// [`isolated()`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] when a user namespace is needed and the process has several threads.
    /// [`ErrorKind::Forbidden`] when the system doesn't allow it; the error says which setting is
    /// to blame. If namespaces were made and setting them up then failed, there is no way back from
    /// them: the process should end.
    ///
    /// [`ErrorKind::Invalid`]: crate::ErrorKind::Invalid
    /// [`ErrorKind::Forbidden`]: crate::ErrorKind::Forbidden
    #[inline]
    pub fn enter(&self) -> Result<()> {
        self.entrance().enter().map_err(forbidden::explain_own)
    }

    /// Has the child that `command` spawns enter the sandbox before it runs its program.
    ///
    /// The caller stays where it is and may have any number of threads. When the child can't enter,
    /// spawning fails with the error of the system call; [`explain`](Self::explain) tells more.
    #[inline]
    pub fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        sys::enter_before_exec(command, self.entrance());
        command
    }

    /// Tells which setting of the system makes a command with a sandbox fail.
    ///
    /// An error that has nothing to do with sandboxes, as of a missing program, stays itself.
    ///
    /// ```no_run
    /// use std::process::Command;
    ///
    /// use nlroute::sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new();
    /// let status = sandbox.apply(&mut Command::new("true")).status();
    /// let status = status.map_err(|error| sandbox.explain(error))?;
    /// # Ok::<(), nlroute::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn explain(&self, error: std::io::Error) -> crate::Error {
        forbidden::explain_start(error)
    }

    fn entrance(&self) -> Entrance {
        Entrance {
            always_user_namespace: self.user_namespace,
        }
    }
}
