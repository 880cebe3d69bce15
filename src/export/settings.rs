//! Live link configs → the typed sections of a spec, and `configs` for the rest.

use crate::catalog::names;
use std::collections::{BTreeMap, BTreeSet};

use super::Handle;
use super::join::LiveHalf;
use super::variables::Variables;
use super::yaml::{Entry, Node};
use crate::address::Address;
use crate::catalog::filters::{AclFilters, NameFilters, Subject};
use crate::catalog::{self, Kind, Mutability};
use crate::edit;
use crate::spec::{Duration, StartOffset};

/// The sections of a half that holds mirrors, and what they cannot say.
pub(super) fn sections(half: LiveHalf<'_>, problems: &mut Vec<String>) -> Vec<Entry> {
    let mut entries = but_auto_create(half, problems);
    let mut auto = Vec::new();
    auto.extend(
        name_filters(half, Subject::Topics)
            .map(|filters| Entry::new("topics", edit::names(&filters).into())),
    );
    let is_on = half.is_on(names::AUTO_CREATE_MIRROR_TOPICS_ENABLE);
    section(&mut entries, "auto_create_mirrors", switched(is_on, auto));
    entries
}

/// The same for a half whose auto-create follows from `topics`.
pub(super) fn but_auto_create(half: LiveHalf<'_>, problems: &mut Vec<String>) -> Vec<Entry> {
    // A filter that cannot be read whole is written under `configs` as it is.
    let mut entries = Vec::new();
    if let Some(prefix) = half.value(names::CLUSTER_LINK_PREFIX) {
        entries.push(Entry::new("prefix", Node::text(prefix)));
    }
    if let Some(offset) = half.set(names::MIRROR_START_OFFSET_SPEC) {
        // In the spec's spelling where it is one that the spec has.
        let offset = match offset.trim().parse::<jiff::Timestamp>() {
            Ok(time) => StartOffset::At(time).to_string(),
            Err(_) => offset.trim().to_ascii_lowercase(),
        };
        entries.push(Entry::new("mirror_start_offset", Node::text(offset)));
    }
    let mut topics = Vec::new();
    topics.extend(interval(half, names::TOPIC_CONFIG_SYNC_MS, problems));
    if let Some(include) = half.set(names::TOPIC_CONFIG_SYNC_INCLUDE) {
        let names = include
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        topics.push(Entry::new(
            "include",
            Node::List(names.map(Node::text).collect()),
        ));
    }
    section(&mut entries, "topic_config_sync", topics);
    section(
        &mut entries,
        "consumer_offset_sync",
        offsets(half, problems),
    );
    section(&mut entries, "acl_sync", acls(half, problems));
    entries
}

/// Adds a section unless it has nothing to say.
fn section(entries: &mut Vec<Entry>, key: &str, below: Vec<Entry>) {
    if !below.is_empty() {
        entries.push(Entry::new(key, Node::Map(below)));
    }
}

fn interval(half: LiveHalf<'_>, name: &str, problems: &mut Vec<String>) -> Option<Entry> {
    let text = half.set(name)?;
    match text.trim().parse::<u64>() {
        Ok(millis) => Some(Entry::new(
            "interval",
            Node::word(Duration::from_millis(millis)),
        )),
        Err(_) => {
            problems.push(format!(
                "{name} is {text:?}, which is not a number of milliseconds"
            ));
            None
        }
    }
}

fn offsets(half: LiveHalf<'_>, problems: &mut Vec<String>) -> Vec<Entry> {
    let is_on = half.is_on(names::CONSUMER_OFFSET_SYNC_ENABLE);
    let mut below = Vec::new();
    below.extend(interval(half, names::CONSUMER_OFFSET_SYNC_MS, problems));
    below.extend(
        name_filters(half, Subject::Groups)
            .map(|filters| Entry::new("groups", edit::names(&filters).into())),
    );
    if half.is_on(names::CONSUMER_GROUP_PREFIX_ENABLE) {
        below.push(Entry::new("prefix_groups", Node::word(true)));
    }
    switched(is_on, below)
}

fn acls(half: LiveHalf<'_>, problems: &mut Vec<String>) -> Vec<Entry> {
    let is_on = half.is_on(names::ACL_SYNC_ENABLE);
    let mut below = Vec::new();
    below.extend(interval(half, names::ACL_SYNC_MS, problems));
    let text = half.value(names::ACL_FILTERS).unwrap_or_default();
    if let Ok(filters) = AclFilters::parse_json(text)
        && !filters.is_empty()
    {
        let filters = filters.0.iter().map(|it| edit::acl(it).into()).collect();
        below.push(Entry::new("filters", Node::List(filters)));
    }
    switched(is_on, below)
}

/// The filters of a half, if it has any and they can be read whole.
fn name_filters(half: LiveHalf<'_>, subject: Subject) -> Option<NameFilters> {
    let name = match subject {
        Subject::Topics => names::AUTO_CREATE_MIRROR_TOPICS_FILTERS,
        Subject::Groups => names::CONSUMER_OFFSET_GROUP_FILTERS,
    };
    let filters = NameFilters::parse_json(subject, half.value(name)?).ok()?;
    (!filters.is_empty()).then_some(filters)
}

/// Whether a filter cannot be read whole.
fn is_unreadable(half: LiveHalf<'_>, name: &str) -> bool {
    let Some(text) = half.value(name) else {
        return false;
    };
    match name {
        names::AUTO_CREATE_MIRROR_TOPICS_FILTERS => {
            NameFilters::parse_json(Subject::Topics, text).is_err()
        }
        names::CONSUMER_OFFSET_GROUP_FILTERS => {
            NameFilters::parse_json(Subject::Groups, text).is_err()
        }
        names::ACL_FILTERS => AclFilters::parse_json(text).is_err(),
        _ => false,
    }
}

/// A section that is there is on, so one that only keeps settings says that it is off; and one that
/// has nothing else to say says that it is on.
fn switched(is_on: bool, mut below: Vec<Entry>) -> Vec<Entry> {
    if is_on == below.is_empty() {
        below.insert(0, Entry::new("enabled", Node::word(is_on)));
    }
    below
}

/// What the fields of a half write, and what they need not.
#[derive(Clone, Debug, Default)]
pub(super) struct Covered<'a> {
    /// Configs that its credentials write.
    pub(super) credentials: BTreeSet<String>,
    /// The other half of a link whose source connects: the same values without effect are no
    /// difference.
    pub(super) other: Option<LiveHalf<'a>>,
    /// The bootstrap servers that the other cluster is declared with.
    pub(super) bootstrap: Option<&'a str>,
}

impl Covered<'_> {
    /// Whether no line under `configs` is needed for a config that is set.
    fn has(&self, half: LiveHalf<'_>, name: &str) -> bool {
        let Some(entry) = catalog::lookup(name) else {
            return false;
        };
        if entry.mutability == Mutability::Derived {
            return true;
        }
        let is_same = |other: Option<&str>| {
            let (own, other) = (half.value(name), other);
            own.is_some_and(|own| other.is_some_and(|other| catalog::same(entry, own, other)))
        };
        let is_on_source = half.is_source();
        match entry.owner_field() {
            _ if catalog::is_of_mirrors(name) && is_on_source => {
                is_same(self.other.and_then(|other| other.value(name)))
            }
            _ if name == names::BOOTSTRAP_SERVERS => half.connects() || is_same(self.bootstrap),
            None => false,
            Some(_) if catalog::is_connection(name) => self.credentials.contains(name),
            Some(_) => !is_unreadable(half, name),
        }
    }
}

/// Configs that are set and that no field of the spec writes.
pub(super) fn raw(
    half: LiveHalf<'_>,
    words: &[&str],
    covered: &Covered<'_>,
    off: &BTreeMap<Handle, String>,
    variables: &mut Variables,
    left: &mut Vec<(Address, String)>,
) -> Option<Entry> {
    let mut below = Vec::new();
    for (name, fact) in half.configs {
        if covered.has(half, name) || !half.is_set(name) {
            continue;
        }
        // An address with a user name or a query may have a secret in it, whatever the server says.
        let kind = catalog::lookup(name).map_or(Kind::Text, |entry| entry.kind);
        let may_be_shown = fact
            .value
            .as_deref()
            .filter(|it| !catalog::has_user(kind, it));
        let value = match may_be_shown {
            None => {
                let mut parts = vec!["link"];
                parts.extend(words);
                parts.push(name);
                let holds = format!("{name} of link {} on {}", half.row.name, half.cluster);
                Node::Text(variables.reference(&parts, holds))
            }
            Some(value) => plain(value),
        };
        let handle = Handle::Config(half.cluster.clone(), name.clone());
        let mut entry = Entry::new(name, value).of(handle.clone());
        if fact.is_read_only {
            entry = entry.off("the server does not allow changing it");
        }
        if let Some(why) = off.get(&handle) {
            let why = format!("{name} is left out: {why}");
            left.push((Address::Half(half.address()), why));
        }
        below.push(entry.unless(off.get(&handle)));
    }
    (!below.is_empty()).then(|| Entry::new("configs", Node::Map(below)))
}

/// A value as it is, whatever a spec would read in it.
fn plain(value: &str) -> Node {
    let is_number = value
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == value);
    if is_number || matches!(value, "true" | "false") {
        return Node::word(value);
    }
    Node::Text(value.replace("${", "$${"))
}
