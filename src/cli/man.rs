//! `linkwright man --into DIR`: the manual pages, for packages.

use clap::CommandFactory;

use super::Failure;
use super::args::{Args, Man};
use super::exit::Exit;
use super::screen::Screen;

pub(super) fn run(args: &Man, screen: &mut Screen) -> Result<Exit, Failure> {
    let folder = args.into.display();
    std::fs::create_dir_all(&args.into)
        .and_then(|()| clap_mangen::generate_to(Args::command(), &args.into))
        .map_err(|error| Failure::failed(format!("failed to write into {folder}: {error}")))?;
    screen.note(&format!("wrote the manual pages to {folder}"));
    Ok(Exit::Done)
}
