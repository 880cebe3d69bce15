//! A machine that tries to break Linkwright: any world, any desired state, any fault.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

mod accepts;
mod case;
mod choices;
mod estimates;
mod goldens;
mod held;
mod liar;
mod lies;
mod losses;
mod odd;
mod pairs;
mod previews;
mod proof;
mod round_trip;
mod scripts;
mod specs;
mod turns;
mod twins;
#[path = "../support"]
#[expect(dead_code, reason = "the proof needs a part of it")]
mod support {
    pub(crate) mod accepting;
    pub(crate) mod bench;
    pub(crate) mod recorded;
    pub(crate) mod tap;
    pub(crate) mod world;
}
mod untouched;
mod worlds;
