//! From a world file to the first state, with every contradiction named.

mod maker;
mod switchover;

use crate::catalog;
use crate::clock::{self, Millis};
use crate::engine::history::spans;
use crate::engine::{agenda, contact, reach, row};
use crate::fault::Fault;
use crate::filter::OPERATIONS;
use crate::http::acl_filter::RESOURCE_TYPES;
use crate::http::config_values::{self, Place};
use crate::profile::{Profile, Trait};
use crate::random::{Random, stable_number};
use crate::state::event::Event;
use crate::state::history::{Spans, clip, open};
use crate::state::key::HalfKey;
use crate::state::link::{Contact, Half, Mirror, Underway};
use crate::state::topic::{Group, Topic, spread};
use crate::state::{Cluster, FORMAT, State};
use crate::vocabulary::{ConnectionMode, LinkMode, MirrorError, MirrorStatus};
use crate::world::{
    AclSpec, ClusterSpec, LinkSpec, MirrorSpec, TopicSpec, World, WorldError, WorldFile,
};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// How many topics one entry may make.
const MAX_TOPICS: u32 = 1_000_000;
/// How many partitions a topic may have.
const MAX_PARTITIONS: usize = 10_000;

impl World {
    /// Parses and checks a world file.
    ///
    /// # Errors
    ///
    /// [`WorldError::Parse`] with a place, or [`WorldError::Contradiction`] for a world that names
    /// something it does not have.
    pub fn from_yaml(text: &str) -> Result<World, WorldError> {
        let options = serde_yaml::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
            budget: serde_yaml::budget! { max_depth: 32, max_nodes: 2_000_000 },
        };
        let file: WorldFile = serde_yaml::from_str_with_options(text, options)
            .map_err(|error| WorldError::Parse(error.to_string()))?;
        // Building is the check: what can be built is consistent.
        build(&file)?;
        Ok(World(file))
    }
}

fn wrong(message: impl Into<String>) -> WorldError {
    WorldError::Contradiction(message.into())
}

/// Makes the first state.
pub(crate) fn build(world: &WorldFile) -> Result<State, WorldError> {
    if world.version != 1 {
        return Err(wrong(format!(
            "version {} is not known, only 1 is",
            world.version
        )));
    }
    let start = clock::parse(&world.clock.start)
        .ok_or_else(|| wrong(format!("`{}` is not an RFC 3339 time", world.clock.start)))?;
    if !world.clock.mode.is_usable() {
        return Err(wrong("the clock's speed is not a number from 0 up"));
    }
    let mut state = State {
        format_version: FORMAT,
        now: start,
        started: start,
        cloud_api_keys: world.cloud_api_keys.clone(),
        addresses: BTreeMap::new(),
        clock: world.clock.mode,
        seed: world.seed,
        random: Random(world.seed),
        next_number: 0,
        switches: world.switches,
        timings: world.timings,
        clusters: BTreeMap::new(),
        switchover: Default::default(),
        queue: BTreeSet::new(),
        faults: Vec::new(),
        harms: Vec::new(),
        stale: BTreeMap::new(),
    };
    for spec in &world.clusters {
        let taken = state
            .clusters
            .values()
            .filter(|other| other.listen.is_some_and(|address| address.port() != 0))
            .find(|other| other.listen == spec.listen);
        if let Some(other) = taken {
            return Err(wrong(format!(
                "clusters `{}` and `{}` listen at the same address",
                other.id, spec.id
            )));
        }
        let cluster = cluster(&mut state, spec)?;
        if state.clusters.insert(spec.id.clone(), cluster).is_some() {
            return Err(wrong(format!("cluster `{}` is there twice", spec.id)));
        }
    }
    for spec in &world.clusters {
        for link in &spec.links {
            let half = half(&state, world.seed, spec, link)?;
            let cluster = state.clusters.get_mut(&spec.id);
            if cluster
                .and_then(|cluster| cluster.halves.insert(link.name.clone(), half))
                .is_some()
            {
                return Err(wrong(format!(
                    "link `{}` is there twice on `{}`",
                    link.name, spec.id
                )));
            }
        }
    }
    all_mirrors(&mut state, world)?;
    for spec in &world.faults {
        let id = spec
            .name
            .clone()
            .unwrap_or_else(|| format!("fault-{}", state.faults.len() + 1));
        state.faults.push(Fault {
            id,
            spec: spec.clone(),
            matched: 0,
            acted: 0,
        });
    }
    for cluster in state.clusters.values_mut() {
        for (topic, offsets) in cluster
            .groups
            .values_mut()
            .flat_map(|group| &mut group.offsets)
        {
            if let Some(data) = cluster.topics.get(topic) {
                offsets.resize(data.ends.len(), 0);
            }
        }
    }
    settle_contacts(&mut state, world);
    switchover::build(&mut state, world)?;
    for key in state.all_halves() {
        row::refresh_all(&mut state, &key);
        agenda::wake_all(&mut state, &key);
    }
    Ok(state)
}

/// Links that cannot reach their other side have been so for long enough to know it, if the file does not say otherwise.
fn settle_contacts(state: &mut State, world: &WorldFile) {
    let links = world.clusters.iter().flat_map(|cluster| {
        let lost = cluster.links.iter().filter(|link| link.contact_lost);
        lost.map(|link| HalfKey::new(&cluster.id, &link.name))
    });
    let lost_now: BTreeSet<HalfKey> = links.collect();
    for key in state.all_halves() {
        let Some(half) = state.half(&key) else {
            continue;
        };
        let error = reach::problem(state, &key.cluster, half);
        let lonely = half.needs_peer() && state.peer(&key).is_none();
        let since: Millis = state.now - half.availability_ms();
        let Some(half) = state.half_mut(&key) else {
            continue;
        };
        if lonely && half.connection == ConnectionMode::Inbound {
            half.contact = Contact::Never;
            half.tried = false;
        } else if error.is_some() {
            half.error = error;
            if lost_now.contains(&key) {
                contact::lose(state, &key, 0);
                continue;
            }
            half.contact = Contact::Unavailable(since);
            // It is the link that cannot reach them.
            for mirror in half.mirrors.values_mut() {
                mirror.unavailable = false;
            }
        }
    }
    contact::refresh_all(state);
}

fn cluster(state: &mut State, spec: &ClusterSpec) -> Result<Cluster, WorldError> {
    let usable = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if spec.id.is_empty() || spec.id == "-" || !spec.id.chars().all(usable) {
        return Err(wrong(format!("`{}` is not a cluster id", spec.id)));
    }
    if spec
        .rate_limit
        .as_ref()
        .is_some_and(|limit| !limit.is_usable())
    {
        return Err(wrong(format!(
            "the rate limit of `{}` needs a rate above 0 and a burst of at least 1",
            spec.id
        )));
    }
    let mut cluster = Cluster {
        id: spec.id.clone(),
        name: spec.name.clone(),
        kind: spec.kind,
        profile: profile(spec)?,
        tier: spec.tier,
        organization: spec.organization.clone(),
        bootstrap: spec
            .bootstrap_servers
            .clone()
            .unwrap_or_else(|| format!("{}.sandbox.invalid:9092", spec.id)),
        listen: spec.listen,
        rest_auth: spec.rest_auth.clone(),
        link_principals: spec.link_principals.clone(),
        reachable: spec.reachable,
        authorizer: spec.authorizer,
        rate_limit: spec.rate_limit.clone(),
        acl_limit: spec.acl_limit,
        link_limit: spec.link_limit,
        mirror_limit: spec.mirror_limit,
        brokers: spec.brokers,
        service_accounts: spec.service_accounts.clone(),
        topics: BTreeMap::new(),
        acls: spec.acls.iter().cloned().collect(),
        groups: BTreeMap::new(),
        halves: BTreeMap::new(),
        deleted_half_rows: Vec::new(),
    };
    for topic in &spec.topics {
        for name in names(&topic.name, topic.count)? {
            let data = ordinary(state, &cluster, topic)?;
            if cluster.topics.insert(name.clone(), data).is_some() {
                return Err(wrong(format!(
                    "topic `{name}` is there twice on `{}`",
                    spec.id
                )));
            }
        }
    }
    spec.acls.iter().try_for_each(check_acl)?;
    for group in &spec.groups {
        let mut data = Group {
            active: group.active,
            ..Group::default()
        };
        for (topic, offsets) in &group.offsets {
            let known = cluster.topics.get(topic);
            let linked = spec
                .links
                .iter()
                .flat_map(|link| &link.mirrors)
                .any(|mirror| {
                    topic.ends_with(mirror.source_topic.as_str()) || mirror.count.is_some()
                });
            if known.is_none() && !linked {
                return Err(wrong(format!(
                    "group `{}` names `{topic}`: no such topic",
                    group.id
                )));
            }
            let partitions = known.map_or(6, |topic| topic.ends.len());
            data.offsets
                .insert(topic.clone(), spread(offsets, partitions));
        }
        cluster.groups.insert(group.id.clone(), data);
    }
    Ok(cluster)
}

/// What the cluster answers like, which must be something of its kind.
fn profile(spec: &ClusterSpec) -> Result<Profile, WorldError> {
    let Some(profile) = spec.profile else {
        return Ok(Profile::usual(spec.kind));
    };
    if profile.kind() == spec.kind {
        return Ok(profile);
    }
    let fitting: Vec<&str> = Profile::ALL
        .into_iter()
        .filter(|profile| profile.kind() == spec.kind)
        .map(Profile::name)
        .collect();
    let fitting = if fitting.is_empty() {
        String::from("none")
    } else {
        fitting.join(", ")
    };
    Err(wrong(format!(
        "cluster `{}`: profile {} is of another kind; fitting are: {fitting}",
        spec.id,
        profile.name()
    )))
}

fn check_acl(acl: &AclSpec) -> Result<(), WorldError> {
    let words: [(&str, &str, &[&str]); 4] = [
        ("resource_type", &acl.resource_type, &RESOURCE_TYPES),
        ("pattern_type", &acl.pattern_type, &["LITERAL", "PREFIXED"]),
        ("operation", &acl.operation, &OPERATIONS[1..]),
        ("permission", &acl.permission, &["ALLOW", "DENY"]),
    ];
    for (name, value, allowed) in words {
        if !allowed.contains(&value) {
            let list = allowed.join(", ");
            return Err(wrong(format!("ACL: {name} `{value}` is none of {list}")));
        }
    }
    Ok(())
}

fn ordinary(state: &mut State, cluster: &Cluster, spec: &TopicSpec) -> Result<Topic, WorldError> {
    if spec.partitions == 0 || spec.partitions as usize > MAX_PARTITIONS {
        return Err(wrong(format!(
            "topic `{}` has {} partitions",
            spec.name, spec.partitions
        )));
    }
    if !(spec.produce_per_s.is_finite() && spec.produce_per_s >= 0.0) {
        return Err(wrong(format!(
            "topic `{}`: produce_per_s is not a rate",
            spec.name
        )));
    }
    if let Some(key) = spec
        .configs
        .keys()
        .find(|key| catalog::topic::find(key).is_none())
    {
        return Err(wrong(format!(
            "topic `{}`: no config is called `{key}`",
            spec.name
        )));
    }
    Ok(Topic {
        number: state.number(),
        replication_factor: cluster.replication_factor(),
        configs: spec.configs.clone(),
        ends: spread(&spec.records, spec.partitions as usize),
        since: state.now,
        rate: spec.produce_per_s,
        mirror_of: None,
        deleting: false,
        history: Vec::new(),
    })
}

/// The names that an entry covers.
fn names(name: &str, count: Option<u32>) -> Result<Vec<String>, WorldError> {
    match count {
        None => Ok(vec![name.to_owned()]),
        Some(count) if !name.contains("{n}") || count > MAX_TOPICS => Err(wrong(format!(
            "`{name}` with count {count} needs `{{n}}` and at most {MAX_TOPICS}"
        ))),
        Some(count) => Ok((0..count)
            .map(|n| name.replace("{n}", &n.to_string()))
            .collect()),
    }
}

/// The id that both halves of a link share when the world file gives none. A half that needs no other
/// shares it with none: two one-way links of one name in opposite directions are two links.
fn shared_id(seed: u64, link: &LinkSpec, cluster: &str) -> String {
    if link.mode == LinkMode::Destination && link.connection == ConnectionMode::Outbound {
        let one = stable_number(&format!("{}\u{0}{}\u{0}{cluster}", link.name, link.remote));
        return Random(seed ^ one).link_id();
    }
    let (low, high) = if link.remote.as_str() < cluster {
        (link.remote.as_str(), cluster)
    } else {
        (cluster, link.remote.as_str())
    };
    let both = stable_number(&format!("{}\u{0}{low}\u{0}{high}", link.name));
    Random(seed ^ both).link_id()
}

fn half(state: &State, seed: u64, spec: &ClusterSpec, link: &LinkSpec) -> Result<Half, WorldError> {
    let place = format!("link `{}` on `{}`", link.name, spec.id);
    let Some(remote) = state.clusters.get(&link.remote) else {
        return Err(wrong(format!(
            "{place}: there is no cluster `{}`",
            link.remote
        )));
    };
    if link.mode == LinkMode::Source && link.connection == ConnectionMode::Inbound {
        return Err(wrong(format!("{place}: a source half connects outbound")));
    }
    let Some(home) = state.clusters.get(&spec.id) else {
        return Err(wrong(format!("{place}: the cluster is missing")));
    };
    if link.mode == LinkMode::Bidirectional && !home.profile.has(Trait::Bidirectional) {
        return Err(wrong(format!(
            "{place}: servers like {} have no bidirectional links",
            home.profile.name()
        )));
    }
    let place_of = Place {
        state,
        cluster: home,
        mode: link.mode,
        remote: Some(&link.remote),
    };
    let mut configs = match link.only_configs {
        true => BTreeMap::new(),
        false => maker::sent(link.made_by, link, home, remote),
    };
    configs.extend(link.configs.clone());
    for (name, value) in &mut configs {
        let Some(key) = catalog::link::find(name) else {
            return Err(wrong(format!("{place}: no link config is called `{name}`")));
        };
        config_values::check(key, value, place_of)
            .map_err(|error| wrong(format!("{place}: {}", error.message)))?;
        *value = config_values::stored(key, value, place_of);
    }
    for (name, value) in [
        ("link.mode", link.mode.name()),
        ("connection.mode", link.connection.name()),
    ] {
        if configs.get(name).is_some_and(|set| set != value) {
            return Err(wrong(format!("{place}: its `{name}` is {value}")));
        }
    }
    let given = link.cluster_link_id.clone();
    let link_id = given.unwrap_or_else(|| shared_id(seed, link, &spec.id));
    Ok(Half {
        remote: Some(link.remote.clone()),
        configs,
        contact: Contact::Up,
        tried: true,
        ..Half::new(
            &link.name,
            &link_id,
            (link.mode, link.connection),
            state.now,
        )
    })
}

/// Adds the mirrors of all links. A mirror of a mirror comes after it, wherever it is in the file.
fn all_mirrors(state: &mut State, world: &WorldFile) -> Result<(), WorldError> {
    let mut waiting = Vec::new();
    for spec in &world.clusters {
        for link in &spec.links {
            waiting.extend(link.mirrors.iter().map(|mirror| (spec, link, mirror)));
        }
    }
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().partition(|(_, link, mirror)| {
            let remote = state.clusters.get(&link.remote);
            let has = |remote: &Cluster| remote.topics.contains_key(&mirror.source_topic);
            mirror.count.is_some() || remote.is_some_and(has)
        });
        // What waits for nothing that would come has its own say.
        let (now, later) = match ready.is_empty() {
            true => (later, Vec::new()),
            false => (ready, later),
        };
        for (spec, link, mirror) in now {
            mirrors(state, spec, link, mirror)?;
        }
        waiting = later;
    }
    Ok(())
}

fn mirrors(
    state: &mut State,
    spec: &ClusterSpec,
    link: &LinkSpec,
    mirror: &MirrorSpec,
) -> Result<(), WorldError> {
    let prefix = link
        .configs
        .get("cluster.link.prefix")
        .cloned()
        .unwrap_or_default();
    if link.mode == LinkMode::Source {
        return Err(wrong(format!(
            "link `{}`: a source half has no mirrors",
            link.name
        )));
    }
    for source in names(&mirror.source_topic, mirror.count)? {
        one_mirror(
            state,
            spec,
            link,
            mirror,
            &source,
            &format!("{prefix}{source}"),
        )?;
    }
    Ok(())
}

/// Whether the topic of a name is there because a mirror of another link has stopped.
fn has_history(halves: &BTreeMap<String, Half>, name: &str, own: &str) -> bool {
    let others = halves.iter().filter(|(link, _)| *link != own);
    let rows = others.filter_map(|(_, half)| half.mirrors.get(name));
    let mut live = rows.map(Mirror::is_live).peekable();
    live.peek().is_some() && !live.any(|live| live)
}

/// Who wrote the records of a mirror that has stopped: its source, and from then on itself.
fn stopped_history(
    state: &State,
    remote: &str,
    source: &str,
    fetched: &[i64],
    writer: u64,
) -> Vec<Spans> {
    let partitions = fetched.iter().enumerate();
    partitions
        .map(|(partition, end)| {
            let mut spans = clip(&spans(state, remote, source, partition), 0, *end);
            spans.push(open(writer, *end));
            spans
        })
        .collect()
}

fn one_mirror(
    state: &mut State,
    spec: &ClusterSpec,
    link: &LinkSpec,
    mirror: &MirrorSpec,
    source: &str,
    name: &str,
) -> Result<(), WorldError> {
    let place = format!("mirror `{name}` of link `{}` on `{}`", link.name, spec.id);
    let now = state.now;
    let topic = state
        .clusters
        .get(&link.remote)
        .and_then(|remote| remote.topics.get(source));
    let missing = matches!(
        mirror.error,
        MirrorError::SourceTopicMayBeDeleted | MirrorError::SourceTopicIdChanged
    );
    let (source_number, ends, configs) = match topic {
        Some(topic) => (topic.number, topic.ends.clone(), topic.configs.clone()),
        None if missing || mirror.status == MirrorStatus::Stopped || mirror.offsets.is_some() => {
            (0, vec![0; 6], BTreeMap::new())
        }
        None => {
            return Err(wrong(format!(
                "{place}: `{}` has no such topic",
                link.remote
            )));
        }
    };
    let since = match &mirror.since {
        None => now,
        Some(since) => clock::parse(since)
            .ok_or_else(|| wrong(format!("{place}: `{since}` is not an RFC 3339 time")))?,
    };
    let lag_of = |partition: usize| mirror.lag.of(partition);
    let (fetched, ends): (Vec<i64>, Vec<i64>) = match &mirror.offsets {
        None => {
            let ends = ends.into_iter().enumerate();
            ends.map(|(at, end)| (end.saturating_sub(lag_of(at)).max(0), end))
                .unzip()
        }
        Some(offsets) if offsets.is_empty() || offsets.len() > MAX_PARTITIONS => {
            let count = offsets.len();
            return Err(wrong(format!("{place} has {count} partitions")));
        }
        Some(offsets) => {
            let offsets = offsets.iter().enumerate();
            let next = |offset: &u64| i64::try_from(*offset).unwrap_or(i64::MAX);
            offsets
                .map(|(at, offset)| (next(offset), next(offset).saturating_add(lag_of(at))))
                .unzip()
        }
    };
    if (mirror.copies_per_s).is_some_and(|rate| !(rate.is_finite() && rate >= 0.0)) {
        return Err(wrong(format!("{place}: copies_per_s is not a rate")));
    }
    let live = mirror.status != MirrorStatus::Stopped;
    let underway = match mirror.status {
        MirrorStatus::PendingStopped => Some(Underway::Promote),
        MirrorStatus::PendingMirror => Some(Underway::Setup),
        MirrorStatus::PendingSynchronize => Some(Underway::ReverseAndStart),
        MirrorStatus::PendingSetupForRestore | MirrorStatus::PendingRestore => {
            Some(Underway::Restore)
        }
        _ => None,
    };
    let row = Mirror {
        status: mirror.status,
        paused: mirror.status == MirrorStatus::Paused,
        underway,
        seen_end: ends,
        ever_fetched: mirror.status != MirrorStatus::PendingMirror,
        error: mirror.error,
        auto_created: mirror.auto_created,
        copies_per_s: mirror.copies_per_s,
        unavailable: mirror.status == MirrorStatus::SourceUnavailable,
        joined: vec![0; fetched.len()],
        state_time: since,
        ..Mirror::set_up(source, source_number, fetched.clone(), now)
    };
    let number = state.number();
    let history = if live {
        Vec::new() // all from its source
    } else {
        stopped_history(state, &link.remote, source, &fetched, number)
    };
    let cluster = state
        .clusters
        .get_mut(&spec.id)
        .ok_or_else(|| wrong(format!("{place}: the cluster is missing")))?;
    let topic = Topic {
        number,
        replication_factor: cluster.replication_factor(),
        configs,
        ends: fetched,
        since: now,
        rate: 0.0,
        mirror_of: live.then(|| link.name.clone()),
        deleting: false,
        history,
    };
    match cluster.topics.entry(name.to_owned()) {
        Entry::Vacant(place) => {
            place.insert(topic);
        }
        // History of a topic that has become something else since.
        Entry::Occupied(_) if !live => {}
        // The mirror of that name came after its own history.
        Entry::Occupied(mut taken)
            if !spec.topics.iter().any(|topic| topic.name == name)
                && has_history(&cluster.halves, name, &link.name) =>
        {
            taken.insert(topic);
        }
        Entry::Occupied(_) => return Err(wrong(format!("{place}: the name is taken"))),
    }
    let Some(half) = cluster.halves.get_mut(&link.name) else {
        return Ok(());
    };
    match mirror.status {
        MirrorStatus::LinkPaused => {
            half.configs
                .insert("cluster.link.paused".into(), "true".into());
        }
        MirrorStatus::LinkFailed => half.failed = true,
        _ => {}
    }
    half.mirrors.insert(name.to_owned(), row);
    if underway.is_some() {
        let event = Event::MirrorStep {
            mirror: HalfKey::new(&spec.id, &link.name).mirror(name),
            epoch: 0,
        };
        state.schedule(1_000, event);
    }
    Ok(())
}
