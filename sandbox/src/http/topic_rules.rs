//! What a topic may be called, how often it is kept, and what its configs may say.

use super::config_values::is_name_letter;
use super::error::ApiError;
use crate::catalog::topic::find;
use crate::vocabulary::ClusterKind;

/// The longest topic name.
const LONGEST_NAME: usize = 249;

/// Refuses a name that no topic may have.
pub(crate) fn check_topic_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name == "." || name == ".." {
        return Err(ApiError::kafka(format!("Topic name '{name}' is illegal.")));
    }
    if name.len() > LONGEST_NAME {
        return Err(ApiError::kafka(format!(
            "Topic name is illegal, it can't be longer than {LONGEST_NAME} characters."
        )));
    }
    if !name.chars().all(is_name_letter) {
        return Err(ApiError::kafka(format!(
            "Topic name '{name}' is illegal, it contains a character other than ASCII \
             alphanumerics, '.', '_' and '-'."
        )));
    }
    Ok(())
}

/// Refuses a replication factor that the cluster does not take.
pub(crate) fn check_replication(
    kind: ClusterKind,
    brokers: u16,
    wanted: Option<i32>,
) -> Result<(), ApiError> {
    match wanted {
        None | Some(-1) => Ok(()),
        Some(3) if kind == ClusterKind::ConfluentCloud => Ok(()),
        Some(_) if kind == ClusterKind::ConfluentCloud => {
            Err(ApiError::kafka("Topic replication factor must be 3"))
        }
        Some(factor) if factor < 1 => {
            Err(ApiError::kafka("Replication factor must be larger than 0."))
        }
        Some(factor) if factor > i32::from(brokers) => Err(ApiError::kafka(format!(
            "Replication factor: {factor} larger than available brokers: {brokers}."
        ))),
        Some(_) => Ok(()),
    }
}

/// Refuses an unknown key or a value out of bounds.
pub(crate) fn check_config(name: &str, value: &str) -> Result<(), ApiError> {
    let Some(key) = find(name) else {
        return Err(ApiError::kafka(format!(
            "Unknown topic config name: {name}"
        )));
    };
    let numeric = key
        .default
        .is_some_and(|default| default.parse::<i64>().is_ok());
    match (numeric, value.trim().parse::<i64>()) {
        (true, Err(_)) => Err(ApiError::kafka(format!(
            "Invalid value {value} for configuration {name}: Not a number of type LONG"
        ))),
        (_, Ok(number)) if key.maximum.is_some_and(|maximum| number > maximum) => {
            Err(ApiError::kafka(format!(
                "Config property '{name}' with value '{value}' exceeded max limit of {}.",
                key.maximum.unwrap_or(i64::MAX)
            )))
        }
        _ => Ok(()),
    }
}
