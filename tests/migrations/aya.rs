//! What aya's `sys::netlink` is, on nlroute: XDP is an attribute of a link; of traffic control,
//! which the crate has no nouns for, the tables stand here.
use std::os::fd::{AsRawFd, BorrowedFd};

use nlroute::{
    Connection, Netlink, Result,
    link::{Link, Xdp, XdpFlags},
    wire::{EncodeError, Nest, Str, Text, Writer, table::Table},
};

use super::aya_programs::{TcAttachType, TcHandle, XdpMode};

const TC_H_CLSACT: u32 = 0xffff_0000;
const TC_H_INGRESS: u32 = 0xffff_fff1;
const TCA_BPF_FLAG_ACT_DIRECT: u32 = 1;
/// Of a filter's name with its NUL; past it the kernel says no more than `EINVAL`.
const CLS_BPF_NAME_LEN: usize = 256;

nlroute::record! {
    /// What stands before the attributes of traffic control.
    pub struct TcHeader "tcmsg" 20 from 20;
    0 tcm_family family: u8 = "0.";
    4 tcm_ifindex index: u32 = "The link.";
    8 tcm_handle handle: u32 = "Number of a discipline or a filter; 0 lets the kernel choose.";
    12 tcm_parent parent: u32 = "Where it is hooked in.";
    16 tcm_info info: u32 = "Of a filter its priority, and its protocol in network order.";
}

nlroute::table! {
    /// A queueing discipline or a filter.
    table TcTable "tc" after TcHeader;
    /// A queueing discipline or a filter, read.
    view TcView;
    /// A queueing discipline or a filter.
    request Tc;
    rw 1 TCA_KIND kind: Text<'_> | &'a str as Str = "Its kind.";
    rw 2 TCA_OPTIONS options: BpfView<'_> | Bpf<'a> as Nest<BpfTable> = "Settings of a filter `bpf`.";
}

nlroute::table! {
    /// A filter that is a program.
    table BpfTable "bpf";
    /// A filter that is a program, read.
    view BpfView;
    /// A filter that is a program.
    request Bpf;
    rw 3 TCA_BPF_CLASSID classid: u32 = "The class of what it takes.";
    wo 6 TCA_BPF_FD fd: i32 = "Descriptor of the program.";
    rw 7 TCA_BPF_NAME name: Text<'_> | &'a str as Str = "Its name.";
    rw 8 TCA_BPF_FLAGS flags: u32 = "Whether what it answers is done at once.";
}

/// A filter's header: of this priority, for all protocols.
fn filter(if_index: u32, at: TcAttachType, priority: u16, handle: TcHandle) -> TcHeader {
    let protocol = (libc::ETH_P_ALL as u16).to_be();
    TcHeader {
        index: if_index,
        handle: handle.into(),
        parent: at.tc_parent(),
        info: u32::from(priority) << 16 | u32::from(protocol),
        ..TcHeader::default()
    }
}

fn write(
    kind: u16,
    flags: i32,
    header: TcHeader,
    tc: Tc<'_>,
) -> impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError> {
    move |out| {
        let message = out.begin(kind, flags as u16);
        out.bytes(&header.to_bytes());
        TcTable::encode(&tc, out)?;
        out.end(message)
    }
}

pub fn netlink_set_xdp_fd(
    if_index: u32,
    fd: Option<BorrowedFd<'_>>,
    expected_fd: Option<BorrowedFd<'_>>,
    mode: XdpMode,
) -> Result<()> {
    let xdp = Xdp::new().fd(fd);
    let xdp = match expected_fd {
        // With UPDATE_IF_NOEXIST beside it the kernel refuses to put one in the place of another.
        Some(fd) => xdp.flags(mode.flags() | XdpFlags::REPLACE).expected_fd(fd),
        None => xdp.flags(mode.flags() | XdpFlags::UPDATE_IF_NOEXIST),
    };
    Connection::open()?.change(Link::index(if_index).xdp(xdp))
}

pub fn netlink_qdisc_add_clsact(if_index: u32) -> Result<()> {
    let header = TcHeader {
        index: if_index,
        handle: TC_H_CLSACT,
        parent: TC_H_INGRESS,
        ..TcHeader::default()
    };
    let flags = libc::NLM_F_CREATE | libc::NLM_F_EXCL;
    let tc = Tc::new().kind("clsact");
    let what = format!("add qdisc clsact on #{if_index}");
    let write = write(libc::RTM_NEWQDISC, flags, header, tc);
    Netlink::open(libc::NETLINK_ROUTE)?.execute(&what, TcTable::SCHEMA, write)
}

/// Where a filter is to go and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct NlOptions {
    pub priority: u16,
    pub handle: TcHandle,
    pub classid: Option<TcHandle>,
}

/// Answers the priority and the handle that the filter has got.
pub fn netlink_qdisc_attach(
    if_index: u32,
    attach_type: TcAttachType,
    prog_fd: BorrowedFd<'_>,
    prog_name: &str,
    options: NlOptions,
    create: bool,
) -> Result<(u16, TcHandle)> {
    let bpf = Bpf::new()
        .fd(prog_fd.as_raw_fd())
        .name(prog_name)
        .flags(TCA_BPF_FLAG_ACT_DIRECT);
    let bpf = match options.classid {
        Some(classid) => bpf.classid(classid.into()),
        None => bpf,
    };
    let tc = Tc::new().kind("bpf").options(bpf);
    let header = filter(if_index, attach_type, options.priority, options.handle);
    let create = if create {
        libc::NLM_F_CREATE | libc::NLM_F_EXCL
    } else {
        0
    };
    let what = format!("attach filter {prog_name} to #{if_index}");
    let all = write(libc::RTM_NEWTFILTER, libc::NLM_F_ECHO | create, header, tc);
    let write = |out: &mut Writer<'_>| {
        if prog_name.len() >= CLS_BPF_NAME_LEN {
            let why = "is longer than 255 bytes";
            return Err(EncodeError::new(prog_name, why)
                .inside("name")
                .inside("options"));
        }
        all(out)
    };
    let mut socket = Netlink::open(libc::NETLINK_ROUTE)?;
    socket.get(&what, TcTable::SCHEMA, write, |told| {
        let header = TcHeader::at(told.body());
        let is_filter = told.header().kind == libc::RTM_NEWTFILTER;
        Ok(is_filter.then(|| ((header.info >> 16) as u16, header.handle.into())))
    })
}

pub fn netlink_qdisc_detach(
    if_index: u32,
    attach_type: TcAttachType,
    priority: u16,
    handle: TcHandle,
) -> Result<()> {
    let header = filter(if_index, attach_type, priority, handle);
    let what = format!("detach filter {handle:?} of #{if_index}");
    let write = write(libc::RTM_DELTFILTER, 0, header, Tc::new());
    Netlink::open(libc::NETLINK_ROUTE)?.execute(&what, TcTable::SCHEMA, write)
}

pub fn netlink_find_filter_with_name(
    if_index: u32,
    attach_type: TcAttachType,
    name: &str,
) -> Result<Vec<(u16, TcHandle)>> {
    let header = TcHeader {
        index: if_index,
        parent: attach_type.tc_parent(),
        ..TcHeader::default()
    };
    let mut found = Vec::new();
    let what = format!("list filters of #{if_index}");
    let write = write(libc::RTM_GETTFILTER, 0, header, Tc::new());
    let mut socket = Netlink::open(libc::NETLINK_ROUTE)?;
    socket.dump(&what, TcTable::SCHEMA, write, |told| {
        let view = TcView::parse(told.body())?;
        let options = view.options();
        if options.is_some_and(|bpf| bpf.name().is_some_and(|own| own == name)) {
            let header = TcHeader::at(told.body());
            found.push(((header.info >> 16) as u16, header.handle.into()));
        }
        Ok(())
    })?;
    Ok(found)
}

pub fn netlink_set_link_up(if_index: u32) -> Result<()> {
    Connection::open()?.change(Link::index(if_index).up())
}
