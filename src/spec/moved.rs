//! Keys of links that were renamed in the spec and not on the clusters: `moved: {OLD: NEW}`.
//!
//! A link is known on its clusters by its name, which is its key where no `name` is written. An entry of
//! `moved` gives the link NEW the name OLD: everything after this module sees a link with that `name`, so
//! that its addresses, findings and plans are those that it had before.

use std::collections::BTreeMap;

use super::codes;
use super::link::Link;
use super::located::Located;
use super::named::{Entry, Named};
use super::origin::Origins;
use super::problems::Problems;
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Place};

/// Names links that have a new key by their old one.
pub(crate) fn apply(
    moved: &Named<Located<String>>,
    links: &mut Named<Link>,
    origins: &Origins,
    problems: &mut Problems,
) {
    // Which old key names the link, by its present key.
    let mut names: BTreeMap<String, &Located<String>> = BTreeMap::new();
    for (old, new) in moved.iter() {
        if let Some(entry) = links.entry(old) {
            problems.push(still_declared(old, entry));
            continue;
        }
        // A key that was renamed again has the name of the first.
        let is_later = moved.iter().any(|(_, target)| target.value == old.value);
        let Some(present) = present_key(moved, links, new) else {
            let problem = not_declared(old, new, moved, links);
            problems.push(match origins.removed(&["links", new]) {
                Some(place) => problem.at(place, "the environment removes it"),
                None => problem,
            });
            continue;
        };
        if is_later {
            continue;
        }
        match names.get(&present) {
            Some(other) => problems.push(two_old_keys(old, other, &present)),
            None => {
                names.insert(present, old);
            }
        }
    }
    for (present, old) in names {
        let Some(link) = links.get_mut(&present) else {
            continue;
        };
        match &link.name {
            None => link.name = Some(old.clone()),
            Some(name) => problems.push(has_a_name(old, name)),
        }
    }
}

/// The declared key that a key has become.
fn present_key(
    moved: &Named<Located<String>>,
    links: &Named<Link>,
    new: &Located<String>,
) -> Option<String> {
    let mut key = new.as_str();
    // Entries that lead in a circle are followed once each.
    for _ in 0..=moved.len() {
        if links.declares(key) {
            return Some(key.to_owned());
        }
        key = moved.get(key)?;
    }
    None
}

fn error(summary: String, place: &Place, label: &str) -> Diagnostic {
    Diagnostic::error(codes::MOVED, summary)
        .at(place, label)
        .why("`moved` says that a link is on its clusters under the key that it had before")
}

fn still_declared(old: &Located<String>, link: &Entry<Link>) -> Diagnostic {
    error(
        format!("the link `{old}` is moved and still declared"),
        &old.place,
        "moved",
    )
    .at(&link.name.place, "declared")
    .help("remove the entry from `moved`, or the link under its old key from `links`")
}

fn not_declared(
    old: &Located<String>,
    new: &Located<String>,
    moved: &Named<Located<String>>,
    links: &Named<Link>,
) -> Diagnostic {
    let problem = error(
        format!("`{old}` is moved to `{new}`, which is not a declared link"),
        &new.place,
        "not declared under `links`",
    );
    if moved.declares(new) {
        return problem.help("write the key that the link has now");
    }
    match nearest_of(new, links.names().map(|name| name.as_str())) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(
            "write the key that the link has now; only links are moved, since clusters are known by their \
             `id` and mirror topics by the topic's own name",
        ),
    }
}

fn two_old_keys(old: &Located<String>, other: &Located<String>, present: &str) -> Diagnostic {
    error(
        format!("both `{other}` and `{old}` are moved to `{present}`"),
        &old.place,
        "second",
    )
    .at(&other.place, "first")
    .help("keep the one that is the link's name on its clusters")
}

fn has_a_name(old: &Located<String>, name: &Located<String>) -> Diagnostic {
    if old.value == name.value {
        return Diagnostic::warning(
            codes::CHANGES_NOTHING,
            format!(
                "the link has the `name` `{name}`, so that its entry in `moved` changes nothing"
            ),
        )
        .at(&old.place, "moved")
        .at(&name.place, "its name")
        .help("remove one of them");
    }
    error(
        format!("the link has the name `{name}`, and `moved` says that it is `{old}`"),
        &old.place,
        "moved",
    )
    .at(&name.place, "its name")
    .help("remove the one that is not the link's name on its clusters")
}
