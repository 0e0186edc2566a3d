//! Links: network interfaces of every kind, what they are set to, and requests to create, alter,
//! delete and read them (`rtnetlink(7)`, `linux/if_link.h`).
//!
//! A request names its link in one of two ways: [`LinkRequest::new`] one that is to be created,
//! [`LinkRequest::named`] one that exists. Everything else is a setter, whatever the verb.
//!
//! ```
//! # nlroute::sandbox::isolated(|| {
//! use nlroute::{Connection, link::{Bridge, Link, Peer, Veth}};
//!
//! let mut host = Connection::open()?;
//! host.add(Bridge::new("br0").up())?;
//! host.add(Veth::new("veth0").master("br0").up().peer(Peer::new("ceth0")))?;
//! host.change(Link::named("ceth0").mtu(1400).up())?;
//! assert_eq!(host.get(Link::named("ceth0"))?.mtu(), Some(1400));
//! host.delete(Link::named("veth0"))?;
//! # Ok::<(), nlroute::Error>(())
//! # });
//! ```
use std::fmt;

use crate::{
    Add, Change, Delete, Describe, Error, Place, Replace, Request, Result, Verb,
    wire::{
        Attributes, EncodeError, Format, IfName, LinkRef, Lookup, Schema, Text, Writer,
        table::aside,
    },
};

mod af_spec;
mod alt_names;
mod batadv;
mod bond;
mod bond_port;
mod bridge;
mod bridge_port;
mod can;
mod conf;
mod dsa;
mod hsr;
mod ipoib;
mod ipvlan;
mod kind;
mod list;
mod macsec;
mod macvlan;
mod masked;
mod netkit;
mod ovpn;
mod plain;
mod ppp;
mod rmnet;
mod stats;
mod table;
mod tun;
mod tunnel;
mod veth;
mod vf;
mod view;
mod vlan;
mod vrf;
mod wwan;

pub use af_spec::{
    AddrGenMode, AfSpec, AfSpecTable, AfSpecView, Inet, Inet6, Inet6CacheInfo, Inet6Flags,
    Inet6Table, Inet6View, InetTable, InetView, Mctp, MctpTable, MctpView,
};
pub use alt_names::AltNames;
pub use batadv::{Batadv, BatadvData, BatadvTable, BatadvView};
pub use bond::{
    AdSelect, ArpAllTargets, ArpValidate, Bond, BondAdInfo, BondAdInfoTable, BondAdInfoView,
    BondData, BondMode, BondTable, BondView, FailOverMac, LacpRate, PrimaryReselect,
    XmitHashPolicy,
};
pub use bond_port::{
    BondPort, BondPortData, BondPortState, BondPortTable, BondPortView, ChurnState, LacpState,
    MiiStatus,
};
pub use bridge::{
    Bridge, BridgeData, BridgeId, BridgeOption, BridgeOptions, BridgeTable, BridgeView,
    MulticastRouter, Querier, QuerierTable, QuerierView, StpMode, StpState,
};
pub use bridge_port::{BridgePort, BridgePortData, BridgePortTable, BridgePortView, PortState};
pub use can::{
    Can, CanBerrCounter, CanBitTiming, CanBitTimingConst, CanClock, CanCtrlMode, CanCtrlModeExt,
    CanCtrlModeExtTable, CanCtrlModeExtView, CanCtrlModes, CanData, CanDeviceStats, CanPwm,
    CanPwmTable, CanPwmView, CanState, CanTable, CanTdc, CanTdcTable, CanTdcView, CanView, Vxcan,
    VxcanData, VxcanTable, VxcanView,
};
pub use conf::{Conf, Ipv4Conf, Ipv6Conf, Setting};
pub use dsa::{Dsa, DsaData, DsaTable, DsaView};
pub use hsr::{Hsr, HsrData, HsrProtocol, HsrTable, HsrView};
pub use ipoib::{Ipoib, IpoibData, IpoibMode, IpoibTable, IpoibView};
pub use ipvlan::{
    Ipvlan, IpvlanData, IpvlanFlags, IpvlanMode, IpvlanTable, IpvlanView, Ipvtap, IpvtapTable,
};
pub use kind::{Half, Kind, LinkInfo, LinkInfoTable, LinkInfoView, NoKind, NoKindView, NoSettings};
pub use list::Links;
pub use macsec::{
    Macsec, MacsecCipher, MacsecData, MacsecOffload, MacsecTable, MacsecValidation, MacsecView, Sci,
};
pub use macvlan::{
    MacaddrMode, Macvlan, MacvlanData, MacvlanFlags, MacvlanMode, MacvlanTable, MacvlanView,
    Macvtap, MacvtapTable,
};
pub use netkit::{
    Netkit, NetkitData, NetkitMode, NetkitPairing, NetkitPolicy, NetkitScrub, NetkitTable,
    NetkitView,
};
pub use ovpn::{Ovpn, OvpnData, OvpnMode, OvpnTable, OvpnView};
pub use plain::{
    Dummy, DummyTable, Ifb, IfbTable, Lowpan, LowpanTable, Netdevsim, NetdevsimTable, Nlmon,
    NlmonTable, Team, TeamTable, Vcan, VcanTable, VirtWifi, VirtWifiTable, Vsockmon, VsockmonTable,
    Wireguard, WireguardTable,
};
pub use ppp::{Ppp, PppData, PppTable, PppView};
pub use rmnet::{Rmnet, RmnetData, RmnetFlag, RmnetFlags, RmnetTable, RmnetView};
pub use stats::{LinkStats, LinkStats32};
pub use table::{
    DeviceType, DevlinkPort, DevlinkPortTable, DevlinkPortView, DpllPin, DpllPinTable, DpllPinView,
    ExtMask, IfMap, LinkAttributes, LinkEvent, LinkFlags, LinkHeader, LinkMode, LinkTable,
    LinkView, OperState, ProtoDownReason, ProtoDownReasonTable, ProtoDownReasonView, Xdp,
    XdpAttached, XdpFlags, XdpTable, XdpView,
};
pub use tun::{TunData, TunTable, TunType, TunView};
pub use tunnel::{
    Amt, AmtData, AmtMode, AmtTable, AmtView, Bareudp, BareudpData, BareudpTable, BareudpView,
    Erspan, ErspanDirection, ErspanTable, FlagOrU8, FlowInfo, Geneve, GeneveData, GeneveDf,
    GeneveTable, GeneveView, Gre, GreData, GreFlags, GreHeader, GreTable, GreView, Gretap,
    GretapTable, Gtp, GtpData, GtpRole, GtpTable, GtpView, Ip6TunnelFlags, Ip6erspan,
    Ip6erspanTable, Ip6gre, Ip6greData, Ip6greTable, Ip6greView, Ip6gretap, Ip6gretapTable, Ip6tnl,
    Ip6tnlData, Ip6tnlTable, Ip6tnlView, Ipip, IpipData, IpipTable, IpipView, Pfcp, PfcpTable,
    PortRange, Sit, SitData, SitFlags, SitTable, SitView, TunnelEncap, TunnelEncapFlags, Vti, Vti6,
    Vti6Data, Vti6Table, Vti6View, VtiData, VtiTable, VtiView, Vxlan, VxlanData, VxlanDf,
    VxlanLabelPolicy, VxlanTable, VxlanView, Xfrm, XfrmData, XfrmTable, XfrmView,
};
pub use veth::{Peer, Veth, VethData, VethTable, VethView};
pub use vf::{
    Port, PortRequest, PortResponse, PortTable, PortView, PortVsi, Vf, VfBroadcast, VfGuid,
    VfLinkState, VfList, VfMac, VfRate, VfRssQueryEn, VfSpoofchk, VfState, VfStats, VfStatsTable,
    VfStatsView, VfTable, VfTrust, VfTxRate, VfView, VfVlan, VfVlanInfo,
};
pub use vlan::{Vlan, VlanData, VlanFlag, VlanFlags, VlanQos, VlanTable, VlanView};
pub use vrf::{Vrf, VrfData, VrfPortData, VrfPortTable, VrfPortView, VrfTable, VrfView};
pub use wwan::{Wwan, WwanData, WwanTable, WwanView};

const IFLA_IFNAME: u16 = 3;
pub(crate) const IFLA_EXT_MASK: u16 = 29;
const IFLA_ALT_IFNAME: u16 = 53;

/// A link of any kind.
///
/// ```
/// use nlroute::link::Link;
/// let change = Link::named("eth0").mtu(9000).up();
/// let move_and_rename = Link::named("eth1").netns("netns0").rename("eth0");
/// let new = Link::new("ifb0").kind("ifb");
/// ```
pub type Link<'a> = LinkRequest<'a, NoKind>;

/// What is asked of a link: which one, and what it is to be set to.
///
/// The verbs take it as they need it: `add` and `replace` want a link that was given by
/// [`new`](Self::new) or [`unnamed`](Self::unnamed), the others take either.
///
/// - `add` answers the new link's index; 0, which is no link's, where the kernel doesn't tell it:
///   [of a link born in another namespace](Self#associatedtype.Answer) without
///   [`ifindex`](Self::ifindex).
/// - `replace` creates the link or alters one of that name. The kernel then keeps its kind: one
///   of another kind is an error only if there are settings of the kind.
/// - `change` sends `RTM_SETLINK`, which does nothing if there is no such link, and `RTM_NEWLINK`
///   without `NLM_F_CREATE` only where settings of a kind are given, which `RTM_SETLINK` ignores:
///   before Linux 6.0 the latter altered *all links of the group* when a group was given and no
///   link had the name. Where it must be used, a group makes the index be looked up first.
///
/// Some attributes count only when a link is created, and others only when it exists; the kernel
/// ignores either without a word. Here they are an error that says so.
///
/// ```
/// use nlroute::link::{BridgeTable, LinkRequest};
/// let request = LinkRequest::<BridgeTable>::new("br0").forward_delay(std::time::Duration::from_secs(4));
/// ```
pub struct LinkRequest<'a, K: Kind> {
    /// The link that exists; without it the name in the attributes says which one.
    existing: Option<LinkRef<'a>>,
    ifindex: u32,
    flags: LinkFlags,
    change: LinkFlags,
    attributes: LinkAttributes<'a>,
    kind: &'a str,
    data: K::Request<'a>,
    raw: &'a [u8],
}

impl<K: Kind> Clone for LinkRequest<'_, K> {
    fn clone(&self) -> Self {
        Self {
            existing: self.existing,
            attributes: self.attributes.clone(),
            data: self.data.clone(),
            ..*self
        }
    }
}

impl<K: Kind> PartialEq for LinkRequest<'_, K> {
    fn eq(&self, other: &Self) -> bool {
        self.existing == other.existing
            && self.ifindex == other.ifindex
            && self.flags == other.flags
            && self.change == other.change
            && self.attributes == other.attributes
            && self.kind == other.kind
            && self.data == other.data
            && self.raw == other.raw
    }
}

impl<K: Kind> fmt::Debug for LinkRequest<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("LinkRequest");
        if let Some(existing) = &self.existing {
            out.field("existing", existing);
        }
        if self.ifindex > 0 {
            out.field("ifindex", &self.ifindex);
        }
        if !self.change.is_empty() {
            out.field("flags", &self.flags)
                .field("change", &self.change);
        }
        out.field("attributes", &self.attributes);
        if !self.kind.is_empty() {
            out.field("kind", &self.kind).field("data", &self.data);
        }
        if !self.raw.is_empty() {
            out.field("raw", &self.raw);
        }
        out.finish()
    }
}

impl<'a, K: Kind> LinkRequest<'a, K> {
    /// A link that is to be created, by its name.
    #[inline(always)]
    #[must_use]
    pub fn new(name: impl Into<LinkRef<'a>>) -> Self {
        Self::unnamed().name(name)
    }

    /// A link that is to be created and gets its name from the kernel: the kind's name and the
    /// first free number.
    #[inline(always)]
    #[must_use]
    pub fn unnamed() -> Self {
        Self {
            existing: None,
            ifindex: 0,
            flags: LinkFlags::empty(),
            change: LinkFlags::empty(),
            attributes: LinkAttributes::new(),
            kind: K::NAME,
            data: K::Request::default(),
            raw: &[],
        }
    }

    /// A link that exists: by name, by alternative name, or by index.
    ///
    /// A name goes to the kernel in the same message, without a look-up before it, unless the
    /// link is renamed.
    #[inline(always)]
    #[must_use]
    pub fn named(link: impl Into<LinkRef<'a>>) -> Self {
        Self {
            existing: Some(link.into()),
            ..Self::unnamed()
        }
    }

    /// A link that exists, by index.
    #[inline(always)]
    #[must_use]
    pub fn index(index: u32) -> Self {
        Self::named(index)
    }

    /// The index that a new link is to have; the kernel chooses one otherwise.
    ///
    /// `EEXIST` if it is taken.
    #[inline]
    #[must_use]
    pub fn ifindex(mut self, index: u32) -> Self {
        self.ifindex = index;
        self
    }

    /// Sets these flags, or takes them away.
    #[inline]
    #[must_use]
    pub fn flag(mut self, flags: LinkFlags, on: bool) -> Self {
        self.change |= flags;
        self.flags.set(flags, on);
        self
    }

    /// To carry packets.
    #[inline]
    #[must_use]
    pub fn up(self) -> Self {
        self.flag(LinkFlags::UP, true)
    }

    /// To carry none.
    #[inline]
    #[must_use]
    pub fn down(self) -> Self {
        self.flag(LinkFlags::UP, false)
    }

    /// Whether neighbours are asked for their addresses.
    #[inline]
    #[must_use]
    pub fn arp(self, on: bool) -> Self {
        self.flag(LinkFlags::NOARP, !on)
    }

    /// Whether it takes packets for any address.
    #[inline]
    #[must_use]
    pub fn promisc(self, on: bool) -> Self {
        self.flag(LinkFlags::PROMISC, on)
    }

    /// Whether it takes all multicast packets.
    #[inline]
    #[must_use]
    pub fn allmulticast(self, on: bool) -> Self {
        self.flag(LinkFlags::ALLMULTI, on)
    }

    /// Whether it can multicast.
    #[inline]
    #[must_use]
    pub fn multicast(self, on: bool) -> Self {
        self.flag(LinkFlags::MULTICAST, on)
    }

    /// Whether its addresses are lost when it goes down.
    #[inline]
    #[must_use]
    pub fn dynamic(self, on: bool) -> Self {
        self.flag(LinkFlags::DYNAMIC, on)
    }

    /// A new name for a link that exists. Before Linux 6.2 it must be down.
    #[inline]
    #[must_use]
    pub fn rename(self, name: impl Into<LinkRef<'a>>) -> Self {
        self.name(name)
    }

    /// To be no port of any master.
    #[inline]
    #[must_use]
    pub fn no_master(self) -> Self {
        self.master(0)
    }

    /// The settings of the kind, all at once. For the kinds of this crate each one is a method
    /// too.
    #[inline]
    #[must_use]
    pub fn data(mut self, data: K::Request<'a>) -> Self {
        self.data = data;
        self
    }

    /// Attributes that this crate has no setter for, appended as they are.
    #[inline]
    #[must_use]
    pub fn raw_attributes(mut self, attributes: &'a [u8]) -> Self {
        self.raw = attributes;
        self
    }

    /// The link that it is about, the settings of the kind, and whether there is nothing else.
    pub(crate) fn into_data(self) -> (LinkRef<'a>, K::Request<'a>, bool) {
        let alone = self.attributes.is_empty() && self.change.is_empty() && self.raw.is_empty();
        (self.existing.unwrap_or_default(), self.data, alone)
    }

    /// Which link a question or an alteration is about.
    fn selected(&self) -> Option<LinkRef<'_>> {
        self.existing.or_else(|| self.attributes.name().copied())
    }

    /// Appends a header that selects the link, its name where it goes by name, and nothing else.
    fn encode_selection(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let link = match self.existing {
            None if self.ifindex > 0 => Some(LinkRef::Index(self.ifindex)),
            _ => self.selected(),
        };
        encode_selected(link, LinkHeader::default(), out)?;
        self.attributes.encode_target(out);
        Ok(())
    }

    #[inline]
    fn header(&self, index: u32) -> LinkHeader {
        LinkHeader {
            index,
            flags: self.flags.bits(),
            change: self.change.bits(),
            ..LinkHeader::default()
        }
    }

    #[inline]
    fn encode_raw(&self, out: &mut Writer<'_>) {
        if !self.raw.is_empty() {
            out.bytes(self.raw);
        }
    }

    /// Whether this can be a link that is to be created.
    #[inline]
    fn check_new(&self) -> Result<(), EncodeError> {
        match &self.existing {
            None => self.attributes.check_new(),
            Some(existing) => Err(Self::is_no_new_one(existing)),
        }
    }

    #[cold]
    #[inline(never)]
    fn is_no_new_one(existing: &LinkRef<'_>) -> EncodeError {
        let why = "selects a link that exists; a new one is given by `new`";
        EncodeError::new(format!("\"{existing}\""), why).inside("name")
    }

    #[inline]
    fn encode_new(&self, flags: i32, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let header = self.header(self.ifindex).to_bytes();
        let message = out.begin_with(libc::RTM_NEWLINK, flags as u16, header);
        self.check_new()?;
        self.attributes.encode(out)?;
        if K::HALF == Half::Port {
            let why = "a port is made by giving a link a master; its settings come afterwards";
            return Err(EncodeError::new(K::NAME, why).inside("slave_kind"));
        }
        K::check(&self.data, self.ifindex)
            .map_err(|error| error.inside("data").inside("linkinfo"))?;
        if !self.kind.is_empty() {
            kind::encode::<K>(self.kind, &self.data, out)?;
        } else if self.raw.is_empty() {
            return Err(EncodeError::new("none", "a new link has a kind").inside("kind"));
        }
        self.encode_raw(out);
        out.end(message)
    }

    #[inline(always)]
    fn encode_change(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const IFLA_MASTER: u16 = 10;
        const IFLA_LINKINFO: u16 = 18;
        const IFLA_GROUP: u16 = 27;
        let of_kind = !K::is_empty(&self.data);
        let raw_kind = || Attributes::new(self.raw).find(IFLA_LINKINFO).is_some();
        let kind = if of_kind || raw_kind() {
            libc::RTM_NEWLINK
        } else {
            libc::RTM_SETLINK
        };
        let message = out.begin(kind, 0);
        // A name beside a name would be the new one; and see the type's documentation.
        let renamed = self.existing.is_some() && self.attributes.name().is_some();
        let grouped = kind == libc::RTM_NEWLINK && self.attributes.has(IFLA_GROUP);
        let index = match self.existing {
            _ if renamed || grouped => match self.selected() {
                Some(link) => link.index(out)?,
                None => 0,
            },
            Some(LinkRef::Index(index)) => index,
            _ => 0,
        };
        let by_name = self.existing.is_none() && self.attributes.name().is_some();
        if index > 0 || by_name {
            out.bytes(&self.header(index).to_bytes());
        } else {
            encode_named(self.existing, self.header(0), out)?;
        }
        self.attributes.check_change()?;
        if self.ifindex > 0 {
            let why = "the index of a link that exists doesn't change";
            return Err(EncodeError::new(self.ifindex, why).inside("ifindex"));
        }
        if of_kind && K::HALF == Half::Port && self.attributes.has(IFLA_MASTER) {
            let why = "a port's settings count once the link has this master: change it twice";
            return Err(EncodeError::new("given", why).inside("master"));
        }
        self.attributes.encode(out)?;
        if of_kind {
            K::check_change(&self.data).map_err(kind::of_settings::<K>)?;
            kind::encode::<K>(self.kind, &self.data, out)?;
        }
        self.encode_raw(out);
        out.end(message)
    }
}

impl<'a> Link<'a> {
    /// The kind of a link that is to be created, where it is one that needs no settings: `ifb`,
    /// `dummy`, `nlmon`, `vcan`.
    #[must_use]
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }
}

/// Appends a header that selects a link that exists, and its name where it goes by name: the
/// kernel finds it, without a look-up before.
// Given a copy, so that no reference to a request's own goes into a function.
#[inline(always)]
pub(crate) fn encode_selected(
    link: Option<LinkRef<'_>>,
    header: LinkHeader,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    match link {
        Some(LinkRef::Index(index @ 1..)) => {
            out.bytes(&LinkHeader { index, ..header }.to_bytes());
            Ok(())
        }
        link => encode_named(link, header, out),
    }
}

#[inline(never)]
fn encode_named(
    link: Option<LinkRef<'_>>,
    header: LinkHeader,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let Some(link @ (LinkRef::Name(_) | LinkRef::Other(_))) = link else {
        return Err(EncodeError::new("none", "no link is given").inside("name"));
    };
    out.bytes(&LinkHeader { index: 0, ..header }.to_bytes());
    match link {
        LinkRef::Other(name) => link
            .check_altname()
            .and_then(|()| put_name(IFLA_ALT_IFNAME, name, out)),
        link => IfName::put(IFLA_IFNAME, &link, out),
    }
    .map_err(|error| error.inside("name"))
}

#[inline]
fn put_name(kind: u16, name: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    let attribute = out.begin_attribute(kind);
    out.payload(name);
    out.payload(&[0]);
    out.end_attribute(attribute)
}

impl<K: Kind> Request for LinkRequest<'_, K> {
    const SCHEMA: &'static Schema = &kind::schema::<K>();
    const DESCRIBE: Describe = describe;

    // Inlined where the request is made, as long as it is a usual one: of what isn't set nothing
    // is left then.
    #[inline(always)]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.is_usual(verb) {
            return self.encode_as(verb, out);
        }
        aside(self, out, move |link, out| link.encode_as(verb, out))
    }

    fn follow_up(&self, out: &mut Writer<'_>) -> Result<Option<Place<'_>>, EncodeError> {
        let follows = K::follow_up(&self.data, out)?;
        let here = self.attributes.place() == Place::Here && !self.attributes.has(46);
        if follows.is_some() && !here {
            // If it failed there would be no way to undo: the link can't be named from here.
            let why = "can't be brought up when the host's end is born in another namespace";
            return Err(EncodeError::new("up", why).inside("peer"));
        }
        Ok(follows)
    }
}

impl<K: Kind> LinkRequest<'_, K> {
    /// Whether this makes a link, or alters the one of this index, of which nothing is set but what
    /// most have.
    #[inline]
    fn is_usual(&self, verb: Verb) -> bool {
        let of_link = match self.existing {
            None => verb == Verb::Add,
            Some(LinkRef::Index(_)) => verb == Verb::Change,
            _ => false,
        };
        of_link && self.raw.is_empty() && self.attributes.is_usual()
    }

    #[inline(always)]
    fn encode_as(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let flags = match verb {
            // The notification tells the index: who has chosen it need not be told.
            Verb::Add if self.ifindex == 0 => {
                libc::NLM_F_CREATE | libc::NLM_F_EXCL | libc::NLM_F_ECHO
            }
            Verb::Add => libc::NLM_F_CREATE | libc::NLM_F_EXCL,
            // The kernel refuses NLM_F_REPLACE for links, and without NLM_F_EXCL alters one.
            Verb::Replace => libc::NLM_F_CREATE,
            _ => return self.encode_existing(verb, out),
        };
        self.encode_new(flags, out)
    }

    #[inline(always)]
    fn encode_existing(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match verb {
            Verb::Change => self.encode_change(out),
            Verb::Delete => {
                let message = out.begin(libc::RTM_DELLINK, 0);
                self.encode_selection(out)?;
                out.end(message)
            }
            verb => Err(EncodeError::new(verb, "isn't done to a link")),
        }
    }
}

impl<K: Kind> Add for LinkRequest<'_, K> {
    /// The new link's index; 0, which is no link's, where the kernel doesn't tell it: for a link
    /// that is born in another namespace without [`ifindex`](LinkRequest::ifindex), and before
    /// Linux 6.2 for one whose name the kernel chooses.
    ///
    /// The kernel refuses 0 where a link must be given; where one may be left out, as by
    /// [`master`](LinkRequest::master), 0 says that there is none. So don't hand it on: of a link
    /// born elsewhere ask there, by [`Connection::ifindex`](crate::Connection::ifindex), or choose
    /// its index.
    type Answer = u32;

    fn answer(&self, echo: Option<&[u8]>, lookup: &mut dyn Lookup) -> Result<u32> {
        const IFLA_TARGET_NETNSID: u16 = 46;
        if self.ifindex > 0 {
            return Ok(self.ifindex);
        }
        if let Some(body) = echo {
            return Ok(LinkHeader::at(body).index);
        }
        // The kernel echoes into the link's own namespace, and a look-up in this one would find
        // nothing, or another link of that name.
        let elsewhere = self.attributes.place() != Place::Here;
        if elsewhere || self.attributes.has(IFLA_TARGET_NETNSID) {
            return Ok(0);
        }
        match self.attributes.name() {
            Some(LinkRef::Name(name)) if !name.as_bytes().contains(&b'%') => {
                let found = lookup.ifindex(name.as_bytes());
                found.map_err(|error| {
                    Error::encode(format_args!("find link {name}"), EncodeError::lookup(error))
                })
            }
            _ => Ok(0),
        }
    }
}

impl<K: Kind> Replace for LinkRequest<'_, K> {}
impl<K: Kind> Change for LinkRequest<'_, K> {}
impl<K: Kind> Delete for LinkRequest<'_, K> {}

/// The link in words: its kind, where the message says it, and its name.
#[inline]
fn describe(
    body: &[u8],
    name_of: &dyn Fn(u32) -> String,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let (mut name, mut halves) = (None, kind::Halves::default());
    for attribute in crate::wire::table::after(LinkHeader::LEN, body).flatten() {
        match attribute.kind() {
            IFLA_IFNAME | IFLA_ALT_IFNAME => name = Some(Text::new(attribute.payload())),
            18 => halves = kind::Halves::at(attribute.payload()),
            _ => {}
        }
    }
    match (halves.kind, halves.slave_kind) {
        (Some(kind), _) => write!(f, "{kind}")?,
        (None, Some(kind)) => write!(f, "{kind} port")?,
        (None, None) => f.write_str("link")?,
    }
    match (LinkHeader::at(body).index, name) {
        (0, Some(name)) => write!(f, " {name}"),
        (0, None) => Ok(()),
        (index, name) => {
            let known = name_of(index);
            match name {
                Some(name) if known.starts_with('#') => write!(f, " {name} ({known})"),
                _ => write!(f, " {known}"),
            }
        }
    }
}
