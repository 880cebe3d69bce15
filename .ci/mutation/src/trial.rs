//! Tries mutants: [`Trials`], and how tests are put in order for it: [`Order`].

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use crate::list::Mutant;
use crate::outcome::{Outcomes, Verdict};
use crate::process::{self, End};
use crate::tests::{self, AT_A_TIME, Test, Tests};
use crate::{Places, Result};

/// What a group of tests may take, beyond ten times what it takes without mutants.
const GRACE: Duration = Duration::from_secs(10);

/// What the first group of tests takes, about; each later one takes three times as long.
const FIRST_GROUP: u64 = 100;

/// So many tests that noticed mutants of the same file go first.
const OLD_HANDS: usize = 8;

/// Which tests noticed mutants of which file, and how often.
#[derive(Debug, Default)]
struct Order {
    noticed: Mutex<BTreeMap<String, Counts>>,
}

/// How often tests noticed something, by program and name.
type Counts = BTreeMap<(String, String), usize>;

impl Order {
    /// Notes that a test noticed a mutant.
    fn note(&self, mutant: &Mutant, program: &str, name: &str) {
        let mut noticed = self.noticed.lock().expect("no worker panics");
        let file = noticed.entry(mutant.file.clone()).or_default();
        *file
            .entry((program.to_owned(), name.to_owned()))
            .or_default() += 1;
    }

    /// Tests in the groups in which they are to be run: those that noticed the most in the mutant's
    /// file, then the fastest.
    fn groups<'a>(&self, mutant: &Mutant, tests: Vec<&'a Test>) -> Vec<Vec<&'a Test>> {
        let noticed = self
            .noticed
            .lock()
            .expect("no worker panics")
            .get(&mutant.file)
            .cloned()
            .unwrap_or_default();
        let rank = |test: &Test| {
            noticed
                .get(&(test.program.clone(), test.name.clone()))
                .copied()
                .unwrap_or(0)
        };
        let mut first: Vec<&Test> = tests
            .iter()
            .copied()
            .filter(|test| rank(test) > 0 && test.millis < 1000)
            .collect();
        first.sort_by_key(|test| (std::cmp::Reverse(rank(test)), test.millis));
        first.truncate(OLD_HANDS);
        let rest = tests
            .into_iter()
            .filter(|test| !first.contains(test))
            .collect::<Vec<_>>();
        let mut groups = Vec::new();
        let mut most = FIRST_GROUP;
        let mut group = first.clone();
        let mut takes = 0;
        for test in rest {
            if !group.is_empty() && takes + test.millis > most {
                groups.push(std::mem::take(&mut group));
                (takes, most) = (0, most * 3);
            }
            takes += test.millis;
            group.push(test);
        }
        groups.push(group);
        groups.retain(|group| !group.is_empty());
        groups
    }
}

/// Which tests take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Those that are done in no time.
    Fast,
    /// The others, for what the fast ones let pass.
    Slow,
}

/// How long a fast test takes at most.
const FAST: u64 = 2000;

impl Pace {
    fn takes(self, test: &Test) -> bool {
        (test.millis <= FAST) == (self == Self::Fast)
    }
}

/// Tries mutants with tests.
#[derive(Debug)]
pub struct Trials<'a> {
    places: &'a Places,
    tests: &'a Tests,
    order: Order,
}

impl<'a> Trials<'a> {
    /// Trials with these tests.
    pub fn new(places: &'a Places, tests: &'a Tests) -> Self {
        let order = Order::default();
        Self {
            places,
            tests,
            order,
        }
    }

    /// Tries mutants that are woven in, some at a time, with the tests that reach them.
    pub fn sweep(&self, mutants: &[&Mutant], pace: Pace, outcomes: Outcomes) -> Result<Outcomes> {
        let queue = Mutex::new(mutants.iter().enumerate());
        let outcomes = Mutex::new(outcomes);
        let work = |worker| -> Result<()> {
            let next = || queue.lock().expect("no worker panics").next();
            while let Some((nth, mutant)) = next() {
                let (verdict, by) = self.switched(mutant, pace, worker)?;
                let of = mutants.len();
                println!("{pace:?} {}/{of} {verdict:?} {} {by}", nth + 1, mutant.name);
                let mut outcomes = outcomes.lock().expect("no worker panics");
                outcomes.set(mutant, verdict, by);
                outcomes.save()?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let start = |worker| {
                let work = &work;
                scope.spawn(move || work(worker))
            };
            let workers: Vec<_> = (0..AT_A_TIME).map(start).collect();
            let mut ends = workers
                .into_iter()
                .map(|worker| worker.join().expect("no worker panics"));
            ends.try_for_each(|end| end)
        })?;
        Ok(outcomes.into_inner()?)
    }

    /// Tries a mutant that is woven in.
    fn switched(&self, mutant: &Mutant, pace: Pace, worker: usize) -> Result<(Verdict, String)> {
        let all = self.tests.all.iter();
        let reaching = all.filter(|test| test.reaches.binary_search(&mutant.id).is_ok());
        let (now, other): (Vec<_>, Vec<_>) = reaching.partition(|test| pace.takes(test));
        if now.is_empty() && other.is_empty() {
            return Ok((Verdict::Unreached, String::new()));
        }
        let noticed = self.noticed(mutant, now, Some(mutant.id), worker)?;
        Ok(noticed.unwrap_or_else(|| match pace {
            Pace::Fast if !other.is_empty() => (Verdict::Doubtful, String::new()),
            Pace::Fast | Pace::Slow => (Verdict::Missed, String::new()),
        }))
    }

    /// Tries a mutant that the copy has been built with, with all tests.
    pub fn built(&self, mutant: &Mutant) -> Result<(Verdict, String)> {
        let noticed = self.noticed(mutant, self.tests.all.iter().collect(), None, 0)?;
        Ok(noticed.unwrap_or((Verdict::Missed, String::new())))
    }

    /// Runs tests until one notices the mutant, which is to be switched on if it has a number here.
    fn noticed(
        &self,
        mutant: &Mutant,
        tests: Vec<&Test>,
        on: Option<u32>,
        worker: usize,
    ) -> Result<Option<(Verdict, String)>> {
        let said = self.places.work.join(format!("said-{worker}"));
        for group in self.order.groups(mutant, tests) {
            let mut by_program: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
            for test in group {
                by_program.entry(&test.program).or_default().push(test);
            }
            for (program, group) in by_program {
                let takes: u64 = group.iter().map(|test| test.millis).sum();
                let names = group.iter().map(|test| &*test.name);
                let mut command = tests::command(self.places, &self.tests.programs[program], names);
                if let Some(id) = on {
                    command.env("MUTATION_ON", id.to_string());
                }
                let most = GRACE + Duration::from_millis(takes * 10);
                match process::run(&mut command, &said, most)? {
                    End::Passed => {}
                    End::TimedOut => return Ok(Some((Verdict::TimedOut, program.to_owned()))),
                    End::Failed => {
                        let failed = failed(&said)?;
                        for name in &failed {
                            self.order.note(mutant, program, name);
                        }
                        let first = failed.first().cloned().unwrap_or_default();
                        return Ok(Some((Verdict::Caught, format!("{program} {first}"))));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// The tests that failed, going by what was said.
fn failed(said: &Path) -> Result<Vec<String>> {
    let said = String::from_utf8_lossy(&fs::read(said)?).into_owned();
    let line = |line: &str| Some(line.strip_prefix("test ")?.split(' ').next()?.to_owned());
    Ok(said
        .lines()
        .filter(|line| line.ends_with("FAILED"))
        .filter_map(line)
        .collect())
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::list::Genre;

    #[test]
    fn tests_that_noticed_go_first_and_groups_grow() {
        let test = |name: &str, millis| Test {
            program: "lib".to_owned(),
            name: name.to_owned(),
            millis,
            passes: true,
            reaches: Vec::new(),
        };
        let tests = [
            test("a", 5),
            test("b", 90),
            test("c", 200),
            test("d", 250),
            test("e", 900),
        ];
        let mutant = Mutant {
            id: 1,
            name: String::new(),
            file: "src/diff/half.rs".to_owned(),
            digest: String::new(),
            range: 0..0,
            replacement: String::new(),
            genre: Genre::FnValue,
        };
        let order = Order::default();
        let groups = |order: &Order| -> Vec<String> {
            let groups = order.groups(&mutant, tests.iter().collect());
            let names = |group: Vec<&Test>| group.iter().map(|test| &*test.name).collect();
            groups.into_iter().map(names).collect()
        };
        assert_eq!(groups(&order), ["ab", "c", "d", "e"]);
        order.note(&mutant, "lib", "d");
        assert_eq!(groups(&order), ["dab", "c", "e"]);
    }
}
