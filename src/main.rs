//! Linkwright.
fn main() {}
