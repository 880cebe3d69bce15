//! Findings and refusals in the document.

use schemars::JsonSchema;
use serde::Serialize;

use super::{PlaceEntry, class_code, number};
use crate::diff::Finding;
use crate::plan::{Plan, Refusal};
use crate::report::words;

/// Something found that leads to no operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingEntry {
    /// Its stable code; `linkwright explain CODE` says more.
    pub code: String,
    /// `refusal`, `unknown`, `health`, `warning`, `config`, `unmanaged` or `note`.
    pub class: String,
    /// What it is about.
    pub address: String,
    /// What is found.
    pub summary: String,
    /// What it is about in detail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// Why it matters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// What to do, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where the spec speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
}

impl FindingEntry {
    pub(crate) fn of(finding: &Finding) -> Self {
        let words = words::finding(finding);
        Self {
            code: finding.kind.code().to_string(),
            class: class_code(finding.class()).to_owned(),
            address: finding.address.to_string(),
            summary: words.summary,
            details: words.details,
            why: words.why,
            help: words.help,
            steps: words.steps,
            place: finding.place.as_ref().map(PlaceEntry::of),
        }
    }
}

/// Why the plan must not be applied as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RefusalEntry {
    /// Its stable code; `linkwright explain CODE` says more.
    pub code: String,
    /// What is refused.
    pub summary: String,
    /// Why.
    pub why: String,
    /// The operations it is about.
    pub operations: Vec<u32>,
    /// The flag that would let it pass for one run; left out when none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<String>,
    /// What to change in the spec instead.
    pub spec_change: String,
    /// Where the spec could be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceEntry>,
}

impl RefusalEntry {
    pub(super) fn of(plan: &Plan, refusal: &Refusal) -> Self {
        let words = words::refusal(plan, refusal);
        Self {
            code: refusal.kind.code().to_string(),
            summary: words.summary,
            why: words.why,
            operations: refusal.operations.iter().map(|id| number(*id)).collect(),
            allowed_by: words.flag,
            spec_change: words.spec,
            place: refusal.place.as_ref().map(PlaceEntry::of),
        }
    }
}
