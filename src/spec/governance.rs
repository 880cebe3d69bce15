//! Retired links, exceptions and the policy.

use super::codes;
use super::decode::{Cx, Decode, choice, record};
use super::duration::Duration;
use super::located::Located;
use super::node::{Node, shorten};
use crate::address::Address;
use crate::diagnostic::Diagnostic;

choice! {
    "a way to treat mirrors of a retired link"
    /// What happens to the mirrors of a retired link that are not stopped yet.
    pub enum RetireMirrors {
        /// Promote them: everything is copied first, and the source must be reachable.
        Promote = "promote",
        /// Fail them over: at once, with what has been copied so far.
        Failover = "failover",
        /// Do not delete the link until all are stopped.
        MustBeStopped = "must-be-stopped",
    }
}

record! {
    "a retired link"
    /// A link to delete. Only this entry deletes a link: removing it from `links` deletes nothing.
    pub struct Retired {
        /// The link's name on the cluster.
        pub link: Located<String>,
        /// The cluster that holds it.
        pub cluster: Located<String>,
        /// What happens to its mirrors; `must-be-stopped` when left out.
        pub mirrors: Option<Located<RetireMirrors>>,
        /// Why, for later readers.
        pub reason: Option<Located<String>>,
    }
}

record! {
    "an exception"
    /// Known drift. It is reported again when the exception expires.
    pub struct Exception {
        /// What it is about: `cluster/link` or `cluster/link/mirror`.
        #[schemars(extend("examples" = ["west/orders-dr/payments"]))]
        pub address: Located<Address>,
        /// The field, such as `state` or a link config's name; every field when left out.
        pub field: Option<Located<String>>,
        /// Why, for later readers.
        pub reason: Located<String>,
        /// The day on which it expires.
        pub until: Located<Day>,
    }
}

record! {
    "a hold"
    /// No operation is planned for what is held, while people or another tool work on it.
    pub struct Hold {
        /// Why, for later readers.
        pub reason: Located<String>,
        /// The first day on which it is not held any more.
        pub until: Located<Day>,
    }
}

record! {
    "a loss"
    /// The cluster is lost: it is not read, and topics of which it is the primary may be failed over.
    pub struct Lost {
        /// Why, for later readers.
        #[schemars(extend("examples" = ["region down, INC-4711"]))]
        pub reason: Located<String>,
        /// The day on which this must be checked again.
        pub until: Located<Day>,
    }
}

choice! {
    "a risk"
    /// How much an operation can hurt.
    pub enum Risk {
        /// Another operation can undo it: create, pause, resume, most settings.
        Reversible = "reversible",
        /// It may interrupt something: a sync turned off, a filter narrowed, credentials rotated.
        Disruptive = "disruptive",
        /// A topic becomes read-only on one of its clusters: reversing and restoring mirror topics.
        Direction = "direction",
        /// No operation can undo it: promote, failover, deleting a link.
        Irreversible = "irreversible",
        /// It may lose data: every failover, truncation, ACLs that sync deletes.
        DataLoss = "data-loss",
    }
}

record! {
    "the policy"
    /// What apply may do, and within which limits.
    pub struct Policy {
        /// The risks that apply allows without `--allow`; `[reversible, disruptive]` when left out.
        pub allow: Option<Vec<Located<Risk>>>,
        /// The limit on what one run may stop or delete.
        pub blast_radius: Option<BlastRadius>,
        /// When a mirror may be promoted.
        pub promote: Option<PromotePolicy>,
        /// When a mirror may be failed over.
        pub failover: Option<FailoverPolicy>,
        /// How many requests per second each cluster gets, at most; `10000` when left out. How many
        /// it allows is found out.
        #[schemars(range(min = 1))]
        pub rate: Option<Located<u32>>,
        /// How many requests are under way at each cluster at once, at most; `64` when left out.
        #[schemars(range(min = 1, max = 1000))]
        pub concurrency: Option<Located<u32>>,
        /// The largest response that is read, in MiB; `256` when left out. A list of 100,000 mirror
        /// topics takes about 40.
        #[schemars(range(min = 1, max = 65536))]
        pub max_response_mib: Option<Located<u32>>,
        /// How long a cluster may be silent.
        pub timeouts: Option<Timeouts>,
    }
}

record! {
    "the timeouts"
    /// How long a cluster may be silent before what was asked of it is given up.
    pub struct Timeouts {
        /// The timeout for a connection; `10s` when left out.
        pub connect: Option<Located<Duration>>,
        /// The timeout for a response to begin and, while it comes, for the next part of it; `20s`
        /// when left out.
        pub silence: Option<Located<Duration>>,
    }
}

record! {
    "the blast radius"
    /// A run that would stop or delete more than this share of the objects is refused.
    pub struct BlastRadius {
        /// The largest share, in percent; `30` when left out.
        #[schemars(range(max = 100))]
        pub max_percent: Option<Located<u32>>,
        /// The limit applies from this number of objects; `10` when left out.
        pub from: Option<Located<u32>>,
    }
}

choice! {
    "an order of promotion and offset sync"
    /// When offset sync is turned off by a change that promotes mirror topics of the link too.
    pub enum OffsetSyncOrder {
        /// Two sync intervals pass, offset sync is turned off, and the mirror topics are promoted.
        OffFirst = "off_first",
        /// The mirror topics are promoted, and offset sync is turned off when they are `STOPPED`: the
        /// promotion copies the last offsets. The plan is refused while a synced consumer group consumes
        /// at the destination, or if that is unknown.
        FinalSync = "final_sync",
    }
}

record! {
    "the promote policy"
    /// A mirror is promoted when its lag is within this limit.
    pub struct PromotePolicy {
        /// Messages over all partitions; `0` when left out.
        pub max_lag: Option<Located<u64>>,
        /// The timeout for the lag to come down, and again for the promotion to finish; `10m` when
        /// left out.
        pub within: Option<Located<Duration>>,
        /// When offset sync is turned off by a change that promotes mirror topics of the link too;
        /// `off_first` when left out.
        pub offset_sync: Option<Located<OffsetSyncOrder>>,
    }
}

record! {
    "the failover policy"
    /// A mirror is failed over only if its last known lag is within this limit.
    pub struct FailoverPolicy {
        /// Messages over all partitions; no limit when left out.
        pub max_lag: Option<Located<u64>>,
    }
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub jiff::civil::Date);

impl Decode for Day {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = String::decode(node, cx)?;
        if let Ok(date) = text.parse() {
            return Some(Self(date));
        }
        let place = cx.place(node.span);
        cx.report(
            Diagnostic::error(
                codes::BAD_VALUE,
                format!("`{}` is not a date", shorten(&text)),
            )
            .at(&place, "expected year-month-day")
            .help("write it as `2026-12-01`"),
        );
        None
    }
}

impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "format": "date", "examples": ["2026-12-01"],
        })
    }
}

impl Decode for Address {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = String::decode(node, cx)?;
        if let Some(address) = Self::parse(&text) {
            return Some(address);
        }
        let place = cx.place(node.span);
        cx.report(
            Diagnostic::error(
                codes::BAD_VALUE,
                format!("`{}` is not an address", shorten(&text)),
            )
            .at(&place, "expected `cluster/link` or `cluster/link/mirror`")
            .help(
                "use the name of the cluster in the spec, and the name of the mirror topic with \
                     its prefix",
            ),
        );
        None
    }
}

impl schemars::JsonSchema for Address {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`cluster`, `cluster/link` or `cluster/link/mirror`.",
            "type": "string",
            "pattern": "^[^/]+(/[^/]+(/.+)?)?$",
        })
    }
}
