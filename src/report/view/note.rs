//! Something found, as views tell it: [`Note`]. What is found on many mirror topics of one link is
//! said once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::address::{Address, HalfAddress};
use crate::diagnostic::Place;
use crate::diff::Finding;
use crate::report::safe;
use crate::report::words::{self, FindingWords};

/// Something found on one thing, or the same on many mirror topics of one link. Texts hold names from
/// outside as they came.
#[derive(Default)]
pub(crate) struct Note {
    /// What is before it, such as `new`; mostly empty.
    pub(crate) mark: String,
    /// What it is about: an address, or `3 mirror topics on west/orders-dr`.
    pub(crate) subject: String,
    /// The link half that it is about.
    pub(crate) half: Option<String>,
    /// What is found.
    pub(crate) summary: String,
    /// Its stable code.
    pub(crate) code: &'static str,
    /// The first place in the spec.
    pub(crate) place: Option<String>,
    /// The mirror topics, where there are several.
    pub(crate) members: Vec<Member>,
    /// What it is about in detail.
    pub(crate) details: Vec<String>,
    /// Since when the oldest of it has been so.
    pub(crate) since: Option<String>,
    /// Where that is not known: when it was first seen.
    pub(crate) first_seen: Option<String>,
    /// Why nothing is to be done about it for now.
    pub(crate) expected: Option<Expected>,
    /// Why it matters; may be empty.
    pub(crate) why: String,
    /// What to do; may be empty.
    pub(crate) to_do: String,
    /// The same step by step, where it takes several.
    pub(crate) steps: Vec<String>,
    /// How many findings it contains.
    pub(crate) count: usize,
}

/// One of several mirror topics.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Since when it has been so.
    pub(crate) since: Option<String>,
    /// How far it is behind, where that is what is found.
    pub(crate) lag: Option<String>,
    /// Where the spec speaks of it.
    pub(crate) place: Option<String>,
}

/// Why something is expected, and until when.
pub(crate) struct Expected {
    pub(crate) reason: String,
    pub(crate) until: String,
    pub(crate) place: String,
}

/// A note as it is shown after others: a reason or a fix that the note before it has is left out.
pub(crate) struct GroupedNote<'a> {
    pub(crate) note: &'a Note,
    /// Why it matters; empty when the note before it says so.
    pub(crate) why: &'a str,
    /// What to do; empty when the note before it says so.
    pub(crate) to_do: &'a str,
}

/// Notes as they are shown one after the other.
pub(crate) fn grouped(notes: &[Note]) -> impl Iterator<Item = GroupedNote<'_>> {
    let before = std::iter::once(None).chain(notes.iter().map(Some));
    notes.iter().zip(before).map(|(note, before)| GroupedNote {
        note,
        why: match before {
            Some(before) if before.why == note.why => "",
            _ => &note.why,
        },
        to_do: match before {
            Some(before) if before.to_do == note.to_do => "",
            _ => &note.to_do,
        },
    })
}

impl Note {
    /// What it is about, as it can stand in a sentence.
    pub(crate) fn called(&self) -> Cow<'_, str> {
        match self.count {
            1 => safe::name(&self.subject),
            _ => Cow::Borrowed(&self.subject),
        }
    }

    /// The names of the mirror topics, where there are several.
    pub(crate) fn names(&self) -> Vec<&str> {
        let names = self.members.iter();
        names.map(|member| member.name.as_str()).collect()
    }
}

/// The findings as notes: the most urgent first, and else in the order of their first members.
pub(crate) fn notes<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Note> {
    type GroupKey<'a> = (&'static str, &'a HalfAddress, FindingWords);
    let mut places: BTreeMap<GroupKey<'a>, usize> = BTreeMap::new();
    let mut groups: Vec<(Vec<&'a Finding>, FindingWords)> = Vec::new();
    for finding in findings {
        let words = words::finding(finding);
        // Only mirror topics are many of a kind; everything else is complete in itself.
        if let Address::Mirror(half, _) = &finding.address {
            let key = (finding.kind.code().0, half, words.clone());
            if let Some(&at) = places.get(&key) {
                groups[at].0.push(finding);
                continue;
            }
            places.insert(key, groups.len());
        }
        groups.push((vec![finding], words));
    }
    groups.sort_by_key(|(findings, _)| findings.first().map(|first| first.kind.urgency()));
    groups
        .into_iter()
        .filter_map(|(findings, words)| note(&findings, words))
        .collect()
}

fn note(findings: &[&Finding], words: FindingWords) -> Option<Note> {
    let first = findings.first()?;
    let places = findings.iter().filter_map(|finding| finding.place.as_ref());
    let FindingWords {
        summary,
        why,
        help,
        details,
        steps,
    } = words;
    Some(Note {
        subject: subject(&first.address, findings.len()),
        half: first.address.half().map(ToString::to_string),
        summary,
        code: first.kind.code().0,
        place: places.map(ToString::to_string).next(),
        members: members(findings.iter().map(|finding| OneOf {
            address: &finding.address,
            since_ms: None,
            lag: None,
            place: None,
        })),
        details,
        why,
        to_do: help,
        steps,
        count: findings.len(),
        ..Note::default()
    })
}

/// What one thing, or the first of several mirror topics together with the others, is called.
pub(crate) fn subject(first: &Address, count: usize) -> String {
    if count == 1 {
        return first.to_string();
    }
    let half = first.half().map(ToString::to_string).unwrap_or_default();
    format!("{} on {half}", words::quantity(count, "mirror topic"))
}

/// What is known of one of several mirror topics.
pub(crate) struct OneOf<'a> {
    pub(crate) address: &'a Address,
    pub(crate) since_ms: Option<i64>,
    pub(crate) lag: Option<String>,
    pub(crate) place: Option<&'a Place>,
}

/// The mirror topics when there are several, each with since when and where.
pub(crate) fn members<'a>(several: impl ExactSizeIterator<Item = OneOf<'a>>) -> Vec<Member> {
    if several.len() < 2 {
        return Vec::new();
    }
    several
        .filter_map(|one| {
            Some(Member {
                name: one.address.mirror()?.to_string(),
                since: one.since_ms.map(words::moment),
                lag: one.lag,
                place: one.place.map(ToString::to_string),
            })
        })
        .collect()
}
