//! The switchover pairs of a snapshot that hides names: those of its clusters, under other names.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::Recording;
use crate::api::recording::Answer;

/// Leaves out the pairs of which no member is one of these clusters, and their endpoints.
pub(super) fn keep_those_of(clusters: &BTreeSet<&str>, cloud: &mut Recording) {
    let mut kept = BTreeSet::new();
    for rows in lists(cloud, "switchover-pairs") {
        rows.retain(|row| is_of(clusters, row));
        let ids = rows.iter().filter_map(|row| row.get("id")?.as_str());
        kept.extend(ids.map(str::to_owned));
    }
    for rows in lists(cloud, "switchover-endpoints") {
        rows.retain(|row| {
            let parent = row["spec"]["parent_resource_crn"].as_str();
            let pair = parent.and_then(|crn| part(crn, "switchover-pair="));
            pair.is_some_and(|pair| kept.contains(pair))
        });
    }
}

/// The names in a pair or an endpoint.
pub(super) fn names(row: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    if let Some(spec) = row.get_mut("spec") {
        for field in ["display_name", "active_member", "first_active", "target"] {
            text(spec, field, visit);
        }
        for member in items(spec, "members") {
            text(member, "name", visit);
        }
    }
    if let Some(status) = row.get_mut("status") {
        for condition in items(status, "conditions") {
            text(condition, "member", visit);
        }
    }
}

/// The answers to a collection.
fn lists<'a>(
    cloud: &'a mut Recording,
    collection: &'a str,
) -> impl Iterator<Item = &'a mut Vec<Value>> {
    let answers = cloud.0.iter_mut();
    let answers = answers.filter(move |(call, _)| {
        let path = call.split('?').next().unwrap_or_default();
        path.rsplit('/').next() == Some(collection)
    });
    answers.filter_map(|(_, answer)| match answer {
        Answer::Read(Value::Array(rows)) => Some(rows),
        Answer::Read(_) | Answer::Failed(_) => None,
    })
}

fn is_of(clusters: &BTreeSet<&str>, pair: &Value) -> bool {
    let members = pair["spec"]["members"].as_array();
    let mut names = (members.into_iter().flatten())
        .filter_map(|member| part(member.get("member_crn")?.as_str()?, "cloud-cluster="));
    names.any(|id| clusters.contains(id))
}

fn text(of: &mut Value, field: &str, visit: &mut dyn FnMut(&mut String)) {
    if let Some(Value::String(text)) = of.get_mut(field) {
        visit(text);
    }
}

fn items<'a>(of: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    let items = of.get_mut(field).and_then(Value::as_array_mut);
    items.into_iter().flatten()
}

/// A part of the name of a resource, such as `env-1` of `environment=env-1`.
fn part<'a>(crn: &'a str, name: &str) -> Option<&'a str> {
    crn.split('/').find_map(|part| part.strip_prefix(name))
}
