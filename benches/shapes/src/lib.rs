//! Shapes that the attribute table could have, each made of the same lines: the crate's tables
//! of a link and of a bridge, and one of an address.
//!
//! - `scan_walk`: a request is a struct of `Option`s, all of which are looked at to write it; a
//!   view is bytes, which each getter walks.
//! - `scan_index`: the same request; a view is bytes and an index of offsets, made in one walk.
//! - `set_index`: the crate's own macro. A request is plain slots and the set of the numbers that
//!   are set; a view has an index.
//!
//! The program `measure` counts all of them and writes `RESULTS.md`.
#![allow(rustdoc::broken_intra_doc_links)]

pub mod operations;
#[macro_use]
mod scanned;
mod walked;

nlroute::record! {
    /// What stands before an address's attributes.
    pub struct AddressHeader "ifaddrmsg" 8 from 8;
    0 ifa_family family: u8 = "Address family.";
    1 ifa_prefixlen prefix: u8 = "Length of the prefix.";
    2 ifa_flags flags: u8 = "Flags.";
    3 ifa_scope scope: u8 = "How far it counts.";
    4 ifa_index index: u32 = "The link.";
}

nlroute::record! {
    /// How long an address lives.
    pub struct CacheInfo "ifa_cacheinfo" 16 from 16;
    0 ifa_prefered preferred: u32 = "Preferred, in seconds.";
    4 ifa_valid valid: u32 = "Valid, in seconds.";
    8 cstamp created: u32 = "Made, in hundredths of a second.";
    12 tstamp updated: u32 = "Altered, in hundredths of a second.";
}

/// A shape: the three tables declared by a macro, and what is done with them.
macro_rules! shape {
    ($name:ident $feature:literal by $declare:path, $body:path) => {
        #[cfg(feature = $feature)]
        #[allow(unused_imports)]
        pub mod $name {
            use std::{
                net::{IpAddr, Ipv4Addr, Ipv6Addr},
                time::Duration,
            };

            use nlroute::{link::*, wire::*};
            use $body as Body;
            use $declare as declare;

            use crate::{AddressHeader, CacheInfo};

            include!(concat!(env!("OUT_DIR"), "/tables.rs"));
            operations!();
        }
    };
}

#[macro_use]
mod made;

shape!(scan_walk "scan_walk" by crate::scanned::scanned, crate::walked::Body);
shape!(scan_index "scan_index" by crate::scanned::scanned, nlroute::wire::table::Body);
shape!(set_index "set_index" by nlroute::table, nlroute::wire::table::Body);
