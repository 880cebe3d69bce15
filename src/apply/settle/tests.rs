//! What settles an operation, observation by observation, without a server.

use std::collections::BTreeMap;

use linkwright_clock::Clock;

use super::*;
use crate::address::{Address, HalfAddress};
use crate::diagnostic::Place;
use crate::live::{Unread, UnreadKind};
use crate::plan::FailoverGate;
use crate::plan::{
    Because, ConfigChange, ConfigTarget, ConfigValue, CreationOrder, RemoteField, Risk, Risks,
    Role, RotationReason, Validation,
};

fn op(kind: OperationKind, settle: Settle) -> Operation {
    let half = HalfAddress {
        cluster: "west".into(),
        link: "dr".into(),
    };
    let address = match settle {
        Settle::MirrorIn(_) => Address::Mirror(half, "orders".into()),
        _ => Address::Half(half),
    };
    Operation {
        address,
        cluster_id: "lkc-west".into(),
        link: "dr".into(),
        kind,
        because: Because::Missing,
        expects: Vec::new(),
        settle,
        risks: Risks::from([Risk::Reversible]),
        effects: Vec::new(),
        deadline: Duration::from_secs(60),
        unchecked: Vec::new(),
        place: None,
    }
}

fn create(configs: &[(&str, &str)]) -> OperationKind {
    OperationKind::CreateLink {
        role: Role::Destination,
        turn: CreationOrder::Only,
        validation: Validation::Connect,
        remote: RemoteField::Source("lkc-east".into()),
        configs: configs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), text(value)))
            .collect(),
    }
}

fn alter(purpose: AlterPurpose, changes: &[(&str, ConfigTarget)]) -> OperationKind {
    OperationKind::AlterLink {
        purpose,
        changes: changes
            .iter()
            .map(|(name, target)| ConfigChange {
                name: (*name).to_owned(),
                before: None,
                hidden: false,
                target: target.clone(),
                place: Place {
                    file: "spec.yaml".into(),
                    span: (0, 1),
                    line: 1,
                    column: 1,
                },
            })
            .collect(),
    }
}

fn text(value: &str) -> ConfigValue {
    ConfigValue::Text(value.to_owned())
}

fn set(value: &str) -> ConfigTarget {
    ConfigTarget::Set(text(value))
}

fn drain() -> OperationKind {
    OperationKind::DrainOffsets {
        wait: Duration::from_secs(4),
    }
}

fn task(name: &str, state: TaskState) -> TaskFact {
    TaskFact {
        name: name.to_owned(),
        state,
        problems: Vec::new(),
    }
}

#[test]
fn time_alone_settles_what_waits_for_time_and_nothing_else() {
    let since = Clock::wall().now();
    let watch = Watch::new(since, Duration::from_secs(60));
    let at = |settle| settles_at(&op(drain(), settle), &watch);
    let wait = Duration::from_secs(4);
    assert_eq!(at(Settle::AtOnce), Some(since));
    assert_eq!(at(Settle::Elapsed(wait)), Some(since + wait));
    assert_eq!(at(Settle::LinkHealthy), None);
}

#[test]
fn topics_are_listed_for_every_mirror_that_is_missing() {
    let op = op(
        OperationKind::FailoverMirror {
            gate: FailoverGate::default(),
        },
        Settle::MirrorIn([MirrorStatus::Stopped].as_slice().into()),
    );
    let mut watch = Watch::new(Clock::wall().now(), Duration::from_secs(60));
    let mut wanted = ObservationRequest::default();
    need(&op, &watch, &mut wanted);
    assert!(!wanted.mirrors.is_empty() && !wanted.topics);
    watch.missing = true;
    need(&op, &watch, &mut wanted);
    assert!(wanted.topics);
    // The next one that is listed does not take it back.
    watch.missing = false;
    need(&op, &watch, &mut wanted);
    assert!(wanted.topics);
}

#[test]
fn a_look_counts_from_the_moment_of_the_answer_on() {
    let gone = op(drain(), Settle::LinkGone);
    let mut observation = Observation::at_nothing(Clock::wall().now());
    observation.links = Reading::Read(BTreeMap::new());
    let instant = Duration::from_millis(1);
    for (since, settled_then) in [
        (observation.began - instant, Settled::Yes),
        (observation.began, Settled::Yes),
        (observation.began + instant, Settled::NotYet),
    ] {
        let mut watch = Watch::new(since, Duration::from_secs(60));
        let found = settled(&gone, &mut watch, &observation, &Patience::default());
        assert_eq!(found, settled_then);
    }
}

#[test]
fn the_tasks_of_an_operation_are_those_whose_settings_it_writes() {
    let touched = |kind: &OperationKind, name: &str| {
        let op = op(kind.clone(), Settle::LinkHealthy);
        concerns(&op, &task(name, TaskState::Active))
    };
    let acl = "AclSync";

    // A new link touches all of them and starts those that it switches on.
    let on = create(&[("acl.sync.enable", "true"), ("acl.sync.ms", "5000")]);
    assert_eq!(touched(&on, acl), Concern::Started);
    assert_eq!(touched(&on, "TopicConfigsSync"), Concern::Touched);
    assert_eq!(touched(&on, "AnotherTask"), Concern::Touched);
    for off in [
        create(&[("acl.sync.enable", "false")]),
        create(&[("acl.sync.ms", "true")]),
        create(&[]),
    ] {
        assert_eq!(touched(&off, acl), Concern::Touched);
    }

    // New credentials touch all of them and say nothing of any task's own settings.
    let rotation = Some(RotationReason::Asked);
    for changes in [vec![], vec![("acl.sync.enable", set("true"))]] {
        let rotated = alter(AlterPurpose::Connection(rotation), &changes);
        assert_eq!(touched(&rotated, acl), Concern::Touched);
        assert_eq!(touched(&rotated, "AnotherTask"), Concern::Touched);
    }

    // Other alterations start the tasks whose settings change, and leave the others alone.
    let settings = |changes: &[(&str, ConfigTarget)]| alter(AlterPurpose::Settings, changes);
    for changes in [
        [("acl.sync.enable", set("true"))],
        [("acl.sync.enable", set("TRUE"))],
        [("acl.filters", ConfigTarget::Reset)],
    ] {
        assert_eq!(touched(&settings(&changes), acl), Concern::Started);
        assert_eq!(
            touched(&settings(&changes), "TopicConfigsSync"),
            Concern::None
        );
    }
    // Another interval changes nothing of what a task does.
    for interval in [set("5000"), ConfigTarget::Reset] {
        let changes = [("acl.sync.ms", interval)];
        assert_eq!(touched(&settings(&changes), acl), Concern::Touched);
    }
    // A task that is switched off may say what it likes, whatever else changes, in any order.
    let filters = ("acl.filters", set("{}"));
    for target in [set("false"), ConfigTarget::Reset] {
        let off = ("acl.sync.enable", target);
        for changes in [
            vec![off.clone()],
            vec![off.clone(), filters.clone()],
            vec![filters.clone(), off],
        ] {
            assert_eq!(touched(&settings(&changes), acl), Concern::None);
        }
    }
}

#[test]
fn group_prefixes_that_are_switched_off_do_not_switch_off_the_offset_sync() {
    let prefixes = |value| ("consumer.group.prefix.enable", set(value));
    let on = ("consumer.offset.sync.enable", set("true"));
    let offsets = task("ConsumerOffsetSync", TaskState::InError);
    for changes in [
        vec![prefixes("false")],
        vec![prefixes("false"), on.clone()],
        vec![on, prefixes("false")],
    ] {
        let altered = op(
            alter(AlterPurpose::Settings, &changes),
            Settle::ConfigsTaken,
        );
        assert_eq!(concerns(&altered, &offsets), Concern::Started);
    }
    let created = op(
        create(&[("consumer.group.prefix.enable", "true")]),
        Settle::LinkHealthy,
    );
    assert_eq!(concerns(&created, &offsets), Concern::Touched);
}

#[test]
fn only_a_server_that_has_no_word_of_tasks_is_believed_without() {
    let created = op(create(&[]), Settle::LinkHealthy);
    let told = |tasks: Option<Reading<Vec<TaskFact>>>| {
        let mut observation = Observation::at_nothing(Clock::wall().now());
        observation.tasks = tasks
            .map(|tasks| ("dr".into(), tasks))
            .into_iter()
            .collect();
        let mut watch = Watch::new(observation.began, Duration::from_secs(60));
        watch.met = true;
        let settled = tasks_well(&created, &mut watch, &observation, &Patience::default());
        (settled, watch.last)
    };
    let unread = |kind| {
        Some(Reading::Unread(Unread {
            what: "the tasks".to_owned(),
            reason: "no".to_owned(),
            kind,
        }))
    };
    let not_yet = |cause: Cause| (Settled::NotYet, Some(cause));
    assert_eq!(told(unread(UnreadKind::NotReported)), (Settled::Yes, None));
    for kind in [
        UnreadKind::Unreachable,
        UnreadKind::Unintelligible,
        UnreadKind::OtherCluster,
        UnreadKind::Unauthenticated,
        UnreadKind::Forbidden,
        UnreadKind::ServerFailure,
    ] {
        let Some(Reading::Unread(why)) = unread(kind) else {
            unreachable!();
        };
        assert_eq!(told(unread(kind)), not_yet(Cause::Unread(why)));
    }
    assert_eq!(told(None), not_yet(Cause::TasksNotRead));
    let well = vec![task("AclSync", TaskState::Active)];
    assert_eq!(told(Some(Reading::Read(well))), (Settled::Yes, None));
    let wrong = vec![task("AclSync", TaskState::InError)];
    assert_eq!(
        told(Some(Reading::Read(wrong))),
        not_yet(Cause::TaskInError {
            task: "AclSync".to_owned(),
            problems: Vec::new(),
        })
    );
}
