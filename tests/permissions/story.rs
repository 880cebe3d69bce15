//! What becomes of a spec in a world whose accounts have these ACLs and no other rights: [`Story`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use linkwright::api::{Auth, Mode, Verb};
use linkwright::desired::{Desired, DesiredValue, Half, MirrorState};
use linkwright::drift::{Drift, Input};
use linkwright::health::Thresholds;
use linkwright::live::{Snapshot, UnreadKind};
use linkwright::plan::Plan;
use linkwright::refresh::{Depth, refresh};
use linkwright::report::permissions::json::PermissionsDocument;
use linkwright::report::words;
use linkwright_sandbox::{Activity, Sandbox, World};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::support::bench::{self, Bench, Calls, SignIn, Vault, everything_allowed};
use crate::support::world::state;

/// One ACL of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Acl {
    pub(crate) cluster_id: String,
    pub(crate) principal: String,
    pub(crate) resource: (String, String, String),
    pub(crate) operation: String,
}

/// Every ACL of the document.
pub(crate) fn acls(needed: &PermissionsDocument) -> Vec<Acl> {
    let of_account = |account: &linkwright::report::permissions::json::AccountEntry| {
        let (cluster_id, principal) = (account.cluster_id.clone(), account.principal.clone());
        let acl = move |acl: &linkwright::report::permissions::json::AclEntry| Acl {
            cluster_id: cluster_id.clone(),
            principal: principal.clone(),
            resource: (
                acl.resource_type.to_owned(),
                acl.resource_name.clone(),
                acl.pattern_type.to_owned(),
            ),
            operation: acl.operation.clone(),
        };
        account.acls.iter().map(acl).collect::<Vec<_>>()
    };
    needed.accounts.iter().flat_map(of_account).collect()
}

/// Principals whose permissions are tried on one cluster.
#[derive(Default)]
struct Accounts {
    reader: Option<String>,
    writer: Option<String>,
    /// Name, secret and principal.
    links: Vec<(String, String, String)>,
}

/// What a job that reads is to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// What is planned is compared only with what is planned in another world.
    Any,
    Nothing,
}

/// What happened, and what of it should not have.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) wrong: Vec<String>,
    /// What happened with all ACLs: once something else does, there is nothing more to see.
    whole: Option<String>,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The groups of every destination consume, or do not.
    Groups(Activity),
    /// A job that only reads plans, and finds drift.
    Read(Expect),
    /// The job that applies plans.
    Plan,
    /// It applies.
    Apply,
    /// A colleague pauses what copies, and resumes what is paused.
    Meddle,
    /// What is live now.
    Look,
}

/// Consumers on the destination would hold offset sync up, and a plan says so; they stop before it is applied.
const STEPS: [Step; 11] = [
    Step::Groups(Activity::Consuming),
    Step::Read(Expect::Any),
    Step::Plan,
    Step::Groups(Activity::Idle),
    Step::Read(Expect::Any),
    Step::Apply,
    Step::Meddle,
    Step::Read(Expect::Any),
    Step::Apply,
    Step::Read(Expect::Nothing),
    Step::Look,
];

/// After the spec says that mirror topics stop.
const STOPPING: [Step; 3] = [Step::Apply, Step::Read(Expect::Nothing), Step::Look];

/// A world without ACLs for its accounts, and what is done in it.
pub(crate) struct Story<'a> {
    /// As its file has it, and without the links that it has.
    worlds: Vec<Value>,
    desired: &'a Desired,
    stopped: Option<&'a Desired>,
    accounts: BTreeMap<String, Accounts>,
}

impl<'a> Story<'a> {
    pub(crate) fn new(
        world: &str,
        desired: &'a Desired,
        stopped: Option<&'a Desired>,
        needed: &PermissionsDocument,
    ) -> Self {
        let mut accounts: BTreeMap<String, Accounts> = BTreeMap::new();
        for account in needed.accounts.iter().filter(|it| it.used_on == it.cluster) {
            let of_cluster = accounts.entry(account.cluster_id.clone()).or_default();
            let principal = account.principal.clone();
            match account.kind {
                "read" => of_cluster.reader = Some(principal),
                "apply" => of_cluster.writer = Some(principal),
                _ => {
                    let named = account.credentials.as_ref().unwrap();
                    let (name, secret) = credentials(desired, named);
                    of_cluster.links.push((name, secret, principal));
                }
            }
        }
        let sandbox = Sandbox::new(World::from_yaml(world).unwrap());
        let mut world: Value = serde_json::from_str(&sandbox.save()).unwrap();
        quieten(&mut world);
        give_groups(&mut world, desired);
        let mut worlds = vec![world];
        if desired.retired.is_empty() {
            worlds.extend(without_links(&worlds[0]));
        }
        Self {
            worlds,
            desired,
            stopped,
            accounts,
        }
    }

    /// The world with these ACLs.
    fn sandbox(&self, world: &Value, acls: &[Acl]) -> Sandbox {
        let mut world = world.clone();
        let clusters = world["state"]["clusters"].as_object_mut().unwrap();
        for (id, cluster) in clusters {
            let none = Accounts::default();
            let accounts = self.accounts.get(id).unwrap_or(&none);
            let key = |name: &str, principal: &Option<String>| {
                let principal = principal.as_deref().unwrap_or("User:nothing");
                json!({ "username": name, "password": "secret", "role": "nobody", "principal": principal })
            };
            cluster["rest_auth"] = json!({ "basic": [
                key("reader", &accounts.reader),
                key("writer", &accounts.writer),
                { "username": "colleague", "password": "secret", "role": "admin" },
            ], "bearer": [] });
            if !accounts.links.is_empty() {
                let principals = accounts.links.iter().map(|(name, secret, principal)| {
                    json!({ "username": name, "password": secret, "may": [], "principal": principal })
                });
                cluster["link_principals"] = principals.collect();
            }
            let own = cluster["acls"].as_array_mut().unwrap();
            for acl in acls.iter().filter(|acl| acl.cluster_id == *id) {
                let (resource_type, resource_name, pattern_type) = &acl.resource;
                own.push(json!({
                    "resource_type": resource_type,
                    "resource_name": resource_name,
                    "pattern_type": pattern_type,
                    "principal": acl.principal,
                    "host": "*",
                    "operation": acl.operation,
                    "permission": "ALLOW",
                }));
            }
        }
        Sandbox::restore(&world.to_string()).unwrap()
    }

    /// What happens with these ACLs.
    pub(crate) fn told_with(&self, acls: &[Acl]) -> Told {
        self.tell(acls, None)
    }

    /// Whether something else happens with these ACLs.
    pub(crate) fn differs_with(&self, acls: &[Acl], whole: &Told) -> bool {
        self.tell(acls, Some(whole.text.clone())).text != whole.text
    }

    fn tell(&self, acls: &[Acl], whole: Option<String>) -> Told {
        let mut told = Told {
            whole,
            ..Told::default()
        };
        let steps = STEPS.map(|step| (step, self.desired));
        let there = self.stopped.into_iter();
        let pairs = self
            .desired
            .links
            .values()
            .any(|link| link.topics.is_some());
        let back = there.clone().filter(|_| pairs).map(|_| self.desired);
        let stopping: Vec<_> = there
            .chain(back)
            .flat_map(|desired| STOPPING.map(|step| (step, desired)))
            .collect();
        for world in &self.worlds {
            bench::stepped(async {
                let mut bench = Bench::around(self.sandbox(world, acls));
                bench.secrets = Vault::of_examples();
                for (step, desired) in steps.iter().chain(&stopping) {
                    bench = self.step(bench, *step, desired, &mut told).await;
                    if told.differs() {
                        return;
                    }
                }
            });
        }
        told
    }

    async fn step(&self, bench: Bench, step: Step, desired: &Desired, told: &mut Told) -> Bench {
        match step {
            Step::Groups(active) => self.consume(&bench, active),
            Step::Read(expect) => return self.read(bench, desired, expect, told).await,
            Step::Plan => {
                let bench = self.called_by(bench, "writer", desired);
                let seen = bench.observe(desired).await;
                told.plan(&seen.plan, &seen.live);
                return bench;
            }
            Step::Apply => return self.apply(bench, desired, told).await,
            Step::Meddle => return self.meddle(bench).await,
            Step::Look => self.look(&bench, told),
        }
        bench
    }

    /// The same bench, called by someone else: only clusters with a REST API in the spec are called.
    fn called_by(&self, bench: Bench, user: &str, desired: &Desired) -> Bench {
        let auth = Auth::Basic {
            user: user.to_owned(),
            password: SecretString::from("secret"),
        };
        let calls = Calls {
            sign_in: SignIn::With(auth),
            ..Calls::default()
        };
        let mut bench = bench.calling_those_of(desired, &calls);
        bench.clients.retain(|name, _| {
            let cluster = desired.clusters.get(name);
            cluster.is_some_and(|cluster| cluster.rest.is_some())
        });
        bench
    }

    /// A job that only reads: what it plans and the drift that it finds.
    async fn read(
        &self,
        bench: Bench,
        desired: &Desired,
        expect: Expect,
        told: &mut Told,
    ) -> Bench {
        let bench = self.called_by(bench, "reader", desired);
        let allow = everything_allowed();
        let options = &bench.options;
        let seen = refresh(desired, &bench.clients, options, &allow, &[], Depth::Drift);
        let seen = seen.await.unwrap();
        told.plan(&seen.plan, &seen.live);
        let found = Drift::of(&Input {
            plan: &seen.plan,
            live: &seen.live,
            desired,
            thresholds: Thresholds::default(),
            now: bench.now(),
        });
        if expect == Expect::Nothing && seen.plan.has_changes() {
            told.wrong
                .push(format!("still planned:\n{}", bench::show(&seen.plan)));
        }
        for finding in &found.findings {
            let line = format!(
                "drift {} {}: {:?}\n",
                finding.code(),
                finding.address,
                finding.kind
            );
            if expect == Expect::Nothing {
                told.wrong.push(line.clone());
            }
            told.text.push_str(&line);
        }
        bench
    }

    /// The job that applies: what it plans, and what becomes of it.
    async fn apply(&self, bench: Bench, desired: &Desired, told: &mut Told) -> Bench {
        let bench = self.called_by(bench, "writer", desired);
        let seen = bench.observe(desired).await;
        told.plan(&seen.plan, &seen.live);
        let report = bench.apply(&seen.plan).await;
        let lines = bench::tell(&report);
        told.text.push_str(&lines);
        let is_well = |line: &&str| line.ends_with(": done") || line.ends_with(": unchanged");
        let failed = lines.lines().filter(|line| !is_well(line));
        told.wrong.extend(failed.map(str::to_owned));
        bench
    }

    /// The groups of every destination consume, or do not.
    fn consume(&self, bench: &Bench, active: Activity) {
        let world = bench.sandbox.snapshot();
        for (_, half) in self.desired.halves() {
            let id = half.cluster_id.as_str();
            let groups = world["clusters"][id]["groups"].as_object().unwrap();
            for group in groups.keys() {
                let topics: [&str; 0] = [];
                let _known = bench.sandbox.set_group_active(id, group, &topics, active);
            }
        }
    }

    /// A colleague pauses what copies and resumes what is paused, so that the next run has that to do.
    async fn meddle(&self, bench: Bench) -> Bench {
        let bench = self.called_by(bench, "colleague", self.desired);
        for (_, half) in self.desired.halves() {
            let Some(client) = bench.clients.get(&half.address.cluster) else {
                continue;
            };
            for (topic, verb) in live_mirrors(&bench.sandbox, half) {
                let source = topic.strip_prefix(half.prefix.as_deref().unwrap_or_default());
                let source = source.unwrap_or(&topic).into();
                let declared = half.mirrors.of(&source).map(|declared| declared.state);
                let stopping = [MirrorState::Promoted, MirrorState::FailedOver];
                if declared.is_none_or(|state| stopping.contains(&state)) {
                    continue;
                }
                let topics = [topic.as_str().into()];
                let link = &half.address.link;
                let said = client.alter_mirrors(link, verb, &topics, Mode::Perform);
                said.await.unwrap();
            }
        }
        bench
            .clients
            .values()
            .next()
            .unwrap()
            .clock()
            .sleep(std::time::Duration::from_secs(30))
            .await;
        bench
    }

    /// What is live in the end, but for the ACLs that are tried.
    fn look(&self, bench: &Bench, told: &mut Told) {
        told.text.push_str(&state(&bench.sandbox));
        let own: Vec<&str> = self
            .accounts
            .values()
            .flat_map(|of_cluster| {
                let links = of_cluster.links.iter().map(|(_, _, principal)| principal);
                of_cluster
                    .reader
                    .iter()
                    .chain(&of_cluster.writer)
                    .chain(links)
            })
            .map(String::as_str)
            .collect();
        let world = bench.sandbox.snapshot();
        for (id, cluster) in world["clusters"].as_object().unwrap() {
            for (group, data) in cluster["groups"].as_object().unwrap() {
                writeln!(told.text, "{id} {group} {}", data["synced"]).unwrap();
            }
            for acl in cluster["acls"].as_array().unwrap() {
                if !own.contains(&acl["principal"].as_str().unwrap()) {
                    writeln!(told.text, "{id} {acl}").unwrap();
                }
            }
        }
    }
}

impl Told {
    fn differs(&self) -> bool {
        let whole = self.whole.as_ref();
        whole.is_some_and(|whole| !whole.starts_with(&self.text))
    }

    fn plan(&mut self, plan: &Plan, live: &Snapshot) {
        self.text.push_str(&bench::show(plan));
        for op in &plan.operations {
            let line = format!("{} {:?} {:?}\n", op.address, op.effects, op.unchecked);
            self.text.push_str(&line);
        }
        for finding in &plan.findings {
            let line = format!("{:?}\n", words::finding(finding));
            self.text.push_str(&line);
        }
        for refusal in &plan.refusals {
            let line = format!("refused: {refusal:?}\n");
            self.text.push_str(&line);
            self.wrong.push(line);
        }
        for (name, cluster) in &live.clusters {
            let unread = [
                cluster.links.unread(),
                cluster.mirrors.unread(),
                cluster.topics.unread(),
                cluster.acls.unread(),
                cluster.groups.unread(),
            ];
            let configs = cluster.configs.values().map(|reading| reading.unread());
            let tasks = cluster.tasks.values().map(|reading| reading.unread());
            let offsets = cluster
                .group_offsets
                .values()
                .map(|reading| reading.unread());
            for why in unread
                .into_iter()
                .chain(configs)
                .chain(tasks)
                .chain(offsets)
                .flatten()
            {
                let line = format!("{name}: {why}");
                if why.kind == UnreadKind::Forbidden {
                    self.wrong.push(line.clone());
                }
                self.text.push_str(&line);
                self.text.push('\n');
            }
        }
    }
}

/// Nothing is produced and consumed, so that mirrors can be promoted.
fn quieten(world: &mut Value) {
    for (_, cluster) in clusters(world) {
        for topic in values(&mut cluster["topics"]) {
            topic["rate"] = json!(0.0);
        }
        for group in values(&mut cluster["groups"]) {
            group["active"] = json!(false);
        }
    }
}

/// Where offsets are synced, the destination has groups of the same names.
fn give_groups(world: &mut Value, desired: &Desired) {
    for (_, half) in desired.halves() {
        let on = half.configs.get("consumer.offset.sync.enable");
        if on.is_none_or(|on| on.value != DesiredValue::Value("true".to_owned())) {
            continue;
        }
        let all = &mut world["state"]["clusters"];
        let source = all[half.peer.id.as_str()]["groups"].clone();
        let there = all[half.cluster_id.as_str()]["groups"].as_object_mut();
        let there = there.unwrap();
        for (group, data) in source.as_object().unwrap() {
            if !there.contains_key(group) {
                there.insert(group.clone(), data.clone());
            }
        }
    }
}

/// The same world without its links and their mirror topics, if it has any.
fn without_links(world: &Value) -> Option<Value> {
    let mut world = world.clone();
    let mut had = false;
    for (_, cluster) in clusters(&mut world) {
        let halves = cluster["halves"].as_object_mut().unwrap();
        had |= !halves.is_empty();
        halves.clear();
        let topics = cluster["topics"].as_object_mut().unwrap();
        topics.retain(|_, topic| topic["mirror_of"].is_null());
    }
    world["state"]["queue"] = json!([]);
    had.then_some(world)
}

fn clusters(world: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    world["state"]["clusters"]
        .as_object_mut()
        .unwrap()
        .iter_mut()
}

fn values(map: &mut Value) -> impl Iterator<Item = &mut Value> {
    map.as_object_mut().unwrap().values_mut()
}

/// The mirrors of a half that are live, each with the verb that changes it.
fn live_mirrors(sandbox: &Sandbox, half: &Half) -> Vec<(String, Verb)> {
    let world = sandbox.snapshot();
    let mirrors = &world["clusters"][half.cluster_id.as_str()]["halves"]
        [half.address.link.as_str()]["mirrors"];
    let rows = mirrors.as_object().into_iter().flatten();
    rows.filter_map(|(topic, row)| match row["status"].as_str() {
        Some("ACTIVE") => Some((topic.clone(), Verb::Pause)),
        Some("PAUSED") => Some((topic.clone(), Verb::Resume)),
        _ => None,
    })
    .collect()
}

/// The name and the secret that the links with these credentials send.
fn credentials(desired: &Desired, named: &str) -> (String, String) {
    let vault = Vault::of_examples();
    let scopes = ["", "local."];
    let halves = desired
        .halves()
        .flat_map(|(_, half)| scopes.map(|scope| (half, scope)));
    for (half, scope) in halves {
        let config = |name: &str| {
            let config = half.configs.get(&format!("{scope}{name}"))?;
            let DesiredValue::Secret(template) = &config.value else {
                return None;
            };
            let resolved =
                template.resolve(|reference| linkwright::apply::Secrets::fetch(&vault, reference));
            Some((
                template.to_string(),
                resolved.unwrap().expose_secret().to_owned(),
            ))
        };
        if let Some((template, jaas)) = config("sasl.jaas.config")
            && template.contains(named)
        {
            let option = |name: &str| {
                let (_, rest) = jaas.split_once(&format!(" {name}=\""))?;
                Some(rest.split('"').next().unwrap_or_default().to_owned())
            };
            let pairs = [
                ("username", "password"),
                ("clientId", "clientSecret"),
                ("principal", "keyTab"),
            ];
            let mut pairs = pairs.into_iter();
            let found = pairs.find_map(|(name, secret)| Some((option(name)?, option(secret)?)));
            return found.unwrap();
        }
        if let (Some((template, certificate)), Some((_, key))) = (
            config("ssl.keystore.certificate.chain"),
            config("ssl.keystore.key"),
        ) && template.contains(named)
        {
            return (certificate, key);
        }
    }
    panic!("no half has the credentials {named}");
}
