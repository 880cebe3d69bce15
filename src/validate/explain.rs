//! Rules in prose: for `linkwright explain`, and for the page of all rules.

use std::fmt::Write;

use super::{RULES, Rule, rule};

/// What a code means: why it matters, an example, and its fix. `None` for an unknown code.
#[must_use]
pub fn explain(code: &str) -> Option<String> {
    let rule = rule(&code.to_uppercase())?;
    let mut text = format!(
        "{} ({}): {}\n\n{}.\n",
        rule.code,
        rule.severity,
        rule.title,
        sentence(rule.why)
    );
    for (title, yaml) in [("Example", rule.example), ("Fixed", rule.fix)] {
        if yaml.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{title}:\n\n");
        for line in yaml.lines() {
            let _ = writeln!(text, "{}", format!("    {line}").trim_end());
        }
    }
    Some(text)
}

/// The page of all rules, `docs/rules.md`.
#[must_use]
pub fn rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\n\
         What `linkwright validate` checks, generated from the rules themselves. \
         `linkwright explain CODE` prints the same. To silence a warning, write `# \
              linkwright:allow CODE the reason` on its line; errors cannot be silenced.\n\n\
         Examples show the lines that matter. `*credentials` means credentials that are \
         declared elsewhere in the file, under a key that begins with `x-`.\n\n\
         | code | severity | what is wrong |\n|---|---|---|\n",
    );
    for rule in RULES.iter() {
        let (code, severity, title) = (rule.code, rule.severity, rule.title);
        let _ = writeln!(
            page,
            "| [{code}](#{}) | {severity} | {title} |",
            anchor(rule)
        );
    }
    for rule in RULES.iter() {
        let _ = write!(
            page,
            "\n## {}\n\n**{}** ({}). {}.\n",
            rule.code,
            sentence(rule.title),
            rule.severity,
            sentence(rule.why)
        );
        for (title, yaml) in [("Example", rule.example), ("Fixed", rule.fix)] {
            if !yaml.is_empty() {
                let _ = write!(page, "\n{title}:\n\n```yaml\n{yaml}```\n");
            }
        }
    }
    page
}

fn anchor(rule: &Rule) -> String {
    rule.code.0.to_lowercase()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

const CLUSTERS: [(&str, &str); 4] = [
    (
        "east",
        r#"  east:
    id: lkc-east01
    organization: acme
    rest_endpoint: https://pkc-1.us-east-1.aws.confluent.cloud:443
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
    rest_auth: { basic: { username: "${env:EAST_API_KEY}", password: "${env:EAST_API_SECRET}" } }
"#,
    ),
    (
        "west",
        r#"  west:
    id: lkc-west01
    organization: acme
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    bootstrap_servers: pkc-2.us-west-2.aws.confluent.cloud:9092
    rest_auth: { basic: { username: "${env:WEST_API_KEY}", password: "${env:WEST_API_SECRET}" } }
"#,
    ),
    (
        "onprem",
        r#"  onprem:
    id: 0gXf5xg8Sp2G4FlxNriNaA
    kind: confluent-platform
    rest_endpoint: https://broker.example.com:8090
    bootstrap_servers: broker.example.com:9092
    rest_auth: { basic: { username: "${env:ONPREM_USER}", password: "${env:ONPREM_PASSWORD}" } }
"#,
    ),
    (
        "oldkafka",
        r#"  oldkafka:
    id: Xk2pTz5QS1mW8vYb3nRd7w
    kind: apache-kafka
    bootstrap_servers: kafka.example.com:9092
"#,
    ),
];

/// An example as a whole spec. One that begins with `version` is whole already.
pub(super) fn whole(example: &str) -> String {
    let sections = [
        "links:",
        "retired:",
        "exceptions:",
        "policy:",
        "variables:",
        "moved:",
    ];
    if !sections.iter().any(|section| example.starts_with(section)) {
        return example.to_owned();
    }
    let says = |name: &str| {
        example
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| word == name)
    };
    let mut text = "version: 1\n\n".to_owned();
    if example.contains("*credentials") {
        text.push_str(
            "x-credentials: &credentials\n  sasl_plain: { username: \"${env:LINK_KEY}\", \
             password: \"${env:LINK_SECRET}\" }\n\n",
        );
    }
    let clusters: Vec<&str> = CLUSTERS
        .iter()
        .filter(|(name, _)| says(name))
        .map(|(_, yaml)| *yaml)
        .collect();
    if !clusters.is_empty() {
        text.push_str("clusters:\n");
        text.push_str(&clusters.concat());
        text.push('\n');
    }
    text.push_str(example);
    text
}
