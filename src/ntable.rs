//! Neighbour tables: how neighbours are asked for and kept, by family and by link
//! (`RTM_GETNEIGHTBL`, `RTM_SETNEIGHTBL`, `linux/neighbour.h`; `ip ntable`). The neighbours
//! themselves are [`neighbour`](crate::neighbour)'s.
//!
//! ```no_run
//! use std::time::Duration;
//! use nlroute::{Connection, Family, Ntable, Ntables, ntable::NtableParms};
//!
//! let mut host = Connection::open()?;
//! let parms = NtableParms::new().index("eth0").base_reachable_time(Duration::from_secs(60));
//! host.change(Ntable::new(Family::Inet, "arp_cache").parms(parms))?;
//! for told in &host.list(Ntables::all().link("eth0"))? {
//!     println!("{:?} {:?}", told.name(), told.parms());
//! }
//! # Ok::<(), nlroute::Error>(())
//! ```
use std::{borrow::Cow, fmt, time::Duration};

use crate::{
    Change, Describe, Family, List, Query, Request, Verb,
    noun::{self, never, put},
    wire::{
        EncodeError, Fault, Index, LinkRef, Millis, Nest, Schema, Str, Text, Writer, table::Table,
    },
};

crate::record! {
    /// What stands before the attributes of a neighbour table.
    ///
    /// ```
    /// assert_eq!(nlroute::ntable::NtableHeader::LEN, 4);
    /// ```
    pub struct NtableHeader "ndtmsg" 4 from 4;
    0 ndtm_family family: u8 = "Address family, a [`Family`].";
}

crate::record! {
    /// What a neighbour table is like at the moment.
    ///
    /// ```
    /// use nlroute::ntable::NtableConfig;
    /// let mut config = NtableConfig::default();
    /// config.last_flush = 1500;
    /// assert_eq!(config.since_flush(), std::time::Duration::from_millis(1500));
    /// ```
    #[non_exhaustive]
    pub struct NtableConfig "ndt_config" 32 from 32;
    0 ndtc_key_len key_len: u16 = "Length of an address in bytes.";
    2 ndtc_entry_size entry_size: u16 = "Length of an entry in the kernel's memory, in bytes.";
    4 ndtc_entries entries: u32 = "How many neighbours are in it, of all namespaces.";
    8 ndtc_last_flush last_flush: u32 = "Since room was made in it, in milliseconds.";
    12 ndtc_last_rand last_rand: u32 = "Since reachable times were drawn anew, in milliseconds.";
    16 ndtc_hash_rnd hash_rnd: u32 = "The number that its hash was drawn with.";
    20 ndtc_hash_mask hash_mask: u32 = "The most that a hash can be.";
    24 ndtc_hash_chain_gc hash_chain_gc: u32 = "No longer used: 0.";
    28 ndtc_proxy_qlen proxy_qlen: u32 = "Questions that wait to be answered for others.";
}

impl NtableConfig {
    /// Since room was made in it.
    #[must_use]
    pub fn since_flush(&self) -> Duration {
        Duration::from_millis(self.last_flush.into())
    }

    /// Since reachable times were drawn anew.
    #[must_use]
    pub fn since_rand(&self) -> Duration {
        Duration::from_millis(self.last_rand.into())
    }
}

crate::record! {
    /// What a neighbour table has done.
    ///
    /// ```
    /// assert_eq!(nlroute::ntable::NtableStats::LEN, 88);
    /// ```
    #[non_exhaustive]
    pub struct NtableStats "ndt_stats" 88 from 80;
    0 ndts_allocs allocs: u64 = "Entries made.";
    8 ndts_destroys destroys: u64 = "Entries taken away.";
    16 ndts_hash_grows hash_grows: u64 = "Times that the hash grew.";
    24 ndts_res_failed res_failed: u64 = "Neighbours that didn't answer.";
    32 ndts_lookups lookups: u64 = "Look-ups.";
    40 ndts_hits hits: u64 = "Look-ups that found one.";
    48 ndts_rcv_probes_mcast rcv_probes_mcast: u64 = "Multicast questions received; IPv6.";
    56 ndts_rcv_probes_ucast rcv_probes_ucast: u64 = "Unicast questions received; IPv6.";
    64 ndts_periodic_gc_runs periodic_gc_runs: u64 = "Times that room was made by the clock.";
    72 ndts_forced_gc_runs forced_gc_runs: u64 = "Times that room had to be made.";
    80 ndts_table_fulls table_fulls: u64 = "Entries not made because it was full. Since Linux 4.3.";
}

crate::table! {
    /// How neighbours are asked for and kept (`NDTPA_*` of `linux/neighbour.h`).
    table NtableParmsTable "parms";
    /// How neighbours are asked for and kept: of a link, or of links that come.
    ///
    /// ```
    /// assert_eq!(nlroute::ntable::NtableParmsView::parse(&[][..])?.index(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NtableParmsView;
    /// How neighbours are to be asked for and kept. Without [`index`](Self::index) it is of links
    /// that come.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nlroute::ntable::NtableParms;
    /// let parms = NtableParms::new().index("eth0").ucast_probes(5).locktime(Duration::ZERO);
    /// ```
    request NtableParms;

    rw 1 NDTPA_IFINDEX index: u32 | impl Into<LinkRef<'a>> as Index =
        "The link; read, its index, not there for links that come.";
    ro 2 NDTPA_REFCNT references: u32 = "How many hold these settings.";
    ro 3 NDTPA_REACHABLE_TIME reachable_time: Duration as Millis<u64> =
        "For how long a neighbour that answered counts as reachable, in milliseconds: a half to \
         one and a half times the base, drawn every 300 s.";
    rw 4 NDTPA_BASE_REACHABLE_TIME base_reachable_time: Duration as Millis<u64> =
        "What `reachable_time` is drawn around, in milliseconds.";
    rw 5 NDTPA_RETRANS_TIME retrans_time: Duration as Millis<u64> =
        "After how long it is asked again, in milliseconds.";
    rw 6 NDTPA_GC_STALETIME gc_staletime: Duration as Millis<u64> =
        "How long a neighbour out of use is kept at least, in milliseconds.";
    rw 7 NDTPA_DELAY_PROBE_TIME delay_probe_time: Duration as Millis<u64> =
        "After how long a stale neighbour in use is asked, in milliseconds.";
    rw 8 NDTPA_QUEUE_LEN queue_len: u32 = "Packets that wait for a neighbour's answer; the kernel counts bytes, see `queue_lenbytes`.";
    rw 9 NDTPA_APP_PROBES app_probes: u32 = "How often a program is asked.";
    rw 10 NDTPA_UCAST_PROBES ucast_probes: u32 = "How often the neighbour itself is asked.";
    rw 11 NDTPA_MCAST_PROBES mcast_probes: u32 = "How often all are asked.";
    rw 12 NDTPA_ANYCAST_DELAY anycast_delay: Duration as Millis<u64> =
        "The most that an answer for an anycast address is put off, in milliseconds.";
    rw 13 NDTPA_PROXY_DELAY proxy_delay: Duration as Millis<u64> =
        "The most that an answer for another is put off, in milliseconds.";
    rw 14 NDTPA_PROXY_QLEN proxy_qlen: u32 = "Questions to answer for others that may wait.";
    rw 15 NDTPA_LOCKTIME locktime: Duration as Millis<u64> =
        "For how long a neighbour's address isn't replaced by another answer, in milliseconds; IPv4.";
    rw 16 NDTPA_QUEUE_LENBYTES queue_lenbytes: u32 = "Bytes that wait for a neighbour's answer. Since Linux 3.3.";
    rw 17 NDTPA_MCAST_REPROBES mcast_reprobes: u32 =
        "How often all are asked once the neighbour itself didn't answer. Since Linux 4.1.";
    rw 19 NDTPA_INTERVAL_PROBE_TIME_MS interval_probe_time: Duration as Millis<u64> =
        "How often a managed neighbour is asked, in milliseconds. Since Linux 6.0.";
}

crate::table! {
    /// Attributes of a neighbour table (`NDTA_*` of `linux/neighbour.h`).
    table NtableTable "ntable" after NtableHeader;
    /// A neighbour table, or one link's settings in it, as the kernel tells it.
    ///
    /// ```
    /// use nlroute::ntable::NtableView;
    /// assert_eq!(NtableView::parse(&[2, 0, 0, 0][..])?.family(), nlroute::Family::Inet);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NtableView;
    /// What a neighbour table is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::ntable::NtableAttributes::new().is_empty());
    /// ```
    request NtableAttributes set by [impl<'a> Ntable<'a>] [.attributes];

    ro 1 NDTA_NAME name: Text<'_> as Str = "Its name: `arp_cache`, `ndisc_cache`.";
    rw 2 NDTA_THRESH1 thresh1: u32 = "Up to so many neighbours none is taken away to make room.";
    rw 3 NDTA_THRESH2 thresh2: u32 = "So many may be there for a while.";
    rw 4 NDTA_THRESH3 thresh3: u32 = "The most neighbours.";
    ro 5 NDTA_CONFIG config: NtableConfig = "What it is like at the moment.";
    rw 6 NDTA_PARMS parms: NtableParmsView<'_> | NtableParms<'a> as Nest<NtableParmsTable> =
        "How neighbours are asked for and kept.";
    ro 7 NDTA_STATS stats: NtableStats = "What it has done.";
    rw 8 NDTA_GC_INTERVAL gc_interval: Duration as Millis<u64> =
        "How often room is made by the clock, in milliseconds.";
}

impl NtableView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> NtableHeader {
        NtableHeader::at(self.as_bytes())
    }

    /// Its address family.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of the link whose settings these are; `None` where it is the table itself.
    #[inline]
    #[must_use]
    pub fn index(&self) -> Option<u32> {
        self.parms()?.index()
    }
}

const RTM_NEWNEIGHTBL: u16 = 64;
const RTM_GETNEIGHTBL: u16 = 66;
const RTM_SETNEIGHTBL: u16 = 67;
const NDTA_NAME: u16 = 1;

/// A request to change a neighbour table, or a link's settings in it.
///
/// Thresholds and [`gc_interval`](Self::gc_interval) are of the whole host: the kernel answers
/// `ENOENT` in any other network namespace than the first.
///
/// ```
/// use nlroute::{Family, Ntable, ntable::NtableParms};
/// let whole = Ntable::new(Family::Inet6, "ndisc_cache").thresh3(4096);
/// let of_link = Ntable::new(Family::Inet, "arp_cache")
///     .parms(NtableParms::new().index("eth0").mcast_probes(1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ntable<'a> {
    family: Family,
    name: &'a str,
    attributes: NtableAttributes<'a>,
}

impl<'a> Ntable<'a> {
    /// The table of this family, [`Family::Inet`] or [`Family::Inet6`], and this name:
    /// `arp_cache`, `ndisc_cache`. With [`Family::Unspec`] only the name counts.
    #[inline]
    #[must_use]
    pub fn new(family: Family, name: &'a str) -> Self {
        Self {
            family,
            name,
            attributes: NtableAttributes::new(),
        }
    }
}

impl Request for Ntable<'_> {
    const SCHEMA: &'static Schema = NtableTable::SCHEMA;
    const DESCRIBE: Describe = |body, name, f| {
        f.write_str("neighbour table")?;
        let Ok(view) = NtableView::parse(body) else {
            return Ok(());
        };
        if let Some(table) = view.name() {
            write!(f, " {table}")?;
        }
        match view.index() {
            Some(index) => write!(f, " on {}", name(index)),
            None => Ok(()),
        }
    };

    #[inline]
    fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if verb != Verb::Change {
            return Err(never(verb, "isn't done to a neighbour table"));
        }
        let message = out.begin(RTM_SETNEIGHTBL, libc::NLM_F_REPLACE as u16);
        let family = self.family.into();
        out.bytes(&NtableHeader { family }.to_bytes());
        put::<Str>(NDTA_NAME, "name", &self.name, out)?;
        self.attributes.encode(out)?;
        out.end(message)
    }
}

impl Change for Ntable<'_> {}

/// All neighbour tables and each link's settings in them, or those that a filter keeps.
///
/// The kernel filters by family, the rest is filtered here.
///
/// ```
/// use nlroute::{Family, Ntables};
/// let of_link = Ntables::all().family(Family::Inet).link("eth0");
/// let without_links = Ntables::all().whole();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ntables<'a> {
    family: Option<Family>,
    name: Option<&'a str>,
    link: Option<LinkRef<'a>>,
    whole: bool,
}

impl<'a> Ntables<'a> {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of this family.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Only the table of this name.
    #[must_use]
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Only this link's settings.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Only the tables themselves, with the settings of links that come.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }
}

impl Query for Ntables<'_> {
    const SCHEMA: &'static Schema = NtableTable::SCHEMA;
    type View<'a> = NtableView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(family) = self.family {
            write!(f, "{family} ")?;
        }
        f.write_str("neighbour tables")?;
        if let Some(name) = self.name {
            write!(f, " of name {name}")?;
        }
        match &self.link {
            Some(link) => write!(f, " on {link}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(RTM_GETNEIGHTBL, 0);
        noun::resolve(&mut self.link, "link", out)?;
        let family = self.family.unwrap_or(Family::Unspec).into();
        out.bytes(&NtableHeader { family }.to_bytes());
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNEIGHTBL
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NtableView<'a>, Fault> {
        NtableView::parse(body)
    }
}

impl List for Ntables<'_> {
    fn filters(&self, _: bool) -> bool {
        self.link.is_some() || self.name.is_some() || self.whole
    }

    #[inline]
    fn keeps(&self, view: &NtableView<'_>) -> bool {
        let index = view.index();
        noun::is_link(self.link.as_ref(), index.unwrap_or(0))
            && (!self.whole || index.is_none())
            && self
                .name
                .is_none_or(|wanted| view.name().is_some_and(|name| name == wanted))
    }
}
