//! LW041: an invalid endpoint.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW041"),
    severity: Severity::Error,
    title: "an invalid endpoint",
    why: "a REST endpoint is an `https://` URL; bootstrap servers are `host:port`. A security protocol \
         in front, such as `SASL_SSL://`, is dropped: `credentials` sets it",
    example: "\
version: 1
clusters:
  east:
    id: lkc-east01
    bootstrap_servers: https://pkc-1.us-east-1.aws.confluent.cloud:9092
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    fix: "\
version: 1
clusters:
  east:
    id: lkc-east01
    bootstrap_servers: pkc-1.us-east-1.aws.confluent.cloud:9092
  west:
    id: lkc-west01
    rest_endpoint: https://pkc-2.us-west-2.aws.confluent.cloud:443
    rest_auth: { basic: { username: \"${env:WEST_KEY}\", password: \"${env:WEST_SECRET}\" } }
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let cloud = check.spec.confluent_cloud.iter();
    problems.extend(cloud.filter_map(|cloud| base(cloud.endpoint.as_ref()?)));
    for (_, cluster) in check.spec.clusters.iter() {
        if let Some(endpoint) = &cluster.rest_endpoint
            && let Some(problem) = rest(endpoint)
        {
            problems.push(problem);
        }
        if let Some(servers) = &cluster.bootstrap_servers
            && let Some(problem) = bootstrap(servers)
        {
            problems.push(problem);
        }
    }
}

/// Confluent Cloud's own API: nothing is below its base, and the key goes only where `https` protects it.
fn base(endpoint: &Located<String>) -> Option<Diagnostic> {
    if let Some(problem) = rest(endpoint) {
        return Some(problem);
    }
    let url = url::Url::parse(endpoint).ok()?;
    (!matches!(url.path(), "" | "/")).then(|| {
        RULE.report(
            &endpoint.place,
            "the endpoint of Confluent Cloud's API has a path",
            "expected `https://host[:port]`",
        )
        .help("write `https://api.confluent.cloud`, or leave it out")
    })
}

fn rest(endpoint: &Located<String>) -> Option<Diagnostic> {
    let report = |what: &str, label: &str| RULE.report(&endpoint.place, what.to_owned(), label);
    let url = match url::Url::parse(endpoint) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
        _ => {
            return Some(
                report(
                    "the REST endpoint is not an `https://` URL",
                    "expected `https://host[:port]`",
                )
                .help("copy it from the cluster's settings; it is not the bootstrap server"),
            );
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Some(
            report(
                "the REST endpoint contains a user name or password",
                "credentials do not belong here",
            )
            .help("move it to `rest_auth`, as a reference"),
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Some(
            report(
                "the REST endpoint has a query or fragment",
                "expected a base URL",
            )
            .help("remove what follows `?` or `#`"),
        );
    }
    (url.port() == Some(9092)).then(|| {
        report(
            "the REST endpoint has Kafka's port 9092",
            "looks like the bootstrap server",
        )
        .help("the REST API is at port 443 on Confluent Cloud, 8090 or 8082 on Confluent Platform")
    })
}

const PROTOCOLS: [&str; 4] = ["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"];

fn bootstrap(servers: &Located<String>) -> Option<Diagnostic> {
    for server in servers.split(',').map(str::trim) {
        // A security protocol in front is dropped: `credentials` sets it.
        let server = match server.split_once("://") {
            Some((protocol, rest)) if PROTOCOLS.contains(&&*protocol.to_ascii_uppercase()) => rest,
            Some((scheme, rest)) => {
                return Some(
                    RULE.report(
                        &servers.place,
                        format!("the bootstrap server begins with `{scheme}://`"),
                        "expected `host:port`",
                    )
                    .help(format!(
                        "write `{rest}`; `credentials` sets the security protocol"
                    )),
                );
            }
            None => server,
        };
        let fits = server.rsplit_once(':').is_some_and(|(host, port)| {
            let legal = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            let host_fits = match host.starts_with('[') {
                true => url::Host::parse(host).is_ok(),
                false => !host.is_empty() && host.chars().all(legal),
            };
            host_fits && port.parse::<u16>().is_ok_and(|port| port != 0)
        });
        if !fits {
            return Some(
                RULE.report(
                    &servers.place,
                    "the bootstrap servers are not `host:port`, separated by commas",
                    "expected `host:port`",
                )
                .help("write for example `pkc-1.us-east-1.aws.confluent.cloud:9092`"),
            );
        }
    }
    None
}
