//! LW115: `topics` on a version of Confluent Platform with a known defect of restore.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::PlatformVersion;

pub(super) const RULE: Rule = Rule {
    code: Code("LW115"),
    severity: Severity::Warning,
    title: "a version of Confluent Platform with a known defect of restore",
    why: "with tiered storage, truncate-and-restore can fail silently and lose data on Confluent \
          Platform 7.9.0 to 7.9.2 and 8.0.0; 7.9.3, 8.0.1 and 8.1.0 have the fix",
    example: "\
version: 1
clusters:
  hall:
    id: HallHallHallHallHall01
    kind: confluent-platform
    version: 7.9
    rest_endpoint: https://hall.example:8090
    rest_auth: { basic: { username: \"${env:HALL_USER}\", password: \"${env:HALL_PASSWORD}\" } }
    bootstrap_servers: hall.example:9092
  yard:
    id: YardYardYardYardYard01
    kind: confluent-platform
    version: 8.1
    rest_endpoint: https://yard.example:8090
    rest_auth: { basic: { username: \"${env:YARD_USER}\", password: \"${env:YARD_PASSWORD}\" } }
    bootstrap_servers: yard.example:9092
links:
  orders:
    mode: bidirectional
    halves:
      hall: { credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
      yard: { credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
    topics: { payments: { primary: hall } }
",
    fix: "\
version: 1
clusters:
  hall:
    id: HallHallHallHallHall01
    kind: confluent-platform
    version: 8.1
    rest_endpoint: https://hall.example:8090
    rest_auth: { basic: { username: \"${env:HALL_USER}\", password: \"${env:HALL_PASSWORD}\" } }
    bootstrap_servers: hall.example:9092
  yard:
    id: YardYardYardYardYard01
    kind: confluent-platform
    version: 8.1
    rest_endpoint: https://yard.example:8090
    rest_auth: { basic: { username: \"${env:YARD_USER}\", password: \"${env:YARD_PASSWORD}\" } }
    bootstrap_servers: yard.example:9092
links:
  orders:
    mode: bidirectional
    halves:
      hall: { credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
      yard: { credentials: { sasl_scram: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } } }
    topics: { payments: { primary: hall } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check
        .sites
        .iter()
        .filter(|site| !site.link.topics.is_empty())
    {
        let version = check
            .holder(site)
            .and_then(|holder| holder.version.as_ref());
        let has_defect = |version: PlatformVersion| {
            [PlatformVersion(7, 9), PlatformVersion(8, 0)].contains(&version)
        };
        if let Some(version) = version.filter(|version| has_defect(version.value)) {
            problems.push(
                RULE.report(
                    &version.place,
                    format!(
                        "restoring topics on Confluent Platform {} can lose data",
                        version.value
                    ),
                    "the first patch releases have the defect",
                )
                .help("make sure that the cluster runs 7.9.3, 8.0.1 or later, or has no tiered storage"),
            );
        }
    }
}
