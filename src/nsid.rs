//! The numbers by which a namespace knows others (`linux/net_namespace.h`, `RTM_GETNSID`).
use std::{borrow::Cow, fmt};

use crate::{
    Add, Connection, Describe, Get, List, Query, Request, Result, Verb,
    wire::{EncodeError, Fault, Lookup, Netns4, NetnsRef, Schema, Writer, table::Table},
};

crate::record! {
    /// The header of messages that are of no link.
    pub struct GenHeader "rtgenmsg" 1 from 1;
    0 rtgen_family family: u8 = "Address family, `AF_UNSPEC` here.";
}

crate::table! {
    /// The attributes of a namespace's number (`NETNSA_*` of `linux/net_namespace.h`).
    table NetnsIdTable "nsid" after GenHeader;
    /// The number by which a namespace knows another.
    view NetnsIdView;
    /// What is asked of a namespace's number.
    request NetnsIdAttributes set by [impl<'a> NetnsId<'a>] [.attributes];

    rw 1 NETNSA_NSID nsid: i32 = "The number, 0 or more; -1 where it has none (`NETNSA_NSID_NOT_ASSIGNED`).";
    wo 2 NETNSA_PID pid: u32 = "The namespace of this process.";
    wo 3 NETNSA_FD fd: i32 | impl Into<NetnsRef<'a>> as Netns4 = "The namespace by descriptor or name.";
    rw 4 NETNSA_TARGET_NSID target_nsid: i32 = "Asked of the namespace with this number, instead of the connection's. Since Linux 5.0.";
    ro 5 NETNSA_CURRENT_NSID current_nsid: i32 = "The number that the target is asked about has in the connection's namespace.";
}

const NOT_ASSIGNED: i32 = -1;

/// The number by which the connection's namespace knows another: what `link-netnsid` of a veth
/// refers to.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, Netns, NetnsId};
/// let mut host = Connection::open()?;
/// let netns0 = Netns::create("netns0")?;
/// assert_eq!(host.netnsid_of(&netns0)?, None);
/// host.add(NetnsId::new().fd(&netns0).nsid(7))?;
/// assert_eq!(host.netnsid_of(&netns0)?, Some(7));
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetnsId<'a> {
    attributes: NetnsIdAttributes<'a>,
}

impl NetnsId<'_> {
    /// Of which namespace, and which number, is to be set.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn write(&self, kind: u16, flags: u16, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(kind, flags);
        out.bytes(&GenHeader::default().to_bytes());
        self.attributes.encode(out)?;
        out.end(message)
    }
}

impl Request for NetnsId<'_> {
    const SCHEMA: &'static Schema = NetnsIdTable::SENT;
    const DESCRIBE: Describe = |body, _, f| {
        f.write_str("number of a namespace")?;
        match NetnsIdView::parse(body).ok().and_then(|view| view.nsid()) {
            Some(nsid) => write!(f, ": {nsid}"),
            None => Ok(()),
        }
    };

    #[inline]
    fn encode(&self, _: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.write(libc::RTM_NEWNSID, 0, out)
    }
}

impl Add for NetnsId<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}

impl Query for NetnsId<'_> {
    const SCHEMA: &'static Schema = NetnsIdTable::SENT;
    type View<'a> = NetnsIdView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("number of a namespace")
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.write(libc::RTM_GETNSID, 0, out)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWNSID
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NetnsIdView<'a>, Fault> {
        NetnsIdView::parse(body)
    }
}

impl Get for NetnsId<'_> {}

/// The numbers of all namespaces that the connection's has given one, or those of another's view.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, Netns, NetnsId, NetnsIds};
/// let mut host = Connection::open()?;
/// host.add(NetnsId::new().fd(&Netns::create("netns0")?).nsid(7))?;
/// let numbers = host.list(NetnsIds::all())?;
/// assert!(numbers.iter().filter_map(|told| told.nsid()).eq([7]));
/// # drop(numbers);
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetnsIds {
    target_nsid: Option<i32>,
}

impl NetnsIds {
    /// Every number.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The numbers that the namespace with this number gave, each with that which it has in the
    /// connection's ([`current_nsid`](NetnsIdView::current_nsid)). Since Linux 5.0.
    ///
    /// `NETNSA_TARGET_NSID`.
    #[must_use]
    pub fn target_nsid(mut self, nsid: i32) -> Self {
        self.target_nsid = Some(nsid);
        self
    }
}

impl Query for NetnsIds {
    const SCHEMA: &'static Schema = NetnsIdTable::SENT;
    type View<'a> = NetnsIdView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers of namespaces")?;
        match self.target_nsid {
            Some(nsid) => write!(f, " in {nsid}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let mut attributes = NetnsId::new();
        if let Some(nsid) = self.target_nsid {
            attributes = attributes.target_nsid(nsid);
        }
        attributes.write(libc::RTM_GETNSID, 0, out)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWNSID
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NetnsIdView<'a>, Fault> {
        NetnsIdView::parse(body)
    }
}

impl List for NetnsIds {
    fn filters(&self, _: bool) -> bool {
        false
    }
}

impl Connection {
    /// The number by which this connection's namespace knows `netns`, if it has given it one: it
    /// does when a link leads there.
    ///
    /// # Errors
    /// When the namespace can't be opened.
    pub fn netnsid_of<'a>(&mut self, netns: impl Into<NetnsRef<'a>>) -> Result<Option<i32>> {
        let view = self.get(NetnsId::new().fd(netns))?;
        Ok(view.nsid().filter(|nsid| *nsid != NOT_ASSIGNED))
    }
}
