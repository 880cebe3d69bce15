//! A link config that differs → the edits that declare its live value: [`edits`].

use std::collections::BTreeSet;

use super::codes;
use super::filters;
use crate::address::{Address, HalfAddress};
use crate::catalog::names;
use crate::catalog::{self, Feature};
use crate::desired::{DesiredValue, Half};
use crate::diagnostic::Diagnostic;
use crate::edit::{Edit, New, Path, Value};
use crate::spec::{Duration, StartOffset};

/// What is live of a config.
#[derive(Clone, Copy)]
pub(super) struct Live<'a> {
    pub(super) name: &'a str,
    /// Its value; none where it is not set.
    pub(super) value: Option<&'a str>,
    /// Whether it is set to what the API does not return.
    pub(super) is_hidden: bool,
}

/// The edits that declare a live config of a half. `is_on` says whether a config that is a switch is on there.
pub(super) fn edits(
    half: &Half,
    live: Live<'_>,
    is_on: &dyn Fn(&str) -> bool,
) -> Result<Vec<Edit>, Box<Diagnostic>> {
    let Live { name, value, .. } = live;
    let about = Address::Half(half.address.clone());
    let entry = catalog::lookup(name);
    let is_secret = live.is_hidden || entry.is_some_and(|entry| entry.sensitive);
    if is_secret || is_connection(name) {
        return Err(codes::credentials(&about, name));
    }
    let field = entry.and_then(catalog::Entry::owner_field);
    let Some(field) = field else {
        return match value {
            // A spec is kept in Git, and is no place for what may be a secret.
            Some(value) if !catalog::may_be_kept(name, value) => {
                Err(codes::may_be_secret(&about, name))
            }
            value => Ok(vec![raw(half, name, value)]),
        };
    };
    let at = |field: &str, new: New| edit(&half.address, field, new);
    let set = |value: Value| vec![at(field, New::Value(value))];
    match name {
        names::LINK_MODE | names::CONNECTION_MODE | names::CLUSTER_LINK_PREFIX => {
            Err(codes::identity(&about))
        }
        names::ACL_SYNC_ENABLE
        | names::CONSUMER_OFFSET_SYNC_ENABLE
        | names::AUTO_CREATE_MIRROR_TOPICS_ENABLE => match value.is_some_and(catalog::is_true) {
            true => Err(codes::turned_on(&about, name)),
            false => Ok(set(Value::Bool(false))),
        },
        names::CONSUMER_GROUP_PREFIX_ENABLE => {
            Ok(set(Value::Bool(value.is_some_and(catalog::is_true))))
        }
        names::ACL_FILTERS
        | names::AUTO_CREATE_MIRROR_TOPICS_FILTERS
        | names::CONSUMER_OFFSET_GROUP_FILTERS => {
            let feature = Feature::ALL.into_iter().find(|it| it.filters() == name);
            // The server deletes the filters of a feature that is turned off.
            if value.is_none_or(|text| text.trim().is_empty())
                && feature.is_some_and(|feature| !is_on(feature.switch()))
            {
                return Ok(Vec::new());
            }
            let declared = declared(half, name).unwrap_or_default();
            match filters::narrower(name, declared, value.unwrap_or_default()) {
                Some(filters) => Ok(vec![at(field, New::Unordered(filters))]),
                None => Err(codes::wider_filter(&about, name)),
            }
        }
        names::ACL_SYNC_MS | names::CONSUMER_OFFSET_SYNC_MS | names::TOPIC_CONFIG_SYNC_MS => {
            let text = value.or_else(|| entry.and_then(|entry| entry.default));
            let millis = text.and_then(|text| text.trim().parse::<u64>().ok());
            let Some(millis) = millis else {
                return Err(codes::other(&about, format!("{name} is not a number")));
            };
            let interval = Value::text(Duration::from_millis(millis).to_string());
            Ok(kept_off(half, name, field)
                .into_iter()
                .chain(set(interval))
                .collect())
        }
        names::TOPIC_CONFIG_SYNC_INCLUDE => {
            let default = entry.and_then(|entry| entry.default).unwrap_or_default();
            let declared: BTreeSet<&str> = items(declared(half, name).unwrap_or(default)).collect();
            if !items(value.unwrap_or(default)).all(|item| declared.contains(item)) {
                return Err(codes::wider_filter(&about, name));
            }
            Ok(match value {
                Some(list) => {
                    let list = Value::List(items(list).map(Value::text).collect());
                    vec![at(field, New::Unordered(list))]
                }
                None => vec![at(field, New::Removed)],
            })
        }
        names::MIRROR_START_OFFSET_SPEC => Ok(match value {
            Some(offset) => set(Value::text(
                match offset.trim().parse::<jiff::Timestamp>() {
                    Ok(time) => StartOffset::At(time).to_string(),
                    Err(_) => offset.trim().to_ascii_lowercase(),
                },
            )),
            None => vec![at(field, New::Removed)],
        }),
        _ => Err(codes::other(
            &about,
            format!("{name} is not written by a field that can be set alone"),
        )),
    }
}

/// The declared value of a config.
fn declared<'a>(half: &'a Half, name: &str) -> Option<&'a str> {
    match &half.configs.get(name)?.value {
        DesiredValue::Value(text) => Some(text),
        _ => None,
    }
}

/// The items of a list.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|it| !it.is_empty())
}

/// Whether a config decides how the link reaches and authenticates to clusters.
fn is_connection(name: &str) -> bool {
    catalog::is_connection(name)
        || ["security.", "config.providers"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// A config without a field: its line under `configs`.
fn raw(half: &Half, name: &str, value: Option<&str>) -> Edit {
    let key = Path::of(["configs", name]);
    let new = match value {
        Some(value) => New::Value(plain(value)),
        None => New::Removed,
    };
    Edit {
        address: half.address.to_string(),
        key,
        new,
    }
}

/// A value as it is, whatever a spec would read in it.
fn plain(value: &str) -> Value {
    let is_number = value
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == value);
    match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number if is_number => Value::Number(number.to_owned()),
        text => Value::text(text.replace("${", "$${")),
    }
}

/// A section that is written to keep a setting would turn its feature on.
fn kept_off(half: &Half, name: &str, field: &str) -> Option<Edit> {
    let (section, _) = field.split_once('.')?;
    let switch = match name {
        names::ACL_SYNC_MS => names::ACL_SYNC_ENABLE,
        names::CONSUMER_OFFSET_SYNC_MS => names::CONSUMER_OFFSET_SYNC_ENABLE,
        _ => return None,
    };
    let is_on = declared(half, switch).is_some_and(catalog::is_true);
    let off = New::Value(Value::Bool(false));
    (!is_on).then(|| edit(&half.address, &format!("{section}.enabled"), off))
}

fn edit(half: &HalfAddress, field: &str, new: New) -> Edit {
    Edit {
        address: half.to_string(),
        key: Path::of(field.split('.')),
        new,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::desired::lower;
    use crate::spec;

    const SPEC: &str = "version: 1
clusters: { east: { id: lkc-1 }, west: { id: lkc-2 } }
links: { dr: { source: east, destination: west } }
";

    #[test]
    fn what_may_be_a_secret_is_not_written_into_a_spec() {
        let files = [(Arc::from("links.yaml"), Arc::from(SPEC))];
        let desired = lower(&spec::parse(&files).0);
        let (_, half) = desired.halves().next().unwrap();
        let of = |name: &str, value: Option<&str>| {
            let live = Live {
                name,
                value,
                is_hidden: false,
            };
            edits(half, live, &|_| false).map_err(|why| why.code)
        };
        assert_eq!(of("new.thing", Some("b")), Err(codes::NEVER));
        assert_eq!(of("new.thing", None).unwrap().len(), 1);
        let known = of("availability.check.ms", Some("30000")).unwrap();
        assert_eq!(known[0].new, New::Value(Value::Number("30000".to_owned())));
    }
}
