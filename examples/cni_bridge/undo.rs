//! What has been done so far, to be undone if a later step fails.
use std::fmt::Display;

use super::failure::{Failure, Result};

/// One step back.
type Step<'s, T> = Box<dyn FnOnce(&mut T) -> Result + 's>;

/// Steps back, the last first.
pub struct Undo<'s, T>(Vec<(String, Step<'s, T>)>);

impl<'s, T> Undo<'s, T> {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// What takes back what is about to be done: noted before, because what fails half way, or
    /// whose answer is lost, may have been done.
    pub fn note(&mut self, what: impl Display, step: impl FnOnce(&mut T) -> Result + 's) {
        self.0.push((what.to_string(), Box::new(step)));
    }

    /// Takes everything back because of a failure, to which is added what can't be.
    pub fn all(self, state: &mut T, mut failure: Failure) -> Failure {
        for (what, step) in self.0.into_iter().rev() {
            if let Err(error) = step(state) {
                let more = format!("left behind: {what}: {}", error.message);
                failure.details = match failure.details.as_str() {
                    "" => more,
                    details => format!("{details}; {more}"),
                };
            }
        }
        failure
    }
}
