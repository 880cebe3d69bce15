//! Who this run is: [`Identity`], for leases, locks and records.

use std::time::{Duration, Instant};

use linkwright_clock::Clock;

use super::references::env;
use crate::store::lease::Holder;
use crate::store::nonce;

/// Who this run is to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The command.
    pub(super) command: &'static str,
    /// The person or the pipeline.
    pub(super) who: String,
    /// The machine.
    pub(super) host: String,
    /// The run.
    pub(super) run_id: String,
    /// Where the pipeline's page is.
    pub(super) url: Option<String>,
    /// When it began.
    pub(super) began: Instant,
}

impl Identity {
    /// Of this process, at this time.
    pub(super) fn of_process(command: &'static str, now: jiff::Timestamp) -> Self {
        Self::of(command, &env, &host(), now)
    }

    fn of(
        command: &'static str,
        env: &dyn Fn(&str) -> Option<String>,
        host: &str,
        now: jiff::Timestamp,
    ) -> Self {
        let env = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let (who, url) = if let (Some(repository), Some(run)) =
            (env("GITHUB_REPOSITORY"), env("GITHUB_RUN_ID"))
        {
            let server = env("GITHUB_SERVER_URL");
            let url = server.map(|it| format!("{it}/{repository}/actions/runs/{run}"));
            (format!("github:{repository}:{run}"), url)
        } else if let (Some(project), Some(job)) = (env("CI_PROJECT_PATH"), env("CI_JOB_ID")) {
            (format!("gitlab:{project}:{job}"), env("CI_JOB_URL"))
        } else if let Some(build) = env("BUILD_TAG") {
            (format!("jenkins:{build}"), env("BUILD_URL"))
        } else {
            let names = ["USER", "LOGNAME", "USERNAME"];
            let user = names.into_iter().find_map(env);
            (user.unwrap_or_else(|| "unknown".to_owned()), None)
        };
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        let run_id = format!("{time}-{}", &nonce()[..8]);
        Self {
            command,
            who: word(&who),
            host: word(host),
            run_id,
            url: url.map(|url| word(&url)),
            began: Clock::wall().now(),
        }
    }

    /// How much is left of the time that it may take.
    pub(super) fn left(&self, timeout: Option<Duration>) -> Duration {
        let took = Clock::wall().now().saturating_duration_since(self.began);
        timeout.map_or(Duration::MAX, |timeout| timeout.saturating_sub(took))
    }

    /// The holder of this run's leases: no other run has the same.
    pub(super) fn holder(&self) -> Holder {
        Holder {
            holder: format!("{}/{}", self.who, self.run_id),
            host: self.host.clone(),
            run_id: self.run_id.clone(),
            url: self.url.clone(),
        }
    }
}

/// A text that is one word wherever it is shown.
fn word(text: &str) -> String {
    let text = text.trim().chars().take(200);
    text.map(|c| {
        if c.is_control() || c.is_whitespace() {
            '-'
        } else {
            c
        }
    })
    .collect()
}

/// The name of this machine; `unknown` where it has none.
fn host() -> String {
    let file = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let asked = || {
        let output = std::process::Command::new("hostname").output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    file()
        .or_else(|| env("COMPUTERNAME"))
        .or_else(asked)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vars: &[(&str, &str)]) -> Identity {
        let env = |name: &str| {
            let found = vars.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Identity::of("apply", &env, "runner 7", jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_pipeline_is_named_with_its_page_and_a_person_by_their_name() {
        let github = of(&[
            ("GITHUB_REPOSITORY", "acme/links"),
            ("GITHUB_RUN_ID", "17"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("USER", "runner"),
        ]);
        assert_eq!(github.who, "github:acme/links:17");
        let url = github.url.unwrap();
        assert_eq!(url, "https://github.com/acme/links/actions/runs/17");
        let person = of(&[("USER", "ann lee\n")]);
        assert_eq!(
            (person.who.as_str(), person.host.as_str()),
            ("ann-lee", "runner-7")
        );
        assert!(person.run_id.starts_with("19700101T000000Z-"), "{person:?}");
        assert_ne!(person.holder(), of(&[("USER", "ann lee")]).holder());
    }
}
