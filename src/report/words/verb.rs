//! What a verb such as `failover` leaves to people, and how it is undone: [`left`].

use std::collections::BTreeSet;

use crate::address::Address;
use crate::desired::Desired;
use crate::edit::verbs::{Asked, End};
use crate::edit::{self, Effect};
use crate::report::safe::{self, shell_word};

/// What is left to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Who must act, and what there is to do.
    pub who: Vec<(&'static str, String)>,
    /// How it is undone, or that it cannot be.
    pub undo: String,
}

/// What a verb leaves to people. `is_changed` says whether the spec did not say so already, and `patch` is the file that has
/// the change meanwhile; the commands are for the same environment.
#[must_use]
pub fn left(
    verb: &str,
    asked: &Asked,
    is_changed: bool,
    patch: Option<&str>,
    environment: Option<&str>,
) -> Left {
    let ends: BTreeSet<&End> = asked.ends.iter().collect();
    let with = environment.map_or_else(String::new, |name| {
        format!(" --environment {}", shell_word(name))
    });
    let each = |words: &dyn Fn(&End) -> String| {
        // Several links between the same clusters need the same words once.
        let mut all: Vec<String> = Vec::new();
        for words in ends.iter().map(|end| words(end)) {
            if !all.contains(&words) {
                all.push(words);
            }
        }
        all.join("; ")
    };
    let (producers, consumers) = match verb {
        "failover" => (
            each(&|end| {
                format!(
                    "start them at {}; keep those of {} stopped: what they write there is not copied",
                    end.here, end.peer
                )
            }),
            each(&|end| {
                format!(
                    "start them at {} before the producers; they read again what came after the last copied offset",
                    end.here
                )
            }),
        ),
        "promote" => (
            each(&|end| {
                format!(
                    "start them at {}; keep those of {} stopped: what they write there is not copied any more",
                    end.here, end.peer
                )
            }),
            each(&|end| format!("start them at {} before the producers", end.here)),
        ),
        "pause" => (
            each(&|end| format!("nothing to do: they write at {}", end.peer)),
            each(&|end| {
                format!(
                    "those at {} get no new records; resume before {} deletes by retention what was not copied",
                    end.here, end.peer
                )
            }),
        ),
        "resume" => (
            each(&|end| format!("nothing to do: they write at {}", end.peer)),
            each(&|end| format!("those at {} get new records again", end.here)),
        ),
        _ => (
            each(&|end| {
                format!(
                    "start them at {}; stop those of {}, where the topics are read-only now",
                    end.here, end.peer
                )
            }),
            each(&|end| format!("start them at {} before the producers", end.here)),
        ),
    };
    let spec = match is_changed {
        true => {
            "commit and push its change before the next pipeline runs: with the old spec it would report drift \
             or be refused"
        }
        false => "nothing to do: it says so already",
    };
    let undo = each(&|end| undo(verb, end, asked, &with));
    Left {
        who: vec![
            ("producers", producers),
            ("consumers", consumers),
            ("spec", spec.to_owned()),
        ],
        // A change that is undone before it is made must not be made later.
        undo: match patch.filter(|_| !matches!(verb, "failover" | "promote")) {
            Some(file) => format!(
                "{undo}. Delete {} if it is not applied by then",
                shell_word(file)
            ),
            None => undo,
        },
    }
}

/// What else a change of the spec asks for, at halves that are not planned with it.
#[must_use]
pub fn also(before: &Desired, after: &Desired, targets: &[Address]) -> Option<String> {
    let effects = edit::effects(before, after).into_iter();
    let halves: Vec<String> = effects
        .filter_map(|effect| match effect {
            Effect::Of(half @ Address::Half(_)) if !targets.contains(&half) => {
                Some(half.to_string())
            }
            _ => None,
        })
        .collect();
    (!halves.is_empty()).then(|| {
        format!(
            "The change also asks for other settings of {}, such as what auto-create selects. This command does not plan \
             them: the next `linkwright plan` shows them.",
            safe::clean(&halves.join(" and "))
        )
    })
}

fn undo(verb: &str, end: &End, asked: &Asked, with: &str) -> String {
    let End {
        here,
        peer,
        link,
        has_topics,
        auto_creates,
    } = end;
    let back = format!(
        "`linkwright switchover {} --to {peer} --allow direction{}{with}`",
        shell_word(link),
        if *auto_creates { ",disruptive" } else { "" }
    );
    let addresses = || {
        let words = asked.targets.iter();
        let words: Vec<String> = words.map(|it| shell_word(&it.to_string())).collect();
        words.join(" ")
    };
    match (verb, has_topics) {
        ("failover", true) => format!(
            "a failover cannot be undone. The way back: when {peer} works again, keep its producers stopped, remove \
             `lost` of the cluster `{peer}` from the spec and run `linkwright apply --allow direction,data-loss{with}`: \
             the topics of {peer} become copies again, and what was not copied is cut. Then run {back}"
        ),
        ("promote", true) => format!(
            "a promotion cannot be undone. The way back: remove `copy: none` of the topics from the spec and run \
             `linkwright apply --allow direction,data-loss{with}`: the topics of {peer} become copies of those of {here}. \
             Then run {back}"
        ),
        ("failover" | "promote", false) => {
            let what = if verb == "failover" {
                "a failover"
            } else {
                "a promotion"
            };
            format!(
                "{what} cannot be undone: the topics never become mirror topics of the link `{link}` again. The way \
                 back is a link from {here} to {peer}: docs/runbooks/failback.md"
            )
        }
        ("pause", _) => format!("`linkwright resume {}{with}`", addresses()),
        ("resume", _) => format!("`linkwright pause {}{with}`", addresses()),
        _ => format!("stop the producers at {here} and run {back}; nothing is copied again"),
    }
}
