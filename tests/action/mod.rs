//! The GitHub Action, driven from end to end: the steps of `action.yml` run in a stand-in for a runner,
//! their shell scripts talk to a stand-in for GitHub's API and to sandbox clusters, all on this machine.
//!
//! They need bash, curl, jq, unzip and python3, which not every machine has; `.ci/run` installs them and
//! runs these tests with `--include-ignored`.

mod examples;
mod github;
mod runner;
pub(crate) mod setup;
mod stories;
