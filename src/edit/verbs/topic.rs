//! Verbs on the topics of a bidirectional link that declares `topics`, by where they are written.

use super::super::covering::entry;
use super::super::files::Edit;
use super::super::topic::Wanted;
use super::{Asked, End, Making, Outcome, Path, Value, Verb, codes, find, unfit};
use crate::address::{Address, HalfAddress};
use crate::catalog::nearest_of;
use crate::diagnostic::Diagnostic;
use crate::spec::{self, Link, LinkObject, Located, Spec, Topic};

/// What a verb makes of a topic.
enum Step<'h> {
    /// The spec says so already.
    Nothing,
    /// Its entry is to say this.
    Entry(Wanted<'h>),
    /// It has no effect on it, and what to do.
    Unfit(String, String),
}

impl<'a> Making<'a> {
    /// One topic.
    pub(super) fn topic(
        &mut self,
        object: &LinkObject<'a>,
        half: &HalfAddress,
        name: &str,
        text: &str,
    ) -> Outcome {
        let topics = &object.link.topics;
        let Some(entry) = entry(topics, name) else {
            let known = topics.names().map(|name| name.as_str());
            let known = known.filter(|name| !name.contains('*'));
            return Err(find::no_topic(text, half, name, known));
        };
        match self.step(object, half, entry.value, name)? {
            Step::Nothing => {}
            Step::Unfit(why, help) => {
                return Err(unfit(self.verb.word(), text, &why, &entry.name.place, help));
            }
            Step::Entry(wanted) => {
                let keys = wanted.keys(entry.value, entry.is_own).into_iter();
                self.asked.edits.extend(keys.map(|(key, new)| Edit {
                    address: text.to_owned(),
                    key: Path::of([key]),
                    new,
                }));
            }
        }
        self.lose_primary(object)
    }

    /// All topics of the link, as this half sees them.
    pub(super) fn topics(
        &mut self,
        object: &LinkObject<'a>,
        half: &HalfAddress,
        text: &str,
    ) -> Outcome {
        let mut is_fit = false;
        let link = Path::of(["links", object.key.as_str(), "topics"]);
        for (name, topic) in object.link.topics.iter() {
            let path = link.key(name.as_str());
            match self.step(object, half, topic, name.as_str())? {
                Step::Nothing => is_fit = true,
                Step::Unfit(why, _) => {
                    self.note(format!("{half}/{} stays as it is: {why}", name.as_str()));
                }
                Step::Entry(wanted) => {
                    is_fit = true;
                    let keys = wanted.keys(topic, true).into_iter();
                    let edits = keys.map(|(key, new)| Edit::at(&path.key(key), new));
                    self.asked.edits.extend(edits);
                }
            }
        }
        if !is_fit {
            let why = "the spec declares no topic of it that could change";
            let help = format!(
                "topics that are written at {} have no mirror topic there; name the half on the other cluster",
                half.cluster
            );
            return Err(unfit(self.verb.word(), text, why, object.place, help));
        }
        self.lose_primary(object)
    }

    fn lose_primary(&mut self, object: &LinkObject<'a>) -> Outcome {
        match self.verb {
            Verb::Failover => self.lose(object),
            Verb::Promote | Verb::Pause | Verb::Resume => Ok(()),
        }
    }

    fn step<'h>(
        &self,
        object: &LinkObject<'a>,
        half: &'h HalfAddress,
        topic: &Topic,
        name: &str,
    ) -> Result<Step<'h>, Box<Diagnostic>> {
        let (here, peer) = (
            half.cluster.as_str(),
            object.peer_name().unwrap_or_default(),
        );
        let other = format!("{peer}/{}/{name}", half.link);
        let is_lost = find::is_lost(self.spec, peer);
        let is_here = topic.primary.as_str() == here;
        let written_here = || format!("the spec says that it is written at {here}");
        let instead = || format!("name the half that has its mirror topic: `{other}`");
        Ok(match (self.verb, is_here, topic.has_copy()) {
            (Verb::Failover, true, _) if is_lost || self.loss.is_some() => Step::Nothing,
            (Verb::Promote, true, false) => Step::Nothing,
            (Verb::Failover | Verb::Pause | Verb::Resume, true, _) => {
                Step::Unfit(written_here(), instead())
            }
            (Verb::Promote, true, true) => Step::Unfit(written_here(), instead()),
            (_, false, false) => Step::Unfit(
                format!("the spec says `copy: none`, so {here} has no mirror topic of it"),
                "to have one, remove `copy: none` from the topic, and apply".to_owned(),
            ),
            (Verb::Failover, false, true) => {
                if !is_lost && self.loss.is_none() {
                    return Err(needs_lost(object, half, peer));
                }
                Step::Entry(Wanted {
                    primary: Some(here),
                    ..Wanted::default()
                })
            }
            (Verb::Promote, false, true) if is_lost => Step::Unfit(
                format!("{peer} is declared lost, and a promotion needs it"),
                format!("to fail over, run `linkwright failover {half}/{name}`"),
            ),
            (Verb::Promote, false, true) => Step::Entry(Wanted {
                primary: Some(here),
                copy: Some(false),
                paused: None,
            }),
            (Verb::Pause | Verb::Resume, false, true) => Step::Entry(Wanted {
                paused: Some(self.verb == Verb::Pause),
                ..Wanted::default()
            }),
        })
    }
}

/// A failover of topics without the word that their primary is lost.
fn needs_lost(object: &LinkObject<'_>, half: &HalfAddress, peer: &str) -> Box<Diagnostic> {
    let summary = format!("failing over topics of `{half}` needs `--lost REASON`");
    Box::new(
        Diagnostic::error(codes::NEEDS_LOST, summary)
            .at(object.place, "declares its topics by where they are written")
            .why(format!(
                "a loss is declared, never concluded from a failed request: while `{peer}` is not declared \
                 lost, a new primary means a switchover, which needs it"
            ))
            .help(format!(
                "if `{peer}` is gone, add `--lost \"region down, INC-4711\"`; if it works, run `linkwright \
                 switchover {} --to {}`",
                object.key.as_str(),
                half.cluster
            )),
    )
}

/// A link by its key or its name.
fn link_of<'a>(
    spec: &'a Spec,
    name: &str,
) -> Result<(&'a Located<String>, &'a Link), Box<Diagnostic>> {
    let mut links = spec.links.iter();
    let is_it = |(key, link): &(&Located<String>, &Link)| {
        key.as_str() == name || spec::name_of(key, link).as_str() == name
    };
    links.find(is_it).ok_or_else(|| {
        let keys = spec.links.names().map(|key| key.as_str());
        // `CLUSTER/LINK` names the link too, to a person.
        let last = name.rsplit('/').next().unwrap_or(name);
        let help = match nearest_of(last, keys) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the key of a link under `links`".to_owned(),
        };
        Box::new(
            Diagnostic::error(codes::NOT_THERE, format!("the spec has no link `{name}`"))
                .why("only what the spec declares can be changed")
                .help(help),
        )
    })
}

pub(super) fn switchover(spec: &Spec, name: &str, to: &str) -> Result<Asked, Box<Diagnostic>> {
    let (key, link) = link_of(spec, name)?;
    let objects = spec::link_objects(key, link);
    let addresses: Vec<HalfAddress> = objects.iter().filter_map(find::half_of).collect();
    let no_direction = |why: &str, help: String| {
        let summary = format!("cannot switch `{}` over to `{to}`: {why}", key.as_str());
        Box::new(
            Diagnostic::error(codes::NO_SWITCHOVER, summary)
                .at(&key.place, "this link")
                .help(help),
        )
    };
    if link.topics.is_empty() {
        return Err(match addresses.as_slice() {
            [half, ..]
                if objects
                    .iter()
                    .all(|object| object.link.mode() != spec::Mode::Bidirectional) =>
            {
                no_direction(
                    "a one-way link has one direction",
                    format!(
                        "stop the producers and run `linkwright promote {half}` (runbook: planned switchover); to \
                     change directions later, move the topics to a bidirectional link (runbook: side by side)"
                    ),
                )
            }
            _ => no_direction(
                "it declares `mirrors`, and not where its topics are written",
                "declare `topics` with their `primary` in place of `mirrors`".to_owned(),
            ),
        });
    }
    let Some(half) = addresses.iter().find(|half| half.cluster.as_str() == to) else {
        let names: Vec<String> = (addresses.iter())
            .map(|half| format!("`{}`", half.cluster))
            .collect();
        return Err(no_direction(
            "the link is not on that cluster",
            format!("its clusters are {}", names.join(" and ")),
        ));
    };
    let lost = addresses.iter().map(|half| half.cluster.as_str());
    if let Some(lost) = lost
        .into_iter()
        .find(|cluster| find::is_lost(spec, cluster))
    {
        let help = match lost == to {
            true => "remove `lost` when the cluster is back".to_owned(),
            false => format!(
                "to fail over without it, run `linkwright failover {half}`; when it is back, remove `lost` first"
            ),
        };
        return Err(no_direction(&format!("`{lost}` is declared lost"), help));
    }
    let holder = |object: &&LinkObject<'_>| object.holder_name() == Some(to);
    let mut asked = Asked {
        ends: objects.iter().filter(holder).map(End::of).collect(),
        targets: addresses.iter().cloned().map(Address::Half).collect(),
        ..Asked::default()
    };
    let section = Path::of(["links", key.as_str(), "topics"]);
    for (name, topic) in link.topics.iter() {
        if topic.primary.as_str() == to {
            continue;
        }
        if !topic.has_copy() {
            asked.notes.push(format!(
                "the topic `{}` stays as it is: the spec says `copy: none`, so there is nothing to reverse",
                name.as_str()
            ));
            continue;
        }
        let path = section.key(name.as_str()).key("primary");
        asked.edits.push(Edit::set(&path, Value::text(to)));
    }
    Ok(asked)
}
