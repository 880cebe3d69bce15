//! What `status` shows: [`View`].

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::args::Status as StatusArgs;
use super::exit::Exit;
use super::session::Session;
use super::{Failure, waiting};
use crate::health::Health;
use crate::refresh;
use crate::report::status::text;
use crate::report::style::Style;

/// What to show.
pub(super) struct View {
    pub(super) paths: Vec<PathBuf>,
    link: Option<String>,
    mirrors: bool,
    sample: Option<Duration>,
}

impl View {
    /// Separates the link from the paths: a path is what exists, or ends like a spec file or folder.
    pub(super) fn of(args: &StatusArgs) -> Result<Self, Failure> {
        let (mut paths, mut links) = (Vec::new(), Vec::new());
        links.extend(args.link.clone());
        for given in &args.paths {
            let text = given.to_string_lossy();
            let ends = [".yaml", ".yml", "/"];
            if given.exists() || ends.iter().any(|end| text.ends_with(end)) {
                paths.push(given.clone());
            } else {
                links.push(text.into_owned());
            }
        }
        let usage = |words: String| Err(Failure::new(Exit::Usage, words));
        match links.as_slice() {
            [_, _, ..] => usage(format!(
                "only one link can be shown in detail, not {}; an argument that is not a link must be an existing file or folder",
                links.join(", ")
            )),
            [link] if args.mirrors => usage(format!(
                "--mirrors shows the mirror topics of every link; remove {link} or --mirrors"
            )),
            _ => Ok(Self {
                paths,
                link: links.pop(),
                mirrors: args.mirrors,
                sample: args.sample,
            }),
        }
    }

    /// Reads live state.
    pub(super) async fn read(&self, session: &Session) -> Health {
        let reading = refresh::health(
            &session.desired,
            &session.clients,
            self.link.as_deref(),
            self.sample,
        );
        waiting::showing(&session.clients, session.is_quiet, reading).await
    }

    /// A link that does not exist is an error of the caller; one that could not be read is not.
    pub(super) fn check(&self, health: &Health) -> Result<(), Failure> {
        match &self.link {
            Some(link)
                if health.links.is_empty()
                    && health.missing.is_empty()
                    && health.unread.is_empty() =>
            {
                Err(Failure::new(
                    Exit::Usage,
                    format!(
                        "no file, folder or link is named `{link}`; `linkwright status` lists all links"
                    ),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Writes the page.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        health: &Health,
        style: &Style,
    ) -> std::io::Result<()> {
        match &self.link {
            Some(_) => text::in_depth(out, health, style),
            None if self.mirrors => text::mirrors(out, health, style),
            None => text::links(out, health, style),
        }
    }
}
