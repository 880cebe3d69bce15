//! Where the links of a plan come from and go to.

use super::planned;
use crate::desired::RetireMirrors;
use crate::diff::tests::{World, half};
use crate::plan::Direction;

#[test]
fn the_ends_of_every_retired_link_are_shown() {
    let mut world = World::new();
    let names = ["old-1", "old-2", "old-3"];
    for link in names {
        world.link("west", link, &[]);
        world.retire("west", link, RetireMirrors::MustBeStopped);
    }
    let plan = planned(&world);
    let shown: Vec<_> = plan.links.keys().cloned().collect();
    assert_eq!(shown, names.map(|link| half("west", link)));
    for ends in plan.links.values() {
        assert_eq!(ends.source.as_str(), "east");
        assert_eq!(ends.destination.as_str(), "west");
        assert_eq!(ends.direction, Direction::One);
    }
}
