//! Kinds of links (`IFLA_LINKINFO`): what one is called and which table its settings are in.
use super::{
    AmtTable, BareudpTable, BatadvTable, BondPortTable, BondTable, BridgePortTable, BridgeTable,
    CanTable, DsaTable, DummyTable, ErspanTable, GeneveTable, GreTable, GretapTable, GtpTable,
    HsrTable, IfbTable, Ip6erspanTable, Ip6greTable, Ip6gretapTable, Ip6tnlTable, IpipTable,
    IpoibTable, IpvlanTable, IpvtapTable, LinkTable, LowpanTable, MacsecTable, MacvlanTable,
    MacvtapTable, NetdevsimTable, NetkitTable, NlmonTable, OvpnTable, PfcpTable, PppTable,
    RmnetTable, SitTable, TeamTable, TunTable, VcanTable, VethTable, VirtWifiTable, VlanTable,
    VrfPortTable, VrfTable, VsockmonTable, Vti6Table, VtiTable, VxcanTable, VxlanTable,
    WireguardTable, WwanTable, XfrmTable,
};
use crate::{
    Place,
    wire::{
        ByName, Bytes, Choose, Chosen, EncodeError, Indexed, NLA_F_NESTED, Schema, Str, Text,
        Writer, align,
        table::{Bits, Table},
    },
};

/// Which half of `IFLA_LINKINFO` a kind's settings are in.
///
/// ```
/// use nlroute::link::{BridgePortTable, Half, Kind};
/// assert_eq!(BridgePortTable::HALF, Half::Port);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Half {
    /// Of the link itself (`IFLA_INFO_KIND`, `IFLA_INFO_DATA`).
    Link,
    /// Of the link as a port of its master (`IFLA_INFO_SLAVE_KIND`, `IFLA_INFO_SLAVE_DATA`).
    Port,
}

/// A kind of link: a name for a table. Implement it for a table of your own to create, alter and
/// read links of a kind that this crate doesn't know.
///
/// ```
/// use nlroute::link::{Kind, LinkRequest};
///
/// nlroute::table! {
///     /// Settings of a gadget.
///     table GadgetTable "gadget";
///     /// What a gadget is set to.
///     view GadgetView;
///     /// What to set a gadget to.
///     request Gadget;
///     rw 1 IFLA_GADGET_LIMIT limit: u32 = "Most packets that wait.";
/// }
/// impl Kind for GadgetTable {
///     const NAME: &'static str = "gadget";
/// }
///
/// let new = LinkRequest::<GadgetTable>::new("g0").data(Gadget::new().limit(9)).up();
/// # let link = nlroute::link::LinkView::parse(&[0; 16][..])?;
/// // Read back: `None` if it is of another kind.
/// let limit = link.data::<GadgetTable>().and_then(|gadget| gadget.limit());
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
pub trait Kind: Table {
    /// The kind's name in the kernel, for instance `veth`.
    const NAME: &'static str;
    /// Whose settings the table has.
    const HALF: Half = Half::Link;

    /// Whether a link with these settings can be created: what the kernel would forget is told
    /// here. `ifindex` is the index that was chosen for it, 0 if none was.
    ///
    /// # Errors
    /// When a setting would not count.
    fn check(_settings: &Self::Request<'_>, _ifindex: u32) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Whether a link that exists can be altered so: what the kernel would forget is told here.
    ///
    /// # Errors
    /// When a setting would not count.
    fn check_change(_settings: &Self::Request<'_>) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Appends the message that must follow when a link with these settings was created, and says
    /// where it is to be sent.
    ///
    /// # Errors
    /// When a value can't be sent.
    fn follow_up<'r>(
        _settings: &'r Self::Request<'_>,
        _out: &mut Writer<'_>,
    ) -> Result<Option<Place<'r>>, EncodeError> {
        Ok(None)
    }
}

crate::table! {
    /// No kind in particular: for links of every kind, and for kinds without settings.
    table NoKind "data";
    /// Settings that aren't known.
    ///
    /// ```
    /// assert!(nlroute::link::NoKindView::parse(&[][..]).is_ok());
    /// ```
    view NoKindView;
    /// No settings.
    ///
    /// ```
    /// assert!(nlroute::link::NoSettings::new().is_empty());
    /// ```
    request NoSettings;
}

impl Kind for NoKind {
    const NAME: &'static str = "";
}

/// A kind that this crate knows.
struct Known {
    name: &'static str,
    half: Half,
    schema: &'static Schema,
}

impl Known {
    const fn new<K: Kind>() -> Self {
        Self::by::<K>(K::NAMELESS)
    }

    const fn by<K: Kind>(schema: &'static Schema) -> Self {
        Self {
            name: K::NAME,
            half: K::HALF,
            schema,
        }
    }

    fn is(&self, half: &str, name: &[u8]) -> bool {
        half == numbers(self.half).2 && name == self.name.as_bytes()
    }
}

/// The kinds that this crate knows: one line each.
const KNOWN: &[Known] = &[
    Known::new::<AmtTable>(),
    Known::new::<BareudpTable>(),
    Known::new::<BatadvTable>(),
    Known::new::<BondPortTable>(),
    Known::new::<BondTable>(),
    Known::new::<BridgePortTable>(),
    Known::new::<BridgeTable>(),
    Known::new::<CanTable>(),
    Known::new::<DsaTable>(),
    Known::new::<DummyTable>(),
    Known::new::<ErspanTable>(),
    Known::new::<GeneveTable>(),
    Known::new::<GreTable>(),
    Known::new::<GretapTable>(),
    Known::new::<GtpTable>(),
    Known::new::<HsrTable>(),
    Known::new::<IfbTable>(),
    Known::new::<Ip6erspanTable>(),
    Known::new::<Ip6greTable>(),
    Known::new::<Ip6gretapTable>(),
    Known::new::<Ip6tnlTable>(),
    Known::new::<IpipTable>(),
    Known::new::<IpoibTable>(),
    Known::new::<IpvlanTable>(),
    Known::new::<IpvtapTable>(),
    Known::new::<LowpanTable>(),
    Known::new::<MacsecTable>(),
    Known::new::<MacvlanTable>(),
    Known::new::<MacvtapTable>(),
    Known::new::<NetdevsimTable>(),
    Known::new::<NetkitTable>(),
    Known::new::<NlmonTable>(),
    Known::new::<OvpnTable>(),
    Known::new::<PfcpTable>(),
    Known::new::<PppTable>(),
    Known::new::<RmnetTable>(),
    Known::new::<SitTable>(),
    Known::new::<TeamTable>(),
    Known::new::<TunTable>(),
    Known::new::<VcanTable>(),
    Known::new::<VethTable>(),
    Known::new::<VirtWifiTable>(),
    Known::new::<VlanTable>(),
    Known::new::<VrfPortTable>(),
    Known::new::<VrfTable>(),
    Known::new::<VsockmonTable>(),
    Known::new::<Vti6Table>(),
    Known::new::<VtiTable>(),
    Known::new::<VxcanTable>(),
    Known::new::<VxlanTable>(),
    Known::new::<WireguardTable>(),
    Known::new::<WwanTable>(),
    Known::new::<XfrmTable>(),
];

/// The table of any kind that this crate knows: whoever calls this links them all.
#[inline]
pub(super) fn known(half: &str, name: &[u8]) -> Option<&'static Schema> {
    let known = KNOWN.iter().find(|known| known.is(half, name))?;
    Some(known.schema)
}

/// The table of one kind, which need not be known here.
fn only<K: Kind>(half: &str, name: &[u8]) -> Option<&'static Schema> {
    let known = const { Known::by::<K>(K::SENT) };
    known.is(half, name).then_some(known.schema)
}

/// A link of one kind as data: what its refusals are told by.
pub(super) const fn schema<K: Kind>() -> Schema {
    LinkTable::SENT.with_names(only::<K>)
}

/// `IFLA_INFO_DATA`: the table is that of the kind.
#[derive(Clone, Copy, Debug)]
pub enum InfoData {}

impl Choose for InfoData {
    const NAME: &'static str = "data";

    #[inline]
    fn choose(body: &[u8], named: ByName) -> Option<&'static Schema> {
        named(Self::NAME, Halves::at(body).kind?.as_bytes())
    }
}

/// `IFLA_INFO_SLAVE_DATA`: the table is that of the master's kind.
#[derive(Clone, Copy, Debug)]
pub enum InfoSlaveData {}

impl Choose for InfoSlaveData {
    const NAME: &'static str = "slave_data";

    #[inline]
    fn choose(body: &[u8], named: ByName) -> Option<&'static Schema> {
        let halves = Halves::at(body);
        // The kernel goes by the link's master. `ip link set type bridge_slave` names the kind of
        // master so, and in the other half.
        let port = || halves.kind?.as_bytes().strip_suffix(b"_slave");
        let kind = halves.slave_kind.as_ref().map(Text::as_bytes);
        named(Self::NAME, kind.or_else(port)?)
    }
}

const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_INFO_SLAVE_KIND: u16 = 4;
const IFLA_INFO_SLAVE_DATA: u16 = 5;

crate::table! {
    /// A link's kind, and what the kind has.
    table LinkInfoTable "linkinfo" names known;
    /// A link's kind, and what the kind has, read. [`LinkView`](super::LinkView) has shorter ways
    /// to all of it.
    ///
    /// ```
    /// use nlroute::{link::LinkInfoView, wire::Writer};
    /// let mut bytes = Vec::new();
    /// Writer::new(&mut bytes).attribute(1, b"veth\0")?;
    /// assert_eq!(LinkInfoView::parse(&bytes)?.kind().unwrap(), "veth");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    view LinkInfoView;
    /// Nothing of it is set by hand: a [`LinkRequest`](super::LinkRequest) does.
    ///
    /// ```
    /// assert!(nlroute::link::LinkInfo::new().is_empty());
    /// ```
    request LinkInfo;
    ro 1 IFLA_INFO_KIND kind: Text<'_> as Str = "Its kind, for instance `veth`.";
    rs 2 IFLA_INFO_DATA data: &[u8] as Chosen<InfoData> = "What the kind has, as attributes.";
    ro 3 IFLA_INFO_XSTATS xstats: &[u8] as Bytes = "Counters of the kind, in a form of its own.";
    ro 4 IFLA_INFO_SLAVE_KIND slave_kind: Text<'_> as Str = "The kind of its master.";
    rs 5 IFLA_INFO_SLAVE_DATA slave_data: &[u8] as Chosen<InfoSlaveData>
        = "What it has as a port of its master, as attributes.";
}

/// Both halves of `IFLA_LINKINFO`, found in one walk.
#[derive(Clone, Copy, Default)]
pub(super) struct Halves<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) data: Option<&'a [u8]>,
    pub(super) slave_kind: Option<Text<'a>>,
    pub(super) slave_data: Option<&'a [u8]>,
}

impl<'a> Halves<'a> {
    #[inline]
    pub(super) fn at(linkinfo: &'a [u8]) -> Self {
        let mut index = Indexed::<6>::EMPTY;
        if index.fill(linkinfo, 0).is_err() {
            return Self::default();
        }
        let payload = |kind| index.payload(linkinfo, kind);
        Self {
            kind: payload(IFLA_INFO_KIND).map(Text::new),
            data: payload(IFLA_INFO_DATA),
            slave_kind: payload(IFLA_INFO_SLAVE_KIND).map(Text::new),
            slave_data: payload(IFLA_INFO_SLAVE_DATA),
        }
    }

    /// The settings of this kind, if the link is of it.
    pub(super) fn of<K: Kind>(&self) -> Option<&'a [u8]> {
        let (kind, data) = match K::HALF {
            Half::Link => (self.kind, self.data),
            Half::Port => (self.slave_kind, self.slave_data),
        };
        kind.filter(|kind| *kind == K::NAME).and(data)
    }
}

/// An error that names the first of `kinds` that is set: what the kernel forgets without a word of
/// a link that exists.
pub(super) fn refuse_change<T: Table>(set: Bits, kinds: Bits) -> Result<(), EncodeError> {
    match set.first_of(kinds) {
        Some(kind) => {
            let why = "can only be given when the link is created";
            Err(EncodeError::new("given", why).inside(T::SENT.name_of(kind)))
        }
        None => Ok(()),
    }
}

const IFLA_LINKINFO: u16 = 18;

/// Numbers of a kind's name and of its settings, and the latter's name.
const fn numbers(half: Half) -> (u16, u16, &'static str) {
    match half {
        Half::Link => (IFLA_INFO_KIND, IFLA_INFO_DATA, InfoData::NAME),
        Half::Port => (
            IFLA_INFO_SLAVE_KIND,
            IFLA_INFO_SLAVE_DATA,
            InfoSlaveData::NAME,
        ),
    }
}

/// What `IFLA_LINKINFO` of a kind starts with, made beforehand: the headers of the nest, of the
/// name with the name, and of the settings.
struct Start {
    bytes: [u8; Self::MOST],
    /// Where the settings' header is.
    data: usize,
}

impl Start {
    const MOST: usize = 32;

    /// `None` for a kind whose name is only known when the program runs, or is long.
    const fn of<K: Kind>() -> Option<Self> {
        let name = K::NAME.as_bytes();
        let data = 8 + align(name.len());
        if name.is_empty() || data + 4 > Self::MOST {
            return None;
        }
        let (kind, settings, _) = numbers(K::HALF);
        let headers = [
            (0, 0, IFLA_LINKINFO | NLA_F_NESTED),
            (4, 4 + name.len() as u16, kind),
            (data, 0, settings | NLA_F_NESTED),
        ];
        let mut bytes = [0; Self::MOST];
        let mut n = 0;
        while n < headers.len() {
            let (at, len, kind) = headers[n];
            [bytes[at], bytes[at + 1]] = len.to_ne_bytes();
            [bytes[at + 2], bytes[at + 3]] = kind.to_ne_bytes();
            n += 1;
        }
        let mut n = 0;
        while n < name.len() {
            bytes[8 + n] = name[n];
            n += 1;
        }
        Some(Self { bytes, data })
    }
}

/// Appends `IFLA_LINKINFO`.
#[inline]
pub(super) fn encode<K: Kind>(
    name: &str,
    settings: &K::Request<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let Some(start) = (const { Start::of::<K>() }) else {
        return encode_named::<K>(name, settings, out);
    };
    let empty = K::is_empty(settings);
    let linkinfo = out.mark();
    if empty {
        out.headers(start.bytes.get(..start.data).unwrap_or(&[]));
    } else {
        out.headers(start.bytes.get(..start.data + 4).unwrap_or(&[]));
        let data = linkinfo.after(start.data);
        K::encode(settings, out)
            .and_then(|()| out.end_nest(data))
            .map_err(of_settings::<K>)?;
    }
    out.end_nest(linkinfo)
        .map_err(|error| error.inside("linkinfo"))
}

#[inline(never)]
fn encode_named<K: Kind>(
    name: &str,
    settings: &K::Request<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let (kind, data, _) = numbers(K::HALF);
    let linkinfo = out.begin_nest(IFLA_LINKINFO);
    out.attribute(kind, name.as_bytes())
        .map_err(|error| error.inside("kind"))?;
    if !K::is_empty(settings) {
        let nest = out.begin_nest(data);
        K::encode(settings, out)
            .and_then(|()| out.end_nest(nest))
            .map_err(of_settings::<K>)?;
    }
    out.end_nest(linkinfo)
        .map_err(|error| error.inside("linkinfo"))
}

#[cold]
#[inline(never)]
pub(super) fn of_settings<K: Kind>(error: EncodeError) -> EncodeError {
    error.inside(numbers(K::HALF).2).inside("linkinfo")
}

/// Getters of a link's settings: each reads those of one kind, or of the first of several.
macro_rules! getters {
    ($($(#[$meta:meta])* $name:ident of $kind:ty $(| $more:ty)* => $view:ident;)*) => {
        impl $crate::link::LinkView<'_> {
            $($(#[$meta])*
            #[inline]
            #[must_use]
            pub fn $name(&self) -> Option<$view<'_>> {
                self.data::<$kind>()$(.or_else(|| self.data::<$more>()))*
            })*
        }
    };
}
pub(super) use getters;

#[cfg(test)]
mod tests;
