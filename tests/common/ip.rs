//! What `ip` tells of the namespace that a test is in.
use std::process::Command;

use nlroute::sandbox::skip;
use serde_json::Value;

/// The JSON of `ip -j` with these words; `None`, said aloud, where there is no `ip`, or one that
/// is too old for this.
pub fn json(words: &str) -> Option<Value> {
    let done = Command::new("ip").arg("-j").args(words.split(' ')).output();
    let output = match done {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            skip(format_args!("ip {words}: {why}"));
            return None;
        }
        Err(error) => {
            skip(format_args!("ip: {error}"));
            return None;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let text = if text.trim().is_empty() { "[]" } else { &text };
    Some(serde_json::from_str(text).unwrap())
}
