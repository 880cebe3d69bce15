//! `linkwright runs` and `linkwright archive`: what earlier runs left in the shared store.

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
use crate::report::stored::{self, Part};
use crate::report::{html, safe, words};
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
            let (part, content) = show(&shared, &prefixes, &kept.id, "run")?;
            match kept.output {
                StoreFormat::Text => stored::run_text(screen.out(), part, &content)?,
                StoreFormat::Json => screen.out().write_all(&content)?,
            }
            if let Some(file) = &args.html_out {
                let page = html::runs::run(part, &content, page_facts(&shared)).ok_or_else(|| {
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
            for (_, store) in store::parts(&shared) {
                for prefix in [kept::APPLIES, kept::READS] {
                    let store = store.clone();
                    let prune = async move |_, _| kept::prune(&*store, prefix, before).await;
                    deleted += shared.ask(prune)?;
                }
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
    let all = newest(&shared, &[kept::APPLIES, kept::READS], kept.limit)?;
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
    vec![("Read", read), ("Store", shared.url.to_string())]
}

/// `linkwright archive`.
pub(super) fn archive(args: &ArchiveArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    match &args.command {
        ArchiveCommand::List(args) => {
            let Some(shared) = store::of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let all = newest(&shared, &[kept::ARCHIVE], args.limit)?;
            match args.output {
                StoreFormat::Text => stored::archives_text(screen.out(), &all)?,
                StoreFormat::Json => stored::archives_json(screen.out(), &all)?,
            }
        }
        ArchiveCommand::Show(args) => {
            let Some(shared) = store::of(&args.of, screen)? else {
                return Ok(Exit::Usage);
            };
            let (part, content) = show(&shared, &[kept::ARCHIVE], &args.id, "archive")?;
            match args.output {
                StoreFormat::Text => stored::archive_text(screen.out(), part, &content)?,
                StoreFormat::Json => screen.out().write_all(&content)?,
            }
        }
    }
    Ok(Exit::Done)
}

/// The newest of everything below these prefixes.
///
/// # Errors
/// When the store cannot be read.
fn newest(
    shared: &Shared,
    prefixes: &[&'static str],
    most: usize,
) -> Result<Vec<(Part, Kept)>, Failure> {
    let mut all = Vec::new();
    for (part, store) in store::parts(shared) {
        for prefix in prefixes.iter().copied() {
            let store = store.clone();
            let read = async move |_, _| kept::newest(&*store, prefix, most).await;
            all.extend(shared.ask(read)?.into_iter().map(|kept| (part, kept)));
        }
    }
    all.sort_by(|(_, a), (_, b)| b.time().cmp(a.time()));
    all.truncate(most);
    Ok(all)
}

/// What is kept by this id, and in which part of the store.
///
/// # Errors
/// When the store cannot be read or has nothing of this id.
fn show(
    shared: &Shared,
    prefixes: &[&'static str],
    id: &str,
    what: &str,
) -> Result<(Part, Vec<u8>), Failure> {
    for (part, store) in store::parts(shared) {
        let (prefixes, owned) = (prefixes.to_vec(), id.to_owned());
        let read = async move |_, _| kept::of_id(&*store, &prefixes, &owned).await;
        if let Some(found) = shared.ask(read)? {
            return Ok((part, found));
        }
    }
    Err(Failure::new(
        Exit::Usage,
        format!("{} has no {what} {id}", shared.url),
    ))
}
