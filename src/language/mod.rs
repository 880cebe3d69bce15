//! What an editor asks about a spec while it is written: [`hover`] and [`complete`], by the place of the cursor. The
//! text may be half a spec, so the cursor's keys are found by the indentation alone ([`Cursor`]).
//!
//! What fields there are, their words and what they mean, comes from the JSON Schema of the spec, so that there is one
//! list of them; link configs come from the catalogue.

mod cursor;
mod schema;

use std::collections::BTreeSet;

pub use cursor::Cursor;

use crate::catalog;
use crate::spec::Spec;

/// Something that can be written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The text.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// What it means.
    pub about: String,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A key of a mapping.
    Field,
    /// A word that a field may have.
    Word,
    /// A name that the spec declares.
    Name,
    /// A link config.
    Config,
}

/// What can be written at the cursor. Names are those of the spec, as far as it could be read.
#[must_use]
pub fn complete(text: &str, cursor: &Cursor, spec: &Spec) -> Vec<Item> {
    let path: Vec<&str> = cursor.path.iter().map(String::as_str).collect();
    if let Some(start) = variable_start(text, cursor) {
        return names(spec.variables.iter().map(|(name, _)| name.as_str()), start);
    }
    let mut items = match (path.as_slice(), cursor.is_value) {
        ([.., "configs"], false)
            if path.first() == Some(&"links") && !path.contains(&"mirrors") =>
        {
            configs()
        }
        ([.., "source" | "destination" | "primary" | "cluster"], true) => names(
            spec.clusters.names().map(|name| name.value.as_str()),
            "a cluster",
        ),
        ([.., "halves"], false) => names(
            spec.clusters.names().map(|name| name.value.as_str()),
            "a cluster",
        ),
        (["retired", .., "link"], true) | (["moved", _], true) => {
            names(spec.links.names().map(|name| name.value.as_str()), "a link")
        }
        (_, true) => schema::words(&path),
        (_, false) => schema::fields(&path),
    };
    let there: BTreeSet<&str> = cursor.siblings.iter().map(String::as_str).collect();
    items.retain(|item| cursor.is_value || !there.contains(item.label.as_str()));
    items
}

/// What the key or value at the cursor means, as Markdown.
#[must_use]
pub fn hover(cursor: &Cursor) -> Option<String> {
    let path: Vec<&str> = cursor.path.iter().map(String::as_str).collect();
    let (last, above) = path.split_last()?;
    if above.last() == Some(&"configs")
        && let Some(entry) = catalog::lookup(last)
    {
        return Some(about_config(entry));
    }
    schema::about(&path)
}

/// The page of a link config: what it does, its default, and the field that sets it.
fn about_config(entry: &catalog::Entry) -> String {
    let mut text = format!("**{}**\n\n{}", entry.name, entry.summary);
    if let Some(default) = entry.default {
        text.push_str(&format!("\n\nDefault: `{default}`."));
    }
    if let Some(field) = entry.owner_field() {
        text.push_str(&format!("\n\nThe field `{field}` sets it."));
    }
    if entry.sensitive {
        text.push_str("\n\nThe API does not return its value: write a reference.");
    }
    text
}

fn configs() -> Vec<Item> {
    let free = catalog::ENTRIES
        .iter()
        .filter(|entry| entry.owner_field().is_none());
    let items = free.map(|entry| Item {
        label: entry.name.to_owned(),
        kind: ItemKind::Config,
        about: about_config(entry),
    });
    items.collect()
}

fn names<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Vec<Item> {
    let items = names.map(|name| Item {
        label: name.to_owned(),
        kind: ItemKind::Name,
        about: what.to_owned(),
    });
    items.collect()
}

/// Whether the cursor is in a `${var:` that is not closed.
fn variable_start(text: &str, cursor: &Cursor) -> Option<&'static str> {
    let before = text.get(..cursor.offset)?;
    let line = before.rsplit('\n').next()?;
    let open = line.rfind("${var:")?;
    (!line[open..].contains('}')).then_some("a variable")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const SPEC: &str = "version: 1\nvariables:\n  region: { type: string, default: x }\nclusters:\n  east:\n    id: lkc-1\n  west:\n    id: lkc-2\nlinks:\n  dr:\n    source: east\n";

    fn items(text: &str) -> Vec<String> {
        let (spec, _) = crate::spec::parse(&[(Arc::from("a.yaml"), Arc::from(SPEC))]);
        let line = text.lines().count() - 1;
        let column = text.lines().last().unwrap().chars().count();
        let cursor = Cursor::at(text, line, column);
        complete(text, &cursor, &spec)
            .into_iter()
            .map(|item| item.label)
            .collect()
    }

    #[test]
    fn clusters_links_variables_fields_words_and_configs_are_completed() {
        assert_eq!(items("links:\n  dr:\n    source: "), ["east", "west"]);
        assert_eq!(
            items("links:\n  dr:\n    halves:\n      "),
            ["east", "west"]
        );
        assert_eq!(items("retired:\n  - link: "), ["dr"]);
        assert_eq!(items("links:\n  dr:\n    prefix: \"${var:"), ["region"]);
        let fields = items("links:\n  dr:\n    source: east\n    ");
        assert!(fields.contains(&"destination".to_owned()), "{fields:?}");
        assert!(!fields.contains(&"source".to_owned()), "{fields:?}");
        let auth = items("clusters:\n  west:\n    rest_auth:\n      ");
        assert!(
            auth.contains(&"basic".to_owned()) && auth.contains(&"mds".to_owned()),
            "{auth:?}"
        );
        let states = items("links:\n  dr:\n    mirrors:\n      orders: { state: ");
        assert!(states.contains(&"paused".to_owned()), "{states:?}");
        let configs = items("links:\n  dr:\n    configs:\n      ");
        assert!(
            configs.contains(&"metadata.max.age.ms".to_owned()),
            "{configs:?}"
        );
        assert!(!configs.contains(&"acl.sync.ms".to_owned()), "{configs:?}");
    }

    #[test]
    fn hover_says_what_fields_and_configs_mean() {
        let of = |text: &str, line: usize, column: usize| hover(&Cursor::at(text, line, column));
        let text = "links:\n  dr:\n    protect: true\n    configs: { metadata.max.age.ms: 5 }\n";
        let protect = of(text, 2, 6).unwrap();
        assert!(protect.contains("irreversible"), "{protect}");
        let config = of(text, 3, 20).unwrap();
        assert!(config.contains("300000"), "{config}");
    }
}
