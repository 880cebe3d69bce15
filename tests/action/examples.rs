//! The examples for pipelines and schedules: every shell part of `examples/ci/` runs against the
//! sandbox, as its file says it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::{Value, json};

use super::github::REPOSITORY;
use super::setup::{SECRETS, Setup, sha};
use crate::support::workspace::BINARY;

/// A checkout whose spec stands in the folder `links`, as the examples have it.
fn with_links() -> Setup {
    let setup = Setup::new();
    fs::create_dir_all(setup.path("checkout/links")).unwrap();
    fs::rename(
        setup.path("checkout/links.yaml"),
        setup.path("checkout/links/links.yaml"),
    )
    .unwrap();
    // The guard file, and the base branch's in its own checkout.
    let guard = setup.at_sandbox(&example("guard/linkwright-guard.yaml"));
    fs::create_dir_all(setup.path("checkout/base")).unwrap();
    for name in ["linkwright-guard.yaml", "base/linkwright-guard.yaml"] {
        fs::write(setup.path("checkout").join(name), &guard).unwrap();
    }
    fs::create_dir(setup.path("bin")).unwrap();
    std::os::unix::fs::symlink(BINARY, setup.path("bin/linkwright")).unwrap();
    setup
}

/// Runs a line of shell as a pipeline's agent does: linkwright on PATH, the secrets set.
fn shell(setup: &Setup, line: &str, env: &[(&str, String)]) -> Output {
    Command::new("sh")
        .args(["-e", "-c", line])
        .current_dir(setup.path("checkout"))
        .env_clear()
        .env(
            "PATH",
            format!(
                "{}:/usr/local/bin:/usr/bin:/bin",
                setup.path("bin").display()
            ),
        )
        .envs(env.iter().map(|(name, value)| (*name, value)))
        .output()
        .unwrap()
}

/// The key of whoever approves, of the tests of RFC 8032, and its public key in the checkout.
fn approver(setup: &Setup) -> (&'static str, String) {
    let pem = |kind: &str, text: &str| {
        format!("-----BEGIN {kind} KEY-----\n{text}\n-----END {kind} KEY-----\n")
    };
    let private = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    let public = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    fs::write(setup.path("approver.pem"), pem("PRIVATE", private)).unwrap();
    let of_all = setup.path("checkout/approver.pub.pem");
    fs::write(of_all, pem("PUBLIC", public)).unwrap();
    (
        "APPROVER_KEY",
        setup.path("approver.pem").display().to_string(),
    )
}

fn secrets() -> Vec<(&'static str, String)> {
    let guard = ("LINKWRIGHT_GUARD", "linkwright-guard.yaml");
    SECRETS
        .into_iter()
        .chain([guard])
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

#[track_caller]
fn exits(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(
        !text.contains("planted-link") && !text.contains("west-secret"),
        "{text}"
    );
    text.into_owned()
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new("examples/ci").join(name)).unwrap()
}

#[derive(Deserialize)]
struct Workflow {
    jobs: BTreeMap<String, GitHubJob>,
}

#[derive(Deserialize)]
struct GitHubJob {
    steps: Vec<GitHubStep>,
}

#[derive(Deserialize)]
struct GitHubStep {
    uses: String,
    #[serde(default)]
    with: BTreeMap<String, Value>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

type Inputs = Vec<(&'static str, String)>;

/// The step of a workflow that uses the action: its inputs, without the release to install, and its
/// environment with the secrets and the shared store filled in.
fn step(name: &str, store: &str) -> (Inputs, Vec<(String, String)>) {
    let workflow: Workflow = serde_yaml::from_str(&example(name)).unwrap();
    let mut steps = workflow.jobs.into_values().flat_map(|job| job.steps);
    let step = steps
        .find(|step| step.uses.starts_with("linkwright/linkwright@"))
        .unwrap();
    assert_eq!(step.with["version"], env!("CARGO_PKG_VERSION"));
    assert!(
        step.uses
            .ends_with(concat!("@v", env!("CARGO_PKG_VERSION")))
    );
    let inputs = ["command", "paths", "report"]
        .into_iter()
        .filter_map(|input| {
            let value = step.with.get(input)?.as_str().unwrap();
            Some((input, value.to_owned()))
        });
    let secret = |value: &str| match value.strip_prefix("${{ secrets.") {
        None => value.replace("${{ vars.LINKWRIGHT_STORE }}", store),
        Some(name) => match name.trim_end_matches(" }}") {
            "EAST_READER_KEY" => "EASTREADER".to_owned(),
            "EAST_READER_SECRET" => "east-reader-secret".to_owned(),
            "WEST_READER_KEY" => "WESTREADER".to_owned(),
            "WEST_READER_SECRET" => "west-reader-secret".to_owned(),
            name => {
                let found = SECRETS.iter().find(|(own, _)| *own == name);
                found.unwrap().1.to_owned()
            }
        },
    };
    let env = step
        .env
        .iter()
        .map(|(name, value)| (name.clone(), secret(value)));
    (inputs.collect(), env.collect())
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn the_workflows_of_github_plan_apply_and_find_no_drift() {
    let setup = with_links();
    let store = format!("file://{}", setup.path("store").display());
    let run = |name: &str, event: &Value, commit: &str| {
        let (inputs, env) = step(name, &store);
        let inputs: Vec<_> = inputs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        setup.job_with(event, commit, &inputs, env).with(0)
    };
    let event = json!({ "pull_request": {
        "number": 7, "head": { "sha": sha('a'), "repo": { "full_name": REPOSITORY } } } });
    let planned = run("github/plan.yml", &event, &sha('e'));
    let (name, file) = planned.artifact.unwrap();
    setup.upload(&name, &file, &sha('a'), 1);
    assert_eq!(setup.writes(), 0);
    setup.merge(7, &sha('a'), &sha('c'));
    run("github/apply.yml", &json!({}), &sha('c')).says("New plan: no changes");
    let ended = run("github/drift.yml", &json!({}), &sha('c'));
    assert_eq!(ended.outputs["drift"], "false");
    let recorded = fs::read_dir(setup.path("store/runs/apply")).unwrap();
    assert_eq!(recorded.count(), 1);
}

#[test]
fn the_jobs_of_gitlab_plan_apply_and_find_drift() {
    let setup = with_links();
    let pipeline: BTreeMap<String, Value> =
        serde_yaml::from_str(&example("gitlab/.gitlab-ci.yml")).unwrap();
    let mut env: Vec<(&str, String)> = secrets();
    for (name, value) in pipeline["variables"].as_object().unwrap() {
        env.push((name, value.as_str().unwrap().to_owned()));
    }
    env.push(approver(&setup));
    let before = pipeline["apply"]["before_script"][0].as_str().unwrap();
    let warned = exits(&shell(&setup, before, &env), 0);
    assert!(
        warned.starts_with("warning: LINKWRIGHT_STORE is not set."),
        "{warned}"
    );
    let artefacts = pipeline["apply"]["artifacts"]["paths"].as_array().unwrap();
    for kept in ["report.json", "linkwright-archive", ".linkwright"] {
        assert!(artefacts.contains(&json!(kept)), "{kept}");
    }
    // As a variable of the project does.
    env.retain(|(name, _)| *name != "LINKWRIGHT_STORE");
    let store = format!("file://{}", setup.path("store").display());
    env.push(("LINKWRIGHT_STORE", store));
    assert_eq!(exits(&shell(&setup, before, &env), 0), "");
    let job = |name: &str| -> Vec<Output> {
        let lines = pipeline[name]["script"].as_array().unwrap().iter();
        lines
            .map(|line| shell(&setup, line.as_str().unwrap(), &env))
            .collect()
    };
    for output in job("plan") {
        exits(&output, 0);
    }
    let [drift] = &job("drift")[..] else {
        unreachable!()
    };
    exits(drift, 2);
    assert_eq!(pipeline["drift"]["allow_failure"]["exit_codes"], json!([2]));
    assert!(
        fs::read_to_string(setup.path("checkout/drift.xml"))
            .unwrap()
            .contains("<testsuite")
    );
    let unapproved = exits(&job("apply")[0], 3);
    assert!(
        unapproved.contains("plan.json is not approved"),
        "{unapproved}"
    );
    let [shown, approved] = &job("approve")[..] else {
        unreachable!()
    };
    assert!(exits(shown, 0).contains("Saved plan  "));
    exits(approved, 0);
    for output in job("apply") {
        assert!(exits(&output, 0).contains("New plan: no changes"));
    }
    exits(&job("drift")[0], 0);
    // Run again, it has nothing left to do.
    exits(&job("apply")[0], 0);
    let recorded = fs::read_dir(setup.path("store/runs/apply")).unwrap();
    assert_eq!(recorded.count(), 3);
    // The plan of an earlier pipeline: another change was merged since.
    let links = setup.path("checkout/links/links.yaml");
    let spec = fs::read_to_string(&links).unwrap();
    fs::write(&links, spec.replace("      legacy: {}\n", "")).unwrap();
    exits(&job("apply")[0], 4);
    for name in ["plan", "approve", "apply", "drift"] {
        for path in pipeline[name]["artifacts"]["paths"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let path = path.as_str().unwrap();
            let is_there = setup.path("checkout").join(path).exists();
            // Nothing is archived when no link is deleted, and no credentials here have a generation.
            let is_rare = ["linkwright-archive", ".linkwright"].contains(&path);
            assert!(is_there || is_rare, "{path}");
        }
    }
}

#[test]
fn the_stages_of_jenkins_plan_apply_and_find_drift() {
    let setup = with_links();
    let text = example("jenkins/Jenkinsfile");
    let scripts: BTreeMap<&str, &str> = text
        .split("script: '")
        .skip(1)
        .filter_map(|rest| rest.split('\'').next())
        .map(|line| (line.split(' ').nth(1).unwrap(), line))
        .collect();
    assert_eq!(scripts.len(), 5, "{scripts:?}");
    // What keys() and linkKeys() give the steps is what the spec asks for.
    for (name, _) in SECRETS {
        assert!(text.contains(&format!("\"{name}=${{")), "{name}");
    }
    let mut env = secrets();
    env.push(approver(&setup));
    assert!(text.contains("LINKWRIGHT_STORE = \"${env.LINKWRIGHT_STORE ?: ''}\""));
    assert!(text.contains("'WARNING: LINKWRIGHT_STORE is not set."));
    assert!(text.contains(
        "artifacts: 'report.json, plan.json.approval, linkwright-archive/**, .linkwright/**'"
    ));
    let store = format!("file://{}", setup.path("store").display());
    env.push(("LINKWRIGHT_STORE", store));
    let run = |verb: &str| shell(&setup, scripts[verb], &env);
    exits(&run("validate"), 0);
    exits(&run("plan"), 0);
    exits(&run("drift"), 2);
    exits(&run("apply"), 3);
    exits(&run("approve"), 0);
    exits(&run("apply"), 0);
    exits(&run("drift"), 0);
    let recorded = fs::read_dir(setup.path("store/runs/apply")).unwrap();
    assert_eq!(recorded.count(), 2);
}

#[test]
fn cron_is_silent_when_all_is_well() {
    let setup = with_links();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/cron/linkwright-drift");
    assert!(fs::metadata(&script).unwrap().permissions().mode() & 0o111 != 0);
    let keys: String = SECRETS
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    fs::write(setup.path("keys"), keys).unwrap();
    let path = |name: &str| setup.path(name).display().to_string();
    let env = [
        ("LINKS", path("checkout/links")),
        ("KEYS", path("keys")),
        ("METRICS", path("")),
    ];
    let run = || shell(&setup, &script.display().to_string(), &env);
    let told = exits(&run(), 2);
    assert!(
        told.starts_with("Cluster Linking has drifted from the spec in "),
        "{told}"
    );
    assert!(told.contains("west/orders-dr"), "{told}");
    let applied = shell(&setup, "linkwright apply links --auto-approve", &secrets());
    exits(&applied, 0);
    assert_eq!(exits(&run(), 0), "");
    assert!(
        fs::read_to_string(setup.path("linkwright.prom"))
            .unwrap()
            .contains("linkwright_")
    );
    fs::write(setup.path("checkout/links/links.yaml"), "version: 2\n").unwrap();
    let told = exits(&run(), 64);
    assert!(
        told.starts_with("Drift could not be looked for: linkwright ended with exit code 64"),
        "{told}"
    );
    // The table names the script where its own header says it is installed.
    assert!(example("cron/crontab").contains(" /usr/local/bin/linkwright-drift\n"));
}

#[test]
fn the_service_of_systemd_looks_for_drift() {
    let setup = with_links();
    let unit = example("systemd/linkwright-drift.service");
    let value = |name: &str| {
        let line = unit.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().to_owned()
    };
    assert_eq!(value("EnvironmentFile="), "/etc/linkwright/keys");
    fs::create_dir(setup.path("state")).unwrap();
    let command = value("ExecStart=")
        .replace("/usr/local/bin/", "")
        .replace("/etc/linkwright/", "")
        .replace(
            "/var/lib/linkwright",
            &setup.path("state").display().to_string(),
        );
    exits(&shell(&setup, &command, &secrets()), 2);
    assert!(setup.path("state/linkwright.prom").exists());
    let records = setup.path("state/store/runs/read");
    let drift = records.read_dir().unwrap().next().unwrap().unwrap().path();
    assert_eq!(drift.read_dir().unwrap().count(), 1);
    let again = exits(&shell(&setup, &command, &secrets()), 2);
    assert!(again.contains("5 unchanged"), "{again}");
}

#[test]
fn the_job_of_kubernetes_reads_its_keys_from_files() {
    let setup = with_links();
    let text = example("kubernetes/drift.yaml");
    let job = text.split("\n---\n").last().unwrap();
    let job: Value = serde_yaml::from_str(job).unwrap();
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    // The mounted keys are files; the spec names them.
    let mount = container["volumeMounts"][1]["mountPath"].as_str().unwrap();
    fs::create_dir(setup.path("keys")).unwrap();
    let mut spec = fs::read_to_string(setup.path("checkout/links/links.yaml")).unwrap();
    for item in pod["volumes"][1]["secret"]["items"].as_array().unwrap() {
        let file = item["path"].as_str().unwrap();
        let name = file.to_uppercase().replace('-', "_");
        let value = SECRETS.iter().find(|(own, _)| *own == name).unwrap().1;
        fs::write(setup.path("keys").join(file), value).unwrap();
        let start = spec.find(&format!("${{env:{name}")).unwrap();
        let end = start + spec[start..].find('}').unwrap() + 1;
        spec.replace_range(start..end, &format!("${{file:{mount}/{file}}}"));
    }
    assert!(text.contains(&format!("${{file:{mount}/west-api-secret}}")));
    let keys = setup.path("keys").display().to_string();
    fs::write(
        setup.path("checkout/links/links.yaml"),
        spec.replace(mount, &keys),
    )
    .unwrap();
    let args: Vec<_> = container["args"].as_array().unwrap().iter().collect();
    let args = args.iter().map(|arg| {
        arg.as_str()
            .unwrap()
            .replace("/etc/linkwright/links", "links")
    });
    let command = format!("linkwright {}", args.collect::<Vec<_>>().join(" "));
    assert_eq!(
        container["envFrom"][0]["secretRef"]["name"],
        "linkwright-store"
    );
    let store = format!("file://{}", setup.path("store").display());
    let env = [("LINKWRIGHT_STORE", store)];
    assert!(exits(&shell(&setup, &command, &env), 2).contains("west/orders-dr"));
    assert!(setup.path("store/runs/read").exists());
}
