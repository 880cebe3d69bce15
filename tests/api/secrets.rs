//! Planted secrets must appear nowhere: not printed, not in errors, not in traces of any level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use linkwright::api::auth::{ClientStyle, OAuth};
use linkwright::api::{
    Auth, Client, ConfigChange, ConfigValue, Endpoint, Flavour, Limits, Mode, Net, NetSettings,
    NewConfig, NewLink, NewMirror, ProxyChoice, RemoteCheck, Settings, request,
};
use secrecy::{ExposeSecret, SecretString};

use super::server::settings;
use super::sockets::{Listener, net_settings};

const PLANTED: [&str; 9] = [
    "planted-password",
    "planted-bearer",
    "planted-client-secret",
    "planted-granted-token",
    "planted-mds-password",
    "planted-jaas-password",
    "planted-jaas-user",
    "planted/key+line/of/thirty/characters",
    "planted-proxy-password",
];

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn jaas() -> ConfigValue {
    secret(
        "org.apache.kafka.common.security.plain.PlainLoginModule required \
         username=\"planted-jaas-user\" password=\"planted-jaas-password\";",
    )
    .into()
}

fn key() -> ConfigValue {
    secret(
        "-----BEGIN PRIVATE KEY-----\nplanted/key+line/of/thirty/characters\n-----END PRIVATE KEY-----",
    )
    .into()
}

fn new_link() -> NewLink {
    NewLink {
        name: "l".into(),
        source: Some("lkc-1".into()),
        destination: None,
        remote: None,
        link_id: None,
        configs: vec![
            NewConfig {
                name: "sasl.jaas.config".to_owned(),
                value: jaas(),
            },
            NewConfig {
                name: "ssl.keystore.key".to_owned(),
                value: key(),
            },
        ],
    }
}

fn every_auth() -> Vec<Auth> {
    vec![
        Auth::None,
        Auth::Basic {
            user: "user".to_owned(),
            password: secret("planted-password"),
        },
        Auth::Bearer {
            token: secret("planted-bearer"),
            identity_pool: None,
        },
        Auth::OAuth(OAuth {
            token_url: "http://localhost/".parse().unwrap(),
            client_id: "app".to_owned(),
            client_secret: secret("planted-client-secret"),
            scope: None,
            identity_pool: Some("pool-1".to_owned()),
            style: ClientStyle::Form,
        }),
        Auth::Mds {
            url: "http://localhost/".parse().unwrap(),
            user: "user".to_owned(),
            password: secret("planted-mds-password"),
        },
    ]
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn add(&self, text: &str) {
        let mut log = self.0.lock().unwrap();
        log.extend_from_slice(text.as_bytes());
        log.push(b'\n');
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn assert_clean(text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} is in:\n{text}");
    }
}

/// A server that quotes everything it was sent, as servers do in their error messages.
fn parrot() -> Listener {
    Listener::plain(|request, stream| {
        if request.starts_with("POST /token") || request.contains("/security/1.0/authenticate") {
            let body = r#"{"access_token":"planted-granted-token","expires_in":600}"#;
            super::sockets::ok(stream, body);
            return;
        }
        // Messages are cut to a line; what matters must come before that.
        let authorization = request
            .lines()
            .find(|line| line.starts_with("authorization"));
        let sent = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        let message = format!("{} {sent}", authorization.unwrap_or_default());
        let quoted = serde_json::json!({"error_code": 40002, "message": message});
        let body = quoted.to_string();
        let _ = write!(
            stream,
            "HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
    })
}

#[tokio::test]
async fn no_secret_is_printed_reported_or_traced() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // With one subscriber only, whichever test thread comes first to a trace decides whether it is
    // enabled for all, by its own lack of one. With two, both are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::fmt().finish());
    let _traced = tracing::subscriber::set_default(subscriber);

    let server = parrot();
    for auth in every_auth() {
        let auth = match auth {
            Auth::OAuth(oauth) => Auth::OAuth(OAuth {
                token_url: server.url("http", "/token").parse().unwrap(),
                ..oauth
            }),
            Auth::Mds { user, password, .. } => Auth::Mds {
                url: server.url("http", "").parse().unwrap(),
                user,
                password,
            },
            other => other,
        };
        let settings = Settings {
            endpoint: Endpoint::parse(&server.url("http", "")).unwrap(),
            ..settings("west", Flavour::Cloud, auth, Limits::default())
        };
        log.add(&format!("{settings:?}"));
        let net = Net::new(&net_settings()).unwrap();
        let client = Client::new(settings, Arc::new(net), Arc::default());
        let link = new_link();
        let changes = [ConfigChange::Set {
            name: "sasl.jaas.config".to_owned(),
            value: jaas(),
        }];
        let mirror = NewMirror {
            source_topic: "t".into(),
            mirror_topic: None,
            configs: vec![NewConfig {
                name: "x".to_owned(),
                value: key(),
            }],
        };
        let errors = [
            client.list_links().await.map(drop).unwrap_err(),
            client
                .create_link(&link, RemoteCheck::Connect, Mode::Perform)
                .await
                .unwrap_err(),
            client
                .alter_configs(&link.name, &changes, Mode::Perform)
                .await
                .unwrap_err(),
            client.create_mirror(&link.name, &mirror).await.unwrap_err(),
        ];
        for error in errors {
            log.add(&format!("{error} {error:?} {error:#?}"));
        }
        log.add(&format!(
            "{client:?} {client:#?} {link:?} {changes:?} {mirror:?}"
        ));
        log.add(&format!(
            "{:?}",
            request::create_link(&link, RemoteCheck::Skip, Mode::Rehearse)
        ));
    }
    let text = log.text();
    assert!(text.contains("answered"), "our own trace is there");
    assert!(text.contains("***"), "the parrot quoted them");
    assert_clean(&text);

    let sent = server.seen.lock().unwrap().join("\n");
    assert!(
        sent.contains("planted-jaas-password"),
        "they were really sent"
    );
}

#[test]
fn settings_print_without_secrets() {
    for auth in every_auth() {
        assert_clean(&format!("{auth:?} {auth:#?}"));
    }
    let ConfigValue::Secret(identity) = key() else {
        panic!("it is one")
    };
    assert!(identity.expose_secret().contains("planted"));
    let settings = NetSettings {
        identity: Some(identity),
        proxy: ProxyChoice::Url(secret("http://u:planted-proxy-password@proxy:3128")),
        ..NetSettings::default()
    };
    assert_clean(&format!("{settings:?} {settings:#?}"));
    let error = Net::new(&settings).map(drop).unwrap_err();
    assert_clean(&format!("{error} {error:?}"));
    let settings = NetSettings {
        identity: None,
        proxy: ProxyChoice::Url(secret("planted-proxy-password")),
        ..net_settings()
    };
    // Whether that passes for a proxy is the library's affair; it must not be repeated.
    if let Err(error) = Net::new(&settings) {
        assert_clean(&format!("{error} {error:?}"));
    }
}
