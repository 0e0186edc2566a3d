//! The result of an `ADD`, as the versions of the specification write it: read from the IPAM
//! plugin and from the runtime, and answered.
use std::net::IpAddr;

use nlroute::Prefix;
use serde_json::{Map, Value, json};

use super::failure::{Context, DECODING, Failure, Result};

/// A link that was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    pub name: String,
    pub mac: String,
    /// Since version 1.1.0.
    pub mtu: Option<u32>,
    /// Path of its namespace; empty for the host's.
    pub sandbox: String,
}

/// An address.
#[derive(Clone, Debug, PartialEq)]
pub struct Ip {
    pub address: Prefix,
    pub gateway: Option<IpAddr>,
    /// Which of the interfaces has it.
    pub interface: Option<u64>,
}

/// A route of the container.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteTo {
    pub destination: Prefix,
    pub gateway: Option<IpAddr>,
    /// `mtu`, `advmss`, `priority`, `table` and `scope`, since version 1.1.0.
    pub more: Map<String, Value>,
}

impl RouteTo {
    pub fn number(&self, name: &str) -> Option<u32> {
        let number = self.more.get(name).and_then(Value::as_u64);
        number.and_then(|n| u32::try_from(n).ok())
    }
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub interfaces: Vec<Interface>,
    pub ips: Vec<Ip>,
    pub routes: Vec<RouteTo>,
    pub dns: Value,
}

const ROUTE_FIELDS: &[&str] = &["mtu", "advmss", "priority", "table", "scope"];

impl Outcome {
    pub fn from_json(value: &Value) -> Result<Self> {
        if !value.is_object() {
            return Err(Failure::new(DECODING, "result: is no object"));
        }
        Ok(Self {
            interfaces: each(value, "interfaces", |value| {
                Ok(Interface {
                    name: text(value, "name").unwrap_or_default(),
                    mac: text(value, "mac").unwrap_or_default(),
                    mtu: value
                        .get("mtu")
                        .and_then(Value::as_u64)
                        .map(|mtu| mtu as u32),
                    sandbox: text(value, "sandbox").unwrap_or_default(),
                })
            })?,
            ips: each(value, "ips", |value| {
                Ok(Ip {
                    address: parse(value, "address")?,
                    gateway: optional(value, "gateway")?,
                    interface: value.get("interface").and_then(Value::as_u64),
                })
            })?,
            routes: each(value, "routes", |value| {
                let more = ROUTE_FIELDS.iter().filter_map(|name| {
                    let field = value.get(name).filter(|field| !field.is_null())?;
                    Some(((*name).to_owned(), field.clone()))
                });
                Ok(RouteTo {
                    destination: parse(value, "dst")?,
                    gateway: optional(value, "gw")?,
                    more: more.collect(),
                })
            })?,
            dns: value.get("dns").cloned().unwrap_or_else(|| json!({})),
        })
    }

    pub fn to_json(&self, version: &str) -> Value {
        let before = |other| version_number(version) < version_number(other);
        let interfaces: Vec<Value> = self
            .interfaces
            .iter()
            .map(|link| {
                let mut value = json!({ "name": link.name, "mac": link.mac });
                if let Some(mtu) = link.mtu.filter(|_| !before("1.1.0")) {
                    value["mtu"] = mtu.into();
                }
                if !link.sandbox.is_empty() {
                    value["sandbox"] = link.sandbox.as_str().into();
                }
                value
            })
            .collect();
        let ips: Vec<Value> = self
            .ips
            .iter()
            .map(|ip| {
                let mut value = json!({ "address": ip.address.to_string() });
                if before("1.0.0") {
                    let v4 = ip.address.address().is_ipv4();
                    value["version"] = if v4 { "4" } else { "6" }.into();
                }
                if let Some(gateway) = ip.gateway {
                    value["gateway"] = gateway.to_string().into();
                }
                if let Some(interface) = ip.interface {
                    value["interface"] = interface.into();
                }
                value
            })
            .collect();
        let routes: Vec<Value> = self
            .routes
            .iter()
            .map(|route| {
                let mut value = json!({ "dst": route.destination.to_string() });
                if let Some(gateway) = route.gateway {
                    value["gw"] = gateway.to_string().into();
                }
                if !before("1.1.0") {
                    for (name, field) in &route.more {
                        value[name] = field.clone();
                    }
                }
                value
            })
            .collect();
        let mut value = json!({ "cniVersion": version, "interfaces": interfaces });
        if !ips.is_empty() {
            value["ips"] = ips.into();
        }
        if !routes.is_empty() {
            value["routes"] = routes.into();
        }
        value["dns"] = match &self.dns {
            Value::Null => json!({}),
            dns => dns.clone(),
        };
        value
    }
}

/// Of the versions that are spoken, each has three numbers.
pub fn version_number(version: &str) -> Vec<u32> {
    version.split('.').flat_map(str::parse).collect()
}

fn each<T>(value: &Value, name: &str, read: impl Fn(&Value) -> Result<T>) -> Result<Vec<T>> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(read).collect(),
        Some(_) => Err(Failure::new(
            DECODING,
            format_args!("result: {name} is no list"),
        )),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
    value: &Value,
    name: &str,
) -> Result<Option<T>> {
    let text = text(value, name).filter(|text| !text.is_empty());
    let parsed = text.map(|text| {
        text.parse()
            .context(DECODING, format_args!("result: {name} {text}"))
    });
    parsed.transpose()
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(value: &Value, name: &str) -> Result<T> {
    let missing = || Failure::new(DECODING, format_args!("result: {name} is missing"));
    optional(value, name)?.ok_or_else(missing)
}
