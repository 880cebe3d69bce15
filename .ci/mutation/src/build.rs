//! Weaves all mutants into the copy, takes out what the compiler refuses, and builds the tests: [`build`].

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::{self, Built, Message, Refusal};
use crate::list::{self, Mutant};
use crate::outcome::{Outcomes, Verdict};
use crate::tree::{self, Sources};
use crate::weave::{self, Owner, Woven};
use crate::{Places, Result};

/// Makes the copy with all mutants that can be woven and compile, and builds its tests.
pub fn build(
    places: &Places,
    sources: &Sources,
    mutants: &[Mutant],
    outcomes: &mut Outcomes,
) -> Result<Built> {
    let by_id: BTreeMap<u32, &Mutant> = mutants.iter().map(|mutant| (mutant.id, mutant)).collect();
    loop {
        let woven = put_in(places, sources, mutants, outcomes)?;
        let refusal = match compile::tests(places)? {
            Ok(built) => return Ok(built),
            Err(refusal) => refusal,
        };
        let refused = refused(&refusal, &woven);
        if refused.is_empty() {
            return Err(format!("the copy does not compile:\n{refusal}").into());
        }
        println!("the compiler refuses {} mutants", refused.len());
        for (id, (verdict, why)) in refused {
            outcomes.set(by_id[&id], verdict, why);
        }
        outcomes.save()?;
    }
}

/// Writes the copy, and gives what stands in which of its files.
fn put_in(
    places: &Places,
    sources: &Sources,
    mutants: &[Mutant],
    outcomes: &mut Outcomes,
) -> Result<BTreeMap<String, Woven>> {
    let mut files = sources.clone();
    let mut all = BTreeMap::new();
    let named: BTreeSet<&str> = mutants.iter().map(|mutant| &*mutant.file).collect();
    for file in named {
        let those: Vec<&Mutant> = mutants
            .iter()
            .filter(|mutant| mutant.file == file && !outcomes.is_plain(mutant))
            .filter(|mutant| outcomes.verdict(mutant) != Some(&Verdict::Unviable))
            .collect();
        let woven = weave::weave(list::text(sources, file)?, &those)?;
        for mutant in those
            .iter()
            .filter(|mutant| woven.left.contains(&mutant.id))
        {
            outcomes.set(
                mutant,
                Verdict::Left,
                "its place is none that a switch can stand in",
            );
        }
        files.insert(file.to_owned(), woven.text.clone().into_bytes());
        all.insert(file.to_owned(), woven);
    }
    files.insert(
        "src/mutation.rs".to_owned(),
        weave::switches(mutants.len()).into_bytes(),
    );
    // The crates above re-export what this one has.
    let root = format!(
        "{}\npub mod mutation;\n",
        list::text(sources, "src/core.rs")?
    );
    files.insert("src/core.rs".to_owned(), root.into_bytes());
    for (path, bytes) in &mut files {
        // Tests start the binary without the environment, and the switch is in the environment.
        if path.starts_with("tests/") && path.ends_with(".rs") {
            let text = str::from_utf8(bytes)?.replace(
                ".env_clear()",
                ".env_clear().envs(std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(\"MUTATION_\")))",
            );
            *bytes = text.into_bytes();
        }
    }
    tree::write(&places.woven, &files)?;
    Ok(all)
}

/// What the compiler refuses, and whether that is the mutants' fault or that of the weaving.
fn refused(refusal: &Refusal, woven: &BTreeMap<String, Woven>) -> BTreeMap<u32, (Verdict, String)> {
    let mut refused = BTreeMap::new();
    for error in &refusal.errors {
        let (primary, others): (Vec<_>, Vec<_>) =
            error.spans.iter().partition(|place| place.is_primary);
        let mut places = (primary.into_iter().chain(others)).filter_map(|place| {
            let place = place.written();
            Some((woven.get(&place.file())?, place.byte_start))
        });
        let found = match error.code() {
            // A match that lacks an arm is refused at its scrutinee, where none of its mutants stands.
            Some("E0004") => places.find_map(|(woven, at)| {
                let arms = woven.arms(at);
                (!arms.is_empty()).then_some((woven, Owner::Weaving(arms)))
            }),
            _ => places.find_map(|(woven, at)| Some((woven, woven.owner(at)?.clone()))),
        };
        let (ids, verdict) = match found {
            None => continue,
            Some((_, Owner::Mutant(id))) if is_own_fault(error) => (vec![id], Verdict::Unviable),
            Some((woven, Owner::Mutant(id))) => (woven.beside(id), Verdict::Left),
            Some((_, Owner::Weaving(ids))) => (ids, Verdict::Left),
        };
        for id in ids {
            let known = refused.entry(id).or_insert((verdict, error.to_string()));
            if verdict == Verdict::Unviable {
                *known = (verdict, error.to_string());
            }
        }
    }
    refused
}

/// Whether an error in a mutant's own text would be there without the weaving: names and types of one
/// expression are judged by themselves, moves and borrows are not.
fn is_own_fault(error: &Message) -> bool {
    const NAMES_AND_TYPES: [&str; 22] = [
        "E0015", "E0026", "E0027", "E0061", "E0063", "E0107", "E0268", "E0277", "E0282", "E0283",
        "E0308", "E0369", "E0412", "E0423", "E0425", "E0433", "E0560", "E0599", "E0600", "E0603",
        "E0614", "E0639",
    ];
    let is_of_both = error
        .words()
        .contains("`if` and `else` have incompatible types");
    error
        .code()
        .is_some_and(|code| NAMES_AND_TYPES.contains(&code))
        && !is_of_both
}
