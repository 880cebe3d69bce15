//! `linkwright runs` and `linkwright archive`: what earlier runs left in the shared store.

use std::sync::Arc;

use super::Failure;
use super::args::{
    Archive as ArchiveArgs, ArchiveCommand, Runs as RunsArgs, RunsCommand, RunsList, StoreFormat,
};
use super::exit::Exit;
use super::screen::Screen;
use super::shared::Shared;
use super::{files, store};
use crate::apply::durable::Readers;
use crate::plan::file::OriginV1;
use crate::report::{html, safe, stored, words};
use crate::store::Store;
use crate::store::kept::{self, Kept};

/// `linkwright runs`.
pub(super) fn run(args: &RunsArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        None => list(&args.list, screen),
        Some(RunsCommand::List(args)) => list(args, screen),
        Some(RunsCommand::Show(args)) => {
            let kept = &args.kept;
            let Some(shared) = store::of(&kept.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let prefixes = [kept::APPLIES, kept::READS];
            let content = show(&shared, &prefixes, &kept.id, "run")?;
            match kept.output {
                StoreFormat::Text => stored::run_text(screen.out(), &content)?,
                StoreFormat::Json => screen.out().write_all(&content)?,
            }
            if let Some(file) = &args.html_out {
                let page = html::runs::run(&content, page_facts(&shared)).ok_or_else(|| {
                    let id = safe::clean(&kept.id);
                    Failure::failed(format!(
                        "the record {id} is not in a form that this version knows; `linkwright runs show {id} -o json` prints it"
                    ))
                })?;
                files::replace(file, page.as_bytes(), Readers::Owner)?;
            }
            Ok(Exit::Done)
        }
        Some(RunsCommand::Prune(args)) => {
            let Some(shared) = store::of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let before = super::now()
                .checked_sub(args.older_than)
                .map_err(Failure::failed)?;
            let mut deleted = 0;
            for prefix in [kept::APPLIES, kept::READS] {
                let prune =
                    async move |store: Arc<dyn Store>| kept::prune(&*store, prefix, before).await;
                deleted += shared.ask(prune)?;
            }
            let noun = if deleted == 1 { "record" } else { "records" };
            writeln!(screen.out(), "Deleted {deleted} {noun}.")?;
            Ok(Exit::Done)
        }
    }
}

fn list(args: &RunsList, screen: &mut Screen) -> Result<Exit, Failure> {
    let kept = &args.kept;
    let Some(shared) = store::of(&kept.of, screen)? else {
        return Ok(Exit::Usage);
    };
    let mut all = newest(&shared, kept::APPLIES, kept.limit)?;
    all.extend(newest(&shared, kept::READS, kept.limit)?);
    all.sort_by(|a, b| b.id.cmp(&a.id));
    all.truncate(kept.limit);
    match kept.output {
        StoreFormat::Text => stored::runs_text(screen.out(), &all)?,
        StoreFormat::Json => stored::runs_json(screen.out(), &all)?,
    }
    if let Some(file) = &args.html_out {
        let mut facts = page_facts(&shared);
        if all.len() == kept.limit {
            let limit = words::number(kept.limit as u64);
            facts.push((
                "Shown",
                format!("the newest {limit} (--limit); there may be more"),
            ));
        }
        let page = html::runs::list(&all, facts);
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    Ok(Exit::Done)
}

/// What is known of a page itself.
fn page_facts(shared: &Shared) -> Vec<(&'static str, String)> {
    let read = format!(
        "{:.0} by Linkwright {}",
        super::now(),
        OriginV1::default().linkwright
    );
    vec![("Read", read), ("Store", shared.location.to_string())]
}

/// `linkwright archive`.
pub(super) fn archive(args: &ArchiveArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        ArchiveCommand::List(args) => {
            let Some(shared) = store::of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let all = newest(&shared, kept::ARCHIVE, args.limit)?;
            match args.output {
                StoreFormat::Text => stored::archives_text(screen.out(), &all)?,
                StoreFormat::Json => stored::archives_json(screen.out(), &all)?,
            }
        }
        ArchiveCommand::Show(args) => {
            let Some(shared) = store::of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let content = show(&shared, &[kept::ARCHIVE], &args.id, "archive")?;
            match args.output {
                StoreFormat::Text => stored::archive_text(screen.out(), &content)?,
                StoreFormat::Json => screen.out().write_all(&content)?,
            }
        }
    }
    Ok(Exit::Done)
}

/// The newest records below a prefix.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn newest(
    shared: &Shared,
    prefix: &'static str,
    most: usize,
) -> Result<Vec<Kept>, Failure> {
    shared.ask(async move |store: Arc<dyn Store>| kept::newest(&*store, prefix, most).await)
}

fn show(
    shared: &Shared,
    prefixes: &[&'static str],
    id: &str,
    what: &str,
) -> Result<Vec<u8>, Failure> {
    let (prefixes, owned) = (prefixes.to_vec(), id.to_owned());
    let read = async move |store: Arc<dyn Store>| kept::of_id(&*store, &prefixes, &owned).await;
    let found = shared.ask(read)?;
    found.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("{} has no {what} {id}", shared.location),
        )
    })
}
