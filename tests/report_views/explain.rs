//! Every code that a plan can show is explained, and nothing else is.

use std::collections::BTreeSet;

use linkwright::report::words::{explain, explanations};

use super::worlds;

#[test]
fn every_code_is_explained_and_every_explanation_has_a_world() {
    let mut shown = BTreeSet::new();
    for (_, world) in worlds::all() {
        let plan = world.plan();
        shown.extend(
            plan.findings
                .iter()
                .map(|found| found.kind.code().to_string()),
        );
        shown.extend(
            plan.refusals
                .iter()
                .map(|refused| refused.kind.code().to_string()),
        );
    }
    shown.extend(
        worlds::all()
            .iter()
            .flat_map(|(_, world)| drift_codes(world)),
    );
    shown.insert("LW411".to_owned());
    shown.extend(codes_of_pairs());
    let explained: BTreeSet<String> = explanations()
        .map(|explanation| explanation.code.to_owned())
        // What is wrong with a run and not with a world; `tests/drift` and
        // `tests/apply_binary/approved.rs` show these.
        .filter(|code| !code.starts_with("LW44") && !code.starts_with("LW5"))
        .collect();
    assert_eq!(shown, explained);
}

/// What plans of bidirectional links show: `tests/scenarios/pair-*`.
fn codes_of_pairs() -> BTreeSet<String> {
    let folders = std::fs::read_dir("tests/scenarios").unwrap();
    let mut codes = BTreeSet::new();
    for folder in folders.map(|entry| entry.unwrap().path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if let (true, Ok(plan)) = (
            name.starts_with("pair-"),
            std::fs::read_to_string(folder.join("plan.txt")),
        ) {
            let marked = plan.split("[LW").skip(1);
            codes.extend(marked.map(|rest| format!("LW{}", &rest[..3])));
        }
    }
    codes
}

fn drift_codes(world: &super::world::World) -> Vec<String> {
    let drift = super::drift::drift(world);
    drift
        .findings
        .iter()
        .map(|found| found.code().to_owned())
        .collect()
}

#[test]
fn explanations_are_complete_and_found_in_any_case() {
    for explanation in explanations() {
        for part in [
            explanation.title,
            explanation.why,
            explanation.example,
            explanation.remediation,
        ] {
            assert!(!part.is_empty() && part.is_ascii(), "{}", explanation.code);
        }
        assert!(explanation.why.ends_with('.'), "{}", explanation.code);
        assert!(!explanation.title.ends_with('.'), "{}", explanation.code);
    }
    assert_eq!(explain("lw217").map(|found| found.code), Some("LW217"));
    assert_eq!(explain("LW999"), None);
}
