//! Patterns over names as people write them: `name`, `name*` and `*`; and lists of them.

use super::codes;
use super::decode::{Cx, Decode, choice, record};
use super::located::Located;
use super::node::{Node, Value, shorten};
use crate::catalog::filters::{FilterType, NameFilter, NameFilters, NamePattern};
use crate::diagnostic::{Diagnostic, Place};

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPattern {
    /// Nothing.
    Empty,
    /// A star where the server knows none.
    Star,
}

/// Reads `name`, `name*` or `*`.
///
/// # Errors
/// For an empty text and for a star that is not the last character.
pub fn parse(text: &str) -> Result<NamePattern, BadPattern> {
    match text.strip_suffix('*') {
        _ if text.is_empty() => Err(BadPattern::Empty),
        Some("") => Ok(NamePattern::literal("*")),
        Some(prefix) if prefix.contains('*') => Err(BadPattern::Star),
        Some(prefix) => Ok(NamePattern::prefixed(prefix)),
        None if text.contains('*') => Err(BadPattern::Star),
        None => Ok(NamePattern::literal(text)),
    }
}

/// Tells why a text is no pattern.
pub(crate) fn tell(bad: BadPattern, text: &str, place: &Place) -> Diagnostic {
    match bad {
        BadPattern::Empty => {
            Diagnostic::error(codes::BAD_PATTERN, "an empty pattern matches nothing")
                .at(place, "expected a name, `name*` or `*`")
                .help("write `*` for everything")
        }
        BadPattern::Star => Diagnostic::error(
            codes::BAD_PATTERN,
            format!(
                "the pattern `{}` has a star that is not at its end",
                shorten(text)
            ),
        )
        .at(place, "the server cannot match this")
        .why(
            "the server knows two forms only: a whole name (LITERAL) and the beginning of a name \
             (PREFIXED). A star inside would be taken as an ordinary character",
        )
        .help("write `name`, `name*` or `*`; several patterns may stand in one list"),
    }
}

/// One pattern of a filter and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub Located<NamePattern>);

choice! {
    "a pattern type"
    /// How a name is compared.
    pub enum PatternType {
        /// The whole name.
        Literal = "literal",
        /// The beginning of the name.
        Prefixed = "prefixed",
    }
}

record! {
    "a pattern"
    /// A pattern in its long form.
    pub struct LongPattern {
        /// The name, or its beginning.
        pub name: Located<String>,
        /// How the name is compared.
        pub pattern_type: Located<PatternType>,
    }
}

impl Decode for Pattern {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let place = cx.place(node.span);
        if matches!(node.value, Value::Map(_)) {
            let long = LongPattern::decode(node, cx)?;
            let name = long.name.value;
            if name.is_empty() {
                cx.tell(tell(BadPattern::Empty, &name, &place));
                return None;
            }
            let pattern = match long.pattern_type.value {
                PatternType::Literal => NamePattern::literal(name),
                PatternType::Prefixed => NamePattern::prefixed(name),
            };
            return Some(Self(Located::new(pattern, long.name.place)));
        }
        let text = String::decode(node, cx)?;
        match parse(&text) {
            Ok(pattern) => Some(Self(Located::new(pattern, place))),
            Err(bad) => {
                cx.tell(tell(bad, &text, &place));
                None
            }
        }
    }
}

record! {
    "a filter"
    /// Which names a feature is about: those that an `include` pattern matches and no `exclude`
    /// pattern does.
    pub struct Filter {
        /// Names taken in.
        #[schemars(default)]
        pub include: Vec<Pattern>,
        /// Names left out, whatever `include` says.
        #[schemars(default)]
        pub exclude: Vec<Pattern>,
    }
}

impl Filter {
    /// The filters as the server knows them.
    #[must_use]
    pub fn filters(&self) -> NameFilters {
        let all = |patterns: &[Pattern], filter_type: FilterType| {
            patterns
                .iter()
                .map(|pattern| NameFilter {
                    filter_type,
                    pattern: pattern.0.value.clone(),
                })
                .collect::<Vec<_>>()
        };
        all(&self.include, FilterType::Include)
            .into_iter()
            .chain(all(&self.exclude, FilterType::Exclude))
            .collect()
    }
}

impl schemars::JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`name` matches that name, `name*` every name that begins so, `*` every name.",
            "anyOf": [
                { "type": "string", "pattern": r"^[^*]*\*?$", "minLength": 1, "examples": ["orders.*", "*"] },
                generator.subschema_for::<LongPattern>(),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_may_stand_at_the_end_only() {
        assert_eq!(parse("orders"), Ok(NamePattern::literal("orders")));
        assert_eq!(parse("orders.*"), Ok(NamePattern::prefixed("orders.")));
        assert_eq!(parse("*"), Ok(NamePattern::literal("*")));
        assert_eq!(parse("*.orders"), Err(BadPattern::Star));
        assert_eq!(parse("a*b*"), Err(BadPattern::Star));
        assert_eq!(parse(""), Err(BadPattern::Empty));
    }
}
