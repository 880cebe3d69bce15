//! A sandbox world that is as the clusters of a snapshot were: [`Twin`].
//!
//! What a snapshot does not say is assumed, and each assumption is [said](Assumed): the twin is to be rehearsed on, and
//! who rehearses must know what of it is true.

mod clusters;
mod facts;
mod links;
mod profile;
mod rates;
mod switchover;
mod world;

use std::fmt::Write as _;

pub use world::World;

use crate::diagnostic::Code;
use crate::snapshot::SnapshotV1;
use clusters::Deployment;

/// A snapshot in which no cluster says anything.
pub const NOTHING_READ: Code = Code("LW527");
/// A world that no sandbox opens.
pub const NO_WORLD: Code = Code("LW528");

/// A world that is as the clusters of a snapshot were.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// The world.
    pub world: World,
    /// What the snapshot does not say.
    pub assumed: Vec<Assumed>,
}

/// Something that a snapshot does not say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumed {
    /// What is not known, and why.
    pub unknown: String,
    /// What the world has in its place.
    pub instead: String,
}

impl Twin {
    /// The twin of what a snapshot says. `has_config` is whether a sandbox knows a link config of a name.
    #[must_use]
    pub fn of(snapshot: &SnapshotV1, has_config: &dyn Fn(&str) -> bool) -> Option<Self> {
        let mut deployment = Deployment::read(snapshot);
        if !deployment.has_any() {
            return None;
        }
        let world = deployment.world(snapshot, has_config);
        let mut assumed = deployment.assumed;
        let rates = match snapshot.sampled() {
            None => READ_ONCE,
            Some(_) => READ_TWICE,
        };
        let hidden = snapshot.hidden.as_ref().map(|_| &NAMES);
        for (unknown, instead) in std::iter::once(&rates).chain(hidden).chain(ALWAYS) {
            assumed.push(Assumed {
                unknown: (*unknown).to_owned(),
                instead: (*instead).to_owned(),
            });
        }
        Some(Self { world, assumed })
    }

    /// How many clusters it has.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.world.clusters.len()
    }

    /// The text of the world file. It begins with what was assumed.
    ///
    /// # Errors
    /// When the serializer cannot write it.
    pub fn to_yaml(&self) -> Result<String, String> {
        let mut text = format!("# {}\n#\n", line(&self.world.description));
        text.push_str("# What the snapshot does not say, and what is assumed instead:\n");
        for Assumed { unknown, instead } in &self.assumed {
            let _ = writeln!(text, "# - {}: {}", line(unknown), line(instead));
        }
        let world = serde_yaml::to_string(&self.world).map_err(|error| error.to_string())?;
        text.push_str(&world);
        Ok(text)
    }
}

/// A text on one line, whatever is in it.
fn line(text: &str) -> String {
    let is_odd = |letter: char| letter.is_control() || ('\u{2028}'..='\u{202e}').contains(&letter);
    text.chars()
        .map(|letter| if is_odd(letter) { ' ' } else { letter })
        .collect()
}

/// What a snapshot without `--sample` does not say.
const READ_ONCE: (&str, &str) = (
    "how fast topics are written and copied (the snapshot has one read; `snapshot --sample 30s` takes two)",
    "nothing is written; what is behind is copied at the sandbox's rate",
);

/// What one with `--sample` does not say.
const READ_TWICE: (&str, &str) = (
    "how fast topics are written and copied at other times than between the two reads",
    "as fast all the time, evenly over their partitions; what keeps up or stays as far behind, and what does not copy, would copy at the sandbox's rate",
);

/// What one with `--hash-names` does not say.
const NAMES: (&str, &str) = (
    "names, addresses and values of configs that the spec did not say (the snapshot hides them)",
    "the ones that the snapshot has in their place",
);

/// What no snapshot says.
const ALWAYS: &[(&str, &str)] = &[
    (
        "the credentials of links and of the REST API (they are secrets)",
        "every credential is taken; a link's own reads `unknown`",
    ),
    (
        "what the ACLs and roles let a link's principal do at the other cluster",
        "everything",
    ),
    (
        "the configs of topics (a snapshot has none)",
        "the defaults",
    ),
    (
        "the type of a Confluent Cloud cluster, and its limits",
        "dedicated, without limits",
    ),
    (
        "how long the servers take",
        "the sandbox's times: what a run takes on the twin is an estimate",
    ),
];
