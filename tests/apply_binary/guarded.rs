//! A hostile spec against a guard file: a table of what a pull request can try, and commands without the
//! credentials of links.

use std::os::unix::fs::symlink;

use crate::support::workspace::{Said, Workspace};

const GUARD: &str = r#"version: 1
clusters:
  lkc-east01:
    rest_endpoints: ["https://pkc-1.us-east-1.aws.confluent.cloud:443"]
    bootstrap_servers: ["pkc-1.us-east-1.aws.confluent.cloud:9092"]
    token_urls: ["https://idp.example/token"]
  lkc-west01:
    rest_endpoints: ["https://pkc-2.us-west-2.aws.confluent.cloud:443"]
    bootstrap_servers: ["pkc-2.us-west-2.aws.confluent.cloud:9092"]
references:
  env: ["EAST_*", "WEST_*", "LINK_KEY", "LINK_SECRET"]
  files: [secrets]
allow: [reversible, disruptive]
protect: ["lkc-west01/orders-dr"]
"#;

/// What must appear nowhere.
const PLANTED: &str = "planted-value-of-another-secret";

/// A workspace with the guard file apart, a permitted secret and one that is not permitted.
fn workspace() -> Workspace {
    let workspace = Workspace::quickstart()
        .env("OTHER_TOKEN", PLANTED)
        .env("EAST_API_KEY", "EASTKEY");
    std::fs::create_dir(workspace.path("base")).unwrap();
    std::fs::create_dir(workspace.path("base/secrets")).unwrap();
    workspace
        .write("base/guard.yaml", GUARD)
        .write("base/secrets/key", "sandbox-link")
        .write("elsewhere", PLANTED);
    symlink("../../elsewhere", workspace.path("base/secrets/link")).unwrap();
    workspace
}

const EAST: &str = r#""${env:EAST_API_SECRET:-east-secret}""#;
const EAST_BASIC: &str = r#"    rest_auth:
      basic:
        username: "${env:EAST_API_KEY:-EASTKEY}"
        password: "${env:EAST_API_SECRET:-east-secret}"   # linkwright:allow LW070 made up for the sandbox"#;
const ENDPOINT: &str = "https://pkc-1.us-east-1.aws.confluent.cloud:443";
const BOOTSTRAP: &str = "bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092";
const LINK_KEY: &str = r#""${env:LINK_KEY:-sandbox-link}""#;
const SYNC: &str = "    consumer_offset_sync:\n      interval: 30s";
const END: &str = "      legacy: {}";

/// A name for the book, what to replace in the spec and by what, what to run, the exit code and the code of the denial.
type Attempt = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i32,
    &'static str,
);

const ATTEMPTS: &[Attempt] = &[
    // References.
    (
        "another variable of the job as password",
        EAST,
        r#""${env:OTHER_TOKEN}""#,
        "plan",
        64,
        "LW514",
    ),
    (
        "another variable with a default",
        EAST,
        r#""${env:OTHER_TOKEN:-x}""#,
        "plan",
        64,
        "LW514",
    ),
    (
        "another variable in a link's credentials",
        LINK_KEY,
        r#""${env:OTHER_TOKEN}""#,
        "plan",
        64,
        "LW514",
    ),
    (
        "a file by its absolute path",
        EAST,
        r#""${file:/etc/passwd}""#,
        "plan",
        64,
        "LW515",
    ),
    (
        "a file by a path with ..",
        EAST,
        r#""${file:base/secrets/../../elsewhere}""#,
        "plan",
        64,
        "LW515",
    ),
    (
        "a symbolic link that leaves the folder",
        EAST,
        r#""${file:base/secrets/link}""#,
        "plan",
        64,
        "LW515",
    ),
    (
        "a device without an end",
        EAST,
        r#""${file:/dev/zero}""#,
        "plan",
        64,
        "LW515",
    ),
    (
        "the environment of the process",
        LINK_KEY,
        r#""${file:/proc/self/environ}""#,
        "validate --references",
        64,
        "LW515",
    ),
    (
        "a config of a link from a variable",
        SYNC,
        "    configs: { connections.max.idle.ms: \"${env:OTHER_TOKEN}\" }\n    consumer_offset_sync:\n      interval: 30s",
        "plan",
        64,
        "LW514",
    ),
    // Where credentials go.
    (
        "another host as endpoint",
        ENDPOINT,
        "https://attacker.example",
        "plan",
        64,
        "LW512",
    ),
    (
        "a host that begins like the endpoint",
        ENDPOINT,
        "https://pkc-1.us-east-1.aws.confluent.cloud.attacker.example",
        "drift",
        64,
        "LW512",
    ),
    (
        "the endpoint as user name of another host",
        ENDPOINT,
        "https://pkc-1.us-east-1.aws.confluent.cloud:443@attacker.example",
        "plan",
        64,
        "LW041",
    ),
    (
        "the endpoint of another cluster",
        ENDPOINT,
        "https://pkc-2.us-west-2.aws.confluent.cloud",
        "status",
        64,
        "LW512",
    ),
    (
        "another URL for tokens",
        EAST_BASIC,
        "    rest_auth: { oauth: { token_url: \"https://attacker.example/token\", client_id: \"${env:EAST_API_KEY}\", client_secret: \"${env:EAST_API_KEY}\" } }",
        "plan",
        64,
        "LW513",
    ),
    (
        "a metadata service elsewhere",
        EAST_BASIC,
        "    rest_auth: { mds: { url: \"https://attacker.example\", username: \"${env:EAST_API_KEY}\", password: \"${env:EAST_API_KEY}\" } }",
        "plan",
        64,
        "LW513",
    ),
    (
        "another bootstrap server for links",
        BOOTSTRAP,
        "bootstrap_servers: attacker.example:9092",
        "plan",
        64,
        "LW512",
    ),
    (
        "another cluster",
        "id: lkc-east01",
        "id: lkc-other1",
        "plan",
        64,
        "LW511",
    ),
    // Allowances.
    (
        "the policy allows all",
        END,
        "      legacy: { state: failed-over }\npolicy: { allow: [reversible, disruptive, irreversible, data-loss] }",
        "plan",
        64,
        "LW516",
    ),
    (
        "the command line allows all",
        END,
        "      legacy: { state: failed-over }",
        "plan --allow irreversible,data-loss",
        3,
        "LW516",
    ),
    (
        "the protected link under another name of its cluster",
        "west",
        "harmless",
        "protected",
        3,
        "LW517",
    ),
];

/// The table of the book.
fn table() -> String {
    let mut table =
        String::from("| | attempt | command | exit | denied by |\n|---|---|---|---|---|\n");
    for (number, (name, _, _, args, exit, code)) in (1..).zip(ATTEMPTS) {
        let args = args.replace("protected", "plan --allow irreversible,data-loss");
        table.push_str(&format!(
            "| {number} | {name} | `{args}` | {exit} | {code} |\n"
        ));
    }
    table
}

#[test]
fn the_book_has_the_table_of_attempts() {
    let (path, start, end) = (
        "docs/security.md",
        "<!-- attempts -->\n",
        "<!-- end of attempts -->",
    );
    let book = std::fs::read_to_string(path).unwrap();
    let (before, rest) = book.split_once(start).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let wanted = format!("{before}{start}{}{end}{after}", table());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == wanted,
        "{path} is not current: run this test with UPDATE_GENERATED=1"
    );
}

fn attempt(workspace: &Workspace, args: &str) -> Said {
    let mut all: Vec<&str> = args.split(' ').collect();
    all.extend(["links.yaml", "--guard", "base/guard.yaml"]);
    if !args.starts_with("validate") {
        all.extend(["--sandbox", "w/world.yaml"]);
    }
    workspace.run(&all)
}

#[test]
fn twenty_attempts_of_a_hostile_spec_are_denied() {
    assert_eq!(ATTEMPTS.len(), 20);
    let workspace = workspace();
    let good = workspace.read("links.yaml");
    attempt(&workspace, "plan").exits(0);
    for (name, from, to, args, exit, code) in ATTEMPTS {
        assert!(good.contains(from), "{name}");
        let said = if *args == "protected" {
            // The mirror topics exist; the guard permits the risk, and protects the link nevertheless.
            workspace.write("links.yaml", &good);
            attempt(&workspace, "apply --auto-approve").exits(0);
            let guard = GUARD.replace(
                "[reversible, disruptive]",
                "[reversible, disruptive, irreversible, data-loss]",
            );
            workspace.write("base/guard.yaml", &guard);
            let hostile = good
                .replace("  west:", "  harmless:")
                .replace("destination: west", "destination: harmless")
                .replace(END, "      legacy: { state: failed-over }");
            workspace.write("links.yaml", &hostile);
            attempt(&workspace, "plan --allow irreversible,data-loss")
        } else {
            workspace.write("links.yaml", &good.replace(from, to));
            attempt(&workspace, args)
        };
        let all = format!("{}\n{}", said.out, said.err);
        assert!(all.contains(code), "{name}: {all}");
        assert!(!all.contains(PLANTED), "{name}: {all}");
        said.exits(*exit);
    }
}

#[test]
fn a_spec_that_is_a_link_to_another_file_is_not_quoted() {
    let workspace = workspace();
    std::fs::create_dir(workspace.path("out")).unwrap();
    std::fs::create_dir(workspace.path("in")).unwrap();
    workspace.write("out/kubeconfig", &format!("token: [{PLANTED}\n"));
    // The job runs in the checkout, and the other file is outside of it.
    for (name, target) in [
        ("in/links.yaml", "../out/kubeconfig"),
        ("in/.linkwrightignore", "../out/kubeconfig"),
    ] {
        symlink(target, workspace.path(name)).unwrap();
        let mut command = workspace.linkwright(&["validate", "--guard", "../base/guard.yaml", "."]);
        command.current_dir(workspace.path("in"));
        let said = Said::by(&mut command);
        assert!(said.err.contains("LW515"), "{}", said.err);
        assert!(!said.err.contains(PLANTED), "{}", said.err);
        std::fs::remove_file(workspace.path(name)).unwrap();
    }
}

#[test]
fn links_of_kubernetes_inside_a_permitted_folder_work() {
    let workspace = workspace();
    let spec = workspace.read("links.yaml");
    std::fs::create_dir(workspace.path("base/secrets/..2026")).unwrap();
    workspace.write("base/secrets/..2026/user", "EASTKEY");
    symlink("..2026", workspace.path("base/secrets/..data")).unwrap();
    symlink("..data/user", workspace.path("base/secrets/user")).unwrap();
    workspace.write(
        "links.yaml",
        &spec.replace("${env:EAST_API_KEY:-EASTKEY}", "${file:base/secrets/user}"),
    );
    attempt(&workspace, "plan").exits(0);
}

#[test]
fn a_guard_that_cannot_be_used_stops_the_run() {
    let workspace = workspace().env("LINKWRIGHT_GUARD", "missing.yaml");
    workspace
        .run(&["validate", "links.yaml"])
        .exits(64)
        .says("LW510");
    workspace.write("missing.yaml", "version: 1\nallowed: []\n");
    workspace
        .run(&["validate", "links.yaml"])
        .exits(64)
        .says("LW005");
    // A guard file that lists nothing permits nothing.
    workspace.write("missing.yaml", "version: 1\n");
    workspace
        .run(&["validate", "links.yaml"])
        .exits(64)
        .says("LW511")
        .says("LW514");
}

#[test]
fn a_saved_plan_is_held_to_the_guard_file_too() {
    let workspace = workspace();
    let sandbox = ["--sandbox", "w/world.yaml"];
    let run = |args: &[&str]| workspace.run(&[args, &sandbox[..]].concat());
    run(&["plan", "links.yaml", "--out", "plan.json"]).exits(0);
    let apply = [
        "apply",
        "plan.json",
        "--auto-approve=as-planned",
        "--guard",
        "base/guard.yaml",
    ];
    workspace.write(
        "base/guard.yaml",
        &GUARD.replace("pkc-1.us-east-1.aws.confluent.cloud:443", "other.example"),
    );
    run(&apply).exits(3).says("LW512");
    workspace.write("base/guard.yaml", GUARD);
    run(&apply).exits(0);
}

#[test]
fn only_apply_needs_the_credentials_of_links() {
    let workspace = Workspace::quickstart();
    let spec = workspace.read("links.yaml");
    let spec = spec
        .replace("${env:LINK_KEY:-sandbox-link}", "${env:LINK_KEY}")
        .replace(
            "${env:LINK_SECRET:-sandbox-link-secret}",
            "${file:no/such/file}",
        );
    workspace.write("links.yaml", &spec);
    let run = |args: &[&str]| {
        workspace.run(&[args, &["links.yaml", "--sandbox", "w/world.yaml"][..]].concat())
    };
    workspace
        .run(&["validate", "--references", "links.yaml"])
        .exits(0)
        .says("note[LW023]");
    for command in [
        &["plan"][..],
        &["plan", "--out", "plan.json"],
        &["plan", "--rehearse"],
        &["status"],
    ] {
        run(command).exits(0);
    }
    run(&["drift"]).exits(2);
    // Both problems, and nothing was written.
    run(&["apply", "--auto-approve"])
        .exits(64)
        .says("LINK_KEY")
        .says("no/such/file")
        .says("No changes were made");
    run(&["plan", "--detailed-exitcode"])
        .exits(2)
        .says("Plan: 1 link and 4 mirror topics to create");
    // What writes no credentials needs none.
    workspace.write(
        "links.yaml",
        &spec.replace("${env:LINK_KEY}", "sandbox-link").replace(
            "${file:no/such/file}",
            "${env:LINK_SECRET:-sandbox-link-secret}",
        ),
    );
    run(&["apply", "--auto-approve"]).exits(0);
    workspace.write(
        "links.yaml",
        &spec.replace("interval: 30s", "interval: 45s"),
    );
    run(&["apply", "--auto-approve"]).exits(0);
}

/// Every example is planned against its world to the end, with what authenticates to its clusters and no secret
/// of a link.
#[test]
fn every_example_is_planned_without_the_secrets_of_links() {
    let references = |text: &str| -> Vec<String> {
        let names = text.split("${env:").skip(1);
        names
            .map(|rest| rest.split(['}', ':']).next().unwrap().to_owned())
            .collect()
    };
    let mut planned = 0;
    let mut folders = vec![std::path::PathBuf::from("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.file_name().is_none_or(|name| name != "links.yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let (clusters, _) = text.split_once("\nlinks:").unwrap_or((&text, ""));
            let mut workspace = Workspace::new();
            for name in references(clusters) {
                // The worlds of the runbooks know these keys; the others have no keys, or defaults.
                let value = name
                    .replace("_API_KEY", "KEY")
                    .replace("_API_SECRET", "-secret");
                let value = match name.ends_with("_API_SECRET") {
                    true => value.to_lowercase(),
                    false => value,
                };
                workspace = workspace.env(&name, &value);
            }
            workspace.write("links.yaml", &text);
            let example = folder.file_name().unwrap().to_str().unwrap();
            let world = format!(
                "{}/fixtures/worlds/{example}.yaml",
                env!("CARGO_MANIFEST_DIR")
            );
            workspace.write("world.yaml", &std::fs::read_to_string(world).unwrap());
            let said = workspace.run(&[
                "plan",
                "links.yaml",
                "--allow=irreversible",
                "--detailed-exitcode",
                "--sandbox=world.yaml",
            ]);
            // The clusters have answered all that the plan asks of them.
            let said = said.exits(2).says("Plan: ");
            for unread in ["could not be read", "LW230"] {
                assert!(!said.out.contains(unread), "{example}: {}", said.out);
            }
            planned += 1;
        }
    }
    assert!(planned >= 14, "{planned}");
}

#[test]
fn a_file_without_an_end_is_not_read_to_its_end() {
    let workspace = Workspace::quickstart();
    for args in [
        &["apply", "--plan", "/dev/zero"][..],
        &["show", "/dev/zero"],
        &["validate", "/dev/zero"],
        &["validate", "--guard", "/dev/zero", "links.yaml"],
    ] {
        workspace.run(args).exits(64).says("it is larger than");
    }
    let sandbox = &["links.yaml", "--sandbox", "w/world.yaml"][..];
    for args in [
        &["plan", "links.yaml", "--sandbox", "/dev/zero"][..],
        &["plan", "links.yaml", "--ca-file", "/dev/zero"],
        &[&["drift", "--since", "/dev/zero"], sandbox].concat(),
        &[&["plan", "--ledger", "/dev/zero"], sandbox].concat(),
    ] {
        let said = workspace.run(args);
        assert!(
            said.err.contains("it is larger than"),
            "{args:?}: {}",
            said.err
        );
    }
}

#[test]
fn text_of_others_moves_no_cursor_and_is_no_command_of_a_runner() {
    let workspace = Workspace::quickstart().env("GITHUB_ACTIONS", "true");
    let spec = workspace.read("links.yaml");
    workspace.write(
        "links.yaml",
        &spec.replace("links:\n", "links:\n  ? \"a\\n::add-mask::b\"\n  : 1\n"),
    );
    for args in [
        &["plan", "no\u{1b}[2Ksuch\n::add-mask::file"][..],
        &["apply", "--plan", "no\u{1b}[2Ksuch\n::add-mask::file"],
        &["show", "no\u{1b}[2Ksuch##[group]"],
        &["validate", "links.yaml"],
    ] {
        let said = workspace.run(args);
        let all = format!("{}{}", said.out, said.err);
        assert!(!all.contains('\u{1b}') && !all.contains("##["), "{all}");
        let is_command = |line: &str| line.trim_start().starts_with("::");
        assert!(!all.lines().any(is_command), "{all}");
        said.exits(64);
    }
    // Those of our own still are.
    let said = workspace.run(&["validate", "-o", "github", "links.yaml"]);
    assert!(said.out.starts_with("::error "), "{}", said.out);
}
