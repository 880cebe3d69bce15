//! Linkwright keeps Confluent Cluster Linking as code.

pub mod address;
pub mod api;
pub mod catalog;
pub mod desired;
pub mod diagnostic;
pub mod diff;
pub mod live;
pub mod plan;
pub mod read;
pub mod report;
pub mod secret;
pub mod spec;
pub mod validate;
