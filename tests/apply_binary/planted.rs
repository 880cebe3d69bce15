//! Planted secrets: no command, format or failure shows or keeps one, in clear or as Base64.

use std::path::Path;

use crate::support::workspace::{Said, Workspace};

/// The variables, their values, and what HTTP Basic makes of them.
const PLANTED: [(&str, &str); 4] = [
    ("REST_KEY", "planted-rest-key"),
    ("REST_SECRET", "planted-rest-secret"),
    ("LINK_KEY", "planted-link-key"),
    ("LINK_SECRET", "planted-link-secret"),
];
const ENCODED: [&str; 2] = [
    "cGxhbnRlZC1yZXN0LWtleTpwbGFudGVkLXJlc3Qtc2VjcmV0",
    "cGxhbnRlZC1saW5rLWtleTpwbGFudGVkLWxpbmstc2VjcmV0",
];

const SPEC: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: ENDPOINT
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:REST_KEY}", password: "${env:REST_SECRET}" } }
  west:
    id: lkc-west01
    rest_endpoint: ENDPOINT
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:REST_KEY}", password: "${env:REST_SECRET}" } }
links:
  dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: "${env:LINK_KEY}", password: "${env:LINK_SECRET}" }
      generation: 1
    mirrors: { a: {} }
retired:
  - { link: old, cluster: west, mirrors: failover, reason: moved }
policy:
  allow: [reversible, disruptive, irreversible, data-loss]
"#;

const WORLD: &str = r"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east.example:9092
    rest_auth: { basic: [{ username: planted-rest-key, password: planted-rest-secret }] }
    link_principals: [{ username: planted-link-key, password: planted-link-secret }]
    topics: [{ name: a }, { name: b }]
  - id: lkc-west01
    bootstrap_servers: west.example:9092
    rest_auth: { basic: [{ username: planted-rest-key, password: planted-rest-secret }] }
    links:
      - name: old
        remote: lkc-east01
        configs:
          sasl.mechanism: PLAIN
          sasl.jaas.config: 'x required username=planted-link-key password=planted-link-secret;'
        mirrors: [{ source_topic: b }]
";

/// Every file below a folder but those in `w`, the sandbox's own memory.
fn assert_clean(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "w" {
                assert_clean(&path);
            }
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        assert_free(
            &String::from_utf8_lossy(&bytes),
            &path.display().to_string(),
        );
    }
}

fn assert_free(text: &str, place: &str) {
    let planted = PLANTED.iter().map(|(_, value)| *value);
    for secret in planted.chain(ENCODED) {
        assert!(!text.contains(secret), "{secret} in {place}:\n{text}");
    }
}

struct Planted(Workspace);

impl Planted {
    fn new(world: &str, endpoint: &str) -> Self {
        Self(Workspace::with(&SPEC.replace("ENDPOINT", endpoint), world))
    }

    fn run(&self, args: &[&str]) -> Said {
        // These commands have no flag for more output.
        let more: &[&str] = match args {
            ["validate" | "schema" | "explain", ..] => &[],
            _ => &["-vv"],
        };
        let mut command = self.0.linkwright(&[args, more].concat());
        let said = Said::by(command.envs(PLANTED));
        assert_free(&said.out, &format!("{args:?}, standard output"));
        assert_free(&said.err, &format!("{args:?}, standard error"));
        said
    }
}

const SANDBOX: [&str; 2] = ["--sandbox", "w/world.yaml"];

#[test]
fn no_command_and_no_format_shows_or_keeps_a_secret() {
    let workspace = Planted::new(WORLD, "https://west.example:443");
    for line in [
        "validate -o text",
        "validate -o json",
        "validate -o sarif",
        "validate -o github",
        "validate --references",
        "schema spec",
        "explain LW073",
    ] {
        workspace.run(&line.split(' ').collect::<Vec<_>>()).exits(0);
    }
    let on = |line: &str, code: i32| {
        let args: Vec<&str> = line.split(' ').chain(SANDBOX).collect();
        workspace.run(&args).exits(code)
    };
    for format in ["text", "json", "markdown", "dot", "mermaid", "svg"] {
        on(&format!("plan -o {format}"), 0);
    }
    on("plan --why west/dr", 0);
    on("plan --rehearse --all", 0);
    on(
        "plan --json-out p.json --markdown-out p.md --out plan.json",
        0,
    );
    on("apply --dry-run", 0);
    on(
        "apply . --plan plan.json --auto-approve -o json --report report.json --archive archive",
        0,
    );
    on("plan --rotate dr", 0);
    on("apply --rotate dr --auto-approve --report report.json", 0);
    for format in ["text", "json", "markdown", "sarif", "junit"] {
        on(&format!("drift -o {format}"), 0);
    }
    on("drift --metrics-file m.prom", 0);
    for line in [
        "status",
        "status -o json",
        "status --mirrors",
        "status --link dr",
    ] {
        on(line, 0);
    }
    assert!(
        workspace.0.path("archive").exists()
            && workspace.0.path(".linkwright/ledger.sandbox.json").exists()
    );
    assert_clean(&workspace.0.path("."));
}

#[test]
fn no_failure_shows_or_keeps_a_secret() {
    // Nobody listens at port 1; a page for people, a redirect and an echo would answer elsewhere.
    let away = Planted::new(WORLD, "http://127.0.0.1:1");
    for line in ["plan", "drift", "status", "apply --auto-approve"] {
        let said = away.run(&line.split(' ').collect::<Vec<_>>());
        assert_ne!(said.code, Some(0), "{line}");
    }
    for fault in [
        "{ status: { code: 401 } }",
        "{ status: { code: 403 } }",
        "{ status: { code: 400, message: 'bad value planted-link-secret for planted-link-key' } }",
        "reset-after-effect",
    ] {
        let world = format!("{WORLD}faults: [{{ on: {{ kind: write }}, do: {fault} }}]\n");
        let workspace = Planted::new(&world, "https://west.example:443");
        let args = "apply --auto-approve -o json --report report.json --archive archive";
        let args: Vec<&str> = args.split(' ').chain(SANDBOX).collect();
        let said = workspace.run(&args);
        // What was done although its answer was lost is found done.
        let succeeds = fault == "reset-after-effect";
        assert_eq!(said.code == Some(0), succeeds, "{fault}\n{}", said.out);
        assert_clean(&workspace.0.path("."));
    }
    let wrong = WORLD.replace("password: planted-link-secret", "password: another");
    let workspace = Planted::new(&wrong, "https://west.example:443");
    let args: Vec<&str> = ["apply", "--auto-approve"]
        .into_iter()
        .chain(SANDBOX)
        .collect();
    assert_ne!(workspace.run(&args).code, Some(0));
}
