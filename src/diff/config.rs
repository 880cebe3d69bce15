//! Comparing link configs by meaning: [`ConfigChange`].

use crate::catalog::names;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, FindingKind};
use crate::address::{Address, HalfAddress};
use crate::catalog::filters::{AclFilters, NameFilters, Subject};
use crate::catalog::{self, Feature, Kind, Mutability};
use crate::desired::{DesiredConfig, DesiredValue, Half, Undeclared};
use crate::diagnostic::Place;
use crate::live::ConfigFact;
use crate::secret::Template;

/// One link config that is to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigChange {
    /// The config's name.
    pub name: String,
    /// The value it has now; `None` when it is not set or never returned.
    pub before: Option<String>,
    /// Whether it is set now, to a value that the API does not return. Digests leave it out.
    pub hidden: bool,
    /// What becomes of it.
    pub target: ConfigTarget,
    /// Where the spec says so. Digests leave it out.
    pub place: Place,
}

/// What becomes of a link config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConfigTarget {
    /// It gets this value.
    Set(ConfigValue),
    /// It goes back to the server's default.
    Reset,
}

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConfigValue {
    /// Plain text.
    Text(String),
    /// A secret, fetched when it is written.
    Secret(Template),
}

impl ConfigTarget {
    /// Whether a switch is on then: any other value, and the default, turn it off.
    #[must_use]
    pub fn turns_on(&self) -> bool {
        matches!(self, Self::Set(value) if value.turns_on())
    }
}

impl ConfigValue {
    /// Whether a switch with this value is on.
    #[must_use]
    pub fn turns_on(&self) -> bool {
        matches!(self, Self::Text(value) if catalog::is_true(value))
    }
}

/// What is fixed at creation and compared as identity, not as a setting.
const IDENTITY: &[&str] = &[
    names::LINK_MODE,
    names::CONNECTION_MODE,
    names::CLUSTER_LINK_PREFIX,
];

// Configs that decide how the half reaches and authenticates to a cluster are changed by an operation
// of their own, which must settle before anything else on the link.
pub(super) use catalog::is_connection;

/// Whether a config stays as it is although the spec does not mention it and says
/// `undeclared_configs: reset`. Without it the link may lose its connection, and a value that the API
/// does not return cannot be put back.
#[must_use]
pub fn is_never_reset(name: &str, live: Option<&str>) -> bool {
    live.is_none()
        || is_connection(name)
        || name == "client.dns.lookup"
        || ["security.", "config.providers"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        || catalog::lookup(name).is_some_and(|entry| entry.sensitive)
}

/// Whether two values of a config mean the same; configs we do not know compare as text.
pub(crate) fn same(name: &str, a: &str, b: &str) -> bool {
    match catalog::lookup(name) {
        Some(entry) => catalog::same(entry, a, b),
        None => a == b,
    }
}

/// The value a config has when nothing is set, as far as is known.
pub(crate) fn default_of(name: &str) -> Option<&'static str> {
    catalog::lookup(name).and_then(|entry| entry.default)
}

/// Whether a live config is as good as not set: flagged so, without a value, empty where that is no
/// value of its own, or equal to the default. That it is not flagged as default proves nothing: servers
/// do not flag what a client sent, whatever its value.
#[must_use]
pub fn is_unset(name: &str, fact: &ConfigFact) -> bool {
    fact.is_default
        || match &fact.value {
            None => !is_hidden(name, fact),
            Some(value) => match catalog::lookup(name) {
                Some(entry) => {
                    catalog::is_default(entry, value)
                        || (catalog::is_unset_when_empty(entry) && value.trim().is_empty())
                }
                None => value.trim().is_empty(),
            },
        }
}

/// Whether a live config is set, and the API does not return its value.
#[must_use]
pub fn is_hidden(name: &str, fact: &ConfigFact) -> bool {
    let is_secret = || catalog::lookup(name).is_some_and(|entry| entry.sensitive);
    !fact.is_default
        && fact.value.is_none()
        && (fact.is_sensitive || is_secret() || catalog::is_opaque(name))
}

fn may_be_hidden(name: &str) -> bool {
    catalog::is_opaque(name) || catalog::lookup(name).is_none_or(|entry| entry.sensitive)
}

/// A live filter that cannot be read whole, and why not. Writing another in its place would lose what
/// was not understood.
fn unreadable_filter(name: &str, fact: Option<&ConfigFact>) -> Option<String> {
    let text = fact?.value.as_deref()?;
    let error = match catalog::lookup(name)?.kind {
        Kind::TopicFilters => NameFilters::parse_json(Subject::Topics, text).err(),
        Kind::GroupFilters => NameFilters::parse_json(Subject::Groups, text).err(),
        Kind::AclFilters => AclFilters::parse_json(text).err(),
        _ => None,
    };
    error.map(|error| error.to_string())
}

/// While a feature is off its filters are compared only if the link has some: turning it off cleared
/// them, and they are to come back with it.
fn is_idle_filter(half: &Half, name: &str, fact: Option<&ConfigFact>) -> bool {
    let feature = Feature::ALL.into_iter().find(|it| it.filters() == name);
    let is_declared_on = |feature: Feature| {
        half.configs.get(feature.switch()).is_some_and(|desired| {
            matches!(&desired.value, DesiredValue::Value(value) if same(feature.switch(), value, "true"))
        })
    };
    feature.is_some_and(|feature| !is_declared_on(feature))
        && fact.is_none_or(|fact| is_unset(name, fact))
}

/// Why secrets are written although they cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrets {
    /// They are left as they are.
    Keep,
    /// They are rotated.
    Write,
}

/// The changes of one half's configs, sorted by name; what cannot be changed becomes a finding.
pub(super) fn compare(
    half: &Half,
    live: &BTreeMap<String, ConfigFact>,
    secrets: Secrets,
    findings: &mut Vec<Finding>,
) -> Vec<ConfigChange> {
    let mut changes: BTreeMap<&str, ConfigChange> = BTreeMap::new();
    for (name, declared) in &half.configs {
        let Some(target) = target(name, declared, live.get(name), secrets) else {
            continue;
        };
        let fact = live.get(name);
        if is_idle_filter(half, name, fact) {
            continue;
        }
        if let (ConfigTarget::Set(_), Some(why)) = (&target, unreadable_filter(name, fact)) {
            findings.push(Finding::new(
                Address::Half(half.address.clone()),
                FindingKind::FilterNotUnderstood {
                    name: name.clone(),
                    live: fact.and_then(|fact| fact.value.clone()).unwrap_or_default(),
                    why,
                },
                Some(declared.place.clone()),
            ));
            continue;
        }
        if fact.is_some_and(|fact| fact.is_read_only) || is_fixed(name) {
            findings.push(Finding::new(
                Address::Half(half.address.clone()),
                FindingKind::FixedConfig {
                    name: name.clone(),
                    live: fact.and_then(|fact| fact.value.clone()),
                },
                Some(declared.place.clone()),
            ));
            continue;
        }
        changes.insert(name, change(name, fact, target, &declared.place));
    }
    for (name, fact) in live {
        if is_ours_or_ignored(half, name) || is_unset(name, fact) {
            continue;
        }
        let found = |kind| {
            Finding::new(
                Address::Half(half.address.clone()),
                kind,
                Some(half.place.clone()),
            )
        };
        let name_and_value = || (name.clone(), fact.value.clone());
        if !half.has_effect(name) {
            let others = half.of_the_other.get(name);
            let is_the_others = others
                .is_some_and(|it| fact.value.as_deref().is_some_and(|own| same(name, own, it)));
            if !is_the_others {
                let (name, live) = name_and_value();
                findings.push(found(FindingKind::IneffectiveConfig { name, live }));
            }
            continue;
        }
        if fact.is_read_only {
            let (name, live) = name_and_value();
            findings.push(found(FindingKind::ReadOnlyConfig { name, live }));
            continue;
        }
        if catalog::lookup(name).is_none() {
            let (name, live) = name_and_value();
            findings.push(found(FindingKind::UnknownConfig { name, live }));
            continue;
        }
        match half.undeclared {
            Undeclared::Reset
                if !is_fixed(name) && !is_never_reset(name, fact.value.as_deref()) =>
            {
                let reset = change(name, Some(fact), ConfigTarget::Reset, &half.place);
                changes.insert(name, reset);
            }
            Undeclared::Reset | Undeclared::Report => {
                let (name, live) = name_and_value();
                findings.push(found(FindingKind::UndeclaredConfig { name, live }));
            }
        }
    }
    settle_features(half, live, &mut changes);
    write_secrets_with_a_new_protocol(half, live, &mut changes);
    changes.into_values().collect()
}

fn is_ours_or_ignored(half: &Half, name: &str) -> bool {
    half.configs.contains_key(name)
        || IDENTITY.contains(&name)
        || catalog::lookup(name).is_some_and(|entry| entry.mutability == Mutability::Derived)
}

/// Fixed at creation: the API takes no change, though it does not flag these as read-only.
fn is_fixed(name: &str) -> bool {
    catalog::lookup(name).is_some_and(|entry| entry.mutability == Mutability::CreateOnly)
}

fn change(
    name: &str,
    fact: Option<&ConfigFact>,
    target: ConfigTarget,
    place: &Place,
) -> ConfigChange {
    ConfigChange {
        name: name.to_owned(),
        before: fact.and_then(|fact| fact.value.clone()),
        hidden: fact.is_some_and(|fact| is_hidden(name, fact)),
        target,
        place: place.clone(),
    }
}

/// What must become of one config, or `None` when it is as desired.
fn target(
    name: &str,
    declared: &DesiredConfig,
    fact: Option<&ConfigFact>,
    secrets: Secrets,
) -> Option<ConfigTarget> {
    let unset = fact.is_none_or(|fact| is_unset(name, fact));
    let hidden = fact.is_some_and(|fact| is_hidden(name, fact));
    match &declared.value {
        DesiredValue::Value(wanted) => {
            let now = match fact.and_then(|fact| fact.value.as_deref()) {
                Some(value) if !(unset && value.trim().is_empty()) => Some(value),
                _ if unset => Some(default_of(name).unwrap_or_default()),
                _ => None,
            };
            let same = match now {
                Some(now) => same(name, now, wanted),
                // Set to what the API does not return. A config that is known to be no secret reads back.
                None => hidden && secrets == Secrets::Keep && may_be_hidden(name),
            };
            (!same).then(|| ConfigTarget::Set(ConfigValue::Text(wanted.clone())))
        }
        DesiredValue::Default => (!unset).then_some(ConfigTarget::Reset),
        DesiredValue::Secret(template) => (unset || secrets == Secrets::Write)
            .then(|| ConfigTarget::Set(ConfigValue::Secret(template.clone()))),
    }
}

/// Turning a feature off clears its filters by itself; turning it on takes its filters along, since
/// the server may have cleared them and starts the feature without any otherwise.
fn settle_features<'a>(
    half: &'a Half,
    live: &BTreeMap<String, ConfigFact>,
    changes: &mut BTreeMap<&'a str, ConfigChange>,
) {
    for feature in Feature::ALL {
        let (enable, filters) = (feature.switch(), feature.filters());
        let Some(change) = changes.get_mut(enable) else {
            continue;
        };
        if !change.target.turns_on() {
            // Said outright rather than by DELETE: only setting it to false is documented to clear.
            change.target = ConfigTarget::Set(ConfigValue::Text("false".to_owned()));
            changes.remove(filters);
        } else if let Some((name, declared)) = half.configs.get_key_value(filters)
            && let DesiredValue::Value(value) = &declared.value
        {
            let set = ConfigTarget::Set(ConfigValue::Text(value.clone()));
            changes
                .entry(name)
                .or_insert_with(|| self::change(filters, live.get(filters), set, &declared.place));
        }
    }
}

/// Another protocol or mechanism needs the secrets that belong to it in the same request.
fn write_secrets_with_a_new_protocol<'a>(
    half: &'a Half,
    live: &BTreeMap<String, ConfigFact>,
    changes: &mut BTreeMap<&'a str, ConfigChange>,
) {
    for scope in ["", names::LOCAL] {
        let switches = [names::SECURITY_PROTOCOL, names::SASL_MECHANISM]
            .iter()
            .any(|key| changes.contains_key(format!("{scope}{key}").as_str()));
        if !switches {
            continue;
        }
        for (name, declared) in &half.configs {
            if let DesiredValue::Secret(template) = &declared.value
                && name.starts_with(names::LOCAL) == (scope == names::LOCAL)
            {
                let set = ConfigTarget::Set(ConfigValue::Secret(template.clone()));
                changes
                    .entry(name)
                    .or_insert_with(|| change(name, live.get(name), set, &declared.place));
            }
        }
    }
}

/// The order in which entries stand in a request: filters before the switch that uses them, names
/// otherwise.
pub(super) fn request_order(a: &str, b: &str) -> std::cmp::Ordering {
    (a.ends_with(".enable"), a).cmp(&(b.ends_with(".enable"), b))
}

/// All configs of a half that is to be created, in request order.
pub(super) fn of_new_half(half: &Half) -> Vec<(String, ConfigValue)> {
    let mut configs: Vec<(String, ConfigValue)> = half
        .configs
        .iter()
        .filter_map(|(name, declared)| match &declared.value {
            DesiredValue::Value(value) => Some((name.clone(), ConfigValue::Text(value.clone()))),
            DesiredValue::Secret(template) => {
                Some((name.clone(), ConfigValue::Secret(template.clone())))
            }
            DesiredValue::Default => None,
        })
        .collect();
    let mut fixed = |name: &str, value: &str| {
        configs.push((name.to_owned(), ConfigValue::Text(value.to_owned())));
    };
    fixed(names::LINK_MODE, half.role.link_mode().word());
    fixed(names::CONNECTION_MODE, half.role.connection_mode().word());
    if let Some(prefix) = &half.prefix {
        fixed(names::CLUSTER_LINK_PREFIX, prefix);
    }
    if half.role == (crate::desired::Role::BidirectionalOutbound { peer_inbound: true }) {
        fixed(names::REMOTE_LINK_CONNECTION_MODE, "INBOUND");
    }
    configs.sort_by(|a, b| request_order(&a.0, &b.0));
    configs
}

/// The half's live connection mode; not set is OUTBOUND.
pub(super) fn live_connection_mode(live: &BTreeMap<String, ConfigFact>) -> &str {
    live.get(names::CONNECTION_MODE)
        .and_then(|fact| fact.value.as_deref())
        .filter(|mode| !mode.trim().is_empty())
        .unwrap_or("OUTBOUND")
}

/// The address of a half, for a finding about it.
pub(super) fn half_address(address: &HalfAddress) -> Address {
    Address::Half(address.clone())
}
