//! The chain of reasons.

use linkwright::address::Address;
use linkwright::report::style::Style;
use linkwright::report::why::{self, Explained};

use super::{golden, worlds};

fn why(world: &super::world::World, address: &str) -> (String, Explained) {
    let mut out = Vec::new();
    let address = Address::parse(address).unwrap();
    let told = why::write(&mut out, &world.plan(), &address, &Style::default()).unwrap();
    (String::from_utf8(out).unwrap(), told)
}

#[test]
fn a_chain_is_shown_to_its_end_and_once() {
    let (text, told) = why(&worlds::retire(), "west/new");
    assert_eq!(told, Explained::Operations(1));
    golden::same("why/retire.txt", &text);
    golden::same(
        "why/promote.txt",
        &why(&worlds::promote(), "west/orders-dr/payments").0,
    );
}

#[test]
fn nothing_planned_is_said_with_the_finding() {
    let (text, told) = why(&worlds::refused_mirrors(), "west/dr/m6");
    assert_eq!(told, Explained::Nothing);
    golden::same("why/nothing.txt", &text);
}
