//! LW043: a cluster id that does not fit the kind of cluster.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW043"),
    severity: Severity::Error,
    title: "a cluster id that does not fit the kind of cluster",
    why: "on Confluent Cloud ids begin with `lkc-`; on Confluent Platform and Apache Kafka \
          they never do. An id of the wrong kind matches no cluster",
    example: "\
version: 1
clusters:
  west:
    id: pkc-2k9xq
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
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
        let id = cluster.id.as_str();
        let on_cloud = cluster.kind() == ClusterKind::ConfluentCloud;
        let legal = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let help = if id.is_empty() || !legal {
            "an id has letters, digits, `-` and `_`"
        } else if on_cloud && !id.starts_with("lkc-") {
            "on Confluent Cloud an id begins with `lkc-`; for other clusters set `kind: \
                 confluent-platform` or `kind: apache-kafka`"
        } else if !on_cloud && id.starts_with("lkc-") {
            "this is a Confluent Cloud id: remove `kind`, or read the id from the cluster"
        } else {
            continue;
        };
        let kind = cluster.kind();
        problems.push(
            RULE.report(
                &cluster.id.place,
                format!("`{name}` does not have the id of a {kind} cluster"),
                "wrong kind of id",
            )
            .help(help),
        );
    }
}
