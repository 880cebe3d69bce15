//! What an editor asks about a spec while it is written: [`hover`] and [`complete`], by the place of the cursor. The
//! text may be half a spec, so the cursor's keys are found by the indentation alone ([`Cursor`]).
//!
//! What fields there are, their words and what they mean, comes from the JSON Schema of the spec, so that there is one
//! list of them; link configs come from the catalogue.

mod cursor;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

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

impl Item {
    /// What is written for it: a name in quotes, where YAML would read it as something else.
    #[must_use]
    pub fn written(&self) -> String {
        match self.kind {
            ItemKind::Name => crate::spec::quote::scalar(&self.label),
            _ => self.label.clone(),
        }
    }
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

/// Names that were live when a snapshot was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// When that was, in words.
    pub taken_at: String,
    /// Those of each cluster, by the cluster's id.
    pub clusters: BTreeMap<String, KnownNames>,
}

/// Names that a cluster had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownNames {
    /// Its topics.
    pub topics: BTreeSet<String>,
    /// Its consumer groups.
    pub groups: BTreeSet<String>,
}

impl Known {
    /// Names of the clusters that a link copies from; of all clusters where that is not known.
    fn names(
        &self,
        path: &[&str],
        spec: &Spec,
        what: &str,
        of: impl Fn(&KnownNames) -> &BTreeSet<String>,
    ) -> Vec<Item> {
        let link = path.get(1).and_then(|key| spec.links.get(key));
        let holder = match path {
            ["links", _, "halves", holder, ..] => Some(*holder),
            _ => None,
        };
        let source = link.and_then(|link| link.source.as_ref());
        let halves = link.into_iter().flat_map(|link| link.halves.names());
        let halves: BTreeSet<&str> = halves.map(|name| name.value.as_str()).collect();
        let is_meant = |cluster: &str| match (source, holder) {
            (Some(source), _) => cluster == source.as_str(),
            (None, Some(holder)) => {
                cluster != holder && (halves.len() < 2 || halves.contains(cluster))
            }
            (None, None) => true,
        };
        let clusters = spec.clusters.iter();
        let clusters = clusters.filter(|(name, _)| is_meant(name.as_str()));
        let mut items = BTreeMap::new();
        for (name, cluster) in clusters {
            let Some(known) = self.clusters.get(cluster.id.as_str()) else {
                continue;
            };
            for found in of(known) {
                items.entry(found.clone()).or_insert_with(|| Item {
                    label: found.clone(),
                    kind: ItemKind::Name,
                    about: format!(
                        "a {what} of {}, in the snapshot of {}",
                        name.as_str(),
                        self.taken_at
                    ),
                });
            }
        }
        items.into_values().collect()
    }
}

/// What can be written at the cursor. Names are those of the spec, as far as it could be read, and those of topics and
/// groups that are known.
#[must_use]
pub fn complete(text: &str, cursor: &Cursor, spec: &Spec, known: &Known) -> Vec<Item> {
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
        (["links", .., "mirrors"] | ["links", _, "topics"], false) => {
            let mut items = schema::fields(&path);
            items.extend(known.names(&path, spec, "topic", |it| &it.topics));
            items
        }
        // An item of a list begins where a key could.
        (["links", .., "topics", "include" | "exclude"], _) => {
            known.names(&path, spec, "topic", |it| &it.topics)
        }
        (["links", .., "groups", "include" | "exclude"], _) => {
            known.names(&path, spec, "consumer group", |it| &it.groups)
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
        items_of(SPEC, text)
    }

    fn items_of(spec: &str, text: &str) -> Vec<String> {
        let (spec, _) = crate::spec::parse(&[(Arc::from("a.yaml"), Arc::from(spec))]);
        let line = text.lines().count() - 1;
        let column = text.lines().last().unwrap().chars().count();
        let cursor = Cursor::at(text, line, column);
        complete(text, &cursor, &spec, &known())
            .into_iter()
            .map(|item| item.label)
            .collect()
    }

    fn known() -> Known {
        let of = |topics: &[&str], groups: &[&str]| KnownNames {
            topics: topics.iter().map(|name| (*name).to_owned()).collect(),
            groups: groups.iter().map(|name| (*name).to_owned()).collect(),
        };
        let clusters = [
            ("lkc-1", of(&["orders", "payments"], &["billing"])),
            ("lkc-2", of(&["refunds"], &["audit"])),
            ("lkc-other", of(&["other"], &[])),
        ];
        Known {
            taken_at: "2026-11-02".to_owned(),
            clusters: clusters.map(|(id, it)| (id.to_owned(), it)).into(),
        }
    }

    #[test]
    fn topics_and_groups_of_a_snapshot_are_completed_from_where_the_link_copies() {
        let mirrors = "links:\n  dr:\n    source: east\n    mirrors:\n      payments: {}\n      ";
        assert_eq!(items(mirrors), ["orders"]);
        let half = "links:\n  pair:\n    halves:\n      east:\n        mirrors:\n          ";
        assert_eq!(items(half), ["refunds"]);
        let topics = "links:\n  pair:\n    topics:\n      ";
        assert_eq!(items(topics), ["orders", "payments", "refunds"]);
        let filter = "links:\n  dr:\n    auto_create_mirrors:\n      topics: { include: [";
        assert_eq!(items(filter), ["orders", "payments"]);
        let groups = "links:\n  dr:\n    consumer_offset_sync:\n      groups:\n        exclude: [";
        assert_eq!(items(groups), ["billing"]);
    }

    #[test]
    fn names_of_clusters_that_a_link_does_not_copy_from_are_not_completed() {
        let clusters = "version: 1\nclusters:\n  east: { id: lkc-1 }\n  west: { id: lkc-2 }\n  north: { id: lkc-other }\n";
        let mirrors = "links:\n  l:\n    halves:\n      east:\n        mirrors:\n          ";
        let pair =
            format!("{clusters}links:\n  l:\n    halves:\n      east: {{}}\n      west: {{}}\n");
        assert_eq!(items_of(&pair, mirrors), ["refunds"]);
        let one_way = format!(
            "{clusters}links:\n  l:\n    source: east\n    destination: west\n    halves:\n      east: {{}}\n"
        );
        assert_eq!(items_of(&one_way, mirrors), ["orders", "payments"]);
    }

    #[test]
    fn items_of_lists_are_completed() {
        let topics = "links:\n  dr:\n    auto_create_mirrors:\n      topics:\n        include:\n          - ";
        assert_eq!(items(topics), ["orders", "payments"]);
        assert_eq!(
            items(&format!("{topics}orders\n          - pa")),
            ["orders", "payments"]
        );
        let groups =
            "links:\n  dr:\n    consumer_offset_sync:\n      groups:\n        exclude:\n        - ";
        assert_eq!(items(groups), ["billing"]);
        assert!(items("retired:\n  - ").contains(&"link".to_owned()));
    }

    #[test]
    fn a_file_that_is_no_yaml_takes_no_names_from_other_files() {
        let clusters = "version: 1\nclusters:\n  east: { id: lkc-1 }\n  west: { id: lkc-2 }\n";
        let topics = "links:\n  dr:\n    auto_create_mirrors:\n      topics: { include: [";
        let files = [("clusters.yaml", clusters), ("dr.yaml", topics)];
        let files = files.map(|(name, text)| (Arc::from(name), Arc::from(text)));
        let (spec, _) = crate::spec::parse(&files);
        let cursor = Cursor::at(topics, 3, 27);
        let items = complete(topics, &cursor, &spec, &known()).into_iter();
        let labels: Vec<String> = items.map(|item| item.label).collect();
        assert_eq!(labels, ["orders", "payments", "refunds"]);
    }

    #[test]
    fn names_that_yaml_reads_as_something_else_are_written_in_quotes() {
        let written = |label: &str, kind| {
            let (label, about) = (label.to_owned(), String::new());
            Item { label, kind, about }.written()
        };
        for (name, text) in [
            ("orders", "orders"),
            ("[x", "\"[x\""),
            ("a: b #c", "\"a: b #c\""),
            ("null", "\"null\""),
            ("1", "\"1\""),
        ] {
            assert_eq!(written(name, ItemKind::Name), text);
        }
        assert_eq!(written("true", ItemKind::Word), "true");
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
