//! The packet forwarding control protocol of mobile networks (`drivers/net/pfcp.c`).
use crate::link::{Kind, LinkRequest, NoKind};

/// A link for filters on PFCP, port 8805 of UDP. It has no settings. Since Linux 6.10.
///
/// ```
/// let pfcp = nlroute::link::Pfcp::new("pfcp0").up();
/// ```
pub type Pfcp<'a> = LinkRequest<'a, PfcpTable>;

crate::same_table! {
    /// Settings of a link for PFCP: none.
    table PfcpTable "pfcp" as NoKind;
}

impl Kind for PfcpTable {
    const NAME: &'static str = "pfcp";
}
