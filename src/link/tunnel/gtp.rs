//! GTP, the tunnels of mobile networks (`IFLA_GTP_*` of `linux/if_link.h`).
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{EncodeError, OnOff},
};

/// A link for tunnels of GTP, which are added by generic netlink. Either it makes its
/// [sockets](Self::create_sockets), or it is given one or both. It can't be altered.
///
/// ```
/// use nlroute::link::{Gtp, GtpRole};
/// let gtp = Gtp::new("gtp0").role(GtpRole::Sgsn).create_sockets(true).local([192, 0, 2, 1]);
/// ```
pub type Gtp<'a> = LinkRequest<'a, GtpTable>;

crate::open_enum! {
    /// Which end of a tunnel of GTP a link is (`GTP_ROLE_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::GtpRole::Ggsn.to_string(), "ggsn");
    /// ```
    pub enum GtpRole: u32 {
        /// Towards other networks: a packet's tunnel is found by its destination.
        Ggsn = 0 "ggsn",
        /// Towards the radio: a packet's tunnel is found by its source.
        Sgsn = 1 "sgsn",
    }
}

crate::table! {
    /// Settings of a link for GTP.
    table GtpTable "gtp";
    /// Settings of a link for GTP, read.
    ///
    /// ```
    /// let view = nlroute::link::GtpView::parse(&[][..])?;
    /// assert!(view.role().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view GtpView;
    /// Settings of a link for GTP, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Gtp`] too.
    ///
    /// ```
    /// assert!(nlroute::link::GtpData::new().is_empty());
    /// ```
    request GtpData set by [impl<'a> LinkRequest<'a, GtpTable>] [.data];

    wo 1 IFLA_GTP_FD0 fd0: i32 = "An open socket of UDP for GTP version 0, port 3386; negative is none.";
    wo 2 IFLA_GTP_FD1 fd1: i32 = "An open socket of UDP for GTP version 1, port 2152; negative is none.";
    rw 3 IFLA_GTP_PDP_HASHSIZE pdp_hashsize: u32
        = "Buckets of the table of tunnels; 0 is 1024, as at first.";
    rw 4 IFLA_GTP_ROLE role: GtpRole = "Which end it is; the GGSN at first.";
    wo 5 IFLA_GTP_CREATE_SOCKETS create_sockets: bool as OnOff
        = "Whether it makes both sockets by itself: `true`, or not said. Since Linux 5.18.";
    rw 6 IFLA_GTP_RESTART_COUNT restart_count: u8
        = "How often this end was restarted, as echoes tell. Since Linux 5.18.";
    rw 7 IFLA_GTP_LOCAL local4: Ipv4Addr | impl Into<Ipv4Addr>
        = "Address of the sockets that it makes, of IPv4: `local` is for both families. Since Linux 6.10.";
    rw 8 IFLA_GTP_LOCAL6 local6: Ipv6Addr | impl Into<Ipv6Addr>
        = "Address of the sockets that it makes, of IPv6: `local` is for both families. Since Linux 6.10.";
}

impl LinkRequest<'_, GtpTable> {
    /// Address of the sockets that it makes. Since Linux 6.10.
    ///
    /// `IFLA_GTP_LOCAL`, `IFLA_GTP_LOCAL6`.
    #[must_use]
    pub fn local(mut self, local: impl Into<IpAddr>) -> Self {
        self.data.is_set.remove(7);
        self.data.is_set.remove(8);
        match local.into() {
            IpAddr::V4(v4) => self.local4(v4),
            IpAddr::V6(v6) => self.local6(v6),
        }
    }
}

impl GtpView<'_> {
    /// Address of the sockets that it made.
    ///
    /// `IFLA_GTP_LOCAL`, `IFLA_GTP_LOCAL6`.
    #[inline]
    #[must_use]
    pub fn local(&self) -> Option<IpAddr> {
        let v4 = self.local4().map(IpAddr::V4);
        v4.or_else(|| self.local6().map(IpAddr::V6))
    }
}

impl Kind for GtpTable {
    const NAME: &'static str = "gtp";

    /// The kernel makes sockets whatever the value says, forgets others beside them, and binds
    /// only what it makes.
    #[inline]
    fn check(settings: &GtpData<'_>, _: u32) -> Result<(), EncodeError> {
        let has = |kind| settings.is_set.contains(kind);
        if has(5) && !settings.create_sockets {
            let why = "switches it on all the same: leave it out";
            return Err(invalid("create_sockets", "false", why));
        }
        match (has(5), has(1), has(2), has(7), has(8)) {
            (true, true, ..) => Err(invalid("fd0", settings.fd0, BESIDE)),
            (true, _, true, ..) => Err(invalid("fd1", settings.fd1, BESIDE)),
            (true, .., true, true) => Err(invalid("local6", settings.local6, "is a second one")),
            (false, .., true, _) => Err(invalid("local", settings.local4, ALONE)),
            (false, .., true) => Err(invalid("local", settings.local6, ALONE)),
            (false, false, false, ..) => {
                let why = "a link for GTP makes its sockets, or is given one";
                Err(invalid("create_sockets", "none", why))
            }
            _ => Ok(()),
        }
    }
}

const BESIDE: &str = "counts only where it makes no sockets by itself";
const ALONE: &str = "counts only where it makes its sockets by itself";
