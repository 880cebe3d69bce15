//! The stage of a scenario: a sandbox, clients that call it in this process, and the way from spec
//! to plan to outcome.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::BodyExt;
use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, InProcess, Limits, RetryBudget, Settings, TransportError,
};
use linkwright::apply;
use linkwright::cli::look::{Depth, look};
use linkwright::desired::{ClusterKind, Desired, lower};
use linkwright::diagnostic::Severity;
use linkwright::diff::Options;
use linkwright::plan::{Allow, Allowances, Plan};
use linkwright::read::{self, Ask};
use linkwright::secret::Reference;
use linkwright::{spec, validate};
use linkwright_sandbox::{Credential, Sandbox, World};
use secrecy::SecretString;
use tower::ServiceExt;

use super::Call;

/// Everything that a scenario plays on.
pub(crate) struct Stage {
    /// The simulated clusters.
    pub(crate) sandbox: Sandbox,
    desired: Desired,
    clients: BTreeMap<ClusterName, Client>,
    options: Options,
    allowances: Allowances,
    archive: tempfile::TempDir,
}

/// Secrets of a scenario are their own names.
struct Names;

impl apply::Secrets for Names {
    fn fetch(&self, reference: &Reference) -> Result<SecretString, apply::SecretError> {
        Ok(SecretString::from(match reference {
            Reference::Env {
                default: Some(default),
                ..
            } => default.clone(),
            Reference::Env { name, .. } => name.clone(),
            Reference::File { path } => path.clone(),
        }))
    }
}

impl Stage {
    /// Reads spec and world.
    pub(crate) fn open(
        world: &str,
        text: &str,
        allow: &[String],
        rotate: &[String],
    ) -> Result<Self, String> {
        let files = [(Arc::from("spec.yaml"), Arc::from(text))];
        let (spec, mut problems) = spec::parse(&files);
        let today = jiff::civil::date(2026, 11, 2);
        problems.extend(validate::check(&spec, &validate::Context { today }));
        problems.retain(|problem| problem.severity == Severity::Error);
        if !problems.is_empty() {
            let words: Vec<String> = problems
                .iter()
                .map(|problem| format!("{} {}: {}", problem.code, problem.summary, problem.help))
                .collect();
            return Err(format!("the spec has errors:\n{}", words.join("\n")));
        }
        let desired = lower(&spec);
        let world = World::from_yaml(world).map_err(|error| error.to_string())?;
        let sandbox = Sandbox::new(world);
        let clients = clients(&desired, &sandbox);
        let mut allowances = Allowances::new();
        for word in allow {
            allowances.insert(Allow::from_word(word).ok_or(format!("no risk is called {word}"))?);
        }
        Ok(Self {
            sandbox,
            desired,
            clients,
            options: Options {
                rotate: rotate.iter().map(|link| link.as_str().into()).collect(),
                ..Options::default()
            },
            allowances,
            archive: tempfile::tempdir().map_err(|error| error.to_string())?,
        })
    }

    /// Makes something happen in the world, with the rights of the cluster's first user.
    pub(crate) async fn call(&self, call: &Call) -> Result<(), String> {
        let Call {
            cluster,
            call,
            body,
        } = call;
        let (method, path) = call.split_once(' ').ok_or("a call is `METHOD path`")?;
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let base = match cluster {
            Some(cluster) => format!("/kafka/v3/clusters/{cluster}"),
            None => "/sandbox/v1".to_owned(),
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{base}/{path}"))
            .header("content-type", "application/json");
        if let Some((user, password)) = cluster.as_deref().and_then(|id| self.first_user(id)) {
            let token = BASE64.encode(format!("{user}:{password}"));
            request = request.header("authorization", format!("Basic {token}"));
        }
        let request = request
            .body(Body::from(body))
            .map_err(|error| error.to_string())?;
        let answer = self
            .sandbox
            .router()
            .oneshot(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .map_err(|e| e.to_string())?;
        if status.is_success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&bytes.to_bytes()).into_owned();
        Err(format!("{call}: {status}: {words}"))
    }

    fn first_user(&self, cluster: &str) -> Option<(String, String)> {
        let infos = self.sandbox.clusters();
        let info = infos.into_iter().find(|info| info.id == cluster)?;
        basic(&info.credentials)
    }

    /// Looks and plans.
    pub(crate) async fn plan(&self) -> Result<Plan, String> {
        self.plan_with(&self.options).await
    }

    /// Looks and plans after a run: what was to be written anew has been.
    pub(crate) async fn plan_again(&self) -> Result<Plan, String> {
        self.plan_with(&Options::default()).await
    }

    async fn plan_with(&self, options: &Options) -> Result<Plan, String> {
        look(
            &self.desired,
            &self.clients,
            options,
            &self.allowances,
            &[],
            Depth::Plan,
        )
        .await
        .map(|looked| looked.plan)
        .map_err(|error| error.to_string())
    }

    /// Applies a plan and tells every outcome.
    pub(crate) async fn apply(&self, plan: &Plan) -> Result<String, String> {
        let started = jiff::Timestamp::from_millisecond(self.sandbox.now_ms())
            .map_err(|error| error.to_string())?;
        let settings = apply::Settings::new(started, self.archive.path().to_owned());
        let mut deaf = |_: &apply::Event| {};
        let report = apply::run(
            plan,
            apply::Means {
                clients: &self.clients,
                secrets: &Names,
                listener: &mut deaf,
                interrupts: apply::Interrupts::none(),
            },
            &settings,
        )
        .await
        .map_err(|error| error.to_string())?;
        let mut text = String::new();
        for operation in &report.operations {
            let outcome = match &operation.outcome {
                apply::Outcome::Done => "done".to_owned(),
                apply::Outcome::AlreadySo => "already so".to_owned(),
                other => format!("{other:?}"),
            };
            let _ = writeln!(text, "{} {}: {outcome}", operation.address, operation.verb);
        }
        Ok(text)
    }

    /// The requests since the log was cleared, counted: what is asked at the same time has no order.
    pub(crate) fn requests(&self) -> String {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.sandbox.requests() {
            let line = format!("{} {} {}", request.cluster, request.method, request.route);
            *counts.entry(line).or_default() += 1;
        }
        let mut text = String::new();
        for (line, count) in counts {
            // How often something is polled depends on timings, not on what is right.
            let times = if line.contains(" GET ") && count > 3 {
                "several times".to_owned()
            } else {
                format!("{count}×")
            };
            let _ = writeln!(text, "{times} {line}");
        }
        text
    }

    /// Every link and mirror topic, a line each.
    pub(crate) async fn world(&self) -> String {
        let mut ask = Ask::default();
        for cluster in self.clients.keys() {
            ask.of(cluster);
        }
        let live = read::read(&self.clients, &ask).await;
        let mut text = String::new();
        for (name, cluster) in &live.clusters {
            for (link, row) in cluster.links.read().into_iter().flatten() {
                let word = |word: Option<&str>| word.unwrap_or("-").to_owned();
                let _ = writeln!(
                    text,
                    "{name}/{link} {} {}",
                    word(row.state.as_ref().map(|state| state.word())),
                    word(row.error.as_ref().map(|error| error.word())),
                );
            }
            for (link, rows) in cluster.mirrors.read().into_iter().flatten() {
                for (topic, row) in rows {
                    let _ = writeln!(
                        text,
                        "{name}/{link}/{topic} {} of {}",
                        row.status, row.source_topic
                    );
                }
            }
        }
        text
    }
}

fn clients(desired: &Desired, sandbox: &Sandbox) -> BTreeMap<ClusterName, Client> {
    let budget = Arc::new(RetryBudget::new(100));
    let infos = sandbox.clusters();
    let mut clients = BTreeMap::new();
    for cluster in desired.clusters.values() {
        let Some(info) = infos.iter().find(|info| info.id == cluster.id.as_str()) else {
            continue;
        };
        let auth = match basic(&info.credentials) {
            Some((user, password)) => Auth::Basic {
                user,
                password: SecretString::from(password),
            },
            None => Auth::None,
        };
        let settings = Settings {
            cluster: cluster.name.clone(),
            id: cluster.id.clone(),
            endpoint: Endpoint::parse("http://sandbox.invalid").unwrap(),
            flavour: match cluster.kind {
                ClusterKind::ConfluentCloud => Flavour::Cloud,
                ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => Flavour::Platform,
            },
            auth,
            limits: Limits::default(),
        };
        let transport = InProcess::new(
            tower::util::MapRequest::new(
                sandbox.router(),
                (|request: http::Request<http_body_util::Full<bytes::Bytes>>| {
                    request.map(Body::new)
                }) as fn(_) -> _,
            ),
            broken,
            256 << 20,
        );
        let client = Client::new(settings, Arc::new(transport), budget.clone());
        clients.insert(cluster.name.clone(), client);
    }
    clients
}

/// The first user that signs in with a name and a password.
fn basic(credentials: &[Credential]) -> Option<(String, String)> {
    credentials.iter().find_map(|credential| match credential {
        Credential::Basic {
            username, password, ..
        } => Some((username.clone(), password.clone())),
        Credential::Bearer { .. } => None,
    })
}

fn broken(parts: &http::response::Parts) -> Option<TransportError> {
    parts
        .extensions
        .get::<linkwright_sandbox::ConnectionReset>()
        .map(|_| TransportError::Reset {
            sent: true,
            why: "the connection was reset".to_owned(),
        })
}
