//! The CNI plugin of `examples/cni_bridge`, called as a container engine calls it.
mod apart;
mod check;
mod engine;
mod failing;
#[path = "../../examples/talk/ping.rs"]
#[allow(dead_code)]
mod ping;
#[path = "../common/process.rs"]
mod process;
#[path = "../common/programs.rs"]
mod programs;
#[path = "../../examples/masquerade/rules.rs"]
mod rules;
mod spec;
#[path = "../../examples/masquerade/tables.rs"]
mod tables;
mod twin;
mod wanted;
