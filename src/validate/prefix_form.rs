//! LW048: a prefix that the server does not take.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW048"),
    severity: Severity::Error,
    title: "a prefix that the server does not take",
    why: "a prefix has at most 12 characters of those that topic names have, and cannot \
          change once the link is there",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    prefix: from-us-east-1.
",
    mend: "\
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
            format!("the prefix has {length} characters; 12 are possible")
        } else if prefix.chars().any(|c| {
            !(is_look_alike(c) || c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        }) {
            "the prefix holds a character that topic names cannot".to_owned()
        } else {
            continue;
        };
        let help = match length {
            0 => "remove it, or write `null`: no prefix",
            _ => "shorten it to letters, digits, `.`, `_` and `-`",
        };
        problems.push(RULE.tell(&prefix.place, bad, "not a prefix").help(help));
    }
}
