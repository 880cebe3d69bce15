//! LW047: an invalid topic name.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW047"),
    severity: Severity::Error,
    title: "an invalid topic name",
    why: "a topic name has at most 249 letters, digits, `.`, `_` and `-`, and is neither `.` nor \
         `..`; a prefix counts too",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders placed: {}
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed: {}
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        for name in site.settings.mirrors.names() {
            let topic = name.strip_suffix('*').unwrap_or(name);
            let bad = if matches!(name.as_str(), "." | "..") {
                format!("`{name}` is not a topic name")
            } else if let Some(character) = topic.chars().find(|c| !is_legal(*c)) {
                // Other rules report stars and look-alikes.
                if character == '*' || is_look_alike(character) {
                    continue;
                }
                format!("a topic name cannot contain {}", named(character))
            } else if site.prefix().len() + topic.len() > 249 {
                let length = site.prefix().len() + topic.len();
                format!("the mirror's name has {length} characters; at most 249 are allowed")
            } else {
                continue;
            };
            problems.push(
                RULE.report(&name.place, bad, "invalid topic name")
                    .help("keys under `mirrors` are the names of topics on the source cluster"),
            );
        }
    }
}

fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn named(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        other if other.is_control() => "a control character".to_owned(),
        other => format!("`{other}`"),
    }
}
