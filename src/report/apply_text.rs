//! A run as lines of text: [`Lines`] while it goes on, [`summary`] when it is over.
//!
//! How an operation ended is a result; that one waits or is tried again is progress, and goes
//! elsewhere. Every line begins with the time since the start. Operations of one half and kind that end well are
//! shown together, since a thousand lines of "done" hide the one that is not.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use super::style::{Ink, Style};
use super::view::first_names;
use super::view::run::{Ended, RunView, WaitView, Weight, roughly};
use super::words::{self, duration, number, quantity};
use super::{lost, safe, sets};
use crate::address::HalfAddress;
use crate::apply::{Event, EventKind, InFlight, Interrupt, Outcome, Report, Waiting};
use crate::live::MirrorLoss;
use crate::plan::{OpId, Plan};

/// Groups up to this size are listed one by one.
const ONE_BY_ONE: usize = 4;
/// Mirror topics whose loss the summary lists one by one.
const MAX_LOST: usize = 20;
/// A wait that has not moved is shown again after this long.
const AGAIN: Duration = Duration::from_secs(30);

/// Makes a line of what matters in each event.
pub struct Lines<'a> {
    style: Style,
    plan: &'a Plan,
    groups: BTreeMap<(HalfAddress, &'static str), Group>,
    waits: BTreeMap<(HalfAddress, &'static str), (String, Duration)>,
}

/// A line, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// How something ended.
    Result(String),
    /// How far it is.
    Progress(String),
    /// Something that has to be known.
    Notice(String),
}

/// Operations of one half and kind.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    total: usize,
    reached: usize,
    ended: usize,
}

impl<'a> Lines<'a> {
    /// Lines about a run of this plan.
    #[must_use]
    pub fn new(plan: &'a Plan, style: Style) -> Self {
        let mut groups: BTreeMap<_, Group> = BTreeMap::new();
        for operation in &plan.operations {
            let key = (operation.half().clone(), operation.kind.word());
            groups.entry(key).or_default().total += 1;
        }
        Self {
            style,
            plan,
            groups,
            waits: BTreeMap::new(),
        }
    }

    /// The line about an event, if there is anything to say about it.
    pub fn of(&mut self, event: &Event) -> Option<Line> {
        let at = event.elapsed;
        match &event.kind {
            // The plan was shown before, the summary comes after, and an operation is shown when it ends.
            EventKind::Started { .. }
            | EventKind::OperationStarted { .. }
            | EventKind::BatchSent { .. }
            | EventKind::Finished { .. } => None,
            EventKind::Waiting(waiting) => self.waiting(at, waiting).map(Line::Progress),
            EventKind::Retry {
                address,
                more,
                cause,
                wait,
                ..
            } => {
                let more = match more {
                    0 => String::new(),
                    more => format!(" and {} more", number(*more)),
                };
                let text = format!(
                    "{}{more}: {}; retrying in {}",
                    safe::clean(&address.to_string()),
                    safe::clean(&words::cause(cause)),
                    duration(*wait)
                );
                Some(Line::Progress(self.line(at, Ink::Caution, "retry", &text)))
            }
            EventKind::OperationFinished {
                op,
                outcome,
                outside,
                took,
                ..
            } => {
                let line = self.finished(at, *op, outcome, outside.as_ref(), *took);
                line.map(Line::Result)
            }
            EventKind::Interrupted { level, waits } => {
                let text = match level {
                    Interrupt::Stop => {
                        "stopping now; requests that were sent may still take effect".to_owned()
                    }
                    _ => waiting_for(waits),
                };
                Some(Line::Notice(self.line(
                    at,
                    Ink::Caution,
                    "interrupt",
                    &text,
                )))
            }
            EventKind::Problem(problem) => {
                let text = words::problem(problem);
                let text = safe::clean(&text);
                Some(Line::Notice(self.line(at, Ink::Danger, "error", &text)))
            }
        }
    }

    fn line(&self, at: Duration, ink: Ink, word: &str, text: &str) -> String {
        let seconds = format!("{:>8.1}s", at.as_secs_f64());
        format!(
            "{}  {}  {}",
            self.style.paint(Ink::Faint, &seconds),
            self.style.paint(ink, &format!("{word:<9}")),
            self.style.paint(Ink::Plain, text)
        )
    }

    fn finished(
        &mut self,
        at: Duration,
        op: OpId,
        outcome: &Outcome,
        outside: Option<&MirrorLoss>,
        took: Duration,
    ) -> Option<String> {
        let operation = self.plan.operation(op);
        let order = format!(
            "{} {}",
            words::Action::order(operation),
            safe::clean(&operation.address.to_string())
        );
        let key = (operation.half().clone(), operation.kind.word());
        let group = self.groups.entry(key.clone()).or_default();
        group.ended += 1;
        if outcome.is_reached() {
            group.reached += 1;
        }
        let group = *group;
        if group.ended == group.total {
            self.waits.remove(&key);
        }
        let Ended { weight, word, why } = Ended::of(outcome);
        let (weight, word, why) = match (why, outside) {
            // It is as desired, and that is not for this run to claim.
            (None, Some(loss)) => (
                Weight::Caution,
                "stopped",
                Some(words::stopped_outside(loss)),
            ),
            (why, _) => (weight, word, why),
        };
        if let Some(why) = why {
            let text = format!("{order}: {}", safe::clean(&why));
            return Some(self.line(at, ink(weight), word, &text));
        }
        if group.total <= ONE_BY_ONE {
            let took = match outcome {
                Outcome::Unchanged => String::new(),
                _ => format!(" ({})", roughly(took)),
            };
            return Some(self.line(at, ink(weight), word, &format!("{order}{took}")));
        }
        if group.ended == group.total {
            let action = words::Action::of(operation);
            let text = format!(
                "{} {} of {}",
                action.verb(),
                quantity(group.reached, action.noun()),
                safe::clean(&key.0.to_string())
            );
            return Some(self.line(at, Ink::Added, "done", &text));
        }
        None
    }

    fn waiting(&mut self, at: Duration, waiting: &Waiting) -> Option<String> {
        let view = WaitView::of(waiting);
        let key = (waiting.half.clone(), waiting.verb);
        if let Some((last, shown)) = self.waits.get(&key)
            && (*last == view.text || at.saturating_sub(*shown) < Duration::from_secs(1))
            && at.saturating_sub(*shown) < AGAIN
        {
            return None;
        }
        let text = view.with_left(waiting.left);
        self.waits.insert(key, (view.text, at));
        Some(self.line(at, Ink::Faint, "waiting", &text))
    }
}

fn ink(weight: Weight) -> Ink {
    match weight {
        Weight::Good => Ink::Added,
        Weight::Caution => Ink::Caution,
        Weight::Danger => Ink::Danger,
    }
}

/// Says how a run ended, and what the plan made after it shows.
///
/// # Errors
/// When the writer fails.
pub fn summary(
    out: &mut dyn Write,
    report: &Report,
    again: &Plan,
    style: &Style,
) -> io::Result<()> {
    let run = RunView::of(report, again);
    let verdict = match run.consequence {
        None => format!("Apply {}", run.verdict),
        Some(consequence) => format!("Apply {}; {consequence}", run.verdict),
    };
    let counts: Vec<String> = run
        .counts
        .iter()
        .map(|(count, word)| format!("{} {word}", number(*count)))
        .collect();
    writeln!(out)?;
    writeln!(
        out,
        "{}: {} in {}.",
        style.paint(ink(run.weight), &verdict),
        counts.join(", "),
        run.took
    )?;
    for archive in &run.archives {
        writeln!(out, "History archived in {}.", safe::clean(archive))?;
    }
    let lost: Vec<_> = lost::of(report).collect();
    for (operation, words) in lost.iter().take(MAX_LOST) {
        let address = operation.address.to_string();
        let line = format!("{}: {words}", safe::name(&address));
        writeln!(
            out,
            "{} {}",
            style.paint(Ink::Danger, "Lost:"),
            safe::clean(&line)
        )?;
    }
    if lost.len() > MAX_LOST {
        let more = quantity(lost.len() - MAX_LOST, "mirror topic");
        writeln!(
            out,
            "{} {more} more; the run report lists each",
            style.paint(Ink::Danger, "Lost:")
        )?;
    }
    for (ends, topics) in lost::turned(report) {
        let title = format!(
            "Writable at {}, read-only at {}:",
            ends.writable, ends.read_only
        );
        let shown = topics.iter().take(MAX_LOST).map(|topic| safe::name(topic));
        let mut names = shown.collect::<Vec<_>>().join(", ");
        if topics.len() > MAX_LOST {
            names.push_str(&format!(" and {} more", number(topics.len() - MAX_LOST)));
        }
        writeln!(out, "{} {names}", style.paint(Ink::Title, &title))?;
    }
    if !report.hand_over.is_empty() {
        writeln!(out, "{}", style.paint(Ink::Title, "Hand-over:"))?;
    }
    for one in &report.hand_over {
        writeln!(out, "  {}", safe::clean(&words::hand_over_title(one)))?;
        for (label, text) in words::hand_over(one, words::HandOverTime::Done) {
            writeln!(out, "    {label}: {}", safe::clean(&text))?;
        }
    }
    if !report.hand_over.is_empty() {
        writeln!(out, "  {}", words::NOT_CARRIED)?;
    }
    for sentence in sets::split(report) {
        writeln!(
            out,
            "{} {}",
            style.paint(Ink::Danger, "Set:"),
            safe::clean(&sentence)
        )?;
    }
    match run.left {
        None => writeln!(out, "New plan: no changes"),
        Some(left) => writeln!(out, "New plan: {left}. Run `linkwright plan` to see it."),
    }
}
/// Operations in progress that an interrupt names; the rest is counted.
const MAX_IN_PROGRESS: usize = 5;

/// What an interrupted run waits for, and how long at most.
fn waiting_for(waits: &InFlight) -> String {
    if waits.operations.is_empty() {
        return "no new operations start; none is in progress".to_owned();
    }
    let names: Vec<String> = waits.operations.iter().map(ToString::to_string).collect();
    format!(
        "no new operations start; waiting for {} in progress ({}), {} at most; a second interrupt stops \
         at once",
        words::quantity(names.len(), "operation"),
        safe::clean(&first_names(&names, MAX_IN_PROGRESS)),
        words::duration(waits.at_most),
    )
}
