//! The setup: sandbox clusters that are served over HTTP, a checkout with a spec, and GitHub.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::github::{GitHub, REPOSITORY};
use super::runner::{self, Ended, Job};
use crate::support::workspace::BINARY;

/// What stands in the repository's secrets; it opens the sandbox and must be seen nowhere.
pub(crate) const SECRETS: [(&str, &str); 6] = [
    ("EAST_API_KEY", "EASTKEY"),
    ("EAST_API_SECRET", "east-secret"),
    ("WEST_API_KEY", "WESTKEY"),
    ("WEST_API_SECRET", "west-secret"),
    ("LINK_KEY", "planted-link-key"),
    ("LINK_SECRET", "planted-link-secret"),
];

pub(crate) struct Setup {
    pub(crate) github: GitHub,
    folder: TempDir,
    clusters: Child,
    pub(crate) address: String,
}

impl Drop for Setup {
    fn drop(&mut self) {
        drop(self.clusters.kill());
        drop(self.clusters.wait());
    }
}

/// A commit's name, made up from a letter.
pub(crate) fn sha(letter: char) -> String {
    String::from(letter).repeat(40)
}

impl Setup {
    pub(crate) fn new() -> Self {
        let mut clusters = Command::new(BINARY)
            .args(["sandbox", "fixtures/worlds/quickstart.yaml", "--listen"])
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(clusters.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        let setup = Self {
            github: GitHub::start(),
            folder: tempfile::tempdir().unwrap(),
            clusters,
            address,
        };
        fs::create_dir(setup.path("checkout")).unwrap();
        let spec = fs::read_to_string("examples/quickstart/links.yaml").unwrap();
        setup.write_spec(&setup.at_sandbox(&spec));
        setup
    }

    /// A text of the examples with the sandbox's address in place of the clusters' own.
    pub(crate) fn at_sandbox(&self, text: &str) -> String {
        let east = "https://pkc-1.us-east-1.aws.confluent.cloud:443";
        let west = "https://pkc-2.us-west-2.aws.confluent.cloud:443";
        text.replace(east, &self.address)
            .replace(west, &self.address)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn spec(&self) -> String {
        fs::read_to_string(self.path("checkout/links.yaml")).unwrap()
    }

    pub(crate) fn write_spec(&self, text: &str) {
        fs::write(self.path("checkout/links.yaml"), text).unwrap();
    }

    /// A job that uses the action on an event. The fork's jobs have no secrets.
    pub(crate) fn job(
        &self,
        event: &Value,
        commit: &str,
        inputs: &[(&'static str, &str)],
    ) -> Ended {
        let from_fork = event["pull_request"]["head"]["repo"]["full_name"]
            .as_str()
            .is_some_and(|name| name != REPOSITORY);
        let secrets = SECRETS.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env = if from_fork {
            Vec::new()
        } else {
            secrets.to_vec()
        };
        self.job_with(event, commit, inputs, env)
    }

    /// A job with an environment of its own.
    pub(crate) fn job_with(
        &self,
        event: &Value,
        commit: &str,
        inputs: &[(&'static str, &str)],
        secrets: Vec<(String, String)>,
    ) -> Ended {
        for tool in ["curl", "jq", "unzip", "python3"] {
            let mut look = Command::new("sh");
            look.args(["-c", &format!("command -v {tool}")]);
            let found = look.output().unwrap();
            assert!(
                found.status.success(),
                "this test needs {tool}; .ci/run installs it"
            );
        }
        let temp = self.path("temp");
        drop(fs::remove_dir_all(&temp));
        fs::create_dir(&temp).unwrap();
        let file = self.path("event.json");
        fs::write(&file, event.to_string()).unwrap();
        let mut env = [
            ("GITHUB_API_URL", format!("http://{}", self.github.address)),
            ("GITHUB_REPOSITORY", REPOSITORY.to_owned()),
            ("GITHUB_RUN_ID", "77".to_owned()),
            ("GITHUB_SHA", commit.to_owned()),
            ("GITHUB_REF", "refs/heads/main".to_owned()),
            ("GITHUB_EVENT_PATH", file.display().to_string()),
            ("LINKWRIGHT", BINARY.to_owned()),
            (
                "LINKWRIGHT_RELEASES",
                format!("http://{}/releases", self.github.address),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        env.extend(secrets);
        let job = Job {
            inputs: inputs
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            env,
            checkout: self.path("checkout"),
            cache: self.path("cache"),
        };
        let ended = runner::run(&job, &temp);
        let seen = format!(
            "{}{}{:?}{:?}",
            ended.log,
            ended.summary,
            self.github.told(),
            self.github.hub().issues
        );
        for secret in [
            "east-secret",
            "west-secret",
            "planted-link",
            "planted-token",
        ] {
            assert!(!seen.contains(secret), "{secret} is shown:\n{seen}");
        }
        ended
    }

    /// The job on a pull request: plan, comment, and what upload-artifact does.
    pub(crate) fn plan(&self, number: u64, head: &str) -> Ended {
        let event = json!({ "pull_request": {
            "number": number, "head": { "sha": head, "repo": { "full_name": REPOSITORY } } } });
        let ended = self.job(
            &event,
            &sha('e'),
            &[("command", "plan"), ("paths", "links.yaml")],
        );
        if let Some((name, file)) = &ended.artifact {
            self.upload(name, file, head, 1);
        }
        ended
    }

    /// Keeps an artefact, as a run of the repository with this id.
    pub(crate) fn upload(&self, name: &str, file: &std::path::Path, head: &str, repository: u64) {
        let archive = self.path("artifact.zip");
        drop(fs::remove_file(&archive));
        let made = Command::new("python3")
            .args(["-m", "zipfile", "-c"])
            .arg(&archive)
            .arg(file)
            .status()
            .unwrap();
        assert!(made.success());
        let mut hub = self.github.hub();
        let id = 500 + hub.archives.len() as u64;
        hub.artifacts.push(json!({
            "id": id, "name": name, "expired": false,
            "created_at": format!("2026-11-02T08:00:{:02}Z", id - 500),
            "workflow_run": { "head_sha": head, "repository_id": 1, "head_repository_id": repository },
        }));
        let bytes = fs::read(&archive).unwrap();
        hub.archives.push((id, bytes));
    }

    /// Somebody merges the pull request.
    pub(crate) fn merge(&self, number: u64, head: &str, merged_as: &str) {
        self.github.hub().pulls.push(json!({
            "number": number, "merged_at": "2026-11-02T09:00:00Z",
            "merge_commit_sha": merged_as, "head": { "sha": head } }));
    }

    /// The job after the merge.
    pub(crate) fn apply(&self, commit: &str) -> Ended {
        let inputs = [("command", "apply"), ("paths", "links.yaml")];
        self.job(&json!({}), commit, &inputs)
    }

    /// The job on the schedule.
    pub(crate) fn drift(&self, report: &str) -> Ended {
        let inputs = [
            ("command", "drift"),
            ("paths", "links.yaml"),
            ("report", report),
        ];
        self.job(&json!({}), &sha('f'), &inputs)
    }

    /// Somebody does something to the west by hand.
    pub(crate) fn by_hand(&self, method: &str, path: &str, body: &Value) {
        let url = format!("{}/kafka/v3/clusters/lkc-west01/{path}", self.address);
        let mut command = Command::new("curl");
        command.args(["--silent", "--fail-with-body", "--request", method]);
        command.args(["--user", "WESTKEY:west-secret", &url]);
        command.args(["--header", "content-type: application/json", "--data"]);
        let output = command.arg(body.to_string()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// The clusters answer so from now on.
    pub(crate) fn fault(&self, fault: &Value) {
        let url = format!("{}/sandbox/v1/faults", self.address);
        let mut command = Command::new("curl");
        command.args(["--silent", "--fail-with-body", "--request", "POST", &url]);
        command.args(["--header", "content-type: application/json", "--data"]);
        let output = command.arg(fault.to_string()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// How many writes the clusters have had.
    pub(crate) fn writes(&self) -> usize {
        let url = format!("{}/sandbox/v1/requests?since=0", self.address);
        let output = Command::new("curl").args(["--silent", &url]).output();
        let log: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let writes = log.as_array().unwrap().iter();
        writes.filter(|request| request["kind"] == "write").count()
    }
}
