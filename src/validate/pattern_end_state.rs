//! LW093: a pattern that promotes or fails over every mirror it matches.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::MirrorState;

pub(super) const RULE: Rule = Rule {
    code: Code("LW093"),
    severity: Severity::Warning,
    title: "a pattern that promotes or fails over every mirror it matches",
    why: "this includes mirrors that are auto-created later, and it is irreversible",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      \"*\": { state: promoted }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders.placed: { state: promoted }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        for (name, declared) in site.settings.mirrors.iter() {
            let state = declared.0.state();
            let ends = matches!(state, MirrorState::Promoted | MirrorState::FailedOver);
            if !ends || !name.ends_with('*') {
                continue;
            }
            let place = declared
                .0
                .state
                .as_ref()
                .map_or(&name.place, |state| &state.place);
            problems.push(
                RULE.report(
                    place,
                    format!("every mirror that `{name}` matches will be {state}"),
                    "irreversible",
                )
                .at(&name.place, "a pattern")
                .help("name the topics one by one, or, for a cutover, allow it with a reason"),
            );
        }
    }
}
