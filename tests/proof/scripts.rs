//! What goes wrong on the way: faults of every kind, kills, and others who act at the same time.

use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, LinkError, RouteKind, StatusFault};
use serde_json::json;

use crate::case::{Kill, Outside, Script};
use crate::choices::Choices;
use crate::worlds::World;

/// Adds troubles to a script.
pub(crate) fn any(world: &World, script: &mut Script, c: &mut Choices) {
    for _ in 0..c.below(4) {
        script.faults.push(fault(world, c));
    }
    script.faulty_plan = c.chance(20);
    if c.chance(35) {
        script.kill = Some(Kill {
            request: c.below(25),
            is_done: c.chance(50),
        });
    }
    for _ in 0..c.below(3) {
        script.outside.extend(outside(world, c));
    }
}

fn fault(world: &World, c: &mut Choices) -> FaultSpec {
    let cluster = c.pick(&world.clusters).id.to_owned();
    let link = |c: &mut Choices| {
        let names: Vec<&str> = world.links.iter().map(|link| link.name.as_str()).collect();
        if names.is_empty() {
            "dr".to_owned()
        } else {
            c.pick(&names).to_owned()
        }
    };
    let status = |code: u16, retry_after_s: Option<u64>| {
        FaultAction::Status(StatusFault {
            code,
            body: None,
            error_code: None,
            message: None,
            retry_after_s,
        })
    };
    let action = match c.below(14) {
        0 => status(c.pick(&[500, 503, 502, 408]), None),
        1 => status(429, c.pick(&[None, Some(1), Some(20)])),
        2 => status(c.pick(&[401, 403, 404]), None),
        3 => FaultAction::Latency {
            ms: c.pick(&[2_000, 40_000, 1_000_000]),
        },
        4 => FaultAction::ResetBeforeEffect,
        5 => FaultAction::ResetAfterEffect,
        6 => FaultAction::FailItems {
            topics: Vec::new(),
            error_code: c.pick(&[401, 400, 50_003]),
            message: "Not today".to_owned(),
        },
        7 => FaultAction::StaleReads {
            ms: c.pick(&[3_000, 15_000]),
        },
        8 => c.pick(&[FaultAction::HtmlSuccess, FaultAction::DropValidateOnly]),
        9 => FaultAction::OmitRows { names: Vec::new() },
        10 => c.pick(&[
            FaultAction::RepeatRows,
            FaultAction::AnotherCluster {
                cluster: world.clusters[0].id.to_owned(),
            },
        ]),
        11 => FaultAction::Drip {
            bytes_per_s: c.pick(&[100_000, 500, 20]),
        },
        12 => c.pick(&[
            FaultAction::Jitter {
                from_ms: 10,
                to_ms: 4_000,
            },
            FaultAction::BlackHole,
        ]),
        _ if c.chance(50) => FaultAction::SourceUnreachable {
            cluster: cluster.clone(),
        },
        _ => FaultAction::LinkError {
            cluster: cluster.clone(),
            link: link(c),
            error: c.pick(&[LinkError::TimeoutError, LinkError::AuthenticationError]),
        },
    };
    let mut on = FaultMatch::default();
    if c.chance(40) {
        on.kind = Some(c.pick(&[RouteKind::Write, RouteKind::Read]));
    }
    if c.chance(30) {
        on.cluster = Some(cluster);
    }
    if c.chance(30) {
        let route = c.pick(&[
            "links.*",
            "mirrors.*",
            "links.create",
            "mirrors.list",
            "configs.*",
        ]);
        on.route = Some(route.to_owned());
    }
    FaultSpec {
        name: None,
        on,
        skip: u32::try_from(c.below(20)).unwrap(),
        times: c.pick(&[Some(1), Some(3), None]),
        probability: c.pick(&[1.0, 0.5, 0.1]),
        action,
    }
}

fn outside(world: &World, c: &mut Choices) -> Option<Outside> {
    let after_ms = c.pick(&[0, 100, 1_000, 5_000, 20_000]);
    let cluster = c.pick(&world.clusters);
    let did = |call: String, body| {
        Some(Outside {
            after_ms,
            call,
            body,
        })
    };
    match c.below(5) {
        0 => {
            let reachable = c.chance(50);
            let body = json!({ "cluster": cluster.id, "reachable": reachable });
            did("POST /sandbox/v1/reach".to_owned(), body)
        }
        1 if !cluster.topics.is_empty() => {
            let topic = c.pick(&cluster.topics);
            let body = json!({ "cluster": cluster.id, "topic": topic, "records": 500 });
            did("POST /sandbox/v1/produce".to_owned(), body)
        }
        kind => {
            let halves: Vec<_> = world
                .links
                .iter()
                .flat_map(|link| link.halves.iter().map(move |half| (link, half)))
                .collect();
            if halves.is_empty() {
                return None;
            }
            let (link, half) = c.pick(&halves);
            let id = world.clusters[half.cluster].id;
            let base = format!("/kafka/v3/clusters/{id}/links/{}", link.name);
            if kind < 4 && !half.mirrors.is_empty() {
                let mirror = half.mirror_name(&c.pick(&half.mirrors));
                let verb = c.pick(&["pause", "resume", "promote", "failover"]);
                let body = json!({ "mirror_topic_names": [mirror] });
                return did(format!("POST {base}/mirrors:{verb}"), body);
            }
            let body = json!({ "data": [
                { "name": "consumer.offset.sync.ms", "value": "4000", "operation": "SET" },
            ]});
            did(format!("PUT {base}/configs:alter"), body)
        }
    }
}
