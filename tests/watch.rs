//! `status --watch` on a terminal: what matters first, within the size of the terminal, and nothing left behind.

use crate::support::terminal::Terminal;
use crate::support::workspace::{BINARY, Said, Workspace};

/// So many mirror topics, one of which has failed.
const MIRRORS: usize = 40;

fn workspace() -> Workspace {
    let names = || (0..MIRRORS).map(|n| format!("orders.{n:02}"));
    let declared: String = names()
        .map(|name| format!("      {name}: {{}}\n"))
        .collect();
    let topics: String = names()
        .map(|name| format!("      - {{ name: {name}, partitions: 1 }}\n"))
        .collect();
    let mirrors: String = names()
        .map(|name| match name.ends_with("33") {
            true => format!("          - {{ source_topic: {name}, status: FAILED }}\n"),
            false => format!("          - {{ source_topic: {name} }}\n"),
        })
        .collect();
    let spec = format!(
        "{}links:\n  dr:\n    source: east\n    destination: west\n    credentials: {{ sasl_plain: {{ username: u, \
         password: \"${{env:SECRET:-s}}\" }} }}\n    mirrors:\n{declared}",
        crate::apply_binary::retired::CLUSTERS
    );
    let world = format!(
        "version: 1\nclusters:\n  - id: lkc-east01\n    name: east\n    bootstrap_servers: east.example:9092\n    \
         topics:\n{topics}  - id: lkc-west01\n    name: west\n    bootstrap_servers: west.example:9092\n    links:\n      \
         - name: dr\n        remote: lkc-east01\n        mirrors:\n{mirrors}"
    );
    // No warning of a value in the spec.
    let spec = spec.replace(":-k}", "}").replace(":-s}", "}");
    let workspace = Workspace::with(&spec, &world);
    workspace.env("KEY", "k").env("SECRET", "s")
}

const WATCH: &str = "status --watch --mirrors --sandbox w/world.yaml";

/// Whether a line is of a mirror topic.
fn is_row(line: &str) -> bool {
    line.starts_with(" west/dr/orders.")
}

/// How many mirror topics a screen shows, and how many it says are left out.
fn counts(lines: &[String]) -> (usize, usize) {
    let shown = lines.iter().filter(|line| is_row(line));
    let more = lines.iter().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| word.starts_with("more"))?;
        let numbers = words[..at].iter().rev();
        numbers.filter_map(|word| word.parse().ok()).next()
    });
    (shown.count(), more.unwrap_or(0))
}

fn is_whole(text: &str) -> bool {
    text.contains("orders.33") && text.contains("more")
}

#[test]
fn the_worst_is_first_and_what_the_terminal_has_no_room_for_is_counted() {
    let workspace = workspace();
    let mut terminal = Terminal::of(&workspace, (16, 100), WATCH);
    let lines = terminal.until(is_whole);
    assert!(lines.len() <= 16, "{lines:#?}");
    let first = lines.iter().find(|line| is_row(line));
    assert!(first.unwrap().contains("FAILED"), "{lines:#?}");
    let (shown, more) = counts(&lines);
    assert!(shown > 3, "{lines:#?}");
    assert_eq!(shown + more, MIRRORS, "{lines:#?}");

    // Another size is drawn at once, without waiting for the next read.
    terminal.resize((12, 60));
    let lines = terminal.until(|text| {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let (fewer, more) = counts(&lines);
        is_whole(text) && fewer < shown && fewer + more == MIRRORS
    });
    assert!(lines.len() <= 12, "{lines:#?}");
    terminal.types("q");
    let left = terminal.ends();
    assert_eq!((left.code, left.text.trim()), (0, ""));
    assert!(left.is_clean);
}

#[test]
fn an_interrupt_leaves_a_clean_screen() {
    let workspace = workspace();
    let mut terminal = Terminal::of(&workspace, (16, 100), WATCH);
    terminal.until(is_whole);
    terminal.types("\u{3}");
    let left = terminal.ends();
    assert_eq!((left.code, left.text.trim()), (0, ""));
    assert!(left.is_clean);
}

/// What a pipe counts is the truth: a row is a line, whatever its length.
#[test]
fn each_row_is_a_line_of_a_pipe() {
    let workspace = workspace();
    for (pattern, count) in [
        ("^ west/dr/orders", MIRRORS),
        ("FAILED", 1),
        ("ACTIVE", MIRRORS - 1),
    ] {
        let count_command =
            format!("{BINARY} status --mirrors --sandbox w/world.yaml | grep -c '{pattern}'");
        let mut shell = workspace.program("/bin/sh", &["-c", &count_command]);
        let said = Said::by(shell.env("COLUMNS", "40").env("PATH", "/usr/bin:/bin"));
        assert_eq!(said.out.trim(), count.to_string(), "{pattern}");
    }
}
