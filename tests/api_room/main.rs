//! The rooms `api` and `read` against servers in this process, and a few over real sockets.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

mod auth;
mod judgements;
mod read;
mod replies;
mod retry;
mod sandbox;
mod secrets;
mod server;
mod sockets;
