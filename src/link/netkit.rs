//! Netkit: a pair of links for BPF programs, each of which receives what the other sends
//! (`IFLA_NETKIT_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, LinkView, Peer, kind::getters, veth::PeerLink};
use crate::{
    Place,
    wire::{EncodeError, OnOff, Writer},
};

/// A netkit pair: this end, the primary one, and by [`peer`](Self::peer) the other. Since
/// Linux 6.7.
///
/// Without a name the kernel calls either end `nk` and the first free number, the other end
/// first: a primary that is called `nk0` without a named peer is therefore refused with `EEXIST`
/// where `nk0` was free. Name both. Addresses can be given in mode `L2` only.
///
/// ```
/// use nlroute::link::{Netkit, NetkitMode, NetkitPolicy, Peer};
/// let pair = Netkit::new("nk0")
///     .mode(NetkitMode::L2)
///     .peer(Peer::new("eth0").netns("pod0").up())
///     .peer_policy(NetkitPolicy::Drop)
///     .up();
/// ```
pub type Netkit<'a> = LinkRequest<'a, NetkitTable>;

impl Kind for NetkitTable {
    const NAME: &'static str = "netkit";

    #[inline]
    fn check(settings: &NetkitData<'_>, ifindex: u32) -> Result<(), EncodeError> {
        settings
            .peer
            .get()
            .map_or(Ok(()), |peer| peer.check_ifindex(ifindex))
    }

    /// The kernel looks at no flag of the other end: all of them follow.
    #[inline]
    fn follow_up<'r>(
        settings: &'r NetkitData<'_>,
        out: &mut Writer<'_>,
    ) -> Result<Option<Place<'r>>, EncodeError> {
        settings
            .peer
            .get()
            .map_or(Ok(None), |peer| peer.follow_up_all(out))
    }
}

crate::open_enum! {
    /// At which layer a netkit works.
    ///
    /// ```
    /// assert_eq!(nlroute::link::NetkitMode::L3.to_string(), "l3");
    /// ```
    pub enum NetkitMode: u32 {
        /// With link-layer addresses.
        L2 = 0 "l2",
        /// Without: what it is at first.
        L3 = 1 "l3",
    }
}

crate::open_enum! {
    /// What becomes of a packet that no program decides on (`NETKIT_*` of `linux/if_link.h`); the
    /// kernel takes two of what a program can say.
    ///
    /// ```
    /// assert_eq!(nlroute::link::NetkitPolicy::Drop.to_string(), "blackhole");
    /// ```
    pub enum NetkitPolicy: u32 {
        /// It goes to the other end: what it is at first.
        Pass = 0 "forward",
        /// It is dropped.
        Drop = 2 "blackhole",
        /// It goes where the program sent it.
        Redirect = 7 "redirect",
    }
}

crate::open_enum! {
    /// What is taken off a packet on its way to the other end (`NETKIT_SCRUB_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::NetkitScrub::None.to_string(), "none");
    /// ```
    pub enum NetkitScrub: u32 {
        /// Nothing but what the other namespace must not see.
        None = 0 "none",
        /// Mark and priority too: what it is at first.
        Default = 1 "default",
    }
}

crate::open_enum! {
    /// Whether there is another end (`NETKIT_DEVICE_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::NetkitPairing::Single.to_string(), "single");
    /// ```
    pub enum NetkitPairing: u32 {
        /// There is: what it is at first.
        Pair = 0 "pair",
        /// There is none; then nothing of it, and no policy, can be given.
        Single = 1 "single",
    }
}

crate::table! {
    /// Settings of a netkit.
    table NetkitTable "netkit" names super::kind::known;
    /// Settings of a netkit, read.
    ///
    /// ```
    /// let view = nlroute::link::NetkitView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NetkitView;
    /// Settings of a netkit, as [`LinkRequest::data`] takes them; each is a method of [`Netkit`]
    /// too. Once it exists only the policies can be altered, and by the primary end.
    ///
    /// ```
    /// assert!(nlroute::link::NetkitData::new().is_empty());
    /// ```
    request NetkitData set by [impl<'a> LinkRequest<'a, NetkitTable>] [.data];
    rw 1 IFLA_NETKIT_PEER_INFO peer: LinkView<'_> | Peer<'a> as PeerLink
        = "The other end; its flags become a message of its own that follows.";
    ro 2 IFLA_NETKIT_PRIMARY primary: bool as OnOff = "Whether this is the primary end.";
    rw 3 IFLA_NETKIT_POLICY policy: NetkitPolicy
        = "What becomes of packets that this end sends, and no program decides on.";
    rw 4 IFLA_NETKIT_PEER_POLICY peer_policy: NetkitPolicy
        = "What becomes of packets that the other end sends, and no program decides on.";
    rw 5 IFLA_NETKIT_MODE mode: NetkitMode = "At which layer it works.";
    rw 6 IFLA_NETKIT_SCRUB scrub: NetkitScrub
        = "What is taken off a packet that this end sends. Since Linux 6.12.";
    rw 7 IFLA_NETKIT_PEER_SCRUB peer_scrub: NetkitScrub
        = "What is taken off a packet that the other end sends. Since Linux 6.12.";
    rw 8 IFLA_NETKIT_HEADROOM headroom: u16 = "Bytes kept free before a packet. Since Linux 6.14.";
    rw 9 IFLA_NETKIT_TAILROOM tailroom: u16 = "Bytes kept free after a packet. Since Linux 6.14.";
    rw 10 IFLA_NETKIT_PAIRING pairing: NetkitPairing
        = "Whether there is another end. Newer than Linux 6.18.";
}

getters! {
    /// What it is set to as a netkit, if it is one.
    netkit of NetkitTable => NetkitView;
}
