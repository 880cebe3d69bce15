//! `linkwright drift`: detects drift between live clusters and the spec.

use std::path::Path;

use linkwright_clock::Clock;

use super::Failure;
use super::args::{Drift as DriftArgs, DriftFormat, Global, LagLimit, Sampling};
use super::exit::{self, Exit, Notified};
use super::failovers::{self, Failovers};
use super::notify::{self, Receiver};
use super::record::ReadRecord;
use super::screen::Screen;
use super::session::{Request, Session};
use super::shared::Shared;
use super::{commit, diagnose, files, lags, pipeline};
use crate::apply::durable::Readers;
use crate::drift::{Drift, DriftClass, Input};
use crate::health::{Health, Thresholds};
use crate::refresh::Depth;
use crate::report::drift::last_report::LastReport;
use crate::report::drift::{self, DriftView};
use crate::report::github::Outputs;
use crate::report::{html, words};

pub(super) async fn run(
    args: &DriftArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    // Errors in the command line are reported before anything is read.
    let thresholds = thresholds(args)?;
    let since_last = args.since.as_deref() == Some(Path::new("last"));
    if since_last && global.from.is_some() {
        let words = "--since last is read from the shared store, and --from a snapshot asks for nothing: pass the file of an earlier report";
        return Err(Failure::new(Exit::Usage, words));
    }
    let prepared = match &args.since {
        Some(file) if !since_last => notify::last_report(file),
        _ => Ok(None),
    };
    let prepared = prepared.and_then(|last| Ok((last, Receiver::of(args, global)?)));
    let (mut last, receiver) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => {
            let (problem, exit) = *problem;
            diagnose::print_diagnostic(problem, screen)?;
            return Ok(exit);
        }
    };
    let Some(session) = Session::open(&args.paths.paths, &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    let now = session.now();
    if let Some(recorded) = session.recorded() {
        screen.note(&recorded.words());
    }
    let sample_last = args.sample == Some(Sampling::Last);
    let record = match args.record || since_last || sample_last {
        true => Some((
            session.shared_for(global)?,
            ReadRecord::new("drift", &session, &args.paths.paths, global),
        )),
        false => None,
    };
    let mut is_compared = args.since.is_some();
    if let (true, Some((shared, record))) = (since_last, &record) {
        match last_recorded(shared, record) {
            Ok(found) => last = found,
            Err(why) => {
                is_compared = false;
                screen.note(&format!("what is new is not known: {why}"));
            }
        }
    }
    let shared = record.as_ref().map(|(shared, _)| shared);
    // The time of the read is the time of its record.
    let clusters = session.to_sample();
    let sample = lags::sample(args.sample, &clusters, shared, screen)?;
    let seen = session
        .refresh(&Request::sampled(sample), Depth::Drift)
        .await?;
    session.keep()?;
    let past = past(&session, global);
    let input = Input {
        plan: &seen.plan,
        live: &seen.live,
        desired: &session.desired,
        thresholds,
        now,
    };
    let mut found = Drift::with_failovers(&input, past.as_ref().map_err(String::as_str));
    if is_compared {
        found = found.compared_with(last.as_ref().map(LastReport::earlier), now);
    }
    let classes = if args.fail_on.is_empty() {
        &USUAL[..]
    } else {
        &args.fail_on
    };

    let view = DriftView::of(&found, last.as_ref());
    render(screen, &view, args, &session, now)?;
    // The findings are printed before anything slow or uncertain. The end of the run reports a failure.
    drop(screen.flush());
    let markdown = drift::markdown::render(&view);
    if let Some(file) = &args.markdown_out {
        files::replace(file, markdown.as_bytes(), Readers::Owner)?;
    }
    if let Some(file) = &args.html_out {
        let about = html::drift::About {
            read_at: Some(now),
            origin: Some(commit::origin(&session, &args.paths.paths, global)),
            limits: words::limits(&thresholds),
            health: Some(Health::of(&seen.live, &session.desired)),
        };
        let page = html::drift::render(&view, &seen.plan, &about);
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    if let Some(file) = &args.metrics_file {
        let mut text = Vec::new();
        drift::metrics::write(&mut text, &found, &seen.live, Some(now))?;
        files::replace(file, &text, Readers::Everybody)?;
    }
    let mut notified = Notified::Fine;
    if let Some(receiver) = receiver.filter(|_| found.is_new(classes))
        && let Err(problem) = receiver.send(&view, now).await
    {
        diagnose::print_diagnostic(problem, screen)?;
        notified = Notified::Failed;
    }
    if let Some(file) = &args.json_out {
        // The last report is what was sent last. It is replaced only after what is new has been sent.
        let is_last = !since_last && args.since.as_deref().is_some_and(|last| same(last, file));
        if !(is_last && notified == Notified::Failed) {
            let mut text = Vec::new();
            drift::json::write(&mut text, &view, Some(now))?;
            files::replace(file, &text, Readers::Owner)?;
        }
    }
    let exit = exit::of_drift(&found, classes, notified);
    if let Some((shared, record)) = record.filter(|_| args.record) {
        let mut text = Vec::new();
        drift::json::write(&mut text, &view, Some(now))?;
        // What was not sent is new to the next run too.
        let report = (notified == Notified::Fine).then_some(text.as_slice());
        let health = Health::of(&seen.live, &session.desired);
        record.keep(&shared, exit, report, Some((&clusters, &health)), screen);
    }
    let outputs = Outputs {
        drift: Some(exit == Exit::Changes),
        ..Outputs::default()
    };
    pipeline::leave(outputs, exit, &markdown)?;
    Ok(exit)
}

/// Earlier failovers, where an objective of the spec is about how long they take.
///
/// # Errors
/// Why a store that is named does not say.
fn past(session: &Session, global: &Global) -> Result<Failovers, String> {
    let mut halves = session.desired.halves();
    let is_watched = halves.any(|(_, half)| {
        let objectives = half.objectives.as_ref();
        objectives.is_some_and(|it| it.rto.is_some())
    });
    match is_watched {
        true => failovers::of(session, global).map(Option::unwrap_or_default),
        false => Ok(Failovers::default()),
    }
}

/// The last report of the same scope that was recorded.
///
/// # Errors
/// When the store cannot be read, or what is there is no report.
fn last_recorded(shared: &Shared, record: &ReadRecord) -> Result<Option<LastReport>, Failure> {
    let found = record.last(shared)?;
    let read = found.map(|report| LastReport::read(&report.to_string()));
    read.transpose().map_err(Failure::failed)
}

/// What lag and how long a wait is too much. The last limit of a kind counts.
fn thresholds(args: &DriftArgs) -> Result<Thresholds, Failure> {
    let mut thresholds = Thresholds {
        max_pending: args.max_pending,
        ..Thresholds::default()
    };
    for limit in &args.max_lag {
        match limit {
            LagLimit::Messages(messages) => thresholds.max_lag = Some(*messages),
            LagLimit::Time(_) if args.sample.is_none() => {
                return Err(Failure::new(
                    Exit::Usage,
                    "how long a mirror topic takes to catch up is known from two reads: pass --sample, such as --sample 30s or --sample last, with --max-lag and a duration",
                ));
            }
            LagLimit::Time(time) => thresholds.max_catch_up = Some(*time),
        }
    }
    Ok(thresholds)
}

fn render(
    screen: &mut Screen,
    view: &DriftView<'_>,
    args: &DriftArgs,
    session: &Session,
    now: jiff::Timestamp,
) -> Result<(), Failure> {
    let style = screen.style(args.all);
    match args.output {
        // A schedule's mail is empty when there is nothing to read.
        DriftFormat::Text if screen.is_quiet && view.drift.is_quiet() => {}
        DriftFormat::Text => drift::text::write(screen.out(), view, &style)?,
        DriftFormat::Json => drift::json::write(screen.out(), view, Some(now))?,
        DriftFormat::Markdown => {
            let text = drift::markdown::render(view);
            screen.out().write_all(text.as_bytes())?;
        }
        DriftFormat::Sarif => drift::sarif::write(screen.out(), view, session.first_file())?,
        DriftFormat::Junit => drift::junit::write(screen.out(), view)?,
    }
    Ok(())
}

/// Whether two paths lead to one file, which need not exist.
fn same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        std::fs::canonicalize(path).or_else(|_| {
            let folder = match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            let name = path.file_name().unwrap_or_default();
            std::fs::canonicalize(folder).map(|folder| folder.join(name))
        })
    };
    one == other || matches!((whole(one), whole(other)), (Ok(a), Ok(b)) if a == b)
}

/// The classes that fail a run unless others are named: all but what is expected, and what could not
/// be read, which fails in its own way.
const USUAL: [DriftClass; 5] = [
    DriftClass::Health,
    DriftClass::Config,
    DriftClass::State,
    DriftClass::Missing,
    DriftClass::Unmanaged,
];
