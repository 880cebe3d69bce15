//! What a rehearsal brings into a plan.

use super::{pair, planned, topic};
use crate::address::Address;
use crate::diff::tests::{World, half};
use crate::diff::{Cut, Effect, PartitionCut};
use crate::live::{MirrorStatus, Reading};
use crate::plan::{
    CallSeen, Ignored, NotSent, NotValidated, OpId, OperationKind, Plan, RefusalKind, Rehearsal,
    Rehearsed, Restored, Risk, Trial, Unproven,
};

/// East's `orders` becomes a mirror topic again, and a mirror topic of another link copies it.
fn restored() -> World {
    let mut world = pair();
    topic(&mut world, "orders", "west");
    world.live_mirror("west", "dr", "orders", MirrorStatus::Stopped);
    world.declare("copies", &[]).prefix = Some("c.".to_owned());
    world.link("west", "copies", &[("cluster.link.prefix", "c.")]);
    world.live_mirror("west", "copies", "c.orders", MirrorStatus::Active);
    let Reading::Read(mirrors) = &mut world.cluster("west").mirrors else {
        panic!("its mirrors are read");
    };
    let rows = mirrors.get_mut("copies").unwrap();
    rows.get_mut("c.orders").unwrap().source_topic = "orders".into();
    world
}

/// The plan, the only operation of which is the restore.
fn plan() -> Plan {
    let plan = planned(&restored());
    let words: Vec<_> = plan.operations.iter().map(|op| op.kind.word()).collect();
    assert_eq!(words, ["restore-mirror"]);
    plan
}

fn cut(records: u64) -> Cut {
    Cut::Previewed(vec![PartitionCut {
        partition: 0,
        from: 7,
        records,
    }])
}

/// What is refused of a plan, in the words of `--allow`.
fn refused(plan: &Plan) -> Vec<&'static str> {
    let kinds = plan.refusals.iter().map(|refusal| &refusal.kind);
    kinds
        .map(|kind| match kind {
            RefusalKind::NotAllowed(risk) => risk.word(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_restore_that_deletes_nothing_loses_nothing_and_what_reads_its_topic_keeps_its_source() {
    let before = plan();
    assert_eq!(refused(&before), ["direction", "data-loss"]);
    let with = |previewed: Cut| {
        let mut plan = before.clone();
        plan.take_in(Rehearsed {
            cuts: [(OpId(0), previewed)].into(),
            ..Rehearsed::default()
        });
        plan
    };
    let readers = vec![Address::parse("west/copies/c.orders").unwrap()];
    let effects = |previewed: &Cut, of_readers: Effect| {
        [
            Effect::TurnsReadOnly("east".into()),
            Effect::Cuts {
                at: "east".into(),
                cut: previewed.clone(),
            },
            of_readers,
        ]
    };
    for previewed in [cut(0), Cut::Previewed(Vec::new())] {
        let plan = with(previewed.clone());
        let stays = effects(&previewed, Effect::StaysSourceOf(readers.clone()));
        assert_eq!(plan.operations[0].effects, stays);
        assert!(!plan.operations[0].risks.contains(Risk::DataLoss));
        assert_eq!(refused(&plan), ["direction"]);
    }
    for previewed in [cut(3), Cut::NoFigures] {
        let plan = with(previewed.clone());
        let cuts = effects(&previewed, Effect::CutsSourceOf(readers.clone()));
        assert_eq!(plan.operations[0].effects, cuts);
        assert!(plan.operations[0].risks.contains(Risk::DataLoss));
        assert_eq!(refused(&plan), ["direction", "data-loss"]);
    }
}

#[test]
fn what_was_previewed_for_an_earlier_plan_is_taken_over_for_the_same_topic() {
    let fresh = plan();
    let mut earlier = plan();
    earlier.take_in(Rehearsed {
        cuts: [(OpId(0), cut(3))].into(),
        ..Rehearsed::default()
    });
    let mut same = fresh.clone();
    same.take_cuts_of(&earlier);
    assert_eq!(
        same,
        Plan {
            rehearsal: fresh.rehearsal.clone(),
            ..earlier.clone()
        }
    );
    earlier.operations[0].address = Address::parse("east/dr/payments").unwrap();
    let mut another = fresh.clone();
    another.take_cuts_of(&earlier);
    assert_eq!(another, fresh);
}

#[test]
fn whether_the_server_has_the_call_is_noted_with_the_operation() {
    let mut plan = plan();
    plan.take_in(Rehearsed {
        calls: [(OpId(0), CallSeen::Absent)].into(),
        ..Rehearsed::default()
    });
    assert_eq!(plan.operations[0].kind.call(), Some(&CallSeen::Absent));
    assert_eq!(OperationKind::PauseMirror.call(), None);
    let words = [
        CallSeen::NotProbed,
        CallSeen::Present,
        CallSeen::Absent,
        CallSeen::Unknown("503".to_owned()),
    ];
    let documented = include_str!("../../../docs/json-reference.md");
    for (seen, word) in words
        .iter()
        .zip(["not-probed", "present", "absent", "unknown"])
    {
        assert_eq!(seen.word(), word);
        assert!(documented.contains(&format!("`{word}`")), "{word}");
    }
}

/// Machines read these, so that they stay as they are.
#[test]
fn why_the_server_was_not_asked_has_a_stable_code() {
    let trial = || Trial {
        half: half("west", "dr"),
        config: "acl.sync.ms".into(),
        before: 5000,
        tried: 5001,
    };
    let operation = || Ignored::Operation {
        half: half("west", "dr"),
        configs: Vec::new(),
    };
    let server = Unproven::Server {
        half: half("west", "dr"),
        config: "acl.sync.ms".into(),
        words: "503".to_owned(),
    };
    let withheld = |why| Rehearsal::Withheld(NotSent::Unproven(why));
    let acted = |after| Rehearsal::Acted(Ignored::Trial(trial(), after));
    let west = || half("west", "dr");
    for (said, code) in [
        (Rehearsal::Accepted, None),
        (Rehearsal::Refused("no".to_owned()), None),
        (Rehearsal::Waits, None),
        (Rehearsal::NoForm, None),
        (
            Rehearsal::Unknown(NotValidated::Secret("unset".to_owned())),
            Some("secret"),
        ),
        (
            Rehearsal::Unknown(NotValidated::NoEndpoint("west".into())),
            Some("no-endpoint"),
        ),
        (Rehearsal::Unknown(NotValidated::LeftOut), Some("left-out")),
        (Rehearsal::Unknown(NotValidated::Gone), Some("gone")),
        (
            Rehearsal::Unknown(NotValidated::Server("503".to_owned())),
            Some("server"),
        ),
        (
            Rehearsal::Withheld(NotSent::NotAllowed("LW301".into())),
            Some("not-allowed"),
        ),
        (
            Rehearsal::Withheld(NotSent::Ignored(operation())),
            Some("ignored-by-operation"),
        ),
        (withheld(Unproven::NoTest), Some("unproven-no-test")),
        (withheld(Unproven::NotAllowed), Some("unproven-not-allowed")),
        (
            withheld(Unproven::ConfigsUnread(west(), None)),
            Some("unproven-configs-unread"),
        ),
        (
            withheld(Unproven::ConfigsGone(west())),
            Some("unproven-configs-gone"),
        ),
        (
            withheld(Unproven::NotAccepted),
            Some("unproven-not-accepted"),
        ),
        (
            withheld(Unproven::NoSetting(west())),
            Some("unproven-no-setting"),
        ),
        (withheld(server), Some("unproven-server")),
        (Rehearsal::Acted(operation()), Some("ignored-by-operation")),
        (acted(Restored::Yes), Some("ignored-restored")),
        (acted(Restored::NotShown), Some("ignored-not-restored")),
        (
            acted(Restored::No("503".to_owned())),
            Some("ignored-not-restored"),
        ),
        (
            Rehearsal::Acted(Ignored::TrialUnread(trial())),
            Some("ignored-unread"),
        ),
    ] {
        assert_eq!(said.code(), code, "{said:?}");
    }
}
