//! LW042: credentials for a REST endpoint without TLS.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Located;

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
    let mut report = |endpoint: &Located<String>, name: &str| {
        let Ok(url) = url::Url::parse(endpoint) else {
            return;
        };
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() == "http" && !local {
            problems.push(
                RULE.report(
                    &endpoint.place,
                    format!("the credentials for `{name}` are sent without encryption"),
                    "no TLS",
                )
                .help("use `https://`"),
            );
        }
    };
    for (name, cluster) in check.spec.clusters.iter() {
        let authenticates = (cluster.rest_auth.as_ref()).is_some_and(|auth| auth.none.is_none());
        if let Some(endpoint) = cluster.rest_endpoint.as_ref().filter(|_| authenticates) {
            report(endpoint, name);
        }
    }
    let cloud = check.spec.confluent_cloud.as_ref();
    if let Some(endpoint) = cloud.and_then(|cloud| cloud.endpoint.as_ref()) {
        report(endpoint, "confluent_cloud");
    }
}
