//! LW046: an invalid name.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::name_of;

pub(super) const RULE: Rule = Rule {
    code: Code("LW046"),
    severity: Severity::Error,
    title: "an invalid name",
    why: "names are part of addresses such as `west/orders-dr/payments` and of URLs: a name must \
         not be empty, contain a `/`, begin or end with a space, or have more than 249 \
         characters",
    example: "\
links:
  orders/dr:
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
    let names = check.spec.clusters.names().map(|name| ("cluster", name));
    let links = check
        .spec
        .links
        .iter()
        .map(|(key, link)| ("link", name_of(key, link)));
    for (what, name) in names.chain(links) {
        let bad = if name.is_empty() {
            "is empty"
        } else if name.contains('/') {
            "contains a `/`"
        } else if name.trim() != name.as_str() {
            "has a space before or after it"
        } else if name.len() > 249 {
            "has more than 249 characters"
        } else if name.contains(char::is_control) {
            "contains a control character"
        } else {
            continue;
        };
        problems.push(
            RULE.report(
                &name.place,
                format!("the {what} name {bad}"),
                "invalid name",
            )
            .help("use letters, digits, `.`, `_` and `-`"),
        );
    }
}
