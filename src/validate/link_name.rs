//! LW045: a link name with characters that the server may reject.

use super::look_alike::is_look_alike;
use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::name_of;

pub(super) const RULE: Rule = Rule {
    code: Code("LW045"),
    severity: Severity::Warning,
    title: "a link name with characters that the server may reject",
    why: "Confluent does not document which names are valid; letters, digits, `.`, `_` and `-` \
         work, and the server may reject others (\"Invalid Cluster Link Name.\")",
    example: "\
links:
  orders dr:
    source: east
    destination: west
    credentials: *credentials
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (key, link) in check.spec.links.iter() {
        let name = name_of(key, link);
        let doubtful = name
            .chars()
            .find(|c| !is_plain(*c) && *c != '/' && !c.is_control() && !is_look_alike(*c));
        if let Some(character) = doubtful {
            problems.push(
                RULE.report(
                    &name.place,
                    format!("the link name `{name}` contains `{character}`"),
                    "may be rejected",
                )
                .help("use letters, digits, `.`, `_` and `-`"),
            );
        }
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}
