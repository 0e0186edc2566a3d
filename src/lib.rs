//! Linux network configuration over raw `NETLINK_ROUTE`, synchronous.
#![warn(missing_docs)]
#![deny(unsafe_code)]
#![allow(dead_code)] // until the connection stands

pub mod address;
mod batch;
mod connection;
mod dump;
mod error;
mod exchange;
mod extack;
pub mod link;
mod lookup;
pub mod neighbour;
mod netns;
mod noun;
mod prefix;
mod request;
pub mod route;
pub mod sandbox;
mod socket;
mod sys;
mod wait;
pub mod wire;

pub use address::{Address, Addresses};
pub use batch::Batch;
pub use connection::Connection;
pub use dump::{Dump, Listing, ListingIter};
pub use error::{Error, ErrorKind, Refusal, Result};
pub use neighbour::{Fdb, FdbEntry, Neighbour, Neighbours};
pub use netns::Netns;
pub use prefix::{Family, Prefix, PrefixError};
pub use request::{
    Add, Append, Change, Delete, Describe, Get, List, Place, Query, Replace, Request, Verb,
};
pub use route::{Route, Routes};
