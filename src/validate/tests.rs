//! Every rule against its own example and mend, and the silencing of warnings.

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
fn every_rule_finds_its_example_and_nothing_else_and_nothing_in_its_mend() {
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
        if !rule.mend.is_empty() {
            let problems = problems_of(&whole(rule.mend));
            if !problems.is_empty() {
                wrong.push(format!(
                    "the mend of {code} has problems: {:#?}",
                    shown(&problems)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
