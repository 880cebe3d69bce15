//! A drill as one JSON document: [`document`] and [`text`]. Its schema is `schemas/drill.schema.json`.
//!
//! The document has a digest of its own text, by which an approval names it. No `apply` takes it: it has no saved plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::drill::{Drill, Judged, Moving};
use crate::health::PastFailover;
use crate::live::{Estimate, LossEstimate, Verdict};
use crate::plan::Plan;
use crate::plan::file::{self, Approvable, ClearText, OriginV1};
use crate::report::ndjson::HandOverV1;
use crate::report::plan_json::{self, CallEntry, PlanDocument};
use crate::report::{document as documents, words};

/// The version of the document. It rises when a reader would have to change.
pub const FORMAT_VERSION: u32 = 1;

/// A drill: a failover that was planned and not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "Linkwright drill")]
pub struct DrillDocument {
    /// The version of this document's form: 1.
    pub format_version: u32,
    /// What it is, and what an approval names it by.
    pub drill: SealV1,
    /// The drill in one sentence.
    pub summary: String,
    /// The link on the cluster that would take over.
    pub link: String,
    /// The cluster that would be lost.
    pub lost: Option<String>,
    /// The worst of the objectives: `met`, `missed` or `unknown`; null where the spec has none.
    pub verdict: Option<VerdictEntry>,
    /// Whether the failover would be refused for another reason than a missing `--allow`: then no objective says that it succeeds.
    pub refused: bool,
    /// The objectives of the spec.
    pub objectives: Vec<ObjectiveEntry>,
    /// What would be lost together: an estimate.
    pub loss_estimate: LossEntry,
    /// What would be lost of each mirror topic that has not stopped: estimates.
    pub topics: Vec<TopicEntry>,
    /// Topics that the spec declares and that are not mirrored: all of them would be lost.
    pub not_mirrored: Vec<String>,
    /// The time between the two reads of mirror topics, in milliseconds; null where there was one.
    pub sampled_ms: Option<u64>,
    /// How old the second read was when this was written, in milliseconds.
    pub age_ms: u64,
    /// How long the failover would take.
    pub time: TimeEntry,
    /// Who must act.
    pub who: Vec<HandOverV1>,
    /// The consumer groups with committed offsets in the source topics; null where they could not be read.
    pub groups: Option<Vec<GroupEntry>>,
    /// How many groups of the source there are whose offsets could not be read; null where the groups could not.
    pub groups_unread: Option<usize>,
    /// How it is undone, or that it cannot be.
    pub undo: String,
    /// Whether the cluster that would take over takes a failover from the keys: asked with `validate_only` and a name that no
    /// topic can have. The failovers themselves are not sent.
    pub takes_failovers: CallEntry,
    /// What would be left as it is, and why.
    pub left_alone: Vec<String>,
    /// What must be allowed, in the words of `--allow`.
    pub allow: Vec<String>,
    /// References whose values authenticate to the clusters that a failover connects to.
    pub credentials: Vec<String>,
    /// The plan of the failover. It cannot be applied from here.
    pub plan: PlanDocument,
}

/// What a drill is, and what an approval names it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealV1 {
    /// SHA-256 of this file's text, with this field left empty.
    pub file_digest: String,
    /// The digest of the failover's plan.
    pub plan_digest: String,
    /// SHA-256 of the spec's files.
    pub spec_digest: String,
    /// Where it is from.
    pub origin: OriginV1,
    /// Whether the clusters were simulated.
    pub simulated: bool,
}

/// How an objective compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictEntry {
    /// It is kept.
    Met,
    /// It is not.
    Missed,
    /// It may be kept or not.
    Unknown,
}

impl VerdictEntry {
    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => Self::Met,
            Verdict::Missed => Self::Missed,
            Verdict::Unknown => Self::Unknown,
        }
    }
}

/// An objective of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectiveEntry {
    /// `rpo` or `rto`.
    pub objective: &'static str,
    /// The most that the spec wants, in milliseconds.
    pub most_ms: u64,
    /// By estimate and measure together.
    pub verdict: VerdictEntry,
    /// By the estimate.
    pub by_estimate: VerdictEntry,
    /// By the last real failover; null where none is on record, or one of fewer mirror topics was in time.
    pub by_last_failover: Option<VerdictEntry>,
}

impl ObjectiveEntry {
    fn of(judged: &Judged) -> Self {
        Self {
            objective: super::objective(judged.kind),
            most_ms: millis(judged.most),
            verdict: VerdictEntry::of(judged.verdict()),
            by_estimate: VerdictEntry::of(judged.estimated),
            by_last_failover: judged.measured.map(VerdictEntry::of),
        }
    }
}

/// A figure between two bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BoundsEntry {
    /// Not less.
    pub least: u64,
    /// The likeliest value; null where there is no upper bound.
    pub likely: Option<u64>,
    /// Not more; null where there is no upper bound.
    pub most: Option<u64>,
    /// Why there is no upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// What would make it known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl BoundsEntry {
    fn of<T: Copy + Ord>(estimate: &Estimate<T>, number: impl Fn(T) -> u64) -> Self {
        let why = estimate.unknown();
        Self {
            least: number(estimate.low()),
            likely: estimate.likely().map(&number),
            most: estimate.high().map(&number),
            unknown: why.map(words::estimate_unknown),
            fix: why.map(|why| words::estimate_fix(why).to_owned()),
        }
    }
}

/// What would be lost: an estimate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LossEntry {
    /// Records that are written to the source and not copied.
    pub records: BoundsEntry,
    /// How far the copy is behind its source, in milliseconds.
    pub behind_ms: BoundsEntry,
    /// Records that are written to the source in a minute; null where that is not known, also of a part.
    pub written_per_minute: Option<u64>,
}

impl LossEntry {
    fn of(loss: &LossEstimate) -> Self {
        Self {
            records: BoundsEntry::of(&loss.records, |it| it),
            behind_ms: BoundsEntry::of(&loss.behind, millis),
            written_per_minute: loss.written_per_minute(),
        }
    }
}

/// What would be lost of a mirror topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TopicEntry {
    /// Its name on the cluster that takes over.
    pub topic: String,
    /// What would be lost.
    pub loss_estimate: LossEntry,
}

/// How long a failover takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimeEntry {
    /// On a simulated copy of the clusters, in milliseconds; null where it was not simulated or did not end.
    pub simulated_ms_estimate: Option<u64>,
    /// Why that is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// What was assumed of the clusters.
    pub assumed: Vec<AssumedEntry>,
    /// Failovers that are on record, the newest first; null where no records were read. With simulated clusters those of
    /// simulated runs.
    pub real: Option<Vec<PastEntry>>,
}

/// Something that is not known of the clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AssumedEntry {
    /// What is not known.
    pub unknown: String,
    /// What is assumed in its place.
    pub instead: String,
}

/// A real failover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PastEntry {
    /// The run, as `runs show` takes it.
    pub run: String,
    /// When it began (RFC 3339).
    pub began: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How many mirror topics it was to fail over.
    pub topics: usize,
    /// How many of them it did.
    pub done: usize,
    /// Messages that were lost, as far as the servers had reported them: a lower bound.
    pub lost_at_least: u64,
}

impl PastEntry {
    fn of(run: &PastFailover) -> Self {
        Self {
            run: run.run.clone(),
            began: run.began.to_string(),
            took_ms: millis(run.took),
            topics: run.topics.0,
            done: run.topics.1,
            lost_at_least: run.lost,
        }
    }
}

/// A consumer group that reads what would be failed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupEntry {
    /// Its name at the source.
    pub name: String,
    /// Whether it has members.
    pub active: bool,
    /// Whether the link copies its offsets; null where that is not known.
    pub synced: Option<bool>,
}

impl GroupEntry {
    fn of(group: &Moving) -> Self {
        Self {
            name: group.name.to_string(),
            active: group.is_active,
            synced: group.is_synced,
        }
    }
}

/// The document of a drill. Its `file_digest` is empty: [`text`] fills it in.
///
/// # Errors
/// When the spec has a plaintext secret.
pub fn document(drill: &Drill, plan: &Plan, about: &About) -> Result<DrillDocument, ClearText> {
    let digests = file::digests(plan, &about.scope)?;
    let (simulated, unknown, assumed) = match &drill.on_twin {
        Ok(run) if run.is_complete() => (Some(millis(run.took)), None, &*run.assumed),
        Ok(run) => (None, Some(super::left_over(run)), &*run.assumed),
        Err(why) => (None, Some(why.clone()), &[][..]),
    };
    Ok(DrillDocument {
        format_version: FORMAT_VERSION,
        drill: SealV1 {
            file_digest: String::new(),
            plan_digest: digests.plan,
            spec_digest: about.spec_digest.clone(),
            origin: about.origin.clone(),
            simulated: about.is_simulated,
        },
        summary: super::sentence(drill).0,
        link: drill.half.to_string(),
        lost: drill.source.as_ref().map(ToString::to_string),
        verdict: (!drill.judged.is_empty()).then(|| VerdictEntry::of(drill.verdict())),
        refused: drill.is_refused,
        objectives: drill.judged.iter().map(ObjectiveEntry::of).collect(),
        loss_estimate: LossEntry::of(&drill.together),
        topics: (drill.topics.iter())
            .map(|(topic, loss)| TopicEntry {
                topic: topic.to_string(),
                loss_estimate: LossEntry::of(loss),
            })
            .collect(),
        not_mirrored: drill.not_mirrored.iter().map(ToString::to_string).collect(),
        sampled_ms: drill.sampled.map(millis),
        age_ms: millis(drill.age),
        time: TimeEntry {
            simulated_ms_estimate: simulated,
            unknown,
            assumed: assumed
                .iter()
                .map(|(unknown, instead)| AssumedEntry {
                    unknown: unknown.clone(),
                    instead: instead.clone(),
                })
                .collect(),
            real: (drill.past.iter().flatten().next())
                .map(|past| past.iter().map(PastEntry::of).collect()),
        },
        who: (about.left.who.iter())
            .map(|(who, what)| HandOverV1 {
                who: (*who).to_owned(),
                what: what.clone(),
            })
            .collect(),
        groups: (drill.groups.as_ref()).map(|all| all.moving.iter().map(GroupEntry::of).collect()),
        groups_unread: drill.groups.as_ref().map(|all| all.unread),
        undo: about.left.undo.clone(),
        takes_failovers: CallEntry::of(&about.takes_failovers),
        left_alone: about.left_alone.clone(),
        allow: about.origin.needs.clone(),
        credentials: about.credentials.clone(),
        plan: plan_json::document(plan, &plan_json::About::default()),
    })
}

/// A drill as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillText {
    /// The file's text.
    pub text: String,
    /// The digest that an approval names it by.
    pub digest: String,
}

/// The text of a document, with its digest.
#[must_use]
pub fn text(document: &DrillDocument) -> DrillText {
    // Texts, numbers and lists: there is nothing in it that JSON could not hold.
    let text = serde_json::to_string_pretty(document).unwrap_or_default() + "\n";
    DrillText {
        digest: file::digest_of(&text),
        text: file::sealed(&text),
    }
}

/// A saved drill, as far as it is read back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SavedDrill {
    /// The version of the document.
    pub format_version: u32,
    /// What it is.
    pub drill: SealV1,
    /// The drill in one sentence.
    pub summary: String,
    /// The link on the cluster that would take over.
    pub link: String,
    /// The worst of the objectives.
    pub verdict: Option<VerdictEntry>,
    /// Whether the failover would be refused.
    pub refused: bool,
}

/// Why a text is no saved drill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADrill {
    /// It is another document.
    #[error("not a saved drill of `drill --out`: {0}")]
    Json(String),
    /// It is of another version.
    #[error(
        "its format_version is {0}, and this version of Linkwright supports {FORMAT_VERSION}: drill again"
    )]
    Version(u32),
    /// It is not as it was saved.
    #[error("its file_digest does not match its content: it was changed after it was saved")]
    Changed,
    /// Its sentence and its verdict are not those of one drill.
    #[error("its summary does not say what its verdict says: no drill wrote it so")]
    Contradicts,
}

impl SavedDrill {
    /// Whether a text may be a saved drill and not a saved plan.
    #[must_use]
    pub fn may_be(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "drill")]
            _drill: serde::de::IgnoredAny,
        }
        serde_json::from_str::<Head>(text).is_ok()
    }

    /// Reads a saved drill and checks that it is whole.
    ///
    /// # Errors
    /// When it is none, of another version, or was changed after it was saved.
    pub fn read(text: &str) -> Result<Self, NotADrill> {
        let read: Self =
            serde_json::from_str(text).map_err(|error| NotADrill::Json(error.to_string()))?;
        if read.format_version != FORMAT_VERSION {
            return Err(NotADrill::Version(read.format_version));
        }
        if !file::is_sealed(text, &read.drill.file_digest) {
            return Err(NotADrill::Changed);
        }
        let verdict = read.verdict.map(|verdict| match verdict {
            VerdictEntry::Met => Verdict::Met,
            VerdictEntry::Missed => Verdict::Missed,
            VerdictEntry::Unknown => Verdict::Unknown,
        });
        match read
            .summary
            .contains(super::outcome(verdict, read.refused).0)
        {
            true => Ok(read),
            false => Err(NotADrill::Contradicts),
        }
    }
}

impl<'a> From<&'a SavedDrill> for Approvable<'a> {
    fn from(saved: &'a SavedDrill) -> Self {
        let seal = &saved.drill;
        Self {
            digest: &seal.plan_digest,
            file_digest: &seal.file_digest,
            spec_digest: &seal.spec_digest,
            origin: &seal.origin,
        }
    }
}

/// The document's JSON Schema (draft 2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    documents::schema::<DrillDocument>()
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
