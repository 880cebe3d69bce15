//! YAML of other programs in a folder of specs: [`is_foreign`]. A workflow, a compose file or an action next to
//! specs is not half a spec with every key misspelt.

use std::sync::Arc;

use super::codes;
use super::node::{Node, Span, Value};
use crate::catalog::nearest_of;
use crate::diagnostic::{Diagnostic, Severity};

/// At most this many names of skipped files are listed.
const MAX_NAMES: usize = 5;

/// The keys of a spec.
const KEYS: [&str; 7] = [
    "version",
    "clusters",
    "confluent_cloud",
    "links",
    "policy",
    "retired",
    "exceptions",
];

/// Whether a file has neither `version` nor any other key of a spec, not even misspelt. A file without any
/// value is a spec that declares nothing.
pub(crate) fn is_foreign(root: &Node) -> bool {
    let Value::Map(entries) = &root.value else {
        return !root.is_empty_scalar();
    };
    let is_ours = |key: &str| key.starts_with("x-") || nearest_of(key, KEYS).is_some();
    !entries.is_empty() && !entries.iter().any(|(key, _)| is_ours(&key.text))
}

/// A file that was named is YAML of another program.
pub(crate) fn not_a_spec(file: &Arc<str>) -> Diagnostic {
    Diagnostic::error(codes::FOREIGN, "the file is not a Linkwright spec")
        .at(
            &Span::START.place(file),
            "it has no `version` and no other key of a spec",
        )
        .why("a spec begins with `version: 1` and declares `clusters`, `links`, `policy`, `retired` or `exceptions`")
        .help("name a spec, or the directory that has it; in a directory, YAML of other programs is skipped")
}

/// Files of a folder that were skipped, in one note.
pub fn skipped(files: &[Arc<str>]) -> Diagnostic {
    let (what, why) = match files.len() {
        1 => (
            "1 YAML file that is not a Linkwright spec".to_owned(),
            "it has no `version` and no other key of a spec",
        ),
        count => (
            format!("{count} YAML files that are not Linkwright specs"),
            "they have no `version` and no other key of a spec",
        ),
    };
    let shown = &files[..files.len().min(MAX_NAMES)];
    let more = match files.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let summary = format!("skipped {what}: {}{more}", shown.join(", "));
    Diagnostic::new(Severity::Note, codes::FOREIGN, summary)
        .why(why)
        .help("list files to skip in `.linkwrightignore`, one pattern a line, and this note is not shown")
}
