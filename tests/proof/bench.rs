//! A world with clients that call it in this process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, InProcess, Limits, RetryBudget, Settings, Transport,
    TransportError,
};
use linkwright::cli::look::{Depth, look};
use linkwright::desired::{Desired, Risk, lower};
use linkwright::diagnostic::{Diagnostic, Severity};
use linkwright::diff::Options;
use linkwright::plan::{Allow, Allowances, Plan};
use linkwright::{spec, validate};
use linkwright_sandbox::{ClusterKind, ConnectionReset, Sandbox};
use tokio::sync::Notify;

pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 2);

/// The simulated clusters of a world.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) clients: BTreeMap<ClusterName, Client>,
    pub(crate) tap: Arc<Tap>,
}

/// Sees every request, and can hold one up for ever.
#[derive(Default)]
pub(crate) struct Tap {
    pub(crate) state: Mutex<TapState>,
    pub(crate) tripped: Notify,
}

#[derive(Default)]
pub(crate) struct TapState {
    /// Requests seen since the last reset.
    pub(crate) count: usize,
    /// The request at which the caller is killed, and whether the server still does it.
    pub(crate) kill: Option<(usize, bool)>,
}

struct Tapped<T> {
    inner: T,
    tap: Arc<Tap>,
    odd: Arc<BTreeMap<String, String>>,
}

impl<T: Transport> Transport for Tapped<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        async move {
            let kill = {
                let mut state = self.tap.state.lock().unwrap();
                let number = state.count;
                state.count += 1;
                state.kill.filter(|(at, _)| *at == number)
            };
            if let Some((_, false)) = kill {
                self.tap.tripped.notify_one();
                std::future::pending::<()>().await;
            }
            let answer = self.inner.send(request).await;
            if kill.is_some() {
                self.tap.tripped.notify_one();
                std::future::pending::<()>().await;
            }
            if self.odd.is_empty() {
                return answer;
            }
            answer.map(|answer| answer.map(|body| oddly(&body, &self.odd)))
        }
        .boxed()
    }
}

/// The same answer with statuses that nobody knows.
fn oddly(body: &Bytes, odd: &BTreeMap<String, String>) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<serde_json::Value>(body) else {
        return body.clone();
    };
    let change = |row: &mut serde_json::Value| {
        let word = row["mirror_topic_name"]
            .as_str()
            .and_then(|topic| odd.get(topic));
        if let (Some(word), Some(status)) = (word.cloned(), row.get_mut("mirror_status")) {
            *status = word.into();
        }
    };
    match answer["data"].as_array_mut() {
        Some(rows) => rows.iter_mut().for_each(change),
        None => change(&mut answer),
    }
    Bytes::from(answer.to_string())
}

impl Bench {
    /// The clusters of a world file, and what the API says oddly of its mirrors.
    pub(crate) fn new(world: &str, odd: &BTreeMap<String, String>) -> Result<Self, String> {
        let parsed = linkwright_sandbox::World::from_yaml(world)
            .map_err(|error| format!("the world: {error}"))?;
        let sandbox = Sandbox::new(parsed);
        let tap = Arc::new(Tap::default());
        let odd = Arc::new(odd.clone());
        let budget = Arc::new(RetryBudget::new(10_000));
        let clients = sandbox
            .clusters()
            .into_iter()
            .map(|info| {
                let name = ClusterName::from(info.name.unwrap());
                let broken = |parts: &http::response::Parts| {
                    let reset = parts.extensions.get::<ConnectionReset>();
                    reset.map(|_| TransportError::Reset {
                        sent: true,
                        why: "reset by the sandbox".to_owned(),
                    })
                };
                let settings = Settings {
                    cluster: name.clone(),
                    flavour: if info.kind == ClusterKind::ConfluentCloud {
                        Flavour::Cloud
                    } else {
                        Flavour::Platform
                    },
                    id: info.id.into(),
                    endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
                    auth: Auth::None,
                    limits: Limits::default(),
                };
                let transport = Tapped {
                    inner: InProcess::new(sandbox.router(), broken, 64 << 20),
                    tap: tap.clone(),
                    odd: odd.clone(),
                };
                (
                    name,
                    Client::new(settings, Arc::new(transport), budget.clone()),
                )
            })
            .collect();
        Ok(Self {
            sandbox,
            clients,
            tap,
        })
    }

    /// A plan with everything allowed.
    pub(crate) async fn plan(&self, desired: &Desired) -> Plan {
        let allow: BTreeSet<Allow> = Risk::ALL
            .into_iter()
            .map(Allow::Risk)
            .chain([Allow::BlastRadius])
            .collect();
        self.plan_within(desired, &allow).await
    }

    pub(crate) async fn plan_within(&self, desired: &Desired, allow: &Allowances) -> Plan {
        let options = Options::default();
        look(desired, &self.clients, &options, allow, &[], Depth::Plan)
            .await
            .unwrap()
            .plan
    }
}

/// Reads specs; the errors in them, if there are any.
pub(crate) fn read(files: &[(String, String)]) -> Result<Desired, Vec<Diagnostic>> {
    let files: Vec<(Arc<str>, Arc<str>)> = files
        .iter()
        .map(|(name, text)| (Arc::from(name.as_str()), Arc::from(text.as_str())))
        .collect();
    let (spec, mut problems) = spec::parse(&files);
    problems.extend(validate::check(&spec, &validate::Context { today: TODAY }));
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() {
        Ok(lower(&spec))
    } else {
        Err(problems)
    }
}

/// Runs a case on a clock of its own.
pub(crate) fn alone<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}
