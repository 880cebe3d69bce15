//! LW080: an invalid config value.

use super::{Check, Rule};
use crate::catalog::{self, Kind};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW080"),
    severity: Severity::Error,
    title: "an invalid config value",
    why: "the server rejects it, and the whole request with it",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    configs: { replica.socket.receive.buffer.bytes: 64k }
",
    fix: "\
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
                    RULE.report(
                        &value.place,
                        format!("`{name}` must be {expected}"),
                        "invalid value",
                    )
                    .help("correct the value; docs/link-configs.md lists all link configs"),
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
        // Only intervals have a bound; fields of their own write those, see LW050.
        Kind::Int { .. } => text
            .parse::<i64>()
            .is_err()
            .then(|| "a whole number".to_owned()),
        Kind::Choice(words) => {
            let fits = words.iter().any(|word| word.eq_ignore_ascii_case(text));
            (!fits).then(|| format!("one of {}", words.join(", ")))
        }
        Kind::Text
        | Kind::List
        | Kind::Addresses
        | Kind::Time
        | Kind::LoginHandler
        | Kind::TopicFilters
        | Kind::GroupFilters
        | Kind::AclFilters => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_with_a_bound_is_written_by_its_own_name() {
        for entry in catalog::ENTRIES {
            let bounded = matches!(entry.kind, Kind::Int { min: Some(_) });
            assert!(!bounded || entry.owner_field().is_some(), "{}", entry.name);
        }
    }
}
