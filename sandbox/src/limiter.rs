//! Rate limits: a token bucket for each cluster, key or connection, in front of everything else.
//!
//! A bucket is filled by the time that clients wait by, whatever the speed of the world's clock, as
//! `Retry-After` and `X-RateLimit-Reset` are seconds of theirs. It is full when the process starts.

use crate::fault::BodyShape;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many requests a cluster answers, and what it says about that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests per second in the long run.
    pub rate: f64,
    /// Requests that may come at once. Left out: as many as in a second, at least one.
    #[serde(default)]
    pub burst: Option<u32>,
    /// Who has a bucket of their own.
    #[serde(default)]
    pub per: LimitPer,
    /// What answers say about the limit.
    #[serde(default)]
    pub headers: Vec<LimitHeader>,
    /// Shape of the body of a 429. The OpenAPI document describes an HTML page.
    #[serde(default = "html")]
    pub body: BodyShape,
}

fn html() -> BodyShape {
    BodyShape::Html
}

/// Who has a bucket of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitPer {
    /// One bucket for all callers of the cluster.
    #[default]
    Cluster,
    /// One for each key, user or token.
    Key,
    /// One for each connection.
    Connection,
}

/// What answers say about the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitHeader {
    /// `Retry-After` on a 429: whole seconds until a request is let through.
    RetryAfter,
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset` on every answer: the size of the bucket, what is
    /// in it, and the seconds until it is full.
    RateLimit,
}

impl RateLimit {
    /// Whether its numbers can be used.
    pub(crate) fn is_usable(&self) -> bool {
        self.rate.is_finite() && self.rate > 0.0 && self.burst.is_none_or(|burst| burst > 0)
    }

    fn size(&self) -> f64 {
        let size = self.burst.map_or_else(|| self.rate.ceil(), f64::from);
        size.max(1.0)
    }
}

/// What a bucket says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Whether the request is let through.
    pub(crate) passes: bool,
    /// `Retry-After`.
    pub(crate) retry_after_s: Option<u64>,
    /// `X-RateLimit-*`.
    pub(crate) shown: Option<ShownLimit>,
}

/// `X-RateLimit-Limit`, `-Remaining` and `-Reset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShownLimit {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    pub(crate) reset_s: u64,
}

/// The buckets of all clusters.
#[derive(Debug, Default)]
pub(crate) struct Limiter(BTreeMap<(String, String), Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limiter {
    /// A request of `caller` to a cluster.
    pub(crate) fn turn(
        &mut self,
        limit: &RateLimit,
        cluster: &str,
        caller: &str,
        now: Instant,
    ) -> Turn {
        let size = limit.size();
        let bucket = self
            .0
            .entry((cluster.to_owned(), caller.to_owned()))
            .or_insert(Bucket {
                tokens: size,
                at: now,
            });
        let passed = now.saturating_duration_since(bucket.at);
        bucket.tokens = (bucket.tokens + passed.as_secs_f64() * limit.rate).min(size);
        bucket.at = bucket.at.max(now);
        // What a sum of fractions lacks of a whole token is no reason to refuse.
        let passes = bucket.tokens >= 1.0 - 1e-6;
        if passes {
            bucket.tokens = (bucket.tokens - 1.0).max(0.0);
        }
        let until = |tokens: f64| {
            let wait = Duration::try_from_secs_f64((tokens - bucket.tokens).max(0.0) / limit.rate);
            let wait = wait.unwrap_or(Duration::MAX);
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        };
        let shows = |header| limit.headers.contains(&header);
        Turn {
            passes,
            retry_after_s: (!passes && shows(LimitHeader::RetryAfter)).then(|| until(1.0).max(1)),
            shown: shows(LimitHeader::RateLimit).then(|| ShownLimit {
                limit: size as u64,
                remaining: bucket.tokens as u64,
                reset_s: until(size),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linkwright_clock::Clock;

    fn limit(headers: Vec<LimitHeader>) -> RateLimit {
        RateLimit {
            rate: 5.0,
            burst: Some(3),
            per: LimitPer::Cluster,
            headers,
            body: BodyShape::Json,
        }
    }

    #[test]
    fn a_burst_passes_at_once_and_then_one_for_each_token() {
        let mut limiter = Limiter::default();
        let limit = limit(Vec::new());
        let began = Clock::wall().now();
        let mut passes = |ms| {
            let now = began + Duration::from_millis(ms);
            limiter.turn(&limit, "west", "", now).passes
        };
        let at = [
            0, 0, 0, 0, 100, 200, 300, 400, 10_000, 10_000, 10_000, 10_000,
        ];
        let wanted = [
            true, true, true, false, false, true, false, true, true, true, true, false,
        ];
        assert_eq!(at.map(&mut passes), wanted);
    }

    #[test]
    fn callers_and_clusters_have_buckets_of_their_own() {
        let mut limiter = Limiter::default();
        let limit = limit(Vec::new());
        let now = Clock::wall().now();
        let mut passing = |cluster: &str, caller: &str| {
            let all = (0..5).map(|_| limiter.turn(&limit, cluster, caller, now).passes);
            all.filter(|passes| *passes).count()
        };
        assert_eq!(passing("west", "a"), 3);
        assert_eq!(passing("west", "a"), 0);
        assert_eq!(passing("west", "b"), 3);
        assert_eq!(passing("east", "a"), 3);
    }

    #[test]
    fn headers_say_what_is_left_and_how_long_to_wait() {
        let mut limiter = Limiter::default();
        let limit = limit(vec![LimitHeader::RetryAfter, LimitHeader::RateLimit]);
        let now = Clock::wall().now();
        let turns = [(); 4].map(|()| limiter.turn(&limit, "west", "", now));
        let shown = turns.map(|turn| turn.shown.unwrap());
        assert_eq!(shown.map(|shown| shown.remaining), [2, 1, 0, 0]);
        assert_eq!(shown.map(|shown| shown.limit), [3; 4]);
        assert_eq!(shown.map(|shown| shown.reset_s), [1; 4]);
        assert_eq!(
            turns.map(|turn| turn.retry_after_s),
            [None, None, None, Some(1)]
        );
    }
}
