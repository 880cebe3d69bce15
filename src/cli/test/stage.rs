//! The simulated clusters of a scenario, and what happens to them: [`Stage`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::BodyExt;
use linkwright_clock::Clock;
use linkwright_sandbox::{Credential, MirrorInfo, Sandbox, World};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::super::args::Chosen;
use super::super::load::{self, Lookups};
use super::super::{embedded, input};
use crate::address::Address;
use crate::api::request::escape;
use crate::apply::durable::{self, Flush, Readers};
use crate::scenario::{Action, Call, ChangeByHand, Group, Produce, Step};

/// The simulated clusters, and what the sandbox does not remember of them.
pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    /// The folder of the scenario.
    folder: PathBuf,
    /// The faults of clusters that are lost, by the cluster.
    lost: BTreeMap<String, String>,
    /// What stopped mirror topics did not have of their source when they were first seen so: by cluster, link and topic.
    losses: BTreeMap<[String; 3], Option<u64>>,
    /// The harms that someone did by hand or that were expected, by their position in the list.
    known_harms: BTreeSet<usize>,
    /// The environment and the variables of the last command.
    pub(super) chosen: Chosen,
}

impl Stage {
    /// Clusters that go by this clock from their beginning: no real time passes in their world.
    pub(super) fn new(world: World, folder: PathBuf, clock: &Clock) -> Self {
        let sandbox = Sandbox::new(world);
        sandbox.follow(clock);
        let mut stage = Self {
            sandbox,
            folder,
            lost: BTreeMap::new(),
            losses: BTreeMap::new(),
            known_harms: BTreeSet::new(),
            chosen: Chosen::default(),
        };
        stage.settle();
        stage
    }

    /// Lets an event happen.
    ///
    /// # Errors
    /// Why it cannot.
    pub(super) async fn happen(&mut self, step: &Step) -> Result<(), String> {
        let harms = self.sandbox.harms().len();
        let result = self.act(&step.action).await;
        let is_by_hand = match &step.action {
            Action::Change(_) => true,
            Action::Call(call) => call.cluster.is_some(),
            _ => false,
        };
        if is_by_hand {
            self.known_harms.extend(harms..self.sandbox.harms().len());
        }
        self.settle();
        result
    }

    async fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Run(_) => Ok(()),
            Action::Pass(time) => {
                let time = std::time::Duration::from_millis(time.as_millis());
                self.sandbox.advance(time);
                Ok(())
            }
            Action::Lose(name) => {
                let id = self.cluster(name)?;
                self.control("POST reach", json!({ "cluster": id, "reachable": false }))
                    .await?;
                let fault = json!({ "on": { "cluster": id }, "do": { "status": { "code": 503 } } });
                let answer = self.control("POST faults", fault).await?;
                let fault = answer["id"].as_str().unwrap_or_default().to_owned();
                self.lost.insert(id, fault);
                Ok(())
            }
            Action::Recover(name) => {
                let id = self.cluster(name)?;
                self.control("POST reach", json!({ "cluster": id, "reachable": true }))
                    .await?;
                if let Some(fault) = self.lost.remove(&id) {
                    let call = format!("DELETE faults/{}", escape(&fault));
                    self.control(&call, Value::Null).await?;
                }
                Ok(())
            }
            Action::Produce(Produce {
                cluster,
                topic,
                records,
                per_second,
                ..
            }) => {
                let id = self.cluster(cluster)?;
                let mut body = json!({ "cluster": id, "topic": topic.value });
                body["records"] = records.unwrap_or_default().into();
                if let Some(rate) = per_second {
                    body["per_s"] = (*rate).into();
                }
                self.control("POST produce", body).await.map(drop)
            }
            Action::StartGroup(group) => self.group(group, true).await,
            Action::StopGroup(group) => self.group(group, false).await,
            Action::Change(change) => self.change(change).await,
            Action::Replace(replace) => {
                let with = self.folder.join(&replace.with.value);
                let failed = |error: std::io::Error| error.to_string();
                let text = input::bytes(&with, input::SPEC).map_err(failed)?;
                let file = Path::new(&replace.file.value);
                durable::replace(file, &text, Readers::Owner, Flush::ToSystem).map_err(failed)
            }
            Action::Call(Call {
                call,
                cluster: None,
                body,
            }) => self.control(call, body.clone()).await.map(drop),
            Action::Call(Call {
                call,
                cluster: Some(cluster),
                body,
            }) => {
                let id = self.cluster(cluster)?;
                self.on(&id, call, body.clone()).await.map(drop)
            }
        }
    }

    async fn group(&self, group: &Group, active: bool) -> Result<(), String> {
        let topics: Vec<&str> = group.topics.iter().map(|it| it.value.as_str()).collect();
        let body = json!({
            "cluster": self.cluster(&group.cluster)?,
            "group": group.group.value,
            "topics": topics,
            "active": active,
        });
        self.control("POST groups", body).await.map(drop)
    }

    /// Changes something as someone does who uses the REST API.
    async fn change(&self, change: &ChangeByHand) -> Result<(), String> {
        let verbs = [
            ("pause", &change.pause),
            ("resume", &change.resume),
            ("promote", &change.promote),
            ("failover", &change.failover),
        ];
        for (verb, address) in verbs {
            let Some(address) = address else {
                continue;
            };
            let Some(Address::Mirror(half, topic)) = Address::parse(address) else {
                return Err("expected CLUSTER/LINK/TOPIC".to_owned());
            };
            let id = self.cluster(half.cluster.as_str())?;
            let call = format!("POST links/{}/mirrors:{verb}", escape(half.link.as_str()));
            let body = json!({ "mirror_topic_names": [topic.as_str()] });
            self.on(&id, &call, body).await?;
        }
        let half = |address: &str| match Address::parse(address) {
            Some(Address::Half(half)) => Ok(half),
            _ => Err("expected CLUSTER/LINK".to_owned()),
        };
        if let Some(alter) = &change.alter_link {
            let half = half(&alter.link)?;
            let id = self.cluster(half.cluster.as_str())?;
            let configs = alter.set.iter().map(|(name, value)| {
                json!({ "name": name.value, "operation": "SET", "value": value.value.0 })
            });
            let body = json!({ "data": configs.collect::<Vec<_>>() });
            let link = escape(half.link.as_str());
            self.on(&id, &format!("PUT links/{link}/configs:alter"), body)
                .await?;
        }
        if let Some(link) = &change.delete_link {
            let half = half(link)?;
            let id = self.cluster(half.cluster.as_str())?;
            let link = escape(half.link.as_str());
            let call = format!("DELETE links/{link}?force=true");
            self.on(&id, &call, Value::Null).await?;
        }
        if let Some(topic) = &change.create_topic {
            let id = self.cluster(&topic.cluster)?;
            let body = json!({
                "topic_name": topic.topic.value,
                "partitions_count": topic.partitions.unwrap_or(1),
            });
            self.on(&id, "POST topics", body).await?;
        }
        if let Some(topic) = &change.delete_topic {
            let id = self.cluster(&topic.cluster)?;
            let call = format!("DELETE topics/{}", escape(&topic.topic));
            self.on(&id, &call, Value::Null).await?;
        }
        Ok(())
    }

    /// The id of a cluster by its name in the spec, or by its name or id in the world.
    fn cluster(&self, name: &str) -> Result<String, String> {
        let spec = load::load(
            &[],
            super::super::today(),
            Lookups::None,
            None,
            &self.chosen,
        )
        .spec;
        if let Some(cluster) = spec.clusters.get(name) {
            return Ok(cluster.id.value.clone());
        }
        let clusters = self.sandbox.clusters();
        embedded::named(&clusters, name).map(|info| info.id.clone())
    }

    /// Calls the control API of the sandbox.
    async fn control(&self, call: &str, body: Value) -> Result<Value, String> {
        let (method, path) = call.split_once(' ').ok_or("a call is METHOD PATH")?;
        let path = path.trim_start_matches('/');
        self.send(method, &format!("/sandbox/v1/{path}"), None, body)
            .await
    }

    /// Calls the REST API of a cluster, with the rights of its first user.
    async fn on(&self, id: &str, call: &str, body: Value) -> Result<Value, String> {
        let (method, path) = call.split_once(' ').ok_or("a call is METHOD PATH")?;
        let infos = self.sandbox.clusters();
        let credentials = infos.into_iter().filter(|info| info.id == id);
        let mut credentials = credentials.flat_map(|info| info.credentials);
        let authorization = credentials.next().map(|credential| match credential {
            Credential::Basic {
                username, password, ..
            } => format!("Basic {}", BASE64.encode(format!("{username}:{password}"))),
            Credential::Bearer { token, .. } => format!("Bearer {token}"),
        });
        let path = path.trim_start_matches('/');
        let path = format!("/kafka/v3/clusters/{id}/{path}");
        let answer = self.send(method, &path, authorization, body).await?;
        // Verbs answer each mirror topic for itself.
        let rows = answer["data"].as_array().into_iter().flatten();
        let mut refused = rows.filter(|row| row["error_code"].as_i64().is_some());
        match refused.next() {
            Some(row) => Err(row["error_message"]
                .as_str()
                .unwrap_or("refused")
                .to_owned()),
            None => Ok(answer),
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        authorization: Option<String>,
        body: Value,
    ) -> Result<Value, String> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let request = request.body(body).map_err(|error| error.to_string())?;
        let Ok(answer) = self.sandbox.router().oneshot(request).await;
        let status = answer.status();
        let bytes = answer.into_body().collect().await;
        let bytes = bytes.map_err(|error| error.to_string())?.to_bytes();
        match status.is_success() {
            true => Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null)),
            false => Err(format!(
                "{status}: {}",
                String::from_utf8_lossy(&bytes).trim()
            )),
        }
    }

    /// Notes which mirror topics have stopped since it was called last.
    pub(super) fn settle(&mut self) {
        for row in self.sandbox.mirrors() {
            let MirrorInfo {
                cluster,
                link,
                topic,
                status,
                missing,
            } = row;
            let key = [cluster, link, topic];
            match status {
                "STOPPED" => drop(self.losses.entry(key).or_insert(missing)),
                _ => drop(self.losses.remove(&key)),
            }
        }
    }

    /// The statuses of mirror topics, by their addresses in the spec.
    pub(super) fn statuses<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> BTreeMap<String, String> {
        let rows = self.sandbox.mirrors();
        let found = names.filter_map(|name| {
            let [cluster, link, topic] = self.key(name)?;
            let is_it = |row: &&MirrorInfo| {
                row.cluster == cluster && row.link == link && row.topic == topic
            };
            let row = rows.iter().find(is_it)?;
            Some((name.to_owned(), row.status.to_owned()))
        });
        found.collect()
    }

    /// What stopped mirror topics do not have of their source, by their addresses in the spec.
    pub(super) fn losses<'a>(&self, names: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
        let found = names.filter_map(|name| {
            let loss = self.losses.get(&self.key(name)?)?;
            Some((name.to_owned(), (*loss)?))
        });
        found.collect()
    }

    fn key(&self, name: &str) -> Option<[String; 3]> {
        let Some(Address::Mirror(half, topic)) = Address::parse(name) else {
            return None;
        };
        let id = self.cluster(half.cluster.as_str()).ok()?;
        Some([id, half.link.to_string(), topic.to_string()])
    }

    /// The harms that commands did and that were not expected: the kind of each, and the harm in a sentence.
    pub(super) fn harms(&self) -> Vec<(String, String)> {
        let harms = self.sandbox.harms();
        let harms = harms.iter().enumerate();
        let harms = harms.filter(|(at, _)| !self.known_harms.contains(at));
        let harms = harms.map(|(_, harm)| {
            let kind = serde_json::to_value(harm.kind).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default().to_owned();
            (
                kind,
                format!("{} on {}: {}", harm.subject, harm.cluster, harm.message),
            )
        });
        harms.collect()
    }

    /// From now on the harms that there are were expected.
    pub(super) fn know_harms(&mut self) {
        self.known_harms.extend(0..self.sandbox.harms().len());
    }
}
