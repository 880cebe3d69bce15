//! What a run shows while it goes on: [`Progress`].
//!
//! Results go to standard output. How far things are goes to standard error, on a terminal as lines
//! that change in place and vanish when they are over, elsewhere as plain lines.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen::{self, Live as LiveScreen, Screen};
use crate::apply::{Event, EventKind};
use crate::plan::Plan;
use crate::report::apply_live::Live;
use crate::report::apply_text::{Line, Lines};
use crate::report::ndjson;
use crate::report::style::Symbols;

/// How results are shown.
pub(super) enum Results<'a> {
    /// As lines of text.
    Text(Lines<'a>),
    /// As one JSON event a line.
    Json,
}

/// Shows events as they come.
pub(super) struct Progress<'a> {
    screen: &'a mut Screen,
    results: Results<'a>,
    live: Option<LiveLines>,
}

impl<'a> Progress<'a> {
    /// Shows a run of this plan as text.
    pub(super) fn as_text(screen: &'a mut Screen, plan: &'a Plan) -> Self {
        let style = screen.style(false);
        Self::new(screen, Results::Text(Lines::new(plan, style)))
    }

    /// Shows a run as JSON.
    pub(super) fn as_json(screen: &'a mut Screen) -> Self {
        Self::new(screen, Results::Json)
    }

    fn new(screen: &'a mut Screen, results: Results<'a>) -> Self {
        let live = (screen.live == LiveScreen::Yes)
            .then(|| LiveLines::new(screen.symbols == Symbols::Unicode));
        Self {
            screen,
            results,
            live,
        }
    }

    /// Shows an event. A stream that is closed does not stop a run that is under way.
    pub(super) fn on_event(&mut self, event: &Event) {
        if self.screen.journal.is_open() {
            // There is nothing to draw on any more.
            self.live = None;
        }
        let (result, aside) = match &mut self.results {
            Results::Json => (Some(ndjson::line(event)), None),
            Results::Text(lines) => match lines.of(event) {
                None => (None, None),
                Some(Line::Result(line)) => (Some(line), None),
                Some(Line::Notice(line)) => (None, Some(line)),
                // The live lines show waits; a retry is over before anyone could read it there.
                Some(Line::Progress(line)) => {
                    let is_wait = matches!(event.kind, EventKind::Waiting(_));
                    let is_shown = is_wait && self.live.is_some();
                    let unwanted = self.screen.is_quiet || is_shown;
                    (None, (!unwanted).then_some(line))
                }
            },
        };
        if result.is_some() || aside.is_some() {
            let screen = &mut *self.screen;
            let write = || {
                if let Some(line) = result {
                    drop(writeln!(screen.out(), "{line}"));
                }
                if let Some(line) = aside {
                    drop(writeln!(screen.err(), "{line}"));
                }
                drop(screen.flush());
            };
            match &self.live {
                Some(live) => live.bars.suspend(write),
                None => write(),
            }
        }
        if let Some(live) = &mut self.live {
            live.take(event);
        }
    }
}

/// Lines that change in place.
struct LiveLines {
    bars: MultiProgress,
    style: ProgressStyle,
    shown: Vec<ProgressBar>,
    live: Live,
}

impl LiveLines {
    fn new(has_unicode: bool) -> Self {
        // A template that does not parse would be a fault of this very line; a test draws with it.
        let style = ProgressStyle::with_template("{spinner} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self {
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            style: match has_unicode {
                true => style,
                false => style.tick_chars("|/-\\ "),
            },
            shown: Vec::new(),
            live: Live::default(),
        }
    }

    fn take(&mut self, event: &Event) {
        self.live.take(event);
        // The sign before each line takes two columns.
        let columns = screen::error_columns().saturating_sub(2);
        let lines = self.live.lines(event.elapsed, columns);
        for bar in self.shown.drain(lines.len().min(self.shown.len())..) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        while self.shown.len() < lines.len() {
            let bar = self.bars.add(ProgressBar::new_spinner());
            bar.set_style(self.style.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            self.shown.push(bar);
        }
        for (bar, line) in self.shown.iter().zip(lines) {
            bar.set_message(line);
        }
    }
}

impl Drop for LiveLines {
    fn drop(&mut self) {
        // Whatever ends the run leaves the terminal clean; if it is gone, so are the lines.
        drop(self.bars.clear());
    }
}
