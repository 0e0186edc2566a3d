//! What requests about multicast databases hold (`MDBE_*` of `linux/if_bridge.h`).
use std::{marker::PhantomData, net::IpAddr};

use super::{FilterMode, MdbEntry, MdbEntryInfo, MdbHeader};
use crate::{
    route::RouteProtocol,
    wire::{Each, EncodeError, Fault, Format, Index, IpBytes, LinkRef, Nest, ValueInfo, Writer},
};

crate::table! {
    /// A source of a group, in a request.
    table MdbeSourceTable "source";
    /// A source of a group, in a request.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbeSourceView::parse(&[][..])?;
    /// assert!(view.address().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbeSourceView;
    /// A source of a group, to be set; [`MdbEntry::sources`] takes addresses.
    ///
    /// ```
    /// let source = nlroute::bridge::MdbeSource::new().address([192, 0, 2, 1]);
    /// ```
    request MdbeSource;
    rw 1 MDBE_SRCATTR_ADDRESS address: IpAddr | impl Into<IpAddr> as IpBytes = "Its address.";
}

/// Sources, an attribute each.
#[derive(Clone, Copy, Debug)]
pub enum SourceList {}

impl Format for SourceList {
    type Read<'a> = Each<'a, Nest<MdbeSourceTable>>;
    type Write<'a> = &'a [IpAddr];
    const INFO: ValueInfo = <Each<'static, Nest<MdbeSourceTable>> as Format>::INFO;
    const SENT: ValueInfo = <Each<'static, Nest<MdbeSourceTable>> as Format>::SENT;

    fn read(payload: &[u8]) -> Result<Each<'_, Nest<MdbeSourceTable>>, Fault> {
        <Each<'static, Nest<MdbeSourceTable>> as Format>::read(payload)
    }

    #[inline]
    fn write(value: &&[IpAddr], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        const MDBE_SRC_LIST_ENTRY: u16 = 1;
        const MDBE_SRCATTR_ADDRESS: u16 = 1;
        for address in *value {
            let nest = out.begin_nest(MDBE_SRC_LIST_ENTRY);
            IpBytes::put(MDBE_SRCATTR_ADDRESS, address, out)?;
            out.end_attribute(nest)?;
        }
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &&[IpAddr], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        Self::write(value, out)?;
        out.end_attribute(nest)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[IpAddr] {
        &[]
    }

    /// They are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[IpAddr]> {
        None
    }
}

crate::table! {
    /// What an entry is set to, beside its header.
    table MdbeTable "entry_attrs";
    /// What an entry is set to, beside its header, in a request.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbeView::parse(&[][..])?;
    /// assert!(view.source().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbeView;
    /// What an entry is set to, beside its header: what an [`MdbEntry`] holds, whose setters they
    /// are.
    ///
    /// ```
    /// assert!(nlroute::bridge::Mdbe::new().is_empty());
    /// ```
    request Mdbe set by [impl<'a> MdbEntry<'a>] [.attributes];
    rw 1 MDBE_ATTR_SOURCE source: IpAddr | impl Into<IpAddr> as IpBytes
        = "The one source that it is about; of the group's family. Since Linux 5.10.";
    rw 2 MDBE_ATTR_SRC_LIST sources: Each<'_, Nest<MdbeSourceTable>> | &'a [IpAddr] as SourceList
        = "Sources that are wanted or not, as the filter mode says. Since Linux 6.2.";
    rw 3 MDBE_ATTR_GROUP_MODE filter_mode: FilterMode
        = "How the sources are meant; of an entry without one source. Since Linux 6.2.";
    rw 4 MDBE_ATTR_RTPROT protocol: RouteProtocol = "Who makes it. Since Linux 6.2.";
    rw 5 MDBE_ATTR_DST dst: IpAddr | impl Into<IpAddr> as IpBytes
        = "The tunnel's other end; VXLAN. Since Linux 6.4.";
    rw 6 MDBE_ATTR_DST_PORT dst_port: u16
        = "UDP port of the tunnel's other end; VXLAN. Since Linux 6.4.";
    rw 7 MDBE_ATTR_VNI vni: u32
        = "VXLAN network identifier to send with, 24 bits. Since Linux 6.4.";
    rw 8 MDBE_ATTR_IFINDEX via: u32 | impl Into<LinkRef<'a>> as Index
        = "Link by which the tunnel's packets go out; VXLAN. Since Linux 6.4.";
    rw 9 MDBE_ATTR_SRC_VNI source_vni: u32
        = "VXLAN network identifier that the packet came with, 24 bits; of a VXLAN that takes all. Since Linux 6.4.";
    ro 10 MDBE_ATTR_STATE_MASK state_mask: u8 = "Which states a flush is about. Since Linux 6.8.";
}

impl Mdbe<'_> {
    pub(super) fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }

    pub(super) fn source_is(&self) -> Option<IpAddr> {
        self.has(1).then_some(self.source)
    }

    pub(super) fn sources_are(&self) -> &[IpAddr] {
        self.sources
    }

    /// The identifiers of networks, with their names.
    pub(super) fn vnis(&self) -> [(&'static str, Option<u32>); 2] {
        [
            ("vni", self.has(7).then_some(self.vni)),
            ("source_vni", self.has(9).then_some(self.source_vni)),
        ]
    }

    /// Only what a question may hold.
    #[inline]
    pub(super) fn of_question(&self) -> Self {
        let mut question = Self::new();
        if self.has(1) {
            question.source = self.source;
            question.is_set.insert(1);
        }
        if self.has(9) {
            question.source_vni = self.source_vni;
            question.is_set.insert(9);
        }
        question
    }
}

crate::table! {
    /// An entry to set or to delete.
    table MdbSetTable "mdb_set" after MdbHeader;
    /// An entry to set or to delete, as a request holds it.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbSetView::parse(&[0; 8][..])?;
    /// assert!(view.entry().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbSetView;
    /// An entry to set or to delete; [`MdbEntry`] does it.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbSet::new().is_empty());
    /// ```
    request MdbSet;
    rw 1 MDBA_SET_ENTRY entry: MdbEntryInfo = "Port and group.";
    rw 2 MDBA_SET_ENTRY_ATTRS entry_attrs: MdbeView<'_> | Mdbe<'a> as Nest<MdbeTable>
        = "What more it is. Since Linux 5.10.";
}

crate::table! {
    /// Which group is asked for.
    table MdbGetTable "mdb_get" after MdbHeader;
    /// Which group is asked for, as a request holds it.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbGetView::parse(&[0; 8][..])?;
    /// assert!(view.entry().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbGetView;
    /// Which group is asked for; [`MdbEntry`] does it.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbGet::new().is_empty());
    /// ```
    request MdbGet;
    rw 1 MDBA_GET_ENTRY entry: MdbEntryInfo = "The group.";
    rw 2 MDBA_GET_ENTRY_ATTRS entry_attrs: MdbeView<'_> | Mdbe<'a> as Nest<MdbeTable>
        = "Which of its entries.";
}
