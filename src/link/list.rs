//! Reading links: one, or all that a filter keeps (`RTM_GETLINK`).
use std::{borrow::Cow, fmt};

use super::{ExtMask, IFLA_EXT_MASK, Kind, LinkHeader, LinkRequest, LinkView, table::LinkTable};
use crate::{
    Get, List, Query,
    wire::{EncodeError, Fault, LinkRef, Schema, Writer, table::Table},
};

/// What is asked for unless the caller says otherwise.
///
/// There must be some bit: without one the kernel sizes each message for 4 KiB or a page and
/// leaves out, without a word, links that need more. This one means nothing outside of the
/// bridge's own family. Virtual functions are not asked for, because a card with hundreds makes a
/// message that no attribute can hold, and the kernel then fails the whole list.
const DEFAULT: ExtMask = ExtMask::BRVLAN_COMPRESSED;

const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;

/// A mask without any bit is none.
#[inline]
fn put_mask(mask: ExtMask, out: &mut Writer<'_>) {
    let mask = if mask.is_empty() { DEFAULT } else { mask };
    out.fixed(IFLA_EXT_MASK, mask.bits().to_ne_bytes());
}

/// A link, by name, alternative name or index, is a question too.
///
/// Only the selection counts, and [`ext_mask`](LinkRequest::ext_mask) and
/// [`target_netnsid`](LinkRequest::target_netnsid); strict kernels refuse the rest.
impl<K: Kind> Query for LinkRequest<'_, K> {
    const SCHEMA: &'static Schema = &super::kind::schema::<K>();
    type View<'a> = LinkView<'a>;

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.selected() {
            Some(link) => write!(f, "link {link}"),
            None => f.write_str("link"),
        }
    }

    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETLINK, 0);
        self.encode_selection(out)?;
        put_mask(self.attributes.mask().unwrap_or(DEFAULT), out);
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWLINK
    }

    fn view<'a>(body: Cow<'a, [u8]>) -> Result<LinkView<'a>, Fault> {
        LinkView::parse(body)
    }
}

impl<K: Kind> Get for LinkRequest<'_, K> {}

/// All links, or those that a filter keeps.
///
/// ```
/// # fn sandboxed(host: &mut nlroute::Connection) -> nlroute::Result<()> {
/// use nlroute::link::Links;
/// for link in &host.list(Links::all().kind("veth").master("br0"))? {
///     println!("{} is a port of br0", link.name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Links<'a> {
    master: Option<LinkRef<'a>>,
    kind: Option<&'a str>,
    ext_mask: ExtMask,
    target_netnsid: Option<i32>,
}

impl<'a> Links<'a> {
    /// Every link.
    #[must_use]
    pub fn all() -> Self {
        Self {
            master: None,
            kind: None,
            ext_mask: DEFAULT,
            target_netnsid: None,
        }
    }

    /// Only ports of this master.
    #[must_use]
    pub fn master(mut self, master: impl Into<LinkRef<'a>>) -> Self {
        self.master = Some(master.into());
        self
    }

    /// Only links of this kind, for instance `veth`.
    #[must_use]
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// What more, or less, the kernel is to tell of each. Virtual functions are told only with
    /// [`ExtMask::VF`]; [`ExtMask::SKIP_STATS`] makes each message 368 bytes shorter.
    #[must_use]
    pub fn ext_mask(mut self, mask: ExtMask) -> Self {
        self.ext_mask = mask;
        self
    }

    /// The links of the namespace that has this number in the connection's namespace. Since
    /// Linux 4.15.
    #[must_use]
    pub fn target_netnsid(mut self, netnsid: i32) -> Self {
        self.target_netnsid = Some(netnsid);
        self
    }
}

impl Query for Links<'_> {
    const SCHEMA: &'static Schema = LinkTable::SENT;
    type View<'a> = LinkView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("links")?;
        if let Some(kind) = self.kind {
            write!(f, " of kind {kind}")?;
        }
        match &self.master {
            Some(master) => write!(f, " of master {master}"),
            None => Ok(()),
        }
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETLINK, 0);
        out.bytes(&LinkHeader::default().to_bytes());
        if let Some(master) = &mut self.master {
            let index = master.index(out).map_err(|error| error.inside("master"))?;
            *master = LinkRef::Index(index);
            out.fixed(IFLA_MASTER, index.to_ne_bytes());
        }
        if let Some(kind) = self.kind {
            let linkinfo = out.begin_nest(IFLA_LINKINFO);
            out.attribute(IFLA_INFO_KIND, kind.as_bytes())
                .and_then(|()| out.end_attribute(linkinfo))
                .map_err(|error| error.inside("kind"))?;
        }
        put_mask(self.ext_mask, out);
        if let Some(netnsid) = self.target_netnsid {
            super::table::encode_netnsid(netnsid, out);
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == libc::RTM_NEWLINK
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<LinkView<'a>, Fault> {
        LinkView::parse(body)
    }
}

impl List for Links<'_> {
    /// No kernel filters by a kind that it has no module of: it then sends all.
    fn filters(&self, strict: bool) -> bool {
        !strict || self.kind.is_some()
    }

    #[inline]
    fn keeps(&self, link: &LinkView<'_>) -> bool {
        let of_master = match &self.master {
            Some(LinkRef::Index(index)) => link.master() == Some(*index),
            _ => true,
        };
        of_master
            && self
                .kind
                .is_none_or(|kind| link.kind().is_some_and(|k| k == kind))
    }
}
