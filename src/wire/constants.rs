//! Numbers of the kernel's headers that `libc` doesn't have for Linux.

/// Adds properties of a link.
pub const RTM_NEWLINKPROP: u16 = 108;
/// Deletes properties of a link.
pub const RTM_DELLINKPROP: u16 = 109;

// `libc` has these of glibc alone.

/// The bridge that an entry is of.
pub(crate) const NDA_MASTER: u16 = 9;
/// The gateway of a route, of another family than its destination.
pub(crate) const RTA_VIA: u16 = 18;
/// The labels that a packet gets in the place of its own.
pub(crate) const RTA_NEWDST: u16 = 19;

// It has none of these.

/// How what a route's packets are wrapped in is called.
pub(crate) const RTA_ENCAP_TYPE: u16 = 21;
/// What a route's packets are wrapped in.
pub(crate) const RTA_ENCAP: u16 = 22;
/// The next hop object of a route.
pub(crate) const RTA_NH_ID: u16 = 30;

#[cfg(all(test, target_env = "gnu"))]
mod tests {
    #[test]
    fn they_are_those_of_glibc() {
        let ours = [super::NDA_MASTER, super::RTA_VIA, super::RTA_NEWDST];
        assert_eq!(ours, [libc::NDA_MASTER, libc::RTA_VIA, libc::RTA_NEWDST]);
    }
}
