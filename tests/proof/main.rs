//! A machine that tries to break Linkwright: any world, any wish, any fault.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

mod bench;
mod case;
mod choices;
mod goldens;
mod pairs;
mod proof;
mod round_trip;
mod scripts;
mod specs;
mod untouched;
mod worlds;
