//! `linkwright init`: a commented spec to start from.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::Failure;
use super::args::Init;
use super::exit::Exit;
use super::screen::Screen;
use crate::spec;

pub(super) fn run(args: &Init, screen: &mut Screen) -> Result<Exit, Failure> {
    let file = args.file.display();
    let folder = args.file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)
        .and_then(|()| File::create_new(&args.file))
        .and_then(|mut new| new.write_all(spec::STARTER.as_bytes()))
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::new(
                Exit::Usage,
                format!("{file} exists already; choose another file, or move it first"),
            ),
            _ => Failure::failed(format!("failed to write {file}: {error}")),
        })?;
    writeln!(
        screen.out(),
        "wrote {file}; edit it, then check it with: linkwright validate {file}"
    )?;
    Ok(Exit::Done)
}
