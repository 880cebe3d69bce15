//! Every scenario file, under the default switches and under every single switch.

mod common;

use common::scenario;
use linkwright_sandbox::switches::Switches;

/// Messages that the real service is known to send, one scenario each.
const OBSERVED_MESSAGES: usize = 11;
/// Orderings that must hold, one scenario each: 33 numbered ones and three more.
const ORDERINGS: usize = 36;

#[tokio::test]
async fn every_scenario_holds() {
    let mut wrong = Vec::new();
    for (name, scenario) in scenario::all() {
        if let Err(why) = scenario.run("", Switches::default(), |_, _, _, _| {}).await {
            wrong.push(format!("{name}: {}\n  {why}", scenario.about));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_scenario_holds_under_every_single_switch() {
    let mut wrong = Vec::new();
    let mut runs = 0;
    for (name, scenario) in scenario::all() {
        for (variation, switches) in Switches::variations() {
            runs += 1;
            if let Err(why) = scenario.run(&variation, switches, |_, _, _, _| {}).await {
                wrong.push(format!("{name} under {variation}:\n  {why}"));
            }
        }
    }
    assert!(runs > 1000, "only {runs} runs");
    assert!(
        wrong.is_empty(),
        "{} of {runs} runs:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
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
                assert!(
                    known.contains(switch),
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
