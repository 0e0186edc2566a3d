//! Bridges from the inside: the VLANs of their ports, as `bridge(8)` has them (`linux/if_bridge.h`).
//!
//! A bridge itself is a [link](crate::link::Bridge), and so are its ports
//! ([`BridgePort`](crate::link::BridgePort)); where frames go is in its
//! [forwarding database](crate::neighbour::FdbEntry).
//!
//! ```no_run
//! use nlroute::{Connection, bridge::{BridgeLinks, BridgeVlan}};
//!
//! let mut host = Connection::open()?;
//! host.add(BridgeVlan::new("veth0", 10).pvid().untagged())?;
//! host.add(BridgeVlan::new("veth0", 20..=29))?;
//! for port in &host.list(BridgeLinks::all().vlans())? {
//!     for vlans in port.vlans() {
//!         println!("{}: {}", port.name(), vlans.vids());
//!     }
//! }
//! # Ok::<(), nlroute::Error>(())
//! ```
mod af;
mod link;
mod links;
mod port_vlan;
mod vids;

pub use af::{
    BridgeAf, BridgeAfTable, BridgeAfView, BridgeFlags, BridgeMode, BridgeVlanFlags,
    BridgeVlanInfo, Mst, MstEntry, MstEntryTable, MstEntryView, MstTable, MstView, VlanTunnel,
    VlanTunnelTable, VlanTunnelView,
};
pub use link::BridgeLink;
pub use links::BridgeLinks;
pub use port_vlan::BridgeVlan;
pub use vids::{TunnelRange, Vids, VlanRange};
