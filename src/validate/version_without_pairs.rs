//! LW109: a bidirectional link on a version that does not have them.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::{Cluster, LinkMode, PlatformVersion};

pub(super) const RULE: Rule = Rule {
    code: Code("LW109"),
    severity: Severity::Error,
    title: "a bidirectional link on a version that does not have them",
    why: "Confluent Platform has bidirectional links since 7.4; an older server rejects the link in \
         the middle of an apply",
    example: "\
version: 1
clusters:
  hall:
    id: HallHallHallHallHall01
    kind: confluent-platform
    version: 7.0
    rest_endpoint: https://hall.example:8090
    rest_auth: { basic: { username: \"${env:HALL_USER}\", password: \"${env:HALL_PASSWORD}\" } }
    bootstrap_servers: hall.example:9092
  yard:
    id: YardYardYardYardYard01
    kind: confluent-platform
    version: 8.0
    rest_endpoint: https://yard.example:8090
    rest_auth: { basic: { username: \"${env:YARD_USER}\", password: \"${env:YARD_PASSWORD}\" } }
    bootstrap_servers: yard.example:9092
links:
  both-ways:
    mode: bidirectional
    halves:
      hall: { prefix: yard., credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
      yard: { prefix: hall., credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
",
    fix: "\
version: 1
clusters:
  hall:
    id: HallHallHallHallHall01
    kind: confluent-platform
    version: 7.0
    bootstrap_servers: hall.example:9092
  yard:
    id: YardYardYardYardYard01
    kind: confluent-platform
    version: 8.0
    rest_endpoint: https://yard.example:8090
    rest_auth: { basic: { username: \"${env:YARD_USER}\", password: \"${env:YARD_PASSWORD}\" } }
links:
  one-way:
    source: hall
    destination: yard
    prefix: hall.
    credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        if site.role.link_mode() != LinkMode::Bidirectional {
            continue;
        }
        let holder = check.holder(site);
        let version = holder.and_then(|holder: &Cluster| holder.version.as_ref());
        if let Some(version) = version.filter(|version| version.value < PlatformVersion(7, 4)) {
            problems.push(
                RULE.report(
                    site.place,
                    format!(
                        "Confluent Platform {} has no bidirectional links",
                        version.value
                    ),
                    "a half of a bidirectional link",
                )
                .at(&version.place, "the cluster's version")
                .help("use two links, one in each direction, or upgrade the cluster"),
            );
        }
    }
}
