//! Changes of a spec that wait in patch files of earlier commands: [`in_the_way`] and [`waiting`].

use std::path::{Path, PathBuf};

use super::input;

/// The most that is read of one patch file, and how many are read.
const LIMIT: u64 = 1024 * 1024;
const MAX_FILES: usize = 200;

/// One change of consecutive lines of a file.
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
}

impl<'a> Hunk<'a> {
    /// Whether, once another is made, this one finds its lines no more.
    fn is_broken_by(&self, other: &Self) -> bool {
        let (start, end) = (self.start, self.start + self.before.len());
        self.file == other.file
            && (other.removed.iter().any(|it| (start..end).contains(it))
                || other.inserted.iter().any(|it| start < *it && *it < end))
    }

    /// Whether it can be made in a text, and is not made there yet.
    fn is_pending(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.lines().collect();
        let has = |part: &[&str]| {
            !part.is_empty() && lines.windows(part.len()).any(|window| window == part)
        };
        has(&self.before) && !has(&self.after)
    }
}

/// The hunks of a unified diff; what is none is passed over.
fn hunks(patch: &str) -> Vec<Hunk<'_>> {
    let mut hunks: Vec<Hunk<'_>> = Vec::new();
    let mut file = "";
    let mut left = (0, 0);
    for line in patch.lines() {
        if left == (0, 0) {
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
                });
            }
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { break };
        let at = hunk.start + hunk.before.len();
        let (sign, text) = line.split_at_checked(1).unwrap_or((" ", ""));
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

/// The patch files of some folders that change the same lines as a new patch and are not applied yet.
pub(super) fn in_the_way<'t>(
    folders: &[&Path],
    new: &str,
    text_of: &dyn Fn(&str) -> Option<&'t str>,
) -> Vec<PathBuf> {
    patches(folders, &|patch| {
        patch != new && is_in_the_way(patch, new, text_of)
    })
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
    let entries = folders.iter().filter_map(|it| std::fs::read_dir(it).ok());
    let files = entries.flatten().filter_map(|it| Some(it.ok()?.path()));
    let patches = files.filter(|it| it.extension().is_some_and(|ending| ending == "patch"));
    let mut found: Vec<PathBuf> = patches
        .take(MAX_FILES)
        .filter(|file| {
            let text = file.is_file().then(|| input::text(file, LIMIT).ok());
            text.flatten().is_some_and(|text| is_such(&text))
        })
        .map(|file| {
            let short = file.strip_prefix("./").map(Path::to_owned);
            short.unwrap_or(file)
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::is_in_the_way;
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
}
