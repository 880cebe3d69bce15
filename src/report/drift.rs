//! Drift: where the world has moved away from the spec, as findings in classes: [`Drift`].
//!
//! Drift is the plan seen the other way round: an operation that would be needed is a finding about
//! what is live. What nobody can act upon, and what no file declares, comes from the plan's own
//! findings; lag and waiting over a threshold from the facts. [`since`] compares it with the last
//! report. Views of it: [`text`], [`json`], [`markdown`], [`sarif`], [`junit`], [`metrics`], and what
//! a webhook is sent: [`notification`] and [`slack`].

pub mod json;
pub mod junit;
pub mod markdown;
pub mod metrics;
pub mod notification;
pub mod sarif;
pub mod since;
pub mod slack;
pub mod text;

mod exceptions;
mod from_findings;
mod from_operations;
mod thresholds;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::words;
use crate::address::Address;
use crate::desired::Exception;
use crate::diagnostic::Place;
use crate::diff::{Class, Compared};
use crate::live::Snapshot;
use crate::plan::Plan;

/// What drift is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The plan that would bring the world back.
    pub plan: &'a Plan,
    /// The facts that the plan was made from.
    pub live: &'a Snapshot,
    /// Drift that people know of.
    pub exceptions: &'a [Exception],
    /// What lag and how long a wait is too much.
    pub thresholds: Thresholds,
    /// The time: exceptions expire and waits grow by it.
    pub now: jiff::Timestamp,
}

/// What is too much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Messages that one mirror topic may lag behind; no bound when left out.
    pub max_lag: Option<u64>,
    /// How long a mirror topic may stay in a passing status; no bound when left out.
    pub max_pending: Option<Duration>,
}

/// Everything found, in order of address and code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// The findings.
    pub findings: Vec<DriftFinding>,
    /// How much was compared.
    pub compared: Compared,
    /// What has become of the last report, if there is one to compare with.
    pub since: Option<since::Since>,
}

/// One thing that is not as the spec says, or does not do well.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct DriftFinding {
    /// Its class.
    pub class: DriftClass,
    /// Its stable code.
    pub code: &'static str,
    /// What it is about.
    pub address: Address,
    /// The field that differs: `state`, or a link config's name. None for the whole thing.
    pub field: Option<String>,
    /// What tells it from others of its code and address where no field does: a task, a call.
    pub aspect: Option<String>,
    /// What is found, as a sentence without its end.
    pub summary: String,
    /// What it is about in detail, one line each.
    pub details: Vec<String>,
    /// The command or change of YAML that resolves it.
    pub resolve: String,
    /// Since when, if that is known: milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Where the spec speaks of it.
    pub place: Option<Place>,
    /// Why it is expected, and which class it has otherwise; only in the class `expected`.
    pub expected: Option<Expected>,
    /// How it stands to the last report, if it was compared with one.
    pub news: Option<since::News>,
    /// When the first report in a row was made that has it (RFC 3339), if reports are compared.
    pub first_seen: Option<String>,
}

impl DriftFinding {
    /// Its identity from one look to the next: code, address, and what tells it from others there.
    /// No figure, status or place is part of it.
    #[must_use]
    pub fn id(&self) -> String {
        let part = self.part().unwrap_or_default();
        format!("{}:{}:{part}", self.code, self.address)
    }

    /// The field or aspect, whichever it has.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.field.as_deref().or(self.aspect.as_deref())
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
    /// Where the exception stands.
    pub place: Place,
}

/// The classes of drift. `--fail-on` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftClass {
    /// It was not read, so that nobody knows. It always fails: silence would be a guess.
    Unknown,
    /// Something live does badly.
    Health,
    /// A setting differs, or is set and not declared.
    Config,
    /// A mirror topic or link is not in the wished state.
    State,
    /// Something declared does not exist.
    Missing,
    /// Something live is declared nowhere.
    Unmanaged,
    /// Covered by an exception that has not expired.
    Expected,
}

impl DriftClass {
    /// Every class, in the order in which views tell them.
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::Health,
        Self::State,
        Self::Config,
        Self::Missing,
        Self::Unmanaged,
        Self::Expected,
    ];

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
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }

    /// The title over its findings.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Unknown => words::class_title(Class::Unknown),
            Self::Health => words::class_title(Class::Health),
            Self::Config => "Settings differ",
            Self::State => "Not in the wished state",
            Self::Missing => "Missing",
            Self::Unmanaged => words::class_title(Class::Unmanaged),
            Self::Expected => "Expected, for now",
        }
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
        let mut findings = from_operations::findings(input);
        findings.extend(from_findings::findings(input));
        findings.extend(thresholds::findings(input));
        for finding in &mut findings {
            exceptions::apply(finding, input);
        }
        findings.sort_by(|a, b| {
            (&a.address, a.code, a.part(), &a.summary).cmp(&(
                &b.address,
                b.code,
                b.part(),
                &b.summary,
            ))
        });
        Self {
            findings,
            compared: input.plan.compared,
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

    /// Whether there is nothing that anybody must know: nothing is found but what is expected, and
    /// nothing of the last report has gone.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let known = self.findings.iter().all(|finding| {
            finding.class == DriftClass::Expected
                && !matches!(finding.news, Some(since::News::Was(_)))
        });
        let since = self.since.as_ref();
        known && since.is_none_or(|since| since.gone.is_empty() && since.unseen.is_empty())
    }

    /// Drift in one sentence without its end.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = self.counts();
        let told: Vec<String> = DriftClass::ALL
            .into_iter()
            .filter(|class| counts.get(class).is_some_and(|n| *n > 0))
            .map(|class| {
                format!(
                    "{} {class}",
                    words::number(counts.get(&class).copied().unwrap_or(0) as u64)
                )
            })
            .collect();
        let compared = words::compared(&self.compared);
        if told.is_empty() {
            return format!("no drift: {compared} match the spec");
        }
        let only_expected = self
            .findings
            .iter()
            .all(|finding| finding.class == DriftClass::Expected);
        if only_expected {
            return format!("no drift but {}; compared: {compared}", told.join(", "));
        }
        format!("drift: {}; compared: {compared}", told.join(", "))
    }

    /// The same as a whole sentence, and what has become of the last report.
    #[must_use]
    pub fn headline(&self) -> String {
        let mut sentence = super::words::capital(self.summary());
        sentence.push('.');
        if let Some(since) = self.since_sentence() {
            sentence.push(' ');
            sentence.push_str(&since);
        }
        sentence
    }
}
