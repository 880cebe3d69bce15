//! What a failover to a link half would lose and how long it would take, against the objectives of the spec: [`Drill`].
//!
//! A drill changes nothing. What it says of a loss is an estimate from two reads, and what it says of time one from a
//! simulation; only [earlier failovers](past) are measured.

pub mod past;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::address::{ClusterName, GroupName, HalfAddress, TopicName};
use crate::desired::{Desired, Objectives};
use crate::health::PastFailover;
use crate::health::past::last;
use crate::live::groups::SyncedGroups;
use crate::live::{EstimateUnknown, LossEstimate, Reading, Snapshot, Verdict, estimate};

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
    /// Earlier failovers to the half; none where no records were read.
    pub past: Option<&'a [PastFailover]>,
}

/// A failover on a simulated copy of the clusters whose source is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnTwin {
    /// From the first read until every mirror topic was writable, in the time of the simulation.
    pub took: Duration,
    /// How many mirror topics were to be failed over, and how many of them were.
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
    /// What would be lost together.
    pub together: LossEstimate,
    /// How long the failover took on a simulated copy, or why that is not known.
    pub on_twin: Result<OnTwin, String>,
    /// Earlier failovers, the newest first; none where no records were read.
    pub past: Option<Vec<PastFailover>>,
    /// The consumer groups with committed offsets in the source topics, by name; none where they were not read.
    pub groups: Option<Vec<Moving>>,
    /// How it compares with what the spec wants.
    pub judged: Vec<Judged>,
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
fn moving(half: &HalfAddress, source: &ClusterName, live: &Snapshot) -> Option<Vec<Moving>> {
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
    let groups = source.groups.read()?.iter();
    let found = groups
        .filter(|(name, _)| reads(name))
        .map(|(name, group)| Moving {
            name: name.clone(),
            is_active: group.is_active(),
            is_synced: (synced.as_ref())
                .map(|it| it.as_ref().is_some_and(|it| it.selects(name.as_str()))),
        });
    Some(found.collect())
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
    /// By the last real failover; none where none is on record, or it does not say.
    pub measured: Option<Verdict>,
}

impl Judged {
    /// By both: missed where either says so, and met where neither says otherwise.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.estimated, self.measured) {
            (Verdict::Missed, _) | (_, Some(Verdict::Missed)) => Verdict::Missed,
            (estimated, _) => estimated,
        }
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
        } = *input;
        let mut halves = desired.halves().map(|(_, it)| it);
        let declared = halves.find(|it| it.address == *half);
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
        let all_of = |topics: Option<&BTreeMap<TopicName, LossEstimate>>| match topics {
            Some(topics) => topics.values().copied().sum(),
            None => LossEstimate::unknown(EstimateUnknown::Unread),
        };
        let topics = topics_after(age);
        let together = all_of(topics.as_ref());
        let when_read = all_of(topics_after(Duration::ZERO).as_ref());
        let mut drill = Self {
            half: half.clone(),
            source: declared.map(|it| it.peer.cluster.clone()),
            sampled,
            age,
            topics: topics.unwrap_or_default(),
            together,
            on_twin: on_twin.clone(),
            past: past.map(<[PastFailover]>::to_vec),
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
            estimated: when_read.behind.against(rpo.most),
            // A run reports what was lost in records, not in time.
            measured: None,
        });
        let rto = objectives.rto.as_ref().map(|rto| {
            let within = |took: Duration| match took <= rto.most {
                true => Verdict::Met,
                false => Verdict::Missed,
            };
            let estimated = match &self.on_twin {
                Ok(run) if run.topics.0 == run.topics.1 => within(run.took),
                // One that did not end says only that it takes longer than it has.
                Ok(_) | Err(_) => Verdict::Unknown,
            };
            Judged {
                kind: ObjectiveKind::Rto,
                most: rto.most,
                estimated,
                measured: self.last().map(|run| match run.is_complete() {
                    true => within(run.took),
                    false => Verdict::Missed,
                }),
            }
        });
        rpo.into_iter().chain(rto).collect()
    }

    /// The last real failover, if any is on record.
    #[must_use]
    pub fn last(&self) -> Option<&PastFailover> {
        last(self.past.as_ref()?)
    }

    /// The shortest, the middle and the longest time of the real failovers that are on record and failed everything over.
    #[must_use]
    pub fn times(&self) -> Option<(Duration, Duration, Duration)> {
        let runs = self.past.iter().flatten();
        let complete = runs.filter(|run| run.is_complete());
        let mut times: Vec<Duration> = complete.map(|run| run.took).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2)?;
        Some((*times.first()?, *middle, *times.last()?))
    }

    /// What is the worst of its objectives; met where it has none.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.judged.iter().map(Judged::verdict);
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

    fn run(took: u64, topics: (usize, usize), began: i64) -> PastFailover {
        PastFailover {
            run: format!("r{began}"),
            began: jiff::Timestamp::from_second(began).unwrap(),
            took: Duration::from_secs(took),
            topics,
            lost: 0,
        }
    }

    fn drill(on_twin: Result<OnTwin, String>, past: Option<Vec<PastFailover>>) -> Drill {
        let mut drill = Drill {
            half: HalfAddress {
                cluster: "west".into(),
                link: "dr".into(),
            },
            source: None,
            sampled: None,
            age: Duration::ZERO,
            topics: BTreeMap::new(),
            together: LossEstimate::unknown(EstimateUnknown::ReadOnce),
            on_twin,
            past,
            groups: None,
            judged: Vec::new(),
        };
        let place = crate::diagnostic::Place {
            file: "links.yaml".into(),
            span: (0, 1),
            line: 1,
            column: 1,
        };
        let rto = crate::desired::Objective {
            most: Duration::from_secs(60),
            place,
        };
        let objectives = Objectives {
            rpo: None,
            rto: Some(rto),
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
