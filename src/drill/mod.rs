//! What a failover to a link half would lose and how long it would take, against the objectives of the spec: [`Drill`].
//!
//! A drill changes nothing. What it says of a loss is an estimate from two reads, and what it says of time one from a
//! simulation; only [earlier failovers](past) are measured.

pub mod past;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::address::{ClusterName, GroupName, HalfAddress, TopicName};
use crate::desired::{Desired, Half, Link, MirrorState, Objectives};
use crate::health::PastFailover;
use crate::health::past::last;
use crate::live::groups::SyncedGroups;
use crate::live::{
    EstimateUnknown, LossEstimate, MirrorFact, Reading, Snapshot, Verdict, estimate,
};

/// What a drill is judged from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The half whose mirror topics would be failed over.
    pub half: &'a HalfAddress,
    /// What the spec declares, without the failover.
    pub desired: &'a Desired,
    /// What was read, mirror topics twice.
    pub live: &'a Snapshot,
    /// How old the second read is.
    pub age: Duration,
    /// How long the failover took on a simulated copy, or why that is not known.
    pub on_twin: &'a Result<OnTwin, String>,
    /// Earlier failovers to the half; none where no store is named, and why a named one does not say.
    pub past: Result<Option<&'a [PastFailover]>, &'a str>,
    /// How many mirror topics the plan fails over.
    pub failovers: usize,
    /// Whether the failover would be refused.
    pub is_refused: bool,
}

/// How long to wait between two reads, where no one says it: short enough that mirror topics which keep up are known to keep
/// to the objective, by the bounds of [`estimate`].
#[must_use]
pub fn sample_for(objectives: Option<&Objectives>) -> Duration {
    const LONGEST: Duration = Duration::from_secs(10);
    const SHORTEST: Duration = Duration::from_millis(250);
    let rpo = objectives.and_then(|it| it.rpo.as_ref());
    rpo.map_or(LONGEST, |rpo| {
        let half = rpo.most.saturating_sub(estimate::FETCH) / 2;
        half.clamp(SHORTEST, LONGEST)
    })
}

/// A failover on a simulated copy of the clusters whose source is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnTwin {
    /// From the first read until every mirror topic was writable, in the time of the simulation.
    pub took: Duration,
    /// How many mirror topics of the half had not stopped, and how many of them had in the end.
    pub topics: (usize, usize),
    /// What was not known of the clusters, and what was assumed in its place.
    pub assumed: Vec<(String, String)>,
}

/// What a drill comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// The half.
    pub half: HalfAddress,
    /// The cluster that would be lost.
    pub source: Option<ClusterName>,
    /// The time between the two reads, if there were two.
    pub sampled: Option<Duration>,
    /// How old the second read is.
    pub age: Duration,
    /// What would be lost of each mirror topic that has not stopped.
    pub topics: BTreeMap<TopicName, LossEstimate>,
    /// The topics that the spec declares and of which no mirror topic is there: all of them would be lost.
    pub not_mirrored: BTreeSet<TopicName>,
    /// What would be lost together; without an upper bound where something is not mirrored.
    pub together: LossEstimate,
    /// How many mirror topics the plan fails over.
    pub failovers: usize,
    /// Whether the failover would be refused.
    pub is_refused: bool,
    /// Whether the mirror topics were read.
    pub is_read: bool,
    /// How long the failover took on a simulated copy, or why that is not known.
    pub on_twin: Result<OnTwin, String>,
    /// Earlier failovers, the newest first; none where no store is named, and why a named one does not say.
    pub past: Result<Option<Vec<PastFailover>>, String>,
    /// The consumer groups with committed offsets in the source topics, by name; none where they were not read.
    pub groups: Option<Groups>,
    /// How it compares with what the spec wants.
    pub judged: Vec<Judged>,
}

/// Consumer groups of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// Those that read what would be failed over, by name.
    pub moving: Vec<Moving>,
    /// How many there are whose offsets could not be read.
    pub unread: usize,
}

/// A consumer group that reads what would be failed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Its name at the source.
    pub name: GroupName,
    /// Whether it has members.
    pub is_active: bool,
    /// Whether the link copies its offsets; none where that is not known.
    pub is_synced: Option<bool>,
}

/// The groups of the source with committed offsets in the source topics of a half's mirror topics.
fn moving(half: &HalfAddress, source: &ClusterName, live: &Snapshot) -> Option<Groups> {
    let cluster = live.clusters.get(&half.cluster)?;
    let mirrors = cluster.mirrors.read()?.get(&half.link)?;
    let topics: BTreeSet<&TopicName> = mirrors.values().map(|it| &it.source_topic).collect();
    let configs = cluster.configs.get(&half.link).and_then(Reading::read);
    let synced = configs.and_then(|it| SyncedGroups::of(half, it).ok());
    let source = live.clusters.get(source)?;
    let reads = |group: &GroupName| {
        let offsets = source.group_offsets.get(group).and_then(Reading::read);
        let mut topics_of = offsets.into_iter().flatten().map(|((topic, _), _)| topic);
        topics_of.any(|topic| topics.contains(topic))
    };
    let groups = source.groups.read()?;
    let is_unread = |group: &&GroupName| {
        let offsets = source.group_offsets.get(*group);
        offsets.and_then(Reading::read).is_none()
    };
    let unread = groups.keys().filter(is_unread).count();
    let found = (groups.iter())
        .filter(|(name, _)| reads(name))
        .map(|(name, group)| Moving {
            name: name.clone(),
            is_active: group.is_active(),
            is_synced: (synced.as_ref())
                .map(|it| it.as_ref().is_some_and(|it| it.selects(name.as_str()))),
        });
    Some(Groups {
        moving: found.collect(),
        unread,
    })
}

/// The topics that the spec wants mirrored to a half and of which no mirror topic is there.
fn not_mirrored(
    link: &Link,
    half: &Half,
    live: &BTreeMap<TopicName, MirrorFact>,
) -> BTreeSet<TopicName> {
    let mirrors = half.mirrors.literal.iter();
    let mirrors = mirrors
        .filter(|(_, it)| matches!(it.state, MirrorState::Mirroring | MirrorState::Paused))
        .map(|(topic, _)| topic);
    let topics = link.topics.iter().flat_map(|it| &it.literal);
    let topics = topics
        .filter(|(_, it)| it.copy && it.primary == half.peer.cluster)
        .map(|(topic, _)| topic);
    let is_there = |topic: &TopicName| live.values().any(|it| it.source_topic == *topic);
    mirrors
        .chain(topics)
        .filter(|topic| !is_there(topic))
        .cloned()
        .collect()
}

/// An objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectiveKind {
    /// How far mirror topics may be behind.
    Rpo,
    /// How long a failover may take.
    Rto,
}

/// An objective of the spec, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Which.
    pub kind: ObjectiveKind,
    /// The most that the spec wants.
    pub most: Duration,
    /// By the estimate.
    pub estimated: Verdict,
    /// By the last failover that is on record; none where there is none, or it was one of fewer mirror topics and did not take
    /// too long. Not known where the store that has the records does not say.
    pub measured: Option<Verdict>,
}

impl Judged {
    /// By both: missed where either says so, and met where neither says otherwise.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.estimated, self.measured) {
            (Verdict::Missed, _) | (_, Some(Verdict::Missed)) => Verdict::Missed,
            (_, Some(Verdict::Unknown)) => Verdict::Unknown,
            (estimated, _) => estimated,
        }
    }
}

impl OnTwin {
    /// Whether every mirror topic became writable.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.topics.0 == self.topics.1
    }
}

impl Drill {
    /// Judges.
    #[must_use]
    pub fn of(input: &Input<'_>) -> Self {
        let Input {
            half,
            desired,
            live,
            age,
            on_twin,
            past,
            failovers,
            is_refused,
        } = *input;
        let found = desired.half(half);
        let declared = found.map(|(_, it)| it);
        let cluster = live.clusters.get(&half.cluster);
        let link = cluster.and_then(|it| it.links.read()?.get(&half.link));
        let mirrors = cluster.and_then(|it| it.mirrors.read());
        let sampled = cluster.and_then(|it| it.sampled);
        let none = BTreeMap::new();
        let read = link.zip(mirrors);
        let topics_after = |after| {
            let (link, all) = read?;
            let mirrors = all.get(&half.link).unwrap_or(&none);
            Some(estimate::of_link(link, mirrors, sampled, after))
        };
        let not_mirrored = match (found, mirrors) {
            (Some((link, it)), Some(all)) => {
                not_mirrored(link, it, all.get(&half.link).unwrap_or(&none))
            }
            _ => BTreeSet::new(),
        };
        let all_of = |topics: Option<&BTreeMap<TopicName, LossEstimate>>| {
            let all: LossEstimate = match topics {
                Some(topics) => topics.values().copied().sum(),
                None => LossEstimate::unknown(EstimateUnknown::Unread),
            };
            match not_mirrored.is_empty() {
                true => all,
                false => all.and(LossEstimate::unknown(EstimateUnknown::NotMirrored)),
            }
        };
        let topics = topics_after(age);
        let together = all_of(topics.as_ref());
        let when_read = all_of(topics_after(Duration::ZERO).as_ref());
        let mut drill = Self {
            half: half.clone(),
            source: declared.map(|it| it.peer.cluster.clone()),
            sampled,
            age,
            is_read: topics.is_some(),
            topics: topics.unwrap_or_default(),
            not_mirrored,
            together,
            failovers,
            is_refused,
            on_twin: on_twin.clone(),
            past: past
                .map(|runs| runs.map(<[PastFailover]>::to_vec))
                .map_err(str::to_owned),
            groups: declared.and_then(|it| moving(half, &it.peer.cluster, live)),
            judged: Vec::new(),
        };
        let objectives = declared.and_then(|it| it.objectives.as_ref());
        drill.judged = objectives
            .map(|it| drill.judge(it, &when_read))
            .unwrap_or_default();
        drill
    }

    /// What the reads have taken since the second one makes an estimate wider, but not an objective unknown: it is judged by
    /// what would have been lost at that read.
    fn judge(&self, objectives: &Objectives, when_read: &LossEstimate) -> Vec<Judged> {
        let rpo = objectives.rpo.as_ref().map(|rpo| Judged {
            kind: ObjectiveKind::Rpo,
            most: rpo.most,
            estimated: match self.failovers {
                // Where nothing would be failed over, or may be, there is nothing that keeps to it.
                _ if self.is_refused => Verdict::Unknown,
                0 => Verdict::Unknown,
                _ => when_read.behind.against(rpo.most),
            },
            // A run reports what was lost in records, not in time.
            measured: None,
        });
        let rto = objectives.rto.as_ref().map(|rto| {
            let within = |took: Duration| match took <= rto.most {
                true => Verdict::Met,
                false => Verdict::Missed,
            };
            let estimated = match &self.on_twin {
                Ok(run) if run.is_complete() && self.failovers > 0 && !self.is_refused => {
                    within(run.took)
                }
                // One that left something says only that it takes longer than it has.
                Ok(_) | Err(_) => Verdict::Unknown,
            };
            Judged {
                kind: ObjectiveKind::Rto,
                most: rto.most,
                estimated,
                measured: match (&self.past, self.last()) {
                    (Err(_), _) => Some(Verdict::Unknown),
                    (Ok(_), Some(run)) => match run.against(rto.most) {
                        // That one of fewer mirror topics was in time says nothing of them all.
                        Verdict::Met if run.topics.1 < self.failovers => None,
                        verdict => Some(verdict),
                    },
                    (Ok(_), None) => None,
                },
            }
        });
        rpo.into_iter().chain(rto).collect()
    }

    /// The failovers that are on record.
    pub fn runs(&self) -> impl Iterator<Item = &PastFailover> {
        self.past.iter().flatten().flatten()
    }

    /// The last real failover, if any is on record.
    #[must_use]
    pub fn last(&self) -> Option<&PastFailover> {
        last(self.past.as_ref().ok()?.as_ref()?)
    }

    /// The shortest, the middle and the longest time of the real failovers that are on record and failed everything over.
    #[must_use]
    pub fn times(&self) -> Option<(Duration, Duration, Duration)> {
        let complete = self.runs().filter(|run| run.is_complete());
        let mut times: Vec<Duration> = complete.map(|run| run.took).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2)?;
        Some((*times.first()?, *middle, *times.last()?))
    }

    /// What is the worst of its objectives; met where it has none, and not known where the mirror topics were not read.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let unread = (!self.is_read).then_some(Verdict::Unknown);
        let verdicts = self.judged.iter().map(Judged::verdict).chain(unread);
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Met => 0,
            Verdict::Unknown => 1,
            Verdict::Missed => 2,
        };
        verdicts.max_by_key(rank).unwrap_or(Verdict::Met)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::Objective;
    use crate::diagnostic::Place;

    fn run(took: u64, topics: (usize, usize), began: i64) -> PastFailover {
        PastFailover {
            run: format!("r{began}"),
            began: jiff::Timestamp::from_second(began).unwrap(),
            took: Duration::from_secs(took),
            topics,
            lost: 0,
        }
    }

    fn objective(seconds: u64) -> Objective {
        Objective {
            most: Duration::from_secs(seconds),
            place: Place {
                file: "links.yaml".into(),
                span: (0, 1),
                line: 1,
                column: 1,
            },
        }
    }

    fn drill(on_twin: Result<OnTwin, String>, past: Option<Vec<PastFailover>>) -> Drill {
        of(2, on_twin, Ok(past))
    }

    fn of(
        failovers: usize,
        on_twin: Result<OnTwin, String>,
        past: Result<Option<Vec<PastFailover>>, String>,
    ) -> Drill {
        let mut drill = Drill {
            half: HalfAddress {
                cluster: "west".into(),
                link: "dr".into(),
            },
            source: None,
            sampled: None,
            age: Duration::ZERO,
            topics: BTreeMap::new(),
            not_mirrored: BTreeSet::new(),
            failovers,
            is_refused: false,
            is_read: true,
            together: LossEstimate::unknown(EstimateUnknown::ReadOnce),
            on_twin,
            past,
            groups: None,
            judged: Vec::new(),
        };
        let objectives = Objectives {
            rpo: None,
            rto: Some(objective(60)),
        };
        drill.judged = drill.judge(&objectives, &drill.together);
        drill
    }

    fn twin(took: u64, topics: (usize, usize)) -> Result<OnTwin, String> {
        Ok(OnTwin {
            took: Duration::from_secs(took),
            topics,
            assumed: Vec::new(),
        })
    }

    #[test]
    fn reads_are_close_enough_to_show_that_an_objective_is_kept() {
        let sample = |rpo: Option<u64>| {
            let objectives = rpo.map(|rpo| Objectives {
                rpo: Some(objective(rpo)),
                rto: None,
            });
            sample_for(objectives.as_ref())
        };
        assert_eq!(sample(None), Duration::from_secs(10));
        assert_eq!(sample(Some(3600)), Duration::from_secs(10));
        for rpo in [1, 2, 5, 20] {
            let most = sample(Some(rpo)) + estimate::FETCH;
            assert!(most < Duration::from_secs(rpo), "{rpo}: {most:?}");
        }
    }

    #[test]
    fn the_time_is_judged_by_the_simulation_and_by_the_last_real_failover() {
        let verdict = |on_twin, past| drill(on_twin, past).verdict();
        let unknown = || Err("no snapshot".to_owned());
        let runs = |took| Some(vec![run(took, (2, 2), 1)]);
        assert_eq!(verdict(twin(50, (2, 2)), None), Verdict::Met);
        assert_eq!(verdict(twin(70, (2, 2)), None), Verdict::Missed);
        assert_eq!(verdict(twin(50, (2, 1)), None), Verdict::Unknown);
        assert_eq!(verdict(unknown(), None), Verdict::Unknown);
        assert_eq!(verdict(twin(50, (2, 2)), runs(61)), Verdict::Missed);
        assert_eq!(verdict(twin(50, (2, 2)), runs(60)), Verdict::Met);
        assert_eq!(verdict(unknown(), runs(60)), Verdict::Unknown);
        assert_eq!(verdict(unknown(), runs(61)), Verdict::Missed);
        // One that left a mirror topic behind did not keep to it, however short.
        let partial = Some(vec![run(5, (2, 1), 1)]);
        assert_eq!(verdict(twin(50, (2, 2)), partial), Verdict::Missed);
        // One of fewer mirror topics proves nothing unless it took too long.
        let fewer = |took| Some(vec![run(took, (1, 1), 1)]);
        let measured = |past| drill(twin(50, (2, 2)), past).judged[0].measured;
        assert_eq!(measured(fewer(5)), None);
        assert_eq!(measured(fewer(61)), Some(Verdict::Missed));
        // Nothing to fail over, or a store that is named and silent, is not kept to.
        assert_eq!(of(0, twin(0, (0, 0)), Ok(None)).verdict(), Verdict::Unknown);
        let silent = Err("no answer".to_owned());
        assert_eq!(of(2, twin(50, (2, 2)), silent).verdict(), Verdict::Unknown);
    }

    #[test]
    fn the_last_run_is_the_one_that_began_last() {
        let runs = vec![run(10, (1, 1), 5), run(30, (1, 1), 9), run(20, (1, 1), 7)];
        let drill = drill(twin(1, (1, 1)), Some(runs));
        assert_eq!(drill.last().unwrap().run, "r9");
        let seconds = drill
            .times()
            .map(|(a, b, c)| [a, b, c].map(|it| it.as_secs()));
        assert_eq!(seconds, Some([10, 20, 30]));
    }
}
