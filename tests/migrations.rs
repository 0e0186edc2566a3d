//! The layers that others wrote by hand, written anew on the crate: the same calls, in fewer lines.
//! Each is run as its own callers do, on the real kernel; how many lines they are is in
//! `docs/migrations.md`.
#[path = "migrations/agave.rs"]
mod agave;
#[path = "migrations/agave_router.rs"]
mod agave_router;
#[path = "migrations/aya.rs"]
mod aya;
#[path = "migrations/aya_programs.rs"]
mod aya_programs;
#[path = "migrations/bpf.rs"]
mod bpf;
#[path = "migrations/lines.rs"]
mod lines;
#[path = "migrations/netavark.rs"]
mod netavark;
#[path = "migrations/netavark_drivers.rs"]
mod netavark_drivers;
#[path = "migrations/page.rs"]
mod page;
#[path = "migrations/youki.rs"]
mod youki;
#[path = "migrations/youki_devices.rs"]
mod youki_devices;

use std::error::Error;

use nlroute::sandbox::skip;

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// An error of the crate, as it is or boxed.
trait Told {
    fn told(&self) -> Option<&nlroute::Error>;
}

impl Told for nlroute::Error {
    fn told(&self) -> Option<&nlroute::Error> {
        Some(self)
    }
}

impl Told for Box<dyn Error> {
    fn told(&self) -> Option<&nlroute::Error> {
        self.downcast_ref()
    }
}

/// Whether the kernel has that; if it hasn't, that is said.
fn have<T, E: Told>(what: &str, made: &Result<T, E>) -> bool {
    let error = made.as_ref().err().and_then(Told::told);
    match error.filter(|error| error.is_unsupported()) {
        None => true,
        Some(error) => {
            skip(format_args!("{what}: not in this kernel: {error}"));
            false
        }
    }
}
