//! Everything that runs in this process: the modules of the library, and runs against simulated clusters on
//! stepped time. One program, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test ends with what went wrong")]

mod accept;
mod api;
mod apply;
mod edit;
mod estates;
mod fuzz;
mod import;
mod import_listed;
mod layering;
mod mistakes;
mod permissions;
mod programs;
mod report_views;
mod scenarios;
mod spec_edges;
mod spec_environments;
mod spec_fixtures;
mod spec_generated;
mod spec_hostile;
mod spec_lowering;
mod spec_properties;
mod store;
mod switchover;
mod support {
    pub(crate) mod accepting;
    pub(crate) mod bench;
    pub(crate) mod files;
    pub(crate) mod generated;
    pub(crate) mod one_link;
    pub(crate) mod recorded;
    pub(crate) mod tap;
    pub(crate) mod world;
}
mod wall_clock;
mod words;
