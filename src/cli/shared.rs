//! The shared store of a run: [`Shared`], on a thread of its own and in real time.
//!
//! Leases are renewed whatever the run does meanwhile, and also while a sandbox inside the process goes by
//! virtual time: the others who use the store live in real time.

use std::sync::Arc;
use std::sync::mpsc;

use linkwright_clock::Clock;
use tokio::runtime::{Builder, Handle, Runtime};

use super::Failure;
use super::exit::Exit;
use crate::diagnostic::{Code, Diagnostic};
use crate::store::check::{self, Untrusted};
use crate::store::location::{Location, LocationError};
use crate::store::{Store, StoreError};

/// The store that a run uses.
pub(super) struct Shared {
    pub(super) location: Location,
    pub(super) store: Arc<dyn Store>,
    runtime: Option<Runtime>,
}

impl Shared {
    /// The store that the command line or the environment names, or else the spec; `None` when none does.
    ///
    /// # Errors
    /// When what is named is no store.
    pub(super) fn open(given: Option<&str>, spec: Option<&str>) -> Result<Option<Self>, Failure> {
        let given = given.filter(|url| !url.trim().is_empty());
        let Some(url) = given.or(spec) else {
            return Ok(None);
        };
        let location = Location::parse(url.trim()).map_err(|error| unusable(&error))?;
        let store = location.open().map_err(|error| unusable(&error))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store")
            .enable_all()
            .build()
            .map_err(super::no_runtime)?;
        Ok(Some(Self {
            location,
            store,
            runtime: Some(runtime),
        }))
    }

    /// Where its work runs.
    pub(super) fn handle(&self) -> Option<&Handle> {
        self.runtime.as_ref().map(Runtime::handle)
    }

    /// Waits for work with the store, on this thread.
    pub(super) fn wait<T, F>(&self, work: impl FnOnce(Arc<dyn Store>, Clock) -> F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        let work = work(self.store.clone(), Clock::wall());
        self.handle()?.spawn(async move {
            // It is waited for below.
            drop(sender.send(work.await));
        });
        receiver.recv().ok()
    }

    /// Tries whether the store can be trusted.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn check(&self) -> Result<(), Untrusted> {
        self.wait(async |store, _| check::check(&*store).await)
            .unwrap_or_else(|| Err(Untrusted::Store(self.ended())))
    }

    /// Reads or changes what is in the store, for a command of an operator.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub(super) fn ask<T, F>(
        &self,
        work: impl FnOnce(Arc<dyn Store>) -> F + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let asked = self.wait(move |store, _| work(store));
        let asked = asked.unwrap_or_else(|| Err(self.ended()));
        asked.map_err(|why| untrusted(&self.location, &Untrusted::Store(why)))
    }

    fn ended(&self) -> StoreError {
        StoreError::Failed {
            what: self.location.to_string(),
            why: "the thread for the store has ended".to_owned(),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // It may be dropped where waiting is not possible.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn unusable(error: &LocationError) -> Failure {
    Failure {
        about: vec![Diagnostic::error(Code("LW561"), error.to_string())],
        ..Failure::new(Exit::Usage, error)
    }
}

/// That a store is not used, and what to do about it.
pub(super) fn untrusted(location: &Location, why: &Untrusted) -> Failure {
    let words = format!("the store {location} cannot be used: {why}");
    let help = match why {
        Untrusted::Store(StoreError::Unreachable { .. }) => {
            "check its URL, and the endpoint and region in the environment; `linkwright store check` tries it again"
        }
        Untrusted::Store(StoreError::Denied { .. }) => {
            "check the keys in the environment and what their role may do; docs/store.md lists both"
        }
        Untrusted::Store(StoreError::Failed { .. }) => {
            "check its URL: the bucket or container must exist, and a folder must be one that can be written"
        }
        Untrusted::Store(StoreError::OtherLayout { .. }) => {
            "use a newer version of Linkwright, or another prefix"
        }
        _ => "use a store that keeps to the conditions of writes: `linkwright explain LW561`",
    };
    let shown = format!("{words}\n{help}");
    Failure {
        about: vec![Diagnostic::error(Code("LW561"), words).help(help)],
        ..Failure::failed(shown)
    }
}
