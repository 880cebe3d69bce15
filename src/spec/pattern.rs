//! Patterns over names as people write them: `name`, `name*` and `*`; and lists of them.

use super::codes;
use super::decode::{Cx, Decode, choice, record};
use super::located::Located;
use super::members::{self, Json};
use super::named::Named;
use super::node::{Node, Value, shorten};
use crate::catalog::filters::{
    FilterType, Members, NameFilter, NameFilters, NamePattern, TopicTypes,
};
use crate::diagnostic::{Diagnostic, Place};

/// Why a text is not a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPattern {
    /// Nothing.
    Empty,
    /// A star that is not at the end.
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

/// Reports every key that is not a pattern.
pub(super) fn check<'a>(names: impl Iterator<Item = &'a Located<String>>, cx: &mut Cx<'_>) {
    for name in names {
        if let Err(bad) = parse(name) {
            cx.report(report(bad, name, &name.place));
        }
    }
}

/// Reports why a text is not a pattern.
pub(crate) fn report(bad: BadPattern, text: &str, place: &Place) -> Diagnostic {
    match bad {
        BadPattern::Empty => {
            Diagnostic::error(codes::BAD_PATTERN, "an empty pattern matches nothing")
                .at(place, "expected a name, `name*` or `*`")
                .help("write `*` for everything")
        }
        BadPattern::Star => Diagnostic::error(
            codes::BAD_PATTERN,
            format!(
                "the pattern `{}` has a `*` that is not at its end",
                shorten(text)
            ),
        )
        .at(place, "the server cannot match this")
        .why(
            "the server supports a whole name (LITERAL) and a prefix (PREFIXED). Any other `*` \
                 would be matched literally",
        )
        .help("write `name`, `name*` or `*`; a list can have several patterns"),
    }
}

/// One pattern of a filter and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(pub Located<NamePattern>, pub More);

/// What the long form of a pattern can say besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct More {
    /// Which of a group's topics.
    pub topic_types: TopicTypes,
    /// Members that have no field.
    pub members: Members,
}

choice! {
    "a pattern type"
    /// How a name is compared.
    pub enum PatternType {
        /// The whole name.
        Literal = "literal",
        /// A prefix of the name.
        Prefixed = "prefixed",
    }
}

record! {
    "a pattern"
    /// A pattern in its long form.
    pub struct LongPattern {
        /// The name, or its prefix.
        pub name: Located<String>,
        /// How the name is compared.
        pub pattern_type: Located<PatternType>,
        /// On a bidirectional link, in a filter of groups: which topics of the group.
        /// `local-mirror`: topics that are mirror topics on this cluster; `remote-mirror`: topics whose
        /// mirror topics are on the other cluster. The server's default when left out.
        #[schemars(extend("examples" = [["local-mirror"]]))]
        pub topic_types: Option<Vec<Located<String>>>,
        /// Members of the server's filter that have no field here, each as JSON. `export` writes them.
        #[schemars(default)]
        pub members: Named<Located<Json>>,
    }
}

impl Pattern {
    /// Whether every name that `other` matches is matched by this one too, for the same topics: what a
    /// pattern without topic types is about is the server's default, which is not known.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.1 == other.1 && self.0.value.covers(&other.0.value)
    }
}

impl Decode for Pattern {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let place = cx.place(node.span);
        if matches!(node.value, Value::Map(_)) {
            let long = LongPattern::decode(node, cx)?;
            let name = long.name.value;
            if name.is_empty() {
                cx.report(report(BadPattern::Empty, &name, &place));
                return None;
            }
            let pattern = match long.pattern_type.value {
                PatternType::Literal => NamePattern::literal(name),
                PatternType::Prefixed => NamePattern::prefixed(name),
            };
            let words = long.topic_types.iter().flatten();
            let more = More {
                topic_types: TopicTypes(words.map(|word| server_word(word)).collect()),
                members: members::of(&long.members),
            };
            return Some(Self(Located::new(pattern, long.name.place), more));
        }
        let text = String::decode(node, cx)?;
        match parse(&text) {
            Ok(pattern) => Some(Self(Located::new(pattern, place), More::default())),
            Err(bad) => {
                cx.report(report(bad, &text, &place));
                None
            }
        }
    }
}

/// `local-mirror` → `LOCAL_MIRROR`.
fn server_word(word: &str) -> String {
    word.replace('-', "_").to_ascii_uppercase()
}

record! {
    "a filter"
    /// Which names a feature selects: those that an `include` pattern matches and no `exclude`
    /// pattern matches.
    pub struct Filter {
        /// Names to select.
        #[schemars(default)]
        pub include: Vec<Pattern>,
        /// Names to leave out, even if `include` matches them.
        #[schemars(default)]
        pub exclude: Vec<Pattern>,
    }
}

impl Filter {
    /// The filters as the server has them.
    #[must_use]
    pub fn filters(&self) -> NameFilters {
        let all = |patterns: &[Pattern], filter_type: FilterType| {
            patterns
                .iter()
                .map(|pattern| NameFilter {
                    filter_type,
                    pattern: pattern.0.value.clone(),
                    topic_types: pattern.1.topic_types.clone(),
                    members: pattern.1.members.clone(),
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
            "description": "`name` matches that name, `name*` every name with that prefix, `*` \
                 every name.",
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
    fn a_star_is_allowed_at_the_end_only() {
        assert_eq!(parse("orders"), Ok(NamePattern::literal("orders")));
        assert_eq!(parse("orders.*"), Ok(NamePattern::prefixed("orders.")));
        assert_eq!(parse("*"), Ok(NamePattern::literal("*")));
        assert_eq!(parse("*.orders"), Err(BadPattern::Star));
        assert_eq!(parse("a*b*"), Err(BadPattern::Star));
        assert_eq!(parse(""), Err(BadPattern::Empty));
    }
}
