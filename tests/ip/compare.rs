//! What two programs print, without what goes on by itself meanwhile.
use serde_json::Value;

use crate::harness::exact;

/// Numbers that are others a moment later.
fn moves(key: &str) -> bool {
    key.ends_with("_timer")
        || key.ends_with("_life_time")
        || [
            "used",
            "age",
            "users",
            "confirmed",
            "updated",
            "probes",
            "expires",
            "fdb_n_learned",
            "timer",
            "reachable",
        ]
        .contains(&key)
}

fn still(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !moves(key));
            fields.values_mut().for_each(still);
        }
        Value::Array(all) => all.iter_mut().for_each(still),
        _ => {}
    }
}

/// The text with `T` for what goes on by itself.
pub fn still_text(text: &str) -> String {
    let mut before = String::new();
    let words = text.split(' ').map(|word| {
        let digits = word.strip_prefix('-').unwrap_or(word);
        let number = digits.starts_with(|c: char| c.is_ascii_digit());
        let still = match before.as_str() {
            last if number && moves(last) => "T".to_owned(),
            _ if number && word.trim_end().ends_with("sec") => "Tsec".to_owned(),
            _ if number && word.contains("sec\n") => {
                let end = word.find('\n').unwrap_or(0);
                format!("Tsec{}", &word[end..])
            }
            _ => word.to_owned(),
        };
        if !word.is_empty() {
            before = word.rsplit('\n').next().unwrap_or(word).to_owned();
        }
        still
    });
    let text = words.collect::<Vec<_>>().join(" ");
    // It isn't told before the first second.
    text.replace("age Tsec ", "")
}

/// Where two values differ; an older program may have less.
pub fn differences(path: &str, theirs: &Value, ours: &Value, all: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                let own = ours.get(key).unwrap_or(&Value::Null);
                differences(&format!("{path}.{key}"), value, own, all);
            }
            for (key, value) in ours {
                if exact() && !theirs.contains_key(key) {
                    all.push(format!("{path}.{key}: only ours: {value}"));
                }
            }
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (n, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                differences(&format!("{path}[{n}]"), theirs, ours, all);
            }
        }
        (theirs, ours) if theirs == ours => {}
        (theirs, ours) => all.push(format!("{path}: theirs {theirs}, ours {ours}")),
    }
}

/// Where JSON differs.
pub fn json(theirs: &str, ours: &str) -> Vec<String> {
    let parse = |text: &str| {
        let parsed = serde_json::from_str::<Value>(text);
        let mut value = parsed.map_err(|error| format!("{error}: {text}"))?;
        still(&mut value);
        Ok::<_, String>(value)
    };
    match (parse(theirs), parse(ours)) {
        (Ok(theirs), Ok(ours)) => {
            let mut all = Vec::new();
            differences("", &theirs, &ours, &mut all);
            all
        }
        (theirs, ours) if theirs.is_err() && ours.is_err() => Vec::new(),
        (theirs, ours) => vec![format!("theirs {theirs:?}\n  ours {ours:?}")],
    }
}
