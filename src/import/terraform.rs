//! `terraform show -json` → [`Found`]. A state, a saved plan, and a raw state file name the same resources in three
//! ways; each becomes a list of [`Resource`]s.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::NotRead;
use super::found::{self, Found, Half, Mirror, Mode, Owned, OwnedKind, Setting};
use super::found::{UNKNOWN_CONNECTION, UNKNOWN_MODE, scalar};
use crate::catalog::{self, Owner, names};
use crate::desired::ClusterKind;
use crate::live::MirrorStatus;

/// What Terraform calls it, and the values that it has.
#[derive(Clone)]
struct Resource<'a> {
    /// With its modules and its key: `module.dr.confluent_cluster_link.this["a"]`.
    address: String,
    kind: &'a str,
    name: &'a str,
    key: Option<String>,
    is_data: bool,
    /// Its values, without those that are sensitive; those of `config` are all here.
    values: Value,
    /// What is sensitive, in the shape of the values.
    sensitive: Value,
    /// Its expressions in the configuration, if the file is a plan.
    expressions: Option<&'a Value>,
    /// What is known only after a plan is applied, in the shape of the values.
    unknown: Option<&'a Value>,
    /// Where the provider fetches tokens, if the file is a plan and says so.
    token_url: Option<&'a str>,
}

/// Reads a file.
pub(super) fn read(file: &Arc<str>, text: &Arc<str>, found: &mut Found) -> Result<(), NotRead> {
    let not_read = |words: &str| Err(NotRead::new(file, words));
    let text = text.trim_start_matches('\u{feff}');
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let words = format!(
                "not JSON ({error}); expected what `terraform show -json` prints: of the state without an argument, of \
                 a saved plan with its file"
            );
            return Err(NotRead::new(file, words));
        }
    };
    let mut resources = Vec::new();
    if let Some(planned) = document.get("planned_values") {
        let prior = document.pointer("/prior_state/values/root_module");
        // What a plan only reads is in the state that it was made from.
        in_module(prior.unwrap_or(&Value::Null), true, &mut resources);
        in_module(
            planned.get("root_module").unwrap_or(&Value::Null),
            false,
            &mut resources,
        );
        let configuration = document.pointer("/configuration/root_module");
        let (unknown, token_url) = (unknown(&document), token_url(&document));
        for resource in &mut resources {
            resource.expressions = configuration.and_then(|it| expressions(it, &resource.address));
            resource.unknown = unknown.get(resource.address.as_str()).copied();
            resource.token_url = token_url;
        }
        doomed(&document, found);
    } else if let Some(values) = document.get("values") {
        let root = values.get("root_module").unwrap_or(&Value::Null);
        in_module(root, true, &mut resources);
        in_module(root, false, &mut resources);
    } else if document.get("resources").is_some_and(Value::is_array)
        && document.get("version").is_some()
    {
        in_raw_state(&document, &mut resources);
    } else if document.get("format_version").is_some() {
        return not_read("it has no resources: the state is empty");
    } else {
        return not_read(
            "neither a state nor a plan: expected what `terraform show -json` prints, with `values` or \
             `planned_values`",
        );
    }
    take(&resources, found);
    Ok(())
}

/// The resources of a module and of the modules in it, either what it reads or what it manages.
fn in_module<'a>(module: &'a Value, data: bool, resources: &mut Vec<Resource<'a>>) {
    for resource in list(module, "resources") {
        let is_data = text(resource, "mode") == Some("data");
        let (Some(address), Some(kind)) = (text(resource, "address"), text(resource, "type"))
        else {
            continue;
        };
        if is_data != data {
            continue;
        }
        let sensitive = resource.get("sensitive_values").cloned();
        let sensitive = sensitive.unwrap_or(Value::Null);
        resources.push(Resource {
            address: address.to_owned(),
            kind,
            name: text(resource, "name").unwrap_or_default(),
            key: key(resource.get("index")),
            is_data,
            values: shown(resource.get("values"), &sensitive),
            sensitive,
            expressions: None,
            unknown: None,
            token_url: None,
        });
    }
    for child in list(module, "child_modules") {
        in_module(child, data, resources);
    }
}

/// The resources of a file `terraform.tfstate`, those that are only read first.
fn in_raw_state<'a>(document: &'a Value, resources: &mut Vec<Resource<'a>>) {
    for resource in list(document, "resources") {
        let (Some(kind), Some(name)) = (text(resource, "type"), text(resource, "name")) else {
            continue;
        };
        let is_data = text(resource, "mode") == Some("data");
        let module = text(resource, "module").map(|module| format!("{module}."));
        let module = module.unwrap_or_default();
        let data = if is_data { "data." } else { "" };
        for instance in list(resource, "instances") {
            let index = instance.get("index_key");
            let suffix = index.map(|index| format!("[{index}]")).unwrap_or_default();
            let sensitive = sensitive(instance);
            resources.push(Resource {
                address: format!("{module}{data}{kind}.{name}{suffix}"),
                kind,
                name,
                key: key(index),
                is_data,
                values: shown(instance.get("attributes"), &sensitive),
                sensitive,
                expressions: None,
                unknown: None,
                token_url: None,
            });
        }
    }
    resources.sort_by_key(|resource| !resource.is_data);
}

/// What `sensitive_attributes` of a raw state names, in the shape of `sensitive_values`; lists are maps by number.
/// Where a part of `config` is named, all of it is: providers name it by paths of several forms.
fn sensitive(instance: &Value) -> Value {
    let mut tree = Value::Object(Map::new());
    for path in list(instance, "sensitive_attributes") {
        let steps = path.as_array().map_or_else(
            || vec![step(path)],
            |steps| steps.iter().map(step).collect::<Vec<_>>(),
        );
        let mut at = &mut tree;
        for step in steps {
            if let Value::Object(parts) = at {
                let is_config = step == CONFIG;
                at = parts
                    .entry(step)
                    .or_insert_with(|| Value::Object(Map::new()));
                if is_config {
                    break;
                }
            }
        }
        *at = Value::Bool(true);
    }
    tree
}

/// A step of a path: the name of an attribute, the key of a map, or the number of an item.
fn step(step: &Value) -> String {
    let value = step.get("value").unwrap_or(step);
    let value = value.get("value").unwrap_or(value);
    scalar(value).unwrap_or_default()
}

/// Values without those that are sensitive. Of `config` they are kept for [`custom`], which needs its names.
fn shown(values: Option<&Value>, sensitive: &Value) -> Value {
    let mut values = values.cloned().unwrap_or(Value::Null);
    let config = values.get(CONFIG).cloned();
    mask(&mut values, sensitive);
    if let (Some(config), Value::Object(values)) = (config, &mut values) {
        values.insert(CONFIG.to_owned(), config);
    }
    values
}

/// Replaces texts and numbers that are sensitive; blocks stay, since that they are there is no secret.
fn mask(values: &mut Value, sensitive: &Value) {
    match (values, sensitive) {
        (Value::Object(values), Value::Object(parts)) => {
            for (name, part) in parts {
                if let Some(value) = values.get_mut(name) {
                    mask(value, part);
                }
            }
        }
        (Value::Array(values), Value::Array(parts)) => {
            for (value, part) in values.iter_mut().zip(parts) {
                mask(value, part);
            }
        }
        (Value::Array(values), Value::Object(parts)) => {
            for (number, value) in values.iter_mut().enumerate() {
                if let Some(part) = parts.get(&number.to_string()) {
                    mask(value, part);
                }
            }
        }
        (Value::Object(values), Value::Bool(true)) => {
            for value in values.values_mut() {
                mask(value, sensitive);
            }
        }
        (Value::Array(values), Value::Bool(true)) => {
            for value in values {
                mask(value, sensitive);
            }
        }
        (value, Value::Bool(true)) => *value = Value::Null,
        _ => {}
    }
}

/// The expressions of a resource of the root module.
fn expressions<'a>(module: &'a Value, address: &str) -> Option<&'a Value> {
    let address = without_keys(address);
    let mut resources = list(module, "resources");
    resources
        .find(|resource| text(resource, "address") == Some(&address))?
        .get("expressions")
}

/// What is known only after a plan is applied, by the addresses of resources.
fn unknown(document: &Value) -> BTreeMap<&str, &Value> {
    let changes = list(document, "resource_changes");
    let unknown = changes.filter_map(|change| {
        let unknown = change.pointer("/change/after_unknown")?;
        Some((text(change, "address")?, unknown))
    });
    unknown.collect()
}

/// Where the provider for Confluent fetches tokens: as its configuration says, or a variable that that names.
fn token_url(document: &Value) -> Option<&str> {
    let providers = document.pointer("/configuration/provider_config")?;
    let mut providers = providers.as_object()?.values();
    let url = providers.find_map(|provider| {
        let is_ours = text(provider, "name") == Some("confluent");
        let url = provider.pointer("/expressions/oauth/0/oauth_external_token_url");
        url.filter(|_| is_ours)
    })?;
    let references = url.get("references").and_then(Value::as_array);
    let mut variables = references.into_iter().flatten().filter_map(|reference| {
        let name = reference.as_str()?.strip_prefix("var.")?;
        let variable = document.get("variables")?.get(name)?;
        text(variable, "value")
    });
    text(url, "constant_value").or_else(|| variables.next())
}

/// What a plan is about to destroy: of that nothing is imported, but it must be said.
fn doomed(document: &Value, found: &mut Found) {
    for change in list(document, "resource_changes") {
        let actions = change.pointer("/change/actions").and_then(Value::as_array);
        let is_deleted = actions.is_some_and(|all| all.iter().any(|it| it == "delete"));
        let (Some(address), Some(kind)) = (text(change, "address"), text(change, "type")) else {
            continue;
        };
        let before = change.pointer("/change/before").unwrap_or(&Value::Null);
        let kind = match kind {
            LINK => OwnedKind::Link,
            MIRROR => OwnedKind::Mirror,
            _ => continue,
        };
        if is_deleted {
            found.owned.push(Owned {
                address: address.to_owned(),
                kind,
                object: text(before, "id").unwrap_or("unknown").to_owned(),
                is_doomed: true,
            });
        }
    }
}

/// The attribute with the settings of a link.
const CONFIG: &str = "config";
const LINK: &str = "confluent_cluster_link";
const MIRROR: &str = "confluent_kafka_mirror_topic";
const CLUSTER: &str = "confluent_kafka_cluster";

fn take(resources: &[Resource<'_>], found: &mut Found) {
    let names = name_clusters(resources, found);
    for resource in resources.iter().filter(|it| it.kind == LINK && !it.is_data) {
        link(resource, &names, found);
    }
    for resource in resources
        .iter()
        .filter(|it| it.kind == MIRROR && !it.is_data)
    {
        mirror(resource, &names, found);
    }
    others(resources, found);
}

/// The names of clusters by the addresses of their resources.
type Names = BTreeMap<String, String>;

/// Clusters are called as the files call them, where that is unambiguous.
fn name_clusters(resources: &[Resource<'_>], found: &mut Found) -> Names {
    let mut called = Names::new();
    let clusters = || resources.iter().filter(|it| it.kind == CLUSTER);
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for resource in clusters() {
        let id = text(&resource.values, "id").unwrap_or(&resource.address);
        names.entry(label(resource)).or_default().insert(id);
    }
    for resource in clusters() {
        let id = text(&resource.values, "id");
        if let Some(name) = id.and_then(|id| found.named(id)) {
            called.insert(resource.address.clone(), name.to_owned());
            continue;
        }
        let label = label(resource);
        let is_shared = names.get(&label).is_some_and(|ids| ids.len() > 1);
        let display = text(&resource.values, "display_name");
        let name = match (is_shared || found.clusters.contains_key(&label), id) {
            (false, _) => label,
            (true, Some(id)) => id.to_owned(),
            (true, None) => display.unwrap_or(&resource.address).replace('/', "-"),
        };
        let cluster = found.cluster(&name);
        cluster.id = id.map(str::to_owned);
        cluster.kind = Some(ClusterKind::ConfluentCloud);
        cluster.rest = text(&resource.values, "rest_endpoint").map(str::to_owned);
        cluster.bootstrap = text(&resource.values, "bootstrap_endpoint").map(str::to_owned);
        called.insert(resource.address.clone(), name);
    }
    called
}

/// The resource's own name, or its key where there are several.
fn label(resource: &Resource<'_>) -> String {
    let label = resource.key.as_deref().unwrap_or(resource.name);
    match label.bytes().all(|letter| letter.is_ascii_digit()) {
        true => format!("{}-{label}", resource.name),
        false => label.replace('/', "-"),
    }
}

/// The cluster of a block such as `source_kafka_cluster`: its name.
fn cluster(
    resource: &Resource<'_>,
    block: &str,
    names: &Names,
    found: &mut Found,
) -> Option<String> {
    let values = first(&resource.values, block)?;
    let id = text(values, "id").filter(|id| !id.is_empty());
    let name = match id {
        Some(id) => found.named(id).unwrap_or(id).to_owned(),
        None => referred(resource, block, names)?,
    };
    let cluster = found.cluster(&name);
    if let Some(id) = id {
        cluster.id = Some(id.to_owned());
    }
    let rest = text(values, "rest_endpoint").filter(|it| !it.is_empty());
    let bootstrap = text(values, "bootstrap_endpoint").filter(|it| !it.is_empty());
    cluster.rest = cluster.rest.take().or(rest.map(str::to_owned));
    cluster.bootstrap = cluster.bootstrap.take().or(bootstrap.map(str::to_owned));
    // With an id of its own a cluster is what its id says; this provider manages Confluent Cloud alone.
    if id.is_none_or(|id| id.starts_with("lkc-")) {
        cluster.kind = Some(ClusterKind::ConfluentCloud);
    }
    Some(name)
}

/// The name of the cluster whose id a plan does not know yet, by the resource that the configuration refers to.
fn referred(resource: &Resource<'_>, block: &str, names: &Names) -> Option<String> {
    let block = resource.expressions?.get(block)?.get(0)?;
    let references = block.pointer("/id/references")?.as_array()?.iter();
    let mut addresses = references.filter_map(Value::as_str);
    addresses.find_map(|address| names.get(address)).cloned()
}

fn link(resource: &Resource<'_>, names: &Names, found: &mut Found) {
    let address = resource.address.as_str();
    let is_sensitive = |name: &&str| resource.sensitive.get(*name) == Some(&Value::Bool(true));
    let mut own = ["link_name", "link_mode", "connection_mode"].into_iter();
    if let Some(name) = own.find(is_sensitive) {
        let why = format!("its {name} is marked as sensitive, so it was not imported");
        found.lack(address, why);
        return;
    }
    let Some(name) = text(&resource.values, "link_name") else {
        found.lack(
            address,
            "it has no link_name that is known before it is applied",
        );
        return;
    };
    let word = text(&resource.values, "link_mode").unwrap_or_default();
    let Some(mode) = Mode::of(word) else {
        found.lack(address, UNKNOWN_MODE);
        return;
    };
    let inbound = match text(&resource.values, "connection_mode") {
        None | Some("" | "OUTBOUND") => false,
        Some("INBOUND") => true,
        Some(_) => {
            found.lack(address, UNKNOWN_CONNECTION);
            return;
        }
    };
    // The block of the cluster that holds the link object, and of the other.
    let (own, other) = match mode {
        Mode::Destination => ("destination_kafka_cluster", "source_kafka_cluster"),
        Mode::Source => ("source_kafka_cluster", "destination_kafka_cluster"),
        Mode::Bidirectional => ("local_kafka_cluster", "remote_kafka_cluster"),
    };
    let (Some(cluster_name), Some(other_name)) = (
        cluster(resource, own, names, found),
        cluster(resource, other, names, found),
    ) else {
        found.lack(
            address,
            format!("the id in {own} or {other} is not known before it is applied: import the state afterwards"),
        );
        return;
    };
    let mut configs = BTreeMap::new();
    if let Some(servers) = found
        .clusters
        .get(&other_name)
        .and_then(|it| it.bootstrap.clone())
    {
        found::set(&mut configs, &[(names::BOOTSTRAP_SERVERS, &servers)], "");
    }
    if !inbound {
        // Without a key for the other cluster, the provider authenticates with OAuth.
        let has_key = has_key(&resource.values, other);
        let local = (mode != Mode::Destination).then_some(names::LOCAL);
        for scope in [Some(""), local].into_iter().flatten() {
            match has_key {
                true => found::api_key(&mut configs, scope),
                false => oauth(&mut configs, scope, resource.token_url),
            }
        }
        if !has_key {
            let url = match resource.token_url {
                Some(_) => "",
                None => {
                    ", and this file does not say where it fetches tokens: write `sasl_oauthbearer` with its `token_url`"
                }
            };
            let why = format!(
                "it has no credentials for {other_name}, so the provider authenticates with OAuth{url}"
            );
            found.leave(format!("credentials of {address}"), why);
        }
    }
    configs.extend(custom(resource, found));
    found.owned.push(Owned {
        address: address.to_owned(),
        kind: OwnedKind::Link,
        object: format!("{cluster_name}/{name}"),
        is_doomed: false,
    });
    found.add_half(Half {
        link: name.to_owned(),
        cluster: cluster_name,
        other: other_name,
        mode,
        inbound,
        configs,
        from: address.to_owned(),
    });
}

/// Whether a block has an API key. The provider has empty texts in place of none.
fn has_key(values: &Value, block: &str) -> bool {
    let credentials = first(values, block).and_then(|block| first(block, "credentials"));
    credentials.is_some_and(|it| {
        ["key", "secret"]
            .iter()
            .any(|name| text(it, name) != Some(""))
    })
}

/// SASL/OAUTHBEARER, as the provider sets it.
fn oauth(configs: &mut BTreeMap<String, Setting>, scope: &str, token_url: Option<&str>) {
    let sasl = [
        (names::SECURITY_PROTOCOL, "SASL_SSL"),
        (names::SASL_MECHANISM, "OAUTHBEARER"),
        (
            names::SASL_LOGIN_CALLBACK_HANDLER_CLASS,
            found::OAUTH_HANDLER,
        ),
    ];
    found::set(configs, &sasl, scope);
    if let Some(url) = token_url {
        found::set(
            configs,
            &[(names::SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, url)],
            scope,
        );
    }
    found::hide(configs, &[names::SASL_JAAS_CONFIG], scope);
}

/// The settings of `config`. What Terraform says is sensitive is not kept: it becomes a reference where a spec can have
/// one. What it does not know yet is not there.
fn custom(resource: &Resource<'_>, found: &mut Found) -> BTreeMap<String, Setting> {
    let address = &resource.address;
    let unknown = resource.unknown.and_then(|it| it.get(CONFIG));
    let later = "its value is known only after it is applied: import the state then";
    match unknown {
        Some(Value::Bool(true)) => found.lack(format!("{CONFIG} of {address}"), later),
        Some(Value::Object(all)) => {
            for (name, _) in all.iter().filter(|(_, it)| **it == Value::Bool(true)) {
                found.lack(format!("config {name} of {address}"), later);
            }
        }
        _ => {}
    }
    let mut settings = BTreeMap::new();
    let sensitive = resource.sensitive.get(CONFIG);
    let config = resource.values.get(CONFIG).filter(|it| !it.is_null());
    let all = config.and_then(Value::as_object);
    if config.is_some() && all.is_none() {
        found.lack(
            format!("{CONFIG} of {address}"),
            "it is no map of names and values",
        );
    }
    for (name, value) in all.into_iter().flatten() {
        let Some(value) = scalar(value) else {
            if !value.is_null() {
                found.lack(
                    format!("config {name} of {address}"),
                    "its value is not a text",
                );
            }
            continue;
        };
        let is_sensitive = sensitive.is_some_and(|all| {
            *all == Value::Bool(true) || all.get(name) == Some(&Value::Bool(true))
        });
        let field = catalog::lookup(name).filter(|entry| entry.is_public());
        match field.map(|entry| entry.owner) {
            Some(Owner::Typed(field)) if is_sensitive => {
                let why = format!(
                    "Terraform marks its value as sensitive, so it was not imported, and `{field}` takes no reference: \
                     write its value there"
                );
                found.lack(format!("config {name} of {address}"), why);
            }
            _ if is_sensitive => {
                settings.insert(name.clone(), Setting::Hidden);
            }
            _ => {
                settings.insert(name.clone(), Setting::of(name, &value));
            }
        }
    }
    settings
}

fn mirror(resource: &Resource<'_>, names: &Names, found: &mut Found) {
    let address = resource.address.as_str();
    let link = first(&resource.values, "cluster_link").and_then(|it| text(it, "link_name"));
    let source =
        first(&resource.values, "source_kafka_topic").and_then(|it| text(it, "topic_name"));
    let name = cluster(resource, "kafka_cluster", names, found);
    let (Some(link), Some(source), Some(cluster)) = (link, source, name) else {
        let why = "its link, source topic or cluster is marked as sensitive, or not known before it is applied";
        found.lack(address, why);
        return;
    };
    let topic = text(&resource.values, "mirror_topic_name").filter(|name| !name.is_empty());
    let topic = topic.unwrap_or(source);
    let is_hidden = resource.sensitive.get("status") == Some(&Value::Bool(true));
    let status = match text(&resource.values, "status") {
        Some("PAUSED") => MirrorStatus::Paused,
        Some("PROMOTED" | "FAILED_OVER" | "STOPPED") => MirrorStatus::Stopped,
        Some("ACTIVE" | "") => MirrorStatus::Active,
        None if !is_hidden => MirrorStatus::Active,
        _ => {
            let what = format!("status of {address}");
            found.lack(what, "it is not known: the spec says that it mirrors");
            MirrorStatus::Active
        }
    };
    found.owned.push(Owned {
        address: address.to_owned(),
        kind: OwnedKind::Mirror,
        object: format!("{cluster}/{link}/{topic}"),
        is_doomed: false,
    });
    let mirror = Mirror {
        link: link.to_owned(),
        cluster,
        topic: topic.to_owned(),
        source: Some(source.to_owned()),
        status,
    };
    found.add_mirror(mirror, address);
}

/// Resources of the provider that a spec does not take over.
fn others(resources: &[Resource<'_>], found: &mut Found) {
    let mut counts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for resource in resources {
        let is_taken = matches!(resource.kind, LINK | MIRROR | CLUSTER);
        if !resource.is_data && !is_taken && resource.kind.starts_with("confluent_") {
            let of_kind = counts.entry(resource.kind).or_default();
            of_kind.push(&resource.address);
        }
    }
    for (kind, addresses) in counts {
        let why = match kind {
            "confluent_kafka_topic" => {
                "ordinary topics stay in Terraform; a source topic is not created by Linkwright"
            }
            "confluent_kafka_acl" | "confluent_role_binding" => {
                "rights stay in Terraform; `linkwright permissions` lists those that the links need"
            }
            "confluent_api_key" | "confluent_service_account" => {
                "keys and accounts stay in Terraform; give the keys to the runs as environment variables"
            }
            "confluent_switchover_pair" | "confluent_switchover_endpoint" => {
                "Confluent's Switchover service has no counterpart in a spec: Linkwright reads its pairs \
                 (`confluent_cloud`) and does not change what it manages"
            }
            _ => "stays in Terraform",
        };
        let mut what: Vec<String> = addresses
            .iter()
            .take(5)
            .map(|it| (*it).to_owned())
            .collect();
        if addresses.len() > 5 {
            what.push(format!("{} more {kind}", addresses.len() - 5));
        }
        found.leave(what.join(", "), why);
    }
}

/// An address of Terraform without the keys of its resource and modules: `removed` blocks accept no others.
#[must_use]
pub fn without_keys(address: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted) = (0_usize, false);
    for letter in address.chars() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 && !quoted => out.push(letter),
            _ => {}
        }
    }
    out
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// The only block of this name: Terraform has blocks as lists.
fn first<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let block = value.get(name)?;
    match block {
        Value::Array(blocks) => blocks.first(),
        Value::Object(_) => Some(block),
        _ => None,
    }
}

fn key(index: Option<&Value>) -> Option<String> {
    match index? {
        Value::String(key) => Some(key.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_keys() {
        let without = |address: &str| without_keys(address);
        assert_eq!(
            without("confluent_cluster_link.a"),
            "confluent_cluster_link.a"
        );
        assert_eq!(
            without("module.m[\"a.b\"].confluent_cluster_link.a[0]"),
            "module.m.confluent_cluster_link.a"
        );
        assert_eq!(without("a.b[\"x]y\"]"), "a.b");
    }
}
