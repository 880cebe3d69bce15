//! Credentials: what is sent, when tokens are got, kept and renewed.

use std::sync::Arc;
use std::time::Duration;

use linkwright::api::auth::{ClientStyle, OAuth};
use linkwright::api::{ApiError, Auth, Limits};
use linkwright_clock::Clock;
use secrecy::SecretString;

use super::server::{Answer, Seen, Server};

fn oauth(style: ClientStyle) -> Auth {
    Auth::OAuth(OAuth {
        token_url: "http://idp.test/oauth2/token".parse().unwrap(),
        client_id: "app&1".to_owned(),
        client_secret: SecretString::from("s3cr=t"),
        scope: Some("kafka admin".to_owned()),
        identity_pool: Some("pool-9".to_owned()),
        style,
    })
}

fn authorization(seen: &Seen) -> &str {
    seen.headers
        .get("authorization")
        .map_or("", |value| value.to_str().unwrap())
}

/// Hands out `token-1`, `token-2`, …; the API takes the ones that `good` names.
fn issuer(life: &'static str, good: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let issued = std::sync::atomic::AtomicUsize::new(0);
    Server::new(move |seen| {
        if seen.line.contains("/oauth2/token") || seen.line.contains("/security/1.0/authenticate") {
            let number = issued.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            let field = if seen.line.contains("/security/") {
                "auth_token"
            } else {
                "access_token"
            };
            Answer::json(
                200,
                format!(r#"{{"{field}":"token-{number}","expires_in":{life}}}"#),
            )
        } else if good(authorization(seen)) {
            Answer::empty_list()
        } else {
            Answer::json(
                401,
                r#"{"error_code":40101,"message":"Authentication failed"}"#,
            )
        }
    })
}

#[tokio::test(start_paused = true)]
async fn basic_bearer_and_none() {
    for (auth, header) in [
        (Auth::None, ""),
        (
            Auth::Basic {
                user: "KEY".to_owned(),
                password: SecretString::from("päss:word"),
            },
            "Basic S0VZOnDDpHNzOndvcmQ=",
        ),
        (
            Auth::Bearer {
                token: SecretString::from("abc.def"),
                identity_pool: None,
            },
            "Bearer abc.def",
        ),
    ] {
        let server = Server::script([Answer::empty_list()]);
        server
            .client_with(auth, Limits::default())
            .list_links()
            .await
            .unwrap();
        let seen = server.seen.lock().unwrap();
        assert_eq!(authorization(&seen[0]), header);
        assert_eq!(seen[0].headers["accept"], "application/json");
        assert!(!seen[0].headers.contains_key("confluent-identity-pool-id"));
    }
}

#[tokio::test(start_paused = true)]
async fn client_credentials_are_posted_as_the_provider_wants_them() {
    for (style, body, header) in [
        (
            ClientStyle::Form,
            "grant_type=client_credentials&scope=kafka%20admin&client_id=app%261&client_secret=s3cr%3Dt",
            "",
        ),
        (
            ClientStyle::Header,
            "grant_type=client_credentials&scope=kafka%20admin",
            "Basic YXBwJTI2MTpzM2NyJTNEdA==",
        ),
    ] {
        let server = issuer("3600", |_| true);
        let client = server.client_with(oauth(style), Limits::default());
        client.list_links().await.unwrap();
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen[0].line, "POST /oauth2/token");
        assert_eq!(seen[0].body, body);
        assert_eq!(authorization(&seen[0]), header);
        assert_eq!(
            seen[0].headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(authorization(&seen[1]), "Bearer token-1");
        assert_eq!(seen[1].headers["confluent-identity-pool-id"], "pool-9");
        assert_eq!(
            client.counts().reads,
            1,
            "the token is not a read of the cluster"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn many_calls_share_one_token_until_shortly_before_it_ends() {
    let server = issuer("600", |_| true);
    let client = server.client_with(oauth(ClientStyle::Form), Limits::default());
    let calls = (0..10).map(|_| client.list_links());
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let issued = |server: &Server| {
        server
            .lines()
            .iter()
            .filter(|line| line.contains("/oauth2/"))
            .count()
    };
    assert_eq!(issued(&server), 1);
    Clock::wall().sleep(Duration::from_secs(500)).await;
    client.list_links().await.unwrap();
    assert_eq!(issued(&server), 1);
    Clock::wall().sleep(Duration::from_secs(45)).await;
    client.list_links().await.unwrap();
    assert_eq!(issued(&server), 2, "a minute before its end it is renewed");
}

#[tokio::test(start_paused = true)]
async fn a_token_refused_mid_run_is_renewed_once() {
    let server = issuer("600", |header| header == "Bearer token-2");
    let client = server.client_with(oauth(ClientStyle::Form), Limits::default());
    client.list_links().await.unwrap();
    client.list_links().await.unwrap();
    assert_eq!(client.counts().tokens_renewed, 1);
    assert_eq!(
        server.lines(),
        [
            "POST /oauth2/token",
            "GET /kafka/v3/clusters/lkc-west/links",
            "POST /oauth2/token",
            "GET /kafka/v3/clusters/lkc-west/links",
            "GET /kafka/v3/clusters/lkc-west/links",
        ]
    );

    let server = issuer("600", |_| false);
    let client = server.client_with(oauth(ClientStyle::Form), Limits::default());
    let error = client.list_links().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(server.lines().len(), 4, "no endless circle");
}

/// Ten calls find the token refused at once: one of them gets the new one for all.
#[tokio::test(start_paused = true)]
async fn a_refusal_of_many_calls_renews_the_token_once() {
    let server = issuer("600", |header| header == "Bearer token-2");
    let client = server.client_with(oauth(ClientStyle::Form), Limits::default());
    let calls = (0..8).map(|_| client.list_links());
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let issued = server
        .lines()
        .iter()
        .filter(|line| line.contains("/oauth2/"))
        .count();
    assert_eq!(issued, 2);
}

#[tokio::test(start_paused = true)]
async fn a_basic_401_is_not_tried_again() {
    let server = Server::script([Answer::json(401, r#"{"error_code":40101,"message":"no"}"#)]);
    let auth = Auth::Basic {
        user: "u".to_owned(),
        password: SecretString::from("wrong"),
    };
    let error = server
        .client_with(auth, Limits::default())
        .list_links()
        .await
        .unwrap_err();
    assert!(error.is_auth());
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_metadata_service_gives_tokens() {
    for url in ["http://mds.test:8090", "http://mds.test:8090/"] {
        let server = issuer("3600", |header| header == "Bearer token-1");
        let auth = Auth::Mds {
            url: url.parse().unwrap(),
            user: "admin".to_owned(),
            password: SecretString::from("pw"),
        };
        server
            .client_with(auth, Limits::default())
            .list_links()
            .await
            .unwrap();
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen[0].line, "GET /security/1.0/authenticate");
        assert_eq!(authorization(&seen[0]), "Basic YWRtaW46cHc=");
    }
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_refuses_differs_from_one_that_cannot_be_reached() {
    let refusing = Server::script([Answer::json(
        401,
        r#"{"error":"invalid_client","error_description":"bad secret s3cr=t for app"}"#,
    )]);
    let client = refusing.client_with(oauth(ClientStyle::Form), Limits::default());
    let error = client.list_links().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(
        error.to_string(),
        "GET …/links of west: cannot get an access token from idp.test: 401 Unauthorized: bad secret *** for app"
    );
    assert_eq!(refusing.lines().len(), 1);

    let failing = Server::script([Answer::json(503, "")]);
    let client = failing.client_with(oauth(ClientStyle::Form), Limits::default());
    let error = client.list_links().await.unwrap_err();
    assert!(!error.is_auth() && error.is_retryable());
    assert_eq!(failing.lines().len(), 6, "tried again as the calls are");

    for nonsense in [
        "<html>",
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":"a\nb"}"#,
    ] {
        let server = Server::script([Answer::json(200, nonsense)]);
        let limits = Limits {
            attempts: 1,
            ..Limits::default()
        };
        let error = server
            .client_with(oauth(ClientStyle::Form), limits)
            .list_links()
            .await
            .unwrap_err();
        assert!(matches!(error, ApiError::Token { .. }), "{error}");
    }
}

/// A private cluster's certificate authority says nothing about a public identity provider.
#[tokio::test(start_paused = true)]
async fn tokens_can_come_another_way_than_calls() {
    let idp = issuer("600", |_| false);
    let cluster = Server::script([Answer::empty_list()]);
    let client = linkwright::api::Client::with_token_transport(
        super::server::settings(
            "west",
            linkwright::api::Flavour::Cloud,
            oauth(ClientStyle::Form),
            Limits::default(),
        ),
        cluster.transport(),
        idp.transport(),
        Arc::default(),
    );
    client.list_links().await.unwrap();
    assert_eq!(idp.lines(), ["POST /oauth2/token"]);
    assert_eq!(cluster.lines().len(), 1);
}
