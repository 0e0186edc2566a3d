//! HSR and PRP: two links as one without a gap when one fails (`IFLA_HSR_*` of
//! `linux/if_link.h`, IEC 62439-3).
use super::{Kind, LinkRequest, kind::getters};
use crate::wire::{Index, LinkAddress, LinkRef, Mac};

/// HSR, a ring, or PRP, two networks: what is sent goes over both links, and the second copy of
/// what is received is dropped.
///
/// ```
/// use nlroute::link::Hsr;
/// let ring = Hsr::new("hsr0").slave1("eth0").slave2("eth1").version(1);
/// ```
pub type Hsr<'a> = LinkRequest<'a, HsrTable>;

impl Kind for HsrTable {
    const NAME: &'static str = "hsr";
}

crate::open_enum! {
    /// Which of the two (`HSR_PROTOCOL_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::HsrProtocol::Prp.to_string(), "prp");
    /// ```
    pub enum HsrProtocol: u8 {
        /// HSR: what it is at first.
        Hsr = 0 "hsr",
        /// PRP.
        Prp = 1 "prp",
    }
}

crate::table! {
    /// Settings of HSR.
    table HsrTable "hsr";
    /// Settings of HSR, read.
    ///
    /// ```
    /// let view = nlroute::link::HsrView::parse(&[][..])?;
    /// assert!(view.slave1().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view HsrView;
    /// Settings of HSR, as [`LinkRequest::data`] takes them; each is a method of [`Hsr`] too.
    /// Nothing can be altered once it exists.
    ///
    /// ```
    /// assert!(nlroute::link::HsrData::new().is_empty());
    /// ```
    request HsrData set by [impl<'a> LinkRequest<'a, HsrTable>] [.data];
    rw 1 IFLA_HSR_SLAVE1 slave1: u32 | impl Into<LinkRef<'a>> as Index = "The first link.";
    rw 2 IFLA_HSR_SLAVE2 slave2: u32 | impl Into<LinkRef<'a>> as Index = "The second link.";
    wo 3 IFLA_HSR_MULTICAST_SPEC multicast_spec: u8
        = "Last byte of the address that supervision is sent to; see `supervision_addr`.";
    ro 4 IFLA_HSR_SUPERVISION_ADDR supervision_addr: LinkAddress as Mac
        = "The address that supervision is sent to.";
    ro 5 IFLA_HSR_SEQ_NR seq_nr: u16 = "Number of the next packet.";
    wo 6 IFLA_HSR_VERSION version: u8
        = "Version of HSR: 0, as at first, or 1; not for PRP. Since Linux 4.7.";
    rw 7 IFLA_HSR_PROTOCOL protocol: HsrProtocol = "HSR or PRP. Since Linux 5.9.";
    rw 8 IFLA_HSR_INTERLINK interlink: u32 | impl Into<LinkRef<'a>> as Index
        = "The link to who takes no part in the ring; of HSR. Since Linux 6.10.";
}

getters! {
    /// What it is set to as HSR or PRP, if it is one.
    hsr of HsrTable => HsrView;
}
