//! Versions of Confluent Platform: [`PlatformVersion`].

use super::codes;
use super::decode::{Cx, Decode};
use super::node::{Node, ScalarKind, shorten};
use crate::diagnostic::Diagnostic;

/// `7.5` or `7.5.0`: the first two numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlatformVersion(pub u16, pub u16);

impl std::fmt::Display for PlatformVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl PlatformVersion {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split(['.', '-', '+']);
        let major = numbers.next()?.parse().ok()?;
        let minor = match numbers.next() {
            None => 0,
            Some(minor) => minor.parse().ok()?,
        };
        Some(Self(major, minor))
    }
}

impl Decode for PlatformVersion {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let expected = "a version such as `7.5` or `8.0.1`";
        let Some(scalar) = node.scalar() else {
            cx.wrong_type(node, expected, "");
            return None;
        };
        if matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) {
            cx.wrong_type(node, expected, "write the version, or remove the key");
            return None;
        }
        // A number without quotes is read as it is written.
        let version = Self::parse(&scalar.text);
        if version.is_none() {
            let place = cx.place(node.span);
            cx.report(
                Diagnostic::error(
                    codes::BAD_VALUE,
                    format!("`{}` is not a version", shorten(&scalar.text)),
                )
                .at(&place, format!("expected {expected}"))
                .help("write the version of Confluent Platform that the cluster runs"),
            );
        }
        version
    }
}

impl schemars::JsonSchema for PlatformVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlatformVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"], "examples": ["7.5", "8.0.1"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_two_numbers_count() {
        assert_eq!(
            PlatformVersion::parse("7.5.0-ccs"),
            Some(PlatformVersion(7, 5))
        );
        assert_eq!(PlatformVersion::parse("8"), Some(PlatformVersion(8, 0)));
        assert!(PlatformVersion(7, 10) > PlatformVersion(7, 9));
        for text in ["", "seven", "7.x", "v7.5"] {
            assert_eq!(PlatformVersion::parse(text), None, "{text}");
        }
    }
}
