//! What aya's programs do with its layer: XDP attached, replaced and detached, filters of traffic
//! control attached, found and detached; and the types that aya has beside the layer.
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nlroute::{
    Connection, ErrorKind, Result as Asked,
    link::{Link, Peer, Veth, XdpAttached, XdpFlags},
    sandbox::{isolated, skip},
};

use super::{
    Result,
    aya::{
        NlOptions, netlink_find_filter_with_name, netlink_qdisc_add_clsact, netlink_qdisc_attach,
        netlink_qdisc_detach, netlink_set_link_up, netlink_set_xdp_fd,
    },
    bpf::{ProgramType, load},
};

#[derive(Clone, Copy, Debug, Default)]
pub enum XdpMode {
    #[default]
    Default,
    Skb,
    Driver,
    Hardware,
}

impl XdpMode {
    pub fn flags(self) -> XdpFlags {
        match self {
            Self::Default => XdpFlags::empty(),
            Self::Skb => XdpFlags::SKB_MODE,
            Self::Driver => XdpFlags::DRV_MODE,
            Self::Hardware => XdpFlags::HW_MODE,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum TcAttachType {
    Ingress,
    Egress,
    Custom(u32),
}

impl TcAttachType {
    pub fn tc_parent(self) -> u32 {
        match self {
            Self::Ingress => 0xffff_fff2,
            Self::Egress => 0xffff_fff3,
            Self::Custom(parent) => parent,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcHandle {
    pub major: u16,
    pub minor: u16,
}

impl From<TcHandle> for u32 {
    fn from(handle: TcHandle) -> Self {
        Self::from(handle.major) << 16 | Self::from(handle.minor)
    }
}

impl From<u32> for TcHandle {
    fn from(number: u32) -> Self {
        Self {
            major: (number >> 16) as u16,
            minor: number as u16,
        }
    }
}

/// Two programs, or why there is none: only who is root outside of any sandbox may load one.
fn programs(kind: ProgramType) -> Option<[OwnedFd; 2]> {
    match (load(kind), load(kind)) {
        (Ok(one), Ok(other)) => Some([one, other]),
        (Err(error), _) | (_, Err(error)) => {
            skip(format_args!("a program can't be loaded: {error}"));
            None
        }
    }
}

fn veth() -> Asked<u32> {
    Connection::open()?.add(Veth::new("eth0").peer(Peer::new("far0")))
}

/// `XdpLink`: what attaches it knows its program, and only that is replaced or detached.
struct XdpLink<'p> {
    if_index: u32,
    prog: BorrowedFd<'p>,
    mode: XdpMode,
}

impl<'p> XdpLink<'p> {
    fn attach(prog: &'p OwnedFd, if_index: u32, mode: XdpMode) -> Asked<Self> {
        let prog = prog.as_fd();
        netlink_set_xdp_fd(if_index, Some(prog), None, mode)?;
        Ok(Self {
            if_index,
            prog,
            mode,
        })
    }

    fn replace(self, prog: &'p OwnedFd) -> Asked<Self> {
        let prog = prog.as_fd();
        netlink_set_xdp_fd(self.if_index, Some(prog), Some(self.prog), self.mode)?;
        Ok(Self { prog, ..self })
    }

    fn detach(self) -> Asked<()> {
        netlink_set_xdp_fd(self.if_index, None, Some(self.prog), self.mode)
    }
}

/// The program on the link, by its number.
fn attached(if_index: u32) -> Asked<Option<u32>> {
    let link = Connection::open()?.get(Link::index(if_index))?;
    let xdp = link.xdp();
    let by = xdp.as_ref().and_then(|xdp| xdp.attached());
    let number = xdp.as_ref().and_then(|xdp| xdp.prog_id());
    assert_eq!(number.is_some(), by == Some(XdpAttached::Generic), "{by:?}");
    Ok(number)
}

#[test]
fn aya_xdp_is_attached_replaced_and_detached() {
    isolated(|| -> Result {
        let link = veth()?;
        netlink_set_link_up(link)?;
        assert!(Connection::open()?.get(Link::index(link))?.is_up());
        let Some([one, other]) = programs(ProgramType::Xdp) else {
            return Ok(());
        };
        let first = XdpLink::attach(&one, link, XdpMode::Skb)?;
        let number = attached(link)?;
        assert!(number.is_some());
        // There is one already.
        let error = XdpLink::attach(&other, link, XdpMode::Skb)
            .err()
            .ok_or("two programs")?;
        assert!(error.is_busy(), "{error}");
        let told = error.refusal().and_then(|refusal| refusal.message.clone());
        assert_eq!(told.as_deref(), Some("XDP program already attached"));
        // As aya asks, by both flags at once: the kernel won't.
        let xdp = nlroute::link::Xdp::new()
            .fd(&other)
            .expected_fd(&one)
            .flags(XdpFlags::SKB_MODE | XdpFlags::REPLACE | XdpFlags::UPDATE_IF_NOEXIST);
        let both = Connection::open()?.change(Link::index(link).xdp(xdp));
        assert!(both.is_err_and(|error| error.is_busy()));
        let second = first.replace(&other)?;
        let replaced = attached(link)?;
        assert!(replaced.is_some() && replaced != number);
        // Who knows another program detaches nothing.
        let stale = XdpLink {
            prog: one.as_fd(),
            if_index: link,
            mode: XdpMode::Skb,
        };
        let error = stale.detach().unwrap_err();
        assert!(error.is_exists(), "{error}");
        second.detach()?;
        assert_eq!(attached(link)?, None);
        Ok(())
    });
}

#[test]
fn aya_filters_are_attached_found_and_detached() {
    isolated(|| -> Result {
        let link = veth()?;
        let made = netlink_qdisc_add_clsact(link);
        if !super::have("clsact", &made) {
            return Ok(());
        }
        made?;
        assert!(netlink_qdisc_add_clsact(link).unwrap_err().is_exists());
        let at = TcAttachType::Ingress;
        assert_eq!(netlink_find_filter_with_name(link, at, "first")?, []);
        let gone = netlink_qdisc_detach(link, at, 7, TcHandle { major: 0, minor: 1 });
        assert!(gone.unwrap_err().is_not_found());
        let Some([one, other]) = programs(ProgramType::SchedCls) else {
            return Ok(());
        };

        // Where nothing is said the kernel chooses.
        let chosen = NlOptions::default();
        let attach = |prog: &OwnedFd, name, options, create| {
            netlink_qdisc_attach(link, at, prog.as_fd(), name, options, create)
        };
        let made = attach(&one, "first", chosen, true);
        if !super::have("filters that are programs", &made) {
            return Ok(());
        }
        let (priority, handle) = made?;
        assert!(priority > 0 && handle != TcHandle::default());
        // And where it is said, it is that.
        let wanted = NlOptions {
            priority: 50,
            handle: TcHandle {
                major: 1,
                minor: 0xfffe,
            },
            classid: Some(TcHandle { major: 1, minor: 1 }),
        };
        assert_eq!(attach(&one, "second", wanted, true)?, (50, wanted.handle));
        let error = attach(&other, "second", wanted, true).unwrap_err();
        assert!(error.is_exists(), "{error}");
        assert_eq!(
            attach(&other, "second", wanted, false)?,
            (50, wanted.handle)
        );
        let found = netlink_find_filter_with_name(link, at, "second")?;
        assert_eq!(found, [(50, wanted.handle)]);
        assert_eq!(
            netlink_find_filter_with_name(link, TcAttachType::Egress, "second")?,
            []
        );
        let error = attach(&one, &"x".repeat(256), chosen, true).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid { what, .. } if what == "options.name"));

        // `qdisc_detach_program`.
        for (priority, handle) in found {
            netlink_qdisc_detach(link, at, priority, handle)?;
        }
        assert_eq!(netlink_find_filter_with_name(link, at, "second")?, []);
        netlink_qdisc_detach(link, at, priority, handle)?;
        let egress = TcAttachType::Custom(TcAttachType::Egress.tc_parent());
        let (priority, handle) =
            netlink_qdisc_attach(link, egress, one.as_fd(), "out", chosen, true)?;
        netlink_qdisc_detach(link, TcAttachType::Egress, priority, handle)?;
        Ok(())
    });
}

#[test]
fn aya_asks_for_a_mode_by_its_flag() {
    let modes = [
        XdpMode::Default,
        XdpMode::Skb,
        XdpMode::Driver,
        XdpMode::Hardware,
    ];
    assert_eq!(modes.map(|mode| mode.flags().bits()), [0, 2, 4, 8]);
}
