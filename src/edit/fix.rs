//! Safe fixes, made: [`fixed`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::patch::{Patch, patched};
use crate::diagnostic::{Diagnostic, Fix};

/// The fixes of these diagnostics that are safe, in a file: each place once, and none inside another.
#[must_use]
pub fn safe_fixes<'a>(file: &str, diagnostics: &'a [Diagnostic]) -> Vec<&'a Fix> {
    let safe = diagnostics
        .iter()
        .filter_map(|it| it.fix.as_ref())
        .filter(|fix| fix.is_safe && *fix.place.file == *file);
    // Of several fixes of one place none is the only one.
    let all: BTreeSet<(&(usize, usize), &str)> = safe
        .clone()
        .map(|fix| (&fix.place.span, fix.replacement.as_str()))
        .collect();
    let mut end = 0;
    let mut found: Vec<&Fix> = safe.collect();
    found.sort_by_key(|fix| fix.place.span);
    found.dedup_by(|a, b| a == b);
    found.retain(|fix| {
        let (from, to) = fix.place.span;
        let is_only = all
            .iter()
            .filter(|(span, _)| **span == fix.place.span)
            .count()
            == 1;
        let is_free = from >= end;
        if is_only && is_free {
            end = to;
        }
        is_only && is_free
    });
    found
}

/// The text with these fixes made.
#[must_use]
pub fn fixed(text: &Arc<str>, fixes: &[&Fix]) -> String {
    let fits = |fix: &&&Fix| text.get(fix.place.range()).is_some();
    let patches = fixes.iter().filter(fits).map(|fix| Patch {
        range: fix.place.range(),
        text: fix.replacement.clone(),
    });
    patched(text, patches.collect())
}
