//! Numbers, plurals, durations and times.

use std::time::Duration;

/// A number with separators between thousands: `1,000`.
#[must_use]
pub fn number(n: impl TryInto<u128>) -> String {
    let digits = n.try_into().unwrap_or(0).to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The noun in the form that goes with the number.
#[must_use]
pub fn plural(n: usize, noun: &str) -> String {
    if n == 1 {
        return noun.to_owned();
    }
    // Our own nouns only: `entry`, `half`, `branch`, and the regular ones.
    if noun.ends_with("half") {
        return format!("{}ves", &noun[..noun.len() - 1]);
    }
    if noun.ends_with("sh") || noun.ends_with("ch") {
        return format!("{noun}es");
    }
    let consonant_y = noun.ends_with('y') && !noun.ends_with("ay") && !noun.ends_with("ey");
    if consonant_y {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

/// A number with its noun: `1 link`, `1,000 mirror topics`.
#[must_use]
pub fn quantity(n: usize, noun: &str) -> String {
    format!("{} {}", number(n as u64), plural(n, noun))
}

/// From the least to the most: `10 to 1,200 messages`, or `1 message` where they are the same.
#[must_use]
pub fn range(least: u64, most: u64, noun: &str) -> String {
    let noun = plural(usize::try_from(most).unwrap_or(usize::MAX), noun);
    match least == most {
        true => format!("{} {noun}", number(most)),
        false => format!("{} to {} {noun}", number(least), number(most)),
    }
}

/// A share in whole per cent, rounded up so that a breach never looks like none.
#[must_use]
pub fn percent(part: usize, of: usize) -> String {
    if of == 0 {
        return "0 %".to_owned();
    }
    format!("{} %", (part * 100).div_ceil(of))
}

/// A duration as the spec writes it: `250ms`, `30s`, `5m`, `1h 30m`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis == 0 {
        return "0s".to_owned();
    }
    let parts = [
        (millis / 86_400_000, "d"),
        (millis / 3_600_000 % 24, "h"),
        (millis / 60_000 % 60, "m"),
        (millis / 1000 % 60, "s"),
        (millis % 1000, "ms"),
    ];
    let written: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    written.join(" ")
}

/// A time that the server gave in milliseconds since 1970: `2026-11-01T10:00:00Z`.
#[must_use]
pub fn moment(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(time) => time.to_string(),
        Err(_) => format!("{millis} ms since 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(number(0_u64), "0");
        assert_eq!(number(999_u64), "999");
        assert_eq!(number(1000_u64), "1,000");
        assert_eq!(number(12_345_678_u64), "12,345,678");
        assert_eq!(quantity(1, "link"), "1 link");
        assert_eq!(quantity(2, "link half"), "2 link halves");
        assert_eq!(quantity(3, "entry"), "3 entries");
        assert_eq!(quantity(2, "branch"), "2 branches");
        assert_eq!(range(1, 1, "message"), "1 message");
        assert_eq!(range(0, 1200, "message"), "0 to 1,200 messages");
        assert_eq!(percent(1, 3), "34 %");
        assert_eq!(percent(0, 0), "0 %");
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(duration(Duration::from_millis(250)), "250ms");
        assert_eq!(duration(Duration::from_secs(5400)), "1h 30m");
        assert_eq!(duration(Duration::ZERO), "0s");
        assert_eq!(moment(1_793_527_200_000), "2026-11-01T10:00:00Z");
        assert_eq!(moment(i64::MAX), "9223372036854775807 ms since 1970");
    }
}
