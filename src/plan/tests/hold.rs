//! What a hold keeps off, until its day.

use jiff::civil::{Date, date};

use crate::desired::{Hold, MirrorState};
use crate::diff::tests::{World, place};
use crate::diff::{Options, diff};
use crate::live::MirrorStatus;
use crate::plan::{Allowances, plan};

/// The operations of a plan of this day, and the codes and addresses of its findings.
fn planned(world: &World, today: Date) -> (Vec<String>, Vec<String>) {
    let options = Options {
        today: Some(today),
        ..Options::default()
    };
    let changes = diff(&world.desired, &world.live, &options);
    let plan = plan(&world.desired, &world.live, changes, &Allowances::default()).unwrap();
    let operations = plan.operations.iter().map(|op| op.address.to_string());
    let findings = plan.findings.iter();
    let findings = findings.map(|it| format!("{} {}", it.kind.code(), it.address));
    (operations.collect(), findings.collect())
}

#[test]
fn a_hold_is_over_on_its_day() {
    let mut world = World::new();
    world.declare("dr", &[("acl.sync.ms", "9000")]);
    world.link("west", "dr", &[]);
    // What is paused is paused, and no operation leads from STOPPED to mirroring: it is refused.
    world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
    world.mirror("dr", "orders", MirrorState::Paused);
    world.live_mirror("west", "dr", "payments", MirrorStatus::Stopped);
    world.mirror("dr", "payments", MirrorState::Mirroring);
    world.declared_link("dr").hold = Some(Hold {
        reason: "migration".to_owned(),
        until: date(2026, 5, 10),
        place: place(9),
    });
    let nothing: [&str; 0] = [];
    let (operations, findings) = planned(&world, date(2026, 5, 9));
    assert_eq!(operations, nothing);
    assert_eq!(findings, ["LW273 west/dr"]);
    for day in [date(2026, 5, 10), date(2026, 5, 11)] {
        let (operations, findings) = planned(&world, day);
        assert_eq!(operations, ["west/dr", "west/dr/orders"], "{day}");
        assert_eq!(
            findings,
            ["LW217 west/dr/payments", "LW274 west/dr"],
            "{day}"
        );
    }
}
