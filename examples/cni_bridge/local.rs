//! A small IPAM plugin, as this program is one when it is called by the name `nlroute-ipam`: it
//! gives out the addresses of subnets one after the other, and keeps each as a file. It is there
//! for the demonstration and the tests; `host-local` does more.
use std::{
    fs,
    io::{self, ErrorKind, Write},
    net::IpAddr,
    path::{Path, PathBuf},
};

use nlroute::Prefix;
use serde_json::{Value, json};

use super::{
    config::{Attachment, variable},
    failure::{Context, DECODING, Failure, IO, REFUSED, Result},
};

/// Where they are kept unless `dataDir` says.
const KEPT: &str = "/run/nlroute-ipam";

/// One address of each of these is given.
struct Range {
    subnet: Prefix,
    gateway: IpAddr,
}

/// Carries `CNI_COMMAND` out; answers what is to be printed.
pub fn run(raw: &str) -> Result<Option<Value>> {
    let config: Value = serde_json::from_str(raw).context(DECODING, "configuration")?;
    let ipam = config.get("ipam").cloned().unwrap_or_default();
    let text = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let network = text(&config, "name").unwrap_or_default();
    let directory = text(&ipam, "dataDir").map_or_else(|| PathBuf::from(KEPT), PathBuf::from);
    let directory = directory.join(network);
    match variable("CNI_COMMAND")?.as_str() {
        "ADD" => {
            let at = Attachment::from_environment(false)?;
            fs::create_dir_all(&directory).context(IO, directory.display())?;
            let mut ips = Vec::new();
            for range in ranges(&ipam)? {
                let address = take(&directory, &range, &owner(&at))?;
                ips.push(json!({
                    "address": format!("{address}/{}", range.subnet.len()),
                    "gateway": range.gateway.to_string(),
                }));
            }
            let routes = ipam.get("routes").cloned().unwrap_or_else(|| json!([]));
            let version = text(&config, "cniVersion").unwrap_or_default();
            Ok(Some(
                json!({ "cniVersion": version, "ips": ips, "routes": routes }),
            ))
        }
        "DEL" => {
            let ours = owner(&Attachment::from_environment(false)?);
            give_back(&directory, |owner| owner == ours)?;
            Ok(None)
        }
        "CHECK" => {
            let ours = owner(&Attachment::from_environment(false)?);
            let mut kept = kept(&directory)?.into_iter();
            match kept.any(|(_, owner)| owner == ours) {
                true => Ok(None),
                false => Err(Failure::new(REFUSED, format_args!("{ours} has no address"))),
            }
        }
        "GC" => {
            let config = super::config::Config::parse(raw.to_owned())?;
            let valid = config
                .valid
                .iter()
                .map(|(container, ifname)| format!("{container} {ifname}"));
            let valid: Vec<_> = valid.collect();
            give_back(&directory, |owner| {
                !valid.iter().any(|valid| valid == owner)
            })?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn owner(at: &Attachment) -> String {
    format!("{} {}", at.container, at.ifname)
}

fn ranges(ipam: &Value) -> Result<Vec<Range>> {
    let listed = ipam.get("ranges").and_then(Value::as_array);
    let listed = listed.map_or(&[][..], Vec::as_slice).iter();
    let each = listed.filter_map(|set| set.get(0)).map(|range| {
        let text = |name| range.get(name).and_then(Value::as_str);
        let subnet = text("subnet").unwrap_or_default();
        let subnet: Prefix = subnet
            .parse()
            .context(DECODING, format_args!("subnet {subnet:?}"))?;
        let gateway = match text("gateway") {
            Some(gateway) => gateway
                .parse()
                .context(DECODING, format_args!("gateway {gateway}"))?,
            None => nth(subnet, 1),
        };
        Ok(Range { subnet, gateway })
    });
    each.collect()
}

/// An address of a subnet by its number in it.
fn nth(subnet: Prefix, number: u32) -> IpAddr {
    match subnet.network().address() {
        IpAddr::V4(v4) => IpAddr::V4(v4.to_bits().wrapping_add(number).into()),
        IpAddr::V6(v6) => IpAddr::V6(v6.to_bits().wrapping_add(number.into()).into()),
    }
}

/// Takes the first that nobody has.
fn take(directory: &Path, range: &Range, owner: &str) -> Result<IpAddr> {
    for number in 1.. {
        let address = nth(range.subnet, number);
        if !range.subnet.contains(address) || address == range.subnet.last() {
            break;
        } else if address == range.gateway {
            continue;
        }
        let path = directory.join(address.to_string());
        match fs::File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(owner.as_bytes())
                    .context(IO, path.display())?;
                return Ok(address);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::new(IO, error).details(path.display())),
        }
    }
    Err(Failure::new(
        REFUSED,
        format_args!("{} is used up", range.subnet),
    ))
}

/// All that are taken, and who has them.
fn kept(directory: &Path) -> Result<Vec<(PathBuf, String)>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.context(IO, directory.display())?,
    };
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry?.path();
        match fs::read_to_string(&path) {
            // Somebody gave it back meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            owner => Ok(Some((path, owner?))),
        }
    };
    let kept = entries.filter_map(|entry| read(entry).transpose());
    kept.collect::<io::Result<_>>()
        .context(IO, directory.display())
}

fn give_back(directory: &Path, gone: impl Fn(&str) -> bool) -> Result {
    for (path, _) in kept(directory)?.iter().filter(|(_, owner)| gone(owner)) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Failure::new(IO, error).details(path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}
