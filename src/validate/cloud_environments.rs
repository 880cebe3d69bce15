//! LW555: an environment of `confluent_cloud` that is none.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW555"),
    severity: Severity::Error,
    title: "`confluent_cloud` names no environment, or something else",
    why: "switchover pairs are listed environment by environment, by its id: without one, no pair would be \
         seen, and a link that a pair manages would be treated like any other",
    example: "\
version: 1
confluent_cloud:
  api_key: \"${env:CLOUD_API_KEY}\"
  api_secret: \"${env:CLOUD_API_SECRET}\"
  environments: [\"crn://confluent.cloud/organization=acme/environment=env-abc123\"]
",
    fix: "\
version: 1
confluent_cloud:
  api_key: \"${env:CLOUD_API_KEY}\"
  api_secret: \"${env:CLOUD_API_SECRET}\"
  environments: [env-abc123]
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(cloud) = &check.spec.confluent_cloud else {
        return;
    };
    if cloud.environments.is_empty() && !cloud.broken {
        problems.push(
            RULE.report(
                &cloud.place,
                "no environment is named",
                "`environments` is empty",
            )
            .help("write `environments: [env-…]` with the environments of your switchover pairs"),
        );
    }
    for environment in &cloud.environments {
        let id = environment.strip_prefix("env-");
        let is_word = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        if !id.is_some_and(is_word) {
            problems.push(
                RULE.report(
                    &environment.place,
                    format!("`{}` is not the id of an environment", environment.value),
                    "expected `env-…`",
                )
                .help("copy the id that `confluent environment list` shows"),
            );
        }
    }
}
