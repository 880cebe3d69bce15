//! Whatever text comes, reading, validating, lowering and showing it ends without a panic, and every
//! place that is told lies in the text.

use std::sync::Arc;

use crate::support::generated::generated;
use linkwright::desired::lower;
use linkwright::diagnostic::{Place, Sources};
use linkwright::report::diagnostics::{Colour, github, json, sarif, text};
use linkwright::spec;
use linkwright::validate::{self, Context, MissingValue, RULES};
use proptest::prelude::*;

/// All stages on one text.
fn run(content: &str) {
    let name: Arc<str> = Arc::from("spec.yaml");
    let files = [(name.clone(), Arc::from(content))];
    let (spec, mut problems) = spec::parse(&files);
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    problems.extend(validate::check(&spec, &context));
    problems.extend(validate::missing_references(&spec, &|_| {
        Some(MissingValue::NotSet("X".to_owned()))
    }));
    let fits = |place: &Place| {
        assert!(
            content.get(place.range()).is_some(),
            "{place} {:?} is not in {content:?}",
            place.span
        );
        assert!(place.line >= 1 && place.column >= 1);
    };
    for problem in &problems {
        problem.labels.iter().for_each(|label| fits(&label.place));
        problem.fix.iter().for_each(|fix| fits(&fix.place));
    }
    let _ = lower(&spec);
    let mut sources = Sources::default();
    let masked = spec::masked(&spec, &name, content);
    assert_eq!(masked.len(), content.len());
    sources.insert(name, masked.into());
    let mut out = Vec::new();
    text(&mut out, &problems, &sources, Colour::Off).unwrap();
    json(&mut out, &problems).unwrap();
    sarif(&mut out, &problems, &[]).unwrap();
    github(&mut out, &problems).unwrap();
}

/// A spec that is right, or nearly.
fn example() -> impl Strategy<Value = String> {
    let examples: Vec<String> = RULES
        .iter()
        .flat_map(|rule| [rule.example, rule.fix])
        .filter(|example| !example.is_empty())
        .map(validate::whole)
        .chain([spec::STARTER.to_owned()])
        .collect();
    proptest::sample::select(examples)
}

/// An edit of a text: what is cut at a share of it, and what is put there.
fn edit() -> impl Strategy<Value = (f64, usize, String)> {
    let pieces = prop_oneof![
        Just(String::new()),
        "[\\PC\\n\\t]{0,6}",
        proptest::sample::select(vec![
            "{", "}", "[", "]", ":", ": ", "*", "&a ", "*a", "- ", "\n", "\n  ", "\"", "'", "|",
            ">", "#", "${", "${env:A}", "!!str ", "<<: ", "null", "~", "---\n", "é", "\u{feff}",
            "\t",
        ])
        .prop_map(str::to_owned),
    ];
    (0.0..1.0_f64, 0..12_usize, pieces)
}

proptest! {
    #![proptest_config(generated(256))]

    #[test]
    fn any_text(content in "(?s).{0,400}") {
        run(&content);
    }

    #[test]
    fn text_that_looks_like_yaml(content in "([a-z_]{1,8}(: |:\n  |:\n    - )|[\\[\\]{},&*!|>'\"%@`#-]|\n|  |east|1|\\$\\{env:A\\}){0,80}") {
        run(&content);
        run(&format!("version: 1\nlinks:\n  a:\n    {content}"));
    }

    #[test]
    fn edited_examples(content in example(), edits in proptest::collection::vec(edit(), 1..5)) {
        let mut content = content;
        for (share, cut, piece) in edits {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a length")]
            let start = (content.len() as f64 * share) as usize;
            let start = (0..=start).rev().find(|at| content.is_char_boundary(*at)).unwrap_or(0);
            let end = (start + cut).min(content.len());
            let end = (end..=content.len()).find(|at| content.is_char_boundary(*at)).unwrap_or(start);
            content.replace_range(start..end, &piece);
        }
        run(&content);
    }
}
