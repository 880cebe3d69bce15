//! What `status` shows: [`View`].

use std::io::{self, Write};
use std::path::PathBuf;

use super::args::{Status as StatusArgs, StatusSort};
use super::exit::Exit;
use super::session::Session;
use super::{Failure, waiting};
use crate::health::{Health, Rows, Selection, Sort};
use crate::live::Sample;
use crate::refresh;
use crate::report::status::text;
use crate::report::style::{Style, Tables};
use crate::report::words::capital;

/// What to show.
#[derive(Clone)]
pub(super) struct View {
    pub(super) paths: Vec<PathBuf>,
    link: Option<String>,
    pub(super) selection: Selection,
    /// What would show what is left out.
    why_left_out: &'static str,
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
        if let [_, _, ..] = links.as_slice() {
            return Err(Failure::new(
                Exit::Usage,
                format!(
                    "only one link can be shown, not {}; an argument that is not a link must be an existing file or folder",
                    links.join(", ")
                ),
            ));
        }
        Ok(Self {
            paths,
            link: links.pop(),
            selection: selection(args),
            why_left_out: "--limit",
        })
    }

    /// Whether a link is shown in detail.
    fn is_in_depth(&self) -> bool {
        self.link.is_some() && self.selection.rows == Rows::Links
    }

    /// Whether everything is read, and not one link alone.
    pub(super) fn is_whole(&self) -> bool {
        self.link.is_none()
    }

    /// Reads live state.
    pub(super) async fn read(&self, session: &Session, sample: &Sample) -> Health {
        let asked = match &self.link {
            None => refresh::Asked::All,
            Some(link) if self.is_in_depth() => refresh::Asked::InDepth(link),
            Some(link) => refresh::Asked::Link(link),
        };
        let reading = refresh::health(&session.desired, &session.clients, asked, sample);
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

    /// Writes the page. Where a program reads it, only rows are written.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        health: &Health,
        now: jiff::Timestamp,
        style: &Style,
    ) -> io::Result<()> {
        let is_for_people = style.tables == Tables::Fitted;
        if is_for_people && !self.is_in_depth() {
            text::rollup(out, health, style)?;
            writeln!(out)?;
        }
        match (self.is_in_depth(), self.selection.rows) {
            (true, _) => text::in_depth(out, health, style)?,
            (false, Rows::Links) => text::links(out, health, &self.selection, style)?,
            (false, Rows::Topics) => text::mirrors(out, health, &self.selection, now, style)?,
        }
        match self.left_out(health).filter(|_| is_for_people) {
            Some(left_out) => writeln!(out, "{}", capital(left_out)),
            None => Ok(()),
        }
    }

    /// The page in so many rows: what does not fit is left out from the end of the list and counted.
    pub(super) fn fitted(
        &self,
        health: &Health,
        now: jiff::Timestamp,
        style: &Style,
        rows: usize,
    ) -> io::Result<String> {
        let asked = self.selection.limit.unwrap_or(usize::MAX);
        let mut limit = asked.min(rows);
        loop {
            let mut page = Vec::new();
            let shown = Self {
                selection: Selection {
                    limit: Some(limit),
                    ..self.selection.clone()
                },
                why_left_out: match limit < asked {
                    true => "larger window",
                    false => self.why_left_out,
                },
                ..self.clone()
            };
            shown.write(&mut page, health, now, style)?;
            let page = String::from_utf8_lossy(&page).into_owned();
            let over = page.lines().count().saturating_sub(rows);
            if over == 0 || limit == 0 || self.is_in_depth() {
                return Ok(page);
            }
            limit = limit.saturating_sub(over);
        }
    }

    /// What the table does not show.
    pub(super) fn left_out(&self, health: &Health) -> Option<String> {
        match (self.is_in_depth(), self.selection.rows) {
            (true, _) => None,
            (false, Rows::Links) => {
                text::links_left_out(health, &self.selection, self.why_left_out)
            }
            (false, Rows::Topics) => {
                text::mirrors_left_out(health, &self.selection, self.why_left_out)
            }
        }
    }
}

/// What is listed. A flag that only mirror topics can have lists these.
fn selection(args: &StatusArgs) -> Selection {
    let sort = match (args.sort, args.watch) {
        (Some(StatusSort::Lag), _) => Sort::Lag,
        (Some(StatusSort::Since), _) => Sort::Since,
        (Some(StatusSort::Status), _) | (None, true) => Sort::Status,
        (Some(StatusSort::Name), _) | (None, false) => Sort::Name,
    };
    let is_of_topics =
        args.mirrors || !args.status.is_empty() || !args.topic.is_empty() || sort == Sort::Since;
    Selection {
        rows: match is_of_topics {
            true => Rows::Topics,
            false => Rows::Links,
        },
        statuses: args.status.clone(),
        topics: args.topic.clone(),
        sort,
        limit: args.limit,
    }
}
