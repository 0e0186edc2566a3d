//! Numbers of the kernel's headers that `libc` doesn't have for Linux.

/// Adds properties of a link.
pub const RTM_NEWLINKPROP: u16 = 108;
/// Deletes properties of a link.
pub const RTM_DELLINKPROP: u16 = 109;
