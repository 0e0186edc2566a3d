//! The metrics of a route.
use std::time::Duration;

use nlroute::route::{MetricsLock, RouteFeatures, RouteMetrics, RouteMetricsView};

use super::show::short;
use crate::{
    context::Context,
    print::Value,
    words::{Done, Words, invalid, matches, rtt},
};

fn millis(time: Option<Duration>) -> Option<u32> {
    time.map(|time| time.as_millis() as u32)
}

/// A metric as it is printed.
enum Shown {
    Number(u32),
    Millis(u32),
    Features(u32),
    Name(String),
}

pub fn show(context: &mut Context, set: &RouteMetricsView<'_>) {
    let lock = set.lock().map_or(0, |lock| lock.bits());
    let number = |n: Option<u32>| n.map(Shown::Number);
    let time = |n: Option<u32>| n.map(Shown::Millis);
    let name = set.cc_algo().map(|name| name.to_string());
    let features = set.features().map(|f| Shown::Features(f.bits()));
    // In the order of their numbers, of which the first is 2.
    let all = [
        ("mtu", number(set.mtu())),
        ("window", number(set.window())),
        ("rtt", time(millis(set.rtt()))),
        ("rttvar", time(millis(set.rttvar()))),
        ("ssthresh", number(set.ssthresh())),
        ("cwnd", number(set.cwnd())),
        ("advmss", number(set.advmss())),
        ("reordering", number(set.reordering())),
        ("hoplimit", number(set.hoplimit())),
        ("initcwnd", number(set.initcwnd())),
        ("features", features),
        ("rto_min", time(millis(set.rto_min()))),
        ("initrwnd", number(set.initrwnd())),
        ("quickack", number(set.quickack())),
        ("congctl", name.map(Shown::Name)),
        ("fastopen_no_cookie", number(set.fastopen_no_cookie())),
    ];
    let out = &mut *context.out;
    out.open_array_json("metrics");
    out.open(None);
    for (n, (name, value)) in all.into_iter().enumerate() {
        let locked = lock >> (n + 2) & 1 == 1;
        let value = match value {
            None if !locked => continue,
            Some(Shown::Number(u32::MAX)) if name == "hoplimit" => continue,
            Some(value) => value,
            None => match name {
                "rtt" | "rttvar" | "rto_min" => Shown::Millis(0),
                "features" => Shown::Features(0),
                _ => Shown::Number(0),
            },
        };
        out.text(format_args!("{name} "));
        if locked {
            out.str("lock ");
        }
        match value {
            Shown::Number(value) => out.field(name, "{} ", value),
            Shown::Millis(value) => {
                out.json(name, value.into());
                match value {
                    1000.. => out.text(format_args!("{}s ", short(f64::from(value) / 1e3))),
                    _ => out.text(format_args!("{value}ms ")),
                }
            }
            Shown::Features(bits) => {
                let known = [(1, "ecn"), (16, "tcp_usec_ts")];
                for (bit, name) in known {
                    if bits & bit != 0 {
                        out.field(name, &format!("{name} "), Value::Null(""));
                    }
                }
                if bits & !17 != 0 {
                    out.field("features", "{} ", Value::Hex(bits.into()));
                }
            }
            Shown::Name(name) => out.field("congestion", "{} ", &name),
        }
    }
    out.close();
    out.close_array_json();
}

/// What is to be set.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    numbers: Vec<(Number, u32)>,
    times: Vec<(Time, Duration)>,
    features: Option<RouteFeatures>,
    cc_algo: Option<&'a str>,
    lock: MetricsLock,
}

/// What sets a metric that is a number.
type Number = for<'r> fn(RouteMetrics<'r>, u32) -> RouteMetrics<'r>;
/// What sets one that is a time.
type Time = for<'r> fn(RouteMetrics<'r>, Duration) -> RouteMetrics<'r>;

impl<'a> Asked<'a> {
    pub fn request<'r>(&self) -> Option<RouteMetrics<'r>>
    where
        'a: 'r,
    {
        let mut set = RouteMetrics::new();
        for (setter, value) in &self.numbers {
            set = setter(set, *value);
        }
        for (setter, value) in &self.times {
            set = setter(set, *value);
        }
        if let Some(features) = self.features {
            set = set.features(features);
        }
        if let Some(name) = self.cc_algo {
            set = set.cc_algo(name);
        }
        if set.is_empty() {
            return None;
        }
        Some(if self.lock.is_empty() {
            set
        } else {
            set.lock(self.lock)
        })
    }

    fn set(&mut self, setter: Number, value: u32) {
        self.numbers.push((setter, value));
    }

    /// Whether `lock` stands there.
    fn locks(&mut self, words: &mut Words<'a>, lock: MetricsLock) {
        if words.take("lock") {
            self.lock |= lock;
        }
    }

    fn number(&mut self, words: &mut Words<'a>, name: &str, lock: MetricsLock) -> Done<u32> {
        self.locks(words, lock);
        words.number(&format!("\"{name}\" value is invalid\n"))
    }

    /// A time, of so many microseconds where it has no unit.
    fn time(&mut self, words: &mut Words<'a>, name: &str, micros: u64) -> Done<Duration> {
        let why = format!("\"{name}\" value is invalid\n");
        let (value, raw) = words.parsed(&why, rtt)?;
        let micros = if raw { micros } else { 1000 };
        Ok(Duration::from_micros(u64::from(value) * micros))
    }

    fn switch(&mut self, words: &mut Words<'a>, name: &str) -> Done<u32> {
        let word = words.value()?;
        match crate::words::number::<u32>(word) {
            Some(value @ (0 | 1)) => Ok(value),
            Some(_) => invalid(&format!("\"{name}\" value should be 0 or 1\n"), word),
            None => invalid(&format!("\"{name}\" value is invalid\n"), word),
        }
    }

    /// Takes a word if it is one of a metric.
    pub fn word(&mut self, words: &mut Words<'a>, word: &str) -> Done<bool> {
        match word {
            "mtu" => {
                let value = self.number(words, "mtu", MetricsLock::MTU)?;
                self.set(|set, value| set.mtu(value), value);
            }
            "hoplimit" => {
                let value = self.number(words, "hoplimit", MetricsLock::HOPLIMIT)?;
                if value > 255 {
                    return invalid("\"hoplimit\" value is invalid\n", &value.to_string());
                }
                self.set(|set, value| set.hoplimit(value), value);
            }
            "advmss" => {
                let value = self.number(words, "mss", MetricsLock::ADVMSS)?;
                self.set(|set, value| set.advmss(value), value);
            }
            _ if matches(word, "reordering") => {
                let value = self.number(words, "reordering", MetricsLock::REORDERING)?;
                self.set(|set, value| set.reordering(value), value);
            }
            "rtt" => {
                self.locks(words, MetricsLock::RTT);
                let value = self.time(words, "rtt", 125)?;
                self.times.push((|set, value| set.rtt(value), value));
            }
            "rto_min" => {
                self.lock |= MetricsLock::RTO_MIN;
                let value = self.time(words, "rto_min", 1000)?;
                self.times.push((|set, value| set.rto_min(value), value));
            }
            _ if matches(word, "window") => {
                let value = self.number(words, "window", MetricsLock::WINDOW)?;
                self.set(|set, value| set.window(value), value);
            }
            _ if matches(word, "cwnd") => {
                let value = self.number(words, "cwnd", MetricsLock::CWND)?;
                self.set(|set, value| set.cwnd(value), value);
            }
            _ if matches(word, "initcwnd") => {
                let value = self.number(words, "initcwnd", MetricsLock::INITCWND)?;
                self.set(|set, value| set.initcwnd(value), value);
            }
            _ if matches(word, "initrwnd") => {
                let value = self.number(words, "initrwnd", MetricsLock::INITRWND)?;
                self.set(|set, value| set.initrwnd(value), value);
            }
            _ if matches(word, "features") => {
                let features = match words.value()? {
                    "ecn" => RouteFeatures::ECN,
                    "tcp_usec_ts" => RouteFeatures::TCP_USEC_TS,
                    word => return invalid("\"features\" value not valid\n", word),
                };
                self.features = Some(features);
            }
            _ if matches(word, "quickack") => {
                let value = self.switch(words, "quickack")?;
                self.set(|set, value| set.quickack(value), value);
            }
            _ if matches(word, "congctl") => {
                self.locks(words, MetricsLock::CC_ALGO);
                self.cc_algo = Some(words.value()?);
            }
            _ if matches(word, "rttvar") => {
                self.locks(words, MetricsLock::RTTVAR);
                let value = self.time(words, "rttvar", 250)?;
                self.times.push((|set, value| set.rttvar(value), value));
            }
            _ if matches(word, "ssthresh") => {
                let value = self.number(words, "ssthresh", MetricsLock::SSTHRESH)?;
                self.set(|set, value| set.ssthresh(value), value);
            }
            _ if matches(word, "fastopen_no_cookie") => {
                let value = self.switch(words, "fastopen_no_cookie")?;
                self.set(|set, value| set.fastopen_no_cookie(value), value);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
