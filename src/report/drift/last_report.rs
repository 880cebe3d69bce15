//! A report that `drift` wrote as JSON, read again: [`LastReport`].

use super::json::{self, DriftDocument, DriftEntry};
use crate::address::Address;
use crate::drift::{DriftClass, EarlierFinding, EarlierReport};

/// A report that `drift` wrote as JSON.
#[derive(Clone, Debug)]
pub struct LastReport {
    document: DriftDocument,
    earlier: EarlierReport,
}

/// Why a file is no report to compare with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// It is not JSON, or not what `drift` writes.
    #[error("it is not a report of `linkwright drift -o json` ({0})")]
    Foreign(String),
    /// Its form is not the one of this version.
    #[error("its format_version is {0}; this version supports {known}", known = json::FORMAT_VERSION)]
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
        let findings: Result<_, _> = entries(&document).map(earlier).collect();
        let earlier = EarlierReport {
            made: document.generated_at.clone(),
            findings: findings?,
        };
        Ok(Self { document, earlier })
    }

    /// What drift needs of it.
    #[must_use]
    pub fn earlier(&self) -> &EarlierReport {
        &self.earlier
    }

    /// What it knows: its findings, and what it could not read.
    pub(super) fn entries(&self) -> impl Iterator<Item = &DriftEntry> {
        entries(&self.document)
    }
}

fn entries(document: &DriftDocument) -> impl Iterator<Item = &DriftEntry> {
    let unseen = document.since.iter().flat_map(|since| &since.unseen);
    document.findings.iter().chain(unseen)
}

fn earlier(entry: &DriftEntry) -> Result<EarlierFinding, NotAReport> {
    let class = DriftClass::from_word(&entry.class)
        .ok_or_else(|| NotAReport::Foreign(format!("there is no class `{}`", entry.class)))?;
    Ok(EarlierFinding {
        id: entry.id.clone(),
        class,
        address: Address::parse(&entry.address),
        first_seen: entry.first_seen.clone(),
    })
}
