//! The sandbox inside the process: [`Embedded`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::Full;
use linkwright_clock::Clock;
use linkwright_sandbox::{ClusterInfo, ConnectionReset, Credential, Sandbox, World};
use secrecy::SecretString;
use tower::ServiceExt;

use super::args::Global;
use super::clusters;
use super::input;
use crate::api::{
    Auth, Client, Endpoint, InProcess, Limits, RetryBudget, Settings, Transport, TransportError,
};
use crate::apply::durable::{self, Flush, Readers};
use crate::desired::{CallPolicy, Cluster};
use crate::spec;

/// Where its API is; no one resolves it.
const ADDRESS: &str = "http://sandbox.invalid";

/// Simulated clusters that live as long as the run; their state is kept in a file between runs.
pub(super) struct Embedded {
    sandbox: Sandbox,
    clock: Clock,
    /// Where their state is kept; nowhere for those that live longer than the command.
    kept: Option<Kept>,
}

/// The file that a state is kept in.
struct Kept {
    state: PathBuf,
    /// When the file was written that this run goes on from.
    written: Option<SystemTime>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub(super) enum EmbeddedError {
    /// A file cannot be read or written.
    #[error("{file}: {source}")]
    File {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The world file is wrong.
    #[error("{file}: {words}")]
    World {
        /// The file.
        file: String,
        /// What is wrong with it.
        words: String,
    },
    /// The kept state is wrong.
    #[error("{file}: {words}; delete the file to start again from the world file")]
    State {
        /// The file.
        file: String,
        /// What is wrong with it.
        words: String,
    },
}

impl Embedded {
    /// Where the sandbox that the command line asks for keeps its state.
    #[must_use]
    pub(super) fn state_of(global: &Global) -> Option<PathBuf> {
        let world = global.connection.sandbox.as_ref()?;
        let named = global.connection.sandbox_state.clone();
        Some(named.unwrap_or_else(|| world.with_extension("state.json")))
    }

    /// The sandbox that the command line asks for, as the last run left it; it goes by this clock.
    ///
    /// # Errors
    /// When the world file or the kept state cannot be read.
    pub(super) fn open(global: &Global, clock: &Clock) -> Result<Option<Self>, EmbeddedError> {
        if let Some(sandbox) = &global.simulated {
            return Ok(Some(Self::kept_nowhere(sandbox.clone(), clock)));
        }
        let (Some(world), Some(state)) = (&global.connection.sandbox, Self::state_of(global))
        else {
            return Ok(None);
        };
        let written = written(&state);
        let sandbox = restored(&state)?.map_or_else(|| world_of(world).map(Sandbox::new), Ok)?;
        sandbox.follow(clock);
        Ok(Some(Self {
            sandbox,
            clock: clock.clone(),
            kept: Some(Kept { state, written }),
        }))
    }

    /// A sandbox that no file keeps; it goes by this clock.
    #[must_use]
    pub(super) fn in_memory(world: World, clock: &Clock) -> Self {
        Self::kept_nowhere(Sandbox::new(world), clock)
    }

    fn kept_nowhere(sandbox: Sandbox, clock: &Clock) -> Self {
        sandbox.follow(clock);
        Self {
            sandbox,
            clock: clock.clone(),
            kept: None,
        }
    }

    /// The simulated clusters.
    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// A client of one of its clusters, authenticated with the world's own credentials. Where the world has
    /// no cluster of that id, its requests find none; none when no endpoint is declared either.
    #[must_use]
    pub(super) fn client(
        &self,
        cluster: &Cluster,
        calls: &CallPolicy,
        budget: &Arc<RetryBudget>,
    ) -> Option<Client> {
        let info = self
            .sandbox
            .clusters()
            .into_iter()
            .find(|info| info.id == cluster.id.as_str());
        if info.is_none() && cluster.rest.is_none() {
            return None;
        }
        let credentials = info.into_iter().flat_map(|info| info.credentials);
        let auth = match credentials.into_iter().next() {
            Some(Credential::Basic {
                username, password, ..
            }) => Auth::Basic {
                user: username,
                password: SecretString::from(password),
            },
            Some(Credential::Bearer { token, .. }) => Auth::Bearer {
                token: SecretString::from(token),
                identity_pool: None,
            },
            None => Auth::None,
        };
        let endpoint = Endpoint::parse(ADDRESS).ok()?;
        let settings = clusters::settings(cluster, calls, endpoint, auth);
        Some(self.calling(settings, calls, budget))
    }

    /// A client of its Confluent Cloud API, authenticated with the first key of the world.
    #[must_use]
    pub(super) fn cloud(&self, calls: &CallPolicy) -> Option<Client> {
        let auth = match self.sandbox.cloud_api_key() {
            Some((user, password)) => Auth::Basic {
                user,
                password: SecretString::from(password),
            },
            None => Auth::None,
        };
        let endpoint = Endpoint::cloud(ADDRESS).ok()?;
        let settings = clusters::cloud_settings(calls, endpoint, auth);
        Some(self.calling(settings, calls, &clusters::budget()))
    }

    fn calling(&self, settings: Settings, calls: &CallPolicy, budget: &Arc<RetryBudget>) -> Client {
        let service = self
            .sandbox
            .router()
            .map_request(|request: http::Request<Full<Bytes>>| request.map(Body::new));
        let transport = InProcess::new(service, broken, calls.largest_response()).on(&self.clock);
        Client::new(
            Settings {
                // A run in a sandbox can be repeated.
                limits: Limits {
                    jitter_seed: 0,
                    ..clusters::limits(calls)
                },
                ..settings
            },
            Arc::new(transport) as Arc<dyn Transport>,
            budget.clone(),
        )
    }

    /// The cluster of this id or name.
    ///
    /// # Errors
    /// The clusters that there are, when it is none of them.
    pub(super) fn find(&self, name: &str) -> Result<ClusterInfo, String> {
        named(&self.sandbox.clusters(), name).cloned()
    }

    /// Whether another run has kept its state since this one was opened.
    #[must_use]
    pub(super) fn is_outdated(&self) -> bool {
        let kept = self.kept.as_ref();
        kept.is_some_and(|kept| written(&kept.state) != kept.written)
    }

    /// The clock that it goes by.
    #[must_use]
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Its virtual time.
    #[must_use]
    pub(super) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.sandbox.now_ms()).unwrap_or_default()
    }

    /// Keeps its state for the next run, if this one did more than read.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn keep(&self) -> Result<(), EmbeddedError> {
        match &self.kept {
            Some(kept) if kept.written.is_none() || self.sandbox.was_changed() => {
                keep(&self.sandbox, &kept.state)
            }
            _ => Ok(()),
        }
    }
}

/// The cluster of this id or name.
///
/// # Errors
/// The clusters that there are, when it is none of them.
pub(super) fn named<'a>(
    clusters: &'a [ClusterInfo],
    name: &str,
) -> Result<&'a ClusterInfo, String> {
    let called = |info: &&ClusterInfo| info.id == name || info.name.as_deref() == Some(name);
    clusters.iter().find(called).ok_or_else(|| {
        let ids: Vec<&str> = clusters.iter().map(|info| info.id.as_str()).collect();
        format!(
            "the world has no cluster `{name}`; it has {}",
            ids.join(", ")
        )
    })
}

fn written(state: &Path) -> Option<SystemTime> {
    std::fs::metadata(state).ok()?.modified().ok()
}

/// The sandbox as a file has kept it; `None` when there is no such file.
///
/// # Errors
/// When the file cannot be read or is not a saved state.
pub(super) fn restored(state: &Path) -> Result<Option<Sandbox>, EmbeddedError> {
    match read(state) {
        Ok(saved) => match Sandbox::restore(&saved) {
            Ok(sandbox) => Ok(Some(sandbox)),
            Err(error) => Err(EmbeddedError::State {
                file: state.display().to_string(),
                words: error.to_string(),
            }),
        },
        Err(EmbeddedError::File { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Keeps a sandbox's state in a file, readable by its owner only: it contains the secrets that were sent to the sandbox.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn keep(sandbox: &Sandbox, state: &Path) -> Result<(), EmbeddedError> {
    let failed = |source| EmbeddedError::File {
        file: state.display().to_string(),
        source,
    };
    let text = sandbox.save();
    durable::replace(state, text.as_bytes(), Readers::Owner, Flush::ToSystem).map_err(failed)
}

/// Answers that mean a broken connection.
fn broken(parts: &http::response::Parts) -> Option<TransportError> {
    parts
        .extensions
        .get::<ConnectionReset>()
        .map(|reset| TransportError::Reset {
            sent: true,
            why: format!("connection reset by the sandbox ({reset:?})"),
        })
}

/// Reads a world file.
///
/// # Errors
/// When it cannot be read or is not a world.
pub(super) fn world_of(path: &Path) -> Result<World, EmbeddedError> {
    let text = read(path)?;
    World::from_yaml(&text).map_err(|error| EmbeddedError::World {
        file: path.display().to_string(),
        words: match is_spec(&text) {
            true => A_SPEC.to_owned(),
            false => error.to_string(),
        },
    })
}

const A_SPEC: &str = "it is a spec, not a sandbox world: give the spec as the path and a world after --sandbox, as in \
                      `linkwright plan SPEC --sandbox WORLD`";

/// Whether a text declares clusters or links as a spec does. Then no line of it is quoted: it may have a secret.
fn is_spec(text: &str) -> bool {
    let (spec, _) = spec::parse(&[(Arc::from("world"), Arc::from(text))]);
    !spec.clusters.is_empty() || !spec.links.is_empty()
}

fn read(path: &Path) -> Result<String, EmbeddedError> {
    input::text(path, input::SAVED).map_err(|source| EmbeddedError::File {
        file: path.display().to_string(),
        source,
    })
}
