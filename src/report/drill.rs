//! A drill for people and machines: what every format shows, [`DrillView`].
//!
//! Every figure of a loss or a time to come is called an estimate wherever it is shown.

pub mod json;
pub mod text;

use super::safe;
use super::words::verb::Left;
use super::words::{self, Weight, duration, number, quantity};
use crate::drill::{Drill, Judged, ObjectiveKind, OnTwin};
use crate::live::{EstimateUnknown, LossEstimate, Verdict};
use crate::plan::CallSeen;
use crate::plan::file::{OriginV1, Scope};

/// What the caller knows in addition to the drill and its plan.
#[derive(Clone, Debug)]
pub struct About {
    /// Where the spec is from; `needs` is what must be allowed to carry the failover out.
    pub origin: OriginV1,
    /// The digest of the spec's files.
    pub spec_digest: String,
    /// What was planned.
    pub scope: Scope,
    /// What the failover leaves to people.
    pub left: Left,
    /// The clusters that a failover connects to.
    pub called: Vec<String>,
    /// What must be there to call them: references, no values.
    pub credentials: Vec<String>,
    /// Whether the cluster that takes over takes a failover from the keys.
    pub takes_failovers: CallSeen,
    /// What the failover would leave as it is, and why.
    pub left_alone: Vec<String>,
    /// Whether the other cluster must be declared lost: so it is with a link that has `topics`.
    pub needs_lost: bool,
    /// Whether the clusters are simulated.
    pub is_simulated: bool,
}

/// What every format shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillView {
    /// The drill in one sentence.
    pub sentence: String,
    /// How grave it is.
    pub weight: Weight,
    /// The parts before the plan.
    pub before: Vec<Part>,
    /// Those after it.
    pub after: Vec<Part>,
    /// What is known of the document itself.
    pub facts: Vec<(&'static str, String)>,
}

/// A part with a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A stable word.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// What there is to say.
    pub text: String,
    /// How grave it is.
    pub weight: Weight,
}

impl Line {
    fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            weight: Weight::Plain,
        }
    }

    fn grave(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }
}

impl DrillView {
    /// The view of a drill.
    #[must_use]
    pub fn of(drill: &Drill, about: &About) -> Self {
        let (sentence, weight) = sentence(drill);
        let before = [
            part(
                "objectives",
                "Objectives",
                objectives(drill, about.is_simulated),
            ),
            part("loss", "What would be lost (estimate)", loss(drill)),
            part(
                "time",
                "How long it would take",
                time(drill, about.is_simulated),
            ),
        ];
        let after = [
            part("people", "Who must act", people(drill, about)),
            part("groups", "Consumer groups", groups(drill)),
            part("assumed", "What this rests on", grounds(drill, about)),
        ];
        Self {
            sentence,
            weight,
            before: before.into_iter().flatten().collect(),
            after: after.into_iter().flatten().collect(),
            facts: words::origin::reading_facts(&about.origin),
        }
    }
}

fn part(id: &'static str, title: &'static str, lines: Vec<Line>) -> Option<Part> {
    (!lines.is_empty()).then_some(Part { id, title, lines })
}

/// The drill in one sentence. That nothing was changed is always true: a drill sends reads, and one request that can do nothing.
fn sentence(drill: &Drill) -> (String, Weight) {
    let topics = match (drill.is_read, drill.failovers) {
        (false, _) => " of mirror topics that could not be read".to_owned(),
        (true, 0) => " of no mirror topic".to_owned(),
        (true, n) => format!(" of {}", quantity(n, "mirror topic")),
    };
    let lost = match &drill.source {
        Some(source) => format!(" after the loss of {source}"),
        None => String::new(),
    };
    let what = format!("a failover{topics} to {}{lost}", drill.half);
    let judged = (!drill.judged.is_empty()).then(|| drill.verdict());
    let (said, weight) = outcome(judged, drill.is_refused);
    if drill.is_refused {
        return (format!("{what} {said}; nothing was changed"), weight);
    }
    let is_measured = |it: &Judged| it.measured == Some(Verdict::Missed);
    let estimate = match drill.verdict() {
        // What a run has shown is no estimate.
        Verdict::Missed if drill.judged.iter().any(is_measured) => "",
        Verdict::Met | Verdict::Missed if !drill.judged.is_empty() => " (estimate)",
        _ => "",
    };
    let text = format!("{what}: {said}{estimate}; nothing was changed");
    (text, weight)
}

/// What a drill comes to, which its sentence has word for word.
fn outcome(verdict: Option<Verdict>, is_refused: bool) -> (&'static str, Weight) {
    match (verdict, is_refused) {
        (_, true) => ("would be refused", Weight::Danger),
        (None, _) => ("the spec has no objectives for it", Weight::Plain),
        (Some(Verdict::Met), _) => ("its objectives are met", Weight::Plain),
        (Some(Verdict::Missed), _) => ("it misses its objectives", Weight::Danger),
        (Some(Verdict::Unknown), _) => (
            "whether it keeps to its objectives is not known",
            Weight::Caution,
        ),
    }
}

fn verdict(verdict: Verdict) -> (&'static str, Weight) {
    match verdict {
        Verdict::Met => ("met", Weight::Plain),
        Verdict::Missed => ("missed", Weight::Danger),
        Verdict::Unknown => ("not known", Weight::Caution),
    }
}

/// The objective's name in the spec.
#[must_use]
pub fn objective(kind: ObjectiveKind) -> &'static str {
    match kind {
        ObjectiveKind::Rpo => "rpo",
        ObjectiveKind::Rto => "rto",
    }
}

fn objectives(drill: &Drill, is_simulated: bool) -> Vec<Line> {
    let lines = drill.judged.iter().map(|judged| {
        let (word, weight) = verdict(judged.verdict());
        let label = format!("{} {}", objective(judged.kind), duration(judged.most));
        Line::new(
            label,
            format!("{word}: {}", figures(drill, judged, is_simulated)),
        )
        .grave(weight)
    });
    lines.collect()
}

/// The figures next to an objective.
fn figures(drill: &Drill, judged: &Judged, is_simulated: bool) -> String {
    let nothing = match (drill.failovers, drill.is_refused) {
        (0, _) => "no mirror topic would be failed over; ",
        (_, true) => "the failover would be refused; ",
        (_, false) => "",
    };
    match judged.kind {
        ObjectiveKind::Rpo => {
            let behind = &drill.together.behind;
            let why = match behind.unknown() {
                Some(why) => format!(", because {}", words::estimate_unknown(why)),
                None if judged.estimated == Verdict::Unknown
                    && drill.failovers > 0
                    && !drill.is_refused =>
                {
                    ", and the objective is within these bounds".to_owned()
                }
                None => String::new(),
            };
            format!(
                "{nothing}the mirror topic that is furthest behind is {} (estimate){why}",
                words::behind(behind)
            )
        }
        ObjectiveKind::Rto => {
            let simulated = match &drill.on_twin {
                _ if drill.failovers == 0 => "no estimate".to_owned(),
                Ok(run) if run.is_complete() => {
                    format!(
                        "{} on a simulated copy (estimate)",
                        words::seconds(run.took)
                    )
                }
                Ok(run) => format!("{} (estimate)", left_over(run)),
                Err(_) => "no estimate".to_owned(),
            };
            let real = real(is_simulated);
            let last = match (drill.last(), &drill.past) {
                (Some(run), _) => format!("the last {real} {}", words::took(run)),
                (None, Ok(Some(_))) => format!("no {real} of this link is among the newest runs"),
                (None, Ok(None)) => format!("no record of a {real} was read"),
                (None, Err(_)) => "the store with the records does not answer".to_owned(),
            };
            format!("{nothing}{simulated}; {last}")
        }
    }
}

/// What a run on record was.
fn real(is_simulated: bool) -> &'static str {
    match is_simulated {
        true => "simulated run",
        false => "real failover",
    }
}

/// What a simulated failover left.
fn left_over(run: &OnTwin) -> String {
    let (all, done) = run.topics;
    format!(
        "{} of {} did not become writable in the simulation",
        number(all.saturating_sub(done) as u64),
        quantity(all, "mirror topic")
    )
}

fn loss(drill: &Drill) -> Vec<Line> {
    let together = &drill.together;
    let mut lines = vec![loss_line("together", together, None)];
    if drill.topics.is_empty() && drill.not_mirrored.is_empty() {
        lines[0].text = match drill.together.records.unknown() {
            Some(why) => format!("unknown: {}", words::estimate_unknown(why)),
            None => "nothing: no mirror topic of the link runs".to_owned(),
        };
        return lines;
    }
    let rate = together.written_per_minute();
    if let Some(rate) = rate.filter(|rate| *rate > 0) {
        let rate = quantity(usize::try_from(rate).unwrap_or(usize::MAX), "record");
        lines.push(Line::new(
            "meanwhile",
            format!(
                "where the source is only cut off and not lost, its producers add about {rate} a minute (estimate)"
            ),
        ));
    }
    lines.extend(
        (drill.not_mirrored.iter()).map(|topic| {
            Line::new(topic.as_str(), "not mirrored: all of it").grave(Weight::Danger)
        }),
    );
    let mut topics: Vec<_> = drill.topics.iter().collect();
    // What loses most first, and what is not known before what is.
    topics.sort_by_key(|(_, it)| {
        let known = it.records.likely().is_some();
        (known, std::cmp::Reverse(it.records.low()))
    });
    let said = together.records.unknown().or(together.behind.unknown());
    let topics = topics.into_iter();
    lines.extend(topics.map(|(topic, it)| loss_line(topic.as_str(), it, said)));
    lines
}

fn loss_line(label: &str, it: &LossEstimate, said: Option<EstimateUnknown>) -> Line {
    let text = format!(
        "{}; {}",
        words::records(&it.records),
        words::behind(&it.behind)
    );
    let unknown = it.records.unknown().or(it.behind.unknown());
    let line = match unknown.filter(|why| said != Some(*why)) {
        Some(why) => Line::new(label, format!("{text}; {}", words::estimate_unknown(why))),
        None => Line::new(label, text),
    };
    match unknown {
        Some(_) => line.grave(Weight::Caution),
        None => line,
    }
}

fn time(drill: &Drill, is_simulated: bool) -> Vec<Line> {
    let simulated = match &drill.on_twin {
        Ok(run) => {
            let (all, done) = run.topics;
            let text = format!(
                "{} on a simulated copy (estimate): {} of {} writable",
                words::seconds(run.took),
                number(done as u64),
                quantity(all, "mirror topic")
            );
            let weight = match all == done {
                true => Weight::Plain,
                false => Weight::Caution,
            };
            Line::new("simulated", text).grave(weight)
        }
        Err(why) => Line::new("simulated", format!("not known: {why}")).grave(Weight::Caution),
    };
    let mut lines = vec![simulated];
    let kind = real(is_simulated);
    let count = drill.runs().count();
    let on_record = format!("{} on record", quantity(count, "failover"));
    let label = match is_simulated {
        true => "earlier simulated runs",
        false => "real",
    };
    let text = match (drill.times(), &drill.past) {
        (Some((least, middle, most)), _) if least == most => {
            format!("{on_record}: {}", words::seconds(middle))
        }
        (Some((least, middle, most)), _) => format!(
            "{on_record}: {} at least, {} in the middle, {} at most",
            words::seconds(least),
            words::seconds(middle),
            words::seconds(most)
        ),
        (None, _) if count > 0 => format!("{on_record}, none of them complete"),
        (None, Ok(Some(_))) => format!("no {kind} of this link is among the newest runs"),
        (None, Ok(None)) => "no record was read: no store is named".to_owned(),
        (None, Err(why)) => format!("not known: {}", safe::clean(why)),
    };
    lines.push(Line::new(label, text));
    lines.extend(
        drill
            .runs()
            .map(|run| Line::new("", words::past_failover(run))),
    );
    lines
}

fn people(drill: &Drill, about: &About) -> Vec<Line> {
    let mut lines: Vec<Line> = (about.left.who.iter())
        .map(|(who, what)| Line::new(*who, what.clone()))
        .collect();
    let needs = &about.origin.needs;
    let lost = match about.needs_lost {
        true => " --lost REASON",
        false => "",
    };
    let allow = match needs.is_empty() {
        true => String::new(),
        false => format!(" --allow {}", needs.join(",")),
    };
    lines.insert(
        0,
        Line::new(
            "whoever fails over",
            format!("runs `linkwright failover {}{lost}{allow}`", drill.half),
        ),
    );
    if !needs.is_empty() {
        lines.insert(
            1,
            Line::new(
                "whoever decides",
                format!("allows {}, which this takes", needs.join(" and ")),
            ),
        );
    }
    if !about.credentials.is_empty() {
        lines.push(Line::new(
            "keys",
            format!(
                "{} must have a value: they authenticate to {}",
                about.credentials.join(", "),
                about.called.join(" and ")
            ),
        ));
    }
    lines.push(Line::new("undo", about.left.undo.clone()));
    // Last, because a long part is shortened at its end.
    let left_alone = about.left_alone.iter();
    lines.extend(left_alone.map(|note| Line::new("not failed over", note.clone())));
    lines
}

/// What was asked with `validate_only`.
fn rehearsal(drill: &Drill, about: &About) -> Line {
    let cluster = &drill.half.cluster;
    let (text, weight) = match &about.takes_failovers {
        CallSeen::Present => (
            format!("{cluster} takes a failover from these keys"),
            Weight::Plain,
        ),
        CallSeen::NotProbed => (
            format!(
                "whether {cluster} takes a failover from these keys is not known: it was not asked"
            ),
            Weight::Caution,
        ),
        CallSeen::Absent => (
            format!(
                "whether {cluster} takes a failover from these keys is not known: it answers 404"
            ),
            Weight::Caution,
        ),
        CallSeen::Unknown(why) => (
            format!(
                "whether {cluster} takes a failover from these keys is not known: {}",
                safe::clean(why)
            ),
            Weight::Caution,
        ),
    };
    let how = "asked with `validate_only` and a name that no topic can have; the failovers themselves were not sent, \
               because a server that ignores `validate_only` would carry them out";
    Line::new("rehearsal", format!("{text}; {how}")).grave(weight)
}

fn groups(drill: &Drill) -> Vec<Line> {
    let Some(groups) = &drill.groups else {
        let text = "those of the source could not be read";
        return vec![Line::new("all", text).grave(Weight::Caution)];
    };
    let at = drill.source.as_ref().map_or("the source", |it| it.as_str());
    let unread = (groups.unread > 0).then(|| {
        let count = quantity(groups.unread, "group");
        let text = format!("the offsets of {count} at {at} could not be read");
        Line::new("not known", text).grave(Weight::Caution)
    });
    let moving = groups.moving.iter().map(|group| {
        let is_active = match group.is_active {
            true => "is active",
            false => "is not active",
        };
        let offsets = match group.is_synced {
            Some(true) => "its offsets are synced",
            Some(false) => "its offsets are not synced",
            None => "whether its offsets are synced is not known",
        };
        Line::new(
            group.name.as_str(),
            format!("{is_active} at {at}; {offsets}"),
        )
    });
    unread.into_iter().chain(moving).collect()
}

fn grounds(drill: &Drill, about: &About) -> Vec<Line> {
    let mut lines = vec![rehearsal(drill, about)];
    if about.is_simulated {
        lines.push(Line::new("clusters", "simulated (--sandbox)"));
    }
    lines.push(match drill.sampled {
        Some(between) => Line::new(
            "reads",
            format!(
                "two, {} apart, the second {} old; the loss holds while records are written and copied as between them",
                words::seconds(between),
                words::seconds(drill.age)
            ),
        ),
        None => Line::new("reads", "one"),
    });
    if let Ok(run) = &drill.on_twin {
        let assumed = run.assumed.iter();
        lines.extend(assumed.map(|(unknown, instead)| {
            Line::new("not known", format!("{unknown}; assumed: {instead}"))
        }));
    }
    lines
}
