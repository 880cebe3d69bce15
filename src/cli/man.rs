//! `linkwright man --out-dir DIR`: the manual pages, for packages.

use clap::CommandFactory;

use super::Failure;
use super::args::{Args, Man};
use super::exit::Exit;
use super::screen::Screen;

pub(super) fn run(args: &Man, screen: &mut Screen) -> Result<Exit, Failure> {
    let folder = args.out_dir.display();
    std::fs::create_dir_all(&args.out_dir)
        .and_then(|()| clap_mangen::generate_to(Args::command(), &args.out_dir))
        .map_err(|error| Failure::failed(format!("failed to write to {folder}: {error}")))?;
    screen.note(&format!("wrote the manual pages to {folder}"));
    Ok(Exit::Done)
}
