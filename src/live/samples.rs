//! Facts for tests: a link and its mirror topics, by the figures that matter.

use super::{Earlier, LinkError, LinkFact, LinkState, MirrorFact, MirrorStatus, PartitionLag};

/// A link that is active, with an error or without.
pub(crate) fn link(error: Option<LinkError>) -> LinkFact {
    LinkFact {
        name: "dr".into(),
        link_id: None,
        source: None,
        destination: None,
        remote: None,
        state: Some(LinkState::Active),
        error,
        error_message: None,
        topic_count: 1,
    }
}

/// The lag and the last fetched offset of each partition.
pub(crate) fn lags(figures: &[(i64, i64)]) -> Vec<PartitionLag> {
    (0..)
        .zip(figures)
        .map(
            |(partition, &(lag, last_source_fetch_offset))| PartitionLag {
                partition,
                lag,
                last_source_fetch_offset,
            },
        )
        .collect()
}

/// An active mirror topic with such figures before, if it was read before, and now.
pub(crate) fn mirror(before: &[(i64, i64)], now: &[(i64, i64)]) -> MirrorFact {
    MirrorFact {
        link: "dr".into(),
        topic: "orders".into(),
        source_topic: "orders".into(),
        partitions: u32::try_from(now.len()).unwrap_or(u32::MAX),
        status: MirrorStatus::Active,
        since_ms: None,
        error: None,
        transition_problems: Vec::new(),
        lags: lags(now).into(),
        earlier: match before {
            [] => Earlier::None,
            some => Earlier::Sampled(Box::new(lags(some).into())),
        },
    }
}
