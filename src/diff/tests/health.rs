//! What is live and wrong.

use super::{World, unread};
use crate::diff::FindingKind;
use crate::live::{Reading, TaskErrorCode, TaskFact, TaskProblem, TaskState, UnreadKind};

#[test]
fn tasks_are_reported_when_they_fail_or_could_not_be_read() {
    let problems = vec![TaskProblem {
        code: TaskErrorCode::Authorization,
        message: "Cluster authorization failed.".to_owned(),
    }];
    let tasks = [
        ("AclSync", TaskState::InError),
        ("AutoCreateMirror", TaskState::Active),
    ];
    let tasks = tasks.map(|(name, state)| TaskFact {
        name: name.to_owned(),
        state,
        problems: problems.clone(),
    });
    let forbidden = unread(UnreadKind::Forbidden);
    let nonsense = unread(UnreadKind::Unintelligible);
    let in_error = FindingKind::TaskInError {
        task: "AclSync".to_owned(),
        problems,
    };
    let rows = [
        (Reading::Read(tasks.to_vec()), vec![in_error]),
        (
            Reading::Unread(forbidden.clone()),
            vec![FindingKind::Unknown(forbidden)],
        ),
        (
            Reading::Unread(nonsense.clone()),
            vec![FindingKind::Unknown(nonsense)],
        ),
        // A server that knows no tasks never reports any.
        (Reading::Unread(unread(UnreadKind::NotReported)), vec![]),
        (Reading::NotAsked, vec![]),
    ];
    for (tasks, found) in rows {
        let mut world = World::new();
        world.declare("dr", &[]);
        world.link("west", "dr", &[]);
        world.cluster("west").tasks.insert("dr".into(), tasks);
        assert_eq!(world.found(), found);
    }
}
