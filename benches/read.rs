//! How long a snapshot takes against merely downloading the same bytes, in the same run.
//!
//! `cargo bench --bench read [-- CLUSTERS LINKS MIRRORS]`; by default 10 clusters, 200 links and
//! 100,000 mirror topics of three partitions. Two servers in this process answer over the loopback:
//! the sandbox, which makes its answers as a real server does, and one that has them ready and sends
//! them at the speed of memory, so that it shows what taking them apart costs against mere copying.
//! The servers take their share of the cores from both sides alike. Rounds alternate, both sides
//! begin without connections, and the median of each side counts.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

mod shared;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use linkwright::read::{Ask, read};
use linkwright_sandbox::{Sandbox, World};
use shared::{Size, bare_client, clients, link_name, median, peak_memory};
use tokio::time::Instant;

const ROUNDS: usize = 9;

/// Serves the sandbox from threads of its own.
fn serve_sandbox(size: &Size) -> String {
    let sandbox = Sandbox::new(World::from_yaml(&size.world()).expect("a consistent world"));
    let (tell, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a free port");
            let _ = tell.send(listener.local_addr().expect("its address"));
            let _ = linkwright_sandbox::serve(listener, sandbox, std::future::pending()).await;
        });
    });
    format!("http://{}", address.recv().expect("the server is up"))
}

/// Serves prepared bodies over connections that stay open.
fn serve_prepared(bodies: HashMap<String, Bytes>) -> String {
    let bodies = Arc::new(bodies);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bodies = bodies.clone();
            std::thread::spawn(move || {
                let _ = stream.set_nodelay(true);
                let mut writer = stream.try_clone().expect("a second handle");
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                let mut path = String::new();
                loop {
                    line.clear();
                    match reader.read_line(&mut line) {
                        Ok(0) | Err(_) => return,
                        Ok(_) => {}
                    }
                    if let Some(rest) = line.strip_prefix("GET ") {
                        path = rest.split(' ').next().unwrap_or_default().to_owned();
                    }
                    if line != "\r\n" {
                        continue;
                    }
                    let body = bodies.get(&path).cloned().unwrap_or_default();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if writer.write_all(head.as_bytes()).is_err()
                        || writer.write_all(&body).is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

/// A bare loop: one request after the other, every body held whole.
async fn download(http: &reqwest::Client, base: &str, paths: &[String]) -> Vec<Bytes> {
    let mut bodies = Vec::new();
    for path in paths {
        let answer = http.get(format!("{base}{path}")).send().await;
        bodies.push(answer.expect("an answer").bytes().await.expect("a body"));
    }
    bodies
}

async fn compare(size: &Size, base: &str, what: &str) {
    let paths = size.paths();
    let mut ask = Ask::default();
    for cluster in 0..size.clusters {
        let wanted = ask.of(&format!("cluster-{cluster}").into());
        wanted.configs = (0..size.links_each())
            .map(|link| link_name(link).into())
            .collect();
    }
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let clients = clients(size, base);
        let http = bare_client();
        let started = Instant::now();
        let bodies = download(&http, base, &paths).await;
        bare.push(started.elapsed());
        drop(bodies);

        let started = Instant::now();
        let snapshot = read(&clients, &ask).await;
        ours.push(started.elapsed());

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
    let (bare, ours) = (median(bare).as_secs_f64(), median(ours).as_secs_f64());
    println!(
        "{what:<18} bare download {:>7.1} ms   snapshot {:>7.1} ms   ratio {:.2}",
        bare * 1e3,
        ours * 1e3,
        ours / bare
    );
}

fn main() {
    let size = Size::from_arguments();
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
