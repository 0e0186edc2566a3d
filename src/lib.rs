//! Linux network configuration over raw `NETLINK_ROUTE`, synchronous.
#![warn(missing_docs)]
#![deny(unsafe_code)]

mod error;
pub mod wire;

pub use error::{Error, Result};
