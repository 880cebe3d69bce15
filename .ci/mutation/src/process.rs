//! Runs a program with bounds on its time and memory.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With success.
    Passed,
    /// Otherwise, by itself.
    Failed,
    /// It was killed, with all that it had started.
    TimedOut,
}

/// An endless loop that fills memory ends with the program, not with the machine.
const MEMORY_KIB: u32 = 8 * 1024 * 1024;

/// A command that is bound in memory and leads a group of processes of its own.
pub fn bounded(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")])
        .arg(program)
        .process_group(0)
        .stdin(Stdio::null());
    command
}

/// Runs a [`bounded`] command, with what it says in `said`.
#[expect(
    clippy::disallowed_methods,
    reason = "a program that does not end is found by the wall clock alone"
)]
pub fn run(command: &mut Command, said: &Path, most: Duration) -> Result<End> {
    let file = File::create(said)?;
    let mut child = command.stdout(file.try_clone()?).stderr(file).spawn()?;
    let began = Instant::now();
    let mut nap = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() {
                End::Passed
            } else {
                End::Failed
            });
        }
        if began.elapsed() > most {
            // Tests start the binary: the whole group must go.
            Command::new("kill")
                .args(["-KILL", "--", &format!("-{}", child.id())])
                .status()?;
            child.wait()?;
            return Ok(End::TimedOut);
        }
        std::thread::sleep(nap);
        nap = (nap * 2).min(Duration::from_millis(20));
    }
}
