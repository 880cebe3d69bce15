//! Where new mirror topics start copying.

use std::fmt;

use super::codes;
use super::decode::{Cx, Decode};
use super::node::{Node, shorten};
use crate::diagnostic::Diagnostic;

/// Where new mirror topics start copying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartOffset {
    /// At the oldest message.
    Earliest,
    /// At the next message.
    Latest,
    /// At the first message of this time or later.
    At(jiff::Timestamp),
}

/// As the server expects it.
impl fmt::Display for StartOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Earliest => f.write_str("earliest"),
            Self::Latest => f.write_str("latest"),
            Self::At(time) => write!(f, "{time}"),
        }
    }
}

impl Decode for StartOffset {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = String::decode(node, cx)?;
        match text.as_str() {
            "earliest" => return Some(Self::Earliest),
            "latest" => return Some(Self::Latest),
            _ => {}
        }
        if let Ok(time) = text.parse() {
            return Some(Self::At(time));
        }
        let place = cx.place(node.span);
        cx.report(
            Diagnostic::error(
                codes::BAD_VALUE,
                format!("`{}` is not a start offset", shorten(&text)),
            )
            .at(&place, "expected `earliest`, `latest` or a time")
            .help("write a time with its time zone, such as `2026-11-01T00:00:00Z`"),
        );
        None
    }
}

impl schemars::JsonSchema for StartOffset {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StartOffset".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Where new mirror topics start: `earliest`, `latest` or an RFC 3339 time.",
            "anyOf": [
                { "type": "string", "enum": ["earliest", "latest"] },
                { "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", "examples": ["2026-11-01T00:00:00Z"] },
            ],
        })
    }
}
