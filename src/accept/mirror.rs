//! Mirror topics and topics that are not in the declared state → the edits that declare the state that they are in:
//! [`state`], [`added`] and [`topic`].

use super::{StoppedAs, World, codes};
use crate::address::{Address, ClusterName, HalfAddress, TopicName};
use crate::desired::{DesiredTopic, Half, Link};
use crate::diagnostic::Diagnostic;
use crate::edit::{Edit, New, Path, Value, Wanted};
use crate::live::loss::loss;
use crate::live::{MirrorFact, MirrorStatus, Reading};

type Edits = Result<Vec<Edit>, Box<Diagnostic>>;

/// Two clocks that stamped two stopped rows may differ by this much, in milliseconds.
const APART_MS: i64 = 300_000;

/// The state of a mirror topic as a spec writes it.
pub(super) fn word(
    about: &Address,
    row: &MirrorFact,
    stopped_as: Option<StoppedAs>,
) -> Result<&'static str, Box<Diagnostic>> {
    match &row.status {
        MirrorStatus::Active => Ok("mirroring"),
        MirrorStatus::Paused => Ok("paused"),
        MirrorStatus::Stopped => stopped(about, row, stopped_as),
        status if status.is_transitional() => Err(codes::unsettled(about, status)),
        status => Err(codes::status(about, status)),
    }
}

/// What stopped a mirror topic: its figures show it where something was left behind, else only who was there knows.
fn stopped(
    about: &Address,
    row: &MirrorFact,
    stopped_as: Option<StoppedAs>,
) -> Result<&'static str, Box<Diagnostic>> {
    let not_copied = loss(row, None, &[]).least;
    match (not_copied > 0, stopped_as) {
        (true, Some(StoppedAs::Promoted)) => Err(codes::contradicted(about, not_copied)),
        (true, _) | (false, Some(StoppedAs::FailedOver)) => Ok("failed-over"),
        (false, Some(StoppedAs::Promoted)) => Ok("promoted"),
        (false, None) => Err(codes::stopped(about)),
    }
}

/// A mirror topic gets the state that it is in.
pub(super) fn state(half: &HalfAddress, topic: &TopicName, state: &str) -> Edit {
    Edit {
        address: Address::Mirror(half.clone(), topic.clone()).to_string(),
        key: Path::of(["state"]),
        new: New::Value(Value::text(state)),
    }
}

/// A mirror topic that no key governs gets one.
pub(super) fn added(half: &HalfAddress, source: &TopicName, state: &str) -> Edit {
    let members = match state {
        "mirroring" => Vec::new(),
        state => vec![("state".to_owned(), Value::text(state))],
    };
    entry(half, source, New::Value(Value::Map(members)))
}

/// The entry of a mirror topic is removed.
pub(super) fn removed(half: &HalfAddress, source: &TopicName) -> Edit {
    entry(half, source, New::Removed)
}

fn entry(half: &HalfAddress, source: &TopicName, new: New) -> Edit {
    Edit {
        address: half.to_string(),
        key: Path::of(["mirrors", source.as_str()]),
        new,
    }
}

/// What is seen of a topic of a bidirectional link.
struct Topic<'a> {
    about: &'a Address,
    name: &'a TopicName,
    link: &'a Link,
}

/// Where a topic is written, and what the other side has of it.
struct Seen {
    primary: ClusterName,
    /// Whether the mirror topic on the other side is paused; none where that is not known now.
    paused: Option<bool>,
    copy: bool,
}

/// A topic of a bidirectional link gets the `primary` where it is written, and the state of its copy.
pub(super) fn topic(
    about: &Address,
    name: &TopicName,
    link: &Link,
    declared: Option<&DesiredTopic>,
    world: &World<'_>,
) -> Edits {
    let topic = Topic { about, name, link };
    let seen = topic.seen(declared, world)?;
    let Some(half) = about.half() else {
        return Err(codes::no_writer(about));
    };
    let entry = world.spec.links.get(link.key.as_str());
    let (Some(_), Some(topics)) = (declared, entry.map(|entry| &entry.topics)) else {
        let mut members = vec![("primary".to_owned(), Value::text(seen.primary.as_str()))];
        if seen.paused == Some(true) {
            members.push(("state".to_owned(), Value::text("paused")));
        }
        if !seen.copy {
            members.push(("copy".to_owned(), Value::text("none")));
        }
        let path = Path::of(["links", link.key.as_str(), "topics", name.as_str()]);
        return Ok(vec![Edit::set(&path, Value::Map(members))]);
    };
    let wanted = Wanted {
        primary: Some(seen.primary.as_str()),
        copy: Some(seen.copy),
        paused: seen.paused,
    };
    let address = Address::Mirror(half.clone(), name.clone()).to_string();
    let keys = wanted.keys_of(topics, name.as_str()).unwrap_or_default();
    Ok(keys
        .into_iter()
        .map(|(key, new)| Edit {
            address: address.clone(),
            key: Path::of([key]),
            new,
        })
        .collect())
}

impl Topic<'_> {
    fn seen(
        &self,
        declared: Option<&DesiredTopic>,
        world: &World<'_>,
    ) -> Result<Seen, Box<Diagnostic>> {
        let [one, other] = self.link.halves.as_slice() else {
            return Err(codes::no_writer(self.about));
        };
        let rows = [self.row(one, world)?, self.row(other, world)?];
        let passing = rows
            .iter()
            .flatten()
            .find(|row| row.status.is_transitional());
        if let Some(row) = passing {
            return Err(codes::unsettled(self.about, &row.status));
        }
        let cluster = |half: &Half| half.address.cluster.clone();
        let is_live =
            |row: Option<&MirrorFact>| row.is_some_and(|it| it.status != MirrorStatus::Stopped);
        let copied = |row: Option<&MirrorFact>, primary: &Half| Seen {
            primary: cluster(primary),
            paused: row.and_then(|row| match row.status {
                MirrorStatus::Active => Some(false),
                MirrorStatus::Paused => Some(true),
                _ => None,
            }),
            copy: true,
        };
        let alone = |primary: ClusterName| Seen {
            primary,
            paused: None,
            copy: false,
        };
        match (is_live(rows[0]), is_live(rows[1]), rows) {
            (true, true, _) => Err(codes::no_writer(self.about)),
            (true, false, [row, _]) => Ok(copied(row, other)),
            (false, true, [_, row]) => Ok(copied(row, one)),
            (false, false, [Some(_), None]) => Ok(alone(cluster(one))),
            (false, false, [None, Some(_)]) => Ok(alone(cluster(other))),
            (false, false, [Some(a), Some(b)]) => match a.since_ms.zip(b.since_ms) {
                Some((a, b)) if a.saturating_sub(b) > APART_MS => Ok(alone(cluster(one))),
                Some((a, b)) if b.saturating_sub(a) > APART_MS => Ok(alone(cluster(other))),
                _ => Err(codes::stopped_on_both(self.about)),
            },
            (false, false, [None, None]) => match declared {
                Some(declared) if declared.copy && !world.is_named(self.about) => {
                    Err(codes::never_seen(self.about))
                }
                Some(declared) => Ok(alone(declared.primary.clone())),
                None => Err(codes::no_writer(self.about)),
            },
        }
    }

    /// The topic's row on a half.
    fn row<'w>(
        &self,
        half: &Half,
        world: &World<'w>,
    ) -> Result<Option<&'w MirrorFact>, Box<Diagnostic>> {
        let cluster = &half.address.cluster;
        let unread = || codes::primary_unknown(self.about, cluster);
        let host = world.live.clusters.get(cluster).ok_or_else(unread)?;
        match &host.mirrors {
            Reading::Read(all) => Ok(all
                .get(&half.address.link)
                .and_then(|rows| rows.get(self.name))),
            Reading::Unread(_) | Reading::NotAsked => Err(unread()),
        }
    }
}
