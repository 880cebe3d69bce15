//! What an importer does not take over is listed, and what looks alike does not become one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use linkwright::diagnostic::Severity;
use linkwright::export::{Document, ExportInput, export};
use linkwright::import::{self, Checked, Described, Found, Tool};
use linkwright::report::hand_over::{HandOver, hand_over};
use linkwright::{spec, validate};
use serde_json::{Value, json};

use crate::support::bench::TODAY;

const SECRET: &str = "NEVER-IMPORTED";

fn script(text: &str) -> Found {
    let files = [(Arc::from("create.sh"), Arc::from(text))];
    import::properties(&files, None, &|_, _| None).unwrap()
}

fn manifests(text: &str) -> Found {
    import::cfk(&[(Arc::from("links.yaml"), Arc::from(text))]).unwrap()
}

fn terraform(document: &Value) -> Found {
    let text = document.to_string();
    import::terraform(&[(Arc::from("plan.json"), Arc::from(text))]).unwrap()
}

/// What is written of what was found. It must validate, and show no secret.
fn written(found: &Found) -> (Described, Document) {
    let described = found.world(&BTreeMap::new()).unwrap();
    let document = export(&ExportInput {
        clusters: &described.clusters,
        live: &described.live,
        existing: None,
        only_used: true,
        today: TODAY,
    });
    let folder = document.in_folder(Path::new("links"), &|_| false);
    let specs = folder
        .iter()
        .filter(|(file, _)| file.extension().is_some_and(|it| it == "yaml"));
    let files: Vec<(Arc<str>, Arc<str>)> = specs
        .map(|(file, text)| {
            (
                Arc::from(file.display().to_string()),
                Arc::from(text.as_str()),
            )
        })
        .collect();
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
    problems.retain(|problem| problem.severity != Severity::Note);
    assert!(problems.is_empty(), "{problems:#?}\n{folder:#?}");
    let shown = format!("{found:?}{described:?}{document:?}{folder:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    (described, document)
}

fn guide(tool: Tool, found: &Found) -> String {
    let (described, document) = written(found);
    hand_over(&HandOver {
        tool,
        found,
        described: &described,
        document: &document,
        folder: "links",
        checked: &Checked::Not,
    })
}

/// What is listed that the spec lacks, a line for each.
fn gaps(found: &Found) -> Vec<String> {
    let gaps = found.left.iter().filter(|left| left.is_gap);
    gaps.map(|left| format!("{}: {}", left.what, left.why))
        .collect()
}

fn stays(found: &Found) -> Vec<String> {
    let left = found.left.iter().filter(|left| !left.is_gap);
    left.map(|left| format!("{}: {}", left.what, left.why))
        .collect()
}

/// One of these lines has all of these texts.
#[track_caller]
fn says(lines: &[String], texts: &[&str]) {
    let is_said = lines
        .iter()
        .any(|line| texts.iter().all(|text| line.contains(text)));
    assert!(is_said, "{texts:?} in none of {lines:#?}");
}

const LINK: &str = "kafka-cluster-links --create --link dr --bootstrap-server west:9092 --cluster-id src \\\n  \
                    --config bootstrap.servers=east:9092\n";

// --- Clusters that are not the same.

#[test]
fn links_of_one_name_in_a_chain_keep_their_clusters() {
    let found = script(
        "confluent kafka link create dr --cluster lkc-b --source-cluster lkc-a --source-bootstrap-server a:9092\n\
         confluent kafka link create dr --cluster lkc-c --source-cluster lkc-b --source-bootstrap-server b:9092\n",
    );
    let names: Vec<&str> = found.clusters().collect();
    assert_eq!(names, ["lkc-a", "lkc-b", "lkc-c"]);
    // Without ids only the addresses say so.
    let found = script(
        "kafka-cluster-links --create --link dr --bootstrap-server b:9092 --config bootstrap.servers=a:9092\n\
         kafka-cluster-links --create --link dr --bootstrap-server c:9092 --config bootstrap.servers=b:9092\n",
    );
    let names: Vec<&str> = found.clusters().collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn clusters_with_different_addresses_or_ids_do_not_become_one() {
    let pair = |first: &str, second: &str| {
        script(&format!(
            "kafka-cluster-links --create --link both {first}\nkafka-cluster-links --create --link both {second}\n"
        ))
    };
    let mode = "--config link.mode=BIDIRECTIONAL,bootstrap.servers";
    let found = pair(
        &format!("--bootstrap-server a:9092 {mode}=b:9092"),
        &format!("--bootstrap-server b:9092 {mode}=other:9092"),
    );
    let names: Vec<&str> = found.clusters().collect();
    assert_eq!(names, ["a", "b", "other"]);
    says(&gaps(&found), &["both", "a", "other", "different"]);
    // The same host with two ids: two clusters behind one name.
    let found = script(
        "kafka-cluster-links --create --link x --bootstrap-server a:9092 --cluster-id one --config bootstrap.servers=k:9092\n\
         kafka-cluster-links --create --link y --bootstrap-server a:9092 --cluster-id two --config bootstrap.servers=k:9093\n",
    );
    let (described, _) = written(&found);
    let ids: Vec<&str> = described
        .clusters
        .values()
        .map(|it| it.id.as_str())
        .collect();
    assert!(ids.contains(&"one") && ids.contains(&"two"), "{ids:?}");
}

#[test]
fn a_cluster_that_two_links_of_one_name_could_mean_stays_itself() {
    let mode = "--config link.mode=BIDIRECTIONAL";
    let found = script(&format!(
        "kafka-cluster-links --create --link l --bootstrap-server a:9092 --cluster-id hub {mode}\n\
         kafka-cluster-links --create --link l --bootstrap-server b:9092 --cluster-id hub {mode}\n\
         confluent kafka link create l --cluster hub --remote-cluster third {mode}\n"
    ));
    let names: Vec<&str> = found.clusters().collect();
    assert_eq!(names, ["a", "b", "hub", "third"]);
    says(&gaps(&found), &["third"]);
}

// --- Scripts.

#[test]
fn every_step_of_a_script_that_is_not_taken_over_is_listed_with_its_line() {
    let found = script(&format!(
        "#!/bin/sh\n{LINK}\
         kafka-mirrors --create --link dr --mirror-topic orders --bootstrap-server west:9092\n\
         kafka-configs --alter --cluster-link unknown --add-config acl.sync.enable=true --bootstrap-server west:9092\n\
         kafka-configs --alter --cluster-link dr --add-config acl.sync.enable=true --bootstrap-server east:9092\n\
         confluent kafka link configuration update dr --cluster lkc-other --config acl.sync.ms=1000\n\
         kafka-mirrors --promote --topics gone --link dr --bootstrap-server west:9092\n\
         kafka-mirrors --pause --topics orders,absent --link dr --bootstrap-server west:9092\n\
         confluent kafka mirror failover elsewhere --link other\n\
         kafka-cluster-links --delete --link dr --bootstrap-server west:9092\n\
         kafka-topics --delete --topic orders --bootstrap-server west:9092\n\
         kafka-topics --create --topic plain --bootstrap-server east:9092\n\
         kafka-topics --create --topic plainer --bootstrap-server east:9092\n\
         kafka-cluster-links --create --bootstrap-server west:9092\n\
         kafka-mirrors --create --mirror-topic nolink --bootstrap-server west:9092\n\
         confluent kafka mirror create nolink\n\
         confluent kafka mirror reverse-and-start orders --link dr\n\
         kafka-acls --add --allow-principal User:x --operation Read --topic orders\n\
         curl -u user:{SECRET} -X POST https://u:{SECRET}@west:8090/kafka/v3/clusters/x/links?link_name=l -d '{{}}'\n\
         kafka-mirrors --create --link dr --mirror-topic 'open\n"
    ));
    let gaps = gaps(&found);
    for texts in [
        &[
            "create.sh, line 5: kafka-configs --alter",
            "creates link unknown",
        ][..],
        &["line 6: kafka-configs --alter", "on that cluster"],
        &[
            "line 7: confluent kafka link configuration update",
            "on that cluster",
        ],
        &["line 8: kafka-mirrors --promote", "gone"],
        &["line 9: kafka-mirrors --pause", "absent"],
        &["line 10: confluent kafka mirror failover", "elsewhere"],
        &["line 11: kafka-cluster-links --delete", "link dr"],
        &["line 12: kafka-topics --delete", "orders"],
        &["line 15: kafka-cluster-links --create", "no link"],
        &["line 16: kafka-mirrors --create", "no link"],
        &["line 17: confluent kafka mirror create", "no link"],
        &["line 18: confluent kafka mirror reverse-and-start"],
        &["line 20: a request"],
        &["line 21: a command", "quote"],
    ] {
        says(&gaps, texts);
    }
    assert_eq!(gaps.len(), 14, "{gaps:#?}");
    let stays = stays(&found);
    says(
        &stays,
        &["lines 13, 14: kafka-topics --create", "ordinary topics"],
    );
    says(&stays, &["line 19: kafka-acls", "rights"]);
    // What is meant is taken all the same.
    let text = written(&found).1.one_file();
    assert!(text.contains("orders: { state: paused }"), "{text}");
    assert!(!text.contains("acl_sync"), "{text}");
    let guide = guide(Tool::Properties, &found);
    for gap in &gaps {
        let what = gap.split(": ").next().unwrap();
        assert!(guide.contains(what), "{what}\n{guide}");
    }
}

#[test]
fn what_only_reads_is_not_listed() {
    let found = script(&format!(
        "{LINK}kafka-cluster-links --list --bootstrap-server west:9092\n\
         kafka-mirrors --describe --link dr --bootstrap-server west:9092 2>/dev/null\n\
         kafka-topics --list --bootstrap-server west:9092\nkafka-configs --describe --cluster-link dr\n\
         confluent kafka link describe dr && confluent kafka mirror list --link dr -o json\n\
         confluent kafka link create dr2 --dry-run\nconfluent login --save\nconfluent environment use env-1\n\
         curl -s https://west:8090/kafka/v3/clusters/x/links\n\
         echo kafka-mirrors --create --link dr --mirror-topic shown\n\
         # kafka-mirrors --create --link dr --mirror-topic commented\n"
    ));
    assert!(found.left.is_empty(), "{:#?}", found.left);
    let text = written(&found).1.one_file();
    assert!(
        !text.contains("shown") && !text.contains("commented"),
        "{text}"
    );
}

#[test]
fn settings_of_a_link_are_changed_and_deleted_where_they_are() {
    let found = script(&format!(
        "{LINK}kafka-configs --bootstrap-server west:9092 --alter --cluster-link dr --add-config consumer.offset.sync.enable=true,acl.sync.ms=2000\n\
         kafka-configs --bootstrap-server west:9092 --alter --entity-type cluster-links --entity-name dr --add-config metadata.max.age.ms=12345\n\
         kafka-configs --bootstrap-server west:9092 --alter --cluster-link dr --delete-config acl.sync.ms\n\
         cat > more.properties <<EOF\nconsumer.offset.sync.ms=7000\nEOF\n\
         kafka-configs --bootstrap-server west:9092 --alter --cluster-link dr --add-config-file more.properties\n"
    ));
    assert!(found.left.is_empty(), "{:#?}", found.left);
    let text = written(&found).1.one_file();
    assert!(text.contains("interval: 7s"), "{text}");
    assert!(text.contains("metadata.max.age.ms: 12345"), "{text}");
    assert!(!text.contains("acl_sync"), "{text}");
}

#[test]
fn short_flags_redirections_and_placeholders_hide_no_names() {
    let found = script(
        "confluent kafka link create -v dr --cluster lkc-b --source-cluster lkc-a --source-bootstrap-server a:9092 > log 2>&1\n\
         confluent kafka mirror create -vvv orders --link dr --cluster lkc-b -o json >> log\n\
         confluent kafka link create <link-name> --cluster lkc-b --source-cluster lkc-a\n\
         cat topics | xargs -I {} confluent kafka mirror create {} --link dr --cluster lkc-b\n\
         OUT=$(confluent kafka mirror create payments --link dr --cluster lkc-b)\n\
         if ! OUT=\"$(confluent kafka mirror create stock --link dr --cluster lkc-b)\"; then exit 1; fi\n",
    );
    let gaps = gaps(&found);
    assert_eq!(gaps.len(), 2, "{gaps:#?}");
    says(&gaps, &["link <link-name>"]);
    says(&gaps, &["mirror topic {}"]);
    let text = written(&found).1.one_file();
    for topic in ["orders", "payments", "stock"] {
        assert!(text.contains(&format!("{topic}: {{}}")), "{text}");
    }
}

#[test]
fn a_mirror_topic_with_another_name_than_its_source_is_listed() {
    for create in [
        "kafka-mirrors --create --link dr --mirror-topic copy --source-topic orders --bootstrap-server west:9092",
        "confluent kafka mirror create orders --link dr --mirror-topic copy",
        "confluent kafka mirror create copy --link dr --source-topic orders",
        "kafka-topics --create --topic copy --mirror-topic orders --link dr --bootstrap-server west:9092",
        // It ends with the name of its source, and the link has no prefix.
        "kafka-mirrors --create --link dr --mirror-topic east-orders --source-topic orders --bootstrap-server west:9092",
    ] {
        let found = script(&format!("{LINK}{create}\n"));
        says(
            &gaps(&found),
            &["mirror topic west/dr/", "is called orders on this link"],
        );
        let text = written(&found).1.one_file();
        assert!(!text.contains("copy") && !text.contains("orders"), "{text}");
    }
    let prefix = LINK.replace("=east:9092", "=east:9092,cluster.link.prefix=east.");
    for (create, topic) in [
        (
            "kafka-mirrors --create --link dr --source-topic orders",
            "orders",
        ),
        (
            "kafka-mirrors --create --link dr --mirror-topic east.orders",
            "orders",
        ),
        ("confluent kafka mirror create orders --link dr", "orders"),
        (
            "confluent kafka mirror create orders --mirror-topic east.orders --link dr",
            "orders",
        ),
        (
            "confluent kafka mirror create east.orders --link dr",
            "east.orders",
        ),
    ] {
        let found = script(&format!("{prefix}{create}\n"));
        assert!(found.left.is_empty(), "{create} {:#?}", found.left);
        let text = written(&found).1.one_file();
        assert!(
            text.contains(&format!("      {topic}: {{}}")),
            "{create}\n{text}"
        );
    }
}

#[test]
fn a_comment_makes_no_script_of_a_properties_file() {
    let text = "#!important: made for kafka-cluster-links --create, then kafka-mirrors --create\n\
                ! confluent kafka link create dr\n\
                bootstrap.servers=east:9092\nsecurity.protocol=SSL\nclient.id=confluent kafka link create\n";
    let files = [(Arc::from("link.properties"), Arc::from(text))];
    let found = import::properties(&files, None, &|_, _| None).unwrap();
    assert!(!found.is_empty());
    let text = written(&found).1.one_file();
    assert!(text.contains("link:"), "{text}");
}

// --- Terraform.

fn state(name: &str) -> Value {
    let text = std::fs::read_to_string(format!("fixtures/import/{name}")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn settings_that_are_known_after_the_apply_are_listed() {
    let mut plan = state("terraform-plan/plan.json");
    let address = "module.dr[\"eu\"].confluent_cluster_link.this";
    let change = |unknown: Value| {
        json!([{ "address": address, "type": "confluent_cluster_link",
                 "change": { "actions": ["update"], "before": {}, "after": {}, "after_unknown": unknown } }])
    };
    plan["resource_changes"] =
        change(json!({ "id": true, "config": { "acl.sync.ms": true, "acl.sync.enable": false } }));
    let found = terraform(&plan);
    says(
        &gaps(&found),
        &[address, "acl.sync.ms", "after it is applied"],
    );
    assert_eq!(gaps(&found).len(), 1, "{:#?}", found.left);
    plan["resource_changes"] = change(json!({ "config": true }));
    says(
        &gaps(&terraform(&plan)),
        &[address, "config", "after it is applied"],
    );
}

#[test]
fn what_a_plan_would_destroy_is_forgotten_too_and_is_no_success() {
    let mut plan = state("terraform-plan/plan.json");
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    changes.push(json!({
        "address": "confluent_cluster_link.old", "type": "confluent_cluster_link",
        "change": { "actions": ["delete"], "before": { "id": "lkc-west01/old" }, "after": null },
    }));
    // It is replaced: destroyed, and created again.
    changes.push(json!({
        "address": "module.dr[\"eu\"].confluent_kafka_mirror_topic.this[\"stock\"]", "type": "confluent_kafka_mirror_topic",
        "change": { "actions": ["delete", "create"], "before": { "id": "lkc-west01/dr-eu/stock" }, "after": {} },
    }));
    let found = terraform(&plan);
    assert!(found.is_about_to_destroy());
    let guide = guide(Tool::Terraform, &found);
    for text in [
        "  from = confluent_cluster_link.old\n",
        "terraform state rm confluent_cluster_link.old\n",
        "terraform state rm 'module.dr[\"eu\"].confluent_kafka_mirror_topic.this[\"gone\"]'\n",
        "| `confluent_cluster_link.old` | `west/old` | **about to be destroyed:** ",
    ] {
        assert!(guide.contains(text), "{text}\n{guide}");
    }
    let stock =
        "terraform state rm 'module.dr[\"eu\"].confluent_kafka_mirror_topic.this[\"stock\"]'\n";
    assert_eq!(guide.matches(stock).count(), 1, "{guide}");
    let (stop, step) = (
        guide.find("Do not apply its plan").unwrap(),
        guide.find("## 1.").unwrap(),
    );
    assert!(stop < step, "{guide}");
}

#[test]
fn a_config_that_is_sensitive_as_a_whole_is_said_as_it_is() {
    let mut document = state("terraform-destination/state.json");
    for resource in document["values"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
    {
        if resource["type"] == "confluent_cluster_link" {
            resource["sensitive_values"]["config"] = json!(true);
        }
    }
    let found = terraform(&document);
    says(
        &gaps(&found),
        &[
            "confluent_cluster_link.destination-outbound",
            "sensitive",
            "config",
        ],
    );
    let guide = guide(Tool::Terraform, &found);
    assert!(!guide.contains(" live consumer"), "{guide}");
    assert!(!guide.contains("not returned"), "{guide}");
}

#[test]
fn clusters_that_are_not_created_yet_are_those_that_are_referred_to() {
    let link = |source: &str, destination: &str| {
        let end = |of: &str| json!([{ "id": { "references": [format!("{of}.id"), of] } }]);
        json!({
            "planned_values": { "root_module": { "resources": [
                { "address": "confluent_kafka_cluster.this[\"east\"]", "mode": "managed", "type": "confluent_kafka_cluster",
                  "name": "this", "index": "east", "values": { "display_name": "e" } },
                { "address": "confluent_kafka_cluster.this[\"west\"]", "mode": "managed", "type": "confluent_kafka_cluster",
                  "name": "this", "index": "west", "values": { "display_name": "w" } },
                { "address": "confluent_cluster_link.dr", "mode": "managed", "type": "confluent_cluster_link", "name": "dr",
                  "values": { "link_name": "dr", "link_mode": "DESTINATION", "connection_mode": "OUTBOUND",
                              "source_kafka_cluster": [{ "credentials": [{}] }], "destination_kafka_cluster": [{}] } },
            ] } },
            "configuration": { "root_module": { "resources": [
                { "address": "confluent_cluster_link.dr", "expressions": {
                    "source_kafka_cluster": end(source), "destination_kafka_cluster": end(destination) } },
            ] } },
        })
    };
    let each = "confluent_kafka_cluster.this";
    let found = terraform(&link(
        &format!("{each}[\"east\"]"),
        &format!("{each}[\"west\"]"),
    ));
    assert_eq!(found.clusters().collect::<Vec<_>>(), ["east", "west"]);
    assert!(!found.is_empty(), "{found:#?}");
    // Which of them is not known.
    let found = terraform(&link(each, each));
    assert!(found.is_empty(), "{found:#?}");
    says(
        &gaps(&found),
        &[
            "confluent_cluster_link.dr",
            "not known before it is applied",
        ],
    );
}

// --- Confluent for Kubernetes.

#[test]
fn authentication_that_is_not_known_and_fields_that_are_not_read_are_listed() {
    let found = manifests(&format!(
        "kind: ClusterLink\nmetadata: {{ name: l, namespace: ns }}\nspec:\n  newField: {SECRET}\n  \
         sourceKafkaCluster:\n    bootstrapEndpoint: 's:9092'\n    clusterID: src\n    \
         authentication: {{ type: {SECRET} }}\n  \
         destinationKafkaCluster: {{ kafkaRestClassRef: {{ name: dst }} }}\n  \
         mirrorTopics: [{{ name: stock, state: {SECRET}, replicationFactor: 3 }}]\n---\n\
         kind: KafkaRestClass\nmetadata: {{ name: dst, namespace: ns }}\nspec:\n  kafkaRest:\n    kafkaClusterID: abc\n    \
         endpoint: https://kafka.example.com:8090\n    authentication: {{ type: {SECRET} }}\n"
    ));
    let gaps = gaps(&found);
    says(&gaps, &["KafkaRestClass ns/dst", "authentication"]);
    says(&gaps, &["ClusterLink ns/l", "authentication"]);
    says(&gaps, &["ClusterLink ns/l", "newField"]);
    says(&gaps, &["mirror topic dst/l/stock", "state"]);
    written(&found);
}

#[test]
fn a_resource_of_another_operator_is_not_a_link() {
    let found = manifests(
        "apiVersion: clusterlink.net/v1alpha1\nkind: ClusterLink\nmetadata: { name: site }\nspec: { ingress: {} }\n",
    );
    assert!(found.is_empty());
    says(&stays(&found), &["ClusterLink site", "another operator"]);
}

#[test]
fn a_link_without_any_word_of_its_other_end_is_written_with_placeholders() {
    let found =
        script("confluent kafka link create dr --cluster lkc-b --config acl.sync.ms=1000\n");
    let (described, document) = written(&found);
    assert_eq!(
        document.links.len() + document.aside.len(),
        1,
        "{document:#?}"
    );
    says(
        &described
            .unknown
            .iter()
            .map(|(_, what)| what.clone())
            .collect::<Vec<_>>(),
        &["the id of cluster other-end-of-dr"],
    );
}

// --- What a reader of scripts cannot see.

#[test]
fn what_is_added_to_a_file_is_read_with_what_it_had() {
    let create = "kafka-cluster-links --create --link dr --bootstrap-server west:9092 --cluster-id src --config-file l.cfg\n";
    for lines in [
        "echo bootstrap.servers=east:9092 > l.cfg; echo acl.sync.ms=7000 >> l.cfg; echo cluster.link.prefix=p. >> l.cfg\n",
        "cat > l.cfg <<EOF\nbootstrap.servers=east:9092\nEOF\ncat >> l.cfg <<EOF\nacl.sync.ms=7000\ncluster.link.prefix=p.\nEOF\n",
        "printf 'bootstrap.servers=east' > l.cfg\nprintf ':9092\\nacl.sync.ms=7000\\n' >> l.cfg\n\
         tee -a l.cfg <<EOF\ncluster.link.prefix=p.\nEOF\n",
    ] {
        let found = script(&format!("{lines}{create}"));
        let names: Vec<&str> = found.clusters().collect();
        assert_eq!(names, ["east", "west"], "{lines}");
        let text = written(&found).1.one_file();
        assert!(text.contains("prefix: p."), "{lines}{text}");
        assert!(text.contains("7s"), "{lines}{text}");
    }
    // What the file next to the script has stays, too.
    let text = format!("echo cluster.link.prefix=p. >> l.cfg\n{create}");
    let files = [(Arc::from("create.sh"), Arc::from(text.as_str()))];
    let look_up =
        |_: &str, file: &str| (file == "l.cfg").then(|| "bootstrap.servers=east:9092\n".to_owned());
    let found = import::properties(&files, None, &look_up).unwrap();
    let names: Vec<&str> = found.clusters().collect();
    assert_eq!(names, ["east", "west"]);
}

#[test]
fn names_that_a_script_reads_when_it_runs_are_not_those_that_it_had_before() {
    let create = "kafka-mirrors --create --bootstrap-server west:9092 --link dr --mirror-topic";
    for reads in [
        "while read -r t; do C $t; done < topics.txt",
        "while IFS= read -r t _; do C $t; done < topics.txt",
        "cat topics.txt | while read -r t\ndo\nC $t\ndone",
        "read -r t\nC $t",
        "t=$(head -1 topics.txt)\nC $t",
        "mapfile -t t < topics.txt\nC ${t[0]}",
    ] {
        let reads = reads.replace('C', create);
        let found = script(&format!(
            "{LINK}for t in orders pays; do {create} $t; done\n{reads}\n"
        ));
        let topics: Vec<&str> = found
            .owned
            .iter()
            .filter_map(|it| it.object.strip_prefix("west/dr/"))
            .collect();
        assert_eq!(topics, ["orders", "pays"], "{reads}");
        says(
            &gaps(&found),
            &["mirror topic $", "sets this name when it runs"],
        );
    }
    let found = script(&format!(
        "{LINK}names=(a b)\nreadarray -t names < f\nfor t in \"${{names[@]}}\"; do {create} $t; done\n"
    ));
    assert_eq!(found.owned.len(), 1);
    says(&gaps(&found), &["mirror topic $t"]);
}

#[test]
fn commands_about_links_that_are_not_read_are_listed_with_their_lines() {
    for line in [
        "ssh b1 \"kafka-mirrors --create --link dr --mirror-topic SECRET\"",
        "ssh b1 'confluent kafka mirror pause SECRET --link dr'",
        "run_on all \"confluent kafka link delete dr\"",
        "out=$(ssh b1 'kafka-mirrors --link dr')",
        "kubectl apply -f - <<XX\nkafka-mirrors --create\nXX",
    ] {
        let found = script(&format!("{LINK}{}\n", line.replace("SECRET", SECRET)));
        let gaps = gaps(&found);
        assert_eq!(gaps.len(), 1, "{line} {gaps:?}");
        says(&gaps, &["create.sh, line 3: a command", "not read"]);
        assert!(!format!("{found:?}").contains(SECRET));
    }
    for line in [
        "echo \"kafka-mirrors --create\"",
        "KM=\"kafka-mirrors --bootstrap-server west:9092\"",
        "export A=1 KM='kafka-mirrors --create'",
        "declare -a KM=(kafka-mirrors --create)",
        "cat <<XX\nkafka-mirrors --create\nXX",
        "grep 'kafka-mirrors --create' f",
    ] {
        assert_eq!(gaps(&script(&format!("{LINK}{line}\n"))), [""; 0], "{line}");
    }
}

#[test]
fn commands_in_variables_and_for_other_shells_are_read() {
    let create =
        "kafka-mirrors --create --bootstrap-server west:9092 --link dr --mirror-topic orders";
    for line in [
        "eval \"C\"",
        "sh -lc \"C\"",
        "sh <<'XX'\nC\nXX",
        "docker exec -i broker bash <<XX\nC\nXX",
        "cat <<XX | ssh b1 bash\nC\nXX",
        "ssh b1 <<XX\nC\nXX",
        "KM=\"kafka-mirrors --bootstrap-server west:9092\"; $KM --create --link dr --mirror-topic orders",
        "KM=(kafka-mirrors --bootstrap-server west:9092)\n\"${KM[@]}\" --create --link dr --mirror-topic orders",
        "O=\"--bootstrap-server west:9092 --link dr\"; A=1 kafka-mirrors $O --create --mirror-topic orders",
        "M=\"confluent kafka mirror\"; $M create orders --link dr",
    ] {
        let found = script(&format!("{LINK}{}\n", line.replace('C', create)));
        assert_eq!(gaps(&found), [""; 0], "{line}");
        let owns = found.owned.iter().any(|it| it.object == "west/dr/orders");
        assert!(owns, "{line} {:?}", found.owned);
    }
}

// --- Words and fields that are not known.

fn resource(kind: &str, name: &str, values: &Value) -> Value {
    json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values })
}

fn of_state(resources: &[Value]) -> Found {
    terraform(
        &json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } }),
    )
}

fn link_of(more: &Value) -> Value {
    let mut values = json!({
        "link_name": "dr",
        "link_mode": "DESTINATION",
        "destination_kafka_cluster": [{ "id": "lkc-b", "rest_endpoint": "https://b:443" }],
        "source_kafka_cluster": [{ "id": "lkc-a", "bootstrap_endpoint": "a:9092" }],
    });
    let more = more.as_object().unwrap().clone();
    values.as_object_mut().unwrap().extend(more);
    resource("confluent_cluster_link", "dr", &values)
}

fn mirror_of(name: &str, status: &str) -> Value {
    let values = json!({
        "cluster_link": [{ "link_name": "dr" }],
        "kafka_cluster": [{ "id": "lkc-b" }],
        "source_kafka_topic": [{ "topic_name": "orders" }],
        "status": status,
    });
    resource("confluent_kafka_mirror_topic", name, &values)
}

#[test]
fn words_of_a_state_that_are_not_known_are_listed() {
    for status in ["PENDING_STOPPED", "WEIRD", "paused"] {
        let found = of_state(&[link_of(&json!({})), mirror_of("o", status)]);
        says(
            &gaps(&found),
            &["status of confluent_kafka_mirror_topic.o", "not known"],
        );
        written(&found);
    }
    let found = of_state(&[link_of(&json!({ "connection_mode": "SIDEWAYS" }))]);
    says(
        &gaps(&found),
        &["confluent_cluster_link.dr", "connection mode is not known"],
    );
    let found = of_state(&[link_of(&json!({ "config": [SECRET] }))]);
    says(&gaps(&found), &["config of confluent_cluster_link.dr"]);
    written(&found);
    let found = of_state(&[link_of(
        &json!({ "config": { "acl.sync.ms": [SECRET], "acl.filters": null } }),
    )]);
    assert_eq!(gaps(&found).len(), 1);
    says(
        &gaps(&found),
        &["config acl.sync.ms of confluent_cluster_link.dr"],
    );
    written(&found);
}

#[test]
fn a_mirror_topic_that_is_declared_twice_is_listed() {
    let found = of_state(&[
        link_of(&json!({})),
        mirror_of("a", "ACTIVE"),
        mirror_of("b", "PAUSED"),
    ]);
    says(
        &gaps(&found),
        &[
            "confluent_kafka_mirror_topic.b (mirror topic lkc-b/dr/orders)",
            "only the first",
        ],
    );
    assert!(!written(&found).1.one_file().contains("paused"));
    let found = of_state(&[
        link_of(&json!({})),
        mirror_of("a", "ACTIVE"),
        mirror_of("b", "ACTIVE"),
    ]);
    assert_eq!(gaps(&found), [""; 0]);
    let found = manifests(&of_cfk(
        "mirrorTopics: [{ name: orders }, { name: orders, state: PAUSE }]",
    ));
    says(
        &gaps(&found),
        &[
            "ClusterLink l (mirror topic dst/l/orders)",
            "only the first",
        ],
    );
}

fn of_cfk(more: &str) -> String {
    format!(
        "kind: ClusterLink\nmetadata: {{ name: l }}\nspec:\n  \
         sourceKafkaCluster: {{ bootstrapEndpoint: 's:9092', kafkaRestClassRef: {{ name: src }} }}\n  \
         destinationKafkaCluster: {{ kafkaRestClassRef: {{ name: dst }} }}\n  {more}\n"
    )
}

#[test]
fn fields_below_those_of_a_manifest_that_are_not_read_are_listed() {
    for (more, what) in [
        (
            "mirrorTopics: [{ name: a, newField: SECRET }]",
            "mirrorTopics.newField",
        ),
        ("mirrorTopics: { name: SECRET }", "mirrorTopics"),
        (
            "mirrorTopicOptions: { somethingNew: SECRET }",
            "mirrorTopicOptions.somethingNew",
        ),
        (
            "mirrorTopicOptions: { autoCreateTopics: { enabled: true, extra: SECRET } }",
            "mirrorTopicOptions.autoCreateTopics.extra",
        ),
        (
            "mirrorTopicOptions: { autoCreateTopics: { topicFilters: [{ name: a, extra: SECRET }] } }",
            "mirrorTopicOptions.autoCreateTopics.topicFilters.extra",
        ),
        ("aclFilters: [{ other: SECRET }]", "aclFilters.other"),
        (
            "aclFilters: [{ accessFilter: { other: SECRET } }]",
            "aclFilters.accessFilter.other",
        ),
        ("aclFilters: [SECRET]", "aclFilters"),
        (
            "consumerGroupFilters: [{ name: a, topic: SECRET }]",
            "consumerGroupFilters.topic",
        ),
        ("consumerGroupFilters: SECRET", "consumerGroupFilters"),
    ] {
        let found = manifests(&of_cfk(&more.replace("SECRET", SECRET)));
        let what = format!("ClusterLink l: {what}: ");
        let gaps = gaps(&found);
        assert!(
            gaps.iter().any(|gap| gap.starts_with(&what)),
            "{what} {gaps:?}"
        );
        written(&found);
    }
    let found = manifests(&of_cfk(
        "sourceInitiatedLink: { other: 1, linkMode: DESTINATION }",
    ));
    says(
        &gaps(&found),
        &["ClusterLink l: sourceInitiatedLink.other: "],
    );
    let found = manifests(&of_cfk(
        "sourceInitiatedLink: { connectionMode: SIDEWAYS, linkMode: BIDIRECTIONAL }",
    ));
    says(
        &gaps(&found),
        &["ClusterLink l: its connection mode is not known"],
    );
}

#[test]
fn a_filter_of_a_manifest_without_a_name_selects_nothing() {
    let found = manifests(&of_cfk(
        "consumerGroupFilters: [{ patternType: PREFIXED }, { name: billing }]\n  configs: { consumer.offset.sync.enable: 'true' }",
    ));
    says(&gaps(&found), &["ClusterLink l: a filter", "no name"]);
    let text = written(&found).1.one_file();
    assert!(text.contains("billing") && !text.contains('*'), "{text}");
}
