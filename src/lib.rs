//! Linux network configuration over raw `NETLINK_ROUTE`, synchronous.
#![warn(missing_docs)]
#![deny(unsafe_code)]
#![allow(dead_code)] // until the connection stands

mod error;
pub mod link;
mod request;
pub mod wire;

pub use error::{Error, ErrorKind, Result};
pub use request::{
    Add, Append, Change, Delete, Describe, Get, List, Place, Query, Replace, Request, Verb,
};
