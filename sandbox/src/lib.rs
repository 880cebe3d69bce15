//! A simulated Confluent: clusters, cluster links and mirror topics behind the Kafka REST v3 API.
//!
//! A [`World`] is read from YAML, a [`Sandbox`] is the running world, [`Sandbox::router`] answers
//! its REST API in-process and [`serve`] does so over TCP. Time is virtual: it runs at a multiple
//! of real time, moves only on request, or follows a clock that jumps ([`Sandbox::follow`]), and
//! everything that takes time happens when someone next looks. What is unknown about the real
//! service is a switch ([`switches::Switches`]); what would have hurt in production is remembered
//! ([`Sandbox::harms`]).
//!
//! ```text
//!  world file ──▶ World ──▶ State ◀── engine: what time does to it
//!                             ▲
//!            http: REST API ──┤ control: /sandbox/v1
//!                             │
//!            service: router and TCP, fault: what goes wrong on purpose
//! ```
//!
//! ```
//! # fn main() -> Result<(), linkwright_sandbox::WorldError> {
//! use linkwright_sandbox::{Sandbox, World};
//!
//! let world = World::from_yaml("{ version: 1, clusters: [{ id: lkc-east01 }] }")?;
//! let sandbox = Sandbox::new(world);
//! let router = sandbox.router(); // for `tower::ServiceExt::oneshot`, or see `serve`
//! sandbox.advance(std::time::Duration::from_secs(30));
//! assert!(sandbox.harms().is_empty());
//! let later = Sandbox::restore(&sandbox.save())?;
//! assert_eq!(later.clusters()[0].id, "lkc-east01");
//! # Ok(())
//! # }
//! ```
//!
//! This crate knows nothing of Linkwright and shares no type with its client, so that a misspelt
//! field cannot agree with itself.

mod acls;
mod build;
mod catalog;
mod clock;
mod control;
mod engine;
mod fault;
mod filter;
mod harm;
mod http;
mod limiter;
mod profile;
mod random;
mod rows;
mod sandbox;
mod service;
mod state;
pub mod switches;
pub mod timings;
mod vocabulary;
mod world;

pub use crate::http::log::LoggedRequest;
pub use clock::{ClockMode, ClockSpec};
pub use fault::{BodyShape, FaultAction, FaultMatch, FaultSpec, RouteKind, StatusFault};
pub use harm::{Harm, HarmKind};
pub use limiter::{LimitHeader, LimitPer, RateLimit};
pub use profile::{Profile, TableRow};
pub use rows::MirrorInfo;
pub use sandbox::{Activity, ClusterInfo, Credential, Options, Reach, Sandbox};
pub use service::{ConnectionReset, serve, serve_cluster};
pub use vocabulary::{
    ClusterKind, ConnectionMode, LinkError, LinkMode, LinkPermission, LinkState, Maker,
    MirrorError, MirrorStatus, Role, Tier,
};
pub use world::{
    AclSpec, BasicCredential, BearerCredential, ClusterSpec, EndpointSpec, FailoverSpec,
    FailoverTypeSpec, GroupSpec, LinkPrincipal, LinkSpec, MirrorSpec, PairMemberSpec, PairSpec,
    PartitionLag, Records, RestAuth, SwitchoverSpec, TopicSpec, World, WorldError,
};

/// Whether a link has a config of this name.
#[must_use]
pub fn is_link_config(name: &str) -> bool {
    catalog::link::find(name).is_some()
}
