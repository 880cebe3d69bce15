//! How long a drift run takes against merely downloading the same bytes, in the same run.
//!
//! `cargo bench --bench drift [-- CLUSTERS LINKS MIRRORS]`; by default 10 clusters, 200 links and
//! 100,000 mirror topics of three partitions. A drift run here is all that `drift` does once the spec
//! is parsed: reading, comparing, planning, judging, and writing text, JSON and metrics. The servers
//! are those of `benches/read.rs`. Rounds alternate, both sides begin without connections, and the
//! median of each side counts.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

#[path = "shared/servers.rs"]
mod servers;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use linkwright::desired::{Desired, lower};
use linkwright::diff::Options;
use linkwright::drift::{Drift, Input};
use linkwright::health::Thresholds;
use linkwright::plan::Allowances;
use linkwright::refresh::{Depth, refresh};
use linkwright::report::drift::{DriftView, json, metrics, text};
use linkwright::report::style::Style;
use linkwright::report::words;
use linkwright::spec;
use linkwright_clock::Clock;
use servers::{ROUNDS, serve_prepared, serve_sandbox};
use shared::{Size, bare_client, clients, download, link_name, median, peak_memory};

/// What a spec says of the whole deployment: every link, and every mirror topic by a pattern.
fn desired(size: &Size) -> Desired {
    let mut yaml =
        "version: 1\nclusters:\n  source: { id: lkc-source, bootstrap_servers: 'source:9092' }\n"
            .to_owned();
    for cluster in 0..size.clusters {
        yaml.push_str(&format!(
            "  cluster-{cluster}: {{ id: lkc-{cluster}, rest_endpoint: 'http://deployment.example' }}\n"
        ));
    }
    yaml.push_str("links:\n");
    for cluster in 0..size.clusters {
        for link in 0..size.links_each() {
            yaml.push_str(&format!(
                "  c{cluster}-l{link}: {{ name: {}, source: source, destination: cluster-{cluster}, \
                 credentials: {{ plaintext: {{}} }}, mirrors: {{ '*': {{}} }} }}\n",
                link_name(link)
            ));
        }
    }
    let (spec, problems) = spec::parse(&[("deployment.yaml".into(), yaml.into())]);
    assert!(problems.is_empty(), "{problems:#?}");
    lower(&spec)
}

/// Everything that a drift run asks for.
fn paths(size: &Size) -> Vec<String> {
    let mut paths = size.paths();
    for cluster in 0..size.clusters {
        paths.extend((0..size.links_each()).map(|link| {
            let name = link_name(link);
            format!("/kafka/v3/clusters/lkc-{cluster}/links/{name}?include_tasks=true")
        }));
    }
    paths
}

/// One run: how many requests it took, and what it found.
async fn run(size: &Size, base: &str, desired: &Desired) -> (u64, Drift) {
    let clients = clients(size, base);
    let looked = refresh(
        desired,
        &clients,
        &Options::default(),
        &Allowances::default(),
        &[],
        Depth::Drift,
    )
    .await
    .expect("an order");
    let now = jiff::Timestamp::from_second(1_793_527_200).expect("a time");
    let found = Drift::of(&Input {
        plan: &looked.plan,
        live: &looked.live,
        desired,
        thresholds: Thresholds {
            max_lag: Some(1_000),
            max_catch_up: None,
            max_pending: Some(Duration::from_secs(600)),
        },
        now,
    });
    let mut out = Vec::new();
    let view = DriftView::of(&found, None);
    text::write(&mut out, &view, &Style::default()).expect("room for text");
    json::write(&mut out, &view, Some(now)).expect("room for JSON");
    metrics::write(&mut out, &found, &looked.live, Some(now)).expect("room for metrics");
    let requests = clients.values().map(|client| client.counts().reads).sum();
    (requests, found)
}

async fn compare(size: &Size, base: &str, what: &str) {
    let desired = Arc::new(desired(size));
    let paths = paths(size);
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let http = bare_client();
        let started = Clock::wall().now();
        let bodies = download(&http, base, &paths).await;
        bare.push(Clock::wall().since(started));
        drop(bodies);

        let started = Clock::wall().now();
        let (requests, found) = run(size, base, &desired).await;
        ours.push(Clock::wall().since(started));

        assert_eq!(requests, paths.len() as u64, "2C + 2L");
        assert_eq!(
            found.compared.mirrors, size.mirrors,
            "every mirror is there"
        );
        assert!(found.findings.is_empty(), "{:#?}", found.findings.first());
        if round == 0 {
            println!("{what}: {}", words::drift_summary(&found));
        }
    }
    let (bare, ours) = (median(bare).as_secs_f64(), median(ours).as_secs_f64());
    println!(
        "{what:<18} bare download {:>7.1} ms   drift run {:>7.1} ms   ratio {:.2}",
        bare * 1e3,
        ours * 1e3,
        ours / bare
    );
}

fn main() {
    let size = Size::asked();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let sandbox = serve_sandbox(&size);
        // It also installs the cryptography that a bare client needs to be built at all.
        drop(clients(&size, &sandbox));
        let paths = paths(&size);
        let bodies = download(&bare_client(), &sandbox, &paths).await;
        println!(
            "{} clusters, {} links, {} mirror topics: {} requests, {:.1} MB",
            size.clusters,
            size.links,
            size.mirrors,
            paths.len(),
            bodies.iter().map(Bytes::len).sum::<usize>() as f64 / 1e6
        );
        let prepared = serve_prepared(paths.into_iter().zip(bodies).collect());
        compare(&size, &sandbox, "from the sandbox").await;
        compare(&size, &prepared, "prepared answers").await;
        println!("peak memory {} MB, the servers' among it", peak_memory());
    });
}
