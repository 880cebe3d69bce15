//! What `status` shows: [`View`].

use std::io::Write;
use std::path::PathBuf;

use super::Failure;
use super::args::Status as StatusArgs;
use super::exit::Exit;
use super::session::Session;
use crate::health::Health;
use crate::refresh;
use crate::report::status::text;
use crate::report::style::Style;

/// What is to be seen.
pub(super) struct View {
    pub(super) paths: Vec<PathBuf>,
    link: Option<String>,
    mirrors: bool,
}

impl View {
    /// Tells the link from the paths: what exists is a path, and so is what ends as a spec does.
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
                "one link at a time can be shown in depth, not {}; what is no link must exist as a file or folder",
                links.join(", ")
            )),
            [link] if args.mirrors => usage(format!(
                "--mirrors shows the mirror topics of every link; leave out {link} or --mirrors"
            )),
            _ => Ok(Self {
                paths,
                link: links.pop(),
                mirrors: args.mirrors,
            }),
        }
    }

    /// Reads what there is to see.
    pub(super) async fn read(&self, session: &Session) -> Health {
        refresh::health(&session.desired, &session.clients, self.link.as_deref()).await
    }

    /// A link that nobody knows is a mistake of the caller's; one that could not be looked for is not.
    pub(super) fn check(&self, health: &Health) -> Result<(), Failure> {
        match &self.link {
            Some(link) if health.links.is_empty() && health.unread.is_empty() => Err(Failure::new(
                Exit::Usage,
                format!(
                    "there is no file or folder `{link}`, and no cluster of the spec holds a link of that name; `linkwright status` lists all links"
                ),
            )),
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
