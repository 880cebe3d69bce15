//! Everything that starts the binary: its command line, its runs, its drift, and what the documents and the
//! GitHub Action do with it. One program, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

mod action;
mod apply_binary;
mod cli;
mod docs;
mod drift;
mod drill;
mod edits;
mod environments;
mod estates {
    mod binary;
    mod makers;
    mod world;

    use world::Mode;
}
mod incident;
mod lsp;
mod spec_examples;
mod stores;
mod stories;
mod support {
    pub(crate) mod proxy;
    #[cfg(target_os = "linux")]
    pub(crate) mod terminal;
    pub(crate) mod workspace;
    pub(crate) mod world;
}
#[cfg(target_os = "linux")]
mod watch;
