//! `linkwright status`: the live picture, once or again and again.

use linkwright_clock::Clock;

use super::args::{Global, Sampling, Status as StatusArgs, StatusFormat};
use super::exit::Exit;
use super::record::ReadRecord;
use super::recorded::Recorded;
use super::screen::Screen;
use super::session::Session;
use super::view::View;
use super::{Failure, commit, files, lags, watch};
use crate::apply::durable::Readers;
use crate::health::Rows;
use crate::report::status::{json, text};
use crate::report::style::Tables;
use crate::report::{html, words};

pub(super) async fn run(
    args: &StatusArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let view = View::of(args)?;
    if args.watch {
        watch::check(args, screen)?;
    }
    let Some(mut session) = Session::open(&view.paths, &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    if args.watch {
        return watch::run(&view, args.interval, &mut session, global, screen).await;
    }
    let shared = match args.record || args.sample == Some(Sampling::Last) {
        true => Some(session.shared_for(global)?),
        false => None,
    };
    let record = (args.record).then(|| ReadRecord::new("status", &session, &view.paths, global));
    // The time of the read is the time of its record.
    let clusters = session.to_sample();
    let sample = lags::sample(args.sample, &clusters, shared.as_ref(), screen)?;
    let health = view.read(&session, &sample).await;
    if let Some(recorded) = session.recorded() {
        screen.note(&recorded.words());
    }
    session.keep()?;
    view.check(&health)?;
    match args.output {
        StatusFormat::Json => {
            let snapshot = session.recorded().map(Recorded::mark_of_status);
            let now = Some(session.now());
            json::write(screen.out(), &health, &view.selection, now, snapshot)?;
        }
        StatusFormat::Text => {
            let style = screen.style(true);
            if let Some(recorded) = session
                .recorded()
                .filter(|_| style.tables == Tables::Fitted)
            {
                writeln!(screen.out(), "Status as {}", recorded.words())?;
            }
            view.write(screen.out(), &health, session.now(), &style)?;
            if style.tables == Tables::Lines {
                let estimated = text::estimated_from(&health);
                let estimated = estimated.filter(|_| view.selection.rows == Rows::Topics);
                for note in estimated.into_iter().chain(view.left_out(&health)) {
                    screen.note(&note);
                }
            }
        }
    }
    if let Some(file) = &args.html_out {
        let origin = commit::origin(&session, &view.paths, global);
        let mut facts = words::origin::reading_facts(&origin);
        facts.extend(session.recorded().map(|it| ("Snapshot", it.words())));
        let page = html::status::render(&health, facts, session.now());
        files::replace(file, page.as_bytes(), Readers::Owner)?;
    }
    let exit = match health.unread.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    };
    if let Some((shared, record)) = shared.zip(record) {
        let mut text = Vec::new();
        json::write(
            &mut text,
            &health,
            &view.selection,
            Some(session.now()),
            None,
        )?;
        // One link alone is no record of its cluster.
        let lags = view.is_whole().then_some((&clusters, &health));
        record.keep(&shared, exit, Some(&text), lags, screen);
    }
    Ok(exit)
}
