//! The live picture for people: a calm table of links ([`links`]), one of mirror topics
//! ([`mirrors`]), and one link in depth ([`link`]).

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::address::TopicName;
use crate::health::{Health, LinkHealth, Ownership};
use crate::live::{LinkError, MirrorFact, MirrorStatus, TaskState};
use crate::report::group::first_names;
use crate::report::page::{Page, ink, plain};
use crate::report::safe;
use crate::report::style::{Colors, Ink, Style, Symbols};
use crate::report::words;

const MESSAGE: usize = 400;
const FIRST: usize = 5;

/// Writes the table of links; in words-only style, a line for each.
///
/// # Errors
/// When the writer fails.
pub fn links(out: &mut dyn Write, health: &Health, style: &Style) -> io::Result<()> {
    if health.links.is_empty() {
        // Where a list could not be read, nobody knows.
        if health.unread.is_empty() {
            writeln!(out, "No links.")?;
        }
    } else if style.symbols == Symbols::Words {
        let mut page = Page::new(out, style);
        for link in &health.links {
            let [address, state, mirrors, lag, tasks] = columns(link, ", ");
            let text = format!(
                ": {}; mirror topics: {}; worst lag: {}; tasks: {}",
                state.0, mirrors.0, lag.0, tasks.0
            );
            page.line(0, 2, &[ink(Ink::Name, address.0), plain(text)])?;
        }
    } else {
        let mut table = table(
            style,
            &["link", "state", "mirror topics", "worst lag", "tasks"],
        );
        for link in &health.links {
            table.add_row(columns(link, "\n").map(|(text, ink)| cell(style, &text, ink)));
        }
        write_table(out, &table, style)?;
    }
    unread(out, health, style)
}

/// Writes the table of mirror topics of all links; in words-only style, a line for each.
///
/// # Errors
/// When the writer fails.
pub fn mirrors(out: &mut dyn Write, health: &Health, style: &Style) -> io::Result<()> {
    let rows = health.links.iter().flat_map(|link| {
        link.mirrors
            .iter()
            .flatten()
            .map(|(topic, mirror)| (format!("{}/{topic}", link.address), mirror))
    });
    if style.symbols == Symbols::Words {
        let mut page = Page::new(out, style);
        for (address, mirror) in rows {
            let [state, since, lag] = mirror_columns(mirror);
            let text = format!(": {} since {}; lag {}", state.0, since.0, lag.0);
            let name = safe::name(&address).into_owned();
            page.line(0, 2, &[ink(Ink::Name, name), plain(text)])?;
        }
    } else {
        let mut table = table(style, &["mirror topic", "status", "since", "lag"]);
        for (address, mirror) in rows {
            let name = (safe::name(&address).into_owned(), Ink::Name);
            let [state, since, lag] = mirror_columns(mirror);
            table.add_row([name, state, since, lag].map(|(text, ink)| cell(style, &text, ink)));
        }
        write_table(out, &table, style)?;
    }
    unread(out, health, style)
}

/// Writes every link of the status in depth, and what could not be read.
///
/// # Errors
/// When the writer fails.
pub fn in_depth(out: &mut dyn Write, health: &Health, style: &Style) -> io::Result<()> {
    for (index, one) in health.links.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        link(out, one, style)?;
    }
    unread(out, health, style)
}

/// Writes one link in depth: the server's words, each with what mends it.
///
/// # Errors
/// When the writer fails.
pub fn link(out: &mut dyn Write, link: &LinkHealth, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let [address, state, mirrors, lag, _] = columns(link, ", ");
    page.line(
        0,
        2,
        &[
            ink(Ink::Title, address.0),
            plain(": "),
            ink(state.1, state.0),
        ],
    )?;
    if let Some(id) = &link.row.link_id {
        page.line(2, 2, &[ink(Ink::Faint, "link id "), plain(id.as_str())])?;
    }
    for (what, id) in [
        ("from cluster ", &link.row.source),
        ("to cluster ", &link.row.destination),
        ("with cluster ", &link.row.remote),
    ] {
        if let Some(id) = id {
            page.line(2, 2, &[ink(Ink::Faint, what), plain(id.to_string())])?;
        }
    }
    page.line(2, 2, &[ink(Ink::Faint, "mirror topics "), plain(mirrors.0)])?;
    page.line(2, 2, &[ink(Ink::Faint, "worst lag "), plain(lag.0)])?;
    if !link.row.is_healthy() {
        page.blank()?;
        let error = link.row.error.as_ref();
        let text = error.map_or(
            "the link is not healthy".to_owned(),
            words::link_error_words,
        );
        page.line(2, 2, &[ink(Ink::Danger, text)])?;
        if let Some(message) = link.row.error_message.as_deref() {
            told(&mut page, "the server says: ", message)?;
        }
        let help = words::for_link(words::link_error_help(error), &link.address.link);
        told(&mut page, "to do: ", &help)?;
    }
    let mut apart = true;
    for task in link.tasks.iter().flatten() {
        // Tasks that say nothing of themselves stand together.
        if apart || !task.problems.is_empty() {
            page.blank()?;
        }
        apart = !task.problems.is_empty();
        let paint = task_ink(&task.state);
        page.line(
            2,
            2,
            &[
                plain(format!("task {} ", task.name)),
                ink(paint, task.state.to_string()),
            ],
        )?;
        for problem in &task.problems {
            told(&mut page, &format!("{}: ", problem.code), &problem.message)?;
            let help = words::for_link(words::task_problem_help(problem), &link.address.link);
            told(&mut page, "to do: ", &help)?;
        }
    }
    for troubled in link.troubles() {
        page.blank()?;
        let status = troubled.status;
        let names: Vec<String> = troubled.topics.iter().map(ToString::to_string).collect();
        let what = format!(" {status}");
        page.line(
            2,
            2,
            &[
                plain(words::quantity(names.len(), "mirror topic")),
                ink(mirror_ink(status), what),
                plain(format!(": {}", first_names(&names, FIRST))),
            ],
        )?;
        let words = words::troubled(&troubled.trouble);
        told(&mut page, "why: ", &words.summary)?;
        told(&mut page, "to do: ", &words.help)?;
    }
    for (topic, mirror) in link.mirrors.iter().flatten() {
        if mirror.status.is_passing() || !mirror.transition_problems.is_empty() {
            passing(&mut page, link, topic, mirror)?;
        }
    }
    Ok(())
}

/// A mirror topic on its way from one status to another, and all that is known to hold it up.
fn passing(
    page: &mut Page<'_>,
    link: &LinkHealth,
    topic: &TopicName,
    mirror: &MirrorFact,
) -> io::Result<()> {
    page.blank()?;
    page.line(
        2,
        2,
        &[
            plain("mirror topic "),
            ink(Ink::Name, safe::name(topic.as_str())),
            plain(" "),
            ink(mirror_ink(&mirror.status), mirror.status.to_string()),
            plain(format!(" since {}", words::moment(mirror.since_ms))),
        ],
    )?;
    for problem in &mirror.transition_problems {
        told(page, &format!("{}: ", problem.code), &problem.message)?;
        told(page, "to do: ", words::task_problem_help(problem))?;
    }
    if mirror.status != MirrorStatus::PendingStopped {
        return Ok(());
    }
    let lag = mirror.total_lag();
    if lag > 0 {
        let lag = format!("{} messages that are not copied yet", words::number(lag));
        told(page, "waits for: ", &lag)?;
        told(page, "to do: ", words::LAG_HOLDS_UP)?;
    }
    match link.active_groups.as_deref() {
        None | Some([]) => {}
        Some(groups) => {
            let names: Vec<String> = groups.iter().map(ToString::to_string).collect();
            let groups = format!(
                "{} active here whose offsets the link writes: {}",
                words::quantity(groups.len(), "consumer group"),
                first_names(&names, FIRST)
            );
            told(page, "waits for: ", &groups)?;
            told(page, "to do: ", words::GROUPS_HOLD_UP)?;
        }
    }
    Ok(())
}

fn told(page: &mut Page<'_>, label: &str, text: &str) -> io::Result<()> {
    page.line(
        4,
        2,
        &[ink(Ink::Faint, label), plain(safe::message(text, MESSAGE))],
    )
}

type Column = (String, Ink);

/// Address, state, mirror topics, worst lag and tasks of a link; what is several in one column is
/// parted by `part`.
fn columns(link: &LinkHealth, part: &str) -> [Column; 5] {
    let address = match link.ownership {
        Ownership::Managed => safe::name(&link.address.to_string()).into_owned(),
        Ownership::Unmanaged => format!("{} (unmanaged)", safe::name(&link.address.to_string())),
    };
    let mut state = link
        .row
        .state
        .as_ref()
        .map_or("not told".to_owned(), |state| {
            safe::clean(state.word()).into_owned()
        });
    match &link.row.error {
        None | Some(LinkError::NoError) => {}
        Some(error) => state.push_str(&format!("{part}{}", safe::clean(error.word()))),
    }
    let healthy = if link.row.is_healthy() {
        Ink::Added
    } else {
        Ink::Danger
    };
    let mirrors = match link.by_status() {
        None => ("not read".to_owned(), Ink::Caution),
        Some(counts) if counts.is_empty() => ("none".to_owned(), Ink::Faint),
        Some(counts) => {
            let told: Vec<String> = counts
                .iter()
                .map(|(status, n)| {
                    let status = safe::clean(status.word());
                    format!("{} {status}", words::number(*n as u64))
                })
                .collect();
            let worst =
                counts
                    .keys()
                    .map(|status| mirror_ink(status))
                    .max_by_key(|ink| match ink {
                        Ink::Danger => 2,
                        Ink::Caution => 1,
                        _ => 0,
                    });
            (told.join(part), worst.unwrap_or(Ink::Plain))
        }
    };
    let lag = match link.worst_lag() {
        None => ("-".to_owned(), Ink::Faint),
        Some((_, 0)) => ("0".to_owned(), Ink::Plain),
        Some((topic, lag)) => (
            format!("{} ({})", words::number(lag), safe::name(topic.as_str())),
            Ink::Plain,
        ),
    };
    let tasks = match &link.tasks {
        None => ("not asked".to_owned(), Ink::Faint),
        Some(_) => {
            let failing: Vec<_> = link
                .tasks_in_error()
                .map(|task| safe::name(&task.name))
                .collect();
            match failing.len() {
                0 => ("fine".to_owned(), Ink::Plain),
                _ => (format!("in error: {}", failing.join(", ")), Ink::Danger),
            }
        }
    };
    [(address, Ink::Name), (state, healthy), mirrors, lag, tasks]
}

/// Status, since and lag of a mirror topic.
fn mirror_columns(mirror: &MirrorFact) -> [Column; 3] {
    let mut status = mirror.status.to_string();
    if let (MirrorStatus::Failed, Some(error)) = (&mirror.status, &mirror.error) {
        status.push_str(&format!(", {error}"));
    }
    [
        (status, mirror_ink(&mirror.status)),
        (words::moment(mirror.since_ms), Ink::Plain),
        (words::number(mirror.total_lag()), Ink::Plain),
    ]
}

fn mirror_ink(status: &MirrorStatus) -> Ink {
    match status {
        MirrorStatus::Active | MirrorStatus::Stopped | MirrorStatus::Paused => Ink::Plain,
        MirrorStatus::Failed | MirrorStatus::LinkFailed | MirrorStatus::SourceUnavailable => {
            Ink::Danger
        }
        MirrorStatus::LinkPaused
        | MirrorStatus::PendingMirror
        | MirrorStatus::PendingStopped
        | MirrorStatus::PendingSynchronize
        | MirrorStatus::PendingSetupForRestore
        | MirrorStatus::PendingRestore
        | MirrorStatus::Other(_) => Ink::Caution,
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

fn table(style: &Style, header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(match style.symbols {
            Symbols::Unicode => LineStyle::none().fill('─').junction('─'),
            Symbols::Ascii | Symbols::Words => LineStyle::none().fill('-').junction('-'),
        }))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    // Whether there are colours is the caller's decision, not the terminal's.
    match style.colors {
        Colors::On => table.enforce_styling(),
        Colors::Off => table.force_no_tty(),
    };
    table.set_header(header.iter().map(|title| cell(style, title, Ink::Title)));
    table
}

fn cell(style: &Style, text: &str, ink: Ink) -> Cell {
    // Line breaks are ours: names and words from outside were made clean before they came here.
    let lines: Vec<_> = text.split('\n').map(safe::clean).collect();
    let text = lines.join("\n");
    let text = match style.symbols {
        Symbols::Ascii => safe::ascii(&text).into_owned(),
        Symbols::Unicode | Symbols::Words => text,
    };
    let cell = Cell::new(text);
    if style.colors == Colors::Off {
        return cell;
    }
    match ink {
        Ink::Plain => cell,
        Ink::Title | Ink::Name => cell.add_attribute(Attribute::Bold),
        Ink::Faint => cell.add_attribute(Attribute::Dim),
        Ink::Added => cell.fg(Color::Green),
        Ink::Removed => cell.fg(Color::Red),
        Ink::Changed => cell.fg(Color::Cyan),
        Ink::Stopped => cell.fg(Color::Magenta),
        Ink::Caution => cell.fg(Color::Yellow),
        Ink::Danger => cell.fg(Color::Red).add_attribute(Attribute::Bold),
    }
}

fn write_table(out: &mut dyn Write, table: &Table, style: &Style) -> io::Result<()> {
    for line in table.lines() {
        match style.colors {
            Colors::On => writeln!(out, "{line}")?,
            Colors::Off => writeln!(out, "{}", line.trim_end())?,
        }
    }
    Ok(())
}

fn unread(out: &mut dyn Write, health: &Health, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    for why in &health.unread {
        page.line(
            0,
            2,
            &[
                ink(Ink::Caution, "not read: "),
                plain(safe::message(&why.to_string(), MESSAGE)),
            ],
        )?;
    }
    Ok(())
}
