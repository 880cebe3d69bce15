//! Values that are kept as they are written until their type is known: [`Given`].

use super::decode::{Cx, Decode};
use super::node::{Key, Node, Span, Value};
use crate::diagnostic::Place;

/// A value as it is written.
#[derive(Clone, Debug)]
pub struct Given {
    pub(crate) node: Node,
    /// The key that it belongs to.
    pub(crate) key: Span,
    /// Its place.
    pub place: Place,
}

impl Given {
    /// The spans of the value and of everything in it.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        collect(&self.node, &mut spans);
        spans
    }
}

fn collect(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect(item, spans)),
        Value::Map(entries) => {
            for (Key { span, .. }, value) in entries {
                spans.push(*span);
                collect(value, spans);
            }
        }
        Value::Scalar(_) | Value::Unknown => {}
    }
}

impl Decode for Given {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        Some(Self {
            key: cx.owner.unwrap_or(node.span),
            place: cx.place(node.span),
            node: node.clone(),
        })
    }
}

impl schemars::JsonSchema for Given {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Given".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}
