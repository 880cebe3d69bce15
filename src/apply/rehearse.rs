//! Asking the server what it would say: [`rehearse`], for `plan --rehearse` and `apply --dry-run`.
//!
//! A gateway that drops the query turns a request with `validate_only` into the operation itself. So a
//! rehearsal sends only what the policy and `--allow` permit, and a verb on mirror topics or a deletion
//! only to an endpoint that was seen, in this run, to answer `configs:alter?validate_only=true` and to
//! leave the config as it was: an alteration of the plan, or, where it has none, a setting changed to
//! another harmless value ([`Proof`]). What is left unknown is whether it honours the query for verbs too.
//!
//! Whether a server has the calls that turn topics is asked with a name that no topic can have, so that it
//! is safe even where `validate_only` is dropped ([`probe`]).

use crate::catalog::{is_true, names};
use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::execute::{self, Answer, Performed, Secrets, Work};
use super::turn_call::probe;
use crate::address::{ClusterName, HalfAddress, LinkName, TopicName};
use crate::api::{self, Client, Mode, Verb};
use crate::live::{ConfigFact, Reading};
use crate::plan::{
    Allow, Allowances, CallSeen, ConfigChange, ConfigTarget, ConfigValue, Cut, Ignored, NotSent,
    NotValidated, OpId, Operation, OperationKind, Plan, Rehearsal, Rehearsed, Restored, Risk,
    Trial, Unproven, reads_back,
};
use crate::read;

/// How many mirror topics one request names at most.
const CHUNK: usize = 200;

/// Settings that can be tried with another value, with the switch of what they are for: how often a
/// task runs changes nothing that anyone relies on.
const HARMLESS: &[(&str, Option<&str>)] = &[
    (names::TOPIC_CONFIG_SYNC_MS, None),
    (names::ACL_SYNC_MS, Some(names::ACL_SYNC_ENABLE)),
    (
        names::CONSUMER_OFFSET_SYNC_MS,
        Some(names::CONSUMER_OFFSET_SYNC_ENABLE),
    ),
];

/// Sends every operation that may be carried out now and has a `validate_only` form with it. `allowed`
/// is what the policy and the command line permit.
///
/// Operations that wait for others are not sent: the server would judge them by a world that is not
/// there yet. Nothing is changed, unless a server carries out what it was asked to validate; that is
/// in the answer.
pub async fn rehearse(
    plan: &Plan,
    clients: &BTreeMap<ClusterName, Client>,
    secrets: &dyn Secrets,
    allowed: &Allowances,
) -> Rehearsed {
    let calls = probes(plan, clients).await;
    let mut said = BTreeMap::new();
    let mut clusters: BTreeMap<&ClusterName, Cluster<'_>> = BTreeMap::new();
    let refused: BTreeMap<OpId, &'static str> = plan
        .refusals
        .iter()
        .flat_map(|refusal| {
            let code = refusal.kind.code().0;
            refusal.operations.iter().map(move |id| (*id, code))
        })
        .collect();
    for (id, op) in (0u32..).map(OpId).zip(&plan.operations) {
        if calls.get(&id) == Some(&CallSeen::Absent)
            && let Some(verb) = execute::batch_verb(&op.kind)
        {
            said.insert(id, Rehearsal::Refused(no_call(verb)));
            continue;
        }
        if let Some(code) = refused.get(&id) {
            said.insert(id, Rehearsal::Withheld(NotSent::NotAllowed((*code).into())));
            continue;
        }
        if plan.waits_for(id).next().is_some() {
            said.insert(id, Rehearsal::Waits);
            continue;
        }
        let cluster = clusters.entry(op.address.cluster()).or_default();
        if let (Some(verb), Some(topic)) = (execute::batch_verb(&op.kind), op.address.mirror()) {
            let key = (op.half().clone(), verb.word());
            let (_, topics) = cluster.verbs.entry(key).or_insert((verb, Vec::new()));
            topics.push((id, topic.clone()));
            continue;
        }
        let work = match execute::work(op, secrets) {
            Ok(work) => work,
            Err(error) => {
                let why = NotValidated::Secret(error.to_string());
                said.insert(id, Rehearsal::Unknown(why));
                continue;
            }
        };
        match (work, &op.kind) {
            (None, _) | (Some(_), OperationKind::CreateMirror { .. }) => {
                said.insert(id, Rehearsal::NoForm);
            }
            (Some(work), OperationKind::AlterLink { changes, .. }) => {
                cluster.alterations.push(Alteration {
                    id,
                    op,
                    changes,
                    work,
                });
            }
            (Some(work), OperationKind::DeleteLink { .. }) => {
                cluster.deletions.push((Call::one(id), op.half(), work));
            }
            (Some(work), _) => cluster.others.push((Call::one(id), work)),
        }
    }
    let may_try = allowed.contains(&Allow::Risk(Risk::Reversible));
    let answers = join_all(clusters.into_iter().map(
        async |(name, cluster)| match clients.get(name) {
            Some(client) => cluster.rehearse(client, may_try).await,
            None => {
                let why = NotValidated::NoEndpoint(name.clone());
                (cluster.all(&Rehearsal::Unknown(why)), Cuts::new())
            }
        },
    ))
    .await;
    let mut cuts = BTreeMap::new();
    for (rehearsals, previewed) in answers {
        said.extend(rehearsals);
        cuts.extend(previewed);
    }
    Rehearsed { said, calls, cuts }
}

/// Whether the servers have the calls that turn topics, for each operation that needs one.
async fn probes(plan: &Plan, clients: &BTreeMap<ClusterName, Client>) -> BTreeMap<OpId, CallSeen> {
    let mut asked: BTreeMap<(&HalfAddress, &str), (Verb, Vec<OpId>)> = BTreeMap::new();
    for (id, op) in (0u32..).map(OpId).zip(&plan.operations) {
        if let (Some(_), Some(verb)) = (op.kind.call(), execute::batch_verb(&op.kind)) {
            let (_, ids) = (asked.entry((op.half(), verb.word()))).or_insert((verb, Vec::new()));
            ids.push(id);
        }
    }
    let answers = asked.into_iter().map(async |((half, _), (verb, ids))| {
        let seen = match clients.get(&half.cluster) {
            Some(client) => call_seen(client, &half.link, verb).await,
            None => CallSeen::NotProbed,
        };
        (seen, ids)
    });
    let answers = join_all(answers).await;
    let each =
        |(seen, ids): (CallSeen, Vec<OpId>)| ids.into_iter().map(move |id| (id, seen.clone()));
    answers.into_iter().flat_map(each).collect()
}

/// Whether a server takes a failover on a link from the keys of a client, as far as a request shows that can do nothing:
/// see [`probe`].
pub async fn takes_failovers(client: &Client, link: &LinkName) -> CallSeen {
    call_seen(client, link, Verb::Failover).await
}

async fn call_seen(client: &Client, link: &LinkName, verb: Verb) -> CallSeen {
    match probe(client, link, verb).await {
        Ok(None) => CallSeen::Present,
        Ok(Some(words)) => CallSeen::Unknown(words),
        Err(Answer::NoCall(_)) => CallSeen::Absent,
        Err(answer) => CallSeen::Unknown(words_of(&answer)),
    }
}

fn no_call(verb: Verb) -> String {
    format!("the server does not have mirrors:{}", verb.word())
}

/// The mirror topics of one half and verb, which share requests.
type Verbs = BTreeMap<(HalfAddress, &'static str), (Verb, Vec<(OpId, TopicName)>)>;

/// What to ask one cluster.
#[derive(Default)]
struct Cluster<'a> {
    alterations: Vec<Alteration<'a>>,
    verbs: Verbs,
    deletions: Vec<(Call, &'a HalfAddress, Work)>,
    others: Vec<(Call, Work)>,
}

/// An alteration of the plan.
struct Alteration<'a> {
    id: OpId,
    op: &'a Operation,
    changes: &'a [ConfigChange],
    work: Work,
}

/// What is known of an endpoint's `validate_only`.
enum Proof {
    /// It was answered, and nothing changed.
    Keeps,
    /// It changed something, or it may have.
    Acts(Ignored),
    /// Not known, and why.
    Unknown(Unproven),
}

type Rehearsals = BTreeMap<OpId, Rehearsal>;
type Cuts = BTreeMap<OpId, Cut>;

impl Cluster<'_> {
    async fn rehearse(mut self, client: &Client, may_try: bool) -> (Rehearsals, Cuts) {
        let mut said = Rehearsals::new();
        let mut cuts = Cuts::new();
        let mut proof = Proof::Unknown(Unproven::NoTest);
        if let Some(index) = self.alterations.iter().position(Alteration::can_prove) {
            let first = self.alterations.remove(index);
            let id = first.id;
            let rehearsal;
            (rehearsal, proof) = first.prove(client).await;
            said.insert(id, rehearsal);
        }
        if let Proof::Unknown(_) = &proof
            && let Some(half) = self.needs_proof()
        {
            proof = match may_try {
                true => try_harmless(client, &half.link).await,
                false => Proof::Unknown(Unproven::NotAllowed),
            };
        }
        match &proof {
            Proof::Acts(why) => {
                let why = NotSent::Ignored(why.clone());
                said.extend(self.all(&Rehearsal::Withheld(why)));
                return (said, cuts);
            }
            Proof::Unknown(why) => {
                let why = Rehearsal::Withheld(NotSent::Unproven(why.clone()));
                said.extend(self.withhold_verbs(&why));
            }
            Proof::Keeps => {}
        }
        let calls = self.calls();
        let answers = join_all(calls.into_iter().map(async |(call, work)| {
            (call, execute::perform(client, work, Mode::Rehearse).await)
        }))
        .await;
        for (call, performed) in answers {
            for (id, topic) in call.about {
                said.insert(id, verdict(&performed, topic.as_ref()));
                cuts.extend(previewed(&performed, topic.as_ref()).map(|cut| (id, cut)));
            }
        }
        (said, cuts)
    }

    /// A half with operations that must not be sent to an endpoint that may carry them out.
    fn needs_proof(&self) -> Option<&HalfAddress> {
        let verbs = self.verbs.keys().map(|(half, _)| half);
        let deletions = self.deletions.iter().map(|(_, half, _)| *half);
        verbs.chain(deletions).next()
    }

    /// The same for everything that is left to ask.
    fn all(mut self, rehearsal: &Rehearsal) -> Rehearsals {
        let mut said = self.withhold_verbs(rehearsal);
        let others = self.others.iter().flat_map(|(call, _)| call.ids());
        let alterations = self.alterations.iter().map(|it| it.id);
        said.extend(others.chain(alterations).map(|id| (id, rehearsal.clone())));
        said
    }

    fn withhold_verbs(&mut self, rehearsal: &Rehearsal) -> Rehearsals {
        let verbs = std::mem::take(&mut self.verbs);
        let deletions = std::mem::take(&mut self.deletions);
        let topics = verbs.into_values().flat_map(|(_, topics)| topics);
        let links = deletions.iter().flat_map(|(call, ..)| call.ids());
        topics
            .map(|(id, _)| id)
            .chain(links)
            .map(|id| (id, rehearsal.clone()))
            .collect()
    }

    fn calls(self) -> Vec<(Call, Work)> {
        let mut calls = self.others;
        let alterations = self.alterations.into_iter();
        calls.extend(alterations.map(|it| (Call::one(it.id), it.work)));
        let deletions = self.deletions.into_iter();
        calls.extend(deletions.map(|(call, _, work)| (call, work)));
        for ((half, _), (verb, topics)) in self.verbs {
            for chunk in topics.chunks(CHUNK) {
                let names = chunk.iter().map(|(_, topic)| topic.clone()).collect();
                let about = chunk
                    .iter()
                    .map(|(id, topic)| (*id, Some(topic.clone())))
                    .collect();
                let work = Work::AlterMirrors(half.link.clone(), verb, names);
                calls.push((Call { about }, work));
            }
        }
        calls
    }
}

impl Alteration<'_> {
    /// Whether a read shows if it was carried out.
    fn can_prove(&self) -> bool {
        self.changes.iter().any(is_visible)
    }

    async fn prove(self, client: &Client) -> (Rehearsal, Proof) {
        let link = &self.op.half().link;
        let (changes, op) = (self.changes, self.op);
        let performed = execute::perform(client, self.work, Mode::Rehearse).await;
        let rehearsal = verdict(&performed, None);
        let half = op.half().clone();
        let live = match read::configs(client, link).await {
            Some(Reading::Read(live)) => live,
            Some(Reading::Unread(why)) => {
                let why = Unproven::ConfigsUnread(half, Some(why));
                return (rehearsal, Proof::Unknown(why));
            }
            Some(Reading::NotAsked) | None => {
                return (rehearsal, Proof::Unknown(Unproven::ConfigsGone(half)));
            }
        };
        let configs: Vec<String> = changes
            .iter()
            .filter(|change| is_visible(change))
            .filter(|change| reads_back(change, live.get(&change.name)) == Some(true))
            .map(|change| change.name.clone())
            .collect();
        if !configs.is_empty() {
            let how = Ignored::Operation { half, configs };
            return (Rehearsal::Acted(how.clone()), Proof::Acts(how));
        }
        let proof = match rehearsal {
            Rehearsal::Accepted => Proof::Keeps,
            _ => Proof::Unknown(Unproven::NotAccepted),
        };
        (rehearsal, proof)
    }
}

/// Whether a change reads back differently than what it changes. A secret does not.
fn is_visible(change: &ConfigChange) -> bool {
    let before = ConfigFact {
        value: change.before.clone(),
        is_default: false,
        is_read_only: false,
        is_sensitive: false,
    };
    let is_secret = matches!(change.target, ConfigTarget::Set(ConfigValue::Secret(_)));
    !is_secret && reads_back(change, Some(&before)) == Some(false)
}

/// Asks the server to validate another value of a setting that nothing depends on, and reads whether it
/// kept the one it has. A value that it took is put back.
async fn try_harmless(client: &Client, link: &LinkName) -> Proof {
    let half = HalfAddress {
        cluster: client.cluster().clone(),
        link: link.clone(),
    };
    let Some(Reading::Read(before)) = read::configs(client, link).await else {
        return Proof::Unknown(Unproven::ConfigsUnread(half, None));
    };
    let Some((name, value)) = harmless(&before) else {
        return Proof::Unknown(Unproven::NoSetting(half));
    };
    let set = |value: u64| {
        let name = name.to_owned();
        let value = value.to_string().into();
        [api::ConfigChange::Set { name, value }]
    };
    let other = value + 1000;
    let answer = client
        .alter_configs(link, &set(other), Mode::Rehearse)
        .await;
    let trial = Trial {
        half,
        config: name.into(),
        before: value,
        tried: other,
    };
    // Whatever came back, the server may have acted.
    let Some(Reading::Read(after)) = read::configs(client, link).await else {
        return Proof::Acts(Ignored::TrialUnread(trial));
    };
    let is_kept = |configs: &BTreeMap<String, ConfigFact>| number(configs, name) == Some(value);
    if is_kept(&after) {
        return match answer {
            Ok(()) => Proof::Keeps,
            Err(error) => Proof::Unknown(Unproven::Server {
                half: trial.half,
                config: name.into(),
                words: error.to_string(),
            }),
        };
    }
    let was_default = before.get(name).is_some_and(|fact| fact.is_default);
    let back = match was_default {
        true => [api::ConfigChange::Delete {
            name: name.to_owned(),
        }],
        false => set(value),
    };
    let result = client.alter_configs(link, &back, Mode::Perform).await;
    let is_back = match (&result, read::configs(client, link).await) {
        (Ok(()), Some(Reading::Read(now))) => is_kept(&now),
        _ => false,
    };
    let restored = match (is_back, result) {
        (true, _) => Restored::Yes,
        (false, Ok(())) => Restored::NotShown,
        (false, Err(error)) => Restored::No(error.to_string()),
    };
    Proof::Acts(Ignored::Trial(trial, restored))
}

/// A setting to try, with its value: one that is not used at the moment, if there is one.
fn harmless(live: &BTreeMap<String, ConfigFact>) -> Option<(&'static str, u64)> {
    let is_used = |switch: Option<&str>| {
        let value = switch.and_then(|name| live.get(name)?.value.as_deref());
        switch.is_none() || value.is_some_and(is_true)
    };
    let writable = |name: &str| live.get(name).is_some_and(|fact| !fact.is_read_only);
    HARMLESS
        .iter()
        .filter(|(name, _)| writable(name))
        .filter_map(|(name, switch)| Some((is_used(*switch), *name, number(live, name)?)))
        .min_by_key(|(is_used, ..)| *is_used)
        .map(|(_, name, value)| (name, value))
}

fn number(live: &BTreeMap<String, ConfigFact>, name: &str) -> Option<u64> {
    live.get(name)?.value.as_deref()?.trim().parse().ok()
}

/// The operations that a request is about.
struct Call {
    about: Vec<(OpId, Option<TopicName>)>,
}

impl Call {
    fn one(id: OpId) -> Self {
        Self {
            about: vec![(id, None)],
        }
    }

    fn ids(&self) -> impl Iterator<Item = OpId> {
        self.about.iter().map(|(id, _)| *id)
    }
}

/// What a restore would delete.
fn previewed(performed: &Performed, topic: Option<&TopicName>) -> Option<Cut> {
    match (performed, topic) {
        (Performed::ByTopic(answers), Some(topic)) => match answers.get(topic) {
            Some(Answer::Cuts(cut)) => Some(cut.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn verdict(performed: &Performed, topic: Option<&TopicName>) -> Rehearsal {
    let answer = match performed {
        Performed::Whole(answer) => answer,
        Performed::ByTopic(answers) => match topic.and_then(|topic| answers.get(topic)) {
            Some(answer) => answer,
            None => &Answer::LeftOut,
        },
    };
    match answer {
        Answer::Accepted | Answer::Cuts(_) => Rehearsal::Accepted,
        Answer::NoCall(verb) => Rehearsal::Refused(no_call(*verb)),
        // What is validated is not judged by pairs: it writes nothing.
        Answer::CutGrew { .. } | Answer::Forbidden(_) => Rehearsal::Unknown(NotValidated::LeftOut),
        Answer::Refused(words) | Answer::Exists(words) | Answer::StillPromoting(words) => {
            Rehearsal::Refused(words.clone())
        }
        Answer::LeftOut => Rehearsal::Unknown(NotValidated::LeftOut),
        Answer::AlreadyGone => Rehearsal::Unknown(NotValidated::Gone),
        Answer::WasSo(words)
        | Answer::Ambiguous(words)
        | Answer::NotVisibleYet(words)
        | Answer::Later(words, _) => Rehearsal::Unknown(NotValidated::Server(words.clone())),
    }
}

/// What the server said, or what is in its place.
fn words_of(answer: &Answer) -> String {
    match answer {
        Answer::WasSo(words)
        | Answer::Ambiguous(words)
        | Answer::Exists(words)
        | Answer::NotVisibleYet(words)
        | Answer::Later(words, _)
        | Answer::Refused(words)
        | Answer::StillPromoting(words) => words.clone(),
        Answer::Accepted
        | Answer::AlreadyGone
        | Answer::LeftOut
        | Answer::NoCall(_)
        | Answer::CutGrew { .. }
        | Answer::Forbidden(_)
        | Answer::Cuts(_) => "the response cannot be understood".to_owned(),
    }
}
