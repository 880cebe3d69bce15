//! Verbs for people in an incident → edits of the spec and the addresses to plan: [`of_addresses`] and [`switchover`].
//!
//! A verb says what the spec is to say. Whether live state permits it is decided by the plan, as for every change.

mod find;
mod mirror;
mod topic;

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use super::files::Edit;
use super::path::Path;
use super::value::Value;
use crate::address::{Address, HalfAddress, TopicName};
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::{LinkObject, Spec};

/// What is to be done with mirror topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// They become ordinary topics at once, with what has been copied so far.
    Failover,
    /// They become ordinary topics after everything has been copied.
    Promote,
    /// They stop copying.
    Pause,
    /// They copy again.
    Resume,
}

impl Verb {
    /// Its word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Failover => "failover",
            Self::Promote => "promote",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }

    /// Whether what it stops can never be a mirror topic of the link again.
    fn stops(self) -> bool {
        matches!(self, Self::Failover | Self::Promote)
    }
}

/// That a cluster is lost, as the spec is to say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Why.
    pub reason: String,
    /// The day on which it must be checked again.
    pub until: jiff::civil::Date,
}

/// The live mirror topics of halves, as far as they were read, and whether each still runs.
pub type Live = BTreeMap<HalfAddress, BTreeMap<TopicName, bool>>;

/// What a verb asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// What the spec is to say.
    pub edits: Vec<Edit>,
    /// What to plan.
    pub targets: Vec<Address>,
    /// Between which clusters.
    pub ends: Vec<End>,
    /// What was left as it is, and why.
    pub notes: Vec<String>,
}

/// The clusters of a link, as an address of it sees them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// The cluster of the address: it takes over, or has the copy.
    pub here: String,
    /// The other one.
    pub peer: String,
    /// The key of the link.
    pub link: String,
    /// Whether the link declares its topics by where they are written.
    pub has_topics: bool,
    /// Whether topics of it are created by patterns, which follow the direction: what selects them is a config of each half.
    pub auto_creates: bool,
}

impl End {
    fn of(object: &LinkObject<'_>) -> Self {
        Self {
            here: object.holder_name().unwrap_or_default().to_owned(),
            peer: object.peer_name().unwrap_or("the source").to_owned(),
            link: object.key.as_str().to_owned(),
            has_topics: !object.link.topics.is_empty(),
            auto_creates: object
                .link
                .topics
                .iter()
                .any(|(_, topic)| topic.auto_creates()),
        }
    }
}

/// The halves among some addresses whose live mirror topics must be read before a verb is applied to them: the spec
/// does not name all of them, or names some that do not exist and cannot be stopped.
#[must_use]
pub fn to_read(spec: &Spec, verb: Verb, addresses: &[String]) -> Vec<HalfAddress> {
    let halves = addresses
        .iter()
        .filter_map(|text| match Address::parse(text) {
            Some(Address::Half(half)) => Some(half),
            _ => None,
        });
    let is_open = |half: &HalfAddress| {
        find::object(spec, half).is_some_and(|object| {
            object.link.topics.is_empty() && (object.auto_create().is_some() || verb.stops())
        })
    };
    halves.filter(is_open).collect()
}

/// What a verb means for some addresses: `CLUSTER/LINK/TOPIC`, or `CLUSTER/LINK` for all mirror topics of the half.
///
/// # Errors
/// With every address that it cannot be applied to.
pub fn of_addresses(
    spec: &Spec,
    verb: Verb,
    addresses: &[String],
    loss: Option<&Loss>,
    live: &Live,
) -> Result<Asked, Vec<Diagnostic>> {
    let mut making = Making {
        spec,
        verb,
        loss,
        live,
        asked: Asked::default(),
        lost: BTreeSet::new(),
    };
    let mut problems: Vec<Diagnostic> = Vec::new();
    for address in addresses {
        let added = making.address(address);
        problems.extend(added.err().map(|problem| *problem));
    }
    // The same is not said twice.
    let mut said = BTreeSet::new();
    problems.retain(|problem| said.insert((problem.code, problem.summary.clone())));
    match problems.is_empty() {
        true => Ok(making.asked),
        false => Err(problems),
    }
}

struct Making<'a> {
    spec: &'a Spec,
    verb: Verb,
    loss: Option<&'a Loss>,
    live: &'a Live,
    asked: Asked,
    /// The clusters that the edits declare lost.
    lost: BTreeSet<String>,
}

/// A problem, or nothing.
type Outcome = Result<(), Box<Diagnostic>>;

impl<'a> Making<'a> {
    fn address(&mut self, text: &str) -> Outcome {
        let address = find::address(self.spec, text)?;
        let Some(half) = address.half() else {
            return Err(find::not_a_link(self.spec, text));
        };
        let object = find::declared(self.spec, half, text)?;
        let is_new = !self.asked.targets.contains(&address);
        if is_new {
            self.asked.targets.push(address.clone());
            self.asked.ends.push(End::of(&object));
        }
        match (address.mirror(), object.link.topics.is_empty()) {
            _ if !is_new => Ok(()),
            (Some(topic), true) => self.mirror(&object, half, topic.as_str(), text),
            (None, true) => self.mirrors(&object, half, text),
            (Some(topic), false) => self.topic(&object, half, topic.as_str(), text),
            (None, false) => self.topics(&object, half, text),
        }
    }

    /// Declares the cluster at the other end lost, if that is asked for and not declared yet.
    fn lose(&mut self, object: &LinkObject<'a>) -> Outcome {
        let (Some(loss), Some(peer)) = (self.loss, object.peer_name()) else {
            return Ok(());
        };
        if find::is_lost(self.spec, peer) || !self.lost.insert(peer.to_owned()) {
            return Ok(());
        }
        let value = Value::Map(vec![
            ("reason".to_owned(), Value::text(&loss.reason)),
            ("until".to_owned(), Value::text(loss.until.to_string())),
        ]);
        let path = Path::of(["clusters", peer, "lost"]);
        self.asked.edits.push(Edit::set(&path, value));
        Ok(())
    }

    fn set(&mut self, path: &Path, word: &str) {
        self.asked.edits.push(Edit::set(path, Value::text(word)));
    }

    fn note(&mut self, words: String) {
        self.asked.notes.push(words);
    }
}

/// What a switchover of a link means: every topic of it is written on this cluster.
///
/// # Errors
/// When the link has no direction that could change, or a cluster of it is declared lost.
pub fn switchover(spec: &Spec, link: &str, to: &str) -> Result<Asked, Vec<Diagnostic>> {
    topic::switchover(spec, link, to).map_err(|problem| vec![*problem])
}

/// The verb cannot be applied to what the spec says.
fn unfit(verb: &str, address: &str, why: &str, at: &Place, help: String) -> Box<Diagnostic> {
    let summary = format!("cannot {verb} `{address}`: {why}");
    Box::new(
        Diagnostic::error(codes::UNFIT, summary)
            .at(at, "the spec says this")
            .help(help),
    )
}
