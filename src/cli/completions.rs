//! `linkwright completions SHELL`.

use clap::CommandFactory;

use super::Failure;
use super::args::{Args, Completions};
use super::exit::Exit;
use super::screen::Screen;

pub(super) fn run(args: &Completions, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "linkwright", &mut script);
    screen.out().write_all(&script)?;
    Ok(Exit::Done)
}
