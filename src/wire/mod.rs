//! Bytes: netlink messages and attributes, read and written without a system call,
//! without `unsafe` and, for reading, without an allocation.
//!
//! This layer stands alone: it knows nothing of sockets or of what a link is. Use it by itself
//! to speak another netlink family, to take a capture apart, or to declare a table of your own.
//!
//! ```text
//!   datagram   | message            | message      | ...                     message.rs
//!   message    | nlmsghdr | family header | attribute | attribute | ...
//!   attribute  | len u16 | kind u16 | payload ... | padding to 4 |           attribute.rs
//!   payload    a number, a name, an address, a record, or attributes again   value.rs
//! ```
//!
//! Which attributes there are, and what each one's payload is, stands in tables
//! ([`table!`](crate::table)), one line an attribute.
//!
//! In a table the order of attributes counts for nothing, and of several of one number the last
//! counts, as in the kernel, whether it is a value or not: for getters, for requests made of bytes
//! and for `find`. In a list ([`Each`]) every attribute is a value, in the order of the list,
//! whatever its number. `attributes()`, `Debug` and `malformed()` tell all that is there.
//!
//! Everything in host byte order is read by `from_ne_bytes` at a stated offset, never by a cast
//! of a struct, so the layer is the same on 32 and 64 bits and on either byte order.
//!
//! ```
//! use nlroute::wire::{Attributes, Messages, Writer};
//!
//! let mut bytes = Vec::new();
//! let mut out = Writer::new(&mut bytes);
//! let message = out.begin(16 /* RTM_NEWLINK */, 1 /* NLM_F_REQUEST */);
//! out.bytes(&[0; 16]); // ifinfomsg
//! out.attribute(3, b"lo\0")?; // IFLA_IFNAME
//! out.end(message)?;
//!
//! for message in Messages::new(&bytes) {
//!     let message = message?;
//!     for attribute in Attributes::new(&message.body()[16..]) {
//!         assert_eq!(attribute?.payload(), b"lo\0");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sources: `linux/netlink.h`, `netlink(7)`, RFC 3549.

mod address;
mod attribute;
pub mod constants;
mod descriptor;
mod error;
mod message;
mod name;
mod nest;
mod open;
mod record;
mod reference;
mod schema;
pub mod table;
#[cfg(test)]
mod tests;
mod value;
mod visit;
mod writer;

pub use address::{LinkAddress, LinkAddressError};
pub use attribute::{Attribute, Attributes, NLA_F_NESTED, NLA_F_NET_BYTEORDER};
pub(crate) use attribute::{Indexed, indexable};
pub use descriptor::{Fd, FdRef};
pub use error::{EncodeError, Fault};
pub use message::{HEADER_LEN, Message, MessageHeader, Messages};
pub use name::{IfName, NameError, Text};
pub(crate) use nest::put_nest;
pub use nest::{Choose, Chosen, Each, Element, ListOf, NUMBERED, Nest, Packed, Values};
pub use record::Fixed;
pub use reference::{Index, LinkRef, Netns4, NetnsRef};
pub(crate) use schema::{Ask, ByData};
pub use schema::{ByName, Line, Malformed, Nesting, Path, Schema, Shape, ShowError, ValueInfo};
pub use value::{
    Be16, Be32, Be64, Bytes, Centis, Eighths, Format, IpBytes, Mac, Micros, Millis, OnOff, OnOff32,
    Present, Quarters, Seconds, Str, Uint,
};
pub use visit::{Step, Visited};
pub use writer::{BoxError, Lookup, Mark, NoLookup, Writer};

/// Rounds a length up to the next multiple of four, the alignment of everything in netlink
/// (`NLA_ALIGN`, `NLMSG_ALIGN`).
///
/// ```
/// assert_eq!(nlroute::wire::align(5), 8);
/// ```
#[must_use]
pub const fn align(len: usize) -> usize {
    len.saturating_add(3) & !3
}
