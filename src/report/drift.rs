//! Drift for people and machines: [`DriftView`], a drift with its words. Views of it: [`text`],
//! [`json`], [`markdown`], [`sarif`], [`junit`], [`metrics`], and what a webhook is sent:
//! [`notification`] and [`slack`].

pub mod json;
pub mod junit;
pub mod last_report;
pub mod markdown;
pub mod metrics;
pub mod notification;
pub mod sarif;
pub mod slack;
pub mod text;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use self::json::DriftEntry;
use self::last_report::LastReport;
use super::style::Detail;
use super::view::note::{self, Expected, Note, OneOf};
use super::words::{self, DriftWords};
use crate::address::{Address, HalfAddress};
use crate::drift::{Drift, DriftClass, DriftFinding, EarlierFinding, Novelty};

/// A drift with its words.
#[derive(Clone, Debug)]
pub struct DriftView<'a> {
    /// The drift.
    pub drift: &'a Drift,
    /// Drift in one sentence without its end.
    pub summary: String,
    /// The same as a whole sentence, and what has become of the last report.
    pub headline: String,
    /// Its findings, in its order.
    pub items: Vec<DriftItem<'a>>,
    /// What the last report had and this one has not.
    pub gone: Vec<DriftEntry>,
    /// What the last report had and could not be read this time.
    pub unseen: Vec<DriftEntry>,
}

/// A finding with its words.
#[derive(Clone, Debug)]
pub struct DriftItem<'a> {
    /// The finding.
    pub finding: &'a DriftFinding,
    /// Its words.
    pub words: DriftWords,
}

impl<'a> DriftView<'a> {
    /// The view; `last` is the report that the drift was compared with, if there is one.
    #[must_use]
    pub fn of(drift: &'a Drift, last: Option<&LastReport>) -> Self {
        let mut known: BTreeMap<&str, &DriftEntry> = BTreeMap::new();
        for entry in last.into_iter().flat_map(LastReport::entries) {
            known.entry(&entry.id).or_insert(entry);
        }
        let entries = |earlier: &[EarlierFinding]| -> Vec<DriftEntry> {
            earlier
                .iter()
                .filter_map(|finding| known.get(finding.id.as_str()))
                .map(|entry| DriftEntry {
                    news: None,
                    ..(*entry).clone()
                })
                .collect()
        };
        let since = drift.since.as_ref();
        let summary = words::drift_summary(drift);
        let mut headline = words::capital(summary.clone());
        headline.push('.');
        if let Some(sentence) = words::since(drift) {
            headline.push(' ');
            headline.push_str(&sentence);
        }
        Self {
            drift,
            summary,
            headline,
            items: drift
                .findings
                .iter()
                .map(|finding| DriftItem {
                    finding,
                    words: words::drift(finding),
                })
                .collect(),
            gone: entries(since.map_or(&[], |since| &since.gone)),
            unseen: entries(since.map_or(&[], |since| &since.unseen)),
        }
    }

    /// The findings of one class.
    pub fn of_class(&self, class: DriftClass) -> impl Iterator<Item = &DriftItem<'a>> {
        self.items
            .iter()
            .filter(move |item| item.finding.class == class)
    }

    /// The findings of one class as notes.
    pub(crate) fn notes(&self, class: DriftClass, detail: Detail) -> Vec<Note> {
        notes(self.of_class(class), detail)
    }

    /// What the last report had and this one has not: an id, a title, and the findings.
    pub(crate) fn past(&self) -> [(&'static str, &'static str, &[DriftEntry]); 2] {
        let unseen = "In the last report, and not readable in this run";
        [
            ("gone", "Resolved since the last report", &self.gone),
            ("unseen", unseen, &self.unseen),
        ]
    }

    /// What is new; without a last report, everything.
    pub fn news(&self) -> impl Iterator<Item = &DriftItem<'a>> {
        let is_compared = self.drift.since.is_some();
        self.items
            .iter()
            .filter(move |item| !is_compared || item.finding.is_new())
    }
}

/// Findings as notes, the most urgent first; those that differ only in their mirror topic and in how far it is
/// behind are said once, unless each is to be listed.
fn notes<'a, 'd: 'a>(items: impl Iterator<Item = &'a DriftItem<'d>>, detail: Detail) -> Vec<Note> {
    type GroupKey<'a> = (
        &'a str,
        &'a HalfAddress,
        &'a str,
        &'a str,
        &'a [String],
        Option<Novelty>,
    );
    let mut places: BTreeMap<GroupKey<'a>, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&DriftItem<'d>>> = Vec::new();
    for item in items {
        let DriftItem { finding, words } = item;
        if let Address::Mirror(half, _) = &finding.address
            && detail == Detail::Brief
        {
            let expected = finding.expected.as_ref();
            let key = (
                finding.code(),
                half,
                words.cause.unwrap_or(words.summary.as_str()),
                expected.map_or("", |expected| expected.reason.as_str()),
                match words.cause {
                    // Details that are figures differ from one to the next.
                    Some(_) => &[],
                    None => words.details.as_slice(),
                },
                finding.news,
            );
            if let Some(&at) = places.get(&key) {
                groups[at].push(item);
                continue;
            }
            places.insert(key, groups.len());
        }
        groups.push(vec![item]);
    }
    groups.sort_by_key(|group| group.first().map(|item| item.finding.kind.urgency()));
    for group in &mut groups {
        // The furthest behind is named first.
        group.sort_by_key(|item| Reverse(item.finding.kind.lag().map(|loss| loss.least)));
    }
    groups.iter().filter_map(|group| note(group)).collect()
}

fn note(group: &[&DriftItem<'_>]) -> Option<Note> {
    let DriftItem {
        finding: first,
        words,
    } = group.first()?;
    let findings = || group.iter().map(|item| item.finding);
    let since = findings().filter_map(|finding| finding.since_ms).min();
    let known = findings().filter(|finding| finding.news == Some(Novelty::Unchanged));
    let first_seen = known.filter_map(|finding| finding.first_seen.clone()).min();
    Some(Note {
        mark: words::novelty_mark(first.news),
        subject: note::subject(&first.address, group.len()),
        half: first.address.half().map(ToString::to_string),
        summary: match group {
            [_] => words.summary.clone(),
            several => words::drift_together(several.iter().map(|item| item.finding))
                .unwrap_or_else(|| words.summary.clone()),
        },
        code: first.code(),
        place: first.place.as_ref().map(ToString::to_string),
        members: note::members(findings().map(|finding| OneOf {
            address: &finding.address,
            since_ms: finding.since_ms,
            lag: finding.kind.lag().map(words::lag),
            place: finding.place.as_ref(),
        })),
        details: match (words.cause, group.len()) {
            (Some(_), 2..) => words::paces(findings().filter_map(|finding| finding.kind.pace()))
                .into_iter()
                .collect(),
            _ => words.details.clone(),
        },
        since: since.map(words::moment),
        first_seen: first_seen.filter(|_| since.is_none()),
        expected: first.expected.as_ref().map(|expected| Expected {
            reason: expected.reason.clone(),
            until: expected.until.to_string(),
            place: expected.place.to_string(),
        }),
        to_do: match first.expected {
            Some(_) => String::new(),
            None => words.remediation.clone(),
        },
        count: group.len(),
        ..Note::default()
    })
}
