//! What an exception of the spec holds back, and until when.

use super::{World, half, place};
use crate::address::Address;
use crate::desired::{Exception, MirrorState};
use crate::diff::{FindingKind, Options, diff};
use crate::live::MirrorStatus;

#[test]
fn an_exception_holds_a_change_back_until_its_day_and_not_on_it() {
    let mut world = World::new();
    world.declare("dr", &[]);
    world.link("west", "dr", &[]);
    world.mirror("dr", "orders", MirrorState::Paused);
    world.live_mirror("west", "dr", "orders", MirrorStatus::Active);
    let until = jiff::civil::date(2026, 3, 31);
    world.desired.exceptions.push(Exception {
        address: Address::Mirror(half("west", "dr"), "orders".into()),
        field: Some("state".to_owned()),
        reason: "migration".to_owned(),
        until,
        place: place(9),
    });
    for (today, is_held) in [
        (Some(until.yesterday().unwrap()), true),
        (Some(until), false),
        (Some(until.tomorrow().unwrap()), false),
        // As drift is found, and for `--allow exceptions`.
        (None, false),
    ] {
        let options = Options {
            hold_back: today,
            ..Options::default()
        };
        let changes = diff(&world.desired, &world.live, &options);
        assert_eq!(changes.mirrors.is_empty(), is_held, "{today:?}");
        let held = |kind: &FindingKind| matches!(kind, FindingKind::HeldBack { .. });
        assert_eq!(
            changes.findings.iter().any(|it| held(&it.kind)),
            is_held,
            "{today:?}"
        );
    }
}
