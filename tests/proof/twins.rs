//! What is said of the twin of any world is what is said of its snapshot: the plan, drift and status.
//! `LINKWRIGHT_TWINS` says how many worlds, `LINKWRIGHT_PROOF_SEED` from which seed on.

use std::io::Write as _;

use linkwright::diff::Options;

use crate::choices::{Choices, shrink};
use crate::proof::setting;
use crate::round_trip::exported;
use crate::specs;
use crate::support::bench::{Bench, TODAY, everything_allowed, read, stepped};
use crate::support::recorded::{Question, answering, world_of};
use crate::worlds::World;

/// What came of one world.
#[derive(Debug, Default)]
struct Figures {
    worlds: usize,
    /// Specs that are none.
    invalid: usize,
    /// Plans with operations.
    changes: usize,
    /// Plans that are refused.
    refused: usize,
}

/// Any world that a twin can have: no status that no version knows, and no limiter, behind which reading takes time.
fn world(c: &mut Choices) -> World {
    let mut world = World::any(c);
    world.odd.clear();
    for cluster in &mut world.clusters {
        cluster.rate_limit = None;
    }
    world
}

async fn play(c: &mut Choices, figures: &mut Figures) -> Result<(), String> {
    let world = world(c);
    let bench = Bench::open(&world.file()).map_err(|error| error.to_string())?;
    let live = exported(&bench).await?;
    let spec = specs::any(&world, &live, c);
    figures.worlds += 1;
    let Ok(desired) = read(&[("spec.yaml", &spec.text)]) else {
        figures.invalid += 1;
        return Ok(());
    };
    let bench = Bench::open(&world.file()).map_err(|error| error.to_string())?;
    let calls = crate::support::bench::Calls::default();
    let bench = bench.calling_those_of(&desired, &calls);
    let question = Question {
        desired: &desired,
        options: Options {
            today: Some(TODAY),
            ..Options::default()
        },
        allow: everything_allowed(),
        now: bench.now(),
    };
    let snapshot = question.snapshot(&bench).await;
    let recorded = question.ask(&answering(&desired, &snapshot)).await;
    figures.changes += usize::from(recorded.plan.contains("\"has_changes\": true"));
    figures.refused += usize::from(recorded.plan.contains("\"refused\": true"));
    let text = world_of(&snapshot)?;
    let twin = Bench::open(&text).map_err(|error| error.to_string())?;
    let twin = twin.calling_those_of(&desired, &calls);
    let told = question.ask(&twin.clients).await;
    match recorded.differences(&told).first() {
        None => Ok(()),
        Some((document, words)) => Err(format!("{document}:\n{words}\n{}\n{text}", spec.text)),
    }
}

#[test]
fn the_twin_of_any_world_is_as_the_world() {
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let worlds = setting("LINKWRIGHT_TWINS", 20);
    let mut figures = Figures::default();
    let mut wrong = Vec::new();
    for seed in first..first + worlds {
        let mut choices = Choices::of_seed(seed);
        if stepped(play(&mut choices, &mut figures)).is_err() {
            wrong.push((seed, choices.made().to_vec()));
        }
    }
    let words = format!("twins: {figures:?}\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    if let Some((seed, row)) = wrong.first() {
        let mut none = Figures::default();
        let mut fails = |row: &[u32]| {
            let mut again = Choices::again(row.to_vec());
            stepped(play(&mut again, &mut none)).is_err()
        };
        let row = shrink(row, 300, &mut fails);
        let mut again = Choices::again(row.clone());
        let why = stepped(play(&mut again, &mut none)).unwrap_err();
        let world = world(&mut Choices::again(row));
        let seeds: Vec<u64> = wrong.iter().map(|(seed, _)| *seed).collect();
        panic!("seeds {seeds:?}; {seed}: {why}\n{}", world.file());
    }
    // Worlds with nothing to do, or without a spec, would prove nothing.
    assert!(figures.changes * 4 > figures.worlds, "{words}");
    assert!(figures.invalid * 4 < figures.worlds, "{words}");
}
