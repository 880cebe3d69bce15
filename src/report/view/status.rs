//! What views of live links tell: [`LinkView`] and [`TopicView`], and above them [`Rollup`].

use std::collections::BTreeMap;

use crate::address::{HalfAddress, TopicName};
use crate::diff::Finding;
use crate::health::{Health, LinkHealth, LinkRow, Ownership, Shown, TopicRow, problems};
use crate::live::{
    CatchUp, LinkError, MirrorFact, MirrorLoss, MirrorStatus, Pace, TaskFact, TaskProblem,
    TaskState,
};
use crate::report::safe;
use crate::report::style::Ink;
use crate::report::view::{More, first_names};
use crate::report::words;

/// Names in a sentence.
const MAX_NAMES: usize = 5;

/// One link half in words.
pub(crate) struct LinkView {
    pub(crate) address: StatusCell,
    pub(crate) state: StatusCell,
    pub(crate) mirrors: StatusCell,
    pub(crate) lag: StatusCell,
    pub(crate) tasks: StatusCell,
    /// Ids, each after what it is of.
    pub(crate) ids: Vec<(&'static str, String)>,
    /// What is to be known in depth.
    pub(crate) blocks: Vec<Block>,
}

/// One mirror topic in words.
pub(crate) struct TopicView {
    pub(crate) address: StatusCell,
    pub(crate) status: StatusCell,
    /// How long it has had that status.
    pub(crate) age: StatusCell,
    pub(crate) lag: StatusCell,
    /// How fast it copies, and the estimate of when it has caught up; where it was read twice.
    pub(crate) rate: StatusCell,
    pub(crate) catch_up: StatusCell,
}

/// All links in a few sentences, the worst first.
pub(crate) struct Rollup {
    /// How many links and mirror topics there are, and in which statuses.
    pub(crate) head: (Ink, String),
    /// What is wrong, one cause each, with the first names.
    pub(crate) problems: Vec<String>,
}

/// What a column says: one thing or several, made harmless.
pub(crate) struct StatusCell {
    parts: Vec<String>,
    pub(crate) ink: Ink,
}

/// A matter, and what there is to say about it.
pub(crate) struct Block {
    pub(crate) head: Vec<(Ink, String)>,
    /// Sentences, each after a label. Messages of the server are as they came.
    pub(crate) lines: Vec<(String, String)>,
    /// Whether an empty line separates it from the block before.
    pub(crate) is_apart: bool,
}

impl StatusCell {
    fn new(text: impl Into<String>, ink: Ink) -> Self {
        Self {
            parts: vec![text.into()],
            ink,
        }
    }

    /// All of it, with this between the parts.
    pub(crate) fn joined(&self, part: &str) -> String {
        self.parts.join(part)
    }
}

impl Block {
    fn new(head: impl Into<Vec<(Ink, String)>>) -> Self {
        Self {
            head: head.into(),
            lines: Vec::new(),
            is_apart: true,
        }
    }

    fn say(&mut self, label: impl Into<String>, text: impl Into<String>) {
        self.lines.push((label.into(), text.into()));
    }

    fn problem(&mut self, problem: &TaskProblem, help: impl Into<String>) {
        self.say(format!("{}: ", problem.code), &*problem.message);
        self.say("fix: ", help);
    }
}

impl LinkView {
    pub(crate) fn of(link: &LinkHealth) -> Self {
        let row = &link.row;
        // Confluent Cloud names the other end of a one-way link twice.
        let one_way = row.source.as_ref().or(row.destination.as_ref());
        let clusters = [
            ("from cluster ", row.source.as_ref()),
            ("to cluster ", row.destination.as_ref()),
            (
                "with cluster ",
                row.remote.as_ref().filter(|id| Some(*id) != one_way),
            ),
        ];
        let link_id = row.link_id.iter().map(|id| ("link id ", id.clone()));
        Self {
            address: address(link),
            state: state(link),
            mirrors: mirrors(link),
            lag: match link.worst_lag() {
                None => StatusCell::new("-", Ink::Faint),
                Some((topic, loss)) if loss.least > 0 => {
                    let topic = safe::name(topic.as_str());
                    StatusCell::new(format!("{} ({topic})", words::lag(&loss)), lag_ink(&loss))
                }
                Some((_, loss)) => StatusCell::new(words::lag(&loss), lag_ink(&loss)),
            },
            tasks: tasks(link),
            ids: link_id
                .chain(
                    clusters
                        .iter()
                        .filter_map(|(what, id)| Some((*what, id.as_ref()?.to_string()))),
                )
                .collect(),
            blocks: blocks(link),
        }
    }
}

impl Rollup {
    /// Names that a problem shows.
    const NAMES: usize = 3;

    pub(crate) fn of(health: &Health) -> Self {
        let found = problems(health);
        let links = words::quantity(health.links.len() + health.missing.len(), "link");
        let head = match found.len() {
            0 if health.unread.is_empty() => (Ink::Added, format!("{links}, no problems")),
            0 => (
                Ink::Caution,
                format!("{links}, no problems in what was read"),
            ),
            n => (
                Ink::Danger,
                format!("{links}, {}", words::quantity(n, "problem")),
            ),
        };
        let (paint, mut text) = head;
        if let Some(counts) = statuses(health) {
            text.push_str(&format!("; {counts}"));
        }
        Self {
            head: (paint, format!("{text}.")),
            problems: found
                .iter()
                .map(|problem| {
                    let names: Vec<String> = match problem.mirrors.is_empty() {
                        true => problem.links.iter().map(ToString::to_string).collect(),
                        false => (problem.mirrors.iter())
                            .map(|(half, topic)| format!("{half}/{topic}"))
                            .collect(),
                    };
                    format!(
                        "{}: {}",
                        safe::clean(&words::health_problem(problem)),
                        first_names(&names, Self::NAMES)
                    )
                })
                .collect(),
        }
    }
}

/// The mirror topics of all links by status: `12 mirror topics: 8 ACTIVE, 4 FAILED`.
pub(crate) fn statuses(health: &Health) -> Option<String> {
    let mut counts: BTreeMap<&MirrorStatus, usize> = BTreeMap::new();
    for (status, n) in health
        .links
        .iter()
        .filter_map(LinkHealth::by_status)
        .flatten()
    {
        *counts.entry(status).or_default() += n;
    }
    let total = counts.values().sum::<usize>();
    let by_status: Vec<String> = (counts.iter())
        .map(|(status, n)| format!("{} {}", words::number(*n), safe::clean(status.word())))
        .collect();
    (total > 0).then(|| {
        let total = words::quantity(total, "mirror topic");
        format!("{total}: {}", by_status.join(", "))
    })
}

/// What a list does not show: rows beyond the limit, or why it is empty.
pub(crate) fn not_shown<T>(
    shown: &Shown<T>,
    noun: &'static str,
    hint: &str,
    health: &Health,
) -> Option<String> {
    if let Some(more) = More::of(shown.omitted()) {
        return Some(format!("{} ({hint})", more.called(noun)));
    }
    let is_unmatched = shown.rows.is_empty() && shown.total > 0;
    is_unmatched.then(|| match statuses(health) {
        Some(counts) => format!("no {noun} matches; there are {counts}"),
        None => format!("no {noun} matches"),
    })
}

impl LinkView {
    pub(crate) fn of_row(row: &LinkRow<'_>) -> Self {
        match row {
            LinkRow::Found(link) => Self::of(link),
            LinkRow::Missing(half) => Self::missing(half),
        }
    }

    /// A declared half that does not exist.
    pub(crate) fn missing(half: &HalfAddress) -> Self {
        let none = || StatusCell::new("-", Ink::Faint);
        let mut block = Block::new([(
            Ink::Danger,
            "the link is declared and does not exist".to_owned(),
        )]);
        block.say(
            "fix: ",
            "`linkwright plan` shows what would create it; if it was deleted, remove it from the spec",
        );
        Self {
            address: StatusCell::new(safe::name(&half.to_string()), Ink::Name),
            state: StatusCell::new("does not exist", Ink::Danger),
            mirrors: none(),
            lag: none(),
            tasks: none(),
            ids: Vec::new(),
            blocks: vec![block],
        }
    }
}

impl TopicView {
    pub(crate) fn of(row: &TopicRow<'_>, now: jiff::Timestamp) -> Self {
        let TopicRow {
            link,
            topic,
            mirror,
        } = row;
        let mut status = mirror.status.to_string();
        if let (MirrorStatus::Failed, Some(error)) = (&mirror.status, &mirror.error) {
            status.push_str(&format!(", {error}"));
        }
        let address = format!("{}/{topic}", link.address);
        Self {
            address: StatusCell::new(safe::name(&address), Ink::Name),
            status: StatusCell::new(status, mirror_ink(&mirror.status)),
            age: StatusCell::new(
                (mirror.since_ms).map_or("-".to_owned(), |since| words::age(since, now)),
                Ink::Plain,
            ),
            lag: lag(link, mirror),
            rate: pace_cell(link, mirror, words::rate),
            catch_up: pace_cell(link, mirror, words::catch_up),
        }
    }
}

/// What two reads show of a mirror topic.
fn pace_cell(link: &LinkHealth, mirror: &MirrorFact, text: fn(&Pace) -> String) -> StatusCell {
    match link.pace(mirror) {
        None => StatusCell::new("-", Ink::Faint),
        Some(pace) if pace.catch_up == CatchUp::NotFalling => {
            StatusCell::new(text(&pace), Ink::Caution)
        }
        Some(pace) => StatusCell::new(text(&pace), Ink::Plain),
    }
}

/// The lag of a mirror topic; of a stopped one, what its row says.
fn lag(link: &LinkHealth, mirror: &MirrorFact) -> StatusCell {
    let loss = link.loss(mirror);
    match (&mirror.status, loss.least) {
        (MirrorStatus::Stopped, 0) => StatusCell::new("-", Ink::Faint),
        (MirrorStatus::Stopped, least) => {
            StatusCell::new(format!("{} not copied", words::number(least)), Ink::Caution)
        }
        _ => StatusCell::new(words::lag(&loss), lag_ink(&loss)),
    }
}

fn lag_ink(loss: &MirrorLoss) -> Ink {
    match loss.unknown() {
        Some(_) => Ink::Caution,
        None => Ink::Plain,
    }
}

fn address(link: &LinkHealth) -> StatusCell {
    let address = link.address.to_string();
    let name = safe::name(&address);
    match link.ownership {
        Ownership::Managed => StatusCell::new(name, Ink::Name),
        Ownership::Unmanaged => StatusCell::new(format!("{name} (unmanaged)"), Ink::Name),
    }
}

fn state(link: &LinkHealth) -> StatusCell {
    let state = link.row.state.as_ref();
    let mut parts = vec![state.map_or("unknown".into(), |state| safe::clean(state.word()).into())];
    match &link.row.error {
        None | Some(LinkError::NoError) => {}
        Some(error) => parts.push(safe::clean(error.word()).into()),
    }
    if link.unpaired.is_some() {
        parts.push("not paired".into());
    }
    StatusCell {
        parts,
        ink: match link.is_healthy() {
            true => Ink::Added,
            false => Ink::Danger,
        },
    }
}

fn mirrors(link: &LinkHealth) -> StatusCell {
    let counts = match link.by_status() {
        None => return StatusCell::new("not read", Ink::Caution),
        Some(counts) if counts.is_empty() => return StatusCell::new("none", Ink::Faint),
        Some(counts) => counts,
    };
    let inks = counts.keys().map(|status| mirror_ink(status));
    let worst = inks.max_by_key(|ink| match ink {
        Ink::Danger => 2,
        Ink::Caution => 1,
        _ => 0,
    });
    StatusCell {
        parts: counts
            .iter()
            .map(|(status, n)| format!("{} {}", words::number(*n), safe::clean(status.word())))
            .collect(),
        ink: worst.unwrap_or(Ink::Plain),
    }
}

fn tasks(link: &LinkHealth) -> StatusCell {
    if link.tasks.is_none() {
        return StatusCell::new("not read", Ink::Faint);
    }
    let failing: Vec<_> = link
        .tasks_in_error()
        .map(|task| safe::name(&task.name))
        .collect();
    if !failing.is_empty() {
        return StatusCell::new(format!("in error: {}", failing.join(", ")), Ink::Danger);
    }
    // Tasks that wait for their link are not in error, and do not work either.
    let mut waiting: BTreeMap<&TaskState, usize> = BTreeMap::new();
    for task in link.tasks.iter().flatten() {
        if task_ink(&task.state) != Ink::Plain {
            *waiting.entry(&task.state).or_default() += 1;
        }
    }
    if waiting.is_empty() {
        return StatusCell::new("healthy", Ink::Plain);
    }
    let words: Vec<String> = (waiting.iter())
        .map(|(state, n)| format!("{} {}", words::number(*n), safe::clean(state.word())))
        .collect();
    StatusCell::new(words.join(", "), Ink::Caution)
}

fn blocks(link: &LinkHealth) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !link.row.is_healthy() {
        blocks.push(unhealthy(link));
    }
    if let Some(other) = &link.unpaired {
        let other = other.clone();
        let found = words::finding(&Finding::unpaired(&link.address, other));
        let mut block = Block::new([(Ink::Danger, found.summary)]);
        block.say("why: ", found.why);
        block.say("fix: ", found.help);
        blocks.push(block);
    }
    blocks.extend(objectives(link));
    let mut is_apart = true;
    for task in link.tasks.iter().flatten() {
        let mut block = self::task(link, task);
        // Tasks that say nothing of themselves stand together.
        block.is_apart = is_apart || !task.problems.is_empty();
        is_apart = !task.problems.is_empty();
        blocks.push(block);
    }
    for faulty in link.faults() {
        let names: Vec<&str> = faulty.topics.iter().map(|topic| topic.as_str()).collect();
        let words = words::faulty(&faulty.fault);
        let mut block = Block::new([
            (Ink::Plain, words::quantity(names.len(), "mirror topic")),
            (mirror_ink(faulty.status), format!(" {}", faulty.status)),
            (Ink::Plain, format!(": {}", first_names(&names, MAX_NAMES))),
        ]);
        block.say("why: ", words.summary);
        block.say("fix: ", words.help);
        blocks.push(block);
    }
    for (topic, mirror) in link.mirrors.iter().flatten() {
        if mirror.status.is_transitional() || !mirror.transition_problems.is_empty() {
            blocks.push(passing(link, topic, mirror));
        }
    }
    blocks
}

/// What the spec wants of a failover, next to how far mirror topics are behind.
fn objectives(link: &LinkHealth) -> Option<Block> {
    let objectives = link.objectives.as_ref()?;
    let mut block = Block::new([(Ink::Plain, "objectives of a failover".to_owned())]);
    if let Some(rpo) = &objectives.rpo {
        let behind = link.behind();
        let text = match behind.as_ref().map(|it| (it, it.unknown())) {
            None => "how far mirror topics are behind could not be read".to_owned(),
            Some((behind, None)) => {
                format!("mirror topics are {} (estimate)", words::behind(behind))
            }
            Some((_, Some(why))) => format!(
                "how far mirror topics are behind is not known: {}; {}",
                words::estimate_unknown(why),
                words::estimate_fix(why)
            ),
        };
        block.say("rpo: ", format!("{}; {text}", words::duration(rpo.most)));
    }
    if let Some(rto) = &objectives.rto {
        let text = format!(
            "{}; `linkwright drill {}` estimates how long a failover would take",
            words::duration(rto.most),
            link.address
        );
        block.say("rto: ", text);
    }
    Some(block)
}

fn unhealthy(link: &LinkHealth) -> Block {
    let error = link.row.error.as_ref();
    let text = error.map_or("the link is unhealthy".to_owned(), words::link_error_words);
    let mut block = Block::new([(Ink::Danger, text)]);
    if let Some(message) = link.row.error_message.as_deref() {
        block.say("the server reports: ", message);
    }
    if let Some(outage) = &link.outage {
        block.say("since: ", words::outage_since(outage));
        block.say("missing: ", words::outage_missing(outage));
        block.say("not known: ", words::OUTAGE_UNKNOWN);
    }
    let help = words::link_error_help(error);
    block.say("fix: ", words::for_link(help, &link.address.link));
    let failover = link.outage.as_ref().and_then(|it| it.failover.as_ref());
    for step in failover.into_iter().flat_map(words::failover_steps) {
        block.say("", step);
    }
    block
}

fn task(link: &LinkHealth, task: &TaskFact) -> Block {
    let mut block = Block::new([
        (Ink::Plain, format!("task {} ", task.name)),
        (task_ink(&task.state), task.state.to_string()),
    ]);
    for problem in &task.problems {
        let help = words::task_problem_help(problem);
        block.problem(problem, words::for_link(help, &link.address.link));
    }
    block
}

/// A mirror topic on its way from one status to another, and all that is known to hold it up.
fn passing(link: &LinkHealth, topic: &TopicName, mirror: &MirrorFact) -> Block {
    let since = mirror.since_ms.map(words::moment);
    let since = since.map_or(String::new(), |time| format!(" since {time}"));
    let mut block = Block::new([
        (Ink::Plain, "mirror topic ".to_owned()),
        (Ink::Name, safe::name(topic.as_str()).into_owned()),
        (Ink::Plain, " ".to_owned()),
        (mirror_ink(&mirror.status), mirror.status.to_string()),
        (Ink::Plain, since),
    ]);
    for problem in &mirror.transition_problems {
        block.problem(problem, words::task_problem_help(problem));
    }
    if mirror.status != MirrorStatus::PendingStopped {
        return block;
    }
    let loss = link.loss(mirror);
    if loss.least > 0 {
        let lag = words::lag(&loss);
        block.say("waiting for: ", format!("{lag} messages not yet copied"));
        block.say("fix: ", words::LAG_HOLDS_UP);
    }
    let groups = link.active_groups.as_deref().unwrap_or_default();
    if !groups.is_empty() {
        let names: Vec<&str> = groups.iter().map(|group| group.as_str()).collect();
        let groups = format!(
            "{} active on this cluster and synced by the link: {}",
            words::quantity(groups.len(), "consumer group"),
            first_names(&names, MAX_NAMES)
        );
        block.say("waiting for: ", groups);
        block.say("fix: ", words::GROUPS_HOLD_UP);
    }
    block
}

fn mirror_ink(status: &MirrorStatus) -> Ink {
    match status {
        MirrorStatus::Active | MirrorStatus::Stopped | MirrorStatus::Paused => Ink::Plain,
        failing if failing.is_failing() => Ink::Danger,
        _ => Ink::Caution,
    }
}

fn task_ink(state: &TaskState) -> Ink {
    match state {
        TaskState::Active | TaskState::NotConfigured => Ink::Plain,
        TaskState::InError | TaskState::LinkFailed => Ink::Danger,
        TaskState::Unknown
        | TaskState::LinkUnavailable
        | TaskState::LinkPaused
        | TaskState::Other(_) => Ink::Caution,
    }
}
