//! How long a snapshot takes against merely downloading the same bytes, in the same run.
//!
//! `cargo bench --bench read [-- CLUSTERS LINKS MIRRORS]`; by default 10 clusters, 200 links and
//! 100,000 mirror topics of three partitions. Two servers in this process answer over the loopback:
//! the sandbox, which makes its answers as a real server does, and one that has them ready and sends
//! them at the speed of memory, so that it shows what taking them apart costs against mere copying.
//! The servers take their share of the cores from all sides alike. Rounds alternate, all sides
//! begin without connections, and the median of each side counts. The bare download asks for one answer after the
//! other, and for as many at once as a client has under way.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

#[path = "shared/servers.rs"]
mod servers;
mod shared;

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use linkwright::read::{ReadRequest, read};
use linkwright_clock::Clock;
use servers::{ROUNDS, serve_prepared, serve_sandbox};
use shared::{Size, bare_client, clients, download, link_name, median, peak_memory};

/// Requests under way: `policy.concurrency` of one cluster.
const AT_ONCE: usize = 64;

/// A bare loop with so many requests under way, every body held whole.
async fn download_at_once(http: &reqwest::Client, base: &str, paths: &[String]) -> Vec<Bytes> {
    let calls = paths.iter().map(|path| async move {
        let answer = http.get(format!("{base}{path}")).send().await;
        answer.expect("an answer").bytes().await.expect("a body")
    });
    stream::iter(calls).buffered(AT_ONCE).collect().await
}

async fn compare(size: &Size, base: &str, what: &str) {
    let paths = size.paths();
    let mut ask = ReadRequest::default();
    for cluster in 0..size.clusters {
        let wanted = ask.of(&format!("cluster-{cluster}").into());
        wanted.configs = (0..size.links_each())
            .map(|link| link_name(link).into())
            .collect();
    }
    let (mut bare, mut at_once, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let clients = clients(size, base);
        let http = bare_client();
        let started = Clock::wall().now();
        let bodies = download(&http, base, &paths).await;
        bare.push(Clock::wall().since(started));
        drop(bodies);

        let http = bare_client();
        let started = Clock::wall().now();
        let bodies = download_at_once(&http, base, &paths).await;
        at_once.push(Clock::wall().since(started));
        drop(bodies);

        let started = Clock::wall().now();
        let snapshot = read(&clients, &ask).await;
        ours.push(Clock::wall().since(started));

        let requests: u64 = clients.values().map(|client| client.counts().reads).sum();
        assert_eq!(requests, paths.len() as u64, "2C + L");
        let mirrors: usize = snapshot
            .clusters
            .values()
            .filter_map(|cluster| cluster.mirrors.read())
            .flat_map(BTreeMap::values)
            .map(BTreeMap::len)
            .sum();
        assert_eq!(mirrors, size.mirrors, "every mirror is there");
    }
    let [bare, at_once, ours] = [bare, at_once, ours].map(|times| median(times).as_secs_f64());
    println!(
        "{what:<18} bare download {:>7.1} ms, {AT_ONCE} at once {:>7.1} ms   snapshot {:>7.1} ms   ratios {:.2}, {:.2}",
        bare * 1e3,
        at_once * 1e3,
        ours * 1e3,
        ours / bare,
        ours / at_once
    );
}

fn main() {
    let size = Size::asked();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let sandbox = serve_sandbox(&size);
        // It also installs the cryptography that a bare client needs to be built at all.
        drop(clients(&size, &sandbox));
        let paths = size.paths();
        let bodies = download(&bare_client(), &sandbox, &paths).await;
        println!(
            "{} clusters, {} links, {} mirror topics: {} requests, {:.1} MB",
            size.clusters,
            size.links,
            size.mirrors,
            paths.len(),
            bodies.iter().map(Bytes::len).sum::<usize>() as f64 / 1e6
        );
        let before = peak_memory();
        let prepared = serve_prepared(paths.into_iter().zip(bodies).collect());
        compare(&size, &sandbox, "from the sandbox").await;
        compare(&size, &prepared, "prepared answers").await;
        println!(
            "peak memory {} MB, of which {before} MB are the servers' and one download",
            peak_memory()
        );
    });
}
