//! The shared store of a run: [`Shared`], on a thread of its own and in real time.
//!
//! Leases are renewed whatever the run does meanwhile, and also while a sandbox inside the process goes by
//! virtual time: the others who use the store live in real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};

use linkwright_clock::Clock;
use tokio::runtime::{Builder, Handle, Runtime};

use super::args::Global;
use super::exit::Exit;
use super::{Failure, clusters};
use crate::address::store_url::StoreUrl;
use crate::api::Roots;
use crate::diagnostic::{Code, Diagnostic};
use crate::store::below::{Below, SANDBOX};
use crate::store::check::{self, Untrusted};
use crate::store::open::open;
use crate::store::{Store, StoreError};

/// The store that a run uses.
pub(super) struct Shared {
    pub(super) url: StoreUrl,
    pub(super) store: Arc<dyn Store>,
    /// Where its objects are in the store that was named.
    pub(super) prefix: &'static str,
    /// Whether it did not answer when it was last asked.
    is_down: AtomicBool,
    /// Whether it was tried and cannot be trusted.
    is_untrusted: AtomicBool,
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Shared {
    /// The store that the command line or the environment names, or else the spec; `None` when none does.
    ///
    /// # Errors
    /// When what is named is no store.
    pub(super) fn open(global: &Global, spec: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some(url) = named(global).or(spec) else {
            return Ok(None);
        };
        let url = StoreUrl::parse(url.trim()).map_err(|error| unusable(&error))?;
        let roots = match &url {
            StoreUrl::Folder(_) => Roots::System,
            StoreUrl::Bucket { .. } => clusters::store_roots(global).map_err(Failure::failed)?,
        };
        let store = open(&url, &roots).map_err(|error| unusable(&error))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store")
            .enable_all()
            .build()
            .map_err(super::no_runtime)?;
        Ok(Some(Self {
            url,
            store,
            prefix: "",
            is_down: AtomicBool::new(false),
            is_untrusted: AtomicBool::new(false),
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        }))
    }

    /// The part of it that runs with `--sandbox` use.
    #[must_use]
    pub(super) fn of_sandbox(mut self) -> Self {
        self.store = self.sandbox();
        self.url = self.url.below(SANDBOX.trim_end_matches('/'));
        self.prefix = SANDBOX;
        self
    }

    /// What runs with `--sandbox` keep in it.
    pub(super) fn sandbox(&self) -> Arc<dyn Store> {
        Arc::new(Below::new(self.store.clone(), SANDBOX))
    }

    /// Where its work runs.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Waits for work with the store, on this thread.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub(super) fn wait<T, F>(
        &self,
        work: impl FnOnce(Arc<dyn Store>, Clock) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let work = work(self.store.clone(), Clock::wall());
        let result = came(&begun(&self.handle, work));
        let is_down = matches!(result, Err(StoreError::Unreachable { .. }));
        self.is_down.store(is_down, Ordering::Relaxed);
        result
    }

    /// Whether it did not answer when it was last asked.
    pub(super) fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Relaxed)
    }

    /// Tries whether the store can be trusted.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn check(&self) -> Result<(), Untrusted> {
        let tried = self.wait(async |store, _| match check::check(&*store).await {
            Err(Untrusted::Store(error)) => Err(error),
            tried => Ok(tried),
        });
        let tried = tried.unwrap_or_else(|error| Err(Untrusted::Store(error)));
        self.is_untrusted.store(tried.is_err(), Ordering::Relaxed);
        tried
    }

    /// Whether it was tried and cannot be trusted: what it says that it has taken may be lost.
    pub(super) fn is_untrusted(&self) -> bool {
        self.is_untrusted.load(Ordering::Relaxed)
    }

    /// Reads or changes what is in the store, for a command of an operator.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub(super) fn ask<T, F>(
        &self,
        work: impl FnOnce(Arc<dyn Store>, Clock) -> F,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.wait(work)
            .map_err(|why| untrusted(&self.url, &Untrusted::Store(why)))
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

/// The store that the command line or the environment names.
pub(super) fn named(global: &Global) -> Option<&str> {
    let given = global.stored.store.as_deref();
    given.filter(|url| !url.trim().is_empty())
}

/// Begins work on the thread for the store; what it comes to can be waited for.
pub(super) fn begun<T: Send + 'static>(
    handle: &Handle,
    work: impl Future<Output = T> + Send + 'static,
) -> Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    handle.spawn(async move {
        // No one may wait for it any more.
        drop(sender.send(work.await));
    });
    receiver
}

/// What work came to, once it has ended.
///
/// # Errors
/// When it failed, or did not come to its end.
pub(super) fn came<T>(work: &Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    work.recv().unwrap_or_else(|_| {
        Err(StoreError::Failed {
            what: "the store".to_owned(),
            why: "its thread has ended".to_owned(),
        })
    })
}

/// That with a guard file a spec does not choose the store.
pub(super) fn not_by_the_spec(url: &str) -> Failure {
    Failure::new(
        Exit::Refused,
        format!(
            "the spec names the store {url}, and with a guard file a spec does not choose it: pass --store or set \
             LINKWRIGHT_STORE. No changes were made"
        ),
    )
}

fn unusable(error: &dyn std::error::Error) -> Failure {
    Failure {
        about: vec![Diagnostic::error(Code("LW561"), error.to_string())],
        ..Failure::new(Exit::Usage, error)
    }
}

/// That a store is not used, and what to do about it.
pub(super) fn untrusted(url: &StoreUrl, why: &Untrusted) -> Failure {
    let words = format!("the store {url} cannot be used: {why}");
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
