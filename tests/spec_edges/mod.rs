//! Rules at their edges: a length that just fits and one more, each of two alternatives alone, what
//! looks nearly the same. Every row says exactly what is told and where.

mod bounds;
mod clusters;
mod filters;
mod links;
mod names;

use std::sync::Arc;

use linkwright::diagnostic::Diagnostic;
use linkwright::spec;
use linkwright::validate::{self, Context};

/// What a row shows, the spec, and what is told: each code with the beginning of the text there.
type Row<'a> = (&'a str, String, &'a [&'a str]);

fn problems(text: &str) -> Vec<Diagnostic> {
    let (spec, mut problems) = spec::parse(&[(Arc::from("spec.yaml"), Arc::from(text))]);
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    problems.extend(validate::check(&spec, &context));
    linkwright::diagnostic::sort(&mut problems);
    problems
}

fn told(text: &str) -> Vec<String> {
    let at = |problem: &Diagnostic| -> String {
        let place = problem.place().unwrap();
        text[place.range()].chars().take(24).collect()
    };
    problems(text)
        .iter()
        .map(|problem| format!("{} {}", problem.code, at(problem)))
        .collect()
}

#[track_caller]
fn exactly(rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (what, text, expected) in rows {
        let told = told(text);
        if told != *expected {
            wrong.push(format!("{what}: {told:#?}, not {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words of the only problem: its summary and its help.
#[track_caller]
fn words(text: &str) -> String {
    let problems = problems(text);
    let [only] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    format!("{}; {}", only.summary, only.help)
}

fn indented(lines: &str, by: usize) -> String {
    let line = |line: &str| format!("{:by$}{line}\n", "");
    lines.lines().map(line).collect()
}

/// A link from one cluster to another, with more lines.
fn link_from(source: &str, destination: &str, lines: &str) -> String {
    validate::whole(&format!(
        "links:\n  dr:\n    source: {source}\n    destination: {destination}\n{}",
        indented(lines, 4)
    ))
}

/// A link on Confluent Cloud that is complete, with more lines.
fn link(lines: &str) -> String {
    link_from(
        "east",
        "west",
        &format!("credentials: *credentials\n{lines}"),
    )
}

/// The same, with mirrors from a flow mapping.
fn mirrors(mirrors: &str) -> String {
    link(&format!("mirrors: {{ {mirrors} }}"))
}

/// A link with two halves, and lines of the link itself.
fn halves(east: &str, west: &str, lines: &str) -> String {
    validate::whole(&format!(
        "links:\n  aa:\n    mode: bidirectional\n{}    halves:\n      east: {{ {east} }}\n      west: {{ {west} }}\n",
        indented(lines, 4)
    ))
}

/// Both ways between two clusters, each way a link of its own.
fn there_and_back(there: &str, back: &str) -> String {
    validate::whole(&format!(
        "links:\n  there:\n    source: east\n    destination: west\n    credentials: *credentials\n{}  \
           back:\n    source: west\n    destination: east\n    credentials: *credentials\n{}",
        indented(there, 4),
        indented(back, 4)
    ))
}

/// One cluster, which a retired link is about.
fn cluster(fields: &str) -> String {
    format!(
        "version: 1\nclusters:\n  west: {{ {fields} }}\nretired:\n  \
           - {{ link: old, cluster: west, reason: moved }}\n"
    )
}
