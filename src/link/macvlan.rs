//! Macvlan and macvtap: a link with an address of its own on another (`IFLA_MACVLAN_*` of
//! `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};
use crate::{
    noun::invalid,
    wire::{Each, EncodeError, LinkAddress, ListOf, Mac, Values},
};

/// A macvlan: a link with an address of its own on another, which is
/// [`link`](LinkRequest::link).
///
/// ```
/// use nlroute::link::{Macvlan, MacvlanMode};
/// let macvlan = Macvlan::new("mv0").link("eth0").mode(MacvlanMode::Bridge).up();
/// ```
pub type Macvlan<'a> = LinkRequest<'a, MacvlanTable>;

/// A macvtap: a macvlan whose packets a program has by `/dev/tapN`, N being its index.
///
/// ```
/// use nlroute::link::{Macvtap, MacvlanMode};
/// let macvtap = Macvtap::new("vm0").link("eth0").mode(MacvlanMode::Vepa).up();
/// ```
pub type Macvtap<'a> = LinkRequest<'a, MacvtapTable>;

crate::open_enum! {
    /// Whom a macvlan reaches (`MACVLAN_MODE_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MacvlanMode::Bridge.to_string(), "bridge");
    /// ```
    pub enum MacvlanMode: u32 {
        /// Nobody on the same link, not even by the switch.
        Private = 1 "private",
        /// Others on the same link by a switch that sends back: what it is at first.
        Vepa = 2 "vepa",
        /// Others on the same link directly.
        Bridge = 4 "bridge",
        /// It is the only one, and has the link's address.
        Passthru = 8 "passthru",
        /// What comes from the addresses of its list.
        Source = 16 "source",
    }
}

crate::open_flags! {
    /// Switches of a macvlan (`MACVLAN_FLAG_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MacvlanFlags::NODST.bits(), 2);
    /// ```
    pub struct MacvlanFlags: u16 {
        /// The link below isn't made promiscuous; only of mode `Passthru`.
        const NOPROMISC = 1;
        /// What matches by its source isn't looked for by its destination.
        const NODST = 1 << 1;
    }
}

crate::open_enum! {
    /// What is done with the list of source addresses (`MACVLAN_MACADDR_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MacaddrMode::Set.to_string(), "set");
    /// ```
    pub enum MacaddrMode: u32 {
        /// `macaddr` is put in.
        Add = 0 "add",
        /// `macaddr` is taken out.
        Del = 1 "del",
        /// All are taken out.
        Flush = 2 "flush",
        /// The list becomes `macaddr_data`.
        Set = 3 "set",
    }
}

crate::table! {
    /// Settings of a macvlan.
    table MacvlanTable "macvlan";
    /// Settings of a macvlan or macvtap, read.
    ///
    /// ```
    /// let view = nlroute::link::MacvlanView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MacvlanView;
    /// Settings of a macvlan or macvtap, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Macvlan`] and [`Macvtap`] too.
    ///
    /// ```
    /// assert!(nlroute::link::MacvlanData::new().is_empty());
    /// ```
    request MacvlanData
        set by [impl<'a> LinkRequest<'a, MacvlanTable>] also [impl<'a> LinkRequest<'a, MacvtapTable>]
        in [.data];
    rw 1 IFLA_MACVLAN_MODE mode: MacvlanMode = "Whom it reaches. Not from or to `Passthru` once it exists.";
    rw 2 IFLA_MACVLAN_FLAGS flags: MacvlanFlags = "Switches.";
    rw 3 IFLA_MACVLAN_MACADDR_MODE macaddr_mode: MacaddrMode
        = "What is done with the list of source addresses; only of mode `Source`.";
    rw 4 IFLA_MACVLAN_MACADDR macaddr: LinkAddress | impl Into<LinkAddress> as Mac
        = "The address that `MacaddrMode::Add` and `Del` mean.";
    rw 5 IFLA_MACVLAN_MACADDR_DATA macaddr_data: Each<'_, Mac> | impl Into<Values<'a, LinkAddress>>
        as ListOf<Mac, 4>
        = "The list of source addresses; set with `MacaddrMode::Set`.";
    ro 6 IFLA_MACVLAN_MACADDR_COUNT macaddr_count: u32 = "How many source addresses there are.";
    rw 7 IFLA_MACVLAN_BC_QUEUE_LEN bc_queue_len: u32
        = "How many broadcast packets may wait: 1000 at first. The link below has the highest that one of its macvlans wants. Since Linux 5.11.";
    ro 8 IFLA_MACVLAN_BC_QUEUE_LEN_USED bc_queue_len_used: u32
        = "How many may wait on the link below.";
    rw 9 IFLA_MACVLAN_BC_CUTOFF bc_cutoff: i32
        = "From how many receivers on a broadcast packet waits instead of going out at once; 0 is always, below 0 never. Since Linux 6.5.";
}

crate::same_table! {
    /// Settings of a macvtap, which are those of a macvlan.
    table MacvtapTable "macvtap" as MacvlanTable;
}

impl Kind for MacvlanTable {
    const NAME: &'static str = "macvlan";

    #[inline]
    fn check(settings: &MacvlanData<'_>, _: u32) -> Result<(), EncodeError> {
        settings.check_sources()
    }

    #[inline]
    fn check_change(settings: &MacvlanData<'_>) -> Result<(), EncodeError> {
        settings.check_sources()
    }
}

impl Kind for MacvtapTable {
    const NAME: &'static str = "macvtap";

    #[inline]
    fn check(settings: &MacvlanData<'_>, _: u32) -> Result<(), EncodeError> {
        settings.check_sources()
    }

    #[inline]
    fn check_change(settings: &MacvlanData<'_>) -> Result<(), EncodeError> {
        settings.check_sources()
    }
}

impl MacvlanData<'_> {
    /// The kernel looks at addresses only if it is told what to do with them.
    #[inline]
    fn check_sources(&self) -> Result<(), EncodeError> {
        let mode = self.is_set.contains(3).then_some(self.macaddr_mode);
        let one = matches!(mode, Some(MacaddrMode::Add | MacaddrMode::Del));
        if self.is_set.contains(4) && !one {
            let why = "counts only with `macaddr_mode` `Add` or `Del`";
            return Err(invalid("macaddr", self.macaddr, why));
        }
        if self.is_set.contains(5) && mode != Some(MacaddrMode::Set) {
            let why = "counts only with `macaddr_mode` `Set`";
            return Err(invalid("macaddr_data", "given", why));
        }
        Ok(())
    }
}

getters! {
    /// What it is set to as a macvlan or macvtap, if it is one.
    macvlan of MacvlanTable | MacvtapTable => MacvlanView;
}
