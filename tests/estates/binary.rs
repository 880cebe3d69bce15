//! Golden estates as people adopt them: each step with the binary, each with exit code 0.

use std::collections::BTreeSet;

use linkwright_sandbox::{Maker, Profile};

use super::world::{Estate, Mode};
use crate::support::workspace::{Said, Workspace};

/// Three makers, each with another mode, on Cloud and on Platform.
const ESTATES: [(Maker, Mode, Profile); 3] = [
    (
        Maker::Terraform,
        Mode::DestinationInitiated,
        Profile::Cc2024,
    ),
    (Maker::Cfk, Mode::SourceInitiated, Profile::Cp8),
    (Maker::Cli, Mode::Bidirectional, Profile::Cc2026),
];

/// The variables that a spec names.
fn variables(text: &str) -> BTreeSet<&str> {
    let after = text.split("${env:").skip(1);
    after
        .filter_map(|rest| rest.split(['}', ':']).next())
        .collect()
}

#[test]
fn an_estate_is_exported_valid_without_changes_and_without_drift() {
    let estates = Estate::all();
    for (maker, mode, profile) in ESTATES {
        let estate = estates
            .iter()
            .find(|it| (it.maker, it.mode, it.profile) == (maker, mode, profile))
            .unwrap();
        println!("{}", estate.name());
        let workspace = Workspace::new();
        workspace.write("w/estate.yaml", &estate.world());
        let sandbox = ["--sandbox", "w/estate.yaml"];
        let clusters = ["--cluster", "east=east", "--cluster", "west=west"];
        let export = ["export", "--out-dir", "links.yaml"];
        workspace
            .run(&[&export[..], &clusters, &sandbox].concat())
            .exits(0);
        workspace.run(&["validate", "links.yaml"]).exits(0);
        let text = workspace.read("links.yaml");
        let with_secrets = |args: &[&str]| {
            let mut command = workspace.linkwright(&[args, &sandbox].concat());
            command.envs(variables(&text).into_iter().map(|name| (name, "set")));
            Said::by(&mut command)
        };
        with_secrets(&["plan", "links.yaml", "--detailed-exitcode"])
            .exits(0)
            .says("No changes: ");
        with_secrets(&["drift", "links.yaml"])
            .exits(0)
            .says("No drift: ");
    }
}
