//! `read` against servers in this process: how many calls, and what becomes of failures.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::server::{Answer, Server, reply, settings};
use linkwright::address::{ClusterName, LinkName};
use linkwright::api::{Auth, Client, Flavour, Limits};
use linkwright::live::{LinkState, MirrorStatus, Reading, UnreadKind};
use linkwright::read::{ReadRequest, extend, read};

fn not_found() -> Answer {
    Answer::json(404, r#"{"error_code":404,"message":"no such thing"}"#)
}

/// A cluster with the links and mirrors of the fixtures.
fn cloud() -> Server {
    Server::new(|seen| match seen.line.split("/clusters/lkc-west").nth(1) {
        Some("/links") => reply("cloud/links.json"),
        Some("/links/-/mirrors") => reply("cloud/mirrors.json"),
        Some(path) if path.ends_with("/configs") => reply("cloud/link-configs.json"),
        Some(path) if path.contains("include_tasks") => reply("cloud/link-with-tasks.json"),
        Some("/topics") => reply("cloud/topics.json"),
        Some("/acls?principal=UserV2%3A%2A") => reply("cloud/acls.json"),
        Some("/consumer-groups") => reply("cloud/groups.json"),
        _ => not_found(),
    })
}

fn clients(clients: impl IntoIterator<Item = Client>) -> BTreeMap<ClusterName, Client> {
    clients
        .into_iter()
        .map(|client| (client.cluster().clone(), client))
        .collect()
}

fn west() -> ClusterName {
    "west".into()
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_costs_two_calls_per_cluster_and_one_per_existing_half() {
    let server = cloud();
    let mut ask = ReadRequest::default();
    let wanted = ask.of(&west());
    wanted.configs.insert("orders-dr".into());
    wanted.configs.insert("not-there-yet".into());
    let snapshot = read(&clients([server.client()]), &ask).await;

    let mut lines = server.lines();
    lines.sort();
    assert_eq!(
        lines,
        [
            "GET /kafka/v3/clusters/lkc-west/links",
            "GET /kafka/v3/clusters/lkc-west/links/-/mirrors",
            "GET /kafka/v3/clusters/lkc-west/links/orders-dr/configs",
        ]
    );

    let cluster = &snapshot.clusters["west"];
    let links = cluster.links.read().unwrap();
    assert_eq!(links["orders-dr"].state, Some(LinkState::Active));
    assert_eq!(
        links["orders-dr"].source.as_ref().unwrap().as_str(),
        "lkc-east"
    );
    let mirrors = cluster.mirrors.read().unwrap();
    assert_eq!(mirrors["orders-dr"]["orders"].status, MirrorStatus::Active);
    assert!(cluster.configs.contains_key("orders-dr"));
    assert!(!cluster.configs.contains_key("not-there-yet"));
    assert_eq!(cluster.topics, Reading::NotAsked);
}

#[tokio::test(start_paused = true)]
async fn a_list_over_the_size_limit_names_the_setting_that_raises_it() {
    let server = Server::new(|seen| match seen.line.ends_with("/links") {
        true => reply("cloud/links.json"),
        false => Answer::json(200, "x".repeat(2 << 20)),
    });
    let client = Client::new(
        settings("west", Flavour::Cloud, Auth::None, Limits::default()),
        server.transport_with_limit(1 << 20),
        Arc::default(),
    );
    let mut ask = ReadRequest::default();
    ask.of(&west());
    let snapshot = read(&clients([client]), &ask).await;

    let cluster = &snapshot.clusters["west"];
    assert!(matches!(cluster.links, Reading::Read(_)));
    let why = cluster.mirrors.unread().unwrap();
    assert_eq!(why.kind, UnreadKind::Unintelligible);
    assert_eq!(
        why.to_string(),
        "GET …/links/-/mirrors of west: the response is larger than 1 MiB: raise `policy.max_response_mib`"
    );
    assert_eq!(
        server.lines().len(),
        2,
        "it would not be smaller the next time"
    );
}

#[tokio::test(start_paused = true)]
async fn extras_are_asked_for_once() {
    let server = cloud();
    let clients = clients([server.client()]);
    let mut ask = ReadRequest::default();
    ask.of(&west());
    let mut snapshot = read(&clients, &ask).await;
    assert_eq!(server.lines().len(), 2);

    let wanted = ask.of(&west());
    wanted.topics = true;
    wanted.acls = true;
    wanted.groups = true;
    wanted.tasks.insert("orders-dr".into());
    extend(&mut snapshot, &clients, &ask).await;
    assert_eq!(server.lines().len(), 6);
    extend(&mut snapshot, &clients, &ask).await;
    assert_eq!(server.lines().len(), 6, "nothing is asked twice");

    let cluster = &snapshot.clusters["west"];
    assert!(cluster.topics.read().unwrap().contains("orders"));
    assert_eq!(cluster.acls.read().unwrap().len(), 2);
    assert!(cluster.groups.read().unwrap()["checkout"].is_active());
    let tasks = cluster.tasks["orders-dr"].read().unwrap();
    assert_eq!(tasks[0].name, "AclSync");
}

#[tokio::test(start_paused = true)]
async fn halves_can_be_asked_for_without_the_list_of_links() {
    let server = Server::new(|seen| match seen.line.split("/clusters/lkc-west").nth(1) {
        Some("/links/orders-dr/configs") => reply("cloud/link-configs.json"),
        Some("/links/orders-dr?include_tasks=true") => reply("cloud/link-with-tasks.json"),
        _ => not_found(),
    });
    let mut ask = ReadRequest::default();
    let wanted = ask.extras_of(&west());
    for link in ["orders-dr", "absent"] {
        wanted.configs.insert(link.into());
        wanted.tasks.insert(link.into());
    }
    let snapshot = read(&clients([server.client()]), &ask).await;
    assert_eq!(server.lines().len(), 4);
    let cluster = &snapshot.clusters["west"];
    assert_eq!(cluster.links, Reading::NotAsked);
    assert!(cluster.configs["orders-dr"].read().is_some());
    assert!(cluster.tasks["orders-dr"].read().is_some());
    assert!(!cluster.configs.contains_key("absent"));
    assert!(!cluster.tasks.contains_key("absent"));
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_unread_and_the_rest_is_read() {
    let west_server = Server::new(|seen| {
        if seen.line.ends_with("/links") {
            reply("cloud/links.json")
        } else if seen.line.ends_with("/-/mirrors") {
            Answer::json(
                403,
                r#"{"error_code":40301,"message":"Request is not authorized"}"#,
            )
        } else {
            reply("cloud/link-configs.json")
        }
    });
    let east_server = Server::script([Answer::broken(linkwright::api::TransportError::Connect {
        why: "connection refused".to_owned(),
    })]);
    let east = east_server.client_of("east", Flavour::Platform, Auth::None, Limits::default());
    let mut ask = ReadRequest::default();
    ask.of(&west()).configs.insert("orders-dr".into());
    ask.of(&"east".into()).configs.insert("orders-dr".into());
    ask.of(&"north".into()).topics = true;
    let snapshot = read(&clients([west_server.client(), east]), &ask).await;

    let west = &snapshot.clusters["west"];
    assert!(west.links.read().is_some());
    let why = west.mirrors.unread().unwrap();
    assert_eq!(why.kind, UnreadKind::Forbidden);
    assert_eq!(
        why.to_string(),
        "GET …/links/-/mirrors of west: 403 Forbidden (code 40301): Request is not authorized (the call needs DESCRIBE on \
         the cluster)"
    );

    let east = &snapshot.clusters["east"];
    for kind in [
        east.links.unread().unwrap().kind,
        east.mirrors.unread().unwrap().kind,
        east.configs["orders-dr"].unread().unwrap().kind,
    ] {
        assert_eq!(kind, UnreadKind::Unreachable);
    }
    assert_eq!(
        east_server.lines().len(),
        6,
        "two calls, three times each; no call for configs of a cluster that does not answer"
    );

    let north = &snapshot.clusters["north"];
    assert_eq!(north.links.unread().unwrap().kind, UnreadKind::NoEndpoint);
    assert_eq!(north.topics.unread().unwrap().kind, UnreadKind::NoEndpoint);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_vanishes_between_two_calls_is_unread() {
    let server = Server::new(|seen| {
        if seen.line.ends_with("/links") {
            reply("cloud/links.json")
        } else if seen.line.ends_with("/-/mirrors") {
            Answer::empty_list()
        } else {
            not_found()
        }
    });
    let link = LinkName::from("orders-dr");
    let mut ask = ReadRequest::default();
    ask.of(&west()).configs.insert(link.clone());
    ask.of(&west()).tasks.insert(link.clone());
    let snapshot = read(&clients([server.client()]), &ask).await;
    let cluster = &snapshot.clusters["west"];
    assert!(cluster.configs[&link].unread().is_some());
    assert!(cluster.tasks[&link].unread().is_some());
}

#[tokio::test(start_paused = true)]
async fn remnants_without_a_name_are_kept_apart() {
    let server = Server::new(|seen| {
        if seen.line.ends_with("/links") {
            reply("platform/links.json")
        } else {
            reply("platform/mirrors.json")
        }
    });
    let mut ask = ReadRequest::default();
    ask.of(&west());
    let snapshot = read(
        &clients([server.client_called("xyRl4oQPSSqF8Fz3vDLNBw")]),
        &ask,
    )
    .await;
    let cluster = &snapshot.clusters["west"];
    assert_eq!(cluster.nameless_links.len(), 1);
    assert_eq!(
        cluster.nameless_links[0].state,
        Some(LinkState::UnmanagedSource)
    );
    let links = cluster.links.read().unwrap();
    assert!(links["from-east"].is_healthy());
    assert_eq!(links["from-east"].state, None, "old servers say no state");
}
