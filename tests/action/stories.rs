//! What happens to a change between its pull request and the clusters.

use std::fs;
use std::process::Command;

use base64::Engine as _;
use serde_json::json;

use super::setup::{SECRETS, Setup, sha};
use crate::support::workspace::BINARY;

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_pull_request_is_planned_merged_and_applied_as_approved() {
    let setup = Setup::new();
    // A long conversation, with somebody who imitates the action.
    setup.github.says(
        "mallory",
        "<!-- linkwright:default:plan digest=0 head=0 -->",
    );
    for number in 0..130 {
        setup.github.says("reviewer", &format!("remark {number}"));
    }
    let ended = setup.plan(7, &sha('a')).with(0);
    assert_eq!(ended.outputs["changes"], "true");
    assert_eq!(ended.outputs["exit-code"], "0");
    assert!(ended.summary.contains("## Linkwright plan"));
    let [told] = &setup.github.told()[..] else {
        unreachable!("{:?}", setup.github.told())
    };
    assert!(
        told.contains("1 link and 4 mirror topics to create"),
        "{told}"
    );
    assert!(told.contains(&format!("head={}", sha('a'))), "{told}");

    // Another commit: the same comment says it.
    setup.write_spec(&setup.spec().replace("      legacy: {}\n", ""));
    setup.plan(7, &sha('b')).with(0);
    let [told] = &setup.github.told()[..] else {
        unreachable!("{:?}", setup.github.told())
    };
    assert!(
        told.contains("1 link and 3 mirror topics to create"),
        "{told}"
    );
    assert!(told.contains(&sha('b')), "{told}");
    assert_eq!(setup.writes(), 0, "planning writes nothing");

    setup.merge(7, &sha('b'), &sha('c'));
    let ended = setup.apply(&sha('c')).with(0).says("New plan: no changes");
    assert_eq!(ended.outputs["exit-code"], "0");
    // No shared store is set: what a store would keep is an artefact.
    let ended = ended.says("::warning title=No shared store");
    let (name, records) = ended.artifact.as_ref().unwrap();
    assert_eq!(name, "linkwright-default-records");
    assert!(records.join("apply.json").exists());
    assert!(
        ended.summary.contains("Applied as approved"),
        "{}",
        ended.summary
    );
    let told = setup.github.told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[1].contains("## Linkwright: Applied as approved"),
        "{told:?}"
    );

    let ended = setup.drift("issue").with(0);
    assert_eq!(ended.outputs["drift"], "false");
    assert!(setup.github.hub().issues.is_empty());
}

/// GitHub's "re-run failed jobs": the same job again, with the same approved plan.
#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_failed_apply_job_is_run_again_to_the_end() {
    let setup = Setup::new();
    setup.plan(15, &sha('a')).with(0);
    setup.merge(15, &sha('a'), &sha('c'));
    setup.fault(&json!({
        "on": { "route": "mirrors.create" }, "times": 1,
        "do": { "status": { "code": 422, "error_code": 42206, "message": "Not now" } } }));
    let ended = setup.apply(&sha('c')).with(5).says("Apply partly failed");
    assert!(
        ended.summary.contains("Applied in part"),
        "{}",
        ended.summary
    );
    let writes = setup.writes();
    let ended = setup
        .apply(&sha('c'))
        .with(0)
        .says("of 6 operations are already done; ")
        .says("New plan: no changes");
    // The mirror topic that was refused and, if it is the one, its pause.
    let more = setup.writes() - writes;
    assert!((1..=2).contains(&more), "{}", ended.log);
    let told = setup.github.told();
    assert_eq!(told.len(), 2, "{told:?}");
    let title = "## Linkwright: Applied as approved";
    assert!(told[1].contains(title), "{told:?}");
    // A third time there is nothing left.
    setup.apply(&sha('c')).with(0).says("nothing is left to do");
    assert_eq!(setup.writes(), writes + more);
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_world_that_changed_since_the_approval_is_left_alone() {
    let setup = Setup::new();
    setup.plan(8, &sha('a')).with(0);
    setup.merge(8, &sha('a'), &sha('c'));
    setup.by_hand(
        "POST",
        "topics",
        &json!({ "topic_name": "legacy", "partitions_count": 1 }),
    );
    let writes = setup.writes();
    let ended = setup
        .apply(&sha('c'))
        .with(4)
        .says("is out of date. No changes were made")
        .says("run `linkwright plan` again and have the new plan reviewed");
    assert_eq!(ended.outputs["exit-code"], "4");
    assert_eq!(setup.writes(), writes, "{}", ended.log);
    let told = setup.github.told();
    let title =
        "## Linkwright: No changes were made: the spec, the clusters or Linkwright changed since";
    assert!(told[1].contains(title), "{told:?}");
    assert!(told[1].contains("is out of date"), "{told:?}");
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn an_environment_is_planned_and_looked_at_for_drift() {
    let setup = Setup::new();
    let spec = setup
        .spec()
        .replace("id: lkc-west01", "id: \"${var:west}\"");
    setup.write_spec(&spec.replace("\nclusters:", "\nvariables: { west: {} }\nclusters:"));
    fs::create_dir(setup.path("checkout/environments")).unwrap();
    let file = setup.path("checkout/environments/prod.yaml");
    fs::write(file, "variables: { west: lkc-west01 }\n").unwrap();
    let prod = ("environment", "prod");
    let plan = [("command", "plan"), ("paths", "links.yaml"), prod];
    let ended = setup.job(&json!({}), &sha('a'), &plan).with(0);
    assert_eq!(ended.outputs["changes"], "true");
    let drift = [
        ("command", "drift"),
        ("paths", "links.yaml"),
        ("report", "none"),
        prod,
    ];
    let ended = setup.job(&json!({}), &sha('a'), &drift).with(0);
    assert_eq!(ended.outputs["drift"], "true");
    // Without it the variable has no value.
    let ended = setup.job(&json!({}), &sha('a'), &plan[..2]).with(64);
    assert!(ended.log.contains("LW122"), "{}", ended.log);
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_spec_that_is_not_the_planned_one_is_not_applied() {
    let setup = Setup::new();
    setup.plan(9, &sha('a')).with(0);
    setup.merge(9, &sha('a'), &sha('c'));
    // Another pull request was merged in between.
    setup.write_spec(&setup.spec().replace("      legacy: {}\n", ""));
    setup.apply(&sha('c')).with(4).says("is out of date");
    assert_eq!(setup.writes(), 0);
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn only_the_plan_that_people_saw_is_applied() {
    let setup = Setup::new();
    let refused = |words: &str| {
        setup.apply(&sha('c')).with(4).says(words);
        assert_eq!(setup.writes(), 0, "{words}");
    };
    refused("was not merged from a pull request, so no plan was approved");
    setup.merge(10, &sha('a'), &sha('c'));
    refused("Pull request #10 has no comment with a plan");
    setup.github.says(
        "mallory",
        &format!(
            "<!-- linkwright:default:plan digest={} head={} -->",
            "0".repeat(64),
            sha('a')
        ),
    );
    refused("Pull request #10 has no comment with a plan");
    // The plan is of an earlier commit than the one that was merged.
    setup.plan(10, &sha('b')).with(0);
    refused(&format!(
        "is of commit {}, and {} was merged",
        sha('b'),
        sha('a')
    ));
    let ended = setup.plan(10, &sha('a')).with(0);
    let digest = &ended.outputs["digest"];
    let (name, file) = ended.artifact.unwrap();
    // The runner's folder goes with its job.
    let kept = fs::read_to_string(&file).unwrap();
    let file = setup.path("plan.json");
    fs::write(&file, &kept).unwrap();
    setup.github.hub().artifacts.clear();
    refused("The plan of pull request #10 is not kept any more");
    // A fork's run may give its artefact any name.
    setup.upload(&name, &file, &sha('a'), 2);
    refused("The plan of pull request #10 is not kept any more");
    // An artefact that holds another plan than the comment shows.
    fs::write(&file, kept.replace(digest, &"1".repeat(64))).unwrap();
    setup.upload(&name, &file, &sha('a'), 1);
    refused("is not the one that pull request #10 shows");
    // A changed plan that keeps its digest is not a plan any more.
    fs::write(&file, kept.replacen("\"payments\"", "\"ledgers\"", 1)).unwrap();
    setup.github.hub().artifacts.clear();
    setup.upload(&name, &file, &sha('a'), 1);
    setup
        .apply(&sha('c'))
        .with(64)
        .says("it was changed after it was saved");
    assert_eq!(setup.writes(), 0);
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_fork_gets_its_spec_checked_without_secrets_and_without_a_token() {
    let setup = Setup::new();
    let event = json!({ "pull_request": {
        "number": 11, "head": { "sha": sha('a'), "repo": { "full_name": "stranger/links" } } } });
    let inputs = [("command", "plan"), ("paths", "links.yaml"), ("token", "")];
    let ended = setup.job(&event, &sha('e'), &inputs).with(0);
    assert!(
        ended.summary.contains("comes from a fork"),
        "{}",
        ended.summary
    );
    assert!(setup.github.hub().calls.is_empty());
    setup.write_spec(&setup.spec().replace("source: east", "source: eest"));
    setup
        .job(&event, &sha('e'), &inputs)
        .with(64)
        .says("::error");
}

/// Off unless it is asked for: a cache that everybody can read shows names.
#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_fork_is_planned_from_the_snapshot_that_the_schedule_keeps() {
    let setup = Setup::new();
    let event = json!({ "pull_request": {
        "number": 11, "head": { "sha": sha('a'), "repo": { "full_name": "stranger/links" } } } });
    let fork = |more: &[(&'static str, &str)]| {
        let inputs = [("command", "plan"), ("paths", "links.yaml"), ("token", "")];
        setup.job(&event, &sha('e'), &[&inputs, more].concat())
    };
    let schedule = |more: &[(&'static str, &str)]| {
        let inputs = [
            ("command", "drift"),
            ("paths", "links.yaml"),
            ("report", "none"),
        ];
        setup.job(&json!({}), &sha('f'), &[&inputs, more].concat())
    };
    let on = ("snapshot", "true");
    schedule(&[]).with(0);
    assert!(!setup.path("cache").exists());
    // Before the first one, the spec is checked.
    let ended = fork(&[on]).with(0);
    assert!(ended.summary.contains("no cluster was read"));
    assert!(!ended.summary.contains("to create"), "{}", ended.summary);

    schedule(&[on]).with(0);
    let other = ("name", "default-2");
    schedule(&[on, other]).with(0);
    assert_eq!(fs::read_dir(setup.path("cache")).unwrap().count(), 2);
    let text = fs::read_dir(setup.path("cache")).unwrap().next().unwrap();
    let text = fs::read_to_string(text.unwrap().path()).unwrap();
    for (_, secret) in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
    let (writes, calls) = (setup.writes(), setup.github.hub().calls.len());
    let ended = fork(&[on]).with(0).says("read from the snapshot");
    assert!(
        ended
            .summary
            .contains("1 link and 4 mirror topics to create")
            && ended.summary.contains("LW525")
            && ended.summary.contains("cannot be approved or applied"),
        "{}",
        ended.summary
    );
    assert_eq!(ended.outputs["exit-code"], "0");
    assert!(ended.artifact.is_none());
    assert_eq!(
        (setup.writes(), setup.github.hub().calls.len()),
        (writes, calls)
    );
    // Without the names that the spec does not say, the same is planned.
    let hidden = [on, ("hash-names", "true"), ("name", "hidden")];
    schedule(&hidden).with(0);
    let caches = fs::read_dir(setup.path("cache")).unwrap();
    let caches = caches.map(|it| fs::read_to_string(it.unwrap().path()).unwrap());
    assert_eq!(caches.filter(|it| it.contains("\"hidden\"")).count(), 1);
    assert!(
        fork(&hidden)
            .with(0)
            .summary
            .contains("1 link and 4 mirror topics to create")
    );
    // Without the input the fork is not planned, whatever the cache has.
    let ended = fork(&[]).with(0);
    assert!(!ended.summary.contains("to create"), "{}", ended.summary);

    // What says less than the last is not kept.
    setup.fault(&json!({
        "on": { "cluster": "lkc-west01", "route": "topics.*" },
        "do": { "status": { "code": 403, "error_code": 40301, "message": "Not you" } } }));
    let ended = schedule(&[on, ("name", "third")]);
    ended.says("No new snapshot");
    assert_eq!(fs::read_dir(setup.path("cache")).unwrap().count(), 3);
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn refusals_and_mistakes_stand_in_the_comment() {
    let setup = Setup::new();
    let spec = setup.spec();
    setup.write_spec(&spec.replace("legacy: {}", "nowhere: {}"));
    let ended = setup
        .plan(12, &sha('a'))
        .with(3)
        .says("::error title=The plan is refused");
    assert_eq!(ended.outputs["exit-code"], "3");
    let told = setup.github.told();
    assert!(told[0].contains("LW219"), "{told:?}");
    assert!(told[0].contains("This plan is refused"), "{told:?}");

    setup.write_spec(&spec.replace("source: east", "source: eest"));
    setup.plan(12, &sha('b')).with(64);
    let told = setup.github.told();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("no plan could be made"), "{told:?}");
    assert!(told[0].contains("eest"), "{told:?}");
    assert!(told[0].contains("digest=none"), "{told:?}");
    setup.merge(12, &sha('b'), &sha('c'));
    setup
        .apply(&sha('c'))
        .with(4)
        .says("No plan could be made for pull request #12");
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn drift_opens_an_issue_updates_it_and_closes_it() {
    let setup = Setup::new();
    setup.drift("issue").with(0).says("opened issue #40");
    // Somebody else's issue with the same label is none of ours.
    setup.github.hub().issues.push(
        json!({ "number": 3, "state": "open", "user": { "login": "mallory" },
        "body": "<!-- linkwright:default:drift -->" }),
    );
    let ended = setup.drift("issue").with(0).says("updated issue #40");
    assert_eq!(ended.outputs["drift"], "true");
    assert_eq!(ended.outputs["exit-code"], "2");
    {
        let hub = setup.github.hub();
        assert_eq!(
            hub.issues[0]["title"],
            "Cluster Linking has drifted from the spec (default)"
        );
        assert_eq!(hub.issues[0]["labels"], json!(["linkwright-drift"]));
        let body = hub.issues[0]["body"].as_str().unwrap();
        assert!(body.contains("west/orders-dr"), "{body}");
    }
    setup.plan(13, &sha('a')).with(0);
    setup.merge(13, &sha('a'), &sha('c'));
    setup.apply(&sha('c')).with(0);
    setup.drift("issue").with(0).says("closed issue #40");
    let hub = setup.github.hub();
    assert_eq!(hub.issues[0]["state"], "closed");
    assert_eq!(hub.issues[1]["state"], "open");
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn drift_reaches_code_scanning_as_sarif() {
    let setup = Setup::new();
    setup
        .drift("sarif")
        .with(0)
        .says("handed the findings to code scanning");
    let upload = setup.github.hub().sarif[0].clone();
    assert_eq!(upload["commit_sha"], sha('f'));
    assert_eq!(upload["ref"], "refs/heads/main");
    let text = upload["sarif"].as_str().unwrap();
    let packed = base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap();
    let file = setup.path("drift.sarif.gz");
    fs::write(&file, packed).unwrap();
    let unpacked = Command::new("gzip")
        .args(["-dc"])
        .arg(&file)
        .output()
        .unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&unpacked.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    setup
        .drift("pigeon")
        .with(64)
        .says("must be issue, sarif or none");
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn what_github_refuses_is_reported_in_its_own_words() {
    let setup = Setup::new();
    setup.github.hub().forbidden = Some("POST");
    setup
        .plan(14, &sha('a'))
        .with(1)
        .says("Resource not accessible by integration");
    let ended = setup.job(&json!({}), &sha('a'), &[("command", "destroy")]);
    ended.with(64).says("must be plan, apply or drift");
    let ended = setup.job(
        &json!({}),
        &sha('a'),
        &[("command", "drift"), ("name", "a b")],
    );
    ended.with(64).says("the input \"name\" must be");
}

#[test]
#[ignore = "needs jq, unzip and python3; .ci/run runs it"]
fn a_release_is_installed_only_with_the_right_signature_and_checksum() {
    let setup = Setup::new();
    let name = "linkwright-9.9.9-x86_64-unknown-linux-gnu";
    let folder = setup.path(name);
    fs::create_dir(&folder).unwrap();
    fs::copy(BINARY, folder.join("linkwright")).unwrap();
    let archive = setup.path("archive.tar.gz");
    let mut pack = Command::new("tar");
    pack.arg("-czf").arg(&archive).arg("-C");
    assert!(
        pack.arg(setup.path(""))
            .arg(name)
            .status()
            .unwrap()
            .success()
    );
    let sum = Command::new("sha256sum").arg(&archive).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    let sum = sum.split(' ').next().unwrap();
    let bytes = fs::read(&archive).unwrap();
    let openssl = |args: &[&str]| {
        let output = Command::new("openssl")
            .args(args)
            .current_dir(setup.path(""))
            .output();
        assert!(output.unwrap().status.success(), "{args:?}");
    };
    for key in ["own", "other"] {
        let (private, public) = (format!("{key}.pem"), format!("{key}.pub.pem"));
        openssl(&["genpkey", "-algorithm", "ed25519", "-out", &private]);
        openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]);
    }
    let signed = |sums: &[u8], key: &str| {
        fs::write(setup.path("SHA256SUMS"), sums).unwrap();
        let mut sign = Command::new(".ci/sign");
        sign.arg(setup.path("SHA256SUMS"))
            .arg(setup.path(&format!("{key}.pub.pem")));
        let private = fs::read_to_string(setup.path(&format!("{key}.pem"))).unwrap();
        assert!(sign.env("RELEASE_KEY", private).status().unwrap().success());
        fs::read(setup.path("SHA256SUMS.sig")).unwrap()
    };
    let job = |inputs: &[(&'static str, &str)]| {
        let mut env = SECRETS
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        let key = setup.path("own.pub.pem").display().to_string();
        env.push(("LINKWRIGHT_RELEASE_KEY".to_owned(), key));
        setup.job_with(&json!({}), &sha('f'), inputs, env)
    };
    let inputs = [
        ("command", "drift"),
        ("paths", "links.yaml"),
        ("version", "v9.9.9"),
        ("report", "none"),
    ];
    // The key of the first release is not here yet: without it nothing is installed.
    if !std::path::Path::new(".github/action/release.pub.pem").exists() {
        setup
            .job(&json!({}), &sha('f'), &inputs)
            .with(1)
            .says("there is no public key");
    }
    job(&inputs).with(1).says("failed to fetch");
    let sums = |sum: &str| format!("{sum}  {name}.tar.gz\n").into_bytes();
    setup.github.hub().releases = vec![
        (format!("v9.9.9/{name}.tar.gz"), bytes),
        ("v9.9.9/SHA256SUMS".to_owned(), sums(&"0".repeat(64))),
        (
            "v9.9.9/SHA256SUMS.sig".to_owned(),
            signed(&sums(&"0".repeat(64)), "own"),
        ),
    ];
    job(&inputs)
        .with(1)
        .says("is not what the release's checksums say");
    // The right checksums, with the signature of others, and signed by another.
    setup.github.hub().releases[1].1 = sums(sum);
    job(&inputs).with(1).says("the signature of release 9.9.9");
    let other = signed(&sums(sum), "other");
    setup.github.hub().releases[2].1 = other;
    job(&inputs).with(1).says("the signature of release 9.9.9");
    let own = signed(&sums(sum), "own");
    setup.github.hub().releases[2].1 = own;
    job(&inputs).with(0).says("linkwright 0.1.0");
    let inputs = [("command", "drift"), ("version", "../evil")];
    setup
        .job(&json!({}), &sha('f'), &inputs)
        .with(64)
        .says("must be a release such as");
}

/// What others wrote is no command of the runner, also where a script shows a file.
#[test]
fn a_file_that_a_script_shows_holds_no_commands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shown");
    let text = "::add-mask::x\n \t::error::y\n:::z\na ##[group]b\na::b #[c]\n";
    std::fs::write(&file, text).unwrap();
    let shown = std::process::Command::new("bash")
        .args(["-c", ". .github/action/common.sh; show \"$1\"", "bash"])
        .arg(&file)
        .env("RUNNER_TEMP", folder.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(shown.stdout).unwrap(),
        ": :add-mask::x\n \t: :error::y\n: :z\na ## [group]b\na::b #[c]\n"
    );
}
