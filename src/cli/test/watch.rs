//! `test --watch`: runs the scenarios again when a file of theirs changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use linkwright_clock::Clock;

use super::super::args::Test as TestArgs;
use super::super::exit::Exit;
use super::super::screen::Screen;
use super::super::{Failure, interrupts};
use super::load;

/// So often it is checked whether a file has changed.
const CHECK: Duration = Duration::from_millis(300);

/// Runs until it is interrupted.
pub(super) async fn run(args: &TestArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut end = pin!(interrupts::signal());
    let clock = Clock::wall();
    loop {
        let given = load::given(&args.paths);
        let before = State::of(args, &given);
        super::once(args, screen)?;
        screen.note("waiting for a file to change; ctrl-C ends this");
        drop(screen.flush());
        loop {
            tokio::select! {
                () = clock.sleep(CHECK) => {}
                _ = &mut end => return Ok(Exit::Done),
            }
            // What changed while the scenarios ran counts too.
            if State::of(args, &given) != before {
                break;
            }
        }
    }
}

/// The files of the scenarios, each with its length and the time of its last change.
#[derive(PartialEq, Eq)]
struct State(BTreeMap<PathBuf, Option<(u64, Option<SystemTime>)>>);

impl State {
    fn of(args: &TestArgs, given: &BTreeSet<PathBuf>) -> Self {
        let mut files = load::named(&args.paths, &mut Vec::new());
        files.extend(given.iter().cloned());
        let state = |path: PathBuf| {
            let found = std::fs::metadata(&path).ok();
            let state = found.map(|it| (it.len(), it.modified().ok()));
            (path, state)
        };
        Self(files.into_iter().map(state).collect())
    }
}
