//! Network namespaces: make, find, enter and remove them.
//!
//! The kernel knows a namespace by a descriptor only. A name is a convention of `ip netns`: a file
//! in `/run/netns` on which the namespace is mounted, which keeps it alive. The functions here keep
//! to that convention in every detail, so that `ip netns` and this crate see each other's
//! namespaces.
mod directory;
mod thread;

use std::{
    ffi::{CStr, CString, OsStr, OsString},
    fmt,
    fs::{self, OpenOptions},
    io,
    os::{
        fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
        unix::{
            ffi::OsStrExt,
            fs::{MetadataExt, OpenOptionsExt},
        },
    },
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) use thread::in_netns;
use thread::{Home, new_namespace, own_namespace};

use crate::{
    error::{Error, Result},
    sys,
};

/// A network namespace. See [`network_namespaces(7)`].
///
/// The value holds a descriptor of the namespace, which keeps the namespace alive, and remembers
/// under which name it was made or opened, if it has one. Dropping it closes the descriptor and
/// leaves the name: a namespace with a name lives on until [`delete`](Self::delete).
///
/// Nothing here starts a thread or leaves the calling thread in another namespace. What enters a
/// namespace, does so on the calling thread, within the call; if the thread can't be put back
/// afterwards, the process aborts rather than go on in the wrong namespace. Making and entering
/// namespaces takes `CAP_SYS_ADMIN`, and `/proc` has to be mounted.
///
/// ```no_run
/// use std::net::TcpListener;
///
/// use nlroute::Netns;
///
/// let blue = Netns::create("blue")?;
/// // The socket belongs to "blue" and can be used from anywhere.
/// let listener = blue.run(|| TcpListener::bind("127.0.0.1:80"))?;
/// Netns::delete("blue")?;
/// # drop(listener);
/// # Ok::<(), nlroute::Error>(())
/// ```
///
/// [`network_namespaces(7)`]: https://man7.org/linux/man-pages/man7/network_namespaces.7.html
pub struct Netns {
    fd: OwnedFd,
    name: Option<OsString>,
}

impl Netns {
    /// Where the names are: the directory of `ip netns`.
    pub const DIRECTORY: &'static str = "/run/netns";

    /// Makes a namespace with a name, as `ip netns add` does.
    ///
    /// There is only a downed `lo` in it. The name is seen by every process that shares
    /// `/run/netns`, which is made, and made a shared mount, when that's needed.
    ///
    /// # Errors
    ///
    /// When the name exists ([`ErrorKind::System`] with `EEXIST`), can't be a file name
    /// ([`ErrorKind::Invalid`]), or a system call fails: `EPERM` without `CAP_SYS_ADMIN`, `ENOSPC`
    /// past `/proc/sys/user/max_net_namespaces`. Nothing is left behind then.
    ///
    /// [`ErrorKind::System`]: crate::ErrorKind::System
    /// [`ErrorKind::Invalid`]: crate::ErrorKind::Invalid
    pub fn create(name: impl AsRef<OsStr>) -> Result<Self> {
        Self::create_with(name, || ()).map(|(netns, ())| netns)
    }

    /// As [`create`](Self::create), and runs a closure in the namespace while the thread is there
    /// anyway: to open a connection in it costs two changes of namespace less than
    /// [`connect`](Self::connect) afterwards.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, Netns, link::Link};
    /// let (netns0, inside) = Netns::create_with("netns0", Connection::open)?;
    /// inside?.change(Link::named("lo").up())?;
    /// assert_eq!(netns0.names()?, ["netns0"]);
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create). What the closure answers is handed on, whatever it is.
    pub fn create_with<T>(
        name: impl AsRef<OsStr>,
        inside: impl FnOnce() -> T,
    ) -> Result<(Self, T)> {
        let name = name.as_ref();
        let asked = Asked("create network namespace", name);
        let path = path_of(name, asked)?;
        let target = c_string(&path, asked)?;
        // First what can fail for want of rights, before anything is made.
        let home = Home::remember(asked)?;
        directory::prepare(asked)?;
        make_file(&path).map_err(|error| Error::system(asked, error))?;
        // From here on the file has to go again if anything fails.
        let file = Undo(&path);
        let (fd, answer) = new_namespace(home, asked, inside)?;
        // The descriptor rather than this thread's entry in /proc: by now the thread is back.
        mount_on(fd.as_fd(), &target, asked)?;
        file.keep();
        let name = Some(name.to_owned());
        Ok((Self { fd, name }, answer))
    }

    /// Gives this namespace a name, one more if it has one already, as `ip netns attach` does.
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create).
    pub fn give_name(&self, name: impl AsRef<OsStr>) -> Result<Self> {
        let name = name.as_ref();
        let asked = Asked("name network namespace", name);
        let path = path_of(name, asked)?;
        let target = c_string(&path, asked)?;
        directory::prepare(asked)?;
        let fd = self.fd.try_clone();
        let fd = fd.map_err(|error| Error::system(asked, error))?;
        make_file(&path).map_err(|error| Error::system(asked, error))?;
        let file = Undo(&path);
        mount_on(fd.as_fd(), &target, asked)?;
        file.keep();
        let name = Some(name.to_owned());
        Ok(Self { fd, name })
    }

    /// Makes a namespace without a name.
    ///
    /// It lives as long as a descriptor, a process or a mount refers to it.
    ///
    /// # Errors
    ///
    /// As for [`create`](Self::create).
    #[inline]
    pub fn anonymous() -> Result<Self> {
        const OPERATION: &str = "create network namespace";
        let (fd, ()) = new_namespace(Home::remember(OPERATION)?, OPERATION, || ())?;
        Ok(Self { fd, name: None })
    }

    /// Opens the namespace that has this name, whoever made it.
    ///
    /// # Errors
    ///
    /// When there is none ([`ErrorKind::System`] with `ENOENT`), or the name belongs to a file
    /// that is no namespace ([`ErrorKind::Invalid`]): a leftover, or one that was mounted where
    /// this process doesn't see it.
    ///
    /// [`ErrorKind::System`]: crate::ErrorKind::System
    /// [`ErrorKind::Invalid`]: crate::ErrorKind::Invalid
    pub fn open(name: impl AsRef<OsStr>) -> Result<Self> {
        let name = name.as_ref();
        let asked = Asked("open network namespace", name);
        let fd = open_checked(&path_of(name, asked)?, asked)?;
        Ok(Self {
            fd,
            name: Some(name.to_owned()),
        })
    }

    /// Opens a namespace by a path to it, for instance `/proc/1/ns/net`.
    ///
    /// # Errors
    ///
    /// When the path can't be opened, or is no network namespace
    /// ([`ErrorKind::Invalid`](crate::ErrorKind::Invalid)).
    pub fn open_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let fd = open_checked(path, Asked("open network namespace", path.as_os_str()))?;
        Ok(Self { fd, name: None })
    }

    /// Opens the namespace that a process is in, or a thread: its id does too.
    ///
    /// # Errors
    ///
    /// `ENOENT` when there is no such process. `EACCES` when the caller may not look into it: see
    /// the access mode checks of [`ptrace(2)`].
    ///
    /// [`ptrace(2)`]: https://man7.org/linux/man-pages/man2/ptrace.2.html
    #[inline]
    pub fn of_pid(pid: u32) -> Result<Self> {
        Self::open_path(format!("/proc/{pid}/ns/net"))
    }

    /// Opens the calling thread's own namespace.
    ///
    /// # Errors
    ///
    /// When `/proc` isn't mounted.
    #[inline]
    pub fn current() -> Result<Self> {
        Ok(Self {
            fd: own_namespace("open the thread's network namespace")?,
            name: None,
        })
    }

    /// Takes a descriptor, for instance one that was received over a socket, as a namespace.
    ///
    /// It's the same as `TryFrom`. Since Linux 4.11: see `NS_GET_NSTYPE` in [`ioctl_ns(2)`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) when it isn't a network namespace.
    ///
    /// [`ioctl_ns(2)`]: https://man7.org/linux/man-pages/man2/ioctl_ns.2.html
    #[inline]
    pub fn from_fd(fd: OwnedFd) -> Result<Self> {
        let number = fd.as_raw_fd().to_string();
        check_kind(
            fd.as_fd(),
            Asked("use descriptor as network namespace", number.as_ref()),
        )?;
        Ok(Self { fd, name: None })
    }

    /// The names of all namespaces that have one, sorted: what `ip netns list` shows.
    ///
    /// As there, each file of the directory counts, also one that [`open`](Self::open) finds to be
    /// no namespace. Names are file names, so they need not be UTF-8.
    ///
    /// # Errors
    ///
    /// When the directory can't be read. If it doesn't exist, there are no names.
    #[inline]
    pub fn list() -> Result<Vec<OsString>> {
        let failed = |error| Error::system("list network namespaces", error);
        let entries = match sys::retry(|| fs::read_dir(Self::DIRECTORY)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            result => result.map_err(failed)?,
        };
        let mut names = entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<Vec<_>>>()
            .map_err(failed)?;
        names.sort_unstable();
        Ok(names)
    }

    /// Takes a name away, as `ip netns delete` does.
    ///
    /// The namespace itself ends when nothing refers to it any more: no process, socket,
    /// descriptor or mount. The kernel then takes its links down in the background, after this
    /// call has returned.
    ///
    /// # Errors
    ///
    /// When there is no such name ([`ErrorKind::System`](crate::ErrorKind::System) with `ENOENT`),
    /// or it may not be removed (`EPERM`).
    pub fn delete(name: impl AsRef<OsStr>) -> Result<()> {
        let name = name.as_ref();
        let asked = Asked("delete network namespace", name);
        let path = path_of(name, asked)?;
        match sys::umount_detach(&c_string(&path, asked)?) {
            // A file or a symbolic link on which nothing is mounted only has to be unlinked.
            Err(error) if error.raw_os_error() != Some(libc::EINVAL) => {
                return Err(Error::system(asked, error));
            }
            _ => {}
        }
        fs::remove_file(&path).map_err(|error| Error::system(asked, error))
    }

    /// Takes this namespace's name away, like [`delete`](Self::delete), and keeps the namespace.
    ///
    /// # Errors
    ///
    /// When it has no name, or the name belongs to another namespace by now
    /// ([`ErrorKind::Invalid`](crate::ErrorKind::Invalid)); otherwise as [`delete`](Self::delete).
    #[inline]
    pub fn remove_name(&mut self) -> Result<()> {
        const OPERATION: &str = "delete network namespace";
        let Some(name) = &self.name else {
            return Err(Error::invalid(
                OPERATION,
                "namespace",
                "without a name",
                "has no name",
            ));
        };
        let asked = Asked(OPERATION, name);
        let found = fs::metadata(path_of(name, asked)?);
        let found = found.map_err(|error| Error::system(asked, error))?;
        if (found.dev(), found.ino()) != self.id()? {
            let name = Path::new(name).display();
            return Err(Error::invalid(
                OPERATION,
                "name",
                name,
                "it is another namespace's by now",
            ));
        }
        Self::delete(name)?;
        self.name = None;
        Ok(())
    }

    /// The name under which this value was made or opened.
    #[must_use]
    pub fn name(&self) -> Option<&OsStr> {
        self.name.as_deref()
    }

    /// The file of [`name`](Self::name).
    #[inline]
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.name
            .as_ref()
            .map(|name| Path::new(Self::DIRECTORY).join(name))
    }

    /// All names that this namespace has now, sorted.
    ///
    /// `Netns::current()?.names()` and `Netns::of_pid(pid)?.names()` are `ip netns identify`.
    ///
    /// # Errors
    ///
    /// When the directory can't be read. A name that goes away meanwhile is left out.
    #[inline]
    pub fn names(&self) -> Result<Vec<OsString>> {
        let own = self.id()?;
        let mut names = Self::list()?;
        names.retain(|name| {
            // A file that can't be looked at can't be this namespace: looking takes no permission
            // beyond reading the directory.
            fs::metadata(Path::new(Self::DIRECTORY).join(name))
                .is_ok_and(|found| (found.dev(), found.ino()) == own)
        });
        Ok(names)
    }

    /// The device and inode number, which tell namespaces apart while they live.
    ///
    /// The inode is the number in `net:[4026531840]` of `/proc/PID/ns/net`. It's used again for
    /// another namespace when this one is gone.
    ///
    /// # Errors
    ///
    /// When `fstat(2)` fails, which a descriptor of a namespace gives no cause for.
    #[inline]
    pub fn id(&self) -> Result<(u64, u64)> {
        sys::device_and_inode(self.fd.as_fd())
            .map_err(|error| Error::system("identify network namespace", error))
    }

    /// Whether both are the same namespace, whatever their names.
    ///
    /// # Errors
    ///
    /// As for [`id`](Self::id).
    #[inline]
    pub fn same_as(&self, other: &Self) -> Result<bool> {
        Ok(self.id()? == other.id()?)
    }

    /// Runs a closure in the namespace, on the calling thread.
    ///
    /// The thread is back in its own namespace when this returns, and also when the closure
    /// panics. Sockets that the closure opens, processes and threads that it starts stay in the
    /// namespace. Only the network changes: `/sys/class/net` still shows the links of the
    /// namespace in which `/sys` was mounted.
    ///
    /// ```no_run
    /// use std::net::UdpSocket;
    ///
    /// let blue = nlroute::Netns::open("blue")?;
    /// let inside = blue.run(|| UdpSocket::bind("0.0.0.0:53"))?;
    /// # drop(inside);
    /// # Ok::<(), nlroute::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the thread may not enter the namespace, or would not be allowed to come back, as in a
    /// user namespace whose network is still that of the host: `EPERM` both. The closure hasn't
    /// been called then. What it returns is handed on as it is.
    ///
    /// # Aborts
    ///
    /// When the thread can't be put back, as after a closure that gave up `CAP_SYS_ADMIN`.
    pub fn run<T>(&self, inside: impl FnOnce() -> T) -> Result<T> {
        in_netns(self.fd.as_fd(), inside)
    }

    /// As [`run`](Self::run), of a closure that may fail: its error and that of entering the
    /// namespace are one, of whatever type an [`Error`] becomes by `?`, so one `?` is enough.
    ///
    /// ```no_run
    /// use std::{io, net::UdpSocket};
    ///
    /// fn resolver(netns: &nlroute::Netns) -> io::Result<UdpSocket> {
    ///     netns.try_run(|| UdpSocket::bind("0.0.0.0:53"))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run), and what the closure answers.
    ///
    /// # Aborts
    ///
    /// As for [`run`](Self::run).
    pub fn try_run<T, E: From<Error>>(
        &self,
        inside: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(inside)?
    }
}

impl Netns {
    /// Has the program that `command` starts run in the namespace, as `ip netns exec` does: in a
    /// mount namespace of its own, in which `/sys` shows this namespace's links, and the files of
    /// `/etc/netns/NAME` are in the place of those of `/etc`. One that `/etc` has none of is left
    /// out.
    ///
    /// It works for a child that is spawned and for [`exec`]. When entering fails, starting the
    /// program does. It takes `CAP_SYS_ADMIN`.
    ///
    /// ```no_run
    /// use std::process::Command;
    ///
    /// let mut command = Command::new("ls");
    /// nlroute::Netns::open("blue")?.apply(command.arg("/sys/class/net"))?;
    /// command.status()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [`exec`]: std::os::unix::process::CommandExt::exec
    ///
    /// # Errors
    ///
    /// When the namespace's descriptor can't be duplicated.
    #[inline]
    pub fn apply<'c>(&self, command: &'c mut Command) -> Result<&'c mut Command> {
        const OPERATION: &str = "run a program in a network namespace";
        let fd = self.fd.try_clone();
        let fd = fd.map_err(|error| Error::system(OPERATION, error))?;
        let mut binds = Vec::new();
        if let Some(name) = &self.name {
            let folder = Path::new("/etc/netns").join(name);
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let asked = Asked(OPERATION, name);
                let target = Path::new("/etc").join(entry.file_name());
                binds.push((c_string(entry.path(), asked)?, c_string(target, asked)?));
            }
        }
        sys::enter_netns_before_exec(command, fd, binds);
        Ok(command)
    }
}

impl AsFd for Netns {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl From<Netns> for OwnedFd {
    #[inline]
    fn from(netns: Netns) -> Self {
        netns.fd
    }
}

impl TryFrom<OwnedFd> for Netns {
    type Error = Error;

    #[inline]
    fn try_from(fd: OwnedFd) -> Result<Self> {
        Self::from_fd(fd)
    }
}

impl fmt::Debug for Netns {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Netns");
        fields
            .field("name", &self.name)
            .field("fd", &self.fd.as_raw_fd());
        if let Ok((_, inode)) = self.id() {
            fields.field("inode", &inode);
        }
        fields.finish()
    }
}

#[inline]
fn open_checked(path: &Path, asked: Asked<'_>) -> Result<OwnedFd> {
    // Not blocking: the path may be anything, a pipe without a writer too.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path);
    let fd = OwnedFd::from(file.map_err(|error| Error::system(asked, error))?);
    check_kind(fd.as_fd(), asked)?;
    Ok(fd)
}

#[inline]
fn check_kind(fd: BorrowedFd<'_>, Asked(operation, value): Asked<'_>) -> Result<()> {
    if matches!(sys::namespace_kind(fd), Ok(libc::CLONE_NEWNET)) {
        return Ok(());
    }
    let value = Path::new(value).display();
    Err(Error::invalid(
        operation,
        "file",
        value,
        "it is no network namespace",
    ))
}

/// The file of a name, if it can be one.
#[inline]
fn path_of(name: &OsStr, asked: Asked<'_>) -> Result<PathBuf> {
    let invalid = |why| {
        Err(Error::invalid(
            asked.0,
            "network namespace name",
            format_args!("{name:?}"),
            why,
        ))
    };
    match name.as_bytes() {
        [] => invalid("it is empty"),
        b"." | b".." => invalid("it is the name of a directory"),
        bytes if bytes.len() > 255 => invalid("it is longer than 255 bytes"),
        bytes if bytes.contains(&b'/') => invalid("it contains a slash"),
        bytes if bytes.contains(&0) => invalid("it contains a NUL byte"),
        _ => Ok(Path::new(Netns::DIRECTORY).join(name)),
    }
}

fn c_string(path: impl AsRef<OsStr>, asked: Asked<'_>) -> Result<CString> {
    CString::new(path.as_ref().as_bytes()).map_err(|error| Error::system(asked, error.into()))
}

/// What was asked, for errors: an operation and what it was to be done to.
#[derive(Clone, Copy)]
struct Asked<'a>(&'a str, &'a OsStr);

impl fmt::Display for Asked<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, Path::new(self.1).display())
    }
}

/// Makes the file of a name.
#[inline]
fn make_file(path: &Path) -> io::Result<()> {
    // Neither readable nor writable: until the namespace is on it, it's good for nothing.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o0);
    options.open(path).map(drop)
}

/// Mounts a namespace on the file of a name.
#[inline]
fn mount_on(netns: BorrowedFd<'_>, target: &CStr, asked: Asked<'_>) -> Result<()> {
    let source = format!("/proc/thread-self/fd/{}", netns.as_raw_fd());
    let source = c_string(source, asked)?;
    sys::mount(&source, target, None, libc::MS_BIND, None)
        .map_err(|error| Error::system(asked, error))
}

/// Unlinks a file that was just made, unless what it's for has succeeded.
struct Undo<'a>(&'a Path);

impl Undo<'_> {
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Undo<'_> {
    #[inline]
    fn drop(&mut self) {
        // The error that led here says more than one from here would.
        let _ = fs::remove_file(self.0);
    }
}
