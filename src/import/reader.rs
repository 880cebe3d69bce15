//! What the commands of a script say of clusters, links and mirror topics: [`Reader`]. A command is taken over, or it
//! returns why it is [not](Rest).

use std::collections::{BTreeMap, BTreeSet};

use super::command::{Command, base};
use super::found::{self, Found, Half, Mirror, Mode, Owned, OwnedKind, Setting};
use super::found::{UNKNOWN_MODE, is_inbound, is_placeholder, text_of, word_of};
use super::properties::{entries, pairs, settings};
use crate::catalog::{self, names};
use crate::desired::ClusterKind;
use crate::live::MirrorStatus;

const TOPICS: &str =
    "ordinary topics stay as they are; a source topic is not created by Linkwright";
const RIGHTS: &str =
    "rights stay as they are; `linkwright permissions` lists those that the links need";
const KEYS: &str =
    "keys and accounts stay as they are; give the keys to the runs as environment variables";
const NO_LINK: &str = "it names no link";

/// Why a step is not taken over.
pub(super) struct Rest {
    why: String,
    /// Whether the spec lacks something because of it.
    is_gap: bool,
}

impl Rest {
    pub(super) fn gap(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_gap: true,
        }
    }

    fn stays(why: &str) -> Self {
        Self {
            why: why.to_owned(),
            is_gap: false,
        }
    }
}

/// Takes over what the commands of one script say, one after the other.
pub(super) struct Reader<'a> {
    file: &'a str,
    look_up: &'a dyn Fn(&str, &str) -> Option<String>,
    /// Files that the script itself writes.
    written: BTreeMap<String, String>,
    /// The cluster of `confluent kafka cluster use`.
    current: Option<String>,
    found: &'a mut Found,
    /// The lines of the steps that are not taken over, by what they are, why, and whether the spec lacks something.
    listed: BTreeMap<(String, String, bool), BTreeSet<usize>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        file: &'a str,
        look_up: &'a dyn Fn(&str, &str) -> Option<String>,
        found: &'a mut Found,
    ) -> Self {
        Self {
            file,
            look_up,
            written: BTreeMap::new(),
            current: None,
            found,
            listed: BTreeMap::new(),
        }
    }

    /// Takes note of a file that the script writes, or adds to.
    pub(super) fn write(&mut self, name: &str, text: &str, appends: bool) {
        let earlier = appends.then(|| self.text_of(name)).flatten();
        let text = earlier.unwrap_or_default() + text;
        self.written.insert(base(name).to_owned(), text);
    }

    /// Takes note of a step that is not taken over.
    pub(super) fn list(&mut self, line: usize, what: &str, rest: Rest) {
        let key = (what.to_owned(), rest.why, rest.is_gap);
        self.listed.entry(key).or_default().insert(line);
    }

    /// Lists the steps that were not taken over.
    pub(super) fn say_rest(&mut self) {
        for ((what, why, is_gap), lines) in std::mem::take(&mut self.listed) {
            let word = if lines.len() == 1 { "line" } else { "lines" };
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            let what = format!("{}, {word} {}: {what}", self.file, lines.join(", "));
            match is_gap {
                true => self.found.lack(what, why),
                false => self.found.leave(what, why),
            }
        }
    }

    /// Takes over what a command does, or says why it does not.
    pub(super) fn command(&mut self, command: &Command<'_>) -> Result<(), Rest> {
        if command.has("dry-run") || command.has("validate-only") || command.has("help") {
            return Ok(());
        }
        let changes = |verbs: &[&str]| verbs.iter().any(|verb| command.has(verb));
        match (command.program, command.words.as_slice()) {
            ("confluent", ["kafka", rest @ ..]) => self.cli(command, rest),
            ("confluent", words @ [area, ..]) if is_change(words) => match *area {
                "api-key" | "iam" if words.contains(&"rbac") => Err(Rest::stays(RIGHTS)),
                "api-key" | "iam" => Err(Rest::stays(KEYS)),
                _ => Ok(()),
            },
            ("kafka-cluster-links", _) if command.has("create") => self.platform_link(command),
            ("kafka-cluster-links", _) if command.has("delete") => {
                Err(deleted("link", command.value(&["link"])))
            }
            ("kafka-cluster-links", _) if changes(&["alter"]) => Err(Rest::gap(UNKNOWN)),
            ("kafka-mirrors", words) => self.platform_mirror(command, words),
            ("kafka-topics", _) if command.has("create") && command.has("mirror-topic") => {
                let topic = command.value(&["topic"]);
                let source = command.value(&["mirror-topic"]);
                self.mirror_of_platform(command, topic, source)
            }
            ("kafka-topics", _) if command.has("delete") => {
                let topics = command.value(&["topic"]).unwrap_or_default();
                self.delete_topics(&topics.split(',').collect::<Vec<_>>())
            }
            ("kafka-topics", _) if changes(&["create", "alter"]) => Err(Rest::stays(TOPICS)),
            ("kafka-configs", _) if command.has("alter") => {
                let link = match command.value(&["entity-type"]) {
                    Some("cluster-links") => command.value(&["entity-name"]),
                    _ => command.value(&["cluster-link"]),
                };
                let Some(link) = link else {
                    let why = "settings of topics, users and brokers stay as they are";
                    return Err(Rest::stays(why));
                };
                let servers = command.value(&["bootstrap-server"]);
                let cluster = servers.map(|servers| self.by_address(servers));
                self.alter(command, link, cluster)
            }
            ("kafka-acls", _) if changes(&["add", "remove"]) => Err(Rest::stays(RIGHTS)),
            _ => Ok(()),
        }
    }

    /// `confluent kafka …`.
    fn cli(&mut self, command: &Command<'_>, words: &[&str]) -> Result<(), Rest> {
        match words {
            ["cluster", "use", id, ..] => self.current = Some((*id).to_owned()),
            ["link", "create", link, ..] => return self.cli_link(command, link),
            ["link", "configuration" | "config", "update", link, ..] => {
                let cluster = self.cli_cluster(command);
                return self.alter(command, link, cluster);
            }
            ["link", "delete", links @ ..] => return Err(deleted("link", links.first().copied())),
            ["link", "create" | "configuration" | "config", ..] if is_change(words) => {
                return Err(Rest::gap(NO_LINK));
            }
            ["mirror", "create", topic, ..] => return self.cli_mirror(command, Some(topic)),
            ["mirror", "create"] => return self.cli_mirror(command, None),
            ["mirror", verb, topics @ ..] if status_after(verb).is_some() => {
                let cluster = self.cli_cluster(command);
                let listed = command.value(&["topics"]).into_iter();
                let listed = listed.flat_map(|it| it.split(','));
                let topics: Vec<&str> = topics.iter().copied().chain(listed).collect();
                return self.states(command, verb, &topics, cluster);
            }
            ["link" | "mirror", ..] if is_change(words) => return Err(Rest::gap(UNKNOWN)),
            ["topic", "delete", topics @ ..] => return self.delete_topics(topics),
            ["topic", ..] if is_change(words) => return Err(Rest::stays(TOPICS)),
            ["acl", ..] if is_change(words) => return Err(Rest::stays(RIGHTS)),
            _ => {}
        }
        Ok(())
    }

    /// What is deleted may be a mirror topic.
    fn delete_topics(&mut self, topics: &[&str]) -> Result<(), Rest> {
        let mut mirrors = self.found.mirrors.iter();
        match mirrors.find(|mirror| topics.contains(&mirror.topic.as_str())) {
            Some(mirror) => Err(deleted("mirror topic", Some(&mirror.topic))),
            None => Err(Rest::stays(TOPICS)),
        }
    }

    /// Whether a name is known only when the script runs. Then it is listed as missing.
    fn is_unknown(&mut self, what: &str, name: &str) -> bool {
        let says = match name {
            _ if name.contains(['$', '`']) => "sets this name when it runs",
            _ if is_placeholder(name) => "has a placeholder for this name",
            _ => return false,
        };
        let why = format!(
            "{} {says}: write the name in the script and import it again, or add it to the spec",
            self.file
        );
        self.found.lack(format!("{what} {name}"), why);
        true
    }

    /// `confluent kafka link create`.
    fn cli_link(&mut self, command: &Command<'_>, link: &str) -> Result<(), Rest> {
        if self.is_unknown("link", link) {
            return Ok(());
        }
        let mut configs = self.configs(command);
        let remote = command.value(&["remote-cluster", "remote-cluster-id"]);
        let destination = command.value(&["destination-cluster", "destination-cluster-id"]);
        let source = command.value(&["source-cluster", "source-cluster-id"]);
        let mode = match text_of(&configs, names::LINK_MODE) {
            "" if remote.is_some() => Some(Mode::Bidirectional),
            "" if destination.is_some() => Some(Mode::Source),
            word => Mode::of(word),
        };
        let Some(mode) = mode else {
            self.found.lack(format!("link {link}"), UNKNOWN_MODE);
            return Ok(());
        };
        let inbound = is_inbound(&configs);
        let servers = command.value(&[
            "source-bootstrap-server",
            "destination-bootstrap-server",
            "remote-bootstrap-server",
        ]);
        let servers = servers.unwrap_or_else(|| text_of(&configs, names::BOOTSTRAP_SERVERS));
        let servers = Some(servers).filter(|it| !is_placeholder(it) && !it.starts_with("0.0.0.0"));
        let servers = servers.map(str::to_owned);
        let other = match mode {
            Mode::Destination => source.or(remote),
            Mode::Source => destination.or(remote),
            Mode::Bidirectional => remote.or(source).or(destination),
        };
        let other = match (other, &servers) {
            (Some(id), _) => self.by_id(id),
            (None, Some(servers)) => self.by_address(servers),
            (None, None) => format!("other-end-of-{link}"),
        };
        let own = self.cli_cluster(command).unwrap_or_else(|| match mode {
            Mode::Source => format!("source-of-{link}"),
            _ => format!("destination-of-{link}"),
        });
        self.found.cluster(&own);
        if let Some(servers) = servers {
            let other = self.found.cluster(&other);
            other.bootstrap = other.bootstrap.take().or_else(|| Some(servers.clone()));
            found::set(&mut configs, &[(names::BOOTSTRAP_SERVERS, &servers)], "");
        }
        let has_key = ["source-api-key", "destination-api-key", "remote-api-key"];
        if command.value(&has_key).is_some() {
            found::api_key(&mut configs, "");
        }
        if command.value(&["local-api-key"]).is_some() {
            found::api_key(&mut configs, names::LOCAL);
        }
        self.add(link, own, other, mode, inbound, configs);
        Ok(())
    }

    /// The cluster that a command of the Confluent CLI is for: its name.
    fn cli_cluster(&mut self, command: &Command<'_>) -> Option<String> {
        if let Some(id) = command.value(&["cluster"]) {
            let name = self.by_id(id);
            // With Confluent Platform, `--url` says which cluster is meant.
            let cluster = self.found.cluster(&name);
            let is_cloud = is_placeholder(id).then_some(ClusterKind::ConfluentCloud);
            cluster.kind = cluster.kind.or(is_cloud);
            return Some(name);
        }
        if let Some(url) = command.value(&["url"]) {
            let name = host_of(url);
            let cluster = self.found.cluster(&name);
            cluster.rest = Some(url.to_owned());
            cluster.kind = Some(ClusterKind::ConfluentPlatform);
            return Some(name);
        }
        let current = self.current.clone()?;
        Some(self.by_id(&current))
    }

    /// The cluster of this id: its name. A variable that the script does not set gives the name.
    fn by_id(&mut self, id: &str) -> String {
        if !is_placeholder(id) {
            let name = self.found.named(id).unwrap_or(id).to_owned();
            self.found.cluster(&name).id = Some(id.to_owned());
            return name;
        }
        let name = word_of(id);
        let name = name.trim_matches('-');
        let name = name.strip_suffix("-id").unwrap_or(name);
        let name = if name.is_empty() { "cluster" } else { name };
        self.found.cluster(name);
        name.to_owned()
    }

    /// The cluster that these bootstrap servers are of: its name.
    fn by_address(&mut self, servers: &str) -> String {
        let name = host_of(servers);
        let cluster = self.found.cluster(&name);
        cluster.bootstrap = cluster
            .bootstrap
            .take()
            .or_else(|| Some(servers.to_owned()));
        name
    }

    /// The same; where that cluster has another id than this one, it is another cluster behind the same host.
    fn by_address_and_id(&mut self, servers: &str, id: Option<&str>) -> String {
        let named = self.found.clusters.get(&host_of(servers));
        match (named.and_then(|it| it.id.as_deref()), id) {
            (Some(other), Some(id)) if other != id => self.by_id(id),
            _ => self.by_address(servers),
        }
    }

    /// `kafka-cluster-links --create`.
    fn platform_link(&mut self, command: &Command<'_>) -> Result<(), Rest> {
        let link = command.value(&["link"]);
        let link = link.ok_or_else(|| Rest::gap(NO_LINK))?;
        if self.is_unknown("link", link) {
            return Ok(());
        }
        let configs = self.configs(command);
        let Some(mode) = Mode::of(text_of(&configs, names::LINK_MODE)) else {
            self.found.lack(format!("link {link}"), UNKNOWN_MODE);
            return Ok(());
        };
        let inbound = is_inbound(&configs);
        let own = match command.value(&["bootstrap-server"]) {
            Some(servers) => self.by_address(servers),
            None => format!("holder-of-{link}"),
        };
        let own_cluster = self.found.cluster(&own);
        own_cluster.kind = own_cluster.kind.or(Some(ClusterKind::ConfluentPlatform));
        let servers = text_of(&configs, names::BOOTSTRAP_SERVERS);
        let id = command.value(&["cluster-id", "remote-cluster-id"]);
        let id = id.filter(|id| !is_placeholder(id));
        let other = match (id.and_then(|id| self.found.named(id)), id) {
            (Some(name), _) => name.to_owned(),
            (None, Some(id)) if is_placeholder(servers) => self.by_id(id),
            (None, _) if is_placeholder(servers) => format!("other-end-of-{link}"),
            (None, id) => self.by_address_and_id(servers, id),
        };
        let other_cluster = self.found.cluster(&other);
        if let Some(id) = id {
            other_cluster.id = other_cluster.id.take().or(Some(id.to_owned()));
        }
        if !is_placeholder(servers) {
            let servers = Some(servers.to_owned());
            other_cluster.bootstrap = other_cluster.bootstrap.take().or(servers);
        }
        self.add(link, own, other, mode, inbound, configs);
        Ok(())
    }

    fn add(
        &mut self,
        link: &str,
        cluster: String,
        other: String,
        mode: Mode,
        inbound: bool,
        mut configs: BTreeMap<String, Setting>,
    ) {
        let is_silent = !configs.keys().any(|name| {
            name == names::SECURITY_PROTOCOL
                || name.starts_with("sasl.")
                || name.starts_with("ssl.")
        });
        self.found.cluster(&cluster);
        let is_at_cloud = self.found.cluster(&other).is_at_cloud();
        if !inbound && is_silent && is_at_cloud {
            found::api_key(&mut configs, "");
            let why = format!(
                "{} has no credentials for it, and Confluent Cloud admits no one without: the spec assumes an API key",
                self.file
            );
            self.found
                .leave(format!("credentials of link {cluster}/{link}"), why);
        }
        self.found.owned.push(Owned {
            address: self.file.to_owned(),
            kind: OwnedKind::Link,
            object: format!("{cluster}/{link}"),
            is_doomed: false,
        });
        self.found.add_half(Half {
            link: link.to_owned(),
            cluster,
            other,
            mode,
            inbound,
            configs,
            from: self.file.to_owned(),
        });
    }

    /// The link configs of a command: of its file, of its flags, of its filter files.
    fn configs(&mut self, command: &Command<'_>) -> BTreeMap<String, Setting> {
        let mut all = Vec::new();
        let mut files = command.values(&["config-file", "add-config-file"]);
        for text in command.values(&["config", "add-config"]) {
            match text.contains('=') {
                true => all.extend(pairs(text)),
                false => files.push(text),
            }
        }
        for file in files {
            match self.text_of(file) {
                Some(text) => all.extend(entries(&text)),
                None => self.found.lack(
                    file_called(file),
                    format!(
                        "{} names it, and it is not next to the script: its settings are missing",
                        self.file
                    ),
                ),
            }
        }
        let mut configs = settings(all, self.file, self.found);
        let filters = [
            (
                "consumer-group-filters-json-file",
                names::CONSUMER_OFFSET_GROUP_FILTERS,
            ),
            ("acl-filters-json-file", names::ACL_FILTERS),
            (
                "topic-filters-json-file",
                names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
            ),
        ];
        for (flag, name) in filters {
            let Some(file) = command.value(&[flag]) else {
                continue;
            };
            match self.text_of(file) {
                Some(text) => {
                    configs.insert(name.to_owned(), Setting::of(name, text.trim()));
                }
                None => self.found.lack(
                    file_called(file),
                    format!(
                        "{} names it, and it is not next to the script: its filters are missing",
                        self.file
                    ),
                ),
            }
        }
        configs
    }

    /// The text of a file that the script writes, or of one next to it.
    fn text_of(&self, file: &str) -> Option<String> {
        let written = self.written.get(base(file)).cloned();
        written.or_else(|| (self.look_up)(self.file, file))
    }

    /// The link object that a command means, among those that `is_meant` admits. Without a cluster, or with an address that no
    /// other command has, it is the only one of its name: a cluster has several addresses.
    fn holder(
        &self,
        link: &str,
        cluster: Option<&str>,
        is_meant: impl Fn(&Half) -> bool,
    ) -> Result<&Half, Rest> {
        let halves = || self.found.halves.iter().filter(|half| half.link == link);
        if halves().next().is_none() {
            return Err(Rest::gap(format!(
                "no command of the files creates link {link}"
            )));
        }
        let is_elsewhere = |half: &&Half| {
            let Some(cluster) = cluster.filter(|cluster| *cluster != half.cluster) else {
                return false;
            };
            let id = |name: &str| self.found.clusters.get(name).and_then(|it| it.id.as_ref());
            let has_other_id = id(cluster).is_some() && id(cluster) != id(&half.cluster);
            let mut all = self.found.halves.iter();
            has_other_id || all.any(|it| it.cluster == cluster || it.other == cluster)
        };
        let mut meant = halves().filter(|half| is_meant(half) && !is_elsewhere(half));
        match (meant.next(), meant.next()) {
            (Some(half), None) => Ok(half),
            (None, _) => Err(Rest::gap(format!(
                "no command of the files creates link {link} on that cluster"
            ))),
            (Some(_), Some(_)) => Err(Rest::gap(format!(
                "the files do not say on which cluster of link {link} it is"
            ))),
        }
    }

    /// Settings that are changed after the link was created.
    fn alter(
        &mut self,
        command: &Command<'_>,
        link: &str,
        cluster: Option<String>,
    ) -> Result<(), Rest> {
        let holder = self.holder(link, cluster.as_deref(), |_| true)?;
        let holder = (holder.cluster.clone(), holder.link.clone());
        let configs = self.configs(command);
        let deleted = command.values(&["delete-config"]);
        let mut halves = self.found.halves.iter_mut();
        if let Some(half) =
            halves.find(|half| (&half.cluster, &half.link) == (&holder.0, &holder.1))
        {
            half.configs.extend(configs);
            for name in deleted.iter().flat_map(|names| names.split(',')) {
                half.configs.remove(name.trim());
            }
        }
        Ok(())
    }

    /// `confluent kafka mirror create`.
    fn cli_mirror(&mut self, command: &Command<'_>, topic: Option<&str>) -> Result<(), Rest> {
        // The argument was the mirror topic once, and is the source topic now.
        let (topic, source) = match command.value(&["source-topic"]) {
            Some(source) => (topic, Some(source)),
            None => (command.value(&["mirror-topic"]), topic),
        };
        let cluster = self.cli_cluster(command);
        self.mirror(command, cluster, topic, source)
    }

    /// `kafka-mirrors`.
    fn platform_mirror(&mut self, command: &Command<'_>, words: &[&str]) -> Result<(), Rest> {
        if command.has("create") {
            let topic = command.value(&["mirror-topic"]);
            return self.mirror_of_platform(command, topic, command.value(&["source-topic"]));
        }
        let verbs = ["pause", "resume", "promote", "failover"];
        let Some(verb) = verbs.into_iter().find(|verb| command.has(verb)) else {
            let others = [
                "delete",
                "alter",
                "reverse-and-start",
                "reverse-and-pause",
                "truncate-and-restore",
            ];
            return match others.iter().any(|verb| command.has(verb)) {
                true => Err(Rest::gap(UNKNOWN)),
                false => Ok(()),
            };
        };
        let listed = command.values(&["topics", "mirror-topic", "topic"]);
        let listed = listed.into_iter().flat_map(|it| it.split(','));
        let topics: Vec<&str> = listed.chain(words.iter().copied()).map(str::trim).collect();
        let servers = command.value(&["bootstrap-server"]);
        let cluster = servers.map(|servers| self.by_address(servers));
        self.states(command, verb, &topics, cluster)
    }

    fn mirror_of_platform(
        &mut self,
        command: &Command<'_>,
        topic: Option<&str>,
        source: Option<&str>,
    ) -> Result<(), Rest> {
        let servers = command.value(&["bootstrap-server"]);
        let cluster = servers.map(|servers| self.by_address(servers));
        self.mirror(command, cluster, topic, source)
    }

    /// A mirror topic of which its own name is given, or that of its source, or both.
    fn mirror(
        &mut self,
        command: &Command<'_>,
        cluster: Option<String>,
        topic: Option<&str>,
        source: Option<&str>,
    ) -> Result<(), Rest> {
        let link = command.value(LINK_FLAGS);
        let link = link.ok_or_else(|| Rest::gap(NO_LINK))?;
        let name = topic.or(source);
        let name = name.ok_or_else(|| Rest::gap("it names no topic"))?;
        if self.is_unknown("mirror topic", name) || self.is_unknown("a mirror topic of link", link)
        {
            return Ok(());
        }
        let is_destination = |half: &Half| half.mode != Mode::Source;
        let half = self.holder(link, cluster.as_deref(), is_destination);
        let half = half.map_err(|rest| Rest::gap(format!("mirror topic {name}: {}", rest.why)))?;
        let prefix = text_of(&half.configs, names::CLUSTER_LINK_PREFIX);
        let topic = match (topic, source) {
            (Some(topic), None) if topic.starts_with(prefix) => topic.to_owned(),
            (Some(topic), Some(_)) => topic.to_owned(),
            _ => format!("{prefix}{name}"),
        };
        let cluster = half.cluster.clone();
        self.found.owned.push(Owned {
            address: self.file.to_owned(),
            kind: OwnedKind::Mirror,
            object: format!("{cluster}/{link}/{topic}"),
            is_doomed: false,
        });
        let mirror = Mirror {
            link: link.to_owned(),
            cluster,
            source: source.map(str::to_owned),
            topic,
            status: MirrorStatus::Active,
        };
        self.found.add_mirror(mirror, self.file);
        Ok(())
    }

    /// Mirror topics that are paused, resumed, promoted or failed over after they were created.
    fn states(
        &mut self,
        command: &Command<'_>,
        verb: &str,
        topics: &[&str],
        cluster: Option<String>,
    ) -> Result<(), Rest> {
        let Some(status) = status_after(verb) else {
            return Ok(());
        };
        let link = command.value(LINK_FLAGS);
        let holder = link.and_then(|link| {
            let half = self.holder(link, cluster.as_deref(), |half| half.mode != Mode::Source);
            Some(half.ok()?.cluster.clone())
        });
        let mut unknown = Vec::new();
        for topic in topics.iter().filter(|topic| !topic.is_empty()) {
            let is_meant = |mirror: &&mut Mirror| {
                mirror.topic == **topic
                    && link.is_none_or(|link| {
                        mirror.link == link && holder.as_ref() == Some(&mirror.cluster)
                    })
            };
            let mut meant: Vec<&mut Mirror> =
                self.found.mirrors.iter_mut().filter(is_meant).collect();
            match meant.as_mut_slice() {
                [mirror] => mirror.status = status.clone(),
                _ => unknown.push(*topic),
            }
        }
        if topics.is_empty() {
            return Err(Rest::gap(
                "it names no topic: the states that it leads to are missing",
            ));
        }
        match unknown.as_slice() {
            [] => Ok(()),
            names => Err(Rest::gap(format!(
                "no command of the files before it creates {}, so what it does to {} is missing",
                names.join(", "),
                if names.len() == 1 { "it" } else { "them" },
            ))),
        }
    }
}

const LINK_FLAGS: &[&str] = &["link", "link-name"];
const UNKNOWN: &str = "a spec says how things are to be, and has no such step: write what it leads to, or export what is \
                       live";

/// What a verb makes of a mirror topic, where a spec has a state for it.
fn status_after(verb: &str) -> Option<MirrorStatus> {
    match verb {
        "pause" => Some(MirrorStatus::Paused),
        "resume" => Some(MirrorStatus::Active),
        "promote" | "failover" => Some(MirrorStatus::Stopped),
        _ => None,
    }
}

/// Whether words of the Confluent CLI change something.
fn is_change(words: &[&str]) -> bool {
    let reads = [
        "list",
        "describe",
        "configuration",
        "state-transition-error",
        "help",
        "task",
    ];
    let verbs = ["create", "delete", "update", "store", "use"];
    match words {
        ["mirror", verb, ..] => !reads.contains(verb),
        words => words.iter().take(4).any(|word| verbs.contains(word)),
    }
}

/// A step that deletes something.
fn deleted(what: &str, name: Option<&str>) -> Rest {
    let name = name.unwrap_or_default();
    Rest::gap(format!(
        "it deletes {what} {name}: it is not known whether it exists"
    ))
}

/// A file that is missing, by its name; what looks like no name may be a value.
fn file_called(name: &str) -> String {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "._-/\\$~{}:".contains(it);
    match name.chars().all(is_name) {
        true => format!("the file {name}"),
        false => "a file".to_owned(),
    }
}

/// The host of the first address, as the name of a cluster.
fn host_of(servers: &str) -> String {
    let bare = catalog::bare_addresses(servers);
    // What is in front of a host is a user name and a password.
    let hosts = bare.rsplit('@').next().unwrap_or_default();
    let first = hosts.split(',').next().unwrap_or_default();
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || "-._".contains(letter) => letter,
        _ => '-',
    };
    found::host(first).chars().map(letter).collect()
}
