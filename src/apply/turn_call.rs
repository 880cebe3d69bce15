//! The requests that turn topics: [`carry_out`].
//!
//! Not every server has these calls, and nothing but a request shows which do. So each batch begins with one
//! that cannot do anything: `validate_only`, with a name that no topic can have. A restore is previewed next,
//! topic by topic, and only those of which no more would be cut than the plan shows go on.

use std::collections::BTreeMap;

use super::said::{Answer, alter_mirrors, cut, error_answer};
use crate::address::{LinkName, TopicName};
use crate::api::{self, ApiError, Client, Mode, Verb, wire};
use crate::plan::Cut;

/// No topic can be called so: a colon is not allowed in the name of a topic.
const NO_TOPIC: &str = "linkwright:probe";

/// Topics that turn, of one link.
pub(super) struct Turn {
    pub(super) link: LinkName,
    pub(super) verb: Verb,
    /// What the plan says is cut of each; a reversal cuts nothing.
    pub(super) topics: BTreeMap<TopicName, Option<Cut>>,
}

/// Turns topics. Each topic is judged alone.
pub(super) async fn carry_out(
    client: &Client,
    turn: &Turn,
) -> Result<BTreeMap<TopicName, Answer>, Answer> {
    let Turn { link, verb, topics } = turn;
    let _unknown = probe(client, link, *verb).await?;
    let mut names: Vec<TopicName> = topics.keys().cloned().collect();
    let mut answers = BTreeMap::new();
    if *verb == Verb::TruncateAndRestore {
        let items = client.alter_mirrors(link, *verb, &names, Mode::Rehearse);
        let items = items.await.map_err(|error| nothing_done(&error))?;
        names.clear();
        for item in items {
            let topic = TopicName::from(item.mirror_topic_name.clone());
            let Some(planned) = topics.get(&topic) else {
                continue;
            };
            match judge(&item, planned.as_ref()) {
                None => names.push(topic),
                Some(answer) => drop(answers.insert(topic, answer)),
            }
        }
        let seen = |topic: &TopicName| names.contains(topic) || answers.contains_key(topic);
        let silent: Vec<TopicName> = topics.keys().filter(|it| !seen(it)).cloned().collect();
        answers.extend(silent.into_iter().map(|topic| {
            let words = "the preview does not mention this topic".to_owned();
            (topic, Answer::Later(words, None))
        }));
    }
    if !names.is_empty() {
        match alter_mirrors(client, link, *verb, &names, Mode::Perform).await {
            Ok(said) => answers.extend(said),
            Err(error) => {
                let answer = error_answer(&error);
                answers.extend(names.into_iter().map(|topic| (topic, answer.clone())));
            }
        }
    }
    Ok(answers)
}

/// Whether the server has the call, as far as a request shows that can do nothing, whatever becomes of its
/// query. With words it is not known: whoever may not make this call at all learns no more, and the request
/// itself will tell.
pub(super) async fn probe(
    client: &Client,
    link: &LinkName,
    verb: Verb,
) -> Result<Option<String>, Answer> {
    let names = [TopicName::from(NO_TOPIC.to_owned())];
    match client
        .alter_mirrors(link, verb, &names, Mode::Rehearse)
        .await
    {
        Ok(_) => Ok(None),
        Err(error) if error.may_lack_the_call() || error.is_unsupported() => {
            Err(Answer::NoCall(verb))
        }
        // A server that refuses the name altogether has the call.
        Err(error) if error.status().is_some_and(|it| it == 400) => Ok(None),
        Err(error) if error.is_forbidden() => Ok(Some(error.to_string())),
        Err(error) => Err(nothing_done(&error)),
    }
}

/// What an error means that came before anything could be done.
fn nothing_done(error: &ApiError) -> Answer {
    match error_answer(error) {
        Answer::Ambiguous(words) => Answer::Later(words, None),
        answer => answer,
    }
}

/// What the preview of one topic ends with; `None` if it may be restored.
fn judge(item: &wire::AlterMirror, planned: Option<&Cut>) -> Option<Answer> {
    if let Err(refusal) = item.accepted() {
        let words = refusal.to_string();
        return Some(match refusal.is_transient() {
            true => Answer::Later(words, None),
            false => Answer::Refused(words),
        });
    }
    let Some(Cut::Previewed(planned)) = planned else {
        return None; // the plan says that it is not known
    };
    let now = cut(item);
    let is_within = match &now {
        Cut::NotPreviewed | Cut::NoFigures => false,
        Cut::Previewed(now) => now.iter().all(|part| {
            let mut before = planned.iter();
            let before = before.find(|before| before.partition == part.partition);
            part.records <= before.map_or(0, |before| before.records)
        }),
    };
    (!is_within).then(|| Answer::CutGrew {
        planned: Cut::Previewed(planned.clone()),
        now,
    })
}

/// The work of a batch of one kind.
pub(super) fn work_of(
    link: LinkName,
    verb: api::Verb,
    topics: Vec<TopicName>,
    cuts: &BTreeMap<TopicName, Cut>,
) -> Turn {
    let topics = topics.into_iter();
    Turn {
        link,
        verb,
        topics: topics
            .map(|topic| {
                let cut = cuts.get(&topic).cloned();
                (topic, cut)
            })
            .collect(),
    }
}
