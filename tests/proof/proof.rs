//! Pairs by the thousand. `LINKWRIGHT_PROOF_PAIRS` says how many and `LINKWRIGHT_PROOF_SEED` from which
//! seed on; what breaks is made small and kept under `target/proof`, ready for `tests/regressions`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::case::{Case, Script};
use crate::choices::{Choices, shrink};
use crate::pairs::{Broken, End, Told, play};
use crate::round_trip::exported;
use crate::support::bench::stepped;
use crate::worlds::World;
use crate::{odd, scripts, specs};

/// Whether anything goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Faults {
    None,
    Injected,
}

pub(crate) fn case(faults: Faults, c: &mut Choices) -> Result<Case, Broken> {
    let world = World::any(c);
    let file = world.file();
    let live = stepped(async {
        let bench = odd::open(&file, &world.odd)?;
        exported(&bench).await
    });
    let live = live.map_err(|words| Broken {
        promise: "what is exported plans to nothing",
        words,
    })?;
    let spec = specs::any(&world, &live, c);
    let mut script = Script {
        odd: world.odd.clone(),
        secrets: spec.secrets,
        ..Script::default()
    };
    if faults == Faults::Injected {
        scripts::any(&world, &mut script, c);
    }
    Ok(Case {
        world: file,
        spec: spec.text,
        script,
    })
}

fn pair(faults: Faults, c: &mut Choices) -> Result<Told, Broken> {
    let case = case(faults, c)?;
    // A panic is a promise broken too, and must not end the search for a smaller case.
    let played = std::panic::catch_unwind(|| stepped(play(&case)));
    played.unwrap_or_else(|panic| {
        Err(Broken {
            promise: "nothing panics",
            words: panic_words(&*panic),
        })
    })
}

/// What a panic says.
pub(crate) fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned());
    let words = panic.downcast_ref::<String>().cloned().or(text);
    words.unwrap_or_default()
}

/// The figures of many pairs.
#[derive(Debug, Default)]
struct Figures {
    ends: BTreeMap<End, usize>,
    runs: usize,
    operations: usize,
    faults: usize,
    kills: usize,
    refusals: usize,
    codes: BTreeMap<&'static str, usize>,
    drawn: BTreeMap<String, usize>,
    broken: Vec<(u64, Broken)>,
}

impl Figures {
    fn add(&mut self, seed: u64, result: Result<Told, Broken>) {
        match result {
            Ok(told) => {
                if !told.left.is_empty() && setting("LINKWRIGHT_PROOF_SHOW", 0) > 0 {
                    let words = format!("left of seed {seed}:\n{}\n", told.left);
                    std::io::stderr().write_all(words.as_bytes()).unwrap();
                }
                *self.ends.entry(told.end).or_default() += 1;
                self.runs += told.runs;
                self.operations += told.operations;
                self.faults += told.faults;
                self.refusals += told.refusals;
                for drawn in told.drawn {
                    *self.drawn.entry(drawn).or_default() += 1;
                }
                for code in told.codes {
                    *self.codes.entry(code).or_default() += 1;
                }
                self.kills += usize::from(told.is_killed);
            }
            Err(broken) => self.broken.push((seed, broken)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to search is said from outside"
)]
pub(crate) fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the figures tell pairs a minute; nothing depends on it"
)]
fn prove(faults: Faults, usual: u64) {
    let pairs = setting("LINKWRIGHT_PROOF_PAIRS", usual);
    let first = setting("LINKWRIGHT_PROOF_SEED", 1);
    let began = Instant::now();
    let next = AtomicU64::new(first);
    let figures = Mutex::new(Figures::default());
    let workers = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .min(8);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + pairs {
                        return;
                    }
                    let result = pair(faults, &mut Choices::of_seed(seed));
                    let mut figures = figures.lock().unwrap();
                    figures.add(seed, result);
                    // There is no point in finding the same thing a thousand times.
                    if figures.broken.len() >= 20 {
                        return;
                    }
                }
            });
        }
    });
    let figures = figures.into_inner().unwrap();
    let tried = figures.ends.values().sum::<usize>() + figures.broken.len();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let mut words = format!(
        "{faults:?}: {tried} pairs in {minutes:.1} min ({:.0} a minute): {:?}; {} links \
         refused; {} runs, {} operations, {} requests with faults, {} kills\n",
        tried as f64 / minutes,
        figures.ends,
        figures.refusals,
        figures.runs,
        figures.operations,
        figures.faults,
        figures.kills,
    );
    words.push_str(&format!("validation found {:?}\n", figures.codes));
    words.push_str(&format!("pairs by what they drew {:?}\n", figures.drawn));
    let mut kinds: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (seed, broken) in &figures.broken {
        kinds.entry(broken.promise).or_default().push(*seed);
    }
    for (promise, seeds) in &kinds {
        words.push_str(&format!("broken: {promise}: seeds {seeds:?}\n"));
    }
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    if let Some((seed, broken)) = figures.broken.first() {
        panic!("{}", small(faults, *seed, broken));
    }
    let count = |end: End| figures.ends.get(&end).copied().unwrap_or(0);
    // Pairs that all end before anything is done would prove nothing.
    assert!(count(End::Converged) * 5 > tried, "{words}");
}

/// Makes a case small, keeps it, and tells it.
fn small(faults: Faults, seed: u64, broken: &Broken) -> String {
    let mut choices = Choices::of_seed(seed);
    let _ = pair(faults, &mut choices);
    let mut made = choices.made().to_vec();
    let tries = usize::try_from(setting("LINKWRIGHT_PROOF_SHRINK", 400)).unwrap();
    let fails = |row: &[u32]| {
        let result = pair(faults, &mut Choices::again(row.to_vec()));
        result.is_err_and(|other| other.promise == broken.promise)
    };
    made = shrink(&made, tries, fails);
    let mut words = broken.words.clone();
    if let Err(broken) = pair(faults, &mut Choices::again(made.clone())) {
        words = broken.words;
    }
    let mut told = format!(
        "seed {seed} ({faults:?}): it does not hold that {}",
        broken.promise
    );
    if let Ok(mut case) = case(faults, &mut Choices::again(made)) {
        case.script.about = broken.promise.to_owned();
        let folder = PathBuf::from(format!("target/proof/{faults:?}-{seed}").to_lowercase());
        case.write(&folder);
        told.push_str(&format!("; kept in {}", folder.display()));
        for name in ["case.yaml", "world.yaml", "spec.yaml"] {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            told.push_str(&format!("\n--- {name}\n{text}"));
        }
    }
    format!("{told}\n--- what came of it\n{words}")
}

#[test]
fn any_world_comes_to_any_desired_state() {
    prove(Faults::None, 100);
}

#[test]
fn any_world_reaches_any_desired_state_through_any_failures() {
    prove(Faults::Injected, 100);
}

/// What was found stays found.
#[test]
fn regressions_stay_fixed() {
    let entries = std::fs::read_dir("tests/regressions").unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut wrong = Vec::new();
    for folder in folders.iter().filter(|path| path.is_dir()) {
        let case = Case::read(folder);
        let why = match stepped(play(&case)) {
            Err(broken) => format!("{}: {}", broken.promise, broken.words),
            Ok(told) if case.script.ends.is_some_and(|end| end != told.end) => {
                format!("it ends {:?}\n{}", told.end, told.left)
            }
            Ok(_) => continue,
        };
        wrong.push(format!("{}: {why}", folder.display()));
    }
    assert!(!folders.is_empty());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
