//! Topics of bidirectional links whose primary is declared: what both halves show of each, and what
//! [`super::direction::decide`] makes of it.

mod view;

use std::collections::{BTreeMap, BTreeSet};

use super::direction::{Decision, Wanted, decide};
use super::effect::{Effect, Names};
use super::finding::{Class, Finding, FindingKind, MirrorFault, MirrorRefusal, TopicFinding};
use super::half::HalfChangeKind;
use super::mirror::{MirrorChange, MirrorNow, Turn, Verb};
use super::refused::{Absent, Refused};
use super::writer::Which;
use super::{Changes, Options, config, held, promotion};
use crate::address::{Address, ClusterName, HalfAddress, TopicName};
use crate::catalog::names;
use crate::desired::{Desired, DesiredTopic, Link, MirrorState, TopicRules};
use crate::live::{MirrorFact, MirrorStatus, Reading, Snapshot, Unread};
use view::{HalfView, View, view};

/// Topics about which the same is said at one half.
type Said = BTreeMap<(HalfAddress, &'static str), (TopicFinding, Vec<TopicName>)>;

/// Compares the topics of one bidirectional link.
pub(super) fn compare(
    desired: &Desired,
    link: &Link,
    rules: &TopicRules,
    live: &Snapshot,
    options: &Options,
    changes: &mut Changes,
) {
    let [first, second] = link.halves.as_slice() else {
        return;
    };
    let (Some(first), Some(second)) = (view(desired, first, live), view(desired, second, live))
    else {
        return;
    };
    let is_barred = |half: &HalfAddress| {
        let at = Address::Half(half.clone());
        let mut found = changes.findings.iter();
        found.any(|finding| finding.address == at && finding.class() == Class::Refusal)
    };
    if is_barred(&first.half.address) || is_barred(&second.half.address) {
        return;
    }
    if let Some(finding) = not_a_pair(&first, &second) {
        return changes.findings.push(finding);
    }
    let mut names: BTreeSet<&TopicName> = rules.literal.keys().collect();
    for half in [&first, &second] {
        for row in half.rows().values() {
            match rules.of(&row.topic) {
                Some(_) => {
                    names.insert(&row.topic);
                }
                None => unmanaged(half, row, changes),
            }
        }
    }
    let mut said = Said::new();
    for topic in names {
        let Some(declared) = rules.of(topic) else {
            continue;
        };
        let pair = match declared.primary == first.half.address.cluster {
            true => Pair {
                p: &first,
                q: &second,
            },
            false => Pair {
                p: &second,
                q: &first,
            },
        };
        pair.topic(
            topic,
            declared,
            (desired, live, options),
            changes,
            &mut said,
        );
    }
    for ((half, _), (mut finding, topics)) in said {
        finding.name(topics);
        changes.findings.push(Finding::new(
            Address::Half(half),
            FindingKind::Topic(finding),
            Some(link.place.clone()),
        ));
    }
}

/// That two halves that are there are no pair, and what differs.
fn not_a_pair(first: &HalfView<'_>, second: &HalfView<'_>) -> Option<Finding> {
    let (one, other) = (first.link()?, second.link()?);
    let mut differs = Vec::new();
    if let (Some(a), Some(b)) = (&one.link_id, &other.link_id)
        && a != b
    {
        let (here, there) = (first.cluster(), second.cluster());
        differs.push(format!("the link id is {a} on {here} and {b} on {there}"));
    }
    for (view, row) in [(first, one), (second, other)] {
        let peer = &view.half.peer;
        if let Some(remote) = row.remote.as_ref().filter(|remote| **remote != peer.id) {
            let (here, name) = (view.cluster(), &peer.cluster);
            differs.push(format!(
                "the other end of {here}'s half is {remote}, and {name} is {}",
                peer.id
            ));
        }
        if let View::Read { host, .. } = &view.seen
            && let Some(Reading::Read(configs)) = host.configs.get(&view.half.address.link)
            && let Some(mode) = configs
                .get(names::LINK_MODE)
                .and_then(|it| it.value.as_ref())
            && !mode.eq_ignore_ascii_case("BIDIRECTIONAL")
        {
            differs.push(format!("link.mode is {mode} on {}", view.cluster()));
        }
    }
    (!differs.is_empty()).then(|| {
        Finding::new(
            config::half_address(&second.half.address),
            FindingKind::Topic(TopicFinding::NotAPair {
                other: first.half.address.clone(),
                differs,
            }),
            Some(second.half.place.clone()),
        )
    })
}

/// A mirror topic that no key governs.
fn unmanaged(half: &HalfView<'_>, row: &MirrorFact, changes: &mut Changes) {
    let status = row.status.clone();
    changes.findings.push(Finding::new(
        Address::Mirror(half.half.address.clone(), row.topic.clone()),
        FindingKind::UnmanagedMirror { status },
        Some(half.half.place.clone()),
    ));
}

/// The halves as one topic sees them.
struct Pair<'a, 'v> {
    p: &'v HalfView<'a>,
    q: &'v HalfView<'a>,
}

impl Pair<'_, '_> {
    fn topic(
        &self,
        topic: &TopicName,
        declared: &DesiredTopic,
        (desired, live, options): (&Desired, &Snapshot, &Options),
        changes: &mut Changes,
        said: &mut Said,
    ) {
        let wanted = Wanted {
            paused: declared.paused,
            copy: declared.copy,
        };
        let mut decisions = Vec::new();
        for p in self.p.sides(topic) {
            for q in self.q.sides(topic) {
                decisions.push(decide(wanted, &p, &q));
            }
        }
        let Some(decision) = decisions.first().cloned() else {
            return;
        };
        if decisions.iter().any(|other| *other != decision) {
            return self.ask_for_topics(topic, changes, said);
        }
        if let Some(held) = self.held_back(topic, declared, &decision, (desired, options)) {
            return changes.findings.push(held);
        }
        match decision {
            Decision::Nothing => {}
            Decision::Act(which, verbs) => {
                let world = (desired, live);
                changes
                    .mirrors
                    .push(self.change(topic, declared, which, verbs, world));
            }
            Decision::NotKnown(which) => {
                let unread = self.of(which);
                if let Some(why) = unread.why(topic) {
                    self.not_known(unread, why, topic, said);
                }
            }
            Decision::PrimaryLost => {
                let finding = TopicFinding::PrimaryLost {
                    cluster: self.p.cluster().clone(),
                    other: self.q.cluster().clone(),
                    topics: Vec::new(),
                };
                say(said, self.q, finding, topic);
            }
            Decision::NoCopy => {
                let cluster = self.q.cluster().clone();
                let topics = Vec::new();
                let why = self.q.why(topic).cloned();
                say(
                    said,
                    self.p,
                    TopicFinding::NoCopy {
                        cluster,
                        why,
                        topics,
                    },
                    topic,
                );
            }
            Decision::NotCopiedInTime => {
                let cluster = self.q.cluster().clone();
                let topics = Vec::new();
                say(
                    said,
                    self.p,
                    TopicFinding::NotCopiedInTime { cluster, topics },
                    topic,
                );
            }
            Decision::Report(status) => {
                let row = self.q.rows().get(topic);
                let fault = match status {
                    MirrorStatus::SourceUnavailable => MirrorFault::PrimaryUnavailable,
                    MirrorStatus::LinkFailed => MirrorFault::PairFailed,
                    MirrorStatus::LinkPaused if self.q.half.is_paused() => return,
                    MirrorStatus::LinkPaused => MirrorFault::LinkPaused,
                    _ => MirrorFault::Failed(row.and_then(|row| row.error.clone())),
                };
                self.find(
                    self.q,
                    topic,
                    FindingKind::MirrorFaulty(fault),
                    declared,
                    changes,
                );
            }
            Decision::UnknownStatus(which, word) => {
                let kind = FindingKind::MirrorFaulty(MirrorFault::UnknownStatus(word));
                self.find(self.of(which), topic, kind, declared, changes);
            }
            Decision::Refuse(why) => self.refuse(topic, why, declared, changes),
        }
    }

    /// What is said instead of an operation or a refusal, where an exception covers the topic's state on either
    /// half.
    fn held_back(
        &self,
        topic: &TopicName,
        declared: &DesiredTopic,
        decision: &Decision,
        (desired, options): (&Desired, &Options),
    ) -> Option<Finding> {
        let is_refused = match decision {
            Decision::Act(..) => false,
            Decision::Refuse(_) => true,
            _ => return None,
        };
        let [p, q] = [self.p, self.q];
        let (address, exception) = [q, p].into_iter().find_map(|half| {
            let address = Address::Mirror(half.half.address.clone(), topic.clone());
            let exception = match is_refused {
                true => held::of_state(desired, options, &address),
                false => held::of_field(desired, options, &address, "state"),
            };
            exception.map(|exception| (address, exception))
        })?;
        let shown = [p, q].map(|half| {
            let row = half.rows().get(topic);
            let status = row.map_or("no mirror topic".to_owned(), |row| row.status.to_string());
            format!("{status} on {}", half.cluster())
        });
        let states = (shown.join(", "), format!("primary: {}", declared.primary));
        Some(held::finding(
            address, "state", states, is_refused, exception,
        ))
    }

    fn of(&self, which: Which) -> &HalfView<'_> {
        match which {
            Which::Primary => self.p,
            Which::Other => self.q,
        }
    }

    fn find(
        &self,
        half: &HalfView<'_>,
        topic: &TopicName,
        kind: FindingKind,
        declared: &DesiredTopic,
        changes: &mut Changes,
    ) {
        changes.findings.push(Finding::new(
            Address::Mirror(half.half.address.clone(), topic.clone()),
            kind,
            Some(declared.place.clone()),
        ));
    }

    /// Whether the clusters have the topic decides, and was not read.
    fn ask_for_topics(&self, topic: &TopicName, changes: &mut Changes, said: &mut Said) {
        for half in [self.p, self.q] {
            let View::Read { host, .. } = &half.seen else {
                continue;
            };
            let row = (half.half.address.link.clone(), topic.clone());
            if half.hides_stopped
                && !half.rows().contains_key(topic)
                && !host.asked_rows.contains_key(&row)
            {
                changes
                    .rows_needed
                    .insert((half.half.address.clone(), topic.clone()));
            }
            match &host.topics {
                Reading::Read(_) => {}
                Reading::NotAsked => {
                    changes.topics_needed.insert(half.cluster().clone());
                }
                Reading::Unread(why) => self.not_known(half, why, topic, said),
            }
        }
    }

    fn not_known(&self, half: &HalfView<'_>, why: &Unread, topic: &TopicName, said: &mut Said) {
        let finding = TopicFinding::NotKnown {
            cluster: half.cluster().clone(),
            why: why.clone(),
            topics: Vec::new(),
        };
        say(said, half, finding, topic);
    }

    fn refuse(
        &self,
        topic: &TopicName,
        why: Refused,
        declared: &DesiredTopic,
        changes: &mut Changes,
    ) {
        let half = match why {
            Refused::ByAnotherClient(_) | Refused::OtherIsMirrorOf(_) => self.q,
            _ => self.p,
        };
        let kind = match why {
            Refused::SourceMissing(at) => FindingKind::SourceTopicMissing {
                cluster: match at {
                    Absent::AtPrimary => self.p.cluster().clone(),
                    Absent::AtOther => self.q.cluster().clone(),
                },
                topic: topic.clone(),
            },
            Refused::OtherIsMirrorOf(link) => {
                FindingKind::MirrorRefused(MirrorRefusal::MirrorOf(link))
            }
            why => FindingKind::Topic(TopicFinding::Refused {
                why,
                primary: self.p.cluster().clone(),
                other: self.q.cluster().clone(),
                rows: [self.p, self.q].map(|half| shown(half, topic)),
            }),
        };
        self.find(half, topic, kind, declared, changes);
    }

    fn change(
        &self,
        topic: &TopicName,
        declared: &DesiredTopic,
        which: Which,
        verbs: &'static [Verb],
        (desired, live): (&Desired, &Snapshot),
    ) -> MirrorChange {
        let (here, there) = match which {
            Which::Primary => (self.p, self.q),
            Which::Other => (self.q, self.p),
        };
        let row = here.rows().get(topic);
        let turns = |verb: &Verb| {
            matches!(
                verb,
                Verb::Reverse | Verb::ReverseAndPause | Verb::Promote | Verb::Failover
            )
        };
        let other = |half: &HalfView<'_>| half.cluster().clone();
        let link_id = here
            .link()
            .or(there.link())
            .and_then(|row| row.link_id.clone());
        let address = &here.half.address;
        MirrorChange {
            half: address.clone(),
            topic: topic.clone(),
            source: topic.clone(),
            verbs,
            wanted: match (verbs.last(), declared.paused) {
                (Some(Verb::Promote), _) => MirrorState::Promoted,
                (Some(Verb::Failover), _) => MirrorState::FailedOver,
                (_, true) => MirrorState::Paused,
                (_, false) => MirrorState::Mirroring,
            },
            live: row.map(|row| MirrorNow::of(row, here.link())),
            configs: declared.configs.clone(),
            turn: Some(Box::new(Turn {
                other: there.half.address.clone(),
                primary: other(self.p),
                writer: match verbs.iter().any(turns) {
                    true => other(self.q),
                    false => other(self.p),
                },
                link_id,
                groups: promotion::synced_groups(address, desired, live),
                readers: readers(desired, live, self.q, topic),
            })),
            unchecked: Vec::new(),
            place: declared.place.clone(),
        }
    }
}

/// Takes back what was said of auto-create about topics that are turned first: after that, the name is that of the
/// mirror topic, or of its source.
pub(super) fn withdraw_turned(changes: &mut Changes) {
    let turns = |verb: &Verb| matches!(verb, Verb::Reverse | Verb::ReverseAndPause | Verb::Restore);
    let turned: BTreeSet<(HalfAddress, TopicName)> = (changes.mirrors.iter())
        .filter(|change| change.verbs.iter().any(turns))
        .filter_map(|change| Some((change, change.turn.as_ref()?)))
        .flat_map(|(change, turn)| {
            [&change.half, &turn.other].map(|half| (half.clone(), change.topic.clone()))
        })
        .collect();
    if turned.is_empty() {
        return;
    }
    for change in &mut changes.halves {
        let (HalfChangeKind::Alter { effects, .. } | HalfChangeKind::Create { effects, .. }) =
            &mut change.kind;
        let half = &change.address;
        effects.retain_mut(|effect| match effect {
            Effect::Collides(Names::Known(topics))
            | Effect::NoLongerSelected(Names::Known(topics)) => {
                topics.retain(|topic| !turned.contains(&(half.clone(), topic.clone())));
                !topics.is_empty()
            }
            _ => true,
        });
    }
}

/// What a half shows of a topic, in the server's words.
fn shown(half: &HalfView<'_>, topic: &TopicName) -> super::finding::RowShown {
    let row = half.rows().get(topic);
    super::finding::RowShown {
        cluster: half.cluster().clone(),
        is_read: matches!(half.seen, View::Read { .. }),
        status: row.map(|row| row.status.clone()),
        since_ms: row.and_then(|row| row.since_ms),
    }
}

fn say(said: &mut Said, half: &HalfView<'_>, finding: TopicFinding, topic: &TopicName) {
    let key = (half.half.address.clone(), finding.code());
    let (_, topics) = said.entry(key).or_insert((finding, Vec::new()));
    topics.push(topic.clone());
}

/// The mirror topics of other declared links that have this half's topic as their source.
fn readers(
    desired: &Desired,
    live: &Snapshot,
    source: &HalfView<'_>,
    topic: &TopicName,
) -> Vec<Address> {
    let others = desired.halves().map(|(_, half)| half).filter(|half| {
        half.peer.id == source.half.cluster_id && half.address.link != source.half.address.link
    });
    let mut found = Vec::new();
    for half in others {
        let host = live.clusters.get(&half.address.cluster);
        let rows = host
            .and_then(|host| host.mirrors.read())
            .and_then(|all| all.get(&half.address.link));
        let reads =
            |row: &&MirrorFact| row.source_topic == *topic && row.status != MirrorStatus::Stopped;
        for row in rows.into_iter().flat_map(BTreeMap::values).filter(reads) {
            found.push(Address::Mirror(half.address.clone(), row.topic.clone()));
        }
    }
    found
}

/// What is said of clusters that are declared lost.
pub(super) fn losses(desired: &Desired, live: &Snapshot, changes: &mut Changes) {
    for cluster in desired.clusters.values() {
        let Some(lost) = &cluster.lost else { continue };
        let finding = match live.answers.contains(&cluster.name) {
            true => TopicFinding::LostAnswers {
                reason: lost.reason.clone(),
            },
            false => TopicFinding::ClusterLost {
                reason: lost.reason.clone(),
                until: lost.until,
            },
        };
        changes.findings.push(Finding::new(
            Address::Cluster(cluster.name.clone()),
            FindingKind::Topic(finding),
            Some(lost.place.clone()),
        ));
        if changes.today.is_some_and(|today| lost.until <= today) {
            changes.findings.push(expired(cluster.name.clone(), lost));
        }
    }
}

/// That the day has passed until which a cluster was declared lost.
pub fn expired(cluster: ClusterName, lost: &crate::desired::Lost) -> Finding {
    Finding::new(
        Address::Cluster(cluster),
        FindingKind::Topic(TopicFinding::LossExpired {
            reason: lost.reason.clone(),
            until: lost.until,
        }),
        Some(lost.place.clone()),
    )
}
