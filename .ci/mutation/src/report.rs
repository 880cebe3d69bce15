//! Writes down what came of the mutants: a list for each verdict, and the figures of each room.

use std::fs;

use crate::list::Mutant;
use crate::outcome::{Outcomes, Verdict};
use crate::{Places, ROOMS, Result};

/// The lists, in `target/mutation`.
const LISTS: [(&str, &[Verdict]); 5] = [
    ("caught", &[Verdict::Caught]),
    ("timeout", &[Verdict::TimedOut]),
    (
        "missed",
        &[Verdict::Missed, Verdict::Doubtful, Verdict::Unreached],
    ),
    ("unviable", &[Verdict::Unviable]),
    ("left", &[Verdict::Left]),
];

/// Writes the lists and prints the figures.
pub fn write(places: &Places, mutants: &[Mutant], outcomes: &Outcomes) -> Result<()> {
    for (list, verdicts) in LISTS {
        let mut text = String::new();
        for mutant in mutants {
            let Some(outcome) = outcomes
                .of(mutant)
                .filter(|outcome| verdicts.contains(&outcome.verdict))
            else {
                continue;
            };
            let note = match outcome.verdict {
                Verdict::Unreached => "  [no test that takes part reaches it]".to_owned(),
                Verdict::Doubtful => "  [so far: the slow tests are still to be run]".to_owned(),
                Verdict::Missed | Verdict::Left => String::new(),
                Verdict::Caught | Verdict::TimedOut | Verdict::Unviable => {
                    format!("  [{}]", outcome.by)
                }
            };
            text += &format!("{}{note}\n", mutant.name);
        }
        fs::write(places.work.join(format!("{list}.txt")), text)?;
    }
    for room in ROOMS {
        println!(
            "{}",
            figures(
                room,
                mutants.iter().filter(|mutant| mutant.room() == room),
                outcomes
            )
        );
    }
    println!("{}", figures("all", mutants.iter(), outcomes));
    Ok(())
}

fn figures<'a>(
    name: &str,
    mutants: impl Iterator<Item = &'a Mutant>,
    outcomes: &Outcomes,
) -> String {
    let verdicts: Vec<Option<&Verdict>> = mutants.map(|mutant| outcomes.verdict(mutant)).collect();
    let count = |verdict| verdicts.iter().filter(|known| **known == verdict).count();
    let caught = count(Some(&Verdict::Caught));
    let timed_out = count(Some(&Verdict::TimedOut));
    let unreached = count(Some(&Verdict::Unreached));
    let doubtful = count(Some(&Verdict::Doubtful));
    let missed = count(Some(&Verdict::Missed)) + doubtful + unreached;
    let viable = caught + timed_out + missed;
    // Nothing tried is nothing missed.
    let percent = if viable == 0 {
        0.0
    } else {
        missed as f64 * 100.0 / viable as f64
    };
    format!(
        "{name}: {} mutants, {viable} viable: {caught} caught, {timed_out} timed out, {missed} missed ({unreached} not reached, {doubtful} with slow tests still to be run) = {percent:.1} %; \
         {} unviable, {} left, {} not tried",
        verdicts.len(),
        count(Some(&Verdict::Unviable)),
        count(Some(&Verdict::Left)),
        count(None),
    )
}
