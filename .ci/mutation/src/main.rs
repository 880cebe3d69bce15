//! Mutation testing of the rooms that decide: would a test notice if the code were wrong?
//!
//! `cargo-mutants` says which mutants there are. It builds the crate anew for each of them, which takes
//! days for the two thousand of these rooms. Here all of them are woven into one copy of the sources,
//! each behind a switch that is read at run time; the tests are built once, and for each mutant only the
//! tests that reach its place are run, fastest first, until one fails.
//!
//! In the order of a run: [`list`] asks cargo-mutants, [`tree`] copies the sources, [`weave`] puts the
//! switches in, [`build`] takes out what the compiler ([`compile`]) refuses, [`tests`] runs each test alone
//! to see what it reaches, [`trial`] tries the mutants, and [`report`] writes down what came of them.
//! Mutants that cannot be woven are tried by [`plain`] in a build of their own.
//!
//! What came of a mutant is kept in `target/mutation/outcomes.json` for as long as its file stays the same.

mod build;
mod compile;
mod list;
mod outcome;
mod plain;
mod process;
mod report;
mod tests;
mod tree;
mod trial;
mod weave;

use std::error::Error;
use std::path::PathBuf;

use outcome::{Outcomes, Verdict};
use trial::{Pace, Trials};

/// Anything that ends a run.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The rooms that are mutated, the one whose tests take the longest last.
const ROOMS: [&str; 4] = ["diff", "plan", "validate", "apply"];

/// The packages whose tests try them; the rooms are in the first two.
const PACKAGES: [&str; 3] = ["linkwright-core", "linkwright-engine", "linkwright"];

/// What the command line asks for.
#[derive(Debug, Default)]
struct Asked {
    /// The missed ones are tried again, because there are new tests.
    missed: bool,
    /// All are tried again.
    all: bool,
    /// Only mutants of files whose path begins so.
    files: Vec<String>,
}

impl Asked {
    fn read(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut asked = Self::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--missed" => asked.missed = true,
                "--all" => asked.all = true,
                "--file" => asked.files.push(args.next().ok_or("--file needs a path")?),
                _ => {
                    return Err(format!(
                        "unknown: {arg}; there are --missed, --all and --file PATH"
                    )
                    .into());
                }
            }
        }
        Ok(asked)
    }

    /// Whether a mutant is to be tried, going by what is known of it.
    fn wants(&self, file: &str, known: Option<&Verdict>) -> bool {
        let is_new = match known {
            None | Some(Verdict::Left | Verdict::Doubtful) => true,
            Some(Verdict::Missed | Verdict::Unreached) => self.missed || self.all,
            Some(Verdict::Caught | Verdict::TimedOut) => self.all,
            Some(Verdict::Unviable) => false,
        };
        is_new && (self.files.is_empty() || self.files.iter().any(|begin| file.starts_with(begin)))
    }
}

fn main() -> Result<()> {
    let asked = Asked::read(std::env::args().skip(1))?;
    let places = Places::here()?;
    let mut outcomes = Outcomes::read(&places.work.join("outcomes.json"))?;

    let sources = tree::sources(&places.root)?;
    let mutants = list::list(&places, &sources)?;
    outcomes.forget_changed(&mutants);
    println!("{} mutants", mutants.len());

    let built = build::build(&places, &sources, &mutants, &mut outcomes)?;
    let tests = tests::baseline(&places, &built)?;

    let mut wanted: Vec<&list::Mutant> = mutants
        .iter()
        .filter(|mutant| asked.wants(&mutant.file, outcomes.verdict(mutant)))
        .collect();
    wanted.sort_by_key(|mutant| ROOMS.iter().position(|room| *room == mutant.room()));
    let (left, woven): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|mutant| outcomes.is_plain(mutant));
    if asked.missed || asked.all {
        outcomes.forget(&woven);
    }
    let trials = Trials::new(&places, &tests);
    for pace in Pace::ALL {
        // A run that was broken off goes on where it was.
        let due = woven
            .iter()
            .copied()
            .filter(|mutant| match outcomes.verdict(mutant) {
                Some(Verdict::Doubtful) => pace > Pace::Fast,
                known => known.is_none() && pace == Pace::Fast,
            });
        let due: Vec<_> = due.collect();
        if pace == Pace::Slow {
            outcomes = plain::judge(&places, &sources, &left, outcomes)?;
        }
        outcomes = trials.sweep(&due, pace, outcomes)?;
        report::write(&places, &mutants, &outcomes)?;
    }
    let outcomes = plain::run(&places, &sources, &trials, &left, outcomes)?;
    report::write(&places, &mutants, &outcomes)
}

/// Where everything is.
#[derive(Debug)]
struct Places {
    /// The project.
    root: PathBuf,
    /// What this program keeps.
    work: PathBuf,
    /// The copy with all mutants in it.
    woven: PathBuf,
    /// The copy with no mutant, for cargo-mutants to look at, or with one.
    plain: PathBuf,
}

impl Places {
    fn here() -> Result<Self> {
        let root = std::env::current_dir()?;
        if !root.join("src/lib.rs").is_file() {
            return Err("run it in the project's folder, by `.ci/mutants`".into());
        }
        let work = root.join("target/mutation");
        Ok(Self {
            woven: work.join("woven"),
            plain: work.join("plain"),
            work,
            root,
        })
    }
}
