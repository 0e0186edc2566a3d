//! Reading neighbours and forwarding databases: all that a filter keeps (`RTM_GETNEIGH`).
use std::{borrow::Cow, fmt};

use super::{NeighbourFlags, NeighbourHeader, NeighbourTable, NeighbourView};
use crate::{
    Family, List, Query,
    noun::{self, put},
    wire::{EncodeError, Fault, LinkRef, Schema, Writer, constants, table::Table},
};

/// All neighbours, or those that a filter keeps.
///
/// By default those of both families that aren't proxied. The forwarding databases are
/// [`Fdb`]'s. The kernel filters by link and master, since Linux 4.5 or 4.20; what an older one
/// sends is filtered here, by link.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::{Family, Neighbours};
/// for neighbour in &host.list(Neighbours::all().family(Family::Inet).link("eth0"))? {
///     println!("{:?} is {:?}", neighbour.destination(), neighbour.state());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Neighbours<'a> {
    family: Option<Family>,
    link: Option<LinkRef<'a>>,
    master: Option<LinkRef<'a>>,
    proxy: bool,
}

impl<'a> Neighbours<'a> {
    /// Every neighbour.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// The entries of forwarding databases: [`Fdb::all`].
    #[must_use]
    pub fn fdb() -> Fdb<'a> {
        Fdb::all()
    }

    /// Only those of this family, [`Family::Inet`] or [`Family::Inet6`].
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only those on this link.
    ///
    /// `NDA_IFINDEX`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Only those on ports of this master, a bridge or VRF.
    ///
    /// `NDA_MASTER`.
    #[must_use]
    pub fn master(mut self, master: impl Into<LinkRef<'a>>) -> Self {
        self.master = Some(master.into());
        self
    }

    /// Those that the host answers for, instead of those that it knows.
    ///
    /// `NTF_PROXY`.
    #[must_use]
    pub fn proxy(mut self) -> Self {
        self.proxy = true;
        self
    }
}

impl Query for Neighbours<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    type View<'a> = NeighbourView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.proxy {
            f.write_str("proxy ")?;
        }
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("neighbours")?;
        if let Some(link) = &self.link {
            write!(f, " on {link}")?;
        }
        match &self.master {
            Some(master) => write!(f, " of master {master}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.family == Some(Family::Bridge) {
            let why = "is Fdb's, whose filters stand elsewhere in the message";
            return Err(noun::invalid("family", Family::Bridge, why));
        }
        let message = out.begin(libc::RTM_GETNEIGH, 0);
        let flags = if self.proxy {
            NeighbourFlags::PROXY
        } else {
            NeighbourFlags::empty()
        };
        let header = NeighbourHeader {
            family: self.family.unwrap_or(Family::Unspec).into(),
            flags: flags.bits(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        // The kernel takes no index in the header here.
        match noun::resolve(&mut self.link, "link", out)? {
            0 => {}
            index => put::<u32>(libc::NDA_IFINDEX, "link", &index, out)?,
        }
        match noun::resolve(&mut self.master, "master", out)? {
            0 => {}
            index => put::<u32>(constants::NDA_MASTER, "master", &index, out)?,
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWNEIGH
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NeighbourView<'a>, Fault> {
        NeighbourView::parse(body)
    }
}

impl List for Neighbours<'_> {
    #[inline]
    fn keeps(&self, view: &NeighbourView<'_>) -> bool {
        // With any family the kernel may add the bridges' entries.
        !view.is_fdb()
            && noun::is_link(self.link.as_ref(), view.index())
            && self
                .family
                .is_none_or(|f| f == Family::Unspec || f == view.family())
            && self.proxy == view.flags().contains(NeighbourFlags::PROXY)
    }
}

/// All entries of forwarding databases, or those that a filter keeps.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::Fdb;
/// for entry in &host.list(Fdb::all().bridge("br0"))? {
///     println!("{:?} by link {}", entry.lladdr(), entry.index());
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fdb<'a> {
    bridge: Option<LinkRef<'a>>,
    port: Option<LinkRef<'a>>,
}

impl<'a> Fdb<'a> {
    /// Every entry of every device that has a forwarding database.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this bridge and of its ports.
    ///
    /// `NDA_MASTER`.
    #[must_use]
    pub fn bridge(mut self, bridge: impl Into<LinkRef<'a>>) -> Self {
        self.bridge = Some(bridge.into());
        self
    }

    /// Only those of this link: a bridge's port, a VXLAN, or any other.
    ///
    /// `ndm_ifindex` of `ndmsg`.
    #[must_use]
    pub fn port(mut self, port: impl Into<LinkRef<'a>>) -> Self {
        self.port = Some(port.into());
        self
    }
}

impl Query for Fdb<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    type View<'a> = NeighbourView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fdb entries")?;
        if let Some(bridge) = &self.bridge {
            write!(f, " of bridge {bridge}")?;
        }
        match &self.port {
            Some(port) => write!(f, " on {port}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETNEIGH, 0);
        let header = NeighbourHeader {
            family: Family::Bridge.into(),
            index: noun::resolve(&mut self.port, "port", out)?,
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        match noun::resolve(&mut self.bridge, "bridge", out)? {
            0 => {}
            index => put::<u32>(constants::NDA_MASTER, "bridge", &index, out)?,
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWNEIGH
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NeighbourView<'a>, Fault> {
        NeighbourView::parse(body)
    }
}

impl List for Fdb<'_> {
    #[inline]
    fn keeps(&self, view: &NeighbourView<'_>) -> bool {
        view.is_fdb() && noun::is_link(self.port.as_ref(), view.index())
    }
}
