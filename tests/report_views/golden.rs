//! Golden files: what a view says, kept under `fixtures/views` and compared byte for byte.

use std::path::PathBuf;

/// Compares with `fixtures/views/NAME`. `UPDATE_GENERATED=1` writes the file instead: by hand, and
/// read before it is committed.
pub(crate) fn same(name: &str, found: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/views")
        .join(name);
    compare(path, found);
}

/// The same for a generated file anywhere in the repository.
pub(crate) fn compare(path: PathBuf, found: &str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the switch that rewrites golden files"
    )]
    let update = std::env::var("UPDATE_GENERATED").is_ok();
    if update {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        wanted == found,
        "{} differs (UPDATE_GENERATED=1 rewrites it):\n{}",
        path.display(),
        similar::TextDiff::from_lines(wanted.as_str(), found).unified_diff()
    );
}
