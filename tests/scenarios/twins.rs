//! The twin of a snapshot: what is planned on it is what is planned from the snapshot, in every scenario.

use linkwright::snapshot::SnapshotV1;
use linkwright::twin::Twin;
use linkwright_sandbox::{World, is_link_config};

use super::setup::Setup;
use super::snapshots::{answering, planned, snapshot};
use super::{Command, Step, folders, read, scenario};
use crate::support::bench::stepped;

/// The scenarios in which what the twin does not have matters, and what that is.
const OTHERWISE: &[(&str, &str)] = &[(
    "nameless-remnant-is-left-alone",
    "a link object without a name is left by a deletion, and no world file has one",
)];

/// The world that `twin` writes of a snapshot.
fn world_of(text: &str) -> Result<String, String> {
    let snapshot = SnapshotV1::parse(text, jiff::Timestamp::UNIX_EPOCH).unwrap();
    let twin = Twin::of(&snapshot, &is_link_config).ok_or("nothing was read")?;
    let world = twin.to_yaml()?;
    match World::from_yaml(&world) {
        Ok(_) => Ok(world),
        Err(error) => Err(format!("{error}\n{world}")),
    }
}

#[test]
fn the_plan_on_a_twin_is_the_plan_from_its_snapshot() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let scenario = scenario(&folder).unwrap();
        let file = |name: &str| read(&folder.join(name)).unwrap();
        let spec = file(&scenario.given.spec);
        let setup = Setup::open(&file(&scenario.given.world), &spec).unwrap();
        let allow: Vec<&str> = match &scenario.when[0] {
            Step::Command(line) => match Command::read(line).unwrap() {
                Command::Plan { allow, .. } => allow,
                Command::Apply => Vec::new(),
            },
            Step::Event(_) => Vec::new(),
        };
        let (recorded, text) = stepped(async {
            for call in &scenario.given.events {
                setup.call(call).await.unwrap();
            }
            let text = snapshot(&setup).await;
            let recorded = planned(&setup, &answering(&setup, &text), &allow).await;
            (recorded, text)
        });
        let differs = match world_of(&text) {
            Err(error) => Some(error),
            Ok(world) => {
                let twin = Setup::open(&world, &spec).unwrap();
                let planned = stepped(planned(&twin, &twin.bench.clients, &allow));
                (planned != recorded).then(|| {
                    let diff = similar::TextDiff::from_lines(recorded.as_str(), &planned);
                    diff.unified_diff().context_radius(1).to_string()
                })
            }
        };
        let known = OTHERWISE.iter().find(|(other, _)| *other == name);
        match (differs, known) {
            (Some(_), Some(_)) | (None, None) => {}
            (Some(words), None) => wrong.push(format!("{name}:\n{words}")),
            (None, Some(_)) => wrong.push(format!("{name}: is the same, and is listed")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
