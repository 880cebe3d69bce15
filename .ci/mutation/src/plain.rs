//! Tries mutants that cannot be woven, each in a build of its own: [`run`].

use crate::compile;
use crate::list::{self, Mutant};
use crate::outcome::{Outcomes, Verdict};
use crate::tree::{self, Sources};
use crate::trial::Trials;
use crate::{Places, Result};

/// Tries mutants one by one. The copy's other files keep their mutants, all of them off.
pub fn run(
    places: &Places,
    sources: &Sources,
    trials: &Trials<'_>,
    mutants: &[&Mutant],
    mut outcomes: Outcomes,
) -> Result<Outcomes> {
    for (nth, mutant) in mutants.iter().enumerate() {
        let path = places.woven.join(&mutant.file);
        let woven = std::fs::read(&path)?;
        let text = list::text(sources, &mutant.file)?;
        tree::put(&path, mutant.applied(text).as_bytes())?;
        let (verdict, by) = match compile::tests(places)? {
            Err(refusal) => (Verdict::Unviable, refusal.errors[0].to_string()),
            Ok(_) => trials.built(mutant)?,
        };
        tree::put(&path, &woven)?;
        println!(
            "by itself {}/{} {verdict:?} {} {by}",
            nth + 1,
            mutants.len(),
            mutant.name
        );
        outcomes.set(mutant, verdict, by);
        outcomes.save()?;
    }
    Ok(outcomes)
}
