//! Mappings whose keys are names that people choose: [`Named`].

use indexmap::IndexMap;
use indexmap::map::Entry as Slot;

use super::codes;
use super::decode::{Cx, Decode};
use super::located::Located;

use super::node::{Node, Value, shorten};
use super::problems::Problems;
use super::scalar::is_ambiguous_word;
use crate::diagnostic::{Diagnostic, Place};

/// Entries by name, in the order of the file.
#[derive(Clone, Debug)]
pub struct Named<T> {
    entries: IndexMap<String, Entry<T>>,
}

/// One entry. The name is declared even where the value cannot be read.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The name and its place.
    pub name: Located<String>,
    /// The value, if it could be read.
    pub value: Option<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self {
            entries: IndexMap::new(),
        }
    }
}

impl<T> Named<T> {
    /// Whether the name is declared, readable or not.
    #[must_use]
    pub fn declares(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The entry of a name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry<T>> {
        self.entries.get(name)
    }

    /// The value of a name, if it is declared and could be read.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(name)?.value.as_ref()
    }

    /// The value of a name, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.entries.get_mut(name)?.value.as_mut()
    }

    /// Names and values that could be read, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Located<String>, &T)> {
        self.entries
            .values()
            .filter_map(|entry| Some((&entry.name, entry.value.as_ref()?)))
    }

    /// All names, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &Located<String>> {
        self.entries.values().map(|entry| &entry.name)
    }

    /// How many names are declared.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no name is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds another file's entries. A name that is declared in both is reported with both places;
    /// the
    /// first one stays.
    pub(crate) fn merge(&mut self, other: Self, what: &str, problems: &mut Problems) {
        for (name, entry) in other.entries {
            match self.entries.entry(name) {
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                }
                Slot::Occupied(earlier) => problems.push(
                    Diagnostic::error(
                        codes::DECLARED_TWICE,
                        format!("the {what} `{}` is declared twice", entry.name),
                    )
                    .at(&entry.name.place, "second")
                    .at(&earlier.get().name.place, "first")
                    .why(
                        "files are merged, and Linkwright does not guess which of two \
                         declarations counts",
                    )
                    .help("remove or rename one of them"),
                ),
            }
        }
    }
}

impl<T: Decode> Decode for Named<T> {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Value::Map(list) = &node.value else {
            let help = match &node.value {
                Value::List(items) => as_names(items),
                _ => None,
            };
            let help = help.unwrap_or_else(|| {
                "write one indented line `name: …` for each; `{}` means none".to_owned()
            });
            cx.wrong_type(node, "names, each with its value", &help);
            return None;
        };
        let mut entries = IndexMap::with_capacity(list.len());
        for (key, node) in list {
            let place = cx.place(key.span);
            if key.plain && is_ambiguous_word(&key.text) {
                cx.report(ambiguous(&key.text, &place));
            }
            let outer = cx.owner.replace(key.span);
            let value = if cx.passes_over(node) {
                None
            } else if node.is_empty_scalar() || node.is_null() {
                T::nothing(&place).or_else(|| T::decode(node, cx))
            } else {
                T::decode(node, cx)
            };
            cx.owner = outer;
            let name = Located::new(key.text.to_string(), place);
            // Of two equal keys the first stays; the second has been reported.
            entries
                .entry(name.value.clone())
                .or_insert(Entry { name, value });
        }
        Some(Self { entries })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// How the first item of a list is written as a name with its value.
fn as_names(items: &[Node]) -> Option<String> {
    let first = items.first()?;
    let name = match &first.value {
        Value::Map(entries) => {
            let (_, name) = entries.iter().find(|(key, _)| &*key.text == "name")?;
            name.scalar()?
        }
        _ => first.scalar()?,
    };
    let name = shorten(&name.text);
    Some(format!(
        "write names with their values instead of a list, such as `{name}: {{}}`, each on its own line without `- `"
    ))
}

fn ambiguous(text: &str, place: &Place) -> Diagnostic {
    Diagnostic::warning(
        codes::AMBIGUOUS_WORD,
        format!("some YAML parsers do not read the name `{text}` as text"),
    )
    .at(place, "not text in YAML 1.1")
    .why("Linkwright reads it as a name, but other tools read a boolean or null here")
    .help("put it in quotes")
    .safe_fix(place, format!("\"{text}\""))
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<T>(),
        })
    }
}
