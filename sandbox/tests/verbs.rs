//! Every verb on a mirror in every status: what is legal and what is not, in one picture.

use crate::common::Client;
use linkwright_sandbox::{MirrorStatus, Sandbox, World};
use serde_json::json;
use std::fmt::Write as _;

const VERBS: [&str; 7] = [
    "promote",
    "failover",
    "pause",
    "resume",
    "reverse-and-start-mirror",
    "reverse-and-pause-mirror",
    "truncate-and-restore",
];

/// One bidirectional link per status, each with one mirror in that status.
fn world() -> World {
    let mut east = String::new();
    let mut west = String::new();
    for (index, status) in MirrorStatus::ALL.into_iter().enumerate() {
        writeln!(
            east,
            "      - {{ name: l{index}, remote: lkc-west, mode: BIDIRECTIONAL }}"
        )
        .unwrap();
        writeln!(
            west,
            "      - {{ name: l{index}, remote: lkc-east, mode: BIDIRECTIONAL, configs: {{ cluster.link.prefix: 'p{index}.' }}, \
             mirrors: [{{ source_topic: t, status: {} }}] }}",
            status.name()
        )
        .unwrap();
    }
    let text = format!(
        "version: 1\nclock: {{ mode: manual }}\nswitches: {{ reverse_with_prefix: keeps-names }}\nclusters:\n  - id: lkc-east\n    topics: [{{ name: t, records: 6 }}]\n    links:\n{east}  - id: lkc-west\n    links:\n{west}"
    );
    World::from_yaml(&text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn verbs_by_status() {
    let sandbox = Sandbox::new(world());
    let west = Client::new(&sandbox, "lkc-west", "");
    let mut picture = String::new();
    for (index, status) in MirrorStatus::ALL.into_iter().enumerate() {
        let mirror = west
            .get(&format!("/links/l{index}/mirrors/p{index}.t"))
            .await;
        assert_eq!(mirror.json["mirror_status"], status.name());
        write!(picture, "{:26}", status.name()).unwrap();
        for verb in VERBS {
            let path = format!("/links/l{index}/mirrors:{verb}?validate_only=true");
            let body = json!({ "mirror_topic_names": [format!("p{index}.t")] });
            let answer = west.post(&path, body).await;
            assert_eq!(answer.status, 200);
            let code = &answer.json["data"][0]["error_code"];
            write!(
                picture,
                "{:>5}",
                if code.is_null() {
                    "yes".into()
                } else {
                    code.to_string()
                }
            )
            .unwrap();
        }
        picture.push('\n');
        let after = west
            .get(&format!("/links/l{index}/mirrors/p{index}.t"))
            .await;
        assert_eq!(
            after.json["mirror_status"],
            status.name(),
            "validate_only changes nothing"
        );
    }
    // promote, failover, pause, resume, reverse-and-start, reverse-and-pause, truncate-and-restore
    let expected = "\
ACTIVE                      yes  yes  yes  400  yes  yes  400
FAILED                      400  yes  400  400  400  400  400
LINK_FAILED                 400  yes  400  400  400  400  400
LINK_PAUSED                 400  yes  400  400  400  400  400
PAUSED                      yes  yes  400  yes  400  400  400
PENDING_STOPPED             400  400  400  400  400  400  400
SOURCE_UNAVAILABLE          400  yes  400  400  400  400  400
STOPPED                     400  400  400  400  400  400  400
PENDING_MIRROR              400  yes  400  400  400  400  400
PENDING_SYNCHRONIZE         400  yes  400  400  400  400  400
PENDING_SETUP_FOR_RESTORE   400  yes  400  400  400  400  400
PENDING_RESTORE             400  yes  400  400  400  400  400
";
    assert_eq!(picture, expected, "\n{picture}");
}

#[tokio::test(start_paused = true)]
async fn a_world_file_can_put_a_mirror_into_any_status() {
    let sandbox = Sandbox::new(crate::common::world("every-status"));
    let west = Client::new(&sandbox, "lkc-west01", "");
    for status in MirrorStatus::ALL {
        let listed = west
            .get(&format!("/links/-/mirrors?mirror_status={}", status.name()))
            .await;
        let rows = listed.json["data"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{}", status.name());
        let name = status.name().to_lowercase().replace('_', "-");
        assert_eq!(rows[0]["mirror_topic_name"], name.as_str());
    }
}
