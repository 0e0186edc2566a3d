//! Faults, each tried: what fails is told, leaves nothing behind, and spoils nothing else.
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/process.rs"]
mod process;

mod buffers;
mod forked;
mod interrupted;
mod leaks;
mod leaks_nouns;
mod limits;
mod midway;
mod namespaces;
mod old_kernels;
mod replaced;
mod rights;
mod threads;
