//! What nlroute is measured against.
//!
//! - [`bare`]: the messages as finished bytes, patched in place. The floor.
//! - [`codec`]: the table of (contender, operation) for the codec benches.
//! - [`job`]: what every program of the bridge job has in common.
//! - [`table`]: medians, ratios and Markdown.

pub mod bare;
pub mod codec;
pub mod job;
pub mod sandbox;
pub mod table;
