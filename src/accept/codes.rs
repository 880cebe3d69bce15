//! Why a deviation is not accepted: `LW538`, `LW539`, `LW547` to `LW549` `LW570` to `LW574` and `LW579`.

use crate::address::{Address, ClusterName, HalfAddress};
use crate::desired::MirrorState;
use crate::diagnostic::{Code, Diagnostic};
use crate::drift::DriftFinding;
use crate::live::MirrorStatus;

/// More would be copied than the spec says.
pub const WIDER: Code = Code("LW538");
/// What is live is never written into a spec.
pub const NEVER: Code = Code("LW539");
/// A stopped mirror topic does not say what stopped it.
pub const STOPPED: Code = Code("LW547");
/// The plan would not be empty after the change.
pub const REMAINS: Code = Code("LW548");
/// It is on the way to another state.
pub const UNSETTLED: Code = Code("LW549");
/// The spec has no value that says it.
pub const UNSAYABLE: Code = Code("LW570");
/// An exception or a hold covers it.
pub const EXPECTED: Code = Code("LW571");
/// It could not be read.
pub const UNREAD: Code = Code("LW572");
/// What was read contradicts the command line, or does not say where a topic is written.
pub const CONTRADICTED: Code = Code("LW573");
/// With the change the spec would be invalid.
pub const INVALID: Code = Code("LW574");

/// It does not exist, and nothing shows that it ever did.
pub const NEVER_SEEN: Code = Code("LW579");

fn problem(code: Code, about: &Address, summary: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, summary).about(about.clone()))
}

pub(super) fn turned_on(about: &Address, name: &str) -> Box<Diagnostic> {
    wider(about, format!("{name} is on, and the spec has it off"))
}

pub(super) fn wider_filter(about: &Address, name: &str) -> Box<Diagnostic> {
    wider(
        about,
        format!("{name} selects something that the spec does not select"),
    )
}

fn wider(about: &Address, summary: String) -> Box<Diagnostic> {
    Box::new(
        problem(WIDER, about, summary)
            .why("accepting it would let more be copied than was reviewed")
            .help("apply the spec to undo it; or change the spec by hand, and let it be reviewed"),
    )
}

pub(super) fn credentials(about: &Address, name: &str) -> Box<Diagnostic> {
    never(
        about,
        format!("{name} decides how the link reaches and authenticates to a cluster"),
        "what is live may be someone else's address or account, and secrets cannot be read back",
    )
}

pub(super) fn may_be_secret(about: &Address, name: &str) -> Box<Diagnostic> {
    never(
        about,
        format!("{name} is not written into a spec: nothing says that its value is no secret"),
        "a spec is kept in Git, and the catalogue of link configs does not know the config, or its value has more in it \
         than an address; if it is no secret, write it under `configs` by hand",
    )
}

pub(super) fn identity(about: &Address) -> Box<Diagnostic> {
    never(
        about,
        "it is another link than the one that the spec declares".to_owned(),
        "clusters, ids, the prefix and the mode say what a link is",
    )
}

pub(super) fn protected(about: &Address) -> Box<Diagnostic> {
    never(
        about,
        "the link does not exist, and the spec protects it".to_owned(),
        "`protect` is lifted by a person, never by what is live",
    )
}

fn never(about: &Address, summary: String, why: &str) -> Box<Diagnostic> {
    Box::new(
        problem(NEVER, about, summary)
            .why(why)
            .help("apply the spec to undo it; or change the spec by hand, and let it be reviewed"),
    )
}

pub(super) fn stopped(about: &Address) -> Box<Diagnostic> {
    Box::new(
        problem(
            STOPPED,
            about,
            "the mirror topic has stopped, and its rows do not say whether it was promoted or failed over",
        )
        .why("the API shows the same status after both, and nothing else shows the difference here")
        .help("ask who did it, and pass --as promoted or --as failed-over"),
    )
}

pub(super) fn contradicted(about: &Address, not_copied: u64) -> Box<Diagnostic> {
    Box::new(
        problem(
            CONTRADICTED,
            about,
            format!("the mirror topic was not promoted: {not_copied} messages were not copied when it stopped"),
        )
        .why("a promotion stops a mirror topic only after everything is copied")
        .help("pass --as failed-over, or leave --as out"),
    )
}

/// Both halves have a stopped mirror topic, and neither is the later one beyond doubt.
pub(super) fn stopped_on_both(about: &Address) -> Box<Diagnostic> {
    let mut problem = no_writer(about);
    problem.help = format!(
        "find out where producers write, and declare it without a copy: linkwright set {about} primary=CLUSTER copy=none \
         --write; that plans to nothing. To have a copy again, make the topic of the other cluster a mirror topic by hand \
         (`mirrors:truncate-and-restore` there) and take `copy: none` out"
    );
    problem
}

pub(super) fn no_writer(about: &Address) -> Box<Diagnostic> {
    Box::new(
        problem(
            CONTRADICTED,
            about,
            "the rows of both halves do not say where the topic is written",
        )
        .why("a `primary` that is guessed could let the topic with the newer messages be overwritten")
        .help("find out where producers write, and set `primary` by hand"),
    )
}

pub(super) fn unsettled(about: &Address, status: &MirrorStatus) -> Box<Diagnostic> {
    Box::new(
        problem(UNSETTLED, about, format!("the mirror topic is {status}"))
            .why("it is on the way to another state")
            .help("run the command again when it has settled"),
    )
}

pub(super) fn pair_not_ready(about: &Address, phase: &str) -> Box<Diagnostic> {
    Box::new(
        problem(UNSETTLED, about, format!("the switchover pair is {phase}"))
            .why("which member is active may still change")
            .help("run the command again when the pair is READY_TO_FAILOVER"),
    )
}

pub(super) fn status(about: &Address, status: &MirrorStatus) -> Box<Diagnostic> {
    unsayable(
        about,
        format!("{status} is no state that a spec can ask for"),
        "see what is wrong with the mirror topic or its link: linkwright status",
    )
}

pub(super) fn mirrors_of_pair(about: &Address) -> Box<Diagnostic> {
    unsayable(
        about,
        "the pair has failed over, and the link declares `mirrors`, which have no `primary`"
            .to_owned(),
        "declare the link's topics under `topics` with their `primary`, or move `mirrors` to the other half by hand",
    )
}

pub(super) fn unmanaged_link(about: &Address) -> Box<Diagnostic> {
    unsayable(
        about,
        "the spec does not declare the link".to_owned(),
        "export it: linkwright export --merge",
    )
}

pub(super) fn one_half(about: &Address, other: &HalfAddress) -> Box<Diagnostic> {
    unsayable(
        about,
        format!("the half does not exist, and the other half {other} does"),
        "a link cannot be declared by halves: apply the spec, or delete the other half and take the link out of the spec",
    )
}

pub(super) fn of_missing_link(about: &Address, half: &HalfAddress) -> Box<Diagnostic> {
    unsayable(
        about,
        "its link does not exist".to_owned(),
        &format!("accept that the link is gone: linkwright accept {half}"),
    )
}

pub(super) fn retired(about: &Address) -> Box<Diagnostic> {
    unsayable(
        about,
        "the link is to be deleted, and exists".to_owned(),
        "apply the spec, or take the link out of `retired` by hand",
    )
}

pub(super) fn never_seen(about: &Address) -> Box<Diagnostic> {
    Box::new(
        problem(
            NEVER_SEEN,
            about,
            "it does not exist: it was deleted, or the spec was never applied",
        )
        .why("a declaration that waits for its first apply is not taken out of the spec unless its address is named")
        .help(format!(
            "apply the spec to create it; if it is to be gone, name it: linkwright accept {about}"
        )),
    )
}

pub(super) fn mirror_elsewhere(about: &Address) -> Box<Diagnostic> {
    unsayable(
        about,
        "the topic is not a mirror topic of this link".to_owned(),
        "take it out of the spec by hand, or rename or delete the topic",
    )
}

pub(super) fn plain_topic(about: &Address, wanted: MirrorState) -> Box<Diagnostic> {
    unsayable(
        about,
        format!(
            "the topic is an ordinary one, no row says what it was, and the spec says {wanted}"
        ),
        "pass --as promoted or --as failed-over if it was a mirror topic, or take it out of the spec by hand",
    )
}

pub(super) fn primary_unknown(about: &Address, cluster: &ClusterName) -> Box<Diagnostic> {
    Box::new(
        problem(UNREAD, about, format!("{cluster} could not be read"))
            .why("what the topic is on that cluster decides where it is written")
            .help("run the command again when the cluster can be read; if it is lost, declare it `lost` and set `primary`"),
    )
}

pub(super) fn other(about: &Address, summary: String) -> Box<Diagnostic> {
    unsayable(
        about,
        summary,
        "see what the plan says of it: linkwright plan",
    )
}

fn unsayable(about: &Address, summary: String, help: &str) -> Box<Diagnostic> {
    Box::new(
        problem(UNSAYABLE, about, summary)
            .why("there is no value in a spec that says so")
            .help(help),
    )
}

pub(super) fn expected(about: &Address, reason: &str, until: jiff::civil::Date) -> Box<Diagnostic> {
    Box::new(
        problem(
            EXPECTED,
            about,
            format!("it is expected until {until}: {reason}"),
        )
        .why("an exception or a hold says that the spec stays as it is meanwhile")
        .help("take the exception or the hold out of the spec first"),
    )
}

pub(super) fn unread(about: &Address) -> Box<Diagnostic> {
    Box::new(
        problem(UNREAD, about, "it could not be read")
            .why("what was not read cannot be declared")
            .help("run the command again when it can be read"),
    )
}

/// `by_hand` is the command that makes the change nevertheless.
pub(super) fn remains(
    about: &Address,
    found: &DriftFinding,
    by_hand: Option<&str>,
) -> Box<Diagnostic> {
    let what = match found.kind.field() {
        Some(field) => format!("{} ({field})", found.code()),
        None => found.code().to_owned(),
    };
    let summary = match *about == found.address {
        true => format!("{what} would remain after the change"),
        false => format!(
            "after the change {what} would be found at {}",
            found.address
        ),
    };
    Box::new(
        problem(REMAINS, about, summary)
            .why("the plan of what was read was made again with the changed spec, and is not empty")
            .help(match by_hand {
                Some(command) => format!(
                    "if what would remain is to be applied: {command}; then linkwright plan"
                ),
                None => "change the spec by hand, and let `linkwright plan` show what it does"
                    .to_owned(),
            }),
    )
}

pub(super) fn not_made(about: &Address, why: &Diagnostic) -> Box<Diagnostic> {
    Box::new(why.clone().about(about.clone()))
}

pub(super) fn invalid(about: &Address, why: &Diagnostic) -> Box<Diagnostic> {
    Box::new(
        problem(
            INVALID,
            about,
            format!(
                "with the change the spec would be invalid: {} [{}]",
                why.summary, why.code
            ),
        )
        .why("a spec with errors plans nothing")
        .help("change the spec by hand"),
    )
}
