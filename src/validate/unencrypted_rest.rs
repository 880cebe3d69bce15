//! LW042: credentials for a REST endpoint without TLS.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW042"),
    severity: Severity::Warning,
    title: "credentials for a REST endpoint without TLS",
    why: "over `http://` anyone on the network can read the credentials",
    example: "\
version: 1
clusters:
  onprem:
    id: 0gXf5xg8Sp2G4FlxNriNaA
    kind: confluent-platform
    rest_endpoint: http://broker.example.com:8090
    rest_auth: { basic: { username: \"${env:USER_NAME}\", password: \"${env:PASSWORD}\" } }
retired:
  - { link: old-migration, cluster: onprem, reason: moved }
",
    fix: "\
version: 1
clusters:
  onprem:
    id: 0gXf5xg8Sp2G4FlxNriNaA
    kind: confluent-platform
    rest_endpoint: https://broker.example.com:8090
    rest_auth: { basic: { username: \"${env:USER_NAME}\", password: \"${env:PASSWORD}\" } }
retired:
  - { link: old-migration, cluster: onprem, reason: moved }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (name, cluster) in check.spec.clusters.iter() {
        let (Some(endpoint), Some(auth)) = (&cluster.rest_endpoint, &cluster.rest_auth) else {
            continue;
        };
        let Ok(url) = url::Url::parse(endpoint) else {
            continue;
        };
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() == "http" && !local && auth.none.is_none() {
            problems.push(
                RULE.report(
                    &endpoint.place,
                    format!("the credentials for `{name}` are sent without encryption"),
                    "no TLS",
                )
                .help("use `https://`"),
            );
        }
    }
}
