//! Drift: where live clusters differ from the spec, as typed findings in classes: [`Drift`].
//!
//! Drift is the plan seen the other way round: an operation that would be needed is a finding about
//! what is live. What no operation helps against, and what no file declares, comes from the plan's
//! own findings; lag and waiting over a threshold from [`health`]. [`since`] compares
//! it with an earlier report. No words for people here: a finding is a [`DriftKind`], and
//! `report` says it.

mod exceptions;
mod from_findings;
mod from_operations;
mod kind;
mod others;
pub mod since;

use std::collections::BTreeMap;
use std::fmt;

pub use kind::DriftKind;
pub use since::{EarlierFinding, EarlierReport, Novelty, Since};

use crate::address::{Address, HalfAddress};
use crate::desired::{Desired, Objective, Objectives};
use crate::diagnostic::Place;
use crate::diff::Compared;
use crate::health::{self, Exceeded, PastFailover, Thresholds};
use crate::live::Snapshot;
use crate::plan::Plan;

/// What drift is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The plan that would resolve the drift.
    pub plan: &'a Plan,
    /// The facts that the plan was made from.
    pub live: &'a Snapshot,
    /// The spec: which clusters hold what it declares, and which drift it expects until a date.
    pub desired: &'a Desired,
    /// What lag and how long a wait is too much.
    pub thresholds: Thresholds,
    /// The time: exceptions expire and waits grow by it.
    pub now: jiff::Timestamp,
}

/// Everything found, in order of address and code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// The findings.
    pub findings: Vec<DriftFinding>,
    /// How much was compared.
    pub compared: Compared,
    /// How many clusters without a declared link were read as well.
    pub others: usize,
    /// What has become of the earlier report, if there is one to compare with.
    pub since: Option<Since>,
}

/// One thing that is not as the spec says, or that is not healthy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct DriftFinding {
    /// Its class.
    pub class: DriftClass,
    /// What it is about.
    pub address: Address,
    /// What is found.
    pub kind: DriftKind,
    /// Since when, if that is known: milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Where the spec speaks of it.
    pub place: Option<Place>,
    /// Why it is expected, and which class it has otherwise; only in the class `expected`.
    pub expected: Option<Expected>,
    /// How it compares with the earlier report, if there is one.
    pub news: Option<Novelty>,
    /// When the first report in a row was made that has it (RFC 3339), if reports are compared.
    pub first_seen: Option<String>,
}

impl DriftFinding {
    fn new(class: DriftClass, address: Address, kind: DriftKind) -> Self {
        Self {
            class,
            address,
            kind,
            since_ms: None,
            place: None,
            expected: None,
            news: None,
            first_seen: None,
        }
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code().0
    }

    /// Whether the earlier report had it not, or had it in another class.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self.news, Some(Novelty::New | Novelty::Was(_)))
    }

    /// Its identity from one report to the next: code, address, and what distinguishes it from others
    /// there. No figure, status or place is part of it.
    #[must_use]
    pub fn id(&self) -> String {
        let part = self.kind.part().unwrap_or_default();
        format!("{}:{}:{part}", self.code(), self.address)
    }
}

/// Why a finding is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The class that it has without the exception.
    pub class: DriftClass,
    /// The author's reason.
    pub reason: String,
    /// The first day on which it is not expected any more.
    pub until: jiff::civil::Date,
    /// Where the exception is written.
    pub place: Place,
}

/// The classes of drift. `--fail-on` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftClass {
    /// It was not read, so that it is unknown. It always fails: silence would be a guess.
    Unknown,
    /// Something live is not healthy.
    Health,
    /// A setting differs, or is set and not declared.
    Config,
    /// A mirror topic or link is not in the desired state.
    State,
    /// Something declared does not exist.
    Missing,
    /// Something live is declared nowhere.
    Unmanaged,
    /// Covered by an exception that has not expired.
    Expected,
    /// No drift, but worth knowing: what is live on clusters without a declared link, and mirror topics
    /// that someone paused and no key governs.
    Information,
}

impl DriftClass {
    /// Every class, in the order in which views show them.
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Health,
        Self::State,
        Self::Config,
        Self::Missing,
        Self::Unmanaged,
        Self::Expected,
        Self::Information,
    ];

    /// Whether it is no drift, or drift that is expected.
    #[must_use]
    pub fn is_known(self) -> bool {
        matches!(self, Self::Expected | Self::Information)
    }

    /// The word for it in flags and in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Health => "health",
            Self::Config => "config",
            Self::State => "state",
            Self::Missing => "missing",
            Self::Unmanaged => "unmanaged",
            Self::Expected => "expected",
            Self::Information => "information",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

impl fmt::Display for DriftClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Drift {
    /// Everything that has drifted.
    ///
    /// The same input gives the same findings in the same order.
    #[must_use]
    pub fn of(input: &Input<'_>) -> Self {
        Self::with_failovers(input, Ok(&BTreeMap::new()))
    }

    /// Everything that has drifted, with what earlier failovers to declared halves say of the objectives of the spec, or why
    /// their records cannot be read.
    #[must_use]
    pub fn with_failovers(
        input: &Input<'_>,
        past: Result<&BTreeMap<HalfAddress, Vec<PastFailover>>, &str>,
    ) -> Self {
        let others = others::clusters(input);
        let mut findings = from_operations::findings(input);
        findings.extend(from_findings::findings(input));
        findings.extend(
            over_thresholds(input, past)
                .filter(|finding| !others.contains(finding.address.cluster())),
        );
        findings.extend(others::findings(input, &others));
        for finding in &mut findings {
            exceptions::apply(finding, input);
        }
        findings.sort_by(|a, b| {
            (&a.address, a.code(), a.kind.part()).cmp(&(&b.address, b.code(), b.kind.part()))
        });
        Self {
            findings,
            compared: input.plan.compared,
            others: others.len(),
            since: None,
        }
    }

    /// How many findings each class has; classes without any are there with 0.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<DriftClass, usize> {
        let mut counts: BTreeMap<_, _> = DriftClass::ALL.map(|class| (class, 0)).into();
        for finding in &self.findings {
            *counts.entry(finding.class).or_insert(0) += 1;
        }
        counts
    }

    /// The findings of one class.
    pub fn of_class(&self, class: DriftClass) -> impl Iterator<Item = &DriftFinding> {
        self.findings
            .iter()
            .filter(move |finding| finding.class == class)
    }

    /// Whether there is anything in these classes. Every caller asks here.
    #[must_use]
    pub fn fails_on(&self, classes: &[DriftClass]) -> bool {
        self.findings
            .iter()
            .any(|finding| classes.contains(&finding.class))
    }

    /// Whether something could not be read.
    #[must_use]
    pub fn has_unknowns(&self) -> bool {
        self.of_class(DriftClass::Unknown).next().is_some()
    }

    /// Whether there is nothing to act on: nothing is found but what is expected or information, and
    /// nothing of the earlier report has gone.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let known = self.findings.iter().all(|finding| {
            finding.class.is_known() && !matches!(finding.news, Some(Novelty::Was(_)))
        });
        let quiet = |found: &[EarlierFinding]| {
            found
                .iter()
                .all(|finding| finding.class == DriftClass::Information)
        };
        let since = self.since.as_ref();
        known && since.is_none_or(|since| quiet(&since.gone) && quiet(&since.unseen))
    }
}

/// Mirror topics whose lag or wait exceeds its threshold, and objectives of the spec that are missed or not known.
fn over_thresholds(
    input: &Input<'_>,
    past: Result<&BTreeMap<HalfAddress, Vec<PastFailover>>, &str>,
) -> impl Iterator<Item = DriftFinding> {
    let objectives = health::objectives(input.live, input.desired, past);
    health::exceeded(input.live, &input.thresholds, input.now)
        .into_iter()
        .chain(objectives)
        .map(|(address, exceeded)| {
            let class = match &exceeded {
                // Why it is not known is a finding of its own where something is wrong.
                Exceeded::BehindUnknown { .. } | Exceeded::FailoverUnknown { .. } => {
                    DriftClass::Information
                }
                _ => DriftClass::Health,
            };
            DriftFinding {
                since_ms: match &exceeded {
                    Exceeded::Pending { since_ms, .. } => Some(*since_ms),
                    _ => None,
                },
                place: objective_place(input, &address, &exceeded),
                ..DriftFinding::new(class, address, DriftKind::ThresholdExceeded(exceeded))
            }
        })
}

/// Where the spec has the objective that is missed.
fn objective_place(input: &Input<'_>, address: &Address, exceeded: &Exceeded) -> Option<Place> {
    let of = |pick: fn(&Objectives) -> Option<&Objective>| {
        let (_, half) = input.desired.half(address.half()?)?;
        Some(pick(half.objectives.as_ref()?)?.place.clone())
    };
    match exceeded {
        Exceeded::Behind { .. } | Exceeded::BehindUnknown { .. } => of(|it| it.rpo.as_ref()),
        Exceeded::Failover { .. } | Exceeded::FailoverUnknown { .. } => of(|it| it.rto.as_ref()),
        Exceeded::Lag { .. } | Exceeded::CatchUp { .. } | Exceeded::Pending { .. } => None,
    }
}
