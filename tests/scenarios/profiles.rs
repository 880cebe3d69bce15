//! Scenarios under every profile: whatever a server leaves out, shows as null, lists in another order or
//! calls otherwise, the same comes of them.
//!
//! `LINKWRIGHT_ALL_PROFILES=1` plays all scenarios instead of the core ones.

use std::path::Path;

use linkwright_sandbox::{ClusterKind, Profile};

use super::{folders, play};
use crate::support::bench::stepped;

/// What is played in every run of the tests. More would take long and show little.
const CORE: [&str; 12] = [
    "acl-sync-copies",
    "alter-interval",
    "auto-create",
    "create-link-with-mirrors",
    "create-with-prefix",
    "failover-failed-mirror",
    "offset-sync-off",
    "offset-sync-on",
    "pause",
    "promote",
    "resume",
    "retire-failover",
];

/// Scenarios that do not come to the same under some profiles, and why.
const HELD: &[(&[&str], &[Profile], &str)] = &[
    (
        &[
            "bidirectional-at-rest",
            "bidirectional-both-outbound",
            "bidirectional-inbound-first",
            "bidirectional-promote",
            "bidirectional-second-half-missing",
            "failover-with-source-down",
            "pair-at-rest",
            "pair-auto-create",
            "pair-auto-create-moves",
            "pair-copy-first",
            "pair-copy-none",
            "pair-exception",
            "pair-failover",
            "pair-failover-during-restore",
            "pair-hold",
            "pair-link-in-error",
            "pair-link-in-error-lost",
            "pair-loss-expired",
            "pair-lost-cluster-answers",
            "pair-not-copied-in-time",
            "pair-of-two-links",
            "pair-other-lost",
            "pair-primary-lost",
            "pair-promote",
            "pair-restore",
            "pair-restore-not-allowed",
            "pair-rows-by-name",
            "pair-side-unread",
            "pair-set-split",
            "pair-switchover",
            "pair-switchover-groups",
            "pair-switchover-not-allowed",
            "pair-switchover-paused",
            "retire-a-pair",
            "retire-a-pair-that-could-be-restored",
        ],
        &[Profile::CpOld],
        "such servers have no bidirectional links: a world cannot begin with one, and a request for one is refused",
    ),
    (
        &["pair-restore"],
        &[Profile::Cp75, Profile::Cp8],
        "it is not known whether Confluent Platform restores mirror topics: by default the sandbox's does not, and the run stops before it",
    ),
    (
        &[
            "failover-with-source-down",
            "pair-link-in-error",
            "pair-link-in-error-lost",
        ],
        &[Profile::Cc2022],
        "its list of links has neither `link_state` nor `link_error`, so that nothing is found to be unhealthy",
    ),
    (
        &[
            "failover-of-a-promotion-without-source",
            "promote-while-the-link-is-in-error",
        ],
        &[Profile::Cc2022, Profile::CpOld],
        "their lists of links have no `link_error`, so that a lost source is not seen",
    ),
    (
        &["rotation-proposed"],
        &[Profile::Cc2022, Profile::CpOld],
        "their lists of links have no `link_error`, so that wrong credentials are not seen",
    ),
    (
        &["auto-create-covers", "failed-mirror-is-reported"],
        &[Profile::Cc2022],
        "the server does not report `mirror_topic_error`, so that the cause is missing",
    ),
];

/// A file of a scenario with clusters that answer like a profile; on Platform they have other ids, and their
/// kind is said.
pub(super) fn under(profile: Profile, name: &str, text: &str) -> String {
    let on_cloud = profile.kind() == ClusterKind::ConfluentCloud;
    let mut moved = String::with_capacity(text.len());
    for line in text.lines() {
        if !on_cloud && line.trim() == "organization: acme" {
            continue;
        }
        // A world may have a profile of its own.
        if name == "world.yaml" && line.trim().starts_with("profile: ") {
            continue;
        }
        moved.push_str(line);
        moved.push('\n');
        let field = line.trim_start().trim_start_matches("- ");
        if !field.starts_with("id: lkc-") {
            continue;
        }
        let indent = " ".repeat(line.len() - field.len());
        if !on_cloud {
            moved.push_str(&format!("{indent}kind: confluent-platform\n"));
        }
        if name == "world.yaml" {
            moved.push_str(&format!("{indent}profile: {}\n", profile.name()));
        }
    }
    if on_cloud {
        moved
    } else {
        // Ids of Platform have 22 characters.
        moved.replace("lkc-", "PlatformPlatform")
    }
}

/// On Cloud the plan is the same to the letter. On Platform some things take more requests.
pub(super) fn expect(
    folder: &Path,
    profile: Profile,
    name: &str,
    text: &str,
) -> Result<(), String> {
    // Nothing is rewritten from here: the plain run does that.
    let rewrites = std::env::var_os("UPDATE_GENERATED").is_some();
    if rewrites || name != "plan.txt" || profile.kind() != ClusterKind::ConfluentCloud {
        return Ok(());
    }
    super::expect(folder, name, text)
}

#[test]
fn scenarios_come_to_the_same_under_every_profile() {
    let all = std::env::var_os("LINKWRIGHT_ALL_PROFILES").is_some();
    let mut wrong = Vec::new();
    let mut played = 0;
    for folder in folders() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !all && !CORE.contains(&name.as_str()) {
            continue;
        }
        for profile in Profile::ALL {
            let held = HELD.iter().any(|(names, under, _)| {
                names.contains(&name.as_str()) && under.contains(&profile)
            });
            if held {
                continue;
            }
            played += 1;
            if let Err(words) = stepped(play(&folder, Some(profile))) {
                wrong.push(format!("{name} under {}: {words}", profile.name()));
            }
        }
    }
    assert!(played >= CORE.len(), "only {played} were played");
    let count = wrong.len();
    wrong.truncate(if all { 1_000 } else { 5 });
    assert!(
        wrong.is_empty(),
        "{count} of {played}:\n{}",
        wrong.join("\n\n")
    );
}
