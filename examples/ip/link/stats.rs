//! A link's counters.
use nlroute::link::{LinkStats, LinkView};

use crate::context::Context;

/// The names above the columns, which say how wide these are at least.
const WIDTHS: [&str; 8] = [
    "*X errors:",
    "packets",
    "errors",
    "dropped",
    "heartbt",
    "overrun",
    "compressed",
    "otherhost",
];

struct Columns([usize; 8]);

impl Columns {
    /// Columns in which all of these have room.
    fn of(rows: &[&[u64]]) -> Self {
        let mut widths = WIDTHS.map(str::len);
        for row in rows {
            for (width, value) in widths.iter_mut().zip(*row) {
                *width = (*width).max(value.to_string().len());
            }
        }
        Self(widths)
    }

    fn width(&self, column: usize) -> usize {
        self.0.get(column).copied().unwrap_or(0)
    }
}

/// A number in so many characters and a space.
fn number(context: &mut Context, width: usize, count: u64) {
    let base = if context.options.iec { 1024 } else { 1000 };
    if !context.options.human || count < base {
        context.out.text(format_args!("{count:width$} "));
        return;
    }
    let (mut power, mut unit) = (base, 0);
    const UNITS: [char; 6] = ['k', 'M', 'G', 'T', 'P', 'E'];
    while count / base >= power && unit + 1 < UNITS.len() {
        power *= base;
        unit += 1;
    }
    let whole = count / power;
    let precision = match whole {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let i = if context.options.iec { "i" } else { "" };
    let text = format!(
        "{:.precision$}{}{i}",
        count as f64 / power as f64,
        UNITS[unit]
    );
    context.out.text(format_args!("{text:>width$} "));
}

pub fn show(context: &mut Context, link: &LinkView<'_>) {
    let (stats, name) = match (link.stats(), link.stats32()) {
        (Some(stats), _) => (stats, "stats64"),
        (None, Some(short)) => {
            let mut stats = LinkStats::default();
            stats.rx_packets = short.rx_packets.into();
            stats.tx_packets = short.tx_packets.into();
            stats.rx_bytes = short.rx_bytes.into();
            stats.tx_bytes = short.tx_bytes.into();
            stats.rx_errors = short.rx_errors.into();
            stats.tx_errors = short.tx_errors.into();
            stats.rx_dropped = short.rx_dropped.into();
            stats.tx_dropped = short.tx_dropped.into();
            stats.multicast = short.multicast.into();
            stats.collisions = short.collisions.into();
            (stats, "stats")
        }
        (None, None) => return,
    };
    let more = context.options.stats > 1;
    if context.out.is_json() {
        json(context, &stats, name, more, link.carrier_changes());
    } else {
        text(context, &stats, more, link.carrier_changes());
    }
}

fn json(context: &mut Context, s: &LinkStats, name: &str, more: bool, changes: Option<u32>) {
    let rx = [
        ("bytes", s.rx_bytes, true),
        ("packets", s.rx_packets, true),
        ("errors", s.rx_errors, true),
        ("dropped", s.rx_dropped, true),
        ("over_errors", s.rx_over_errors, true),
        ("multicast", s.multicast, true),
        ("compressed", s.rx_compressed, s.rx_compressed > 0),
        ("length_errors", s.rx_length_errors, more),
        ("crc_errors", s.rx_crc_errors, more),
        ("frame_errors", s.rx_frame_errors, more),
        ("fifo_errors", s.rx_fifo_errors, more),
        ("missed_errors", s.rx_missed_errors, more),
        ("nohandler", s.rx_nohandler, more && s.rx_nohandler > 0),
        (
            "otherhost",
            s.rx_otherhost_dropped,
            more && s.rx_otherhost_dropped > 0,
        ),
    ];
    let tx = [
        ("bytes", s.tx_bytes, true),
        ("packets", s.tx_packets, true),
        ("errors", s.tx_errors, true),
        ("dropped", s.tx_dropped, true),
        ("carrier_errors", s.tx_carrier_errors, true),
        ("collisions", s.collisions, true),
        ("compressed", s.tx_compressed, s.tx_compressed > 0),
        ("aborted_errors", s.tx_aborted_errors, more),
        ("fifo_errors", s.tx_fifo_errors, more),
        ("window_errors", s.tx_window_errors, more),
        ("heartbeat_errors", s.tx_heartbeat_errors, more),
        (
            "carrier_changes",
            changes.unwrap_or(0).into(),
            more && changes.is_some(),
        ),
    ];
    let out = &mut *context.out;
    out.open(Some(name));
    for (key, rows) in [("rx", &rx[..]), ("tx", &tx[..])] {
        out.open(Some(key));
        for (key, value, _) in rows.iter().filter(|(.., shown)| *shown) {
            out.json(key, (*value).into());
        }
        out.close();
    }
    out.close();
}

fn text(context: &mut Context, s: &LinkStats, more: bool, changes: Option<u32>) {
    let changes_or_0 = u64::from(changes.unwrap_or(0));
    let rx = [
        s.rx_bytes,
        s.rx_packets,
        s.rx_errors,
        s.rx_dropped,
        s.rx_missed_errors,
        s.multicast,
        s.rx_compressed,
        0,
    ];
    let tx = [
        s.tx_bytes,
        s.tx_packets,
        s.tx_errors,
        s.tx_dropped,
        s.tx_carrier_errors,
        s.collisions,
        s.tx_compressed,
        0,
    ];
    let rx_more = [
        0,
        s.rx_length_errors,
        s.rx_crc_errors,
        s.rx_frame_errors,
        s.rx_fifo_errors,
        s.rx_over_errors,
        s.rx_nohandler,
        s.rx_otherhost_dropped,
    ];
    let tx_more = [
        0,
        0,
        s.tx_aborted_errors,
        s.tx_fifo_errors,
        s.tx_window_errors,
        s.tx_heartbeat_errors,
        changes_or_0,
        0,
    ];
    let columns = if more {
        Columns::of(&[&rx, &rx_more, &tx, &tx_more])
    } else {
        Columns::of(&[&rx, &tx])
    };
    let w = |column| columns.width(column);
    half(
        context,
        "RX",
        ["missed", "mcast"],
        &rx,
        s.rx_compressed,
        &columns,
    );
    if more {
        context.out.line();
        let names = ["length", "crc", "frame", "fifo", "overrun"];
        context
            .out
            .text(format_args!("    RX errors:{:1$}", "", w(0) - 10));
        for (n, name) in names.iter().enumerate() {
            context.out.text(format_args!(" {name:>0$}", w(n + 1)));
        }
        let rare = [
            (s.rx_nohandler, " nohandler", 6),
            (s.rx_otherhost_dropped, " otherhost", 7),
        ];
        for (count, name, column) in rare {
            if count > 0 {
                context.out.text(format_args!("{name:>0$}", w(column) + 1));
            }
        }
        context.out.line();
        context.out.text(format_args!("{:1$}", "", w(0) + 5));
        for (n, count) in rx_more.iter().enumerate().skip(1) {
            if n < 6 || *count > 0 {
                number(context, w(n), *count);
            }
        }
    }
    context.out.line();
    half(
        context,
        "TX",
        ["carrier", "collsns"],
        &tx,
        s.tx_compressed,
        &columns,
    );
    if more {
        context.out.line();
        let transitions = if changes.is_some() { "transns" } else { "" };
        let names = ["aborted", "fifo", "window", "heartbt", transitions];
        context
            .out
            .text(format_args!("    TX errors:{:1$}", "", w(0) - 10));
        for (n, name) in names.iter().enumerate() {
            context.out.text(format_args!(" {name:>0$}", w(n + 1)));
        }
        context.out.line();
        context.out.text(format_args!("{:1$}", "", w(0) + 5));
        let counts = [
            s.tx_aborted_errors,
            s.tx_fifo_errors,
            s.tx_window_errors,
            s.tx_heartbeat_errors,
        ];
        for (n, count) in counts.iter().enumerate() {
            number(context, w(n + 1), *count);
        }
        if changes.is_some() {
            number(context, w(5), changes_or_0);
        }
    }
}

/// What was received, or sent: a line of names and one of numbers.
fn half(
    context: &mut Context,
    name: &str,
    [fifth, sixth]: [&str; 2],
    counts: &[u64; 8],
    compressed: u64,
    columns: &Columns,
) {
    let w = |column| columns.width(column);
    let last = if compressed > 0 { "compressed" } else { "" };
    context
        .out
        .text(format_args!("    {name}: {:>1$}", "bytes", w(0) - 4));
    for (n, name) in ["packets", "errors", "dropped", fifth, sixth, last]
        .iter()
        .enumerate()
    {
        context.out.text(format_args!(" {name:>0$}", w(n + 1)));
    }
    context.out.line();
    context.out.str("    ");
    for (n, count) in counts.iter().enumerate().take(6) {
        number(context, w(n), *count);
    }
    if compressed > 0 {
        number(context, w(6), compressed);
    }
}
