//! An export proves itself before anyone sees it: it is read, validated, and compared with the facts
//! it was made from. What does not hold is named, so that it can be left out and said.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Handle;
use super::yaml::Text;
use crate::address::{Address, HalfAddress};
use crate::desired::lower;
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::{
    self, Class, ConfigTarget, ConfigValue, FindingKind, HalfChange, HalfChangeKind, Options,
    RotationReason,
};
use crate::live::{MirrorStatus, Snapshot};
use crate::spec;
use crate::validate;

/// What is wrong with an export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Culprit {
    /// One line of a link: a mirror or a config.
    Entry(String, Handle, String),
    /// A whole link.
    Link(String, String),
    /// A cluster, and with it every link about it.
    Cluster(String, String),
    /// Nothing of ours: it cannot be left out.
    Unknown(String),
}

/// Codes by line, by link, each with what it warns of.
pub(super) type Accepted = BTreeMap<String, BTreeMap<u32, BTreeMap<&'static str, String>>>;

/// The first line of a part's own text: `version` and the section stand before it.
const HEAD: u32 = 3;

/// A part of an export under the name of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Cluster(&'a str),
    Link(&'a str),
}

/// The parts of an export with their text.
pub(super) struct Parts<'a> {
    pub(super) parts: Vec<(Part<'a>, Text)>,
    /// Files that are there already.
    pub(super) existing: &'a [(Arc<str>, Arc<str>)],
    pub(super) live: &'a Snapshot,
    pub(super) today: jiff::civil::Date,
}

impl Parts<'_> {
    /// Everything that does not hold.
    pub(super) fn check(&self) -> Vec<Culprit> {
        let (spec, problems, ours) = self.read();
        let mut culprits: Vec<Culprit> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| self.culprit_of(problem, &ours))
            .collect();
        if culprits.is_empty() {
            culprits = self.differences(&spec);
        }
        culprits.sort();
        culprits.dedup();
        culprits
    }

    /// Warnings about links. They are live and therefore accepted by the server, and a new spec should not
    /// begin with warnings: the lines of each link, from 0 at its key, with their codes.
    pub(super) fn accepted(&self) -> Accepted {
        let (_, problems, ours) = self.read();
        let mut accepted = Accepted::new();
        for problem in problems {
            let Some(place) = problem.place() else {
                continue;
            };
            let part = ours.get(&place.file).and_then(|at| self.parts.get(*at));
            let Some(&(Part::Link(key), _)) = part else {
                continue;
            };
            if problem.severity == Severity::Warning {
                let line = place.line.saturating_sub(HEAD);
                let of_link = accepted.entry(key.to_owned()).or_default();
                let of_line = of_link.entry(line).or_default();
                of_line.entry(problem.code.0).or_insert(problem.summary);
            }
        }
        accepted
    }

    /// The spec that the parts make, what is wrong with it, and which part each file is.
    fn read(&self) -> (spec::Spec, Vec<Diagnostic>, BTreeMap<Arc<str>, usize>) {
        let name = |index: usize| Arc::<str>::from(format!("\u{0}{index}"));
        let mut files = self.existing.to_vec();
        let ours: BTreeMap<Arc<str>, usize> = (0..self.parts.len())
            .map(|index| (name(index), index))
            .collect();
        files.extend(
            self.parts
                .iter()
                .enumerate()
                .map(|(index, (_, text))| (name(index), Arc::<str>::from(text.text.as_str()))),
        );
        let (spec, mut problems) = spec::parse(&files);
        problems.extend(validate::check(
            &spec,
            &validate::Context { today: self.today },
        ));
        (spec, problems, ours)
    }

    /// Whose fault a diagnostic is: a stopped mirror's first, since it is only history.
    fn culprit_of(&self, problem: &Diagnostic, ours: &BTreeMap<Arc<str>, usize>) -> Culprit {
        let why = format!("{} ({})", problem.summary, problem.code);
        let places: Vec<(Part<'_>, Option<&Handle>)> = problem
            .labels
            .iter()
            .filter_map(|label| {
                let (part, text) = self.parts.get(*ours.get(&label.place.file)?)?;
                Some((*part, text.handles.get(&label.place.line)))
            })
            .collect();
        let entries = || {
            places
                .iter()
                .filter_map(|(part, handle)| match (part, handle) {
                    (Part::Link(key), Some(handle)) => Some((*key, *handle)),
                    _ => None,
                })
        };
        let entry = entries()
            .find(|(_, handle)| self.is_stopped(handle))
            .or_else(|| entries().next());
        match (entry, places.first()) {
            (Some((key, handle)), _) => Culprit::Entry(key.to_owned(), handle.clone(), why),
            (None, Some((Part::Link(key), _))) => Culprit::Link((*key).to_owned(), why),
            (None, Some((Part::Cluster(name), _))) => Culprit::Cluster((*name).to_owned(), why),
            (None, None) => Culprit::Unknown(why),
        }
    }

    fn is_stopped(&self, handle: &Handle) -> bool {
        let Handle::Mirror(cluster, source) = handle else {
            return false;
        };
        let mirrors = self
            .live
            .clusters
            .get(cluster)
            .and_then(|facts| facts.mirrors.read());
        let mut rows = mirrors
            .into_iter()
            .flatten()
            .flat_map(|(_, rows)| rows.values());
        rows.any(|row| row.source_topic == *source && row.status == MirrorStatus::Stopped)
    }

    /// What a plan would do or refuse on what was exported.
    fn differences(&self, spec: &spec::Spec) -> Vec<Culprit> {
        let desired = lower(spec);
        let changes = diff::diff(&desired, self.live, &Options::default());
        let ours = |key: &str| self.parts.iter().any(|(part, _)| *part == Part::Link(key));
        let keys: BTreeMap<&HalfAddress, &str> = desired
            .halves()
            .map(|(link, half)| (&half.address, link.key.as_str()))
            .filter(|(_, key)| ours(key))
            .collect();
        let mut culprits = Vec::new();
        for change in &changes.halves {
            if keys.contains_key(&change.address) && !is_rotation(change) {
                culprits.push(Culprit::Link(change.link.to_string(), what(change)));
            }
        }
        for change in &changes.mirrors {
            if let Some(key) = keys.get(&change.half) {
                let handle = Handle::Mirror(change.half.cluster.clone(), change.source.clone());
                let why = "a plan would act on it".to_owned();
                culprits.push(Culprit::Entry((*key).to_owned(), handle, why));
            }
        }
        for finding in &changes.findings {
            let Some(key) = finding.address.half().and_then(|half| keys.get(half)) else {
                continue;
            };
            if finding.class() != Class::Refusal {
                continue;
            }
            let why = format!("a plan would be refused ({})", finding.kind.code());
            culprits.push(match (&finding.address, &finding.kind) {
                (Address::Mirror(half, topic), _) => {
                    let mirrors = self.live.clusters.get(&half.cluster);
                    let row =
                        mirrors.and_then(|facts| facts.mirrors.read()?.get(&half.link)?.get(topic));
                    let source = row.map_or_else(|| topic.clone(), |row| row.source_topic.clone());
                    let handle = Handle::Mirror(half.cluster.clone(), source);
                    Culprit::Entry((*key).to_owned(), handle, why)
                }
                (Address::Half(half), FindingKind::FixedConfig { name, .. }) => {
                    let handle = Handle::Config(half.cluster.clone(), name.clone());
                    Culprit::Entry((*key).to_owned(), handle, why)
                }
                _ => Culprit::Link((*key).to_owned(), why),
            });
        }
        culprits
    }
}

/// Credentials that the link itself says are wrong are proposed to be rotated, and rightly so.
fn is_rotation(change: &HalfChange) -> bool {
    let HalfChangeKind::Alter {
        connection,
        rotation: Some(RotationReason::AuthenticationFails),
        settings,
        ..
    } = &change.kind
    else {
        return false;
    };
    let is_secret =
        |target: &ConfigTarget| matches!(target, ConfigTarget::Set(ConfigValue::Secret(_)));
    settings.is_empty() && connection.iter().all(|change| is_secret(&change.target))
}

fn what(change: &HalfChange) -> String {
    match &change.kind {
        HalfChangeKind::Create { .. } => "a plan would create it".to_owned(),
        HalfChangeKind::Alter {
            connection,
            settings,
            ..
        } => {
            let (mut unset, mut other) = (Vec::new(), Vec::new());
            for change in connection.iter().chain(settings) {
                match change.target {
                    ConfigTarget::Set(ConfigValue::Secret(_)) => unset.push(change.name.as_str()),
                    _ => other.push(change.name.as_str()),
                }
            }
            let mut words = Vec::new();
            if !other.is_empty() {
                words.push(format!(
                    "a spec cannot express {} as it is; a plan would change it",
                    other.join(", ")
                ));
            }
            if !unset.is_empty() {
                words.push(format!(
                    "{} not set, and a spec with these credentials sets it",
                    match unset.as_slice() {
                        [one] => format!("{one} is"),
                        several => format!("{} are", several.join(", ")),
                    }
                ));
            }
            words.join("; ")
        }
    }
}
