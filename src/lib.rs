//! Linux network configuration over raw `NETLINK_ROUTE`, synchronous.
#![warn(missing_docs)]
#![deny(unsafe_code)]
#![allow(dead_code)] // until the connection stands

mod batch;
mod connection;
mod dump;
mod error;
mod exchange;
mod extack;
pub mod link;
mod lookup;
mod netns;
mod nsid;
mod request;
pub mod sandbox;
mod socket;
mod sys;
mod wait;
pub mod wire;

pub use batch::Batch;
pub use connection::Connection;
pub use dump::{Dump, Listing, ListingIter};
pub use error::{Error, ErrorKind, Refusal, Result};
pub use netns::Netns;
pub use nsid::{GenHeader, NetnsId, NetnsIdAttributes, NetnsIdTable, NetnsIdView};
pub use request::{
    Add, Append, Change, Delete, Describe, Get, List, Place, Query, Replace, Request, Verb,
};
