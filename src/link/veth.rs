//! Veth: a pair of links, each of which receives what the other sends (`linux/veth.h`).
use super::{Kind, LinkFlags, LinkHeader, LinkRequest, LinkView, NoKind, table::LinkTable};
use crate::{
    Place,
    noun::invalid,
    wire::{
        EncodeError, Fault, Format, LinkRef, Nest, ValueInfo, Writer,
        table::{Maybe, Table, aside},
    },
};

/// A veth pair: this end, and by [`peer`](Self::peer) the other.
///
/// ```
/// # fn sandboxed(host: &mut nlroute::Connection, netns: &nlroute::Netns) -> nlroute::Result<()> {
/// use nlroute::link::{Peer, Veth};
/// // One end here, the other born inside of a namespace; both up.
/// let index = host.add(Veth::new("veth0").up().peer(Peer::new("ceth0").netns(netns).up()))?;
/// # Ok(())
/// # }
/// ```
pub type Veth<'a> = LinkRequest<'a, VethTable>;

/// The other end of a veth, of a [`Vxcan`](super::Vxcan) or of a [`Netkit`](super::Netkit).
///
/// Its namespace is this one unless [`netns`](LinkRequest::netns) or
/// [`netns_pid`](LinkRequest::netns_pid) says another; without a name
/// ([`LinkRequest::unnamed`]) the kernel gives it one. The kernel can't create it up, so
/// [`up`](LinkRequest::up) becomes a message of its own that follows, for which the end must have
/// a name or an [`ifindex`](LinkRequest::ifindex). The kernel takes an index for this end only if
/// one is chosen for the other end too.
///
/// ```
/// use nlroute::link::{Peer, Veth};
/// let pair = Veth::new("veth0").peer(Peer::new("ceth0").address([2, 0, 0, 0, 0, 1]).up());
/// ```
pub type Peer<'a> = LinkRequest<'a, NoKind>;

crate::table! {
    /// Settings of a veth, which only count when it is created.
    table VethTable "veth" names super::kind::known;
    /// Settings of a veth. The kernel tells none: the other end's index is
    /// [`LinkView::link`].
    ///
    /// ```
    /// let view = nlroute::link::VethView::parse(&[][..])?;
    /// assert!(view.peer().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VethView;
    /// The settings of a veth that is to be created.
    ///
    /// ```
    /// assert!(nlroute::link::VethData::new().is_empty());
    /// ```
    request VethData set by [impl<'a> LinkRequest<'a, VethTable>] [.data];
    rw 1 VETH_INFO_PEER peer: LinkView<'_> | Peer<'a> as PeerLink = "The other end.";
}

impl Kind for VethTable {
    const NAME: &'static str = "veth";

    /// The kernel looks at the other end's index only if this end's is chosen too.
    #[inline]
    fn check(settings: &VethData<'_>, ifindex: u32) -> Result<(), EncodeError> {
        match settings.peer.get() {
            Some(peer) => peer.check_ifindex(ifindex),
            None => Ok(()),
        }
    }

    #[inline]
    fn follow_up<'r>(
        settings: &'r VethData<'_>,
        out: &mut Writer<'_>,
    ) -> Result<Option<Place<'r>>, EncodeError> {
        match settings.peer.get() {
            Some(peer) => peer.follow_up(out),
            None => Ok(None),
        }
    }
}

/// `VETH_INFO_PEER` and the like: a link's header and attributes again.
#[derive(Clone, Copy, Debug)]
pub enum PeerLink {}

impl Format for PeerLink {
    type Read<'a> = LinkView<'a>;
    type Write<'a> = Maybe<Peer<'a>>;
    const INFO: ValueInfo = Nest::<LinkTable>::INFO;
    const SENT: ValueInfo = Nest::<LinkTable>::SENT;

    #[inline]
    fn read(payload: &[u8]) -> Result<LinkView<'_>, Fault> {
        LinkView::parse(payload)
    }

    #[inline]
    fn write(value: &Maybe<Peer<'_>>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(peer) = value.get() else {
            return Ok(());
        };
        peer.check_peer()?;
        out.bytes(&peer.peer_header());
        peer.encode_peer_attributes(out)
    }

    #[inline]
    fn put(kind: u16, value: &Maybe<Peer<'_>>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(value) = value.get() else {
            return Ok(());
        };
        value.check_peer()?;
        let nest = out.begin_nest_with(kind, value.peer_header());
        value.encode_peer_attributes(out)?;
        out.end_nest(nest)
    }

    #[inline]
    fn unset(_: std::marker::PhantomData<&()>) -> Maybe<Peer<'_>> {
        Maybe::Unset
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Maybe<Peer<'_>>> {
        let header = LinkHeader::at(payload);
        let mut peer = Peer::unnamed();
        peer.attributes = LinkTable::again(payload);
        peer.ifindex = header.index;
        peer.flags = LinkFlags::from_bits_retain(header.flags);
        peer.change = LinkFlags::from_bits_retain(header.change);
        Some(peer.into())
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

impl Peer<'_> {
    /// The kernel looks at the index only if one is chosen for the first end, whose this is.
    #[inline]
    pub(super) fn check_ifindex(&self, first: u32) -> Result<(), EncodeError> {
        if first == 0 && self.ifindex > 0 {
            let why = "counts only if an index is chosen for this end too";
            return Err(invalid("ifindex", self.ifindex, why).inside("peer"));
        }
        Ok(())
    }

    /// Appends the message that brings it up, if it is to be.
    #[inline]
    pub(super) fn follow_up(&self, out: &mut Writer<'_>) -> Result<Option<Place<'_>>, EncodeError> {
        if !self.wants_up() {
            return Ok(None);
        }
        self.encode_flags(LinkFlags::UP, out)?;
        Ok(Some(self.attributes.place()))
    }

    /// Appends the message that sets all its flags, if any is given.
    #[inline]
    pub(super) fn follow_up_all(
        &self,
        out: &mut Writer<'_>,
    ) -> Result<Option<Place<'_>>, EncodeError> {
        if self.change.is_empty() {
            return Ok(None);
        }
        self.encode_flags(self.change, out)?;
        Ok(Some(self.attributes.place()))
    }

    fn wants_up(&self) -> bool {
        self.flags.contains(LinkFlags::UP)
    }

    /// Whether it can be the other end.
    #[inline]
    fn check_peer(&self) -> Result<(), EncodeError> {
        self.check_new()?;
        self.attributes.check_peer()?;
        if !self.kind.is_empty() {
            return Err(aside(self, (), |peer, ()| peer.has_a_kind()));
        }
        if self.wants_up() {
            aside(self, (), |peer, ()| peer.up_by_name().map(|_| ()))?;
        }
        Ok(())
    }

    /// The header of the other end: all but its being up.
    #[inline]
    fn peer_header(&self) -> [u8; LinkHeader::LEN] {
        LinkHeader {
            index: self.ifindex,
            flags: self.flags.difference(LinkFlags::UP).bits(),
            change: self.change.difference(LinkFlags::UP).bits(),
            ..LinkHeader::default()
        }
        .to_bytes()
    }

    #[inline]
    fn encode_peer_attributes(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.attributes.encode(out)?;
        self.encode_raw(out);
        Ok(())
    }

    #[cold]
    #[inline]
    fn has_a_kind(&self) -> EncodeError {
        let why = "the other end has no kind of its own";
        EncodeError::new(format!("\"{}\"", self.kind), why)
    }

    /// How to find the other end again; `None` by its index.
    #[inline]
    fn up_by_name(&self) -> Result<Option<&LinkRef<'_>>, EncodeError> {
        match self.attributes.name() {
            _ if self.ifindex > 0 => Ok(None),
            Some(LinkRef::Name(name)) if name.as_bytes().contains(&b'%') => Err(EncodeError::new(
                format!("\"{name}\""),
                "an end that is to be up needs a whole name or an index",
            )
            .inside("name")),
            Some(name) => Ok(Some(name)),
            None => Err(EncodeError::new(
                "none",
                "an end that is to be up needs a name or an index",
            )
            .inside("name")),
        }
    }

    /// Appends a message that sets these of its flags.
    #[inline]
    fn encode_flags(&self, flags: LinkFlags, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let mut link = match self.up_by_name()? {
            Some(name) => Peer::named(name),
            None => Peer::index(self.ifindex),
        };
        link.flags = self.flags & flags;
        link.change = self.change & flags;
        link.encode_change(out)
    }
}
