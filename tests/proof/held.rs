//! What the proof does not draw yet, and why: something there that a spec cannot express. A fix removes its
//! entry.
//!
//! Worlds draw every profile, every maker on every kind of link, and every setting of every switch. Only these
//! specs are held back.

use crate::worlds::Cluster;

/// Why no bidirectional link between two clusters is declared, if none is.
pub(crate) fn pair(ends: [&Cluster; 2]) -> Option<&'static str> {
    ends.into_iter().any(|cluster| !cluster.pairs()).then_some(
        "Platform before 7.1 has no bidirectional links, and a spec does not say how old a server is: it is the \
         server that refuses the link, in the middle of a run",
    )
}
