//! What the fuzzer does with its corpus, without the fuzzer: every checked-in input, and many that
//! are cut, doubled and changed from them, run through the same code as the fuzz targets.

#![expect(clippy::expect_used, reason = "the targets' bodies fail by panicking")]

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[path = "../fuzz/bodies/mod.rs"]
mod bodies;

/// The inputs of one target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no corpus");
    files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

/// One change of an input.
#[derive(Clone, Debug)]
enum Change {
    /// Cut off here.
    Cut(Index),
    /// Another byte here.
    Byte(Index, u8),
    /// What stands between these comes twice.
    Double(Index, Index),
    /// What stands between these is gone.
    Drop(Index, Index),
    /// A token that parsers stumble over.
    Insert(Index, &'static str),
}

/// What parsers stumble over.
const TOKENS: [&str; 14] = [
    "null",
    "-1",
    "1e999",
    "18446744073709551616",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\u{feff}",
    "*",
    "&a",
    "{}",
    "[[[[[[[[",
    "${env:",
    "\u{1b}[2J",
    "\n---\n",
];

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        place().prop_map(Change::Cut),
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (place(), place()).prop_map(|(from, to)| Change::Double(from, to)),
        (place(), place()).prop_map(|(from, to)| Change::Drop(from, to)),
        (place(), prop::sample::select(&TOKENS[..]))
            .prop_map(|(at, token)| Change::Insert(at, token)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let at = |index: &Index| index.index(bytes.len() + 1);
        match change {
            Change::Cut(place) => bytes.truncate(at(place)),
            Change::Byte(place, byte) => {
                let place = at(place);
                if let Some(slot) = bytes.get_mut(place) {
                    *slot = *byte;
                }
            }
            Change::Double(from, to) => {
                let (from, to) = (at(from).min(at(to)), at(from).max(at(to)));
                let part = bytes[from..to.min(from + 2000)].to_vec();
                bytes.splice(to..to, part);
            }
            Change::Drop(from, to) => {
                let (from, to) = (at(from).min(at(to)), at(from).max(at(to)));
                bytes.drain(from..to);
            }
            Change::Insert(place, token) => {
                let place = at(place);
                bytes.splice(place..place, token.bytes());
            }
        }
    }
    bytes
}

fn hold(target: &str, run: fn(&[u8]), cases: u32) {
    let corpus = corpus(target);
    for input in &corpus {
        run(input);
    }
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let inputs = (
        prop::sample::select(corpus),
        prop::collection::vec(change(), 1..5),
    )
        .prop_map(|(input, changes)| changed(input, &changes));
    TestRunner::new_with_rng(config, seed)
        .run(&inputs, |input| {
            run(&input);
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_bytes_are_read_as_a_spec() {
    hold("spec", bodies::spec::run, 300);
}

#[test]
fn any_bytes_are_borne_as_answers() {
    hold("replies", bodies::replies::run, 600);
}

#[test]
fn good_answers_among_the_corpus_make_a_plan() {
    // The corpus is worth something only if a part of it gets all the way.
    let input = include_bytes!("../fuzz/corpus/replies/good");
    let plan = bodies::replies::plan(input).unwrap();
    assert!(
        !plan.operations.is_empty() && !plan.has_unknowns(),
        "{plan:?}"
    );
}

#[test]
fn any_bytes_are_read_as_a_saved_plan() {
    hold("saved_plan", bodies::saved_plan::run, 600);
}

#[test]
fn any_bytes_are_read_as_a_world() {
    hold("world", bodies::world::run, 200);
}
