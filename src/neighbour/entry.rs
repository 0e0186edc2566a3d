//! One IP neighbour: set, deleted, looked up.
use std::{borrow::Cow, fmt, net::IpAddr};

use super::{
    NeighbourExtFlags, NeighbourFlags, NeighbourHeader, NeighbourState, NeighbourTable,
    NeighbourView, describe,
};
use crate::{
    Add, Change, Delete, Describe, Family, Get, Query, Replace, Request, Result, Verb,
    noun::{self, invalid, put},
    route::RouteProtocol,
    wire::{
        EncodeError, Fault, IpBytes, LinkAddress, LinkRef, Lookup, Schema, Writer, table::Table,
    },
};

/// A request about one neighbour, which is also the question for it.
///
/// What isn't set is as `ip neighbour` has it: the state is permanent.
///
/// `add` fails if there is the neighbour, known or not; `replace` and `change` set it, the latter
/// only if it is there; `delete` forgets it. To [`get`](crate::Connection::get) one, since Linux
/// 5.0, only link, address and [`proxy`](Self::proxy) count.
///
/// ```
/// use nlroute::{Neighbour, neighbour::NeighbourState};
/// let known = Neighbour::new("eth0", "192.0.2.9".parse()?).lladdr([2, 0, 0, 0, 0, 9]);
/// let stale = known.clone().state(NeighbourState::STALE);
/// let answered_for = Neighbour::new("eth0", "192.0.2.10".parse()?).proxy();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour<'a> {
    link: LinkRef<'a>,
    address: IpAddr,
    lladdr: Option<LinkAddress>,
    state: Option<NeighbourState>,
    flags: NeighbourFlags,
    ext_flags: NeighbourExtFlags,
    protocol: Option<RouteProtocol>,
}

impl<'a> Neighbour<'a> {
    /// The neighbour of this address on this link.
    #[inline]
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>, address: IpAddr) -> Self {
        Self {
            link: link.into(),
            address,
            lladdr: None,
            state: None,
            flags: NeighbourFlags::empty(),
            ext_flags: NeighbourExtFlags::empty(),
            protocol: None,
        }
    }

    /// Its link-layer address.
    ///
    /// `NDA_LLADDR`.
    #[inline]
    #[must_use]
    pub fn lladdr(mut self, address: impl Into<LinkAddress>) -> Self {
        self.lladdr = Some(address.into());
        self
    }

    /// What is to be taken for known of it.
    ///
    /// `ndm_state` of `ndmsg`.
    #[inline]
    #[must_use]
    pub fn state(mut self, state: NeighbourState) -> Self {
        self.state = Some(state);
        self
    }

    /// Sets flags beside those already set.
    ///
    /// `ndm_flags` of `ndmsg`.
    #[inline]
    #[must_use]
    pub fn flags(mut self, flags: NeighbourFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// The host answers for the address.
    ///
    /// `NTF_PROXY`.
    #[inline]
    #[must_use]
    pub fn proxy(self) -> Self {
        self.flags(NeighbourFlags::PROXY)
    }

    /// It is a router; IPv6.
    ///
    /// `NTF_ROUTER`.
    #[inline]
    #[must_use]
    pub fn router(self) -> Self {
        self.flags(NeighbourFlags::ROUTER)
    }

    /// Learnt by a program: the kernel doesn't remove it when it needs room.
    ///
    /// `NTF_EXT_LEARNED`.
    #[inline]
    #[must_use]
    pub fn ext_learned(self) -> Self {
        self.flags(NeighbourFlags::EXT_LEARNED)
    }

    /// Sets more flags beside those already set. Since Linux 5.16.
    ///
    /// `NDA_FLAGS_EXT`.
    #[inline]
    #[must_use]
    pub fn ext_flags(mut self, flags: NeighbourExtFlags) -> Self {
        self.ext_flags |= flags;
        self
    }

    /// The kernel is to keep it known by itself; its state is then none unless one is given.
    /// Since Linux 5.16.
    ///
    /// `NTF_EXT_MANAGED`.
    #[inline]
    #[must_use]
    pub fn managed(self) -> Self {
        self.ext_flags(NeighbourExtFlags::MANAGED)
    }

    /// Who makes it. Since Linux 5.0.
    ///
    /// `NDA_PROTOCOL`.
    #[inline]
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    fn state_or_default(&self) -> NeighbourState {
        self.state
            .unwrap_or(if self.ext_flags.contains(NeighbourExtFlags::MANAGED) {
                NeighbourState::empty()
            } else {
                NeighbourState::PERMANENT
            })
    }
}

impl Request for Neighbour<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if matches!(verb, Verb::Append | Verb::Prepend) {
            return Err(EncodeError::new(verb, "isn't done to a neighbour"));
        }
        let (kind, flags) = noun::message(verb, libc::RTM_NEWNEIGH, libc::RTM_DELNEIGH)?;
        let message = out.begin(kind, flags);
        let header = NeighbourHeader {
            family: Family::of(self.address).into(),
            index: noun::index(&self.link, out)?,
            state: self.state_or_default().bits(),
            flags: self.flags.bits(),
            kind: 0,
        };
        out.bytes(&header.to_bytes());
        put::<IpBytes>(libc::NDA_DST, "destination", &self.address, out)?;
        if let Some(lladdr) = &self.lladdr {
            if lladdr.as_bytes().is_empty() {
                return Err(invalid("lladdr", "no bytes", "is no address"));
            }
            put::<LinkAddress>(libc::NDA_LLADDR, "lladdr", lladdr, out)?;
        }
        if let Some(protocol) = &self.protocol {
            put::<RouteProtocol>(NDA_PROTOCOL, "protocol", protocol, out)?;
        }
        if !self.ext_flags.is_empty() {
            put::<NeighbourExtFlags>(NDA_FLAGS_EXT, "ext_flags", &self.ext_flags, out)?;
        }
        out.end(message)
    }
}

const NDA_PROTOCOL: u16 = 12;
const NDA_FLAGS_EXT: u16 = 15;

impl Add for Neighbour<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for Neighbour<'_> {}
impl Change for Neighbour<'_> {}
impl Delete for Neighbour<'_> {}

impl Query for Neighbour<'_> {
    const SCHEMA: &'static Schema = NeighbourTable::SENT;
    type View<'a> = NeighbourView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.flags.contains(NeighbourFlags::PROXY) {
            f.write_str("proxy ")?;
        }
        write!(f, "neighbour {} on {}", self.address, self.link)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETNEIGH, 0);
        let header = NeighbourHeader {
            family: Family::of(self.address).into(),
            index: noun::index(&self.link, out)?,
            flags: (self.flags & NeighbourFlags::PROXY).bits(),
            ..Default::default()
        };
        out.bytes(&header.to_bytes());
        put::<IpBytes>(libc::NDA_DST, "destination", &self.address, out)?;
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

impl Get for Neighbour<'_> {}
