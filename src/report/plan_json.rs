//! A plan as one JSON document: [`document`] and [`write()`].
//!
//! The document has types of its own, versioned by `format_version`, so that the inside can change
//! without breaking readers. It holds every name in full. The same plan gives the same bytes, except
//! for `generated_at` and what is under `lag`. Its schema is `schemas/plan.schema.json`.
//!
//! A saved plan is the same document with digests and the scope: [`save`].

mod action;
mod operation;
mod outcome;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use action::{Action, CallEntry, ConfigAlteration, ConfigSetting, LinkRole, SecretSource};
pub use operation::{EffectEntry, LagFigures, OperationEntry, Reason, Settling, WaitEntry};
pub use outcome::{FindingEntry, RefusalEntry};

use super::words;
use crate::apply::report_file::HandOverV1;
use crate::diagnostic::Place;
use crate::diff::{Class, Compared};
pub use crate::plan::file::FORMAT_VERSION;
use crate::plan::file::{self, ClearText, Digests, Made, OriginV1, ReadError, Saved, SavedV1};
use crate::plan::{HandOver, Plan, Rehearsal};

/// What the caller knows in addition to the plan.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// When it was made; left out of the document when it is not given.
    pub generated_at: Option<jiff::Timestamp>,
    /// The plan's digest; left out when it is not given.
    pub digest: Option<String>,
    /// Where the plan is from; left out when it is not given.
    pub origin: Option<OriginV1>,
    /// Whether it is only shown, and not saved.
    pub is_unsaved: bool,
}

impl About {
    /// Whether it is of a saved plan.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.digest.is_some() && !self.is_unsaved
    }
}

/// A plan: what would be done, in which order and why, what was found, and what is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright plan")]
pub struct PlanDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// When the plan was made (RFC 3339). Differs from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<String>,
    /// The digest that a saved plan is recognised by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What `apply --plan` needs in addition; only in a saved plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved: Option<SavedV1>,
    /// The plan in short.
    pub summary: SummaryEntry,
    /// What was compared.
    pub compared: ComparedEntry,
    /// The operations' ids in waves: everything in one wave may run at the same time.
    pub waves: Vec<Vec<u32>>,
    /// The operations, in an order that respects everything they wait for.
    pub operations: Vec<OperationEntry>,
    /// What was found and leads to no operation.
    pub findings: Vec<FindingEntry>,
    /// Why the plan must not be applied as it is. Empty when it may, unless a finding has the class
    /// `refusal`.
    pub refusals: Vec<RefusalEntry>,
    /// What goes over when mirror topics stop; left out where none does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub hand_over: Vec<HandOverEntry>,
    /// How many operations were left out because they are not among the targets.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub left_out: usize,
    /// What the server said to a rehearsal; left out when there was none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub rehearsal: Vec<RehearsalEntry>,
}

/// What goes over to the cluster that holds a link half when mirror topics of it stop. Schemas, connectors, and
/// ACLs that the link does not sync are not carried over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HandOverEntry {
    /// What goes over. None of the topics is read-only anywhere afterwards: those at the source stay writable.
    #[serde(flatten)]
    pub over: HandOverV1,
    /// What to start, and from where.
    pub text: String,
}

impl HandOverEntry {
    fn of(it: &HandOver) -> Self {
        let lines = words::hand_over(it, words::HandOverTime::Planned);
        Self {
            over: it.clone().into(),
            text: lines
                .last()
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
        }
    }
}

/// What the server said when an operation was sent with `validate_only`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RehearsalEntry {
    /// The operation.
    pub operation: u32,
    /// What it said.
    pub verdict: Verdict,
    /// Why it was not or could not be asked, or how it was seen to act, as a stable code, such as
    /// `not-allowed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its words, or why it could not or must not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// A verdict of a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It would take it.
    Accepted,
    /// It would not.
    Refused,
    /// It could not be asked.
    Unknown,
    /// It was not asked: other operations must come first.
    Waits,
    /// It was not asked: there is no such request.
    NoForm,
    /// It was not asked: it is not allowed, or the endpoint may carry it out.
    NotRehearsed,
    /// The server carried it out although it was asked only to validate.
    Acted,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn rehearsal(plan: &Plan) -> Vec<RehearsalEntry> {
    plan.rehearsal
        .iter()
        .map(|(id, said)| RehearsalEntry {
            operation: id.0 + 1,
            verdict: match said {
                Rehearsal::Accepted => Verdict::Accepted,
                Rehearsal::Refused(_) => Verdict::Refused,
                Rehearsal::Unknown(_) => Verdict::Unknown,
                Rehearsal::Waits => Verdict::Waits,
                Rehearsal::NoForm => Verdict::NoForm,
                Rehearsal::Withheld(_) => Verdict::NotRehearsed,
                Rehearsal::Acted(_) => Verdict::Acted,
            },
            code: said.code().map(str::to_owned),
            words: words::rehearsal(said),
        })
        .collect()
}

/// A plan in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SummaryEntry {
    /// The plan in one sentence.
    pub sentence: String,
    /// Whether there is anything to do.
    pub has_changes: bool,
    /// Whether the plan must not be applied as it is.
    pub refused: bool,
    /// Whether something that the spec speaks of could not be read.
    pub has_unknowns: bool,
    /// How many operations there are.
    pub operations: usize,
    /// How many of them are irreversible or may lose data.
    pub irreversible: usize,
    /// How many there are of each kind; kinds without any are left out.
    pub by_kind: std::collections::BTreeMap<String, usize>,
}

/// How much was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedEntry {
    /// Clusters that hold a declared or retired link half.
    pub clusters: usize,
    /// Declared or retired link halves.
    pub link_halves: usize,
    /// Link configs.
    pub configs: usize,
    /// Live mirror topics.
    pub mirror_topics: usize,
}

impl ComparedEntry {
    pub(crate) fn of(compared: &Compared) -> Self {
        Self {
            clusters: compared.clusters,
            link_halves: compared.halves,
            configs: compared.configs,
            mirror_topics: compared.mirrors,
        }
    }
}

/// A place in a file of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceEntry {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl PlaceEntry {
    pub(crate) fn of(place: &Place) -> Self {
        Self {
            file: place.file.to_string(),
            line: place.line,
            column: place.column,
        }
    }
}

/// The document of a plan.
#[must_use]
pub fn document(plan: &Plan, about: &About) -> PlanDocument {
    PlanDocument {
        format_version: FORMAT_VERSION,
        generated_at: about.generated_at.map(|time| time.to_string()),
        digest: about.digest.clone(),
        saved: None,
        summary: SummaryEntry {
            sentence: words::summary(plan),
            has_changes: plan.has_changes(),
            refused: plan.is_refused(),
            has_unknowns: plan.has_unknowns(),
            operations: plan.operations.len(),
            irreversible: words::irreversible(plan),
            by_kind: words::tally(plan)
                .into_iter()
                .map(|(action, count)| (action.code().to_owned(), count))
                .collect(),
        },
        compared: ComparedEntry::of(&plan.compared),
        waves: plan
            .waves
            .iter()
            .map(|wave| wave.iter().map(|id| number(*id)).collect())
            .collect(),
        operations: operation::entries(plan),
        findings: plan.findings.iter().map(FindingEntry::of).collect(),
        refusals: plan
            .refusals
            .iter()
            .map(|refusal| RefusalEntry::of(plan, refusal))
            .collect(),
        hand_over: plan.hand_over.iter().map(HandOverEntry::of).collect(),
        left_out: plan.left_out,
        rehearsal: rehearsal(plan),
    }
}

/// Writes the document, indented, with a line break at its end.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, plan: &Plan, about: &About) -> io::Result<()> {
    crate::report::document::write(out, &document(plan, about))
}

/// A plan as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedPlan {
    /// The file's text.
    pub text: String,
    /// The digest that it is recognised by.
    pub digest: String,
}

/// Makes the text of a saved plan. The same plan, saved with the same, gives the same text.
///
/// # Errors
/// When the spec has a plaintext secret.
pub fn save(plan: &Plan, made: &Made) -> Result<SavedPlan, ClearText> {
    let Digests {
        operations,
        plan: digest,
    } = file::digests(plan, &made.scope)?;
    let mut document = document(plan, &About::default());
    for (entry, digests) in document.operations.iter_mut().zip(operations) {
        entry.digests = Some(digests);
    }
    document.digest = Some(digest.clone());
    document.saved = Some(file::saved(plan, made)?);
    // Texts, numbers and lists: there is nothing in it that JSON could not hold.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";
    Ok(SavedPlan {
        text: file::sealed(&text),
        digest,
    })
}

/// Reads a saved plan, and checks that what people read in it is what it contains: the same text comes of
/// saving it again. A file of another version is checked by its digest alone.
///
/// # Errors
/// As [`Saved::read`], and when the file says something else than its plan.
pub fn read(text: &str) -> Result<Saved, ReadError> {
    let saved = Saved::read(text)?;
    if let (Ok(plan), Ok(made)) = (saved.plan(), saved.made()) {
        let again = save(plan, &made);
        if again.is_ok_and(|again| again.text != text) {
            let what = "its words are not those of its plan".to_owned();
            return Err(ReadError::Contradiction(what));
        }
    }
    Ok(saved)
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::report::document::schema::<PlanDocument>()
}

/// An operation's number as people and documents count: from 1.
pub(crate) fn number(id: crate::plan::OpId) -> u32 {
    id.0 + 1
}

/// The stable word of a class.
pub(crate) fn class_code(class: Class) -> &'static str {
    match class {
        Class::Refusal => "refusal",
        Class::Unknown => "unknown",
        Class::Health => "health",
        Class::Warning => "warning",
        Class::Config => "config",
        Class::Unmanaged => "unmanaged",
        Class::Note => "note",
    }
}
