//! A folder of its own, with a spec and a world in it, and the binary run there.

use std::path::PathBuf;
use std::process::{Command, Output};

use linkwright_sandbox::Sandbox;
use tempfile::TempDir;

pub(crate) struct Desk {
    folder: TempDir,
}

/// Two clusters by the names and ids of [`WORLD`].
pub(crate) const CLUSTERS: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:KEY:-k}", password: "${env:SECRET:-s}" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:KEY:-k}", password: "${env:SECRET:-s}" } }
"#;

/// A link to take away, with a mirror that must be failed over first.
pub(crate) const WORLD: &str = r"version: 1
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    topics: [{ name: a, partitions: 1 }]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: old
        remote: lkc-east01
        mirrors: [{ source_topic: a }]
";

/// The wish to take it away.
pub(crate) fn retired() -> String {
    format!(
        "{CLUSTERS}retired:\n  - {{ link: old, cluster: west, mirrors: failover, reason: moved }}\n\
         policy:\n  allow: [reversible, disruptive, irreversible, data-loss]\n"
    )
}

impl Desk {
    /// A folder with a spec and, apart from it, a world.
    pub(crate) fn new(spec: &str, world: &str) -> Self {
        // In memory where there is room for that: hundreds of runs flush what they write to the disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let desk = Self {
            folder: folder.unwrap(),
        };
        std::fs::create_dir(desk.path("w")).unwrap();
        std::fs::write(desk.path("links.yaml"), spec).unwrap();
        std::fs::write(desk.path("w/world.yaml"), world).unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A program in this folder, without the caller's environment.
    pub(crate) fn program(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(self.folder.path())
            .args(args);
        command
    }

    /// The binary.
    pub(crate) fn linkwright(&self, args: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_linkwright"), args)
    }

    /// The sandbox as the runs so far have left it.
    pub(crate) fn sandbox(&self) -> Sandbox {
        Sandbox::restore(&self.read("w/world.state.json")).unwrap()
    }
}

/// What a process said, and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
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
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out, self.err);
        self
    }
}
