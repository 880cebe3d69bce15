//! The schemas of what is listed from a store are those of the types.

use std::path::Path;

use linkwright::report::stored;

use crate::report_views::golden;

#[test]
fn the_schemas_on_disk_are_those_of_the_types() {
    for (name, schema) in [
        ("leases", stored::leases_schema()),
        ("runs", stored::runs_schema()),
        ("run", stored::run_schema()),
        ("archives", stored::archives_schema()),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = path.join(format!("schemas/{name}.schema.json"));
        golden::compare(path, &format!("{schema:#}\n"));
    }
}
