//! The lying proxy: a transport that answers in the cluster's place, or changes what the cluster says, by rules
//! drawn from a seed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use linkwright::api::{Transport, TransportError};
use linkwright_clock::Clock;
use serde_json::{Value, json};

use crate::choices::Choices;

/// What is done to a request or its answer.
#[derive(Clone, Debug)]
pub(crate) enum Lie {
    /// This comes instead; the cluster never sees the request.
    Instead(Reply),
    /// The cluster does what it is asked, and this comes.
    After(Reply),
    /// The answer is cut in the middle.
    Cut,
    /// The answer is changed so that it is still one of the API's.
    Change(Change),
    /// The connection breaks, after the cluster has done it or before.
    Broken { is_done: bool },
    /// Nothing comes, and the cluster never sees the request.
    Silence,
    /// The answer comes so much later.
    Late(Duration),
    /// The query is dropped on the way, and with it `validate_only`.
    DropQuery,
}

/// An answer of the proxy's own.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Bytes,
}

/// A change that leaves an answer well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Every second row is missing.
    HalfOfTheRows,
    /// All are.
    NoRows,
    /// Each is there twice.
    EachTwice,
    /// A word of a state that no one knows.
    UnknownWord,
    /// The answer says that it is another cluster's.
    AnotherCluster,
    /// Keys are missing in the objects.
    MissingKeys,
    /// Every number is negative.
    Negative,
}

impl Lie {
    /// Its name in the figures.
    fn name(&self) -> &'static str {
        match self {
            Self::Instead(_) => "an answer of its own instead of the request",
            Self::After(_) => "an answer of its own after the request",
            Self::Cut => "an answer cut in the middle",
            Self::Change(Change::HalfOfTheRows) => "half of the rows",
            Self::Change(Change::NoRows) => "no rows",
            Self::Change(Change::EachTwice) => "each row twice",
            Self::Change(Change::UnknownWord) => "an unknown word",
            Self::Change(Change::AnotherCluster) => "another cluster's answer",
            Self::Change(Change::MissingKeys) => "missing keys",
            Self::Change(Change::Negative) => "negative numbers",
            Self::Broken { .. } => "a broken connection",
            Self::Silence => "silence",
            Self::Late(_) => "a late answer",
            Self::DropQuery => "a dropped query",
        }
    }

    /// Whether the answer is one that the cluster could have given, so that nothing in it shows the lie.
    fn is_plausible(&self) -> bool {
        match self {
            Self::Change(change) => !matches!(change, Change::AnotherCluster | Change::EachTwice),
            Self::After(reply) | Self::Instead(reply) => reply.is_plausible(),
            _ => false,
        }
    }
}

impl Reply {
    /// A list without rows, or that there is no such thing, is what an honest server says too.
    fn is_plausible(&self) -> bool {
        let is_list = self.status < 300
            && serde_json::from_slice::<Value>(&self.body)
                .is_ok_and(|body| body["data"].is_array() || body["link_name"].is_string());
        is_list || matches!(self.status, 400 | 404 | 409)
    }

    fn response(&self) -> http::Response<Bytes> {
        let mut response = http::Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(*name, *value);
        }
        response.body(self.body.clone()).unwrap()
    }

    /// An answer from the grammar.
    fn any(c: &mut Choices) -> Self {
        const STATUSES: [u16; 26] = [
            200, 200, 200, 200, 201, 204, 207, 301, 302, 307, 400, 401, 403, 404, 405, 407, 408,
            409, 418, 429, 500, 501, 502, 503, 504, 520,
        ];
        let status = c.pick(&STATUSES);
        let mut headers = Vec::new();
        if c.chance(30) {
            let wait = c.pick(&[
                "0",
                "1",
                "20",
                "86400",
                "soon",
                "-1",
                "Sun, 06 Nov 1994 08:49:37 GMT",
            ]);
            headers.push(("retry-after", wait));
        }
        if (300..400).contains(&status) {
            headers.push((
                "location",
                c.pick(&["https://elsewhere.example/", "/", "::"]),
            ));
        }
        headers.push((
            "content-type",
            c.pick(&[
                "application/json",
                "text/html",
                "application/octet-stream",
                "",
            ]),
        ));
        Self {
            status,
            headers,
            body: body(status, c),
        }
    }
}

/// Any body: pages, broken JSON, JSON of another shape, errors of every wording.
fn body(status: u16, c: &mut Choices) -> Bytes {
    const MESSAGES: [&str; 9] = [
        "",
        "Not today",
        "A cluster link already exists",
        "Topic 'orders' already exists.",
        "Topic 'orders' has already stopped its mirror from 'orders'",
        "The cluster link doesn't exist: Cluster link 'dr' does not exist.",
        "Unable to resolve cluster link information for dr",
        "the destination cluster does not have a link named dr",
        "\u{1b}[2J\u{202e}gone\r\n::error::x\n##[group]",
    ];
    let message = c.pick(&MESSAGES);
    let text = match c.below(16) {
        0 => String::new(),
        1 => format!("<html><head><title>{status} {message}</title></head><body>x</body></html>"),
        2 => "<!DOCTYPE html>\n<title>Log in</title>".to_owned(),
        3 => json!({ "error_code": status, "message": message }).to_string(),
        4 => json!({ "error_code": c.pick(&[40_002, 40_301, 0, -1]), "message": message })
            .to_string(),
        5 => json!({ "errors": [{ "detail": message }] }).to_string(),
        6 => "null".to_owned(),
        7 => "[]".to_owned(),
        8 => "{}".to_owned(),
        9 => "{\"data\":[]}".to_owned(),
        10 => "{\"data\":[{\"link_name\":1}]}".to_owned(),
        11 => "{\"data\":[{}]}{\"data\":[]}".to_owned(),
        12 => "{\"data\":[".to_owned() + &"[".repeat(5_000),
        13 => message.repeat(20_000),
        14 => "{\"data\":[],\"metadata\":{\"next\":\"https://elsewhere.example/more\"}}".to_owned(),
        _ => return Bytes::from_static(b"\xff\xfe{\x00\"\x00d\x00a\x00"),
    };
    Bytes::from(text)
}

/// Which requests a rule is about, how many it lets pass, and how often it lies.
#[derive(Clone, Debug)]
struct Rule {
    writes: Option<bool>,
    path: &'static str,
    skip: usize,
    times: usize,
    lie: Lie,
}

impl Rule {
    fn any(c: &mut Choices) -> Self {
        let lie = match c.below(12) {
            0 | 1 => Lie::Instead(Reply::any(c)),
            2 | 3 => Lie::After(Reply::any(c)),
            4 => Lie::Cut,
            5 | 6 => Lie::Change(c.pick(&[
                Change::HalfOfTheRows,
                Change::NoRows,
                Change::EachTwice,
                Change::UnknownWord,
                Change::AnotherCluster,
                Change::MissingKeys,
                Change::Negative,
            ])),
            7 => Lie::Broken {
                is_done: c.chance(50),
            },
            8 => Lie::Silence,
            9 => Lie::Late(Duration::from_secs(c.pick(&[3, 15, 70]))),
            10 => Lie::DropQuery,
            _ => Lie::Instead(Reply::any(c)),
        };
        Self {
            writes: c.pick(&[None, None, Some(false), Some(true)]),
            path: c.pick(&["", "", "/links", "/mirrors", "/configs", "/topics"]),
            skip: c.pick(&[0, 0, 0, 1, 3, 8]),
            times: c.pick(&[1, 2, 5, usize::MAX]),
            lie,
        }
    }
}

/// What was told so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// How often, by the kind of lie.
    pub(crate) lies: BTreeMap<&'static str, usize>,
    /// Whether one of them is what an honest cluster could have said.
    pub(crate) is_plausible: bool,
}

/// The rules, and what they have done.
pub(crate) struct Liar {
    rules: Mutex<Vec<Rule>>,
    told: Mutex<Told>,
}

impl Liar {
    /// Two to five rules.
    pub(crate) fn any(c: &mut Choices) -> Arc<Self> {
        let rules = (0..2 + c.below(4)).map(|_| Rule::any(c)).collect();
        Arc::new(Self {
            rules: Mutex::new(rules),
            told: Mutex::default(),
        })
    }

    pub(crate) fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }

    /// What the rules are, for people.
    pub(crate) fn rules(&self) -> String {
        format!("{:#?}", self.rules.lock().unwrap())
    }

    fn lie(&self, request: &http::Request<Bytes>) -> Option<Lie> {
        let writes = request.method() != http::Method::GET;
        let path = request.uri().path();
        let mut rules = self.rules.lock().unwrap();
        let concerned = rules.iter_mut().filter(|rule| {
            rule.writes.is_none_or(|wanted| wanted == writes) && path.contains(rule.path)
        });
        let mut lying = None;
        for rule in concerned {
            match rule.skip.checked_sub(1) {
                Some(left) => rule.skip = left,
                None if rule.times > 0 => {
                    lying = Some(rule);
                    break;
                }
                None => {}
            }
        }
        let rule = lying?;
        rule.times -= usize::from(rule.times < usize::MAX);
        let mut told = self.told.lock().unwrap();
        *told.lies.entry(rule.lie.name()).or_default() += 1;
        told.is_plausible |= rule.lie.is_plausible();
        Some(rule.lie.clone())
    }
}

/// A transport behind the lying proxy.
pub(crate) struct Lying<T> {
    pub(crate) inner: T,
    pub(crate) liar: Arc<Liar>,
}

impl<T: Transport> Transport for Lying<T> {
    fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let reset = || TransportError::Reset {
            sent: true,
            why: "the proxy hung up".to_owned(),
        };
        async move {
            let lie = self.liar.lie(&request);
            match &lie {
                Some(Lie::Instead(reply)) => return Ok(reply.response()),
                Some(Lie::Broken { is_done: false }) => return Err(reset()),
                Some(Lie::Silence) => {
                    // A client gives up long before.
                    Clock::wall().sleep(Duration::from_secs(3_600)).await;
                    return Err(reset());
                }
                Some(Lie::Late(wait)) => Clock::wall().sleep(*wait).await,
                Some(Lie::DropQuery) => {
                    let bare = request.uri().to_string();
                    let bare = bare.split('?').next().unwrap_or_default().parse();
                    *request.uri_mut() = bare.unwrap();
                }
                _ => {}
            }
            let answer = self.inner.send(request).await?;
            match lie {
                Some(Lie::After(reply)) => Ok(reply.response()),
                Some(Lie::Broken { .. }) => Err(reset()),
                Some(Lie::Cut) => Ok(answer.map(|body| body.slice(..body.len() / 2))),
                Some(Lie::Change(change)) => Ok(answer.map(|body| changed(change, body))),
                _ => Ok(answer),
            }
        }
        .boxed()
    }
}

fn changed(change: Change, body: Bytes) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else {
        return body;
    };
    if change == Change::AnotherCluster {
        let text = String::from_utf8_lossy(&body);
        return Bytes::from(text.replace("/clusters/", "/clusters/lkc-other/"));
    }
    match answer["data"].as_array_mut() {
        Some(rows) => {
            match change {
                Change::HalfOfTheRows => rows.truncate(rows.len() / 2),
                Change::NoRows => rows.clear(),
                Change::EachTwice => {
                    *rows = rows
                        .iter()
                        .flat_map(|row| [row.clone(), row.clone()])
                        .collect();
                }
                _ => {}
            }
            rows.iter_mut().for_each(|row| change_object(change, row));
        }
        None => change_object(change, &mut answer),
    }
    Bytes::from(answer.to_string())
}

fn change_object(change: Change, object: &mut Value) {
    let Some(object) = object.as_object_mut() else {
        return;
    };
    match change {
        Change::UnknownWord => {
            for key in ["link_state", "mirror_status", "link_error", "state"] {
                if let Some(word) = object.get_mut(key) {
                    *word = "TELEPORTING".into();
                }
            }
        }
        Change::MissingKeys => {
            for key in [
                "link_state",
                "link_error",
                "topic_names",
                "mirror_lags",
                "source",
            ] {
                object.remove(key);
            }
        }
        Change::Negative => {
            for value in object.values_mut().filter(|value| value.is_i64()) {
                *value = (-1).into();
            }
        }
        _ => {}
    }
}
