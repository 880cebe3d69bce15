//! Any bytes as the answers of clusters → read, diff, plan, every view. Nothing may panic, and no
//! answer may bring a secret of ours into view.
//!
//! The bytes are cut at the byte 0x1E into answers, one for each kind of call; an answer that begins
//! with three digits and a space has that status, else 200.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use linkwright::address::ClusterName;
use linkwright::api::{
    Auth, Client, Endpoint, Flavour, Limits, RetryBudget, Settings, Transport, TransportError,
};
use linkwright::desired::{Cluster, ClusterKind, Desired, lower};
use linkwright::diff::Options;
use linkwright::plan::{Allowances, Plan};
use linkwright::refresh::{Depth, refresh};
use linkwright::report::style::Style;
use linkwright::report::{plan_markdown, plan_text};
use linkwright::spec;

/// What the spec declares: links of every mode, so that every request is sent.
const SPEC: &str = include_str!("replies.spec.yaml");

/// The password that signs in, and that no view may show.
const SECRET: &str = "planted-secret-7f3a";

static DESIRED: LazyLock<Desired> = LazyLock::new(|| {
    let (spec, problems) = spec::parse(&[(Arc::from("spec.yaml"), Arc::from(SPEC))]);
    assert!(problems.is_empty(), "{problems:?}");
    lower(&spec)
});

/// Answers as the bytes say.
struct Answers(Vec<(u16, Bytes)>);

impl Answers {
    fn of(bytes: &[u8]) -> Self {
        let answers = bytes.split(|byte| *byte == 0x1e).map(|answer| {
            let head = answer.get(..4).and_then(|head| head.strip_suffix(b" "));
            let status = head
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| digits.parse().ok())
                .filter(|status| (100..1000).contains(status));
            match status {
                Some(status) => (status, Bytes::copy_from_slice(&answer[4..])),
                None => (200, Bytes::copy_from_slice(answer)),
            }
        });
        Self(answers.collect())
    }

    /// The answer to a call, by what it asks for.
    fn to(&self, path: &str) -> (u16, Bytes) {
        let kinds = [
            "/mirrors",
            "/configs",
            "/links",
            "/topics",
            "/acls",
            "/consumer-groups",
        ];
        let kind = kinds.iter().position(|kind| path.ends_with(kind));
        let kind = kind.unwrap_or(kinds.len());
        self.0[kind % self.0.len()].clone()
    }
}

impl Transport for Answers {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let (status, body) = self.to(request.uri().path());
        let mut answer = http::Response::new(body);
        if let Ok(status) = http::StatusCode::from_u16(status) {
            *answer.status_mut() = status;
        }
        Box::pin(std::future::ready(Ok(answer)))
    }
}

fn clients(answers: Answers) -> BTreeMap<ClusterName, Client> {
    let transport: Arc<dyn Transport> = Arc::new(answers);
    let budget = Arc::new(RetryBudget::new(3));
    let client = |cluster: &Cluster| {
        let settings = Settings {
            cluster: cluster.name.clone(),
            id: cluster.id.clone(),
            endpoint: Endpoint::parse("https://rest.example").expect("an endpoint"),
            flavour: match cluster.kind {
                ClusterKind::ConfluentPlatform => Flavour::Platform,
                _ => Flavour::Cloud,
            },
            auth: Auth::Basic {
                user: "operator".to_owned(),
                password: SECRET.to_owned().into(),
            },
            limits: Limits {
                attempts: 2,
                first_wait: std::time::Duration::ZERO,
                longest_wait: std::time::Duration::ZERO,
                ..Limits::default()
            },
        };
        Client::new(settings, transport.clone(), budget.clone())
    };
    let clusters = DESIRED.clusters.values();
    clusters
        .map(|cluster| (cluster.name.clone(), client(cluster)))
        .collect()
}

/// Plans against clusters that answer with the bytes; no plan when the ordering rules say no.
pub(crate) fn plan(bytes: &[u8]) -> Option<Plan> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let looked = runtime.block_on(refresh(
        &DESIRED,
        &clients(Answers::of(bytes)),
        &Options::default(),
        &Allowances::new(),
        &[],
        Depth::Drift,
    ));
    looked.ok().map(|looked| looked.plan)
}

/// Plans and shows.
pub(crate) fn run(bytes: &[u8]) {
    let Some(plan) = plan(bytes) else {
        return;
    };
    let mut shown = Vec::new();
    let _ = plan_text::write(&mut shown, &plan, &Style::default());
    let text = String::from_utf8(shown).expect("views are text");
    let markdown = plan_markdown::render(&plan);
    assert!(markdown.len() < 60_000, "a comment would not hold it");
    for view in [&text, &markdown] {
        assert!(!view.contains(SECRET), "a secret came into view");
        assert!(
            !view.contains('\u{1b}'),
            "an answer reached the terminal as a control sequence"
        );
    }
}
