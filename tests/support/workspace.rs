//! The binary as people run it: a folder of its own with a spec and a world in it, and what a run said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use linkwright_sandbox::Sandbox;
use tempfile::TempDir;

/// The binary that is tested.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_linkwright");

/// A folder with specs in it and, apart from them in `w`, a world.
pub(crate) struct Workspace {
    folder: TempDir,
    env: Vec<(String, String)>,
    always: Vec<String>,
}

impl Workspace {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        // In memory where there is room for that: hundreds of runs flush what they write to the disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let workspace = Self {
            folder: folder.unwrap(),
            env: Vec::new(),
            always: Vec::new(),
        };
        std::fs::create_dir(workspace.path("w")).unwrap();
        workspace
    }

    /// With `links.yaml` and `w/world.yaml`.
    pub(crate) fn with(spec: &str, world: &str) -> Self {
        let workspace = Self::new();
        workspace
            .write("links.yaml", spec)
            .write("w/world.yaml", world);
        workspace
    }

    /// With the example and the world of the README.
    pub(crate) fn quickstart() -> Self {
        let workspace = Self::new();
        workspace
            .copy("examples/quickstart/links.yaml", "links.yaml")
            .copy("fixtures/worlds/quickstart.yaml", "w/world.yaml");
        workspace
    }

    /// Every run has this variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Every run ends with these arguments.
    pub(crate) fn always(mut self, args: &[&str]) -> Self {
        self.always.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Copies a file of the project.
    pub(crate) fn copy(&self, from: impl AsRef<Path>, name: &str) -> &Self {
        self.write(name, &std::fs::read_to_string(from).unwrap())
    }

    /// A program in this folder. It has nothing of the caller's environment: colours, proxies and the variables
    /// of CI change output.
    pub(crate) fn program(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .args(args);
        command
    }

    /// The binary.
    pub(crate) fn linkwright(&self, args: &[&str]) -> Command {
        let mut command = self.program(BINARY, args);
        command.args(&self.always);
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::by(&mut self.linkwright(args))
    }

    /// The sandbox as the runs so far have left it.
    pub(crate) fn sandbox(&self) -> Sandbox {
        Sandbox::restore(&self.read("w/world.state.json")).unwrap()
    }

    /// From now on the runs find the sandbox so.
    pub(crate) fn leave(&self, sandbox: &Sandbox) {
        self.write("w/world.state.json", &sandbox.save());
    }
}

/// What a process said, and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    /// There is none when a signal ended it.
    pub(crate) code: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

impl Said {
    /// Runs a command to its end.
    pub(crate) fn by(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.out.contains(words) || self.err.contains(words),
            "{words:?} is not in\n{}\n{}",
            self.out,
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn says_nothing_of(self, words: &str) -> Self {
        assert!(!self.out.contains(words), "{words:?} is in\n{}", self.out);
        assert!(!self.err.contains(words), "{words:?} is in\n{}", self.err);
        self
    }
}
