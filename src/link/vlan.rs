//! VLANs: a link that carries the packets of one VLAN of another (`IFLA_VLAN_*` of
//! `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};
use crate::{
    noun::invalid,
    wire::{Be16, Each, EncodeError, ListOf, Values, table::Bits},
};

/// A VLAN of another link, which is [`link`](LinkRequest::link).
///
/// ```
/// use nlroute::link::{Vlan, VlanFlag, VlanFlags, VlanQos};
/// let map = [VlanQos { from: 4, to: 2 }];
/// let vlan = Vlan::new("eth0.100")
///     .link("eth0")
///     .id(100)
///     .flags(VlanFlags::new(VlanFlag::GVRP, true))
///     .egress_qos(&map)
///     .up();
/// ```
pub type Vlan<'a> = LinkRequest<'a, VlanTable>;

impl Kind for VlanTable {
    const NAME: &'static str = "vlan";

    #[inline]
    fn check(settings: &VlanData<'_>, _: u32) -> Result<(), EncodeError> {
        if settings.is_set.contains(1) && settings.id > 4094 {
            let why = "is no VLAN: they are 0 to 4094";
            return Err(invalid("id", settings.id, why));
        }
        settings.check_maps()
    }

    /// The kernel looks at neither number nor protocol of one that exists.
    #[inline]
    fn check_change(settings: &VlanData<'_>) -> Result<(), EncodeError> {
        const AT_CREATION: Bits = Bits::of(&[1, 5]);
        super::kind::refuse_change::<Self>(settings.is_set, AT_CREATION)?;
        settings.check_maps()
    }
}

impl VlanData<'_> {
    /// The kernel takes the lowest three bits of a priority and forgets the others.
    #[inline]
    fn check_maps(&self) -> Result<(), EncodeError> {
        let wrong = |name, map: &Values<'_, VlanQos>, of: fn(&VlanQos) -> u32| {
            let Values::These(map) = map else {
                return Ok(());
            };
            match map.iter().map(of).enumerate().find(|(_, prio)| *prio > 7) {
                Some((n, prio)) => {
                    let why = "is no priority of a VLAN: they are 0 to 7";
                    Err(EncodeError::new(prio, why)
                        .inside(n.to_string())
                        .inside(name))
                }
                None => Ok(()),
            }
        };
        wrong("ingress_qos", &self.ingress_qos, |qos| qos.from)?;
        wrong("egress_qos", &self.egress_qos, |qos| qos.to)
    }
}

crate::open_flags! {
    /// Switches of a VLAN (`VLAN_FLAG_*` of `linux/if_vlan.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::VlanFlag::GVRP.bits(), 2);
    /// ```
    pub struct VlanFlag: u32 {
        /// The VLAN's header is taken out of what is received; on at first.
        const REORDER_HDR = 1;
        /// The VLAN is registered with the switch by GVRP.
        const GVRP = 1 << 1;
        /// The link is not down because the one below is.
        const LOOSE_BINDING = 1 << 2;
        /// The VLAN is registered with the switch by MVRP.
        const MVRP = 1 << 3;
        /// It has a carrier if one of the bridge's ports with this VLAN has one.
        const BRIDGE_BINDING = 1 << 4;
    }
}

crate::record! {
    /// Switches of a VLAN, and which of them are meant.
    ///
    /// ```
    /// use nlroute::link::{VlanFlag, VlanFlags};
    /// let flags = VlanFlags::new(VlanFlag::GVRP, true).and(VlanFlag::REORDER_HDR, false);
    /// assert_eq!(flags.get(VlanFlag::REORDER_HDR), Some(false));
    /// ```
    pub struct VlanFlags "ifla_vlan_flags" 8 from 8;
    0 flags flags: u32 = "Those that are on.";
    4 mask mask: u32 = "Those that are meant; all where the kernel tells them.";
}

super::masked::masked! { VlanFlags of VlanFlag: flags under mask }

crate::record! {
    /// Which priority becomes which: of a packet's VLAN header, 0 to 7, and in the kernel
    /// (`SO_PRIORITY`), any number.
    ///
    /// ```
    /// use nlroute::link::VlanQos;
    /// let ingress = VlanQos { from: 7, to: 100 };
    /// assert_eq!(ingress.to_bytes().len(), 8);
    /// ```
    pub struct VlanQos "ifla_vlan_qos_mapping" 8 from 8;
    0 from from: u32 = "The priority before.";
    4 to to: u32 = "The priority after.";
}

crate::table! {
    /// Settings of a VLAN.
    table VlanTable "vlan";
    /// Settings of a VLAN, read.
    ///
    /// ```
    /// let view = nlroute::link::VlanView::parse(&[][..])?;
    /// assert!(view.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VlanView;
    /// Settings of a VLAN, as [`LinkRequest::data`] takes them; each is a method of [`Vlan`] too.
    ///
    /// ```
    /// assert!(nlroute::link::VlanData::new().is_empty());
    /// ```
    request VlanData set by [impl<'a> LinkRequest<'a, VlanTable>] [.data];
    rw 1 IFLA_VLAN_ID id: u16 = "Number of the VLAN, 0 to 4094; given only when it is created.";
    rw 2 IFLA_VLAN_FLAGS flags: VlanFlags = "Switches. Not told where none is on.";
    rw 3 IFLA_VLAN_EGRESS_QOS egress_qos: Each<'_, VlanQos> | impl Into<Values<'a, VlanQos>>
        as ListOf<VlanQos, 1>
        = "Which priority in the kernel becomes which of the VLAN's, 0 to 7, on the way out. What is given is added to what is there; 0 takes one away.";
    rw 4 IFLA_VLAN_INGRESS_QOS ingress_qos: Each<'_, VlanQos> | impl Into<Values<'a, VlanQos>>
        as ListOf<VlanQos, 1>
        = "Which of the VLAN's priorities, 0 to 7, becomes which in the kernel on the way in. What is given is added to what is there; 0 takes one away.";
    rw 5 IFLA_VLAN_PROTOCOL protocol: u16 as Be16
        = "EtherType: 0x8100 (802.1Q, at first) or 0x88a8 (802.1ad); given only when it is created.";
}

getters! {
    /// What it is set to as a VLAN, if it is one.
    vlan of VlanTable => VlanView;
}
