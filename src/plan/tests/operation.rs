//! What operations say of themselves.

use std::time::Duration;

use super::{
    alter, archive, create_link, create_mirror, delete, half, op, promote, restore, reverse,
};
use crate::address::Address;
use crate::diff::tests::{half as half_address, place};
use crate::diff::{ConfigChange, ConfigTarget};
use crate::plan::switchover::WriteKind;
use crate::plan::{
    AlterPurpose, CreationOrder, FailoverGate, OpId, OperationKind, Plan, Refusal, RefusalKind,
    Risk, Turned,
};

/// One of each kind.
fn kinds() -> Vec<OperationKind> {
    vec![
        create_link(CreationOrder::Only, None),
        alter(AlterPurpose::Settings),
        OperationKind::DrainOffsets {
            wait: Duration::ZERO,
        },
        create_mirror(),
        OperationKind::AwaitMirror { status: None },
        OperationKind::PauseMirror,
        OperationKind::ResumeMirror,
        promote(),
        OperationKind::FailoverMirror {
            gate: FailoverGate::default(),
        },
        reverse(),
        restore(),
        archive(),
        delete(true, None),
    ]
}

/// The kinds of which this holds.
fn those(holds: impl Fn(&OperationKind) -> bool) -> Vec<&'static str> {
    let kinds = kinds().into_iter().filter(holds);
    kinds.map(|kind| kind.word()).collect()
}

#[test]
fn a_mirror_topic_that_exists_copies_again_after_a_resume_or_a_restore() {
    let starting = those(OperationKind::starts_mirroring);
    assert_eq!(starting, ["resume-mirror", "restore-mirror"]);
}

#[test]
fn a_reversed_topic_is_written_here_and_a_restored_one_is_written_there() {
    let west = half_address("west", "dr");
    assert_eq!(
        those(|kind| kind.turned(&west).is_some()),
        ["reverse-mirror", "restore-mirror"]
    );
    let turned = |writable: &str, read_only: &str| Turned {
        writable: writable.into(),
        read_only: read_only.into(),
    };
    assert_eq!(reverse().turned(&west), Some(turned("west", "east")));
    assert_eq!(restore().turned(&west), Some(turned("east", "west")));
}

#[test]
fn an_alteration_that_pauses_or_resumes_the_link_is_judged_as_that_whatever_it_is_for() {
    let settings = |names: &[&str]| {
        let change = |name: &&str| ConfigChange {
            name: (*name).to_owned(),
            before: None,
            hidden: false,
            target: ConfigTarget::Reset,
            place: place(1),
        };
        let kind = OperationKind::AlterLink {
            purpose: AlterPurpose::Settings,
            changes: names.iter().map(change).collect(),
        };
        kind.writes()
    };
    assert_eq!(settings(&["acl.sync.ms"]), Some(WriteKind::EditConfigs));
    let both = ["acl.sync.ms", "cluster.link.paused"];
    assert_eq!(settings(&both), Some(WriteKind::PauseLink));
}

#[test]
fn a_plan_whose_parts_name_operations_that_it_has_not_is_not_whole() {
    let whole = Plan {
        operations: vec![op(half("west", "dr"), alter(AlterPurpose::Settings))],
        waves: vec![vec![OpId(0)]],
        ..Plan::default()
    };
    let naming = |id: u32| {
        let mut plan = whole.clone();
        plan.refusals.push(Refusal {
            kind: RefusalKind::NotAllowed(Risk::DataLoss),
            operations: vec![OpId(id)],
            place: None,
        });
        plan.check().is_ok()
    };
    assert!(naming(0));
    assert!(!naming(1), "it has one operation");
    let mut twice = whole.clone();
    twice.waves.push(vec![OpId(0)]);
    assert!(twice.check().is_err());
    let mut cluster = whole;
    cluster.operations[0].address = Address::Cluster("west".into());
    assert!(cluster.check().is_err());
}
