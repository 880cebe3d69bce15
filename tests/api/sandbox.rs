//! The whole life of a link against the sandbox, in-process and over TCP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use linkwright::address::{LinkName, TopicName};
use linkwright::api::{
    Auth, Client, ConfigChange, Deleted, Endpoint, Flavour, Limits, Mode, Net, NewConfig, NewLink,
    NewMirror, RemoteCheck, Settings, Transport, Verb,
};
use linkwright::live::MirrorStatus;
use linkwright::read::{ReadRequest, read};
use linkwright_sandbox::{FaultSpec, Sandbox, World};
use secrecy::SecretString;

use super::sockets::net_settings;
use crate::support::bench;

const WORLD: &str = "
version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east01
    name: east
    organization: acme
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
    rest_auth: { basic: [{ username: EASTKEY, password: east-secret }] }
    topics:
      - { name: orders, partitions: 2, records: 1000 }
      - { name: payments, partitions: 1, records: 10 }
    groups: [{ id: checkout, offsets: { orders: 10 } }]
    acls:
      - { resource_type: TOPIC, resource_name: orders, principal: 'User:sa-orders', operation: READ }
    service_accounts: { sa-orders: 1001 }
  - id: lkc-west01
    name: west
    organization: acme
    bootstrap_servers: pkc-2.us-west-2.aws.confluent.cloud:9092
    rest_auth: { basic: [{ username: WESTKEY, password: west-secret }] }
";

fn world() -> Sandbox {
    Sandbox::new(World::from_yaml(WORLD).unwrap())
}

fn in_process(sandbox: &Sandbox) -> (Arc<dyn Transport>, String) {
    let transport = Arc::new(bench::in_process(sandbox));
    (transport, "http://sandbox.test".to_owned())
}

async fn over_tcp(sandbox: &Sandbox) -> (Arc<dyn Transport>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(linkwright_sandbox::serve(
        listener,
        sandbox.clone(),
        std::future::pending(),
    ));
    let settings = linkwright::api::NetSettings {
        idle_timeout: Duration::from_secs(5),
        ..net_settings()
    };
    (Arc::new(Net::new(&settings).unwrap()), url)
}

fn client(way: &(Arc<dyn Transport>, String), name: &str, key: &str, secret: &str) -> Client {
    let settings = Settings {
        cluster: name.into(),
        id: format!("lkc-{name}01").into(),
        endpoint: Endpoint::parse(&way.1).unwrap(),
        flavour: Flavour::Cloud,
        auth: Auth::Basic {
            user: key.to_owned(),
            password: SecretString::from(secret),
        },
        limits: Limits::default(),
    };
    Client::new(settings, way.0.clone(), Arc::default())
}

fn new_link() -> NewLink {
    let plain = |name: &str, value: &str| NewConfig {
        name: name.to_owned(),
        value: value.into(),
    };
    NewLink {
        name: "orders-dr".into(),
        source: Some("lkc-east01".into()),
        destination: None,
        remote: None,
        link_id: None,
        configs: vec![
            plain(
                "bootstrap.servers",
                "pkc-1.us-east-1.aws.confluent.cloud:9092",
            ),
            plain("security.protocol", "SASL_SSL"),
            plain("sasl.mechanism", "PLAIN"),
            NewConfig {
                name: "sasl.jaas.config".to_owned(),
                value: SecretString::from(
                    "org.apache.kafka.common.security.plain.PlainLoginModule required \
                     username=\"EASTKEY\" password=\"east-secret\";",
                )
                .into(),
            },
        ],
    }
}

fn new_mirror(topic: &str) -> NewMirror {
    NewMirror {
        source_topic: topic.into(),
        mirror_topic: Some(topic.into()),
        configs: Vec::new(),
    }
}

async fn status(west: &Client, link: &LinkName, topic: &str) -> MirrorStatus {
    let mirrors = linkwright::read::mirrors(west).await;
    let mirrors = mirrors.read().expect("the mirrors were read");
    mirrors[link][topic].status.clone()
}

async fn lives(sandbox: &Sandbox, way: (Arc<dyn Transport>, String)) {
    let west = client(&way, "west", "WESTKEY", "west-secret");
    let east = client(&way, "east", "EASTKEY", "east-secret");
    let link: LinkName = "orders-dr".into();
    let topics: [TopicName; 2] = ["orders".into(), "payments".into()];
    let pass = || sandbox.advance(Duration::from_secs(120));

    assert_eq!(west.list_links().await.unwrap(), []);
    assert_eq!(west.get_link(&link).await.unwrap(), None);
    assert_eq!(west.list_configs(&link).await.unwrap(), None);
    let gone = west.delete_link(&link, Mode::Perform).await.unwrap();
    assert_eq!(gone, Deleted::AlreadyGone);

    let new = new_link();
    west.create_link(&new, RemoteCheck::Connect, Mode::Rehearse)
        .await
        .unwrap();
    assert_eq!(
        west.list_links().await.unwrap(),
        [],
        "a rehearsal changes nothing"
    );
    west.create_link(&new, RemoteCheck::Connect, Mode::Perform)
        .await
        .unwrap();
    let error = west
        .create_link(&new, RemoteCheck::Connect, Mode::Perform)
        .await
        .unwrap_err();
    assert!(error.already_exists(), "{error}");
    pass();

    let changes = [
        ConfigChange::Set {
            name: "consumer.offset.sync.ms".to_owned(),
            value: "20000".into(),
        },
        ConfigChange::Delete {
            name: "topic.config.sync.ms".to_owned(),
        },
    ];
    west.alter_configs(&link, &changes, Mode::Perform)
        .await
        .unwrap();
    let config = west
        .get_config(&link, "consumer.offset.sync.ms")
        .await
        .unwrap();
    assert_eq!(config.unwrap().value.as_deref(), Some("20000"));
    let configs = west.list_configs(&link).await.unwrap().unwrap();
    let jaas = configs
        .iter()
        .find(|config| config.name == "sasl.jaas.config")
        .unwrap();
    assert!(jaas.is_sensitive() && jaas.value.is_none());

    for topic in &topics {
        west.create_mirror(&link, &new_mirror(topic.as_str()))
            .await
            .unwrap();
    }
    let error = west
        .create_mirror(&link, &new_mirror("orders"))
        .await
        .unwrap_err();
    assert!(error.already_exists(), "{error}");
    pass();

    let mut ask = ReadRequest::default();
    let wanted = ask.of(&"west".into());
    wanted.configs.insert(link.clone());
    wanted.tasks.insert(link.clone());
    wanted.topics = true;
    ask.extras_of(&"east".into()).topics = true;
    ask.extras_of(&"east".into()).acls = true;
    ask.extras_of(&"east".into()).groups = true;
    let clients = BTreeMap::from([
        (west.cluster().clone(), west.clone()),
        (east.cluster().clone(), east),
    ]);
    sandbox.clear_requests();
    let snapshot = read(&clients, &ask).await;
    assert_eq!(sandbox.requests().len(), 2 + 1 + 1 + 1 + 3);
    let (here, there) = (&snapshot.clusters["west"], &snapshot.clusters["east"]);
    assert!(here.links.read().unwrap()[&link].is_healthy());
    assert_eq!(here.mirrors.read().unwrap()[&link].len(), 2);
    assert!(
        here.configs[&link]
            .read()
            .unwrap()
            .contains_key("acl.filters")
    );
    assert!(!here.tasks[&link].read().unwrap().is_empty());
    assert!(here.topics.read().unwrap().contains("orders"));
    assert_eq!(there.topics.read().unwrap().len(), 2);
    assert!(there.groups.read().unwrap().contains_key("checkout"));
    let acls = there.acls.read().unwrap();
    assert_eq!(acls.first().unwrap().principal, "User:sa-orders");
    assert!(there.links.read().is_none(), "nobody asked");

    let verb = async |verb| {
        west.alter_mirrors(&link, verb, &topics, Mode::Perform)
            .await
    };
    for (act, reached) in [
        (Verb::Pause, MirrorStatus::Paused),
        (Verb::Resume, MirrorStatus::Active),
        (Verb::Promote, MirrorStatus::Stopped),
    ] {
        let answers = verb(act).await.unwrap();
        assert_eq!(answers.len(), 2);
        assert!(
            answers.iter().all(|answer| answer.accepted().is_ok()),
            "{answers:?}"
        );
        pass();
        assert_eq!(status(&west, &link, "orders").await, reached);
    }
    let answers = verb(Verb::Promote).await.unwrap();
    let refusal = answers[0].accepted().unwrap_err();
    assert!(refusal.is_already_stopped(), "{refusal}");
    let one = west.get_mirror(&link, &topics[0]).await.unwrap().unwrap();
    assert_eq!(one.mirror_status, "STOPPED");
    assert_eq!(west.get_mirror(&link, &"other".into()).await.unwrap(), None);

    let rehearsed = west.delete_link(&link, Mode::Rehearse).await.unwrap();
    assert_eq!(rehearsed, Deleted::Accepted);
    let gone = west.delete_link(&link, Mode::Perform).await.unwrap();
    assert_eq!(gone, Deleted::Accepted);
    pass();
    assert_eq!(west.get_link(&link).await.unwrap(), None);

    let stranger = client(&way, "west", "WESTKEY", "wrong");
    let error = stranger.list_links().await.unwrap_err();
    assert!(error.is_auth(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_link_lives_in_process() {
    let sandbox = world();
    lives(&sandbox, in_process(&sandbox)).await;
}

#[tokio::test]
async fn a_link_lives_over_tcp() {
    let sandbox = world();
    let way = over_tcp(&sandbox).await;
    lives(&sandbox, way).await;
}

fn fault(yaml_as_json: serde_json::Value) -> FaultSpec {
    serde_json::from_value(yaml_as_json).unwrap()
}

async fn suffers(sandbox: &Sandbox, way: (Arc<dyn Transport>, String)) {
    let west = client(&way, "west", "WESTKEY", "west-secret");
    let new = new_link();

    for action in ["reset-before-effect", "reset-after-effect"] {
        sandbox.add_fault(fault(serde_json::json!({
            "on": { "route": "links.create" }, "times": 1, "do": action,
        })));
        let error = west
            .create_link(&new, RemoteCheck::Connect, Mode::Perform)
            .await
            .unwrap_err();
        assert!(error.is_ambiguous(), "{action}: {error}");
        sandbox.advance(Duration::from_secs(60));
        let there = west.get_link(&new.name).await.unwrap().is_some();
        assert_eq!(there, action == "reset-after-effect");
    }

    sandbox.add_fault(fault(serde_json::json!({
        "on": { "kind": "read" }, "times": 1, "do": "reset-before-effect",
    })));
    assert_eq!(
        west.list_links().await.unwrap().len(),
        1,
        "a read is made again"
    );

    sandbox.add_fault(fault(serde_json::json!({
        "times": 2, "do": { "status": { "code": 429 } },
    })));
    assert_eq!(
        west.list_links().await.unwrap().len(),
        1,
        "past a 429 in HTML"
    );
    assert_eq!(west.counts().retries, 3);
}

#[tokio::test(start_paused = true)]
async fn trouble_in_process() {
    let sandbox = world();
    suffers(&sandbox, in_process(&sandbox)).await;
}

#[tokio::test]
async fn trouble_over_tcp() {
    let sandbox = world();
    let way = over_tcp(&sandbox).await;
    suffers(&sandbox, way).await;
}

const KINDS: &str = "
version: 1
clock: { mode: manual }
clusters:
  - { id: lkc-source, bootstrap_servers: 'source:9092' }
  - { id: lkc-cloud, links: [{ name: dr, remote: lkc-source }] }
  - { id: ServerAAAAAAAAAAAAAAAA, kind: confluent-platform, links: [{ name: dr, remote: lkc-source }] }
";

/// A value that a config of this kind takes.
fn example(entry: &linkwright::catalog::Entry) -> String {
    use linkwright::catalog::Kind;
    match entry.kind {
        Kind::Bool => "true".to_owned(),
        Kind::Int { .. } => "5000".to_owned(),
        Kind::Text if entry.name == "cluster.link.prefix" => "west.".to_owned(),
        Kind::Text if entry.name == "cluster.link.id" => "lkc-source".to_owned(),
        Kind::Text | Kind::LoginHandler => "text".to_owned(),
        Kind::Addresses => "source:9092".to_owned(),
        Kind::List if entry.name == "topic.config.sync.include" => {
            "cleanup.policy,max.message.bytes,message.timestamp.difference.max.ms,\
             message.timestamp.type"
                .to_owned()
        }
        Kind::List => "one,two".to_owned(),
        Kind::Choice(words) => entry.default.unwrap_or(words[0]).to_owned(),
        Kind::TopicFilters => r#"{"topicFilters":[]}"#.to_owned(),
        Kind::GroupFilters => r#"{"groupFilters":[]}"#.to_owned(),
        Kind::AclFilters => r#"{"aclFilters":[]}"#.to_owned(),
        Kind::Time => "latest".to_owned(),
    }
}

/// A plan that is right fails nowhere for a config that the sandbox has never heard of: every config
/// of the catalogue is known to the sandbox of its kind, by the calls that read it, create with it
/// and set it.
#[tokio::test]
async fn the_sandbox_knows_every_config_of_the_catalogue() {
    use linkwright::catalog::{ENTRIES, Mutability, Where};

    let sandbox = Sandbox::new(World::from_yaml(KINDS).unwrap());
    let ask = async |method: &str, path: String, body: Option<serde_json::Value>| {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(axum::body::Body::from(
                body.map(|body| body.to_string()).unwrap_or_default(),
            ))
            .unwrap();
        let answer = tower::ServiceExt::oneshot(sandbox.router(), request)
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let text = axum::body::to_bytes(answer.into_body(), 1 << 20)
            .await
            .unwrap();
        (status, String::from_utf8(text.to_vec()).unwrap())
    };
    let kinds = [
        ("lkc-cloud", Where::PlatformOnly, true),
        ("ServerAAAAAAAAAAAAAAAA", Where::CloudOnly, false),
    ];
    let mut asked = 0;
    let mut wrong = Vec::new();
    for (cluster, elsewhere, cloud) in kinds {
        let links = format!("/kafka/v3/clusters/{cluster}/links");
        for entry in ENTRIES.iter().filter(|entry| entry.place != elsewhere) {
            asked += 1;
            let name = entry.name;
            let read_only = cloud && entry.mutability == Mutability::ReadOnlyOnCloud;
            let read = ask("GET", format!("{links}/dr/configs/{name}"), None).await;
            if read.0 != 200 {
                wrong.push(format!("{cluster} GET {name}: {read:?}"));
            }
            let mut configs =
                vec![serde_json::json!({ "name": "bootstrap.servers", "value": "source:9092" })];
            configs.retain(|config| config["name"] != name);
            configs.push(serde_json::json!({ "name": name, "value": example(entry) }));
            let body = serde_json::json!({ "source_cluster_id": "lkc-source", "configs": configs });
            let path = format!("{links}?link_name=new&validate_only=true");
            let created = ask("POST", path, Some(body)).await;
            if (created.0 == 201) == read_only {
                wrong.push(format!("{cluster} create with {name}: {created:?}"));
            }
            if entry.mutability == Mutability::Settable {
                let body = serde_json::json!({ "value": example(entry) });
                let set = ask("PUT", format!("{links}/dr/configs/{name}"), Some(body)).await;
                if set.0 != 204 {
                    wrong.push(format!("{cluster} PUT {name}: {set:?}"));
                }
            }
        }
    }
    assert!(asked > 100, "{asked} configs were asked for");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
