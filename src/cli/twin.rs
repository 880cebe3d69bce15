//! `linkwright twin`: a sandbox world that is as the clusters of a snapshot were.

use linkwright_sandbox::{World, is_link_config};

use super::args::Twin as TwinArgs;
use super::exit::Exit;
use super::screen::Screen;
use super::{Failure, files, recorded};
use crate::apply::durable::Readers;
use crate::diagnostic::Diagnostic;
use crate::report::safe;
use crate::report::words::quantity;
use crate::twin::{self, Twin};

pub(super) fn run(args: &TwinArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let (snapshot, taken_at) = recorded::read(&args.snapshot, super::now())?;
    let source = safe::clean(&args.snapshot.display().to_string()).into_owned();
    let Some(twin) = Twin::of(&snapshot, &is_link_config) else {
        let summary = format!("{source}: no cluster said anything when it was taken");
        let problem = Diagnostic::error(twin::NOTHING_READ, summary)
            .why("a world that is made of it would be empty, and no cluster is known to be");
        return Err(Failure::about(Exit::Failed, vec![problem]));
    };
    let text = twin.to_yaml().map_err(Failure::failed)?;
    if let Err(error) = World::from_yaml(&text) {
        let summary = format!(
            "{source}: no world can be made of it: {}",
            first_line(&error)
        );
        let problem = Diagnostic::error(twin::NO_WORLD, summary)
            .why("the sandbox cannot have what the clusters had");
        return Err(Failure::about(Exit::Failed, vec![problem]));
    }
    files::replace(&args.out, text.as_bytes(), Readers::Owner)?;
    let file = safe::clean(&args.out.display().to_string()).into_owned();
    screen.note(&format!(
        "wrote a world with {} to {file}, as of {taken_at:.0}; it contains names and no secrets",
        quantity(twin.clusters(), "cluster")
    ));
    for twin::Assumed { unknown, instead } in &twin.assumed {
        let words = format!("not known: {unknown}; assumed: {instead}");
        screen.note(&safe::lines(&words));
    }
    let state = args.out.with_extension("state.json");
    if state.exists() {
        let state = state.display().to_string();
        screen.note(&format!(
            "{} is there: `--sandbox {file}` goes on from it; delete it to begin from the new world",
            safe::clean(&state)
        ));
    }
    Ok(Exit::Done)
}

/// What is wrong, without the lines of the world that the sandbox shows next to it.
fn first_line(error: &linkwright_sandbox::WorldError) -> String {
    let words = error.to_string();
    safe::clean(words.lines().next().unwrap_or_default()).into_owned()
}
