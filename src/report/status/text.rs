//! The live picture for people: what it comes to ([`rollup`]), a calm table of links ([`links`]), one of mirror
//! topics ([`mirrors`]), and links in depth ([`in_depth`]).

use std::io::{self, Write};
use std::time::Duration;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::health::{Health, LinkHealth, Selection};
use crate::report::page::{Page, ink, plain};
use crate::report::safe;
use crate::report::style::{Colors, Ink, Style, Symbols, Tables};
use crate::report::view::status::{LinkView, Rollup, StatusCell, TopicView, not_shown};
use crate::report::words;

const MESSAGE: usize = 400;

/// Writes what all links come to, and each problem in a line, the worst first.
///
/// # Errors
/// When the writer fails.
pub fn rollup(out: &mut dyn Write, health: &Health, style: &Style) -> io::Result<()> {
    let rollup = Rollup::of(health);
    if health.links.is_empty() && health.missing.is_empty() {
        return Ok(());
    }
    let mut page = Page::new(out, style);
    let (paint, text) = rollup.head;
    page.line(0, 2, &[ink(paint, text)])?;
    for problem in rollup.problems {
        let sign = style.choose("! ", "! ", "problem: ");
        page.line(2, 2, &[ink(Ink::Danger, sign), plain(problem)])?;
    }
    Ok(())
}

/// What the table of links does not show, in a sentence; `hint` says what would show it.
#[must_use]
pub fn links_left_out(health: &Health, selection: &Selection, hint: &str) -> Option<String> {
    not_shown(&selection.links(health), "link", hint, health)
}

/// The same of the table of mirror topics.
#[must_use]
pub fn mirrors_left_out(health: &Health, selection: &Selection, hint: &str) -> Option<String> {
    not_shown(&selection.topics(health), "mirror topic", hint, health)
}

/// Writes the table of links; in words-only style, a line for each.
///
/// # Errors
/// When the writer fails.
pub fn links(
    out: &mut dyn Write,
    health: &Health,
    selection: &Selection,
    style: &Style,
) -> io::Result<()> {
    let shown = selection.links(health);
    let links = shown.rows.iter().map(LinkView::of_row);
    if shown.total == 0 {
        // Where a list could not be read, the result is unknown.
        if health.unread.is_empty() {
            writeln!(out, "No link is declared.")?;
        }
    } else if style.symbols == Symbols::Words {
        let mut page = Page::new(out, style);
        for link in links {
            let columns = [
                &link.address,
                &link.state,
                &link.mirrors,
                &link.lag,
                &link.tasks,
            ];
            let [address, state, mirrors, lag, tasks] = columns.map(|cell_of| cell_of.joined(", "));
            let text =
                format!(": {state}; mirror topics: {mirrors}; worst lag: {lag}; tasks: {tasks}");
            page.line(0, 2, &[ink(Ink::Name, address), plain(text)])?;
        }
    } else {
        let header = ["link", "state", "mirror topics", "worst lag", "tasks"];
        let rows = links.map(|link| [link.address, link.state, link.mirrors, link.lag, link.tasks]);
        table(out, style, &header, rows)?;
    }
    unread(out, health, style)
}

/// Writes the table of mirror topics of all links; in words-only style, a line for each.
///
/// # Errors
/// When the writer fails.
pub fn mirrors(
    out: &mut dyn Write,
    health: &Health,
    selection: &Selection,
    now: jiff::Timestamp,
    style: &Style,
) -> io::Result<()> {
    let shown = selection.topics(health);
    let topics = shown.rows.iter().map(|row| TopicView::of(row, now));
    let catch_up_title = match style.tables {
        Tables::Fitted => catch_up_title(health),
        // Columns stay the same from run to run.
        Tables::Lines => is_sampled(health).then(|| CATCH_UP.to_owned()),
    };
    if style.symbols == Symbols::Words {
        let mut page = Page::new(out, style);
        for topic in topics {
            let columns = [
                &topic.address,
                &topic.status,
                &topic.age,
                &topic.lag,
                &topic.rate,
                &topic.catch_up,
            ];
            let [address, status, age, lag, rate, catch_up] =
                columns.map(|cell_of| cell_of.joined(", "));
            let mut text = format!(": {status} for {age}; lag {lag}");
            if let Some(title) = &catch_up_title {
                text.push_str(&format!("; copies {rate}; {title}: {catch_up}"));
            }
            page.line(0, 2, &[ink(Ink::Name, address), plain(text)])?;
        }
    } else if let Some(title) = &catch_up_title {
        let header = [
            "mirror topic",
            "status",
            "age",
            "lag",
            "copies",
            title.as_str(),
        ];
        let rows = topics.map(|it| [it.address, it.status, it.age, it.lag, it.rate, it.catch_up]);
        table(out, style, &header, rows)?;
    } else {
        let header = ["mirror topic", "status", "age", "lag"];
        let rows = topics.map(|topic| [topic.address, topic.status, topic.age, topic.lag]);
        table(out, style, &header, rows)?;
    }
    unread(out, health, style)
}

const CATCH_UP: &str = "catch-up (estimate)";

fn is_sampled(health: &Health) -> bool {
    health.links.iter().any(|link| link.sampled.is_some())
}

/// How old the oldest record is that estimates follow from; none where they follow from no record of an earlier run.
fn recorded(health: &Health) -> Option<Duration> {
    health.links.iter().filter_map(LinkHealth::recorded).max()
}

/// What estimates follow from where the title of their column does not say it.
#[must_use]
pub fn estimated_from(health: &Health) -> Option<String> {
    let age = words::short(recorded(health)?);
    Some(format!(
        "how fast mirror topics copy is estimated from a record {age} old"
    ))
}

/// The title of the estimates where mirror topics were read twice; with the age of the record where an earlier run has
/// read them the first time.
pub(crate) fn catch_up_title(health: &Health) -> Option<String> {
    let title = match recorded(health) {
        None => CATCH_UP.to_owned(),
        Some(age) => format!(
            "catch-up (estimate, from a record {} old)",
            words::short(age)
        ),
    };
    is_sampled(health).then_some(title)
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
    for (index, half) in health.missing.iter().enumerate() {
        if index > 0 || !health.links.is_empty() {
            writeln!(out)?;
        }
        view(out, LinkView::missing(half), style)?;
    }
    unread(out, health, style)
}

/// Writes one link in depth: the server's words, each with how to fix it.
///
/// # Errors
/// When the writer fails.
pub fn link(out: &mut dyn Write, link: &LinkHealth, style: &Style) -> io::Result<()> {
    view(out, LinkView::of(link), style)
}

fn view(out: &mut dyn Write, link: LinkView, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let head = [
        ink(Ink::Title, link.address.joined(", ")),
        plain(": "),
        ink(link.state.ink, link.state.joined(", ")),
    ];
    page.line(0, 2, &head)?;
    let counted = [
        ("mirror topics ", link.mirrors.joined(", ")),
        ("worst lag ", link.lag.joined(", ")),
    ];
    for (what, text) in link.ids.into_iter().chain(counted) {
        page.line(2, 2, &[ink(Ink::Faint, what), plain(text)])?;
    }
    for block in link.blocks {
        if block.is_apart {
            page.blank()?;
        }
        let head: Vec<_> = block
            .head
            .into_iter()
            .map(|(paint, text)| ink(paint, text))
            .collect();
        page.line(2, 2, &head)?;
        for (label, text) in block.lines {
            let text = plain(safe::message(&text, MESSAGE));
            page.line(4, 2, &[ink(Ink::Faint, label), text])?;
        }
    }
    Ok(())
}

fn table<const N: usize>(
    out: &mut dyn Write,
    style: &Style,
    header: &[&str; N],
    rows: impl Iterator<Item = [StatusCell; N]>,
) -> io::Result<()> {
    let mut table = empty_table(style, header);
    let part = match style.tables {
        Tables::Fitted => "\n",
        Tables::Lines => ", ",
    };
    for row in rows {
        table.add_row(row.map(|cell_of| cell(style, &cell_of.joined(part), cell_of.ink)));
    }
    write_table(out, &table, style)
}

fn empty_table(style: &Style, header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(match style.symbols {
            Symbols::Unicode => LineStyle::none().fill('─').junction('─'),
            Symbols::Ascii | Symbols::Words => LineStyle::none().fill('-').junction('-'),
        }))
        .set_content_arrangement(match style.tables {
            Tables::Fitted => ContentArrangement::Dynamic,
            Tables::Lines => ContentArrangement::Disabled,
        })
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
