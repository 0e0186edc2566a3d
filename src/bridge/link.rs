//! A link in messages of the bridge's own family: set (`bridge link set`, `bridge mst set`).
use std::fmt;

use super::{BridgeAf, BridgeAfTable, BridgeFlags, Mst, MstEntry};
use crate::{
    Change, Delete, Describe, Family, Request, Result, Verb,
    link::{BridgePort, BridgePortData, BridgePortTable, LinkHeader, LinkTable, PortState},
    noun::{self, never, put},
    wire::{
        EncodeError, LinkRef, Mark, Nest, Schema, Writer,
        table::{Maybe, Table},
    },
};

const IFLA_PROTINFO: u16 = 12;
pub(super) const IFLA_AF_SPEC: u16 = 26;

/// A link as a bridge, as its port, or as a network card that bridges, in messages of the
/// bridge's own family.
///
/// Most that can be set of a port is a setter of [`BridgePort`](crate::link::BridgePort) too, whose
/// message says which kind of master is meant; this one is for what isn't there: the states of
/// [multiple spanning trees](Self::mst_state), the [`mode`](Self::mode) of a network card, what is
/// the device's [`own`](Self::own). VLANs are [`BridgeVlan`](super::BridgeVlan)'s.
///
/// `change` sets, `delete` takes away (`RTM_DELLINK`: VLANs and tunnels; the link stays).
///
/// ```
/// use nlroute::{bridge::{BridgeLink, BridgeMode}, link::{BridgePort, PortState}};
/// let card = BridgeLink::new("eth0").mode(BridgeMode::Vepa).own();
/// let tree = BridgeLink::new("veth0").mst_state(2, PortState::Blocking);
/// let port = BridgeLink::port(BridgePort::named("veth0").learning(false));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BridgeLink<'a> {
    link: LinkRef<'a>,
    is_more: bool,
    port: Maybe<BridgePortData<'a>>,
    pub(super) attributes: BridgeAf<'a>,
}

impl<'a> BridgeLink<'a> {
    /// This link, which exists.
    #[must_use]
    pub fn new(link: impl Into<LinkRef<'a>>) -> Self {
        Self {
            link: link.into(),
            is_more: false,
            port: Maybe::Unset,
            attributes: BridgeAf::new(),
        }
    }

    /// This port with these settings, in a message of the bridge's family; with
    /// [`own`](Self::own) for a network card itself.
    ///
    /// `IFLA_PROTINFO`.
    #[inline]
    #[must_use]
    pub fn port(port: BridgePort<'a>) -> Self {
        let (link, data, alone) = port.into_data();
        Self {
            is_more: !alone,
            port: data.into(),
            ..Self::new(link)
        }
    }

    /// It is for the link itself, not for the bridge that it is a port of.
    ///
    /// `BRIDGE_FLAGS_SELF`.
    #[must_use]
    pub fn own(self) -> Self {
        let flags = self.attributes.whose() | BridgeFlags::SELF;
        self.flags(flags)
    }

    /// It is for the bridge that the link is a port of, which is meant anyway where nothing is
    /// said.
    ///
    /// `BRIDGE_FLAGS_MASTER`.
    #[must_use]
    pub fn master(self) -> Self {
        let flags = self.attributes.whose() | BridgeFlags::MASTER;
        self.flags(flags)
    }

    /// Its state in one of the multiple spanning trees, while the kernel runs no tree. Since
    /// Linux 5.18.
    ///
    /// `IFLA_BRIDGE_MST`.
    #[inline]
    #[must_use]
    pub fn mst_state(self, msti: u16, state: PortState) -> Self {
        self.mst(Mst::new().entry(MstEntry::new().msti(msti).state(state)))
    }
}

/// Begins a message of the bridge's family about a link that exists.
#[inline]
pub(super) fn begin(
    kind: u16,
    link: &LinkRef<'_>,
    out: &mut Writer<'_>,
) -> Result<Mark, EncodeError> {
    let message = out.begin(kind, 0);
    let header = LinkHeader {
        family: Family::Bridge.into(),
        index: noun::index(link, out)?,
        ..Default::default()
    };
    out.bytes(&header.to_bytes());
    Ok(message)
}

impl Request for BridgeLink<'_> {
    const SCHEMA: &'static Schema = LinkTable::SCHEMA;
    const DESCRIBE: Describe = |body, name, f| {
        f.write_str("bridge link")?;
        describe_link(body, name, f)
    };

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let kind = match verb {
            Verb::Change => libc::RTM_SETLINK,
            Verb::Delete => libc::RTM_DELLINK,
            verb => return Err(never(verb, "isn't done to a bridge's link")),
        };
        if self.is_more {
            let why = "only settings of the port go in a message of the bridge's family";
            return Err(noun::invalid("port", "more", why));
        }
        let message = begin(kind, &self.link, out)?;
        put::<Nest<BridgePortTable>>(IFLA_PROTINFO, "protinfo", &self.port, out)?;
        if !self.attributes.is_empty() {
            let nest = out.begin_nest(IFLA_AF_SPEC);
            BridgeAfTable::encode(&self.attributes, out).map_err(|e| e.inside("af_spec"))?;
            out.end_attribute(nest)?;
        }
        out.end(message)
    }
}

/// ` on veth0`.
#[inline]
pub(super) fn describe_link(
    body: &[u8],
    name: &dyn Fn(u32) -> String,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match LinkHeader::at(body).index {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}

impl Change for BridgeLink<'_> {}
impl Delete for BridgeLink<'_> {}
