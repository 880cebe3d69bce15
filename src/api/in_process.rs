//! The transport without a network: [`InProcess`].

use std::error::Error;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use linkwright_clock::Clock;
use tower::{Service, ServiceExt};

use super::transport::{Transport, TransportError, causes};

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
            let answer = self
                .service
                .clone()
                .oneshot(request.map(Full::new))
                .await
                .map_err(|error| TransportError::Reset {
                    sent: true,
                    why: causes(&error),
                })?;
            let (parts, body) = answer.into_parts();
            if let Some(error) = (self.broken)(&parts) {
                return Err(error);
            }
            let body = collect(body, self.largest_body).await?;
            Ok(http::Response::from_parts(parts, body))
        }
        .boxed()
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes, TransportError>
where
    B: BodyExt<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| TransportError::Reset {
            sent: true,
            why: error.to_string(),
        })?;
        if let Ok(data) = frame.into_data() {
            if whole.len() + data.len() > limit {
                return Err(TransportError::TooLarge { limit });
            }
            if whole.is_empty() && body.is_end_stream() {
                return Ok(data);
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole.freeze())
}
