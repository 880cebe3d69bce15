//! [`Node`]s → typed values: the trait [`Decode`] and the macros that declare a type once for its
//! fields, its texts in the JSON Schema and its decoder.
//!
//! Decoding never stops at the first problem. An optional field that cannot be read counts as left
//! out, and the record that holds it is marked `broken`, so that no rule reports what is only
//! misspelled.

use std::sync::Arc;

use super::codes;
use super::located::Located;
use super::node::{Key, Node, Scalar, ScalarKind, Span, Value, shorten};
use super::problems::Problems;
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Place};
use crate::secret::Reference;

/// What a reference is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Calling a cluster's REST API: every command that talks to the cluster needs its value.
    Call,
    /// A link's credentials and configs: only `apply` needs its value.
    Link,
}

/// A reference in the spec.
#[derive(Clone, Debug)]
pub struct Used {
    /// The reference.
    pub reference: Reference,
    /// Its place.
    pub place: Place,
    /// What it is for.
    pub purpose: Purpose,
}

/// What decoding one file needs to know and collects.
pub(crate) struct Cx<'a> {
    pub(crate) file: &'a Arc<str>,
    /// Every file of the run: a value may come from another one than its mapping.
    pub(crate) files: &'a [Arc<str>],
    pub(crate) problems: &'a mut Problems,
    pub(crate) references: &'a mut Vec<Used>,
    /// What the references that are read now are for.
    pub(crate) purpose: Purpose,
    pub(crate) secrets: &'a mut Vec<Place>,
    /// The key whose value is being decoded.
    pub(crate) owner: Option<Span>,
}

/// A type that can be read from a node.
pub(crate) trait Decode: Sized {
    /// Reads a node; `cx` collects what is wrong with it.
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self>;

    /// The value of a field that is not there; none when the field must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// The value of a key with nothing after it, where that is not a mistake.
    fn nothing(_place: &Place) -> Option<Self> {
        None
    }
}

impl Cx<'_> {
    pub(crate) fn place(&self, span: Span) -> Place {
        let file = usize::try_from(span.file).ok();
        let file = file.and_then(|index| self.files.get(index));
        span.place(file.unwrap_or(self.file))
    }

    /// Whether nothing is to be said about a value: a variable in it has no value, which has been reported.
    pub(crate) fn passes_over(&mut self, node: &Node) -> bool {
        let is_unknown = node.is_unknown();
        if is_unknown {
            self.problems.pass_over();
        }
        is_unknown
    }

    pub(crate) fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// How many problems were reported so far; a record compares two counts to know if it is
    /// broken.
    pub(crate) fn count(&self) -> usize {
        self.problems.count()
    }

    /// "expected a duration, found a list".
    pub(crate) fn wrong_type(&mut self, node: &Node, expected: &str, help: &str) {
        let place = self.place(node.span);
        let problem = if node.is_empty_scalar() || node.is_null() {
            self.nothing_there(node, expected)
        } else {
            Diagnostic::error(
                codes::WRONG_TYPE,
                format!("expected {expected}, found {}", node.found()),
            )
            .at(&place, format!("expected {expected}"))
        };
        self.report(problem.help(help));
    }

    fn nothing_there(&self, node: &Node, expected: &str) -> Diagnostic {
        let span = self.owner.unwrap_or(node.span);
        Diagnostic::error(
            codes::NOTHING_THERE,
            format!("missing value, expected {expected}"),
        )
        .at(&self.place(span), "nothing after this key")
        .why("often the lines below the key are not indented enough")
    }

    /// The text of a scalar that must be text; numbers and booleans must be quoted.
    pub(crate) fn text<'n>(&mut self, node: &'n Node, expected: &str) -> Option<&'n str> {
        let Some(scalar) = node.scalar() else {
            self.wrong_type(node, expected, "");
            return None;
        };
        match scalar.kind {
            ScalarKind::Text => Some(&scalar.text),
            ScalarKind::Empty | ScalarKind::Null => {
                self.wrong_type(node, expected, "add a value, or remove the key");
                None
            }
            _ if scalar.has_variable => {
                self.wrong_type(node, expected, "give the variable the type `string`");
                None
            }
            ScalarKind::Bool(_) | ScalarKind::Int | ScalarKind::Float => {
                let place = self.place(node.span);
                let quoted = format!("\"{}\"", scalar.text);
                self.report(
                    Diagnostic::error(
                        codes::WRONG_TYPE,
                        format!("expected {expected}, found {}", node.found()),
                    )
                    .at(&place, "not text without quotes")
                    .help(format!("put it in quotes: {quoted}"))
                    .safe_fix(&place, quoted),
                );
                None
            }
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn whole_number(&mut self, node: &Node, expected: &str) -> Option<u64> {
        match node.scalar() {
            Some(scalar) if scalar.kind == ScalarKind::Int => match scalar.text.parse() {
                Ok(number) => Some(number),
                Err(_) => {
                    let place = self.place(node.span);
                    self.report(
                        Diagnostic::error(
                            codes::BAD_VALUE,
                            format!("`{}` is not {expected}", shorten(&scalar.text)),
                        )
                        .at(&place, format!("expected {expected}"))
                        .help("write a whole number that is not negative"),
                    );
                    None
                }
            },
            scalar => {
                let help = match scalar.is_some_and(|scalar| scalar.has_variable) {
                    true => "give the variable the type `integer`",
                    false => "write a whole number without quotes and units",
                };
                self.wrong_type(node, expected, help);
                None
            }
        }
    }

    /// One of `words`, as it was declared.
    pub(crate) fn word(&mut self, node: &Node, what: &str, words: &[&str]) -> Option<usize> {
        let text = match node.scalar() {
            // A word such as `none` may come as anything but nothing; say which words there are.
            Some(scalar) if !matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) => {
                &scalar.text
            }
            _ => {
                self.wrong_type(node, &format!("{what}: {}", list(words)), "");
                return None;
            }
        };
        if let Some(index) = words.iter().position(|word| **word == **text) {
            return Some(index);
        }
        let place = self.place(node.span);
        let mut problem = Diagnostic::error(
            codes::UNKNOWN_WORD,
            format!("`{}` is not {what}", shorten(text)),
        )
        .at(&place, format!("expected {}", list(words)));
        let plain = text.to_lowercase().replace(['_', ' '], "-");
        let of_api = words_of_api(&plain).filter(|word| words.contains(word));
        problem = match of_api.or_else(|| nearest_of(&plain, words.iter().copied())) {
            // The same word in another style can mean nothing else.
            Some(near) => {
                problem
                    .help(format!("did you mean `{near}`?"))
                    .fix_if(plain == near, &place, near)
            }
            None => problem.help(format!("write {}", list(words))),
        };
        self.report(problem);
        None
    }

    /// Opens a mapping for reading its fields.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, what: &'static str) -> Option<Fields<'n>> {
        match &node.value {
            Value::Map(entries) => Some(Fields {
                what,
                at: self.owner.unwrap_or(node.span),
                entries,
                known: Vec::new(),
                extensions: false,
            }),
            _ => {
                self.wrong_type(
                    node,
                    &format!("{what} (a mapping)"),
                    "write its fields below, indented, as `name: value`; `{}` is the empty mapping",
                );
                None
            }
        }
    }
}

/// `a`, `b` or `c`.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The value of a field that is present.
fn value<T: Decode>(key: &Key, node: &Node, cx: &mut Cx<'_>) -> Option<T> {
    if cx.passes_over(node) {
        return None;
    }
    let outer = cx.owner.replace(key.span);
    let value = if node.is_empty_scalar() {
        T::nothing(&cx.place(key.span)).or_else(|| T::decode(node, cx))
    } else {
        T::decode(node, cx)
    };
    cx.owner = outer;
    value
}

/// A mapping whose fields are being read.
pub(crate) struct Fields<'n> {
    what: &'static str,
    /// The mapping's own key, or its first entry.
    pub(crate) at: Span,
    entries: &'n [(Key, Node)],
    known: Vec<&'static str>,
    extensions: bool,
}

impl<'n> Fields<'n> {
    /// Accepts keys that begin with `x-`.
    pub(crate) fn allow_extensions(&mut self) {
        self.extensions = true;
    }

    /// Accepts a field that was read elsewhere.
    pub(crate) fn pass(&mut self, name: &'static str) {
        self.known.push(name);
    }

    /// The node of a field and its key.
    fn get(&mut self, name: &'static str) -> Option<&'n (Key, Node)> {
        self.known.push(name);
        self.entries.iter().find(|(key, _)| *key.text == *name)
    }

    /// Reads a field.
    pub(crate) fn field<T: Decode>(&mut self, name: &'static str, cx: &mut Cx<'_>) -> Option<T> {
        match self.get(name) {
            // A field that may be left out counts as left out when it cannot be read.
            Some((key, node)) => value(key, node, cx).or_else(T::absent),
            None => {
                let absent = T::absent();
                if absent.is_none() {
                    let place = cx.place(self.at);
                    cx.report(
                        Diagnostic::error(
                            codes::MISSING_FIELD,
                            format!("{} needs the field `{name}`", self.what),
                        )
                        .at(&place, format!("`{name}` is missing here"))
                        .help(match name {
                            "version" => "add `version: 1` as the first line".to_owned(),
                            name => format!("add `{name}: …`"),
                        }),
                    );
                }
                absent
            }
        }
    }

    /// Reads a field that may be left out; none only when it is there and cannot be read.
    pub(crate) fn readable<T: Decode>(&mut self, name: &'static str, cx: &mut Cx<'_>) -> Option<T> {
        match self.get(name) {
            Some((key, node)) => value(key, node, cx),
            None => T::absent(),
        }
    }

    /// Reports every key that is not a field.
    pub(crate) fn finish(self, cx: &mut Cx<'_>) {
        for (key, _) in self.entries {
            if self.known.contains(&&*key.text) || (self.extensions && key.text.starts_with("x-")) {
                continue;
            }
            let place = cx.place(key.span);
            let mut problem = Diagnostic::error(
                codes::UNKNOWN_KEY,
                format!("unknown field `{}` in {}", shorten(&key.text), self.what),
            )
            .at(&place, "unknown field");
            let plain = snake_case(&key.text);
            // Each suggestion is a search through every known key; a flood gets none.
            let near = (cx.count() < 1000).then(|| nearest_of(&plain, self.known.iter().copied()));
            let of_others = fields_of_others(&plain).filter(|field| self.known.contains(field));
            problem = match of_others.or(near.flatten()) {
                // `restEndpoint` can mean nothing else, unless the field is there too.
                Some(near) => problem.help(format!("did you mean `{near}`?")).fix_if(
                    plain == near && !self.entries.iter().any(|(key, _)| *key.text == *near),
                    &place,
                    near,
                ),
                None => problem.help(format!(
                    "{} has the fields {}",
                    self.what,
                    keys(&self.known)
                )),
            };
            cx.report(problem);
        }
    }
}

fn keys(known: &[&'static str]) -> String {
    let quoted: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(", ")
}

/// `restEndpoint` and `rest-endpoint` as `rest_endpoint`.
fn snake_case(text: &str) -> String {
    let mut snake = String::with_capacity(text.len());
    let mut lower_before = false;
    for character in text.chars().take(256) {
        if character.is_ascii_uppercase() && lower_before {
            snake.push('_');
        }
        lower_before = character.is_ascii_lowercase() || character.is_ascii_digit();
        snake.push(match character {
            '-' | ' ' | '.' => '_',
            other => other.to_ascii_lowercase(),
        });
    }
    snake
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        if node.is_null() {
            return Some(None);
        }
        T::decode(node, cx).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn nothing(place: &Place) -> Option<Self> {
        T::nothing(place).map(Some)
    }
}

impl<T: Decode> Decode for Located<T> {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let place = cx.place(node.span);
        T::decode(node, cx).map(|value| Self { value, place })
    }
}

/// A list that may be left out.
impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| {
                        if cx.passes_over(item) {
                            return None;
                        }
                        let outer = cx.owner.take();
                        let value = T::decode(item, cx);
                        cx.owner = outer;
                        value
                    })
                    .collect(),
            ),
            _ => {
                cx.wrong_type(
                    node,
                    "a list",
                    "write `[a, b]`, or one line `- a` for each item",
                );
                None
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Text without references. `${env:…}` here would be used literally, so it is an error.
impl Decode for String {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = cx.text(node, "text")?;
        if text.contains("${env:") || text.contains("${file:") {
            let place = cx.place(node.span);
            cx.report(
                Diagnostic::error(
                    codes::REFERENCE_NOT_HERE,
                    "a `${…}` reference is not allowed here",
                )
                .at(&place, "would be used literally")
                .why(
                    "names, ids and endpoints must be the same for everyone who reads the plan. \
                         References are for credentials, `rest_auth` and `configs`",
                )
                .help("write the value itself"),
            );
            return None;
        }
        Some(text.to_owned())
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let is_bool = |it: &Scalar| matches!(it.kind, ScalarKind::Bool(_));
        if node
            .scalar()
            .is_some_and(|it| it.has_variable && !is_bool(it))
        {
            let help = "give the variable the type `boolean`";
            cx.wrong_type(node, "`true` or `false`", help);
            return None;
        }
        match node.scalar().map(|scalar| (scalar.kind, &*scalar.text)) {
            Some((ScalarKind::Bool(value), _)) => Some(value),
            Some((_, text)) => {
                let meant = match text.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" => Some("true"),
                    "no" | "off" | "n" | "false" => Some("false"),
                    _ => None,
                };
                match meant {
                    Some(meant) => {
                        let place = cx.place(node.span);
                        cx.report(
                            Diagnostic::error(
                                codes::WRONG_TYPE,
                                format!("expected `true` or `false`, found `{}`", shorten(text)),
                            )
                            .at(&place, "text, not a boolean")
                            .help(format!("write `{meant}` without quotes"))
                            .safe_fix(&place, meant),
                        );
                    }
                    None => cx.wrong_type(node, "`true` or `false`", ""),
                }
                None
            }
            None => {
                cx.wrong_type(node, "`true` or `false`", "");
                None
            }
        }
    }
}

impl Decode for u64 {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        cx.whole_number(node, "a whole number")
    }
}

impl Decode for u32 {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let number = cx.whole_number(node, "a whole number")?;
        match Self::try_from(number) {
            Ok(number) => Some(number),
            Err(_) => {
                let place = cx.place(node.span);
                cx.report(
                    Diagnostic::error(codes::BAD_VALUE, format!("`{number}` is too large"))
                        .at(&place, format!("at most {}", Self::MAX))
                        .help("write a smaller number"),
                );
                None
            }
        }
    }
}

/// Declares a mapping of the spec language: its fields with their texts, its JSON Schema and its
/// decoder. `flatten` fields are records whose fields are part of this mapping.
///
/// Every record also has `place`, its place (its key, or its first entry), and `broken`: some
/// of its fields could not be read, so that what seems left out may only be misspelled.
macro_rules! record {
    (
        $what:literal
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$fmeta:meta])* pub $field:ident: $type:ty, )*
            $( flatten $(#[$flatmeta:meta])* pub $flat:ident: $flattype:ty, )*
        }
    ) => {
        #[derive(Clone, Debug, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name {
            /// Its place.
            #[schemars(skip)]
            pub place: $crate::diagnostic::Place,
            /// Some of its fields could not be read.
            #[schemars(skip)]
            pub broken: bool,
            $( $(#[$fmeta])* pub $field: $type, )*
            $( #[schemars(flatten)] $(#[$flatmeta])* pub $flat: $flattype, )*
        }

        impl $name {
            /// Reads its fields from a mapping that may have others too.
            pub(crate) fn decode_fields(
                fields: &mut $crate::spec::decode::Fields<'_>,
                cx: &mut $crate::spec::decode::Cx<'_>,
            ) -> Option<Self> {
                let before = cx.count();
                $(
                    let name = stringify!($field).trim_start_matches("r#");
                    let $field = fields.field::<$type>(name, cx);
                )*
                $( let $flat = <$flattype>::decode_fields(fields, cx); )*
                Some(Self {
                    place: cx.place(fields.at),
                    broken: cx.count() > before,
                    $( $field: $field?, )*
                    $( $flat: $flat?, )*
                })
            }
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(
                node: &$crate::spec::node::Node,
                cx: &mut $crate::spec::decode::Cx<'_>,
            ) -> Option<Self> {
                let before = cx.count();
                let mut fields = cx.fields(node, $what)?;
                let record = Self::decode_fields(&mut fields, cx);
                fields.finish(cx);
                record.map(|record| Self {
                    broken: cx.count() > before,
                    ..record
                })
            }
        }
    };
}

/// Declares the values that a field accepts, with what each means.
macro_rules! choice {
    (
        $what:literal
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $word:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $( $(#[$vmeta])* #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The value as it is written in a spec.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(
                node: &$crate::spec::node::Node,
                cx: &mut $crate::spec::decode::Cx<'_>,
            ) -> Option<Self> {
                cx.word(node, $what, &[$($word),+]).map(|index| Self::ALL[index])
            }
        }
    };
}

/// What the API calls it, and other tools: the word that a spec has for it.
fn words_of_api(word: &str) -> Option<&'static str> {
    Some(match word {
        "active" | "running" => "mirroring",
        "pause" => "paused",
        "stopped" | "promote" => "promoted",
        "failover" | "failedover" | "fail-over" => "failed-over",
        "destination" => "destination-initiated",
        "source" => "source-initiated",
        "sasl-ssl" | "ssl" => "tls",
        _ => return None,
    })
}

/// What other tools call a field.
fn fields_of_others(key: &str) -> Option<&'static str> {
    Some(match key {
        "source_cluster" | "source_kafka_cluster" | "from" => "source",
        "destination_cluster" | "destination_kafka_cluster" | "target" | "to" => "destination",
        "link_name" => "name",
        "link_mode" => "mode",
        "cluster_id" => "id",
        "config" | "settings" => "configs",
        "mirror_topics" | "mirror_topic" => "mirrors",
        "status" => "state",
        "url" | "endpoint" | "http_endpoint" => "rest_endpoint",
        "bootstrap_endpoint" | "bootstrap_server" | "bootstrap" => "bootstrap_servers",
        "auth" | "credentials" | "authentication" => "rest_auth",
        "api_key" | "key" | "user" => "username",
        "api_secret" | "secret" => "password",
        "includes" => "include",
        "excludes" => "exclude",
        "filters" => "topics",
        _ => return None,
    })
}

/// Reads values that are declared in the catalog, in the words that specs have for them.
macro_rules! known_words {
    ($($what:literal $name:ident),+ $(,)?) => { $(
        impl $crate::spec::decode::Decode for $name {
            fn decode(
                node: &$crate::spec::node::Node,
                cx: &mut $crate::spec::decode::Cx<'_>,
            ) -> Option<Self> {
                cx.word(node, $what, $name::IN_SPECS).map(|index| $name::ALL[index])
            }
        }
    )+ };
}

pub(crate) use {choice, known_words, record};
