//! Identifier-locator addressing: `encap ila` (`linux/ila.h`).
use crate::wire::{Be64, EncodeError};

crate::open_enum! {
    /// What becomes of the checksum when the locator is put in (`ILA_CSUM_*` of `linux/ila.h`).
    ///
    /// ```
    /// use nlroute::route::encap::IlaCsumMode;
    /// assert_eq!(IlaCsumMode::from(1).to_string(), "neutral-map");
    /// ```
    pub enum IlaCsumMode: u8 {
        /// That of the transport's header is adjusted.
        AdjustTransport = 0 "adj-transport",
        /// The identifier is changed so that it stays true, and marked.
        NeutralMap = 1 "neutral-map",
        /// Nothing.
        NoAction = 2 "no-action",
        /// The identifier is changed so that it stays true, without a mark.
        NeutralMapAuto = 3 "neutral-map-auto",
    }
}

crate::open_enum! {
    /// What an identifier is of (`ILA_ATYPE_*` of `linux/ila.h`).
    ///
    /// ```
    /// use nlroute::route::encap::IlaIdentType;
    /// assert_eq!(IlaIdentType::from(1).to_string(), "luid");
    /// ```
    pub enum IlaIdentType: u8 {
        /// An interface.
        Iid = 0 "iid",
        /// A number of local meaning.
        Luid = 1 "luid",
        /// An IPv4 address of a virtual network.
        VirtV4 = 2 "virt-v4",
        /// An IPv6 unicast address of a virtual network.
        VirtUniV6 = 3 "virt-uni-v6",
        /// An IPv6 multicast address of a virtual network.
        VirtMultiV6 = 4 "virt-multi-v6",
        /// An address of elsewhere.
        NonlocalAddr = 5 "nonlocal-addr",
        /// Told by the address itself.
        UseFormat = 32 "use-format",
    }
}

crate::open_enum! {
    /// When the locator is put in (`ILA_HOOK_*` of `linux/ila.h`).
    ///
    /// ```
    /// use nlroute::route::encap::IlaHookType;
    /// assert_eq!(IlaHookType::from(1).to_string(), "input");
    /// ```
    pub enum IlaHookType: u8 {
        /// When a packet goes out.
        RouteOutput = 0 "output",
        /// When a packet comes in.
        RouteInput = 1 "input",
    }
}

crate::table! {
    /// Identifier-locator addressing (`ILA_ATTR_*` of `linux/ila.h`).
    table IlaEncapTable "ila";
    /// Identifier-locator addressing, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::IlaEncapView::parse(&[][..])?.locator().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IlaEncapView;
    /// Identifier-locator addressing: what stands in the first half of a packet's destination.
    ///
    /// ```
    /// let ila = nlroute::route::encap::IlaEncap::new().locator(0x2001_0db8_0000_0001);
    /// ```
    request IlaEncap;

    rw 1 ILA_ATTR_LOCATOR locator: u64 as Be64 = "The locator, the first 64 bits of the address.";
    rw 7 ILA_ATTR_CSUM_MODE csum_mode: IlaCsumMode =
        "What becomes of the checksum. Since Linux 4.8.";
    rw 8 ILA_ATTR_IDENT_TYPE ident_type: IlaIdentType =
        "What the identifier is of; without it the destination tells, whose prefix has 67 bits or more then. Since Linux 4.16.";
    rw 9 ILA_ATTR_HOOK_TYPE hook_type: IlaHookType =
        "When the locator is put in. Since Linux 4.16.";
}

impl IlaEncap<'_> {
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }
}
