//! Retries, waits, pace and limits, in simulated time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use linkwright::api::{
    ApiError, Auth, Client, ConfigChange, Flavour, Limits, Mode, NewMirror, RetryBudget,
    TransportError, Verb, WriteGate,
};
use linkwright_clock::Clock;

use super::server::{Answer, Server, reply_text, settings};

const SECOND: Duration = Duration::from_secs(1);

fn too_many() -> Answer {
    Answer::json(429, r#"{"error_code":42901,"message":"slow down"}"#)
}

fn page() -> Answer {
    let mut answer = Answer::json(429, reply_text("too-many-requests.html"));
    answer.headers = vec![("content-type", "text/html".to_owned())];
    answer
}

fn failure(status: u16) -> Answer {
    Answer::json(
        status,
        format!(r#"{{"error_code":{status},"message":"no"}}"#),
    )
}

fn reset() -> Answer {
    Answer::broken(TransportError::Reset {
        sent: true,
        why: "connection reset by peer".to_owned(),
    })
}

fn refused() -> Answer {
    Answer::broken(TransportError::Connect {
        why: "connection refused".to_owned(),
    })
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_out_as_the_server_asks() {
    for (answer, wait) in [
        (too_many().header("retry-after", "30"), 30),
        (page().header("retry-after", "7"), 7),
        (too_many().header("x-ratelimit-reset", "12"), 12),
        (
            page()
                .header("date", "Mon, 23 Nov 2026 02:00:00 GMT")
                .header("retry-after", "Mon, 23 Nov 2026 02:00:45 GMT"),
            45,
        ),
        (failure(503).header("retry-after", "5"), 5),
    ] {
        let server = Server::script([answer, Answer::empty_list()]);
        let client = server.client();
        client.list_links().await.unwrap();
        let [first, second] = server.times()[..] else {
            panic!("{:?}", server.times());
        };
        assert_eq!(first, Duration::ZERO);
        // A tenth of the wait may be added, so that those who wait for the same do not come together.
        let waited = second.as_secs_f64() / f64::from(wait);
        assert!((1.0..=1.1).contains(&waited), "{second:?}");
        assert_eq!(client.counts().reads, 2);
        assert_eq!(client.counts().retries, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_wait_is_asked_again_less_and_less_often() {
    for answer in [too_many(), page()] {
        let server = Server::script([answer]);
        let error = server.client().list_links().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 429);
        let times = server.times();
        // It is given up for want of anything that is let in, not for the number of attempts.
        assert!(times[times.len() - 1] > 160 * SECOND, "{times:?}");
        assert!(times.len() < 40, "{times:?}");
        let apart: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(apart[0] < SECOND / 4, "{apart:?}");
        assert!(apart[5] > SECOND, "{apart:?}");
    }
    let error = Server::script([page()])
        .client()
        .list_links()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET …/links of west: 429 Too Many Requests: Error 429 Too Many Requests"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_to_wait_for_ever_is_left_in_the_end() {
    for seconds in ["0", "1"] {
        let server = Server::script([too_many().header("retry-after", seconds)]);
        let error = server.client().list_links().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 429);
        let times = server.times();
        assert!(
            times[5] > SECOND / 4,
            "a wait of 0 s is no leave to hurry: {times:?}"
        );
        assert!(times.len() < 40, "{times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_we_may_is_not_begun() {
    let server = Server::script([too_many().header("retry-after", "86400")]);
    let error = server.client().list_links().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(86_400 * SECOND));
    assert_eq!(server.times(), [Duration::ZERO]);
}

/// One throttled call stops all calls to that cluster: the limit is the cluster's, not the call's.
#[tokio::test(start_paused = true)]
async fn a_throttled_cluster_is_left_alone_by_everybody() {
    let server = Server::script([too_many().header("retry-after", "20"), Answer::empty_list()]);
    let client = server.client();
    let (links, ()) = tokio::join!(client.list_links(), async {
        Clock::wall().sleep(SECOND).await;
        client.list_topics().await.unwrap();
    });
    links.unwrap();
    // Both come after the pause, and not at once: what was too much is not tried again.
    let times = server.times();
    assert!(
        times[1] >= 20 * SECOND && times[1] < 22 * SECOND,
        "{times:?}"
    );
    assert!(times[2] - times[1] > SECOND / 40, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_after_every_transient_error() {
    for trouble in [
        failure(500),
        failure(502),
        failure(503),
        failure(504),
        failure(408),
        reset(),
        refused(),
    ] {
        let server = Server::script([trouble.clone(), trouble, Answer::empty_list()]);
        server.client().list_links().await.unwrap();
        assert_eq!(server.lines().len(), 3);
    }
    for lasting in [400, 401, 403, 404, 405, 409, 415, 501] {
        let server = Server::script([failure(lasting), Answer::empty_list()]);
        server.client().list_links().await.unwrap_err();
        assert_eq!(server.lines().len(), 1, "{lasting}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_is_down_is_given_up_soon() {
    let server = Server::script([refused()]);
    let started = Clock::wall().now();
    let error = server.client().list_links().await.unwrap_err();
    assert!(error.is_retryable() && !error.is_ambiguous());
    assert_eq!(server.lines().len(), 3);
    assert!(Clock::wall().since(started) < SECOND);
}

/// Lets every write go, and counts those that may be under way although they have ended for us.
#[derive(Default)]
struct Gate(AtomicUsize);

impl WriteGate for Gate {
    fn may_write(&self) -> Result<(), String> {
        Ok(())
    }

    fn unanswered(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A gateway answers 502 to a request that it has passed on.
#[tokio::test(start_paused = true)]
async fn whoever_guards_writes_hears_of_each_that_may_still_be_under_way() {
    let mirror = NewMirror {
        source_topic: "orders".into(),
        mirror_topic: None,
        configs: Vec::new(),
    };
    for (answer, open) in [
        (failure(500), 1),
        (failure(502), 1),
        (failure(504), 1),
        (failure(408), 1),
        (reset(), 1),
        (refused(), 0),
        (failure(400), 0),
        (failure(409), 0),
        (Answer::json(204, ""), 0),
    ] {
        let about = format!("{answer:?}");
        let server = Server::script([answer]);
        let client = server.client();
        let gate = Arc::new(Gate::default());
        client.guard_writes(gate.clone());
        // What it came to is not the question here.
        drop(client.create_mirror(&"dr".into(), &mirror).await);
        assert_eq!(gate.0.load(Ordering::SeqCst), open, "{about}");
        // Reads are not guarded.
        drop(client.list_links().await);
        assert_eq!(gate.0.load(Ordering::SeqCst), open, "{about}");
    }
}

/// What became of the write must be read before it is repeated, and that is not the client's work.
#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_arrived_is_made_once_and_is_ambiguous() {
    let link = "l".into();
    let mirror = NewMirror {
        source_topic: "t".into(),
        mirror_topic: None,
        configs: Vec::new(),
    };
    let never = Answer::json(204, "").after(Duration::from_secs(3600));
    for trouble in [
        failure(500),
        failure(504),
        failure(408),
        reset(),
        never.clone(),
    ] {
        let server = Server::script([trouble, Answer::json(204, "")]);
        let error = server
            .client()
            .create_mirror(&link, &mirror)
            .await
            .unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert!(!error.is_retryable());
        assert_eq!(server.lines().len(), 1);
        let server = Server::script([reset(), Answer::json(204, "")]);
        let error = server
            .client()
            .alter_mirrors(&link, Verb::Failover, &["t".into()], Mode::Perform)
            .await
            .unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
    }
    for trouble in [too_many(), page(), refused()] {
        let server = Server::script([trouble, Answer::json(204, "")]);
        server.client().create_mirror(&link, &mirror).await.unwrap();
        assert_eq!(server.lines().len(), 2);
    }
    // Altering configs twice does no harm, and a 5xx says that the server is there.
    let changes = [ConfigChange::Delete {
        name: "acl.sync.ms".to_owned(),
    }];
    let server = Server::script([failure(503), Answer::json(204, "")]);
    server
        .client()
        .alter_configs(&link, &changes, Mode::Perform)
        .await
        .unwrap();
    for trouble in [reset(), never] {
        let server = Server::script([trouble, Answer::json(204, "")]);
        let client = server.client();
        let error = client
            .alter_configs(&link, &changes, Mode::Perform)
            .await
            .unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(server.lines().len(), 1);
        let rehearsed = Server::script([reset(), Answer::json(204, "")]);
        let client = rehearsed.client();
        client
            .alter_configs(&link, &changes, Mode::Rehearse)
            .await
            .unwrap();
        assert_eq!(client.counts().rehearsals, 2);
        assert_eq!(client.counts().writes, 0);
    }
    let server = Server::script([failure(500)]);
    let error = server
        .client()
        .alter_configs(&link, &changes, Mode::Perform)
        .await
        .unwrap_err();
    assert!(
        error.is_ambiguous(),
        "repeated in vain, and one of them may have been done"
    );
    assert_eq!(server.lines().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_ends_is_cut_off_by_time() {
    let limits = Limits {
        silence: 20 * SECOND,
        ..Limits::default()
    };
    let server = Server::script([Answer::empty_list().after(25 * SECOND)]);
    let error = server
        .client_with(Auth::None, limits)
        .list_links()
        .await
        .unwrap_err();
    assert_eq!(error.reason(), "no response within 20 s");
    assert_eq!(server.lines().len(), 1, "it is not waited for twice");
}

#[tokio::test(start_paused = true)]
async fn an_answer_too_large_is_not_held() {
    let server = Server::script([Answer::json(200, "x".repeat(2048))]);
    let client = Client::new(
        settings("west", Flavour::Cloud, Auth::None, Limits::default()),
        server.transport_with_limit(1024),
        Arc::default(),
    );
    let error = client.list_links().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET …/links of west: the response is larger than 1024 bytes"
    );
    assert_eq!(
        server.lines().len(),
        1,
        "it would not be smaller the next time"
    );
}

#[tokio::test(start_paused = true)]
async fn one_budget_bounds_the_retries_of_a_run() {
    let budget = Arc::new(RetryBudget::new(3));
    let server = Server::script([failure(500)]);
    let clients = ["west", "east"].map(|name| {
        Client::new(
            settings(name, Flavour::Cloud, Auth::None, Limits::default()),
            server.transport(),
            budget.clone(),
        )
    });
    for client in &clients {
        client.list_links().await.unwrap_err();
        client.list_topics().await.unwrap_err();
    }
    assert_eq!(server.lines().len(), 4 + 3, "four calls and three retries");
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_at_once_than_allowed_nor_faster() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let limits = Limits {
        under_way: 3,
        per_second: 10,
        ..Limits::default()
    };
    let most = Arc::new(AtomicUsize::new(0));
    let server = Server::script([Answer::empty_list().after(2 * SECOND)]);
    let client = server.client_with(Auth::None, limits);
    let calls = (0..12).map(|_| client.list_links());
    let watch = async {
        for _ in 0..200 {
            Clock::wall().sleep(Duration::from_millis(50)).await;
            // Each answer takes 2 s: those seen in the last 2 s are under way.
            let under_way = server
                .times()
                .iter()
                .filter(|at| server.age() < **at + 2 * SECOND)
                .count();
            most.fetch_max(under_way, Ordering::Relaxed);
        }
    };
    tokio::join!(futures_util::future::join_all(calls), watch);
    assert_eq!(most.load(Ordering::Relaxed), 3);
    let times = server.times();
    assert_eq!(times.len(), 12);
    let last = times[11].as_secs_f64();
    assert!((6.2..6.3).contains(&last), "four rounds of three: {last}");
}

#[tokio::test(start_paused = true)]
async fn a_hub_is_read_at_once_until_the_server_had_too_much() {
    let server = Server::script([Answer::empty_list()]);
    let client = server.client();
    futures_util::future::join_all((0..202).map(|_| client.list_links())).await;
    assert_eq!(server.times()[201], Duration::ZERO, "2 + 200 calls at once");

    let server = Server::script([Answer::json(429, ""), Answer::empty_list().after(SECOND)]);
    let client = server.client();
    let answers = futures_util::future::join_all((0..40).map(|_| client.list_links())).await;
    assert!(answers.iter().all(Result::is_ok), "every call is answered");
    assert_eq!(client.counts().retries, 1);
    let times = server.times();
    // Those that were under way already go as they went.
    let mut gaps = times[8..].windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.all(|gap| gap > Duration::ZERO), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_name_no_path_can_carry_is_never_sent() {
    let server = Server::script([Answer::json(204, "")]);
    for name in ["", ".", "..", "-"] {
        let error = server
            .client()
            .delete_link(&name.into(), Mode::Perform)
            .await
            .unwrap_err();
        assert!(matches!(error, ApiError::Unaddressable { .. }), "{error}");
    }
    assert!(server.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn names_arrive_as_they_are() {
    let server = Server::script([Answer::json(204, "")]);
    for name in ["with space", "a/b", "100%", "żółć", "a?b#c"] {
        let _ = server
            .client()
            .delete_link(&name.into(), Mode::Perform)
            .await;
    }
    let base = "DELETE /kafka/v3/clusters/lkc-west/links/";
    assert_eq!(
        server.lines(),
        [
            "with%20space",
            "a%2Fb",
            "100%25",
            "%C5%BC%C3%B3%C5%82%C4%87",
            "a%3Fb%23c"
        ]
        .map(|escaped| format!("{base}{escaped}"))
    );
}
