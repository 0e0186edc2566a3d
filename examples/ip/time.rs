//! The time before what a monitor tells, in universal time.
use std::time::{Duration, SystemTime};

/// Now, as `-ts` or `-t` have it.
pub fn stamp(short: bool) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    of(now.unwrap_or_default(), short)
}

fn of(since: Duration, short: bool) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (seconds, micros) = (since.as_secs(), since.subsec_micros());
    let days = seconds / 86400;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    // Years that begin in March, in cycles of 400 of them.
    let z = days + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year + u64::from(month <= 2);
    if short {
        return format!(
            "[{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}] "
        );
    }
    let (weekday, name) = (DAYS[(days % 7) as usize], MONTHS[(month - 1) as usize]);
    format!(
        "Timestamp: {weekday} {name} {day:>2} {hour:02}:{minute:02}:{second:02} {year} {micros} usec\n"
    )
}

/// The second that was so long ago, or that there is none.
pub fn ago(time: Duration) -> String {
    if time.is_zero() {
        return "(error)".to_owned();
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let then = now
        .unwrap_or_default()
        .as_secs()
        .saturating_sub(time.as_secs());
    let short = of(Duration::from_secs(then), true);
    let short = short.trim_matches(['[', ']', ' ']).replace('T', " ");
    short.split('.').next().unwrap_or_default().to_owned()
}
