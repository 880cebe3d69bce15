//! Specs for a world: what is live, declared, and then changed in every way that a spec can say; and
//! near misses, which validation must catch.

use std::collections::BTreeMap;

use linkwright::export::Document;
use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::held;
use crate::worlds::{GROUPS, TOPICS, World};

/// A spec and the values of its secrets.
pub(crate) struct SpecText {
    pub(crate) text: String,
    pub(crate) secrets: BTreeMap<String, String>,
}

/// Any desired state for a world, by way of its export.
pub(crate) fn any(world: &World, live: &Document, c: &mut Choices) -> SpecText {
    let mut secrets: BTreeMap<String, String> = live
        .variables
        .iter()
        .map(|(name, holds)| (name.clone(), secret(holds)))
        .collect();
    let mut spec: Value = serde_yaml::from_str(&live.one_file()).unwrap();
    if !spec["links"].is_object() {
        spec["links"] = json!({});
    }
    for cluster in &world.clusters {
        // Specs declare every cluster, whether or not a link is.
        let known = &mut spec["clusters"][cluster.name];
        if known.is_null() {
            *known = json!({
                "id": cluster.id,
                "rest_endpoint": "https://east.example:443",
                "rest_auth": { "basic": { "username": "${env:A}", "password": "${env:B}" } },
            });
            if !cluster.is_cloud {
                known["kind"] = json!("confluent-platform");
            }
        }
        if known["bootstrap_servers"].is_null() {
            known["bootstrap_servers"] = json!(format!("{}.sandbox.invalid:9092", cluster.id));
        }
        let (username, password) = cluster.principal();
        secrets.insert(variable(cluster.name, "KEY"), username);
        secrets.insert(variable(cluster.name, "SECRET"), password);
    }
    let mut links = match spec["links"].take() {
        Value::Object(links) => links,
        _ => Map::new(),
    };
    let mut retired = Vec::new();
    let names: Vec<String> = links.keys().cloned().collect();
    for name in names {
        if c.chance(15) {
            links.remove(&name);
        } else if c.chance(15) {
            let link = links.remove(&name).unwrap();
            retire(&name, &link, &mut retired, c);
        } else {
            change(world, links.get_mut(&name).unwrap(), c);
        }
    }
    for number in 0..c.below(3) {
        let (name, link) = create(world, number, c);
        links.entry(name).or_insert(link);
    }
    spec["links"] = Value::Object(links);
    if !retired.is_empty() {
        spec["retired"] = Value::Array(retired);
    }
    if c.chance(25) {
        spec["policy"] = json!({
            "promote": { "max_lag": c.pick(&[0, 100, 1_000_000]), "within": c.pick(&["30s", "5m"]) },
            "blast_radius": { "max_percent": c.pick(&[30, 100]), "from": c.pick(&[10, 1]) },
        });
    }
    let mut text = spec.to_string();
    if c.chance(10) {
        text = near_miss(&text, c);
    }
    SpecText { text, secrets }
}

/// What a variable of an export stands for: the principal of the cluster that it is used towards.
fn secret(holds: &str) -> String {
    let cluster = holds.rsplit(' ').next().unwrap_or_default();
    let cluster = cluster.split('-').next().unwrap_or_default();
    if holds.contains("key of") && !holds.contains("private") || holds.contains("user name") {
        format!("{cluster}-key")
    } else if holds.contains("secret of link") || holds.contains("password of link") {
        format!("{cluster}-secret")
    } else {
        "-----BEGIN X-----\nAA==\n-----END X-----".to_owned()
    }
}

fn variable(cluster: &str, what: &str) -> String {
    format!("TO_{}_{what}", cluster.to_uppercase())
}

fn credentials(cluster: &str) -> Value {
    json!({ "sasl_plain": {
        "username": format!("${{env:{}}}", variable(cluster, "KEY")),
        "password": format!("${{env:{}}}", variable(cluster, "SECRET")),
    }})
}

fn retire(name: &str, link: &Value, retired: &mut Vec<Value>, c: &mut Choices) {
    let name = link["name"].as_str().unwrap_or(name).to_owned();
    let clusters: Vec<String> = match (link["mode"].as_str(), link["halves"].as_object()) {
        (Some("bidirectional"), Some(halves)) => halves.keys().cloned().collect(),
        (Some("source-initiated"), _) => ["source", "destination"]
            .iter()
            .filter_map(|end| Some(link[*end].as_str()?.to_owned()))
            .collect(),
        _ => link["destination"]
            .as_str()
            .map(str::to_owned)
            .into_iter()
            .collect(),
    };
    let mirrors = c.pick(&["must-be-stopped", "failover", "promote"]);
    for cluster in clusters {
        // Now and then one half is forgotten.
        if c.chance(5) {
            continue;
        }
        retired.push(json!({
            "link": name, "cluster": cluster, "mirrors": mirrors, "reason": "it is not needed",
        }));
    }
}

fn change(world: &World, link: &mut Value, c: &mut Choices) {
    if c.chance(5) {
        link["protect"] = json!(true);
    }
    if link["mode"] == "bidirectional" {
        let ends: Vec<String> = link["halves"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for (own, other) in [(0, 1), (1, 0)] {
            settings(
                world,
                (&ends[own], &ends[other]),
                false,
                &mut link["halves"][&ends[own]],
                c,
            );
        }
    } else {
        let end = |name: &str| link[name].as_str().unwrap_or_default().to_owned();
        let (own, peer) = (end("destination"), end("source"));
        let one_way = link["mode"].is_null();
        settings(world, (&own, &peer), one_way, link, c);
    }
}

/// Changes what one half does. `peer` is the cluster that it copies from.
fn settings(
    world: &World,
    (own, peer): (&str, &str),
    is_one_way: bool,
    at: &mut Value,
    c: &mut Choices,
) {
    const STATES: [&str; 4] = ["mirroring", "paused", "promoted", "failed-over"];
    let mut mirrors = match at["mirrors"].take() {
        Value::Object(mirrors) => mirrors,
        _ => Map::new(),
    };
    let names: Vec<String> = mirrors.keys().cloned().collect();
    for name in &names {
        if c.chance(5) {
            mirrors.remove(name);
        } else if c.chance(25) {
            let state = c.pick(&STATES);
            if !name.ends_with('*') || state != "promoted" {
                mirrors[name] = json!({ "state": state });
            }
        }
    }
    let peer = peer.split('-').next().unwrap_or_default();
    let is_cloud = |name: &str| {
        let mut clusters = world.clusters.iter();
        clusters.any(|cluster| cluster.name == name && cluster.is_cloud)
    };
    let is_alike = is_cloud(own) == is_cloud(peer);
    let source = world.clusters.iter().find(|cluster| cluster.name == peer);
    for topic in source.into_iter().flat_map(|cluster| &cluster.topics) {
        if !names.contains(topic) && c.chance(30) {
            let state = c.pick(&["mirroring", "mirroring", "paused"]);
            mirrors.insert(topic.clone(), json!({ "state": state }));
        }
    }
    if c.chance(4) {
        mirrors.insert("nowhere".to_owned(), json!({}));
    }
    if c.chance(6) {
        mirrors.insert(
            "*".to_owned(),
            json!({ "state": c.pick(&["mirroring", "paused"]) }),
        );
    }
    if !mirrors.is_empty() {
        at["mirrors"] = Value::Object(mirrors);
    } else if let Some(at) = at.as_object_mut() {
        at.remove("mirrors");
    }
    let has_prefix = at["prefix"].is_string();
    let section = |c: &mut Choices, at: &mut Value, name: &str, value: Value| {
        if c.chance(50) {
            at[name] = value;
        } else if let Some(at) = at.as_object_mut() {
            at.remove(name);
        }
    };
    if c.chance(20) {
        let mut value = json!({
            "interval": c.pick(&["30s", "2s"]),
            "groups": { "include": c.pick(&[json!(["*"]), json!(["orders-*"]), json!([GROUPS[0]])]) },
        });
        if has_prefix && is_one_way && c.chance(30) {
            value["prefix_groups"] = json!(true);
        }
        section(c, at, "consumer_offset_sync", value);
    }
    if !has_prefix && (is_alike || c.chance(5)) && c.chance(20) {
        let filters = c.pick(&[
            json!([{}]),
            json!([{ "resource_type": "topic", "name": TOPICS[0], "pattern_type": "literal" }]),
            json!([{ "principal": "User:app" }]),
        ]);
        section(c, at, "acl_sync", json!({ "filters": filters }));
    }
    if c.chance(20) {
        let include = c.pick(&[json!(["*"]), json!(["or*"]), json!([TOPICS[2], TOPICS[4]])]);
        section(
            c,
            at,
            "auto_create_mirrors",
            json!({ "topics": { "include": include } }),
        );
    }
    if c.chance(10) {
        section(c, at, "topic_config_sync", json!({ "interval": "1m" }));
    }
    if c.chance(10) {
        let configs = json!({ "replica.socket.receive.buffer.bytes": 131_072 });
        section(c, at, "configs", configs);
    }
    if c.chance(10) {
        at["undeclared_configs"] = json!("reset");
    }
    if c.chance(3) {
        at["prefix"] = json!("new.");
    }
}

/// A link that is not there yet.
fn create(world: &World, number: usize, c: &mut Choices) -> (String, Value) {
    let name = c.pick(&["fresh", "dr", "second"]).to_owned() + if number > 0 { "-b" } else { "" };
    let destination = c.below(world.clusters.len());
    let source = (destination + 1 + c.below(world.clusters.len() - 1)) % world.clusters.len();
    let (to, from) = (
        world.clusters[destination].name,
        world.clusters[source].name,
    );
    let prefix = c.pick(&["", "n.", "m-"]);
    let ends = [&world.clusters[destination], &world.clusters[source]];
    let kinds = if held::pair(ends).is_none() { 4 } else { 3 };
    let mut link = match c.below(kinds) {
        0 | 1 => json!({ "source": from, "destination": to, "credentials": credentials(from) }),
        2 => json!({
            "source": from,
            "destination": to,
            "mode": "source-initiated",
            "credentials": credentials(to),
            "local_credentials": credentials(from),
        }),
        _ if c.chance(50) => json!({ "mode": "bidirectional", "halves": {
            to: { "credentials": credentials(from) },
            from: { "credentials": credentials(to) },
        }}),
        _ => json!({ "mode": "bidirectional", "halves": {
            to: { "credentials": credentials(from), "local_credentials": credentials(to) },
            from: { "connection": "inbound" },
        }}),
    };
    if link["mode"] == "bidirectional" {
        if !prefix.is_empty() {
            link["halves"][to]["prefix"] = json!(prefix);
            link["halves"][from]["prefix"] = json!("back.");
        }
        settings(world, (to, from), false, &mut link["halves"][to], c);
        settings(world, (from, to), false, &mut link["halves"][from], c);
    } else {
        if !prefix.is_empty() {
            link["prefix"] = json!(prefix);
        }
        let one_way = link["mode"].is_null();
        settings(world, (to, from), one_way, &mut link, c);
    }
    (name, link)
}

/// The slips that people make.
fn near_miss(text: &str, c: &mut Choices) -> String {
    let slips = [
        ("\"source\":", "\"sorce\":"),
        ("\"state\":\"paused\"", "\"state\":\"pause\""),
        ("\"interval\":\"30s\"", "\"interval\":30"),
        ("\"include\":[\"*\"]", "\"include\":[\"a*b\"]"),
        ("\"destination\":\"", "\"destination\":\"x"),
        ("${env:", "${en:"),
        ("\"credentials\":", "\"credential\":"),
        ("\"mode\":\"bidirectional\"", "\"mode\":\"both\""),
        ("\"mirrors\":{", "\"mirrors\":{\"a b\":{},"),
        ("}", ""),
        ("\"version\":1", "\"version\":2"),
    ];
    let (from, to) = c.pick(&slips);
    text.replacen(from, to, 1)
}
