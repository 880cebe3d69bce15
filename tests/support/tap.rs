//! A [`Tap`] on the line between clients and sandbox: it counts, cuts and edits.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::api::{Transport, TransportError};
use tokio::sync::Notify;

/// When, in the course of a request, something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the server sees it; it never does.
    Before,
    /// After the server did it; the answer never arrives.
    After,
    /// After the server did it; the answer arrives.
    Answered,
    /// After the server did it; the second half of a list in the answer is missing.
    Halved,
}

/// Something to be done when a request of some number is about to go out.
type Action = (usize, Box<dyn FnOnce() + Send>);

/// What is made of the answer to a request of some path.
type Edit = Box<dyn Fn(&str, Bytes) -> Bytes + Send>;

/// Counts requests, and lets one of them trip.
#[derive(Default)]
pub(crate) struct Tap {
    state: Mutex<(usize, Option<(usize, Moment)>)>,
    action: Mutex<Option<Action>>,
    edit: Mutex<Option<Edit>>,
    /// Requests that write and are under way, and the most there have been.
    writes: Mutex<(usize, usize)>,
    /// Whether writes lose their query on the way.
    drops_queries: AtomicBool,
    /// How many bytes came in answers.
    read: AtomicUsize,
    pub(crate) tripped: Notify,
}

impl Tap {
    /// Counts from here; the request of that number, from 0, trips.
    pub(crate) fn set(&self, trip: Option<(usize, Moment)>) {
        *self.state.lock().unwrap() = (0, trip);
    }

    /// Does something just before the request of that number, counted from 0.
    pub(crate) fn at(&self, number: usize, action: impl FnOnce() + Send + 'static) {
        *self.action.lock().unwrap() = Some((number, Box::new(action)));
    }

    /// From here on, writes lose their query on the way, or no longer do.
    pub(crate) fn drop_queries(&self, drops: bool) {
        self.drops_queries.store(drops, Ordering::Relaxed);
    }

    /// Changes every answer from here on.
    pub(crate) fn edit(&self, edit: impl Fn(&str, Bytes) -> Bytes + Send + 'static) {
        *self.edit.lock().unwrap() = Some(Box::new(edit));
    }

    /// How many requests that write were under way at once, at most.
    pub(crate) fn most_writes_at_once(&self) -> usize {
        self.writes.lock().unwrap().1
    }

    /// How many bytes came in answers so far.
    pub(crate) fn bytes_read(&self) -> usize {
        self.read.load(Ordering::Relaxed)
    }

    fn edited(&self, path: &str, body: Bytes) -> Bytes {
        match &*self.edit.lock().unwrap() {
            Some(edit) => edit(path, body),
            None => body,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.state.lock().unwrap().0
    }

    fn next(&self) -> Option<Moment> {
        let mut state = self.state.lock().unwrap();
        let number = state.0;
        state.0 += 1;
        let mut action = self.action.lock().unwrap();
        if let Some((_, action)) = action.take_if(|(at, _)| *at == number) {
            action();
        }
        state
            .1
            .filter(|(at, _)| *at == number)
            .map(|(_, moment)| moment)
    }
}

/// The same list with the second half of its `data` left out.
fn halved(body: &Bytes) -> Bytes {
    let Ok(mut list) = serde_json::from_slice::<serde_json::Value>(body) else {
        return body.clone();
    };
    if let Some(data) = list["data"].as_array_mut() {
        data.truncate(data.len() / 2);
    }
    Bytes::from(list.to_string())
}

/// A transport whose requests go through a [`Tap`].
pub(crate) struct Tapped<T> {
    pub(crate) inner: T,
    pub(crate) tap: Arc<Tap>,
}

impl<T: Transport> Transport for Tapped<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let moment = self.tap.next();
            if moment == Some(Moment::Before) {
                self.tap.tripped.notify_one();
                std::future::pending::<()>().await;
            }
            let path = request.uri().path().to_owned();
            let writes = request.method() != http::Method::GET;
            if writes {
                let mut count = self.tap.writes.lock().unwrap();
                count.0 += 1;
                count.1 = count.1.max(count.0);
            }
            let mut request = request;
            if writes && self.tap.drops_queries.load(Ordering::Relaxed) {
                *request.uri_mut() = path.parse().unwrap();
            }
            let answer = self.inner.send(request).await;
            if writes {
                self.tap.writes.lock().unwrap().0 -= 1;
            }
            if let Ok(answer) = &answer {
                let bytes = answer.body().len();
                self.tap.read.fetch_add(bytes, Ordering::Relaxed);
            }
            let answer = answer.map(|answer| answer.map(|body| self.tap.edited(&path, body)));
            if let Some(moment) = moment {
                self.tap.tripped.notify_one();
                if moment == Moment::After {
                    std::future::pending::<()>().await;
                }
                if moment == Moment::Halved {
                    return answer.map(|answer| answer.map(|body| halved(&body)));
                }
            }
            answer
        }
        .boxed()
    }
}
