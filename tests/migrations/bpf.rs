//! The shortest program of eBPF, by `bpf(2)`.
use std::{
    io,
    os::fd::{FromRawFd, OwnedFd},
};

#[derive(Clone, Copy, Debug)]
pub enum ProgramType {
    SchedCls = 3,
    Xdp = 6,
}

/// The part of `union bpf_attr` that `BPF_PROG_LOAD` needs; what is not there counts as 0.
#[repr(C)]
struct Load {
    kind: u32,
    instructions: u32,
    code: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel_version: u32,
    flags: u32,
}

/// A program that lets everything pass: `XDP_PASS` is 2; of traffic control 2 drops, but no packet
/// comes.
pub fn load(kind: ProgramType) -> io::Result<OwnedFd> {
    const BPF_PROG_LOAD: libc::c_int = 5;
    // struct bpf_insn: opcode, registers, offset, number. `r0 = 2`, and the end.
    let code: [(u8, u8, i16, i32); 2] = [(0xb7, 0, 0, 2), (0x95, 0, 0, 0)];
    let code: Vec<u8> = code
        .iter()
        .flat_map(|(opcode, registers, offset, number)| {
            let [o0, o1] = offset.to_ne_bytes();
            let [n0, n1, n2, n3] = number.to_ne_bytes();
            [*opcode, *registers, o0, o1, n0, n1, n2, n3]
        })
        .collect();
    let license = c"Dual MIT/GPL";
    let load = Load {
        kind: kind as u32,
        instructions: 2,
        code: code.as_ptr() as u64,
        license: license.as_ptr() as u64,
        log_level: 0,
        log_size: 0,
        log: 0,
        kernel_version: 0,
        flags: 0,
    };
    // SAFETY: the call reads `load` and what it points to, all of which outlive it.
    let fd = unsafe {
        let len = size_of::<Load>();
        libc::syscall(libc::SYS_bpf, BPF_PROG_LOAD, &raw const load, len)
    };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has just made it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}
