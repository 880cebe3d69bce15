//! LW039: a connection to Confluent Cloud without TLS or without authentication.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{ClusterKind, CredentialsKind};

pub(super) const RULE: Rule = Rule {
    code: Code("LW039"),
    severity: Severity::Error,
    title: "a connection to Confluent Cloud without TLS or without authentication",
    why: "Confluent Cloud accepts encrypted and authenticated connections only (SASL_SSL, or \
          mutual TLS)",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: { plaintext: {} }
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
    for site in check.sites.iter().filter(|site| site.role.connects()) {
        let both = [
            (&site.settings.credentials, site.peer),
            (&site.settings.local_credentials, site.holder),
        ];
        for (credentials, peer) in both {
            let (Some(credentials), Some(name)) = (credentials, peer) else {
                continue;
            };
            let Some(cluster) = check.cluster(peer) else {
                continue;
            };
            let (Some(kind), ClusterKind::ConfluentCloud) = (credentials.kind(), cluster.kind())
            else {
                continue;
            };
            let open = match kind {
                CredentialsKind::Plaintext => Some("`plaintext`"),
                CredentialsKind::Tls => Some("`tls` without authentication"),
                _ if kind.is_sasl() && !credentials.encrypted() => Some("`encryption: none`"),
                _ => None,
            };
            if let Some(open) = open {
                problems.push(
                    RULE.report(
                        &credentials.place,
                        format!("{open} for a connection to `{name}`, which is on Confluent Cloud"),
                        "rejected by the server",
                    )
                    .help(
                        "use `sasl_plain` with an API key, `sasl_oauthbearer` or `mtls`, with TLS",
                    ),
                );
            }
        }
    }
}
