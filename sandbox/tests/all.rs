//! The sandbox by its own API and by that of its clusters. One program, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod clients;
mod common;
mod contract;
mod copied;
mod docs;
mod faults;
mod limits;
mod property;
mod quickstart;
mod recorded;
mod replies;
mod scale;
mod scenarios;
mod schema;
mod tampering;
mod verbs;
