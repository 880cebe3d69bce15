//! No advice leads into another refusal: the remedy of a finding that names an edit of the spec is followed, and
//! the finding must be gone, with nothing new in its place.

use bytes::Bytes;
use linkwright::catalog::{ENTRIES, Kind, Mutability, Where};
use linkwright::report::words::{self, explanations};
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::meaning::{PAIR, codes, dr, inject, look, other_ids, pair, set, spec, usual, world};
use crate::support::bench::{Bench, TODAY, read, show, stepped};

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
    /// What the servers answer otherwise than the sandbox.
    answers: fn(&Bench),
}

fn remedy(
    code: &'static str,
    says: &'static str,
    world: String,
    before: &str,
    after: &str,
) -> Remedy {
    edit(code, says, world, dr(before), dr(after))
}

/// A whole spec in place of another.
fn edit(
    code: &'static str,
    says: &'static str,
    world: String,
    before: String,
    after: String,
) -> Remedy {
    Remedy {
        code,
        says,
        world,
        before,
        after,
        leaves: &[],
        answers: |_| (),
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
        Remedy { code: "LW214", says: "or write `state: failed-over`", world: on_hall(pausing), before: hall("configs: { cluster.link.paused: true }\nmirrors: { orders: { state: promoted } }"), after: hall("configs: { cluster.link.paused: true }\nmirrors: { orders: { state: failed-over } }"), leaves: &[], answers: |_| () },
        Remedy { code: "LW214", says: "`state: mirroring` and resume the link", world: on_hall(pausing), before: hall("configs: { cluster.link.paused: true }\nmirrors: { orders: { state: promoted } }"), after: hall("configs: { cluster.link.paused: false }\nmirrors: { orders: {} }"), leaves: &[], answers: |_| () },
        Remedy { code: "LW260", says: "list it under `retired`", world: world("", "    links: [{ LINK }, { name: more, remote: lkc-east01, made_by: cli }]\n"), before: dr(""), after: format!("{}retired:\n  - {{ link: more, cluster: west, mirrors: must-be-stopped, reason: gone }}\n", dr("")), leaves: &[], answers: |_| () },
        Remedy { code: "LW220", says: "mirrors: failover", world: topic("ACTIVE"), before: retired("must-be-stopped"), after: retired("failover"), leaves: &[], answers: |_| () },
        Remedy { code: "LW220", says: "mirrors: promote", world: topic("ACTIVE"), before: retired("must-be-stopped"), after: retired("promote"), leaves: &[], answers: |_| () },
        Remedy { code: "LW213", says: "mirrors: failover", world: topic("SOURCE_UNAVAILABLE"), before: retired("promote"), after: retired("failover"), leaves: &[], answers: |_| () },
        Remedy { code: "LW270", says: "remove the entry", world: world("", ""), before: retired("failover"), after: spec(""), leaves: &[], answers: |_| () },
        Remedy { code: "LW205", says: "remove the link", world: world("    topics: [{ name: orders }]\n", "    topics: [{ name: orders }]\n"), before: dr("mirrors: { orders: {} }"), after: spec(""), leaves: &[], answers: |_| () },
        Remedy { code: "LW205", says: "give it a `prefix`", world: world("    topics: [{ name: orders }]\n", "    topics: [{ name: orders }]\n"), before: dr("mirrors: { orders: {} }"), after: dr("prefix: e.\nmirrors: { orders: {} }"), leaves: &[], answers: |_| () },
        Remedy { code: "LW204", says: "remove `acl_sync`", world: world("", ""), before: hall_source("acl_sync: { filters: [{}] }"), after: hall_source("prefix: h."), leaves: &[], answers: |_| () },
    ]);
    let read_only = |bench: &Bench| inject(bench, "", vec![json!({ "name": FIXED, "value": "8388608", "is_default": true, "is_read_only": true, "is_sensitive": false })]);
    let not_understood = |bench: &Bench| inject(bench, "", vec![set("auto.create.mirror.topics.enable", "true"), set(FILTERS, REGEX)]);
    let with_fixed = |value: u32| format!("configs: {{ {FIXED}: {value} }}");
    let whole = format!("auto_create_mirrors: {{}}\nconfigs: {{ {FILTERS}: '{REGEX}' }}");
    all.extend([
        Remedy { code: "LW202", says: "remove it from the spec", world: on_hall(""), before: hall(&with_fixed(1_048_576)), after: hall(""), leaves: &[], answers: read_only },
        Remedy { code: "LW202", says: "write the live value", world: on_hall(""), before: hall(&with_fixed(1_048_576)), after: hall(&with_fixed(8_388_608)), leaves: &[], answers: read_only },
        Remedy { answers: not_understood, ..remedy("LW203", "under `configs`", usual(""), "auto_create_mirrors: { topics: { include: [\"orders*\"] } }", &whole) },
    ]);
    // Another link mirrors the topic, and no file declares that link.
    let taken = |dr: &str| world("    topics: [{ name: orders }]\n", &format!("    links: [{{ name: more, remote: lkc-east01, made_by: cli, mirrors: [{{ source_topic: orders }}] }}{dr}]\n"));
    all.extend([
        Remedy { leaves: &["LW260"], ..remedy("LW212", "remove the key", taken(", { LINK }"), "mirrors: { orders: {} }", "") },
        Remedy { leaves: &["LW260"], ..remedy("LW212", "give a new link a prefix", taken(""), "mirrors: { orders: {} }", "prefix: e.\nmirrors: { orders: {} }") },
        remedy("LW211", "give a new link a prefix", world("    topics: [{ name: orders }, { name: other }]\n", "    topics: [{ name: orders }]\n"), "mirrors: { orders: {}, other: {} }", "prefix: e.\nmirrors: { orders: {}, other: {} }"),
        remedy("LW216", "`state: promoted`", topic("PENDING_STOPPED"), "mirrors: { orders: {} }", "mirrors: { orders: { state: promoted } }"),
        remedy("LW216", "`state: failed-over`", topic("PENDING_STOPPED"), "mirrors: { orders: {} }", "mirrors: { orders: { state: failed-over } }"),
        Remedy { answers: without_source, ..remedy("LW233", "write `state: failed-over`", topic("PENDING_STOPPED"), "mirrors: { orders: { state: promoted } }", "mirrors: { orders: { state: failed-over } }") },
        remedy("LW274", "remove `hold`", usual(""), "hold: { reason: a cutover, until: 2026-11-01 }", ""),
        Remedy { leaves: &["LW273"], ..remedy("LW274", "a later `until`", usual(""), "hold: { reason: a cutover, until: 2026-11-01 }", "hold: { reason: the next cutover, until: 2026-12-01 }") },
        remedy("LW242", "state: failed-over", topic("SOURCE_UNAVAILABLE"), "mirrors: { orders: {} }", "mirrors: { orders: { state: failed-over } }"),
        remedy("LW243", "state: failed-over", topic("LINK_FAILED"), "mirrors: { orders: {} }", "mirrors: { orders: { state: failed-over } }"),
        Remedy { code: "LW244", says: "cluster.link.paused: false", world: on_hall(pausing), before: hall("mirrors: { orders: {} }"), after: hall("configs: { cluster.link.paused: false }\nmirrors: { orders: {} }"), leaves: &[], answers: |_| () },
        // That the link is paused is then a config that the spec does not mention.
        Remedy { code: "LW244", says: "state: paused", world: on_hall(pausing), before: hall("mirrors: { orders: {} }"), after: hall("mirrors: { orders: { state: paused } }"), leaves: &["LW250"], answers: |_| () },
        Remedy { code: "LW271", says: "remove the key", world: on_hall("").replace("    links: [{ name: dr, remote: lkc-east01", "    topics: [{ name: orders }]\n    links: [{ name: dr, remote: lkc-east01"), before: hall("mirrors: { orders: { state: promoted } }"), after: hall(""), leaves: &[], answers: |_| () },
        Remedy { answers: with_lag, ..remedy("LW249", "state: failed-over", topic("STOPPED"), "mirrors: { orders: { state: promoted } }", "mirrors: { orders: { state: failed-over } }") },
    ]);
    all.extend(halves());
    all.extend(topics());
    all
}

const FIXED: &str = "replica.fetch.max.bytes";
const FILTERS: &str = "auto.create.mirror.topics.filters";
const REGEX: &str =
    r#"{"topicFilters":[{"name":"o.*","patternType":"REGEX","filterType":"INCLUDE"}]}"#;

/// Remedies where a link has two halves.
fn halves() -> Vec<Remedy> {
    let pushed = |mirrors: &str| {
        world(
            "",
            "    topics: [{ name: orders }]\n    links: [{ LINK, mode: SOURCE }]\n",
        )
        .replace("name: dr, remote: lkc-east01", "name: dr, remote: HallHallHallHallHall01")
        .replace(
            "hall.example:9092\n",
            &format!("hall.example:9092\n    links: [{{ name: dr, remote: lkc-west01, mode: DESTINATION, connection: INBOUND, made_by: terraform{mirrors} }}]\n"),
        )
    };
    let retired = |entries: &str| spec(&format!("retired:\n{entries}"));
    let west = "  - { link: dr, cluster: west, mirrors: must-be-stopped, reason: moved }\n";
    let both =
        format!("{west}  - {{ link: dr, cluster: hall, mirrors: failover, reason: moved }}\n");
    let running = ", mirrors: [{ source_topic: orders }]";
    let unseen = {
        let text = retired(west);
        let (start, rest) = text.split_once("  hall:\n").unwrap();
        format!("{start}retired:{}", rest.split_once("retired:").unwrap().1)
    };
    // The half that stays is not declared.
    let row = |code, says, world, before, after| Remedy {
        leaves: &["LW260"],
        ..edit(code, says, world, before, after)
    };
    vec![
        row(
            "LW221",
            "retire the other half in the same spec",
            pushed(running),
            retired(west),
            retired(&both),
        ),
        row(
            "LW231",
            "declare that cluster",
            pushed(""),
            unseen,
            retired(west),
        ),
        Remedy {
            answers: other_ids,
            ..row(
                "LW232",
                "take the link out of `links`",
                pair(running),
                spec(PAIR),
                retired(
                    "  - { link: dr, cluster: east, mirrors: must-be-stopped, reason: again }\n",
                ),
            )
        },
    ]
}

/// The cluster on the east answers nothing.
fn east_is_gone(bench: &Bench) {
    bench.sandbox.add_fault(FaultSpec {
        name: None,
        on: FaultMatch {
            cluster: Some("lkc-east01".to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::ResetBeforeEffect,
    });
}

/// Of topics of a bidirectional link whose primary is declared.
fn topics() -> Vec<Remedy> {
    let written = |at: &str| {
        let keys = PAIR.replace(", mirrors: { orders: {} }", "");
        spec(&format!(
            "{keys}\n    topics: {{ orders: {{ primary: {at} }} }}\n"
        ))
    };
    let lost = |text: String, until: &str| {
        let east = "    bootstrap_servers: east.example:9092\n";
        let reason = format!("    lost: {{ reason: region down, until: {until} }}\n");
        text.replacen(east, &format!("{east}{reason}"), 1)
    };
    let running = || pair(", mirrors: [{ source_topic: orders }]");
    let stopped = || pair(", mirrors: [{ source_topic: orders, status: STOPPED }]");
    let (later, past) = ("2026-12-01", "2026-11-01");
    vec![
        Remedy {
            answers: other_ids,
            leaves: &["LW260"],
            ..edit(
                "LW280",
                "linkwright explain LW280",
                running(),
                written("east"),
                spec(
                    "retired:\n  - { link: dr, cluster: east, mirrors: must-be-stopped, reason: again }\n",
                ),
            )
        },
        edit(
            "LW281",
            "first write `primary: west`",
            stopped(),
            written("east"),
            written("west"),
        ),
        Remedy {
            answers: east_is_gone,
            leaves: &["LW286"],
            ..edit(
                "LW283",
                "write `primary: west`",
                running(),
                lost(written("east"), later),
                lost(written("west"), later),
            )
        },
        edit(
            "LW284",
            "remove `lost`",
            stopped(),
            lost(written("west"), later),
            written("west"),
        ),
        edit(
            "LW287",
            "remove `lost`",
            running(),
            lost(written("east"), past),
            written("east"),
        ),
        edit(
            "LW288",
            "remove `lost`",
            running(),
            lost(written("west"), later),
            written("west"),
        ),
    ]
}

/// Findings of a plan whose remedy is no edit of the spec.
const NO_EDIT: &[(&str, &str)] = &[
    ("LW218", "a newer version or another client"),
    ("LW230", "the endpoint, the network or permissions"),
    (
        "LW240",
        "the cause is at the other cluster or in the network; a rotation has tests of its own",
    ),
    ("LW241", "permissions, or what the task works on"),
    ("LW246", "a newer version or another client"),
    ("LW247", "the link's throughput, or a threshold of `drift`"),
    ("LW248", "producers and consumers; drift says it, no plan"),
    (
        "LW251",
        "nothing is to be done; declaring it is followed for every config below",
    ),
    ("LW252", "nothing is to be done"),
    ("LW253", "nothing is to be done"),
    ("LW261", "nothing can address it"),
    ("LW272", "nothing is to be done while the exception holds"),
    ("LW273", "nothing is to be done while the hold lasts"),
    ("LW282", "the endpoint, the network or permissions"),
    ("LW285", "a topic to create, or a cluster to wait for"),
    (
        "LW286",
        "a cluster to wait for; once it answers it is LW288",
    ),
    (
        "LW289",
        "it refuses what LW288 is found of, whose remedy is followed",
    ),
];

#[test]
fn every_finding_has_its_remedy_followed_or_no_edit_to_follow() {
    let followed: BTreeSet<&str> = remedies().iter().map(|remedy| remedy.code).collect();
    let excepted: BTreeSet<&str> = NO_EDIT.iter().map(|(code, _)| *code).collect();
    let all: BTreeSet<&str> = explanations()
        .map(|it| it.code)
        .filter(|code| code.starts_with("LW2"))
        .collect();
    let either: BTreeSet<&str> = followed.union(&excepted).copied().collect();
    assert_eq!(
        either, all,
        "a finding without a row, or a row without a finding"
    );
    let both: Vec<_> = followed.intersection(&excepted).collect();
    assert!(both.is_empty(), "{both:?}");
}

/// The link cannot reach its source.
fn without_source(bench: &Bench) {
    bench.tap.edit(|path, body| {
        if !path.ends_with("/links") {
            return body;
        }
        let mut list: Value = serde_json::from_slice(&body).unwrap();
        for row in list["data"].as_array_mut().into_iter().flatten() {
            row["link_state"] = "UNAVAILABLE".into();
            row["link_error"] = "TIMEOUT_ERROR".into();
        }
        Bytes::from(list.to_string())
    });
}

/// Every mirror topic lags.
fn with_lag(bench: &Bench) {
    bench.tap.edit(|path, body| {
        if !path.ends_with("/mirrors") {
            return body;
        }
        let mut list: Value = serde_json::from_slice(&body).unwrap();
        for row in list["data"].as_array_mut().into_iter().flatten() {
            for partition in row["mirror_lags"].as_array_mut().into_iter().flatten() {
                partition["lag"] = 5.into();
            }
        }
        Bytes::from(list.to_string())
    });
}

fn hall_source(lines: &str) -> String {
    dr(lines).replace("source: east", "source: hall")
}

#[test]
fn what_a_remediation_says_to_write_resolves_the_finding_and_causes_no_other() {
    let mut wrong = Vec::new();
    for remedy in remedies() {
        let outcome = stepped(async {
            let mut bench = Bench::new(&remedy.world);
            bench.options.today = Some(TODAY);
            (remedy.answers)(&bench);
            if let Err(problems) = read(&[("spec.yaml", &remedy.before)]) {
                return Err(format!("is not valid before: {problems:#?}"));
            }
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
                .filter(|code| {
                    code.starts_with(remedy.code)
                        || !(code.starts_with("LW242") || code.starts_with("LW240"))
                })
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
