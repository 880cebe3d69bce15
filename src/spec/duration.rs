//! Lengths of time as people write them: `30s`, `5m`, `250ms`, `1h30m`.

use std::fmt;

use super::codes;
use super::decode::{Cx, Decode};
use super::node::{Node, ScalarKind, shorten};
use crate::diagnostic::Diagnostic;

/// A length of time in whole milliseconds. It prints in the largest unit that is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    millis: u64,
}

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

impl Duration {
    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self { millis }
    }

    /// In milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.millis
    }

    /// Reads `30s`, `250ms` or `1h30m`; each number needs its unit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut millis: u64 = 0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u64 = rest[..digits].parse().ok()?;
            rest = &rest[digits..];
            let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &rest[..letters])?;
            millis = millis.checked_add(number.checked_mul(*factor)?)?;
            rest = rest[letters..].trim_start();
        }
        // Link configs are signed numbers on the server.
        (millis <= i64::MAX.unsigned_abs()).then_some(Self { millis })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, factor) = UNITS
            .iter()
            .rev()
            .find(|(unit, factor)| {
                // Days are read but not written: `24h` is what people compare with other hours.
                *unit != "d" && self.millis >= *factor && self.millis.is_multiple_of(*factor)
            })
            .unwrap_or(&UNITS[1]);
        write!(f, "{}{unit}", self.millis / factor)
    }
}

impl Decode for Duration {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Some(scalar) = node.scalar() else {
            cx.wrong_type(node, "a duration such as `30s`", "");
            return None;
        };
        if matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) {
            cx.wrong_type(node, "a duration such as `30s`", "");
            return None;
        }
        if let Some(duration) = Self::parse(&scalar.text) {
            return Some(duration);
        }
        let place = cx.place(node.span);
        let text = shorten(&scalar.text);
        let problem = match scalar.text.parse::<u64>() {
            Ok(number) => {
                let millis = Self::from_millis(number);
                let guess = match number {
                    0..1000 => format!("`{number}s` or `{number}ms`"),
                    _ if number.is_multiple_of(1000) => format!("`{millis}`"),
                    _ => format!("`{number}ms`"),
                };
                Diagnostic::error(
                    codes::BAD_DURATION,
                    format!("the duration `{text}` has no unit"),
                )
                .at(&place, "seconds or milliseconds?")
                .why(
                    "Kafka uses milliseconds and people use seconds; Linkwright does not \
                         guess a factor of 1000",
                )
                .help(format!("write {guess}"))
            }
            Err(_) => Diagnostic::error(codes::BAD_DURATION, format!("`{text}` is not a duration"))
                .at(&place, "expected a duration such as `30s`")
                .help(
                    "write whole numbers with the units ms, s, m, h or d: `250ms`, `30s`, `1h30m`",
                ),
        };
        cx.report(problem);
        None
    }
}

impl schemars::JsonSchema for Duration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A length of time with its unit: `250ms`, `30s`, `5m`, `1h30m`.",
            "type": "string",
            "pattern": r"^\s*([0-9]+(ms|s|m|h|d)\s*)+$",
            "examples": ["30s", "5m", "250ms"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_as_people_write_them() {
        for text in ["30s", "5m", "250ms", "90s", "25384ms", "1h", "24h", "0s"] {
            assert_eq!(Duration::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Duration::parse("1h30m").unwrap().to_string(), "90m");
        assert_eq!(Duration::parse("1d").unwrap().to_string(), "24h");
        assert_eq!(Duration::parse("2m 5s").unwrap().as_millis(), 125_000);
    }

    #[test]
    fn a_number_needs_its_unit_and_must_fit() {
        for text in [
            "",
            "30",
            "s",
            "1.5s",
            "-5s",
            "30 sec",
            "5M",
            "9999999999999999d",
            "١s",
        ] {
            assert_eq!(Duration::parse(text), None, "{text:?}");
        }
    }
}
