//! LW138: a pattern that looks like a regular expression.

use super::view::filters_of;
use super::{Check, Rule};
use crate::catalog::filters::PatternType;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Pattern;

pub(super) const RULE: Rule = Rule {
    code: Code("LW138"),
    severity: Severity::Warning,
    title: "a pattern that looks like a regular expression",
    why: "patterns are names and prefixes: every character before a `*` at the end is compared as it is, so \
          that this most likely selects nothing",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync:
      groups: { include: [\"orders-.*\"] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    consumer_offset_sync:
      groups: { include: [\"orders-*\"] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, filter) in check.hosts().flat_map(filters_of) {
        for Pattern(pattern, _) in filter.include.iter().chain(&filter.exclude) {
            let is_prefix = pattern.value.pattern_type == PatternType::Prefixed;
            let Some(plain) = plain(&pattern.value.name, is_prefix) else {
                continue;
            };
            let help = match plain.as_str() {
                "" => "write names and prefixes, each as an item of the list: `orders`, `orders-*`, `*`".to_owned(),
                plain => format!("write `{plain}`"),
            };
            problems.push(
                RULE.report(
                    &pattern.place,
                    format!(
                        "the pattern `{}` looks like a regular expression",
                        pattern.value
                    ),
                    "compared character by character",
                )
                .help(help),
            );
        }
    }
}

/// What was most likely meant by a name that looks like a regular expression: empty where that is not one pattern.
/// `None` where it looks like a name. `orders.*` is one: topics are called `orders.placed`.
fn plain(name: &str, is_prefix: bool) -> Option<String> {
    let is_cut = is_prefix && name.ends_with('.');
    let stem = match is_cut {
        true => &name[..name.len() - 1],
        false => name,
    };
    let is_odd = |letter: char| "^$|()[]{}\\+?".contains(letter);
    let has_cut_word = is_cut && (stem.is_empty() || stem.ends_with(['-', '_', '.']));
    if !has_cut_word && !stem.contains(is_odd) {
        return None;
    }
    let inner = stem.trim_start_matches('^').trim_end_matches('$');
    let inner = inner.replace("\\.", ".");
    if inner.contains(is_odd) {
        return Some(String::new());
    }
    Some(match is_prefix {
        true => format!("{inner}*"),
        false => inner,
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_what_looks_like_an_expression_is_one() {
        let of = |name: &str, is_prefix: bool| plain(name, is_prefix);
        assert_eq!(of("orders.", true), None);
        assert_eq!(of("orders-.", true).as_deref(), Some("orders-*"));
        assert_eq!(of(".", true).as_deref(), Some("*"));
        assert_eq!(of("^orders", false).as_deref(), Some("orders"));
        assert_eq!(of("orders|billing", false).as_deref(), Some(""));
        assert_eq!(of("orders.placed", false), None);
    }
}
