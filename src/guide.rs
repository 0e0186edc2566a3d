//! Pages to read beside the reference.
//!
//! | you | read |
//! |---|---|
//! | know the command of `ip` or `bridge` | [`from_ip`] |

#[doc = include_str!("../docs/from/ip.md")]
pub mod from_ip {}
