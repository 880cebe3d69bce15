//! Values to be changed → the new texts of a spec's files: [`changed`]. Each value is changed in the file that it is
//! written in: that of the environment where it sets the value, else the one that declares it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::site_of;
use super::environment::{has_variable, path_in_environment};
use super::path::Path;
use super::typed::typed;
use super::value::Value;
use super::{Change, codes};
use crate::diagnostic::Diagnostic;
use crate::spec::{self, Input, Origin, Spec, ValueAddress};

/// One value to be changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// An address as findings print it, or the keys that lead there.
    pub address: String,
    /// The key there.
    pub key: Path,
    /// What it is to be.
    pub new: New,
}

/// What a value is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum New {
    /// This value.
    Value(Value),
    /// This value, in whose lists the order has no meaning: what is there already keeps its place.
    Unordered(Value),
    /// What someone typed; it gets the type that the field has.
    Typed(String),
    /// Nothing: the entry is to be removed.
    Removed,
}

impl Edit {
    /// The value at a path of the spec is to be this one.
    #[must_use]
    pub fn set(path: &Path, value: Value) -> Self {
        Self::at(path, New::Value(value))
    }

    /// The entry at a path of the spec is to be removed.
    #[must_use]
    pub fn remove(path: &Path) -> Self {
        Self::at(path, New::Removed)
    }

    /// The value at a path of the spec is to be this.
    #[must_use]
    pub fn at(path: &Path, new: New) -> Self {
        let (section, rest) = path.0.split_at(path.0.len().min(1));
        Self {
            address: section.join("."),
            key: Path(rest.to_vec()),
            new,
        }
    }
}

/// What changes make of a spec.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The new texts of the files that change, by their names.
    pub texts: BTreeMap<Arc<str>, String>,
    /// The changes as changes of the spec, whichever file has the value.
    pub changes: Vec<Change>,
    /// What a pattern governed, and has an entry of its own now.
    pub own_entries: Vec<OwnEntry>,
}

/// Something that a pattern governed and that has an entry of its own now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnEntry {
    /// Its address.
    pub address: String,
    /// The entry.
    pub entry: Path,
    /// The pattern's own.
    pub pattern: Path,
}

/// The texts of the files of a spec after changes, with nothing else changed. `spec` is what the files say.
///
/// # Errors
/// With every change that cannot be made.
pub fn changed(edits: &[Edit], spec: &Spec, input: &Input<'_>) -> Result<Changed, Vec<Diagnostic>> {
    made(edits, spec, input, false)
}

/// The same, with each new value in the file of the chosen environment, also where the environment does not set it yet:
/// nothing changes with other environments.
///
/// # Errors
/// With every change that cannot be made.
pub fn changed_in_environment(
    edits: &[Edit],
    spec: &Spec,
    input: &Input<'_>,
) -> Result<Changed, Vec<Diagnostic>> {
    made(edits, spec, input, true)
}

fn made(
    edits: &[Edit],
    spec: &Spec,
    input: &Input<'_>,
    is_for_environment: bool,
) -> Result<Changed, Vec<Diagnostic>> {
    let shared = || super::value_of(&"the spec".into(), &spec::render(input)).ok();
    let mut made = Made {
        spec,
        input,
        shared: is_for_environment.then(shared).flatten(),
        in_files: BTreeMap::new(),
        changed: Changed::default(),
    };
    let mut problems = Vec::new();
    for edit in edits {
        problems.extend(made.add(edit).err().map(|problem| *problem));
    }
    if problems.is_empty() {
        problems.extend(made.write());
    }
    if problems.is_empty() {
        problems.extend(made.others_in_environment());
    }
    match problems.is_empty() {
        true => Ok(made.changed),
        false => Err(problems),
    }
}

struct Made<'a> {
    spec: &'a Spec,
    input: &'a Input<'a>,
    /// What the files say together, where new values go to the file of the environment.
    shared: Option<Value>,
    /// The changes of each file.
    in_files: BTreeMap<Arc<str>, Vec<Change>>,
    changed: Changed,
}

impl Made<'_> {
    fn add(&mut self, edit: &Edit) -> Result<(), Box<Diagnostic>> {
        let site =
            site_of(self.spec, &edit.address, &edit.key).map_err(|unresolved| unresolved.0)?;
        let new = match &edit.new {
            New::Removed => None,
            New::Value(value) => Some(value.clone()),
            New::Unordered(value) => Some(match self.now(&site.path)? {
                Some(old) => value.clone().in_order_of(&old),
                None => value.clone(),
            }),
            New::Typed(text) => Some(typed(&site.path, text).map_err(|wrong| {
                let summary = format!("`{}={text}`: {}", edit.key, wrong.what);
                Diagnostic::error(codes::VALUE, summary)
                    .help("write the value as YAML; quote it for the shell")
            })?),
        };
        let change = match (site.governed, new) {
            (None, Some(value)) => Change::Set(site.path, value),
            (None, None) => Change::Remove(site.path),
            // An entry of its own replaces all that the pattern says of it.
            (Some(governed), new) => {
                let before = match self.entry_so_far(&governed.entry) {
                    Some(entry) => entry,
                    None => {
                        self.changed.own_entries.push(OwnEntry {
                            address: edit.address.clone(),
                            entry: governed.entry.clone(),
                            pattern: governed.pattern.clone(),
                        });
                        let pattern = self.now(&governed.pattern)?;
                        pattern.unwrap_or_else(|| Value::Map(Vec::new()))
                    }
                };
                let entry = before.changed(&edit.key.0, new.as_ref());
                let entry = entry.unwrap_or_else(|| Value::Map(Vec::new()));
                Change::Set(governed.entry, entry)
            }
        };
        match (&change, self.environment()) {
            (Change::Remove(path), Some((file, text))) => {
                let removals = self.removed_in_environment(path, file, text);
                let file = file.clone();
                self.in_files.entry(file).or_default().extend(removals);
            }
            _ => {
                let (file, in_file) = self.in_file(&change)?;
                self.in_files.entry(file).or_default().push(in_file);
            }
        }
        self.changed.changes.push(change);
        Ok(())
    }

    /// The file of the environment that new values go to.
    fn environment(&self) -> Option<&(Arc<str>, Arc<str>)> {
        self.input.environment.filter(|_| self.shared.is_some())
    }

    /// The file that a change goes to, and the change there.
    fn in_file(&self, change: &Change) -> Result<(Arc<str>, Change), Box<Diagnostic>> {
        let (place, within) = self.place_of(change.path())?;
        let environment = self.environment().zip(self.shared.as_ref());
        Ok(match (change, environment) {
            (Change::Set(path, value), Some(((file, _), shared))) if place != *file => {
                // A value is set where the spec has what it is to be in; what is missing is set as a whole.
                let missing = (1..path.0.len()).find(|keys| shared.get(&path.0[..*keys]).is_none());
                let (address, rest) = path.0.split_at(missing.unwrap_or(path.0.len()));
                let Some(address) = ValueAddress::of(address.to_vec()) else {
                    return Ok((place, Change::Set(within, value.clone())));
                };
                let path = Path::of(["set", &address.to_string()]);
                let begun = self.in_files.get(file).and_then(|it| last_set(it, &path));
                let begun = begun.unwrap_or_else(|| Value::Map(Vec::new()));
                let value = match rest {
                    [] => Some(value.clone()),
                    rest => begun.changed(rest, Some(value)),
                };
                let value = value.unwrap_or_else(|| Value::Map(Vec::new()));
                (file.clone(), Change::Set(path, value))
            }
            (Change::Set(_, value), _) => (place, Change::Set(within, value.clone())),
            (Change::Remove(_), _) => (place, Change::Remove(within)),
        })
    }

    /// What removes a value with the environment alone: its file sets neither it nor a part of it, and lists it under
    /// `remove` where the other files have it.
    fn removed_in_environment(&self, path: &Path, file: &Arc<str>, text: &str) -> Vec<Change> {
        let so_far = self.in_files.get(file).map_or(&[][..], Vec::as_slice);
        let now = super::value_of(file, text).ok();
        let now = now.and_then(|now| now.after(so_far));
        let now = now.unwrap_or_else(|| Value::Map(Vec::new()));
        // A part of what `set` gives, or a variable.
        let is_whole = |within: &Path| matches!(within.0.as_slice(), [set, _] if set == "set");
        if let Some(within) = path_in_environment(&now, path)
            && !is_whole(&within)
        {
            return vec![Change::Remove(within)];
        }
        let Some(address) = ValueAddress::of(path.0.clone()) else {
            return Vec::new();
        };
        let set = match now.get(&["set".to_owned()]) {
            Some(Value::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        let inside = set.iter().filter(|(written, _)| {
            ValueAddress::parse(written).is_ok_and(|written| address.covers(&written))
        });
        let inside = inside.map(|(written, _)| Path::of(["set", written.as_str()]));
        let mut changes: Vec<Change> = inside.map(Change::Remove).collect();
        let without = spec::render(&Input {
            environment: None,
            ..*self.input
        });
        let without = super::value_of(&"the spec".into(), &without);
        if without.is_ok_and(|files| files.get(&path.0).is_some()) {
            let remove = Path::of(["remove"]);
            let mut listed = match now.get(&remove.0) {
                Some(Value::List(listed)) => listed.clone(),
                _ => Vec::new(),
            };
            listed.push(Value::text(address.to_string()));
            changes.push(Change::Set(remove, Value::List(listed)));
        }
        changes
    }

    /// What an earlier edit has made of an entry.
    fn entry_so_far(&self, entry: &Path) -> Option<Value> {
        last_set(&self.changed.changes, entry)
    }

    /// What a file says at a path of the spec.
    fn now(&self, path: &Path) -> Result<Option<Value>, Box<Diagnostic>> {
        let (file, path) = self.place_of(path)?;
        let root = super::value_of(&file, self.text(&file)).ok();
        Ok(root.and_then(|root| root.get(&path.0).cloned()))
    }

    fn text(&self, file: &Arc<str>) -> &str {
        let mut all = self.input.files.iter().chain(self.input.environment);
        let found = all.find(|(name, _)| name == file);
        found.map_or("", |(_, text)| text)
    }

    /// The file that a value of the spec is written in, and its path there.
    fn place_of(&self, path: &Path) -> Result<(Arc<str>, Path), Box<Diagnostic>> {
        let Self { spec, input, .. } = self;
        if (input.environment.is_some() || !spec.variables.is_empty())
            && let Some(address) = ValueAddress::of(path.0.clone())
        {
            for written in spec::locate(input, &address) {
                for origin in &written.origins {
                    if let Origin::Variable { name, source, .. } = origin {
                        let value = &written.value;
                        let problem = codes::from_variable(path, value, name, source.place());
                        return Err(Box::new(problem));
                    }
                }
            }
        }
        if let Some((file, text)) = input.environment
            && let Ok(root) = super::value_of(file, text)
            && let Some(path) = path_in_environment(&root, path)
        {
            return Ok((file.clone(), path));
        }
        Ok((self.file_of(path)?, path.clone()))
    }

    /// The file that declares a path.
    fn file_of(&self, path: &Path) -> Result<Arc<str>, Box<Diagnostic>> {
        let files = self.input.files;
        let declared = match path.0.as_slice() {
            [section, name, ..] if section == "links" => {
                let entry = self.spec.links.entry(name);
                entry.map(|it| &it.name.place)
            }
            [section, name, ..] if section == "clusters" => {
                let entry = self.spec.clusters.entry(name);
                entry.map(|it| &it.name.place)
            }
            _ => None,
        };
        // The place of a link or a policy can be in the file of an environment, which declares neither.
        let is_file = |name: &Arc<str>| files.iter().any(|(file, _)| file == name);
        if let Some(place) = declared.filter(|place| is_file(&place.file)) {
            return Ok(place.file.clone());
        }
        let has = |keys: usize| {
            let start = Path::of(path.0.iter().take(keys).cloned());
            let having = files
                .iter()
                .filter(|(name, text)| super::has(name, text, &start));
            having.map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        match (files, has(2).as_slice(), has(1).as_slice()) {
            ([(one, _)], _, _) | (_, [one], _) | (_, [], [one]) => Ok(one.clone()),
            _ => Err(Box::new(codes::not_in_one_file(path))),
        }
    }

    /// Makes the new texts.
    fn write(&mut self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (name, changes) in &self.in_files {
            let text = self.text(name);
            match super::edit(name, text, changes) {
                Ok(new) if new == *text => {}
                Ok(new) => {
                    self.changed.texts.insert(name.clone(), new);
                }
                Err(more) => problems.extend(more),
            }
        }
        problems
    }

    /// What would not be as asked for, with an environment: what the files say together must be so too.
    fn others_in_environment(&self) -> Vec<Diagnostic> {
        let Some((file, _)) = self.input.environment else {
            return Vec::new();
        };
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let text = with(self.input, &self.changed.texts, spec::render);
        let Ok(root) = super::value_of(&"the spec".into(), &text) else {
            // What is wrong with it is reported with its place.
            return Vec::new();
        };
        let differs = |change: &&Change| match change {
            Change::Set(path, _) if path.0.first().is_some_and(|key| key == "variables") => false,
            Change::Set(path, value) => root.get(&path.0) != Some(value) && !has_variable(value),
            Change::Remove(path) => root.get(&path.0).is_some(),
        };
        let changes = self.changed.changes.iter().filter(differs);
        changes
            .map(|change| codes::other_in_environment(change.path(), name))
            .collect()
    }
}

/// The value that the last of some changes sets at a path.
fn last_set<'a>(
    changes: impl IntoIterator<Item = &'a Change, IntoIter: DoubleEndedIterator>,
    at: &Path,
) -> Option<Value> {
    changes.into_iter().rev().find_map(|change| match change {
        Change::Set(path, value) if path == at => Some(value.clone()),
        _ => None,
    })
}

/// What is made of files of a spec, with the new texts of those that were changed.
pub fn with<T>(
    input: &Input<'_>,
    new: &BTreeMap<Arc<str>, String>,
    make: impl FnOnce(&Input<'_>) -> T,
) -> T {
    let changed = |(name, text): &(Arc<str>, Arc<str>)| {
        let new = new.get(name).map(|text| Arc::from(text.as_str()));
        (name.clone(), new.unwrap_or_else(|| text.clone()))
    };
    let files: Vec<_> = input.files.iter().map(changed).collect();
    let environment = input.environment.map(changed);
    make(&Input {
        files: &files,
        environment: environment.as_ref(),
        ..*input
    })
}
