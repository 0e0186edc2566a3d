//! Addresses are another plugin's affair (IPAM), named in the configuration and found by
//! `CNI_PATH`. It is given the same configuration and environment.
use std::{
    env,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{
    config::Config,
    failure::{CONFIGURATION, Context, DECODING, Failure, IO, REFUSED, Result},
    outcome::Outcome,
};

/// The plugin while it works, so that something else can be done meanwhile.
pub struct Running {
    kind: String,
    command: &'static str,
    child: Child,
}

/// Starts it.
pub fn start(config: &Config, kind: &str, command: &'static str) -> Result<Running> {
    let path = find(kind)?;
    let child = Command::new(&path)
        .env("CNI_COMMAND", command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut child = child.context(IO, format_args!("run {}", path.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that doesn't read what it is given may have ended: then it says why.
        let _ = stdin.write_all(config.raw.as_bytes());
    }
    Ok(Running {
        kind: kind.to_owned(),
        command,
        child,
    })
}

impl Running {
    /// What it answers; its error as it says it.
    fn finish(self) -> Result<Vec<u8>> {
        let Self {
            kind,
            command,
            child,
        } = self;
        let what = format!("{command} of IPAM plugin {kind}");
        let output = child.wait_with_output().context(IO, &what)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let text = |name| said.get(name).and_then(Value::as_str).unwrap_or_default();
        let code = said.get("code").and_then(Value::as_u64);
        let code = code.and_then(|code| u32::try_from(code).ok());
        let message = match text("msg") {
            "" => output.status.to_string(),
            message => message.to_owned(),
        };
        let failure = Failure::new(code.unwrap_or(REFUSED), format_args!("{what}: {message}"));
        Err(failure.details(text("details")))
    }

    /// The addresses that it gives.
    pub fn addresses(self) -> Result<Outcome> {
        let kind = self.kind.clone();
        let said = self.finish()?;
        let value: Value =
            serde_json::from_slice(&said).context(DECODING, format_args!("IPAM plugin {kind}"))?;
        let outcome = Outcome::from_json(&value)?;
        if outcome.ips.is_empty() {
            let message = format_args!("IPAM plugin {kind} gave no address");
            return Err(Failure::new(REFUSED, message));
        }
        Ok(outcome)
    }
}

/// Runs it for a command whose answer is only that it was done.
pub fn run(config: &Config, command: &'static str) -> Result {
    match &config.ipam {
        None => Ok(()),
        Some(kind) => start(config, kind, command)?.finish().map(drop),
    }
}

fn find(kind: &str) -> Result<PathBuf> {
    if kind.contains('/') || kind.starts_with('.') {
        return Err(Failure::field(
            "ipam.type",
            format_args!("{kind:?} is no plugin's name"),
        ));
    }
    let path = env::var_os("CNI_PATH").unwrap_or_default();
    let is_program = |path: &PathBuf| {
        let metadata = path.metadata();
        metadata.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    let mut all = env::split_paths(&path).map(|directory| directory.join(kind));
    all.find(is_program).ok_or_else(|| {
        let message = format_args!("ipam.type: no plugin {kind} in CNI_PATH");
        Failure::new(CONFIGURATION, message).details(path.to_string_lossy())
    })
}
