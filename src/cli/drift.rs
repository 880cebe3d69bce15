//! `linkwright drift`: where the world has moved away from the spec, for a schedule.

use super::Failure;
use super::args::{Drift as DriftArgs, DriftFormat, Global, Planning};
use super::exit::{self, Exit};
use super::plan::Ready;
use super::screen::Screen;
use super::{pipeline, plan};
use crate::apply::durable::Readers;
use crate::report::drift::{self, Drift, DriftClass, Input, Thresholds};
use crate::report::github::Outputs;

pub(super) async fn run(
    args: &DriftArgs,
    global: &Global,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(ready) = Ready::get(&args.paths.paths, &Planning::default(), global, screen)? else {
        return Ok(Exit::Usage);
    };
    let now = ready.now();
    let looked = ready.look_closely().await?;
    ready.keep()?;
    let found = Drift::of(&Input {
        plan: &looked.plan,
        live: &looked.live,
        exceptions: &ready.desired.exceptions,
        thresholds: Thresholds {
            max_lag: args.max_lag,
            max_pending: args.max_pending,
        },
        now,
    });
    render(screen, &found, args, &ready, now)?;
    if let Some(file) = &args.json_into {
        let mut text = Vec::new();
        drift::json::write(&mut text, &found, Some(now))?;
        plan::write_file(file, &text)?;
    }
    let markdown = drift::markdown::render(&found);
    if let Some(file) = &args.markdown_into {
        plan::write_file(file, markdown.as_bytes())?;
    }
    if let Some(file) = &args.metrics_file {
        let mut text = Vec::new();
        drift::metrics::write(&mut text, &found, &looked.live, Some(now))?;
        plan::replace(file, &text, Readers::Everybody)?;
    }
    let classes = if args.fail_on.is_empty() {
        &USUAL[..]
    } else {
        &args.fail_on
    };
    let exit = exit::of_drift(&found, classes);
    let outputs = Outputs {
        drift: Some(exit == Exit::Changes),
        ..Outputs::default()
    };
    pipeline::leave(outputs, exit, &markdown)?;
    Ok(exit)
}

fn render(
    screen: &mut Screen,
    found: &Drift,
    args: &DriftArgs,
    ready: &Ready,
    now: jiff::Timestamp,
) -> Result<(), Failure> {
    let style = screen.style(args.all);
    match args.output {
        DriftFormat::Text => drift::text::write(screen.out(), found, &style)?,
        DriftFormat::Json => drift::json::write(screen.out(), found, Some(now))?,
        DriftFormat::Markdown => {
            let text = drift::markdown::render(found);
            screen.out().write_all(text.as_bytes())?;
        }
        DriftFormat::Sarif => drift::sarif::write(screen.out(), found, ready.first_file())?,
        DriftFormat::Junit => drift::junit::write(screen.out(), found)?,
    }
    Ok(())
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
