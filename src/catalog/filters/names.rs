//! Filters over names of topics and consumer groups.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{FilterError, Members, entries, member, other_members, words};

words! {
    /// How a pattern's name is compared.
    PatternType {
        /// The whole name; the name `*` means every name.
        Literal = "LITERAL",
        /// The beginning of the name. A `*` in it is an ordinary character.
        Prefixed = "PREFIXED",
    }
}

words! {
    /// Whether a filter takes names in or out.
    FilterType {
        /// Names that match are selected, unless an exclude matches them too.
        Include = "INCLUDE",
        /// Names that match are never selected.
        Exclude = "EXCLUDE",
    }
}

/// What is filtered; it decides the JSON wrapper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Topics: `{"topicFilters": […]}`.
    Topics,
    /// Consumer groups: `{"groupFilters": […]}`.
    Groups,
}

impl Subject {
    const fn wrapper(self) -> &'static str {
        match self {
            Self::Topics => "topicFilters",
            Self::Groups => "groupFilters",
        }
    }
}

/// A name and how it is compared.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct NamePattern {
    /// The name or its beginning, without the star of `name*`.
    pub name: String,
    /// How it is compared.
    pub pattern_type: PatternType,
}

impl NamePattern {
    /// The pattern that one exact name matches.
    #[must_use]
    pub fn literal(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            pattern_type: PatternType::Literal,
        }
    }

    /// The pattern that every name with this beginning matches.
    #[must_use]
    pub fn prefixed(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            pattern_type: PatternType::Prefixed,
        }
    }

    /// Whether it is the pattern that every name matches.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        match self.pattern_type {
            PatternType::Literal => self.name == "*",
            PatternType::Prefixed => self.name.is_empty(),
        }
    }

    /// Whether a name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match self.pattern_type {
            PatternType::Literal => self.name == "*" || self.name == name,
            PatternType::Prefixed => name.starts_with(&self.name),
        }
    }

    /// Whether every name that `other` matches is matched by this one too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if self.is_everything() {
            return true;
        }
        if other.is_everything() {
            return false;
        }
        match (self.pattern_type, other.pattern_type) {
            (PatternType::Literal, PatternType::Literal) => self.name == other.name,
            (PatternType::Literal, PatternType::Prefixed) => false,
            (PatternType::Prefixed, _) => other.name.starts_with(&self.name),
        }
    }

    /// Whether some name is matched by both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

/// As people write it: `name`, `name*` or `*`.
impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pattern_type {
            PatternType::Literal => f.write_str(&self.name),
            PatternType::Prefixed => write!(f, "{}*", self.name),
        }
    }
}

/// Which topics of a consumer group a filter is about on a bidirectional link: `LOCAL_MIRROR`,
/// `REMOTE_MIRROR`, and what servers may add. None given is the server's default. Order and case have
/// no meaning, and are kept.
#[derive(Clone, Debug, Default)]
pub struct TopicTypes(pub Vec<String>);

impl TopicTypes {
    fn meaning(&self) -> BTreeSet<String> {
        self.0
            .iter()
            .map(|word| word.to_ascii_uppercase())
            .collect()
    }

    /// Whether none is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for TopicTypes {
    fn eq(&self, other: &Self) -> bool {
        self.meaning() == other.meaning()
    }
}

impl Eq for TopicTypes {}

impl PartialOrd for TopicTypes {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TopicTypes {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.meaning().cmp(&other.meaning())
    }
}

impl std::hash::Hash for TopicTypes {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.meaning().hash(state);
    }
}

/// A pattern that takes names in or out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameFilter {
    /// In or out.
    pub filter_type: FilterType,
    /// Which names.
    pub pattern: NamePattern,
    /// Which of the selected groups' topics.
    pub topic_types: TopicTypes,
    /// Members of the entry that are not known, each as JSON: they are kept.
    pub members: Members,
}

/// `include orders-*` or `exclude billing`.
impl fmt::Display for NameFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.filter_type {
            FilterType::Include => "include",
            FilterType::Exclude => "exclude",
        };
        write!(f, "{verb} {}", self.pattern)?;
        if !self.topic_types.is_empty() {
            write!(f, " for {}", self.topic_types.0.join(", "))?;
        }
        for (name, value) in &self.members {
            write!(f, ", {name} {value}")?;
        }
        Ok(())
    }
}

/// A set of filters. A name is selected if an include matches it and no exclude does; so a set
/// without an include selects nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameFilters(pub BTreeSet<NameFilter>);

impl NameFilters {
    /// Reads the text of a link config. Empty text is an empty set.
    ///
    /// # Errors
    /// When it is no JSON of the filters' shape. What the server does with an entry that names no
    /// `patternType` or `filterType` is not known, so such an entry is an error here.
    pub fn parse_json(subject: Subject, text: &str) -> Result<Self, FilterError> {
        let missing = |what: &str| FilterError::Shape(format!("a filter without `{what}`"));
        let unknown = |what: &str, word: &str| {
            FilterError::Shape(format!("unknown {what} `{word}` in a filter"))
        };
        entries(text, subject.wrapper())?
            .iter()
            .map(|entry| {
                let name = member(entry, "name")?.filter(|name| !name.is_empty());
                let name = name.ok_or(missing("name"))?.to_owned();
                let pattern = member(entry, "patternType")?.ok_or(missing("patternType"))?;
                let filter = member(entry, "filterType")?.ok_or(missing("filterType"))?;
                Ok(NameFilter {
                    topic_types: topic_types(entry)?,
                    members: other_members(entry, KNOWN),
                    filter_type: FilterType::read(filter)
                        .ok_or_else(|| unknown("filterType", filter))?,
                    pattern: NamePattern {
                        name,
                        pattern_type: PatternType::read(pattern)
                            .ok_or_else(|| unknown("patternType", pattern))?,
                    },
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The text to send, as Terraform's `jsonencode` writes it: members sorted, no spaces, so that a
    /// link under both shows no difference. An empty set is the empty text, as the server's default is.
    #[must_use]
    pub fn to_json(&self, subject: Subject) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let entries: Vec<String> = self.0.iter().map(NameFilter::to_json).collect();
        format!(r#"{{"{}":[{}]}}"#, subject.wrapper(), entries.join(","))
    }

    /// Whether the set selects a name.
    #[must_use]
    pub fn selects(&self, name: &str) -> bool {
        self.includes().any(|pattern| pattern.matches(name))
            && !self
                .0
                .iter()
                // One that is about some of a group's topics only leaves the others in.
                .filter(|filter| filter.filter_type == FilterType::Exclude)
                .filter(|filter| filter.topic_types.is_empty())
                .any(|filter| filter.pattern.matches(name))
    }

    /// The patterns that take names in.
    pub fn includes(&self) -> impl Iterator<Item = &NamePattern> {
        self.of(FilterType::Include)
    }

    /// The patterns that take names out.
    pub fn excludes(&self) -> impl Iterator<Item = &NamePattern> {
        self.of(FilterType::Exclude)
    }

    /// Whether there is no filter at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, filter_type: FilterType) -> impl Iterator<Item = &NamePattern> {
        self.0
            .iter()
            .filter(move |filter| filter.filter_type == filter_type)
            .map(|filter| &filter.pattern)
    }
}

/// The members of an entry that are known.
const KNOWN: &[&str] = &["name", "patternType", "filterType", "topicTypes"];

fn topic_types(entry: &serde_json::Value) -> Result<TopicTypes, FilterError> {
    let shape = || FilterError::Shape("`topicTypes` is not a list of texts".to_owned());
    match entry.get("topicTypes") {
        None | Some(serde_json::Value::Null) => Ok(TopicTypes::default()),
        Some(serde_json::Value::Array(words)) => words
            .iter()
            .map(|word| word.as_str().map(str::to_owned).ok_or_else(shape))
            .collect::<Result<_, _>>()
            .map(TopicTypes),
        Some(_) => Err(shape()),
    }
}

impl NameFilter {
    fn to_json(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let mut members: BTreeMap<&str, String> = self
            .members
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        members.insert("name", text(&self.pattern.name));
        members.insert("patternType", text(self.pattern.pattern_type.word()));
        members.insert("filterType", text(self.filter_type.word()));
        if !self.topic_types.is_empty() {
            let words = serde_json::Value::from(self.topic_types.0.clone());
            members.insert("topicTypes", words.to_string());
        }
        super::object(&members)
    }
}

impl FromIterator<NameFilter> for NameFilters {
    fn from_iter<I: IntoIterator<Item = NameFilter>>(filters: I) -> Self {
        Self(filters.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(text: &str) -> NameFilters {
        text.split_whitespace()
            .map(|word| {
                let (filter_type, word) = match word.strip_prefix('!') {
                    Some(rest) => (FilterType::Exclude, rest),
                    None => (FilterType::Include, word),
                };
                let pattern = match word.strip_suffix('*') {
                    Some(prefix) if !prefix.is_empty() => NamePattern::prefixed(prefix),
                    _ => NamePattern::literal(word),
                };
                NameFilter {
                    filter_type,
                    pattern,
                    topic_types: TopicTypes::default(),
                    members: Members::new(),
                }
            })
            .collect()
    }

    #[test]
    fn members_are_kept_and_written_as_terraform_writes_them() {
        let text = r#"{"groupFilters":[{"filterType":"INCLUDE","name":"billing","newMember":[1],"patternType":"LITERAL","topicTypes":["REMOTE_MIRROR","LOCAL_MIRROR"]}]}"#;
        let set = NameFilters::parse_json(Subject::Groups, text).unwrap();
        assert_eq!(set.to_json(Subject::Groups), text);
        let other = text.replace(
            r#"["REMOTE_MIRROR","LOCAL_MIRROR"]"#,
            r#"["local_mirror","REMOTE_MIRROR"]"#,
        );
        assert_eq!(
            NameFilters::parse_json(Subject::Groups, &other).unwrap(),
            set
        );
        for other in [
            text.replace(r#""LOCAL_MIRROR""#, ""),
            text.replace("[1]", "[2]"),
        ] {
            let other = other.replace(",]", "]");
            assert_ne!(
                NameFilters::parse_json(Subject::Groups, &other).unwrap(),
                set
            );
        }
    }

    #[test]
    fn an_exclude_of_some_topics_leaves_the_group_in() {
        let text = r#"{"groupFilters":[{"name":"*","patternType":"LITERAL","filterType":"INCLUDE"},
            {"name":"a","patternType":"LITERAL","filterType":"EXCLUDE","topicTypes":["LOCAL_MIRROR"]}]}"#;
        assert!(
            NameFilters::parse_json(Subject::Groups, text)
                .unwrap()
                .selects("a")
        );
    }

    #[test]
    fn a_name_is_selected_by_an_include_unless_an_exclude_matches() {
        let set = filters("orders.* !orders.tmp.* !orders.secret payments");
        for name in ["orders.placed", "orders.", "payments"] {
            assert!(set.selects(name), "{name}");
        }
        for name in ["orders.tmp.x", "orders.secret", "payments2", "other"] {
            assert!(!set.selects(name), "{name}");
        }
        assert!(filters("*").selects("anything"));
        assert!(!filters("!a").selects("b"), "only excludes select nothing");
        assert!(!filters("").selects("b"));
    }

    #[test]
    fn what_is_written_reads_back_and_order_has_no_meaning() {
        let set = filters("orders.* !orders.tmp.* pay\"ments");
        for subject in [Subject::Topics, Subject::Groups] {
            let text = set.to_json(subject);
            assert_eq!(NameFilters::parse_json(subject, &text).unwrap(), set);
        }
        assert_eq!(
            filters("b a").to_json(Subject::Topics),
            filters("a b").to_json(Subject::Topics)
        );
        assert_eq!(filters("").to_json(Subject::Topics), "");
    }

    #[test]
    fn other_shapes_are_errors() {
        for text in [
            "x",
            "[]",
            r#"{"groupFilters":[]}"#,
            r#"{"topicFilters":{}}"#,
            r#"{"topicFilters":[{"name":"a"}]}"#,
            r#"{"topicFilters":[{"name":"a","patternType":"REGEX","filterType":"INCLUDE"}]}"#,
            r#"{"topicFilters":[{"name":"","patternType":"PREFIXED","filterType":"INCLUDE"}]}"#,
            r#"{"topicFilters":[{"name":1,"patternType":"LITERAL","filterType":"INCLUDE"}]}"#,
            r#"{"topicFilters":[{"name":"a","patternType":"LITERAL","filterType":"INCLUDE","topicTypes":"X"}]}"#,
        ] {
            assert!(
                NameFilters::parse_json(Subject::Topics, text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn covering_and_overlapping() {
        let literal = NamePattern::literal;
        let prefixed = NamePattern::prefixed;
        assert!(literal("*").covers(&prefixed("a")));
        assert!(prefixed("a").covers(&prefixed("ab")));
        assert!(prefixed("a").covers(&literal("a")));
        assert!(!literal("a").covers(&prefixed("a")));
        assert!(!prefixed("a").covers(&literal("*")));
        assert!(prefixed("a").overlaps(&prefixed("ab")));
        assert!(!prefixed("a").overlaps(&literal("b")));
    }
}
