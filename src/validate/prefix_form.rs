//! LW048: an invalid prefix.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW048"),
    severity: Severity::Error,
    title: "an invalid prefix",
    why: "a prefix has at most 12 characters, only those that topic names may contain, and cannot \
         be changed after the link is created",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: from-us-east-1.
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: us-east-1.
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(prefix) = &site.settings.prefix else {
            continue;
        };
        let length = prefix.chars().count();
        let bad = if length == 0 {
            "the prefix is empty".to_owned()
        } else if length > 12 {
            format!("the prefix has {length} characters; at most 12 are allowed")
        } else if prefix.chars().any(|c| {
            !(is_look_alike(c) || c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        }) {
            "the prefix contains a character that is not allowed in topic names".to_owned()
        } else {
            continue;
        };
        let help = match length {
            0 => "remove it, or write `null` for no prefix",
            _ => "use at most 12 letters, digits, `.`, `_` and `-`",
        };
        problems.push(RULE.report(&prefix.place, bad, "invalid prefix").help(help));
    }
}
