//! The binary: parse the arguments, run, return the exit code.

use linkwright::cli::{self, Exit};

/// A plan has some ten small texts and lists for each of a hundred thousand mirror topics. This allocator puts
/// those of one size side by side, which makes going through them twice as fast; docs/performance.md has figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Exit {
    cli::main(std::env::args_os())
}
