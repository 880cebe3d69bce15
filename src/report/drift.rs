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

use std::collections::BTreeMap;

use self::json::DriftEntry;
use self::last_report::LastReport;
use super::words::{self, DriftWords};
use crate::drift::{Drift, DriftClass, DriftFinding, EarlierFinding};

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

    /// What is new; without a last report, everything.
    pub fn news(&self) -> impl Iterator<Item = &DriftItem<'a>> {
        let is_compared = self.drift.since.is_some();
        self.items
            .iter()
            .filter(move |item| !is_compared || item.finding.is_new())
    }
}
