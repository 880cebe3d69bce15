//! A world whose API may say statuses that nobody knows.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::support::bench::{Bench, Calls};

/// The clusters of a world file, and what the API says of its mirrors instead of what is so.
pub(crate) fn open(world: &str, odd: &BTreeMap<String, String>) -> Result<Bench, String> {
    let bench = Bench::open(world).map_err(|error| format!("the world: {error}"))?;
    let bench = bench.calling(&Calls {
        // Faults that last are no reason to give up early.
        retries: 10_000,
        ..Calls::default()
    });
    if !odd.is_empty() {
        let odd = odd.clone();
        bench.tap.edit(move |_, body| oddly(body, &odd));
    }
    Ok(bench)
}

/// The same answer with statuses that nobody knows.
fn oddly(body: Bytes, odd: &BTreeMap<String, String>) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return body;
    };
    let change = |row: &mut serde_json::Value| {
        let word = row["mirror_topic_name"]
            .as_str()
            .and_then(|topic| odd.get(topic));
        if let (Some(word), Some(status)) = (word.cloned(), row.get_mut("mirror_status")) {
            *status = word.into();
        }
    };
    match answer["data"].as_array_mut() {
        Some(rows) => rows.iter_mut().for_each(change),
        None => change(&mut answer),
    }
    Bytes::from(answer.to_string())
}
