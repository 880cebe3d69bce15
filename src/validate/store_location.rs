//! LW079: a keystore or truststore file on Confluent Cloud.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW079"),
    severity: Severity::Error,
    title: "a keystore or truststore file on Confluent Cloud",
    why: "the path would be on Confluent's brokers, where your file does not exist; keys and \
         certificates are given as PEM text",
    example: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    configs:
      ssl.truststore.location: /etc/kafka/truststore.jks
",
    fix: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" }
      ca: \"${file:ca.pem}\"
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        let (Some(raw), Some(holder)) = (site.raw, check.holder(site)) else {
            continue;
        };
        if holder.kind() != ClusterKind::ConfluentCloud {
            continue;
        }
        for name in raw.configs.names() {
            let store = name.contains("keystore.") || name.contains("truststore.");
            if store && (name.ends_with(".location") || name.ends_with("store.password")) {
                problems.push(
                    RULE.report(
                        &name.place,
                        format!("`{name}` does not work on Confluent Cloud"),
                        "no such file there",
                    )
                    .help(
                        "use `credentials.mtls` for the client certificate and key, and \
                             `credentials.ca` for trusted CAs",
                    ),
                );
            }
        }
    }
}
