//! Numbers at their bounds, and lists too long to be looked through.

use std::fmt::Write;

use linkwright::diagnostic::Severity;

use super::*;

#[test]
fn intervals_and_policies_are_within_their_bounds() {
    let groups = |interval: &str| {
        link(&format!(
            "consumer_offset_sync: {{ interval: {interval}, groups: {{ include: ['*'] }} }}"
        ))
    };
    let topics = |interval: &str| link(&format!("topic_config_sync: {{ interval: {interval} }}"));
    let policy = |policy: &str| validate::whole(&format!("policy:\n  {policy}\n"));
    exactly(&[
        ("the shortest", groups("1000ms"), &[]),
        ("too short", groups("999ms"), &["LW050 999ms"]),
        ("the longest", groups("2147483647ms"), &[]),
        ("too long", groups("2147483648ms"), &["LW050 2147483648ms"]),
        ("the shortest of topic configs", topics("1ms"), &[]),
        ("all", policy("blast_radius: { max_percent: 100 }"), &[]),
        (
            "more than all",
            policy("blast_radius: { max_percent: 101 }"),
            &["LW106 101"],
        ),
        ("a second", policy("promote: { within: 1s }"), &[]),
        (
            "less than a second",
            policy("promote: { within: 999ms }"),
            &["LW106 999ms"],
        ),
        (
            "hardly any time",
            policy("promote: { within: 1ms }"),
            &["LW106 1ms"],
        ),
    ]);
}

#[test]
fn of_a_list_too_long_to_be_looked_through_nothing_is_said() {
    let spec = |length: usize, more: &str| {
        let include: Vec<String> = (0..length).map(|at| format!("t{at}")).collect();
        let include = include.join(", ");
        link(&format!(
            "auto_create_mirrors: {{ topics: {{ include: [{include}], exclude: [none]{more} }} }}"
        )) + "exceptions:\n  - { address: west/dr/other, reason: known, until: 2026-12-01 }\n"
    };
    exactly(&[
        (
            "a thousand",
            spec(1000, ""),
            &["LW058 none", "LW104 west/dr/other"],
        ),
        ("more", spec(1001, ""), &[]),
        (
            "a few next to a misspelled line",
            spec(1, ", excludes: [t]"),
            &["LW005 excludes", "LW104 west/dr/other"],
        ),
    ]);
}

#[test]
fn a_thousand_problems_are_shown_and_the_rest_counted() {
    let told = |count: usize| {
        let names: Vec<String> = (0..count).map(|at| format!("a {at}: {{}}")).collect();
        problems(&mirrors(&names.join(", ")))
    };
    let thousand = told(1000);
    assert_eq!(thousand.len(), 1000);
    assert!(thousand.iter().all(|problem| problem.code.0 == "LW047"));
    let more = told(1002);
    assert_eq!(more.len(), 1001);
    let (rest, shown) = more.split_first().unwrap();
    assert!(shown.iter().all(|problem| problem.code.0 == "LW047"));
    assert_eq!(
        (rest.code.0, rest.severity, rest.summary.as_str()),
        ("LW003", Severity::Error, "2 more problems are not shown")
    );
}

#[test]
fn at_most_a_thousand_suggestions_are_shown() {
    /// What is suggested for the first problem of the file, which is found last.
    fn suggested(text: &str, code: &str) -> Option<String> {
        let first = problems(text)
            .into_iter()
            .find(|problem| problem.place().is_some());
        let first = first.unwrap();
        assert_eq!(first.code.0, code);
        first.fix.map(|fix| fix.replacement)
    }
    let cluster = |before: usize| {
        let mut text =
            "retired:\n  - { link: old, cluster: wets, reason: moved }\nlinks:\n".to_owned();
        for at in 0..before {
            writeln!(text, "  l{at}: {{ source: nowhere, destination: west }}").unwrap();
        }
        validate::whole(&text)
    };
    let config = |before: usize| {
        let mut text = link("configs: { ssl.protocl: x }") + "retired:\n";
        for at in 0..before {
            writeln!(
                text,
                "  - {{ link: l{at}, cluster: nowhere, reason: moved }}"
            )
            .unwrap();
        }
        text
    };
    assert_eq!(suggested(&cluster(999), "LW030").as_deref(), Some("west"));
    assert_eq!(suggested(&cluster(1000), "LW030"), None);
    assert_eq!(
        suggested(&config(999), "LW076").as_deref(),
        Some("ssl.protocol")
    );
    assert_eq!(suggested(&config(1000), "LW076"), None);
}
