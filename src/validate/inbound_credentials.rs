//! LW037: credentials on a half that waits for connections.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Role;

pub(super) const RULE: Rule = Rule {
    code: Code("LW037"),
    severity: Severity::Error,
    title: "credentials on a half that waits for connections",
    why: "an inbound half opens no connection: its credentials would never be used, and would \
         still have to be rotated",
    example: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { connection: inbound, prefix: west., credentials: *credentials }
      west: { connection: outbound, prefix: east., credentials: *credentials, local_credentials: *credentials }
",
    fix: "\
links:
  active-active:
    mode: bidirectional
    halves:
      east: { connection: inbound, prefix: west. }
      west: { connection: outbound, prefix: east., credentials: *credentials, local_credentials: *credentials }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        // On a source-initiated link the credentials stand in the link and belong to the source.
        if site.role.connects() || site.role == Role::InboundDestination {
            continue;
        }
        let both = [
            ("credentials", &site.settings.credentials),
            ("local_credentials", &site.settings.local_credentials),
        ];
        for (field, credentials) in both {
            if let Some(credentials) = credentials {
                problems.push(
                    RULE.report(
                        &credentials.place,
                        format!("`{field}` on the inbound half of `{}`", site.key),
                        "never used",
                    )
                    .help("move them to the outbound half"),
                );
            }
        }
    }
}
