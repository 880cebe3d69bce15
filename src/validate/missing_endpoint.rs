//! LW034: a cluster without a REST endpoint that holds a link.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW034"),
    severity: Severity::Error,
    title: "a cluster without a REST endpoint that holds a link",
    why: "links are created, read and changed through the REST API of the cluster that holds \
          them",
    example: "\
version: 1
clusters:
  east:
    id: lkc-east01
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
  west:
    id: lkc-west01
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
    let retired = check.spec.retired.iter().map(|retired| &retired.cluster);
    let holders = check.sites.iter().filter_map(|site| site.holder);
    for name in holders.chain(retired) {
        let Some(entry) = check.spec.clusters.entry(name) else {
            continue;
        };
        let Some(cluster) = &entry.value else {
            continue;
        };
        // A broker that cannot hold links is reported by another rule.
        let cannot = cluster.kind() == ClusterKind::ApacheKafka;
        if cluster.rest_endpoint.is_some()
            || cluster.broken
            || cannot
            || !reported.insert(&name.value)
        {
            continue;
        }
        problems.push(
            RULE.report(
                &entry.name.place,
                format!("the cluster `{name}` holds a link and has no `rest_endpoint`"),
                "no `rest_endpoint`",
            )
            .at(&name.place, "holds this link")
            .help(
                "add `rest_endpoint: https://…`; on Confluent Cloud `confluent kafka cluster \
                 describe ID` shows it",
            ),
        );
    }
}
