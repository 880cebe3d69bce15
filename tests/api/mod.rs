//! The modules `api` and `read` against servers in this process, and a few over real sockets.

mod auth;
mod judgements;
mod pace;
mod read;
mod replies;
mod retry;
mod sandbox;
mod secrets;
mod server;
mod silence;
mod sockets;
