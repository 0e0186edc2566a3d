//! CAN: controllers of a field bus, and virtual ones (`IFLA_CAN_*` of `linux/can/netlink.h`,
//! `linux/can/vxcan.h`).
use std::time::Duration;

use super::{Kind, LinkRequest, LinkView, kind::getters, veth::PeerLink};
use crate::{
    Place,
    link::Peer,
    wire::{EncodeError, Format, Millis, Nest, Packed, Text, Writer},
};

/// A CAN controller, for `change`: it is there because the device is, and none can be created
/// (see [`Vcan`](super::Vcan) and [`Vxcan`] for virtual ones). Most settings can only be altered
/// while it is down.
///
/// ```
/// use nlroute::link::{Can, CanBitTiming, CanCtrlMode, CanCtrlModes};
/// let can = Can::named("can0")
///     .bittiming(CanBitTiming::bitrate(500_000))
///     .ctrlmode(CanCtrlModes::new(CanCtrlMode::LISTENONLY, true))
///     .restart_ms(std::time::Duration::from_millis(100));
/// ```
pub type Can<'a> = LinkRequest<'a, CanTable>;

/// A pair of virtual CAN links, each of which receives what the other sends: this end, and by
/// [`peer`](Self::peer) the other, which without a name is called `vxcan` and a number.
///
/// ```
/// use nlroute::link::{Peer, Vxcan};
/// let pair = Vxcan::new("vxcan0").up().peer(Peer::new("vxcan1").netns("car0").up());
/// ```
pub type Vxcan<'a> = LinkRequest<'a, VxcanTable>;

impl Kind for CanTable {
    const NAME: &'static str = "can";
}

impl Kind for VxcanTable {
    const NAME: &'static str = "vxcan";

    #[inline]
    fn check(settings: &VxcanData<'_>, ifindex: u32) -> Result<(), EncodeError> {
        settings
            .peer
            .get()
            .map_or(Ok(()), |peer| peer.check_ifindex(ifindex))
    }

    #[inline]
    fn follow_up<'r>(
        settings: &'r VxcanData<'_>,
        out: &mut Writer<'_>,
    ) -> Result<Option<Place<'r>>, EncodeError> {
        settings
            .peer
            .get()
            .map_or(Ok(None), |peer| peer.follow_up(out))
    }
}

crate::table! {
    /// Settings of a pair of virtual CAN links, which only count when it is created.
    table VxcanTable "vxcan" names super::kind::known;
    /// Settings of a pair of virtual CAN links. The kernel tells none: the other end's index is
    /// [`LinkView::link`].
    ///
    /// ```
    /// let view = nlroute::link::VxcanView::parse(&[][..])?;
    /// assert!(view.peer().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VxcanView;
    /// The settings of a pair that is to be created.
    ///
    /// ```
    /// assert!(nlroute::link::VxcanData::new().is_empty());
    /// ```
    request VxcanData set by [impl<'a> LinkRequest<'a, VxcanTable>] [.data];
    rw 1 VXCAN_INFO_PEER peer: LinkView<'_> | Peer<'a> as PeerLink = "The other end.";
}

crate::record! {
    /// How a bit is timed: by its rate, and the kernel works the rest out, or in parts.
    ///
    /// ```
    /// let timing = nlroute::link::CanBitTiming::bitrate(500_000).sample_point(875);
    /// assert_eq!(timing.sample_point, 875);
    /// ```
    pub struct CanBitTiming "can_bittiming" 32 from 32;
    0 bitrate bitrate: u32 = "Bits a second.";
    4 sample_point sample_point: u32 = "Where in it the bit is read, in tenths of a percent.";
    8 tq tq: u32 = "The time quantum, in nanoseconds.";
    12 prop_seg prop_seg: u32 = "The propagation segment, in quanta.";
    16 phase_seg1 phase_seg1: u32 = "The first phase segment, in quanta.";
    20 phase_seg2 phase_seg2: u32 = "The second phase segment, in quanta.";
    24 sjw sjw: u32 = "How far the two may move to keep in step, in quanta; 0 leaves it to the kernel.";
    28 brp brp: u32 = "Cycles of the clock a quantum; worked out by the kernel.";
}

impl CanBitTiming {
    /// So many bits a second, the rest as the kernel works it out.
    #[must_use]
    pub fn bitrate(bitrate: u32) -> Self {
        Self {
            bitrate,
            ..Self::default()
        }
    }

    /// With the bit read there, in tenths of a percent.
    #[must_use]
    pub const fn sample_point(mut self, sample_point: u32) -> Self {
        self.sample_point = sample_point;
        self
    }

    /// By a quantum in nanoseconds and the segments in quanta.
    #[must_use]
    pub fn quanta(tq: u32, prop_seg: u32, phase_seg1: u32, phase_seg2: u32) -> Self {
        Self {
            tq,
            prop_seg,
            phase_seg1,
            phase_seg2,
            ..Self::default()
        }
    }
}

crate::record! {
    /// What a controller's bit timing can be.
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanBitTimingConst::LEN, 48);
    /// ```
    #[non_exhaustive]
    pub struct CanBitTimingConst "can_bittiming_const" 48 from 48;
    0 name name: [u8; 16] = "The controller's name, ended by a NUL.";
    16 tseg1_min tseg1_min: u32 = "The shortest propagation and first phase segment together, in quanta.";
    20 tseg1_max tseg1_max: u32 = "The longest.";
    24 tseg2_min tseg2_min: u32 = "The shortest second phase segment, in quanta.";
    28 tseg2_max tseg2_max: u32 = "The longest.";
    32 sjw_max sjw_max: u32 = "How far they may move at most, in quanta.";
    36 brp_min brp_min: u32 = "The fewest cycles of the clock a quantum.";
    40 brp_max brp_max: u32 = "The most.";
    44 brp_inc brp_inc: u32 = "Their step.";
}

impl CanBitTimingConst {
    /// The controller's name.
    #[inline]
    #[must_use]
    pub fn name(&self) -> Text<'_> {
        Text::new(&self.name)
    }
}

crate::record! {
    /// A controller's clock.
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanClock { freq: 80_000_000 }.to_bytes().len(), 4);
    /// ```
    pub struct CanClock "can_clock" 4 from 4;
    0 freq freq: u32 = "Its frequency, in hertz.";
}

crate::record! {
    /// Errors that a controller counts to know its state.
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanBerrCounter::LEN, 4);
    /// ```
    pub struct CanBerrCounter "can_berr_counter" 4 from 4;
    0 txerr txerr: u16 = "When sending.";
    2 rxerr rxerr: u16 = "When receiving.";
}

crate::open_enum! {
    /// State of a controller (`CAN_STATE_*` of `linux/can/netlink.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanState::BusOff.to_string(), "BUS-OFF");
    /// ```
    pub enum CanState: u32 {
        /// Fewer than 96 errors.
        ErrorActive = 0 "ERROR-ACTIVE",
        /// Fewer than 128 errors.
        ErrorWarning = 1 "ERROR-WARNING",
        /// Fewer than 256 errors.
        ErrorPassive = 2 "ERROR-PASSIVE",
        /// 256 errors or more: it takes no part until it is started again.
        BusOff = 3 "BUS-OFF",
        /// It is down.
        Stopped = 4 "STOPPED",
        /// It sleeps.
        Sleeping = 5 "SLEEPING",
    }
}

crate::open_flags! {
    /// Modes of a controller (`CAN_CTRLMODE_*` of `linux/can/netlink.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanCtrlMode::FD.bits(), 0x20);
    /// ```
    pub struct CanCtrlMode: u32 {
        /// It receives what it sends.
        const LOOPBACK = 1;
        /// It sends nothing.
        const LISTENONLY = 1 << 1;
        /// Each bit is read three times.
        const TRIPLE_SAMPLING = 1 << 2;
        /// Nothing is sent again.
        const ONE_SHOT = 1 << 3;
        /// Each error on the bus is told.
        const BERR_REPORTING = 1 << 4;
        /// CAN FD.
        const FD = 1 << 5;
        /// That nobody acknowledges counts for nothing.
        const PRESUME_ACK = 1 << 6;
        /// CAN FD as it was before ISO.
        const FD_NON_ISO = 1 << 7;
        /// Frames of 8 bytes may say another length.
        const CC_LEN8_DLC = 1 << 8;
        /// The transmitter's delay is measured. Since Linux 5.16.
        const TDC_AUTO = 1 << 9;
        /// The transmitter's delay is given. Since Linux 5.16.
        const TDC_MANUAL = 1 << 10;
        /// It sends nothing by itself, not even error frames. Newer than Linux 6.18.
        const RESTRICTED = 1 << 11;
        /// CAN XL. Newer than Linux 6.18.
        const XL = 1 << 12;
        /// `TDC_AUTO` of CAN XL.
        const XL_TDC_AUTO = 1 << 13;
        /// `TDC_MANUAL` of CAN XL.
        const XL_TDC_MANUAL = 1 << 14;
        /// The transceiver is switched for the data of CAN XL.
        const XL_TMS = 1 << 15;
    }
}

crate::record! {
    /// Modes of a controller, and which of them are meant.
    ///
    /// ```
    /// use nlroute::link::{CanCtrlMode, CanCtrlModes};
    /// let modes = CanCtrlModes::new(CanCtrlMode::FD, true).and(CanCtrlMode::ONE_SHOT, false);
    /// assert_eq!((modes.mask, modes.flags), (0x28, 0x20));
    /// ```
    pub struct CanCtrlModes "can_ctrlmode" 8 from 8;
    0 mask mask: u32 = "Those that are meant; the kernel tells 0 here.";
    4 flags flags: u32 = "Those that are on.";
}

super::masked::masked! { CanCtrlModes of CanCtrlMode: flags under mask }

crate::record! {
    /// Counters of a controller: [`LinkView::can_stats`].
    ///
    /// ```
    /// assert_eq!(nlroute::link::CanDeviceStats::LEN, 24);
    /// ```
    #[non_exhaustive]
    pub struct CanDeviceStats "can_device_stats" 24 from 24;
    0 bus_error bus_error: u32 = "Errors on the bus.";
    4 error_warning error_warning: u32 = "How often its state became `ErrorWarning`.";
    8 error_passive error_passive: u32 = "How often its state became `ErrorPassive`.";
    12 bus_off bus_off: u32 = "How often its state became `BusOff`.";
    16 arbitration_lost arbitration_lost: u32 = "How often another's frame went first.";
    20 restarts restarts: u32 = "How often it was started again.";
}

crate::table! {
    /// The delay of a controller's transmitter.
    table CanTdcTable "tdc";
    /// The delay of a controller's transmitter, read; all in cycles of its clock.
    ///
    /// ```
    /// let view = nlroute::link::CanTdcView::parse(&[][..])?;
    /// assert!(view.tdco().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CanTdcView;
    /// What to set the delay of a controller's transmitter to, in cycles of its clock.
    ///
    /// ```
    /// use nlroute::link::{Can, CanTdc};
    /// let can = Can::named("can0").tdc(CanTdc::new().tdco(9));
    /// ```
    request CanTdc;
    ro 1 IFLA_CAN_TDC_TDCV_MIN tdcv_min: u32 = "Least that `tdcv` may be.";
    ro 2 IFLA_CAN_TDC_TDCV_MAX tdcv_max: u32 = "Most that it may be.";
    ro 3 IFLA_CAN_TDC_TDCO_MIN tdco_min: u32 = "Least that `tdco` may be.";
    ro 4 IFLA_CAN_TDC_TDCO_MAX tdco_max: u32 = "Most that it may be.";
    ro 5 IFLA_CAN_TDC_TDCF_MIN tdcf_min: u32 = "Least that `tdcf` may be.";
    ro 6 IFLA_CAN_TDC_TDCF_MAX tdcf_max: u32 = "Most that it may be.";
    rw 7 IFLA_CAN_TDC_TDCV tdcv: u32 = "From sending a bit to its return; given in mode `TDC_MANUAL`.";
    rw 8 IFLA_CAN_TDC_TDCO tdco: u32 = "From its return to where it is read.";
    rw 9 IFLA_CAN_TDC_TDCF tdcf: u32 = "The window in which its return is looked for.";
}

crate::table! {
    /// Pulse widths of CAN XL.
    table CanPwmTable "pwm";
    /// Pulse widths of CAN XL, read; all in cycles of the controller's clock.
    ///
    /// ```
    /// let view = nlroute::link::CanPwmView::parse(&[][..])?;
    /// assert!(view.pwms().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CanPwmView;
    /// What to set the pulse widths of CAN XL to, in cycles of the controller's clock.
    ///
    /// ```
    /// use nlroute::link::{Can, CanPwm};
    /// let can = Can::named("can0").xl_pwm(CanPwm::new().pwms(8).pwml(24));
    /// ```
    request CanPwm;
    ro 1 IFLA_CAN_PWM_PWMS_MIN pwms_min: u32 = "Least that `pwms` may be.";
    ro 2 IFLA_CAN_PWM_PWMS_MAX pwms_max: u32 = "Most that it may be.";
    ro 3 IFLA_CAN_PWM_PWML_MIN pwml_min: u32 = "Least that `pwml` may be.";
    ro 4 IFLA_CAN_PWM_PWML_MAX pwml_max: u32 = "Most that it may be.";
    ro 5 IFLA_CAN_PWM_PWMO_MIN pwmo_min: u32 = "Least that `pwmo` may be.";
    ro 6 IFLA_CAN_PWM_PWMO_MAX pwmo_max: u32 = "Most that it may be.";
    rw 7 IFLA_CAN_PWM_PWMS pwms: u32 = "The short phase.";
    rw 8 IFLA_CAN_PWM_PWML pwml: u32 = "The long phase.";
    rw 9 IFLA_CAN_PWM_PWMO pwmo: u32 = "The offset, 0 unless it is given.";
}

crate::table! {
    /// More of a controller's modes.
    table CanCtrlModeExtTable "ctrlmode_ext";
    /// More of a controller's modes, read.
    ///
    /// ```
    /// let view = nlroute::link::CanCtrlModeExtView::parse(&[][..])?;
    /// assert!(view.supported().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CanCtrlModeExtView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::CanCtrlModeExt::new().is_empty());
    /// ```
    request CanCtrlModeExt;
    ro 1 IFLA_CAN_CTRLMODE_SUPPORTED supported: CanCtrlMode = "Those that it has.";
}

crate::table! {
    /// Settings and state of a CAN controller.
    table CanTable "can";
    /// Settings and state of a CAN controller, read.
    ///
    /// ```
    /// let view = nlroute::link::CanView::parse(&[][..])?;
    /// assert!(view.state().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CanView;
    /// Settings of a CAN controller, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Can`] too.
    ///
    /// ```
    /// assert!(nlroute::link::CanData::new().is_empty());
    /// ```
    request CanData set by [impl<'a> LinkRequest<'a, CanTable>] [.data];
    rw 1 IFLA_CAN_BITTIMING bittiming: CanBitTiming = "How a bit is timed.";
    ro 2 IFLA_CAN_BITTIMING_CONST bittiming_const: CanBitTimingConst = "What that can be.";
    ro 3 IFLA_CAN_CLOCK clock: CanClock = "Its clock.";
    ro 4 IFLA_CAN_STATE state: CanState = "Its state.";
    rw 5 IFLA_CAN_CTRLMODE ctrlmode: CanCtrlModes = "Its modes.";
    rw 6 IFLA_CAN_RESTART_MS restart_ms: Duration as Millis<u32>
        = "Time after which it is started again when its state is `BusOff`; 0 is never. Kept in milliseconds.";
    wo 7 IFLA_CAN_RESTART restart: u32
        = "Starts it again, whatever the number: while it is up and its state is `BusOff`.";
    ro 8 IFLA_CAN_BERR_COUNTER berr_counter: CanBerrCounter = "Errors that it counts to know its state.";
    rw 9 IFLA_CAN_DATA_BITTIMING data_bittiming: CanBitTiming
        = "How a bit of the data of CAN FD is timed; with `bittiming` and mode `FD`.";
    ro 10 IFLA_CAN_DATA_BITTIMING_CONST data_bittiming_const: CanBitTimingConst = "What that can be.";
    rw 11 IFLA_CAN_TERMINATION termination: u16
        = "Resistance at the end of the bus, in ohms; 0 is none.";
    ro 12 IFLA_CAN_TERMINATION_CONST termination_const: Packed<'_, u16> as Packed<'static, u16>
        = "What that can be, in ohms.";
    ro 13 IFLA_CAN_BITRATE_CONST bitrate_const: Packed<'_, u32> as Packed<'static, u32>
        = "Rates that it has, in bits a second, where it has no others.";
    ro 14 IFLA_CAN_DATA_BITRATE_CONST data_bitrate_const: Packed<'_, u32> as Packed<'static, u32>
        = "Rates of the data of CAN FD that it has, where it has no others.";
    ro 15 IFLA_CAN_BITRATE_MAX bitrate_max: u32
        = "Most bits a second that its transceiver takes; 0 is not known.";
    rw 16 IFLA_CAN_TDC tdc: CanTdcView<'_> | CanTdc<'a> as Nest<CanTdcTable>
        = "The delay of its transmitter. Since Linux 5.16.";
    ro 17 IFLA_CAN_CTRLMODE_EXT ctrlmode_ext: CanCtrlModeExtView<'_> as Nest<CanCtrlModeExtTable>
        = "Which modes it has. Since Linux 5.17.";
    rw 18 IFLA_CAN_XL_DATA_BITTIMING xl_data_bittiming: CanBitTiming
        = "How a bit of the data of CAN XL is timed. Newer than Linux 6.18.";
    ro 19 IFLA_CAN_XL_DATA_BITTIMING_CONST xl_data_bittiming_const: CanBitTimingConst = "What that can be.";
    ro 20 IFLA_CAN_XL_DATA_BITRATE_CONST xl_data_bitrate_const: Packed<'_, u32> as Packed<'static, u32>
        = "Rates of the data of CAN XL that it has, where it has no others.";
    rw 21 IFLA_CAN_XL_TDC xl_tdc: CanTdcView<'_> | CanTdc<'a> as Nest<CanTdcTable>
        = "The delay of its transmitter in CAN XL. Newer than Linux 6.18.";
    rw 22 IFLA_CAN_XL_PWM xl_pwm: CanPwmView<'_> | CanPwm<'a> as Nest<CanPwmTable>
        = "Pulse widths of CAN XL. Newer than Linux 6.18.";
}

getters! {
    /// What it is set to as a CAN controller, if it is one.
    can of CanTable => CanView;
}

impl LinkView<'_> {
    /// Its counters as a CAN controller, if it is one.
    ///
    /// `IFLA_LINKINFO`, `IFLA_INFO_XSTATS`.
    #[inline]
    #[must_use]
    pub fn can_stats(&self) -> Option<CanDeviceStats> {
        self.kind().filter(|kind| *kind == CanTable::NAME)?;
        CanDeviceStats::read(self.linkinfo()?.xstats()?).ok()
    }
}
