//! Changes of a spec that wait in patch files of earlier commands: [`in_the_way`] and [`waiting`], and [`Earlier`] for those
//! of the same command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input;
use super::load::Changed;
use crate::report::edited;

/// The most that is read of one patch file, and how many are read.
const LIMIT: u64 = 1024 * 1024;
const MAX_FILES: usize = 200;

/// One change of consecutive lines of a file. Lines have their line ends.
struct Hunk<'a> {
    /// The file as the patch names it.
    file: &'a str,
    /// The lines before the change and after it, with the unchanged lines around it.
    before: Vec<&'a str>,
    after: Vec<&'a str>,
    /// The number of its first line.
    start: usize,
    /// The numbers of the lines that are removed.
    removed: Vec<usize>,
    /// The numbers of the lines before which others are inserted.
    inserted: Vec<usize>,
    /// How many unchanged lines come last.
    trailing: usize,
}

impl<'a> Hunk<'a> {
    /// Whether its lines are the first ones of the file.
    fn is_first(&self) -> bool {
        self.start <= 1
    }

    /// Whether its lines are the last ones of the file: unchanged ones would follow otherwise.
    fn is_last(&self) -> bool {
        self.trailing == 0
    }

    /// Whether, once another is made, this one finds its lines no more.
    fn is_broken_by(&self, other: &Self) -> bool {
        let (start, end) = (self.start, self.start + self.before.len());
        // What is inserted before the first line or behind the last one is outside, but where they must be the first or
        // the last of the file.
        let is_inside = |at: &usize| {
            (start < *at || self.is_first() && start == *at)
                && (*at < end || self.is_last() && *at == end)
        };
        self.file == other.file
            && (other.removed.iter().any(|it| (start..end).contains(it))
                || other.inserted.iter().any(is_inside))
    }

    /// Where it can be made in lines, of several places the one that is nearest to its own.
    fn place(&self, lines: &[&str]) -> Option<usize> {
        let last = lines.len().checked_sub(self.before.len())?;
        let is_there = |at: &usize| {
            (!self.is_first() || *at == 0)
                && (!self.is_last() || *at == last)
                && lines[*at..].starts_with(&self.before)
        };
        let own = self.start.saturating_sub(1);
        (0..=last)
            .filter(is_there)
            .min_by_key(|at| at.abs_diff(own))
    }

    /// Whether a text has it.
    fn is_made(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        match self.after.len() {
            _ if self.before == self.after => true,
            0 => lines.is_empty(),
            length => lines.windows(length).any(|window| window == self.after),
        }
    }

    /// Whether it can be made in a text, and is not made there yet.
    fn is_pending(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        self.place(&lines).is_some() && !self.is_made(text)
    }
}

/// The hunks of a unified diff; what is none is passed over.
fn hunks(patch: &str) -> Vec<Hunk<'_>> {
    let mut hunks: Vec<Hunk<'_>> = Vec::new();
    let mut file = "";
    let mut left = (0, 0);
    let mut sign = "";
    for line in patch.split_inclusive('\n') {
        if line.starts_with('\\') {
            // The line before it has no end.
            if let Some(hunk) = hunks.last_mut() {
                let both = [(&mut hunk.before, "+"), (&mut hunk.after, "-")];
                let those = both.into_iter().filter(|(_, other)| *other != sign);
                for last in those.filter_map(|(lines, _)| lines.last_mut()) {
                    *last = last.strip_suffix('\n').unwrap_or(last);
                }
            }
            continue;
        }
        if left == (0, 0) {
            let line = line.trim_end_matches(['\n', '\r']);
            if let Some(name) = line.strip_prefix("--- ") {
                file = name;
            } else if let Some((start, counts)) = header(line) {
                left = counts;
                hunks.push(Hunk {
                    file,
                    before: Vec::new(),
                    after: Vec::new(),
                    start,
                    removed: Vec::new(),
                    inserted: Vec::new(),
                    trailing: 0,
                });
            }
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { break };
        let at = hunk.start + hunk.before.len();
        let text;
        (sign, text) = match line.split_at_checked(1) {
            Some((sign @ (" " | "-" | "+"), text)) => (sign, text),
            // Of an unchanged empty line something may have removed the space.
            _ => (" ", line),
        };
        if matches!(sign, " " | "-") {
            hunk.before.push(text);
            left.0 = left.0.saturating_sub(1);
        }
        if matches!(sign, " " | "+") {
            hunk.after.push(text);
            left.1 = left.1.saturating_sub(1);
        }
        match sign {
            "-" => hunk.removed.push(at),
            "+" => hunk.inserted.push(at),
            _ => {}
        }
        hunk.trailing = if sign == " " { hunk.trailing + 1 } else { 0 };
    }
    hunks
}

/// The first line of a hunk and how many it has before and after: `@@ -37,7 +37,8 @@`.
fn header(line: &str) -> Option<(usize, (usize, usize))> {
    let (before, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (after, _) = rest.split_once(" @@")?;
    let range = |text: &str| -> Option<(usize, usize)> {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((start, before), (_, after)) = (range(before)?, range(after)?);
    Some((start, (before, after)))
}

/// Whether a patch has a change that is not made yet, and of which and a new patch only one would apply. `text_of` is the
/// text of a file as a patch names it.
fn is_in_the_way<'t>(patch: &str, new: &str, text_of: &dyn Fn(&str) -> Option<&'t str>) -> bool {
    let new = hunks(new);
    hunks(patch).iter().any(|old| {
        new.iter()
            .any(|new| new.is_broken_by(old) || old.is_broken_by(new))
            && text_of(old.file).is_some_and(|text| old.is_pending(text))
    })
}

/// The folders in which patch files are looked for: here, and where one is to be saved.
pub(super) fn folders(file: Option<&Path>) -> Vec<&Path> {
    let parent = file.and_then(Path::parent);
    std::iter::once(Path::new("."))
        .chain(parent.filter(|it| !it.as_os_str().is_empty()))
        .collect()
}

/// The patch files of some folders that change the same lines as a new patch and are not applied yet.
pub(super) fn in_the_way<'t>(
    folders: &[&Path],
    new: &str,
    text_of: &dyn Fn(&str) -> Option<&'t str>,
) -> Vec<PathBuf> {
    patches(folders, &|patch| {
        body(patch) != new && is_in_the_way(patch, new, text_of)
    })
}

/// A patch without what is written above it.
fn body(patch: &str) -> &str {
    const START: &str = "--- ";
    let start = match patch.starts_with(START) {
        true => Some(0),
        false => patch.find(&format!("\n{START}")).map(|at| at + 1),
    };
    start.map_or(patch, |start| &patch[start..])
}

/// What earlier runs of a command have left: changes of the spec that are in patch files and not made yet.
#[derive(Clone, Default)]
pub(super) struct Earlier {
    /// The command, as it is written above the patches that it saves.
    pub(super) heading: Option<String>,
    /// The patch files with what they say.
    pub(super) files: BTreeMap<PathBuf, String>,
    /// The new texts of the spec's files.
    pub(super) texts: Changed,
}

impl Earlier {
    /// Looks for the patches of a command in some folders. `files` are those of the spec, as they are on the disk.
    pub(super) fn of<'t>(
        command: &str,
        folders: &[&Path],
        files: impl Iterator<Item = &'t (Arc<str>, Arc<str>)>,
    ) -> Self {
        let heading = format!("# {command}\n");
        let mut texts: BTreeMap<&Arc<str>, String> =
            files.map(|(name, text)| (name, text.to_string())).collect();
        let mut earlier = Self::default();
        for (file, patch) in self::texts(folders) {
            if patch.starts_with(&heading)
                && let Some(new) = made(&patch, &texts)
            {
                for (name, text) in new {
                    earlier.texts.insert(name.clone(), text.clone());
                    texts.insert(name, text);
                }
                earlier.files.insert(file, patch);
            }
        }
        earlier.heading = Some(heading);
        earlier
    }
}

/// The texts of files with a patch; none where it is made already or cannot be made.
fn made<'t>(
    patch: &str,
    texts: &BTreeMap<&'t Arc<str>, String>,
) -> Option<BTreeMap<&'t Arc<str>, String>> {
    let mut new: BTreeMap<&Arc<str>, String> = BTreeMap::new();
    // From the end, so that the numbers of the lines before hold.
    for hunk in hunks(patch).iter().rev() {
        let (name, text) = texts
            .iter()
            .find(|(name, _)| edited::patch_name(name) == hunk.file)?;
        let text = new.get(name).unwrap_or(text);
        if hunk.is_made(text) {
            continue;
        }
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let at = hunk.place(&lines)?;
        lines.splice(at..at + hunk.before.len(), hunk.after.iter().copied());
        let text = lines.concat();
        new.insert(name, text);
    }
    (!new.is_empty()).then_some(new)
}

/// The patch files of a folder that are not applied yet.
pub(super) fn waiting<'t>(
    folder: &Path,
    text_of: &dyn Fn(&str) -> Option<&'t str>,
) -> Vec<PathBuf> {
    patches(&[folder], &|patch| {
        let all = hunks(patch);
        let mut all = all.iter();
        all.any(|hunk| text_of(hunk.file).is_some_and(|text| hunk.is_pending(text)))
    })
}

/// The patch files of some folders whose text is such.
fn patches(folders: &[&Path], is_such: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let all = texts(folders).into_iter();
    all.filter(|(_, text)| is_such(text))
        .map(|(file, _)| file)
        .collect()
}

/// The patch files of some folders, with what they say.
fn texts(folders: &[&Path]) -> BTreeMap<PathBuf, String> {
    let entries = folders.iter().filter_map(|it| std::fs::read_dir(it).ok());
    let files = entries.flatten().filter_map(|it| Some(it.ok()?.path()));
    let patches = files.filter(|it| it.extension().is_some_and(|ending| ending == "patch"));
    patches
        .take(MAX_FILES)
        .filter_map(|file| {
            let text = file.is_file().then(|| input::text(&file, LIMIT).ok());
            Some((short(&file), text.flatten()?))
        })
        .collect()
}

/// One name for a file, however its folder is written: without it where it is this one.
pub(super) fn short(file: &Path) -> PathBuf {
    let file = file.strip_prefix("./").unwrap_or(file);
    let whole = |folder: &Path| folder.canonicalize().ok();
    let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
    match (parent.and_then(whole), file.file_name()) {
        (Some(folder), Some(name)) if whole(Path::new(".")).as_ref() == Some(&folder) => {
            name.into()
        }
        _ => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::{is_in_the_way, made};
    use crate::report::edited::patch;

    const SPEC: &str = "links:\n  dr:\n    mirrors:\n      a: {}\n      b: {}\n      c: {}\n      d: {}\n      e: {}\n      f: {}\n      g: {}\n      h: {}\n      i: {}\n      j: {}\n";

    fn paused(spec: &str, topic: &str) -> String {
        let (old, new) = (
            format!("{topic}: {{}}"),
            format!("{topic}: {{ state: paused }}"),
        );
        assert!(spec.contains(&old));
        spec.replace(&old, &new)
    }

    #[test]
    fn a_patch_is_in_the_way_if_only_one_of_both_applies() {
        let of = |topic: &str| patch("links.yaml", SPEC, &paused(SPEC, topic));
        let added = patch(
            "links.yaml",
            SPEC,
            &SPEC.replace("      b: {}\n", "      b: {}\n      ba: {}\n"),
        );
        let in_text =
            |text: &'static str| move |file: &str| (file == "a/links.yaml").then_some(text);
        let now = in_text(SPEC);
        for (old, new, is) in [
            (of("a"), of("a"), true),
            (of("a"), of("b"), true),
            (of("a"), of("d"), true),
            // One of them is outside of what the other looks at.
            (of("a"), of("e"), false),
            (of("a"), of("j"), false),
            (added.clone(), of("d"), true),
            (added.clone(), of("f"), false),
            (of("c"), added, true),
            (
                "--- a/links.yaml\n@@ nonsense\n@@ -9,9 +9,9 @@\n".to_owned(),
                of("a"),
                false,
            ),
            (String::new(), of("a"), false),
            (
                patch("other.yaml", SPEC, &paused(SPEC, "a")),
                of("b"),
                false,
            ),
        ] {
            assert_eq!(is_in_the_way(&old, &new, &now), is, "{old}\n{new}");
        }
        // It is applied already, or the text has changed since.
        let after: &'static str = paused(SPEC, "a").leak();
        let new = patch("links.yaml", after, &paused(after, "b"));
        assert!(!is_in_the_way(&of("a"), &new, &in_text(after)));
        assert!(!is_in_the_way(&of("a"), &of("b"), &in_text("version: 1\n")));
    }
    #[test]
    fn the_first_and_the_last_lines_of_a_file_must_be_so() {
        let with = |change: &dyn Fn(&mut Vec<&'static str>)| {
            let mut lines: Vec<&str> = SPEC.split_inclusive('\n').collect();
            change(&mut lines);
            patch("links.yaml", SPEC, &lines.concat())
        };
        let last = |line: &'static str| with(&move |lines| lines.push(line));
        let first = |line: &'static str| with(&move |lines| lines.insert(0, line));
        let near_the_end = with(&|lines| {
            let before = lines.len() - 1;
            lines.insert(before, "      ia: {}\n");
        });
        let now = |file: &str| (file == "a/links.yaml").then_some(SPEC);
        let (k, l) = (last("      k: {}\n"), last("      l: {}\n"));
        for (old, new, is) in [
            // Both must be behind the last line.
            (&k, &l, true),
            (&first("# one\n"), &first("# other\n"), true),
            (&k, &first("# one\n"), false),
            // What has a line behind it does not look at what comes after that.
            (&near_the_end, &k, true),
            (&k, &patch("links.yaml", SPEC, &paused(SPEC, "f")), false),
        ] {
            assert_eq!(is_in_the_way(old, new, &now), is, "{old}\n{new}");
            assert_eq!(is_in_the_way(new, old, &now), is, "{old}\n{new}");
        }
        // Behind the last line is somewhere else now.
        let longer: &'static str = format!("{SPEC}policy: {{}}\n").leak();
        let longer = |file: &str| (file == "a/links.yaml").then_some(longer);
        assert!(!is_in_the_way(&k, &l, &longer));
    }

    #[test]
    fn a_patch_is_made_in_memory_as_git_makes_it() {
        let name: Arc<str> = "links.yaml".into();
        let in_text = |patch: &str, text: &str| {
            let texts = BTreeMap::from([(&name, text.to_owned())]);
            made(patch, &texts).map(|new| new[&name].clone())
        };
        let crlf = SPEC.replace('\n', "\r\n");
        let unended = SPEC.trim_end().to_owned();
        for before in [SPEC, &crlf, &unended] {
            let after = paused(&paused(before, "a"), "j");
            let both = patch("links.yaml", before, &after);
            assert_eq!(in_text(&both, before).as_ref(), Some(&after));
            // One half of it was made by hand; all of it was made.
            assert_eq!(in_text(&both, &paused(before, "j")).as_ref(), Some(&after));
            assert_eq!(in_text(&both, &after), None);
            // Lines that came before it move it.
            let moved = in_text(&both, &before.replacen("links:", "links: # all", 1));
            assert_eq!(moved, None);
            let ended = patch("links.yaml", before, &format!("{}\n", before.trim_end()));
            if before == unended {
                assert_eq!(in_text(&ended, before).as_deref(), Some(SPEC));
            }
        }
        let above = patch("links.yaml", SPEC, &paused(SPEC, "f"));
        let moved = SPEC.replacen("links:", "# one\n# two\nlinks:", 1);
        assert_eq!(in_text(&above, &moved), Some(paused(&moved, "f")));
        for odd in [
            "",
            "# x\n",
            "--- a/links.yaml\n@@ -5,9 +5,9 @@\n",
            "\\ No\n",
            "--- a/other.yaml\n@@ -1 +1 @@\n-a\n+b\n",
        ] {
            assert_eq!(in_text(odd, SPEC), None);
        }
    }
}
