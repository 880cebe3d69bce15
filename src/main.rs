//! The binary: parse the arguments, run, return the exit code.

use linkwright::cli::{self, Exit};

fn main() -> Exit {
    cli::main(std::env::args_os())
}
