//! Saved drills: [`read`], and `show` of one.

use std::path::Path;

use super::args::{Show, ShowFormat};
use super::exit::Exit;
use super::screen::Screen;
use super::{Failure, input};
use crate::report::drill::json::SavedDrill;
use crate::report::{safe, words};

/// A saved drill and its text.
pub(super) struct DrillFile {
    pub(super) text: String,
    pub(super) saved: SavedDrill,
}

/// The saved drill in a file; none where the file has something else, such as a saved plan.
///
/// # Errors
/// When it was changed after it was saved, or is of another version.
pub(super) fn read(path: &Path) -> Result<Option<DrillFile>, Failure> {
    let text = input::text(path, input::SAVED).ok();
    let Some(text) = text.filter(|text| SavedDrill::may_be(text)) else {
        return Ok(None);
    };
    let saved = SavedDrill::read(&text)
        .map_err(|why| Failure::new(Exit::Usage, format!("{}: {why}", path.display())))?;
    Ok(Some(DrillFile { text, saved }))
}

/// Shows what a saved drill comes to and where it is from.
pub(super) fn show(drill: &DrillFile, args: &Show, screen: &mut Screen) -> Result<Exit, Failure> {
    match args.output {
        ShowFormat::Json => screen.out().write_all(drill.text.as_bytes())?,
        ShowFormat::Text => {
            let SavedDrill {
                drill: seal,
                summary,
                ..
            } = &drill.saved;
            let mut facts = vec![("Drill", summary.clone())];
            facts.extend(words::origin::reading_facts(&seal.origin));
            facts.push(("Digest", seal.file_digest.clone()));
            if seal.simulated {
                facts.push(("Clusters", "simulated (--sandbox)".to_owned()));
            }
            for (name, fact) in facts {
                writeln!(screen.out(), "{name:8}  {}", safe::clean(&fact))?;
            }
        }
        ShowFormat::Markdown | ShowFormat::Html => {
            let words =
                "a saved drill is shown as text or JSON; `drill --html-out FILE` writes a page";
            return Err(Failure::new(Exit::Usage, words));
        }
    }
    Ok(Exit::Done)
}
