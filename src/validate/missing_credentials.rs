//! LW036: a half that connects without credentials.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW036"),
    severity: Severity::Error,
    title: "a half that connects without credentials",
    why: "the half that opens the connection authenticates to the other cluster, and also to its \
         own cluster when the other half is inbound. Confluent Platform can use its inter-broker \
         listener for that; Confluent Cloud cannot",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
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
    for site in check
        .sites
        .iter()
        .filter(|site| site.role.connects() && !site.broken)
    {
        let peer = site.peer_name().unwrap_or("the other cluster");
        if site.settings.credentials.is_none() {
            problems.push(
                RULE.report(
                    &site.settings.place,
                    format!("the link `{}` has no `credentials` for `{peer}`", site.key),
                    "connects without credentials",
                )
                .help(
                    "add `credentials:` with `sasl_plain`, `sasl_scram`, `sasl_oauthbearer`, \
                     `sasl_jaas`, `mtls`, `tls` or `plaintext`",
                ),
            );
        }
        // Confluent Platform takes the inter-broker listener, which needs none.
        let is_on_cloud = check
            .holder(site)
            .is_none_or(|holder| holder.kind() == ClusterKind::ConfluentCloud);
        let needs_local = site.role.needs_local_credentials() && is_on_cloud;
        if needs_local && site.settings.local_credentials.is_none() {
            let own = site.holder_name().unwrap_or("its own cluster");
            problems.push(
                RULE.report(
                    &site.settings.place,
                    format!(
                        "the link `{}` has no `local_credentials` for `{own}`",
                        site.key
                    ),
                    "connects without local credentials",
                )
                .help("add `local_credentials:` for the principal of the link on its own cluster"),
            );
        }
    }
}
