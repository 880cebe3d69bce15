//! What has become of the last report: [`LastReport`], [`Since`].
//!
//! Findings are the same when their [`id`](DriftFinding::id) is: a lag that grew, a line that moved
//! or another server's words are no news. A finding that is in another class than before, such as one
//! whose exception ran out, is. What could not be looked at this time has not gone: it is *unseen*,
//! and the next comparison still takes it for known.

use std::collections::{BTreeMap, BTreeSet};

use super::json::{self, DriftDocument, DriftEntry};
use super::{Drift, DriftClass, DriftFinding};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::report::words;

/// How a finding stands to the last report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// It was not there.
    New,
    /// It was there in another class.
    Was(DriftClass),
    /// It was there.
    Unchanged,
}

/// What has become of the last report, beside what each finding says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// When the last report was made; none for the first.
    pub last: Option<String>,
    /// What it had and this one has not.
    pub gone: Vec<DriftEntry>,
    /// What it had and nobody could look at this time.
    pub unseen: Vec<DriftEntry>,
}

/// A report that `drift` wrote as JSON.
#[derive(Clone, Debug)]
pub struct LastReport {
    document: DriftDocument,
}

/// Why a file is no report to compare with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// It is not JSON, or not what `drift` writes.
    #[error("it is not a report of `linkwright drift -o json` ({0})")]
    Foreign(String),
    /// Its form is not the one of this version.
    #[error("its format_version is {0}, and this version reads {known}", known = json::FORMAT_VERSION)]
    Version(u64),
}

impl LastReport {
    /// Reads a report.
    ///
    /// # Errors
    /// When the text is none.
    pub fn read(text: &str) -> Result<Self, NotAReport> {
        let foreign = |error: serde_json::Error| NotAReport::Foreign(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(foreign)?;
        let version = value
            .get("format_version")
            .and_then(serde_json::Value::as_u64);
        match version {
            Some(version) if version == u64::from(json::FORMAT_VERSION) => {}
            Some(version) => return Err(NotAReport::Version(version)),
            None => return Err(NotAReport::Foreign("it has no format_version".to_owned())),
        }
        let document: DriftDocument = serde_json::from_value(value).map_err(foreign)?;
        let known = |entry: &DriftEntry| DriftClass::from_word(&entry.class).is_some();
        let strange = entries(&document).find(|entry| !known(entry));
        if let Some(entry) = strange {
            let why = format!("there is no class `{}`", entry.class);
            return Err(NotAReport::Foreign(why));
        }
        Ok(Self { document })
    }
}

/// What a report knows: its findings, and what it could not look at.
fn entries(document: &DriftDocument) -> impl Iterator<Item = &DriftEntry> {
    let unseen = document.since.iter().flat_map(|since| &since.unseen);
    document.findings.iter().chain(unseen)
}

impl Drift {
    /// Compares with the last report; without one everything is new. `now` is when this one is made.
    #[must_use]
    pub fn compared_with(mut self, last: Option<&LastReport>, now: jiff::Timestamp) -> Self {
        let mut before: BTreeMap<&str, &DriftEntry> = BTreeMap::new();
        if let Some(last) = last {
            before.extend(entries(&last.document).map(|entry| (entry.id.as_str(), entry)));
        }
        let last_made = last.and_then(|last| last.document.generated_at.clone());
        for finding in &mut self.findings {
            let was = before.remove(finding.id().as_str());
            finding.first_seen = match was {
                Some(entry) => entry.first_seen.clone().or_else(|| last_made.clone()),
                None => Some(now.to_string()),
            };
            let was = was.and_then(|entry| DriftClass::from_word(&entry.class));
            finding.news = Some(match was {
                None => News::New,
                Some(class) if class == finding.class => News::Unchanged,
                Some(class) => News::Was(class),
            });
        }
        let dark = Dark::of(&self.findings);
        let (mut gone, mut unseen) = (Vec::new(), Vec::new());
        for entry in last.iter().flat_map(|last| entries(&last.document)) {
            if before.remove(entry.id.as_str()).is_some() {
                let kept = DriftEntry {
                    news: None,
                    ..entry.clone()
                };
                if dark.hides(entry) {
                    unseen.push(kept);
                } else {
                    gone.push(kept);
                }
            }
        }
        self.since = Some(Since {
            last: last_made,
            gone,
            unseen,
        });
        self
    }

    /// The findings that the last report had not, or had in another class.
    pub fn new_findings(&self) -> impl Iterator<Item = &DriftFinding> {
        self.findings
            .iter()
            .filter(|finding| matches!(finding.news, Some(News::New | News::Was(_))))
    }

    /// Whether there is anything to tell somebody who is told of these classes, and of what could not
    /// be read: news since the last report or, without one to compare with, any finding at all.
    #[must_use]
    pub fn is_news(&self, classes: &[DriftClass]) -> bool {
        let told = |class: DriftClass| class == DriftClass::Unknown || classes.contains(&class);
        let entry_told = |entry: &DriftEntry| DriftClass::from_word(&entry.class).is_some_and(told);
        match &self.since {
            None => self.findings.iter().any(|finding| told(finding.class)),
            Some(since) => {
                since.gone.iter().any(entry_told)
                    || self.findings.iter().any(|finding| match finding.news {
                        Some(News::New) => told(finding.class),
                        Some(News::Was(before)) => told(finding.class) || told(before),
                        Some(News::Unchanged) | None => false,
                    })
            }
        }
    }

    /// What has become of the last report, as a sentence; none when there is nothing to say.
    #[must_use]
    pub fn since_sentence(&self) -> Option<String> {
        let since = self.since.as_ref()?;
        let new = self.new_findings().count();
        let counts = [
            (new, "new"),
            (since.gone.len(), "gone"),
            (since.unseen.len(), "not seen this time"),
            (self.findings.len() - new, "unchanged"),
        ];
        let told: Vec<String> = counts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", words::number(*n as u64)))
            .collect();
        if told.is_empty() {
            return None;
        }
        Some(match &since.last {
            Some(last) => format!("Since {last}: {}.", told.join(", ")),
            None => format!("No earlier report: {}.", told.join(", ")),
        })
    }
}

impl News {
    /// The mark in front of a finding; nothing for what is known.
    #[must_use]
    pub fn mark(self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Was(class) => format!("new (was {class})"),
            Self::Unchanged => String::new(),
        }
    }
}

/// Where this look could not see.
struct Dark<'a> {
    halves: BTreeSet<&'a HalfAddress>,
    clusters: BTreeSet<&'a ClusterName>,
}

impl<'a> Dark<'a> {
    fn of(findings: &'a [DriftFinding]) -> Self {
        let unknown = findings
            .iter()
            .filter(|finding| finding.class == DriftClass::Unknown);
        Self {
            halves: unknown
                .clone()
                .filter_map(|finding| finding.address.half())
                .collect(),
            clusters: unknown.map(|finding| finding.address.cluster()).collect(),
        }
    }

    /// Every declared half that could not be read has a finding of its own; what is declared nowhere
    /// has none, so that it counts as hidden when anything of its cluster is.
    fn hides(&self, entry: &DriftEntry) -> bool {
        let Some(address) = Address::parse(&entry.address) else {
            return false;
        };
        if address
            .half()
            .is_some_and(|half| self.halves.contains(half))
        {
            return entry.class != DriftClass::Unknown.word();
        }
        entry.class == DriftClass::Unmanaged.word() && self.clusters.contains(address.cluster())
    }
}
