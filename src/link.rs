//! t
use crate::wire::*;
crate::record! {
    /// Header.
    pub struct LinkHeader "ifinfomsg" 16 from 16;
    0 ifi_family family: u8 = "Family.";
    2 ifi_type device_type: u16 = "ARPHRD.";
    4 ifi_index index: u32 = "Index.";
    8 ifi_flags flags: u32 = "Flags.";
    12 ifi_change change: u32 = "Change mask.";
}
crate::table! {
    /// T
    table LinkTable "link" after LinkHeader;
    /// V
    view LinkView;
    /// R
    request LinkAttributes set by [impl<'a, K> Request<'a, K>] [.attributes];
    rw 3 IFLA_IFNAME name: IfName | impl Into<LinkRef> as IfName = "Name";
    rw 4 IFLA_MTU mtu: u32 = "Mtu";
    rw 10 IFLA_MASTER master: u32 | impl Into<LinkRef> as Index = "Master";
    rw 20 IFLA_IFALIAS alias: Text<'_> | &'a str as Str = "Alias";
    ro 23 IFLA_STATS64 stats: u64 = "no";
}
/// x
#[derive(Clone, PartialEq, Debug)]
pub struct Request<'a, K> {
    attributes: LinkAttributes<'a>,
    kind: K,
}
impl<'a, K: Default> Request<'a, K> {
    /// x
    pub fn make() -> Self {
        Self {
            attributes: LinkAttributes::new(),
            kind: K::default(),
        }
    }
}
