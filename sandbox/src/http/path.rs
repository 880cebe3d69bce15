//! Percent-encoding of path segments and query strings.

use super::error::ApiError;

/// Decodes `%XX`; `plus` says whether `+` is a blank, as it is in a query.
fn decode(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let high = (rest.next()? as char).to_digit(16)?;
                let low = (rest.next()? as char).to_digit(16)?;
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'+' if plus => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

/// One segment of a path, decoded.
pub(crate) fn segment(text: &str) -> Option<String> {
    decode(text, false)
}

/// Encodes text as one path segment.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:*".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A decoded query string.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes a query string.
    pub(crate) fn parse(text: &str) -> Option<Query> {
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decode(name, true)?, decode(value, true)?));
        }
        Some(Query(pairs))
    }

    /// The first value of a parameter. An empty value is none: the Confluent CLI sends every filter
    /// of an ACL search, with or without a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Takes a parameter out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// A flag; anything but `true` and `false` is a 400.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(value) => Err(ApiError::bad_request(format!(
                "Query parameter '{name}' is not a boolean: '{value}'."
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_way_through_a_url() {
        for name in ["orders.placed", "a b", "ä/ö", "100%", "x+y", ""] {
            assert_eq!(segment(&encode(name)).as_deref(), Some(name));
        }
    }

    #[test]
    fn broken_escapes_are_refused() {
        for text in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(segment(text), None, "{text}");
        }
        assert!(Query::parse("a=%zz").is_none());
        assert_eq!(Query::parse("a=1+2&b").unwrap().get("a"), Some("1 2"));
    }

    #[test]
    fn an_empty_value_is_not_given() {
        let query = Query::parse("resource_name=&flag=&bare").unwrap();
        assert_eq!(query.get("resource_name"), None);
        assert_eq!(query.get("bare"), None);
        assert_eq!(query.flag("flag", true), Ok(true));
    }
}
