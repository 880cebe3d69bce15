//! The commit that a spec is from: [`read`]. Git is asked, and where it cannot be, the CI system's variables.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::args::Global;
use super::references::env;
use super::session::Session;
use crate::plan::file::{CommitV1, OriginV1};

/// Variables of CI systems that name the commit that was checked out: GitHub, GitLab, Jenkins.
const NAMED_BY: [&str; 3] = ["GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT"];

/// Where what a command shows is from: time, paths, environment, commit.
pub(super) fn origin(session: &Session, paths: &[PathBuf], global: &Global) -> OriginV1 {
    OriginV1 {
        made_at: session.made_at().to_string(),
        paths: paths
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        environment: global.chosen.environment.clone(),
        commit: read(session.files()),
        ..OriginV1::default()
    }
}

/// The commit that these files of a spec are from.
pub(super) fn read<'a>(files: impl IntoIterator<Item = &'a str>) -> CommitV1 {
    let files: Vec<&Path> = files.into_iter().map(Path::new).collect();
    let reason = match of_git(&files) {
        Ok(commit) => return commit,
        Err(reason) => reason,
    };
    let is_set = |by: &&str| env(by).is_some_and(|id| is_id(&id));
    match NAMED_BY.into_iter().find(is_set) {
        Some(by) => CommitV1::Named {
            id: env(by).unwrap_or_default(),
            by: by.to_owned(),
        },
        None => CommitV1::Unknown { reason },
    }
}

fn is_id(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn of_git(files: &[&Path]) -> Result<CommitV1, String> {
    // Git is asked in the folder of the spec, which may be in another repository than the working directory.
    // It takes paths from there, so that they are made absolute.
    let whole = |path: &&Path| {
        std::fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let files: Vec<PathBuf> = files.iter().map(whole).collect::<Result<_, _>>()?;
    let folder = files.first().and_then(|file| file.parent());
    let folder = folder.ok_or("the spec has no files")?;
    let id = git(folder, &["rev-parse", "--verify", "HEAD"], &[])?;
    let id = id.trim().to_owned();
    if !is_id(&id) {
        return Err("git names no commit".to_owned());
    }
    let differs = git(folder, &["status", "--porcelain", "--"], &files)?;
    Ok(CommitV1::Read {
        id,
        changed: !differs.trim().is_empty(),
    })
}

fn git(folder: &Path, words: &[&str], paths: &[PathBuf]) -> Result<String, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        // Reading must not write an index that belongs to someone else.
        .args(["--no-optional-locks"])
        .args(words)
        .args(paths)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or("git failed");
    // `not a git repository (or any of the parent directories): .git`
    let first = first.split(" (").next().unwrap_or(first);
    let words = first.trim_start_matches("fatal: ");
    Err(words.chars().take(200).collect())
}
