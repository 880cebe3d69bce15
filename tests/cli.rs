//! The binary as people run it: what it prints, how it exits, and what it never shows.

use std::path::Path;

use axum::http::StatusCode;
use linkwright_sandbox::{FaultAction, FaultMatch, FaultSpec, StatusFault};

use crate::support::proxy::{Lies, Proxy, Seen};
use crate::support::workspace::{Said, Workspace};

/// The quickstart, as the README tells it.
#[test]
fn the_quickstart_is_planned_applied_and_then_there_is_nothing_to_do() {
    let workspace = Workspace::quickstart();
    let sandbox = ["--sandbox", "w/world.yaml"];
    let run = |args: &[&str]| workspace.run(&[args, &sandbox[..]].concat());
    run(&["plan"])
        .exits(0)
        .says("create link west/orders-dr")
        .says("because the spec declares it and it does not exist")
        .says("waits for #1, because");
    run(&["plan", "--detailed-exitcode"]).exits(2);
    run(&["apply"])
        .exits(64)
        .says("stdin is not a terminal, so approval cannot be asked for; review the plan and pass --auto-approve");
    run(&["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    run(&["plan", "--detailed-exitcode"])
        .exits(0)
        .says("No changes: ")
        .says("match the spec");
    assert!(workspace.path("w/world.state.json").exists());
}

/// A folder of specs is often a folder of other things too.
#[test]
fn of_a_folder_only_specs_are_read() {
    let workspace = Workspace::new();
    workspace
        .copy("examples/quickstart/links.yaml", "links.yaml")
        .write("action.yml", "name: deploy\nruns: { using: composite }\n")
        .write("compose.yaml", "services: {}\n---\nvolumes: {}\n")
        .write("pnpm-lock.yaml", "links: 1\n")
        .write(".hidden.yaml", "links: 1\n")
        .write("links.bak.yaml", "links: 1\n")
        .write("draft-a.yaml", "links: 1\n")
        .write(".linkwrightignore", "# not yet\ndraft-*.yaml\n");
    workspace.run(&["validate"])
        .exits(0)
        .says("note[LW024]: skipped 2 YAML files that are not Linkwright specs: action.yml, compose.yaml")
        .says("valid: 1 file, 2 clusters, 1 link; 1 note; run `linkwright explain LW024`\n");
    let quiet = workspace.run(&["validate", "-q"]).exits(0);
    assert_eq!(quiet.out + &quiet.err, "");
    // What is listed is skipped without a word.
    workspace.write(".linkwrightignore", "draft-*.yaml\n*.yml\ncompose.yaml\n");
    let listed = workspace.run(&["validate"]).exits(0);
    assert_eq!(
        listed.out + &listed.err,
        "valid: 1 file, 2 clusters, 1 link\n"
    );
    // A file that is named is read, whatever the list says.
    workspace
        .run(&["validate", "links.yaml", "compose.yaml"])
        .exits(64)
        .says("error[LW024]: the file is not a Linkwright spec")
        .says("compose.yaml:1:1");
    workspace.run(&["validate", "draft-a.yaml"]).exits(64);
    // A misspelt key is no other program's.
    workspace.write("more.yaml", "lnks: {}\n");
    workspace
        .run(&["validate"])
        .exits(64)
        .says("did you mean `links`?");
    workspace.write(".linkwrightignore", "{a\n");
    workspace.run(&["validate"]).exits(64).says("LW001");
}

/// A world next to a spec is not refused field by field.
#[test]
fn a_sandbox_world_is_not_read_as_a_spec() {
    let workspace = Workspace::new();
    workspace
        .copy("examples/quickstart/links.yaml", "links.yaml")
        .copy("fixtures/worlds/quickstart.yaml", "world.yaml");
    let run = workspace.run(&["validate"]).exits(0);
    run.says("note[LW443]: skipped 1 sandbox world, which is not a spec: world.yaml")
        .says("`--sandbox world.yaml`")
        .says("valid: 1 file, 2 clusters, 1 link; 1 note; run `linkwright explain LW443`\n");
    let named = workspace.run(&["plan", "links.yaml", "world.yaml"]);
    named
        .exits(64)
        .says("error[LW443]: the file is a sandbox world, not a spec")
        .says("world.yaml:6:1")
        .says("`linkwright plan SPEC --sandbox world.yaml`")
        .says("\n1 error; run");
    let plan = workspace.run(&["plan", "--sandbox", "world.yaml"]);
    plan.exits(0).says("Plan: 1 link");
    let turned = workspace.run(&["plan", "links.yaml", "--sandbox", "links.yaml"]);
    turned
        .says("error: links.yaml: it is a spec, not a sandbox world")
        .says_nothing_of("expected sequence");
}

#[test]
fn warnings_and_what_is_valid_are_one_closing_line() {
    let workspace = Workspace::new();
    let spec = std::fs::read_to_string("examples/quickstart/links.yaml").unwrap();
    workspace.write("links.yaml", &spec.replace("orders-dr:", "\"orders dr\":"));
    let run = workspace.run(&["validate"]).exits(0);
    let last = run.err.lines().last().unwrap();
    assert_eq!(
        last,
        "valid: 1 file, 2 clusters, 1 link; 1 warning; run `linkwright explain LW045`"
    );
    assert_eq!(run.err.matches("explain LW045").count(), 1, "{}", run.err);
    let quiet = workspace.run(&["validate", "-q"]).exits(0);
    assert!(
        quiet
            .err
            .ends_with("\n1 warning; run `linkwright explain LW045`\n")
    );
}

#[test]
fn a_folder_without_a_spec_says_so() {
    let workspace = Workspace::new();
    workspace
        .run(&["validate"])
        .exits(64)
        .says("error[LW019]: no spec in the directory `.`");
    workspace.write("action.yml", "name: deploy\nruns: { using: composite }\n");
    workspace
        .run(&["plan"])
        .exits(64)
        .says("skipped 1 YAML file that is not a Linkwright spec: action.yml")
        .says("error[LW019]: no spec in the directory `.`");
}

const CLUSTERS: &str = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:KEY:-EASTKEY}", password: "${env:SECRET:-sandbox-a}" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:KEY:-WESTKEY}", password: "${env:SECRET:-sandbox-b}" } }
"#;

const FOUR_MIRRORS: &str = r#"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east.example:9092
    topics: [{ name: a }, { name: b }, { name: c }, { name: made-1 }]
  - id: lkc-west01
    bootstrap_servers: west.example:9092
    links:
      - name: old
        remote: lkc-east01
        configs:
          auto.create.mirror.topics.enable: "true"
          auto.create.mirror.topics.filters: '{"topicFilters":[{"name":"made-","patternType":"PREFIXED","filterType":"INCLUDE"}]}'
        mirrors:
          - { source_topic: a }
          - { source_topic: b, status: PAUSED }
          - { source_topic: c, status: SOURCE_UNAVAILABLE, lag: 7 }
          - { source_topic: made-1, auto_created: true }
"#;

fn retired(mirrors: &str) -> String {
    format!("{CLUSTERS}retired:\n  - {{ link: old, cluster: west, mirrors: {mirrors} }}\n")
}

#[test]
fn moving_a_link_to_retired_stops_its_mirrors_archives_and_deletes() {
    let workspace = Workspace::with(&retired("failover"), FOUR_MIRRORS);
    let base = [
        "--sandbox",
        "w/world.yaml",
        "--allow",
        "irreversible,data-loss",
    ];
    let run = |args: &[&str]| workspace.run(&[args, &base[..]].concat());
    let plan = run(&["plan"]).exits(0);
    let stop = plan.out.find("fail over").unwrap();
    let delete = plan.out.find("delete link west/old").unwrap();
    assert!(stop < delete, "{}", plan.out);
    run(&["apply", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes")
        .says("History archived in");
    assert_eq!(workspace.sandbox().harms(), [], "harm was done");
    let archives: Vec<_> = std::fs::read_dir(workspace.path("linkwright-archive"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(archives.len(), 1, "{archives:?}");
    let archive = std::fs::read_to_string(&archives[0]).unwrap();
    for topic in ["\"a\"", "\"b\"", "\"c\"", "\"made-1\""] {
        assert!(archive.contains(topic), "{topic} is not in {archive}");
    }
}

#[test]
fn promoting_an_unavailable_mirror_is_refused_with_the_way_out() {
    let workspace = Workspace::with(&retired("promote"), FOUR_MIRRORS);
    let args = [
        "plan",
        "--sandbox",
        "w/world.yaml",
        "--allow",
        "irreversible,data-loss",
    ];
    workspace
        .run(&args)
        .exits(3)
        .says("LW213")
        .says("west/old/c")
        .says("failover");
}

#[test]
fn removing_a_block_deletes_nothing() {
    let workspace = Workspace::new();
    workspace.write("w/world.yaml", FOUR_MIRRORS).write(
        "links.yaml",
        &format!(
            "{CLUSTERS}links:\n  other:\n    source: east\n    destination: west\n    credentials: {{ \
             sasl_plain: {{ username: \"${{env:K:-k}}\", password: \"${{env:S:-sandbox-s}}\" }} }}\n"
        ),
    );
    workspace
        .run(&["plan", "--sandbox", "w/world.yaml"])
        .exits(0)
        .says("west/old")
        .says_nothing_of("delete");
}

#[test]
fn four_mistakes_are_four_diagnostics_with_their_places() {
    let workspace = Workspace::new();
    workspace.write(
        "links.yaml",
        &format!(
            "{CLUSTERS}links:\n  dr:\n    source: esat\n    destination: west\n    prefixx: dr.\n    \
             credentials: {{ sasl_plain: {{ username: \"${{env:NOT-SET}}\", password: \"${{env:NOT-SET}}\" }} \
             }}\n    topic_config_sync: {{ interval: 5 }}\n"
        ),
    );
    let run = workspace.run(&["plan"]).exits(64);
    for (what, place) in [
        ("esat", "links.yaml:15:"),
        ("prefixx", "links.yaml:17:"),
        ("NOT-SET", "links.yaml:18:"),
        ("interval", "links.yaml:19:"),
    ] {
        assert!(run.err.contains(what), "{what}:\n{}", run.err);
        assert!(run.err.contains(place), "{place}:\n{}", run.err);
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert!(run.out.is_empty(), "{}", run.out);
}

/// A pipeline's log has both outputs in one; what the error speaks of must stand before it.
#[test]
#[cfg(unix)]
fn a_plan_comes_before_what_is_said_about_it() {
    let workspace = Workspace::quickstart();
    let both = std::fs::File::create(workspace.path("both")).unwrap();
    workspace
        .linkwright(&["apply", "--sandbox", "w/world.yaml"])
        .stdout(both.try_clone().unwrap())
        .stderr(both)
        .status()
        .unwrap();
    let both = workspace.read("both");
    let plan = both.find("create link").unwrap();
    assert!(
        plan < both.find("stdin is not a terminal").unwrap(),
        "{both}"
    );
}

/// Names of files come with pull requests, as texts do.
#[test]
#[cfg(unix)]
fn the_name_of_a_file_does_nothing_to_a_terminal() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("specs")).unwrap();
    workspace.write("specs/a\u{1b}[2Jb.yaml", "version: 1\nlinkz: {}\n");
    workspace
        .run(&["validate", "specs"])
        .exits(64)
        .says("b.yaml:2:1")
        .says_nothing_of("\u{1b}");
    workspace
        .run(&["validate", "--format", "json", "specs"])
        .exits(64)
        .says_nothing_of("\u{1b}");
}

/// Words that stand for secrets in these tests: keys of the REST API and of the link.
const PLANTED: [&str; 4] = [
    "planted-rest-key",
    "planted-rest-secret",
    "planted-link-key",
    "planted-link-secret",
];

#[test]
fn no_secret_is_ever_shown_or_kept() {
    let workspace = Workspace::new();
    let spec = r#"version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: https://east.example:443
    bootstrap_servers: east.example:9092
    rest_auth: { basic: { username: "${env:REST_KEY}", password: "${env:REST_SECRET}" } }
  west:
    id: lkc-west01
    rest_endpoint: https://west.example:443
    bootstrap_servers: west.example:9092
    rest_auth: { basic: { username: "${env:REST_KEY}", password: "${env:REST_SECRET}" } }
links:
  dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: "${env:LINK_KEY}", password: "${env:LINK_SECRET}" }
    mirrors: { a: {} }
"#;
    let world = r#"version: 1
clusters:
  - id: lkc-east01
    bootstrap_servers: east.example:9092
    rest_auth: { basic: [{ username: planted-rest-key, password: planted-rest-secret }] }
    link_principals: [{ username: planted-link-key, password: planted-link-secret }]
    topics: [{ name: a }]
  - id: lkc-west01
    bootstrap_servers: west.example:9092
    rest_auth: { basic: [{ username: planted-rest-key, password: planted-rest-secret }] }
"#;
    workspace
        .write("links.yaml", spec)
        .write("w/world.yaml", world);
    let run = |args: &[&str]| {
        let output = workspace
            .linkwright(&[args, &["-vv", "--sandbox", "w/world.yaml"][..]].concat())
            .env("REST_KEY", PLANTED[0])
            .env("REST_SECRET", PLANTED[1])
            .env("LINK_KEY", PLANTED[2])
            .env("LINK_SECRET", PLANTED[3])
            .output()
            .unwrap();
        let run = Said::from(output);
        for secret in PLANTED {
            assert!(!run.out.contains(secret), "{secret} in\n{}", run.out);
            assert!(!run.err.contains(secret), "{secret} in\n{}", run.err);
        }
        run
    };
    for format in ["text", "json", "markdown"] {
        run(&["plan", "-o", format]).exits(0);
    }
    run(&[
        "plan",
        "--json-out",
        "plan.json",
        "--markdown-out",
        "plan.md",
        "--html-out",
        "plan.html",
    ])
    .exits(0);
    run(&["drift", "--html-out", "drift.html"]).exits(2);
    run(&["plan", "--why", "west/dr"]).exits(0);
    run(&["apply", "--auto-approve", "--report", "report.json"]).exits(0);
    run(&["plan", "--rotate", "dr"]).exits(0);
    for file in std::fs::read_dir(workspace.path(".")).unwrap() {
        let path = file.unwrap().path();
        // In `w` are the world, where the sandbox's secrets come from, and its state, its own memory.
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for secret in PLANTED {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
    }
}

#[test]
fn wrong_command_lines_exit_64_and_never_2() {
    let workspace = Workspace::new();
    for args in [
        &["frobnicate"][..],
        &["plan", "--frobnicate"],
        &["plan", "--allow", "everything"],
        &["plan", "--why", "//"],
        &["explain", "LW999999"],
        &[],
    ] {
        let run = workspace.run(args);
        assert_eq!(run.code, Some(64), "{args:?}\n{}\n{}", run.out, run.err);
    }
    workspace.run(&["--help"]).exits(0).says("EXIT CODES:");
    workspace.run(&["--version"]).exits(0).says("linkwright ");
}

#[test]
fn init_writes_a_spec_that_validates_and_never_overwrites() {
    let workspace = Workspace::new();
    workspace
        .run(&["init"])
        .exits(0)
        .says("wrote linkwright.yaml");
    workspace.run(&["validate", "linkwright.yaml"]).exits(0);
    workspace.run(&["init"]).exits(64).says("exists already");
}

#[test]
fn init_writes_templates_that_validate() {
    let workspace = Workspace::new();
    for template in [
        "dr",
        "bidirectional",
        "source-initiated",
        "migration",
        "kerberos",
    ] {
        let file = format!("{template}.yaml");
        workspace
            .run(&["init", &file, "--template", template])
            .exits(0);
        workspace.run(&["validate", &file]).exits(0).says("valid: ");
        let text = workspace.read(&file);
        assert!(!text.contains("../schemas"), "{text}");
    }
}

#[test]
fn init_from_clusters_ends_where_export_begins() {
    let workspace = Workspace::quickstart()
        .env("EAST_API_KEY", "EASTKEY")
        .env("EAST_API_SECRET", "east-secret")
        .env("WEST_API_KEY", "WESTKEY")
        .env("WEST_API_SECRET", "west-secret");
    let world = ["--sandbox", "w/world.yaml"];
    let apply = ["apply", "links.yaml", "--auto-approve"];
    workspace.run(&[&apply[..], &world].concat()).exits(0);
    let init = ["init", "found/clusters.yaml"];
    let clusters = [
        "--from-cluster",
        "east=lkc-east01",
        "--from-cluster",
        "west=lkc-west01",
    ];
    let run = workspace.run(&[&init[..], &clusters, &world].concat());
    run.exits(0)
        .says("linkwright export found/clusters.yaml --merge");
    let export = ["export", "found/clusters.yaml", "--merge"];
    workspace.run(&[&export[..], &world].concat()).exits(0);
    let plan = ["plan", "found", "--detailed-exitcode"];
    workspace.run(&[&plan[..], &world].concat()).exits(0);
}

#[test]
fn import_writes_specs_and_a_guide_and_compares_them_with_live_clusters() {
    let workspace = Workspace::new();
    workspace
        .copy(
            "fixtures/import/terraform-destination/state.json",
            "state.json",
        )
        .copy(
            "fixtures/import/terraform-destination/world.yaml",
            "w/world.yaml",
        );
    let import = ["import", "terraform", "state.json", "--out-dir", "links"];
    let clusters = [
        "--cluster",
        "destination=lkc-west01",
        "--sandbox",
        "w/world.yaml",
    ];
    let run = workspace.run(&[&import[..], &clusters].concat());
    run.exits(0)
        .says("imported 1 link and 3 mirror topics to links")
        .says("compared with the live clusters: a plan has no changes");
    workspace
        .run(&["validate", "links"])
        .exits(0)
        .says("valid: ");
    assert!(
        workspace
            .read("links/HANDOVER.md")
            .contains("destroy = false")
    );
    let run = workspace.run(&[&import[..], &clusters].concat());
    run.exits(64)
        .says("links/dr.yaml")
        .says("nothing was written");
    // A mirror topic that is not live is a difference.
    let state = workspace.read("state.json").replace("payments", "invoices");
    workspace.write("state.json", &state);
    let run = workspace.run(&[&import[..], &clusters, &["--force"]].concat());
    run.exits(5)
        .says("they differ")
        .says("replaced links/clusters.yaml, links/dr.yaml, links/HANDOVER.md");
    assert!(workspace.read("links/HANDOVER.md").contains("dr/invoices"));
}

#[test]
fn import_says_what_it_expects() {
    let workspace = Workspace::new();
    workspace.write("pod.yaml", "kind: Deployment\nmetadata: { name: web }\n");
    let import = ["import", "cfk", "pod.yaml", "--out-dir", "links"];
    workspace.run(&import).exits(64).says(
        "the files have no cluster link: expected a resource of `kind: ClusterLink`\n  Deployment web: stays with CFK\n",
    );
    let run = workspace.run(&[&import[..], &["--id", "west"]].concat());
    run.exits(64)
        .says("expected NAME=ID, such as west=lkc-west01");
    assert!(!workspace.path("links").exists());
}

/// `terraform show -json > state.json` of PowerShell writes UTF-16.
#[test]
fn import_reads_what_powershell_writes_into_a_folder_with_a_space() {
    let workspace = Workspace::new();
    let state = std::fs::read_to_string("fixtures/import/terraform-destination/state.json");
    let units = state.unwrap();
    let bytes = units.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(bytes).collect();
    std::fs::write(workspace.path("state.json"), bytes).unwrap();
    std::fs::create_dir(workspace.path("my links")).unwrap();
    workspace.write("my links/old.yaml", "version: 1\n");
    let run = workspace.run(&["import", "terraform", "state.json", "--out-dir", "my links"]);
    run.exits(0)
        .says("imported 1 link and 3 mirror topics to my links")
        .says("another file is in the folder too, and a run reads all: my links/old.yaml");
    let guide = workspace.read("my links/HANDOVER.md");
    assert!(guide.contains("linkwright plan 'my links' "), "{guide}");
}

#[test]
fn slips_on_the_command_line_are_explained() {
    let workspace = Workspace::quickstart()
        .env("EAST_API_KEY", "k")
        .env("EAST_API_SECRET", "s");
    let workspace = workspace
        .env("WEST_API_KEY", "k")
        .env("WEST_API_SECRET", "s");
    let world = ["--sandbox", "w/world.yaml"];
    let target = ["plan", "links.yaml", "--target", "orders-dr"];
    let run = workspace.run(&[&target[..], &world].concat());
    run.exits(64).says("did you mean `west/orders-dr`?");
    let run = workspace.run(&["plan", "links.yaml", "-out=plan.json"]);
    run.exits(64)
        .says("hint: long options have two dashes: --out=plan.json");
}

#[test]
fn files_of_secrets_are_looked_up_from_the_folder_of_the_spec() {
    let workspace = Workspace::quickstart();
    std::fs::create_dir(workspace.path("specs")).unwrap();
    let spec = workspace.read("links.yaml").replace(
        "${env:LINK_SECRET:-sandbox-link-secret}",
        "${file:link.secret}",
    );
    workspace
        .write("specs/links.yaml", &spec)
        .write("specs/link.secret", "s");
    let check = ["validate", "specs", "--references"];
    workspace.run(&check).says_nothing_of("link.secret");
    std::fs::remove_file(workspace.path("specs/link.secret")).unwrap();
    workspace.run(&check).says("specs/link.secret");
}

#[test]
fn shells_are_given_the_addresses_of_the_specs() {
    let workspace = Workspace::quickstart();
    let run = workspace.run(&["completions", "--addresses"]);
    run.exits(0)
        .says("west/orders-dr")
        .says("west/orders-dr/payments");
}

#[test]
fn validate_says_what_it_read_of_a_good_spec() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = Workspace::new();
    let examples: Vec<String> = std::fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_dir()
                && path
                    .file_name()
                    .is_some_and(|name| name != "ci" && name != "scenarios")
        })
        .map(|path| path.display().to_string())
        .collect();
    for example in &examples {
        let run = workspace.run(&["validate", example]).exits(0);
        let lines: Vec<&str> = run.err.lines().collect();
        assert!(
            matches!(lines.as_slice(), [line] if line.starts_with("valid: ")),
            "{example}: {}",
            run.err
        );
        assert_eq!(run.out, "", "{example}");
    }
}

#[test]
fn a_folder_of_specs_is_validated_spec_by_spec() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = Workspace::new();
    let examples = root.join("examples").display().to_string();
    let good = root.join("fixtures/specs/good").display().to_string();
    let run = workspace.run(&["validate", &examples, &good]).exits(0);
    assert_eq!(run.out, "");
    assert!(run.err.starts_with("valid: "), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}

#[test]
fn validate_counts_files_clusters_and_links_for_people_only() {
    let workspace = Workspace::new();
    workspace.run(&["init"]).exits(0);
    let run = workspace.run(&["validate", "linkwright.yaml"]).exits(0);
    assert_eq!(run.err, "valid: 1 file, 2 clusters, 1 link\n");
    let run = workspace
        .run(&["validate", "-o", "json", "linkwright.yaml"])
        .exits(0);
    assert_eq!(run.err, "");
}

#[test]
fn every_code_is_explained() {
    let workspace = Workspace::new();
    let all = workspace.run(&["explain"]).exits(0);
    let codes: Vec<&str> = all
        .out
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(codes.len() > 60, "{}", all.out);
    for code in codes.iter().step_by(7) {
        workspace.run(&["explain", code]).exits(0).says(code);
    }
    workspace.run(&["explain", "lw217"]).exits(0).says("LW217");
}

#[test]
fn a_saved_plan_is_applied_as_reviewed_or_not_at_all() {
    let workspace = Workspace::quickstart();
    let run = |args: &[&str]| workspace.run(&[args, &["--sandbox", "w/world.yaml"][..]].concat());
    run(&["plan", "--out", "plan.json"]).exits(0);
    // Somebody applies in between: all of it is done.
    run(&["apply", "--auto-approve"]).exits(0);
    run(&["apply", ".", "--plan", "plan.json", "--auto-approve"])
        .exits(0)
        .says("plan.json: 6 of 6 operations are already done; nothing is left to do")
        .says("No changes: ");
    // Another change is merged in between: the plan was reviewed for another spec.
    let links = workspace.read("links.yaml");
    workspace.write(
        "links.yaml",
        &links.replacen("payments: { state: paused }", "payments: {}", 1),
    );
    run(&["apply", ".", "--plan", "plan.json", "--auto-approve"])
        .exits(4)
        .says("is out of date. No changes were made")
        .says("the spec changed")
        .says("west/orders-dr/payments: resume-mirror was not planned");
    workspace.write("links.yaml", &links);
    let tampered = workspace
        .read("plan.json")
        .replacen("orders-dr", "other-dr", 1);
    workspace.write("tampered.json", &tampered);
    run(&["apply", ".", "--plan", "tampered.json", "--auto-approve"])
        .exits(64)
        .says("tampered.json");
    std::fs::remove_file(workspace.path("w/world.state.json")).unwrap();
    run(&["plan", "--out", "plan.json"]).exits(0);
    run(&[
        "apply",
        ".",
        "--plan",
        "plan.json",
        "--auto-approve",
        "-o",
        "json",
    ])
    .exits(0)
    .says(r#"{"type":"version","format_version":1"#)
    .says(r#"{"type":"planned-again","changes":false,"unknowns":false,"exit_code":0}"#);
}

#[test]
fn what_a_failed_run_left_of_a_saved_plan_is_applied_by_the_next() {
    let workspace = Workspace::quickstart();
    let world = workspace.read("w/world.yaml");
    workspace.write(
        "w/world.yaml",
        &format!(
            "{world}faults:\n  - {{ on: {{ route: mirrors.create }}, times: 1, do: {{ status: {{ \
             code: 422, error_code: 42206, message: Not now }} }} }}\n"
        ),
    );
    let run = |args: &[&str]| workspace.run(&[args, &["--sandbox", "w/world.yaml"][..]].concat());
    run(&["plan", "--out", "plan.json"]).exits(0);
    let apply = |report: &str| {
        let saved = ["apply", ".", "--plan", "plan.json", "--auto-approve"];
        run(&[&saved[..], &["--report", report]].concat())
    };
    apply("first.json").exits(5);
    // Of what cannot be read, no one knows whether it is done.
    let sandbox = workspace.sandbox();
    sandbox.add_fault(FaultSpec {
        name: Some("closed".to_owned()),
        on: FaultMatch {
            route: Some("links.list".to_owned()),
            ..FaultMatch::default()
        },
        skip: 0,
        times: None,
        probability: 1.0,
        action: FaultAction::Status(StatusFault {
            code: 403,
            body: None,
            error_code: None,
            message: None,
            retry_after_s: None,
        }),
    });
    workspace.leave(&sandbox);
    apply("unread.json")
        .exits(1)
        .says("what is left of plan.json is not known. No changes were made:")
        .says("could not be read: 403")
        .says("run the same command again");
    let sandbox = workspace.sandbox();
    sandbox.clear_fault("closed");
    workspace.leave(&sandbox);
    apply("second.json")
        .exits(0)
        .says("plan.json: 5 of 6 operations are already done; 1 left to do")
        .says("Apply complete: 1 done");
    let report: serde_json::Value = serde_json::from_str(&workspace.read("second.json")).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&workspace.read("plan.json")).unwrap();
    assert_eq!(report["approved"]["digest"], plan["digest"]);
    let unchanged = report["approved"]["unchanged"].as_array().unwrap();
    assert_eq!(unchanged[0]["operation"], "create-link");
    assert_eq!(unchanged.len(), 5);
}

#[test]
fn a_rehearsal_asks_the_server_and_a_dry_run_writes_nothing() {
    let workspace = Workspace::quickstart();
    let run = |args: &[&str]| workspace.run(&[args, &["--sandbox", "w/world.yaml"][..]].concat());
    // The link's credentials are not for who only plans.
    run(&["plan", "--rehearse"])
        .exits(0)
        .says("plan reads no credentials of links");
    run(&["apply", "--dry-run"])
        .exits(0)
        .says("Rehearsal of 6 operations: 1 would be accepted, 5 can be validated only after other")
        .says("dry run: nothing was applied");
    run(&["plan", "--detailed-exitcode"]).exits(2);
}

#[test]
fn a_target_takes_what_it_waits_for_and_leaves_the_rest() {
    let workspace = Workspace::quickstart();
    let target = [
        "--sandbox",
        "w/world.yaml",
        "--target",
        "west/orders-dr/payments",
    ];
    let run = |args: &[&str]| workspace.run(&[args, &target[..]].concat());
    run(&["plan"])
        .exits(0)
        .says("create link west/orders-dr")
        .says("create mirror topic west/orders-dr/payments")
        .says("3 operations left out")
        .says_nothing_of("west/orders-dr/legacy");
    run(&["apply", "--auto-approve"]).exits(0);
    run(&["plan", "--detailed-exitcode"]).exits(0);
    workspace
        .run(&["plan", "--detailed-exitcode", "--sandbox", "w/world.yaml"])
        .exits(2);
}

/// A screen reader spells signs out, or leaves them out: words alone must say everything.
#[test]
fn words_alone_explain_the_plan() {
    let workspace = Workspace::quickstart();
    let plan = ["plan", "--sandbox", "w/world.yaml", "--symbols"];
    workspace
        .run(&[&plan[..], &["words"]].concat())
        .exits(0)
        .says("create link west/orders-dr (#1)")
        .says_nothing_of("+ create")
        .says_nothing_of("⏸");
    let ascii = workspace.run(&[&plan[..], &["ascii"]].concat()).exits(0);
    assert!(ascii.out.is_ascii(), "{}", ascii.out);
    workspace.run(&[&plan[..], &["runes"]].concat()).exits(64);
}

/// A slip in a target must not look like a deployment without changes.
#[test]
fn a_target_that_names_nothing_is_an_error() {
    let workspace = Workspace::quickstart();
    let plan = |target: &str, path: &str| {
        let world = ["plan", "--sandbox", "w/world.yaml"];
        workspace.run(&[&world[..], &["--target", target, path]].concat())
    };
    for slip in ["nowhere", "west/other", "west/orders-dr/paymnets"] {
        plan(slip, "links.yaml").exits(64);
    }
    // What follows a target is a path, and several targets are told apart by commas.
    plan("west/orders-dr,east", "links.yaml")
        .exits(0)
        .says("create link west/orders-dr");
    plan("east", "links.yaml")
        .exits(0)
        .says("No changes on the targets.");
}

#[test]
fn drift_is_quiet_when_all_is_well_and_exits_2_when_not() {
    let workspace = Workspace::quickstart();
    let run = |args: &[&str]| workspace.run(&[args, &["--sandbox", "w/world.yaml"][..]].concat());
    run(&["drift"]).exits(2).says("west/orders-dr");
    run(&["apply", "--auto-approve"]).exits(0);
    let first = run(&["drift", "--metrics-file", "m.prom"]).exits(0);
    let second = run(&["drift"]).exits(0);
    assert_eq!(first.out, second.out);
    assert!(
        workspace
            .read("m.prom")
            .contains("linkwright_drift_findings{class=\"config\"} 0")
    );
    run(&["status"])
        .exits(0)
        .says("west/orders-dr")
        .says("ACTIVE");
}

/// Off a terminal each mirror topic has one line, whatever its name, so that `grep -c` counts right; what is
/// wrong and what is left out is said on stderr.
#[test]
fn piped_status_is_counted_by_lines() {
    let workspace = Workspace::new();
    let long = "x".repeat(180);
    let topic = |n: usize| format!("orders.{n:02}.{long}");
    let topics: String = (0..40)
        .map(|n| format!("      - {{ name: {} }}\n", topic(n)))
        .collect();
    let mirrors: String = (0..40)
        .map(|n| {
            let status = if n % 4 == 0 { "FAILED" } else { "ACTIVE" };
            format!(
                "          - {{ source_topic: {}, status: {status} }}\n",
                topic(n)
            )
        })
        .collect();
    let world = format!(
        "version: 1\nclusters:\n  - id: lkc-east01\n    bootstrap_servers: east.example:9092\n    topics:\n\
         {topics}  - id: lkc-west01\n    bootstrap_servers: west.example:9092\n    links:\n      - name: old\n        \
         remote: lkc-east01\n        mirrors:\n{mirrors}"
    );
    let spec =
        format!("{CLUSTERS}retired:\n  - {{ link: old, cluster: west, mirrors: failover }}\n");
    workspace
        .write("spec.yaml", &spec)
        .write("w/world.yaml", &world);
    let run = |more: &[&str]| {
        let args = ["status", "spec.yaml", "--sandbox", "w/world.yaml"];
        workspace.run(&[&args, more].concat()).exits(0)
    };
    let count = |text: &str, what: &str| text.lines().filter(|line| line.contains(what)).count();
    let all = run(&["--mirrors"]);
    assert_eq!(count(&all.out, "FAILED"), 10, "{}", all.out);
    assert_eq!(count(&all.out, "west/old/orders."), 40, "{}", all.out);
    assert_eq!(all.out.lines().count(), 2 + 40, "{}", all.out);
    let failed = run(&["--status", "failed", "--sort", "lag", "--limit", "3"]);
    assert_eq!(count(&failed.out, "FAILED"), 3, "{}", failed.out);
    assert!(
        failed.err.contains("and 7 mirror topics more"),
        "{}",
        failed.err
    );
    let named = run(&["--topic", "orders.0*", "--link", "old"]);
    assert_eq!(count(&named.out, "west/old/orders.0"), 10, "{}", named.out);
    let none = run(&["--topic", "nothing", "--status", "PAUSED"]);
    assert_eq!(count(&none.out, "FAILED"), 0, "{}", none.out);
    assert!(none.err.contains("30 ACTIVE, 10 FAILED"), "{}", none.err);
    workspace
        .run(&["status", "--topic", "a*b"])
        .exits(64)
        .says("a beginning with `*` after it");
}

/// Outputs of a pipeline step, where GitHub's variables are set.
#[test]
fn a_pipeline_gets_its_outputs_and_summary() {
    let workspace = Workspace::quickstart();
    let output = workspace
        .linkwright(&["plan", "--sandbox", "w/world.yaml", "--out", "plan.json"])
        .env("GITHUB_OUTPUT", workspace.path("out.txt"))
        .env("GITHUB_STEP_SUMMARY", workspace.path("summary.md"))
        .output()
        .unwrap();
    Said::from(output).exits(0);
    let outputs = workspace.read("out.txt");
    assert!(outputs.contains("changes=true\n"), "{outputs}");
    assert!(outputs.contains("exit_code=0\n"), "{outputs}");
    assert!(outputs.contains("digest="), "{outputs}");
    assert!(
        workspace
            .read("summary.md")
            .starts_with("## Linkwright plan")
    );
}

/// What packages ship beside the binary.
#[test]
fn manual_pages_and_completions_know_every_command() {
    let workspace = Workspace::new();
    workspace.run(&["man", "--out-dir", "man"]).exits(0);
    let page = workspace.read("man/linkwright.1");
    assert!(page.contains("EXIT CODES:"), "{page}");
    for command in ["apply", "drift", "plan", "status", "validate"] {
        assert!(
            workspace
                .read(&format!("man/linkwright-{command}.1"))
                .starts_with(".ie")
        );
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            workspace
                .run(&["completions", shell])
                .exits(0)
                .says(command);
        }
    }
    workspace.write("file", "");
    workspace
        .run(&["man", "--out-dir", "file"])
        .exits(1)
        .says("failed to write to file");
}

/// An existing deployment: two links, one of which no spec can declare as it is: it has ACL sync
/// together with a prefix.
const EXISTING: &str = r#"version: 1
clock: { mode: manual }
switches: { acl_sync_with_prefix: task-in-error }
clusters:
  - id: lkc-east01
    name: east
    bootstrap_servers: east.example:9092
    link_principals: [{ username: EASTKEY, password: sandbox-east-secret }]
    topics: [{ name: orders }, { name: payments }]
  - id: lkc-west01
    name: west
    bootstrap_servers: west.example:9092
    links:
      - name: orders-dr
        remote: lkc-east01
        mirrors: [{ source_topic: orders }, { source_topic: payments, status: PAUSED }]
      - name: deaf
        remote: lkc-east01
        configs: { acl.sync.enable: "true", cluster.link.prefix: d. }
"#;

const KEYS: [&str; 4] = [
    "EAST_API_KEY",
    "EAST_API_SECRET",
    "WEST_API_KEY",
    "WEST_API_SECRET",
];

#[test]
fn an_existing_deployment_is_exported_adopted_and_extended() {
    let workspace = Workspace::new();
    workspace.write("w/existing.yaml", EXISTING);
    let export = |more: &[&str]| {
        let clusters = ["--cluster", "east=east", "--cluster", "west=lkc-west01"];
        let sandbox = ["export", "--sandbox", "w/existing.yaml"];
        workspace.run(&[&sandbox[..], &clusters, more].concat())
    };
    // What it put aside, it says, and it is not all there is.
    export(&[])
        .exits(5)
        .says("exported 1 link and 2 mirror topics from 2 clusters")
        .says("# The link `deaf` is not declared:")
        .says("  west/deaf: ACL sync cannot be combined with a prefix (LW063)")
        .says("  LINK_ORDERS_DR_API_SECRET  the API secret of link orders-dr to east")
        .says_nothing_of("sandbox-east-secret");
    export(&["--out-dir", "specs"])
        .exits(5)
        .says("specs/orders-dr.yaml");
    assert!(workspace.path("specs/deaf.yaml.aside").exists());
    workspace.run(&["validate", "specs"]).exits(0);
    // Nothing is overwritten, and nothing is written beside what is there.
    let before = workspace.read("specs/orders-dr.yaml");
    export(&["--out-dir", "specs"])
        .exits(64)
        .says("specs/orders-dr.yaml, specs/deaf.yaml.aside exist already; nothing was written");
    export(&["--out-dir", "specs", "--force"]).exits(5);
    assert_eq!(workspace.read("specs/orders-dr.yaml"), before);
    // What was exported plans to nothing.
    let with_keys = |args: &[&str]| {
        let mut command = workspace.linkwright(args);
        let links = ["LINK_ORDERS_DR_API_KEY", "LINK_ORDERS_DR_API_SECRET"];
        for name in KEYS.iter().chain(&links) {
            command.env(name, "set");
        }
        Said::from(command.output().unwrap())
    };
    let plan = [
        "plan",
        "specs",
        "--detailed-exitcode",
        "--sandbox",
        "w/existing.yaml",
    ];
    with_keys(&plan).exits(0).says("No changes: ");
    // A link that no file declares is added in a file of its own; the others stay as they are.
    std::fs::remove_file(workspace.path("specs/orders-dr.yaml")).unwrap();
    let merge = ["export", "specs", "--merge", "--sandbox", "w/existing.yaml"];
    // Until then no link uses the clusters, and only the export is about to change that.
    workspace.run(&["validate", "specs"]).says("LW107");
    with_keys(&merge)
        .exits(5)
        .says("to specs/orders-dr.yaml")
        .says_nothing_of("LW107");
    assert_eq!(workspace.read("specs/orders-dr.yaml"), before);
    with_keys(&plan).exits(0).says("No changes: ");
}

#[test]
fn an_export_says_what_is_wrong_with_how_it_is_asked_for() {
    let workspace = Workspace::new();
    workspace.write("w/existing.yaml", EXISTING);
    let export = |more: &[&str]| {
        workspace.run(&[&["export", "--sandbox", "w/existing.yaml"], more].concat())
    };
    export(&["--cluster", "east=lkc-nowhere"])
        .exits(64)
        .says("the world has no cluster `lkc-nowhere`; it has lkc-east01, lkc-west01");
    export(&["--cluster", "a=east", "--cluster", "b=lkc-east01"])
        .exits(64)
        .says("a and b are the same cluster, lkc-east01; pass it once");
    export(&["--cluster", "a=east", "--api-secret", "hunter2"])
        .exits(64)
        .says("--api-key and --api-secret accept ${env:NAME} or ${file:PATH}")
        .says_nothing_of("hunter2");
    export(&["--cluster", "a=east", "--api-secret", "b=${env:X}"])
        .exits(64)
        .says("no --cluster is named b");
    export(&["--cluster", "east"])
        .exits(64)
        .says("expected NAME=ENDPOINT");
    workspace
        .run(&[
            "export",
            "--cluster",
            "a=SASL_SSL://east.example:9092",
            "--no-sign-in",
        ])
        .exits(1)
        .says("cluster `a`: rest_endpoint: it is not a URL such as https://");
}

/// Confluent Cloud's cluster endpoints may have no call that lists clusters.
#[test]
fn an_export_asks_for_the_id_where_an_endpoint_does_not_list_its_clusters() {
    let lists = |seen: &Seen| seen.path.ends_with("/clusters");
    let lies = Lies::default().fail(move |seen| lists(seen).then_some(StatusCode::NOT_FOUND));
    let link = existing_with(&format!(
        "      - {{ name: dr, remote: lkc-east01, configs: {{ {SIGNED_IN} }} }}\n"
    ));
    let proxy = Proxy::serve(&link, lies);
    let workspace = Workspace::new();
    let export = |cluster: &str| workspace.run(&["export", "--no-sign-in", "--cluster", cluster]);
    export(&format!("west={}", proxy.url))
        .exits(1)
        .says("this endpoint does not list its clusters, so give the id too: --cluster west=ENDPOINT/clusters/ID");
    export(&format!("west={}/clusters/lkc-west01", proxy.url)).says("from 1 cluster");
    assert_eq!(
        proxy.take_seen().iter().filter(|seen| lists(seen)).count(),
        1
    );
}

/// Consumer groups are stopped on the word of either command, so both must name the same ones.
#[test]
fn plan_and_status_name_the_same_groups_for_a_promotion() {
    let folder = "fixtures/stuck-promotion";
    let groups = |value: &serde_json::Value| -> Vec<String> {
        let names = value.as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    for status in ["PENDING_STOPPED", "ACTIVE"] {
        let workspace = Workspace::new();
        let world = std::fs::read_to_string(format!("{folder}/world.yaml")).unwrap();
        workspace
            .copy(format!("{folder}/spec.yaml"), "spec.yaml")
            .write("w/world.yaml", &world.replace("PENDING_STOPPED", status));
        let json = |args: &[&str]| -> serde_json::Value {
            let sandbox = ["--sandbox", "w/world.yaml", "-o", "json"];
            let run = workspace.run(&[args, &sandbox].concat());
            serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err))
        };
        let plan = json(&["plan", "spec.yaml", "--allow", "irreversible"]);
        let effects: Vec<_> = plan["operations"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|operation| operation["effects"].as_array().cloned().unwrap_or_default())
            .filter(|effect| effect["kind"] == "held-up-by")
            .collect();
        assert_eq!(effects.len(), 1, "{status}: {plan:#}");
        assert_eq!(groups(&effects[0]["names"]), ["app-1"], "{status}");
        if status == "PENDING_STOPPED" {
            let health = json(&["status", "spec.yaml", "dr"]);
            assert_eq!(groups(&health["links"][0]["active_groups"]), ["app-1"]);
            let page = workspace.run(&["status", "spec.yaml", "dr", "--sandbox", "w/world.yaml"]);
            assert!(page.out.contains("app-1"), "{}", page.out);
            assert!(!page.out.contains("app-3"), "{}", page.out);
        }
    }
}

/// The sandbox serves every cluster at one address, and those that are named at their own too, be it on the
/// command line or in the world file.
#[test]
fn a_cluster_of_the_sandbox_has_an_address_of_its_own_where_that_is_asked_for() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::process::Stdio;

    let world = "
version: 1
clusters:
  - { id: lkc-east01, name: east, listen: '127.0.0.1:0' }
  - { id: lkc-west01, name: west }
  - { id: lkc-north1, name: north }
";
    let workspace = Workspace::new();
    workspace.write("w/world.yaml", world);
    let mut server = workspace
        .linkwright(&["sandbox", "w/world.yaml", "--listen", "127.0.0.1:0"])
        .args(["--cluster", "west=127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut homes = Vec::new();
    for line in lines.map(Result::unwrap) {
        if let Some((_, rest)) = line.split_once("REST        http://") {
            homes.push(rest.split_once('/').unwrap().0.to_owned());
        }
        if line.starts_with("stop with") {
            break;
        }
    }
    let ask = |home: &str| {
        let mut stream = TcpStream::connect(home).unwrap();
        let request =
            format!("GET /kafka/v3/clusters HTTP/1.1\r\nhost: {home}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        ["lkc-east01", "lkc-north1", "lkc-west01"]
            .map(|id| answer.contains(&format!("\"cluster_id\":\"{id}\"")))
    };
    // By id: east, north, west.
    let lists: Vec<[bool; 3]> = homes.iter().map(|home| ask(home)).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(
        lists,
        [
            [true, false, false],
            [true, true, true],
            [false, false, true]
        ]
    );
}

#[test]
fn an_address_of_a_cluster_that_the_world_lacks_is_an_error() {
    let workspace = Workspace::new();
    workspace.write(
        "w/world.yaml",
        "{ version: 1, clusters: [{ id: lkc-east01, name: east }] }",
    );
    let run = |cluster: &str| {
        let listen = ["sandbox", "w/world.yaml", "--listen", "127.0.0.1:0"];
        workspace.run(&[&listen[..], &["--cluster", cluster]].concat())
    };
    run("west=127.0.0.1:0")
        .exits(1)
        .says("the world has no cluster `west`");
    run("west").exits(64).says("expected CLUSTER=ADDR");
}

/// Two clusters, with these links on the second.
fn existing_with(links: &str) -> String {
    let start = EXISTING.split("    links:\n").next().unwrap();
    format!("{start}    links:\n{links}")
}

const SIGNED_IN: &str = "security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x";

#[test]
fn an_export_is_complete_or_says_what_is_missing() {
    let workspace = Workspace::new();
    let clusters = ["--cluster", "east=east", "--cluster", "west=lkc-west01"];
    let export = |world: &str, more: &[&str]| {
        let sandbox = ["export", "--sandbox", world];
        workspace.run(&[&sandbox[..], &clusters, more].concat())
    };
    workspace.write(
        "w/empty.yaml",
        EXISTING.split("    links:\n").next().unwrap(),
    );
    export("w/empty.yaml", &[])
        .exits(5)
        .says("nothing to write: there is no link on 2 clusters");
    // Names that differ only in a sign have variables of their own, and files that fit on a disk.
    let long = "l".repeat(200);
    workspace.write(
        "w/alike.yaml",
        &existing_with(&format!(
            "      - {{ name: orders-dr, remote: lkc-east01, configs: {{ {SIGNED_IN} }} }}\n      \
               - {{ name: orders.dr, remote: lkc-east01, configs: {{ cluster.link.prefix: a., {SIGNED_IN} }} }}\n      \
               - {{ name: {long}a, remote: lkc-east01, configs: {{ cluster.link.prefix: b., {SIGNED_IN} }} }}\n      \
               - {{ name: {long}b, remote: lkc-east01, configs: {{ cluster.link.prefix: c., {SIGNED_IN} }} }}\n"
        )),
    );
    export("w/alike.yaml", &["--out-dir", "specs"])
        .exits(0)
        .says("  LINK_ORDERS_DR_API_KEY ")
        .says("  LINK_ORDERS_DR_API_KEY_2 ");
    let all = workspace.read("specs/orders-dr.yaml") + &workspace.read("specs/orders.dr.yaml");
    for variable in ["API_KEY}", "API_KEY_2}", "API_SECRET}", "API_SECRET_2}"] {
        let variable = format!("${{env:LINK_ORDERS_DR_{variable}");
        assert_eq!(all.matches(&variable).count(), 1, "{variable}: {all}");
    }
    let names: Vec<String> = std::fs::read_dir(workspace.path("specs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.iter().all(|name| name.len() < 130), "{names:?}");
    workspace.run(&["validate", "specs"]).exits(0);
    // A mirror topic that no state can be written for.
    workspace.write(
        "w/passing.yaml",
        &existing_with(&format!(
            "      - {{ name: dr, remote: lkc-east01, configs: {{ {SIGNED_IN} }}, \
             mirrors: [{{ source_topic: orders, status: PENDING_STOPPED }}] }}\n"
        )),
    );
    export("w/passing.yaml", &[])
        .exits(5)
        .says("west/dr/orders: PENDING_STOPPED: declare it once it has settled");
}

#[test]
fn drift_reads_clusters_where_no_link_is_declared() {
    let workspace = Workspace::new();
    workspace.write("w/existing.yaml", EXISTING);
    let cluster = |name: &str| {
        format!(
            "  {name}:\n    id: lkc-{name}01\n    rest_endpoint: https://{name}.example:443\n    \
               bootstrap_servers: {name}.example:9092\n    rest_auth: {{ basic: {{ username: \"${{env:KEY:-k}}\", password: \"${{env:SECRET:-s}}\" }} }}\n"
        )
    };
    let kafka = "  old: { id: old0123456789abcdefghi, kind: apache-kafka, bootstrap_servers: \"old.example:9092\" }\n";
    workspace.write(
        "links.yaml",
        &format!(
            "version: 1\nclusters:\n{}{}{kafka}",
            cluster("east"),
            cluster("west")
        ),
    );
    let drift = |more: &[&str]| {
        workspace.run(
            &[
                &["drift", "links.yaml", "--sandbox", "w/existing.yaml"],
                more,
            ]
            .concat(),
        )
    };
    drift(&[])
        .exits(0)
        .says("also read: 2 clusters without a declared link")
        .says("west/orders-dr");
    let json = drift(&["-o", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["other_clusters"], 2);
    let found: Vec<(&str, &str)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap();
            (text("class"), text("address"))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("information", "west/deaf"),
            ("information", "west/orders-dr")
        ]
    );
    // Nobody needs a mail about it; but who asks for it is told.
    assert_eq!(drift(&["-q"]).exits(0).out, "");
    drift(&["--fail-on", "information"]).exits(2);
}

#[test]
fn the_secrets_of_one_pair_are_enough_for_a_target_on_it() {
    let workspace = Workspace::quickstart();
    let spec = workspace.read("links.yaml");
    let cluster = "  north:
    id: lkc-north1
    rest_endpoint: https://north.example:443
    bootstrap_servers: north.example:9092
    rest_auth: { basic: { username: \"${env:OTHER_KEY}\", password: \"${env:OTHER_SECRET}\" } }
";
    let other = "  other-dr:
    source: north
    destination: west
    credentials: { sasl_plain: { username: \"${env:LINK:-k}\", password: \"${env:LINK:-s}\" } }
";
    let spec = spec
        .replace("\nclusters:\n", &format!("\nclusters:\n{cluster}"))
        .replace("\nlinks:\n", &format!("\nlinks:\n{other}"));
    workspace.write("links.yaml", &spec);
    let plan = |more: &[&str]| {
        let all = [
            "plan",
            "links.yaml",
            "--sandbox",
            "w/world.yaml",
            "--out",
            "w/plan.json",
        ];
        workspace.run(&[&all, more].concat())
    };
    plan(&[]).exits(64).says("OTHER_KEY").says("OTHER_SECRET");
    plan(&["--target", "west/other-dr"])
        .exits(64)
        .says("OTHER_KEY");
    plan(&["--target", "west/orders-dr"])
        .exits(0)
        .says_nothing_of("OTHER_KEY");
    // A plan changes nothing, so the state of the sandbox is not written again.
    let written = || {
        std::fs::metadata(workspace.path("w/world.state.json"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = written();
    plan(&["--target", "west/orders-dr"]).exits(0);
    assert_eq!(written(), before);
    // The saved plan needs no more than that.
    let apply = [
        "apply",
        "w/plan.json",
        "--sandbox",
        "w/world.yaml",
        "--auto-approve=as-planned",
    ];
    workspace.run(&apply).exits(0).says_nothing_of("OTHER_KEY");
}
