//! LW047: a topic name that Kafka does not take.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW047"),
    severity: Severity::Error,
    title: "a topic name that Kafka does not take",
    why: "topic names have at most 249 characters of letters, digits, `.`, `_` and `-`, and \
          are neither `.` nor `..`; a prefix counts towards the 249",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders placed: {}
",
    mend: "\
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
                // Stars and look-alikes are told by the rules about them.
                if character == '*' || is_look_alike(character) {
                    continue;
                }
                format!("a topic name cannot hold {}", named(character))
            } else if site.prefix().len() + topic.len() > 249 {
                let length = site.prefix().len() + topic.len();
                format!("the mirror's name has {length} characters; 249 are possible")
            } else {
                continue;
            };
            problems.push(
                RULE.tell(&name.place, bad, "not a topic name")
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
