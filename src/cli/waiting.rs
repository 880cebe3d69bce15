//! What a command waits for while nothing else shows it: [`showing`].

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use linkwright_clock::Clock;

use super::commands::Unarmed;
use crate::address::ClusterName;
use crate::api::{Client, Waits};
use crate::report::safe;

/// What is waited for is shown after this time, and then every ten seconds.
const FIRST: Duration = Duration::from_secs(2);
const NEXT: Duration = Duration::from_secs(10);
/// Where nothing was waited for at that moment, it is looked for again after this time.
const SOON: Duration = Duration::from_secs(1);

/// Does some work, and shows on standard error what it waits for meanwhile.
pub(super) async fn showing<T>(
    clients: &BTreeMap<ClusterName, Client>,
    is_quiet: bool,
    work: impl Future<Output = T>,
) -> T {
    // Without a cluster nothing is waited for.
    let clock = clients
        .values()
        .next()
        .map_or_else(Clock::wall, |client| client.clock().clone());
    let mut work = std::pin::pin!(work);
    let mut next = FIRST;
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            () = clock.sleep(next) => {
                let is_shown = !is_quiet && show(clients);
                next = if is_shown || is_quiet { NEXT } else { SOON };
            }
        }
    }
}

/// Shows what is waited for, and whether anything is.
fn show(clients: &BTreeMap<ClusterName, Client>) -> bool {
    let mut err = Unarmed::new(std::io::stderr().lock(), true);
    let mut is_shown = false;
    for (cluster, client) in clients {
        if let Some(waits) = client.waits()
            && waits.since >= FIRST
        {
            // Where no one reads, no one misses it.
            drop(writeln!(err, "{}", line(cluster, &waits)));
            is_shown = true;
        }
    }
    is_shown
}

/// `waiting for east for 12 s: GET …/links and 3 more (throttled: the server asks for a wait of 30 s)`.
fn line(cluster: &ClusterName, waits: &Waits) -> String {
    let Waits {
        call,
        calls,
        since,
        problem,
        held,
        rate,
    } = waits;
    let more = match calls - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let way = match (held, rate, problem) {
        (Some(held), _, _) => Some(format!(
            "throttled: the server asks for a wait, {} s of it are left",
            held.as_secs() + 1
        )),
        (None, Some(rate), _) => Some(format!(
            "throttled: the server allows about {rate:.1} requests a second"
        )),
        (None, None, Some(problem)) => Some(problem.clone()),
        (None, None, None) => None,
    };
    let way = way.map_or_else(String::new, |way| format!(" ({way})"));
    let cluster = safe::name(cluster.as_str());
    let since = since.as_secs();
    format!(
        "waiting for {cluster} for {since} s: {}{more}{}",
        safe::clean(call),
        safe::clean(&way)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_in_the_way() {
        let waits = Waits {
            call: "GET …/links".to_owned(),
            calls: 4,
            since: Duration::from_millis(12_300),
            problem: None,
            held: None,
            rate: None,
        };
        let said = |waits: &Waits| line(&"east".into(), waits);
        assert_eq!(
            said(&waits),
            "waiting for east for 12 s: GET …/links and 3 more"
        );
        let waits = Waits {
            problem: Some("503 Service Unavailable".to_owned()),
            ..waits
        };
        assert!(said(&waits).ends_with(" (503 Service Unavailable)"));
        let waits = Waits {
            rate: Some(5.04),
            ..waits
        };
        assert!(said(&waits).ends_with("allows about 5.0 requests a second)"));
        let waits = Waits {
            held: Some(Duration::from_secs(29)),
            calls: 1,
            ..waits
        };
        assert_eq!(
            said(&waits),
            "waiting for east for 12 s: GET …/links (throttled: the server asks for a wait, 30 s of it are left)"
        );
    }
}
