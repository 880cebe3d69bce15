//! Members of filter entries that servers know and this language does not: [`Json`].

use super::codes;
use super::decode::{Cx, Decode};
use super::located::Located;
use super::named::Named;
use super::node::{Node, ScalarKind, shorten};
use crate::catalog::filters::{Members, sorted};
use crate::diagnostic::Diagnostic;

/// A value as JSON text, such as `'"text"'` or `'[1, 2]'`; numbers and booleans stand for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub String);

/// Members by name, as the catalogue has them.
pub(super) fn of(written: &Named<Located<Json>>) -> Members {
    written
        .iter()
        .map(|(name, json)| (name.value.clone(), json.value.0.clone()))
        .collect()
}

impl Decode for Json {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let expected = "JSON in quotes, such as `'\"text\"'` or `'[1, 2]'`";
        let Some(scalar) = node.scalar() else {
            cx.wrong_type(node, expected, "put the JSON in single quotes");
            return None;
        };
        if matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) {
            cx.wrong_type(node, expected, "write a value, or remove the key");
            return None;
        }
        match serde_json::from_str::<serde_json::Value>(&scalar.text) {
            Ok(value) => Some(Self(sorted(&value))),
            Err(_) => {
                let place = cx.place(node.span);
                cx.report(
                    Diagnostic::error(
                        codes::BAD_VALUE,
                        format!("`{}` is not JSON", shorten(&scalar.text)),
                    )
                    .at(&place, format!("expected {expected}"))
                    .help("put a text in two kinds of quotes: `'\"text\"'`"),
                );
                None
            }
        }
    }
}

impl schemars::JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"] })
    }
}
