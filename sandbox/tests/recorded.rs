//! Recorded replies, played again: a served world of the same profile and deployment gives the bodies in
//! `fixtures/recorded`, field by field. What no recording shows is held in `tests/profiles`, a file a
//! profile, so that a change of a profile is a difference to read.

use crate::common::{Answer, send, world_file};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linkwright_sandbox::{Options, Profile, Sandbox, World};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// Orders are arbitrary on real servers. So many worlds are tried for the recorded one.
const SEEDS: u64 = 256;

fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn recorded_text(name: &str) -> String {
    let path = root("../fixtures/recorded").join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn recorded(name: &str) -> Value {
    serde_json::from_str(&recorded_text(name)).unwrap()
}

/// The names of all fields of a JSON text, in the order in which they stand.
fn fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let mut escaped = false;
        let end = after.find(|letter| {
            let closes = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            closes
        });
        let (name, behind) = after.split_at(end.unwrap());
        rest = &behind[1..];
        if rest.trim_start().starts_with(':') {
            fields.push(name);
        }
    }
    fields
}

/// Hosts, link ids and times differ from run to run; a link's two ids are one UUID in two forms.
fn masked(mut value: Value) -> Value {
    mask(&mut value);
    value
}

/// Whether `link_id` is the dashed form of `cluster_link_id`.
fn is_one_uuid(link_id: &str, cluster_link_id: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(cluster_link_id).unwrap_or_default();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts: Vec<usize> = link_id.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && link_id.replace('-', "") == hex
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(object) => {
            if let (Some(Value::String(dashed)), Some(Value::String(id))) =
                (object.get("link_id"), object.get("cluster_link_id"))
            {
                assert!(is_one_uuid(dashed, id), "{dashed} and {id}");
            }
            for (name, value) in object {
                match (name.as_str(), &mut *value) {
                    ("self" | "related", Value::String(url)) => {
                        let at = url.find("/kafka/v3/").unwrap_or(0);
                        url.replace_range(..at, "");
                    }
                    ("link_id" | "cluster_link_id", Value::String(id)) => *id = "ID".to_owned(),
                    ("state_time_ms", Value::Number(time)) if time.as_i64() != Some(0) => {
                        *value = json!("TIME");
                    }
                    _ => mask(value),
                }
            }
        }
        _ => {}
    }
}

async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Answer {
    let body = (!body.is_empty()).then(|| body.to_owned());
    send(
        sandbox,
        "",
        method,
        &format!("/kafka/v3/clusters/{path}"),
        body,
    )
    .await
}

async fn replays(world: &str, method: &str, path: &str, body: &str, recording: &str) {
    replay(&world_file(world), method, path, body, recording).await;
}

/// Asks worlds of one text, seed after seed, until one answers as recorded; shows the last that did not.
async fn replay(world: &str, method: &str, path: &str, body: &str, recording: &str) {
    let wanted = masked(recorded(recording));
    let order = recorded_text(recording);
    let mut last = Value::Null;
    for seed in 0..SEEDS {
        let options = Options {
            seed: Some(seed),
            ..Options::default()
        };
        let sandbox = Sandbox::with_options(World::from_yaml(world).unwrap(), options);
        let answer = ask(&sandbox, method, path, body).await;
        last = masked(answer.json);
        if last == wanted {
            assert_eq!(fields(&answer.text), fields(&order), "{recording}");
            return;
        }
    }
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    panic!(
        "{recording}: no seed gives the recorded body\n{}\n--- recorded\n{}",
        pretty(&last),
        pretty(&wanted)
    );
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2022_lists_the_recorded_link_configs() {
    replays(
        "recorded-cc-2022",
        "GET",
        "lkc-dest01/links/link-a/configs",
        "",
        "link-configs.cc-2022",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2024_lists_the_recorded_links() {
    replays(
        "recorded-cc-2024",
        "GET",
        "lkc-dest01/links",
        "",
        "links.cc-2024",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2024_lists_the_recorded_mirrors() {
    let text = world_file("recorded-cc-2024")
        .replace("topic-a, partitions: 1", "topic-a, partitions: 2")
        .replace(", { source_topic: topic-b }", "");
    let wanted = masked(recorded("mirrors.cc-2024"));
    let order = recorded_text("mirrors.cc-2024");
    let mut given = Vec::new();
    for seed in 0..SEEDS {
        let options = Options {
            seed: Some(seed),
            ..Options::default()
        };
        let sandbox = Sandbox::with_options(World::from_yaml(&text).unwrap(), options);
        let answer = ask(&sandbox, "GET", "lkc-dest01/links/link-a/mirrors", "").await;
        assert_eq!(fields(&answer.text), fields(&order));
        given.push(masked(answer.json));
    }
    assert!(given.contains(&wanted), "{:#}", given[0]);
    // The order of lags and which idle partition reads -1 are arbitrary: other seeds differ.
    assert!(given.iter().any(|other| *other != wanted));
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2024_answers_a_failover_as_recorded() {
    replays(
        "recorded-cc-2024",
        "POST",
        "lkc-dest01/links/link-a/mirrors:failover",
        r#"{"mirror_topic_names":["topic-b","topic-a"]}"#,
        "failover.cc-2024",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2022_lists_the_recorded_links() {
    replays(
        "recorded-lists-cc-2022",
        "GET",
        "lkc-dest01/links",
        "",
        "links.cc-2022",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn cloud_in_2022_shows_the_recorded_mirrors() {
    let with = |mirror: &str, prefix: &str| {
        world_file("recorded-lists-cc-2022").replace(
            "{ name: link-a, remote: lkc-src01 }",
            &format!("{{ name: link-a, remote: lkc-src01, {prefix}mirrors: [{mirror}] }}"),
        )
    };
    for (world, mirror, recording) in [
        (
            with("{ source_topic: topic-a, status: PAUSED }", ""),
            "topic-a",
            "paused-mirror.cc-2022",
        ),
        (
            with(
                "{ source_topic: topic-a, status: STOPPED }",
                "configs: { cluster.link.prefix: us_ }, ",
            ),
            "us_topic-a",
            "stopped-mirror.cc-2022",
        ),
    ] {
        let path = format!("lkc-dest01/links/link-a/mirrors/{mirror}");
        replay(&world, "GET", &path, "", recording).await;
    }
}

/// What a command-line client printed of a link's configs: of each row these fields, in this order.
async fn shows(world: &str, path: &str, rows: &[Value], source: &str) {
    let sandbox = Sandbox::new(World::from_yaml(world).unwrap());
    let answer = ask(&sandbox, "GET", path, "").await;
    let have = answer.json["data"].as_array().unwrap();
    let mut from = 0;
    for row in rows {
        let at = have[from..]
            .iter()
            .position(|have| have["name"] == row["name"]);
        let at = from + at.unwrap_or_else(|| panic!("{source}: no {} in its place", row["name"]));
        for (field, value) in row.as_object().unwrap() {
            assert_eq!(
                have[at][field], *value,
                "{source}: {field} of {}",
                row["name"]
            );
        }
        from = at + 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_synced_topic_configs_reads_as_the_cli_printed_it() {
    let row = recorded("sync-include.cc-2023");
    for profile in ["cc-2022", "cc-2024"] {
        let world = world_file("recorded-lists-cc-2022")
            .replace("cc-2022", profile)
            .replace(
                "{ name: link-a, remote: lkc-src01 }",
                &format!(
                    "{{ name: link-a, remote: lkc-src01, made_by: cli, configs: {{ {}: {:?} }} }}",
                    row["name"].as_str().unwrap(),
                    row["value"].as_str().unwrap()
                ),
            );
        let rows = std::slice::from_ref(&row);
        shows(&world, "lkc-dest01/links/link-a/configs", rows, profile).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_of_the_console_reads_as_the_cli_printed_it() {
    let rows = recorded("console-link-configs.cc-2022");
    let world = world_file("recorded-console-cc-2022");
    shows(
        &world,
        "lkc-dest01/links/link-a/configs",
        rows.as_array().unwrap(),
        "console",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn platform_7_5_lists_the_recorded_link_configs() {
    let sandbox = Sandbox::new(World::from_yaml(&world_file("recorded-cp-7.5")).unwrap());
    let path = "DestDestDestDestDestD0/links/link-a/configs";
    let answer = ask(&sandbox, "GET", path, "").await;
    // Its author kept four fields of each entry, and no nulls.
    let kept = ["name", "value", "source", "is_default"];
    let reduced: Vec<Value> = answer.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let fields = entry.as_object().unwrap().iter();
            fields
                .filter(|(name, value)| kept.contains(&name.as_str()) && !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect();
    let wanted = recorded("link-configs.cp-7.5");
    for (have, want) in reduced.iter().zip(wanted.as_array().unwrap()) {
        assert_eq!(have, want);
    }
    assert_eq!(reduced.len(), 140);
    assert_eq!(Value::from(reduced), wanted);
}

#[tokio::test(start_paused = true)]
async fn missing_links_are_refused_in_the_recorded_words() {
    for (world, path, recording) in [
        (
            world_file("recorded-cc-2024"),
            "lkc-src01/links/link-a",
            "missing-link.cc-2024",
        ),
        (
            world_file("recorded-cp-7.5").replace("profile: cp-7.5", "profile: cp-8"),
            "SourceSourceSourceSou0/links/link-a",
            "missing-link.cp-8",
        ),
    ] {
        let sandbox = Sandbox::new(World::from_yaml(&world).unwrap());
        let answer = ask(&sandbox, "GET", path, "").await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json, recorded(recording), "{recording}");
    }
}

/// One deployment, asked the same of every profile: a one-way link with two mirrors, one of them stopped,
/// a pair of halves, and both halves of a source-initiated link.
const DEPLOYMENT: &str = r#"
version: 1
clock: { mode: manual }
clusters:
  - id: EAST
    kind: KIND
    profile: PROFILE
    bootstrap_servers: "east:9092"
    topics:
      - { name: orders, partitions: 3, records: [10, 0, 20] }
      - { name: payments, partitions: 2, records: 4 }
    links:
      - { name: out, remote: WEST, mode: SOURCE }
  - id: WEST
    kind: KIND
    profile: PROFILE
    bootstrap_servers: "west:9092"
    links:
      - name: dr
        remote: EAST
        configs: { consumer.offset.sync.enable: "true" }
        mirrors: [{ source_topic: orders }, { source_topic: payments, status: STOPPED }]
      - { name: out, remote: EAST, connection: INBOUND }
"#;

/// What is asked, by the name under which the answers stand.
const QUESTIONS: [(&str, &str, &str, &str); 9] = [
    ("links", "GET", "WEST/links", ""),
    ("link", "GET", "WEST/links/dr", ""),
    (
        "link with tasks",
        "GET",
        "WEST/links/dr?include_tasks=true",
        "",
    ),
    ("source half", "GET", "EAST/links/out", ""),
    ("mirrors", "GET", "WEST/links/dr/mirrors", ""),
    (
        "mirror with transition errors",
        "GET",
        "WEST/links/dr/mirrors/orders?include_state_transition_errors=true",
        "",
    ),
    ("no such link", "GET", "WEST/links/nothing", ""),
    (
        "the same link again",
        "POST",
        "WEST/links?link_name=dr",
        r#"{"source_cluster_id":"EAST","configs":[{"name":"bootstrap.servers","value":"east:9092"}]}"#,
    ),
    (
        "pause",
        "POST",
        "WEST/links/dr/mirrors:pause",
        r#"{"mirror_topic_names":["payments","orders"]}"#,
    ),
];

async fn answers(profile: Profile) -> String {
    let (kind, east, west) = match profile.kind() {
        linkwright_sandbox::ClusterKind::ConfluentCloud => {
            ("confluent-cloud", "lkc-east", "lkc-west")
        }
        _ => (
            "confluent-platform",
            "EastEastEastEastEastE0",
            "WestWestWestWestWestW0",
        ),
    };
    let own = |text: &str| {
        text.replace("KIND", kind)
            .replace("PROFILE", profile.name())
            .replace("EAST", east)
            .replace("WEST", west)
    };
    let sandbox = Sandbox::new(World::from_yaml(&own(DEPLOYMENT)).unwrap());
    sandbox.advance(Duration::from_secs(30));
    let mut all = serde_json::Map::new();
    for (name, method, path, body) in QUESTIONS {
        let answer = ask(&sandbox, method, &own(path), &own(body)).await;
        let reply = json!({ "status": answer.status, "body": masked(answer.json) });
        all.insert(name.to_owned(), reply);
    }
    let configs = ask(&sandbox, "GET", &own("WEST/links/dr/configs"), "").await;
    let rows = configs.json["data"].as_array().unwrap().clone();
    all.insert("one link config".to_owned(), masked(rows[0].clone()));
    let line = |row: &Value| {
        let default = row.get("is_default").or(row.get("default")).unwrap();
        format!(
            "{} = {}{}",
            row["name"].as_str().unwrap(),
            row["value"],
            if default == true { "" } else { " (set)" }
        )
    };
    all.insert(
        "link configs".to_owned(),
        rows.iter().map(line).collect::<Vec<_>>().into(),
    );
    format!("{:#}\n", Value::Object(all))
}

#[tokio::test(start_paused = true)]
async fn every_profile_answers_as_written_down() {
    let mut wrong = Vec::new();
    for profile in Profile::ALL {
        let path = root("tests/profiles").join(format!("{}.json", profile.name()));
        let given = answers(profile).await;
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &given).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != given {
            wrong.push(profile.name());
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong:?} answer otherwise: run with UPDATE_GENERATED=1 and read the difference"
    );
}
