//! Mutants that cannot be woven: [`judge`] says which of them compile, [`run`] tries those, each in a
//! build of its own.

use std::fs;

use crate::compile;
use crate::list::{self, Mutant};
use crate::outcome::{Outcomes, Verdict};
use crate::tree::{self, Sources};
use crate::trial::Trials;
use crate::{Places, Result};

/// Asks the compiler about each. Most do not compile: `||` beside a `let` in a condition, for one.
pub fn judge(
    places: &Places,
    sources: &Sources,
    mutants: &[&Mutant],
    mut outcomes: Outcomes,
) -> Result<Outcomes> {
    tree::write(&places.plain, sources)?;
    for mutant in mutants {
        if outcomes.verdict(mutant) != Some(&Verdict::Left) {
            continue;
        }
        let path = places.plain.join(&mutant.file);
        let text = list::text(sources, &mutant.file)?;
        fs::write(&path, mutant.applied(text))?;
        if let Err(refusal) = compile::check(places)? {
            outcomes.set(mutant, Verdict::Unviable, refusal.errors[0].to_string());
            outcomes.save()?;
        }
        fs::write(&path, text)?;
    }
    Ok(outcomes)
}

/// Tries those that compile, one by one. The copy's other files keep their mutants, all of them off.
pub fn run(
    places: &Places,
    sources: &Sources,
    trials: &Trials<'_>,
    mutants: &[&Mutant],
    mut outcomes: Outcomes,
) -> Result<Outcomes> {
    for mutant in mutants {
        if outcomes.verdict(mutant) == Some(&Verdict::Unviable) {
            continue;
        }
        let path = places.woven.join(&mutant.file);
        let woven = fs::read(&path)?;
        fs::write(&path, mutant.applied(list::text(sources, &mutant.file)?))?;
        let (verdict, by) = match compile::tests(places)? {
            Err(refusal) => (Verdict::Unviable, refusal.errors[0].to_string()),
            Ok(_) => trials.built(mutant)?,
        };
        fs::write(&path, woven)?;
        println!("by itself {verdict:?} {} {by}", mutant.name);
        outcomes.set(mutant, verdict, by);
        outcomes.save()?;
    }
    Ok(outcomes)
}
