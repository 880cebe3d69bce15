//! What is live and not declared → a change of the spec that declares it: [`Draft`].
//!
//! A deviation is a finding of drift that a value of the spec could say: a state, a setting, a topic's `primary`, a
//! mirror topic or a link that is gone or new. [`Draft::new`] says of each what would declare it, or why it is not
//! accepted; whoever has the clusters plans again with [`Draft::to_plan`], and [`Draft::judge`] drops what the plan
//! would not be empty after. All deviations of one address are accepted together or not at all.
//!
//! This module takes data and returns data. It reads nothing, writes nothing and waits for nothing.

pub mod codes;
mod config;
mod filters;
mod mirror;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Address, HalfAddress, LinkName, TopicName};
use crate::desired::{Desired, DesiredValue, lower};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::FindingKind;
use crate::drift::{Drift, DriftClass, DriftFinding, DriftKind};
use crate::edit::{self, Edit, New, Value};
use crate::live::{MirrorFact, MirrorStatus, Snapshot};
use crate::plan::{counterpart, covers};
use crate::spec::{self, Spec};
use crate::validate;

/// What someone who was there says about mirror topics that have stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedAs {
    /// They were promoted.
    Promoted,
    /// They were failed over.
    FailedOver,
}

impl StoppedAs {
    /// The state as a spec writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Promoted => "promoted",
            Self::FailedOver => "failed-over",
        }
    }
}

/// Which deviations are to be accepted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// Those at these addresses and under them; all when left out.
    pub addresses: Option<&'a [Address]>,
    /// Of these only those that a report of drift has, by their ids; all when left out.
    pub reported: Option<&'a BTreeSet<String>>,
}

impl Chosen<'_> {
    fn takes(&self, finding: &DriftFinding, desired: &Desired) -> bool {
        self.addresses
            .is_none_or(|addresses| is_about(addresses, finding, desired))
            && self
                .reported
                .is_none_or(|reported| reported.contains(&finding.id()))
    }

    /// Whether an address is named by itself or with its link. Who asks for everything, or for a cluster, names none.
    fn names(&self, address: &Address, desired: &Desired) -> bool {
        let is_cluster = |it: &&Address| matches!(it, Address::Cluster(_));
        let named = self.addresses.unwrap_or_default().iter();
        let named: Vec<Address> = named.filter(|it| !is_cluster(it)).cloned().collect();
        is_under(&named, address, desired)
    }
}

/// Whether addresses cover one, or the other address of its topic.
fn is_under(addresses: &[Address], address: &Address, desired: &Desired) -> bool {
    covers(addresses, address)
        || counterpart(address, desired).is_some_and(|other| covers(addresses, &other))
}

/// Whether a finding is about one of these addresses. What a switchover pair did is about both halves of its link.
fn is_about(addresses: &[Address], finding: &DriftFinding, desired: &Desired) -> bool {
    let half = finding
        .address
        .half()
        .filter(|_| matches!(finding.kind, DriftKind::Found(FindingKind::Switchover(_))));
    let link = half.and_then(|half| desired.half(half));
    let halves = link.into_iter().flat_map(|(link, _)| &link.halves);
    let mut halves = halves.map(|half| Address::Half(half.address.clone()));
    is_under(addresses, &finding.address, desired) || halves.any(|half| covers(addresses, &half))
}

/// What deviations are accepted from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The spec.
    pub spec: &'a Spec,
    /// The files that say it.
    pub files: spec::Input<'a>,
    /// The day on which it is read.
    pub today: jiff::civil::Date,
    /// What was read of the clusters.
    pub live: &'a Snapshot,
    /// How it differs from the spec.
    pub drift: &'a Drift,
    /// What stopped mirror topics were, where someone says it.
    pub stopped_as: Option<StoppedAs>,
    /// What is to be accepted.
    pub chosen: Chosen<'a>,
}

/// A deviation that is not accepted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The deviation.
    pub finding: DriftFinding,
    /// Why.
    pub why: Diagnostic,
}

/// All that is accepted at one address.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    address: Address,
    findings: Vec<DriftFinding>,
    edits: Vec<Edit>,
}

/// What is accepted so far.
pub struct Draft<'a> {
    input: Input<'a>,
    /// The ids of what was found before.
    before: BTreeSet<String>,
    units: Vec<Unit>,
    refused: Vec<Refused>,
    /// How many deviations were not chosen.
    others: usize,
    /// The desired state with the change, while it is to be judged.
    desired: Option<Desired>,
}

/// What decides about one deviation.
struct World<'a> {
    spec: &'a Spec,
    desired: &'a Desired,
    live: &'a Snapshot,
    stopped_as: Option<StoppedAs>,
    findings: &'a [DriftFinding],
    chosen: Chosen<'a>,
}

impl<'a> World<'a> {
    /// The row of a mirror topic.
    fn row(&self, half: &HalfAddress, topic: &TopicName) -> Option<&'a MirrorFact> {
        let host = self.live.clusters.get(&half.cluster)?;
        host.mirrors.read()?.get(&half.link)?.get(topic)
    }

    /// Whether what is found at an address is to be accepted too.
    fn is_taken(&self, address: &Address) -> bool {
        let mut found = self.findings.iter();
        found.any(|finding| finding.address == *address && self.chosen.takes(finding, self.desired))
    }

    /// Whether someone asks for an address by its name, or by that of its link.
    fn is_named(&self, address: &Address) -> bool {
        self.chosen.names(address, self.desired)
    }
}

impl<'a> Draft<'a> {
    /// Says of each chosen deviation what would declare it, or why it is not accepted. `desired` is the spec's.
    #[must_use]
    pub fn new(input: Input<'a>, desired: &Desired) -> Self {
        let world = World {
            spec: input.spec,
            desired,
            live: input.live,
            stopped_as: input.stopped_as,
            findings: &input.drift.findings,
            chosen: input.chosen,
        };
        let found = input.drift.findings.iter();
        let (chosen, others): (Vec<&DriftFinding>, Vec<&DriftFinding>) = found
            .filter(|finding| verdict::is_deviation(finding, &world))
            .partition(|finding| input.chosen.takes(finding, desired));
        let mut draft = Self {
            input,
            before: input.drift.findings.iter().map(DriftFinding::id).collect(),
            units: Vec::new(),
            refused: Vec::new(),
            others: others.len(),
            desired: None,
        };
        // What drift finds is in the order of addresses.
        for group in chosen.chunk_by(|a, b| a.address == b.address) {
            draft.add(group, &world);
        }
        draft
    }

    fn add(&mut self, group: &[&DriftFinding], world: &World<'_>) {
        let Some(first) = group.first() else { return };
        let mut unit = Unit {
            address: first.address.clone(),
            findings: group.iter().map(|finding| (*finding).clone()).collect(),
            edits: Vec::new(),
        };
        let mut refusals = Vec::new();
        for finding in group {
            match verdict::verdict(finding, world) {
                Ok(edits) => unit.edits.extend(edits),
                Err(why) => refusals.push(((*finding).clone(), *why)),
            }
        }
        match refusals.first() {
            None => self.units.push(unit),
            Some((_, first)) => {
                let together = first.clone();
                for finding in unit.findings {
                    let own = refusals.iter().find(|(other, _)| *other == finding);
                    let why = own.map_or(together.clone(), |(_, why)| why.clone());
                    self.refused.push(Refused { finding, why });
                }
            }
        }
    }

    /// The desired state with what is accepted so far, to be planned again from what was read; none when nothing is
    /// accepted. What cannot be written, or would make the spec invalid, is dropped here.
    pub fn to_plan(&mut self) -> Option<&Desired> {
        loop {
            if self.units.is_empty() {
                self.desired = None;
                return None;
            }
            match self.made(&self.units) {
                Ok(spec) => {
                    self.desired = Some(lower(&spec));
                    return self.desired.as_ref();
                }
                Err(why) => {
                    let mut culprits = self.culprits(0, &self.units);
                    if culprits.is_empty() {
                        culprits.push((self.units.len() - 1, *why));
                    }
                    for (at, why) in culprits.into_iter().rev() {
                        let unit = self.units.remove(at);
                        self.drop_unit(unit, &why);
                    }
                }
            }
        }
    }

    /// Drops what would still be found after the change, and what brings something new about. Returns whether
    /// nothing was dropped: then what is accepted holds.
    pub fn judge(&mut self, after: &Drift) -> bool {
        let Some(desired) = &self.desired else {
            return true;
        };
        let world = World {
            spec: self.input.spec,
            desired,
            live: self.input.live,
            stopped_as: None,
            findings: &after.findings,
            chosen: Chosen::default(),
        };
        let accepted: BTreeSet<String> = self
            .units
            .iter()
            .flat_map(|unit| &unit.findings)
            .map(DriftFinding::id)
            .collect();
        let is_bad = |finding: &&DriftFinding| {
            let id = finding.id();
            finding.class != DriftClass::Expected
                && verdict::is_deviation(finding, &world)
                && (accepted.contains(&id) || !self.before.contains(&id))
        };
        let bad: Vec<&DriftFinding> = after.findings.iter().filter(is_bad).collect();
        let blame = Blame::of(&self.units);
        let before = lower(self.input.spec);
        let mut dropped: BTreeMap<usize, Diagnostic> = BTreeMap::new();
        for finding in bad {
            for at in self.blamed(finding, &blame, &before) {
                dropped.entry(at).or_insert_with(|| {
                    let Unit { address, edits, .. } = &self.units[at];
                    // With an environment the command would change the file that all share.
                    let by_hand = match self.input.files.environment {
                        None => as_command(edits),
                        Some(_) => None,
                    };
                    *codes::remains(address, finding, by_hand.as_deref())
                });
            }
        }
        let holds = dropped.is_empty();
        for (at, why) in dropped.into_iter().rev() {
            let unit = self.units.remove(at);
            self.drop_unit(unit, &why);
        }
        holds
    }

    /// The units that are to blame for a finding: those of its address, else those of its link that change the declared
    /// value of the config that differs, else those of its link, else all.
    fn blamed(&self, finding: &DriftFinding, blame: &Blame<'_>, before: &Desired) -> Vec<usize> {
        let found = blame.units(&finding.address, self.units.len());
        let DriftKind::ConfigDiffers(change) = &finding.kind else {
            return found;
        };
        let address = &finding.address;
        let declared = config_of(before, address, &change.name);
        let is_changed = |units: &[usize]| {
            let units = units.iter().map(|at| &self.units[*at]);
            match self.made(units) {
                Ok(spec) => config_of(&lower(&spec), address, &change.name) != declared,
                Err(_) => true,
            }
        };
        let causes = causes(&found, &is_changed);
        if causes.is_empty() { found } else { causes }
    }

    fn drop_unit(&mut self, unit: Unit, why: &Diagnostic) {
        for finding in unit.findings {
            let why = *codes::not_made(&finding.address, why);
            self.refused.push(Refused { finding, why });
        }
    }

    /// The spec with what these units change.
    fn made<'u>(
        &self,
        units: impl IntoIterator<Item = &'u Unit> + Clone,
    ) -> Result<Spec, Box<Diagnostic>> {
        let Input {
            spec, files, today, ..
        } = &self.input;
        let first = |problems: Vec<Diagnostic>| {
            let mut errors = problems.into_iter();
            errors.find(|it| it.severity == Severity::Error)
        };
        let edits = edits_of(units.clone());
        let changed = match edit::changed(&edits, spec, files) {
            Ok(changed) => changed,
            Err(problems) => {
                let unexplained =
                    || Diagnostic::error(codes::INVALID, "the spec cannot be changed so");
                return Err(Box::new(first(problems).unwrap_or_else(unexplained)));
            }
        };
        let (spec, mut problems) = edit::with(files, &changed.texts, spec::read);
        problems.extend(validate::check(&spec, &validate::Context { today: *today }));
        match first(problems) {
            None => Ok(spec),
            Some(error) => {
                let about = units.into_iter().next().map(|unit| unit.address.clone());
                Err(match about {
                    Some(about) => codes::invalid(&about, &error),
                    None => Box::new(error),
                })
            }
        }
    }

    /// The units that cannot be made, by their numbers; `start` is the number of the first.
    fn culprits(&self, start: usize, units: &[Unit]) -> Vec<(usize, Diagnostic)> {
        let Err(why) = self.made(units) else {
            return Vec::new();
        };
        if units.len() < 2 {
            return vec![(start, *why)];
        }
        let (one, other) = units.split_at(units.len() / 2);
        let mut found = self.culprits(start, one);
        found.extend(self.culprits(start + one.len(), other));
        found
    }

    /// The deviations that are accepted.
    pub fn accepted(&self) -> impl Iterator<Item = &DriftFinding> {
        self.units.iter().flat_map(|unit| &unit.findings)
    }

    /// The deviations that are not.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// How many deviations were not chosen.
    #[must_use]
    pub fn others(&self) -> usize {
        self.others
    }

    /// Whether a mirror topic of what is accepted has stopped: none becomes a mirror topic of its link again.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        let is_stopped = |address: &Address| {
            let (Some(half), Some(topic)) = (address.half(), address.mirror()) else {
                return false;
            };
            let hosts = self.input.live.clusters.values();
            let mut rows =
                hosts.filter_map(|host| host.mirrors.read()?.get(&half.link)?.get(topic));
            rows.any(|row| row.status == MirrorStatus::Stopped)
        };
        let stopped_as = |edit: &Edit| {
            let words = [StoppedAs::Promoted, StoppedAs::FailedOver].map(StoppedAs::word);
            words
                .iter()
                .any(|word| edit.new == New::Value(Value::text(*word)))
        };
        self.accepted().any(|finding| is_stopped(&finding.address))
            || self
                .units
                .iter()
                .flat_map(|unit| &unit.edits)
                .any(stopped_as)
    }

    /// What is to be changed in the spec.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        edits_of(&self.units)
    }

    /// Accepts nothing: one deviation that is not accepted keeps the others back.
    pub fn clear(&mut self) {
        self.units.clear();
    }
}

/// The command that makes some edits, where one `linkwright set` can, with words that no shell reads anything into.
fn as_command(edits: &[Edit]) -> Option<String> {
    let (first, rest) = edits.split_first()?;
    if rest.iter().any(|edit| edit.address != first.address) {
        return None;
    }
    let mut words = vec!["linkwright set".to_owned(), first.address.clone()];
    for edit in edits {
        words.push(match &edit.new {
            New::Value(Value::Text(text) | Value::Number(text)) => format!("{}={text}", edit.key),
            New::Value(Value::Bool(is_on)) => format!("{}={is_on}", edit.key),
            New::Removed => format!("--remove {}", edit.key),
            New::Value(_) | New::Unordered(_) | New::Typed(_) => return None,
        });
    }
    words.push("--write".to_owned());
    let command = words.join(" ");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " /._-=".contains(letter);
    command.chars().all(is_plain).then_some(command)
}

/// What a config of a half is declared to be.
fn config_of(desired: &Desired, address: &Address, name: &str) -> Option<DesiredValue> {
    let address = address.half()?;
    let (_, half) = desired.half(address)?;
    Some(half.configs.get(name)?.value.clone())
}

/// The edits of units, each once.
fn edits_of<'u>(units: impl IntoIterator<Item = &'u Unit>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    // Edits of one address that are the same are few; of all there are too many to compare each with each.
    let mut places: BTreeMap<(&str, &[String]), Vec<usize>> = BTreeMap::new();
    for edit in units.into_iter().flat_map(|unit| &unit.edits) {
        let same = places.entry((&edit.address, &edit.key.0)).or_default();
        if !same.iter().any(|at| edits[*at] == *edit) {
            same.push(edits.len());
            edits.push(edit.clone());
        }
    }
    edits
}

/// Which units are at an address, and which on a link.
struct Blame<'u> {
    at: BTreeMap<&'u Address, Vec<usize>>,
    on: BTreeMap<&'u LinkName, Vec<usize>>,
}

impl<'u> Blame<'u> {
    fn of(units: &'u [Unit]) -> Self {
        let mut blame = Self {
            at: BTreeMap::new(),
            on: BTreeMap::new(),
        };
        for (number, unit) in units.iter().enumerate() {
            blame.at.entry(&unit.address).or_default().push(number);
            if let Some(half) = unit.address.half() {
                blame.on.entry(&half.link).or_default().push(number);
            }
        }
        blame
    }

    /// The units of an address, else those of its link, else all.
    fn units(&self, address: &Address, all: usize) -> Vec<usize> {
        let on_link = || self.on.get(&address.half()?.link);
        let found = self.at.get(address).or_else(on_link);
        found.cloned().unwrap_or_else(|| (0..all).collect())
    }
}

/// Those of some units that bring something about by themselves, found by halves.
fn causes(units: &[usize], is_changed: &dyn Fn(&[usize]) -> bool) -> Vec<usize> {
    match units {
        [] => Vec::new(),
        units if !is_changed(units) => Vec::new(),
        [_] => units.to_vec(),
        units => {
            let (one, other) = units.split_at(units.len() / 2);
            [causes(one, is_changed), causes(other, is_changed)].concat()
        }
    }
}
