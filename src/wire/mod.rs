//! Bytes: netlink messages and attributes.
