//! Scripts of the Confluent CLI and of Confluent Platform's commands, and properties files of links → [`Found`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::NotRead;
use super::found::{self, Found, Half, Mirror, Mode, Owned, OwnedKind, Setting};
use super::found::{UNKNOWN_MODE, is_inbound, is_name, is_placeholder, text_of, word_of};
use super::properties;
use super::shell::{self, Step};
use crate::catalog::{self, names};
use crate::desired::ClusterKind;
use crate::live::MirrorStatus;

/// The commands that say something about links.
const PROGRAMS: [&str; 5] = [
    "confluent",
    "kafka-cluster-links",
    "kafka-mirrors",
    "kafka-topics",
    "kafka-configs",
];

/// Whether a text has such commands.
pub(super) fn is_script(text: &str) -> bool {
    let steps = [
        "kafka link",
        "kafka mirror",
        "kafka-cluster-links",
        "kafka-mirrors",
    ];
    text.starts_with("#!") || steps.iter().any(|step| text.contains(step))
}

/// Reads a script.
pub(super) fn read(
    file: &Arc<str>,
    text: &Arc<str>,
    look_up: &dyn Fn(&str, &str) -> Option<String>,
    found: &mut Found,
) -> Result<(), NotRead> {
    let mut reader = Reader {
        file,
        look_up,
        written: BTreeMap::new(),
        current: None,
        found,
        count: 0,
    };
    for step in shell::steps(text) {
        match step {
            Step::File(name, text) => {
                reader.written.insert(base(&name).to_owned(), text);
            }
            Step::Command(words) => reader.command(&words),
        }
    }
    if reader.count == 0 {
        let words = "it has no command that creates a link: expected `confluent kafka link create`, or \
                     `kafka-cluster-links --create`";
        return Err(NotRead::new(file, words));
    }
    shorten(found);
    Ok(())
}

struct Reader<'a> {
    file: &'a str,
    look_up: &'a dyn Fn(&str, &str) -> Option<String>,
    /// Files that the script itself writes.
    written: BTreeMap<String, String>,
    /// The cluster of `confluent kafka cluster use`.
    current: Option<String>,
    found: &'a mut Found,
    /// Commands that were understood.
    count: usize,
}

/// A command: its program, the words that are no flags, and the flags with their values.
struct Command<'a> {
    program: &'a str,
    words: Vec<&'a str>,
    flags: Vec<(&'a str, Option<&'a str>)>,
}

/// Flags without a value.
const SWITCHES: [&str; 16] = [
    "create",
    "alter",
    "pause",
    "resume",
    "promote",
    "failover",
    "describe",
    "list",
    "delete",
    "dry-run",
    "no-validate",
    "force",
    "exclude-validate-link",
    "validate-only",
    "add-config-file",
    "unsafe-trace",
];

impl<'a> Command<'a> {
    /// The command behind `docker exec NAME`, `kubectl exec … --`, `KAFKA_OPTS=`.
    fn of(words: &'a [String]) -> Option<Self> {
        let at = words
            .iter()
            .position(|word| PROGRAMS.contains(&program(word)))?;
        let program = program(&words[at]);
        let mut rest = words[at + 1..].iter().map(String::as_str).peekable();
        let mut command = Self {
            program,
            words: Vec::new(),
            flags: Vec::new(),
        };
        while let Some(word) = rest.next() {
            if word.contains('>') && !word.starts_with("--") && !word.contains('=') {
                // `> log`, `2>&1`: where output goes.
                rest.next_if(|_| word.ends_with('>'));
            } else if let Some(flag) = word.strip_prefix("--") {
                let (name, value) = match flag.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None if SWITCHES.contains(&flag) => (flag, None),
                    None => (flag, rest.next_if(|next| !next.starts_with("--"))),
                };
                command.flags.push((name, value));
            } else if word.starts_with('-') && word.len() == 2 {
                // `-o json`: nothing about links.
                rest.next_if(|next| !next.starts_with('-'));
            } else {
                command.words.push(word);
            }
        }
        Some(command)
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|(name, _)| *name == flag)
    }

    /// The value of the first of these flags that is given.
    fn value(&self, flags: &[&str]) -> Option<&'a str> {
        let given = |flag: &&str| {
            let mut all = self.flags.iter().filter(|(name, _)| name == flag);
            all.next().and_then(|(_, value)| *value)
        };
        flags.iter().find_map(given)
    }

    /// The values of these flags, each time they are given.
    fn values(&self, flags: &[&str]) -> Vec<&'a str> {
        let given = self.flags.iter().filter(|(name, _)| flags.contains(name));
        given.filter_map(|(_, value)| *value).collect()
    }
}

fn program(word: &str) -> &str {
    let word = base(word);
    word.strip_suffix(".sh").unwrap_or(word)
}

/// The last part of a path.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Reader<'_> {
    fn command(&mut self, words: &[String]) {
        let Some(command) = Command::of(words) else {
            return;
        };
        match (command.program, command.words.as_slice()) {
            ("confluent", ["kafka", "cluster", "use", id, ..]) => {
                self.current = Some((*id).to_owned());
            }
            ("confluent", ["kafka", "link", "create", link, ..]) => self.cli_link(&command, link),
            ("confluent", ["kafka", "link", "delete", link, ..]) => {
                let what = format!("link {link}");
                self.found.lack(
                    what,
                    format!(
                        "{} deletes it: it is not known whether it exists",
                        self.file
                    ),
                );
            }
            (
                "confluent",
                [
                    "kafka",
                    "link",
                    "configuration" | "config",
                    "update",
                    link,
                    ..,
                ],
            ) => {
                let cluster = self.cli_cluster(&command);
                self.alter(&command, link, cluster);
            }
            ("confluent", ["kafka", "mirror", "create", topic, ..]) => {
                self.cli_mirror(&command, topic)
            }
            ("confluent", ["kafka", "mirror", verb, topics @ ..]) => {
                let link = command.value(&["link", "link-name"]).unwrap_or_default();
                self.states(verb, topics, link);
            }
            ("kafka-cluster-links", _) if command.has("create") => self.platform_link(&command),
            ("kafka-mirrors", _) => self.platform_mirror(&command),
            ("kafka-topics", _) if command.has("create") && command.has("mirror-topic") => {
                let topic = command.value(&["topic"]);
                let source = command.value(&["mirror-topic"]);
                self.mirror_of_platform(&command, topic, source);
            }
            ("kafka-configs", _) if command.has("alter") && command.has("cluster-link") => {
                if let Some(link) = command.value(&["cluster-link"]) {
                    self.alter(&command, link, None);
                }
            }
            _ => {}
        }
    }

    /// Whether a name is known only when the script runs. Then it is listed as missing.
    fn is_unknown(&mut self, what: &str, name: &str) -> bool {
        let is_unknown = name.contains(['$', '`']);
        if is_unknown {
            let why = format!(
                "{} sets this name when it runs: write the name in the script and import it again, or add it to \
                 the spec",
                self.file
            );
            self.found.lack(format!("{what} {name}"), why);
        }
        is_unknown
    }

    /// `confluent kafka link create`.
    fn cli_link(&mut self, command: &Command<'_>, link: &str) {
        self.count += 1;
        if self.is_unknown("link", link) {
            return;
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
            return;
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

    /// `kafka-cluster-links --create`.
    fn platform_link(&mut self, command: &Command<'_>) {
        self.count += 1;
        let Some(link) = command.value(&["link"]) else {
            return;
        };
        if self.is_unknown("link", link) {
            return;
        }
        let configs = self.configs(command);
        let Some(mode) = Mode::of(text_of(&configs, names::LINK_MODE)) else {
            self.found.lack(format!("link {link}"), UNKNOWN_MODE);
            return;
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
            (None, _) => self.by_address(servers),
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
    }

    fn add(
        &mut self,
        link: &str,
        cluster: String,
        other: String,
        mode: Mode,
        inbound: bool,
        configs: BTreeMap<String, Setting>,
    ) {
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
        let mut entries = Vec::new();
        let mut files = command.values(&["config-file", "add-config-file"]);
        for text in command.values(&["config", "add-config"]) {
            match text.contains('=') {
                true => entries.extend(pairs(text)),
                false => files.push(text),
            }
        }
        for file in files {
            match self.text_of(file) {
                Some(text) => entries.extend(properties::entries(&text)),
                None => self.found.lack(
                    file_called(file),
                    format!(
                        "{} names it, and it is not next to the script: its settings are missing",
                        self.file
                    ),
                ),
            }
        }
        let mut configs = settings(entries, self.file, self.found);
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

    /// Settings that are changed after the link was created.
    fn alter(&mut self, command: &Command<'_>, link: &str, cluster: Option<String>) {
        let configs = self.configs(command);
        let halves = self.found.halves.iter_mut().filter(|half| {
            half.link == link
                && cluster
                    .as_ref()
                    .is_none_or(|cluster| half.cluster == *cluster)
        });
        for half in halves {
            half.configs.extend(configs.clone());
        }
    }

    /// `confluent kafka mirror create`.
    fn cli_mirror(&mut self, command: &Command<'_>, topic: &str) {
        let Some(link) = command.value(&["link", "link-name"]) else {
            return;
        };
        // The argument was the mirror topic once, and is the source topic now.
        let (topic, source) = match command.value(&["mirror-topic"]) {
            Some(mirror) => (mirror, topic),
            None => (topic, command.value(&["source-topic"]).unwrap_or(topic)),
        };
        let cluster = self.cli_cluster(command);
        self.mirror(link, cluster, topic, Some(source));
    }

    /// `kafka-mirrors`.
    fn platform_mirror(&mut self, command: &Command<'_>) {
        if command.has("create") {
            let topic = command.value(&["mirror-topic"]);
            let source = command.value(&["source-topic"]).or(topic);
            self.mirror_of_platform(command, topic.or(source), source);
            return;
        }
        let verbs = ["pause", "resume", "promote", "failover"];
        let topics = command
            .value(&["topics", "mirror-topic"])
            .unwrap_or_default();
        let topics: Vec<&str> = topics.split(',').map(str::trim).collect();
        for verb in verbs {
            if command.has(verb) {
                self.states(verb, &topics, command.value(&["link"]).unwrap_or_default());
            }
        }
    }

    fn mirror_of_platform(
        &mut self,
        command: &Command<'_>,
        topic: Option<&str>,
        source: Option<&str>,
    ) {
        let (Some(topic), Some(link)) = (topic, command.value(&["link"])) else {
            return;
        };
        let cluster = command.value(&["bootstrap-server"]);
        let cluster = cluster.map(|servers| self.by_address(servers));
        self.mirror(link, cluster, topic, source);
    }

    fn mirror(&mut self, link: &str, cluster: Option<String>, topic: &str, source: Option<&str>) {
        if self.is_unknown("mirror topic", topic) || self.is_unknown("a mirror topic of link", link)
        {
            return;
        }
        // Another address of the same cluster, or none: the link's only half that can hold it.
        let holders = self.found.halves.iter().filter(|half| half.link == link);
        let holders: Vec<&Half> = holders.filter(|half| half.mode != Mode::Source).collect();
        let given = cluster.filter(|name| holders.iter().any(|half| half.cluster == *name));
        let cluster = match (given, holders.as_slice()) {
            (Some(cluster), _) => cluster,
            (None, [only]) => only.cluster.clone(),
            (None, _) => {
                let what = format!("mirror topic {topic} of link {link}");
                self.found
                    .lack(what, "the files do not say on which cluster it is");
                return;
            }
        };
        // The prefix is not part of the name that the Confluent CLI is given.
        let prefix = holders.iter().find(|half| half.cluster == cluster);
        let prefix = prefix.map_or("", |half| {
            text_of(&half.configs, names::CLUSTER_LINK_PREFIX)
        });
        let topic = match topic.starts_with(prefix) {
            true => topic.to_owned(),
            false => format!("{prefix}{topic}"),
        };
        self.found.owned.push(Owned {
            address: self.file.to_owned(),
            kind: OwnedKind::Mirror,
            object: format!("{cluster}/{link}/{topic}"),
            is_doomed: false,
        });
        self.found.mirrors.push(Mirror {
            link: link.to_owned(),
            cluster,
            source: source
                .filter(|source| topic.ends_with(source))
                .map(str::to_owned),
            topic,
            status: MirrorStatus::Active,
        });
    }

    /// Mirror topics that are paused, resumed, promoted or failed over after they were created.
    fn states(&mut self, verb: &str, topics: &[&str], link: &str) {
        let status = match verb {
            "pause" => MirrorStatus::Paused,
            "resume" => MirrorStatus::Active,
            "promote" | "failover" => MirrorStatus::Stopped,
            _ => return,
        };
        for mirror in &mut self.found.mirrors {
            let is_meant = link.is_empty() || mirror.link == link;
            if is_meant && topics.contains(&mirror.topic.as_str()) {
                mirror.status = status.clone();
            }
        }
    }
}

/// Settings by their names. What is no name may be a piece of a value that is broken across lines, and is not shown.
fn settings(
    entries: Vec<(String, String)>,
    file: &str,
    found: &mut Found,
) -> BTreeMap<String, Setting> {
    let (named, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(name, _)| is_name(name));
    if !others.is_empty() {
        found.lack(
            format!("{} of the settings of {file}", others.len()),
            "these have no name of a config, as in a value that is broken across lines, and were not imported",
        );
    }
    let settings = named.into_iter().map(|(name, value)| {
        let setting = Setting::of(&name, &value);
        (name, setting)
    });
    settings.collect()
}

/// A file that is missing, by its name; what looks like no name may be a value.
fn file_called(name: &str) -> String {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "._-/\\$~{}:".contains(it);
    match name.chars().all(is_name) {
        true => format!("the file {name}"),
        false => "a file".to_owned(),
    }
}

/// `a.b=1,c.d=[x,y],e.f={"k":1,"l":2}` → names and values. A comma in quotes or brackets, and one behind a backslash, is
/// part of a value. So is one that no name of a config follows: of a value that is not shown whatever follows, of
/// another only items of a list.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in pieces(text) {
        match (pairs.last_mut(), piece.split_once('=')) {
            (None, Some((name, value))) => pairs.push((name.trim().to_owned(), value.to_owned())),
            (Some((before, _)), Some((name, value)))
                if is_name(name.trim()) || Setting::of(before, "") != Setting::Hidden =>
            {
                pairs.push((name.trim().to_owned(), value.to_owned()));
            }
            (Some((_, value)), _) => {
                value.push(',');
                value.push_str(piece);
            }
            (None, None) => {}
        }
    }
    for (_, value) in &mut pairs {
        let inner = value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        *value = inner.unwrap_or(value).trim().to_owned();
    }
    pairs
}

/// What is between the commas of a text that are in no quotes and no brackets.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut depth, mut quote) = (0, 0_usize, None);
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (_, '\\') => {
                letters.next();
            }
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                pieces.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[from..]);
    pieces
}

/// The host of the first address; with its port where the host says nothing.
fn host_of(servers: &str) -> String {
    let bare = catalog::bare_addresses(servers);
    // What is in front of a host is a user name and a password.
    let hosts = bare.rsplit('@').next().unwrap_or_default();
    let first = hosts.split(',').next().unwrap_or_default();
    let first = first.trim_end_matches('/');
    let (host, port) = first.rsplit_once(':').unwrap_or((first, ""));
    let says_nothing =
        host == "localhost" || host.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let name = match says_nothing && !port.is_empty() {
        true => format!("{host}-{port}"),
        false => host.to_owned(),
    };
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || "-._".contains(letter) => letter,
        _ => '-',
    };
    name.chars().map(letter).collect()
}

/// Clusters that are named by a host get the first word of it, where no other has that.
fn shorten(found: &mut Found) {
    let label = |name: &str| {
        let first = name.split('.').next().unwrap_or_default();
        let is_word = first.starts_with(|letter: char| letter.is_ascii_alphabetic());
        (is_word && first.len() < name.len()).then(|| first.to_owned())
    };
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in found.clusters.keys() {
        let key = label(name).unwrap_or_else(|| name.clone());
        *count.entry(key).or_default() += 1;
    }
    let renamed: BTreeMap<String, String> = found
        .clusters
        .keys()
        .filter_map(|name| {
            let short = label(name)?;
            (count.get(&short) == Some(&1)).then(|| (name.clone(), short))
        })
        .collect();
    let new = |name: &String| renamed.get(name).unwrap_or(name).clone();
    let clusters = std::mem::take(&mut found.clusters).into_iter();
    found.clusters = clusters
        .map(|(name, cluster)| (new(&name), cluster))
        .collect();
    for half in &mut found.halves {
        half.cluster = new(&half.cluster);
        half.other = new(&half.other);
    }
    for mirror in &mut found.mirrors {
        mirror.cluster = new(&mirror.cluster);
    }
    for owned in &mut found.owned {
        if let Some((cluster, rest)) = owned.object.clone().split_once('/') {
            owned.object = format!("{}/{rest}", new(&cluster.to_owned()));
        }
    }
}

/// Reads properties files of links that no script uses: each is a link object.
pub(super) fn plain_properties(
    files: &[&(Arc<str>, Arc<str>)],
    link: Option<&str>,
    found: &mut Found,
) -> Result<(), NotRead> {
    let pair = files.len() == 2;
    for (at, (file, text)) in files.iter().enumerate() {
        let entries = properties::entries(text);
        let is_about_links = entries
            .iter()
            .any(|(name, _)| catalog::lookup(name).is_some());
        if !is_about_links {
            let words = "it has no setting of a cluster link: expected a properties file with `bootstrap.servers` or \
                         `link.mode`, or a script with `confluent kafka link create` or `kafka-cluster-links`";
            return Err(NotRead::new(file, words));
        }
        let configs = settings(entries, file, found);
        let Some(mode) = Mode::of(text_of(&configs, names::LINK_MODE)) else {
            return Err(NotRead::new(file, UNKNOWN_MODE));
        };
        let inbound = is_inbound(&configs);
        let stem = |file: &str| {
            let name = base(file);
            name.rsplit_once('.')
                .map_or(name, |(stem, _)| stem)
                .to_owned()
        };
        let (own, other) = match mode {
            Mode::Destination => ("destination", "source"),
            Mode::Source => ("source", "destination"),
            Mode::Bidirectional if at == 0 => ("first", "second"),
            Mode::Bidirectional => ("second", "first"),
        };
        let is_alone = !pair && mode == Mode::Bidirectional;
        let name = match link {
            Some(link) => link.to_owned(),
            None if pair && !is_alone => "link".to_owned(),
            None => stem(file),
        };
        found.cluster(own);
        let servers = text_of(&configs, names::BOOTSTRAP_SERVERS);
        let reached = found.cluster(other);
        if !is_placeholder(servers) {
            reached.bootstrap = reached
                .bootstrap
                .take()
                .or_else(|| Some(servers.to_owned()));
        }
        found.owned.push(Owned {
            address: file.to_string(),
            kind: OwnedKind::Link,
            object: format!("{own}/{name}"),
            is_doomed: false,
        });
        found.add_half(Half {
            link: name,
            cluster: own.to_owned(),
            other: other.to_owned(),
            mode,
            inbound,
            configs,
            from: file.to_string(),
        });
    }
    Ok(())
}
