//! Catalogues of configs: names, defaults, flags and bounds, as tables.

pub(crate) mod link;
pub(crate) mod topic;
