//! LW064: ACL sync between two organizations.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW064"),
    severity: Severity::Error,
    title: "ACL sync between two organizations",
    why: "on Confluent Cloud ACLs are synced within one organization only: a service account \
         exists in one organization only",
    example: "\
version: 1
clusters:
  east:
    id: lkc-east01
    organization: acme
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
  west:
    id: lkc-west01
    organization: globex
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
    acl_sync: { filters: [{}] }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    acl_sync: { filters: [{}] }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.hosts() {
        let Some(sync) = site.settings.acl_sync.as_ref().filter(|sync| sync.is_on()) else {
            continue;
        };
        let (Some(holder), Some(peer)) = (check.holder(site), check.peer(site)) else {
            continue;
        };
        let (Some(own), Some(other)) = (&holder.organization, &peer.organization) else {
            continue;
        };
        if own.value != other.value {
            problems.push(
                RULE.report(
                    &sync.place,
                    format!("ACLs cannot be synced from the organization `{other}` to `{own}`"),
                    "ACL sync",
                )
                .at(&other.place, "the source's organization")
                .at(&own.place, "the destination's")
                .help("remove `acl_sync` and create the ACLs on the destination"),
            );
        }
    }
}
