//! Environments as people use them: which file is chosen, what is never read, what a guard sees, and plans
//! that are saved with an environment.

use std::path::Path;

use crate::support::workspace::{Said, Workspace};

const SPEC: &str = r#"version: 1
variables:
  domain: {}
  secret: { default: none }
clusters:
  east: { id: lkc-east01, bootstrap_servers: "pkc-1.us-east-1.aws.confluent.cloud:9092" }
  west:
    id: lkc-west01
    rest_endpoint: "https://west.${var:domain}:443"
    rest_auth: { basic: { username: "${env:KEY:-sandbox}", password: "${env:SECRET:-sandbox}" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: "${env:LINK_KEY:-sandbox}", password: "${env:LINK_SECRET:-sandbox}" } }
    mirrors: { orders.placed: {} }
"#;

fn workspace(environments: &[(&str, &str)]) -> Workspace {
    let spec = SPEC.replace("  secret: { default: none }\n", "");
    let workspace = Workspace::new();
    workspace
        .write("links.yaml", &spec)
        .copy("fixtures/worlds/quickstart.yaml", "w/world.yaml");
    std::fs::create_dir(workspace.path("environments")).unwrap();
    for (name, text) in environments {
        workspace.write(&format!("environments/{name}"), text);
    }
    workspace
}

const TWO: [(&str, &str); 2] = [
    ("prod.yaml", "variables: { domain: prod.example }\n"),
    ("dev.yml", "variables: { domain: dev.example }\n"),
];

const SANDBOX: [&str; 2] = ["--sandbox", "w/world.yaml"];

fn sandboxed(workspace: &Workspace, args: &[&str]) -> Said {
    workspace.run(&[args, &SANDBOX[..]].concat())
}

/// The example: 50 links, written once, for three environments.
#[test]
fn one_spec_of_50_links_is_planned_for_each_of_three_environments() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("examples/environments");
    let path = folder.display().to_string();
    let workspace = Workspace::new();
    workspace.copy("fixtures/worlds/environments.yaml", "w/world.yaml");
    let run = workspace
        .run(&["validate", &path, "--all-environments"])
        .exits(0);
    assert_eq!(run.out, "");
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(
        lines,
        ["dev", "prod", "test"]
            .map(|name| format!("valid with environment {name}: 2 files, 2 clusters, 50 links"))
    );
    for name in ["dev", "test", "prod"] {
        sandboxed(&workspace, &["plan", &path, "--environment", name])
            .exits(0)
            .says("Plan: 50 links and 50 mirror topics to create")
            .says(&format!("copying from cluster lkc-{name}-east"));
    }
    // No link is written twice: neither in the spec nor in an environment.
    let text = std::fs::read_to_string(folder.join("links.yaml")).unwrap();
    let (_, links) = text.split_once("\nlinks:\n").unwrap();
    assert_eq!(links.lines().count(), 50);
    for name in ["dev", "test", "prod"] {
        let text =
            std::fs::read_to_string(folder.join(format!("environments/{name}.yaml"))).unwrap();
        assert!(
            !text.contains("source:") && text.lines().count() < 20,
            "{text}"
        );
    }
}

#[test]
fn an_environment_is_chosen_by_its_name_and_stays_in_its_folder() {
    let workspace = workspace(&TWO);
    workspace.write(
        "elsewhere.yaml.txt",
        "variables: { domain: evil.example }\n",
    );
    workspace
        .run(&["validate", "--environment", "prod"])
        .exits(0)
        .says("valid: 2 files, 2 clusters, 1 link");
    workspace
        .run(&["validate", "--environment", "dev"])
        .exits(0);
    workspace
        .run(&["validate", "--environment", "prd"])
        .exits(64)
        .says("error[LW130]: the spec has no environment `prd`")
        .says("did you mean `prod`?");
    workspace
        .run(&["validate"])
        .exits(64)
        .says("error[LW122]: the variable `domain` has no value")
        .says("pass --environment with one of dev, prod; `validate --all-environments` checks all of them");
    for name in [
        "../elsewhere",
        "..",
        "a/b",
        "/etc/passwd",
        ".",
        "",
        "prod\\x",
    ] {
        workspace
            .run(&["plan", "--environment", name])
            .exits(64)
            .says("the name of an environment has letters, digits");
    }
    workspace.write("environments/prod.yml", "");
    workspace
        .run(&["validate", "--environment", "prod"])
        .exits(64)
        .says_nothing_of("LW122")
        .says("has several files: environments/prod.yaml and environments/prod.yml");
}

#[test]
fn environments_are_never_read_as_specs() {
    let workspace = workspace(&TWO);
    for path in [
        "environments/prod.yaml",
        "environments",
        "./environments/dev.yml",
    ] {
        workspace
            .run(&["validate", path])
            .exits(64)
            .says("error[LW130]")
            .says("is in the folder `environments` of a spec");
    }
    std::fs::create_dir(workspace.path("environments/eu")).unwrap();
    workspace.write("environments/eu/links.yaml", "version: 1\n");
    workspace
        .run(&["plan", "environments/eu"])
        .exits(64)
        .says("LW130");
    // Without a spec next to it, the folders below a folder are one spec each; environments are none.
    for folder in ["apart", "apart/links", "apart/environments"] {
        std::fs::create_dir(workspace.path(folder)).unwrap();
    }
    workspace
        .write("apart/links/links.yaml", "version: 1\n")
        .write("apart/environments/prod.yaml", TWO[0].1);
    workspace
        .run(&["validate", "apart"])
        .exits(0)
        .says("valid: 1 file, 0 clusters, 0 links");
}

#[test]
fn a_problem_names_its_environments_and_one_of_all_is_said_once() {
    let broken = "variables: { domain: prod.example }\nset: { links.orders-dr.prefx: a. }\n";
    let workspace = workspace(&[TWO[0], TWO[1], ("test.yaml", broken)]);
    let spec = workspace.read("links.yaml");
    workspace.write("links.yaml", &spec.replace("west01", "west 01"));
    let run = workspace.run(&["validate", "--all-environments"]).exits(64);
    assert_eq!(run.err.matches("error[LW0").count(), 2, "{}", run.err);
    run.says("unknown field `prefx` in a link (environment test)")
        .says("2 errors");
}

/// The guard sees the spec with its environment and every value: of a pull request, all files are someone else's.
#[test]
fn a_guard_sees_what_environments_and_variables_make() {
    let environments = [
        ("prod.yaml", "variables: { domain: prod.example }\n"),
        ("host.yaml", "variables: { domain: evil.example }\n"),
        (
            "reference.yaml",
            "variables: { domain: prod.example }\nset:\n  clusters.west.rest_auth.basic.password: \"${env:DEPLOY_TOKEN}\"\n",
        ),
        (
            "policy.yaml",
            "variables: { domain: prod.example }\nset: { policy: { allow: [data-loss] } }\n",
        ),
        (
            "id.yaml",
            "variables: { domain: prod.example }\nset: { clusters.east.id: lkc-evil }\n",
        ),
        (
            "pieces.yaml",
            "variables: { domain: \"$\" }\nset:\n  links.orders-dr.configs: { a.b: \"${var:domain}{env:DEPLOY_TOKEN}\" }\n",
        ),
    ];
    let workspace = workspace(&environments).env("DEPLOY_TOKEN", "planted-secret");
    workspace.write(
        "w/guard.yaml",
        "version: 1\nclusters:\n  lkc-east01: { bootstrap_servers: [\"pkc-1.us-east-1.aws.confluent.cloud:9092\"] }\n  \
         lkc-west01: { rest_endpoints: [\"https://west.prod.example\"] }\n\
         references: { env: [KEY, SECRET, \"LINK_*\"] }\n",
    );
    let plan = |more: &[&str]| {
        let args = [&["plan", "--guard", "w/guard.yaml"], more].concat();
        sandboxed(&workspace, &args).says_nothing_of("planted-secret")
    };
    plan(&["--environment", "prod"]).exits(0);
    plan(&["--environment", "prod", "--var", "domain=evil.example"])
        .exits(64)
        .says("LW512");
    for (name, code) in [
        ("host", "LW512"),
        ("reference", "LW514"),
        ("policy", "LW516"),
        ("id", "LW511"),
        ("pieces", "LW124"),
    ] {
        let said = plan(&["--environment", name]).exits(64).says(code);
        assert!(
            said.err.contains(&format!("environments/{name}.yaml")),
            "{}",
            said.err
        );
    }
    // A file that leads elsewhere is not read.
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("outside.yaml");
    std::fs::write(&target, "variables: { planted-secret: 1 }\n").unwrap();
    std::os::unix::fs::symlink(&target, workspace.path("environments/link.yaml")).unwrap();
    plan(&["--environment", "link"]).exits(64).says("LW515");
}

#[test]
fn a_saved_plan_keeps_its_environment_and_the_values_it_was_made_with() {
    let workspace = workspace(&TWO).env("LINKWRIGHT_VAR_DOMAIN", "west.example");
    let run = |args: &[&str]| sandboxed(&workspace, args);
    run(&["plan", "--environment", "prod", "--out", "plan.json"]).exits(0);
    workspace
        .run(&["show", "plan.json"])
        .exits(0)
        .says("with environment prod");
    run(&[
        "apply",
        ".",
        "--plan",
        "plan.json",
        "--environment",
        "dev",
        "--auto-approve",
    ])
    .exits(64)
    .says("plan.json was made with environment prod, and --environment is dev");
    run(&[
        "apply",
        ".",
        "--plan",
        "plan.json",
        "--var",
        "domain=west.other",
        "--auto-approve",
    ])
    .exits(4)
    .says("the spec changed");
    run(&["apply", ".", "--plan", "plan.json", "--auto-approve"])
        .exits(0)
        .says("New plan: no changes");
    run(&["drift", "--environment", "prod"]).exits(0);
    run(&["export", "--merge", "--environment", "prod"])
        .exits(0)
        .says("there is no undeclared link");
    // An empty variable of the process is none.
    let emptied = Workspace::env(self::workspace(&TWO), "LINKWRIGHT_VAR_DOMAIN", "");
    emptied
        .run(&["render", "--environment", "dev"])
        .exits(0)
        .says("https://west.dev.example:443");
}

#[test]
fn a_spec_with_a_plaintext_secret_is_not_rendered() {
    let workspace = workspace(&TWO);
    let spec = workspace.read("links.yaml");
    workspace
        .run(&["render", "--environment", "prod"])
        .exits(0)
        .says("rest_endpoint: https://west.prod.example:443")
        .says("password: \"${env:SECRET:-sandbox}\"");
    for secret in ["planted-secret", "${env:SECRET:-planted-secret}"] {
        let with = spec.replace("${env:SECRET:-sandbox}", secret);
        let allowed = with.replace(
            "rest_auth:",
            "# linkwright:allow LW070 known\n    rest_auth:",
        );
        for text in [with, allowed] {
            workspace.write("links.yaml", &text);
            let run = workspace.run(&["render", "--environment", "prod"]);
            let run = run
                .exits(64)
                .says("error[LW137]")
                .says_nothing_of("planted-secret");
            assert_eq!(run.out, "");
        }
    }
}

/// A renamed key is no deletion and no second link.
#[test]
fn a_renamed_key_changes_nothing_on_the_clusters() {
    let workspace = Workspace::quickstart();
    let run = |args: &[&str]| sandboxed(&workspace, args);
    run(&["plan", "--out", "before.json"]).exits(0);
    run(&["apply", "--auto-approve"]).exits(0);
    let before = workspace.read("links.yaml");
    let renamed = before.replace("  orders-dr:\n", "  orders-west:\n");
    workspace.write("links.yaml", &renamed);
    run(&["plan"]).exits(3).says("create link west/orders-west");
    let moved = format!("{renamed}\nmoved: {{ orders-dr: orders-west }}\n");
    workspace.write("links.yaml", &moved);
    run(&["plan", "--detailed-exitcode"])
        .exits(0)
        .says("No changes: ");
    run(&["drift"]).exits(0);
    // What is addressed by the link's name is addressed so after the rename, and findings are the same.
    let mirroring = |text: &str| text.replace("state: paused", "state: mirroring");
    workspace.write("links.yaml", &mirroring(&before));
    run(&["drift", "--json-out", "drift.json"]).exits(2);
    workspace.write("links.yaml", &mirroring(&moved));
    run(&["drift", "--since", "drift.json"])
        .exits(2)
        .says("1 unchanged.");
    let target = "west/orders-dr/payments";
    run(&["plan", "--target", target, "--out", "after.json"])
        .exits(0)
        .says("resume mirror topic west/orders-dr/payments");
    // A plan that was saved before the rename is out of date with the new spec; one that was saved after it is
    // applied, with the spec or without.
    run(&["apply", ".", "--plan", "before.json", "--auto-approve"])
        .exits(4)
        .says("the spec changed");
    run(&["apply", "after.json", "--auto-approve=as-planned"]).exits(0);
    run(&["apply", ".", "--plan", "after.json", "--auto-approve"]).exits(0);
    let retired =
        "\nretired: [{ link: orders-dr, cluster: west, reason: renamed, mirrors: failover }]\n";
    workspace.write("links.yaml", &format!("{moved}{retired}"));
    run(&["plan"])
        .exits(64)
        .says("error[LW100]: the link `orders-dr` on `west` is retired and declared");
}

#[test]
fn a_verb_changes_one_environment_alone_and_names_the_others() {
    let workspace = workspace(&TWO);
    let prod = ["--environment", "prod"];
    let before = workspace.read("links.yaml");
    sandboxed(&workspace, &["apply", "--auto-approve", prod[0], prod[1]]).exits(0);
    let pause = [
        "pause",
        "west/orders-dr/orders.placed",
        "--auto-approve",
        "--write",
    ];
    let done = sandboxed(&workspace, &[&pause[..], &prod].concat())
        .exits(0)
        .says("Spec: changed environments/prod.yaml")
        .says("-- environments/prod.yaml")
        .says("linkwright resume west/orders-dr/orders.placed --environment prod");
    done.says_nothing_of("dev");
    assert_eq!(workspace.read("links.yaml"), before);
    // A mistake in another environment is in nobody's way.
    let back = ["resume", pause[1], "--auto-approve", "--dry-run"];
    workspace.write("environments/dev.yml", "set: { nothing: here }\n");
    sandboxed(&workspace, &[&back[..], &prod].concat()).exits(0);
    workspace.write("environments/dev.yml", TWO[1].1);
    let prod_text = workspace.read("environments/prod.yaml");
    assert!(
        prod_text.contains(r#"set: { "links.orders-dr.mirrors.\"orders.placed\".state": paused }"#),
        "{prod_text}"
    );
    sandboxed(
        &workspace,
        &["plan", "--detailed-exitcode", prod[0], prod[1]],
    )
    .exits(0);
    // Where the spec has nothing yet that it could be in, the environment gets the whole.
    let auto = before.replace(
        "mirrors: { orders.placed: {} }",
        "auto_create_mirrors: { topics: { include: [\"orders.*\"] } }",
    );
    workspace.write("links.yaml", &auto);
    workspace.write("environments/prod.yaml", TWO[0].1);
    let two = [
        "pause",
        "west/orders-dr/orders.placed",
        "west/orders-dr/orders.shipped",
        "--dry-run",
    ];
    sandboxed(&workspace, &[&two[..], &prod].concat())
        .exits(0)
        .says("+  links.orders-dr.mirrors:")
        .says("+    orders.placed: { state: paused }")
        .says("+    orders.shipped: { state: paused }");
    // Without an environment it is refused before anything is saved.
    let text = before.replace("domain: {}", "domain: { default: any.example }");
    workspace.write("links.yaml", &text);
    let resume = ["resume", "west/orders-dr/orders.placed", "--auto-approve"];
    sandboxed(&workspace, &[&["pause"], &resume[1..]].concat())
        .exits(3)
        .says("error[LW578]: the change would reach other environments: `dev` (west/orders-dr/orders.placed)")
        .says("--environment NAME")
        .says("No changes were made");
    assert_eq!(workspace.read("links.yaml"), text);
    let files = std::fs::read_dir(workspace.path(".")).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|it| it.ends_with(".patch")).count(), 0);
}
