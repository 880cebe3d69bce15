//! Every scenario file, under the default switches and under every single switch.

use crate::common::scenario::{self, Scenario};
use linkwright_sandbox::switches::Switches;

/// Messages that the real service is known to send, one scenario each.
const OBSERVED_MESSAGES: usize = 11;
/// Orderings that must hold, one scenario each: 33 numbered ones and three more.
const ORDERINGS: usize = 36;

#[tokio::test(start_paused = true)]
async fn every_scenario_holds() {
    let mut wrong = Vec::new();
    for (name, scenario) in scenario::all() {
        if let Err(why) = scenario.run("", Switches::default(), |_, _, _, _| {}).await {
            wrong.push(format!("{name}: {}\n  {why}", scenario.about));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_holds_under_every_single_switch() {
    let scenarios = scenario::all();
    let variations = Switches::variations();
    let runs = scenarios.len() * variations.len();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = scenarios.len().div_ceil(threads);
    let mut wrong: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = scenarios
            .chunks(share)
            .map(|scenarios| scope.spawn(|| under_all(scenarios, &variations)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert!(runs > 1000, "only {runs} runs");
    let count = wrong.len();
    wrong.truncate(10);
    assert!(
        wrong.is_empty(),
        "{count} of {runs} runs, the first being\n{}",
        wrong.join("\n")
    );
}

fn under_all(scenarios: &[(String, Scenario)], variations: &[(String, Switches)]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime starts");
    let mut wrong = Vec::new();
    for (name, scenario) in scenarios {
        for (variation, switches) in variations {
            let run = scenario.run(variation, *switches, |_, _, _, _| {});
            if let Err(why) = runtime.block_on(run) {
                wrong.push(format!("{name} under {variation}:\n  {why}"));
            }
        }
    }
    wrong
}

#[test]
fn every_row_has_its_scenario() {
    let names: Vec<String> = scenario::all().into_iter().map(|(name, _)| name).collect();
    let count = |start: &str| names.iter().filter(|name| name.starts_with(start)).count();
    assert_eq!(count("message-"), OBSERVED_MESSAGES);
    assert_eq!(count("order-"), ORDERINGS);
}

#[test]
fn scenarios_name_switches_that_exist() {
    let known: Vec<String> = Switches::variations()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for (name, scenario) in scenario::all() {
        for step in &scenario.steps {
            for switch in step.under.keys().chain(&step.ends_under) {
                let any = switch.strip_suffix('*').unwrap_or("nothing");
                assert!(
                    known.contains(switch) || known.iter().any(|name| name.starts_with(any)),
                    "{name}: there is no switch setting {switch}"
                );
            }
        }
    }
}

#[test]
fn every_switch_setting_changes_some_scenario() {
    let mut named = std::collections::BTreeSet::new();
    for (_, scenario) in scenario::all() {
        for step in scenario.steps {
            named.extend(step.under.into_keys());
        }
    }
    let silent: Vec<String> = Switches::variations()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !named.contains(name))
        .collect();
    assert!(
        silent.is_empty(),
        "no scenario says what these change: {silent:#?}"
    );
}
