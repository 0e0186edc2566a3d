//! What can't be equal in two states is taken out; what is left and differs is told.
use std::net::IpAddr;

use serde_json::{Value, json};

/// Clocks and what follows from them in the kernel's own time.
const TIMED: &[&str] = &[
    "operstate",
    "tentative",
    "hello_timer",
    "tcn_timer",
    "topology_change_timer",
    "gc_timer",
    "hold_timer",
    "message_age_timer",
    "forward_delay_timer",
    "topology_change",
    "topology_change_detected",
    // Not the route's own: what its next hop object is at the moment.
    "nh_info",
    // Of a lookup's answer: the flags of the kernel's cache.
    "cache",
];
/// Seconds that count down: to the nearest hundred.
const LIFETIMES: &[&str] = &["valid_life_time", "preferred_life_time", "expires"];
/// Lists in the order of a hash.
const UNORDERED: &[&str] = &["neigh", "proxy", "fdb"];
/// How link-layer addresses begin that the kernel doesn't draw.
const CHOSEN: &[&str] = &[
    "02:00:00:00:",
    "33:33:",
    "01:00:5e:",
    "01:80:c2:",
    "00:00:00:",
    "ff:ff:",
    "2001:db8:",
    "fe80:",
];

pub fn normalise(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !TIMED.contains(&key.as_str()));
            // Without a carrier the queueing discipline is taken away, after a while.
            let flags = object.get("flags").and_then(Value::as_array);
            if flags.is_some_and(|flags| !flags.iter().any(|flag| flag == "LOWER_UP")) {
                object.remove("qdisc");
            }
            if let Some(Value::Array(routes)) = object.get_mut("route") {
                order_routes(routes);
            }
            if let Some(Value::Array(neighbours)) = object.get_mut("neigh") {
                // Made as packets leave for multicast groups.
                neighbours.retain(|n| n["state"] != json!(["NOARP"]) || !is_multicast(&n["dst"]));
            }
            if let Some(Value::Array(groups)) = object.get_mut("mdb") {
                // Joined by the bridge itself, after a while.
                groups.retain(|group| group["grp"] != "ff02::6a");
            }
            if let Some(Value::Array(entries)) = object.get_mut("fdb") {
                // Multicast groups that the kernel joins with its own addresses.
                let joined = |mac: &str| mac.starts_with("33:33:") || mac.starts_with("01:00:5e:");
                entries.retain(|e| {
                    e["flags"] != json!(["self"]) || !e["mac"].as_str().is_some_and(joined)
                });
            }
            for (key, value) in object.iter_mut() {
                match value.as_u64() {
                    Some(seconds) if LIFETIMES.contains(&key.as_str()) => {
                        *value = ((seconds + 50) / 100 * 100).into();
                    }
                    _ => normalise(value),
                }
                if UNORDERED.contains(&key.as_str())
                    && let Value::Array(list) = value
                {
                    list.sort_by_cached_key(Value::to_string);
                }
            }
        }
        Value::Array(list) => {
            // The one follows from the operational state, the other from the peer's flags.
            list.retain(|item| item != "NO-CARRIER" && item != "M-DOWN");
            list.iter_mut().for_each(normalise);
        }
        Value::String(text) => {
            if let Some(normal) = bridge_id(text).or_else(|| drawn(text)) {
                *text = normal;
            }
        }
        _ => {}
    }
}

/// The kernel's own routes come in the order of its own time; those of IPv6 to the addresses
/// themselves and to multicast, which follow from addresses and carriers, after a while.
fn order_routes(routes: &mut Vec<Value>) {
    let late = |route: &Value| {
        let ipv6 = route.get("pref").is_some();
        ipv6 && route["protocol"] == "kernel" && route["table"] == "local"
    };
    routes.retain(|route| !late(route));
    let (mut kernel, others): (Vec<_>, Vec<_>) = routes
        .drain(..)
        .partition(|route| route["protocol"] == "kernel");
    kernel.sort_by_cached_key(Value::to_string);
    routes.extend(others);
    routes.extend(kernel);
}

fn is_multicast(address: &Value) -> bool {
    let address = address
        .as_str()
        .and_then(|text| text.parse::<IpAddr>().ok());
    address.is_some_and(|address| address.is_multicast())
}

/// The bytes of a link-layer address; some versions of iproute2 leave out leading zeros.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let byte = |part: &str| {
        u8::from_str_radix(part, 16)
            .ok()
            .filter(|_| part.len() <= 2)
    };
    let bytes: Option<Vec<_>> = text.split(':').map(byte).collect();
    bytes.filter(|bytes| bytes.len() == 6)
}

/// A priority and an address, if the text is that.
fn bridge_id(text: &str) -> Option<String> {
    let (priority, address) = text.split_once('.')?;
    let bytes = bytes(address)?;
    let address = bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .join(":");
    Some(format!("{priority}.{}", drawn(&address).unwrap_or(address)))
}

/// What stands for a link-layer address that the kernel drew; a tunnel over IPv6 has one whose
/// rest is nothing.
fn drawn(text: &str) -> Option<String> {
    let of_tunnel = || text.strip_suffix("::")?.splitn(3, ':').nth(2);
    if bytes(text).is_none() && of_tunnel().is_none_or(|last| last.contains(':')) {
        return None;
    }
    let chosen = CHOSEN.iter().any(|begin| text.starts_with(begin));
    (!chosen).then(|| "drawn".to_owned())
}

/// Appends each place where two values differ.
pub fn difference(path: &str, left: &Value, right: &Value, out: &mut Vec<String>) {
    match (left, right) {
        _ if left == right => {}
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let of = |object: &serde_json::Map<String, Value>| {
                    object.get(key).cloned().unwrap_or(Value::Null)
                };
                difference(&format!("{path}/{key}"), &of(a), &of(b), out);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for n in 0..a.len().max(b.len()) {
                let of = |list: &[Value]| list.get(n).cloned().unwrap_or(Value::Null);
                difference(&format!("{path}/{n}"), &of(a), &of(b), out);
            }
        }
        _ => out.push(format!("{path}: {left} but {right}")),
    }
}
