//! Environments: one file each in the folder `environments` next to a spec. An environment gives variables
//! their values, and sets and removes values by address: [`EnvironmentFile`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes;
use super::decode::record;
use super::given::Given;
use super::located::Located;
use super::named::Named;
use super::node::{Key, Node, Span, Value, shorten};
use super::origin::{Origin, Origins};
use super::problems::Problems;
use super::value_address::{ValueAddress, bad_address, quoted_key};
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Place};

/// The folder next to a spec that has its environments.
pub const FOLDER: &str = "environments";

record! {
    "an environment"
    /// An environment of a spec: a file `environments/NAME.yaml` next to it.
    pub struct EnvironmentFile {
        /// Values of the variables that the spec declares, by their names.
        #[schemars(default, extend("examples" = [{"region": "us-east-1"}]))]
        pub variables: Named<Given>,
        /// Values that replace those of the spec or are added to it, by their addresses.
        #[schemars(default, extend("examples" = [{"links.orders-dr.prefix": "east."}]))]
        pub set: Named<Given>,
        /// Addresses of values that this environment does not have.
        #[schemars(default, extend("examples" = [["links.orders-dr.acl_sync"]]))]
        pub remove: Vec<Located<ValueAddress>>,
    }
}

/// The JSON Schema of an environment, as `schemas/environment.schema.json` has it.
#[must_use]
pub fn environment_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(EnvironmentFile).to_value();
    schema["title"] = "Linkwright environment".into();
    let value = serde_json::json!({
        "description": "A value of its type; text, a number, a boolean or a list of texts.",
        "type": ["string", "number", "boolean", "array"],
        "items": { "type": "string" },
    });
    schema["properties"]["variables"]["additionalProperties"] = value;
    super::schema::unfold(&mut schema);
    schema
}

/// Whether a name can be that of an environment: letters, digits, `-`, `_` and inner dots. It is part of a
/// path, and must not lead out of its folder.
#[must_use]
pub fn is_environment_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let edge = |letter: char| letter.is_ascii_alphanumeric();
    name.len() <= 100
        && name.bytes().all(is_letter)
        && name.starts_with(edge)
        && name.ends_with(edge)
        && !name.contains("..")
}

/// The sections that an environment can change; `true` for a mapping whose entries are changed one by one.
const SECTIONS: [(&str, bool); 8] = [
    ("clusters", true),
    ("links", true),
    ("policy", false),
    ("confluent_cloud", false),
    ("retired", false),
    ("exceptions", false),
    ("moved", false),
    ("store", false),
];

/// At most this many changes of one environment: a hostile file must not cost hours.
const MAX_CHANGES: usize = 10_000;

/// One change of a value.
struct Change<'a> {
    address: ValueAddress,
    /// Where the environment writes the address.
    at: Place,
    /// What is set; none for a removal.
    value: Option<&'a Given>,
}

/// Applies an environment to the trees of the spec's files.
pub(crate) struct Overlay<'a> {
    pub(crate) files: &'a [Arc<str>],
    pub(crate) origins: &'a mut Origins,
    pub(crate) problems: &'a mut Problems,
}

impl Overlay<'_> {
    /// Sets and removes what the file says.
    pub(crate) fn apply(&mut self, file: &EnvironmentFile, trees: &mut [Node]) {
        let changes = self.changes(file);
        for change in &changes {
            self.change(change, trees);
        }
    }

    fn place(&self, span: Span) -> Place {
        let file = usize::try_from(span.file).ok();
        let file = file.and_then(|index| self.files.get(index));
        span.place(&file.cloned().unwrap_or_default())
    }

    /// The changes that can be made: those whose address can be changed and that no other contradicts.
    fn changes<'f>(&mut self, file: &'f EnvironmentFile) -> Vec<Change<'f>> {
        let mut changes = Vec::new();
        for (name, value) in file.set.iter() {
            match ValueAddress::parse(name) {
                Ok(address) => changes.push(Change {
                    address,
                    at: name.place.clone(),
                    value: Some(value),
                }),
                Err(why) => self.problems.push(bad_address(name, why, &name.place)),
            }
        }
        changes.extend(file.remove.iter().map(|address| Change {
            address: address.value.clone(),
            at: address.place.clone(),
            value: None,
        }));
        if let Some(first) = changes.get(MAX_CHANGES) {
            let summary = format!("the environment has more than {MAX_CHANGES} changes");
            self.problems.push(
                Diagnostic::error(codes::LIMIT, summary)
                    .at(&first.at, "reading stopped here")
                    .help("write what differs this much as variables"),
            );
            changes.truncate(MAX_CHANGES);
        }
        changes.retain(|change| self.can_change(change));
        let mut kept: BTreeMap<ValueAddress, Change<'f>> = BTreeMap::new();
        for change in changes {
            match contradicted(&kept, &change.address) {
                Some(other) => {
                    let problem = contradiction(&change, other);
                    self.problems.push(problem);
                }
                None => {
                    kept.insert(change.address.clone(), change);
                }
            }
        }
        let mut kept: Vec<Change<'f>> = kept.into_values().collect();
        kept.sort_by(|one, other| one.at.cmp(&other.at));
        kept
    }

    fn can_change(&mut self, change: &Change<'_>) -> bool {
        let keys = change.address.keys();
        let section = keys.first().map_or("", String::as_str);
        let known = SECTIONS.iter().find(|(name, _)| *name == section);
        let place = change.at.clone();
        let problem = match known {
            Some((_, by_name)) if !by_name || keys.len() > 1 => return true,
            Some(_) => Diagnostic::error(
                codes::VALUE_ADDRESS,
                format!("`{section}` cannot be changed as a whole"),
            )
            .at(&place, "this address")
            .help(format!("change what it has one by one: `{section}.NAME`")),
            None => {
                let names = SECTIONS.iter().map(|(name, _)| *name);
                let near = nearest_of(section, names.clone());
                let problem = Diagnostic::error(
                    codes::VALUE_ADDRESS,
                    format!("an environment cannot change `{}`", shorten(section)),
                )
                .at(&place, "this address");
                match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None if section == "variables" => problem.help(
                        "values of variables are under `variables` of the environment, by name",
                    ),
                    None => problem.help(format!(
                        "it can change {}",
                        names.collect::<Vec<_>>().join(", ")
                    )),
                }
            }
        };
        self.problems.push(problem);
        false
    }

    fn change(&mut self, change: &Change<'_>, trees: &mut [Node]) {
        let parent = change.address.parent();
        let found: Vec<usize> = (0..trees.len())
            .filter(|at| trees.get(*at).is_some_and(|tree| holds(tree, parent)))
            .collect();
        let has = |at: &usize| {
            let tree = trees.get(*at);
            tree.and_then(|tree| walk(tree, change.address.keys()))
                .is_some()
        };
        let with_it: Vec<usize> = found.iter().copied().filter(has).collect();
        if parent.is_empty() && with_it.len() > 1 {
            let problem = self.in_several_files(change, &with_it, trees);
            return self.problems.push(problem);
        }
        let chosen = with_it.first().copied();
        let chosen = match change.value {
            Some(_) => chosen.or_else(|| found.first().copied()),
            None => chosen,
        };
        let Some(tree) = chosen.and_then(|at| trees.get_mut(at)) else {
            let problem = self.nowhere(change, trees);
            return self.problems.push(problem);
        };
        let within = key_of(tree, parent).map(|span| self.place(span));
        let Some(entries) = entries_of(tree, parent) else {
            return;
        };
        match change.value {
            None => self.remove(change, within, entries),
            Some(value) => self.set(change, value, within, entries),
        }
    }

    fn remove(
        &mut self,
        change: &Change<'_>,
        within: Option<Place>,
        entries: &mut Vec<(Key, Node)>,
    ) {
        let last = change.address.last();
        entries.retain(|(key, _)| &*key.text != last);
        let (address, place) = (change.address.clone(), change.at.clone());
        self.origins.add_removed(address.clone(), place.clone());
        if let Some(within) = within {
            let origin = Origin::Removed { address, place };
            self.origins.add(within, origin);
        }
    }

    fn set(
        &mut self,
        change: &Change<'_>,
        value: &Given,
        within: Option<Place>,
        entries: &mut Vec<(Key, Node)>,
    ) {
        let last = change.address.last();
        let new = Key {
            text: last.into(),
            span: value.key,
            plain: false,
        };
        let old = entries.iter_mut().find(|(key, _)| &*key.text == last);
        let replaces = match old {
            Some(slot) => {
                let place = self.replaces(change, value, &slot.0, &slot.1);
                *slot = (new, value.node.clone());
                Some(place)
            }
            None => {
                entries.push((new, value.node.clone()));
                None
            }
        };
        let origin = Origin::Set {
            address: change.address.clone(),
            replaces,
            within,
        };
        for span in value.spans().into_iter().chain([value.key]) {
            self.origins.add(self.place(span), origin.clone());
        }
    }

    /// The place of what is replaced. A value that replaces its equal is reported.
    fn replaces(&mut self, change: &Change<'_>, value: &Given, key: &Key, old: &Node) -> Place {
        let place = match &old.value {
            Value::Scalar(scalar) if !scalar.text.is_empty() => self.place(old.span),
            _ => self.place(key.span),
        };
        if is_equal(&value.node, old) {
            self.problems.push(
                Diagnostic::warning(
                    codes::CHANGES_NOTHING,
                    format!("`{}` is set to what it is in the spec", change.address),
                )
                .at(&change.at, "set here")
                .at(&place, "the same value")
                .why("whoever changes the spec later does not change this environment")
                .help("remove it from `set`"),
            );
        }
        place
    }

    fn in_several_files(&self, change: &Change<'_>, found: &[usize], trees: &[Node]) -> Diagnostic {
        let address = &change.address;
        let mut problem = Diagnostic::error(
            codes::VALUE_ADDRESS,
            format!("`{address}` is in {} files of the spec", found.len()),
        )
        .at(&change.at, "which of them?");
        for tree in found.iter().filter_map(|at| trees.get(*at)) {
            if let Some(span) = key_of(tree, address.keys()) {
                problem = problem.at(&self.place(span), "one of them");
            }
        }
        problem.help("move it to one file of the spec")
    }

    /// Why an address leads nowhere.
    fn nowhere(&self, change: &Change<'_>, trees: &[Node]) -> Diagnostic {
        let keys = change.address.keys();
        let place = change.at.clone();
        let deepest = trees
            .iter()
            .map(|tree| (depth(tree, keys), tree))
            .max_by_key(|(depth, _)| *depth);
        let (depth, tree) = match deepest {
            Some((depth, tree)) => (depth, Some(tree)),
            None => (0, None),
        };
        let missing = keys.get(depth).map_or("", String::as_str);
        let reached = keys.get(..depth).unwrap_or_default();
        let node = tree.and_then(|tree| walk(tree, reached));
        let named = |keys: &[String]| match ValueAddress::of(keys.to_vec()) {
            Some(address) => format!("`{address}`"),
            None => "the spec".to_owned(),
        };
        let within = tree.and_then(|tree| key_of(tree, reached));
        let at_both = |problem: Diagnostic, label: &str| match within {
            Some(span) => problem
                .at(&place, "this address")
                .at(&self.place(span), label),
            None => problem.at(&place, "this address"),
        };
        let Some(Value::Map(entries)) = node.map(|node| &node.value) else {
            let problem = Diagnostic::error(
                codes::NO_SUCH_VALUE,
                format!(
                    "{} is not a mapping, so that it has no `{}`",
                    named(reached),
                    shorten(missing)
                ),
            );
            return at_both(problem, "this is a value").help(format!(
                "an address goes through mappings only: change the whole of {}",
                named(reached)
            ));
        };
        let rest = keys.get(depth..).unwrap_or_default();
        if let Some(dotted) = dotted(entries, rest) {
            let mut meant = reached.to_vec();
            let used = dotted.split('.').count();
            meant.push(dotted.to_owned());
            meant.extend(rest.iter().skip(used).cloned());
            let problem = Diagnostic::error(
                codes::KEY_NOT_QUOTED,
                format!("the key {} is not quoted", quoted_key(dotted)),
            );
            return at_both(problem, "it has this key").help(format!("write {}", named(&meant)));
        }
        let problem = Diagnostic::error(
            codes::NO_SUCH_VALUE,
            format!("{} has no `{}`", named(reached), shorten(missing)),
        )
        .why(match change.value {
            Some(_) => "a value is added to what the spec has; what it would be in is not there",
            None => "what is not there cannot be removed, and the address may be misspelled",
        });
        let problem = at_both(problem, "it is not here");
        let known = entries.iter().map(|(key, _)| &*key.text);
        match (nearest_of(missing, known), change.value) {
            (Some(near), _) => problem.help(format!("did you mean `{near}`?")),
            (None, Some(_)) => {
                let mut whole = reached.to_vec();
                whole.push(missing.to_owned());
                problem.help(format!("set the whole of {} instead", named(&whole)))
            }
            (None, None) => problem.help("remove it from `remove`, or correct the address"),
        }
    }
}

/// Another change of the same value, of what holds it or of what is in it.
fn contradicted<'c, 'f>(
    kept: &'c BTreeMap<ValueAddress, Change<'f>>,
    address: &ValueAddress,
) -> Option<&'c Change<'f>> {
    let keys = address.keys();
    let outer = (1..=keys.len()).find_map(|count| {
        let outer = ValueAddress::of(keys.get(..count)?.to_vec())?;
        kept.get(&outer)
    });
    // In the order of addresses, what is inside another comes right after it.
    outer.or_else(|| {
        let (inner, change) = kept.range(address..).next()?;
        address.covers(inner).then_some(change)
    })
}

fn contradiction(change: &Change<'_>, other: &Change<'_>) -> Diagnostic {
    let verb = |change: &Change<'_>| match change.value {
        Some(_) => "set",
        None => "removed",
    };
    let summary = match change.address == other.address {
        true => format!("`{}` is changed twice", change.address),
        false => format!(
            "`{}` and `{}` are changed, and one is inside the other",
            other.address, change.address
        ),
    };
    Diagnostic::error(codes::CHANGED_TWICE, summary)
        .at(&change.at, format!("{} here", verb(change)))
        .at(&other.at, format!("{} here", verb(other)))
        .why("Linkwright does not guess which of two changes counts")
        .help("keep one of them")
}

/// A key with dots whose parts were written as keys of their own.
fn dotted<'n>(entries: &'n [(Key, Node)], rest: &[String]) -> Option<&'n str> {
    let has = |text: &str| entries.iter().find(|(key, _)| &*key.text == text);
    let mut joined = rest.first()?.clone();
    for part in rest.iter().skip(1) {
        joined.push('.');
        joined.push_str(part);
        if let Some((key, _)) = has(&joined) {
            return Some(&key.text);
        }
    }
    None
}

/// The value that keys lead to.
pub(crate) fn walk<'n>(root: &'n Node, keys: &[String]) -> Option<&'n Node> {
    keys.iter()
        .try_fold(root, |node, key| Some(&entry(node, key)?.1))
}

/// The place of the last of these keys.
pub(crate) fn key_of(root: &Node, keys: &[String]) -> Option<Span> {
    let (last, parent) = keys.split_last()?;
    Some(entry(walk(root, parent)?, last)?.0.span)
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n (Key, Node)> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    entries.iter().find(|(key, _)| &*key.text == name)
}

/// How many of the keys lead somewhere.
fn depth(root: &Node, keys: &[String]) -> usize {
    (0..=keys.len())
        .rev()
        .find(|count| walk(root, keys.get(..*count).unwrap_or_default()).is_some())
        .unwrap_or(0)
}

/// Whether values can be put into what the keys lead to: a mapping, or nothing yet.
fn holds(root: &Node, keys: &[String]) -> bool {
    walk(root, keys)
        .is_some_and(|node| matches!(node.value, Value::Map(_)) || node.is_empty_scalar())
}

fn entries_of<'n>(root: &'n mut Node, keys: &[String]) -> Option<&'n mut Vec<(Key, Node)>> {
    let mut node = root;
    for name in keys {
        let Value::Map(entries) = &mut node.value else {
            return None;
        };
        node = &mut entries
            .iter_mut()
            .find(|(key, _)| &*key.text == name.as_str())?
            .1;
    }
    if node.is_empty_scalar() {
        node.value = Value::Map(Vec::new());
    }
    match &mut node.value {
        Value::Map(entries) => Some(entries),
        Value::Scalar(_) | Value::List(_) | Value::Unknown => None,
    }
}

/// Whether two values are the same, wherever they are written.
fn is_equal(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(one), Value::Scalar(other)) => {
            one.text == other.text && one.kind == other.kind
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_equal(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| {
                    let same = other.iter().find(|(other, _)| other.text == key.text);
                    same.is_some_and(|(_, other)| is_equal(value, other))
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_environment_stays_in_its_folder() {
        for name in ["dev", "prod-eu_1", "eu.west", "1"] {
            assert!(is_environment_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "../prod",
            "a/b",
            "a\\b",
            "/etc/passwd",
            "a..b",
            ".prod",
            "prod.",
            "a b",
            "prod\0",
            "-x",
            "é",
        ] {
            assert!(!is_environment_name(name), "{name}");
        }
    }
}
