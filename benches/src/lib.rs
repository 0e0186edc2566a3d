//! What nlroute is measured against.
//!
//! - [`bare`]: the messages as finished bytes, patched in place. The floor.
//! - [`bulk`]: the bulk jobs: routes, dumps and veth pairs, and what their programs report.
//! - [`codec`]: the table of (contender, operation) for the codec benches.
//! - [`events`]: the events job: routes change while somebody listens.
//! - [`job`]: what every program of the bridge job has in common.
//! - [`table`]: medians, ratios and Markdown.

pub mod bare;
pub mod bulk;
pub mod codec;
pub mod events;
pub mod job;
pub mod sandbox;
pub mod table;
