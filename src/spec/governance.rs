//! What surrounds links: retired ones, exceptions and policy.

use super::codes;
use super::decode::{Cx, Decode, choice, record};
use super::duration::Duration;
use super::located::Located;
use super::node::{Node, shorten};
use crate::address::Address;
use crate::diagnostic::Diagnostic;

choice! {
    "a way to treat mirrors of a retired link"
    /// What becomes of a retired link's mirrors that are not stopped yet.
    pub enum RetireMirrors {
        /// They are promoted: everything is copied first, and the source must be reachable.
        Promote = "promote",
        /// They are failed over: at once, with what had been copied.
        Failover = "failover",
        /// The link is not deleted while any is not stopped.
        MustBeStopped = "must-be-stopped",
    }
}

record! {
    "a retired link"
    /// A link to be deleted. Deleting takes this entry: removing a link from `links` deletes nothing.
    pub struct Retired {
        /// The link's name on the cluster.
        pub link: Located<String>,
        /// The cluster that holds it.
        pub cluster: Located<String>,
        /// What becomes of its mirrors; `must-be-stopped` when left out.
        pub mirrors: Option<Located<RetireMirrors>>,
        /// Why, for those who read it later.
        pub reason: Option<Located<String>>,
    }
}

record! {
    "an exception"
    /// Drift that people know of. It comes back on the day the exception expires.
    pub struct Exception {
        /// What it is about: `cluster/link` or `cluster/link/mirror`.
        #[schemars(extend("examples" = ["west/orders-dr/payments"]))]
        pub address: Located<Address>,
        /// The field, such as `state` or a link config's name; every field when left out.
        pub field: Option<Located<String>>,
        /// Why, for those who read it later.
        pub reason: Located<String>,
        /// The first day on which it no longer holds.
        pub until: Located<Day>,
    }
}

choice! {
    "a risk"
    /// How much an operation can hurt.
    pub enum Risk {
        /// It can be taken back: create, pause, resume, most settings.
        Reversible = "reversible",
        /// It stops something people rely on: a sync turned off, a filter narrowed, credentials.
        Disruptive = "disruptive",
        /// It cannot be taken back: promote, failover, delete of a link.
        Irreversible = "irreversible",
        /// It may lose data: every failover, truncation, ACLs that sync deletes.
        DataLoss = "data-loss",
    }
}

record! {
    "the policy"
    /// What apply may do, and within which bounds.
    pub struct Policy {
        /// The risks that apply may take without `--allow`; `[reversible, disruptive]` when left out.
        pub allow: Option<Vec<Located<Risk>>>,
        /// When a run would touch too much.
        pub blast_radius: Option<BlastRadius>,
        /// When a mirror may be promoted.
        pub promote: Option<PromotePolicy>,
        /// When a mirror may be failed over.
        pub failover: Option<FailoverPolicy>,
    }
}

record! {
    "the blast radius"
    /// A run that would stop or delete more than this share of the objects is refused.
    pub struct BlastRadius {
        /// The largest share, in per cent; `30` when left out.
        #[schemars(range(max = 100))]
        pub max_percent: Option<Located<u32>>,
        /// The number of objects from which the share counts; `10` when left out.
        pub from: Option<Located<u32>>,
    }
}

record! {
    "the promote policy"
    /// A mirror is promoted once its lag is within bounds.
    pub struct PromotePolicy {
        /// Messages over all partitions; `0` when left out.
        pub max_lag: Option<Located<u64>>,
        /// How long to wait for that, and again for the promotion to finish; `10m` when left out.
        pub within: Option<Located<Duration>>,
    }
}

record! {
    "the failover policy"
    /// A mirror is failed over only if its last known lag is within bounds.
    pub struct FailoverPolicy {
        /// Messages over all partitions; no bound when left out.
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
        cx.tell(
            Diagnostic::error(
                codes::BAD_VALUE,
                format!("`{}` is not a day", shorten(&text)),
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
        cx.tell(
            Diagnostic::error(
                codes::BAD_VALUE,
                format!("`{}` is not an address", shorten(&text)),
            )
            .at(&place, "expected `cluster/link` or `cluster/link/mirror`")
            .help(
                "the cluster by its name in the spec, the mirror by its own name, prefix included",
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
