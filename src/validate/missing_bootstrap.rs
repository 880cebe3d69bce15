//! LW035: a cluster without bootstrap servers that a link connects to.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW035"),
    severity: Severity::Error,
    title: "a cluster without bootstrap servers that a link connects to",
    why: "the half that connects needs the address of the other cluster",
    example: "\
version: 1
clusters:
  east:
    id: lkc-east01
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    fix: "\
version: 1
clusters:
  east:
    id: lkc-east01
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let mut reported = std::collections::BTreeSet::new();
    for site in check.sites.iter().filter(|site| site.role.connects()) {
        let Some(name) = site.peer else { continue };
        let Some(entry) = check.spec.clusters.entry(name) else {
            continue;
        };
        let Some(cluster) = &entry.value else {
            continue;
        };
        if cluster.bootstrap_servers.is_some() || cluster.broken || !reported.insert(&name.value) {
            continue;
        }
        problems.push(
            RULE.report(
                &entry.name.place,
                format!(
                    "a link connects to the cluster `{name}`, which has no \
                     `bootstrap_servers`"
                ),
                "no `bootstrap_servers`",
            )
            .at(&name.place, "a link connects to it")
            .help("add `bootstrap_servers: host:9092`"),
        );
    }
}
