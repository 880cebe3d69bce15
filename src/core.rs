//! What people write and what clusters answer: specs and the desired state, the API and the facts that are read
//! from it, snapshots and stores. Nothing here compares the one with the other.

pub mod address;
pub mod api;
pub mod catalog;
pub mod desired;
pub mod diagnostic;
pub mod edit;
pub mod language;
pub mod live;
pub mod permissions;
pub mod read;
pub mod scenario;
pub mod secret;
pub mod signature;
pub mod snapshot;
pub mod spec;
pub mod store;
pub mod twin;
pub mod validate;
