//! Entries of multicast databases: set, deleted, looked up, listed, flushed (`bridge mdb`).
use std::{borrow::Cow, fmt, net::IpAddr};

use super::{
    MdbEntryInfo, MdbGetTable, MdbGroup, MdbHeader, MdbSetTable, MdbSetView, MdbState, MdbTable,
    MdbView, Mdbe, MdbeTable,
};
use crate::{
    Add, Delete, Describe, Family, Get, List, Query, Replace, Request, Result, Verb,
    noun::{self, invalid, never},
    route::RouteProtocol,
    wire::{EncodeError, Fault, LinkRef, Lookup, Mark, Schema, Writer, put_nest, table::Table},
};

const RTM_NEWMDB: u16 = 84;
const RTM_DELMDB: u16 = 85;
const RTM_GETMDB: u16 = 86;
/// Of both `MDBA_SET_ENTRY` and `MDBA_GET_ENTRY`, and what stands beside them.
const ENTRY: u16 = 1;
const ENTRY_ATTRS: u16 = 2;

/// A request about one entry of a multicast database: a port of a bridge that wants a group, the
/// host itself, or another end of a VXLAN. It is also the question for the group.
///
/// What isn't set is as `bridge mdb` has it: the entry ages. The bridge must be up and look at
/// multicast ([`mcast_snooping`](crate::link::LinkRequest::mcast_snooping)).
///
/// `add` fails if there is the entry; `replace` sets it (since Linux 6.2; an older kernel takes it
/// for `add`); `delete` takes it away. To [`get`](crate::Connection::get) a group, since Linux 6.8,
/// only bridge, group, VLAN, source and source VNI count, and all its entries are told.
///
/// ```
/// use nlroute::bridge::MdbEntry;
/// let port = MdbEntry::new("br0", [239, 1, 1, 1]).port("veth0").permanent();
/// let host = MdbEntry::new("br0", [239, 1, 1, 1]);
/// let tunnel = MdbEntry::new("vxlan0", [239, 1, 1, 1]).permanent().dst([192, 0, 2, 9]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MdbEntry<'a> {
    bridge: LinkRef<'a>,
    port: Option<LinkRef<'a>>,
    group: MdbGroup,
    vid: Option<u16>,
    state: MdbState,
    pub(super) attributes: Mdbe<'a>,
}

impl<'a> MdbEntry<'a> {
    /// The entry of this group in the database of this bridge or VXLAN.
    #[must_use]
    pub fn new(bridge: impl Into<LinkRef<'a>>, group: impl Into<MdbGroup>) -> Self {
        Self {
            bridge: bridge.into(),
            port: None,
            group: group.into(),
            vid: None,
            state: MdbState::Temporary,
            attributes: Mdbe::new(),
        }
    }

    /// The port that wants the group; without, it is the host itself, or the VXLAN.
    ///
    /// `ifindex` of `br_mdb_entry`.
    #[must_use]
    pub fn port(mut self, port: impl Into<LinkRef<'a>>) -> Self {
        self.port = Some(port.into());
        self
    }

    /// VLAN, 1 to 4094. Without one, of a bridge that filters by VLAN, it is made in each VLAN
    /// that the port has.
    ///
    /// `vid` of `br_mdb_entry`.
    #[must_use]
    pub fn vid(mut self, vid: u16) -> Self {
        self.vid = Some(vid);
        self
    }

    /// It stays until it is deleted; the host's own can't, a link-layer group's must.
    ///
    /// `MDB_PERMANENT`.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.state = MdbState::Permanent;
        self
    }

    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        if let Some(vid) = self.vid.filter(|vid| !(1..=4094).contains(vid)) {
            return Err(invalid("vid", vid, "is not 1 to 4094"));
        }
        let family = match self.group {
            MdbGroup::Ip(group) => Some(Family::of(group)),
            MdbGroup::Mac(_) => None,
        };
        let source = self.attributes.source_is();
        let sources = self.attributes.sources_are().iter().copied();
        let other = |address: &IpAddr| Some(Family::of(*address)) != family;
        if let Some(other) = source.into_iter().chain(sources).find(other) {
            return Err(invalid(
                "source",
                other,
                "is of another family than the group",
            ));
        }
        check_vnis(&self.attributes)
    }

    #[inline]
    fn info(&self, bridge: u32, out: &mut Writer<'_>) -> Result<MdbEntryInfo, EncodeError> {
        let index = match &self.port {
            Some(port) => port.index(out).map_err(|error| error.inside("port"))?,
            None => bridge,
        };
        Ok(MdbEntryInfo {
            index,
            state: self.state.into(),
            vid: self.vid.unwrap_or(0),
            ..MdbEntryInfo::of(self.group)
        })
    }
}

#[inline]
fn check_vnis(attributes: &Mdbe<'_>) -> Result<(), EncodeError> {
    for (name, vni) in attributes.vnis() {
        if let Some(vni) = vni.filter(|vni| vni >> 24 != 0) {
            return Err(invalid(name, vni, "has more than 24 bits"));
        }
    }
    Ok(())
}

#[inline]
fn begin((kind, flags): (u16, u16), index: u32, out: &mut Writer<'_>) -> Mark {
    let message = out.begin(kind, flags);
    let family = Family::Bridge.into();
    out.bytes(&MdbHeader { family, index }.to_bytes());
    message
}

#[inline]
fn put_attributes(attributes: &Mdbe<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
    if attributes.is_empty() {
        return Ok(());
    }
    put_nest::<MdbeTable>(ENTRY_ATTRS, attributes, out).map_err(|e| e.inside("entry_attrs"))
}

impl Request for MdbEntry<'_> {
    const SCHEMA: &'static Schema = MdbSetTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        if matches!(verb, Verb::Change | Verb::Append) {
            return Err(never(
                verb,
                "isn't done to an entry of a multicast database",
            ));
        }
        let bridge = noun::index(&self.bridge, out)?;
        let message = begin(noun::message(verb, RTM_NEWMDB, RTM_DELMDB)?, bridge, out);
        let info = self.info(bridge, out)?;
        out.fixed(ENTRY, info.to_bytes());
        put_attributes(&self.attributes, out)?;
        out.end(message)
    }
}

impl Add for MdbEntry<'_> {
    type Answer = ();

    fn answer(&self, _: Option<&[u8]>, _: &mut dyn Lookup) -> Result<()> {
        Ok(())
    }
}
impl Replace for MdbEntry<'_> {}
impl Delete for MdbEntry<'_> {}

impl Query for MdbEntry<'_> {
    const SCHEMA: &'static Schema = MdbGetTable::SCHEMA;
    type View<'a> = MdbView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mdb group {} on {}", self.group, self.bridge)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.check()?;
        let bridge = noun::index(&self.bridge, out)?;
        let message = begin((RTM_GETMDB, 0), bridge, out);
        let info = MdbEntryInfo {
            vid: self.vid.unwrap_or(0),
            ..MdbEntryInfo::of(self.group)
        };
        out.fixed(ENTRY, info.to_bytes());
        put_attributes(&self.attributes.of_question(), out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWMDB
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<MdbView<'a>, Fault> {
        MdbView::parse(body)
    }
}

impl Get for MdbEntry<'_> {}

/// `mdb group 239.1.1.1 vid 5 port veth0 on br0`.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let header = MdbHeader::at(body);
    let view = MdbSetView::parse(body).ok();
    let info = view
        .as_ref()
        .and_then(MdbSetView::entry)
        .unwrap_or_default();
    let all = info.addr == [0; 20];
    match info.group().filter(|_| !all) {
        Some(group) => write!(f, "mdb group {group}")?,
        None => f.write_str("mdb entries")?,
    }
    let attributes = view.as_ref().and_then(MdbSetView::entry_attrs);
    if let Some(attributes) = attributes {
        if let Some(source) = attributes.source() {
            write!(f, " src {source}")?;
        }
        if let Some(dst) = attributes.dst() {
            write!(f, " dst {dst}")?;
        }
    }
    if info.vid > 0 {
        write!(f, " vid {}", info.vid)?;
    }
    if info.index > 0 && info.index != header.index {
        write!(f, " port {}", name(info.index))?;
    }
    match header.index {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}

/// Many entries of one multicast database, to be deleted at once: all that the filters keep. Since
/// Linux 6.8; an older kernel refuses it.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::bridge::MdbFlush;
/// host.delete(MdbFlush::new("br0").port("veth0").permanent(false))?;
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MdbFlush<'a> {
    filter: MdbEntry<'a>,
    permanent: Option<bool>,
}

impl<'a> MdbFlush<'a> {
    /// All of this bridge or VXLAN.
    #[must_use]
    pub fn new(bridge: impl Into<LinkRef<'a>>) -> Self {
        Self {
            filter: MdbEntry::new(bridge, MdbGroup::Mac([0; 6])),
            permanent: None,
        }
    }

    /// Only those of this port.
    ///
    /// `ifindex` of `br_mdb_entry`.
    #[must_use]
    pub fn port(mut self, port: impl Into<LinkRef<'a>>) -> Self {
        self.filter = self.filter.port(port);
        self
    }

    /// Only those of this VLAN.
    ///
    /// `vid` of `br_mdb_entry`.
    #[must_use]
    pub fn vid(mut self, vid: u16) -> Self {
        self.filter = self.filter.vid(vid);
        self
    }

    /// Only those that stay, or only those that age.
    ///
    /// `MDBE_ATTR_STATE_MASK`.
    #[must_use]
    pub fn permanent(mut self, on: bool) -> Self {
        self.permanent = Some(on);
        self
    }

    /// Only those that this one made.
    ///
    /// `MDBE_ATTR_RTPROT`.
    #[must_use]
    pub fn protocol(mut self, protocol: RouteProtocol) -> Self {
        self.filter = self.filter.protocol(protocol);
        self
    }

    /// Only those to this other end of a tunnel; VXLAN.
    ///
    /// `MDBE_ATTR_DST`.
    #[must_use]
    pub fn dst(mut self, dst: impl Into<IpAddr>) -> Self {
        self.filter = self.filter.dst(dst);
        self
    }

    /// Only those to this UDP port; VXLAN.
    ///
    /// `MDBE_ATTR_DST_PORT`.
    #[must_use]
    pub fn dst_port(mut self, port: u16) -> Self {
        self.filter = self.filter.dst_port(port);
        self
    }

    /// Only those that send with this network identifier; VXLAN.
    ///
    /// `MDBE_ATTR_VNI`.
    #[must_use]
    pub fn vni(mut self, vni: u32) -> Self {
        self.filter = self.filter.vni(vni);
        self
    }

    /// Only those for packets that came with this network identifier; VXLAN.
    ///
    /// `MDBE_ATTR_SRC_VNI`.
    #[must_use]
    pub fn source_vni(mut self, vni: u32) -> Self {
        self.filter = self.filter.source_vni(vni);
        self
    }
}

impl Request for MdbFlush<'_> {
    const SCHEMA: &'static Schema = MdbSetTable::SCHEMA;
    const DESCRIBE: Describe = describe;

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const NLM_F_BULK: u16 = 0x200;
        const MDBE_ATTR_STATE_MASK: u16 = 10;
        if verb != Verb::Delete {
            return Err(never(verb, "isn't done to many entries at once"));
        }
        let filter = &self.filter;
        filter.check()?;
        let bridge = noun::index(&filter.bridge, out)?;
        let message = begin((RTM_DELMDB, NLM_F_BULK), bridge, out);
        let mut info = filter.info(0, out)?;
        info.addr = [0; 20];
        info.state = self.permanent.unwrap_or(false).into();
        out.fixed(ENTRY, info.to_bytes());
        if !filter.attributes.is_empty() || self.permanent.is_some() {
            let nest = out.begin_nest(ENTRY_ATTRS);
            filter
                .attributes
                .encode(out)
                .map_err(|error| error.inside("entry_attrs"))?;
            if self.permanent.is_some() {
                out.fixed(MDBE_ATTR_STATE_MASK, [u8::from(MdbState::Permanent)]);
            }
            out.end_attribute(nest)?;
        }
        out.end(message)
    }
}

impl Delete for MdbFlush<'_> {}

/// The multicast databases of all bridges and VXLANs, or of one.
///
/// A database may come in several messages. The kernel doesn't filter; it is done here.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::bridge::Mdb;
/// for part in &host.list(Mdb::all().bridge("br0"))? {
///     for entry in part.entries() {
///         println!("{:?} is wanted by link {}", entry.group(), entry.port());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mdb<'a> {
    bridge: Option<LinkRef<'a>>,
}

impl<'a> Mdb<'a> {
    /// Every database.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only that of this bridge or VXLAN.
    #[must_use]
    pub fn bridge(mut self, bridge: impl Into<LinkRef<'a>>) -> Self {
        self.bridge = Some(bridge.into());
        self
    }
}

impl Query for Mdb<'_> {
    const SCHEMA: &'static Schema = MdbTable::SCHEMA;
    type View<'a> = MdbView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mdb entries")?;
        match &self.bridge {
            Some(bridge) => write!(f, " on {bridge}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        noun::resolve(&mut self.bridge, "bridge", out)?;
        let message = begin((RTM_GETMDB, 0), 0, out);
        out.end(message)
    }

    /// A bridge answers with the question's own type (Linux 6.18).
    fn answers(kind: u16) -> bool {
        kind == RTM_NEWMDB || kind == RTM_GETMDB
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<MdbView<'a>, Fault> {
        MdbView::parse(body)
    }
}

impl List for Mdb<'_> {
    fn filters(&self, _: bool) -> bool {
        self.bridge.is_some()
    }

    #[inline]
    fn keeps(&self, view: &MdbView<'_>) -> bool {
        noun::is_link(self.bridge.as_ref(), view.index())
    }
}
