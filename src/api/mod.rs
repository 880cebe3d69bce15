//! The Kafka REST v3 API of one cluster: [`Client`], and how requests reach it.
//!
//! ```text
//!   typed call ──▶ Request ──▶ Client (pace, retry, auth) ──▶ Transport ──▶ server
//!   (calls)        (pure)                                     Net | InProcess
//!        ◀── wire types ◀── bounded body ◀──────────────────────────┘
//! ```
//!
//! | module | owns |
//! |---|---|
//! | [`request`] | every call as data: method, escaped path, query, body, retry class |
//! | [`cloud`] | Confluent Cloud's own API, as far as it is read |
//! | [`wire`] | replies under the API's own names, tolerant of what servers leave out |
//! | [`transport`] | the one door to the network, and the stand-in for it |
//! | [`auth`] | who we are: basic, bearer, OAuth client credentials, metadata service |
//! | [`recording`] | what clusters answered, to be asked again without them |
//! | [`webhook`] | one JSON document to another system, by POST |
//! | [`error`] | what came back instead, and every judgement about it |
//!
//! This module knows nothing of specs, plans or snapshots: it speaks the API's language and nothing
//! else. `read` turns its replies into facts, `apply` turns operations into its requests.

pub mod auth;
mod calls;
mod client;
pub mod cloud;
mod endpoint;
pub mod error;
mod extract;
mod in_process;
mod net;
mod pace;
pub mod recording;
pub mod request;
mod retry;
mod scrub;
mod taped;
mod tolerant;
pub mod transport;
pub mod webhook;
pub mod wire;

pub use auth::Auth;
pub use calls::Deleted;
pub use client::{
    Client, Flavour, Limits, RequestCounts, Settings, WRITE_ATTEMPT, Waits, WriteGate,
};
pub use endpoint::{Endpoint, EndpointError};
pub use error::ApiError;
pub use in_process::InProcess;
pub use net::{Net, NetSettings, ProxyChoice, Roots, check_proxy, install_tls};
pub use recording::Recording;
pub use request::{
    ConfigChange, ConfigValue, Mode, NewConfig, NewLink, NewMirror, RemoteCheck, Request, Urgency,
    Verb,
};
pub use retry::RetryBudget;
#[cfg(feature = "store-cloud")]
pub(crate) use scrub::Scrubber;
pub use transport::{Silence, Transport, TransportError};
