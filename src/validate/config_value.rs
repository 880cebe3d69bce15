//! LW080: a config value of the wrong shape.

use super::{Check, Rule};
use crate::catalog::{self, Kind};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW080"),
    severity: Severity::Error,
    title: "a config value of the wrong shape",
    why: "the server refuses it, and with it the whole request that it stands in",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { replica.socket.receive.buffer.bytes: 64k }
",
    mend: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { replica.socket.receive.buffer.bytes: 65536 }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let Some(raw) = site.raw else { continue };
        for (name, value) in raw.configs.iter() {
            let (Some(entry), Some(value)) = (catalog::lookup(name), value) else {
                continue;
            };
            let Some(text) = value.literal() else {
                continue;
            };
            if entry.sensitive || entry.owner_field().is_some() {
                continue;
            }
            if let Some(expected) = misfit(entry.kind, text.trim()) {
                problems.push(
                    RULE.tell(
                        &value.place,
                        format!("`{name}` takes {expected}"),
                        "another shape",
                    )
                    .help("correct the value; docs/link-configs.md lists them all"),
                );
            }
        }
    }
}

/// What the value should have been, if it is not.
fn misfit(kind: Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Bool => (!matches!(text.to_ascii_lowercase().as_str(), "true" | "false"))
            .then(|| "`true` or `false`".to_owned()),
        Kind::Int { min, max } => match text.parse::<i64>() {
            Err(_) => Some("a whole number".to_owned()),
            Ok(number) if min.is_some_and(|min| number < min) => {
                min.map(|min| format!("at least {min}"))
            }
            Ok(number) if max.is_some_and(|max| number > max) => {
                max.map(|max| format!("at most {max}"))
            }
            Ok(_) => None,
        },
        Kind::Choice(words) => {
            let fits = words.iter().any(|word| word.eq_ignore_ascii_case(text));
            (!fits).then(|| format!("one of {}", words.join(", ")))
        }
        Kind::Text
        | Kind::List
        | Kind::Time
        | Kind::TopicFilters
        | Kind::GroupFilters
        | Kind::AclFilters => None,
    }
}
