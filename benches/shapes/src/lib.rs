//! Shapes that the attribute table could have, each made of the same lines: the crate's tables
//! of a link, of a bridge's settings and of an address, taken from its source by `build.rs`.
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

            use nlroute::{address::*, link::*, wire::*};
            use $body as Body;
            use $declare as declare;

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
