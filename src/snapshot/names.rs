//! Names that are replaced by others of which nothing can be read: [`Renames`].
//!
//! What is compared of names must come out as before. So a name that the spec says stays, and of any other name the longest
//! beginning that the spec or a link's prefix says stays too. What follows is cut where a prefix ends that is live and that the spec
//! does not say, and each piece is replaced by a keyed digest. Then a name begins with a prefix if and only if it did before, and a
//! mirror topic's name is still its link's prefix and the source topic's name.

use std::collections::BTreeSet;
use std::ops::Bound;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names of one kind that a spec says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SaidNamesV1 {
    /// In full.
    pub names: BTreeSet<String>,
    /// What names begin with.
    pub prefixes: BTreeSet<String>,
}

/// A key that no one has but who hides names, and who forgets it then.
pub type Key = [u8; 32];

/// What Kafka's and Confluent's own topics begin with.
const INTERNAL: [&str; 2] = ["__", "_confluent"];

/// What a replaced piece begins with; where that begins other names, the next.
const LEADS: [&str; 4] = ["hidden-", "name-", "h.", "x"];

/// How names of one kind are replaced.
#[derive(Debug)]
pub(super) struct Renames {
    key: Key,
    lead: &'static str,
    /// The names that stay.
    names: BTreeSet<String>,
    /// The beginnings that stay.
    known: BTreeSet<String>,
    /// Where the rest is cut.
    cuts: BTreeSet<String>,
}

impl Renames {
    /// For all names of one kind: those that are live, what live filters and ACLs say that names begin with, and the
    /// prefixes of links. None where no replacement can be found that keeps them apart.
    pub(super) fn of(
        key: &Key,
        said: &SaidNamesV1,
        links: &BTreeSet<String>,
        live: &BTreeSet<String>,
        prefixes: &BTreeSet<String>,
    ) -> Option<Self> {
        let all: BTreeSet<String> = live.union(prefixes).cloned().collect();
        let names = closed(said.names.clone(), links, &|text| all.contains(text));
        let is_there = |text: &str| begins(&all, text);
        let internal = INTERNAL.into_iter().map(str::to_owned);
        let known = said.prefixes.iter().chain(links).cloned().chain(internal);
        let mut known = closed(known.collect(), links, &is_there);
        let mut cuts = closed(prefixes.clone(), links, &is_there);
        loop {
            cuts.retain(|cut| !known.contains(cut));
            // What begins a text that stays cannot be replaced.
            let shown = |cut: &&String| begins(&names, cut) || begins(&known, cut);
            let shown: Vec<String> = cuts.iter().filter(shown).cloned().collect();
            if shown.is_empty() {
                break;
            }
            known.extend(shown);
            known = closed(known, links, &is_there);
        }
        known.remove("");
        let mut renames = Self {
            key: *key,
            lead: "",
            names,
            known,
            cuts,
        };
        for lead in LEADS {
            renames.lead = lead;
            if renames.keeps_apart(&all) {
                return Some(renames);
            }
        }
        None
    }

    /// What is written in place of a name, or of what names begin with.
    pub(super) fn new_name(&self, name: &str) -> String {
        if self.stays(name) {
            return name.to_owned();
        }
        let ends = || name.char_indices().map(|(at, _)| at).skip(1);
        let known = ends()
            .filter(|end| self.known.contains(&name[..*end]))
            .last();
        let mut at = known.unwrap_or(0);
        let mut new = name[..at].to_owned();
        let cuts: Vec<usize> = ends()
            .filter(|end| *end > at && self.cuts.contains(&name[..*end]))
            .chain([name.len()])
            .collect();
        for end in cuts {
            new.push_str(self.lead);
            new.push_str(&digest(&self.key, &name[at..end]));
            at = end;
        }
        new
    }

    /// Whether it is written as it is.
    pub(super) fn stays(&self, name: &str) -> bool {
        matches!(name, "" | "*") || self.names.contains(name) || self.known.contains(name)
    }

    /// Whether no two names become one, and none becomes one that stays or begins with what it did not begin with.
    fn keeps_apart(&self, all: &BTreeSet<String>) -> bool {
        let mut seen = BTreeSet::new();
        all.iter().all(|name| {
            let new = self.new_name(name);
            let ends = new.char_indices().map(|(at, _)| at).chain([new.len()]);
            let mut beginnings = ends.map(|end| &new[..end]);
            let begins_alike = beginnings
                .all(|beginning| !self.known.contains(beginning) || name.starts_with(beginning));
            begins_alike && (new == *name || !self.names.contains(&new)) && seen.insert(new)
        })
    }
}

/// Twelve hexadecimal digits that say nothing without the key.
pub(super) fn digest(key: &Key, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update(text.as_bytes());
    let digest = hash.finalize();
    digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What of a name that was replaced is written before its first replacement; none where nothing was.
pub(super) fn shown_of(name: &str) -> Option<&str> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let replaced = LEADS.iter().filter_map(|lead| {
        let mut places = name.match_indices(lead).map(|(at, _)| at);
        places.find(|at| {
            let digest = name.as_bytes().get(at + lead.len()..at + lead.len() + 12);
            digest.is_some_and(|digest| digest.iter().all(is_digit))
        })
    });
    name.get(..replaced.min()?)
}

/// Whether one of these texts begins with another.
fn begins(all: &BTreeSet<String>, with: &str) -> bool {
    let mut from = all.range::<str, _>((Bound::Included(with), Bound::Unbounded));
    from.next().is_some_and(|text| text.starts_with(with))
}

/// These texts, and what they are with a link's prefix before them and without it, as far as `is_there`.
fn closed(
    mut all: BTreeSet<String>,
    links: &BTreeSet<String>,
    is_there: &dyn Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut new: Vec<String> = all.iter().cloned().collect();
    while let Some(text) = new.pop() {
        for link in links {
            let without = text.strip_prefix(link.as_str()).map(str::to_owned);
            for other in without.into_iter().chain([format!("{link}{text}")]) {
                if is_there(&other) && !all.contains(&other) {
                    all.insert(other.clone());
                    new.push(other);
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn said(names: &[&str], prefixes: &[&str]) -> SaidNamesV1 {
        SaidNamesV1 {
            names: set(names),
            prefixes: set(prefixes),
        }
    }

    #[test]
    fn what_the_spec_says_stays_and_the_rest_is_replaced() {
        let live = set(&["orders", "orders.eu", "payments", "e.payments", "__offsets"]);
        let said = said(&["orders"], &["orders."]);
        let names = Renames::of(&[7; 32], &said, &set(&["e."]), &live, &set(&[])).unwrap();
        let new = |name: &str| names.new_name(name);
        assert_eq!(new("orders"), "orders");
        assert_eq!(new("e.payments"), format!("e.{}", new("payments")));
        for (name, beginning) in [
            ("orders.eu", "orders.hidden-"),
            ("payments", "hidden-"),
            ("__offsets", "__hidden-"),
        ] {
            let new = new(name);
            assert_eq!(new.len(), beginning.len() + 12, "{new}");
            assert!(new.starts_with(beginning), "{new}");
        }
        // Another key, other names.
        let others = Renames::of(&[8; 32], &said, &set(&["e."]), &live, &set(&[])).unwrap();
        assert_ne!(others.new_name("payments"), new("payments"));
    }

    #[test]
    fn a_replacement_never_begins_with_what_the_spec_says() {
        let live = set(&["payments"]);
        let said = said(&[], &["hidden-", "na"]);
        let names = Renames::of(&[7; 32], &said, &set(&[]), &live, &set(&[])).unwrap();
        assert!(names.new_name("payments").starts_with("h."));
    }

    proptest! {
        /// Any names, prefixes and links: what is compared comes out as before, and what is not said is not shown.
        #[test]
        fn names_compare_as_before(
            sources in prop::collection::btree_set("[ab.]{1,6}", 0..12),
            names in prop::collection::btree_set("[ab.]{1,6}", 0..3),
            prefixes in prop::collection::btree_set("[ab.]{1,3}", 0..3),
            live in prop::collection::btree_set("[ab.]{1,3}", 0..3),
            links in prop::collection::btree_set("[ab.]{1,2}", 0..3),
        ) {
            let said = SaidNamesV1 { names, prefixes };
            let mut all = sources.clone();
            let mirrors = links.iter().flat_map(|link| {
                sources.iter().map(move |source| (link, source, format!("{link}{source}")))
            });
            let mirrors: Vec<_> = mirrors.collect();
            all.extend(mirrors.iter().map(|(.., mirror)| mirror.clone()));
            let renames = Renames::of(&[7; 32], &said, &links, &all, &live).unwrap();
            let new = |name: &str| renames.new_name(name);
            let seen: BTreeSet<String> = all.iter().map(|name| new(name)).collect();
            prop_assert_eq!(seen.len(), all.len());
            for (link, source, mirror) in &mirrors {
                prop_assert_eq!(new(mirror), format!("{link}{}", new(source)));
            }
            for name in &all {
                for prefix in said.prefixes.iter().chain(&links) {
                    prop_assert_eq!(new(name).starts_with(prefix.as_str()), name.starts_with(prefix.as_str()));
                }
                for prefix in &live {
                    let is_so = name.starts_with(prefix.as_str());
                    prop_assert_eq!(new(name).starts_with(&new(prefix)), is_so, "{} {}", name, prefix);
                }
                for said in &said.names {
                    prop_assert_eq!(&new(name) == said, name == said);
                }
            }
        }
    }
}
