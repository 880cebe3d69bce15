//! Linkwright keeps Confluent Cluster Linking as code.

pub mod address;
pub mod api;
pub mod diagnostic;
pub mod live;
pub mod read;
pub mod secret;
