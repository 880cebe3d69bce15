//! No advice leads into another refusal: the remedy of a finding that names an edit of the spec is followed, and
//! the finding must be gone, with nothing new in its place.

use linkwright::catalog::{ENTRIES, Kind, Mutability, Where};
use linkwright::report::words;
use serde_json::json;

use super::meaning::{codes, dr, inject, look, set, spec, usual, world};
use crate::support::bench::{Bench, read, show, stepped};

/// A finding, and the spec after its remedy.
struct Remedy {
    code: &'static str,
    /// Words of the remedy that name the edit.
    says: &'static str,
    world: String,
    before: String,
    after: String,
    /// Codes that may be left: notes about what is then as desired.
    leaves: &'static [&'static str],
}

fn remedy(
    code: &'static str,
    says: &'static str,
    world: String,
    before: &str,
    after: &str,
) -> Remedy {
    Remedy {
        code,
        says,
        world,
        before: dr(before),
        after: dr(after),
        leaves: &[],
    }
}

fn topic(status: &str) -> String {
    usual(&format!(
        ", mirrors: [{{ source_topic: orders, status: {status} }}]"
    ))
}

fn retired(how: &str) -> String {
    spec(&format!(
        "retired:\n  - {{ link: dr, cluster: west, mirrors: {how}, reason: moved }}"
    ))
}

#[rustfmt::skip] // one remedy, a few lines
fn remedies() -> Vec<Remedy> {
    let auto = ", configs: { auto.create.mirror.topics.enable: 'true', auto.create.mirror.topics.filters: '{\"topicFilters\":[{\"name\":\"ord\",\"patternType\":\"PREFIXED\",\"filterType\":\"INCLUDE\"}]}' }";
    let selected = |status: &str| usual(&format!("{auto}, mirrors: [{{ source_topic: orders, status: {status} }}]"));
    let with_auto = |more: &str| format!("auto_create_mirrors: {{ topics: {{ include: [\"ord*\"] }} }}\n{more}");
    let plain = || world(
        "    topics: [{ name: orders }, { name: other }]\n",
        "    topics: [{ name: orders }]\n    links: [{ LINK }]\n",
    );
    let mut all = vec![
        remedy("LW201", "write the live values", usual(", configs: { cluster.link.prefix: dr. }"), "", "prefix: dr."),
        remedy("LW210", "remove the key", usual(""), "mirrors: { orders: { state: promoted } }", ""),
        remedy("LW211", "remove the key", plain(), "mirrors: { orders: {}, other: {} }", "mirrors: { other: {} }"),
        remedy("LW213", "state: failed-over", topic("SOURCE_UNAVAILABLE"), "mirrors: { orders: { state: promoted } }", "mirrors: { orders: { state: failed-over } }"),
        remedy("LW215", "state: failed-over", topic("FAILED"), "mirrors: { orders: { state: promoted } }", "mirrors: { orders: { state: failed-over } }"),
        remedy("LW217", "state: promoted", topic("STOPPED"), "mirrors: { orders: {} }", "mirrors: { orders: { state: promoted } }"),
        remedy("LW219", "correct the key", usual(""), "mirrors: { ordres: {} }", "mirrors: { orders: {} }"),
        remedy("LW245", "state: failed-over", topic("FAILED"), "mirrors: { orders: {} }", "mirrors: { orders: { state: failed-over } }"),
        remedy("LW250", "declare it under `configs:`", usual(", configs: { replica.socket.receive.buffer.bytes: '65536' }"), "", "configs: { replica.socket.receive.buffer.bytes: 65536 }"),
        remedy("LW250", "undeclared_configs: reset", usual(", configs: { replica.socket.receive.buffer.bytes: '65536' }"), "", "undeclared_configs: reset"),
        remedy("LW262", "\"*\"", topic("ACTIVE"), "", "mirrors: { \"*\": {} }"),
        remedy("LW262", "declare its source topic", topic("ACTIVE"), "", "mirrors: { orders: {} }"),
        remedy("LW263", "state: paused", selected("PAUSED"), &with_auto(""), &with_auto("mirrors: { orders: { state: paused } }")),
        remedy("LW263", "`{}` to resume", selected("PAUSED"), &with_auto(""), &with_auto("mirrors: { orders: {} }")),
        remedy("LW264", "state: promoted", selected("STOPPED"), &with_auto(""), &with_auto("mirrors: { orders: { state: promoted } }")),
    ];
    let pausing = ", configs: { cluster.link.paused: 'true' }, mirrors: [{ source_topic: orders, status: LINK_PAUSED }]";
    let on_hall = |link: &str| usual("").replace(
        "hall.example:9092\n",
        &format!("hall.example:9092\n    links: [{{ name: dr, remote: lkc-east01, made_by: terraform{link} }}]\n"),
    );
    let hall = |lines: &str| dr(lines).replace("destination: west", "destination: hall");
    all.extend([
        Remedy { code: "LW214", says: "cluster.link.paused: false", world: on_hall(pausing), before: hall("configs: { cluster.link.paused: true }\nmirrors: { orders: { state: promoted } }"), after: hall("configs: { cluster.link.paused: true }\nmirrors: { orders: { state: failed-over } }"), leaves: &[] },
        Remedy { code: "LW260", says: "list it under `retired`", world: world("", "    links: [{ LINK }, { name: more, remote: lkc-east01, made_by: cli }]\n"), before: dr(""), after: format!("{}retired:\n  - {{ link: more, cluster: west, mirrors: must-be-stopped, reason: gone }}\n", dr("")), leaves: &[] },
        Remedy { code: "LW220", says: "mirrors: failover", world: topic("ACTIVE"), before: retired("must-be-stopped"), after: retired("failover"), leaves: &[] },
        Remedy { code: "LW220", says: "mirrors: promote", world: topic("ACTIVE"), before: retired("must-be-stopped"), after: retired("promote"), leaves: &[] },
        Remedy { code: "LW213", says: "mirrors: failover", world: topic("SOURCE_UNAVAILABLE"), before: retired("promote"), after: retired("failover"), leaves: &[] },
        Remedy { code: "LW270", says: "remove the entry", world: world("", ""), before: retired("failover"), after: spec(""), leaves: &[] },
        Remedy { code: "LW205", says: "remove the link", world: world("    topics: [{ name: orders }]\n", "    topics: [{ name: orders }]\n"), before: dr("mirrors: { orders: {} }"), after: spec(""), leaves: &[] },
        Remedy { code: "LW205", says: "give it a `prefix`", world: world("    topics: [{ name: orders }]\n", "    topics: [{ name: orders }]\n"), before: dr("mirrors: { orders: {} }"), after: dr("prefix: e.\nmirrors: { orders: {} }"), leaves: &[] },
        Remedy { code: "LW204", says: "remove `acl_sync`", world: world("", ""), before: hall_source("acl_sync: { filters: [{}] }"), after: hall_source("prefix: h."), leaves: &[] },
    ]);
    all
}

fn hall_source(lines: &str) -> String {
    dr(lines).replace("source: east", "source: hall")
}

#[test]
fn what_a_remediation_says_to_write_resolves_the_finding_and_causes_no_other() {
    let mut wrong = Vec::new();
    for remedy in remedies() {
        let outcome = stepped(async {
            let bench = Bench::new(&remedy.world);
            let before = look(&bench, &remedy.before).await.plan;
            let Some(finding) = before
                .findings
                .iter()
                .find(|it| it.kind.code().0 == remedy.code)
            else {
                return Err(format!(
                    "is not found: {:?}\n{}",
                    codes(&before),
                    show(&before)
                ));
            };
            let told = words::finding(finding);
            let told = format!("{} {}", told.help, told.steps.join(" "));
            if !told.contains(remedy.says) {
                return Err(format!("does not say {:?}: {told}", remedy.says));
            }
            if let Err(problems) = read(&[("spec.yaml", &remedy.after)]) {
                return Err(format!("leads to an error of validate: {problems:#?}"));
            }
            let after = look(&bench, &remedy.after).await.plan;
            let left: Vec<String> = codes(&after)
                .into_iter()
                .filter(|code| !remedy.leaves.iter().any(|leaves| code.starts_with(leaves)))
                // A mirror topic that is being failed over is unhealthy until then.
                .filter(|code| !code.starts_with("LW242") && !code.starts_with("LW240"))
                .collect();
            match after.is_refused() || !left.is_empty() {
                true => Err(format!("leaves {left:?}\n{}", show(&after))),
                false => Ok(()),
            }
        });
        if let Err(words) = outcome {
            wrong.push(format!("{} ({}): {words}", remedy.code, remedy.says));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A value of a config that is not its default.
fn value(kind: Kind, default: Option<&str>) -> String {
    match kind {
        Kind::Bool => (default != Some("true")).to_string(),
        Kind::Int { .. } => "7777".to_owned(),
        Kind::Choice(words) => words
            .iter()
            .find(|word| Some(**word) != default)
            .unwrap()
            .to_string(),
        Kind::Text | Kind::LoginHandler => "some.text".to_owned(),
        Kind::List => "one,two".to_owned(),
        Kind::Addresses => "else.example:9092".to_owned(),
        Kind::Time => "latest".to_owned(),
        Kind::TopicFilters => r#"{"topicFilters":[{"name":"a","patternType":"LITERAL","filterType":"INCLUDE"}]}"#.to_owned(),
        Kind::GroupFilters => r#"{"groupFilters":[{"name":"a","patternType":"LITERAL","filterType":"INCLUDE"}]}"#.to_owned(),
        Kind::AclFilters => r#"{"aclFilters":[{"resourceFilter":{"resourceType":"topic","patternType":"any"},"accessFilter":{"operation":"any","permissionType":"any"}}]}"#.to_owned(),
    }
}

/// For every config of the catalogue, set by another client on every part that a half can play: if that is a
/// finding, the config is declared where the finding says, with the live value.
#[test]
fn any_config_that_another_client_set_can_be_declared_where_the_finding_says() {
    const PARTS: &[(&str, &str, &str, &str)] = &[
        // What the half is: mode and connection, the spec, and where `configs` go.
        (
            "DESTINATION",
            "OUTBOUND",
            "    source: west\n    destination: hall\n    credentials: PLAIN\n",
            "    ",
        ),
        (
            "DESTINATION",
            "INBOUND",
            "    source: west\n    destination: hall\n    mode: source-initiated\n    credentials: PLAIN\n    local_credentials: PLAIN\n",
            "    ",
        ),
        (
            "SOURCE",
            "OUTBOUND",
            "    source: hall\n    destination: west\n    mode: source-initiated\n    credentials: PLAIN\n    local_credentials: PLAIN\n",
            "    halves: { hall: { HERE } }\n",
        ),
        (
            "BIDIRECTIONAL",
            "INBOUND",
            "    mode: bidirectional\n    halves: { hall: { connection: inbound, HERE }, west: { credentials: PLAIN, local_credentials: PLAIN } }\n",
            "",
        ),
        (
            "BIDIRECTIONAL",
            "OUTBOUND",
            "    mode: bidirectional\n    halves: { west: { credentials: PLAIN, local_credentials: PLAIN }, hall: { credentials: PLAIN, local_credentials: PLAIN, HERE } }\n",
            "",
        ),
    ];
    let mut wrong = Vec::new();
    let mut followed = 0;
    for (mode, connection, link, tail) in PARTS {
        let text = |configs: &str| {
            let body = match (link.contains("HERE"), tail.contains("HERE")) {
                (true, _) => link.replace("HERE", configs),
                (false, true) => format!("{link}{}", tail.replace("HERE", configs)),
                (false, false) => format!("{link}{tail}{configs}\n"),
            };
            spec(&format!("links:\n  dr:\n{body}"))
        };
        let (west_mode, west_connection) = match (*mode, *connection) {
            ("DESTINATION", "OUTBOUND") => ("", ""),
            ("DESTINATION", _) => ("SOURCE", "OUTBOUND"),
            ("SOURCE", _) => ("DESTINATION", "INBOUND"),
            _ => ("BIDIRECTIONAL", "OUTBOUND"),
        };
        let west = match west_mode {
            "" => String::new(),
            _ => format!(
                "    links: [{{ name: dr, remote: HallHallHallHallHall01, mode: {west_mode}, connection: {west_connection}, made_by: terraform }}]\n"
            ),
        };
        let world = world("", &west).replace(
            "hall.example:9092\n",
            &format!("hall.example:9092\n    links: [{{ name: dr, remote: lkc-west01, mode: {mode}, connection: {connection}, made_by: terraform }}]\n"),
        );
        let entries = ENTRIES.iter().filter(|entry| {
            entry.place != Where::CloudOnly && entry.mutability != Mutability::Derived
        });
        let full = std::env::var_os("LINKWRIGHT_ALL_PROFILES").is_some();
        for (at, entry) in entries.enumerate() {
            if !full && at % 4 != 0 {
                continue;
            }
            let outcome = stepped(async {
                let bench = Bench::new(&world);
                let value = value(entry.kind, entry.default);
                let entry = match entry.sensitive {
                    true => {
                        json!({ "name": entry.name, "value": null, "is_default": false, "is_sensitive": true })
                    }
                    false => set(entry.name, &value),
                };
                let name = entry["name"].as_str().unwrap().to_owned();
                let is_secret = entry["is_sensitive"] == true;
                inject(&bench, "HallHall", vec![entry]);
                let before = look(&bench, &text("configs: {}")).await.plan;
                let finding = before
                    .findings
                    .iter()
                    .find(|finding| matches!(finding.kind.code().0, "LW250" | "LW251"));
                if finding.is_none() {
                    return Ok(false);
                }
                let value = match is_secret {
                    true => "${env:SECRET}".to_owned(),
                    false => value,
                };
                let after = text(&format!("configs: {{ {name}: '{value}' }}"));
                if let Err(problems) = read(&[("spec.yaml", &after)]) {
                    let summaries: Vec<_> = problems
                        .iter()
                        .map(|it| format!("{} {}", it.code, it.summary))
                        .collect();
                    return Err(format!("{name}: {}", summaries.join("; ")));
                }
                let after = look(&bench, &after).await.plan;
                match codes(&after).is_empty() && after.operations.is_empty() {
                    true => Ok(true),
                    false => Err(format!("{name}: {}", show(&after))),
                }
            });
            match outcome {
                Ok(was_followed) => followed += usize::from(was_followed),
                Err(words) => wrong.push(format!("{mode}/{connection} {words}")),
            }
        }
    }
    assert!(followed > 40, "{followed}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
