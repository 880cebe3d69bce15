//! Runs each test alone, once, to know how long it takes and which mutants it reaches: [`baseline`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::compile::{Built, Program};
use crate::process::{self, End};
use crate::{Places, Result};

/// A test that takes longer takes no part: it would be run for every mutant that it alone might notice.
const LONGEST: Duration = Duration::from_secs(40);

/// How many things are done at a time.
pub const AT_A_TIME: usize = 2;

/// Modules whose tests judge the project's files and not what these rooms do.
const OTHER_TESTS: [&str; 3] = ["action::", "docs::", "layering::"];

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Test {
    /// The program it is in.
    pub program: String,
    /// Its name in there.
    pub name: String,
    /// How long it takes.
    pub millis: u64,
    /// Whether it passes, without any mutant and in time.
    pub passes: bool,
    /// The mutants that it reaches.
    pub reaches: Vec<u32>,
}

/// All tests.
#[derive(Debug)]
pub struct Tests {
    /// The programs, by name.
    pub programs: BTreeMap<String, PathBuf>,
    /// Those that pass, the fastest first.
    pub all: Vec<Test>,
}

/// The tests of a program as they were, for as long as it is the same.
#[derive(Serialize, Deserialize)]
struct Kept {
    digest: String,
    tests: Vec<Test>,
}

/// Runs every test that has not been run in the same program before.
pub fn baseline(places: &Places, built: &Built) -> Result<Tests> {
    let path = places.work.join("baseline.json");
    let mut kept: BTreeMap<String, Kept> = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => BTreeMap::new(),
    };
    kept.retain(|name, _| built.programs.iter().any(|program| program.name == *name));
    let binary = fs::read(&built.binary)?;
    for program in &built.programs {
        let mut digest = Sha256::new_with_prefix(fs::read(&program.path)?);
        digest.update(&binary);
        let digest: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if kept
            .get(&program.name)
            .is_some_and(|kept| kept.digest == digest)
        {
            continue;
        }
        let tests = alone(places, program)?;
        println!("{}: {} tests", program.name, tests.len());
        kept.insert(program.name.clone(), Kept { digest, tests });
        fs::write(&path, serde_json::to_vec(&kept)?)?;
    }
    let all = kept.into_values().flat_map(|kept| kept.tests);
    let (mut all, out): (Vec<Test>, Vec<Test>) = all.partition(|test| test.passes);
    for test in out {
        println!(
            "left out, as it fails or takes longer than {LONGEST:?}: {} {}",
            test.program, test.name
        );
    }
    all.sort_by_key(|test| test.millis);
    let programs = built
        .programs
        .iter()
        .map(|program| (program.name.clone(), program.path.clone()));
    Ok(Tests {
        programs: programs.collect(),
        all,
    })
}

/// Runs each test of a program by itself.
fn alone(places: &Places, program: &Program) -> Result<Vec<Test>> {
    let ignored = names(places, program, &["--ignored"])?;
    let names = names(places, program, &[])?;
    let is_other = |name: &str| OTHER_TESTS.iter().any(|module| name.starts_with(module));
    let wanted = |name: &String| !ignored.contains(name) && !is_other(name);
    let queue = Mutex::new(names.into_iter().filter(wanted));
    let tests = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME)
            .map(|worker| {
                let (queue, tests) = (&queue, &tests);
                scope.spawn(move || -> Result<()> {
                    let next = || queue.lock().expect("no worker panics").next();
                    while let Some(name) = next() {
                        let test = one(places, program, name, worker)?;
                        tests.lock().expect("no worker panics").push(test);
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("no worker panics"))
    })?;
    let mut tests = tests.into_inner()?;
    tests.sort();
    Ok(tests)
}

#[expect(clippy::disallowed_methods, reason = "the fastest tests go first")]
fn one(places: &Places, program: &Program, name: String, worker: usize) -> Result<Test> {
    let reached = places.work.join(format!("reached-{worker}"));
    let _ = fs::remove_file(&reached);
    let said = places.work.join(format!("said-{worker}"));
    let began = Instant::now();
    let mut command = command(places, &program.path, [&*name]);
    let end = process::run(command.env("MUTATION_REACHED", &reached), &said, LONGEST)?;
    let millis = u64::try_from(began.elapsed().as_millis())?;
    let mut reaches: Vec<u32> = fs::read_to_string(&reached)
        .unwrap_or_default()
        .lines()
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    reaches.sort_unstable();
    reaches.dedup();
    Ok(Test {
        program: program.name.clone(),
        name,
        millis,
        passes: end == End::Passed,
        reaches,
    })
}

/// The command that runs some tests of a program, as every run of tests here does it.
pub fn command<'a>(
    places: &Places,
    program: &Path,
    names: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = process::bounded(program);
    command
        .arg("--exact")
        .args(names)
        .arg("--test-threads=1")
        .current_dir(&places.woven)
        .env_remove("UPDATE_GENERATED")
        .env("RUST_BACKTRACE", "0")
        // A failure is enough: nobody reads the smallest case of it.
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .env("LINKWRIGHT_PROOF_SHRINK", "0");
    command
}

/// The names of a program's tests.
fn names(places: &Places, program: &Program, which: &[&str]) -> Result<Vec<String>> {
    let listed = Command::new(&program.path)
        .args(["--list", "--format", "terse"])
        .args(which)
        .current_dir(&places.woven)
        .output()?;
    if !listed.status.success() {
        return Err(format!("{} does not list its tests", program.name).into());
    }
    let listed = String::from_utf8(listed.stdout)?;
    Ok(listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect())
}
