//! Asking the server what it would say: [`rehearse`], for `plan --rehearse` and `apply --dry-run`.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::execute::{self, Answer, Performed, Secrets, Work};
use crate::address::{ClusterName, HalfAddress, TopicName};
use crate::api::{Client, Mode, Verb};
use crate::plan::{OpId, OperationKind, Plan, Rehearsal};

/// How many mirror topics one request names at most.
const CHUNK: usize = 200;

/// The mirror topics of one half and verb, which share requests.
type Batches = BTreeMap<(HalfAddress, &'static str), (Verb, Vec<(OpId, TopicName)>)>;

/// Sends every operation that could be carried out now and has a `validate_only` form with it.
///
/// Operations that wait for others are not sent: the server would judge them by a world that is not
/// there yet. Nothing is changed.
pub async fn rehearse(
    plan: &Plan,
    clients: &BTreeMap<ClusterName, Client>,
    secrets: &dyn Secrets,
) -> BTreeMap<OpId, Rehearsal> {
    let mut said = BTreeMap::new();
    let mut calls: Vec<(Call, Work)> = Vec::new();
    let mut batches = Batches::new();
    for (id, op) in (0u32..).map(OpId).zip(&plan.operations) {
        if plan.waits_for(id).next().is_some() {
            said.insert(id, Rehearsal::Waits);
            continue;
        }
        if let (Some(verb), Some(topic)) = (execute::batch_verb(&op.kind), op.address.mirror()) {
            let key = (op.half().clone(), verb.word());
            let (_, topics) = batches.entry(key).or_insert((verb, Vec::new()));
            topics.push((id, topic.clone()));
            continue;
        }
        let has_form = !matches!(op.kind, OperationKind::CreateMirror { .. });
        match execute::work(op, secrets) {
            Ok(Some(work)) if has_form => calls.push((Call::one(id, op.half()), work)),
            Ok(_) => {
                said.insert(id, Rehearsal::NoForm);
            }
            Err(error) => {
                said.insert(id, Rehearsal::Unknown(error.to_string()));
            }
        }
    }
    for ((half, _), (verb, topics)) in batches {
        for chunk in topics.chunks(CHUNK) {
            let names = chunk.iter().map(|(_, topic)| topic.clone()).collect();
            let call = Call {
                cluster: half.cluster.clone(),
                about: chunk
                    .iter()
                    .map(|(id, topic)| (*id, Some(topic.clone())))
                    .collect(),
            };
            calls.push((call, Work::AlterMirrors(half.link.clone(), verb, names)));
        }
    }
    let answers = join_all(calls.into_iter().map(async |(call, work)| {
        let performed = match clients.get(&call.cluster) {
            Some(client) => Ok(execute::perform(client, work, Mode::Rehearse).await),
            None => Err(format!(
                "the spec gives no REST endpoint for cluster {}",
                call.cluster
            )),
        };
        (call, performed)
    }))
    .await;
    for (call, performed) in answers {
        for (id, topic) in call.about {
            said.insert(id, verdict(&performed, topic.as_ref()));
        }
    }
    said
}

/// A request and the operations it is about.
struct Call {
    cluster: ClusterName,
    about: Vec<(OpId, Option<TopicName>)>,
}

impl Call {
    fn one(id: OpId, half: &HalfAddress) -> Self {
        Self {
            cluster: half.cluster.clone(),
            about: vec![(id, None)],
        }
    }
}

fn verdict(performed: &Result<Performed, String>, topic: Option<&TopicName>) -> Rehearsal {
    let answer = match performed {
        Err(why) => return Rehearsal::Unknown(why.clone()),
        Ok(Performed::Whole(answer)) => answer,
        Ok(Performed::ByTopic(answers)) => match topic.and_then(|topic| answers.get(topic)) {
            Some(answer) => answer,
            None => &Answer::LeftOut,
        },
    };
    match answer {
        Answer::Accepted => Rehearsal::Accepted,
        Answer::Refused(words) | Answer::Exists(words) => Rehearsal::Refused(words.clone()),
        Answer::LeftOut => Rehearsal::Unknown("the server did not speak of this topic".to_owned()),
        Answer::WasSo(words)
        | Answer::Ambiguous(words)
        | Answer::NotVisibleYet(words)
        | Answer::Later(words, _) => Rehearsal::Unknown(words.clone()),
    }
}
