//! `bridge`.
pub mod fdb;
pub mod link;
