//! LW022: an allow comment that silences nothing.

use super::{Rule, rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Spec, codes};

pub(super) const RULE: Rule = Rule {
    code: Code("LW022"),
    severity: Severity::Warning,
    title: "an allow comment that silences nothing",
    why: "a comment that outlives its reason hides the next problem of that kind",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials  # linkwright:allow LW070 a test cluster
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    check: |_, _| {},
};

/// Removes the warnings that a comment on their line silences, and reports comments that are
/// invalid or that silence nothing.
pub(super) fn apply(spec: &Spec, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if spec.allows.is_empty() {
        return problems;
    }
    let mut used = vec![false; spec.allows.len()];
    let mut kept: Vec<Diagnostic> = problems
        .into_iter()
        .filter(|problem| {
            let Some(place) = problem.place() else {
                return true;
            };
            let silencer = spec.allows.iter().position(|allow| {
                allow.code == problem.code.0
                    && allow.line == place.line
                    && allow.place.file == place.file
            });
            match silencer {
                Some(index) if problem.severity != Severity::Error => {
                    used[index] = true;
                    false
                }
                _ => true,
            }
        })
        .collect();
    for (allow, used) in spec.allows.iter().zip(used) {
        let code = &allow.code;
        match rule(code) {
            None => kept.push(
                Diagnostic::error(codes::BAD_ALLOW, format!("there is no rule {code}"))
                    .at(&allow.place, "this comment")
                    .help("use the code that the warning shows"),
            ),
            Some(rule) if rule.severity == Severity::Error => kept.push(
                Diagnostic::error(
                    codes::BAD_ALLOW,
                    format!("{code} is an error and cannot be allowed"),
                )
                .at(&allow.place, "this comment")
                .why("only warnings can be silenced: what an error reports would fail or do harm")
                .help(format!("fix it; `linkwright explain {code}` shows how")),
            ),
            Some(_) if used => {}
            Some(_) => kept.push(
                RULE.report(
                    &allow.place,
                    format!("no {code} on line {} to allow", allow.line),
                    "silences nothing",
                )
                .help("remove the comment"),
            ),
        }
    }
    kept
}
