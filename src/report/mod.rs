//! What people and machines read: one file per view, each takes a writer.

pub mod diagnostics;
