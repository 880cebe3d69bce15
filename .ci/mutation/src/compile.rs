//! Calls the compiler: [`tests`] builds those of the copy, [`check`] says whether a mutant compiles.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::{PACKAGES, Places, Result, tree};

/// A program of tests.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name of its target.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The programs of tests.
    pub programs: Vec<Program>,
    /// The binary that some of them start.
    pub binary: PathBuf,
}

/// A line of what cargo says.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Said {
    CompilerMessage {
        message: Message,
    },
    CompilerArtifact {
        target: Target,
        profile: Profile,
        executable: Option<PathBuf>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// What the compiler says.
#[derive(Debug, Deserialize)]
pub struct Message {
    level: String,
    message: String,
    code: Option<Code>,
    /// Where it stands.
    pub spans: Vec<Place>,
    rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

/// A place that the compiler names.
#[derive(Debug, Deserialize)]
pub struct Place {
    file_name: String,
    /// The first byte.
    pub byte_start: usize,
    /// Whether it is the place of the error itself.
    pub is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Debug, Deserialize)]
struct Expansion {
    span: Place,
}

impl Place {
    /// The file, as the project names it.
    pub fn file(&self) -> String {
        tree::straight(&self.file_name)
    }

    /// Where it was written, if a macro made it.
    pub fn written(&self) -> &Self {
        self.expansion
            .as_ref()
            .map_or(self, |expansion| expansion.span.written())
    }
}

/// What the compiler refuses.
#[derive(Debug)]
pub struct Refusal {
    /// Its errors.
    pub errors: Vec<Message>,
}

impl Message {
    /// Its code, where it has one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| &*code.code)
    }

    /// It, without its code.
    pub fn words(&self) -> &str {
        &self.message
    }
}

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{}: {}", code.code, self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rendered = self
            .errors
            .iter()
            .filter_map(|error| error.rendered.as_deref());
        rendered
            .into_iter()
            .try_for_each(|error| f.write_str(error))
    }
}

/// What came of a call of cargo.
struct Reply {
    is_success: bool,
    said: Vec<Said>,
    words: String,
}

impl Reply {
    /// What the compiler refused, if it was the compiler that failed.
    fn refusal(self) -> Result<Refusal> {
        let errors = self.said.into_iter().filter_map(|said| match said {
            Said::CompilerMessage { message } if message.level == "error" => Some(message),
            _ => None,
        });
        let errors: Vec<Message> = errors.collect();
        match errors.is_empty() {
            true => Err(self.words.into()),
            false => Ok(Refusal { errors }),
        }
    }
}

/// Calls cargo in a copy. Warnings of a copy are nobody's.
fn cargo(folder: &Path, target: &Path, args: &[&str]) -> Result<Reply> {
    let output = Command::new("cargo")
        .args(args)
        .args(PACKAGES.iter().flat_map(|package| ["--package", package]))
        .args(["--lib", "--quiet"])
        .args(["--message-format", "json"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTFLAGS", "--cap-lints=allow")
        .stdin(Stdio::null())
        .output()?;
    let said = str::from_utf8(&output.stdout)?;
    let lines = said.lines().filter(|line| line.starts_with('{'));
    Ok(Reply {
        is_success: output.status.success(),
        said: lines
            .map(serde_json::from_str)
            .collect::<serde_json::Result<_>>()?,
        words: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Whether the crate in the plain copy compiles. It has a folder of its own for what is built, so that
/// the tests in the other stay as they are.
pub fn check(places: &Places) -> Result<std::result::Result<(), Refusal>> {
    let reply = cargo(&places.plain, &places.work.join("check"), &["check"])?;
    match reply.is_success {
        true => Ok(Ok(())),
        false => Ok(Err(reply.refusal()?)),
    }
}

/// Builds the tests of the copy that has the mutants in it.
pub fn tests(places: &Places) -> Result<std::result::Result<Built, Refusal>> {
    let args = ["test", "--no-run", "--tests"];
    let reply = cargo(&places.woven, &places.work.join("build"), &args)?;
    if !reply.is_success {
        return Ok(Err(reply.refusal()?));
    }
    let mut programs = Vec::new();
    let mut binary = None;
    for said in reply.said {
        let Said::CompilerArtifact {
            target,
            profile,
            executable: Some(path),
        } = said
        else {
            continue;
        };
        match (profile.test, &*target.kind[0]) {
            (true, _) => programs.push(Program {
                name: target.name,
                path,
            }),
            (false, "bin") => binary = Some(path),
            (false, _) => {}
        }
    }
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    let binary = binary.ok_or("cargo names no binary")?;
    Ok(Ok(Built { programs, binary }))
}
