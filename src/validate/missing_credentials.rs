//! LW036: a half that connects and has no credentials.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW036"),
    severity: Severity::Error,
    title: "a half that connects and has no credentials",
    why: "the half that opens the connection signs in to the other cluster, and to its own \
          where the other half only waits",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
",
    mend: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check
        .sites
        .iter()
        .filter(|site| site.part.connects() && !site.broken)
    {
        let towards = site.peer_name().unwrap_or("the other cluster");
        if site.settings.credentials.is_none() {
            problems.push(
                RULE.tell(
                    site.place,
                    format!(
                        "the link `{}` has no `credentials` towards `{towards}`",
                        site.key
                    ),
                    "connects without credentials",
                )
                .help(
                    "add `credentials:` with `sasl_plain`, `sasl_scram`, `sasl_oauthbearer`, \
                     `sasl_jaas`, `mtls`, `tls` or `plaintext`",
                ),
            );
        }
        if site.part.needs_local() && site.settings.local_credentials.is_none() {
            let own = site.holder_name().unwrap_or("its own cluster");
            problems.push(
                RULE.tell(
                    site.place,
                    format!("the link `{}` has no `local_credentials` towards `{own}` itself", site.key),
                    "connects without local credentials",
                )
                .help("add `local_credentials:` for the principal that the half acts as on its own cluster"),
            );
        }
    }
}
