//! LW073: a Confluent Cloud REST API without authentication.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW073"),
    severity: Severity::Error,
    title: "a Confluent Cloud REST API without authentication",
    why: "every call would fail with 401; use an API key of this cluster, not a Cloud API key",
    example: "\
version: 1
clusters:
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
retired:
  - { link: old-migration, cluster: west, reason: moved }
",
    fix: "\
version: 1
clusters:
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
retired:
  - { link: old-migration, cluster: west, reason: moved }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (name, cluster) in check.spec.clusters.iter() {
        let Some(endpoint) = &cluster.rest_endpoint else {
            continue;
        };
        if cluster.kind() != ClusterKind::ConfluentCloud || cluster.broken {
            continue;
        }
        let place = match &cluster.rest_auth {
            None => &endpoint.place,
            Some(auth) => match &auth.none {
                // Another kind next to it is reported as such.
                Some(none) if auth.has_one_kind() => &none.place,
                Some(_) | None => continue,
            },
        };
        problems.push(
            RULE.report(
                place,
                format!("no authentication for the REST API of `{name}`"),
                "no `rest_auth`",
            )
            .help("add `rest_auth: { basic: { username: \"${env:…}\", password: \"${env:…}\" } }`"),
        );
    }
}
