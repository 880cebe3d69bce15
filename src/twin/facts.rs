//! What a snapshot says of one cluster, typed: [`Facts`].

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::address::{GroupName, LinkName};
use crate::api::recording::{Answer, Failed};
use crate::api::{request, wire};
use crate::live::LagsV1;
use crate::snapshot::RecordedClusterV1;

/// What one cluster said. A list is none where it was not read.
pub(super) struct Facts {
    pub(super) links: Option<Vec<wire::Link>>,
    pub(super) mirrors: Option<Vec<wire::Mirror>>,
    /// Mirror topics that the list did not have and that were asked for by name.
    pub(super) unlisted: Vec<wire::Mirror>,
    pub(super) configs: BTreeMap<String, Vec<wire::Config>>,
    /// Whether the tasks of a link are reported where they are asked for; none where none was asked.
    pub(super) tasks: Option<bool>,
    pub(super) topics: Option<Vec<wire::Topic>>,
    pub(super) acls: Option<Vec<wire::Acl>>,
    pub(super) groups: Option<Vec<wire::Group>>,
    pub(super) commits: BTreeMap<String, Vec<wire::GroupLag>>,
    /// How far mirror topics were behind in a read before.
    pub(super) earlier: Option<LagsV1>,
    /// The calls that failed: the route as the sandbox names it, the link that it is of, and why.
    pub(super) failures: Vec<(&'static str, Option<String>, Failed)>,
    /// Whether the cluster gave no answer to any call.
    pub(super) is_silent: bool,
}

impl Facts {
    pub(super) fn of(recorded: &RecordedClusterV1) -> Self {
        let mut reader = Reader {
            answers: &recorded.answers.0,
            failures: Vec::new(),
        };
        let links: Option<Vec<wire::Link>> =
            reader.read(&request::list_links().target(), "links.list", None);
        let mirrors: Option<Vec<wire::Mirror>> =
            reader.read(&request::list_mirrors().target(), "mirrors.list-all", None);
        let named = links.iter().flatten().map(|row| row.link_name.as_str());
        let named: BTreeSet<&str> = named.filter(|name| !name.is_empty()).collect();
        let mut configs = BTreeMap::new();
        let mut tasks = None;
        for name in named {
            let link = LinkName::from(name);
            let call = request::list_configs(&link).target();
            let rows: Option<Vec<wire::Config>> =
                reader.read(&call, "link-configs.list", Some(name));
            configs.extend(rows.map(|rows| (name.to_owned(), rows)));
            let call = request::get_link(&link).target();
            let one: Option<wire::Link> = reader.read(&call, "links.get", Some(name));
            if let Some(one) = one {
                tasks = Some(tasks.unwrap_or(false) || one.tasks.is_some());
            }
        }
        let topics = reader.read(&request::list_topics().target(), "topics.list", None);
        let acls = [None, Some("UserV2:*")].map(request::list_acls);
        let acls = acls
            .iter()
            .find_map(|call| reader.read(&call.target(), "acls.list", None));
        let groups: Option<Vec<wire::Group>> =
            reader.read(&request::list_groups().target(), "groups.list", None);
        let mut commits = BTreeMap::new();
        for group in groups.iter().flatten() {
            let name = GroupName::from(group.consumer_group_id.as_str());
            let call = request::list_group_lags(&name).target();
            let rows: Option<Vec<wire::GroupLag>> = reader.read(&call, "groups.lags", None);
            commits.extend(rows.map(|rows| (group.consumer_group_id.clone(), rows)));
        }
        let asked = reader.answers.iter().filter(|(call, answer)| {
            let names: Vec<&str> = call.split(['/', '?']).collect();
            matches!(names[..], ["links", _, "mirrors", _, ..]) && matches!(answer, Answer::Read(_))
        });
        let known = |row: &wire::Mirror| {
            let mut all = mirrors.iter().flatten();
            all.any(|it| {
                it.link_name == row.link_name && it.mirror_topic_name == row.mirror_topic_name
            })
        };
        let unlisted = asked
            .filter_map(|(_, answer)| parsed::<wire::Mirror>(answer))
            .filter(|row| !known(row));
        let unlisted = unlisted.collect();
        let answers = reader.answers.values();
        let no_answer = |answer: &Answer| {
            matches!(
                answer,
                Answer::Failed(Failed::Unanswered { .. })
                    | Answer::Read(serde_json::Value::Bool(false))
            )
        };
        let is_silent = !recorded.answers.0.is_empty() && answers.clone().all(no_answer);
        Self {
            links,
            mirrors,
            unlisted,
            configs,
            tasks,
            topics,
            acls,
            groups,
            commits,
            earlier: recorded.earlier.clone(),
            failures: reader.failures,
            is_silent,
        }
    }

    /// Whether the cluster said anything at all.
    pub(super) fn has_any(&self) -> bool {
        self.links.is_some()
            || self.mirrors.is_some()
            || self.topics.is_some()
            || self.acls.is_some()
            || self.groups.is_some()
    }

    /// Every mirror topic, those that the list does not have among them.
    pub(super) fn rows(&self) -> impl Iterator<Item = &wire::Mirror> {
        self.mirrors.iter().flatten().chain(&self.unlisted)
    }

    /// Whether the configs of a link have one of this name.
    pub(super) fn lists(&self, name: &str) -> bool {
        let mut rows = self.configs.values().flatten();
        rows.any(|row| row.name == name)
    }

    /// What is known of a config of a link: its value, whether it was set or not.
    pub(super) fn config(&self, link: &str, name: &str) -> Option<&str> {
        let rows = self.configs.get(link)?;
        rows.iter().find(|row| row.name == name)?.value.as_deref()
    }
}

struct Reader<'a> {
    answers: &'a BTreeMap<String, Answer>,
    failures: Vec<(&'static str, Option<String>, Failed)>,
}

impl Reader<'_> {
    fn read<T: DeserializeOwned>(
        &mut self,
        call: &str,
        route: &'static str,
        link: Option<&str>,
    ) -> Option<T> {
        let answer = self.answers.get(call)?;
        if let Answer::Failed(failed) = answer {
            let failure = (route, link.map(str::to_owned), failed.clone());
            if !self.failures.contains(&failure) {
                self.failures.push(failure);
            }
        }
        parsed(answer)
    }
}

fn parsed<T: DeserializeOwned>(answer: &Answer) -> Option<T> {
    match answer {
        Answer::Read(read) => T::deserialize(read).ok(),
        Answer::Failed(_) => None,
    }
}
