//! `linkwright drift` as a schedule runs it: against a sandbox whose state is kept between runs, on
//! which an operator works by hand, with webhooks on the loopback.

mod accept;
mod applied;
mod hands;
mod notify;
mod snapshots;
mod twins;
mod webhook;
