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
const GRACE: Duration = Duration::from_secs(5);

/// What the first group of tests takes, about, in milliseconds. Each later one takes twice as long.
const FIRST_GROUP: u64 = 100;

/// What a group takes at most, if it is not one test alone: a test that does not end holds up its group
/// for ten times as long.
const LARGEST_GROUP: u64 = 1000;

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
            .filter(|test| rank(test) > 0 && test.millis <= FAST)
            .collect();
        first.sort_by_key(|test| (std::cmp::Reverse(rank(test)), test.millis));
        first.truncate(OLD_HANDS);
        let others = tests.into_iter().filter(|test| !first.contains(test));
        let mut groups = Vec::new();
        let mut most = FIRST_GROUP;
        let mut group = Vec::new();
        let mut takes = 0;
        for test in first.iter().copied().chain(others) {
            if !group.is_empty() && takes + test.millis > most {
                groups.push(std::mem::take(&mut group));
                (takes, most) = (0, LARGEST_GROUP.min(most * 2));
            }
            takes += test.millis;
            group.push(test);
        }
        groups.push(group);
        groups.retain(|group| !group.is_empty());
        groups
    }
}

/// Which tests take part. A mutant goes from pace to pace until a test notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// Those that are done in no time.
    Fast,
    /// Those that take a second.
    Middling,
    /// All others.
    Slow,
}

/// How long a fast test takes at most, in milliseconds.
const FAST: u64 = 500;

/// How long a middling test takes at most, in milliseconds.
const MIDDLING: u64 = 1200;

impl Pace {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Middling, Self::Slow];

    fn of(test: &Test) -> Self {
        let paces = [(FAST, Self::Fast), (MIDDLING, Self::Middling)];
        let pace = paces.into_iter().find(|(most, _)| test.millis <= *most);
        pace.map_or(Self::Slow, |(_, pace)| pace)
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
        let reaching: Vec<&Test> = reaching.collect();
        if reaching.is_empty() {
            return Ok((Verdict::Unreached, String::new()));
        }
        let later = reaching.iter().any(|test| Pace::of(test) > pace);
        let now = reaching.into_iter().filter(|test| Pace::of(test) == pace);
        let noticed = self.noticed(mutant, now.collect(), Some(mutant.id), worker)?;
        let otherwise = if later {
            Verdict::Doubtful
        } else {
            Verdict::Missed
        };
        Ok(noticed.unwrap_or((otherwise, String::new())))
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
                    end => {
                        let noticed = noticed(&said)?;
                        for name in &noticed {
                            self.order.note(mutant, program, name);
                        }
                        let first = noticed.first().cloned().unwrap_or_default();
                        let verdict = match end {
                            End::TimedOut => Verdict::TimedOut,
                            End::Passed | End::Failed => Verdict::Caught,
                        };
                        return Ok(Some((verdict, format!("{program} {first}"))));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// The tests that failed or did not end, going by what was said.
fn noticed(said: &Path) -> Result<Vec<String>> {
    let said = fs::read(said)?;
    let said = String::from_utf8_lossy(&said);
    let tests = said
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
    let noticed = tests.filter(|(_, end)| !end.ends_with("ok"));
    Ok(noticed.map(|(name, _)| name.to_owned()).collect())
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
            test("e", 300),
            test("f", 1500),
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
        assert_eq!(groups(&order), ["ab", "c", "d", "e", "f"]);
        order.note(&mutant, "lib", "d");
        assert_eq!(groups(&order), ["d", "ab", "c", "e", "f"]);
    }
}
