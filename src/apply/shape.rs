//! Whether a secret that was fetched looks like what its config takes: [`problem`] and [`WrongShape`].
//!
//! A secret is written over one that works and cannot be read back. What comes by reference was not
//! seen by validation, so that it is checked before the first write of a run.

use crate::catalog::names;

/// Configs that take PEM text, without `local.`.
const PEM: &[&str] = &[
    names::SSL_KEYSTORE_CERTIFICATE_CHAIN,
    names::SSL_KEYSTORE_KEY,
    names::SSL_TRUSTSTORE_CERTIFICATES,
];

const CONTROL_FLAGS: &[&str] = &["required", "requisite", "sufficient", "optional"];

/// What is wrong with a value. It quotes nothing of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongShape {
    /// It does not begin like PEM text.
    #[error("it is not PEM text, which begins with `-----BEGIN …-----`")]
    NotPem,
    /// Its PEM text does not end.
    #[error("its PEM text is truncated: `-----END …-----` is missing")]
    TruncatedPem,
    /// It does not begin like a JAAS config.
    #[error("it is not a JAAS config, which begins with `some.module.Class required`")]
    NotJaas,
    /// Its JAAS config does not end.
    #[error("its JAAS config does not end with `;`")]
    OpenJaas,
}

/// What is wrong with a value; none when it has the right shape.
pub(super) fn problem(config: &str, value: &str) -> Option<WrongShape> {
    let config = config.strip_prefix(names::LOCAL).unwrap_or(config);
    if config == names::SASL_JAAS_CONFIG {
        jaas(value)
    } else if PEM.contains(&config) {
        pem(value)
    } else {
        None
    }
}

fn pem(value: &str) -> Option<WrongShape> {
    let Some((_, rest)) = value.split_once("-----BEGIN ") else {
        return Some(WrongShape::NotPem);
    };
    let end = rest
        .split_once("-----")
        .map(|(label, _)| format!("-----END {label}-----"));
    match end {
        Some(end) if rest.contains(&end) => None,
        _ => Some(WrongShape::TruncatedPem),
    }
}

/// `Module flag name="value" …;`, perhaps more than one.
fn jaas(value: &str) -> Option<WrongShape> {
    let value = value.trim();
    let mut words = value.split_whitespace();
    let is_class = words.next().is_some_and(|word| {
        let mut letters = word.chars();
        word.contains('.') && letters.all(|c| c.is_alphanumeric() || "._$".contains(c))
    });
    let flag = words.next().unwrap_or_default().trim_end_matches(';');
    let is_flag = CONTROL_FLAGS
        .iter()
        .any(|known| flag.eq_ignore_ascii_case(known));
    if !is_class || !is_flag {
        Some(WrongShape::NotJaas)
    } else if !value.ends_with(';') {
        Some(WrongShape::OpenJaas)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_and_jaas_are_known_by_their_shape_and_nothing_else_is_looked_at() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let jaas = "org.apache.kafka.X$Y Required username=\"u\" password=\"p\";\n";
        for (config, value, is_good) in [
            ("ssl.keystore.key", pem, true),
            ("local.ssl.truststore.certificates", pem, true),
            ("ssl.keystore.key", "/etc/kafka/client.key", false),
            ("ssl.keystore.key", &pem[..pem.len() - 10], false),
            ("ssl.keystore.key", "-----BEGIN ", false),
            ("ssl.truststore.certificates", jaas, false),
            ("sasl.jaas.config", jaas, true),
            ("local.sasl.jaas.config", "a.B required;", true),
            ("sasl.jaas.config", "a.B required username=\"u\"", false),
            ("sasl.jaas.config", "hunter2;", false),
            ("sasl.jaas.config", pem, false),
            ("sasl.jaas.config", "", false),
            ("ssl.key.password", "anything", true),
        ] {
            let problem = problem(config, value);
            assert_eq!(problem.is_none(), is_good, "{config}: {value}: {problem:?}");
        }
    }
}
