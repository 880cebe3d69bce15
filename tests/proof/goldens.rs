//! What an export looks like, in small worlds. Rewrite it with
//! `UPDATE_GENERATED=1 cargo test --test proof goldens`, and read the difference.

use std::path::PathBuf;

use linkwright::export::{Document, Existing, ExportInput, export};

use crate::round_trip::{everything, is_at_rest, show};
use crate::support::bench::{self, Bench, TODAY, clusters, stepped};

/// The export, and the notes that go to standard error.
fn told(document: &Document) -> String {
    let mut text = document.one_file();
    for (address, why) in &document.notes {
        text.push_str(&format!("# note: {address}: {why}\n"));
    }
    text
}

#[test]
fn goldens() {
    let mut files: Vec<PathBuf> = std::fs::read_dir("tests/proof/exports")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".world.yaml"))
        .collect();
    files.sort();
    assert!(files.len() >= 3);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let document = stepped(async {
            let bench = Bench::new(&text);
            let live = everything(&bench).await;
            let document = export(&ExportInput {
                clusters: &clusters(&bench.sandbox),
                live: &live,
                existing: None,
                only_used: true,
                today: TODAY,
            });
            let desired = bench::read(&[("export.yaml", &document.one_file())]).unwrap();
            let plan = bench.plan(&desired).await;
            assert!(
                is_at_rest(&plan),
                "{}\n{}",
                document.one_file(),
                show(&plan)
            );
            document
        });
        let actual = told(&document);
        let golden = PathBuf::from(file.to_string_lossy().replace(".world.", ".export."));
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&golden, &actual).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap();
        assert_eq!(actual, expected, "{}", golden.display());
    }
}

const HALF_DECLARED: &str = r#"version: 1
clusters:
  east: { id: lkc-east01, bootstrap_servers: "pkc-1.us-east-1.aws.confluent.cloud:9092" }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    rest_auth: { basic: { username: "${env:K}", password: "${env:S}" } }
links:
  no-filter-at-all:
    name: fine
    source: east
    destination: west
    credentials: { sasl_plain: { username: "${env:K}", password: "${env:S}" } }
"#;

#[test]
fn what_files_declare_is_left_to_them_and_the_rest_is_added() {
    let text = std::fs::read_to_string("tests/proof/exports/aside.world.yaml").unwrap();
    stepped(async {
        let bench = Bench::new(&text);
        let live = everything(&bench).await;
        let desired = bench::read(&[("links.yaml", HALF_DECLARED)]).unwrap();
        let files = [("links.yaml".into(), HALF_DECLARED.into())];
        let document = export(&ExportInput {
            clusters: &desired.clusters,
            live: &live,
            existing: Some(Existing {
                files: &files,
                desired: &desired,
            }),
            only_used: true,
            today: TODAY,
        });
        let names: Vec<&str> = document
            .links
            .iter()
            .map(|page| page.name.as_str())
            .collect();
        assert_eq!(names, ["elsewhere", "no-filter"]);
        // The private address of east is another cluster to links, and is declared beside them.
        let clusters = document.clusters.as_ref().unwrap().file();
        assert!(clusters.contains("east-2:"), "{clusters}");
        assert!(!clusters.contains("  west:"), "{clusters}");
        let notes: Vec<String> = document
            .notes
            .iter()
            .map(|(address, why)| format!("{address}: {why}"))
            .collect();
        assert!(
            notes.contains(
                &"west/fine: holds 1 mirror topic that its file does not declare; add to its \
                  `mirrors`: orders"
                    .to_owned()
            ),
            "{notes:#?}"
        );
        let pages: Vec<_> = document
            .links
            .iter()
            .map(|page| (page.file_name(), page.file()))
            .collect();
        let mut all = vec![("links.yaml", HALF_DECLARED), ("clusters.yaml", &clusters)];
        all.extend(
            pages
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        );
        let plan = bench.plan(&bench::read(&all).unwrap()).await;
        assert!(is_at_rest(&plan), "{}", show(&plan));
    });
}
