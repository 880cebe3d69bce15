//! Any bytes → parse, validate, lower, show. Nothing may panic, and every place lies in the text.

use std::sync::Arc;

use linkwright::desired::lower;
use linkwright::diagnostic::Sources;
use linkwright::report::diagnostics::{Colour, text};
use linkwright::spec;
use linkwright::validate::{Context, check, missing_references};

/// Reads the bytes as a spec.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(content) = std::str::from_utf8(bytes) else {
        return;
    };
    let name: Arc<str> = Arc::from("spec.yaml");
    let (spec, mut problems) = spec::parse(&[(name.clone(), Arc::from(content))]);
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    problems.extend(check(&spec, &context));
    problems.extend(missing_references(&spec, &|_| {
        Some(linkwright::validate::MissingValue::NotSet("X".to_owned()))
    }));
    for label in problems.iter().flat_map(|problem| &problem.labels) {
        assert!(content.get(label.place.range()).is_some());
    }
    let _ = lower(&spec);
    let mut sources = Sources::default();
    let masked = spec::masked(&spec, &name, content);
    assert_eq!(masked.len(), content.len());
    sources.insert(name, masked.into());
    let mut shown = Vec::new();
    let _ = text(&mut shown, &problems, &sources, Colour::Off);
}
