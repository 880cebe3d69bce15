//! What becomes of a link that is to be deleted.

use super::{World, set};
use crate::desired::RetireMirrors;
use crate::diff::{FindingKind, Verb};
use crate::live::{ConfigFact, LinkError, MirrorStatus};

#[test]
fn mirrors_that_must_be_stopped_are_waited_for_at_most() {
    for (status, verbs) in [
        (MirrorStatus::Stopped, Some::<&[Verb]>(&[])),
        (MirrorStatus::PendingStopped, Some(&[Verb::Await])),
        (MirrorStatus::Active, None),
        (MirrorStatus::Failed, None),
    ] {
        let mut world = World::new();
        world.link("west", "old", &[]);
        world.live_mirror("west", "old", "orders", status.clone());
        world.retire("west", "old", RetireMirrors::MustBeStopped);
        let changes = world.changes();
        let planned = changes.retirements.first().map(|it| it.mirrors[0].verbs);
        assert_eq!(planned, verbs, "{status}");
        let running = FindingKind::RetiredMirrorsRunning {
            mirrors: vec![("orders".into(), status)],
        };
        let found: Vec<_> = verbs.is_none().then_some(running).into_iter().collect();
        assert_eq!(world.found(), found);
    }
}

#[test]
fn the_archive_gets_the_configs_that_are_set_and_no_secret() {
    let mut world = World::new();
    world.link(
        "west",
        "old",
        &[("acl.sync.ms", "9000"), ("never.told", "(secret)")],
    );
    let default = ConfigFact {
        is_default: true,
        ..set("30000")
    };
    let told = ConfigFact {
        is_sensitive: true,
        ..set("hunter2")
    };
    world
        .configs("old")
        .insert("consumer.offset.sync.ms".to_owned(), default);
    world
        .configs("old")
        .insert("told.by.mistake".to_owned(), told);
    world.retire("west", "old", RetireMirrors::MustBeStopped);
    let changes = world.changes();
    let kept = [("acl.sync.ms".to_owned(), "9000".to_owned())];
    assert_eq!(changes.retirements[0].configs, kept.into());
}

#[test]
fn a_promotion_without_its_source_is_found_where_the_entry_promotes() {
    for (how, verbs, is_found) in [
        (RetireMirrors::Promote, Verb::Await, true),
        (RetireMirrors::MustBeStopped, Verb::Await, false),
        (RetireMirrors::Failover, Verb::Failover, false),
    ] {
        let mut world = World::new();
        world.link("west", "old", &[]).error = Some(LinkError::Timeout);
        world.live_mirror("west", "old", "orders", MirrorStatus::PendingStopped);
        world.retire("west", "old", how);
        let changes = world.changes();
        assert_eq!(changes.retirements[0].mirrors[0].verbs, [verbs], "{how:?}");
        let without_source =
            |kind: &FindingKind| matches!(kind, FindingKind::PromotionWithoutSource { .. });
        assert_eq!(world.found().iter().any(without_source), is_found);
    }
}
