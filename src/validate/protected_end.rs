//! LW107: a protected link with mirrors that are to end.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::MirrorState;

pub(super) const RULE: Rule = Rule {
    code: Code("LW107"),
    severity: Severity::Warning,
    title: "a protected link with mirrors that are to end",
    why: "`protect` has plan refuse everything irreversible on the link, and promoting or \
          failing over is",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    protect: true
    mirrors: { legacy: { state: promoted } }
",
    mend: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors: { legacy: { state: promoted } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(protect) = site.link.protect.as_ref().filter(|protect| protect.value) else {
            continue;
        };
        for (name, declared) in site.settings.mirrors.iter() {
            let Some(state) = &declared.0.state else { continue };
            if matches!(state.value, MirrorState::Promoted | MirrorState::FailedOver) {
                problems.push(
                    RULE.tell(&state.place, format!("`{name}` is to be {state} on a protected link"), "refused until it has ended")
                        .at(&protect.place, "protected")
                        .help("lift `protect` for the run that ends it; afterwards both may stand"),
                );
            }
        }
    }
}
