//! What reading a large spec costs, compared with what its YAML alone costs another reader.
//!
//! `cargo bench --bench spec` prints both for 5,000 links; parse and validate together must stay
//! under ten times the other.

use std::fmt::Write;
use std::sync::Arc;

use linkwright::desired::lower;
use linkwright::spec;
use linkwright::validate::{self, Context};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A spec of many links between a hundred clusters, as a large fleet would have it.
fn text(links: usize) -> String {
    let mut text = "version: 1\nclusters:\n".to_owned();
    for cluster in 0..100 {
        let _ = write!(
            text,
            "  c{cluster}:\n    id: lkc-{cluster:05}\n    rest_endpoint: https://pkc-{cluster}.example.com:443\n    \
             bootstrap_servers: pkc-{cluster}.example.com:9092\n    rest_auth:\n      \
             basic: {{ username: \"${{env:KEY_{cluster}}}\", password: \"${{env:SECRET_{cluster}}}\" }}\n"
        );
    }
    text.push_str("links:\n");
    for link in 0..links {
        let (source, destination) = (link % 100, (link + 1 + link / 100) % 100);
        let destination = if source == destination {
            (destination + 1) % 100
        } else {
            destination
        };
        let _ = write!(
            text,
            "  link-{link}:\n    source: c{source}\n    destination: c{destination}\n    prefix: p{link}.\n    credentials:\n      \
             sasl_plain: {{ username: \"${{env:LINK_KEY}}\", password: \"${{env:LINK_SECRET}}\" }}\n    \
             consumer_offset_sync:\n      interval: 30s\n      groups: {{ include: [\"group-{link}-*\"] }}\n    \
             mirrors:\n      orders-{link}: {{}}\n      payments-{link}: {{ state: paused }}\n"
        );
    }
    text
}

fn files() -> [(Arc<str>, Arc<str>); 1] {
    [(Arc::from("spec.yaml"), Arc::from(text(5_000)))]
}

#[divan::bench(sample_count = 20)]
fn other_reader_alone(bencher: divan::Bencher<'_, '_>) {
    let text = text(5_000);
    bencher.bench(|| serde_yaml_ng::from_str::<serde_yaml_ng::Value>(&text));
}

#[divan::bench(sample_count = 20)]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let files = files();
    bencher.bench(|| spec::parse(&files));
}

#[divan::bench(sample_count = 20)]
fn parse_and_validate(bencher: divan::Bencher<'_, '_>) {
    let files = files();
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    bencher.bench(|| {
        let (spec, problems) = spec::parse(&files);
        let found = validate::check(&spec, &context);
        assert!(
            problems.is_empty() && found.is_empty(),
            "{:?}",
            found.first()
        );
    });
}

#[divan::bench(sample_count = 20)]
fn parse_validate_and_lower(bencher: divan::Bencher<'_, '_>) {
    let files = files();
    let context = Context {
        today: jiff::civil::date(2026, 11, 23),
    };
    bencher.bench(|| {
        let (spec, _) = spec::parse(&files);
        let found = validate::check(&spec, &context);
        (found, lower(&spec))
    });
}
