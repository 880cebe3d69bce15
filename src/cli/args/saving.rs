//! Where a change of the spec goes: [`Saving`].

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// `--patch` and `--write`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Saving {
    /// Save the change of the spec in this file, for `git apply`; its name must end in .patch
    #[arg(long, value_name = "FILE", value_parser = patch_file)]
    pub patch: Option<PathBuf>,
    /// Write the change to the files of the spec
    #[arg(long)]
    pub write: bool,
}

/// The name of a patch file. Another ending is refused: the name of a spec or a plan that slipped in would be
/// overwritten.
pub(super) fn patch_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_patch = path.extension().is_some_and(|ending| ending == "patch");
    match is_patch {
        true => Ok(path),
        false => Err("expected a file whose name ends in .patch".to_owned()),
    }
}
