//! Linux network configuration over raw `NETLINK_ROUTE`, synchronous.
#![warn(missing_docs)]
#![deny(unsafe_code)]

mod error;
mod netns;
pub mod sandbox;
#[allow(dead_code)] // Until the connection uses the rest.
mod sys;
pub mod wire;

pub use error::{Error, ErrorKind, Result};
pub use netns::Netns;
