//! The schemas of what a run writes are current, and what it writes keeps to them.
//! `UPDATE_GENERATED=1` rewrites them.

use linkwright::apply::archive::Archive;
use linkwright::apply::report_file::ReportV1;
use linkwright::plan::file::{ApprovalFileV1, ApprovalV1, Made, spec_digest};
use linkwright::report::ndjson::{EventV1, line, version_line};
use linkwright::report::plan_json;
use serde_json::Value;

use super::everything;
use crate::support::bench::Bench;

fn current(name: &str, schema: &schemars::Schema) -> jsonschema::Validator {
    let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{path} is not current; run UPDATE_GENERATED=1 cargo test --test in_process schemas"
    );
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, text: &str) {
    let value: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
}

#[tokio::test(start_paused = true)]
async fn what_a_run_writes_keeps_to_its_schemas() {
    let events = current("events", &schemars::schema_for!(EventV1));
    let report = current("report", &schemars::schema_for!(ReportV1));
    let archive = current("archive", &schemars::schema_for!(Archive));
    let approval = current("approval", &schemars::schema_for!(ApprovalFileV1));
    let plan_schema = jsonschema::validator_for(&plan_json::schema()).unwrap();

    let bench = Bench::new(everything::WORLD);
    let plan = bench.plan(&everything::desired_state()).await;
    let spec = spec_digest([("a.yaml", "")]);
    let saved = plan_json::save(
        &plan,
        &Made {
            spec_digest: spec,
            ..Made::default()
        },
    )
    .unwrap();
    assert_valid(&plan_schema, &saved.text);
    let (from, until) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::MAX);
    let approved = ApprovalV1::of(&plan_json::read(&saved.text).unwrap(), from, until);
    let signed = ApprovalFileV1::new(approved, "00".to_owned(), b"signature");
    assert_valid(&approval, &serde_json::to_string(&signed).unwrap());
    let outcome = bench.apply(&plan).await;

    assert_valid(&events, &version_line());
    let lines: Vec<String> = bench.events.lock().unwrap().iter().map(line).collect();
    assert!(lines.first().unwrap().starts_with(r#"{"type":"started""#));
    assert!(lines.last().unwrap().starts_with(r#"{"type":"finished""#));
    for text in &lines {
        assert_valid(&events, text);
        let read: EventV1 = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), *text);
    }

    assert_valid(
        &report,
        &std::fs::read_to_string(bench.report_path()).unwrap(),
    );

    let [path] = outcome.archives.as_slice() else {
        panic!("{:?}", outcome.archives);
    };
    let text = std::fs::read_to_string(path).unwrap();
    assert_valid(&archive, &text);
    let archived: Archive = serde_json::from_str(&text).unwrap();
    assert_eq!(archived.reason.as_deref(), Some("moved"));
    assert_eq!(archived.mirrors.len(), 3);
    assert!(archived.mirrors.iter().all(|row| row.status == "STOPPED"));
    assert!(
        archived
            .mirrors
            .iter()
            .all(|row| row.lags[0].last_source_fetch_offset > 0),
        "{text}"
    );
    assert_eq!(archived.configs["cluster.link.prefix"], "o.");
    assert!(!text.contains("jaas"), "{text}");
    #[cfg(unix)]
    for path in [path.as_path(), bench.report_path().as_path()] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}
