//! Answers as servers and people's filters may be, though no client here sends them: each is adopted without a
//! difference and without a warning.

use serde_json::{Value, json};

use super::meaning::{inject, set, usual, world};
use crate::support::bench::{Bench, stepped};

/// An answer, as entries of link configs, and what the spec then has.
struct Odd {
    name: &'static str,
    entries: &'static [(&'static str, &'static str)],
    expected: &'static str,
}

const ODD: &[Odd] = &[
    Odd {
        name: "a list that reads as an empty text is the default",
        entries: &[("topic.config.sync.include", "")],
        expected: "",
    },
    Odd {
        name: "numbers and switches that read as empty texts are not set",
        entries: &[("consumer.offset.sync.ms", ""), ("acl.sync.enable", " ")],
        expected: "",
    },
    Odd {
        name: "a filter with an empty name is kept as it is",
        entries: &[
            ("consumer.offset.sync.enable", "true"),
            (
                "consumer.offset.group.filters",
                r#"{"groupFilters":[{"name":"","patternType":"PREFIXED","filterType":"INCLUDE"}]}"#,
            ),
        ],
        expected: "consumer.offset.group.filters: ",
    },
    Odd {
        name: "a star that is no wildcard, and an exclude of everything",
        entries: &[
            ("consumer.offset.sync.enable", "true"),
            (
                "consumer.offset.group.filters",
                r#"{"groupFilters":[{"name":"a*","patternType":"LITERAL","filterType":"INCLUDE"},{"name":"b","patternType":"LITERAL","filterType":"INCLUDE"},{"name":"b","patternType":"LITERAL","filterType":"EXCLUDE"}]}"#,
            ),
        ],
        expected: "# linkwright:allow LW059 the link has it: the `*` in `a*` is matched literally",
    },
];

#[test]
fn odd_answers_are_adopted() {
    let mut wrong = Vec::new();
    for Odd {
        name,
        entries,
        expected,
    } in ODD
    {
        let outcome = stepped(async {
            let bench = Bench::new(&usual(", mirrors: [{ source_topic: orders }]"));
            let entries = entries.iter().map(|(name, value)| set(name, value));
            inject(&bench, "", entries.collect());
            super::adopt(&bench).await
        });
        match outcome {
            Ok(text) if text.contains(expected) => {}
            Ok(text) => wrong.push(format!("{name}: has no {expected:?}\n{text}")),
            Err(words) => wrong.push(format!("{name}: {words}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_source_that_links_reach_at_two_addresses_is_declared_without_a_warning() {
    stepped(async {
        let at = |name: &str, address: &str| {
            format!(
                "{{ name: {name}, remote: lkc-east01, made_by: cli, configs: {{ bootstrap.servers: '{address}' }} }}"
            )
        };
        let links = format!(
            "    links: [{}, {}]\n",
            at("one", "east.example:9092"),
            at("two", "other.example:9092")
        );
        let east = "east.example:9092";
        let world = world("", &links).replace(east, &format!("'{east},other.example:9092'"));
        let world = world.replace(
            &format!("''{east},other.example:9092''"),
            &format!("'{east}'"),
        );
        let text = super::adopt(&Bench::new(&world)).await.unwrap();
        assert!(text.contains("linkwright:allow LW044"), "{text}");
    });
}

#[test]
fn a_config_can_be_a_number_or_a_switch_though_it_was_declared_a_text() {
    stepped(async {
        let bench = Bench::new(&usual(""));
        let typed = |name: &str, value: Value| json!({ "name": name, "value": value });
        inject(
            &bench,
            "",
            vec![
                typed("consumer.offset.sync.ms", 45_000.into()),
                typed("cluster.link.prefix", Value::Null),
                typed("acl.sync.enable", false.into()),
            ],
        );
        let text = super::adopt(&bench).await.unwrap();
        assert!(text.contains("interval: 45s"), "{text}");
    });
}
