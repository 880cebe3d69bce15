//! Answers that are not the server's own: what a gateway, a cache or a replica makes of them.

use super::reply::Reply;
use crate::fault::{BodyShape, FaultAction, StatusFault};
use bytes::Bytes;
use serde_json::Value;

/// What identifies a row of a list, by the kind of its objects.
const NAMES: [&str; 6] = [
    "link_name",
    "mirror_topic_name",
    "topic_name",
    "consumer_group_id",
    "resource_name",
    "name",
];

/// The cluster whose answer a read gets.
pub(crate) fn answers_for<'a>(actions: &'a [FaultAction], own: &'a str) -> &'a str {
    let other = actions.iter().find_map(|action| match action {
        FaultAction::AnotherCluster { cluster } => Some(cluster.as_str()),
        _ => None,
    });
    other.unwrap_or(own)
}

/// The body of a request without its `validate_only`.
pub(crate) fn without_validate_only(body: &[u8]) -> Bytes {
    if let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(body)
        && fields.remove("validate_only").is_some()
    {
        return Bytes::from(Value::Object(fields).to_string());
    }
    Bytes::copy_from_slice(body)
}

/// The page that comes instead of an answer, if one does.
pub(crate) fn page(actions: &[FaultAction]) -> Option<StatusFault> {
    actions
        .contains(&FaultAction::HtmlSuccess)
        .then_some(StatusFault {
            code: 200,
            body: Some(BodyShape::Html),
            error_code: None,
            message: None,
            retry_after_s: None,
        })
}

/// Changes an answer as the faults say. An error is left as it is.
pub(crate) fn tamper(reply: &mut Reply, actions: &[FaultAction]) {
    let is_concerned = |action: &FaultAction| {
        matches!(
            action,
            FaultAction::OmitRows { .. }
                | FaultAction::RepeatRows
                | FaultAction::OmitKeys { .. }
                | FaultAction::SetKey { .. }
        )
    };
    if reply.status >= 300 || !actions.iter().any(is_concerned) {
        return;
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else {
        return;
    };
    for action in actions {
        match action {
            FaultAction::OmitRows { names } => omit(&mut body, names),
            FaultAction::RepeatRows => {
                if let Some(rows) = body["data"].as_array_mut() {
                    *rows = rows
                        .iter()
                        .flat_map(|row| [row.clone(), row.clone()])
                        .collect();
                }
            }
            FaultAction::OmitKeys { keys } => each_object(&mut body, &mut |object| {
                object.retain(|key, _| !keys.contains(key));
            }),
            FaultAction::SetKey { key, value } => each_object(&mut body, &mut |object| {
                if let Some(found) = object.get_mut(key) {
                    found.clone_from(value);
                }
            }),
            _ => {}
        }
    }
    reply.body = Bytes::from(body.to_string());
}

fn omit(body: &mut Value, names: &[String]) {
    let Some(rows) = body["data"].as_array_mut() else {
        return;
    };
    let is_named = |row: &Value| {
        let found = NAMES.iter().filter_map(|key| row[*key].as_str());
        found
            .into_iter()
            .any(|name| names.iter().any(|it| it == name))
    };
    let mut number = 0;
    rows.retain(|row| {
        number += 1;
        match names.is_empty() {
            true => number % 2 == 1,
            false => !is_named(row),
        }
    });
}

/// The rows of a list, or the one object that was asked for.
fn each_object(body: &mut Value, change: &mut dyn FnMut(&mut serde_json::Map<String, Value>)) {
    let rows = match body["data"].is_array() {
        true => body["data"].as_array_mut(),
        false => None,
    };
    match rows {
        Some(rows) => rows
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(change),
        None => body.as_object_mut().into_iter().for_each(change),
    }
}
