//! The transport without a network: [`InProcess`].

use std::error::Error;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt, TryStreamExt};
use http_body_util::{BodyExt, Full};
use linkwright_clock::Clock;
use tower::{Service, ServiceExt};

use super::transport::{Silence, Transport, TransportError, causes};

/// Hands requests to a service in this process, such as the sandbox's router.
pub struct InProcess<S> {
    service: S,
    broken: Box<Broken>,
    largest_body: usize,
    clock: Clock,
}

type Broken = dyn Fn(&http::response::Parts) -> Option<TransportError> + Send + Sync;

impl<S> InProcess<S> {
    /// Wraps a service. `broken` says which answers stand for a broken connection: a service cannot
    /// tear one down itself, so it marks the answer instead.
    #[must_use]
    pub fn new(
        service: S,
        broken: impl Fn(&http::response::Parts) -> Option<TransportError> + Send + Sync + 'static,
        largest_body: usize,
    ) -> Self {
        Self {
            service,
            broken: Box::new(broken),
            largest_body,
            clock: Clock::wall(),
        }
    }

    /// For a service that lives in the time of this clock.
    #[must_use]
    pub fn on(self, clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            ..self
        }
    }
}

impl<S, B> Transport for InProcess<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone + Send + Sync,
    S::Future: Send,
    S::Error: Error + Send + Sync + 'static,
    B: BodyExt<Data = Bytes> + Send,
    B::Error: std::fmt::Display,
{
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let silence = Silence::of(&request).unwrap_or_default();
            let answer = self.service.clone().oneshot(request.map(Full::new));
            let answer = answer.map_err(|error| TransportError::Reset {
                sent: true,
                why: causes(&error),
            });
            let answer = silence.first(&self.clock, answer).await?;
            let (parts, body) = answer.into_parts();
            if let Some(error) = (self.broken)(&parts) {
                return Err(error);
            }
            let parts_of_body = body
                .into_data_stream()
                .map_err(|error| TransportError::Reset {
                    sent: true,
                    why: error.to_string(),
                });
            let body = silence
                .whole(&self.clock, self.largest_body, 0, parts_of_body)
                .await?;
            Ok(http::Response::from_parts(parts, body))
        }
        .boxed()
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}
