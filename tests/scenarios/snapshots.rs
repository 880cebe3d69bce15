//! What a snapshot says in place of the clusters: the same, in every scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use linkwright::address::ClusterName;
use linkwright::desired::Desired;
use linkwright::diff::Options;
use linkwright::plan::{Allow, Allowances};
use linkwright::snapshot::{DeclaredClusterV1, RecordedClusterV1, Said, SnapshotV1};

use super::setup::Setup;
use super::{allowed, call_of, folders, read, scenario, spec_file, world_file};
use crate::support::bench::stepped;
use crate::support::recorded::{Question, Told, answering};

/// What is compared in a scenario.
pub(super) fn question<'a>(setup: &'a Setup, allow: &[&str]) -> Question<'a> {
    let allow = allow.iter().filter_map(|word| Allow::from_word(word));
    Question {
        desired: &setup.desired,
        options: setup.options(),
        allow: allow.collect(),
        now: setup.bench.now(),
    }
}

/// A scenario as it begins, what commands say of it, and its snapshot.
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) spec: String,
    pub(super) desired: Desired,
    pub(super) snapshot: SnapshotV1,
    /// The clusters that are called.
    pub(super) called: BTreeSet<ClusterName>,
    /// What is said of the clusters, and of the snapshot.
    live: Told,
    pub(super) recorded: Told,
    options: Options,
    allow: Allowances,
    now: jiff::Timestamp,
}

/// Every scenario: several tests compare with it.
pub(super) static SEEN: LazyLock<Vec<Seen>> = LazyLock::new(|| {
    let folders = folders();
    folders.iter().map(|it| stepped(Seen::of(it))).collect()
});

impl Seen {
    async fn of(folder: &Path) -> Self {
        let scenario = scenario(folder).unwrap();
        let file = |name: &str| read(&folder.join(name)).unwrap();
        let spec = file(spec_file(&scenario).unwrap());
        let setup = Setup::open(&file(world_file(&scenario).unwrap()), &spec).unwrap();
        let allow = allowed(&scenario);
        for step in &scenario.given.events {
            setup.call(call_of(step).unwrap()).await.unwrap();
        }
        let question = question(&setup, &allow);
        let live = question.ask(&setup.bench.clients).await;
        let snapshot = question.snapshot(&setup.bench).await;
        let recorded = question.ask(&answering(&setup.desired, &snapshot)).await;
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            spec,
            snapshot,
            called: setup.bench.clients.keys().cloned().collect(),
            live,
            recorded,
            options: setup.options(),
            allow: question.allow,
            now: question.now,
            desired: setup.desired.clone(),
        }
    }

    pub(super) fn question(&self) -> Question<'_> {
        Question {
            desired: &self.desired,
            options: self.options.clone(),
            allow: self.allow.clone(),
            now: self.now,
        }
    }
}

/// What a link has as its credentials in the scenarios' worlds, as servers never say it.
fn has_secrets(text: &str) -> bool {
    let snapshot: serde_json::Value = serde_json::from_str(text).unwrap();
    let clusters = snapshot["clusters"].as_object().unwrap().values();
    let answers = clusters.flat_map(|cluster| cluster["answers"].as_object().unwrap().values());
    let rows = answers
        .filter_map(|answer| answer["read"].as_array())
        .flatten();
    let mut secret = rows.filter(|row| {
        let name = row["name"].as_str().unwrap_or_default();
        name.contains("jaas") || name.contains("password")
    });
    secret.any(|row| row.get("value").is_some())
}

#[test]
fn plan_drift_and_status_are_the_same_from_a_snapshot() {
    let schema = serde_json::to_value(schemars::schema_for!(SnapshotV1)).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut wrong = Vec::new();
    for seen in SEEN.iter() {
        let text = serde_json::to_string(&seen.snapshot).unwrap();
        let is_valid = schema.is_valid(&serde_json::from_str(&text).unwrap());
        assert!(is_valid && !has_secrets(&text), "{}: {text}", seen.name);
        for (document, words) in seen.live.differences(&seen.recorded) {
            wrong.push(format!("{}: {document}:\n{words}", seen.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_a_snapshot_does_not_have_is_unknown() {
    let file = |name: &str| read(&Path::new("tests/scenarios/nothing-to-do").join(name)).unwrap();
    let setup = Setup::open(&file("world.yaml"), &file("spec.yaml")).unwrap();
    let [whole, less] = stepped(async {
        let question = question(&setup, &[]);
        let snapshot = question.snapshot(&setup.bench).await;
        let whole = question.ask(&answering(&setup.desired, &snapshot)).await;
        let mut snapshot = snapshot;
        for cluster in snapshot.clusters.values_mut() {
            let answers = &mut cluster.answers.0;
            answers.retain(|call, _| !call.ends_with("/configs"));
        }
        let less = question.ask(&answering(&setup.desired, &snapshot)).await;
        [whole, less]
    });
    assert!(!whole.plan.contains("LW250"), "{}", whole.plan);
    assert!(
        less.plan.contains("\"has_unknowns\": true"),
        "{}",
        less.plan
    );
    let words = "the snapshot has no answer to this call";
    assert!(
        less.plan.contains(words) && less.drift.contains(words),
        "{less:?}"
    );
}

#[test]
fn a_secret_that_a_server_sends_is_left_out() {
    let row = |name: &str, mark: &str| format!(r#"{{"name":"{name}","value":"s3cret"{mark}}}"#);
    let rows = [
        row("sasl.jaas.config", ""),
        row("ssl.key.password", ""),
        row("anything.new", r#","is_sensitive":true"#),
        row("anything.newer", r#","sensitive":true"#),
        row("a.name.that.nobody.knows", ""),
    ];
    let answers = format!(r#"{{"links/dr/configs":{{"read":[{}]}}}}"#, rows.join(","));
    let cluster = RecordedClusterV1 {
        id: "lkc-1".into(),
        declared: DeclaredClusterV1::default(),
        answers: serde_json::from_str(&answers).unwrap(),
        earlier: None,
    };
    let clusters = BTreeMap::from([("west".into(), cluster)]);
    let snapshot = SnapshotV1::new(jiff::Timestamp::UNIX_EPOCH, false, clusters, None);
    let text = serde_json::to_string(&snapshot).unwrap();
    assert!(
        !text.contains("s3cret") && text.contains("anything.newer"),
        "{text}"
    );
    assert!(!format!("{snapshot:?}").contains("s3cret"));
    let cluster = |answers: &str| RecordedClusterV1 {
        id: "lkc-1".into(),
        declared: DeclaredClusterV1::default(),
        answers: serde_json::from_str(answers).unwrap(),
        earlier: None,
    };
    let quoting = [
        r#"{"links/dr/configs":{"read":[{"name":"sasl.oauthbearer.token.endpoint.url","value":"https://u:s3cret@idp/token"}]}}"#,
        r#"{"links/dr/configs":{"read":[{"name":"sasl.oauthbearer.token.endpoint.url","value":"https://idp/token?key=s3cret"}]}}"#,
        r#"{"links":{"read":[{"link_name":"dr","link_error_message":"wrong jaas: password=\"s3cret\""}]}}"#,
        r#"{"links/dr":{"read":{"tasks":[{"errors":[{"error_message":"client_secret: s3cret refused"}]}]}}}"#,
    ];
    for answers in quoting {
        let clusters = BTreeMap::from([("west".into(), cluster(answers))]);
        let snapshot = SnapshotV1::new(jiff::Timestamp::UNIX_EPOCH, false, clusters, None);
        let text = serde_json::to_string(&snapshot).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn other_files_are_no_snapshots() {
    let now: jiff::Timestamp = "2026-11-02T09:00:00Z".parse().unwrap();
    let wrong = |text: &str| SnapshotV1::parse(text, now).unwrap_err().to_string();
    for text in ["", "{}", "[1]", r#"{"format_version":1}"#] {
        let error = wrong(text);
        assert!(error.starts_with("not a snapshot: "), "{error}");
    }
    let of = |format: u32, time: &str| {
        format!(
            r#"{{"format_version":{format},"linkwright":"9.0.0","taken_at":"2026-11-02T{time}Z","clusters":{{}}}}"#
        )
    };
    let newer = wrong(&of(2, "08:00:00"));
    assert!(
        newer.starts_with("written by Linkwright 9.0.0, in format 2"),
        "{newer}"
    );
    let none = wrong(&of(0, "08:00:00"));
    assert!(none.starts_with("in format 0"), "{none}");
    // The clocks of two machines differ a little.
    assert!(SnapshotV1::parse(&of(1, "09:04:59"), now).is_ok());
    let later = wrong(&of(1, "09:06:00"));
    assert_eq!(
        later,
        "taken at 2026-11-02T09:06:00Z, and it is 2026-11-02T09:00:00Z: how old it is is not known"
    );
}

const LETTERS: &str = "._-";

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || LETTERS.contains(letter)
}

/// Where servers write in words.
const WORDS: [&str; 5] = [
    "error_message",
    "link_error_message",
    "message",
    "reason",
    "why",
];

/// The texts of a file between characters that no name has, and apart from them what servers say in words.
#[derive(Default)]
struct Texts {
    names: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Texts {
    fn of(value: &serde_json::Value) -> Self {
        let mut found = Self::default();
        found.add(value);
        found
    }

    fn add(&mut self, value: &serde_json::Value) {
        let names = |text: &str| {
            let names = text.split(|letter| !is_of_name(letter));
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        match value {
            serde_json::Value::String(text) => self.names.extend(names(text)),
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    self.names.extend(names(name));
                    match value.as_str().filter(|_| WORDS.contains(&name.as_str())) {
                        // A link that is well has none.
                        Some("") => {}
                        Some(words) => drop(self.words.insert(words.to_owned())),
                        None => self.add(value),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            _ => {}
        }
    }

    /// The lines of a document in any order, without the names that are hidden and without what servers say.
    fn outline(&self, document: &str) -> Vec<String> {
        let is_said = |line: &&str| self.words.iter().any(|words| line.contains(words.as_str()));
        let lines = document.lines().filter(|line| !is_said(line));
        let mut lines: Vec<String> = lines.map(|line| self.masked(line)).collect();
        lines.sort();
        lines
    }

    fn masked(&self, line: &str) -> String {
        let mut new = String::new();
        for word in line
            .trim_end_matches(',')
            .split_inclusive(|it| !is_of_name(it))
        {
            let name = word.trim_end_matches(|letter| !is_of_name(letter));
            match self.names.contains(name) || name.contains("hidden-") {
                true => new.push_str(&word.replacen(name, "…", 1)),
                false => new.push_str(word),
            }
        }
        new
    }
}

#[test]
fn hidden_names_are_nowhere_in_the_file_and_nothing_else_changes() {
    let schema = serde_json::to_value(schemars::schema_for!(SnapshotV1)).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let (mut wrong, mut hidden) = (Vec::new(), 0);
    for seen in SEEN.iter() {
        let (name, open) = (&seen.name, &seen.snapshot);
        let said = Said::of(&seen.desired);
        let mut snapshot = open.clone();
        snapshot.hide(&said, &[7; 32]).unwrap();
        assert!(snapshot.not_seen(&said).is_none(), "{name}");
        let [before, after] = [open, &snapshot].map(|it| serde_json::to_value(it).unwrap());
        assert!(schema.is_valid(&after), "{name}");
        let [mut was, is] = [&before["clusters"], &after["clusters"]].map(Texts::of);
        let spec = Texts::of(&serde_json::to_value(&seen.desired).unwrap());
        for listed in names_of(open).difference(&spec.names) {
            // Names of Kafka's own, and what a link makes of a name that the spec says.
            let mut links = said.links.iter();
            let is_made = links.any(|link| {
                let source = listed.strip_prefix(link.as_str());
                source.is_some_and(|source| spec.names.contains(source))
            });
            // What begins a name of the spec is seen there.
            let begins = spec.names.iter().any(|it| it.starts_with(listed.as_str()));
            if is_made || begins || matches!(listed.as_str(), "*" | "kafka-cluster") {
                continue;
            }
            hidden += 1;
            if is.names.contains(listed) {
                wrong.push(format!("{name}: {listed} is in the file"));
            }
        }
        was.names.retain(|it| !is.names.contains(it));
        let is = Texts {
            names: BTreeSet::new(),
            ..is
        };
        let before = &seen.recorded;
        let clients = answering(&seen.desired, &snapshot);
        let after = stepped(seen.question().ask(&clients));
        for (before, after) in [
            (&before.plan, &after.plan),
            (&before.drift, &after.drift),
            (&before.status, &after.status),
        ] {
            let (before, after) = (was.outline(before), is.outline(after));
            assert!(before.len() > 5, "{name}: {before:?}");
            if before != after {
                let (before, after) = (before.join("\n"), after.join("\n"));
                let diff = similar::TextDiff::from_lines(before.as_str(), &after);
                wrong.push(format!(
                    "{name}:\n{}",
                    diff.unified_diff().context_radius(0)
                ));
            }
        }
    }
    assert!(hidden > 50, "{hidden}");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The names of topics and groups that clusters list, and their principals without what kind they are of.
fn names_of(snapshot: &SnapshotV1) -> BTreeSet<String> {
    let lists = [
        ("topics", "topic_name"),
        ("links/-/mirrors", "mirror_topic_name"),
        ("links/-/mirrors", "source_topic_name"),
        ("consumer-groups", "consumer_group_id"),
        ("acls", "principal"),
        ("acls", "resource_name"),
    ];
    let names = lists
        .iter()
        .flat_map(|(list, field)| snapshot.names(list, field));
    let names = names.map(|(_, name)| name.rsplit(':').next().unwrap().to_owned());
    names.collect()
}

/// Answers with a name of others, `foreign`, in every place that has names.
const FOREIGN: &str = r#"{
  "links": { "read": [{ "link_name": "theirs", "link_error_message": "foreign topic refused" }] },
  "links/theirs/configs": { "read": [
    { "name": "cluster.link.prefix", "value": "theirs." },
    { "name": "bootstrap.servers", "value": "SASL_SSL://foreign-1:9092,[fd00:4e16::1]:9092" },
    { "name": "sasl.login.callback.handler.class", "value": "com.foreign.Handler" },
    { "name": "sasl.client.callback.handler.class", "value": "org.apache.kafka.Handler" },
    { "name": "client.id", "value": "foreign-client" },
    { "name": "sasl.oauthbearer.token.endpoint.url", "value": "https://foreign/token" },
    { "name": "consumer.offset.group.filters", "value":
      "{\"groupFilters\":[{\"name\":\"foreign-group\",\"patternType\":\"PREFIXED\",\"filterType\":\"INCLUDE\"}]}" },
    { "name": "acl.filters", "value":
      "{\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"topic\",\"patternType\":\"literal\",\"name\":\"foreign\"},\"accessFilter\":{\"principal\":\"User:foreign\",\"host\":\"fd00:4e16::2\",\"operation\":\"any\",\"permissionType\":\"any\"}}]}" }
  ] },
  "links/-/mirrors": { "read": [
    { "link_name": "theirs", "mirror_topic_name": "theirs.foreign", "source_topic_name": "foreign" },
    { "link_name": "theirs", "mirror_topic_name": "theirs.orders.foreign", "source_topic_name": "orders.foreign" }
  ] },
  "links/theirs/mirrors/theirs.foreign?include_state_transition_errors=true": { "read": {
    "mirror_topic_name": "theirs.foreign", "source_topic_name": "foreign",
    "mirror_state_transition_errors": [{ "error_message": "foreign is gone" }] } },
  "topics": { "read": [{ "topic_name": "foreign" }, { "topic_name": "a-foreign" }, { "topic_name": "orders" }] },
  "acls?principal=UserV2%3A%2A": { "read": [
    { "resource_type": "TOPIC", "resource_name": "foreign", "pattern_type": "PREFIXED", "principal": "User:foreign",
      "host": "fd00:4e16::1" },
    { "resource_type": "TRANSACTIONAL_ID", "resource_name": "foreign-tx", "pattern_type": "LITERAL",
      "principal": "User:*", "host": "*" }
  ] },
  "consumer-groups": { "read": [{ "consumer_group_id": "foreign" }] },
  "consumer-groups/foreign/lags": { "failed": { "kind": "refused", "status": 403, "code": 40301, "message": "not foreign" } }
}"#;

const PAIRS: &str = r#"{
  "switchover/v1/switchover-pairs?environment=env-1": { "read": [
    { "id": "sw-1", "spec": { "display_name": "foreign pair", "active_member": "foreign-a", "first_active": "foreign-b",
      "members": [
        { "name": "foreign-a", "member_crn": "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-1" },
        { "name": "foreign-b", "member_crn": "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-2" }] },
      "status": { "phase": "READY", "conditions": [{ "member": "foreign-a", "status": "False", "message": "foreign" }] } },
    { "id": "sw-gone", "spec": { "display_name": "foreign", "active_member": "x",
      "members": [{ "name": "x", "member_crn": "crn://confluent.cloud/organization=o/environment=env-1/cloud-cluster=lkc-gone" }] },
      "status": { "phase": "READY" } }
  ] },
  "switchover/v1/switchover-endpoints?environment=env-1": { "read": [
    { "id": "se-1", "spec": { "parent_resource_crn": "crn://confluent.cloud/environment=env-1/switchover-pair=sw-1", "target": "foreign-a" },
      "status": { "phase": "READY" } },
    { "id": "se-gone", "spec": { "parent_resource_crn": "crn://confluent.cloud/environment=env-1/switchover-pair=sw-gone", "target": "x" },
      "status": { "phase": "READY" } }
  ] }
}"#;

#[test]
fn names_of_others_are_hidden_wherever_they_are() {
    let cluster = RecordedClusterV1 {
        id: "lkc-1".into(),
        declared: DeclaredClusterV1::default(),
        answers: serde_json::from_str(FOREIGN).unwrap(),
        earlier: None,
    };
    let clusters = BTreeMap::from([("west".into(), cluster)]);
    let cloud = serde_json::from_str(PAIRS).unwrap();
    let mut snapshot = SnapshotV1::new(jiff::Timestamp::UNIX_EPOCH, false, clusters, Some(cloud));
    let mut said = Said::default();
    said.names.topics.names.insert("orders".to_owned());
    said.names.topics.prefixes.insert("orders.".to_owned());
    snapshot.hide(&said, &[7; 32]).unwrap();
    let text = serde_json::to_string_pretty(&snapshot).unwrap();
    for foreign in ["foreign", "4e16", "::1", "::2", "gone"] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
    // What the documentation says that stays.
    for stays in [
        "theirs.hidden-",
        "theirs.orders.hidden-",
        "org.apache.kafka.Handler",
        "lkc-2",
    ] {
        assert!(text.contains(stays), "{stays}: {text}");
    }
    let file = serde_json::to_value(&snapshot).unwrap();
    let pairs = &file["confluent_cloud"]["switchover/v1/switchover-pairs?environment=env-1"];
    let [pair] = pairs["read"].as_array().unwrap().as_slice() else {
        panic!("{pairs}");
    };
    // A member has one name everywhere, and a principal is not seen to be called like a topic.
    assert_eq!(
        pair["spec"]["active_member"],
        pair["spec"]["members"][0]["name"]
    );
    assert_eq!(
        pair["spec"]["active_member"],
        pair["status"]["conditions"][0]["member"]
    );
    let topics = file["clusters"]["west"]["answers"]["topics"]["read"]
        .as_array()
        .unwrap();
    let topics: Vec<&str> = topics
        .iter()
        .map(|row| row["topic_name"].as_str().unwrap())
        .collect();
    assert!(
        topics.is_sorted() && topics.contains(&"orders"),
        "{topics:?}"
    );

    // A mirror topic that the spec has got since may be one that is hidden; a star is no name.
    let id = "lkc-1".into();
    let lists = |said: &Said| {
        let answers = snapshot.answers_for(&id, said).unwrap();
        answers.0.contains_key("links/-/mirrors")
    };
    assert!(lists(&said));
    said.names.topics.names.insert("*".to_owned());
    assert!(snapshot.not_seen(&said).is_none() && lists(&said));
    said.names.topics.names.insert("payments".to_owned());
    assert!(lists(&said), "both that are hidden begin with theirs.");
    said.names.topics.names.insert("theirs.payments".to_owned());
    said.names.groups.names.insert("payments".to_owned());
    assert!(!lists(&said));
    let new = snapshot.not_seen(&said).unwrap().patterns();
    assert_eq!(new, ["payments", "theirs.payments"]);
}
