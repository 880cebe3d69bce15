//! The twin of a snapshot: what is said of it is what is said of the snapshot, in every scenario and example.

use std::collections::BTreeSet;

use linkwright::address::ClusterName;
use linkwright::snapshot::SnapshotV1;

use super::setup::Setup;
use super::snapshots::{SEEN, question};
use super::{Example, examples};
use crate::support::bench::stepped;
use crate::support::recorded::{Question, Told, answering, world_of};

/// Where what the twin does not have matters: the scenario, the documents, and what that is.
const OTHERWISE: &[(&str, &[&str], &str)] = &[
    (
        "nameless-remnant-is-left-alone",
        &["plan", "drift"],
        "a link object without a name is left by a deletion, and no world file has one",
    ),
    (
        "retire-half-with-partner-unread",
        &["drift"],
        "how many mirror topics a link has is known, and their names could not be read",
    ),
];

/// The documents that differ between a snapshot and its twin, with how.
async fn differences(
    snapshot: &SnapshotV1,
    recorded: &Told,
    question: &Question<'_>,
    spec: &str,
    called: &BTreeSet<ClusterName>,
) -> Vec<(&'static str, String)> {
    let world = match world_of(snapshot) {
        Ok(world) => world,
        Err(error) => return vec![("world", error)],
    };
    let mut twin = Setup::open(&world, spec).unwrap();
    // A cluster of the spec that the world does not have is one of the twin.
    twin.bench.clients.retain(|name, _| called.contains(name));
    recorded.differences(&question.ask(&twin.bench.clients).await)
}

/// Those that are not listed, and those that are listed and do not differ.
fn wrong(name: &str, differences: Vec<(&'static str, String)>) -> Vec<String> {
    let known = OTHERWISE.iter().filter(|(other, ..)| *other == name);
    let known: Vec<&str> = known.flat_map(|(_, all, _)| all.iter().copied()).collect();
    let is_found = |document: &&&str| differences.iter().any(|(it, _)| it == *document);
    let listed = known.iter().filter(|document| !is_found(document));
    let listed = listed.map(|document| format!("{name}: {document} is the same, and is listed"));
    let listed: Vec<String> = listed.collect();
    let found = differences.iter().filter(|(it, _)| !known.contains(it));
    let found = found.map(|(document, words)| format!("{name}: {document}:\n{words}"));
    found.chain(listed).collect()
}

#[test]
fn plan_drift_and_status_on_a_twin_are_those_of_its_snapshot() {
    let mut all = Vec::new();
    for seen in SEEN.iter() {
        let question = seen.question();
        let found = differences(
            &seen.snapshot,
            &seen.recorded,
            &question,
            &seen.spec,
            &seen.called,
        );
        all.extend(wrong(&seen.name, stepped(found)));
    }
    assert!(all.is_empty(), "{} differ:\n{}", all.len(), all.join("\n"));
}

/// The same for clusters as they are now.
async fn of_setup(setup: &Setup, spec: &str, allow: &[&str]) -> Vec<(&'static str, String)> {
    let question = question(setup, allow);
    let snapshot = question.snapshot(&setup.bench).await;
    let recorded = question.ask(&answering(&setup.desired, &snapshot)).await;
    let called = setup.bench.clients.keys().cloned().collect();
    differences(&snapshot, &recorded, &question, spec, &called).await
}

#[test]
fn the_twin_of_an_example_is_as_its_world_before_and_after_it_is_applied() {
    let allow = ["irreversible", "data-loss", "blast-radius"];
    let mut all = Vec::new();
    for Example { name, spec, world } in examples() {
        let found = stepped(async {
            let setup = Setup::open(&world, &spec).unwrap();
            let before = of_setup(&setup, &spec, &allow).await;
            let plan = setup.plan(&allow, &[]).await.unwrap();
            setup.apply(&plan).await;
            let setup = setup.again();
            let after = of_setup(&setup, &spec, &allow).await;
            [before, after].concat()
        });
        all.extend(wrong(&name, found));
    }
    assert!(all.is_empty(), "{} differ:\n{}", all.len(), all.join("\n"));
}
