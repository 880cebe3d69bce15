//! Telling another system: [`Webhook`], one JSON document by POST.
//!
//! The URL of a webhook is its only key, so it is a secret: no error, log or trace holds any of it,
//! nor what the receiver repeats of it.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};

use super::error::is_transient;
use super::retry::{FullJitter, asked_wait};
use super::scrub::Scrubber;
use super::transport::{Transport, TransportError};

/// An attempt may take as long.
const ATTEMPT: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// No attempt begins later than this after the first.
const WITHIN: Duration = Duration::from_secs(60);
/// Characters of what the receiver says that are shown.
const WORDS: usize = 200;

/// Where to send.
pub struct Webhook {
    url: SecretString,
    user: Option<SecretString>,
    is_https: bool,
    scrubber: Scrubber,
}

/// Why there is no webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not an https:// or http:// URL with a host")]
pub struct NotAWebhook;

/// A document that was not delivered, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}, after {attempts} {times}", times = if *attempts == 1 { "attempt" } else { "attempts" })]
pub struct Undelivered {
    /// How often it was tried.
    pub attempts: u32,
    /// What came of the last attempt.
    pub why: String,
}

impl Webhook {
    /// A webhook at this URL. A user name and password in it become basic authentication.
    ///
    /// # Errors
    /// When it is no URL for HTTP.
    pub fn new(url: &SecretString) -> Result<Self, NotAWebhook> {
        let text = url.expose_secret().trim();
        let mut parsed = url::Url::parse(text).map_err(|_| NotAWebhook)?;
        let is_https = match parsed.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(NotAWebhook),
        };
        if parsed.host_str().is_none_or(str::is_empty) {
            return Err(NotAWebhook);
        }
        let mut scrubber = Scrubber::default();
        let mut hide = |text: &str| scrubber.add(&SecretString::from(text));
        hide(text);
        hide(parsed.as_str());
        parsed.host_str().into_iter().for_each(&mut hide);
        hide(parsed.path());
        parsed
            .path_segments()
            .into_iter()
            .flatten()
            .for_each(&mut hide);
        parsed.query().into_iter().for_each(&mut hide);
        for (_, value) in parsed.query_pairs() {
            hide(&value);
        }
        let user = match (parsed.username(), parsed.password()) {
            ("", None) => None,
            (name, password) => {
                let pair = format!("{}:{}", plain(name), plain(password.unwrap_or_default()));
                hide(&pair);
                password.into_iter().for_each(&mut hide);
                let header = format!("Basic {}", STANDARD.encode(&pair));
                hide(&header);
                Some(SecretString::from(header))
            }
        };
        // Neither fails for a URL with a host.
        let _ = parsed.set_username("");
        let _ = parsed.set_password(None);
        parsed.set_fragment(None);
        Ok(Self {
            url: SecretString::from(String::from(parsed)),
            user,
            is_https,
            scrubber,
        })
    }

    /// Whether it takes TLS to reach it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Sends the document, again for a while when the receiver cannot be reached, is busy or fails.
    /// It may arrive twice: a receiver that fails after accepting it looks like one that did not accept it.
    ///
    /// # Errors
    /// When no attempt was answered with a 2xx status.
    pub async fn post(&self, transport: &dyn Transport, json: Bytes) -> Result<(), Undelivered> {
        let clock = transport.clock();
        let began = clock.now();
        let mut waits = FullJitter::new(FIRST_WAIT, LONGEST_WAIT, ATTEMPTS, json.len() as u64);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let Err(miss) = self.attempt(transport, json.clone()).await else {
                return Ok(());
            };
            let wait = waits
                .next()
                .filter(|_| miss.again)
                .map(|wait| miss.asked.unwrap_or(wait))
                .filter(|wait| clock.since(began) + *wait <= WITHIN);
            let Some(wait) = wait else {
                return Err(Undelivered {
                    attempts,
                    why: self.scrubber.scrub(&miss.why),
                });
            };
            clock.sleep(wait).await;
        }
    }

    async fn attempt(&self, transport: &dyn Transport, json: Bytes) -> Result<(), AttemptError> {
        let mut request =
            http::Request::post(self.url.expose_secret()).header(CONTENT_TYPE, "application/json");
        if let Some(user) = &self.user {
            request = request.header(AUTHORIZATION, user.expose_secret());
        }
        let request = request.body(json).map_err(|_| AttemptError {
            why: "the URL cannot be used in a request".to_owned(),
            again: false,
            asked: None,
        })?;
        let clock = transport.clock();
        let sent = clock.timeout(ATTEMPT, transport.send(request)).await;
        let answer = sent.unwrap_or(Err(TransportError::Timeout {
            after: ATTEMPT,
            sent: true,
        }));
        let answer = answer.map_err(|error| AttemptError {
            again: !matches!(
                error,
                TransportError::Tls { .. } | TransportError::Invalid { .. }
            ),
            why: error.to_string(),
            asked: None,
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let mut why = format!("it answered {status}");
        if status.is_redirection() {
            why.push_str("; redirects are not followed");
        } else if let Some(words) = words(answer.body()) {
            why.push_str(": ");
            why.push_str(&words);
        }
        Err(AttemptError {
            why,
            again: is_transient(status),
            asked: asked_wait(answer.headers()),
        })
    }
}

/// An attempt that failed.
struct AttemptError {
    why: String,
    again: bool,
    asked: Option<Duration>,
}

/// A part of a URL as it was meant.
fn plain(part: &str) -> String {
    url::form_urlencoded::parse(part.replace('+', "%2B").as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// A short answer in plain text, such as Slack's `no_service`; a page of HTML says nothing to anyone.
fn words(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() || folded.starts_with('<') {
        return None;
    }
    Some(folded.chars().take(WORDS).collect())
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(***)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;
    use linkwright_clock::{Clock, run};

    use super::*;

    const URL: &str = "https://hooks.example/services/T000/B000/s3cr3t-t0ken?key=an0ther";

    type Answer = Result<http::Response<Bytes>, TransportError>;

    /// Answers from a list, the last one for ever.
    struct Script {
        clock: Clock,
        answers: Mutex<Vec<Answer>>,
        seen: Mutex<Vec<http::Request<Bytes>>>,
    }

    impl Script {
        fn new(clock: &Clock, answers: Vec<Answer>) -> Self {
            Self {
                clock: clock.clone(),
                answers: Mutex::new(answers),
                seen: Mutex::default(),
            }
        }

        fn seen(&self) -> usize {
            self.seen.lock().unwrap().len()
        }
    }

    impl Transport for Script {
        fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Answer> {
            self.seen.lock().unwrap().push(request);
            let mut answers = self.answers.lock().unwrap();
            let answer = match answers.len() {
                1 => answers[0].clone(),
                _ => answers.remove(0),
            };
            async move { answer }.boxed()
        }

        fn clock(&self) -> Clock {
            self.clock.clone()
        }
    }

    fn answer(status: u16, body: &'static str) -> Answer {
        let response = http::Response::builder().status(status);
        Ok(response.body(Bytes::from_static(body.as_bytes())).unwrap())
    }

    async fn post(url: &str, script: &Script) -> Result<(), Undelivered> {
        let webhook = Webhook::new(&SecretString::from(url)).unwrap();
        webhook.post(script, Bytes::from_static(b"{}")).await
    }

    #[test]
    fn it_tries_again_for_a_while_and_no_longer() {
        run(async |clock| {
            let connect = || {
                Err(TransportError::Connect {
                    why: "refused".to_owned(),
                })
            };
            let script = Script::new(clock, vec![connect(), answer(503, ""), answer(204, "")]);
            post(URL, &script).await.unwrap();
            assert_eq!(script.seen(), 3);

            let began = clock.now();
            let script = Script::new(clock, vec![connect()]);
            let error = post(URL, &script).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                "cannot connect: refused, after 4 attempts"
            );
            assert!(clock.since(began) < WITHIN);

            let script = Script::new(clock, vec![answer(404, "no_service\n")]);
            let error = post(URL, &script).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                "it answered 404 Not Found: no_service, after 1 attempt"
            );
        })
        .unwrap();
    }

    #[test]
    fn the_receiver_says_how_long_to_wait() {
        run(async |clock| {
            let busy = |seconds: u64| {
                let answer = http::Response::builder()
                    .status(429)
                    .header("retry-after", seconds);
                Ok(answer.body(Bytes::new()).unwrap())
            };
            let began = clock.now();
            let script = Script::new(clock, vec![busy(20), answer(200, "ok")]);
            post(URL, &script).await.unwrap();
            assert_eq!(clock.since(began), Duration::from_secs(20));
            let script = Script::new(clock, vec![busy(600)]);
            assert_eq!(post(URL, &script).await.unwrap_err().attempts, 1);
        })
        .unwrap();
    }

    #[test]
    fn nothing_of_the_url_is_ever_shown() {
        run(async |clock| {
        let echo = "cannot post to https://hooks.example/services/T000/B000/s3cr3t-t0ken?key=an0ther \
                    (hooks.example, /services/T000/B000/s3cr3t-t0ken, s3cr3t-t0ken, an0ther)";
        let error = post(URL, &Script::new(clock, vec![answer(400, echo)]))
            .await
            .unwrap_err();
        for part in ["hooks", "T000", "s3cr3t", "an0ther"] {
            assert!(!error.to_string().contains(part), "{error}");
        }
        let webhook = Webhook::new(&SecretString::from(URL)).unwrap();
        assert_eq!(format!("{webhook:?}"), "Webhook(***)");
        for wrong in ["", "hooks", "file:///etc/passwd", "https://", "slack:x"] {
            assert!(Webhook::new(&SecretString::from(wrong)).is_err(), "{wrong}");
        }
        })
        .unwrap();
    }

    #[test]
    fn a_user_in_the_url_signs_in() {
        run(async |clock| {
            let script = Script::new(clock, vec![answer(200, "")]);
            post("http://me:p%40ss+@alerts.example/hook", &script)
                .await
                .unwrap();
            let seen = script.seen.lock().unwrap();
            assert_eq!(seen[0].uri(), "http://alerts.example/hook");
            let header = seen[0].headers()[AUTHORIZATION].to_str().unwrap();
            assert_eq!(header, format!("Basic {}", STANDARD.encode("me:p@ss+")));
        })
        .unwrap();
    }
}
