//! What goes wrong, as the runtime is told it (CNI specification 1.1, "Error").
use std::fmt::Display;

use serde_json::{Value, json};

pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// The protocol speaks another version.
pub const INCOMPATIBLE: u32 = 1;
/// A field of the configuration isn't done here; its name is told.
pub const UNSUPPORTED: u32 = 2;
/// An environment variable is missing or can't be.
pub const ENVIRONMENT: u32 = 4;
/// Something could not be read or written.
pub const IO: u32 = 5;
/// What was given is no JSON, or not of the form that it must have.
pub const DECODING: u32 = 6;
/// The configuration can't be carried out.
pub const CONFIGURATION: u32 = 7;
/// `STATUS`: no container can be added.
pub const NOT_AVAILABLE: u32 = 50;
/// The kernel, or the IPAM plugin, has refused something.
pub const REFUSED: u32 = 100;
/// `CHECK`: something isn't as it was made.
pub const DIFFERS: u32 = 101;

/// An error with its code.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub code: u32,
    pub message: String,
    pub details: String,
}

impl Failure {
    pub fn new(code: u32, message: impl Display) -> Self {
        Self {
            code,
            message: message.to_string(),
            details: String::new(),
        }
    }

    pub fn details(mut self, details: impl Display) -> Self {
        self.details = details.to_string();
        self
    }

    /// A field of the configuration that can't be.
    pub fn field(name: &str, why: impl Display) -> Self {
        Self::new(CONFIGURATION, format_args!("{name}: {why}"))
    }

    pub fn to_json(&self, version: &str) -> Value {
        let mut value = json!({
            "cniVersion": version,
            "code": self.code,
            "msg": self.message,
        });
        if !self.details.is_empty() {
            value["details"] = self.details.as_str().into();
        }
        value
    }
}

/// What the kernel refused says by itself what was asked.
impl From<nlroute::Error> for Failure {
    fn from(error: nlroute::Error) -> Self {
        Self::new(REFUSED, error)
    }
}

/// Says what could not be done.
pub trait Context<T> {
    fn context(self, code: u32, what: impl Display) -> Result<T>;
}

impl<T, E: Display> Context<T> for std::result::Result<T, E> {
    fn context(self, code: u32, what: impl Display) -> Result<T> {
        self.map_err(|error| Failure::new(code, format_args!("{what}: {error}")))
    }
}
