//! Every rule against its own example and fix, and the silencing of warnings.

use std::sync::Arc;

use super::*;

fn problems_of(text: &str) -> Vec<Diagnostic> {
    let files = [(Arc::from("spec.yaml"), Arc::from(text))];
    let (spec, mut problems) = spec::parse(&files);
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    problems.extend(check(&spec, &context));
    problems
}

fn shown(problems: &[Diagnostic]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| {
            let place = problem.place().map(ToString::to_string).unwrap_or_default();
            format!("{place}: {}: {}", problem.code, problem.summary)
        })
        .collect()
}

#[test]
fn every_rule_finds_its_example_and_nothing_else_and_nothing_in_its_fix() {
    let mut wrong = Vec::new();
    for rule in RULES.iter() {
        let code = rule.code;
        if !rule.example.is_empty() {
            let problems = problems_of(&whole(rule.example));
            if !problems.iter().any(|problem| problem.code == code) {
                wrong.push(format!("{code} does not find its example"));
            }
            if problems.iter().any(|problem| problem.code != code) {
                wrong.push(format!(
                    "the example of {code} has other problems too: {:#?}",
                    shown(&problems)
                ));
            }
        }
        if !rule.fix.is_empty() {
            let problems = problems_of(&whole(rule.fix));
            if !problems.is_empty() {
                wrong.push(format!(
                    "the fix of {code} has problems: {:#?}",
                    shown(&problems)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn link_with(comment: &str) -> String {
    whole(&format!(
        "links:\n  orders dr: {comment}\n    source: east\n    destination: west\n    credentials: *credentials\n"
    ))
}

fn codes_of(text: &str) -> Vec<&'static str> {
    problems_of(text)
        .iter()
        .map(|problem| problem.code.0)
        .collect()
}

#[test]
fn a_comment_with_a_reason_silences_a_warning_on_its_line() {
    assert_eq!(codes_of(&link_with("")), ["LW045"]);
    assert!(codes_of(&link_with("# linkwright:allow LW045 it has always been so")).is_empty());
    let above = link_with("").replace(
        "  orders dr",
        "  # linkwright:allow LW045 old\n\n  # so\n  orders dr",
    );
    assert!(codes_of(&above).is_empty());
}

#[test]
fn a_comment_that_cannot_be_followed_is_reported_and_silences_nothing() {
    for (comment, codes) in [
        ("# linkwright:allow LW045", vec!["LW021", "LW045"]),
        ("# linkwright:allow all of it", vec!["LW021", "LW045"]),
        ("# linkwright:allow LW999 why not", vec!["LW045", "LW021"]),
        ("# linkwright:allow LW030 an error", vec!["LW045", "LW021"]),
        ("# linkwright:allow LW044 another", vec!["LW045", "LW022"]),
    ] {
        assert_eq!(codes_of(&link_with(comment)), codes, "{comment}");
    }
}

#[test]
fn a_missing_value_is_reported_where_it_is_needed() {
    let (spec, _) = spec::parse(&[(Arc::from("spec.yaml"), Arc::from(link_with("")))]);
    let missing = missing_references(&spec, &|used| {
        let is_missing = used.reference.to_string().contains("LINK_SECRET");
        is_missing.then(|| MissingValue::NotSet("LINK_SECRET".to_owned()))
    });
    assert_eq!(
        shown(&missing),
        ["spec.yaml:4:56: LW023: the environment variable `LINK_SECRET` is not set"]
    );
    assert_eq!(missing[0].severity, Severity::Note);
}

#[test]
fn a_reference_without_quotes_in_braces_is_reported_as_such() {
    let text = link_with("").replace(
        "*credentials",
        "{ sasl_plain: { username: ${env:A}, password: b } }",
    );
    let problems = problems_of(&text);
    assert!(
        problems[0].summary.contains("without quotes"),
        "{:?}",
        shown(&problems)
    );
}

#[test]
fn codes_are_unique_and_every_rule_can_be_explained() {
    for pair in RULES.windows(2) {
        assert!(pair[0].code < pair[1].code, "{}", pair[1].code);
    }
    for rule in RULES.iter() {
        let text = explain(&rule.code.0.to_lowercase()).unwrap();
        assert!(text.contains(rule.title));
        assert!(
            !rule.why.ends_with('.') && !rule.title.ends_with('.'),
            "{}",
            rule.code
        );
    }
    assert_eq!(explain("LW999"), None);
}
