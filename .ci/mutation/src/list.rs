//! Which mutants there are: [`Mutant`], by cargo-mutants.

use std::ops::Range;
use std::process::Command;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::tree::{self, Sources};
use crate::{PACKAGES, Places, ROOMS, Result};

/// A place in a file, both counted from one.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Spot {
    line: usize,
    column: usize,
}

/// From where to where a mutant replaces text.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Span {
    start: Spot,
    end: Spot,
}

/// The kinds of mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum Genre {
    /// A function's body becomes a value.
    FnValue,
    /// `a < b` becomes `a > b`.
    BinaryOperator,
    /// `!a` becomes `a`.
    UnaryOperator,
    /// An arm of a match with `_` is gone.
    MatchArm,
    /// An arm's guard becomes `true` or `false`.
    MatchArmGuard,
    /// A field of a struct with `..base` is gone.
    StructField,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    file: String,
    span: Span,
    replacement: String,
    genre: Genre,
}

/// One way in which the code could be wrong.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// Its number, from one.
    pub id: u32,
    /// What cargo-mutants calls it: file, line, column and what becomes of them.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// A digest of that file.
    pub digest: String,
    /// The bytes of the file that it replaces.
    pub range: Range<usize>,
    /// What stands there instead.
    pub replacement: String,
    /// Its kind.
    pub genre: Genre,
}

impl Mutant {
    /// The room it is in.
    pub fn room(&self) -> &str {
        self.file.split('/').nth(1).unwrap_or_default()
    }

    /// The file's text with the mutant in it.
    pub fn applied(&self, text: &str) -> String {
        let Range { start, end } = self.range;
        format!("{}{}{}", &text[..start], self.replacement, &text[end..])
    }
}

/// Asks cargo-mutants for all mutants of the rooms.
///
/// It follows `mod` items and sees none that a macro makes. So what it looks at is a copy in which those
/// files are declared plainly at the end of the file that has the macro, where they move no place.
pub fn list(places: &Places, sources: &Sources) -> Result<Vec<Mutant>> {
    let mut files = sources.clone();
    for path in declared_by_macro(sources)? {
        let (folder, name) = path.rsplit_once('/').ok_or("a file without folder")?;
        let parent = files
            .get_mut(&format!("{folder}/mod.rs"))
            .ok_or("a folder without mod.rs")?;
        let module = name.trim_end_matches(".rs");
        parent.extend_from_slice(format!("mod {module};\n").as_bytes());
    }
    tree::write(&places.plain, &files)?;
    let mut command = Command::new("cargo-mutants");
    command.args(["mutants", "--list", "--json"]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    command.arg("--dir").arg(&places.plain);
    for room in ROOMS {
        command.arg("--file").arg(format!("**/{room}/**"));
    }
    let said = command.output()?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned().into());
    }
    let listed: Vec<Listed> = serde_json::from_slice(&said.stdout)?;
    let listed = listed.into_iter().map(|mut listed| {
        listed.name = tree::straight(&listed.name);
        listed.file = tree::straight(&listed.file);
        listed
    });
    let is_of_a_room = |listed: &Listed| {
        let mut rooms = ROOMS.iter().map(|room| format!("src/{room}/"));
        rooms.any(|room| listed.file.starts_with(&room))
    };
    (1..)
        .zip(listed.filter(is_of_a_room))
        .map(|(id, listed)| mutant(id, listed, sources))
        .collect()
}

fn mutant(id: u32, listed: Listed, sources: &Sources) -> Result<Mutant> {
    let text = text(sources, &listed.file)?;
    let starts = line_starts(text);
    let digest = Sha256::digest(text.as_bytes());
    Ok(Mutant {
        id,
        name: listed.name,
        digest: digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        range: byte(text, &starts, listed.span.start)?..byte(text, &starts, listed.span.end)?,
        replacement: listed.replacement,
        genre: listed.genre,
        file: listed.file,
    })
}

/// The text of a source.
pub fn text<'a>(sources: &'a Sources, file: &str) -> Result<&'a str> {
    let bytes = sources.get(file).ok_or_else(|| format!("no file {file}"))?;
    Ok(str::from_utf8(bytes)?)
}

fn line_starts(text: &str) -> Vec<usize> {
    let after = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after).collect()
}

fn byte(text: &str, starts: &[usize], spot: Spot) -> Result<usize> {
    let start = *starts.get(spot.line - 1).ok_or("a line past the end")?;
    let line = &text[start..];
    let within = line
        .char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .nth(spot.column - 1);
    Ok(start + within.ok_or("a column past the end")?)
}

/// Files beside a `mod.rs` of the rooms that no `mod` item of it declares.
fn declared_by_macro(sources: &Sources) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for room in ROOMS {
        let folder = format!("src/{room}/");
        let file = syn::parse_file(text(sources, &format!("{folder}mod.rs"))?)?;
        let declared: Vec<String> = file
            .items
            .iter()
            .filter_map(|item| match item {
                syn::Item::Mod(module) => Some(module.ident.to_string()),
                _ => None,
            })
            .collect();
        let beside = sources.keys().filter(|path| {
            path.strip_prefix(&folder)
                .and_then(|name| name.strip_suffix(".rs"))
                .is_some_and(|name| {
                    !name.contains('/')
                        && name != "mod"
                        && !declared.iter().any(|module| module == name)
                })
        });
        found.extend(beside.cloned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\nüb\n";
        let at = |line, column| byte(text, &line_starts(text), Spot { line, column }).unwrap();
        assert_eq!(&text[at(2, 2)..at(2, 3)], "b");
    }
}
