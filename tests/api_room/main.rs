//! The rooms `api` and `read` against servers in this process, and a few over real sockets.

mod read;
mod server;
