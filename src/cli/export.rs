//! `linkwright export`: specs for an existing deployment.

pub(super) mod named;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use linkwright_clock::Clock;

use super::Failure;
use super::args::{Export as ExportArgs, Global};
use super::exit::{self, Exit};
use super::files::replace;
use super::load::Lookups;
use super::screen::Screen;
use super::session::Session;
use crate::apply::durable::Readers;
use crate::export::{Document, Existing, ExportInput, export};
use crate::refresh;
use crate::report::safe;
use crate::report::words::{plural, quantity as count};
use named::{Asked, called, connected};

pub(super) async fn run(
    args: &ExportArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let has_spec = args.merge || !args.paths.is_empty() || args.cluster.is_empty();
    let paths = has_spec.then_some(args.paths.as_slice());
    let Some(session) = Session::unconnected(
        paths,
        Lookups::Clusters(&[]),
        &NOT_REPORTED,
        global,
        time,
        screen,
    )?
    else {
        return Ok(Exit::Usage);
    };
    let asked = Asked {
        option: "--cluster",
        clusters: &args.cluster,
        api_key: &args.api_key,
        api_secret: &args.api_secret,
        no_sign_in: args.no_sign_in,
    };
    let mut found = session.desired.clusters.clone();
    for (name, cluster) in called(&asked, session.embedded())? {
        if found.insert(name.clone(), cluster).is_some() {
            return Err(usage(format!("two clusters are called {name}")));
        }
    }
    let clients = connected(&session, &mut found, "--cluster", global).await?;
    let live = refresh::inventory(&clients).await;
    let rendered = session.loaded.without_variables();
    let document = export(&ExportInput {
        clusters: &found,
        live: &live,
        existing: args.merge.then_some(Existing {
            files: &rendered,
            desired: &session.desired,
        }),
        only_used: true,
        today: super::today(),
    });
    session.keep()?;
    let files = if document.is_empty() {
        Vec::new()
    } else {
        write(&document, args, screen)?
    };
    summary(&document, &files, clients.len(), args.merge, screen);
    Ok(exit::of_export(&document, args.merge))
}

/// That no link uses a cluster (LW107): the export is about to add its links.
const NOT_REPORTED: [&str; 1] = ["LW107"];

fn usage(words: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, words)
}

/// Writes the pages and says where they are; nothing is written when one of them must not be.
fn write(
    document: &Document,
    args: &ExportArgs,
    screen: &mut Screen,
) -> Result<Vec<PathBuf>, Failure> {
    let folder = match &args.out_dir {
        Some(path) if !is_yaml(path) || path.is_dir() => Some(path.clone()),
        None if args.merge => Some(folder_of(&args.paths)),
        _ => None,
    };
    let files = match (&folder, &args.out_dir) {
        (None, None) => {
            screen.out().write_all(document.one_file().as_bytes())?;
            return Ok(Vec::new());
        }
        (None, Some(file)) => vec![(file.clone(), document.one_file())],
        (Some(folder), _) => document.in_folder(folder, &|file| args.merge && file.exists()),
    };
    let there: Vec<String> = files
        .iter()
        .filter(|(file, _)| !args.force && file.exists())
        .map(|(file, _)| file.display().to_string())
        .collect();
    if !there.is_empty() {
        let verb = if there.len() == 1 { "exists" } else { "exist" };
        return Err(usage(format!(
            "{} {verb} already; nothing was written. Choose another folder, or pass --force to \
             replace existing files",
            there.join(", ")
        )));
    }
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::failed(format!("failed to create {}: {error}", folder.display()))
        })?;
    }
    for (file, text) in &files {
        replace(file, text.as_bytes(), Readers::Everybody)?;
    }
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Where the specs are, for files next to them.
fn folder_of(paths: &[PathBuf]) -> PathBuf {
    match paths.first() {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map(Path::to_owned).unwrap_or_default(),
        None => PathBuf::from("."),
    }
}

/// What was exported, what was not, and what is to be done now.
fn summary(
    document: &Document,
    files: &[PathBuf],
    clusters: usize,
    merge: bool,
    screen: &mut Screen,
) {
    let clusters = count(clusters, "cluster");
    let mut line = match (document.is_empty(), document.is_partial) {
        (true, false) if document.notes.is_empty() => {
            let which = if merge { "undeclared link" } else { "link" };
            format!("nothing to write: there is no {which} on {clusters}")
        }
        (true, false) => "nothing was written".to_owned(),
        (true, true) => "nothing was written, because no link could be read".to_owned(),
        (false, _) => format!(
            "exported {} and {} from {clusters}",
            count(document.links.len(), "link"),
            count(document.mirrors, "mirror topic"),
        ),
    };
    if !files.is_empty() {
        let names: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        let _ = write!(line, " to {}", names.join(", "));
    }
    screen.note(&line);
    for (address, why) in &document.notes {
        screen.note(&format!("  {}", safe::clean(&format!("{address}: {why}"))));
    }
    if !document.aside.is_empty() {
        screen.note(&format!(
            "{} cannot be declared as {} live; each is written to a file with the reason",
            count(document.aside.len(), "link"),
            if document.aside.len() == 1 {
                "it is"
            } else {
                "they are"
            },
        ));
    }
    if !document.is_empty() && !document.variables.is_empty() {
        let variables = plural(document.variables.len(), "variable");
        screen.note(&format!("set the {variables} for what cannot be read:"));
        let width = document.variables.iter().map(|(name, _)| name.len()).max();
        for (name, holds) in &document.variables {
            screen.note(&format!(
                "  {name:width$}  {holds}",
                width = width.unwrap_or(0)
            ));
        }
    }
}
