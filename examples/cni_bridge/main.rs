//! A CNI plugin (container network interface, specification 1.1) of type bridge: what a container
//! engine calls to give a container its network.
//!
//! ```text
//! CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/c1 CNI_IFNAME=eth0 \
//! CNI_PATH=/usr/lib/cni cni_bridge < network.conf
//! ```
//!
//! It does what the reference plugin of that name does, from the same configuration: a veth pair
//! whose one end is a port of the bridge, and whose other is in the container, with the addresses
//! and routes that the IPAM plugin of the configuration gives. `isGateway`, `isDefaultGateway`,
//! `ipMasq`, `mtu`, `vlan`, `hairpinMode`, `promiscMode`, `portIsolation`, `forceAddress`, and
//! `nodad` (or `"enabledad": false`); what it doesn't do it refuses by name.
//!
//! Without arguments and without `CNI_COMMAND` it shows itself, in a sandbox: two containers that
//! reach each other, and nothing left of them.
mod add;
mod announce;
mod bridge;
mod check;
mod config;
mod demo;
mod failure;
mod ipam;
mod local;
mod outcome;
#[allow(dead_code)] // The talk needs more of it.
#[path = "../talk/ping.rs"]
mod ping;
mod remove;
#[path = "../masquerade/rules.rs"]
mod rules;
#[path = "../masquerade/tables.rs"]
mod tables;
mod undo;

use std::{
    env,
    io::{self, Read},
    path::Path,
    process::ExitCode,
};

use serde_json::{Value, json};

use config::{Attachment, Config, VERSIONS, variable, version_of};
use failure::{Context, ENVIRONMENT, Failure, IO, Result};

/// The name by which this program is an IPAM plugin.
const IPAM: &str = "nlroute-ipam";

/// Carries out what the environment and the configuration ask; answers what is to be printed.
fn run(raw: &str) -> Result<Option<Value>> {
    let command = variable("CNI_COMMAND")?;
    if command == "VERSION" {
        let version = version_of(raw);
        return Ok(Some(
            json!({ "cniVersion": version, "supportedVersions": VERSIONS }),
        ));
    }
    let config = Config::parse(raw.to_owned())?;
    match command.as_str() {
        "ADD" => {
            let outcome = add::add(&config, &Attachment::from_environment(true)?)?;
            return Ok(Some(outcome.to_json(config.version)));
        }
        "DEL" => remove::delete(&config, &Attachment::from_environment(false)?)?,
        "CHECK" => check::check(&config, &Attachment::from_environment(true)?)?,
        "GC" => remove::collect(&config)?,
        "STATUS" => check::status(&config)?,
        other => {
            let message = format_args!("CNI_COMMAND {other:?} is unknown");
            return Err(Failure::new(ENVIRONMENT, message));
        }
    }
    Ok(None)
}

fn main() -> ExitCode {
    if env::var_os("CNI_COMMAND").is_none() {
        return match demo::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let called = env::args_os().next().unwrap_or_default();
    let is_ipam = Path::new(&called)
        .file_name()
        .is_some_and(|name| name == IPAM);
    let mut raw = String::new();
    let read = io::stdin().read_to_string(&mut raw);
    let done = read
        .context(IO, "standard input")
        .and_then(|_| match is_ipam {
            true => local::run(&raw),
            false => run(&raw),
        });
    match done {
        Ok(answer) => {
            if let Some(answer) = answer {
                println!("{answer:#}");
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{:#}", failure.to_json(&version_of(&raw)));
            ExitCode::FAILURE
        }
    }
}
