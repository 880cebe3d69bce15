//! Where the file of an environment has a value of the spec: [`path_in_environment`].

use super::path::Path;
use super::value::Value;
use crate::spec::ValueAddress;

/// The path in the file of an environment of the value that is at a path of the spec with it; none where the
/// environment does not set it.
#[must_use]
pub(super) fn path_in_environment(environment: &Value, path: &Path) -> Option<Path> {
    if let [section, _] = path.0.as_slice()
        && section == "variables"
    {
        return Some(path.clone());
    }
    let Value::Map(set) = environment.get(&["set".to_owned()])? else {
        return None;
    };
    let covering = set.iter().filter_map(|(written, _)| {
        let address = ValueAddress::parse(written).ok()?;
        let rest = path.0.strip_prefix(address.keys())?;
        Some((address.keys().len(), written, rest))
    });
    // The longest says the last word.
    let (_, written, rest) = covering.max_by_key(|(length, ..)| *length)?;
    let keys = ["set".to_owned(), written.clone()].into_iter();
    Some(Path(keys.chain(rest.iter().cloned()).collect()))
}

/// Whether a variable is in a value.
#[must_use]
pub(super) fn has_variable(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains("${var:"),
        Value::List(items) => items.iter().any(has_variable),
        Value::Map(entries) => entries.iter().any(|(_, value)| has_variable(value)),
        _ => false,
    }
}
