//! Why a plan is not applied, as diagnostics: [`diagnostics()`].

use super::words;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::diff::{Class, Finding};
use crate::plan::Plan;

/// What refuses a plan and what could not be read for it, each with code, place and address.
#[must_use]
pub fn diagnostics(plan: &Plan) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for (class, severity) in [
        (Class::Refusal, Severity::Error),
        (Class::Unknown, Severity::Warning),
    ] {
        let findings = plan.of_class(class);
        all.extend(findings.map(|finding| of_finding(finding, severity)));
    }
    for refusal in &plan.refusals {
        let said = words::refusal(plan, refusal);
        let help = match &said.flag {
            Some(flag) => format!("for this run: {flag}; in the spec: {}", said.spec),
            None => said.spec.clone(),
        };
        let code = Code(refusal.kind.code().0);
        let mut refused = Diagnostic::error(code, said.summary)
            .why(said.why)
            .help(help);
        // One is enough for machines to find the rest in the plan.
        if let Some(id) = refusal.operations.first() {
            refused = refused.about(plan.operation(*id).address.clone());
        }
        if let Some(place) = &refusal.place {
            refused = refused.at(place, "");
        }
        all.push(refused);
    }
    all
}

/// A finding as a diagnostic.
pub fn of_finding(finding: &Finding, severity: Severity) -> Diagnostic {
    let said = words::finding(finding);
    let found = Diagnostic::new(severity, finding.kind.code(), said.summary)
        .why(said.why)
        .help(said.help)
        .about(finding.address.clone());
    match &finding.place {
        Some(place) => found.at(place, ""),
        None => found,
    }
}
