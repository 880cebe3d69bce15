//! What is expected of a command, and of the clusters after it: [`Expect`].

use super::{EXPECT, Paths};
use crate::address::Address;
use crate::diagnostic::Diagnostic;
use crate::spec::decode::{choice, record};
use crate::spec::{Duration, Located, Named};

record! {
    "`expect`"
    /// What is expected of a command, and of the clusters after it. What is left out is not compared, but for the
    /// exit code: without `exit`, a command succeeds unless `refusals`, `findings` or `ends` say otherwise.
    pub struct Expect {
        /// How the story ends: of the last plan, and of the run that applied it.
        pub ends: Option<Located<Ends>>,
        /// The exit code of the command.
        pub exit: Option<Located<u64>>,
        /// The operations that the command plans or carries out, in any order: `KIND ADDRESS`, as the JSON documents
        /// of plans and runs name them. `*` is any text. Each operation must fit a line, and each line an
        /// operation.
        #[schemars(extend("examples" = [["create-link west/dr", "create-mirror west/dr/*"]]))]
        pub operations: Option<Vec<Located<String>>>,
        /// The codes of everything that refuses the plan or ends the command.
        #[schemars(extend("examples" = [["LW301"]]))]
        pub refusals: Option<Vec<Located<String>>>,
        /// The codes of what `plan` or `drift` finds.
        #[schemars(extend("examples" = [["LW240", "LW242"]]))]
        pub findings: Option<Vec<Located<String>>>,
        /// The statuses of mirror topics after the command, as the API reports them, or `none`.
        #[schemars(default, extend("examples" = [{"west/dr/orders": "STOPPED"}]))]
        pub statuses: Named<Located<String>>,
        /// For mirror topics that have stopped: how many records of the source, at most, they do not have. Counted in
        /// the simulated clusters, after the command that stopped them.
        #[schemars(default, extend("examples" = [{"west/dr/orders": 0}]))]
        pub losses_at_most: Named<Located<u64>>,
        /// The kinds of harm that the command does; without it none is done. Harm is what would have hurt in production.
        #[schemars(default, extend("examples" = [["records-cut"]]))]
        pub harms: Vec<Located<String>>,
        /// How much simulated time the command takes, at most; below the scenario's own `expect`, all commands
        /// together.
        pub duration_at_most: Option<Located<Duration>>,
        /// How many requests the command sends to the clusters, at most; below the scenario's own `expect`, all
        /// commands together.
        pub requests_at_most: Option<Located<u64>>,
        /// That planning again finds nothing to do, or that it finds something.
        pub unchanged: Option<Located<bool>>,
        /// What the command prints, on either stream. Line breaks and runs of spaces count as one space.
        pub says: Option<Paths>,
        /// A file with the whole standard output of the command. `--update` writes it.
        pub output: Option<Located<String>>,
        /// Files with other views of the last plan: `plan.json` and `plan.md`. `--update` writes them.
        #[schemars(default)]
        pub views: Vec<Located<String>>,
    }
}

choice! {
    "an end of a scenario"
    /// How a scenario ends.
    pub enum Ends {
        /// There is nothing to do.
        NoChanges = "no-changes",
        /// The plan is refused; nothing is applied.
        Refused = "refused",
        /// The plan is applied, and the next plan is empty.
        Applied = "applied",
        /// The plan is empty, but something could not be read.
        Unknown = "unknown",
    }
}

/// The views of a plan that can be compared.
const VIEWS: [&str; 2] = ["plan.json", "plan.md"];

impl Expect {
    /// What no command can meet.
    pub(super) fn look_over(&self, problems: &mut Vec<Diagnostic>) {
        let names = self.statuses.names().chain(self.losses_at_most.names());
        for name in names {
            let is_topic = matches!(Address::parse(name), Some(Address::Mirror(..)));
            if !is_topic {
                problems.push(
                    Diagnostic::error(EXPECT, "not the address of a mirror topic")
                        .at(&name.place, "expected CLUSTER/LINK/TOPIC")
                        .help("write the cluster's name in the spec, the link's name there, and the mirror topic"),
                );
            }
        }
        for code in self.refusals.iter().chain(&self.findings).flatten() {
            let number = code.strip_prefix("LW").unwrap_or_default();
            let is_code = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
            if !is_code {
                problems.push(
                    Diagnostic::error(EXPECT, "not a code")
                        .at(&code.place, "expected LW and three digits")
                        .help("write a code such as LW301; `linkwright explain` lists them"),
                );
            }
        }
        for view in &self.views {
            if !VIEWS.contains(&view.as_str()) {
                problems.push(
                    Diagnostic::error(EXPECT, "no view of a plan has this name")
                        .at(&view.place, "expected `plan.json` or `plan.md`")
                        .help("write `plan.json` or `plan.md`"),
                );
            }
        }
        if let Some(exit) = self.exit.as_ref().filter(|exit| exit.value > 255) {
            problems.push(
                Diagnostic::error(EXPECT, "not an exit code")
                    .at(&exit.place, "expected a number from 0 to 255")
                    .help("docs/exit-codes.md lists the exit codes"),
            );
        }
    }

    /// The exit codes that are expected.
    #[must_use]
    pub fn exits(&self, is_drift: bool) -> Exits {
        if let Some(exit) = &self.exit {
            return Exits::One(exit.value);
        }
        let is_some = |codes: &Option<Vec<_>>| codes.as_ref().is_some_and(|it| !it.is_empty());
        match self.ends.as_ref().map(|it| it.value) {
            Some(Ends::Refused) => return Exits::One(3),
            Some(Ends::Unknown) => return Exits::One(1),
            Some(Ends::Applied | Ends::NoChanges) | None => {}
        }
        if is_some(&self.refusals) {
            Exits::Failure
        } else if is_drift && is_some(&self.findings) {
            Exits::Found
        } else {
            Exits::One(0)
        }
    }
}

/// The exit codes that are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exits {
    /// This one.
    One(u64),
    /// Any but 0.
    Failure,
    /// 0, 1 or 2: what is found decides.
    Found,
}

impl Exits {
    /// Whether it is expected to end so.
    #[must_use]
    pub fn has(self, exit: u8) -> bool {
        match self {
            Self::One(one) => one == u64::from(exit),
            Self::Failure => exit != 0,
            Self::Found => exit <= 2,
        }
    }
}

impl std::fmt::Display for Exits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(one) => write!(f, "exit code {one}"),
            Self::Failure => f.write_str("an exit code that is not 0"),
            Self::Found => f.write_str("exit code 0, 1 or 2"),
        }
    }
}
